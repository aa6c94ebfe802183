/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* json-c behind the door: what it makes is converted at once, and nothing of it survives. */
#include <json.h>
#include <string.h>

#include "syntax/locate.h"

/* An array or object whose children are being converted. */
typedef struct level {
  ct_value *value;
  json_object *object;
  struct lh_entry *entry;
  uint32_t next;
} level;

typedef struct conversion {
  ct_arena *arena;
  const char *text;
  const ct_position *positions;
  uint32_t count;
  uint32_t next;
  level *levels;
  uint32_t depth;
} conversion;

static int convert_integer(json_object *object, const char *text, ct_value *value) {
  if (*text == '-') {
    int64_t number = json_object_get_int64(object);
    value->negative = number < 0;
    value->as.magnitude = 0 - (uint64_t)number;
  } else {
    value->as.magnitude = json_object_get_uint64(object);
  }
  value->kind = CT_INTEGER;
  return 1;
}

/* One value; arrays and objects get room for their children. 0 where json-c and the walk disagree, -1 where memory is out. */
static int convert(conversion *c, json_object *object, ct_value *value) {
  if (c->next == c->count) return 0;
  const ct_position *position = &c->positions[c->next++];
  const char *text = c->text + position->offset;
  value->offset = position->offset;
  value->end = position->end;
  value->key_offset = position->key_offset;
  switch (json_object_get_type(object)) {
    case json_type_null:
      value->kind = CT_NULL;
      return *text == 'n';
    case json_type_boolean:
      value->kind = CT_BOOL;
      value->boolean = json_object_get_boolean(object) != 0;
      return *text == (value->boolean ? 't' : 'f');
    case json_type_int:
      return (*text == '-' || (*text >= '0' && *text <= '9')) && convert_integer(object, text, value);
    case json_type_double:
      value->kind = CT_REAL;
      value->as.real = json_object_get_double(object);
      return *text == '-' || (*text >= '0' && *text <= '9');
    case json_type_string:
      value->kind = CT_STRING;
      value->length = (uint32_t)json_object_get_string_len(object);
      value->as.string = ct_arena_copy(c->arena, json_object_get_string(object), value->length);
      return value->as.string ? *text == '"' : -1;
    case json_type_array:
      value->kind = CT_ARRAY;
      value->count = (uint32_t)json_object_array_length(object);
      break;
    case json_type_object:
      value->kind = CT_OBJECT;
      value->count = (uint32_t)json_object_object_length(object);
      break;
  }
  if (*text != (value->kind == CT_ARRAY ? '[' : '{') || value->count != position->count) return 0;
  value->as.items = ct_arena_array(c->arena, value->count, sizeof *value);
  level *levels = ct_arena_grow(c->arena, c->levels, c->depth, sizeof *levels);
  if (!value->as.items || !levels) return -1;
  c->levels = levels;
  levels[c->depth++] =
      (level){value, object, value->kind == CT_OBJECT ? json_object_get_object(object)->head : NULL, 0};
  return 1;
}

static int convert_all(conversion *c, json_object *object, ct_value *root) {
  int good = convert(c, object, root);
  while (good > 0 && c->depth) {
    level *l = &c->levels[c->depth - 1];
    if (l->next == l->value->count) {
      c->depth--;
      continue;
    }
    ct_value *child = &l->value->as.items[l->next];
    child->parent = l->value;
    child->index = l->next;
    json_object *inner;
    if (l->value->kind == CT_OBJECT) {
      const char *key = lh_entry_k(l->entry);
      inner = lh_entry_v(l->entry);
      l->entry = l->entry->next;
      child->key_length = (uint32_t)strlen(key);
      child->key = ct_arena_copy(c->arena, key, child->key_length);
      if (!child->key) return -1;
    } else {
      inner = json_object_array_get_idx(l->object, l->next);
    }
    l->next++;
    good = convert(c, inner, child);
  }
  return good > 0 ? c->next == c->count : good;
}

static int disagree(ctsec_error **err) {
  return ct_error_set(err, CTSEC_E_INTERNAL, "two readings of the JSON text disagree");
}

static int parse_checked(ct_arena *arena, const ct_document *document, const ct_position *positions, uint32_t count,
                         int depth, ct_value *root, ctsec_error **err) {
  json_tokener *tokener = json_tokener_new_ex(depth);
  if (!tokener) return ct_error_nomem(err);
  json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
  json_object *object = json_tokener_parse_ex(tokener, document->text, (int)document->length + 1);
  enum json_tokener_error error = json_tokener_get_error(tokener);
  size_t read = json_tokener_get_parse_end(tokener);
  json_tokener_free(tokener);
  int status = 0;
  /* The walk has accepted the text, so json-c can only have run out of memory; it says so in several ways. */
  if (error != json_tokener_success || read < positions[0].end) {
    status = ct_error_nomem(err);
  } else {
    conversion c = {.arena = arena, .text = document->text, .positions = positions, .count = count};
    int good = convert_all(&c, object, root);
    if (good < 0) status = ct_error_nomem(err);
    if (!good) status = disagree(err);
  }
  json_object_put(object);
  return status;
}

int ct_json_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err) {
  uint64_t most = ct_options_limit(options, CTSEC_LIMIT_BYTES);
  if (length > most || length >= INT32_MAX) {
    ct_place place = CT_NO_PLACE;
    place.source = ct_options_source(options);
    return ct_error_at(err, CTSEC_E_LIMIT, &place, "the input is larger than the limit of %llu bytes",
                       (unsigned long long)most);
  }
  ct_position *positions;
  uint32_t count;
  ct_arena scratch;
  ct_arena_init(&scratch);
  int status = ct_json_locate(&scratch, text, length, options, &positions, &count, err);
  if (!status) {
    ct_document *made = ct_arena_alloc(arena, sizeof *made);
    ct_value *root = ct_arena_alloc(arena, sizeof *root);
    const char *source = ct_options_source(options);
    if (made && source) made->source = ct_arena_string(arena, source);
    if (made) made->text = ct_arena_copy(arena, text, length);
    if (!made || !root || !made->text || (source && !made->source)) {
      status = ct_error_nomem(err);
    } else {
      made->length = length;
      made->roots = root;
      made->root_count = 1;
      status = parse_checked(arena, made, positions, count,
                             (int)ct_options_limit(options, CTSEC_LIMIT_DEPTH) + 2, root, err);
      if (!status) *document = made;
    }
  }
  ct_arena_free(&scratch);
  return status;
}
