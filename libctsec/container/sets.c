/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/sets.h"

#include <string.h>

enum { LOW, MEDIUM, HIGH, CRITICAL };

static const char *const names[] = {
#define CAP(number, name, since, risk, calls) [number] = "CAP_" #name,
#include "data/caps.def"
#undef CAP
};
#define COUNT (sizeof names / sizeof *names)

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

static int equals(const char *text, size_t length, const char *word) {
  if (strlen(word) != length) return 0;
  for (size_t i = 0; i < length; i++)
    if (upper(text[i]) != word[i]) return 0;
  return 1;
}

int ct_sets_find(const char *text, size_t length) {
  size_t prefix = length > 4 && equals(text, 4, "CAP_") ? 4 : 0;
  for (size_t i = 0; i < COUNT; i++)
    if (equals(text + prefix, length - prefix, names[i] + 4)) return (int)i;
  return -1;
}

const char *ct_sets_name(int number) { return number >= 0 && (size_t)number < COUNT ? names[number] : NULL; }

uint64_t ct_sets_full(void) { return (UINT64_C(1) << COUNT) - 1; }

ct_sets ct_sets_exec(const ct_sets *sets, int root, int setuid_root, int no_new_privileges) {
  ct_sets after = *sets;
  int becomes_root = root || (setuid_root && !no_new_privileges);
  /* A program that changes the user id clears the ambient set. */
  if (setuid_root && !root && !no_new_privileges) after.ambient = 0;
  after.permitted = becomes_root ? sets->bounding | sets->inheritable : 0;
  /* Under no_new_privs nothing is gained beyond what the process had. */
  if (no_new_privileges) after.permitted &= sets->permitted;
  after.permitted |= after.ambient;
  after.effective = becomes_root ? after.permitted : after.ambient;
  return after;
}
