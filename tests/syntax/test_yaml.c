/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/support.h"
#include "syntax/value.h"

static const struct {
  const char *text;
  size_t length;
  int code;
  int64_t offset, line, column;
  const char *pointer;
} bad[] = {
#define B(text, code, offset, line, column, pointer) {text, sizeof text - 1, CTSEC_E_##code, offset, line, column, pointer},
#include "malformed_yaml.def"
#undef B
};

START_TEST(malformed_text_is_refused_at_its_place) {
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *document = NULL;
    ctsec_error *error = NULL;
    int status = ct_yaml_parse(&arena, bad[i].text, bad[i].length, NULL, &document, &error);
    ck_assert_msg(status == bad[i].code, "%s: %d", bad[i].text, status);
    ck_assert_ptr_null(document);
    ck_assert_msg(ctsec_error_offset(error) == bad[i].offset && ctsec_error_line(error) == bad[i].line &&
                      ctsec_error_column(error) == bad[i].column && !strcmp(ctsec_error_pointer(error), bad[i].pointer),
                  "%s: at %lld, %lld:%lld, %s", bad[i].text, (long long)ctsec_error_offset(error),
                  (long long)ctsec_error_line(error), (long long)ctsec_error_column(error), ctsec_error_pointer(error));
    ctsec_error_free(error);
    ct_arena_free(&arena);
  }
}
END_TEST

static void write_value(ct_json *json, const ct_value *value) {
  switch (value->kind) {
    case CT_NULL: ct_json_null(json); break;
    case CT_BOOL: ct_json_bool(json, value->boolean); break;
    case CT_INTEGER: {
      char text[32];
      int n = snprintf(text, sizeof text, "%s%llu", value->negative ? "-" : "", (unsigned long long)value->as.magnitude);
      ct_json_raw(json, text, (size_t)n);
      break;
    }
    case CT_REAL: {
      char text[64];
      int n = snprintf(text, sizeof text, "%.17gr", value->as.real);
      ct_json_raw(json, text, (size_t)n);
      break;
    }
    case CT_STRING: ct_json_string(json, value->as.string, value->length); break;
    default:
      if (value->kind == CT_ARRAY)
        ct_json_array(json);
      else
        ct_json_object(json);
      for (uint32_t i = 0; i < value->count; i++) {
        const ct_value *child = &value->as.items[i];
        ck_assert_ptr_eq(child->parent, value);
        ck_assert_uint_eq(child->index, i);
        if (value->kind == CT_OBJECT) ct_json_key(json, child->key);
        write_value(json, child);
      }
      ct_json_end(json);
  }
}

static void check_meaning(const char *text, const char *expected) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  ctsec_error *error = NULL;
  int status = ct_yaml_parse(&arena, text, strlen(text), NULL, &document, &error);
  ck_assert_msg(!status, "%s: %s", text, ctsec_error_message(error));
  ct_json json;
  ct_json_init(&json, 1);
  for (uint32_t i = 0; i < document->root_count; i++) write_value(&json, &document->roots[i]);
  char *actual;
  size_t length;
  ck_assert_int_eq(ct_json_take(&json, &actual, &length), 0);
  ck_assert_msg(!strcmp(actual, expected), "%s\nis %s\nnot %s", text, actual, expected);
  free(actual);
  ct_arena_free(&arena);
}

START_TEST(scalars_mean_what_go_yaml_says) {
  static const char *const rows[][2] = {
      {"true", "true"}, {"True", "true"}, {"TRUE", "true"}, {"tRUE", "\"tRUE\""}, {"false", "false"}, {"FALSE", "false"},
      {"yes", "\"yes\""}, {"no", "\"no\""}, {"on", "\"on\""}, {"Off", "\"Off\""}, {"y", "\"y\""}, {"n", "\"n\""},
      {"null", "null"}, {"~", "null"}, {"Null", "null"}, {"nULL", "\"nULL\""}, {"a:", "{\"a\":null}"}, {"- ", "[null]"},
      {"0", "0"}, {"-0", "0"}, {"+1", "1"}, {"12", "12"}, {"-12", "-12"}, {"1_000", "1000"}, {"0x1F", "31"}, {"0X1f", "31"},
      {"0o17", "15"}, {"017", "15"}, {"-017", "-15"}, {"0b101", "5"}, {"-0x10", "-16"}, {"08", "8r"}, {"0o8", "\"0o8\""},
      {"0x", "\"0x\""}, {"0b2", "\"0b2\""}, {"+", "\"+\""}, {"--1", "\"--1\""}, {"1a", "\"1a\""},
      {"18446744073709551615", "18446744073709551615"}, {"18446744073709551616", "1.8446744073709552e+19r"},
      {"-9223372036854775808", "-9223372036854775808"}, {"-9223372036854775809", "-9.2233720368547758e+18r"},
      {"1.5", "1.5r"}, {"1.", "1r"}, {".5", "0.5r"}, {"-.5", "-0.5r"}, {"+1.5e3", "1500r"}, {"1e3", "1000r"}, {"1e-3", "0.001r"},
      {".", "\".\""}, {"1e", "\"1e\""}, {"1e400", "\"1e400\""}, {"1.5.2", "\"1.5.2\""}, {"0.1", "0.10000000000000001r"},
      {"1e-400", "0r"}, {"123456789012345678.9e2", "1.2345678901234567e+19r"}, {"00", "0"}, {"0_1", "1"},
      {".inf", "\".inf\""}, {"-.INF", "\"-.INF\""}, {".nan", "\".nan\""}, {"190:20:30", "\"190:20:30\""}, {"22:22", "\"22:22\""},
      {"2001-12-14", "\"2001-12-14\""}, {"'12'", "\"12\""}, {"\"true\"", "\"true\""}, {"|\n  12", "\"12\""}, {">\n  a\n  b\n", "\"a b\\n\""},
      {"!!str 12", "\"12\""}, {"! 12", "\"12\""}, {"!mine 12", "\"12\""}, {"!!int '12'", "12"}, {"!!float 12", "12r"}, {"!!bool 'true'", "true"},
      {"!!null ''", "null"}, {"!reset 12", "12"}, {"!!timestamp 2001-12-14", "\"2001-12-14\""}, {"\"\\u3042\\t\\x41\"", "\"\xe3\x81\x82\\tA\""},
      {"\xef\xbb\xbf" "a: 1", "{\"a\":1}"}, {"80: 8080", "{\"80\":8080}"}, {"true: 1", "{\"true\":1}"}, {"a: 1 # note", "{\"a\":1}"},
      {"a: b#c", "{\"a\":\"b#c\"}"}, {"%YAML 1.2\n---\na: 1", "{\"a\":1}"}, {"{a: 1, b: [x, 'y']}", "{\"a\":1,\"b\":[\"x\",\"y\"]}"},
      {"a: &x 1\nb: *x", "{\"a\":1,\"b\":1}"}, {"&x a: *x", "{\"a\":\"a\"}"}, {"- &x a\n- *x : 1", "[\"a\",{\"a\":1}]"}, {"- &x 1\n- &x 2\n- *x", "[1,2,2]"},
      {"b: &b {x: 1, y: 2}\nc: {<<: *b, y: 3}", "{\"b\":{\"x\":1,\"y\":2},\"c\":{\"y\":3,\"x\":1}}"},
      {"c: {y: 3, <<: [{x: 1, y: 4}, {x: 5, z: 6}]}", "{\"c\":{\"y\":3,\"x\":1,\"z\":6}}"},
      {"a: &a {p: 1}\nb: &b\n  <<: *a\n  q: 2\nc:\n  <<: *b\n  r: 3", "{\"a\":{\"p\":1},\"b\":{\"q\":2,\"p\":1},\"c\":{\"r\":3,\"q\":2,\"p\":1}}"},
      {"'<<': 1", "{\"<<\":1}"}, {"a: << ", "{\"a\":\"<<\"}"}, {"<<: {x: 1}\ny: 2", "{\"y\":2,\"x\":1}"}, {"<<: []", "{}"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_meaning(rows[i][0], rows[i][1]);
}
END_TEST

START_TEST(kubernetes_reads_booleans_of_yaml_1_1) {
  static const char text[] = "[true, no, On, y, N, 'yes', yEs, 1, OFF, !!str on]";
  static const int expected[] = {1, 0, 1, 1, 0, -1, -1, -1, 0, -1};
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_yaml_parse(&arena, text, sizeof text - 1, NULL, &document, NULL), 0);
  for (uint32_t i = 0; i < 10; i++) {
    int truth = -1;
    ck_assert_int_eq(ct_value_yaml11_bool(&document->roots->as.items[i], &truth), expected[i] >= 0);
    ck_assert_int_eq(truth, expected[i]);
  }
  ct_arena_free(&arena);
}
END_TEST

START_TEST(documents_tags_and_places_are_kept) {
  static const char text[] =
      "# \xe3\x81\x82\na: &x\n  k: [1, 'two']\nb: *x\nc: !override [z]\nd: !reset null\ne: yes\n---\n---\n- \xe3\x81\x82: |\n    text\n...\n";
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_yaml_parse(&arena, text, sizeof text - 1, NULL, &document, NULL), 0);
  ck_assert_uint_eq(document->root_count, 3);
  const ct_value *root = document->roots;
  const struct {
    const char *pointer, *written;
  } places[] = {{"/a/k", "[1, 'two']"}, {"/a/k/1", "'two'"}, {"/b/k/0", "1"}, {"/c", "[z]"}, {"/e", "yes"}};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const ct_value *value = ct_value_find(root, places[i].pointer, strlen(places[i].pointer));
    ck_assert_ptr_nonnull(value);
    const char *at = strstr(text + value->offset, places[i].written);
    ck_assert_ptr_nonnull(at);
    /* A tag, where there is one, belongs to the value. */
    ck_assert_msg(text + value->end == at + strlen(places[i].written), "%s ends at %u", places[i].pointer, value->end);
    if (value->tag == CT_TAG_NONE) ck_assert_ptr_eq(at, text + value->offset);
  }
  ck_assert_int_eq(ct_value_member(root, "c")->tag, CT_TAG_OVERRIDE);
  ck_assert_int_eq(ct_value_member(root, "d")->tag, CT_TAG_RESET);
  ck_assert_int_eq(ct_value_member(root, "d")->kind, CT_NULL);
  ck_assert(!ct_value_member(root, "e")->quoted && ct_value_find(root, "/b/k/1", 6)->quoted);
  ck_assert(!memcmp(text + ct_value_member(root, "b")->key_offset, "b: *x", 5));
  ck_assert(!memcmp(text + ct_value_member(root, "a")->offset, "&x", 2));
  ck_assert_int_eq(root[1].kind, CT_NULL);
  const ct_value *last = &root[2].as.items[0].as.items[0];
  ck_assert_str_eq(last->key, "\xe3\x81\x82");
  ck_assert_str_eq(last->as.string, "text\n");
  int64_t line, column;
  ct_document_locate(document, last->offset, &line, &column);
  ck_assert_int_eq(line, 10);
  ck_assert_int_eq(column, 6);
  ct_arena_free(&arena);
}
END_TEST

static int parse_limited(const char *text, int32_t limit, uint64_t value) {
  ctsec_options *options;
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (limit) ck_assert_int_eq(ctsec_options_set_limit(options, limit, value, NULL), 0);
  int status = ct_yaml_parse(&arena, text, strlen(text), options, &document, NULL);
  ctsec_options_free(options);
  ct_arena_free(&arena);
  return status;
}

START_TEST(limits_hold) {
  static const char laughs[] =
      "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
      "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
      "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\ni: [*h,*h,*h,*h,*h,*h,*h,*h,*h]\n";
  ck_assert_int_eq(parse_limited(laughs, 0, 0), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("a: &a [x, y]\nb: *a", CTSEC_LIMIT_ALIASES, 2), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("a: &a [x, y]\nb: *a", CTSEC_LIMIT_ALIASES, 3), 0);
  ck_assert_int_eq(parse_limited("a: &a {x: 1, y: 2}\nb: {<<: *a}", CTSEC_LIMIT_ALIASES, 1), CTSEC_E_LIMIT);
  /* The members and their copies. */
  ck_assert_int_eq(parse_limited("a: &a {x: 1, y: 2}\nb: {<<: *a}", CTSEC_LIMIT_ALIASES, 4), 0);
  ck_assert_int_eq(parse_limited("[[[1]]]", CTSEC_LIMIT_DEPTH, 2), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("[[[1]]]", CTSEC_LIMIT_DEPTH, 3), 0);
  ck_assert_int_eq(parse_limited("a: &a [[1]]\nb: [[*a]]", CTSEC_LIMIT_DEPTH, 4), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("a: &a [[1]]\nb: [[*a]]", CTSEC_LIMIT_DEPTH, 5), 0);
  /* The list and two items; keys count, since they cost as much. */
  ck_assert_int_eq(parse_limited("[1, 2]", CTSEC_LIMIT_NODES, 2), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("[1, 2]", CTSEC_LIMIT_NODES, 3), 0);
  ck_assert_int_eq(parse_limited("[1, 2]", CTSEC_LIMIT_BYTES, 5), CTSEC_E_LIMIT);
  char *deep = calloc(1, 200001);
  memset(deep, '[', 100000);
  ck_assert_int_eq(parse_limited(deep, 0, 0), CTSEC_E_LIMIT);
  free(deep);
  char *directives = calloc(1, 20000);
  for (unsigned i = 0; i < 1001; i++) snprintf(directives + strlen(directives), 16, "%%TAG !%u! x\n", i);
  ck_assert_int_eq(parse_limited(directives, 0, 0), CTSEC_E_LIMIT);
  free(directives);
  /* Many keys, anchors and aliases take no more than their number. */
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (unsigned i = 0; i < 60000; i++) ct_buffer_format(&buffer, "k%u: &a%u 1\n", i, i);
  for (unsigned i = 0; i < 60000; i++) ct_buffer_format(&buffer, "l%u: *a%u\n", i, i);
  char *text;
  size_t length;
  ck_assert_int_eq(ct_buffer_take(&buffer, &text, &length), 0);
  ck_assert_int_eq(parse_limited(text, 0, 0), 0);
  free(text);
}
END_TEST

static void same_tree(const ct_value *a, const ct_value *b) {
  ck_assert_int_eq(a->kind, b->kind);
  ck_assert_uint_eq(a->offset, b->offset);
  ck_assert_uint_eq(a->end, b->end);
  ck_assert_uint_eq(a->key_offset, b->key_offset);
  ck_assert_uint_eq(a->index, b->index);
  ck_assert_uint_eq(a->count, b->count);
  ck_assert_uint_eq(a->key_length, b->key_length);
  ck_assert(!a->key_length || !memcmp(a->key, b->key, a->key_length));
  ck_assert_uint_eq(a->length, b->length);
  if (a->kind == CT_STRING) ck_assert(!memcmp(a->as.string, b->as.string, a->length));
  if (a->kind == CT_INTEGER) ck_assert(a->as.magnitude == b->as.magnitude && a->negative == b->negative);
  if (a->kind == CT_BOOL) ck_assert_int_eq(a->boolean, b->boolean);
  if (a->kind == CT_REAL) ck_assert(a->as.real <= b->as.real && a->as.real >= b->as.real);
  if (a->kind == CT_ARRAY || a->kind == CT_OBJECT)
    for (uint32_t i = 0; i < a->count; i++) same_tree(&a->as.items[i], &b->as.items[i]);
}

/* JSON is YAML: two parsers by other hands, one tree. */
static unsigned compare(const char *path) {
  size_t length;
  char *text = ct_test_read(path, &length);
  ck_assert_ptr_nonnull(text);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *json, *yaml;
  unsigned done = 0;
  if (!ct_json_parse(&arena, text, length, NULL, &json, NULL)) {
    ctsec_error *error = NULL;
    ck_assert_msg(!ct_yaml_parse(&arena, text, length, NULL, &yaml, &error), "%s:%lld: %s", path,
                  (long long)ctsec_error_line(error), ctsec_error_message(error));
    ck_assert_uint_eq(yaml->root_count, 1);
    same_tree(json->roots, yaml->roots);
    done = 1;
  }
  free(text);
  ct_arena_free(&arena);
  return done;
}

static unsigned read_yaml(const char *path) {
  size_t length;
  char *text = ct_test_read(path, &length);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ctsec_error *error = NULL;
  ck_assert_msg(!ct_yaml_parse(&arena, text, length, NULL, &document, &error), "%s:%lld: %s", path,
                (long long)ctsec_error_line(error), ctsec_error_message(error));
  free(text);
  ct_arena_free(&arena);
  return 1;
}

/* Calls for each file of that ending below a folder; how many counted. */
static unsigned walk(const char *folder, const char *ending, unsigned (*call)(const char *)) {
  DIR *dir = opendir(folder);
  if (!dir) return 0;
  unsigned done = 0;
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    char path[8192];
    struct stat st;
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (stat(path, &st)) continue;
    size_t length = strlen(path), tail = strlen(ending);
    if (S_ISDIR(st.st_mode))
      done += walk(path, ending, call);
    else if (length > tail && !strcmp(path + length - tail, ending))
      done += call(path);
  }
  closedir(dir);
  return done;
}

START_TEST(json_read_as_yaml_is_the_same_tree) {
  char examples[4096];
  snprintf(examples, sizeof examples, "%s", ct_test_source("examples"));
  ck_assert_uint_ge(walk(examples, ".json", compare), 4);
  const char *shared = ct_test_shared("data");
  if (!shared) return;
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", shared);
  ck_assert_uint_ge(walk(folder, ".json", compare), 100);
}
END_TEST

START_TEST(real_files_are_read) {
  static const char *const parts[] = {"data/compose", "data/psa"};
  for (size_t i = 0; i < 2; i++) {
    const char *shared = ct_test_shared(parts[i]);
    if (!shared) continue;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", shared);
    ck_assert_uint_ge(walk(folder, ".yaml", read_yaml) + walk(folder, ".yml", read_yaml), 30);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("yaml");
  TCase *all = tcase_create("all");
  tcase_add_test(all, malformed_text_is_refused_at_its_place);
  tcase_add_test(all, scalars_mean_what_go_yaml_says);
  tcase_add_test(all, kubernetes_reads_booleans_of_yaml_1_1);
  tcase_add_test(all, documents_tags_and_places_are_kept);
  tcase_add_test(all, limits_hold);
  tcase_add_test(all, json_read_as_yaml_is_the_same_tree);
  tcase_add_test(all, real_files_are_read);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
