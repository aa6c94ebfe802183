/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors, and what every other header builds on.
 *
 * Every function that can fail returns 0 or one of the negative CTSEC_E_*
 * codes and takes `ctsec_error **err` last. err may be NULL. *err is written
 * on failure only; its old value is never read. On failure no other output
 * is touched.
 */
#ifndef CTSEC_ERROR_H
#define CTSEC_ERROR_H

#include <stddef.h>
#include <stdint.h>

/* Marks an exported function. In C++ it also gives it C linkage. */
#ifndef CTSEC_API
#ifdef __cplusplus
#define CTSEC_API extern "C" __attribute__((visibility("default")))
#else
#define CTSEC_API __attribute__((visibility("default")))
#endif
#endif

/* Out of memory. The error object is then a constant that needs no freeing, though ctsec_error_free takes it. */
#define CTSEC_E_NOMEM -1
/* An argument of the call is wrong: a null pointer, an unknown option, a number out of its range. */
#define CTSEC_E_ARG -2
/* The text does not follow its grammar. Offset, line and column say where. */
#define CTSEC_E_SYNTAX -3
/* Well-formed text that does not mean what was asked for: a wrong type, a missing or unknown member, an unknown name. */
#define CTSEC_E_SCHEMA -4
/* A limit (input size, depth, count, work) was exceeded. ctsec_options_set_limit() raises it. */
#define CTSEC_E_LIMIT -5
/* A valid request that this build or this version does not serve. */
#define CTSEC_E_UNSUPPORTED -6
/* No such name, number, process or member. */
#define CTSEC_E_NOTFOUND -7
/* Reading failed; ctsec_error_errno() has the reason. */
#define CTSEC_E_IO -8
/* The operating system refused; ctsec_error_errno() has the reason. */
#define CTSEC_E_PERM -9
/* The running kernel lacks what was asked for, or refused it. */
#define CTSEC_E_KERNEL -10
/* A fault of the library itself. Please report it. */
#define CTSEC_E_INTERNAL -11

/* One failure, with its place. Immutable. */
typedef struct ctsec_error ctsec_error;

/*
 * Frees an error. NULL is accepted, and so is the constant of CTSEC_E_NOMEM.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_error_free(ctsec_error *error);

/*
 * The code, one of CTSEC_E_*; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_error_code(const ctsec_error *error);

/*
 * The name of a code: "CTSEC_E_SYNTAX" for CTSEC_E_SYNTAX. A static string;
 * NULL for a number that is no code.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_error_name(int code);

/*
 * What went wrong, in English: one line of UTF-8 without its place. Borrowed
 * until the error is freed; never NULL.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_error_message(const ctsec_error *error);

/*
 * The name of the source (a path, "-", or the name that the caller gave to a
 * buffer). Borrowed; NULL where there is none.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_error_source(const ctsec_error *error);

/*
 * Where in the source: byte offset from 0; -1 where the failure has no place.
 *
 * Since: 0.1
 */
CTSEC_API int64_t ctsec_error_offset(const ctsec_error *error);

/*
 * Line from 1; 0 where the failure has no place.
 *
 * Since: 0.1
 */
CTSEC_API int64_t ctsec_error_line(const ctsec_error *error);

/*
 * Column from 1, counted in Unicode code points (a byte that is not UTF-8
 * counts as one); 0 where the failure has no place.
 *
 * Since: 0.1
 */
CTSEC_API int64_t ctsec_error_column(const ctsec_error *error);

/*
 * The JSON pointer (RFC 6901) of the value at fault. Borrowed; NULL where
 * there is none. "" is the whole document.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_error_pointer(const ctsec_error *error);

/*
 * The errno of the operating system for CTSEC_E_IO, CTSEC_E_PERM and
 * CTSEC_E_KERNEL; 0 where there is none.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_error_errno(const ctsec_error *error);

/*
 * The error as one JSON object, the shape of an entry of `errors[]` in every
 * document: source, code, message, offset, line, column, pointer. Members
 * that are absent are null. *text is the caller's (ctsec_free), *length its
 * bytes without the final NUL.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_error_to_json(const ctsec_error *error, char **text, size_t *length, ctsec_error **err);

/*
 * How many errors there are of the same input, this one among them: where a
 * part of an input was read, one call may have several to tell. 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_error_count(const ctsec_error *error);

/*
 * One of them by its index, 0 for this one; NULL out of range. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_error *ctsec_error_at(const ctsec_error *error, size_t index);

#endif
