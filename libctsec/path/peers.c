/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers of one input that share namespaces or volumes: what one reaches, the other reaches. */
#include <string.h>

#include "path/path.h"

static int is_named(const ct_container *container, const char *peer) {
  if (container->name && !strcmp(container->name, peer)) return 1;
  if (!strcmp(container->id, peer)) return 1;
  size_t length = strlen(peer);
  return length >= 12 && container->container_id.length >= length &&
         !strncmp(container->container_id.value, peer, length);
}

static uint32_t find_peer(ct_path_result *const *cases, uint32_t count, const char *peer) {
  uint32_t i = 0;
  while (i < count && !is_named(cases[i]->about.container, peer)) i++;
  return i;
}

static unsigned risk(const ct_levels *levels) {
  unsigned worst = CT_NO;
  for (int i = CT_FIRST_PATH; i < CT_TERM_COUNT; i++) {
    ct_impact impact = ct_path_impact((ct_term)i);
    if (impact == CT_IMPACT_CONTAINER || impact == CT_IMPACT_NETWORK) continue;
    if (levels->of[i] == CT_YES) return CT_YES;
    if (levels->of[i] == CT_MAYBE) worst = CT_MAYBE;
  }
  return worst;
}

static const char *first_need(const ct_path_case *about, const ct_levels *levels) {
  for (int i = CT_FIRST_PATH; i < CT_TERM_COUNT; i++) {
    if (levels->of[i] != CT_MAYBE) continue;
    const ct_path_step *step = ct_path_best_step(levels, (ct_term)i);
    for (uint32_t k = 0; k < step->count; k++)
      if (step->terms[k] < CT_CONDITION_COUNT && levels->of[step->terms[k]] == CT_MAYBE)
        return about->values[step->terms[k]].needs;
  }
  return "peer";
}

/* Takes over what a peer reaches; 1 where that is news. */
static int take(ct_path_case *about, const ct_path_case *peer, const ct_levels *theirs, const ct_value *at) {
  unsigned before = about->values[CT_TERM_PEER_PATH].level;
  unsigned level = risk(theirs);
  if (level == CT_YES)
    ct_path_set(about, CT_TERM_PEER_PATH, CT_YES, at, peer->container->id);
  else if (level == CT_MAYBE)
    ct_path_need(about, CT_TERM_PEER_PATH, first_need(peer, theirs), at);
  return about->values[CT_TERM_PEER_PATH].level != before;
}

static int join_spaces(ct_path_result *const *cases, uint32_t count, uint32_t index) {
  ct_path_case *about = &cases[index]->about;
  int moved = 0;
  for (int kind = 0; kind < CT_NS_COUNT; kind++) {
    const ct_namespace *space = &about->container->namespaces[kind];
    int named = space->mode == CT_NS_CONTAINER || space->mode == CT_NS_SERVICE;
    if (space->from.state == CT_UNSET || (!named && !(space->mode == CT_NS_POD && kind == CT_NS_PID))) continue;
    if (!named) {
      /* Processes of a pod that see each other. */
      for (uint32_t i = 0; i < count; i++) {
        if (i == index || cases[i]->about.container->pod_spec != about->container->pod_spec) continue;
        ct_path_set(about, CT_TERM_PEER, CT_YES, space->from.at, cases[i]->about.container->id);
        moved |= take(about, &cases[i]->about, &cases[i]->levels, space->from.at);
      }
      continue;
    }
    ct_path_set(about, CT_TERM_PEER, CT_YES, space->from.at, space->peer);
    uint32_t peer = space->peer ? find_peer(cases, count, space->peer) : count;
    if (peer == count)
      ct_path_need(about, CT_TERM_PEER_PATH, "peer", space->from.at);
    else if (peer != index)
      moved |= take(about, &cases[peer]->about, &cases[peer]->levels, space->from.at);
  }
  return moved;
}

static int same_volume(const ct_mount *a, const ct_mount *b) {
  const ct_text *x = a->name.length ? &a->name : &a->source, *y = b->name.length ? &b->name : &b->source;
  return x->length && x->length == y->length && !memcmp(x->value, y->value, x->length);
}

/* A name means the same volume where both are of one file, or of one pod. */
static int see_the_same(const ct_container *a, const ct_container *b) { return a != b && a->pod_spec == b->pod_spec; }

void ct_path_volumes(ct_path_case *about, ct_path_result *const *cases, uint32_t count) {
  const ct_mounts *mounts = &about->container->mounts;
  for (uint32_t i = 0; i < mounts->count; i++) {
    const ct_mount *mount = &mounts->items[i];
    if (mount->own || !ct_is_true(&mount->writable) || ct_text_is(&mount->type, "tmpfs")) continue;
    ct_path_need(about, CT_TERM_SHARED_VOLUME, "shared-volume", mount->at);
    for (uint32_t k = 0; k < count; k++) {
      const ct_container *other = cases[k]->about.container;
      if (!see_the_same(about->container, other)) continue;
      for (uint32_t j = 0; j < other->mounts.count; j++)
        if (!other->mounts.items[j].own && same_volume(mount, &other->mounts.items[j]))
          ct_path_set(about, CT_TERM_SHARED_VOLUME, CT_YES, mount->at, other->id);
    }
  }
}

void ct_path_peers(ct_path_result *const *cases, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    ct_path_volumes(&cases[i]->about, cases, count);
    ct_path_solve(cases[i]->about.values, &cases[i]->levels);
  }
  for (int moved = 1; moved;) {
    moved = 0;
    for (uint32_t i = 0; i < count; i++) {
      if (!join_spaces(cases, count, i)) continue;
      moved = 1;
      ct_path_solve(cases[i]->about.values, &cases[i]->levels);
    }
  }
  for (uint32_t i = 0; i < count; i++) ct_path_solve(cases[i]->about.values, &cases[i]->levels);
}
