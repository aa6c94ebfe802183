/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/packed.h"

typedef struct reader {
  const uint8_t *in;
  uint32_t bits;
  unsigned count;
} reader;

/* At least 24 bits. */
static inline void fill(reader *r) {
  while (r->count <= 24) {
    r->bits |= (uint32_t)*r->in++ << (24 - r->count);
    r->count += 8;
  }
}

static inline void skip(reader *r, unsigned count) {
  r->bits <<= count;
  r->count -= count;
}

enum { SLOTS = 1 << CT_PACKED_LONGEST };

/* Symbol and length of the code that a word of bits begins with. */
static void read_codes(const uint8_t *in, uint16_t *slots) {
  uint32_t at = 0;
  for (unsigned length = 1; length <= CT_PACKED_LONGEST; length++)
    for (unsigned symbol = 0; symbol < CT_PACKED_SYMBOLS; symbol++) {
      if ((in[symbol / 2] >> (symbol % 2 * 4) & 15) != length) continue;
      for (uint32_t end = at + (SLOTS >> length); at < end && at < SLOTS; at++) slots[at] = (uint16_t)(symbol << 4 | length);
    }
}

/* Fills last with the sorted bytes and before with how often each was there before; counts is how often they are there. */
static void read_sorted(const uint8_t *in, unsigned sides, size_t length, uint8_t *last, uint16_t *before, uint32_t *counts) {
  uint16_t slots[CT_PACKED_SIDES * CT_PACKED_SIDES][SLOTS];
  for (unsigned i = 0; i < sides * sides; i++, in += CT_PACKED_SYMBOLS / 2) read_codes(in, slots[i]);
  uint8_t order[256];
  for (unsigned i = 0; i < 256; i++) order[i] = (uint8_t)i;
  reader r = {in, 0, 0};
  unsigned side = 0, older = 0;
  size_t digit = 1;
  for (size_t at = 0; at < length;) {
    fill(&r);
    unsigned slot = slots[sides > 1 ? older * CT_PACKED_SIDES + side : 0][r.bits >> (32 - CT_PACKED_LONGEST)];
    unsigned symbol = slot >> 4;
    skip(&r, slot & 15);
    older = side;
    side = ct_packed_side(symbol);
    if (symbol < 2) {
      size_t times = digit << symbol;
      digit *= 2;
      for (; times && at < length; times--) {
        last[at] = order[0];
        before[at++] = (uint16_t)counts[order[0]]++;
      }
      continue;
    }
    digit = 1;
    unsigned rank = symbol - 1;
    if (rank > CT_PACKED_RANKS) {
      unsigned range = rank - CT_PACKED_RANKS - 1, plain = range / 2 + 1;
      rank = CT_PACKED_RANKS - 3 + ((2 + range % 2) << plain) + (r.bits >> (32 - plain));
      skip(&r, plain);
    }
    uint8_t byte = order[rank];
    memmove(order + 1, order, rank);
    order[0] = byte;
    last[at] = byte;
    before[at++] = (uint16_t)counts[byte]++;
  }
}

void ct_unpack(const uint8_t *in, void *room, uint8_t *out, size_t size) {
  size_t length = in[0] | (size_t)in[1] << 8 | (size_t)in[2] << 16;
  size_t at = in[3] | (size_t)in[4] << 8 | (size_t)in[5] << 16;
  size_t words = in[6] | (size_t)in[7] << 8;
  unsigned sides = in[8];
  const uint8_t *stands = in + 9;
  uint16_t *before = room;
  uint8_t *last = (uint8_t *)(before + length);
  uint32_t starts[256] = {0};
  read_sorted(words ? stands + 32 : stands, sides, length, last, before, starts);
  for (uint32_t i = 0, sum = 0; i < 256; i++) {
    uint32_t count = starts[i];
    starts[i] = sum;
    sum += count;
  }
  /* From the last byte to the first: the words come before what they stand for. */
  uint8_t *to = out + size + words;
  size_t left = length;
  for (; left > length - words; left--) {
    *--to = last[at];
    at = starts[last[at]] + before[at];
  }
  uint16_t places[256];
  uint8_t lengths[256] = {0};
  const uint8_t *word = to;
  for (unsigned i = 0; words && i < 256; i++) {
    if (!(stands[i / 8] >> (i % 8) & 1)) continue;
    places[i] = (uint16_t)(word - to);
    lengths[i] = (uint8_t)strlen((const char *)word);
    word += lengths[i] + 1;
  }
  word = to;
  for (; left; left--) {
    uint8_t byte = last[at];
    at = starts[byte] + before[at];
    if (!lengths[byte]) {
      *--to = byte;
      continue;
    }
    to -= lengths[byte];
    memcpy(to, word + places[byte], lengths[byte]);
  }
}
