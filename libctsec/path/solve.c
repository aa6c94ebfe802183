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

/* Rows stand behind what they build on, so that one pass most often suffices; the second sees that nothing moves. */
static void chain(ct_levels *levels) {
  for (int moved = 1; moved;) {
    moved = 0;
    for (size_t i = 0; i < ct_path_step_count; i++) {
      const ct_path_step *step = &ct_path_steps[i];
      unsigned level = level_of_step(step, levels);
      if (rank(level) <= rank(levels->of[step->gives])) continue;
      levels->of[step->gives] = (uint8_t)level;
      moved = 1;
    }
  }
}

void ct_path_solve(const ct_condition_value *values, ct_levels *levels) {
  memset(levels, 0, sizeof *levels);
  for (int i = 0; i < CT_CONDITION_COUNT; i++) levels->of[i] = values[i].level;
  chain(levels);
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
