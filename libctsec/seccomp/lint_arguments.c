/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conditions that say less than they seem to: widths, repeated arguments, contradictions, rules that nothing reaches. */
#include <stdlib.h>
#include <string.h>

#include "seccomp/lint.h"
#include "seccomp/solve.h"

static int lets_through(uint32_t action) {
  action &= CT_RET_ACTION;
  return action == CT_RET_ALLOW || action == CT_RET_LOG || action == CT_RET_TRACE;
}

/* With the lower half as the kernel sees it, can the upper half make an allowing condition hold that would not, or a denying one fail that would hold? */
static int slips(const ct_condition *c, int allows, uint64_t most) {
  switch (c->op) {
    case CT_OP_NE:
    case CT_OP_GT:
    case CT_OP_GE: return allows;
    case CT_OP_EQ:
    case CT_OP_LT:
    case CT_OP_LE: return !allows;
    default: return !allows && c->value > most;
  }
}

static void masked_fix(ct_lint *lint, ct_diagnostic *made, const ct_profile_entry *entry, uint32_t index,
                       uint64_t most) {
  if (!made || entry->conditions[index].op != CT_OP_EQ || entry->conditions[index].value > most) return;
  ct_condition *changed = ct_arena_array(lint->arena, entry->condition_count, sizeof *changed);
  if (!changed) {
    lint->resolved->diagnostics.failed = 1;
    return;
  }
  memcpy(changed, entry->conditions, entry->condition_count * sizeof *changed);
  changed[index].op = CT_OP_MASKED_EQ;
  changed[index].value_two = changed[index].value;
  changed[index].value = most;
  ct_json json;
  ct_json_init(&json, 1);
  ct_lint_write_entry(&json, entry, changed, entry->condition_count, NULL,
                      entry->has_errno ? (int64_t)entry->errno_ret : -1);
  made->fix = ct_lint_text(lint, &json.buffer);
}

static void widths(ct_lint *lint, const ct_resolved_entry *entry) {
  const ct_profile_entry *from = entry->entry;
  const ct_abi *abi = &lint->resolved->target.arch->abi;
  int allows = lets_through(entry->action);
  /* An upper half only matters where falling through this rule leads to the other answer. */
  if (abi->bits != 64 || allows == lets_through(lint->resolved->default_action)) return;
  for (uint32_t n = 0; n < from->names.count; n++) {
    uint32_t number;
    if (!ct_arch_number(lint->resolved->target.arch, from->names.items[n].text, &number)) continue;
    for (uint32_t c = 0; c < from->condition_count; c++) {
      const ct_condition *condition = &from->conditions[c];
      int bits = ct_argument_bits(abi->audit, number, condition->index);
      uint64_t most = bits && bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
      if (most == UINT64_MAX || !slips(condition, allows, most)) continue;
      char index[2] = {(char)('0' + condition->index), 0};
      ct_message_value values[] = {{"name", from->names.items[n].text},
                                   {"index", index},
                                   {"bits", bits == 16 ? "16" : "32"},
                                   {"mask", bits == 16 ? "0xffff" : "0xffffffff"}};
      ct_buffer tail;
      ct_buffer_init(&tail);
      ct_buffer_format(&tail, "/args/%u", c);
      ct_diagnostic *made = ct_lint_note(lint, "width-bypass", CT_LEVEL_HIGH, NULL,
                                         allows ? CT_MESSAGE_LINT_WIDTH_ALLOW : CT_MESSAGE_LINT_WIDTH_DENY, values, 4,
                                         entry, ct_lint_text(lint, &tail));
      if (!allows) masked_fix(lint, made, from, c, most);
    }
  }
}

static int has_repeats(const ct_profile_entry *entry) {
  unsigned seen = 0;
  for (uint32_t c = 0; c < entry->condition_count; c++) {
    if (seen & 1u << entry->conditions[c].index) return 1;
    seen |= 1u << entry->conditions[c].index;
  }
  return 0;
}

/* Whether single conditions, any of which is enough, hold for every value of some argument. */
static int is_tautology(ct_lint *lint, const ct_profile_entry *entry) {
  ct_solver solver;
  ct_solver_init(&solver, 100000);
  int found = 0;
  for (unsigned index = 0; index < 6 && !found; index++) {
    ct_set set;
    ct_set_all(&set, &lint->resolved->target.arch->abi);
    int left = 1;
    uint32_t seen = 0;
    for (uint32_t c = 0; c < entry->condition_count && left == 1; c++) {
      if (entry->conditions[c].index != index) continue;
      left = ct_set_forbid(&solver, &set, &entry->conditions[c]);
      seen++;
    }
    found = seen > 1 && left == 0;
  }
  ct_solver_free(&solver);
  return found;
}

static int by_value(const void *a, const void *b) {
  const ct_condition *x = a, *y = b;
  return x->value < y->value ? -1 : x->value > y->value;
}

/* "Neither a nor b" as entries that runtimes keep apart: below, between where that is one value, above. */
static void split_fix(ct_lint *lint, ct_diagnostic *made, const ct_profile_entry *entry) {
  uint32_t count = entry->condition_count;
  ct_condition *sorted = ct_arena_array(lint->arena, count, sizeof *sorted);
  if (!sorted) lint->resolved->diagnostics.failed = 1;
  if (!made || !sorted) return;
  memcpy(sorted, entry->conditions, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_value);
  for (uint32_t i = 0; i < count; i++) {
    if (sorted[i].op != CT_OP_NE || sorted[i].index != sorted[0].index) return;
    if (i && sorted[i].value - sorted[i - 1].value > 2) return;
  }
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_array(&json);
  for (uint32_t i = 0; i <= count; i++) {
    ct_condition piece = i < count ? sorted[i] : sorted[count - 1];
    piece.op = i == 0 ? CT_OP_LT : i == count ? CT_OP_GT : CT_OP_EQ;
    if (i && i < count && sorted[i].value - sorted[i - 1].value != 2) continue;
    if (i && i < count) piece.value = sorted[i].value - 1;
    if (!i && !piece.value) continue;
    ct_lint_write_entry(&json, entry, &piece, 1, NULL, entry->has_errno ? (int64_t)entry->errno_ret : -1);
  }
  ct_json_end(&json);
  made->fix = ct_lint_text(lint, &json.buffer);
}

static void repeats(ct_lint *lint, const ct_resolved_entry *entry) {
  if (!has_repeats(entry->entry)) return;
  int always = is_tautology(lint, entry->entry);
  ct_diagnostic *made = ct_lint_note(lint, always ? "tautology" : "repeated-index",
                                     always ? CT_LEVEL_HIGH : CT_LEVEL_MEDIUM, "runc",
                                     always ? CT_MESSAGE_LINT_TAUTOLOGY : CT_MESSAGE_LINT_REPEATED_INDEX, NULL, 0,
                                     entry, "/args");
  split_fix(lint, made, entry->entry);
}

static void contradiction(ct_lint *lint, const ct_resolved_entry *entry) {
  if (!entry->entry->condition_count) return;
  ct_solver solver;
  ct_solver_init(&solver, 100000);
  ct_set sets[6];
  uint64_t args[6];
  for (int i = 0; i < 6; i++) ct_set_all(&sets[i], &lint->resolved->target.arch->abi);
  ct_rule rule = {0};
  rule.conditions = entry->entry->conditions;
  rule.count = entry->entry->condition_count;
  int found = ct_solve(&solver, sets, &rule, NULL, 0, args);
  ct_solver_free(&solver);
  if (found == 0)
    ct_lint_note(lint, "contradiction", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_LINT_CONTRADICTION, NULL, 0, entry, "/args");
}

void ct_lint_arguments(ct_lint *lint) {
  const ct_resolved *resolved = lint->resolved;
  for (uint32_t i = 0; i < resolved->profile->entry_count; i++) {
    const ct_resolved_entry *entry = &resolved->entries[i];
    if (entry->fate != CT_FATE_KEPT) continue;
    widths(lint, entry);
    repeats(lint, entry);
    contradiction(lint, entry);
  }
}

/* What decides the first name of an entry, which is not that entry. */
static const char *decider(const ct_lint *lint, const ct_resolved_entry *entry) {
  const ct_resolved *resolved = lint->resolved;
  for (uint32_t n = 0; n < entry->entry->names.count; n++) {
    for (uint32_t a = 0; a < resolved->abi_count; a++) {
      const ct_arch *arch = resolved->abis[a];
      uint32_t number;
      if (!ct_arch_number(arch, entry->entry->names.items[n].text, &number)) continue;
      if (arch->abi.x32) number |= CT_X32_BIT;
      const ct_table *table = ct_policy_table(lint->policy, arch->abi.audit, number);
      const ct_entry *found = table ? ct_table_find(table, number) : NULL;
      if (found && found->count) return found->rules[found->count - 1].pointer;
    }
  }
  return NULL;
}

/* Rules that no call reaches, by the exact search; an entry is named where none of its rules is reached. What stands behind a rule without conditions the policy has left out already. */
int ct_lint_reach(ct_lint *lint) {
  const ct_resolved *resolved = lint->resolved;
  uint32_t count = resolved->profile->entry_count;
  uint8_t *reached = ct_arena_array(lint->arena, count, 1);
  if (!reached) return CTSEC_E_NOMEM;
  ct_solver solver;
  ct_solver_init(&solver, lint->work);
  int status = 0;
  for (uint32_t t = 0; t < lint->policy->table_count && status >= 0; t++) {
    const ct_table *table = &lint->policy->tables[t];
    ct_set sets[6];
    for (int i = 0; i < 6; i++) ct_set_all(&sets[i], &table->abi);
    for (uint32_t e = 0; e < table->entry_count && status >= 0; e++) {
      const ct_entry *entry = &table->entries[e];
      for (uint32_t r = 0; r < entry->count && status >= 0; r++) {
        uint32_t order = entry->rules[r].order;
        uint64_t args[6];
        if (order >= count || reached[order]) continue;
        status = r ? ct_solve(&solver, sets, &entry->rules[r], entry->rules, r, args) : 1;
        if (status == 1) reached[order] = 1;
      }
    }
  }
  ct_solver_free(&solver);
  if (status == CTSEC_E_NOMEM) return status;
  for (uint32_t i = 0; i < count && status >= 0; i++) {
    const ct_resolved_entry *entry = &resolved->entries[i];
    const char *other = entry->fate == CT_FATE_KEPT && !reached[i] ? decider(lint, entry) : NULL;
    if (!other || !strcmp(other, entry->pointer)) continue;
    ct_message_value values[] = {{"other", other}};
    ct_lint_note(lint, "shadowed", CT_LEVEL_LOW, NULL, CT_MESSAGE_LINT_SHADOWED, values, 1, entry, "");
  }
  return 0;
}
