/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Code is made from its end to its start: every jump then knows how far its target is. */
#include "seccomp/compile.h"

#include <stdlib.h>
#include <string.h>

#include "seccomp/solve.h"

/* More ranges than this are split by weight, not by the exact search. */
#define EXACT 160
/* Two jumps that must both be in reach, and one instruction in between. */
#define REACH 250

/* A position counted from the end of the program, from 0. */
typedef uint32_t label;

typedef struct compiler {
  const ctsec_policy *policy;
  ct_insn *made;
  uint32_t count;
  uint32_t capacity;
  int failed;
  ct_program *out;
  /* Where each action was returned last. */
  uint32_t actions[64];
  label returns[64];
  uint32_t return_count;
  /* For the search of the best tree. */
  uint32_t *cost;
  uint16_t *split;
  uint32_t width;
} compiler;

/* One leaf of a tree: numbers from first on. */
typedef struct leaf {
  uint32_t first;
  uint32_t weight;
  uint32_t action;
  const ct_entry *entry;
  /* The numbers above those of x86_64, where bit 30 decides. */
  int above;
} leaf;

typedef struct tree {
  const ct_table *table;
  const leaf *leaves;
  uint32_t count;
  const ct_table *plain;
  const ct_table *x32;
} tree;

static const ct_range killed_range = {0, UINT32_MAX, CT_RET_KILL_THREAD, NULL};
static const ct_table killed = {.abi = {0, CT_AUDIT_X86_64, 64, 0, 0, ""}, .range_count = 1, .ranges = &killed_range};

static label emit(compiler *c, uint16_t code, uint32_t k, uint32_t jt, uint32_t jf) {
  if (c->count == c->capacity && !c->failed) {
    uint32_t capacity = c->capacity ? c->capacity * 2 : 512;
    ct_insn *made = capacity > CT_BPF_MOST * 2 ? c->made : realloc(c->made, capacity * sizeof *made);
    if (!made) c->failed = CTSEC_E_NOMEM;
    if (capacity > CT_BPF_MOST * 2) c->failed = CTSEC_E_LIMIT;
    if (!c->failed) {
      c->made = made;
      c->capacity = capacity;
    }
  }
  if (c->failed) return 0;
  c->made[c->count] = (ct_insn){code, (uint8_t)jt, (uint8_t)jf, k};
  return c->count++;
}

static label emit_return(compiler *c, uint32_t action) {
  for (uint32_t i = 0; i < c->return_count; i++) {
    if (c->actions[i] != action) continue;
    if (c->count - c->returns[i] > REACH) c->returns[i] = emit(c, CT_BPF_RET | CT_BPF_K, action, 0, 0);
    return c->returns[i];
  }
  label made = emit(c, CT_BPF_RET | CT_BPF_K, action, 0, 0);
  if (c->return_count < sizeof c->actions / sizeof *c->actions) {
    c->actions[c->return_count] = action;
    c->returns[c->return_count++] = made;
  }
  return made;
}

/* A label from which target is reached and that a jump can name. */
static label near(compiler *c, label target) {
  if (c->failed || c->count - target <= REACH) return target;
  const ct_insn *insn = &c->made[target];
  if (insn->code == (CT_BPF_RET | CT_BPF_K)) return emit_return(c, insn->k);
  return emit(c, CT_BPF_JMP | CT_BPF_JA, c->count - target - 1, 0, 0);
}

static label branch(compiler *c, uint16_t operation, uint32_t k, label yes, label no) {
  if (yes == no) return yes;
  yes = near(c, yes);
  no = near(c, no);
  return emit(c, (uint16_t)(CT_BPF_JMP | operation | CT_BPF_K), k, c->count - yes - 1, c->count - no - 1);
}

static label load(compiler *c, uint32_t offset) { return emit(c, CT_BPF_LD | CT_BPF_ABS, offset, 0, 0); }

/* For code that must start with its load: a jump to it, where all tests vanished, is a label of its own. */
static label load_before(compiler *c, uint32_t offset, label tests) {
  if (!c->failed && tests + 1 != c->count) emit(c, CT_BPF_JMP | CT_BPF_JA, c->count - tests - 1, 0, 0);
  return load(c, offset);
}

static label masked_word(compiler *c, uint32_t offset, uint32_t mask, uint32_t bits, label pass, label fail) {
  label tests;
  if (!mask) return pass;
  if (!bits) {
    tests = branch(c, CT_BPF_JSET, mask, fail, pass);
  } else {
    tests = branch(c, CT_BPF_JEQ, bits, pass, fail);
    if (mask != UINT32_MAX) tests = emit(c, CT_BPF_ALU | CT_BPF_AND | CT_BPF_K, mask, 0, 0);
  }
  return load_before(c, offset, tests);
}

static label condition_code(compiler *c, const ct_abi *abi, const ct_condition *condition, label pass, label fail) {
  uint32_t low = ct_data_offset(abi->big_endian, condition->index, 0);
  uint32_t high = ct_data_offset(abi->big_endian, condition->index, 1);
  uint32_t value = (uint32_t)condition->value, upper = (uint32_t)(condition->value >> 32);
  int wide = abi->bits == 64;
  if (pass == fail) return pass;
  uint16_t test = CT_BPF_JEQ;
  label swap = pass;
  switch (condition->op) {
    case CT_OP_MASKED_EQ: {
      uint64_t bits = condition->value & condition->value_two;
      label next = masked_word(c, low, value, (uint32_t)bits, pass, fail);
      return wide ? masked_word(c, high, upper, (uint32_t)(bits >> 32), next, fail) : next;
    }
    case CT_OP_NE:
      pass = fail;
      fail = swap;
      break;
    case CT_OP_LT:
    case CT_OP_LE:
      pass = fail;
      fail = swap;
      test = condition->op == CT_OP_LT ? CT_BPF_JGE : CT_BPF_JGT;
      break;
    case CT_OP_GE: test = CT_BPF_JGE; break;
    case CT_OP_GT: test = CT_BPF_JGT; break;
    default: break;
  }
  label next = load_before(c, low, branch(c, test, value, pass, fail));
  if (!wide) return next;
  label tests;
  if (test == CT_BPF_JEQ) {
    tests = branch(c, CT_BPF_JEQ, upper, next, fail);
  } else {
    /* Above: pass; equal: the low word decides; below: fail. */
    tests = upper ? branch(c, CT_BPF_JEQ, upper, next, fail) : next;
    tests = branch(c, CT_BPF_JGT, upper, pass, tests);
  }
  return load_before(c, high, tests);
}

int ct_rule_trivial(const ct_abi *abi, const ct_rule *rule) {
  int always = 1;
  for (uint32_t i = 0; i < rule->count; i++) {
    int trivial = ct_condition_trivial(abi, &rule->conditions[i]);
    if (!trivial) return 0;
    if (trivial < 0) always = -1;
  }
  return always;
}

void ct_entry_shape(const ctsec_policy *policy, const ct_abi *abi, const ct_entry *entry, ct_shape_of_entry *shape) {
  uint32_t n = entry->count;
  shape->action = policy->default_action;
  if (n && ct_rule_trivial(abi, &entry->rules[n - 1]) == 1) shape->action = entry->rules[--n].action;
  while (n && (entry->rules[n - 1].action == shape->action || !ct_rule_trivial(abi, &entry->rules[n - 1]))) n--;
  shape->rules = n;
}

static label entry_code(compiler *c, const ct_table *table, const ct_entry *entry) {
  ct_shape_of_entry shape;
  ct_entry_shape(c->policy, &table->abi, entry, &shape);
  ct_program *out = c->out;
  uint32_t site = out->site_count;
  for (uint32_t r = 0; r < shape.rules; r++) out->site_count += entry->rules[r].count;
  ct_spot *spot = &out->spots[out->spot_count++];
  uint32_t end = out->site_count;
  label fail = emit_return(c, shape.action);
  for (uint32_t r = shape.rules; r-- > 0 && !c->failed;) {
    const ct_rule *rule = &entry->rules[r];
    end -= rule->count;
    if (!ct_rule_trivial(&table->abi, rule)) continue;
    label pass = emit_return(c, rule->action);
    for (uint32_t i = rule->count; i-- > 0;) {
      const ct_condition *condition = &rule->conditions[i];
      if (ct_condition_trivial(&table->abi, condition) != 1)
        pass = condition_code(c, &table->abi, condition, pass, fail);
      out->sites[end + i] = (ct_site){condition, pass};
    }
    fail = pass;
  }
  *spot = (ct_spot){table, entry, fail, site};
  return fail;
}

static label tree_code(compiler *c, const tree *t, uint32_t first, uint32_t last);

static uint32_t weigh(uint32_t first, uint32_t last, uint32_t action, const ct_entry *entry) {
  uint32_t numbers = last - first < 63 ? last - first + 1 : 64;
  if (entry || action == CT_RET_ALLOW || action == CT_RET_LOG) return 16 * numbers;
  return 1;
}

/* Leaves of a table below `end` (0: no end), with room for one more. */
static leaf *make_leaves(compiler *c, const ct_table *table, uint32_t start, uint32_t end, uint32_t *count) {
  leaf *leaves = malloc(((size_t)table->range_count + 1) * sizeof *leaves);
  if (!leaves) {
    c->failed = CTSEC_E_NOMEM;
    return NULL;
  }
  *count = 0;
  for (uint32_t i = 0; i < table->range_count; i++) {
    const ct_range *range = &table->ranges[i];
    if (range->last < start) continue;
    if (end && range->first >= end) break;
    leaves[(*count)++] = (leaf){range->first < start ? start : range->first,
                                weigh(range->first, range->last, range->action, range->entry), range->action,
                                range->entry, 0};
  }
  return leaves;
}

/* Where the right half starts: the split that makes leaves with weight shallow. */
static uint32_t halve(const leaf *leaves, uint32_t first, uint32_t last) {
  uint64_t total = 0, left = 0;
  for (uint32_t i = first; i <= last; i++) total += leaves[i].weight;
  for (uint32_t i = first; i < last; i++) {
    uint64_t with = left + leaves[i].weight;
    if (2 * with >= total) {
      /* Either side of the middle leaf, whichever is nearer to it. */
      if (i > first && total - 2 * left < 2 * with - total) return i;
      return i + 1;
    }
    left = with;
  }
  return last;
}

/* The alphabetic tree of least weighted depth, by the usual table over all intervals. */
static void search_tree(compiler *c, const leaf *leaves, uint32_t n) {
  uint32_t sums[EXACT + 1];
  c->width = n;
  sums[0] = 0;
  for (uint32_t i = 0; i < n; i++) sums[i + 1] = sums[i] + leaves[i].weight;
  for (uint32_t i = 0; i < n; i++) {
    c->cost[i * n + i] = 0;
    c->split[i * n + i] = (uint16_t)i;
  }
  for (uint32_t span = 1; span < n; span++) {
    for (uint32_t i = 0; i + span < n; i++) {
      uint32_t j = i + span, best = UINT32_MAX;
      uint32_t from = c->split[i * n + j - 1], to = c->split[(i + 1) * n + j];
      if (from < i + 1) from = i + 1;
      if (to > j) to = j;
      if (to < from) to = from;
      for (uint32_t k = from; k <= to; k++) {
        uint32_t cost = c->cost[i * n + k - 1] + c->cost[k * n + j];
        if (cost < best) {
          best = cost;
          c->split[i * n + j] = (uint16_t)k;
        }
      }
      c->cost[i * n + j] = best + sums[j + 1] - sums[i];
    }
  }
}

/* Numbers from `start` on, of x86_64 (bit 30 clear, or all ones) and x32. */
static label above_code(compiler *c, const ct_table *plain, const ct_table *x32, uint32_t start);

static label leaf_code(compiler *c, const tree *t, const leaf *l) {
  if (l->above) return above_code(c, t->plain, t->x32, l->first);
  if (l->entry) return entry_code(c, t->table, l->entry);
  return emit_return(c, l->action);
}

static label split_code(compiler *c, const tree *t, uint32_t first, uint32_t last, int exact) {
  if (c->failed) return 0;
  if (first == last) return leaf_code(c, t, &t->leaves[first]);
  uint32_t middle = exact ? c->split[first * c->width + last] : halve(t->leaves, first, last);
  label right = split_code(c, t, middle, last, exact);
  label left = split_code(c, t, first, middle - 1, exact);
  return branch(c, CT_BPF_JGE, t->leaves[middle].first, right, left);
}

static label tree_code(compiler *c, const tree *t, uint32_t first, uint32_t last) {
  if (c->failed) return 0;
  int exact = last - first + 1 <= EXACT;
  if (exact) {
    /* A tree within a leaf of this one would overwrite the tables: each has its own. */
    uint32_t *cost = c->cost;
    uint16_t *split = c->split;
    uint32_t width = c->width;
    size_t cells = (size_t)(last - first + 1) * (last - first + 1);
    c->cost = malloc(sizeof *cost * cells);
    c->split = malloc(sizeof *split * cells);
    label made = 0;
    if (!c->cost || !c->split) {
      c->failed = CTSEC_E_NOMEM;
    } else {
      search_tree(c, t->leaves + first, last - first + 1);
      tree part = *t;
      part.leaves = t->leaves + first;
      made = split_code(c, &part, 0, last - first, 1);
    }
    free(c->cost);
    free(c->split);
    c->cost = cost;
    c->split = split;
    c->width = width;
    return made;
  }
  return split_code(c, t, first, last, 0);
}

static label table_code(compiler *c, const ct_table *table, uint32_t start) {
  uint32_t count;
  leaf *leaves = make_leaves(c, table, start, 0, &count);
  if (!leaves) return 0;
  tree t = {table, leaves, count, NULL, NULL};
  label made = tree_code(c, &t, 0, count - 1);
  free(leaves);
  return made;
}

static label above_code(compiler *c, const ct_table *plain, const ct_table *x32, uint32_t start) {
  /* All ones is a number of x86_64, though it has the bit. */
  label minus = table_code(c, plain, UINT32_MAX);
  label set = table_code(c, x32, CT_X32_BIT);
  label clear = table_code(c, plain, start);
  set = branch(c, CT_BPF_JEQ, UINT32_MAX, minus, set);
  return branch(c, CT_BPF_JSET, CT_X32_BIT, set, clear);
}

static label x86_64_code(compiler *c, const ct_table *plain, const ct_table *x32) {
  uint32_t count;
  leaf *leaves = make_leaves(c, plain, 0, CT_X32_BIT, &count);
  if (!leaves) return 0;
  leaf *last = &leaves[count - 1];
  /* A constant last leaf needs no test of its own: bit 30 is looked at only where no known number is left. */
  if (last->entry) leaves[count++] = (leaf){CT_X32_BIT, 1, 0, NULL, 1};
  else last->above = 1;
  tree t = {plain, leaves, count, plain, x32};
  label made = tree_code(c, &t, 0, count - 1);
  free(leaves);
  return made;
}

static label section_code(compiler *c, const ct_table *table) {
  label tests;
  if (table->abi.audit == CT_AUDIT_X86_64) {
    const ct_table *plain = &killed, *x32 = &killed;
    for (uint32_t i = 0; i < c->policy->table_count; i++) {
      const ct_table *other = &c->policy->tables[i];
      if (other->abi.audit != CT_AUDIT_X86_64) continue;
      if (other->abi.x32) x32 = other;
      else plain = other;
    }
    tests = x86_64_code(c, plain, x32);
  } else {
    tests = table_code(c, table, 0);
  }
  if (!c->failed && c->made[tests].code == (CT_BPF_RET | CT_BPF_K)) return tests;
  return load_before(c, CT_DATA_NR, tests);
}

/* The audit archs in the order of their tests: the target's own first. */
static uint32_t order_sections(const ctsec_policy *policy, const ct_table **sections) {
  uint32_t count = 0;
  sections[count++] = &policy->tables[policy->native];
  for (uint32_t i = 0; i < policy->table_count; i++) {
    uint32_t known = 0;
    while (known < count && sections[known]->abi.audit != policy->tables[i].abi.audit) known++;
    if (known == count) sections[count++] = &policy->tables[i];
  }
  return count;
}

static void program_code(compiler *c, const ct_table **sections, label *starts) {
  uint32_t count = order_sections(c->policy, sections);
  emit_return(c, CT_RET_KILL_THREAD);
  for (uint32_t i = count; i-- > 0;) starts[i] = section_code(c, sections[i]);
  if (c->failed) return;
  label next = emit_return(c, CT_RET_KILL_THREAD);
  for (uint32_t i = count; i-- > 0;) next = branch(c, CT_BPF_JEQ, sections[i]->abi.audit, starts[i], next);
  if (c->failed) return;
  if (c->made[next].code == (CT_BPF_RET | CT_BPF_K) && next + 1 != c->count) next = emit(c, c->made[next].code, c->made[next].k, 0, 0);
  if (c->made[next].code != (CT_BPF_RET | CT_BPF_K)) load_before(c, CT_DATA_ARCH, next);
}

static int too_long(ctsec_error **err, const ctsec_policy *policy) {
  return ct_error_set(err, CTSEC_E_LIMIT, "%u rules need more than the 4096 instructions that the kernel takes",
                      policy->rule_count);
}

int ct_policy_compile(const ctsec_policy *policy, ct_program *program, ctsec_error **err) {
  size_t conditions = 0, entries = 0;
  for (uint32_t t = 0; t < policy->table_count; t++) {
    if (policy->tables[t].range_count > CT_BPF_MOST) return too_long(err, policy);
    entries += policy->tables[t].entry_count;
  }
  for (uint32_t r = 0; r < policy->rule_count; r++) conditions += policy->rules[r].count;
  ct_program made = {0};
  compiler c = {.policy = policy, .out = &made};
  made.sites = calloc(conditions * 3 + 1, sizeof *made.sites);
  /* The code of a few numbers can stand twice, near bit 30. */
  made.spots = calloc(entries * 3 + 1, sizeof *made.spots);
  const ct_table **sections = calloc(policy->table_count, sizeof *sections);
  label *starts = calloc(policy->table_count, sizeof *starts);
  if (!made.sites || !made.spots || !sections || !starts)
    c.failed = CTSEC_E_NOMEM;
  else if (policy->unconfined)
    emit_return(&c, CT_RET_ALLOW);
  else
    program_code(&c, sections, starts);
  free(sections);
  free(starts);
  if (!c.failed && c.count > CT_BPF_MOST) c.failed = CTSEC_E_LIMIT;
  if (c.failed) {
    free(c.made);
    ct_program_free(&made);
    return c.failed == CTSEC_E_LIMIT ? too_long(err, policy) : ct_error_nomem(err);
  }
  for (uint32_t i = 0; i < c.count / 2; i++) {
    ct_insn swap = c.made[i];
    c.made[i] = c.made[c.count - 1 - i];
    c.made[c.count - 1 - i] = swap;
  }
  for (uint32_t i = 0; i < made.site_count; i++) made.sites[i].pc = c.count - 1 - made.sites[i].pc;
  for (uint32_t i = 0; i < made.spot_count; i++) made.spots[i].pc = c.count - 1 - made.spots[i].pc;
  made.insns = c.made;
  made.count = c.count;
  const char *fault = ct_program_prove(policy, &made);
  if (fault) {
    ct_program_free(&made);
    return ct_error_set(err, CTSEC_E_INTERNAL, "the compiled filter %s", fault);
  }
  *program = made;
  return 0;
}

void ct_program_free(ct_program *program) {
  free(program->insns);
  free(program->sites);
  free(program->spots);
  memset(program, 0, sizeof *program);
}
