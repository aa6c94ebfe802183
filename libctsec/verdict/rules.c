/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that a row of the table cannot spell out. */
#include <string.h>

#include "verdict/confinement.h"

static ct_layer_answer *allow(ct_inquiry *inquiry, unsigned layer, ct_message_id why) {
  return ct_inquiry_add(inquiry, layer, CTSEC_ANSWER_ALLOW, why);
}

static void cap(ct_inquiry *inquiry, int number, ct_space space, const char *error) {
  ct_inquire_cap(inquiry, number, number, space, error);
}

static void unknown_argument(ct_inquiry *inquiry, unsigned argument) {
  const char *needs = ct_argument_need(argument);
  ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, needs, CT_MESSAGE_WHY_ARGUMENT)->word = needs;
}

static ct_layer_answer *with_sysctl(const ct_inquiry *inquiry, ct_layer_answer *made, ct_sysctl_id id) {
  const ct_sysctl_value *value = &inquiry->confinement->sysctls[id];
  made->word = ct_sysctl_name(id);
  made->number = value->value;
  made->at = value->at;
  return made;
}

static void need_sysctl(ct_inquiry *inquiry, ct_sysctl_id id) {
  with_sysctl(inquiry, ct_inquiry_need(inquiry, CTSEC_LAYER_SYSCTL, inquiry->confinement->sysctls[id].needs,
                                       CT_MESSAGE_WHY_SYSCTL_UNKNOWN), id);
}

static void allow_sysctl(ct_inquiry *inquiry, ct_sysctl_id id) {
  int said = inquiry->confinement->sysctls[id].state == CT_SET;
  with_sysctl(inquiry, allow(inquiry, CTSEC_LAYER_SYSCTL, said ? CT_MESSAGE_WHY_SYSCTL_ALLOWS : CT_MESSAGE_WHY_SYSCTL_ASSUMED), id);
}

/* The call goes through with one of two capabilities, or by a sysctl that is not more than `most`. */
static void cap_or_sysctl(ct_inquiry *inquiry, int first, int second, ct_space space, ct_sysctl_id id, int64_t most,
                          const char *error) {
  const ctsec_confinement *c = inquiry->confinement;
  unsigned has = ct_confinement_has(c, first, space), other = ct_confinement_has(c, second, space);
  const ct_sysctl_value *value = &c->sysctls[id];
  if (has == CT_YES || other == CT_YES)
    ct_inquire_cap(inquiry, first, second, space, error);
  else if (value->state == CT_UNKNOWN)
    need_sysctl(inquiry, id);
  else if (value->value <= most)
    allow_sysctl(inquiry, id);
  else
    ct_inquire_cap(inquiry, first, second, space, error);
}

static void user_namespace(ct_inquiry *inquiry) {
  const ct_sysctl_value *most = &inquiry->confinement->sysctls[CT_SYSCTL_USER_NAMESPACES];
  if (most->state == CT_SET && most->value == 0)
    with_sysctl(inquiry, ct_inquiry_deny(inquiry, CTSEC_LAYER_SYSCTL, "ENOSPC", CT_MESSAGE_WHY_SYSCTL_DENIES),
                CT_SYSCTL_USER_NAMESPACES);
  else
    allow(inquiry, CTSEC_LAYER_NAMESPACE, CT_MESSAGE_WHY_USER_NAMESPACE);
}

/* Only these may be mounted by who has the capability in a user namespace that is not the host's. */
static void fstype(ct_inquiry *inquiry) {
  static const char mapped[][8] = {"tmpfs", "ramfs", "devpts", "mqueue", "overlay", "fuse", "cgroup", "cgroup2", "binder"};
  const ctsec_confinement *c = inquiry->confinement;
  const char *type = inquiry->request->texts[2];
  if (c->mapped == CT_NO || ct_confinement_has(c, CT_CAP_SYS_ADMIN, CT_SPACE_MOUNT) == CT_NO) return;
  if (!type) {
    unknown_argument(inquiry, 2);
    return;
  }
  for (size_t i = 0; i < sizeof mapped / sizeof *mapped; i++)
    if (!strcmp(type, mapped[i])) return;
  /* These show a namespace, and must not show more of it than the mount that is there. */
  if (!strcmp(type, "proc"))
    cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_PID, "EPERM");
  else if (!strcmp(type, "sysfs"))
    ct_inquiry_said(inquiry, CTSEC_LAYER_MOUNT, c->mount_says, "mount", "EPERM", CT_MESSAGE_WHY_MOUNT_REVEALS);
  else
    cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM");
}

static void trace(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_sysctl_value *yama = &c->sysctls[CT_SYSCTL_YAMA];
  if (yama->state == CT_SET && yama->value >= 3) {
    with_sysctl(inquiry, ct_inquiry_deny(inquiry, CTSEC_LAYER_SYSCTL, "EPERM", CT_MESSAGE_WHY_SYSCTL_DENIES), CT_SYSCTL_YAMA);
    return;
  }
  if (ct_confinement_has(c, CT_CAP_SYS_PTRACE, CT_SPACE_OWN) == CT_YES ||
      (c->target_uid_known && c->uid_known && c->target_uid != c->uid) || (yama->state == CT_SET && yama->value >= 2))
    cap(inquiry, CT_CAP_SYS_PTRACE, CT_SPACE_OWN, "EPERM");
  else
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_TRACE_OWN);
}

/* Ids that a call sets: all must be the caller's own, or -1 where the call takes it for "leave it". */
static void set_id(ct_inquiry *inquiry, int number, int known, uint32_t own, const char *needs) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *name = ct_arch_name(ct_arch_audit(inquiry->request->audit, inquiry->request->number), inquiry->request->number);
  /* set[e]uid(one), setreuid(two), setresuid(three) */
  unsigned count = strstr(name, "setres") ? 3 : strstr(name, "setre") ? 2 : 1;
  if (ct_confinement_has(c, number, CT_SPACE_OWN) == CT_YES) {
    cap(inquiry, number, CT_SPACE_OWN, "EPERM");
    return;
  }
  unsigned open = 6;
  for (unsigned i = 0; i < count; i++) {
    uint32_t id = (uint32_t)inquiry->request->args[i];
    if (!ct_request_has(inquiry->request, i)) {
      open = i;
      continue;
    }
    if (count > 1 && id == UINT32_MAX) continue;
    if (known && id == own) continue;
    if (!known) {
      ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, needs, CT_MESSAGE_WHY_CAP_UID)->cap = (int8_t)number;
      return;
    }
    cap(inquiry, number, CT_SPACE_OWN, "EPERM");
    return;
  }
  if (open < 6)
    unknown_argument(inquiry, open);
  else
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_OWN_ID);
}

static void signal_to(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_namespace *pid = &c->container->namespaces[CT_NS_PID];
  int of_host = pid->from.state == CT_SET && pid->mode == CT_NS_HOST;
  int first = of_host && ct_request_has(inquiry->request, 0) && inquiry->request->args[0] == 1;
  /* Process 1 of the host is its root's. */
  if (first && (c->root == CT_NO || c->mapped == CT_YES)) {
    cap(inquiry, CT_CAP_KILL, CT_SPACE_PID, "EPERM");
    return;
  }
  if (first && (c->root == CT_MAYBE || c->mapped == CT_MAYBE)) {
    ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, c->root == CT_MAYBE ? "uid" : "userns", CT_MESSAGE_WHY_CAP_UID)->cap =
        CT_CAP_KILL;
    return;
  }
  if (ct_confinement_has(c, CT_CAP_KILL, CT_SPACE_OWN) == CT_YES) {
    /* The host's processes are in another user namespace. */
    cap(inquiry, CT_CAP_KILL, of_host ? CT_SPACE_PID : CT_SPACE_OWN, "EPERM");
    return;
  }
  if (c->target_uid_known && c->uid_known && c->target_uid != c->uid)
    cap(inquiry, CT_CAP_KILL, CT_SPACE_OWN, "EPERM");
  else if (c->target_uid_known && !c->uid_known)
    ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, "uid", CT_MESSAGE_WHY_CAP_UID)->cap = CT_CAP_KILL;
  else
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_SIGNAL_OWN);
}

/* The port of "0.0.0.0:80", "[::]:80", ":80", "80"; -1 where it is no port of TCP or UDP. */
static int64_t port_of(const char *text) {
  if (text[0] == '/' || text[0] == '@' || !strncmp(text, "unix:", 5)) return -1;
  const char *colon = strrchr(text, ':');
  const char *at = colon ? colon + 1 : text;
  int64_t port = 0;
  if (!*at) return -1;
  for (; *at; at++) {
    if (*at < '0' || *at > '9' || port > 65535) return -1;
    port = port * 10 + (*at - '0');
  }
  return port > 65535 ? -1 : port;
}

static void bind_port(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *text = inquiry->request->texts[1];
  const ct_sysctl_value *start = &c->sysctls[CT_SYSCTL_PORT_START];
  int64_t port = text ? port_of(text) : 0;
  if (ct_confinement_has(c, CT_CAP_NET_BIND_SERVICE, CT_SPACE_NET) == CT_YES) {
    cap(inquiry, CT_CAP_NET_BIND_SERVICE, CT_SPACE_NET, "EACCES");
  } else if (text && port <= 0) {
    allow(inquiry, CTSEC_LAYER_SYSCTL, CT_MESSAGE_WHY_PORT_FREE);
  } else if (start->state == CT_UNKNOWN && port < 1024) {
    if (text)
      need_sysctl(inquiry, CT_SYSCTL_PORT_START);
    else
      unknown_argument(inquiry, 1);
  } else if (text ? start->state == CT_UNKNOWN || port >= start->value : start->value == 0) {
    if (start->state == CT_UNKNOWN)
      allow(inquiry, CTSEC_LAYER_SYSCTL, CT_MESSAGE_WHY_PORT_FREE);
    else
      allow_sysctl(inquiry, CT_SYSCTL_PORT_START);
  } else if (text) {
    cap(inquiry, CT_CAP_NET_BIND_SERVICE, CT_SPACE_NET, "EACCES");
  } else {
    unknown_argument(inquiry, 1);
  }
}

static void connect_to(ct_inquiry *inquiry) {
  const char *text = inquiry->request->texts[1];
  if (text && !strncmp(text, "unix:", 5)) text += 5;
  if (text && text[0] == '/') ct_inquire_socket(inquiry, text);
}

/* ping_group_range counts the process' groups. */
static void ping(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_sysctl_value *range = &c->sysctls[CT_SYSCTL_PING_RANGE];
  if (range->state == CT_UNKNOWN) {
    need_sysctl(inquiry, CT_SYSCTL_PING_RANGE);
    return;
  }
  int whole = range->value == 0 && range->last >= INT32_MAX;
  int empty = range->value > range->last;
  if (!whole && !empty && !c->gid_known) {
    ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, "gid", CT_MESSAGE_WHY_GROUP_UNKNOWN);
    return;
  }
  int inside = whole || (!empty && c->gid >= range->value && c->gid <= range->last);
  for (uint32_t i = 0; !inside && !empty && i < c->container->groups.count; i++) {
    const ct_text *group = &c->container->groups.items[i];
    int64_t id = 0;
    for (size_t k = 0; k < group->length && id >= 0; k++)
      id = group->value[k] >= '0' && group->value[k] <= '9' && id < UINT32_MAX ? id * 10 + (group->value[k] - '0') : -1;
    inside = id >= range->value && id <= range->last;
  }
  if (inside)
    allow_sysctl(inquiry, CT_SYSCTL_PING_RANGE);
  else
    with_sysctl(inquiry, ct_inquiry_deny(inquiry, CTSEC_LAYER_SYSCTL, "EACCES", CT_MESSAGE_WHY_SYSCTL_DENIES), CT_SYSCTL_PING_RANGE);
}

/* What a limit of the container is at, INT64_MAX for none; 0 where it is not known. */
static int limit_at(const ctsec_confinement *c, const char *name, const char *fact, int64_t *value) {
  for (uint32_t i = 0; i < c->container->ulimits.count; i++) {
    const ct_ulimit *limit = &c->container->ulimits.items[i];
    const char *at = limit->name.value;
    size_t length = limit->name.length;
    if (length > 7 && !memcmp(at, "RLIMIT_", 7)) at += 7, length -= 7;
    size_t k = 0;
    while (k < length && name[k] && (at[k] | 32) == name[k]) k++;
    if (k != length || name[k]) continue;
    if (limit->soft.from.state != CT_SET) return 0;
    *value = limit->soft.value < 0 ? INT64_MAX : limit->soft.value;
    return 1;
  }
  uint64_t said = 0;
  const char *text = ct_options_fact(c->options, fact);
  if (text && !strcmp(text, "unlimited")) {
    *value = INT64_MAX;
    return 1;
  }
  if (!ct_confinement_number(c, fact, 10, &said)) return 0;
  *value = (int64_t)said;
  return 1;
}

static void nice_to(ct_inquiry *inquiry, const char *error) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_request *request = inquiry->request;
  const char *name = ct_arch_name(ct_arch_audit(request->audit, request->number), request->number);
  unsigned argument = !strcmp(name, "nice") ? 0 : 2;
  if (ct_confinement_has(c, CT_CAP_SYS_NICE, CT_SPACE_INIT) == CT_YES) {
    cap(inquiry, CT_CAP_SYS_NICE, CT_SPACE_INIT, error);
    return;
  }
  if (!ct_request_has(request, argument)) {
    unknown_argument(inquiry, argument);
    return;
  }
  int32_t value = (int32_t)request->args[argument];
  int64_t limit = 0;
  limit_at(c, "nice", "ulimit.nice", &limit);
  /* RLIMIT_NICE is 20 minus the least value; processes start at 0. */
  if (value >= 0 || 20 - value <= limit)
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_NICE_UP);
  else
    cap(inquiry, CT_CAP_SYS_NICE, CT_SPACE_INIT, error);
}

static void realtime(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  if (!ct_request_has(inquiry->request, 1)) {
    unknown_argument(inquiry, 1);
    return;
  }
  uint32_t policy = (uint32_t)inquiry->request->args[1] & ~0x40000000u;
  int64_t limit = 0;
  limit_at(c, "rtprio", "ulimit.rtprio", &limit);
  if (policy == 0 || policy == 3 || policy == 5) {
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_ORDINARY_POLICY);
    return;
  }
  if (policy == 6 || limit <= 0)
    cap(inquiry, CT_CAP_SYS_NICE, CT_SPACE_INIT, "EPERM");
  /* Kernels that schedule real-time work by groups give a container's group no time. */
  ct_inquiry_said(inquiry, CTSEC_LAYER_CREDENTIALS, c->realtime_says, "rt-group", "EPERM", CT_MESSAGE_WHY_RT_GROUP);
}

/* The text "raise" says that a hard limit is to be raised. */
static void raise_limit(ct_inquiry *inquiry) {
  const ct_request *request = inquiry->request;
  const char *name = ct_arch_name(ct_arch_audit(request->audit, request->number), request->number);
  unsigned argument = !strcmp(name, "setrlimit") ? 1 : 2;
  if (request->texts[argument] || ct_confinement_has(inquiry->confinement, CT_CAP_SYS_RESOURCE, CT_SPACE_INIT) == CT_YES)
    cap(inquiry, CT_CAP_SYS_RESOURCE, CT_SPACE_INIT, "EPERM");
  else
    unknown_argument(inquiry, argument);
}

static void lock_memory(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  int64_t limit = 0;
  if (ct_confinement_has(c, CT_CAP_IPC_LOCK, CT_SPACE_INIT) == CT_YES) {
    cap(inquiry, CT_CAP_IPC_LOCK, CT_SPACE_INIT, "EPERM");
    return;
  }
  const char *name = ct_arch_name(ct_arch_audit(inquiry->request->audit, inquiry->request->number), inquiry->request->number);
  int all = !strcmp(name, "mlockall");
  if (!limit_at(c, "memlock", "ulimit.memlock", &limit))
    ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, "ulimit.memlock", CT_MESSAGE_WHY_MEMLOCK_UNKNOWN);
  else if (!limit)
    cap(inquiry, CT_CAP_IPC_LOCK, CT_SPACE_INIT, "EPERM");
  else if (limit == INT64_MAX)
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_MEMLOCK);
  else if (all || !ct_request_has(inquiry->request, 1))
    unknown_argument(inquiry, all ? 0 : 1);
  /* Counted in pages. */
  else if (inquiry->request->args[1] > (uint64_t)limit / 4096 * 4096)
    cap(inquiry, CT_CAP_IPC_LOCK, CT_SPACE_INIT, "ENOMEM");
  else
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_MEMLOCK);
}

/* Reading all (3) and asking for the size (10) need nothing while kernel.dmesg_restrict is 0. */
static void kernel_log(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_sysctl_value *restricted = &c->sysctls[CT_SYSCTL_DMESG];
  uint32_t type = (uint32_t)inquiry->request->args[0];
  int known = ct_request_has(inquiry->request, 0);
  unsigned has = ct_confinement_has(c, CT_CAP_SYSLOG, CT_SPACE_INIT);
  unsigned admin = ct_confinement_has(c, CT_CAP_SYS_ADMIN, CT_SPACE_INIT);
  if (has == CT_YES) {
    cap(inquiry, CT_CAP_SYSLOG, CT_SPACE_INIT, "EPERM");
  } else if (!known) {
    unknown_argument(inquiry, 0);
  } else if ((type == 3 || type == 10) && restricted->state != CT_SET) {
    need_sysctl(inquiry, CT_SYSCTL_DMESG);
  } else if ((type == 3 || type == 10) && !restricted->value) {
    allow_sysctl(inquiry, CT_SYSCTL_DMESG);
  } else if (admin != CT_NO && !c->kernel.known) {
    ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, "kernel", CT_MESSAGE_WHY_SYSLOG_ADMIN)->cap = CT_CAP_SYS_ADMIN;
  } else if (admin != CT_NO && !ct_version_at_least(&c->kernel, 6, 9, 0)) {
    ct_inquire_cap(inquiry, CT_CAP_SYSLOG, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM");
  } else {
    cap(inquiry, CT_CAP_SYSLOG, CT_SPACE_INIT, "EPERM");
  }
}

/* CAP_SYS_ADMIN does for each of the others. */
static void bpf(ct_inquiry *inquiry) {
  if (!ct_request_has(inquiry->request, 0)) {
    const ctsec_confinement *c = inquiry->confinement;
    if (ct_confinement_has(c, CT_CAP_SYS_ADMIN, CT_SPACE_INIT) == CT_YES) {
      cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM");
      return;
    }
    unknown_argument(inquiry, 0);
    return;
  }
  switch ((uint32_t)inquiry->request->args[0]) {
    /* Making maps and loading programs: without privilege where the sysctl leaves it open. */
    case 0:
    case 5:
      cap_or_sysctl(inquiry, CT_CAP_BPF, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, CT_SYSCTL_BPF, 0, "EPERM");
      break;
    case 18: ct_inquire_cap(inquiry, CT_CAP_BPF, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM"); break;
    /* Ids and descriptors of what others made, statistics. */
    case 11:
    case 12:
    case 13:
    case 14:
    case 19:
    case 20:
    case 23:
    case 30:
    case 31:
    case 32: cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM"); break;
    case 17: ct_inquire_cap(inquiry, CT_CAP_PERFMON, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM"); break;
    case 8:
    case 9:
    case 16: ct_inquire_cap(inquiry, CT_CAP_NET_ADMIN, CT_CAP_SYS_ADMIN, CT_SPACE_NET, "EPERM"); break;
    default: break;
  }
}

static void perf(ct_inquiry *inquiry) {
  /* An ordinary event counts the kernel as well, which 2 and more forbid. */
  cap_or_sysctl(inquiry, CT_CAP_PERFMON, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, CT_SYSCTL_PERF, 1, "EACCES");
}

static void fault_handler(ct_inquiry *inquiry) {
  const ct_request *request = inquiry->request;
  if (ct_request_has(request, 0) && request->args[0] & 1) {
    allow(inquiry, CTSEC_LAYER_SYSCTL, CT_MESSAGE_WHY_USER_FAULTS);
    return;
  }
  const ctsec_confinement *c = inquiry->confinement;
  const ct_sysctl_value *value = &c->sysctls[CT_SYSCTL_USERFAULTFD];
  if (!ct_request_has(request, 0) && ct_confinement_has(c, CT_CAP_SYS_PTRACE, CT_SPACE_INIT) != CT_YES) {
    unknown_argument(inquiry, 0);
    return;
  }
  if (ct_confinement_has(c, CT_CAP_SYS_PTRACE, CT_SPACE_INIT) == CT_YES || (value->state != CT_UNKNOWN && !value->value))
    cap(inquiry, CT_CAP_SYS_PTRACE, CT_SPACE_INIT, "EPERM");
  else if (value->state == CT_UNKNOWN)
    need_sysctl(inquiry, CT_SYSCTL_USERFAULTFD);
  else
    allow_sysctl(inquiry, CT_SYSCTL_USERFAULTFD);
}

/*
 * A character device 0:0 is a whiteout, which needs nothing since 5.8. The device cgroup is not asked: every runtime lets all nodes be made,
 * and forbids their use.
 */
static void device(ct_inquiry *inquiry) {
  const ct_request *request = inquiry->request;
  const char *name = ct_arch_name(ct_arch_audit(request->audit, request->number), request->number);
  unsigned mode = !strcmp(name, "mknod") ? 1 : 2;
  const ct_version *kernel = &inquiry->confinement->kernel;
  int whiteout = (request->args[mode] & 0xf000) == 0x2000 && ct_request_has(request, mode + 1) && !request->args[mode + 1] &&
                 (!kernel->known || ct_version_at_least(kernel, 5, 8, 0));
  if (!whiteout) cap(inquiry, CT_CAP_MKNOD, CT_SPACE_INIT, "EPERM");
}

static void ambient(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_cap_sets *sets = &c->container->facts.after_exec;
  if (!ct_request_has(inquiry->request, 2)) {
    unknown_argument(inquiry, 2);
    return;
  }
  uint64_t bit = inquiry->request->args[2] < 64 ? UINT64_C(1) << inquiry->request->args[2] : 0;
  int number = (int)(inquiry->request->args[2] & 63);
  ct_layer_answer *made;
  if (c->container->facts.exec_known != CT_FACT_ALL)
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, "uid", CT_MESSAGE_WHY_CAP_UID);
  else if (sets->permitted & sets->inheritable & bit)
    made = allow(inquiry, CTSEC_LAYER_CAPABILITY, CT_MESSAGE_WHY_CAP_HAS);
  else
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_CAPABILITY, "EPERM", CT_MESSAGE_WHY_AMBIENT);
  made->cap = (int8_t)(number < CT_CAP_COUNT ? number : -1);
}

static void no_new_privileges(ct_inquiry *inquiry, const char *error) {
  if (inquiry->confinement->no_new_privileges == CT_YES)
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_NNP);
  else
    cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_OWN, error);
}

/* Text "audit-user" stands for a record of user space, "audit-control" for everything else that the kernel's audit takes. */
static void audit(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *text = inquiry->request->texts[1];
  if (!text || strncmp(text, "audit", 5)) return;
  if (c->mapped != CT_NO) {
    if (c->mapped == CT_YES)
      ct_inquiry_deny(inquiry, CTSEC_LAYER_NAMESPACE, "ECONNREFUSED", CT_MESSAGE_WHY_AUDIT_NAMESPACE);
    else
      ct_inquiry_need(inquiry, CTSEC_LAYER_NAMESPACE, "userns", CT_MESSAGE_WHY_AUDIT_NAMESPACE);
    return;
  }
  if (!strcmp(text, "audit-user")) {
    cap(inquiry, CT_CAP_AUDIT_WRITE, CT_SPACE_INIT, "EPERM");
    return;
  }
  const ct_namespace *pid = &c->container->namespaces[CT_NS_PID];
  if (pid->from.state == CT_SET && pid->mode != CT_NS_HOST)
    ct_inquiry_deny(inquiry, CTSEC_LAYER_NAMESPACE, "EPERM", CT_MESSAGE_WHY_AUDIT_PID);
  cap(inquiry, CT_CAP_AUDIT_CONTROL, CT_SPACE_INIT, "EPERM");
}

/* Into the caller's own terminal; into another one only with the capability. */
static void terminal_input(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  if (ct_confinement_has(c, CT_CAP_SYS_ADMIN, CT_SPACE_INIT) == CT_YES)
    cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM");
  else if (c->sysctls[CT_SYSCTL_TIOCSTI].state != CT_SET)
    need_sysctl(inquiry, CT_SYSCTL_TIOCSTI);
  else if (c->sysctls[CT_SYSCTL_TIOCSTI].value)
    allow_sysctl(inquiry, CT_SYSCTL_TIOCSTI);
  else
    cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EIO");
}

static void lease(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  if (ct_confinement_has(c, CT_CAP_LEASE, CT_SPACE_INIT) == CT_YES ||
      (c->file_owner_known && c->uid_known && c->file_owner != c->uid))
    cap(inquiry, CT_CAP_LEASE, CT_SPACE_INIT, "EACCES");
  else if (c->file_owner_known && c->uid_known)
    allow(inquiry, CTSEC_LAYER_CREDENTIALS, CT_MESSAGE_WHY_FILE_OWNER);
  else
    ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, c->uid_known ? "file-owner" : "uid", CT_MESSAGE_WHY_FILE_OWNER_UNKNOWN)
        ->cap = CT_CAP_LEASE;
}

void ct_inquire_link(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_sysctl_value *value = &c->sysctls[CT_SYSCTL_HARDLINKS];
  if (ct_confinement_has(c, CT_CAP_FOWNER, CT_SPACE_OWN) == CT_YES ||
      (c->file_owner_known && c->uid_known && c->file_owner == c->uid) || (value->state == CT_SET && !value->value))
    return;
  if (!c->file_owner_known || !c->uid_known)
    ct_inquiry_need(inquiry, CTSEC_LAYER_CREDENTIALS, c->uid_known ? "file-owner" : "uid", CT_MESSAGE_WHY_FILE_OWNER_UNKNOWN)
        ->cap = CT_CAP_FOWNER;
  else
    cap(inquiry, CT_CAP_FOWNER, CT_SPACE_OWN, "EPERM");
}

/* Since 6.11 a folder may be opened in a user namespace by who administers the mounts. */
static void handle(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_request *request = inquiry->request;
  int folder = ct_request_has(request, 2) && request->args[2] & ct_request_bits(request, "O_DIRECTORY");
  if (folder && c->mapped != CT_NO && ct_confinement_has(c, CT_CAP_DAC_READ_SEARCH, CT_SPACE_OWN) != CT_NO &&
      ct_confinement_has(c, CT_CAP_SYS_ADMIN, CT_SPACE_MOUNT) != CT_NO) {
    if (!c->kernel.known)
      ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, "kernel", CT_MESSAGE_WHY_HANDLE_FOLDER)->cap = CT_CAP_SYS_ADMIN;
    else if (ct_version_at_least(&c->kernel, 6, 11, 0))
      cap(inquiry, CT_CAP_SYS_ADMIN, CT_SPACE_MOUNT, "EPERM");
    else
      cap(inquiry, CT_CAP_DAC_READ_SEARCH, CT_SPACE_INIT, "EPERM");
    return;
  }
  cap(inquiry, CT_CAP_DAC_READ_SEARCH, CT_SPACE_INIT, "EPERM");
}

void ct_inquire_rule(ct_inquiry *inquiry, const ct_step *step) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *error = ct_step_error_name(step->error);
  switch (step->a) {
    case CT_RULE_USER_NAMESPACE: user_namespace(inquiry); break;
    case CT_RULE_FSTYPE: fstype(inquiry); break;
    case CT_RULE_TRACE: trace(inquiry); break;
    case CT_RULE_SETUID: set_id(inquiry, CT_CAP_SETUID, c->uid_known, c->uid, "uid"); break;
    case CT_RULE_SETGID: set_id(inquiry, CT_CAP_SETGID, c->gid_known, c->gid, "gid"); break;
    case CT_RULE_SIGNAL: signal_to(inquiry); break;
    case CT_RULE_BIND: bind_port(inquiry); break;
    case CT_RULE_CONNECT: connect_to(inquiry); break;
    case CT_RULE_PING: ping(inquiry); break;
    case CT_RULE_NICE: nice_to(inquiry, error); break;
    case CT_RULE_REALTIME: realtime(inquiry); break;
    case CT_RULE_RAISE_LIMIT: raise_limit(inquiry); break;
    case CT_RULE_MLOCK: lock_memory(inquiry); break;
    case CT_RULE_SYSLOG: kernel_log(inquiry); break;
    case CT_RULE_BPF: bpf(inquiry); break;
    case CT_RULE_PERF: perf(inquiry); break;
    case CT_RULE_USERFAULTFD: fault_handler(inquiry); break;
    case CT_RULE_DEVICE: device(inquiry); break;
    case CT_RULE_XATTR: ct_inquire_xattr(inquiry); break;
    case CT_RULE_AMBIENT: ambient(inquiry); break;
    case CT_RULE_NO_NEW_PRIVILEGES: no_new_privileges(inquiry, error); break;
    case CT_RULE_AUDIT: audit(inquiry); break;
    case CT_RULE_TIOCSTI: terminal_input(inquiry); break;
    case CT_RULE_LEASE: lease(inquiry); break;
    default: handle(inquiry);
  }
}
