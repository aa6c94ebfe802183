/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_DENIAL_ENVELOPE_H
#define CT_DENIAL_ENVELOPE_H

#include "denial/denial.h"

/* One line on its way through its envelopes. */
typedef struct ct_line {
  ctsec_denials *denials;
  /* What the envelopes say: milliseconds since 1970, the number of the audit event, a hash of the host's name. */
  int64_t time;
  uint64_t serial;
  uint64_t host;
  /* The whole line, for places. */
  const char *text;
  size_t length;
  int depth;
  /* Something of it was understood. */
  int known;
  /* It only separates others. */
  int frame;
  /* Records, and what could not be read. */
  int found;
} ct_line;

/* All return 0 or CTSEC_E_NOMEM. */
int ct_line_text(ct_line *line, const char *text, size_t length);
/* "SECCOMP auid=...": how the journal writes what the audit socket gave it; type is 0 where only the name says it. */
int ct_line_named(ct_line *line, const char *text, size_t length, uint32_t type);
int ct_line_body(ct_line *line, ct_body *body);
int ct_line_damaged(ct_line *line, ct_damage damage, const char *at, const char *text);

/* wrapped.c: objects of JSON, lines of indented JSON, the journal's export format. */
int ct_line_json(ct_line *line, const char *text, size_t length);
int ct_line_pretty(ct_line *line, const char *text, size_t length);
int ct_line_export(ct_line *line, const char *text, size_t length);
int ct_line_export_end(ct_line *line);

uint64_t ct_host_hash(const char *name, size_t length);

#endif
