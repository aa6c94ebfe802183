/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Error numbers by name; they differ between architectures. */
#ifndef CT_DATA_ERRNO_H
#define CT_DATA_ERRNO_H

#include <stdint.h>

/* "EPERM" of a number on the arch with this AUDIT_ARCH_*; NULL where it has no name there. */
const char *ct_errno_name(uint32_t audit, uint32_t number);
/* The number of a name on that arch; 0 where it is none. */
uint32_t ct_errno_number(uint32_t audit, const char *name);
/* "EPERM" or "38": 1 and its number on all arches but MIPS; 0 where the text is neither. */
int ct_errno_read(const char *text, uint64_t *number);

#endif
