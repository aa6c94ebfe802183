/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A log of SECCOMP records, decoded and grouped, from a file: against grep -E of two fields, libauparse reading three
 * fields, and ausearch -i. What is not installed has no row.
 */
#include <ctsec/ctsec.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PIECE ((size_t)1 << 20)
#define LOG_BYTES ((size_t)100 * 1000 * 1000)

extern char **environ;

static char path[64];
static char output[72] = "/dev/null";
static char *piece;

static void forget(void) {
  unlink(path);
  unlink(output);
}

static unsigned long long state;
static unsigned random_below(unsigned most) {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (unsigned)(state >> 33) % most;
}

/* One in ten has a name in hex, three in a hundred are of another arch; every process is another one. */
static int write_log(size_t bytes) {
  static int written_before;
  if (written_before) return 0;
  static const char *const names[] = {
      "comm=\"nginx\" exe=\"/usr/sbin/nginx\"", "comm=\"redis-server\" exe=\"/usr/bin/redis-server\"",
      "comm=\"runc\" exe=\"/usr/bin/runc\"", "comm=\"python3\" exe=\"/usr/bin/python3.11\"",
      "comm=\"node\" exe=\"/usr/local/bin/node\"", "comm=\"sh\" exe=\"/bin/dash\"",
      "comm=\"java\" exe=\"/usr/lib/jvm/java-17-openjdk-amd64/bin/java\"", "comm=\"ping\" exe=\"/usr/bin/ping\"",
      "comm=6D792070726F67 exe=2F6F70742F6D79206170702F70726F67"};
  static const char *const codes[] = {"50000", "7ffc0000", "0", "80000000", "30000"};
  static const int calls[] = {165, 166, 272, 101, 310, 311, 175, 176, 246, 321, 298, 134, 159, 227, 170, 171, 56};
  if (!piece && !(piece = malloc(PIECE))) return 1;
  if (!*path) {
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/ctsec-bench-XXXXXX", folder && strlen(folder) < 32 ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0) return 1;
    close(fd);
    snprintf(output, sizeof output, "%s.out", path);
    atexit(forget);
  }
  FILE *file = fopen(path, "w");
  if (!file) return 1;
  state = 1;
  unsigned long long time = 1700000000000ULL;
  size_t written = 0;
  for (unsigned i = 0; written < bytes; i++) {
    time += random_below(5);
    int other = random_below(100) < 3;
    const char *name = names[random_below(10) ? random_below(8) : 8];
    written += (size_t)fprintf(
        file,
        "type=SECCOMP msg=audit(%llu.%03llu:%u): auid=4294967295 uid=0 gid=0 ses=4294967295 subj=docker-default pid=%u %s "
        "sig=0 arch=%s syscall=%d compat=%d ip=0x7f%06x%04x code=0x%s\n",
        time / 1000, time % 1000, 1000 + i, 1000 + i, name, other ? "40000003" : "c000003e", calls[random_below(17)],
        other, random_below(1 << 24), random_below(1 << 16), codes[random_below(5)]);
  }
  written_before = 1;
  return fclose(file) != 0;
}

static void ours(void) {
  ctsec_denials *denials;
  char *text;
  size_t length;
  if (ctsec_denials_new(NULL, "json", &denials, NULL)) return;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n;
  while ((n = read(fd, piece, PIECE)) > 0) ctsec_denials_feed(denials, "log", piece, (size_t)n, NULL);
  close(fd);
  if (!ctsec_denials_finish(denials, &text, &length, NULL)) ctsec_free(text);
  bench_sink += ctsec_denials_count(denials, CTSEC_DENIALS_RECORDS);
  ctsec_denials_free(denials);
}

static int spawn(const char *const argv[]) {
  posix_spawn_file_actions_t actions;
  pid_t pid;
  int status = -1;
  posix_spawn_file_actions_init(&actions);
  /* Not /dev/null: grep stops there at the first match. */
  posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (!posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ)) waitpid(pid, &status, 0);
  posix_spawn_file_actions_destroy(&actions);
  return status;
}

static void grep(void) {
  const char *const argv[] = {"grep", "-cE", "comm=\"nginx\".* syscall=165 ", path, NULL};
  bench_sink += (size_t)spawn(argv);
}

static void ausearch(void) {
  const char *const argv[] = {"ausearch", "-m", "SECCOMP", "-i", "-if", path, NULL};
  bench_sink += (size_t)spawn(argv);
}

/* auparse.h, as far as it is used: the library is looked for when the row runs. */
static struct {
  void *(*init)(int source, const void *what);
  int (*next_event)(void *parser);
  const char *(*find_field)(void *parser, const char *name);
  void (*destroy)(void *parser);
} auparse;

static void read_auparse(void) {
  static const int source_file = 1;
  void *parser = auparse.init(source_file, path);
  if (!parser) return;
  while (auparse.next_event(parser) > 0) {
    static const char *const fields[] = {"exe", "arch", "syscall"};
    for (int i = 0; i < 3; i++) bench_sink += auparse.find_field(parser, fields[i]) != NULL;
  }
  auparse.destroy(parser);
}

static int large(void) {
  static const char *const version[] = {"grep", "--version", NULL};
  return spawn(version) || write_log(LOG_BYTES);
}

static int for_ausearch(void) {
  static const char *const version[] = {"ausearch", "-v", NULL};
  return spawn(version) || write_log(LOG_BYTES);
}

static int for_auparse(void) {
  void *library = dlopen("libauparse.so.0", RTLD_NOW);
  if (!library) return 1;
  *(void **)&auparse.init = dlsym(library, "auparse_init");
  *(void **)&auparse.next_event = dlsym(library, "auparse_next_event");
  *(void **)&auparse.find_field = dlsym(library, "auparse_find_field");
  *(void **)&auparse.destroy = dlsym(library, "auparse_destroy");
  return !auparse.init || !auparse.next_event || !auparse.find_field || !auparse.destroy ||
         write_log(LOG_BYTES);
}

const bench_row bench_denials[] = {
    {"denials: 100 MB of audit.log", "grep -E of two fields", 0.4, large, ours, grep},
    {"denials: 100 MB of audit.log", "libauparse, three fields", 12, for_auparse, ours, read_auparse},
    {"denials: 100 MB of audit.log", "ausearch -i", 20, for_ausearch, ours, ausearch},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
