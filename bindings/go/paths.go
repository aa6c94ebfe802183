// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// PathStatus says what became of an attack path, PathBlocked, PathPossible or PathReachable; statuses compare.
type PathStatus int

// String is the word of the documents: "reachable".
func (s PathStatus) String() string {
	switch s {
	case PathBlocked:
		return "blocked"
	case PathPossible:
		return "possible"
	case PathReachable:
		return "reachable"
	}
	return fmt.Sprintf("PathStatus(%d)", int(s))
}

// Path is one attack path of one container.
type Path struct {
	ID, Title, Container string
	Status               PathStatus
}

// Paths are the attack paths of any number of inputs. They belong to one goroutine.
type Paths struct {
	c *C.ctsec_paths
	// Errors are those of inputs that could not be read.
	Errors []*Error
}

// NewPaths is an empty collection. Close it.
func NewPaths(list ...Option) (*Paths, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	var c *C.ctsec_paths
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_paths_new(o.c, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Paths{c: c}
	runtime.SetFinalizer(made, (*Paths).Close)
	return made, nil
}

// Close frees the collection; calling it twice is harmless.
func (p *Paths) Close() {
	C.ctsec_paths_free(p.c)
	p.c = nil
	runtime.SetFinalizer(p, nil)
}

// Feed adds the containers of one input. An error is recorded in the document as well; the others stay.
func (p *Paths) Feed(source string, data []byte) error {
	defer runtime.KeepAlive(p)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	text, length := input(data)
	var cerr *C.ctsec_error
	status := C.ctsec_paths_feed(p.c, name, text, length, &cerr)
	runtime.KeepAlive(data)
	return note(&p.Errors, failure(status, cerr))
}

// Take adds containers that were parsed before.
func (p *Paths) Take(containers *Containers) error {
	defer runtime.KeepAlive(p)
	var cerr *C.ctsec_error
	status := C.ctsec_paths_take(p.c, containers.c, &cerr)
	runtime.KeepAlive(containers)
	return note(&p.Errors, failure(status, cerr))
}

// Unread records an input whose bytes could not be had.
func (p *Paths) Unread(source string, reason syscall.Errno) error {
	defer runtime.KeepAlive(p)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	var cerr *C.ctsec_error
	return note(&p.Errors, failure(C.ctsec_paths_set_unread(p.c, name, C.int(reason), &cerr), cerr))
}

// Count says how many paths have a status, over all containers.
func (p *Paths) Count(status PathStatus) int {
	defer runtime.KeepAlive(p)
	return int(C.ctsec_paths_count(p.c, C.int(status)))
}

// All are the paths, container by container.
func (p *Paths) All() []Path {
	defer runtime.KeepAlive(p)
	count := C.ctsec_paths_count(p.c, -1)
	all := make([]Path, 0, int(count))
	for i := C.size_t(0); i < count; i++ {
		one := C.ctsec_paths_at(p.c, i)
		all = append(all, Path{C.GoString(C.ctsec_path_id(one)), C.GoString(C.ctsec_path_title(one)),
			C.GoString(C.ctsec_container_id(C.ctsec_path_container(one))), PathStatus(C.ctsec_path_status(one))})
	}
	return all
}

// JSON is the document "ctsec/paths/1".
func (p *Paths) JSON() (string, error) {
	defer runtime.KeepAlive(p)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_paths_to_json(p.c, text, length, cerr)
	})
}

// Text is the report for people, in the language of the options; with the option html as a page.
func (p *Paths) Text() (string, error) {
	defer runtime.KeepAlive(p)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_paths_to_text(p.c, text, length, cerr)
	})
}
