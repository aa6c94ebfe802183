/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For rooms above: which attack paths a fact about a container enables, of one container after the other. */
#ifndef CT_PATH_ENABLED_H
#define CT_PATH_ENABLED_H

#include "container/model.h"
#include "ctsec/path.h"
#include "ctsec/seccomp.h"
#include "data/steps.h"

/* "seccomp"... and "runtime", "kernel". */
const char *ct_path_layer_name(unsigned layer);
/* "reachable", "possible", "blocked" */
const char *ct_path_status_name(int status);

/* /proc/self/fd/7 */
int ct_leads_through_a_descriptor(const ct_text *directory);
/* An annotation that makes crun or CRI-O act, not one that they or podman write themselves. */
int ct_annotation_steers(const ct_pairs *annotations, const ct_pair *pair);
/* Docker's own hook, which sets up the network. */
int ct_hook_is_own(const ct_hook *hook);

/* What is known of one container. */
typedef struct ct_reach ct_reach;

/* Of paths, bit i is CT_FIRST_PATH + i. */
typedef struct ct_enabled {
  uint64_t reachable;
  uint64_t possible;
  uint64_t blocked;
  /* All of them are closed, and would be to root as well. */
  int closed;
  /* Of blocked path i: bit CTSEC_LAYER_*, and those beyond. */
  uint16_t layers[CT_PATH_COUNT];
} ct_enabled;

/* *reach is NULL at first and is used again for the next container. */
int ct_reach_make(ct_reach **reach, ctsec_error **err);
void ct_reach_free(ct_reach *reach);
/*
 * own: what the container's own profile means; NULL where that is not known.
 * The others of its input count where it joins one of them.
 */
int ct_reach_look(ct_reach *reach, ct_arena *arena, const ct_container *container, const ctsec_options *options,
                  const ctsec_policy *own, ctsec_error **err);
/* terms: each plus 1, ended by 0, of which those that do not hold say nothing; at: the mount or device that is meant. */
void ct_reach_find(ct_reach *reach, const uint8_t *terms, const ct_value *at, ct_enabled *enabled);

#endif
