// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Credentials are what a thread has: five sets, four user ids, no_new_privs. It is immutable; Exec and the others give what
// calls of the kernel leave.
type Credentials struct{ c *C.ctsec_credentials }

// FileCaps are the capabilities of a file. It is immutable.
type FileCaps struct{ c *C.ctsec_filecaps }

func credentials(call func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int) (*Credentials, error) {
	var c *C.ctsec_credentials
	var cerr *C.ctsec_error
	if err := failure(call(&c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Credentials{c}
	runtime.SetFinalizer(made, (*Credentials).Close)
	return made, nil
}

// NewCredentials makes them of their parts: five sets by SetInheritable..., four user ids by IdReal... (inside of the user
// namespace: 0 is its root), securebits (SecureNoroot...). An *Error where no process can have such sets.
func NewCredentials(sets [5]Caps, ids [4]uint32, securebits uint32, noNewPrivileges bool) (*Credentials, error) {
	var masks [5]C.uint64_t
	for i, set := range sets {
		masks[i] = C.uint64_t(set)
	}
	var numbers [4]C.uint32_t
	for i, id := range ids {
		numbers[i] = C.uint32_t(id)
	}
	flag := C.int(0)
	if noNewPrivileges {
		flag = 1
	}
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_new(&masks[0], &numbers[0], C.uint32_t(securebits), flag, c, cerr)
	})
}

// ParseCredentials reads the text of /proc/PID/status; what an old kernel does not write there is not known. Option: source.
func ParseCredentials(status []byte, list ...Option) (made *Credentials, err error) {
	err = ask(list, func(o *C.ctsec_options) (err error) {
		text, length := input(status)
		made, err = credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
			return C.ctsec_credentials_parse(text, length, o, c, cerr)
		})
		runtime.KeepAlive(status)
		return err
	})
	return made, err
}

// ReadCredentials reads those of a live thread. root is "/proc" as a rule.
func ReadCredentials(root string, pid, tid int32) (*Credentials, error) {
	name := C.CString(root)
	defer C.free(unsafe.Pointer(name))
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_read(name, C.int32_t(pid), C.int32_t(tid), c, cerr)
	})
}

// Set is one of the sets, SetEffective...; known is false where it is not known.
func (cr *Credentials) Set(set int) (caps Caps, known bool) {
	defer runtime.KeepAlive(cr)
	var mask C.uint64_t
	state := C.ctsec_credentials_set(cr.c, C.int32_t(set), &mask)
	return Caps(mask), state == StateSet
}

// ID is one user id, IdEffective...; known is false where it is not known.
func (cr *Credentials) ID(which int) (id uint32, known bool) {
	defer runtime.KeepAlive(cr)
	var number C.uint32_t
	state := C.ctsec_credentials_id(cr.c, C.int32_t(which), &number)
	return uint32(number), state == StateSet
}

// NoNewPrivileges is no_new_privs; known is false where it is not known.
func (cr *Credentials) NoNewPrivileges() (set, known bool) {
	defer runtime.KeepAlive(cr)
	var value C.int
	state := C.ctsec_credentials_no_new_privileges(cr.c, &value)
	return value == 1, state == StateSet
}

// Seccomp is 0 for none, 1 for strict mode, 2 for a filter; known is false where it is not known.
func (cr *Credentials) Seccomp() (mode int, known bool) {
	defer runtime.KeepAlive(cr)
	var value C.int
	state := C.ctsec_credentials_seccomp(cr.c, &value)
	return int(value), state == StateSet
}

// Name is the thread's, with control characters made visible; "" where it is not known.
func (cr *Credentials) Name() string {
	defer runtime.KeepAlive(cr)
	return C.GoString(C.ctsec_credentials_name(cr.c))
}

// JSON is the document ctsec/credentials/1.
func (cr *Credentials) JSON() (string, error) {
	defer runtime.KeepAlive(cr)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_to_json(cr.c, text, length, cerr)
	})
}

// NotSetuid is the owner of a program that is not setuid.
const NotSetuid = int64(-1)

// Exec is what execve leaves: owner is that of a setuid program, NotSetuid for others; filecaps are the program's, nil for
// none. Options: kernel; fact userns-root. The *Error has the code EPerm where execve fails.
func (cr *Credentials) Exec(owner int64, filecaps *FileCaps, list ...Option) (made *Credentials, err error) {
	defer runtime.KeepAlive(cr)
	defer runtime.KeepAlive(filecaps)
	var given *C.ctsec_filecaps
	if filecaps != nil {
		given = filecaps.c
	}
	err = ask(list, func(o *C.ctsec_options) (err error) {
		made, err = credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
			return C.ctsec_credentials_simulate_exec(cr.c, C.int64_t(owner), given, o, c, cerr)
		})
		return err
	})
	return made, err
}

// KeepID keeps an id in Setresuid.
const KeepID = ^uint32(0)

// Setresuid is what setresuid leaves. The call itself is taken as permitted.
func (cr *Credentials) Setresuid(real, effective, saved uint32) (*Credentials, error) {
	defer runtime.KeepAlive(cr)
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_simulate_setresuid(cr.c, C.uint32_t(real), C.uint32_t(effective), C.uint32_t(saved), c, cerr)
	})
}

// Setfsuid is what setfsuid leaves.
func (cr *Credentials) Setfsuid(id uint32) (*Credentials, error) {
	defer runtime.KeepAlive(cr)
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_simulate_setfsuid(cr.c, C.uint32_t(id), c, cerr)
	})
}

// Capset is what capset leaves. The *Error has the code EPerm where the kernel refuses.
func (cr *Credentials) Capset(inheritable, permitted, effective Caps) (*Credentials, error) {
	defer runtime.KeepAlive(cr)
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_simulate_capset(cr.c, C.uint64_t(inheritable), C.uint64_t(permitted), C.uint64_t(effective), c, cerr)
	})
}

// Drop is what prctl(PR_CAPBSET_DROP) leaves.
func (cr *Credentials) Drop(number int) (*Credentials, error) {
	defer runtime.KeepAlive(cr)
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_simulate_drop(cr.c, C.int32_t(number), c, cerr)
	})
}

// RaiseAmbient is what prctl(PR_CAP_AMBIENT_RAISE) leaves.
func (cr *Credentials) RaiseAmbient(number int) (*Credentials, error) {
	defer runtime.KeepAlive(cr)
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_simulate_raise(cr.c, C.int32_t(number), c, cerr)
	})
}

// LowerAmbient is what prctl(PR_CAP_AMBIENT_LOWER) leaves.
func (cr *Credentials) LowerAmbient(number int) (*Credentials, error) {
	defer runtime.KeepAlive(cr)
	return credentials(func(c **C.ctsec_credentials, cerr **C.ctsec_error) C.int {
		return C.ctsec_credentials_simulate_lower(cr.c, C.int32_t(number), c, cerr)
	})
}

func fileCaps(status C.int, c *C.ctsec_filecaps, cerr *C.ctsec_error) (*FileCaps, error) {
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	made := &FileCaps{c}
	runtime.SetFinalizer(made, (*FileCaps).Close)
	return made, nil
}

// DecodeFileCaps reads the bytes of the attribute security.capability.
func DecodeFileCaps(raw []byte) (*FileCaps, error) {
	text, length := input(raw)
	var c *C.ctsec_filecaps
	var cerr *C.ctsec_error
	status := C.ctsec_filecaps_decode((*C.uint8_t)(unsafe.Pointer(text)), length, &c, &cerr)
	runtime.KeepAlive(raw)
	return fileCaps(status, c, cerr)
}

// ReadFileCaps reads those of a file, a symbolic link not followed. The *Error has the code ENotfound where it has none.
func ReadFileCaps(path string) (*FileCaps, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var c *C.ctsec_filecaps
	var cerr *C.ctsec_error
	status := C.ctsec_filecaps_read(name, &c, &cerr)
	return fileCaps(status, c, cerr)
}

// Set is the permitted or the inheritable one, SetPermitted or SetInheritable.
func (f *FileCaps) Set(set int) Caps {
	defer runtime.KeepAlive(f)
	return Caps(C.ctsec_filecaps_set(f.c, C.int32_t(set)))
}

// Effective is the flag: one for all of its capabilities.
func (f *FileCaps) Effective() bool {
	defer runtime.KeepAlive(f)
	return C.ctsec_filecaps_effective(f.c) == 1
}

// Version is 1 to 3.
func (f *FileCaps) Version() int {
	defer runtime.KeepAlive(f)
	return int(C.ctsec_filecaps_version(f.c))
}

// RootID is the user id that is root in the user namespace for which they count; set is false but for version 3.
func (f *FileCaps) RootID() (id uint32, set bool) {
	defer runtime.KeepAlive(f)
	var number C.uint32_t
	state := C.ctsec_filecaps_rootid(f.c, &number)
	return uint32(number), state == StateSet
}

// MarshalText gives what getcap writes: cap_net_bind_service=ep.
func (f *FileCaps) MarshalText() ([]byte, error) {
	defer runtime.KeepAlive(f)
	text, err := take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_filecaps_to_text(f.c, text, length, cerr)
	})
	return []byte(text), err
}

// String is the same.
func (f *FileCaps) String() string {
	text, _ := f.MarshalText()
	return string(text)
}

// JSON is the document ctsec/filecaps/1.
func (f *FileCaps) JSON() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_filecaps_to_json(f.c, text, length, cerr)
	})
}

// CapText is sets in libcap's text form, cap_chown,cap_kill=ep; see cap_from_text(3).
type CapText struct{ Inheritable, Permitted, Effective Caps }

// ParseCapText reads it. Option: kernel, for which capabilities "all" means.
func ParseCapText(words string, list ...Option) (made CapText, err error) {
	raw := []byte(words)
	err = ask(list, func(o *C.ctsec_options) error {
		text, length := input(raw)
		var i, p, e C.uint64_t
		var cerr *C.ctsec_error
		status := C.ctsec_captext_parse(text, length, o, &i, &p, &e, &cerr)
		runtime.KeepAlive(raw)
		made = CapText{Caps(i), Caps(p), Caps(e)}
		return failure(status, cerr)
	})
	return made, err
}

// Encode writes it as cap_to_text(3) does.
func (t CapText) Encode(list ...Option) (string, error) {
	return answer(list, func(o *C.ctsec_options, text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_captext_encode(C.uint64_t(t.Inheritable), C.uint64_t(t.Permitted), C.uint64_t(t.Effective), o, text, length, cerr)
	})
}

// MarshalText is Encode without options.
func (t CapText) MarshalText() ([]byte, error) {
	text, err := t.Encode()
	return []byte(text), err
}

// UnmarshalText is ParseCapText.
func (t *CapText) UnmarshalText(text []byte) error {
	parsed, err := ParseCapText(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// CapTextJSON is a text as the document ctsec/capsets/1. Option: kernel.
func CapTextJSON(words string, list ...Option) (string, error) {
	raw := []byte(words)
	first, size := input(raw)
	defer runtime.KeepAlive(raw)
	return answer(list, func(o *C.ctsec_options, text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_captext_to_json(first, size, o, text, length, cerr)
	})
}

// IAB is sets in libcap's IAB form, !cap_sys_admin,^cap_net_raw; Dropped are taken out of the bounding set.
type IAB struct{ Inheritable, Ambient, Dropped Caps }

// ParseIAB reads it.
func ParseIAB(words string) (IAB, error) {
	raw := []byte(words)
	text, length := input(raw)
	var i, a, d C.uint64_t
	var cerr *C.ctsec_error
	status := C.ctsec_iab_parse(text, length, &i, &a, &d, &cerr)
	runtime.KeepAlive(raw)
	return IAB{Caps(i), Caps(a), Caps(d)}, failure(status, cerr)
}

// MarshalText writes it as cap_iab_to_text(3) does; an *Error for an ambient bit that is not inheritable.
func (t IAB) MarshalText() ([]byte, error) {
	text, err := take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_iab_encode(C.uint64_t(t.Inheritable), C.uint64_t(t.Ambient), C.uint64_t(t.Dropped), text, length, cerr)
	})
	return []byte(text), err
}

// UnmarshalText is ParseIAB.
func (t *IAB) UnmarshalText(text []byte) error {
	parsed, err := ParseIAB(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// IABJSON is a text as the document ctsec/capsets/1.
func IABJSON(words string) (string, error) {
	raw := []byte(words)
	first, size := input(raw)
	defer runtime.KeepAlive(raw)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_iab_to_json(first, size, text, length, cerr)
	})
}
