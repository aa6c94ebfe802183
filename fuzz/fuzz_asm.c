/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text as a filter: an error with a place within it, or a filter whose text gives the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ctsec_filter *filter = NULL, *again = NULL;
  ctsec_error *error = NULL;
  uint8_t *bytes, *second;
  char *text;
  size_t length, other;
  if (ctsec_filter_parse((const char *)data, size, NULL, &filter, &error)) {
    must(!filter && ctsec_error_offset(error) <= (int64_t)size && ctsec_error_line(error) >= 0);
    ctsec_error_free(error);
    return 0;
  }
  must(!ctsec_filter_encode(filter, &bytes, &length, NULL));
  must(!ctsec_filter_to_text(filter, &text, &other, NULL));
  must(!ctsec_filter_parse(text, other, NULL, &again, NULL));
  must(!ctsec_filter_encode(again, &second, &other, NULL));
  must(length == other && !memcmp(bytes, second, length));
  ctsec_free(text);
  ctsec_free(bytes);
  ctsec_free(second);
  ctsec_filter_free(filter);
  ctsec_filter_free(again);
  return 0;
}
