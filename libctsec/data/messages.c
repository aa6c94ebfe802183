/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/messages.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#ifdef CT_MESSAGES_PACKED
#include <stdatomic.h>

/* Written by pack.c: the texts of each language in their order, each with its NUL, as an LZ4 block. */
#include "data/messages_packed.h"

/* Unpacked whole when a language is first asked for, and the same ever after. */
static char texts_0[SIZE_0], texts_1[SIZE_1], texts_2[SIZE_2];
static uint32_t offsets[3][CT_MESSAGE_COUNT];
static atomic_int states[3];
enum { PACKED, BUSY, UNPACKED };

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

static const struct {
  const uint8_t *packed;
  size_t packed_size;
  char *texts;
} languages[3] = {{packed_0, sizeof packed_0, texts_0},
                  {packed_1, sizeof packed_1, texts_1},
                  {packed_2, sizeof packed_2, texts_2}};

static void prepare(int lang) {
  int state = PACKED;
  if (!atomic_compare_exchange_strong(&states[lang], &state, BUSY)) {
    /* Another thread is at it: a fraction of a millisecond. */
    while (atomic_load_explicit(&states[lang], memory_order_acquire) != UNPACKED) continue;
    return;
  }
  const char *texts = languages[lang].texts, *at = texts;
  unpack(languages[lang].packed, languages[lang].packed + languages[lang].packed_size, languages[lang].texts);
  for (int i = 0; i < CT_MESSAGE_COUNT; i++, at += strlen(at) + 1) offsets[lang][i] = (uint32_t)(at - texts);
  atomic_store_explicit(&states[lang], UNPACKED, memory_order_release);
}

const char *ct_message(ct_message_id id, int lang) {
  if (lang < 0 || lang > 2) lang = 0;
  if (atomic_load_explicit(&states[lang], memory_order_acquire) != UNPACKED) prepare(lang);
  return languages[lang].texts + offsets[lang][id];
}

#else

/* One block of text and offsets into it: thousands of pointers would each cost the loader a relocation. */
struct texts {
#define M(key, en, ja, zh) \
  char en_##key[sizeof(en)]; \
  char ja_##key[sizeof(ja)]; \
  char zh_##key[sizeof(zh)];
#include "data/messages/all.def"
#undef M
};

static const struct texts texts = {
#define M(key, en, ja, zh) en, ja, zh,
#include "data/messages/all.def"
#undef M
};

static const uint32_t offsets[][3] = {
#define M(key, en, ja, zh) \
  {offsetof(struct texts, en_##key), offsetof(struct texts, ja_##key), offsetof(struct texts, zh_##key)},
#include "data/messages/all.def"
#undef M
};

const char *ct_message(ct_message_id id, int lang) {
  if (lang < 0 || lang > 2) lang = 0;
  return (const char *)&texts + offsets[id][lang];
}

#endif

static const char *find(const ct_message_value *values, size_t count, const char *name, size_t length) {
  for (size_t i = 0; i < count; i++)
    if (strlen(values[i].name) == length && !memcmp(values[i].name, name, length)) return values[i].value;
  return NULL;
}

void ct_message_add(ct_buffer *buffer, ct_message_id id, int lang, const ct_message_value *values, size_t count) {
  const char *text = ct_message(id, lang);
  for (;;) {
    const char *open = strchr(text, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    if (!close) break;
    const char *value = find(values, count, open + 1, (size_t)(close - open - 1));
    ct_buffer_add(buffer, text, (size_t)(open - text));
    if (value)
      ct_utf8_add_visible(buffer, value, strlen(value));
    else
      ct_buffer_add(buffer, open, (size_t)(close + 1 - open));
    text = close + 1;
  }
  ct_buffer_text(buffer, text);
}
