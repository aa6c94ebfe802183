/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inputs of a scan, read and checked by several threads and fed in their own order. */
#ifndef CTSEC_JOBS_H
#define CTSEC_JOBS_H

#include "cli.h"

typedef struct jobs_input {
  /* Its job; NULL where there is none, and number is the errno that says why. */
  ctsec_job *job;
  int number;
  /* malloc'd; also the path where text is NULL. */
  char *source;
  /* What to check instead of a file. */
  const char *text;
  size_t length;
  /* malloc'd, and freed with the input: text, where it is nobody else's. NULL: none. */
  char *data;
} jobs_input;

struct jobs;

/*
 * With count threads, this one among them; feed is called for each input in turn, in this thread. NULL where memory is out.
 * In the other threads of cli nothing is changed and nothing is printed.
 */
struct jobs *jobs_new(int count, void (*feed)(struct cli *cli, jobs_input *input), struct cli *cli);
/* Takes the input over. */
void jobs_add(struct jobs *jobs, const jobs_input *input);
/* Feeds what is left. */
void jobs_drain(struct jobs *jobs);
/* The same, and ends the threads. */
void jobs_finish(struct jobs *jobs);

#endif
