/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Facts about the host and its runtime, and settings that only matter with a certain version of it. */
#include <string.h>

#include "path/path.h"
#include "verdict/confinement.h"

typedef struct release {
  uint16_t part[3];
  /* Of a release candidate; 0xffff for a release. */
  uint16_t candidate;
} release;

#define RELEASED 0xffff

static int parse_release(const char *text, release *found) {
  *found = (release){{0, 0, 0}, RELEASED};
  if (!text || *text < '0' || *text > '9') return 0;
  for (int i = 0; i < 3 && *text >= '0' && *text <= '9'; i++) {
    uint32_t number = 0;
    for (; *text >= '0' && *text <= '9'; text++)
      if (number < 60000) number = number * 10 + (uint32_t)(*text - '0');
    found->part[i] = (uint16_t)(number < 0xffff ? number : 0xffff);
    if (*text == '.') text++;
  }
  const char *candidate = strstr(text, "rc");
  if (!candidate) return 1;
  uint32_t number = 0;
  for (candidate += 2; *candidate == '.' || *candidate == '-'; candidate++) continue;
  for (; *candidate >= '0' && *candidate <= '9' && number < 6000; candidate++)
    number = number * 10 + (uint32_t)(*candidate - '0');
  found->candidate = (uint16_t)number;
  return 1;
}

static int before(const release *a, release b) {
  for (int i = 0; i < 3; i++)
    if (a->part[i] != b.part[i]) return a->part[i] < b.part[i];
  return a->candidate < b.candidate;
}

#define AT(major, minor, patch) ((release){{major, minor, patch}, RELEASED})
#define CANDIDATE(major, minor, patch, number) ((release){{major, minor, patch}, number})

/* Fixed on several branches: older than the branch's fix, or on a branch older than all. */
static int is_unfixed(const release *version, const release *fixes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (version->part[0] == fixes[i].part[0] && version->part[1] == fixes[i].part[1]) return before(version, fixes[i]);
  return before(version, fixes[0]);
}

static int is_runc_cwd(const release *v) {
  return !before(v, CANDIDATE(1, 0, 0, 93)) && before(v, AT(1, 1, 12));
}
static int is_runc_overwrite(const release *v) { return before(v, CANDIDATE(1, 0, 0, 7)); }
static int is_runc_race(const release *v) {
  static const release fixes[] = {{{1, 2, 8}, RELEASED}, {{1, 3, 3}, RELEASED}, {{1, 4, 0}, 3}};
  return is_unfixed(v, fixes, 3);
}
static int is_containerd_shim(const release *v) {
  static const release fixes[] = {{{1, 3, 9}, RELEASED}, {{1, 4, 3}, RELEASED}};
  return is_unfixed(v, fixes, 2);
}
static int is_crio_sysctl(const release *v) {
  static const release fixes[] = {{{1, 19, 6}, RELEASED}, {{1, 20, 7}, RELEASED}, {{1, 21, 6}, RELEASED},
                                  {{1, 22, 3}, RELEASED}, {{1, 23, 2}, RELEASED}, {{1, 24, 0}, RELEASED}};
  return !before(v, AT(1, 19, 0)) && is_unfixed(v, fixes, 6);
}
static int is_kubelet_old(const release *v) {
  static const release fixes[] = {{{1, 28, 12}, RELEASED}, {{1, 29, 7}, RELEASED}, {{1, 30, 3}, RELEASED}};
  return is_unfixed(v, fixes, 3);
}
static int is_toolkit_old(const release *v) { return before(v, AT(1, 17, 8)); }

static int serves(const ct_container *container, int engine) { return !container->engine || container->engine == engine; }

static void set_version(ct_path_case *about, ct_term term, const char *fact, int (*vulnerable)(const release *)) {
  const char *said = ct_options_fact(about->options, fact);
  release version;
  if (!parse_release(said, &version))
    ct_path_need(about, term, fact, NULL);
  else
    ct_path_set(about, term, vulnerable(&version) ? CT_YES : CT_NO, NULL, said);
}

static void set_versions(ct_path_case *about) {
  const ct_container *container = about->container;
  const char *runtime = container->runtime.value;
  int other = runtime && *runtime && !strstr(runtime, "runc") && !strstr(runtime, "nvidia");
  if (!other) {
    set_version(about, CT_TERM_RUNC_CWD, "runc", is_runc_cwd);
    set_version(about, CT_TERM_RUNC_OVERWRITE, "runc", is_runc_overwrite);
    set_version(about, CT_TERM_RUNC_RACE, "runc", is_runc_race);
  }
  if (container->engine != CTSEC_ENGINE_PODMAN && container->engine != CTSEC_ENGINE_CRIO)
    set_version(about, CT_TERM_CONTAINERD_SHIM, "containerd", is_containerd_shim);
  if (serves(container, CTSEC_ENGINE_CRIO) || container->format == CT_FORMAT_KUBERNETES)
    set_version(about, CT_TERM_CRIO_SYSCTL, "cri-o", is_crio_sysctl);
  set_version(about, CT_TERM_KUBELET_OLD, "kubelet", is_kubelet_old);
  set_version(about, CT_TERM_TOOLKIT_OLD, "nvidia-toolkit", is_toolkit_old);
}

/* A fact of two words, of which one opens the way. */
static void set_word(ct_path_case *about, ct_term term, const char *fact, const char *open) {
  const char *said = ct_options_fact(about->options, fact);
  if (!said)
    ct_path_need(about, term, fact, NULL);
  else
    ct_path_set(about, term, !strcmp(said, open) ? CT_YES : CT_NO, NULL, NULL);
}

/* A sysctl of the host that opens the way at or below a value. */
static void set_sysctl(ct_path_case *about, ct_term term, const char *fact, int64_t least, int64_t most, unsigned unknown) {
  const char *said = ct_options_fact(about->options, fact);
  if (!said) {
    if (unknown == CT_YES)
      ct_path_set(about, term, CT_YES, NULL, NULL);
    else
      ct_path_need(about, term, fact, NULL);
    return;
  }
  int64_t value = 0;
  int minus = *said == '-';
  for (const char *at = said + minus; *at >= '0' && *at <= '9' && value < INT32_MAX; at++) value = value * 10 + (*at - '0');
  if (minus) value = -value;
  ct_path_set(about, term, value >= least && value <= most ? CT_YES : CT_NO, NULL, NULL);
}

static void set_kernel(ct_path_case *about) {
  const ct_version *kernel = &about->confinement->kernel;
  if (!kernel->known)
    ct_path_need(about, CT_TERM_KERNEL_BEFORE_5_17, "kernel", NULL);
  else
    ct_path_set(about, CT_TERM_KERNEL_BEFORE_5_17, ct_version_at_least(kernel, 5, 17, 0) ? CT_NO : CT_YES, NULL, NULL);
  set_word(about, CT_TERM_CGROUP_V1, "cgroup", "v1");
  set_word(about, CT_TERM_DAEMON_TCP, "docker-tcp", "yes");
  set_word(about, CT_TERM_LOCKDOWN_NONE, "lockdown", "none");
  const char *lockdown = ct_options_fact(about->options, "lockdown");
  if (!lockdown)
    ct_path_need(about, CT_TERM_LOCKDOWN_OPEN, "lockdown", NULL);
  else
    ct_path_set(about, CT_TERM_LOCKDOWN_OPEN, strcmp(lockdown, "confidentiality") ? CT_YES : CT_NO, NULL, NULL);
  set_word(about, CT_TERM_DEVMEM_OPEN, "strict-devmem", "no");
  set_word(about, CT_TERM_ALG_UNPATCHED, "alg-patched", "no");
  set_word(about, CT_TERM_SETUID_PROGRAM, "setuid-programs", "yes");
  set_word(about, CT_TERM_LOG_READER, "log-reader", "yes");
  const char *root = ct_options_fact(about->options, "cgroup-root");
  if (root && about->values[CT_TERM_CGROUP_ROOT].level != CT_YES)
    about->values[CT_TERM_CGROUP_ROOT] = (ct_condition_value){.level = !strcmp(root, "yes") ? CT_YES : CT_NO};
  /* Only a value that hardly any host has would stand in the way. */
  set_sysctl(about, CT_TERM_YAMA_OPEN, "sysctl.kernel.yama.ptrace_scope", 0, 2, CT_YES);
  set_sysctl(about, CT_TERM_MODULES_ENABLED, "sysctl.kernel.modules_disabled", 0, 0, CT_MAYBE);
  set_sysctl(about, CT_TERM_PERF_OPEN, "sysctl.kernel.perf_event_paranoid", INT32_MIN, 1, CT_MAYBE);
  set_sysctl(about, CT_TERM_USERFAULTFD_OPEN, "sysctl.vm.unprivileged_userfaultfd", 1, 1, CT_MAYBE);
  set_sysctl(about, CT_TERM_IO_URING_ON, "sysctl.kernel.io_uring_disabled", 0, 1, CT_MAYBE);
  set_sysctl(about, CT_TERM_USERNS_ON, "sysctl.user.max_user_namespaces", 1, INT64_MAX, CT_MAYBE);
  if (about->confinement->apparmor == CT_CONFINED_NO && ct_options_fact(about->options, "lsm") &&
      strcmp(ct_options_fact(about->options, "lsm"), "apparmor"))
    ct_path_set(about, CT_TERM_USERNS_UNRESTRICTED, CT_YES, NULL, NULL);
  else
    set_sysctl(about, CT_TERM_USERNS_UNRESTRICTED, "sysctl.kernel.apparmor_restrict_unprivileged_userns", 0, 0, CT_MAYBE);
}

/* ^/proc/(self|thread-self|[0-9]+)/fd/[0-9]+ */
int ct_leads_through_a_descriptor(const ct_text *directory) {
  const char *at = directory->value;
  if (!directory->length || strncmp(at, "/proc/", 6)) return 0;
  at += 6;
  if (!strncmp(at, "self", 4))
    at += 4;
  else if (!strncmp(at, "thread-self", 11))
    at += 11;
  else if (*at >= '0' && *at <= '9')
    while (*at >= '0' && *at <= '9') at++;
  else
    return 0;
  return !strncmp(at, "/fd/", 4) && at[4] >= '0' && at[4] <= '9';
}

static void set_environment(ct_path_case *about) {
  const ct_container *container = about->container;
  const ct_pair *host = ct_pairs_find(&container->env, "DOCKER_HOST");
  if (host && host->value && (!strncmp(host->value, "tcp:", 4) || !strncmp(host->value, "http", 4)))
    ct_path_set(about, CT_TERM_DOCKER_HOST, CT_YES, host->at, NULL);
  else if (host && !host->value)
    ct_path_need(about, CT_TERM_DOCKER_HOST, "docker-tcp", host->at);
  const ct_pair *preload = ct_pairs_find(&container->env, "LD_PRELOAD");
  int whole = container->format == CT_FORMAT_DOCKER_INSPECT || container->format == CT_FORMAT_PODMAN_INSPECT ||
              container->format == CT_FORMAT_OCI || container->format == CT_FORMAT_PROC;
  if (preload)
    ct_path_set(about, CT_TERM_LD_PRELOAD, CT_YES, preload->at, NULL);
  else if (!whole)
    set_word(about, CT_TERM_LD_PRELOAD, "ld-preload", "yes");
}

int ct_annotation_steers(const ct_pairs *annotations, const ct_pair *pair) {
  static const char prefix[] = "io.kubernetes.cri-o.";
  static const char own[][14] = {"TTY", "ContainerType", "Created", "SandboxID", "Stdin"};
  static const char steering[][26] = {"userns-mode", "Devices", "ShmSize", "UnifiedCgroup", "TrySkipVolumeSELinuxLabel",
                                      "seccompNotifierAction", "cgroup2-mount-hierarchy-rw", "LinkLogs", "umask"};
  if (!strncmp(pair->key, "run.oci.", 8)) return 1;
  if (strncmp(pair->key, prefix, sizeof prefix - 1)) return 0;
  const char *word = pair->key + sizeof prefix - 1;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (!strcmp(word, own[i])) return 0;
  /* CRI-O keeps what it knows of a container in such annotations of the configuration that it writes. */
  if (!ct_pairs_find(annotations, "io.kubernetes.cri-o.ContainerType")) return 1;
  for (size_t i = 0; i < sizeof steering / sizeof *steering; i++)
    if (!strncmp(word, steering[i], strlen(steering[i]))) return 1;
  return 0;
}

int ct_hook_is_own(const ct_hook *hook) {
  const ct_value *first = ct_value_item(ct_value_member(hook->at, "args"), 0);
  return ct_value_equals(first, "libnetwork-setkey") && hook->path.length > 6 && !memcmp(hook->path.value, "/proc/", 6);
}

static void set_settings(ct_path_case *about) {
  const ct_container *container = about->container;
  if (ct_leads_through_a_descriptor(&container->working_dir))
    ct_path_set(about, CT_TERM_CWD_FD, CT_YES, container->working_dir.from.at, container->working_dir.value);
  for (uint32_t i = 0; i < container->sysctls.count; i++) {
    const ct_pair *pair = &container->sysctls.items[i];
    if (pair->value && (memchr(pair->value, '+', pair->value_length) || memchr(pair->value, '=', pair->value_length)))
      ct_path_set(about, CT_TERM_SYSCTL_VALUE, CT_YES, pair->at, pair->key);
  }
  for (uint32_t i = 0; i < container->hooks.count; i++) {
    const ct_hook *hook = &container->hooks.items[i];
    if (!ct_hook_is_own(hook)) ct_path_set(about, CT_TERM_HOOKS, CT_YES, hook->at, hook->path.value);
  }
  for (uint32_t i = 0; i < container->annotations.count; i++) {
    const ct_pair *pair = &container->annotations.items[i];
    if (ct_annotation_steers(&container->annotations, pair))
      ct_path_set(about, CT_TERM_HOOK_ANNOTATIONS, CT_YES, pair->at, pair->key);
  }
  const ct_value *mounts = container->format == CT_FORMAT_KUBERNETES ? ct_value_member(container->at, "volumeMounts") : NULL;
  for (uint32_t i = 0; mounts && mounts->kind == CT_ARRAY && i < mounts->count; i++) {
    const ct_value *sub = ct_value_member(ct_value_item(mounts, i), "subPath");
    if (ct_value_is(sub, CT_STRING) && sub->length) ct_path_set(about, CT_TERM_SUBPATH, CT_YES, sub, sub->as.string);
  }
  const ct_value *volumes = container->pod_spec ? ct_value_member(container->pod_spec, "volumes") : NULL;
  for (uint32_t i = 0; volumes && volumes->kind == CT_ARRAY && i < volumes->count; i++) {
    const ct_value *git = ct_value_member(ct_value_item(volumes, i), "gitRepo");
    if (ct_value_is(git, CT_OBJECT)) ct_path_set(about, CT_TERM_SUBPATH, CT_YES, git, "gitRepo");
  }
}

void ct_path_host(ct_path_case *about) {
  set_versions(about);
  set_kernel(about);
  set_environment(about);
  set_settings(about);
}
