// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// Severity says how bad a finding is; severities compare.
type Severity int

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

// String is the word of the documents: "critical".
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return severityNames[s]
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames {
		if name == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no severity", text)
}

// Finding is one finding. Observed is never a secret.
type Finding struct {
	Rule        string             `json:"rule"`
	Severity    Severity           `json:"severity"`
	Title       string             `json:"title"`
	Message     string             `json:"message"`
	Container   string             `json:"-"`
	Pointer     string             `json:"pointer"`
	Line        int64              `json:"line"`
	Column      int64              `json:"column"`
	Observed    string             `json:"observed"`
	Remediation map[string]*string `json:"remediation"`
	References  []string           `json:"references"`
	Because     string             `json:"because"`
	// Paths are the attack paths that it enables.
	Paths []FindingPath `json:"paths"`
}

// FindingPath is one attack path of a finding: its id, its status ("reachable", "possible" or "blocked"), and where it is
// blocked the layers.
type FindingPath struct {
	ID        string   `json:"id"`
	Status    string   `json:"status"`
	BlockedBy []string `json:"blocked_by"`
}

// Scan is a stream of inputs that becomes one report. It belongs to one goroutine.
type Scan struct {
	c *C.ctsec_scan
	// Errors are those of inputs that could not be read.
	Errors []*Error
}

// NewScan begins a report: format is json, ndjson, text, sarif, junit, markdown or
// html; With("audit", "true") makes of the last two, and of text, the statement and checklist for an audit. Close it.
func NewScan(format string, list ...Option) (*Scan, error) {
	o, err := newOptions(list)
	if err != nil {
		return nil, err
	}
	defer o.free()
	name := C.CString(format)
	defer C.free(unsafe.Pointer(name))
	var c *C.ctsec_scan
	var cerr *C.ctsec_error
	if err := failure(C.ctsec_scan_new(o.c, name, &c, &cerr), cerr); err != nil {
		return nil, err
	}
	made := &Scan{c: c}
	runtime.SetFinalizer(made, (*Scan).Close)
	return made, nil
}

// Close frees the stream; calling it twice is harmless.
func (s *Scan) Close() {
	C.ctsec_scan_free(s.c)
	s.c = nil
	runtime.SetFinalizer(s, nil)
}

// Feed adds one input. An error is recorded in the report as well; the stream goes on.
func (s *Scan) Feed(source string, data []byte) error {
	defer runtime.KeepAlive(s)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	text, length := input(data)
	var cerr *C.ctsec_error
	status := C.ctsec_scan_feed(s.c, name, text, length, &cerr)
	runtime.KeepAlive(data)
	return note(&s.Errors, failure(status, cerr))
}

// Waivers takes findings that were accepted (YAML or JSON); give the option now where they end on a day. Before Feed.
func (s *Scan) Waivers(source string, data []byte) error {
	defer runtime.KeepAlive(s)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	text, length := input(data)
	var cerr *C.ctsec_error
	status := C.ctsec_scan_set_waivers(s.c, name, text, length, &cerr)
	runtime.KeepAlive(data)
	return note(&s.Errors, failure(status, cerr))
}

// Baseline takes an earlier document ctsec/findings/1, so that only what is new is reported. Before Feed.
func (s *Scan) Baseline(source string, data []byte) error {
	defer runtime.KeepAlive(s)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	text, length := input(data)
	var cerr *C.ctsec_error
	status := C.ctsec_scan_set_baseline(s.c, name, text, length, &cerr)
	runtime.KeepAlive(data)
	return note(&s.Errors, failure(status, cerr))
}

// Process adds a live process: its id, 0 for this one, -1 for every container on the machine. root is "/proc" as a rule.
func (s *Scan) Process(root string, pid int32) error {
	defer runtime.KeepAlive(s)
	name := C.CString(root)
	defer C.free(unsafe.Pointer(name))
	var cerr *C.ctsec_error
	return note(&s.Errors, failure(C.ctsec_scan_read(s.c, name, C.int32_t(pid), &cerr), cerr))
}

// SetFiles takes files (WithFile) for the inputs to come, in place of those before.
func (s *Scan) SetFiles(list ...Option) error {
	defer runtime.KeepAlive(s)
	o, err := newOptions(list)
	if err != nil {
		return err
	}
	defer o.free()
	var cerr *C.ctsec_error
	return failure(C.ctsec_scan_set_files(s.c, o.c, &cerr), cerr)
}

// Unread records an input whose bytes could not be had.
func (s *Scan) Unread(source string, reason syscall.Errno) error {
	defer runtime.KeepAlive(s)
	name := C.CString(source)
	defer C.free(unsafe.Pointer(name))
	var cerr *C.ctsec_error
	return note(&s.Errors, failure(C.ctsec_scan_set_unread(s.c, name, C.int(reason), &cerr), cerr))
}

// Count is the number of findings so far at or above a severity.
func (s *Scan) Count(severity Severity) int {
	defer runtime.KeepAlive(s)
	return int(C.ctsec_scan_count(s.c, C.int(severity)))
}

// Take gives what is ready: whole lines.
func (s *Scan) Take() (string, error) {
	defer runtime.KeepAlive(s)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_scan_take(s.c, text, length, cerr)
	})
}

// Finish gives the rest: the document, or the summary.
func (s *Scan) Finish() (string, error) {
	defer runtime.KeepAlive(s)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_scan_finish(s.c, text, length, cerr)
	})
}

// ScanBytes gives the findings of one input.
func ScanBytes(data []byte, list ...Option) ([]Finding, error) {
	scan, err := NewScan("json", list...)
	if err != nil {
		return nil, err
	}
	defer scan.Close()
	if err := scan.Feed("-", data); err != nil {
		return nil, err
	}
	text, err := scan.Finish()
	if err != nil {
		return nil, err
	}
	var document struct {
		Containers []struct {
			ID       string    `json:"id"`
			Findings []Finding `json:"findings"`
		} `json:"containers"`
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	var all []Finding
	for _, container := range document.Containers {
		for _, finding := range container.Findings {
			finding.Container = container.ID
			all = append(all, finding)
		}
	}
	return all, nil
}

// Rules is the catalogue as the document ctsec/rules/1, or only the rules of these ids.
func Rules(ids []string, list ...Option) (string, error) {
	o, err := newOptions(list)
	if err != nil {
		return "", err
	}
	defer o.free()
	array, free := texts(ids)
	defer free()
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_rules_to_json(array, C.size_t(len(ids)), o.c, text, length, cerr)
	})
}
