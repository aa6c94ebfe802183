/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "seccomp/make.h"
#include "support/support.h"

#define U(x) UINT64_C(x)
#define X86_64 CT_AUDIT_X86_64

static const ct_abi *const three[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32};

static ctsec_verdict *ask(const ctsec_policy *policy, uint32_t audit, uint32_t number, uint64_t a0, uint32_t unknown,
                          const ctsec_options *options) {
  const uint64_t args[6] = {a0};
  ctsec_verdict *verdict = NULL;
  ck_assert_int_eq(ctsec_policy_simulate(policy, audit, (int32_t)number, args, unknown, options, &verdict, NULL), 0);
  return verdict;
}

static uint32_t action_of(const ctsec_verdict *verdict) {
  uint32_t action;
  ck_assert_int_eq(ctsec_verdict_at(verdict, 0, &action, NULL), 0);
  return action;
}

static int has(const ctsec_verdict *verdict, const char *part) {
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_verdict_to_json(verdict, &text, &length, NULL), 0);
  int found = strstr(text, part) != NULL;
  ctsec_free(text);
  return found;
}

/* 135 is personality on x86-64, whose argument is an int; 1 is write. */
static ctsec_policy *sample(void) {
  ctsec_policy *policy = ct_test_policy(CT_RET_ERRNO | 1, three, 3);
  ct_test_rule(policy, 0, 135, CT_RET_ALLOW, 4, 1, 0, CT_OP_EQ, U(8), U(0));
  ct_test_rule(policy, 0, 135, CT_RET_ALLOW, 5, 1, 0, CT_OP_EQ, U(0xffffffff), U(0));
  ct_test_rule(policy, 0, 1, CT_RET_ALLOW, 6, 0);
  ct_test_rule(policy, 0, 41, CT_RET_ALLOW, 7, 1, 0, CT_OP_NE, U(40), U(0));
  const ct_dropped dropped = {0, 165, CT_RET_ALLOW, "/syscalls/9", "includes.caps", "CAP_SYS_ADMIN"};
  ck_assert_int_eq(ct_policy_add_dropped(policy, &dropped, NULL), 0);
  ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
  return policy;
}

START_TEST(decided) {
  ctsec_policy *policy = sample();
  ctsec_verdict *v = ask(policy, X86_64, 1, 0, 0x3f, NULL);
  ck_assert_int_eq(ctsec_verdict_outcome(v), CTSEC_VERDICT_DECIDED);
  ck_assert_uint_eq(action_of(v), CT_RET_ALLOW);
  ck_assert_str_eq(ctsec_verdict_rule(v), "/syscalls/6");
  ck_assert_int_eq(ctsec_verdict_logged(v), CTSEC_LOGGED_NO);
  ck_assert_int_eq(ctsec_verdict_agree(v), 1);
  ctsec_verdict_free(v);
  v = ask(policy, X86_64, 135, 8, 0, NULL);
  ck_assert_uint_eq(action_of(v), CT_RET_ALLOW);
  ck_assert_str_eq(ctsec_verdict_rule(v), "/syscalls/4");
  ck_assert_str_eq(ctsec_verdict_why(v), "/syscalls/4 matches: args[0] == 0x8");
  ctsec_verdict_free(v);
  v = ask(policy, X86_64, 135, 9, 0, NULL);
  ck_assert_uint_eq(action_of(v), CT_RET_ERRNO | 1);
  ck_assert_ptr_null(ctsec_verdict_rule(v));
  ck_assert(has(v, "\"errno\": 1"));
  ck_assert(has(v, "\"errno_name\": \"EPERM\""));
  ck_assert(has(v, "\"syscall\": \"personality\""));
  ck_assert(has(v, "\"rule\": null"));
  ck_assert(has(v, "\"logged\": false"));
  ctsec_verdict_free(v);
  v = ask(policy, 0xc00000b7u, 1, 0, 0, NULL);
  ck_assert_uint_eq(action_of(v), CT_RET_KILL_THREAD);
  ck_assert_ptr_null(ctsec_verdict_rule(v));
  ck_assert_ptr_nonnull(strstr(ctsec_verdict_why(v), "architecture not listed"));
  ck_assert_int_eq(ctsec_verdict_logged(v), CTSEC_LOGGED_YES);
  ctsec_verdict_free(v);
  v = ask(policy, X86_64, 165, 0, 0x3f, NULL);
  ck_assert_ptr_nonnull(strstr(ctsec_verdict_why(v), "CAP_SYS_ADMIN"));
  ctsec_verdict_free(v);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(depends) {
  ctsec_policy *policy = sample();
  ctsec_verdict *v = ask(policy, X86_64, 135, 0, 1, NULL);
  ck_assert_int_eq(ctsec_verdict_outcome(v), CTSEC_VERDICT_DEPENDS);
  ck_assert_uint_eq(ctsec_verdict_count(v), 2);
  uint32_t action;
  ck_assert_int_eq(ctsec_verdict_at(v, 0, &action, NULL), 0);
  ck_assert_uint_eq(action, CT_RET_ERRNO | 1);
  ck_assert_int_eq(ctsec_verdict_at(v, 1, &action, NULL), 0);
  ck_assert_uint_eq(action, CT_RET_ALLOW);
  ck_assert_int_eq(ctsec_verdict_at(v, 2, &action, NULL), CTSEC_E_ARG);
  ck_assert(has(v, "\"outcome\": \"depends\""));
  ck_assert(has(v, "\"action\": null"));
  ctsec_verdict_free(v);
  ctsec_policy_free(policy);
}
END_TEST

/* The set upper half makes another number of an int, which the kernel does not see. */
START_TEST(kernel_cuts_arguments) {
  ctsec_policy *policy = sample();
  ctsec_verdict *v = ask(policy, X86_64, 41, U(0x100000028), 0, NULL);
  ck_assert_uint_eq(action_of(v), CT_RET_ALLOW);
  ck_assert_int_eq(ctsec_verdict_agree(v), 0);
  ck_assert(has(v, "\"agree\": false"));
  ctsec_verdict_free(v);
  v = ask(policy, X86_64, 135, UINT64_MAX, 0, NULL);
  ck_assert_uint_eq(action_of(v), CT_RET_ERRNO | 1);
  ck_assert_int_eq(ctsec_verdict_agree(v), 0);
  ctsec_verdict_free(v);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(uprobe_runs_unfiltered) {
  ctsec_policy *policy = sample();
  ctsec_verdict *v = ask(policy, X86_64, 335, 0, 0, NULL);
  ck_assert_int_eq(ctsec_verdict_agree(v), -1);
  ck_assert(has(v, "\"agree\": null"));
  ctsec_verdict_free(v);
  static const struct {
    const char *kernel;
    uint32_t number;
    int agree;
  } cases[] = {{"6.13", 335, 1}, {"6.14", 335, 0}, {"6.17", 336, 1}, {"6.18", 336, 0}, {"7.0", 335, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_options *options;
    ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
    ck_assert_int_eq(ctsec_options_set(options, "kernel", cases[i].kernel, strlen(cases[i].kernel), NULL), 0);
    v = ask(policy, X86_64, cases[i].number, 0, 0, options);
    ck_assert_uint_eq(action_of(v), CT_RET_ERRNO | 1);
    ck_assert_int_eq(ctsec_verdict_agree(v), cases[i].agree);
    ctsec_verdict_free(v);
    ctsec_options_free(options);
  }
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(logging) {
  static const struct {
    uint32_t action;
    int plain;
    int flagged;
  } cases[] = {{CT_RET_ALLOW, CTSEC_LOGGED_NO, CTSEC_LOGGED_NO},
               {CT_RET_LOG, CTSEC_LOGGED_YES, CTSEC_LOGGED_YES},
               {CT_RET_ERRNO | 1, CTSEC_LOGGED_NO, CTSEC_LOGGED_YES},
               {CT_RET_TRAP, CTSEC_LOGGED_NO, CTSEC_LOGGED_YES},
               {CT_RET_KILL_THREAD, CTSEC_LOGGED_YES, CTSEC_LOGGED_YES},
               {CT_RET_KILL_PROCESS, CTSEC_LOGGED_YES, CTSEC_LOGGED_YES}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int flag = 0; flag < 2; flag++) {
      ctsec_policy *policy = ct_test_policy(cases[i].action, three, 1);
      ct_policy_set_flags(policy, flag ? CT_FILTER_FLAG_LOG : 0);
      ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
      ctsec_verdict *v = ask(policy, X86_64, 1, 0, 0, NULL);
      ck_assert_int_eq(ctsec_verdict_logged(v), flag ? cases[i].flagged : cases[i].plain);
      ctsec_verdict_free(v);
      ctsec_policy_free(policy);
    }
}
END_TEST

START_TEST(filters_and_stacks) {
  static const char older[] = "ld nr\njeq #1, a, b\na: ret ERRNO(11)\nb: ret ALLOW";
  static const char newer[] = "ld args[0].low\njeq #5, a, b\na: ret ERRNO(22)\nb: ret LOG";
  ctsec_filter *stack[2];
  ck_assert_int_eq(ctsec_filter_parse(older, sizeof older - 1, NULL, &stack[0], NULL), 0);
  ck_assert_int_eq(ctsec_filter_parse(newer, sizeof newer - 1, NULL, &stack[1], NULL), 0);
  const uint64_t args[6] = {5};
  ctsec_verdict *v;
  ck_assert_int_eq(ctsec_filter_simulate((const ctsec_filter *const *)stack, 2, X86_64, 1, args, 0, NULL, &v, NULL), 0);
  ck_assert_uint_eq(action_of(v), CT_RET_ERRNO | 22);
  ck_assert_str_eq(ctsec_verdict_rule(v), "insn:2");
  ck_assert(has(v, "\"filter\": 1"));
  ctsec_verdict_free(v);
  ck_assert_int_eq(ctsec_filter_simulate((const ctsec_filter *const *)stack, 2, X86_64, 2, args, 1, NULL, &v, NULL), 0);
  ck_assert_uint_eq(ctsec_verdict_count(v), 2);
  ck_assert_ptr_null(ctsec_verdict_rule(v));
  ctsec_verdict_free(v);
  ck_assert_int_eq(ctsec_filter_simulate((const ctsec_filter *const *)stack, 1, X86_64, 1, NULL, 0x3f, NULL, &v, NULL),
                   0);
  ck_assert_uint_eq(action_of(v), CT_RET_ERRNO | 11);
  ctsec_verdict_free(v);
  ctsec_filter_free(stack[0]);
  ctsec_filter_free(stack[1]);
}
END_TEST

START_TEST(texts) {
  ctsec_policy *policy = sample();
  static const char *const langs[] = {"en", "ja", "zh"};
  for (int i = 0; i < 3; i++) {
    ctsec_options *options;
    char *text;
    size_t length;
    ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
    ck_assert_int_eq(ctsec_options_set(options, "lang", langs[i], 2, NULL), 0);
    for (int unknown = 0; unknown < 2; unknown++) {
      ctsec_verdict *v = ask(policy, X86_64, 135, U(0x100000008), (uint32_t)unknown, options);
      ck_assert_int_eq(ctsec_verdict_to_text(v, &text, &length, NULL), 0);
      ck_assert_ptr_nonnull(strstr(text, "personality"));
      ctsec_free(text);
      ctsec_verdict_free(ctsec_verdict_ref(v));
      ctsec_verdict_free(v);
    }
    ctsec_options_free(options);
  }
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_policy_to_json(policy, &text, &length, NULL), 0);
  ck_assert_ptr_nonnull(strstr(text, "\"schema\": \"ctsec/policy/1\""));
  ctsec_free(text);
  ctsec_policy_free(policy);
}
END_TEST

START_TEST(bad_calls) {
  ctsec_policy *policy = sample();
  ctsec_verdict *v = NULL;
  const uint64_t args[6] = {0};
  ck_assert_int_eq(ctsec_policy_simulate(NULL, 0, 0, args, 0, NULL, &v, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_policy_simulate(policy, 0, 0, args, 0x40, NULL, &v, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_policy_simulate(policy, 0, 0, NULL, 1, NULL, &v, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_policy_simulate(policy, 0, 0, args, 0, NULL, NULL, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_filter_simulate(NULL, 1, 0, 0, args, 0, NULL, &v, NULL), CTSEC_E_ARG);
  ck_assert_ptr_null(v);
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_WORK, 1, NULL), 0);
  ck_assert_int_eq(ctsec_policy_simulate(policy, X86_64, 135, NULL, 0x3f, options, &v, NULL), CTSEC_E_LIMIT);
  ctsec_options_free(options);
  ctsec_policy_free(policy);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("verdict");
  TCase *all = tcase_create("all");
  tcase_add_test(all, decided);
  tcase_add_test(all, depends);
  tcase_add_test(all, kernel_cuts_arguments);
  tcase_add_test(all, uprobe_runs_unfiltered);
  tcase_add_test(all, logging);
  tcase_add_test(all, filters_and_stacks);
  tcase_add_test(all, texts);
  tcase_add_test(all, bad_calls);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
