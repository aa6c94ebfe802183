/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/calls.h"

#include <stdlib.h>
#include <string.h>

#include "ctsec/syscalls.h"
#include "seccomp/resolve.h"

void ct_calls_forget(ct_calls_memory *memory) {
  for (size_t i = 0; i < 2; i++) free(memory->known[i].verdicts);
  free(memory->own);
  free(memory->groups);
  memset(memory, 0, sizeof *memory);
}

static uint8_t decide(const ctsec_policy *policy, uint32_t audit, uint32_t number) {
  if (policy->unconfined) return CT_CALL_ALLOWED;
  const ct_table *table = ct_policy_table(policy, audit, number);
  if (!table) return CT_CALL_REFUSED;
  uint32_t low = 0, high = table->range_count;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (table->ranges[middle].first <= number)
      low = middle;
    else
      high = middle;
  }
  const ct_range *range = &table->ranges[low];
  if (!range->entry) return ct_call_of_action(range->action);
  uint8_t first = ct_call_of_action(range->entry->rules[0].action);
  for (uint32_t i = 1; i < range->entry->count; i++)
    if (ct_call_of_action(range->entry->rules[i].action) != first) return CT_CALL_CONDITIONAL;
  /* The default action is left where no rule is unconditional: then it may differ, or it would not be an entry. */
  return ct_call_of_action(policy->default_action) == first || !range->entry->rules[range->entry->count - 1].count
             ? first
             : CT_CALL_CONDITIONAL;
}

static int resolve(const ct_profile *profile, const ctsec_options *options, int32_t arch, uint8_t *verdicts,
                   ctsec_error **err) {
  ct_arena arena;
  ct_arena_init(&arena);
  ct_resolved *resolved = NULL;
  ctsec_policy *policy = NULL;
  int status = ct_resolve(&arena, profile, options, &resolved, err);
  if (!status) status = ct_resolved_policy(resolved, options, &policy, err);
  int32_t count = ctsec_syscall_count(arch);
  for (int32_t i = 0; i < count && !status; i++) {
    uint32_t number = 0;
    ctsec_syscall_at(arch, i, &number);
    verdicts[i] = decide(policy, ctsec_arch_audit(arch), number);
  }
  ctsec_policy_free(policy);
  ct_arena_free(&arena);
  return status;
}

/* Options of the container itself: its engine, and the capabilities that the engine resolves the profile with. */
static void target_options(ctsec_options *made, const ctsec_options *options, int engine, const ct_version *version,
                           uint64_t caps, char text[19]) {
  memset(made, 0, sizeof *made);
  if (options) *made = *options;
  made->engine = engine;
  made->engine_version = *version;
  made->runtime = NULL;
  made->libseccomp = NULL;
  text[0] = '0';
  text[1] = 'x';
  for (int i = 0; i < 16; i++) text[2 + i] = "0123456789abcdef"[caps >> (60 - 4 * i) & 15];
  text[18] = '\0';
  made->caps = text;
}

/*
 * The engine's own profile, and whether that is sure: profiles change with the versions, and two of each engine at most
 * are at hand. Kubernetes' node is taken for containerd, CRI-O ships the profile of containers/common.
 */
static const char *builtin_name(const ct_container *container, const ctsec_options *options, int *assumed) {
  const ct_version *version = &container->engine_version;
  const char *fact = ct_options_fact(options, "seccomp-profile");
  *assumed = 0;
  if (fact && container->seccomp.mode == CT_SECCOMP_DEFAULT) return fact;
  switch (container->engine) {
    case CTSEC_ENGINE_PODMAN:
      if (version->known && version->major == 4 && version->minor == 3) return "podman@4.3";
      *assumed = !version->known || version->major < 6;
      return "podman";
    case CTSEC_ENGINE_CRIO:
      *assumed = 1;
      return "podman";
    case CTSEC_ENGINE_CONTAINERD:
    case CTSEC_ENGINE_NERDCTL:
      *assumed = 1;
      return "containerd";
    default:
      if (version->known && version->major <= 20) return "docker@20.10";
      *assumed = !version->known || version->major < 29;
      return "docker";
  }
}

static int find_builtin(ct_calls_memory *memory, int slot, const ct_container *container, const ctsec_options *options,
                        uint64_t caps, int32_t arch, const uint8_t **verdicts, ctsec_error **err) {
  int assumed;
  const char *name = builtin_name(container, options, &assumed);
  uint8_t *known = memory->known[slot].verdicts;
  if (known && memory->known[slot].engine == container->engine && memory->known[slot].name &&
      !strcmp(memory->known[slot].name, name) && memory->known[slot].caps == caps) {
    *verdicts = known;
    return 0;
  }
  ct_arena arena;
  ct_arena_init(&arena);
  char text[19];
  ctsec_options target;
  const ct_profile *profile = NULL;
  target_options(&target, options, container->engine, &container->engine_version, caps, text);
  if (!known) known = malloc((size_t)ctsec_syscall_count(arch) + 1);
  memory->known[slot].verdicts = known;
  /* Until it is decided. */
  memory->known[slot].name = NULL;
  int status = known ? ct_profile_builtin(&arena, name, strlen(name), &profile, err) : ct_error_nomem(err);
  if (!status) status = resolve(profile, &target, arch, known, err);
  ct_arena_free(&arena);
  if (status) return status;
  memory->known[slot].engine = container->engine;
  memory->known[slot].name = name;
  memory->known[slot].caps = caps;
  *verdicts = known;
  return 0;
}

/* The kernel's oldest mode allows four calls. */
static void find_strict(uint8_t *verdicts, int32_t arch) {
  static const char allowed[][13] = {"read", "write", "exit", "rt_sigreturn", "sigreturn"};
  int32_t count = ctsec_syscall_count(arch);
  for (int32_t i = 0; i < count; i++) {
    const char *name = ctsec_syscall_at(arch, i, NULL);
    verdicts[i] = CT_CALL_REFUSED;
    for (size_t k = 0; k < sizeof allowed / sizeof *allowed; k++)
      if (!strcmp(name, allowed[k])) verdicts[i] = CT_CALL_ALLOWED;
  }
}

/* 1: decided. What cannot be read or resolved filters nothing that could be said here. */
static int find_own(ct_calls_memory *memory, const ct_container *container, const ctsec_options *options, uint64_t caps,
                    int32_t arch, ctsec_error **err) {
  const ct_seccomp *seccomp = &container->seccomp;
  ct_arena arena;
  ct_arena_init(&arena);
  char text[19];
  ctsec_options target;
  ctsec_error *error = NULL;
  target_options(&target, options, container->engine, &container->engine_version, caps, text);
  if (!memory->own) memory->own = malloc((size_t)ctsec_syscall_count(arch) + 1);
  int status = memory->own ? 0 : ct_error_nomem(&error);
  if (!status && seccomp->mode == CT_SECCOMP_OBJECT) {
    ct_profile *profile = NULL;
    status = ct_profile_read(&arena, container->document, seccomp->object, CT_FORM_OCI, &target, &profile, &error);
    if (!status) status = resolve(profile, &target, arch, memory->own, &error);
  } else if (!status && seccomp->mode == CT_SECCOMP_STRICT) {
    find_strict(memory->own, arch);
  } else if (!status && seccomp->mode == CT_SECCOMP_LOADED && seccomp->filter_count) {
    status = ct_calls_of_filters(memory->own, seccomp->filters, seccomp->filter_count, arch, &error);
  } else if (!status) {
    const ct_profile *profile = NULL;
    status = ct_profile_parse(&arena, seccomp->profile.value, seccomp->profile.length, &target, &profile, &error);
    if (!status) status = resolve(profile, &target, arch, memory->own, &error);
  }
  ct_arena_free(&arena);
  ctsec_error_free(error);
  if (status == CTSEC_E_NOMEM) return ct_error_nomem(err);
  return !status;
}

/* Looking a group up walks all of them: once a scan. */
static int find_groups(ct_calls_memory *memory, const ct_call_table *calls, ctsec_error **err) {
  if (memory->groups) return 0;
  const char **groups = malloc((calls->total + 1) * sizeof *groups);
  if (!groups) return ct_error_nomem(err);
  for (uint32_t i = 0; i < calls->total; i++) {
    const char *name = ctsec_syscall_at(calls->arch, (int32_t)i, NULL);
    groups[i] = ctsec_syscall_group(name, strlen(name));
  }
  memory->groups = groups;
  return 0;
}

int ct_calls_find(ct_calls_memory *memory, const ct_container *container, const ctsec_options *options, ct_call_table *calls,
                  ctsec_error **err) {
  const ct_seccomp *seccomp = &container->seccomp;
  const char *arch = seccomp->arch                  ? seccomp->arch
                     : options && options->arch ? options->arch
                                                : "x86_64";
  const ct_facts *facts = &container->facts;
  memset(calls, 0, sizeof *calls);
  int status = ctsec_arch_find(arch, strlen(arch), &calls->arch, err);
  if (status) return status;
  calls->total = (uint32_t)ctsec_syscall_count(calls->arch);
  calls->state = CT_CALLS_UNKNOWN;
  if (!ct_is_set(seccomp->from) || seccomp->mode == CT_SECCOMP_FILE || ct_kubelet_decides_seccomp(container, options)) return 0;
  const char *fact = ct_options_fact(options, "seccomp-profile");
  if (seccomp->mode == CT_SECCOMP_UNCONFINED ||
      (seccomp->mode == CT_SECCOMP_DEFAULT && fact && !strcmp(fact, "unconfined"))) {
    calls->state = CT_CALLS_UNCONFINED;
    return 0;
  }
  uint64_t caps = facts->created.bounding;
  if (seccomp->mode == CT_SECCOMP_DEFAULT) {
    if (!(facts->created_known & CT_FACT_BOUNDING)) return 0;
    status = find_builtin(memory, 0, container, options, caps, calls->arch, &calls->verdicts, err);
    if (status) return status;
    calls->engine = container->engine ? container->engine : CTSEC_ENGINE_DOCKER;
    calls->profile = builtin_name(container, options, &calls->assumed);
    if (fact) calls->engine = ct_engine_find(fact, strcspn(fact, "@"));
  } else {
    status = find_own(memory, container, options, caps, calls->arch, err);
    if (status < 1) return status;
    calls->verdicts = memory->own;
  }
  status = find_groups(memory, calls, err);
  if (status) return status;
  calls->groups = memory->groups;
  status = find_builtin(memory, 1, container, options, facts->engine_default, calls->arch, &calls->usual, err);
  if (status) return status;
  calls->state = CT_CALLS_FILTERED;
  for (uint32_t i = 0; i < calls->total; i++) calls->counts[calls->verdicts[i]]++;
  return 0;
}

uint32_t ct_calls_by_group(const ct_call_table *calls, ct_call_group groups[CT_CALL_GROUPS]) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < calls->total; i++) {
    const char *group = calls->groups[i];
    uint32_t at = 0;
    /* Each name of a group is the same constant. */
    while (at < count && groups[at].name != group) at++;
    if (at == CT_CALL_GROUPS || !group) continue;
    if (at == count) groups[count++] = (ct_call_group){group, {0}};
    groups[at].counts[calls->verdicts[i]]++;
  }
  return count;
}

#define NAMES_MOST 24

void ct_calls_add_opened(ct_buffer *buffer, const ct_call_table *calls) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < calls->total; i++) {
    if (calls->verdicts[i] <= calls->usual[i]) continue;
    if (count++ >= NAMES_MOST) continue;
    ct_buffer_format(buffer, "%s%s", count > 1 ? ", " : "", ctsec_syscall_at(calls->arch, (int32_t)i, NULL));
  }
  if (count > NAMES_MOST) ct_buffer_format(buffer, " +%u", count - NAMES_MOST);
}

void ct_calls_add_refused(ct_buffer *buffer, const ct_call_table *calls) {
  /* Known for what they open; in the order of their weight. */
  static const char notable[] = "mount setns unshare ptrace bpf init_module finit_module kexec_load open_by_handle_at "
                                "perf_event_open keyctl userfaultfd io_uring_setup process_vm_writev pivot_root reboot iopl "
                                "settimeofday swapon ";
  int first = 1;
  for (const char *word = notable; *word; word += strcspn(word, " ") + 1) {
    size_t length = strcspn(word, " ");
    for (uint32_t i = 0; i < calls->total; i++) {
      const char *name = ctsec_syscall_at(calls->arch, (int32_t)i, NULL);
      if (strlen(name) != length || memcmp(name, word, length) || calls->verdicts[i] != CT_CALL_REFUSED) continue;
      ct_buffer_format(buffer, "%s%s", first ? "" : ", ", name);
      first = 0;
    }
  }
}
