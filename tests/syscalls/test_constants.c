/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of constants and errors: values by architecture, and those of this machine's own headers. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "ctsec/syscalls.h"
#include "data/constants.h"
#include "data/texts.h"
#include "support/support.h"

static int find(int32_t arch, const char *text, uint64_t *value) {
  return ctsec_constant_find(text, strlen(text), arch, value, NULL);
}

START_TEST(values_are_those_of_the_arch) {
  static const struct {
    const char *text;
    int32_t arch;
    uint64_t value;
  } rows[] = {
      {"CLONE_NEWUSER|SIGCHLD", CTSEC_ARCH_X86_64, 0x10000011},
      {"CLONE_NEWUSER|SIGCHLD", CTSEC_ARCH_MIPS64, 0x10000012},
      {"CLONE_NEWUSER|SIGCHLD", CTSEC_ARCH_PARISC, 0x10000012},
      {"SIGUSR1", CTSEC_ARCH_MIPSEL, 16},
      {"SOCK_STREAM", CTSEC_ARCH_X86_64, 1},
      {"SOCK_STREAM", CTSEC_ARCH_MIPSEL64, 2},
      {"SOCK_STREAM|SOCK_CLOEXEC", CTSEC_ARCH_AARCH64, 0x80001},
      {"SOCK_NONBLOCK", CTSEC_ARCH_MIPS, 0x80},
      {"O_CLOEXEC", CTSEC_ARCH_PARISC, 0x200000},
      {"O_DIRECTORY", CTSEC_ARCH_X86_64, 0x10000},
      {"O_DIRECTORY", CTSEC_ARCH_AARCH64, 0x4000},
      {"O_DIRECTORY", CTSEC_ARCH_ARM, 0x4000},
      {"O_DIRECTORY", CTSEC_ARCH_PPC64LE, 0x4000},
      {"MAP_ANONYMOUS", CTSEC_ARCH_MIPS64N32, 0x800},
      {"MAP_ANON|MAP_PRIVATE", CTSEC_ARCH_PARISC64, 0x12},
      {"TIOCSTI", CTSEC_ARCH_X86_64, 0x5412},
      {"TIOCSTI", CTSEC_ARCH_MIPS, 0x5472},
      {"TIOCSTI", CTSEC_ARCH_SH, 0x40015412},
      {"RLIMIT_NOFILE", CTSEC_ARCH_MIPS, 5},
      {"AT_FDCWD", CTSEC_ARCH_X86_64, 0xffffff9c},
      {"ARCH_SET_FS", CTSEC_ARCH_X32, 0x1002},
      {"F_SETLK64", CTSEC_ARCH_X86, 13},
      {"F_SETLK64", CTSEC_ARCH_MIPS, 34},
      {"0x10|1|PER_LINUX32", CTSEC_ARCH_S390X, 0x19},
      {"-1", CTSEC_ARCH_X86_64, UINT64_MAX},
      {"CLONE_INTO_CGROUP", CTSEC_ARCH_RISCV64, UINT64_C(0x200000000)},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t value = 0;
    ck_assert_msg(!find(rows[i].arch, rows[i].text, &value), "%s", rows[i].text);
    ck_assert_msg(value == rows[i].value, "%s: 0x%llx", rows[i].text, (unsigned long long)value);
  }
}
END_TEST

START_TEST(what_is_no_value_is_said) {
  static const char *const wrong[] = {"", "|", "SIGCHLD|", "CLONE_NEWUSERS", "clone_newuser", "?", "'a'", "0x", "1|?", "12a"};
  uint64_t value = 7;
  ctsec_error *error = NULL;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    ck_assert_msg(find(CTSEC_ARCH_X86_64, wrong[i], &value) == CTSEC_E_ARG, "%s", wrong[i]);
  ck_assert_int_eq(find(CTSEC_ARCH_AARCH64, "ARCH_SET_FS", &value), CTSEC_E_ARG);
  ck_assert_int_eq(find(CTSEC_ARCH_MIPS, "SIGSTKFLT", &value), CTSEC_E_ARG);
  ck_assert_int_eq(find(99, "SIGCHLD", &value), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_constant_find(NULL, 0, 0, &value, &error), CTSEC_E_ARG);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_constant_find("1", 1, 0, NULL, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_constant_find("SIGCHLD\0x", 9, 0, &value, NULL), CTSEC_E_ARG);
  ck_assert_uint_eq(value, 7);
}
END_TEST

START_TEST(each_name_is_found) {
  for (uint32_t i = 0; i < ct_constants_count; i++) {
    const char *name = ct_text_of(CT_BLOCK_CONSTANTS, i);
    if (i) ck_assert_int_lt(strcmp(ct_text_of(CT_BLOCK_CONSTANTS, i - 1), name), 0);
    int somewhere = 0;
    for (unsigned column = 0; column < 18; column++) {
      uint64_t value;
      int found = ct_constant_find(column, name, strlen(name), &value);
      ck_assert_int_ne(found, 0);
      somewhere |= found > 0;
    }
    ck_assert_msg(somewhere, "%s has no value at all", name);
  }
}
END_TEST

START_TEST(this_machine_agrees) {
#if defined __x86_64__ && !defined __ILP32__
#define SAME(name) {#name, (uint32_t)(name)}
  static const struct {
    const char *name;
    uint32_t value;
  } rows[] = {
      SAME(CLONE_NEWNS),     SAME(CLONE_NEWTIME),    SAME(CLONE_NEWUSER), SAME(CLONE_NEWCGROUP), SAME(CLONE_VFORK),
      SAME(SIGCHLD),         SAME(SIGSYS),           SAME(SIGSTKFLT),     SAME(SIGUSR2),         SAME(O_TMPFILE),
      SAME(O_DIRECT),        SAME(O_NOFOLLOW),       SAME(O_PATH),        SAME(O_SYNC),          SAME(O_ASYNC),
      SAME(AT_EMPTY_PATH),   SAME(AT_FDCWD),         SAME(F_SETLKW64),    SAME(F_ADD_SEALS),     SAME(PROT_GROWSUP),
      SAME(MAP_STACK),       SAME(MAP_ANON),         SAME(MADV_COLD),        SAME(MS_PRIVATE), SAME(MS_REC),
      SAME(MNT_DETACH),      SAME(UMOUNT_NOFOLLOW),  SAME(ADDR_NO_RANDOMIZE), SAME(PER_LINUX32), SAME(PR_SET_NO_NEW_PRIVS),
      SAME(PR_CAP_AMBIENT),  SAME(PTRACE_SEIZE),     SAME(PTRACE_GETREGSET), SAME(RLIMIT_RTTIME), SAME(AF_VSOCK),
      SAME(AF_ALG),          SAME(PF_PACKET),        SAME(SOCK_SEQPACKET), SAME(SOCK_NONBLOCK),  SAME(SOCK_CLOEXEC),
      SAME(SO_PEERCRED),     SAME(SOL_SOCKET),       SAME(TIOCSTI),       SAME(TCGETS),          SAME(FIONREAD),
      SAME(SCHED_BATCH),     SAME(CLONE_PIDFD),      SAME(SIG_SETMASK),   SAME(MCL_ONFAULT),     SAME(MREMAP_DONTUNMAP),
#ifdef MADV_POPULATE_READ
      SAME(MADV_POPULATE_READ),
#endif
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t value = 0;
    ck_assert_msg(!find(CTSEC_ARCH_X86_64, rows[i].name, &value), "%s", rows[i].name);
    ck_assert_msg((uint32_t)value == rows[i].value, "%s: 0x%llx", rows[i].name, (unsigned long long)value);
  }
#endif
}
END_TEST

START_TEST(errors_have_names) {
  uint32_t number = 7;
  ck_assert_str_eq(ctsec_errno_name(CTSEC_ARCH_X86_64, 38), "ENOSYS");
  ck_assert_str_eq(ctsec_errno_name(CTSEC_ARCH_MIPSEL64, 89), "ENOSYS");
  ck_assert_ptr_null(ctsec_errno_name(CTSEC_ARCH_X86_64, 0));
  ck_assert_ptr_null(ctsec_errno_name(-1, 1));
  ck_assert_int_eq(ctsec_errno_find("enosys", 6, 0, &number, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_errno_find("", 0, 0, &number, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_errno_find("EPERM", 5, 23, &number, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_errno_find(NULL, 5, 0, &number, NULL), CTSEC_E_ARG);
  ck_assert_uint_eq(number, 7);
  ck_assert_int_eq(ctsec_errno_find("ENOSYSTEM", 6, CTSEC_ARCH_PARISC, &number, NULL), 0);
  ck_assert_uint_eq(number, 251);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("constants");
  TCase *all = tcase_create("all");
  tcase_add_test(all, values_are_those_of_the_arch);
  tcase_add_test(all, what_is_no_value_is_said);
  tcase_add_test(all, each_name_is_found);
  tcase_add_test(all, this_machine_agrees);
  tcase_add_test(all, errors_have_names);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
