/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changes to a YAML or JSON text that leave every other byte alone. Values
 * are found by where they stand; changes are collected, then turned into
 * replacements of ranges at once, so that they can meet in one list or
 * object.
 */
#ifndef CT_FIX_EDIT_H
#define CT_FIX_EDIT_H

#include "syntax/names.h"
#include "syntax/value.h"

/* Bytes from start to end become text. */
typedef struct ct_replacement {
  uint32_t start;
  uint32_t end;
  const char *text;
  uint32_t length;
  /* At one place, what stands deeper comes first. */
  uint32_t depth;
  uint32_t order;
} ct_replacement;

typedef enum ct_edit {
  CT_EDIT_DONE,
  /* Reached through an alias, a merge or an extended service: others have it too. */
  CT_EDIT_SHARED,
  /* A variable decides it. */
  CT_EDIT_VARIABLE,
  /* Written in a way that a range cannot replace. */
  CT_EDIT_HARD,
  CT_EDIT_NOMEM
} ct_edit;

typedef struct ct_editor {
  ct_arena *arena;
  const ct_document *document;
  const char *text;
  uint32_t length;
  int json;
  /* "$" in a text stands for a variable. */
  int variables;
  /* Values that are written where the tree has them, by offset. */
  const ct_value **values;
  size_t count;
  /* By the address of a value: struct change. */
  ct_names changes;
  struct ct_change *first;
  struct ct_change **last;
  ct_replacement *items;
  size_t replacements;
  /* How this file is written. */
  const char *newline;
  uint32_t step, list_step;
  const char *unit;
  uint32_t unit_length;
  int colon_space, comma_space;
  int failed, hard;
  /* What was made last. */
  struct ct_branch *grown;
} ct_editor;

/* Parses the text, which is known to be readable. 0, or the parser's error. */
int ct_editor_open(ct_editor *editor, ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                   ctsec_error **err);
/* The value that is written at an offset, and has this kind; NULL for none. */
const ct_value *ct_editor_find(const ct_editor *editor, uint32_t offset, uint8_t kind);
/* True where value is `whole` or stands below it. */
int ct_editor_within(const ct_value *value, const ct_value *whole);

/* A member at a path of keys parted by '/', made with all that it needs. quoted: a string, where that must be said. */
ct_edit ct_editor_set(ct_editor *editor, const ct_value *object, const char *path, const char *text, int quoted);
/* An item of the list at a path. */
ct_edit ct_editor_add(ct_editor *editor, const ct_value *object, const char *path, const char *text);
/* An item that is an object with one member. */
ct_edit ct_editor_add_object(ct_editor *editor, const ct_value *object, const char *path, const char *key, const char *text);
/* A scalar, with its quotes if it has some. */
ct_edit ct_editor_replace(ct_editor *editor, const ct_value *value, const char *text);
/* A member or an item; lists and objects that are then empty go too, but not `top` or what holds it. */
ct_edit ct_editor_remove(ct_editor *editor, const ct_value *value, const ct_value *top);

/* All changes as replacements in order, none within another. CT_EDIT_HARD where one of them cannot be written. */
ct_edit ct_editor_finish(ct_editor *editor, const ct_replacement **items, size_t *count);

/* 0 where the text, read again, has every other value that it had; CTSEC_E_NOMEM, or another error. */
int ct_editor_kept(const ct_editor *editor, const char *text, size_t length, const ctsec_options *options);

#endif
