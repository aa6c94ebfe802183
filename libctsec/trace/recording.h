/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_TRACE_RECORDING_H
#define CT_TRACE_RECORDING_H

#include "base/buffer.h"
#include "trace/trace.h"

/* "times 12 x86_64 socket 0=0x2"; times 0: none is written. */
void ct_recording_call(ct_buffer *buffer, const char *item, uint64_t times, const ct_trace_call *call);
void ct_recording_unseen(ct_buffer *buffer, const ctsec_trace *trace);

#endif
