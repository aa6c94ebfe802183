/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/messages.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

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
