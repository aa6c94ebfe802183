/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Profiles: what is refused and where, what is kept for whom, and the built-in ones against the engines' own files. */
#include <ctsec/ctsec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seccomp/resolve.h"
#include "support/support.h"

typedef struct bad {
  const char *text;
  int code;
  int line;
  int column;
  const char *pointer;
} bad;

#define HEAD "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n"
#define ENTRY HEAD "\"syscalls\":[\n{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\n"
#define ARG ENTRY "\"args\":[\n"

static const bad bads[] = {
    /* No JSON. */
    {"", CTSEC_E_SYNTAX, 1, 1, NULL},
    {"   ", CTSEC_E_SYNTAX, 1, 4, NULL},
    {"{", CTSEC_E_SYNTAX, 1, 2, NULL},
    {"{\"defaultAction\"}", CTSEC_E_SYNTAX, 1, 17, NULL},
    {"{\"defaultAction\":\"SCMP_ACT_ALLOW\",}", CTSEC_E_SYNTAX, 1, 35, NULL},
    {"{\"defaultAction\":\"SCMP_ACT_ALLOW\"} x", CTSEC_E_SYNTAX, 1, 36, NULL},
    {"{'defaultAction':1}", CTSEC_E_SYNTAX, 1, 2, NULL},
    {"// comment\n{}", CTSEC_E_SYNTAX, 1, 1, NULL},
    {HEAD "\"syscalls\":[NaN]}", CTSEC_E_SYNTAX, 2, 13, NULL},
    {HEAD "\"syscalls\":[01]}", CTSEC_E_SYNTAX, 2, 13, NULL},
    {HEAD "\"syscalls\":\"\\x\"}", CTSEC_E_SYNTAX, 2, 13, NULL},
    {HEAD "\"syscalls\":[\"a]}", CTSEC_E_SYNTAX, 2, 13, NULL},
    /* Of the whole. */
    {"null", CTSEC_E_SCHEMA, 1, 1, ""},
    {"[]", CTSEC_E_SCHEMA, 1, 1, ""},
    {"3", CTSEC_E_SCHEMA, 1, 1, ""},
    {"\"SCMP_ACT_ALLOW\"", CTSEC_E_SCHEMA, 1, 1, ""},
    {"{}", CTSEC_E_SCHEMA, 1, 1, ""},
    {"\n {\"syscalls\":[]}", CTSEC_E_SCHEMA, 2, 2, ""},
    {"{\"defaultAction\":null}", CTSEC_E_SCHEMA, 1, 1, ""},
    {"{\"defaultAction\":1}", CTSEC_E_SCHEMA, 1, 18, "/defaultAction"},
    {"{\"defaultAction\":\"\"}", CTSEC_E_SCHEMA, 1, 18, "/defaultAction"},
    {"{\"defaultAction\":\"ALLOW\"}", CTSEC_E_SCHEMA, 1, 18, "/defaultAction"},
    {"{\"defaultAction\":\"scmp_act_allow\"}", CTSEC_E_SCHEMA, 1, 18, "/defaultAction"},
    {"{\"DEFAULTACTION\":\"SCMP_ACT_KILL_ALL\"}", CTSEC_E_SCHEMA, 1, 18, "/DEFAULTACTION"},
    {HEAD "\"defaultErrnoRet\":-1}", CTSEC_E_SCHEMA, 2, 19, "/defaultErrnoRet"},
    {HEAD "\"defaultErrnoRet\":1.0}", CTSEC_E_SCHEMA, 2, 19, "/defaultErrnoRet"},
    {HEAD "\"defaultErrnoRet\":1e2}", CTSEC_E_SCHEMA, 2, 19, "/defaultErrnoRet"},
    {HEAD "\"defaultErrnoRet\":\"1\"}", CTSEC_E_SCHEMA, 2, 19, "/defaultErrnoRet"},
    {HEAD "\"defaultErrnoRet\":4096}", CTSEC_E_SCHEMA, 2, 19, "/defaultErrnoRet"},
    {HEAD "\"defaultErrno\":\"ENOPE\"}", CTSEC_E_SCHEMA, 2, 16, "/defaultErrno"},
    {HEAD "\"defaultErrno\":1}", CTSEC_E_SCHEMA, 2, 16, "/defaultErrno"},
    {HEAD "\"architectures\":\"SCMP_ARCH_X86\"}", CTSEC_E_SCHEMA, 2, 17, "/architectures"},
    {HEAD "\"architectures\":[null]}", CTSEC_E_SCHEMA, 2, 18, "/architectures/0"},
    {HEAD "\"architectures\":[\"SCMP_ARCH_X86\",7]}", CTSEC_E_SCHEMA, 2, 34, "/architectures/1"},
    {HEAD "\"architectures\":[\"\"]}", CTSEC_E_SCHEMA, 2, 18, "/architectures/0"},
    {HEAD "\"architectures\":[\"SCMP_ARCH_X86\"],\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\"}]}", CTSEC_E_SCHEMA,
     1, 1, ""},
    {HEAD "\"archMap\":{}}", CTSEC_E_SCHEMA, 2, 11, "/archMap"},
    {HEAD "\"archMap\":[null]}", CTSEC_E_SCHEMA, 2, 12, "/archMap/0"},
    {HEAD "\"archMap\":[{\"subArchitectures\":[]}]}", CTSEC_E_SCHEMA, 2, 12, "/archMap/0"},
    {HEAD "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\",\"subArchitectures\":\"x\"}]}", CTSEC_E_SCHEMA, 2, 63,
     "/archMap/0/subArchitectures"},
    {HEAD "\"flags\":\"x\"}", CTSEC_E_SCHEMA, 2, 9, "/flags"},
    {HEAD "\"flags\":[\"SECCOMP_FILTER_FLAG_NEW\"]}", CTSEC_E_SCHEMA, 2, 10, "/flags/0"},
    {HEAD "\"flags\":[\"\"]}", CTSEC_E_SCHEMA, 2, 10, "/flags/0"},
    {HEAD "\"listenerPath\":[]}", CTSEC_E_SCHEMA, 2, 16, "/listenerPath"},
    {HEAD "\"syscalls\":{}}", CTSEC_E_SCHEMA, 2, 12, "/syscalls"},
    /* Of an entry. */
    {HEAD "\"syscalls\":[null]}", CTSEC_E_SCHEMA, 2, 13, "/syscalls/0"},
    {HEAD "\"Syscalls\":[\"read\"]}", CTSEC_E_SCHEMA, 2, 13, "/Syscalls/0"},
    {HEAD "\"syscalls\":[{\"names\":[\"read\"]}]}", CTSEC_E_SCHEMA, 2, 13, "/syscalls/0"},
    {HEAD "\"syscalls\":[{\"names\":\"read\",\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SCHEMA, 2, 22, "/syscalls/0/names"},
    {HEAD "\"syscalls\":[{\"names\":[null],\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SCHEMA, 2, 23,
     "/syscalls/0/names/0"},
    {HEAD "\"syscalls\":[{\"names\":[\"\"],\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SCHEMA, 2, 23, "/syscalls/0/names/0"},
    {HEAD "\"syscalls\":[{\"names\":[\"a\\u0000b\"],\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SYNTAX, 2, 25, NULL},
    {HEAD "\"syscalls\":[{\"names\":[0],\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SCHEMA, 2, 23, "/syscalls/0/names/0"},
    {HEAD "\"syscalls\":[{\"name\":\"a\",\"names\":[\"b\"],\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SCHEMA, 2, 33,
     "/syscalls/0/names"},
    {HEAD "\"syscalls\":[{\"names\":[\"b\"],\"name\":\"a\",\"action\":\"SCMP_ACT_LOG\"}]}", CTSEC_E_SCHEMA, 2, 35,
     "/syscalls/0/name"},
    {HEAD "\"syscalls\":[{\"names\":[\"b\"],\"action\":\"SCMP_ACT_DENY\"}]}", CTSEC_E_SCHEMA, 2, 37,
     "/syscalls/0/action"},
    {HEAD "\"syscalls\":[{\"names\":[\"b\"],\"action\":null}]}", CTSEC_E_SCHEMA, 2, 13, "/syscalls/0"},
    {HEAD "\"syscalls\":[{\"names\":[\"b\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":4096}]}", CTSEC_E_SCHEMA, 2, 65,
     "/syscalls/0/errnoRet"},
    {HEAD "\"syscalls\":[{\"errnoRet\":65536,\"names\":[\"b\"],\"action\":\"SCMP_ACT_TRACE\"}]}", CTSEC_E_SCHEMA, 2, 25,
     "/syscalls/0/errnoRet"},
    {ENTRY "\"errnoRet\":-1}]}", CTSEC_E_SCHEMA, 4, 12, "/syscalls/0/errnoRet"},
    {ENTRY "\"errnoRet\":18446744073709551616}]}", CTSEC_E_SYNTAX, 4, 12, NULL},
    {ENTRY "\"errno\":\"EWHAT\"}]}", CTSEC_E_SCHEMA, 4, 9, "/syscalls/0/errno"},
    {ENTRY "\"comment\":1}]}", CTSEC_E_SCHEMA, 4, 11, "/syscalls/0/comment"},
    {ENTRY "\"args\":{}}]}", CTSEC_E_SCHEMA, 4, 8, "/syscalls/0/args"},
    /* Of a condition. */
    {ARG "null]}]}", CTSEC_E_SCHEMA, 5, 1, "/syscalls/0/args/0"},
    {ARG "{\"index\":0,\"value\":1}]}]}", CTSEC_E_SCHEMA, 5, 1, "/syscalls/0/args/0"},
    {ARG "{\"index\":6,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]}]}", CTSEC_E_SCHEMA, 5, 10, "/syscalls/0/args/0/index"},
    {ARG "{\"index\":-1,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]}]}", CTSEC_E_SCHEMA, 5, 10, "/syscalls/0/args/0/index"},
    {ARG "{\"index\":\"0\",\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]}]}", CTSEC_E_SCHEMA, 5, 10, "/syscalls/0/args/0/index"},
    {ARG "{\"index\":0,\"value\":-1,\"op\":\"SCMP_CMP_EQ\"}]}]}", CTSEC_E_SCHEMA, 5, 20, "/syscalls/0/args/0/value"},
    {ARG "{\"index\":0,\"value\":18446744073709551616,\"op\":\"SCMP_CMP_EQ\"}]}]}", CTSEC_E_SYNTAX, 5, 20, NULL},
    {ARG "{\"index\":0,\"value\":1,\"valueTwo\":0.5,\"op\":\"SCMP_CMP_EQ\"}]}]}", CTSEC_E_SCHEMA, 5, 33,
     "/syscalls/0/args/0/valueTwo"},
    {ARG "{\"index\":0,\"value\":1,\"op\":\"==\"}]}]}", CTSEC_E_SCHEMA, 5, 27, "/syscalls/0/args/0/op"},
    {ARG "{\"index\":0,\"value\":1,\"op\":\"\"}]}]}", CTSEC_E_SCHEMA, 5, 27, "/syscalls/0/args/0/op"},
    {ARG "{\"index\":0,\"value\":1,\"op\":null}]}]}", CTSEC_E_SCHEMA, 5, 1, "/syscalls/0/args/0"},
    /* Of includes and excludes. */
    {ENTRY "\"includes\":[]}]}", CTSEC_E_SCHEMA, 4, 12, "/syscalls/0/includes"},
    {ENTRY "\"includes\":{\"caps\":\"CAP_CHOWN\"}}]}", CTSEC_E_SCHEMA, 4, 20, "/syscalls/0/includes/caps"},
    {ENTRY "\"includes\":{\"caps\":[null]}}]}", CTSEC_E_SCHEMA, 4, 21, "/syscalls/0/includes/caps/0"},
    {ENTRY "\"excludes\":{\"arches\":{}}}]}", CTSEC_E_SCHEMA, 4, 22, "/syscalls/0/excludes/arches"},
    {ENTRY "\"includes\":{\"minKernel\":4.8}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/includes/minKernel"},
    {ENTRY "\"includes\":{\"minKernel\":\"4\"}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/includes/minKernel"},
    {ENTRY "\"includes\":{\"minKernel\":\"4.8.1\"}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/includes/minKernel"},
    {ENTRY "\"includes\":{\"minKernel\":\"0.0\"}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/includes/minKernel"},
    {ENTRY "\"includes\":{\"minKernel\":\"4.256\"}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/includes/minKernel"},
    {ENTRY "\"includes\":{\"minKernel\":\"4.-8\"}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/includes/minKernel"},
    {ENTRY "\"excludes\":{\"minKernel\":\" 4.8\"}}]}", CTSEC_E_SCHEMA, 4, 25, "/syscalls/0/excludes/minKernel"},
    /* Of documents that hold one. */
    {"{\"ociVersion\":\"1.0.2\",\"linux\":[]}", CTSEC_E_SCHEMA, 1, 31, "/linux"},
    {"{\"ociVersion\":\"1.0.2\",\"linux\":{\"seccomp\":{}}}", CTSEC_E_SCHEMA, 1, 42, "/linux/seccomp"},
    {"[{\"HostConfig\":{}},{\"HostConfig\":{}}]", CTSEC_E_ARG, 1, 1, ""},
    {"[{\"HostConfig\":{\"SecurityOpt\":[\"seccomp=/a.json\"]}}]", CTSEC_E_NOTFOUND, 1, 32,
     "/0/HostConfig/SecurityOpt/0"},
    {"[{\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":1}\"]}}]", CTSEC_E_SCHEMA, 1, 32,
     "/0/HostConfig/SecurityOpt/0"},
};

START_TEST(refuses) {
  const bad *b = &bads[_i];
  ctsec_profile *profile = NULL;
  ctsec_error *err = NULL;
  int code = ctsec_profile_parse(b->text, strlen(b->text), NULL, &profile, &err);
  ck_assert_msg(code == b->code, "%s: code %d, not %d: %s", b->text, code, b->code, err ? ctsec_error_message(err) : "");
  ck_assert_ptr_null(profile);
  ck_assert_msg(ctsec_error_line(err) == b->line && ctsec_error_column(err) == b->column,
                "%s: %d:%d, not %d:%d: %s", b->text, (int)ctsec_error_line(err), (int)ctsec_error_column(err), b->line,
                b->column, ctsec_error_message(err));
  if (b->pointer) ck_assert_str_eq(ctsec_error_pointer(err), b->pointer);
  ctsec_error_free(err);
}
END_TEST

static ctsec_options *options_of(const char *const *pairs) {
  ctsec_options *options = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  for (; pairs && *pairs; pairs += 2)
    ck_assert_int_eq(ctsec_options_set(options, pairs[0], pairs[1], strlen(pairs[1]), NULL), 0);
  return options;
}

static ctsec_profile *parsed(const char *text, size_t length) {
  ctsec_profile *profile = NULL;
  ctsec_error *err = NULL;
  ck_assert_msg(!ctsec_profile_parse(text, length, NULL, &profile, &err), "%s", err ? ctsec_error_message(err) : "");
  return profile;
}

static char *encoded(const ctsec_profile *profile, const ctsec_options *options) {
  char *text = NULL;
  size_t length = 0;
  ctsec_error *err = NULL;
  ck_assert_msg(!ctsec_profile_encode(profile, options, &text, &length, &err), "%s",
                err ? ctsec_error_message(err) : "");
  return text;
}

/* The action of a call that the profile decides for these options. */
static uint32_t action_of(const char *text, const char *const *pairs, uint32_t arch, int32_t number, uint64_t a0,
                          uint64_t a1) {
  ctsec_options *options = options_of(pairs);
  ctsec_profile *profile = parsed(text, strlen(text));
  ctsec_policy *policy = NULL;
  ctsec_error *err = NULL;
  ck_assert_msg(!ctsec_profile_resolve(profile, options, &policy, &err), "%s", err ? ctsec_error_message(err) : "");
  uint64_t args[6] = {a0, a1, 0, 0, 0, 0};
  uint32_t action = 0;
  ck_assert_int_eq(ctsec_policy_simulate_batch(policy, 1, &arch, &number, args, &action, NULL), 0);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ctsec_options_free(options);
  return action;
}

#define X64 0xc000003eu
#define I386 0x40000003u

START_TEST(means_what_it_says) {
  const char *conditions =
      HEAD "\"syscalls\":[{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
           "{\"name\":\"read\",\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{\"minKernel\":\"5.0\"}},"
           "{\"names\":[\"write\"],\"action\":\"SCMP_ACT_TRACE\",\"errnoRet\":40000},"
           "{\"names\":[\"close\"],\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":9},"
           "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_GE\"},"
           "{\"index\":0,\"value\":3,\"op\":\"SCMP_CMP_LE\"}]}]}";
  static const char *const admin[] = {"caps", "SYS_ADMIN", NULL};
  static const char *const old[] = {"kernel", "4.19", NULL};
  static const char *const new[] = {"kernel", "5.0", NULL};
  static const char *const podman[] = {"engine", "podman", "kernel", "6.1", NULL};
  static const char *const containerd[] = {"engine", "containerd", NULL};
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 165, 0, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(action_of(conditions, admin, X64, 165, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of(conditions, containerd, X64, 165, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of(conditions, old, X64, 0, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of(conditions, new, X64, 0, 0, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 0, 0, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(action_of(conditions, podman, X64, 0, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 1, 0, 0), CT_RET_TRACE | 40000);
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 3, 0, 0), CT_RET_KILL_THREAD);
  /* A repeated index is one rule: both must hold. */
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 41, 2, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 41, 5, 0), CT_RET_ERRNO | 1);
  /* Not listed. */
  ck_assert_uint_eq(action_of(conditions, NULL, I386, 3, 0, 0), CT_RET_KILL_THREAD);
  ck_assert_uint_eq(action_of(conditions, NULL, X64, 0x40000000, 0, 0), CT_RET_KILL_THREAD);
}
END_TEST

START_TEST(decodes_as_go_does) {
  const char *text = "{\"defaultaction\":\"SCMP_ACT_KILL\",\"DefaultAction\":\"SCMP_ACT_ERRNO\",\"DEFAULTERRNORET\":13,"
                     "\"archMap\":null,\"\xc5\xbfyscalls\":[{\"NAMES\":[\"read\"],\"Action\":\"SCMP_ACT_LOG\",\"args\":null,"
                     "\"includes\":null,\"errnoRet\":null}],\"other\":{}}";
  ck_assert_uint_eq(action_of(text, NULL, X64, 0, 0, 0), CT_RET_LOG);
  ck_assert_uint_eq(action_of(text, NULL, X64, 1, 0, 0), CT_RET_ERRNO | 13);
}
END_TEST

START_TEST(says_what_is_odd) {
  const char *text = HEAD "\"syscall\":1,\"syscalls\":[{\"names\":[\"raed\",\"chown32\"],\"action\":\"SCMP_ACT_ALLOW\","
                          "\"errnoRet\":1,\"includes\":{\"arches\":[\"x86_64\"],\"caps\":[\"cap_chown\"]},"
                          "\"excludes\":{\"minKernel\":\"4.0\"}},"
                          "{\"names\":[\"raed\",\"chown32\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
  static const char *const codes[] = {"misspelt-member", "errno-without-use", "arch-never-matches",
                                      "capability-never-matches", "syscall-not-on-abi", "kernel-unknown"};
  ctsec_profile *profile = parsed(text, strlen(text));
  char *json = NULL;
  size_t length = 0;
  ck_assert_int_eq(ctsec_profile_to_json(profile, NULL, &json, &length, NULL), 0);
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    ck_assert_msg(strstr(json, codes[i]), "%s is not in %s", codes[i], json);
  ctsec_free(json);
  ctsec_profile_free(profile);
}
END_TEST

/* What each engine and runtime refuses or passes over that the others take. */
START_TEST(engines_differ) {
  static const struct {
    const char *rest;
    const char *engine;
    const char *arch;
    const char *code;
    const char *absent_for;
  } rows[] = {
      {"\"architectures\":[\"SCMP_ARCH_PARISC\"]}", "docker", "x86_64", "arch-refused", NULL},
      {"\"archMap\":[{\"architecture\":\"SCMP_ARCH_LOONGARCH64\",\"subArchitectures\":[]}]}", "docker", "loongarch64",
       "arch-map-unread", "containerd"},
      {"\"archMap\":[{\"architecture\":\"SCMP_ARCH_RISCV64\",\"subArchitectures\":[]}]}", "podman", "riscv64",
       "arch-map-unread", "docker"},
      {"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL_THREAD\"}]}", "podman", "x86_64",
       "validation-refuses", "docker"},
      {"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}", "cri-o", "x86_64", "validation-refuses",
       "docker"},
      {"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":\"EINTR\"}]}", "podman", "x86_64",
       "errno-name-refused", "docker"},
      {"\"flags\":[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]}", "docker", "x86_64", "\"refused\"", NULL},
      {"\"architectures\":[\"x86_64\"]}", "docker", "x86_64", "\"refused\"", "podman"},
      {"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"minKernel\":\"5.1\"}}]}", "podman",
       "x86_64", "kernel-ignored", "docker"},
      {"\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"caps\":[\"CAP_KILL\"]}}]}", "containerd",
       "x86_64", "conditions-ignored", "docker"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[512] = HEAD;
    strcat(text, rows[i].rest);
    for (int other = 0; other < 2; other++) {
      const char *engine = other ? rows[i].absent_for : rows[i].engine;
      if (!engine) continue;
      const char *pairs[] = {"engine", engine, "arch", rows[i].arch, NULL};
      ctsec_options *options = options_of(pairs);
      ctsec_profile *profile = parsed(text, strlen(text));
      ctsec_lint *lint = NULL;
      char *json = NULL;
      size_t length = 0;
      ck_assert_int_eq(ctsec_profile_lint(profile, options, &lint, NULL), 0);
      ck_assert_int_eq(ctsec_lint_to_json(lint, &json, &length, NULL), 0);
      ck_assert_msg((strstr(json, rows[i].code) == NULL) == other, "%s for %s: %s", rows[i].code, engine, json);
      ctsec_free(json);
      ctsec_lint_free(lint);
      ctsec_profile_free(profile);
      ctsec_options_free(options);
    }
  }
}
END_TEST

START_TEST(forms_that_are_asked_for) {
  static const char inspect[] = "{\"HostConfig\":{\"SecurityOpt\":[\"seccomp=unconfined\"]}}", oci[] = "{\"linux\":{}}",
                    bare[] = "{\"defaultAction\":\"SCMP_ACT_LOG\"}";
  static const struct {
    const char *from;
    const char *text;
    int status;
  } rows[] = {{"oci", oci, 0},
              {"oci", bare, CTSEC_E_SCHEMA},
              {"oci", inspect, CTSEC_E_SCHEMA},
              {"docker-inspect", inspect, 0},
              {"podman-inspect", inspect, 0},
              {"docker-inspect", oci, CTSEC_E_SCHEMA},
              {"docker-inspect", bare, CTSEC_E_SCHEMA},
              {"compose", bare, CTSEC_E_UNSUPPORTED},
              {"nonesuch", bare, CTSEC_E_ARG}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *pairs[] = {"from", rows[i].from, NULL};
    ctsec_options *options = options_of(pairs);
    ctsec_profile *profile = NULL;
    ck_assert_msg(ctsec_profile_parse(rows[i].text, strlen(rows[i].text), options, &profile, NULL) == rows[i].status, "%s %s",
                  rows[i].from, rows[i].text);
    ctsec_profile_free(profile);
    ctsec_options_free(options);
  }
}
END_TEST

/* What stands in the input does not make an error of its size. */
START_TEST(errors_are_bounded) {
  size_t size = 100000;
  char *text = malloc(size + 64);
  ctsec_error *error = NULL;
  ctsec_profile *profile = NULL;
  strcpy(text, "{\"defaultAction\":\"");
  size_t at = strlen(text);
  for (size_t i = 0; i < size / 2; i++) memcpy(text + at + 2 * i, "\xc3\xa9", 2);
  strcpy(text + at + size, "\"}");
  ck_assert_int_eq(ctsec_profile_parse(text, strlen(text), NULL, &profile, &error), CTSEC_E_SCHEMA);
  size_t length = strlen(ctsec_error_message(error));
  ck_assert_msg(length > 1000 && length < 5000, "%zu", length);
  ctsec_error_free(error);
  free(text);
}
END_TEST

START_TEST(recorded_configurations) {
  static const struct {
    const char *name;
    const char *pairs[4];
  } cases[] = {{"default", {NULL}},
               {"add_sys_admin", {"caps", "0xa82425fb", NULL}},
               {"drop_all", {"caps", "0", NULL}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char path[128] = "tests/data/docker/";
    strcat(strcat(path, cases[i].name), "/config.json");
    size_t length = 0;
    char *text = ct_test_read(ct_test_source(path), &length);
    ck_assert_ptr_nonnull(text);
    ctsec_profile *recorded = parsed(text, length), *builtin = NULL;
    ck_assert_int_eq(ctsec_profile_find("docker@20.10", &builtin, NULL), 0);
    ctsec_options *options = options_of(cases[i].pairs);
    char *a = encoded(recorded, options), *b = encoded(builtin, options);
    ck_assert_str_eq(a, b);
    ctsec_free(a);
    ctsec_free(b);
    ctsec_options_free(options);
    ctsec_profile_free(recorded);
    ctsec_profile_free(builtin);
    free(text);
  }
}
END_TEST

START_TEST(builtins_equal_their_origin) {
  static const struct {
    const char *name;
    const char *file;
    const char *engine;
  } rows[] = {{"docker", "docker.json", "docker"},
              {"docker@20.10", "docker-20.10.json", "docker"},
              {"podman", "podman.json", "podman"},
              {"containerd", "containerd.json", "docker"}};
  static const char *const kernels[] = {NULL, "4.4", "4.7", "4.8", "5.10", "6.18", "7.1"};
  const ct_arch *arch;
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    char path[64] = "tests/data/profiles/";
    size_t length = 0;
    char *text = ct_test_read(ct_test_source(strcat(path, rows[r].file)), &length);
    ck_assert_ptr_nonnull(text);
    ctsec_profile *file = parsed(text, length), *builtin = NULL;
    ck_assert_int_eq(ctsec_profile_find(rows[r].name, &builtin, NULL), 0);
    for (uint32_t a = 0; (arch = ct_arch_at(a)); a++) {
      /* Docker, which reads the file here, matches no row of this one; containerd has it built in. */
      if (!strcmp(rows[r].name, "containerd") && !strcmp(arch->abi.name, "loongarch64")) continue;
      /* No capability, each alone, all but each, all. */
      for (int c = -1; c < 83; c++) {
        uint64_t caps = c < 0 ? 0 : c < 41 ? UINT64_C(1) << c : 0x1ffffffffff ^ (c < 82 ? UINT64_C(1) << (c - 41) : 0);
        char mask[24];
        snprintf(mask, sizeof mask, "%llx", (unsigned long long)caps);
        const char *kernel = kernels[(unsigned)(c + 1 + (int)a) % 7];
        const char *pairs[] = {"caps", mask, "arch", arch->abi.name, "engine", rows[r].engine, kernel ? "kernel" : NULL,
                               kernel, NULL};
        ctsec_options *options = options_of(pairs);
        char *x = encoded(file, options), *y = encoded(builtin, options);
        ck_assert_msg(!strcmp(x, y), "%s %s %s", rows[r].name, arch->abi.name, mask);
        ctsec_free(x);
        ctsec_free(y);
        ctsec_options_free(options);
      }
    }
    ctsec_profile_free(file);
    ctsec_profile_free(builtin);
    free(text);
  }
}
END_TEST

START_TEST(embedded_ones) {
  const char *inspect = "[{\"Name\":\"/a\",\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"],\"SecurityOpt\":[\"seccomp={"
                        "\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[{\\\"names\\\":[\\\"mount\\\"],"
                        "\\\"action\\\":\\\"SCMP_ACT_ALLOW\\\",\\\"includes\\\":{\\\"caps\\\":[\\\"CAP_SYS_ADMIN\\\"]}}]}\"]}}]";
  ck_assert_uint_eq(action_of(inspect, NULL, X64, 165, 0, 0), CT_RET_ALLOW);
  const char *unconfined = "[{\"HostConfig\":{\"SecurityOpt\":[\"seccomp=unconfined\"]}}]";
  ck_assert_uint_eq(action_of(unconfined, NULL, I386, 165, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of("[{\"HostConfig\":{\"Privileged\":true}}]", NULL, X64, 165, 0, 0), CT_RET_ALLOW);
  ck_assert_uint_eq(action_of("[{\"HostConfig\":{}}]", NULL, X64, 165, 0, 0), CT_RET_ERRNO | 1);
  ck_assert_uint_eq(action_of("[{\"HostConfig\":{\"CapAdd\":[\"ALL\"]}}]", NULL, X64, 165, 0, 0), CT_RET_ALLOW);
  const char *two = "[{\"Name\":\"/a\",\"HostConfig\":{}},{\"Name\":\"/b\",\"HostConfig\":{\"Privileged\":true}}]";
  ctsec_options *options = options_of((const char *const[]){"select", "b", NULL});
  ctsec_profile *chosen = NULL;
  ck_assert_int_eq(ctsec_profile_parse(two, strlen(two), options, &chosen, NULL), 0);
  ck_assert(chosen->profile->unconfined);
  ctsec_profile_free(chosen);
  ctsec_options_free(options);
  ck_assert_uint_eq(action_of("{\"ociVersion\":\"1.0.2\",\"process\":{}}", NULL, X64, 165, 0, 0), CT_RET_ALLOW);
}
END_TEST

START_TEST(limits) {
  size_t names = 1000001;
  char *text = malloc(names * 4 + 200), *at = text;
  at += sprintf(at, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[");
  for (size_t i = 0; i < names; i++) {
    memcpy(at, "\"a\",", 4);
    at += 4;
  }
  at += sprintf(at - 1, "]}]}") - 1;
  ctsec_profile *profile = NULL;
  ck_assert_int_eq(ctsec_profile_parse(text, (size_t)(at - text), NULL, &profile, NULL), CTSEC_E_LIMIT);
  free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("seccomp/profile");
  TCase *tests = tcase_create("profile");
  tcase_set_timeout(tests, 120);
  tcase_add_loop_test(tests, refuses, 0, sizeof bads / sizeof *bads);
  tcase_add_test(tests, means_what_it_says);
  tcase_add_test(tests, decodes_as_go_does);
  tcase_add_test(tests, says_what_is_odd);
  tcase_add_test(tests, engines_differ);
  tcase_add_test(tests, forms_that_are_asked_for);
  tcase_add_test(tests, errors_are_bounded);
  tcase_add_test(tests, recorded_configurations);
  tcase_add_test(tests, builtins_equal_their_origin);
  tcase_add_test(tests, embedded_ones);
  tcase_add_test(tests, limits);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite) ? EXIT_FAILURE : EXIT_SUCCESS;
}
