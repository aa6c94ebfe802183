/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/read.h"

#include <string.h>

#include "base/utf8.h"
#include "seccomp/arch.h"

/* encoding/json folds ASCII, and the two letters beyond it that fold to ASCII: the long s and the Kelvin sign. */
int ct_key_folds(const ct_value *member, const char *name) {
  const char *key = member->key;
  size_t at = 0, length = member->key_length;
  for (; *name; name++) {
    if (at == length) return 0;
    char c = key[at];
    size_t step = 1;
    if (length - at >= 2 && !memcmp(key + at, "\xc5\xbf", 2))
      c = 's', step = 2;
    else if (length - at >= 3 && !memcmp(key + at, "\xe2\x84\xaa", 3))
      c = 'k', step = 3;
    else if (c >= 'A' && c <= 'Z')
      c = (char)(c + 32);
    char n = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
    if (c != n) return 0;
    at += step;
  }
  return at == length;
}

void ct_decode_locate(ct_reader *reader, uint32_t offset, int64_t *line, int64_t *column) {
  if (!reader->line || offset < reader->at) {
    reader->at = 0;
    reader->line = reader->column = 1;
  }
  const char *text = reader->document->text;
  size_t length = reader->document->length;
  while (reader->at < offset && reader->at < length) {
    if (text[reader->at] == '\n') {
      reader->at++;
      reader->line++;
      reader->column = 1;
      continue;
    }
    int n = ct_utf8_length(text + reader->at, length - reader->at);
    reader->at += n ? (uint32_t)n : 1;
    reader->column++;
  }
  *line = reader->line;
  *column = reader->column;
}

ct_diagnostic *ct_decode_note(ct_reader *reader, const ct_value *value, const char *code, ct_level level,
                            const char *engine, ct_message_id message, const char *name) {
  ct_message_value values[] = {{"name", name}};
  ct_diagnostic *note = ct_diagnostics_add(&reader->diagnostics, code, level, engine, message, values, name ? 1 : 0);
  if (!note) return NULL;
  note->pointer = ct_value_pointer(reader->arena, value);
  ct_document_locate(reader->document, value->key ? value->key_offset : value->offset, &note->line, &note->column);
  return note;
}

int ct_decode_kind(ct_reader *reader, const ct_value *value, ct_kind kind) {
  if (value->kind == kind) return 0;
  const char *found = value->kind == CT_NULL ? "null" : ct_kind_name(value->kind);
  if (value->key)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "%.*s: %s where %s belongs",
                          (int)value->key_length, value->key, found, ct_kind_name(kind));
  return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "%s where %s belongs", found,
                        ct_kind_name(kind));
}

int ct_decode_unsigned(ct_reader *reader, const ct_value *value, uint64_t most, uint64_t *number) {
  if (value->kind != CT_INTEGER && value->kind != CT_REAL) return ct_decode_kind(reader, value, CT_INTEGER);
  if (value->kind == CT_REAL || (value->negative && value->as.magnitude) || value->as.magnitude > most)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                          "%.*s: no whole number from 0 to %llu, written without point and exponent",
                          (int)value->key_length, value->key ? value->key : "", (unsigned long long)most);
  *number = value->as.magnitude;
  return 0;
}

int ct_decode_word(ct_reader *reader, const ct_value *value, int empty, ct_word *word) {
  int status = ct_decode_kind(reader, value, CT_STRING);
  if (status) return status;
  if (!value->length && !empty)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "an empty name");
  if (memchr(value->as.string, '\0', value->length))
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "a NUL character in a name");
  word->text = value->as.string;
  word->length = value->length;
  word->offset = value->offset;
  return 0;
}

int ct_decode_words(ct_reader *reader, const ct_value *value, int empty, ct_words *words) {
  int status = ct_decode_kind(reader, value, CT_ARRAY);
  if (status) return status;
  ct_word *items = ct_arena_array(reader->arena, value->count, sizeof *items);
  if (!items) return ct_error_nomem(reader->err);
  for (uint32_t i = 0; i < value->count; i++)
    if ((status = ct_decode_word(reader, &value->as.items[i], empty, &items[i]))) return status;
  words->items = items;
  words->count = value->count;
  return 0;
}

int ct_decode_text(ct_reader *reader, const ct_value *value, const char **text) {
  ct_word word = {0};
  int status = ct_decode_word(reader, value, 1, &word);
  if (!status) *text = word.text;
  return status;
}

static void note_unknown(ct_reader *reader, const ct_value *member, const ct_field *fields, size_t count) {
  const char *nearest = NULL;
  unsigned best = 3;
  for (size_t i = 0; i < count; i++) {
    unsigned d = ct_spelling_distance(member->key, member->key_length, fields[i].name);
    if (d < best) best = d, nearest = fields[i].name;
  }
  char *name = ct_arena_copy(reader->arena, member->key, member->key_length);
  if (!name) {
    reader->diagnostics.failed = 1;
    return;
  }
  if (!nearest) {
    ct_decode_note(reader, member, "unknown-member", CT_LEVEL_INFO, NULL, CT_MESSAGE_PROFILE_UNKNOWN_MEMBER, name);
    return;
  }
  ct_message_value values[] = {{"name", name}, {"nearest", nearest}};
  ct_diagnostic *note = ct_diagnostics_add(&reader->diagnostics, "misspelt-member", CT_LEVEL_MEDIUM, NULL,
                                           CT_MESSAGE_PROFILE_MISSPELT_MEMBER, values, 2);
  if (!note) return;
  note->pointer = ct_value_pointer(reader->arena, member);
  ct_document_locate(reader->document, member->key_offset, &note->line, &note->column);
}

int ct_decode_object(ct_reader *reader, const ct_value *value, const char *what, const ct_field *fields, size_t count,
                   void *out) {
  uint32_t seen = 0;
  if (value->kind != CT_OBJECT)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "%s: %s where an object belongs", what,
                          ct_kind_name(value->kind));
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *member = &value->as.items[i];
    size_t f = 0;
    while (f < count && !ct_key_folds(member, fields[f].name)) f++;
    if (f == count) {
      note_unknown(reader, member, fields, count);
      continue;
    }
    if (seen & UINT32_C(1) << f)
      ct_decode_note(reader, member, "repeated-member", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_PROFILE_REPEATED_MEMBER,
                   fields[f].name);
    seen |= UINT32_C(1) << f;
    if (member->kind == CT_NULL || !fields[f].read) continue;
    int status = fields[f].read(reader, member, out);
    if (status) return status;
  }
  return 0;
}
