/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What services take from each other: namespaces, and the mounts of volumes_from; through as many peers as it takes. */
#include <string.h>

#include "container/compose.h"
#include "container/text.h"

/* Services, and names that containers are given, by name. */
typedef struct peers {
  ct_compose *compose;
  ct_names services;
  ct_names named;
} peers;

static void enter(ct_compose *c, ct_names *names, const char *name, const ct_container *container) {
  void **place = c->status ? NULL : ct_names_place(names, c->arena, name, strlen(name));
  if (!place)
    ct_compose_nomem(c);
  else if (!*place)
    *place = (void *)container;
}

static ct_container *peer_of(const peers *p, const ct_namespace *space) {
  if (space->from.state != CT_SET || !space->peer) return NULL;
  if (space->mode == CT_NS_SERVICE) return ct_names_find(&p->services, space->peer, strlen(space->peer));
  return space->mode == CT_NS_CONTAINER ? ct_names_find(&p->named, space->peer, strlen(space->peer)) : NULL;
}

enum { NEW, OPEN, HOST, OTHER };

/* Follows a chain of peers to its end, which holds for all of it. A ring has none; Docker starts none of them. */
static void follow(peers *p, uint32_t start, ct_namespace_kind kind, uint8_t *states, uint32_t *chain) {
  ct_compose *c = p->compose;
  ct_container *items = c->containers->items;
  uint32_t length = 0, at = start;
  while (states[at] == NEW) {
    const ct_namespace *space = &items[at].namespaces[kind];
    const ct_container *peer = peer_of(p, space);
    states[at] = OPEN;
    chain[length++] = at;
    if (!peer) {
      if (space->from.state == CT_SET && space->mode == CT_NS_SERVICE && !c->status)
        c->status = ct_containers_note(c->containers, at, CT_MESSAGE_COMPOSE_NO_PEER, space->from.at, space->peer, NULL, c->err);
      states[at] = space->from.state == CT_SET && space->mode == CT_NS_HOST ? HOST : OTHER;
      length--;
      break;
    }
    at = (uint32_t)(peer - items);
  }
  uint8_t end = states[at] == HOST ? HOST : OTHER;
  while (length--) {
    states[chain[length]] = end;
    if (end != HOST) continue;
    items[chain[length]].namespaces[kind].mode = CT_NS_HOST;
    items[chain[length]].namespaces[kind].through_peer = 1;
  }
}

static int has_destination(const ct_mounts *mounts, const ct_text *destination) {
  for (uint32_t i = 0; i < mounts->count; i++)
    if (mounts->items[i].destination.length == destination->length &&
        !memcmp(mounts->items[i].destination.value, destination->value, destination->length))
      return 1;
  return 0;
}

/* Adds the mounts of one entry: SERVICE[:ro] or container:NAME[:ro]. */
static void take_volumes(peers *p, ct_reader *reader, const ct_text *entry, int read_only, uint32_t depth) {
  ct_compose *c = p->compose;
  ct_container *container = reader->container;
  static const char prefix[] = "container:";
  int named = entry->length > sizeof prefix - 1 && !memcmp(entry->value, prefix, sizeof prefix - 1);
  const char *name = entry->value + (named ? sizeof prefix - 1 : 0);
  size_t length = strcspn(name, ":");
  read_only |= !strcmp(name + length, ":ro");
  const char *copy = ct_arena_copy(c->arena, name, length);
  if (!copy) {
    ct_compose_nomem(c);
    return;
  }
  if (++c->work > ct_options_limit(c->options, CTSEC_LIMIT_WORK)) {
    ct_compose_fail(c, CTSEC_E_LIMIT, entry->from.at, "volumes_from takes more steps than the limit");
    return;
  }
  const ct_container *peer = ct_names_find(named ? &p->named : &p->services, copy, length);
  if (!peer) {
    if (!named)
      c->status = ct_containers_note(c->containers, (uint32_t)(container - c->containers->items), CT_MESSAGE_COMPOSE_NO_PEER,
                                     entry->from.at, copy, NULL, c->err);
    return;
  }
  if (peer == container || depth > 16) return;
  uint32_t count = peer->mounts.count;
  for (uint32_t i = 0; i < count && !c->status; i++) {
    ct_mount mount = peer->mounts.items[i];
    c->work += container->mounts.count;
    if (mount.handed || ct_text_is(&mount.type, "tmpfs") || has_destination(&container->mounts, &mount.destination)) continue;
    c->copies++;
    if (c->copies > ct_options_limit(c->options, CTSEC_LIMIT_NODES)) {
      ct_compose_fail(c, CTSEC_E_LIMIT, entry->from.at, "volumes_from makes more mounts than the limit");
      return;
    }
    if (read_only) mount.writable.value = 0;
    ct_mount *made = CT_APPEND(reader, &container->mounts, entry->from.at);
    if (!made) {
      ct_compose_nomem(c);
      return;
    }
    *made = mount;
  }
  for (uint32_t i = 0; i < peer->volumes_from.count && !c->status; i++)
    take_volumes(p, reader, &peer->volumes_from.items[i], read_only, depth + 1);
}

void ct_join_peers(ct_compose *c) {
  uint32_t count = c->containers->count;
  ct_container *items = c->containers->items;
  peers p = {.compose = c};
  for (uint32_t i = 0; i < count && !c->status; i++) {
    enter(c, &p.services, items[i].id, &items[i]);
    if (items[i].name) enter(c, &p.named, items[i].name, &items[i]);
  }
  uint8_t *states = ct_compose_array(c, (size_t)count * CT_NS_COUNT, 1);
  uint32_t *chain = ct_compose_array(c, count, sizeof *chain);
  for (int kind = 0; kind < CT_NS_COUNT && !c->status; kind++)
    for (uint32_t i = 0; i < count && !c->status; i++)
      follow(&p, i, (ct_namespace_kind)kind, states + (size_t)kind * count, chain);
  for (uint32_t i = 0; i < count && !c->status; i++) {
    ct_reader reader = {c->arena, items[i].document, c->options, &items[i], c->err, 0};
    for (uint32_t k = 0; k < items[i].volumes_from.count && !c->status; k++)
      take_volumes(&p, &reader, &items[i].volumes_from.items[k], 0, 0);
  }
}
