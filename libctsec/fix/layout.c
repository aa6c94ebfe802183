/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fix/layout.h"

#include <string.h>

static int is_blank(char c) { return c == ' ' || c == '\t'; }

uint32_t ct_layout_line(const ct_editor *e, uint32_t place) {
  while (place && e->text[place - 1] != '\n' && e->text[place - 1] != '\r') place--;
  if (!place && e->length >= 3 && !memcmp(e->text, "\xef\xbb\xbf", 3)) place = 3;
  return place;
}

uint32_t ct_layout_line_end(const ct_editor *e, uint32_t place) {
  while (place < e->length && e->text[place] != '\n' && e->text[place] != '\r') place++;
  return place;
}

/* The end of the line before that of a place; the place where there is none. */
static uint32_t end_before(const ct_editor *e, uint32_t place) {
  uint32_t line = ct_layout_line(e, place);
  if (!line || e->text[line - 1] != '\n') return place;
  line--;
  return line && e->text[line - 1] == '\r' ? line - 1 : line;
}

uint32_t ct_layout_column(const ct_editor *e, uint32_t place) { return place - ct_layout_line(e, place); }

uint32_t ct_layout_start(const ct_editor *e, const ct_value *value) {
  uint32_t at = value->offset;
  while (!e->json && at < e->length && (e->text[at] == '&' || e->text[at] == '!')) {
    while (at < e->length && !strchr(" \t\r\n", e->text[at])) at++;
    for (;;) {
      while (at < e->length && strchr(" \t\r\n", e->text[at])) at++;
      if (at >= e->length || e->text[at] != '#') break;
      at = ct_layout_line_end(e, at);
    }
  }
  return at;
}

int ct_layout_is_flow(const ct_editor *e, const ct_value *value) {
  uint32_t at = ct_layout_start(e, value);
  return e->json || (at < e->length && (e->text[at] == '{' || e->text[at] == '['));
}

/* Within a flow list or object, or one itself. */
static int in_flow(const ct_editor *e, const ct_value *value) {
  for (; value; value = value->parent)
    if ((value->kind == CT_ARRAY || value->kind == CT_OBJECT) && ct_layout_is_flow(e, value)) return 1;
  return e->json;
}

static int is_block_scalar(const ct_editor *e, const ct_value *value) {
  uint32_t at = ct_layout_start(e, value);
  return !e->json && value->kind == CT_STRING && value->quoted && at < e->length && (e->text[at] == '|' || e->text[at] == '>');
}

int ct_layout_is_scalar(const ct_editor *e, const ct_value *value) {
  return value->kind != CT_ARRAY && value->kind != CT_OBJECT && !is_block_scalar(e, value);
}

static uint32_t trimmed(const ct_editor *e, uint32_t start, uint32_t end) {
  while (end > start && strchr(" \t\r\n", e->text[end - 1])) end--;
  return end;
}

/* Of an alias, the next thing behind a key or behind the item before: 0 where something else is there. */
static uint32_t end_of_alias(const ct_editor *e, const ct_value *value, uint32_t at) {
  if (value->key) {
    /* The last colon before the star is the key's. */
    uint32_t end = ct_layout_line_end(e, value->key_offset);
    const char *star = memrchr(e->text + value->key_offset, '*', end - value->key_offset);
    if (!star || !is_blank(star[-1])) return 0;
    at = (uint32_t)(star - e->text);
  } else {
    if (at < e->length && e->text[at] != '-') at = ct_layout_line_end(e, at);
    for (;;) {
      while (at < e->length && strchr(" \t\r\n", e->text[at])) at++;
      if (at == e->length || e->text[at] != '#') break;
      at = ct_layout_line_end(e, at);
    }
    if (at == e->length || e->text[at++] != '-') return 0;
    while (at < e->length && is_blank(e->text[at])) at++;
    if (at == e->length || e->text[at] != '*') return 0;
  }
  while (at < e->length && !strchr(" \t\r\n,]}", e->text[at])) at++;
  return at;
}

/* A member whose key stands in its object, and whose value elsewhere. */
static int is_written(const ct_editor *e, const ct_value *member) {
  const ct_value *object = member->parent;
  return member->key_offset >= object->offset && member->key_offset < object->end &&
         ct_layout_column(e, member->key_offset) == ct_layout_column(e, ct_layout_start(e, object));
}

uint32_t ct_layout_end(const ct_editor *e, const ct_value *value, int all, int *block) {
  uint32_t start = ct_layout_start(e, value);
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) {
    if (is_block_scalar(e, value)) *block = 1;
    return trimmed(e, start < value->end ? start : value->end, value->end);
  }
  if (ct_layout_is_flow(e, value)) return value->end;
  uint32_t end = start;
  int gone = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *child = &value->as.items[i];
    if (!all && ct_layout_is_removed(e, child)) {
      gone = 1;
      continue;
    }
    uint32_t own = 0;
    int literal = 0;
    if (child->open) {
      own = ct_layout_end(e, child, all, &literal);
    } else if (!child->key || is_written(e, child)) {
      own = end_of_alias(e, child, end);
      if (!own) {
        *block = 1;
        return end;
      }
    }
    if (own <= end) continue;
    end = own;
    *block = literal;
  }
  return gone && end == start ? end_before(e, start) : end;
}

/* The habits of the file, from the first place that shows each. */
void ct_layout_learn(ct_editor *e) {
  int steps = 0, lists = 0, units = 0, colons = 0, commas = 0;
  const char *end = memchr(e->text, '\n', e->length);
  e->newline = end && end > e->text && end[-1] == '\r' ? "\r\n" : "\n";
  e->step = e->list_step = 2;
  e->unit = "  ";
  e->unit_length = 2;
  e->colon_space = e->comma_space = 1;
  for (size_t i = 0; i < e->count && !(steps && lists && units && colons && commas); i++) {
    const ct_value *value = e->values[i], *parent = value->parent;
    if (value->key && !colons && e->json) {
      const char *colon = e->text + value->offset;
      colons = 1;
      e->colon_space = is_blank(colon[-1]);
    }
    if (value->index && !commas && parent && ct_layout_is_flow(e, parent)) {
      uint32_t at = value->key ? value->key_offset : value->offset;
      if (e->text[at - 1] == ',' || is_blank(e->text[at - 1])) commas = 1;
      if (e->text[at - 1] == ',') e->comma_space = 0;
    }
    int open = value->kind == CT_ARRAY || value->kind == CT_OBJECT;
    if (!open || !value->count || !value->as.items[0].open) continue;
    const ct_value *first = &value->as.items[0];
    uint32_t inside = first->key ? first->key_offset : first->offset;
    if (ct_layout_is_flow(e, value)) {
      uint32_t above = ct_layout_line(e, value->offset), below = ct_layout_line(e, inside), n = 0, m = 0;
      if (units || above == below) continue;
      while (is_blank(e->text[above + n])) n++;
      while (is_blank(e->text[below + m])) m++;
      if (m <= n || memcmp(e->text + above, e->text + below, n)) continue;
      e->unit = e->text + below + n;
      e->unit_length = m - n;
      units = 1;
      continue;
    }
    if (!value->key) continue;
    uint32_t outer = ct_layout_column(e, value->key_offset), inner = ct_layout_column(e, ct_layout_start(e, value));
    if (ct_layout_line(e, value->key_offset) == ct_layout_line(e, ct_layout_start(e, value)) || inner < outer) continue;
    if (value->kind == CT_ARRAY && !lists) {
      e->list_step = inner - outer;
      lists = 1;
    } else if (value->kind == CT_OBJECT && !steps && inner > outer) {
      e->step = inner - outer;
      steps = 1;
    }
  }
}

/* Writing. */

static void add_spaces(ct_buffer *out, uint32_t count) {
  while (count--) ct_buffer_char(out, ' ');
}

static void add_line(const ct_editor *e, ct_buffer *out, uint32_t column) {
  ct_buffer_text(out, e->newline);
  add_spaces(out, column);
}

static void add_scalar(const ct_editor *e, ct_buffer *out, const ct_branch *b, char quote) {
  if (e->json) quote = b->quoted ? '"' : 0;
  if (quote) ct_buffer_char(out, quote);
  ct_buffer_text(out, b->scalar);
  if (quote) ct_buffer_char(out, quote);
}

static void add_key(const ct_editor *e, ct_buffer *out, const char *key) {
  if (e->json) ct_buffer_char(out, '"');
  ct_buffer_text(out, key);
  if (e->json) ct_buffer_char(out, '"');
  ct_buffer_char(out, ':');
}

/* indent: what begins a line of JSON here; NULL for all in one line. */
static void add_flow(const ct_editor *e, ct_buffer *out, const ct_branch *list, int is_list, const char *indent, uint32_t length,
                     uint32_t depth);

static void add_flow_entry(const ct_editor *e, ct_buffer *out, const ct_branch *b, const char *indent, uint32_t length,
                           uint32_t depth, char quote) {
  if (b->key) {
    add_key(e, out, b->key);
    if (!e->json || e->colon_space) ct_buffer_char(out, ' ');
  }
  if (b->scalar)
    add_scalar(e, out, b, quote);
  else
    add_flow(e, out, b->children, b->list, indent, length, depth);
}

static void add_indent(const ct_editor *e, ct_buffer *out, const char *indent, uint32_t length, uint32_t depth) {
  ct_buffer_text(out, e->newline);
  ct_buffer_add(out, indent, length);
  while (depth--) ct_buffer_add(out, e->unit, e->unit_length);
}

static void add_flow(const ct_editor *e, ct_buffer *out, const ct_branch *list, int is_list, const char *indent, uint32_t length,
                     uint32_t depth) {
  ct_buffer_char(out, is_list ? '[' : '{');
  for (const ct_branch *b = list; b; b = b->next) {
    if (b != list) ct_buffer_text(out, e->comma_space && !indent ? ", " : ",");
    if (indent) add_indent(e, out, indent, length, depth + 1);
    add_flow_entry(e, out, b, indent, length, depth + 1, 0);
  }
  if (indent) add_indent(e, out, indent, length, depth);
  ct_buffer_char(out, is_list ? ']' : '}');
}

/* Each line after its line break. */
static void add_block(const ct_editor *e, ct_buffer *out, const ct_branch *list, uint32_t column, char quote) {
  for (const ct_branch *b = list; b; b = b->next) {
    add_line(e, out, column);
    uint32_t inside = column;
    if (b->key) {
      add_key(e, out, b->key);
      inside += b->list ? e->list_step : e->step;
    } else {
      ct_buffer_char(out, '-');
    }
    if (b->scalar) {
      ct_buffer_char(out, ' ');
      add_scalar(e, out, b, quote);
    } else if (b->key) {
      add_block(e, out, b->children, inside, 0);
    } else {
      ct_buffer_char(out, ' ');
      add_flow(e, out, b->children, b->list, NULL, 0, 0);
    }
  }
}

static void put(ct_editor *e, uint32_t start, uint32_t end, ct_buffer *text, uint32_t depth) {
  ct_replacement *grown = ct_arena_grow(e->arena, e->items, e->replacements, sizeof *grown);
  const char *copy = grown && !text->failed ? ct_arena_copy(e->arena, text->data ? text->data : "", text->length) : NULL;
  if (!copy) {
    e->failed = 1;
  } else {
    e->items = grown;
    grown[e->replacements] = (ct_replacement){start, end, copy, (uint32_t)text->length, depth, (uint32_t)e->replacements};
    e->replacements++;
  }
  text->length = 0;
}

static uint32_t depth_of(const ct_value *value) {
  uint32_t depth = 0;
  for (; value; value = value->parent) depth++;
  return depth;
}

static int only_spaces(const ct_editor *e, uint32_t start, uint32_t end) {
  while (start < end && e->text[start] == ' ') start++;
  return start == end;
}

/* As the neighbours in a list are quoted. */
static char quote_of(const ct_editor *e, const ct_value *list) {
  for (uint32_t i = 0; list->kind == CT_ARRAY && i < list->count; i++) {
    if (!list->as.items[i].open || list->as.items[i].kind != CT_STRING) continue;
    char c = e->text[ct_layout_start(e, &list->as.items[i])];
    return c == '"' || c == '\'' ? c : 0;
  }
  return 0;
}

static uint32_t begin_of(const ct_value *child) { return child->key ? child->key_offset : child->offset; }

static uint32_t whole_end(ct_editor *e, const ct_value *value) {
  int block = 0;
  uint32_t end = ct_layout_end(e, value, 1, &block);
  /* The end of a block of lines depends on what follows. */
  if (block) e->hard = 1;
  return end;
}

/* Whole lines, their break with them. */
static void cut_lines(ct_editor *e, uint32_t start, uint32_t end, ct_buffer *out) {
  end = ct_layout_line_end(e, end);
  if (end < e->length && e->text[end] == '\r') end++;
  if (end < e->length && e->text[end] == '\n') end++;
  put(e, ct_layout_line(e, start), end, out, 0);
}

static void cut_block(ct_editor *e, const ct_value *value, ct_buffer *out) {
  uint32_t begin = begin_of(value), end = whole_end(e, value);
  if (!value->key) {
    /* Back to the dash. */
    uint32_t at = begin;
    while (at && strchr(" \t\r\n", e->text[at - 1])) at--;
    if (!at || e->text[at - 1] != '-') {
      e->hard = 1;
      return;
    }
    begin = at - 1;
  }
  if (only_spaces(e, ct_layout_line(e, begin), begin)) {
    cut_lines(e, begin, end < begin ? begin : end, out);
    return;
  }
  /* The first member of an item, beside its dash: the next one takes its place. */
  const ct_value *parent = value->parent, *next = NULL;
  for (uint32_t i = value->index + 1; value->key && i < parent->count && !next; i++)
    if (parent->as.items[i].open && !ct_layout_is_removed(e, &parent->as.items[i])) next = &parent->as.items[i];
  if (!next || value->index) {
    e->hard = 1;
    return;
  }
  put(e, begin, next->key_offset, out, 0);
}

static void cut_flow(ct_editor *e, const ct_value *list, ct_buffer *out) {
  for (uint32_t i = 0; i < list->count;) {
    if (!ct_layout_is_removed(e, &list->as.items[i])) {
      i++;
      continue;
    }
    uint32_t next = i;
    while (next < list->count && ct_layout_is_removed(e, &list->as.items[next])) next++;
    const ct_value *before = i ? &list->as.items[i - 1] : NULL, *after = next < list->count ? &list->as.items[next] : NULL;
    if (!before && !after) {
      put(e, ct_layout_start(e, list) + 1, list->end - 1, out, 0);
      return;
    }
    if ((after && !after->open) || (!after && (!before || !before->open))) {
      e->hard = 1;
      return;
    }
    int block = 0;
    if (after)
      put(e, begin_of(&list->as.items[i]), begin_of(after), out, 0);
    else
      put(e, ct_layout_end(e, before, 1, &block), whole_end(e, &list->as.items[next - 1]), out, 0);
    i = next;
  }
}

/* Replaces all of a flow list or object, or a null. */
static void put_whole(ct_editor *e, const ct_change *change, uint32_t start, uint32_t end, ct_buffer *out) {
  const ct_value *value = change->at, *parent = value->parent;
  const char *indent = NULL;
  uint32_t length = 0;
  /* On lines of their own, if the neighbours are. */
  if (e->json && parent && ct_layout_line(e, parent->offset) != ct_layout_line(e, begin_of(value))) {
    uint32_t line = ct_layout_line(e, begin_of(value));
    indent = e->text + line;
    while (is_blank(indent[length])) length++;
  }
  add_flow(e, out, change->added, change->list, indent, length, 0);
  put(e, start, end, out, depth_of(value));
}

static void grow_flow(ct_editor *e, const ct_change *change, ct_buffer *out) {
  const ct_value *value = change->at, *last = NULL;
  uint32_t start = ct_layout_start(e, value);
  for (uint32_t i = 0; i < value->count; i++)
    if (value->as.items[i].open && !ct_layout_is_removed(e, &value->as.items[i])) last = &value->as.items[i];
  if (!last) {
    put_whole(e, change, start, value->end, out);
    return;
  }
  int block = 0, lines = 0;
  uint32_t end = ct_layout_end(e, last, 1, &block), line = ct_layout_line(e, begin_of(last)), length = 0, next = end;
  while (is_blank(e->text[line + length])) length++;
  lines = line != ct_layout_line(e, value->end - 1) && line + length == begin_of(last);
  while (next < e->length && strchr(" \t\r\n", e->text[next])) next++;
  int comma = e->text[next] == ',';
  if (comma && last->index + 1 == value->count) end = next + 1;
  char quote = quote_of(e, value);
  if (!(comma && last->index + 1 == value->count)) {
    ct_buffer_char(out, ',');
  }
  /* What was behind it, and is removed, takes its comma along. */
  uint32_t depth = depth_of(value), place = end;
  if (lines && !e->json && out->length) put(e, end, end, out, depth);
  if (lines && !e->json) place = ct_layout_line_end(e, end);
  for (const ct_branch *b = change->added; b; b = b->next) {
    if (b != change->added) ct_buffer_char(out, ',');
    if (lines)
      add_indent(e, out, e->text + line, length, 0);
    else if (e->comma_space)
      ct_buffer_char(out, ' ');
    add_flow_entry(e, out, b, lines && e->json ? e->text + line : NULL, length, 0, quote);
  }
  put(e, place, place, out, depth);
}

static void grow_block(ct_editor *e, const ct_change *change, ct_buffer *out) {
  const ct_value *value = change->at, *first = NULL, *last = NULL;
  uint32_t start = ct_layout_start(e, value), column = ct_layout_column(e, start), place = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *child = &value->as.items[i];
    if (!child->open) continue;
    if (!first) first = child;
    if (ct_layout_is_removed(e, child)) continue;
    int block = 0;
    uint32_t end = ct_layout_end(e, child, 0, &block);
    if (block) continue;
    last = child;
    place = ct_layout_line_end(e, end);
  }
  add_block(e, out, change->added, column, quote_of(e, value));
  if (!last && first && only_spaces(e, ct_layout_line(e, start), start)) {
    place = end_before(e, start);
    last = place < start ? first : NULL;
  }
  if (!last) {
    /* Before all; the line break moves from the front to the end. */
    if (!only_spaces(e, ct_layout_line(e, start), start)) {
      e->hard = 1;
      out->length = 0;
      return;
    }
    size_t n = strlen(e->newline);
    uint32_t line = ct_layout_line(e, start);
    ct_buffer_text(out, e->newline);
    if (!out->failed) {
      memmove(out->data, out->data + n, out->length - n);
      out->length -= n;
    }
    put(e, line, line, out, depth_of(value));
    return;
  }
  put(e, place, place, out, depth_of(value));
}

/* "key:" and what follows where nothing did. */
static void grow_null(ct_editor *e, const ct_change *change, ct_buffer *out) {
  const ct_value *value = change->at;
  uint32_t start = ct_layout_start(e, value), end = value->end;
  if (!value->key || start != value->offset) {
    e->hard = 1;
    return;
  }
  if (in_flow(e, value->parent)) {
    if (start == end && start && e->text[start - 1] == ':') ct_buffer_char(out, ' ');
    put_whole(e, change, start, end, out);
    return;
  }
  /* From the colon on: nothing, but a comment stays. */
  uint32_t from = start;
  while (from > value->key_offset && is_blank(e->text[from - 1])) from--;
  if (end > start) put(e, from, end, out, depth_of(value));
  uint32_t place = ct_layout_line_end(e, end);
  add_block(e, out, change->added, ct_layout_column(e, value->key_offset) + (change->list ? e->list_step : e->step), 0);
  put(e, place, place, out, depth_of(value));
}

static void put_text(ct_editor *e, const ct_change *change, ct_buffer *out) {
  const ct_value *value = change->at;
  uint32_t start = ct_layout_start(e, value), end = trimmed(e, start, value->end);
  char quote = start < end && (e->text[start] == '"' || e->text[start] == '\'') ? e->text[start] : 0;
  if (start == end) ct_buffer_char(out, ' ');
  if (quote) ct_buffer_char(out, quote);
  ct_buffer_text(out, change->text);
  if (quote) ct_buffer_char(out, quote);
  put(e, start, end, out, depth_of(value));
}

/* What stands below something that goes away as a whole. */
static int is_lost(const ct_editor *e, const ct_value *value) {
  for (value = value->parent; value; value = value->parent)
    if (ct_layout_is_removed(e, value)) return 1;
  return 0;
}

/* A flow list or object of which nothing stays is written anew as a whole. */
static int is_rewritten(const ct_editor *e, const ct_value *value) {
  const ct_change *change = ct_layout_change(e, value);
  if (!change || !change->added || !ct_layout_is_flow(e, value)) return 0;
  for (uint32_t i = 0; i < value->count; i++)
    if (value->as.items[i].open && !ct_layout_is_removed(e, &value->as.items[i])) return 0;
  return 1;
}

static int in_order(const ct_replacement *x, const ct_replacement *y) {
  if (x->start != y->start) return x->start < y->start;
  int insert_x = x->start == x->end, insert_y = y->start == y->end;
  if (insert_x != insert_y) return insert_x;
  if (x->depth != y->depth) return x->depth > y->depth;
  return x->order < y->order;
}

static void sift(ct_replacement *items, size_t at, size_t count) {
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && in_order(&items[child], &items[child + 1])) child++;
    if (!in_order(&items[at], &items[child])) return;
    ct_replacement other = items[at];
    items[at] = items[child];
    items[child] = other;
  }
}

static void sort(ct_replacement *items, size_t count) {
  for (size_t i = count / 2; i--;) sift(items, i, count);
  for (size_t end = count; end-- > 1;) {
    ct_replacement last = items[end];
    items[end] = items[0];
    items[0] = last;
    sift(items, 0, end);
  }
}

ct_edit ct_editor_finish(ct_editor *e, const ct_replacement **items, size_t *count) {
  ct_buffer out;
  ct_buffer_init(&out);
  for (const ct_change *change = e->first; change; change = change->next) {
    const ct_value *value = change->at, *parent = value->parent;
    if (is_lost(e, value)) continue;
    if (change->removed) {
      if (!parent)
        e->hard = 1;
      else if (!ct_layout_is_flow(e, parent))
        cut_block(e, value, &out);
      else if (!is_rewritten(e, parent) && (!value->index || !ct_layout_is_removed(e, value - 1)))
        cut_flow(e, parent, &out);
      continue;
    }
    int open = value->kind == CT_ARRAY || value->kind == CT_OBJECT;
    if (change->text)
      put_text(e, change, &out);
    else if (!change->added)
      continue;
    else if (!open || (!value->count && !in_flow(e, parent) && !e->json))
      grow_null(e, change, &out);
    else if (ct_layout_is_flow(e, value))
      grow_flow(e, change, &out);
    else
      grow_block(e, change, &out);
  }
  if (out.failed) e->failed = 1;
  ct_buffer_free(&out);
  if (e->failed) return CT_EDIT_NOMEM;
  if (e->hard) return CT_EDIT_HARD;
  sort(e->items, e->replacements);
  uint32_t end = 0;
  size_t kept = 0;
  for (size_t i = 0; i < e->replacements; i++) {
    ct_replacement *item = &e->items[i];
    /* What is taken away twice, or in parts. */
    if (kept && item->start < end && !item->length && !e->items[kept - 1].length) {
      if (item->end > end) e->items[kept - 1].end = end = item->end;
      continue;
    }
    if (item->start < end || item->end < item->start) return CT_EDIT_HARD;
    end = item->end;
    e->items[kept++] = *item;
  }
  /* A file without a last line break stays one. */
  ct_replacement *last = kept ? &e->items[kept - 1] : NULL;
  if (last && last->end == e->length && !last->length && last->start && e->text[e->length - 1] != '\n' && e->text[last->start - 1] == '\n') {
    uint32_t start = end_before(e, last->start), before = kept > 1 ? last[-1].end : 0;
    if (start >= before) last->start = start;
  }
  e->replacements = kept;
  *items = e->items;
  *count = kept;
  return CT_EDIT_DONE;
}
