/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"

#include <string.h>

#include "base/utf8.h"

void ct_json_init(ct_json *json, int compact) {
  memset(json, 0, sizeof *json);
  json->compact = compact;
}

void ct_json_free(ct_json *json) { ct_buffer_free(&json->buffer); }

static void newline(ct_json *json) {
  if (json->compact) return;
  static const char line[] = "\n                                                                "
                             "                                                                ";
  _Static_assert(sizeof line - 1 > 2 * CT_JSON_DEPTH, "room for the deepest level");
  ct_buffer_add(&json->buffer, line, 1 + (size_t)json->depth * 2);
}

static void before_value(ct_json *json) {
  if (json->after_key) {
    json->after_key = 0;
    return;
  }
  if (!json->depth) return;
  if (json->started[json->depth - 1]) ct_buffer_char(&json->buffer, ',');
  json->started[json->depth - 1] = 1;
  newline(json);
}

static void open(ct_json *json, char bracket) {
  before_value(json);
  if (json->depth == CT_JSON_DEPTH) {
    json->buffer.failed = 1;
    return;
  }
  json->started[json->depth] = 0;
  json->inside[json->depth++] = bracket;
  ct_buffer_char(&json->buffer, bracket);
}

void ct_json_object(ct_json *json) { open(json, '{'); }
void ct_json_array(ct_json *json) { open(json, '['); }

void ct_json_end(ct_json *json) {
  if (!json->depth) {
    json->buffer.failed = 1;
    return;
  }
  json->depth--;
  if (json->started[json->depth]) newline(json);
  ct_buffer_char(&json->buffer, json->inside[json->depth] == '{' ? '}' : ']');
}

/* How many bytes from the start need no escape: printable ASCII without quote and backslash, eight at a time. */
static size_t plain_length(const char *text, size_t length) {
  const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    uint64_t word;
    memcpy(&word, text + at, 8);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\', delete = word ^ ones * 0x7f;
    uint64_t found = word | ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                     ((backslash - ones) & ~backslash) | ((delete - ones) & ~delete);
    if (found & tops) break;
  }
  for (; at < length; at++) {
    unsigned char c = (unsigned char)text[at];
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') break;
  }
  return at;
}

static void add_string(ct_json *json, const char *text, size_t length) {
  ct_buffer *buffer = &json->buffer;
  ct_buffer_char(buffer, '"');
  size_t start = 0;
  for (size_t i = plain_length(text, length); i < length; i += plain_length(text + i, length - i)) {
    unsigned char c = (unsigned char)text[i];
    int n = 1;
    const char *escape = NULL;
    char control[7];
    if (c == '"') {
      escape = "\\\"";
    } else if (c == '\\') {
      escape = "\\\\";
    } else if (c == '\n') {
      escape = "\\n";
    } else if (c == '\t') {
      escape = "\\t";
    } else if (c == '\r') {
      escape = "\\r";
    } else if (c < 0x20 || c == 0x7f) {
      memcpy(control, "\\u00", 4);
      control[4] = "0123456789abcdef"[c >> 4];
      control[5] = "0123456789abcdef"[c & 15];
      control[6] = '\0';
      escape = control;
    } else if (c >= 0x80) {
      n = ct_utf8_length(text + i, length - i);
      if (!n) {
        n = 1;
        memcpy(control, "\\\\x", 3);
        control[3] = "0123456789abcdef"[c >> 4];
        control[4] = "0123456789abcdef"[c & 15];
        control[5] = '\0';
        escape = control;
      }
    }
    if (escape) {
      ct_buffer_add(buffer, text + start, i - start);
      ct_buffer_text(buffer, escape);
      start = i + 1;
    }
    i += (size_t)n;
  }
  ct_buffer_add(buffer, text + start, length - start);
  ct_buffer_char(buffer, '"');
}

void ct_json_key(ct_json *json, const char *key) {
  before_value(json);
  add_string(json, key, strlen(key));
  ct_buffer_text(&json->buffer, json->compact ? ":" : ": ");
  json->after_key = 1;
}

void ct_json_string(ct_json *json, const char *text, size_t length) {
  before_value(json);
  add_string(json, text, length);
}

void ct_json_text(ct_json *json, const char *text) {
  if (text)
    ct_json_string(json, text, strlen(text));
  else
    ct_json_null(json);
}

void ct_json_bool(ct_json *json, int value) {
  before_value(json);
  ct_buffer_text(&json->buffer, value ? "true" : "false");
}

void ct_json_null(ct_json *json) {
  before_value(json);
  ct_buffer_text(&json->buffer, "null");
}

void ct_json_unsigned(ct_json *json, uint64_t value) {
  if (value > UINT64_C(1) << 53) {
    ct_json_hex(json, value);
    return;
  }
  before_value(json);
  ct_buffer_unsigned(&json->buffer, value);
}

void ct_json_signed(ct_json *json, int64_t value) {
  before_value(json);
  ct_buffer_signed(&json->buffer, value);
}

void ct_json_mask(ct_json *json, uint64_t mask) {
  before_value(json);
  ct_buffer_char(&json->buffer, '"');
  ct_buffer_hex(&json->buffer, mask, 16);
  ct_buffer_char(&json->buffer, '"');
}

void ct_json_hex(ct_json *json, uint64_t value) {
  before_value(json);
  ct_buffer_text(&json->buffer, "\"0x");
  ct_buffer_hex(&json->buffer, value, 1);
  ct_buffer_char(&json->buffer, '"');
}

void ct_json_raw(ct_json *json, const char *text, size_t length) {
  before_value(json);
  ct_buffer_add(&json->buffer, text, length);
}

void ct_json_key_text(ct_json *json, const char *key, const char *text) {
  ct_json_key(json, key);
  ct_json_text(json, text);
}

void ct_json_key_unsigned(ct_json *json, const char *key, uint64_t value) {
  ct_json_key(json, key);
  ct_json_unsigned(json, value);
}

void ct_json_key_signed(ct_json *json, const char *key, int64_t value) {
  ct_json_key(json, key);
  ct_json_signed(json, value);
}

void ct_json_key_bool(ct_json *json, const char *key, int value) {
  ct_json_key(json, key);
  ct_json_bool(json, value);
}

void ct_json_key_mask(ct_json *json, const char *key, uint64_t mask) {
  ct_json_key(json, key);
  ct_json_mask(json, mask);
}

void ct_json_key_null(ct_json *json, const char *key) {
  ct_json_key(json, key);
  ct_json_null(json);
}

int ct_json_take(ct_json *json, char **text, size_t *length) {
  if (json->depth || json->after_key) json->buffer.failed = 1;
  if (!json->compact) ct_buffer_char(&json->buffer, '\n');
  return ct_buffer_take(&json->buffer, text, length);
}
