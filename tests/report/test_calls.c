/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reports say of system calls: the policy's answer is that of the filter which it compiles to. */
#include <string.h>

#include "ctsec/ctsec.h"
#include "report/calls.h"
#include "support/support.h"

static ctsec_containers *parse(const char *text) {
  ctsec_containers *containers = NULL;
  ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), NULL, &containers, NULL), 0);
  return containers;
}

static void find(ct_calls_memory *memory, const char *text, ct_call_table *calls) {
  ctsec_containers *containers = parse(text);
  ck_assert_int_eq(ct_calls_find(memory, ctsec_containers_at(containers, 0), NULL, calls, NULL), 0);
  ctsec_containers_free(containers);
}

static int verdict(const ct_call_table *calls, const char *name) {
  for (uint32_t i = 0; i < calls->total; i++)
    if (!strcmp(ctsec_syscall_at(calls->arch, (int32_t)i, NULL), name)) return calls->verdicts[i];
  return -1;
}

static void check_against_filter(const char *name, const char *text) {
  ct_calls_memory memory = {0};
  ct_call_table calls;
  uint8_t verdicts[1024];
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ctsec_filter *filter = NULL;
  find(&memory, text, &calls);
  ck_assert_int_eq(calls.state, CT_CALLS_FILTERED);
  ck_assert_int_eq(ctsec_profile_find(name, &profile, NULL), 0);
  ctsec_options *options = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (!strcmp(name, "podman")) ck_assert_int_eq(ctsec_options_set(options, "caps", "00000000800405fb", 16, NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, options, &policy, NULL), 0);
  ck_assert_int_eq(ctsec_policy_compile(policy, &filter, NULL), 0);
  ck_assert_uint_lt(calls.total, sizeof verdicts);
  ck_assert_int_eq(ct_calls_of_filters(verdicts, &filter, 1, calls.arch, NULL), 0);
  for (uint32_t i = 0; i < calls.total; i++) {
    const char *call = ctsec_syscall_at(calls.arch, (int32_t)i, NULL);
    ck_assert_msg(verdicts[i] == calls.verdicts[i], "%s: %s: %d by the filter, %d by the policy", name, call, verdicts[i],
                  calls.verdicts[i]);
  }
  ctsec_options_free(options);
  ctsec_filter_free(filter);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ct_calls_forget(&memory);
}

START_TEST(policies_answer_as_their_filters) {
  check_against_filter("docker", "[{\"Name\":\"/a\",\"HostConfig\":{}}]");
  check_against_filter("podman", "podman run image");
}
END_TEST

START_TEST(capabilities_open_calls) {
  ct_calls_memory memory = {0};
  ct_call_table calls;
  find(&memory, "docker run image", &calls);
  ck_assert_int_eq(verdict(&calls, "read"), CT_CALL_ALLOWED);
  ck_assert_int_eq(verdict(&calls, "mount"), CT_CALL_REFUSED);
  ck_assert_int_eq(verdict(&calls, "clone"), CT_CALL_CONDITIONAL);
  uint32_t allowed = calls.counts[CT_CALL_ALLOWED];
  find(&memory, "docker run --cap-add SYS_ADMIN image", &calls);
  ck_assert_int_eq(verdict(&calls, "mount"), CT_CALL_ALLOWED);
  ck_assert_uint_gt(calls.counts[CT_CALL_ALLOWED], allowed);
  ct_buffer names;
  ct_buffer_init(&names);
  ct_calls_add_opened(&names, &calls);
  ck_assert(names.length && memmem(names.data, names.length, "mount", 5));
  ct_buffer_free(&names);
  find(&memory, "docker run image", &calls);
  ck_assert_uint_eq(calls.counts[CT_CALL_ALLOWED], allowed);
  ct_calls_forget(&memory);
}
END_TEST

START_TEST(profiles_of_their_own) {
  static const char list[] =
      "[{\"Name\":\"/a\",\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"architectures\\\":"
      "[\\\"SCMP_ARCH_X86_64\\\"],\\\"syscalls\\\":[{\\\"names\\\":[\\\"read\\\",\\\"bpf\\\"],\\\"action\\\":\\\"SCMP_ACT_ALLOW\\\"},"
      "{\\\"names\\\":[\\\"socket\\\"],\\\"action\\\":\\\"SCMP_ACT_ALLOW\\\",\\\"args\\\":[{\\\"index\\\":0,\\\"value\\\":1,\\\"op\\\":"
      "\\\"SCMP_CMP_EQ\\\"}]}]}\"]}}]";
  ct_calls_memory memory = {0};
  ct_call_table calls;
  find(&memory, list, &calls);
  ck_assert_int_eq(calls.state, CT_CALLS_FILTERED);
  ck_assert_int_eq(calls.engine, 0);
  ck_assert_uint_eq(calls.counts[CT_CALL_ALLOWED], 2);
  ck_assert_uint_eq(calls.counts[CT_CALL_CONDITIONAL], 1);
  ck_assert_int_eq(verdict(&calls, "bpf"), CT_CALL_ALLOWED);
  find(&memory, "docker run --security-opt seccomp=unconfined image", &calls);
  ck_assert_int_eq(calls.state, CT_CALLS_UNCONFINED);
  find(&memory, "docker run --security-opt seccomp=/etc/own.json image", &calls);
  ck_assert_int_eq(calls.state, CT_CALLS_UNKNOWN);
  find(&memory, "docker run --privileged image", &calls);
  ck_assert_int_eq(calls.state, CT_CALLS_UNCONFINED);
  ct_calls_forget(&memory);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("calls");
  TCase *all = tcase_create("all");
  tcase_add_test(all, policies_answer_as_their_filters);
  tcase_add_test(all, capabilities_open_calls);
  tcase_add_test(all, profiles_of_their_own);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
