/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *join(const char *folder, const char *path) {
  static char storage[4][4096];
  static int next;
  char *place = storage[next++ % 4];
  snprintf(place, sizeof storage[0], "%s/%s", folder, path);
  return place;
}

const char *ct_test_source(const char *path) {
  const char *folder = getenv("CTSEC_SOURCE");
  return join(folder ? folder : CT_SOURCE, path);
}

const char *ct_test_shared(const char *path) {
  const char *folder = getenv("CTSEC_SHARED");
  if (!folder) folder = ct_test_source("../shared");
  struct stat st;
  const char *joined = join(folder, path);
  return stat(joined, &st) ? NULL : joined;
}

char *ct_test_read(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  char *data = NULL;
  size_t size = 0, used = 0;
  for (;;) {
    if (used + 1 >= size) {
      size = size ? size * 2 : 65536;
      char *more = realloc(data, size);
      if (!more) break;
      data = more;
    }
    size_t n = fread(data + used, 1, size - used - 1, file);
    if (!n) break;
    used += n;
  }
  fclose(file);
  if (data) data[used] = '\0';
  if (length) *length = used;
  return data;
}

int ct_test_run(Suite *suite) {
  SRunner *runner = srunner_create(suite);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  srunner_set_fork_status(runner, CK_NOFORK);
#endif
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
