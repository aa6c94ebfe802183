/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
#include "malformed_json.def"
#undef B
    {"[1,\0]", 5, CTSEC_E_SYNTAX, 3, 1, 4, "/1"},
    {"\"a\0b\"", 5, CTSEC_E_SYNTAX, 2, 1, 3, ""},
    {"[]\0", 3, CTSEC_E_SYNTAX, 2, 1, 3, ""},
};

START_TEST(malformed_text_is_refused_at_its_place) {
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *document = NULL;
    ctsec_error *error = NULL;
    int status = ct_json_parse(&arena, bad[i].text, bad[i].length, NULL, &document, &error);
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

START_TEST(values_are_exact) {
  static const char text[] =
      "[18446744073709551615, -9223372036854775808, 0, -0, 1.5e3, true, false, null, "
      "\"\\ud83d\\ude00\\n\xe6\x97\xa5\", {\"a\": []}]";
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_json_parse(&arena, text, sizeof text - 1, NULL, &document, NULL), 0);
  const ct_value *items = document->roots->as.items;
  ck_assert_int_eq(items[0].kind, CT_INTEGER);
  ck_assert(items[0].as.magnitude == UINT64_MAX && !items[0].negative);
  ck_assert(items[1].as.magnitude == (uint64_t)INT64_MAX + 1 && items[1].negative);
  ck_assert(items[2].as.magnitude == 0 && !items[3].negative);
  ck_assert(items[4].kind == CT_REAL && items[4].as.real > 1499.9 && items[4].as.real < 1500.1);
  ck_assert(items[5].boolean && !items[6].boolean && items[7].kind == CT_NULL);
  ck_assert_str_eq(items[8].as.string, "\xf0\x9f\x98\x80\n\xe6\x97\xa5");
  ck_assert_str_eq(items[9].as.items[0].key, "a");
  ck_assert_uint_eq(items[9].as.items[0].count, 0);
  ct_arena_free(&arena);
}
END_TEST

/* A second, slow reading: the text between offset and end, parsed alone, is the value. */
static void check_places(const ct_document *document, const ct_value *value, unsigned *seen) {
  ck_assert_uint_lt(value->offset, value->end);
  ck_assert_uint_le(value->end, document->length);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *again;
  ck_assert_int_eq(
      ct_json_parse(&arena, document->text + value->offset, value->end - value->offset, NULL, &again, NULL), 0);
  ck_assert_int_eq(again->roots->kind, value->kind);
  if (value->kind == CT_STRING) ck_assert_str_eq(again->roots->as.string, value->as.string);
  if (value->key) {
    ck_assert_int_eq(document->text[value->key_offset], '"');
    ck_assert(!memcmp(document->text + value->key_offset + 1, value->key, value->key_length));
  }
  const char *pointer = ct_value_pointer(&arena, value);
  ck_assert_ptr_eq(ct_value_find(document->roots, pointer, strlen(pointer)), value);
  ct_arena_free(&arena);
  ++*seen;
  if (value->kind == CT_ARRAY || value->kind == CT_OBJECT) {
    for (uint32_t i = 0; i < value->count; i++) {
      ck_assert_ptr_eq(value->as.items[i].parent, value);
      check_places(document, &value->as.items[i], seen);
    }
  }
}

START_TEST(every_value_of_a_real_document_keeps_its_place) {
  size_t length;
  char *text = ct_test_read(ct_test_source("examples/docker-dangerous.json"), &length);
  ck_assert_ptr_nonnull(text);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_json_parse(&arena, text, length, NULL, &document, NULL), 0);
  free(text);
  unsigned seen = 0;
  check_places(document, document->roots, &seen);
  ck_assert_uint_gt(seen, 150);
  int64_t line, column;
  const ct_value *privileged = ct_value_find(document->roots, "/0/HostConfig/Privileged", 24);
  ct_document_locate(document, privileged->offset, &line, &column);
  ck_assert_int_gt(line, 30);
  ck_assert(!memcmp(document->text + privileged->offset, "true", 4));
  ck_assert_ptr_null(ct_value_find(document->roots, "/1", 2));
  ck_assert_ptr_null(ct_value_find(document->roots, "/00", 3));
  ck_assert_ptr_null(ct_value_find(document->roots, "x", 1));
  ct_arena_free(&arena);
}
END_TEST

static uint64_t state;
static uint32_t draw(uint32_t below) {
  state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
  return (uint32_t)(state >> 33) % below;
}

static void write_random(ct_json *json, int depth) {
  switch (draw(depth ? 8 : 6)) {
    case 0: ct_json_null(json); break;
    case 1: ct_json_bool(json, (int)draw(2)); break;
    case 2: ct_json_signed(json, (int64_t)(state ^ state << 31)); break;
    case 3:
    case 4:
    case 5: {
      char text[24];
      size_t length = draw(20);
      for (size_t i = 0; i < length; i++) text[i] = (char)(1 + draw(126));
      ct_json_string(json, text, length);
      break;
    }
    case 6:
      ct_json_array(json);
      for (uint32_t n = draw(6); n; n--) write_random(json, depth - 1);
      ct_json_end(json);
      break;
    default:
      ct_json_object(json);
      for (uint32_t n = draw(40); n; n--) {
        char key[] = "k\"\\/~  ";
        key[5] = (char)('0' + n % 10);
        key[6] = (char)('a' + n / 10);
        ct_json_key(json, key);
        write_random(json, depth - 1);
      }
      ct_json_end(json);
  }
}

static void write_value(ct_json *json, const ct_value *value) {
  switch (value->kind) {
    case CT_NULL: ct_json_null(json); break;
    case CT_BOOL: ct_json_bool(json, value->boolean); break;
    case CT_INTEGER:
      ct_json_signed(json, value->negative ? (int64_t)(0 - value->as.magnitude) : (int64_t)value->as.magnitude);
      break;
    case CT_STRING: ct_json_string(json, value->as.string, value->length); break;
    default:
      if (value->kind == CT_ARRAY)
        ct_json_array(json);
      else
        ct_json_object(json);
      for (uint32_t i = 0; i < value->count; i++) {
        if (value->kind == CT_OBJECT) ct_json_key(json, value->as.items[i].key);
        write_value(json, &value->as.items[i]);
      }
      ct_json_end(json);
  }
}

START_TEST(what_is_written_reads_the_same) {
  state = 20261124;
  for (int i = 0; i < 400; i++) {
    ct_json json;
    ct_json_init(&json, i % 2);
    write_random(&json, 5);
    char *first, *second;
    size_t first_length, second_length;
    ck_assert_int_eq(ct_json_take(&json, &first, &first_length), 0);
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *document;
    ck_assert_int_eq(ct_json_parse(&arena, first, first_length, NULL, &document, NULL), 0);
    ct_json_init(&json, i % 2);
    write_value(&json, document->roots);
    ck_assert_int_eq(ct_json_take(&json, &second, &second_length), 0);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
    ct_arena_free(&arena);
  }
}
END_TEST

static int parse_limited(const char *text, size_t length, int32_t limit, uint64_t value) {
  ctsec_options *options;
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (limit) ck_assert_int_eq(ctsec_options_set_limit(options, limit, value, NULL), 0);
  int status = ct_json_parse(&arena, text, length, options, &document, NULL);
  ctsec_options_free(options);
  ct_arena_free(&arena);
  return status;
}

START_TEST(limits_hold) {
  char *deep = malloc(200000);
  memset(deep, '[', 100000);
  memset(deep + 100000, ']', 100000);
  ck_assert_int_eq(parse_limited(deep, 200000, 0, 0), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited(deep + 100000 - 128, 256, 0, 0), 0);
  ck_assert_int_eq(parse_limited(deep + 100000 - 129, 258, 0, 0), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited(deep + 100000 - 4096, 8192, CTSEC_LIMIT_DEPTH, 4096), 0);
  free(deep);
  ck_assert_int_eq(parse_limited("[1,2,3]", 7, CTSEC_LIMIT_NODES, 3), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("[1,2,3]", 7, CTSEC_LIMIT_NODES, 4), 0);
  ck_assert_int_eq(parse_limited("[1,2,3]", 7, CTSEC_LIMIT_BYTES, 6), CTSEC_E_LIMIT);
  ck_assert_int_eq(parse_limited("[1,2,3]", 7, CTSEC_LIMIT_BYTES, 7), 0);
}
END_TEST

/* Runs of json-c end within arrays and between a key and its value. */
START_TEST(lists_of_every_length_are_whole) {
  for (unsigned n = 0; n < 140; n++) {
    for (int keys = 0; keys < 2; keys++) {
      ct_buffer buffer;
      ct_buffer_init(&buffer);
      ct_buffer_char(&buffer, keys ? '{' : '[');
      for (unsigned i = 0; i < n; i++)
        ct_buffer_format(&buffer, keys ? "%s\"k%u\":[%u,{}]" : "%s[[\"k%u\"],%u]", i ? "," : "", i, i);
      ct_buffer_char(&buffer, keys ? '}' : ']');
      ct_arena arena;
      ct_arena_init(&arena);
      const ct_document *document;
      ck_assert_int_eq(ct_json_parse(&arena, buffer.data, buffer.length, NULL, &document, NULL), 0);
      ck_assert_uint_eq(document->roots->count, n);
      for (unsigned i = 0; i < n; i++) {
        const ct_value *item = &document->roots->as.items[i];
        ck_assert_uint_eq(item->as.items[!keys].as.magnitude, i);
        const char *name = keys ? item->key : item->as.items[0].as.items[0].as.string;
        ck_assert_uint_eq(strtoul(name + 1, NULL, 10), i);
      }
      ct_buffer_free(&buffer);
      ct_arena_free(&arena);
    }
  }
}
END_TEST

static void *parse_deep(void *unused) {
  (void)unused;
  static char text[6 * 4096];
  size_t n = 0;
  for (int i = 0; i < 2048; i++) {
    memcpy(text + n, "[{\"a\":", 6);
    n += 6;
  }
  size_t cut = n;
  text[n++] = '1';
  for (int i = 0; i < 2048; i++) {
    text[n++] = '}';
    text[n++] = ']';
  }
  ctsec_options *options;
  ctsec_error *error = NULL;
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  if (ctsec_options_new(&options, NULL) || ctsec_options_set_limit(options, CTSEC_LIMIT_DEPTH, 4096, NULL)) return NULL;
  int good = !ct_json_parse(&arena, text, n, options, &document, NULL);
  const ct_value *value = document->roots;
  while (value->count) value = value->as.items;
  const char *pointer = ct_value_pointer(&arena, value);
  good = good && strlen(pointer) == 2048 * 4 && ct_value_find(document->roots, pointer, strlen(pointer)) == value;
  good = good && ct_yaml_parse(&arena, text, n, options, &document, NULL) == 0;
  good = good && ct_json_parse(&arena, text, cut, options, &document, &error) == CTSEC_E_SYNTAX &&
         strlen(ctsec_error_pointer(error)) == 2048 * 4;
  ctsec_error_free(error);
  ctsec_options_free(options);
  ct_arena_free(&arena);
  static char done;
  return good ? &done : NULL;
}

START_TEST(depth_needs_no_stack) {
  pthread_attr_t small;
  pthread_t thread;
  void *result = NULL;
  ck_assert_int_eq(pthread_attr_init(&small), 0);
  ck_assert_int_eq(pthread_attr_setstacksize(&small, 256 * 1024), 0);
  ck_assert_int_eq(pthread_create(&thread, &small, parse_deep, NULL), 0);
  pthread_join(thread, &result);
  pthread_attr_destroy(&small);
  ck_assert_ptr_nonnull(result);
}
END_TEST

START_TEST(refused_before_it_is_copied) {
  ctsec_options *options;
  ctsec_error *error = NULL;
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "source", "big.json", 8, NULL), 0);
  /* Only its length is looked at: the text is one byte long. */
  ck_assert_int_eq(ct_json_parse(&arena, "1", SIZE_MAX / 2, options, &document, &error), CTSEC_E_LIMIT);
  ck_assert_str_eq(ctsec_error_source(error), "big.json");
  ctsec_error_free(error);
  ck_assert_int_eq(ct_yaml_parse(&arena, "1", SIZE_MAX / 2, options, &document, NULL), CTSEC_E_LIMIT);
  ck_assert_uint_eq(arena.used, 0);
  ck_assert_ptr_null(document);
  ctsec_options_free(options);
  ct_arena_free(&arena);
}
END_TEST

START_TEST(a_tree_is_small) {
  size_t length;
  char *text = ct_test_read(ct_test_source("examples/docker-dangerous.json"), &length);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_json_parse(&arena, text, length, NULL, &document, NULL), 0);
  ck_assert_uint_lt(arena.used, length * 12);
  free(text);
  ct_arena_free(&arena);
}
END_TEST

/* Documents of the OCI specification: its good and bad ones are JSON, but for those that say they are not. */
START_TEST(documents_of_oci_are_read) {
  static const char *const folders[] = {"config/good", "config/bad", "state/good", "state/bad", "features/good",
                                        "features/bad", "schema"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    char folder[4096];
    snprintf(folder, sizeof folder, "data/oci/%s", folders[i]);
    const char *path = ct_test_shared(folder);
    if (!path) continue;
    snprintf(folder, sizeof folder, "%s", path);
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    struct dirent *entry;
    while ((entry = readdir(dir))) {
      char name[8192];
      size_t length;
      if (entry->d_name[0] == '.') continue;
      snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
      char *text = ct_test_read(name, &length);
      int status = parse_limited(text, length, 0, 0);
      ck_assert_msg(status == (strstr(name, "invalid-json") ? CTSEC_E_SYNTAX : 0), "%s: %d", name, status);
      free(text);
    }
    closedir(dir);
  }
}
END_TEST

START_TEST(many_keys_are_compared_quickly) {
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_object(&json);
  for (unsigned i = 0; i < 100000; i++) {
    char key[16];
    ct_buffer buffer = {key, 0, sizeof key, 0};
    ct_buffer_unsigned(&buffer, i);
    key[buffer.length] = '\0';
    ct_json_key_null(&json, key);
  }
  ct_json_end(&json);
  char *text;
  size_t length;
  ck_assert_int_eq(ct_json_take(&json, &text, &length), 0);
  ck_assert_int_eq(parse_limited(text, length, 0, 0), 0);
  /* The last key is made the first one again. */
  memcpy(text + length - 13, "\"0\":null    }", 13);
  ck_assert_int_eq(parse_limited(text, length, 0, 0), CTSEC_E_SYNTAX);
  free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("json");
  TCase *all = tcase_create("all");
  tcase_add_test(all, malformed_text_is_refused_at_its_place);
  tcase_add_test(all, values_are_exact);
  tcase_add_test(all, every_value_of_a_real_document_keeps_its_place);
  tcase_add_test(all, what_is_written_reads_the_same);
  tcase_add_test(all, limits_hold);
  tcase_add_test(all, lists_of_every_length_are_whole);
  tcase_add_test(all, depth_needs_no_stack);
  tcase_add_test(all, refused_before_it_is_copied);
  tcase_add_test(all, a_tree_is_small);
  tcase_add_test(all, documents_of_oci_are_read);
  tcase_add_test(all, many_keys_are_compared_quickly);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
