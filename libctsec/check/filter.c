/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check/filter.h"

#include <string.h>

#include "seccomp/filter.h"
#include "seccomp/resolve.h"

enum { DAC_READ_SEARCH = 2, SYS_MODULE = 16, SYS_RAWIO = 17, SYS_PTRACE = 19, SYS_PACCT = 20, SYS_ADMIN = 21, SYS_BOOT = 22, SYS_TIME = 25, SYSLOG = 34, PERFMON = 38, BPF = 39 };
#define CLONE_NEWUSER UINT64_C(0x10000000)

const ct_danger ct_dangers[CT_DANGERS] = {
    {"unshare", "unshare(CLONE_NEWUSER)", 0, CLONE_NEWUSER, -1},
    {"clone", "clone(CLONE_NEWUSER)", 0, CLONE_NEWUSER | 17, -1},
    /* Its flags lie in memory, where no filter looks. */
    {"clone3", "clone3", 0, 0, -1},
    {"bpf", "bpf", 0, 0, -1},
    {"perf_event_open", "perf_event_open", 0, 0, -1},
    {"userfaultfd", "userfaultfd", 0, 0, -1},
    {"io_uring_setup", "io_uring_setup", 0, 0, -1},
    {"keyctl", "keyctl", 0, 0, -1},
    {"add_key", "add_key", 0, 0, -1},
    {"request_key", "request_key", 0, 0, -1},
    {"mount", "mount", 0, 0, SYS_ADMIN},
    {"umount2", "umount2", 0, 0, SYS_ADMIN},
    {"pivot_root", "pivot_root", 0, 0, SYS_ADMIN},
    {"setns", "setns", 0, 0, SYS_ADMIN},
    {"fsopen", "fsopen", 0, 0, SYS_ADMIN},
    {"move_mount", "move_mount", 0, 0, SYS_ADMIN},
    {"open_tree", "open_tree", 0, 0, SYS_ADMIN},
    {"mount_setattr", "mount_setattr", 0, 0, SYS_ADMIN},
    {"swapon", "swapon", 0, 0, SYS_ADMIN},
    {"quotactl", "quotactl", 0, 0, SYS_ADMIN},
    {"open_by_handle_at", "open_by_handle_at", 0, 0, DAC_READ_SEARCH},
    {"init_module", "init_module", 0, 0, SYS_MODULE},
    {"finit_module", "finit_module", 0, 0, SYS_MODULE},
    {"kexec_load", "kexec_load", 0, 0, SYS_BOOT},
    {"kexec_file_load", "kexec_file_load", 0, 0, SYS_BOOT},
    {"reboot", "reboot", 0, 0, SYS_BOOT},
    {"iopl", "iopl", 0, 0, SYS_RAWIO},
    {"ioperm", "ioperm", 0, 0, SYS_RAWIO},
    {"acct", "acct", 0, 0, SYS_PACCT},
    {"syslog", "syslog", 0, 0, SYSLOG},
    {"ptrace", "ptrace", 0, 0, SYS_PTRACE},
    {"process_vm_writev", "process_vm_writev", 0, 0, SYS_PTRACE},
    {"pidfd_getfd", "pidfd_getfd", 0, 0, SYS_PTRACE},
    {"settimeofday", "settimeofday", 0, 0, SYS_TIME},
    {"clock_settime", "clock_settime", 0, 0, SYS_TIME},
};

static uint64_t bit_of(const char *name) {
  for (uint32_t i = 0; i < CT_DANGERS; i++)
    if (!strcmp(ct_dangers[i].name, name)) return UINT64_C(1) << i;
  return 0;
}

uint64_t ct_dangers_of_cap(int cap) {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < CT_DANGERS; i++)
    if (ct_dangers[i].cap == cap) bits |= UINT64_C(1) << i;
  /* These are open to others too, but it is what the capability is taken for. */
  if (cap == SYS_ADMIN)
    bits |= bit_of("unshare") | bit_of("clone") | bit_of("clone3") | bit_of("bpf") | bit_of("perf_event_open");
  if (cap == PERFMON) bits = bit_of("bpf") | bit_of("perf_event_open");
  if (cap == BPF) bits = bit_of("bpf");
  return bits;
}

static int lets_through(const ctsec_policy *policy, const ct_arch *arch, const ct_danger *danger) {
  uint32_t number;
  if (!ct_arch_number(arch, danger->name, &number)) return 0;
  if (arch->abi.x32) number |= CT_X32_BIT;
  uint64_t args[6] = {0};
  /* s390's clone has the stack first. */
  int swapped = !strcmp(danger->name, "clone") && !strncmp(arch->abi.name, "s390", 4);
  args[danger->argument + swapped] = danger->value;
  ct_decision decision;
  ct_policy_decide(policy, arch->abi.audit, number, args, &decision);
  uint32_t action = decision.action & CT_RET_ACTION;
  return action == CT_RET_ALLOW || action == CT_RET_LOG;
}

static uint64_t dangers_in(const ctsec_policy *policy, const ct_resolved *resolved) {
  uint64_t bits = 0;
  for (uint32_t a = 0; a < resolved->abi_count; a++)
    for (uint32_t i = 0; i < CT_DANGERS; i++)
      if (!(bits >> i & 1) && lets_through(policy, resolved->abis[a], &ct_dangers[i])) bits |= UINT64_C(1) << i;
  return bits;
}

static int resolve(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, ct_resolved **resolved,
                   ctsec_policy **policy, uint64_t *bits, ctsec_error **err) {
  int status = ct_resolve(arena, profile, options, resolved, err);
  if (!status) status = ct_resolved_policy(*resolved, options, policy, err);
  if (!status) *bits = dangers_in(*policy, *resolved);
  return status;
}

static int resolve_builtin(ct_arena *arena, const char *name, const ctsec_options *options, uint64_t *bits,
                           ctsec_error **err) {
  const ct_profile *profile;
  ct_resolved *resolved;
  ctsec_policy *policy = NULL;
  int status = ct_profile_builtin(arena, name, strlen(name), &profile, err);
  if (!status) status = resolve(arena, profile, options, &resolved, &policy, bits, err);
  ctsec_policy_free(policy);
  return status;
}

static int has_abi(const ct_resolved *resolved, const char *scmp) {
  for (uint32_t i = 0; i < resolved->abi_count; i++)
    if (!strcmp(resolved->abis[i]->scmp, scmp)) return 1;
  return 0;
}

/* What the same machine runs beside its native ABI. */
static const char *missing_abis(ct_arena *arena, const ct_resolved *resolved, int *failed) {
  static const char *const rows[][3] = {{"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"},
                                        {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", NULL},
                                        {"SCMP_ARCH_S390X", "SCMP_ARCH_S390", NULL}};
  ct_buffer text;
  ct_buffer_init(&text);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strcmp(resolved->target.arch->scmp, rows[i][0])) continue;
    for (size_t k = 1; k < 3 && rows[i][k]; k++)
      if (!has_abi(resolved, rows[i][k])) ct_buffer_format(&text, "%s%s", text.length ? ", " : "", rows[i][k]);
  }
  const char *made = NULL;
  if (text.length) made = text.failed ? NULL : ct_arena_copy(arena, text.data, text.length);
  *failed = text.failed || (text.length && !made);
  ct_buffer_free(&text);
  return made;
}

static const char *default_of(int engine) {
  switch (engine) {
    case CTSEC_ENGINE_PODMAN:
    case CTSEC_ENGINE_CRIO:
      return "podman";
    case CTSEC_ENGINE_CONTAINERD:
    case CTSEC_ENGINE_NERDCTL:
      return "containerd";
    default:
      return "docker";
  }
}

/* A configuration that an engine wrote holds the default of that engine's day. */
static int compare(ct_arena *arena, const ct_profile *profile, const ct_container *container,
                   const ctsec_options *options, ct_filter_facts *facts, ctsec_error **err) {
  int status = resolve_builtin(arena, default_of(container->engine), options, &facts->by_default, err);
  if (status || container->seccomp.mode != CT_SECCOMP_OBJECT || profile->rule_count < 250) return status;
  static const char names[][13] = {"docker", "docker@20.10", "containerd", "podman"};
  for (size_t i = 0; i < sizeof names / sizeof *names && !status && !facts->like_default; i++) {
    uint64_t bits = 0;
    status = resolve_builtin(arena, names[i], options, &bits, err);
    facts->like_default = !(facts->allowed & ~bits);
  }
  return status;
}

/* The target as the options say it, but with the capabilities and the engine of the container. */
static int own_options(const ct_container *container, const ctsec_options *options, ctsec_options **own,
                       ctsec_error **err) {
  int status = ct_options_copy(options, own, err);
  if (status) return status;
  ct_buffer mask;
  ct_buffer_init(&mask);
  ct_buffer_format(&mask, "%016llx", (unsigned long long)container->facts.created.bounding);
  status = mask.failed ? ct_error_nomem(err) : ctsec_options_set(*own, "caps", mask.data, mask.length, err);
  ct_buffer_free(&mask);
  if (!(*own)->engine) {
    (*own)->engine = container->engine;
    (*own)->engine_version = container->engine_version;
  }
  if (status) {
    ctsec_options_free(*own);
    *own = NULL;
  }
  return status;
}

static int read_profile(ct_arena *arena, const ct_container *container, const ctsec_options *options,
                        ct_profile **profile, ctsec_error **err) {
  const ct_seccomp *seccomp = &container->seccomp;
  if (seccomp->mode == CT_SECCOMP_OBJECT)
    return ct_profile_read(arena, container->document, seccomp->object, CT_FORM_OCI, options, profile, err);
  const ct_document *document;
  int status = ct_json_parse(arena, seccomp->profile.value, seccomp->profile.length, options, &document, err);
  if (status) return status;
  return ct_profile_read(arena, document, document->roots, CT_FORM_FILE, options, profile, err);
}

/* The strictest answer of a stack of loaded filters, as the kernel finds it. */
static int stack_lets_through(const ct_seccomp *seccomp, const ct_arch *arch, const ct_danger *danger) {
  uint32_t number, best = CT_RET_ALLOW;
  if (!ct_arch_number(arch, danger->name, &number)) return 0;
  uint64_t args[6] = {0};
  int swapped = !strcmp(danger->name, "clone") && !strncmp(arch->abi.name, "s390", 4);
  args[danger->argument + swapped] = danger->value;
  for (uint32_t i = seccomp->filter_count; i--;) {
    ct_data data;
    ct_data_make(&data, seccomp->filters[i]->big_endian, arch->abi.audit, number, 0, args);
    uint32_t value = ct_bpf_effective(ct_bpf_run(seccomp->filters[i]->insns, &data, NULL, NULL));
    if (i + 1 == seccomp->filter_count || ct_bpf_beats(value, best)) best = value;
  }
  return (best & CT_RET_ACTION) == CT_RET_ALLOW || (best & CT_RET_ACTION) == CT_RET_LOG;
}

/* What a live process runs under, asked on the native ABI of the target. */
static int look_at_loaded(ct_arena *arena, const ct_container *container, const ctsec_options *options,
                          ct_filter_facts *facts, ctsec_error **err) {
  const char *name = container->seccomp.arch ? container->seccomp.arch : options->arch ? options->arch : "x86_64";
  const ct_arch *arch = ct_arch_spelt(name, strlen(name));
  if (!arch) return ct_error_set(err, CTSEC_E_ARG, "arch: `%s` is none", name);
  for (uint32_t i = 0; i < CT_DANGERS; i++)
    if (stack_lets_through(&container->seccomp, arch, &ct_dangers[i])) facts->allowed |= UINT64_C(1) << i;
  int status = resolve_builtin(arena, default_of(container->engine), options, &facts->by_default, err);
  static const char names[][13] = {"docker", "docker@20.10", "containerd", "podman"};
  for (size_t i = 0; i < sizeof names / sizeof *names && !status && !facts->like_default; i++) {
    uint64_t bits = 0;
    status = resolve_builtin(arena, names[i], options, &bits, err);
    facts->like_default = !(facts->allowed & ~bits);
  }
  facts->known = !status;
  return status;
}

int ct_filter_look(ct_arena *arena, const ct_container *container, const ctsec_options *options, ct_filter_facts *facts,
                   ctsec_error **err) {
  memset(facts, 0, sizeof *facts);
  int loaded = container->seccomp.mode == CT_SECCOMP_LOADED && container->seccomp.filter_count;
  if (!loaded && container->seccomp.mode != CT_SECCOMP_TEXT && container->seccomp.mode != CT_SECCOMP_OBJECT) return 0;
  ctsec_options *own = NULL;
  ct_arena scratch;
  ct_arena_init(&scratch);
  ct_profile *profile = NULL;
  ct_resolved *resolved = NULL;
  int failed = 0;
  int status = own_options(container, options, &own, err);
  if (loaded) {
    if (!status) status = look_at_loaded(&scratch, container, own, facts, err);
    ct_arena_free(&scratch);
    ctsec_options_free(own);
    return status;
  }
  if (!status) status = read_profile(&scratch, container, own, &profile, err);
  if (!status) status = resolve(&scratch, profile, own, &resolved, &facts->policy, &facts->allowed, err);
  if (!status) facts->missing = missing_abis(arena, resolved, &failed);
  if (!status && failed) status = ct_error_nomem(err);
  if (!status) status = compare(&scratch, profile, container, own, facts, err);
  if (!status) {
    uint32_t action = profile->default_action & CT_RET_ACTION;
    if (action == CT_RET_ALLOW || action == CT_RET_LOG) facts->open = ct_action_name(action);
    facts->known = 1;
  }
  ct_arena_free(&scratch);
  ctsec_options_free(own);
  return status;
}
