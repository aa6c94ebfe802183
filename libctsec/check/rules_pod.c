/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only pods can say: volumes, ports and probes of a manifest, its tokens, its references to secrets. */
#include <string.h>

#include "check/check.h"
#include "check/pss.h"
#include "container/kubernetes.h"

static const ct_value *member(const ct_value *object, const char *key, ct_kind kind) {
  const ct_value *found = ct_value_member(object, key);
  return ct_value_is(found, kind) ? found : NULL;
}

static uint32_t count_of(const ct_value *array) { return array ? array->count : 0; }

const ct_value *ct_pod_annotation(const ct_container *container, const char *prefix, const char *name) {
  const ct_value *all = member(container->pod_metadata, "annotations", CT_OBJECT);
  size_t length = strlen(prefix);
  for (uint32_t i = 0; name && i < count_of(all); i++) {
    const ct_value *value = &all->as.items[i];
    if (value->kind == CT_STRING && !strncmp(value->key, prefix, length) && !strcmp(value->key + length, name)) return value;
  }
  return NULL;
}

static int is_true(const ct_value *object, const char *key) {
  const ct_value *value = member(object, key, CT_BOOL);
  return value && value->boolean;
}

static const char *text_of(const ct_value *value) { return value ? value->as.string : ""; }

/* How many other containers of the pod mount a volume. */
static int count_users(const ct_value *spec, const char *volume, const ct_value *but) {
  int users = 0;
  for (size_t list = 0; ct_pod_list_at(list); list++) {
    const ct_value *containers = member(spec, ct_pod_list_at(list), CT_ARRAY);
    for (uint32_t i = 0; i < count_of(containers); i++) {
      const ct_value *container = &containers->as.items[i];
      const ct_value *mounts = container == but ? NULL : member(container, "volumeMounts", CT_ARRAY);
      for (uint32_t k = 0; k < count_of(mounts); k++) {
        if (!ct_value_equals(member(&mounts->as.items[k], "name", CT_STRING), volume)) continue;
        users++;
        break;
      }
    }
  }
  return users;
}

static const ct_value *source_of(const ct_value *volume) {
  for (uint32_t i = 0; ct_value_is(volume, CT_OBJECT) && i < volume->count; i++)
    if (volume->as.items[i].kind != CT_NULL && strcmp(volume->as.items[i].key, "name")) return &volume->as.items[i];
  return NULL;
}

/* The first container of its pod speaks for what none of them uses. */
static int is_first(const ct_container *container) {
  return container == container->root->items || container[-1].pod_spec != container->pod_spec;
}

static int mounts_volume(const ct_container *container, const char *name) {
  const ct_value *mounts = member(container->at, "volumeMounts", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(mounts); i++)
    if (ct_value_equals(member(&mounts->as.items[i], "name", CT_STRING), name)) return 1;
  return 0;
}

/* The rule that already speaks of a hostPath by what lies there. */
static ct_rule_id rule_of_source(const ct_check *check, const ct_value *path) {
  for (uint32_t i = 0; i < check->count; i++)
    if (check->findings[i].at == path && path) return check->findings[i].rule;
  return CT_RULE_COUNT;
}

static void check_volumes(ct_check *check) {
  const ct_container *container = check->container;
  const ct_value *volumes = member(container->pod_spec, "volumes", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(volumes); i++) {
    const ct_value *volume = &volumes->as.items[i];
    const char *name = text_of(member(volume, "name", CT_STRING));
    int own = mounts_volume(container, name);
    if (!own && (!is_first(container) || count_users(container->pod_spec, name, container->at))) continue;
    const ct_value *source = source_of(volume);
    if (source && !ct_pss_allows_volume(source->key)) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_VOLUME_TYPE, source);
      finding->values.name = ct_check_text(check, "%s", name);
      finding->values.value = finding->observed = ct_check_text(check, "%s", source->key);
      if (!strcmp(source->key, "hostPath")) finding->because = rule_of_source(check, ct_value_member(source, "path"));
    }
    /* An absent source is an emptyDir too. */
    if (own && (!source || !strcmp(source->key, "emptyDir")) && count_users(container->pod_spec, name, container->at)) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_VOLUMES_FROM, source ? source : volume);
      finding->values.value = ct_check_text(check, "emptyDir %s", name);
      finding->observed = ct_check_text(check, "emptyDir %s, %d containers", name,
                                        1 + count_users(container->pod_spec, name, container->at));
    }
  }
}

static void check_mounts(ct_check *check) {
  const ct_value *mounts = member(check->container->at, "volumeMounts", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(mounts); i++) {
    const ct_value *mount = &mounts->as.items[i];
    const ct_value *path = member(mount, "subPath", CT_STRING);
    if (!path || !path->length) path = member(mount, "subPathExpr", CT_STRING);
    if (!path || !path->length) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_MOUNT_SYMLINK_SUBPATH, path);
    finding->values.destination = ct_check_text(check, "%s", text_of(member(mount, "mountPath", CT_STRING)));
    finding->values.value = ct_check_text(check, "%s", path->as.string);
    finding->observed = ct_check_text(check, "%s: %s", path->key, path->as.string);
  }
  const ct_value *devices = member(check->container->at, "volumeDevices", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(devices); i++) {
    const ct_value *path = member(&devices->as.items[i], "devicePath", CT_STRING);
    if (!path) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_DEVICE_HOST, path);
    finding->values.device = ct_check_text(check, "%s", path->as.string);
    finding->observed = ct_check_text(check, "volumeDevices: %s", path->as.string);
    finding->reason = CT_MESSAGE_REASON_CLAIMED_DEVICE;
  }
}

/* "nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915", "nvidia.com/mig-1g.5gb". */
static int is_gpu(const char *name) {
  return strstr(name, "/gpu") || !strncmp(name, "gpu.", 4) || !strncmp(name, "nvidia.com/", 11);
}

static void check_gpus(ct_check *check) {
  const ct_value *limits = member(member(check->container->at, "resources", CT_OBJECT), "limits", CT_OBJECT);
  for (uint32_t i = 0; i < count_of(limits); i++) {
    const ct_value *limit = &limits->as.items[i];
    if (!is_gpu(limit->key)) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_GPU_DEVICES, limit);
    finding->values.name = finding->values.device = finding->observed = ct_check_text(check, "%s", limit->key);
  }
}

static void report_reference(ct_check *check, const ct_value *at, const char *name, const char *observed) {
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SECRET_ENV, at);
  finding->values.name = name;
  finding->values.source = "./secret-file";
  finding->observed = observed;
  finding->message_id = CT_MESSAGE_SECRET_REFERENCE;
  ct_raise(finding, CTSEC_SEVERITY_LOW, CT_MESSAGE_REASON_REFERENCE);
}

static void check_references(ct_check *check) {
  const ct_value *env = member(check->container->at, "env", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(env); i++) {
    const ct_value *reference = member(member(&env->as.items[i], "valueFrom", CT_OBJECT), "secretKeyRef", CT_OBJECT);
    if (!reference) continue;
    const char *name = ct_check_text(check, "%s", text_of(member(&env->as.items[i], "name", CT_STRING)));
    report_reference(check, reference, name,
                     ct_check_text(check, "%s: secretKeyRef %s", name, text_of(member(reference, "name", CT_STRING))));
  }
  const ct_value *from = member(check->container->at, "envFrom", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(from); i++) {
    const ct_value *reference = member(&from->as.items[i], "secretRef", CT_OBJECT);
    if (!reference) continue;
    const char *name = ct_check_text(check, "%s", text_of(member(reference, "name", CT_STRING)));
    report_reference(check, reference, name, ct_check_text(check, "envFrom: secretRef %s", name));
  }
}

static void check_ports(ct_check *check) {
  const ct_value *ports = member(check->container->at, "ports", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(ports); i++) {
    const ct_value *host = member(&ports->as.items[i], "hostPort", CT_INTEGER);
    const ct_value *inside = member(&ports->as.items[i], "containerPort", CT_INTEGER);
    int used = host && host->as.magnitude;
    if (used) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_HOST_PORT, host);
      finding->values.value = ct_check_text(check, "%llu", (unsigned long long)host->as.magnitude);
      finding->observed = ct_check_text(check, "hostPort: %s", finding->values.value);
    }
    if (!inside || used) continue;
    const char *number = ct_check_text(check, "%llu", (unsigned long long)inside->as.magnitude);
    if (inside->as.magnitude > 0 && inside->as.magnitude < 1024) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_PORT_PRIVILEGED, inside);
      finding->values.value = number;
      finding->observed = ct_check_text(check, "containerPort: %s", number);
      ct_raise(finding, CTSEC_SEVERITY_INFO, CT_MESSAGE_REASON_PORT_INSIDE);
    }
    if (inside->as.magnitude == 22)
      ct_report(check, CT_RULE_SSH_PORT, inside)->observed = ct_check_text(check, "containerPort: %s", number);
  }
}

static void check_handler(ct_check *check, const char *name, const ct_value *handler) {
  static const char actions[][10] = {"httpGet", "tcpSocket"};
  for (size_t i = 0; i < 2; i++) {
    const ct_value *host = member(member(handler, actions[i], CT_OBJECT), "host", CT_STRING);
    if (!host || !host->length) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_HOST_PROBES, host);
    finding->values.name = name;
    finding->values.value = ct_check_text(check, "%s", host->as.string);
    finding->observed = ct_check_text(check, "%s.%s.host: %s", name, actions[i], host->as.string);
  }
}

static void check_probes(ct_check *check) {
  const ct_value *at = check->container->at, *lifecycle = ct_value_member(at, "lifecycle");
  static const char probes[][15] = {"livenessProbe", "readinessProbe", "startupProbe"};
  static const char hooks[][10] = {"postStart", "preStop"};
  for (size_t i = 0; i < 3; i++) check_handler(check, probes[i], ct_value_member(at, probes[i]));
  for (size_t i = 0; i < 2; i++) check_handler(check, hooks[i], ct_value_member(lifecycle, hooks[i]));
}

static void check_aliases(ct_check *check) {
  const ct_value *aliases = member(check->container->pod_spec, "hostAliases", CT_ARRAY);
  for (uint32_t i = 0; i < count_of(aliases); i++) {
    const ct_value *ip = member(&aliases->as.items[i], "ip", CT_STRING);
    struct ctsec_finding *finding = ct_report(check, CT_RULE_HOST_ALIASES, &aliases->as.items[i]);
    finding->observed = finding->values.value = ct_check_text(check, "%s", ip ? ip->as.string : "hostAliases");
  }
}

static void check_windows(ct_check *check) {
  const ct_value *contexts[] = {ct_value_member(check->container->at, "securityContext"),
                                ct_value_member(check->container->pod_spec, "securityContext")};
  for (size_t i = 0; i < 2; i++) {
    const ct_value *options = member(contexts[i], "windowsOptions", CT_OBJECT);
    if (!is_true(options, "hostProcess")) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_WINDOWS_HOSTPROCESS, ct_value_member(options, "hostProcess"));
    finding->observed = "hostProcess: true";
    finding->values.value = "process";
    return;
  }
}

/* The kubelet mounts the token unless the pod, or its service account, says no. */
static void check_token(ct_check *check) {
  const ct_value *said = member(check->container->pod_spec, "automountServiceAccountToken", CT_BOOL);
  if (said && !said->boolean) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SA_TOKEN, said ? said : check->container->pod_spec);
  finding->observed = said ? "automountServiceAccountToken: true" : "automountServiceAccountToken not set";
  if (!said) finding->message_id = CT_MESSAGE_SA_TOKEN_DEFAULT;
}

static void check_groups(ct_check *check) {
  const ct_value *own = ct_value_member(check->container->at, "securityContext");
  const ct_value *pod = ct_value_member(check->container->pod_spec, "securityContext");
  const ct_value *group = member(own, "runAsGroup", CT_INTEGER);
  if (!group) group = member(pod, "runAsGroup", CT_INTEGER);
  const ct_value *groups[] = {group, member(pod, "fsGroup", CT_INTEGER)};
  for (size_t i = 0; i < 2; i++) {
    if (!groups[i] || groups[i]->as.magnitude) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ROOT_GROUP, groups[i]);
    finding->values.value = "0";
    finding->observed = ct_check_text(check, "%s: 0", groups[i]->key);
  }
}

static void check_sharing(ct_check *check) {
  const ct_container *container = check->container;
  if (!is_true(container->pod_spec, "shareProcessNamespace") || is_true(container->pod_spec, "hostPID")) return;
  struct ctsec_finding *finding =
      ct_report(check, CT_RULE_JOIN_OTHER_NS, ct_value_member(container->pod_spec, "shareProcessNamespace"));
  finding->values.name = finding->values.source = "pid";
  finding->values.value = "pod";
  finding->observed = "shareProcessNamespace: true";
}

void ct_rules_pod(ct_check *check) {
  if (!check->container->pod_spec) return;
  check_volumes(check);
  check_mounts(check);
  check_gpus(check);
  check_references(check);
  check_ports(check);
  check_probes(check);
  check_aliases(check);
  check_windows(check);
  check_token(check);
  check_groups(check);
  check_sharing(check);
}
