/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions about a loaded container, against simulated decisions of its seccomp profile. */
#include <ctsec/ctsec.h>
#include <string.h>

#include "bench.h"

static ctsec_confinement *confinement;
static ctsec_policy *policy;
static ctsec_request *request;
static char *lines;
static size_t lines_length;

/* Of each kind: refused by the filter, by a capability, by a mount, and let through. */
static const int32_t numbers[] = {165, 92, 41, 257, 272, 16, 105, 0};
#define CALLS (sizeof numbers / sizeof *numbers)

static const char line[] = "x86_64 openat AT_FDCWD \"/etc/passwd\" O_WRONLY\n";

static int prepare(void) {
  if (confinement) return 0;
  size_t length;
  char *text = bench_read("examples/docker-nginx-minimal.json", &length);
  ctsec_containers *containers = NULL;
  ctsec_profile *profile = NULL;
  ctsec_options *options = NULL;
  int failed = !text || ctsec_options_new(&options, NULL) || ctsec_options_set(options, "fact", "docker=20.10", 12, NULL) ||
               ctsec_containers_parse(text, length, options, &containers, NULL) ||
               ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, options, &confinement, NULL) ||
               ctsec_profile_find("docker@20.10", &profile, NULL) ||
               ctsec_profile_resolve(profile, NULL, &policy, NULL) ||
               ctsec_request_read(line, sizeof line - 2, &request, NULL);
  ctsec_profile_free(profile);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return failed;
}

static int prepare_lines(void) {
  static char many[100 * sizeof line];
  if (prepare()) return 1;
  lines_length = 0;
  for (int i = 0; i < 100; i++, lines_length += sizeof line - 1) memcpy(many + lines_length, line, sizeof line);
  lines = many;
  return 0;
}

/* As many of each as there are numbers: a target of 1/100 means no more than a hundred decisions each. */
static void why(void) {
  uint64_t args[6] = {0};
  for (size_t i = 0; i < CALLS; i++) {
    uint32_t arch = 0xc000003eu;
    uint8_t outcome, layer;
    int32_t number;
    ctsec_confinement_check_batch(confinement, 1, &arch, &numbers[i], args, NULL, &outcome, &layer, &number, NULL);
    bench_sink += outcome;
  }
}

static void decide(void) {
  uint64_t args[6] = {0};
  for (size_t i = 0; i < CALLS; i++) {
    uint32_t arch = 0xc000003eu, action;
    ctsec_policy_simulate_batch(policy, 1, &arch, &numbers[i], args, &action, NULL);
    bench_sink += action;
  }
}

static void answer(void) {
  ctsec_answer *made;
  if (ctsec_confinement_check(confinement, request, &made, NULL)) return;
  bench_sink += (size_t)ctsec_answer_outcome(made);
  ctsec_answer_free(made);
}

static void explain(void) {
  ctsec_verdict *verdict;
  uint64_t args[6] = {0};
  if (ctsec_policy_simulate(policy, 0xc000003eu, 257, args, 2, NULL, &verdict, NULL)) return;
  bench_sink += ctsec_verdict_count(verdict);
  ctsec_verdict_free(verdict);
}

static void batch(void) {
  char *text;
  size_t length, errors;
  if (ctsec_confinement_check_lines(confinement, lines, lines_length, &text, &length, &errors, NULL)) return;
  bench_sink += length;
  ctsec_free(text);
}

static void explain_many(void) {
  for (int i = 0; i < 100; i++) explain();
}

const bench_row bench_why[] = {
    {"why: one call of a loaded container", "one simulated decision", 0.01, prepare, why, decide},
    {"why: one call, with what to change", "one explained decision", 0, prepare, answer, explain},
    {"why: 100 lines of a batch", "100 explained decisions", 0, prepare_lines, batch, explain_many},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
