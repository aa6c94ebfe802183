/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json-c behind the door. The walk of locate.c knows the structure; json-c
 * reads what does not stand for itself: strings with escapes, and numbers
 * with a fraction or an exponent. What it makes is converted and dropped.
 *
 * It is given them as flat arrays: in objects json-c 0.16 merges equal keys,
 * cuts keys at NUL, and dies where it cannot copy one; where a longer array
 * cannot grow it loses an item.
 */
#include <json.h>
#include <math.h>
#include <string.h>

#include "base/library.h"
#include "syntax/locate.h"

#define JSON_C_FUNCTIONS(F) \
  F(json_object_array_get_idx) \
  F(json_object_array_length) \
  F(json_object_get_double) \
  F(json_object_get_string) \
  F(json_object_get_string_len) \
  F(json_object_get_type) \
  F(json_object_put) \
  F(json_tokener_free) \
  F(json_tokener_new_ex) \
  F(json_tokener_parse_ex) \
  F(json_tokener_reset)

typedef struct json_c {
#define FUNCTION(name) __typeof__(name) *name;
  JSON_C_FUNCTIONS(FUNCTION)
#undef FUNCTION
} json_c;

#define NAME(name) #name "\0"
static const char json_c_names[] = JSON_C_FUNCTIONS(NAME);
#undef NAME
static ct_library library;

CT_LIBRARY_NOTE("[{\"feature\":\"json\",\"description\":\"JSON input\",\"priority\":\"required\",\"soname\":[\"" CT_JSON_C
                "\"]}]");

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
  json_c json;
  /* NULL until the first value that json-c reads. */
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
  if (c->json.json_object_get_type(object) != json_type_string) return disagree(c);
  const char *theirs = c->json.json_object_get_string(object);
  size_t size = (size_t)c->json.json_object_get_string_len(object);
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

static int convert(conversion *c, json_object *object, const token *t) {
  ct_value *value = t->value;
  if (t->is_key) return convert_string(c, object, t, &value->key, &value->key_length);
  if (c->text[t->offset] == '"') return convert_string(c, object, t, &value->as.string, &value->length);
  if (c->json.json_object_get_type(object) != json_type_double) return disagree(c);
  value->as.real = c->json.json_object_get_double(object);
  return isfinite(value->as.real) ? 0 : disagree(c);
}

/* Reads the gathered keys and scalars. */
static int read_run(conversion *c) {
  if (!c->count) return 0;
  ct_buffer_char(&c->run, ']');
  if (c->run.failed) return ct_error_nomem(c->err);
  json_object *array = c->json.json_tokener_parse_ex(c->tokener, c->run.data, (int)c->run.length);
  int status = 0;
  /* The walk has accepted the text: json-c can only have run out of memory, for which it has no error. */
  if (!array || c->json.json_object_get_type(array) != json_type_array ||
      c->json.json_object_array_length(array) != c->count)
    status = ct_error_nomem(c->err);
  for (size_t i = 0; !status && i < c->count; i++)
    status = convert(c, c->json.json_object_array_get_idx(array, i), &c->tokens[i]);
  c->json.json_object_put(array);
  c->json.json_tokener_reset(c->tokener);
  c->run.length = 0;
  c->count = 0;
  return status;
}

static int open_json_c(conversion *c) {
  int status = ct_library_find(&library, CT_JSON_C, json_c_names, &c->json, c->err);
  if (status) return status;
  /* Not strict: the walk is, and strict json-c 0.18 takes bytes above 0x7f for control characters where char is signed. */
  c->tokener = c->json.json_tokener_new_ex(3);
  return c->tokener ? 0 : ct_error_nomem(c->err);
}

static void close_json_c(conversion *c) {
  if (c->tokener) c->json.json_tokener_free(c->tokener);
  ct_buffer_free(&c->run);
}

static int add_token(conversion *c, ct_value *value, int is_key, uint32_t offset, uint32_t end) {
  int status = c->tokener ? 0 : open_json_c(c);
  if (status) return status;
  ct_buffer_char(&c->run, c->count ? ',' : '[');
  ct_buffer_add(&c->run, c->text + offset, end - offset);
  c->tokens[c->count++] = (token){value, is_key, offset, end};
  return c->count == RUN ? read_run(c) : 0;
}

/* A string between its quotes that has no escapes is its own value. */
static int is_plain(const conversion *c, uint32_t offset, uint32_t end) {
  return !memchr(c->text + offset, '\\', end - offset);
}

static const char *copy_plain(conversion *c, uint32_t offset, uint32_t end, uint32_t *length) {
  char *string = c->strings;
  *length = end - offset - 2;
  memcpy(string, c->text + offset + 1, *length);
  string[*length] = '\0';
  c->strings += *length + 1;
  return string;
}

static int begin_key(conversion *c, const ct_position *position, ct_value *value) {
  if (!is_plain(c, position->key_offset, position->key_end))
    return add_token(c, value, 1, position->key_offset, position->key_end);
  value->key = copy_plain(c, position->key_offset, position->key_end, &value->key_length);
  return 0;
}

static int begin_scalar(conversion *c, const ct_position *position, ct_value *value) {
  uint32_t offset = position->offset, end = position->end;
  switch (c->text[offset]) {
    case '"':
      value->kind = CT_STRING;
      if (!is_plain(c, offset, end)) return add_token(c, value, 0, offset, end);
      value->as.string = copy_plain(c, offset, end, &value->length);
      return 0;
    case 'n': value->kind = CT_NULL; return 0;
    case 't':
    case 'f':
      value->kind = CT_BOOL;
      value->boolean = c->text[offset] == 't';
      return 0;
    default:
      if (ct_json_integer(c->text + offset, end - offset, &value->as.magnitude, &value->negative)) {
        value->kind = CT_INTEGER;
        return 0;
      }
      value->kind = CT_REAL;
      return add_token(c, value, 0, offset, end);
  }
}

static int begin_value(conversion *c, const ct_position *position, ct_value *value) {
  value->offset = position->offset;
  value->end = position->end;
  value->key_offset = position->key_offset;
  if (position->key_end) {
    int status = begin_key(c, position, value);
    if (status) return status;
  }
  char first = c->text[position->offset];
  if (first != '{' && first != '[') return begin_scalar(c, position, value);
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
  const ct_value *last = root + positions->roots - 1;
  ct_value *value = root;
  for (uint32_t i = 0; i < positions->count; i++) {
    if (!value && root < last) {
      value = ++root;
      value->index = value[-1].index + 1;
    }
    if (!value) return disagree(c);
    int status = begin_value(c, &positions->items[i], value);
    if (status) return status;
    value = next_value(value);
  }
  return value || root < last ? disagree(c) : read_run(c);
}

static int convert_document(ct_arena *arena, const ct_positions *positions, const char *text, size_t length,
                            const ctsec_options *options, const ct_document **document, ctsec_error **err) {
  ct_document *made = ct_arena_alloc(arena, sizeof *made);
  ct_value *root = ct_arena_array(arena, positions->roots, sizeof *root);
  const char *source = ct_options_source(options);
  char *copy = ct_arena_copy(arena, text, length);
  char *strings = ct_arena_alloc(arena, positions->strings);
  if (made && source) made->source = ct_arena_string(arena, source);
  if (!made || !root || !copy || !strings || (source && !made->source)) return ct_error_nomem(err);
  made->text = copy;
  made->length = length;
  made->roots = root;
  made->root_count = positions->roots;
  conversion c = {.arena = arena, .text = copy, .strings = strings, .err = err};
  int status = build(&c, positions, root);
  close_json_c(&c);
  if (!status) *document = made;
  return status;
}

static int parse(ct_arena *arena, const char *text, size_t length, int many, const ctsec_options *options,
                 const ct_document **document, ctsec_error **err) {
  int large = ct_options_check_bytes(options, length, LARGEST_TEXT, err);
  if (large) return large;
  ct_positions positions;
  ct_arena scratch;
  ct_arena_init(&scratch);
  int status = ct_json_locate(&scratch, text, length, many, options, &positions, err);
  if (!status) status = convert_document(arena, &positions, text, length, options, document, err);
  ct_arena_free(&scratch);
  return status;
}

int ct_json_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err) {
  return parse(arena, text, length, 0, options, document, err);
}

int ct_json_parse_all(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                      const ct_document **document, ctsec_error **err) {
  return parse(arena, text, length, 1, options, document, err);
}
