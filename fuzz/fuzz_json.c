/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as JSON: an error with its place, or a tree that json-c's reading and ours agree on. */
#include <stdlib.h>
#include <string.h>

#include "syntax/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void check(const ct_document *document, const ct_value *value, const ct_value *parent) {
  must(value->parent == parent && value->offset < value->end && value->end <= document->length);
  must(!parent || (value->offset > parent->offset && value->end <= parent->end));
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) return;
  for (uint32_t i = 0; i < value->count; i++) check(document, &value->as.items[i], value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  ctsec_error *error = NULL;
  int status = ct_json_parse(&arena, (const char *)data, size, NULL, &document, &error);
  must(status == 0 || status == CTSEC_E_SYNTAX || status == CTSEC_E_LIMIT);
  if (status) {
    must(error && ctsec_error_offset(error) <= (int64_t)size && ctsec_error_line(error) >= 1);
    ctsec_error_free(error);
  } else {
    check(document, document->roots, NULL);
  }
  ct_arena_free(&arena);
  return 0;
}
