/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The packed form of a block of bytes: pack.c writes it while the library is built, unpack.c reads it. */
#ifndef CT_DATA_PACKED_H
#define CT_DATA_PACKED_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that do not occur stand for frequent words. The words are appended, each with its NUL, in the order of those bytes.
 * The whole is sorted by what follows each byte (Burrows and Wheeler) and becomes ranks of least recent use, which become
 * symbols: 0 and 1 are the digits, least first, of how often rank 0 comes, then CT_PACKED_RANKS ranks, then pairs of ranges
 * that double, with the rest in plain bits. A symbol's canonical prefix code depends on the two symbols before it.
 *
 * In front of the bits: length (3 bytes), place of the last byte (3), length of the words (2), contexts of one symbol (1), then
 * 32 bytes that say which bytes stand for words, if there are any, then the lengths of the codes, two in a byte.
 */
enum { CT_PACKED_RANKS = 16, CT_PACKED_SYMBOLS = 32, CT_PACKED_LONGEST = 10, CT_PACKED_SIDES = 3 };

/* What a symbol tells about the one after it, one of CT_PACKED_SIDES. */
static inline unsigned ct_packed_side(unsigned symbol) { return symbol < 2 ? 0 : symbol == 2 ? 1 : 2; }

/* To size bytes at out. room takes 3 * length bytes and is 2-aligned. Doing it twice writes the same bytes. */
void ct_unpack(const uint8_t *in, void *room, uint8_t *out, size_t size);

#endif
