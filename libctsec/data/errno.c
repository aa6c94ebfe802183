/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/errno.h"

#include <stddef.h>
#include <string.h>

static const struct {
  const char *name;
  uint16_t number;
  uint16_t mips;
} rows[] = {
#define E(name, number, mips) {#name, number, mips},
#include "data/errno.def"
#undef E
};

#define ROWS (sizeof rows / sizeof *rows)

/* The machine is the low 16 bits: EM_MIPS 8, EM_PARISC 15, whose numbers above 34 are its own. */
static int is_mips(uint32_t audit) { return (audit & 0xffff) == 8; }
static int is_parisc(uint32_t audit) { return (audit & 0xffff) == 15; }

const char *ct_errno_name(uint32_t audit, uint32_t number) {
  if (is_parisc(audit) && number > 34) return NULL;
  for (size_t i = 0; i < ROWS; i++)
    if (number == (is_mips(audit) ? rows[i].mips : rows[i].number)) return rows[i].name;
  return NULL;
}

uint32_t ct_errno_number(uint32_t audit, const char *name) {
  for (size_t i = 0; i < ROWS; i++) {
    if (strcmp(name, rows[i].name)) continue;
    if (is_parisc(audit) && rows[i].number > 34) return 0;
    return is_mips(audit) ? rows[i].mips : rows[i].number;
  }
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
