/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caps/names.h"

#include <string.h>

#include "base/error.h"
#include "data/texts.h"

enum { LOW = CT_RISK_LOW, MEDIUM = CT_RISK_MEDIUM, HIGH = CT_RISK_HIGH, CRITICAL = CT_RISK_CRITICAL };

static const ct_cap caps[] = {
#define CAP(number, name, since, risk, syscalls) [number] = {"CAP_" #name, since, (ct_risk)risk},
#include "data/caps.def"
#undef CAP
};
_Static_assert(sizeof caps / sizeof *caps == CT_CAP_COUNT, "CTSEC_CAP_LAST and data/caps.def agree");

const ct_cap *ct_cap_at(int number) { return number >= 0 && number < CT_CAP_COUNT ? &caps[number] : NULL; }

const char *ct_cap_calls(const ct_cap *cap) { return ct_text_of(CT_BLOCK_CAPS, (uint32_t)(cap - caps)); }

const char *ctsec_cap_name(int32_t number) {
  const ct_cap *cap = ct_cap_at(number);
  return cap ? cap->name : NULL;
}

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

static int has_prefix(const char *text, size_t length) {
  return length > 4 && upper(text[0]) == 'C' && upper(text[1]) == 'A' && upper(text[2]) == 'P' && text[3] == '_';
}

int ct_cap_named(const char *text, size_t length) {
  size_t skip = has_prefix(text, length) ? 4 : 0;
  text += skip;
  length -= skip;
  char first = length ? upper(*text) : '\0';
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    const char *name = caps[i].name + 4;
    if (*name != first) continue;
    size_t at = 0;
    while (at < length && name[at] && upper(text[at]) == name[at]) at++;
    if (at == length && !name[at]) return i;
  }
  return -1;
}

#define LONGEST 32

/* Insertions, deletions, changes and swaps of neighbours that turn one word into the other. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST + 1];
  for (size_t j = 0; j <= b_length; j++) rows[0][j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t *now = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
    now[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t cost = upper(a[i - 1]) != b[j - 1];
      size_t best = last[j - 1] + cost;
      if (last[j] + 1 < best) best = last[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      if (i > 1 && j > 1 && upper(a[i - 1]) == b[j - 2] && upper(a[i - 2]) == b[j - 1] && before[j - 2] + 1 < best)
        best = before[j - 2] + 1;
      now[j] = best;
    }
  }
  return rows[a_length % 3][b_length];
}

const char *ct_cap_nearest(const char *text, size_t length) {
  size_t skip = has_prefix(text, length) ? 4 : 0;
  text += skip;
  length -= skip;
  if (!length || length > LONGEST) return NULL;
  size_t best = length < 5 ? 2 : 4;
  const char *nearest = NULL;
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    size_t d = distance(text, length, caps[i].name + 4, strlen(caps[i].name + 4));
    if (d < best) {
      best = d;
      nearest = caps[i].name;
    }
  }
  return nearest;
}

int ctsec_cap_find(const char *name, size_t length, int32_t *number, ctsec_error **err) {
  if (!name) return ct_error_null(err, "name");
  if (!number) return ct_error_null(err, "number");
  int found = ct_cap_named(name, length);
  if (found < 0 && length > 0 && length <= 2) {
    int value = 0;
    for (size_t i = 0; i < length && value >= 0; i++)
      value = name[i] >= '0' && name[i] <= '9' ? value * 10 + (name[i] - '0') : -1;
    if (value >= 0 && value < 64) found = value;
  }
  if (found < 0) {
    const char *nearest = ct_cap_nearest(name, length);
    return ct_error_set(err, CTSEC_E_NOTFOUND, nearest ? "`%.*s` is no capability; did you mean %s?" : "`%.*s` is no capability",
                        (int)length, name, nearest);
  }
  *number = found;
  return 0;
}

void ct_caps_add_names(ct_buffer *buffer, uint64_t mask) {
  char text[CTSEC_CAPS_TEXT];
  size_t length;
  if (!ctsec_caps_decode(mask, text, sizeof text, &length, NULL)) ct_buffer_add(buffer, text, length);
}
