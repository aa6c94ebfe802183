/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

/* The loader reports no code, but memory that ran out leaves its number. */
static int failed(const char *library, ctsec_error **err) {
  int out_of_memory = errno == ENOMEM;
  const char *why = dlerror();
  int status = out_of_memory ? ct_error_nomem(err)
                             : ct_error_set(err, CTSEC_E_UNSUPPORTED, "the library %s cannot be loaded: %s", library,
                                            why ? why : "no reason given");
  /* The text of an error is kept until the next call. */
  dlerror();
  return status;
}

int ct_library_open(const char *library, const char *names, void *functions, void **handle, ctsec_error **err) {
  int number = errno;
  errno = 0;
  /* Never unloaded by us: a parser in another thread, or the caller's own, may be in it. */
  void *opened = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!opened) return failed(library, err);
  char *next = functions;
  for (; *names; names += strlen(names) + 1, next += sizeof(void *)) {
    void *function = dlsym(opened, names);
    if (!function) {
      int status = failed(library, err);
      dlclose(opened);
      return status;
    }
    memcpy(next, &function, sizeof function);
  }
  errno = number;
  *handle = opened;
  return 0;
}

void ct_library_close(void *handle) { dlclose(handle); }
