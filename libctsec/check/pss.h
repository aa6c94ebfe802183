/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Pod Security Standards, exactly: every check of the levels baseline
 * and restricted, at every version. Source of the rules: the standard's
 * reference implementation (kubernetes/pod-security-admission, package
 * policy) as of 1.37; ids are those of the standard.
 */
#ifndef CT_CHECK_PSS_H
#define CT_CHECK_PSS_H

#include "base/arena.h"
#include "syntax/value.h"

enum { CT_PSS_PRIVILEGED, CT_PSS_BASELINE, CT_PSS_RESTRICTED };

/* The newest version with rules of its own: later ones are evaluated as this one. */
#define CT_PSS_NEWEST 37u

typedef struct ct_pss_violation {
  /* "capabilities_baseline"... */
  const char *check;
  /* The value at fault, or the object that lacks one. */
  const ct_value *at;
  /* The container's object; NULL for what stands at the pod. */
  const ct_value *container;
  struct ct_pss_violation *next;
} ct_pss_violation;

/*
 * Evaluates a pod: its metadata (or that of the template; NULL where it has
 * none) and its spec, as they stand before API defaulting. version is the
 * minor of 1.x. The violations come in the order of the checks, then of the
 * document. 0 or CTSEC_E_NOMEM.
 */
int ct_pss_check(ct_arena *arena, const ct_value *metadata, const ct_value *spec, int level, uint32_t version,
                 ct_pss_violation **violations);

/* "baseline", "restricted@1.31", "restricted@v1.31", "restricted@latest": what follows `pss:` in --policy. 0 where it is none. */
int ct_pss_parse(const char *text, size_t length, int *level, uint32_t *version);

/* What the standard calls safe, in the container's own namespaces, each from a minor of 1.x on. */
typedef struct ct_pss_sysctl {
  const char *name;
  uint32_t since;
} ct_pss_sysctl;
#define CT_PSS_SYSCTLS 14u
extern const ct_pss_sysctl ct_pss_sysctls[CT_PSS_SYSCTLS];

/* A kind of volume ("emptyDir") that the restricted level lets a pod have. */
int ct_pss_allows_volume(const char *kind);

/* Ids in the order of evaluation; NULL out of range. */
const char *ct_pss_check_at(size_t index);

#endif
