/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A Compose file, from bytes to containers, against libyaml's bare events over the same bytes. */
#include <ctsec/ctsec.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "bench.h"

static char *text;
static size_t length;

static int ten_services(void) {
  free(text);
  text = bench_read("examples/compose-ten-services.yaml", &length);
  return !text;
}

static int one_project(void) {
  free(text);
  text = bench_read("examples/compose/compose.yaml", &length);
  return !text;
}

/* One service again and again, each under a name of its own. */
static int many_services(void) {
  static const char service[] =
      "  service-%:\n    image: registry.example/app:1.2.%\n    restart: always\n    environment:\n      A: one\n      B: \"${TAG:-two}\"\n"
      "    ports:\n      - \"127.0.0.1:8080:80\"\n    volumes:\n      - /srv/data:/data:ro\n      - type: bind\n        source: /var/log\n        target: /log\n"
      "    cap_drop: [ALL]\n    security_opt:\n      - no-new-privileges:true\n";
  const size_t count = 100;
  free(text);
  text = malloc(count * (sizeof service + 20) + 16);
  if (!text) return 1;
  char *at = stpcpy(text, "services:\n");
  for (size_t i = 0; i < count; i++)
    for (const char *from = service; *from; from++) {
      if (*from != '%')
        *at++ = *from;
      else
        for (size_t unit = 100; unit; unit /= 10) *at++ = (char)('0' + i / unit % 10);
    }
  length = (size_t)(at - text);
  return 0;
}

static void read_services(void) {
  ctsec_containers *containers;
  if (ctsec_containers_parse(text, length, NULL, &containers, NULL)) return;
  bench_sink += ctsec_containers_count(containers);
  ctsec_containers_free(containers);
}

static void bare_events(void) {
  yaml_parser_t parser;
  yaml_event_t event;
  int last = 0;
  if (!yaml_parser_initialize(&parser)) return;
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  while (!last && yaml_parser_parse(&parser, &event)) {
    last = event.type == YAML_STREAM_END_EVENT;
    bench_sink++;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
}

const bench_row bench_compose[] = {
    {"containers: Compose file, ten services", "libyaml events", 1.0 / 3, ten_services, read_services, bare_events},
    {"containers: Compose file, extends and anchors", "libyaml events", 1.0 / 3, one_project, read_services, bare_events},
    {"containers: Compose file, 100 services", "libyaml events", 1.0 / 3, many_services, read_services, bare_events},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
