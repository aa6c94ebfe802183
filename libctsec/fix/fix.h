/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which change ends a finding, in the text that it was found in, or why none is made. */
#ifndef CT_FIX_FIX_H
#define CT_FIX_FIX_H

#include "check/check.h"
#include "ctsec/fix.h"
#include "fix/edit.h"
#include "fix/patch.h"

enum { CT_IN_COMPOSE, CT_IN_KUBERNETES, CT_IN_OCI, CT_IN_COUNT };

struct ctsec_fix {
  const ctsec_fixes *root;
  const ctsec_finding *finding;
  /* Was hidden by something that was fixed; its place is one in the new text. */
  int uncovered;
  int fixed;
  ct_message_id reason;
  const char *value;
  const char *text;
};

struct ctsec_fixes {
  ct_count owners;
  ct_arena arena;
  ctsec_findings *findings;
  /* Of the text as it has become. */
  ctsec_findings *after;
  int lang;
  const char *original;
  size_t original_length;
  const char *text;
  size_t length;
  ct_pieces pieces;
  uint32_t count;
  uint32_t fixed;
  ctsec_fix *items;
};

/* CT_IN_*; -1 for a format that no change is known for. */
int ct_fix_format(ct_format format);
/* What edits.def says: the reason, or CT_NO_MESSAGE where there is a change. */
ct_message_id ct_fix_reason(ct_rule_id rule, int format);
/*
 * Adds the change that ends a finding to the editor's; CT_NO_MESSAGE, or the
 * reason why none is made, with what it speaks of.
 */
ct_message_id ct_fix_plan(ct_editor *editor, const ctsec_finding *finding, const char **value);

#endif
