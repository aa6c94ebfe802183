/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/change.h"

#include <string.h>

#include "caps/names.h"

typedef struct finder {
  const ctsec_policy *policy;
  const ct_origin *origin;
  const ct_question *question;
  const ct_abi *abi;
  ct_arena *arena;
  /* The entries that name the call. */
  uint32_t *entries;
  uint32_t count;
  uint32_t action;
  ct_change *changes;
  int found;
} finder;

static int allows(uint32_t action) {
  action &= CT_RET_ACTION;
  return action == CT_RET_ALLOW || action == CT_RET_LOG;
}

/* 1 holds, 0 does not, -1 hangs on an argument that is not known. */
static int matches(const finder *f, const ct_profile_entry *entry) {
  int all = 1;
  for (uint32_t i = 0; i < entry->condition_count; i++) {
    const ct_condition *condition = &entry->conditions[i];
    int state = ct_condition_trivial(f->abi, condition);
    if (state < 0)
      state = f->question->unknown >> condition->index & 1
                  ? -1
                  : ct_condition_holds(condition, ct_argument(f->abi, f->question->args[condition->index]));
    if (!state) return 0;
    if (state < 0) all = -1;
  }
  return all;
}

/* What the policy would be for another target, about this call: 1 with the action, 0 where it hangs on what is not known. */
static int decide(finder *f, const ct_target *target, uint32_t *action, const ct_profile_entry **by) {
  const ct_profile *profile = f->origin->profile;
  int rank = 0;
  *action = f->policy->default_action;
  *by = NULL;
  for (uint32_t i = 0; i < f->count; i++) {
    const ct_profile_entry *entry = &profile->entries[f->entries[i]];
    const char *word;
    if (ct_entry_fate(f->arena, profile, target, entry, &word) != CT_FATE_KEPT) continue;
    int state = matches(f, entry);
    if (!state) continue;
    if (state < 0) return 0;
    uint32_t would = f->origin->actions[f->entries[i]];
    if (ct_action_rank(would) < rank) continue;
    rank = ct_action_rank(would);
    *action = would;
    *by = entry;
  }
  return 1;
}

/* A change that lets the call through where it is denied, or (`any`) that merely answers otherwise. */
static int consider(finder *f, const ct_change *change, int any) {
  if (f->found == CT_CHANGES_MOST) return 0;
  for (int i = 0; i < f->found; i++) {
    const ct_change *known = &f->changes[i];
    /* More capabilities than are needed say nothing new. */
    if (change->add && known->add && (change->add & known->add) == known->add) return 0;
    if (change->drop == known->drop && change->add == known->add && change->since == known->since &&
        change->kernel == known->kernel && change->major == known->major)
      return 0;
  }
  ct_target target = f->origin->target;
  target.caps = (target.caps | change->add) & ~change->drop;
  if (change->since) target.kernel = (ct_version){1, change->kernel, change->major, 0};
  if (change->since < 0 && target.kernel.minor)
    target.kernel.minor--;
  else if (change->since < 0 && target.kernel.major)
    target.kernel.major--, target.kernel.minor = UINT32_MAX;
  const ct_profile_entry *by;
  ct_change made = *change;
  if (!decide(f, &target, &made.action, &by)) return 0;
  if (any ? made.action == f->action : !allows(made.action)) return 0;
  made.pointer = by ? ct_profile_entry_pointer(f->arena, f->origin->profile, by, "") : NULL;
  if (by && !made.pointer) return CTSEC_E_NOMEM;
  f->changes[f->found++] = made;
  return 0;
}

static uint64_t bits(const ct_words *words) {
  uint64_t mask = 0;
  for (uint32_t i = 0; i < words->count; i++) {
    int bit = ct_cap_exact(words->items[i].text, words->items[i].length);
    if (bit >= 0) mask |= CT_CAP_BIT(bit);
  }
  return mask;
}

static int consider_caps(finder *f, const ct_profile_entry *entry) {
  uint64_t has = f->origin->target.caps;
  uint64_t missing = bits(&entry->includes.caps) & ~has, excluded = bits(&entry->excludes.caps);
  int status = missing ? consider(f, &(ct_change){.add = missing}, 0) : 0;
  if (!status && excluded & has) status = consider(f, &(ct_change){.drop = excluded & has}, 0);
  for (int i = 0; i < CT_CAP_COUNT && !status && !(excluded & has); i++)
    if (excluded >> i & 1) status = consider(f, &(ct_change){.add = CT_CAP_BIT(i)}, 0);
  return status;
}

static int consider_kernel(finder *f, const ct_filter *filter) {
  const ct_version *kernel = &f->origin->target.kernel;
  if (!filter->has_kernel || (!filter->kernel && !filter->major)) return 0;
  int is = !kernel->known || ct_version_at_least(kernel, filter->kernel, filter->major, 0);
  ct_change change = {.kernel = filter->kernel, .major = filter->major, .since = is ? -1 : 1};
  return consider(f, &change, !kernel->known);
}

int ct_changes_find(const ctsec_policy *policy, const ct_question *question, uint32_t action, ct_arena *arena,
                    ct_change changes[CT_CHANGES_MOST]) {
  const ct_origin *origin = policy->origin;
  const ct_arch *arch = ct_arch_audit(question->audit, question->number);
  if (!origin || !arch || origin->profile->unconfined || !ct_policy_table(policy, question->audit, question->number)) return 0;
  const ct_profile *profile = origin->profile;
  finder f = {policy, origin, question, &arch->abi, arena, NULL, 0, action, changes, 0};
  f.entries = ct_arena_array(arena, profile->entry_count, sizeof *f.entries);
  if (!f.entries) return CTSEC_E_NOMEM;
  const char *name = ct_arch_name(arch, question->number);
  for (uint32_t i = 0; i < profile->entry_count && name; i++)
    if (ct_words_have(&profile->entries[i].names, name)) f.entries[f.count++] = i;
  int reads_kernel = ct_reads_kernel(profile, origin->target.engine), status = 0;
  for (uint32_t i = 0; i < f.count && !status; i++) {
    const ct_profile_entry *entry = &profile->entries[f.entries[i]];
    if (!ct_reads_conditions(profile, origin->target.engine)) break;
    if (!allows(action)) status = consider_caps(&f, entry);
    if (!status && reads_kernel && (!allows(action) || !origin->target.kernel.known)) {
      status = consider_kernel(&f, &entry->includes);
      if (!status) status = consider_kernel(&f, &entry->excludes);
    }
  }
  return status ? status : f.found;
}
