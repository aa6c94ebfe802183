/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the intermediate form to BPF. Before an argument is read only those
 * instructions are used that the kernel's allow cache can follow, so every
 * call that is allowed whatever its arguments stays in it.
 */
#ifndef CT_SECCOMP_COMPILE_H
#define CT_SECCOMP_COMPILE_H

#include "seccomp/bpf.h"
#include "seccomp/policy.h"

/* A condition that always holds has no code; pc is where that of the others starts. */
typedef struct ct_site {
  const ct_condition *condition;
  uint32_t pc;
} ct_site;

/* Where the code of one entry stands. */
typedef struct ct_spot {
  const ct_table *table;
  const ct_entry *entry;
  uint32_t pc;
  /* Of the sites, one for each condition of each rule that ct_entry_shape() keeps. */
  uint32_t first;
} ct_spot;

typedef struct ct_program {
  ct_insn *insns;
  uint32_t count;
  ct_site *sites;
  uint32_t site_count;
  ct_spot *spots;
  uint32_t spot_count;
} ct_program;

/*
 * CTSEC_E_LIMIT where the kernel's 4096 instructions do not suffice,
 * CTSEC_E_INTERNAL where the proof fails. The caller frees with
 * ct_program_free().
 */
int ct_policy_compile(const ctsec_policy *policy, ct_program *program, ctsec_error **err);
void ct_program_free(ct_program *program);

/*
 * Compares the program with the form on the whole partition of calls: every
 * boundary of numbers, and for each condition every way its words can lie.
 * NULL where they are equal, else what differs.
 */
const char *ct_program_prove(const ctsec_policy *policy, const ct_program *program);

/* How an entry is decided: the first `rules` rules in turn, then `action`. Rules that say what follows anyway are left out. */
typedef struct ct_shape_of_entry {
  uint32_t rules;
  uint32_t action;
} ct_shape_of_entry;
void ct_entry_shape(const ctsec_policy *policy, const ct_abi *abi, const ct_entry *entry, ct_shape_of_entry *shape);
/* 1: always matches, 0: never, -1: depends. */
int ct_rule_trivial(const ct_abi *abi, const ct_rule *rule);

#endif
