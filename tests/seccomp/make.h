/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small policies by hand, and random ones. */
#ifndef CT_TEST_SECCOMP_MAKE_H
#define CT_TEST_SECCOMP_MAKE_H

#include "seccomp/policy.h"

extern const ct_abi ct_test_x86_64;
extern const ct_abi ct_test_x86;
extern const ct_abi ct_test_x32;
extern const ct_abi ct_test_arm;
extern const ct_abi ct_test_s390x;
extern const ct_abi ct_test_s390;

typedef struct ct_random {
  uint64_t state;
} ct_random;

uint64_t ct_random_next(ct_random *random);
uint32_t ct_random_below(ct_random *random, uint32_t bound);

/* How random policies are made. */
typedef struct ct_shape {
  /* Only EQ and MASKED_EQ, one action a number, constants below 2^32: where libseccomp can be compared. */
  int plain;
  uint32_t numbers;
  uint32_t rules;
  /* Actions and errnos by the kernel's judge only. */
  int few_actions;
} ct_shape;

/* A policy on all of `count` ABIs; ends the program where memory is out. */
ctsec_policy *ct_test_random_policy(ct_random *random, const ct_shape *shape, const ct_abi *const *abis,
                                    uint32_t count);
/* A call that lies near the conditions of the policy. */
void ct_test_random_call(ct_random *random, const ctsec_policy *policy, const ct_shape *shape, uint32_t *audit,
                         uint32_t *number, uint64_t args[6]);

/* Adds a rule with conditions given as index, op, value, value_two ... after their count. */
void ct_test_rule(ctsec_policy *policy, uint32_t abi, uint32_t number, uint32_t action, uint32_t order, uint32_t count,
                  ...);
ctsec_policy *ct_test_policy(uint32_t default_action, const ct_abi *const *abis, uint32_t count);
uint32_t ct_test_decide(const ctsec_policy *policy, uint32_t audit, uint32_t number, uint64_t a0, uint64_t a1);

#endif
