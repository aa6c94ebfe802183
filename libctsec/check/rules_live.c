/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a running process shows, whatever its configuration said. */
#include <string.h>

#include "check/check.h"
#include "container/proc.h"
#include "data/errno.h"

static const char *who(ct_check *check, int32_t pid, int32_t tid, const char *name) {
  if (!pid) return *name ? ct_check_text(check, "the process (%s)", name) : "the process";
  if (tid != pid) return ct_check_text(check, "thread %d of process %d (%s)", tid, pid, name);
  return ct_check_text(check, "process %d (%s)", pid, name);
}

static void check_members(ct_check *check) {
  const ct_container *container = check->container;
  const ct_live *live = container->live;
  for (uint32_t i = 0; i < live->member_count; i++) {
    const ct_live_member *member = &live->members[i];
    const char *name = who(check, member->pid, member->tid, member->name);
    if (member->excess) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_CAPS_VS_CONFIG, member->at);
      finding->values.name = name;
      finding->values.capability = ct_caps_shown(check, member->excess);
      finding->observed = ct_check_text(check, "%s: %s, which process %d neither has nor may gain", name,
                                        finding->values.capability, live->pid);
    }
    if (!member->unfiltered) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_SECCOMP_MODE, member->at);
    finding->values.name = name;
    finding->values.value = "0";
    finding->observed = ct_check_text(check, "%s: Seccomp: 0, where process %d has a filter", name, live->pid);
  }
}

/* What the engine says that it gave, against what there is. */
static void check_described(ct_check *check) {
  const ct_container *container = check->container;
  const ct_live *live = container->live;
  if (!live->described) return;
  const ct_set *sets[] = {&container->permitted, &container->bounding};
  for (size_t i = 0; i < 2; i++) {
    uint64_t excess = ct_is_set(sets[i]->from) ? sets[i]->mask & ~live->described_mask : 0;
    if (!excess) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_CAPS_VS_CONFIG, sets[i]->from.at);
    finding->values.name = who(check, live->pid, live->pid, live->program);
    finding->values.capability = ct_caps_shown(check, excess);
    finding->observed = ct_check_text(check, "%s: %s; configured: %016llx", i ? "CapBnd" : "CapPrm", finding->values.capability,
                                      (unsigned long long)live->described_mask);
    return;
  }
}

static void check_mode(ct_check *check) {
  const ct_container *container = check->container;
  const ct_number *mode = &container->live->seccomp_mode;
  if (mode->from.state == CT_UNKNOWN) {
    ct_needs(check, CT_RULE_LIVE_SECCOMP_MODE, mode->from.at, CT_MESSAGE_NEED_LIVE_FILE, NULL, "Seccomp");
  } else if (!mode->value) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_SECCOMP_MODE, mode->from.at);
    finding->values.name = who(check, container->live->pid, container->live->pid, container->live->program);
    finding->values.value = "0";
    finding->observed = "Seccomp: 0";
    if (ct_is_privileged(container)) finding->because = CT_RULE_PRIVILEGED;
  } else if (container->seccomp.from.state == CT_UNKNOWN) {
    ct_needs(check, CT_RULE_SECCOMP_WEAK_PROFILE, mode->from.at, CT_MESSAGE_NEED_LIVE_FILTER, NULL, NULL);
  }
}

static void check_namespaces(ct_check *check) {
  static const struct {
    uint8_t kind;
    uint8_t severity;
  } rows[] = {{CT_NS_PID, CTSEC_SEVERITY_HIGH},  {CT_NS_NET, CTSEC_SEVERITY_HIGH}, {CT_NS_IPC, CTSEC_SEVERITY_MEDIUM},
              {CT_NS_UTS, CTSEC_SEVERITY_LOW},   {CT_NS_CGROUP, CTSEC_SEVERITY_INFO}};
  const ct_container *container = check->container;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const ct_namespace *space = &container->namespaces[rows[i].kind];
    const char *name = ct_proc_namespaces[rows[i].kind];
    if (space->from.state == CT_UNKNOWN) {
      /* That the file cannot be read is said once, with the file. */
      if (space->text) ct_needs(check, CT_RULE_LIVE_NS_SHARED, space->from.at, CT_MESSAGE_NEED_LIVE_NAMESPACE, NULL, name);
      continue;
    }
    if (space->mode != CT_NS_HOST) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_NS_SHARED, space->from.at);
    finding->values.name = name;
    finding->values.value = finding->observed = space->text ? space->text : name;
    if (rows[i].severity != CTSEC_SEVERITY_HIGH) ct_raise(finding, rows[i].severity, CT_MESSAGE_REASON_SMALL_NAMESPACE);
  }
}

static void check_label(ct_check *check) {
  const ct_live *live = check->container->live;
  if (live->confined != CT_NO || !live->label.length) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_LSM, live->label.from.at);
  finding->values.value = finding->observed = live->label.value;
  if (ct_is_privileged(check->container)) finding->because = CT_RULE_PRIVILEGED;
}

static void check_mounts(ct_check *check) {
  const ct_container *container = check->container;
  const ct_live *live = container->live;
  int own_group = container->namespaces[CT_NS_CGROUP].from.state == CT_SET && container->namespaces[CT_NS_CGROUP].mode == CT_NS_PRIVATE;
  for (uint32_t i = 0; i < live->mount_count; i++) {
    const ct_live_mount *mount = &live->mounts[i];
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_MOUNTS, mount->at);
    finding->values.source = ct_check_text(check, "%s", mount->source);
    finding->values.destination = ct_check_text(check, "%s", mount->destination);
    finding->observed = *mount->detail ? ct_check_text(check, "%s: %s writable or unmasked", mount->destination, mount->detail)
                                       : ct_check_text(check, "%s -> %s (%s)", mount->source, mount->destination,
                                                       mount->read_only ? "ro" : "rw");
    if (mount->more) finding->observed = ct_check_text(check, "%s and %u more", finding->observed, mount->more);
    if (ct_is_privileged(container) && mount->kind != CT_LIVE_DISK) finding->because = CT_RULE_PRIVILEGED;
    if (container->facts.user_namespace == CT_YES)
      ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_MAPPED_CAPS);
    else if (mount->kind == CT_LIVE_CGROUP && own_group && !strcmp(mount->source, "cgroup2"))
      ct_raise(finding, CTSEC_SEVERITY_LOW, CT_MESSAGE_REASON_OWN_CGROUP);
  }
}

/* Without the blanks that the kernel lines up columns with. */
static const char *squeeze(ct_check *check, const char *text) {
  const char *made = "";
  while (*text) {
    size_t blanks = strspn(text, " \t"), word = strcspn(text + blanks, " \t");
    if (word) made = ct_check_text(check, "%s%s%.*s", made, *made ? " " : "", (int)word, text + blanks);
    text += blanks + word;
  }
  return made;
}

static void check_user_namespace(ct_check *check) {
  const ct_container *container = check->container;
  const ct_flag *mapped = &container->user_mapped;
  if (mapped->from.state != CT_SET || mapped->value) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_LIVE_USERNS, mapped->from.at);
  finding->values.value = ct_check_text(check, "%u", container->user.uid);
  finding->observed = mapped->from.at->kind == CT_STRING ? ct_check_text(check, "uid_map: %s", squeeze(check, mapped->from.at->as.string))
                                                         : "uid_map is empty";
}

static ct_rule_id rule_of(int kind) {
  switch (kind) {
    case CT_PROC_NS:
      return CT_RULE_LIVE_NS_SHARED;
    case CT_PROC_MOUNTINFO:
      return CT_RULE_LIVE_MOUNTS;
    case CT_PROC_UID_MAP:
    case CT_PROC_GID_MAP:
      return CT_RULE_LIVE_USERNS;
    case CT_PROC_LABEL:
      return CT_RULE_LIVE_LSM;
    case CT_PROC_ENVIRON:
      return CT_RULE_SECRET_ENV;
    case CT_PROC_CMDLINE:
      return CT_RULE_SECRET_CMDLINE;
    case CT_PROC_DEV:
      return CT_RULE_DEVICE_HOST;
    case CT_PROC_MEMORY:
      return CT_RULE_MEM_LIMIT;
    case CT_PROC_CPU:
      return CT_RULE_CPU_LIMIT;
    case CT_PROC_PIDS:
      return CT_RULE_PIDS_LIMIT;
    default:
      return CT_RULE_LIVE_CAPS_VS_CONFIG;
  }
}

/* 0xc000003e: this machine's numbers are those of the generic table, which x86-64 has. */
static const char *why(int number) {
  const char *name = number > 0 ? ct_errno_name(0xc000003eu, (uint32_t)number) : NULL;
  return name ? name : "?";
}

static void check_unread(ct_check *check) {
  const ct_container *container = check->container;
  const ct_live *live = container->live;
  int mounts = 0;
  for (uint32_t i = 0; i < live->unread_count; i++) {
    const ct_unread *unread = &live->unread[i];
    if (live->contained == CT_NO && unread->kind == CT_PROC_NS) continue;
    const char *file = ct_containers_source(container->root, unread->at);
    mounts |= unread->kind == CT_PROC_MOUNTINFO;
    ct_needs(check, rule_of(unread->kind), unread->at, CT_MESSAGE_NEED_LIVE_FILE, NULL,
             ct_check_text(check, "%s (%s)", file ? file : "", why(unread->number)));
  }
  if (!mounts && container->mounts.from.state == CT_UNKNOWN && container->mounts.from.at && live->contained != CT_NO && live->pid)
    ct_needs(check, CT_RULE_LIVE_MOUNTS, container->mounts.from.at, CT_MESSAGE_NEED_LIVE_MOUNTS, NULL, NULL);
}

void ct_rules_live(ct_check *check) {
  const ct_container *container = check->container;
  const ct_live *live = container->live;
  if (!live) return;
  const char *pid = ct_check_text(check, "%d", live->pid);
  if (live->contained == CT_NO) ct_needs(check, CT_RULE_LIVE_NS_SHARED, NULL, CT_MESSAGE_NEED_LIVE_HOST, NULL, pid);
  if (live->contained == CT_MAYBE && live->pid)
    ct_needs(check, CT_RULE_LIVE_NS_SHARED, NULL, CT_MESSAGE_NEED_LIVE_CONTAINER, NULL, pid);
  if (!live->pid)
    ct_needs(check, CT_RULE_LIVE_NS_SHARED, NULL, CT_MESSAGE_NEED_LIVE_FILE, NULL, "ns, mountinfo, uid_map, attr/current, environ");
  if (container->runtime.length)
    ct_needs(check, CT_RULE_LIVE_SECCOMP_MODE, container->runtime.from.at, CT_MESSAGE_NEED_LIVE_SANDBOX, NULL,
             container->runtime.value);
  check_mode(check);
  check_members(check);
  check_described(check);
  check_unread(check);
  if (live->contained == CT_NO) return;
  check_namespaces(check);
  check_label(check);
  check_mounts(check);
  check_user_namespace(check);
}
