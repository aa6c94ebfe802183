/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/texts.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#define BLOCK(name) enum { COUNT_##name = 0
#define TEXT(text) +1
#define END };
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

#ifdef CT_TEXTS_PACKED

/* Written by pack.c: the texts of a block in their order, each with its NUL, as an LZ4 block. */
#include "data/texts_packed.h"

#define BLOCK(name) static char texts_##name[SIZE_##name];
#define TEXT(text)
#define END
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

static size_t read_length(const uint8_t **in, size_t length) {
  if (length < 15) return length;
  unsigned more;
  do {
    more = *(*in)++;
    length += more;
  } while (more == 255);
  return length;
}

static void unpack(const uint8_t *in, const uint8_t *end, char *out) {
  for (;;) {
    unsigned token = *in++;
    size_t literals = read_length(&in, token >> 4);
    memcpy(out, in, literals);
    in += literals;
    out += literals;
    if (in == end) return;
    size_t distance = in[0] | (size_t)in[1] << 8;
    in += 2;
    /* A match may run into what it writes. */
    for (size_t n = read_length(&in, token & 15) + 4; n; n--, out++) *out = out[-(ptrdiff_t)distance];
  }
}

#define PACKED(name) packed_##name, sizeof packed_##name
typedef char ct_texts_char;

#else

/* ISO C promises 4095 characters only; every compiler that builds this takes more. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

#define BLOCK(name) static const char texts_##name[] =
#define TEXT(text) text "\0"
#define END ;
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

#define PACKED(name) NULL, 0
typedef const char ct_texts_char;

#endif

#define BLOCK(name) static uint32_t offsets_##name[COUNT_##name];
#define TEXT(text)
#define END
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

static const struct {
  const uint8_t *packed;
  size_t packed_size;
  ct_texts_char *texts;
  uint32_t *offsets;
  uint32_t count;
} blocks[CT_BLOCK_COUNT] = {
#define BLOCK(name) [CT_BLOCK_##name] = {PACKED(name), texts_##name, offsets_##name, COUNT_##name},
#define TEXT(text)
#define END
#include "data/texts.def"
};

static atomic_int states[CT_BLOCK_COUNT];
enum { ASLEEP, BUSY, READY };

/* Done once and the same ever after: no answer depends on when. */
static void prepare(ct_block_id block) {
  int state = ASLEEP;
  if (!atomic_compare_exchange_strong(&states[block], &state, BUSY)) {
    /* Another thread is at it: a fraction of a millisecond. */
    while (atomic_load_explicit(&states[block], memory_order_acquire) != READY) continue;
    return;
  }
#ifdef CT_TEXTS_PACKED
  unpack(blocks[block].packed, blocks[block].packed + blocks[block].packed_size, blocks[block].texts);
#endif
  const char *at = blocks[block].texts;
  for (uint32_t i = 0; i < blocks[block].count; i++, at += strlen(at) + 1)
    blocks[block].offsets[i] = (uint32_t)(at - blocks[block].texts);
  atomic_store_explicit(&states[block], READY, memory_order_release);
}

const char *ct_text_of(ct_block_id block, uint32_t index) {
  if (atomic_load_explicit(&states[block], memory_order_acquire) != READY) prepare(block);
  return blocks[block].texts + blocks[block].offsets[index];
}
