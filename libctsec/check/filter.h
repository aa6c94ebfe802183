/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the seccomp profile of a container lets through, asked of the resolved policy and never of its text. */
#ifndef CT_CHECK_FILTER_H
#define CT_CHECK_FILTER_H

#include "container/model.h"
#include "ctsec/seccomp.h"

/* A call that opens a way to the kernel or the host. */
typedef struct ct_danger {
  /* "unshare", and as reports print it: "unshare(CLONE_NEWUSER)". */
  char name[20];
  char shown[28];
  /* The argument that makes it dangerous; the others are 0. */
  uint8_t argument;
  uint64_t value;
  /* The capability without which the kernel refuses it all the same; -1 for none. */
  int cap;
} ct_danger;

#define CT_DANGERS 35u
extern const ct_danger ct_dangers[CT_DANGERS];
/* Bits of the calls that this capability is for; 0 where it is for more than calls of the table. */
uint64_t ct_dangers_of_cap(int cap);

typedef struct ct_filter_facts {
  /* There is a profile of its own, and it could be resolved. */
  int known;
  /* What lets it through on any ABI of the profile, bits of ct_dangers. */
  uint64_t allowed;
  /* The same under the default profile of its engine, with the same capabilities. */
  uint64_t by_default;
  /* It is as long as a default profile, and lets through no more than one of those that engines have had. */
  int like_default;
  /* ABIs of the machine that the profile does not name: "SCMP_ARCH_X86, SCMP_ARCH_X32"; NULL for none. */
  const char *missing;
  /* What it means; the caller's to free. */
  ctsec_policy *policy;
  /* The default action, where the profile allows or logs what it does not name; NULL otherwise. */
  const char *open;
} ct_filter_facts;

/*
 * Texts live in arena. A container without a profile of its own, or with one
 * that lies elsewhere, gives known = 0.
 *
 * Errors: those of reading and resolving the profile, with places in it.
 */
int ct_filter_look(ct_arena *arena, const ct_container *container, const ctsec_options *options, ct_filter_facts *facts,
                   ctsec_error **err);

#endif
