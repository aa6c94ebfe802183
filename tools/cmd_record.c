/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec record: run a command and write the calls it made. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record.h"

static const char *listen_path, *profile_path, *method;
static int all;

static int take(struct cli *cli, const char *name, const char *value) {
  if (!strcmp(name, "all")) {
    all = 1;
  } else if (!strcmp(name, "listen")) {
    listen_path = value;
  } else if (!strcmp(name, "profile")) {
    profile_path = value;
  } else {
    method = value;
    if (strcmp(value, "notify") && strcmp(value, "ptrace"))
      return cli_usage(cli, "--method: `%s' is none of notify, ptrace", value);
  }
  return 0;
}

static volatile sig_atomic_t forward_to, child_changed;

static void forward(int number, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  if (number == SIGCHLD)
    child_changed = 1;
  /* The terminal sends its signals to the command itself. */
  else if (number != SIGALRM && info->si_code != SI_KERNEL && forward_to > 0)
    kill(forward_to, number);
  errno = saved;
}

void record_forward(pid_t pid) {
  static const int numbers[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
                                SIGCONT, SIGALRM, SIGCHLD, SIGWINCH, SIGPIPE};
  forward_to = pid;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = forward;
  /* A blocked wait must come back. */
  action.sa_flags = SA_SIGINFO;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaction(numbers[i], &action, NULL);
}

int record_child_changed(void) {
  int changed = child_changed;
  child_changed = 0;
  return changed;
}

int record_execute(record *r) {
  execvp(r->command[0], r->command);
  r->shared->exec_errno = errno;
  return errno == ENOENT ? 127 : 126;
}

int record_write(record *r) {
  ctsec_error *error = NULL;
  char *text = NULL;
  size_t length = 0;
  if (ctsec_recorder_take(r->recorder, &text, &length, &error)) return cli_error(r->cli, error);
  if (length) {
    cli_write(r->cli, text, length);
    /* What is known so far outlives this process. */
    if (fflush(r->cli->output)) {
      ctsec_free(text);
      return cli_complain(r->cli, "%s: %s", r->cli->output_path, strerror(errno));
    }
  }
  ctsec_free(text);
  return 0;
}

int record_call(record *r, pid_t pid, uint32_t audit, int32_t nr, const uint64_t *args) {
  uint8_t memory[64];
  uint64_t address = 0;
  size_t length = 0;
  ctsec_error *error = NULL;
  if (ctsec_recorder_find(r->recorder, audit, nr, args, &address, &length, &error)) return cli_error(r->cli, error);
  if (length) {
    struct iovec local = {memory, length}, remote = {(void *)(uintptr_t)address, length};
    ssize_t n = pid ? process_vm_readv(pid, &local, 1, &remote, 1, 0) : -1;
    if (n < 0 || (size_t)n < length) length = 0;
  }
  int status = ctsec_recorder_feed(r->recorder, audit, nr, args, length ? memory : NULL, length, &error);
  if (status == CTSEC_E_NOTFOUND) {
    ctsec_error_free(error);
    return 0;
  }
  return status ? cli_error(r->cli, error) : 0;
}

ctsec_filter *record_filter(record *r, uint32_t action) {
  ctsec_filter *filter = NULL;
  ctsec_error *error = NULL;
  if (!ctsec_recorder_compile(r->recorder, action, &filter, &error)) return filter;
  cli_error(r->cli, error);
  return NULL;
}

static int set(record *r, const char *name, const char *value) {
  ctsec_error *error = NULL;
  return ctsec_recorder_set(r->recorder, name, value, strlen(value), &error) ? cli_error(r->cli, error) : 0;
}

static int head(record *r) {
  struct utsname name;
  char text[32];
  int status = 0;
  if (all) status = set(r, "all", "true");
  if (!status && !uname(&name) && strlen(name.release) < 64) status = set(r, "kernel", name.release);
  for (char **word = r->command; !status && word && *word; word++) status = set(r, "command", *word);
  if (status || listen_path) return status;
  snprintf(text, sizeof text, "%u", (unsigned)geteuid());
  status = set(r, "uid", text);
  FILE *file = fopen("/proc/self/status", "re");
  char line[256];
  while (!status && file && fgets(line, sizeof line, file)) {
    if (strncmp(line, "CapEff:\t", 8) || strlen(line) < 25) continue;
    line[24] = '\0';
    status = set(r, "caps", line + 8);
  }
  if (file) fclose(file);
  return status;
}

static int finish(record *r, int status) {
  char text[8];
  snprintf(text, sizeof text, "%d", status & 0xff);
  if (set(r, "status", text)) return CLI_BAD;
  ctsec_error *error = NULL;
  char *rest = NULL;
  size_t length = 0;
  if (ctsec_recorder_finish(r->recorder, &rest, &length, &error)) return cli_error(r->cli, error);
  cli_write_free(r->cli, rest, length);
  return 0;
}

static int run_command(record *r) {
  r->shared = mmap(NULL, sizeof *r->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (r->shared == MAP_FAILED) return cli_complain(r->cli, "%s", strerror(errno));
  int status = RECORD_UNAVAILABLE;
  if (!method || !strcmp(method, "notify")) status = record_notify(r);
  if (status == RECORD_UNAVAILABLE && (!method || !strcmp(method, "ptrace"))) status = record_ptrace(r);
  if (status == RECORD_UNAVAILABLE)
    status = cli_complain(r->cli, "neither seccomp notifications (Linux 5.9) nor ptrace can be used here");
  if (status) return status;
  if (r->shared->exec_errno)
    cli_complain(r->cli, "%s: %s", r->command[0], strerror(r->shared->exec_errno));
  /* As a shell has it. */
  return WIFSIGNALED(r->status) ? 128 + WTERMSIG(r->status) : WEXITSTATUS(r->status);
}

static int print_profile(struct cli *cli, const ctsec_recorder *recorder) {
  char *text = NULL;
  size_t length = 0;
  ctsec_error *error = NULL;
  if (ctsec_recorder_encode(recorder, profile_path, &text, &length, &error)) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return 0;
}

static int run(struct cli *cli) {
  record r = {.cli = cli, .command = cli->count ? cli->operands : NULL};
  ctsec_error *error = NULL;
  if (listen_path && cli->count) return cli_usage(cli, "--listen takes no command: the runtime starts it");
  if (!profile_path && !listen_path && !cli->count) return cli_usage(cli, "CMD is missing");
  if (!profile_path && !cli->output_path) return cli_usage(cli, "-o FILE is missing: standard output is the command's");
  struct utsname machine;
  if (!cli->arch && !uname(&machine) && cli_set(cli, "arch", machine.machine)) return CLI_BAD;
  if (ctsec_recorder_new(cli->options, &r.recorder, &error)) return cli_error(cli, error);
  int status = head(&r);
  if (!status && profile_path) {
    status = print_profile(cli, r.recorder);
  } else if (!status) {
    /* A file that cannot be written is told before the command runs. */
    status = record_write(&r);
    if (!status) {
      status = listen_path ? record_agent(&r, listen_path) : run_command(&r);
      if (r.failed || finish(&r, status)) status = CLI_BAD;
    }
  }
  ctsec_recorder_free(r.recorder);
  return status;
}

static const cli_option options[] = {
    {0, "all", NULL, "look at every call, also those that every profile allows"},
    {0, "listen", "SOCKET", "be the agent of an OCI runtime (listenerPath) instead of running CMD"},
    {0, "profile", "SOCKET", "print the profile (linux.seccomp) that makes a runtime call the agent"},
    {0, "method", "METHOD", "notify or ptrace [notify, else ptrace]"},
    {0, NULL, NULL, NULL},
};

const cli_command cmd_record = {
    .name = "record",
    .operands = "CMD [ARG...]",
    .summary = "Run a command and write the system calls it made, for `seccomp from-trace'",
    .flags = CLI_TARGET | CLI_STARTS,
    .formats = "",
    .stop_after = 1,
    .options = options,
    .option = take,
    .run = run,
};
