/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes recordings: the filter, the decoder of notifications, the text. */
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

#define NATIVE 0xc000003eu
#define I386 0x40000003u
#define NOTIFY 0x7fc00000u
#define ALLOW 0x7fff0000u

static ctsec_recorder *recorder(int all) {
  ctsec_recorder *made = NULL;
  ck_assert_int_eq(ctsec_recorder_new(NULL, &made, NULL), 0);
  if (all) ck_assert_int_eq(ctsec_recorder_set(made, "all", "true", 4, NULL), 0);
  return made;
}

static uint32_t answer(const ctsec_filter *filter, uint32_t audit, int32_t nr) {
  const uint64_t args[6] = {0};
  uint32_t action = 0;
  ck_assert_int_eq(ctsec_filter_simulate_batch(&filter, 1, 1, &audit, &nr, args, &action, NULL), 0);
  return action;
}

START_TEST(filters) {
  for (int all = 0; all < 2; all++) {
    ctsec_recorder *r = recorder(all);
    ctsec_filter *filter = NULL;
    ck_assert_int_eq(ctsec_recorder_compile(r, NOTIFY, &filter, NULL), 0);
    /* read, write, openat and futex pass; socket, clone, execve, a number without a name do not. */
    static const int32_t pass[] = {0, 1, 257, 202}, seen[] = {41, 56, 59, 999, 157};
    for (int i = 0; i < 4; i++) ck_assert_uint_eq(answer(filter, NATIVE, pass[i]), all ? NOTIFY : ALLOW);
    for (int i = 0; i < 5; i++) ck_assert_uint_eq(answer(filter, NATIVE, seen[i]), NOTIFY);
    /* i386: read and socketcall; x32: read and execve. */
    ck_assert_uint_eq(answer(filter, I386, 3), all ? NOTIFY : ALLOW);
    ck_assert_uint_eq(answer(filter, I386, 102), NOTIFY);
    ck_assert_uint_eq(answer(filter, NATIVE, 0x40000000), all ? NOTIFY : ALLOW);
    ck_assert_uint_eq(answer(filter, NATIVE, 0x40000208), NOTIFY);
    ctsec_filter_free(filter);
    ctsec_recorder_free(r);
  }
}
END_TEST

START_TEST(profiles) {
  ctsec_recorder *r = recorder(0);
  char *text = NULL;
  size_t length = 0;
  ck_assert_int_eq(ctsec_recorder_encode(r, "/run/agent \"1\"", &text, &length, NULL), 0);
  ck_assert(strstr(text, "\"listenerPath\": \"/run/agent \\\"1\\\"\""));
  ck_assert(strstr(text, "\"SCMP_ACT_NOTIFY\"") && strstr(text, "\"socket\"") && strstr(text, "\"execve\""));
  /* runc refuses to start with it. */
  ck_assert(!strstr(text, "\"write\""));
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ck_assert_int_eq(ctsec_profile_parse(text, length, NULL, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, NULL, &policy, NULL), 0);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ctsec_free(text);
  ctsec_recorder_free(r);
}
END_TEST

START_TEST(notifications) {
  struct seccomp_notif made;
  memset(&made, 0, sizeof made);
  made.id = UINT64_C(0x1122334455667788);
  made.pid = 4711;
  made.data.nr = 435;
  made.data.arch = NATIVE;
  for (int i = 0; i < 6; i++) made.data.args[i] = UINT64_C(0x100000000) + (uint64_t)i;
  uint64_t id = 0, args[6] = {0};
  uint32_t pid = 0, audit = 0;
  int32_t nr = 0;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_notification_decode((const uint8_t *)&made, sizeof made, &id, &pid, &audit, &nr, args, NULL), 0);
  ck_assert(id == made.id && pid == 4711 && audit == NATIVE && nr == 435);
  for (int i = 0; i < 6; i++) ck_assert(args[i] == made.data.args[i]);
  ck_assert_int_eq(ctsec_notification_decode((const uint8_t *)&made, 79, &id, NULL, NULL, NULL, NULL, &error), CTSEC_E_ARG);
  ctsec_error_free(error);
}
END_TEST

static void feed(ctsec_recorder *r, uint32_t audit, int32_t nr, const uint64_t args[6], const void *memory, size_t length) {
  ck_assert_int_eq(ctsec_recorder_feed(r, audit, nr, args, memory, length, NULL), 0);
}

START_TEST(texts) {
  ctsec_recorder *r = recorder(1);
  char *text = NULL;
  size_t length = 0, wanted = 0;
  uint64_t address = 0;
  ck_assert_int_eq(ctsec_recorder_set(r, "uid", "1000", 4, NULL), 0);
  ck_assert_int_eq(ctsec_recorder_set(r, "caps", "0000000000000400", 16, NULL), 0);
  ck_assert_int_eq(ctsec_recorder_set(r, "command", "a b", 3, NULL), 0);
  ck_assert_int_eq(ctsec_recorder_set(r, "command", "\n", 1, NULL), 0);
  ck_assert_int_eq(ctsec_recorder_set(r, "status", "3", 1, NULL), 0);
  static const char *const wrong[][2] = {{"uid", "x"}, {"caps", "1"}, {"status", "256"}, {"nothing", ""}, {"kernel", "a b"}};
  for (int i = 0; i < 5; i++)
    ck_assert_int_eq(ctsec_recorder_set(r, wrong[i][0], wrong[i][1], strlen(wrong[i][1]), NULL), CTSEC_E_ARG);
  const uint64_t clone3[6] = {0x7000, 88}, bind[6] = {3, 0x8000, 16}, socket[6] = {2, 0x80001, 0}, unix_bind[6] = {3, 0x8000, 2};
  ck_assert_int_eq(ctsec_recorder_find(r, NATIVE, 435, clone3, &address, &wanted, NULL), 0);
  ck_assert(address == 0x7000 && wanted == 8);
  ck_assert_int_eq(ctsec_recorder_find(r, NATIVE, 49, bind, &address, &wanted, NULL), 0);
  ck_assert(address == 0x8000 && wanted == 4);
  ck_assert_int_eq(ctsec_recorder_find(r, NATIVE, 41, socket, &address, &wanted, NULL), 0);
  ck_assert_uint_eq(wanted, 0);
  const uint8_t flags[8] = {0, 0, 2}, inet[4] = {2, 0, 0, 80}, local[2] = {1, 0};
  feed(r, NATIVE, 435, clone3, flags, sizeof flags);
  feed(r, NATIVE, 49, bind, inet, sizeof inet);
  feed(r, NATIVE, 49, unix_bind, local, sizeof local);
  feed(r, NATIVE, 41, socket, NULL, 0);
  feed(r, NATIVE, 41, socket, NULL, 0);
  for (int i = 0; i < 3; i++) feed(r, NATIVE, 0, bind, NULL, 0);
  feed(r, I386, 102, socket, NULL, 0);
  ck_assert_int_eq(ctsec_recorder_feed(r, 0x12345678, 1, bind, NULL, 0, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_recorder_take(r, &text, &length, NULL), 0);
  ck_assert_str_eq(text,
                   "ctsec-trace 1\narch x86_64\nuid 1000\ncaps 0000000000000400\ncommand \"a b\" \"\\x0a\"\n"
                   "call x86_64 clone3 data=0x20000\ncall x86_64 bind data=0x100500002\ncall x86_64 bind data=0x1\n"
                   "call x86_64 socket 0=0x2 1=0x1 2=0x0\ncall x86_64 read\ncall x86 socketcall 0=0x2\n");
  ctsec_free(text);
  ck_assert_int_eq(ctsec_recorder_take(r, &text, &length, NULL), 0);
  ck_assert_uint_eq(length, 0);
  ctsec_free(text);
  ck_assert_int_eq(ctsec_recorder_finish(r, &text, &length, NULL), 0);
  ck_assert_str_eq(text, "times 2 x86_64 socket 0=0x2 1=0x1 2=0x0\ntimes 3 x86_64 read\nend 3\n");
  ctsec_free(text);
  ck_assert_int_eq(ctsec_recorder_take(r, &text, &length, NULL), CTSEC_E_ARG);
  ctsec_recorder_free(r);
}
END_TEST

/* So many distinct requests are told apart; more are counted without. */
START_TEST(many) {
  ctsec_recorder *r = recorder(1);
  char *text = NULL;
  size_t length = 0, lines = 0;
  for (uint64_t i = 0; i < 5000; i++) {
    const uint64_t args[6] = {1, i, 0};
    feed(r, NATIVE, 16, args, NULL, 0);
  }
  ck_assert_int_eq(ctsec_recorder_finish(r, &text, &length, NULL), 0);
  for (const char *at = text; (at = strstr(at, "call x86_64 ioctl")); at++) lines++;
  ck_assert_uint_eq(lines, 257);
  ck_assert(strstr(text, "times 4744 x86_64 ioctl\n"));
  ctsec_free(text);
  ctsec_recorder_free(r);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("recorder");
  TCase *all = tcase_create("all");
  tcase_add_test(all, filters);
  tcase_add_test(all, profiles);
  tcase_add_test(all, notifications);
  tcase_add_test(all, texts);
  tcase_add_test(all, many);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
