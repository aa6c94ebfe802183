/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that read a profile share. */
#ifndef CT_SECCOMP_READ_H
#define CT_SECCOMP_READ_H

#include "seccomp/profile.h"

typedef struct ct_reader {
  ct_arena *arena;
  const ct_document *document;
  const ctsec_options *options;
  ctsec_error **err;
  ct_profile *profile;
  ct_diagnostics diagnostics;
  uint64_t rules_most;
  /* Where the last place was computed: places are asked for in the order of the text. */
  uint32_t at;
  int64_t line;
  int64_t column;
} ct_reader;

/* One member of an object that is understood, in the order of `read`. */
typedef struct ct_field {
  const char *name;
  int (*read)(ct_reader *reader, const ct_value *value, void *out);
} ct_field;

/*
 * Calls the reader of each member that is known, as encoding/json would:
 * without regard to case, the last of several wins, null leaves the field as
 * it is. Members that nobody knows become a diagnostic.
 */
int ct_decode_object(ct_reader *reader, const ct_value *value, const char *what, const ct_field *fields, size_t count,
                   void *out);
/* What encoding/json takes for the name of a field. */
int ct_key_folds(const ct_value *member, const char *name);
int ct_decode_kind(ct_reader *reader, const ct_value *value, ct_kind kind);
int ct_decode_unsigned(ct_reader *reader, const ct_value *value, uint64_t most, uint64_t *number);
/* A string without NUL, not empty unless `empty`. */
int ct_decode_word(ct_reader *reader, const ct_value *value, int empty, ct_word *word);
int ct_decode_words(ct_reader *reader, const ct_value *value, int empty, ct_words *words);
int ct_decode_text(ct_reader *reader, const ct_value *value, const char **text);
ct_diagnostic *ct_decode_note(ct_reader *reader, const ct_value *value, const char *code, ct_level level,
                            const char *engine, ct_message_id message, const char *name);
void ct_decode_locate(ct_reader *reader, uint32_t offset, int64_t *line, int64_t *column);

/* entry.c: one of syscalls[]. */
int ct_decode_entries(ct_reader *reader, const ct_value *value, void *profile);

#endif
