/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a runtime's filter may answer where some arguments are unknown. */
#include <string.h>

#include "seccomp/loaded_cases.h"

static const ct_loaded_group *group_of(const ct_loaded *loaded, const ct_question *q, const ct_abi **abi) {
  int x32 = q->audit == CT_AUDIT_X86_64 && (q->number & CT_X32_BIT) && q->number != UINT32_MAX;
  for (uint32_t t = 0; t < loaded->table_count; t++) {
    const ct_loaded_table *table = &loaded->tables[t];
    if (table->arch->abi.audit != q->audit || table->arch->abi.x32 != x32) continue;
    *abi = &table->arch->abi;
    for (uint32_t g = 0; g < table->count; g++)
      if (table->groups[g].number == q->number) return &table->groups[g];
  }
  return NULL;
}

/* Each action once: a rule has no document order here, any that matches decides. */
static int add(ct_arena *arena, ct_loaded_cases *out, uint32_t action, const char *pointer, const uint64_t args[6]) {
  for (uint32_t i = 0; i < out->cases.count; i++)
    if (out->cases.items[i].action == action) return 0;
  ct_case *items = ct_arena_grow(arena, out->cases.items, out->cases.count, sizeof *items);
  const char **pointers = ct_arena_grow(arena, out->pointers, out->cases.count, sizeof *pointers);
  if (!items || !pointers) return CTSEC_E_NOMEM;
  out->cases.items = items;
  out->pointers = pointers;
  memset(&items[out->cases.count], 0, sizeof *items);
  items[out->cases.count].action = action;
  memcpy(items[out->cases.count].args, args, 6 * sizeof *args);
  pointers[out->cases.count++] = pointer;
  return 0;
}

static int any_of(const ct_loaded *loaded, const ct_question *q, const ct_loaded_group *group, ct_arena *arena,
                  ct_loaded_cases *out) {
  int status = add(arena, out, loaded->default_action, NULL, q->args);
  for (uint32_t i = 0; group && i < group->count && !status; i++)
    status = add(arena, out, group->rules[i].action, group->rules[i].pointer, q->args);
  out->cases.exact = 0;
  return status;
}

static int solve_group(const ct_loaded *loaded, const ct_question *q, const ct_abi *abi, const ct_loaded_group *group,
                       uint64_t work, ct_arena *arena, ct_loaded_cases *out) {
  ct_rule *rules = ct_arena_array(arena, group->count, sizeof *rules);
  if (!rules) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < group->count; i++)
    rules[i] = (ct_rule){0, group->number, group->rules[i].action, 0, NULL, group->rules[i].conditions,
                         group->rules[i].count};
  ct_solver solver;
  ct_solver_init(&solver, work);
  ct_set sets[6];
  int status = ct_question_sets(&solver, abi, q, sets);
  for (uint32_t i = 0; i <= group->count && status >= 0; i++) {
    const ct_rule *rule = i < group->count ? &rules[i] : NULL;
    uint64_t args[6];
    status = ct_solve(&solver, sets, rule, rules, i, args);
    if (status != 1) continue;
    for (int a = 0; a < 6; a++)
      if (!(q->unknown >> a & 1)) args[a] = q->args[a];
    int added = add(arena, out, rule ? rule->action : loaded->default_action, rule ? group->rules[i].pointer : NULL, args);
    if (added) status = added;
  }
  ct_solver_free(&solver);
  return status < 0 ? status : 0;
}

int ct_loaded_ask(const ct_loaded *loaded, const ct_question *q, uint64_t work, ct_arena *arena, ct_loaded_cases *out) {
  memset(out, 0, sizeof *out);
  out->cases.exact = 1;
  ct_loaded_decision decision;
  ct_loaded_decide(loaded, q->audit, q->number, q->args, &decision);
  out->why = decision.why;
  if (decision.why == CT_LOADED_REFUSED) return 0;
  const ct_abi *abi = NULL;
  const ct_loaded_group *group = group_of(loaded, q, &abi);
  if (decision.why == CT_LOADED_UNDETERMINED) return any_of(loaded, q, group, arena, out);
  int by_arguments = decision.why == CT_LOADED_RULE || decision.why == CT_LOADED_COMPANION ||
                     decision.why == CT_LOADED_DEFAULT;
  if (!q->unknown || !by_arguments || !group || !group->count || group->shape != CT_SHAPE_ANY)
    return add(arena, out, decision.action, decision.pointer, q->args);
  return solve_group(loaded, q, abi, group, work, arena, out);
}
