/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/errno.h"

#include <stddef.h>
#include <string.h>

static const struct {
  char name[18];
  uint16_t number;
  uint16_t mips;
  uint16_t parisc;
} rows[] = {
#define E(name, number, mips, parisc) {#name, number, mips, parisc},
#include "data/errno.def"
#undef E
};

#define ROWS (sizeof rows / sizeof *rows)

/* The machine is the low 16 bits: EM_MIPS 8, EM_PARISC 15, EM_PPC and EM_PPC64 20 and 21. */
static uint16_t number_of(size_t row, uint32_t audit) {
  switch (audit & 0xffff) {
    case 8: return rows[row].mips;
    case 15: return rows[row].parisc;
    case 20:
    case 21: return strcmp(rows[row].name, "EDEADLOCK") ? rows[row].number : 58;
    default: return rows[row].number;
  }
}

const char *ct_errno_name(uint32_t audit, uint32_t number) {
  for (size_t i = 0; number && i < ROWS; i++)
    if (number == number_of(i, audit)) return rows[i].name;
  return NULL;
}

uint32_t ct_errno_number(uint32_t audit, const char *name) {
  for (size_t i = 0; i < ROWS; i++)
    if (!strcmp(name, rows[i].name)) return number_of(i, audit);
  return 0;
}

int ct_errno_read(const char *text, uint64_t *number) {
  if (*text >= '0' && *text <= '9') {
    uint64_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
      value = value * 10 + (uint64_t)(*text - '0');
      if (value > UINT32_MAX) return 0;
    }
    if (*text) return 0;
    *number = value;
    return 1;
  }
  for (size_t i = 0; i < ROWS; i++) {
    if (strcmp(text, rows[i].name)) continue;
    *number = rows[i].number;
    return 1;
  }
  return 0;
}
