/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_BASE_UTF8_H
#define CT_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Length of the UTF-8 sequence at text (1 to 4), 0 where it is none: overlong, surrogate, beyond U+10FFFF or cut off. */
int ct_utf8_length(const char *text, size_t length);
/* Decodes one sequence; returns its length as above and sets *point. */
int ct_utf8_decode(const char *text, size_t length, uint32_t *point);
/* Writes one code point, 1 to 4 bytes; out needs room for 4. */
int ct_utf8_encode(uint32_t point, char *out);
/* Offset of the first byte that is not UTF-8, or length. */
size_t ct_utf8_check(const char *text, size_t length);
/* That every character is one byte. */
int ct_utf8_is_ascii(const char *text, size_t length);
/* Adds text; bytes that are not UTF-8 become \xNN, so that the result is always UTF-8. */
void ct_utf8_add(ct_buffer *buffer, const char *text, size_t length);
/*
 * As ct_utf8_add, and also makes control characters (ESC, newline, C1) and
 * marks that reorder text (U+200E, U+200F, U+202A..E, U+2066..9) visible as
 * \xNN and \u{NNNN}: for terminals and messages.
 */
void ct_utf8_add_visible(ct_buffer *buffer, const char *text, size_t length);

/* C1 controls, which terminals obey, and marks that reorder text or end a line: no one sees them. */
int ct_utf8_is_unseen(uint32_t point);

#endif
