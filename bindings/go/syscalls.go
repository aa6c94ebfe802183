// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"runtime"
)

// Arch is an architecture, a table of system call numbers: ArchX8664 (x86, x86_64 and x32 are three).
type Arch int32

// FindArch reads a name of any case as people use it: "x86_64", "SCMP_ARCH_X86_64", "amd64", "i686", "armv7l".
func FindArch(name string) (Arch, error) {
	raw := []byte(name)
	text, length := input(raw)
	var found C.int32_t
	var cerr *C.ctsec_error
	status := C.ctsec_arch_find(text, length, &found, &cerr)
	runtime.KeepAlive(raw)
	return Arch(found), failure(status, cerr)
}

// FindAuditArch is the architecture of an AUDIT_ARCH_* value and a number, which tells x32 from x86_64.
func FindAuditArch(audit, number uint32) (Arch, error) {
	var found C.int32_t
	var cerr *C.ctsec_error
	status := C.ctsec_arch_find_audit(C.uint32_t(audit), C.uint32_t(number), &found, &cerr)
	return Arch(found), failure(status, cerr)
}

// Archs is every architecture.
func Archs() []Arch {
	all := make([]Arch, int(C.ctsec_arch_count()))
	for i := range all {
		all[i] = Arch(i)
	}
	return all
}

// String is the name, "x86_64"; "" where there is no such architecture.
func (a Arch) String() string { return C.GoString(C.ctsec_arch_name(C.int32_t(a))) }

// Seccomp is its name in profiles, "SCMP_ARCH_X86_64".
func (a Arch) Seccomp() string { return C.GoString(C.ctsec_arch_seccomp_name(C.int32_t(a))) }

// Audit is its AUDIT_ARCH_* value; x32 has that of x86_64.
func (a Arch) Audit() uint32 { return uint32(C.ctsec_arch_audit(C.int32_t(a))) }

// Bits of a pointer of its programs: 32 or 64; -1 where there is no such architecture.
func (a Arch) Bits() int { return int(C.ctsec_arch_bits(C.int32_t(a))) }

// BigEndian says whether the most significant byte comes first.
func (a Arch) BigEndian() bool { return C.ctsec_arch_big_endian(C.int32_t(a)) == 1 }

// Number is the number of a call as a filter sees it; an *Error where this architecture lacks it names the nearest.
func (a Arch) Number(call string) (uint32, error) {
	raw := []byte(call)
	text, length := input(raw)
	var number C.uint32_t
	var cerr *C.ctsec_error
	status := C.ctsec_syscall_find(text, length, C.int32_t(a), &number, &cerr)
	runtime.KeepAlive(raw)
	return uint32(number), failure(status, cerr)
}

// Name is the name of a number, "" where there is none; x32 is taken with and without bit 30.
func (a Arch) Name(number uint32) string {
	return C.GoString(C.ctsec_syscall_name(C.int32_t(a), C.uint32_t(number)))
}

// Syscall is a name and its number.
type Syscall struct {
	Name   string
	Number uint32
}

// Syscalls is every call of the architecture, in the order of the numbers.
func (a Arch) Syscalls() []Syscall {
	count := int(C.ctsec_syscall_count(C.int32_t(a)))
	all := make([]Syscall, 0, max(count, 0))
	for i := 0; i < count; i++ {
		var number C.uint32_t
		name := C.ctsec_syscall_at(C.int32_t(a), C.int32_t(i), &number)
		all = append(all, Syscall{C.GoString(name), uint32(number)})
	}
	return all
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

// Since is the release of Linux that brought the call; known is false where that is not known or there is no such call.
func (a Arch) Since(number uint32) (major, minor, patch int, known bool) {
	version := int32(C.ctsec_syscall_since(C.int32_t(a), C.uint32_t(number)))
	if version <= 0 {
		return 0, 0, 0, false
	}
	return int(version >> 16), int(version >> 8 & 255), int(version & 255), true
}

// Argument is one argument of a call: the kernel's name for it, what it is (Kind*), and how many of its bits the kernel
// looks at (0: not known).
type Argument struct {
	Name string
	Kind int
	Bits int
}

// Arguments is what a call takes; known is false where that is not known or there is no such call.
func (a Arch) Arguments(number uint32) (arguments []Argument, known bool) {
	arch, call := C.int32_t(a), C.uint32_t(number)
	count := C.ctsec_syscall_argument_count(arch, call)
	for i := C.int32_t(0); i < count; i++ {
		arguments = append(arguments, Argument{C.GoString(C.ctsec_syscall_argument_name(arch, call, i)),
			int(C.ctsec_syscall_argument_kind(arch, call, i)), int(C.ctsec_syscall_argument_bits(arch, call, i))})
	}
	return arguments, count >= 0
}

// Value is the value of names and numbers joined by |, such as "CLONE_NEWUSER|SIGCHLD".
func (a Arch) Value(words string) (uint64, error) {
	raw := []byte(words)
	text, length := input(raw)
	var value C.uint64_t
	var cerr *C.ctsec_error
	status := C.ctsec_constant_find(text, length, C.int32_t(a), &value, &cerr)
	runtime.KeepAlive(raw)
	return uint64(value), failure(status, cerr)
}

// ErrnoName is the name of an error number, "EPERM"; "" where there is none.
func (a Arch) ErrnoName(number uint32) string {
	return C.GoString(C.ctsec_errno_name(C.int32_t(a), C.uint32_t(number)))
}

// Errno is the number of an error by its name: 38 for "ENOSYS" on most, 89 on MIPS.
func (a Arch) Errno(name string) (uint32, error) {
	raw := []byte(name)
	text, length := input(raw)
	var number C.uint32_t
	var cerr *C.ctsec_error
	status := C.ctsec_errno_find(text, length, C.int32_t(a), &number, &cerr)
	runtime.KeepAlive(raw)
	return uint32(number), failure(status, cerr)
}

// Fallback is the older call that programs turn to where this one answers ENOSYS; "" where there is none.
func (a Arch) Fallback(call string) string {
	raw := []byte(call)
	text, length := input(raw)
	older := C.GoString(C.ctsec_syscall_fallback(C.int32_t(a), text, length))
	runtime.KeepAlive(raw)
	return older
}

// Carrier is the call that carries this one too, "socketcall" or "ipc", and its number there; "" where there is none.
func (a Arch) Carrier(call string) (name string, subcall uint32) {
	raw := []byte(call)
	text, length := input(raw)
	var number C.uint32_t
	name = C.GoString(C.ctsec_syscall_carrier(C.int32_t(a), text, length, &number))
	runtime.KeepAlive(raw)
	return name, uint32(number)
}

// SyscallGroup is the group of a call, "mounts"; "" for a name that no architecture has.
func SyscallGroup(call string) string {
	raw := []byte(call)
	text, length := input(raw)
	group := C.GoString(C.ctsec_syscall_group(text, length))
	runtime.KeepAlive(raw)
	return group
}

// ExplainSyscall is what a call is for, why engines block it, and what it takes: the document ctsec/syscall/1. Options:
// arch, lang.
func ExplainSyscall(call string, list ...Option) (string, error) {
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	raw := []byte(call)
	name, size := input(raw)
	defer runtime.KeepAlive(raw)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_syscall_explain(name, size, o.c, text, length, cerr)
	})
}

// SyscallText is the same for people.
func SyscallText(call string, list ...Option) (string, error) {
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	raw := []byte(call)
	name, size := input(raw)
	defer runtime.KeepAlive(raw)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_syscall_to_text(name, size, o.c, text, length, cerr)
	})
}
