// SPDX-License-Identifier: LGPL-2.1-or-later

// Package ctsec answers, for any container: what can it really do, which layer stops it, and what should change. It
// binds libctsec.so.0.
//
// Results (Containers, Policy, Verdict, Answer...) are immutable: any number of goroutines may use them. Streams (Scan,
// Paths, Denials, Recorder) belong to one goroutine at a time.
//
// Memory of the library is freed by Close, which may be called twice. Where it is not called, a finalizer does the same
// some time after the last use; nothing else hangs on it, so that is a safety net against leaks, and no more. An object
// that was closed answers with an *Error of the code EArg, or with nothing. What was derived from an object (a Policy of a
// Profile, an Answer of a Confinement) lives on when that is closed, but for a Container, which is part of its Containers.
//
// Documents are JSON, byte for byte those of the tool; package document has them as structs.
package ctsec

/*
#cgo pkg-config: libctsec
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"syscall"
	"unsafe"
)

// Error is what the library refused, and where. Members that do not apply are zero; Offset is then -1.
type Error struct {
	Code    int
	Name    string
	Message string
	Source  string
	Offset  int64
	Line    int64
	Column  int64
	Pointer string
	Errno   int
	// Others are the errors that were met beside it in the same input.
	Others []*Error

	document string
}

func (e *Error) Error() string {
	place := e.Source
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, e.Line, e.Column)
	}
	if place == "" {
		return e.Message
	}
	return place + ": " + e.Message
}

// Is lets errors.Is compare by code: errors.Is(err, &ctsec.Error{Code: ctsec.ESyntax}).
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// Unwrap gives the errno, where one is behind it: errors.Is(err, fs.ErrNotExist).
func (e *Error) Unwrap() error {
	if e.Errno == 0 {
		return nil
	}
	return syscall.Errno(e.Errno)
}

// MarshalJSON gives a member of errors[] of documents: source, code, message, offset, line, column, pointer.
func (e *Error) MarshalJSON() ([]byte, error) {
	if e.document == "" {
		return nil, errors.New("the error is not the library's")
	}
	return []byte(e.document), nil
}

// failure turns a status and its error into a Go error, and frees it.
func failure(status C.int, err *C.ctsec_error) error {
	if status >= 0 {
		return nil
	}
	defer C.ctsec_error_free(err)
	made := describe(status, err)
	for i := C.size_t(1); i < C.ctsec_error_count(err); i++ {
		other := C.ctsec_error_at(err, i)
		made.Others = append(made.Others, describe(C.ctsec_error_code(other), other))
	}
	return made
}

// describe copies an error that is borrowed.
func describe(status C.int, err *C.ctsec_error) *Error {
	made := &Error{
		Code:    int(status),
		Name:    C.GoString(C.ctsec_error_name(status)),
		Message: C.GoString(C.ctsec_error_message(err)),
		Source:  C.GoString(C.ctsec_error_source(err)),
		Offset:  int64(C.ctsec_error_offset(err)),
		Line:    int64(C.ctsec_error_line(err)),
		Column:  int64(C.ctsec_error_column(err)),
		Pointer: C.GoString(C.ctsec_error_pointer(err)),
		Errno:   int(C.ctsec_error_errno(err)),
	}
	var text *C.char
	var length C.size_t
	if C.ctsec_error_to_json(err, &text, &length, nil) == 0 {
		made.document = owned(text, length)
	}
	return made
}

// note keeps what the library refused of one input, and returns the error as it is.
func note(kept *[]*Error, err error) error {
	var own *Error
	if errors.As(err, &own) {
		*kept = append(append(*kept, own), own.Others...)
	}
	return err
}

// owned copies text that the library gave and frees it.
func owned(text *C.char, length C.size_t) string {
	defer C.ctsec_free(unsafe.Pointer(text))
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length)))
}

// take gives the text that a call gives, or its error.
func take(call func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int) (string, error) {
	var text *C.char
	var length C.size_t
	var cerr *C.ctsec_error
	if err := failure(call(&text, &length, &cerr), cerr); err != nil {
		return "", err
	}
	return owned(text, length), nil
}

// input gives a pointer that C may read during one call; empty input gets a valid pointer too.
func input(data []byte) (*C.char, C.size_t) {
	if len(data) == 0 {
		return (*C.char)(unsafe.Pointer(&empty[0])), 0
	}
	return (*C.char)(unsafe.Pointer(&data[0])), C.size_t(len(data))
}

var empty [1]byte

// texts is an array of strings in C memory (Go pointers may not be stored in memory that C reads), and what frees it.
func texts(words []string) (**C.char, func()) {
	array := (**C.char)(C.calloc(C.size_t(len(words)+1), C.size_t(unsafe.Sizeof((*C.char)(nil)))))
	slots := unsafe.Slice(array, len(words))
	for i, word := range words {
		slots[i] = C.CString(word)
	}
	return array, func() {
		for _, slot := range slots {
			C.free(unsafe.Pointer(slot))
		}
		C.free(unsafe.Pointer(array))
	}
}

// ask gives options to a call, and frees them.
func ask(list []Option, call func(o *C.ctsec_options) error) error {
	o, err := newOptions(list)
	if err != nil {
		return err
	}
	defer o.free()
	return call(o.c)
}

// answer is the text of a call that takes options.
func answer(list []Option, call func(o *C.ctsec_options, text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int) (string, error) {
	made := ""
	err := ask(list, func(o *C.ctsec_options) (err error) {
		made, err = take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
			return call(o, text, length, cerr)
		})
		return err
	})
	return made, err
}

// Version is the version of the library in use.
func Version() string { return C.GoString(C.ctsec_version()) }

// DataVersion is the version of its built-in tables, a date.
func DataVersion() string { return C.GoString(C.ctsec_data_version()) }
