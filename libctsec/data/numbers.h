/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls by name and arch. numbers.def is generated. */
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

enum {
  CT_NUMBERS = 0
#define N(...) +1
#include "data/numbers.def"
#undef N
  ,
  CT_NUMBERS_HASHES = 2048,
  /* From here on: the private calls of arm, which start at 0xf0000. */
  CT_NUMBERS_PRIVATE = 0x7000
};

typedef struct ct_number_row {
  char name[30];
  int16_t numbers[CT_COLUMNS];
} ct_number_row;

typedef struct ct_number_table {
  /* Sorted by name. */
  ct_number_row rows[CT_NUMBERS];
  /* Rows by number: those of a column are order[start[column]] up to the start of the next. */
  uint16_t start[CT_COLUMNS + 1];
  uint16_t order[CT_NUMBERS * CT_COLUMNS];
  /* Rows by name, one more than their index, at ct_numbers_hash() or in the places behind it up to a 0. */
  uint16_t hash[CT_NUMBERS_HASHES];
} ct_number_table;

const ct_number_table *ct_numbers(void);

static inline uint32_t ct_numbers_hash(const char *name) {
  uint32_t at = 0;
  for (; *name; name++) at = at * 31 + (unsigned char)*name;
  return (at ^ at >> 15) % CT_NUMBERS_HASHES;
}

#endif
