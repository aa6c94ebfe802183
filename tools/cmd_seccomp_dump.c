/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec seccomp dump: the filters that live processes run under, of every thread. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "profile.h"

#define MOST_FILTERS 1024
#define MOST_INSNS 4096

typedef struct stack {
  size_t count;
  ctsec_filter *filters[MOST_FILTERS];
} stack;

/* Stops a thread without a signal to it; 0 or an errno. */
static int stop(pid_t tid) {
  int status;
  if (ptrace(PTRACE_SEIZE, tid, 0, 0)) return errno;
  if (ptrace(PTRACE_INTERRUPT, tid, 0, 0) || waitpid(tid, &status, __WALL) != tid) {
    int number = errno;
    ptrace(PTRACE_DETACH, tid, 0, 0);
    return number;
  }
  return WIFSTOPPED(status) ? 0 : ESRCH;
}

static void release(stack *s) {
  for (size_t i = 0; i < s->count; i++) ctsec_filter_free(s->filters[i]);
  s->count = 0;
}

/* The kernel counts from the newest filter; a stack is told from the oldest. */
static int read_stack(struct cli *cli, pid_t tid, stack *s) {
  uint64_t insns[MOST_INSNS];
  size_t found = 0;
  int number = stop(tid), status = 0;
  s->count = 0;
  if (number) return cli_complain(cli, "thread %d: %s", (int)tid, strerror(number));
  for (; found < MOST_FILTERS && !status; found++) {
    long count = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)found, insns);
    if (count < 0) {
      if (errno != ENOENT && errno != EINVAL)
        status = cli_complain(cli, "thread %d: filter %zu: %s", (int)tid, found, strerror(errno));
      break;
    }
    ctsec_error *error = NULL;
    if (ctsec_filter_decode((const uint8_t *)insns, (size_t)count * 8, NULL, &s->filters[found], &error))
      status = cli_error(cli, error);
    else
      s->count = found + 1;
  }
  ptrace(PTRACE_DETACH, tid, 0, 0);
  for (size_t i = 0; i < s->count / 2; i++) {
    ctsec_filter *swap = s->filters[i];
    s->filters[i] = s->filters[s->count - 1 - i];
    s->filters[s->count - 1 - i] = swap;
  }
  if (status) release(s);
  return status;
}

static int print_filter(struct cli *cli, const ctsec_filter *filter, size_t index, int last) {
  ctsec_error *error = NULL;
  char *text = NULL;
  size_t length = 0;
  uint8_t *bytes = NULL;
  int failed;
  if (cli_is_format(cli, "raw")) {
    failed = ctsec_filter_encode(filter, &bytes, &length, &error);
    if (failed) return cli_error(cli, error);
    cli_write_free(cli, (char *)bytes, length);
    return 0;
  }
  failed = cli_is_format(cli, "json") ? ctsec_filter_to_json(filter, &text, &length, &error)
                                      : ctsec_filter_to_text(filter, &text, &length, &error);
  if (failed) return cli_error(cli, error);
  if (!cli_is_format(cli, "json")) cli_print(cli, "; filter %zu, %zu instructions\n", index, ctsec_filter_count(filter));
  cli_write_free(cli, text, length);
  if (cli_is_format(cli, "json") && !last) cli_text(cli, ",");
  return 0;
}

static int print_stack(struct cli *cli, pid_t pid, pid_t tid, const stack *s, int first) {
  int json = cli_is_format(cli, "json"), status = 0;
  if (json)
    cli_print(cli, "%s{\"pid\": %d, \"tid\": %d, \"filters\": [", first ? "" : ",", (int)pid, (int)tid);
  else if (cli_is_format(cli, "text"))
    cli_print(cli, "; process %d, thread %d: %zu filters\n", (int)pid, (int)tid, s->count);
  for (size_t i = 0; i < s->count && !status; i++) status = print_filter(cli, s->filters[i], i, i + 1 == s->count);
  if (json) cli_text(cli, "]}");
  return status;
}

static int dump_process(struct cli *cli, pid_t pid, int *printed) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *tasks = opendir(path);
  if (!tasks) return cli_complain(cli, "process %d: %s", (int)pid, strerror(errno));
  int status = 0;
  stack *s = calloc(1, sizeof *s);
  if (!s) status = cli_complain(cli, "out of memory");
  for (struct dirent *item; !status && (item = readdir(tasks));) {
    pid_t tid = (pid_t)strtol(item->d_name, NULL, 10);
    if (tid <= 0) continue;
    status = read_stack(cli, tid, s);
    if (!status) status = print_stack(cli, pid, tid, s, !*printed);
    *printed = 1;
    release(s);
  }
  free(s);
  closedir(tasks);
  return status;
}

static int run(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "PID is missing");
  int status = 0, printed = 0, json = cli_is_format(cli, "json");
  if (json) cli_text(cli, "{\"schema\": \"ctsec/dump/1\", \"threads\": [");
  for (int i = 0; i < cli->count; i++) {
    char *end;
    errno = 0;
    long pid = strtol(cli->operands[i], &end, 10);
    int one = *end || end == cli->operands[i] || pid <= 0 || errno || pid > INT32_MAX
                  ? cli_complain(cli, "`%s' is no process id", cli->operands[i])
                  : dump_process(cli, (pid_t)pid, &printed);
    if (one > status) status = one;
  }
  if (json) cli_text(cli, "]}\n");
  return status;
}

const cli_command cmd_seccomp_dump = {
    .name = "dump",
    .operands = "PID...",
    .summary = "The filters of live processes, of every thread, oldest first",
    .formats = "raw",
    .run = run,
};
