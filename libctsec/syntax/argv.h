/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shell text to words, as POSIX sh splits it (XCU 2.2 to 2.10), without expanding anything. */
#ifndef CT_SYNTAX_ARGV_H
#define CT_SYNTAX_ARGV_H

#include "syntax/value.h"

/*
 * The root is an array of simple commands, each an array of words
 * (CT_STRING), in the order in which they begin; commands inside $(...) and
 * `...`, in texts that a shell is given (sh -c '...', eval, ssh HOST '...')
 * and in here-documents of shells are commands of their own, with their place
 * in the whole. Quotes are removed. A word that holds an expansion ($NAME,
 * ${...}, $(...), `...`, an unquoted * ? [ or ~) keeps it as written and has
 * `boolean` set: what it becomes is not known; `open` where it may become
 * several words or none. Assignments before a command are words; redirections
 * are left out. A text that names a command which makes a container, and that
 * nothing known here runs, is a command with `boolean` set: one word, the
 * name of what it was given to, at the place of that command.
 * Errors: CTSEC_E_SYNTAX (a quote, bracket or here-document without end, a
 * NUL byte), CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 */
int ct_argv_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err);

/* A word holds an expansion; one that may become several words. */
static inline int ct_word_is_open(const ct_value *word) { return word->boolean; }
static inline int ct_word_splits(const ct_value *word) { return word->open; }
static inline int ct_command_is_text(const ct_value *command) { return command->boolean; }

/* What a program, by its name, does with the words behind it; in the order of how much of them it runs. */
typedef enum ct_runs {
  CT_RUNS_NOTHING,
  /* No program: then, do, {, !. */
  CT_RUNS_KEYWORD,
  /* They are a command, behind options: sudo, env, timeout. */
  CT_RUNS_PROGRAM,
  /* Each may be a text of commands too: eval, ssh, su. */
  CT_RUNS_TEXT,
  /* The word behind -c is such a text: sh, bash. */
  CT_RUNS_SHELL,
  /* They are shown: echo, grep. */
  CT_RUNS_PRINTER
} ct_runs;
ct_runs ct_commands_runs(const char *word, size_t length);
/* NAME=value */
int ct_commands_assigns(const char *word);
/* CTSEC_ENGINE_* of the path of a program; 0 for others. */
int ct_commands_engine(const char *word);
/* Where a text names an engine with a command that makes or enters a container; length where it does not. */
size_t ct_commands_find(const char *text, size_t length);
/* Somewhere in the text, in any case. */
int ct_commands_mention(const char *text, const char *what);
/* One of words that each end with a space. */
int ct_commands_listed(const char *list, const char *word, size_t length);

#endif
