/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands; cmd_NAME.c defines `const cli_command cmd_NAME`. */
#include "cli.h"

extern const cli_command cmd_caps, cmd_denials, cmd_paths, cmd_record, cmd_rules, cmd_scan, cmd_seccomp, cmd_why;

const cli_command *const cli_commands[] = {
    &cmd_caps,
    &cmd_seccomp,
    &cmd_scan,
    &cmd_why,
    &cmd_paths,
    &cmd_denials,
    &cmd_record,
    &cmd_rules,
    NULL,
};
