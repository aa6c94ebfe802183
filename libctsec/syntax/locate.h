/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One walk over JSON text: RFC 8259 to the letter, and where each value stands. */
#ifndef CT_SYNTAX_LOCATE_H
#define CT_SYNTAX_LOCATE_H

#include "syntax/value.h"

typedef struct ct_position {
  uint32_t offset;
  uint32_t end;
  uint32_t key_offset;
  /* Items or members. */
  uint32_t count;
} ct_position;

/*
 * Refuses what other parsers pass over or change: numbers outside -2^63 to
 * 2^64-1, reals that are not finite, duplicate keys, lone surrogates, NUL in
 * keys and strings, bytes that are not UTF-8, text behind the document.
 * *positions are those of all values in the order of their beginnings; they
 * live in the arena. CTSEC_E_SYNTAX or CTSEC_E_LIMIT with place and pointer.
 */
int ct_json_locate(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                   ct_position **positions, uint32_t *count, ctsec_error **err);

#endif
