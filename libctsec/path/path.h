/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attack paths of a container: conditions are read off it once (facts.c,
 * calls.c, mounts.c, host.c), steps.def says what follows from them (solve.c), and
 * changes.c tries which single change ends most of it.
 */
#ifndef CT_PATH_PATH_H
#define CT_PATH_PATH_H

#include "ctsec/path.h"
#include "data/steps.h"
#include "path/enabled.h"
#include "verdict/confinement.h"

/* One condition, as it is with this container. */
typedef struct ct_condition_value {
  /* CT_YES, CT_NO, CT_MAYBE */
  uint8_t level;
  /* Something else shows it as well: taking `at` away would not end it. */
  uint8_t others;
  /* A key for --fact, where it is not known. */
  const char *needs;
  /* What shows it; NULL for what nothing in the input says. */
  const ct_value *at;
  /* What the text names: a path, a namespace's peer. */
  const char *word;
} ct_condition_value;

typedef struct ct_path_case {
  ct_arena *arena;
  const ct_container *container;
  const ctsec_confinement *confinement;
  const ctsec_options *options;
  ct_condition_value values[CT_CONDITION_COUNT];
} ct_path_case;

struct ct_path_result;

/* Levels of every term, as the steps make them. */
typedef struct ct_levels {
  uint8_t of[CT_TERM_COUNT];
  /* The same as sets: what holds, what holds or may; of paths those that are reachable, and those that are not blocked. */
  ct_term_set yes;
  ct_term_set maybe;
  uint64_t reachable;
  uint64_t open;
} ct_levels;

/* Sets a condition; a later YES replaces what is less certain, never the other way. */
void ct_path_set(ct_path_case *about, ct_term condition, unsigned level, const ct_value *at, const char *word);
void ct_path_need(ct_path_case *about, ct_term condition, const char *needs, const ct_value *at);

void ct_path_facts(ct_path_case *about);
void ct_path_calls(ct_path_case *about);
/* 0 where the engine's own profile is known without being read. */
int ct_path_reads_profile(const ctsec_confinement *confinement);
void ct_path_mounts(ct_path_case *about);
/* What a condition says of this container; *needs: the fact that would tell more, or NULL. */
ct_message_id ct_path_says(const ct_path_case *about, ct_term condition, const char **needs);
void ct_path_mount(ct_path_case *about, const ct_mount *mount);
void ct_path_device(ct_path_case *about, const ct_device *device);
void ct_path_host(ct_path_case *about);
/* Volumes that others may share; the others are the cases. */
void ct_path_volumes(ct_path_case *about, struct ct_path_result *const *cases, uint32_t count);
void ct_path_solve(const ct_condition_value *values, ct_levels *levels);
/* The sets, from the conditions of levels, which may have been changed. */
void ct_path_conclude(ct_levels *levels);
/* Adds the goals that follow. Rows stand behind what they build on, so that one pass suffices. */
void ct_path_goals(ct_term_set *set);
static inline int ct_term_set_has(const ct_term_set *set, unsigned term) { return set->words[term >> 6] >> (term & 63) & 1; }
static inline int ct_term_set_holds(const ct_term_set *set, const ct_term_set *wanted) {
  uint64_t lacking = 0;
  for (int i = 0; i < 2; i++) lacking |= wanted->words[i] & ~set->words[i];
  return !lacking;
}
/* The step that explains a term best: that holds, else that is nearest to it. */
const ct_path_step *ct_path_best_step(const ct_levels *levels, ct_term term);

/* A change and what it ends. */
typedef struct ct_cut {
  ct_message_id text;
  /* {name} in the text; NULL for none. */
  const char *word;
  /* Bit p: path p is reachable, or possible, and no longer after the change. */
  uint64_t ends;
  uint64_t ends_possible;
  uint32_t count;
  uint32_t possible_count;
  const ct_value *at;
} ct_cut;

#define CT_CUTS_MOST 32

/* The changes that end a reachable path, those that end most first. */
uint32_t ct_path_cuts(const ct_path_case *about, const ct_levels *levels, ct_cut *cuts);

int ct_path_status(unsigned level);

struct ctsec_path {
  const struct ct_path_result *result;
  ct_term term;
};

/* One container and what became of it. */
typedef struct ct_path_result {
  ct_path_case about;
  ct_levels levels;
  ctsec_confinement confinement;
  uint32_t cut_count;
  ct_cut *cuts;
  struct ctsec_path *paths;
} ct_path_result;

/* Solves all containers of one input, with the namespaces and volumes that they share. */
void ct_path_peers(ct_path_result *const *results, uint32_t count);

struct ctsec_paths {
  ct_arena arena;
  ctsec_options *options;
  uint32_t input_count;
  ctsec_containers **inputs;
  uint32_t count;
  ct_path_result **results;
  /* Elements of errors[]. */
  ct_buffer errors;
};

#define CT_PATH_TERMS_MOST 24
/* Adds the conditions that explain a path, goals unfolded, each once. */
uint32_t ct_path_unfold(const ct_levels *levels, ct_term term, uint8_t *found, uint32_t count);
/* The layers that stand in the way of a path, of every way to it: bits. */
uint32_t ct_path_blocking(const ct_levels *levels, ct_term term);
void ct_paths_text(const ctsec_paths *paths, ct_buffer *buffer);

#endif
