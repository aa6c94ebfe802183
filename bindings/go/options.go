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

// Option is one setting of a question: the long option of the command line without its dashes, and its value.
type Option struct{ Name, Value string }

// With makes an Option: With("engine", "docker@24.0"), With("fact", "lsm=apparmor").
func With(name, value string) Option { return Option{name, value} }

type options struct{ c *C.ctsec_options }

func newOptions(list []Option) (*options, error) {
	var c *C.ctsec_options
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_options_new(&c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &options{c}
	for _, option := range list {
		name := C.CString(option.Name)
		value, length := input([]byte(option.Value))
		var cerr *C.ctsec_error
		status := C.ctsec_options_set(c, name, value, length, &cerr)
		C.free(unsafe.Pointer(name))
		if err := failure(status, cerr); err != nil {
			made.free()
			return nil, err
		}
	}
	return made, nil
}

func (o *options) free() {
	C.ctsec_options_free(o.c)
	runtime.KeepAlive(o)
}
