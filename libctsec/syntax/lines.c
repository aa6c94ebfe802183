/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/lines.h"

#include <string.h>

#include "ctsec/error.h"

void ct_lines_init(ct_lines *lines, size_t most) {
  memset(lines, 0, sizeof *lines);
  ct_buffer_init(&lines->carry);
  lines->most = most;
}

void ct_lines_free(ct_lines *lines) { ct_buffer_free(&lines->carry); }

void ct_lines_restart(ct_lines *lines) {
  lines->number = lines->offset = lines->next = 0;
  lines->carry.length = 0;
  lines->passing = lines->carry_given = 0;
  lines->exact = 0;
}

void ct_lines_feed(ct_lines *lines, const char *text, size_t length) {
  lines->at = text;
  lines->end = text + length;
}

static void begin(ct_lines *lines) {
  if (!lines->carry_given) return;
  lines->carry.length = 0;
  lines->carry_given = 0;
}

/* Keeps what has no end yet, as far as the most allows. */
static int keep(ct_lines *lines, size_t size) {
  if (!lines->carry.length && !lines->passing) lines->start = lines->next;
  size_t room = lines->most - lines->carry.length;
  size_t kept = size < room ? size : room;
  ct_buffer_add(&lines->carry, lines->at, kept);
  if (lines->carry.failed) return CTSEC_E_NOMEM;
  if (kept < size) lines->passing = 1;
  lines->at += size;
  lines->next += size;
  return 0;
}

static int give(ct_lines *lines, const char *text, size_t size, const char **line, size_t *length) {
  int cut = lines->passing || size > lines->most;
  if (size > lines->most) size = lines->most;
  if (size && text[size - 1] == '\r' && !cut) size--;
  lines->passing = 0;
  lines->number++;
  *line = text;
  *length = size;
  return cut ? CT_LINES_CUT : CT_LINES_WHOLE;
}

static int give_carry(ct_lines *lines, const char **line, size_t *length) {
  lines->carry_given = 1;
  lines->offset = lines->start;
  return give(lines, lines->carry.data ? lines->carry.data : "", lines->carry.length, line, length);
}

/* A piece of known size may hold line ends. */
static int give_exact(ct_lines *lines, const char **line, size_t *length) {
  size_t here = (size_t)(lines->end - lines->at);
  size_t size = here < lines->exact ? here : lines->exact;
  int status = keep(lines, size);
  if (status) return status;
  lines->exact -= size;
  if (lines->exact) return CT_LINES_NONE;
  lines->carry_given = 1;
  *line = lines->carry.data ? lines->carry.data : "";
  *length = lines->carry.length;
  int cut = lines->passing;
  lines->passing = 0;
  return cut ? CT_LINES_CUT : CT_LINES_WHOLE;
}

int ct_lines_next(ct_lines *lines, const char **line, size_t *length) {
  begin(lines);
  if (lines->at == lines->end) return CT_LINES_NONE;
  if (lines->exact) return give_exact(lines, line, length);
  const char *text = lines->at;
  size_t rest = (size_t)(lines->end - text);
  const char *end = memchr(text, '\n', rest);
  if (end && !lines->carry.length && !lines->passing) {
    lines->offset = lines->next;
    lines->at = end + 1;
    lines->next += (size_t)(end - text) + 1;
    return give(lines, text, (size_t)(end - text), line, length);
  }
  int status = keep(lines, end ? (size_t)(end - text) : rest);
  if (status || !end) return status;
  uint64_t after = lines->next + 1;
  int given = give_carry(lines, line, length);
  lines->at++;
  lines->next = after;
  return given;
}

int ct_lines_last(ct_lines *lines, const char **line, size_t *length) {
  begin(lines);
  if (!lines->carry.length) return CT_LINES_NONE;
  lines->exact = 0;
  return give_carry(lines, line, length);
}
