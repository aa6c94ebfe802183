/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * $NAME, ${NAME}, ${NAME:-default} and the like, as compose-go reads them. A
 * variable that nobody gave is not taken for empty: its value is not known,
 * and what depends on it is marked.
 */
#include <string.h>

#include "container/compose.h"

typedef struct expansion {
  ct_compose *compose;
  const ct_scope *scope;
  const ct_value *value;
  ct_buffer text;
  ct_buffer names;
  int open;
} expansion;

const char *ct_scope_find(const ct_compose *c, const ct_scope *scope, const char *name, size_t length) {
  const char *value = scope ? ct_scope_find(c, scope->outer, name, length) : ct_options_env(c->options, name, length);
  for (uint32_t i = scope ? scope->count : 0; i-- && !value;) {
    const ct_value *root = scope->files[i]->roots;
    for (uint32_t k = root->count; k-- && !value;)
      if (root->as.items[k].key_length == length && !memcmp(root->as.items[k].key, name, length))
        value = root->as.items[k].as.string;
  }
  return value;
}

static int is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static int is_name(char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); }

static size_t name_length(const char *text, size_t length) {
  size_t n = 0;
  if (!length || !(is_letter(*text) || *text == '_')) return 0;
  while (n < length && is_name(text[n])) n++;
  return n;
}

/* The brace that ends what begins at text[1]; the last of the line where they do not pair; 0 for none. */
static size_t closing_brace(const char *text, size_t length) {
  size_t last = 0;
  int depth = 0;
  for (size_t i = 1; i < length && text[i] != '\n'; i++) {
    if (text[i] == '}') {
      last = i;
      if (!--depth) return i;
    } else if (text[i] == '{') {
      depth++;
      /* What follows an opening brace is a name. */
      if (i + 1 < length && text[i + 1] == '}') last = i + 1;
      i++;
    }
  }
  return last;
}

static void missing(expansion *e, const char *name, size_t length) {
  e->open = 1;
  size_t at = 0;
  while (at < e->names.length) {
    size_t size = strlen(e->names.data + at);
    if (size == length && !memcmp(e->names.data + at, name, length)) return;
    at += size + 1;
  }
  ct_buffer_add(&e->names, name, length);
  ct_buffer_char(&e->names, '\0');
}

static void add(expansion *e, const char *text, size_t length) {
  e->compose->bytes += length;
  if (e->compose->bytes > ct_options_limit(e->compose->options, CTSEC_LIMIT_BYTES)) {
    ct_compose_fail(e->compose, CTSEC_E_LIMIT, e->value, "variables make the input larger than the limit");
    return;
  }
  ct_buffer_add(&e->text, text, length);
}

static void expand(expansion *e, const char *text, size_t length, int depth);

static void invalid(expansion *e) {
  ct_compose_fail(e->compose, CTSEC_E_SCHEMA, e->value, "`${` begins no variable here; a plain dollar is written `$$`");
}

/* The inside of ${...} after the name: an operator and its word. */
static void expand_braced(expansion *e, const char *name, size_t size, const char *rest, size_t length, int depth) {
  int colon = length && rest[0] == ':';
  char operator = length > (size_t)colon ? rest[colon] : '\0';
  if (length && operator != '-' && operator != '?' && operator != '+') {
    invalid(e);
    return;
  }
  const char *word = rest + colon + 1;
  size_t word_length = length ? length - (size_t)colon - 1 : 0;
  const char *value = ct_scope_find(e->compose, e->scope, name, size);
  int present = value && (!colon || *value);
  if (length && operator == '-' && !present) {
    expand(e, word, word_length, depth + 1);
  } else if (length && operator == '+' && present) {
    expand(e, word, word_length, depth + 1);
  } else if (length && operator == '?' && value && !present) {
    ct_compose_fail(e->compose, CTSEC_E_SCHEMA, e->value, "the variable %.*s must not be empty: %.*s", (int)size, name,
                    (int)word_length, word);
  } else if (!value) {
    missing(e, name, size);
  } else if (!(length && operator == '+')) {
    add(e, value, strlen(value));
  }
}

static void expand(expansion *e, const char *text, size_t length, int depth) {
  if ((uint64_t)depth > ct_options_limit(e->compose->options, CTSEC_LIMIT_DEPTH)) {
    ct_compose_fail(e->compose, CTSEC_E_LIMIT, e->value, "variables nested deeper than the limit");
    return;
  }
  size_t at = 0;
  while (at < length && !e->compose->status) {
    const char *dollar = memchr(text + at, '$', length - at);
    size_t plain = dollar ? (size_t)(dollar - text) : length;
    add(e, text + at, plain - at);
    if (!dollar) return;
    at = plain + 1;
    size_t left = length - at;
    if (left && text[at] == '$') {
      add(e, "$", 1);
      at++;
    } else if (left && text[at] == '{') {
      size_t close = closing_brace(text + at - 1, left + 1);
      size_t size = name_length(text + at + 1, left - 1);
      if (!close || !size || size + 2 > close) {
        invalid(e);
        return;
      }
      expand_braced(e, text + at + 1, size, text + at + 1 + size, close - size - 2, depth);
      at += close;
    } else {
      size_t size = name_length(text + at, left);
      if (!size) {
        add(e, "$", 1);
        continue;
      }
      const char *value = ct_scope_find(e->compose, e->scope, text + at, size);
      if (value)
        add(e, value, strlen(value));
      else
        missing(e, text + at, size);
      at += size;
    }
  }
}

static void keep_open(expansion *e, ct_compose_file *file, const ct_value *value) {
  ct_open_value *open = ct_compose_array(e->compose, 1, sizeof *open);
  ct_buffer_char(&e->names, '\0');
  char *names = e->names.failed ? NULL : ct_arena_copy(e->compose->arena, e->names.data, e->names.length);
  if (!open || !names) {
    ct_compose_nomem(e->compose);
    return;
  }
  *open = (ct_open_value){file->opens, value->offset, value->as.string, value->length, names};
  file->opens = open;
}

static void expand_text(ct_compose *c, ct_compose_file *file, const ct_scope *scope, ct_value *value) {
  expansion e = {.compose = c, .scope = scope, .value = value};
  ct_buffer_init(&e.text);
  ct_buffer_init(&e.names);
  expand(&e, value->as.string, value->length, 0);
  const char *text = e.text.failed ? NULL : ct_arena_copy(c->arena, e.text.data ? e.text.data : "", e.text.length);
  if (!c->status && !text) ct_compose_nomem(c);
  if (!c->status && e.open) keep_open(&e, file, value);
  if (!c->status) {
    value->as.string = text;
    value->length = (uint32_t)e.text.length;
    value->open = (uint8_t)e.open;
  }
  ct_buffer_free(&e.text);
  ct_buffer_free(&e.names);
}

void ct_compose_variables(ct_compose *c, ct_compose_file *file, const ct_scope *scope, ct_value *value) {
  if (value->kind == CT_STRING) {
    if (memchr(value->as.string, '$', value->length)) expand_text(c, file, scope, value);
  } else if (value->kind == CT_ARRAY || value->kind == CT_OBJECT) {
    for (uint32_t i = 0; i < value->count && !c->status; i++) ct_compose_variables(c, file, scope, &value->as.items[i]);
  }
}

const ct_open_value *ct_compose_open(const ct_compose *c, const ct_value *value) {
  if (!value->open) return NULL;
  const ct_compose_file *file = ct_compose_file_of(c, value);
  for (const ct_open_value *open = file ? file->opens : NULL; open; open = open->next)
    if (open->offset == value->offset) return open;
  return NULL;
}
