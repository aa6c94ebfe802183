/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each engine does where nothing was said. A reader never guesses; nobody but this file does. */
#include <string.h>

#include "container/read.h"

#define T(path) {{CT_SET, 1, NULL}, path, sizeof(path) - 1}
static const ct_text default_masked[] = {
    T("/proc/asound"),     T("/proc/acpi"),        T("/proc/kcore"),       T("/proc/keys"), T("/proc/latency_stats"),
    T("/proc/timer_list"), T("/proc/timer_stats"), T("/proc/sched_debug"), T("/proc/scsi"), T("/sys/firmware"),
};
static const ct_text default_readonly[] = {
    T("/proc/bus"), T("/proc/fs"), T("/proc/irq"), T("/proc/sys"), T("/proc/sysrq-trigger"),
};
#undef T

static int is_unmasked(const ct_text *path, const char *text, size_t length) {
  for (size_t size; length; text += size, length -= size) {
    const char *colon = memchr(text, ':', length);
    size = colon ? (size_t)(colon - text) : length;
    size_t star = size && text[size - 1] == '*' ? size - 1 : size;
    if ((star < size ? path->length > star : path->length == size) && !memcmp(path->value, text, star) &&
        !memchr(path->value + star, '/', path->length - star))
      return 1;
    size += colon != NULL;
  }
  return 0;
}

static void unmask(ct_reader *reader, const ct_value *at, ct_texts *list, const ct_text *items, size_t count, const char *text,
                   size_t length) {
  if (!list->from.state) *list = (ct_texts){{CT_SET, 0, at}, (uint32_t)count, items};
  ct_text *left = ct_read_array(reader, list->count, sizeof *left);
  uint32_t kept = 0;
  for (uint32_t i = 0; left && i < list->count; i++)
    if (!is_unmasked(&list->items[i], text, length)) left[kept++] = list->items[i];
  list->items = left;
  list->count = left ? kept : 0;
}

void ct_unmask(ct_reader *reader, const ct_value *at, const char *text, size_t length) {
  ct_container *container = reader->container;
  unmask(reader, at, &container->masked_paths, default_masked, sizeof default_masked / sizeof *default_masked, text, length);
  unmask(reader, at, &container->readonly_paths, default_readonly, sizeof default_readonly / sizeof *default_readonly, text, length);
}

static void default_flag(ct_flag *flag, int value) {
  if (flag->from.state == CT_UNSET) *flag = (ct_flag){{CT_SET, 1, NULL}, value};
}

static void default_namespace(ct_namespace *space, uint8_t mode) {
  if (space->from.state == CT_UNSET) *space = (ct_namespace){{CT_SET, 1, NULL}, mode, 0, NULL, NULL};
}

static void unknown_namespace(ct_namespace *space) {
  if (space->from.state == CT_UNSET) *space = (ct_namespace){{CT_UNKNOWN, 1, NULL}, CT_NS_PRIVATE, 0, NULL, NULL};
}

static int fact_is(const ctsec_options *options, const char *key, const char *value) {
  const char *known = ct_options_fact(options, key);
  return known && !strcmp(known, value);
}

static void default_paths(ct_container *container) {
  int removed = ct_is_true(&container->privileged);
  ct_texts *masked = &container->masked_paths, *readonly = &container->readonly_paths;
  if (masked->from.state == CT_UNSET) {
    masked->from = (ct_origin){CT_SET, 1, NULL};
    masked->count = removed ? 0 : sizeof default_masked / sizeof *default_masked;
    masked->items = default_masked;
  }
  if (readonly->from.state == CT_UNSET) {
    readonly->from = (ct_origin){CT_SET, 1, NULL};
    readonly->count = removed ? 0 : sizeof default_readonly / sizeof *default_readonly;
    readonly->items = default_readonly;
  }
}

static void default_mounts(ct_container *container) {
  static const char rprivate[] = "rprivate";
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    ct_mount *mount = &container->mounts.items[i];
    default_flag(&mount->writable, 1);
    if (!ct_is_set(mount->propagation.from) || !mount->propagation.length)
      mount->propagation = (ct_text){{CT_SET, 1, NULL}, rprivate, sizeof rprivate - 1};
  }
}

static void default_lsm(ct_container *container, const ctsec_options *options) {
  const char *lsm = ct_options_fact(options, "lsm");
  int privileged = ct_is_true(&container->privileged);
  ct_apparmor *apparmor = &container->apparmor;
  if (apparmor->from.state == CT_UNSET) {
    apparmor->from = (ct_origin){lsm || privileged ? CT_SET : CT_UNKNOWN, 1, NULL};
    /* A running container that the engine reports without profile has none. */
    int none = privileged || (lsm && strcmp(lsm, "apparmor")) || ct_is_true(&container->running);
    apparmor->mode = lsm && none ? CT_LSM_UNCONFINED : privileged ? CT_LSM_UNCONFINED : CT_LSM_DEFAULT;
  }
  ct_selinux *selinux = &container->selinux;
  if (selinux->from.state == CT_UNSET) {
    selinux->from = (ct_origin){lsm || privileged || selinux->process_label.length ? CT_SET : CT_UNKNOWN, 1, NULL};
    selinux->mode = privileged || (lsm && strcmp(lsm, "selinux")) ? CT_LSM_UNCONFINED : CT_LSM_DEFAULT;
  }
}

static void default_seccomp(ct_container *container) {
  if (container->seccomp.from.state == CT_UNSET) {
    container->seccomp.from = (ct_origin){CT_SET, 1, NULL};
    container->seccomp.mode = ct_is_true(&container->privileged) ? CT_SECCOMP_UNCONFINED : CT_SECCOMP_DEFAULT;
  }
}

static void default_common(ct_container *container, const ctsec_options *options) {
  default_flag(&container->privileged, 0);
  if (container->user.from.state == CT_UNSET) {
    container->user = (ct_user){{CT_SET, 1, NULL}, "", 0, CT_SET, CT_SET, 0, 0};
  }
  default_flag(&container->no_new_privileges, 0);
  default_flag(&container->readonly_rootfs, 0);
  default_namespace(&container->namespaces[CT_NS_PID], CT_NS_PRIVATE);
  default_namespace(&container->namespaces[CT_NS_IPC], CT_NS_PRIVATE);
  default_namespace(&container->namespaces[CT_NS_NET], CT_NS_PRIVATE);
  default_namespace(&container->namespaces[CT_NS_UTS], CT_NS_PRIVATE);
  default_namespace(&container->namespaces[CT_NS_MOUNT], CT_NS_PRIVATE);
  ct_namespace *cgroup = &container->namespaces[CT_NS_CGROUP];
  if (fact_is(options, "cgroup", "v2"))
    default_namespace(cgroup, CT_NS_PRIVATE);
  else if (fact_is(options, "cgroup", "v1"))
    default_namespace(cgroup, CT_NS_HOST);
  else
    unknown_namespace(cgroup);
  default_paths(container);
  default_mounts(container);
  default_lsm(container, options);
  default_seccomp(container);
}

static void docker_defaults(ct_container *container, const ctsec_options *options) {
  ct_namespace *user = &container->namespaces[CT_NS_USER];
  default_common(container, options);
  if (ct_is_set(user->from) && user->mode == CT_NS_HOST) {
    default_flag(&container->user_mapped, 0);
  } else if (ct_options_fact(options, "userns")) {
    int remapped = fact_is(options, "userns", "remap") || fact_is(options, "userns", "rootless");
    default_namespace(user, remapped ? CT_NS_PRIVATE : CT_NS_HOST);
    default_flag(&container->user_mapped, remapped);
  } else {
    /* The daemon's userns-remap decides, and no inspect shows it. */
    unknown_namespace(user);
  }
}

static void podman_defaults(ct_container *container, const ctsec_options *options) {
  ct_namespace *user = &container->namespaces[CT_NS_USER];
  default_common(container, options);
  if (ct_is_set(user->from) && user->mode != CT_NS_HOST) default_flag(&container->user_mapped, 1);
  if (ct_options_fact(options, "userns"))
    default_flag(&container->user_mapped, fact_is(options, "userns", "remap") || fact_is(options, "userns", "rootless"));
  default_flag(&container->user_mapped, 0);
  default_namespace(user, ct_is_true(&container->user_mapped) ? CT_NS_PRIVATE : CT_NS_HOST);
}

/* An OCI configuration is what the runtime is given: what it lacks is not there. */
static void oci_defaults(ct_container *container, const ctsec_options *options) {
  ct_set *sets[] = {&container->bounding, &container->effective, &container->permitted, &container->inheritable,
                    &container->ambient};
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
    if (!ct_is_set(sets[i]->from)) *sets[i] = (ct_set){{CT_SET, 1, NULL}, 0};
  for (int kind = 0; kind < CT_NS_COUNT; kind++) default_namespace(&container->namespaces[kind], CT_NS_HOST);
  default_flag(&container->no_new_privileges, 0);
  default_flag(&container->readonly_rootfs, 0);
  default_flag(&container->privileged, 0);
  default_flag(&container->user_mapped, 0);
  if (!ct_is_set(container->user.from)) container->user = (ct_user){{CT_SET, 1, NULL}, "", 0, CT_SET, CT_SET, 0, 0};
  if (!ct_is_set(container->masked_paths.from)) container->masked_paths.from = (ct_origin){CT_SET, 1, NULL};
  if (!ct_is_set(container->readonly_paths.from)) container->readonly_paths.from = (ct_origin){CT_SET, 1, NULL};
  if (!ct_is_set(container->seccomp.from))
    container->seccomp = (ct_seccomp){{CT_SET, 1, NULL}, CT_SECCOMP_UNCONFINED, {{0}, NULL, 0}, NULL, NULL, NULL, 0, NULL};
  default_mounts(container);
  const char *lsm = ct_options_fact(options, "lsm");
  if (!ct_is_set(container->apparmor.from)) {
    container->apparmor.from = (ct_origin){lsm ? CT_SET : CT_UNKNOWN, 1, NULL};
    container->apparmor.mode = CT_LSM_UNCONFINED;
  }
  if (!ct_is_set(container->selinux.from)) {
    int labelled = container->selinux.process_label.length > 0;
    container->selinux.from = (ct_origin){lsm || labelled ? CT_SET : CT_UNKNOWN, 1, NULL};
    container->selinux.mode = labelled ? CT_LSM_NAMED : CT_LSM_UNCONFINED;
  }
}

int ct_kubelet_decides_seccomp(const ct_container *container, const ctsec_options *options) {
  return container->format == CT_FORMAT_KUBERNETES && container->seccomp.from.defaulted &&
         container->seccomp.mode == CT_SECCOMP_UNCONFINED && !ct_is_true(&container->privileged) &&
         !ct_options_fact(options, "kubelet-seccomp-default");
}

/* The pod owns three namespaces; the image names the user where the manifest does not. */
static void kubernetes_defaults(ct_container *container, const ctsec_options *options) {
  static const uint8_t of_pod[] = {CT_NS_IPC, CT_NS_NET, CT_NS_UTS};
  if (!ct_is_set(container->user.from)) {
    uint8_t gid_state = container->user.gid_state == CT_SET ? CT_SET : CT_UNKNOWN;
    container->user = (ct_user){{CT_SET, 1, container->user.from.at}, "", 0, CT_UNKNOWN, gid_state, 0, container->user.gid};
  }
  for (size_t i = 0; i < sizeof of_pod; i++) default_namespace(&container->namespaces[of_pod[i]], CT_NS_POD);
  default_namespace(&container->namespaces[CT_NS_USER], CT_NS_HOST);
  default_flag(&container->user_mapped, 0);
  /* Without a profile only a kubelet with seccompDefault applies one. */
  if (!ct_is_set(container->seccomp.from)) {
    int on = fact_is(options, "kubelet-seccomp-default", "yes") && !ct_is_true(&container->privileged);
    container->seccomp = (ct_seccomp){{CT_SET, 1, NULL}, on ? CT_SECCOMP_DEFAULT : CT_SECCOMP_UNCONFINED, {{0}, NULL, 0}, NULL, NULL, NULL, 0, NULL};
  }
  default_common(container, options);
}

/* What a base may say that was not given: no default holds. */
static void unknown_where_unset(ct_container *container) {
  ct_origin *origins[] = {&container->privileged.from,        &container->no_new_privileges.from, &container->readonly_rootfs.from,
                          &container->seccomp.from,           &container->apparmor.from,          &container->selinux.from,
                          &container->masked_paths.from,      &container->readonly_paths.from,    &container->cap_add.from,
                          &container->cap_drop.from,          &container->memory.from,            &container->nano_cpus.from,
                          &container->pids.from,              &container->mounts.from,            &container->devices.from};
  for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
    if (origins[i]->state == CT_UNSET) *origins[i] = (ct_origin){CT_UNKNOWN, 0, NULL};
  for (int kind = 0; kind < CT_NS_COUNT; kind++) unknown_namespace(&container->namespaces[kind]);
  if (container->user.from.state == CT_UNSET)
    container->user = (ct_user){{CT_UNKNOWN, 0, NULL}, "", 0, CT_UNKNOWN, CT_UNKNOWN, 0, 0};
}

void ct_apply_defaults(ct_container *container, const ctsec_options *options) {
  if (container->partial) unknown_where_unset(container);
  switch (container->format) {
    case CT_FORMAT_DOCKERFILE:
      unknown_where_unset(container);
      break;
    case CT_FORMAT_PROC:
      /* A process is what it is. */
      break;
    case CT_FORMAT_PODMAN_INSPECT:
      podman_defaults(container, options);
      break;
    case CT_FORMAT_OCI:
    case CT_FORMAT_CRICTL:
      oci_defaults(container, options);
      break;
    case CT_FORMAT_KUBERNETES:
      kubernetes_defaults(container, options);
      break;
    default:
      if (container->engine == CTSEC_ENGINE_PODMAN) {
        podman_defaults(container, options);
        /* containers.conf(5): pids_limit */
        if (!ct_is_set(container->pids.from)) container->pids = (ct_number){{CT_SET, 1, NULL}, 2048};
      } else {
        docker_defaults(container, options);
      }
  }
}
