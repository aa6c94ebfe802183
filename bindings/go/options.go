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
	kind        optionKind
	limit       int
}

type optionKind int

const (
	named optionKind = iota
	file
	process
	limit
)

// With makes an Option: With("engine", "docker@24.0"), With("fact", "lsm=apparmor").
func With(name, value string) Option { return Option{Name: name, Value: value} }

// WithFile gives a file that an input may name, by the name that it has for it: see FindFiles.
func WithFile(name string, content []byte) Option {
	return Option{Name: name, Value: string(content), kind: file}
}

// Live is an Option that fills from this machine what the others leave open: arch, kernel, and as caps the bounding set
// of a process (0: our own; 1 stands for the machine).
func Live(pid int) Option { return Option{Value: strconv.Itoa(pid), kind: process} }

// WithLimit sets what an input or a call may cost at most: LimitBytes, LimitDepth... 0 is the default.
func WithLimit(which int, value uint64) Option {
	return Option{Value: strconv.FormatUint(value, 10), kind: limit, limit: which}
}

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
		if option.kind == process {
			pid, _ = strconv.Atoi(option.Value)
			continue
		}
		if option.kind == limit {
			value, _ := strconv.ParseUint(option.Value, 10, 64)
			if err := failure(C.ctsec_options_set_limit(c, C.int32_t(option.limit), C.uint64_t(value), &cerr), cerr); err != nil {
				made.free()
				return nil, err
			}
			continue
		}
		name := C.CString(option.Name)
		value, length := input([]byte(option.Value))
		var cerr *C.ctsec_error
		var status C.int
		if option.kind == file {
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
