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

void ct_path_calls(ct_path_case *about) {
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
