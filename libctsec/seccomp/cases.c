/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/cases.h"

#include <stdlib.h>
#include <string.h>

void ct_question_make(ct_question *question, uint32_t audit, uint32_t number, const uint64_t args[6],
                      uint32_t unknown) {
  memset(question, 0, sizeof *question);
  question->audit = audit;
  question->number = number;
  question->unknown = unknown & 0x3f;
  for (int i = 0; i < 6; i++) {
    question->most[i] = UINT64_MAX;
    if (!(unknown >> i & 1)) question->args[i] = args[i];
  }
}

static ct_case *add_case(ct_arena *arena, ct_cases *cases, uint32_t action) {
  ct_case *items = ct_arena_grow(arena, cases->items, cases->count, sizeof *items);
  if (!items) return NULL;
  cases->items = items;
  ct_case *made = &items[cases->count++];
  memset(made, 0, sizeof *made);
  made->action = action;
  return made;
}

static int has_case(const ct_cases *cases, uint32_t action) {
  for (uint32_t i = 0; i < cases->count; i++)
    if (cases->items[i].action == action) return 1;
  return 0;
}

/* Equal ranks keep the order in which they were found. */
static void sort_cases(ct_cases *cases) {
  for (uint32_t i = 1; i < cases->count; i++) {
    ct_case moved = cases->items[i];
    uint32_t j = i;
    for (; j && ct_bpf_beats(moved.action, cases->items[j - 1].action); j--) cases->items[j] = cases->items[j - 1];
    cases->items[j] = moved;
  }
}

int ct_question_sets(ct_solver *solver, const ct_abi *abi, const ct_question *question, ct_set sets[6]) {
  int status = 1;
  for (int i = 0; i < 6 && status == 1; i++) {
    if (question->unknown >> i & 1) {
      ct_set_all(&sets[i], abi);
      status = ct_set_limit(solver, &sets[i], 0, question->most[i]);
    } else {
      ct_set_one(&sets[i], ct_argument(abi, question->args[i]));
    }
  }
  return status;
}

int ct_policy_cases(const ctsec_policy *policy, const ct_question *question, uint64_t work, ct_arena *arena,
                    ct_cases *cases) {
  *cases = (ct_cases){NULL, 0, 1};
  const ct_table *table = ct_policy_table(policy, question->audit, question->number);
  const ct_entry *entry = table ? ct_table_find(table, question->number) : NULL;
  if (!entry || !question->unknown) {
    ct_decision decision;
    ct_policy_decide(policy, question->audit, question->number, question->args, &decision);
    ct_case *made = add_case(arena, cases, decision.action);
    if (!made) return CTSEC_E_NOMEM;
    made->rule = decision.rule;
    memcpy(made->args, question->args, sizeof made->args);
    return 0;
  }
  ct_solver solver;
  ct_solver_init(&solver, work);
  ct_set sets[6];
  int status = ct_question_sets(&solver, &table->abi, question, sets);
  for (uint32_t r = 0; r <= entry->count && status >= 0; r++) {
    const ct_rule *rule = r < entry->count ? &entry->rules[r] : NULL;
    uint32_t action = rule ? rule->action : policy->default_action;
    uint64_t args[6];
    if (has_case(cases, action)) continue;
    status = ct_solve(&solver, sets, rule, entry->rules, r, args);
    if (status != 1) continue;
    ct_case *made = add_case(arena, cases, action);
    if (!made) {
      status = CTSEC_E_NOMEM;
      break;
    }
    made->rule = rule;
    for (int i = 0; i < 6; i++) made->args[i] = question->unknown >> i & 1 ? args[i] : question->args[i];
  }
  ct_solver_free(&solver);
  if (status < 0) return status;
  sort_cases(cases);
  return 0;
}

/* Tests in a row that are followed to both sides: the stack is bounded. */
#define DEEPEST 4096

enum { CONSTANT, WORD, OPAQUE };

/* What a register or cell holds: a constant, bits of one word of the data, or something computed. */
typedef struct value {
  uint8_t kind;
  uint8_t word;
  uint32_t bits;
} value;

typedef struct registers {
  value a;
  value x;
  value memory[16];
} registers;

typedef struct best {
  uint32_t action;
  uint32_t filter;
  uint32_t insn;
} best;

static const best nothing_yet = {0, 0, UINT32_MAX};

typedef struct explorer {
  const ct_filter_view *filters;
  int big_endian;
  ct_arena *arena;
  ct_cases *cases;
  ct_solver solver;
  ct_set words[16];
  /* Of two stacks: where the first begins, what it answered on this path, and how they differ. */
  uint32_t border;
  best first;
  ct_pair *pairs;
  uint32_t pair_count;
} explorer;

static int explore(explorer *e, uint32_t filter, uint32_t pc, registers *r, best so_far);

static value constant(uint32_t bits) { return (value){CONSTANT, 0, bits}; }

static void witness_args(const explorer *e, uint64_t args[6]) {
  for (unsigned i = 0; i < 6; i++) {
    uint64_t low = e->words[ct_data_offset(e->big_endian, i, 0) / 4].witness;
    uint64_t high = e->words[ct_data_offset(e->big_endian, i, 1) / 4].witness;
    args[i] = high << 32 | low;
  }
}

static int finish_pair(explorer *e, best second) {
  uint32_t actions[2] = {ct_bpf_effective(e->first.action), ct_bpf_effective(second.action)};
  if (actions[0] == actions[1]) return 0;
  for (uint32_t i = 0; i < e->pair_count; i++)
    if (e->pairs[i].action[0] == actions[0] && e->pairs[i].action[1] == actions[1]) return 0;
  ct_pair *pairs = ct_arena_grow(e->arena, e->pairs, e->pair_count, sizeof *pairs);
  if (!pairs) return CTSEC_E_NOMEM;
  e->pairs = pairs;
  ct_pair *made = &pairs[e->pair_count++];
  *made = (ct_pair){.audit = (uint32_t)e->words[CT_DATA_ARCH / 4].witness,
                    .number = (uint32_t)e->words[CT_DATA_NR / 4].witness,
                    .action = {actions[0], actions[1]},
                    .insn = {e->first.insn, second.insn}};
  witness_args(e, made->args);
  return 0;
}

static int finish_path(explorer *e, best found) {
  if (e->border) return finish_pair(e, found);
  uint32_t action = ct_bpf_effective(found.action);
  if (has_case(e->cases, action)) return 0;
  ct_case *made = add_case(e->arena, e->cases, action);
  if (!made) return CTSEC_E_NOMEM;
  made->filter = found.filter;
  made->insn = found.insn;
  witness_args(e, made->args);
  return 0;
}

/* A filter returned: the next older one runs, if there is one. */
static int returned(explorer *e, uint32_t filter, uint32_t pc, uint32_t action, best so_far) {
  if (so_far.insn == UINT32_MAX || ct_bpf_beats(action, so_far.action)) so_far = (best){action, filter, pc};
  if (!filter) return finish_path(e, so_far);
  if (filter == e->border) {
    e->first = so_far;
    so_far = nothing_yet;
  }
  registers clear;
  memset(&clear, 0, sizeof clear);
  return explore(e, filter - 1, 0, &clear, so_far);
}

/* Some action that cannot be told. */
static int returned_any(explorer *e, uint32_t filter, uint32_t pc, best so_far) {
  static const uint32_t any[] = {CT_RET_KILL_PROCESS, CT_RET_KILL_THREAD, CT_RET_TRAP, CT_RET_ERRNO,
                                 CT_RET_NOTIFY,       CT_RET_TRACE,       CT_RET_LOG,  CT_RET_ALLOW};
  e->cases->exact = 0;
  int status = 0;
  for (size_t i = 0; i < sizeof any / sizeof *any && !status; i++)
    status = returned(e, filter, pc, any[i], so_far);
  return status;
}

static value compute(uint16_t code, value a, value b) {
  int operation = code & 0xf0;
  if (operation == CT_BPF_AND) {
    if (a.kind == CONSTANT && b.kind == WORD) {
      value swap = a;
      a = b;
      b = swap;
    }
    if (a.kind == WORD && b.kind == CONSTANT) {
      a.bits &= b.bits;
      return a.bits ? a : constant(0);
    }
  }
  if (operation == CT_BPF_NEG) b = constant(0);
  if (a.kind != CONSTANT || b.kind != CONSTANT) return (value){OPAQUE, 0, 0};
  uint32_t x = a.bits, y = b.bits;
  switch (operation) {
    case CT_BPF_ADD: return constant(x + y);
    case CT_BPF_SUB: return constant(x - y);
    case CT_BPF_MUL: return constant(x * y);
    case CT_BPF_DIV: return constant(y ? x / y : 0);
    case CT_BPF_OR: return constant(x | y);
    case CT_BPF_AND: return constant(x & y);
    case CT_BPF_XOR: return constant(x ^ y);
    case CT_BPF_LSH: return constant(x << (y & 31));
    case CT_BPF_RSH: return constant(x >> (y & 31));
    default: return constant(0u - x);
  }
}

/* Narrows the word of `a` to where the test holds or fails: 1, 0, or -1 for a test that is not followed. */
static int narrow(explorer *e, uint16_t code, value a, uint32_t k, int holds) {
  ct_set *set = &e->words[a.word];
  ct_condition condition = {0, CT_OP_MASKED_EQ, a.bits, k};
  switch (code & 0xf0) {
    case CT_BPF_JEQ:
      if (k & ~a.bits) return !holds;
      break;
    case CT_BPF_JSET:
      condition.value = a.bits & k;
      condition.value_two = 0;
      holds = !holds;
      break;
    default:
      if (a.bits != UINT32_MAX) {
        /* Below its lowest bit and above all its bits a masked word is as good as compared. */
        if (k > a.bits || (k == a.bits && (code & 0xf0) == CT_BPF_JGT)) return !holds;
        if (!k && (code & 0xf0) == CT_BPF_JGE) return holds;
        if (!k) {
          condition.value_two = 0;
          holds = !holds;
          break;
        }
        return -1;
      }
      condition = (ct_condition){0, (code & 0xf0) == CT_BPF_JGT ? CT_OP_GT : CT_OP_GE, k, 0};
      break;
  }
  int status = holds ? ct_set_require(&e->solver, set, &condition) : ct_set_forbid(&e->solver, set, &condition);
  return status < 0 ? status - 1 : status;
}

static int test(uint16_t code, uint32_t a, uint32_t k) {
  switch (code & 0xf0) {
    case CT_BPF_JEQ: return a == k;
    case CT_BPF_JGT: return a > k;
    case CT_BPF_JGE: return a >= k;
    default: return (a & k) != 0;
  }
}

/* Both sides of a test, as far as they can be reached. */
static int fork_path(explorer *e, uint32_t filter, uint32_t pc, registers *r, best so_far, const ct_insn *insn,
                     value operand) {
  int followed = r->a.kind == WORD && operand.kind == CONSTANT;
  if (e->solver.depth == DEEPEST) return CTSEC_E_LIMIT;
  e->solver.depth++;
  for (int holds = 1; holds >= 0; holds--) {
    uint32_t mark = e->solver.used;
    ct_set saved = e->words[r->a.word];
    int status = followed ? narrow(e, insn->code, r->a, operand.bits, holds) : -1;
    if (status == -1) {
      e->cases->exact = 0;
      status = 1;
    } else if (status < 0) {
      return status + 1;
    }
    if (status) {
      registers copy = *r;
      status = explore(e, filter, pc + 1u + (holds ? insn->jt : insn->jf), &copy, so_far);
    }
    e->words[r->a.word] = saved;
    e->solver.used = mark;
    if (status < 0) return status;
  }
  e->solver.depth--;
  return 0;
}

static int explore(explorer *e, uint32_t filter, uint32_t pc, registers *r, best so_far) {
  const ct_insn *program = e->filters[filter].insns;
  for (;; pc++) {
    const ct_insn *insn = &program[pc];
    value operand = insn->code & CT_BPF_X ? r->x : constant(insn->k);
    if (!e->solver.work) return CTSEC_E_LIMIT;
    e->solver.work--;
    switch (insn->code & 0x07) {
      case CT_BPF_LD:
      case CT_BPF_LDX: {
        value *to = (insn->code & 0x07) == CT_BPF_LD ? &r->a : &r->x;
        switch (insn->code & 0xe0) {
          case CT_BPF_ABS: {
            const ct_set *set = &e->words[insn->k / 4];
            *to = set->low == set->high ? constant((uint32_t)set->low) : (value){WORD, (uint8_t)(insn->k / 4), UINT32_MAX};
            break;
          }
          case CT_BPF_MEM: *to = r->memory[insn->k]; break;
          case CT_BPF_LEN: *to = constant(CT_DATA_SIZE); break;
          default: *to = constant(insn->k); break;
        }
        break;
      }
      case CT_BPF_ST: r->memory[insn->k] = r->a; break;
      case CT_BPF_STX: r->memory[insn->k] = r->x; break;
      case CT_BPF_ALU:
        if ((insn->code & 0xf8) == (CT_BPF_DIV | CT_BPF_X)) {
          if (operand.kind == CONSTANT && !operand.bits) return returned(e, filter, pc, 0, so_far);
          if (operand.kind != CONSTANT) {
            /* Perhaps zero, which ends the filter. */
            e->cases->exact = 0;
            int status = returned(e, filter, pc, 0, so_far);
            if (status) return status;
          }
        }
        r->a = compute(insn->code, r->a, operand);
        break;
      case CT_BPF_MISC:
        if (insn->code == (CT_BPF_MISC | CT_BPF_TAX))
          r->x = r->a;
        else
          r->a = r->x;
        break;
      case CT_BPF_RET:
        if (insn->code == (CT_BPF_RET | CT_BPF_K)) return returned(e, filter, pc, insn->k, so_far);
        if (r->a.kind == CONSTANT) return returned(e, filter, pc, r->a.bits, so_far);
        return returned_any(e, filter, pc, so_far);
      default:
        if (insn->code == (CT_BPF_JMP | CT_BPF_JA)) {
          pc += insn->k;
        } else if (r->a.kind == CONSTANT && operand.kind == CONSTANT) {
          pc += test(insn->code, r->a.bits, operand.bits) ? insn->jt : insn->jf;
        } else if (insn->jt == insn->jf) {
          pc += insn->jt;
        } else {
          return fork_path(e, filter, pc, r, so_far, insn, operand);
        }
        break;
    }
  }
}

int ct_filter_cases(const ct_filter_view *filters, uint32_t count, int big_endian, const ct_question *question,
                    uint64_t work, ct_arena *arena, ct_cases *cases) {
  static const ct_abi narrow_words = {0, 0, 32, 0, 0, ""};
  *cases = (ct_cases){NULL, 0, 1};
  explorer e = {.filters = filters, .big_endian = big_endian, .arena = arena, .cases = cases};
  ct_solver_init(&e.solver, work);
  ct_data data;
  ct_data_make(&data, big_endian, question->audit, question->number, 0, question->args);
  for (int i = 0; i < 16; i++) ct_set_one(&e.words[i], data.words[i]);
  ct_set_all(&e.words[CT_DATA_IP / 4], &narrow_words);
  ct_set_all(&e.words[CT_DATA_IP / 4 + 1], &narrow_words);
  for (unsigned i = 0; i < 6; i++) {
    if (!(question->unknown >> i & 1)) continue;
    for (int high = 0; high < 2; high++) {
      ct_set *set = &e.words[ct_data_offset(big_endian, i, high) / 4];
      ct_set_all(set, &narrow_words);
      set->high = high ? question->most[i] >> 32 : question->most[i] > UINT32_MAX ? UINT32_MAX : question->most[i];
    }
  }
  registers clear;
  memset(&clear, 0, sizeof clear);
  int status = explore(&e, count - 1, 0, &clear, nothing_yet);
  ct_solver_free(&e.solver);
  if (status) return status;
  sort_cases(cases);
  return 0;
}

int ct_filter_pairs(const ct_filter_view *filters, uint32_t border, uint32_t count, int big_endian,
                    const ct_set words[16], ct_solver *solver, ct_arena *arena, ct_pair **pairs, uint32_t *pair_count,
                    int *exact) {
  ct_cases cases = {NULL, 0, 1};
  explorer e = {.filters = filters, .big_endian = big_endian, .arena = arena, .cases = &cases, .solver = *solver,
                .border = border};
  memcpy(e.words, words, sizeof e.words);
  registers clear;
  memset(&clear, 0, sizeof clear);
  int status = explore(&e, count - 1, 0, &clear, nothing_yet);
  *solver = e.solver;
  *pairs = e.pairs;
  *pair_count = e.pair_count;
  if (!cases.exact) *exact = 0;
  return status;
}
