/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How values are laid out in the text: where they begin and end, how this file indents, and how changes are written. */
#ifndef CT_FIX_LAYOUT_H
#define CT_FIX_LAYOUT_H

#include "fix/edit.h"

/* What is to be written: a member (with a key) or an item. */
typedef struct ct_branch {
  struct ct_branch *next;
  const char *key;
  /* NULL for a list or an object. */
  const char *scalar;
  int quoted;
  int list;
  struct ct_branch *children;
} ct_branch;

typedef struct ct_change {
  struct ct_change *next;
  const ct_value *at;
  int removed;
  /* Of a scalar: its new text. */
  const char *text;
  /* Of a list or an object, or of a value that is null: what it gets. */
  int list;
  ct_branch *added;
} ct_change;

ct_change *ct_layout_change(const ct_editor *editor, const ct_value *value);
int ct_layout_is_removed(const ct_editor *editor, const ct_value *value);
void ct_layout_learn(ct_editor *editor);
/* Behind an anchor and a tag. */
uint32_t ct_layout_start(const ct_editor *editor, const ct_value *value);
/* Bytes between the start of the line and a place. */
uint32_t ct_layout_column(const ct_editor *editor, uint32_t place);
int ct_layout_is_flow(const ct_editor *editor, const ct_value *value);
/* A scalar that can be replaced: no block of lines. */
int ct_layout_is_scalar(const ct_editor *editor, const ct_value *value);
uint32_t ct_layout_line(const ct_editor *editor, uint32_t place);
/* Before the line break. */
uint32_t ct_layout_line_end(const ct_editor *editor, uint32_t place);
/* Of the last byte of what stays of a value, or of all of it; *block where that is a block of lines, whose end is not sharp. */
uint32_t ct_layout_end(const ct_editor *editor, const ct_value *value, int all, int *block);

#endif
