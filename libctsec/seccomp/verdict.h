/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SECCOMP_VERDICT_H
#define CT_SECCOMP_VERDICT_H

#include "base/json.h"
#include "seccomp/change.h"

/* One of the three meanings. */
typedef struct ct_meaning {
  /* 0: not asked about, or not known. */
  int known;
  ct_cases cases;
  /* For each case what decided: a pointer, "insn:N", or NULL. */
  const char **rules;
  const char *why;
  /* The fact that is missing, a key for --fact; NULL. */
  const char *needs;
  /* Whether it equals the policy's: 1, 0, or -1 where it is not known or not asked about. */
  int agrees;
} ct_meaning;

struct ctsec_verdict {
  ct_count references;
  ct_arena arena;
  int lang;
  ct_question question;
  const char *arch;
  const char *call;
  /* The answer: the policy's, or the runtime's where the target asks for that; then `written` is the policy's. */
  ct_meaning policy;
  int asks_runtime;
  ct_meaning written;
  ct_meaning kernel;
  /* As the kernel cuts the arguments. */
  ct_question cut;
  ct_meaning runtime;
  const char *runtime_name;
  const char *runtime_libseccomp;
  const char *runtime_reason;
  int logged;
  int agree;
  /* Of a stack of filters, the one that decided; -1 for a policy. */
  int32_t filter;
  const char *target;
  const char *source;
  /* Compact JSON: the rules of the number, what was dropped. */
  const char *rules;
  const char *dropped;
  /* What would let a denied call through. */
  ct_change changes[CT_CHANGES_MOST];
  int change_count;
  /* The target's kernel is not known, and another would answer otherwise. */
  int needs_kernel;
  /* Where, in the policy's why, what the call is begins; 0: it is not told. */
  size_t about;
};

/* An action in people's words: "ERRNO(38 ENOSYS)". */
void ct_action_add(ct_buffer *buffer, uint32_t audit, uint32_t action);
/* "args[0] & 0x7e020000 == 0". */
void ct_condition_add(ct_buffer *buffer, const ct_condition *condition);
/* action, errno, errno_name: the members that every action of a document has. */
void ct_action_write(ct_json *json, uint32_t audit, const uint32_t *action);

#endif
