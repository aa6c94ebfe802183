/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is worth saying about a profile that is no failure: who ignores, refuses or reads something differently. */
#ifndef CT_SECCOMP_DIAGNOSTIC_H
#define CT_SECCOMP_DIAGNOSTIC_H

#include "base/json.h"
#include "data/messages.h"
#include "syntax/value.h"

/* The levels are the severities of findings. */
typedef enum ct_level { CT_LEVEL_INFO, CT_LEVEL_LOW, CT_LEVEL_MEDIUM, CT_LEVEL_HIGH, CT_LEVEL_CRITICAL } ct_level;

typedef struct ct_diagnostic {
  const char *code;
  ct_level level;
  /* The engine or runtime that does so; NULL where it holds for all. */
  const char *engine;
  /* A key for --fact; NULL where nothing is missing. */
  const char *needs;
  const char *pointer;
  int64_t line;
  int64_t column;
  const char *message;
  /* Corrected JSON for the value at pointer; NULL where there is none. */
  const char *fix;
  struct ct_diagnostic *next;
} ct_diagnostic;

typedef struct ct_diagnostics {
  ct_arena *arena;
  int lang;
  uint32_t count;
  uint32_t dropped;
  int failed;
  ct_diagnostic *first;
  ct_diagnostic **last;
} ct_diagnostics;

/* More than this many are counted only. */
#define CT_DIAGNOSTICS_MOST 2000

void ct_diagnostics_init(ct_diagnostics *list, ct_arena *arena, int lang);
/* Adds one; NULL past the most, and where memory is out (failed is then set). Strings but the message are kept as they are. */
ct_diagnostic *ct_diagnostics_add(ct_diagnostics *list, const char *code, ct_level level, const char *engine,
                                  ct_message_id message, const ct_message_value *values, size_t count);
/* Members of one object: code, severity, engine, needs, message, pointer, line, column, fix. */
void ct_diagnostic_write(ct_json *json, const ct_diagnostic *diagnostic);
const char *ct_level_name(int level);

/* "FILE:3:5: high: [runc] message (code)", the pointer and the fix below it. */
void ct_diagnostic_text(ct_buffer *buffer, const char *source, const ct_diagnostic *diagnostic);

#endif
