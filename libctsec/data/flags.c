/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/flags.h"

#include <string.h>

/* ISO C promises 4095 characters only; every compiler that builds this takes more. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

/* One text instead of a pointer a name: pointers would have to be relocated in every process. */
#define F(name, value) #name "\0"
#define V(name, value) #name "\0"
static const char pool[] =
#include "data/flags.def"
    ;
#undef F
#undef V

#define F(name, value) value,
#define V(name, value) value,
static const uint64_t values[] = {
#include "data/flags.def"
};
#undef F
#undef V

#define F(name, value) 0,
#define V(name, value) 1,
static const uint8_t varies[] = {
#include "data/flags.def"
};
#undef F
#undef V

/* The machines whose numbers of signals, open flags, ioctls... are not the generic ones: MIPS, PA-RISC, PowerPC, SuperH. */
static int is_odd(uint32_t audit) {
  uint32_t machine = audit & 0xffff;
  return machine == 8 || machine == 15 || machine == 20 || machine == 21 || machine == 42;
}

int ct_flag_find(uint32_t audit, const char *name, size_t length, uint64_t *value) {
  size_t index = 0;
  for (const char *at = pool; *at; index++) {
    size_t size = strlen(at);
    if (size == length && !memcmp(at, name, length)) {
      if (varies[index] && is_odd(audit)) return -1;
      *value = values[index];
      return 1;
    }
    at += size + 1;
  }
  return 0;
}
