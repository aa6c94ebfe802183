/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two stacks of filters side by side: every path through both, for each call that has a name and for the gaps between. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/syscalls.h"
#include "seccomp/arch.h"
#include "seccomp/cases.h"
#include "seccomp/diff.h"
#include "seccomp/filter.h"
#include "seccomp/loaded.h"
#include "seccomp/names.h"

static const ct_abi word_abi = {0, 0, 32, 0, 0, ""};

typedef struct sides {
  /* The second stack, then the first. */
  ct_filter_view *views;
  uint32_t border;
  uint32_t count;
  int big_endian;
  ct_set words[16];
  ct_solver solver;
  uint64_t most;
  ctsec_diff *out;
  /* Of a side that is one filter, made of a policy, the policy: it tells the rule, not the instruction. */
  const ctsec_policy *policy[2];
} sides;

static const char *rule_of(const ctsec_policy *policy, const ct_pair *pair) {
  if (policy->asks_runtime && policy->loaded) {
    ct_loaded_decision decision;
    ct_loaded_decide(policy->loaded, pair->audit, pair->number, pair->args, &decision);
    return decision.pointer;
  }
  ct_decision decision;
  ct_policy_decide(policy, pair->audit, pair->number, pair->args, &decision);
  return decision.rule ? decision.rule->pointer : NULL;
}

/* What the machine itself answers, the instruction pointer being 0. */
static uint32_t run(const sides *s, int which, const ct_pair *pair) {
  ct_data data;
  ct_data_make(&data, s->big_endian, pair->audit, pair->number, 0, pair->args);
  uint32_t low = which ? 0 : s->border, high = which ? s->border : s->count, best = 0;
  for (uint32_t i = high; i-- > low;) {
    uint32_t action = ct_bpf_run(s->views[i].insns, &data, NULL, NULL);
    if (i + 1 == high || ct_bpf_beats(action, best)) best = action;
  }
  return ct_bpf_effective(best);
}

/* For calls in a gap a pair of actions is told once an arch. */
static int is_known(const sides *s, uint32_t from, const ct_pair *pair) {
  for (uint32_t i = from; i < s->out->count; i++) {
    const ct_difference *item = &s->out->items[i];
    if (item->audit == pair->audit && item->action[0] == pair->action[0] && item->action[1] == pair->action[1] &&
        !ct_call_name(item->audit, item->number))
      return 1;
  }
  return 0;
}

static int explore(sides *s, uint32_t from, int in_gap) {
  ct_arena arena;
  ct_arena_init(&arena);
  ct_pair *pairs = NULL;
  uint32_t count = 0, mark = s->solver.used;
  int exact = 1;
  int status = ct_filter_pairs(s->views, s->border, s->count, s->big_endian, s->words, &s->solver, &arena, &pairs,
                               &count, &exact);
  s->solver.used = mark;
  s->solver.depth = 0;
  if (!status && !exact) status = CTSEC_E_UNSUPPORTED;
  for (uint32_t i = 0; i < count && !status; i++) {
    const ct_pair *pair = &pairs[i];
    if (in_gap && is_known(s, from, pair)) continue;
    /* A call that shows nothing to the reader who tries it: one of the filters looks at the instruction pointer. */
    if (run(s, 0, pair) != pair->action[0] || run(s, 1, pair) != pair->action[1]) {
      status = CTSEC_E_UNSUPPORTED;
      break;
    }
    char rules[2][16];
    ct_difference item = {pair->audit, pair->number, 0, {pair->action[0], pair->action[1]}, {rules[0], rules[1]}, {0}};
    memcpy(item.args, pair->args, sizeof item.args);
    for (int r = 0; r < 2; r++) {
      if (s->policy[r]) {
        item.rule[r] = rule_of(s->policy[r], pair);
        continue;
      }
      ct_buffer text;
      ct_buffer_init(&text);
      ct_buffer_format(&text, "insn:%u", pair->insn[r]);
      if (text.failed)
        status = CTSEC_E_NOMEM;
      else
        memcpy(rules[r], text.data, text.length);
      rules[r][text.failed ? 0 : text.length] = '\0';
      ct_buffer_free(&text);
    }
    if (!status) status = ct_diff_add(s->out, &item, s->most);
  }
  ct_arena_free(&arena);
  return status;
}

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static int explore_gap(sides *s, uint32_t from, uint32_t low, uint32_t high) {
  ct_set *number = &s->words[CT_DATA_NR / 4];
  ct_set_all(number, &word_abi);
  int status = ct_set_limit(&s->solver, number, low, high);
  return status < 0 ? status : explore(s, from, 1);
}

/* Numbers with a name one by one, in between them all at once. */
static int compare_audit(sides *s, uint32_t audit) {
  uint32_t numbers[2 * 512], count = 0, from = s->out->count;
  const ct_arch *arch;
  for (uint32_t i = 0; (arch = ct_arch_at(i)); i++) {
    if (arch->abi.audit != audit) continue;
    uint32_t place = 0, number;
    for (; count < sizeof numbers / sizeof *numbers && ctsec_syscall_at(arch->abi.id, (int32_t)place, &number); place++)
      numbers[count++] = number;
  }
  qsort(numbers, count, sizeof *numbers, by_number);
  ct_set_one(&s->words[CT_DATA_ARCH / 4], audit);
  uint32_t next = 0;
  int status = 0;
  for (uint32_t i = 0; i < count && !status; i++) {
    if (numbers[i] > next) status = explore_gap(s, from, next, numbers[i] - 1);
    ct_set_one(&s->words[CT_DATA_NR / 4], numbers[i]);
    if (!status) status = explore(s, from, 0);
    next = numbers[i] + 1;
  }
  return status ? status : explore_gap(s, from, next, UINT32_MAX);
}

static int mentions(const sides *s, uint32_t audit) {
  for (uint32_t f = 0; f < s->count; f++)
    for (uint32_t i = 0; i < s->views[f].count; i++)
      if ((s->views[f].insns[i].code & 0x07) == CT_BPF_JMP && s->views[f].insns[i].k == audit) return 1;
  return 0;
}

static int compare_all(sides *s) {
  int status = 0;
  const ct_arch *arch;
  ct_set others;
  ct_set_all(&others, &word_abi);
  for (uint32_t i = 0; (arch = ct_arch_at(i)) && status >= 0; i++) {
    if (arch->abi.x32 || !mentions(s, arch->abi.audit)) continue;
    status = compare_audit(s, arch->abi.audit);
    const ct_condition is = {0, CT_OP_EQ, arch->abi.audit, 0};
    if (!status) status = ct_set_forbid(&s->solver, &others, &is);
  }
  if (status < 0) return status;
  s->words[CT_DATA_ARCH / 4] = others;
  ct_set_all(&s->words[CT_DATA_NR / 4], &word_abi);
  return explore(s, s->out->count, 0);
}

static int add_stack(sides *s, const ctsec_filter *const *filters, size_t count, ctsec_error **err) {
  for (size_t i = 0; i < count; i++) {
    if (!filters[i]) return ct_error_null(err, "filter");
    if (s->count && filters[i]->big_endian != s->big_endian)
      return ct_error_set(err, CTSEC_E_ARG, "the filters are for machines of different byte orders");
    s->big_endian = filters[i]->big_endian;
    s->views[s->count++] = (ct_filter_view){filters[i]->insns, filters[i]->count};
  }
  return 0;
}

static int name_side(ctsec_diff *diff, int which, const ctsec_filter *filter, size_t count) {
  const char *source = filter->source || !filter->policy ? filter->source : filter->policy->source;
  if (count > 1 || !source) return 0;
  diff->source[which] = ct_arena_string(&diff->arena, source);
  return diff->source[which] ? 0 : CTSEC_E_NOMEM;
}

int ctsec_filter_diff(const ctsec_filter *const *first, size_t first_count, const ctsec_filter *const *second,
                      size_t second_count, const ctsec_options *options, ctsec_diff **diff, ctsec_error **err) {
  if (!first || !second) return ct_error_null(err, first ? "second" : "first");
  if (!diff) return ct_error_null(err, "diff");
  if (!first_count || !second_count) return ct_error_set(err, CTSEC_E_ARG, "a stack needs a filter");
  if (first_count > 1000000 || second_count > 1000000)
    return ct_error_set(err, CTSEC_E_LIMIT, "the kernel takes fewer filters");
  sides s = {.border = (uint32_t)second_count, .most = ct_options_limit(options, CTSEC_LIMIT_RULES)};
  s.views = malloc((first_count + second_count) * sizeof *s.views);
  s.out = ct_diff_new(ct_options_lang(options));
  int status = s.views && s.out ? 0 : ct_error_nomem(err);
  if (!status) status = add_stack(&s, second, second_count, err);
  if (!status) status = add_stack(&s, first, first_count, err);
  if (!status) {
    ct_solver_init(&s.solver, ct_options_limit(options, CTSEC_LIMIT_WORK));
    for (int i = 0; i < 16; i++) ct_set_all(&s.words[i], &word_abi);
    if (first_count == 1) s.policy[0] = first[0]->policy;
    if (second_count == 1) s.policy[1] = second[0]->policy;
    status = compare_all(&s);
    if (!status) status = name_side(s.out, 0, first[0], first_count);
    if (!status) status = name_side(s.out, 1, second[0], second_count);
    ct_solver_free(&s.solver);
    if (status == CTSEC_E_NOMEM)
      ct_error_nomem(err);
    else if (status == CTSEC_E_LIMIT)
      ct_error_set(err, status, "the comparison takes more work than the limit allows");
    else if (status)
      ct_error_set(err, status, "could not decide: a filter computes in a way that is not followed");
  }
  free(s.views);
  if (status) {
    ctsec_diff_free(s.out);
    return status;
  }
  *diff = s.out;
  return 0;
}
