/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/paths.h"

#include <string.h>

/* Folders that are symbolic links on every distribution of this decade. */
static const struct {
  const char *link;
  const char *target;
} links[] = {{"/var/run", "/run"}, {"/var/lock", "/run/lock"}, {"/usr/lib/modules", "/lib/modules"}};

static size_t resolve_link(char *path, size_t length) {
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    size_t from = strlen(links[i].link), to = strlen(links[i].target);
    if (length < from || memcmp(path, links[i].link, from) || (length > from && path[from] != '/')) continue;
    memcpy(path, links[i].target, to);
    memmove(path + to, path + from, length - from + 1);
    return length - from + to;
  }
  return length;
}

const char *ct_clean_path(ct_arena *arena, const char *path, size_t length) {
  if (!length || path[0] != '/') return NULL;
  char *clean = ct_arena_alloc(arena, length + 1);
  if (!clean) return NULL;
  size_t used = 0;
  for (size_t at = 0; at < length;) {
    while (at < length && path[at] == '/') at++;
    size_t start = at;
    while (at < length && path[at] != '/') at++;
    size_t part = at - start;
    if (!part || (part == 1 && path[start] == '.')) continue;
    if (part == 2 && path[start] == '.' && path[start + 1] == '.') {
      while (used && clean[--used] != '/') continue;
      continue;
    }
    clean[used++] = '/';
    memcpy(clean + used, path + start, part);
    used += part;
  }
  if (!used) clean[used++] = '/';
  clean[used] = '\0';
  resolve_link(clean, used);
  return clean;
}

int ct_path_below(const char *path, const char *folder) {
  size_t n = strlen(folder);
  if (n == 1) return *folder == '/';
  return !strncmp(path, folder, n) && (path[n] == '\0' || path[n] == '/');
}

static int is_one_of(const char *text, const char *words, size_t size, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(text, words + i * size)) return 1;
  return 0;
}
#define IS_ONE_OF(text, words) is_one_of(text, words[0], sizeof *(words), sizeof(words) / sizeof *(words))

int ct_path_is_socket(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  static const char names[][22] = {"docker.sock",     "containerd.sock", "crio.sock",        "podman.sock",
                                   "buildkitd.sock",  "dockershim.sock", "cri-dockerd.sock", "frakti.sock",
                                   "docker-raw.sock", "docker_engine",   "containerd.sock.ttrpc", "docker.sock.raw",
                                   "nri.sock",        "libvirt-sock",    "virtqemud-sock"};
  /* That of LXD and of Incus has a common name. */
  return IS_ONE_OF(name, names) || (!strcmp(name, "unix.socket") && (strstr(path, "/lxd/") || strstr(path, "/incus/")));
}

int ct_path_is_harmless(const char *path) {
  static const char names[][17] = {"/localtime", "/timezone", "/hosts", "/hostname", "/resolv.conf", "/ssl/certs", "/ca-certificates",
                                   "/pki/tls/certs", "/pki/ca-trust", "/os-release", "/machine-id", "/nsswitch.conf", "/protocols",
                                   "/services"};
  static const char shared[][17] = {"/zoneinfo", "/ca-certificates", "/fonts"};
  if (!strncmp(path, "/etc/", 5)) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
      if (ct_path_below(path + 4, names[i])) return 1;
    return 0;
  }
  if (strncmp(path, "/usr/", 5)) return 0;
  path += 4;
  if (!strncmp(path, "/local/", 7)) path += 6;
  if (!strcmp(path, "/lib/os-release")) return 1;
  for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
    if (!strncmp(path, "/share/", 7) && ct_path_below(path + 6, shared[i])) return 1;
  return 0;
}

int ct_path_is_disk(const char *path) {
  static const char disks[][9] = {"sd", "vd",  "xvd",  "hd",     "nvme", "mmcblk", "dm-", "md",    "loop",   "mapper",   "disk/", "sr",
                                  "nbd", "zram", "bcache", "rbd",  "zd",     "ram", "zvol/", "block/", "mtdblock", "pmem",  "drbd"};
  if (strncmp(path, "/dev", 4)) return 0;
  if (!path[4]) return 1;
  path += 5;
  if (path[-1] != '/' || !strcmp(path, "loop-control")) return 0;
  for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
    if (!strncmp(path, disks[i], strlen(disks[i]))) return 1;
  return 0;
}

int ct_path_holds_socket(const char *path) {
  static const char folders[][20] = {"/", "/run", "/var", "/run/docker", "/run/containerd", "/run/crio", "/run/podman",
                                     "/run/buildkit", "/run/k3s", "/run/k3s/containerd", "/run/user", "/run/dockershim",
                                     "/run/cri-dockerd", "/run/nri", "/run/libvirt", "/run/incus", "/var/lib/incus",
                                     "/var/lib/lxd"};
  if (IS_ONE_OF(path, folders)) return 1;
  if (!ct_path_below(path, "/run/user")) return 0;
  /* /run/user/UID and its podman, docker and containerd folders. */
  const char *rest = path + strlen("/run/user/");
  const char *slash = strchr(rest, '/');
  static const char inner[][11] = {"podman", "docker", "containerd", "buildkit"};
  return !slash || IS_ONE_OF(slash + 1, inner);
}
