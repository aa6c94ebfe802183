/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "denial/time.h"

#include <string.h>

/* Days since 1970 of a date in the proleptic Gregorian calendar. */
static int64_t days_of(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  unsigned of_era = (unsigned)(year - era * 400);
  unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + (int64_t)(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

static int digits(const char **at, const char *end, int least, int most, unsigned *value) {
  int count = 0;
  *value = 0;
  while (*at < end && count < most && **at >= '0' && **at <= '9') {
    *value = *value * 10 + (unsigned)(*(*at)++ - '0');
    count++;
  }
  return count >= least;
}

static int skip(const char **at, const char *end, const char *any) {
  if (*at == end || !**at || !strchr(any, **at)) return 0;
  (*at)++;
  return 1;
}

/* "10:31:23.123456": milliseconds of the day. */
static int clock_of(const char **at, const char *end, int64_t *milli) {
  unsigned hour, minute, second, digit;
  if (!digits(at, end, 2, 2, &hour) || !skip(at, end, ":") || !digits(at, end, 2, 2, &minute) || !skip(at, end, ":") ||
      !digits(at, end, 2, 2, &second) || hour > 23 || minute > 59 || second > 60)
    return 0;
  *milli = ((int64_t)hour * 3600 + minute * 60 + second) * 1000;
  const char *dot = *at;
  if (skip(at, end, ".,")) {
    int64_t unit = 100;
    if (*at == end || **at < '0' || **at > '9') *at = dot;
    for (; *at < end && **at >= '0' && **at <= '9'; unit /= 10) {
      if (digits(at, end, 1, 1, &digit)) *milli += (int64_t)digit * unit;
    }
  }
  return 1;
}

/* "Z", "+02:00", "-0700", " UTC": minutes before UTC. */
static int zone_of(const char **at, const char *end, int64_t *minutes) {
  unsigned hour, minute;
  *minutes = 0;
  if (skip(at, end, "Zz")) return 1;
  if (end - *at >= 4 && !memcmp(*at, " UTC", 4) && (end - *at == 4 || (*at)[4] == ' ')) return *at += 4, 1;
  const char *start = *at;
  if (!skip(at, end, "+-") || !digits(at, end, 2, 2, &hour)) return *at = start, 0;
  skip(at, end, ":");
  if (!digits(at, end, 2, 2, &minute)) return *at = start, 0;
  *minutes = (int64_t)hour * 60 + minute;
  if (*start == '-') *minutes = -*minutes;
  return 1;
}

static int month_of(const char *at, const char *end, unsigned *month) {
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (end - at < 4 || at[3] != ' ') return 0;
  for (*month = 1; *month <= 12; ++*month)
    if (!memcmp(names + 3 * (*month - 1), at, 3)) return 1;
  return 0;
}

static const char *iso(const char *at, const char *end, int64_t *time) {
  const char *p = at;
  unsigned year, month, day;
  int64_t milli, zone;
  if (!digits(&p, end, 4, 4, &year) || !skip(&p, end, "-") || !digits(&p, end, 2, 2, &month) || !skip(&p, end, "-") ||
      !digits(&p, end, 2, 2, &day) || !month || month > 12 || !day || day > 31 || !skip(&p, end, "Tt ") ||
      !clock_of(&p, end, &milli))
    return at;
  if (zone_of(&p, end, &zone)) *time = days_of(year, month, day) * 86400000 + milli - zone * 60000;
  return p;
}

static const char *weekday(const char *at, const char *end) {
  static const char names[] = "MonTueWedThuFriSatSun";
  for (int i = 0; i < 7 && end - at > 4; i++)
    if (!memcmp(names + 3 * i, at, 3) && at[3] == ' ') return at + 4;
  return at;
}

const char *ct_time_read(const char *at, const char *end, int64_t *time) {
  unsigned month, day, seconds, micro;
  int64_t milli;
  const char *p = weekday(at, end);
  const char *behind = iso(p, end, time);
  if (behind > p) {
    /* A zone by a name that is not known to be one. */
    if (p > at && *time == INT64_MIN) {
      if (skip(&behind, end, " "))
        while (behind < end && *behind != ' ') behind++;
    }
    return behind;
  }
  if (month_of(p, end, &month)) {
    p += 4;
    while (p < end && *p == ' ') p++;
    if (digits(&p, end, 1, 2, &day) && skip(&p, end, " ") && clock_of(&p, end, &milli)) return p;
    return at;
  }
  p = at;
  if (digits(&p, end, 10, 10, &seconds) && skip(&p, end, ".") && digits(&p, end, 6, 6, &micro) && p < end && *p == ' ') {
    *time = (int64_t)seconds * 1000 + micro / 1000;
    return p;
  }
  return at;
}

void ct_time_add(ct_buffer *buffer, int64_t time) {
  int64_t days = time / 86400000, milli = time % 86400000;
  if (milli < 0) milli += 86400000, days--;
  /* The date of a day, from the same calendar. */
  int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
  unsigned of_era = (unsigned)(z - era * 146097);
  unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  unsigned of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  unsigned day = of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  unsigned second = (unsigned)(milli / 1000);
  ct_buffer_format(buffer, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)((int64_t)year + era * 400 + (month <= 2)),
                   month, day, second / 3600, second / 60 % 60, second % 60, (unsigned)(milli % 1000));
}
