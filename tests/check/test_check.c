/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static ctsec_findings *check_with(const char *text, const ctsec_options *options) {
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_error *error = NULL;
  if (ctsec_containers_parse(text, strlen(text), options, &containers, &error))
    ck_abort_msg("%s: %s", ctsec_error_message(error), text);
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
  ctsec_containers_free(containers);
  return findings;
}

static const ctsec_finding *find(const ctsec_findings *findings, const char *rule) {
  for (size_t i = 0; i < ctsec_findings_count(findings); i++)
    if (!strcmp(ctsec_finding_rule(ctsec_findings_at(findings, i)), rule)) return ctsec_findings_at(findings, i);
  return NULL;
}

static int diagnosed(const ctsec_findings *findings, const char *rule, const char *needs) {
  for (uint32_t i = 0; i < findings->diagnostic_count; i++) {
    const ct_diagnostic *diagnostic = &findings->diagnostics[i];
    if (!strcmp(ct_rule(diagnostic->rule)->id, rule) && diagnostic->needs && !strcmp(diagnostic->needs, needs)) return 1;
  }
  return 0;
}

static ctsec_options *options_of(const char *name, const char *value) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (name) ck_assert_int_eq(ctsec_options_set(options, name, value, strlen(value), NULL), 0);
  return options;
}

#define NONE -1

/* A bind mount, the rule that speaks of it and its severity; a second rule that must stay silent. */
static const struct {
  const char *source;
  int writable;
  const char *rule;
  int severity;
  const char *silent;
} mounts[] = {
    {"/etc", 0, "mount-etc", CTSEC_SEVERITY_MEDIUM, "mount-rw-hostpath"},
    {"/etc", 1, "mount-etc", CTSEC_SEVERITY_HIGH, "mount-etc-kubernetes"},
    {"/etc/", 1, "mount-etc", CTSEC_SEVERITY_HIGH, NULL},
    {"//etc/./ssh/..", 1, "mount-etc", CTSEC_SEVERITY_HIGH, NULL},
    {"/etc/kubernetes", 0, "mount-etc-kubernetes", CTSEC_SEVERITY_MEDIUM, "mount-etc"},
    {"/etc/kubernetes/pki", 1, "mount-etc-kubernetes", CTSEC_SEVERITY_HIGH, "mount-etc"},
    {"/etc/localtime", 0, "mount-etc", CTSEC_SEVERITY_INFO, NULL},
    {"/etc/localtime", 1, "mount-etc", CTSEC_SEVERITY_HIGH, NULL},
    {"/etcetera", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "mount-etc"},
    {"/tmp", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "mount-etc"},
    {"/tmp", 0, NULL, NONE, "mount-rw-hostpath"},
    {"/opt/process-data", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "mount-proc"},
    {"/proc", 0, "mount-proc", CTSEC_SEVERITY_MEDIUM, "mount-proc-sys"},
    {"/proc/sys", 1, "mount-proc-sys", CTSEC_SEVERITY_HIGH, "mount-proc"},
    {"/proc/sys/kernel", 1, "mount-proc-sys", CTSEC_SEVERITY_HIGH, "mount-proc"},
    {"/sys/fs/cgroup", 0, "mount-sys-fs-cgroup", CTSEC_SEVERITY_MEDIUM, "mount-sys"},
    {"/", 0, "mount-root", CTSEC_SEVERITY_CRITICAL, "mount-etc"},
    {"/", 0, "runtime-socket-parent", CTSEC_SEVERITY_CRITICAL, "runtime-socket"},
    {"/../..//", 1, "mount-root", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/var/run/docker.sock", 0, "runtime-socket", CTSEC_SEVERITY_CRITICAL, "runtime-socket-parent"},
    {"/run/docker.sock", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, "mount-rw-hostpath"},
    {"/run/user/1000/docker.sock", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/user/1000/podman/podman.sock", 0, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/containerd/containerd.sock", 0, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/k3s/containerd/containerd.sock", 0, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/var/run/crio/crio.sock", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/var/run/docker.sock.raw", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/nri/nri.sock", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/nri", 1, "runtime-socket-parent", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/var/run/libvirt/libvirt-sock", 0, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/var/run/libvirt/libvirt-sock-ro", 0, NULL, NONE, "runtime-socket"},
    {"/var/lib/lxd/unix.socket", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/incus/unix.socket", 1, "runtime-socket", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/app/unix.socket", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "runtime-socket"},
    {"/var/run", 0, "runtime-socket-parent", CTSEC_SEVERITY_CRITICAL, "runtime-socket"},
    {"/run", 1, "runtime-socket-parent", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/", 0, "mount-run-systemd", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/run/containerd", 0, "runtime-socket-parent", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/user/1000", 1, "runtime-socket-parent", CTSEC_SEVERITY_CRITICAL, NULL},
    {"/run/user/1000/pulse", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "runtime-socket-parent"},
    {"/var/lib", 0, "mount-var-lib-docker", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/var/lib", 1, "mount-var-lib-kubelet", CTSEC_SEVERITY_HIGH, NULL},
    {"/var/lib/docker/volumes", 0, "mount-var-lib-docker", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/var/lib/containers/storage", 1, "mount-var-lib-containerd", CTSEC_SEVERITY_HIGH, NULL},
    {"/var/lib/rancher/k3s", 0, "mount-var-lib-containerd", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/var/snap/docker/common/var-lib-docker", 1, "mount-var-lib-docker", CTSEC_SEVERITY_HIGH, NULL},
    {"/var/log", 1, "mount-var-log", CTSEC_SEVERITY_HIGH, NULL},
    {"/run/dbus/system_bus_socket", 1, "mount-run-systemd", CTSEC_SEVERITY_HIGH, NULL},
    {"/var/run/dbus", 0, "mount-run-systemd", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/lib/modules", 0, "mount-lib-modules", CTSEC_SEVERITY_MEDIUM, "mount-lib"},
    {"/usr/lib/modules", 0, "mount-lib-modules", CTSEC_SEVERITY_MEDIUM, "mount-usr"},
    {"/usr", 0, "mount-usr", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/bin", 1, "mount-usr", CTSEC_SEVERITY_HIGH, NULL},
    {"/sbin/init", 0, "mount-usr", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/binary", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "mount-usr"},
    {"/opt/cni/bin", 1, "mount-usr", CTSEC_SEVERITY_HIGH, NULL},
    {"/opt", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "mount-usr"},
    {"/boot", 1, "mount-boot", CTSEC_SEVERITY_HIGH, NULL},
    {"/dev", 1, "mount-dev", CTSEC_SEVERITY_HIGH, NULL},
    {"/dev/shm", 1, "mount-dev", CTSEC_SEVERITY_LOW, NULL},
    {"/dev/null", 1, "mount-rw-hostpath", CTSEC_SEVERITY_LOW, "mount-dev"},
    {"/root", 0, "mount-home-root", CTSEC_SEVERITY_MEDIUM, "mount-root"},
    {"/home/u/.ssh", 0, "mount-home-ssh", CTSEC_SEVERITY_MEDIUM, "mount-home"},
    {"/home/u/.aws", 1, "mount-home-ssh", CTSEC_SEVERITY_HIGH, NULL},
    {"/home/u", 1, "mount-home", CTSEC_SEVERITY_HIGH, NULL},
    {"/home/u/app/data", 1, "mount-home", CTSEC_SEVERITY_MEDIUM, NULL},
    {"/home/u/.kube/config", 0, "secret-volume", CTSEC_SEVERITY_HIGH, "mount-home"},
    {"/srv/tls/server.key", 0, "secret-volume", CTSEC_SEVERITY_HIGH, NULL},
    {"/etc/ssl/certs/ca.pem", 0, "mount-etc", CTSEC_SEVERITY_INFO, "secret-volume"},
};

START_TEST(a_scan_keeps_its_own_options) {
  static const char *const rows[][2] = {{"select", "b"}, {"from", "docker-inspect"}, {"source", "x"}, {"policy", "default"},
                                        {"rule", "privileged"}, {"skip", "host-pid"}, {"fact", "lsm=none"}};
  static const char text[] = "[{\"Name\":\"/a\",\"HostConfig\":{}},{\"Name\":\"/b\",\"HostConfig\":{\"Privileged\":true}}]";
  ctsec_options *options = NULL;
  ctsec_scan *made = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_int_eq(ctsec_options_set(options, rows[i][0], rows[i][1], strlen(rows[i][1]), NULL), 0);
  ck_assert_int_eq(ctsec_scan_new(options, "json", &made, NULL), 0);
  ctsec_options_free(options);
  ck_assert_int_eq(ctsec_scan_feed(made, "in", text, strlen(text), NULL), 0);
  ck_assert_uint_eq(ctsec_scan_containers(made), 1);
  ck_assert_uint_eq(ctsec_scan_count(made, CTSEC_SEVERITY_INFO), 1);
  ctsec_scan_free(made);
}
END_TEST

START_TEST(mounts_are_judged_by_coverage) {
  char text[600];
  snprintf(text, sizeof text,
           "{\"HostConfig\":{},\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"%s\",\"Destination\":\"/x\",\"RW\":%s}]}",
           mounts[_i].source, mounts[_i].writable ? "true" : "false");
  ctsec_findings *findings = check_with(text, NULL);
  if (mounts[_i].rule) {
    const ctsec_finding *finding = find(findings, mounts[_i].rule);
    ck_assert_msg(finding != NULL, "%s: no %s", mounts[_i].source, mounts[_i].rule);
    ck_assert_msg(ctsec_finding_severity(finding) == mounts[_i].severity, "%s: severity %d", mounts[_i].source,
                  ctsec_finding_severity(finding));
    ck_assert_str_eq(ctsec_finding_pointer(finding), "/Mounts/0/Source");
  }
  if (mounts[_i].silent) ck_assert_msg(!find(findings, mounts[_i].silent), "%s: %s", mounts[_i].source, mounts[_i].silent);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(the_project_is_not_the_host) {
  ctsec_findings *findings = check_with("services:\n  a: {image: a:1, volumes: [\".:/code\", \"..:/all\", \"./etc:/e\"]}\n", NULL);
  int writable = 0;
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const char *rule = ctsec_finding_rule(ctsec_findings_at(findings, i));
    writable += !strcmp(rule, "mount-rw-hostpath");
    ck_assert_msg(strncmp(rule, "mount-", 6) || !strcmp(rule, "mount-rw-hostpath"), "%s", rule);
  }
  ck_assert_int_eq(writable, 3);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(a_place_named_as_the_socket_is_meant_for_it) {
  ctsec_findings *findings = check_with(
      "{\"HostConfig\":{},\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv/p.sock\",\"Destination\":\"/var/run/docker.sock\",\"RW\":false}]}", NULL);
  const ctsec_finding *finding = find(findings, "runtime-socket");
  ck_assert_ptr_nonnull(finding);
  ck_assert_int_eq(ctsec_finding_severity(finding), CTSEC_SEVERITY_HIGH);
  ctsec_findings_free(findings);
  /* Of a variable that is not given, too; a volume of that name holds no socket of the engine. */
  findings = check_with("services:\n  a: {image: a:1, volumes: [\"${SOCKET}:/run/docker.sock\"]}\n", NULL);
  ck_assert_ptr_nonnull(find(findings, "runtime-socket"));
  ctsec_findings_free(findings);
  findings = check_with("services:\n  a: {image: a:1, volumes: [\"s:/run/docker.sock\"]}\nvolumes: {s: {}}\n", NULL);
  ck_assert_ptr_null(find(findings, "runtime-socket"));
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(destinations_and_volumes_are_no_sources) {
  ctsec_findings *findings = check_with(
      "{\"HostConfig\":{},\"Mounts\":["
      "{\"Type\":\"bind\",\"Source\":\"/tmp\",\"Destination\":\"/etc\",\"RW\":true},"
      "{\"Type\":\"volume\",\"Name\":\"v\",\"Source\":\"/var/lib/docker/volumes/v/_data\",\"Destination\":\"/var/run/docker.sock\",\"RW\":true},"
      "{\"Type\":\"tmpfs\",\"Source\":\"\",\"Destination\":\"/run\",\"RW\":true}]}", NULL);
  ck_assert_ptr_null(find(findings, "mount-etc"));
  ck_assert_ptr_null(find(findings, "mount-var-lib-docker"));
  ck_assert_ptr_null(find(findings, "runtime-socket"));
  ck_assert_ptr_null(find(findings, "runtime-socket-parent"));
  ck_assert_ptr_nonnull(find(findings, "mount-rw-hostpath"));
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(propagation_counts_with_sys_admin) {
  ctsec_findings *findings = check_with("{\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"]},\"Mounts\":[{\"Type\":\"bind\","
                                        "\"Source\":\"/m\",\"Destination\":\"/m\",\"RW\":true,\"Propagation\":\"rshared\"}]}", NULL);
  ck_assert_int_eq(ctsec_finding_severity(find(findings, "mount-propagation")), CTSEC_SEVERITY_HIGH);
  ctsec_findings_free(findings);
  findings = check_with("{\"HostConfig\":{},\"Mounts\":[{\"Type\":\"bind\","
                        "\"Source\":\"/m\",\"Destination\":\"/m\",\"RW\":true,\"Propagation\":\"rslave\"}]}", NULL);
  ck_assert_ptr_null(find(findings, "mount-propagation"));
  ctsec_findings_free(findings);
}
END_TEST

/* A host configuration, a rule that must speak with its severity (or stay silent). */
static const struct {
  const char *host;
  const char *config;
  const char *rule;
  int severity;
} hosts[] = {
    {"\"CapAdd\":[\"SYS_MODULE\"]", "", "cap-sys-module", CTSEC_SEVERITY_CRITICAL},
    {"\"CapAdd\":[\"cap_sys_module\"]", "", "cap-sys-module", CTSEC_SEVERITY_CRITICAL},
    {"\"CapAdd\":[\"SYS_MODULE\"]", "\"User\":\"1000\"", "cap-sys-module", NONE},
    {"\"CapAdd\":[\"SYS_MODULE\"]", "\"User\":\"1000\"", "cap-noop-nonroot", CTSEC_SEVERITY_MEDIUM},
    {"\"CapAdd\":[\"NET_BIND_SERVICE\"],\"CapDrop\":[\"ALL\"],\"SecurityOpt\":[\"no-new-privileges\"]", "\"User\":\"1000\"",
     "cap-noop-nonroot", CTSEC_SEVERITY_INFO},
    {"\"CapDrop\":[\"ALL\"],\"SecurityOpt\":[\"no-new-privileges\"]", "\"User\":\"1000\"", "cap-noop-nonroot", NONE},
    {"\"CapAdd\":[\"ALL\"]", "", "cap-all", CTSEC_SEVERITY_CRITICAL},
    {"\"CapAdd\":[\"ALL\"],\"CapDrop\":[\"SYS_ADMIN\"]", "", "cap-sys-admin", NONE},
    {"\"CapDrop\":[\"all\"]", "", "cap-drop-all-missing", NONE},
    {"\"CapDrop\":[\"NET_RAW\"]", "", "cap-drop-all-missing", CTSEC_SEVERITY_MEDIUM},
    {"\"CapDrop\":[\"all\"]", "", "cap-case", CTSEC_SEVERITY_LOW},
    {"\"CapAdd\":[\"CAP_KILL\",\"KILL\"],\"CapDrop\":[\"ALL\"]", "", "cap-case", NONE},
    {"\"CapDrop\":[\"NET_RAW\"]", "", "cap-net-raw", NONE},
    {"\"NetworkMode\":\"host\"", "", "cap-net-raw", CTSEC_SEVERITY_MEDIUM},
    {"\"NetworkMode\":\"host\",\"CapAdd\":[\"NET_ADMIN\"]", "", "cap-net-admin", CTSEC_SEVERITY_HIGH},
    {"\"CapAdd\":[\"NET_ADMIN\"]", "", "cap-net-admin", CTSEC_SEVERITY_MEDIUM},
    {"\"CapAdd\":[\"SYS_ADMINN\"]", "", "cap-unknown", CTSEC_SEVERITY_MEDIUM},
    {"\"Privileged\":true,\"CapDrop\":[\"ALL\"]", "", "privileged-drop-ignored", CTSEC_SEVERITY_MEDIUM},
    {"\"Privileged\":true,\"CapDrop\":[\"ALL\"]", "", "cap-sys-admin", CTSEC_SEVERITY_CRITICAL},
    {"\"Privileged\":true", "", "seccomp-implied-off", CTSEC_SEVERITY_HIGH},
    {"\"Privileged\":true", "", "seccomp-unconfined", NONE},
    {"\"Privileged\":true,\"SecurityOpt\":[\"seccomp=unconfined\"]", "", "seccomp-unconfined", CTSEC_SEVERITY_HIGH},
    {"\"Privileged\":false", "", "privileged", NONE},
    {"\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ALLOW\\\"}\"]", "", "seccomp-weak-profile", CTSEC_SEVERITY_HIGH},
    {"\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\"}\"]", "", "seccomp-weak-profile", NONE},
    {"\"SecurityOpt\":[\"no-new-privileges:false\"]", "", "no-new-privileges", CTSEC_SEVERITY_MEDIUM},
    {"\"SecurityOpt\":[\"no-new-privileges=true\"]", "", "no-new-privileges", NONE},
    {"\"SecurityOpt\":[\"label=type:spc_t\"]", "", "selinux-disabled", CTSEC_SEVERITY_MEDIUM},
    {"\"SecurityOpt\":[\"label=type:container_t\"]", "", "selinux-disabled", NONE},
    {"\"MaskedPaths\":[],\"ReadonlyPaths\":[]", "", "proc-unmasked", CTSEC_SEVERITY_HIGH},
    {"\"MaskedPaths\":null", "", "proc-unmasked", NONE},
    {"\"PidMode\":\"host\"", "", "host-pid", CTSEC_SEVERITY_HIGH},
    {"\"IpcMode\":\"host\"", "", "host-ipc", CTSEC_SEVERITY_MEDIUM},
    {"\"UTSMode\":\"host\"", "", "host-uts", CTSEC_SEVERITY_LOW},
    {"\"UsernsMode\":\"host\"", "", "userns-host", CTSEC_SEVERITY_MEDIUM},
    {"\"CgroupnsMode\":\"host\"", "", "host-cgroupns", CTSEC_SEVERITY_LOW},
    {"\"CgroupnsMode\":\"private\"", "", "host-cgroupns", NONE},
    {"\"NetworkMode\":\"container:abc\"", "", "join-other-ns", CTSEC_SEVERITY_LOW},
    {"\"DeviceCgroupRules\":[\"b *:* rwm\"]", "", "device-cgroup-all", CTSEC_SEVERITY_CRITICAL},
    {"\"DeviceCgroupRules\":[\"b 8:* r\"],\"CapDrop\":[\"MKNOD\"]", "", "device-cgroup-all", CTSEC_SEVERITY_HIGH},
    {"\"DeviceCgroupRules\":[\"c 188:* rmw\"]", "", "device-cgroup-all", NONE},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/nvme0n1\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"r\"}]", "", "device-host",
     CTSEC_SEVERITY_HIGH},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/kmsg\",\"PathInContainer\":\"/dev/kmsg\",\"CgroupPermissions\":\"r\"}]", "", "device-host",
     CTSEC_SEVERITY_HIGH},
    {"\"Devices\":[{\"PathOnHost\":\"//dev/./sda\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"mr\"}]", "", "device-host",
     CTSEC_SEVERITY_HIGH},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/block/8:0\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"rwm\"}]", "", "device-host",
     CTSEC_SEVERITY_HIGH},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/mtdblock0\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"w\"}]", "", "device-host",
     CTSEC_SEVERITY_HIGH},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/uhid\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"rw\"}]", "", "device-host",
     CTSEC_SEVERITY_HIGH},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/sgx_enclave\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"rw\"}]", "", "device-host",
     CTSEC_SEVERITY_LOW},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/sda\",\"PathInContainer\":\"/dev/sda\",\"CgroupPermissions\":\"m\"}]", "", "device-host",
     CTSEC_SEVERITY_LOW},
    {"\"Devices\":[{\"PathOnHost\":\"/dev/ttyUSB0\",\"PathInContainer\":\"/dev/ttyUSB0\",\"CgroupPermissions\":\"rwm\"}]", "", "device-host",
     CTSEC_SEVERITY_LOW},
    {"\"Sysctls\":{\"net.ipv4.ip_forward\":\"1\"}", "", "sysctl-unsafe", CTSEC_SEVERITY_MEDIUM},
    {"\"Sysctls\":{\"net.ipv4.ping_group_range\":\"0 1\",\"kernel.shm_rmid_forced\":\"1\",\"net.ipv4.tcp_rmem\":\"4096 1 2\"}", "",
     "sysctl-unsafe", NONE},
    {"\"Sysctls\":{\"kernel.shm_rmid_forced\":\"1+net.ipv4.x=2\"}", "", "sysctl-unsafe", CTSEC_SEVERITY_HIGH},
    {"\"Memory\":0", "", "mem-limit", CTSEC_SEVERITY_LOW},
    {"\"Memory\":1048576", "", "mem-limit", NONE},
    {"\"PidsLimit\":-1", "", "pids-limit", CTSEC_SEVERITY_LOW},
    {"\"PidsLimit\":64", "", "pids-limit", NONE},
    {"\"CpuQuota\":50000", "", "cpu-limit", NONE},
    {"\"OomKillDisable\":true", "", "oom-disable", CTSEC_SEVERITY_MEDIUM},
    {"\"OomScoreAdj\":-1000", "", "oom-disable", CTSEC_SEVERITY_MEDIUM},
    {"\"OomScoreAdj\":500", "", "oom-disable", NONE},
    {"\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"80\"}]}", "", "port-all-ifaces", CTSEC_SEVERITY_MEDIUM},
    {"\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"}]}", "", "port-all-ifaces", NONE},
    {"\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"80\"}]}", "", "port-privileged", CTSEC_SEVERITY_LOW},
    {"\"PortBindings\":{\"80/tcp\":null}", "", "port-all-ifaces", NONE},
    {"\"PortBindings\":{\"22/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"2222\"}]}", "", "ssh-port", CTSEC_SEVERITY_LOW},
    {"\"GroupAdd\":[\"docker\"]", "", "root-group", CTSEC_SEVERITY_LOW},
    {"\"RestartPolicy\":{\"Name\":\"always\"}", "", "restart-policy", CTSEC_SEVERITY_INFO},
    {"\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":5}", "", "restart-policy", NONE},
    {"\"Runtime\":\"lxc-run\"", "", "runtime-unsafe", CTSEC_SEVERITY_INFO},
    {"\"Runtime\":\"runc\"", "", "runtime-unsafe", NONE},
    {"\"Annotations\":{\"run.oci.hooks.stderr\":\"/x\"}", "", "annotations-runtime", CTSEC_SEVERITY_MEDIUM},
    {"\"Annotations\":{\"io.kubernetes.cri-o.TTY\":\"false\"}", "", "annotations-runtime", NONE},
    {"\"ReadonlyRootfs\":true", "", "rw-rootfs", NONE},
    {"\"ReadonlyRootfs\":false", "", "rw-rootfs", CTSEC_SEVERITY_LOW},
    {"", "\"User\":\"1000\"", "root-user", NONE},
    {"", "\"User\":\"1000\"", "low-uid", CTSEC_SEVERITY_INFO},
    {"", "\"User\":\"root\"", "root-user", CTSEC_SEVERITY_MEDIUM},
    {"", "\"WorkingDir\":\"/proc/self/fd/8\"", "workdir-fd", CTSEC_SEVERITY_HIGH},
    {"", "\"WorkingDir\":\"/proc/1/fd/8/x\"", "workdir-fd", CTSEC_SEVERITY_HIGH},
    {"", "\"WorkingDir\":\"/proc/self\"", "workdir-fd", NONE},
    {"", "\"Image\":\"app\"", "image-latest", CTSEC_SEVERITY_LOW},
    {"", "\"Image\":\"reg:5000/app\"", "image-latest", CTSEC_SEVERITY_LOW},
    {"", "\"Image\":\"reg:5000/app:1.2\"", "image-latest", NONE},
    {"", "\"Image\":\"app@sha256:00\"", "image-latest", NONE},
    {"", "\"Env\":[\"DOCKER_HOST=tcp://10.0.0.1:2375\"]", "tcp-daemon", CTSEC_SEVERITY_HIGH},
    {"", "\"Env\":[\"DOCKER_HOST=unix:///x\"]", "tcp-daemon", NONE},
    {"", "\"Healthcheck\":{\"Test\":[\"NONE\"]}", "healthcheck", CTSEC_SEVERITY_INFO},
    {"", "\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"]}", "healthcheck", NONE},
};

START_TEST(settings_are_judged_by_effect) {
  char text[1000];
  snprintf(text, sizeof text, "{\"HostConfig\":{%s},\"Config\":{%s}}", hosts[_i].host, hosts[_i].config);
  ctsec_findings *findings = check_with(text, NULL);
  const ctsec_finding *finding = find(findings, hosts[_i].rule);
  if (hosts[_i].severity == NONE)
    ck_assert_msg(!finding, "%s: %s", text, hosts[_i].rule);
  else
    ck_assert_msg(finding && ctsec_finding_severity(finding) == hosts[_i].severity, "%s: %s: severity %d", text, hosts[_i].rule,
                  ctsec_finding_severity(finding));
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(unknown_facts_are_said_not_guessed) {
  const char *text = "{\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"]},\"Config\":{\"User\":\"app\"}}";
  ctsec_findings *findings = check_with(text, NULL);
  ck_assert_ptr_null(find(findings, "cap-sys-admin"));
  ck_assert_ptr_null(find(findings, "root-user"));
  ck_assert(diagnosed(findings, "root-user", "uid"));
  ck_assert(diagnosed(findings, "apparmor-unconfined", "lsm"));
  ck_assert(diagnosed(findings, "host-cgroupns", "cgroup"));
  ck_assert(diagnosed(findings, "userns-host", "userns"));
  ctsec_findings_free(findings);
  ctsec_options *options = options_of("fact", "uid=0");
  findings = check_with(text, options);
  ck_assert_ptr_nonnull(find(findings, "cap-sys-admin"));
  ck_assert(!diagnosed(findings, "root-user", "uid"));
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  /* On a host without SELinux, label=disable is nothing. */
  options = options_of("fact", "lsm=apparmor");
  findings = check_with("{\"HostConfig\":{\"SecurityOpt\":[\"label=disable\"]}}", options);
  ck_assert_ptr_null(find(findings, "selinux-disabled"));
  ctsec_findings_free(findings);
  ctsec_options_free(options);
}
END_TEST

/* Root of a user namespace is nobody on the host, and its capabilities end at its own namespaces. */
START_TEST(a_mapped_user_namespace_weighs_less) {
  ctsec_findings *findings = check_with("{\"ImageName\":\"a:1\",\"ConmonPidFile\":\"/run/user/1000/c.pid\",\"HostConfig\":{\"Privileged\":true}}", NULL);
  ck_assert_int_eq(ctsec_finding_severity(find(findings, "privileged")), CTSEC_SEVERITY_HIGH);
  ck_assert_int_eq(ctsec_finding_severity(find(findings, "cap-sys-admin")), CTSEC_SEVERITY_MEDIUM);
  ck_assert_int_eq(ctsec_finding_severity(find(findings, "root-user")), CTSEC_SEVERITY_LOW);
  ctsec_findings_free(findings);
  ctsec_options *options = options_of("fact", "userns=remap");
  findings = check_with("{\"HostConfig\":{\"CapAdd\":[\"SYS_MODULE\"]}}", options);
  ck_assert_int_eq(ctsec_finding_severity(find(findings, "cap-sys-module")), CTSEC_SEVERITY_MEDIUM);
  ctsec_findings_free(findings);
  ctsec_options_free(options);
}
END_TEST

START_TEST(an_oci_bundle_may_be_privileged) {
  const char *format = "{\"ociVersion\":\"1.0.2\",\"process\":{\"capabilities\":{\"bounding\":[%s],\"permitted\":[%s],\"effective\":[%s]}},"
                       "\"linux\":{\"resources\":{\"devices\":[{\"allow\":%s,\"access\":\"rwm\"}]},\"namespaces\":[{\"type\":\"pid\"}]}}";
  char names[2048] = "", text[8000];
  for (int i = 0; i < 41; i++) {
    strcat(names, i ? ",\"" : "\"");
    strcat(names, ctsec_cap_name(i));
    strcat(names, "\"");
  }
  snprintf(text, sizeof text, format, names, names, names, "true");
  ctsec_findings *findings = check_with(text, NULL);
  ck_assert_ptr_nonnull(find(findings, "privileged"));
  ck_assert_str_eq(ctsec_finding_because(find(findings, "cap-sys-admin")), "privileged");
  ck_assert_str_eq(ctsec_finding_because(find(findings, "seccomp-implied-off")), "privileged");
  ctsec_findings_free(findings);
  /* With its devices still ruled, it only has every capability. */
  snprintf(text, sizeof text, format, names, names, names, "false");
  findings = check_with(text, NULL);
  ck_assert_ptr_null(find(findings, "privileged"));
  ck_assert_ptr_null(ctsec_finding_because(find(findings, "cap-all")));
  ck_assert_ptr_nonnull(find(findings, "seccomp-unconfined"));
  ctsec_findings_free(findings);
}
END_TEST

/* Whatever is found says what it is about: no {placeholder} is left in a message. */
START_TEST(messages_are_whole) {
  char text[1000];
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    snprintf(text, sizeof text, "{\"HostConfig\":{%s},\"Config\":{%s}}", hosts[i].host, hosts[i].config);
    for (int lang = 0; lang < 3; lang++) {
      static const char *const langs[] = {"en", "ja", "zh"};
      ctsec_options *options = options_of("lang", langs[lang]);
      ctsec_findings *findings = check_with(text, options);
      for (size_t k = 0; k < ctsec_findings_count(findings); k++) {
        const ctsec_finding *finding = ctsec_findings_at(findings, k);
        ck_assert_msg(!strchr(ctsec_finding_message(finding), '{'), "%s: %s", ctsec_finding_rule(finding), ctsec_finding_message(finding));
        ck_assert_str_ne(ctsec_finding_observed(finding), "");
        ck_assert_str_ne(ctsec_finding_title(finding), "");
      }
      ctsec_findings_free(findings);
      ctsec_options_free(options);
    }
  }
}
END_TEST

START_TEST(a_profile_beside_privileged_depends_on_the_version) {
  const char *text = "{\"HostConfig\":{\"Privileged\":true,\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\"}\"]}}";
  const struct {
    const char *engine;
    int found, unknown;
  } rows[] = {{NULL, 0, 1}, {"docker@26.1", 1, 0}, {"docker@27.0", 0, 1}, {"docker@28.0", 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_options *options = options_of(rows[i].engine ? "engine" : NULL, rows[i].engine);
    ctsec_findings *findings = check_with(text, options);
    ck_assert_int_eq(find(findings, "seccomp-implied-off") != NULL, rows[i].found);
    ck_assert_int_eq(diagnosed(findings, "seccomp-implied-off", "docker"), rows[i].unknown);
    ctsec_findings_free(findings);
    ctsec_options_free(options);
  }
}
END_TEST

START_TEST(rules_are_selected) {
  const char *text = "{\"HostConfig\":{\"Privileged\":true}}";
  ctsec_options *options = options_of("rule", "cap-sys-admin");
  ctsec_findings *findings = check_with(text, options);
  ck_assert_uint_eq(ctsec_findings_count(findings), 1);
  ck_assert_ptr_null(ctsec_finding_because(ctsec_findings_at(findings, 0)));
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  options = options_of("skip", "privileged");
  findings = check_with(text, options);
  ck_assert_ptr_null(find(findings, "privileged"));
  ck_assert_ptr_nonnull(find(findings, "cap-all"));
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  options = options_of("min", "critical");
  findings = check_with(text, options);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++)
    ck_assert_int_eq(ctsec_finding_severity(ctsec_findings_at(findings, i)), CTSEC_SEVERITY_CRITICAL);
  ck_assert_uint_ge(ctsec_findings_count(findings), 6);
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  options = options_of("rule", "no-such-rule");
  ctsec_scan *scan;
  ck_assert_int_eq(ctsec_scan_new(options, "json", &scan, NULL), CTSEC_E_NOTFOUND);
  ctsec_options_free(options);
}
END_TEST

START_TEST(a_stream_gives_lines_and_documents) {
  static const char good[] = "{\"Name\":\"/a\",\"HostConfig\":{}}", bad[] = "{\"HostConfig\":{\"Privileged\":1}}";
  static const char *const formats[] = {"json", "ndjson", "text"};
  for (int i = 0; i < 3; i++) {
    ctsec_scan *scan;
    char *text;
    size_t length;
    ck_assert_int_eq(ctsec_scan_new(NULL, formats[i], &scan, NULL), 0);
    ck_assert_int_eq(ctsec_scan_feed(scan, "a.json", good, strlen(good), NULL), 0);
    ck_assert_int_eq(ctsec_scan_take(scan, &text, &length, NULL), 0);
    ck_assert_int_eq(length > 0, i > 0);
    if (i == 1) ck_assert_ptr_eq(strchr(text, '\n'), text + length - 1);
    ctsec_free(text);
    ctsec_error *error = NULL;
    ck_assert_int_eq(ctsec_scan_feed(scan, "b.json", bad, strlen(bad), &error), CTSEC_E_SCHEMA);
    ck_assert_str_eq(ctsec_error_source(error), "b.json");
    ck_assert_str_eq(ctsec_error_pointer(error), "/HostConfig/Privileged");
    ctsec_error_free(error);
    ck_assert_int_eq(ctsec_scan_set_unread(scan, "c.json", 2, NULL), CTSEC_E_NOTFOUND);
    ck_assert_uint_eq(ctsec_scan_containers(scan), 1);
    ck_assert_uint_eq(ctsec_scan_count(scan, CTSEC_SEVERITY_HIGH), 0);
    ck_assert_uint_gt(ctsec_scan_count(scan, CTSEC_SEVERITY_INFO), 5);
    ck_assert_int_eq(ctsec_scan_finish(scan, &text, &length, NULL), 0);
    ck_assert_uint_eq(strlen(text), length);
    if (i == 0) {
      ck_assert_ptr_nonnull(strstr(text, "\"schema\": \"ctsec/findings/1\""));
      ck_assert_ptr_nonnull(strstr(text, "\"source\":\"b.json\""));
      ck_assert_ptr_nonnull(strstr(text, "\"source\":\"c.json\""));
    }
    ctsec_free(text);
    ck_assert_int_eq(ctsec_scan_take(scan, &text, &length, NULL), CTSEC_E_ARG);
    ck_assert_int_eq(ctsec_scan_feed(scan, "d", good, strlen(good), NULL), CTSEC_E_ARG);
    ctsec_scan_free(scan);
  }
  ctsec_scan_free(NULL);
}
END_TEST

START_TEST(the_catalogue_is_whole) {
  ck_assert_uint_ge(ctsec_rules_count(), 127);
  for (size_t i = 0; i < ctsec_rules_count(); i++) {
    const ctsec_rule *rule = ctsec_rules_at(i), *found = NULL;
    const char *id = ctsec_rule_id(rule);
    ck_assert_int_eq(ctsec_rules_find(id, strlen(id), &found, NULL), 0);
    ck_assert_ptr_eq(found, rule);
    ck_assert_int_ge(ctsec_rule_severity(rule), CTSEC_SEVERITY_INFO);
    ck_assert_int_le(ctsec_rule_severity(rule), CTSEC_SEVERITY_CRITICAL);
  }
  ck_assert_ptr_null(ctsec_rules_at(ctsec_rules_count()));
  const char *ids[] = {"privileged", "nothing"};
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_rules_to_json(ids, 2, NULL, &text, &length, NULL), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_rules_to_json(ids, 1, NULL, &text, &length, NULL), 0);
  ck_assert_ptr_nonnull(strstr(text, "CIS-Docker-1.6 5.5"));
  ctsec_free(text);
  ck_assert_int_eq(ctsec_rules_to_text(NULL, 0, NULL, &text, &length, NULL), 0);
  ctsec_free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, mounts_are_judged_by_coverage, 0, (int)(sizeof mounts / sizeof *mounts));
  tcase_add_loop_test(all, settings_are_judged_by_effect, 0, (int)(sizeof hosts / sizeof *hosts));
  tcase_add_test(all, the_project_is_not_the_host);
  tcase_add_test(all, a_place_named_as_the_socket_is_meant_for_it);
  tcase_add_test(all, destinations_and_volumes_are_no_sources);
  tcase_add_test(all, a_scan_keeps_its_own_options);
  tcase_add_test(all, propagation_counts_with_sys_admin);
  tcase_add_test(all, unknown_facts_are_said_not_guessed);
  tcase_add_test(all, a_profile_beside_privileged_depends_on_the_version);
  tcase_add_test(all, a_mapped_user_namespace_weighs_less);
  tcase_add_test(all, an_oci_bundle_may_be_privileged);
  tcase_add_test(all, messages_are_whole);
  tcase_add_test(all, rules_are_selected);
  tcase_add_test(all, a_stream_gives_lines_and_documents);
  tcase_add_test(all, the_catalogue_is_whole);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
