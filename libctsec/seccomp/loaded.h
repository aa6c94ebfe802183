/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a runtime really loads: runc or crun with a given libseccomp, from our
 * own model of them. Where libseccomp's result depends on the order of rules
 * in ways that are not modelled, or is known to be miscompiled, nothing is
 * claimed.
 */
#ifndef CT_SECCOMP_LOADED_H
#define CT_SECCOMP_LOADED_H

#include "seccomp/resolve.h"

typedef enum ct_loaded_kind { CT_LOADED_RUNC = 1, CT_LOADED_CRUN } ct_loaded_kind;

/* Why a runtime does what it does. */
typedef enum ct_loaded_why {
  CT_LOADED_DEFAULT,
  CT_LOADED_RULE,
  CT_LOADED_BAD_ARCH,
  /* runc's ENOSYS for numbers above the greatest it can resolve. */
  CT_LOADED_STUB,
  /* The rule that socketcall or ipc got from a rule about one of their calls. */
  CT_LOADED_COMPANION,
  CT_LOADED_UNCONFINED,
  CT_LOADED_UNDETERMINED,
  CT_LOADED_REFUSED
} ct_loaded_why;

typedef struct ct_loaded_rule {
  uint32_t action;
  /* Conditions as libseccomp has them: cut to the ABI's width, without those that always hold. */
  const ct_condition *conditions;
  uint32_t count;
  const char *pointer;
  int companion;
} ct_loaded_rule;

typedef enum ct_loaded_shape {
  /* rules[0] decides, whatever the arguments. */
  CT_SHAPE_PLAIN,
  /* Any matching rule decides; no two that match differ. */
  CT_SHAPE_ANY,
  /* More than we claim to know. */
  CT_SHAPE_UNDETERMINED
} ct_loaded_shape;

typedef struct ct_loaded_group {
  /* With bit 30 for x32. */
  uint32_t number;
  ct_loaded_shape shape;
  ct_loaded_rule *rules;
  uint32_t count;
  uint32_t capacity;
  /* An entry whose rule with conditions was dropped for one without that does something else, and that other entry. */
  const char *lost;
  const char *winner;
  /* What was there before a rule without conditions replaced it is not modelled: libseccomp may have refused it (EEXIST). */
  int doubtful;
  /* So many rules that the rest was not looked at. */
  int many;
  /* Neither had conditions: the first one stays. */
  int first_stays;
} ct_loaded_group;

typedef struct ct_loaded_table {
  const ct_arch *arch;
  int has_most;
  /* Nor does runc before 1.1.15 put its ENOSYS before what only the runtime added, the native ABI. */
  int unstubbed;
  uint32_t most;
  /* Rules for names that this arch lacks: libseccomp keeps them under a negative number. */
  int pseudo;
  /* The section of this arch may lack the load of the number, because libseccomp puts that before a call that it then skips: nothing is claimed. */
  int unloaded;
  /* Sorted by number once built. */
  ct_loaded_group *groups;
  uint32_t count;
  uint32_t capacity;
} ct_loaded_table;

/* Who loads, and with which libseccomp; versions that are not known are the newest. */
typedef struct ct_loader {
  ct_loaded_kind kind;
  ct_version version;
  ct_version libseccomp;
  /* The release whose names it has. */
  ct_version names;
  /* Asked of the library itself (scmp.h), in the arena of what is built; NULL: by the release. */
  const uint32_t *host;
} ct_loader;

typedef struct ct_loaded {
  ct_loaded_kind kind;
  ct_loader loader;
  ct_version libseccomp;
  int unconfined;
  int stub;
  /* ENOSYS of the target. */
  uint32_t no_call;
  uint32_t default_action;
  ct_loaded_table *tables;
  uint32_t table_count;
  /* The container does not start: why, and where; NULL where it does. */
  const char *refused;
  const char *refused_pointer;
  /* Names that this libseccomp does not know. */
  ct_words dropped;
} ct_loaded;

typedef struct ct_loaded_decision {
  ct_loaded_why why;
  uint32_t action;
  /* The entry whose rule decided; NULL for none. */
  const char *pointer;
} ct_loaded_decision;

/* Everything lives in arena; resolved is needed no longer. CTSEC_E_NOMEM, CTSEC_E_LIMIT. */
int ct_loaded_build(ct_arena *arena, const ct_resolved *resolved, const ct_loader *loader, ct_loaded **runtime,
                    ctsec_error **err);
void ct_loaded_decide(const ct_loaded *runtime, uint32_t audit, uint32_t number, const uint64_t args[6],
                       ct_loaded_decision *decision);
/* The same as a policy that answers for itself. CTSEC_E_UNSUPPORTED where the runtime refuses, or an answer is not known. */
int ct_loaded_policy(const ctsec_policy *policy, ctsec_policy **out, ctsec_error **err);
/* The rules for a number, with bit 30 for x32; NULL where there are none. */
const ct_loaded_group *ct_loaded_find_group(const ct_loaded *runtime, uint32_t audit, uint32_t number);
/* "socketcall" or "ipc" where this arch has it and it carries the call; else NULL. */
const char *ct_loaded_carrier(const ct_arch *arch, const char *name);
/* The number of the call there: 1; 0 where this arch does not carry it. */
int ct_loaded_subcall(const ct_arch *arch, const char *name, uint32_t *call);
/* "runc", "crun" */
const char *ct_loaded_name(ct_loaded_kind kind);
/* "runc", "runc@1.1.5": its kind and version; 0 where it is neither. */
int ct_loaded_find(const char *name, ct_loader *loader);
const char *ct_loaded_why_name(ct_loaded_why why);

#endif
