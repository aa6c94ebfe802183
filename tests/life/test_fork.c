/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child asks while its parent's threads were in the middle of asking: no lock of theirs may stay closed in it. */
#include <ctsec/ctsec.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "life/answers.h"
#include "support/support.h"

#define THREADS 4
#define CHILDREN 40

static const char *folder;
static char *expected;
static size_t expected_length;
static atomic_int stop, wrong;

static int same(void) {
  size_t length = 0;
  char *text = life_answers(folder, &length);
  int good = text && length == expected_length && !memcmp(text, expected, length);
  free(text);
  return good;
}

static void *ask(void *unused) {
  (void)unused;
  while (!stop)
    if (!same()) wrong++;
  return NULL;
}

/* Little but the loader's lock: the parsers are found anew for each text. */
static void *load(void *unused) {
  (void)unused;
  while (!stop) {
    ctsec_containers *containers = NULL;
    if (!ctsec_containers_parse("[{\"a\": 1}]", 10, NULL, &containers, NULL)) wrong++;
    if (!ctsec_containers_parse("a: 1\n", 5, NULL, &containers, NULL)) wrong++;
  }
  return NULL;
}

START_TEST(children_ask_while_threads_do) {
  folder = ct_test_source(".");
  expected = life_answers(folder, &expected_length);
  ck_assert_ptr_nonnull(expected);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, i % 2 ? load : ask, NULL), 0);
  int failed = 0;
  for (int i = 0; i < CHILDREN; i++) {
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
      /* check's own handler would kill whoever started the test, too. */
      signal(SIGALRM, SIG_DFL);
      alarm(30);
      _exit(same() ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (status) failed = status;
  }
  stop = 1;
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  ck_assert_msg(!failed, "a child ended with status %#x%s", (unsigned)failed,
                WIFSIGNALED(failed) && WTERMSIG(failed) == SIGALRM ? ": it hung" : "");
  ck_assert_int_eq(wrong, 0);
  free(expected);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("fork");
  TCase *all = tcase_create("all");
  tcase_set_timeout(all, 300);
  tcase_add_test(all, children_ask_while_threads_do);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
