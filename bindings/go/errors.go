// SPDX-License-Identifier: LGPL-2.1-or-later

// Package ctsec answers, for any container: what can it really do, which layer stops it, and what should change. It
// binds libctsec.so.0.
package ctsec

/*
#cgo pkg-config: libctsec
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"errors"
	"fmt"
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

// failure turns a status and its error into a Go error, and frees it.
func failure(status C.int, err *C.ctsec_error) error {
	if status >= 0 {
		return nil
	}
	defer C.ctsec_error_free(err)
	return &Error{
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
}

// note keeps what the library refused of one input, and returns the error as it is.
func note(kept *[]*Error, err error) error {
	var own *Error
	if errors.As(err, &own) {
		*kept = append(*kept, own)
	}
	return err
}

// owned copies text that the library gave and frees it.
func owned(text *C.char, length C.size_t) string {
	defer C.ctsec_free(unsafe.Pointer(text))
	return C.GoStringN(text, C.int(length))
}

// document takes the text that a call gives, or its error.
func document(call func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int) (string, error) {
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

// Version is the version of the library in use.
func Version() string { return C.GoString(C.ctsec_version()) }

// DataVersion is the version of its built-in tables, a date.
func DataVersion() string { return C.GoString(C.ctsec_data_version()) }
