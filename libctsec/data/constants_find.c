/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/constants.h"
#include "data/texts.h"

static int index_of(const char *name, size_t length) {
  uint32_t low = 0, high = ct_constants_count;
  if (!length || memchr(name, 0, length)) return -1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const char *found = ct_text_of(CT_BLOCK_CONSTANTS, middle);
    int order = strncmp(found, name, length);
    if (!order && !found[length]) return (int)middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

int ct_constant_find(unsigned column, const char *name, size_t length, uint64_t *value) {
  int index = index_of(name, length);
  if (index < 0) return 0;
  uint32_t low = 0, high = ct_constant_others_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (ct_constant_others[middle].index < (unsigned)index)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < ct_constant_others_count && ct_constant_others[low].index == (unsigned)index; low++) {
    const ct_constant_other *other = &ct_constant_others[low];
    if (!(other->columns >> column & 1)) continue;
    if (other->form == CT_CONSTANT_NONE) return -1;
    *value = other->form == CT_CONSTANT_HIGH ? (uint64_t)other->value << 32 : other->value;
    return 1;
  }
  *value = ct_constant_values[index];
  return 1;
}
