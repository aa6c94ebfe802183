/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where libseccomp can be trusted (one action a call, EQ and MASKED_EQ), its filter and ours say the same. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "seccomp/compile.h"
#include "seccomp/libseccomp.h"
#include "seccomp/make.h"
#include "support/support.h"

/* libseccomp 2.5 leaks some of the rules that it drops. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

/* Direct numbers on all three, and no family of socketcall or ipc. */
static const char *const names[] = {"read",  "write",  "openat", "close", "mmap",     "personality", "clone", "execve",
                                    "prctl", "ptrace", "mount",  "ioctl", "unshare",  "setns",       "keyctl", "bpf",
                                    "kill",  "futex",  "uname",  "fcntl", "getrandom"};
#define NAMES (sizeof names / sizeof *names)

static const ct_abi *const abis[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32};
static const uint32_t tokens[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32};

static uint32_t pick(ct_random *random) {
  static const uint32_t actions[] = {CT_RET_ALLOW, CT_RET_ERRNO | 1, CT_RET_ERRNO | 38, CT_RET_TRAP,
                                     CT_RET_LOG,   CT_RET_TRACE | 7, CT_RET_KILL_THREAD};
  return actions[ct_random_below(random, sizeof actions / sizeof *actions)];
}

static void compare(ct_random *random, int optimize) {
  uint32_t fallback, which = ct_random_below(random, 3) ? 7 : 1;
  do fallback = pick(random);
  while (fallback == (CT_RET_TRACE | 7));
  ctsec_policy *policy = ct_test_policy(fallback, abis, which == 7 ? 3 : 1);
  scmp_filter_ctx ctx = seccomp_init(fallback);
  ck_assert_ptr_nonnull(ctx);
  ck_assert_int_eq(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_THREAD), 0);
  /* x86-64 comes first wherever this runs. */
  ck_assert_int_eq(seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE), 0);
  for (uint32_t i = 0; i < policy->table_count; i++) {
    ck_assert_int_eq(seccomp_arch_add(ctx, tokens[i]), 0);
  }
  if (optimize) ck_assert_int_eq(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2), 0);
  uint32_t used = 1 + ct_random_below(random, NAMES);
  for (uint32_t name = 0; name < used; name++) {
    uint32_t action, rules = 1 + ct_random_below(random, 4);
    do action = pick(random);
    while (action == fallback);
    for (uint32_t r = 0; r < rules; r++) {
      struct scmp_arg_cmp compares[4];
      ct_condition conditions[4];
      uint32_t n = ct_random_below(random, 4), first = ct_random_below(random, 3);
      for (uint32_t c = 0; c < n; c++) {
        int masked = (int)ct_random_below(random, 2);
        uint64_t value = ct_random_below(random, 3) ? ct_random_below(random, 6) : (uint32_t)ct_random_next(random);
        uint64_t two = ct_random_below(random, 6);
        conditions[c] = (ct_condition){(uint8_t)(first + c), masked ? CT_OP_MASKED_EQ : CT_OP_EQ, value, two};
        compares[c] = masked ? SCMP_CMP64(first + c, SCMP_CMP_MASKED_EQ, value, two)
                             : SCMP_CMP64(first + c, SCMP_CMP_EQ, value);
      }
      int status = seccomp_rule_add_array(ctx, action, seccomp_syscall_resolve_name(names[name]), n, compares);
      ck_assert_msg(!status || status == -EEXIST, "%s: %d", names[name], status);
      for (uint32_t t = 0; t < policy->table_count; t++) {
        int number = seccomp_syscall_resolve_name_arch(tokens[t], names[name]);
        const ct_rule rule = {t, (uint32_t)number, action, name * 8 + r, "", conditions, n};
        ck_assert_int_ge(number, 0);
        ck_assert_int_eq(ct_policy_add_rule(policy, &rule, NULL), 0);
      }
    }
  }
  ck_assert_int_eq(ct_policy_finish(policy, NULL), 0);
  static ct_insn theirs[CT_BPF_MOST];
  size_t count = ct_test_libseccomp_export(ctx, theirs), index;
  ck_assert_ptr_null(ct_bpf_check(theirs, count, &index));
  ct_program ours;
  ck_assert_int_eq(ct_policy_compile(policy, &ours, NULL), 0);
  const ct_shape shape = {1, 450, 0, 0};
  for (int i = 0; i < 300; i++) {
    uint32_t audit, number;
    uint64_t args[6];
    ct_decision decision;
    ct_data data;
    ct_test_random_call(random, policy, &shape, &audit, &number, args);
    ct_policy_decide(policy, audit, number, args, &decision);
    ct_data_make(&data, 0, audit, number, 0, args);
    uint32_t action = ct_bpf_run(theirs, &data, NULL, NULL);
    /* From 0x80000000 on libseccomp takes every number for x32; ours looks at bit 30. */
    if (audit == CT_AUDIT_X86_64 && number >= 0x80000000u && number != UINT32_MAX && !(number & CT_X32_BIT)) continue;
    ck_assert_msg(action == decision.action, "arch %08x number %08x args %llx %llx %llx: ours %08x, libseccomp %08x",
                  audit, number, (unsigned long long)args[0], (unsigned long long)args[1],
                  (unsigned long long)args[2], decision.action, action);
    ck_assert_uint_eq(ct_bpf_run(ours.insns, &data, NULL, NULL), decision.action);
  }
  ct_program_free(&ours);
  ctsec_policy_free(policy);
  seccomp_release(ctx);
}

START_TEST(filters_agree) {
  ct_test_libseccomp_start();
  const char *given = getenv("CTSEC_SEED");
  ct_random random = {given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL)};
  printf("CTSEC_SEED=%llu\n", (unsigned long long)random.state);
  for (int round = 0; round < 300; round++) compare(&random, round % 2);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("libseccomp");
  TCase *all = tcase_create("all");
  tcase_add_test(all, filters_agree);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
