/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in, calls counted, in constant memory: what grows is the number of distinct calls and of live processes. */
#include "trace/stream.h"

#include <stdlib.h>
#include <string.h>

#include "trace/base.h"

/* No tool writes longer lines; what does is no trace. */
#define LINE_MOST ((size_t)1 << 20)

static const ct_arch *arch_of(const ctsec_options *options) {
  const char *name = options && options->arch ? options->arch : "x86_64";
  return ct_arch_spelt(name, strlen(name));
}

int ctsec_trace_stream_new(const ctsec_options *options, ctsec_trace_stream **stream, ctsec_error **err) {
  if (!stream) return ct_error_null(err, "stream");
  const ct_arch *arch = arch_of(options);
  if (!arch) return ct_error_set(err, CTSEC_E_ARG, "no architecture: `%s'", options->arch);
  static const char formats[][10] = {"strace", "perf", "audit", "recording"};
  int format = 0;
  if (options && options->from) {
    for (int i = 0; i < 4; i++)
      if (!strcmp(options->from, formats[i])) format = i + 1;
    if (!format)
      return ct_error_set(err, CTSEC_E_ARG, "`%s' is none of strace, perf, audit, recording", options->from);
  }
  ctsec_trace_stream *made = calloc(1, sizeof *made);
  ctsec_trace *trace = made ? ct_trace_new(err) : NULL;
  if (!trace) {
    free(made);
    return ct_error_nomem(err);
  }
  made->trace = trace;
  made->arch = arch;
  made->format = made->forced = format;
  made->line_most = LINE_MOST;
  ct_buffer_init(&made->carry);
  trace->lang = ct_options_lang(options);
  const char *source = ct_options_source(options);
  if (source && !(trace->source = ct_arena_string(&trace->arena, source))) {
    ctsec_trace_stream_free(made);
    return ct_error_nomem(err);
  }
  *stream = made;
  return 0;
}

void ctsec_trace_stream_free(ctsec_trace_stream *stream) {
  if (!stream) return;
  for (uint32_t i = 0; i < stream->problem_count; i++)
    ctsec_error_free(stream->problems[(stream->problem_first + i) % CT_PROBLEMS]);
  ct_buffer_free(&stream->carry);
  ct_arena_free(&stream->arena);
  ctsec_trace_free(stream->trace);
  free(stream);
}

int ct_line_bad(ctsec_trace_stream *stream, const char *place, const char *problem) {
  stream->problem = problem;
  stream->place = place;
  return CT_LINE_BAD;
}

static int64_t column_of(const char *line, const char *place) {
  int64_t column = 1;
  for (; line < place; line++) column += ((unsigned char)*line & 0xc0) != 0x80;
  return column;
}

static void report(ctsec_trace_stream *stream, const char *line) {
  stream->trace->unparsed++;
  if (stream->problem_count == CT_PROBLEMS) return;
  const char *at = stream->place ? stream->place : line;
  ct_place place = {stream->trace->source, NULL, (int64_t)(stream->offset + (uint64_t)(at - line)),
                    (int64_t)stream->line, column_of(line, at)};
  ctsec_error *made = NULL;
  ct_error_at(&made, CTSEC_E_SYNTAX, &place, "%s", stream->problem);
  stream->problems[(stream->problem_first + stream->problem_count++) % CT_PROBLEMS] = made;
}

static int is_blank(const char *line, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (line[i] != ' ' && line[i] != '\t') return 0;
  return 1;
}

static int has(const char *line, size_t length, const char *text) { return memmem(line, length, text, strlen(text)) != NULL; }

int ct_trace_detect(const char *line, size_t length) {
  if (length >= 11 && !memcmp(line, "ctsec-trace", 11)) return CTSEC_TRACE_RECORDING;
  if (has(line, length, " ms): ") || has(line, length, "(         ): ") || has(line, length, " Summary of events:"))
    return CTSEC_TRACE_PERF;
  if (has(line, length, "audit(") || has(line, length, "type=SYSCALL") || has(line, length, "type=SECCOMP") ||
      has(line, length, ": SECCOMP auid="))
    return CTSEC_TRACE_AUDIT;
  return CTSEC_TRACE_STRACE;
}

static void one_line(ctsec_trace_stream *stream, const char *line, size_t length, size_t whole) {
  stream->line++;
  stream->trace->lines++;
  if (length && line[length - 1] == '\r') length--;
  int kind = CT_LINE_OTHER;
  if (!is_blank(line, length)) {
    if (!stream->format) stream->format = ct_trace_detect(line, length);
    const char *nul = stream->has_nul ? memchr(line, '\0', length) : NULL;
    if (nul)
      kind = ct_line_bad(stream, nul, "a NUL byte");
    else if (stream->format == CTSEC_TRACE_STRACE)
      kind = ct_strace_line(stream, line, length);
    else if (stream->format == CTSEC_TRACE_PERF)
      kind = ct_perf_line(stream, line, length);
    else if (stream->format == CTSEC_TRACE_AUDIT)
      kind = ct_audit_line(stream, line, length);
    else
      kind = ct_recording_line(stream, line, length);
  }
  if (kind == CT_LINE_BAD && !stream->out_of_memory) report(stream, line);
  if (kind == CT_LINE_OTHER) stream->trace->others++;
  stream->offset += whole;
}

static void too_long(ctsec_trace_stream *stream, const char *line, size_t whole) {
  stream->line++;
  stream->trace->lines++;
  ct_line_bad(stream, line, "a line of more than 1 MiB");
  report(stream, line);
  stream->offset += whole;
}

int ctsec_trace_stream_feed(ctsec_trace_stream *stream, const char *text, size_t length, ctsec_error **err) {
  if (!stream || (length && !text)) return ct_error_null(err, stream ? "text" : "stream");
  if (stream->finished) return ct_error_set(err, CTSEC_E_ARG, "the stream is finished");
  const char *end = text + length;
  if (length && memchr(text, '\0', length)) stream->has_nul = 1;
  while (text < end && !stream->out_of_memory) {
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    size_t size = (size_t)((newline ? newline : end) - text);
    if (stream->skipping) {
      stream->offset += size + (newline != NULL);
      if (newline) stream->skipping = 0;
    } else if (stream->carry.length || !newline) {
      if (stream->carry.length + size > stream->line_most) {
        size_t whole = stream->carry.length + size + (newline != NULL);
        too_long(stream, text, whole);
        ct_buffer_free(&stream->carry);
        ct_buffer_init(&stream->carry);
        stream->skipping = !newline;
      } else {
        ct_buffer_add(&stream->carry, text, size);
        if (stream->carry.failed) return ct_error_nomem(err);
        if (newline) {
          size_t carried = stream->carry.length;
          one_line(stream, stream->carry.data, carried, carried + 1);
          stream->carry.length = 0;
        }
      }
    } else if (size > stream->line_most) {
      too_long(stream, text, size + 1);
    } else {
      one_line(stream, text, size, size + 1);
    }
    text += size + (newline != NULL);
  }
  return stream->out_of_memory ? ct_error_nomem(err) : 0;
}

int ctsec_trace_stream_take(ctsec_trace_stream *stream, ctsec_error **problem, ctsec_error **err) {
  if (!stream || !problem) return ct_error_null(err, stream ? "problem" : "stream");
  *problem = NULL;
  if (!stream->problem_count) return 0;
  *problem = stream->problems[stream->problem_first];
  stream->problem_first = (stream->problem_first + 1) % CT_PROBLEMS;
  stream->problem_count--;
  return 0;
}

int ctsec_trace_stream_finish(ctsec_trace_stream *stream, ctsec_trace **trace, ctsec_error **err) {
  if (!stream || !trace) return ct_error_null(err, stream ? "trace" : "stream");
  if (stream->finished) return ct_error_set(err, CTSEC_E_ARG, "the stream is finished");
  if (stream->carry.length) {
    one_line(stream, stream->carry.data, stream->carry.length, stream->carry.length);
    stream->carry.length = 0;
  }
  if (stream->out_of_memory) return ct_error_nomem(err);
  ctsec_trace *found = stream->trace;
  if (!found->first && !found->unseen_count) {
    ct_place place = {found->source, NULL, -1, 0, 0};
    return ct_error_at(err, CTSEC_E_SYNTAX, &place, "%s",
                       found->lines ? "no system call in any line" : "empty: no system call");
  }
  int status = ct_trace_end(found, err);
  if (status) return status;
  found->format = stream->format;
  stream->finished = 1;
  *trace = ctsec_trace_ref(found);
  return 0;
}

static uint32_t hash_of(const char *text, size_t length) {
  uint32_t h = (uint32_t)length;
  for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)text[i]) * 16777619u;
  return h ^ h >> 15;
}

/* What strace calls otherwise than the kernel's tables do, and what one of its names may mean as well. */
static const struct {
  char name[16];
  char kernel[16];
  uint8_t also;
} spellings[] = {{"old_mmap", "mmap", 0},     {"oldselect", "select", 0},      {"old_getrlimit", "getrlimit", 0},
                 {"oldumount", "umount", 0},  {"select", "_newselect", 1},     {"getrlimit", "ugetrlimit", 1},
                 {"sysctl", "_sysctl", 0},    {"umount", "umount2", 0}};

static int number_of(const ct_arch *arch, const char *name, uint32_t *number) {
  if (ct_arch_number(arch, name, number)) return 1;
  for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
    if (!spellings[i].also && !strcmp(spellings[i].name, name)) return ct_arch_number(arch, spellings[i].kernel, number);
  return 0;
}

static const char *also_of(const ct_arch *arch, const char *name) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
    if (spellings[i].also && !strcmp(spellings[i].name, name) && ct_arch_number(arch, spellings[i].kernel, &number))
      return spellings[i].kernel;
  return ctsec_syscall_carrier(arch->abi.id, name, strlen(name), &number);
}

static int prefixed_number(const char *name, size_t length, uint32_t *number) {
  if (length < 11 || memcmp(name, "syscall_0x", 10)) return 0;
  uint64_t value = 0;
  for (size_t i = 10; i < length; i++) {
    int c = name[i], digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0 || value >> 28) return 0;
    value = value << 4 | (unsigned)digit;
  }
  *number = (uint32_t)value;
  return 1;
}

static int resolve(ct_named *named, const ct_arch *arch) {
  if (prefixed_number(named->name, named->length, &named->number)) {
    named->arch = arch;
    return 1;
  }
  named->arch = arch;
  int found = number_of(arch, named->name, &named->number);
  for (const int8_t *family = ct_family(arch); !found && *family >= 0; family++) {
    named->arch = ct_arch_at((uint32_t)*family);
    found = number_of(named->arch, named->name, &named->number);
  }
  if (!found) return 0;
  if (named->arch->abi.x32) named->number |= CT_X32_BIT;
  named->kernel = ct_arch_name(named->arch, named->number);
  if (named->kernel) named->kept = ct_kept_find(named->kernel, &named->kept_count);
  named->also = also_of(named->arch, named->name);
  return 1;
}

ct_named *ct_stream_name(ctsec_trace_stream *stream, const ct_arch *arch, const char *name, size_t length) {
  if (length >= sizeof stream->names->name) return NULL;
  uint32_t hash = hash_of(name, length);
  ct_named *named = &stream->names[hash % CT_NAMES];
  if (named->hash == hash && named->length == length && named->asked == arch && !memcmp(named->name, name, length))
    return named->arch ? named : NULL;
  memset(named, 0, sizeof *named);
  named->hash = hash;
  named->length = (uint32_t)length;
  named->asked = arch;
  memcpy(named->name, name, length);
  if (resolve(named, arch)) return named;
  named->arch = NULL;
  return NULL;
}

ct_task *ct_stream_task(ctsec_trace_stream *stream, uint32_t pid) {
  if (stream->last_task && stream->last_task->pid == pid) return stream->last_task;
  if (2 * (stream->task_count + 1) > stream->task_size) {
    uint32_t size = stream->task_size ? 2 * stream->task_size : 64;
    ct_task *tasks = ct_arena_array(&stream->arena, size, sizeof *tasks);
    if (!tasks) {
      stream->out_of_memory = 1;
      return NULL;
    }
    for (uint32_t i = 0; i < stream->task_size; i++) {
      if (!stream->tasks[i].used) continue;
      uint32_t at = stream->tasks[i].pid * 2654435761u >> 7 & (size - 1);
      while (tasks[at].used) at = (at + 1) & (size - 1);
      tasks[at] = stream->tasks[i];
    }
    stream->tasks = tasks;
    stream->task_size = size;
  }
  uint32_t at = pid * 2654435761u >> 7 & (stream->task_size - 1);
  while (stream->tasks[at].used && stream->tasks[at].pid != pid) at = (at + 1) & (stream->task_size - 1);
  ct_task *task = &stream->tasks[at];
  if (!task->used) {
    task->used = 1;
    task->pid = pid;
    task->arch = stream->arch;
    stream->task_count++;
  }
  return stream->last_task = task;
}

static void also(ctsec_trace_stream *stream, const ct_named *named, const ct_seen *seen) {
  ct_seen other = *seen;
  other.name = NULL;
  uint32_t subcall = 0;
  const char *carrier = ctsec_syscall_carrier(named->arch->abi.id, named->name, named->length, &subcall);
  if (!ct_arch_number(named->arch, named->also, &other.number)) return;
  if (carrier) {
    other.known = 1;
    other.args[0] = subcall;
  }
  uint64_t before = stream->trace->seen;
  if (!ct_trace_add(stream->trace, &other)) stream->out_of_memory = 1;
  /* One call that may have gone either way. */
  stream->trace->seen = before;
}

ct_trace_call *ct_stream_call(ctsec_trace_stream *stream, ct_named *named, ct_seen *seen) {
  if (named->plain && !named->also) {
    ct_trace_call *call = named->plain;
    call->times += seen->times;
    call->results[seen->result] += seen->times;
    stream->trace->seen += seen->times;
    return call;
  }
  seen->arch = named->arch;
  seen->number = named->number;
  seen->name = named->kernel;
  seen->kept = named->kept;
  seen->kept_count = named->kept_count;
  ct_trace_call *call = ct_trace_add(stream->trace, seen);
  if (!call) {
    stream->out_of_memory = 1;
    return NULL;
  }
  if (!named->kept) named->plain = call;
  if (named->also) also(stream, named, seen);
  return call;
}

void ct_stream_ended(ct_trace_call *call, ct_result result) {
  if (!call->results[CT_RESULT_UNKNOWN]) return;
  call->results[CT_RESULT_UNKNOWN]--;
  call->results[result]++;
}

int ct_stream_listed(const ctsec_trace_stream *stream, const ct_named *named) {
  if (!stream->listed) return 0;
  for (const ct_trace_call *call = stream->trace->first; call; call = call->next)
    if (call->name && named->kernel && !strcmp(call->name, named->kernel)) return 1;
  return 0;
}

size_t ct_trace_digits(const char *text, const char *end, uint64_t *value) {
  size_t n = 0;
  uint64_t v = 0;
  for (; text + n < end && text[n] >= '0' && text[n] <= '9'; n++) {
    unsigned digit = (unsigned)(text[n] - '0');
    if (v > (UINT64_MAX - digit) / 10) return 0;
    v = v * 10 + digit;
  }
  *value = v;
  return n;
}
