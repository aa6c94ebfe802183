/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All attack paths of a container, against reading the document that describes it. */
#include <ctsec/ctsec.h>
#include <stdlib.h>

#include "bench.h"

static char *text;
static size_t length;
static ctsec_containers *containers;

static int read_input(const char *path) {
  free(text);
  ctsec_containers_free(containers);
  containers = NULL;
  text = bench_read(path, &length);
  return !text || ctsec_containers_parse(text, length, NULL, &containers, NULL);
}

static int dangerous(void) { return read_input("examples/docker-dangerous.json"); }
static int minimal(void) { return read_input("examples/docker-nginx-minimal.json"); }
static int podman(void) { return read_input("examples/podman-socket-read-only.json"); }
static int agent(void) { return read_input("examples/kubernetes-agent.yaml"); }

static void parse(void) {
  ctsec_containers *parsed;
  if (ctsec_containers_parse(text, length, NULL, &parsed, NULL)) return;
  bench_sink += ctsec_containers_count(parsed);
  ctsec_containers_free(parsed);
}

static void solve(void) {
  ctsec_paths *paths;
  if (ctsec_paths_new(NULL, &paths, NULL)) return;
  if (!ctsec_paths_take(paths, containers, NULL)) bench_sink += ctsec_paths_count(paths, CTSEC_PATH_REACHABLE);
  ctsec_paths_free(paths);
}

const bench_row bench_paths[] = {
    {"all paths: docker inspect, minimal", "reading the inspect", 1, minimal, solve, parse},
    {"all paths: docker inspect, dangerous", "reading the inspect", 1, dangerous, solve, parse},
    {"all paths: podman inspect", "reading the inspect", 1, podman, solve, parse},
    {"all paths: Kubernetes manifest", "reading the manifest", 1, agent, solve, parse},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
