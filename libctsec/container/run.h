/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CONTAINER_RUN_H
#define CT_CONTAINER_RUN_H

#include "container/read.h"

typedef enum ct_command_kind {
  CT_COMMAND_OTHER,
  /* docker run, podman create */
  CT_COMMAND_RUNS,
  /* docker exec */
  CT_COMMAND_ENTERS,
  /* It describes containers in a way that is not read here: docker service create. */
  CT_COMMAND_DESCRIBES,
  /* Words or a text that hold such a command, and nothing known here runs them. */
  CT_COMMAND_HOLDS
} ct_command_kind;

typedef struct ct_command {
  ct_command_kind kind;
  /* Where its options begin. */
  uint32_t at;
  int engine;
  /* The variable that names the engine; NULL where the name stands there, or the script sets it. */
  const ct_value *open_engine;
  /* Words are added behind those that stand here, by xargs and the like. */
  int appended;
  /* For remarks: the word, and what to call it. */
  const ct_value *word;
  const char *name;
} ct_command;

/* What a command does (docker, podman or nerdctl, with their global options and behind sudo, env and the like). */
void ct_command_find(const ct_value *command, ct_command *found);

/* Fills reader->container from one that runs or enters (an array of words of syntax/argv.h). */
void ct_read_run(ct_reader *reader, const ct_value *command, const ct_command *what);

/* Every command of a script, whose document is read. */
int ct_read_commands(struct ctsec_containers *containers, const ctsec_options *options, ctsec_error **err);

#endif
