/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as waivers and as a baseline: faults have their places, and the report that follows is JSON whatever they say. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "syntax/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void must_be_json(const char *text, size_t length) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ctsec_error *error = NULL;
  int status = ct_json_parse(&arena, text, length, NULL, &document, &error);
  must(!status || status == CTSEC_E_LIMIT);
  ctsec_error_free(error);
  ct_arena_free(&arena);
}

static void check_fault(int status, ctsec_error *error, size_t size) {
  must(!status == !error);
  if (error) must(ctsec_error_offset(error) <= (int64_t)size && *ctsec_error_message(error));
  ctsec_error_free(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char command[] = "docker run --name a --privileged -v /run/docker.sock:/s image\ndocker run --pid=host image";
  static const char *const formats[] = {"json", "text"};
  ctsec_options *options;
  must(!ctsec_options_new(&options, NULL));
  must(!ctsec_options_set(options, "now", "1700000000", 10, NULL));
  for (size_t i = 0; i < 2; i++) {
    ctsec_scan *scan;
    ctsec_error *error = NULL;
    char *text;
    size_t length;
    must(!ctsec_scan_new(options, formats[i], &scan, NULL));
    int status = ctsec_scan_set_waivers(scan, "accepted", (const char *)data, size, &error);
    check_fault(status, error, size);
    error = NULL;
    status = ctsec_scan_set_baseline(scan, "accepted", (const char *)data, size, &error);
    check_fault(status, error, size);
    must(!ctsec_scan_feed(scan, "commands", command, sizeof command - 1, NULL));
    must(!ctsec_scan_finish(scan, &text, &length, NULL));
    if (!i)
      must_be_json(text, length);
    else
      must(strlen(text) == length);
    ctsec_free(text);
    ctsec_scan_free(scan);
  }
  ctsec_options_free(options);
  return 0;
}
