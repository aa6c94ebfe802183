/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recording a command: cmd_record.c starts, record_notify.c and record_ptrace.c watch, record_agent.c serves runtimes. */
#ifndef CTSEC_TOOL_RECORD_H
#define CTSEC_TOOL_RECORD_H

#include <signal.h>
#include <sys/types.h>

#include "cli.h"

/* Shared with the command's process until it is executed: it may make no call that is not answered. */
typedef struct record_shared {
  /* The listener, plus 1; negative: an errno. */
  volatile int listener;
  /* Why the command was not executed. */
  volatile int exec_errno;
  volatile int go;
} record_shared;

typedef struct record {
  struct cli *cli;
  ctsec_recorder *recorder;
  char **command;
  record_shared *shared;
  pid_t main;
  /* As waitpid() gives it, once it ended. */
  int ended;
  int status;
  int failed;
  /* The runtime's calls are not recorded: only what follows the first execve. */
  int waiting;
} record;

#define RECORD_UNAVAILABLE (-1)

/* 0 once everything ended, RECORD_UNAVAILABLE where this machine does not do it so, CLI_BAD. */
int record_notify(record *r);
int record_ptrace(record *r);
/* Waits at a socket for listeners of containers and serves them until the last is gone. */
int record_agent(record *r, const char *path);

/* One call. memory may be read where pid says so (0: not). CLI_BAD where recording failed. */
int record_call(record *r, pid_t pid, uint32_t audit, int32_t nr, const uint64_t *args);
/* Writes what was seen for the first time. CLI_BAD where that failed. */
int record_write(record *r);
/* Answers one notification of a listener: 0, an errno (ENOENT: none, or its process is gone). */
int record_answer(record *r, int listener);
/* Loads a filter whose answer is `action` in the calling process; a listener, 0, or a negative errno. */
int record_load(const ctsec_filter *filter, unsigned flags);
ctsec_filter *record_filter(record *r, uint32_t action);
/* Signals that reach the recorder reach the command. */
void record_forward(pid_t pid);
/* Whether a SIGCHLD came since the last time. */
int record_child_changed(void);
/* Executes the command; returns only where that failed, with the status of a shell. */
int record_execute(record *r);

#endif
