/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A profile's own members; read.c has the rules of decoding, entry.c the entries, find.c where profiles hide. */
#include "seccomp/profile.h"

#include <stdlib.h>
#include <string.h>

#include "data/errno.h"
#include "seccomp/read.h"

static const struct {
  const char *name;
  uint32_t action;
} actions[] = {
    {"SCMP_ACT_KILL", CT_RET_KILL_THREAD},
    {"SCMP_ACT_KILL_PROCESS", CT_RET_KILL_PROCESS},
    {"SCMP_ACT_KILL_THREAD", CT_RET_KILL_THREAD},
    {"SCMP_ACT_TRAP", CT_RET_TRAP},
    {"SCMP_ACT_ERRNO", CT_RET_ERRNO},
    {"SCMP_ACT_TRACE", CT_RET_TRACE},
    {"SCMP_ACT_ALLOW", CT_RET_ALLOW},
    {"SCMP_ACT_LOG", CT_RET_LOG},
    {"SCMP_ACT_NOTIFY", CT_RET_NOTIFY},
};

/* In the order of CT_OP_*. */
static const char operators[][19] = {"SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",       "SCMP_CMP_EQ",
                                        "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"};

static int equals(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

int ct_profile_action(const char *name, size_t length, uint32_t *action) {
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
    if (!equals(name, length, actions[i].name)) continue;
    *action = actions[i].action;
    return 1;
  }
  return 0;
}

uint8_t ct_profile_op(const char *name, size_t length) {
  for (uint8_t i = 0; i < sizeof operators / sizeof *operators; i++)
    if (equals(name, length, operators[i])) return (uint8_t)(CT_OP_NE + i);
  return 0;
}

int ct_word_is(const ct_word *word, const char *text) { return equals(word->text, word->length, text); }

int ct_words_have(const ct_words *words, const char *text) {
  for (uint32_t i = 0; i < words->count; i++)
    if (ct_word_is(&words->items[i], text)) return 1;
  return 0;
}

const char *ct_profile_entry_pointer(ct_arena *arena, const ct_profile *profile, const ct_profile_entry *entry,
                                     const char *tail) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, profile->pointer);
  if (entry) {
    /* The member's name as it is written there, which need not be ours. */
    ct_buffer_char(&buffer, '/');
    ct_buffer_text(&buffer, profile->entries_key);
    ct_buffer_char(&buffer, '/');
    ct_buffer_unsigned(&buffer, entry->index);
  }
  ct_buffer_text(&buffer, tail);
  const char *copy = buffer.failed ? NULL : ct_arena_copy(arena, buffer.data ? buffer.data : "", buffer.length);
  ct_buffer_free(&buffer);
  return copy;
}

void ct_profile_place(ct_diagnostic *diagnostic, const ct_profile *profile, uint32_t offset, const char *pointer) {
  if (!diagnostic) return;
  diagnostic->pointer = pointer;
  if (profile->document) ct_document_locate(profile->document, offset, &diagnostic->line, &diagnostic->column);
}

#define UNFILTERED ": where there are no syscalls either, Docker, Podman and runc run a container without any filter"

static int read_default_action(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile *profile = out;
  int status = ct_decode_kind(reader, value, CT_STRING);
  if (status) return status;
  if (!value->length)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "an empty action" UNFILTERED);
  if (!ct_profile_action(value->as.string, value->length, &profile->default_action))
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "`%.*s` is no action of seccomp",
                          (int)value->length, value->as.string);
  profile->default_action_name = value->as.string;
  return 0;
}

static int read_default_errno_ret(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile *profile = out;
  profile->has_default_errno = 1;
  profile->default_errno_offset = value->offset;
  return ct_decode_unsigned(reader, value, UINT64_MAX, &profile->default_errno_ret);
}

static int read_default_errno(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile *profile = out;
  const char *text = NULL;
  int status = ct_decode_text(reader, value, &text);
  if (status) return status;
  profile->default_errno_name = *text ? text : NULL;
  if (!*text || ct_errno_read(text, &profile->default_errno_named)) return 0;
  return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "`%s` is no error number and no name of one",
                        text);
}

static int read_architectures(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_words(reader, value, 0, &((ct_profile *)out)->architectures);
}

static int read_row_arch(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_word(reader, value, 0, &((ct_arch_row *)out)->arch);
}

static int read_row_subs(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_words(reader, value, 0, &((ct_arch_row *)out)->subs);
}

static int read_arch_map(ct_reader *reader, const ct_value *value, void *out) {
  static const ct_field fields[] = {{"architecture", read_row_arch}, {"subArchitectures", read_row_subs}};
  ct_profile *profile = out;
  int status = ct_decode_kind(reader, value, CT_ARRAY);
  if (status) return status;
  ct_arch_row *rows = ct_arena_array(reader->arena, value->count, sizeof *rows);
  if (!rows) return ct_error_nomem(reader->err);
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    status = ct_decode_object(reader, item, "a row of archMap", fields, 2, &rows[i]);
    if (status) return status;
    if (!rows[i].arch.text)
      return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, item,
                            "a row of archMap without `architecture`");
  }
  profile->arch_map = rows;
  profile->arch_map_count = value->count;
  return 0;
}

static int read_flags(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile *profile = out;
  int status = ct_decode_words(reader, value, 0, &profile->flags);
  if (status) return status;
  profile->has_flags = 1;
  static const char known[][39] = {"SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG",
                                      "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};
  for (uint32_t i = 0; i < profile->flags.count; i++) {
    size_t k = 0;
    while (k < sizeof known / sizeof *known && !ct_word_is(&profile->flags.items[i], known[k])) k++;
    if (k == sizeof known / sizeof *known)
      return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, &value->as.items[i],
                            "`%s` is no flag of a seccomp filter", profile->flags.items[i].text);
  }
  return 0;
}

static int read_listener_path(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_text(reader, value, &((ct_profile *)out)->listener_path);
}

static int read_listener_metadata(ct_reader *reader, const ct_value *value, void *out) {
  return ct_decode_text(reader, value, &((ct_profile *)out)->listener_metadata);
}

static int read_syscalls(ct_reader *reader, const ct_value *value, void *out) {
  ct_profile *profile = out;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_value_add_pointer(&buffer, value);
  const char *slash = NULL;
  for (size_t i = 0; i < buffer.length; i++)
    if (buffer.data[i] == '/') slash = buffer.data + i;
  if (slash && !buffer.failed)
    profile->entries_key = ct_arena_copy(reader->arena, slash + 1, buffer.length - (size_t)(slash + 1 - buffer.data));
  ct_buffer_free(&buffer);
  if (!profile->entries_key) return ct_error_nomem(reader->err);
  return ct_decode_entries(reader, value, profile);
}

static int ignored(ct_reader *reader, const ct_value *value, void *out) {
  (void)reader, (void)value, (void)out;
  return 0;
}

static int check_whole(ct_reader *reader, const ct_value *value) {
  ct_profile *profile = reader->profile;
  if (!profile->default_action_name)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "no `defaultAction`" UNFILTERED);
  if (profile->architectures.count && profile->arch_map_count)
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                          "both `architectures` and `archMap` are given: use one of them");
  uint64_t most = profile->default_action == CT_RET_ERRNO   ? 4095
                  : profile->default_action == CT_RET_TRACE ? 65535
                                                            : UINT64_MAX;
  if (profile->has_default_errno && profile->default_errno_ret > most) {
    const ct_value *member = NULL;
    for (uint32_t i = 0; i < value->count; i++)
      if (ct_key_folds(&value->as.items[i], "defaultErrnoRet")) member = &value->as.items[i];
    return ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, member ? member : value,
                          "defaultErrnoRet %llu: %s carries at most %llu",
                          (unsigned long long)profile->default_errno_ret, profile->default_action_name,
                          (unsigned long long)most);
  }
  if (profile->listener_metadata && !profile->listener_path)
    ct_decode_note(reader, value, "metadata-without-listener", CT_LEVEL_LOW, NULL, CT_MESSAGE_PROFILE_METADATA, NULL);
  return 0;
}

int ct_profile_read(ct_arena *arena, const ct_document *document, const ct_value *value, ct_profile_form form,
                    const ctsec_options *options, ct_profile **profile, ctsec_error **err) {
  static const ct_field fields[] = {
      {"defaultAction", read_default_action},
      {"defaultErrnoRet", read_default_errno_ret},
      {"defaultErrno", read_default_errno},
      {"architectures", read_architectures},
      {"archMap", read_arch_map},
      {"flags", read_flags},
      {"listenerPath", read_listener_path},
      {"listenerMetadata", read_listener_metadata},
      {"syscalls", read_syscalls},
      {"comment", ignored},
      {"$schema", ignored},
  };
  ct_profile *made = ct_arena_alloc(arena, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->form = form;
  made->source = document->source;
  made->document = document;
  made->entries_key = "syscalls";
  made->offset = value->offset;
  made->pointer = ct_value_pointer(arena, value);
  if (!made->pointer) return ct_error_nomem(err);
  ct_reader reader = {0};
  reader.arena = arena;
  reader.document = document;
  reader.options = options;
  reader.err = err;
  reader.profile = made;
  reader.rules_most = ct_options_limit(options, CTSEC_LIMIT_RULES);
  ct_diagnostics_init(&reader.diagnostics, arena, ct_options_lang(options));
  int status = ct_decode_object(&reader, value, "a seccomp profile", fields, sizeof fields / sizeof *fields, made);
  if (!status) status = check_whole(&reader, value);
  if (status) return status;
  if (reader.diagnostics.failed) return ct_error_nomem(err);
  made->diagnostics = reader.diagnostics.first;
  *profile = made;
  return 0;
}

ctsec_profile *ct_profile_alloc(ctsec_error **err) {
  ctsec_profile *made = calloc(1, sizeof *made);
  if (!made) {
    ct_error_nomem(err);
    return NULL;
  }
  ct_count_up(&made->references);
  return made;
}

ctsec_profile *ctsec_profile_ref(ctsec_profile *profile) {
  if (profile) ct_count_up(&profile->references);
  return profile;
}

void ctsec_profile_free(ctsec_profile *profile) {
  if (!profile || !ct_count_down(&profile->references)) return;
  ct_arena_free(&profile->arena);
  free(profile);
}

int ctsec_profile_parse(const char *text, size_t length, const ctsec_options *options, ctsec_profile **profile,
                        ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!profile) return ct_error_null(err, "profile");
  ctsec_profile *made = ct_profile_alloc(err);
  if (!made) return CTSEC_E_NOMEM;
  int status = ct_profile_parse(&made->arena, text, length, options, &made->profile, err);
  if (status) {
    ctsec_profile_free(made);
    return status;
  }
  *profile = made;
  return 0;
}

int ctsec_profile_find(const char *name, ctsec_profile **profile, ctsec_error **err) {
  if (!name) return ct_error_null(err, "name");
  if (!profile) return ct_error_null(err, "profile");
  ctsec_profile *made = ct_profile_alloc(err);
  if (!made) return CTSEC_E_NOMEM;
  int status = ct_profile_builtin(&made->arena, name, strlen(name), &made->profile, err);
  if (status) {
    ctsec_profile_free(made);
    return status;
  }
  *profile = made;
  return 0;
}
