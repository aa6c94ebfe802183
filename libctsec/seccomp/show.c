/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A resolved profile as documents: for people who ask why, and as the engine hands it to the runtime. */
#include <string.h>

#include "base/utf8.h"
#include "data/errno.h"
#include "seccomp/resolve.h"

static void write_action(ct_json *json, const ct_resolved *resolved, uint32_t action) {
  ct_json_key_text(json, "action", ct_action_name(action));
  ct_json_key(json, "errno");
  if ((action & CT_RET_ACTION) == CT_RET_ERRNO || (action & CT_RET_ACTION) == CT_RET_TRACE)
    ct_json_unsigned(json, action & CT_RET_DATA);
  else
    ct_json_null(json);
  ct_json_key_text(json, "errno_name",
                   (action & CT_RET_ACTION) == CT_RET_ERRNO
                       ? ct_errno_name(resolved->target.arch->abi.audit, action & CT_RET_DATA)
                       : NULL);
}

static void write_names(ct_json *json, const ct_words *names) {
  ct_json_key(json, "names");
  ct_json_array(json);
  for (uint32_t i = 0; i < names->count; i++) ct_json_string(json, names->items[i].text, names->items[i].length);
  ct_json_end(json);
}

static void write_entry(ct_json *json, const ct_resolved *resolved, const ct_resolved_entry *entry) {
  ct_json_object(json);
  ct_json_key_text(json, "pointer", entry->pointer);
  ct_json_key(json, "line");
  if (entry->entry->line)
    ct_json_signed(json, entry->entry->line);
  else
    ct_json_null(json);
  ct_json_key_bool(json, "kept", entry->fate == CT_FATE_KEPT);
  ct_json_key_text(json, "dropped_by", entry->fate == CT_FATE_KEPT ? NULL : ct_fate_name(entry->fate));
  ct_json_key_text(json, "because", entry->word);
  write_action(json, resolved, entry->action);
  write_names(json, &entry->entry->names);
  ct_json_key(json, "args");
  ct_json_array(json);
  for (uint32_t i = 0; i < entry->entry->condition_count; i++) {
    const ct_condition *condition = &entry->entry->conditions[i];
    ct_json_object(json);
    ct_json_key_unsigned(json, "index", condition->index);
    ct_json_key_text(json, "op", ct_op_name(condition->op));
    ct_json_key(json, "value");
    ct_json_hex(json, condition->value);
    ct_json_key(json, "valueTwo");
    ct_json_hex(json, condition->value_two);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
}

static const char *policy_note_text(const ct_note *note, ct_message_id *id) {
  switch (note->kind) {
    case CT_NOTE_OVERLAP: *id = CT_MESSAGE_PROFILE_OVERLAP; return "rules-overlap";
    case CT_NOTE_WIDE_CONSTANT: *id = CT_MESSAGE_PROFILE_WIDE_CONSTANT; return "wide-constant";
    default: *id = CT_MESSAGE_PROFILE_INCOMPLETE; return "overlaps-not-all-compared";
  }
}

static int same_text(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

void ct_resolved_notes(ct_resolved *resolved, const ctsec_policy *policy) {
  for (uint32_t i = 0; i < policy->note_count; i++) {
    const ct_note *found = &policy->notes[i];
    /* The same two rules meet once for each name and ABI. */
    uint32_t earlier = 0;
    while (earlier < i && (policy->notes[earlier].kind != found->kind ||
                           !same_text(policy->notes[earlier].pointer, found->pointer) ||
                           !same_text(policy->notes[earlier].other, found->other)))
      earlier++;
    if (earlier < i) continue;
    ct_message_id id;
    const char *code = policy_note_text(found, &id);
    ct_message_value values[] = {{"pointer", found->pointer ? found->pointer : ""},
                                 {"other", found->other ? found->other : ""},
                                 {"action", ct_action_name(found->action)},
                                 {"otheraction", ct_action_name(found->other_action)},
                                 {"arch", policy->tables[found->abi].abi.name}};
    ct_diagnostic *made =
        ct_diagnostics_add(&resolved->diagnostics, code, CT_LEVEL_LOW, NULL, id, values, sizeof values / sizeof *values);
    if (!made) continue;
    made->pointer = found->pointer ? ct_arena_string(resolved->diagnostics.arena, found->pointer) : NULL;
    for (uint32_t e = 0; e < resolved->profile->entry_count && made->pointer; e++) {
      if (strcmp(resolved->entries[e].pointer, made->pointer)) continue;
      made->line = resolved->profile->entries[e].line;
      made->column = resolved->profile->entries[e].column;
      break;
    }
  }
}

void ct_resolved_write_diagnostics(ct_json *json, const ct_resolved *resolved) {
  ct_json_key(json, "diagnostics");
  ct_json_array(json);
  for (const ct_diagnostic *d = resolved->profile->diagnostics; d; d = d->next) ct_diagnostic_write(json, d);
  for (const ct_diagnostic *d = resolved->diagnostics.first; d; d = d->next) ct_diagnostic_write(json, d);
  ct_json_end(json);
}

static void write_profile(ct_json *json, const ct_resolved *resolved, const ctsec_policy *policy) {
  const ct_profile *profile = resolved->profile;
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/profile/1");
  ct_json_key(json, "target");
  ct_target_write(json, &resolved->target);
  ct_json_key_text(json, "source", profile->source);
  ct_json_key_text(json, "builtin", profile->builtin);
  ct_json_key_text(json, "pointer", profile->pointer);
  ct_json_key_bool(json, "unconfined", profile->unconfined);
  ct_json_key(json, "architectures");
  ct_json_array(json);
  for (uint32_t i = 0; i < resolved->abi_count; i++) ct_json_text(json, resolved->abis[i]->scmp);
  ct_json_end(json);
  ct_json_key_bool(json, "native_added", resolved->native_added);
  ct_json_key(json, "default");
  ct_json_object(json);
  write_action(json, resolved, resolved->default_action);
  ct_json_end(json);
  ct_json_key(json, "flags");
  ct_json_array(json);
  for (uint32_t i = 0; i < profile->flags.count; i++)
    ct_json_string(json, profile->flags.items[i].text, profile->flags.items[i].length);
  ct_json_end(json);
  ct_json_key(json, "entries");
  ct_json_array(json);
  for (uint32_t i = 0; i < profile->entry_count; i++) write_entry(json, resolved, &resolved->entries[i]);
  ct_json_end(json);
  ct_json_key_unsigned(json, "kept", resolved->kept);
  ct_json_key_unsigned(json, "dropped", profile->entry_count - resolved->kept);
  ct_json_key_unsigned(json, "rules", policy->rule_count);
  ct_resolved_write_diagnostics(json, resolved);
  ct_json_end(json);
}

static void add_action(ct_buffer *buffer, const ct_resolved *resolved, uint32_t action) {
  uint32_t kind = action & CT_RET_ACTION;
  ct_buffer_text(buffer, ct_action_name(action));
  if (kind != CT_RET_ERRNO && kind != CT_RET_TRACE) return;
  const char *name = kind == CT_RET_ERRNO ? ct_errno_name(resolved->target.arch->abi.audit, action & CT_RET_DATA) : NULL;
  ct_buffer_format(buffer, "(%u%s%s)", action & CT_RET_DATA, name ? " " : "", name ? name : "");
}

static void add_entry(ct_buffer *buffer, const ct_resolved *resolved, const ct_resolved_entry *entry) {
  static const char signs[][3] = {"!=", "<", "<=", "==", ">=", ">"};
  ct_buffer_format(buffer, "%s %s", entry->fate == CT_FATE_KEPT ? "+" : "-", entry->pointer);
  if (entry->entry->line) ct_buffer_format(buffer, " (%lld)", (long long)entry->entry->line);
  ct_buffer_text(buffer, " ");
  add_action(buffer, resolved, entry->action);
  if (entry->fate != CT_FATE_KEPT) {
    ct_buffer_format(buffer, " [%s ", ct_fate_name(entry->fate));
    ct_utf8_add_visible(buffer, entry->word ? entry->word : "", entry->word ? strlen(entry->word) : 0);
    ct_buffer_text(buffer, "]");
  }
  for (uint32_t i = 0; i < entry->entry->condition_count; i++) {
    const ct_condition *c = &entry->entry->conditions[i];
    if (c->op == CT_OP_MASKED_EQ)
      ct_buffer_format(buffer, " args[%u]&0x%llx==0x%llx", c->index, (unsigned long long)c->value,
                       (unsigned long long)(c->value_two & c->value));
    else
      ct_buffer_format(buffer, " args[%u]%s0x%llx", c->index, signs[c->op - CT_OP_NE], (unsigned long long)c->value);
  }
  size_t column = 120;
  for (uint32_t i = 0; i < entry->entry->names.count; i++) {
    const ct_word *name = &entry->entry->names.items[i];
    if (column + name->length > 100) {
      ct_buffer_text(buffer, "\n   ");
      column = 0;
    }
    ct_buffer_char(buffer, ' ');
    ct_utf8_add_visible(buffer, name->text, name->length);
    column += name->length + 1;
  }
  ct_buffer_char(buffer, '\n');
}

static void add_profile(ct_buffer *buffer, const ct_resolved *resolved, const ctsec_policy *policy) {
  const ct_profile *profile = resolved->profile;
  int lang = resolved->diagnostics.lang;
  char caps[24];
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_hex(&text, resolved->target.caps, 16);
  ct_buffer_char(&text, '\0');
  memcpy(caps, text.failed ? "?" : text.data, text.failed ? 2 : 17);
  ct_buffer_free(&text);
  ct_buffer_init(&text);
  if (resolved->target.kernel.known)
    ct_buffer_format(&text, "%u.%u", resolved->target.kernel.major, resolved->target.kernel.minor);
  else
    ct_buffer_text(&text, ct_message(CT_MESSAGE_UNKNOWN, lang));
  ct_buffer_char(&text, '\0');
  const char *engine = ct_engine_name(resolved->target.engine);
  ct_message_value values[] = {{"source", profile->source ? profile->source : "-"},
                               {"arch", resolved->target.arch->abi.name},
                               {"kernel", text.failed ? "?" : text.data},
                               {"caps", caps},
                               {"engine", engine ? engine : ct_message(CT_MESSAGE_UNKNOWN, lang)}};
  ct_message_add(buffer, CT_MESSAGE_PROFILE_TEXT_TARGET, lang, values, 5);
  ct_buffer_free(&text);
  ct_buffer_char(buffer, '\n');
  if (profile->unconfined) {
    ct_message_add(buffer, CT_MESSAGE_PROFILE_TEXT_UNCONFINED, lang, NULL, 0);
    ct_buffer_char(buffer, '\n');
    return;
  }
  ct_message_add(buffer, CT_MESSAGE_PROFILE_TEXT_ABIS, lang, NULL, 0);
  for (uint32_t i = 0; i < resolved->abi_count; i++) ct_buffer_format(buffer, " %s", resolved->abis[i]->abi.name);
  ct_buffer_char(buffer, '\n');
  ct_message_add(buffer, CT_MESSAGE_PROFILE_TEXT_DEFAULT, lang, NULL, 0);
  ct_buffer_char(buffer, ' ');
  add_action(buffer, resolved, resolved->default_action);
  ct_buffer_char(buffer, '\n');
  (void)policy;
  for (uint32_t i = 0; i < profile->entry_count; i++) add_entry(buffer, resolved, &resolved->entries[i]);
  for (const ct_diagnostic *d = profile->diagnostics; d; d = d->next) ct_diagnostic_text(buffer, profile->source, d);
  for (const ct_diagnostic *d = resolved->diagnostics.first; d; d = d->next)
    ct_diagnostic_text(buffer, profile->source, d);
}

/* Resolves, and writes as JSON or as text. */
static int write_as(const ctsec_profile *profile, const ctsec_options *options, int as_json, char **text,
                    size_t *length, ctsec_error **err) {
  if (!profile) return ct_error_null(err, "profile");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_arena arena;
  ct_arena_init(&arena);
  ct_resolved *resolved = NULL;
  ctsec_policy *policy = NULL;
  int status = ct_resolve(&arena, profile->profile, options, &resolved, err);
  if (!status) status = ct_resolved_policy(resolved, options, &policy, err);
  if (!status) {
    ct_json json;
    ct_json_init(&json, 0);
    ct_resolved_notes(resolved, policy);
    if (as_json)
      write_profile(&json, resolved, policy);
    else
      add_profile(&json.buffer, resolved, policy);
    if (resolved->diagnostics.failed) json.buffer.failed = 1;
    status = as_json ? ct_json_take(&json, text, length) : ct_buffer_take(&json.buffer, text, length);
    if (status) ct_error_nomem(err);
  }
  ctsec_policy_free(policy);
  ct_arena_free(&arena);
  return status;
}

int ctsec_profile_to_json(const ctsec_profile *profile, const ctsec_options *options, char **text, size_t *length,
                          ctsec_error **err) {
  return write_as(profile, options, 1, text, length, err);
}

int ctsec_profile_to_text(const ctsec_profile *profile, const ctsec_options *options, char **text, size_t *length,
                          ctsec_error **err) {
  return write_as(profile, options, 0, text, length, err);
}

/* Numbers above 2^53 too: this document is for other programs, which take 64 bits. */
static void write_number(ct_json *json, const char *key, uint64_t value) {
  ct_buffer digits;
  ct_buffer_init(&digits);
  ct_buffer_unsigned(&digits, value);
  ct_json_key(json, key);
  if (digits.failed)
    json->buffer.failed = 1;
  else
    ct_json_raw(json, digits.data, digits.length);
  ct_buffer_free(&digits);
}

static void encode_entry(ct_json *json, const ct_resolved_entry *entry) {
  const ct_profile_entry *from = entry->entry;
  ct_json_object(json);
  write_names(json, &from->names);
  ct_json_key_text(json, "action", from->action_name);
  uint32_t action = entry->action & CT_RET_ACTION;
  int carries = action == CT_RET_ERRNO || action == CT_RET_TRACE;
  if (carries && (from->has_errno || from->errno_name)) ct_json_key_unsigned(json, "errnoRet", entry->action & CT_RET_DATA);
  if (!carries && from->has_errno) write_number(json, "errnoRet", from->errno_ret);
  if (from->condition_count) {
    ct_json_key(json, "args");
    ct_json_array(json);
    for (uint32_t i = 0; i < from->condition_count; i++) {
      const ct_condition *condition = &from->conditions[i];
      ct_json_object(json);
      ct_json_key_unsigned(json, "index", condition->index);
      write_number(json, "value", condition->value);
      if (condition->value_two) write_number(json, "valueTwo", condition->value_two);
      ct_json_key_text(json, "op", ct_op_name(condition->op));
      ct_json_end(json);
    }
    ct_json_end(json);
  }
  ct_json_end(json);
}

static void encode(ct_json *json, const ct_resolved *resolved) {
  const ct_profile *profile = resolved->profile;
  if (profile->unconfined) {
    ct_json_null(json);
    return;
  }
  ct_json_object(json);
  ct_json_key_text(json, "defaultAction", profile->default_action_name);
  if (profile->has_default_errno || profile->default_errno_name)
    ct_json_key_unsigned(json, "defaultErrnoRet", resolved->default_action & CT_RET_DATA);
  uint32_t listed = resolved->abi_count - (resolved->native_added ? 1 : 0);
  if (listed) {
    ct_json_key(json, "architectures");
    ct_json_array(json);
    for (uint32_t i = 0; i < listed; i++) ct_json_text(json, resolved->abis[i]->scmp);
    ct_json_end(json);
  }
  if (profile->has_flags) {
    ct_json_key(json, "flags");
    ct_json_array(json);
    for (uint32_t i = 0; i < profile->flags.count; i++)
      ct_json_string(json, profile->flags.items[i].text, profile->flags.items[i].length);
    ct_json_end(json);
  }
  if (profile->listener_path) ct_json_key_text(json, "listenerPath", profile->listener_path);
  if (profile->listener_metadata) ct_json_key_text(json, "listenerMetadata", profile->listener_metadata);
  ct_json_key(json, "syscalls");
  ct_json_array(json);
  for (uint32_t i = 0; i < profile->entry_count; i++)
    if (resolved->entries[i].fate == CT_FATE_KEPT && profile->entries[i].names.count)
      encode_entry(json, &resolved->entries[i]);
  ct_json_end(json);
  ct_json_end(json);
}

int ctsec_profile_encode(const ctsec_profile *profile, const ctsec_options *options, char **text, size_t *length,
                         ctsec_error **err) {
  if (!profile) return ct_error_null(err, "profile");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_arena arena;
  ct_arena_init(&arena);
  ct_resolved *resolved = NULL;
  int status = ct_resolve(&arena, profile->profile, options, &resolved, err);
  if (!status) {
    ct_json json;
    ct_json_init(&json, 0);
    encode(&json, resolved);
    if (ct_json_take(&json, text, length)) status = ct_error_nomem(err);
  }
  ct_arena_free(&arena);
  return status;
}
