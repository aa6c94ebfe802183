/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_TRACE_LEAST_H
#define CT_TRACE_LEAST_H

#include "data/messages.h"
#include "trace/trace.h"

#define CT_LEAST_TRACE 1u
#define CT_LEAST_RUNTIME 2u

/* Arguments of one rule: (argument & mask) == value for each. */
typedef struct ct_least_rule {
  struct ct_least_rule *next;
  unsigned count;
  uint8_t index[2];
  uint64_t mask[2];
  uint64_t value[2];
} ct_least_rule;

/* A call that is needed. */
typedef struct ct_need {
  const char *name;
  unsigned from;
  uint64_t times;
  /* Whatever its arguments: nothing hangs on them, or they are not known. */
  int plain;
  int blind;
  ct_least_rule *rules;
  unsigned rule_count;
} ct_need;

/* A capability, and the calls that ask for it. */
typedef struct ct_need_cap {
  int needed;
  ct_message_id why;
  /* "bind, chown" */
  const char *calls;
  const char *detail;
} ct_need_cap;

typedef struct ct_least_note {
  ct_message_id message;
  const char *call;
} ct_least_note;

struct ctsec_least {
  ct_count references;
  ct_arena arena;
  int lang;
  const ct_arch *arch;
  int late;
  const ctsec_trace **traces;
  uint32_t trace_count;
  ct_need *needs;
  uint32_t need_count;
  const ct_arch *arches[CT_ARCH_MOST];
  uint32_t arch_count;
  ct_need_cap caps[64];
  ct_least_note *remarks;
  uint32_t remark_count;
};

/* So many rules for one call at most; it is then allowed whatever its arguments. */
#define CT_LEAST_RULES 64

int ct_least_remark(ctsec_least *least, ct_message_id message, const char *call);
/* Fills caps from the traces. */
int ct_least_find_caps(ctsec_least *least);
/* Every call of the trace came back as ENOSYS. */
int ct_least_absent(const ct_trace_call *call);
uint64_t ct_least_cap_mask(const ctsec_least *least, int needed);
void ct_least_write_profile(ct_json *json, const ctsec_least *least);

#endif
