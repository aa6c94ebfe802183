/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where engines, runtimes and libseccomp make something else of a profile than it says. */
#include <string.h>

#include "data/libseccomp.h"
#include "seccomp/lint.h"

static int is_allowing(uint32_t action) {
  action &= CT_RET_ACTION;
  return action == CT_RET_ALLOW || action == CT_RET_LOG || action == CT_RET_TRACE;
}

static const char *name_at(const ct_arch *arch, uint32_t number) {
  const char *name = ct_arch_name(arch, number & ~(arch->abi.x32 ? CT_X32_BIT : 0));
  return name ? name : "?";
}

static int has_ne_among_several(const ct_loaded_group *group) {
  int ne = 0, several = 0;
  for (uint32_t i = 0; i < group->count; i++) {
    if (group->rules[i].count > 1) several++;
    for (uint32_t c = 0; c < group->rules[i].count; c++) ne |= group->rules[i].conditions[c].op == CT_OP_NE;
  }
  return ne && several > 1;
}

static void group(ct_lint *lint, const ct_loaded_table *table, const ct_loaded_group *group) {
  const char *name = name_at(table->arch, group->number);
  if (group->lost) {
    ct_message_value values[] = {{"name", name}, {"other", group->winner}};
    ct_lint_note(lint, "overridden", CT_LEVEL_HIGH, "libseccomp",
                 group->first_stays ? CT_MESSAGE_LINT_FIRST_STAYS : CT_MESSAGE_LINT_OVERRIDDEN, values, 2,
                 ct_lint_entry(lint, group->lost), "");
  }
  if (group->shape != CT_SHAPE_UNDETERMINED || !group->count) return;
  ct_message_value values[] = {{"name", name}};
  const ct_resolved_entry *entry = ct_lint_entry(lint, group->rules[0].pointer);
  if (has_ne_among_several(group))
    ct_lint_note(lint, "libseccomp-may-loop", CT_LEVEL_HIGH, "libseccomp", CT_MESSAGE_LINT_MAY_LOOP, values, 1, entry,
                 "");
  else
    ct_lint_note(lint, "libseccomp-undetermined", CT_LEVEL_MEDIUM, "libseccomp", CT_MESSAGE_LINT_UNDETERMINED, values,
                 1, entry, "");
}

static int condition_on(const ct_profile_entry *entry) {
  for (uint32_t c = 0; c < entry->condition_count; c++)
    if (entry->conditions[c].op != CT_OP_MASKED_EQ || entry->conditions[c].value) return 1;
  return 0;
}

/* socketcall and ipc see numbers and pointers, not the arguments of the calls they carry. */
static void companions(ct_lint *lint, const ct_resolved_entry *entry) {
  if (!condition_on(entry->entry)) return;
  for (uint32_t a = 0; a < lint->resolved->abi_count; a++) {
    const ct_arch *arch = lint->resolved->abis[a];
    for (uint32_t n = 0; n < entry->entry->names.count; n++) {
      const char *name = entry->entry->names.items[n].text;
      const char *carrier = ct_loaded_carrier(arch, name);
      uint32_t number;
      if (!carrier || !ct_arch_number(arch, carrier, &number)) continue;
      ct_decision decision;
      uint64_t args[6] = {0};
      ct_policy_decide(lint->policy, arch->abi.audit, number, args, &decision);
      int open = decision.rule && !decision.rule->count && is_allowing(decision.action);
      int restricts = !is_allowing(lint->resolved->default_action) || !is_allowing(entry->action);
      if (!restricts) continue;
      ct_message_value values[] = {{"name", name}, {"carrier", carrier}, {"arch", arch->abi.name}};
      if (open)
        ct_lint_note(lint, "carrier-open", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_LINT_CARRIER_OPEN, values, 3, entry, "");
      else if (is_allowing(entry->action))
        ct_lint_note(lint, "companion", CT_LEVEL_HIGH, "libseccomp", CT_MESSAGE_LINT_COMPANION, values, 3, entry, "");
    }
  }
}

/* Another kept entry that does something else to the same name; looked for while the work lasts. */
static const ct_resolved_entry *rival(ct_lint *lint, const ct_resolved_entry *entry, const ct_word *name) {
  const ct_resolved *resolved = lint->resolved;
  for (uint32_t i = 0; i < resolved->profile->entry_count; i++) {
    uint64_t cost = resolved->profile->entries[i].names.count + 1;
    if (lint->compared + cost > 20000000) return NULL;
    lint->compared += cost;
    const ct_resolved_entry *other = &resolved->entries[i];
    if (other->fate != CT_FATE_KEPT || other->action == entry->action) continue;
    if (is_allowing(other->action) && ct_words_have(&other->entry->names, name->text)) return other;
  }
  return NULL;
}

static void same_as_default(ct_lint *lint, const ct_resolved_entry *entry) {
  if (entry->action != lint->resolved->default_action) return;
  ct_diagnostic *made = NULL;
  for (uint32_t n = 0; n < entry->entry->names.count && !is_allowing(entry->action) && !made; n++) {
    const ct_resolved_entry *other = rival(lint, entry, &entry->entry->names.items[n]);
    if (!other) continue;
    ct_message_value values[] = {{"name", entry->entry->names.items[n].text}, {"other", other->pointer}};
    made = ct_lint_note(lint, "lost-denial", CT_LEVEL_HIGH, "runc", CT_MESSAGE_LINT_LOST_DENIAL, values, 2, entry, "");
  }
  if (!made)
    ct_lint_note(lint, "same-as-default", CT_LEVEL_LOW, "runc", CT_MESSAGE_LINT_SAME_AS_DEFAULT, NULL, 0, entry, "");
}

static void dropped(ct_lint *lint) {
  if (!lint->runtime->dropped.count) return;
  ct_buffer names, version;
  ct_buffer_init(&names);
  ct_buffer_init(&version);
  uint32_t listed = 0;
  for (uint32_t i = 0; i < lint->runtime->dropped.count; i++) {
    /* What no libseccomp knows was named before. */
    const ct_word *word = &lint->runtime->dropped.items[i];
    if (!ct_arch_knows(word->text)) continue;
    ct_buffer_format(&names, "%s%s", listed++ ? ", " : "", word->text);
  }
  const ct_version *v = &lint->runtime->libseccomp;
  ct_buffer_format(&version, "%u.%u.%u", v->major, v->minor, v->patch);
  const char *list = ct_lint_text(lint, &names), *which = ct_lint_text(lint, &version);
  if (!listed || !list || !which) return;
  ct_message_value values[] = {{"version", which}, {"names", list}};
  ct_lint_note(lint, "dropped-names", CT_LEVEL_MEDIUM, "libseccomp", CT_MESSAGE_LINT_DROPPED, values, 2, NULL, "");
}

void ct_lint_runtime(ct_lint *lint) {
  const ct_resolved *resolved = lint->resolved;
  for (uint32_t t = 0; t < lint->runtime->table_count; t++) {
    if (!lint->runtime->tables[t].unloaded) continue;
    ct_message_value values[] = {{"arch", lint->runtime->tables[t].arch->abi.name}};
    ct_lint_note(lint, "libseccomp-unloaded", CT_LEVEL_HIGH, "libseccomp", CT_MESSAGE_LINT_UNLOADED, values, 1, NULL, "");
  }
  for (uint32_t t = 0; t < lint->runtime->table_count; t++)
    for (uint32_t g = 0; g < lint->runtime->tables[t].count; g++)
      group(lint, &lint->runtime->tables[t], &lint->runtime->tables[t].groups[g]);
  for (uint32_t i = 0; i < resolved->profile->entry_count; i++) {
    const ct_resolved_entry *entry = &resolved->entries[i];
    if (entry->fate != CT_FATE_KEPT) continue;
    companions(lint, entry);
    same_as_default(lint, entry);
    if (entry->entry->condition_count > 6)
      ct_lint_note(lint, "more-than-six", CT_LEVEL_MEDIUM, "crun", CT_MESSAGE_LINT_SIX, NULL, 0, entry, "/args");
  }
  if (lint->runtime->refused) {
    ct_message_value values[] = {{"runtime", ct_loaded_name(lint->runtime->kind)}, {"why", lint->runtime->refused}};
    ct_lint_note(lint, "refused", CT_LEVEL_HIGH, ct_loaded_name(lint->runtime->kind), CT_MESSAGE_LINT_REFUSED, values,
                 2, ct_lint_entry(lint, lint->runtime->refused_pointer), "");
  }
  dropped(lint);
}

static void architectures(ct_lint *lint) {
  const ct_resolved *resolved = lint->resolved;
  const ct_profile *profile = resolved->profile;
  if (resolved->native_added && profile->architectures.count) {
    ct_message_value values[] = {{"arch", resolved->target.arch->scmp}};
    ct_diagnostic *made = ct_lint_note(lint, "native-missing", CT_LEVEL_LOW, NULL, CT_MESSAGE_LINT_NATIVE_MISSING,
                                       values, 1, NULL, "/architectures");
    ct_json json;
    ct_json_init(&json, 1);
    ct_json_array(&json);
    for (uint32_t i = 0; i < resolved->abi_count; i++) ct_json_text(&json, resolved->abis[i]->scmp);
    ct_json_end(&json);
    const char *fix = ct_lint_text(lint, &json.buffer);
    if (made) made->fix = fix;
  }
  int has_64 = 0, has_x32 = 0;
  for (uint32_t i = 0; i < resolved->abi_count; i++) {
    if (resolved->abis[i]->abi.audit != CT_AUDIT_X86_64) continue;
    if (resolved->abis[i]->abi.x32)
      has_x32 = 1;
    else
      has_64 = 1;
  }
  if (has_64 && !has_x32)
    ct_lint_note(lint, "x32-unlisted", CT_LEVEL_INFO, NULL, CT_MESSAGE_LINT_X32, NULL, 0, NULL, "");
}

static void flags(ct_lint *lint) {
  const ct_profile *profile = lint->resolved->profile;
  const ct_target *target = &lint->resolved->target;
  if (ct_words_have(&profile->flags, "SECCOMP_FILTER_FLAG_TSYNC"))
    ct_lint_note(lint, "flag-ignored", CT_LEVEL_INFO, "runc", CT_MESSAGE_LINT_TSYNC, NULL, 0, NULL, "/flags");
  if (profile->flags.count && target->engine == CTSEC_ENGINE_DOCKER && target->engine_version.known &&
      !ct_version_at_least(&target->engine_version, 23, 0, 0))
    ct_lint_note(lint, "flags-dropped", CT_LEVEL_MEDIUM, "docker", CT_MESSAGE_LINT_FLAGS_DROPPED, NULL, 0, NULL,
                 "/flags");
  if ((lint->resolved->default_action & CT_RET_ACTION) != CT_RET_ERRNO ||
      ct_words_have(&profile->flags, "SECCOMP_FILTER_FLAG_LOG"))
    return;
  ct_diagnostic *made = ct_lint_note(lint, "denials-invisible", CT_LEVEL_INFO, NULL, CT_MESSAGE_LINT_INVISIBLE, NULL, 0,
                                     NULL, profile->has_flags ? "/flags" : "");
  /* Flags that are absent mean SPEC_ALLOW to the runtimes, so it has to be said along with the new one. */
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_array(&json);
  for (uint32_t i = 0; i < profile->flags.count; i++)
    ct_json_string(&json, profile->flags.items[i].text, profile->flags.items[i].length);
  if (!profile->has_flags) ct_json_text(&json, "SECCOMP_FILTER_FLAG_SPEC_ALLOW");
  ct_json_text(&json, "SECCOMP_FILTER_FLAG_LOG");
  ct_json_end(&json);
  const char *fix = ct_lint_text(lint, &json.buffer);
  if (made && profile->has_flags) made->fix = fix;
}

void ct_lint_engines(ct_lint *lint) {
  const ct_resolved *resolved = lint->resolved;
  if (resolved->profile->unconfined) return;
  architectures(lint);
  flags(lint);
  for (uint32_t i = 0; i < resolved->profile->entry_count && !resolved->profile->listener_path; i++) {
    const ct_resolved_entry *entry = &resolved->entries[i];
    if (entry->fate != CT_FATE_KEPT || (entry->action & CT_RET_ACTION) != CT_RET_NOTIFY) continue;
    ct_lint_note(lint, "notify-without-listener", CT_LEVEL_HIGH, "runc", CT_MESSAGE_LINT_NOTIFY, NULL, 0, entry, "");
    break;
  }
}
