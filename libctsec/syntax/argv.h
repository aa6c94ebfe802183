/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shell text to words, as POSIX sh splits it (XCU 2.2 to 2.10), without expanding anything. */
#ifndef CT_SYNTAX_ARGV_H
#define CT_SYNTAX_ARGV_H

#include "syntax/value.h"

/*
 * The root is an array of simple commands, each an array of words
 * (CT_STRING), in the order in which they begin; commands inside $(...) and
 * `...` are commands of their own. Quotes are removed. A word that holds an
 * expansion ($NAME, ${...}, $(...), `...`, an unquoted * ? [ or ~) keeps it
 * as written and has `boolean` set: what it becomes is not known.
 * Assignments before a command are words; redirections are left out.
 * Errors: CTSEC_E_SYNTAX (a quote, bracket or here-document without end, a
 * NUL byte), CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 */
int ct_argv_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err);

/* A word holds an expansion. */
static inline int ct_word_is_open(const ct_value *word) { return word->boolean; }

#endif
