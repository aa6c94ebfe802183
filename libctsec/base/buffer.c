/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define CT_BUFFER_DEFINES
#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "ctsec/error.h"

extern inline void ct_buffer_add(ct_buffer *buffer, const char *text, size_t length);
extern inline void ct_buffer_text(ct_buffer *buffer, const char *text);
extern inline void ct_buffer_char(ct_buffer *buffer, char c);

void ct_buffer_init(ct_buffer *buffer) { *buffer = (ct_buffer){0}; }

void ct_buffer_free(ct_buffer *buffer) {
  free(buffer->data);
  ct_buffer_init(buffer);
}

int ct_buffer_reserve(ct_buffer *buffer, size_t more) {
  if (buffer->failed) return 0;
  /* One byte is always kept for the final NUL. */
  if (more < buffer->capacity - buffer->length) return 1;
  if (more > SIZE_MAX / 2 - buffer->length - 1) {
    buffer->failed = 1;
    return 0;
  }
  size_t capacity = buffer->capacity ? buffer->capacity : 256;
  while (capacity - buffer->length <= more) capacity *= 2;
  char *data = realloc(buffer->data, capacity);
  if (!data) {
    buffer->failed = 1;
    return 0;
  }
  buffer->data = data;
  buffer->capacity = capacity;
  return 1;
}

static void add_digits(ct_buffer *buffer, const char *digits, int count, int width, char pad) {
  while (width-- > count) ct_buffer_char(buffer, pad);
  ct_buffer_add(buffer, digits, (size_t)count);
}

static void add_decimal(ct_buffer *buffer, uint64_t value, int width, char pad) {
  char digits[20];
  int at = sizeof digits;
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  add_digits(buffer, digits + at, (int)sizeof digits - at, width, pad);
}

static void add_hex(ct_buffer *buffer, uint64_t value, int width, char pad) {
  char digits[16];
  int at = sizeof digits;
  do {
    digits[--at] = "0123456789abcdef"[value & 15];
    value >>= 4;
  } while (value);
  add_digits(buffer, digits + at, (int)sizeof digits - at, width, pad);
}

void ct_buffer_unsigned(ct_buffer *buffer, uint64_t value) { add_decimal(buffer, value, 0, '0'); }

void ct_buffer_signed(ct_buffer *buffer, int64_t value) {
  if (value < 0) ct_buffer_char(buffer, '-');
  add_decimal(buffer, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 0, '0');
}

void ct_buffer_hex(ct_buffer *buffer, uint64_t value, int digits) { add_hex(buffer, value, digits, '0'); }

void ct_buffer_format(ct_buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(buffer, format, arguments);
  va_end(arguments);
}

void ct_buffer_vformat(ct_buffer *buffer, const char *format, va_list arguments) {
  for (;;) {
    const char *percent = strchr(format, '%');
    if (!percent) break;
    ct_buffer_add(buffer, format, (size_t)(percent - format));
    format = percent + 1;
    char pad = ' ';
    int width = 0, precision = -1, size = 0;
    if (*format == '0') {
      pad = '0';
      format++;
    }
    while (*format >= '0' && *format <= '9') width = width * 10 + (*format++ - '0');
    if (format[0] == '.' && format[1] == '*') {
      precision = va_arg(arguments, int);
      format += 2;
    }
    while (*format == 'l') {
      size++;
      format++;
    }
    if (*format == 'z') {
      size = 3;
      format++;
    }
    switch (*format) {
      case 's': {
        const char *text = va_arg(arguments, const char *);
        if (!text) text = "(null)";
        size_t length = precision < 0 ? strlen(text) : strnlen(text, (size_t)precision);
        ct_buffer_add(buffer, text, length);
        break;
      }
      case 'c':
        ct_buffer_char(buffer, (char)va_arg(arguments, int));
        break;
      case 'd': {
        int64_t value;
        if (size == 0)
          value = va_arg(arguments, int);
        else if (size == 1)
          value = va_arg(arguments, long);
        else if (size == 2)
          value = va_arg(arguments, long long);
        else
          value = (int64_t)va_arg(arguments, size_t);
        if (value < 0) ct_buffer_char(buffer, '-');
        add_decimal(buffer, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, width, pad);
        break;
      }
      case 'u':
      case 'x': {
        uint64_t value;
        if (size == 0)
          value = va_arg(arguments, unsigned);
        else if (size == 1)
          value = va_arg(arguments, unsigned long);
        else if (size == 2)
          value = va_arg(arguments, unsigned long long);
        else
          value = va_arg(arguments, size_t);
        if (*format == 'u')
          add_decimal(buffer, value, width, pad);
        else
          add_hex(buffer, value, width, pad);
        break;
      }
      case '%':
        ct_buffer_char(buffer, '%');
        break;
      default:
        buffer->failed = 1;
        return;
    }
    format++;
  }
  ct_buffer_text(buffer, format);
}

int ct_buffer_take(ct_buffer *buffer, char **text, size_t *length) {
  if (!ct_buffer_reserve(buffer, 0)) {
    ct_buffer_free(buffer);
    return CTSEC_E_NOMEM;
  }
  buffer->data[buffer->length] = '\0';
  *text = buffer->data;
  *length = buffer->length;
  ct_buffer_init(buffer);
  return 0;
}
