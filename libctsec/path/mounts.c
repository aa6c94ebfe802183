/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of the host's files and devices the container gets. A mount gives what it is, what lies below it, and what it lies below. */
#include <string.h>

#include "container/paths.h"
#include "path/path.h"

/* Writing below these gives the host away; those marked hold what reading gives away. */
static const struct {
  char path[26];
  uint8_t secret;
} host_paths[] = {
    {"/etc", 1},     {"/root", 1},          {"/home", 1},          {"/usr", 0},
    {"/lib", 0},     {"/boot", 0},          {"/var/spool/cron", 0}, {"/etc/kubernetes/manifests", 1},
    {"/var/lib/kubelet", 1}, {"/var/lib/docker", 1}, {"/var/lib/containerd", 1}, {"/run/systemd", 0},
    {"/bin", 0},     {"/sbin", 0},          {"/lib64", 0},         {"/var/lib/containers", 1},
    {"/var/lib/rancher", 1}, {"/opt/cni/bin", 0},
};

/* Two folders of the host of which one holds the other. */
static int covers(const char *source, const char *path) {
  return ct_path_below(path, source) || ct_path_below(source, path);
}

/* Below those folders, yet nothing that runs or tells. */
static int is_harmless(const char *source) {
  if (ct_path_is_harmless(source) || ct_path_below(source, "/usr/share") || ct_path_below(source, "/usr/local/share")) return 1;
  /* A project below somebody's home is not the home. */
  const char *home = !strncmp(source, "/home/", 6) ? strchr(source + 6, '/') : NULL;
  return home != NULL && home[1] != '.';
}

static void set_host_paths(ct_path_case *about, const char *source, const ct_value *at, int writable) {
  if (is_harmless(source)) return;
  for (size_t i = 0; i < sizeof host_paths / sizeof *host_paths; i++) {
    if (!covers(source, host_paths[i].path)) continue;
    /* Only a node of a cluster is sure to have it. */
    if (!strncmp(host_paths[i].path, "/opt/", 5) && !ct_path_below(source, "/opt/cni") && !about->container->pod_spec) continue;
    if (writable) ct_path_set(about, CT_TERM_HOST_WRITE, CT_YES, at, source);
    if (host_paths[i].secret) ct_path_set(about, CT_TERM_HOST_READ, CT_YES, at, source);
  }
}

static int is_shared(const ct_text *propagation) {
  return ct_text_is(propagation, "shared") || ct_text_is(propagation, "rshared") ||
         ct_text_is(propagation, "Bidirectional");
}

static void set_bind(ct_path_case *about, const ct_mount *mount, const char *source) {
  const ct_value *at = mount->source.from.at ? mount->source.from.at : mount->at;
  int writable = ct_is_true(&mount->writable);
  const char *destination = ct_clean_path(about->arena, mount->destination.value, mount->destination.length);
  ct_path_set(about, CT_TERM_HOST_FS, CT_YES, at, source);
  if (ct_path_is_socket(source) || ct_path_holds_socket(source)) ct_path_set(about, CT_TERM_SOCKET, CT_YES, at, source);
  set_host_paths(about, source, at, writable);
  if (ct_path_below("/dev", source)) ct_path_set(about, CT_TERM_BLOCK_NODE, CT_YES, at, source);
  if (is_shared(&mount->propagation)) ct_path_set(about, CT_TERM_PROPAGATION, CT_YES, mount->propagation.from.at, source);
  if (!writable) return;
  ct_path_set(about, CT_TERM_HOST_FS_WRITABLE, CT_YES, at, source);
  if (covers(source, "/var/lib/lxcfs")) ct_path_set(about, CT_TERM_LXCFS, CT_YES, at, source);
  if (covers(source, "/var/log")) ct_path_set(about, CT_TERM_VAR_LOG, CT_YES, at, source);
  if (covers(source, "/sys/fs/cgroup")) ct_path_set(about, CT_TERM_CGROUP_MOUNT, CT_YES, at, source);
  if (covers(source, "/proc/sys") && !(destination && ct_path_below(destination, "/proc")))
    ct_path_set(about, CT_TERM_PROC_MOUNT, CT_YES, at, source);
  if (ct_path_below("/sys", source)) ct_path_set(about, CT_TERM_SYS_MOUNT, CT_YES, at, source);
}

void ct_path_mount(ct_path_case *about, const ct_mount *mount) {
  int volume = ct_text_is(&mount->type, "volume");
  if (mount->own || !mount->source.length || volume) {
    if (!volume && !mount->own) return;
    ct_path_set(about, CT_TERM_HOST_FS, CT_YES, mount->at, NULL);
    if (ct_is_true(&mount->writable)) ct_path_set(about, CT_TERM_HOST_FS_WRITABLE, CT_YES, mount->at, NULL);
    return;
  }
  const char *source = ct_clean_path(about->arena, mount->source.value, mount->source.length);
  if (source) set_bind(about, mount, source);
}

static void set_mounts(ct_path_case *about) {
  const ct_container *container = about->container;
  for (uint32_t i = 0; i < container->mounts.count; i++) ct_path_mount(about, &container->mounts.items[i]);
  /* Engines mount resolv.conf, hosts and hostname from the host's disk into every container. */
  if (container->format != CT_FORMAT_OCI && container->format != CT_FORMAT_PROC) {
    ct_path_set(about, CT_TERM_HOST_FS, CT_YES, NULL, NULL);
    if (!ct_is_true(&container->readonly_rootfs)) ct_path_set(about, CT_TERM_HOST_FS_WRITABLE, CT_YES, NULL, NULL);
  }
}

static int starts(const char *text, const char *start) { return !strncmp(text, start, strlen(start)); }

void ct_path_device(ct_path_case *about, const ct_device *device) {
  const ct_text *node = device->host.length ? &device->host : &device->path;
  const char *path = ct_clean_path(about->arena, node->value, node->length);
  if (!path) path = "";
  int reads = !device->access.length || strchr(device->access.value, 'r') != NULL;
  if (device->type ? device->type == 'b' : ct_path_is_disk(path)) {
    ct_path_set(about, CT_TERM_BLOCK_NODE, CT_YES, device->at, path);
    if (reads) ct_path_set(about, CT_TERM_BLOCK_ALLOWED, CT_YES, device->at, path);
  }
  if (reads && (starts(path, "/dev/mem") || starts(path, "/dev/kmem") || starts(path, "/dev/port")))
    ct_path_set(about, CT_TERM_MEMORY_DEVICE, CT_YES, device->at, path);
  if (starts(path, "/dev/nvidia")) ct_path_set(about, CT_TERM_GPU, CT_YES, device->at, path);
}

static void set_devices(ct_path_case *about) {
  const ct_container *container = about->container;
  for (uint32_t i = 0; i < container->devices.count; i++) ct_path_device(about, &container->devices.items[i]);
  for (uint32_t i = 0; i < container->device_rules.count; i++) {
    const ct_device_rule *rule = &container->device_rules.items[i];
    if (rule->allow && rule->type != 'c' && rule->access & (CT_ACCESS_READ | CT_ACCESS_WRITE))
      ct_path_set(about, CT_TERM_BLOCK_ALLOWED, CT_YES, rule->at, rule->text);
  }
  if (ct_is_true(&container->privileged)) {
    const ct_value *at = container->privileged.from.at;
    ct_path_set(about, CT_TERM_BLOCK_NODE, CT_YES, at, NULL);
    ct_path_set(about, CT_TERM_BLOCK_ALLOWED, CT_YES, at, NULL);
    ct_path_set(about, CT_TERM_MEMORY_DEVICE, CT_YES, at, NULL);
  }
  if (container->device_requests.count || (container->runtime.value && strstr(container->runtime.value, "nvidia")))
    ct_path_set(about, CT_TERM_GPU, CT_YES,
                container->device_requests.count ? container->device_requests.items[0].at : container->runtime.from.at, NULL);
}

static int lists(const ct_texts *paths, const char *path) {
  for (uint32_t i = 0; i < paths->count; i++)
    if (paths->items[i].length && ct_path_below(path, paths->items[i].value)) return 1;
  return 0;
}

static void set_read_only_paths(ct_path_case *about) {
  const ct_texts *paths = &about->container->readonly_paths;
  static const struct {
    uint8_t term;
    char path[22];
  } rows[] = {{CT_TERM_PROC_SYS_WRITABLE, "/proc/sys"}, {CT_TERM_SYSRQ_WRITABLE, "/proc/sysrq-trigger"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *kept = paths->from.state == CT_UNKNOWN ? ct_options_fact(about->options, "read-only-paths") : NULL;
    if (kept)
      ct_path_set(about, (ct_term)rows[i].term, strcmp(kept, "no") ? CT_NO : CT_YES, NULL, NULL);
    else if (paths->from.state == CT_UNKNOWN)
      ct_path_need(about, (ct_term)rows[i].term, "read-only-paths", paths->from.at);
    else
      ct_path_set(about, (ct_term)rows[i].term, lists(paths, rows[i].path) ? CT_NO : CT_YES, paths->from.at, NULL);
  }
}

/* What a variable or a file that was not given may add. */
static void set_open(ct_path_case *about) {
  static const uint8_t by_mounts[] = {CT_TERM_SOCKET,   CT_TERM_HOST_WRITE,  CT_TERM_HOST_READ,    CT_TERM_HOST_FS_WRITABLE,
                                      CT_TERM_LXCFS,    CT_TERM_VAR_LOG,     CT_TERM_CGROUP_MOUNT, CT_TERM_PROC_MOUNT,
                                      CT_TERM_SYS_MOUNT, CT_TERM_BLOCK_NODE};
  static const uint8_t by_privileges[] = {CT_TERM_PRIVILEGED, CT_TERM_BLOCK_NODE, CT_TERM_BLOCK_ALLOWED, CT_TERM_MEMORY_DEVICE};
  const ct_container *container = about->container;
  const ct_value *at = NULL;
  int open = container->partial;
  for (uint32_t i = 0; i < container->mounts.count && !open; i++) {
    const ct_text *source = &container->mounts.items[i].source;
    open = source->from.state == CT_UNKNOWN;
    if (open) at = source->from.at;
  }
  const char *needs = open ? ct_container_needs(container, at) : NULL;
  for (size_t i = 0; needs && i < sizeof by_mounts; i++) ct_path_need(about, (ct_term)by_mounts[i], needs, at);
  static const uint8_t by_rest[] = {CT_TERM_PROPAGATION, CT_TERM_CWD_FD,      CT_TERM_DOCKER_HOST,      CT_TERM_GPU, CT_TERM_HOOK_ANNOTATIONS,
                                    CT_TERM_LD_PRELOAD,  CT_TERM_SYSCTL_VALUE, CT_TERM_SHARED_VOLUME, CT_TERM_SUBPATH};
  for (size_t i = 0; needs && container->partial && i < sizeof by_rest; i++) ct_path_need(about, (ct_term)by_rest[i], needs, at);
  const ct_origin *privileged = &container->privileged.from;
  needs = privileged->state == CT_UNKNOWN ? ct_container_needs(container, privileged->at) : NULL;
  for (size_t i = 0; needs && i < sizeof by_privileges; i++) ct_path_need(about, (ct_term)by_privileges[i], needs, privileged->at);
}

/* Without users of its own nothing differs. The kubelet has the mounts of a pod mapped, where the file system can; OCI and podman say so per mount. */
static void set_idmapped(ct_path_case *about) {
  const ct_container *container = about->container;
  if (about->confinement->mapped == CT_NO) ct_path_set(about, CT_TERM_IDMAPPED, CT_YES, NULL, NULL);
  if (about->confinement->mapped == CT_MAYBE) ct_path_need(about, CT_TERM_IDMAPPED, "userns", NULL);
  if (container->pod_spec || container->format == CT_FORMAT_CRICTL) ct_path_need(about, CT_TERM_IDMAPPED, "idmapped-mounts", NULL);
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    const ct_value *at = container->mounts.items[i].at;
    if (ct_value_member(at, "uidMappings") || (ct_value_is(at, CT_STRING) && strstr(at->as.string, "idmap")))
      ct_path_set(about, CT_TERM_IDMAPPED, CT_YES, at, NULL);
  }
}

void ct_path_mounts(ct_path_case *about) {
  set_mounts(about);
  set_idmapped(about);
  set_devices(about);
  set_read_only_paths(about);
  set_open(about);
}
