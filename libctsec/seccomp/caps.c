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

static ct_caps_word *request_words(ct_arena *arena, const ct_words *words) {
  ct_caps_word *items = ct_arena_array(arena, words->count, sizeof *items);
  for (uint32_t i = 0; items && i < words->count; i++)
    items[i] = (ct_caps_word){words->items[i].text, words->items[i].length};
  return items;
}

int ct_caps_of_profile(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, const ct_target *target,
                       uint64_t *mask, ctsec_error **err) {
  if (profile->has_bounding) {
    *mask = profile->bounding;
    return 0;
  }
  ct_caps_request request = {.engine = target->engine, .version = target->engine_version, .root = 1};
  /* Versions of podman that do not show the set show both lists as differences to a table of its own, which is Docker's. */
  if (profile->engine == CTSEC_ENGINE_PODMAN) request.engine = CTSEC_ENGINE_DOCKER;
  request.privileged = profile->privileged;
  request.add = request_words(arena, &profile->cap_add);
  request.drop = request_words(arena, &profile->cap_drop);
  if (!request.add || !request.drop) return ct_error_nomem(err);
  request.add_count = profile->cap_add.count;
  request.drop_count = profile->cap_drop.count;
  if (ct_caps_host(options, &request)) return ct_error_set(err, CTSEC_E_ARG, "fact: host-caps is no mask");
  ct_caps_result result = {0};
  uint64_t granted = ct_caps_granted(&request, &result);
  if (result.refused == CT_CAPS_REFUSED_UNKNOWN) {
    const ct_caps_word *word = result.remarks[result.remark_count - 1].word;
    return ct_error_set(err, CTSEC_E_SCHEMA, "`%.*s` is no capability", (int)word->length, word->text);
  }
  *mask = granted;
  return 0;
}
