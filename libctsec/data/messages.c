/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/messages.h"

#include <string.h>

#include "base/utf8.h"
#include "data/texts.h"

#define M(key, en, ja, zh) +1
#define MESSAGES_PART 0
enum {
  SECOND_PART = 0
#include "data/messages/all.def"
};
#undef MESSAGES_PART
#define MESSAGES_PART 1
enum {
  THIRD_PART = SECOND_PART
#include "data/messages/all.def"
};
#undef MESSAGES_PART
#undef M

ct_text_view ct_message_view(ct_message_id id, int lang) {
  uint32_t index = (uint32_t)id;
  unsigned block = lang < 0 || lang > 2 ? 0 : (unsigned)lang * CT_MESSAGE_PARTS;
  if (index >= THIRD_PART)
    block += 2, index -= THIRD_PART;
  else if (index >= SECOND_PART)
    block += 1, index -= SECOND_PART;
  return ct_text_at((ct_block_id)block, index);
}

const char *ct_message(ct_message_id id, int lang) { return ct_message_view(id, lang).text; }

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
