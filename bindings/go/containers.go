// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"io"
	"runtime"
	"unsafe"
)

// Containers is every container of one input. It is immutable: any number of goroutines may use it.
type Containers struct{ c *C.ctsec_containers }

// Container is one of them.
type Container struct {
	root *Containers
	c    *C.ctsec_container
}

// pointer is nil once the Containers are closed.
func (c *Container) pointer() *C.ctsec_container {
	if c.root.c == nil {
		return nil
	}
	return c.c
}

// ParseContainers reads the containers of one input. A failure is an *Error with line and column.
func ParseContainers(data []byte, list ...Option) (*Containers, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	text, length := input(data)
	var c *C.ctsec_containers
	var cerr *C.ctsec_error
	status := C.ctsec_containers_parse(text, length, o.c, &c, &cerr)
	runtime.KeepAlive(data)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	made := &Containers{c}
	runtime.SetFinalizer(made, (*Containers).Close)
	return made, nil
}

// ReadProcess reads a live process: its id, 0 for this one, -1 for every container on the machine. root is "/proc" as a rule.
func ReadProcess(root string, pid int32, list ...Option) (*Containers, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	name := C.CString(root)
	defer C.free(unsafe.Pointer(name))
	var c *C.ctsec_containers
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_containers_read(name, C.int32_t(pid), o.c, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Containers{c}
	runtime.SetFinalizer(made, (*Containers).Close)
	return made, nil
}

// FindFiles gives the names of files that an input asks for and that no WithFile gives yet: Compose files that it
// extends or includes, env files, seccomp profiles. With these it may name more.
func FindFiles(data []byte, list ...Option) ([]string, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	text, length := input(data)
	var c *C.ctsec_files
	var cerr *C.ctsec_error
	status := C.ctsec_files_find(text, length, o.c, &c, &cerr)
	runtime.KeepAlive(data)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	defer C.ctsec_files_free(c)
	var names []string
	for i := C.size_t(0); i < C.ctsec_files_count(c); i++ {
		names = append(names, C.GoString(C.ctsec_files_at(c, i)))
	}
	return names, nil
}

// ReadContainers is ParseContainers on all that a reader gives.
func ReadContainers(reader io.Reader, list ...Option) (*Containers, error) {
	data, err := io.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	return ParseContainers(data, list...)
}

// Len is their number.
func (cs *Containers) Len() int {
	defer runtime.KeepAlive(cs)
	return int(C.ctsec_containers_count(cs.c))
}

// At is one by its index, nil out of range.
func (cs *Containers) At(index int) *Container {
	defer runtime.KeepAlive(cs)
	if index < 0 {
		return nil
	}
	c := C.ctsec_containers_at(cs.c, C.size_t(index))
	if c == nil {
		return nil
	}
	return &Container{cs, (*C.ctsec_container)(unsafe.Pointer(c))}
}

// Find is one by its id.
func (cs *Containers) Find(id string) (*Container, error) {
	defer runtime.KeepAlive(cs)
	raw := []byte(id)
	text, length := input(raw)
	var c *C.ctsec_container
	var cerr *C.ctsec_error
	status := C.ctsec_containers_find(cs.c, text, length, &c, &cerr)
	if err := failure(status, cerr); err != nil {
		return nil, err
	}
	return &Container{cs, c}, nil
}

// Errors say why parts of the input could not be read, where others could.
func (cs *Containers) Errors() []*Error {
	defer runtime.KeepAlive(cs)
	var all []*Error
	for i := C.size_t(0); i < C.ctsec_containers_error_count(cs.c); i++ {
		err := (*C.ctsec_error)(unsafe.Pointer(C.ctsec_containers_error_at(cs.c, i)))
		all = append(all, describe(C.ctsec_error_code(err), err))
	}
	return all
}

// JSON is the document ctsec/containers/1.
func (cs *Containers) JSON() (string, error) {
	defer runtime.KeepAlive(cs)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_containers_to_json(cs.c, text, length, cerr)
	})
}

// ID is what selects the container: its name, or #1 where it has none.
func (c *Container) ID() string {
	defer runtime.KeepAlive(c.root)
	return C.GoString(C.ctsec_container_id(c.pointer()))
}

// Name is its name, "" where it has none.
func (c *Container) Name() string {
	defer runtime.KeepAlive(c.root)
	return C.GoString(C.ctsec_container_name(c.pointer()))
}

// Format is docker-inspect, podman-inspect, oci...
func (c *Container) Format() string {
	defer runtime.KeepAlive(c.root)
	return C.GoString(C.ctsec_container_format(c.pointer()))
}

// String is the id and the format.
func (c *Container) String() string { return c.ID() + " (" + c.Format() + ")" }
