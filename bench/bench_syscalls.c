/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctsec/ctsec.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define MOST 600

static const char *names[MOST];
static size_t lengths[MOST];
static uint32_t numbers[MOST];
static int32_t count;

static int prepare(void) {
  count = ctsec_syscall_count(CTSEC_ARCH_X86_64);
  if (count < 1 || count > MOST) return 1;
  for (int32_t i = 0; i < count; i++) {
    names[i] = ctsec_syscall_at(CTSEC_ARCH_X86_64, i, &numbers[i]);
    lengths[i] = strlen(names[i]);
  }
  return 0;
}

static void find_ours(void) {
  for (int32_t i = 0; i < count; i++) {
    uint32_t number = 0;
    ctsec_syscall_find(names[i], lengths[i], CTSEC_ARCH_X86_64, &number, NULL);
    bench_sink += number;
  }
}

static void find_theirs(void) {
  for (int32_t i = 0; i < count; i++)
    bench_sink += (size_t)seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, names[i]);
}

static void name_ours(void) {
  for (int32_t i = 0; i < count; i++) bench_sink += (size_t)ctsec_syscall_name(CTSEC_ARCH_X86_64, numbers[i])[0];
}

static void name_theirs(void) {
  for (int32_t i = 0; i < count; i++) {
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, (int)numbers[i]);
    if (!name) continue;
    bench_sink += (size_t)name[0];
    free(name);
  }
}

const bench_row bench_syscalls[] = {
    {"syscalls: numbers of all names", "libseccomp by name", 0, prepare, find_ours, find_theirs},
    {"syscalls: names of all numbers", "libseccomp by number", 0, prepare, name_ours, name_theirs},
    {NULL, NULL, 0, NULL, NULL, NULL}};
