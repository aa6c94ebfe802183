/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a careful reader would say about a profile. */
#ifndef CT_SECCOMP_LINT_H
#define CT_SECCOMP_LINT_H

#include "seccomp/loaded.h"

typedef struct ct_lint {
  ct_arena *arena;
  ct_resolved *resolved;
  const ctsec_policy *policy;
  const ct_loaded *runtime;
  uint64_t work;
  /* Names that were compared. */
  uint64_t compared;
} ct_lint;

/* Adds a diagnostic at an entry; tail is below its pointer ("" for the entry itself). */
ct_diagnostic *ct_lint_note(ct_lint *lint, const char *code, ct_level level, const char *engine, ct_message_id message,
                            const ct_message_value *values, size_t count, const ct_resolved_entry *entry,
                            const char *tail);
/* The entry at a pointer of this profile; NULL where there is none. */
const ct_resolved_entry *ct_lint_entry(const ct_lint *lint, const char *pointer);
/* The buffer's text in the arena, and an end of the buffer. Never NULL. */
const char *ct_lint_text(ct_lint *lint, ct_buffer *buffer);
/* An entry as JSON, with other conditions or another action where they are given. */
void ct_lint_write_entry(ct_json *json, const ct_profile_entry *entry, const ct_condition *conditions, uint32_t count,
                         const char *action, int64_t errno_ret);

/* Each looks at one kind of fault. Where memory is out the list of diagnostics says so. */
void ct_lint_arguments(ct_lint *lint);
void ct_lint_runtime(ct_lint *lint);
void ct_lint_engines(ct_lint *lint);
int ct_lint_reach(ct_lint *lint);
void ct_lint_calls(ct_lint *lint);

#endif
