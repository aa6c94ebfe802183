/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engines' default profiles as tables. profiles.c is generated. */
#ifndef CT_DATA_PROFILES_H
#define CT_DATA_PROFILES_H

#include <stdint.h>

/* CT_RET_* by the number that the tables hold. */
#define CT_BUILTIN_ACTIONS \
  { 0x00000000u, 0x80000000u, 0x00030000u, 0x00050000u, 0x7ff00000u, 0x7fff0000u, 0x7ffc0000u, 0x7fc00000u }

typedef struct ct_builtin_condition {
  uint8_t index;
  /* CT_OP_* */
  uint8_t op;
  uint32_t value;
  uint32_t value_two;
} ct_builtin_condition;

/* Runs of ct_builtin_words: first and count. A kernel of 0.0 is none. */
typedef struct ct_builtin_filter {
  uint16_t caps;
  uint16_t cap_count;
  uint16_t arches;
  uint16_t arch_count;
  uint8_t kernel;
  uint8_t major;
} ct_builtin_filter;

typedef struct ct_builtin_entry {
  uint16_t names;
  uint16_t name_count;
  uint8_t action;
  /* -1: not given. */
  int16_t errno_ret;
  /* The error is also given by its name. */
  uint8_t errno_named;
  uint16_t conditions;
  uint8_t condition_count;
  ct_builtin_filter includes;
  ct_builtin_filter excludes;
} ct_builtin_entry;

typedef struct ct_builtin_row {
  uint16_t arch;
  uint16_t subs;
  uint16_t sub_count;
} ct_builtin_row;

typedef struct ct_builtin_profile {
  const char *name;
  uint8_t default_action;
  int16_t default_errno;
  uint8_t errno_named;
  uint16_t rows;
  uint16_t row_count;
  uint16_t entries;
  uint16_t entry_count;
} ct_builtin_profile;

/* Offsets of words in the pool. */
extern const char ct_builtin_pool[];
extern const uint16_t ct_builtin_words[];
extern const ct_builtin_condition ct_builtin_conditions[];
extern const ct_builtin_entry ct_builtin_entries[];
extern const ct_builtin_row ct_builtin_rows[];
extern const ct_builtin_profile ct_builtin_profiles[];
extern const uint32_t ct_builtin_profiles_count;

#endif
