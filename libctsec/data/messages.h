/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every text for people, in every language, in messages/NAME.def: M(KEY, "en", "ja", "zh"). */
#ifndef CT_DATA_MESSAGES_H
#define CT_DATA_MESSAGES_H

#include "base/buffer.h"
#include "data/texts.h"

typedef enum ct_message_id {
#define M(key, en, ja, zh) CT_MESSAGE_##key,
#include "data/messages/all.def"
#undef M
  CT_MESSAGE_COUNT
} ct_message_id;

/* lang is CTSEC_LANG_*. Never NULL for an id of the enumeration. */
const char *ct_message(ct_message_id id, int lang);
ct_text_view ct_message_view(ct_message_id id, int lang);

/* One value for a {placeholder}. */
typedef struct ct_message_value {
  const char *name;
  const char *value;
} ct_message_value;

/* Adds the message with every {name} replaced; values are made visible (control characters, marks that reorder text). A name without value stays as it is. */
void ct_message_add(ct_buffer *buffer, ct_message_id id, int lang, const ct_message_value *values, size_t count);

#endif
