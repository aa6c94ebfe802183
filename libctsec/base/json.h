/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes JSON. Bytes that are not UTF-8 are escaped as \\xNN text, so that every document is valid. */
#ifndef CT_BASE_JSON_H
#define CT_BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define CT_JSON_DEPTH 64

typedef struct ct_json {
  ct_buffer buffer;
  int compact;
  int depth;
  /* One byte a level: 0 nothing written yet, 1 something written. */
  char started[CT_JSON_DEPTH];
  char inside[CT_JSON_DEPTH];
  int after_key;
} ct_json;

/* compact: one line without spaces; otherwise two spaces a level. */
void ct_json_init(ct_json *json, int compact);
void ct_json_free(ct_json *json);
void ct_json_object(ct_json *json);
void ct_json_array(ct_json *json);
/* Ends the innermost object or array. */
void ct_json_end(ct_json *json);
void ct_json_key(ct_json *json, const char *key);
/* A key of our own, as CT_JSON_KEY("name") gives it: copied as it stands, at a fixed length. */
#define CT_JSON_NAME 16
#define CT_JSON_KEY(name) name "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof name - 1
void ct_json_name(ct_json *json, const char *name, size_t length);
/* The same with its value: a string, in the first one NUL-terminated; null for NULL. */
void ct_json_name_text(ct_json *json, const char *name, size_t length, const char *text);
void ct_json_name_string(ct_json *json, const char *name, size_t length, const char *text, size_t size);
void ct_json_string(ct_json *json, const char *text, size_t length);
/* A string in pieces, each whole in UTF-8. */
void ct_json_open(ct_json *json);
void ct_json_add(ct_json *json, const char *text, size_t length);
void ct_json_close(ct_json *json);
/* A NUL-terminated string, or null for NULL. */
void ct_json_text(ct_json *json, const char *text);
void ct_json_bool(ct_json *json, int value);
void ct_json_null(ct_json *json);
/* A number, or a string "0x..." for what exceeds 2^53. */
void ct_json_unsigned(ct_json *json, uint64_t value);
void ct_json_signed(ct_json *json, int64_t value);
/* 16 lower-case hex digits, as a string. */
void ct_json_mask(ct_json *json, uint64_t mask);
/* "0x..." as a string: system-call arguments. */
void ct_json_hex(ct_json *json, uint64_t value);
/* A JSON text of our own, written before, compact. */
void ct_json_raw(ct_json *json, const char *text, size_t length);

/* key and value in one. */
void ct_json_key_text(ct_json *json, const char *key, const char *text);
void ct_json_key_unsigned(ct_json *json, const char *key, uint64_t value);
void ct_json_key_signed(ct_json *json, const char *key, int64_t value);
void ct_json_key_bool(ct_json *json, const char *key, int value);
void ct_json_key_mask(ct_json *json, const char *key, uint64_t mask);
void ct_json_key_null(ct_json *json, const char *key);

/* The document, with a final newline unless compact. See ct_buffer_take(). */
int ct_json_take(ct_json *json, char **text, size_t *length);

#endif
