// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

/*
#include <ctsec/ctsec.h>
*/
import "C"

import "runtime"

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Resolution) Close() {
	C.ctsec_resolution_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Containers) Close() {
	C.ctsec_containers_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Profile) Close() {
	C.ctsec_profile_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Policy) Close() {
	C.ctsec_policy_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Filter) Close() {
	C.ctsec_filter_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Verdict) Close() {
	C.ctsec_verdict_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Diagnoses) Close() {
	C.ctsec_lint_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Diff) Close() {
	C.ctsec_diff_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Confinement) Close() {
	C.ctsec_confinement_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Request) Close() {
	C.ctsec_request_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Answer) Close() {
	C.ctsec_answer_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Trace) Close() {
	C.ctsec_trace_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Least) Close() {
	C.ctsec_least_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Credentials) Close() {
	C.ctsec_credentials_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *FileCaps) Close() {
	C.ctsec_filecaps_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Findings) Close() {
	C.ctsec_findings_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}

// Close frees it; calling it twice is harmless, and so is not calling it.
func (o *Fixes) Close() {
	C.ctsec_fixes_free(o.c)
	o.c = nil
	runtime.SetFinalizer(o, nil)
}
