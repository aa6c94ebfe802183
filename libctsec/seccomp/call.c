/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls as people write them: `clone CLONE_NEWUSER|SIGCHLD ?`, and as lines of a batch. */
#include <string.h>

#include "base/utf8.h"
#include "data/constants.h"
#include "seccomp/arch.h"

typedef struct word {
  const char *text;
  size_t length;
} word;

/* Decimal, 0x hexadecimal, or either with a minus. */
static int number(const word *w, uint64_t *value) {
  size_t at = 0;
  int minus = w->length > 1 && w->text[0] == '-';
  at += (size_t)minus;
  unsigned base = 10;
  if (w->length - at > 2 && w->text[at] == '0' && (w->text[at + 1] | 32) == 'x') base = 16, at += 2;
  if (at == w->length) return 0;
  uint64_t n = 0;
  for (; at < w->length; at++) {
    char c = w->text[at];
    unsigned digit = c >= '0' && c <= '9'                        ? (unsigned)(c - '0')
                     : base == 16 && (c | 32) >= 'a' && (c | 32) <= 'f' ? (unsigned)((c | 32) - 'a' + 10)
                                                                        : 99;
    if (digit >= base || n > (UINT64_MAX - digit) / base) return 0;
    n = n * base + digit;
  }
  if (minus && n > UINT64_C(1) << 63) return 0;
  *value = minus ? (uint64_t)0 - n : n;
  return 1;
}

static int fail_word(ctsec_error **err, const char *what, const word *w) {
  return ct_error_set(err, CTSEC_E_ARG, "%s: `%.*s'", what, (int)(w->length > 200 ? 200 : w->length), w->text);
}

/* Names and numbers joined by |; 1 where the value is not known: `?`, or a text, of which a filter sees the address. */
static int value_of(const ct_arch *arch, const word *w, uint64_t *value, int *unknown, ctsec_error **err) {
  *unknown = 0;
  if (w->length == 1 && w->text[0] == '?') {
    *unknown = 1;
    return 0;
  }
  if (w->length >= 2 && (w->text[0] == '"' || w->text[0] == '\'') && w->text[w->length - 1] == w->text[0]) {
    *unknown = 1;
    return 0;
  }
  uint64_t sum = 0;
  for (size_t at = 0; at <= w->length;) {
    const char *bar = memchr(w->text + at, '|', w->length - at);
    word part = {w->text + at, bar ? (size_t)(bar - w->text) - at : w->length - at};
    uint64_t n = 0;
    int found = number(&part, &n) ? 1 : part.length ? ct_constant_find(arch->column, part.text, part.length, &n) : 0;
    if (found < 0) return fail_word(err, "the value of this name is not known for this architecture", &part);
    if (!found) return fail_word(err, "neither a number nor a known name", &part);
    sum |= n;
    at += part.length + 1;
  }
  *value = sum;
  return 0;
}

int ct_argument_value(const ct_arch *arch, const char *text, size_t length, uint64_t *value, int *unknown,
                      ctsec_error **err) {
  return value_of(arch, &(word){text, length}, value, unknown, err);
}

static int number_of(const ct_arch *arch, const word *w, int32_t *nr, ctsec_error **err) {
  uint32_t found = 0;
  uint64_t value = 0;
  int unknown = 0;
  char name[64];
  if (!w->length) return ct_error_set(err, CTSEC_E_ARG, "a system call is missing");
  if ((w->text[0] >= '0' && w->text[0] <= '9') || w->text[0] == '-') {
    int status = value_of(arch, w, &value, &unknown, err);
    if (status) return status;
    if (value > UINT32_MAX && value < UINT64_MAX - INT32_MAX) return fail_word(err, "no number of a system call", w);
    found = (uint32_t)value;
  } else {
    if (w->length < sizeof name) {
      memcpy(name, w->text, w->length);
      name[w->length] = '\0';
    }
    if (w->length >= sizeof name || !ct_arch_number(arch, name, &found)) {
      if (w->length < sizeof name && ct_arch_knows(name))
        return ct_error_set(err, CTSEC_E_NOTFOUND, "%s has no system call %s", arch->abi.name, name);
      const char *nearest = w->length < sizeof name ? ct_arch_nearest(name) : NULL;
      if (!nearest) return fail_word(err, "no system call has this name", w);
      return ct_error_set(err, CTSEC_E_NOTFOUND, "no system call has this name: `%s'; is `%s' meant?", name, nearest);
    }
  }
  if (arch->abi.x32 && found != UINT32_MAX) found |= CT_X32_BIT;
  *nr = (int32_t)found;
  return 0;
}

static const ct_arch *arch_of(const word *w, ctsec_error **err) {
  const ct_arch *arch = ct_arch_spelt(w->text, w->length);
  if (!arch) fail_word(err, "no architecture", w);
  return arch;
}

int ctsec_call_parse(const char *arch, const char *syscall, const char *const *args, size_t count, uint32_t *audit,
                     int32_t *nr, uint64_t *values, uint32_t *unknown, ctsec_error **err) {
  if (!syscall) return ct_error_null(err, "syscall");
  if (count && !args) return ct_error_null(err, "args");
  if (!audit || !nr || !values || !unknown) return ct_error_null(err, "audit, nr, values or unknown");
  word name = {arch ? arch : "x86_64", strlen(arch ? arch : "x86_64")}, call = {syscall, strlen(syscall)};
  const ct_arch *found = arch_of(&name, err);
  if (!found) return CTSEC_E_ARG;
  if (count > 6) return ct_error_set(err, CTSEC_E_ARG, "a system call has six arguments at most");
  int32_t number_found = 0;
  uint64_t read[6] = {0};
  uint32_t open = 0x3f;
  int status = number_of(found, &call, &number_found, err);
  if (status) return status;
  for (size_t i = 0; i < count; i++) {
    int is_unknown = 0;
    word w = {args[i], args[i] ? strlen(args[i]) : 0};
    if (!args[i]) return ct_error_null(err, "args");
    if ((status = value_of(found, &w, &read[i], &is_unknown, err))) return status;
    if (!is_unknown) open &= ~(1u << i);
  }
  *audit = found->abi.audit;
  *nr = number_found;
  memcpy(values, read, sizeof read);
  *unknown = open;
  return 0;
}

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

int ctsec_call_read(const char *line, size_t length, uint32_t *audit, int32_t *nr, uint64_t *values, uint32_t *unknown,
                    ctsec_error **err) {
  if (!line) return ct_error_null(err, "line");
  if (!audit || !nr || !values || !unknown) return ct_error_null(err, "audit, nr, values or unknown");
  word words[9];
  size_t count = 0;
  for (size_t at = 0; at < length;) {
    while (at < length && is_space(line[at])) at++;
    size_t start = at;
    char quote = at < length && (line[at] == '"' || line[at] == '\'') ? line[at] : 0;
    if (quote) {
      const char *end = memchr(line + at + 1, quote, length - at - 1);
      at = end ? (size_t)(end - line) + 1 : length;
    }
    while (at < length && !is_space(line[at])) at++;
    if (at == start) break;
    if (count == 8) return ct_error_set(err, CTSEC_E_ARG, "more than six arguments");
    words[count++] = (word){line + start, at - start};
  }
  if (!count) return ct_error_set(err, CTSEC_E_ARG, "an empty line");
  const ct_arch *arch = arch_of(&words[0], err);
  if (!arch) return CTSEC_E_ARG;
  if (count == 1) return ct_error_set(err, CTSEC_E_ARG, "a system call is missing");
  int32_t found = 0;
  int status = number_of(arch, &words[1], &found, err);
  uint64_t read[6] = {0};
  uint32_t open = 0;
  for (size_t i = 2; i < count && !status; i++) {
    int is_unknown = 0;
    status = value_of(arch, &words[i], &read[i - 2], &is_unknown, err);
    if (is_unknown) open |= 1u << (i - 2);
  }
  if (status) return status;
  *audit = arch->abi.audit;
  *nr = found;
  memcpy(values, read, sizeof read);
  *unknown = open;
  return 0;
}

static const char *short_name(uint32_t action) {
  switch (action & CT_RET_ACTION) {
    case CT_RET_KILL_PROCESS: return "kill_process";
    case CT_RET_KILL_THREAD: return "kill_thread";
    case CT_RET_TRAP: return "trap";
    case CT_RET_ERRNO: return "errno";
    case CT_RET_NOTIFY: return "notify";
    case CT_RET_TRACE: return "trace";
    case CT_RET_LOG: return "log";
    case CT_RET_ALLOW: return "allow";
    default: return "kill_process";
  }
}

int ctsec_action_name(uint32_t action, char *text, size_t size, ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  uint32_t kind = action & CT_RET_ACTION, data = action & CT_RET_DATA;
  ct_buffer_text(&buffer, short_name(action));
  if (kind == CT_RET_ERRNO && data > 4095) data = 4095;
  if (kind == CT_RET_ERRNO || kind == CT_RET_TRAP || kind == CT_RET_TRACE) ct_buffer_format(&buffer, " %u", data);
  int status = 0;
  if (buffer.failed)
    status = ct_error_nomem(err);
  else if (buffer.length >= size)
    status = ct_error_set(err, CTSEC_E_ARG, "the text needs %u bytes", (unsigned)buffer.length + 1);
  if (!status) {
    memcpy(text, buffer.data, buffer.length);
    text[buffer.length] = '\0';
  }
  ct_buffer_free(&buffer);
  return status;
}
