/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/solve.h"

#include <stdlib.h>
#include <string.h>

#define ALL UINT64_MAX
/* Deeper alternatives than these are given up as CTSEC_E_LIMIT: the stack is bounded. */
#define DEEPEST 1000

void ct_solver_init(ct_solver *solver, uint64_t work) {
  memset(solver, 0, sizeof *solver);
  solver->work = work;
}

void ct_solver_free(ct_solver *solver) {
  free(solver->pool);
  solver->pool = NULL;
  solver->used = solver->capacity = 0;
}

static int spend(ct_solver *solver) {
  if (!solver->work) return CTSEC_E_LIMIT;
  solver->work--;
  return 0;
}

void ct_set_all(ct_set *set, const ct_abi *abi) {
  memset(set, 0, sizeof *set);
  set->high = abi->bits == 64 ? ALL : UINT32_MAX;
}

void ct_set_one(ct_set *set, uint64_t value) {
  memset(set, 0, sizeof *set);
  set->low = set->high = set->witness = value;
}

/* The smallest x >= low with (x & mask) == bits; 0 where there is none. */
static int smallest(uint64_t low, uint64_t mask, uint64_t bits, uint64_t *x) {
  uint64_t wrong = (low ^ bits) & mask;
  if (!wrong) {
    *x = low;
    return 1;
  }
  int top = 63 - __builtin_clzll(wrong);
  uint64_t bit = UINT64_C(1) << top;
  if (!(bits & bit)) {
    /* low is too large from this bit on: a free zero above it must become a one. */
    uint64_t above = top == 63 ? 0 : ALL << (top + 1);
    uint64_t usable = ~mask & ~low & above;
    if (!usable) return 0;
    bit = usable & -usable;
  }
  uint64_t below = bit - 1;
  *x = (low & ~below & ~bit) | bit | (bits & mask & below);
  return 1;
}

static int excepted(const ct_solver *solver, uint32_t chain, uint64_t x, const ct_except **found, uint64_t *steps) {
  for (uint32_t i = chain; i; i = solver->pool[i - 1].next) {
    const ct_except *e = &solver->pool[i - 1];
    ++*steps;
    if ((x & e->mask) == e->bits) {
      *found = e;
      return 1;
    }
  }
  return 0;
}

static int search(ct_solver *solver, uint64_t low, uint64_t high, uint64_t mask, uint64_t bits, uint32_t chain,
                  uint64_t *witness) {
  for (;;) {
    uint64_t x, steps = 1;
    const ct_except *e = NULL;
    if (!smallest(low, mask, bits, &x) || x > high) return 0;
    int hit = excepted(solver, chain, x, &e, &steps);
    if (solver->work < steps) {
      solver->work = 0;
      return CTSEC_E_LIMIT;
    }
    solver->work -= steps;
    if (!hit) {
      *witness = x;
      return 1;
    }
    if (e->mask == ALL) {
      if (x == ALL) return 0;
      low = x + 1;
      continue;
    }
    uint64_t free_bits = e->mask & ~mask;
    uint64_t fixed_mask = mask, fixed_bits = bits;
    while (free_bits) {
      uint64_t bit = free_bits & -free_bits;
      free_bits &= ~bit;
      int found = search(solver, x, high, fixed_mask | bit, fixed_bits | (~e->bits & bit), chain, witness);
      if (found) return found;
      fixed_mask |= bit;
      fixed_bits |= e->bits & bit;
    }
    return 0;
  }
}

/* The witness respects all but the newest bound or mask. */
static int settle(ct_solver *solver, ct_set *set) {
  uint64_t x = set->witness;
  if (set->low > set->high) return 0;
  if (x >= set->low && x <= set->high && (x & set->mask) == set->bits) return 1;
  return search(solver, set->low, set->high, set->mask, set->bits, set->except, &set->witness);
}

static int except(ct_solver *solver, ct_set *set, uint64_t mask, uint64_t bits) {
  if (solver->used == solver->capacity) {
    uint32_t capacity = solver->capacity ? solver->capacity * 2 : 64;
    if (capacity > UINT32_MAX / 4) return CTSEC_E_LIMIT;
    ct_except *pool = realloc(solver->pool, capacity * sizeof *pool);
    if (!pool) return CTSEC_E_NOMEM;
    solver->pool = pool;
    solver->capacity = capacity;
  }
  solver->pool[solver->used++] = (ct_except){mask, bits & mask, set->except};
  set->except = solver->used;
  if ((set->witness & mask) != (bits & mask)) return 1;
  /* Upwards first: of many exceptions in a row each then costs one step. */
  uint64_t from = set->witness;
  int found = 0;
  if (from < set->high) found = search(solver, from + 1, set->high, set->mask, set->bits, set->except, &set->witness);
  if (!found && from > set->low)
    found = search(solver, set->low, from - 1, set->mask, set->bits, set->except, &set->witness);
  return found;
}

static int fix(ct_solver *solver, ct_set *set, uint64_t mask, uint64_t bits) {
  bits &= mask;
  if ((set->bits ^ bits) & set->mask & mask) {
    set->low = 1;
    set->high = 0;
    return 0;
  }
  set->mask |= mask;
  set->bits |= bits;
  return settle(solver, set);
}

int ct_set_limit(ct_solver *solver, ct_set *set, uint64_t low, uint64_t high) {
  if (low > set->low) set->low = low;
  if (high < set->high) set->high = high;
  return settle(solver, set);
}

static int nothing(ct_set *set) {
  set->low = 1;
  set->high = 0;
  return 0;
}

static int apply(ct_solver *solver, ct_set *set, int op, uint64_t value, uint64_t value_two, int forbid) {
  static const uint8_t opposite[] = {[CT_OP_NE] = CT_OP_EQ, [CT_OP_LT] = CT_OP_GE, [CT_OP_LE] = CT_OP_GT,
                                     [CT_OP_EQ] = CT_OP_NE, [CT_OP_GE] = CT_OP_LT, [CT_OP_GT] = CT_OP_LE};
  if (op == CT_OP_MASKED_EQ) {
    if (forbid) return except(solver, set, value, value_two);
    return fix(solver, set, value, value_two);
  }
  if (forbid) op = opposite[op];
  switch (op) {
    case CT_OP_EQ: return ct_set_limit(solver, set, value, value);
    case CT_OP_LT: return value ? ct_set_limit(solver, set, 0, value - 1) : nothing(set);
    case CT_OP_LE: return ct_set_limit(solver, set, 0, value);
    case CT_OP_GE: return ct_set_limit(solver, set, value, ALL);
    case CT_OP_GT: return value != ALL ? ct_set_limit(solver, set, value + 1, ALL) : nothing(set);
    default: return except(solver, set, ALL, value);
  }
}

int ct_set_require(ct_solver *solver, ct_set *set, const ct_condition *condition) {
  return apply(solver, set, condition->op, condition->value, condition->value_two, 0);
}

int ct_set_forbid(ct_solver *solver, ct_set *set, const ct_condition *condition) {
  return apply(solver, set, condition->op, condition->value, condition->value_two, 1);
}

/* Narrows sets[] to the rule: 1, 0 or negative. */
static int require(ct_solver *solver, ct_set sets[6], const ct_rule *rule) {
  for (uint32_t i = 0; i < rule->count; i++) {
    int status = ct_set_require(solver, &sets[rule->conditions[i].index], &rule->conditions[i]);
    if (status != 1) return status;
  }
  return 1;
}

static int violate(ct_solver *solver, ct_set sets[6], const ct_rule *fail, uint32_t count, uint64_t args[6]) {
  for (uint32_t r = 0; r < count; r++) {
    const ct_rule *rule = &fail[r];
    uint32_t mark = solver->used;
    ct_set met[6];
    int status = spend(solver);
    if (status) return status;
    if (rule->count == 1) {
      status = ct_set_forbid(solver, &sets[rule->conditions[0].index], &rule->conditions[0]);
      if (status != 1) return status;
      continue;
    }
    memcpy(met, sets, sizeof met);
    status = require(solver, met, rule);
    solver->used = mark;
    if (status < 0) return status;
    if (!status) continue;
    if (solver->depth == DEEPEST) return CTSEC_E_LIMIT;
    solver->depth++;
    for (uint32_t c = 0; c < rule->count; c++) {
      ct_set tried[6];
      memcpy(tried, sets, sizeof tried);
      status = ct_set_forbid(solver, &tried[rule->conditions[c].index], &rule->conditions[c]);
      if (status == 1) status = violate(solver, tried, fail + r + 1, count - r - 1, args);
      solver->used = mark;
      if (status) break;
    }
    solver->depth--;
    return rule->count ? status : 0;
  }
  for (int i = 0; i < 6; i++) args[i] = sets[i].witness;
  return 1;
}

int ct_solve(ct_solver *solver, const ct_set sets[6], const ct_rule *match, const ct_rule *fail, uint32_t count,
             uint64_t args[6]) {
  uint32_t mark = solver->used;
  ct_set working[6];
  memcpy(working, sets, sizeof working);
  int status = 1;
  for (int i = 0; i < 6 && status == 1; i++) status = settle(solver, &working[i]);
  if (status == 1 && match) status = require(solver, working, match);
  if (status == 1) status = violate(solver, working, fail, count, args);
  solver->used = mark;
  return status;
}

int ct_condition_trivial(const ct_abi *abi, const ct_condition *condition) {
  uint64_t top = abi->bits == 64 ? ALL : UINT32_MAX;
  uint64_t value = condition->value;
  switch (condition->op) {
    case CT_OP_NE: return value > top ? 1 : -1;
    case CT_OP_EQ: return value > top ? 0 : -1;
    case CT_OP_LT: return value > top ? 1 : value ? -1 : 0;
    case CT_OP_LE: return value >= top ? 1 : -1;
    case CT_OP_GE: return value > top ? 0 : value ? -1 : 1;
    case CT_OP_GT: return value >= top ? 0 : -1;
    default:
      if (condition->value_two & value & ~top) return 0;
      return value & top ? -1 : 1;
  }
}
