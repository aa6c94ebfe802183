/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scan, from bytes to its JSON document, against json-c's bare parse of the same bytes. */
#include <ctsec/ctsec.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "bench.h"

static char *text;
static size_t length;

static int read_input(const char *path) {
  free(text);
  text = bench_read(path, &length);
  return !text;
}

static int dangerous(void) { return read_input("examples/docker-dangerous.json"); }
static int minimal(void) { return read_input("examples/docker-nginx-minimal.json"); }
static int podman(void) { return read_input("examples/podman-socket-read-only.json"); }

/* The minimal one a thousand times, as an engine would print them. */
static int thousand(void) {
  enum { COUNT = 1000 };
  if (minimal()) return 1;
  char *first = memchr(text, '[', length), *last = memrchr(text, ']', length);
  size_t one = (size_t)(last - first);
  char *many = first && last ? malloc(one * COUNT + 2) : NULL;
  if (!many) return 1;
  for (size_t i = 0; i < COUNT; i++) {
    memcpy(many + i * one, first, one);
    if (i) many[i * one] = ',';
  }
  memcpy(many + one * COUNT, "]", 2);
  free(text);
  text = many;
  length = one * COUNT + 1;
  return 0;
}

static void report(const char *format) {
  ctsec_scan *stream;
  char *document;
  size_t size;
  if (ctsec_scan_new(NULL, format, &stream, NULL)) return;
  if (!ctsec_scan_feed(stream, "input", text, length, NULL) && !ctsec_scan_finish(stream, &document, &size, NULL)) {
    bench_sink += size;
    ctsec_free(document);
  }
  ctsec_scan_free(stream);
}

static void scan(void) { report("json"); }
static void page(void) { report("html"); }

static void check(void) {
  ctsec_containers *containers;
  ctsec_findings *findings;
  if (ctsec_containers_parse(text, length, NULL, &containers, NULL)) return;
  if (!ctsec_findings_check(containers, NULL, &findings, NULL)) {
    bench_sink += ctsec_findings_count(findings);
    ctsec_findings_free(findings);
  }
  ctsec_containers_free(containers);
}

static int recorded(void) { return read_input("tests/data/proc/docker/inspect/open.json"); }

/* Every container of a recorded machine, from its files. */
static void processes(void) {
  ctsec_containers *containers;
  ctsec_findings *findings;
  if (ctsec_containers_read("tests/data/proc/docker/proc", -1, NULL, &containers, NULL)) return;
  if (!ctsec_findings_check(containers, NULL, &findings, NULL)) {
    bench_sink += ctsec_findings_count(findings);
    ctsec_findings_free(findings);
  }
  ctsec_containers_free(containers);
}

static void parse(void) {
  struct json_tokener *tokener = json_tokener_new();
  struct json_object *object = json_tokener_parse_ex(tokener, text, (int)length);
  bench_sink += object != NULL;
  json_object_put(object);
  json_tokener_free(tokener);
}

static int agent(void) { return read_input("examples/kubernetes-agent.yaml"); }

/* A folder's worth of manifests in one stream. */
static int manifests(void) {
  enum { COUNT = 200 };
  if (agent()) return 1;
  char *many = malloc((length + 4) * COUNT + 1);
  if (!many) return 1;
  for (size_t i = 0; i < COUNT; i++) {
    memcpy(many + i * (length + 4), "---\n", 4);
    memcpy(many + i * (length + 4) + 4, text, length);
  }
  free(text);
  text = many;
  length = (length + 4) * COUNT;
  return 0;
}

/* libyaml's bare events: nothing is kept. */
static void events(void) {
  yaml_parser_t parser;
  yaml_event_t event;
  int done = 0;
  if (!yaml_parser_initialize(&parser)) return;
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  while (!done && yaml_parser_parse(&parser, &event)) {
    done = event.type == YAML_STREAM_END_EVENT;
    bench_sink += event.start_mark.index;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
}

const bench_row bench_scan[] = {
    {"findings: docker inspect, minimal", "json-c parse", 0.5, minimal, check, parse},
    {"findings: docker inspect, dangerous", "json-c parse", 0.5, dangerous, check, parse},
    {"scan to JSON: docker inspect, minimal", "json-c parse", 0.5, minimal, scan, parse},
    {"scan to JSON: docker inspect, dangerous", "json-c parse", 0.5, dangerous, scan, parse},
    {"scan to JSON: podman inspect", "json-c parse", 0.5, podman, scan, parse},
    {"findings: Kubernetes manifest", "libyaml events", 0.333, agent, check, events},
    {"scan to JSON: Kubernetes manifest", "libyaml events", 0.333, agent, scan, events},
    {"findings: 200 Kubernetes manifests", "libyaml events", 0.333, manifests, check, events},
    {"1,000 containers to HTML", "to JSON", 0, thousand, page, scan},
    {"findings: three containers of six processes, from /proc", "one inspect", 0, recorded, processes, check},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
