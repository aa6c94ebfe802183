// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
)

// Trace is which calls a program made. It is immutable.
type Trace struct {
	c *C.ctsec_trace
	// Problems are the lines that could not be read, 64 at most.
	Problems []*Error
}

// Least is the least that traces need. It is immutable.
type Least struct{ c *C.ctsec_least }

// TracedCall is a distinct call; bit i of Known says that argument i was kept.
type TracedCall struct {
	Audit  uint32
	Number int32
	Args   [6]uint64
	Known  uint32
	Times  uint64
}

// ParseTrace reads strace, perf trace, audit records or a recording; the option "from" forces one of them.
func ParseTrace(data []byte, list ...Option) (*Trace, error) {
	return ReadTrace(context.Background(), bytes.NewReader(data), list...)
}

// ReadTrace is ParseTrace on what a reader gives, piece by piece: a trace may be longer than memory. It ends with the error
// of the context when that is done.
func ReadTrace(ctx context.Context, reader io.Reader, list ...Option) (*Trace, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var stream *C.ctsec_trace_stream
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_trace_stream_new(o.c, &stream, &cerr), cerr); err != nil {
		return nil, err
	}
	defer C.ctsec_trace_stream_free(stream)
	err = pieces(ctx, reader, func(data []byte) error {
		text, length := input(data)
		var cerr *C.ctsec_error
		status := C.ctsec_trace_stream_feed(stream, text, length, &cerr)
		runtime.KeepAlive(data)
		return failure(status, cerr)
	})
	if err != nil {
		return nil, err
	}
	var c *C.ctsec_trace
	if err := failure(C.ctsec_trace_stream_finish(stream, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Trace{c: c}
	runtime.SetFinalizer(made, (*Trace).Close)
	for {
		var problem *C.ctsec_error
		if err := failure(C.ctsec_trace_stream_take(stream, &problem, &cerr), cerr); err != nil {
			return nil, err
		}
		if problem == nil {
			return made, nil
		}
		made.Problems = append(made.Problems, describe(C.ctsec_error_code(problem), problem))
		C.ctsec_error_free(problem)
	}
}

// All are the distinct calls.
func (t *Trace) All() []TracedCall {
	count := C.ctsec_trace_count(t.c)
	all := make([]TracedCall, int(count))
	for i := C.size_t(0); i < count; i++ {
		var audit, known C.uint32_t
		var number C.int32_t
		var args [6]C.uint64_t
		var times C.uint64_t
		if C.ctsec_trace_at(t.c, i, &audit, &number, &args[0], &known, &times, nil) != 0 {
			continue
		}
		one := TracedCall{Audit: uint32(audit), Number: int32(number), Known: uint32(known), Times: uint64(times)}
		for k, value := range args {
			one.Args[k] = uint64(value)
		}
		all[int(i)] = one
	}
	runtime.KeepAlive(t)
	return all
}

// JSON is the document "ctsec/trace/1".
func (t *Trace) JSON() (string, error) {
	defer runtime.KeepAlive(t)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_trace_to_json(t.c, text, length, cerr)
	})
}

// Text is the trace for people.
func (t *Trace) Text() (string, error) {
	defer runtime.KeepAlive(t)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_trace_to_text(t.c, text, length, cerr)
	})
}

// Recording is the trace as `ctsec record` writes it.
func (t *Trace) Recording() (string, error) {
	defer runtime.KeepAlive(t)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_trace_encode(t.c, text, length, cerr)
	})
}

// LeastOf is the least that traces together need.
func LeastOf(traces []*Trace, list ...Option) (*Least, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	if len(traces) == 0 {
		return nil, errors.New("no trace")
	}
	array := make([]*C.ctsec_trace, len(traces))
	for i, trace := range traces {
		array[i] = trace.c
	}
	var c *C.ctsec_least
	var cerr *C.ctsec_error
	status := C.ctsec_trace_resolve(&array[0], C.size_t(len(array)), o.c, &c, &cerr)
	runtime.KeepAlive(traces)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	made := &Least{c}
	runtime.SetFinalizer(made, (*Least).Close)
	return made, nil
}

// Profile is the seccomp profile, JSON.
func (l *Least) Profile() (string, error) {
	defer runtime.KeepAlive(l)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_least_encode(l.c, text, length, cerr)
	})
}

// JSON is the document "ctsec/least/1".
func (l *Least) JSON() (string, error) {
	defer runtime.KeepAlive(l)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_least_to_json(l.c, text, length, cerr)
	})
}

// Text is the report for people, in the language of the options.
func (l *Least) Text() (string, error) {
	defer runtime.KeepAlive(l)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_least_to_text(l.c, text, length, cerr)
	})
}

// Compare is what a policy (the first side) lacks or allows beyond need.
func (l *Least) Compare(against *Policy, list ...Option) (*Diff, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var diff *C.ctsec_diff
	var cerr *C.ctsec_error
	status := C.ctsec_least_diff(l.c, against.c, o.c, &diff, &cerr)
	runtime.KeepAlive(l)
	runtime.KeepAlive(against)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return wrapDiff(diff), nil
}
