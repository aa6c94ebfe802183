/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is given where PROFILE stands: a profile in any form, raw BPF, builtin:NAME, or pid:N, the filters of a process. */
#ifndef CTSEC_TOOL_PROFILE_H
#define CTSEC_TOOL_PROFILE_H

#include "cli.h"

typedef struct tool_profile {
  /* A profile, or else filters, the oldest first. */
  ctsec_profile *profile;
  ctsec_filter **filters;
  size_t count;
} tool_profile;

/* A status; CLI_BAD with a message where it cannot be read. */
int tool_profile_open(struct cli *cli, const char *name, tool_profile *input);
void tool_profile_close(tool_profile *input);
/* The filter, where there is one; complains where a process runs under several. NULL for a profile. */
int tool_profile_single(struct cli *cli, const char *name, const tool_profile *input, const ctsec_filter **filter);

/* cmd_dump.c: filters of live processes. */
extern const cli_command cmd_seccomp_dump;
extern const cli_command cmd_seccomp_explain;
/* cmd_simulate.c */
extern const cli_command cmd_seccomp_simulate;
extern const cli_command cmd_seccomp_trace;

#endif
