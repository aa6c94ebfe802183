/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers equal those of the installed libseccomp, for all architectures and names that it knows. */
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

/* libseccomp's own marks are its audit values, but for x32, whose mark has the bits of x86-64's without the 64. */
static uint32_t token_of(int32_t arch) {
  return arch == CTSEC_ARCH_X32 ? SCMP_ARCH_X32 : ctsec_arch_audit(arch);
}

/* What the installed version has no table for. */
static int is_known(int32_t arch) {
  /* libseccomp 2.5 and 2.6.0 have parisc's table for it, with calls for 32 bits that the kernel's 64-bit table lacks. */
  const struct scmp_version *version = seccomp_version();
  if (arch == CTSEC_ARCH_PARISC64 && (version->minor < 6 || (version->minor == 6 && !version->micro))) return 0;
  const char *names[] = {"read", "execve", "exit_group"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (seccomp_syscall_resolve_name_arch(token_of(arch), names[i]) == __NR_SCMP_ERROR) return 0;
  return 1;
}

START_TEST(every_number_is_theirs) {
  int arches = 0, compared = 0;
  for (int32_t arch = 0; arch < ctsec_arch_count(); arch++) {
    if (!is_known(arch)) continue;
    arches++;
    for (int32_t i = 0; i < ctsec_syscall_count(-1); i++) {
      const char *name = ctsec_syscall_at(-1, i, NULL);
      uint32_t number = 0;
      int status = ctsec_syscall_find(name, strlen(name), arch, &number, NULL);
      int theirs = seccomp_syscall_resolve_name_arch(token_of(arch), name);
      /* Below zero are its marks for calls that the arch lacks, and for those that socketcall and ipc carry. */
      if (theirs < 0) continue;
      ck_assert_msg(!status && number == (uint32_t)theirs, "%s on %s: %u, theirs %d", name, ctsec_arch_name(arch),
                    number, theirs);
      compared++;
    }
  }
  ck_assert_int_ge(arches, 17);
  ck_assert_int_ge(compared, 5000);
}
END_TEST

START_TEST(every_name_is_theirs) {
  for (int32_t arch = 0; arch < ctsec_arch_count(); arch++) {
    if (!is_known(arch)) continue;
    uint32_t base = arch == CTSEC_ARCH_X32 ? 0x40000000u : 0;
    for (uint32_t number = base; number < base + 7000; number++) {
      char *theirs = seccomp_syscall_resolve_num_arch(token_of(arch), (int)number);
      if (theirs && (uint32_t)seccomp_syscall_resolve_name_arch(token_of(arch), theirs) != number) {
        /* It answers for numbers that it does not give out itself: below the base on mips. */
        free(theirs);
        continue;
      }
      const char *ours = ctsec_syscall_name(arch, number);
      if (theirs && ours)
        ck_assert_msg(!strcmp(ours, theirs), "%u on %s: %s, theirs %s", number, ctsec_arch_name(arch), ours, theirs);
      else
        ck_assert_msg(!theirs, "%u on %s: theirs is %s", number, ctsec_arch_name(arch), theirs);
      free(theirs);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("syscalls against libseccomp");
  TCase *tests = tcase_create("numbers");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, every_number_is_theirs);
  tcase_add_test(tests, every_name_is_theirs);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite);
}
