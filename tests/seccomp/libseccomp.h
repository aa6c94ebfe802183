/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_TEST_SECCOMP_LIBSECCOMP_H
#define CT_TEST_SECCOMP_LIBSECCOMP_H

#include <check.h>
#include <seccomp.h>

/*
 * libseccomp asks the running kernel whether it knows LOG and KILL_PROCESS, and refuses rules with them (EINVAL) where that
 * says no: before Linux 4.14, and under qemu-user, which has no seccomp(2). Here filters are made and never loaded; the
 * actions up to level 3 are its to take on any machine.
 */
static inline void ct_test_libseccomp_actions(void) {
  ck_assert_int_eq(seccomp_api_set(3), 0);
}

#endif
