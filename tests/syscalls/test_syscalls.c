/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

static int32_t arch_of(const char *name) {
  int32_t arch = -7;
  ctsec_error *error = NULL;
  int status = ctsec_arch_find(name, strlen(name), &arch, &error);
  ck_assert_int_eq(!status, arch != -7);
  ck_assert_int_eq(ctsec_error_code(error), status);
  ctsec_error_free(error);
  return arch;
}

START_TEST(ids_are_the_constants) {
  static const struct {
    int32_t id;
    const char *name;
    uint32_t audit;
    int bits, big;
  } rows[] = {
      {CTSEC_ARCH_X86_64, "x86_64", 0xc000003e, 64, 0},   {CTSEC_ARCH_X86, "x86", 0x40000003, 32, 0},
      {CTSEC_ARCH_X32, "x32", 0xc000003e, 32, 0},         {CTSEC_ARCH_ARM, "arm", 0x40000028, 32, 0},
      {CTSEC_ARCH_AARCH64, "aarch64", 0xc00000b7, 64, 0}, {CTSEC_ARCH_LOONGARCH64, "loongarch64", 0xc0000102, 64, 0},
      {CTSEC_ARCH_M68K, "m68k", 0x00000004, 32, 1},       {CTSEC_ARCH_MIPS, "mips", 0x00000008, 32, 1},
      {CTSEC_ARCH_MIPSEL, "mipsel", 0x40000008, 32, 0},   {CTSEC_ARCH_MIPS64, "mips64", 0x80000008, 64, 1},
      {CTSEC_ARCH_MIPSEL64, "mipsel64", 0xc0000008, 64, 0},
      {CTSEC_ARCH_MIPS64N32, "mips64n32", 0xa0000008, 32, 1},
      {CTSEC_ARCH_MIPSEL64N32, "mipsel64n32", 0xe0000008, 32, 0},
      {CTSEC_ARCH_PARISC, "parisc", 0x0000000f, 32, 1},   {CTSEC_ARCH_PARISC64, "parisc64", 0x8000000f, 64, 1},
      {CTSEC_ARCH_PPC, "ppc", 0x00000014, 32, 1},         {CTSEC_ARCH_PPC64, "ppc64", 0x80000015, 64, 1},
      {CTSEC_ARCH_PPC64LE, "ppc64le", 0xc0000015, 64, 0}, {CTSEC_ARCH_RISCV64, "riscv64", 0xc00000f3, 64, 0},
      {CTSEC_ARCH_S390, "s390", 0x00000016, 32, 1},       {CTSEC_ARCH_S390X, "s390x", 0x80000016, 64, 1},
      {CTSEC_ARCH_SHEB, "sheb", 0x0000002a, 32, 1},       {CTSEC_ARCH_SH, "sh", 0x4000002a, 32, 0},
  };
  ck_assert_int_eq(ctsec_arch_count(), sizeof rows / sizeof *rows);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ck_assert_str_eq(ctsec_arch_name(rows[i].id), rows[i].name);
    ck_assert_int_eq(arch_of(rows[i].name), rows[i].id);
    ck_assert_int_eq(arch_of(ctsec_arch_seccomp_name(rows[i].id)), rows[i].id);
    ck_assert_uint_eq(ctsec_arch_audit(rows[i].id), rows[i].audit);
    ck_assert_int_eq(ctsec_arch_bits(rows[i].id), rows[i].bits);
    ck_assert_int_eq(ctsec_arch_big_endian(rows[i].id), rows[i].big);
    int32_t arch = -1;
    ck_assert_int_eq(ctsec_arch_find_audit(rows[i].audit, rows[i].id == CTSEC_ARCH_X32 ? 0x40000000 : 1, &arch, NULL), 0);
    ck_assert_int_eq(arch, rows[i].id);
  }
}
END_TEST

START_TEST(people_spell_archs_in_many_ways) {
  static const struct {
    const char *name;
    int32_t arch;
  } rows[] = {
      {"amd64", 0},        {"AMD64", 0},    {"x86-64", 0},   {"SCMP_ARCH_X86_64", 0}, {"scmp_arch_x86_64", 0},
      {"386", 1},          {"i386", 1},     {"i686", 1},     {"arm64", 4},            {"AArch64", 4},
      {"armv7l", 3},       {"armhf", 3},    {"loong64", 5},  {"mipsle", 8},           {"mips64le", 10},
      {"mips64el", 10},    {"hppa", 13},    {"powerpc", 15}, {"ppc64el", 17},         {"SCMP_ARCH_SHEB", 21},
      {"SCMP_ARCH_", -7},  {"", -7},        {"x86_65", -7},  {"x86_64 ", -7},         {"SCMP_ARCH_AMD65", -7},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_msg(arch_of(rows[i].name) == rows[i].arch, "%s: %d", rows[i].name, arch_of(rows[i].name));
}
END_TEST

START_TEST(bit_30_makes_x32) {
  int32_t arch = -1;
  uint32_t number = 0;
  ck_assert_int_eq(ctsec_arch_find_audit(0xc000003e, UINT32_MAX, &arch, NULL), 0);
  ck_assert_int_eq(arch, CTSEC_ARCH_X86_64);
  ck_assert_int_eq(ctsec_syscall_find("execve", 6, CTSEC_ARCH_X32, &number, NULL), 0);
  ck_assert_uint_eq(number, 0x40000000 + 520);
  ck_assert_str_eq(ctsec_syscall_name(CTSEC_ARCH_X32, number), "execve");
  ck_assert_str_eq(ctsec_syscall_name(CTSEC_ARCH_X32, 520), "execve");
  ck_assert_ptr_null(ctsec_syscall_name(CTSEC_ARCH_X86_64, number));
}
END_TEST

START_TEST(each_call_is_found_both_ways) {
  for (int32_t arch = 0; arch < ctsec_arch_count(); arch++) {
    int32_t count = ctsec_syscall_count(arch);
    ck_assert_int_ge(count, 300);
    uint32_t before = 0;
    for (int32_t i = 0; i < count; i++) {
      uint32_t number = 0, found = 1;
      const char *name = ctsec_syscall_at(arch, i, &number);
      ck_assert_ptr_nonnull(name);
      ck_assert_int_eq(ctsec_syscall_find(name, strlen(name), arch, &found, NULL), 0);
      ck_assert_uint_eq(found, number);
      ck_assert(!i || number >= before);
      /* Two names may share one number. */
      if (!i || number > before) ck_assert_ptr_nonnull(ctsec_syscall_name(arch, number));
      ck_assert_int_ge(ctsec_syscall_since(arch, number), 0);
      before = number;
    }
    ck_assert_ptr_null(ctsec_syscall_at(arch, count, NULL));
    ck_assert_ptr_null(ctsec_syscall_at(arch, -1, NULL));
  }
}
END_TEST

START_TEST(out_of_range_is_said) {
  uint32_t number = 7;
  ctsec_error *error = NULL;
  static const int32_t archs[] = {-2, -1, 23, 1000, INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < sizeof archs / sizeof *archs; i++) {
    ck_assert_ptr_null(ctsec_arch_name(archs[i]));
    ck_assert_ptr_null(ctsec_arch_seccomp_name(archs[i]));
    ck_assert_uint_eq(ctsec_arch_audit(archs[i]), 0);
    ck_assert_int_eq(ctsec_arch_bits(archs[i]), -1);
    ck_assert_int_eq(ctsec_arch_big_endian(archs[i]), -1);
    ck_assert_ptr_null(ctsec_syscall_name(archs[i], 0));
    ck_assert_int_eq(ctsec_syscall_find("read", 4, archs[i], &number, NULL), CTSEC_E_ARG);
    if (archs[i] != -1) ck_assert_int_eq(ctsec_syscall_count(archs[i]), -1);
    ck_assert_int_eq(ctsec_syscall_since(archs[i], 0), -1);
    ck_assert_int_eq(ctsec_syscall_argument_count(archs[i], 0), -1);
    ck_assert_int_eq(ctsec_syscall_argument_bits(archs[i], 0, 0), -1);
    ck_assert_int_eq(ctsec_syscall_argument_kind(archs[i], 0, 0), -1);
    ck_assert_ptr_null(ctsec_syscall_argument_name(archs[i], 0, 0));
  }
  ck_assert_int_eq(ctsec_arch_find_audit(0x12345678, 0, &(int32_t){0}, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_syscall_find("opnat", 5, 0, &number, &error), CTSEC_E_NOTFOUND);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "openat"));
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_syscall_find("open", 4, CTSEC_ARCH_AARCH64, &number, &error), CTSEC_E_NOTFOUND);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "aarch64 has no call"));
  ctsec_error_free(error);
  static const char *const wrong[] = {"", "READ", "read ", "sys_read", "a_name_that_is_longer_than_any_call_could_be_at_all"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    ck_assert_int_eq(ctsec_syscall_find(wrong[i], strlen(wrong[i]), 0, &number, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_syscall_find("read\0x", 6, 0, &number, NULL), CTSEC_E_NOTFOUND);
  ck_assert_uint_eq(number, 7);
  ck_assert_int_eq(ctsec_syscall_find(NULL, 4, 0, &number, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_syscall_find("read", 4, 0, NULL, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_arch_find(NULL, 4, &(int32_t){0}, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_arch_find("x86", 3, NULL, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_arch_find_audit(3, 0, NULL, NULL), CTSEC_E_ARG);
}
END_TEST

START_TEST(arguments_are_as_the_kernel_declares_them) {
  static const struct {
    int32_t arch;
    const char *call;
    int count;
    int bits[6];
    int kinds[6];
  } rows[] = {
      {CTSEC_ARCH_X86_64, "socket", 3, {32, 32, 32}, {CTSEC_KIND_INT, CTSEC_KIND_INT, CTSEC_KIND_INT}},
      {CTSEC_ARCH_X86_64, "clone", 5, {32, 64, 64, 64, 64}, {CTSEC_KIND_FLAGS, CTSEC_KIND_UNSIGNED_LONG, CTSEC_KIND_POINTER, CTSEC_KIND_POINTER, CTSEC_KIND_UNSIGNED_LONG}},
      {CTSEC_ARCH_AARCH64, "clone", 5, {32, 64, 64, 64, 64}, {CTSEC_KIND_FLAGS, CTSEC_KIND_UNSIGNED_LONG, CTSEC_KIND_POINTER, CTSEC_KIND_UNSIGNED_LONG, CTSEC_KIND_POINTER}},
      {CTSEC_ARCH_S390X, "clone", 5, {64, 32, 64, 64, 64}, {CTSEC_KIND_UNSIGNED_LONG, CTSEC_KIND_FLAGS, CTSEC_KIND_POINTER, CTSEC_KIND_POINTER, CTSEC_KIND_UNSIGNED_LONG}},
      {CTSEC_ARCH_X86_64, "fchmodat", 3, {32, 64, 16}, {CTSEC_KIND_FD, CTSEC_KIND_PATH, CTSEC_KIND_MODE}},
      {CTSEC_ARCH_X86, "fchmodat", 3, {32, 32, 16}, {CTSEC_KIND_FD, CTSEC_KIND_PATH, CTSEC_KIND_MODE}},
      {CTSEC_ARCH_X32, "fchmodat", 3, {32, 64, 16}, {CTSEC_KIND_FD, CTSEC_KIND_PATH, CTSEC_KIND_MODE}},
      {CTSEC_ARCH_X32, "ioctl", 3, {32, 32, 0}, {CTSEC_KIND_FD, CTSEC_KIND_COMMAND, CTSEC_KIND_UNSIGNED_LONG}},
      {CTSEC_ARCH_X86, "setuid", 1, {16}, {CTSEC_KIND_UID}},
      {CTSEC_ARCH_X86, "setuid32", 1, {32}, {CTSEC_KIND_UID}},
      {CTSEC_ARCH_PPC, "setuid", 1, {32}, {CTSEC_KIND_UID}},
      {CTSEC_ARCH_X86, "umount", 1, {32}, {CTSEC_KIND_PATH}},
      {CTSEC_ARCH_X86_64, "readv", 3, {32, 64, 64}, {CTSEC_KIND_FD, CTSEC_KIND_POINTER, CTSEC_KIND_UNSIGNED_LONG}},
      {CTSEC_ARCH_X86_64, "getpid", 0, {0}, {0}},
      {CTSEC_ARCH_X86_64, "personality", 1, {32}, {CTSEC_KIND_FLAGS}},
      {CTSEC_ARCH_PPC64LE, "personality", 1, {64}, {CTSEC_KIND_FLAGS}},
      {CTSEC_ARCH_X86, "chown", 3, {32, 16, 16}, {CTSEC_KIND_PATH, CTSEC_KIND_UID, CTSEC_KIND_GID}},
      {CTSEC_ARCH_X86, "chown32", 3, {32, 32, 32}, {CTSEC_KIND_PATH, CTSEC_KIND_UID, CTSEC_KIND_GID}},
      {CTSEC_ARCH_X86, "mmap", 1, {32}, {CTSEC_KIND_POINTER}},
      {CTSEC_ARCH_S390X, "mmap", 1, {64}, {CTSEC_KIND_POINTER}},
      {CTSEC_ARCH_X86_64, "pread64", 4, {32, 64, 64, 64}, {CTSEC_KIND_FD, CTSEC_KIND_POINTER, CTSEC_KIND_SIZE, CTSEC_KIND_OFFSET}},
      {CTSEC_ARCH_ARM, "pread64", -1, {32, 32, 32, 32, 32, 32}, {CTSEC_KIND_FD, CTSEC_KIND_POINTER, CTSEC_KIND_SIZE}},
      {CTSEC_ARCH_X86_64, "kill", 2, {32, 32}, {CTSEC_KIND_PID, CTSEC_KIND_SIGNAL}},
      {CTSEC_ARCH_RISCV64, "write", 3, {32, 64, 64}, {CTSEC_KIND_FD, CTSEC_KIND_POINTER, CTSEC_KIND_SIZE}},
      {CTSEC_ARCH_X86_64, "tuxcall", 0, {0}, {0}},
      {CTSEC_ARCH_MIPS, "syscall", -1, {32, 32, 32, 32, 32, 32}, {CTSEC_KIND_UNKNOWN}},
      {CTSEC_ARCH_ARM, "sigsuspend", 3, {32, 32, 32}, {CTSEC_KIND_INT, CTSEC_KIND_INT, CTSEC_KIND_UNSIGNED_LONG}},
      {CTSEC_ARCH_SH, "sigsuspend", 1, {32}, {CTSEC_KIND_UNSIGNED_LONG}},
      {CTSEC_ARCH_PPC, "sys_debug_setcontext", 3, {32, 32, 32}, {CTSEC_KIND_POINTER, CTSEC_KIND_INT, CTSEC_KIND_POINTER}},
      {CTSEC_ARCH_PPC64LE, "sys_debug_setcontext", 0, {0}, {0}},
      {CTSEC_ARCH_M68K, "atomic_barrier", 0, {0}, {0}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t number = 0;
    ck_assert_int_eq(ctsec_syscall_find(rows[i].call, strlen(rows[i].call), rows[i].arch, &number, NULL), 0);
    ck_assert_int_eq(ctsec_syscall_argument_count(rows[i].arch, number), rows[i].count);
    for (int a = 0; a < 6; a++) {
      int none = rows[i].count >= 0 && a >= rows[i].count;
      int bits = ctsec_syscall_argument_bits(rows[i].arch, number, a);
      ck_assert_msg(bits == (none ? -1 : rows[i].bits[a]), "%s %d: %d", rows[i].call, a, bits);
      ck_assert_msg(ctsec_syscall_argument_kind(rows[i].arch, number, a) == (none ? -1 : rows[i].kinds[a]), "%s %d",
                    rows[i].call, a);
      if (none) ck_assert_ptr_null(ctsec_syscall_argument_name(rows[i].arch, number, a));
    }
    ck_assert_int_eq(ctsec_syscall_argument_bits(rows[i].arch, number, 6), -1);
    ck_assert_int_eq(ctsec_syscall_argument_bits(rows[i].arch, number, -1), -1);
  }
  ck_assert_str_eq(ctsec_syscall_argument_name(CTSEC_ARCH_X86_64, 56, 0), "clone_flags");
  ck_assert_str_eq(ctsec_syscall_argument_name(CTSEC_ARCH_S390X, 120, 1), "clone_flags");
}
END_TEST

START_TEST(releases_are_known) {
  static const struct {
    int32_t arch;
    const char *call;
    int32_t since;
  } rows[] = {
      {CTSEC_ARCH_X86_64, "clone3", 0x050300},    {CTSEC_ARCH_X86_64, "mseal", 0x060a00},
      {CTSEC_ARCH_X86_64, "accept4", 0x02061c},   {CTSEC_ARCH_X86, "accept4", 0x040300},
      {CTSEC_ARCH_AARCH64, "read", 0x030700},     {CTSEC_ARCH_RISCV64, "openat2", 0x050600},
      {CTSEC_ARCH_S390X, "semtimedop", 0x050100}, {CTSEC_ARCH_X86_64, "faccessat2", 0x050800},
      {CTSEC_ARCH_X86_64, "tuxcall", 0},          {CTSEC_ARCH_X86, "clock_gettime64", 0x050100},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t number = 0;
    ck_assert_int_eq(ctsec_syscall_find(rows[i].call, strlen(rows[i].call), rows[i].arch, &number, NULL), 0);
    ck_assert_msg(ctsec_syscall_since(rows[i].arch, number) == rows[i].since, "%s", rows[i].call);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("syscalls");
  TCase *tests = tcase_create("tables");
  tcase_add_test(tests, ids_are_the_constants);
  tcase_add_test(tests, people_spell_archs_in_many_ways);
  tcase_add_test(tests, bit_30_makes_x32);
  tcase_add_test(tests, each_call_is_found_both_ways);
  tcase_add_test(tests, out_of_range_is_said);
  tcase_add_test(tests, arguments_are_as_the_kernel_declares_them);
  tcase_add_test(tests, releases_are_known);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite);
}
