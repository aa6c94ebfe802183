/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check/pss.h"

#include <string.h>

typedef struct pss {
  ct_arena *arena;
  const ct_value *metadata;
  const ct_value *spec;
  const char *check;
  uint32_t version;
  ct_pss_violation **last;
  int failed;
} pss;

/* A member that counts: null is the same as absent. */
static const ct_value *get(const ct_value *object, const char *key) {
  const ct_value *member = ct_value_member(object, key);
  return ct_value_is(member, CT_NULL) ? NULL : member;
}

static const ct_value *get_path(const ct_value *object, const char *first, const char *second) {
  return get(get(object, first), second);
}

static int is_true(const ct_value *value) { return ct_value_is(value, CT_BOOL) && value->boolean; }
static int is_false(const ct_value *value) { return ct_value_is(value, CT_BOOL) && !value->boolean; }

static void violate(pss *p, const ct_value *at, const ct_value *container) {
  ct_pss_violation *made = ct_arena_alloc(p->arena, sizeof *made);
  if (!made) {
    p->failed = 1;
    return;
  }
  made->check = p->check;
  made->at = at;
  made->container = container;
  *p->last = made;
  p->last = &made->next;
}

typedef void visitor(pss *p, const ct_value *container);

static void each_container(pss *p, visitor *visit) {
  static const char lists[][20] = {"initContainers", "containers", "ephemeralContainers"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    const ct_value *list = get(p->spec, lists[i]);
    for (uint32_t k = 0; ct_value_is(list, CT_ARRAY) && k < list->count; k++) visit(p, &list->as.items[k]);
  }
}

static const ct_value *context(const ct_value *owner) { return get(owner, "securityContext"); }

static int is_windows(const pss *p) { return ct_value_equals(get_path(p->spec, "os", "name"), "windows"); }
static int has_user_namespace(const pss *p) { return is_false(get(p->spec, "hostUsers")); }

static int is_one_of(const ct_value *value, const char *const *words) {
  for (; *words; words++)
    if (ct_value_equals(value, *words)) return 1;
  return 0;
}

static int begins(const char *text, size_t length, const char *prefix) {
  size_t n = strlen(prefix);
  return length >= n && !memcmp(text, prefix, n);
}

/* Baseline */

static void host_process_at(pss *p, const ct_value *owner, const ct_value *container) {
  const ct_value *value = get_path(context(owner), "windowsOptions", "hostProcess");
  if (is_true(value)) violate(p, value, container);
}
static void host_process_in(pss *p, const ct_value *container) { host_process_at(p, container, container); }
static void windows_host_process(pss *p) {
  host_process_at(p, p->spec, NULL);
  each_container(p, host_process_in);
}

static void host_namespaces(pss *p) {
  static const char keys[][12] = {"hostNetwork", "hostPID", "hostIPC"};
  for (size_t i = 0; i < 3; i++)
    if (is_true(get(p->spec, keys[i]))) violate(p, get(p->spec, keys[i]), NULL);
}

static void privileged_in(pss *p, const ct_value *container) {
  const ct_value *value = get(context(container), "privileged");
  if (is_true(value)) violate(p, value, container);
}
static void privileged(pss *p) { each_container(p, privileged_in); }

static void check_added(pss *p, const ct_value *container, const char *const *allowed) {
  const ct_value *added = get_path(context(container), "capabilities", "add");
  for (uint32_t i = 0; ct_value_is(added, CT_ARRAY) && i < added->count; i++)
    if (!is_one_of(&added->as.items[i], allowed)) violate(p, &added->as.items[i], container);
}

static void capabilities_baseline_in(pss *p, const ct_value *container) {
  static const char *const allowed[] = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE", "FOWNER",  "FSETID",
                                        "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                        "SETPCAP",     "SETUID", "SYS_CHROOT",   NULL};
  check_added(p, container, allowed);
}
static void capabilities_baseline(pss *p) { each_container(p, capabilities_baseline_in); }

static void host_path_volumes(pss *p) {
  const ct_value *volumes = get(p->spec, "volumes");
  for (uint32_t i = 0; ct_value_is(volumes, CT_ARRAY) && i < volumes->count; i++) {
    const ct_value *source = get(&volumes->as.items[i], "hostPath");
    if (source) violate(p, source, NULL);
  }
}

static void host_ports_in(pss *p, const ct_value *container) {
  const ct_value *ports = get(container, "ports");
  for (uint32_t i = 0; ct_value_is(ports, CT_ARRAY) && i < ports->count; i++) {
    const ct_value *port = get(&ports->as.items[i], "hostPort");
    if (ct_value_is(port, CT_INTEGER) && port->as.magnitude) violate(p, port, container);
  }
}
static void host_ports(pss *p) { each_container(p, host_ports_in); }

static void check_handler(pss *p, const ct_value *handler, const ct_value *container) {
  static const char actions[][10] = {"httpGet", "tcpSocket"};
  for (size_t i = 0; i < 2; i++) {
    const ct_value *host = get_path(handler, actions[i], "host");
    if (ct_value_is(host, CT_STRING) && host->length) violate(p, host, container);
  }
}
static void host_probes_in(pss *p, const ct_value *container) {
  static const char probes[][15] = {"livenessProbe", "readinessProbe", "startupProbe"};
  for (size_t i = 0; i < 3; i++) check_handler(p, get(container, probes[i]), container);
  const ct_value *lifecycle = get(container, "lifecycle");
  check_handler(p, get(lifecycle, "postStart"), container);
  check_handler(p, get(lifecycle, "preStop"), container);
}
static void host_probes(pss *p) { each_container(p, host_probes_in); }

static void check_profile_type(pss *p, const ct_value *owner, const char *member, const ct_value *container) {
  static const char *const allowed[] = {"RuntimeDefault", "Localhost", NULL};
  const ct_value *profile = get(context(owner), member);
  if (!profile) return;
  const ct_value *type = get(profile, "type");
  if (!is_one_of(type, allowed)) violate(p, type ? type : profile, container);
}

static void apparmor_in(pss *p, const ct_value *container) {
  check_profile_type(p, container, "appArmorProfile", container);
}
static void apparmor_profile(pss *p) {
  static const char prefix[] = "container.apparmor.security.beta.kubernetes.io/";
  check_profile_type(p, p->spec, "appArmorProfile", NULL);
  each_container(p, apparmor_in);
  const ct_value *annotations = get(p->metadata, "annotations");
  for (uint32_t i = 0; ct_value_is(annotations, CT_OBJECT) && i < annotations->count; i++) {
    const ct_value *value = &annotations->as.items[i];
    if (!begins(value->key, value->key_length, prefix) || !ct_value_is(value, CT_STRING)) continue;
    if (value->length && !ct_value_equals(value, "runtime/default") &&
        !begins(value->as.string, value->length, "localhost/"))
      violate(p, value, NULL);
  }
}

static void selinux_at(pss *p, const ct_value *owner, const ct_value *container) {
  static const char *const allowed[] = {"", "container_t", "container_init_t", "container_kvm_t", NULL};
  const ct_value *options = get(context(owner), "seLinuxOptions");
  if (!options) return;
  const ct_value *type = get(options, "type");
  if (type && !is_one_of(type, allowed) && !(p->version >= 31 && ct_value_equals(type, "container_engine_t")))
    violate(p, type, container);
  static const char empty[][5] = {"user", "role"};
  for (size_t i = 0; i < 2; i++) {
    const ct_value *value = get(options, empty[i]);
    if (value && !ct_value_equals(value, "")) violate(p, value, container);
  }
}
static void selinux_in(pss *p, const ct_value *container) { selinux_at(p, container, container); }
static void selinux_options(pss *p) {
  selinux_at(p, p->spec, NULL);
  each_container(p, selinux_in);
}

static void proc_mount_in(pss *p, const ct_value *container) {
  const ct_value *value = get(context(container), "procMount");
  if (value && !ct_value_equals(value, "Default")) violate(p, value, container);
}
static void proc_mount(pss *p) {
  if (p->version >= 35 && has_user_namespace(p)) return;
  each_container(p, proc_mount_in);
}
static void proc_mount_restricted(pss *p) { each_container(p, proc_mount_in); }

/* Up to 1.18 the annotations counted, and the fields did not. */
static int is_seccomp_annotation_allowed(const ct_value *value) {
  return ct_value_equals(value, "runtime/default") || ct_value_equals(value, "docker/default") ||
         (ct_value_is(value, CT_STRING) && begins(value->as.string, value->length, "localhost/"));
}
static void seccomp_annotation_in(pss *p, const ct_value *container) {
  static const char prefix[] = "container.seccomp.security.alpha.kubernetes.io/";
  const ct_value *annotations = get(p->metadata, "annotations");
  const ct_value *name = get(container, "name");
  if (!ct_value_is(annotations, CT_OBJECT) || !ct_value_is(name, CT_STRING)) return;
  for (uint32_t i = 0; i < annotations->count; i++) {
    const ct_value *value = &annotations->as.items[i];
    size_t rest = sizeof prefix - 1;
    if (!begins(value->key, value->key_length, prefix) || value->key_length - rest != name->length ||
        memcmp(value->key + rest, name->as.string, name->length))
      continue;
    if (value->kind != CT_NULL && !is_seccomp_annotation_allowed(value)) violate(p, value, container);
  }
}
static void seccomp_in(pss *p, const ct_value *container) {
  check_profile_type(p, container, "seccompProfile", container);
}
static void seccomp_profile_baseline(pss *p) {
  if (p->version >= 19) {
    check_profile_type(p, p->spec, "seccompProfile", NULL);
    each_container(p, seccomp_in);
    return;
  }
  const ct_value *value = get_path(p->metadata, "annotations", "seccomp.security.alpha.kubernetes.io/pod");
  if (value && !is_seccomp_annotation_allowed(value)) violate(p, value, NULL);
  each_container(p, seccomp_annotation_in);
}

const ct_pss_sysctl ct_pss_sysctls[CT_PSS_SYSCTLS] = {
    {"kernel.shm_rmid_forced", 0},         {"net.ipv4.ip_local_port_range", 0},
    {"net.ipv4.tcp_syncookies", 0},        {"net.ipv4.ping_group_range", 0},
    {"net.ipv4.ip_unprivileged_port_start", 0}, {"net.ipv4.ip_local_reserved_ports", 27},
    {"net.ipv4.tcp_keepalive_time", 29},   {"net.ipv4.tcp_fin_timeout", 29},
    {"net.ipv4.tcp_keepalive_intvl", 29},  {"net.ipv4.tcp_keepalive_probes", 29},
    {"net.ipv4.tcp_rmem", 32},             {"net.ipv4.tcp_wmem", 32},
    {"net.ipv4.tcp_slow_start_after_idle", 37}, {"net.ipv4.tcp_notsent_lowat", 37},
};

static void sysctls(pss *p) {
  const ct_value *list = get(context(p->spec), "sysctls");
  for (uint32_t i = 0; ct_value_is(list, CT_ARRAY) && i < list->count; i++) {
    const ct_value *name = get(&list->as.items[i], "name");
    int found = 0;
    for (size_t k = 0; k < CT_PSS_SYSCTLS; k++)
      if (ct_pss_sysctls[k].since <= p->version && ct_value_equals(name, ct_pss_sysctls[k].name)) found = 1;
    if (!found) violate(p, name ? name : &list->as.items[i], NULL);
  }
}

/* Restricted */

int ct_pss_allows_volume(const char *kind) {
  static const char allowed[][22] = {"configMap", "csi",   "downwardAPI", "emptyDir", "ephemeral",
                                        "image",     "persistentVolumeClaim", "projected", "secret"};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
    if (!strcmp(allowed[i], kind)) return 1;
  return 0;
}

static void restricted_volumes(pss *p) {
  const ct_value *volumes = get(p->spec, "volumes");
  for (uint32_t i = 0; ct_value_is(volumes, CT_ARRAY) && i < volumes->count; i++) {
    const ct_value *volume = &volumes->as.items[i];
    for (uint32_t k = 0; ct_value_is(volume, CT_OBJECT) && k < volume->count; k++) {
      const ct_value *source = &volume->as.items[k];
      if (source->kind == CT_NULL || !strcmp(source->key, "name")) continue;
      if (!ct_pss_allows_volume(source->key)) violate(p, source, NULL);
    }
  }
}

static void escalation_in(pss *p, const ct_value *container) {
  const ct_value *value = get(context(container), "allowPrivilegeEscalation");
  if (!is_false(value)) violate(p, value ? value : container, container);
}
static void allow_privilege_escalation(pss *p) {
  if (p->version >= 25 && is_windows(p)) return;
  each_container(p, escalation_in);
}

static void non_root_explicit_in(pss *p, const ct_value *container) {
  const ct_value *value = get(context(container), "runAsNonRoot");
  if (is_false(value)) violate(p, value, container);
}
static void non_root_missing_in(pss *p, const ct_value *container) {
  if (!get(context(container), "runAsNonRoot")) violate(p, container, container);
}
static void run_as_non_root(pss *p) {
  if (p->version >= 35 && has_user_namespace(p)) return;
  const ct_value *value = get(context(p->spec), "runAsNonRoot");
  if (is_false(value)) violate(p, value, NULL);
  each_container(p, non_root_explicit_in);
  if (!is_true(value)) each_container(p, non_root_missing_in);
}

static void user_at(pss *p, const ct_value *owner, const ct_value *container) {
  const ct_value *value = get(context(owner), "runAsUser");
  if (ct_value_is(value, CT_INTEGER) && !value->as.magnitude) violate(p, value, container);
}
static void user_in(pss *p, const ct_value *container) { user_at(p, container, container); }
static void run_as_user(pss *p) {
  if (p->version >= 35 && has_user_namespace(p)) return;
  user_at(p, p->spec, NULL);
  each_container(p, user_in);
}

static void seccomp_missing_in(pss *p, const ct_value *container) {
  if (!get(context(container), "seccompProfile")) violate(p, container, container);
}
static void seccomp_profile_restricted(pss *p) {
  if (p->version >= 25 && is_windows(p)) return;
  check_profile_type(p, p->spec, "seccompProfile", NULL);
  each_container(p, seccomp_in);
  if (!get(context(p->spec), "seccompProfile")) each_container(p, seccomp_missing_in);
}

static void capabilities_restricted_in(pss *p, const ct_value *container) {
  static const char *const allowed[] = {"NET_BIND_SERVICE", NULL};
  const ct_value *dropped = get_path(context(container), "capabilities", "drop");
  int all = 0;
  for (uint32_t i = 0; ct_value_is(dropped, CT_ARRAY) && i < dropped->count; i++)
    if (ct_value_equals(&dropped->as.items[i], "ALL")) all = 1;
  if (!all) violate(p, dropped ? dropped : container, container);
  check_added(p, container, allowed);
}
static void capabilities_restricted(pss *p) {
  if (p->version >= 25 && is_windows(p)) return;
  each_container(p, capabilities_restricted_in);
}

/* replaced: at level restricted, from this version on, a check of that level stands in for it; 0xff: never. */
static const struct {
  const char *id;
  void (*run)(pss *p);
  uint8_t level;
  uint8_t since;
  uint8_t replaced;
} checks[] = {
    {"windowsHostProcess", windows_host_process, CT_PSS_BASELINE, 0, 0xff},
    {"hostNamespaces", host_namespaces, CT_PSS_BASELINE, 0, 0xff},
    {"privileged", privileged, CT_PSS_BASELINE, 0, 0xff},
    {"capabilities_baseline", capabilities_baseline, CT_PSS_BASELINE, 0, 22},
    {"hostPathVolumes", host_path_volumes, CT_PSS_BASELINE, 0, 0},
    {"hostPorts", host_ports, CT_PSS_BASELINE, 0, 0xff},
    {"hostProbesAndHostLifecycle", host_probes, CT_PSS_BASELINE, 34, 0xff},
    {"appArmorProfile", apparmor_profile, CT_PSS_BASELINE, 0, 0xff},
    {"seLinuxOptions", selinux_options, CT_PSS_BASELINE, 0, 0xff},
    {"procMount", proc_mount, CT_PSS_BASELINE, 0, 35},
    {"seccompProfile_baseline", seccomp_profile_baseline, CT_PSS_BASELINE, 0, 19},
    {"sysctls", sysctls, CT_PSS_BASELINE, 0, 0xff},
    {"restrictedVolumes", restricted_volumes, CT_PSS_RESTRICTED, 0, 0xff},
    {"allowPrivilegeEscalation", allow_privilege_escalation, CT_PSS_RESTRICTED, 8, 0xff},
    {"runAsNonRoot", run_as_non_root, CT_PSS_RESTRICTED, 0, 0xff},
    {"runAsUser", run_as_user, CT_PSS_RESTRICTED, 23, 0xff},
    {"seccompProfile_restricted", seccomp_profile_restricted, CT_PSS_RESTRICTED, 19, 0xff},
    {"capabilities_restricted", capabilities_restricted, CT_PSS_RESTRICTED, 22, 0xff},
    {"procMount_restricted", proc_mount_restricted, CT_PSS_RESTRICTED, 35, 0xff},
};
#define CHECKS (sizeof checks / sizeof *checks)

const char *ct_pss_check_at(size_t index) { return index < CHECKS ? checks[index].id : NULL; }

int ct_pss_check(ct_arena *arena, const ct_value *metadata, const ct_value *spec, int level, uint32_t version,
                 ct_pss_violation **violations) {
  if (version > CT_PSS_NEWEST) version = CT_PSS_NEWEST;
  pss p = {.arena = arena, .metadata = metadata, .spec = spec, .version = version};
  ct_pss_violation *first = NULL;
  p.last = &first;
  for (size_t i = 0; i < CHECKS; i++) {
    if (checks[i].level > level || checks[i].since > version) continue;
    if (level == CT_PSS_RESTRICTED && checks[i].replaced <= version) continue;
    p.check = checks[i].id;
    checks[i].run(&p);
  }
  if (p.failed) return CTSEC_E_NOMEM;
  *violations = first;
  return 0;
}

int ct_pss_parse(const char *text, size_t length, int *level, uint32_t *version) {
  static const char levels[][11] = {"privileged", "baseline", "restricted"};
  const char *at = memchr(text, '@', length);
  size_t name = at ? (size_t)(at - text) : length;
  int found = -1;
  for (int i = 0; i < 3; i++)
    if (strlen(levels[i]) == name && !memcmp(text, levels[i], name)) found = i;
  if (found < 0) return 0;
  uint32_t minor = CT_PSS_NEWEST;
  if (at) {
    const char *number = at + 1;
    size_t left = length - name - 1;
    if (left && *number == 'v') number++, left--;
    if (!(left == 6 && !memcmp(number, "latest", 6))) {
      if (left < 3 || left > 5 || number[0] != '1' || number[1] != '.') return 0;
      minor = 0;
      for (size_t i = 2; i < left; i++) {
        if (number[i] < '0' || number[i] > '9') return 0;
        minor = minor * 10 + (uint32_t)(number[i] - '0');
      }
    }
  }
  *level = found;
  *version = minor;
  return 1;
}
