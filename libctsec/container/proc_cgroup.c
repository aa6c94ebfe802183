/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who made a container, and what it is called there: engines name the control group after it. */
#include <string.h>

#include "container/proc.h"

static int is_hex(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'))) return 0;
  return 1;
}

static int is_id(const char *text, size_t length) { return length == 64 && is_hex(text, length); }

static int begins(const char *text, size_t length, const char *word) {
  size_t n = strlen(word);
  return length >= n && !memcmp(text, word, n);
}

static int is(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

/* "kubepods-besteffort-pod0123_4567.slice", "pod01234567-89ab...": the pod's uid. */
static int read_pod(const char *text, size_t length, ct_cgroup *cgroup) {
  const char *pod = NULL;
  if (begins(text, length, "kubepods") && length > 6 && !memcmp(text + length - 6, ".slice", 6)) {
    length -= 6;
    pod = memmem(text, length, "-pod", 4);
    if (!pod) return 0;
    pod++;
  } else if (begins(text, length, "pod")) {
    pod = text;
  }
  if (!pod) return 0;
  pod += 3;
  size_t size = length - (size_t)(pod - text);
  if (size < 32) return 0;
  for (size_t i = 0; i < size; i++)
    if (!is_hex(pod + i, 1) && pod[i] != '-' && pod[i] != '_') return 0;
  cgroup->pod = pod;
  cgroup->pod_length = size;
  return 1;
}

/* One part of the path, with the one before it. */
static int read_part(const char *before, size_t before_length, const char *text, size_t length, ct_cgroup *cgroup) {
  static const struct {
    const char *prefix;
    int engine;
  } scopes[] = {{"docker-", CTSEC_ENGINE_DOCKER},      {"libpod-", CTSEC_ENGINE_PODMAN},
                {"cri-containerd-", CTSEC_ENGINE_CONTAINERD}, {"crio-", CTSEC_ENGINE_CRIO},
                {"nerdctl-", CTSEC_ENGINE_NERDCTL},    {"libpod-payload-", CTSEC_ENGINE_PODMAN}};
  size_t bare = length > 6 && !memcmp(text + length - 6, ".scope", 6) ? length - 6 : length;
  for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
    size_t n = strlen(scopes[i].prefix);
    if (!begins(text, bare, scopes[i].prefix) || !is_id(text + n, bare - n)) continue;
    cgroup->engine = scopes[i].engine;
    cgroup->id = text + n;
    cgroup->id_length = bare - n;
    return 1;
  }
  /* containerd with the systemd driver and without systemd: "SLICE:cri-containerd:ID". */
  const char *colon = memrchr(text, ':', bare);
  if (colon && is_id(colon + 1, bare - (size_t)(colon + 1 - text))) {
    cgroup->engine = memmem(text, (size_t)(colon - text), ":nerdctl", 8) ? CTSEC_ENGINE_NERDCTL : CTSEC_ENGINE_CONTAINERD;
    cgroup->id = colon + 1;
    cgroup->id_length = bare - (size_t)(colon + 1 - text);
    return 1;
  }
  if (is_id(text, length)) {
    cgroup->id = text;
    cgroup->id_length = length;
    if (is(before, before_length, "docker")) cgroup->engine = CTSEC_ENGINE_DOCKER;
    if (cgroup->pod) cgroup->manager = "kubernetes";
    return 1;
  }
  const char *name = NULL;
  const char *manager = "lxc";
  if (is(before, before_length, "lxc") || is(before, before_length, "lxc.payload")) {
    name = text;
  } else if (begins(text, length, "lxc.payload.")) {
    name = text + 12;
  } else if (begins(text, bare, "machine-") && bare < length) {
    name = text + 8;
    length = bare;
    manager = "systemd-nspawn";
  } else if (begins(text, length, "systemd-nspawn@") && length > 8 && !memcmp(text + length - 8, ".service", 8)) {
    name = text + 15;
    length -= 8;
    manager = "systemd-nspawn";
  }
  if (!name || (size_t)(name - text) >= length) return 0;
  cgroup->manager = manager;
  cgroup->id = name;
  cgroup->id_length = length - (size_t)(name - text);
  return 1;
}

int ct_proc_cgroup(const char *path, size_t length, ct_cgroup *cgroup) {
  const char *before = "";
  size_t before_length = 0;
  int found = 0;
  ct_cgroup pod = {0};
  memset(cgroup, 0, sizeof *cgroup);
  for (size_t at = 0; at < length;) {
    while (at < length && path[at] == '/') at++;
    const char *text = path + at;
    const char *slash = memchr(text, '/', length - at);
    size_t size = slash ? (size_t)(slash - text) : length - at;
    if (!size) break;
    read_pod(text, size, &pod);
    ct_cgroup part = {.pod = pod.pod, .pod_length = pod.pod_length};
    /* The innermost one is the process's own. */
    if (read_part(before, before_length, text, size, &part)) {
      *cgroup = part;
      found = 1;
    }
    before = text;
    before_length = size;
    at += size;
  }
  return found;
}
