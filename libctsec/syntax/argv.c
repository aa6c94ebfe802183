/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/argv.h"

#include <string.h>

typedef struct word {
  size_t offset;
  size_t end;
  const char *text;
  size_t length;
  int open;
  struct word *next;
} word;

typedef struct command {
  size_t offset;
  size_t end;
  uint32_t count;
  word *first;
  word **last;
  struct command *next;
} command;

typedef struct heredoc {
  const char *delimiter;
  size_t length;
  int strip_tabs;
  struct heredoc *next;
} heredoc;

typedef struct shell {
  ct_arena *arena;
  const char *source;
  const char *text;
  size_t length;
  size_t at;
  uint64_t nodes;
  uint64_t node_limit;
  uint64_t depth;
  uint64_t depth_limit;
  command *commands;
  command **last;
  uint32_t count;
  heredoc *heredocs;
  ctsec_error **err;
  int status;
} shell;

static int fail(shell *sh, int code, size_t offset, const char *message) {
  if (sh->status) return 0;
  ct_document document = {sh->source, sh->text, sh->length, NULL, 0, 0, NULL};
  ct_place place = CT_NO_PLACE;
  place.source = sh->source;
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

/* Between single quotes: everything is itself. */
static int single_quotes(shell *sh, ct_buffer *out) {
  size_t start = sh->at++;
  const char *end = memchr(sh->text + sh->at, '\'', sh->length - sh->at);
  if (!end) return fail(sh, CTSEC_E_SYNTAX, start, "a single quote without end");
  ct_buffer_add(out, sh->text + sh->at, (size_t)(end - sh->text) - sh->at);
  sh->at = (size_t)(end - sh->text) + 1;
  return 1;
}

/* ${...}, with nested braces and quotes; kept as written. */
static int braces(shell *sh) {
  size_t start = sh->at - 1, depth = 0;
  for (; sh->at < sh->length; sh->at++) {
    char c = sh->text[sh->at];
    if (c == '\\') sh->at++;
    else if (c == '{') depth++;
    else if (c == '}' && !--depth) {
      sh->at++;
      return 1;
    }
  }
  return fail(sh, CTSEC_E_SYNTAX, start, "${ without }");
}

/* $((...)); kept as written. */
static int arithmetic(shell *sh) {
  size_t start = sh->at - 1, depth = 0;
  for (; sh->at < sh->length; sh->at++) {
    char c = sh->text[sh->at];
    if (c == '(') depth++;
    else if (c == ')' && !--depth) {
      sh->at++;
      return 1;
    }
  }
  return fail(sh, CTSEC_E_SYNTAX, start, "$(( without ))");
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
    if (!braces(sh)) return 0;
  } else if (next == '(' && peek(sh, 1) == '(') {
    if (!arithmetic(sh)) return 0;
  } else if (next == '(') {
    sh->at++;
    if (!substitution(sh, ')', "$( without )")) return 0;
  } else if (next >= 0 && is_name((char)next, 1)) {
    while (sh->at < sh->length && is_name(sh->text[sh->at], 0)) sh->at++;
  } else if (next >= 0 && (strchr("@*#?-$!", next) ? next != 0 : next >= '0' && next <= '9')) {
    sh->at++;
  } else {
    ct_buffer_char(out, '$');
    return 1;
  }
  *open = 1;
  ct_buffer_add(out, sh->text + start, sh->at - start);
  return 1;
}

static int backquotes(shell *sh, ct_buffer *out, int *open) {
  size_t start = sh->at++;
  if (!substitution(sh, '`', "a backquote without end")) return 0;
  *open = 1;
  ct_buffer_add(out, sh->text + start, sh->at - start);
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
        if (!strchr("$`\"\\", next) || !next) ct_buffer_char(out, '\\');
        ct_buffer_char(out, next);
      }
      sh->at += 2;
    } else {
      ct_buffer_char(out, c);
      sh->at++;
    }
  }
  return fail(sh, CTSEC_E_SYNTAX, start, "a double quote without end");
}

static int is_operator(char c) { return c && strchr(";&|()<>\n", c) != NULL; }

/* One word, or NULL where there is none or it failed. `end` closes a substitution. */
static word *parse_word(shell *sh, char end) {
  size_t start = sh->at;
  ct_buffer out;
  ct_buffer_init(&out);
  int open = 0, good = 1;
  while (good && sh->at < sh->length) {
    char c = sh->text[sh->at];
    if (is_blank(c) || is_operator(c) || c == end) break;
    if (c == '\'') {
      good = single_quotes(sh, &out);
    } else if (c == '"') {
      good = double_quotes(sh, &out, &open);
    } else if (c == '$') {
      good = dollar(sh, &out, &open);
    } else if (c == '`') {
      good = backquotes(sh, &out, &open);
    } else if (c == '\\') {
      if (peek(sh, 1) == '\n') {
        sh->at += 2;
      } else if (peek(sh, 1) == '\r' && peek(sh, 2) == '\n') {
        sh->at += 3;
      } else {
        if (sh->at + 1 < sh->length) ct_buffer_char(&out, sh->text[sh->at + 1]);
        sh->at += sh->at + 1 < sh->length ? 2 : 1;
      }
    } else {
      if (c == '*' || c == '?' || c == '[' || (c == '~' && sh->at == start)) open = 1;
      ct_buffer_char(&out, c);
      sh->at++;
    }
  }
  word *made = NULL;
  if (good && count_node(sh)) {
    made = ct_arena_alloc(sh->arena, sizeof *made);
    const char *copy = ct_arena_copy(sh->arena, out.data, out.length);
    if (out.failed || !made || !copy) {
      made = NULL;
      out_of_memory(sh);
    } else {
      made->offset = start;
      made->end = sh->at;
      made->text = copy;
      made->length = out.length;
      made->open = open;
    }
  }
  ct_buffer_free(&out);
  return made;
}

/* After a newline: skips the bodies of here-documents that its line began. */
static int skip_heredocs(shell *sh) {
  for (heredoc *here = sh->heredocs; here; here = here->next) {
    size_t start = sh->at;
    for (;;) {
      if (sh->at >= sh->length) return fail(sh, CTSEC_E_SYNTAX, start, "a here-document without end");
      const char *line = sh->text + sh->at;
      const char *newline = memchr(line, '\n', sh->length - sh->at);
      size_t size = newline ? (size_t)(newline - line) : sh->length - sh->at;
      sh->at += size + (newline ? 1 : 0);
      if (size && line[size - 1] == '\r') size--;
      while (here->strip_tabs && size && *line == '\t') line++, size--;
      if (size == here->length && !memcmp(line, here->delimiter, size)) break;
    }
  }
  sh->heredocs = NULL;
  return 1;
}

/* At < or >. The operator and its word are no part of the command. */
static int redirection(shell *sh, char end) {
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
  if (sh->at >= sh->length || (sh->text[sh->at] != '<' && sh->text[sh->at] != '>')) return 0;
  for (size_t i = made->offset; i < made->end; i++)
    if (sh->text[i] < '0' || sh->text[i] > '9') return 0;
  return made->end > made->offset;
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
      if (!redirection(sh, end)) return 0;
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

static int by_offset(const ct_value *a, const ct_value *b) { return a->offset < b->offset; }

/* Commands inside a first word were listed before the command around them; there are few, and the list is nearly sorted. */
static void sort_commands(ct_value *items, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    ct_value moved = items[i];
    uint32_t k = i;
    for (; k && by_offset(&moved, &items[k - 1]); k--) items[k] = items[k - 1];
    items[k] = moved;
  }
}

static const ct_value *build(shell *sh, ct_value *root) {
  ct_value *items = ct_arena_array(sh->arena, sh->count, sizeof *items);
  if (!items) return NULL;
  root->kind = CT_ARRAY;
  root->end = (uint32_t)sh->length;
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
    made->as.items = ct_arena_array(sh->arena, from->count, sizeof *made);
    if (!made->as.items) return NULL;
    uint32_t i = 0;
    for (const word *one = from->first; one; one = one->next, i++) {
      ct_value *item = &made->as.items[i];
      item->kind = CT_STRING;
      item->boolean = one->open != 0;
      item->quoted = 1;
      item->offset = (uint32_t)one->offset;
      item->end = (uint32_t)one->end;
      item->index = i;
      item->as.string = one->text;
      item->length = (uint32_t)one->length;
    }
  }
  sort_commands(items, sh->count);
  for (uint32_t i = 0; i < sh->count; i++) {
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
              .text = copy,
              .length = length,
              .node_limit = ct_options_limit(options, CTSEC_LIMIT_NODES),
              .depth_limit = ct_options_limit(options, CTSEC_LIMIT_DEPTH),
              .err = err};
  sh.last = &sh.commands;
  const char *nul = memchr(copy, '\0', length);
  if (nul) fail(&sh, CTSEC_E_SYNTAX, (size_t)(nul - copy), "a NUL byte");
  if (!sh.status && parse_commands(&sh, '\0') && !sh.status && !skip_heredocs(&sh) && !sh.status) out_of_memory(&sh);
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
