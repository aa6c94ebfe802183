/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is given where PROFILE stands: a profile in any form, raw BPF, or builtin:NAME. */
#ifndef CTSEC_TOOL_PROFILE_H
#define CTSEC_TOOL_PROFILE_H

#include "cli.h"

typedef struct tool_profile {
  /* One of the two. */
  ctsec_profile *profile;
  ctsec_filter *filter;
} tool_profile;

/* A status; CLI_BAD with a message where it cannot be read. */
int tool_profile_open(struct cli *cli, const char *name, tool_profile *input);
void tool_profile_close(tool_profile *input);

/* cmd_dump.c: filters of live processes. */
extern const cli_command cmd_seccomp_dump;
extern const cli_command cmd_seccomp_explain;
/* cmd_simulate.c */
extern const cli_command cmd_seccomp_simulate;

#endif
