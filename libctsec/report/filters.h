/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What loaded filters do with each call. Knows no container: the solver's names are not the model's. */
#ifndef CT_REPORT_FILTERS_H
#define CT_REPORT_FILTERS_H

#include "ctsec/seccomp.h"

/* Whatever the arguments; CONDITIONAL also where somebody else decides, or where that could not be followed in time. */
enum { CT_CALL_REFUSED, CT_CALL_CONDITIONAL, CT_CALL_ALLOWED };

/* Of a SECCOMP_RET_*. */
uint8_t ct_call_of_action(uint32_t action);
/* Every call of an architecture, by the index of ctsec_syscall_at(). 0 or CTSEC_E_NOMEM. */
int ct_calls_of_filters(uint8_t *verdicts, ctsec_filter *const *filters, uint32_t count, int32_t arch,
                        ctsec_error **err);

#endif
