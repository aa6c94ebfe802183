/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/loaded.h"
#include "seccomp/policy.h"

static inline int is_x32(uint32_t audit, uint32_t number) {
  return audit == CT_AUDIT_X86_64 && (number & CT_X32_BIT) && number != UINT32_MAX;
}

const ct_table *ct_policy_table(const ctsec_policy *policy, uint32_t audit, uint32_t number) {
  int x32 = is_x32(audit, number);
  for (uint32_t i = 0; i < policy->table_count; i++) {
    const ct_abi *abi = &policy->tables[i].abi;
    if (abi->audit == audit && abi->x32 == x32) return &policy->tables[i];
  }
  return NULL;
}

const ct_entry *ct_table_find(const ct_table *table, uint32_t number) {
  uint32_t low = 0, high = table->entry_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table->entries[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low < table->entry_count && table->entries[low].number == number ? &table->entries[low] : NULL;
}

static inline const ct_rule *decide_entry(const ct_entry *entry, uint64_t cut, const uint64_t args[6]) {
  for (uint32_t r = 0; r < entry->count; r++) {
    const ct_rule *rule = &entry->rules[r];
    uint32_t c = 0;
    while (c < rule->count && ct_condition_holds(&rule->conditions[c], args[rule->conditions[c].index] & cut)) c++;
    if (c == rule->count) return rule;
  }
  return NULL;
}

void ct_policy_decide(const ctsec_policy *policy, uint32_t audit, uint32_t number, const uint64_t args[6],
                      ct_decision *decision) {
  *decision = (ct_decision){policy->unconfined ? CT_RET_ALLOW : CT_RET_KILL_THREAD, NULL, NULL};
  if (policy->unconfined) return;
  const ct_table *table = ct_policy_table(policy, audit, number);
  if (!table) return;
  decision->table = table;
  decision->action = policy->default_action;
  const ct_entry *entry = ct_table_find(table, number);
  if (!entry) return;
  decision->rule = decide_entry(entry, table->abi.bits == 64 ? UINT64_MAX : UINT32_MAX, args);
  if (decision->rule) decision->action = decision->rule->action;
}

/* What slots do not cover: numbers far from the others, and those that depend on arguments. */
static uint32_t decide_slow(const ctsec_policy *policy, const ct_table *table, uint32_t number, uint32_t slot,
                            const uint64_t args[6]) {
  const ct_entry *entry = slot ? &table->entries[slot & ~CT_SLOT_ENTRY] : ct_table_find(table, number);
  if (!entry) return policy->default_action;
  const ct_rule *rule = decide_entry(entry, table->abi.bits == 64 ? UINT64_MAX : UINT32_MAX, args);
  return rule ? rule->action : policy->default_action;
}

/* What the runtime loads; all calls are looked at before the first answer is written. */
static int decide_loaded(const ct_loaded *loaded, size_t n, const uint32_t *arch, const int32_t *nr,
                         const uint64_t *args, uint32_t *actions, ctsec_error **err) {
  ct_loaded_decision decision;
  for (int write = 0; write < 2; write++)
    for (size_t i = 0; i < n; i++) {
      ct_loaded_decide(loaded, arch[i], (uint32_t)nr[i], args + 6 * i, &decision);
      if (decision.why == CT_LOADED_REFUSED)
        return ct_error_set(err, CTSEC_E_UNSUPPORTED, "%s refuses the profile: %s", ct_loaded_name(loaded->kind),
                            loaded->refused);
      if (decision.why == CT_LOADED_UNDETERMINED)
        return ct_error_set(err, CTSEC_E_UNSUPPORTED, "call %zu: what %s and libseccomp make of its rules is not known",
                            i, ct_loaded_name(loaded->kind));
      if (write) actions[i] = decision.action;
    }
  return 0;
}

int ctsec_policy_simulate_batch(const ctsec_policy *policy, size_t n, const uint32_t *arch, const int32_t *nr,
                                const uint64_t *args, uint32_t *actions, ctsec_error **err) {
  if (!policy) return ct_error_null(err, "policy");
  if (!n) return 0;
  if (!arch || !nr || !args || !actions)
    return ct_error_null(err, !arch ? "arch" : !nr ? "nr" : !args ? "args" : "actions");
  if (policy->asks_runtime && policy->loaded) return decide_loaded(policy->loaded, n, arch, nr, args, actions, err);
  if (policy->unconfined) {
    for (size_t i = 0; i < n; i++) actions[i] = CT_RET_ALLOW;
    return 0;
  }
  /* Calls of one arch come in a row: its two tables are looked up once. */
  const ct_table *tables[2] = {NULL, NULL};
  uint32_t last = ~arch[0];
  for (size_t i = 0; i < n; i++) {
    uint32_t number = (uint32_t)nr[i];
    if (arch[i] != last) {
      last = arch[i];
      tables[0] = ct_policy_table(policy, last, 0);
      tables[1] = last == CT_AUDIT_X86_64 ? ct_policy_table(policy, last, CT_X32_BIT) : tables[0];
    }
    const ct_table *table = tables[(number & CT_X32_BIT) && number != UINT32_MAX];
    if (!table) {
      actions[i] = CT_RET_KILL_THREAD;
      continue;
    }
    uint32_t at = number - table->base;
    uint32_t slot = at < table->slot_count ? table->slots[at] : 0;
    if (at < table->slot_count && (slot & CT_SLOT_ENTRY) != CT_SLOT_ENTRY)
      actions[i] = slot;
    else
      actions[i] = decide_slow(policy, table, number, slot, args + 6 * i);
  }
  return 0;
}
