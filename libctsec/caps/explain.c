/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What capabilities mean, for programs and for people. */
#include <string.h>

#include "base/error.h"
#include "caps/explain.h"
#include "caps/resolve.h"
#include "data/messages.h"

typedef struct texts {
  ct_message_id allows, use, risk, escape;
} texts;

static const texts messages[] = {
#define CAP(number, name, since, risk, syscalls)                                                 \
  [number] = {CT_MESSAGE_CAP_##name##_ALLOWS, CT_MESSAGE_CAP_##name##_USE, CT_MESSAGE_CAP_##name##_RISK, \
              CT_MESSAGE_CAP_##name##_ESCAPE},
#include "data/caps.def"
#undef CAP
};

ct_message_id ct_cap_risk_text(int number) { return messages[number].risk; }

static const char risk_words[][9] = {"low", "medium", "high", "critical"};

static const int engines[] = {CTSEC_ENGINE_DOCKER, CTSEC_ENGINE_PODMAN, CTSEC_ENGINE_CONTAINERD, CTSEC_ENGINE_CRIO,
                              CTSEC_ENGINE_NERDCTL};
#define ENGINES (sizeof engines / sizeof *engines)

static void write_words(ct_json *json, const char *words) {
  ct_json_array(json);
  while (*words) {
    size_t length = strcspn(words, " ");
    if (length) ct_json_string(json, words, length);
    words += length + (words[length] == ' ');
  }
  ct_json_end(json);
}

int ctsec_caps_explain(uint64_t mask, const ctsec_options *options, char **text, size_t *length, ctsec_error **err) {
  if (!text || !length) return ct_error_null(err, "text or length");
  int lang = ct_options_lang(options);
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/capabilities/1");
  ct_json_key(&json, "capabilities");
  ct_json_array(&json);
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (!(mask & CT_CAP_BIT(i))) continue;
    const ct_cap *cap = ct_cap_at(i);
    ct_json_object(&json);
    ct_json_key_unsigned(&json, "number", (uint64_t)i);
    ct_json_key_text(&json, "name", cap->name);
    ct_json_key_text(&json, "since", cap->since);
    ct_json_key_text(&json, "risk", risk_words[cap->risk]);
    ct_json_key_text(&json, "allows", ct_message(messages[i].allows, lang));
    ct_json_key(&json, "syscalls");
    write_words(&json, ct_cap_calls(cap));
    ct_json_key_text(&json, "use", ct_message(messages[i].use, lang));
    ct_json_key_text(&json, "why", ct_message(messages[i].risk, lang));
    ct_json_key_text(&json, "escape", ct_message(messages[i].escape, lang));
    ct_json_key(&json, "defaults");
    ct_json_array(&json);
    for (size_t e = 0; e < ENGINES; e++)
      if (ct_engine_default_caps(engines[e]) & CT_CAP_BIT(i)) ct_json_text(&json, ct_engine_name(engines[e]));
    ct_json_end(&json);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  ct_json_key(&json, "unknown_bits");
  ct_json_array(&json);
  for (int i = CT_CAP_COUNT; i < 64; i++)
    if (mask & CT_CAP_BIT(i)) ct_json_unsigned(&json, (uint64_t)i);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static void add_row(ct_buffer *out, ct_message_id label, int lang, const char *text) {
  ct_buffer_format(out, "  %s: %s\n", ct_message(label, lang), text);
}

int ctsec_caps_to_text(uint64_t mask, const ctsec_options *options, char **text, size_t *length, ctsec_error **err) {
  if (!text || !length) return ct_error_null(err, "text or length");
  int lang = ct_options_lang(options), first = 1;
  ct_buffer out;
  ct_buffer_init(&out);
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (!(mask & CT_CAP_BIT(i))) continue;
    const ct_cap *cap = ct_cap_at(i);
    ct_buffer_format(&out, "%s%s (%d)\n", first ? "" : "\n", cap->name, i);
    first = 0;
    add_row(&out, CT_MESSAGE_CAPS_LABEL_ALLOWS, lang, ct_message(messages[i].allows, lang));
    add_row(&out, CT_MESSAGE_CAPS_LABEL_SYSCALLS, lang, ct_cap_calls(cap));
    add_row(&out, CT_MESSAGE_CAPS_LABEL_USE, lang, ct_message(messages[i].use, lang));
    add_row(&out, CT_MESSAGE_CAPS_LABEL_RISK, lang, ct_message(messages[i].risk, lang));
    add_row(&out, CT_MESSAGE_CAPS_LABEL_ESCAPE, lang, ct_message(messages[i].escape, lang));
    ct_buffer defaults;
    ct_buffer_init(&defaults);
    for (size_t e = 0; e < ENGINES; e++)
      if (ct_engine_default_caps(engines[e]) & CT_CAP_BIT(i))
        ct_buffer_format(&defaults, "%s%s", defaults.length ? ", " : "", ct_engine_name(engines[e]));
    if (!defaults.length) ct_buffer_text(&defaults, ct_message(CT_MESSAGE_CAPS_NONE, lang));
    ct_buffer_char(&defaults, '\0');
    if (defaults.failed)
      out.failed = 1;
    else
      add_row(&out, CT_MESSAGE_CAPS_LABEL_DEFAULTS, lang, defaults.data);
    ct_buffer_free(&defaults);
    add_row(&out, CT_MESSAGE_CAPS_LABEL_SINCE, lang, cap->since);
  }
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}
