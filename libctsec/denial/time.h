/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_DENIAL_TIME_H
#define CT_DENIAL_TIME_H

#include "base/buffer.h"

/*
 * A time as logs begin with one: RFC 3339, ISO 8601, syslog's "Jul  8
 * 10:31:23", journalctl's short-full and short-unix. Where it ends, or at
 * where there is none. *time is set (milliseconds since 1970) where year and
 * zone are known.
 */
const char *ct_time_read(const char *at, const char *end, int64_t *time);
/* RFC 3339 in UTC, with milliseconds. */
void ct_time_add(ct_buffer *buffer, int64_t time);

#endif
