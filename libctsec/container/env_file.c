/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Env files, as Compose reads them: NAME=VALUE or NAME: VALUE, quotes over lines, comments, variables of earlier lines. */
#include <string.h>

#include "container/compose.h"

typedef struct lines {
  ct_arena *arena;
  ct_document *document;
  ct_value *root;
  const char *text;
  size_t length;
  size_t at;
  /* Every value as it stands, quotes and dollars too. */
  int raw;
  const char *(*find)(const void *context, const char *name, size_t length);
  const void *context;
  ctsec_error **err;
  int status;
} lines;

static void fail(lines *l, size_t offset, const char *message) {
  ct_place place = CT_NO_PLACE;
  place.source = l->document->source;
  place.offset = (int64_t)offset;
  ct_document_locate(l->document, offset, &place.line, &place.column);
  l->status = ct_error_at(l->err, CTSEC_E_SYNTAX, &place, "%s", message);
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }
static int is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static int is_name(char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); }

static const char *lookup(const lines *l, const char *name, size_t length) {
  const char *value = l->find(l->context, name, length);
  for (uint32_t i = l->root->count; i-- && !value;) {
    const ct_value *own = &l->root->as.items[i];
    if (own->key_length == length && !memcmp(own->key, name, length)) value = own->as.string;
  }
  return value;
}

/* $NAME and ${NAME}, with :- and - too; what is not known is empty here. */
static void expand(lines *l, ct_buffer *out, const char *text, size_t length, int depth) {
  for (size_t at = 0; at < length && depth < 32;) {
    if (text[at] != '$' || at + 1 == length) {
      ct_buffer_char(out, text[at++]);
      continue;
    }
    int braced = text[at + 1] == '{';
    size_t start = at + 1 + (size_t)braced, end = start;
    if (text[at + 1] == '$') {
      ct_buffer_char(out, '$');
      at += 2;
      continue;
    }
    if (start < length && (is_letter(text[start]) || text[start] == '_'))
      while (end < length && is_name(text[end])) end++;
    size_t close = end;
    if (braced) {
      int open = 1;
      for (close = end; close < length && open; close++) open += text[close] == '{' ? 1 : text[close] == '}' ? -1 : 0;
      if (open) end = start;
    }
    if (end == start) {
      ct_buffer_char(out, text[at++]);
      continue;
    }
    const char *value = lookup(l, text + start, end - start);
    const char *word = text + end;
    size_t size = braced ? close - 1 - end : 0;
    int colon = size && *word == ':';
    if (size > (size_t)colon && word[colon] == '-' && (!value || (colon && !*value)))
      expand(l, out, word + colon + 1, size - (size_t)colon - 1, depth + 1);
    else if (value)
      ct_buffer_text(out, value);
    at = close;
  }
}

static void add(lines *l, size_t key, size_t key_length, size_t offset, size_t end, ct_buffer *value) {
  if (value->length > l->length * 64 + 65536) {
    fail(l, offset, "variables make this value too long");
    return;
  }
  ct_value *grown = ct_arena_grow(l->arena, l->root->as.items, l->root->count, sizeof *grown);
  char *name = ct_arena_copy(l->arena, l->text + key, key_length);
  char *text = value->failed ? NULL : ct_arena_copy(l->arena, value->data ? value->data : "", value->length);
  if (!grown || !name || !text) {
    l->status = ct_error_nomem(l->err);
    return;
  }
  grown[l->root->count] = (ct_value){.kind = CT_STRING,
                                     .quoted = 1,
                                     .offset = (uint32_t)offset,
                                     .end = (uint32_t)end,
                                     .key_offset = (uint32_t)key,
                                     .index = l->root->count,
                                     .parent = l->root,
                                     .key = name,
                                     .key_length = (uint32_t)key_length,
                                     .length = (uint32_t)value->length,
                                     .as.string = text};
  l->root->as.items = grown;
  l->root->count++;
}

static char escaped(char c) {
  static const char from[] = "abfnrtv", to[] = "\a\b\f\n\r\t\v";
  const char *found = strchr(from, c);
  return c && found ? to[found - from] : c;
}

static void read_quoted(lines *l, size_t key, size_t key_length) {
  size_t start = l->at;
  char quote = l->text[start];
  ct_buffer plain, value;
  ct_buffer_init(&plain);
  ct_buffer_init(&value);
  size_t at = start + 1;
  for (; at < l->length && l->text[at] != quote; at++) {
    char c = l->text[at], next = at + 1 < l->length ? l->text[at + 1] : '\0';
    if (c != '\\' || !next) {
      ct_buffer_char(&plain, c);
      continue;
    }
    at++;
    if (next == quote) {
      ct_buffer_char(&plain, next);
    } else if (quote == '"' && next == '$') {
      ct_buffer_text(&plain, "$$");
    } else if (quote == '"' && (next == '\\' || escaped(next) != next)) {
      ct_buffer_char(&plain, escaped(next));
    } else {
      ct_buffer_char(&plain, '\\');
      ct_buffer_char(&plain, next);
    }
  }
  if (at >= l->length) {
    fail(l, start, "a quoted value without end");
  } else {
    l->at = at + 1;
    if (quote == '"')
      expand(l, &value, plain.data ? plain.data : "", plain.length, 0);
    else
      ct_buffer_add(&value, plain.data ? plain.data : "", plain.length);
    if (plain.failed) value.failed = 1;
    add(l, key, key_length, start, l->at, &value);
  }
  ct_buffer_free(&plain);
  ct_buffer_free(&value);
}

static void read_plain(lines *l, size_t key, size_t key_length) {
  size_t start = l->at, end = start, line;
  const char *newline = memchr(l->text + start, '\n', l->length - start);
  line = newline ? (size_t)(newline - l->text) : l->length;
  end = line;
  if (!l->raw) {
    for (size_t i = start; i + 1 < line; i++) {
      if (l->text[i] != ' ' || l->text[i + 1] != '#') continue;
      end = i;
      break;
    }
  }
  while (end > start && is_blank(l->text[end - 1])) end--;
  ct_buffer value;
  ct_buffer_init(&value);
  if (l->raw)
    ct_buffer_add(&value, l->text + start, end - start);
  else
    expand(l, &value, l->text + start, end - start, 0);
  l->at = line;
  add(l, key, key_length, start, end, &value);
  ct_buffer_free(&value);
}

static void read_line(lines *l) {
  static const char export[] = "export";
  const size_t word = sizeof export - 1;
  if (l->length - l->at > word && !memcmp(l->text + l->at, export, word) && is_blank(l->text[l->at + word])) {
    l->at += word;
    while (l->at < l->length && is_blank(l->text[l->at])) l->at++;
  }
  size_t key = l->at, end = key;
  while (end < l->length && l->text[end] != '=' && l->text[end] != '\n' && !(l->text[end] == ':' && !l->raw)) {
    char c = l->text[end];
    if (!is_name(c) && !is_blank(c) && !strchr(".-[]", c) && (unsigned char)c < 0x80) {
      fail(l, end, "a character that no variable's name has");
      return;
    }
    end++;
  }
  int alone = end >= l->length || l->text[end] == '\n';
  size_t after = end;
  while (end > key && is_blank(l->text[end - 1])) end--;
  for (size_t i = key; i < end; i++) {
    if (!is_blank(l->text[i])) continue;
    fail(l, i, "a variable's name holds a blank");
    return;
  }
  if (alone) {
    /* A name alone takes the value that is known outside. */
    l->at = after;
    const char *known = end > key ? lookup(l, l->text + key, end - key) : NULL;
    if (!known) return;
    ct_buffer value;
    ct_buffer_init(&value);
    ct_buffer_text(&value, known);
    add(l, key, end - key, key, end, &value);
    ct_buffer_free(&value);
    return;
  }
  if (end == key) {
    fail(l, key, "a value without a name");
    return;
  }
  l->at = after + 1;
  while (l->at < l->length && is_blank(l->text[l->at])) l->at++;
  if (!l->raw && l->at < l->length && (l->text[l->at] == '"' || l->text[l->at] == '\''))
    read_quoted(l, key, end - key);
  else
    read_plain(l, key, end - key);
}

int ct_env_file_parse(ct_arena *arena, const char *source, const char *text, size_t length, int raw,
                      const char *(*find)(const void *context, const char *name, size_t length), const void *context,
                      const ct_document **document, ctsec_error **err) {
  ct_document *made = ct_arena_alloc(arena, sizeof *made);
  ct_value *root = ct_arena_alloc(arena, sizeof *root);
  char *copy = ct_arena_copy(arena, text, length);
  if (!made || !root || !copy) return ct_error_nomem(err);
  root->kind = CT_OBJECT;
  *made = (ct_document){.source = source, .text = copy, .length = length, .roots = root, .root_count = 1};
  lines l = {.arena = arena, .document = made, .root = root, .text = copy, .length = length, .raw = raw,
             .find = find, .context = context, .err = err};
  if (length >= 3 && !memcmp(copy, "\xef\xbb\xbf", 3)) l.at = 3;
  if (length > INT32_MAX) return ct_error_set(err, CTSEC_E_LIMIT, "the env file is too large");
  if (memchr(copy, '\0', length)) {
    fail(&l, strlen(copy), "a NUL byte in an env file");
    return l.status;
  }
  while (!l.status && l.at < l.length) {
    char c = l.text[l.at];
    if (c == '\n' || is_blank(c)) {
      l.at++;
    } else if (c == '#') {
      while (l.at < l.length && l.text[l.at] != '\n') l.at++;
    } else {
      read_line(&l);
    }
  }
  /* Grown arrays move: what points at an element is set once all are there. */
  root->end = (uint32_t)length;
  if (!l.status) *document = made;
  return l.status;
}
