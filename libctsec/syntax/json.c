/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json-c behind the door. The walk of locate.c knows the structure; json-c
 * reads every key and scalar, and what it makes is converted and dropped.
 *
 * It is given them as flat arrays: in objects json-c 0.16 merges equal keys,
 * cuts keys at NUL, and dies where it cannot copy one; where a longer array
 * cannot grow it loses an item.
 */
#include <json.h>
#include <math.h>
#include <string.h>

#include "syntax/locate.h"

/* What an array of json-c holds before it grows: it has room for 32, and grows with the last. */
#define RUN 31u
/* json-c counts in int; a run is no longer than the text and two brackets. */
#define LARGEST_TEXT ((uint64_t)INT32_MAX - 2)

typedef struct token {
  ct_value *value;
  int is_key;
  uint32_t offset;
  uint32_t end;
} token;

typedef struct conversion {
  ct_arena *arena;
  const char *text;
  /* Where the next string goes. */
  char *strings;
  json_tokener *tokener;
  ct_buffer run;
  token tokens[RUN];
  size_t count;
  ctsec_error **err;
} conversion;

static int disagree(conversion *c) {
  return ct_error_set(c->err, CTSEC_E_INTERNAL, "two readings of the JSON text disagree");
}

static int convert_string(conversion *c, json_object *object, const token *t, const char **string, uint32_t *length) {
  if (json_object_get_type(object) != json_type_string) return disagree(c);
  const char *theirs = json_object_get_string(object);
  size_t size = (size_t)json_object_get_string_len(object);
  uint32_t n = ct_json_unescape(c->text + t->offset + 1, t->end - t->offset - 2, c->strings);
  /* It drops what it has no memory for, and says nothing. */
  if (!theirs || size < n) return ct_error_nomem(c->err);
  if (size != n || memcmp(theirs, c->strings, n)) return disagree(c);
  c->strings[n] = '\0';
  *string = c->strings;
  *length = n;
  c->strings += n + 1;
  return 0;
}

static int convert_number(conversion *c, json_object *object, const token *t) {
  const char *text = c->text + t->offset;
  size_t length = t->end - t->offset;
  uint64_t magnitude;
  uint8_t negative;
  int integer = ct_json_integer(text, length, &magnitude, &negative);
  if (json_object_get_type(object) == json_type_double && !integer) {
    t->value->kind = CT_REAL;
    t->value->as.real = json_object_get_double(object);
    return isfinite(t->value->as.real) ? 0 : disagree(c);
  }
  if (json_object_get_type(object) != json_type_int || !integer) return disagree(c);
  uint64_t theirs = *text == '-' ? 0 - (uint64_t)json_object_get_int64(object) : json_object_get_uint64(object);
  if (theirs != magnitude) return disagree(c);
  t->value->kind = CT_INTEGER;
  t->value->as.magnitude = magnitude;
  t->value->negative = negative;
  return 0;
}

static int convert(conversion *c, json_object *object, const token *t) {
  ct_value *value = t->value;
  if (t->is_key) return convert_string(c, object, t, &value->key, &value->key_length);
  switch (c->text[t->offset]) {
    case '"': value->kind = CT_STRING; return convert_string(c, object, t, &value->as.string, &value->length);
    case 'n': value->kind = CT_NULL; return object ? disagree(c) : 0;
    case 't':
    case 'f':
      if (json_object_get_type(object) != json_type_boolean) return disagree(c);
      value->kind = CT_BOOL;
      value->boolean = c->text[t->offset] == 't';
      return (json_object_get_boolean(object) != 0) == value->boolean ? 0 : disagree(c);
    default: return convert_number(c, object, t);
  }
}

/* Reads the gathered keys and scalars. */
static int read_run(conversion *c) {
  if (!c->count) return 0;
  ct_buffer_char(&c->run, ']');
  if (c->run.failed) return ct_error_nomem(c->err);
  json_object *array = json_tokener_parse_ex(c->tokener, c->run.data, (int)c->run.length);
  int status = 0;
  /* The walk has accepted the text: json-c can only have run out of memory, for which it has no error. */
  if (!array || json_object_get_type(array) != json_type_array || json_object_array_length(array) != c->count)
    status = ct_error_nomem(c->err);
  for (size_t i = 0; !status && i < c->count; i++)
    status = convert(c, json_object_array_get_idx(array, i), &c->tokens[i]);
  json_object_put(array);
  json_tokener_reset(c->tokener);
  c->run.length = 0;
  c->count = 0;
  return status;
}

static int add_token(conversion *c, ct_value *value, int is_key, uint32_t offset, uint32_t end) {
  ct_buffer_char(&c->run, c->count ? ',' : '[');
  ct_buffer_add(&c->run, c->text + offset, end - offset);
  c->tokens[c->count++] = (token){value, is_key, offset, end};
  return c->count == RUN ? read_run(c) : 0;
}

static int begin_value(conversion *c, const ct_position *position, ct_value *value) {
  value->offset = position->offset;
  value->end = position->end;
  value->key_offset = position->key_offset;
  if (position->key_end) {
    int status = add_token(c, value, 1, position->key_offset, position->key_end);
    if (status) return status;
  }
  char first = c->text[position->offset];
  if (first != '{' && first != '[') return add_token(c, value, 0, position->offset, position->end);
  value->kind = first == '{' ? CT_OBJECT : CT_ARRAY;
  value->count = position->count;
  value->as.items = ct_arena_array(c->arena, value->count, sizeof *value);
  return value->as.items ? 0 : ct_error_nomem(c->err);
}

/* The value that begins after this one; NULL after the last. */
static ct_value *next_value(ct_value *value) {
  if ((value->kind == CT_OBJECT || value->kind == CT_ARRAY) && value->count) {
    value->as.items[0].parent = value;
    return value->as.items;
  }
  while (value->parent && value->index + 1 == value->parent->count) value = (ct_value *)value->parent;
  if (!value->parent) return NULL;
  value[1].parent = value->parent;
  value[1].index = value->index + 1;
  return value + 1;
}

static int build(conversion *c, const ct_positions *positions, ct_value *root) {
  ct_value *value = root;
  for (uint32_t i = 0; i < positions->count; i++) {
    if (!value) return disagree(c);
    int status = begin_value(c, &positions->items[i], value);
    if (status) return status;
    value = next_value(value);
  }
  return value ? disagree(c) : read_run(c);
}

static int convert_document(ct_arena *arena, const ct_positions *positions, const char *text, size_t length,
                            const ctsec_options *options, const ct_document **document, ctsec_error **err) {
  ct_document *made = ct_arena_alloc(arena, sizeof *made);
  ct_value *root = ct_arena_alloc(arena, sizeof *root);
  const char *source = ct_options_source(options);
  char *copy = ct_arena_copy(arena, text, length);
  char *strings = ct_arena_alloc(arena, positions->strings);
  if (made && source) made->source = ct_arena_string(arena, source);
  if (!made || !root || !copy || !strings || (source && !made->source)) return ct_error_nomem(err);
  made->text = copy;
  made->length = length;
  made->roots = root;
  made->root_count = 1;
  conversion c = {.arena = arena, .text = copy, .strings = strings, .err = err};
  c.tokener = json_tokener_new_ex(3);
  if (!c.tokener) return ct_error_nomem(err);
  json_tokener_set_flags(c.tokener, JSON_TOKENER_STRICT);
  int status = build(&c, positions, root);
  json_tokener_free(c.tokener);
  ct_buffer_free(&c.run);
  if (!status) *document = made;
  return status;
}

int ct_json_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err) {
  uint64_t most = ct_options_limit(options, CTSEC_LIMIT_BYTES);
  if (most > LARGEST_TEXT) most = LARGEST_TEXT;
  if (length > most) {
    ct_place place = CT_NO_PLACE;
    place.source = ct_options_source(options);
    return ct_error_at(err, CTSEC_E_LIMIT, &place, "the input is larger than the limit of %llu bytes",
                       (unsigned long long)most);
  }
  ct_positions positions;
  ct_arena scratch;
  ct_arena_init(&scratch);
  int status = ct_json_locate(&scratch, text, length, options, &positions, err);
  if (!status) status = convert_document(arena, &positions, text, length, options, document, err);
  ct_arena_free(&scratch);
  return status;
}
