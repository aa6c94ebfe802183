/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inputs that other threads checked, in whatever order, give the bytes of inputs that were fed one after the other. */
#include <pthread.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

static const char *const formats[] = {"json", "ndjson", "text", "sarif", "junit", "markdown", "html"};
#define FORMATS (sizeof formats / sizeof *formats)

static const struct {
  const char *source;
  const char *text;
} inputs[] = {
    {"none", "[]"},
    {"a", "[{\"Name\":\"/a\",\"Id\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"HostConfig\":{\"Privileged\":true}}]"},
    {"part", "[{\"Name\":\"/b\",\"HostConfig\":{\"PidMode\":\"host\"}},{\"Name\":\"/c\",\"HostConfig\":{\"Privileged\":1}},3]"},
    {"pod", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: true, containers: [{name: c, image: x}]}\n"},
    {"other", "{\"name\": \"package\"}"},
    {"compose.yml", "services:\n  s: {image: x, extends: {file: base.yml, service: t}}\n"},
    {"broken", "{"},
    {"clean", "docker run --read-only image"},
    {"a-again", "[{\"Name\":\"/a\",\"HostConfig\":{\"Privileged\":true}}]"},
};
#define INPUTS (sizeof inputs / sizeof *inputs)

static const char base[] = "services: {t: {privileged: true}}\n";
static const char waivers[] = "- {rule: 'host-*', reason: known}\n- {rule: privileged, container: z, reason: none}\n";
static const char baseline[] = "{\"schema\":\"ctsec/findings/1\",\"containers\":[{\"id\":\"a\",\"findings\":[]}]}";

enum { WAIVED = 1, KNOWN = 2, LENIENT = 4, AUDIT = 8 };

static ctsec_scan *scan_of(const char *format, int how, const ctsec_options *options) {
  ctsec_scan *scan = NULL;
  ck_assert_int_eq(ctsec_scan_new(options, format, &scan, NULL), 0);
  if (how & WAIVED) ck_assert_int_eq(ctsec_scan_set_waivers(scan, "waivers.yml", waivers, sizeof waivers - 1, NULL), 0);
  if (how & KNOWN) ck_assert_int_eq(ctsec_scan_set_baseline(scan, "old.json", baseline, sizeof baseline - 1, NULL), 0);
  ck_assert_int_eq(ctsec_scan_set_lenient(scan, how & LENIENT, NULL), 0);
  return scan;
}

typedef struct output {
  char *text;
  size_t length;
  int codes[INPUTS];
  size_t counts[6];
} output;

static void finish(ctsec_scan *scan, output *out) {
  for (int i = 0; i < 5; i++) out->counts[i] = ctsec_scan_count(scan, i);
  out->counts[5] = ctsec_scan_containers(scan);
  ck_assert_int_eq(ctsec_scan_finish(scan, &out->text, &out->length, NULL), 0);
  ctsec_scan_free(scan);
}

static void one_by_one(const char *format, int how, const ctsec_options *options, output *out) {
  ctsec_scan *scan = scan_of(format, how, options);
  ck_assert_int_eq(ctsec_scan_set_files(scan, options, NULL), 0);
  for (size_t i = 0; i < INPUTS; i++) {
    ctsec_error *error = NULL;
    out->codes[i] = ctsec_scan_feed(scan, inputs[i].source, inputs[i].text, strlen(inputs[i].text), &error);
    ck_assert_int_eq(ctsec_error_code(error), out->codes[i]);
    ctsec_error_free(error);
  }
  finish(scan, out);
}

static void *check_half(void *jobs) {
  ctsec_job **half = jobs;
  for (size_t i = 0; i < INPUTS; i += 2) ctsec_job_check(half[i]);
  return NULL;
}

static int wants(ctsec_job *job, const char *name) {
  ctsec_files *files = NULL;
  int found = 0;
  ck_assert_int_eq(ctsec_job_find_files(job, &files, NULL), 0);
  for (size_t i = 0; i < ctsec_files_count(files); i++) found |= !strcmp(ctsec_files_at(files, i), name);
  ctsec_files_free(files);
  return found;
}

static void give_files(ctsec_job *job, int expected) {
  ck_assert_int_eq(wants(job, "base.yml"), expected);
  if (!expected) return;
  ck_assert_int_eq(ctsec_job_set_file(job, "base.yml", base, sizeof base - 1, NULL), 0);
  ck_assert_int_eq(wants(job, "base.yml"), 0);
}

/* The last one is left to the feeding. */
static void by_jobs(const char *format, int how, const ctsec_options *options, output *out) {
  ctsec_scan *scan = scan_of(format, how, options);
  ctsec_job *jobs[INPUTS + 1] = {0};
  for (size_t i = 0; i < INPUTS; i++) {
    ck_assert_int_eq(ctsec_job_new(scan, inputs[i].source, NULL, 0, &jobs[i], NULL), 0);
    ck_assert_int_eq(ctsec_job_set_text(jobs[i], inputs[i].text, strlen(inputs[i].text), NULL), 0);
    give_files(jobs[i], !strcmp(inputs[i].source, "compose.yml"));
  }
  pthread_t threads[2];
  for (size_t i = 0; i < 2; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, check_half, jobs + i), 0);
  for (size_t i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (size_t i = 0; i < INPUTS; i++) {
    ctsec_error *error = NULL;
    out->codes[i] = ctsec_scan_feed_job(scan, jobs[i], &error);
    ck_assert_int_eq(ctsec_error_code(error), out->codes[i]);
    ck_assert_uint_eq(ctsec_error_count(error), !strcmp(inputs[i].source, "part") ? 2 : out->codes[i] != 0);
    ck_assert_ptr_null(ctsec_error_at(error, ctsec_error_count(error)));
    ctsec_error_free(error);
    ck_assert_int_eq(ctsec_scan_feed_job(scan, jobs[i], NULL), CTSEC_E_ARG);
    ck_assert_int_eq(ctsec_job_set_text(jobs[i], "", 0, NULL), CTSEC_E_ARG);
    ck_assert_int_eq(ctsec_job_set_file(jobs[i], "a", "", 0, NULL), CTSEC_E_ARG);
    ctsec_job_free(jobs[i]);
  }
  finish(scan, out);
}

START_TEST(jobs_give_the_same_bytes) {
  int how = _i / (int)FORMATS;
  const char *format = formats[_i % (int)FORMATS];
  int audits = !strcmp(format, "text") || !strcmp(format, "markdown") || !strcmp(format, "html");
  if (how & AUDIT && !audits) return;
  ctsec_options *options = NULL;
  output one = {0}, two = {0};
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "now", "1700000000", 10, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "audit", how & AUDIT ? "true" : "false", how & AUDIT ? 4 : 5, NULL), 0);
  by_jobs(format, how, options, &two);
  ck_assert_int_eq(ctsec_options_set_file(options, "base.yml", base, sizeof base - 1, NULL), 0);
  one_by_one(format, how, options, &one);
  ck_assert_str_eq(one.text, two.text);
  ck_assert_uint_eq(one.length, two.length);
  ck_assert_mem_eq(one.codes, two.codes, sizeof one.codes);
  ck_assert_mem_eq(one.counts, two.counts, sizeof one.counts);
  ck_assert_uint_ge(one.counts[5], 6);
  ck_assert_int_eq(one.codes[4], how & LENIENT ? 0 : CTSEC_E_SCHEMA);
  ctsec_free(one.text);
  ctsec_free(two.text);
  ctsec_options_free(options);
}
END_TEST

START_TEST(a_job_may_be_given_up) {
  ctsec_scan *scan = scan_of("ndjson", 0, NULL);
  ctsec_job *job = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_job_new(scan, "a", inputs[1].text, strlen(inputs[1].text), &job, NULL), 0);
  ctsec_job_check(job);
  ctsec_job_check(job);
  ctsec_job_free(job);
  ctsec_job_free(NULL);
  ctsec_job_check(NULL);
  ck_assert_uint_eq(ctsec_scan_containers(scan), 0);
  ck_assert_int_eq(ctsec_job_new(scan, NULL, "", 0, &job, &error), CTSEC_E_ARG);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_job_new(NULL, "a", "", 0, &job, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_job_new(scan, "a", NULL, 1, &job, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_job_new(scan, "a", "", 0, NULL, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_job_set_text(NULL, "", 0, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_job_set_file(NULL, "a", "", 0, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_job_find_files(NULL, NULL, NULL), CTSEC_E_ARG);
  ctsec_scan_free(scan);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("report-jobs");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, jobs_give_the_same_bytes, 0, 16 * (int)FORMATS);
  tcase_add_test(all, a_job_may_be_given_up);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
