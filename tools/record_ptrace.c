/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Watching through ptrace, where notifications cannot be had: one stop a call where a filter can be loaded, else two. */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

#define OPTIONS                                                                                             \
  (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | \
   PTRACE_O_TRACESECCOMP)

static long request(int what, pid_t pid, uintptr_t address, uintptr_t data) {
  return ptrace(what, pid, (void *)address, (void *)data);
}

static void entry(record *r, pid_t pid) {
  struct __ptrace_syscall_info info;
  memset(&info, 0, sizeof info);
  if (request(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, (uintptr_t)&info) <= 0) return;
  uint64_t args[6] = {0};
  int32_t nr = 0;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    memcpy(args, info.entry.args, sizeof args);
    nr = (int32_t)info.entry.nr;
  } else if (info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
    memcpy(args, info.seccomp.args, sizeof args);
    nr = (int32_t)info.seccomp.nr;
  } else {
    return;
  }
  if (!r->failed) r->failed = record_call(r, pid, info.arch, nr, args);
  if (!r->failed) r->failed = record_write(r);
}

static int is_stop(int number) {
  return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

static void stopped(record *r, pid_t pid, int status, int go_on) {
  int number = WSTOPSIG(status), event = status >> 16;
  uintptr_t deliver = 0;
  if (event == PTRACE_EVENT_SECCOMP || number == (SIGTRAP | 0x80)) {
    entry(r, pid);
  } else if (event == PTRACE_EVENT_STOP) {
    /* A group stop lasts until SIGCONT. */
    if (is_stop(number)) {
      request(PTRACE_LISTEN, pid, 0, 0);
      return;
    }
  } else if (!event) {
    deliver = (uintptr_t)number;
  }
  request(go_on, pid, 0, deliver);
}

static int follow(record *r) {
  int go_on = r->shared->listener > 0 ? PTRACE_CONT : PTRACE_SYSCALL;
  for (;;) {
    int status = 0;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) break;
    if (WIFSTOPPED(status)) {
      /* The first stop of all may come before the child said whether its filter is loaded. */
      if (go_on == PTRACE_SYSCALL && r->shared->listener > 0) go_on = PTRACE_CONT;
      stopped(r, pid, status, go_on);
    } else if (pid == r->main) {
      r->ended = 1;
      r->status = status;
      record_forward(0);
    }
  }
  return r->failed ? CLI_BAD : 0;
}

int record_ptrace(record *r) {
  ctsec_filter *filter = record_filter(r, SECCOMP_RET_TRACE);
  if (!filter) return CLI_BAD;
  memset(r->shared, 0, sizeof *r->shared);
  pid_t pid = fork();
  if (!pid) {
    while (!r->shared->go) {
      struct timespec moment = {0, 50000};
      nanosleep(&moment, NULL);
    }
    if (r->shared->go < 0) _exit(0);
    int loaded = record_load(filter, 0);
    r->shared->listener = loaded < 0 ? loaded : 1;
    _exit(record_execute(r));
  }
  ctsec_filter_free(filter);
  if (pid < 0) return cli_complain(r->cli, "cannot start a process: %s", strerror(errno));
  r->main = pid;
  if (request(PTRACE_SEIZE, pid, 0, OPTIONS)) {
    r->shared->go = -1;
    waitpid(pid, NULL, 0);
    return RECORD_UNAVAILABLE;
  }
  record_forward(pid);
  /* Stops it, so that it goes on with stops at calls where no filter can be loaded. */
  request(PTRACE_INTERRUPT, pid, 0, 0);
  r->shared->go = 1;
  return follow(r);
}
