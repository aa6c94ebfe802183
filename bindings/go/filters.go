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

// Stack is filters that are loaded one after the other, the oldest first: all run, the strictest action wins.
type Stack []*Filter

// array is the stack in C memory, which the caller frees; Go pointers may not be stored in memory that C reads.
func (s Stack) array() **C.ctsec_filter {
	size := C.size_t(unsafe.Sizeof((*C.ctsec_filter)(nil)))
	array := (**C.ctsec_filter)(C.calloc(C.size_t(len(s)+1), size))
	for i, filter := range s {
		*(**C.ctsec_filter)(unsafe.Pointer(uintptr(unsafe.Pointer(array)) + uintptr(i)*uintptr(size))) = filter.c
	}
	return array
}

// Simulate says what happens to a call under the stack; arguments that are not given are unknown.
func (s Stack) Simulate(arch, syscall string, arguments []string, list ...Option) (*Verdict, error) {
	defer runtime.KeepAlive(s)
	parsed, err := parseCall(arch, syscall, arguments)
	if err != nil {
		return nil, err
	}
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	array := s.array()
	defer C.free(unsafe.Pointer(array))
	var c *C.ctsec_verdict
	var cerr *C.ctsec_error
	status := C.ctsec_filter_simulate(array, C.size_t(len(s)), parsed.audit, parsed.number, &parsed.values[0],
		parsed.unknown, o.c, &c, &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapVerdict(c), nil
}

// SimulateBatch gives the action (SECCOMP_RET_*) of each call.
func (s Stack) SimulateBatch(calls []Call) ([]uint32, error) {
	defer runtime.KeepAlive(s)
	if len(calls) == 0 {
		return nil, nil
	}
	array := s.array()
	defer C.free(unsafe.Pointer(array))
	arch, number, args := columns(calls)
	actions := make([]uint32, len(calls))
	var cerr *C.ctsec_error
	status := C.ctsec_filter_simulate_batch(array, C.size_t(len(s)), C.size_t(len(calls)), &arch[0], &number[0], &args[0],
		(*C.uint32_t)(unsafe.Pointer(&actions[0])), &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return actions, nil
}

// Compare is every call that the kernel would decide differently under another stack.
func (s Stack) Compare(other Stack, list ...Option) (*Diff, error) {
	defer runtime.KeepAlive(s)
	defer runtime.KeepAlive(other)
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	first, second := s.array(), other.array()
	defer C.free(unsafe.Pointer(first))
	defer C.free(unsafe.Pointer(second))
	var diff *C.ctsec_diff
	var cerr *C.ctsec_error
	status := C.ctsec_filter_diff(first, C.size_t(len(s)), second, C.size_t(len(other)), o.c, &diff, &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapDiff(diff), nil
}

// Simulate is that of a stack of this filter alone.
func (f *Filter) Simulate(arch, syscall string, arguments []string, list ...Option) (*Verdict, error) {
	return Stack{f}.Simulate(arch, syscall, arguments, list...)
}

// AssembleFilter reads assembler text, as Filter.Text writes it.
func AssembleFilter(source []byte, list ...Option) (*Filter, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	text, length := input(source)
	var c *C.ctsec_filter
	var cerr *C.ctsec_error
	status := C.ctsec_filter_parse(text, length, o.c, &c, &cerr)
	runtime.KeepAlive(source)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapFilter(c), nil
}

// Instruction is one struct sock_filter.
type Instruction struct{ Code, Jt, Jf, K uint32 }

// Instructions of the filter.
func (f *Filter) Instructions() []Instruction {
	defer runtime.KeepAlive(f)
	all := make([]Instruction, f.Len())
	for i := range all {
		var code, jt, jf, k C.uint32_t
		C.ctsec_filter_at(f.c, C.size_t(i), &code, &jt, &jf, &k, nil)
		all[i] = Instruction{uint32(code), uint32(jt), uint32(jf), uint32(k)}
	}
	return all
}

// Text is the filter as assembler text, with what each instruction means as a comment.
func (f *Filter) Text() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_filter_to_text(f.c, text, length, cerr)
	})
}

// JSON is the document ctsec/filter/1.
func (f *Filter) JSON() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_filter_to_json(f.c, text, length, cerr)
	})
}

// Diff is every difference of two policies or stacks, each with a call that shows it. It is immutable.
type Diff struct{ c *C.ctsec_diff }

func wrapDiff(c *C.ctsec_diff) *Diff {
	made := &Diff{c}
	runtime.SetFinalizer(made, (*Diff).Close)
	return made
}

// Compare is every difference to another policy.
func (p *Policy) Compare(other *Policy, list ...Option) (*Diff, error) {
	defer runtime.KeepAlive(p)
	defer runtime.KeepAlive(other)
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var diff *C.ctsec_diff
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_policy_diff(p.c, other.c, o.c, &diff, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapDiff(diff), nil
}

// Difference is a call and what each side does with it, SECCOMP_RET_* with data.
type Difference struct {
	Call          Call
	First, Second uint32
}

// Relation is how the two compare: DiffEqual, DiffSameAllowed, DiffFirstAllowsMore, DiffSecondAllowsMore, DiffBoth.
func (d *Diff) Relation() int {
	defer runtime.KeepAlive(d)
	return int(C.ctsec_diff_relation(d.c))
}

// Differences are those that were found.
func (d *Diff) Differences() []Difference {
	defer runtime.KeepAlive(d)
	all := make([]Difference, int(C.ctsec_diff_count(d.c)))
	for i := range all {
		var audit, first, second C.uint32_t
		var number C.int32_t
		var args [6]C.uint64_t
		C.ctsec_diff_at(d.c, C.size_t(i), &audit, &number, &args[0], &first, &second, nil)
		all[i] = Difference{Call{Arch: uint32(audit), Number: int32(number)}, uint32(first), uint32(second)}
		for k, value := range args {
			all[i].Call.Args[k] = uint64(value)
		}
	}
	return all
}

// JSON is the document ctsec/diff/1.
func (d *Diff) JSON() (string, error) {
	defer runtime.KeepAlive(d)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_diff_to_json(d.c, text, length, cerr)
	})
}

// Text is one difference a line, and the relation.
func (d *Diff) Text() (string, error) {
	defer runtime.KeepAlive(d)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_diff_to_text(d.c, text, length, cerr)
	})
}

// ReadCall reads one line of a batch, `ARCH SYSCALL A0 A1 A2 A3 A4 A5`; arguments that are not given are 0. Bit i of
// unknown is set where argument i is "?" or a text in quotes.
func ReadCall(line string) (call Call, unknown uint32, err error) {
	raw := []byte(line)
	text, length := input(raw)
	var audit, bits C.uint32_t
	var number C.int32_t
	var values [6]C.uint64_t
	var cerr *C.ctsec_error
	status := C.ctsec_call_read(text, length, &audit, &number, &values[0], &bits, &cerr)
	runtime.KeepAlive(raw)
	if err := failure(status, cerr); err != nil {
		return Call{}, 0, err
	}
	call = Call{Arch: uint32(audit), Number: int32(number)}
	for i, value := range values {
		call.Args[i] = uint64(value)
	}
	return call, uint32(bits), nil
}

// ActionName writes an action (SECCOMP_RET_* with its data) as batches answer it: "allow", "errno 1".
func ActionName(action uint32) (string, error) {
	var text [32]C.char
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_action_name(C.uint32_t(action), &text[0], 32, &cerr), cerr); err != nil {
		return "", err
	}
	return C.GoString(&text[0]), nil
}
