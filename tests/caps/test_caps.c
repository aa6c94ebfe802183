/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "caps/resolve.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

START_TEST(masks_are_read_strictly) {
  static const struct {
    const char *text;
    int code;
    int64_t offset;
    uint64_t mask;
  } rows[] = {
      {"a80425fb", 0, -1, 0xa80425fb},
      {"00000000A80425FB", 0, -1, 0xa80425fb},
      {"0x1ffffffffff", 0, -1, 0x1ffffffffff},
      {"0X0", 0, -1, 0},
      {"ffffffffffffffff", 0, -1, UINT64_MAX},
      {"2818844155", 0, -1, 0x2818844155},
      {"", CTSEC_E_SYNTAX, 0, 0},
      {"0x", CTSEC_E_SYNTAX, 2, 0},
      {"zz", CTSEC_E_SYNTAX, 0, 0},
      {"25fb,xx", CTSEC_E_SYNTAX, 4, 0},
      {"-1", CTSEC_E_SYNTAX, 0, 0},
      {" 1", CTSEC_E_SYNTAX, 0, 0},
      {"1 ", CTSEC_E_SYNTAX, 1, 0},
      {"0x0x1", CTSEC_E_SYNTAX, 3, 0},
      {"1ffffffffffffffff", CTSEC_E_LIMIT, 16, 0},
      {"00000000000000001", CTSEC_E_LIMIT, 16, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t mask = 77;
    ctsec_error *error = NULL;
    int status = ctsec_caps_parse(rows[i].text, strlen(rows[i].text), &mask, &error);
    ck_assert_msg(status == rows[i].code, "%s: %d", rows[i].text, status);
    ck_assert(mask == (status ? 77 : rows[i].mask));
    ck_assert_int_eq(ctsec_error_offset(error), rows[i].offset);
    ctsec_error_free(error);
  }
}
END_TEST

START_TEST(every_mask_is_written_and_read_back) {
  char buffer[CTSEC_CAPS_TEXT];
  size_t length;
  uint64_t back;
  ck_assert_int_eq(ctsec_caps_decode(UINT64_MAX, buffer, sizeof buffer, &length, NULL), 0);
  ck_assert_uint_lt(length, sizeof buffer);
  ck_assert_uint_eq(strlen(buffer), length);
  ck_assert(strstr(buffer, "CAP_CHECKPOINT_RESTORE,41,42"));
  ck_assert_int_eq(ctsec_caps_encode(buffer, length, &back, NULL), 0);
  ck_assert(back == UINT64_MAX);
  for (int i = 0; i < 64; i++) {
    ck_assert_int_eq(ctsec_caps_decode(UINT64_C(1) << i, buffer, sizeof buffer, &length, NULL), 0);
    ck_assert_int_eq(ctsec_caps_encode(buffer, length, &back, NULL), 0);
    ck_assert(back == UINT64_C(1) << i);
    char small[64];
    memset(small, 'x', sizeof small);
    size_t exact = length;
    ck_assert_int_eq(ctsec_caps_decode(UINT64_C(1) << i, small, exact, &length, NULL), CTSEC_E_LIMIT);
    ck_assert_int_eq(small[0], 'x');
    ck_assert_int_eq(ctsec_caps_decode(UINT64_C(1) << i, small, exact + 1, &length, NULL), 0);
    ck_assert_str_eq(small, buffer);
    ck_assert_int_eq(small[exact + 1], 'x');
  }
  ck_assert_int_eq(ctsec_caps_decode(0, buffer, 1, &length, NULL), 0);
  ck_assert_str_eq(buffer, "");
}
END_TEST

START_TEST(names_are_found_in_any_spelling) {
  static const struct {
    const char *text;
    int code;
    int64_t offset;
    uint64_t mask;
  } rows[] = {
      {"", 0, -1, 0},
      {"chown", 0, -1, 1},
      {"CAP_CHOWN,cap_kill, Sys_Admin", 0, -1, 1 | 1 << 5 | 1 << 21},
      {"0 40 63", 0, -1, 1 | UINT64_C(1) << 40 | UINT64_C(1) << 63},
      {"ALL", 0, -1, CT_CAPS_ALL},
      {"cap_all", 0, -1, CT_CAPS_ALL},
      {"64", CTSEC_E_SCHEMA, 0, 0},
      {"chown,", CTSEC_E_SYNTAX, 6, 0},
      {",chown", CTSEC_E_SYNTAX, 0, 0},
      {"chown,,kill", CTSEC_E_SYNTAX, 6, 0},
      {"chown;kill", CTSEC_E_SCHEMA, 0, 0},
      {"kill,SYS_ADMN", CTSEC_E_SCHEMA, 5, 0},
      {"CAP_CAP_KILL", CTSEC_E_SCHEMA, 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t mask = 77;
    ctsec_error *error = NULL;
    int status = ctsec_caps_encode(rows[i].text, strlen(rows[i].text), &mask, &error);
    ck_assert_msg(status == rows[i].code, "%s: %d", rows[i].text, status);
    ck_assert(mask == (status ? 77 : rows[i].mask));
    ck_assert_int_eq(ctsec_error_offset(error), rows[i].offset);
    if (strstr(rows[i].text, "ADMN")) ck_assert(strstr(ctsec_error_message(error), "did you mean CAP_SYS_ADMIN"));
    ctsec_error_free(error);
  }
}
END_TEST

START_TEST(documents_name_every_capability) {
  char *text;
  size_t length;
  for (int lang = 0; lang < 3; lang++) {
    ctsec_options *options;
    static const char *const langs[] = {"en", "ja", "zh"};
    ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
    ck_assert_int_eq(ctsec_options_set(options, "lang", langs[lang], 2, NULL), 0);
    ck_assert_int_eq(ctsec_caps_explain(CT_CAPS_ALL, options, &text, &length, NULL), 0);
    for (int i = 0; i <= CTSEC_CAP_LAST; i++) ck_assert(strstr(text, ctsec_cap_name(i)));
    ctsec_free(text);
    ck_assert_int_eq(ctsec_caps_to_text(CT_CAP_BIT(21), options, &text, &length, NULL), 0);
    ck_assert(!strncmp(text, "CAP_SYS_ADMIN (21)\n", 19));
    ctsec_free(text);
    ctsec_options_free(options);
  }
  ck_assert_int_eq(ctsec_caps_to_json(CT_CAP_BIT(0) | CT_CAP_BIT(63), &text, &length, NULL), 0);
  ck_assert_str_eq(text,
                   "{\n  \"schema\": \"ctsec/mask/1\",\n  \"mask\": \"8000000000000001\",\n  \"names\": [\n    \"CAP_CHOWN\"\n"
                   "  ],\n  \"unknown_bits\": [\n    63\n  ]\n}\n");
  ctsec_free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("caps");
  TCase *all = tcase_create("all");
  tcase_add_test(all, masks_are_read_strictly);
  tcase_add_test(all, every_mask_is_written_and_read_back);
  tcase_add_test(all, names_are_found_in_any_spelling);
  tcase_add_test(all, documents_name_every_capability);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
