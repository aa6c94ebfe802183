/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls about which two policies disagree, over all arguments, each with arguments that show it. */
#include <stdlib.h>
#include <string.h>

#include "data/messages.h"
#include "seccomp/diff.h"
#include "seccomp/loaded.h"
#include "seccomp/names.h"
#include "seccomp/solve.h"
#include "seccomp/verdict.h"

typedef struct differ {
  const ctsec_policy *policy[2];
  /* What a runtime loads, where the target of that side asks for it. */
  const ct_loaded *loaded[2];
  /* Its rules for the number at hand. */
  ct_rule *rules[2];
  uint32_t capacity[2];
  /* Numbers of the ABI at hand to which some rule applies. */
  uint32_t *numbers;
  uint32_t number_count;
  uint32_t number_capacity;
  /* The call that could not be decided. */
  uint32_t unknown_audit;
  uint32_t unknown_number;
  ctsec_diff *out;
  ct_solver solver;
  uint64_t limit;
  /* Rules that were copied, in the same measure as the solver's steps. */
  uint64_t copied;
  uint64_t work;
} differ;

ctsec_diff *ct_diff_new(int lang) {
  ctsec_diff *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  ct_count_up(&made->references);
  made->lang = lang;
  return made;
}

int ct_diff_add(ctsec_diff *diff, const ct_difference *item, uint64_t most) {
  if (diff->count >= most) return CTSEC_E_LIMIT;
  ct_difference *items = ct_arena_grow(&diff->arena, diff->items, diff->count, sizeof *items);
  if (!items) return CTSEC_E_NOMEM;
  diff->items = items;
  ct_difference *made = &items[diff->count++];
  *made = *item;
  for (int i = 0; i < 2; i++)
    if (item->rule[i] && !(made->rule[i] = ct_arena_string(&diff->arena, item->rule[i]))) return CTSEC_E_NOMEM;
  int first = ct_action_rank(item->action[0]), second = ct_action_rank(item->action[1]);
  /* Errors differ in what programs do next, not in what they may do. */
  if (first < second) diff->more = 1;
  if (first > second) diff->less = 1;
  return 0;
}

/* The rules of a number in the order in which they win, and one more index for "none matches". */
typedef struct side {
  const ct_rule *rules;
  uint32_t count;
  uint32_t otherwise;
} side;

static int side_of_loaded(differ *d, int p, const ct_abi *abi, uint32_t number, side *s) {
  static const uint64_t none[6];
  const ct_loaded *loaded = d->loaded[p];
  ct_loaded_decision decision;
  ct_loaded_decide(loaded, abi->audit, number, none, &decision);
  *s = (side){NULL, 0, decision.action};
  switch (decision.why) {
    case CT_LOADED_DEFAULT:
    case CT_LOADED_RULE:
    case CT_LOADED_COMPANION: break;
    case CT_LOADED_UNDETERMINED:
    case CT_LOADED_REFUSED:
      d->unknown_audit = abi->audit;
      d->unknown_number = number;
      return CTSEC_E_UNSUPPORTED;
    default: return 0;
  }
  s->otherwise = loaded->default_action;
  const ct_loaded_group *group = ct_loaded_find_group(loaded, abi->audit, number);
  if (!group || !group->count) return 0;
  if (group->count > d->capacity[p]) {
    ct_rule *rules = realloc(d->rules[p], group->count * sizeof *rules);
    if (!rules) return CTSEC_E_NOMEM;
    d->rules[p] = rules;
    d->capacity[p] = group->count;
  }
  /* No two that match differ, so that any order will do. */
  for (uint32_t i = 0; i < group->count; i++) {
    const ct_loaded_rule *rule = &group->rules[i];
    d->rules[p][i] = (ct_rule){0, number, rule->action, 0, rule->pointer, rule->conditions, rule->count};
  }
  s->rules = d->rules[p];
  s->count = group->count;
  return 0;
}

static int side_of(differ *d, int p, const ct_abi *abi, const ct_table *table, uint32_t number, side *s) {
  if (d->loaded[p]) return side_of_loaded(d, p, abi, number, s);
  const ctsec_policy *policy = d->policy[p];
  *s = (side){NULL, 0, policy->unconfined ? CT_RET_ALLOW : table ? policy->default_action : CT_RET_KILL_THREAD};
  const ct_entry *entry = policy->unconfined || !table ? NULL : ct_table_find(table, number);
  if (!entry) return 0;
  s->rules = entry->rules;
  s->count = entry->count;
  return 0;
}

/* Whether arguments exist that rule i of one side and rule j of the other decide; finds them. */
static int meet(differ *d, const ct_abi *abi, const side *a, uint32_t i, const side *b, uint32_t j, uint64_t args[6]) {
  ct_condition conditions[64];
  ct_rule match = {0};
  uint32_t fails = i + j;
  const ct_rule *ra = i < a->count ? &a->rules[i] : NULL, *rb = j < b->count ? &b->rules[j] : NULL;
  uint32_t need = (ra ? ra->count : 0) + (rb ? rb->count : 0);
  d->copied += fails + need + 1;
  if (d->copied > d->work) return CTSEC_E_LIMIT;
  ct_condition *all = need <= 64 ? conditions : malloc(need * sizeof *all);
  ct_rule *fail = malloc((fails ? fails : 1) * sizeof *fail);
  int status = all && fail ? 0 : CTSEC_E_NOMEM;
  if (!status) {
    if (ra) memcpy(all, ra->conditions, ra->count * sizeof *all);
    if (rb) memcpy(all + (ra ? ra->count : 0), rb->conditions, rb->count * sizeof *all);
    match.conditions = all;
    match.count = need;
    if (i) memcpy(fail, a->rules, i * sizeof *fail);
    if (j) memcpy(fail + i, b->rules, j * sizeof *fail);
    ct_set sets[6];
    for (int s = 0; s < 6; s++) ct_set_all(&sets[s], abi);
    status = ct_solve(&d->solver, sets, need ? &match : NULL, fail, fails, args);
  }
  if (all != conditions) free(all);
  free(fail);
  return status;
}

static int same_rules(const side *a, const side *b) {
  if (a->count != b->count || a->otherwise != b->otherwise) return 0;
  for (uint32_t i = 0; i < a->count; i++) {
    const ct_rule *x = &a->rules[i], *y = &b->rules[i];
    if (x->action != y->action || x->count != y->count) return 0;
    for (uint32_t c = 0; c < x->count; c++) {
      const ct_condition *p = &x->conditions[c], *q = &y->conditions[c];
      if (p->index != q->index || p->op != q->op || p->value != q->value || p->value_two != q->value_two) return 0;
    }
  }
  return 1;
}

/* One difference for each pair of actions. */
static int compare_number(differ *d, const ct_abi *abi, const ct_table *const tables[2], uint32_t number, int rest) {
  side a = {0}, b = {0};
  int found = side_of(d, 0, abi, tables[0], number, &a);
  if (!found) found = side_of(d, 1, abi, tables[1], number, &b);
  if (found) return found;
  if (same_rules(&a, &b)) return 0;
  uint32_t first = d->out->count;
  for (uint32_t i = 0; i <= a.count; i++) {
    for (uint32_t j = 0; j <= b.count; j++) {
      uint32_t actions[2] = {i < a.count ? a.rules[i].action : a.otherwise,
                             j < b.count ? b.rules[j].action : b.otherwise};
      if (actions[0] == actions[1]) continue;
      int known = 0;
      for (uint32_t k = first; k < d->out->count && !known; k++)
        known = d->out->items[k].action[0] == actions[0] && d->out->items[k].action[1] == actions[1];
      if (known) continue;
      uint64_t args[6] = {0};
      int status = meet(d, abi, &a, i, &b, j, args);
      if (status < 0) return status;
      if (!status) continue;
      ct_difference item = {abi->audit, number, rest, {actions[0], actions[1]}, {NULL, NULL}, {0}};
      if (i < a.count) item.rule[0] = a.rules[i].pointer;
      if (j < b.count) item.rule[1] = b.rules[j].pointer;
      memcpy(item.args, args, sizeof item.args);
      status = ct_diff_add(d->out, &item, d->limit);
      if (status) return status;
    }
  }
  return 0;
}

static int is_own(const ct_abi *abi, uint32_t number) {
  if (abi->audit != CT_AUDIT_X86_64) return 1;
  return ((number & CT_X32_BIT) && number != UINT32_MAX) == (abi->x32 != 0);
}

static int add_number(differ *d, uint32_t number) {
  if (d->number_count == d->number_capacity) {
    uint32_t capacity = d->number_capacity ? 2 * d->number_capacity : 1024;
    uint32_t *numbers = realloc(d->numbers, capacity * sizeof *numbers);
    if (!numbers) return CTSEC_E_NOMEM;
    d->numbers = numbers;
    d->number_capacity = capacity;
  }
  d->numbers[d->number_count++] = number;
  return 0;
}

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static int same_abi(const ct_abi *a, const ct_abi *b) { return a->audit == b->audit && a->x32 == b->x32; }

/* Numbers of one side to which something applies that does not to all others; *border is where runc's stub begins. */
static int add_numbers(differ *d, int p, const ct_abi *abi, const ct_table *table, uint32_t *border) {
  int status = 0;
  if (!d->loaded[p]) {
    for (uint32_t i = 0; table && i < table->entry_count && !status; i++)
      if (is_own(abi, table->entries[i].number)) status = add_number(d, table->entries[i].number);
    return status;
  }
  for (uint32_t t = 0; t < d->loaded[p]->table_count && !status; t++) {
    const ct_loaded_table *loaded = &d->loaded[p]->tables[t];
    if (!same_abi(&loaded->arch->abi, abi)) continue;
    for (uint32_t i = 0; i < loaded->count && !status; i++)
      if (is_own(abi, loaded->groups[i].number)) status = add_number(d, loaded->groups[i].number);
    if (d->loaded[p]->stub && loaded->has_most && !loaded->unstubbed) *border = loaded->most + 1;
  }
  /* The stub of s390 answers to 0 as well; and libseccomp without x32 refuses all that is not below bit 30. */
  if (!status) status = add_number(d, abi->x32 ? CT_X32_BIT : 0);
  if (!status && abi->audit == CT_AUDIT_X86_64 && !abi->x32) status = add_number(d, 0x80000000u);
  return status;
}

/* One number of low..high that is in no rule; 0 where each is. */
static int unnamed(const differ *d, uint32_t low, uint32_t high, uint32_t *number) {
  *number = low;
  for (uint32_t i = 0; i < d->number_count; i++) {
    if (d->numbers[i] < *number) continue;
    if (d->numbers[i] > *number) break;
    if (*number == high) return 0;
    ++*number;
  }
  return *number <= high;
}

/* Every number that either side names, in order, then those that neither does: all alike, or alike on each side of a stub. */
static int compare_abi(differ *d, const ct_abi *abi) {
  const ct_table *tables[2] = {NULL, NULL};
  uint32_t low = abi->x32 ? CT_X32_BIT : 0, borders[2] = {0, 0}, number;
  int status = 0;
  d->number_count = 0;
  for (int p = 0; p < 2 && !status; p++) {
    for (uint32_t t = 0; t < d->policy[p]->table_count; t++)
      if (same_abi(&d->policy[p]->tables[t].abi, abi)) tables[p] = &d->policy[p]->tables[t];
    status = add_numbers(d, p, abi, tables[p], &borders[p]);
  }
  if (d->number_count) qsort(d->numbers, d->number_count, sizeof *d->numbers, by_number);
  for (uint32_t i = 0; i < d->number_count && !status; i++)
    if (!i || d->numbers[i] != d->numbers[i - 1]) status = compare_number(d, abi, tables, d->numbers[i], 0);
  int rest = !borders[0] && !borders[1];
  uint32_t first = borders[0] < borders[1] ? borders[0] : borders[1];
  uint32_t last = borders[0] < borders[1] ? borders[1] : borders[0];
  const uint32_t ends[3] = {first, last, UINT32_MAX};
  for (int i = 0; i < 3 && !status; i++) {
    uint32_t high = i < 2 ? ends[i] - 1 : UINT32_MAX;
    if (i < 2 && ends[i] <= low) continue;
    if (unnamed(d, low, high, &number)) status = compare_number(d, abi, tables, number, rest);
    low = high + 1;
  }
  return status;
}

/* The ABIs that a side lists; NULL past the last. */
static const ct_abi *abi_at(const differ *d, int p, uint32_t index) {
  if (d->loaded[p]) return index < d->loaded[p]->table_count ? &d->loaded[p]->tables[index].arch->abi : NULL;
  return index < d->policy[p]->table_count ? &d->policy[p]->tables[index].abi : NULL;
}

static int compare_all(differ *d) {
  const ct_abi *abi, *other;
  for (int p = 0; p < 2; p++) {
    for (uint32_t i = 0; (abi = abi_at(d, p, i)); i++) {
      int seen = 0;
      for (uint32_t o = 0; p && (other = abi_at(d, 0, o)); o++) seen |= same_abi(abi, other);
      int status = seen ? 0 : compare_abi(d, abi);
      if (status) return status;
    }
  }
  return 0;
}

ctsec_diff *ctsec_diff_ref(ctsec_diff *diff) {
  if (diff) ct_count_up(&diff->references);
  return diff;
}

void ctsec_diff_free(ctsec_diff *diff) {
  if (!diff || !ct_count_down(&diff->references)) return;
  ct_arena_free(&diff->arena);
  free(diff);
}

int ctsec_policy_diff(const ctsec_policy *first, const ctsec_policy *second, const ctsec_options *options,
                      ctsec_diff **diff, ctsec_error **err) {
  if (!first || !second) return ct_error_null(err, first ? "second" : "first");
  if (!diff) return ct_error_null(err, "diff");
  ctsec_diff *out = ct_diff_new(ct_options_lang(options));
  if (!out) return ct_error_nomem(err);
  differ d = {0};
  d.policy[0] = first;
  d.policy[1] = second;
  for (int p = 0; p < 2; p++) {
    d.loaded[p] = d.policy[p]->asks_runtime ? d.policy[p]->loaded : NULL;
    if (!d.loaded[p] || !d.loaded[p]->refused) continue;
    ctsec_diff_free(out);
    return ct_error_set(err, CTSEC_E_UNSUPPORTED, "%s refuses the %s profile: %s", ct_loaded_name(d.loaded[p]->kind),
                        p ? "second" : "first", d.loaded[p]->refused);
  }
  d.out = out;
  d.limit = ct_options_limit(options, CTSEC_LIMIT_RULES);
  d.work = ct_options_limit(options, CTSEC_LIMIT_WORK);
  ct_solver_init(&d.solver, d.work);
  int status = compare_all(&d);
  ct_solver_free(&d.solver);
  free(d.rules[0]);
  free(d.rules[1]);
  free(d.numbers);
  /* There is always an ABI that a filter does not list. */
  if (first->unconfined && !second->unconfined) out->more = 1;
  if (second->unconfined && !first->unconfined) out->less = 1;
  for (int p = 0; p < 2 && !status; p++)
    if (d.policy[p]->source && !(out->source[p] = ct_arena_string(&out->arena, d.policy[p]->source)))
      status = CTSEC_E_NOMEM;
  if (status) {
    ctsec_diff_free(out);
    if (status == CTSEC_E_UNSUPPORTED) {
      const char *arch = ct_audit_name(d.unknown_audit, d.unknown_number);
      const char *name = ct_call_name(d.unknown_audit, d.unknown_number);
      return ct_error_set(err, status, "could not decide: what the runtime and libseccomp make of the rules for %s (%s, number %u) is not known",
                          name ? name : "a call", arch ? arch : "?", d.unknown_number);
    }
    if (status == CTSEC_E_LIMIT) return ct_error_set(err, status, "the comparison takes more work than the limit allows");
    return ct_error_nomem(err);
  }
  *diff = out;
  return 0;
}

size_t ctsec_diff_count(const ctsec_diff *diff) { return diff ? diff->count : 0; }

int ctsec_diff_relation(const ctsec_diff *diff) {
  if (!diff) return 0;
  if (!diff->count && !diff->more && !diff->less) return CTSEC_DIFF_EQUAL;
  if (diff->more && diff->less) return CTSEC_DIFF_BOTH;
  return diff->more ? CTSEC_DIFF_FIRST_ALLOWS_MORE : diff->less ? CTSEC_DIFF_SECOND_ALLOWS_MORE : CTSEC_DIFF_SAME_ALLOWED;
}

int ctsec_diff_at(const ctsec_diff *diff, size_t index, uint32_t *audit, int32_t *nr, uint64_t *args, uint32_t *first,
                  uint32_t *second, ctsec_error **err) {
  if (!diff) return ct_error_null(err, "diff");
  if (index >= diff->count) return ct_error_set(err, CTSEC_E_ARG, "there are %u differences", diff->count);
  const ct_difference *item = &diff->items[index];
  if (audit) *audit = item->audit;
  if (nr) *nr = (int32_t)item->number;
  if (args) memcpy(args, item->args, sizeof item->args);
  if (first) *first = item->action[0];
  if (second) *second = item->action[1];
  return 0;
}

static const char *relation_name(const ctsec_diff *diff) {
  static const char *const names[] = {NULL, "equal", "same-allowed", "first-allows-more", "second-allows-more", "both"};
  return names[ctsec_diff_relation(diff)];
}

static void write_side(ct_json *json, const char *key, const ct_difference *item, int which) {
  ct_json_key(json, key);
  ct_json_object(json);
  ct_action_write(json, item->audit, &item->action[which]);
  ct_json_key_text(json, "rule", item->rule[which]);
  ct_json_end(json);
}

int ctsec_diff_to_json(const ctsec_diff *diff, char **text, size_t *length, ctsec_error **err) {
  if (!diff) return ct_error_null(err, "diff");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/diff/1");
  ct_json_key_text(&json, "first", diff->source[0]);
  ct_json_key_text(&json, "second", diff->source[1]);
  ct_json_key_text(&json, "relation", relation_name(diff));
  ct_json_key_bool(&json, "first_allows_no_more", !diff->more);
  ct_json_key_bool(&json, "second_allows_no_more", !diff->less);
  ct_json_key(&json, "differences");
  ct_json_array(&json);
  for (uint32_t i = 0; i < diff->count; i++) {
    const ct_difference *item = &diff->items[i];
    ct_json_object(&json);
    ct_json_key_text(&json, "arch", ct_audit_name(item->audit, item->number));
    ct_json_key_text(&json, "syscall", item->rest ? NULL : ct_call_name(item->audit, item->number));
    ct_json_key_unsigned(&json, "number", item->number);
    ct_json_key_bool(&json, "all_other_numbers", item->rest);
    ct_json_key(&json, "args");
    ct_json_array(&json);
    for (int a = 0; a < 6; a++) ct_json_hex(&json, item->args[a]);
    ct_json_end(&json);
    write_side(&json, "first", item, 0);
    write_side(&json, "second", item, 1);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_diff_to_text(const ctsec_diff *diff, char **text, size_t *length, ctsec_error **err) {
  if (!diff) return ct_error_null(err, "diff");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (uint32_t i = 0; i < diff->count; i++) {
    const ct_difference *item = &diff->items[i];
    const char *arch = ct_audit_name(item->audit, item->number);
    const char *name = item->rest ? NULL : ct_call_name(item->audit, item->number);
    ct_buffer_format(&buffer, "%s ", arch ? arch : "?");
    if (item->rest)
      ct_message_add(&buffer, CT_MESSAGE_DIFF_REST, diff->lang, NULL, 0);
    else if (name)
      ct_buffer_text(&buffer, name);
    else
      ct_buffer_unsigned(&buffer, item->number);
    ct_buffer_char(&buffer, '(');
    for (int a = 0; a < 6; a++) ct_buffer_format(&buffer, "%s0x%llx", a ? ", " : "", (unsigned long long)item->args[a]);
    ct_buffer_text(&buffer, "): ");
    ct_action_add(&buffer, item->audit, item->action[0]);
    ct_buffer_format(&buffer, "%s%s%s -> ", item->rule[0] ? " [" : "", item->rule[0] ? item->rule[0] : "",
                     item->rule[0] ? "]" : "");
    ct_action_add(&buffer, item->audit, item->action[1]);
    ct_buffer_format(&buffer, "%s%s%s\n", item->rule[1] ? " [" : "", item->rule[1] ? item->rule[1] : "",
                     item->rule[1] ? "]" : "");
  }
  static const ct_message_id ids[] = {CT_MESSAGE_DIFF_EQUAL, CT_MESSAGE_DIFF_EQUAL,  CT_MESSAGE_DIFF_SAME,
                                      CT_MESSAGE_DIFF_FIRST, CT_MESSAGE_DIFF_SECOND, CT_MESSAGE_DIFF_BOTH};
  ct_message_add(&buffer, ids[ctsec_diff_relation(diff)], diff->lang, NULL, 0);
  ct_buffer_char(&buffer, '\n');
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
