/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "data/errno.h"
#include "support/support.h"

#define X86_64 0xc000003eu
#define MIPS 0x00000008u
#define MIPSEL64 0xc0000008u
#define PARISC 0x0000000fu
#define PPC64LE 0xc0000015u

START_TEST(numbers_are_those_of_the_arch) {
  static const struct {
    const char *name;
    uint32_t generic, mips, parisc, ppc;
  } rows[] = {{"EPERM", 1, 1, 1, 1},         {"ENOSYS", 38, 89, 251, 38},     {"EDEADLK", 35, 45, 45, 35},
              {"EDEADLOCK", 35, 56, 45, 58}, {"ECONNREFUSED", 111, 146, 239, 111}, {"ENOMSG", 42, 35, 35, 42},
              {"EDQUOT", 122, 1133, 69, 122}, {"EOPNOTSUPP", 95, 122, 223, 95}, {"ELOOP", 40, 90, 249, 40}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ck_assert_uint_eq(ct_errno_number(X86_64, rows[i].name), rows[i].generic);
    ck_assert_uint_eq(ct_errno_number(MIPS, rows[i].name), rows[i].mips);
    ck_assert_uint_eq(ct_errno_number(MIPSEL64, rows[i].name), rows[i].mips);
    ck_assert_uint_eq(ct_errno_number(PARISC, rows[i].name), rows[i].parisc);
    ck_assert_uint_eq(ct_errno_number(PPC64LE, rows[i].name), rows[i].ppc);
  }
  ck_assert_str_eq(ct_errno_name(PARISC, 251), "ENOSYS");
  ck_assert_str_eq(ct_errno_name(MIPS, 89), "ENOSYS");
  ck_assert_str_eq(ct_errno_name(PPC64LE, 58), "EDEADLOCK");
  ck_assert_str_eq(ct_errno_name(X86_64, 95), "EOPNOTSUPP");
  ck_assert_uint_eq(ct_errno_number(X86_64, "EWHATEVER"), 0);
}
END_TEST

START_TEST(numbers_without_a_name_are_said) {
  for (uint32_t number = 0; number < 5000; number++) {
    static const uint32_t audits[] = {X86_64, MIPS, PARISC, PPC64LE};
    for (size_t i = 0; i < 4; i++) {
      const char *name = ct_errno_name(audits[i], number);
      if (name) ck_assert_uint_eq(ct_errno_number(audits[i], name), number);
    }
  }
  ck_assert_ptr_null(ct_errno_name(PARISC, 0));
  ck_assert_ptr_null(ct_errno_name(X86_64, 0));
  ck_assert_ptr_null(ct_errno_name(X86_64, 4096));
}
END_TEST

START_TEST(this_machine_agrees) {
#if defined __GLIBC__ && (defined __x86_64__ || defined __aarch64__)
  for (int number = 1; number < 134; number++) {
    const char *theirs = strerrorname_np(number), *ours = ct_errno_name(X86_64, (uint32_t)number);
    ck_assert_int_eq(!theirs, !ours);
    if (theirs && strcmp(theirs, "ENOTSUP")) ck_assert_str_eq(ours, theirs);
  }
#endif
}
END_TEST

int main(void) {
  Suite *suite = suite_create("errno");
  TCase *all = tcase_create("all");
  tcase_add_test(all, numbers_are_those_of_the_arch);
  tcase_add_test(all, numbers_without_a_name_are_said);
  tcase_add_test(all, this_machine_agrees);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
