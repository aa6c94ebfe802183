/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/argv.h"

#include <stdlib.h>
#include <string.h>

/* Text that is read: all of it, a here-document (which begins at `base` of it), or a word (whose bytes come from `places`). */
typedef struct scope {
  const char *text;
  size_t length;
  size_t base;
  const uint32_t *places;
} scope;

typedef struct word {
  size_t offset;
  size_t end;
  const char *text;
  size_t length;
  uint8_t open;
  uint8_t splits;
  /* Only digits, as they stand there. */
  uint8_t number;
  /* Of each of its bytes, where it may be several words of a text; NULL elsewhere. */
  const uint32_t *places;
  /* Of a text that is kept: the word that it is a part of. */
  const struct word *within;
  struct word *next;
} word;

/* The text of a here-document. */
typedef struct here_text {
  scope body;
  struct here_text *next;
} here_text;

typedef struct command {
  size_t offset;
  size_t end;
  uint32_t count;
  uint32_t depth;
  /* CT_COMMAND_TEXT */
  int is_text;
  word *first;
  word **last;
  here_text *documents;
  struct command *next;
} command;

typedef struct heredoc {
  const char *delimiter;
  size_t length;
  int strip_tabs;
  command *owner;
  struct heredoc *next;
} heredoc;

typedef struct shell {
  ct_arena *arena;
  const char *source;
  /* What places count from. */
  const char *whole;
  size_t whole_length;
  const char *text;
  size_t length;
  size_t base;
  const uint32_t *places;
  size_t at;
  /* Of the bytes of the word that is read. */
  ct_buffer from;
  uint64_t nodes;
  uint64_t node_limit;
  uint64_t depth;
  uint64_t depth_limit;
  /* Texts within texts. */
  uint64_t inner;
  command *commands;
  command **last;
  uint32_t count;
  heredoc *heredocs;
  ctsec_error **err;
  int status;
} shell;

static size_t place_of(const shell *sh, size_t offset) {
  if (!sh->places) return sh->base + offset;
  return offset < sh->length ? sh->places[offset] : sh->length ? (size_t)sh->places[sh->length - 1] + 1 : sh->base;
}

static int fail(shell *sh, int code, size_t offset, const char *message) {
  if (sh->status) return 0;
  ct_document document = {sh->source, sh->whole, sh->whole_length, NULL, 0, 0, NULL};
  ct_place place = CT_NO_PLACE;
  place.source = sh->source;
  offset = place_of(sh, offset);
  place.offset = (int64_t)offset;
  ct_document_locate(&document, offset, &place.line, &place.column);
  sh->status = code == CTSEC_E_NOMEM ? ct_error_nomem(sh->err) : ct_error_at(sh->err, code, &place, "%s", message);
  return 0;
}

static int out_of_memory(shell *sh) { return fail(sh, CTSEC_E_NOMEM, 0, ""); }

static int count_node(shell *sh) {
  return ++sh->nodes <= sh->node_limit ? 1 : fail(sh, CTSEC_E_LIMIT, sh->at, "too many words");
}

static int is_name(char c, int first) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static int peek(const shell *sh, size_t ahead) {
  return sh->at + ahead < sh->length ? (unsigned char)sh->text[sh->at + ahead] : -1;
}

static int parse_commands(shell *sh, char end);

/* Bytes of the text, from an offset, become part of a word. */
static void take(shell *sh, ct_buffer *out, size_t offset, size_t count) {
  ct_buffer_add(out, sh->text + offset, count);
  for (; count; count--) {
    uint32_t place = (uint32_t)place_of(sh, offset++);
    ct_buffer_add(&sh->from, (const char *)&place, sizeof place);
  }
}

/* Between single quotes: everything is itself. */
static int single_quotes(shell *sh, ct_buffer *out) {
  size_t start = sh->at++;
  const char *end = memchr(sh->text + sh->at, '\'', sh->length - sh->at);
  if (!end) return fail(sh, CTSEC_E_SYNTAX, start, "a single quote without end");
  take(sh, out, sh->at, (size_t)(end - sh->text) - sh->at);
  sh->at = (size_t)(end - sh->text) + 1;
  return 1;
}

/* ${...} or $((...)), nested; kept as written. */
static int expansion(shell *sh, char opening, char closing, const char *complaint) {
  size_t start = sh->at - 1, depth = 0;
  for (; sh->at < sh->length; sh->at++) {
    char c = sh->text[sh->at];
    if (c == '\\' && opening == '{') sh->at++;
    else if (c == opening) depth++;
    else if (c == closing && !--depth) {
      sh->at++;
      return 1;
    }
  }
  return fail(sh, CTSEC_E_SYNTAX, start, complaint);
}

static int substitution(shell *sh, char end, const char *complaint) {
  size_t start = sh->at - 1;
  if (++sh->depth > sh->depth_limit) return fail(sh, CTSEC_E_LIMIT, start, "commands are nested too deeply");
  /* Here-documents of the outer line are read by the outer line. */
  heredoc *waiting = sh->heredocs;
  sh->heredocs = NULL;
  int good = parse_commands(sh, end);
  sh->heredocs = waiting;
  sh->depth--;
  if (!good) return 0;
  if (sh->at >= sh->length) return fail(sh, CTSEC_E_SYNTAX, start, complaint);
  sh->at++;
  return 1;
}

/* At `$`. Adds what stands there to out and says whether it was an expansion. */
static int dollar(shell *sh, ct_buffer *out, int *open) {
  size_t start = sh->at;
  int next = peek(sh, 1);
  sh->at++;
  if (next == '{') {
    if (!expansion(sh, '{', '}', "${ without }")) return 0;
  } else if (next == '(' && peek(sh, 1) == '(') {
    if (!expansion(sh, '(', ')', "$(( without ))")) return 0;
  } else if (next == '(') {
    sh->at++;
    if (!substitution(sh, ')', "$( without )")) return 0;
  } else if (next >= 0 && is_name((char)next, 1)) {
    while (sh->at < sh->length && is_name(sh->text[sh->at], 0)) sh->at++;
  } else if (next >= 0 && (strchr("@*#?-$!", next) ? next != 0 : next >= '0' && next <= '9')) {
    sh->at++;
  } else {
    take(sh, out, start, 1);
    return 1;
  }
  *open = 1;
  take(sh, out, start, sh->at - start);
  return 1;
}

static int backquotes(shell *sh, ct_buffer *out, int *open) {
  size_t start = sh->at++;
  if (!substitution(sh, '`', "a backquote without end")) return 0;
  *open = 1;
  take(sh, out, start, sh->at - start);
  return 1;
}

static int double_quotes(shell *sh, ct_buffer *out, int *open) {
  size_t start = sh->at++;
  while (sh->at < sh->length) {
    char c = sh->text[sh->at];
    if (c == '"') {
      sh->at++;
      return 1;
    }
    if (c == '$') {
      if (!dollar(sh, out, open)) return 0;
    } else if (c == '`') {
      if (!backquotes(sh, out, open)) return 0;
    } else if (c == '\\' && sh->at + 1 < sh->length) {
      char next = sh->text[sh->at + 1];
      if (next != '\n') {
        int both = !strchr("$`\"\\", next) || !next;
        take(sh, out, sh->at + (both ? 0 : 1), both ? 2 : 1);
      }
      sh->at += 2;
    } else {
      take(sh, out, sh->at++, 1);
    }
  }
  return fail(sh, CTSEC_E_SYNTAX, start, "a double quote without end");
}

static int is_operator(char c) { return c && strchr(";&|()<>\n", c) != NULL; }

/* One word, or NULL where there is none or it failed. `end` closes a substitution. */
static word *parse_word(shell *sh, char end) {
  size_t start = sh->at;
  ct_buffer out, outer = sh->from;
  ct_buffer_init(&out);
  ct_buffer_init(&sh->from);
  int open = 0, splits = 0, number = 1, good = 1;
  while (good && sh->at < sh->length) {
    char c = sh->text[sh->at];
    if (is_blank(c) || is_operator(c) || c == end) break;
    number &= c >= '0' && c <= '9';
    if (c == '\'') {
      good = single_quotes(sh, &out);
    } else if (c == '"') {
      good = double_quotes(sh, &out, &open);
    } else if (c == '$') {
      good = dollar(sh, &out, &open);
      splits |= open;
    } else if (c == '`') {
      good = backquotes(sh, &out, &open);
      splits = 1;
    } else if (c == '\\') {
      if (peek(sh, 1) == '\n') {
        sh->at += 2;
      } else if (peek(sh, 1) == '\r' && peek(sh, 2) == '\n') {
        sh->at += 3;
      } else {
        if (sh->at + 1 < sh->length) take(sh, &out, sh->at + 1, 1);
        sh->at += sh->at + 1 < sh->length ? 2 : 1;
      }
    } else {
      if (c == '*' || c == '?' || c == '[' || (c == '~' && sh->at == start)) open = 1;
      take(sh, &out, sh->at++, 1);
    }
  }
  word *made = NULL;
  if (good && count_node(sh)) {
    made = ct_arena_alloc(sh->arena, sizeof *made);
    const char *copy = ct_arena_copy(sh->arena, out.data, out.length);
    const char *places = NULL;
    /* It may be a text of commands. */
    int text = copy && copy[strcspn(copy, " \n\t")];
    if (text) places = ct_arena_array(sh->arena, out.length, sizeof(uint32_t));
    if (out.failed || sh->from.failed || !made || !copy || (text && !places)) {
      made = NULL;
      out_of_memory(sh);
    } else {
      made->offset = place_of(sh, start);
      made->end = sh->at > start ? place_of(sh, sh->at - 1) + 1 : made->offset;
      made->text = copy;
      made->length = out.length;
      made->open = open != 0;
      made->splits = splits || (open && (strstr(copy, "$@") || strstr(copy, "[@]")));
      made->number = number && sh->at > start;
      if (text) made->places = memcpy((void *)places, sh->from.data, sh->from.length);
    }
  }
  ct_buffer_free(&out);
  ct_buffer_free(&sh->from);
  sh->from = outer;
  return made;
}

static int add_document(shell *sh, command *owner, size_t start, size_t stop) {
  if (!owner || start >= stop) return 1;
  here_text *made = ct_arena_alloc(sh->arena, sizeof *made);
  if (!made) return out_of_memory(sh);
  made->body = (scope){sh->text + start, stop - start, sh->base + (sh->places ? 0 : start), sh->places ? sh->places + start : NULL};
  made->next = owner->documents;
  owner->documents = made;
  return 1;
}

/* After a newline: skips the bodies of here-documents that its line began. */
static int skip_heredocs(shell *sh) {
  for (heredoc *here = sh->heredocs; here; here = here->next) {
    size_t start = sh->at, stop;
    for (;;) {
      stop = sh->at;
      if (sh->at >= sh->length) return fail(sh, CTSEC_E_SYNTAX, start, "a here-document without end");
      const char *line = sh->text + sh->at;
      const char *newline = memchr(line, '\n', sh->length - sh->at);
      size_t size = newline ? (size_t)(newline - line) : sh->length - sh->at;
      sh->at += size + (newline ? 1 : 0);
      if (size && line[size - 1] == '\r') size--;
      while (here->strip_tabs && size && *line == '\t') line++, size--;
      if (size == here->length && !memcmp(line, here->delimiter, size)) break;
    }
    if (!add_document(sh, here->owner, start, stop)) return 0;
  }
  sh->heredocs = NULL;
  return 1;
}

/* At < or >. The operator and its word are no part of the command. */
static int redirection(shell *sh, char end, command *owner) {
  size_t start = sh->at;
  int here = peek(sh, 0) == '<' && peek(sh, 1) == '<' && peek(sh, 2) != '<';
  while (peek(sh, 0) == '<' || peek(sh, 0) == '>' || peek(sh, 0) == '&' || peek(sh, 0) == '|') sh->at++;
  int strip = here && peek(sh, 0) == '-';
  if (strip) sh->at++;
  while (sh->at < sh->length && is_blank(sh->text[sh->at])) sh->at++;
  /* <(...) and >(...) hold commands. */
  if (peek(sh, 0) == '(' && sh->at == start + 1) {
    sh->at++;
    return substitution(sh, ')', "<( without )");
  }
  word *target = parse_word(sh, end);
  if (!target) return 0;
  if (!here) return 1;
  heredoc *made = ct_arena_alloc(sh->arena, sizeof *made);
  if (!made) return out_of_memory(sh);
  made->delimiter = target->text;
  made->length = target->length;
  made->strip_tabs = strip;
  made->owner = owner;
  heredoc **last = &sh->heredocs;
  while (*last) last = &(*last)->next;
  *last = made;
  return 1;
}

static int add_word(shell *sh, command **current, word *made) {
  if (!*current) {
    command *fresh = ct_arena_alloc(sh->arena, sizeof *fresh);
    if (!fresh) return out_of_memory(sh);
    fresh->offset = made->offset;
    fresh->depth = (uint32_t)sh->inner;
    fresh->last = &fresh->first;
    *sh->last = fresh;
    sh->last = &fresh->next;
    sh->count++;
    *current = fresh;
  }
  command *here = *current;
  *here->last = made;
  here->last = &made->next;
  here->count++;
  here->end = made->end;
  return 1;
}

/* A number directly before < or > names a descriptor and is no word. */
static int is_descriptor(const shell *sh, const word *made) {
  return made->number && sh->at < sh->length && (sh->text[sh->at] == '<' || sh->text[sh->at] == '>');
}

/* Until `end` (not taken) or, for 0, the end of the text. */
static int parse_commands(shell *sh, char end) {
  command *current = NULL;
  while (sh->at < sh->length) {
    char c = sh->text[sh->at];
    if (end && c == end) return 1;
    if (is_blank(c)) {
      sh->at++;
    } else if (c == '\\' && (peek(sh, 1) == '\n' || (peek(sh, 1) == '\r' && peek(sh, 2) == '\n'))) {
      sh->at += peek(sh, 1) == '\n' ? 2 : 3;
    } else if (c == '#') {
      while (sh->at < sh->length && sh->text[sh->at] != '\n') sh->at++;
    } else if (c == '\n') {
      sh->at++;
      current = NULL;
      if (!skip_heredocs(sh)) return 0;
    } else if (c == '<' || c == '>') {
      if (!redirection(sh, end, current)) return 0;
    } else if (c == '(') {
      sh->at++;
      current = NULL;
      if (!substitution(sh, ')', "( without )")) return 0;
    } else if (is_operator(c)) {
      sh->at++;
      current = NULL;
    } else {
      /* A command inside the first word begins after the one it stands in: the order is that of beginnings. */
      word *made = parse_word(sh, end);
      if (!made) return 0;
      if (!is_descriptor(sh, made) && !add_word(sh, &current, made)) return 0;
    }
  }
  return 1;
}

/* A text that is not read, as a command of one word: the name of what it was given to. */
static int keep_text(shell *sh, const scope *body, const command *from, const word *within) {
  size_t at = ct_commands_find(body->text, body->length);
  if (at >= body->length) return 1;
  word *made = ct_arena_alloc(sh->arena, sizeof *made);
  if (!made) return out_of_memory(sh);
  *made = *from->first;
  made->offset = body->places ? body->places[at] : body->base + at;
  made->end = made->offset + 1;
  made->next = NULL;
  made->within = within;
  command *current = NULL;
  if (!add_word(sh, &current, made)) return 0;
  current->is_text = 1;
  return 1;
}

/* The commands of a text go behind all others; one that is broken is not read from there on. */
static int read_text(shell *sh, const scope *body, const command *from) {
  if (sh->inner + 1 > sh->depth_limit) return fail(sh, CTSEC_E_LIMIT, 0, "commands are nested too deeply");
  const shell outer = *sh;
  ctsec_error *error = NULL;
  sh->text = body->text;
  sh->length = body->length;
  sh->base = body->base;
  sh->places = body->places;
  sh->at = 0;
  sh->inner = from->depth + 1;
  sh->err = &error;
  int good = parse_commands(sh, '\0') && skip_heredocs(sh);
  int status = sh->status;
  const shell inner = *sh;
  *sh = outer;
  sh->nodes = inner.nodes;
  sh->last = inner.last;
  sh->count = inner.count;
  if (good) return 1;
  if (status != CTSEC_E_SYNTAX) {
    sh->status = status;
    if (sh->err)
      *sh->err = error;
    else
      ctsec_error_free(error);
    return 0;
  }
  ctsec_error_free(error);
  return keep_text(sh, body, from, NULL);
}

/* Words and here-documents of a command that are commands themselves. */
static int read_texts(shell *sh, const command *from) {
  ct_runs runs = CT_RUNS_NOTHING;
  int first = 1, dash_c = 0, operand = 0, given = 0;
  for (const word *one = from->first; one; one = one->next) {
    const ct_runs kind = ct_commands_runs(one->text, one->length);
    if (first || runs == CT_RUNS_PROGRAM || (runs == CT_RUNS_TEXT && (kind == CT_RUNS_SHELL || kind == CT_RUNS_PRINTER))) {
      /* What a container runs is not run here. */
      if (first || kind > runs || ct_commands_engine(one->text)) runs = kind, operand = 0;
      first = first && (kind == CT_RUNS_KEYWORD || ct_commands_assigns(one->text));
      if (kind > CT_RUNS_KEYWORD) continue;
    }
    if (one->text[0] == '-') {
      dash_c |= one->text[1] != '-' ? strchr(one->text, 'c') != NULL : !strncmp(one->text, "--command", 9);
    } else if (!dash_c) {
      operand = 1;
    }
    if (!one->places) continue;
    const char *equal = memchr(one->text, '=', one->length);
    size_t skip = equal && !memchr(one->text, ' ', (size_t)(equal - one->text)) ? (size_t)(equal + 1 - one->text) : 0;
    const scope body = {one->text + skip, one->length - skip, 0, one->places + skip};
    int good = 1;
    if (runs == CT_RUNS_TEXT || (runs == CT_RUNS_SHELL && dash_c && !given++))
      good = read_text(sh, &body, from);
    else if (runs != CT_RUNS_PRINTER)
      good = keep_text(sh, &body, from, one);
    if (!good) return 0;
  }
  for (const here_text *text = from->documents; text; text = text->next) {
    int runs_it = (runs == CT_RUNS_TEXT || (runs == CT_RUNS_SHELL && !dash_c && !operand));
    if (!(runs_it ? read_text(sh, &text->body, from) : keep_text(sh, &text->body, from, NULL))) return 0;
  }
  return 1;
}

/* Commands inside a first word, and those of texts, were listed out of their places. */
static int by_offset(const void *a, const void *b) {
  const ct_value *x = a, *y = b;
  if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
  return x->boolean - y->boolean;
}

/* What stands in $(...) within a text in double quotes is read with both; what of a text is read is not kept as text. */
static uint32_t drop_doubles(ct_value *items, uint32_t count) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++) {
    int read = kept && items[i].offset == items[kept - 1].offset;
    for (uint32_t k = kept; items[i].boolean && k && !read && items[k - 1].offset > items[i].key_offset; k--)
      read = items[k - 1].end > items[i].offset;
    if (!read) items[kept++] = items[i];
  }
  return kept;
}

static const ct_value *build(shell *sh, ct_value *root) {
  ct_value *items = ct_arena_array(sh->arena, sh->count, sizeof *items);
  if (!items) return NULL;
  root->kind = CT_ARRAY;
  root->end = (uint32_t)sh->whole_length;
  root->count = sh->count;
  root->as.items = items;
  uint32_t n = 0;
  for (command *from = sh->commands; from; from = from->next, n++) {
    ct_value *made = &items[n];
    made->kind = CT_ARRAY;
    made->offset = (uint32_t)from->offset;
    made->end = (uint32_t)from->end;
    made->count = from->count;
    made->parent = root;
    made->boolean = from->is_text != 0;
    made->key_offset = (uint32_t)(from->first->within ? from->first->within->offset : from->offset);
    made->as.items = ct_arena_array(sh->arena, from->count, sizeof *made);
    if (!made->as.items) return NULL;
    uint32_t i = 0;
    for (const word *one = from->first; one; one = one->next, i++) {
      ct_value *item = &made->as.items[i];
      item->kind = CT_STRING;
      item->boolean = one->open;
      item->open = one->splits;
      item->quoted = 1;
      item->offset = (uint32_t)one->offset;
      item->end = (uint32_t)one->end;
      item->index = i;
      item->as.string = one->text;
      item->length = (uint32_t)one->length;
    }
  }
  if (sh->count) qsort(items, sh->count, sizeof *items, by_offset);
  root->count = drop_doubles(items, sh->count);
  for (uint32_t i = 0; i < root->count; i++) {
    items[i].index = i;
    for (uint32_t k = 0; k < items[i].count; k++) items[i].as.items[k].parent = &items[i];
  }
  return root;
}

int ct_argv_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err) {
  int large = ct_options_check_bytes(options, length, 0, err);
  if (large) return large;
  const char *source = ct_options_source(options);
  ct_document *made = ct_arena_alloc(arena, sizeof *made);
  ct_value *root = ct_arena_alloc(arena, sizeof *root);
  const char *copy = ct_arena_copy(arena, text, length);
  if (source) source = ct_arena_string(arena, source);
  if (!made || !root || !copy || (ct_options_source(options) && !source)) return ct_error_nomem(err);
  shell sh = {.arena = arena,
              .source = source,
              .whole = copy,
              .whole_length = length,
              .text = copy,
              .length = length,
              .node_limit = ct_options_limit(options, CTSEC_LIMIT_NODES),
              .depth_limit = ct_options_limit(options, CTSEC_LIMIT_DEPTH),
              .err = err};
  sh.last = &sh.commands;
  ct_buffer_init(&sh.from);
  const char *nul = memchr(copy, '\0', length);
  if (nul) fail(&sh, CTSEC_E_SYNTAX, (size_t)(nul - copy), "a NUL byte");
  if (!sh.status && parse_commands(&sh, '\0') && !sh.status && !skip_heredocs(&sh) && !sh.status) out_of_memory(&sh);
  for (const command *from = sh.commands; from && !sh.status; from = from->next)
    if (!from->is_text) read_texts(&sh, from);
  if (sh.status) return sh.status;
  if (!build(&sh, root)) return ct_error_nomem(err);
  made->source = source;
  made->text = copy;
  made->length = length;
  made->roots = root;
  made->root_count = 1;
  *document = made;
  return 0;
}
