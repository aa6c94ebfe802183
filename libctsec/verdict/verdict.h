/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * May this container make this call: seccomp first, then what the operation's
 * row says, in the kernel's order. What rooms above use: ct_confinement_make()
 * once for a container, then ct_confinement_decide() for any number of calls,
 * which allocates nothing; ct_operation_find() for what a call may need.
 */
#ifndef CT_VERDICT_VERDICT_H
#define CT_VERDICT_VERDICT_H

#include "container/model.h"
#include "ctsec/verdict.h"
#include "data/messages.h"
#include "data/ops.h"
#include "seccomp/policy.h"

/* A call as it is asked about. */
typedef struct ct_request {
  uint32_t audit;
  /* With bit 30 for x32. */
  uint32_t number;
  uint64_t args[6];
  /* Bit i: argument i is not known. Set too where texts[i] says what it points to. */
  uint32_t unknown;
  /* What an argument points to: a path, "0.0.0.0:80", "security.capability"; NULL where nobody says. */
  const char *texts[6];
} ct_request;

/* The first row that this call may mean, whatever of its arguments is unknown; NULL where it asks for nothing. */
const ct_operation *ct_operation_find(const ct_request *request);
/* The next row that it may mean as well, because an argument is unknown. */
const ct_operation *ct_operation_next(const ct_request *request, const ct_operation *operation);
/* Every capability that a step of the row asks for; where a step takes one of two, both. */
uint64_t ct_operation_caps(const ct_operation *operation);

/* What one layer says. */
typedef struct ct_layer_answer {
  uint8_t layer;
  /* CTSEC_ANSWER_* */
  uint8_t outcome;
  /* A CT_STEP_WHY_*, with its values. */
  uint16_t why;
  /* "EPERM"; NULL where it does not deny. */
  const char *error;
  /* A key for --fact; NULL where nothing is missing. */
  const char *needs;
  /* The field of the container, or the rule of the profile; either may be NULL. */
  const ct_value *at;
  const char *pointer;
  /* -1 for none; what the text names. */
  int8_t cap;
  int8_t other_cap;
  uint8_t space;
  const char *word;
  int64_t number;
} ct_layer_answer;

#define CT_LAYERS_MOST 12
#define CT_NEEDS_MOST 8

typedef struct ct_ruling {
  /* CTSEC_ANSWER_* */
  uint8_t outcome;
  /* CTSEC_LAYER_* that decides; 0 unless denied. */
  uint8_t layer;
  /* A missing fact before the deciding layer may give another errno. */
  uint8_t errno_open;
  /* "EPERM", and its number on the call's arch; NULL and 0 unless denied. */
  const char *error;
  uint32_t error_number;
  const char *needs[CT_NEEDS_MOST];
  uint32_t need_count;
  /* seccomp first, then every step of the row, also behind the one that denies. */
  ct_layer_answer layers[CT_LAYERS_MOST];
  uint32_t layer_count;
  /* NULL where the call asks for nothing beyond seccomp. */
  const ct_operation *operation;
} ct_ruling;

/*
 * profile: for a container whose seccomp profile is a file that the input
 * only names; NULL where it is not at hand. Holds on to the containers.
 */
int ct_confinement_make(const ct_container *container, const ctsec_profile *profile, const ctsec_options *options,
                        ctsec_confinement **confinement, ctsec_error **err);
void ct_confinement_decide(const ctsec_confinement *confinement, const ct_request *request, ct_ruling *ruling);
/* Its first layer alone, the seccomp filter; no outcome is concluded. */
void ct_confinement_filter(const ctsec_confinement *confinement, const ct_request *request, ct_ruling *ruling);
/* Whether a capability is in effect: CT_YES, CT_NO, CT_MAYBE; counting in the user namespace of `space`. */
unsigned ct_confinement_has(const ctsec_confinement *confinement, int cap, ct_space space);
/* "capability"; NULL for 0. */
const char *ct_layer_name(unsigned layer);

#endif
