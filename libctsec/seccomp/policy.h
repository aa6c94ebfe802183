/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The intermediate form: what a resolved profile means, free of names. For
 * each ABI a sorted list of numbers, for each number its rules in the order
 * in which they win; the first whose conditions all hold decides, else the
 * default action does. Every number without an entry has the default action,
 * every ABI without an entry is killed.
 *
 * Made in three steps: ct_policy_new(), any number of additions,
 * ct_policy_finish(). Afterwards it never changes.
 */
#ifndef CT_SECCOMP_POLICY_H
#define CT_SECCOMP_POLICY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/options.h"
#include "ctsec/seccomp.h"

/* Actions are those of the kernel, SECCOMP_RET_*, with their data in the low 16 bits. */
#define CT_RET_KILL_PROCESS 0x80000000u
#define CT_RET_KILL_THREAD 0x00000000u
#define CT_RET_TRAP 0x00030000u
#define CT_RET_ERRNO 0x00050000u
#define CT_RET_NOTIFY 0x7fc00000u
#define CT_RET_TRACE 0x7ff00000u
#define CT_RET_LOG 0x7ffc0000u
#define CT_RET_ALLOW 0x7fff0000u
#define CT_RET_ACTION 0xffff0000u
#define CT_RET_DATA 0x0000ffffu

#define CT_X32_BIT 0x40000000u
#define CT_AUDIT_X86_64 0xc000003eu

/* Numbers of libseccomp's comparisons. */
enum { CT_OP_NE = 1, CT_OP_LT, CT_OP_LE, CT_OP_EQ, CT_OP_GE, CT_OP_GT, CT_OP_MASKED_EQ };

typedef struct ct_abi {
  /* The id of this ABI in ctsec/syscalls.h. */
  int32_t id;
  /* AUDIT_ARCH_*; x32 shares x86_64's. */
  uint32_t audit;
  /* Bits of an argument that count: 64, or 32 (x32 and n32 too). */
  uint8_t bits;
  uint8_t big_endian;
  uint8_t x32;
  char name[12];
} ct_abi;

/* MASKED_EQ: (argument & value) == (value_two & value). */
typedef struct ct_condition {
  uint8_t index;
  uint8_t op;
  uint64_t value;
  uint64_t value_two;
} ct_condition;

typedef struct ct_rule {
  /* Index of the ABI, as ct_policy_add_abi() gave it. */
  uint32_t abi;
  /* For x32 with or without bit 30; kept with it. */
  uint32_t number;
  uint32_t action;
  /* Place of the entry in the document: of equal actions the last wins. */
  uint32_t order;
  /* JSON pointer of the entry, "/syscalls/7". */
  const char *pointer;
  const ct_condition *conditions;
  uint32_t count;
} ct_rule;

/* The rules of one number: `count` from `rules`, in the order in which they win. An unconditional one is the last. */
typedef struct ct_entry {
  uint32_t number;
  uint32_t count;
  const ct_rule *rules;
} ct_entry;

/* Numbers first..last have this action whatever the arguments, or (entry not NULL) depend on them. */
typedef struct ct_range {
  uint32_t first;
  uint32_t last;
  uint32_t action;
  const ct_entry *entry;
} ct_range;

/* One ABI. Its ranges cover 0..0xffffffff without gaps; which of these numbers are its own is for ct_policy_abi(). */
typedef struct ct_table {
  ct_abi abi;
  const ct_entry *entries;
  uint32_t entry_count;
  /* From this number on, those without an entry have tail_action; 0: none has. For a runtime's filter; ranges know of it alone. */
  uint32_t tail;
  uint32_t tail_action;
  uint32_t range_count;
  const ct_range *ranges;
  /* For the batch: action of base + i, or CT_SLOT_ENTRY | index of the entry. */
  uint32_t base;
  uint32_t slot_count;
  const uint32_t *slots;
} ct_table;

#define CT_SLOT_ENTRY 0xc0000000u

/* What was noticed on the way. */
enum {
  /* Two rules with different actions match the same call: `pointer` wins over `other`. */
  CT_NOTE_OVERLAP = 1,
  /* A constant of 2^32 or more on an ABI of 32-bit arguments, compared as it stands. */
  CT_NOTE_WIDE_CONSTANT,
  /* So many rules for one number that not all pairs were compared. */
  CT_NOTE_INCOMPLETE
};

typedef struct ct_note {
  int kind;
  uint32_t abi;
  uint32_t number;
  const char *pointer;
  const char *other;
  uint32_t action;
  uint32_t other_action;
  /* Index of the condition within its entry, for WIDE_CONSTANT. */
  uint32_t condition;
} ct_note;

/* An entry that names a call and was left out for this target: what would bring it back. */
typedef struct ct_dropped {
  uint32_t abi;
  uint32_t number;
  uint32_t action;
  const char *pointer;
  /* "includes.caps", and "CAP_SYS_ADMIN". */
  const char *reason;
  const char *word;
} ct_dropped;

struct ctsec_policy {
  ct_count references;
  ct_arena arena;
  int finished;
  /* There is no filter at all: every call is allowed, whatever its ABI. */
  int unconfined;
  int lang;
  uint64_t rule_limit;
  uint64_t work_limit;
  uint32_t default_action;
  const char *default_pointer;
  /* SECCOMP_FILTER_FLAG_*; only LOG changes an answer. */
  uint32_t flags;
  uint32_t native;
  uint32_t table_count;
  ct_table *tables;
  /* In the order of (abi, number, precedence) once finished. */
  uint32_t rule_count;
  ct_rule *rules;
  uint32_t note_count;
  ct_note *notes;
  /* Compact JSON for the member `target`, NULL where the maker gave none. */
  const char *target;
  const char *source;
  ct_version kernel;
  /* What a runtime loads for the same profile (loaded.h), in this arena; NULL where there is no profile. */
  const struct ct_loaded *loaded;
  /* The target asks for the runtime's answer, not the policy's. */
  int asks_runtime;
  /* What it was resolved from (change.h), and the profile that this is a part of; NULL where there is none. */
  const struct ct_origin *origin;
  ctsec_profile *profile;
  const char *last_pointer;
  uint32_t dropped_count;
  ct_dropped *dropped;
};

#define CT_FILTER_FLAG_LOG 2u

/* Limits, language, kernel and source are taken from options. */
int ct_policy_new(const ctsec_options *options, ctsec_policy **policy, ctsec_error **err);
/* An ABI that was added before keeps its index. name is not copied. */
int ct_policy_add_abi(ctsec_policy *policy, const ct_abi *abi, uint32_t *index, ctsec_error **err);
/* Of the target's own ABI; the first one added unless said. */
void ct_policy_set_native(ctsec_policy *policy, uint32_t index);
/* pointer is that of the default action in the document, or NULL; kill_thread unless said. */
int ct_policy_set_default(ctsec_policy *policy, uint32_t action, const char *pointer, ctsec_error **err);
void ct_policy_set_tail(ctsec_policy *policy, uint32_t index, uint32_t first, uint32_t action);
void ct_policy_set_flags(ctsec_policy *policy, uint32_t flags);
/* Compact JSON. */
int ct_policy_set_target(ctsec_policy *policy, const char *json, ctsec_error **err);
/* Copies what rule points to. CTSEC_E_SCHEMA for an index above 5, an unknown operator or action, an errno above 4095; CTSEC_E_LIMIT. */
int ct_policy_add_rule(ctsec_policy *policy, const ct_rule *rule, ctsec_error **err);
/* For the explanation only. Copies pointer and word; reason is a constant. */
int ct_policy_add_dropped(ctsec_policy *policy, const ct_dropped *dropped, ctsec_error **err);
int ct_policy_finish(ctsec_policy *policy, ctsec_error **err);

/* Greater is more restrictive; 0 for what is no action. */
int ct_action_rank(uint32_t action);
/* "SCMP_ACT_ERRNO"; NULL for what is no action. */
const char *ct_action_name(uint32_t action);
const char *ct_op_name(int op);

/* The table that decides about an audit arch and number; NULL where it is not listed. */
const ct_table *ct_policy_table(const ctsec_policy *policy, uint32_t audit, uint32_t number);
/* The entry of a number, NULL where it has the default action. */
const ct_entry *ct_table_find(const ct_table *table, uint32_t number);
/* The argument as this ABI sees it. */
static inline uint64_t ct_argument(const ct_abi *abi, uint64_t value) {
  return abi->bits == 64 ? value : value & 0xffffffffu;
}
/* value is an argument as its ABI sees it. */
static inline int ct_condition_holds(const ct_condition *condition, uint64_t value) {
  switch (condition->op) {
    case CT_OP_NE: return value != condition->value;
    case CT_OP_LT: return value < condition->value;
    case CT_OP_LE: return value <= condition->value;
    case CT_OP_EQ: return value == condition->value;
    case CT_OP_GE: return value >= condition->value;
    case CT_OP_GT: return value > condition->value;
    default: return (value & condition->value) == (condition->value_two & condition->value);
  }
}

typedef struct ct_decision {
  uint32_t action;
  /* NULL where the ABI is not listed. */
  const ct_table *table;
  /* NULL where no rule matched. */
  const ct_rule *rule;
} ct_decision;

void ct_policy_decide(const ctsec_policy *policy, uint32_t audit, uint32_t number, const uint64_t args[6],
                      ct_decision *decision);

#endif
