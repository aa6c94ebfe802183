// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"fmt"
	"runtime"
)

// Caps is a set of capabilities, one bit each.
type Caps uint64

// ParseCaps reads a mask of hexadecimal digits, strictly; an *Error says at which offset it is wrong.
func ParseCaps(text string) (Caps, error) {
	raw := []byte(text)
	in, length := input(raw)
	var mask C.uint64_t
	var cerr *C.ctsec_error
	status := C.ctsec_caps_parse(in, length, &mask, &cerr)
	runtime.KeepAlive(raw)
	return Caps(mask), failure(status, cerr)
}

// EncodeCaps reads names (with or without CAP_, any case) or numbers, separated by commas or white space.
func EncodeCaps(text string) (Caps, error) {
	raw := []byte(text)
	in, length := input(raw)
	var mask C.uint64_t
	var cerr *C.ctsec_error
	status := C.ctsec_caps_encode(in, length, &mask, &cerr)
	runtime.KeepAlive(raw)
	return Caps(mask), failure(status, cerr)
}

// Has says whether a capability, by its number, is in the set.
func (caps Caps) Has(number int) bool { return number >= 0 && number < 64 && caps>>uint(number)&1 != 0 }

// String is the names, separated by commas.
func (caps Caps) String() string {
	var buffer [CapsText]C.char
	var length C.size_t
	C.ctsec_caps_decode(C.uint64_t(caps), &buffer[0], CapsText, &length, nil)
	return C.GoStringN(&buffer[0], C.int(length))
}

// CapsOf is the set of these capabilities: CapsOf(CapNetAdmin, CapKill).
func CapsOf(numbers ...int) Caps {
	var caps Caps
	for _, number := range numbers {
		if number >= 0 && number < 64 {
			caps |= 1 << uint(number)
		}
	}
	return caps
}

// Numbers are those of its capabilities.
func (caps Caps) Numbers() []int {
	var all []int
	for number := 0; number < 64; number++ {
		if caps.Has(number) {
			all = append(all, number)
		}
	}
	return all
}

// MarshalText gives 16 hexadecimal digits, as documents have masks.
func (caps Caps) MarshalText() ([]byte, error) {
	return []byte(fmt.Sprintf("%016x", uint64(caps))), nil
}

// UnmarshalText reads a mask as ParseCaps does.
func (caps *Caps) UnmarshalText(text []byte) error {
	parsed, err := ParseCaps(string(text))
	if err == nil {
		*caps = parsed
	}
	return err
}

// JSON is the document ctsec/mask/1.
func (caps Caps) JSON() (string, error) {
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_caps_to_json(C.uint64_t(caps), text, length, cerr)
	})
}

// Explain is the document ctsec/capabilities/1: what each capability allows, gates, is used for and opens.
func (caps Caps) Explain(list ...Option) (string, error) {
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_caps_explain(C.uint64_t(caps), o.c, text, length, cerr)
	})
}

// Text is what each capability means, for people. Option: lang.
func (caps Caps) Text(list ...Option) (string, error) {
	return answer(list, func(o *C.ctsec_options, text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_caps_to_text(C.uint64_t(caps), o, text, length, cerr)
	})
}

// FindCap is the number of a name: with or without CAP_, any case. An *Error names the nearest.
func FindCap(name string) (int, error) {
	raw := []byte(name)
	text, length := input(raw)
	var number C.int32_t
	var cerr *C.ctsec_error
	status := C.ctsec_cap_find(text, length, &number, &cerr)
	runtime.KeepAlive(raw)
	return int(number), failure(status, cerr)
}

// CapName is CAP_CHOWN for 0, "" for a number without a name.
func CapName(number int) string { return C.GoString(C.ctsec_cap_name(C.int32_t(number))) }

// Resolution is what an engine gives a container. It is immutable.
type Resolution struct{ c *C.ctsec_resolution }

// ResolveCaps asks what an engine gives: With("engine", "docker@24.0"), With("user", "1000"), With("cap-add",
// "NET_ADMIN"), With("privileged", "true")...
func ResolveCaps(list ...Option) (*Resolution, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var c *C.ctsec_resolution
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_caps_resolve(o.c, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Resolution{c}
	runtime.SetFinalizer(made, (*Resolution).Close)
	return made, nil
}

// Set is one set (SetEffective...) at one moment (MomentAfterExec...); known is false where it hangs on the image.
func (r *Resolution) Set(moment, set int) (caps Caps, known bool) {
	defer runtime.KeepAlive(r)
	var mask C.uint64_t
	state := C.ctsec_resolution_set(r.c, C.int32_t(moment), C.int32_t(set), &mask)
	return Caps(mask), state == StateSet
}

// Remarks are names that were ignored, capabilities without effect, versions that differ.
func (r *Resolution) Remarks() []string {
	defer runtime.KeepAlive(r)
	var all []string
	for i := C.size_t(0); i < C.ctsec_resolution_count(r.c); i++ {
		all = append(all, C.GoString(C.ctsec_resolution_at(r.c, i)))
	}
	return all
}

// JSON is the document ctsec/caps/1.
func (r *Resolution) JSON() (string, error) {
	defer runtime.KeepAlive(r)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_resolution_to_json(r.c, text, length, cerr)
	})
}

// Text is the same for people, in the language of the options.
func (r *Resolution) Text() (string, error) {
	defer runtime.KeepAlive(r)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_resolution_to_text(r.c, text, length, cerr)
	})
}
