/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/texts.h"

#include <stddef.h>
#include <string.h>

#include "base/once.h"
#include "data/packed.h"

#define BLOCK(name) enum { COUNT_##name = 0
#define TEXT(text) +1
#define END };
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

#ifdef CT_TEXTS_PACKED

/* Written by pack.c: the texts of a block in their order, each with its NUL. */
#include "data/texts_packed.h"

/* What a block becomes: where each text starts, what unpacking needs, the texts. */
#define BLOCK(name) \
  static struct area_##name { \
    uint32_t offsets[COUNT_##name]; \
    uint16_t room[(3 * LENGTH_##name + 1) / 2]; \
    char texts[SIZE_##name + WORDS_##name]; \
  } area_##name;
#define TEXT(text)
#define END
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

typedef const uint8_t *block_texts;
#define TEXTS(name) packed_##name

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

#define BLOCK(name) static struct { uint32_t offsets[COUNT_##name]; } area_##name;
#define TEXT(text)
#define END
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

typedef const char *block_texts;
#define TEXTS(name) texts_##name

#endif

static const struct {
  block_texts texts;
  void *area;
} blocks[CT_BLOCK_COUNT] = {
#define BLOCK(name) [CT_BLOCK_##name] = {TEXTS(name), &area_##name},
#define TEXT(text)
#define END
#include "data/texts.def"
#undef BLOCK
};

static const struct {
  uint32_t area_size;
  uint32_t texts_at;
  uint32_t size;
  uint32_t count;
} sizes[CT_BLOCK_COUNT] = {
#ifdef CT_TEXTS_PACKED
#define BLOCK(name) \
  [CT_BLOCK_##name] = {sizeof area_##name, offsetof(struct area_##name, texts), SIZE_##name, \
                       COUNT_##name},
#else
#define BLOCK(name) [CT_BLOCK_##name] = {sizeof area_##name, 0, sizeof texts_##name - 1, COUNT_##name},
#endif
#include "data/texts.def"
};

static const char *texts_of(const void *area, int block) {
#ifdef CT_TEXTS_PACKED
  return (const char *)area + sizes[block].texts_at;
#else
  (void)area;
  return blocks[block].texts;
#endif
}

static void make(void *area, int block) {
  uint32_t *offsets = area;
#ifdef CT_TEXTS_PACKED
  ct_unpack(blocks[block].texts, offsets + sizes[block].count, (uint8_t *)area + sizes[block].texts_at, sizes[block].size);
#endif
  const char *texts = texts_of(area, block), *at = texts;
  for (uint32_t i = 0; i < sizes[block].count; i++, at += strlen(at) + 1) offsets[i] = (uint32_t)(at - texts);
}

static ct_once made[CT_BLOCK_COUNT];

ct_text_view ct_text_at(ct_block_id block, uint32_t index) {
  const void *area = ct_once_get(&made[block], blocks[block].area, sizes[block].area_size, make, (int)block);
  const uint32_t *offsets = area;
  uint32_t end = index + 1 < sizes[block].count ? offsets[index + 1] : sizes[block].size;
  return (ct_text_view){texts_of(area, (int)block) + offsets[index], end - offsets[index] - 1};
}

const char *ct_text_of(ct_block_id block, uint32_t index) { return ct_text_at(block, index).text; }
