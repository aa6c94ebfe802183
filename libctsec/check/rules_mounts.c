/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Host paths by coverage: a mount gives away the path itself, what lies below it, and what it lies below. */
#include <string.h>

#include "check/check.h"

typedef struct sensitive {
  char path[21];
  uint8_t rule;
} sensitive;

/* The longest one that holds a source names the finding. */
static const sensitive paths[] = {
    {"/etc", CT_RULE_MOUNT_ETC},
    {"/etc/kubernetes", CT_RULE_MOUNT_ETC_KUBERNETES},
    {"/proc", CT_RULE_MOUNT_PROC},
    {"/proc/sys", CT_RULE_MOUNT_PROC_SYS},
    {"/sys", CT_RULE_MOUNT_SYS},
    {"/sys/fs/cgroup", CT_RULE_MOUNT_SYS_FS_CGROUP},
    {"/sys/kernel/debug", CT_RULE_MOUNT_SYS_KERNEL_DEBUG},
    {"/dev", CT_RULE_MOUNT_DEV},
    {"/boot", CT_RULE_MOUNT_BOOT},
    {"/lib", CT_RULE_MOUNT_LIB},
    {"/lib64", CT_RULE_MOUNT_LIB},
    {"/lib/modules", CT_RULE_MOUNT_LIB_MODULES},
    {"/usr", CT_RULE_MOUNT_USR},
    {"/bin", CT_RULE_MOUNT_USR},
    {"/sbin", CT_RULE_MOUNT_USR},
    {"/opt/cni/bin", CT_RULE_MOUNT_USR},
    {"/root", CT_RULE_MOUNT_HOME_ROOT},
    {"/home", CT_RULE_MOUNT_HOME},
    {"/var/lib/docker", CT_RULE_MOUNT_VAR_LIB_DOCKER},
    {"/var/snap/docker", CT_RULE_MOUNT_VAR_LIB_DOCKER},
    {"/var/lib/containerd", CT_RULE_MOUNT_VAR_LIB_CONTAINERD},
    {"/var/lib/containers", CT_RULE_MOUNT_VAR_LIB_CONTAINERD},
    {"/var/lib/rancher", CT_RULE_MOUNT_VAR_LIB_CONTAINERD},
    {"/var/lib/kubelet", CT_RULE_MOUNT_VAR_LIB_KUBELET},
    {"/var/lib/etcd", CT_RULE_MOUNT_VAR_LIB_ETCD},
    {"/var/lib/lxcfs", CT_RULE_MOUNT_VAR_LIB_LXCFS},
    {"/var/log", CT_RULE_MOUNT_VAR_LOG},
    {"/var/spool/cron", CT_RULE_MOUNT_VAR_SPOOL_CRON},
    {"/run/systemd", CT_RULE_MOUNT_RUN_SYSTEMD},
    {"/run/dbus", CT_RULE_MOUNT_RUN_SYSTEMD},
    {"/run/secrets", CT_RULE_MOUNT_RUN_SECRETS},
};

/* Devices that give no way to the host. */
static const char common_devices[][15] = {"/dev/shm", "/dev/log",    "/dev/fuse", "/dev/net/tun", "/dev/dri",
                                          "/dev/snd", "/dev/video0", "/dev/tty",  "/dev/pts",     "/dev/hugepages",
                                          "/dev/ptmx"};
/* Every container has these, and a bind of them covers a file at most. */
static const char inert_devices[][13] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static int is_one_of(const char *text, const char *words, size_t size, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(text, words + i * size)) return 1;
  return 0;
}
#define IS_ONE_OF(text, words) is_one_of(text, words[0], sizeof *(words), sizeof(words) / sizeof *(words))

static int is_below_one_of(const char *path, const char *folders, size_t size, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (ct_path_below(path, folders + i * size)) return 1;
  return 0;
}
#define IS_BELOW_ONE_OF(path, folders) is_below_one_of(path, folders[0], sizeof *(folders), sizeof(folders) / sizeof *(folders))

static int is_credential_folder(const char *path) {
  static const char names[][8] = {".ssh", ".aws", ".kube", ".docker", ".gnupg", ".azure", ".gcloud", "gcloud"};
  const char *name = last_part(path);
  if (!strcmp(name, "gcloud")) return strstr(path, "/.config/gcloud") != NULL;
  return IS_ONE_OF(name, names);
}

static int ends(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n > m && !strcmp(text + n - m, end);
}

static int is_credential_file(const char *path) {
  static const char names[][18] = {"id_rsa",     "id_dsa",       "id_ecdsa",         "id_ed25519", ".netrc",
                                   ".pgpass",    ".my.cnf",      ".git-credentials", ".npmrc",     ".pypirc",
                                   "admin.conf", "kubelet.conf", "shadow",           "gshadow",    "krb5.keytab",
                                   "kubeconfig", ".dockerconfigjson", ".vault-token", "htpasswd",  ".htpasswd"};
  static const char pairs[][38] = {"/.kube/config", "/.docker/config.json", "/.aws/credentials", "/.aws/config",
                                   "/.azure/accessTokens.json", "/application_default_credentials.json"};
  if (ct_path_is_harmless(path)) return 0;
  if (IS_ONE_OF(last_part(path), names)) return 1;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (ends(path, pairs[i])) return 1;
  return ends(path, ".pem") || ends(path, ".key") || ends(path, ".p12") || ends(path, ".pfx") || ends(path, ".jks") ||
         ends(path, ".keytab") || ends(path, ".kdbx");
}

/* What to take away in a Compose file. */
static const char *entry_of(ct_check *check, const ct_mount *mount, const char *source, const char *destination) {
  const ct_value *at = mount->at;
  if (check->container->format == CT_FORMAT_COMPOSE && at->key && !strcmp(at->key, "use_api_socket")) return "use_api_socket: true";
  if (mount->handed && at->parent && at->parent->key)
    return ct_check_text(check, "from %s: %s", at->parent->key, ct_value_is(at, CT_STRING) ? at->as.string : destination);
  int named = check->container->format == CT_FORMAT_COMPOSE && mount->name.length;
  const char *name = named ? mount->name.value : source;
  return ct_check_text(check, "from volumes: %s:%s", name, destination);
}

static struct ctsec_finding *report(ct_check *check, ct_rule_id rule, const ct_mount *mount, const char *source) {
  const ct_value *at = mount->source.from.at && mount->source.from.at != mount->at ? mount->source.from.at : mount->at;
  struct ctsec_finding *finding = ct_report(check, rule, at);
  finding->values.source = ct_check_text(check, "%.*s", (int)mount->source.length, mount->source.value);
  finding->values.destination = ct_check_text(check, "%.*s", (int)mount->destination.length, mount->destination.value);
  /* Only a link is worth naming, not a trailing slash. */
  const char *resolved = *source != '/' || strncmp(finding->values.source, source, strlen(source)) ? source : "";
  if (!strcmp(resolved, finding->values.source) || *finding->values.source == '~') resolved = "";
  finding->observed = ct_check_text(check, "%s%s%s -> %s (%s)", finding->values.source, *resolved ? " = " : "", resolved,
                                    finding->values.destination, ct_is_true(&mount->writable) ? "rw" : "ro");
  finding->values.entry = entry_of(check, mount, finding->values.source, finding->values.destination);
  return finding;
}

static int depth_below(const char *path, const char *folder) {
  int depth = 0;
  for (const char *at = path + strlen(folder); *at; at++) depth += *at == '/';
  return depth;
}

/* How much a path below a sensitive folder weighs, with the reason where it is not the rule's own weight. */
static void weigh(struct ctsec_finding *finding, const char *source, const char *folder, int writable) {
  ct_rule_id rule = finding->rule;
  if (!writable && ct_path_is_harmless(source)) {
    ct_raise(finding, CTSEC_SEVERITY_INFO, CT_MESSAGE_REASON_HARMLESS_FILE);
    return;
  }
  if (rule == CT_RULE_MOUNT_DEV && IS_BELOW_ONE_OF(source, common_devices)) {
    ct_raise(finding, CTSEC_SEVERITY_LOW, CT_MESSAGE_REASON_COMMON_DEVICE);
    return;
  }
  /* /home/USER is somebody's home, what lies deeper is most often a project. */
  if ((rule == CT_RULE_MOUNT_HOME && depth_below(source, folder) > 1) ||
      (rule == CT_RULE_MOUNT_HOME_ROOT && depth_below(source, folder) > 1) ||
      (rule == CT_RULE_MOUNT_USR && (ct_path_below(source, "/usr/share") || ct_path_below(source, "/usr/local/share")))) {
    ct_raise(finding, writable ? CTSEC_SEVERITY_MEDIUM : CTSEC_SEVERITY_LOW, CT_MESSAGE_REASON_DEEP_PATH);
    return;
  }
  if (!writable) ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_READ_ONLY);
}

/* Reports every sensitive path that the source covers; the number of findings. */
static int report_paths(ct_check *check, const ct_mount *mount, const char *source, ct_rule_id because) {
  int writable = ct_is_true(&mount->writable), found = 0;
  const sensitive *holder = NULL;
  if (IS_ONE_OF(source, inert_devices)) return 0;
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    if (ct_path_below(source, paths[i].path) && (!holder || strlen(paths[i].path) > strlen(holder->path))) holder = &paths[i];
  if (holder) {
    struct ctsec_finding *finding = report(check, holder->rule, mount, source);
    finding->because = because;
    weigh(finding, source, holder->path, writable);
    return 1;
  }
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    if (!ct_path_below(paths[i].path, source)) continue;
    /* Only a node of a cluster is sure to have it. */
    if (!strncmp(paths[i].path, "/opt/", 5) && !check->container->pod_spec) continue;
    /* One finding for /etc, not another for /etc/kubernetes; one for what has several places. */
    int nested = 0;
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++)
      nested |= k != i && ct_path_below(paths[k].path, source) &&
                (ct_path_below(paths[i].path, paths[k].path) || (k < i && paths[k].rule == paths[i].rule));
    if (nested) continue;
    struct ctsec_finding *finding = report(check, paths[i].rule, mount, source);
    finding->observed = ct_check_text(check, "%s (covers %s)", finding->observed, paths[i].path);
    finding->because = because;
    weigh(finding, paths[i].path, paths[i].path, writable);
    found++;
  }
  return found;
}

static void check_propagation(ct_check *check, const ct_mount *mount, const char *source) {
  if (!ct_text_is(&mount->propagation, "shared") && !ct_text_is(&mount->propagation, "rshared")) return;
  struct ctsec_finding *finding = report(check, CT_RULE_MOUNT_PROPAGATION, mount, source);
  if (mount->propagation.from.at) finding->at = mount->propagation.from.at;
  finding->observed = ct_check_text(check, "%s, propagation %.*s", finding->observed, (int)mount->propagation.length,
                                    mount->propagation.value);
  if (check->container->facts.exec_known & CT_FACT_EFFECTIVE && check->container->facts.after_exec.effective >> 21 & 1)
    ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_SYS_ADMIN);
}

static void check_options(ct_check *check, const ct_mount *mount, const char *source) {
  const ct_container *container = check->container;
  if (!mount->options.count) return;
  /* Docker has no such options for binds. */
  if (container->engine == CTSEC_ENGINE_DOCKER && (container->format == CT_FORMAT_RUN || container->format == CT_FORMAT_COMPOSE)) return;
  int nosuid = ct_mount_has(mount, "nosuid"), nodev = ct_mount_has(mount, "nodev");
  if (nosuid && nodev) return;
  struct ctsec_finding *finding = report(check, CT_RULE_MOUNT_NOSUID, mount, source);
  finding->observed = ct_check_text(check, "%s, without %s%s%s", finding->observed, nosuid ? "" : "nosuid",
                                    nosuid || nodev ? "" : ", ", nodev ? "" : "nodev");
}

/* Who mounts something as docker.sock means the engine, or what speaks for it. */
static int check_place(ct_check *check, const ct_mount *mount, const char *source) {
  const char *place = ct_clean_path(check->arena, mount->destination.value, mount->destination.length);
  if (!place || !ct_path_is_socket(place)) return 0;
  ct_raise(report(check, CT_RULE_RUNTIME_SOCKET, mount, source), CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_BY_PLACE);
  return 1;
}

static void check_bind(ct_check *check, const ct_mount *mount, const char *source) {
  int found = 0;
  if (!strcmp(source, "/")) {
    report(check, CT_RULE_MOUNT_ROOT, mount, source);
    report(check, CT_RULE_RUNTIME_SOCKET_PARENT, mount, source)->because = CT_RULE_MOUNT_ROOT;
    found = 1;
  } else if (ct_path_is_socket(source)) {
    report(check, CT_RULE_RUNTIME_SOCKET, mount, source);
    found = 1;
  } else if (ct_path_holds_socket(source)) {
    report(check, CT_RULE_RUNTIME_SOCKET_PARENT, mount, source);
    report_paths(check, mount, source, CT_RULE_RUNTIME_SOCKET_PARENT);
    found = 1;
  } else if (is_credential_folder(source)) {
    struct ctsec_finding *finding = report(check, CT_RULE_MOUNT_HOME_SSH, mount, source);
    if (!ct_is_true(&mount->writable)) ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_READ_ONLY);
    found = 1;
  } else if (is_credential_file(source)) {
    report(check, CT_RULE_SECRET_VOLUME, mount, source);
    found = 1;
    /* The folder matters beside the file only where it may be written. */
    if (ct_is_true(&mount->writable)) report_paths(check, mount, source, CT_RULE_COUNT);
  } else {
    found = report_paths(check, mount, source, CT_RULE_COUNT) || check_place(check, mount, source);
  }
  check_propagation(check, mount, source);
  if (found || !ct_is_true(&mount->writable)) return;
  report(check, CT_RULE_MOUNT_RW_HOSTPATH, mount, source);
  check_options(check, mount, source);
}

static void check_token(ct_check *check, const ct_mount *mount) {
  static const char place[] = "/run/secrets/kubernetes.io/serviceaccount";
  const char *destination = ct_clean_path(check->arena, mount->destination.value, mount->destination.length);
  if (!destination || strcmp(destination, place)) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SA_TOKEN, mount->at);
  finding->observed = place;
}

/* A file that is handed over as a secret may well be one; a socket or the whole host it must not be. */
static void check_handed(ct_check *check, const ct_mount *mount, const char *source) {
  if (ct_path_is_socket(source))
    report(check, CT_RULE_RUNTIME_SOCKET, mount, source);
  else if (ct_path_holds_socket(source))
    report(check, CT_RULE_RUNTIME_SOCKET_PARENT, mount, source);
}

/* A path relative to a folder that is not known stays as it is; ~ is somebody's home. */
static const char *host_path(ct_check *check, const ct_mount *mount) {
  const ct_text *source = &mount->source;
  if (source->from.state == CT_UNKNOWN) return NULL;
  int run = check->container->format == CT_FORMAT_RUN;
  if ((!run && check->container->format != CT_FORMAT_COMPOSE) || source->value[0] == '/')
    return ct_clean_path(check->arena, source->value, source->length);
  size_t home = source->value[0] == '~' ? 1 : run && !strncmp(source->value, "$HOME", 5) ? 5 : run && !strncmp(source->value, "${HOME}", 7) ? 7 : 0;
  if (home) {
    const char *path = ct_check_text(check, "/home/~%s", source->value + home);
    return ct_clean_path(check->arena, path, strlen(path));
  }
  return source->value[0] == '.' || (run && strchr("$`", source->value[0])) ? source->value : NULL;
}

void ct_rules_mounts(ct_check *check) {
  const ct_container *container = check->container;
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    const ct_mount *mount = &container->mounts.items[i];
    if (mount->destination.length) check_token(check, mount);
    if (ct_text_is(&mount->type, "npipe") && mount->source.length && strstr(mount->source.value, "docker_engine")) {
      report(check, CT_RULE_RUNTIME_SOCKET, mount, mount->source.value);
      continue;
    }
    if (!ct_text_is(&mount->type, "bind") || mount->own || !mount->source.length) continue;
    const char *source = host_path(check, mount);
    if (!source && mount->source.from.state == CT_UNKNOWN) check_place(check, mount, "");
    if (source && mount->handed)
      check_handed(check, mount, source);
    else if (source)
      check_bind(check, mount, source);
  }
}
