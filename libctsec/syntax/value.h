/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every structured input becomes: a tree of our own, each value with its place in the text. */
#ifndef CT_SYNTAX_VALUE_H
#define CT_SYNTAX_VALUE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/options.h"

typedef enum ct_kind {
  CT_NULL,
  CT_BOOL,
  /* magnitude and sign: -2^63 to 2^64-1 */
  CT_INTEGER,
  CT_REAL,
  CT_STRING,
  CT_ARRAY,
  CT_OBJECT
} ct_kind;

#define CT_TAG_NONE 0
#define CT_TAG_RESET 1
#define CT_TAG_OVERRIDE 2

typedef struct ct_value ct_value;
struct ct_value {
  uint8_t kind;
  uint8_t boolean;
  uint8_t negative;
  /* Of a YAML scalar: written in quotes or as a block, so never a number or a boolean. */
  uint8_t quoted : 1;
  /* CT_TAG_*, which Compose gives a meaning when files are merged. */
  uint8_t tag : 2;
  /* Compose: depends on a variable that is not known; of an object: a part of it is not known. */
  uint8_t open : 1;
  /* Bytes from offset to end are this value in the text. */
  uint32_t offset;
  uint32_t end;
  /* Where its key starts, for a member of an object. */
  uint32_t key_offset;
  /* Place among its siblings. */
  uint32_t index;
  /* Items or members. */
  uint32_t count;
  const ct_value *parent;
  /* NUL-terminated, with its length since it may hold a NUL; NULL for what is no member. */
  const char *key;
  uint32_t key_length;
  uint32_t length;
  union {
    uint64_t magnitude;
    double real;
    const char *string;
    ct_value *items;
  } as;
};

/* A file of an input that is made of several: it starts at an offset of the text, and lines count from there. */
typedef struct ct_part {
  const char *source;
  uint32_t start;
} ct_part;

/* A parsed text: one or more roots (YAML documents), with what is needed to name places. Lives in an arena. */
typedef struct ct_document {
  const char *source;
  const char *text;
  size_t length;
  const ct_value *roots;
  uint32_t root_count;
  /* In the order of their starts, the first at 0; none where the text is one file. */
  uint32_t part_count;
  const ct_part *parts;
} ct_document;

/*
 * Parses JSON (syntax/json.c, after the walk of syntax/locate.c). The text is
 * copied into the arena. Errors: CTSEC_E_SYNTAX with place, CTSEC_E_LIMIT,
 * CTSEC_E_NOMEM.
 */
int ct_json_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err);

/* The same for one or more documents, one behind the other: each is a root, as its index says. */
int ct_json_parse_all(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                      const ct_document **document, ctsec_error **err);

/*
 * Parses YAML (syntax/yaml.c), one root for each document; the same errors.
 * What aliases and merge keys bring is copied, keeps the place where it is
 * written, and counts against CTSEC_LIMIT_ALIASES. Merged members follow the
 * object's own. A plain yes, no, on, off, y, n is a string that is not quoted:
 * Kubernetes (go-yaml v2) takes it for a boolean, Compose for text
 * (ct_value_yaml11_bool).
 */
int ct_yaml_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err);

/* The member of an object, by exact name; NULL where there is none or value is no object (NULL is accepted). */
const ct_value *ct_value_member(const ct_value *value, const char *key);
/* As Go's encoding/json finds it: exact name first, else without regard to case. */
const ct_value *ct_value_member_folded(const ct_value *value, const char *key);
/* Item or member by index; NULL out of range. */
const ct_value *ct_value_item(const ct_value *value, uint32_t index);
int ct_value_is(const ct_value *value, ct_kind kind);
int ct_value_equals(const ct_value *value, const char *text);
/* Of a value from YAML: 1 and *truth for a boolean, and for a plain yes, no, on, off, y, n; else 0. */
int ct_value_yaml11_bool(const ct_value *value, int *truth);
/* "null", "a boolean", "a number", "a string", "an array", "an object". */
const char *ct_kind_name(int kind);

/* Adds the JSON pointer of a value (below its root). */
void ct_value_add_pointer(ct_buffer *buffer, const ct_value *value);
/* The same in the arena; NULL where memory is out. */
const char *ct_value_pointer(ct_arena *arena, const ct_value *value);

/* The file that holds an offset; NULL where the text is one file. */
const ct_part *ct_document_part(const ct_document *document, size_t offset);
/* Line and column, both from 1 (of the part, where there are parts); the column counts code points. */
void ct_document_locate(const ct_document *document, size_t offset, int64_t *line, int64_t *column);
/* The value at a JSON pointer below root; NULL where there is none. */
const ct_value *ct_value_find(const ct_value *root, const char *pointer, size_t length);

/* An error at a value: source, pointer, offset, line, column are filled in. */
int ct_error_value(ctsec_error **err, int code, const ct_document *document, const ct_value *value, const char *format,
                   ...) __attribute__((format(printf, 5, 6)));

#endif
