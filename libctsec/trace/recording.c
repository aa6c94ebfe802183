/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings: include/ctsec/trace.h describes the format. */
#include <string.h>

#include "trace/recording.h"
#include "trace/stream.h"

typedef struct word {
  const char *at;
  const char *stop;
} word;

static int next_word(const char **at, const char *end, word *found) {
  while (*at < end && **at == ' ') ++*at;
  found->at = *at;
  while (*at < end && **at != ' ') ++*at;
  found->stop = *at;
  return found->stop > found->at;
}

static int is(const word *w, const char *text) {
  size_t length = strlen(text);
  return (size_t)(w->stop - w->at) == length && !memcmp(w->at, text, length);
}

static int number(const word *w, uint64_t *value) {
  size_t digits = ct_trace_digits(w->at, w->stop, value);
  return digits && w->at + digits == w->stop;
}

static int hex(const char *at, const char *stop, uint64_t *value) {
  uint64_t n = 0;
  if (at == stop || stop - at > 16) return 0;
  for (; at < stop; at++) {
    int c = *at, digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return 0;
    n = n << 4 | (unsigned)digit;
  }
  *value = n;
  return 1;
}

static int read_arch(ctsec_trace_stream *stream, const char **at, const char *end, const ct_arch **arch) {
  word name;
  if (!next_word(at, end, &name)) return ct_line_bad(stream, end, "the architecture is missing");
  *arch = ct_arch_spelt(name.at, (size_t)(name.stop - name.at));
  return *arch ? CT_LINE_OTHER : ct_line_bad(stream, name.at, "no architecture has this name");
}

static int read_call(ctsec_trace_stream *stream, const char **at, const char *end, ct_seen *seen) {
  word call, argument;
  if (read_arch(stream, at, end, &seen->arch) == CT_LINE_BAD) return CT_LINE_BAD;
  if (!next_word(at, end, &call)) return ct_line_bad(stream, end, "the call is missing");
  uint64_t value = 0;
  if (number(&call, &value)) {
    if (value > UINT32_MAX) return ct_line_bad(stream, call.at, "no number of a system call");
    seen->number = (uint32_t)value;
  } else {
    ct_named *named = ct_stream_name(stream, seen->arch, call.at, (size_t)(call.stop - call.at));
    if (!named || named->arch != seen->arch) return ct_line_bad(stream, call.at, "this architecture has no such system call");
    seen->number = named->number;
  }
  while (next_word(at, end, &argument)) {
    const char *equal = memchr(argument.at, '=', (size_t)(argument.stop - argument.at));
    unsigned index = 7;
    if (equal && equal == argument.at + 1 && *argument.at >= '0' && *argument.at <= '5')
      index = (unsigned)(*argument.at - '0');
    else if (equal && equal - argument.at == 4 && !memcmp(argument.at, "data", 4))
      index = CT_TRACE_DATA;
    if (index > CT_TRACE_DATA) return ct_line_bad(stream, argument.at, "an argument is not 0= to 5= or data=");
    if (argument.stop - equal < 4 || equal[1] != '0' || equal[2] != 'x' || !hex(equal + 3, argument.stop, &seen->args[index]))
      return ct_line_bad(stream, equal + 1, "the value of an argument is not 0x and up to 16 digits");
    if (seen->known >> index & 1) return ct_line_bad(stream, argument.at, "an argument stands twice");
    seen->known |= 1u << index;
  }
  return CT_LINE_CALL;
}

static int read_unseen(ctsec_trace_stream *stream, const char *at, const char *end) {
  const ct_arch *arch = NULL;
  word name;
  if (read_arch(stream, &at, end, &arch) == CT_LINE_BAD) return CT_LINE_BAD;
  while (next_word(&at, end, &name)) {
    ct_named *named = ct_stream_name(stream, arch, name.at, (size_t)(name.stop - name.at));
    if (!named || named->arch != arch || !named->kernel)
      return ct_line_bad(stream, name.at, "this architecture has no such system call");
    if (ct_trace_add_unseen(stream->trace, arch, named->number)) stream->out_of_memory = 1;
  }
  return CT_LINE_OTHER;
}

static int count(ctsec_trace_stream *stream, ct_seen *seen, uint64_t times) {
  /* It stood at its first time already. */
  seen->times = 0;
  ct_trace_call *call = ct_trace_add(stream->trace, seen);
  if (!call) {
    stream->out_of_memory = 1;
    return CT_LINE_BAD;
  }
  if (call->times < times) {
    stream->trace->seen += times - call->times;
    call->results[CT_RESULT_UNKNOWN] += times - call->times;
    call->times = times;
  }
  return CT_LINE_CALL;
}

static int head_line(ctsec_trace_stream *stream, const word *key, const char *at, const char *end) {
  ctsec_trace *trace = stream->trace;
  word value;
  while (at < end && *at == ' ') at++;
  if (is(key, "command")) {
    if (at == end) return ct_line_bad(stream, end, "the command is missing");
    trace->command = ct_arena_copy(&trace->arena, at, (size_t)(end - at));
    if (!trace->command) stream->out_of_memory = 1;
    return CT_LINE_OTHER;
  }
  const char *start = at;
  if (!next_word(&at, end, &value)) return ct_line_bad(stream, end, "the value is missing");
  while (at < end && *at == ' ') at++;
  if (at != end) return ct_line_bad(stream, at, "a word too many");
  if (is(key, "arch")) {
    const ct_arch *arch = ct_arch_spelt(value.at, (size_t)(value.stop - value.at));
    if (!arch) return ct_line_bad(stream, start, "no architecture has this name");
    stream->arch = trace->native = arch;
  } else if (is(key, "uid")) {
    uint64_t uid = 0;
    if (!number(&value, &uid) || uid > UINT32_MAX) return ct_line_bad(stream, start, "no number of a user");
    trace->uid = (int64_t)uid;
  } else if (is(key, "caps")) {
    if (value.stop - value.at != 16 || !hex(value.at, value.stop, &trace->caps))
      return ct_line_bad(stream, start, "capabilities are 16 lower-case hex digits");
    trace->has_caps = 1;
  } else if (is(key, "end")) {
    uint64_t status = 0;
    if (!number(&value, &status) || status > 255) return ct_line_bad(stream, start, "no exit status");
    trace->finished = 1;
  }
  return CT_LINE_OTHER;
}

int ct_recording_line(ctsec_trace_stream *stream, const char *line, size_t length) {
  const char *at = line, *end = line + length;
  word key;
  if (!next_word(&at, end, &key)) return CT_LINE_OTHER;
  if (*key.at == '#') return CT_LINE_OTHER;
  ct_seen seen = {.times = 1, .result = CT_RESULT_UNKNOWN};
  if (is(&key, "ctsec-trace")) {
    word version;
    if (!next_word(&at, end, &version) || !is(&version, "1"))
      return ct_line_bad(stream, version.at, "this version of recordings is not known");
    stream->header = 1;
    return CT_LINE_OTHER;
  }
  if (!stream->header) return ct_line_bad(stream, line, "the first line is not `ctsec-trace 1`");
  if (is(&key, "call")) {
    int kind = read_call(stream, &at, end, &seen);
    if (kind == CT_LINE_BAD) return kind;
    if (ct_trace_add(stream->trace, &seen)) return CT_LINE_CALL;
    stream->out_of_memory = 1;
    return CT_LINE_BAD;
  }
  if (is(&key, "times")) {
    word times;
    uint64_t value = 0;
    if (!next_word(&at, end, &times) || !number(&times, &value) || !value)
      return ct_line_bad(stream, times.at, "how often is no number above 0");
    int kind = read_call(stream, &at, end, &seen);
    return kind == CT_LINE_BAD ? kind : count(stream, &seen, value);
  }
  if (is(&key, "unseen")) return read_unseen(stream, at, end);
  static const char heads[][8] = {"arch", "kernel", "uid", "caps", "command", "end"};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
    if (is(&key, heads[i])) return head_line(stream, &key, at, end);
  return ct_line_bad(stream, key.at, "no item of a recording");
}

void ct_recording_call(ct_buffer *buffer, const char *item, uint64_t times, const ct_trace_call *call) {
  ct_buffer_text(buffer, item);
  if (times) ct_buffer_format(buffer, " %llu", (unsigned long long)times);
  ct_buffer_format(buffer, " %s ", call->arch->abi.name);
  ct_trace_call_add(buffer, call);
  ct_buffer_char(buffer, '\n');
}

void ct_recording_unseen(ct_buffer *buffer, const ctsec_trace *trace) {
  for (uint32_t i = 0; i < trace->unseen_count; i++) {
    if (!i || trace->unseen[i].arch != trace->unseen[i - 1].arch)
      ct_buffer_format(buffer, "%sunseen %s", i ? "\n" : "", trace->unseen[i].arch->abi.name);
    ct_buffer_format(buffer, " %s", trace->unseen[i].name);
  }
  if (trace->unseen_count) ct_buffer_char(buffer, '\n');
}

int ctsec_trace_encode(const ctsec_trace *trace, char **text, size_t *length, ctsec_error **err) {
  if (!trace) return ct_error_null(err, "trace");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, "ctsec-trace 1\n");
  if (trace->native) ct_buffer_format(&buffer, "arch %s\n", trace->native->abi.name);
  if (trace->uid >= 0) ct_buffer_format(&buffer, "uid %lld\n", (long long)trace->uid);
  if (trace->has_caps) {
    ct_buffer_text(&buffer, "caps ");
    ct_buffer_hex(&buffer, trace->caps, 16);
    ct_buffer_char(&buffer, '\n');
  }
  if (trace->command) ct_buffer_format(&buffer, "command %s\n", trace->command);
  ct_recording_unseen(&buffer, trace);
  for (uint32_t i = 0; i < trace->count; i++) ct_recording_call(&buffer, "call", 0, trace->calls[i]);
  for (uint32_t i = 0; i < trace->count; i++)
    if (trace->calls[i]->times > 1) ct_recording_call(&buffer, "times", trace->calls[i]->times, trace->calls[i]);
  if (trace->format != CTSEC_TRACE_RECORDING || trace->finished) ct_buffer_text(&buffer, "end 0\n");
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
