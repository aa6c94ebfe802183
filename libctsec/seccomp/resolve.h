/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A profile for one target: which entries are kept and why, on which ABIs, with which actions. */
#ifndef CT_SECCOMP_RESOLVE_H
#define CT_SECCOMP_RESOLVE_H

#include "seccomp/arch.h"
#include "seccomp/profile.h"

/* What an entry met. Everything but KEPT drops it. */
typedef enum ct_fate {
  CT_FATE_KEPT,
  CT_FATE_EXCLUDES_ARCHES,
  CT_FATE_EXCLUDES_CAPS,
  CT_FATE_EXCLUDES_KERNEL,
  CT_FATE_INCLUDES_ARCHES,
  CT_FATE_INCLUDES_CAPS,
  CT_FATE_INCLUDES_KERNEL,
  /* The reader of this profile knows no `name`, only `names`. */
  CT_FATE_UNREAD_NAME
} ct_fate;

typedef struct ct_target {
  const ct_arch *arch;
  /* 0: not said. */
  int engine;
  ct_version engine_version;
  ct_version kernel;
  uint64_t caps;
  const char *runtime;
  const char *libseccomp;
} ct_target;

typedef struct ct_resolved_entry {
  const ct_profile_entry *entry;
  ct_fate fate;
  /* The arch, capability or "4.8" that decided; for a kept entry NULL. */
  const char *word;
  /* With its data. */
  uint32_t action;
  const char *pointer;
} ct_resolved_entry;

typedef struct ct_resolved {
  const ct_profile *profile;
  ct_target target;
  const ct_arch *abis[CT_ARCH_MOST];
  uint32_t abi_count;
  /* The native ABI was in neither architectures nor archMap. */
  int native_added;
  uint32_t default_action;
  const char *default_pointer;
  /* An architecture that runc refuses; NULL where there is none. */
  const char *refused_arch;
  /* SECCOMP_FILTER_FLAG_*. */
  uint32_t flags;
  ct_resolved_entry *entries;
  uint32_t kept;
  ct_diagnostics diagnostics;
} ct_resolved;

/* What options say about the target; the container that the profile was found in answers what they leave open. */
int ct_target_read(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, ct_target *target,
                   ctsec_error **err);
int ct_resolve(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, ct_resolved **resolved,
               ctsec_error **err);
/* The policy meaning; adds what it notices to the diagnostics. */
int ct_resolved_policy(ct_resolved *resolved, const ctsec_options *options, ctsec_policy **policy,
                       ctsec_error **err);
/* What the policy noticed, as diagnostics. */
void ct_resolved_notes(ct_resolved *resolved, const ctsec_policy *policy);
void ct_resolved_write_diagnostics(ct_json *json, const ct_resolved *resolved);
/* The member "target" of documents. */
void ct_target_write(ct_json *json, const ct_target *target);
const char *ct_fate_name(ct_fate fate);
/* Names or a mask, as --caps takes them. */
int ct_caps_read(const char *text, size_t length, uint64_t *caps, ctsec_error **err);
/* "CAP_CHOWN" and nothing else: its bit, or -1. */
int ct_cap_exact(const char *name, size_t length);
/* The bounding set that the engine gives to the container the profile was found in. */
int ct_caps_of_profile(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, const ct_target *target,
                       uint64_t *caps, ctsec_error **err);
/* What an entry meets for a target; *word as in ct_resolved_entry, NULL where memory is out. */
ct_fate ct_entry_fate(ct_arena *arena, const ct_profile *profile, const ct_target *target, const ct_profile_entry *entry,
                      const char **word);
/* Whether this engine reads includes, excludes and archMap of such a profile, and minKernel. */
int ct_reads_conditions(const ct_profile *profile, int engine);
int ct_reads_kernel(const ct_profile *profile, int engine);
int ct_reads_errno_names(const ct_profile *profile, int engine);

#endif
