/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the readers of lines share. */
#ifndef CT_TRACE_STREAM_H
#define CT_TRACE_STREAM_H

#include "base/buffer.h"
#include "trace/trace.h"

/* What a line was. */
enum { CT_LINE_BAD, CT_LINE_CALL, CT_LINE_OTHER };

/* A name as a trace has it, on one architecture: found once. */
typedef struct ct_named {
  uint32_t hash;
  uint32_t length;
  char name[36];
  const ct_arch *asked;
  const ct_arch *arch;
  uint32_t number;
  /* The kernel's name; NULL for a number without one. */
  const char *kernel;
  const ct_kept *kept;
  unsigned kept_count;
  /* The name may mean this one as well, or the call that carries it; NULL. */
  const char *also;
  /* Of a call of which no argument is kept. */
  ct_trace_call *plain;
} ct_named;

typedef struct ct_task {
  uint32_t pid;
  uint8_t used;
  const ct_arch *arch;
  /* Begun and not ended. */
  ct_trace_call *pending;
} ct_task;

/* Within strace -c or perf trace -s: which column holds what, -1 where there is none. */
typedef struct ct_summary {
  int inside;
  int columns;
  int calls;
  int errors;
  int name;
  /* Of the last row; perf counts its errors below it. */
  ct_trace_call *last;
} ct_summary;

#define CT_NAMES 1024
#define CT_PROBLEMS 64

struct ctsec_trace_stream {
  ctsec_trace *trace;
  /* CTSEC_TRACE_*, 0 until the first line that tells. */
  int format;
  int forced;
  const ct_arch *arch;
  ct_buffer carry;
  /* Within a line that is too long. */
  int skipping;
  int finished;
  /* Some piece held a NUL byte: lines are looked at for it. */
  int has_nul;
  ct_summary summary;
  /* A call stood on a line of its own. */
  int listed;
  uint64_t line_most;
  uint64_t line;
  uint64_t offset;
  ct_arena arena;
  ct_named names[CT_NAMES];
  ct_task *tasks;
  uint32_t task_size;
  uint32_t task_count;
  ct_task *last_task;
  /* Why the line is bad, and where. */
  const char *problem;
  const char *place;
  ctsec_error *problems[CT_PROBLEMS];
  uint32_t problem_first;
  uint32_t problem_count;
  /* Of a recording: its version was read; the row of the last call. */
  int header;
  int out_of_memory;
};

/* Each takes one line without its end. */
int ct_strace_line(ctsec_trace_stream *stream, const char *line, size_t length);
int ct_perf_line(ctsec_trace_stream *stream, const char *line, size_t length);
int ct_audit_line(ctsec_trace_stream *stream, const char *line, size_t length);
int ct_recording_line(ctsec_trace_stream *stream, const char *line, size_t length);
/* What a file is, by a line of it: CTSEC_TRACE_*, 0 where it could be anything. */
int ct_trace_detect(const char *line, size_t length);

/* Says why a line is bad; returns CT_LINE_BAD. */
int ct_line_bad(ctsec_trace_stream *stream, const char *place, const char *problem);
/* A name on an architecture, or one whose programs the same kernel runs; NULL where there is none. */
ct_named *ct_stream_name(ctsec_trace_stream *stream, const ct_arch *arch, const char *name, size_t length);
/* The process of a number, made where it is new; NULL where memory is out. */
ct_task *ct_stream_task(ctsec_trace_stream *stream, uint32_t pid);
/* Counts a call of a name; `seen` has its arguments. NULL where memory is out. */
ct_trace_call *ct_stream_call(ctsec_trace_stream *stream, ct_named *named, ct_seen *seen);
/* A call that was begun has ended. */
void ct_stream_ended(ct_trace_call *call, ct_result result);
/* A summary behind the lines of its calls (strace -C, perf trace -S) says nothing new about this one. */
int ct_stream_listed(const ctsec_trace_stream *stream, const ct_named *named);

/* Decimal digits; the number of them. */
size_t ct_trace_digits(const char *text, const char *end, uint64_t *value);
/* A number of any kind C knows, or names of constants joined by |, each with `prefix` before it where it is none alone. */
int ct_trace_value(const ct_arch *arch, const char *text, const char *end, const char *prefix, uint64_t *value);

#endif
