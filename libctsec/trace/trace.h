/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Traces: which calls were made, each distinct one once, with how often and how it ended. */
#ifndef CT_TRACE_TRACE_H
#define CT_TRACE_TRACE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/options.h"
#include "ctsec/trace.h"
#include "ctsec/syscalls.h"
#include "data/numbers.h"
#include "seccomp/arch.h"

/* The argument that stands for what a call reads from memory. */
#define CT_TRACE_DATA 6
#define CT_TRACE_ARGUMENTS 7

/* An argument that is kept. */
typedef struct ct_kept {
  char name[20];
  uint8_t argument;
  uint8_t rule;
  uint64_t bits;
  char prefix[12];
} ct_kept;

/* The rows of a call, *count of them; NULL where nothing is kept. */
const ct_kept *ct_kept_find(const char *name, unsigned *count);
/* Where an architecture has the argument: clone's flags are its second one on s390. */
unsigned ct_kept_argument(const ct_kept *kept, const ct_arch *arch);

typedef enum ct_result {
  CT_RESULT_UNKNOWN,
  CT_RESULT_OK,
  CT_RESULT_ENOSYS,
  CT_RESULT_EPERM,
  CT_RESULT_EACCES,
  CT_RESULT_OTHER,
  /* A filter stopped it, and said so: SIGSYS, or an audit record. */
  CT_RESULT_DENIED,
  CT_RESULTS
} ct_result;

typedef struct ct_trace_call ct_trace_call;
struct ct_trace_call {
  ct_trace_call *next;
  const ct_arch *arch;
  /* NULL for a number without one. */
  const char *name;
  const ct_kept *kept;
  unsigned kept_count;
  /* With bit 30 for x32. */
  uint32_t number;
  /* Bit i: argument i is kept and known. */
  uint32_t known;
  uint64_t args[CT_TRACE_ARGUMENTS];
  uint64_t times;
  uint64_t results[CT_RESULTS];
  /* Of ENOSYS, EPERM, EACCES and DENIED, how many somebody was told. */
  uint64_t told[4];
  /* Of the first of its number: how many distinct ones there are; then all that come are counted here. */
  uint32_t variants;
  uint32_t hash;
  uint32_t order;
  uint8_t written;
};

/* So many distinct arguments of one call are told apart. */
#define CT_TRACE_VARIANTS 256

typedef struct ct_trace_unseen {
  const ct_arch *arch;
  uint32_t number;
  const char *name;
} ct_trace_unseen;

struct ctsec_trace {
  ct_count references;
  ct_arena arena;
  int lang;
  int format;
  const char *source;
  /* In the order in which they came; sorted by the end. */
  ct_trace_call *first;
  ct_trace_call **last;
  const ct_trace_call **calls;
  uint32_t count;
  ct_trace_call **slots;
  uint32_t slot_count;
  /* Calls that a recorder let through without looking. */
  ct_trace_unseen *unseen;
  uint32_t unseen_count;
  uint64_t lines;
  uint64_t seen;
  uint64_t others;
  uint64_t unparsed;
  uint64_t lost;
  /* Of a recording: the machine's architecture, NULL where it does not say. */
  const ct_arch *native;
  /* Of a recording: 0 where its end is missing. */
  int finished;
  int has_caps;
  uint64_t caps;
  int64_t uid;
  const char *command;
};

/* One call as a line tells it. */
typedef struct ct_seen {
  const ct_arch *arch;
  uint32_t number;
  uint32_t known;
  uint64_t args[CT_TRACE_ARGUMENTS];
  uint64_t times;
  ct_result result;
  /* Where the call was looked up before: its name, and what is kept of it. */
  const char *name;
  const ct_kept *kept;
  unsigned kept_count;
} ct_seen;

/* With one reference. */
ctsec_trace *ct_trace_new(ctsec_error **err);
/* Counts a call; NULL where memory is out. */
ct_trace_call *ct_trace_add(ctsec_trace *trace, const ct_seen *seen);
int ct_trace_add_unseen(ctsec_trace *trace, const ct_arch *arch, uint32_t number);
/* Sorts; afterwards nothing is added. */
int ct_trace_end(ctsec_trace *trace, ctsec_error **err);
/* ENOSYS..., "EPERM", 5 bytes. */
ct_result ct_result_named(const char *name, size_t length);

/* "socket 0=0x2 1=0x1": a call as recordings and messages have it; `data` for what it reads from memory. */
void ct_trace_call_add(ct_buffer *buffer, const ct_trace_call *call);

#endif
