/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls as they are asked about: written out, as lines of a batch, and in everyday words. */
#include "verdict/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "data/texts.h"
#include "seccomp/arch.h"

typedef struct word {
  const char *text;
  size_t length;
} word;

#define WORDS_MOST 16

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* The words of a line; quotes keep blanks together and stay. The count, or -1 for more than WORDS_MOST or an open quote. */
static int split(const char *text, size_t length, word *words) {
  int count = 0;
  for (size_t at = 0;;) {
    while (at < length && is_blank(text[at])) at++;
    if (at == length) return count;
    if (count == WORDS_MOST) return -1;
    size_t start = at;
    while (at < length && !is_blank(text[at])) {
      char quote = text[at++];
      if (quote != '"' && quote != '\'') continue;
      while (at < length && text[at] != quote) at++;
      if (at++ >= length) return -1;
    }
    words[count++] = (word){text + start, at - start};
  }
}

/* What a pointer leads to: in quotes, or of a form that no number and no constant has. */
static int is_text(const word *w, word *inner) {
  *inner = *w;
  if (w->length >= 2 && (w->text[0] == '"' || w->text[0] == '\'') && w->text[w->length - 1] == w->text[0]) {
    inner->text++;
    inner->length -= 2;
    return 1;
  }
  return w->length && (w->text[0] == '/' || memchr(w->text, ':', w->length) || memchr(w->text, '.', w->length));
}

static int read_argument(ct_arena *arena, const ct_arch *arch, const word *w, unsigned index, ct_request *call,
                         ctsec_error **err) {
  word inner;
  int unknown = 0;
  uint64_t value = 0;
  if (is_text(w, &inner)) {
    if (memchr(inner.text, '\0', inner.length)) return ct_error_set(err, CTSEC_E_ARG, "a text with a NUL in it");
    call->texts[index] = ct_arena_copy(arena, inner.text, inner.length);
    if (!call->texts[index]) return ct_error_nomem(err);
    unknown = 1;
  } else {
    int status = ct_argument_value(arch, w->text, w->length, &value, &unknown, err);
    if (status) return status;
  }
  call->args[index] = value;
  call->unknown = (call->unknown & ~(1u << index)) | (unsigned)unknown << index;
  return 0;
}

/* missing: what arguments that are not there are: 0x3f for unknown ones, 0 for zeros. */
static int read_call(ct_arena *arena, const word *arch, const word *words, int count, uint32_t missing, ct_request *call,
                     ctsec_error **err) {
  *call = (ct_request){0};
  call->unknown = missing;
  const ct_arch *found = ct_arch_spelt(arch->text, arch->length);
  if (!found)
    return ct_error_set(err, CTSEC_E_ARG, "no architecture: `%.*s'", (int)(arch->length > 60 ? 60 : arch->length), arch->text);
  if (count > 7) return ct_error_set(err, CTSEC_E_ARG, "a system call has six arguments at most");
  char *name = ct_arena_copy(arena, words[0].text, words[0].length);
  if (!name) return ct_error_nomem(err);
  int32_t number = 0;
  uint64_t unused[6];
  uint32_t none;
  int status = ctsec_call_parse(found->abi.name, name, NULL, 0, &call->audit, &number, unused, &none, err);
  call->number = (uint32_t)number;
  for (int i = 1; i < count && !status; i++)
    status = read_argument(arena, found, &words[i], (unsigned)i - 1, call, err);
  return status;
}

int ct_request_line(ct_arena *arena, const char *line, size_t length, ct_request *call, ctsec_error **err) {
  word words[WORDS_MOST];
  int count = split(line, length, words);
  if (count < 0) return ct_error_set(err, CTSEC_E_ARG, "too many words, or a quote that does not end");
  if (count < 2) return ct_error_set(err, CTSEC_E_ARG, count ? "a system call is missing" : "an empty line");
  return read_call(arena, &words[0], words + 1, count - 1, 0, call, err);
}

static ctsec_request *make(ctsec_error **err) {
  ctsec_request *made = calloc(1, sizeof *made);
  if (!made) {
    ct_error_nomem(err);
    return NULL;
  }
  ct_count_up(&made->references);
  ct_arena_init(&made->arena);
  return made;
}

ctsec_request *ctsec_request_ref(ctsec_request *request) {
  if (request) ct_count_up(&request->references);
  return request;
}

void ctsec_request_free(ctsec_request *request) {
  if (!request || !ct_count_down(&request->references)) return;
  ct_arena_free(&request->arena);
  free(request);
}

static int finish(ctsec_request *made, int status, ctsec_request **request) {
  if (status)
    ctsec_request_free(made);
  else
    *request = made;
  return status;
}

int ctsec_request_parse(const char *arch, const char *syscall, const char *const *args, size_t count,
                        ctsec_request **request, ctsec_error **err) {
  if (!syscall || !request || (count && !args))
    return ct_error_null(err, !syscall ? "syscall" : !request ? "request" : "args");
  if (count > 6) return ct_error_set(err, CTSEC_E_ARG, "a system call has six arguments at most");
  word words[7] = {{syscall, strlen(syscall)}}, name = {arch ? arch : "x86_64", strlen(arch ? arch : "x86_64")};
  for (size_t i = 0; i < count; i++) {
    if (!args[i]) return ct_error_null(err, "args");
    words[i + 1] = (word){args[i], strlen(args[i])};
  }
  ctsec_request *made = make(err);
  if (!made) return CTSEC_E_NOMEM;
  return finish(made, read_call(&made->arena, &name, words, (int)count + 1, 0x3f, &made->calls[made->count++], err), request);
}

int ctsec_request_read(const char *line, size_t length, ctsec_request **request, ctsec_error **err) {
  if (!line || !request) return ct_error_null(err, line ? "request" : "line");
  ctsec_request *made = make(err);
  if (!made) return CTSEC_E_NOMEM;
  return finish(made, ct_request_line(&made->arena, line, length, &made->calls[made->count++], err), request);
}

enum {
  SHORTHANDS = 0
#define DO(words, call) +1
#include "data/shorthands.def"
#undef DO
};

static const char *words_of(size_t shorthand) { return ct_text_of(CT_BLOCK_SHORTHANDS, 2 * (uint32_t)shorthand); }
static const char *call_of(size_t shorthand) { return ct_text_of(CT_BLOCK_SHORTHANDS, 2 * (uint32_t)shorthand + 1); }

size_t ctsec_shorthand_count(void) { return SHORTHANDS; }
const char *ctsec_shorthand_at(size_t index) { return index < SHORTHANDS ? words_of(index) : NULL; }
const char *ctsec_shorthand_name(size_t index) { return index < SHORTHANDS ? call_of(index) : NULL; }

static int is_number(const word *w) {
  size_t at = w->length > 1 && w->text[0] == '-';
  for (size_t i = at; i < w->length; i++)
    if (w->text[i] < '0' || w->text[i] > '9') return 0;
  return w->length > at;
}

static int same_word(const word *a, const char *b, size_t length) {
  if (a->length != length) return 0;
  for (size_t i = 0; i < length; i++) {
    char c = a->text[i];
    if ((c >= 'A' && c <= 'Z' ? c | 32 : c) != b[i]) return 0;
  }
  return 1;
}

/* The word that stands for N, PATH or NAME, in *value; 1 where the words are those of the pattern. */
static int fits(const char *pattern, const word *words, int count, word *value) {
  word parts[WORDS_MOST];
  if (split(pattern, strlen(pattern), parts) != count) return 0;
  *value = (word){NULL, 0};
  for (int i = 0; i < count; i++) {
    if (parts[i].length == 1 && parts[i].text[0] == 'N') {
      if (!is_number(&words[i])) return 0;
      *value = words[i];
    } else if (parts[i].length == 4 && (!memcmp(parts[i].text, "PATH", 4) || !memcmp(parts[i].text, "NAME", 4))) {
      if (parts[i].text[0] == 'P' && words[i].text[0] != '/') return 0;
      *value = words[i];
    } else if (!same_word(&words[i], parts[i].text, parts[i].length)) {
      return 0;
    }
  }
  return 1;
}

/* The template of a call with the value in its place. */
static void fill(ct_buffer *buffer, const char *call, size_t length, const word *value) {
  for (size_t i = 0; i < length;) {
    size_t size = 0;
    if (value->text && i + 4 <= length && (!memcmp(call + i, "PATH", 4) || !memcmp(call + i, "NAME", 4)))
      size = 4;
    else if (value->text && call[i] == 'N' && (i + 1 == length || call[i + 1] == '"' || is_blank(call[i + 1])))
      size = 1;
    if (size)
      ct_buffer_add(buffer, value->text, value->length);
    else
      ct_buffer_char(buffer, call[i]);
    i += size ? size : 1;
  }
}

static int nearest(const char *words, size_t length, ctsec_error **err) {
  unsigned best = 64;
  const char *found = NULL;
  for (size_t i = 0; i < SHORTHANDS && length < 60; i++) {
    unsigned distance = ct_spelling_distance(words, length, words_of(i));
    if (distance < best) best = distance, found = words_of(i);
  }
  int shown = (int)(length > 100 ? 100 : length);
  if (found && best <= 4)
    return ct_error_set(err, CTSEC_E_NOTFOUND, "no shorthand `%.*s'; is `%s' meant? --do list shows all", shown, words, found);
  return ct_error_set(err, CTSEC_E_NOTFOUND, "no shorthand `%.*s'; --do list shows all", shown, words);
}

static int add_call(ctsec_request *made, const word *arch, const char *text, size_t length, const word *value,
                    ctsec_error **err) {
  word parts[WORDS_MOST];
  ct_buffer call;
  ct_buffer_init(&call);
  fill(&call, text, length, value);
  int count = call.failed ? 0 : split(call.data, call.length, parts);
  int status = call.failed ? ct_error_nomem(err)
               : count < 1 ? ct_error_set(err, CTSEC_E_ARG, "a quote that does not end")
                           : read_call(&made->arena, arch, parts, count, 0x3f, &made->calls[made->count], err);
  ct_buffer_free(&call);
  if (!status) made->count++;
  return status;
}

int ctsec_request_find(const char *arch, const char *text, size_t length, ctsec_request **request, ctsec_error **err) {
  if (!text || !request) return ct_error_null(err, text ? "request" : "words");
  word words[WORDS_MOST], value, name = {arch ? arch : "x86_64", strlen(arch ? arch : "x86_64")};
  int count = split(text, length, words);
  size_t i = 0;
  while (count > 0 && i < SHORTHANDS && !fits(words_of(i), words, count, &value)) i++;
  if (count <= 0 || i == SHORTHANDS) return nearest(text, length, err);
  ctsec_request *made = make(err);
  if (!made) return CTSEC_E_NOMEM;
  const char *call = call_of(i), *or = strstr(call, " or ");
  int status = add_call(made, &name, call, or ? (size_t)(or - call) : strlen(call), &value, err);
  if (!status && or) status = add_call(made, &name, or + 4, strlen(or + 4), &value, err);
  return finish(made, status, request);
}
