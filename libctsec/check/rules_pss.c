/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Violations of the Pod Security Standards as findings: each has the rule that comes nearest, and the standard's own id. */
#include <string.h>

#include "check/check.h"
#include "check/pss.h"

/* "NET_ADMIN" to the rule cap-net-admin; CT_RULE_COUNT where there is none. */
static ct_rule_id rule_of_capability(const ct_value *name) {
  char id[64] = "cap-";
  if (name->length > sizeof id - 5) return CT_RULE_COUNT;
  for (uint32_t i = 0; i < name->length; i++) {
    char c = name->as.string[i];
    id[4 + i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '_' ? '-' : c);
  }
  return ct_rule_find(id, 4 + name->length);
}

static ct_rule_id rule_of(const ct_pss_violation *violation) {
  static const struct {
    const char *check;
    ct_rule_id rule;
  } rows[] = {
      {"windowsHostProcess", CT_RULE_WINDOWS_HOSTPROCESS},
      {"privileged", CT_RULE_PRIVILEGED},
      {"hostPathVolumes", CT_RULE_VOLUME_TYPE},
      {"restrictedVolumes", CT_RULE_VOLUME_TYPE},
      {"hostPorts", CT_RULE_HOST_PORT},
      {"hostProbesAndHostLifecycle", CT_RULE_HOST_PROBES},
      {"appArmorProfile", CT_RULE_APPARMOR_UNCONFINED},
      {"seLinuxOptions", CT_RULE_SELINUX_DISABLED},
      {"procMount", CT_RULE_PROC_UNMASKED},
      {"procMount_restricted", CT_RULE_PROC_UNMASKED},
      {"sysctls", CT_RULE_SYSCTL_UNSAFE},
      {"allowPrivilegeEscalation", CT_RULE_NO_NEW_PRIVILEGES},
      {"runAsNonRoot", CT_RULE_ROOT_USER},
      {"runAsUser", CT_RULE_ROOT_USER},
  };
  const char *check = violation->check;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!strcmp(rows[i].check, check)) return rows[i].rule;
  if (!strcmp(check, "hostNamespaces")) {
    const char *key = violation->at->key;
    return !strcmp(key, "hostPID") ? CT_RULE_HOST_PID : !strcmp(key, "hostIPC") ? CT_RULE_HOST_IPC : CT_RULE_HOST_NET;
  }
  if (!strncmp(check, "seccomp", 7))
    return violation->at == violation->container ? CT_RULE_SECCOMP_MISSING : CT_RULE_SECCOMP_UNCONFINED;
  if (!ct_value_is(violation->at, CT_STRING)) return CT_RULE_CAP_DROP_ALL_MISSING;
  ct_rule_id rule = rule_of_capability(violation->at);
  if (rule < CT_RULE_COUNT) return rule;
  return strcmp(check, "capabilities_baseline") ? CT_RULE_CAP_DROP_ALL_MISSING : CT_RULE_CAP_UNKNOWN;
}

static const char *observe(ct_check *check, const ct_value *at) {
  const char *key = at->key ? at->key : "";
  switch (at->kind) {
    case CT_STRING:
      return ct_check_text(check, "%s%s%.*s", key, *key ? ": " : "", (int)at->length, at->as.string);
    case CT_BOOL:
      return ct_check_text(check, "%s: %s", key, at->boolean ? "true" : "false");
    case CT_INTEGER:
      return ct_check_text(check, "%s: %s%llu", key, at->negative ? "-" : "", (unsigned long long)at->as.magnitude);
    default:
      return *key ? ct_check_text(check, "%s", key) : "not set";
  }
}

void ct_rules_pss(ct_check *check) {
  const ct_container *container = check->container;
  ct_pss_violation *violations;
  if (ct_pss_check(check->arena, container->pod_metadata, container->pod_spec, check->selection->pss_level,
                   check->selection->pss_version, &violations)) {
    check->failed = 1;
    return;
  }
  /* What stands at the pod is said once, at the first of its containers that is examined. */
  int first = container == container->root->items || container[-1].pod_spec != container->pod_spec;
  for (const ct_pss_violation *v = violations; v; v = v->next) {
    if (v->container ? v->container != container->at : !first) continue;
    ct_rule_id rule = rule_of(v);
    struct ctsec_finding *finding = ct_report(check, rule, v->at);
    if (finding->severity < CTSEC_SEVERITY_HIGH) ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_STANDARD);
    finding->check = v->check;
    finding->observed = observe(check, v->at);
    /* The capability and the device that a container may want instead. */
    finding->values = (ct_values){.capability = "CAP_NET_BIND_SERVICE", .device = "/dev/..."};
    /* Of a volume, its kind; of a port, its number. */
    finding->values.value = v->at->kind == CT_INTEGER ? ct_check_text(check, "%llu", (unsigned long long)v->at->as.magnitude)
                            : v->at->kind == CT_OBJECT ? v->at->key
                                                       : "process";
    if (ct_value_is(v->at, CT_STRING)) {
      const char *text = ct_check_text(check, "%s", v->at->as.string);
      finding->values.name = finding->values.value = finding->values.sysctl = text;
      if (rule != CT_RULE_CAP_DROP_ALL_MISSING) finding->values.capability = ct_check_text(check, "CAP_%s", text);
    }
  }
}
