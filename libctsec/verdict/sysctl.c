/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sysctls that answers hang on: what the container says, what its engine sets by itself, what Linux has, what the caller knows. */
#include <string.h>

#include "verdict/confinement.h"

/* How a value is found where neither the container nor a fact says it. */
typedef enum source {
  /* Of the network namespace: the engine may set it. */
  OF_NET,
  /* Hardly ever changed: taken to be what Linux starts with. */
  ASSUMED,
  /* Distributions differ. */
  OF_HOST
} source;

static const struct {
  const char *name;
  const char *fact;
  uint8_t source;
  int32_t kernel;
} rows[CT_SYSCTL_COUNT] = {
#define ROW(id, name, source, kernel) [CT_SYSCTL_##id] = {name, "sysctl." name, source, kernel}
    ROW(PORT_START, "net.ipv4.ip_unprivileged_port_start", OF_NET, 1024),
    ROW(PING_RANGE, "net.ipv4.ping_group_range", OF_NET, 1),
    ROW(BPF, "kernel.unprivileged_bpf_disabled", OF_HOST, 0),
    ROW(PERF, "kernel.perf_event_paranoid", OF_HOST, 2),
    ROW(USERFAULTFD, "vm.unprivileged_userfaultfd", OF_HOST, 0),
    ROW(IO_URING, "kernel.io_uring_disabled", ASSUMED, 0),
    ROW(USER_NAMESPACES, "user.max_user_namespaces", ASSUMED, 1),
    ROW(DMESG, "kernel.dmesg_restrict", OF_HOST, 0),
    ROW(YAMA, "kernel.yama.ptrace_scope", ASSUMED, 1),
    ROW(MODULES, "kernel.modules_disabled", ASSUMED, 0),
    ROW(KEXEC, "kernel.kexec_load_disabled", ASSUMED, 0),
    /* Every distribution sets it. */
    ROW(HARDLINKS, "fs.protected_hardlinks", ASSUMED, 1),
    ROW(TIOCSTI, "dev.tty.legacy_tiocsti", OF_HOST, 1),
#undef ROW
};

/*
 * What engines set in a network namespace that they make.
 * From: the first version that does; 0.0 for all.
 */
typedef struct engine_sysctl {
  uint8_t engine;
  uint8_t id;
  uint8_t major;
  uint8_t minor;
  /* Not where root is mapped to another user. */
  uint8_t unmapped;
  int64_t first;
  int64_t last;
} engine_sysctl;

static const engine_sysctl engine_rows[] = {
    /* moby daemon/oci_linux.go WithSysctls / WithNamespaces: IsPrivate() networks, since 20.10. */
    {CTSEC_ENGINE_DOCKER, CT_SYSCTL_PORT_START, 20, 10, 0, 0, 0},
    {CTSEC_ENGINE_DOCKER, CT_SYSCTL_PING_RANGE, 20, 10, 1, 0, 2147483647},
    /* containers.conf(5) default_sysctls. */
    {CTSEC_ENGINE_PODMAN, CT_SYSCTL_PING_RANGE, 0, 0, 0, 0, 0},
    /* containerd internal/cri/config: enable_unprivileged_ports and enable_unprivileged_icmp are on since 2.0. */
    {CTSEC_ENGINE_CONTAINERD, CT_SYSCTL_PORT_START, 2, 0, 0, 0, 0},
    {CTSEC_ENGINE_CONTAINERD, CT_SYSCTL_PING_RANGE, 2, 0, 1, 0, 2147483647},
};

const char *ct_sysctl_name(ct_sysctl_id id) { return rows[id].name; }

static int number(const char *text, const char **end, int64_t *value) {
  int minus = *text == '-';
  if (minus) text++;
  if (*text < '0' || *text > '9') return 0;
  int64_t n = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    if (n > INT32_MAX * INT64_C(1000)) return 0;
    n = n * 10 + (*text - '0');
  }
  *value = minus ? -n : n;
  *end = text;
  return 1;
}

static int read_value(const char *text, ct_sysctl_value *out) {
  while (*text == ' ' || *text == '\t') text++;
  if (!number(text, &text, &out->value)) return 0;
  out->last = out->value;
  while (*text == ' ' || *text == '\t') text++;
  if (*text && !number(text, &text, &out->last)) return 0;
  while (*text == ' ' || *text == '\t' || *text == '\n') text++;
  return !*text;
}

int ct_confinement_number(const ctsec_confinement *c, const char *fact, unsigned base, uint64_t *value) {
  const char *text = ct_options_fact(c->options, fact);
  if (!text || !*text) return 0;
  uint64_t n = 0;
  for (; *text; text++) {
    if (*text < '0' || *text >= (char)('0' + base) || n > UINT32_MAX) return 0;
    n = n * base + (uint64_t)(*text - '0');
  }
  *value = n;
  return n <= UINT32_MAX;
}

/* Of a network namespace that is the container's own. */
static void from_engine(const ctsec_confinement *c, ct_sysctl_id id, ct_sysctl_value *out) {
  const ct_container *container = c->container;
  int engine = container->engine;
  const ct_version *version = &container->engine_version;
  /* What is left of the engine in an OCI configuration stands in it. */
  if (ct_is_spec(container)) engine = 0;
  out->state = CT_SET;
  for (size_t i = 0; i < sizeof engine_rows / sizeof *engine_rows; i++) {
    const engine_sysctl *row = &engine_rows[i];
    if (row->engine != engine || row->id != id) continue;
    if (!version->known && (row->major || row->minor)) {
      out->state = CT_UNKNOWN;
      out->needs = ct_engine_name(engine);
      return;
    }
    if (!ct_version_at_least(version, row->major, row->minor, 0) && (row->major || row->minor)) break;
    if (row->unmapped && c->mapped == CT_YES) break;
    if (row->unmapped && c->mapped == CT_MAYBE) {
      out->state = CT_UNKNOWN;
      out->needs = "userns";
      return;
    }
    out->value = row->first;
    out->last = row->last;
    return;
  }
  /* CRI-O reads default_sysctls from crio.conf, which differ. */
  if (engine == CTSEC_ENGINE_CRIO) out->state = CT_UNKNOWN;
}

static void from_net(const ctsec_confinement *c, ct_sysctl_id id, ct_sysctl_value *out) {
  const ct_container *container = c->container;
  const ct_namespace *net = &container->namespaces[CT_NS_NET];
  const ct_pair *said = ct_pairs_find(&container->sysctls, rows[id].name);
  out->needs = rows[id].fact;
  out->state = CT_UNKNOWN;
  if (said && said->value && read_value(said->value, out)) {
    out->state = CT_SET;
    out->at = said->at;
    return;
  }
  if (net->from.state != CT_SET) return;
  out->value = rows[id].kernel;
  out->last = id == CT_SYSCTL_PING_RANGE ? 0 : out->value;
  /* Namespaces of the host, and of others, have what was set there. */
  if (net->mode == CT_NS_PRIVATE || net->mode == CT_NS_POD) from_engine(c, id, out);
}

/* unprivileged_userfaultfd came with 5.2 as 1 and is 0 since 5.11. */
static void from_kernel(const ctsec_confinement *c, ct_sysctl_id id, ct_sysctl_value *out) {
  if (id != CT_SYSCTL_USERFAULTFD || !c->kernel.known) return;
  out->state = CT_UNSET;
  out->value = !ct_version_at_least(&c->kernel, 5, 11, 0);
}

void ct_confinement_sysctls(ctsec_confinement *c) {
  for (int id = 0; id < CT_SYSCTL_COUNT; id++) {
    ct_sysctl_value *value = &c->sysctls[id];
    const char *fact = ct_options_fact(c->options, rows[id].fact);
    *value = (ct_sysctl_value){rows[id].source == ASSUMED ? CT_UNSET : CT_UNKNOWN, rows[id].kernel, rows[id].kernel,
                               rows[id].fact, NULL};
    if (fact && read_value(fact, value)) {
      value->state = CT_SET;
      continue;
    }
    value->value = value->last = rows[id].kernel;
    if (rows[id].source == OF_NET) from_net(c, id, value);
    if (rows[id].source == OF_HOST) from_kernel(c, id, value);
  }
}
