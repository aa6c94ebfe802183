/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A growing text. A failed allocation is remembered and reported once, by ct_buffer_take(). */
#ifndef CT_BASE_BUFFER_H
#define CT_BASE_BUFFER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ct_buffer {
  char *data;
  size_t length;
  size_t capacity;
  int failed;
} ct_buffer;

void ct_buffer_init(ct_buffer *buffer);
void ct_buffer_free(ct_buffer *buffer);
/* Makes room for more bytes beside the final NUL; 0 where memory is out. */
int ct_buffer_reserve(ct_buffer *buffer, size_t more);
/* In code that is compiled for size a call is shorter than the function. */
#if defined __OPTIMIZE_SIZE__ && !defined CT_BUFFER_DEFINES
void ct_buffer_add(ct_buffer *buffer, const char *text, size_t length);
void ct_buffer_text(ct_buffer *buffer, const char *text);
void ct_buffer_char(ct_buffer *buffer, char c);
#else
inline void ct_buffer_add(ct_buffer *buffer, const char *text, size_t length) {
  if (!length || (length >= buffer->capacity - buffer->length && !ct_buffer_reserve(buffer, length))) return;
  memcpy(buffer->data + buffer->length, text, length);
  buffer->length += length;
}
inline void ct_buffer_text(ct_buffer *buffer, const char *text) { ct_buffer_add(buffer, text, strlen(text)); }
inline void ct_buffer_char(ct_buffer *buffer, char c) {
  if (1 >= buffer->capacity - buffer->length && !ct_buffer_reserve(buffer, 1)) return;
  buffer->data[buffer->length++] = c;
}
#endif
void ct_buffer_unsigned(ct_buffer *buffer, uint64_t value);
void ct_buffer_signed(ct_buffer *buffer, int64_t value);
/* Lower-case hex, at least `digits` digits, no 0x. */
void ct_buffer_hex(ct_buffer *buffer, uint64_t value, int digits);
/*
 * Our own formatter, free of locale and of stdio: %s %.*s %c %d %u %x with
 * the lengths l, ll, z, zero padding (%04x) and %%.
 */
void ct_buffer_format(ct_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ct_buffer_vformat(ct_buffer *buffer, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
/*
 * Hands the text to the caller, NUL-terminated, and empties the buffer.
 * CTSEC_E_NOMEM where any earlier step failed; the outputs are then untouched
 * and the buffer is freed.
 */
int ct_buffer_take(ct_buffer *buffer, char **text, size_t *length);

#endif
