/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fix/patch.h"

#include <string.h>

#define CONTEXT 3u

static int add(ct_arena *arena, ct_pieces *to, ct_piece piece) {
  if (!piece.length) return 1;
  ct_piece *grown = ct_arena_grow(arena, to->items, to->count, sizeof *grown);
  if (!grown) return 0;
  to->items = grown;
  grown[to->count++] = piece;
  return 1;
}

/* Some bytes of a piece. */
static ct_piece part(const ct_piece *piece, uint32_t from, uint32_t to) {
  return (ct_piece){piece->text + from, to - from, piece->origin == UINT32_MAX ? UINT32_MAX : piece->origin + from};
}

int ct_pieces_apply(ct_arena *arena, const ct_pieces *from, const ct_replacement *items, size_t count, ct_pieces *to) {
  ct_pieces made = {0};
  uint64_t at = 0;
  size_t next = 0;
  int ok = 1;
  for (size_t i = 0; i < from->count; i++) {
    const ct_piece *piece = &from->items[i];
    uint32_t done = 0;
    while (next < count && items[next].start <= at + piece->length) {
      const ct_replacement *r = &items[next];
      /* What ends within the next piece begins there for it. */
      uint64_t start = r->start > at ? r->start - at : 0, end = r->end - at;
      if (start == piece->length && i + 1 < from->count) break;
      ok &= add(arena, &made, part(piece, done, start > done ? (uint32_t)start : done));
      if (r->start >= at) ok &= add(arena, &made, (ct_piece){r->text, r->length, UINT32_MAX});
      if (end > piece->length) {
        done = piece->length;
        break;
      }
      done = (uint32_t)end;
      next++;
    }
    ok &= add(arena, &made, part(piece, done, piece->length));
    at += piece->length;
  }
  *to = made;
  return ok;
}

const char *ct_pieces_text(ct_arena *arena, const ct_pieces *pieces, size_t *length) {
  ct_buffer out;
  ct_buffer_init(&out);
  for (size_t i = 0; i < pieces->count; i++) ct_buffer_add(&out, pieces->items[i].text, pieces->items[i].length);
  const char *text = out.failed ? NULL : ct_arena_copy(arena, out.data ? out.data : "", out.length);
  *length = out.length;
  ct_buffer_free(&out);
  return text;
}

/* Whole lines of the original, from start to end, that became others. */
typedef struct region {
  size_t start, end;
  size_t line, lines;
  /* In the buffer of new texts. */
  size_t from, to, added;
} region;

typedef struct diff {
  const char *text;
  size_t length;
  ct_buffer fresh;
  ct_buffer regions;
  size_t count;
} diff;

static size_t line_start(const diff *d, size_t at) {
  while (at && d->text[at - 1] != '\n') at--;
  return at;
}

static size_t line_after(const char *text, size_t length, size_t at) {
  const char *end = at < length ? memchr(text + at, '\n', length - at) : NULL;
  return end ? (size_t)(end + 1 - text) : length;
}

static size_t count_lines(const char *text, size_t length) {
  size_t count = 0;
  for (size_t at = 0; at < length; at = line_after(text, length, at)) count++;
  return count;
}

static int at_line(const diff *d, size_t at) { return !at || d->text[at - 1] == '\n' || at == d->length; }

/* Ends a region: its last line whole, and what stays the same left out. */
static void close_region(diff *d, region *r) {
  int whole = d->fresh.length == r->from || d->fresh.data[d->fresh.length - 1] == '\n';
  if (!at_line(d, r->end) || (!whole && r->end < d->length)) {
    size_t end = line_after(d->text, d->length, r->end);
    ct_buffer_add(&d->fresh, d->text + r->end, end - r->end);
    r->end = end;
  }
  if (d->fresh.failed) return;
  r->to = d->fresh.length;
  const char *fresh = d->fresh.data;
  for (;;) {
    size_t old = line_after(d->text, r->end, r->start) - r->start;
    size_t new = fresh ? line_after(fresh, r->to, r->from) - r->from : 0;
    if (!old || old != new || memcmp(d->text + r->start, fresh + r->from, old)) break;
    r->start += old;
    r->from += old;
  }
  /* From the back: by lines of the new text that the old one ends with as well. */
  for (;;) {
    size_t old = r->end, new = r->to;
    if (old == r->start || new == r->from) break;
    old--;
    new--;
    while (old > r->start && d->text[old - 1] != '\n') old--;
    while (new > r->from && fresh[new - 1] != '\n') new--;
    if (r->end - old != r->to - new || memcmp(d->text + old, fresh + new, r->end - old)) break;
    r->end = old;
    r->to = new;
  }
  if (r->start == r->end && r->from == r->to) return;
  r->lines = count_lines(d->text + r->start, r->end - r->start);
  r->added = fresh ? count_lines(fresh + r->from, r->to - r->from) : 0;
  ct_buffer_add(&d->regions, (const char *)r, sizeof *r);
  d->count++;
}

static void find_regions(diff *d, const ct_pieces *pieces) {
  region r = {0};
  int open = 0;
  size_t at = 0;
  for (size_t i = 0; i <= pieces->count; i++) {
    const ct_piece *piece = i < pieces->count ? &pieces->items[i] : NULL;
    int fresh = piece && piece->origin == UINT32_MAX;
    size_t next = fresh ? at : piece ? piece->origin : d->length;
    if (fresh || next != at) {
      /* On another line than what changed before? */
      int whole = d->fresh.length == r.from || (d->fresh.data && d->fresh.data[d->fresh.length - 1] == '\n');
      size_t rest = whole && at_line(d, r.end) ? r.end : line_after(d->text, d->length, r.end);
      if (open && at > r.end && line_start(d, at) >= rest) {
        close_region(d, &r);
        open = 0;
      }
      if (!open) {
        r = (region){.start = line_start(d, at), .from = d->fresh.length};
        r.end = r.start;
        open = 1;
      }
      ct_buffer_add(&d->fresh, d->text + r.end, at - r.end);
      if (fresh) ct_buffer_add(&d->fresh, piece->text, piece->length);
      r.end = next;
    }
    at = fresh ? at : piece ? piece->origin + piece->length : d->length;
  }
  if (open) close_region(d, &r);
}

static void add_line(ct_buffer *out, char mark, const char *text, size_t length) {
  ct_buffer_char(out, mark);
  ct_buffer_add(out, text, length);
  if (!length || text[length - 1] != '\n') ct_buffer_text(out, "\n\\ No newline at end of file\n");
}

static void add_lines(ct_buffer *out, char mark, const char *text, size_t length) {
  for (size_t at = 0; at < length;) {
    size_t next = line_after(text, length, at);
    add_line(out, mark, text + at, next - at);
    at = next;
  }
}

/* As diff names files: what a terminal or a parser would take for something else is escaped. */
static void add_name(ct_buffer *out, const char *prefix, const char *name) {
  int odd = 0, spaces = 0;
  for (const char *c = name; *c; c++) {
    odd |= (unsigned char)*c < ' ' || *c == '"' || *c == '\\' || *c == 0x7f;
    spaces |= *c == ' ';
  }
  ct_buffer_text(out, prefix);
  if (odd) ct_buffer_char(out, '"');
  for (const char *c = name; *c; c++) {
    unsigned char byte = (unsigned char)*c;
    if (byte < ' ' || byte == 0x7f)
      ct_buffer_format(out, "\\%c%c%c", '0' + (byte >> 6), '0' + (byte >> 3 & 7), '0' + (byte & 7));
    else if (odd && (byte == '"' || byte == '\\'))
      ct_buffer_format(out, "\\%c", byte);
    else
      ct_buffer_char(out, *c);
  }
  if (odd) ct_buffer_char(out, '"');
  /* Without a tab the name ends at the space. */
  if (spaces && !odd) ct_buffer_char(out, '\t');
  ct_buffer_char(out, '\n');
}

static void add_range(ct_buffer *out, char mark, size_t line, size_t count) {
  ct_buffer_char(out, mark);
  ct_buffer_unsigned(out, count ? line + 1 : line);
  if (count == 1) return;
  ct_buffer_char(out, ',');
  ct_buffer_unsigned(out, count);
}

/* Lines before a place, and how many those are. */
static size_t context_before(const diff *d, size_t at, size_t least, size_t most, size_t *lines) {
  for (*lines = 0; *lines < most && at > least; ++*lines) at = line_start(d, at - 1);
  return at;
}

static size_t context_after(const diff *d, size_t at, size_t most, size_t *lines) {
  for (*lines = 0; *lines < most && at < d->length; ++*lines) at = line_after(d->text, d->length, at);
  return at;
}

static void write_hunks(diff *d, ct_buffer *out) {
  region *regions = (region *)(void *)d->regions.data;
  size_t line = 0, at = 0;
  for (size_t i = 0; i < d->count; i++) {
    line += count_lines(d->text + at, regions[i].start - at);
    regions[i].line = line;
    at = regions[i].start;
  }
  size_t shift_more = 0, shift_less = 0;
  for (size_t i = 0, next; i < d->count; i = next) {
    size_t before, after, added = 0, removed = 0;
    size_t start = context_before(d, regions[i].start, 0, CONTEXT, &before), first = regions[i].line - before;
    for (next = i + 1; next < d->count && regions[next].line - (regions[next - 1].line + regions[next - 1].lines) <= 2 * CONTEXT;)
      next++;
    const region *last = &regions[next - 1];
    size_t end = context_after(d, last->end, CONTEXT, &after), old = last->line + last->lines + after - first;
    for (size_t k = i; k < next; k++) {
      added += regions[k].added;
      removed += regions[k].lines;
    }
    ct_buffer_text(out, "@@ ");
    add_range(out, '-', first, old);
    ct_buffer_char(out, ' ');
    add_range(out, '+', first + shift_more - shift_less, old + added - removed);
    ct_buffer_text(out, " @@\n");
    for (size_t k = i, more; k < next; k = more) {
      add_lines(out, ' ', d->text + start, regions[k].start - start);
      /* What touches is one change. */
      for (more = k + 1; more < next && regions[more].start == regions[more - 1].end;) more++;
      start = regions[more - 1].end;
      add_lines(out, '-', d->text + regions[k].start, start - regions[k].start);
      for (; k < more && d->fresh.data; k++)
        add_lines(out, '+', d->fresh.data + regions[k].from, regions[k].to - regions[k].from);
    }
    add_lines(out, ' ', d->text + start, end - start);
    shift_more += added;
    shift_less += removed;
  }
}

void ct_pieces_diff(ct_buffer *out, const ct_pieces *pieces, const char *name, const char *original, size_t length) {
  diff d = {.text = original, .length = length};
  ct_buffer_init(&d.fresh);
  ct_buffer_init(&d.regions);
  find_regions(&d, pieces);
  if (d.fresh.failed || d.regions.failed) {
    out->failed = 1;
  } else if (d.count) {
    add_name(out, "--- ", name);
    add_name(out, "+++ ", name);
    write_hunks(&d, out);
  }
  ct_buffer_free(&d.fresh);
  ct_buffer_free(&d.regions);
}
