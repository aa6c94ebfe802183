/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One row: our way and a peer's way to the same answer, in turns within one run, so that a noisy machine hits both. */
#ifndef CTSEC_BENCH_H
#define CTSEC_BENCH_H

#include <stddef.h>

typedef struct bench_row {
  const char *name;
  const char *peer;
  /* What the ratio must reach: peer time divided by ours. 0: for information. */
  double target;
  /* Prepares both; 0, or non-zero where the row cannot run here. NULL: nothing to prepare. */
  int (*prepare)(void);
  void (*ours)(void);
  void (*theirs)(void);
} bench_row;

/* Ended by a row without name; one table a file, all listed in main.c. */
extern const bench_row bench_caps[];
extern const bench_row bench_compose[];
extern const bench_row bench_denials[];
extern const bench_row bench_fix[];
extern const bench_row bench_paths[];
extern const bench_row bench_scan[];
extern const bench_row bench_seccomp[];
extern const bench_row bench_syntax[];
extern const bench_row bench_syscalls[];
extern const bench_row bench_why[];
extern const bench_row bench_trace[];

/* Keeps a result alive. */
extern volatile size_t bench_sink;

/* A file below the source tree; NULL where it cannot be read. */
char *bench_read(const char *path, size_t *length);

#endif
