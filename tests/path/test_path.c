/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "path/path.h"
#include "support/support.h"

#define HOST "docker=29.0 lsm=none userns=host cgroup=v2 kernel=6.1"
#define V1 "docker=29.0 lsm=none userns=host cgroup=v1 kernel=5.10"
#define REACHABLE CTSEC_PATH_REACHABLE
#define POSSIBLE CTSEC_PATH_POSSIBLE
#define BLOCKED CTSEC_PATH_BLOCKED
#define RUN "docker run "
#define POD(spec) "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{" spec "}}"
#define OCI(extra) \
  "{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\"},\"root\":{\"path\":\"r\"},\"linux\":{}" extra "}"

/* Each path where it is open, where a layer closes it, and where a fact is missing. */
static const struct {
  const char *id;
  int status;
  const char *input;
  const char *facts;
  /* The first fact that is missing, or the layer that blocks. */
  const char *because;
} cases[] = {
    {"AP01", REACHABLE, RUN "--cgroupns host --cap-add SYS_ADMIN a", V1, NULL},
    {"AP01", BLOCKED, RUN "--cgroupns host --cap-add SYS_ADMIN a", HOST, "kernel"},
    {"AP01", BLOCKED, RUN "--cgroupns host a", V1, "capability"},
    {"AP01", POSSIBLE, RUN "--cgroupns host --cap-add SYS_ADMIN a", "docker=29.0 lsm=none userns=host", "cgroup"},
    {"AP02", REACHABLE, RUN "--cgroupns host --security-opt seccomp=unconfined a", V1, NULL},
    {"AP02", BLOCKED, RUN "--cgroupns host a", V1, "seccomp"},
    {"AP02", POSSIBLE, RUN "--cgroupns private --security-opt seccomp=unconfined a", V1, "cgroup-root"},
    {"AP03", REACHABLE, RUN "-v /var/run/docker.sock:/s:ro a", HOST, NULL},
    {"AP03", REACHABLE, RUN "-v /run:/host a", HOST, NULL},
    {"AP03", BLOCKED, RUN "a", HOST, "mount"},
    {"AP03", BLOCKED, RUN "-u 1000 -v /var/run/docker.sock:/s a", HOST, "credentials"},
    {"AP03", POSSIBLE, RUN "-u 1000 --group-add 998 -v /var/run/docker.sock:/s a", HOST, "socket-group"},
    {"AP03", POSSIBLE, RUN "-u 1000:998 -v /var/run/docker.sock:/s a", HOST, "socket-group"},
    {"AP03", REACHABLE, RUN "-u 1000 -v /run/user/1000/docker.sock:/s a", HOST, NULL},
    {"AP03", BLOCKED, RUN "-u 1001 -v /run/user/1000/docker.sock:/s a", HOST, "credentials"},
    {"AP04", REACHABLE, RUN "-e DOCKER_HOST=tcp://10.0.0.1:2375 a", HOST, NULL},
    {"AP04", BLOCKED, RUN "a", HOST, "namespace"},
    {"AP04", POSSIBLE, RUN "--net host a", HOST, "docker-tcp"},
    {"AP05", REACHABLE, RUN "--cap-add DAC_READ_SEARCH a", HOST, NULL},
    {"AP05", BLOCKED, RUN "a", HOST, "capability"},
    {"AP05", BLOCKED, RUN "--cap-add DAC_READ_SEARCH a", "docker=29.0 lsm=none userns=remap", "namespace"},
    {"AP05", POSSIBLE, RUN "--cap-add DAC_READ_SEARCH a", "docker=29.0", "userns"},
    {"AP05w", REACHABLE, RUN "--cap-add DAC_READ_SEARCH a", HOST, NULL},
    {"AP05w", BLOCKED, RUN "--cap-add DAC_READ_SEARCH --cap-drop DAC_OVERRIDE a", HOST, "capability"},
    {"AP05w", POSSIBLE, RUN "--cap-add DAC_READ_SEARCH a", "docker=29.0", "userns"},
    {"AP06", REACHABLE, RUN "--cap-add SYS_MODULE a", HOST " lockdown=none sysctl.kernel.modules_disabled=0", NULL},
    {"AP06", BLOCKED, RUN "--cap-add SYS_MODULE a", HOST " lockdown=none sysctl.kernel.modules_disabled=1", "sysctl"},
    {"AP06", BLOCKED, RUN "--cap-add SYS_MODULE a", HOST " lockdown=integrity sysctl.kernel.modules_disabled=0", "lsm"},
    {"AP06", POSSIBLE, RUN "--cap-add SYS_MODULE a", HOST " sysctl.kernel.modules_disabled=0", "lockdown"},
    {"AP07", REACHABLE, RUN "--pid host --cap-add SYS_PTRACE a", HOST, NULL},
    {"AP07", BLOCKED, RUN "--cap-add SYS_PTRACE a", HOST, "namespace"},
    {"AP07", BLOCKED, RUN "--pid host --cap-add SYS_PTRACE a", HOST " sysctl.kernel.yama.ptrace_scope=3", "sysctl"},
    {"AP07", BLOCKED, RUN "--pid host --cap-add SYS_PTRACE a", "docker=29.0 lsm=apparmor userns=host", "lsm"},
    {"AP07", POSSIBLE, RUN "--pid host --cap-add SYS_PTRACE a", "docker=29.0 userns=host", "lsm"},
    {"AP07b", REACHABLE, RUN "--pid host --cap-add SYS_PTRACE a", HOST, NULL},
    {"AP07b", BLOCKED, RUN "--pid host -u 5 --cap-add SYS_PTRACE a", HOST, "credentials"},
    {"AP07b", POSSIBLE, RUN "--pid host --cap-add SYS_PTRACE a", "docker=29.0 userns=host", "lsm"},
    {"AP08", REACHABLE, RUN "--pid host --cap-add SYS_PTRACE --cap-add SYS_ADMIN a", HOST, NULL},
    {"AP08", BLOCKED, RUN "--pid host --cap-add SYS_PTRACE a", HOST, "seccomp"},
    {"AP08", POSSIBLE, RUN "--pid host --cap-add SYS_PTRACE --cap-add SYS_ADMIN a", "docker=29.0 userns=host", "lsm"},
    {"AP09", REACHABLE, RUN "--cap-add SYS_ADMIN --device /dev/sda a", HOST, NULL},
    {"AP09", BLOCKED, RUN "--cap-add SYS_ADMIN a", HOST, "device"},
    {"AP09", BLOCKED, RUN "--cap-add SYS_ADMIN --device /dev/sda a", "docker=29.0 lsm=apparmor userns=host", "lsm"},
    {"AP09", POSSIBLE, RUN "--cap-add SYS_ADMIN --device /dev/sda a", "docker=29.0 userns=host", "lsm"},
    {"AP10", REACHABLE, RUN "--device /dev/nvme0n1 a", HOST, NULL},
    {"AP10", REACHABLE, RUN "--device-cgroup-rule 'b *:* rwm' a", HOST, NULL},
    {"AP10", BLOCKED, RUN "--cap-drop MKNOD --device-cgroup-rule 'b *:* rwm' a", HOST, "capability"},
    {"AP10", BLOCKED, RUN "--device /dev/null a", HOST, "device"},
    {"AP10", POSSIBLE, RUN "--device /dev/sda a", "docker=29.0", "userns"},
    {"AP11", REACHABLE, RUN "--cap-add SYS_ADMIN a", V1, NULL},
    {"AP11", BLOCKED, RUN "--cap-add SYS_ADMIN --cap-drop MKNOD a", V1, "capability"},
    {"AP11", POSSIBLE, RUN "-v /sys/fs/cgroup:/c a", "docker=29.0 lsm=none userns=host", "cgroup"},
    {"AP12", REACHABLE, RUN "-v /var/lib/lxcfs:/l a", V1, NULL},
    {"AP12", BLOCKED, RUN "-v /var/lib/lxcfs:/l:ro a", V1, "mount"},
    {"AP12", POSSIBLE, RUN "-v /var/lib/lxcfs:/l a", "docker=29.0 lsm=none userns=host", "cgroup"},
    {"AP13", REACHABLE, RUN "-v /proc:/host/proc a", HOST, NULL},
    {"AP13", REACHABLE, RUN "--security-opt systempaths=unconfined a", HOST, NULL},
    {"AP13", BLOCKED, RUN "-v /proc:/host/proc:ro a", HOST, "mount"},
    {"AP13", POSSIBLE, RUN "--security-opt systempaths=unconfined a", "docker=29.0 userns=host", "lsm"},
    {"AP13b", REACHABLE, RUN "-v /sys:/host/sys a", HOST, NULL},
    {"AP13b", BLOCKED, RUN "a", HOST, "mount"},
    {"AP13b", POSSIBLE, RUN "-v /sys:/host/sys a", "docker=29.0 userns=host", "lsm"},
    {"AP14", REACHABLE, RUN "-v /etc:/e a", HOST, NULL},
    {"AP14", REACHABLE, RUN "-v /etc/cron.d:/e a", HOST, NULL},
    {"AP14", BLOCKED, RUN "-v /etc:/e:ro a", HOST, "mount"},
    {"AP14", BLOCKED, RUN "-v /srv/data:/etc a", HOST, "mount"},
    {"AP14", BLOCKED, RUN "-v /etc:/e a", "docker=29.0 lsm=selinux userns=host", "lsm"},
    {"AP14", POSSIBLE, RUN "-v /etc:/e a", "docker=29.0 userns=host", "lsm"},
    {"AP14", POSSIBLE, RUN "-v /etc:/e:Z a", "docker=29.0 lsm=selinux userns=host", "selinux-policy"},
    {"AP14", REACHABLE, RUN "-v /etc:/e:Z a", "docker=29.0 lsm=selinux userns=host selinux-policy=allows", NULL},
    {"AP14", BLOCKED, RUN "-v /etc:/e:Z a", "docker=29.0 lsm=selinux userns=host selinux-policy=denies", "lsm"},
    {"AP13", POSSIBLE, RUN "--cap-add SYS_ADMIN --security-opt apparmor=own a", "docker=29.0 lsm=apparmor userns=host", "apparmor-profile"},
    {"AP13", REACHABLE, RUN "--cap-add SYS_ADMIN --security-opt apparmor=own a", "docker=29.0 lsm=apparmor userns=host apparmor-profile=allows", NULL},
    {"AP13", BLOCKED, RUN "--cap-add SYS_ADMIN --security-opt apparmor=own a", "docker=29.0 lsm=apparmor userns=host apparmor-profile=denies", "lsm"},
    {"AP14", POSSIBLE, "services: {a: {image: i, volumes: ['/etc:/e:rw,z']}}", "docker=29.0 lsm=selinux userns=host", "selinux-policy"},
    {"AP14", POSSIBLE, "services: {a: {image: i, volumes: [{type: bind, source: /etc, target: /e, bind: {selinux: Z}}]}}",
     "docker=29.0 lsm=selinux userns=host", "selinux-policy"},
    {"AP14", POSSIBLE, "[{\"Name\":\"/a\",\"HostConfig\":{\"Binds\":[\"/etc:/e:Z\"]}}]", "lsm=selinux userns=host uid=0", "selinux-policy"},
    {"AP14", POSSIBLE, "[{\"Name\":\"/a\",\"HostConfig\":{\"Binds\":[\"/etc:/e:rw,z\"]}}]", "lsm=selinux userns=host uid=0", "selinux-policy"},
    {"AP14", BLOCKED, "[{\"Name\":\"/a\",\"HostConfig\":{\"Binds\":[\"/etc:/e\"]}}]", "lsm=selinux userns=host uid=0", "lsm"},
    {"AP14", POSSIBLE, "[{\"Name\":\"/a\",\"HostConfig\":{},\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/etc\",\"Destination\":\"/e\",\"Mode\":\"Z\","
                       "\"RW\":true}]}]", "docker=29.0 lsm=selinux userns=host", "selinux-policy"},
    {"AP14", BLOCKED, RUN "-v /etc:/e a", "docker=29.0 lsm=none userns=remap", "namespace"},
    {"AP14", POSSIBLE, POD("\"hostUsers\":false,\"volumes\":[{\"name\":\"e\",\"hostPath\":{\"path\":\"/etc\"}}],\"containers\":[{\"name\":"
                           "\"c\",\"image\":\"i\",\"securityContext\":{\"runAsUser\":0},\"volumeMounts\":[{\"name\":\"e\",\"mountPath\":"
                           "\"/e\"}]}]"), "lsm=none", "idmapped-mounts"},
    {"AP14r", REACHABLE, RUN "-v /root:/r:ro a", HOST, NULL},
    {"AP14r", BLOCKED, RUN "-u 7 -v /root:/r:ro a", HOST, "capability"},
    {"AP14r", POSSIBLE, RUN "-v /root:/r:ro a", "docker=29.0", "userns"},
    {"AP15", REACHABLE, RUN "--cap-add SYS_ADMIN -v /mnt:/m:rshared a", HOST, NULL},
    {"AP15", BLOCKED, RUN "--cap-add SYS_ADMIN -v /mnt:/m a", HOST, "mount"},
    {"AP15", POSSIBLE, RUN "--cap-add SYS_ADMIN -v /mnt:/m:rshared a", "docker=29.0 userns=host", "lsm"},
    {"AP16", REACHABLE, RUN "--cap-add SYS_RAWIO --device /dev/mem a", HOST " strict-devmem=no lockdown=none", NULL},
    {"AP16", REACHABLE, RUN "--cap-add SYS_RAWIO a", HOST " lockdown=none", NULL},
    {"AP16", BLOCKED, RUN "--device /dev/mem a", HOST " lockdown=none", "capability"},
    {"AP16", POSSIBLE, RUN "--cap-add SYS_RAWIO a", HOST, "lockdown"},
    {"AP17", REACHABLE, RUN "--cap-add SYS_ADMIN a", HOST " lockdown=integrity", NULL},
    {"AP17", REACHABLE, RUN "--cap-add BPF --cap-add PERFMON a", HOST " lockdown=none", NULL},
    {"AP17", BLOCKED, RUN "--cap-add PERFMON a", HOST " lockdown=none", "seccomp"},
    {"AP17", POSSIBLE, RUN "--cap-add SYS_ADMIN a", HOST, "lockdown"},
    {"AP18", REACHABLE, RUN "--pid host --cap-add PERFMON a", HOST, NULL},
    {"AP18", BLOCKED, RUN "--cap-add PERFMON a", HOST, "namespace"},
    {"AP18", POSSIBLE, RUN "--pid host --security-opt seccomp=unconfined a", HOST, "sysctl.kernel.perf_event_paranoid"},
    {"AP19", REACHABLE, RUN "--net host a", HOST, NULL},
    {"AP19", BLOCKED, RUN "a", HOST, "namespace"},
    {"AP19", POSSIBLE, "services: {a: {image: i, network_mode: \"${NET}\"}}", HOST, "env:NET"},
    {"AP20", REACHABLE, RUN "a", HOST, NULL},
    {"AP20", BLOCKED, RUN "--cap-drop NET_RAW a", HOST, "capability"},
    {"AP20", BLOCKED, RUN "--net none a", HOST, "namespace"},
    {"AP20", POSSIBLE, RUN "-u www a", HOST, "uid"},
    {"AP21", REACHABLE, RUN "--net host a", HOST " containerd=1.3.8", NULL},
    {"AP21", BLOCKED, RUN "--net host a", HOST " containerd=1.4.3", "runtime"},
    {"AP21", POSSIBLE, RUN "--net host a", HOST, "containerd"},
    {"AP22", REACHABLE, RUN "--security-opt seccomp=unconfined a", HOST, NULL},
    {"AP22", BLOCKED, RUN "a", HOST, "seccomp"},
    {"AP22", POSSIBLE, RUN "--security-opt seccomp=unconfined a", "docker=29.0", "userns"},
    {"AP23", REACHABLE, RUN "--security-opt seccomp=unconfined --cap-add SYS_PTRACE a", HOST, NULL},
    {"AP23", BLOCKED, RUN "--security-opt seccomp=unconfined a", HOST " sysctl.vm.unprivileged_userfaultfd=0", "sysctl"},
    {"AP23", POSSIBLE, RUN "--security-opt seccomp=unconfined a", HOST, "sysctl.vm.unprivileged_userfaultfd"},
    {"AP24", REACHABLE, RUN "--security-opt seccomp=unconfined a", HOST " sysctl.kernel.io_uring_disabled=1", NULL},
    {"AP24", BLOCKED, RUN "a", HOST " sysctl.kernel.io_uring_disabled=0", "seccomp"},
    {"AP24", POSSIBLE, RUN "--security-opt seccomp=unconfined a", HOST, "sysctl.kernel.io_uring_disabled"},
    {"AP25", REACHABLE, RUN "--security-opt seccomp=unconfined a", HOST " sysctl.user.max_user_namespaces=1000", NULL},
    {"AP25", BLOCKED, RUN "a", HOST " sysctl.user.max_user_namespaces=1000", "seccomp"},
    {"AP25", BLOCKED, RUN "--security-opt seccomp=unconfined a", HOST " sysctl.user.max_user_namespaces=0", "sysctl"},
    {"AP25", POSSIBLE, RUN "--security-opt seccomp=unconfined a", HOST, "sysctl.user.max_user_namespaces"},
    {"AP26", REACHABLE, RUN "--pid host --cap-add CHECKPOINT_RESTORE a", HOST, NULL},
    {"AP26", BLOCKED, RUN "--pid host a", HOST, "capability"},
    {"AP26", POSSIBLE, RUN "--pid host --cap-add CHECKPOINT_RESTORE a", "docker=29.0", "userns"},
    {"AP27", REACHABLE, RUN "-w /proc/self/fd/8 a", HOST " runc=1.1.11", NULL},
    {"AP27", REACHABLE, RUN "-w /proc/1/fd/7/../../.. a", HOST " runc=1.0.0-rc93", NULL},
    {"AP27", BLOCKED, RUN "-w /proc/self/fd/8 a", HOST " runc=1.1.12", "runtime"},
    {"AP27", BLOCKED, RUN "-w /proc/self/fdinfo a", HOST " runc=1.1.0", "runtime"},
    {"AP27", POSSIBLE, RUN "-w /proc/self/fd/8 a", HOST, "runc"},
    {"AP28", REACHABLE, RUN "a", HOST " runc=1.0.0-rc6", NULL},
    {"AP28", BLOCKED, RUN "a", HOST " runc=1.0.0-rc7", "runtime"},
    {"AP28", BLOCKED, RUN "-u 9 a", HOST " runc=1.0.0-rc6", "credentials"},
    {"AP28", POSSIBLE, RUN "a", HOST, "runc"},
    {"AP29", REACHABLE, RUN "-v data:/d a", HOST " runc=1.2.7 shared-volume=yes", NULL},
    {"AP29", BLOCKED, RUN "-v data:/d a", HOST " runc=1.2.8 shared-volume=yes", "runtime"},
    {"AP29", BLOCKED, RUN "a", HOST " runc=1.1.0", "mount"},
    {"AP29", POSSIBLE, RUN "-v data:/d a", HOST " runc=1.3.2", "shared-volume"},
    {"AP30", REACHABLE, POD("\"securityContext\":{\"sysctls\":[{\"name\":\"kernel.shm_rmid_forced\",\"value\":\"1+k=x\"}]},"
                            "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "cri-o=1.23.1", NULL},
    {"AP30", BLOCKED, POD("\"securityContext\":{\"sysctls\":[{\"name\":\"kernel.shm_rmid_forced\",\"value\":\"1+k=x\"}]},"
                          "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "cri-o=1.23.2", "runtime"},
    {"AP30", POSSIBLE, POD("\"securityContext\":{\"sysctls\":[{\"name\":\"kernel.shm_rmid_forced\",\"value\":\"1+k=x\"}]},"
                           "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "kernel=6.1", "cri-o"},
    {"AP31", REACHABLE, RUN "-v /var/log:/l a", HOST " log-reader=yes", NULL},
    {"AP31", BLOCKED, RUN "-v /var/log:/l:ro a", HOST " log-reader=yes", "mount"},
    {"AP31", POSSIBLE, RUN "-v /var/log:/l a", HOST, "log-reader"},
    {"AP32", REACHABLE, POD("\"volumes\":[{\"name\":\"g\",\"gitRepo\":{\"repository\":\"r\"}}],"
                            "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "kubelet=1.28.11", NULL},
    {"AP32", BLOCKED, POD("\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "kubelet=1.28.11", "mount"},
    {"AP32", BLOCKED, POD("\"volumes\":[{\"name\":\"g\",\"gitRepo\":{\"repository\":\"r\"}}],"
                          "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "kubelet=1.31.0", "runtime"},
    {"AP32", POSSIBLE, POD("\"volumes\":[{\"name\":\"g\",\"gitRepo\":{\"repository\":\"r\"}}],"
                           "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]"), "kernel=6.1", "kubelet"},
    {"AP33", REACHABLE, RUN "-u 1000 a", HOST " setuid-programs=yes", NULL},
    {"AP33", BLOCKED, RUN "-u 1000 --security-opt no-new-privileges a", HOST " setuid-programs=yes", "credentials"},
    {"AP33", BLOCKED, RUN "-u 1000 --cap-drop ALL a", HOST " setuid-programs=yes", "capability"},
    {"AP33", POSSIBLE, RUN "-u 1000 a", HOST, "setuid-programs"},
    {"AP34", REACHABLE, RUN "--pid container:x a", HOST " peer=yes", NULL},
    {"AP34", BLOCKED, RUN "a", HOST, "namespace"},
    {"AP34", POSSIBLE, RUN "--pid container:x a", HOST, "peer"},
    {"AP35", REACHABLE, RUN "--gpus all -e LD_PRELOAD=/x.so a", HOST " nvidia-toolkit=1.17.7", NULL},
    {"AP35", BLOCKED, RUN "--gpus all -e LD_PRELOAD=/x.so a", HOST " nvidia-toolkit=1.17.8", "runtime"},
    {"AP35", POSSIBLE, RUN "--gpus all -e LD_PRELOAD=/x.so a", HOST, "nvidia-toolkit"},
    {"AP36", REACHABLE, RUN "--security-opt seccomp=unconfined a", HOST " alg-patched=no", NULL},
    {"AP36", BLOCKED, RUN "--security-opt seccomp=unconfined a", HOST " alg-patched=yes", "kernel"},
    {"AP36", POSSIBLE, RUN "--security-opt seccomp=unconfined a", HOST, "alg-patched"},
    {"AP37", REACHABLE, RUN "--privileged a", HOST, NULL},
    {"AP37", BLOCKED, RUN "--privileged a", "docker=29.0 userns=remap", "namespace"},
    {"AP37", BLOCKED, RUN "--privileged --runtime kata-runtime a", HOST, "runtime"},
    {"AP37", POSSIBLE, RUN "--privileged a", "docker=29.0", "userns"},
    {"AP38", REACHABLE, OCI(",\"hooks\":{\"prestart\":[{\"path\":\"/bin/x\"}]}"), "kernel=6.1", NULL},
    {"AP38", REACHABLE, OCI(",\"annotations\":{\"run.oci.keep_original_groups\":\"1\"}"), "kernel=6.1", NULL},
    {"AP38", BLOCKED, OCI(",\"annotations\":{\"io.kubernetes.cri-o.TTY\":\"false\"}"), "kernel=6.1", "runtime"},
    {"AP38", BLOCKED, OCI(",\"hooks\":{\"prestart\":[{\"path\":\"/proc/7/exe\",\"args\":[\"libnetwork-setkey\"]}]}"), "kernel=6.1", "runtime"},
    {"AP38", BLOCKED, OCI(""), "kernel=6.1", "runtime"},
    {"AP38", POSSIBLE, "services: {a: {image: i, extends: {file: other.yaml, service: a}}}", HOST, "file:other.yaml"},
};

static ctsec_options *options_of(const char *facts) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  while (*facts) {
    size_t length = strcspn(facts, " ");
    ck_assert_int_eq(ctsec_options_set(options, "fact", facts, length, NULL), 0);
    facts += length + (facts[length] == ' ');
  }
  return options;
}

static ctsec_paths *paths_of(const char *input, const char *facts) {
  ctsec_options *options = options_of(facts);
  ctsec_paths *paths;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_paths_new(options, &paths, NULL), 0);
  if (ctsec_paths_feed(paths, "-", input, strlen(input), &error)) ck_abort_msg("%s: %s", input, ctsec_error_message(error));
  ctsec_options_free(options);
  return paths;
}

static const ctsec_path *find(const ctsec_paths *paths, const char *id) {
  for (size_t i = 0; i < ctsec_paths_count(paths, -1); i++)
    if (!strcmp(ctsec_path_id(ctsec_paths_at(paths, i)), id)) return ctsec_paths_at(paths, i);
  ck_abort_msg("no path %s", id);
}

/* The member of the path in the document, from its id to the next. */
static int says(const ctsec_paths *paths, const char *id, const char *word) {
  char *text, key[32], quoted[80];
  size_t length;
  ck_assert_int_eq(ctsec_paths_to_json(paths, &text, &length, NULL), 0);
  snprintf(key, sizeof key, "\"id\": \"%s\"", id);
  snprintf(quoted, sizeof quoted, "\"%s\"", word);
  char *from = strstr(text, key);
  ck_assert_ptr_nonnull(from);
  char *until = strstr(from + 1, "\"id\": \"AP");
  if (until) *until = '\0';
  char *ends = strstr(from, "\"needs\"");
  int found = ends && strstr(ends, quoted) != NULL;
  ctsec_free(text);
  return found;
}

START_TEST(each_path_opens_closes_and_waits) {
  uint8_t seen[CT_PATH_COUNT] = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_paths *paths = paths_of(cases[i].input, cases[i].facts);
    const ctsec_path *path = find(paths, cases[i].id);
    ck_assert_msg(ctsec_path_status(path) == cases[i].status, "%s: %s with %s is %s", cases[i].id, cases[i].input,
                  cases[i].facts, ct_path_status_name(ctsec_path_status(path)));
    if (cases[i].because)
      ck_assert_msg(says(paths, cases[i].id, cases[i].because), "%s: %s with %s does not name %s", cases[i].id,
                    cases[i].input, cases[i].facts, cases[i].because);
    seen[path->term - CT_FIRST_PATH] |= (uint8_t)(1 << cases[i].status);
    ctsec_paths_free(paths);
  }
  for (int i = 0; i < (int)CT_PATH_COUNT; i++) {
    ck_assert_msg(seen[i] == 7, "%s: not every status is tried", ct_path_id((ct_term)(CT_FIRST_PATH + i)));
  }
}
END_TEST

/* Every way to a path, goals unfolded: rows of conditions. */
static size_t ways(ct_term term, uint8_t rows[][CT_CONDITION_COUNT], size_t most) {
  size_t count = 0;
  for (size_t s = 0; s < ct_path_step_count; s++) {
    const ct_path_step *step = &ct_path_steps[s];
    if (step->gives != term) continue;
    static uint8_t found[64][CT_CONDITION_COUNT];
    size_t before = 1;
    memset(found[0], 0, sizeof found[0]);
    for (uint32_t i = 0; i < step->count; i++) {
      if (step->terms[i] < CT_CONDITION_COUNT) {
        for (size_t k = 0; k < before; k++) found[k][step->terms[i]] = 1;
        continue;
      }
      uint8_t inner[16][CT_CONDITION_COUNT], kept[64][CT_CONDITION_COUNT];
      memcpy(kept, found, sizeof kept);
      size_t n = ways((ct_term)step->terms[i], inner, 16);
      memcpy(found, kept, sizeof kept);
      ck_assert(before * n <= 64);
      for (size_t k = before * n; k-- > 0;)
        for (int c = 0; c < CT_CONDITION_COUNT; c++) found[k][c] = kept[k / n][c] | inner[k % n][c];
      before *= n;
    }
    for (size_t k = 0; k < before && count < most; k++) memcpy(rows[count++], found[k], CT_CONDITION_COUNT);
  }
  return count;
}

static unsigned level_with(const uint8_t *holds, int flipped, unsigned level, ct_term path) {
  ct_condition_value values[CT_CONDITION_COUNT];
  memset(values, 0, sizeof values);
  for (int i = 0; i < CT_CONDITION_COUNT; i++) values[i].level = holds[i] ? CT_YES : CT_NO;
  if (flipped >= 0) values[flipped].level = (uint8_t)level;
  ct_levels levels;
  ct_path_solve(values, &levels);
  return levels.of[path];
}

/* With exactly the conditions of one way the path is open; any one of them closes it, or leaves it open to question. */
START_TEST(each_condition_decides) {
  size_t tried = 0;
  for (int path = CT_FIRST_PATH; path < CT_TERM_COUNT; path++) {
    uint8_t rows[64][CT_CONDITION_COUNT];
    size_t count = ways((ct_term)path, rows, 64);
    ck_assert_msg(count > 0, "%s: no way", ct_path_id((ct_term)path));
    for (size_t i = 0; i < count; i++) {
      /* A way that holds another says more than it needs: what it adds is no precondition. */
      int minimal = 1;
      for (size_t k = 0; k < count && minimal; k++) {
        if (k == i) continue;
        int inside = 1;
        for (int c = 0; c < CT_CONDITION_COUNT; c++) inside &= rows[k][c] <= rows[i][c];
        minimal = !inside;
      }
      ck_assert_int_eq(level_with(rows[i], -1, 0, (ct_term)path), CT_YES);
      for (int c = 0; minimal && c < CT_CONDITION_COUNT; c++) {
        if (!rows[i][c]) continue;
        ck_assert_msg(level_with(rows[i], c, CT_NO, (ct_term)path) == CT_NO, "%s without %s",
                      ct_path_id((ct_term)path), ct_condition_name((ct_term)c));
        ck_assert_msg(level_with(rows[i], c, CT_MAYBE, (ct_term)path) == CT_MAYBE, "%s, unknown %s",
                      ct_path_id((ct_term)path), ct_condition_name((ct_term)c));
        tried++;
      }
    }
  }
  ck_assert_uint_gt(tried, 150);
}
END_TEST

static const ct_cut *cut_of(const ctsec_paths *paths, ct_message_id text) {
  const ct_path_result *result = paths->results[0];
  for (uint32_t i = 0; i < result->cut_count; i++)
    if (result->cuts[i].text == text) return &result->cuts[i];
  return NULL;
}

static int ends(const ct_cut *cut, const char *id) {
  for (int i = 0; i < (int)CT_PATH_COUNT; i++)
    if (!strcmp(ct_path_id((ct_term)(CT_FIRST_PATH + i)), id)) return cut && cut->ends >> i & 1;
  return 0;
}

START_TEST(cuts_end_what_they_say) {
  ctsec_paths *paths = paths_of(RUN "-v /run/docker.sock:/s -v /etc:/e --cap-add SYS_ADMIN --device /dev/sda a", HOST);
  const ct_cut *drop = cut_of(paths, CT_MESSAGE_PATH_CHANGE_DROP);
  ck_assert(ends(drop, "AP09") && !ends(drop, "AP10") && !ends(drop, "AP03"));
  ck_assert(ends(cut_of(paths, CT_MESSAGE_PATH_CHANGE_READ_ONLY), "AP14"));
  ck_assert(!ends(cut_of(paths, CT_MESSAGE_PATH_CHANGE_READ_ONLY), "AP14r"));
  for (uint32_t i = 1; i < paths->results[0]->cut_count; i++)
    ck_assert_uint_ge(paths->results[0]->cuts[i - 1].count, paths->results[0]->cuts[i].count);
  ctsec_paths_free(paths);
  /* Two mounts show the same: taking one away ends nothing. */
  paths = paths_of(RUN "-v /etc:/e -v /root:/r a", HOST);
  ck_assert(!ends(cut_of(paths, CT_MESSAGE_PATH_CHANGE_MOUNT), "AP14"));
  ctsec_paths_free(paths);
}
END_TEST

/* What a change promises comes true when it is made: the command line without it. */
START_TEST(cuts_come_true) {
  static const struct {
    const char *before;
    const char *after;
    ct_message_id change;
  } rows[] = {
      {RUN "--pid host --cap-add SYS_PTRACE --cap-add SYS_ADMIN a", RUN "--cap-add SYS_PTRACE --cap-add SYS_ADMIN a",
       CT_MESSAGE_PATH_CHANGE_HOST_PID},
      {RUN "--privileged a", RUN "a", CT_MESSAGE_PATH_CHANGE_PRIVILEGED},
      {RUN "-v /:/h a", RUN "a", CT_MESSAGE_PATH_CHANGE_MOUNT},
      {RUN "-v /:/h a", RUN "-v /:/h:ro a", CT_MESSAGE_PATH_CHANGE_READ_ONLY},
      {RUN "--security-opt seccomp=unconfined --cap-add SYS_PTRACE a", RUN "--cap-add SYS_PTRACE a",
       CT_MESSAGE_PATH_CHANGE_SECCOMP},
      {RUN "-v /etc:/e --device /dev/sda a", RUN "-u 1000 -v /etc:/e --device /dev/sda a", CT_MESSAGE_PATH_CHANGE_USER},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_paths *before = paths_of(rows[i].before, HOST), *after = paths_of(rows[i].after, HOST);
    const ct_cut *cut = cut_of(before, rows[i].change);
    ck_assert_msg(cut != NULL, "%s", rows[i].before);
    for (int p = 0; p < (int)CT_PATH_COUNT; p++) {
      int was = ctsec_path_status(ctsec_paths_at(before, (size_t)p)), is = ctsec_path_status(ctsec_paths_at(after, (size_t)p));
      int ended = was == REACHABLE && is != REACHABLE;
      ck_assert_msg((int)(cut->ends >> p & 1) == ended, "%s: %s", rows[i].before, ct_path_id((ct_term)(CT_FIRST_PATH + p)));
    }
    ctsec_paths_free(before);
    ctsec_paths_free(after);
  }
}
END_TEST

/* One container joins the PID namespace of another that is privileged, a third that of the second. */
START_TEST(peers_inherit) {
  static const char file[] =
      "services:\n"
      "  a:\n    image: i\n    privileged: true\n"
      "  b:\n    image: i\n    pid: service:a\n"
      "  c:\n    image: i\n    pid: service:b\n"
      "  d:\n    image: i\n";
  ctsec_paths *paths = paths_of(file, HOST);
  static const int expected[] = {BLOCKED, REACHABLE, REACHABLE, BLOCKED};
  ck_assert_uint_eq(ctsec_paths_count(paths, -1), 4 * CT_PATH_COUNT);
  for (size_t i = 0; i < 4; i++)
    ck_assert_int_eq(ctsec_path_status(ctsec_paths_at(paths, i * CT_PATH_COUNT + CT_TERM_AP34 - CT_FIRST_PATH)), expected[i]);
  ctsec_paths_free(paths);
}
END_TEST

/* What is said about the engines' profiles without reading them, against the profiles. */
static size_t compare_profile(const char *name, const char *arch, const char *caps) {
  char input[160], facts[64];
  snprintf(input, sizeof input, RUN "--cap-drop ALL %s a", caps);
  snprintf(facts, sizeof facts, "lsm=none seccomp-profile=%s", name);
  ctsec_options *options = options_of(facts);
  if (ctsec_options_set(options, "arch", arch, strlen(arch), NULL)) ck_abort_msg("%s", arch);
  ctsec_containers *containers;
  ck_assert_int_eq(ctsec_containers_parse(input, strlen(input), options, &containers, NULL), 0);
  ctsec_confinement c;
  ct_path_case said, asked;
  memset(&c, 0, sizeof c);
  memset(&said, 0, sizeof said);
  said.container = ctsec_containers_at(containers, 0);
  said.options = options;
  said.confinement = &c;
  ck_assert_int_eq(ct_confinement_look(&c, said.container, options, NULL, NULL), 0);
  asked = said;
  ck_assert_int_eq(ct_path_reads_profile(&c), 0);
  ct_path_calls(&said);
  ck_assert_int_eq(ct_confinement_load(&c, NULL, NULL), 0);
  ct_path_calls(&asked);
  size_t tried = 0;
  for (int i = CT_TERM_CALL_MOUNT; i <= CT_TERM_CALL_PACKET; i++, tried++)
    ck_assert_msg(said.values[i].level == asked.values[i].level, "%s, %s, %s: %s is said to be %d and is %d", name, arch,
                  input, ct_condition_name((ct_term)i), said.values[i].level, asked.values[i].level);
  ct_confinement_unload(&c);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return tried;
}

START_TEST(engines_profiles_are_as_said) {
  static const char *const names[] = {"docker", "docker@20.10", "podman", "podman@4.3", "containerd"};
  static const char *const sets[] = {"", "--cap-add ALL", "--cap-add SYS_ADMIN", "--cap-add BPF", "--cap-add PERFMON",
                                     "--cap-add SYS_ADMIN --cap-add BPF", "--cap-add SYS_ADMIN --cap-add PERFMON",
                                     "--cap-add BPF --cap-add PERFMON", "--cap-add SYS_RAWIO", "--cap-add SYS_MODULE",
                                     "--cap-add DAC_READ_SEARCH"};
  size_t tried = 0;
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    for (uint32_t a = 0; ct_arch_at(a); a++)
      for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) tried += compare_profile(names[n], ct_arch_at(a)->abi.name, sets[i]);
    for (int cap = 0; cap <= 40; cap++) {
      char added[40];
      snprintf(added, sizeof added, "--cap-add %s", ctsec_cap_name(cap));
      tried += compare_profile(names[n], "x86_64", added);
    }
  }
  ck_assert_uint_gt(tried, 10000);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("path");
  TCase *all = tcase_create("all");
  tcase_set_timeout(all, 60);
  tcase_add_test(all, each_path_opens_closes_and_waits);
  tcase_add_test(all, each_condition_decides);
  tcase_add_test(all, cuts_end_what_they_say);
  tcase_add_test(all, cuts_come_true);
  tcase_add_test(all, peers_inherit);
  tcase_add_test(all, engines_profiles_are_as_said);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
