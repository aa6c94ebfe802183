/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One of syscalls[]: names, action, conditions, and what it depends on. */
#include <string.h>

#include "data/errno.h"
#include "seccomp/read.h"

static int read_names(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile_entry *entry = out;
  if (entry->single)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                          "both `name` and `names` are given: use `names`");
  return ct_decode_words(reader, value, 0, &entry->names);
}

static int read_name(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile_entry *entry = out;
  int status = ct_decode_kind(reader, value, CT_STRING);
  if (status || !value->length) return status;
  if (entry->names.count)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                          "both `name` and `names` are given: use `names`");
  ct_word *word = ct_arena_alloc(reader->arena, sizeof *word);
  if (!word) return ct_error_nomem(reader->err);
  status = ct_decode_word(reader, value, 0, word);
  if (status) return status;
  entry->names.items = word;
  entry->names.count = 1;
  entry->single = 1;
  return 0;
}

static int read_action(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile_entry *entry = out;
  int status = ct_decode_kind(reader, value, CT_STRING);
  if (status) return status;
  if (!ct_profile_action(value->as.string, value->length, &entry->action))
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "`%.*s` is no action of seccomp",
                          (int)value->length, value->as.string);
  entry->action_name = value->as.string;
  return 0;
}

static int read_errno_ret(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile_entry *entry = out;
  entry->errno_offset = value->offset;
  entry->has_errno = 1;
  return ct_decode_unsigned(reader, value, UINT64_MAX, &entry->errno_ret);
}

static int read_errno(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile_entry *entry = out;
  const char *text = NULL;
  int status = ct_decode_text(reader, value, &text);
  if (status) return status;
  entry->errno_name = *text ? text : NULL;
  if (!*text || ct_errno_read(text, &entry->errno_named)) return 0;
  return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "`%s` is no error number and no name of one",
                        text);
}

static int read_comment(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_text(reader, value, &((ct_profile_entry *)out)->comment);
}

static int read_index(ct_reader *reader, const ct_value *value, void *out) {
  uint64_t index = 0;
  int status = ct_decode_unsigned(reader, value, UINT64_MAX, &index);
  if (status) return status;
  if (index > 5)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                          "index %llu: a system call has arguments 0 to 5", (unsigned long long)index);
  ((ct_condition *)out)->index = (uint8_t)index;
  return 0;
}

static int read_value(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_unsigned(reader, value, UINT64_MAX, &((ct_condition *)out)->value);
}

static int read_value_two(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_unsigned(reader, value, UINT64_MAX, &((ct_condition *)out)->value_two);
}

static int read_op(ct_reader *reader, const ct_value *value, void *out) {
  int status = ct_decode_kind(reader, value, CT_STRING);
  if (status) return status;
  ct_condition *condition = out;
  condition->op = ct_profile_op(value->as.string, value->length);
  if (!condition->op)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "`%.*s` is no operator of seccomp",
                          (int)value->length, value->as.string);
  return 0;
}

static const ct_value *folded(const ct_value *object, const char *name) {
  for (uint32_t i = 0; i < object->count; i++)
    if (ct_key_folds(&object->as.items[i], name)) return &object->as.items[i];
  return NULL;
}

static void note_absent(ct_reader *reader, const ct_value *value, const char *name) {
  const ct_value *member = folded(value, name);
  if (member && member->kind != CT_NULL) return;
  ct_decode_note(reader, member ? member : value, "missing-member", CT_LEVEL_LOW, "crun",
               CT_MESSAGE_PROFILE_MISSING_NUMBER, name);
}

static int read_args(ct_reader *reader, const ct_value *value, void *out) {
  static const ct_field fields[] = {
      {"index", read_index}, {"value", read_value}, {"valueTwo", read_value_two}, {"op", read_op}};
  ct_profile_entry *entry = out;
  int status = ct_decode_kind(reader, value, CT_ARRAY);
  if (status) return status;
  ct_condition *conditions = ct_arena_array(reader->arena, value->count, sizeof *conditions);
  uint32_t *offsets = ct_arena_array(reader->arena, value->count, sizeof *offsets);
  if (!conditions || !offsets) return ct_error_nomem(reader->err);
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    offsets[i] = item->offset;
    status = ct_decode_object(reader, item, "a condition", fields, sizeof fields / sizeof *fields, &conditions[i]);
    if (status) return status;
    if (!conditions[i].op)
      return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, item, "a condition without `op`");
    note_absent(reader, item, "index");
    note_absent(reader, item, "value");
  }
  entry->conditions = conditions;
  entry->condition_offsets = offsets;
  entry->condition_count = value->count;
  return 0;
}

static int read_caps(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_words(reader, value, 1, &((ct_filter *)out)->caps);
}

static int read_arches(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_words(reader, value, 1, &((ct_filter *)out)->arches);
}

/* A number of at most three digits up to 255, as Go's ParseUint with 8 bits takes it. */
static int read_byte(const char *text, size_t length, uint32_t *number) {
  uint32_t n = 0;
  if (!length) return 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    n = n * 10 + (uint32_t)(text[i] - '0');
    if (n > 255) return 0;
  }
  *number = n;
  return 1;
}

static int read_min_kernel(ct_reader *reader, const ct_value *value, void *out) {
  ct_filter *filter = out;
  int status = ct_decode_kind(reader, value, CT_STRING);
  if (status) return status;
  const char *text = value->as.string;
  const char *dot = memchr(text, '.', value->length);
  filter->kernel = filter->major = 0;
  if (value->length && (!dot || !read_byte(text, (size_t)(dot - text), &filter->kernel) ||
                        !read_byte(dot + 1, value->length - (size_t)(dot - text) - 1, &filter->major) ||
                        (!filter->kernel && !filter->major)))
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                          "minKernel: `%.*s` is no kernel version of the form \"4.8\"", (int)value->length, text);
  filter->has_kernel = 1;
  filter->kernel_offset = value->offset;
  return 0;
}

static int read_filter(ct_reader *reader, const ct_value *value, ct_filter *filter) {
  static const ct_field fields[] = {{"caps", read_caps}, {"arches", read_arches}, {"minKernel", read_min_kernel}};
  memset(filter, 0, sizeof *filter);
  filter->present = 1;
  return ct_decode_object(reader, value, value->key, fields, sizeof fields / sizeof *fields, filter);
}

static int read_includes(ct_reader *reader, const ct_value *value, void *out) {
  return read_filter(reader, value, &((ct_profile_entry *)out)->includes);
}

static int read_excludes(ct_reader *reader, const ct_value *value, void *out) {
  return read_filter(reader, value, &((ct_profile_entry *)out)->excludes);
}

static int check_errno(ct_reader *reader, const ct_value *value, const ct_profile_entry *entry) {
  if (!entry->has_errno) return 0;
  uint64_t most = entry->action == CT_RET_ERRNO ? 4095 : entry->action == CT_RET_TRACE ? 65535 : UINT64_MAX;
  if (entry->errno_ret > most)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, folded(value, "errnoRet"),
                          "errnoRet %llu: %s carries at most %llu", (unsigned long long)entry->errno_ret,
                          entry->action_name, (unsigned long long)most);
  return 0;
}

static int read_entry(ct_reader *reader, const ct_value *value, ct_profile_entry *entry) {
  static const ct_field fields[] = {
      {"names", read_names},       {"name", read_name},         {"action", read_action},
      {"errnoRet", read_errno_ret}, {"errno", read_errno},       {"args", read_args},
      {"comment", read_comment},   {"includes", read_includes}, {"excludes", read_excludes},
  };
  entry->index = value->index;
  entry->offset = value->offset;
  ct_decode_locate(reader, value->offset, &entry->line, &entry->column);
  int status = ct_decode_object(reader, value, "an entry of syscalls", fields, sizeof fields / sizeof *fields, entry);
  if (status) return status;
  if (!entry->action_name)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "an entry without `action`");
  status = check_errno(reader, value, entry);
  if (status) return status;
  if (!entry->names.count)
    ct_decode_note(reader, value, "no-names", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_PROFILE_NO_NAMES, NULL);
  return 0;
}

int ct_decode_entries(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile *profile = out;
  int status = ct_decode_kind(reader, value, CT_ARRAY);
  if (status) return status;
  if (value->count > reader->rules_most)
    return ct_error_value(reader->err, CTSEC_E_LIMIT, reader->document, value,
                          "%u entries, more than the limit of %llu rules", value->count,
                          (unsigned long long)reader->rules_most);
  ct_profile_entry *entries = ct_arena_array(reader->arena, value->count, sizeof *entries);
  if (!entries) return ct_error_nomem(reader->err);
  uint64_t rules = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    if ((status = read_entry(reader, &value->as.items[i], &entries[i]))) return status;
    rules += entries[i].names.count;
    if (rules > reader->rules_most)
      return ct_error_value(reader->err, CTSEC_E_LIMIT, reader->document, &value->as.items[i],
                            "more than the limit of %llu rules", (unsigned long long)reader->rules_most);
  }
  profile->entries = entries;
  profile->entry_count = value->count;
  profile->rule_count = rules;
  return 0;
}
