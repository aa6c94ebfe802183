/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filters that a live process runs under. */
#ifndef CT_SECCOMP_LIVE_H
#define CT_SECCOMP_LIVE_H

#include "base/arena.h"
#include "base/error.h"

struct ctsec_filter;

/*
 * Stops the process for as long as it takes (ptrace), so only where the
 * caller was asked for that. Oldest first, all in the arena. 0, an errno, or
 * -1 with *err for what else fails.
 */
int ct_live_filters(ct_arena *arena, int32_t pid, struct ctsec_filter ***filters, uint32_t *count, ctsec_error **err);
/* In the arena: its first owner never frees it. CTSEC_E_NOMEM without message. */
int ct_filter_copy(ct_arena *arena, const struct ctsec_filter *filter, struct ctsec_filter **copy);

/*
 * The answer of a stack of filters, oldest first, to a call of which bit i of
 * `unknown` marks the arguments that are not given. 1 and its action where
 * every value of these gives the same; 0 where they decide, or where that
 * could not be followed in time; CTSEC_E_NOMEM without message.
 */
int ct_stack_decide(struct ctsec_filter *const *filters, uint32_t count, uint32_t audit, uint32_t number,
                    const uint64_t args[6], uint32_t unknown, uint32_t *action);

#endif
