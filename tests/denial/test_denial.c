/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every form of a line, decoded to the same event; what is counted, and what is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

#define FIELDS(code)                                                                                                   \
  "auid=4294967295 uid=0 gid=0 ses=4294967295 pid=3042 comm=\"mount\" exe=\"/usr/bin/mount\" sig=31 arch=c000003e "  \
  "syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=" code
#define BODY FIELDS("0x80000000")
#define KERNEL "type=1326 audit(1700000000.004:1001): " BODY
#define DAEMON "type=SECCOMP msg=audit(1700000000.004:1001): " BODY

static ctsec_denials *open_stream(void) {
  ctsec_denials *denials = NULL;
  ck_assert_int_eq(ctsec_denials_new(NULL, "json", &denials, NULL), 0);
  return denials;
}

static void feed(ctsec_denials *denials, const char *source, const char *text, size_t length) {
  ck_assert_int_eq(ctsec_denials_feed(denials, source, text, length, NULL), 0);
}

static char *finish(ctsec_denials *denials) {
  char *text = NULL;
  size_t length;
  ck_assert_int_eq(ctsec_denials_finish(denials, &text, &length, NULL), 0);
  ck_assert_uint_eq(strlen(text), length);
  return text;
}

/* The document of one log; each piece has `step` bytes. */
static char *document(const char *log, size_t length, size_t step) {
  ctsec_denials *denials = open_stream();
  for (size_t at = 0; at < length; at += step) feed(denials, "log", log + at, length - at < step ? length - at : step);
  char *text = finish(denials);
  ctsec_denials_free(denials);
  return text;
}

static void has(const char *text, const char *words) {
  ck_assert_msg(strstr(text, words) != NULL, "`%s` is missing in\n%.3000s", words, text);
}

static void has_not(const char *text, const char *words) {
  ck_assert_msg(!strstr(text, words), "`%s` should not be in\n%.3000s", words, text);
}

static const char *const forms[] = {
    DAEMON,
    "node=worker1 " DAEMON,
    "type=UNKNOWN[1326] msg=audit(1700000000.004:1001): " BODY,
    DAEMON "\x1d" "AUID=\"unset\" UID=\"root\" GID=\"root\" ARCH=x86_64 SYSCALL=mount",
    DAEMON "AUID=\"unset\" UID=\"root\" GID=\"root\" ARCH=x86_64 SYSCALL=mount",
    "[  270.853767] audit: " KERNEL,
    "[  270.853767] " KERNEL,
    KERNEL,
    "audit: " KERNEL,
    "[Mon Nov 23 10:31:23 2026] audit: " KERNEL,
    "[  +0.000010] audit: " KERNEL,
    "[  270.853767 <    0.000010>] audit: " KERNEL,
    "[Nov23 10:31] audit: " KERNEL,
    "[  270.853767][   T12] audit: " KERNEL,
    "2026-11-23T10:31:23,123456+00:00 audit: " KERNEL,
    "kern  :notice: [  270.853767] audit: " KERNEL,
    "kern  :notice: [Mon Nov 23 10:31:23 2026] audit: " KERNEL,
    "<5>[  270.853767] audit: " KERNEL,
    "5,1234,567890,-;audit: " KERNEL,
    "5,1234,567890,c,caller=T12;audit: " KERNEL,
    "Jul  8 10:31:23 host kernel: [  270.853767] audit: " KERNEL,
    "Jul  8 10:31:23 host kernel: audit: " KERNEL,
    "Jul  8 10:31:23 host kernel: " KERNEL,
    "<5>Jul  8 10:31:23 host kernel: [  270.853767] audit: " KERNEL,
    "<5>1 2023-07-08T10:31:23.123456+02:00 host kernel - - - audit: " KERNEL,
    "2023-07-08T10:31:23.123456+02:00 host kernel: [  270.853767] audit: " KERNEL,
    "2023-07-08T10:31:23.123456Z host.example.org kernel: audit: " KERNEL,
    "2023-07-08T10:31:23+0200 host kernel: audit: " KERNEL,
    "2023-07-08 10:31:23 host kernel: audit: " KERNEL,
    "[  270.853767] host kernel: audit: " KERNEL,
    "1700000000.123456 host kernel: audit: " KERNEL,
    "Sat 2023-07-08 10:31:23 CEST host kernel: audit: " KERNEL,
    "Jul 08 10:31:23 host audispd[77]: node=host " DAEMON,
    "Jul 08 10:31:23 host audisp-syslog: " DAEMON,
    "2023-07-08T10:31:23.123456789Z stdout F " DAEMON,
    "2023-07-08T10:31:23.123456789+02:00 stderr F [  270.853767] audit: " KERNEL,
    "2023-07-08T10:31:23.1Z stdout P type=SECCOMP msg=au\n2023-07-08T10:31:23.1Z stdout F dit(1700000000.004:1001): " BODY,
};

START_TEST(test_forms) {
  const char *form = forms[_i];
  for (int end = 0; end < 3; end++) {
    char line[2048];
    int length = snprintf(line, sizeof line, "%s%s", form, end == 0 ? "" : end == 1 ? "\n" : "\r\n");
    char *text = document(line, (size_t)length, (size_t)length);
    has(text, "\"count\": 1,");
    has(text, "\"first\": \"2023-11-14T22:13:20.004Z\"");
    has(text, "\"exe\": \"/usr/bin/mount\"");
    has(text, "\"comm\": \"mount\"");
    has(text, "\"arch\": \"x86_64\"");
    has(text, "\"syscall\": \"mount\"");
    has(text, "\"number\": 165");
    has(text, "\"action\": \"SCMP_ACT_KILL_PROCESS\"");
    has(text, "\"pid\": 3042");
    has(text, "\"records\": 1,");
    has(text, "\"unparsed\": 0,");
    free(text);
  }
}
END_TEST

/* JSON with the fields of a record as they are escaped there. */
#define JBODY                                                                                                        \
  "auid=4294967295 uid=0 gid=0 ses=4294967295 pid=3042 comm=\\\"mount\\\" exe=\\\"/usr/bin/mount\\\" sig=31 "    \
  "arch=c000003e syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=0x80000000"
#define JKERNEL "audit: type=1326 audit(1700000000.004:1001): " JBODY

static const char *const wrapped[] = {
    "{\"_TRANSPORT\":\"kernel\",\"_HOSTNAME\":\"host\",\"MESSAGE\":\"" JKERNEL "\"}",
    "\x1e{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"" JKERNEL "\"}",
    "data: {\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"" JKERNEL "\"}",
    "{\"_TRANSPORT\":\"audit\",\"_AUDIT_TYPE\":\"1326\",\"_AUDIT_TYPE_NAME\":\"SECCOMP\",\"_AUDIT_ID\":\"1001\","
    "\"_SOURCE_REALTIME_TIMESTAMP\":\"1700000000004000\",\"MESSAGE\":\"SECCOMP " JBODY "\"}",
    "{\"log\":\"[  270.853767] " JKERNEL "\\n\",\"stream\":\"stdout\",\"time\":\"2023-11-14T22:13:20.004Z\"}",
    "{\"log\":\"2023-07-08T10:31:23.1Z stdout F " JKERNEL "\"}",
    "{\"kubernetes\":{\"pod\":\"p\"},\"message\":\"" JKERNEL "\"}",
    "{\n  \"_TRANSPORT\" : \"kernel\",\n  \"MESSAGE\" : \"" JKERNEL "\"\n}",
    "{\n   \"dmesg\": [\n      {\n         \"pri\": 5,\n         \"time\": 1.5,\n         \"msg\": \"" JKERNEL
    "\"\n      }\n   ]\n}",
    "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1700000000123456\n_TRANSPORT=kernel\nMESSAGE=audit: " KERNEL "\n\n",
    "Sat 2023-07-08 10:31:23 CEST [s=1;i=2]\n    PRIORITY=5\n    MESSAGE=audit: " KERNEL "\n    _TRANSPORT=kernel",
};

START_TEST(test_wrapped) {
  const char *form = wrapped[_i];
  char *text = document(form, strlen(form), strlen(form));
  has(text, "\"records\": 1,");
  has(text, "\"first\": \"2023-11-14T22:13:20.004Z\"");
  has(text, "\"exe\": \"/usr/bin/mount\"");
  has(text, "\"syscall\": \"mount\"");
  has(text, "\"unparsed\": 0,");
  free(text);
}
END_TEST

/* A field of the journal with a line end and other bytes in it. */
START_TEST(test_export_binary) {
  static const char head[] = "__CURSOR=s=1\n_TRANSPORT=kernel\nOTHER\n\x05\0\0\0\0\0\0\0a\n\nb\n\nMESSAGE\n";
  static const char message[] = "audit: " KERNEL;
  char log[2048];
  size_t length = 0;
  uint64_t size = sizeof message - 1;
  memcpy(log, head, sizeof head - 1);
  length = sizeof head - 1;
  for (int i = 0; i < 8; i++) log[length++] = (char)(size >> 8 * i);
  memcpy(log + length, message, size);
  length += size;
  log[length++] = '\n';
  log[length++] = '\n';
  char *whole = document(log, length, length);
  has(whole, "\"records\": 1,");
  has(whole, "\"unparsed\": 0,");
  for (size_t step = 1; step < 40; step++) {
    char *pieces = document(log, length, step);
    ck_assert_str_eq(whole, pieces);
    free(pieces);
  }
  free(whole);
}
END_TEST

/* A message that the journal gives as the numbers of its bytes. */
START_TEST(test_json_bytes) {
  static const char message[] = "audit: " KERNEL;
  char log[8192];
  int length = snprintf(log, sizeof log, "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[");
  for (size_t i = 0; i < sizeof message - 1; i++)
    length += snprintf(log + length, sizeof log - (size_t)length, "%s%d", i ? "," : "", message[i]);
  length += snprintf(log + length, sizeof log - (size_t)length, "]}\n");
  char *text = document(log, (size_t)length, (size_t)length);
  has(text, "\"syscall\": \"mount\"");
  free(text);
}
END_TEST

static const struct {
  const char *fields;
  const char *expected;
} decoded[] = {
    {"arch=c000003e syscall=1073741989 compat=0 ip=0x1 code=0x50000", "\"arch\": \"x32\""},
    {"arch=c000003e syscall=1073741989 compat=0 ip=0x1 code=0x50000", "\"syscall\": \"mount\""},
    {"arch=c00000b7 syscall=40 compat=0 ip=0x1 code=0x50000", "\"syscall\": \"mount\""},
    {"arch=c00000f3 syscall=40 compat=0 ip=0x1 code=0x50000", "\"arch\": \"riscv64\""},
    {"arch=c0000102 syscall=40 compat=0 ip=0x1 code=0x50000", "\"syscall\": \"mount\""},
    {"arch=40000003 syscall=74 compat=1 ip=0x1 code=0x50000", "\"syscall\": \"sethostname\""},
    {"arch=40000028 syscall=21 compat=0 ip=0x1 code=0x50000", "\"arch\": \"arm\""},
    {"arch=28 syscall=21 compat=0 ip=0x1 code=0x50000", "\"arch\": \"armeb\""},
    {"arch=80000016 syscall=21 compat=0 ip=0x1 code=0x50000", "\"arch\": \"s390x\""},
    {"arch=c0009026 syscall=21 compat=0 ip=0x1 code=0x50000", "\"syscall\": null"},
    {"arch=deadbeef syscall=21 compat=0 ip=0x1 code=0x50000", "\"audit_arch\": \"0xdeadbeef\""},
    {"arch=deadbeef syscall=21 compat=0 ip=0x1 code=0x50000", "\"syscall\": null"},
    {"arch=c000003e syscall=9999 compat=0 ip=0x1 code=0x50000", "\"syscall\": null"},
    {"arch=c000003e syscall=-1 compat=0 ip=0x1 code=0x50000", "\"number\": -1"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x0", "SCMP_ACT_KILL_THREAD"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x80000000", "SCMP_ACT_KILL_PROCESS"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x30000", "SCMP_ACT_TRAP"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x50000", "SCMP_ACT_ERRNO"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x7fc00000", "SCMP_ACT_NOTIFY"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x7ff00000", "SCMP_ACT_TRACE"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x7ffc0000", "SCMP_ACT_LOG"},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x7ffc0000AUID=\"unset\"", "\"code\": \"0x7ffc0000\""},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x0AUID=\"unset\"", "\"code\": \"0x0\""},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x50000ARCH=x86_64", "\"code\": \"0x50000\""},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x12340000", "\"code\": \"0x12340000\""},
    {"arch=c000003e syscall=165 compat=0 ip=0x1 code=0x12340000", "\"action\": null"},
    /* Before Linux 3.16 there is no arch, before 3.5 no code. */
    {"syscall=165 compat=0 ip=0x1", "\"arch\": null"},
};

START_TEST(test_decoded) {
  char line[1024];
  int length = snprintf(line, sizeof line,
                        "type=SECCOMP msg=audit(1700000000.004:1): auid=1 uid=2 gid=3 ses=4 pid=5 comm=\"a\" exe=\"/a\" "
                        "sig=0 %s\n",
                        decoded[_i].fields);
  char *text = document(line, (size_t)length, (size_t)length);
  has(text, decoded[_i].expected);
  has(text, "\"records\": 1,");
  free(text);
}
END_TEST

static const struct {
  const char *comm;
  const char *exe;
  const char *expected_comm;
  const char *expected_exe;
} names[] = {
    {"73632077697468207370616365", "2F746D702F78202864656C6574656429", "\"sc with space\"", "\"/tmp/x (deleted)\""},
    {"6D792070726F672278", "(null)", "\"my prog\\\"x\"", "null"},
    {"\"\"", "\"/a\"", "\"\"", "\"/a\""},
    /* In quotes it is what it is. */
    {"\"ABCD\"", "\"4142\"", "\"ABCD\"", "\"4142\""},
    {"E38182", "\"/a\"", "\"\xe3\x81\x82\"", "\"/a\""},
    {"FF", "\"/a\"", "\"\\\\xff\"", "\"/a\""},
    {"?", "(none)", "null", "null"},
};

START_TEST(test_names) {
  char line[1024], expected[128];
  int length = snprintf(line, sizeof line,
                        "type=SECCOMP msg=audit(1700000000.004:1): auid=1 uid=2 gid=3 ses=4 pid=5 comm=%s exe=%s "
                        "sig=0 arch=c000003e syscall=165 compat=0 ip=0x1 code=0x50000\n",
                        names[_i].comm, names[_i].exe);
  char *text = document(line, (size_t)length, (size_t)length);
  snprintf(expected, sizeof expected, "\"comm\": %s,", names[_i].expected_comm);
  has(text, expected);
  snprintf(expected, sizeof expected, "\"exe\": %s,", names[_i].expected_exe);
  has(text, expected);
  free(text);
}
END_TEST

#define DAEMON_AT(time, serial, pid)                                                                                   \
  "type=SECCOMP msg=audit(" time ":" serial "): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=" pid                  \
  " comm=\"mount\" exe=\"/usr/bin/mount\" sig=31 arch=c000003e syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=0x80000000\n"
#define KERNEL_AT(time, serial, pid)                                                                                   \
  "[1.0] audit: type=1326 audit(" time ":" serial "): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=" pid            \
  " comm=\"mount\" exe=\"/usr/bin/mount\" sig=31 arch=c000003e syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=0x80000000\n"
#define JOURNAL "Jul 08 10:31:23 host audit[3042]: SECCOMP " BODY "\n"

static const struct {
  const char *log;
  uint64_t records;
  uint64_t duplicates;
  uint64_t lost;
} counted[] = {
    {DAEMON_AT("1.000", "1", "7") DAEMON_AT("1.001", "2", "7"), 2, 0, 0},
    /* The same event by the kernel and by the daemon. */
    {KERNEL_AT("1.000", "1", "7") DAEMON_AT("1.000", "1", "7"), 1, 1, 0},
    {DAEMON_AT("1.000", "1", "7") DAEMON_AT("1.001", "2", "7") KERNEL_AT("1.000", "1", "7") KERNEL_AT("1.001", "2", "7"), 2, 2, 0},
    /* The journal's copy has no number; each takes one away. */
    {JOURNAL KERNEL "\n", 1, 1, 0},
    {KERNEL "\n" JOURNAL, 1, 1, 0},
    {JOURNAL JOURNAL KERNEL "\n", 2, 1, 0},
    {JOURNAL KERNEL_AT("1.000", "1", "7"), 2, 0, 0},
    /* Two records of one event. */
    {DAEMON_AT("1.000", "1", "7") DAEMON_AT("1.000", "1", "8"), 2, 0, 0},
    /* Gaps. */
    {KERNEL_AT("1.000", "31", "7") "[2.0] kauditd_printk_skb: 2002 callbacks suppressed\n" KERNEL_AT("6.000", "2034", "7"), 2, 0, 2002},
    {DAEMON_AT("1.000", "1", "7") DAEMON_AT("1.002", "3", "7") DAEMON_AT("1.001", "2", "7"), 3, 0, 0},
    {DAEMON_AT("1.000", "10", "7") "type=CWD msg=audit(1.001:11): cwd=\"/\"\n" DAEMON_AT("1.002", "13", "7"), 2, 0, 1},
    /* A number that was not read is no number that is missing. */
    {DAEMON_AT("1.000", "10", "7") "type=SECCOMP msg=audit(1.001:11): auid=\n" DAEMON_AT("1.002", "12", "7"), 2, 0, 0},
    /* Another boot begins again. */
    {DAEMON_AT("1000.000", "500", "7") DAEMON_AT("2000.000", "5", "7") DAEMON_AT("2000.001", "6", "7"), 3, 0, 0},
    {DAEMON_AT("2000.000", "5", "7") DAEMON_AT("1000.000", "500", "7") DAEMON_AT("2000.001", "6", "7"), 3, 0, 0},
    /* The daemon numbers its own messages by itself. */
    {DAEMON_AT("1.000", "10", "7") "type=DAEMON_ROTATE msg=audit(1.001:7777): op=rotate\n" DAEMON_AT("1.002", "11", "7"), 2, 0, 0},
    /* Other hosts have other numbers. */
    {"node=a " DAEMON_AT("1.000", "10", "7") "node=b " DAEMON_AT("1.000", "900", "7") "node=a " DAEMON_AT("1.001", "11", "7")
     "node=b " DAEMON_AT("1.001", "902", "7"), 4, 0, 1},
    /* Two records on one line. */
    {"type=SECCOMP msg=audit(1.000:1): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=7 comm=\"mount\" exe=\"/usr/bin/mount\" "
     "sig=31 arch=c000003e syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=0x80000000" DAEMON_AT("1.001", "2", "7"), 2, 0, 0},
};

START_TEST(test_counted) {
  const char *log = counted[_i].log;
  for (size_t step = 1; step < strlen(log); step += 37) {
    ctsec_denials *denials = open_stream();
    for (size_t at = 0; at < strlen(log); at += step)
      feed(denials, "log", log + at, strlen(log) - at < step ? strlen(log) - at : step);
    free(finish(denials));
    ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS), counted[_i].records);
    ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_DUPLICATES), counted[_i].duplicates);
    ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_LOST), counted[_i].lost);
    ctsec_denials_free(denials);
  }
}
END_TEST

static ctsec_denials *numbered(void) {
  ctsec_denials *denials = open_stream();
  ck_assert_ptr_nonnull(denials);
  return denials;
}

static void feed_number(ctsec_denials *denials, long time, unsigned serial) {
  char line[512];
  int length = snprintf(line, sizeof line,
                        "type=SECCOMP msg=audit(%ld.000:%u): auid=1 uid=0 gid=0 ses=1 pid=7 comm=\"m\" exe=\"/m\" sig=31 arch=c000003e "
                        "syscall=165 compat=0 ip=0x7f1a2b3c4d5e code=0x80000000\n", time, serial);
  feed(denials, "log", line, (size_t)length);
}

/* Gaps beyond those that are kept apart are still counted, and so are those of boots that are long past. */
START_TEST(test_many_gaps) {
  ctsec_denials *denials = numbered();
  for (unsigned i = 0; i < 5000; i++) feed_number(denials, 1700000000 + i, 100 + 10 * i);
  /* Late ones: into what was folded, where all numbers count as seen, and into a gap that is still open. */
  feed_number(denials, 1700000000, 105);
  feed_number(denials, 1700004990, 100 + 10 * 4990 + 5);
  free(finish(denials));
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS), 5001);
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_DUPLICATES), 1);
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_LOST), 9 * 4999 - 1);
  ctsec_denials_free(denials);

  denials = numbered();
  for (unsigned boot = 0; boot < 300; boot++) {
    feed_number(denials, 1700000000 + 1000000L * boot, 1);
    feed_number(denials, 1700000001 + 1000000L * boot, 4);
  }
  free(finish(denials));
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_LOST), 2 * 300);
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_GROUPS), 1);
  ctsec_denials_free(denials);
}
END_TEST

/* Every line is counted once: as a record, a copy, another line, or one that could not be read. */
START_TEST(test_sum) {
  static const char log[] = KERNEL_AT("1.000", "1", "7") DAEMON_AT("1.000", "1", "7") "[2.0] usb 1-1: new device\n"
                            "nothing\n" "type=CWD msg=audit(1.001:2): cwd=\"/\"\n" "type=SECCOMP msg=audit(1.0\n";
  char *text = document(log, sizeof log - 1, sizeof log - 1);
  has(text, "\"records\": 1,");
  has(text, "\"duplicates\": 1,");
  has(text, "\"other\": 2,");
  has(text, "\"unparsed\": 2,");
  free(text);
}
END_TEST

/* Many records of the commonest form, the short way and the long way. */
START_TEST(test_fast_equals_slow) {
  char *daemon = malloc(600000), *kernel = malloc(600000);
  size_t d = 0, k = 0;
  for (unsigned i = 0; i < 1000; i++) {
    char fields[256];
    snprintf(fields, sizeof fields,
             "auid=1 uid=%u gid=0 ses=1%s pid=%u comm=%s exe=\"/bin/%u\" sig=0 arch=c000003e syscall=%u compat=0 ip=0x%x "
             "code=0x%s",
             i, i % 3 ? "" : " subj=docker-default", 100 + i, i % 5 ? "\"a\"" : "61", i % 7, 160 + i % 11, i,
             i % 2 ? "50000" : "7ffc0000");
    d += (size_t)snprintf(daemon + d, 600, "type=SECCOMP msg=audit(%u.%03u:%u): %s\n", 1700000000 + i, i, 100 + i, fields);
    k += (size_t)snprintf(kernel + k, 600, "audit: type=1326 audit(%u.%03u:%u): %s\n", 1700000000 + i, i, 100 + i, fields);
  }
  char *fast = document(daemon, d, 4096), *slow = document(kernel, k, 4096);
  ck_assert_str_eq(fast, slow);
  has(fast, "\"records\": 1000,");
  has(fast, "\"lost\": 0,");
  free(fast);
  free(slow);
  free(daemon);
  free(kernel);
}
END_TEST

/* ausearch -i has replaced numbers by names. */
START_TEST(test_interpreted) {
  static const char log[] =
      "----\n"
      "type=SECCOMP msg=audit(11/14/23 22:49:48.268:438690) : auid=unset uid=root gid=root ses=unset pid=30 comm=sc with space "
      "exe=/a b sig=SIG0 arch=x86_64 syscall=sethostname compat=0 ip=0x7f00 code=errno \n"
      "type=SECCOMP msg=audit(14.11.2023 22:49:48.268:438691) : auid=unset uid=root gid=root ses=unset pid=31 comm=b exe=/b "
      "sig=SIGSYS arch=unknown-elf-type(c00000f3) syscall=sendfile compat=0 ip=0x7f00 code=kill \n"
      "type=SECCOMP msg=audit(11/14/23 22:49:48.268:438692) : auid=unset uid=root gid=root ses=unset pid=32 comm=c exe=/c "
      "sig=SIGSYS arch=x86_64 syscall=unknown-syscall(1073741864) compat=0 ip=0x7f00 code=kill-process \n"
      "type=AVC msg=audit(11/14/23 22:49:48.268:438693) : avc:  denied  { read } for  pid=9 comm=cat name=my file dev=\"sda1\" "
      "ino=12 scontext=system_u:system_r:container_t:s0:c1 c2 tcontext=system_u:object_r:container_file_t:s0:c3 c4 tclass=file "
      "permissive=0 \n";
  char *text = document(log, sizeof log - 1, sizeof log - 1);
  has(text, "\"records\": 4,");
  has(text, "\"unparsed\": 0,");
  has(text, "\"comm\": \"sc with space\"");
  has(text, "\"exe\": \"/a b\"");
  has(text, "\"number\": 170");
  has(text, "\"uid\": 0");
  has(text, "\"signal\": 31");
  /* Another arch's number with this machine's name is no name. */
  has_not(text, "\"syscall\": \"sendfile\",\n      \"number\": null");
  has(text, "\"arch\": \"riscv64\"");
  has(text, "\"number\": 1073741864");
  has(text, "\"first\": null");
  has(text, "\"label\": \"system_u:system_r:container_t:s0:c1,c2\"");
  has(text, "\"target\": \"system_u:object_r:container_file_t:s0:c3,c4\"");
  has(text, "\"object\": \"my file\"");
  free(text);
}
END_TEST

START_TEST(test_sources) {
  ctsec_denials *denials = open_stream();
  /* A line that has no end is the last of its source. */
  feed(denials, "one", DAEMON, strlen(DAEMON));
  feed(denials, "two", "plain text\n", 11);
  feed(denials, "two", "", 0);
  ck_assert_int_eq(ctsec_denials_feed(denials, "three", "\x1f\x8b\x08", 3, NULL), CTSEC_E_UNSUPPORTED);
  ck_assert_int_eq(ctsec_denials_set_unread(denials, "four", 2, NULL), CTSEC_E_NOTFOUND);
  free(finish(denials));
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS), 1);
  ck_assert_uint_eq(ctsec_denials_count(denials, CTSEC_DENIALS_FAILED), 3);
  ck_assert_uint_eq(ctsec_denials_error_count(denials), 3);
  ck_assert_str_eq(ctsec_error_source(ctsec_denials_error_at(denials, 2)), "four");
  ck_assert_ptr_null(ctsec_denials_error_at(denials, 3));
  ck_assert_int_eq(ctsec_denials_feed(denials, "x", "", 0, NULL), CTSEC_E_ARG);
  ctsec_denials_free(denials);
}
END_TEST

/* Where there are more groups than allowed, the rest is counted. */
START_TEST(test_limits) {
  ctsec_options *options;
  ctsec_denials *denials;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_NODES, 100, NULL), 0);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_BYTES, 400, NULL), 0);
  ck_assert_int_eq(ctsec_denials_new(options, "json", &denials, NULL), 0);
  for (int i = 0; i < 100; i++) {
    char line[512];
    int length = snprintf(line, sizeof line, "type=SECCOMP msg=audit(1.000:%d): uid=0 pid=1 comm=\"a\" exe=\"/%d\" sig=0 arch=c000003e "
                          "syscall=1 compat=0 ip=0x1 code=0x50000\n", i + 1, i);
    feed(denials, "log", line, (size_t)length);
  }
  char longer[1024];
  memset(longer, 'x', sizeof longer);
  longer[sizeof longer - 1] = '\n';
  feed(denials, "log", longer, sizeof longer);
  char *text = finish(denials);
  has(text, "\"records\": 100,");
  has(text, "\"ungrouped\": 90,");
  has(text, "\"unparsed\": 1,");
  has(text, "the line is too long");
  free(text);
  ctsec_denials_free(denials);
  ctsec_options_free(options);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("denial");
  TCase *tests = tcase_create("denial");
  tcase_add_loop_test(tests, test_forms, 0, (int)(sizeof forms / sizeof *forms));
  tcase_add_loop_test(tests, test_wrapped, 0, (int)(sizeof wrapped / sizeof *wrapped));
  tcase_add_test(tests, test_export_binary);
  tcase_add_test(tests, test_json_bytes);
  tcase_add_loop_test(tests, test_decoded, 0, (int)(sizeof decoded / sizeof *decoded));
  tcase_add_loop_test(tests, test_names, 0, (int)(sizeof names / sizeof *names));
  tcase_add_loop_test(tests, test_counted, 0, (int)(sizeof counted / sizeof *counted));
  tcase_add_test(tests, test_many_gaps);
  tcase_add_test(tests, test_sum);
  tcase_add_test(tests, test_fast_equals_slow);
  tcase_add_test(tests, test_interpreted);
  tcase_add_test(tests, test_sources);
  tcase_add_test(tests, test_limits);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite);
}
