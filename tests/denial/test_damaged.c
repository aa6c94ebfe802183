/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Damaged lines: each is counted, and reported with its exact place. A whole record before and after stays read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

#define HEAD "type=SECCOMP msg=audit(1.002:3): "
#define WHO "auid=1 uid=0 gid=0 ses=1 pid=7 comm=\"a\" exe=\"/a\" sig=31 "
#define KERN "[1.0] audit: type=1326 audit(1.002:3): "
#define AVC "type=AVC msg=audit(1.002:3): avc:  denied  { read } for  pid=7 comm=\"a\" "
#define AA "type=AVC msg=audit(1.002:3): apparmor=\"DENIED\" "

static const struct {
  const char *line;
  int column;
  const char *message;
} damaged[] = {
    {"text", 1, "this is no line of a log that is known"},
    {"text: text", 1, "this is no line of a log that is known"},
    {"\x01\x02\x03", 1, "this is no line of a log that is known"},
    {"\xff\xfe\xfd", 1, "this is no line of a log that is known"},
    {"type=SECCOMP", 1, "this is no line of a log that is known"},
    {"type=SECCOMP msg=aud", 1, "this is no line of a log that is known"},
    {"audit(1.002:3): ", 1, "this is no line of a log that is known"},
    {"type= msg=audit(1.002:3): pid=1", 1, "this is no line of a log that is known"},
    {"Jul 99", 1, "this is no line of a log that is known"},
    {"2023-99-08T10:31:23Z", 1, "this is no line of a log that is known"},
    {"5,1234,abc,-;x", 1, "this is no line of a log that is known"},
    {"\"MESSAGE\"", 1, "this is no line of a log that is known"},
    {"type=SECCOMP msg=audit(", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.00", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.002", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.002:", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.002:3", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.002:3)", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.002): x", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.2:3): x", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(x.002:3): x", 24, "time and number of the record cannot be read"},
    {"type=SECCOMP msg=audit(1.002:99999999999): x", 24, "time and number of the record cannot be read"},
    {"[1.0] audit: type=1326 audit(1.002:3", 30, "time and number of the record cannot be read"},
    {HEAD, 34, "the record has no `syscall`"},
    {HEAD "auid=1", 40, "the record has no `syscall`"},
    {HEAD WHO, 90, "the record has no `syscall`"},
    {HEAD WHO "arch=c000003e", 103, "the record has no `syscall`"},
    {HEAD WHO "arch=c000003e sysc", 108, "the record has no `syscall`"},
    {HEAD WHO "arch=c000003e syscall=", 112, "the record ends inside of `syscall`"},
    {HEAD WHO "arch=c000003e syscall=16", 114, "the record ends inside of `syscall`"},
    {KERN WHO "arch=c000003e syscall=16", 120, "the record ends inside of `syscall`"},
    {HEAD WHO "arch=c000003x syscall=165 compat=0", 95, "the value of `arch` cannot be read"},
    {HEAD WHO "arch= syscall=165 compat=0", 95, "the value of `arch` cannot be read"},
    {HEAD WHO "arch=1c000003e syscall=165 compat=0", 95, "the value of `arch` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=mount compat=0", 112, "the value of `syscall` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=0xa5 compat=0", 112, "the value of `syscall` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=16 5 compat=0 ip=0x1 code=0x5", 138, "the value of `code` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=99999999999 compat=0", 112, "the value of `syscall` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=165 compat=0 ip=0x1 code=0x8000", 137, "the value of `code` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=165 compat=0 ip=0x1 code=", 137, "the value of `code` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=165 compat=0 ip=0x1 code=0x", 137, "the value of `code` cannot be read"},
    {HEAD WHO "arch=c000003e syscall=165 compat=0 ip=0x1 code=kill", 137, "the value of `code` cannot be read"},
    {HEAD "pid=7 comm=\"a", 45, "a quotation mark is not closed"},
    {HEAD "pid=7 comm=\"a\" exe=\"/a sig=0 arch=c000003e", 53, "a quotation mark is not closed"},
    {HEAD "pid=7 comm=616 exe=\"/a\" sig=0 arch=c000003e syscall=1 compat=0", 45, "a name in hex has an odd number of digits"},
    {HEAD "pid=7 comm=\"a\" exe=2F6 sig=0 arch=c000003e syscall=1 compat=0", 53, "a name in hex has an odd number of digits"},
    {HEAD "sig=SYS arch=c000003e syscall=1 compat=0", 38, "the value of `sig` cannot be read"},
    {HEAD "sig=999 arch=c000003e syscall=1 compat=0", 38, "the value of `sig` cannot be read"},
    {"type=ANOM_ABEND msg=audit(1.002:3): pid=7 comm=\"a\"", 51, "the record has no `sig`"},
    {"type=ANOM_ABEND msg=audit(1.002:3): pid=7 sig=x", 47, "the value of `sig` cannot be read"},
    {"type=CAPSET msg=audit(1.002:3): pid=7 cap_pi=0", 47, "the record has no `cap_pp`"},
    {"type=CAPSET msg=audit(1.002:3): pid=7 cap_pi=zz cap_pp=0 cap_pe=0", 46, "the value of `cap_pi` cannot be read"},
    {"type=BPRM_FCAPS msg=audit(1.002:3): fver=2", 43, "the record has no `pi`"},
    {AVC "scontext=u:r:t:s0", 90, "the record has no `tcontext`"},
    {AVC, 73, "the record has no `scontext`"},
    {AVC "scontext=u:r:t:s0 tcontext=u:r:t:s0", 108, "the record has no `tclass`"},
    {"type=AVC msg=audit(1.002:3): avc:  denied  { read", 50, "the record ends inside of `avc`"},
    {"type=AVC msg=audit(1.002:3): avc:  ", 36, "the record ends inside of `avc`"},
    {"type=AVC msg=audit(1.002:3): lsm=SMACK fn=x action=denied", 30, "a record of a security module that is not known"},
    {"type=AVC msg=audit(1.002:3): ", 30, "a record of a security module that is not known"},
    {AA "profile=\"p\"", 59, "the record has no `operation`"},
    {AA "operation=\"open", 58, "a quotation mark is not closed"},
    {"type=USER_AVC msg=audit(1.002:3): pid=1", 40, "the record has no `msg`"},
    {"type=USER_AVC msg=audit(1.002:3): pid=1 msg='avc:  denied", 45, "a quotation mark is not closed"},
    {"{\"MESSAGE\":\"audit", 12, "a string without end"},
    {"{\"MESSAGE\":1,\"MESSAGE\":2}", 14, "the key `MESSAGE` stands twice in one object"},
    {"{\"log\":\"type=SECCOMP msg=audit(1.0\"}", 1, "time and number of the record cannot be read"},
    {"{\"a\":1}", 1, "this is no line of a log that is known"},
    {"{\"a\":\xff}", 6, NULL},
};

#define WHOLE(serial)                                                                                                \
  "type=SECCOMP msg=audit(1.00" serial ":" serial "): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=3042 comm=\"mount\" " \
  "exe=\"/usr/bin/mount\" sig=31 arch=c000003e syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=0x80000000\n"

START_TEST(test_damaged) {
  char log[4096];
  int before = snprintf(log, sizeof log, "%s", WHOLE("1"));
  int length = before + snprintf(log + before, sizeof log - (size_t)before, "%s\n%s", damaged[_i].line, WHOLE("5"));
  ctsec_denials *denials = NULL;
  ck_assert_int_eq(ctsec_denials_new(NULL, "json", &denials, NULL), 0);
  ck_assert_int_eq(ctsec_denials_feed(denials, "log", log, (size_t)length, NULL), 0);
  char *text;
  size_t size;
  ck_assert_int_eq(ctsec_denials_finish(denials, &text, &size, NULL), 0);
  ctsec_free(text);
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS), 2);
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_UNPARSED), 1);
  ck_assert_uint_eq(ctsec_denials_error_count(denials), 1);
  const ctsec_error *error = ctsec_denials_error_at(denials, 0);
  if (damaged[_i].message) ck_assert_str_eq(ctsec_error_message(error), damaged[_i].message);
  ck_assert_str_eq(ctsec_error_source(error), "log");
  ck_assert_int_eq(ctsec_error_line(error), 2);
  ck_assert_msg(ctsec_error_column(error) == damaged[_i].column, "%s: column %d, not %d", damaged[_i].line,
                (int)ctsec_error_column(error), damaged[_i].column);
  ck_assert_int_eq(ctsec_error_offset(error), before + damaged[_i].column - 1);
  ctsec_denials_free(denials);
}
END_TEST

/* A whole record cut at every byte: read with what is there, or counted as damaged; never something else, never nothing. */
START_TEST(test_cut) {
  const char *whole = WHOLE("1");
  for (size_t length = 1; length < strlen(whole); length++) {
    ctsec_denials *denials = NULL;
    char *text;
    size_t size;
    ck_assert_int_eq(ctsec_denials_new(NULL, "json", &denials, NULL), 0);
    ck_assert_int_eq(ctsec_denials_feed(denials, "log", whole, length, NULL), 0);
    ck_assert_int_eq(ctsec_denials_finish(denials, &text, &size, NULL), 0);
    uint64_t records = ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS);
    ck_assert_uint_eq(records + ctsec_denials_count(denials, CTSEC_DENIALS_UNPARSED), 1);
    if (records) {
      ck_assert_msg(strstr(text, "\"syscall\": \"mount\"") != NULL, "%.*s", (int)length, whole);
      ck_assert_msg(strstr(text, "\"action\": null") || strstr(text, "\"action\": \"SCMP_ACT_KILL_PROCESS\""), "%.*s",
                    (int)length, whole);
    }
    ctsec_free(text);
    ctsec_denials_free(denials);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("damaged");
  TCase *tests = tcase_create("damaged");
  tcase_add_loop_test(tests, test_damaged, 0, (int)(sizeof damaged / sizeof *damaged));
  tcase_add_test(tests, test_cut);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite);
}
