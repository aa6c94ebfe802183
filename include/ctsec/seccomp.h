/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Seccomp: policies (a profile resolved for a target) and what they decide.
 *
 * Actions are the kernel's SECCOMP_RET_* values with their data (an errno)
 * in the low 16 bits. Audit archs are AUDIT_ARCH_* values; x32 is the arch
 * of x86-64 with bit 30 of the number set (0xffffffff excepted).
 */
#ifndef CTSEC_SECCOMP_H
#define CTSEC_SECCOMP_H

#include <ctsec/error.h>
#include <ctsec/options.h>

/* What a profile means on the ABIs of one target. Immutable. */
typedef struct ctsec_policy ctsec_policy;

/*
 * One more owner of a policy; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_policy *ctsec_policy_ref(ctsec_policy *policy);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_policy_free(ctsec_policy *policy);

/*
 * Decides n calls and allocates nothing: call i has the audit arch arch[i],
 * the number nr[i] and the six arguments args[6 * i] to args[6 * i + 5], as
 * they stand in the caller's registers. actions[i] becomes a SECCOMP_RET_*
 * value with its data. This is the policy's own meaning; what a kernel or a
 * runtime makes of it is in the verdict of ctsec_policy_simulate().
 *
 * Errors: CTSEC_E_ARG (NULL).
 * Since: 0.1
 */
CTSEC_API int ctsec_policy_simulate_batch(const ctsec_policy *policy, size_t n, const uint32_t *arch, const int32_t *nr,
                                          const uint64_t *args, uint32_t *actions, ctsec_error **err);

#endif
