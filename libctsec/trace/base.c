/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace/base.h"

#include <string.h>

/*
 * What runc's init makes between loading the filter and the program's first
 * instruction, with its Go runtime: measured with runc 1.1.5, by strace of the
 * init process; close_range, execveat, newer kinds of stat and what the
 * scheduler of Go may do at any time beside it, and the limit of files that
 * programs of Go 1.19 and later put back before execve. crun needs a part of it.
 */
static const char *const always[] = {
    "clone",      "close",          "close_range",  "epoll_ctl", "epoll_pwait",  "execve",     "execveat",
    "exit",       "exit_group",     "fcntl",        "fcntl64",   "fstat",        "fstat64",    "fstatat64",
    "fstatfs",    "fstatfs64",      "futex",        "futex_time64", "getdents64", "getpid",    "gettid",
    "madvise",    "mmap",           "mmap2",        "munmap",    "nanosleep",    "newfstatat", "openat",
    "prlimit64",  "read",       "rt_sigaction",   "rt_sigprocmask", "rt_sigreturn", "sched_yield", "sigaltstack", "statx",
    "tgkill",     "write",          NULL,
};
/* Without no-new-privileges the filter is loaded before users and capabilities are set. */
static const char *const early[] = {
    "capget",  "capset",   "chdir", "faccessat", "faccessat2", "fchown",    "fchown32",    "getcwd", "getppid", "getuid",
    "prctl",   "setgid",   "setgid32", "setgroups", "setgroups32", "setuid", "setuid32",    "umask",  NULL,
};

/* Of prctl: PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT. Of clone: threads. */
static const struct {
  char name[8];
  uint64_t value;
} options[] = {{"clone", 0}, {"prctl", 1}, {"prctl", 8}, {"prctl", 24}, {"prctl", 38}, {"prctl", 47}};

int ct_base_option(const char *name, unsigned index, uint64_t *value) {
  for (unsigned i = 0; i < sizeof options / sizeof *options; i++) {
    if (strcmp(options[i].name, name) || index--) continue;
    *value = options[i].value;
    return 1;
  }
  return 0;
}

int ct_base_has(const char *name, int late) {
  for (unsigned i = 0; always[i]; i++)
    if (!strcmp(always[i], name)) return 1;
  for (unsigned i = 0; !late && early[i]; i++)
    if (!strcmp(early[i], name)) return 1;
  return 0;
}

const char *ct_base_at(unsigned index, int late) {
  unsigned count = sizeof always / sizeof *always - 1;
  if (index < count) return always[index];
  index -= count;
  return late || index >= sizeof early / sizeof *early - 1 ? NULL : early[index];
}

const int8_t *ct_family(const ct_arch *arch) {
  static const int8_t families[][4] = {
      {CTSEC_ARCH_X86_64, CTSEC_ARCH_X86, CTSEC_ARCH_X32, -1},
      {CTSEC_ARCH_AARCH64, CTSEC_ARCH_ARM, -1, -1},
      {CTSEC_ARCH_PPC64, CTSEC_ARCH_PPC, -1, -1},
      {CTSEC_ARCH_S390X, CTSEC_ARCH_S390, -1, -1},
      {CTSEC_ARCH_MIPS64, CTSEC_ARCH_MIPS64N32, CTSEC_ARCH_MIPS, -1},
      {CTSEC_ARCH_MIPSEL64, CTSEC_ARCH_MIPSEL64N32, CTSEC_ARCH_MIPSEL, -1},
      {CTSEC_ARCH_PARISC64, CTSEC_ARCH_PARISC, -1, -1},
      {-1, -1, -1, -1},
  };
  for (unsigned i = 0;; i++)
    if (families[i][0] == arch->abi.id || families[i][0] < 0) return families[i];
}
