/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filters that a thread of this machine runs under. */
#ifndef CTSEC_TOOL_LIVE_H
#define CTSEC_TOOL_LIVE_H

#include "cli.h"

typedef struct tool_stack {
  /* 0 none, 1 strict (read, write, exit, sigreturn: no filter), 2 filters. */
  int mode;
  size_t count;
  /* The oldest first. */
  ctsec_filter **filters;
} tool_stack;

/* 0; CLI_BAD with a message; -1 without one where the thread has ended and it was not `named`. */
int tool_stack_read(struct cli *cli, int32_t tid, int named, tool_stack *stack);
void tool_stack_free(tool_stack *stack);
/* Whether both have the same filters: 1; 0; -1 where memory is out. */
int tool_stack_equal(const tool_stack *a, const tool_stack *b);
/* The threads of a process, sorted; *tids is the caller's (free). 0, or CLI_BAD with a message. */
int tool_threads(struct cli *cli, int32_t pid, int32_t **tids, size_t *count);

#endif
