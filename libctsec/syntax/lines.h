/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream of lines: fed in pieces of any size, given one by one; what lies within one piece is not copied. */
#ifndef CT_SYNTAX_LINES_H
#define CT_SYNTAX_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

typedef struct ct_lines {
  /* What was fed and is not yet given. */
  const char *at;
  const char *end;
  /* The beginning of a line whose end has not been fed. */
  ct_buffer carry;
  int carry_given;
  /* Bytes of the longest line that is kept. */
  size_t most;
  /* Of a line that is longer the rest is passed over. */
  int passing;
  /* The next piece is this many bytes, whatever they are; 0: a line. */
  size_t exact;
  /* Of the line given last: its number, from 1, and the offset of its first byte. */
  uint64_t number;
  uint64_t offset;
  uint64_t next;
  uint64_t start;
} ct_lines;

/* What ct_lines_next() gave. */
enum { CT_LINES_NONE, CT_LINES_WHOLE, CT_LINES_CUT };

void ct_lines_init(ct_lines *lines, size_t most);
void ct_lines_free(ct_lines *lines);
/* A new source: numbers and offsets begin again. */
void ct_lines_restart(ct_lines *lines);
/* text must stay until ct_lines_next() has answered CT_LINES_NONE. */
void ct_lines_feed(ct_lines *lines, const char *text, size_t length);
/*
 * The next line without its end (LF or CRLF), valid until the next call:
 * CT_LINES_WHOLE; CT_LINES_CUT where it is longer than the most and only its
 * beginning is given; CT_LINES_NONE where more must be fed. CTSEC_E_NOMEM.
 */
int ct_lines_next(ct_lines *lines, const char **line, size_t *length);
/* What has no line end, once nothing more is fed. As above. */
int ct_lines_last(ct_lines *lines, const char **line, size_t *length);

#endif
