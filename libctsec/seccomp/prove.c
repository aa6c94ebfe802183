/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The proof that a compiled filter is its policy. Numbers: the program is
 * walked once with the interval of numbers that reach each instruction, and
 * at every end the form must say the same of the whole interval. Arguments:
 * the code of each condition may compare its words only with the condition's
 * own constants, so the cases below, between and above them are all there are;
 * each must leave by the exit that the form demands.
 */
#include "seccomp/compile.h"
#include "seccomp/solve.h"

/* Far more than any program of 4096 instructions needs, since its walk is a tree. */
#define MOST_STEPS 4000000

typedef struct prover {
  const ctsec_policy *policy;
  const ct_program *program;
  uint32_t audit;
  uint32_t steps;
} prover;

/* Where a jump ends: a return of an action, or an instruction. */
typedef struct target {
  int returns;
  uint32_t value;
} target;

static target resolve(const ct_program *program, uint32_t pc) {
  const ct_insn *insn = &program->insns[pc];
  while (insn->code == (CT_BPF_JMP | CT_BPF_JA)) insn += insn->k + 1;
  if (insn->code == (CT_BPF_RET | CT_BPF_K)) return (target){1, insn->k};
  return (target){0, (uint32_t)(insn - program->insns)};
}

static int same(target a, target b) { return a.returns == b.returns && a.value == b.value; }

static const ct_range *range_of(const ct_table *table, uint32_t number) {
  uint32_t low = 0, high = table->range_count - 1;
  while (low < high) {
    uint32_t middle = low + (high - low + 1) / 2;
    if (table->ranges[middle].first <= number)
      low = middle;
    else
      high = middle - 1;
  }
  return &table->ranges[low];
}

/* Whether the policy returns `action` for every number of the interval, which does not cross a border of ABIs. */
static int constant(const prover *p, uint32_t low, uint32_t high, uint32_t action) {
  const ct_table *table = ct_policy_table(p->policy, p->audit, low);
  if (!table) return action == CT_RET_KILL_THREAD;
  for (const ct_range *range = range_of(table, low);; range++) {
    uint32_t expected = range->action;
    if (range->entry) {
      ct_shape_of_entry shape;
      ct_entry_shape(p->policy, &table->abi, range->entry, &shape);
      if (shape.rules) return 0;
      expected = shape.action;
    }
    if (expected != action) return 0;
    if (range->last >= high) return 1;
  }
}

/* Bit 30 and the number of all ones split the numbers of an arch. */
static const uint32_t borders[] = {0, 0x40000000u, 0x80000000u, 0xc0000000u, 0xffffffffu};
#define BORDERS (sizeof borders / sizeof *borders)

static const char *check_return(const prover *p, uint32_t low, uint32_t high, uint32_t action) {
  for (size_t i = 0; i < BORDERS; i++) {
    uint32_t first = low > borders[i] ? low : borders[i];
    uint32_t end = i + 1 < BORDERS ? borders[i + 1] - 1 : UINT32_MAX;
    uint32_t last = high < end ? high : end;
    if (first <= last && !constant(p, first, last, action)) return "returns another action for a number";
  }
  return NULL;
}

static const char *check_spot(const prover *p, uint32_t pc, uint32_t low, uint32_t high) {
  const ct_table *table = ct_policy_table(p->policy, p->audit, low);
  const ct_entry *entry = table && low == high ? ct_table_find(table, low) : NULL;
  for (uint32_t i = 0; entry && i < p->program->spot_count; i++)
    if (p->program->spots[i].entry == entry && resolve(p->program, p->program->spots[i].pc).value == pc) return NULL;
  return "reads an argument where the number decides";
}

enum { NOTHING, ARCH, NUMBER };

static int lists(const ctsec_policy *policy, uint32_t audit) {
  for (uint32_t i = 0; i < policy->table_count; i++)
    if (policy->tables[i].abi.audit == audit) return 1;
  return 0;
}

static const char *walk(prover *p, uint32_t pc, int holds, uint32_t low, uint32_t high) {
  for (;;) {
    if (++p->steps > MOST_STEPS) return "is too intricate to be proved";
    const ct_insn *insn = &p->program->insns[pc];
    if (insn->code == (CT_BPF_RET | CT_BPF_K)) return check_return(p, low, high, insn->k);
    if (insn->code == (CT_BPF_JMP | CT_BPF_JA)) {
      pc += insn->k + 1;
      continue;
    }
    if (insn->code == (CT_BPF_LD | CT_BPF_ABS)) {
      if (insn->k != CT_DATA_NR && insn->k != CT_DATA_ARCH) return check_spot(p, pc, low, high);
      holds = insn->k == CT_DATA_NR ? NUMBER : ARCH;
      pc++;
      continue;
    }
    uint32_t yes = pc + 1 + insn->jt, no = pc + 1 + insn->jf, k = insn->k;
    const char *fault = NULL;
    if (holds == ARCH && insn->code == (CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K)) {
      /* What is not listed is walked once, as one arch: a comparison that tells such archs apart would go unseen. */
      if (!lists(p->policy, k)) return "compares the arch with one that is not listed";
      pc = p->audit == k ? yes : no;
    } else if (holds == NUMBER && insn->code == (CT_BPF_JMP | CT_BPF_JGE | CT_BPF_K)) {
      if (high >= k) fault = walk(p, yes, holds, low > k ? low : k, high);
      if (fault || low >= k) return fault;
      if (high >= k) high = k - 1;
      pc = no;
    } else if (holds == NUMBER && insn->code == (CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K)) {
      if (low <= k && k <= high) fault = walk(p, yes, holds, k, k);
      if (!fault && k > low) fault = walk(p, no, holds, low, high < k ? high : k - 1);
      if (!fault && k < high) fault = walk(p, no, holds, low > k ? low : k + 1, high);
      return fault;
    } else if (holds == NUMBER && insn->code == (CT_BPF_JMP | CT_BPF_JSET | CT_BPF_K) && k == CT_X32_BIT) {
      for (size_t i = 0; i < 4 && !fault; i++) {
        uint32_t first = low > borders[i] ? low : borders[i];
        uint32_t end = i < 3 ? borders[i + 1] - 1 : UINT32_MAX;
        uint32_t last = high < end ? high : end;
        if (first <= last) fault = walk(p, first & k ? yes : no, holds, first, last);
      }
      return fault;
    } else {
      return "uses an instruction that the allow cache cannot follow before an argument is read";
    }
  }
}

/* The words of one condition. */
typedef struct words {
  uint32_t offset[2];
  uint32_t constant[2];
  uint32_t mask[2];
  int masked;
  int wide;
} words;

/* Runs the code of one condition for one pair of words: 1 pass, 0 fail, -1 for code that does not belong there. */
static int leave(const ct_program *program, uint32_t pc, const words *w, const uint32_t value[2], target pass,
                 target fail) {
  int holds = -1, anded = 0;
  for (int step = 0; step < 16; step++) {
    target here = resolve(program, pc);
    if (same(here, pass)) return 1;
    if (same(here, fail)) return 0;
    if (here.returns) return -1;
    const ct_insn *insn = &program->insns[pc = here.value];
    uint32_t a = holds < 0 ? 0 : anded ? value[holds] & w->mask[holds] : value[holds];
    int taken;
    switch (insn->code) {
      case CT_BPF_LD | CT_BPF_ABS:
        if (insn->k == w->offset[0])
          holds = 0;
        else if (w->wide && insn->k == w->offset[1])
          holds = 1;
        else
          return -1;
        anded = 0;
        pc++;
        continue;
      case CT_BPF_ALU | CT_BPF_AND | CT_BPF_K:
        if (holds < 0 || !w->masked || insn->k != w->mask[holds]) return -1;
        anded = 1;
        pc++;
        continue;
      case CT_BPF_JMP | CT_BPF_JSET | CT_BPF_K:
        /* For another constant than 0 the cases do not tell zero from other values that are unequal. */
        if (holds < 0 || !w->masked || insn->k != w->mask[holds] || w->constant[holds]) return -1;
        taken = (a & insn->k) != 0;
        break;
      case CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K:
        if (holds < 0 || insn->k != w->constant[holds] || (w->masked && !anded && w->mask[holds] != UINT32_MAX))
          return -1;
        taken = a == insn->k;
        break;
      case CT_BPF_JMP | CT_BPF_JGE | CT_BPF_K:
      case CT_BPF_JMP | CT_BPF_JGT | CT_BPF_K:
        if (holds < 0 || w->masked || insn->k != w->constant[holds]) return -1;
        taken = insn->code == (CT_BPF_JMP | CT_BPF_JGE | CT_BPF_K) ? a >= insn->k : a > insn->k;
        break;
      default: return -1;
    }
    pc += 1u + (taken ? insn->jt : insn->jf);
  }
  return -1;
}

static const char *prove_condition(const ct_program *program, const ct_abi *abi, const ct_condition *condition,
                                   uint32_t pc, target pass, target fail) {
  words w = {.masked = condition->op == CT_OP_MASKED_EQ, .wide = abi->bits == 64};
  uint32_t cases[2][3];
  uint64_t constants = w.masked ? condition->value & condition->value_two : condition->value;
  for (int half = 0; half < 2; half++) {
    w.offset[half] = ct_data_offset(abi->big_endian, condition->index, half);
    w.constant[half] = (uint32_t)(constants >> (32 * half));
    w.mask[half] = w.masked ? (uint32_t)(condition->value >> (32 * half)) : UINT32_MAX;
    uint32_t c = w.constant[half];
    cases[half][0] = c;
    /* At the ends of the range one neighbour is missing; the other end lies on the same side as the one there is. */
    cases[half][1] = w.masked ? ~c : c - 1;
    cases[half][2] = w.masked ? c | ~w.mask[half] : c + 1;
  }
  for (int i = 0; i < 9; i++) {
    const uint32_t value[2] = {cases[0][i % 3], cases[1][i / 3]};
    uint64_t argument = value[0] | (w.wide ? (uint64_t)value[1] << 32 : 0);
    int expected = ct_condition_holds(condition, argument);
    if (leave(program, pc, &w, value, pass, fail) != expected) return "decides a condition wrongly";
  }
  return NULL;
}

static const char *prove_spot(const prover *p, const ct_spot *spot) {
  const ct_abi *abi = &spot->table->abi;
  const ct_entry *entry = spot->entry;
  ct_shape_of_entry shape;
  ct_entry_shape(p->policy, abi, entry, &shape);
  uint32_t site = spot->first;
  for (uint32_t r = 0; r < shape.rules; r++) site += entry->rules[r].count;
  target next = {1, shape.action};
  for (uint32_t r = shape.rules; r-- > 0;) {
    const ct_rule *rule = &entry->rules[r];
    site -= rule->count;
    if (!ct_rule_trivial(abi, rule)) continue;
    target pass = {1, rule->action};
    for (uint32_t i = rule->count; i-- > 0;) {
      if (ct_condition_trivial(abi, &rule->conditions[i]) == 1) continue;
      uint32_t pc = p->program->sites[site + i].pc;
      const char *fault = prove_condition(p->program, abi, &rule->conditions[i], pc, pass, next);
      if (fault) return fault;
      pass = resolve(p->program, pc);
    }
    next = pass;
  }
  return same(next, resolve(p->program, spot->pc)) ? NULL : "starts the rules of a number in the wrong place";
}

const char *ct_program_prove(const ctsec_policy *policy, const ct_program *program) {
  size_t index;
  const char *fault = ct_bpf_check(program->insns, program->count, &index);
  if (fault) return fault;
  if (policy->unconfined)
    return program->count == 1 && program->insns[0].k == CT_RET_ALLOW ? NULL : "stops a call of an unconfined container";
  prover p = {policy, program, 0, 0};
  for (uint32_t i = 0; i < policy->table_count && !fault; i++) {
    p.audit = policy->tables[i].abi.audit;
    fault = walk(&p, 0, NOTHING, 0, UINT32_MAX);
  }
  /* One arch that is not listed stands for all: archs are compared with the listed ones only, and for equality. */
  p.audit = 0;
  for (uint32_t i = 0; i < policy->table_count; i++)
    if (policy->tables[i].abi.audit == p.audit) {
      p.audit++;
      i = UINT32_MAX;
    }
  if (!fault) fault = walk(&p, 0, NOTHING, 0, UINT32_MAX);
  for (uint32_t i = 0; i < program->spot_count && !fault; i++) fault = prove_spot(&p, &program->spots[i]);
  return fault;
}
