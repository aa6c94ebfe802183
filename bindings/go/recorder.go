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

// Recorder makes a recording of calls that its user sees, as the tool's command record does. It belongs to one goroutine.
// Load Filter, ask Memory of each call what to read, give it to Feed, and write what Take and Finish give: a trace.
type Recorder struct{ c *C.ctsec_recorder }

// NewRecorder begins a recording. Option: arch. Close it.
func NewRecorder(list ...Option) (*Recorder, error) {
	var c *C.ctsec_recorder
	err := ask(list, func(o *C.ctsec_options) error {
		var cerr *C.ctsec_error
		return failure(C.ctsec_recorder_new(o, &c, &cerr), cerr)
	})
	if err != nil {
		return nil, err
	}
	made := &Recorder{c}
	runtime.SetFinalizer(made, (*Recorder).Close)
	return made, nil
}

// Close frees the recorder; calling it twice is harmless.
func (r *Recorder) Close() {
	C.ctsec_recorder_free(r.c)
	r.c = nil
	runtime.SetFinalizer(r, nil)
}

// Set is what stands in the head: kernel, uid, caps, command (one argument each call), status; all.
func (r *Recorder) Set(name, value string) error {
	defer runtime.KeepAlive(r)
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	raw := []byte(value)
	text, length := input(raw)
	var cerr *C.ctsec_error
	status := C.ctsec_recorder_set(r.c, cname, text, length, &cerr)
	runtime.KeepAlive(raw)
	return failure(status, cerr)
}

// Filter is the one to load: action (SECCOMP_RET_USER_NOTIF or SECCOMP_RET_TRACE) for each call that is looked at.
func (r *Recorder) Filter(action uint32) (*Filter, error) {
	defer runtime.KeepAlive(r)
	var c *C.ctsec_filter
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_recorder_compile(r.c, C.uint32_t(action), &c, &cerr), cerr); err != nil {
		return nil, err
	}
	return wrapFilter(c), nil
}

// Profile is the same as linux.seccomp of an OCI configuration, whose listener is handed to the socket.
func (r *Recorder) Profile(listener string) (string, error) {
	defer runtime.KeepAlive(r)
	path := C.CString(listener)
	defer C.free(unsafe.Pointer(path))
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_recorder_encode(r.c, path, text, length, cerr)
	})
}

// Notification is what a listener of seccomp is told; see seccomp_unotify(2).
type Notification struct {
	ID   uint64
	PID  uint32
	Call Call
}

// DecodeNotification reads a struct seccomp_notif, as SECCOMP_IOCTL_NOTIF_RECV fills it.
func DecodeNotification(raw []byte) (Notification, error) {
	text, length := input(raw)
	var id C.uint64_t
	var pid, audit C.uint32_t
	var number C.int32_t
	var args [6]C.uint64_t
	var cerr *C.ctsec_error
	status := C.ctsec_notification_decode((*C.uint8_t)(unsafe.Pointer(text)), length, &id, &pid, &audit, &number, &args[0], &cerr)
	runtime.KeepAlive(raw)
	if err := failure(status, cerr); err != nil {
		return Notification{}, err
	}
	made := Notification{ID: uint64(id), PID: uint32(pid), Call: Call{Arch: uint32(audit), Number: int32(number)}}
	for i, value := range args {
		made.Call.Args[i] = uint64(value)
	}
	return made, nil
}

func arguments(call Call) *[6]C.uint64_t {
	var args [6]C.uint64_t
	for i, value := range call.Args {
		args[i] = C.uint64_t(value)
	}
	return &args
}

// Memory is where the caller's memory says more about a call, 64 bytes at most; length is 0 where nothing is needed.
func (r *Recorder) Memory(call Call) (address uint64, length int, err error) {
	defer runtime.KeepAlive(r)
	var where C.uint64_t
	var size C.size_t
	var cerr *C.ctsec_error
	status := C.ctsec_recorder_find(r.c, C.uint32_t(call.Arch), C.int32_t(call.Number), &arguments(call)[0], &where, &size, &cerr)
	return uint64(where), int(size), failure(status, cerr)
}

// Feed counts one call; memory is what Memory asked for, nil where there is none.
func (r *Recorder) Feed(call Call, memory []byte) error {
	defer runtime.KeepAlive(r)
	var bytes *C.uint8_t
	if len(memory) > 0 {
		bytes = (*C.uint8_t)(unsafe.Pointer(&memory[0]))
	}
	var cerr *C.ctsec_error
	status := C.ctsec_recorder_feed(r.c, C.uint32_t(call.Arch), C.int32_t(call.Number), &arguments(call)[0], bytes,
		C.size_t(len(memory)), &cerr)
	runtime.KeepAlive(memory)
	return failure(status, cerr)
}

// Take is what the recording has got since it was last taken.
func (r *Recorder) Take() (string, error) {
	defer runtime.KeepAlive(r)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_recorder_take(r.c, text, length, cerr)
	})
}

// Finish is the rest of the recording.
func (r *Recorder) Finish() (string, error) {
	defer runtime.KeepAlive(r)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_recorder_finish(r.c, text, length, cerr)
	})
}
