/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/json.h"
#include "caps/names.h"
#include "trace/least.h"

static void write_condition(ct_json *json, const ct_least_rule *rule, unsigned i) {
  ct_json_object(json);
  ct_json_key_unsigned(json, "index", rule->index[i]);
  /* The kernel reads no more of them than the mask has. */
  ct_json_key_unsigned(json, "value", rule->mask[i]);
  ct_json_key_unsigned(json, "valueTwo", rule->value[i]);
  ct_json_key_text(json, "op", "SCMP_CMP_MASKED_EQ");
  ct_json_end(json);
}

void ct_least_write_profile(ct_json *json, const ctsec_least *least) {
  ct_json_object(json);
  ct_json_key_text(json, "defaultAction", "SCMP_ACT_ERRNO");
  uint32_t absent = 38;
  (void)ctsec_errno_find("ENOSYS", 6, least->arch->abi.id, &absent, NULL);
  ct_json_key_unsigned(json, "defaultErrnoRet", absent);
  ct_json_key(json, "architectures");
  ct_json_array(json);
  for (uint32_t i = 0; i < least->arch_count; i++) ct_json_text(json, least->arches[i]->scmp);
  ct_json_end(json);
  ct_json_key(json, "syscalls");
  ct_json_array(json);
  ct_json_object(json);
  ct_json_key(json, "names");
  ct_json_array(json);
  for (uint32_t i = 0; i < least->need_count; i++)
    if (least->needs[i].plain) ct_json_text(json, least->needs[i].name);
  ct_json_end(json);
  ct_json_key_text(json, "action", "SCMP_ACT_ALLOW");
  ct_json_end(json);
  for (uint32_t i = 0; i < least->need_count; i++) {
    const ct_need *need = &least->needs[i];
    for (const ct_least_rule *rule = need->plain ? NULL : need->rules; rule; rule = rule->next) {
      ct_json_object(json);
      ct_json_key(json, "names");
      ct_json_array(json);
      ct_json_text(json, need->name);
      ct_json_end(json);
      ct_json_key_text(json, "action", "SCMP_ACT_ALLOW");
      ct_json_key(json, "args");
      ct_json_array(json);
      for (unsigned k = 0; k < rule->count; k++) write_condition(json, rule, k);
      ct_json_end(json);
      ct_json_end(json);
    }
  }
  ct_json_end(json);
  ct_json_end(json);
}

int ctsec_least_encode(const ctsec_least *least, char **text, size_t *length, ctsec_error **err) {
  if (!least) return ct_error_null(err, "least");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_least_write_profile(&json, least);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

/* "CHOWN": as options take it. */
static const char *short_name(int cap) {
  const ct_cap *found = ct_cap_at(cap);
  return found ? found->name + 4 : NULL;
}

static void add_why(ct_buffer *buffer, const ctsec_least *least, const ct_need_cap *entry) {
  ct_message_value value = {"calls", entry->calls};
  ct_message_add(buffer, entry->why, least->lang, &value, 1);
}

static void write_message(ct_json *json, const char *key, ct_buffer *buffer) {
  ct_json_key(json, key);
  if (buffer->failed)
    json->buffer.failed = 1;
  else
    ct_json_string(json, buffer->data, buffer->length);
  ct_buffer_free(buffer);
}

static void write_words(ct_json *json, const char *words) {
  ct_json_array(json);
  while (words) {
    const char *comma = strstr(words, ", ");
    ct_json_string(json, words, comma ? (size_t)(comma - words) : strlen(words));
    words = comma ? comma + 2 : NULL;
  }
  ct_json_end(json);
}

static void write_caps(ct_json *json, const ctsec_least *least) {
  ct_json_key(json, "capabilities");
  ct_json_array(json);
  for (int cap = 0; cap < 64; cap++) {
    const ct_need_cap *entry = &least->caps[cap];
    if (!entry->calls || !ct_cap_at(cap)) continue;
    ct_json_object(json);
    ct_json_key_text(json, "name", ct_cap_at(cap)->name);
    ct_json_key_text(json, "needed", entry->needed ? "yes" : "maybe");
    ct_json_key(json, "calls");
    write_words(json, entry->calls);
    ct_buffer why;
    ct_buffer_init(&why);
    add_why(&why, least, entry);
    write_message(json, "why", &why);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_key_mask(json, "mask", ct_least_cap_mask(least, 1));
}

static void write_cap_names(ct_json *json, const ctsec_least *least) {
  ct_json_array(json);
  for (int cap = 0; cap < 64; cap++)
    if (least->caps[cap].calls && least->caps[cap].needed == 1 && ct_cap_at(cap)) ct_json_text(json, short_name(cap));
  ct_json_end(json);
}

static void add_flags(ct_buffer *buffer, const ctsec_least *least) {
  ct_buffer_text(buffer, "--cap-drop ALL");
  for (int cap = 0; cap < 64; cap++)
    if (least->caps[cap].calls && least->caps[cap].needed == 1 && ct_cap_at(cap))
      ct_buffer_format(buffer, " --cap-add %s", short_name(cap));
  ct_buffer_text(buffer, " --security-opt seccomp=profile.json");
  if (least->late) ct_buffer_text(buffer, " --security-opt no-new-privileges");
}

static void write_run(ct_json *json, const ctsec_least *least) {
  ct_buffer flags;
  ct_buffer_init(&flags);
  ct_json_key(json, "options");
  ct_json_object(json);
  add_flags(&flags, least);
  write_message(json, "docker", &flags);
  ct_json_key(json, "compose");
  ct_json_object(json);
  ct_json_key(json, "cap_drop");
  ct_json_array(json);
  ct_json_text(json, "ALL");
  ct_json_end(json);
  ct_json_key(json, "cap_add");
  write_cap_names(json, least);
  ct_json_key(json, "security_opt");
  ct_json_array(json);
  ct_json_text(json, "seccomp:profile.json");
  if (least->late) ct_json_text(json, "no-new-privileges:true");
  ct_json_end(json);
  ct_json_end(json);
  ct_json_key(json, "kubernetes");
  ct_json_object(json);
  ct_json_key(json, "capabilities");
  ct_json_object(json);
  ct_json_key(json, "drop");
  ct_json_array(json);
  ct_json_text(json, "ALL");
  ct_json_end(json);
  ct_json_key(json, "add");
  write_cap_names(json, least);
  ct_json_end(json);
  ct_json_key(json, "seccompProfile");
  ct_json_object(json);
  ct_json_key_text(json, "type", "Localhost");
  ct_json_key_text(json, "localhostProfile", "profile.json");
  ct_json_end(json);
  if (least->late) ct_json_key_bool(json, "allowPrivilegeEscalation", 0);
  ct_json_end(json);
  ct_json_end(json);
}

static void add_remark(ct_buffer *buffer, const ctsec_least *least, const ct_least_note *remark) {
  ct_message_value value = {"call", remark->call};
  ct_message_add(buffer, remark->message, least->lang, &value, 1);
}

int ctsec_least_to_json(const ctsec_least *least, char **text, size_t *length, ctsec_error **err) {
  if (!least) return ct_error_null(err, "least");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/least/1");
  ct_json_key(&json, "target");
  ct_json_object(&json);
  ct_json_key_text(&json, "arch", least->arch->abi.name);
  ct_json_key_bool(&json, "no_new_privileges", least->late);
  ct_json_end(&json);
  ct_json_key(&json, "profile");
  ct_least_write_profile(&json, least);
  ct_json_key(&json, "calls");
  ct_json_array(&json);
  for (uint32_t i = 0; i < least->need_count; i++) {
    const ct_need *need = &least->needs[i];
    ct_json_object(&json);
    ct_json_key_text(&json, "syscall", need->name);
    ct_json_key(&json, "from");
    ct_json_array(&json);
    if (need->from & CT_LEAST_TRACE) ct_json_text(&json, "trace");
    if (need->from & CT_LEAST_RUNTIME) ct_json_text(&json, "runtime");
    ct_json_end(&json);
    ct_json_key_unsigned(&json, "times", need->times);
    ct_json_key_unsigned(&json, "rules", need->plain ? 1 : need->rule_count);
    ct_json_key_bool(&json, "conditions", !need->plain);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  write_caps(&json, least);
  write_run(&json, least);
  ct_json_key(&json, "remarks");
  ct_json_array(&json);
  for (uint32_t i = 0; i < least->remark_count; i++) {
    ct_buffer message;
    ct_buffer_init(&message);
    add_remark(&message, least, &least->remarks[i]);
    ct_json_object(&json);
    write_message(&json, "message", &message);
    ct_json_key_text(&json, "subject", least->remarks[i].call);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static void head(ct_buffer *buffer, const ctsec_least *least, ct_message_id id) {
  ct_buffer_text(buffer, ct_message(id, least->lang));
  ct_buffer_char(buffer, '\n');
}

/* Names in lines of a hundred columns. */
static void add_names(ct_buffer *buffer, const ctsec_least *least, unsigned from) {
  size_t column = 0;
  for (uint32_t i = 0; i < least->need_count; i++) {
    const ct_need *need = &least->needs[i];
    if ((from == CT_LEAST_TRACE) != ((need->from & CT_LEAST_TRACE) != 0) || !need->plain) continue;
    size_t length = strlen(need->name);
    if (column && column + length > 96) column = 0, ct_buffer_char(buffer, '\n');
    ct_buffer_text(buffer, column ? " " : "  ");
    ct_buffer_text(buffer, need->name);
    column += length + (column ? 1 : 2);
  }
  if (column) ct_buffer_char(buffer, '\n');
}

static void add_rules(ct_buffer *buffer, const ctsec_least *least) {
  int first = 1;
  for (uint32_t i = 0; i < least->need_count; i++) {
    const ct_need *need = &least->needs[i];
    if (need->plain) continue;
    if (first) head(buffer, least, CT_MESSAGE_LEAST_CONDITIONS);
    first = 0;
    for (const ct_least_rule *rule = need->rules; rule; rule = rule->next) {
      ct_buffer_format(buffer, "  %s", need->name);
      for (unsigned k = 0; k < rule->count; k++) {
        ct_buffer_text(buffer, k ? " && " : " ");
        if (rule->mask[k] == UINT32_MAX)
          ct_buffer_format(buffer, "args[%u] == 0x%llx", rule->index[k], (unsigned long long)rule->value[k]);
        else
          ct_buffer_format(buffer, "args[%u] & 0x%llx == 0x%llx", rule->index[k], (unsigned long long)rule->mask[k],
                           (unsigned long long)rule->value[k]);
      }
      ct_buffer_char(buffer, '\n');
    }
  }
}

int ctsec_least_to_text(const ctsec_least *least, char **text, size_t *length, ctsec_error **err) {
  if (!least) return ct_error_null(err, "least");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  head(&buffer, least, CT_MESSAGE_LEAST_RUN);
  ct_buffer_text(&buffer, "  ");
  add_flags(&buffer, least);
  ct_buffer_char(&buffer, '\n');
  for (int needed = 1; needed >= 0; needed--) {
    if (!ct_least_cap_mask(least, needed)) {
      if (needed) head(&buffer, least, CT_MESSAGE_LEAST_NO_CAPS);
      continue;
    }
    head(&buffer, least, needed ? CT_MESSAGE_LEAST_CAPS : CT_MESSAGE_LEAST_MAYBE);
    for (int cap = 0; cap < 64; cap++) {
      const ct_need_cap *entry = &least->caps[cap];
      if (!entry->calls || entry->needed != needed || !ct_cap_at(cap)) continue;
      ct_buffer_format(&buffer, "  %s: ", ct_cap_at(cap)->name);
      add_why(&buffer, least, entry);
      ct_buffer_char(&buffer, '\n');
    }
  }
  head(&buffer, least, CT_MESSAGE_LEAST_CALLS);
  add_names(&buffer, least, CT_LEAST_TRACE);
  add_rules(&buffer, least);
  head(&buffer, least, CT_MESSAGE_LEAST_RUNTIME);
  add_names(&buffer, least, CT_LEAST_RUNTIME);
  for (uint32_t i = 0; i < least->remark_count; i++) {
    if (!i) head(&buffer, least, CT_MESSAGE_LEAST_REMARKS);
    ct_buffer_text(&buffer, "  ");
    add_remark(&buffer, least, &least->remarks[i]);
    ct_buffer_char(&buffer, '\n');
  }
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
