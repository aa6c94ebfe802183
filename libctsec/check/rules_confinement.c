/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp, AppArmor, SELinux, no_new_privs, masked paths. */
#include <string.h>

#include "check/check.h"

static const char *names_of(ct_check *check, uint64_t dangers) {
  const char *text = "";
  for (uint32_t i = 0; i < CT_DANGERS; i++)
    if (dangers >> i & 1) text = ct_check_text(check, "%s%s%s", text, *text ? ", " : "", ct_dangers[i].shown);
  return text;
}

/* What the kernel would not refuse anyway for want of a capability. */
static uint64_t open_to(uint64_t dangers, uint64_t caps) {
  for (uint32_t i = 0; i < CT_DANGERS; i++)
    if (ct_dangers[i].cap >= 0 && !(caps >> ct_dangers[i].cap & 1)) dangers &= ~(UINT64_C(1) << i);
  return dangers;
}

static void check_profile(ct_check *check) {
  const ct_container *container = check->container;
  const ct_seccomp *seccomp = &container->seccomp;
  const ct_filter_facts *filter = &check->filter;
  if (!filter->known) return;
  const ct_value *at = seccomp->from.at ? seccomp->from.at : seccomp->object;
  uint64_t beyond = filter->like_default ? 0 : filter->allowed & ~filter->by_default;
  if (filter->open || beyond) {
    uint64_t usable = open_to(beyond, container->facts.created.bounding);
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SECCOMP_WEAK_PROFILE, at);
    const char *names = names_of(check, usable ? usable : beyond);
    finding->observed = !filter->open ? ct_check_text(check, "allows %s", names)
                        : *names      ? ct_check_text(check, "defaultAction: %s; allows %s", filter->open, names)
                                      : ct_check_text(check, "defaultAction: %s", filter->open);
    finding->values.value = seccomp->file ? seccomp->file : "PROFILE";
    if (!filter->open && !usable) ct_raise(finding, CTSEC_SEVERITY_LOW, CT_MESSAGE_REASON_CAPS_MISSING);
  }
  if (filter->missing) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SECCOMP_ARCH_GAP, at);
    finding->values.value = filter->missing;
    finding->observed = ct_check_text(check, "not in architectures: %s", filter->missing);
  }
}

/* "seccomp=unconfined" in the words of whoever wrote it. */
static const char *unconfined_as_said(const ct_container *container) {
  int absent = container->seccomp.from.defaulted;
  if (ct_is_spec(container)) return "linux.seccomp absent";
  if (container->format != CT_FORMAT_KUBERNETES) return absent ? "no seccomp profile" : "seccomp=unconfined";
  return absent ? "seccompProfile not set" : "seccompProfile: Unconfined";
}

/* Kubernetes gives no filter to whoever names none, unless the kubelet was told to. */
static void check_missing(ct_check *check) {
  const ct_container *container = check->container;
  const ct_value *old = ct_pod_annotation(container, "container.seccomp.security.alpha.kubernetes.io/", container->name);
  if (!old) old = ct_pod_annotation(container, "seccomp.security.alpha.kubernetes.io/", "pod");
  if (ct_value_equals(old, "unconfined")) {
    ct_report(check, CT_RULE_SECCOMP_UNCONFINED, old)->observed = "seccomp annotation: unconfined";
    return;
  }
  ct_report(check, CT_RULE_SECCOMP_MISSING, container->host_object)->observed = unconfined_as_said(container);
  if (ct_kubelet_decides_seccomp(container, check->options))
    ct_needs(check, CT_RULE_SECCOMP_MISSING, container->host_object, CT_MESSAGE_NEED_KUBELET, "kubelet-seccomp-default", NULL);
}

static void check_seccomp(ct_check *check) {
  const ct_container *container = check->container;
  const ct_seccomp *seccomp = &container->seccomp;
  check_profile(check);
  switch (seccomp->mode) {
    case CT_SECCOMP_UNCONFINED:
      if (ct_is_privileged(container) && seccomp->from.defaulted) return;
      if (container->format == CT_FORMAT_KUBERNETES && seccomp->from.defaulted)
        check_missing(check);
      else
        ct_report(check, CT_RULE_SECCOMP_UNCONFINED, seccomp->from.at ? seccomp->from.at : container->host_object)
            ->observed = unconfined_as_said(container);
      return;
    case CT_SECCOMP_FILE:
      ct_needs(check, CT_RULE_SECCOMP_WEAK_PROFILE, seccomp->from.at, CT_MESSAGE_NEED_PROFILE_FILE,
               seccomp->file ? ct_check_text(check, "file:%s", seccomp->file) : NULL,
               ct_check_text(check, "%.*s", (int)seccomp->profile.length, seccomp->profile.value));
      return;
    default:
      return;
  }
}

static void check_apparmor(ct_check *check) {
  const ct_container *container = check->container;
  const ct_apparmor *apparmor = &container->apparmor;
  const char *lsm = ct_options_fact(check->options, "lsm");
  /* Not known because of a variable or a file: that is remarked already. */
  if (apparmor->from.state == CT_UNKNOWN && !apparmor->from.defaulted && container->format == CT_FORMAT_COMPOSE) return;
  if (apparmor->from.state == CT_UNKNOWN) {
    if (!ct_is_spec(container) || !container->selinux.process_label.length)
      ct_needs(check, CT_RULE_APPARMOR_UNCONFINED, container->at, CT_MESSAGE_NEED_LSM, "lsm", NULL);
    return;
  }
  if (apparmor->mode != CT_LSM_UNCONFINED || (lsm && strcmp(lsm, "apparmor"))) return;
  int privileged = ct_is_privileged(container);
  /* What privileged implies is only sure where the host has AppArmor, or the engine says so. */
  if (apparmor->from.defaulted && !lsm) {
    ct_needs(check, CT_RULE_APPARMOR_UNCONFINED, container->privileged.from.at, CT_MESSAGE_NEED_LSM, "lsm", NULL);
    return;
  }
  struct ctsec_finding *finding =
      ct_report(check, CT_RULE_APPARMOR_UNCONFINED, apparmor->from.at ? apparmor->from.at : container->at);
  finding->observed = apparmor->from.defaulted || ct_is_spec(container) ? "no AppArmor profile"
                      : container->pod_spec && apparmor->from.at && apparmor->from.at->key && !strcmp(apparmor->from.at->key, "type")
                          ? "appArmorProfile: Unconfined"
                      : container->pod_spec ? "AppArmor annotation: unconfined"
                                            : "apparmor=unconfined";
  if (privileged) finding->because = CT_RULE_PRIVILEGED;
}

static void check_selinux(ct_check *check) {
  const ct_container *container = check->container;
  const ct_selinux *selinux = &container->selinux;
  const char *lsm = ct_options_fact(check->options, "lsm");
  static const char types[][19] = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t",
                                      "svirt_lxc_net_t"};
  if (lsm && strcmp(lsm, "selinux")) return;
  if (selinux->from.state == CT_UNKNOWN || selinux->from.defaulted) {
    /* A default label is nobody's mistake; that there is one at all is what the benchmark asks. */
    if (check->selection->cis && !lsm && !selinux->process_label.length)
      ct_needs(check, CT_RULE_SELINUX_DISABLED, container->at, CT_MESSAGE_NEED_LSM, "lsm", NULL);
    return;
  }
  if (selinux->mode == CT_LSM_UNCONFINED) {
    /* The engine itself adds label=disable to these. */
    int privileged = ct_is_privileged(container);
    int pid = container->namespaces[CT_NS_PID].mode == CT_NS_HOST, ipc = container->namespaces[CT_NS_IPC].mode == CT_NS_HOST;
    if ((privileged || pid || ipc) && !lsm) {
      ct_needs(check, CT_RULE_SELINUX_DISABLED, selinux->from.at, CT_MESSAGE_NEED_LSM, "lsm", NULL);
      return;
    }
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SELINUX_DISABLED, selinux->from.at);
    finding->observed = "label=disable";
    finding->values.value = "disable";
    if (privileged || pid || ipc)
      finding->fix = finding->because = privileged ? CT_RULE_PRIVILEGED : pid ? CT_RULE_HOST_PID : CT_RULE_HOST_IPC;
    return;
  }
  const ct_text *identities[] = {&selinux->user, &selinux->role};
  for (size_t i = 0; container->pod_spec && i < 2; i++) {
    if (!identities[i]->length) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SELINUX_DISABLED, identities[i]->from.at);
    finding->observed = ct_check_text(check, "seLinuxOptions.%s: %s", i ? "role" : "user", identities[i]->value);
    finding->values.value = finding->observed;
  }
  if (!ct_is_set(selinux->type.from)) return;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (ct_text_is(&selinux->type, types[i])) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SELINUX_DISABLED, selinux->type.from.at);
  finding->observed = ct_check_text(check, container->pod_spec ? "seLinuxOptions.type: %.*s" : "label=type:%.*s",
                                    (int)selinux->type.length, selinux->type.value);
  finding->values.value = ct_check_text(check, "type:%.*s", (int)selinux->type.length, selinux->type.value);
}

static int has_path(const ct_texts *paths, const char *path) {
  size_t length = strlen(path);
  for (uint32_t i = 0; i < paths->count; i++) {
    const ct_text *item = &paths->items[i];
    /* A folder hides what is below it. */
    if (item->length <= length && !memcmp(item->value, path, item->length) &&
        (path[item->length] == '\0' || path[item->length] == '/'))
      return 1;
  }
  return 0;
}

static void add_missing(ct_buffer *buffer, const ct_texts *paths, const char *const *wanted, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!has_path(paths, wanted[i])) ct_buffer_format(buffer, "%s%s", buffer->length ? ", " : "", wanted[i]);
}

static void check_masks(ct_check *check) {
  /* What has been masked since these lists exist; later engines add to them. */
  static const char *const masked[] = {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware"};
  static const char readonly[][20] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  const ct_container *container = check->container;
  int privileged = ct_is_privileged(container);
  if (container->masked_paths.from.state == CT_UNKNOWN) return;
  ct_buffer missing;
  ct_buffer_init(&missing);
  /* A masked path needs not be read-only too. */
  add_missing(&missing, &container->masked_paths, masked, sizeof masked / sizeof *masked);
  for (size_t i = 0; i < sizeof readonly / sizeof *readonly; i++)
    if (!has_path(&container->readonly_paths, readonly[i]) && !has_path(&container->masked_paths, readonly[i]))
      ct_buffer_format(&missing, "%s%s", missing.length ? ", " : "", readonly[i]);
  if (missing.failed) check->failed = 1;
  if (missing.length && !missing.failed) {
    const ct_value *at = container->masked_paths.from.at ? container->masked_paths.from.at
                         : container->privileged.from.at ? container->privileged.from.at
                                                         : container->host_object;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_PROC_UNMASKED, at ? at : container->at);
    finding->observed = ct_check_text(check, "%.*s", (int)missing.length, missing.data);
    finding->values.value = finding->observed;
    /* In the words of the engine, or in its own. */
    const char *said = ct_value_is(finding->at, CT_STRING) ? strstr(finding->at->as.string, "unmask=") : NULL;
    finding->values.name = said ? said : container->engine == CTSEC_ENGINE_PODMAN ? "unmask=ALL" : "systempaths=unconfined";
    if (privileged) finding->because = CT_RULE_PRIVILEGED;
  }
  ct_buffer_free(&missing);
}

void ct_rules_confinement(ct_check *check) {
  check_seccomp(check);
  check_apparmor(check);
  check_selinux(check);
  check_masks(check);
}
