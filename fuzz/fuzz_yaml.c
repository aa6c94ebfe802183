/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes as YAML: an error with a place within them, or trees that stand within them; what is also JSON means the same. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/options.h"
#include "syntax/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void check_tree(const ct_document *document, const ct_value *value) {
  must(value->offset <= value->end && value->end <= document->length);
  if (value->kind == CT_STRING) must(strlen(value->as.string) == value->length);
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) return;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *child = &value->as.items[i];
    must(child->parent == value && child->index == i);
    if (value->kind == CT_OBJECT && i < 50) must(ct_value_member(value, child->key) == child);
    check_tree(document, child);
  }
}

static void same_tree(const ct_value *json, const ct_value *yaml) {
  must(json->kind == yaml->kind && json->offset == yaml->offset && json->end == yaml->end);
  must(json->count == yaml->count && json->length == yaml->length);
  if (json->kind == CT_STRING) must(!memcmp(json->as.string, yaml->as.string, json->length));
  if (json->kind != CT_ARRAY && json->kind != CT_OBJECT) return;
  for (uint32_t i = 0; i < json->count; i++) same_tree(&json->as.items[i], &yaml->as.items[i]);
}

/* YAML folds a line within quotes, takes << for a merge, and DEL for none of its characters. */
static int differs_by_design(const uint8_t *data, size_t size) {
  return memmem(data, size, "<<", 2) || memchr(data, 0x7f, size) || memchr(data, '\\', size) || memchr(data, '\t', size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ct_arena arena;
  ct_arena_init(&arena);
  ctsec_options *options = NULL;
  if (ctsec_options_new(&options, NULL)) return 0;
  ctsec_options_set_limit(options, CTSEC_LIMIT_ALIASES, 5000, NULL);
  const ct_document *document = NULL, *json = NULL;
  ctsec_error *error = NULL;
  int status = ct_yaml_parse(&arena, (const char *)data, size, options, &document, &error);
  if (status) {
    must(!document && (status == CTSEC_E_SYNTAX || status == CTSEC_E_LIMIT || status == CTSEC_E_UNSUPPORTED));
    must(ctsec_error_offset(error) >= 0 && ctsec_error_offset(error) <= (int64_t)size);
    must(ctsec_error_line(error) >= 1 && ctsec_error_column(error) >= 1);
    ctsec_error_free(error);
  } else {
    must(document->root_count >= 1);
    for (uint32_t i = 0; i < document->root_count; i++) check_tree(document, &document->roots[i]);
    if (!differs_by_design(data, size) && !ct_json_parse(&arena, (const char *)data, size, options, &json, NULL)) {
      must(document->root_count == 1);
      same_tree(json->roots, document->roots);
    }
  }
  ctsec_options_free(options);
  ct_arena_free(&arena);
  return 0;
}
