/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls as people write them, and how two profiles differ. */
#include <ctsec/ctsec.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

static int call(const char *line, uint32_t *audit, int32_t *nr, uint64_t *args, uint32_t *unknown) {
  return ctsec_call_read(line, strlen(line), audit, nr, args, unknown, NULL);
}

START_TEST(lines) {
  uint32_t audit, unknown;
  int32_t nr;
  uint64_t args[6];
  ck_assert_int_eq(call("x86_64 clone CLONE_NEWUSER|SIGCHLD 0x10 ?", &audit, &nr, args, &unknown), 0);
  ck_assert_uint_eq(audit, 0xc000003e);
  ck_assert_int_eq(nr, 56);
  ck_assert_uint_eq(args[0], 0x10000011);
  ck_assert_uint_eq(args[1], 16);
  ck_assert_uint_eq(unknown, 4);
  ck_assert_int_eq(call("x32 0", &audit, &nr, args, &unknown), 0);
  ck_assert_int_eq(nr, 0x40000000);
  ck_assert_int_eq(call("x86_64 0x40000000|5", &audit, &nr, args, &unknown), 0);
  ck_assert_int_eq(nr, 0x40000005);
  ck_assert_int_eq(call("x86 socketcall 1\r", &audit, &nr, args, &unknown), 0);
  ck_assert_uint_eq(audit, 0x40000003);
  ck_assert_int_eq(nr, 102);
  ck_assert_int_eq(call("x86_64 -1 -1", &audit, &nr, args, &unknown), 0);
  ck_assert_int_eq(nr, -1);
  ck_assert_uint_eq(args[0], UINT64_MAX);
  ck_assert_int_eq(call("x86_64 mount \"a b\" 18446744073709551615", &audit, &nr, args, &unknown), 0);
  ck_assert_uint_eq(unknown, 1);
  ck_assert_uint_eq(args[1], UINT64_MAX);
  static const char *const bad[] = {"", "x86_64", "vax read", "x86_64 raed", "aarch64 open", "x86_64 read 1 2 3 4 5 6 7",
                                    "x86_64 read NOPE", "x86_64 read 1|", "x86_64 read 18446744073709551616",
                                    "x86_64 read 0x", "mips clone SIGSTKFLT", "x86_64 99999999999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ck_assert_msg(call(bad[i], &audit, &nr, args, &unknown) < 0, "%s", bad[i]);
}
END_TEST

static ctsec_policy *resolved(const char *text) {
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  if (!strncmp(text, "builtin:", 8))
    ck_assert_int_eq(ctsec_profile_find(text + 8, &profile, NULL), 0);
  else
    ck_assert_int_eq(ctsec_profile_parse(text, strlen(text), NULL, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, NULL, &policy, NULL), 0);
  ctsec_profile_free(profile);
  return policy;
}

/* Every witness is true; the relation is returned. */
static int compared(const char *a, const char *b, size_t *count) {
  ctsec_policy *first = resolved(a), *second = resolved(b);
  ctsec_diff *diff = NULL;
  ck_assert_int_eq(ctsec_policy_diff(first, second, NULL, &diff, NULL), 0);
  *count = ctsec_diff_count(diff);
  for (size_t i = 0; i < *count; i++) {
    uint32_t audit, said[2], found[2];
    int32_t nr;
    uint64_t args[6];
    ck_assert_int_eq(ctsec_diff_at(diff, i, &audit, &nr, args, &said[0], &said[1], NULL), 0);
    ctsec_policy_simulate_batch(first, 1, &audit, &nr, args, &found[0], NULL);
    ctsec_policy_simulate_batch(second, 1, &audit, &nr, args, &found[1], NULL);
    ck_assert_uint_eq(found[0], said[0]);
    ck_assert_uint_eq(found[1], said[1]);
    ck_assert_uint_ne(found[0], found[1]);
  }
  int relation = ctsec_diff_relation(diff);
  ctsec_diff_free(diff);
  ctsec_policy_free(first);
  ctsec_policy_free(second);
  return relation;
}

#define HEAD "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
#define RULE(op, value) \
  "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":" value ",\"op\":\"SCMP_CMP_" op "\"}]}"

START_TEST(differences) {
  size_t count;
  ck_assert_int_eq(compared("builtin:docker", "builtin:docker", &count), CTSEC_DIFF_EQUAL);
  ck_assert_uint_eq(count, 0);
  ck_assert_int_eq(compared("builtin:docker", "builtin:podman", &count), CTSEC_DIFF_BOTH);
  ck_assert_int_eq(compared(HEAD "]}", HEAD RULE("EQ", "2") "]}", &count), CTSEC_DIFF_SECOND_ALLOWS_MORE);
  ck_assert_uint_eq(count, 1);
  /* The same set, written in another way. */
  ck_assert_int_eq(compared(HEAD RULE("NE", "2") "]}", HEAD RULE("LT", "2") "," RULE("GT", "2") "]}", &count),
                   CTSEC_DIFF_EQUAL);
  ck_assert_int_eq(compared(HEAD RULE("GT", "2") "]}", HEAD RULE("GE", "2") "]}", &count),
                   CTSEC_DIFF_SECOND_ALLOWS_MORE);
  ck_assert_int_eq(compared(HEAD RULE("LT", "9") "]}", HEAD RULE("GT", "3") "]}", &count), CTSEC_DIFF_BOTH);
  ck_assert_int_eq(compared(HEAD "]}", "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38}", &count),
                   CTSEC_DIFF_SAME_ALLOWED);
  ck_assert_int_eq(compared("{\"ociVersion\":\"1.0\"}", HEAD "]}", &count), CTSEC_DIFF_FIRST_ALLOWS_MORE);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("seccomp/call");
  TCase *tests = tcase_create("call");
  tcase_add_test(tests, lines);
  tcase_add_test(tests, differences);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite) ? EXIT_FAILURE : EXIT_SUCCESS;
}
