/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/numbers.h"

#include <string.h>

#include "base/once.h"

#ifdef CT_TEXTS_PACKED

#include "data/numbers_packed.h"
#include "data/packed.h"

typedef struct area {
  ct_number_table table;
  uint16_t room[(3 * LENGTH_NUMBERS + 1) / 2];
  uint8_t bytes[SIZE_NUMBERS + WORDS_NUMBERS];
} area;

/* As pack.c has it: the names, the rows in the order of x86, and for each column what its numbers are beyond their order. */
static void read_rows(area *to) {
  ct_unpack(packed_NUMBERS, to->room, to->bytes, SIZE_NUMBERS);
  ct_number_row *rows = to->table.rows;
  const char *name = (const char *)to->bytes;
  for (unsigned i = 0; i < CT_NUMBERS; i++) {
    size_t size = strlen(name) + 1;
    memcpy(rows[i].name, name, size);
    name += size;
  }
  const uint8_t *order = (const uint8_t *)name, *in = order + (size_t)2 * CT_NUMBERS;
  for (unsigned column = 0; column < CT_COLUMNS; column++) {
    int next = 0;
    for (unsigned i = 0; i < CT_NUMBERS; i++) {
      int16_t *number = &rows[order[2 * i] | order[2 * i + 1] << 8].numbers[column];
      int step = *in++;
      if (!step--) {
        *number = -1;
        continue;
      }
      if (step == 254) {
        step = in[0] | in[1] << 8;
        in += 2;
      }
      next += step & 1 ? -(step + 1) / 2 : step / 2;
      *number = (int16_t)next++;
    }
  }
}

#else

typedef struct area {
  ct_number_table table;
} area;

static const ct_number_row all[CT_NUMBERS] = {
#define N(name, ...) {name, {__VA_ARGS__}},
#include "data/numbers.def"
};

static void read_rows(area *to) { memcpy(to->table.rows, all, sizeof all); }

#endif

static uint16_t order_column(const ct_number_row *rows, unsigned column, uint16_t *order) {
  enum { PRIVATE_AT = 1000, PLACES = 1024 };
  uint16_t places[PLACES] = {0}, count = 0;
  for (unsigned i = 0; i < CT_NUMBERS; i++) {
    int number = rows[i].numbers[column];
    if (number >= 0) places[number < CT_NUMBERS_PRIVATE ? number : number - CT_NUMBERS_PRIVATE + PRIVATE_AT] = (uint16_t)(i + 1);
  }
  for (unsigned i = 0; i < PLACES; i++)
    if (places[i]) order[count++] = (uint16_t)(places[i] - 1);
  return count;
}

static void make(void *place, int which) {
  (void)which;
  ct_number_table *table = &((area *)place)->table;
  read_rows(place);
  unsigned total = 0;
  for (unsigned column = 0; column < CT_COLUMNS; column++) {
    table->start[column] = (uint16_t)total;
    total += order_column(table->rows, column, table->order + total);
  }
  table->start[CT_COLUMNS] = (uint16_t)total;
  for (unsigned i = 0; i < CT_NUMBERS; i++) {
    uint32_t at = ct_numbers_hash(table->rows[i].name);
    /* Or it is there already, where two threads had to write into one place. */
    while (table->hash[at] && table->hash[at] != i + 1) at = (at + 1) % CT_NUMBERS_HASHES;
    table->hash[at] = (uint16_t)(i + 1);
  }
}

const ct_number_table *ct_numbers(void) {
  static area place;
  static ct_once made;
  return &((const area *)ct_once_get(&made, &place, sizeof place, make, 0))->table;
}
