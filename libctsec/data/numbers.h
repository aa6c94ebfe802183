/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls by name and arch. numbers.c is generated. */
#ifndef CT_DATA_NUMBERS_H
#define CT_DATA_NUMBERS_H

#include <stdint.h>

/* In the order of the columns. The mips columns lack the base of their ABI (4000, 5000, 6000), x32 lacks bit 30. */
enum {
  CT_COLUMN_X86,
  CT_COLUMN_X86_64,
  CT_COLUMN_X32,
  CT_COLUMN_ARM,
  CT_COLUMN_AARCH64,
  CT_COLUMN_LOONGARCH64,
  CT_COLUMN_M68K,
  CT_COLUMN_MIPS,
  CT_COLUMN_MIPS64,
  CT_COLUMN_MIPS64N32,
  CT_COLUMN_PARISC,
  CT_COLUMN_PARISC64,
  CT_COLUMN_PPC,
  CT_COLUMN_PPC64,
  CT_COLUMN_RISCV64,
  CT_COLUMN_S390,
  CT_COLUMN_S390X,
  CT_COLUMN_SH,
  CT_COLUMNS
};

typedef struct ct_number_row {
  char name[30];
  /* From 0x7000 on: the private calls of arm, which start at 0xf0000. */
  int16_t numbers[CT_COLUMNS];
} ct_number_row;

/* Sorted by name. */
extern const ct_number_row ct_numbers[];
extern const uint32_t ct_numbers_count;
/* Rows by number: those of a column are ct_numbers_order[ct_numbers_start[column]] up to the start of the next. */
extern const uint16_t ct_numbers_order[];
extern const uint16_t ct_numbers_start[CT_COLUMNS + 1];
/* Rows by name, one more than their index, at the hash of arch.c or in the places behind it up to a 0. */
#define CT_NUMBERS_HASHES 2048
extern const uint16_t ct_numbers_hash[CT_NUMBERS_HASHES];

#endif
