/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kept entries times names times ABIs: the rules of the policy meaning. */
#include <string.h>

#include "ctsec/ctsec.h"
#include "data/libseccomp.h"
#include "seccomp/change.h"
#include "seccomp/loaded.h"
#include "seccomp/scmp.h"

typedef struct maker {
  ct_resolved *resolved;
  ctsec_policy *policy;
  uint32_t index[CT_ARCH_MOST];
  uint32_t looked_up;
  ctsec_error **err;
} maker;

static const char *take(maker *m, ct_buffer *buffer) {
  ct_arena *arena = m->resolved->diagnostics.arena;
  const char *text = buffer->failed ? NULL : ct_arena_copy(arena, buffer->data ? buffer->data : "", buffer->length);
  ct_buffer_free(buffer);
  if (!text) m->resolved->diagnostics.failed = 1;
  return text;
}

static void place(maker *m, ct_diagnostic *made, const ct_resolved_entry *entry, const ct_word *name, int alone) {
  ct_buffer pointer;
  ct_buffer_init(&pointer);
  ct_buffer_text(&pointer, entry->pointer);
  ct_buffer_text(&pointer, entry->entry->single ? "/name" : "/names");
  if (!entry->entry->single && alone) ct_buffer_format(&pointer, "/%u", (unsigned)(name - entry->entry->names.items));
  ct_profile_place(made, m->resolved->profile, name->offset, take(m, &pointer));
}

/* A name that no ABI at all has. */
static void note_unknown(maker *m, const ct_resolved_entry *entry, const ct_word *name) {
  /* Every known name is compared, so only a few are looked up. */
  const char *near = m->looked_up++ < 200 ? ct_arch_nearest(name->text) : NULL;
  ct_message_value values[] = {{"name", name->text}, {"nearest", near}};
  ct_diagnostic *made = ct_diagnostics_add(&m->resolved->diagnostics, near ? "syscall-misspelt" : "syscall-unknown",
                                           CT_LEVEL_MEDIUM, NULL,
                                           near ? CT_MESSAGE_PROFILE_SYSCALL_MISSPELT : CT_MESSAGE_PROFILE_SYSCALL_UNKNOWN,
                                           values, near ? 2 : 1);
  place(m, made, entry, name, 1);
  if (!made || !near) return;
  ct_json fix;
  ct_json_init(&fix, 1);
  ct_json_text(&fix, near);
  made->fix = take(m, &fix.buffer);
}

/* Names of one entry that the same ABIs lack, in one diagnostic. */
static void note_absent(maker *m, const ct_resolved_entry *entry, const uint32_t *absent, uint32_t which) {
  const ct_words *names = &entry->entry->names;
  ct_buffer arches, list;
  ct_buffer_init(&arches);
  ct_buffer_init(&list);
  for (uint32_t a = 0; a < m->resolved->abi_count; a++)
    if (which >> a & 1) ct_buffer_format(&arches, "%s%s", arches.length ? ", " : "", m->resolved->abis[a]->abi.name);
  uint32_t count = 0;
  const ct_word *first = NULL;
  for (uint32_t n = 0; n < names->count; n++) {
    if (absent[n] != which) continue;
    if (!first) first = &names->items[n];
    if (count++ < 1000) ct_buffer_format(&list, "%s%s", list.length ? ", " : "", names->items[n].text);
  }
  const char *on = take(m, &arches), *what = take(m, &list);
  if (!on || !what) return;
  ct_message_value values[] = {{"name", what}, {"arches", on}};
  ct_diagnostic *made = ct_diagnostics_add(&m->resolved->diagnostics, "syscall-not-on-abi", CT_LEVEL_INFO, NULL,
                                           CT_MESSAGE_PROFILE_SYSCALL_ABSENT, values, 2);
  place(m, made, entry, first, count == 1);
}

static int note_names(maker *m, const ct_resolved_entry *entry, uint32_t *absent) {
  uint32_t count = entry->entry->names.count;
  /* Sets of ABIs are few; each is handled where it occurs first. */
  uint32_t seen[64], seen_count = 0;
  for (uint32_t n = 0; n < count; n++) {
    const ct_word *name = &entry->entry->names.items[n];
    if (!absent[n]) continue;
    if (!ct_arch_knows(name->text)) {
      note_unknown(m, entry, name);
      absent[n] = 0;
      continue;
    }
  }
  for (uint32_t n = 0; n < count; n++) {
    uint32_t s = 0;
    while (s < seen_count && seen[s] != absent[n]) s++;
    if (!absent[n] || s < seen_count || seen_count == 64) continue;
    seen[seen_count++] = absent[n];
    note_absent(m, entry, absent, absent[n]);
  }
  return 0;
}

static int add_name(maker *m, const ct_resolved_entry *entry, const ct_word *name, uint32_t *absent) {
  ct_resolved *resolved = m->resolved;
  *absent = 0;
  for (uint32_t a = 0; a < resolved->abi_count; a++) {
    ct_rule rule = {0};
    if (!ct_arch_number(resolved->abis[a], name->text, &rule.number)) {
      *absent |= UINT32_C(1) << a;
      continue;
    }
    rule.abi = m->index[a];
    rule.action = entry->action;
    rule.order = entry->entry->index;
    rule.pointer = entry->pointer;
    rule.conditions = entry->entry->conditions;
    rule.count = entry->entry->condition_count;
    int status = ct_policy_add_rule(m->policy, &rule, m->err);
    if (status) return status;
  }
  return 0;
}

static int add_entry(maker *m, const ct_resolved_entry *entry) {
  const ct_words *names = &entry->entry->names;
  uint32_t *absent = ct_arena_array(m->resolved->diagnostics.arena, names->count, sizeof *absent);
  if (!absent) return ct_error_nomem(m->err);
  for (uint32_t n = 0; n < names->count; n++) {
    int status = add_name(m, entry, &names->items[n], &absent[n]);
    if (status) return status;
  }
  return note_names(m, entry, absent);
}

/* For the explanation: what would be a rule if the target were another. */
static int add_dropped(maker *m, const ct_resolved_entry *entry) {
  ct_resolved *resolved = m->resolved;
  for (uint32_t n = 0; n < entry->entry->names.count; n++) {
    for (uint32_t a = 0; a < resolved->abi_count; a++) {
      ct_dropped dropped = {0};
      if (!ct_arch_number(resolved->abis[a], entry->entry->names.items[n].text, &dropped.number)) continue;
      dropped.abi = m->index[a];
      dropped.action = entry->action;
      dropped.pointer = entry->pointer;
      dropped.reason = ct_fate_name(entry->fate);
      dropped.word = entry->word;
      int status = ct_policy_add_dropped(m->policy, &dropped, m->err);
      if (status) return status;
    }
  }
  return 0;
}

static int fill(maker *m, const ctsec_options *options) {
  ct_resolved *resolved = m->resolved;
  int status;
  for (uint32_t a = 0; a < resolved->abi_count; a++) {
    if ((status = ct_policy_add_abi(m->policy, &resolved->abis[a]->abi, &m->index[a], m->err))) return status;
    if (resolved->abis[a] == resolved->target.arch) ct_policy_set_native(m->policy, m->index[a]);
  }
  if ((status = ct_policy_set_default(m->policy, resolved->default_action, resolved->default_pointer, m->err)))
    return status;
  ct_policy_set_flags(m->policy, resolved->flags);
  for (uint32_t i = 0; i < resolved->profile->entry_count; i++) {
    const ct_resolved_entry *entry = &resolved->entries[i];
    if ((status = entry->fate == CT_FATE_KEPT ? add_entry(m, entry) : add_dropped(m, entry))) return status;
  }
  ct_json json;
  ct_json_init(&json, 1);
  ct_target_write(&json, &resolved->target);
  char *text = NULL;
  size_t length = 0;
  if (ct_json_take(&json, &text, &length)) return ct_error_nomem(m->err);
  status = ct_policy_set_target(m->policy, text, m->err);
  ctsec_free(text);
  (void)options;
  return status ? status : ct_policy_finish(m->policy, m->err);
}

/* runc where nothing is said: it is what Docker, containerd and nerdctl start. */
static int add_runtime(maker *m) {
  const ct_target *target = &m->resolved->target;
  ct_loader loader = {.kind = CT_LOADED_RUNC};
  m->policy->asks_runtime = ct_loaded_find(target->runtime, &loader);
  if (!m->policy->asks_runtime && (target->engine == CTSEC_ENGINE_PODMAN || target->engine == CTSEC_ENGINE_CRIO))
    loader.kind = CT_LOADED_CRUN;
  int status = 0;
  if (target->libseccomp && !strcmp(target->libseccomp, "host")) {
    status = ct_scmp_version(&loader.libseccomp, m->err);
    if (!status) status = ct_scmp_names(&m->policy->arena, &loader.host, m->err);
    if (status) return status;
  } else if (target->libseccomp) {
    if (!ct_version_parse(target->libseccomp, strlen(target->libseccomp), &loader.libseccomp))
      return ct_error_set(m->err, CTSEC_E_ARG, "libseccomp: `%s` is no version", target->libseccomp);
    loader.names = ct_libseccomp_names_of(target->libseccomp, &loader.libseccomp);
  }
  ct_loaded *runtime = NULL;
  status = ct_loaded_build(&m->policy->arena, m->resolved, &loader, &runtime, m->err);
  if (!status) m->policy->loaded = runtime;
  return status;
}

int ct_resolved_policy(ct_resolved *resolved, const ctsec_options *options, ctsec_policy **policy, ctsec_error **err) {
  maker m = {0};
  m.resolved = resolved;
  m.err = err;
  int status = ct_policy_new(options, &m.policy, err);
  if (status) return status;
  m.policy->unconfined = resolved->profile->unconfined;
  const char *source = resolved->profile->source;
  if (!m.policy->source && source && !(m.policy->source = ct_arena_string(&m.policy->arena, source)))
    status = ct_error_nomem(err);
  if (!status) status = fill(&m, options);
  if (!status) status = add_runtime(&m);
  if (!status && resolved->diagnostics.failed) status = ct_error_nomem(err);
  if (status) {
    ctsec_policy_free(m.policy);
    return status;
  }
  *policy = m.policy;
  return 0;
}

/* For what a verdict says of other targets. */
static int keep_origin(ctsec_policy *policy, const ctsec_profile *profile, const ct_resolved *resolved, ctsec_error **err) {
  ct_origin *origin = ct_arena_alloc(&policy->arena, sizeof *origin);
  uint32_t *actions = ct_arena_array(&policy->arena, profile->profile->entry_count, sizeof *actions);
  if (!origin || !actions) return ct_error_nomem(err);
  for (uint32_t i = 0; i < profile->profile->entry_count; i++) actions[i] = resolved->entries[i].action;
  *origin = (ct_origin){profile->profile, resolved->target, actions};
  /* Texts of the options do not outlive the call. */
  origin->target.runtime = origin->target.libseccomp = NULL;
  policy->origin = origin;
  policy->profile = ctsec_profile_ref((ctsec_profile *)profile);
  return 0;
}

int ctsec_profile_resolve(const ctsec_profile *profile, const ctsec_options *options, ctsec_policy **policy,
                          ctsec_error **err) {
  if (!profile) return ct_error_null(err, "profile");
  if (!policy) return ct_error_null(err, "policy");
  ct_arena arena;
  ct_arena_init(&arena);
  ct_resolved *resolved = NULL;
  int status = ct_resolve(&arena, profile->profile, options, &resolved, err);
  ctsec_policy *made = NULL;
  if (!status) status = ct_resolved_policy(resolved, options, &made, err);
  if (!status) status = keep_origin(made, profile, resolved, err);
  ct_arena_free(&arena);
  if (status)
    ctsec_policy_free(made);
  else
    *policy = made;
  return status;
}
