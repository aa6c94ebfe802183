// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// Outcome says what becomes of a call: AnswerAllow, AnswerDeny or AnswerUnknown.
type Outcome int

// String is the word of the documents: "deny".
func (o Outcome) String() string {
	switch o {
	case AnswerAllow:
		return "allow"
	case AnswerDeny:
		return "deny"
	case AnswerUnknown:
		return "unknown"
	}
	return fmt.Sprintf("Outcome(%d)", int(o))
}

// Layer is what stands between a process and a call: LayerSeccomp, LayerCapability... 0 is none.
type Layer int

var layerNames = [...]string{"", "seccomp", "capability", "credentials", "file", "mount", "device", "namespace", "sysctl", "lsm"}

// String is the word of the documents: "capability".
func (l Layer) String() string {
	if l < 0 || int(l) >= len(layerNames) {
		return fmt.Sprintf("Layer(%d)", int(l))
	}
	return layerNames[l]
}

// Confinement is one container with everything that confines it, resolved for a target. It is immutable: any number of
// goroutines may use it.
type Confinement struct{ c *C.ctsec_confinement }

// Request is a call that is asked about. It is immutable.
type Request struct{ c *C.ctsec_request }

// Answer is what became of one request. It is immutable.
type Answer struct{ c *C.ctsec_answer }

// Confinement resolves what confines the container. profile stands for a seccomp profile that the input only names;
// nil where there is none.
func (c *Container) Confinement(profile *Profile, list ...Option) (*Confinement, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var given *C.ctsec_profile
	if profile != nil {
		given = profile.c
	}
	var made *C.ctsec_confinement
	var cerr *C.ctsec_error
	status := C.ctsec_confinement_resolve(c.pointer(), given, o.c, &made, &cerr)
	runtime.KeepAlive(c.root)
	runtime.KeepAlive(profile)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	confinement := &Confinement{made}
	runtime.SetFinalizer(confinement, (*Confinement).Close)
	return confinement, nil
}

func wrapRequest(c *C.ctsec_request) *Request {
	made := &Request{c}
	runtime.SetFinalizer(made, (*Request).Close)
	return made
}

// NewRequest reads a call as people write it: NewRequest("x86_64", "mount", `"tmpfs"`, "?", `"tmpfs"`).
func NewRequest(arch, syscall string, args ...string) (*Request, error) {
	carch, cname := C.CString(arch), C.CString(syscall)
	defer C.free(unsafe.Pointer(carch))
	defer C.free(unsafe.Pointer(cname))
	array, free := texts(args)
	defer free()
	var c *C.ctsec_request
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_request_parse(carch, cname, array, C.size_t(len(args)), &c, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapRequest(c), nil
}

// Do gives the typical call behind everyday words: "bind port 80".
func Do(arch, words string) (*Request, error) {
	carch := C.CString(arch)
	defer C.free(unsafe.Pointer(carch))
	raw := []byte(words)
	text, length := input(raw)
	var c *C.ctsec_request
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_request_find(carch, text, length, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapRequest(c), nil
}

// ReadRequest reads one line of a batch: "ARCH SYSCALL A0 A1 A2 A3 A4 A5"; arguments that are not given are 0.
func ReadRequest(line string) (*Request, error) {
	raw := []byte(line)
	text, length := input(raw)
	var c *C.ctsec_request
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_request_read(text, length, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapRequest(c), nil
}

// Shorthands are everyday words, and the call that each stands for.
func Shorthands() map[string]string {
	all := map[string]string{}
	for i := C.size_t(0); i < C.ctsec_shorthand_count(); i++ {
		all[C.GoString(C.ctsec_shorthand_at(i))] = C.GoString(C.ctsec_shorthand_name(i))
	}
	return all
}

// Check answers one request in full.
func (c *Confinement) Check(request *Request) (*Answer, error) {
	var made *C.ctsec_answer
	var cerr *C.ctsec_error
	status := C.ctsec_confinement_check(c.c, request.c, &made, &cerr)
	runtime.KeepAlive(c)
	runtime.KeepAlive(request)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	answer := &Answer{made}
	runtime.SetFinalizer(answer, (*Answer).Close)
	return answer, nil
}

// CheckedCall is what became of one call of a batch; Layer and Errno are 0 unless denied.
type CheckedCall struct {
	Outcome Outcome
	Layer   Layer
	Errno   int
}

// CheckBatch answers many calls at once. unknown[i] has bit k set where argument k of call i is not known; nil: all are.
func (c *Confinement) CheckBatch(calls []Call, unknown []uint32) ([]CheckedCall, error) {
	defer runtime.KeepAlive(c)
	if unknown != nil && len(unknown) != len(calls) {
		return nil, fmt.Errorf("%d calls and %d words of what is unknown", len(calls), len(unknown))
	}
	if len(calls) == 0 {
		return nil, nil
	}
	arch, number, args := columns(calls)
	var bits *C.uint32_t
	if unknown != nil {
		bits = (*C.uint32_t)(unsafe.Pointer(&unknown[0]))
	}
	outcomes, layers := make([]C.uint8_t, len(calls)), make([]C.uint8_t, len(calls))
	numbers := make([]C.int32_t, len(calls))
	var cerr *C.ctsec_error
	status := C.ctsec_confinement_check_batch(c.c, C.size_t(len(calls)), &arch[0], &number[0], &args[0], bits, &outcomes[0],
		&layers[0], &numbers[0], &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	all := make([]CheckedCall, len(calls))
	for i := range all {
		all[i] = CheckedCall{Outcome(outcomes[i]), Layer(layers[i]), int(numbers[i])}
	}
	return all, nil
}

// CheckLines answers many calls at once, each "ARCH SYSCALL A0...": allow, deny EPERM capability, unknown userns.
func (c *Confinement) CheckLines(lines string) ([]string, error) {
	raw := []byte(lines)
	first, size := input(raw)
	var errors C.size_t
	text, err := take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_confinement_check_lines(c.c, first, size, text, length, &errors, cerr)
	})
	runtime.KeepAlive(c)
	if err != nil || text == "" {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n"), nil
}

// Outcome is allow, deny or unknown.
func (a *Answer) Outcome() Outcome {
	defer runtime.KeepAlive(a)
	return Outcome(C.ctsec_answer_outcome(a.c))
}

// Layer is the one that decides; 0 unless denied.
func (a *Answer) Layer() Layer {
	defer runtime.KeepAlive(a)
	return Layer(C.ctsec_answer_layer(a.c))
}

// Errno is what the call gets, a number of its arch; 0 unless denied, and where it is killed.
func (a *Answer) Errno() int {
	defer runtime.KeepAlive(a)
	return int(C.ctsec_answer_errno(a.c))
}

// Needs are the facts that are missing: keys for With("fact", "KEY=VALUE").
func (a *Answer) Needs() []string {
	defer runtime.KeepAlive(a)
	var all []string
	for i := C.size_t(0); i < C.ctsec_answer_need_count(a.c); i++ {
		all = append(all, C.GoString(C.ctsec_answer_need_at(a.c, i)))
	}
	return all
}

// JSON is the document ctsec/why/1.
func (a *Answer) JSON() (string, error) {
	defer runtime.KeepAlive(a)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_answer_to_json(a.c, text, length, cerr)
	})
}

// Text is the answer for people.
func (a *Answer) Text() (string, error) {
	defer runtime.KeepAlive(a)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_answer_to_text(a.c, text, length, cerr)
	})
}
