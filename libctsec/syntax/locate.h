/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One walk over JSON text: RFC 8259 to the letter, and where each value stands. */
#ifndef CT_SYNTAX_LOCATE_H
#define CT_SYNTAX_LOCATE_H

#include "syntax/value.h"

typedef struct ct_position {
  uint32_t offset;
  uint32_t end;
  /* With its quotes; both 0 where there is no key. */
  uint32_t key_offset;
  uint32_t key_end;
  /* Items or members. */
  uint32_t count;
} ct_position;

typedef struct ct_positions {
  ct_position *items;
  uint32_t count;
  /* Documents: one, unless many were allowed. */
  uint32_t roots;
  /* Bytes that hold all strings and keys, each with a NUL. */
  size_t strings;
} ct_positions;

/*
 * Refuses what other parsers pass over or change: numbers outside -2^63 to
 * 2^64-1, reals that are not finite, duplicate keys, lone surrogates, NUL in
 * keys and strings, bytes that are not UTF-8, text behind the document (but
 * for documents, where many may stand one behind the other).
 * The positions are those of all values in the order of their beginnings; they
 * live in the arena. CTSEC_E_SYNTAX or CTSEC_E_LIMIT with place and pointer.
 */
int ct_json_locate(ct_arena *arena, const char *text, size_t length, int many, const ctsec_options *options,
                   ct_positions *positions, ctsec_error **err);

/* What is between the quotes of a valid string, decoded; never longer than written. Its length. */
uint32_t ct_json_unescape(const char *text, size_t length, char *out);
/* Digits with an optional minus to sign and magnitude; 0 where they are outside -2^63 to 2^64-1, or no digits only. */
int ct_json_integer(const char *text, size_t length, uint64_t *magnitude, uint8_t *negative);

#endif
