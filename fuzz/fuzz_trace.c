/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte picks the format: 0 detects. However it is cut, the same is read; every line is counted; the recording
 * of what was read reads the same; and a least profile allows it. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "trace/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static ctsec_trace *read_trace(const char *from, const char *text, size_t size, size_t piece) {
  ctsec_options *options = NULL;
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *trace = NULL;
  ctsec_error *error = NULL, *problem = NULL;
  must(!ctsec_options_new(&options, NULL));
  if (from) must(!ctsec_options_set(options, "from", from, strlen(from), NULL));
  must(!ctsec_trace_stream_new(options, &stream, NULL));
  for (size_t at = 0; at < size; at += piece)
    must(!ctsec_trace_stream_feed(stream, text + at, size - at < piece ? size - at : piece, NULL));
  int status = ctsec_trace_stream_finish(stream, &trace, &error);
  must(!status == (trace != NULL) && !status == !error);
  ctsec_error_free(error);
  for (;;) {
    must(!ctsec_trace_stream_take(stream, &problem, NULL));
    if (!problem) break;
    must(ctsec_error_line(problem) > 0 && ctsec_error_column(problem) > 0 && ctsec_error_offset(problem) <= (int64_t)size);
    ctsec_error_free(problem);
  }
  ctsec_trace_stream_free(stream);
  ctsec_options_free(options);
  return trace;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const formats[] = {NULL, "strace", "perf", "audit", "recording"};
  if (!size) return 0;
  const char *from = formats[*data % 5], *text = (const char *)data + 1;
  size--;
  ctsec_trace *trace = read_trace(from, text, size, size ? size : 1);
  ctsec_trace *cut = read_trace(from, text, size, 7);
  must(!trace == !cut);
  if (!trace) return 0;
  must(trace->seen == cut->seen && trace->count == cut->count && trace->unparsed == cut->unparsed);
  must(trace->lines == cut->lines && trace->others + trace->unparsed <= trace->lines);
  char *again = NULL;
  size_t length = 0;
  must(!ctsec_trace_encode(trace, &again, &length, NULL));
  ctsec_trace *second = read_trace(NULL, again, length, length);
  must(second && second->unparsed == 0 && second->count == trace->count);
  ctsec_trace_free(second);
  ctsec_free(again);
  ctsec_least *least = NULL;
  const ctsec_trace *const traces[] = {trace};
  /* Proves itself. */
  must(!ctsec_trace_resolve(traces, 1, NULL, &least, NULL));
  must(!ctsec_least_to_json(least, &again, &length, NULL));
  ctsec_free(again);
  ctsec_least_free(least);
  ctsec_trace_free(trace);
  ctsec_trace_free(cut);
  return 0;
}
