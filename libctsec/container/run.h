/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CONTAINER_RUN_H
#define CT_CONTAINER_RUN_H

#include "container/read.h"

/*
 * Where the options begin in a command that runs or creates a container
 * (docker, podman or nerdctl, with their global options and behind sudo, env
 * and the like); 0 where it is another command. Sets *engine.
 */
uint32_t ct_run_options(const ct_value *command, int *engine);

/* Fills reader->container from one such command (an array of words of syntax/argv.h). */
void ct_read_run(ct_reader *reader, const ct_value *command);

#endif
