/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/locate.h"

#include <string.h>

#include "base/utf8.h"

typedef struct key {
  const char *text;
  uint32_t length;
  uint32_t hash;
} key;

typedef struct frame {
  /* Index of the array or object in positions. */
  uint32_t position;
  uint32_t first_key;
  /* Places of keys in the stack of keys, plus one; NULL while there are few. */
  uint32_t *table;
  uint32_t table_size;
  char bracket;
} frame;

typedef struct walk {
  ct_arena *arena;
  /* Several documents, one behind the other. */
  int many;
  uint32_t roots;
  const char *source;
  const char *text;
  size_t length;
  size_t at;
  ct_position *positions;
  uint32_t count;
  size_t strings;
  frame *frames;
  uint32_t depth;
  key *keys;
  uint32_t key_count;
  uint64_t depth_limit;
  uint64_t node_limit;
  uint32_t seed;
  /* A key is being read: the innermost object has no member yet to point at. */
  int in_key;
  ctsec_error **err;
} walk;

/* A power of two, as the tables are. */
#define FEW_KEYS 8u

/* The pointer of what is being read: keys and indexes of the open arrays and objects. */
static void add_pointer(const walk *w, ct_buffer *pointer) {
  for (uint32_t i = 0; i < w->depth; i++) {
    const frame *f = &w->frames[i];
    uint32_t done = w->positions[f->position].count;
    uint32_t next_key = i + 1 < w->depth ? w->frames[i + 1].first_key : w->key_count;
    if (f->bracket == '[') {
      ct_buffer_format(pointer, "/%u", done ? done - 1 : 0);
    } else if (next_key > f->first_key && !(w->in_key && i + 1 == w->depth)) {
      const key *k = &w->keys[next_key - 1];
      ct_buffer_char(pointer, '/');
      for (uint32_t n = 0; n < k->length; n++) {
        if (k->text[n] == '~' || k->text[n] == '/')
          ct_buffer_text(pointer, k->text[n] == '~' ? "~0" : "~1");
        else
          ct_buffer_char(pointer, k->text[n]);
      }
    }
  }
}

static int fail(walk *w, int code, size_t offset, const char *format, ...) __attribute__((format(printf, 4, 5)));
static int fail(walk *w, int code, size_t offset, const char *format, ...) {
  if (!w->err) return code;
  ct_document document = {w->source, w->text, w->length, NULL, 0, 0, NULL};
  ct_place place = CT_NO_PLACE;
  ct_buffer message, pointer;
  ct_buffer_init(&message);
  ct_buffer_init(&pointer);
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  add_pointer(w, &pointer);
  ct_buffer_char(&pointer, '\0');
  place.source = w->source;
  place.offset = (int64_t)offset;
  place.pointer = pointer.failed ? NULL : pointer.data;
  ct_document_locate(&document, offset, &place.line, &place.column);
  if (message.failed)
    code = ct_error_nomem(w->err);
  else
    ct_error_at(w->err, code, &place, "%.*s", (int)message.length, message.data ? message.data : "");
  ct_buffer_free(&message);
  ct_buffer_free(&pointer);
  return code;
}

static int syntax(walk *w, size_t offset, const char *message) { return fail(w, CTSEC_E_SYNTAX, offset, "%s", message); }

static int unexpected(walk *w, const char *wanted) {
  if (w->at >= w->length) return fail(w, CTSEC_E_SYNTAX, w->at, "the text ends where %s should stand", wanted);
  unsigned char c = (unsigned char)w->text[w->at];
  if (c > 0x20 && c < 0x7f) return fail(w, CTSEC_E_SYNTAX, w->at, "`%c` stands where %s should", c, wanted);
  return fail(w, CTSEC_E_SYNTAX, w->at, "byte 0x%02x stands where %s should", c, wanted);
}

static void skip_space(walk *w) {
  while (w->at < w->length) {
    char c = w->text[w->at];
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
    w->at++;
  }
}

static int hex4(const char *text, size_t length, uint32_t *value) {
  if (length < 4) return 0;
  uint32_t v = 0;
  for (size_t i = 0; i < 4; i++) {
    char c = text[i];
    uint32_t digit;
    if (c >= '0' && c <= '9')
      digit = (uint32_t)(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
      digit = (uint32_t)((c | 0x20) - 'a') + 10;
    else
      return 0;
    v = v << 4 | digit;
  }
  *value = v;
  return 1;
}

/* At the backslash. */
static int check_escape(walk *w) {
  size_t start = w->at;
  if (start + 1 >= w->length) return syntax(w, start, "the text ends within a string");
  char c = w->text[start + 1];
  if (c != 'u') {
    if (!strchr("\"\\/bfnrt", c) || !c) return syntax(w, start, "an escape that JSON does not have");
    w->at += 2;
    return 0;
  }
  const char *text = w->text + start;
  size_t left = w->length - start;
  uint32_t value, low;
  if (!hex4(text + 2, left - 2, &value)) return syntax(w, start, "\\u needs four hexadecimal digits");
  w->at += 6;
  if (!value) return syntax(w, start, "a NUL character, at which other programs cut the text");
  if (value >= 0xdc00 && value <= 0xdfff) return syntax(w, start, "a low surrogate without a high one");
  if (value < 0xd800 || value > 0xdbff) return 0;
  if (left < 12 || text[6] != '\\' || text[7] != 'u' || !hex4(text + 8, left - 8, &low) || low < 0xdc00 ||
      low > 0xdfff)
    return syntax(w, start, "a high surrogate without a low one");
  w->at += 6;
  return 0;
}

/* Most bytes of most strings need no look of their own. */
static const unsigned char plain[256] = {
#define P16 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, P16, P16, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, P16, P16};

/* At the opening quote; past the closing one afterwards. */
static int walk_string(walk *w, int *escaped) {
  size_t start = w->at++;
  *escaped = 0;
  for (;;) {
    while (w->at < w->length && plain[(unsigned char)w->text[w->at]]) w->at++;
    if (w->at >= w->length) return syntax(w, start, "a string without end");
    unsigned char c = (unsigned char)w->text[w->at];
    if (c == '"') {
      w->at++;
      w->strings += w->at - start - 1;
      return 0;
    }
    if (c == '\\') {
      *escaped = 1;
      int status = check_escape(w);
      if (status) return status;
    } else if (c < 0x20) {
      return fail(w, CTSEC_E_SYNTAX, w->at, "control character 0x%02x in a string; it must be escaped", c);
    } else if (c == 0x7f) {
      w->at++;
    } else {
      int n = ct_utf8_length(w->text + w->at, w->length - w->at);
      if (!n) return fail(w, CTSEC_E_SYNTAX, w->at, "byte 0x%02x is not UTF-8", c);
      w->at += (size_t)n;
    }
  }
}

static int is_digit(const walk *w) { return w->at < w->length && w->text[w->at] >= '0' && w->text[w->at] <= '9'; }

/* The significant digits of a real, as many as decide, and the power of ten of the first. */
typedef struct decimal {
  char digits[40];
  size_t count;
  int64_t power;
} decimal;

static void add_digits(decimal *d, const char *text, size_t length, int64_t power) {
  for (size_t i = 0; i < length; i++, power--) {
    if (!d->count && text[i] == '0') continue;
    if (!d->count) d->power = power;
    if (d->count < sizeof d->digits) d->digits[d->count++] = text[i];
  }
}

/* From 2^1024 - 2^970 = 1.797...e308 on, the nearest double is infinity. */
static int is_finite(const decimal *d, int64_t exponent) {
  static const char infinite[] = "1797693134862315807937289714053034150799";
  if (!d->count || d->power + exponent < 308) return 1;
  if (d->power + exponent > 308) return 0;
  int order = memcmp(d->digits, infinite, d->count);
  return order < 0 || (!order && d->count < sizeof d->digits);
}

static size_t digits_from(walk *w) {
  size_t start = w->at;
  while (is_digit(w)) w->at++;
  return w->at - start;
}

int ct_json_integer(const char *text, size_t length, uint64_t *magnitude, uint8_t *negative) {
  int minus = length && *text == '-';
  uint64_t value = 0, most = minus ? (uint64_t)INT64_MAX + 1 : UINT64_MAX;
  for (size_t i = (size_t)minus; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    uint64_t digit = (uint64_t)(text[i] - '0');
    if (value > (most - digit) / 10) return 0;
    value = value * 10 + digit;
  }
  *magnitude = value;
  *negative = minus && value;
  return 1;
}

static int walk_number(walk *w) {
  size_t start = w->at;
  int real = 0;
  if (w->text[w->at] == '-') w->at++;
  if (!is_digit(w)) return unexpected(w, "a digit");
  const char *whole = w->text + w->at;
  size_t length = digits_from(w);
  if (*whole == '0' && length > 1) return syntax(w, start, "a number with a leading zero");
  decimal d = {.count = 0};
  add_digits(&d, whole, length, (int64_t)length - 1);
  if (w->at < w->length && w->text[w->at] == '.') {
    real = 1;
    w->at++;
    if (!is_digit(w)) return unexpected(w, "a digit");
    const char *fraction = w->text + w->at;
    add_digits(&d, fraction, digits_from(w), -1);
  }
  int64_t exponent = 0;
  if (w->at < w->length && (w->text[w->at] | 0x20) == 'e') {
    real = 1;
    w->at++;
    int small = w->at < w->length && w->text[w->at] == '-';
    if (w->at < w->length && (w->text[w->at] == '+' || small)) w->at++;
    if (!is_digit(w)) return unexpected(w, "a digit");
    for (; is_digit(w); w->at++)
      if (exponent < INT32_MAX) exponent = exponent * 10 + (w->text[w->at] - '0');
    if (small) exponent = -exponent;
  }
  uint64_t magnitude;
  uint8_t negative;
  if (!real && !ct_json_integer(w->text + start, w->at - start, &magnitude, &negative))
    return syntax(w, start, "a number outside -2^63 to 2^64-1");
  return !real || is_finite(&d, exponent) ? 0 : syntax(w, start, "a number too large for a floating-point value");
}

static int walk_word(walk *w, const char *word) {
  size_t length = strlen(word);
  if (w->length - w->at < length || memcmp(w->text + w->at, word, length)) return unexpected(w, "a value");
  w->at += length;
  return 0;
}

uint32_t ct_json_unescape(const char *text, size_t length, char *out) {
  size_t n = 0;
  for (size_t i = 0; i < length; i++) {
    const char *escape = memchr(text + i, '\\', length - i);
    size_t before = (escape ? (size_t)(escape - text) : length) - i;
    memcpy(out + n, text + i, before);
    n += before;
    i += before;
    if (i + 1 >= length) break;
    char c = text[++i];
    uint32_t value = 0, low = 0;
    switch (c) {
      case 'b': out[n++] = '\b'; break;
      case 'f': out[n++] = '\f'; break;
      case 'n': out[n++] = '\n'; break;
      case 'r': out[n++] = '\r'; break;
      case 't': out[n++] = '\t'; break;
      case 'u':
        hex4(text + i + 1, length - i - 1, &value);
        i += 4;
        if (value >= 0xd800 && value <= 0xdbff && i + 7 <= length) {
          hex4(text + i + 3, length - i - 3, &low);
          i += 6;
          value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
        }
        n += (size_t)ct_utf8_encode(value, out + n);
        break;
      default: out[n++] = c;
    }
  }
  return (uint32_t)n;
}

/* Seeded by an address, so that nobody can prepare keys that collide. */
static uint32_t hash_of(const walk *w, const char *text, size_t length) {
  uint64_t hash = w->seed ^ UINT64_C(0x9e3779b97f4a7c15);
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
  return (uint32_t)(hash ^ hash >> 32);
}

static int same(const key *a, const key *b) {
  return a->hash == b->hash && a->length == b->length && !memcmp(a->text, b->text, a->length);
}

/* Looks in the table of a large object; enters the key where it is new. */
static int is_new(walk *w, frame *f, const key *added, uint32_t index) {
  uint32_t mask = f->table_size - 1;
  for (uint32_t i = added->hash & mask;; i = (i + 1) & mask) {
    if (!f->table[i]) {
      f->table[i] = index + 1;
      return 1;
    }
    if (same(&w->keys[f->table[i] - 1], added)) return 0;
  }
}

static int build_table(walk *w, frame *f, uint32_t size) {
  f->table = ct_arena_array(w->arena, size, sizeof *f->table);
  if (!f->table) return 0;
  f->table_size = size;
  for (uint32_t i = f->first_key; i < w->key_count; i++) is_new(w, f, &w->keys[i], i);
  return 1;
}

/* At the quote that begins a key. */
static int walk_key(walk *w, ct_position *place) {
  size_t start = w->at;
  int escaped;
  int status = walk_string(w, &escaped);
  if (status) return status;
  frame *f = &w->frames[w->depth - 1];
  key added = {w->text + start + 1, (uint32_t)(w->at - start - 2), 0};
  if (escaped) {
    /* Keys are compared as they read, not as they are written. */
    char *plain_text = ct_arena_alloc(w->arena, added.length);
    if (!plain_text) return ct_error_nomem(w->err);
    added.length = ct_json_unescape(added.text, added.length, plain_text);
    added.text = plain_text;
  }
  added.hash = hash_of(w, added.text, added.length);
  uint32_t count = w->key_count - f->first_key;
  int fresh = 1;
  if (count >= FEW_KEYS) {
    if (count * 2 >= f->table_size && !build_table(w, f, f->table_size ? f->table_size * 2 : FEW_KEYS * 4))
      return ct_error_nomem(w->err);
    fresh = is_new(w, f, &added, w->key_count);
  } else {
    for (uint32_t i = f->first_key; i < w->key_count && fresh; i++) fresh = !same(&w->keys[i], &added);
  }
  key *keys = ct_arena_grow(w->arena, w->keys, w->key_count, sizeof *keys);
  if (!keys) return ct_error_nomem(w->err);
  w->keys = keys;
  keys[w->key_count++] = added;
  w->in_key = 0;
  if (!fresh)
    return fail(w, CTSEC_E_SYNTAX, start, "the key `%.*s` stands twice in one object", (int)added.length, added.text);
  place->key_offset = (uint32_t)start;
  place->key_end = (uint32_t)w->at;
  skip_space(w);
  if (w->at >= w->length || w->text[w->at] != ':') return unexpected(w, "`:`");
  w->at++;
  skip_space(w);
  return 0;
}

static int push(walk *w, char bracket, uint32_t position) {
  if (w->depth >= w->depth_limit)
    return fail(w, CTSEC_E_LIMIT, w->at, "nested deeper than the limit of %llu", (unsigned long long)w->depth_limit);
  frame *frames = ct_arena_grow(w->arena, w->frames, w->depth, sizeof *frames);
  if (!frames) return ct_error_nomem(w->err);
  w->frames = frames;
  frames[w->depth++] = (frame){position, w->key_count, NULL, 0, bracket};
  w->at++;
  return 0;
}

/* Begins a value; arrays and objects are left open. */
static int begin_value(walk *w, ct_position place) {
  if (w->count >= w->node_limit)
    return fail(w, CTSEC_E_LIMIT, w->at, "more values than the limit of %llu", (unsigned long long)w->node_limit);
  ct_position *positions = ct_arena_grow(w->arena, w->positions, w->count, sizeof *positions);
  if (!positions) return ct_error_nomem(w->err);
  w->positions = positions;
  uint32_t index = w->count++;
  if (w->depth) positions[w->frames[w->depth - 1].position].count++;
  place.offset = (uint32_t)w->at;
  positions[index] = place;
  int status, escaped;
  char c = w->at < w->length ? w->text[w->at] : '\0';
  if (c == '{' || c == '[')
    return push(w, c, index);
  else if (c == '"')
    status = walk_string(w, &escaped);
  else if (c == '-' || (c >= '0' && c <= '9'))
    status = walk_number(w);
  else if (c == 't')
    status = walk_word(w, "true");
  else if (c == 'f')
    status = walk_word(w, "false");
  else if (c == 'n')
    status = walk_word(w, "null");
  else
    status = unexpected(w, "a value");
  positions[index].end = (uint32_t)w->at;
  return status;
}

/* Key (of an object) and value. */
static int begin_member(walk *w) {
  ct_position place = {0};
  if (w->frames[w->depth - 1].bracket == '{') {
    w->in_key = 1;
    if (w->at >= w->length || w->text[w->at] != '"') return unexpected(w, "a key in double quotes");
    int status = walk_key(w, &place);
    if (status) return status;
  }
  return begin_value(w, place);
}

static void pop(walk *w) {
  const frame *f = &w->frames[--w->depth];
  w->key_count = f->first_key;
  w->positions[f->position].end = (uint32_t)++w->at;
}

static int walk_root(walk *w) {
  int status = begin_value(w, (ct_position){0});
  while (!status && w->depth) {
    frame *f = &w->frames[w->depth - 1];
    char close = f->bracket == '{' ? '}' : ']';
    uint32_t count = w->positions[f->position].count;
    skip_space(w);
    if (w->at < w->length && w->text[w->at] == close) {
      pop(w);
      continue;
    }
    if (count) {
      if (w->at >= w->length || w->text[w->at] != ',') {
        status = unexpected(w, close == '}' ? "`,` or `}`" : "`,` or `]`");
        break;
      }
      w->at++;
      skip_space(w);
    }
    status = begin_member(w);
  }
  return status;
}

static int walk_document(walk *w) {
  if (w->length >= 3 && !memcmp(w->text, "\xef\xbb\xbf", 3))
    return syntax(w, 0, "a byte order mark; JSON begins with its first value");
  skip_space(w);
  if (w->at >= w->length) return syntax(w, w->at, "the input is empty");
  do {
    int status = walk_root(w);
    if (status) return status;
    w->roots++;
    skip_space(w);
  } while (w->many && w->at < w->length);
  if (w->at < w->length) return syntax(w, w->at, "text stands behind the document");
  return 0;
}

int ct_json_locate(ct_arena *arena, const char *text, size_t length, int many, const ctsec_options *options,
                   ct_positions *positions, ctsec_error **err) {
  walk w = {.arena = arena,
            .many = many,
            .source = ct_options_source(options),
            .text = text,
            .length = length,
            .depth_limit = ct_options_limit(options, CTSEC_LIMIT_DEPTH),
            .node_limit = ct_options_limit(options, CTSEC_LIMIT_NODES),
            .seed = (uint32_t)((uintptr_t)arena >> 4) * 2654435761u,
            .err = err};
  int status = walk_document(&w);
  if (status) return status;
  *positions = (ct_positions){w.positions, w.count, w.roots, w.strings};
  return 0;
}
