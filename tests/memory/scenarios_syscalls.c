/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static int with_calls(void) {
  int32_t arch = 0;
  uint32_t number = 0;
  int status = ctsec_arch_find("arm64", 5, &arch, NULL);
  if (!status) status = ctsec_arch_find_audit(0xc000003e, 0, &arch, NULL);
  if (!status) status = ctsec_syscall_find("clone3", 6, arch, &number, NULL);
  if (!status) status = ctsec_constant_find("CLONE_NEWUSER|SIGCHLD", 21, arch, &(uint64_t){0}, NULL);
  if (!status) status = ctsec_errno_find("ENOSYS", 6, arch, &number, NULL);
  return status;
}

static int with_refusals(void) {
  int32_t arch = 7;
  uint32_t number = 7;
  ctsec_error *error = NULL;
  int status = ctsec_arch_find("pdp11", 5, &arch, &error);
  MEMORY_REQUIRE(status && error && arch == 7);
  ctsec_error_free(error);
  status = ctsec_syscall_find("opne", 4, 0, &number, &error);
  MEMORY_REQUIRE(status && error && number == 7);
  ctsec_error_free(error);
  status = ctsec_constant_find("SIGWHAT", 7, 0, &(uint64_t){0}, &error);
  MEMORY_REQUIRE(status && error);
  ctsec_error_free(error);
  status = ctsec_errno_find("EWHAT", 5, 0, &number, &error);
  MEMORY_REQUIRE(status && error && number == 7);
  ctsec_error_free(error);
  return 0;
}

static int with_explanations(void) {
  static const char *const names[] = {"clone3", "pread64", "vserver"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char *text = NULL;
    size_t length = 7, size = strlen(names[i]);
    int status = ctsec_syscall_explain(names[i], size, NULL, &text, &length, NULL);
    ctsec_free(text);
    if (status) return status;
    text = NULL;
    status = ctsec_syscall_to_text(names[i], size, NULL, &text, &length, NULL);
    ctsec_free(text);
    if (status) return status;
  }
  return 0;
}

const memory_scenario memory_syscalls[] = {
    {"system calls", with_calls},
    {"system calls refused", with_refusals},
    {"system calls explained", with_explanations},
    {NULL, NULL},
};
