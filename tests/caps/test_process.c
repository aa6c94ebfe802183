/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Status texts, folders of the shape of /proc, and file capabilities of a user namespace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

static const char whole[] =
    "Name:\tx\033[31m\\n\nState:\tS (sleeping)\nTgid:\t41\nPid:\t42\nUid:\t1000\t1001\t1002\t1003\nGid:\t5\t6\t7\t8\n"
    "CapInh:\t0000000000000400\nCapPrm:\t0000000000000400\nCapEff:\t0000000000000400\nCapBnd:\t000001ffffffffff\n"
    "CapAmb:\t0000000000000400\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";

static ctsec_credentials *parse(const char *text) {
  ctsec_credentials *made = NULL;
  ck_assert_int_eq(ctsec_credentials_parse(text, strlen(text), NULL, &made, NULL), 0);
  return made;
}

START_TEST(a_status_text_is_read_at_once) {
  ctsec_credentials *c = parse(whole);
  uint64_t mask = 0;
  uint32_t id = 0;
  int value = 0;
  ck_assert_int_eq(ctsec_credentials_set(c, CTSEC_SET_BOUNDING, &mask), CTSEC_STATE_SET);
  ck_assert(mask == UINT64_C(0x1ffffffffff));
  ck_assert_int_eq(ctsec_credentials_id(c, CTSEC_ID_FILE_SYSTEM, &id), CTSEC_STATE_SET);
  ck_assert_uint_eq(id, 1003);
  ck_assert_int_eq(ctsec_credentials_no_new_privileges(c, &value), CTSEC_STATE_SET);
  ck_assert_int_eq(value, 1);
  ck_assert_int_eq(ctsec_credentials_seccomp(c, &value), CTSEC_STATE_SET);
  ck_assert_int_eq(value, 2);
  /* What a terminal would obey is visible instead. */
  ck_assert_ptr_null(strchr(ctsec_credentials_name(c), '\033'));
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_credentials_to_json(c, &text, &length, NULL), 0);
  static const char *const parts[] = {"\"pid\": 42,",  "\"process\": 41,",  "\"no_new_privs\": true", "\"seccomp\": 2",
                                      "\"text\": \"cap_net_bind_service=eip\"", "\"iab\": \"^cap_net_bind_service\""};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) ck_assert_msg(strstr(text, parts[i]) != NULL, "%s", parts[i]);
  ctsec_free(text);
  ctsec_credentials_free(c);
}
END_TEST

START_TEST(what_an_old_kernel_does_not_write_is_unknown) {
  ctsec_credentials *c = parse("CapInh:\t0\nCapPrm:\t1\nCapEff:\t1\nCapBnd:\t3\n");
  uint64_t mask = 77;
  uint32_t id = 77;
  int value = 77;
  ck_assert_int_eq(ctsec_credentials_set(c, CTSEC_SET_AMBIENT, &mask), CTSEC_STATE_UNKNOWN);
  ck_assert_int_eq(ctsec_credentials_id(c, CTSEC_ID_REAL, &id), CTSEC_STATE_UNKNOWN);
  ck_assert_int_eq(ctsec_credentials_no_new_privileges(c, &value), CTSEC_STATE_UNKNOWN);
  ck_assert_int_eq(ctsec_credentials_seccomp(c, &value), CTSEC_STATE_UNKNOWN);
  ck_assert(mask == 77 && id == 77 && value == 77);
  ck_assert_ptr_null(ctsec_credentials_name(c));
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_credentials_to_json(c, &text, &length, NULL), 0);
  ck_assert(strstr(text, "\"ambient\": null") && strstr(text, "\"iab\": null") && strstr(text, "\"uid\": null"));
  ctsec_free(text);
  ctsec_credentials_free(c);
}
END_TEST

START_TEST(what_is_wrong_in_a_status_text_has_its_place) {
  static const struct {
    const char *text;
    int code;
    int64_t line, column, offset;
  } rows[] = {
      {"", CTSEC_E_SCHEMA, 0, 0, -1},
      {"Name:\tx\n", CTSEC_E_SCHEMA, 0, 0, -1},
      {"Name:\tx\nCapEff:\t00zz\n", CTSEC_E_SYNTAX, 2, 11, 18},
      {"CapEff:\t\n", CTSEC_E_SYNTAX, 1, 9, 8},
      {"CapEff:\t1ffffffffffffffff\n", CTSEC_E_SYNTAX, 1, 25, 24},
      {"CapEff:\t1\nCapEff:\t1\n", CTSEC_E_SYNTAX, 2, 1, 10},
      {"CapEff:\t1\nUid:\t1\t2\n", CTSEC_E_SYNTAX, 2, 9, 18},
      {"CapEff:\t1\nUid:\t1\t2\t3\t4294967296\n", CTSEC_E_SYNTAX, 2, 12, 21},
      {"CapEff:\t1\nGid:\tx\n", CTSEC_E_SYNTAX, 2, 6, 15},
      {"CapEff:\t1\nNoNewPrivs:\tno\n", CTSEC_E_SYNTAX, 2, 13, 22},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_credentials *made = NULL;
    ctsec_error *error = NULL;
    ck_assert_int_eq(ctsec_credentials_parse(rows[i].text, strlen(rows[i].text), NULL, &made, &error), rows[i].code);
    ck_assert_ptr_null(made);
    ck_assert_msg(ctsec_error_line(error) == rows[i].line && ctsec_error_column(error) == rows[i].column &&
                      ctsec_error_offset(error) == rows[i].offset,
                  "row %zu: %lld:%lld, offset %lld", i, (long long)ctsec_error_line(error),
                  (long long)ctsec_error_column(error), (long long)ctsec_error_offset(error));
    ctsec_error_free(error);
  }
}
END_TEST

START_TEST(a_thread_is_read_from_any_folder) {
  char root[] = "/tmp/ctsec-proc-XXXXXX", path[128];
  ck_assert_ptr_nonnull(mkdtemp(root));
  static const char *const folders[] = {"/41", "/41/task", "/41/task/42"};
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s%s", root, folders[i]);
    ck_assert_int_eq(mkdir(path, 0700), 0);
  }
  snprintf(path, sizeof path, "%s/41/task/42/status", root);
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fputs(whole, file);
  fclose(file);
  ctsec_credentials *c = NULL;
  ctsec_error *error = NULL;
  uint64_t mask;
  ck_assert_int_eq(ctsec_credentials_read(root, 41, 42, &c, NULL), 0);
  ck_assert_int_eq(ctsec_credentials_set(c, CTSEC_SET_EFFECTIVE, &mask), CTSEC_STATE_SET);
  ck_assert(mask == 0x400);
  ctsec_credentials_free(c);
  c = NULL;
  ck_assert_int_eq(ctsec_credentials_read(root, 41, 43, &c, &error), CTSEC_E_NOTFOUND);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_credentials_read(root, 0, 42, &c, NULL), CTSEC_E_ARG);
  ck_assert_ptr_null(c);
  unlink(path);
  for (int i = 2; i >= 0; i--) {
    snprintf(path, sizeof path, "%s%s", root, folders[i]);
    rmdir(path);
  }
  rmdir(root);
}
END_TEST

/* cap_net_raw=ep for the namespace whose root is user 100000. */
static const uint8_t v3[] = {1, 0, 0, 3, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa0, 0x86, 1, 0};

START_TEST(file_capabilities_count_where_their_root_is_root) {
  static const struct {
    const char *root;
    int status;
    uint64_t permitted;
  } rows[] = {{NULL, CTSEC_E_ARG, 0}, {"0", 0, 0}, {"100000", 0, 0x2000}, {"200000,100000,0", 0, 0x2000}};
  ctsec_filecaps *caps = NULL;
  ck_assert_int_eq(ctsec_filecaps_decode(v3, sizeof v3, &caps, NULL), 0);
  uint64_t sets[5] = {0, 0, 0, 0x3000, 0};
  uint32_t ids[4] = {1000, 1000, 1000, 1000};
  ctsec_credentials *before = NULL;
  ck_assert_int_eq(ctsec_credentials_new(sets, ids, 0, 0, &before, NULL), 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_options *options;
    ctsec_credentials *after = NULL;
    ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
    char fact[64];
    if (rows[i].root) {
      int length = snprintf(fact, sizeof fact, "userns-root=%s", rows[i].root);
      ck_assert_int_eq(ctsec_options_set(options, "fact", fact, (size_t)length, NULL), 0);
    }
    ck_assert_int_eq(ctsec_credentials_simulate_exec(before, -1, caps, options, &after, NULL), rows[i].status);
    uint64_t mask = 0;
    if (after) ctsec_credentials_set(after, CTSEC_SET_PERMITTED, &mask);
    ck_assert(mask == rows[i].permitted);
    ctsec_credentials_free(after);
    ctsec_options_free(options);
  }
  ctsec_credentials_free(before);
  ctsec_filecaps_free(caps);
}
END_TEST

START_TEST(text_forms_have_a_document) {
  char *json;
  size_t length;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_captext_to_json("cap_kill+p cap_chown=e", 22, NULL, &json, &length, NULL), 0);
  ck_assert(strstr(json, "\"text\": \"cap_kill=p cap_chown+e\"") && strstr(json, "\"dropped\": null"));
  ctsec_free(json);
  ck_assert_int_eq(ctsec_iab_to_json("!cap_chown", 10, &json, &length, NULL), 0);
  ck_assert(strstr(json, "\"dropped\": \"0000000000000001\"") && strstr(json, "\"permitted\": null"));
  ctsec_free(json);
  json = NULL;
  ck_assert_int_eq(ctsec_iab_to_json("!chown", 6, &json, &length, &error), CTSEC_E_SYNTAX);
  ck_assert_int_eq(ctsec_error_offset(error), 1);
  ck_assert_ptr_null(json);
  ctsec_error_free(error);
}
END_TEST

START_TEST(all_is_what_the_kernel_has) {
  ctsec_options *options;
  uint64_t i, p, e;
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "kernel", "5.4", 3, NULL), 0);
  ck_assert_int_eq(ctsec_captext_parse("=ep", 3, options, &i, &p, &e, NULL), 0);
  ck_assert(p == UINT64_C(0x3fffffffff) && e == p && !i);
  ck_assert_int_eq(ctsec_captext_encode(0, p, p, options, &text, &length, NULL), 0);
  ck_assert_str_eq(text, "=ep");
  ctsec_free(text);
  ck_assert_int_eq(ctsec_captext_encode(0, p, p, NULL, &text, &length, NULL), 0);
  ck_assert_str_eq(text, "=ep cap_perfmon,cap_bpf,cap_checkpoint_restore-ep");
  ctsec_free(text);
  ck_assert_int_eq(ctsec_captext_parse("all=p cap_bpf+i", 15, options, &i, &p, &e, NULL), 0);
  ck_assert(p == UINT64_C(0x3fffffffff) && i == UINT64_C(1) << 39);
  ctsec_options_free(options);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("caps-process");
  TCase *all = tcase_create("all");
  tcase_add_test(all, a_status_text_is_read_at_once);
  tcase_add_test(all, what_an_old_kernel_does_not_write_is_unknown);
  tcase_add_test(all, what_is_wrong_in_a_status_text_has_its_place);
  tcase_add_test(all, a_thread_is_read_from_any_folder);
  tcase_add_test(all, file_capabilities_count_where_their_root_is_root);
  tcase_add_test(all, text_forms_have_a_document);
  tcase_add_test(all, all_is_what_the_kernel_has);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
