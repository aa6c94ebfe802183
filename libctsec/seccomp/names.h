/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names as filters need them: by audit arch and by the number as the kernel sees it (x32 with its bit). */
#ifndef CT_SECCOMP_NAMES_H
#define CT_SECCOMP_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* "x86_64"; "x32" where the number has bit 30; NULL for an arch that is not known. */
const char *ct_audit_name(uint32_t audit, uint32_t number);
/* "clone"; NULL where no such call is known. */
const char *ct_call_name(uint32_t audit, uint32_t number);
/* 0 where the arch, or the call on it, is not known. arch may be "x32". */
int ct_audit_find(const char *arch, size_t length, uint32_t *audit);
int ct_call_find(const char *arch, size_t arch_length, const char *name, size_t length, uint32_t *number);
/* "ALLOW", "ERRNO(1)": the short form of a return value that has one; 0 and nothing added for others. */
int ct_return_add(ct_buffer *buffer, uint32_t value);
/* The value of such a form; 0 where it is none. */
int ct_return_find(const char *text, size_t length, uint32_t *value);

#endif
