/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsers of text into our tree, with places, against what stands behind each. */
#include <json.h>
#include <stdlib.h>
#include <yaml.h>

#include "bench.h"
#include "syntax/value.h"

static char *text;
static size_t length;

static int read_input(const char *path) {
  free(text);
  text = bench_read(path, &length);
  return !text;
}

static int minimal(void) { return read_input("examples/docker-nginx-minimal.json"); }
static int dangerous(void) { return read_input("examples/docker-dangerous.json"); }

static void our_json(void) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  if (!ct_json_parse(&arena, text, length, NULL, &document, NULL)) bench_sink += document->roots->count;
  ct_arena_free(&arena);
}

static void their_json(void) {
  struct json_tokener *tokener = json_tokener_new();
  struct json_object *object = json_tokener_parse_ex(tokener, text, (int)length);
  bench_sink += object != NULL;
  json_object_put(object);
  json_tokener_free(tokener);
}

static void our_yaml(void) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  if (!ct_yaml_parse(&arena, text, length, NULL, &document, NULL)) bench_sink += document->roots->count;
  ct_arena_free(&arena);
}

static void their_yaml(void) {
  yaml_parser_t parser;
  yaml_document_t document;
  if (!yaml_parser_initialize(&parser)) return;
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  if (yaml_parser_load(&parser, &document)) {
    bench_sink += yaml_document_get_root_node(&document) != NULL;
    yaml_document_delete(&document);
  }
  yaml_parser_delete(&parser);
}

const bench_row bench_syntax[] = {
    {"JSON to a tree: docker inspect, minimal", "json-c parse", 0.71, minimal, our_json, their_json},
    {"JSON to a tree: docker inspect, dangerous", "json-c parse", 0.71, dangerous, our_json, their_json},
    {"YAML to a tree: docker inspect, dangerous", "libyaml load", 0, dangerous, our_yaml, their_yaml},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
