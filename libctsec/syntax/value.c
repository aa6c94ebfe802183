/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/value.h"

#include <string.h>

#include "base/utf8.h"

int ct_value_is(const ct_value *value, ct_kind kind) { return value && value->kind == kind; }

const ct_value *ct_value_item(const ct_value *value, uint32_t index) {
  if (!value || (value->kind != CT_ARRAY && value->kind != CT_OBJECT) || index >= value->count) return NULL;
  return &value->as.items[index];
}

const ct_value *ct_value_member(const ct_value *value, const char *key) {
  if (!ct_value_is(value, CT_OBJECT)) return NULL;
  size_t length = 0;
  for (const ct_value *member = value->as.items, *end = member + value->count; member < end; member++) {
    if (*member->key != *key) continue;
    if (!length) length = strlen(key);
    if (member->key_length == length && !memcmp(member->key, key, length)) return member;
  }
  return NULL;
}

static int folds(const char *a, const char *b, size_t length) {
  for (size_t i = 0; i < length; i++) {
    char x = a[i], y = b[i];
    if (x >= 'A' && x <= 'Z') x = (char)(x + 32);
    if (y >= 'A' && y <= 'Z') y = (char)(y + 32);
    if (x != y) return 0;
  }
  return 1;
}

const ct_value *ct_value_member_folded(const ct_value *value, const char *key) {
  const ct_value *exact = ct_value_member(value, key);
  if (exact || !ct_value_is(value, CT_OBJECT)) return exact;
  size_t length = strlen(key);
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *member = &value->as.items[i];
    if (member->key_length == length && folds(member->key, key, length)) return member;
  }
  return NULL;
}

int ct_value_equals(const ct_value *value, const char *text) {
  return ct_value_is(value, CT_STRING) && value->length == strlen(text) &&
         !memcmp(value->as.string, text, value->length);
}

int ct_value_yaml11_bool(const ct_value *value, int *truth) {
  static const char words[][4] = {"n", "N", "no", "No", "NO", "off", "Off", "OFF",
                                      "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"};
  if (ct_value_is(value, CT_BOOL)) {
    *truth = value->boolean;
    return 1;
  }
  if (!ct_value_is(value, CT_STRING) || value->quoted || !value->length || value->length > sizeof "yes" - 1) return 0;
  char first = value->as.string[0] | 0x20;
  if (first != 'n' && first != 'y' && first != 'o') return 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!ct_value_equals(value, words[i])) continue;
    *truth = i >= sizeof words / sizeof *words / 2;
    return 1;
  }
  return 0;
}

const char *ct_kind_name(int kind) {
  static const char names[][10] = {"null", "a boolean", "a number", "a number", "a string", "an array", "an object"};
  return names[kind];
}

static void add_step(ct_buffer *buffer, const ct_value *value) {
  ct_buffer_char(buffer, '/');
  if (!value->key) {
    ct_buffer_unsigned(buffer, value->index);
    return;
  }
  uint32_t from = 0;
  for (uint32_t i = 0; i < value->key_length; i++) {
    if (value->key[i] != '~' && value->key[i] != '/') continue;
    ct_buffer_add(buffer, value->key + from, i - from);
    ct_buffer_text(buffer, value->key[i] == '~' ? "~0" : "~1");
    from = i + 1;
  }
  ct_buffer_add(buffer, value->key + from, value->key_length - from);
}

#define STEPS 32

/* Climbs once for each STEPS steps: nesting may be thousands deep, where recursion would need the stack. */
void ct_value_add_pointer(ct_buffer *buffer, const ct_value *value) {
  const ct_value *steps[STEPS];
  uint32_t depth = 0;
  for (const ct_value *v = value; v && v->parent; v = v->parent) steps[depth++ % STEPS] = v;
  uint32_t known = depth < STEPS ? depth : STEPS;
  while (depth) {
    if (!known) {
      const ct_value *v = value;
      for (uint32_t i = 0; i < depth; i++, v = v->parent) steps[i % STEPS] = v;
      known = depth < STEPS ? depth : STEPS;
    }
    for (; known; known--) add_step(buffer, steps[--depth % STEPS]);
  }
}

const char *ct_value_pointer(ct_arena *arena, const ct_value *value) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_value_add_pointer(&buffer, value);
  const char *copy = buffer.failed ? NULL : ct_arena_copy(arena, buffer.data, buffer.length);
  ct_buffer_free(&buffer);
  return copy;
}

const ct_part *ct_document_part(const ct_document *document, size_t offset) {
  if (!document->part_count) return NULL;
  uint32_t low = 0, high = document->part_count;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (document->parts[middle].start <= offset)
      low = middle;
    else
      high = middle;
  }
  return &document->parts[low];
}

void ct_document_locate(const ct_document *document, size_t offset, int64_t *line, int64_t *column) {
  if (offset > document->length) offset = document->length;
  const char *text = document->text;
  const ct_part *part = ct_document_part(document, offset);
  int64_t lines = 1;
  size_t start = part ? part->start : 0;
  for (;;) {
    const char *end = memchr(text + start, '\n', offset - start);
    if (!end) break;
    lines++;
    start = (size_t)(end - text) + 1;
  }
  int64_t points = 1;
  for (size_t i = start; i < offset; points++) {
    int n = ct_utf8_length(text + i, document->length - i);
    i += n ? (size_t)n : 1;
  }
  *line = lines;
  *column = points;
}

static int token_is_key(const char *token, size_t length, const ct_value *member) {
  uint32_t at = 0;
  for (size_t i = 0; i < length; i++, at++) {
    char c = token[i];
    if (c == '~') {
      if (++i == length || (token[i] != '0' && token[i] != '1')) return 0;
      c = token[i] == '0' ? '~' : '/';
    }
    if (at >= member->key_length || member->key[at] != c) return 0;
  }
  return at == member->key_length;
}

static const ct_value *find_item(const ct_value *array, const char *token, size_t length) {
  if (!length || length > 9 || (token[0] == '0' && length > 1)) return NULL;
  uint32_t index = 0;
  for (size_t i = 0; i < length; i++) {
    if (token[i] < '0' || token[i] > '9') return NULL;
    index = index * 10 + (uint32_t)(token[i] - '0');
  }
  return ct_value_item(array, index);
}

const ct_value *ct_value_find(const ct_value *root, const char *pointer, size_t length) {
  const ct_value *value = root;
  size_t at = 0;
  while (value && at < length) {
    if (pointer[at] != '/') return NULL;
    const char *token = pointer + ++at;
    const char *slash = memchr(token, '/', length - at);
    size_t size = slash ? (size_t)(slash - token) : length - at;
    const ct_value *next = NULL;
    if (value->kind == CT_ARRAY) {
      next = find_item(value, token, size);
    } else if (value->kind == CT_OBJECT) {
      for (uint32_t i = 0; i < value->count && !next; i++)
        if (token_is_key(token, size, &value->as.items[i])) next = &value->as.items[i];
    }
    value = next;
    at += size;
  }
  return value;
}

int ct_error_value(ctsec_error **err, int code, const ct_document *document, const ct_value *value, const char *format,
                   ...) {
  if (!err) return code;
  ct_buffer message, pointer;
  ct_buffer_init(&message);
  ct_buffer_init(&pointer);
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  ct_value_add_pointer(&pointer, value);
  ct_buffer_char(&pointer, '\0');
  if (message.failed || pointer.failed) {
    code = ct_error_nomem(err);
  } else {
    ct_place place = CT_NO_PLACE;
    const ct_part *part = ct_document_part(document, value->offset);
    place.source = part ? part->source : document->source;
    place.pointer = pointer.data;
    place.offset = (int64_t)value->offset - (part ? part->start : 0);
    ct_document_locate(document, value->offset, &place.line, &place.column);
    ct_error_at(err, code, &place, "%.*s", (int)message.length, message.data ? message.data : "");
  }
  ct_buffer_free(&message);
  ct_buffer_free(&pointer);
  return code;
}
