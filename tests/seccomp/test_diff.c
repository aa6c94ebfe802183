/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Differences of policies and of filters: what is told is true, and nothing is left out. */
#include <ctsec/ctsec.h>
#include <stdlib.h>
#include <string.h>

#include "seccomp/make.h"
#include "seccomp/names.h"
#include "support/support.h"

static const ct_abi *const abis[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32};

typedef struct told {
  uint32_t audit;
  uint32_t first;
  uint32_t second;
  int32_t number;
  uint64_t args[6];
} told;

static told told_at(const ctsec_diff *diff, size_t i) {
  told t;
  ck_assert_int_eq(ctsec_diff_at(diff, i, &t.audit, &t.number, t.args, &t.first, &t.second, NULL), 0);
  return t;
}

static int has(const ctsec_diff *diff, uint32_t audit, int32_t number, uint32_t first, uint32_t second) {
  for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
    told t = told_at(diff, i);
    if (t.audit == audit && t.number == number && t.first == first && t.second == second) return 1;
  }
  return 0;
}

static void policies_say(const ctsec_diff *diff, const ctsec_policy *first, const ctsec_policy *second) {
  for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
    told t = told_at(diff, i);
    uint32_t found[2];
    ctsec_policy_simulate_batch(first, 1, &t.audit, &t.number, t.args, &found[0], NULL);
    ctsec_policy_simulate_batch(second, 1, &t.audit, &t.number, t.args, &found[1], NULL);
    ck_assert(found[0] == t.first && found[1] == t.second && found[0] != found[1]);
  }
}

static void filters_say(const ctsec_diff *diff, const ctsec_filter *first, const ctsec_filter *second) {
  for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
    told t = told_at(diff, i);
    uint32_t found[2];
    ctsec_filter_simulate_batch(&first, 1, 1, &t.audit, &t.number, t.args, &found[0], NULL);
    ctsec_filter_simulate_batch(&second, 1, 1, &t.audit, &t.number, t.args, &found[1], NULL);
    ck_assert(found[0] == t.first && found[1] == t.second && found[0] != found[1]);
  }
}

static ctsec_filter *compiled(const ctsec_policy *policy) {
  ctsec_filter *filter = NULL;
  ck_assert_int_eq(ctsec_policy_compile(policy, &filter, NULL), 0);
  return filter;
}

static ctsec_diff *between(const ctsec_filter *first, const ctsec_filter *second) {
  ctsec_diff *diff = NULL;
  ck_assert_int_eq(ctsec_filter_diff(&first, 1, &second, 1, NULL, &diff, NULL), 0);
  filters_say(diff, first, second);
  return diff;
}

static int is_named(const ctsec_policy *policy, uint32_t audit, int32_t number) {
  const ct_table *table = ct_policy_table(policy, audit, (uint32_t)number);
  return table && ct_table_find(table, (uint32_t)number);
}

/* The search over two forms and the search over two programs know nothing of each other. */
START_TEST(forms_and_filters_agree) {
  ct_random random = {11};
  unsigned seen = 0;
  for (int round = 0; round < 60; round++) {
    const ct_shape shape = {0, 4, ct_random_below(&random, 8), 0};
    uint32_t count = 1 + ct_random_below(&random, 3);
    ctsec_policy *first = ct_test_random_policy(&random, &shape, abis, count);
    ctsec_policy *second = ct_test_random_policy(&random, &shape, abis, round % 4 ? count : 3);
    ctsec_filter *one = compiled(first), *two = compiled(second);
    ctsec_diff *forms = NULL;
    ck_assert_int_eq(ctsec_policy_diff(first, second, NULL, &forms, NULL), 0);
    policies_say(forms, first, second);
    filters_say(forms, one, two);
    ctsec_diff *filters = between(one, two);
    policies_say(filters, first, second);
    ck_assert_int_eq(ctsec_diff_relation(filters), ctsec_diff_relation(forms));
    for (size_t i = 0; i < ctsec_diff_count(forms); i++, seen++) {
      told t = told_at(forms, i);
      if (ct_call_name(t.audit, (uint32_t)t.number)) ck_assert(has(filters, t.audit, t.number, t.first, t.second));
    }
    for (size_t i = 0; i < ctsec_diff_count(filters); i++) {
      told t = told_at(filters, i);
      if (is_named(first, t.audit, t.number) || is_named(second, t.audit, t.number))
        ck_assert(has(forms, t.audit, t.number, t.first, t.second));
    }
    ctsec_diff_free(forms);
    ctsec_diff_free(filters);
    ctsec_filter_free(one);
    ctsec_filter_free(two);
    ctsec_policy_free(first);
    ctsec_policy_free(second);
  }
  ck_assert_uint_gt(seen, 500);
}
END_TEST

/* Constants below 6 and masks below 8: values up to 15 stand for all. */
#define UNIVERSE 16

static ctsec_policy *small_policy(ct_random *random) {
  static const uint32_t actions[] = {CT_RET_ALLOW, CT_RET_LOG, CT_RET_ERRNO | 1, CT_RET_ERRNO | 38, CT_RET_KILL_PROCESS};
  ctsec_policy *policy = ct_test_policy(actions[ct_random_below(random, 5)], abis, 1);
  for (uint32_t r = ct_random_below(random, 5); r-- > 0;) {
    uint64_t v[4];
    int op[2], index[2];
    for (int i = 0; i < 4; i++) v[i] = ct_random_below(random, 6);
    for (int i = 0; i < 2; i++) {
      op[i] = CT_OP_NE + (int)ct_random_below(random, 7);
      index[i] = (int)ct_random_below(random, 2);
    }
    ct_test_rule(policy, 0, 1, actions[ct_random_below(random, 5)], r, 1 + ct_random_below(random, 2), index[0], op[0],
                 v[0], v[1], index[1], op[1], v[2], v[3]);
  }
  ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
  return policy;
}

START_TEST(nothing_is_left_out) {
  ct_random random = {12};
  for (int round = 0; round < 500; round++) {
    ctsec_policy *first = small_policy(&random), *second = small_policy(&random);
    ctsec_diff *diff = NULL;
    ck_assert_int_eq(ctsec_policy_diff(first, second, NULL, &diff, NULL), 0);
    policies_say(diff, first, second);
    int more = 0, less = 0, differs = 0;
    /* A number that neither names is told as one of all those. */
    int named = is_named(first, CT_AUDIT_X86_64, 1) || is_named(second, CT_AUDIT_X86_64, 1);
    for (uint64_t a = 0; a < UNIVERSE; a++)
      for (uint64_t b = 0; b < UNIVERSE; b++) {
        uint32_t one = ct_test_decide(first, CT_AUDIT_X86_64, 1, a, b);
        uint32_t two = ct_test_decide(second, CT_AUDIT_X86_64, 1, a, b);
        if (one == two) continue;
        differs = 1;
        ck_assert_msg(has(diff, CT_AUDIT_X86_64, named, one, two), "round %d: %llu, %llu", round, (unsigned long long)a,
                      (unsigned long long)b);
      }
    for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
      told t = told_at(diff, i);
      if (t.number == named) ck_assert(differs);
      int order = ct_action_rank(t.first) - ct_action_rank(t.second);
      more |= order < 0;
      less |= order > 0;
    }
    int expected = !ctsec_diff_count(diff) ? CTSEC_DIFF_EQUAL
                   : more && less          ? CTSEC_DIFF_BOTH
                   : more                  ? CTSEC_DIFF_FIRST_ALLOWS_MORE
                   : less                  ? CTSEC_DIFF_SECOND_ALLOWS_MORE
                                           : CTSEC_DIFF_SAME_ALLOWED;
    ck_assert_int_eq(ctsec_diff_relation(diff), expected);
    ctsec_diff_free(diff);
    ctsec_policy_free(first);
    ctsec_policy_free(second);
  }
}
END_TEST

static ctsec_policy *builtin(const char *name) {
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ck_assert_int_eq(ctsec_profile_find(name, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, NULL, &policy, NULL), 0);
  ctsec_profile_free(profile);
  return policy;
}

static int touches(const ctsec_diff *diff, const char *name) {
  for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
    told t = told_at(diff, i);
    const char *call = ct_call_name(t.audit, (uint32_t)t.number);
    if (t.audit == CT_AUDIT_X86_64 && call && !strcmp(call, name)) return 1;
  }
  return 0;
}

/* What Docker changed between 20.10 and now. */
START_TEST(docker_then_and_now) {
  ctsec_policy *then = builtin("docker@20.10"), *now = builtin("docker");
  ctsec_diff *diff = NULL;
  ck_assert_int_eq(ctsec_policy_diff(then, now, NULL, &diff, NULL), 0);
  static const char *const changed[] = {"io_uring_setup", "io_uring_enter", "io_uring_register", "mseal",
                                        "pkey_alloc",     "cachestat",      "socket"};
  static const char *const same[] = {"read", "mount", "keyctl", "bpf", "add_key", "userfaultfd", "personality"};
  for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) ck_assert_msg(touches(diff, changed[i]), "%s", changed[i]);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) ck_assert_msg(!touches(diff, same[i]), "%s", same[i]);
  ck_assert_int_eq(ctsec_diff_relation(diff), CTSEC_DIFF_BOTH);
  ctsec_filter *one = compiled(then), *two = compiled(now);
  ctsec_diff *filters = between(one, two), *none = between(two, two);
  ck_assert_int_eq(ctsec_diff_relation(filters), CTSEC_DIFF_BOTH);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) ck_assert(!touches(filters, same[i]));
  ck_assert_int_eq(ctsec_diff_relation(none), CTSEC_DIFF_EQUAL);
  ctsec_diff_free(none);
  ctsec_diff_free(filters);
  ctsec_diff_free(diff);
  ctsec_filter_free(one);
  ctsec_filter_free(two);
  ctsec_policy_free(then);
  ctsec_policy_free(now);
}
END_TEST

static ctsec_policy *as_loaded(const char *name, const char *runtime, const char *libseccomp) {
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ctsec_options *options = NULL;
  ck_assert_int_eq(ctsec_profile_find(name, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "runtime", runtime, strlen(runtime), NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "libseccomp", libseccomp, strlen(libseccomp), NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, options, &policy, NULL), 0);
  ctsec_options_free(options);
  ctsec_profile_free(profile);
  return policy;
}

/* What a target says is what is compared: the runtime's answers, too. */
START_TEST(runtimes) {
  static const char *const libs[] = {"2.4.1", "2.5.4", "2.6.1"};
  static const uint32_t audits[] = {CT_AUDIT_X86_64, CT_AUDIT_X86_64, 0x40000003u};
  for (int round = 0; round < 12; round++) {
    const char *name = round % 4 < 2 ? "docker" : "podman", *runtime = round % 2 ? "runc" : "crun";
    ctsec_policy *written = builtin(name), *loaded = as_loaded(name, runtime, libs[round / 4]);
    ctsec_diff *diff = NULL;
    ck_assert_int_eq(ctsec_policy_diff(written, loaded, NULL, &diff, NULL), 0);
    policies_say(diff, written, loaded);
    int found = 0;
    for (int a = 0; a < 3; a++)
      for (int32_t n = 0; n < 700; n++) {
        const uint64_t args[6] = {0};
        const int32_t number = n | (a == 1 ? 0x40000000 : 0);
        uint32_t actions[2];
        ck_assert_int_eq(ctsec_policy_simulate_batch(written, 1, &audits[a], &number, args, &actions[0], NULL), 0);
        ck_assert_int_eq(ctsec_policy_simulate_batch(loaded, 1, &audits[a], &number, args, &actions[1], NULL), 0);
        if (actions[0] == actions[1]) continue;
        found++;
        /* Of numbers that neither names the least stands for all. */
        int is_told = has(diff, audits[a], number, actions[0], actions[1]);
        for (size_t i = 0; i < ctsec_diff_count(diff) && !is_told && !is_named(written, audits[a], number); i++) {
          told t = told_at(diff, i);
          is_told = t.audit == audits[a] && t.number < number && t.first == actions[0] && t.second == actions[1];
        }
        ck_assert_msg(is_told, "%s %s %s: %x %d", name, runtime, libs[round / 4], audits[a], number);
      }
    /* crun with a libseccomp that knows every name loads what is written. */
    ck_assert(found || !strcmp(runtime, "crun"));
    ck_assert_int_eq(found > 0, ctsec_diff_count(diff) > 0);
    ctsec_diff_free(diff);
    ctsec_policy_free(written);
    ctsec_policy_free(loaded);
  }
}
END_TEST

static ctsec_filter *assembled(const char *text) {
  ctsec_filter *filter = NULL;
  ck_assert_int_eq(ctsec_filter_parse(text, strlen(text), NULL, &filter, NULL), 0);
  return filter;
}

START_TEST(stacks) {
  ctsec_filter *all = assembled("ret ALLOW\n");
  ctsec_filter *no_read = assembled("ld nr\njeq #0, +0, +1\nret ERRNO(1)\nret ALLOW\n");
  ctsec_filter *no_read_later = assembled("ld nr\njeq #0, +0, +1\nret ERRNO(38)\nret ALLOW\n");
  ctsec_diff *diff = NULL;
  const ctsec_filter *both[] = {all, no_read}, *one[] = {no_read}, *two[] = {no_read, no_read_later};
  ck_assert_int_eq(ctsec_filter_diff(both, 2, one, 1, NULL, &diff, NULL), 0);
  ck_assert_int_eq(ctsec_diff_relation(diff), CTSEC_DIFF_EQUAL);
  ctsec_diff_free(diff);
  /* Of equal ranks the newest has its say. */
  ck_assert_int_eq(ctsec_filter_diff(one, 1, two, 2, NULL, &diff, NULL), 0);
  ck_assert_int_eq(ctsec_diff_relation(diff), CTSEC_DIFF_SAME_ALLOWED);
  ck_assert_uint_eq(ctsec_diff_count(diff), 1);
  told t = told_at(diff, 0);
  ck_assert(t.number == 0 && t.first == (CT_RET_ERRNO | 1) && t.second == (CT_RET_ERRNO | 38));
  ctsec_diff_free(diff);
  ck_assert_int_eq(ctsec_filter_diff(&(const ctsec_filter *){all}, 1, one, 1, NULL, &diff, NULL), 0);
  ck_assert_int_eq(ctsec_diff_relation(diff), CTSEC_DIFF_FIRST_ALLOWS_MORE);
  ctsec_diff_free(diff);
  ctsec_filter_free(all);
  ctsec_filter_free(no_read);
  ctsec_filter_free(no_read_later);
}
END_TEST

/* Better no answer than a wrong one. */
START_TEST(undecided) {
  ctsec_filter *plain = assembled("ret ALLOW\n");
  ctsec_filter *sum = assembled("ld nr\nadd #1\njeq #1, +0, +1\nret ERRNO(1)\nret ALLOW\n");
  ctsec_filter *place = assembled("ld ip.low\njeq #4096, +0, +1\nret ERRNO(1)\nret ALLOW\n");
  ctsec_diff *diff = NULL;
  const ctsec_filter *a = plain, *b = sum, *c = place;
  ck_assert_int_eq(ctsec_filter_diff(&a, 1, &c, 1, NULL, &diff, NULL), CTSEC_E_UNSUPPORTED);
  int status = ctsec_filter_diff(&a, 1, &b, 1, NULL, &diff, NULL);
  ck_assert(status == CTSEC_E_UNSUPPORTED || !status);
  if (!status) {
    ck_assert_int_eq(ctsec_diff_relation(diff), CTSEC_DIFF_FIRST_ALLOWS_MORE);
    ctsec_diff_free(diff);
  }
  ck_assert_int_eq(ctsec_filter_diff(&a, 0, &b, 1, NULL, &diff, NULL), CTSEC_E_ARG);
  ctsec_options *options = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_WORK, 1, NULL), 0);
  ck_assert_int_eq(ctsec_filter_diff(&a, 1, &b, 1, options, &diff, NULL), CTSEC_E_LIMIT);
  ctsec_options_free(options);
  ctsec_filter_free(plain);
  ctsec_filter_free(sum);
  ctsec_filter_free(place);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("seccomp/diff");
  TCase *tests = tcase_create("diff");
  tcase_add_test(tests, forms_and_filters_agree);
  tcase_add_test(tests, nothing_is_left_out);
  tcase_add_test(tests, docker_then_and_now);
  tcase_add_test(tests, runtimes);
  tcase_add_test(tests, stacks);
  tcase_add_test(tests, undecided);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite) ? EXIT_FAILURE : EXIT_SUCCESS;
}
