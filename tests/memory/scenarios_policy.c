/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctsec/seccomp.h"
#include "memory.h"
#include "seccomp/policy.h"

static int with_policy(void) {
  ctsec_policy *policy = NULL;
  ct_abi abi = {.id = 0, .audit = CT_AUDIT_X86_64, .bits = 64, .name = "x86_64"};
  ct_condition condition = {.index = 0, .op = CT_OP_MASKED_EQ, .value = 0x7e020000, .value_two = 0};
  uint32_t index;
  int status = ct_policy_new(NULL, &policy, NULL);
  if (status) return status;
  status = ct_policy_add_abi(policy, &abi, &index, NULL);
  if (!status) status = ct_policy_set_default(policy, CT_RET_ERRNO | 1, "/defaultAction", NULL);
  for (uint32_t number = 0; !status && number < 60; number += 2) {
    ct_rule rule = {.abi = index, .number = number, .action = CT_RET_ALLOW, .order = number, .pointer = "/syscalls/0",
                    .conditions = &condition, .count = number == 56};
    status = ct_policy_add_rule(policy, &rule, NULL);
  }
  if (!status) status = ct_policy_finish(policy, NULL);
  if (!status) {
    uint32_t arch = CT_AUDIT_X86_64, action = 0;
    int32_t nr = 56;
    uint64_t args[6] = {0x10000000};
    status = ctsec_policy_simulate_batch(policy, 1, &arch, &nr, args, &action, NULL);
    MEMORY_REQUIRE(status || action == (CT_RET_ERRNO | 1));
  }
  ctsec_policy_free(policy);
  return status;
}

const memory_scenario memory_policy[] = {
    {"policy", with_policy},
    {NULL, NULL},
};
