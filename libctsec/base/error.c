/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct ctsec_error {
  int code;
  int number;
  int64_t offset;
  int64_t line;
  int64_t column;
  char *message;
  char *source;
  char *pointer;
  /* Of the same input. */
  ctsec_error *next;
};

static char no_memory_message[] = "out of memory";
static const struct ctsec_error no_memory_error = {CTSEC_E_NOMEM, 0, -1, 0, 0, no_memory_message, NULL, NULL, NULL};
#define NO_MEMORY ((ctsec_error *)&no_memory_error)

void ctsec_error_free(ctsec_error *error) {
  while (error && error != NO_MEMORY) {
    ctsec_error *next = error->next;
    free(error->message);
    free(error->source);
    free(error->pointer);
    free(error);
    error = next;
  }
}

size_t ctsec_error_count(const ctsec_error *error) {
  size_t count = 0;
  for (; error; error = error->next) count++;
  return count;
}

const ctsec_error *ctsec_error_at(const ctsec_error *error, size_t index) {
  while (error && index--) error = error->next;
  return error;
}

ctsec_error **ct_error_add(ctsec_error **last, ctsec_error *error) {
  *last = error;
  return error == NO_MEMORY ? last : &error->next;
}

int ctsec_error_code(const ctsec_error *error) { return error ? error->code : 0; }

const char *ctsec_error_name(int code) {
  switch (code) {
    case CTSEC_E_NOMEM: return "CTSEC_E_NOMEM";
    case CTSEC_E_ARG: return "CTSEC_E_ARG";
    case CTSEC_E_SYNTAX: return "CTSEC_E_SYNTAX";
    case CTSEC_E_SCHEMA: return "CTSEC_E_SCHEMA";
    case CTSEC_E_LIMIT: return "CTSEC_E_LIMIT";
    case CTSEC_E_UNSUPPORTED: return "CTSEC_E_UNSUPPORTED";
    case CTSEC_E_NOTFOUND: return "CTSEC_E_NOTFOUND";
    case CTSEC_E_IO: return "CTSEC_E_IO";
    case CTSEC_E_PERM: return "CTSEC_E_PERM";
    case CTSEC_E_KERNEL: return "CTSEC_E_KERNEL";
    case CTSEC_E_INTERNAL: return "CTSEC_E_INTERNAL";
    default: return NULL;
  }
}

const char *ctsec_error_message(const ctsec_error *error) { return error ? error->message : ""; }
const char *ctsec_error_source(const ctsec_error *error) { return error ? error->source : NULL; }
int64_t ctsec_error_offset(const ctsec_error *error) { return error ? error->offset : -1; }
int64_t ctsec_error_line(const ctsec_error *error) { return error ? error->line : 0; }
int64_t ctsec_error_column(const ctsec_error *error) { return error ? error->column : 0; }
const char *ctsec_error_pointer(const ctsec_error *error) { return error ? error->pointer : NULL; }
int ctsec_error_errno(const ctsec_error *error) { return error ? error->number : 0; }

/* strerror() depends on the locale; these words never do. */
static void add_reason(ct_buffer *buffer, int number) {
  const char *reason = NULL;
  switch (number) {
    case EPERM: reason = "operation not permitted"; break;
    case EACCES: reason = "permission denied"; break;
    case ENOENT: reason = "no such file or directory"; break;
    case ESRCH: reason = "no such process"; break;
    case EISDIR: reason = "is a directory"; break;
    case ENOTDIR: reason = "not a directory"; break;
    case EIO: reason = "input/output error"; break;
    case EINVAL: reason = "invalid argument"; break;
    case ELOOP: reason = "too many levels of symbolic links"; break;
    case ENAMETOOLONG: reason = "file name too long"; break;
    case EMFILE: reason = "too many open files"; break;
    case ENFILE: reason = "too many open files in the system"; break;
    case ENOSPC: reason = "no space left on device"; break;
    case EFBIG: reason = "file too large"; break;
    case ENODATA: reason = "no data available"; break;
    case ENXIO: reason = "no such device or address"; break;
    case EOPNOTSUPP: reason = "operation not supported"; break;
    case ENOSYS: reason = "function not implemented"; break;
    case EPIPE: reason = "broken pipe"; break;
    case EROFS: reason = "read-only file system"; break;
    default: break;
  }
  if (reason)
    ct_buffer_text(buffer, reason);
  else
    ct_buffer_format(buffer, "errno %d", number);
}

static char *visible_copy(const char *text, size_t length) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_utf8_add_visible(&buffer, text, length);
  char *copy;
  size_t size;
  return ct_buffer_take(&buffer, &copy, &size) ? NULL : copy;
}

#define LONGEST 4096

static int make(ctsec_error **err, int code, int number, const ct_place *place, ct_buffer *message) {
  if (!err) {
    ct_buffer_free(message);
    return code;
  }
  char *text;
  size_t length;
  *err = NO_MEMORY;
  if (ct_buffer_take(message, &text, &length)) return code;
  /* What stands in the input can be as large as that. */
  if (length > LONGEST + 3) {
    for (length = LONGEST; length && ((unsigned char)text[length] & 0xc0) == 0x80; length--) continue;
    memcpy(text + length, "...", 3);
    length += 3;
  }
  ctsec_error *error = calloc(1, sizeof *error);
  if (!error) {
    free(text);
    return code;
  }
  error->message = visible_copy(text, length);
  free(text);
  error->code = code;
  error->number = number;
  error->offset = place->offset;
  error->line = place->line;
  error->column = place->column;
  if (place->source) error->source = visible_copy(place->source, strlen(place->source));
  if (place->pointer) error->pointer = visible_copy(place->pointer, strlen(place->pointer));
  if (!error->message || (place->source && !error->source) || (place->pointer && !error->pointer)) {
    ctsec_error_free(error);
    return code;
  }
  *err = error;
  return code;
}

int ct_error_set(ctsec_error **err, int code, const char *format, ...) {
  ct_buffer message;
  ct_buffer_init(&message);
  va_list arguments;
  va_start(arguments, format);
  if (err) ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  return make(err, code, 0, &CT_NO_PLACE, &message);
}

int ct_error_at(ctsec_error **err, int code, const ct_place *place, const char *format, ...) {
  ct_buffer message;
  ct_buffer_init(&message);
  va_list arguments;
  va_start(arguments, format);
  if (err) ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  return make(err, code, 0, place, &message);
}

int ct_error_system(ctsec_error **err, int number, const char *source, const char *format, ...) {
  int code = CTSEC_E_IO;
  if (number == EACCES || number == EPERM) code = CTSEC_E_PERM;
  if (number == ENOENT || number == ESRCH) code = CTSEC_E_NOTFOUND;
  ct_buffer message;
  ct_buffer_init(&message);
  va_list arguments;
  va_start(arguments, format);
  if (err) {
    ct_buffer_vformat(&message, format, arguments);
    ct_buffer_text(&message, ": ");
    add_reason(&message, number);
  }
  va_end(arguments);
  ct_place place = CT_NO_PLACE;
  place.source = source;
  return make(err, code, number, &place, &message);
}

int ct_error_nomem(ctsec_error **err) {
  if (err) *err = NO_MEMORY;
  return CTSEC_E_NOMEM;
}

int ct_error_null(ctsec_error **err, const char *argument) {
  return ct_error_set(err, CTSEC_E_ARG, "%s is NULL", argument);
}

void ct_error_name_source(ctsec_error **err, const char *source) {
  if (!err || !*err || *err == NO_MEMORY || (*err)->source || !source) return;
  (*err)->source = visible_copy(source, strlen(source));
}

void ct_error_write(ct_json *json, const ctsec_error *error) {
  ct_json_object(json);
  ct_json_key_text(json, "source", ctsec_error_source(error));
  ct_json_key_text(json, "code", ctsec_error_name(ctsec_error_code(error)));
  ct_json_key_text(json, "message", ctsec_error_message(error));
  ct_json_key(json, "offset");
  if (error && error->offset >= 0)
    ct_json_signed(json, error->offset);
  else
    ct_json_null(json);
  ct_json_key(json, "line");
  if (error && error->line > 0)
    ct_json_signed(json, error->line);
  else
    ct_json_null(json);
  ct_json_key(json, "column");
  if (error && error->column > 0)
    ct_json_signed(json, error->column);
  else
    ct_json_null(json);
  ct_json_key_text(json, "pointer", ctsec_error_pointer(error));
  ct_json_end(json);
}

int ctsec_error_to_json(const ctsec_error *error, char **text, size_t *length, ctsec_error **err) {
  if (!error) return ct_error_null(err, "error");
  if (!text || !length) return ct_error_null(err, "text or length");
  ct_json json;
  ct_json_init(&json, 1);
  ct_error_write(&json, error);
  if (ct_json_take(&json, text, length)) return ct_error_nomem(err);
  return 0;
}
