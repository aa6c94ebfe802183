/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "caps/names.h"

/* Names of one length each are found and copied without a search: this is the call that scanners make most. */
typedef struct written {
  uint8_t length;
  char text[31];
} written;

static const written names[] = {
#define CAP(number, name, since, risk, syscalls) [number] = {sizeof("CAP_" #name ",") - 1, "CAP_" #name ","},
#include "data/caps.def"
#undef CAP
};

int ctsec_caps_decode(uint64_t mask, char *buffer, size_t size, size_t *length, ctsec_error **err) {
  if (!buffer) return ct_error_null(err, "buffer");
  if (!length) return ct_error_null(err, "length");
  char local[CTSEC_CAPS_TEXT + sizeof(written)];
  char *text = size >= sizeof local ? buffer : local;
  size_t used = 0;
  uint64_t named = mask & CT_CAPS_ALL, others = mask & ~CT_CAPS_ALL;
  while (named) {
    const written *name = &names[__builtin_ctzll(named)];
    named &= named - 1;
    /* A copy of constant size is two or four moves; what is too much is overwritten by the next. */
    memcpy(text + used, name->text, sizeof name->text);
    used += name->length;
  }
  while (others) {
    unsigned number = (unsigned)__builtin_ctzll(others);
    others &= others - 1;
    text[used++] = (char)('0' + number / 10);
    text[used++] = (char)('0' + number % 10);
    text[used++] = ',';
  }
  if (used) used--;
  if (used >= size) return ct_error_set(err, CTSEC_E_LIMIT, "the text needs %zu bytes, the buffer has %zu", used + 1, size);
  text[used] = '\0';
  if (text == local) memcpy(buffer, local, used + 1);
  *length = used;
  return 0;
}

static int at_offset(ctsec_error **err, int code, size_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static int at_offset(ctsec_error **err, int code, size_t offset, const char *format, ...) {
  ct_buffer message;
  ct_buffer_init(&message);
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  ct_place place = CT_NO_PLACE;
  place.offset = (int64_t)offset;
  place.line = 1;
  place.column = (int64_t)offset + 1;
  if (message.failed)
    code = ct_error_nomem(err);
  else
    ct_error_at(err, code, &place, "%.*s", (int)message.length, message.data);
  ct_buffer_free(&message);
  return code;
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int ctsec_caps_parse(const char *text, size_t length, uint64_t *mask, ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!mask) return ct_error_null(err, "mask");
  size_t start = length >= 2 && text[0] == '0' && (text[1] | 0x20) == 'x' ? 2 : 0;
  if (length == start) return at_offset(err, CTSEC_E_SYNTAX, start, start ? "a mask has digits behind 0x" : "the mask is empty");
  uint64_t value = 0;
  for (size_t i = start; i < length; i++) {
    int digit = digit_of(text[i]);
    if (digit < 0)
      return at_offset(err, CTSEC_E_SYNTAX, i, "`%c` is no hexadecimal digit", (unsigned char)text[i]);
    if (value >> 60) return at_offset(err, CTSEC_E_LIMIT, i, "the mask overflows 64 bits");
    value = value << 4 | (uint64_t)digit;
  }
  if (length - start > 16) return at_offset(err, CTSEC_E_LIMIT, start + 16, "the mask is too long: %zu digits, at most 16", length - start);
  *mask = value;
  return 0;
}

static int is_separator(char c) { return c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static int is_all(const char *text, size_t length) {
  return (length == 3 && (text[0] | 0x20) == 'a' && (text[1] | 0x20) == 'l' && (text[2] | 0x20) == 'l') ||
         (length == 7 && (text[0] | 0x20) == 'c' && (text[1] | 0x20) == 'a' && (text[2] | 0x20) == 'p' &&
          text[3] == '_' && is_all(text + 4, 3));
}

int ctsec_caps_encode(const char *text, size_t length, uint64_t *mask, ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!mask) return ct_error_null(err, "mask");
  uint64_t value = 0;
  int comma = 0, items = 0;
  for (size_t at = 0; at < length;) {
    if (text[at] == ',') {
      if (comma || !items) return at_offset(err, CTSEC_E_SYNTAX, at, "a name is missing before the comma");
      comma = 1;
      at++;
      continue;
    }
    if (is_separator(text[at])) {
      at++;
      continue;
    }
    size_t end = at;
    while (end < length && !is_separator(text[end])) end++;
    int32_t number;
    if (is_all(text + at, end - at)) {
      value |= CT_CAPS_ALL;
    } else if (ctsec_cap_find(text + at, end - at, &number, NULL)) {
      const char *nearest = ct_cap_nearest(text + at, end - at);
      return at_offset(err, CTSEC_E_SCHEMA, at,
                       nearest ? "`%.*s` is no capability; did you mean %s?" : "`%.*s` is no capability",
                       (int)(end - at), text + at, nearest);
    } else {
      value |= CT_CAP_BIT(number);
    }
    items++;
    comma = 0;
    at = end;
  }
  if (comma) return at_offset(err, CTSEC_E_SYNTAX, length, "a name is missing behind the comma");
  *mask = value;
  return 0;
}

int ctsec_caps_to_json(uint64_t mask, char **text, size_t *length, ctsec_error **err) {
  if (!text || !length) return ct_error_null(err, "text or length");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/mask/1");
  ct_json_key_mask(&json, "mask", mask);
  ct_json_key(&json, "names");
  ct_json_array(&json);
  for (int i = 0; i < CT_CAP_COUNT; i++)
    if (mask & CT_CAP_BIT(i)) ct_json_text(&json, ct_cap_at(i)->name);
  ct_json_end(&json);
  ct_json_key(&json, "unknown_bits");
  ct_json_array(&json);
  for (int i = CT_CAP_COUNT; i < 64; i++)
    if (mask & CT_CAP_BIT(i)) ct_json_unsigned(&json, (uint64_t)i);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}
