/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"
#include "seccomp/policy.h"

static int make_policy(ctsec_policy **made) {
  ctsec_policy *policy = NULL;
  ct_abi abi = {.id = 0, .audit = CT_AUDIT_X86_64, .bits = 64, .name = "x86_64"};
  const ct_condition conditions[2] = {{0, CT_OP_EQ, 8, 0}, {1, CT_OP_MASKED_EQ, UINT64_C(0x100000001), 1}};
  uint32_t index;
  int status = ct_policy_new(NULL, &policy, NULL);
  if (status) return status;
  status = ct_policy_add_abi(policy, &abi, &index, NULL);
  if (!status) status = ct_policy_set_default(policy, CT_RET_ERRNO | 1, NULL, NULL);
  for (uint32_t number = 130; !status && number < 140; number++) {
    ct_rule rule = {index, number, CT_RET_ALLOW, number, "/syscalls/0", conditions, number % 3};
    status = ct_policy_add_rule(policy, &rule, NULL);
  }
  const ct_dropped dropped = {index, 137, CT_RET_LOG, "/syscalls/1", "includes.caps", "CAP_SYS_ADMIN"};
  if (!status) status = ct_policy_add_dropped(policy, &dropped, NULL);
  if (!status) status = ct_policy_finish(policy, NULL);
  if (status) {
    ctsec_policy_free(policy);
    return status;
  }
  *made = policy;
  return 0;
}

/* Both texts of a verdict, which is freed. */
static int write_verdict(ctsec_verdict *verdict) {
  char *text = NULL;
  size_t length = 77;
  uint32_t action;
  int status = ctsec_verdict_at(verdict, 0, &action, NULL);
  if (!status) status = ctsec_verdict_to_json(verdict, &text, &length, NULL);
  if (status) MEMORY_REQUIRE(!text && length == 77);
  ctsec_free(text);
  text = NULL;
  if (!status) {
    status = ctsec_verdict_to_text(verdict, &text, &length, NULL);
    if (status) MEMORY_REQUIRE(!text);
  }
  ctsec_free(text);
  ctsec_verdict_free(verdict);
  return status;
}

static int with_verdicts(void) {
  ctsec_policy *policy = NULL;
  int status = make_policy(&policy);
  static const uint64_t args[6] = {UINT64_C(0x100000008)};
  for (int32_t nr = 134; !status && nr < 138; nr++) {
    for (uint32_t unknown = 0; !status && unknown < 4; unknown += 3) {
      ctsec_verdict *verdict = NULL;
      status = ctsec_policy_simulate(policy, CT_AUDIT_X86_64, nr, args, unknown, NULL, &verdict, NULL);
      if (status) MEMORY_REQUIRE(!verdict);
      if (!status) status = write_verdict(verdict);
    }
  }
  if (!status) {
    char *text = NULL;
    size_t length;
    status = ctsec_policy_to_json(policy, &text, &length, NULL);
    ctsec_free(text);
  }
  ctsec_policy_free(policy);
  return status;
}

static int with_filter(void) {
  static const char text[] =
      "ld arch\njeq x86_64, a, b\na: ld nr\njeq x86_64:write, c, d\n"
      "c: ld args[0].low\njgt #2, b, d\nb: ret KILL_THREAD\nd: ret ERRNO(38)";
  ctsec_filter *filter = NULL, *decoded = NULL;
  uint8_t *bytes = NULL;
  char *out = NULL;
  size_t length = 0;
  int status = ctsec_filter_parse(text, sizeof text - 1, NULL, &filter, NULL);
  if (status) MEMORY_REQUIRE(!filter);
  if (!status) status = ctsec_filter_encode(filter, &bytes, &length, NULL);
  if (!status) status = ctsec_filter_decode(bytes, length, NULL, &decoded, NULL);
  ctsec_free(bytes);
  if (!status) status = ctsec_filter_to_text(filter, &out, &length, NULL);
  ctsec_free(out);
  out = NULL;
  if (!status) status = ctsec_filter_to_json(filter, &out, &length, NULL);
  ctsec_free(out);
  const ctsec_filter *const stack[2] = {filter, decoded};
  if (!status) {
    ctsec_verdict *verdict = NULL;
    status = ctsec_filter_simulate(stack, 2, CT_AUDIT_X86_64, 1, NULL, 0x3f, NULL, &verdict, NULL);
    if (!status) status = write_verdict(verdict);
  }
  if (!status) {
    const uint32_t arch = CT_AUDIT_X86_64;
    const int32_t nr = 1;
    const uint64_t args[6] = {1};
    uint32_t action, code;
    status = ctsec_filter_simulate_batch(stack, 2, 1, &arch, &nr, args, &action, NULL);
    if (!status) status = ctsec_filter_at(filter, 0, &code, NULL, NULL, NULL, NULL);
  }
  ctsec_filter_free(filter);
  ctsec_filter_free(decoded);
  return status;
}

static int with_compiler(void) {
  ctsec_policy *policy = NULL;
  ctsec_filter *filter = NULL;
  int status = make_policy(&policy);
  if (!status) {
    status = ctsec_policy_compile(policy, &filter, NULL);
    if (status) MEMORY_REQUIRE(!filter);
  }
  ctsec_filter_free(filter);
  ctsec_policy_free(policy);
  return status;
}

static int with_differences(void) {
  static const char texts[2][64] = {"ret ALLOW\n", "ld nr\njeq #0, +0, +1\nret ERRNO(1)\nret ALLOW\n"};
  ctsec_filter *filters[2] = {NULL, NULL};
  ctsec_diff *diff = NULL;
  int status = 0;
  for (int i = 0; i < 2 && !status; i++)
    status = ctsec_filter_parse(texts[i], strlen(texts[i]), NULL, &filters[i], NULL);
  if (!status) {
    const ctsec_filter *const one[] = {filters[0]}, *const two[] = {filters[1], filters[0]};
    status = ctsec_filter_diff(one, 1, two, 2, NULL, &diff, NULL);
    MEMORY_REQUIRE(status ? !diff : ctsec_diff_count(diff) == 1);
  }
  ctsec_diff_free(diff);
  ctsec_filter_free(filters[0]);
  ctsec_filter_free(filters[1]);
  return status;
}

const memory_scenario memory_filter[] = {
    {"differences of filters", with_differences},
    {"verdicts", with_verdicts},
    {"filter", with_filter},
    {"compiler", with_compiler},
    {NULL, NULL},
};
