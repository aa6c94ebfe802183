/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From conditions to goals to paths: what a step needs, all of it; of several steps, the best. */
#include <string.h>

#include "path/path.h"

/* NO < MAYBE < YES */
static unsigned rank(unsigned level) { return level == CT_YES ? 2 : level == CT_MAYBE ? 1 : 0; }

static unsigned level_of_step(const ct_path_step *step, const ct_levels *levels) {
  unsigned lowest = CT_YES;
  for (uint32_t i = 0; i < step->count; i++)
    if (rank(levels->of[step->terms[i]]) < rank(lowest)) lowest = levels->of[step->terms[i]];
  return lowest;
}

static void add(ct_term_set *set, unsigned term) { set->words[term >> 6] |= UINT64_C(1) << (term & 63); }

void ct_path_chain(ct_term_set *set) {
  for (size_t i = 0; i < ct_path_step_count; i++)
    if (ct_term_set_holds(set, &ct_path_steps[i].set)) add(set, ct_path_steps[i].gives);
}

void ct_path_conclude(ct_levels *levels) {
  ct_term_set yes = {{0}}, maybe = {{0}};
  for (unsigned i = 0; i < CT_CONDITION_COUNT; i++) {
    if (levels->of[i] == CT_NO) continue;
    add(&maybe, i);
    if (levels->of[i] == CT_YES) add(&yes, i);
  }
  ct_path_chain(&yes);
  ct_path_chain(&maybe);
  for (unsigned i = CT_CONDITION_COUNT; i < CT_TERM_COUNT; i++)
    levels->of[i] = (uint8_t)(ct_term_set_has(&yes, i) ? CT_YES : ct_term_set_has(&maybe, i) ? CT_MAYBE : CT_NO);
}

void ct_path_solve(const ct_condition_value *values, ct_levels *levels) {
  for (int i = 0; i < CT_CONDITION_COUNT; i++) levels->of[i] = values[i].level;
  ct_path_conclude(levels);
}

static unsigned missing(const ct_path_step *step, const ct_levels *levels) {
  unsigned count = 0;
  for (uint32_t i = 0; i < step->count; i++) count += levels->of[step->terms[i]] == CT_NO;
  return count;
}

const ct_path_step *ct_path_best_step(const ct_levels *levels, ct_term term) {
  const ct_path_step *best = NULL;
  for (size_t i = 0; i < ct_path_step_count; i++) {
    const ct_path_step *step = &ct_path_steps[i];
    if (step->gives != term) continue;
    unsigned ours = rank(level_of_step(step, levels)), theirs = best ? rank(level_of_step(best, levels)) : 0;
    if (!best || ours > theirs || (ours == theirs && missing(step, levels) < missing(best, levels))) best = step;
  }
  return best;
}

int ct_path_status(unsigned level) {
  return level == CT_YES ? CTSEC_PATH_REACHABLE : level == CT_MAYBE ? CTSEC_PATH_POSSIBLE : CTSEC_PATH_BLOCKED;
}

const char *ct_path_status_name(int status) {
  static const char names[][10] = {"blocked", "possible", "reachable"};
  return status >= 0 && status < 3 ? names[status] : NULL;
}

const char *ct_path_layer_name(unsigned layer) {
  return layer == CT_LAYER_RUNTIME ? "runtime" : layer == CT_LAYER_KERNEL ? "kernel" : ct_layer_name(layer);
}
