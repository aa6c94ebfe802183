/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_FILTERS 1024
#define MOST_INSNS 4096

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

static int complain(struct cli *cli, int32_t tid, int number) {
  return cli_complain(cli, "thread %d: its filters cannot be read: %s%s", (int)tid, strerror(number),
                      number == EPERM || number == EACCES ? " (CAP_SYS_ADMIN is needed, and no filter of our own)" : "");
}

/* The kernel counts from the newest filter. */
static int read_filters(struct cli *cli, int32_t tid, const ctsec_options *machine, tool_stack *stack) {
  uint64_t insns[MOST_INSNS];
  int status = 0;
  while (stack->count < MOST_FILTERS && !status) {
    long count = ptrace(PTRACE_SECCOMP_GET_FILTER, tid, (void *)stack->count, insns);
    ctsec_error *error = NULL;
    if (count < 0 && errno == ENOENT) break;
    if (count < 0)
      status = complain(cli, tid, errno);
    else if (ctsec_filter_decode((const uint8_t *)insns, (size_t)count * 8, machine, &stack->filters[stack->count], &error))
      status = cli_error(cli, error);
    else
      stack->count++;
  }
  for (size_t i = 0; i < stack->count / 2; i++) {
    ctsec_filter *swap = stack->filters[i];
    stack->filters[i] = stack->filters[stack->count - 1 - i];
    stack->filters[stack->count - 1 - i] = swap;
  }
  return status;
}

int tool_stack_read(struct cli *cli, int32_t tid, int named, tool_stack *stack) {
  ctsec_credentials *credentials = NULL;
  ctsec_error *error = NULL;
  memset(stack, 0, sizeof *stack);
  if (ctsec_credentials_read("/proc", tid, tid, &credentials, &error)) {
    int gone = ctsec_error_code(error) == CTSEC_E_NOTFOUND;
    if (!gone) return cli_error(cli, error);
    ctsec_error_free(error);
    return named ? cli_complain(cli, "process %d: there is none", (int)tid) : -1;
  }
  int state = ctsec_credentials_seccomp(credentials, &stack->mode);
  ctsec_credentials_free(credentials);
  if (state != CTSEC_STATE_SET) return cli_complain(cli, "thread %d: the kernel does not say its mode of seccomp", (int)tid);
  if (stack->mode != 2) return 0;
  if (tid == getpid()) return cli_complain(cli, "a process that runs under a filter cannot read filters, not even its own; ask from outside");
  /* Whose byte order the instructions have. */
  ctsec_options *machine = NULL;
  if (ctsec_options_new(&machine, &error)) return cli_error(cli, error);
  char name[16];
  int length = snprintf(name, sizeof name, "pid:%d", (int)tid);
  int status = ctsec_options_read(machine, "/proc", tid, &error) ||
                       ctsec_options_set(machine, "source", name, (size_t)length, &error)
                   ? cli_error(cli, error)
                   : 0;
  stack->filters = calloc(MOST_FILTERS, sizeof *stack->filters);
  if (!stack->filters) status = cli_complain(cli, "out of memory");
  int number = status ? 0 : stop(tid);
  if (number)
    status = number == ESRCH && !named ? -1 : complain(cli, tid, number);
  else if (!status)
    status = read_filters(cli, tid, machine, stack);
  if (!number) ptrace(PTRACE_DETACH, tid, 0, 0);
  if (status) tool_stack_free(stack);
  ctsec_options_free(machine);
  return status;
}

void tool_stack_free(tool_stack *stack) {
  for (size_t i = 0; i < stack->count; i++) ctsec_filter_free(stack->filters[i]);
  free(stack->filters);
  memset(stack, 0, sizeof *stack);
}

int tool_stack_equal(const tool_stack *a, const tool_stack *b) {
  if (a->mode != b->mode || a->count != b->count) return 0;
  for (size_t i = 0; i < a->count; i++) {
    uint8_t *left = NULL, *right = NULL;
    size_t left_length = 0, right_length = 0;
    int failed = ctsec_filter_encode(a->filters[i], &left, &left_length, NULL) ||
                 ctsec_filter_encode(b->filters[i], &right, &right_length, NULL);
    int equal = !failed && left_length == right_length && !memcmp(left, right, left_length);
    ctsec_free(left);
    ctsec_free(right);
    if (!equal) return failed ? -1 : 0;
  }
  return 1;
}

static int by_number(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

int tool_threads(struct cli *cli, int32_t pid, int32_t **tids, size_t *count) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *tasks = opendir(path);
  if (!tasks && errno == ENOENT) return cli_complain(cli, "process %d: there is none", (int)pid);
  if (!tasks) return cli_complain(cli, "process %d: %s", (int)pid, strerror(errno));
  int32_t *list = NULL;
  size_t found = 0;
  int failed = 0;
  for (struct dirent *item; !failed && (item = readdir(tasks));) {
    int32_t tid = (int32_t)strtol(item->d_name, NULL, 10);
    if (tid <= 0) continue;
    if (!(found & (found - 1))) {
      int32_t *more = realloc(list, (found ? 2 * found : 1) * sizeof *list);
      if (more) list = more;
      failed = !more;
    }
    if (!failed) list[found++] = tid;
  }
  closedir(tasks);
  if (failed) {
    free(list);
    return cli_complain(cli, "out of memory");
  }
  if (found) qsort(list, found, sizeof *list, by_number);
  *tids = list;
  *count = found;
  return 0;
}
