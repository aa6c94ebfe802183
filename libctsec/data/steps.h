/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attack paths and what must hold for each, from steps.def. */
#ifndef CT_DATA_STEPS_H
#define CT_DATA_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "data/messages.h"

/* Conditions, then goals, then paths: what a step may ask for. */
typedef enum ct_term {
#define CONDITION(token, name, layer, part) CT_TERM_##token,
#include "data/steps.def"
  CT_CONDITION_COUNT,
  CT_BEFORE_GOALS = CT_CONDITION_COUNT - 1,
#define GOAL(token) CT_TERM_##token,
#include "data/steps.def"
  CT_FIRST_PATH,
  CT_BEFORE_PATHS = CT_FIRST_PATH - 1,
#define PATH(token, id, impact) CT_TERM_##token,
#include "data/steps.def"
  CT_TERM_COUNT
} ct_term;

#define CT_PATH_COUNT (CT_TERM_COUNT - CT_FIRST_PATH)

/* Layers beyond those of a verdict. */
#define CT_LAYER_RUNTIME 10
#define CT_LAYER_KERNEL 11

typedef enum ct_impact { CT_IMPACT_HOST, CT_IMPACT_DATA, CT_IMPACT_NETWORK, CT_IMPACT_KERNEL, CT_IMPACT_CONTAINER } ct_impact;

#define CT_STEP_TERMS 8

/* Bit t of the whole is term t: conditions and goals. */
typedef struct ct_term_set {
  uint64_t words[2];
} ct_term_set;
_Static_assert(CT_FIRST_PATH <= 128 && CT_PATH_COUNT <= 64, "sets of terms and of paths");

typedef struct ct_path_step {
  uint8_t gives;
  /* As many as count says. */
  uint8_t count;
  uint8_t terms[CT_STEP_TERMS];
  ct_term_set set;
} ct_path_step;

extern const ct_path_step ct_path_steps[];
extern const size_t ct_path_step_count;
/* Those of goals stand first. */
extern const size_t ct_goal_step_count;

/* "cap-sys-admin"; "host-root" and such of goals are NULL. */
const char *ct_condition_name(ct_term condition);
/* Conditions that may stand in the way, whatever the container is given. */
extern const ct_term_set ct_gates;
/* A CTSEC_LAYER_* of verdicts, or CT_LAYER_RUNTIME or CT_LAYER_KERNEL. */
unsigned ct_condition_layer(ct_term condition);
ct_message_id ct_condition_text(ct_term condition);
/* "AP05w" */
const char *ct_path_id(ct_term path);
ct_impact ct_path_impact(ct_term path);
ct_message_id ct_path_title(ct_term path);

#endif
