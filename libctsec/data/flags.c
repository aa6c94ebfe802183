/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/flags.h"

#include <string.h>

static const struct {
  const char *name;
  uint64_t value;
  int varies;
} flags[] = {
#define F(name, value) {#name, value, 0},
#define V(name, value) {#name, value, 1},
#include "data/flags.def"
#undef F
#undef V
};

/* The machines whose numbers of signals, open flags, ioctls... are not the generic ones: MIPS, PA-RISC, PowerPC, SuperH. */
static int is_odd(uint32_t audit) {
  uint32_t machine = audit & 0xffff;
  return machine == 8 || machine == 15 || machine == 20 || machine == 21 || machine == 42;
}

int ct_flag_find(uint32_t audit, const char *name, size_t length, uint64_t *value) {
  size_t low = 0, high = sizeof flags / sizeof *flags;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strncmp(flags[middle].name, name, length);
    if (!order && flags[middle].name[length]) order = 1;
    if (!order) {
      if (flags[middle].varies && is_odd(audit)) return -1;
      *value = flags[middle].value;
      return 1;
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}
