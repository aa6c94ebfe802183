/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decides whether arguments exist that satisfy some conditions and violate
 * others, and names one. Exact; where the search exceeds its work it says so.
 */
#ifndef CT_SECCOMP_SOLVE_H
#define CT_SECCOMP_SOLVE_H

#include "seccomp/policy.h"

/* The values of one argument: low..high, (x & mask) == bits, and none of a chain of exceptions. */
typedef struct ct_set {
  uint64_t low;
  uint64_t high;
  uint64_t mask;
  uint64_t bits;
  /* A member, where there is one. */
  uint64_t witness;
  /* Index + 1 of the latest exception, 0 for none. */
  uint32_t except;
} ct_set;

typedef struct ct_except {
  uint64_t mask;
  uint64_t bits;
  uint32_t next;
} ct_except;

/* Holds the exceptions and counts the work. */
typedef struct ct_solver {
  ct_except *pool;
  uint32_t used;
  uint32_t capacity;
  int depth;
  int failed;
  uint64_t work;
} ct_solver;

void ct_solver_init(ct_solver *solver, uint64_t work);
void ct_solver_free(ct_solver *solver);

/* All values of an argument on an ABI. */
void ct_set_all(ct_set *set, const ct_abi *abi);
void ct_set_one(ct_set *set, uint64_t value);
/* Each narrows the set: 1 where members remain, 0 where none do, else CTSEC_E_LIMIT or CTSEC_E_NOMEM. */
int ct_set_limit(ct_solver *solver, ct_set *set, uint64_t low, uint64_t high);
int ct_set_require(ct_solver *solver, ct_set *set, const ct_condition *condition);
int ct_set_forbid(ct_solver *solver, ct_set *set, const ct_condition *condition);

/*
 * Whether some arguments of sets[] satisfy every condition of `match` (NULL:
 * none is asked for) and violate at least one condition of each of the
 * `count` rules from `fail`. 1: yes, and args[] are such; 0: no; negative as
 * above.
 */
int ct_solve(ct_solver *solver, const ct_set sets[6], const ct_rule *match, const ct_rule *fail, uint32_t count,
             uint64_t args[6]);

/* 1: always holds on this ABI, 0: never, -1: depends. */
int ct_condition_trivial(const ct_abi *abi, const ct_condition *condition);

#endif
