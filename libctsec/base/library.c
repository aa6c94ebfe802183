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

int ct_library_find(ct_library *known, const char *library, const char *names, void *functions, ctsec_error **err) {
  size_t count = 0;
  for (const char *name = names; *name; name += strlen(name) + 1) count++;
  void *found[CT_LIBRARY_MOST];
  if (atomic_load_explicit(&known->known, memory_order_acquire)) {
    for (size_t i = 0; i < count; i++) found[i] = atomic_load_explicit(&known->functions[i], memory_order_relaxed);
  } else {
    void *handle;
    int status = ct_library_open(library, names, found, &handle, err);
    if (status) return status;
    ct_library_close(handle);
    /* Two threads may do this: they find the same. */
    for (size_t i = 0; i < count; i++) atomic_store_explicit(&known->functions[i], found[i], memory_order_relaxed);
    atomic_store_explicit(&known->known, 1, memory_order_release);
  }
  memcpy(functions, found, count * sizeof *found);
  return 0;
}
