/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each fault is found, at its place, and a profile without it has no such diagnostic. */
#include <ctsec/ctsec.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

#define HEAD "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
#define OPEN "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
#define X86 "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],\"syscalls\":["
#define ARG(index, op, value) "{\"index\":" #index ",\"op\":\"SCMP_CMP_" op "\",\"value\":" value "}"
#define ALLOW(name, args) "{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[" args "]}"
#define DENY(name, args) "{\"names\":[\"" name "\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[" args "]}"

static const struct {
  const char *code;
  const char *pointer;
  const char *with;
  const char *without;
} faults[] = {
    {"width-bypass", "/syscalls/0/args/0", HEAD ALLOW("socket", ARG(0, "NE", "38")) "]}",
     HEAD ALLOW("socket", ARG(0, "EQ", "38")) "]}"},
    {"width-bypass", "/syscalls/0/args/0", OPEN DENY("personality", ARG(0, "EQ", "8")) "]}",
     OPEN "{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_MASKED_EQ\","
          "\"value\":4294967295,\"valueTwo\":8}]}]}"},
    {"tautology", "/syscalls/0/args", HEAD ALLOW("socket", ARG(0, "NE", "38") "," ARG(0, "NE", "40")) "]}",
     HEAD ALLOW("socket", ARG(0, "LT", "38")) "," ALLOW("socket", ARG(0, "GT", "40")) "]}"},
    {"repeated-index", "/syscalls/0/args", HEAD ALLOW("socket", ARG(0, "GT", "2") "," ARG(0, "LT", "1")) "]}",
     HEAD ALLOW("socket", ARG(0, "GT", "2") "," ARG(1, "LT", "9")) "]}"},
    {"contradiction", "/syscalls/0/args", HEAD ALLOW("socket", ARG(0, "GT", "2") "," ARG(0, "LT", "1")) "]}",
     HEAD ALLOW("socket", ARG(0, "GT", "2") "," ARG(0, "LT", "9")) "]}"},
    {"lost-denial", "/syscalls/1", HEAD ALLOW("socket", ARG(0, "LT", "9")) "," DENY("socket", ARG(0, "EQ", "2")) "]}",
     HEAD ALLOW("socket", ARG(0, "LT", "9")) "," DENY("bind", "") "]}"},
    {"same-as-default", "/syscalls/0", HEAD DENY("mount", "") "]}", OPEN DENY("mount", "") "]}"},
    {"overridden", "/syscalls/0", OPEN DENY("write", ARG(0, "EQ", "1")) ",{\"names\":[\"write\"],\"action\":\"SCMP_ACT_LOG\"}]}",
     OPEN DENY("write", ARG(0, "EQ", "1")) ",{\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\"}]}"},
    {"libseccomp-may-loop", "/syscalls/0",
     HEAD ALLOW("prctl", ARG(0, "NE", "4") "," ARG(1, "NE", "1")) "," ALLOW("prctl", ARG(2, "NE", "0") "," ARG(0, "NE", "4")) "]}",
     HEAD ALLOW("prctl", ARG(0, "NE", "4") "," ARG(1, "NE", "1")) "]}"},
    {"libseccomp-undetermined", "/syscalls/0", HEAD ALLOW("prctl", ARG(0, "EQ", "4")) "," ALLOW("prctl", ARG(1, "EQ", "4")) "]}",
     HEAD ALLOW("prctl", ARG(0, "EQ", "4")) "," ALLOW("prctl", ARG(0, "EQ", "5")) "]}"},
    {"companion", "/syscalls/0", X86 ALLOW("socket", ARG(0, "EQ", "2")) "]}", X86 ALLOW("prctl", ARG(0, "EQ", "2")) "]}"},
    {"carrier-open", "/syscalls/0", X86 ALLOW("socket", ARG(0, "EQ", "2")) "," ALLOW("socketcall", "") "]}",
     X86 ALLOW("socket", "") "," ALLOW("socketcall", "") "]}"},
    {"native-missing", "/architectures", "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"]}",
     "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86_64\"]}"},
    {"errno-trap", "", HEAD ALLOW("mseal", "") "]}",
     "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"syscalls\":[" ALLOW("mseal", "") "]}"},
    {"errno-trap", "/syscalls/0", OPEN DENY("clone3", "") "]}",
     OPEN "{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}]}"},
    {"denials-invisible", "", HEAD "]}",
     "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"]}"},
    {"shadowed", "/syscalls/1", HEAD DENY("prctl", "") "," ALLOW("prctl", ARG(0, "EQ", "1")) "]}",
     HEAD ALLOW("prctl", ARG(0, "EQ", "1")) "]}"},
    {"dangerous-call", "/syscalls/0", HEAD ALLOW("bpf", "") "]}", HEAD ALLOW("read", "") "]}"},
    {"syscall-misspelt", "/syscalls/0/names/0", HEAD ALLOW("raed", "") "]}", HEAD ALLOW("read", "") "]}"},
    {"notify-without-listener", "/syscalls/0", HEAD "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}",
     "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"listenerPath\":\"/run/x\",\"syscalls\":[{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}"},
    {"refused", "/syscalls/0", HEAD "{\"names\":[\"write\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}",
     HEAD "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}"},
    {"flag-ignored", "/flags", "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[\"SECCOMP_FILTER_FLAG_TSYNC\"]}",
     "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[]}"},
};

static char *linted(const char *text, const char *libseccomp) {
  ctsec_profile *profile = NULL;
  ctsec_lint *lint = NULL;
  ctsec_options *options = NULL;
  char *json = NULL;
  size_t length = 0;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (libseccomp)
    ck_assert_int_eq(ctsec_options_set(options, "libseccomp", libseccomp, strlen(libseccomp), NULL), 0);
  ck_assert_int_eq(ctsec_profile_parse(text, strlen(text), NULL, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_lint(profile, options, &lint, NULL), 0);
  ck_assert_int_eq(ctsec_lint_to_json(lint, &json, &length, NULL), 0);
  ctsec_lint_free(lint);
  ctsec_profile_free(profile);
  ctsec_options_free(options);
  return json;
}

/* Whether a diagnostic has this code and this pointer. */
static int has(const char *json, const char *code, const char *pointer) {
  char wanted[128], place[128];
  strcat(strcat(strcpy(wanted, "\"code\": \""), code), "\"");
  strcat(strcat(strcpy(place, "\"pointer\": \""), pointer), "\"");
  for (const char *at = json; (at = strstr(at, wanted)); at++) {
    const char *found = strstr(at, place), *end = strchr(at, '}');
    if (found && end && found < end) return 1;
  }
  return 0;
}

START_TEST(finds) {
  char *with = linted(faults[_i].with, NULL), *without = linted(faults[_i].without, NULL);
  ck_assert_msg(has(with, faults[_i].code, faults[_i].pointer), "%s at %s is not in %.3000s", faults[_i].code,
                faults[_i].pointer, with);
  ck_assert_msg(!has(without, faults[_i].code, faults[_i].pointer), "%s is in %.3000s", faults[_i].code, without);
  ctsec_free(with);
  ctsec_free(without);
}
END_TEST

START_TEST(corrects) {
  char *json = linted(OPEN DENY("personality", ARG(0, "EQ", "8")) "]}", NULL);
  ck_assert_ptr_nonnull(strstr(json, "SCMP_CMP_MASKED_EQ"));
  ctsec_free(json);
  json = linted(HEAD ALLOW("read", "") "," ALLOW("fchmodat2", "") "]}", "2.5.4");
  ck_assert(has(json, "dropped-names", ""));
  ctsec_free(json);
  json = linted(HEAD ALLOW("read", "") "," ALLOW("fchmodat2", "") "]}", "2.5.5");
  ck_assert(!has(json, "dropped-names", ""));
  ctsec_free(json);
}
END_TEST

START_TEST(counts) {
  ctsec_profile *profile = NULL;
  ctsec_lint *lint = NULL;
  ck_assert_int_eq(ctsec_profile_find("docker", &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_lint(profile, NULL, &lint, NULL), 0);
  /* socket's "above AF_VSOCK" is met with an upper half set: CVE-less, but real. */
  ck_assert_uint_eq(ctsec_lint_count(lint, CTSEC_SEVERITY_HIGH), 1);
  ck_assert_uint_gt(ctsec_lint_count(lint, CTSEC_SEVERITY_INFO), 1);
  ck_assert_uint_eq(ctsec_lint_count(lint, 9), 0);
  ctsec_lint_free(lint);
  ctsec_profile_free(profile);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("seccomp/lint");
  TCase *tests = tcase_create("lint");
  tcase_add_loop_test(tests, finds, 0, sizeof faults / sizeof *faults);
  tcase_add_test(tests, corrects);
  tcase_add_test(tests, counts);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite) ? EXIT_FAILURE : EXIT_SUCCESS;
}
