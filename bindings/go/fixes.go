// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <ctsec/ctsec.h>
#include <ctsec/fix.h>
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Fixes are changes to a Compose file, a Kubernetes manifest or an OCI configuration that end what was found in it; each was
// proved by reading and checking the new text. It is immutable.
type Fixes struct{ c *C.ctsec_fixes }

// Fix is what became of a finding. Its place is one of the new text for what a fixed finding had hidden.
type Fix struct {
	Finding Finding
	Fixed   bool
	// Reason is why it is left.
	Reason string
}

// Fix changes the text that the findings were made of. Options are those that they were made with. The *Error has the code
// EUnsupported for a format that is not changed.
func (f *Findings) Fix(list ...Option) (*Fixes, error) {
	defer runtime.KeepAlive(f)
	var c *C.ctsec_fixes
	err := ask(list, func(o *C.ctsec_options) error {
		var cerr *C.ctsec_error
		return failure(C.ctsec_fixes_resolve(f.c, o, &c, &cerr), cerr)
	})
	if err != nil {
		return nil, err
	}
	made := &Fixes{c}
	runtime.SetFinalizer(made, (*Fixes).Close)
	return made, nil
}

// All are the findings in their order, and behind them lesser ones that a fixed one had hidden.
func (f *Fixes) All() []Fix {
	defer runtime.KeepAlive(f)
	all := make([]Fix, int(C.ctsec_fixes_count(f.c)))
	for i := range all {
		one := C.ctsec_fixes_at(f.c, C.size_t(i))
		all[i] = Fix{copyFinding(C.ctsec_fix_finding(one)), C.ctsec_fix_status(one) == FixFixed,
			C.GoString(C.ctsec_fix_reason(one))}
	}
	return all
}

// Bytes is the whole text with its changes: the same where there are none.
func (f *Fixes) Bytes() []byte {
	defer runtime.KeepAlive(f)
	var length C.size_t
	text := C.ctsec_fixes_text(f.c, &length)
	if text == nil {
		return nil
	}
	return append([]byte{}, unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length))...)
}

// Diff is the changes as a unified diff, as patch -p0 takes it; "" where there are none.
func (f *Fixes) Diff() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_fixes_diff(f.c, text, length, cerr)
	})
}

// JSON is the document ctsec/fixes/1.
func (f *Fixes) JSON() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_fixes_to_json(f.c, text, length, cerr)
	})
}

// Text is for people, in the language of the options.
func (f *Fixes) Text() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_fixes_to_text(f.c, text, length, cerr)
	})
}
