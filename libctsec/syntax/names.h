/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts to pointers, in an arena. A zeroed table is a valid empty one. */
#ifndef CT_SYNTAX_NAMES_H
#define CT_SYNTAX_NAMES_H

#include "base/arena.h"

typedef struct ct_name {
  const char *text;
  uint32_t length;
  uint32_t hash;
  void *value;
} ct_name;

/* A table of so many texts is a list, and its slots may hold anything beyond count. */
#define CT_NAMES_LIST 8u

typedef struct ct_names {
  ct_name *slots;
  uint32_t size;
  uint32_t count;
} ct_names;

/* NULL where the text is not entered. */
void *ct_names_find(const ct_names *table, const char *text, size_t length);
/* Where the pointer of a text is kept, entered with NULL where it is new; NULL where memory is out. Text is borrowed. */
void **ct_names_place(ct_names *table, ct_arena *arena, const char *text, size_t length);

#endif
