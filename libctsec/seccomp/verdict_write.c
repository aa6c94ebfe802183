/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "caps/names.h"
#include "data/errno.h"
#include "data/messages.h"
#include "seccomp/names.h"
#include "seccomp/verdict.h"

void ct_action_add(ct_buffer *buffer, uint32_t audit, uint32_t action) {
  const char *name = ct_action_name(action);
  uint32_t data = action & CT_RET_DATA;
  if (!name) {
    ct_buffer_format(buffer, "0x%08x", action);
    return;
  }
  ct_buffer_text(buffer, name + strlen("SCMP_ACT_"));
  switch (action & CT_RET_ACTION) {
    case CT_RET_ERRNO: {
      const char *number = ct_errno_name(audit, data);
      ct_buffer_format(buffer, number ? "(%u %s)" : "(%u)", data, number);
      break;
    }
    case CT_RET_TRAP:
    case CT_RET_TRACE: ct_buffer_format(buffer, "(%u)", data); break;
    default: break;
  }
}

void ct_condition_add(ct_buffer *buffer, const ct_condition *condition) {
  static const char signs[][3] = {"", "!=", "<", "<=", "==", ">=", ">"};
  unsigned long long value = condition->value;
  if (condition->op == CT_OP_MASKED_EQ)
    ct_buffer_format(buffer, "args[%u] & 0x%llx == 0x%llx", condition->index, value,
                     (unsigned long long)(condition->value_two & condition->value));
  else
    ct_buffer_format(buffer, "args[%u] %s 0x%llx", condition->index, signs[condition->op], value);
}

void ct_action_write(ct_json *json, uint32_t audit, const uint32_t *action) {
  ct_json_key_text(json, "action", action ? ct_action_name(*action) : NULL);
  int has_errno = action && (*action & CT_RET_ACTION) == CT_RET_ERRNO;
  ct_json_key(json, "errno");
  if (has_errno)
    ct_json_unsigned(json, *action & CT_RET_DATA);
  else
    ct_json_null(json);
  ct_json_key_text(json, "errno_name", has_errno ? ct_errno_name(audit, *action & CT_RET_DATA) : NULL);
  ct_json_key(json, "data");
  if (action && (*action & CT_RET_DATA))
    ct_json_unsigned(json, *action & CT_RET_DATA);
  else
    ct_json_null(json);
}

/* An argument is a number, or null where it is not known. */
static void write_args(ct_json *json, const uint64_t args[6], uint32_t unknown) {
  ct_json_array(json);
  for (unsigned i = 0; i < 6; i++) {
    if (unknown >> i & 1)
      ct_json_null(json);
    else
      ct_json_hex(json, args[i]);
  }
  ct_json_end(json);
}

/* Outcome, actions and what decided: the same members for each of the three meanings. */
static void write_meaning(ct_json *json, uint32_t audit, const ct_meaning *meaning) {
  const ct_cases *cases = &meaning->cases;
  /* Of what is not known for sure, all that may be is listed where that can be said. */
  uint32_t count = meaning->known || !cases->exact ? cases->count : 0;
  ct_json_key_text(json, "outcome", count == 1 ? "decided" : count ? "depends" : NULL);
  ct_json_key(json, "possible");
  ct_json_array(json);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t before = 0;
    while (before < i && (cases->items[before].action ^ cases->items[i].action) & CT_RET_ACTION) before++;
    if (before == i) ct_json_text(json, ct_action_name(cases->items[i].action));
  }
  ct_json_end(json);
  ct_action_write(json, audit, count == 1 ? &cases->items[0].action : NULL);
  ct_json_key_text(json, "rule", count == 1 ? meaning->rules[0] : NULL);
  ct_json_key_text(json, "why", meaning->why);
}

static void write_cases(ct_json *json, const ctsec_verdict *v) {
  ct_json_key(json, "cases");
  ct_json_array(json);
  for (uint32_t i = 0; i < v->policy.cases.count; i++) {
    const ct_case *one = &v->policy.cases.items[i];
    ct_json_object(json);
    ct_action_write(json, v->question.audit, &one->action);
    ct_json_key_text(json, "rule", v->policy.rules[i]);
    ct_json_key(json, "args");
    write_args(json, one->args, 0);
    ct_json_end(json);
  }
  ct_json_end(json);
}

static void write_logged(ct_json *json, int logged) {
  ct_json_key(json, "logged");
  if (logged == CTSEC_LOGGED_UNKNOWN)
    ct_json_null(json);
  else
    ct_json_bool(json, logged == CTSEC_LOGGED_YES);
}

static void write_agrees(ct_json *json, int agrees) {
  ct_json_key(json, "agrees");
  if (agrees < 0)
    ct_json_null(json);
  else
    ct_json_bool(json, agrees);
}

static void write_others(ct_json *json, const ctsec_verdict *v) {
  ct_json_key(json, "runtime");
  ct_json_object(json);
  ct_json_key_text(json, "name", v->runtime_name);
  ct_json_key_text(json, "libseccomp", v->runtime_libseccomp);
  ct_json_key_text(json, "reason", v->runtime_reason);
  write_meaning(json, v->question.audit, &v->runtime);
  write_agrees(json, v->runtime.agrees);
  ct_json_end(json);
  if (v->asks_runtime) {
    ct_json_key(json, "policy");
    ct_json_object(json);
    write_meaning(json, v->question.audit, &v->written);
    ct_json_end(json);
  }
  ct_json_key(json, "kernel");
  ct_json_object(json);
  write_meaning(json, v->question.audit, &v->kernel);
  write_agrees(json, v->kernel.agrees);
  ct_json_key(json, "args");
  write_args(json, v->cut.args, v->question.unknown);
  ct_json_key(json, "needs");
  ct_json_array(json);
  if (v->kernel.needs) ct_json_text(json, v->kernel.needs);
  ct_json_end(json);
  ct_json_end(json);
  ct_json_key(json, "agree");
  if (v->agree < 0)
    ct_json_null(json);
  else
    ct_json_bool(json, v->agree);
}

static void write_caps(ct_json *json, const char *key, uint64_t mask) {
  ct_json_key(json, key);
  ct_json_array(json);
  for (int i = 0; i < CT_CAP_COUNT; i++)
    if (mask >> i & 1) ct_json_text(json, ct_cap_at(i)->name);
  ct_json_end(json);
}

static void write_kernel(ct_json *json, const char *key, const ct_change *change, int since) {
  ct_buffer version;
  ct_json_key(json, key);
  if (change->since != since) {
    ct_json_null(json);
    return;
  }
  ct_buffer_init(&version);
  ct_buffer_format(&version, "%u.%u", change->kernel, change->major);
  ct_json_string(json, version.failed ? "" : version.data, version.failed ? 0 : version.length);
  json->buffer.failed |= version.failed;
  ct_buffer_free(&version);
}

static void write_changes(ct_json *json, const ctsec_verdict *v) {
  ct_json_key(json, "changes");
  ct_json_array(json);
  for (int i = 0; i < v->change_count; i++) {
    const ct_change *change = &v->changes[i];
    ct_json_object(json);
    write_caps(json, "add_capabilities", change->add);
    write_caps(json, "drop_capabilities", change->drop);
    write_kernel(json, "kernel_from", change, 1);
    write_kernel(json, "kernel_before", change, -1);
    ct_action_write(json, v->question.audit, &change->action);
    ct_json_key_text(json, "rule", change->pointer);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_key(json, "needs");
  ct_json_array(json);
  if (v->needs_kernel) ct_json_text(json, "kernel");
  ct_json_end(json);
}

int ctsec_verdict_to_json(const ctsec_verdict *v, char **text, size_t *length, ctsec_error **err) {
  if (!v) return ct_error_null(err, "verdict");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/verdict/1");
  ct_json_key(&json, "target");
  if (v->target)
    ct_json_raw(&json, v->target, strlen(v->target));
  else
    ct_json_null(&json);
  ct_json_key_text(&json, "source", v->source);
  ct_json_key_text(&json, "arch", v->arch);
  ct_json_key_text(&json, "syscall", v->call);
  ct_json_key_unsigned(&json, "number", v->question.number);
  ct_json_key(&json, "args");
  write_args(&json, v->question.args, v->question.unknown);
  write_meaning(&json, v->question.audit, &v->policy);
  write_cases(&json, v);
  ct_json_key_bool(&json, "exact", v->policy.cases.exact);
  write_logged(&json, v->logged);
  if (v->filter >= 0) ct_json_key_signed(&json, "filter", v->filter);
  ct_json_key(&json, "rules");
  ct_json_raw(&json, v->rules ? v->rules : "[]", v->rules ? strlen(v->rules) : 2);
  ct_json_key(&json, "dropped");
  ct_json_raw(&json, v->dropped ? v->dropped : "[]", v->dropped ? strlen(v->dropped) : 2);
  write_changes(&json, v);
  write_others(&json, v);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static void text_actions(ct_buffer *buffer, uint32_t audit, const ct_cases *cases) {
  for (uint32_t i = 0; i < cases->count; i++) {
    if (i) ct_buffer_text(buffer, " | ");
    ct_action_add(buffer, audit, cases->items[i].action);
  }
}

static void text_row(ct_buffer *buffer, const ctsec_verdict *v, ct_message_id label) {
  ct_buffer_text(buffer, "  ");
  ct_buffer_text(buffer, ct_message(label, v->lang));
  ct_buffer_text(buffer, ": ");
}

static void text_other(ct_buffer *buffer, const ctsec_verdict *v, ct_message_id label, const char *name,
                       const ct_meaning *meaning) {
  text_row(buffer, v, label);
  if (name) ct_buffer_format(buffer, "%s: ", name);
  if (meaning->known)
    text_actions(buffer, v->question.audit, &meaning->cases);
  else if (!meaning->why)
    ct_buffer_text(buffer, ct_message(CT_MESSAGE_UNKNOWN, v->lang));
  if (meaning->why) ct_buffer_format(buffer, "%s%s", meaning->known ? " (" : "", meaning->why);
  if (meaning->why && meaning->known) ct_buffer_char(buffer, ')');
  ct_buffer_char(buffer, '\n');
}

int ctsec_verdict_to_text(const ctsec_verdict *v, char **text, size_t *length, ctsec_error **err) {
  if (!v) return ct_error_null(err, "verdict");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  if (v->arch)
    ct_buffer_format(&buffer, "%s ", v->arch);
  else
    ct_buffer_format(&buffer, "0x%08x ", v->question.audit);
  if (v->call)
    ct_buffer_text(&buffer, v->call);
  else
    ct_buffer_unsigned(&buffer, v->question.number);
  ct_buffer_char(&buffer, '(');
  for (unsigned i = 0; i < 6; i++) {
    if (i) ct_buffer_text(&buffer, ", ");
    if (v->question.unknown >> i & 1)
      ct_buffer_char(&buffer, '?');
    else
      ct_buffer_format(&buffer, "0x%llx", (unsigned long long)v->question.args[i]);
  }
  ct_buffer_text(&buffer, "): ");
  text_actions(&buffer, v->question.audit, &v->policy.cases);
  ct_buffer_char(&buffer, '\n');
  if (v->policy.cases.count == 1 && v->policy.rules[0]) {
    text_row(&buffer, v, CT_MESSAGE_SECCOMP_LABEL_RULE);
    ct_buffer_format(&buffer, "%s\n", v->policy.rules[0]);
  }
  text_row(&buffer, v, CT_MESSAGE_SECCOMP_LABEL_WHY);
  ct_buffer_format(&buffer, "%s\n", v->policy.why);
  text_row(&buffer, v, CT_MESSAGE_SECCOMP_LABEL_LOGGED);
  ct_buffer_text(&buffer, ct_message(v->logged == CTSEC_LOGGED_YES  ? CT_MESSAGE_YES
                                     : v->logged == CTSEC_LOGGED_NO ? CT_MESSAGE_NO
                                                                    : CT_MESSAGE_UNKNOWN,
                                     v->lang));
  ct_buffer_char(&buffer, '\n');
  /* What agrees needs no line. */
  if (v->kernel.agrees != 1) text_other(&buffer, v, CT_MESSAGE_SECCOMP_LABEL_KERNEL, NULL, &v->kernel);
  if (v->asks_runtime && !v->runtime.agrees)
    text_other(&buffer, v, CT_MESSAGE_SECCOMP_LABEL_POLICY, NULL, &v->written);
  else if (v->runtime.agrees != 1 && v->runtime_name)
    text_other(&buffer, v, CT_MESSAGE_SECCOMP_LABEL_RUNTIME, v->runtime_name, &v->runtime);
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_verdict_outcome(const ctsec_verdict *verdict) {
  if (!verdict) return 0;
  return verdict->policy.cases.count == 1 ? CTSEC_VERDICT_DECIDED : CTSEC_VERDICT_DEPENDS;
}

size_t ctsec_verdict_count(const ctsec_verdict *verdict) { return verdict ? verdict->policy.cases.count : 0; }

int ctsec_verdict_at(const ctsec_verdict *verdict, size_t index, uint32_t *action, ctsec_error **err) {
  if (!verdict) return ct_error_null(err, "verdict");
  if (!action) return ct_error_null(err, "action");
  if (index >= verdict->policy.cases.count)
    return ct_error_set(err, CTSEC_E_ARG, "there are %u actions", verdict->policy.cases.count);
  *action = verdict->policy.cases.items[index].action;
  return 0;
}

int ctsec_verdict_logged(const ctsec_verdict *verdict) { return verdict ? verdict->logged : CTSEC_LOGGED_UNKNOWN; }

const char *ctsec_verdict_rule(const ctsec_verdict *verdict) {
  return verdict && verdict->policy.cases.count == 1 ? verdict->policy.rules[0] : NULL;
}

const char *ctsec_verdict_why(const ctsec_verdict *verdict) { return verdict ? verdict->policy.why : ""; }

int ctsec_verdict_agree(const ctsec_verdict *verdict) { return verdict ? verdict->agree : -1; }
