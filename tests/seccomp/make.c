/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/make.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const ct_abi ct_test_x86_64 = {0, CT_AUDIT_X86_64, 64, 0, 0, "x86_64"};
const ct_abi ct_test_x86 = {1, 0x40000003u, 32, 0, 0, "x86"};
const ct_abi ct_test_x32 = {2, CT_AUDIT_X86_64, 32, 0, 1, "x32"};
const ct_abi ct_test_arm = {3, 0x40000028u, 32, 0, 0, "arm"};
const ct_abi ct_test_s390x = {4, 0x80000016u, 64, 1, 0, "s390x"};
const ct_abi ct_test_s390 = {5, 0x16u, 32, 1, 0, "s390"};

uint64_t ct_random_next(ct_random *random) {
  /* splitmix64 */
  uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

uint32_t ct_random_below(ct_random *random, uint32_t bound) {
  return (uint32_t)((ct_random_next(random) >> 32) * bound >> 32);
}

static void must(int status, ctsec_error *error) {
  if (!status) return;
  fprintf(stderr, "%s\n", ctsec_error_message(error));
  abort();
}

ctsec_policy *ct_test_policy(uint32_t default_action, const ct_abi *const *abis, uint32_t count) {
  ctsec_error *error = NULL;
  ctsec_policy *policy = NULL;
  must(ct_policy_new(NULL, &policy, &error), error);
  must(ct_policy_set_default(policy, default_action, NULL, &error), error);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t index;
    must(ct_policy_add_abi(policy, abis[i], &index, &error), error);
  }
  return policy;
}

void ct_test_rule(ctsec_policy *policy, uint32_t abi, uint32_t number, uint32_t action, uint32_t order, uint32_t count,
                  ...) {
  ct_condition conditions[8];
  char pointer[32];
  va_list list;
  va_start(list, count);
  for (uint32_t i = 0; i < count; i++) {
    conditions[i].index = (uint8_t)va_arg(list, int);
    conditions[i].op = (uint8_t)va_arg(list, int);
    conditions[i].value = va_arg(list, uint64_t);
    conditions[i].value_two = va_arg(list, uint64_t);
  }
  va_end(list);
  snprintf(pointer, sizeof pointer, "/syscalls/%u", order);
  ctsec_error *error = NULL;
  const ct_rule rule = {abi, number, action, order, pointer, conditions, count};
  must(ct_policy_add_rule(policy, &rule, &error), error);
}

uint32_t ct_test_decide(const ctsec_policy *policy, uint32_t audit, uint32_t number, uint64_t a0, uint64_t a1) {
  const uint64_t args[6] = {a0, a1};
  ct_decision decision;
  ct_policy_decide(policy, audit, number, args, &decision);
  return decision.action;
}

static uint32_t random_action(ct_random *random, const ct_shape *shape) {
  static const uint32_t kinds[] = {CT_RET_ALLOW, CT_RET_ERRNO,       CT_RET_LOG,         CT_RET_TRAP,
                                   CT_RET_TRACE, CT_RET_KILL_THREAD, CT_RET_KILL_PROCESS, CT_RET_NOTIFY};
  uint32_t action = kinds[ct_random_below(random, shape->few_actions ? 2 : 8)];
  if (action == CT_RET_ERRNO || action == CT_RET_TRACE) action |= 1 + ct_random_below(random, 3);
  return action;
}

static uint64_t random_value(ct_random *random, int plain) {
  static const uint64_t edges[] = {0, UINT64_MAX, 0x7fffffff, 0x80000000, UINT32_MAX, UINT64_C(1) << 32,
                                   UINT64_C(0x100000001), UINT64_C(1) << 63, UINT64_C(0xffffffff00000000)};
  uint64_t value;
  switch (ct_random_below(random, 6)) {
    case 0: value = edges[ct_random_below(random, sizeof edges / sizeof *edges)]; break;
    case 1: value = ct_random_next(random); break;
    case 2: value = UINT64_C(1) << ct_random_below(random, 64); break;
    default: value = ct_random_below(random, 6); break;
  }
  return plain ? value & UINT32_MAX : value;
}

ctsec_policy *ct_test_random_policy(ct_random *random, const ct_shape *shape, const ct_abi *const *abis,
                                    uint32_t count) {
  uint32_t fallback = random_action(random, shape);
  ctsec_policy *policy = ct_test_policy(fallback, abis, count);
  ctsec_error *error = NULL;
  for (uint32_t abi = 0; abi < count; abi++) {
    for (uint32_t r = 0; r < shape->rules; r++) {
      uint32_t number = ct_random_below(random, shape->numbers);
      ct_condition conditions[4];
      uint32_t n = ct_random_below(random, 4);
      for (uint32_t c = 0; c < n; c++) {
        ct_condition *made = &conditions[c];
        made->index = (uint8_t)(shape->plain ? c : ct_random_below(random, ct_random_below(random, 2) ? 2 : 6));
        made->op = (uint8_t)(CT_OP_NE + ct_random_below(random, 7));
        if (shape->plain) made->op = ct_random_below(random, 2) ? CT_OP_EQ : CT_OP_MASKED_EQ;
        made->value = random_value(random, shape->plain);
        made->value_two = random_value(random, shape->plain);
      }
      uint32_t action = random_action(random, shape);
      if (shape->plain) {
        /* One action a number, never the default. */
        ct_random fixed = {number * 77u + fallback};
        do action = random_action(&fixed, shape);
        while (action == fallback);
      }
      char pointer[32];
      snprintf(pointer, sizeof pointer, "/syscalls/%u", r);
      const ct_rule rule = {abi, number, action, r, pointer, conditions, n};
      must(ct_policy_add_rule(policy, &rule, &error), error);
    }
  }
  must(ct_policy_finish(policy, &error), error);
  return policy;
}

void ct_test_random_call(ct_random *random, const ctsec_policy *policy, const ct_shape *shape, uint32_t *audit,
                         uint32_t *number, uint64_t args[6]) {
  const ct_table *table = &policy->tables[ct_random_below(random, policy->table_count)];
  *audit = table->abi.audit;
  for (int i = 0; i < 6; i++) args[i] = random_value(random, 0);
  *number = ct_random_below(random, shape->numbers + 2);
  if (table->abi.x32) *number |= CT_X32_BIT;
  if (table->entry_count && ct_random_below(random, 8)) {
    const ct_entry *entry = &table->entries[ct_random_below(random, table->entry_count)];
    const ct_rule *rule = &entry->rules[ct_random_below(random, entry->count)];
    *number = entry->number;
    for (uint32_t c = 0; c < rule->count; c++) {
      const ct_condition *condition = &rule->conditions[c];
      uint64_t value = condition->value;
      if (condition->op == CT_OP_MASKED_EQ)
        value = (condition->value & condition->value_two) | (ct_random_next(random) & ~condition->value);
      if (!ct_random_below(random, 3)) value += ct_random_below(random, 3) - (uint64_t)1;
      if (!ct_random_below(random, 8)) value ^= UINT64_C(1) << ct_random_below(random, 64);
      args[condition->index] = value;
    }
  }
  if (!ct_random_below(random, 64)) *number = (uint32_t)ct_random_next(random);
  if (!ct_random_below(random, 64)) *number = UINT32_MAX;
  if (!ct_random_below(random, 64)) *audit = ct_random_below(random, 2) ? 0x40000003u : 0xc00000b7u;
}
