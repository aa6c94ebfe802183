/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a runtime loads, in the intermediate form: so it can be compiled, and compared with filters. */
#include "seccomp/loaded.h"
#include "seccomp/names.h"

static int unknown(const ct_loaded *loaded, uint32_t audit, uint32_t number, ctsec_error **err) {
  const char *arch = ct_audit_name(audit, number), *name = ct_call_name(audit, number);
  return ct_error_set(err, CTSEC_E_UNSUPPORTED, "what %s and libseccomp make of the rules for %s (%s, number %u) is not known",
                      ct_loaded_name(loaded->kind), name ? name : "a call", arch ? arch : "?", number);
}

static uint32_t answer(const ct_loaded *loaded, uint32_t audit, uint32_t number, ct_loaded_why *why) {
  static const uint64_t none[6];
  ct_loaded_decision decision;
  ct_loaded_decide(loaded, audit, number, none, &decision);
  *why = decision.why;
  return decision.action;
}

static int add_group(ctsec_policy *made, uint32_t abi, const ct_loaded_group *group, ctsec_error **err) {
  /* No two rules that match differ: any order will do. */
  for (uint32_t i = 0; i < group->count; i++) {
    const ct_loaded_rule *from = &group->rules[i];
    const ct_rule rule = {abi, group->number, from->action, i, from->pointer, from->conditions, from->count};
    int status = ct_policy_add_rule(made, &rule, err);
    if (status) return status;
  }
  return 0;
}

static int add_answer(ctsec_policy *made, uint32_t abi, uint32_t number, uint32_t action, ctsec_error **err) {
  const ct_rule rule = {abi, number, action, 0, NULL, NULL, 0};
  return ct_policy_add_rule(made, &rule, err);
}

static int add_table(ctsec_policy *made, const ct_loaded *loaded, const ct_loaded_table *table, ctsec_error **err) {
  const ct_abi *abi = &table->arch->abi;
  uint32_t index, audit = abi->audit, action;
  ct_loaded_why why;
  int status = ct_policy_add_abi(made, abi, &index, err);
  if (!status && table->unloaded) status = unknown(loaded, audit, abi->x32 ? CT_X32_BIT : 0, err);
  for (uint32_t g = 0; g < table->count && !status; g++) {
    const ct_loaded_group *group = &table->groups[g];
    answer(loaded, audit, group->number, &why);
    if (why == CT_LOADED_UNDETERMINED)
      status = unknown(loaded, audit, group->number, err);
    else if (why != CT_LOADED_STUB)
      status = add_group(made, index, group, err);
  }
  if (status) return status;
  if (loaded->stub && table->has_most && !table->unstubbed) {
    ct_policy_set_tail(made, index, table->most + 1, answer(loaded, audit, table->most + 1, &why));
    action = answer(loaded, audit, abi->x32 ? CT_X32_BIT : 0, &why);
    if (why == CT_LOADED_STUB) status = add_answer(made, index, 0, action, err);
  } else if (audit == CT_AUDIT_X86_64 && !abi->x32) {
    /* Without x32 all from bit 30 on is another arch's to libseccomp, also where bit 30 itself is not set. */
    action = answer(loaded, audit, 0x80000000u, &why);
    if (why == CT_LOADED_BAD_ARCH) ct_policy_set_tail(made, index, 0x80000000u, action);
  }
  if (!status && audit == CT_AUDIT_X86_64 && !abi->x32)
    status = add_answer(made, index, UINT32_MAX, answer(loaded, audit, UINT32_MAX, &why), err);
  return status;
}

int ct_loaded_policy(const ctsec_policy *policy, ctsec_policy **out, ctsec_error **err) {
  const ct_loaded *loaded = policy->loaded;
  if (loaded->refused)
    return ct_error_set(err, CTSEC_E_UNSUPPORTED, "%s refuses the profile: %s", ct_loaded_name(loaded->kind), loaded->refused);
  ctsec_policy *made;
  int status = ct_policy_new(NULL, &made, err);
  if (status) return status;
  /* Companions come on top of what was counted; overlaps were told before. */
  made->rule_limit = UINT64_MAX;
  made->work_limit = 0;
  made->unconfined = loaded->unconfined;
  status = ct_policy_set_default(made, loaded->default_action, NULL, err);
  for (uint32_t t = 0; t < loaded->table_count && !status; t++) {
    status = add_table(made, loaded, &loaded->tables[t], err);
    const ct_abi *native = &policy->tables[policy->native].abi, *abi = &loaded->tables[t].arch->abi;
    if (native->audit == abi->audit && native->x32 == abi->x32) ct_policy_set_native(made, t);
  }
  if (!status) status = ct_policy_finish(made, err);
  if (status)
    ctsec_policy_free(made);
  else
    *out = made;
  return status;
}
