/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library is loaded, used and unloaded again and again: each time the same answers, and nothing stays behind. */
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

#define WARM 5
#define TIMES 60

static const char *folder;

static char *answers(size_t *length) {
  void *module = dlopen(LIFE_MODULE, RTLD_NOW | RTLD_LOCAL);
  ck_assert_msg(module != NULL, "%s", dlerror());
  char *(*ask)(const char *, size_t *);
  void *found = dlsym(module, "life_answers");
  ck_assert_ptr_nonnull(found);
  memcpy(&ask, &found, sizeof ask);
  char *text = ask(folder, length);
  ck_assert_ptr_nonnull(text);
  ck_assert_int_eq(dlclose(module), 0);
  return text;
}

/* musl never unloads. */
#ifdef __GLIBC__
static size_t mappings(void) {
  size_t lines = 0;
  FILE *file = fopen("/proc/self/maps", "r");
  ck_assert_ptr_nonnull(file);
  for (int c; (c = getc(file)) != EOF;) lines += c == '\n';
  fclose(file);
  return lines;
}

START_TEST(nothing_stays_behind) {
  folder = ct_test_source(".");
  size_t length, again, held = 0, mapped = 0;
  char *first = answers(&length);
  ck_assert_ptr_null(dlopen("libctsec.so.0", RTLD_NOW | RTLD_NOLOAD));
  for (int i = 0; i < WARM + TIMES; i++) {
    if (i == WARM) {
      held = mallinfo2().uordblks;
      mapped = mappings();
    }
    char *text = answers(&again);
    ck_assert(again == length && !memcmp(text, first, length));
    free(text);
  }
  size_t now = mallinfo2().uordblks;
  ck_assert_msg(now <= held, "%zu bytes more are held after %d times", now - held, TIMES);
  ck_assert_uint_le(mappings(), mapped + 2);
  free(first);
}
END_TEST
#endif

static void *load(void *unused) {
  (void)unused;
  for (int i = 0; i < 5; i++) {
    size_t length;
    free(answers(&length));
  }
  return NULL;
}

START_TEST(threads_load_and_unload) {
  folder = ct_test_source(".");
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, load, NULL), 0);
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("reload");
  TCase *all = tcase_create("all");
  tcase_set_timeout(all, 300);
#ifdef __GLIBC__
  tcase_add_test(all, nothing_stays_behind);
#endif
  tcase_add_test(all, threads_load_and_unload);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
