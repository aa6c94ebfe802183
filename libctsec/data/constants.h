/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that arguments of system calls are made of. constants.c is generated. */
#ifndef CT_DATA_CONSTANTS_H
#define CT_DATA_CONSTANTS_H

#include <stddef.h>
#include <stdint.h>

/* Forms of a value: as it stands, no value, the upper half of 64 bits. */
enum { CT_CONSTANT_PLAIN, CT_CONSTANT_NONE, CT_CONSTANT_HIGH };

/* What the columns of data/numbers.h that are set in `columns` have instead. */
typedef struct ct_constant_other {
  unsigned index : 12;
  unsigned form : 2;
  unsigned columns : 18;
  uint32_t value;
} ct_constant_other;

/* Their names, sorted, are a block of texts. In columns that have no other. */
extern const uint32_t ct_constant_values[];
extern const uint32_t ct_constants_count;
/* By index. */
extern const ct_constant_other ct_constant_others[];
extern const uint32_t ct_constant_others_count;

/* The value of a name such as CLONE_NEWUSER in a column: 1; 0 where it is no name, -1 where it has no known value there. */
int ct_constant_find(unsigned column, const char *name, size_t length, uint64_t *value);

#endif
