/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What this program gives up before it reads any input. */
#ifndef CTSEC_TOOL_CONFINE_H
#define CTSEC_TOOL_CONFINE_H

#include "cli.h"

/*
 * Sets no_new_privs and drops every capability that the command does not
 * need; refuses nothing that worked before. argv ends with NULL. Does nothing
 * where the command starts another program, or where the answer is about this
 * process itself.
 */
void confine_drop(struct cli *cli, char *const *argv);
/* --confine: loads our own seccomp profile. CLI_BAD after a message. */
int confine_load(struct cli *cli);

#endif
