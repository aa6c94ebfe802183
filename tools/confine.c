/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* share/seccomp/ctsec.json */
static const char profile_text[] = {
#include "own_profile.inc"
};

/* Empty where the profile was not recorded. */
#if defined __x86_64__ && !defined __ILP32__
static const char own_arch[] = "x86_64";
#else
static const char own_arch[] = "";
#endif

/* Our own capabilities and filters would not be those that the answer is about. */
static int about_itself(const struct cli *cli, char *const *argv) {
  static const char *const words[] = {"--self", "--host", "self", "--pid=self", "pid:self"};
  if (cli->command->flags & CLI_LISTS) return 1;
  for (; *argv; argv++)
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      if (!strcmp(*argv, words[i])) return 1;
  return 0;
}

static int names_process(char *const *argv) {
  for (; *argv; argv++)
    if (!strncmp(*argv, "--pid", 5) || !strncmp(*argv, "pid:", 4) || strstr(*argv, "=pid:")) return 1;
  return 0;
}

#define BIT(cap) (UINT64_C(1) << (cap))

void confine_drop(struct cli *cli, char *const *argv) {
  unsigned flags = cli->command->flags;
  if (flags & (CLI_BRIEF | CLI_STARTS)) return;
  cli->itself = about_itself(cli, argv);
  if (cli->itself) return;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (getauxval(AT_EUID)) return;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data)) return;
  uint64_t permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  /* Files of others, to read and to write. */
  uint64_t keep = BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH);
  if (flags & CLI_LOGS) keep |= BIT(CAP_SYSLOG) | (permitted & BIT(CAP_SYSLOG) ? 0 : BIT(CAP_SYS_ADMIN));
  if (flags & CLI_TRACES || names_process(argv)) {
    /* Without CAP_SYS_PTRACE another process may be read by who has every capability that it has. */
    if (!(permitted & BIT(CAP_SYS_PTRACE))) return;
    /* CAP_SYS_ADMIN: for filters that it has loaded. */
    keep |= BIT(CAP_SYS_PTRACE) | BIT(CAP_SYS_ADMIN);
  }
  for (int i = 0; i < 2; i++) {
    uint32_t part = (uint32_t)(keep >> 32 * i);
    data[i].effective &= part;
    data[i].permitted &= part;
    data[i].inheritable = 0;
  }
  syscall(SYS_capset, &header, data);
}

/* What a runtime needs of the profile to start us: here it has happened. */
static int forbid_programs(void) {
  struct sock_filter insns[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof insns / sizeof *insns, insns};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* The filter of the profile, in the machine's own byte order. */
static int compile(struct cli *cli, uint8_t **bytes, size_t *length) {
  ctsec_options *options = NULL;
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ctsec_filter *filter = NULL;
  ctsec_error *error = NULL;
  static const char caps[] = "0", source[] = "ctsec.json";
  int status = ctsec_options_new(&options, &error);
  if (!status) status = ctsec_options_set(options, "arch", own_arch, sizeof own_arch - 1, &error);
  if (!status) status = ctsec_options_set(options, "caps", caps, sizeof caps - 1, &error);
  if (!status) status = ctsec_options_set(options, "source", source, sizeof source - 1, &error);
  if (!status) status = ctsec_profile_parse(profile_text, sizeof profile_text, options, &profile, &error);
  if (!status) status = ctsec_profile_resolve(profile, options, &policy, &error);
  if (!status) status = ctsec_policy_compile(policy, &filter, &error);
  if (!status) status = ctsec_filter_encode(filter, bytes, length, &error);
  ctsec_filter_free(filter);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ctsec_options_free(options);
  return status ? cli_error(cli, error) : 0;
}

int confine_load(struct cli *cli) {
  if (cli->command->flags & CLI_STARTS)
    return cli_usage(cli, "--confine: the command that is started would be confined too");
  if (cli->itself) return cli_usage(cli, "--confine: the answer would be about a process that is confined by it");
  if (!*own_arch) return cli_complain(cli, "--confine: the profile was recorded on x86_64 only");
  uint8_t *bytes = NULL;
  size_t length = 0;
  if (compile(cli, &bytes, &length)) return CLI_BAD;
  struct sock_fprog program = {(unsigned short)(length / sizeof(struct sock_filter)), (struct sock_filter *)(void *)bytes};
  int failed = forbid_programs() || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  int number = errno;
  ctsec_free(bytes);
  return failed ? cli_complain(cli, "--confine: seccomp: %s", strerror(number)) : 0;
}
