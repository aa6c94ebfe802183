/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a Dockerfile: an error with a place within it, or a container with findings whose places are within it. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "syntax/dockerfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void check_places(const ct_value *value, size_t size) {
  must(value->offset <= value->end && value->end <= size);
  for (uint32_t i = 0; (value->kind == CT_ARRAY || value->kind == CT_OBJECT) && i < value->count; i++) {
    must(value->as.items[i].parent == value);
    check_places(&value->as.items[i], size);
  }
}

static void check_tree(const char *text, size_t size) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  if (!ct_dockerfile_parse(&arena, text, size, NULL, &document, NULL)) check_places(document->roots, size);
  ct_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  ctsec_options *options = NULL;
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_error *error = NULL;
  check_tree(text, size);
  must(!ctsec_options_new(&options, NULL));
  must(!ctsec_options_set(options, "from", "dockerfile", 10, NULL));
  int status = ctsec_containers_parse(text, size, options, &containers, &error);
  ctsec_options_free(options);
  if (status) {
    must(!containers && error && ctsec_error_line(error) >= 1 && ctsec_error_offset(error) <= (int64_t)size);
    ctsec_error_free(error);
    return 0;
  }
  must(ctsec_containers_count(containers) == 1);
  must(!ctsec_findings_check(containers, NULL, &findings, NULL));
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    must(ctsec_finding_line(finding) >= 1 && ctsec_finding_column(finding) >= 1 && *ctsec_finding_message(finding));
  }
  char *json;
  size_t length;
  must(!ctsec_findings_to_json(findings, &json, &length, NULL));
  ctsec_free(json);
  must(!ctsec_containers_to_json(containers, &json, &length, NULL));
  ctsec_free(json);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  return 0;
}
