/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/library.h"
#include "base/options.h"
#include "base/utf8.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

START_TEST(arena_keeps_what_it_gives) {
  ct_arena arena;
  ct_arena_init(&arena);
  char *pieces[200];
  for (size_t i = 0; i < 200; i++) {
    pieces[i] = ct_arena_alloc(&arena, i * 37);
    ck_assert_ptr_nonnull(pieces[i]);
    for (size_t k = 0; k < i * 37; k++) ck_assert_int_eq(pieces[i][k], 0);
    memset(pieces[i], (int)i, i * 37);
  }
  for (size_t i = 0; i < 200; i++)
    for (size_t k = 0; k < i * 37; k++) ck_assert_int_eq((unsigned char)pieces[i][k], (unsigned char)i);
  ck_assert_ptr_null(ct_arena_alloc(&arena, SIZE_MAX - 3));
  ck_assert_ptr_null(ct_arena_array(&arena, SIZE_MAX / 2, 3));
  uint32_t *numbers = NULL;
  for (uint32_t i = 0; i < 1000; i++) {
    numbers = ct_arena_grow(&arena, numbers, i, sizeof *numbers);
    numbers[i] = i;
  }
  for (uint32_t i = 0; i < 1000; i++) ck_assert_uint_eq(numbers[i], i);
  ct_arena_free(&arena);
}
END_TEST

static void check_format(ct_buffer *buffer, const char *expected) {
  char *text;
  size_t length;
  ck_assert_int_eq(ct_buffer_take(buffer, &text, &length), 0);
  ck_assert_str_eq(text, expected);
  ck_assert_uint_eq(length, strlen(expected));
  free(text);
}

START_TEST(buffer_formats_without_stdio) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_format(&buffer, "%s|%.*s|%c|%d|%u|%04x|%llx|%zu|%5d|%%", "text", 2, "abcd", 'c', -42, 42u, 0xabu,
                   0xffffffffffffffffULL, (size_t)7, 12);
  check_format(&buffer, "text|ab|c|-42|42|00ab|ffffffffffffffff|7|   12|%");
  ct_buffer_signed(&buffer, INT64_MIN);
  check_format(&buffer, "-9223372036854775808");
  check_format(&buffer, "");
}
END_TEST

START_TEST(utf8_is_exact) {
  const char *bad[] = {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5", "\xe3\x81"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) ck_assert_int_eq(ct_utf8_length(bad[i], strlen(bad[i])), 0);
  ck_assert_int_eq(ct_utf8_length("\xe3\x81\x82", 3), 3);
  ck_assert_int_eq(ct_utf8_length("\xf4\x8f\xbf\xbf", 4), 4);
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_utf8_add(&buffer, "a\xff\xe3\x81\x82\x1b", 6);
  check_format(&buffer, "a\\xff\xe3\x81\x82\x1b");
  ct_utf8_add_visible(&buffer, "a\xff\x1b[31m\xe2\x80\xaez\xc2\x9b", strlen("a\xff\x1b[31m\xe2\x80\xaez\xc2\x9b"));
  check_format(&buffer, "a\\xff\\x1b[31m\\u{202e}z\\u{009b}");
}
END_TEST

START_TEST(json_is_valid_for_any_bytes) {
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_object(&json);
  ct_json_key(&json, "a\"b");
  ct_json_string(&json, "\x01\n\xff\xe3\x81\x82\0z", 8);
  ct_json_key_mask(&json, "mask", 0xa80425fb);
  ct_json_key_unsigned(&json, "small", UINT64_C(1) << 53);
  ct_json_key_unsigned(&json, "large", (UINT64_C(1) << 53) + 1);
  ct_json_key(&json, "list");
  ct_json_array(&json);
  ct_json_signed(&json, -1);
  ct_json_bool(&json, 1);
  ct_json_null(&json);
  ct_json_end(&json);
  ct_json_end(&json);
  char *text;
  size_t length;
  ck_assert_int_eq(ct_json_take(&json, &text, &length), 0);
  ck_assert_str_eq(text,
                   "{\"a\\\"b\":\"\\u0001\\n\\\\xff\xe3\x81\x82\\u0000z\",\"mask\":\"00000000a80425fb\",\"small\":"
                   "9007199254740992,\"large\":\"0x20000000000001\",\"list\":[-1,true,null]}");
  free(text);
}
END_TEST

START_TEST(errors_carry_their_place) {
  ctsec_error *error = NULL;
  ct_place place = {"a\x1b.json", "/x", 7, 2, 3};
  ck_assert_int_eq(ct_error_at(&error, CTSEC_E_SYNTAX, &place, "bad `%s`", "x\ny"), CTSEC_E_SYNTAX);
  ck_assert_int_eq(ctsec_error_code(error), CTSEC_E_SYNTAX);
  ck_assert_str_eq(ctsec_error_message(error), "bad `x\\x0ay`");
  ck_assert_str_eq(ctsec_error_source(error), "a\\x1b.json");
  ck_assert_str_eq(ctsec_error_pointer(error), "/x");
  ck_assert_int_eq(ctsec_error_offset(error), 7);
  ck_assert_int_eq(ctsec_error_line(error), 2);
  ck_assert_int_eq(ctsec_error_column(error), 3);
  ctsec_error_free(error);
  ck_assert_int_eq(ct_error_nomem(&error), CTSEC_E_NOMEM);
  ck_assert_int_eq(ctsec_error_code(error), CTSEC_E_NOMEM);
  ctsec_error_free(error);
  ctsec_error_free(error);
  ctsec_error_free(NULL);
  ck_assert_int_eq(ct_error_set(NULL, CTSEC_E_ARG, "nobody listens"), CTSEC_E_ARG);
  for (int code = -11; code < 0; code++) ck_assert_ptr_nonnull(ctsec_error_name(code));
  ck_assert_ptr_null(ctsec_error_name(0));
  ck_assert_ptr_null(ctsec_error_name(-12));
}
END_TEST

START_TEST(options_refuse_what_does_not_fit) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  const struct {
    const char *name, *value;
    int code;
  } rows[] = {
      {"lang", "ja", 0},          {"lang", "fr", CTSEC_E_ARG},      {"engine", "docker@24.0", 0},
      {"engine", "lxc", CTSEC_E_ARG}, {"engine", "docker@x", CTSEC_E_ARG}, {"kernel", "6.18.2-amd64", 0},
      {"kernel", "v6", CTSEC_E_ARG},  {"privileged", "yes", CTSEC_E_ARG},  {"fact", "lsm=apparmor", 0},
      {"fact", "lsm", CTSEC_E_ARG},   {"fact", "=x", CTSEC_E_ARG},         {"fact", "lsm=none", 0},
      {"fact", "lsm=", CTSEC_E_ARG},  {"fact", "lsn=none", CTSEC_E_ARG},   {"fact", "cgroup=2", CTSEC_E_ARG},
      {"fact", "uid=x", CTSEC_E_ARG}, {"fact", "kernel=six", CTSEC_E_ARG}, {"fact", "kernel=6.1", 0},
      {"fact", "userns-root=nobody", CTSEC_E_ARG}, {"fact", "userns-root=1,2", 0}, {"fact", "uid=33", 0},          {"fact", "docker=24.0", 0},          {"fact", "lsm=apparmor selinux", CTSEC_E_ARG},
      {"colour", "red", CTSEC_E_ARG}, {"tint", "red", CTSEC_E_ARG}, {"now", "x", CTSEC_E_ARG}, {"now", "", CTSEC_E_ARG}, {"now", "1700000000", 0}, {"runtime", "crun", 0},
      {"runtime", "runc@1.1.12", 0}, {"runtime", "kata", CTSEC_E_ARG}, {"runtime", "runc@new", CTSEC_E_ARG}, {"runtime", "runcx", CTSEC_E_ARG},
      {"policy", "none", CTSEC_E_ARG}, {"policy", "pss:", CTSEC_E_ARG}, {"policy", "cis-docker", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_error *error = NULL;
    ck_assert_int_eq(ctsec_options_set(options, rows[i].name, rows[i].value, strlen(rows[i].value), &error), rows[i].code);
    ck_assert(!error == !rows[i].code);
    ctsec_error_free(error);
  }
  ck_assert_str_eq(ct_options_fact(options, "lsm"), "none");
  ck_assert_int_eq(options->engine_version.major, 24);
  /* The fact and the option are one. */
  ck_assert_int_eq(options->kernel.minor, 1);
  ck_assert_int_eq(ctsec_options_set_limit(options, 99, 1, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_DEPTH, 100000, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_BYTES, UINT64_C(1) << 32, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_DEPTH, 9, NULL), 0);
  ck_assert_uint_eq(ct_options_limit(options, CTSEC_LIMIT_DEPTH), 9);
  ck_assert_uint_eq(ct_options_limit(NULL, CTSEC_LIMIT_DEPTH), 128);
  ctsec_options_free(options);
  ctsec_options_free(NULL);
}
END_TEST

START_TEST(libraries_are_found_or_named) {
  ctsec_error *error = NULL;
  void *handle = NULL;
  double (*functions[2])(double) = {NULL, NULL};
  ck_assert_int_eq(ct_library_open("libm.so.6", "floor\0ceil\0", functions, &handle, &error), 0);
  ck_assert(functions[0](1.5) == 1.0 && functions[1](1.5) == 2.0);
  ct_library_close(handle);
  handle = NULL;
  ck_assert_int_eq(ct_library_open("libm.so.6", "floor\0no_such_function\0", functions, &handle, &error),
                   CTSEC_E_UNSUPPORTED);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "no_such_function"));
  ctsec_error_free(error);
  ck_assert_int_eq(ct_library_open("libnone-such.so.1", "floor\0", functions, &handle, &error), CTSEC_E_UNSUPPORTED);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "libnone-such.so.1"));
  ctsec_error_free(error);
  ck_assert_ptr_null(handle);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("base");
  TCase *all = tcase_create("all");
  tcase_add_test(all, arena_keeps_what_it_gives);
  tcase_add_test(all, buffer_formats_without_stdio);
  tcase_add_test(all, utf8_is_exact);
  tcase_add_test(all, json_is_valid_for_any_bytes);
  tcase_add_test(all, errors_carry_their_place);
  tcase_add_test(all, options_refuse_what_does_not_fit);
  tcase_add_test(all, libraries_are_found_or_named);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
