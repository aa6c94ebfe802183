/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "path/enabled.h"

#include <stdlib.h>
#include <string.h>

#include "path/path.h"

struct ct_reach {
  ct_path_case about;
  /* For one mount or device by itself. */
  ct_path_case one;
  ctsec_confinement confinement;
  ct_levels levels;
  /* Paths that are not blocked, or would not be to root. */
  uint64_t open_to_root;
  /* Steps that would then hold, those of goals first; without those that are more closed than another to the same end. */
  uint32_t count;
  const ct_path_step *steps[256];
  /* Of goals that do not hold: what stands in their way. */
  uint16_t layers[CT_FIRST_PATH - CT_CONDITION_COUNT];
  /* All containers of the input, where one joins another. */
  const struct ctsec_containers *input;
  ctsec_paths *all;
};

int ct_reach_make(ct_reach **reach, ctsec_error **err) {
  if (*reach) return 0;
  /* What a look needs clear it clears itself. */
  *reach = malloc(sizeof **reach);
  if (!*reach) return ct_error_nomem(err);
  (*reach)->input = NULL;
  (*reach)->all = NULL;
  return 0;
}

void ct_reach_free(ct_reach *reach) {
  if (reach) ctsec_paths_free(reach->all);
  free(reach);
}

/* What a container that this one joins reaches is known once all are solved. */
static int ask_peers(ct_reach *reach, const ct_container *container, const ctsec_options *options, ctsec_error **err) {
  int joins = 0;
  for (int i = 0; i < CT_NS_COUNT; i++) {
    const ct_namespace *space = &container->namespaces[i];
    if (space->from.state == CT_UNSET) continue;
    joins |= space->mode == CT_NS_CONTAINER || space->mode == CT_NS_SERVICE || (space->mode == CT_NS_POD && i == CT_NS_PID);
  }
  if (!joins) return 0;
  if (!reach->all || reach->input != container->root) {
    ctsec_paths_free(reach->all);
    reach->all = NULL;
    reach->input = container->root;
    int status = ctsec_paths_new(options, &reach->all, err);
    if (status) return status;
    /* A profile that cannot be read is the scan's to report. */
    if (ctsec_paths_take(reach->all, (ctsec_containers *)container->root, NULL) == CTSEC_E_NOMEM) return ct_error_nomem(err);
  }
  for (uint32_t i = 0; i < reach->all->count; i++) {
    const ct_path_case *solved = &reach->all->results[i]->about;
    if (solved->container != container) continue;
    reach->about.values[CT_TERM_PEER] = solved->values[CT_TERM_PEER];
    reach->about.values[CT_TERM_PEER_PATH] = solved->values[CT_TERM_PEER_PATH];
  }
  return 0;
}

static uint16_t layers_of(const ct_reach *reach, const ct_path_step *step) {
  uint16_t layers = 0;
  for (uint32_t i = 0; i < step->count; i++) {
    unsigned term = step->terms[i];
    if (ct_term_set_has(&reach->levels.maybe, term)) continue;
    layers |= (uint16_t)(term < CT_CONDITION_COUNT ? 1u << ct_condition_layer((ct_term)term) : reach->layers[term - CT_CONDITION_COUNT]);
  }
  return layers;
}

/* As ct_path_conclude(), but looking only at steps that would hold if nothing stood in their way. */
static void conclude(ct_reach *reach) {
  ct_levels *levels = &reach->levels;
  ct_term_set yes = {{0}}, maybe = {{0}};
  for (unsigned i = 0; i < CT_CONDITION_COUNT; i++) {
    unsigned level = reach->about.values[i].level;
    yes.words[i >> 6] |= (uint64_t)(level == CT_YES) << (i & 63);
    maybe.words[i >> 6] |= (uint64_t)(level != CT_NO) << (i & 63);
  }
  ct_term_set ungated = {{maybe.words[0] | ct_gates.words[0], maybe.words[1] | ct_gates.words[1]}}, root = maybe;
  root.words[CT_TERM_UID0 >> 6] |= UINT64_C(1) << (CT_TERM_UID0 & 63);
  ct_path_goals(&yes);
  ct_path_goals(&maybe);
  ct_path_goals(&ungated);
  ct_path_goals(&root);
  levels->yes = yes;
  levels->maybe = maybe;
  levels->reachable = levels->open = reach->open_to_root = 0;
  reach->count = 0;
  memset(reach->layers, 0, sizeof reach->layers);
  uint32_t found = 0;
  for (const ct_path_step *step = ct_path_steps, *end = step + ct_path_step_count; step < end; step++) {
    if (!ct_term_set_holds(&ungated, &step->set)) continue;
    unsigned given = step->gives;
    reach->steps[found++] = step;
    if (given < CT_FIRST_PATH) {
      reach->layers[given - CT_CONDITION_COUNT] |= layers_of(reach, step);
      continue;
    }
    given -= CT_FIRST_PATH;
    levels->reachable |= (uint64_t)ct_term_set_holds(&yes, &step->set) << given;
    levels->open |= (uint64_t)ct_term_set_holds(&maybe, &step->set) << given;
    reach->open_to_root |= (uint64_t)ct_term_set_holds(&root, &step->set) << given;
  }
  for (uint32_t i = 0; i < found; i++) {
    const ct_path_step *step = reach->steps[i];
    unsigned given = step->gives;
    int goal = given < CT_FIRST_PATH;
    int is = goal ? ct_term_set_has(&yes, given) : (int)(levels->reachable >> (given - CT_FIRST_PATH) & 1);
    int may = goal ? ct_term_set_has(&maybe, given) : (int)(levels->open >> (given - CT_FIRST_PATH) & 1);
    if (ct_term_set_holds(&yes, &step->set) == is && ct_term_set_holds(&maybe, &step->set) == may)
      reach->steps[reach->count++] = step;
  }
}

int ct_reach_look(ct_reach *reach, ct_arena *arena, const ct_container *container, const ctsec_options *options,
                  const ctsec_policy *own, ctsec_error **err) {
  ctsec_confinement *c = &reach->confinement;
  memset(c, 0, sizeof *c);
  memset(&reach->about, 0, sizeof reach->about);
  reach->about.arena = arena;
  reach->about.container = container;
  reach->about.confinement = c;
  reach->about.options = options;
  int status = ct_confinement_look(c, container, options, NULL, err);
  if (status) return status;
  if (ct_path_reads_profile(c)) {
    if (c->builtins[0]) {
      status = ct_confinement_load(c, NULL, err);
    } else if (own) {
      c->policies[0] = ctsec_policy_ref((ctsec_policy *)own);
    } else {
      c->filter = CT_FILTER_MISSING;
      c->filter_needs = "seccomp-profile";
    }
  }
  if (!status) {
    ct_path_facts(&reach->about);
    ct_path_calls(&reach->about);
    ct_path_mounts(&reach->about);
    ct_path_host(&reach->about);
    ct_path_volumes(&reach->about, NULL, 0);
    status = ask_peers(reach, container, options, err);
  }
  ct_confinement_unload(c);
  if (!status) conclude(reach);
  return status;
}

static ct_path_case *start_one(ct_reach *reach) {
  memset(&reach->one, 0, sizeof reach->one);
  reach->one.arena = reach->about.arena;
  reach->one.container = reach->about.container;
  return &reach->one;
}

/* Conditions that this mount or device shows by itself; 0 where it is none. */
static int ask_one(ct_reach *reach, const ct_value *at, ct_term_set *shown) {
  const ct_container *container = reach->about.container;
  ct_path_case *one = NULL;
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    const ct_mount *mount = &container->mounts.items[i];
    if (at == mount->at || at == mount->source.from.at) ct_path_mount(one ? one : (one = start_one(reach)), mount);
  }
  for (uint32_t i = 0; i < container->devices.count; i++) {
    const ct_device *device = &container->devices.items[i];
    if (at == device->at) ct_path_device(one ? one : (one = start_one(reach)), device);
  }
  memset(shown, 0, sizeof *shown);
  for (unsigned i = 0; one && i < CT_CONDITION_COUNT; i++)
    if (one->values[i].level != CT_NO) shown->words[i >> 6] |= UINT64_C(1) << (i & 63);
  return one != NULL;
}

void ct_reach_find(ct_reach *reach, const uint8_t *terms, const ct_value *at, ct_enabled *enabled) {
  const ct_levels *levels = &reach->levels;
  ct_term_set uses = {{0}}, shown;
  uint64_t enabled_paths = 0;
  memset(enabled, 0, sizeof *enabled);
  for (; *terms; terms++) uses.words[(*terms - 1) >> 6] |= UINT64_C(1) << ((*terms - 1) & 63);
  int one = at && ask_one(reach, at, &shown);
  for (int i = 0; i < 2; i++) uses.words[i] &= levels->maybe.words[i] & (one ? shown.words[i] : ~UINT64_C(0));
  if (!(uses.words[0] | uses.words[1])) return;
  for (uint32_t i = 0; i < reach->count; i++) {
    const ct_path_step *step = reach->steps[i];
    if (!((step->set.words[0] & uses.words[0]) | (step->set.words[1] & uses.words[1]))) continue;
    unsigned given = step->gives;
    if (given < CT_FIRST_PATH) {
      uses.words[given >> 6] |= UINT64_C(1) << (given & 63);
      continue;
    }
    given -= CT_FIRST_PATH;
    enabled_paths |= UINT64_C(1) << given;
    if (!(levels->open >> given & 1)) enabled->layers[given] |= layers_of(reach, step);
  }
  enabled->reachable = enabled_paths & levels->reachable;
  enabled->possible = enabled_paths & levels->open & ~levels->reachable;
  enabled->blocked = enabled_paths & ~levels->open;
  enabled->closed = enabled_paths && !(enabled_paths & reach->open_to_root);
}
