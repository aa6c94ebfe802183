/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts in blocks. Packed, they are a third of their size; a block is unpacked whole when one of it is first asked for. */
#ifndef CT_DATA_TEXTS_H
#define CT_DATA_TEXTS_H

#include <stddef.h>
#include <stdint.h>

/* First the parts of messages/all.def, in the order of CTSEC_LANG_*. */
enum { CT_MESSAGE_PARTS = 3 };
typedef enum ct_block_id {
  CT_BLOCK_EN_0,
  CT_BLOCK_EN_1,
  CT_BLOCK_EN_2,
  CT_BLOCK_JA_0,
  CT_BLOCK_JA_1,
  CT_BLOCK_JA_2,
  CT_BLOCK_ZH_0,
  CT_BLOCK_ZH_1,
  CT_BLOCK_ZH_2,
  CT_BLOCK_FIXES,
  CT_BLOCK_REFERENCES,
  CT_BLOCK_CONSTANTS,
  CT_BLOCK_OPERATIONS,
  CT_BLOCK_LATE_NAMES,
  CT_BLOCK_BACKPORTS,
  CT_BLOCK_LATE_NUMBERS,
  CT_BLOCK_RUN_FLAGS,
  CT_BLOCK_FIELDS,
  CT_BLOCK_SHORTHANDS,
  CT_BLOCK_GROUPS,
  CT_BLOCK_CAPS,
  CT_BLOCK_COUNT
} ct_block_id;

/* A text by its place in the block, as texts.def has them. */
const char *ct_text_of(ct_block_id block, uint32_t index);

typedef struct ct_text_view {
  const char *text;
  size_t length;
} ct_text_view;

/* The same with its length. */
ct_text_view ct_text_at(ct_block_id block, uint32_t index);

#endif
