/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a rule cannot judge, because a variable or a file that the input names was not given. */
#include "check/check.h"

/* The variable or file that leaves a field open; NULL where it is known. */
static const char *of(const ct_container *container, const ct_origin *from) {
  if (from->state != CT_UNKNOWN || from->defaulted) return NULL;
  /* What the shell fills in, no fact tells. */
  return container->format == CT_FORMAT_RUN ? "" : ct_container_needs(container, from->at);
}

static const char *of_space(const ct_container *container, ct_namespace_kind kind) {
  return of(container, &container->namespaces[kind].from);
}

static const char *of_privileges(const ct_container *container) {
  const char *needs = of(container, &container->privileged.from);
  if (!needs) needs = of(container, &container->cap_add.from);
  return needs ? needs : of(container, &container->cap_drop.from);
}

static const char *of_mounts(const ct_container *container) {
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    const char *needs = of(container, &container->mounts.items[i].source.from);
    if (needs) return needs;
  }
  return NULL;
}

static const char *of_ports(const ct_container *container) {
  if (container->open_values.count) return "";
  for (uint32_t i = 0; i < container->ports.count; i++)
    if (container->ports.items[i].at->open) return ct_container_needs(container, container->ports.items[i].at);
  return NULL;
}

static const char *of_devices(const ct_container *container) {
  if (container->open_values.count) return "";
  for (uint32_t i = 0; i < container->devices.count; i++)
    if (container->devices.items[i].at->open) return ct_container_needs(container, container->devices.items[i].at);
  return of(container, &container->privileged.from);
}

const char *ct_rule_open(const ct_container *container, ct_rule_id rule) {
  const char *needs;
  if (container->format != CT_FORMAT_COMPOSE && container->format != CT_FORMAT_RUN) return NULL;
  if (container->partial) return container->format == CT_FORMAT_RUN ? "" : ct_container_needs(container, NULL);
  switch (rule) {
    case CT_RULE_PRIVILEGED: return of(container, &container->privileged.from);
    case CT_RULE_SECCOMP_UNCONFINED:
    case CT_RULE_SECCOMP_IMPLIED_OFF:
      needs = of(container, &container->seccomp.from);
      return needs ? needs : of(container, &container->privileged.from);
    case CT_RULE_APPARMOR_UNCONFINED: return of(container, &container->apparmor.from);
    case CT_RULE_SELINUX_DISABLED: return of(container, &container->selinux.from);
    case CT_RULE_NO_NEW_PRIVILEGES: return of(container, &container->no_new_privileges.from);
    case CT_RULE_PROC_UNMASKED:
      needs = of(container, &container->masked_paths.from);
      return needs ? needs : of(container, &container->privileged.from);
    case CT_RULE_ROOT_USER: return of(container, &container->user.from);
    case CT_RULE_RW_ROOTFS: return of(container, &container->readonly_rootfs.from);
    case CT_RULE_HOST_PID: return of_space(container, CT_NS_PID);
    case CT_RULE_HOST_IPC: return of_space(container, CT_NS_IPC);
    case CT_RULE_HOST_NET: return of_space(container, CT_NS_NET);
    case CT_RULE_HOST_UTS: return of_space(container, CT_NS_UTS);
    case CT_RULE_HOST_CGROUPNS: return of_space(container, CT_NS_CGROUP);
    case CT_RULE_USERNS_HOST: return of_space(container, CT_NS_USER);
    case CT_RULE_MEM_LIMIT: return of(container, &container->memory.from);
    case CT_RULE_CPU_LIMIT: return of(container, &container->nano_cpus.from);
    case CT_RULE_PIDS_LIMIT: return of(container, &container->pids.from);
    case CT_RULE_RESTART_POLICY: return of(container, &container->restart.from);
    case CT_RULE_CGROUP_PARENT: return of(container, &container->cgroup_parent.from);
    case CT_RULE_PORT_ALL_IFACES:
    case CT_RULE_PORT_PRIVILEGED: return of_ports(container);
    case CT_RULE_DEVICE_HOST:
    case CT_RULE_DEVICE_CGROUP_ALL: return of_devices(container);
    default: break;
  }
  if (rule >= CT_RULE_CAP_SYS_ADMIN && rule <= CT_RULE_PRIVILEGED_DROP_IGNORED) return of_privileges(container);
  if (rule == CT_RULE_RUNTIME_SOCKET || rule == CT_RULE_RUNTIME_SOCKET_PARENT ||
      (rule >= CT_RULE_MOUNT_ROOT && rule <= CT_RULE_MOUNT_NOSUID))
    return of_mounts(container);
  return NULL;
}
