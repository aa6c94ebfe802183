// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// Profile is a seccomp profile as it was written. It is immutable.
type Profile struct{ c *C.ctsec_profile }

// Policy is a profile resolved for a target. It is immutable.
type Policy struct{ c *C.ctsec_policy }

// Filter is raw BPF. It is immutable.
type Filter struct{ c *C.ctsec_filter }

// Verdict is what happens to one call, and why. It is immutable.
type Verdict struct{ c *C.ctsec_verdict }

func wrapProfile(c *C.ctsec_profile) *Profile {
	made := &Profile{c}
	runtime.SetFinalizer(made, (*Profile).Close)
	return made
}

func wrapFilter(c *C.ctsec_filter) *Filter {
	made := &Filter{c}
	runtime.SetFinalizer(made, (*Filter).Close)
	return made
}

func wrapVerdict(c *C.ctsec_verdict) *Verdict {
	made := &Verdict{c}
	runtime.SetFinalizer(made, (*Verdict).Close)
	return made
}

// BuiltinProfile is docker, docker@20.10, podman or containerd.
func BuiltinProfile(name string) (*Profile, error) {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	var c *C.ctsec_profile
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_profile_find(cname, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapProfile(c), nil
}

// ParseProfile reads OCI, Docker or Podman JSON, or a document that embeds a profile.
func ParseProfile(data []byte, list ...Option) (*Profile, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	text, length := input(data)
	var c *C.ctsec_profile
	var cerr *C.ctsec_error
	status := C.ctsec_profile_parse(text, length, o.c, &c, &cerr)
	runtime.KeepAlive(data)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapProfile(c), nil
}

// Resolve is what the profile means for a target: With("arch", "aarch64"), With("kernel", "6.1"), With("caps", ...).
func (p *Profile) Resolve(list ...Option) (*Policy, error) {
	defer runtime.KeepAlive(p)
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var c *C.ctsec_policy
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_profile_resolve(p.c, o.c, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Policy{c}
	runtime.SetFinalizer(made, (*Policy).Close)
	return made, nil
}

// JSON says which entries are kept or dropped for a target, and why.
func (p *Profile) JSON(list ...Option) (string, error) {
	defer runtime.KeepAlive(p)
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_profile_to_json(p.c, o.c, text, length, cerr)
	})
}

// Lint is what is wrong with the profile, as a document.
func (p *Profile) Lint(list ...Option) (string, error) {
	found, err := p.Diagnose(list...)
	if err != nil {
		return "", err
	}
	return found.JSON()
}

// Diagnoses is what lint found. It is immutable.
type Diagnoses struct{ c *C.ctsec_lint }

// Diagnose looks for what is wrong with the profile.
func (p *Profile) Diagnose(list ...Option) (*Diagnoses, error) {
	defer runtime.KeepAlive(p)
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var lint *C.ctsec_lint
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_profile_lint(p.c, o.c, &lint, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Diagnoses{lint}
	runtime.SetFinalizer(made, (*Diagnoses).Close)
	return made, nil
}

// Count is how many have this severity or a greater one.
func (d *Diagnoses) Count(severity Severity) int {
	defer runtime.KeepAlive(d)
	return int(C.ctsec_lint_count(d.c, C.int32_t(severity)))
}

// JSON is the document ctsec/lint/1.
func (d *Diagnoses) JSON() (string, error) {
	defer runtime.KeepAlive(d)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_lint_to_json(d.c, text, length, cerr)
	})
}

// Text is one a line, gravest first.
func (d *Diagnoses) Text() (string, error) {
	defer runtime.KeepAlive(d)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_lint_to_text(d.c, text, length, cerr)
	})
}

// Text is the same for people.
func (p *Profile) Text(list ...Option) (string, error) {
	defer runtime.KeepAlive(p)
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_profile_to_text(p.c, o.c, text, length, cerr)
	})
}

// Encode is linux.seccomp as the engine hands it to its runtime; "null" for an unconfined container.
func (p *Profile) Encode(list ...Option) (string, error) {
	defer runtime.KeepAlive(p)
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_profile_encode(p.c, o.c, text, length, cerr)
	})
}

type systemCall struct {
	audit   C.uint32_t
	number  C.int32_t
	values  [6]C.uint64_t
	unknown C.uint32_t
}

// parseCall reads a call as people write it: names or numbers, flags joined by |, "?" for what is not known.
func parseCall(arch, syscall string, arguments []string) (*systemCall, error) {
	if len(arguments) > 6 {
		return nil, errors.New("a system call has six arguments at most")
	}
	carch, ccall := C.CString(arch), C.CString(syscall)
	defer C.free(unsafe.Pointer(carch))
	defer C.free(unsafe.Pointer(ccall))
	array, free := texts(arguments)
	defer free()
	var parsed systemCall
	var cerr *C.ctsec_error
	status := C.ctsec_call_parse(carch, ccall, array, C.size_t(len(arguments)), &parsed.audit, &parsed.number,
		&parsed.values[0], &parsed.unknown, &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return &parsed, nil
}

// Simulate says what happens to a call on an architecture; arguments that are not given are unknown.
func (p *Policy) Simulate(arch, syscall string, arguments []string, list ...Option) (*Verdict, error) {
	defer runtime.KeepAlive(p)
	parsed, err := parseCall(arch, syscall, arguments)
	if err != nil {
		return nil, err
	}
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var c *C.ctsec_verdict
	var cerr *C.ctsec_error
	status := C.ctsec_policy_simulate(p.c, parsed.audit, parsed.number, &parsed.values[0], parsed.unknown, o.c, &c, &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapVerdict(c), nil
}

// Call is one call of a batch: the audit arch, the number, the arguments.
type Call struct {
	Arch   uint32
	Number int32
	Args   [6]uint64
}

func columns(calls []Call) (arch []C.uint32_t, number []C.int32_t, args []C.uint64_t) {
	arch, number = make([]C.uint32_t, len(calls)), make([]C.int32_t, len(calls))
	args = make([]C.uint64_t, 6*len(calls))
	for i, call := range calls {
		arch[i], number[i] = C.uint32_t(call.Arch), C.int32_t(call.Number)
		for k, value := range call.Args {
			args[6*i+k] = C.uint64_t(value)
		}
	}
	return arch, number, args
}

// SimulateBatch gives the action (SECCOMP_RET_*) of each call.
func (p *Policy) SimulateBatch(calls []Call) ([]uint32, error) {
	defer runtime.KeepAlive(p)
	if len(calls) == 0 {
		return nil, nil
	}
	arch, number, args := columns(calls)
	actions := make([]uint32, len(calls))
	var cerr *C.ctsec_error
	status := C.ctsec_policy_simulate_batch(p.c, C.size_t(len(calls)), &arch[0], &number[0], &args[0],
		(*C.uint32_t)(unsafe.Pointer(&actions[0])), &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return actions, nil
}

// Compile is the policy as a filter, proved equal to it.
func (p *Policy) Compile() (*Filter, error) {
	defer runtime.KeepAlive(p)
	var c *C.ctsec_filter
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_policy_compile(p.c, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapFilter(c), nil
}

// Diff is every difference to another policy, each with a call that shows it, as a document; equal says there is none.
func (p *Policy) Diff(other *Policy, list ...Option) (document string, equal bool, err error) {
	return differences(p.Compare(other, list...))
}

// Diff is every call that the kernel would decide differently, as a document; Policy.Compile makes a filter of a policy.
func (f *Filter) Diff(other *Filter, list ...Option) (document string, equal bool, err error) {
	return differences(Stack{f}.Compare(Stack{other}, list...))
}

func differences(diff *Diff, err error) (string, bool, error) {
	if err != nil {
		return "", false, err
	}
	text, err := diff.JSON()
	return text, diff.Relation() == DiffEqual, err
}

// JSON is the intermediate form, ctsec/policy/1.
func (p *Policy) JSON() (string, error) {
	defer runtime.KeepAlive(p)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_policy_to_json(p.c, text, length, cerr)
	})
}

// DecodeFilter reads struct sock_filter in the byte order of the target.
func DecodeFilter(data []byte, list ...Option) (*Filter, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	text, length := input(data)
	var c *C.ctsec_filter
	var cerr *C.ctsec_error
	status := C.ctsec_filter_decode((*C.uint8_t)(unsafe.Pointer(text)), length, o.c, &c, &cerr)
	runtime.KeepAlive(data)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapFilter(c), nil
}

// Len is the number of instructions.
func (f *Filter) Len() int {
	defer runtime.KeepAlive(f)
	return int(C.ctsec_filter_count(f.c))
}

// MarshalBinary gives struct sock_filter, 8 bytes an instruction.
func (f *Filter) MarshalBinary() ([]byte, error) {
	defer runtime.KeepAlive(f)
	var bytes *C.uint8_t
	var length C.size_t
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_filter_encode(f.c, &bytes, &length, &cerr), cerr); err != nil {
		return nil, err
	}
	defer C.ctsec_free(unsafe.Pointer(bytes))
	return C.GoBytes(unsafe.Pointer(bytes), C.int(length)), nil
}

// Allowed says whether the call goes through; known is false where unknown arguments leave both open.
func (v *Verdict) Allowed() (allowed, known bool) {
	defer runtime.KeepAlive(v)
	passes, stops := false, false
	for i := C.size_t(0); i < C.ctsec_verdict_count(v.c); i++ {
		var action C.uint32_t
		C.ctsec_verdict_at(v.c, i, &action, nil)
		if kind := action & 0xffff0000; kind == 0x7fff0000 || kind == 0x7ffc0000 {
			passes = true
		} else {
			stops = true
		}
	}
	return passes && !stops, passes != stops
}

// Rule is the JSON pointer of the rule, insn:N for raw BPF, "" for the default action.
func (v *Verdict) Rule() string {
	defer runtime.KeepAlive(v)
	return C.GoString(C.ctsec_verdict_rule(v.c))
}

// Why says what decided.
func (v *Verdict) Why() string {
	defer runtime.KeepAlive(v)
	return C.GoString(C.ctsec_verdict_why(v.c))
}

// JSON is the document ctsec/verdict/1.
func (v *Verdict) JSON() (string, error) {
	defer runtime.KeepAlive(v)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_verdict_to_json(v.c, text, length, cerr)
	})
}

// Text is the verdict as a few lines for people.
func (v *Verdict) Text() (string, error) {
	defer runtime.KeepAlive(v)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_verdict_to_text(v.c, text, length, cerr)
	})
}

// Decided is false where unknown arguments leave several actions.
func (v *Verdict) Decided() bool {
	defer runtime.KeepAlive(v)
	return C.ctsec_verdict_outcome(v.c) == VerdictDecided
}

// Actions are SECCOMP_RET_* with their data, strictest first; one where it is decided.
func (v *Verdict) Actions() []uint32 {
	defer runtime.KeepAlive(v)
	all := make([]uint32, int(C.ctsec_verdict_count(v.c)))
	for i := range all {
		var action C.uint32_t
		C.ctsec_verdict_at(v.c, C.size_t(i), &action, nil)
		all[i] = uint32(action)
	}
	return all
}

// Logged says whether the kernel writes an audit record; known is false where that hangs on what is not known.
func (v *Verdict) Logged() (logged, known bool) {
	defer runtime.KeepAlive(v)
	state := C.ctsec_verdict_logged(v.c)
	return state == LoggedYes, state != LoggedUnknown
}

// Agree says whether the runtime's and the kernel's meaning equal the policy's; known is false where one is not known.
func (v *Verdict) Agree() (agree, known bool) {
	defer runtime.KeepAlive(v)
	state := C.ctsec_verdict_agree(v.c)
	return state == 1, state >= 0
}
