/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the seccomp filter of a container does with each system call of the target's architecture. */
#ifndef CT_REPORT_CALLS_H
#define CT_REPORT_CALLS_H

#include "container/model.h"
#include "report/filters.h"

enum {
  CT_CALLS_FILTERED,
  CT_CALLS_UNCONFINED,
  /* The profile is a file beside the input, or is none. */
  CT_CALLS_UNKNOWN
};

typedef struct ct_call_table {
  int state;
  /* The engine whose own profile it is, 0 for one of the container's own. */
  int engine;
  /* The name of that profile among the built-in ones, and that a version near to the engine's is taken. */
  const char *profile;
  int assumed;
  int32_t arch;
  uint32_t total;
  uint32_t counts[3];
  /* CT_CALL_* by the index of ctsec_syscall_at(); NULL unless filtered. */
  const uint8_t *verdicts;
  const char *const *groups;
  /* The same of the engine's default for a container that asks for nothing. */
  const uint8_t *usual;
} ct_call_table;

/* Containers mostly have the same filter as the one before: what was decided last is kept. */
typedef struct ct_calls_memory {
  struct {
    int engine;
    const char *name;
    uint64_t caps;
    uint8_t *verdicts;
  } known[2];
  /* Of a profile of the container's own. */
  uint8_t *own;
  /* Names of groups by the index of ctsec_syscall_at(). */
  const char **groups;
} ct_calls_memory;

#define CT_CALL_GROUPS 48
typedef struct ct_call_group {
  const char *name;
  uint32_t counts[3];
} ct_call_group;

/* Counts by group, in the order of the groups' first calls; how many groups there are. */
uint32_t ct_calls_by_group(const ct_call_table *calls, ct_call_group groups[CT_CALL_GROUPS]);

void ct_calls_forget(ct_calls_memory *memory);
/* Valid until the next call with the same memory. CTSEC_E_ARG for an option arch that is none, CTSEC_E_NOMEM. */
int ct_calls_find(ct_calls_memory *memory, const ct_container *container, const ctsec_options *options, ct_call_table *calls,
                  ctsec_error **err);
/* Adds names of calls, separated by ", ": those opened beyond the usual, or the notable ones that are refused. */
void ct_calls_add_opened(ct_buffer *buffer, const ct_call_table *calls);
void ct_calls_add_refused(ct_buffer *buffer, const ct_call_table *calls);

#endif
