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

void ct_path_goals(ct_term_set *set) {
  for (const ct_path_step *step = ct_path_steps, *end = step + ct_goal_step_count; step < end; step++)
    set->words[step->gives >> 6] |= (uint64_t)ct_term_set_holds(set, &step->set) << (step->gives & 63);
}

static uint64_t chain(ct_term_set *set) {
  ct_path_goals(set);
  ct_term_set known = *set;
  uint64_t paths = 0;
  const ct_path_step *step = ct_path_steps + ct_goal_step_count, *end = ct_path_steps + ct_path_step_count;
  for (; step < end; step++) paths |= (uint64_t)ct_term_set_holds(&known, &step->set) << (step->gives - CT_FIRST_PATH);
  return paths;
}

void ct_path_conclude(ct_levels *levels) {
  ct_term_set yes = {{0}}, maybe = {{0}};
  for (unsigned i = 0; i < CT_CONDITION_COUNT; i++) {
    yes.words[i >> 6] |= (uint64_t)(levels->of[i] == CT_YES) << (i & 63);
    maybe.words[i >> 6] |= (uint64_t)(levels->of[i] != CT_NO) << (i & 63);
  }
  levels->reachable = chain(&yes);
  levels->open = chain(&maybe);
  levels->yes = yes;
  levels->maybe = maybe;
}

/* For whoever asks for one term after the other. */
static void spread(ct_levels *levels) {
  for (unsigned i = CT_CONDITION_COUNT; i < CT_TERM_COUNT; i++) {
    unsigned bit = i - CT_FIRST_PATH;
    int yes = i < CT_FIRST_PATH ? ct_term_set_has(&levels->yes, i) : (int)(levels->reachable >> bit & 1);
    int maybe = i < CT_FIRST_PATH ? ct_term_set_has(&levels->maybe, i) : (int)(levels->open >> bit & 1);
    levels->of[i] = (uint8_t)(yes ? CT_YES : maybe ? CT_MAYBE : CT_NO);
  }
}

void ct_path_solve(const ct_condition_value *values, ct_levels *levels) {
  for (int i = 0; i < CT_CONDITION_COUNT; i++) levels->of[i] = values[i].level;
  ct_path_conclude(levels);
  spread(levels);
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
