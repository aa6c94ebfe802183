/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

void ct_json_init(ct_json *json, int compact) {
  memset(json, 0, sizeof *json);
  json->compact = compact;
}

void ct_json_free(ct_json *json) { ct_buffer_free(&json->buffer); }

static const char line[] = "\n                                                                "
                           "                                                                ";
_Static_assert(sizeof line - 1 > 2 * CT_JSON_DEPTH, "room for the deepest level");

static void newline(ct_json *json) {
  if (!json->compact) ct_buffer_add(&json->buffer, line, 1 + (size_t)json->depth * 2);
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

static int is_plain(char c) { return (signed char)c >= 0x20 && c != 0x7f && c != '"' && c != '\\'; }

/* Both copy a step and tell how many bytes from its start are printable ASCII without quote and backslash. */
#define EIGHT ((size_t)8)
static size_t copy_eight(char *to, const char *text) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t word;
  memcpy(&word, text, 8);
  memcpy(to, &word, 8);
  uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
  uint64_t found = word | (word + ones) | ((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
  if (!(found & ones << 7)) return 8;
  size_t at = 0;
  while (is_plain(text[at])) at++;
  return at;
}

#ifdef __SSE2__
#define STEP ((size_t)16)
static size_t copy_step(char *to, const char *text) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
  __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), last = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  _mm_storeu_si128((__m128i *)(void *)to, bytes);
  int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, last), _mm_or_si128(quote, backslash)));
  return (size_t)__builtin_ctz((unsigned)found | 1u << 16);
}
#else
#define STEP EIGHT
static size_t copy_step(char *to, const char *text) { return copy_eight(to, text); }
#endif

/* Copies what needs neither an escape nor a look; how many bytes there are. What follows them in `to` may be overwritten, up to length. */
static size_t copy_plain(char *to, const char *text, size_t length) {
  size_t at = 0, n;
  for (; at + STEP <= length; at += STEP)
    if ((n = copy_step(to + at, text + at)) < STEP) return at + n;
  if (length >= STEP) {
    /* The last ones once more, together with those before. */
    at = length - STEP;
    return at + copy_step(to + at, text + at);
  }
  if (length >= EIGHT) {
    if ((n = copy_eight(to, text)) < EIGHT) return n;
    at = length - EIGHT;
    return at + copy_eight(to + at, text + at);
  }
  while (at < length && is_plain(text[at])) {
    to[at] = text[at];
    at++;
  }
  return at;
}

/* The escape of a byte, or of what is no UTF-8, in storage; NULL where the *n bytes stand for themselves. */
static const char *escape_of(const char *text, size_t length, char storage[7], size_t *n) {
  static const char digits[] = "0123456789abcdef";
  unsigned char c = (unsigned char)*text;
  *n = 1;
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
  }
  uint32_t point = c;
  size_t valid = c < 0x20 || c == 0x7f ? 0 : (size_t)ct_utf8_decode(text, length, &point);
  if (valid) {
    *n = valid;
    if (!ct_utf8_is_unseen(point)) return NULL;
    /* The same to a parser, and harmless to a terminal. */
    memcpy(storage, "\\u", 2);
    for (unsigned i = 0; i < 4; i++) storage[2 + i] = digits[point >> (12 - 4 * i) & 15];
    storage[6] = '\0';
    return storage;
  }
  const char *start = c >= 0x80 ? "\\\\x" : "\\u00";
  size_t size = strlen(start);
  memcpy(storage, start, size);
  storage[size] = digits[c >> 4];
  storage[size + 1] = digits[c & 15];
  storage[size + 2] = '\0';
  return storage;
}

static void add_escaped(ct_buffer *buffer, const char *text, size_t length) {
  while (length) {
    if (length >= buffer->capacity - buffer->length && !ct_buffer_reserve(buffer, length)) return;
    size_t n = copy_plain(buffer->data + buffer->length, text, length);
    buffer->length += n;
    text += n;
    length -= n;
    if (!length) return;
    char storage[7];
    const char *escape = escape_of(text, length, storage, &n);
    if (escape)
      ct_buffer_text(buffer, escape);
    else
      ct_buffer_add(buffer, text, n);
    text += n;
    length -= n;
  }
}

static void add_string(ct_json *json, const char *text, size_t length) {
  ct_buffer_char(&json->buffer, '"');
  add_escaped(&json->buffer, text, length);
  ct_buffer_char(&json->buffer, '"');
}

/* The most that stands around a key. */
#define AROUND (1 + sizeof line + 5)

/* All that stands before a key in one go: there are more keys than anything else. NULL where memory is out. */
static char *begin_key(ct_json *json, size_t length) {
  ct_buffer *buffer = &json->buffer;
  json->after_key = 1;
  if (length + AROUND >= buffer->capacity - buffer->length && !ct_buffer_reserve(buffer, length + AROUND)) return NULL;
  char *to = buffer->data + buffer->length;
  if (json->depth && json->started[json->depth - 1]) *to++ = ',';
  if (json->depth) json->started[json->depth - 1] = 1;
  if (!json->compact) {
    size_t indent = 1 + (size_t)json->depth * 2;
    memcpy(to, line, 32);
    if (indent > 32) memcpy(to + 32, line + 32, indent - 32);
    to += indent;
  }
  *to++ = '"';
  return to;
}

static void end_key(ct_json *json, char *to) {
  memcpy(to, "\": ", 4);
  json->buffer.length = (size_t)(to + (json->compact ? 2 : 3) - json->buffer.data);
}

void ct_json_key(ct_json *json, const char *key) {
  size_t length = strlen(key);
  char *to = begin_key(json, length);
  if (!to) return;
  size_t n = copy_plain(to, key, length);
  if (n == length) {
    end_key(json, to + n);
    return;
  }
  json->buffer.length = (size_t)(to - json->buffer.data);
  add_escaped(&json->buffer, key, length);
  ct_buffer_add(&json->buffer, "\": ", json->compact ? 2 : 3);
}

void ct_json_name(ct_json *json, const char *name, size_t length) {
  char *to = begin_key(json, CT_JSON_NAME);
  if (!to) return;
  memcpy(to, name, CT_JSON_NAME);
  end_key(json, to + length);
}

void ct_json_name_text(ct_json *json, const char *name, size_t length, const char *text) {
  ct_json_name_string(json, name, length, text, text ? strlen(text) : 0);
}

void ct_json_name_string(ct_json *json, const char *name, size_t length, const char *text, size_t size) {
  char *to = begin_key(json, size + CT_JSON_NAME + 2);
  if (!to) return;
  json->after_key = 0;
  memcpy(to, name, CT_JSON_NAME);
  to += length;
  memcpy(to, json->compact ? "\":\"" : "\": ", 4);
  to += 3;
  if (!text) {
    to -= json->compact;
    memcpy(to, "null", 4);
    json->buffer.length = (size_t)(to + 4 - json->buffer.data);
    return;
  }
  if (!json->compact) *to++ = '"';
  size_t n = copy_plain(to, text, size);
  json->buffer.length = (size_t)(to + n - json->buffer.data);
  if (n < size) add_escaped(&json->buffer, text + n, size - n);
  ct_buffer_char(&json->buffer, '"');
}

void ct_json_open(ct_json *json) {
  before_value(json);
  ct_buffer_char(&json->buffer, '"');
}

void ct_json_add(ct_json *json, const char *text, size_t length) { add_escaped(&json->buffer, text, length); }

void ct_json_close(ct_json *json) { ct_buffer_char(&json->buffer, '"'); }

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
