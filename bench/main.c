/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define ROUNDS 21
#define ROUND_SECONDS 0.01

volatile size_t bench_sink;
/* For scripts. */
static int tabs;

char *bench_read(const char *path, size_t *length) {
  char name[4096];
  snprintf(name, sizeof name, "%s/%s", BENCH_SOURCE, path);
  FILE *file = fopen(name, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(*length + 1);
  if (text && fread(text, 1, *length, file) != *length) {
    free(text);
    text = NULL;
  }
  fclose(file);
  if (text) text[*length] = '\0';
  return text;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double run(void (*call)(void), size_t times) {
  double start = now();
  for (size_t i = 0; i < times; i++) call();
  return (now() - start) / (double)times;
}

static size_t calibrate(void (*call)(void)) {
  size_t times = 1;
  while (times < (size_t)1 << 30 && run(call, times) * (double)times < ROUND_SECONDS) times *= 2;
  return times;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values) {
  qsort(values, ROUNDS, sizeof *values, by_value);
  return values[ROUNDS / 2];
}

/* 1 where a target was missed. */
static int run_row(const bench_row *row) {
  if (row->prepare && row->prepare()) {
    printf(tabs ? "%s\t%s\n" : "%-44s %-30s not run here\n", row->name, row->peer);
    return 0;
  }
  size_t our_times = calibrate(row->ours), their_times = calibrate(row->theirs);
  double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    ours[i] = run(row->ours, our_times);
    theirs[i] = run(row->theirs, their_times);
    ratios[i] = theirs[i] / ours[i];
  }
  double ratio = median(ratios);
  int missed = row->target > 0 && ratio < row->target;
  printf(tabs ? "%s\t%s\t%.1f\t%.1f\t%.2f" : "%-44s %-30s %12.1f %12.1f %8.2f", row->name, row->peer, median(ours) * 1e9, median(theirs) * 1e9, ratio);
  if (row->target > 0)
    printf(tabs ? "\t%.2f\t%s\n" : "  >= %-6.2f %s\n", row->target, missed ? "MISSED" : "ok");
  else
    printf("\n");
  return missed;
}

int main(int argc, char **argv) {
  const bench_row *const tables[] = {BENCH_TABLES};
  tabs = argc > 1 && !strcmp(argv[1], "--tabs");
  argc -= tabs, argv += tabs;
  if (!tabs) printf("%-44s %-30s %12s %12s %8s  target\n", "row", "peer", "ours ns", "peer ns", "ratio");
  int missed = 0;
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
    for (const bench_row *row = tables[t]; row->name; row++)
      if (argc < 2 || strstr(row->name, argv[1])) missed |= run_row(row);
  return missed;
}
