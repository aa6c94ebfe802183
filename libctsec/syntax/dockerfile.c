/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/dockerfile.h"

#include <string.h>

#include "base/utf8.h"

typedef struct file {
  ct_arena *arena;
  ct_document *document;
  const char *text;
  size_t length;
  size_t at;
  char escape;
  uint64_t nodes;
  uint64_t most;
  ctsec_error **err;
  int status;
} file;

/* An instruction with its continuations joined; map[i] is the place of character i in the text. */
typedef struct joined {
  char *text;
  uint32_t *map;
  size_t length;
} joined;

/* Members of an instruction, in the order of the header. */
enum { INSTRUCTION, FLAGS, EXEC, PAIRS, WORDS, TEXT, HEREDOCS, MEMBERS };

static void fail(file *f, int code, size_t offset, const char *format, const char *word, size_t length) {
  if (f->status) return;
  ct_place place = {f->document->source, NULL, (int64_t)offset, 0, 0};
  ct_document_locate(f->document, offset, &place.line, &place.column);
  f->status = ct_error_at(f->err, code, &place, format, (int)length, word);
}

static void *allocate(file *f, size_t count, size_t size) {
  void *made = f->status ? NULL : ct_arena_array(f->arena, count, size);
  if (!made && !f->status) f->status = ct_error_nomem(f->err);
  return made;
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static int folds(const char *text, size_t length, const char *word) {
  if (strlen(word) != length) return 0;
  for (size_t i = 0; i < length; i++)
    if (lower(text[i]) != word[i]) return 0;
  return 1;
}

static size_t line_end(const file *f, size_t at) {
  const char *end = memchr(f->text + at, '\n', f->length - at);
  return end ? (size_t)(end - f->text) : f->length;
}

static size_t skip_blanks(const char *text, size_t at, size_t end) {
  while (at < end && is_blank(text[at])) at++;
  return at;
}

/* "# escape=`" and the like stand at the top, before anything else. */
static void read_directives(file *f) {
  unsigned seen = 0;
  static const char names[][7] = {"escape", "syntax", "check"};
  while (f->at < f->length && !f->status) {
    size_t end = line_end(f, f->at), at = skip_blanks(f->text, f->at, end);
    if (at == end || f->text[at] != '#') return;
    at = skip_blanks(f->text, at + 1, end);
    size_t name = at;
    while (at < end && ((lower(f->text[at]) >= 'a' && lower(f->text[at]) <= 'z'))) at++;
    size_t length = at - name;
    at = skip_blanks(f->text, at, end);
    if (!length || at == end || f->text[at] != '=') return;
    int which = -1;
    for (int i = 0; i < 3; i++)
      if (folds(f->text + name, length, names[i])) which = i;
    if (which < 0) return;
    if (seen >> which & 1) {
      fail(f, CTSEC_E_SYNTAX, name, "the directive `%.*s` stands twice", f->text + name, length);
      return;
    }
    seen |= 1u << which;
    at = skip_blanks(f->text, at + 1, end);
    size_t stop = end;
    while (stop > at && is_blank(f->text[stop - 1])) stop--;
    if (!which) {
      if (stop - at != 1 || (f->text[at] != '\\' && f->text[at] != '`')) {
        fail(f, CTSEC_E_SYNTAX, at, "the escape character must be \\ or `, not `%.*s`", f->text + at, stop - at);
        return;
      }
      f->escape = f->text[at];
    }
    f->at = end < f->length ? end + 1 : end;
  }
}

/* Where a line goes on: the offset of its escape character; the line's end where it does not. */
static size_t continuation(const file *f, size_t start, size_t end) {
  size_t at = end;
  while (at > start && is_blank(f->text[at - 1])) at--;
  return at > start && f->text[at - 1] == f->escape ? at - 1 : end;
}

/* Joins the lines of one instruction; comments and empty lines between them are left out. */
static int join(file *f, joined *line) {
  size_t most = f->length - f->at, start = f->at;
  /* How far it can reach at most, so that no more is taken than it needs. */
  size_t probe = f->at;
  while (probe < f->length) {
    size_t end = line_end(f, probe), at = skip_blanks(f->text, probe, end);
    int skipped = probe > start && (at == end || f->text[at] == '#');
    probe = end < f->length ? end + 1 : end;
    if (!skipped && continuation(f, at, end) == end) break;
  }
  most = probe - start;
  line->text = allocate(f, most + 1, 1);
  line->map = allocate(f, most + 1, sizeof *line->map);
  line->length = 0;
  if (!line->text || !line->map) return 0;
  int more = 1;
  while (more && f->at < f->length) {
    size_t end = line_end(f, f->at), at = f->at, first = skip_blanks(f->text, f->at, end);
    f->at = end < f->length ? end + 1 : end;
    if (line->length && (first == end || f->text[first] == '#')) continue;
    size_t stop = continuation(f, first, end);
    more = stop != end;
    if (!line->length) at = first;
    for (; at < stop; at++) {
      if (f->text[at] == '\r' && at + 1 == stop) continue;
      line->map[line->length] = (uint32_t)at;
      line->text[line->length++] = f->text[at];
    }
  }
  line->map[line->length] = (uint32_t)(line->length ? line->map[line->length - 1] + 1 : start);
  while (line->length && is_blank(line->text[line->length - 1])) line->length--;
  return 1;
}

static void set_place(ct_value *value, const joined *line, size_t from, size_t to) {
  value->offset = line->map[from];
  value->end = to > from ? line->map[to - 1] + 1 : value->offset;
}

static void set_string(file *f, ct_value *value, const char *text, size_t length) {
  value->kind = CT_STRING;
  value->as.string = f->status ? NULL : ct_arena_copy(f->arena, text, length);
  value->length = (uint32_t)length;
  if (!value->as.string && !f->status) f->status = ct_error_nomem(f->err);
}

/* A place for one more item of an array. */
static ct_value *append(file *f, ct_value *array) {
  if (f->status) return NULL;
  if (++f->nodes > f->most) {
    fail(f, CTSEC_E_LIMIT, array->offset, "more values than the limit%.*s", "", 0);
    return NULL;
  }
  ct_value *grown = ct_arena_grow(f->arena, array->as.items, array->count, sizeof *grown);
  if (!grown) {
    f->status = ct_error_nomem(f->err);
    return NULL;
  }
  array->as.items = grown;
  ct_value *item = &grown[array->count];
  memset(item, 0, sizeof *item);
  item->index = array->count++;
  return item;
}

static void append_part(file *f, ct_value *array, const joined *line, size_t from, size_t to) {
  ct_value *item = append(f, array);
  if (!item) return;
  set_string(f, item, line->text + from, to - from);
  set_place(item, line, from, to);
}

/* The four digits of \uXXXX, from its u on. */
static int read_escape(const joined *line, size_t at, uint32_t *point) {
  if (line->length - at < 5 || line->text[at] != 'u') return 0;
  *point = 0;
  for (size_t k = 1; k < 5; k++) {
    char d = lower(line->text[at + k]);
    if ((d < '0' || d > '9') && (d < 'a' || d > 'f')) return 0;
    *point = *point * 16 + (uint32_t)(d <= '9' ? d - '0' : d - 'a' + 10);
  }
  return 1;
}

/* One JSON string at line->text[*at]; 0 where it is none. */
static int read_json_string(file *f, const joined *line, size_t *at, ct_value *array) {
  size_t from = *at, i = from + 1;
  ct_buffer text;
  ct_buffer_init(&text);
  int fine = 0;
  while (i < line->length) {
    char c = line->text[i++];
    if (c == '"') {
      fine = 1;
      break;
    }
    if ((unsigned char)c < 0x20) break;
    if (c != '\\') {
      ct_buffer_char(&text, c);
      continue;
    }
    static const char letters[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    if (i == line->length) break;
    const char *letter = strchr(letters, line->text[i]);
    if (letter && *letter) {
      ct_buffer_char(&text, meaning[letter - letters]);
      i++;
      continue;
    }
    uint32_t point, low;
    if (!read_escape(line, i, &point)) break;
    i += 5;
    if (point - 0xd800 < 0x400 && i < line->length && line->text[i] == '\\' && read_escape(line, i + 1, &low) &&
        low - 0xdc00 < 0x400) {
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      i += 6;
    }
    /* Half of a pair is no character. */
    if (point - 0xd800 < 0x800) point = 0xfffd;
    if (point < 0x80) {
      ct_buffer_char(&text, (char)point);
      continue;
    }
    int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    ct_buffer_char(&text, (char)(0xf0u << (3 - more) | point >> 6 * more));
    while (more--) ct_buffer_char(&text, (char)(0x80 | (point >> 6 * more & 63)));
  }
  ct_value *item = fine ? append(f, array) : NULL;
  if (item) {
    set_string(f, item, text.data ? text.data : "", text.length);
    set_place(item, line, from, i);
  }
  if (text.failed && !f->status) f->status = ct_error_nomem(f->err);
  ct_buffer_free(&text);
  *at = i;
  return item != NULL;
}

/* ["a", "b"]; 0 where it is no such array: then it is for a shell. */
static int read_exec(file *f, const joined *line, size_t at, ct_value *array) {
  if (at == line->length || line->text[at] != '[') return 0;
  at = skip_blanks(line->text, at + 1, line->length);
  int any = 0;
  while (at < line->length && !f->status) {
    if (line->text[at] == ']' && !any) return skip_blanks(line->text, at + 1, line->length) == line->length;
    if (line->text[at] != '"' || !read_json_string(f, line, &at, array)) return 0;
    any = 1;
    at = skip_blanks(line->text, at, line->length);
    if (at == line->length) return 0;
    if (line->text[at] == ']') return skip_blanks(line->text, at + 1, line->length) == line->length;
    if (line->text[at] != ',') return 0;
    at = skip_blanks(line->text, at + 1, line->length);
  }
  return 0;
}

/* The end of a word: blanks inside quotes belong to it. */
static size_t word_end(const file *f, const joined *line, size_t at) {
  char quote = 0;
  for (; at < line->length; at++) {
    char c = line->text[at];
    if (c == f->escape && at + 1 < line->length && quote != '\'') {
      at++;
      continue;
    }
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (is_blank(c)) {
      break;
    }
  }
  return at;
}

static void read_words(file *f, const joined *line, size_t at, ct_value *array) {
  while ((at = skip_blanks(line->text, at, line->length)) < line->length && !f->status) {
    size_t end = at;
    while (end < line->length && !is_blank(line->text[end])) end++;
    append_part(f, array, line, at, end);
    at = end;
  }
}

/* A word without its quotes and escapes. */
static void append_unquoted(file *f, ct_value *array, const joined *line, size_t from, size_t to) {
  ct_value *item = append(f, array);
  char *text = item ? allocate(f, to - from + 1, 1) : NULL;
  if (!text) return;
  size_t used = 0;
  char quote = 0;
  for (size_t i = from; i < to; i++) {
    char c = line->text[i];
    if (c == f->escape && i + 1 < to && quote != '\'') {
      char next = line->text[i + 1];
      if (quote && next != '"' && next != f->escape && next != '$') text[used++] = c;
      text[used++] = next;
      i++;
    } else if (quote && c == quote) {
      quote = 0;
    } else if (!quote && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      text[used++] = c;
    }
  }
  item->kind = CT_STRING;
  item->as.string = text;
  item->length = (uint32_t)used;
  set_place(item, line, from, to);
}

/* NAME=VALUE...; of ENV and LABEL also the old form NAME VALUE. */
static void read_pairs(file *f, const joined *line, size_t at, int may_be_old, ct_value *array) {
  size_t first = at, end = word_end(f, line, at);
  int old = may_be_old && !memchr(line->text + first, '=', end - first);
  if (old) {
    size_t value = skip_blanks(line->text, end, line->length);
    ct_value *item = append(f, array);
    char *text = item ? allocate(f, line->length - first + 2, 1) : NULL;
    if (!text) return;
    memcpy(text, line->text + first, end - first);
    text[end - first] = '=';
    memcpy(text + (end - first) + 1, line->text + value, line->length - value);
    item->kind = CT_STRING;
    item->as.string = text;
    item->length = (uint32_t)(end - first + 1 + line->length - value);
    set_place(item, line, first, line->length);
    if (value == line->length) fail(f, CTSEC_E_SYNTAX, line->map[first], "`%.*s` has no value", line->text + first, end - first);
    return;
  }
  while ((at = skip_blanks(line->text, at, line->length)) < line->length && !f->status) {
    end = word_end(f, line, at);
    if (may_be_old && !memchr(line->text + at, '=', end - at)) {
      fail(f, CTSEC_E_SYNTAX, line->map[at], "`%.*s` is no NAME=VALUE", line->text + at, end - at);
      return;
    }
    append_unquoted(f, array, line, at, end);
    at = end;
  }
}

/* <<EOF, <<-"EOF": the name of a here-document that a word begins; 0 where it begins none. */
static int heredoc_name(const joined *line, size_t at, const char **name, size_t *length, int *tabs) {
  if (line->length - at < 3 || line->text[at] != '<' || line->text[at + 1] != '<') return 0;
  at += 2;
  *tabs = line->text[at] == '-';
  if (*tabs) at++;
  char quote = at < line->length && (line->text[at] == '"' || line->text[at] == '\'') ? line->text[at++] : 0;
  size_t start = at;
  while (at < line->length) {
    char c = line->text[at];
    if (!((lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-')) break;
    at++;
  }
  if (at == start || (line->text[start] >= '0' && line->text[start] <= '9') || (quote && (at == line->length || line->text[at] != quote))) return 0;
  *name = line->text + start;
  *length = at - start;
  return 1;
}

static void read_heredoc(file *f, const joined *line, size_t place, const char *name, size_t length, int tabs, ct_value *array) {
  size_t start = f->at;
  for (;;) {
    if (f->at >= f->length) {
      fail(f, CTSEC_E_SYNTAX, line->map[place], "the here-document `%.*s` has no end", name, length);
      return;
    }
    size_t at = f->at, end = line_end(f, at), stop = end;
    f->at = end < f->length ? end + 1 : end;
    while (tabs && at < end && f->text[at] == '\t') at++;
    if (stop > at && f->text[stop - 1] == '\r') stop--;
    if (stop - at != length || memcmp(f->text + at, name, length)) continue;
    ct_value *item = append(f, array);
    if (!item) return;
    size_t body = end - (end - at);
    while (tabs && body > start && f->text[body - 1] == '\t') body--;
    set_string(f, item, f->text + start, body - start);
    item->offset = (uint32_t)start;
    item->end = (uint32_t)body;
    return;
  }
}

/* Outside quotes only: `echo "<<EOF"` begins none. */
static void read_heredocs(file *f, const joined *line, size_t at, ct_value *array) {
  char quote = 0;
  for (; at < line->length && !f->status; at++) {
    char c = line->text[at];
    const char *name;
    size_t length;
    int tabs;
    if (c == f->escape && quote != '\'') {
      at++;
    } else if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '<' && (!at || line->text[at - 1] != '<') && heredoc_name(line, at, &name, &length, &tabs)) {
      read_heredoc(f, line, at, name, length, tabs, array);
      at += 2;
    }
  }
}

typedef struct form {
  char name[13];
  /* Takes flags; a JSON array; pairs (2: the old form too); here-documents; no arguments are needed. */
  uint8_t flags, exec, pairs, heredocs, empty;
} form;

static const form forms[] = {
    {"add", 1, 1, 0, 1, 0},     {"arg", 0, 0, 1, 0, 0},         {"cmd", 0, 1, 0, 0, 1},     {"copy", 1, 1, 0, 1, 0},
    {"entrypoint", 0, 1, 0, 0, 1}, {"env", 0, 0, 2, 0, 0},      {"expose", 0, 0, 0, 0, 0},  {"from", 1, 0, 0, 0, 0},
    {"healthcheck", 1, 0, 0, 0, 0}, {"label", 0, 0, 2, 0, 0},   {"maintainer", 0, 0, 0, 0, 0}, {"onbuild", 0, 0, 0, 0, 0},
    {"run", 1, 1, 0, 1, 0},     {"shell", 0, 1, 0, 0, 0},       {"stopsignal", 0, 0, 0, 0, 0}, {"user", 0, 0, 0, 0, 0},
    {"volume", 0, 1, 0, 0, 0},  {"workdir", 0, 0, 0, 0, 0},
};

static const form *find_form(const char *text, size_t length) {
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (folds(text, length, forms[i].name)) return &forms[i];
  return NULL;
}

static size_t read_flags(file *f, const joined *line, size_t at, ct_value *array) {
  while (at + 2 < line->length && line->text[at] == '-' && line->text[at + 1] == '-' && !is_blank(line->text[at + 2])) {
    size_t end = word_end(f, line, at);
    append_part(f, array, line, at + 2, end);
    at = skip_blanks(line->text, end, line->length);
  }
  return at;
}

static void read_instruction(file *f, ct_value *root) {
  static const char keys[MEMBERS][12] = {"instruction", "flags", "exec", "pairs", "words", "text", "heredocs"};
  joined line;
  if (!join(f, &line)) return;
  size_t name = 0;
  while (name < line.length && !is_blank(line.text[name])) name++;
  const form *shape = find_form(line.text, name);
  if (!shape) {
    fail(f, CTSEC_E_SYNTAX, line.map[0], "`%.*s` is no instruction of a Dockerfile", line.text, name < 40 ? name : 40);
    return;
  }
  ct_value *made = append(f, root);
  ct_value *members = made ? allocate(f, MEMBERS, sizeof *members) : NULL;
  if (!members) return;
  made->kind = CT_OBJECT;
  made->count = MEMBERS;
  made->as.items = members;
  set_place(made, &line, 0, line.length);
  size_t at = skip_blanks(line.text, name, line.length);
  for (int i = 0; i < MEMBERS; i++) {
    members[i].kind = i == INSTRUCTION || i == TEXT ? CT_STRING : CT_ARRAY;
    members[i].index = (uint32_t)i;
    members[i].key = keys[i];
    members[i].key_length = (uint32_t)strlen(keys[i]);
    set_place(&members[i], &line, at < line.length ? at : 0, line.length);
  }
  char *upper = allocate(f, name + 1, 1);
  for (size_t i = 0; upper && i < name; i++) upper[i] = (char)(lower(line.text[i]) - 32);
  members[INSTRUCTION].as.string = upper;
  members[INSTRUCTION].length = (uint32_t)name;
  set_place(&members[INSTRUCTION], &line, 0, name);
  if (at == line.length && !shape->empty) {
    fail(f, CTSEC_E_SYNTAX, line.map[0], "%.*s needs an argument", upper ? upper : "", upper ? name : 0);
    return;
  }
  if (shape->flags) at = read_flags(f, &line, at, &members[FLAGS]);
  set_string(f, &members[TEXT], line.text + at, line.length - at);
  set_place(&members[TEXT], &line, at < line.length ? at : 0, line.length);
  /* Here-documents follow the line, whatever its arguments are. */
  if (shape->heredocs) read_heredocs(f, &line, at, &members[HEREDOCS]);
  if (shape->pairs) {
    read_pairs(f, &line, at, shape->pairs == 2, &members[PAIRS]);
    return;
  }
  if (shape->exec && read_exec(f, &line, at, &members[EXEC])) {
    members[EXEC].boolean = 1;
    return;
  }
  members[EXEC].count = 0;
  read_words(f, &line, at, &members[WORDS]);
}

static void check_order(file *f, const ct_value *root) {
  for (uint32_t i = 0; i < root->count && !f->status; i++) {
    const ct_value *name = &root->as.items[i].as.items[INSTRUCTION];
    if (ct_value_equals(name, "FROM")) return;
    if (!ct_value_equals(name, "ARG"))
      fail(f, CTSEC_E_SYNTAX, name->offset, "%.*s stands before the first FROM", name->as.string, name->length);
  }
  fail(f, CTSEC_E_SYNTAX, 0, "no FROM: this describes no image%.*s", "", 0);
}

/* Arrays have moved while they grew. */
static void set_parents(ct_value *root) {
  for (uint32_t i = 0; i < root->count; i++) {
    ct_value *instruction = &root->as.items[i];
    instruction->parent = root;
    for (uint32_t k = 0; k < instruction->count; k++) {
      ct_value *member = &instruction->as.items[k];
      member->parent = instruction;
      for (uint32_t n = 0; member->kind == CT_ARRAY && n < member->count; n++) member->as.items[n].parent = member;
    }
  }
}

int ct_dockerfile_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                        const ct_document **document, ctsec_error **err) {
  int large = ct_options_check_bytes(options, length, 0, err);
  if (large) return large;
  const char *source = ct_options_source(options);
  ct_document *made = ct_arena_alloc(arena, sizeof *made);
  ct_value *root = ct_arena_alloc(arena, sizeof *root);
  const char *copy = ct_arena_copy(arena, text ? text : "", length);
  if (source) source = ct_arena_string(arena, source);
  if (!made || !root || !copy || (ct_options_source(options) && !source)) return ct_error_nomem(err);
  *made = (ct_document){source, copy, length, root, 1, 0, NULL};
  file f = {.arena = arena, .document = made, .text = copy, .length = length, .escape = '\\', .err = err,
            .most = ct_options_limit(options, CTSEC_LIMIT_NODES)};
  root->kind = CT_ARRAY;
  root->end = (uint32_t)length;
  const char *nul = memchr(copy, '\0', length);
  if (nul) fail(&f, CTSEC_E_SYNTAX, (size_t)(nul - copy), "a NUL byte%.*s", "", 0);
  if (length >= 3 && !memcmp(copy, "\xef\xbb\xbf", 3)) f.at = 3;
  read_directives(&f);
  while (f.at < f.length && !f.status) {
    size_t end = line_end(&f, f.at), at = skip_blanks(f.text, f.at, end);
    if (at == end || f.text[at] == '#')
      f.at = end < f.length ? end + 1 : end;
    else
      read_instruction(&f, root);
  }
  if (!f.status) check_order(&f, root);
  if (f.status) return f.status;
  set_parents(root);
  *document = made;
  return 0;
}

static int has_end(const char *text, size_t length, const char *end) {
  size_t n = strlen(end);
  return length >= n && folds(text + length - n, n, end);
}

int ct_is_dockerfile(const char *text, size_t length, const char *name) {
  if (name) {
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    size_t n = strlen(base);
    if (folds(base, n, "dockerfile") || folds(base, n, "containerfile") || has_end(base, n, ".dockerfile") ||
        has_end(base, n, ".containerfile") || (n > 11 && folds(base, 11, "dockerfile.")) || (n > 14 && folds(base, 14, "containerfile.")))
      return 1;
  }
  size_t at = length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
  while (at < length) {
    const char *stop = memchr(text + at, '\n', length - at);
    size_t end = stop ? (size_t)(stop - text) : length, word = skip_blanks(text, at, end), after = word;
    at = end + 1;
    if (word == end || text[word] == '#') continue;
    while (after < end && !is_blank(text[after])) after++;
    int from = folds(text + word, after - word, "from"), argument = folds(text + word, after - word, "arg");
    after = skip_blanks(text, after, end);
    /* "from x import y" begins something else. */
    if (from && memmem(text + after, end - after, " import ", 8)) return 0;
    if (from || !argument) return from && after < end;
  }
  return 0;
}
