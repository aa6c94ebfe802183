/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A text that was changed in several steps, and what became of it as a unified diff. */
#ifndef CT_FIX_PATCH_H
#define CT_FIX_PATCH_H

#include "fix/edit.h"

typedef struct ct_piece {
  const char *text;
  uint32_t length;
  /* Where it stands in the original; UINT32_MAX for what is new. */
  uint32_t origin;
} ct_piece;

typedef struct ct_pieces {
  ct_piece *items;
  size_t count;
} ct_pieces;

/* What pieces become by replacements in order; 0 where memory is out. */
int ct_pieces_apply(ct_arena *arena, const ct_pieces *from, const ct_replacement *items, size_t count, ct_pieces *to);
/* All of it, in the arena; NULL where memory is out. */
const char *ct_pieces_text(ct_arena *arena, const ct_pieces *pieces, size_t *length);
/* Adds the unified diff, three lines of context; nothing where nothing changed. */
void ct_pieces_diff(ct_buffer *out, const ct_pieces *pieces, const char *name, const char *original, size_t length);

#endif
