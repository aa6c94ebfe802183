/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctsec/ctsec.h>
#include <string.h>

#include "memory.h"

static const char text[] =
    "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscall\":1,\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
    "\"syscalls\":[{\"names\":[\"socket\",\"raed\",\"chown32\",\"mount\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
    "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_NE\"},{\"index\":0,\"value\":40,\"op\":\"SCMP_CMP_NE\"}],"
    "\"includes\":{\"minKernel\":\"4.8\",\"caps\":[\"cap_x\"]}},"
    "{\"name\":\"socket\",\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_NE\"}],"
    "\"includes\":{\"minKernel\":\"4.8\"}},"
    "{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":1,\"args\":[{\"index\":0,\"value\":8,"
    "\"op\":\"SCMP_CMP_EQ\"}]},{\"names\":[\"read\",\"fchmodat2\",\"setns\"],\"action\":\"SCMP_ACT_ALLOW\"},"
    "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\"}]}";

static int documents(const ctsec_profile *profile) {
  char *out = NULL;
  size_t length = 0;
  int status = ctsec_profile_to_json(profile, NULL, &out, &length, NULL);
  if (status) MEMORY_REQUIRE(!out);
  ctsec_free(out);
  out = NULL;
  if (!status) status = ctsec_profile_to_text(profile, NULL, &out, &length, NULL);
  if (status) MEMORY_REQUIRE(!out);
  ctsec_free(out);
  out = NULL;
  if (!status) status = ctsec_profile_encode(profile, NULL, &out, &length, NULL);
  if (status) MEMORY_REQUIRE(!out);
  ctsec_free(out);
  return status;
}

static int lint(const ctsec_profile *profile) {
  ctsec_lint *found = NULL;
  char *out = NULL;
  size_t length = 0;
  int status = ctsec_profile_lint(profile, NULL, &found, NULL);
  if (status) MEMORY_REQUIRE(!found);
  if (!status) status = ctsec_lint_to_json(found, &out, &length, NULL);
  ctsec_free(out);
  out = NULL;
  if (!status) status = ctsec_lint_to_text(found, &out, &length, NULL);
  ctsec_free(out);
  ctsec_lint_free(found);
  return status;
}

static int parsed(void) {
  ctsec_profile *profile = NULL;
  int status = ctsec_profile_parse(text, sizeof text - 1, NULL, &profile, NULL);
  if (status) MEMORY_REQUIRE(!profile);
  if (!status) status = documents(profile);
  if (!status) status = lint(profile);
  ctsec_profile_free(profile);
  return status;
}

static int inspected(void) {
  static const char inspect[] = "[{\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"],\"SecurityOpt\":[\"seccomp={\\\"defaultAction"
                                "\\\":\\\"SCMP_ACT_LOG\\\"}\"]}}]";
  ctsec_profile *profile = NULL;
  int status = ctsec_profile_parse(inspect, sizeof inspect - 1, NULL, &profile, NULL);
  if (status) MEMORY_REQUIRE(!profile);
  ctsec_profile_free(profile);
  return status;
}

static int builtin(void) {
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  int status = ctsec_profile_find("docker", &profile, NULL);
  if (status) MEMORY_REQUIRE(!profile);
  if (!status) status = ctsec_profile_resolve(profile, NULL, &policy, NULL);
  if (status) MEMORY_REQUIRE(!policy);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  return status;
}

static int compared(void) {
  ctsec_profile *a = NULL, *b = NULL;
  ctsec_policy *first = NULL, *second = NULL;
  ctsec_diff *diff = NULL;
  char *out = NULL;
  size_t length = 0;
  int status = ctsec_profile_parse(text, sizeof text - 1, NULL, &a, NULL);
  if (!status) status = ctsec_profile_find("docker", &b, NULL);
  if (!status) status = ctsec_profile_resolve(a, NULL, &first, NULL);
  if (!status) status = ctsec_profile_resolve(b, NULL, &second, NULL);
  if (!status) {
    status = ctsec_policy_diff(first, second, NULL, &diff, NULL);
    if (status) MEMORY_REQUIRE(!diff);
  }
  if (!status) status = ctsec_diff_at(diff, 0, NULL, NULL, NULL, NULL, NULL, NULL);
  if (!status) status = ctsec_diff_to_json(diff, &out, &length, NULL);
  ctsec_free(out);
  out = NULL;
  if (!status) status = ctsec_diff_to_text(diff, &out, &length, NULL);
  ctsec_free(out);
  ctsec_diff_free(diff);
  ctsec_policy_free(first);
  ctsec_policy_free(second);
  ctsec_profile_free(a);
  ctsec_profile_free(b);
  return status;
}

/* A denial with what would change it, and what a runtime loads as a filter beside one that has a name. */
static int explained(void) {
  static const char profile_text[] =
      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],\"syscalls\":["
      "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"],\"minKernel\":\"4.8\"}},"
      "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}]}]}";
  static const uint8_t allow[8] = {6, 0, 0, 0, 0, 0, 0xff, 0x7f};
  ctsec_options *options = NULL;
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ctsec_verdict *verdict = NULL;
  ctsec_filter *loaded = NULL, *named = NULL;
  ctsec_diff *diff = NULL;
  char *out = NULL;
  size_t length = 0;
  int status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_profile_parse(profile_text, sizeof profile_text - 1, NULL, &profile, NULL);
  if (!status) status = ctsec_profile_resolve(profile, NULL, &policy, NULL);
  ctsec_profile_free(profile);
  if (!status) status = ctsec_policy_simulate(policy, 0xc000003e, 165, NULL, 0x3f, NULL, &verdict, NULL);
  if (!status) status = ctsec_verdict_to_json(verdict, &out, &length, NULL);
  if (!status) MEMORY_REQUIRE(strstr(out, "with CAP_SYS_ADMIN it would be ALLOW (/syscalls/0)"));
  ctsec_free(out);
  ctsec_verdict_free(verdict);
  ctsec_policy_free(policy);
  profile = NULL;
  policy = NULL;
  if (!status) status = ctsec_options_set(options, "runtime", "runc@1.1.5", 10, NULL);
  if (!status) status = ctsec_options_set(options, "source", "x.bpf", 5, NULL);
  if (!status) status = ctsec_profile_parse(profile_text, sizeof profile_text - 1, NULL, &profile, NULL);
  if (!status) status = ctsec_profile_resolve(profile, options, &policy, NULL);
  if (!status) status = ctsec_policy_compile(policy, &loaded, NULL);
  if (!status) status = ctsec_filter_decode(allow, sizeof allow, options, &named, NULL);
  if (!status) {
    const ctsec_filter *const one[] = {loaded}, *const other[] = {named};
    status = ctsec_filter_diff(one, 1, other, 1, NULL, &diff, NULL);
    if (status) MEMORY_REQUIRE(!diff);
  }
  ctsec_diff_free(diff);
  ctsec_filter_free(loaded);
  ctsec_filter_free(named);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ctsec_options_free(options);
  return status;
}

static int call(void) {
  const char *const args[] = {"CLONE_NEWUSER|SIGCHLD", "?"};
  uint32_t audit, unknown;
  int32_t nr;
  uint64_t values[6];
  char name[24];
  int status = ctsec_call_parse("x86_64", "clone", args, 2, &audit, &nr, values, &unknown, NULL);
  if (!status) status = ctsec_call_read("x32 read 1", 10, &audit, &nr, values, &unknown, NULL);
  if (!status) status = ctsec_action_name(0x00050001, name, sizeof name, NULL);
  return status;
}

const memory_scenario memory_profile[] = {
    {"profile", parsed}, {"profile inside of an inspect", inspected}, {"built-in profile", builtin},
    {"difference", compared}, {"verdict and runtime", explained}, {"call", call}, {0}};
