/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of strace, in every form its options give them. Prefixes come in the
 * order: process, security context, time, relative time, number, instruction
 * pointer. Checked against what strace 6.1 prints.
 */
#include <string.h>

#include "trace/base.h"
#include "trace/stream.h"

typedef struct prefix {
  const char *at;
  uint64_t pid;
  int has_number;
  uint64_t number;
} prefix;

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

/* The end of "<...>" at `at`, which may hold "->" and nest; NULL where it has none. */
static const char *skip_angle(const char *at, const char *end) {
  int depth = 0;
  for (; at < end; at++) {
    if (*at == '<') depth++;
    if (*at == '>' && at[-1] != '-' && at[-1] != '=' && !--depth) return at + 1;
  }
  return NULL;
}

static inline int is_word(char c) {
  unsigned char u = (unsigned char)c;
  return (unsigned)((u | 32) - 'a') < 26 || (unsigned)(u - '0') < 10 || u == '_';
}

static inline int ends_with(const char *at, const char *end, const char *text) {
  size_t length = strlen(text);
  return (size_t)(end - at) >= length && end[-1] == text[length - 1] && !memcmp(end - length, text, length);
}

static inline int starts_with(const char *at, const char *end, const char *text) {
  size_t length = strlen(text);
  return (size_t)(end - at) >= length && *at == *text && !memcmp(at, text, length);
}

/* "[pid 12]", "[pid 12<sh>]", "[ 165]", "[00007f...]", "[label]"; "[ Process PID=" is an event, left where it is. */
static const char *bracket(const char *at, const char *end, prefix *found) {
  const char *close = memchr(at, ']', (size_t)(end - at));
  if (!close) return NULL;
  const char *inner = skip_blanks(at + 1, close);
  if (close - inner >= 4 && !memcmp(inner, "pid ", 4)) {
    inner = skip_blanks(inner + 4, close);
    if (!ct_trace_digits(inner, close, &found->pid)) return NULL;
    const char *angle = memchr(inner, '<', (size_t)(end - inner));
    if (angle && angle < close) {
      angle = skip_angle(angle, end);
      close = angle ? memchr(angle, ']', (size_t)(end - angle)) : NULL;
    }
    return close ? close + 1 : NULL;
  }
  if (close - inner > 7 && !memcmp(inner, "Process", 7)) return at;
  uint64_t number = 0;
  size_t digits = ct_trace_digits(inner, close, &number);
  /* An instruction pointer has eight digits or sixteen. */
  if (digits && inner + digits == close && digits < 8) {
    found->has_number = 1;
    found->number = number;
  }
  return close + 1;
}

static int is_number(const char *at, const char *end, int mark) {
  for (; at < end; at++) {
    if (*at == ':' || *at == '.') mark = 0;
    else if (!(*at >= '0' && *at <= '9')) return 0;
  }
  return !mark;
}

static int read_prefix(ctsec_trace_stream *stream, const char *line, const char *end, prefix *found) {
  const char *at = skip_blanks(line, end);
  int first = at == line;
  found->pid = 0;
  found->has_number = 0;
  for (;;) {
    if (at == end) break;
    if (*at == '[') {
      const char *next = bracket(at, end, found);
      if (!next) return ct_line_bad(stream, at, "a bracket is not closed");
      if (next == at) break;
      at = next;
    } else if (*at == '(' && at + 1 < end && at[1] == '+') {
      const char *close = memchr(at, ')', (size_t)(end - at));
      if (!close) return ct_line_bad(stream, at, "a relative time has no end");
      at = close + 1;
    } else if (*at >= '0' && *at <= '9') {
      const char *stop = at;
      while (stop < end && *stop != ' ' && *stop != '<') stop++;
      uint64_t value = 0;
      size_t digits = ct_trace_digits(at, stop, &value);
      if (first && digits && at + digits == stop && value <= UINT32_MAX) {
        found->pid = value;
        if (stop < end && *stop == '<' && !(stop = skip_angle(stop, end)))
          return ct_line_bad(stream, at, "the name of a process has no end");
      } else if (!is_number(at, stop, 1)) {
        return ct_line_bad(stream, at, "neither a number of a process nor a time");
      }
      at = stop;
    } else if (*at == '/' && end - at > 2 && at[1] == '*') {
      /* "12 / * 3 in strace's PID NS * /" */
      const char *close = memmem(at, (size_t)(end - at), "*/", 2);
      if (!close) return ct_line_bad(stream, at, "a comment has no end");
      at = close + 2;
    } else {
      break;
    }
    first = 0;
    at = skip_blanks(at, end);
  }
  found->at = at;
  return CT_LINE_OTHER;
}

/* The end of the argument at `at`: a comma, or what closes the list. */
static const char *argument_end(const char *at, const char *end) {
  int depth = 0;
  for (; at < end; at++) {
    switch (*at) {
      case '"':
        for (at++; at < end && *at != '"'; at++)
          if (*at == '\\') at++;
        if (at >= end) return end;
        break;
      case '(':
      case '[':
      case '{': depth++; break;
      case ')':
      case ']':
      case '}':
        if (!depth--) return at;
        break;
      case ',':
        if (!depth) return at;
        break;
      case '/':
        if (end - at > 3 && at[1] == '*') {
          const char *close = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
          if (close) at = close + 1;
        }
        break;
      case '<':
        if (at + 1 < end && at[1] == '<') {
          at++;
        } else if (at + 1 < end && is_word(at[-1])) {
          const char *close = skip_angle(at, end);
          if (close) at = close - 1;
        }
        break;
      default: break;
    }
  }
  return end;
}

/* What is left of "0x6 / * MS_NOSUID * /", "flags=X", "A or B". */
static int value_of(const ct_arch *arch, const char *at, const char *stop, const char *prefix_text, uint64_t *value) {
  at = skip_blanks(at, stop);
  const char *name = at;
  while (name < stop && is_word(*name)) name++;
  if (name < stop && *name == '=' && name > at && !(*at >= '0' && *at <= '9')) at = name + 1;
  const char *comment = memmem(at, (size_t)(stop - at), " /*", 3);
  if (comment) stop = comment;
  while (stop > at && stop[-1] == ' ') stop--;
  if (ct_trace_value(arch, at, stop, prefix_text, value)) return 1;
  for (const char *next; at < stop; at = next + 4) {
    next = memmem(at, (size_t)(stop - at), " or ", 4);
    if (ct_trace_value(arch, at, next ? next : stop, prefix_text, value)) return 1;
    if (!next) break;
  }
  return 0;
}

static int field(const char *at, const char *end, const char *name, const char **value, const char **stop) {
  size_t length = strlen(name);
  for (const char *found = at; (found = memmem(found, (size_t)(end - found), name, length)); found += length) {
    char before = found[-1];
    if (before != ' ' && before != '{' && before != '(') continue;
    *value = found + length;
    *stop = argument_end(*value, end);
    return 1;
  }
  return 0;
}

/* "\x00\x50", as strace -X raw has a port. */
static int port_bytes(const ct_arch *arch, const char *at, const char *end, uint64_t *port) {
  if (end - at < 8 || memcmp(at, "\\x", 2) || memcmp(at + 4, "\\x", 2)) return 0;
  const char text[] = {'0', 'x', at[2], at[3], at[6], at[7]};
  return ct_trace_value(arch, text, text + sizeof text, "", port);
}

/* sin_port=htons(80): the family, and the port above it. */
static int bind_data(const ct_arch *arch, const char *at, const char *end, uint64_t *data) {
  const char *value = NULL, *stop = NULL;
  uint64_t family = 0, port = 0;
  if (!field(at, end, "sa_family=", &value, &stop) || !value_of(arch, value, stop, "", &family)) return 0;
  *data = family;
  const char *names[] = {"sin_port=htons(", "sin6_port=htons(", "sin_port=\"", "sin6_port=\""};
  for (unsigned i = 0; i < 4; i++) {
    const char *found = memmem(at, (size_t)(end - at), names[i], strlen(names[i]));
    if (!found) continue;
    found += strlen(names[i]);
    if (i < 2 ? ct_trace_digits(found, end, &port) > 0 : port_bytes(arch, found, end, &port))
      *data |= (port & 0xffff) << 16 | UINT64_C(1) << 32;
  }
  return 1;
}

/* at: behind the parenthesis. */
static void read_arguments(const ct_named *named, const char *at, const char *end, ct_seen *seen) {
  uint64_t value = 0;
  const char *from = NULL, *stop = NULL;
  if (named->kept->argument == CT_TRACE_DATA) {
    int found = 0;
    if (!strcmp(named->kept->name, "bind"))
      found = bind_data(named->arch, at, end, &value);
    else if (field(at, end, "flags=", &from, &stop))
      found = value_of(named->arch, from, stop, "", &value);
    if (found) seen->known |= 1u << CT_TRACE_DATA, seen->args[CT_TRACE_DATA] = value;
    return;
  }
  if (!strcmp(named->kept->name, "clone") && field(at, end, "flags=", &from, &stop)) {
    unsigned argument = ct_kept_argument(named->kept, named->arch);
    if (value_of(named->arch, from, stop, "", &value)) seen->known |= 1u << argument, seen->args[argument] = value;
    return;
  }
  unsigned wanted = 0, pointers = 0;
  for (unsigned i = 0; i < named->kept_count; i++) {
    wanted |= 1u << ct_kept_argument(&named->kept[i], named->arch);
    if (!named->kept[i].bits) pointers |= 1u << named->kept[i].argument;
  }
  for (unsigned i = 0; i < 6 && wanted >> i; i++) {
    stop = argument_end(at, end);
    const char *start = skip_blanks(at, stop);
    int read = 0;
    if (pointers >> i & 1)
      value = !starts_with(start, stop, "NULL") && !(stop == start + 1 && *start == '0'), read = start < stop;
    else if (wanted >> i & 1)
      read = value_of(named->arch, at, stop, "", &value);
    if (read) {
      seen->known |= 1u << i;
      seen->args[i] = value;
    }
    if (stop >= end || *stop != ',') return;
    at = stop + 1;
  }
}

/* The result at " = " behind the last parenthesis; 0 where there is none, -1 where it is damaged. */
static int read_result(const char *at, const char *end, ct_result *result) {
  const char *equal = NULL;
  for (const char *back = end - 1; back > at + 1; back--) {
    if (*back != '=' || back[-1] != ' ' || (back + 1 < end && back[1] != ' ')) continue;
    const char *before = back - 1;
    while (before > at && *before == ' ') before--;
    if (*before != ')' || before < at) continue;
    equal = back;
    break;
  }
  if (!equal) return 0;
  at = skip_blanks(equal + 1, end);
  if (at == end) return -1;
  if (*at == '?') {
    *result = CT_RESULT_OK;
    return 1;
  }
  if (*at >= '0' && *at <= '9') {
    *result = CT_RESULT_OK;
    return 1;
  }
  if (*at != '-' || at + 1 == end) return -1;
  uint64_t value = 0;
  size_t digits = ct_trace_digits(at + 1, end, &value);
  if (!digits) return -1;
  at = skip_blanks(at + 1 + digits, end);
  const char *name = at;
  while (at < end && is_word(*at)) at++;
  *result = value == 1 && at > name && *name == 'E' ? ct_result_named(name, (size_t)(at - name)) : CT_RESULT_OK;
  return 1;
}

static int complete_number(const ct_arch *arch, uint32_t number, uint64_t said) {
  return number == said || (number & ~CT_X32_BIT) == said || number + 0u == said + arch->base;
}

/* The ABI whose call of this name has the number that -n prints. */
static ct_named *named_by_number(ctsec_trace_stream *stream, ct_named *named, uint64_t number) {
  if (complete_number(named->arch, named->number, number)) return named;
  for (const int8_t *family = ct_family(stream->arch); *family >= 0; family++) {
    const ct_arch *arch = ct_arch_at((uint32_t)*family);
    uint32_t found = 0, subcall = 0;
    const char *carrier = ctsec_syscall_carrier(arch->abi.id, named->name, named->length, &subcall);
    if (!(ct_arch_number(arch, named->name, &found) && complete_number(arch, found, number)) &&
        !(carrier && ct_arch_number(arch, carrier, &found) && complete_number(arch, found, number)))
      continue;
    char name[sizeof named->name];
    memcpy(name, named->name, sizeof name);
    ct_named *other = ct_stream_name(stream, arch, name, named->length);
    if (other) return other;
  }
  return named;
}

static ct_task *pending_of(ctsec_trace_stream *stream, uint32_t pid, const char *name, size_t length) {
  ct_task *task = ct_stream_task(stream, pid);
  if (!task || task->pending) return task;
  /* A line lost its process where only one was traced when it was written. */
  for (uint32_t i = 0; i < stream->task_size; i++) {
    ct_task *other = &stream->tasks[i];
    if (!other->used || !other->pending || !other->pending->name) continue;
    if (strlen(other->pending->name) == length && !memcmp(other->pending->name, name, length)) return other;
  }
  return task;
}

static int resumed(ctsec_trace_stream *stream, const prefix *found, const char *end) {
  const char *name = found->at + strlen("<... "), *stop = name;
  while (stop < end && is_word(*stop)) stop++;
  if (!starts_with(stop, end, " resumed>")) return ct_line_bad(stream, found->at, "a resumed call has no name");
  ct_result result = CT_RESULT_UNKNOWN;
  const char *rest = stop + strlen(" resumed>");
  int again = ends_with(rest, end, "<unfinished ...>") || ends_with(rest, end, "<detached ...>");
  int has = again ? 1 : read_result(rest, end, &result);
  if (has < 0) return ct_line_bad(stream, rest, "the result of the call cannot be read");
  if (!has) return ct_line_bad(stream, rest, "the call has no end");
  ct_task *task = pending_of(stream, (uint32_t)found->pid, name, (size_t)(stop - name));
  if (!task) return CT_LINE_BAD;
  if (task->pending) {
    if (!again) {
      ct_stream_ended(task->pending, result);
      task->pending = NULL;
    }
    return CT_LINE_OTHER;
  }
  /* It began before the trace did. */
  ct_named *named = ct_stream_name(stream, task->arch, name, (size_t)(stop - name));
  if (!named) return ct_line_bad(stream, name, "no system call has this name");
  ct_seen seen = {.times = 1, .result = result};
  return ct_stream_call(stream, named, &seen) ? CT_LINE_CALL : CT_LINE_BAD;
}

/* A filter stopped a call: the signal says which. */
static int stopped(ctsec_trace_stream *stream, const prefix *found, const char *end) {
  const char *value = NULL, *stop = NULL;
  if (!field(found->at, end, "si_syscall=", &value, &stop)) return CT_LINE_OTHER;
  if (starts_with(value, stop, "__NR_")) value += 5;
  ct_task *task = ct_stream_task(stream, (uint32_t)found->pid);
  if (!task) return CT_LINE_BAD;
  ct_named *named = ct_stream_name(stream, task->arch, value, (size_t)(stop - value));
  /* The call itself stands in the line before, and was counted there. */
  if (!named) return CT_LINE_OTHER;
  uint32_t known = 0;
  for (ct_trace_call *call = stream->trace->first; call; call = call->next) {
    if (call->arch != named->arch || call->number != named->number) continue;
    known = 1;
    if (!call->results[CT_RESULT_DENIED]) call->results[CT_RESULT_DENIED] = 1;
  }
  if (known) return CT_LINE_OTHER;
  ct_seen seen = {.times = 1, .result = CT_RESULT_DENIED};
  return ct_stream_call(stream, named, &seen) ? CT_LINE_CALL : CT_LINE_BAD;
}

/* "% time seconds usecs/call calls errors syscall": the columns of a summary, in the order that -U gave them. */
static int summary_head(ctsec_trace_stream *stream, const char *at, const char *end) {
  stream->summary = (ct_summary){1, 0, -1, -1, -1, NULL};
  while ((at = skip_blanks(at, end)) < end) {
    const char *stop = at;
    while (stop < end && *stop != ' ') stop++;
    int column = stream->summary.columns;
    if (starts_with(at, stop, "calls")) stream->summary.calls = column;
    if (starts_with(at, stop, "errors")) stream->summary.errors = column;
    if (starts_with(at, stop, "syscall")) stream->summary.name = column;
    if (*at != '%') stream->summary.columns++;
    at = stop;
  }
  if (stream->summary.name >= 0) return CT_LINE_OTHER;
  stream->summary.inside = 0;
  return ct_line_bad(stream, end, "a summary without the names of calls");
}

static int summary_line(ctsec_trace_stream *stream, const char *at, const char *end) {
  const ct_summary *summary = &stream->summary;
  const char *words[16], *stops[16];
  int count = 0;
  for (; (at = skip_blanks(at, end)) < end && count < 16; count++) {
    words[count] = at;
    while (at < end && *at != ' ') at++;
    stops[count] = at;
  }
  if (*words[0] == '-') return CT_LINE_OTHER;
  /* Where there was no error the cell is empty. */
  int shift = summary->errors >= 0 && count == summary->columns - 1;
  if (count != summary->columns - shift) return ct_line_bad(stream, words[0], "a row of a summary with too few or too many cells");
  int name = summary->name - (shift && summary->errors < summary->name);
  int calls = summary->calls < 0 ? -1 : summary->calls - (shift && summary->errors < summary->calls);
  if (stops[name] - words[name] == 5 && !memcmp(words[name], "total", 5)) {
    stream->summary.inside = 0;
    return CT_LINE_OTHER;
  }
  for (int i = 0; i < count; i++)
    if (i != name && !is_number(words[i], stops[i], 0))
      return ct_line_bad(stream, words[i], "a cell of a summary is no number");
  uint64_t times = 1;
  if (calls >= 0 && (!ct_trace_digits(words[calls], stops[calls], &times) || !times))
    return ct_line_bad(stream, words[calls], "a row of a summary has no number of calls");
  ct_named *named = ct_stream_name(stream, stream->arch, words[name], (size_t)(stops[name] - words[name]));
  if (!named) return ct_line_bad(stream, words[name], "no system call has this name");
  if (ct_stream_listed(stream, named)) return CT_LINE_OTHER;
  ct_seen seen = {.times = times, .result = CT_RESULT_UNKNOWN};
  return ct_stream_call(stream, named, &seen) ? CT_LINE_CALL : CT_LINE_BAD;
}

static int is_event(const char *at, const char *end) {
  static const char starts[][17] = {"+++ ",     "strace: ", "> ",  "[ Process PID=",   "Process ",
                                       "=> ",      ") ",       ", ",  "<unfinished ...>", "<detached ...>", "/bin/strace: "};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (starts_with(at, end, starts[i])) return 1;
  return 0;
}

/* "[ Process PID=12746 runs in 32 bit mode. ]" */
static int mode(ctsec_trace_stream *stream, const char *at, const char *end) {
  const char *value = memmem(at, (size_t)(end - at), "PID=", 4);
  uint64_t pid = 0;
  if (!value || !ct_trace_digits(value + 4, end, &pid)) return ct_line_bad(stream, at, "a change of mode names no process");
  int narrow = memmem(at, (size_t)(end - at), "32 bit", 6) != NULL;
  int x32 = memmem(at, (size_t)(end - at), "x32", 3) != NULL;
  for (unsigned i = 0; i < 2; i++) {
    /* Lines of a single process do not say which it is. */
    ct_task *task = ct_stream_task(stream, i ? 0 : (uint32_t)pid);
    if (!task) return CT_LINE_BAD;
    int32_t id = stream->arch->abi.id;
    if (x32)
      id = CTSEC_ARCH_X32;
    else if (narrow)
      id = id == CTSEC_ARCH_X86_64 ? CTSEC_ARCH_X86 : id == CTSEC_ARCH_AARCH64 ? CTSEC_ARCH_ARM : id;
    task->arch = ct_arch_at((uint32_t)id);
  }
  return CT_LINE_OTHER;
}

static int call_line(ctsec_trace_stream *stream, const prefix *found, const char *name, const char *open,
                     const char *end) {
  ct_task *task = ct_stream_task(stream, (uint32_t)found->pid);
  if (!task) return CT_LINE_BAD;
  ct_named *named = ct_stream_name(stream, task->arch, name, (size_t)(open - name));
  if (!named) return ct_line_bad(stream, name, "no system call has this name");
  if (found->has_number) {
    named = named_by_number(stream, named, found->number);
    task->arch = named->arch;
  } else if (named->arch != task->arch) {
    task->arch = named->arch;
  }
  /* "strace: Process 12 attached" in the middle of a line on a terminal. */
  const char *said = ends_with(open, end, " attached") ? memmem(open, (size_t)(end - open), "strace: Process ", 16) : NULL;
  if (said) {
    end = said;
  } else {
    if (ends_with(open, end, "<unfinished ...>")) said = end -= strlen("<unfinished ...>");
    if (ends_with(open, end, "<detached ...>")) said = end -= strlen("<detached ...>");
  }
  int begun = said != NULL;
  ct_seen seen = {.times = 1, .result = CT_RESULT_UNKNOWN};
  if (!begun) {
    int has = read_result(open, end, &seen.result);
    if (has < 0) return ct_line_bad(stream, end, "the result of the call cannot be read");
    if (!has) {
      const char *unavailable = ends_with(open, end, "<unavailable>") ? end : NULL;
      if (!unavailable) return ct_line_bad(stream, end, "the call has no end");
    }
  }
  if (named->kept) read_arguments(named, open + 1, end, &seen);
  ct_trace_call *call = ct_stream_call(stream, named, &seen);
  if (!call) return CT_LINE_BAD;
  task->pending = begun ? call : NULL;
  /* A program starts with the ABI of its file, which its first line of another name or number tells. */
  if (!begun && seen.result == CT_RESULT_OK && open - name >= 6 && !memcmp(name, "execve", 6)) task->arch = stream->arch;
  stream->listed = 1;
  return CT_LINE_CALL;
}

int ct_strace_line(ctsec_trace_stream *stream, const char *line, size_t length) {
  const char *end = line + length;
  while (end > line && (end[-1] == ' ' || end[-1] == '\t')) end--;
  const char *start = skip_blanks(line, end);
  if (starts_with(start, end, "System call usage summary")) return CT_LINE_OTHER;
  if (stream->summary.inside) return summary_line(stream, start, end);
  if (start < end && memchr("%sceut", *start, 6)) {
    static const char heads[][12] = {"% time ", "syscall ", "calls ", "errors ", "seconds ", "usecs/call ", "time "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
      if (starts_with(start, end, heads[i])) return summary_head(stream, start, end);
  }
  prefix found;
  if (read_prefix(stream, line, end, &found) == CT_LINE_BAD) return CT_LINE_BAD;
  const char *at = found.at;
  if (at == end) return ct_line_bad(stream, line, "neither a call nor an event");
  const char *name = at;
  while (at < end && is_word(*at)) at++;
  if (at > name && at < end && *at == '(') return call_line(stream, &found, name, at, end);
  if (starts_with(name, end, "[ Process PID=")) return mode(stream, name, end);
  if (starts_with(name, end, "--- ")) {
    if (!ends_with(name, end, " ---")) return ct_line_bad(stream, name, "a signal has no end");
    return starts_with(name, end, "--- SIGSYS ") ? stopped(stream, &found, end) : CT_LINE_OTHER;
  }
  if (starts_with(name, end, "+++ ")) {
    if (!ends_with(name, end, " +++")) return ct_line_bad(stream, name, "an event has no end");
    ct_task *task = ct_stream_task(stream, (uint32_t)found.pid);
    if (task) task->pending = NULL, task->arch = stream->arch;
    return CT_LINE_OTHER;
  }
  if (starts_with(name, end, "<... ")) return resumed(stream, &found, end);
  if (is_event(name, end)) {
    /* What follows a line that strace itself broke. */
    ct_task *task = ct_stream_task(stream, (uint32_t)found.pid);
    ct_result result = CT_RESULT_UNKNOWN;
    if (task && task->pending && (*name == '=' || *name == ')' || *name == ',') && read_result(name - 1, end, &result) > 0) {
      ct_stream_ended(task->pending, result);
      task->pending = NULL;
    }
    return CT_LINE_OTHER;
  }
  return ct_line_bad(stream, name, at == end && at > name ? "the name of a call and nothing more" : "neither a call nor an event");
}
