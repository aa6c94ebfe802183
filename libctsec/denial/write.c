/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/utf8.h"
#include "caps/names.h"
#include "ctsec/syscalls.h"
#include "denial/explain.h"
#include "denial/time.h"
#include "seccomp/names.h"
#include "seccomp/verdict.h"

static const char kinds[][11] = {"seccomp", "abend", "selinux", "apparmor", "bprm_fcaps", "capset", "oom", "call"};

/* Arches that have no table of calls here, by their AUDIT_ARCH_*: linux/audit.h. */
static const struct {
  uint32_t audit;
  char name[12];
} untold[] = {{0x28, "armeb"},         {0x400000f3, "riscv32"}, {0x40000102, "loongarch32"}, {2, "sparc"},
              {0x8000002b, "sparc64"}, {0xc0009026, "alpha"},   {0xc0000032, "ia64"},        {0xc00000bf, "tilegx"},
              {0x5e, "xtensa"},        {0x400000c3, "arcv2"},   {0x400000fc, "csky"}};

static const char *arch_of(const ct_denial *denial) {
  if (!(denial->has & CT_HAS_ARCH)) return NULL;
  const char *name = ct_audit_name(denial->audit, (uint32_t)denial->number);
  for (size_t i = 0; !name && i < sizeof untold / sizeof *untold; i++)
    if (untold[i].audit == denial->audit) return untold[i].name;
  return name;
}

/* The name by the record's own arch; what the line itself calls it only where the number is not known. */
static ct_piece call_of(const ct_denial *denial) {
  const char *name = NULL;
  if ((denial->has & CT_HAS_ARCH) && (denial->has & CT_HAS_NUMBER))
    name = ct_call_name(denial->audit, (uint32_t)denial->number);
  if (name) return ct_piece_of(name, strlen(name));
  return denial->has & CT_HAS_FOREIGN_NAME ? (ct_piece){NULL, 0} : denial->texts[CT_TEXT_CALL];
}

static const char *action_of(const ct_denial *denial) {
  if (!(denial->has & CT_HAS_CODE) || denial->has & CT_HAS_SOME_KILL) return NULL;
  return ct_action_name(denial->code);
}

static void key_piece(ct_json *json, const char *key, ct_piece piece) {
  ct_json_key(json, key);
  if (piece.text)
    ct_json_string(json, piece.text, piece.length);
  else
    ct_json_null(json);
}

static void key_time(ct_json *json, const char *key, int64_t time) {
  ct_buffer text;
  ct_buffer_init(&text);
  if (time != CT_NO_TIME) ct_time_add(&text, time);
  key_piece(json, key, text.length ? ct_piece_of(text.data, text.length) : (ct_piece){NULL, 0});
  json->buffer.failed |= text.failed;
  ct_buffer_free(&text);
}

static void key_number(ct_json *json, const char *key, int known, int64_t number) {
  if (known)
    ct_json_key_signed(json, key, number);
  else
    ct_json_key_null(json, key);
}

static void write_change(ct_json *json, const ct_remedy *change, int lang) {
  const ct_message_value values[] = {{"call", change->call}};
  ct_buffer text;
  ct_buffer_init(&text);
  if (change->said)
    ct_buffer_text(&text, change->said);
  else
    ct_message_add(&text, change->text, lang, values, 1);
  ct_json_object(json);
  ct_json_key_text(json, "kind", change->kind);
  key_piece(json, "text", ct_piece_of(text.data, text.length));
  json->buffer.failed |= text.failed;
  ct_buffer_free(&text);
  ct_json_key(json, "rule");
  if (change->rule)
    ct_json_raw(json, change->rule, strlen(change->rule));
  else
    ct_json_null(json);
  ct_json_key_text(json, "value", change->value);
  ct_json_end(json);
}

static void write_changes(ct_json *json, const ct_explanation *explanation) {
  ct_json_key(json, "changes");
  ct_json_array(json);
  for (uint32_t i = 0; i < explanation->change_count; i++) write_change(json, &explanation->changes[i], explanation->lang);
  ct_json_end(json);
}

static void write_caps(ct_json *json, const ct_denial *denial) {
  static const char sets[][12] = {"inheritable", "permitted", "effective", "ambient"};
  ct_json_key(json, "caps");
  if (!(denial->has & CT_HAS_CAPS)) {
    ct_json_null(json);
    return;
  }
  ct_json_object(json);
  for (int i = 0; i < 4; i++) ct_json_key_mask(json, sets[i], denial->caps[i]);
  ct_json_end(json);
}

static void write_args(ct_json *json, const ct_denial *denial) {
  ct_json_key(json, "args");
  if (denial->kind != CT_DENIAL_CALL) {
    ct_json_null(json);
    return;
  }
  ct_json_array(json);
  for (unsigned i = 0; i < 6; i++) {
    if (denial->known >> i & 1)
      ct_json_hex(json, denial->args[i]);
    else
      ct_json_null(json);
  }
  ct_json_end(json);
}

static void write_group(ctsec_denials *denials, ct_json *json, const ct_group *group) {
  const ct_denial *denial = &group->denial;
  const ct_piece *texts = denial->texts;
  ct_explanation explanation;
  ct_explain(&explanation, denials, denial);
  json->buffer.failed |= explanation.failed;
  ct_json_key_text(json, "kind", kinds[denial->kind]);
  key_piece(json, "type", texts[CT_TEXT_TYPE]);
  ct_json_key_unsigned(json, "count", group->count);
  int denied = ct_group_denied(denial);
  ct_json_key(json, "denied");
  if (denied == CT_IS_MAYBE)
    ct_json_null(json);
  else
    ct_json_bool(json, denied == CT_IS_YES);
  key_time(json, "first", group->first);
  key_time(json, "last", group->last);
  key_piece(json, "exe", texts[CT_TEXT_EXE]);
  key_piece(json, "comm", texts[CT_TEXT_COMM]);
  ct_json_key_text(json, "arch", arch_of(denial));
  ct_json_key(json, "audit_arch");
  if (denial->has & CT_HAS_ARCH)
    ct_json_hex(json, denial->audit);
  else
    ct_json_null(json);
  key_piece(json, "syscall", call_of(denial));
  key_number(json, "number", denial->has & CT_HAS_NUMBER, denial->number);
  if (denial->kind == CT_DENIAL_SECCOMP)
    ct_json_key_text(json, "action", action_of(denial));
  else
    key_piece(json, "action", texts[CT_TEXT_VERDICT]);
  ct_json_key_text(json, "layer", explanation.layer);
  write_args(json, denial);
  ct_json_key(json, "code");
  if (denial->has & CT_HAS_CODE && !(denial->has & CT_HAS_SOME_KILL))
    ct_json_hex(json, denial->code);
  else
    ct_json_null(json);
  key_number(json, "signal", denial->has & CT_HAS_SIGNAL, denial->signal);
  const ct_cap *cap = denial->has & CT_HAS_CAPABILITY ? ct_cap_at(denial->capability) : NULL;
  ct_json_key_text(json, "capability", cap ? cap->name : NULL);
  key_piece(json, "profile", denial->kind == CT_DENIAL_APPARMOR ? texts[CT_TEXT_LABEL] : (ct_piece){NULL, 0});
  key_piece(json, "label", texts[CT_TEXT_LABEL]);
  key_piece(json, "target", texts[CT_TEXT_TARGET]);
  key_piece(json, "operation", texts[CT_TEXT_OPERATION]);
  key_piece(json, "class", texts[CT_TEXT_CLASS]);
  key_piece(json, "permissions", texts[CT_TEXT_PERMISSIONS]);
  key_piece(json, "object", texts[CT_TEXT_OBJECT]);
  key_piece(json, "info", texts[CT_TEXT_INFO]);
  write_caps(json, denial);
  key_number(json, "pid", group->pid >= 0, group->pid);
  key_number(json, "uid", group->uid >= 0 && group->uid < UINT32_MAX, group->uid);
  ct_json_key_text(json, "for", explanation.purpose);
  ct_json_key_text(json, "why", explanation.why.data ? explanation.why.data : "");
  ct_json_key_text(json, "advice", explanation.advice.length > 1 ? explanation.advice.data : NULL);
  ct_json_key(json, "conditions");
  ct_json_array(json);
  for (uint32_t i = 0; i < explanation.condition_count; i++) {
    const ct_possible *row = &explanation.conditions[i];
    ct_json_object(json);
    ct_json_key_text(json, "rule", row->rule);
    ct_json_key_text(json, "action", row->action);
    ct_json_key_text(json, "conditions", row->conditions);
    ct_json_end(json);
  }
  ct_json_end(json);
  write_changes(json, &explanation);
  ct_explanation_free(&explanation);
}

void ct_denials_write_group(ctsec_denials *denials, ct_json *json, const ct_group *group) {
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/denial/1");
  write_group(denials, json, group);
  ct_json_end(json);
}

static void write_silence(ctsec_denials *denials, ct_json *json) {
  ct_json_key(json, "silent");
  if (!denials->profile) {
    ct_json_null(json);
    return;
  }
  ct_explanation explanation = {.denials = denials, .lang = ct_options_lang(denials->options)};
  uint32_t action = 0;
  int logged;
  ct_explain_silence(&explanation, &action, &logged);
  ct_buffer_char(&explanation.why, '\0');
  json->buffer.failed |= explanation.failed || explanation.why.failed;
  ct_json_object(json);
  ct_json_key_text(json, "default_action", logged < 0 ? NULL : ct_action_name(action));
  ct_json_key(json, "logged");
  if (logged < 0)
    ct_json_null(json);
  else
    ct_json_bool(json, logged);
  ct_json_key_text(json, "why", explanation.why.data ? explanation.why.data : "");
  write_changes(json, &explanation);
  ct_json_end(json);
  ct_explanation_free(&explanation);
}

static void write_rest(ctsec_denials *denials, ct_json *json) {
  ct_json_key_unsigned(json, "denied", denials->denied);
  ct_json_key_unsigned(json, "records", denials->records);
  ct_json_key_unsigned(json, "duplicates", denials->duplicates);
  ct_json_key_unsigned(json, "lost", ct_serials_missing(&denials->serials));
  ct_json_key_unsigned(json, "suppressed", denials->suppressed);
  ct_json_key_unsigned(json, "audit_lost", denials->lost_last - denials->lost_first);
  ct_json_key_unsigned(json, "overflows", denials->overflows);
  ct_json_key_unsigned(json, "other", denials->other);
  ct_json_key_unsigned(json, "unparsed", denials->unparsed);
  ct_json_key_unsigned(json, "ungrouped", denials->ungrouped);
  write_silence(denials, json);
  ct_json_key(json, "errors");
  ct_json_array(json);
  for (uint32_t i = 0; i < denials->error_count; i++) ct_error_write(json, denials->errors[i]);
  ct_json_end(json);
}

void ct_denials_write_json(ctsec_denials *denials, ct_json *json) {
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/denials/1");
  ct_json_key(json, "groups");
  ct_json_array(json);
  for (const ct_group *group = denials->first; group; group = group->next) {
    ct_json_object(json);
    write_group(denials, json, group);
    ct_json_end(json);
  }
  ct_json_end(json);
  write_rest(denials, json);
  ct_json_end(json);
}

void ct_denials_write_summary(ctsec_denials *denials, ct_json *json) {
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/denials/1");
  ct_json_key(json, "groups");
  ct_json_array(json);
  ct_json_end(json);
  write_rest(denials, json);
  ct_json_end(json);
}

static void add_piece(ct_buffer *out, ct_piece piece, const char *missing) {
  if (piece.text)
    ct_utf8_add_visible(out, piece.text, piece.length);
  else
    ct_buffer_text(out, missing);
}

static void add_visible(ct_buffer *out, const char *text) { ct_utf8_add_visible(out, text, strlen(text)); }

/* "x86_64 mount (165): SCMP_ACT_ERRNO" */
static void head_seccomp(ct_buffer *out, const ct_denial *denial) {
  const char *arch = arch_of(denial), *action = action_of(denial);
  ct_piece call = call_of(denial);
  if (arch)
    ct_buffer_format(out, "%s ", arch);
  else if (denial->has & CT_HAS_ARCH)
    ct_buffer_format(out, "0x%x ", denial->audit);
  add_piece(out, call, "?");
  if (denial->has & CT_HAS_NUMBER) ct_buffer_format(out, " (%lld)", (long long)denial->number);
  if (action)
    ct_buffer_format(out, ": %s", action);
  else if (denial->has & CT_HAS_CODE && !(denial->has & CT_HAS_SOME_KILL))
    ct_buffer_format(out, ": 0x%x", denial->code);
}

/* "x86_64 unshare 0=0x10000000: EPERM" */
static void head_call(ct_buffer *out, const ct_denial *denial) {
  const char *arch = arch_of(denial);
  if (arch) ct_buffer_format(out, "%s ", arch);
  add_piece(out, denial->texts[CT_TEXT_OBJECT], "?");
  ct_buffer_text(out, ": ");
  add_piece(out, denial->texts[CT_TEXT_VERDICT], "?");
}

static void head_other(ct_buffer *out, const ct_denial *denial) {
  static const ct_denial_text shown[] = {CT_TEXT_VERDICT, CT_TEXT_OPERATION, CT_TEXT_CLASS, CT_TEXT_PERMISSIONS,
                                         CT_TEXT_OBJECT};
  ct_buffer_text(out, kinds[denial->kind]);
  for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
    if (!denial->texts[shown[i]].length) continue;
    ct_buffer_char(out, ' ');
    add_piece(out, denial->texts[shown[i]], "");
  }
  if (denial->has & CT_HAS_SIGNAL) ct_buffer_format(out, " signal %d", (int)denial->signal);
  const ct_cap *cap = denial->has & CT_HAS_CAPABILITY ? ct_cap_at(denial->capability) : NULL;
  if (cap) ct_buffer_format(out, " %s", cap->name);
}

static void row(ct_buffer *out, ct_message_id label, int lang) { ct_buffer_format(out, "  %s: ", ct_message(label, lang)); }

static void change_text(ct_buffer *out, const ct_remedy *change, int lang) {
  const ct_message_value values[] = {{"call", change->call}};
  row(out, CT_MESSAGE_DENIAL_LABEL_CHANGE, lang);
  if (change->said)
    add_visible(out, change->said);
  else
    ct_message_add(out, change->text, lang, values, 1);
  if (change->rule) ct_buffer_format(out, ": %s", change->rule);
  if (change->value) {
    ct_buffer_text(out, ": ");
    add_visible(out, change->value);
  }
  ct_buffer_char(out, '\n');
}

void ct_denials_group_text(ctsec_denials *denials, ct_buffer *out, const ct_group *group) {
  const ct_denial *denial = &group->denial;
  ct_explanation explanation;
  ct_explain(&explanation, denials, denial);
  int lang = explanation.lang;
  out->failed |= explanation.failed;
  if (denial->kind == CT_DENIAL_SECCOMP)
    head_seccomp(out, denial);
  else if (denial->kind == CT_DENIAL_CALL)
    head_call(out, denial);
  else
    head_other(out, denial);
  if (denial->kind != CT_DENIAL_CALL) {
    ct_buffer_text(out, "  ");
    add_piece(out, denial->texts[denial->texts[CT_TEXT_EXE].text ? CT_TEXT_EXE : CT_TEXT_COMM], "?");
    if (denial->texts[CT_TEXT_COMM].text && denial->texts[CT_TEXT_EXE].text) {
      ct_buffer_text(out, " (");
      add_piece(out, denial->texts[CT_TEXT_COMM], "");
      ct_buffer_char(out, ')');
    }
    if (group->pid >= 0) ct_buffer_format(out, " pid %lld", (long long)group->pid);
  }
  ct_buffer_char(out, '\n');
  row(out, CT_MESSAGE_DENIAL_LABEL_COUNT, lang);
  ct_buffer_unsigned(out, group->count);
  if (group->first != CT_NO_TIME) {
    ct_buffer_text(out, ", ");
    ct_time_add(out, group->first);
    if (group->last != group->first) {
      ct_buffer_text(out, " - ");
      ct_time_add(out, group->last);
    }
  }
  ct_buffer_char(out, '\n');
  if (explanation.purpose) {
    row(out, CT_MESSAGE_DENIAL_LABEL_FOR, lang);
    ct_buffer_format(out, "%s\n", explanation.purpose);
  }
  row(out, CT_MESSAGE_DENIAL_LABEL_WHY, lang);
  ct_buffer_format(out, "%s\n", explanation.why.data ? explanation.why.data : "");
  for (uint32_t i = 0; i < explanation.condition_count; i++) {
    row(out, CT_MESSAGE_DENIAL_LABEL_IF, lang);
    ct_buffer_format(out, "%s: %s (%s)\n", explanation.conditions[i].conditions, explanation.conditions[i].action,
                     explanation.conditions[i].rule);
  }
  if (explanation.advice.length > 1) {
    row(out, CT_MESSAGE_DENIAL_LABEL_ADVICE, lang);
    ct_buffer_format(out, "%s\n", explanation.advice.data);
  }
  for (uint32_t i = 0; i < explanation.change_count; i++) change_text(out, &explanation.changes[i], lang);
  ct_buffer_char(out, '\n');
  ct_explanation_free(&explanation);
}

static void count_line(ct_buffer *out, ct_message_id id, int lang, const char *name, uint64_t count) {
  ct_buffer number;
  if (!count) return;
  ct_buffer_init(&number);
  ct_buffer_unsigned(&number, count);
  ct_buffer_char(&number, '\0');
  out->failed |= number.failed;
  const ct_message_value values[] = {{name, number.failed ? "" : number.data}};
  ct_message_add(out, id, lang, values, 1);
  ct_buffer_char(out, '\n');
  ct_buffer_free(&number);
}

static void silence_text(ctsec_denials *denials, ct_buffer *out, int lang) {
  if (!denials->profile) return;
  ct_explanation explanation = {.denials = denials, .lang = lang};
  uint32_t action = 0;
  int logged;
  ct_explain_silence(&explanation, &action, &logged);
  ct_buffer_char(&explanation.why, '\0');
  out->failed |= explanation.failed || explanation.why.failed;
  ct_buffer_format(out, "%s\n", ct_message(CT_MESSAGE_DENIAL_SILENT_TITLE, lang));
  row(out, CT_MESSAGE_DENIAL_LABEL_WHY, lang);
  ct_buffer_format(out, "%s\n", explanation.why.data ? explanation.why.data : "");
  for (uint32_t i = 0; i < explanation.change_count; i++) change_text(out, &explanation.changes[i], lang);
  ct_buffer_char(out, '\n');
  ct_explanation_free(&explanation);
}

void ct_denials_summary_text(ctsec_denials *denials, ct_buffer *out) {
  int lang = ct_options_lang(denials->options);
  silence_text(denials, out, lang);
  count_line(out, CT_MESSAGE_DENIAL_LOST, lang, "lost", ct_serials_missing(&denials->serials));
  count_line(out, CT_MESSAGE_DENIAL_SUPPRESSED, lang, "count", denials->suppressed);
  uint64_t rose = denials->lost_last - denials->lost_first;
  if (denials->overflows || rose) count_line(out, CT_MESSAGE_DENIAL_OVERFLOW, lang, "count", rose ? rose : denials->overflows);
  count_line(out, CT_MESSAGE_DENIAL_UNGROUPED, lang, "count", denials->ungrouped);
  char numbers[4][24];
  const uint64_t values[] = {denials->denied, denials->records, denials->duplicates, denials->unparsed};
  for (int i = 0; i < 4; i++) {
    /* Digits from the right. */
    char *at = numbers[i] + sizeof numbers[i];
    uint64_t rest = values[i];
    *--at = '\0';
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    memmove(numbers[i], at, strlen(at) + 1);
  }
  const ct_message_value named[] = {
      {"denied", numbers[0]}, {"records", numbers[1]}, {"copies", numbers[2]}, {"unparsed", numbers[3]}};
  ct_message_add(out, CT_MESSAGE_DENIAL_SUMMARY, lang, named, 4);
  ct_buffer_char(out, '\n');
}
