/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of `perf trace`: "     0.271 ( 0.019 ms): sh/12 mmap(len: 8192, prot:
 * READ)  = 0x7f..", begun ones that end in "...", and the rest of such a one,
 * "... [continued]: mmap())  = 0". Arguments have the kernel's names; those of
 * the value 0 are left out, and names of constants have no prefix. Also the
 * tables of `perf trace -s`. Checked against perf 6.1.
 */
#include <string.h>

#include "trace/stream.h"

static int is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z'); }

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && *at == ' ') at++;
  return at;
}

static int starts_with(const char *at, const char *end, const char *text) {
  size_t length = strlen(text);
  return (size_t)(end - at) >= length && !memcmp(at, text, length);
}

/* "family: INET": the value of an argument; 0 where it is not there, which means 0. */
static int argument(const char *at, const char *close, const char *name, const char **value, const char **stop) {
  size_t length = strlen(name);
  for (const char *found = at; (found = memmem(found, (size_t)(close - found), name, length)); found += length) {
    if ((found != at && found[-1] != ' ') || !starts_with(found + length, close, ": ")) continue;
    *value = found + length + 2;
    const char *comma = memmem(*value, (size_t)(close - *value), ", ", 2);
    *stop = comma ? comma : close;
    return 1;
  }
  return 0;
}

static void read_arguments(const ct_named *named, const char *at, const char *close, ct_seen *seen) {
  for (unsigned i = 0; i < named->kept_count; i++) {
    const ct_kept *kept = &named->kept[i];
    if (kept->argument == CT_TRACE_DATA) continue;
    unsigned index = ct_kept_argument(kept, named->arch);
    const char *name = ctsec_syscall_argument_name(named->arch->abi.id, named->number, (int32_t)index);
    const char *value = NULL, *stop = NULL;
    uint64_t number = 0;
    if (!name) continue;
    if (argument(at, close, name, &value, &stop) && !ct_trace_value(named->arch, value, stop, kept->prefix, &number))
      continue;
    seen->known |= 1u << index;
    seen->args[index] = number;
  }
}

static int read_result(ctsec_trace_stream *stream, const char *at, const char *end, ct_result *result) {
  at = skip_blanks(at, end);
  /* "..." : begun; "= " without a value: a new process. */
  if (starts_with(at, end, "...")) return 0;
  if (at == end || *at != '=') return ct_line_bad(stream, at, "the call has no end"), -1;
  at = skip_blanks(at + 1, end);
  *result = CT_RESULT_OK;
  if (at < end && *at == '-' && starts_with(at, end, "-1 ")) {
    const char *name = at + 3, *stop = name;
    while (stop < end && is_word(*stop)) stop++;
    *result = ct_result_named(name, (size_t)(stop - name));
  } else if (at < end && !((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || *at == '?' || *at == '-')) {
    return ct_line_bad(stream, at, "the result of the call cannot be read"), -1;
  }
  return 1;
}

/* "   futex                  3      0     2.509 ..." */
static int summary_line(ctsec_trace_stream *stream, const char *at, const char *end) {
  const char *start = skip_blanks(at, end);
  while (start < end && *start == '\t') start++;
  /* " sh (12), 135 events, 44.6%" */
  if (*start == '-' || starts_with(start, end, "syscall ") || starts_with(start, end, "(msec)") ||
      starts_with(start, end, "(unknown): ") || memmem(start, (size_t)(end - start), " events, ", 9))
    return CT_LINE_OTHER;
  const char *stop = start;
  while (stop < end && is_word(*stop)) stop++;
  if (stop == start) return ct_line_bad(stream, start, "neither a call nor an event");
  uint64_t times = 0;
  /* "ENOENT: 26" of --errno-summary. */
  if (*stop == ':' && *start == 'E' && ct_trace_digits(skip_blanks(stop + 1, end), end, &times)) {
    ct_trace_call *call = stream->summary.last;
    if (!call) return CT_LINE_OTHER;
    if (times > call->results[CT_RESULT_UNKNOWN]) times = call->results[CT_RESULT_UNKNOWN];
    call->results[CT_RESULT_UNKNOWN] -= times;
    call->results[ct_result_named(start, (size_t)(stop - start))] += times;
    return CT_LINE_OTHER;
  }
  const char *count = skip_blanks(stop, end);
  if (!ct_trace_digits(count, end, &times) || !times)
    return ct_line_bad(stream, count, "a row of a summary has no number of calls");
  ct_named *named = ct_stream_name(stream, stream->arch, start, (size_t)(stop - start));
  if (!named) return ct_line_bad(stream, start, "no system call has this name");
  ct_seen seen = {.times = times, .result = CT_RESULT_UNKNOWN};
  stream->summary.last = NULL;
  if (ct_stream_listed(stream, named)) return CT_LINE_OTHER;
  stream->summary.last = ct_stream_call(stream, named, &seen);
  return stream->summary.last ? CT_LINE_CALL : CT_LINE_BAD;
}

/* "LOST 12 events!" */
static int lost(ctsec_trace_stream *stream, const char *at, const char *end) {
  const char *found = memmem(at, (size_t)(end - at), "LOST ", 5);
  uint64_t count = 0;
  if (!found || !ct_trace_digits(found + 5, end, &count)) return 0;
  stream->trace->lost += count;
  return 1;
}

int ct_perf_line(ctsec_trace_stream *stream, const char *line, size_t length) {
  const char *end = line + length;
  while (end > line && end[-1] == ' ') end--;
  if (memmem(line, length, "Summary of events:", 18)) {
    stream->summary.inside = 1;
    return CT_LINE_OTHER;
  }
  const char *head = memmem(line, (size_t)(end - line), "): ", 3);
  if (!head && lost(stream, line, end)) return CT_LINE_OTHER;
  if (stream->summary.inside) return summary_line(stream, line, end);
  /* A frame of --call-graph. */
  if (!head && skip_blanks(line, end) - line >= 30) return CT_LINE_OTHER;
  const char *open = memchr(line, '(', (size_t)(end - line));
  if (!head || !open || open > head) return ct_line_bad(stream, line, "neither a call nor an event");
  const char *at = skip_blanks(head + 3, end);
  if (lost(stream, at, end)) return CT_LINE_OTHER;
  /* "worker "x"/1374 ": the name of the program may hold anything, the number of the process follows its last slash. */
  uint64_t pid = 0;
  const char *paren = NULL, *name = NULL;
  int continued = 0;
  const char *rest = memmem(at, (size_t)(end - at), " ... [continued]: ", 18);
  for (const char *slash = at; (slash = memchr(slash, '/', (size_t)(end - slash))); slash++) {
    size_t digits = ct_trace_digits(slash + 1, end, &pid);
    const char *next = slash + 1 + digits;
    if (!digits || next == end || *next != ' ' || pid > UINT32_MAX) continue;
    name = skip_blanks(next, end);
    continued = rest && rest >= next && rest <= name;
    if (continued) name = rest + 18;
    break;
  }
  if (!name) {
    name = at;
    /* --no-comm leaves the number alone. */
    size_t digits = ct_trace_digits(at, end, &pid);
    if (digits && pid <= UINT32_MAX && at + digits < end && at[digits] == ' ')
      name = skip_blanks(at + digits, end);
    else
      pid = 0;
    if (starts_with(name, end, "... [continued]: ")) continued = 1, name += 17;
  }
  for (paren = name; paren < end && is_word(*paren); paren++) {}
  if (paren == name || paren == end || *paren != '(') {
    /* Other events: "sched:sched_switch(...)", signals. */
    if (paren < end && *paren == ':' && paren > name) return CT_LINE_OTHER;
    if (starts_with(name, end, "minfault [") || starts_with(name, end, "majfault [")) return CT_LINE_OTHER;
    return ct_line_bad(stream, name, "neither a call nor an event");
  }
  ct_task *task = ct_stream_task(stream, (uint32_t)pid);
  if (!task) return CT_LINE_BAD;
  ct_named *named = ct_stream_name(stream, task->arch, name, (size_t)(paren - name));
  if (!named) return ct_line_bad(stream, name, "no system call has this name");
  ct_seen seen = {.times = 1, .result = CT_RESULT_UNKNOWN};
  /* Arguments end at the last parenthesis before the result. */
  const char *close = NULL;
  for (const char *c = end - 1; c > paren; c--) {
    if (*c != ')') continue;
    const char *after = skip_blanks(c + 1, end);
    if (after == end || *after == '=' || starts_with(after, end, "...")) {
      close = c;
      if (after < end && (*after == '=' || *after == '.')) break;
    }
  }
  if (!close) return ct_line_bad(stream, end, "the call has no end");
  int has = read_result(stream, close + 1, end, &seen.result);
  if (has < 0) return CT_LINE_BAD;
  if (continued && task->pending) {
    ct_stream_ended(task->pending, seen.result);
    task->pending = NULL;
    return CT_LINE_OTHER;
  }
  /* A new process returns from the call of its parent. */
  size_t name_length = (size_t)(paren - name);
  if (continued && (!memcmp(name, "clone", name_length < 5 ? name_length : 5) || (name_length >= 4 && !memcmp(paren - 4, "fork", 4))))
    return CT_LINE_OTHER;
  if (named->kept && !continued) read_arguments(named, paren + 1, close, &seen);
  ct_trace_call *call = ct_stream_call(stream, named, &seen);
  if (!call) return CT_LINE_BAD;
  task->pending = has ? NULL : call;
  stream->listed = 1;
  return CT_LINE_CALL;
}
