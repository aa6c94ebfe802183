/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/lint.h"

#include <stdlib.h>
#include <string.h>

const char *ct_lint_text(ct_lint *lint, ct_buffer *buffer) {
  const char *text = buffer->failed ? NULL : ct_arena_copy(lint->arena, buffer->data ? buffer->data : "", buffer->length);
  ct_buffer_free(buffer);
  if (text) return text;
  /* Nothing of what follows is kept. */
  lint->resolved->diagnostics.failed = 1;
  return "";
}

ct_diagnostic *ct_lint_note(ct_lint *lint, const char *code, ct_level level, const char *engine, ct_message_id message,
                            const ct_message_value *values, size_t count, const ct_resolved_entry *entry,
                            const char *tail) {
  const ct_profile *profile = lint->resolved->profile;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, entry ? entry->pointer : profile->pointer);
  ct_buffer_text(&buffer, tail);
  const char *pointer = ct_lint_text(lint, &buffer);
  ct_diagnostic **end = lint->resolved->diagnostics.last;
  ct_diagnostic *made =
      ct_diagnostics_add(&lint->resolved->diagnostics, code, level, engine, message, values, count);
  if (!made) return NULL;
  made->pointer = pointer;
  /* The same is found on each ABI. */
  for (const ct_diagnostic *d = lint->resolved->diagnostics.first; d != made; d = d->next) {
    if (strcmp(d->code, code) || !d->pointer || strcmp(d->pointer, pointer) || strcmp(d->message, made->message)) continue;
    *end = NULL;
    lint->resolved->diagnostics.last = end;
    lint->resolved->diagnostics.count--;
    return NULL;
  }
  if (entry) {
    made->line = entry->entry->line;
    made->column = entry->entry->column;
  } else if (profile->document) {
    ct_document_locate(profile->document, profile->offset, &made->line, &made->column);
  }
  return made;
}

const ct_resolved_entry *ct_lint_entry(const ct_lint *lint, const char *pointer) {
  const ct_resolved *resolved = lint->resolved;
  for (uint32_t i = 0; pointer && i < resolved->profile->entry_count; i++)
    if (!strcmp(resolved->entries[i].pointer, pointer)) return &resolved->entries[i];
  return NULL;
}

static void number(ct_json *json, uint64_t value) {
  ct_buffer digits;
  ct_buffer_init(&digits);
  ct_buffer_unsigned(&digits, value);
  if (digits.failed)
    json->buffer.failed = 1;
  else
    ct_json_raw(json, digits.data, digits.length);
  ct_buffer_free(&digits);
}

static void write_words(ct_json *json, const char *key, const ct_words *words) {
  if (!words->count) return;
  ct_json_key(json, key);
  ct_json_array(json);
  for (uint32_t i = 0; i < words->count; i++) ct_json_string(json, words->items[i].text, words->items[i].length);
  ct_json_end(json);
}

static void write_filter(ct_json *json, const char *key, const ct_filter *filter) {
  if (!filter->present) return;
  ct_json_key(json, key);
  ct_json_object(json);
  write_words(json, "caps", &filter->caps);
  write_words(json, "arches", &filter->arches);
  if (filter->has_kernel) {
    ct_buffer version;
    ct_buffer_init(&version);
    ct_buffer_format(&version, "%u.%u", filter->kernel, filter->major);
    ct_json_key(json, "minKernel");
    ct_json_string(json, version.failed ? "" : version.data, version.failed ? 0 : version.length);
    ct_buffer_free(&version);
  }
  ct_json_end(json);
}

void ct_lint_write_entry(ct_json *json, const ct_profile_entry *entry, const ct_condition *conditions, uint32_t count,
                         const char *action, int64_t errno_ret) {
  ct_json_object(json);
  ct_json_key(json, "names");
  ct_json_array(json);
  for (uint32_t i = 0; i < entry->names.count; i++)
    ct_json_string(json, entry->names.items[i].text, entry->names.items[i].length);
  ct_json_end(json);
  ct_json_key_text(json, "action", action ? action : entry->action_name);
  if (errno_ret >= 0) ct_json_key_signed(json, "errnoRet", errno_ret);
  if (count) {
    ct_json_key(json, "args");
    ct_json_array(json);
    for (uint32_t i = 0; i < count; i++) {
      ct_json_object(json);
      ct_json_key_unsigned(json, "index", conditions[i].index);
      ct_json_key(json, "value");
      number(json, conditions[i].value);
      if (conditions[i].op == CT_OP_MASKED_EQ) {
        ct_json_key(json, "valueTwo");
        number(json, conditions[i].value_two);
      }
      ct_json_key_text(json, "op", ct_op_name(conditions[i].op));
      ct_json_end(json);
    }
    ct_json_end(json);
  }
  write_filter(json, "includes", &entry->includes);
  write_filter(json, "excludes", &entry->excludes);
  ct_json_end(json);
}

/* Gravest first; equal ones in the order of the text. */
static int compare(const void *a, const void *b) {
  const ct_diagnostic *x = *(const ct_diagnostic *const *)a, *y = *(const ct_diagnostic *const *)b;
  if (x->level != y->level) return x->level > y->level ? -1 : 1;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  if (x->column != y->column) return x->column < y->column ? -1 : 1;
  int order = strcmp(x->code, y->code);
  if (!order) order = strcmp(x->pointer ? x->pointer : "", y->pointer ? y->pointer : "");
  return order ? order : strcmp(x->message, y->message);
}

struct ctsec_lint {
  ct_count references;
  uint32_t at_least[CT_LEVEL_CRITICAL + 1];
  char *json;
  size_t json_length;
  char *text;
  size_t text_length;
};

static void write_json(ct_lint *lint, const ct_diagnostic **all, uint32_t total, ct_json *json) {
  const ct_resolved *resolved = lint->resolved;
  uint32_t levels[CT_LEVEL_CRITICAL + 1] = {0};
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/lint/1");
  ct_json_key(json, "target");
  ct_target_write(json, &resolved->target);
  ct_json_key_text(json, "source", resolved->profile->source);
  ct_json_key(json, "diagnostics");
  ct_json_array(json);
  for (uint32_t i = 0; i < total; i++) {
    levels[all[i]->level]++;
    ct_diagnostic_write(json, all[i]);
  }
  ct_json_end(json);
  ct_json_key(json, "summary");
  ct_json_object(json);
  for (int level = CT_LEVEL_CRITICAL; level >= CT_LEVEL_INFO; level--)
    ct_json_key_unsigned(json, ct_level_name(level), levels[level]);
  ct_json_key_unsigned(json, "not_listed", resolved->diagnostics.dropped);
  ct_json_end(json);
  ct_json_end(json);
}

static int write(ct_lint *lint, ctsec_lint *out) {
  const ct_resolved *resolved = lint->resolved;
  uint32_t total = 0, at = 0;
  for (const ct_diagnostic *d = resolved->profile->diagnostics; d; d = d->next) total++;
  for (const ct_diagnostic *d = resolved->diagnostics.first; d; d = d->next) total++;
  const ct_diagnostic **all = ct_arena_array(lint->arena, total, sizeof *all);
  if (!all) return CTSEC_E_NOMEM;
  for (const ct_diagnostic *d = resolved->profile->diagnostics; d; d = d->next) all[at++] = d;
  for (const ct_diagnostic *d = resolved->diagnostics.first; d; d = d->next) all[at++] = d;
  qsort(all, total, sizeof *all, compare);
  ct_json json;
  ct_json_init(&json, 0);
  write_json(lint, all, total, &json);
  ct_buffer text;
  ct_buffer_init(&text);
  for (uint32_t i = 0; i < total; i++) {
    for (int level = CT_LEVEL_INFO; level <= (int)all[i]->level; level++) out->at_least[level]++;
    ct_diagnostic_text(&text, resolved->profile->source, all[i]);
  }
  int status = ct_json_take(&json, &out->json, &out->json_length);
  if (status) {
    ct_buffer_free(&text);
    return status;
  }
  return ct_buffer_take(&text, &out->text, &out->text_length);
}

ctsec_lint *ctsec_lint_ref(ctsec_lint *lint) {
  if (lint) ct_count_up(&lint->references);
  return lint;
}

void ctsec_lint_free(ctsec_lint *lint) {
  if (!lint || !ct_count_down(&lint->references)) return;
  free(lint->json);
  free(lint->text);
  free(lint);
}

size_t ctsec_lint_count(const ctsec_lint *lint, int32_t severity) {
  return lint && severity >= CT_LEVEL_INFO && severity <= CT_LEVEL_CRITICAL ? lint->at_least[severity] : 0;
}

static int copy(const char *from, size_t size, char **text, size_t *length, ctsec_error **err) {
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  char *made = malloc(size + 1);
  if (!made) return ct_error_nomem(err);
  memcpy(made, from, size + 1);
  *text = made;
  *length = size;
  return 0;
}

int ctsec_lint_to_json(const ctsec_lint *lint, char **text, size_t *length, ctsec_error **err) {
  if (!lint) return ct_error_null(err, "lint");
  return copy(lint->json, lint->json_length, text, length, err);
}

int ctsec_lint_to_text(const ctsec_lint *lint, char **text, size_t *length, ctsec_error **err) {
  if (!lint) return ct_error_null(err, "lint");
  return copy(lint->text, lint->text_length, text, length, err);
}

static int look(ct_lint *lint, const ctsec_policy *policy, ctsec_lint *out, ctsec_error **err) {
  lint->policy = policy;
  lint->runtime = policy->loaded;
  ct_resolved_notes(lint->resolved, policy);
  ct_lint_arguments(lint);
  ct_lint_runtime(lint);
  ct_lint_engines(lint);
  ct_lint_calls(lint);
  int status = ct_lint_reach(lint);
  if (!status && lint->resolved->diagnostics.failed) status = CTSEC_E_NOMEM;
  if (!status) status = write(lint, out);
  return status ? ct_error_nomem(err) : 0;
}

int ctsec_profile_lint(const ctsec_profile *profile, const ctsec_options *options, ctsec_lint **lint,
                       ctsec_error **err) {
  if (!profile) return ct_error_null(err, "profile");
  if (!lint) return ct_error_null(err, "lint");
  ctsec_lint *out = calloc(1, sizeof *out);
  if (!out) return ct_error_nomem(err);
  ct_count_up(&out->references);
  ct_arena arena;
  ct_arena_init(&arena);
  ct_lint state = {0};
  ctsec_policy *policy = NULL;
  state.arena = &arena;
  state.work = ct_options_limit(options, CTSEC_LIMIT_WORK);
  int status = ct_resolve(&arena, profile->profile, options, &state.resolved, err);
  if (!status) status = ct_resolved_policy(state.resolved, options, &policy, err);
  if (!status) status = look(&state, policy, out, err);
  ctsec_policy_free(policy);
  ct_arena_free(&arena);
  if (status) {
    ctsec_lint_free(out);
    return status;
  }
  *lint = out;
  return 0;
}
