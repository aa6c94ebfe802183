/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A hundred threads read the same objects, take references and give them up in any order. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

#define THREADS 100

static char *input;
static size_t input_length;
static ctsec_containers *containers;
static ctsec_findings *findings;
static ctsec_resolution *resolution;
static char *expected;
static atomic_int wrong;

static int same_json(int (*write)(char **, size_t *), const char *want) {
  char *text;
  size_t length;
  if (write(&text, &length)) return 0;
  int same = !want || !strcmp(text, want);
  ctsec_free(text);
  return same;
}

static int write_findings(char **text, size_t *length) { return ctsec_findings_to_json(findings, text, length, NULL); }
static int write_containers(char **text, size_t *length) { return ctsec_containers_to_json(containers, text, length, NULL); }
static int write_resolution(char **text, size_t *length) { return ctsec_resolution_to_json(resolution, text, length, NULL); }

static void *work(void *unused) {
  (void)unused;
  for (int i = 0; i < 5; i++) {
    ctsec_containers *mine = ctsec_containers_ref(containers);
    ctsec_findings *found = ctsec_findings_ref(findings);
    int good = same_json(write_findings, expected) && same_json(write_containers, NULL) && same_json(write_resolution, NULL);
    for (size_t k = 0; k < ctsec_findings_count(found); k++)
      good &= ctsec_finding_title(ctsec_findings_at(found, k)) != NULL;
    /* And everything anew, from the same bytes. */
    ctsec_containers *own;
    ctsec_findings *checked;
    if (ctsec_containers_parse(input, input_length, NULL, &own, NULL)) return NULL;
    good &= !ctsec_findings_check(own, NULL, &checked, NULL);
    ctsec_containers_free(own);
    good &= ctsec_findings_count(checked) == ctsec_findings_count(found);
    ctsec_findings_free(checked);
    ctsec_findings_free(found);
    ctsec_containers_free(mine);
    if (!good) atomic_fetch_add(&wrong, 1);
  }
  return NULL;
}

START_TEST(shared_objects_may_be_read_by_any_number_of_threads) {
  input = ct_test_read(ct_test_source("examples/docker-dangerous.json"), &input_length);
  ck_assert_ptr_nonnull(input);
  size_t length;
  ck_assert_int_eq(ctsec_containers_parse(input, input_length, NULL, &containers, NULL), 0);
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  ck_assert_int_eq(ctsec_caps_resolve(NULL, &resolution, NULL), 0);
  ck_assert_int_eq(ctsec_findings_to_json(findings, &expected, &length, NULL), 0);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, work, NULL), 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  ck_assert_int_eq(wrong, 0);
  /* What a garbage collector may do: the root goes first. */
  ctsec_containers_free(containers);
  ck_assert_uint_gt(ctsec_findings_count(findings), 0);
  ck_assert_ptr_nonnull(ctsec_finding_message(ctsec_findings_at(findings, 0)));
  ck_assert_ptr_nonnull(ctsec_container_id(ctsec_finding_container(ctsec_findings_at(findings, 0))));
  ctsec_findings_free(findings);
  ctsec_resolution_free(resolution);
  ctsec_free(expected);
  free(input);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("threads");
  TCase *all = tcase_create("all");
  tcase_add_test(all, shared_objects_may_be_read_by_any_number_of_threads);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
