/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every kind of result is read by a hundred threads at once, through each function that takes one as const: all read the same. */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

#define THREADS 100

static struct {
  ctsec_options *options;
  ctsec_error *error;
  ctsec_containers *containers;
  ctsec_findings *findings;
  ctsec_fixes *fixes;
  ctsec_paths *paths;
  ctsec_profile *profile;
  ctsec_lint *lint;
  ctsec_policy *policy, *other;
  ctsec_filter *filter, *second;
  ctsec_diff *diff;
  ctsec_verdict *verdict;
  ctsec_confinement *confinement;
  ctsec_request *request;
  ctsec_answer *answer;
  ctsec_resolution *resolution;
  ctsec_credentials *credentials;
  ctsec_filecaps *filecaps;
  ctsec_files *files;
  ctsec_trace *trace;
  ctsec_least *least;
  ctsec_scan *scan;
} shared;

typedef struct answers {
  char *text;
  size_t length, size;
} answers;

static void keep(answers *a, const char *text, size_t length) {
  while (a->size < a->length + length + 1) {
    a->size = a->size ? a->size * 2 : 65536;
    a->text = realloc(a->text, a->size);
    if (!a->text) abort();
  }
  memcpy(a->text + a->length, text, length);
  a->length += length;
  a->text[a->length] = '\0';
}

__attribute__((format(printf, 2, 3))) static void say(answers *a, const char *format, ...) {
  char line[1024];
  va_list list;
  va_start(list, format);
  int n = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  keep(a, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

/* What could not be answered would leave the texts of all threads equally short. */
static void need(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "failed: %s\n", what);
  abort();
}
#define OK(call) need((call) == 0, #call)

#define WRITE(function, ...)                                                         \
  do {                                                                               \
    char *text_ = NULL;                                                              \
    size_t length_ = 0;                                                              \
    need(function(__VA_ARGS__, &text_, &length_, NULL) == 0 && length_, #function);  \
    keep(a, text_, length_);                                                         \
    ctsec_free(text_);                                                               \
  } while (0)

static const char *word(const char *text) { return text ? text : "-"; }

static const uint32_t audits[] = {0xc000003e, 0xc000003e, 0x40000003};
static const int32_t numbers[] = {165, 0, 21};
static const uint64_t arguments[18] = {1, 2, 3, 4, 5, 6, 7};

static void errors(answers *a) {
  for (size_t i = 0; i < ctsec_error_count(shared.error); i++)
    say(a, "%s ", word(ctsec_error_message(ctsec_error_at(shared.error, i))));
  say(a, "%d %lld %lld %lld %d %s %s %s\n", ctsec_error_code(shared.error), (long long)ctsec_error_offset(shared.error),
      (long long)ctsec_error_line(shared.error), (long long)ctsec_error_column(shared.error), ctsec_error_errno(shared.error),
      word(ctsec_error_message(shared.error)), word(ctsec_error_pointer(shared.error)), word(ctsec_error_source(shared.error)));
  WRITE(ctsec_error_to_json, shared.error);
}

static void containers(answers *a) {
  ctsec_containers *mine = ctsec_containers_ref(shared.containers);
  for (size_t i = 0; i < ctsec_containers_count(mine); i++) {
    const ctsec_container *one = ctsec_containers_at(mine, i);
    say(a, "%s %s %s\n", ctsec_container_id(one), ctsec_container_name(one), ctsec_container_format(one));
  }
  for (size_t i = 0; i < ctsec_containers_error_count(mine); i++)
    say(a, "%s\n", ctsec_error_message(ctsec_containers_error_at(mine, i)));
  const ctsec_container *found = NULL;
  const char *id = ctsec_container_id(ctsec_containers_at(mine, 0));
  OK(ctsec_containers_find(mine, id, strlen(id), &found, NULL));
  WRITE(ctsec_containers_to_json, mine);
  ctsec_confinement *own = NULL;
  OK(ctsec_confinement_resolve(found, NULL, shared.options, &own, NULL));
  ctsec_confinement_free(own);
  ctsec_findings *checked = NULL;
  OK(ctsec_findings_check(mine, shared.options, &checked, NULL));
  WRITE(ctsec_findings_to_json, checked);
  ctsec_findings_free(checked);
  ctsec_containers_free(mine);
}

static void findings(answers *a) {
  ctsec_findings *mine = ctsec_findings_ref(shared.findings);
  for (size_t i = 0; i < ctsec_findings_count(mine); i++) {
    const ctsec_finding *one = ctsec_findings_at(mine, i);
    say(a, "%s %d %s %s %s %s %s %lld %lld %s\n", ctsec_finding_rule(one), ctsec_finding_severity(one), ctsec_finding_title(one),
        ctsec_finding_message(one), word(ctsec_finding_because(one)), word(ctsec_finding_observed(one)),
        word(ctsec_finding_pointer(one)), (long long)ctsec_finding_line(one), (long long)ctsec_finding_column(one),
        ctsec_container_id(ctsec_finding_container(one)));
  }
  WRITE(ctsec_findings_to_json, mine);
  WRITE(ctsec_findings_to_text, mine);
  const ctsec_rule *rule = NULL;
  OK(ctsec_rules_find("privileged", 10, &rule, NULL));
  say(a, "%s %d\n", ctsec_rule_id(rule), ctsec_rule_severity(rule));
  ctsec_findings_free(mine);
}

static void fixes(answers *a) {
  ctsec_fixes *mine = ctsec_fixes_ref(shared.fixes), *own = NULL;
  for (size_t i = 0; i < ctsec_fixes_count(mine); i++) {
    const ctsec_fix *one = ctsec_fixes_at(mine, i);
    say(a, "%s %d %s\n", ctsec_finding_rule(ctsec_fix_finding(one)), ctsec_fix_status(one), word(ctsec_fix_reason(one)));
  }
  size_t length;
  const char *text = ctsec_fixes_text(mine, &length);
  keep(a, text, length);
  WRITE(ctsec_fixes_diff, mine);
  WRITE(ctsec_fixes_to_json, mine);
  WRITE(ctsec_fixes_to_text, mine);
  OK(ctsec_fixes_resolve(shared.findings, shared.options, &own, NULL));
  ctsec_fixes_free(own);
  ctsec_fixes_free(mine);
}

static void paths(answers *a) {
  for (size_t i = 0; i < ctsec_paths_count(shared.paths, -1); i++) {
    const ctsec_path *one = ctsec_paths_at(shared.paths, i);
    say(a, "%s %s %d %s\n", ctsec_path_id(one), ctsec_path_title(one), ctsec_path_status(one),
        ctsec_container_id(ctsec_path_container(one)));
  }
  WRITE(ctsec_paths_to_json, shared.paths);
  WRITE(ctsec_paths_to_text, shared.paths);
}

static void profiles(answers *a) {
  ctsec_profile *mine = ctsec_profile_ref(shared.profile);
  WRITE(ctsec_profile_encode, mine, shared.options);
  WRITE(ctsec_profile_to_json, mine, shared.options);
  WRITE(ctsec_profile_to_text, mine, shared.options);
  ctsec_policy *policy = NULL;
  OK(ctsec_profile_resolve(mine, shared.options, &policy, NULL));
  ctsec_policy_free(policy);
  ctsec_lint *again = NULL, *lint = ctsec_lint_ref(shared.lint);
  OK(ctsec_profile_lint(mine, shared.options, &again, NULL));
  say(a, "%zu %zu\n", ctsec_lint_count(lint, CTSEC_SEVERITY_INFO), ctsec_lint_count(again, CTSEC_SEVERITY_INFO));
  WRITE(ctsec_lint_to_json, lint);
  WRITE(ctsec_lint_to_text, lint);
  ctsec_lint_free(lint);
  ctsec_lint_free(again);
  ctsec_profile_free(mine);
}

static void policies(answers *a) {
  ctsec_policy *mine = ctsec_policy_ref(shared.policy);
  ctsec_filter *filter = NULL;
  OK(ctsec_policy_compile(mine, &filter, NULL));
  say(a, "%zu\n", ctsec_filter_count(filter));
  ctsec_filter_free(filter);
  ctsec_diff *diff = NULL;
  OK(ctsec_policy_diff(mine, shared.other, shared.options, &diff, NULL));
  say(a, "%d\n", ctsec_diff_relation(diff));
  ctsec_diff_free(diff);
  ctsec_verdict *verdict = NULL;
  OK(ctsec_policy_simulate(mine, audits[0], 56, arguments, 1, shared.options, &verdict, NULL));
  WRITE(ctsec_verdict_to_json, verdict);
  ctsec_verdict_free(verdict);
  uint32_t actions[3];
  OK(ctsec_policy_simulate_batch(mine, 3, audits, numbers, arguments, actions, NULL));
  say(a, "%x %x %x\n", actions[0], actions[1], actions[2]);
  WRITE(ctsec_policy_to_json, mine);
  ctsec_policy_free(mine);
}

static void filters(answers *a) {
  ctsec_filter *mine = ctsec_filter_ref(shared.filter);
  const ctsec_filter *const both[] = {mine, shared.second};
  uint32_t code, jt, jf, k;
  for (size_t i = 0; i < ctsec_filter_count(mine); i++) {
    OK(ctsec_filter_at(mine, i, &code, &jt, &jf, &k, NULL));
    say(a, "%x %x %x %x\n", code, jt, jf, k);
  }
  uint8_t *bytes = NULL;
  size_t length = 0;
  OK(ctsec_filter_encode(mine, &bytes, &length, NULL));
  say(a, "%zu\n", length);
  ctsec_free(bytes);
  ctsec_diff *diff = NULL;
  OK(ctsec_filter_diff(both, 1, both + 1, 1, shared.options, &diff, NULL));
  WRITE(ctsec_diff_to_json, diff);
  ctsec_diff_free(diff);
  ctsec_verdict *verdict = NULL;
  OK(ctsec_filter_simulate(both, 2, audits[0], 165, arguments, 0, shared.options, &verdict, NULL));
  WRITE(ctsec_verdict_to_json, verdict);
  ctsec_verdict_free(verdict);
  uint32_t actions[3];
  OK(ctsec_filter_simulate_batch(both, 2, 3, audits, numbers, arguments, actions, NULL));
  say(a, "%x %x %x\n", actions[0], actions[1], actions[2]);
  WRITE(ctsec_filter_to_json, mine);
  WRITE(ctsec_filter_to_text, mine);
  ctsec_filter_free(mine);
}

static void differences(answers *a) {
  ctsec_diff *mine = ctsec_diff_ref(shared.diff);
  uint32_t audit, first, second;
  int32_t number;
  uint64_t values[6];
  say(a, "%d\n", ctsec_diff_relation(mine));
  for (size_t i = 0; i < ctsec_diff_count(mine); i++) {
    OK(ctsec_diff_at(mine, i, &audit, &number, values, &first, &second, NULL));
    say(a, "%x %d %x %x\n", audit, number, first, second);
  }
  WRITE(ctsec_diff_to_json, mine);
  WRITE(ctsec_diff_to_text, mine);
  ctsec_diff_free(mine);
}

static void verdicts(answers *a) {
  ctsec_verdict *mine = ctsec_verdict_ref(shared.verdict);
  uint32_t action;
  for (size_t i = 0; i < ctsec_verdict_count(mine); i++) {
    OK(ctsec_verdict_at(mine, i, &action, NULL));
    say(a, "%x ", action);
  }
  say(a, "%d %d %d %s %s\n", ctsec_verdict_outcome(mine), ctsec_verdict_logged(mine), ctsec_verdict_agree(mine),
      word(ctsec_verdict_rule(mine)), word(ctsec_verdict_why(mine)));
  WRITE(ctsec_verdict_to_json, mine);
  WRITE(ctsec_verdict_to_text, mine);
  ctsec_verdict_free(mine);
}

static void confinements(answers *a) {
  ctsec_confinement *mine = ctsec_confinement_ref(shared.confinement);
  ctsec_request *request = ctsec_request_ref(shared.request);
  ctsec_answer *again = NULL;
  OK(ctsec_confinement_check(mine, request, &again, NULL));
  WRITE(ctsec_answer_to_json, again);
  ctsec_answer_free(again);
  static const char lines[] = "x86_64 mount 0 0 0 0 0\nx86_64 getpid\nx86_64 no_such_call\n";
  char *text = NULL;
  size_t length = 0, bad = 0;
  OK(ctsec_confinement_check_lines(mine, lines, sizeof lines - 1, &text, &length, &bad, NULL));
  keep(a, text, length);
  ctsec_free(text);
  uint8_t outcomes[3], layers[3];
  int32_t numbers_of[3];
  OK(ctsec_confinement_check_batch(mine, 3, audits, numbers, arguments, NULL, outcomes, layers, numbers_of, NULL));
  for (int i = 0; i < 3; i++) say(a, "%d %d %d\n", outcomes[i], layers[i], numbers_of[i]);
  ctsec_request_free(request);
  ctsec_confinement_free(mine);
}

static void answered(answers *a) {
  ctsec_answer *mine = ctsec_answer_ref(shared.answer);
  say(a, "%d %d %d\n", ctsec_answer_outcome(mine), ctsec_answer_layer(mine), ctsec_answer_errno(mine));
  for (size_t i = 0; i < ctsec_answer_need_count(mine); i++) say(a, "%s\n", ctsec_answer_need_at(mine, i));
  WRITE(ctsec_answer_to_json, mine);
  WRITE(ctsec_answer_to_text, mine);
  ctsec_answer_free(mine);
}

static void resolutions(answers *a) {
  ctsec_resolution *mine = ctsec_resolution_ref(shared.resolution);
  for (size_t i = 0; i < ctsec_resolution_count(mine); i++) say(a, "%s\n", ctsec_resolution_at(mine, i));
  for (int moment = 0; moment < 3; moment++)
    for (int set = 0; set < 5; set++) {
      uint64_t mask = 0;
      int status = ctsec_resolution_set(mine, moment, set, &mask);
      say(a, "%d %llx\n", status, (unsigned long long)mask);
    }
  WRITE(ctsec_resolution_to_json, mine);
  WRITE(ctsec_resolution_to_text, mine);
  ctsec_resolution_free(mine);
}

static void after(answers *a, int status, ctsec_credentials **next) {
  ctsec_credentials *credentials = *next;
  *next = NULL;
  say(a, "%d\n", status);
  if (status) return;
  WRITE(ctsec_credentials_to_json, credentials);
  ctsec_credentials_free(credentials);
}

static void credentials(answers *a) {
  ctsec_credentials *mine = ctsec_credentials_ref(shared.credentials), *next = NULL;
  uint32_t id;
  uint64_t mask;
  int value = 0;
  for (int i = 0; i < 4; i++)
    if (!ctsec_credentials_id(mine, i, &id)) say(a, "%u\n", id);
  for (int i = 0; i < 5; i++)
    if (!ctsec_credentials_set(mine, i, &mask)) say(a, "%llx\n", (unsigned long long)mask);
  say(a, "%s %d", word(ctsec_credentials_name(mine)), ctsec_credentials_no_new_privileges(mine, &value));
  say(a, " %d", value);
  say(a, " %d", ctsec_credentials_seccomp(mine, &value));
  say(a, " %d\n", value);
  WRITE(ctsec_credentials_to_json, mine);
  after(a, ctsec_credentials_simulate_capset(mine, 0, 1, 1, &next, NULL), &next);
  after(a, ctsec_credentials_simulate_drop(mine, 0, &next, NULL), &next);
  after(a, ctsec_credentials_simulate_lower(mine, 0, &next, NULL), &next);
  after(a, ctsec_credentials_simulate_raise(mine, 0, &next, NULL), &next);
  after(a, ctsec_credentials_simulate_setfsuid(mine, 1000, &next, NULL), &next);
  after(a, ctsec_credentials_simulate_setresuid(mine, 1000, 1000, 1000, &next, NULL), &next);
  after(a, ctsec_credentials_simulate_exec(mine, 0, shared.filecaps, shared.options, &next, NULL), &next);
  ctsec_credentials_free(mine);
}

static void files(answers *a) {
  ctsec_filecaps *mine = ctsec_filecaps_ref(shared.filecaps);
  uint32_t root = 0;
  int status = ctsec_filecaps_rootid(mine, &root);
  say(a, "%d %d %d %u\n", ctsec_filecaps_effective(mine), ctsec_filecaps_version(mine), status, root);
  for (int i = 0; i < 2; i++) say(a, "%llx\n", (unsigned long long)ctsec_filecaps_set(mine, i));
  WRITE(ctsec_filecaps_to_json, mine);
  WRITE(ctsec_filecaps_to_text, mine);
  ctsec_filecaps_free(mine);
  for (size_t i = 0; i < ctsec_files_count(shared.files); i++) say(a, "%s\n", ctsec_files_at(shared.files, i));
}

static void traces(answers *a) {
  ctsec_trace *mine = ctsec_trace_ref(shared.trace);
  uint32_t audit, known;
  int32_t number;
  uint64_t values[6], times;
  for (size_t i = 0; i < ctsec_trace_count(mine); i++) {
    OK(ctsec_trace_at(mine, i, &audit, &number, values, &known, &times, NULL));
    say(a, "%x %d %x %llu\n", audit, number, known, (unsigned long long)times);
  }
  WRITE(ctsec_trace_encode, mine);
  WRITE(ctsec_trace_to_json, mine);
  WRITE(ctsec_trace_to_text, mine);
  const ctsec_trace *const all[] = {mine};
  ctsec_least *own = NULL, *least = ctsec_least_ref(shared.least);
  OK(ctsec_trace_resolve(all, 1, shared.options, &own, NULL));
  ctsec_least_free(own);
  ctsec_diff *diff = NULL;
  OK(ctsec_least_diff(least, shared.policy, shared.options, &diff, NULL));
  WRITE(ctsec_diff_to_text, diff);
  ctsec_diff_free(diff);
  WRITE(ctsec_least_encode, least);
  WRITE(ctsec_least_to_json, least);
  WRITE(ctsec_least_to_text, least);
  ctsec_least_free(least);
  ctsec_trace_free(mine);
}

static const char compose[] = "services:\n  a:\n    image: b:1\n    privileged: true\n    env_file: [a.env]\n";

/* While a stream stands still, its jobs are made and checked anywhere. */
static void jobs(answers *a) {
  ctsec_job *job = NULL;
  ctsec_files *wanted = NULL;
  OK(ctsec_job_new(shared.scan, "compose.yml", compose, sizeof compose - 1, &job, NULL));
  OK(ctsec_job_find_files(job, &wanted, NULL));
  for (size_t i = 0; i < ctsec_files_count(wanted); i++) say(a, "%s\n", ctsec_files_at(wanted, i));
  ctsec_files_free(wanted);
  ctsec_job_check(job);
  ctsec_job_free(job);
  say(a, "%zu %zu %s\n", ctsec_scan_count(shared.scan, CTSEC_SEVERITY_INFO), ctsec_scan_containers(shared.scan),
      word(ctsec_options_find(shared.options, "lang")));
}

static void (*const readers[])(answers *) = {
    errors,   containers,   findings, fixes,       paths,       profiles, policies, filters, differences,
    verdicts, confinements, answered, resolutions, credentials, files,    traces,   jobs,
};
#define READERS (sizeof readers / sizeof *readers)

static answers expected[READERS];
static atomic_int wrong;

static void *read_all(void *which) {
  size_t start = *(const size_t *)which;
  for (size_t i = 0; i < READERS; i++) {
    size_t k = (start + i) % READERS;
    answers mine = {NULL, 0, 0};
    readers[k](&mine);
    if (mine.length != expected[k].length || memcmp(mine.text, expected[k].text, mine.length)) atomic_fetch_add(&wrong, 1);
    free(mine.text);
  }
  return NULL;
}

static const char docker[] =
    "[{\"Id\":\"1\",\"Name\":\"/a\",\"HostConfig\":{\"Privileged\":false,\"CapAdd\":[\"SYS_ADMIN\"],\"PidMode\":\"host\","
    "\"Binds\":[\"/var/run/docker.sock:/s\"]}},{\"Name\":\"/b\",\"HostConfig\":{\"Privileged\":1}}]";
static const char own[] =
    "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[{\"names\":[\"clone\",\"no_such\"],"
    "\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":268435456,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}";
static const char strace[] =
    "12  execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 3 vars */) = 0\n"
    "12  socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3\n"
    "12  bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0\n";
static const uint8_t attribute[20] = {1, 0, 0, 2, 0, 4, 0, 0};
static const char status_text[] =
    "Name:\tsh\nPid:\t7\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapInh:\t0000000000000001\nCapPrm:\t00000000a80425fb\n"
    "CapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2\n";

static void make(void) {
  OK(ctsec_options_new(&shared.options, NULL));
  OK(ctsec_options_set(shared.options, "lang", "ja", 2, NULL));
  ctsec_containers *none = NULL;
  ck_assert_int_ne(ctsec_containers_parse("{\"a\": 1e}", 9, NULL, &none, &shared.error), 0);
  OK(ctsec_containers_parse(docker, sizeof docker - 1, shared.options, &shared.containers, NULL));
  ck_assert_uint_gt(ctsec_containers_error_count(shared.containers), 0);
  OK(ctsec_findings_check(shared.containers, shared.options, &shared.findings, NULL));
  ctsec_containers *services = NULL;
  ctsec_findings *found = NULL;
  OK(ctsec_containers_parse(compose, sizeof compose - 1, shared.options, &services, NULL));
  OK(ctsec_findings_check(services, shared.options, &found, NULL));
  OK(ctsec_fixes_resolve(found, shared.options, &shared.fixes, NULL));
  ck_assert_uint_gt(ctsec_fixes_count(shared.fixes), 0);
  ctsec_findings_free(shared.findings);
  shared.findings = found;
  ctsec_containers_free(services);
  OK(ctsec_files_find(compose, sizeof compose - 1, shared.options, &shared.files, NULL));
  ck_assert_uint_gt(ctsec_files_count(shared.files), 0);
  OK(ctsec_paths_new(shared.options, &shared.paths, NULL));
  OK(ctsec_paths_take(shared.paths, shared.containers, NULL));
  OK(ctsec_profile_parse(own, sizeof own - 1, shared.options, &shared.profile, NULL));
  OK(ctsec_profile_lint(shared.profile, shared.options, &shared.lint, NULL));
  ck_assert_uint_gt(ctsec_lint_count(shared.lint, CTSEC_SEVERITY_INFO), 0);
  OK(ctsec_profile_resolve(shared.profile, shared.options, &shared.policy, NULL));
  ctsec_profile *builtin = NULL;
  OK(ctsec_profile_find("docker", &builtin, NULL));
  OK(ctsec_profile_resolve(builtin, shared.options, &shared.other, NULL));
  ctsec_profile_free(builtin);
  OK(ctsec_policy_compile(shared.policy, &shared.filter, NULL));
  OK(ctsec_policy_compile(shared.other, &shared.second, NULL));
  OK(ctsec_policy_diff(shared.policy, shared.other, shared.options, &shared.diff, NULL));
  ck_assert_uint_gt(ctsec_diff_count(shared.diff), 0);
  OK(ctsec_policy_simulate(shared.policy, audits[0], 56, arguments, 1, shared.options, &shared.verdict, NULL));
  OK(ctsec_confinement_resolve(ctsec_containers_at(shared.containers, 0), NULL, shared.options, &shared.confinement, NULL));
  OK(ctsec_request_find(NULL, "mount", 5, &shared.request, NULL));
  OK(ctsec_confinement_check(shared.confinement, shared.request, &shared.answer, NULL));
  ck_assert_uint_gt(ctsec_answer_need_count(shared.answer), 0);
  OK(ctsec_caps_resolve(shared.options, &shared.resolution, NULL));
  OK(ctsec_credentials_parse(status_text, sizeof status_text - 1, NULL, &shared.credentials, NULL));
  OK(ctsec_filecaps_decode(attribute, sizeof attribute, &shared.filecaps, NULL));
  ctsec_trace_stream *stream = NULL;
  OK(ctsec_trace_stream_new(shared.options, &stream, NULL));
  OK(ctsec_trace_stream_feed(stream, strace, sizeof strace - 1, NULL));
  OK(ctsec_trace_stream_finish(stream, &shared.trace, NULL));
  ctsec_trace_stream_free(stream);
  const ctsec_trace *const all[] = {shared.trace};
  OK(ctsec_trace_resolve(all, 1, shared.options, &shared.least, NULL));
  OK(ctsec_scan_new(shared.options, "json", &shared.scan, NULL));
}

/* The roots go first, as a garbage collector may have it: what hangs on them holds them. */
static void drop(void) {
  ctsec_containers_free(shared.containers);
  ctsec_findings_free(shared.findings);
  ctsec_profile_free(shared.profile);
  ctsec_policy_free(shared.policy);
  ctsec_confinement_free(shared.confinement);
  ctsec_request_free(shared.request);
  ctsec_trace_free(shared.trace);
  for (size_t i = 0; i < READERS; i++) {
    void (*const read)(answers *) = readers[i];
    if (read != paths && read != differences && read != verdicts && read != answered) continue;
    answers mine = {NULL, 0, 0};
    read(&mine);
    ck_assert(mine.length == expected[i].length && !memcmp(mine.text, expected[i].text, mine.length));
    free(mine.text);
  }
  ctsec_fixes_free(shared.fixes);
  ctsec_paths_free(shared.paths);
  ctsec_lint_free(shared.lint);
  ctsec_policy_free(shared.other);
  ctsec_filter_free(shared.filter);
  ctsec_filter_free(shared.second);
  ctsec_diff_free(shared.diff);
  ctsec_verdict_free(shared.verdict);
  ctsec_answer_free(shared.answer);
  ctsec_resolution_free(shared.resolution);
  ctsec_credentials_free(shared.credentials);
  ctsec_filecaps_free(shared.filecaps);
  ctsec_files_free(shared.files);
  ctsec_least_free(shared.least);
  ctsec_scan_free(shared.scan);
  ctsec_options_free(shared.options);
  ctsec_error_free(shared.error);
}

static pthread_barrier_t start;
static char *first[THREADS];

/* Tables are unpacked when first asked for, by whoever comes first. */
static void *ask_first(void *which) {
  ctsec_options *options = NULL;
  ctsec_containers *services = NULL;
  ctsec_findings *found = NULL;
  ctsec_profile *builtin = NULL;
  ctsec_policy *policy = NULL;
  answers mine = {NULL, 0, 0}, *a = &mine;
  pthread_barrier_wait(&start);
  OK(ctsec_options_new(&options, NULL));
  OK(ctsec_options_set(options, "lang", "zh", 2, NULL));
  WRITE(ctsec_rules_to_json, NULL, 0, options);
  OK(ctsec_containers_parse(compose, sizeof compose - 1, options, &services, NULL));
  OK(ctsec_findings_check(services, options, &found, NULL));
  WRITE(ctsec_findings_to_json, found);
  OK(ctsec_profile_find("docker", &builtin, NULL));
  OK(ctsec_profile_resolve(builtin, options, &policy, NULL));
  WRITE(ctsec_policy_to_json, policy);
  for (uint32_t i = 0; i < 600; i++)
    say(a, "%s %s %s\n", word(ctsec_syscall_name((int32_t)(i % 4), i)), word(ctsec_syscall_argument_name(0, i, 0)),
        word(ctsec_errno_name(0, i)));
  ctsec_policy_free(policy);
  ctsec_profile_free(builtin);
  ctsec_findings_free(found);
  ctsec_containers_free(services);
  ctsec_options_free(options);
  *(char **)which = mine.text;
  return NULL;
}

START_TEST(first_questions_may_come_all_at_once) {
  pthread_t threads[THREADS];
  ck_assert_int_eq(pthread_barrier_init(&start, NULL, THREADS), 0);
  for (size_t i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_first, &first[i]), 0);
  for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (size_t i = 1; i < THREADS; i++) {
    ck_assert_str_eq(first[i], first[0]);
    free(first[i]);
  }
  free(first[0]);
  pthread_barrier_destroy(&start);
}
END_TEST

START_TEST(every_result_may_be_read_by_any_number_of_threads) {
  make();
  for (size_t i = 0; i < READERS; i++) {
    readers[i](&expected[i]);
    ck_assert_uint_gt(expected[i].length, 0);
  }
  pthread_t threads[THREADS];
  size_t starts[THREADS];
  for (size_t i = 0; i < THREADS; i++) {
    starts[i] = i;
    ck_assert_int_eq(pthread_create(&threads[i], NULL, read_all, &starts[i]), 0);
  }
  for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  ck_assert_int_eq(wrong, 0);
  drop();
  for (size_t i = 0; i < READERS; i++) free(expected[i].text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("shared");
  TCase *all = tcase_create("all");
  tcase_set_timeout(all, 600);
  tcase_add_test(all, first_questions_may_come_all_at_once);
  tcase_add_test(all, every_result_may_be_read_by_any_number_of_threads);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
