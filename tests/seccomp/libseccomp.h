/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libseccomp as a judge that makes filters and never loads them, on any machine: what has to be known of it for that. */
#ifndef CT_TEST_SECCOMP_LIBSECCOMP_H
#define CT_TEST_SECCOMP_LIBSECCOMP_H

#include <check.h>
#include <seccomp.h>
#include <stdio.h>

#include "seccomp/bpf.h"
#include "seccomp/policy.h"

/*
 * It asks the running kernel whether that knows LOG and KILL_PROCESS, and refuses rules with them (EINVAL) where the answer
 * is no: before Linux 4.14, and under qemu-user, which has no seccomp(2). With its level given it does not ask.
 */
static inline void ct_test_libseccomp_start(void) { ck_assert_int_eq(seccomp_api_set(3), 0); }

/* Nothing kills with data here. */
static inline int ct_test_is_action(uint32_t k) { return !k || ((k & CT_RET_ACTION) && ct_action_rank(k)); }

/*
 * The little-endian program. A return that is more than 255 instructions away is repeated nearby, and libseccomp (2.5.4,
 * _gen_bpf_build_jmp_ret) then converts its value into the byte order of the target again: wrong on a big-endian host.
 */
static inline size_t ct_test_libseccomp_export(scmp_filter_ctx context, ct_insn *program) {
  FILE *file = tmpfile();
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(seccomp_export_bpf(context, fileno(file)), 0);
  rewind(file);
  static uint8_t bytes[CT_BPF_MOST * 8];
  size_t count = fread(bytes, 1, sizeof bytes, file) / 8;
  fclose(file);
  ck_assert_int_eq(ct_bpf_decode(bytes, count * 8, 0, program, NULL), 0);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  for (size_t i = 0; i < count; i++) {
    uint32_t swapped = __builtin_bswap32(program[i].k);
    if (program[i].code == (CT_BPF_RET | CT_BPF_K) && !ct_test_is_action(program[i].k) && ct_test_is_action(swapped))
      program[i].k = swapped;
  }
#endif
  return count;
}

#endif
