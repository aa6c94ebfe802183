/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls about which two policies, or two stacks of filters, disagree. */
#ifndef CT_SECCOMP_DIFF_H
#define CT_SECCOMP_DIFF_H

#include "base/arena.h"
#include "ctsec/seccomp.h"

typedef struct ct_difference {
  uint32_t audit;
  uint32_t number;
  /* Every number that neither policy names, of which `number` is one. */
  int rest;
  uint32_t action[2];
  /* A JSON pointer or "insn:N"; NULL for a default action. */
  const char *rule[2];
  uint64_t args[6];
} ct_difference;

struct ctsec_diff {
  ct_count references;
  ct_arena arena;
  int lang;
  ct_difference *items;
  uint32_t count;
  const char *source[2];
  /* Of the first: it allows something that the second does not, and the other way round. */
  int more;
  int less;
};

/* One owner; NULL where memory is out. */
ctsec_diff *ct_diff_new(int lang);
/* Adds a copy. CTSEC_E_LIMIT beyond `most` differences, CTSEC_E_NOMEM. */
int ct_diff_add(ctsec_diff *diff, const ct_difference *item, uint64_t most);

#endif
