/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes as JSON: an error with a place within them, or a tree whose every value reads the same alone. */
#include <stdlib.h>
#include <string.h>

#include "syntax/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void check_alone(const ct_document *document, const ct_value *value) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *alone;
  must(!ct_json_parse(&arena, document->text + value->offset, value->end - value->offset, NULL, &alone, NULL));
  const ct_value *again = alone->roots;
  must(again->kind == value->kind && again->count == value->count && again->length == value->length);
  if (value->kind == CT_STRING) must(!memcmp(again->as.string, value->as.string, value->length));
  if (value->kind == CT_INTEGER)
    must(again->as.magnitude == value->as.magnitude && again->negative == value->negative);
  ct_arena_free(&arena);
}

/* Every value that a tree of at most a thousand has; larger ones are looked at from their first child on. */
static void check_tree(const ct_document *document, const ct_value *value, int *left) {
  must(value->offset < value->end && value->end <= document->length);
  if (--*left < 0) return;
  check_alone(document, value);
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) return;
  uint32_t after = value->offset + 1;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *child = &value->as.items[i];
    must(child->parent == value && child->index == i && child->offset >= after && child->end < value->end);
    after = child->end;
    if (value->kind == CT_OBJECT) must(ct_value_member(value, child->key) == child);
    check_tree(document, child, left);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  ctsec_error *error = NULL;
  int status = ct_json_parse(&arena, (const char *)data, size, NULL, &document, &error);
  if (status) {
    must(!document && (status == CTSEC_E_SYNTAX || status == CTSEC_E_LIMIT));
    must(ctsec_error_offset(error) >= 0 && ctsec_error_offset(error) <= (int64_t)size);
    must(ctsec_error_line(error) >= 1 && ctsec_error_column(error) >= 1);
    ctsec_error_free(error);
  } else {
    int left = 1000;
    check_tree(document, document->roots, &left);
  }
  ct_arena_free(&arena);
  return 0;
}
