/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known and accepted: waivers with a reason and an end, and the findings of an earlier report. */
#ifndef CT_REPORT_SUPPRESS_H
#define CT_REPORT_SUPPRESS_H

#include "base/json.h"
#include "check/check.h"

typedef struct ct_waiver {
  /* Patterns of * and ?; NULL where the waiver does not ask. */
  const char *rule;
  const char *container;
  const char *path;
  const char *reason;
  /* "2027-01-31", through the end of that day in UTC; NULL for no end. */
  const char *expires;
  int64_t end;
  int64_t line, column;
  /* What is wrong with it; NULL for nothing. */
  const char *fault;
  uint32_t matched;
} ct_waiver;

/* A finding of the baseline, as often as it stands there. */
typedef struct ct_known {
  uint64_t print;
  const char *rule;
  const char *container;
  uint8_t used;
  /* The scan was not asked for it, so that it cannot be said to be gone. */
  uint8_t unasked;
} ct_known;

typedef struct ct_suppressions {
  ct_arena arena;
  int64_t now;
  int has_now;
  const char *waivers_source;
  uint32_t waiver_count;
  ct_waiver *waivers;
  const char *baseline_source;
  uint32_t known_count;
  ct_known *known;
  /* Places in it, sorted by print. */
  uint32_t *sorted;
  uint32_t matched;
} ct_suppressions;

/* "expired", "unused", "active", "malformed" */
const char *ct_waiver_status(const ct_suppressions *suppressions, const ct_waiver *waiver);

/*
 * Both add what the text says; an entry that does not fit is kept with its
 * fault, and the first such fault is the error, as is that of a text that is
 * none at all.
 */
int ct_waivers_read(ct_suppressions *suppressions, const char *source, const char *text, size_t length,
                    const ctsec_options *options, ctsec_error **err);
int ct_baseline_read(ct_suppressions *suppressions, const char *source, const char *text, size_t length,
                     const ctsec_options *options, const ct_selection *selection, ctsec_error **err);

/*
 * Moves what is waived to findings->waived and takes out what the baseline has; 0 or CTSEC_E_NOMEM. Without a baseline it
 * changes nothing but the findings.
 */
int ct_suppress(ct_suppressions *suppressions, ctsec_findings *findings, ctsec_error **err);

/* Counts what was waived with the waivers. */
void ct_suppressions_count(ct_suppressions *suppressions, const ctsec_findings *findings);

/* The members "waivers" and "baseline", where there is such a file. */
void ct_suppressions_write(ct_json *json, const ct_suppressions *suppressions);
void ct_suppressions_text(ct_buffer *buffer, const ct_suppressions *suppressions, int lang);

#endif
