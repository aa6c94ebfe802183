/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as logs: read the same in one piece and in many, every error in its place, every document valid JSON. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "syntax/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static char *read_log(const char *text, size_t length, size_t step, const char *format) {
  ctsec_denials *denials;
  char *document;
  size_t size;
  must(!ctsec_denials_new(NULL, format, &denials, NULL));
  for (size_t at = 0; at < length; at += step) {
    size_t left = length - at;
    int status = ctsec_denials_feed(denials, "log", text + at, left < step ? left : step, NULL);
    must(!status || (status == CTSEC_E_UNSUPPORTED && !at));
    if (status) break;
  }
  must(!ctsec_denials_finish(denials, &document, &size, NULL) && strlen(document) == size);
  for (size_t i = 0; i < ctsec_denials_error_count(denials); i++) {
    const ctsec_error *error = ctsec_denials_error_at(denials, i);
    must(ctsec_error_offset(error) <= (int64_t)length);
    must(ctsec_error_line(error) <= (int64_t)length + 1);
  }
  must(ctsec_denials_count(denials, CTSEC_DENIALS_DENIED) <= ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS));
  ctsec_denials_free(denials);
  return document;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  char *whole = read_log(text, size, size ? size : 1, "json");
  /* The first piece has what tells a compressed file. */
  char *pieces = read_log(text, size, 9 + size % 23, "json");
  must(!strcmp(whole, pieces));
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  /* Our own reader takes no NUL in a string. */
  must(!ct_json_parse(&arena, whole, strlen(whole), NULL, &document, NULL) || strstr(whole, "\\u0000"));
  ct_arena_free(&arena);
  ctsec_free(whole);
  ctsec_free(pieces);
  ctsec_free(read_log(text, size, size ? size : 1, "text"));
  return 0;
}
