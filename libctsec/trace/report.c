/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "trace/trace.h"

static const char *const formats[] = {NULL, "strace", "perf", "audit", "recording"};

size_t ctsec_trace_count(const ctsec_trace *trace) { return trace ? trace->count : 0; }

int ctsec_trace_at(const ctsec_trace *trace, size_t index, uint32_t *audit, int32_t *nr, uint64_t *args,
                   uint32_t *known, uint64_t *times, ctsec_error **err) {
  if (!trace) return ct_error_null(err, "trace");
  if (index >= trace->count) return ct_error_set(err, CTSEC_E_ARG, "there are %u calls", trace->count);
  const ct_trace_call *call = trace->calls[index];
  if (audit) *audit = call->arch->abi.audit;
  if (nr) *nr = (int32_t)call->number;
  if (args) memcpy(args, call->args, 6 * sizeof *args);
  if (known) *known = call->known & 0x3f;
  if (times) *times = call->times;
  return 0;
}

static void write_call(ct_json *json, const ct_trace_call *call) {
  static const char *const results[CT_RESULTS] = {NULL, NULL, "ENOSYS", "EPERM", "EACCES", "other", "seccomp"};
  ct_json_object(json);
  ct_json_key_text(json, "arch", call->arch->abi.name);
  ct_json_key_text(json, "syscall", call->name);
  ct_json_key_unsigned(json, "number", call->number);
  ct_json_key(json, "args");
  ct_json_array(json);
  for (unsigned i = 0; i < 6; i++) {
    if (call->known >> i & 1)
      ct_json_hex(json, call->args[i]);
    else
      ct_json_null(json);
  }
  ct_json_end(json);
  ct_json_key(json, "data");
  if (call->known >> CT_TRACE_DATA & 1)
    ct_json_hex(json, call->args[CT_TRACE_DATA]);
  else
    ct_json_null(json);
  ct_json_key_unsigned(json, "times", call->times);
  ct_json_key(json, "failed");
  ct_json_object(json);
  for (unsigned i = CT_RESULT_ENOSYS; i < CT_RESULTS; i++)
    if (call->results[i]) ct_json_key_unsigned(json, results[i], call->results[i]);
  ct_json_end(json);
  ct_json_end(json);
}

int ctsec_trace_to_json(const ctsec_trace *trace, char **text, size_t *length, ctsec_error **err) {
  if (!trace) return ct_error_null(err, "trace");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/trace/1");
  ct_json_key_text(&json, "source", trace->source);
  ct_json_key_text(&json, "format", formats[trace->format]);
  ct_json_key_unsigned(&json, "lines", trace->lines);
  ct_json_key_unsigned(&json, "calls", trace->seen);
  ct_json_key_unsigned(&json, "others", trace->others);
  ct_json_key_unsigned(&json, "unparsed", trace->unparsed);
  ct_json_key_unsigned(&json, "lost", trace->lost);
  ct_json_key(&json, "complete");
  if (trace->format == CTSEC_TRACE_RECORDING)
    ct_json_bool(&json, trace->finished);
  else
    ct_json_null(&json);
  ct_json_key(&json, "unseen");
  ct_json_array(&json);
  for (uint32_t i = 0; i < trace->unseen_count; i++) {
    ct_json_object(&json);
    ct_json_key_text(&json, "arch", trace->unseen[i].arch->abi.name);
    ct_json_key_text(&json, "syscall", trace->unseen[i].name);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  ct_json_key(&json, "distinct");
  ct_json_array(&json);
  for (uint32_t i = 0; i < trace->count; i++) write_call(&json, trace->calls[i]);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_trace_to_text(const ctsec_trace *trace, char **text, size_t *length, ctsec_error **err) {
  if (!trace) return ct_error_null(err, "trace");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (uint32_t i = 0; i < trace->count; i++) {
    const ct_trace_call *call = trace->calls[i];
    ct_buffer_format(&buffer, "%llu %s ", (unsigned long long)call->times, call->arch->abi.name);
    ct_trace_call_add(&buffer, call);
    ct_buffer_char(&buffer, '\n');
  }
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
