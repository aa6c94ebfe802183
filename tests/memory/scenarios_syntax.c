/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"
#include "syntax/value.h"

typedef int parse(ct_arena *, const char *, size_t, const ctsec_options *, const ct_document **, ctsec_error **);

static int read_text(parse *call, const char *text, int expected) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  ctsec_error *error = NULL;
  int status = call(&arena, text, strlen(text), NULL, &document, &error);
  MEMORY_REQUIRE(!status == !error && !status == !!document);
  ctsec_error_free(error);
  ct_arena_free(&arena);
  return status == expected ? 0 : status;
}

/* Arrays and objects larger than what json-c holds without growing, a long string, a long number, escapes. */
static int with_json(void) {
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_text(&text, "{\"list\":[");
  for (int i = 0; i < 100; i++) ct_buffer_format(&text, "%d.000000000000000000000000000000000000000000001,", i);
  ct_buffer_text(&text, "null],\"e\\u0041\":\"\\ud83d\\ude00\",\"long\":\"");
  for (int i = 0; i < 200; i++) ct_buffer_text(&text, "0123456789\\n");
  ct_buffer_text(&text, "\"");
  for (int i = 0; i < 100; i++) ct_buffer_format(&text, ",\"k%d\":{\"t\":true}", i);
  ct_buffer_char(&text, '}');
  ct_buffer_char(&text, '\0');
  int status = text.failed ? CTSEC_E_NOMEM : read_text(ct_json_parse, text.data, 0);
  ct_buffer_free(&text);
  return status;
}

static int with_bad_json(void) { return read_text(ct_json_parse, "{\"a\":[1,{\"b/c\":tru}]}", CTSEC_E_SYNTAX); }

static int with_yaml(void) {
  return read_text(ct_yaml_parse,
                   "base: &base\n  a: [1, 0x10, 1.5, yes, 'x', \"\\u3042\"]\n  b: |\n    text\n"
                   "one: {<<: *base, c: 1, d: 2, e: 3, f: 4, g: 5, h: 6, i: 7}\n"
                   "two: &two !override [*base, !!float 1, !reset null]\n---\n- *undefined_is_not_reached\n",
                   CTSEC_E_SYNTAX);
}

static int with_good_yaml(void) {
  return read_text(ct_yaml_parse, "a: &a {b: [c, 12, 1.5e3]}\nd:\n  <<: *a\n  e: !!int '7'\n---\n~\n", 0);
}

const memory_scenario memory_syntax[] = {
    {"json", with_json},
    {"bad json", with_bad_json},
    {"bad yaml", with_yaml},
    {"yaml", with_good_yaml},
    {NULL, NULL},
};
