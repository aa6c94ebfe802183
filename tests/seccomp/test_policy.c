/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The nine points of what a policy means. */
#include <inttypes.h>
#include <string.h>

#include "seccomp/make.h"
#include "seccomp/solve.h"
#include "support/support.h"

#define U(x) UINT64_C(x)
#define X86_64 CT_AUDIT_X86_64
#define X86 0x40000003u

static const ct_abi *const three[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32};

static void finish(ctsec_policy *policy) { ck_assert_int_eq(ct_policy_finish(policy, NULL), 0); }

START_TEST(unlisted_abi_is_killed) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ALLOW, three, 1);
  finish(policy);
  const uint64_t none[6] = {0};
  ct_decision decision;
  ct_policy_decide(policy, X86, 1, none, &decision);
  ck_assert_uint_eq(decision.action, CT_RET_KILL_THREAD);
  ck_assert_ptr_null(decision.table);
  ck_assert_ptr_null(decision.rule);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 0x40000001u, 0, 0), CT_RET_KILL_THREAD);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 0xc0000001u, 0, 0), CT_RET_KILL_THREAD);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 0x80000001u, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, UINT32_MAX, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 0, 0), CT_RET_ALLOW);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(x32_is_an_abi_of_its_own) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 3);
  ct_test_rule(policy, 2, 39, CT_RET_ALLOW, 0, 0);
  ct_test_rule(policy, 0, 40, CT_RET_ALLOW, 1, 0);
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 39, 0, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 39 | CT_X32_BIT, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 40, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 40 | CT_X32_BIT, 0, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, UINT32_MAX, 0, 0), CT_RET_ERRNO | 1);
  ctsec_policy_free(policy);
  const ct_abi *only[] = {&ct_test_x32};
  policy = ct_test_policy(CT_RET_ALLOW, only, 1);
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 39, 0, 0), CT_RET_KILL_THREAD);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, UINT32_MAX, 0, 0), CT_RET_KILL_THREAD);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 39 | CT_X32_BIT, 0, 0), CT_RET_ALLOW);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(narrow_arguments_are_low_words) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 3);
  for (uint32_t abi = 0; abi < 3; abi++) ct_test_rule(policy, abi, 1, CT_RET_ALLOW, 0, 1, 0, CT_OP_EQ, U(5), U(0));
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86, 1, U(0x700000005), 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1 | CT_X32_BIT, U(0x700000005), 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, U(0x700000005), 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 5, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(policy->note_count, 0);
  ctsec_policy_free(policy);
}
END_TEST

/* Whether a0 = value passes one condition on x86. */
static int narrow(int op, uint64_t constant, uint64_t two, uint64_t value) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, &three[1], 1);
  ct_test_rule(policy, 0, 1, CT_RET_ALLOW, 0, 1, 0, op, constant, two);
  finish(policy);
  uint32_t action = ct_test_decide(policy, X86, 1, value, 0);
  ck_assert_uint_eq(policy->note_count, 1);
  ck_assert_int_eq(policy->notes[0].kind, CT_NOTE_WIDE_CONSTANT);
  ctsec_policy_free(policy);
  return action == CT_RET_ALLOW;
}

START_TEST(wide_constants_are_never_cut) {
  const uint64_t wide = U(0x100000005), value = U(0x100000005);
  ck_assert(!narrow(CT_OP_EQ, wide, 0, value));
  ck_assert(narrow(CT_OP_NE, wide, 0, value));
  ck_assert(narrow(CT_OP_LT, wide, 0, value));
  ck_assert(narrow(CT_OP_LE, wide, 0, value));
  ck_assert(!narrow(CT_OP_GT, wide, 0, value));
  ck_assert(!narrow(CT_OP_GE, wide, 0, value));
  ck_assert(!narrow(CT_OP_MASKED_EQ, U(0x10000000f), wide, value));
  ck_assert(narrow(CT_OP_MASKED_EQ, U(0x10000000f), 5, value));
  ck_assert(narrow(CT_OP_MASKED_EQ, U(0xf), wide, value));
}
END_TEST

START_TEST(comparisons_are_unsigned) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 1);
  ct_test_rule(policy, 0, 1, CT_RET_ALLOW, 0, 1, 0, CT_OP_GT, U(5), U(0));
  ct_test_rule(policy, 0, 2, CT_RET_ALLOW, 0, 1, 0, CT_OP_MASKED_EQ, U(0xf0), U(0x123));
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, UINT64_MAX, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 5, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 2, 0xf2f, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 2, 0xf3f, 0), CT_RET_ERRNO | 1);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(all_conditions_must_hold) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 1);
  ct_test_rule(policy, 0, 1, CT_RET_ALLOW, 0, 3, 0, CT_OP_GE, U(3), U(0), 0, CT_OP_NE, U(5), U(0), 1, CT_OP_EQ, U(7),
               U(0));
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 4, 7), CT_RET_ALLOW);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 5, 7), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 2, 7), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 4, 8), CT_RET_ERRNO | 1);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(bad_rules_are_refused) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ALLOW, three, 1);
  ct_condition condition = {6, CT_OP_EQ, 0, 0};
  ct_rule rule = {0, 1, CT_RET_ALLOW, 0, "/syscalls/0", &condition, 1};
  ctsec_error *error = NULL;
  ck_assert_int_eq(ct_policy_add_rule(policy, &rule, &error), CTSEC_E_SCHEMA);
  ctsec_error_free(error);
  condition.index = 5;
  condition.op = 8;
  ck_assert_int_eq(ct_policy_add_rule(policy, &rule, NULL), CTSEC_E_SCHEMA);
  condition.op = CT_OP_EQ;
  rule.action = CT_RET_ERRNO | 4096;
  ck_assert_int_eq(ct_policy_add_rule(policy, &rule, NULL), CTSEC_E_SCHEMA);
  rule.action = 0x12340000;
  ck_assert_int_eq(ct_policy_add_rule(policy, &rule, NULL), CTSEC_E_SCHEMA);
  rule.action = CT_RET_ERRNO | 4095;
  ck_assert_int_eq(ct_policy_add_rule(policy, &rule, NULL), 0);
  rule.number = CT_X32_BIT;
  ck_assert_int_eq(ct_policy_add_rule(policy, &rule, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ct_policy_set_default(policy, CT_RET_ERRNO | 5000, NULL, NULL), CTSEC_E_SCHEMA);
  finish(policy);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(most_restrictive_rule_wins) {
  static const uint32_t order[] = {CT_RET_KILL_PROCESS, CT_RET_KILL_THREAD, CT_RET_TRAP, CT_RET_ERRNO | 7,
                                   CT_RET_NOTIFY,       CT_RET_TRACE | 1,   CT_RET_LOG,  CT_RET_ALLOW};
  for (uint32_t strict = 0; strict < 8; strict++) {
    for (uint32_t mild = strict + 1; mild < 8; mild++) {
      for (int swapped = 0; swapped < 2; swapped++) {
        ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 1);
        ct_test_rule(policy, 0, 1, order[strict], swapped ? 1 : 0, 1, 0, CT_OP_GE, U(3), U(0));
        ct_test_rule(policy, 0, 1, order[mild], swapped ? 0 : 1, 0);
        finish(policy);
        ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 3, 0), order[strict]);
        ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 2, 0), order[mild]);
        ck_assert_uint_eq(policy->note_count, 1);
        ck_assert_int_eq(policy->notes[0].kind, CT_NOTE_OVERLAP);
        ck_assert_str_eq(policy->notes[0].pointer, swapped ? "/syscalls/1" : "/syscalls/0");
        ck_assert_str_eq(policy->notes[0].other, swapped ? "/syscalls/0" : "/syscalls/1");
        ctsec_policy_free(policy);
      }
    }
  }
}
END_TEST

START_TEST(equal_actions_last_wins) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ALLOW, three, 1);
  ct_test_rule(policy, 0, 1, CT_RET_ERRNO | 11, 0, 0);
  ct_test_rule(policy, 0, 1, CT_RET_ERRNO | 22, 4, 1, 0, CT_OP_EQ, U(1), U(0));
  ct_test_rule(policy, 0, 2, CT_RET_ALLOW, 2, 0);
  ct_test_rule(policy, 0, 2, CT_RET_ALLOW, 3, 0);
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 1, 0), CT_RET_ERRNO | 22);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 2, 0), CT_RET_ERRNO | 11);
  /* A rule equal to the default is a match all the same. */
  const uint64_t none[6] = {0};
  ct_decision decision;
  ct_policy_decide(policy, X86_64, 2, none, &decision);
  ck_assert_uint_eq(decision.action, CT_RET_ALLOW);
  ck_assert_str_eq(decision.rule->pointer, "/syscalls/3");
  ct_policy_decide(policy, X86_64, 3, none, &decision);
  ck_assert_uint_eq(decision.action, CT_RET_ALLOW);
  ck_assert_ptr_null(decision.rule);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(rule_equal_to_a_kill_default_still_decides) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 1);
  ct_test_rule(policy, 0, 1, CT_RET_ALLOW, 0, 0);
  ct_test_rule(policy, 0, 1, CT_RET_ERRNO | 1, 1, 1, 0, CT_OP_EQ, U(38), U(0));
  finish(policy);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 38, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(ct_test_decide(policy, X86_64, 1, 39, 0), CT_RET_ALLOW);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(batch_equals_single) {
  ct_random random = {U(20261124)};
  const ct_shape shape = {0, 12, 24, 0};
  for (int p = 0; p < 400; p++) {
    ctsec_policy *policy = ct_test_random_policy(&random, &shape, three, 1 + ct_random_below(&random, 3));
    enum { N = 100 };
    uint32_t audit[N], number[N], actions[N];
    uint64_t args[N][6];
    for (int i = 0; i < N; i++) ct_test_random_call(&random, policy, &shape, &audit[i], &number[i], args[i]);
    ck_assert_int_eq(
        ctsec_policy_simulate_batch(policy, N, audit, (const int32_t *)number, &args[0][0], actions, NULL), 0);
    for (int i = 0; i < N; i++) {
      ct_decision decision;
      ct_policy_decide(policy, audit[i], number[i], args[i], &decision);
      ck_assert_uint_eq(decision.action, actions[i]);
    }
    ctsec_policy_free(policy);
  }
}
END_TEST

/* Values of a small universe, so that every answer of the solver can be counted out. */
START_TEST(solver_equals_counting) {
  ct_random random = {U(7)};
  const ct_abi narrow_abi = {0, 1, 32, 0, 0, "test"};
  int yes = 0, no = 0;
  for (int round = 0; round < 6000; round++) {
    ct_condition conditions[12];
    ct_rule rules[6];
    uint32_t n = 1 + ct_random_below(&random, 5), used = 0;
    for (uint32_t r = 0; r < n; r++) {
      uint32_t count = 1 + ct_random_below(&random, 2);
      rules[r] = (ct_rule){0, 0, 0, 0, "", &conditions[used], count};
      for (uint32_t c = 0; c < count; c++)
        conditions[used++] = (ct_condition){(uint8_t)ct_random_below(&random, 2),
                                            (uint8_t)(1 + ct_random_below(&random, 7)), ct_random_below(&random, 18),
                                            ct_random_below(&random, 16)};
    }
    ct_solver solver;
    ct_solver_init(&solver, 1000000);
    ct_set sets[6];
    for (int i = 0; i < 6; i++) ct_set_all(&sets[i], &narrow_abi);
    ck_assert_int_eq(ct_set_limit(&solver, &sets[0], 0, 15), 1);
    ck_assert_int_eq(ct_set_limit(&solver, &sets[1], 0, 15), 1);
    uint64_t args[6];
    int found = ct_solve(&solver, sets, &rules[0], rules + 1, n - 1, args);
    ck_assert_int_ge(found, 0);
    int counted = 0;
    for (uint64_t v = 0; v < 256; v++) {
      const uint64_t values[6] = {v & 15, v >> 4};
      int good = 1;
      for (uint32_t r = 0; r < n && good; r++) {
        int holds = 1;
        for (uint32_t c = 0; c < rules[r].count; c++)
          holds &= ct_condition_holds(&rules[r].conditions[c], values[rules[r].conditions[c].index]);
        good = holds == !r;
      }
      counted |= good;
      if (good && found && values[0] == args[0] && values[1] == args[1]) found = 2;
    }
    ck_assert_int_eq(counted, found != 0);
    if (counted) ck_assert_int_eq(found, 2);
    yes += counted;
    no += !counted;
    ct_solver_free(&solver);
  }
  ck_assert(yes > 500 && no > 500);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("policy");
  TCase *all = tcase_create("all");
  tcase_add_test(all, unlisted_abi_is_killed);
  tcase_add_test(all, x32_is_an_abi_of_its_own);
  tcase_add_test(all, narrow_arguments_are_low_words);
  tcase_add_test(all, wide_constants_are_never_cut);
  tcase_add_test(all, comparisons_are_unsigned);
  tcase_add_test(all, all_conditions_must_hold);
  tcase_add_test(all, bad_rules_are_refused);
  tcase_add_test(all, most_restrictive_rule_wins);
  tcase_add_test(all, equal_actions_last_wins);
  tcase_add_test(all, rule_equal_to_a_kill_default_still_decides);
  tcase_add_test(all, batch_equals_single);
  tcase_add_test(all, solver_equals_counting);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
