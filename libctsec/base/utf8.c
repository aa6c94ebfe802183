/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/utf8.h"

int ct_utf8_decode(const char *text, size_t length, uint32_t *point) {
  if (!length) return 0;
  const unsigned char *s = (const unsigned char *)text;
  if (s[0] < 0x80) {
    *point = s[0];
    return 1;
  }
  int n;
  uint32_t value, least;
  if (s[0] >= 0xc2 && s[0] <= 0xdf) {
    n = 2;
    value = s[0] & 0x1fu;
    least = 0x80;
  } else if ((s[0] & 0xf0) == 0xe0) {
    n = 3;
    value = s[0] & 0x0fu;
    least = 0x800;
  } else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
    n = 4;
    value = s[0] & 0x07u;
    least = 0x10000;
  } else {
    return 0;
  }
  if (length < (size_t)n) return 0;
  for (int i = 1; i < n; i++) {
    if ((s[i] & 0xc0) != 0x80) return 0;
    value = value << 6 | (s[i] & 0x3fu);
  }
  if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
  *point = value;
  return n;
}

int ct_utf8_length(const char *text, size_t length) {
  uint32_t point;
  return ct_utf8_decode(text, length, &point);
}

int ct_utf8_encode(uint32_t point, char *out) {
  if (point < 0x80) {
    out[0] = (char)point;
    return 1;
  }
  if (point < 0x800) {
    out[0] = (char)(0xc0 | point >> 6);
    out[1] = (char)(0x80 | (point & 0x3f));
    return 2;
  }
  if (point < 0x10000) {
    out[0] = (char)(0xe0 | point >> 12);
    out[1] = (char)(0x80 | (point >> 6 & 0x3f));
    out[2] = (char)(0x80 | (point & 0x3f));
    return 3;
  }
  out[0] = (char)(0xf0 | point >> 18);
  out[1] = (char)(0x80 | (point >> 12 & 0x3f));
  out[2] = (char)(0x80 | (point >> 6 & 0x3f));
  out[3] = (char)(0x80 | (point & 0x3f));
  return 4;
}

size_t ct_utf8_check(const char *text, size_t length) {
  size_t i = 0;
  while (i < length) {
    if ((unsigned char)text[i] < 0x80) {
      i++;
      continue;
    }
    int n = ct_utf8_length(text + i, length - i);
    if (!n) return i;
    i += (size_t)n;
  }
  return length;
}

int ct_utf8_is_ascii(const char *text, size_t length) {
  uint64_t all = 0, word;
  size_t at = 0;
  for (; at + sizeof word <= length; at += sizeof word) {
    memcpy(&word, text + at, sizeof word);
    all |= word;
  }
  for (; at < length; at++) all |= (unsigned char)text[at];
  return !(all & UINT64_C(0x8080808080808080));
}

static void add_byte(ct_buffer *buffer, char byte) {
  ct_buffer_text(buffer, "\\x");
  ct_buffer_hex(buffer, (unsigned char)byte, 2);
}

void ct_utf8_add(ct_buffer *buffer, const char *text, size_t length) {
  while (length) {
    size_t good = ct_utf8_check(text, length);
    ct_buffer_add(buffer, text, good);
    if (good == length) return;
    add_byte(buffer, text[good]);
    text += good + 1;
    length -= good + 1;
  }
}

int ct_utf8_is_unseen(uint32_t point) {
  return (point >= 0x80 && point < 0xa0) || point == 0x061c || point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0x2028 || point == 0x2029;
}

void ct_utf8_add_visible(ct_buffer *buffer, const char *text, size_t length) {
  for (size_t i = 0; i < length;) {
    size_t plain = i;
    while (plain < length && text[plain] >= 0x20 && text[plain] < 0x7f) plain++;
    ct_buffer_add(buffer, text + i, plain - i);
    i = plain;
    if (i == length) return;
    uint32_t point;
    int n = ct_utf8_decode(text + i, length - i, &point);
    if (!n || point < 0x20 || point == 0x7f) {
      add_byte(buffer, text[i]);
      i++;
      continue;
    }
    if (ct_utf8_is_unseen(point)) {
      ct_buffer_text(buffer, "\\u{");
      ct_buffer_hex(buffer, point, 4);
      ct_buffer_char(buffer, '}');
    } else {
      ct_buffer_add(buffer, text + i, (size_t)n);
    }
    i += (size_t)n;
  }
}
