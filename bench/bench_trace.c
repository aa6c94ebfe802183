/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Traces: strace's text against grep -E over the same file, and recording a command against strace -f. */
#include <ctsec/ctsec.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define SIZE ((size_t)32 << 20)
#define PIECE ((size_t)1 << 20)

static char path[] = "/tmp/ctsec-bench-XXXXXX";
static char *piece;

static void clean(void) { unlink(path); }

static int prepare(void) {
  if (piece) return 0;
  static const char *const names[] = {"tests/data/trace/strace-t.txt", "tests/data/trace/other-bb.txt",
                                      "tests/data/trace/strace-f.txt"};
  piece = malloc(PIECE);
  int fd = mkstemp(path);
  if (!piece || fd < 0) return 1;
  atexit(clean);
  size_t written = 0;
  while (written < SIZE) {
    for (int i = 0; i < 3; i++) {
      size_t length = 0;
      char *text = bench_read(names[i], &length);
      if (!text || write(fd, text, length) != (ssize_t)length) return 1;
      written += length;
      free(text);
    }
  }
  close(fd);
  return system("command -v grep >/dev/null") != 0;
}

static void read_ours(void) {
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *trace = NULL;
  int fd = open(path, O_RDONLY);
  ssize_t n;
  ctsec_trace_stream_new(NULL, &stream, NULL);
  while ((n = read(fd, piece, PIECE)) > 0) ctsec_trace_stream_feed(stream, piece, (size_t)n, NULL);
  close(fd);
  ctsec_trace_stream_finish(stream, &trace, NULL);
  bench_sink += ctsec_trace_count(trace);
  ctsec_trace_free(trace);
  ctsec_trace_stream_free(stream);
}

static void run(const char *format, const char *what) {
  char command[512];
  snprintf(command, sizeof command, format, what);
  bench_sink += (size_t)system(command);
}

/* grep stops at the first match where it sees that nobody reads its output. */
static void read_theirs(void) { run("grep -cE '^[0-9]+ .* = -1 E[A-Z]+' %s | cat >/dev/null", path); }

/* Calls are nearly all that it does. */
#define BUSY "dd if=/dev/zero of=/dev/null bs=1 count=20000 status=none"
#define LOOKS "find /usr/share /usr/lib -maxdepth 4 -size +1000000k"

static int has_strace(void) { return system("strace -o /dev/null true 2>/dev/null") != 0 || system(BENCH_TOOL " record -o /dev/null -- true") != 0; }

static void record_ours(void) { run(BENCH_TOOL " record -o /dev/null -- %s", BUSY); }
static void record_all(void) { run(BENCH_TOOL " record --all -o /dev/null -- %s", BUSY); }
static void record_theirs(void) { run("strace -f -o /dev/null %s", BUSY); }
static void find_ours(void) { run(BENCH_TOOL " record -o /dev/null -- %s >/dev/null", LOOKS); }
static void find_theirs(void) { run("strace -f -o /dev/null %s >/dev/null", LOOKS); }

const bench_row bench_trace[] = {
    {"trace: strace text to distinct calls", "grep -E", 0.5, prepare, read_ours, read_theirs},
    {"trace: a command that only calls, recorded", "strace -f", 5, has_strace, record_ours, record_theirs},
    {"trace: find, recorded", "strace -f", 5, has_strace, find_ours, find_theirs},
    {"trace: the same, every call looked at", "strace -f", 0, has_strace, record_all, record_theirs},
    {NULL, NULL, 0, NULL, NULL, NULL}};
