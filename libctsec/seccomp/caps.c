/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capabilities as profiles and --caps name them. */
#include <string.h>

#include "caps/names.h"
#include "caps/resolve.h"
#include "seccomp/resolve.h"

int ct_cap_exact(const char *name, size_t length) {
  for (int i = 0; i < CT_CAP_COUNT; i++)
    if (strlen(ct_cap_at(i)->name) == length && !memcmp(ct_cap_at(i)->name, name, length)) return i;
  return -1;
}

static int is_all(const char *name, size_t length) {
  return length == 3 && (name[0] | 32) == 'a' && (name[1] | 32) == 'l' && (name[2] | 32) == 'l';
}

static int hex(const char *text, size_t length, uint64_t *mask) {
  if (length > 2 && text[0] == '0' && (text[1] | 32) == 'x') text += 2, length -= 2;
  if (!length || length > 16) return 0;
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit < 0) return 0;
    value = value << 4 | (uint64_t)digit;
  }
  *mask = value;
  return 1;
}

int ct_caps_read(const char *text, size_t length, uint64_t *mask, ctsec_error **err) {
  uint64_t value = 0;
  if (hex(text, length, mask)) return 0;
  for (size_t at = 0; at < length;) {
    size_t end = at;
    while (end < length && text[end] != ',' && text[end] != ' ') end++;
    size_t size = end - at;
    int bit = size ? ct_cap_named(text + at, size) : -1;
    if (bit >= 0)
      value |= UINT64_C(1) << bit;
    else if (is_all(text + at, size))
      value |= CT_CAPS_ALL;
    else if (size && !(size == 4 && !memcmp(text + at, "none", 4)))
      return ct_error_set(err, CTSEC_E_ARG, "caps: `%.*s` is neither a capability nor a mask", (int)size, text + at);
    at = end + 1;
  }
  *mask = value;
  return 0;
}

static int words_have_all(const ct_words *words) {
  for (uint32_t i = 0; i < words->count; i++)
    if (is_all(words->items[i].text, words->items[i].length)) return 1;
  return 0;
}

static int words_mask(const ct_words *words, uint64_t *mask, ctsec_error **err) {
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_word *word = &words->items[i];
    if (is_all(word->text, word->length)) continue;
    int bit = ct_cap_named(word->text, word->length);
    if (bit < 0) return ct_error_set(err, CTSEC_E_SCHEMA, "`%s` is no capability", word->text);
    *mask |= UINT64_C(1) << bit;
  }
  return 0;
}

int ct_caps_of_profile(const ct_profile *profile, const ct_target *target, uint64_t *mask, ctsec_error **err) {
  uint64_t added = 0, dropped = 0;
  int status = words_mask(&profile->cap_add, &added, err);
  if (!status) status = words_mask(&profile->cap_drop, &dropped, err);
  if (status) return status;
  if (profile->privileged)
    *mask = CT_CAPS_ALL;
  else if (words_have_all(&profile->cap_add))
    *mask = CT_CAPS_ALL & ~dropped;
  else if (words_have_all(&profile->cap_drop))
    *mask = added;
  else
    *mask = ((target->engine == CTSEC_ENGINE_PODMAN ? CT_DEFAULT_PODMAN : CT_DEFAULT_DOCKER) & ~dropped) | added;
  return 0;
}
