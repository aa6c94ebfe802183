/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_DENIAL_EXPLAIN_H
#define CT_DENIAL_EXPLAIN_H

#include "data/messages.h"
#include "denial/denial.h"

typedef struct ct_remedy {
  /* "seccomp-rule", "seccomp-arch", "capability", "apparmor-rule", "selinux-label", "selinux-boolean", "selinux-rule", "memory" */
  const char *kind;
  ct_message_id text;
  /* Instead of text; NULL. */
  const char *said;
  /* Compact JSON, or NULL. */
  const char *rule;
  /* As it is typed, or NULL. */
  const char *value;
  /* What {call} in the text stands for. */
  const char *call;
} ct_remedy;

#define CT_REMEDIES_MOST 6
#define CT_CONDITIONS_MOST 8

/* A rule of the given profile that the arguments decide. */
typedef struct ct_possible {
  const char *rule;
  const char *action;
  const char *conditions;
} ct_possible;

typedef struct ct_explanation {
  ctsec_denials *denials;
  ct_arena arena;
  int lang;
  int failed;
  const char *purpose;
  /* "seccomp", "capability", "lsm"...: what decided, where that is known; NULL. */
  const char *layer;
  ct_buffer why;
  ct_buffer advice;
  uint32_t change_count;
  ct_remedy changes[CT_REMEDIES_MOST];
  uint32_t condition_count;
  ct_possible conditions[CT_CONDITIONS_MOST];
} ct_explanation;

/* failed is set where memory is out. ct_explanation_free() in any case. */
void ct_explain(ct_explanation *out, ctsec_denials *denials, const ct_denial *denial);
void ct_explanation_free(ct_explanation *explanation);

/* For the explanations. */
void ct_say(ct_explanation *out, ct_message_id id, const ct_message_value *values, size_t count);
void ct_advise(ct_explanation *out, ct_message_id id);
ct_remedy *ct_remedy_add(ct_explanation *out, const char *kind, ct_message_id text);
/* NUL-terminated in the arena of the explanation; "" where memory is out. */
const char *ct_keep_buffer(ct_explanation *out, ct_buffer *buffer);
const char *ct_keep_piece(ct_explanation *out, ct_piece piece);

void ct_explain_seccomp(ct_explanation *out, const ct_denial *denial);
/* A traced call: purpose and advice, and its name; NULL. */
const char *ct_explain_name(ct_explanation *out, const ct_denial *denial);
/* By the given profile alone. */
void ct_explain_by_profile(ct_explanation *out, const ct_denial *denial, const char *name);
void ct_explain_call(ct_explanation *out, const ct_denial *denial, const char *name);
struct ctsec_confinement;
const struct ctsec_confinement *ct_explanation_confinement(ct_explanation *out);
void ct_explain_lsm(ct_explanation *out, const ct_denial *denial);
/* Whether the given container has a capability: CT_IS_YES, CT_IS_NO, CT_IS_MAYBE where nothing tells. */
int ct_container_has(const ctsec_denials *denials, int capability);
/* Capabilities that a call needs whatever its arguments, and the given container lacks. */
uint64_t ct_container_lacks(ct_explanation *out, uint32_t audit, uint32_t number);
/* 0 where it is not known. */
int ct_container_bounding(const ctsec_denials *denials, uint64_t *mask);
/* What is recorded and what is not under the given profile, and how to see it. */
void ct_explain_silence(ct_explanation *out, uint32_t *action, int *logged);
/* NULL where there is no profile; a name or NULL for arch. CTSEC_E_NOMEM in *status, other failures as its text in *why. */
const ctsec_policy *ct_denials_policy(ctsec_denials *denials, uint32_t audit, int *status, ct_buffer *why);

#endif
