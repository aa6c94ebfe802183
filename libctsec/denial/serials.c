/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "denial/serials.h"

#include <stdlib.h>
#include <string.h>

#include "ctsec/error.h"

#define SPANS_MOST 4096u
#define BOOTS_MOST 256u
/* Clocks are set; lines of one moment are written in any order. */
#define SLACK 5000

void ct_serials_free(ct_serials *serials) {
  for (uint32_t i = 0; i < serials->count; i++) free(serials->boots[i].spans);
  free(serials->boots);
  memset(serials, 0, sizeof *serials);
}

/* A time may not be known: ausearch -i writes local ones. */
#define UNKNOWN INT64_MIN

static int64_t distance(const ct_boot *boot, int64_t time) {
  if (time == UNKNOWN || boot->first_time == UNKNOWN) return 0;
  if (time < boot->first_time) return boot->first_time - time;
  return time > boot->last_time ? time - boot->last_time : 0;
}

/* A number falls while time goes on, or grows while time goes back: another boot. */
static int fits(const ct_boot *boot, int64_t time, uint64_t serial) {
  if (time == UNKNOWN || boot->first_time == UNKNOWN) return 1;
  if (serial > boot->spans[boot->count - 1].last) return time >= boot->first_time - SLACK;
  if (serial < boot->spans[0].first && !boot->folded) return time <= boot->last_time + SLACK;
  return distance(boot, time) <= SLACK;
}

static ct_boot *boot_of(ct_serials *serials, uint64_t host, int64_t time, uint64_t serial) {
  ct_boot *best = NULL;
  for (uint32_t i = 0; i < serials->count; i++) {
    ct_boot *boot = &serials->boots[i];
    if (host && boot->host && boot->host != host) continue;
    if (!fits(boot, time, serial)) continue;
    if (!best || distance(boot, time) < distance(best, time)) best = boot;
  }
  return best;
}

static int add_boot(ct_serials *serials, uint64_t host, int64_t time, uint64_t serial) {
  if (serials->count == BOOTS_MOST) {
    /* What is missing from the oldest is still counted. */
    ct_boot oldest = serials->boots[0];
    serials->boots[1].folded += oldest.folded;
    for (uint32_t i = 1; i < oldest.count; i++)
      serials->boots[1].folded += oldest.spans[i].first - oldest.spans[i - 1].last - 1;
    free(oldest.spans);
    memmove(serials->boots, serials->boots + 1, (serials->count - 1) * sizeof *serials->boots);
    serials->count--;
  }
  if (serials->count == serials->capacity) {
    uint32_t capacity = serials->capacity ? serials->capacity * 2 : 4;
    ct_boot *larger = realloc(serials->boots, capacity * sizeof *larger);
    if (!larger) return CTSEC_E_NOMEM;
    serials->boots = larger;
    serials->capacity = capacity;
  }
  ct_boot *boot = &serials->boots[serials->count];
  memset(boot, 0, sizeof *boot);
  boot->spans = malloc(4 * sizeof *boot->spans);
  if (!boot->spans) return CTSEC_E_NOMEM;
  boot->capacity = 4;
  boot->count = 1;
  boot->spans[0] = (ct_span){serial, serial};
  boot->host = host;
  boot->first_time = boot->last_time = time;
  serials->current = serials->count++;
  return 1;
}

static int insert(ct_boot *boot, uint32_t place, uint64_t serial) {
  if (boot->count == SPANS_MOST) {
    boot->folded += boot->spans[1].first - boot->spans[0].last - 1;
    boot->spans[1].first = boot->spans[0].first;
    memmove(boot->spans, boot->spans + 1, (boot->count - 1) * sizeof *boot->spans);
    boot->count--;
    if (place) place--;
    /* It fell into what was just folded. */
    if (boot->spans[0].first <= serial && serial <= boot->spans[0].last) return 0;
  }
  if (boot->count == boot->capacity) {
    ct_span *larger = realloc(boot->spans, boot->capacity * 2 * sizeof *larger);
    if (!larger) return CTSEC_E_NOMEM;
    boot->spans = larger;
    boot->capacity *= 2;
  }
  memmove(boot->spans + place + 1, boot->spans + place, (boot->count - place) * sizeof *boot->spans);
  boot->spans[place] = (ct_span){serial, serial};
  boot->count++;
  return 1;
}

static int add_serial(ct_boot *boot, uint64_t serial) {
  /* The first range that begins behind the number. */
  uint32_t low = 0, high = boot->count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (boot->spans[middle].first > serial)
      high = middle;
    else
      low = middle + 1;
  }
  ct_span *before = low ? &boot->spans[low - 1] : NULL;
  ct_span *after = low < boot->count ? &boot->spans[low] : NULL;
  if (before && serial <= before->last) return 0;
  int joins_before = before && before->last + 1 == serial, joins_after = after && serial + 1 == after->first;
  if (joins_before && joins_after) {
    before->last = after->last;
    memmove(after, after + 1, (size_t)(boot->spans + boot->count - after - 1) * sizeof *after);
    boot->count--;
    return 1;
  }
  if (joins_before) return before->last = serial, 1;
  if (joins_after) return after->first = serial, 1;
  return insert(boot, low, serial);
}

int ct_serials_add(ct_serials *serials, uint64_t host, int64_t time, uint64_t serial) {
  ct_boot *boot = boot_of(serials, host, time, serial);
  if (!boot) return add_boot(serials, host, time, serial);
  if (host) boot->host = host;
  serials->current = (uint32_t)(boot - serials->boots);
  if (time != UNKNOWN) {
    if (boot->first_time == UNKNOWN || time < boot->first_time) boot->first_time = time;
    if (time > boot->last_time) boot->last_time = time;
  }
  return add_serial(boot, serial);
}

uint64_t ct_serials_missing(const ct_serials *serials) {
  uint64_t missing = 0;
  for (uint32_t i = 0; i < serials->count; i++) {
    const ct_boot *boot = &serials->boots[i];
    missing += boot->folded;
    for (uint32_t s = 1; s < boot->count; s++) missing += boot->spans[s].first - boot->spans[s - 1].last - 1;
  }
  return missing;
}

uint64_t ct_serials_top(const ct_serials *serials) {
  if (!serials->count) return 0;
  const ct_boot *boot = &serials->boots[serials->current];
  return boot->spans[boot->count - 1].last;
}
