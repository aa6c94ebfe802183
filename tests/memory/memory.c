/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An allocator whose n-th call fails, over every scenario. */
#include "memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define REPLACED 0
#else
#define REPLACED 1
#endif

static const char *current = "";
static long countdown = -1;
static long live;
static int injected;

void memory_fail(const char *what) {
  countdown = -1;
  fprintf(stderr, "%s: %s\n", current, what);
  exit(1);
}

#if REPLACED
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

static int fails(void) {
  if (countdown < 0) return 0;
  if (countdown-- > 0) return 0;
  /* Every later one fails as well: memory that is out stays out. */
  countdown = 0;
  injected = 1;
  errno = ENOMEM;
  return 1;
}

/* Visible, so that the libraries below ours get them as well. */
#define EXPORTED __attribute__((visibility("default")))

EXPORTED void *malloc(size_t size) {
  if (fails()) return NULL;
  void *memory = __libc_malloc(size);
  live += memory != NULL;
  return memory;
}

EXPORTED void *calloc(size_t count, size_t size) {
  if (fails()) return NULL;
  void *memory = __libc_calloc(count, size);
  live += memory != NULL;
  return memory;
}

EXPORTED void *realloc(void *old, size_t size) {
  if (fails()) return NULL;
  void *memory = __libc_realloc(old, size);
  live += memory && !old;
  return memory;
}

EXPORTED void free(void *memory) {
  live -= memory != NULL;
  __libc_free(memory);
}
#endif

/* CTSEC_FRACTION: on an emulated machine each so-many-th allocation fails, not each. */
static long step = 1;

static void run_scenario(const memory_scenario *scenario) {
  current = scenario->name;
  /* The loader keeps the libraries that an input first needs. */
  scenario->run();
  long n = 0;
  for (;; n += step) {
    long before = live;
    injected = 0;
    countdown = n;
    int status = scenario->run();
    countdown = -1;
    if (live != before) {
      fprintf(stderr, "%s: with allocation %ld failing, %ld blocks leak\n", current, n, live - before);
      exit(1);
    }
    if (!injected) {
      if (status) memory_fail("fails though no allocation did");
      break;
    }
    /* An allocation that only would have made things quicker may fail unnoticed. */
    if (status && status != CTSEC_E_NOMEM) {
      fprintf(stderr, "%s: with allocation %ld failing: %s\n", current, n, ctsec_error_name(status));
      exit(1);
    }
  }
  printf("%s: %ld allocations\n", current, n);
}

int main(void) {
  if (!REPLACED) {
    puts("the allocator cannot be replaced here: skipped");
    return 77;
  }
  /* stdio takes its buffers before anything is counted. */
  setvbuf(stdout, NULL, _IONBF, 0);
  const char *fraction = getenv("CTSEC_FRACTION");
  if (fraction && atol(fraction) > 0) step = atol(fraction);
  unsigned count = 0;
#define RUN(noun) \
  for (const memory_scenario *scenario = memory_##noun; scenario->name; scenario++, count++) run_scenario(scenario);
  MEMORY_TABLES(RUN)
  printf("%u passed, 0 failed\n", count);
  return 0;
}
