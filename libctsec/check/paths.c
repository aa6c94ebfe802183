/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

/* Folders that are symbolic links on every distribution of this decade. */
static const struct {
  const char *link;
  const char *target;
} links[] = {{"/var/run", "/run"}, {"/var/lock", "/run/lock"}, {"/usr/lib/modules", "/lib/modules"}};

static size_t resolve_link(char *path, size_t length) {
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    size_t from = strlen(links[i].link), to = strlen(links[i].target);
    if (length < from || memcmp(path, links[i].link, from) || (length > from && path[from] != '/')) continue;
    memcpy(path, links[i].target, to);
    memmove(path + to, path + from, length - from + 1);
    return length - from + to;
  }
  return length;
}

const char *ct_clean_path(ct_arena *arena, const char *path, size_t length) {
  if (!length || path[0] != '/') return NULL;
  char *clean = ct_arena_alloc(arena, length + 1);
  if (!clean) return NULL;
  size_t used = 0;
  for (size_t at = 0; at < length;) {
    while (at < length && path[at] == '/') at++;
    size_t start = at;
    while (at < length && path[at] != '/') at++;
    size_t part = at - start;
    if (!part || (part == 1 && path[start] == '.')) continue;
    if (part == 2 && path[start] == '.' && path[start + 1] == '.') {
      while (used && clean[--used] != '/') continue;
      continue;
    }
    clean[used++] = '/';
    memcpy(clean + used, path + start, part);
    used += part;
  }
  if (!used) clean[used++] = '/';
  clean[used] = '\0';
  resolve_link(clean, used);
  return clean;
}
