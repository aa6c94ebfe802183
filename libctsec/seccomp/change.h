/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the policy would answer were the target another: with more or fewer capabilities, on another kernel. */
#ifndef CT_SECCOMP_CHANGE_H
#define CT_SECCOMP_CHANGE_H

#include "seccomp/cases.h"
#include "seccomp/resolve.h"

/* What a policy was resolved from; in its arena. The profile is kept by the policy. */
typedef struct ct_origin {
  const ct_profile *profile;
  ct_target target;
  /* Of each entry, with its data. */
  const uint32_t *actions;
} ct_origin;

/* One of: capabilities more, capabilities less, a kernel from some version on, one before it. */
typedef struct ct_change {
  uint64_t add;
  uint64_t drop;
  uint32_t kernel;
  uint32_t major;
  /* 1 from that version on, -1 before it, 0: not about the kernel. */
  int since;
  uint32_t action;
  /* The entry that would decide; NULL for the default action. */
  const char *pointer;
} ct_change;

#define CT_CHANGES_MOST 4

/*
 * The changes that turn the action, which is decided, into one that allows the
 * call; and where the target's kernel is not known, the kernels that would
 * answer otherwise. The number of them, or CTSEC_E_NOMEM.
 */
int ct_changes_find(const ctsec_policy *policy, const ct_question *question, uint32_t action, ct_arena *arena,
                    ct_change changes[CT_CHANGES_MOST]);

#endif
