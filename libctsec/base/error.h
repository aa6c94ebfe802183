/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_BASE_ERROR_H
#define CT_BASE_ERROR_H

#include "base/json.h"
#include "ctsec/error.h"

/* Where an error stands; members that are absent are NULL, -1 or 0. */
typedef struct ct_place {
  const char *source;
  const char *pointer;
  int64_t offset;
  int64_t line;
  int64_t column;
} ct_place;

#define CT_NO_PLACE ((ct_place){NULL, NULL, -1, 0, 0})

/*
 * Each makes an error where err is not NULL and returns code, so that a
 * failing function can say `return ct_error_set(err, CTSEC_E_ARG, ...)`.
 * The format is that of ct_buffer_format(); bytes that are not UTF-8 and
 * control characters in the message are made visible.
 */
int ct_error_set(ctsec_error **err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
int ct_error_at(ctsec_error **err, int code, const ct_place *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* For failures of the operating system: adds the meaning of number and maps EACCES and EPERM to CTSEC_E_PERM, ENOENT and ESRCH to CTSEC_E_NOTFOUND, else CTSEC_E_IO. */
int ct_error_system(ctsec_error **err, int number, const char *source, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
int ct_error_nomem(ctsec_error **err);
int ct_error_null(ctsec_error **err, const char *argument);
/* Gives an error a source name where it has none yet; keeps the error as it is where memory is out. */
void ct_error_name_source(ctsec_error **err, const char *source);
/* Writes the members of errors[] as one object. */
void ct_error_write(ct_json *json, const ctsec_error *error);

/* Takes over an error as the next of those at `last`, which is where the one after it goes: see ctsec_error_at(). */
ctsec_error **ct_error_add(ctsec_error **last, ctsec_error *error);

#endif
