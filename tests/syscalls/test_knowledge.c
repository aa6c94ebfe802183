/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

static const char *group_of(const char *name) { return ctsec_syscall_group(name, strlen(name)); }

static const char *fallback_of(int32_t arch, const char *name) {
  return ctsec_syscall_fallback(arch, name, strlen(name));
}

START_TEST(each_call_is_in_a_group) {
  for (int32_t i = 0; i < ctsec_syscall_count(-1); i++) {
    const char *name = ctsec_syscall_at(-1, i, NULL);
    ck_assert_msg(group_of(name) != NULL, "%s", name);
  }
  ck_assert_str_eq(group_of("move_mount"), "mounts");
  ck_assert_str_eq(group_of("bpf"), "kernel-tracing");
  ck_assert_ptr_null(group_of("nonesuch"));
  ck_assert_ptr_null(group_of(""));
  ck_assert_ptr_null(group_of("read write"));
  ck_assert_ptr_null(ctsec_syscall_group(NULL, 4));
}
END_TEST

START_TEST(fallbacks_depend_on_the_architecture) {
  ck_assert_str_eq(fallback_of(CTSEC_ARCH_X86_64, "clone3"), "clone");
  ck_assert_str_eq(fallback_of(CTSEC_ARCH_X86_64, "statx"), "newfstatat");
  ck_assert_str_eq(fallback_of(CTSEC_ARCH_X86, "statx"), "fstatat64");
  ck_assert_str_eq(fallback_of(CTSEC_ARCH_X86, "futex_time64"), "futex");
  ck_assert_ptr_null(fallback_of(CTSEC_ARCH_RISCV64, "dup3"));
  ck_assert_ptr_null(fallback_of(CTSEC_ARCH_X86_64, "read"));
  ck_assert_ptr_null(fallback_of(99, "clone3"));
  /* What is turned to exists and is another call. */
  for (int32_t arch = 0; arch < ctsec_arch_count(); arch++)
    for (int32_t i = 0; i < ctsec_syscall_count(arch); i++) {
      const char *name = ctsec_syscall_at(arch, i, NULL), *older = fallback_of(arch, name);
      uint32_t number;
      if (!older) continue;
      ck_assert_str_ne(older, name);
      ck_assert_int_eq(ctsec_syscall_find(older, strlen(older), arch, &number, NULL), 0);
    }
}
END_TEST

START_TEST(multiplexers_carry_calls_where_they_exist) {
  static const struct {
    int32_t arch;
    const char *call, *carrier;
    uint32_t subcall;
  } rows[] = {
      {CTSEC_ARCH_X86, "socket", "socketcall", 1},    {CTSEC_ARCH_X86, "sendmmsg", "socketcall", 20},
      {CTSEC_ARCH_X86, "shmctl", "ipc", 24},          {CTSEC_ARCH_S390X, "bind", "socketcall", 2},
      {CTSEC_ARCH_PPC64LE, "semop", "ipc", 1},        {CTSEC_ARCH_X86_64, "socket", NULL, 0},
      {CTSEC_ARCH_AARCH64, "shmat", NULL, 0},         {CTSEC_ARCH_ARM, "socket", NULL, 0},
      {CTSEC_ARCH_X86, "read", NULL, 0},              {-1, "socket", NULL, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t subcall = 77;
    const char *carrier = ctsec_syscall_carrier(rows[i].arch, rows[i].call, strlen(rows[i].call), &subcall);
    ck_assert_msg(!carrier == !rows[i].carrier, "%s", rows[i].call);
    if (carrier) ck_assert_str_eq(carrier, rows[i].carrier);
    ck_assert_uint_eq(subcall, carrier ? rows[i].subcall : 77);
  }
}
END_TEST

START_TEST(each_call_is_explained_in_each_language) {
  static const char *const langs[] = {"en", "ja", "zh"}, *const arches[] = {"x86_64", "x86", "mipsel64n32", "s390x"};
  for (size_t l = 0; l < 3; l++)
    for (size_t a = 0; a < sizeof arches / sizeof *arches; a++) {
      ctsec_options *options = NULL;
      ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
      ck_assert_int_eq(ctsec_options_set(options, "lang", langs[l], 2, NULL), 0);
      ck_assert_int_eq(ctsec_options_set(options, "arch", arches[a], strlen(arches[a]), NULL), 0);
      for (int32_t i = 0; i < ctsec_syscall_count(-1); i++) {
        const char *name = ctsec_syscall_at(-1, i, NULL);
        char *text = NULL;
        size_t length = 0;
        ck_assert_int_eq(ctsec_syscall_explain(name, strlen(name), options, &text, &length, NULL), 0);
        ck_assert_uint_eq(strlen(text), length);
        ck_assert_ptr_nonnull(strstr(text, "\"ctsec/syscall/1\""));
        ck_assert_ptr_nonnull(strstr(text, name));
        ctsec_free(text);
        ck_assert_int_eq(ctsec_syscall_to_text(name, strlen(name), options, &text, &length, NULL), 0);
        ck_assert_uint_eq(strlen(text), length);
        ck_assert_int_eq(strncmp(text, name, strlen(name)), 0);
        ctsec_free(text);
      }
      ctsec_options_free(options);
    }
}
END_TEST

START_TEST(an_explanation_has_all_members) {
  char *text = NULL;
  size_t length;
  ck_assert_int_eq(ctsec_syscall_explain("clone3", 6, NULL, &text, &length, NULL), 0);
  static const char *const parts[] = {"\"since\": \"5.3\"", "\"group\": \"processes\"", "\"fallback\": \"clone\"",
                                      "\"carrier\": null",  "\"CAP_SYS_ADMIN\"",       "\"x86_64\": 435",
                                      "\"kind\": \"size\"", "\"x32\": 1073742259"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    ck_assert_msg(strstr(text, parts[i]) != NULL, "%s in %s", parts[i], text);
  ctsec_free(text);
  text = NULL;
  ck_assert_int_eq(ctsec_syscall_explain("clone4", 6, NULL, &text, &length, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_syscall_to_text(NULL, 6, NULL, &text, &length, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_syscall_to_text("read", 4, NULL, NULL, &length, NULL), CTSEC_E_ARG);
  ck_assert_ptr_null(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("syscalls: knowledge");
  TCase *tests = tcase_create("texts");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, each_call_is_in_a_group);
  tcase_add_test(tests, fallbacks_depend_on_the_architecture);
  tcase_add_test(tests, multiplexers_carry_calls_where_they_exist);
  tcase_add_test(tests, each_call_is_explained_in_each_language);
  tcase_add_test(tests, an_explanation_has_all_members);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite);
}
