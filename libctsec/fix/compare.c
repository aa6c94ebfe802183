/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* That a text, read again, has every value that it had, but for what was to be changed. */
#include <string.h>

#include "fix/layout.h"

static int same_scalar(const ct_value *a, const ct_value *b) {
  if (a->kind != b->kind) return 0;
  switch (a->kind) {
    case CT_BOOL: return a->boolean == b->boolean;
    case CT_INTEGER: return a->as.magnitude == b->as.magnitude && a->negative == b->negative;
    case CT_REAL: return !memcmp(&a->as.real, &b->as.real, sizeof a->as.real);
    case CT_STRING: return a->length == b->length && a->quoted == b->quoted && !memcmp(a->as.string, b->as.string, a->length);
    default: return 1;
  }
}

static uint32_t count_added(const ct_change *change) {
  uint32_t count = 0;
  for (const ct_branch *b = change ? change->added : NULL; b; b = b->next) count++;
  return count;
}

static const ct_value *member_of(const ct_value *object, const ct_value *like, uint32_t hint) {
  for (uint32_t i = 0; i < object->count; i++) {
    const ct_value *member = &object->as.items[(i + hint) % object->count];
    if (member->key_length == like->key_length && !memcmp(member->key, like->key, like->key_length)) return member;
  }
  return NULL;
}

static int same(const ct_editor *e, const ct_value *old, const ct_value *new);

static int same_members(const ct_editor *e, const ct_value *old, const ct_value *new, uint32_t added) {
  uint32_t kept = 0;
  int merged = 0;
  for (uint32_t i = 0; i < old->count; i++) {
    const ct_value *member = &old->as.items[i];
    /* What a merge brings changes where it stands. */
    merged |= !member->open;
    if (ct_layout_is_removed(e, member) || !member->open) continue;
    const ct_value *found = member_of(new, member, kept++);
    if (!found || !same(e, member, found)) return 0;
  }
  return merged ? new->count >= kept + added : new->count == kept + added;
}

static int same_items(const ct_editor *e, const ct_value *old, const ct_value *new, uint32_t added) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < old->count; i++) {
    const ct_value *item = &old->as.items[i];
    if (ct_layout_is_removed(e, item)) continue;
    if (at == new->count || !same(e, item, &new->as.items[at])) return 0;
    at++;
  }
  return new->count == at + added;
}

static int same(const ct_editor *e, const ct_value *old, const ct_value *new) {
  /* An alias shows what became of its anchor. */
  if (!old->open) return 1;
  const ct_change *change = ct_layout_change(e, old);
  uint32_t added = count_added(change);
  if (change && change->text) return new->kind != CT_ARRAY && new->kind != CT_OBJECT && new->kind != CT_NULL;
  if (added && (old->kind == CT_NULL || !old->count))
    return new->kind == (change->list ? CT_ARRAY : CT_OBJECT) && new->count == added;
  if (old->kind != new->kind) return 0;
  if (old->kind == CT_OBJECT) return same_members(e, old, new, added);
  return old->kind == CT_ARRAY ? same_items(e, old, new, added) : same_scalar(old, new);
}

int ct_editor_kept(const ct_editor *e, const char *text, size_t length, const ctsec_options *options) {
  ct_arena arena;
  const ct_document *document;
  ct_arena_init(&arena);
  int status = e->json ? ct_json_parse_all(&arena, text, length, options, &document, NULL)
                       : ct_yaml_parse(&arena, text, length, options, &document, NULL);
  if (!status && document->root_count != e->document->root_count) status = CTSEC_E_SCHEMA;
  for (uint32_t i = 0; !status && i < document->root_count; i++)
    if (!same(e, &e->document->roots[i], &document->roots[i])) status = CTSEC_E_SCHEMA;
  ct_arena_free(&arena);
  return status;
}
