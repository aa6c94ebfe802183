// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <stdlib.h>
#include <ctsec/ctsec.h>
*/
import "C"

import (
	"runtime"
)

// Findings are those of one input; dangerous ones first. It is immutable.
type Findings struct{ c *C.ctsec_findings }

// Check finds what is wrong with the containers.
func (cs *Containers) Check(list ...Option) (*Findings, error) {
	defer runtime.KeepAlive(cs)
	var c *C.ctsec_findings
	err := ask(list, func(o *C.ctsec_options) error {
		var cerr *C.ctsec_error
		return failure(C.ctsec_findings_check(cs.c, o, &c, &cerr), cerr)
	})
	if err != nil {
		return nil, err
	}
	made := &Findings{c}
	runtime.SetFinalizer(made, (*Findings).Close)
	return made, nil
}

// Len is their number.
func (f *Findings) Len() int {
	defer runtime.KeepAlive(f)
	return int(C.ctsec_findings_count(f.c))
}

// At is one of them, without remediation and references, which JSON has; an empty one out of range.
func (f *Findings) At(index int) Finding {
	defer runtime.KeepAlive(f)
	one := C.ctsec_findings_at(f.c, C.size_t(index))
	if index < 0 || one == nil {
		return Finding{}
	}
	return copyFinding(one)
}

func copyFinding(one *C.ctsec_finding) Finding {
	return Finding{
		Rule:      C.GoString(C.ctsec_finding_rule(one)),
		Severity:  Severity(C.ctsec_finding_severity(one)),
		Title:     C.GoString(C.ctsec_finding_title(one)),
		Message:   C.GoString(C.ctsec_finding_message(one)),
		Container: C.GoString(C.ctsec_container_id(C.ctsec_finding_container(one))),
		Pointer:   C.GoString(C.ctsec_finding_pointer(one)),
		Line:      int64(C.ctsec_finding_line(one)),
		Column:    int64(C.ctsec_finding_column(one)),
		Observed:  C.GoString(C.ctsec_finding_observed(one)),
		Because:   C.GoString(C.ctsec_finding_because(one)),
	}
}

// JSON is the document ctsec/findings/1.
func (f *Findings) JSON() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_findings_to_json(f.c, text, length, cerr)
	})
}

// Text is the report for people, in the language of the options.
func (f *Findings) Text() (string, error) {
	defer runtime.KeepAlive(f)
	return take(func(text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_findings_to_text(f.c, text, length, cerr)
	})
}

// Rule is one rule of the catalogue; Rules has its texts.
type Rule struct {
	ID       string
	Severity Severity
}

func wrapRule(c *C.ctsec_rule) Rule {
	return Rule{C.GoString(C.ctsec_rule_id(c)), Severity(C.ctsec_rule_severity(c))}
}

// Catalogue is every rule.
func Catalogue() []Rule {
	all := make([]Rule, int(C.ctsec_rules_count()))
	for i := range all {
		all[i] = wrapRule(C.ctsec_rules_at(C.size_t(i)))
	}
	return all
}

// FindRule is one rule by its id; an *Error names the nearest.
func FindRule(id string) (Rule, error) {
	raw := []byte(id)
	text, length := input(raw)
	var c *C.ctsec_rule
	var cerr *C.ctsec_error
	status := C.ctsec_rules_find(text, length, &c, &cerr)
	runtime.KeepAlive(raw)
	if err := failure(status, cerr); err != nil {
		return Rule{}, err
	}
	return wrapRule(c), nil
}

// RulesText is the catalogue, or the rules of these ids, for people. Option: lang.
func RulesText(ids []string, list ...Option) (string, error) {
	array, free := texts(ids)
	defer free()
	return answer(list, func(o *C.ctsec_options, text **C.char, length *C.size_t, cerr **C.ctsec_error) C.int {
		return C.ctsec_rules_to_text(array, C.size_t(len(ids)), o, text, length, cerr)
	})
}
