/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of system calls, in the order of ct_numbers. calls.c is generated. */
#ifndef CT_DATA_CALLS_H
#define CT_DATA_CALLS_H

#include <stdint.h>

#define CT_CALL_UNKNOWN 255
#define CT_CALL_PAIR 128

typedef struct ct_call {
  /* Major, minor and patch release, a byte each; 0 where it is not known. */
  uint32_t since;
  uint16_t first;
  /* CT_CALL_UNKNOWN where the arguments are not known. */
  uint8_t count;
} ct_call;

typedef struct ct_call_argument {
  uint16_t name;
  /* CTSEC_KIND_* of ctsec/syscalls.h. */
  uint8_t kind;
  /* Of the declared type on a 64-bit ABI; 0 where it is not known. CT_CALL_PAIR: 64 bits on any ABI, in two registers
   * where they have 32. */
  uint8_t bits;
} ct_call_argument;

/* What one column has instead. */
typedef struct ct_call_differs {
  uint16_t call;
  uint8_t column;
  uint8_t count;
  uint16_t first;
} ct_call_differs;

extern const ct_call ct_calls[];
/* By call, then column. */
extern const ct_call_differs ct_calls_differ[];
extern const uint32_t ct_calls_differ_count;
extern const ct_call_argument ct_call_arguments[];
extern const char ct_call_names[];

#endif
