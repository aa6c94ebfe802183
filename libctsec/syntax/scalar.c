/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/scalar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int is_one_of(const char *text, size_t length, const char *const *words) {
  for (; *words; words++)
    if (strlen(*words) == length && !memcmp(text, *words, length)) return 1;
  return 0;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') return (c | 0x20) - 'a' + 10;
  return 16;
}

/* The base that a prefix names; *skip its length. A leading zero alone is octal, as YAML 1.1 had it. */
static int base_of(const char *text, size_t length, size_t *skip) {
  *skip = 0;
  if (length < 2 || text[0] != '0') return 10;
  *skip = 2;
  switch (text[1] | 0x20) {
    case 'x': return 16;
    case 'o': return 8;
    case 'b': return 2;
    default: *skip = 1; return 8;
  }
}

static int read_integer(const char *text, size_t length, ct_value *value) {
  int minus = *text == '-';
  if (*text == '-' || *text == '+') {
    text++;
    length--;
  }
  size_t skip;
  int base = base_of(text, length, &skip);
  if (skip >= length) return 0;
  uint64_t magnitude = 0, most = minus ? (uint64_t)INT64_MAX + 1 : UINT64_MAX;
  for (size_t i = skip; i < length; i++) {
    int digit = digit_of(text[i]);
    if (digit >= base || magnitude > (most - (uint64_t)digit) / (uint64_t)base) return 0;
    magnitude = magnitude * (uint64_t)base + (uint64_t)digit;
  }
  value->kind = CT_INTEGER;
  value->negative = minus && magnitude;
  value->as.magnitude = magnitude;
  return 1;
}

/* [-+] digits [. digits] [e [-+] digits]; rewritten without a point, since what strtod() takes for one is the locale's. */
static int read_real(ct_arena *scratch, const char *text, size_t length, ct_value *value) {
  size_t at = 0, n = 0, whole, fraction = 0;
  char *plain = ct_arena_alloc(scratch, length + 32);
  if (!plain) return CTSEC_E_NOMEM;
  if (text[at] == '-' || text[at] == '+') plain[n++] = text[at++];
  for (whole = 0; at < length && is_digit(text[at]); whole++) plain[n++] = text[at++];
  if (at < length && text[at] == '.')
    for (at++; at < length && is_digit(text[at]); fraction++) plain[n++] = text[at++];
  if (!whole && !fraction) return 0;
  int64_t exponent = 0;
  if (at < length && (text[at] | 0x20) == 'e') {
    at++;
    int minus = at < length && text[at] == '-';
    if (at < length && (text[at] == '-' || text[at] == '+')) at++;
    if (at == length) return 0;
    for (; at < length && is_digit(text[at]); at++)
      if (exponent < INT32_MAX) exponent = exponent * 10 + (text[at] - '0');
    if (minus) exponent = -exponent;
  }
  if (at != length) return 0;
  exponent -= (int64_t)fraction;
  plain[n++] = 'e';
  if (exponent < 0) plain[n++] = '-';
  char digits[24];
  size_t count = 0;
  uint64_t rest = exponent < 0 ? 0 - (uint64_t)exponent : (uint64_t)exponent;
  do digits[count++] = (char)('0' + rest % 10);
  while (rest /= 10);
  while (count) plain[n++] = digits[--count];
  double real = strtod(plain, NULL);
  if (!isfinite(real)) return 0;
  value->kind = CT_REAL;
  value->as.real = real;
  return 0;
}

int ct_scalar_resolve(ct_arena *scratch, const char *text, size_t length, ct_value *value) {
  static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
  static const char *const trues[] = {"true", "True", "TRUE", NULL};
  static const char *const falses[] = {"false", "False", "FALSE", NULL};
  char first = length ? *text | 0x20 : 'n';
  int short_enough = length <= sizeof "false" - 1 && (first == 'n' || first == 't' || first == 'f' || *text == '~');
  if (short_enough && is_one_of(text, length, nulls)) {
    value->kind = CT_NULL;
    value->as.magnitude = 0;
    value->length = 0;
    return 0;
  }
  if (short_enough && (is_one_of(text, length, trues) || is_one_of(text, length, falses))) {
    value->kind = CT_BOOL;
    value->boolean = (text[0] | 0x20) == 't';
    value->as.magnitude = 0;
    value->length = 0;
    return 0;
  }
  if (*text == '.') {
    int status = read_real(scratch, text, length, value);
    if (value->kind == CT_REAL) value->length = 0;
    return status;
  }
  if (!is_digit(*text) && *text != '-' && *text != '+') return 0;
  char *plain = ct_arena_alloc(scratch, length + 1);
  if (!plain) return CTSEC_E_NOMEM;
  size_t n = 0;
  for (size_t i = 0; i < length; i++)
    if (text[i] != '_') plain[n++] = text[i];
  int status = 0;
  if (!read_integer(plain, n, value)) status = read_real(scratch, plain, n, value);
  if (value->kind != CT_STRING) value->length = 0;
  return status;
}
