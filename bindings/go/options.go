// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"runtime"
	"strconv"
	"unsafe"
)

// Option is one setting of a question: the long option of the command line without its dashes, and its value.
type Option struct {
	Name, Value string
	file        bool
}

// With makes an Option: With("engine", "docker@24.0"), With("fact", "lsm=apparmor").
func With(name, value string) Option { return Option{Name: name, Value: value} }

// WithFile gives a file that an input may name, by the name that it has for it: see FindFiles.
func WithFile(name string, content []byte) Option {
	return Option{Name: name, Value: string(content), file: true}
}

// Live is an Option that fills from this machine what the others leave open: arch, kernel, and as caps the bounding set
// of a process (0: our own; 1 stands for the machine).
func Live(pid int) Option { return Option{Name: live, Value: strconv.Itoa(pid)} }

// The name of no option of the library.
const live = "\x00pid"

type options struct{ c *C.ctsec_options }

func newOptions(list []Option) (*options, error) {
	var c *C.ctsec_options
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_options_new(&c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &options{c}
	pid := -1
	for _, option := range list {
		if option.Name == live {
			pid, _ = strconv.Atoi(option.Value)
			continue
		}
		name := C.CString(option.Name)
		value, length := input([]byte(option.Value))
		var cerr *C.ctsec_error
		var status C.int
		if option.file {
			status = C.ctsec_options_set_file(c, name, value, length, &cerr)
		} else {
			status = C.ctsec_options_set(c, name, value, length, &cerr)
		}
		C.free(unsafe.Pointer(name))
		if err := failure(status, cerr); err != nil {
			made.free()
			return nil, err
		}
	}
	if pid >= 0 {
		proc := C.CString("/proc")
		defer C.free(unsafe.Pointer(proc))
		if err := failure(C.ctsec_options_read(c, proc, C.int32_t(pid), &cerr), cerr); err != nil {
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
