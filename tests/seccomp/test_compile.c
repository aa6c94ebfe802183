/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The compiler against the form, in our machine; its proof against damaged programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "seccomp/compile.h"
#include "seccomp/make.h"
#include "support/support.h"

#define U(x) UINT64_C(x)

static const ct_abi *const little[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32, &ct_test_arm};
static const ct_abi *const big[] = {&ct_test_s390x, &ct_test_s390};

static uint64_t seed(void) {
  const char *given = getenv("CTSEC_SEED");
  uint64_t value = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
  printf("CTSEC_SEED=%llu\n", (unsigned long long)value);
  return value;
}

static ct_program compile(const ctsec_policy *policy) {
  ct_program program;
  ctsec_error *error = NULL;
  int status = ct_policy_compile(policy, &program, &error);
  ck_assert_msg(!status, "%s", ctsec_error_message(error));
  return program;
}

static uint32_t run(const ct_program *program, int big_endian, uint32_t audit, uint32_t number,
                    const uint64_t args[6]) {
  ct_data data;
  ct_data_make(&data, big_endian, audit, number, 0, args);
  return ct_bpf_run(program->insns, &data, NULL, NULL);
}

static void compare(ct_random *random, const ct_shape *shape, const ct_abi *const *abis, uint32_t count, int calls) {
  ctsec_policy *policy = ct_test_random_policy(random, shape, abis, count);
  ct_program program = compile(policy);
  for (int i = 0; i < calls; i++) {
    uint32_t audit, number;
    uint64_t args[6];
    ct_decision decision;
    ct_test_random_call(random, policy, shape, &audit, &number, args);
    ct_policy_decide(policy, audit, number, args, &decision);
    uint32_t action = run(&program, abis[0]->big_endian, audit, number, args);
    ck_assert_msg(action == decision.action, "arch %08x number %08x: policy %08x, filter %08x", audit, number,
                  decision.action, action);
    /* What is allowed whatever the arguments must be so for the kernel's cache, too. */
    const ct_table *table = decision.table;
    if (table && decision.action == CT_RET_ALLOW) {
      const ct_entry *entry = ct_table_find(table, number);
      if (!entry || ct_rule_trivial(&table->abi, &entry->rules[0]) == 1)
        ck_assert(ct_bpf_cacheable(program.insns, program.count, audit, number));
    }
  }
  ct_program_free(&program);
  ctsec_policy_free(policy);
}

START_TEST(filter_equals_policy) {
  ct_random random = {seed()};
  for (int round = 0; round < 3000; round++) {
    const ct_shape shape = {(int)ct_random_below(&random, 2), 1 + ct_random_below(&random, 40),
                            ct_random_below(&random, 60), 0};
    compare(&random, &shape, little, 1 + ct_random_below(&random, 4), 150);
    compare(&random, &shape, big, 1 + ct_random_below(&random, 2), 150);
  }
}
END_TEST

/* Enough conditions that jumps must be relayed. */
START_TEST(long_filters_equal_policy) {
  ct_random random = {seed()};
  for (int round = 0; round < 60; round++) {
    const ct_shape shape = {0, 1 + ct_random_below(&random, 100), 60 + ct_random_below(&random, 30), 0};
    compare(&random, &shape, little, 3, 2000);
  }
}
END_TEST

/* More intervals than are laid out by their weights at once. */
START_TEST(many_numbers_are_found) {
  ctsec_policy *policy = ct_test_policy(CT_RET_KILL_PROCESS, &little[0], 1);
  for (uint32_t i = 0; i < 700; i++)
    ct_test_rule(policy, 0, i * 3, i % 5 ? CT_RET_ERRNO | (i % 4000 + 1) : CT_RET_ALLOW, i, i % 7 ? 0 : 1, 0, CT_OP_EQ, U(1), U(0));
  ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
  ct_program program = compile(policy);
  for (uint32_t number = 0; number < 2200; number++)
    for (uint64_t a = 0; a < 2; a++) {
      const uint64_t args[6] = {a};
      ck_assert_uint_eq(run(&program, 0, CT_AUDIT_X86_64, number, args), ct_test_decide(policy, CT_AUDIT_X86_64, number, a, 0));
    }
  ct_program_free(&program);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(borders_of_x86_64) {
  static const uint32_t numbers[] = {0,          1,          0x3fffffff, 0x40000000, 0x40000001, 0x7fffffff,
                                     0x80000000, 0x80000001, 0xbfffffff, 0xc0000000, 0xfffffffe, 0xffffffff};
  for (int which = 0; which < 64; which++) {
    ctsec_policy *policy = ct_test_policy(which & 1 ? CT_RET_ALLOW : CT_RET_ERRNO | 1, which & 2 ? &little[0] : &little[2], 1);
    uint32_t index;
    if (which & 4) ck_assert_int_eq(ct_policy_add_abi(policy, which & 2 ? &ct_test_x32 : &ct_test_x86_64, &index, NULL), 0);
    for (uint32_t t = 0; t < policy->table_count; t++)
      for (size_t i = 0; i < 12; i++) {
        int x32 = (numbers[i] & CT_X32_BIT) && numbers[i] != UINT32_MAX;
        if (x32 != policy->tables[t].abi.x32 || !(which & (i % 2 ? 8 : 16))) continue;
        if (which & 32)
          ct_test_rule(policy, t, numbers[i], CT_RET_TRAP, (uint32_t)i, 1, 0, CT_OP_EQ, U(1), U(0));
        else
          ct_test_rule(policy, t, numbers[i], CT_RET_TRAP, (uint32_t)i, 0);
      }
    ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
    ct_program program = compile(policy);
    for (size_t i = 0; i < 12; i++)
      for (uint64_t a = 0; a < 2; a++) {
        const uint64_t args[6] = {a};
        ck_assert_uint_eq(run(&program, 0, CT_AUDIT_X86_64, numbers[i], args),
                          ct_test_decide(policy, CT_AUDIT_X86_64, numbers[i], a, 0));
      }
    ct_program_free(&program);
    ctsec_policy_free(policy);
  }
}
END_TEST

/* A change of any instruction that changes an answer must fail the proof. */
START_TEST(proof_finds_damage) {
  ct_random random = {seed()};
  int harmless = 0, found = 0;
  for (int round = 0; round < 4000; round++) {
    const ct_shape shape = {0, 6, 10, 0};
    ctsec_policy *policy = ct_test_random_policy(&random, &shape, little, 3);
    ct_program program = compile(policy);
    ct_insn *insn = &program.insns[ct_random_below(&random, program.count)];
    switch (ct_random_below(&random, 4)) {
      case 0: insn->k ^= 1u << ct_random_below(&random, 32); break;
      case 1: insn->jt ^= (uint8_t)(1 + ct_random_below(&random, 3)); break;
      case 2: insn->jf ^= (uint8_t)(1 + ct_random_below(&random, 3)); break;
      default: insn->code ^= (uint16_t)(0x10 << ct_random_below(&random, 3)); break;
    }
    size_t index;
    if (ct_program_prove(policy, &program)) {
      found++;
    } else if (!ct_bpf_check(program.insns, program.count, &index)) {
      harmless++;
      for (int i = 0; i < 400; i++) {
        uint32_t audit, number;
        uint64_t args[6];
        ct_decision decision;
        ct_test_random_call(&random, policy, &shape, &audit, &number, args);
        ct_policy_decide(policy, audit, number, args, &decision);
        ck_assert_uint_eq(run(&program, 0, audit, number, args), decision.action);
      }
    }
    ct_program_free(&program);
    ctsec_policy_free(policy);
  }
  ck_assert_int_gt(found, 1000);
  printf("damage: %d found, %d without effect\n", found, harmless);
}
END_TEST

static void damage(ct_insn *insn, uint32_t which) {
  if (which < 32)
    insn->k ^= 1u << which;
  else if (which < 36)
    insn->jt ^= (uint8_t)(which - 31);
  else if (which < 40)
    insn->jf ^= (uint8_t)(which - 35);
  else
    insn->code ^= (uint16_t)(0x10 << (which - 40));
}

/* Every such change of small programs, on arguments whose halves are all that the condition tells apart. */
START_TEST(proof_finds_all_damage) {
  static const uint64_t values[][2] = {{UINT64_MAX, UINT64_C(0x4000000000)}, {UINT64_MAX, 0},
                                       {UINT64_C(0xff000000ff), UINT64_C(0x4000000003)}, {UINT64_C(0xff000000ff), 3},
                                       {6, 6}, {UINT64_C(0x600000006), UINT64_C(0x600000004)}};
  static const uint32_t halves[] = {0, 1, 2, 3, 4, 6, 0x40, 0x43, 0xff, 0x100, 0x80000000, UINT32_MAX};
  size_t count = sizeof halves / sizeof *halves;
  int missed = 0, found = 0;
  for (int op = CT_OP_NE; op <= CT_OP_MASKED_EQ; op++)
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
      ctsec_policy *policy = ct_test_policy(CT_RET_ALLOW, little, 1);
      ct_test_rule(policy, 0, 7, CT_RET_TRAP, 0, 1, 0, op, values[v][0], values[v][1]);
      ct_test_rule(policy, 0, 7, CT_RET_ERRNO | 1, 1, 1, 0, op, values[v][1], values[v][0]);
      ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
      ct_program program = compile(policy);
      for (uint32_t i = 0; i < program.count; i++)
        for (uint32_t which = 0; which < 43; which++) {
          const ct_insn before = program.insns[i];
          damage(&program.insns[i], which);
          if (ct_program_prove(policy, &program)) {
            found++;
          } else {
            for (size_t a = 0; a < count * count; a++) {
              const uint64_t args[6] = {(uint64_t)halves[a / count] << 32 | halves[a % count]};
              missed += run(&program, 0, CT_AUDIT_X86_64, 7, args) !=
                        ct_test_decide(policy, CT_AUDIT_X86_64, 7, args[0], 0);
            }
          }
          program.insns[i] = before;
        }
      ct_program_free(&program);
      ctsec_policy_free(policy);
    }
  ck_assert_int_eq(missed, 0);
  ck_assert_int_gt(found, 10000);
}
END_TEST

START_TEST(narrow_abis_never_read_high_words) {
  ct_random random = {seed()};
  for (int round = 0; round < 300; round++) {
    const ct_shape shape = {0, 10, 30, 0};
    const ct_abi *narrow[] = {&ct_test_x86, &ct_test_x32, &ct_test_arm};
    ctsec_policy *policy = ct_test_random_policy(&random, &shape, narrow, 3);
    ct_program program = compile(policy);
    for (uint32_t i = 0; i < program.count; i++)
      if (program.insns[i].code == (CT_BPF_LD | CT_BPF_ABS) && program.insns[i].k >= CT_DATA_ARGS)
        ck_assert_uint_eq(program.insns[i].k % 8, 0);
    ct_program_free(&program);
    ctsec_policy_free(policy);
  }
}
END_TEST

START_TEST(too_long_is_refused) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ALLOW, little, 1);
  for (uint32_t i = 0; i < 3000; i++)
    ct_test_rule(policy, 0, 1, CT_RET_ERRNO | 2, i, 1, 0, CT_OP_EQ, (uint64_t)i * 3, U(0));
  ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
  ct_program program;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ct_policy_compile(policy, &program, &error), CTSEC_E_LIMIT);
  ctsec_error_free(error);
  ctsec_policy_free(policy);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("compile");
  TCase *all = tcase_create("all");
  tcase_add_test(all, filter_equals_policy);
  tcase_add_test(all, long_filters_equal_policy);
  tcase_add_test(all, many_numbers_are_found);
  tcase_add_test(all, borders_of_x86_64);
  tcase_add_test(all, proof_finds_damage);
  tcase_add_test(all, proof_finds_all_damage);
  tcase_add_test(all, narrow_abis_never_read_high_words);
  tcase_add_test(all, too_long_is_refused);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
