/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inputs of a scan, checked by several threads and fed in their own order. */
#ifndef CTSEC_JOBS_H
#define CTSEC_JOBS_H

#include "cli.h"

/* One input: its job, or the errno of why there is none. */
typedef struct jobs_input {
  ctsec_job *job;
  /* malloc'd, freed once it is checked; NULL for text that lives elsewhere. */
  char *data;
  size_t length;
  /* malloc'd */
  char *source;
  int number;
} jobs_input;

struct jobs;

/* With count threads, this one among them; feed is called for each input in turn, in this thread. NULL where memory is out. */
struct jobs *jobs_new(int count, void (*feed)(struct cli *cli, jobs_input *input), struct cli *cli);
/* Takes the input over. */
void jobs_add(struct jobs *jobs, const jobs_input *input);
/* Feeds what is left. */
void jobs_drain(struct jobs *jobs);
/* The same, and ends the threads. */
void jobs_finish(struct jobs *jobs);

#endif
