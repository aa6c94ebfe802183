/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fix/edit.h"

#include <stdlib.h>
#include <string.h>

#include "fix/layout.h"

/* What the tree has by an alias or a merge stands elsewhere; this walk marks and lists what stands here. */
static int list_value(ct_editor *e, ct_value *value) {
  const ct_value **grown = ct_arena_grow(e->arena, e->values, e->count, sizeof *grown);
  if (!grown) return 0;
  e->values = grown;
  grown[e->count++] = value;
  value->open = 1;
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) return 1;
  uint32_t column = ct_layout_column(e, ct_layout_start(e, value)), after = value->offset;
  int flow = ct_layout_is_flow(e, value);
  for (uint32_t i = 0; i < value->count; i++) {
    ct_value *child = &value->as.items[i];
    uint32_t place = child->key ? child->key_offset : child->offset;
    if (place < after || child->offset < place) continue;
    if (child->key && !flow && ct_layout_column(e, place) != column) continue;
    /* An alias to something in this very list. */
    if (!child->key && i && child->offset <= value->as.items[i - 1].offset) continue;
    after = place;
    if (!list_value(e, child)) return 0;
  }
  return 1;
}

static int by_offset(const void *a, const void *b) {
  const ct_value *x = *(const ct_value *const *)a, *y = *(const ct_value *const *)b;
  return x->offset < y->offset ? -1 : x->offset > y->offset;
}

int ct_editor_open(ct_editor *e, ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                   ctsec_error **err) {
  memset(e, 0, sizeof *e);
  e->arena = arena;
  e->last = &e->first;
  size_t at = length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
  while (at < length && strchr(" \t\r\n", text[at])) at++;
  int status = CTSEC_E_SYNTAX;
  if (at < length && (text[at] == '{' || text[at] == '['))
    status = ct_json_parse_all(arena, text, length, options, &e->document, NULL);
  e->json = !status;
  if (status) status = ct_yaml_parse(arena, text, length, options, &e->document, err);
  if (status) return status;
  e->text = e->document->text;
  e->length = (uint32_t)length;
  for (uint32_t i = 0; i < e->document->root_count; i++)
    if (!list_value(e, (ct_value *)&e->document->roots[i])) return ct_error_nomem(err);
  if (e->count) qsort(e->values, e->count, sizeof *e->values, by_offset);
  ct_layout_learn(e);
  return 0;
}

const ct_value *ct_editor_find(const ct_editor *e, uint32_t offset, uint8_t kind) {
  size_t low = 0, high = e->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (e->values[middle]->offset < offset)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < e->count && e->values[low]->offset == offset; low++)
    if (e->values[low]->kind == kind) return e->values[low];
  return NULL;
}

int ct_editor_within(const ct_value *value, const ct_value *whole) {
  while (value && value != whole) value = value->parent;
  return value != NULL;
}

static ct_change *change_of(ct_editor *e, const ct_value *value) {
  const ct_value **name = ct_arena_alloc(e->arena, sizeof *name);
  if (!name) return NULL;
  *name = value;
  void **place = ct_names_place(&e->changes, e->arena, (const char *)name, sizeof *name);
  if (!place) return NULL;
  if (*place) return *place;
  ct_change *made = ct_arena_alloc(e->arena, sizeof *made);
  if (!made) return NULL;
  made->at = value;
  *e->last = made;
  e->last = &made->next;
  return *place = made;
}

ct_change *ct_layout_change(const ct_editor *e, const ct_value *value) {
  return ct_names_find(&e->changes, (const char *)&value, sizeof value);
}

int ct_layout_is_removed(const ct_editor *e, const ct_value *value) {
  const ct_change *change = ct_layout_change(e, value);
  return change && change->removed;
}

static ct_edit check(const ct_editor *e, const ct_value *value) {
  if (!value->open) return CT_EDIT_SHARED;
  if (e->variables && value->kind == CT_STRING && memchr(value->as.string, '$', value->length)) return CT_EDIT_VARIABLE;
  return CT_EDIT_DONE;
}

static ct_edit check_all(const ct_editor *e, const ct_value *value) {
  ct_edit found = check(e, value);
  for (uint32_t i = 0; !found && (value->kind == CT_ARRAY || value->kind == CT_OBJECT) && i < value->count; i++)
    found = check_all(e, &value->as.items[i]);
  return found;
}

ct_edit ct_editor_replace(ct_editor *e, const ct_value *value, const char *text) {
  ct_edit found = check(e, value);
  if (found) return found;
  if (!ct_layout_is_scalar(e, value)) return CT_EDIT_HARD;
  ct_change *change = change_of(e, value);
  if (!change) return CT_EDIT_NOMEM;
  change->text = text;
  return CT_EDIT_DONE;
}

ct_edit ct_editor_remove(ct_editor *e, const ct_value *value, const ct_value *top) {
  ct_edit found = check_all(e, value);
  if (found) return found;
  ct_change *change = change_of(e, value);
  if (!change) return CT_EDIT_NOMEM;
  change->removed = 1;
  const ct_value *parent = value->parent;
  if (!parent || ct_editor_within(top, parent)) return CT_EDIT_DONE;
  const ct_change *more = ct_layout_change(e, parent);
  if (more && more->added) return CT_EDIT_DONE;
  for (uint32_t i = 0; i < parent->count; i++)
    if (!ct_layout_is_removed(e, &parent->as.items[i])) return CT_EDIT_DONE;
  return ct_editor_remove(e, parent, top);
}

static ct_branch *branch(ct_editor *e, ct_branch **list, const char *key, size_t length) {
  for (; *list; list = &(*list)->next)
    if (key && (*list)->key && strlen((*list)->key) == length && !memcmp((*list)->key, key, length)) return *list;
  ct_branch *made = ct_arena_alloc(e->arena, sizeof *made);
  if (!made) return NULL;
  if (key && !(made->key = ct_arena_copy(e->arena, key, length))) return NULL;
  return *list = made;
}

static const ct_value *member(const ct_value *object, const char *key, size_t length) {
  for (uint32_t i = 0; object->kind == CT_OBJECT && i < object->count; i++)
    if (object->as.items[i].key_length == length && !memcmp(object->as.items[i].key, key, length)) return &object->as.items[i];
  return NULL;
}

/* Walks down what there is, and makes the rest. list: what is at the end takes items. */
static ct_edit grow(ct_editor *e, const ct_value *object, const char *path, int list, const ct_value **there, ct_branch ***made) {
  ct_branch *at = NULL;
  ct_change *change = NULL;
  *there = NULL;
  for (;;) {
    size_t length = strcspn(path, "/");
    int last = !path[length];
    const ct_value *next = at ? NULL : member(object, path, length);
    ct_change *old = next ? ct_layout_change(e, next) : NULL;
    int empty = next && (next->kind == CT_NULL || ((next->kind == CT_ARRAY || next->kind == CT_OBJECT) && !next->count));
    if (old && old->removed) {
      if (last && !list) return CT_EDIT_HARD;
      old->removed = 0;
    }
    if (next && !next->open) {
      /* A merged member gives way to one of its own; more of it would be lost with a list or an object. */
      if (!last || list) return CT_EDIT_SHARED;
      next = NULL;
    }
    if (next && last && !list) {
      *there = next;
      return CT_EDIT_DONE;
    }
    if (next && !empty && next->kind != (last ? CT_ARRAY : CT_OBJECT)) {
      ct_edit found = check(e, next);
      return found ? found : CT_EDIT_HARD;
    }
    if (next && !(empty && next->kind == CT_NULL)) {
      object = next;
      if (last) {
        change = change_of(e, next);
        if (!change) return CT_EDIT_NOMEM;
        change->list = 1;
        *made = &change->added;
        *there = next;
        return CT_EDIT_DONE;
      }
      path += length + 1;
      continue;
    }
    if (next) {
      /* Nothing is written there yet. */
      change = change_of(e, next);
      if (!change) return CT_EDIT_NOMEM;
      if (last) change->list = 1;
      *made = &change->added;
      if (last) return CT_EDIT_DONE;
      path += length + 1;
      length = strcspn(path, "/");
      last = !path[length];
      at = branch(e, &change->added, path, length);
    } else if (at) {
      at = branch(e, &at->children, path, length);
    } else {
      change = change_of(e, object);
      at = change ? branch(e, &change->added, path, length) : NULL;
    }
    if (!at) return CT_EDIT_NOMEM;
    if (last) {
      if (list) at->list = 1;
      *made = &at->children;
      e->grown = at;
      return CT_EDIT_DONE;
    }
    path += length + 1;
  }
}

ct_edit ct_editor_set(ct_editor *e, const ct_value *object, const char *path, const char *text, int quoted) {
  const ct_value *there;
  ct_branch **made;
  ct_edit found = grow(e, object, path, 0, &there, &made);
  if (found) return found;
  if (there && there->kind != CT_NULL) return ct_editor_replace(e, there, text);
  if (there) {
    ct_change *change = change_of(e, there);
    if (!change) return CT_EDIT_NOMEM;
    change->text = text;
    return CT_EDIT_DONE;
  }
  e->grown->scalar = text;
  e->grown->quoted = quoted;
  return CT_EDIT_DONE;
}

static int has_item(const ct_branch *items, const char *text) {
  for (; items; items = items->next)
    if (items->scalar && !strcmp(items->scalar, text)) return 1;
  return 0;
}

ct_edit ct_editor_add(ct_editor *e, const ct_value *object, const char *path, const char *text) {
  const ct_value *there;
  ct_branch **made;
  ct_edit found = grow(e, object, path, 1, &there, &made);
  if (found || has_item(*made, text)) return found;
  for (uint32_t i = 0; there && i < there->count; i++)
    if (ct_value_equals(&there->as.items[i], text) && !ct_layout_is_removed(e, &there->as.items[i])) return CT_EDIT_DONE;
  ct_branch *item = branch(e, made, NULL, 0);
  if (!item) return CT_EDIT_NOMEM;
  item->scalar = text;
  item->quoted = 1;
  return CT_EDIT_DONE;
}

ct_edit ct_editor_add_object(ct_editor *e, const ct_value *object, const char *path, const char *key, const char *text) {
  const ct_value *there;
  ct_branch **made;
  ct_edit found = grow(e, object, path, 1, &there, &made);
  if (found) return found;
  for (const ct_branch *item = *made; item; item = item->next)
    if (item->children && !strcmp(item->children->scalar, text)) return CT_EDIT_DONE;
  ct_branch *item = branch(e, made, NULL, 0), *value = item ? branch(e, &item->children, key, strlen(key)) : NULL;
  if (!value) return CT_EDIT_NOMEM;
  value->scalar = text;
  value->quoted = 1;
  return CT_EDIT_DONE;
}
