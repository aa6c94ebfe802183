/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char container[] =
    "{\"ociVersion\": \"1.0.2\", \"process\": {\"user\": {\"uid\": 1000}, \"capabilities\": {\"bounding\": [\"CAP_KILL\"]}},"
    "\"root\": {\"readonly\": true}, \"linux\": {\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\":"
    "[\"SCMP_ARCH_X86_64\"], \"syscalls\": [{\"names\": [\"chown\", \"openat\"], \"action\": \"SCMP_ACT_ALLOW\"}]}}}";
static const char named[] =
    "{\"ociVersion\": \"1.0.2\", \"process\": {\"user\": {\"uid\": 0}}, \"linux\": {}}";

static int with_answer(void) {
  static const char *const args[] = {"\"/etc/passwd\"", "1000", "?"};
  ctsec_containers *containers = NULL;
  ctsec_confinement *confinement = NULL;
  ctsec_request *request = NULL;
  ctsec_answer *answer = NULL;
  char *text = NULL;
  size_t length = 0, errors = 0;
  int status = ctsec_containers_parse(container, strlen(container), NULL, &containers, NULL);
  if (!status) status = ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, NULL, &confinement, NULL);
  ctsec_containers_free(containers);
  if (!status) status = ctsec_request_parse(NULL, "chown", args, 3, &request, NULL);
  if (!status) status = ctsec_confinement_check(confinement, request, &answer, NULL);
  MEMORY_REQUIRE(status || ctsec_answer_outcome(answer) == CTSEC_ANSWER_DENY);
  if (!status) status = ctsec_answer_to_json(answer, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_answer_to_text(answer, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  static const char lines[] = "x86_64 mount 0 0 0\nx86_64 nothing\n";
  if (!status) status = ctsec_confinement_check_lines(confinement, lines, strlen(lines), &text, &length, &errors, NULL);
  MEMORY_REQUIRE(status || errors == 1);
  ctsec_free(text);
  uint32_t arch = 0xc000003e;
  int32_t nr = 165, number = 0;
  uint64_t values[6] = {0};
  uint8_t outcome = 9, layer = 9;
  if (!status)
    status = ctsec_confinement_check_batch(confinement, 1, &arch, &nr, values, NULL, &outcome, &layer, &number, NULL);
  MEMORY_REQUIRE(status || (outcome == CTSEC_ANSWER_DENY && layer == CTSEC_LAYER_SECCOMP && number == 1));
  ctsec_answer_free(answer);
  ctsec_request_free(request);
  ctsec_confinement_free(confinement);
  return status;
}

/* A change whose capability may open the profile as well. */
static int with_changes(void) {
  ctsec_options *options = NULL;
  ctsec_containers *containers = NULL;
  ctsec_confinement *confinement = NULL;
  ctsec_profile *profile = NULL;
  ctsec_request *request = NULL;
  ctsec_answer *answer = NULL;
  static const char run[] = "docker run --security-opt seccomp=own.json --cap-drop ALL image";
  static const char text[] =
      "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"names\": [\"mount\"], \"action\": \"SCMP_ACT_ALLOW\","
      "\"includes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}}]}";
  int status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_options_set(options, "fact", "lsm=apparmor", 12, NULL);
  if (!status) status = ctsec_containers_parse(run, strlen(run), options, &containers, NULL);
  if (!status) status = ctsec_profile_parse(text, strlen(text), NULL, &profile, NULL);
  if (!status) status = ctsec_confinement_resolve(ctsec_containers_at(containers, 0), profile, options, &confinement, NULL);
  if (!status) status = ctsec_request_find(NULL, "mount", 5, &request, NULL);
  if (!status) status = ctsec_confinement_check(confinement, request, &answer, NULL);
  ctsec_answer_free(answer);
  ctsec_request_free(request);
  ctsec_confinement_free(confinement);
  ctsec_profile_free(profile);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return status;
}

static int with_line(void) {
  ctsec_containers *containers = NULL;
  ctsec_confinement *confinement = NULL;
  ctsec_request *request = NULL;
  ctsec_answer *answer = NULL;
  static const char line[] = "x86_64 openat -100 '/etc/hosts' O_RDWR";
  int status = ctsec_containers_parse(named, strlen(named), NULL, &containers, NULL);
  if (!status) status = ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, NULL, &confinement, NULL);
  if (!status) status = ctsec_request_read(line, strlen(line), &request, NULL);
  if (!status) status = ctsec_confinement_check(confinement, request, &answer, NULL);
  ctsec_answer_free(answer);
  ctsec_request_free(request);
  ctsec_confinement_free(confinement);
  ctsec_containers_free(containers);
  return status;
}

const memory_scenario memory_why[] = {
    {"why", with_answer}, {"why changes", with_changes}, {"why line", with_line}, {NULL, NULL},
};
