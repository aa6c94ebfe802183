/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What pods alone can say, and what the filter of a container allows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static ctsec_findings *check_with(const char *text, const char *fact) {
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_error *error = NULL;
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (fact) ck_assert_int_eq(ctsec_options_set(options, "fact", fact, strlen(fact), NULL), 0);
  if (ctsec_containers_parse(text, strlen(text), options, &containers, &error))
    ck_abort_msg("%s: %s", ctsec_error_message(error), text);
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return findings;
}

static int severity_of(const ctsec_findings *findings, const char *rule) {
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    if (!strcmp(ctsec_finding_rule(finding), rule)) return ctsec_finding_severity(finding);
  }
  return -1;
}

#define NONE (-1)
#define INFO CTSEC_SEVERITY_INFO
#define LOW CTSEC_SEVERITY_LOW
#define MEDIUM CTSEC_SEVERITY_MEDIUM
#define HIGH CTSEC_SEVERITY_HIGH
#define CRITICAL CTSEC_SEVERITY_CRITICAL

/* Members of the pod's spec and of its one container, in JSON; what the rule then weighs, NONE where it is silent. */
static const struct {
  const char *spec;
  const char *container;
  const char *rule;
  int severity;
} rows[] = {
    {"", "", "sa-token", LOW},
    {"\"automountServiceAccountToken\":false,", "", "sa-token", NONE},
    {"\"automountServiceAccountToken\":true,", "", "sa-token", LOW},
    {"", "", "host-aliases", NONE},
    {"\"hostAliases\":[{\"ip\":\"1.2.3.4\",\"hostnames\":[\"a\"]}],", "", "host-aliases", INFO},
    {"", ",\"envFrom\":[{\"secretRef\":{\"name\":\"s\"}}]", "secret-env", LOW},
    {"", ",\"envFrom\":[{\"configMapRef\":{\"name\":\"s\"}}]", "secret-env", NONE},
    {"", ",\"env\":[{\"name\":\"A\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"s\",\"key\":\"k\"}}}]", "secret-env", LOW},
    {"", ",\"env\":[{\"name\":\"A_PASSWORD\",\"value\":\"Zx9QwErTy12\"}]", "secret-env", HIGH},
    {"", ",\"env\":[{\"name\":\"A\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]", "secret-env", NONE},
    {"\"volumes\":[{\"name\":\"v\",\"nfs\":{\"server\":\"s\",\"path\":\"/\"}}],", "", "volume-type", MEDIUM},
    {"\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/srv\"}}],", "", "volume-type", MEDIUM},
    {"\"volumes\":[{\"name\":\"v\"}],", "", "volume-type", NONE},
    {"\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}},{\"name\":\"w\",\"projected\":{}}],", "", "volume-type", NONE},
    {"\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}],", ",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}]", "volumes-from", NONE},
    {"\"volumes\":[{\"name\":\"v\"}],\"initContainers\":[{\"name\":\"i\",\"image\":\"x\",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}]}],",
     ",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}]", "volumes-from", INFO},
    {"", ",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\",\"subPath\":\"a\"}]", "mount-symlink-subpath", INFO},
    {"", ",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\",\"subPathExpr\":\"$(A)\"}]", "mount-symlink-subpath", INFO},
    {"", ",\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}]", "mount-symlink-subpath", NONE},
    {"", ",\"volumeDevices\":[{\"name\":\"v\",\"devicePath\":\"/dev/xvda\"}]", "device-host", LOW},
    {"", ",\"resources\":{\"limits\":{\"nvidia.com/gpu\":1}}", "gpu-devices", INFO},
    {"", ",\"resources\":{\"limits\":{\"memory\":\"1Gi\"}}", "gpu-devices", NONE},
    {"", ",\"ports\":[{\"containerPort\":8080,\"hostPort\":8080}]", "host-port", MEDIUM},
    {"", ",\"ports\":[{\"containerPort\":8080,\"hostPort\":0}]", "host-port", NONE},
    {"", ",\"ports\":[{\"containerPort\":80}]", "port-privileged", INFO},
    {"", ",\"ports\":[{\"containerPort\":8080,\"hostPort\":80}]", "port-privileged", LOW},
    {"", ",\"ports\":[{\"containerPort\":22}]", "ssh-port", LOW},
    {"", ",\"ports\":[{\"containerPort\":2222}]", "ssh-port", NONE},
    {"", ",\"livenessProbe\":{\"httpGet\":{\"host\":\"1.2.3.4\",\"port\":1}}", "host-probes", MEDIUM},
    {"", ",\"livenessProbe\":{\"httpGet\":{\"host\":\"\",\"port\":1}}", "host-probes", NONE},
    {"", ",\"lifecycle\":{\"preStop\":{\"tcpSocket\":{\"host\":\"h\",\"port\":1}}}", "host-probes", MEDIUM},
    {"", ",\"securityContext\":{\"windowsOptions\":{\"hostProcess\":true}}", "windows-hostprocess", CRITICAL},
    {"\"securityContext\":{\"windowsOptions\":{\"hostProcess\":true}},", "", "windows-hostprocess", CRITICAL},
    {"", ",\"securityContext\":{\"windowsOptions\":{\"hostProcess\":false}}", "windows-hostprocess", NONE},
    {"\"securityContext\":{\"fsGroup\":0},", "", "root-group", LOW},
    {"\"securityContext\":{\"runAsGroup\":0},", "", "root-group", LOW},
    {"\"securityContext\":{\"runAsGroup\":0},", ",\"securityContext\":{\"runAsGroup\":20000}", "root-group", NONE},
    {"\"shareProcessNamespace\":true,", "", "join-other-ns", LOW},
    {"\"shareProcessNamespace\":true,\"hostPID\":true,", "", "join-other-ns", NONE},
    {"\"runtimeClassName\":\"gvisor\",", "", "runtime-unsafe", NONE},
    {"\"runtimeClassName\":\"own\",", "", "runtime-unsafe", INFO},
    {"", "", "seccomp-missing", MEDIUM},
    {"", "", "seccomp-unconfined", NONE},
    {"", ",\"securityContext\":{\"seccompProfile\":{\"type\":\"Unconfined\"}}", "seccomp-unconfined", HIGH},
    {"\"securityContext\":{\"seccompProfile\":{\"type\":\"RuntimeDefault\"}},", "", "seccomp-missing", NONE},
    {"", ",\"securityContext\":{\"privileged\":true,\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}", "seccomp-implied-off", HIGH},
    {"", ",\"securityContext\":{\"privileged\":true}", "seccomp-implied-off", HIGH},
    {"", ",\"securityContext\":{\"allowPrivilegeEscalation\":false}", "no-new-privileges", NONE},
    {"", ",\"securityContext\":{\"allowPrivilegeEscalation\":false,\"privileged\":true}", "no-new-privileges", MEDIUM},
    {"", ",\"securityContext\":{\"allowPrivilegeEscalation\":false,\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}}", "no-new-privileges", MEDIUM},
    {"", "", "root-user", MEDIUM},
    {"\"securityContext\":{\"runAsNonRoot\":true},", "", "root-user", NONE},
    {"\"securityContext\":{\"runAsUser\":0},", "", "root-user", MEDIUM},
    {"\"securityContext\":{\"runAsUser\":20000,\"runAsGroup\":1000},", "", "low-uid", INFO},
    {"\"securityContext\":{\"runAsUser\":10000},", "", "low-uid", INFO},
    {"\"securityContext\":{\"runAsUser\":10001,\"runAsGroup\":10001},", "", "low-uid", NONE},
    {"", "", "userns-host", MEDIUM},
    {"\"hostUsers\":false,", "", "userns-host", NONE},
    {"", ",\"securityContext\":{\"seLinuxOptions\":{\"user\":\"u\"}}", "selinux-disabled", MEDIUM},
    {"", ",\"securityContext\":{\"seLinuxOptions\":{\"level\":\"s0\"}}", "selinux-disabled", NONE},
    /* The user is not known: root unless the image says otherwise. */
    {"", ",\"securityContext\":{\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}}", "cap-sys-admin", CRITICAL},
    {"\"securityContext\":{\"runAsUser\":1000},", ",\"securityContext\":{\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}}", "cap-sys-admin", NONE},
    {"\"hostUsers\":false,", ",\"securityContext\":{\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}}", "cap-sys-admin", MEDIUM},
    {"", ",\"securityContext\":{\"capabilities\":{\"add\":[\"CAP_SYS_ADMIN\"]}}", "cap-sys-admin", CRITICAL},
    {"", ",\"securityContext\":{\"capabilities\":{\"add\":[\"CAP_SYS_ADMIN\"]}}", "cap-case", LOW},
    {"", ",\"securityContext\":{\"capabilities\":{\"drop\":[\"all\"]}}", "cap-case", LOW},
    {"", ",\"securityContext\":{\"capabilities\":{\"drop\":[\"all\"]}}", "cap-drop-all-missing", NONE},
    /* Linux has no part in it. */
    {"\"os\":{\"name\":\"windows\"},", "", "seccomp-missing", NONE},
    {"\"os\":{\"name\":\"windows\"},", "", "cap-drop-all-missing", NONE},
    {"\"os\":{\"name\":\"windows\"},", "", "root-user", NONE},
    {"\"os\":{\"name\":\"windows\"},", "", "mem-limit", LOW},
    {"\"os\":{\"name\":\"linux\"},", "", "seccomp-missing", MEDIUM},
    /* What a pod cannot say is not missing in it. */
    {"", "", "pids-limit", NONE},
    {"", "", "default-bridge", NONE},
};

START_TEST(pods_are_judged_by_what_they_say) {
  char text[2048];
  snprintf(text, sizeof text,
           "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{%s\"containers\":"
           "[{\"name\":\"a\",\"image\":\"x\"%s}]}}",
           rows[_i].spec, rows[_i].container);
  ctsec_findings *findings = check_with(text, NULL);
  ck_assert_msg(severity_of(findings, rows[_i].rule) == rows[_i].severity, "%s is %d in %s", rows[_i].rule,
                severity_of(findings, rows[_i].rule), text);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(facts_settle_what_a_pod_leaves_open) {
  static const char pod[] = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"a\"}]}}";
  static const struct {
    const char *fact;
    const char *rule;
    int severity;
  } facts[] = {{"kubelet-seccomp-default=yes", "seccomp-missing", NONE}, {"kubelet-seccomp-default=no", "seccomp-missing", MEDIUM},
               {"uid=0", "root-user", MEDIUM}, {"uid=70000", "root-user", NONE}, {"uid=33", "low-uid", INFO}};
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    ctsec_findings *findings = check_with(pod, facts[i].fact);
    ck_assert_msg(severity_of(findings, facts[i].rule) == facts[i].severity, "%s: %s", facts[i].fact, facts[i].rule);
    ctsec_findings_free(findings);
  }
}
END_TEST

#define ALLOW(names) "{\\\"names\\\":[" names "],\\\"action\\\":\\\"SCMP_ACT_ALLOW\\\"}"
#define Q(name) "\\\"" name "\\\""

/* A profile inside of an inspect output, and what is added to the container. */
static const struct {
  const char *profile;
  const char *host;
  const char *rule;
  int severity;
} filters[] = {
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ALLOW\\\"}", "", "seccomp-weak-profile", HIGH},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_LOG\\\"}", "", "seccomp-weak-profile", HIGH},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("read")) "]}", "", "seccomp-weak-profile", NONE},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("keyctl")) "]}", "", "seccomp-weak-profile", HIGH},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("io_uring_setup")) "]}", "", "seccomp-weak-profile", HIGH},
    /* Mounting wants a capability that is not there; where it is, the default profile opens mount too. */
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("mount")) "]}", "", "seccomp-weak-profile", LOW},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("mount")) "]}", ",\"CapAdd\":[\"SYS_ADMIN\"]",
     "seccomp-weak-profile", NONE},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("mount")) "]}", ",\"CapAdd\":[\"SYS_ADMIN\"]",
     "cap-sys-admin", CRITICAL},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("read")) "]}", ",\"CapAdd\":[\"SYS_ADMIN\"]",
     "cap-sys-admin", MEDIUM},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("read")) "]}", ",\"CapAdd\":[\"SYS_MODULE\"]",
     "cap-sys-module", LOW},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("finit_module")) "]}", ",\"CapAdd\":[\"SYS_MODULE\"]",
     "cap-sys-module", CRITICAL},
    /* Namespaces by the flags alone. */
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[{\\\"names\\\":[\\\"clone\\\"],\\\"action\\\":\\\"SCMP_ACT_ALLOW\\\","
     "\\\"args\\\":[{\\\"index\\\":0,\\\"value\\\":2114060288,\\\"op\\\":\\\"SCMP_CMP_MASKED_EQ\\\"}]}]}",
     "", "seccomp-weak-profile", NONE},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"syscalls\\\":[" ALLOW(Q("clone")) "]}", "", "seccomp-weak-profile", HIGH},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\"}", "", "seccomp-arch-gap", MEDIUM},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"architectures\\\":[\\\"SCMP_ARCH_X86_64\\\",\\\"SCMP_ARCH_X86\\\",\\\"SCMP_ARCH_X32\\\"]}",
     "", "seccomp-arch-gap", NONE},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\",\\\"archMap\\\":[{\\\"architecture\\\":\\\"SCMP_ARCH_X86_64\\\","
     "\\\"subArchitectures\\\":[\\\"SCMP_ARCH_X86\\\",\\\"SCMP_ARCH_X32\\\"]}]}",
     "", "seccomp-arch-gap", NONE},
    {"{\\\"defaultAction\\\":\\\"SCMP_ACT_NOTHING\\\"}", "", "seccomp-weak-profile", NONE},
};

START_TEST(filters_are_asked_what_they_allow) {
  char text[2048];
  snprintf(text, sizeof text,
           "[{\"Id\":\"1\",\"Name\":\"/a\",\"Config\":{\"User\":\"\"},\"HostConfig\":{\"SecurityOpt\":[\"seccomp=%s\"]%s}}]",
           filters[_i].profile, filters[_i].host);
  ctsec_findings *findings = check_with(text, NULL);
  ck_assert_msg(severity_of(findings, filters[_i].rule) == filters[_i].severity, "%s is %d in %s", filters[_i].rule,
                severity_of(findings, filters[_i].rule), text);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(an_unreadable_profile_is_undecided) {
  ctsec_findings *findings = check_with(
      "[{\"Id\":\"1\",\"Name\":\"/a\",\"Config\":{\"User\":\"\"},\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":1}\"]}}]",
      NULL);
  int said = 0;
  for (uint32_t i = 0; i < findings->diagnostic_count; i++)
    said |= findings->diagnostics[i].rule == CT_RULE_SECCOMP_WEAK_PROFILE;
  ck_assert(said);
  ctsec_findings_free(findings);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check-pods");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, pods_are_judged_by_what_they_say, 0, sizeof rows / sizeof *rows);
  tcase_add_test(all, facts_settle_what_a_pod_leaves_open);
  tcase_add_loop_test(all, filters_are_asked_what_they_allow, 0, sizeof filters / sizeof *filters);
  tcase_add_test(all, an_unreadable_profile_is_undecided);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
