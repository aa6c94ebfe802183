/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text forms of libcap 2.66: cap_from_text(3) and cap_iab(3), without asking the running kernel. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "caps/resolve.h"

enum { E = 1, P = 2, I = 4 };

static int refuse(ctsec_error **err, size_t offset, const char *what) {
  ct_place place = {NULL, NULL, (int64_t)offset, 1, (int64_t)offset + 1};
  return ct_error_at(err, CTSEC_E_SYNTAX, &place, "%s", what);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static int is_word(char c) {
  c = lower(c);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* strtoul with base 0: 0x hexadecimal, 0 octal; -1 where it is none below 64. */
static int number_of(const char *text, size_t length) {
  unsigned base = 10;
  if (length > 2 && text[0] == '0' && lower(text[1]) == 'x') base = 16, text += 2, length -= 2;
  else if (length > 1 && text[0] == '0') base = 8, text++, length--;
  unsigned value = 0;
  if (!length) return -1;
  for (size_t i = 0; i < length; i++) {
    char c = lower(text[i]);
    unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
    if (digit >= base) return -1;
    value = value * base + digit;
    if (value > 63) return -1;
  }
  return (int)value;
}

/* One name or number at `at`; its length, 0 where there is none. The prefix cap_ is needed here. */
static size_t read_cap(const char *text, size_t length, size_t at, uint64_t all, uint64_t *bits) {
  size_t end = at;
  while (end < length && is_word(text[end])) end++;
  size_t size = end - at;
  if (size == 3 && lower(text[at]) == 'a' && lower(text[at + 1]) == 'l' && lower(text[at + 2]) == 'l') {
    *bits = all;
    return size;
  }
  int number = -1;
  if (size && text[at] >= '0' && text[at] <= '9')
    number = number_of(text + at, size);
  else if (size > 4 && lower(text[at]) == 'c' && lower(text[at + 1]) == 'a' && lower(text[at + 2]) == 'p' && text[at + 3] == '_' &&
           !(size > 8 && lower(text[at + 4]) == 'c' && lower(text[at + 5]) == 'a' && lower(text[at + 6]) == 'p' && text[at + 7] == '_'))
    number = ct_cap_named(text + at, size);
  if (number < 0) return 0;
  *bits = CT_CAP_BIT(number);
  return size;
}

static int is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

typedef struct sets {
  uint64_t effective, permitted, inheritable;
} sets;

static void raise(sets *s, unsigned flags, uint64_t bits) {
  if (flags & E) s->effective |= bits;
  if (flags & P) s->permitted |= bits;
  if (flags & I) s->inheritable |= bits;
}

static void lower_bits(sets *s, unsigned flags, uint64_t bits) {
  if (flags & E) s->effective &= ~bits;
  if (flags & P) s->permitted &= ~bits;
  if (flags & I) s->inheritable &= ~bits;
}

/* The actions of one clause: (= | + | -) flags, chained. */
static int read_actions(const char *text, size_t length, size_t *at, sets *s, uint64_t bits, int has_list,
                        ctsec_error **err) {
  int first = 1;
  while (*at < length && !is_space(text[*at])) {
    char action = text[*at];
    if (action != '=' && action != '+' && action != '-')
      return refuse(err, *at, first ? "one of = + - is missing behind the names" : "a flag that is none of e, i, p");
    if (!first && action == '=') return refuse(err, *at, "= can only be the first action");
    if (!has_list && (!first || action != '=')) return refuse(err, *at, "names are missing before the action");
    size_t start = (*at)++;
    int clears = action == '=';
    if (clears) lower_bits(s, E | P | I, bits);
    /* "=+" and "=-": the clearing and the next action in one. */
    if (clears && *at < length && (text[*at] == '+' || text[*at] == '-')) {
      if (!has_list) return refuse(err, *at, "names are missing before the action");
      action = text[(*at)++];
      start = *at - 1;
    }
    unsigned flags = 0;
    while (*at < length && (text[*at] == 'e' || text[*at] == 'i' || text[*at] == 'p')) {
      flags |= text[*at] == 'e' ? E : text[*at] == 'i' ? I : P;
      ++*at;
    }
    if (!flags && action != '=') return refuse(err, start, "a flag of e, i, p is missing");
    if (action == '-')
      lower_bits(s, flags, bits);
    else
      raise(s, flags, bits);
    first = 0;
  }
  return first ? refuse(err, *at, "one of = + - is missing behind the names") : 0;
}

/* What a kernel of that version has; libcap asks the running one. */
static uint64_t all_of(const ctsec_options *options) {
  return options && options->kernel.known ? ct_caps_of_kernel(&options->kernel) : CT_CAPS_ALL;
}

int ctsec_captext_parse(const char *text, size_t length, const ctsec_options *options, uint64_t *inheritable,
                        uint64_t *permitted, uint64_t *effective, ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!inheritable || !permitted || !effective) return ct_error_null(err, "a set");
  sets s = {0, 0, 0};
  uint64_t all = all_of(options);
  size_t at = 0;
  for (;;) {
    while (at < length && is_space(text[at])) at++;
    if (at == length) break;
    uint64_t bits = 0, one;
    int has_list = 0;
    while (at < length && text[at] != '=' && text[at] != '+' && text[at] != '-') {
      size_t size = read_cap(text, length, at, all, &one);
      if (!size) return refuse(err, at, "no capability; names need the prefix cap_");
      /* As in libcap, "all" takes the place of what stands before it; that differs for bits without a name only. */
      bits = one == all ? one : bits | one;
      has_list = 1;
      at += size;
      if (at == length || text[at] != ',') break;
      at++;
      if (at == length || text[at] == '=' || text[at] == '+' || text[at] == '-')
        return refuse(err, at, "a name is missing behind the comma");
    }
    /* A clause without names is "=flags", and speaks of all. */
    int status = read_actions(text, length, &at, &s, has_list ? bits : all, has_list, err);
    if (status) return status;
  }
  *inheritable = s.inheritable;
  *permitted = s.permitted;
  *effective = s.effective;
  return 0;
}

static unsigned flags_of(const sets *s, int number) {
  uint64_t bit = CT_CAP_BIT(number);
  return (s->effective & bit ? E : 0u) | (s->permitted & bit ? P : 0u) | (s->inheritable & bit ? I : 0u);
}

static void add_flags(ct_buffer *out, unsigned flags) {
  if (flags & E) ct_buffer_char(out, 'e');
  if (flags & I) ct_buffer_char(out, 'i');
  if (flags & P) ct_buffer_char(out, 'p');
}

static void add_name(ct_buffer *out, int number) {
  const char *name = ctsec_cap_name(number);
  if (!name) {
    ct_buffer_unsigned(out, (uint64_t)number);
    return;
  }
  for (; *name; name++) ct_buffer_char(out, lower(*name));
}

static void add_list(ct_buffer *out, const sets *s, unsigned flags, int first, int last) {
  int comma = 0;
  for (int i = first; i < last; i++) {
    if (flags_of(s, i) != flags) continue;
    if (comma) ct_buffer_char(out, ',');
    comma = 1;
    add_name(out, i);
  }
}

int ctsec_captext_encode(uint64_t inheritable, uint64_t permitted, uint64_t effective, const ctsec_options *options,
                         char **text, size_t *length, ctsec_error **err) {
  if (!text || !length) return ct_error_null(err, "text or length");
  sets s = {effective, permitted, inheritable};
  uint64_t all = all_of(options);
  int histogram[8] = {0}, others[8] = {0}, last = 0;
  while (last < CT_CAP_COUNT && all & CT_CAP_BIT(last)) last++;
  for (int i = 0; i < 64; i++) (i < last ? histogram : others)[flags_of(&s, i)]++;
  /* The combination that most capabilities have stands in front; of equal ones the lower. */
  unsigned most = 7;
  for (unsigned t = 7; t--;)
    if (histogram[t] >= histogram[most]) most = t;
  ct_buffer out;
  ct_buffer_init(&out);
  ct_buffer_char(&out, '=');
  add_flags(&out, most);
  /* Nothing in front: the first clause takes the place of "=". */
  int bare = !most;
  for (unsigned t = 8; t--;) {
    if (t == most || !histogram[t]) continue;
    if (bare)
      out.length = 0;
    else
      ct_buffer_char(&out, ' ');
    add_list(&out, &s, t, 0, last);
    if (t & ~most) {
      ct_buffer_char(&out, bare ? '=' : '+');
      add_flags(&out, t & ~most);
    }
    if (~t & most) {
      ct_buffer_char(&out, '-');
      add_flags(&out, ~t & most & 7u);
    }
    bare = 0;
  }
  for (unsigned t = 8; --t;) {
    if (!others[t]) continue;
    ct_buffer_char(&out, ' ');
    add_list(&out, &s, t, last, 64);
    ct_buffer_char(&out, '+');
    add_flags(&out, t);
  }
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_iab_parse(const char *text, size_t length, uint64_t *inheritable, uint64_t *ambient, uint64_t *dropped,
                    ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!inheritable || !ambient || !dropped) return ct_error_null(err, "a set");
  uint64_t in = 0, amb = 0, drop = 0;
  for (size_t at = 0; at < length;) {
    int inherits = 0, ambients = 0, drops = 0;
    for (; at < length && (text[at] == '!' || text[at] == '^' || text[at] == '%'); at++) {
      if (text[at] == '!') drops = 1;
      if (text[at] == '^') ambients = inherits = 1;
      if (text[at] == '%') inherits = 1;
    }
    if (at == length) break;
    uint64_t bits;
    size_t size = read_cap(text, length, at, CT_CAPS_ALL, &bits);
    if (!size || bits == CT_CAPS_ALL) return refuse(err, at, "no capability; names need the prefix cap_");
    at += size;
    if (!drops && !ambients) inherits = 1;
    if (inherits) in |= bits;
    if (ambients) amb |= bits;
    if (drops) drop |= bits;
    if (at == length) break;
    if (text[at] != ',') return refuse(err, at, "a comma is missing");
    at++;
  }
  *inheritable = in;
  *ambient = amb;
  *dropped = drop;
  return 0;
}

int ctsec_iab_encode(uint64_t inheritable, uint64_t ambient, uint64_t dropped, char **text, size_t *length,
                     ctsec_error **err) {
  if (!text || !length) return ct_error_null(err, "text or length");
  if (ambient & ~inheritable) return ct_error_set(err, CTSEC_E_ARG, "an ambient capability is not inheritable");
  ct_buffer out;
  ct_buffer_init(&out);
  for (int i = 0; i < 64; i++) {
    uint64_t bit = CT_CAP_BIT(i);
    if (!((inheritable | dropped) & bit)) continue;
    if (out.length) ct_buffer_char(&out, ',');
    if (dropped & bit) ct_buffer_char(&out, '!');
    if (ambient & bit)
      ct_buffer_char(&out, '^');
    else if (dropped & inheritable & bit)
      ct_buffer_char(&out, '%');
    add_name(&out, i);
  }
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}

/* One document for both forms; a set that the form does not speak of is null. */
static int write_sets(const char *form, const uint64_t *const *masks, char *canonical, size_t size, char **text,
                      size_t *length, ctsec_error **err) {
  static const char names[][12] = {"inheritable", "permitted", "effective", "ambient", "dropped"};
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/capsets/1");
  ct_json_key_text(&json, "form", form);
  ct_json_key(&json, "text");
  ct_json_string(&json, canonical, size);
  free(canonical);
  for (int i = 0; i < 5; i++) {
    if (masks[i])
      ct_json_key_mask(&json, names[i], *masks[i]);
    else
      ct_json_key_null(&json, names[i]);
  }
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_captext_to_json(const char *text, size_t length, const ctsec_options *options, char **json,
                          size_t *json_length, ctsec_error **err) {
  if (!json || !json_length) return ct_error_null(err, "json or json_length");
  uint64_t i, p, e;
  char *canonical;
  size_t size;
  int status = ctsec_captext_parse(text, length, options, &i, &p, &e, err);
  if (!status) status = ctsec_captext_encode(i, p, e, options, &canonical, &size, err);
  if (status) return status;
  const uint64_t *const masks[] = {&i, &p, &e, NULL, NULL};
  return write_sets("libcap", masks, canonical, size, json, json_length, err);
}

int ctsec_iab_to_json(const char *text, size_t length, char **json, size_t *json_length, ctsec_error **err) {
  if (!json || !json_length) return ct_error_null(err, "json or json_length");
  uint64_t i, a, d;
  char *canonical;
  size_t size;
  int status = ctsec_iab_parse(text, length, &i, &a, &d, err);
  if (!status) status = ctsec_iab_encode(i, a, d, &canonical, &size, err);
  if (status) return status;
  const uint64_t *const masks[] = {&i, NULL, NULL, &a, &d};
  return write_sets("iab", masks, canonical, size, json, json_length, err);
}
