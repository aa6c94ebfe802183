/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/policy.h"

#include <stdlib.h>
#include <string.h>

#include "seccomp/solve.h"

/* Numbers that lie within this many of each other share one dense table. */
#define SLOTS 4096
/* Pairs of rules that are compared for overlaps, and notes that are kept. */
#define PAIR_WORK UINT64_C(4000000)
#define MOST_NOTES 4096

int ct_action_rank(uint32_t action) {
  switch (action & CT_RET_ACTION) {
    case CT_RET_KILL_PROCESS: return 8;
    case CT_RET_KILL_THREAD: return 7;
    case CT_RET_TRAP: return 6;
    case CT_RET_ERRNO: return 5;
    case CT_RET_NOTIFY: return 4;
    case CT_RET_TRACE: return 3;
    case CT_RET_LOG: return 2;
    case CT_RET_ALLOW: return 1;
    default: return 0;
  }
}

const char *ct_action_name(uint32_t action) {
  static const char *const names[] = {NULL,
                                      "SCMP_ACT_ALLOW",
                                      "SCMP_ACT_LOG",
                                      "SCMP_ACT_TRACE",
                                      "SCMP_ACT_NOTIFY",
                                      "SCMP_ACT_ERRNO",
                                      "SCMP_ACT_TRAP",
                                      "SCMP_ACT_KILL_THREAD",
                                      "SCMP_ACT_KILL_PROCESS"};
  return names[ct_action_rank(action)];
}

const char *ct_op_name(int op) {
  static const char *const names[] = {NULL,          "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",
                                      "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"};
  return op >= CT_OP_NE && op <= CT_OP_MASKED_EQ ? names[op] : NULL;
}

ctsec_policy *ctsec_policy_ref(ctsec_policy *policy) {
  if (policy) ct_count_up(&policy->references);
  return policy;
}

void ctsec_policy_free(ctsec_policy *policy) {
  if (!policy || !ct_count_down(&policy->references)) return;
  free(policy->rules);
  ctsec_profile_free(policy->profile);
  ct_arena_free(&policy->arena);
  free(policy);
}

int ct_policy_new(const ctsec_options *options, ctsec_policy **policy, ctsec_error **err) {
  ctsec_policy *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->references = 1;
  made->lang = ct_options_lang(options);
  made->rule_limit = ct_options_limit(options, CTSEC_LIMIT_RULES);
  made->work_limit = ct_options_limit(options, CTSEC_LIMIT_WORK);
  made->default_action = CT_RET_KILL_THREAD;
  if (options) made->kernel = options->kernel;
  const char *source = ct_options_source(options);
  if (source && !(made->source = ct_arena_string(&made->arena, source))) {
    ctsec_policy_free(made);
    return ct_error_nomem(err);
  }
  *policy = made;
  return 0;
}

int ct_policy_add_abi(ctsec_policy *policy, const ct_abi *abi, uint32_t *index, ctsec_error **err) {
  if (policy->finished) return ct_error_set(err, CTSEC_E_ARG, "the policy is finished");
  if (abi->bits != 32 && abi->bits != 64) return ct_error_set(err, CTSEC_E_ARG, "an ABI has 32 or 64 bits");
  for (uint32_t i = 0; i < policy->table_count; i++) {
    const ct_abi *known = &policy->tables[i].abi;
    if (known->audit == abi->audit && known->x32 == abi->x32) {
      *index = i;
      return 0;
    }
  }
  ct_table *tables = ct_arena_grow(&policy->arena, policy->tables, policy->table_count, sizeof *tables);
  if (!tables) return ct_error_nomem(err);
  policy->tables = tables;
  memset(&tables[policy->table_count], 0, sizeof *tables);
  tables[policy->table_count].abi = *abi;
  *index = policy->table_count++;
  return 0;
}

void ct_policy_set_native(ctsec_policy *policy, uint32_t index) { policy->native = index; }
void ct_policy_set_tail(ctsec_policy *policy, uint32_t index, uint32_t first, uint32_t action) {
  policy->tables[index].tail = first;
  policy->tables[index].tail_action = action;
}
void ct_policy_set_flags(ctsec_policy *policy, uint32_t flags) { policy->flags = flags; }

/* The same pointer comes many times in a row: once for each name and ABI of an entry. */
static const char *keep_pointer(ctsec_policy *policy, const char *pointer) {
  if (!pointer) pointer = "";
  if (policy->last_pointer && !strcmp(policy->last_pointer, pointer)) return policy->last_pointer;
  return policy->last_pointer = ct_arena_string(&policy->arena, pointer);
}

static int check_action(uint32_t action, ctsec_error **err) {
  if (!ct_action_rank(action)) return ct_error_set(err, CTSEC_E_SCHEMA, "0x%08x is no action", action);
  if ((action & CT_RET_ACTION) == CT_RET_ERRNO && (action & CT_RET_DATA) > 4095)
    return ct_error_set(err, CTSEC_E_SCHEMA, "errno %u is above 4095", action & CT_RET_DATA);
  return 0;
}

int ct_policy_set_default(ctsec_policy *policy, uint32_t action, const char *pointer, ctsec_error **err) {
  int status = check_action(action, err);
  if (status) return status;
  if (pointer && !(pointer = ct_arena_string(&policy->arena, pointer))) return ct_error_nomem(err);
  policy->default_action = action;
  policy->default_pointer = pointer;
  return 0;
}

int ct_policy_set_target(ctsec_policy *policy, const char *json, ctsec_error **err) {
  const char *copy = ct_arena_string(&policy->arena, json);
  if (!copy) return ct_error_nomem(err);
  policy->target = copy;
  return 0;
}

int ct_policy_add_rule(ctsec_policy *policy, const ct_rule *rule, ctsec_error **err) {
  if (policy->finished) return ct_error_set(err, CTSEC_E_ARG, "the policy is finished");
  if (rule->abi >= policy->table_count) return ct_error_set(err, CTSEC_E_ARG, "%u is no ABI of the policy", rule->abi);
  if (policy->rule_count >= policy->rule_limit || policy->rule_count > UINT32_MAX / 4)
    return ct_error_set(err, CTSEC_E_LIMIT, "more than %llu rules", (unsigned long long)policy->rule_limit);
  int status = check_action(rule->action, err);
  if (status) return status;
  const ct_abi *abi = &policy->tables[rule->abi].abi;
  if (abi->audit == CT_AUDIT_X86_64 && !abi->x32 && (rule->number & CT_X32_BIT) && rule->number != UINT32_MAX)
    return ct_error_set(err, CTSEC_E_ARG, "0x%x is a number of x32", rule->number);
  for (uint32_t i = 0; i < rule->count; i++) {
    if (rule->conditions[i].index > 5)
      return ct_error_set(err, CTSEC_E_SCHEMA, "%u is no argument: a call has 0 to 5", rule->conditions[i].index);
    if (!ct_op_name(rule->conditions[i].op))
      return ct_error_set(err, CTSEC_E_SCHEMA, "%u is no comparison", rule->conditions[i].op);
  }
  ct_condition *conditions = ct_arena_array(&policy->arena, rule->count, sizeof *conditions);
  const char *pointer = keep_pointer(policy, rule->pointer);
  if (!conditions || !pointer) return ct_error_nomem(err);
  if (!(policy->rule_count & (policy->rule_count - 1))) {
    size_t capacity = policy->rule_count ? (size_t)policy->rule_count * 2 : 1;
    ct_rule *rules = realloc(policy->rules, capacity * sizeof *rules);
    if (!rules) return ct_error_nomem(err);
    policy->rules = rules;
  }
  if (rule->count) memcpy(conditions, rule->conditions, rule->count * sizeof *conditions);
  ct_rule *kept = &policy->rules[policy->rule_count++];
  *kept = *rule;
  kept->conditions = conditions;
  kept->pointer = pointer;
  if (abi->x32) kept->number |= CT_X32_BIT;
  return 0;
}

int ct_policy_add_dropped(ctsec_policy *policy, const ct_dropped *dropped, ctsec_error **err) {
  if (policy->dropped_count >= policy->rule_limit)
    return ct_error_set(err, CTSEC_E_LIMIT, "more than %llu rules", (unsigned long long)policy->rule_limit);
  if (dropped->abi >= policy->table_count)
    return ct_error_set(err, CTSEC_E_ARG, "%u is no ABI of the policy", dropped->abi);
  ct_dropped *list = ct_arena_grow(&policy->arena, policy->dropped, policy->dropped_count, sizeof *list);
  const char *pointer = keep_pointer(policy, dropped->pointer);
  const char *word = ct_arena_string(&policy->arena, dropped->word ? dropped->word : "");
  if (!list || !pointer || !word) return ct_error_nomem(err);
  policy->dropped = list;
  list[policy->dropped_count] = *dropped;
  list[policy->dropped_count].pointer = pointer;
  list[policy->dropped_count].word = word;
  if (policy->tables[dropped->abi].abi.x32) list[policy->dropped_count].number |= CT_X32_BIT;
  policy->dropped_count++;
  return 0;
}

static int by_precedence(const void *left, const void *right) {
  const ct_rule *a = left, *b = right;
  if (a->abi != b->abi) return a->abi < b->abi ? -1 : 1;
  if (a->number != b->number) return a->number < b->number ? -1 : 1;
  int ranks = ct_action_rank(b->action) - ct_action_rank(a->action);
  if (ranks) return ranks;
  if (a->order != b->order) return a->order > b->order ? -1 : 1;
  return 0;
}

static ct_note *add_note(ctsec_policy *policy, int kind, const ct_rule *rule) {
  ct_note *notes = ct_arena_grow(&policy->arena, policy->notes, policy->note_count, sizeof *notes);
  if (!notes) return NULL;
  policy->notes = notes;
  ct_note *note = &notes[policy->note_count++];
  *note = (ct_note){kind, rule->abi, rule->number, rule->pointer, NULL, rule->action, 0, 0};
  return note;
}

/* Two rules with different actions for the same call are an accident more often than a wish. */
static int note_overlaps(ctsec_policy *policy, const ct_table *table, const ct_rule *rules, uint32_t count,
                         ct_solver *solver) {
  ct_set all[6];
  uint32_t alike = 1;
  while (alike < count && rules[alike].action == rules[0].action) alike++;
  if (alike >= count) return 0;
  for (int i = 0; i < 6; i++) ct_set_all(&all[i], &table->abi);
  for (uint32_t later = alike, run = 0; later < count; later++) {
    /* From `run` on the rules before this one have its action. */
    if (rules[later].action != rules[later - 1].action) run = later;
    for (uint32_t first = 0; first < run; first++) {
      if (rules[first].action == rules[later].action) {
        if (solver->work) solver->work--;
        continue;
      }
      if (policy->note_count >= MOST_NOTES) solver->work = 0;
      uint32_t mark = solver->used;
      ct_set sets[6];
      int status = solver->work ? 1 : CTSEC_E_LIMIT;
      if (solver->work) solver->work--;
      memcpy(sets, all, sizeof sets);
      for (int side = 0; side < 2 && status == 1; side++) {
        const ct_rule *rule = &rules[side ? later : first];
        for (uint32_t c = 0; c < rule->count && status == 1; c++)
          status = ct_set_require(solver, &sets[rule->conditions[c].index], &rule->conditions[c]);
      }
      solver->used = mark;
      if (status == CTSEC_E_NOMEM) return status;
      if (status == CTSEC_E_LIMIT) return add_note(policy, CT_NOTE_INCOMPLETE, &rules[first]) ? 1 : CTSEC_E_NOMEM;
      if (!status) continue;
      ct_note *note = add_note(policy, CT_NOTE_OVERLAP, &rules[first]);
      if (!note) return CTSEC_E_NOMEM;
      note->other = rules[later].pointer;
      note->other_action = rules[later].action;
    }
  }
  return 0;
}

static int note_wide(ctsec_policy *policy, const ct_abi *abi, const ct_rule *rule) {
  if (abi->bits == 64) return 0;
  for (uint32_t c = 0; c < rule->count; c++) {
    const ct_condition *condition = &rule->conditions[c];
    uint64_t constants = condition->value | (condition->op == CT_OP_MASKED_EQ ? condition->value_two : 0);
    if (constants <= UINT32_MAX || policy->note_count >= MOST_NOTES) continue;
    ct_note *note = add_note(policy, CT_NOTE_WIDE_CONSTANT, rule);
    if (!note) return CTSEC_E_NOMEM;
    note->condition = c;
  }
  return 0;
}

static int always(const ct_abi *abi, const ct_rule *rule) {
  for (uint32_t c = 0; c < rule->count; c++)
    if (ct_condition_trivial(abi, &rule->conditions[c]) != 1) return 0;
  return 1;
}

/* The action of an entry where it is the same for all arguments. */
static int constant_action(const ctsec_policy *policy, const ct_table *table, const ct_entry *entry, uint32_t *action) {
  uint32_t decided = entry->rules[0].action;
  for (uint32_t r = 0; r < entry->count; r++)
    if (entry->rules[r].action != decided) return 0;
  if (!always(&table->abi, &entry->rules[entry->count - 1]) && policy->default_action != decided) return 0;
  *action = decided;
  return 1;
}

static void add_range(ct_range *ranges, uint32_t *count, uint32_t first, uint32_t last, uint32_t action,
                      const ct_entry *entry) {
  if (*count && !entry && !ranges[*count - 1].entry && ranges[*count - 1].action == action) {
    ranges[*count - 1].last = last;
    return;
  }
  ranges[(*count)++] = (ct_range){first, last, action, entry};
}

static void add_gap(const ctsec_policy *policy, const ct_table *table, ct_range *ranges, uint32_t *count, uint32_t first,
                    uint32_t last) {
  if (!table->tail || first < table->tail) {
    uint32_t end = table->tail && last >= table->tail ? table->tail - 1 : last;
    add_range(ranges, count, first, end, policy->default_action, NULL);
    if (end == last) return;
    first = end + 1;
  }
  add_range(ranges, count, first, last, table->tail_action, NULL);
}

static int make_ranges(ctsec_policy *policy, ct_table *table) {
  ct_range *ranges = ct_arena_array(&policy->arena, (size_t)table->entry_count * 2 + 2, sizeof *ranges);
  if (!ranges) return CTSEC_E_NOMEM;
  uint32_t count = 0, next = 0;
  int whole = 0;
  for (uint32_t i = 0; i < table->entry_count; i++) {
    const ct_entry *entry = &table->entries[i];
    uint32_t action = 0;
    if (entry->number > next) add_gap(policy, table, ranges, &count, next, entry->number - 1);
    int constant = constant_action(policy, table, entry, &action);
    add_range(ranges, &count, entry->number, entry->number, action, constant ? NULL : entry);
    next = entry->number + 1;
    if (!next) whole = 1;
  }
  if (!whole) add_gap(policy, table, ranges, &count, next, UINT32_MAX);
  table->ranges = ranges;
  table->range_count = count;
  return 0;
}

static int make_slots(ctsec_policy *policy, ct_table *table) {
  if (!table->entry_count) return 0;
  table->base = table->entries[0].number;
  uint32_t used = 0;
  while (used < table->entry_count && table->entries[used].number - table->base < SLOTS) used++;
  table->slot_count = table->entries[used - 1].number - table->base + 1;
  uint32_t *slots = ct_arena_array(&policy->arena, table->slot_count, sizeof *slots);
  if (!slots) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < table->slot_count; i++) slots[i] = policy->default_action;
  for (uint32_t i = 0; i < used; i++) {
    uint32_t action = CT_SLOT_ENTRY | i;
    constant_action(policy, table, &table->entries[i], &action);
    slots[table->entries[i].number - table->base] = action;
  }
  table->slots = slots;
  return 0;
}

static int make_entries(ctsec_policy *policy, uint32_t *at, uint32_t abi, ct_solver *solver) {
  ct_table *table = &policy->tables[abi];
  uint32_t end = *at, numbers = 0;
  for (; end < policy->rule_count && policy->rules[end].abi == abi; end++)
    numbers += end == *at || policy->rules[end].number != policy->rules[end - 1].number;
  ct_entry *entries = ct_arena_array(&policy->arena, numbers, sizeof *entries);
  if (!entries) return CTSEC_E_NOMEM;
  uint32_t made = 0;
  int complete = 1;
  while (*at < end) {
    const ct_rule *rules = &policy->rules[*at];
    uint32_t count = 0;
    while (*at + count < end && rules[count].number == rules[0].number) count++;
    for (uint32_t r = 0; r < count; r++)
      if (note_wide(policy, &table->abi, &rules[r])) return CTSEC_E_NOMEM;
    if (complete) {
      int status = note_overlaps(policy, table, rules, count, solver);
      if (status < 0) return status;
      if (status) complete = 0;
    }
    uint32_t reached = 0;
    while (reached < count && !always(&table->abi, &rules[reached])) reached++;
    entries[made++] = (ct_entry){rules[0].number, reached < count ? reached + 1 : count, rules};
    *at += count;
  }
  table->entries = entries;
  table->entry_count = made;
  int status = make_ranges(policy, table);
  return status ? status : make_slots(policy, table);
}

int ct_policy_finish(ctsec_policy *policy, ctsec_error **err) {
  if (policy->finished) return ct_error_set(err, CTSEC_E_ARG, "the policy is finished");
  if (!policy->table_count) return ct_error_set(err, CTSEC_E_ARG, "a policy needs an ABI");
  if (policy->native >= policy->table_count) return ct_error_set(err, CTSEC_E_ARG, "the native ABI is not listed");
  if (policy->rule_count) qsort(policy->rules, policy->rule_count, sizeof *policy->rules, by_precedence);
  ct_solver solver;
  ct_solver_init(&solver, policy->work_limit < PAIR_WORK ? policy->work_limit : PAIR_WORK);
  uint32_t at = 0;
  int status = 0;
  for (uint32_t i = 0; i < policy->table_count && !status; i++) status = make_entries(policy, &at, i, &solver);
  ct_solver_free(&solver);
  if (status) return ct_error_nomem(err);
  policy->finished = 1;
  return 0;
}
