/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All that can become of a call some of whose arguments are unknown: of a policy, and of filters. */
#ifndef CT_SECCOMP_CASES_H
#define CT_SECCOMP_CASES_H

#include "seccomp/bpf.h"
#include "seccomp/policy.h"
#include "seccomp/solve.h"

/* A call as it is asked about: bit i of `unknown` for an argument that may be anything up to most[i]. */
typedef struct ct_question {
  uint32_t audit;
  uint32_t number;
  uint64_t args[6];
  uint32_t unknown;
  uint64_t most[6];
  /* The instruction pointer, which only raw filters can see, is never known. */
} ct_question;

/* All arguments may take any value. */
void ct_question_make(ct_question *question, uint32_t audit, uint32_t number, const uint64_t args[6],
                      uint32_t unknown);

/* The values that each argument may have, on an ABI. 1, or negative as the solver's. */
int ct_question_sets(ct_solver *solver, const ct_abi *abi, const ct_question *question, ct_set sets[6]);

/* One outcome and arguments that lead to it. */
typedef struct ct_case {
  uint32_t action;
  /* Of a policy: the rule, NULL for the default action or an ABI that is not listed. */
  const ct_rule *rule;
  /* Of filters: which one, and its instruction that returned. */
  uint32_t filter;
  uint32_t insn;
  uint64_t args[6];
} ct_case;

typedef struct ct_cases {
  ct_case *items;
  uint32_t count;
  /* 0 where an outcome may be listed that cannot happen: a filter computed with its data in a way that is not followed. */
  int exact;
} ct_cases;

/* Every action that is possible, each once, strictest first. CTSEC_E_LIMIT where the search exceeds `work`, CTSEC_E_NOMEM. */
int ct_policy_cases(const ctsec_policy *policy, const ct_question *question, uint64_t work, ct_arena *arena,
                    ct_cases *cases);

typedef struct ct_filter_view {
  const ct_insn *insns;
  uint32_t count;
} ct_filter_view;

/* As the kernel runs a stack of checked filters, oldest first. Actions are those that the kernel understands. */
int ct_filter_cases(const ct_filter_view *filters, uint32_t count, int big_endian, const ct_question *question,
                    uint64_t work, ct_arena *arena, ct_cases *cases);

/* A call that two stacks of filters decide differently. */
typedef struct ct_pair {
  uint32_t audit;
  uint32_t number;
  uint64_t args[6];
  uint32_t action[2];
  /* The instructions that returned. */
  uint32_t insn[2];
} ct_pair;

/*
 * Each pair of different actions for the calls of words[16], the sets of values of the words of struct seccomp_data in
 * the order of their offsets: filters[border] to the last are the first stack, those before it the second. *exact
 * becomes 0 where a filter computes in a way that is not followed; such a pair may be none.
 */
int ct_filter_pairs(const ct_filter_view *filters, uint32_t border, uint32_t count, int big_endian,
                    const ct_set words[16], ct_solver *solver, ct_arena *arena, ct_pair **pairs, uint32_t *pair_count,
                    int *exact);

#endif
