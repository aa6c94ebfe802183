/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unknown arguments: what is said to be possible, of the form and of its filter. */
#include <stdlib.h>
#include <string.h>

#include "seccomp/cases.h"
#include "seccomp/compile.h"
#include "seccomp/make.h"
#include "support/support.h"

#define WORK 10000000

static const ct_abi *const abis[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32};
static const ct_abi *const big[] = {&ct_test_s390x, &ct_test_s390};

static int listed(const ct_cases *cases, uint32_t action) {
  for (uint32_t i = 0; i < cases->count; i++)
    if (cases->items[i].action == action) return 1;
  return 0;
}

/* The search over the form and the search over the program know nothing of each other. */
static void form_and_filter_agree(const ct_abi *const *list, uint32_t most, uint64_t seed) {
  ct_random random = {seed};
  int several = 0;
  for (int round = 0; round < 1500; round++) {
    const ct_shape shape = {0, 5, ct_random_below(&random, 25), 0};
    ctsec_policy *policy = ct_test_random_policy(&random, &shape, list, 1 + ct_random_below(&random, most));
    ct_program program;
    ck_assert_int_eq(ct_policy_compile(policy, &program, NULL), 0);
    const ct_filter_view view = {program.insns, program.count};
    for (int i = 0; i < 20; i++) {
      ct_arena arena;
      ct_arena_init(&arena);
      uint32_t audit, number;
      uint64_t args[6];
      ct_test_random_call(&random, policy, &shape, &audit, &number, args);
      ct_question question;
      ct_question_make(&question, audit, number, args, ct_random_below(&random, 64));
      ct_cases form, filter;
      ck_assert_int_eq(ct_policy_cases(policy, &question, WORK, &arena, &form), 0);
      ck_assert_int_eq(ct_filter_cases(&view, 1, list[0]->big_endian, &question, WORK, &arena, &filter), 0);
      ck_assert(filter.exact);
      ck_assert_uint_eq(form.count, filter.count);
      several += form.count > 1;
      for (uint32_t c = 0; c < form.count; c++) {
        ct_decision decision;
        ct_data data;
        ck_assert(listed(&filter, form.items[c].action));
        ct_policy_decide(policy, audit, number, form.items[c].args, &decision);
        ck_assert_uint_eq(decision.action, form.items[c].action);
        ck_assert_ptr_eq(decision.rule, form.items[c].rule);
        ct_data_make(&data, list[0]->big_endian, audit, number, 0, filter.items[c].args);
        size_t last;
        ck_assert_uint_eq(ct_bpf_run(program.insns, &data, &last, NULL), filter.items[c].action);
        ck_assert_uint_eq(last, filter.items[c].insn);
        for (int a = 0; a < 6; a++)
          if (!(question.unknown >> a & 1)) {
            ck_assert(form.items[c].args[a] == args[a]);
            ck_assert(filter.items[c].args[a] == args[a]);
          }
      }
      ct_arena_free(&arena);
    }
    ct_program_free(&program);
    ctsec_policy_free(policy);
  }
  ck_assert_int_gt(several, 1000);
}

START_TEST(little_endian) { form_and_filter_agree(abis, 3, 1); }
END_TEST
START_TEST(big_endian) { form_and_filter_agree(big, 2, 2); }
END_TEST

START_TEST(stacked_filters) {
  ct_random random = {UINT64_C(3)};
  const ct_shape shape = {0, 3, 8, 0};
  for (int round = 0; round < 600; round++) {
    ctsec_policy *policies[3];
    ct_program programs[3];
    ct_filter_view views[3];
    for (int i = 0; i < 3; i++) {
      policies[i] = ct_test_random_policy(&random, &shape, abis, 1);
      ck_assert_int_eq(ct_policy_compile(policies[i], &programs[i], NULL), 0);
      views[i] = (ct_filter_view){programs[i].insns, programs[i].count};
    }
    for (int i = 0; i < 20; i++) {
      ct_arena arena;
      ct_arena_init(&arena);
      uint32_t audit, number;
      uint64_t args[6];
      ct_test_random_call(&random, policies[i % 3], &shape, &audit, &number, args);
      ct_question question;
      ct_cases cases;
      ct_question_make(&question, audit, number, args, i % 2 ? 0x3f : 0);
      ck_assert_int_eq(ct_filter_cases(views, 3, 0, &question, WORK, &arena, &cases), 0);
      uint32_t expected = 0, from = 0;
      ct_data data;
      /* The strictest wins, of equal ones the newest. */
      ct_data_make(&data, 0, audit, number, 0, args);
      for (uint32_t f = 3; f-- > 0;) {
        uint32_t action = ct_bpf_run(views[f].insns, &data, NULL, NULL);
        if (f == 2 || ct_action_rank(action) > ct_action_rank(expected)) {
          expected = action;
          from = f;
        }
      }
      ck_assert(listed(&cases, expected));
      if (!(i % 2)) {
        ck_assert_uint_eq(cases.count, 1);
        ck_assert_uint_eq(cases.items[0].filter, from);
      }
      ct_arena_free(&arena);
    }
    for (int i = 0; i < 3; i++) {
      ct_program_free(&programs[i]);
      ctsec_policy_free(policies[i]);
    }
  }
}
END_TEST

/* Random programs with every instruction: what runs must be among what is said to be possible. */
START_TEST(any_program_is_covered) {
  static const uint16_t codes[] = {0x20, 0x20, 0x20, 0x00, 0x01, 0x60, 0x61, 0x80, 0x81, 0x02, 0x03, 0x04, 0x0c,
                                   0x14, 0x1c, 0x24, 0x34, 0x3c, 0x44, 0x54, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c,
                                   0x84, 0xa4, 0xac, 0x05, 0x15, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
                                   0x06, 0x16, 0x07, 0x87};
  ct_random random = {UINT64_C(4)};
  int valid = 0;
  while (valid < 4000) {
    ct_insn program[24];
    uint32_t count = 2 + ct_random_below(&random, 22);
    for (uint32_t i = 0; i < count; i++) {
      program[i].code = codes[ct_random_below(&random, sizeof codes / sizeof *codes)];
      if (i + 1 == count) program[i].code = 0x06;
      program[i].jt = (uint8_t)ct_random_below(&random, 4);
      program[i].jf = (uint8_t)ct_random_below(&random, 4);
      program[i].k = ct_random_below(&random, 8) ? ct_random_below(&random, 16) : (uint32_t)ct_random_next(&random);
      if (program[i].code == 0x20) program[i].k = 4 * ct_random_below(&random, 16);
      if ((program[i].code & 7) == 2 || (program[i].code & 7) == 3) program[i].k = ct_random_below(&random, 2);
      if (program[i].code == 0x60 || program[i].code == 0x61) program[i].k = ct_random_below(&random, 2);
      if (program[i].code == 0x06 && ct_random_below(&random, 2))
        program[i].k = CT_RET_ERRNO | ct_random_below(&random, 9);
    }
    size_t index;
    if (ct_bpf_check(program, count, &index)) continue;
    valid++;
    const ct_filter_view view = {program, count};
    ct_arena arena;
    ct_arena_init(&arena);
    uint64_t args[6];
    for (int a = 0; a < 6; a++) args[a] = ct_random_below(&random, 12);
    ct_question question;
    ct_cases cases;
    ct_question_make(&question, 5, ct_random_below(&random, 5), args, ct_random_below(&random, 64));
    ck_assert_int_eq(ct_filter_cases(&view, 1, 0, &question, WORK, &arena, &cases), 0);
    for (int i = 0; i < 30; i++) {
      ct_data data;
      for (int a = 0; a < 6; a++)
        if (question.unknown >> a & 1) args[a] = i % 2 ? ct_random_below(&random, 18) : ct_random_next(&random);
      ct_data_make(&data, 0, 5, question.number, ct_random_next(&random), args);
      uint32_t action = ct_bpf_effective(ct_bpf_run(program, &data, NULL, NULL));
      int found = listed(&cases, action);
      /* Where the return value is computed, only its kind is listed. */
      for (uint32_t c = 0; c < cases.count && !cases.exact; c++)
        found |= (cases.items[c].action & CT_RET_ACTION) == (action & CT_RET_ACTION);
      ck_assert(found);
    }
    ct_arena_free(&arena);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("cases");
  TCase *all = tcase_create("all");
  tcase_add_test(all, little_endian);
  tcase_add_test(all, big_endian);
  tcase_add_test(all, stacked_filters);
  tcase_add_test(all, any_program_is_covered);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
