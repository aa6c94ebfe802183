/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as an input: an error with its place, or attack paths whose counts and documents agree. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ctsec_paths *paths = NULL;
  ctsec_error *error = NULL;
  char *text;
  size_t length;
  ctsec_options *options = NULL;
  /* Half of the inputs become a page. */
  must(!ctsec_options_new(&options, NULL) && !ctsec_options_set(options, "html", size & 1 ? "true" : "false", size & 1 ? 4 : 5, NULL));
  must(!ctsec_paths_new(options, &paths, NULL));
  ctsec_options_free(options);
  int status = ctsec_paths_feed(paths, "-", (const char *)data, size, &error);
  must(!status == !error && status != CTSEC_E_INTERNAL && ctsec_error_offset(error) <= (int64_t)size);
  ctsec_error_free(error);
  size_t all = ctsec_paths_count(paths, -1);
  must(all == ctsec_paths_count(paths, CTSEC_PATH_BLOCKED) + ctsec_paths_count(paths, CTSEC_PATH_POSSIBLE) +
                  ctsec_paths_count(paths, CTSEC_PATH_REACHABLE));
  for (size_t i = 0; i < all; i++) must(ctsec_path_status(ctsec_paths_at(paths, i)) >= 0);
  must(!ctsec_paths_at(paths, all));
  must(!ctsec_paths_to_json(paths, &text, &length, NULL) && strlen(text) == length);
  ctsec_free(text);
  must(!ctsec_paths_to_text(paths, &text, &length, NULL) && strlen(text) == length);
  ctsec_free(text);
  ctsec_paths_free(paths);
  return 0;
}
