// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"runtime"
	"syscall"
	"unsafe"
)

// Denials is a stream of log lines, in any envelope, that becomes groups of denials. It belongs to one goroutine.
type Denials struct{ c *C.ctsec_denials }

// NewDenials begins a stream: format is json, ndjson or text. Close it.
func NewDenials(format string, list ...Option) (*Denials, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	name := C.CString(format)
	defer C.free(unsafe.Pointer(name))
	var c *C.ctsec_denials
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_denials_new(o.c, name, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Denials{c}
	runtime.SetFinalizer(made, (*Denials).Close)
	return made, nil
}

// Close frees the stream; calling it twice is harmless.
func (d *Denials) Close() {
	C.ctsec_denials_free(d.c)
	d.c = nil
	runtime.SetFinalizer(d, nil)
}

// SetContainer names the container that the log is about.
func (d *Denials) SetContainer(container *Container) error {
	defer runtime.KeepAlive(d)
	defer runtime.KeepAlive(container)
	var cerr *C.ctsec_error
	return failure(C.ctsec_denials_set_container(d.c, container.pointer(), &cerr), cerr)
}

// SetProfile gives the seccomp profile that was in force.
func (d *Denials) SetProfile(profile *Profile) error {
	defer runtime.KeepAlive(d)
	defer runtime.KeepAlive(profile)
	var cerr *C.ctsec_error
	return failure(C.ctsec_denials_set_profile(d.c, profile.c, &cerr), cerr)
}

// SetFilter gives the filter that was in force, instead of a profile.
func (d *Denials) SetFilter(filter *Filter) error {
	defer runtime.KeepAlive(d)
	defer runtime.KeepAlive(filter)
	var cerr *C.ctsec_error
	return failure(C.ctsec_denials_set_filter(d.c, filter.c, &cerr), cerr)
}

// Feed adds bytes of a log, which may end inside of a line. Another source ends the one before.
func (d *Denials) Feed(source string, data []byte) error {
	defer runtime.KeepAlive(d)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	text, length := input(data)
	var cerr *C.ctsec_error
	status := C.ctsec_denials_feed(d.c, name, text, length, &cerr)
	runtime.KeepAlive(data)
	return failure(status, cerr)
}

// Unread records a source whose bytes could not be had; the error that is recorded is returned.
func (d *Denials) Unread(source string, reason syscall.Errno) error {
	defer runtime.KeepAlive(d)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	var cerr *C.ctsec_error
	return failure(C.ctsec_denials_set_unread(d.c, name, C.int(reason), &cerr), cerr)
}

// Count is how many there are so far of what is asked for: DenialsDenied, DenialsLost...
func (d *Denials) Count(what int) uint64 {
	defer runtime.KeepAlive(d)
	return uint64(C.ctsec_denials_count(d.c, C.int32_t(what)))
}

// Errors are the first hundred lines and sources that could not be read.
func (d *Denials) Errors() []*Error {
	defer runtime.KeepAlive(d)
	var all []*Error
	for i := C.size_t(0); i < C.ctsec_denials_error_count(d.c); i++ {
		err := C.ctsec_denials_error_at(d.c, i)
		all = append(all, describe(C.ctsec_error_code(err), (*C.ctsec_error)(unsafe.Pointer(err))))
	}
	return all
}

// Take gives what is ready: lines for groups not told before.
func (d *Denials) Take() (string, error) {
	defer runtime.KeepAlive(d)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_denials_take(d.c, text, length, cerr)
	})
}

// Finish gives the rest: the document, or the summary.
func (d *Denials) Finish() (string, error) {
	defer runtime.KeepAlive(d)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_denials_finish(d.c, text, length, cerr)
	})
}
