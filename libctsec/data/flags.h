/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_DATA_FLAGS_H
#define CT_DATA_FLAGS_H

#include <stddef.h>
#include <stdint.h>

/* The value of a name such as CLONE_NEWUSER: 1; 0 where it is none, -1 where it differs on the arch with this AUDIT_ARCH_*. */
int ct_flag_find(uint32_t audit, const char *name, size_t length, uint64_t *value);

#endif
