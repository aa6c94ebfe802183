/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The serial numbers of audit events, per host and boot: which were seen, so
 * that a copy is told from a new event, and which are missing. Numbers are
 * kept as ranges: memory grows with the gaps, up to a fixed most.
 */
#ifndef CT_DENIAL_SERIALS_H
#define CT_DENIAL_SERIALS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ct_span {
  uint64_t first;
  uint64_t last;
} ct_span;

/* One boot of one host. */
typedef struct ct_boot {
  uint64_t host;
  int64_t first_time;
  int64_t last_time;
  /* Sorted; never adjacent. */
  ct_span *spans;
  uint32_t count;
  uint32_t capacity;
  /* Of gaps below the ranges that are still kept. */
  uint64_t folded;
} ct_boot;

typedef struct ct_serials {
  ct_boot *boots;
  uint32_t count;
  uint32_t capacity;
  /* The boot of the last event. */
  uint32_t current;
} ct_serials;

void ct_serials_free(ct_serials *serials);
/* host: a hash of its name, 0 where the line does not say it. 1 for a number not seen before, 0 for one that was; CTSEC_E_NOMEM. */
int ct_serials_add(ct_serials *serials, uint64_t host, int64_t time, uint64_t serial);
/* Numbers missing between the first and the last of each boot. */
uint64_t ct_serials_missing(const ct_serials *serials);
/* The greatest number of the boot of the last event. */
uint64_t ct_serials_top(const ct_serials *serials);

/* The usual case: the number after the last one of the boot in hand. 1 where that is so. */
static inline int ct_serials_next(ct_serials *serials, int64_t time, uint64_t serial) {
  if (!serials->count) return 0;
  ct_boot *boot = &serials->boots[serials->current];
  ct_span *span = &boot->spans[boot->count - 1];
  if (boot->host || serial != span->last + 1 || time < boot->last_time) return 0;
  span->last = serial;
  boot->last_time = time;
  return 1;
}

#endif
