/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the seccomp filter lets through, on the target's own ABI and on those that its kernel also serves. */
#include <string.h>

#include "path/path.h"
#include "verdict/confinement.h"

#define NEWNS UINT64_C(0x20000)
#define NEWCGROUP UINT64_C(0x2000000)
#define NEWUSER UINT64_C(0x10000000)
#define SIGCHLD UINT64_C(17)
#define BLOCK_NODE UINT64_C(0x6180)

/* Of a condition one of its rows suffices; a row may need several calls. */
typedef struct call_row {
  uint8_t term;
  char names[3][18];
  uint64_t args[6];
  /* Bit i: argument i may be anything. */
  uint8_t open;
} call_row;

static const call_row rows[] = {
    {CT_TERM_CALL_MOUNT, {"mount"}, {0}, 0x3f},
    {CT_TERM_CALL_MOUNT, {"fsopen", "fsmount", "move_mount"}, {0}, 0x3f},
    {CT_TERM_CALL_UNSHARE_CGROUP, {"unshare"}, {NEWUSER | NEWNS | NEWCGROUP}, 0},
    {CT_TERM_CALL_USERNS, {"unshare"}, {NEWUSER}, 0},
    {CT_TERM_CALL_USERNS, {"clone"}, {NEWUSER | SIGCHLD}, 0},
    {CT_TERM_CALL_USERNS, {"clone3"}, {0}, 0x3f},
    {CT_TERM_CALL_CONNECT, {"connect"}, {0}, 0x3f},
    {CT_TERM_CALL_OPEN_BY_HANDLE, {"open_by_handle_at"}, {0}, 0x3f},
    {CT_TERM_CALL_MODULE, {"finit_module"}, {0}, 0x3f},
    {CT_TERM_CALL_MODULE, {"init_module"}, {0}, 0x3f},
    {CT_TERM_CALL_SETNS, {"setns"}, {0}, 0x3f},
    {CT_TERM_CALL_MKNOD, {"mknod"}, {0, BLOCK_NODE, 0x800, 0, 0, 0}, 1},
    {CT_TERM_CALL_MKNOD, {"mknodat"}, {0, 0, BLOCK_NODE, 0x800, 0, 0}, 3},
    {CT_TERM_CALL_BPF, {"bpf"}, {0}, 0x3f},
    {CT_TERM_CALL_PERF, {"perf_event_open"}, {0}, 0x3f},
    {CT_TERM_CALL_IOPL, {"iopl"}, {3}, 0},
    {CT_TERM_CALL_IOPL, {"ioperm"}, {0}, 0x3f},
    {CT_TERM_CALL_KEYRING, {"keyctl"}, {0}, 0x3f},
    {CT_TERM_CALL_USERFAULTFD, {"userfaultfd"}, {0}, 0x3f},
    {CT_TERM_CALL_IO_URING, {"io_uring_setup", "io_uring_enter"}, {0}, 0x3f},
    {CT_TERM_CALL_ALG, {"socket"}, {38, 5, 0, 0, 0, 0}, 0},
    {CT_TERM_CALL_PACKET, {"socket"}, {17, 3, 0, 0, 0, 0}, 4},
};

static unsigned ask_one(ct_path_case *about, const ct_arch *arch, const call_row *row, const char *name,
                        const char **needs) {
  uint32_t number;
  if (!ct_arch_number(arch, name, &number)) return CT_NO;
  ct_request request = {.audit = arch->abi.audit, .number = arch->abi.x32 ? number | 0x40000000u : number, .unknown = row->open};
  memcpy(request.args, row->args, sizeof request.args);
  /* s390 has the flags of clone in the second place. */
  if (!strcmp(name, "clone") && (arch->abi.audit & 0xffff) == 0x16) {
    request.args[1] = request.args[0];
    request.args[0] = 0;
  }
  ct_ruling ruling;
  ct_confinement_filter(about->confinement, &request, &ruling);
  const ct_layer_answer *filter = &ruling.layers[0];
  if (filter->outcome == CTSEC_ANSWER_DENY) return CT_NO;
  if (filter->outcome == CTSEC_ANSWER_ALLOW) return CT_YES;
  /* An argument that may be anything passes with some value, if not with all. */
  if (filter->needs && !strncmp(filter->needs, "arg", 3)) return CT_YES;
  *needs = filter->needs;
  return CT_MAYBE;
}

static unsigned ask(ct_path_case *about, const ct_arch *arch, const call_row *row, const char **needs) {
  unsigned all = CT_YES;
  for (size_t i = 0; i < sizeof row->names / sizeof *row->names && *row->names[i] && all != CT_NO; i++) {
    unsigned one = ask_one(about, arch, row, row->names[i], needs);
    if (one != CT_YES) all = one;
  }
  return all;
}

/* The ABIs that a kernel of this arch serves, its own first. */
static size_t abis(const ct_arch *own, const ct_arch *found[3]) {
  static const char *const families[][3] = {
      {"x86_64", "x86", "x32"}, {"aarch64", "arm", NULL},     {"s390x", "s390", NULL},
      {"ppc64", "ppc", NULL},   {"mips64", "mips", "mips64n32"}, {"mipsel64", "mipsel", "mipsel64n32"},
  };
  size_t count = 0;
  found[count++] = own;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
    if (strcmp(families[i][0], own->abi.name)) continue;
    for (int k = 1; k < 3 && families[i][k]; k++)
      found[count++] = ct_arch_named(families[i][k], strlen(families[i][k]));
  }
  return count;
}

#define FIRST CT_TERM_CALL_MOUNT
#define BIT(term) (1u << (CT_TERM_##term - FIRST))
#define CAP(name) (UINT64_C(1) << CT_CAP_##name)

/* The engines' profiles let a call through always, never, with CAP_SYS_ADMIN alone, with all or else with any of the capabilities below. */
#define HERE BIT(CALL_CONNECT) | BIT(CALL_MKNOD) | BIT(CALL_PACKET)
#define SPACES BIT(CALL_MOUNT) | BIT(CALL_SETNS) | BIT(CALL_UNSHARE_CGROUP) | BIT(CALL_USERNS)
static const struct {
  char name[13];
  uint16_t always;
  uint16_t never;
  uint16_t admin;
  uint16_t all;
} builtins[] = {
    {"docker", HERE, BIT(CALL_KEYRING) | BIT(CALL_USERFAULTFD) | BIT(CALL_IO_URING) | BIT(CALL_ALG), 0, 0},
    {"docker@20.10", HERE | BIT(CALL_IO_URING) | BIT(CALL_ALG), BIT(CALL_KEYRING) | BIT(CALL_USERFAULTFD),
     BIT(CALL_BPF) | BIT(CALL_PERF), 0},
    {"containerd", HERE, BIT(CALL_KEYRING) | BIT(CALL_USERFAULTFD) | BIT(CALL_IO_URING) | BIT(CALL_ALG), 0, 0},
    {"podman", HERE | SPACES | BIT(CALL_KEYRING) | BIT(CALL_ALG), BIT(CALL_USERFAULTFD) | BIT(CALL_IO_URING), 0, BIT(CALL_PERF)},
    {"podman@4.3", HERE | SPACES | BIT(CALL_KEYRING) | BIT(CALL_ALG), BIT(CALL_USERFAULTFD) | BIT(CALL_IO_URING),
     BIT(CALL_BPF) | BIT(CALL_PERF), 0},
};
#undef HERE
#undef SPACES

static const uint64_t opened_by[] = {
    [CT_TERM_CALL_MOUNT - FIRST] = CAP(SYS_ADMIN),
    [CT_TERM_CALL_UNSHARE_CGROUP - FIRST] = CAP(SYS_ADMIN),
    [CT_TERM_CALL_USERNS - FIRST] = CAP(SYS_ADMIN),
    [CT_TERM_CALL_OPEN_BY_HANDLE - FIRST] = CAP(DAC_READ_SEARCH),
    [CT_TERM_CALL_MODULE - FIRST] = CAP(SYS_MODULE),
    [CT_TERM_CALL_SETNS - FIRST] = CAP(SYS_ADMIN),
    [CT_TERM_CALL_BPF - FIRST] = CAP(SYS_ADMIN) | CAP(BPF),
    [CT_TERM_CALL_PERF - FIRST] = CAP(SYS_ADMIN) | CAP(PERFMON),
    [CT_TERM_CALL_IOPL - FIRST] = CAP(SYS_RAWIO),
    [CT_TERM_CALL_PACKET - FIRST] = 0,
};
#undef BIT
#undef CAP

/* Where no ABI of the machine has iopl, or ioperm, there is nothing to let through. */
static int has_ports(const ct_arch *arch) {
  const ct_arch *found[3];
  uint32_t number;
  for (size_t i = abis(arch, found); i--;)
    if (ct_arch_number(found[i], "iopl", &number) || ct_arch_number(found[i], "ioperm", &number)) return 1;
  return 0;
}

static size_t row_of(const char *name) {
  size_t row = 0;
  while (name && strcmp(builtins[row].name, name)) row++;
  return row;
}

static unsigned of_builtin(const ctsec_confinement *c, size_t row, ct_term term) {
  unsigned bit = term - FIRST;
  if (builtins[row].always >> bit & 1) return CT_YES;
  uint64_t wanted = builtins[row].admin >> bit & 1 ? UINT64_C(1) << CT_CAP_SYS_ADMIN : opened_by[bit];
  uint64_t had = c->bounding & wanted;
  if (builtins[row].never >> bit & 1 || !had || (builtins[row].all >> bit & 1 && had != wanted)) return CT_NO;
  return term != CT_TERM_CALL_IOPL || has_ports(c->arch) ? CT_YES : CT_NO;
}

int ct_path_reads_profile(const ctsec_confinement *c) {
  if (c->filter != CT_FILTER_KNOWN && c->filter != CT_FILTER_EITHER) return 0;
  return !c->builtins[0] || (c->options && (c->options->runtime || c->options->libseccomp));
}

static void ask_filters(ct_path_case *about) {
  const ct_arch *found[3];
  size_t count = abis(about->confinement->arch, found);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ct_term term = (ct_term)rows[i].term;
    for (size_t k = 0; k < count && about->values[term].level != CT_YES; k++) {
      const char *needs = NULL;
      unsigned level = ask(about, found[k], &rows[i], &needs);
      if (level == CT_MAYBE)
        ct_path_need(about, term, needs ? needs : "seccomp-profile", about->container->seccomp.from.at);
      else
        ct_path_set(about, term, level, about->container->seccomp.from.at, k ? found[k]->abi.name : NULL);
    }
  }
}

void ct_path_calls(ct_path_case *about) {
  const ctsec_confinement *c = about->confinement;
  if (c->policies[0] || c->filter == CT_FILTER_LOADED) {
    ask_filters(about);
    return;
  }
  const ct_value *at = about->container->seccomp.from.at;
  size_t first = row_of(c->builtins[0]), second = row_of(c->builtins[1]);
  for (unsigned i = FIRST; i <= CT_TERM_CALL_PACKET; i++) {
    ct_term term = (ct_term)i;
    unsigned level = c->filter == CT_FILTER_NONE ? CT_YES : c->builtins[0] ? of_builtin(c, first, term) : CT_MAYBE;
    if (c->builtins[1] && of_builtin(c, second, term) != level) level = CT_MAYBE;
    if (c->perhaps_none && level != CT_YES)
      ct_path_need(about, term, "kubelet-seccomp-default", at);
    else if (level == CT_MAYBE)
      ct_path_need(about, term, c->filter_needs, at);
    else
      ct_path_set(about, term, level, at, NULL);
  }
}
