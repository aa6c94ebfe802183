/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_VERDICT_ANSWER_H
#define CT_VERDICT_ANSWER_H

#include "verdict/confinement.h"
#include "verdict/request.h"

/* What to change so that a layer lets the call through. */
typedef struct ct_change {
  uint8_t layer;
  const char *why;
  /* In each format; NULL where it cannot say it. */
  const char *docker;
  const char *compose;
  const char *kubernetes;
  const char *oci;
  /* What else it opens; NULL for nothing that is known. */
  const char *opens;
} ct_change;

#define CT_CHANGES_MOST 8

struct ctsec_answer {
  ct_count references;
  ct_arena arena;
  ctsec_confinement *confinement;
  ctsec_request *request;
  /* The call that the ruling is about. */
  const ct_request *call;
  ct_ruling ruling;
  uint32_t change_count;
  ct_change changes[CT_CHANGES_MOST];
};

/* changes.c */
int ct_answer_changes(ctsec_answer *answer, ctsec_error **err);
/* The values of a layer's text, added to buffer. */
void ct_layer_add_why(ct_buffer *buffer, const ct_layer_answer *layer, int lang);

#endif
