/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* References may be given up in any order, and small getters answer on NULL. */
#include <ctsec/ctsec.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

START_TEST(file_capabilities) {
  /* Version 3, little-endian on disk: effective, CAP_NET_BIND_SERVICE permitted, root id 100000. */
  static const uint8_t v3[24] = {1, 0, 0, 3, 0, 4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa0, 0x86, 1, 0};
  ctsec_filecaps *caps = NULL;
  uint32_t root = 7;
  ck_assert_int_eq(ctsec_filecaps_decode(v3, sizeof v3, &caps, NULL), 0);
  ctsec_filecaps *second = ctsec_filecaps_ref(caps);
  ctsec_filecaps_free(caps);
  ck_assert_int_eq(ctsec_filecaps_version(second), 3);
  ck_assert_int_eq(ctsec_filecaps_effective(second), 1);
  ck_assert(ctsec_filecaps_set(second, CTSEC_SET_PERMITTED) == 0x400);
  ck_assert(ctsec_filecaps_set(second, CTSEC_SET_INHERITABLE) == 2);
  ck_assert(ctsec_filecaps_set(second, CTSEC_SET_AMBIENT) == 0);
  ck_assert_int_eq(ctsec_filecaps_rootid(second, &root), CTSEC_STATE_SET);
  ck_assert_uint_eq(root, 100000);
  ctsec_filecaps_free(second);
  /* Version 2 has no root id, and leaves the output as it was. */
  static const uint8_t v2[20] = {0, 0, 0, 2, 0, 4};
  ck_assert_int_eq(ctsec_filecaps_decode(v2, sizeof v2, &caps, NULL), 0);
  ck_assert_int_eq(ctsec_filecaps_rootid(caps, &root), CTSEC_STATE_UNSET);
  ck_assert_uint_eq(root, 100000);
  ck_assert_int_eq(ctsec_filecaps_effective(caps), 0);
  ctsec_filecaps_free(caps);
  ck_assert_int_eq(ctsec_filecaps_version(NULL), 0);
  ck_assert_int_eq(ctsec_filecaps_rootid(NULL, &root), CTSEC_E_ARG);
  ck_assert_ptr_null(ctsec_filecaps_ref(NULL));
  ctsec_filecaps_free(NULL);
}
END_TEST

START_TEST(credentials) {
  static const uint32_t ids[4] = {0, 0, 0, 0};
  const uint64_t good[5] = {0, 0x400, 0x400, 0x400, 0}, beyond[5] = {0, 0x400, 0x401, 0x401, 0}, ambient[5] = {0, 0x400, 0, 0x400, 0x400};
  ctsec_credentials *one = NULL, *two;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_credentials_new(beyond, ids, 0, 0, &one, &error), CTSEC_E_ARG);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "effective"));
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_credentials_new(ambient, ids, 0, 0, &one, &error), CTSEC_E_ARG);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "ambient"));
  ctsec_error_free(error);
  ck_assert_ptr_null(one);
  ck_assert_int_eq(ctsec_credentials_new(good, ids, 0, 1, &one, NULL), 0);
  two = ctsec_credentials_ref(one);
  ctsec_credentials_free(one);
  uint64_t mask = 0;
  ck_assert_int_eq(ctsec_credentials_set(two, CTSEC_SET_EFFECTIVE, &mask), CTSEC_STATE_SET);
  ck_assert(mask == 0x400);
  ctsec_credentials_free(two);
  ck_assert_ptr_null(ctsec_credentials_ref(NULL));
}
END_TEST

START_TEST(resolutions_and_lint) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "cap-drop", "SYS_TIME", 8, NULL), 0);
  ctsec_resolution *resolution = NULL;
  ck_assert_int_eq(ctsec_caps_resolve(options, &resolution, NULL), 0);
  ctsec_resolution *again = ctsec_resolution_ref(resolution);
  ctsec_resolution_free(resolution);
  /* That the newest version was assumed is remarked. */
  ck_assert_uint_eq(ctsec_resolution_count(again), 1);
  ck_assert_ptr_nonnull(strstr(ctsec_resolution_at(again, 0), "version"));
  ck_assert_ptr_null(ctsec_resolution_at(again, 1));
  ck_assert_uint_eq(ctsec_resolution_count(NULL), 0);
  ctsec_resolution_free(again);
  ctsec_options_free(options);

  static const char text[] = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\","
                             "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"],\"arches\":[\"amd64\"],\"minKernel\":\"4.8\"},"
                             "\"excludes\":{\"caps\":[\"CAP_SYS_PTRACE\"]}}]}";
  ctsec_profile *profile = NULL;
  ctsec_lint *lint = NULL, *kept;
  char *json = NULL;
  size_t length;
  ck_assert_int_eq(ctsec_profile_parse(text, sizeof text - 1, NULL, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_lint(profile, NULL, &lint, NULL), 0);
  ctsec_profile_free(profile);
  kept = ctsec_lint_ref(lint);
  ctsec_lint_free(lint);
  ck_assert_int_eq(ctsec_lint_to_json(kept, &json, &length, NULL), 0);
  ck_assert_uint_eq(strlen(json), length);
  ctsec_free(json);
  ctsec_lint_free(kept);
  ck_assert_ptr_null(ctsec_lint_ref(NULL));
}
END_TEST

START_TEST(names_of_actions) {
  static const struct {
    uint32_t action;
    const char *name;
  } rows[] = {{0x80000000, "kill_process"}, {0, "kill_thread"}, {0x30007, "trap 7"}, {0x50001, "errno 1"}, {0x5ffff, "errno 4095"},
              {0x7fc00000, "notify"}, {0x7ff00003, "trace 3"}, {0x7ffc0000, "log"}, {0x7fff0000, "allow"}, {0x12340000, "kill_process"}};
  char text[32];
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ck_assert_int_eq(ctsec_action_name(rows[i].action, text, sizeof text, NULL), 0);
    ck_assert_str_eq(text, rows[i].name);
  }
  ctsec_error *error = NULL;
  memset(text, 'x', sizeof text);
  ck_assert_int_eq(ctsec_action_name(0x7fff0000, text, 5, &error), CTSEC_E_ARG);
  ck_assert_int_eq(text[0], 'x');
  ck_assert_str_eq(ctsec_error_message(error), "the text needs 6 bytes");
  ctsec_error_free(error);
}
END_TEST

START_TEST(reasons_of_the_system) {
  static const struct {
    int number;
    const char *reason;
  } rows[] = {{EPERM, "operation not permitted"}, {EACCES, "permission denied"}, {ESRCH, "no such process"}, {EIO, "input/output error"},
              {EINVAL, "invalid argument"}, {ENXIO, "no such device or address"}, {EOPNOTSUPP, "operation not supported"},
              {ENOSYS, "function not implemented"}, {EPIPE, "broken pipe"}, {EROFS, "read-only file system"},
              {ELOOP, "too many levels of symbolic links"}, {ENAMETOOLONG, "file name too long"}, {EMFILE, "too many open files"},
              {ENFILE, "too many open files in the system"}, {ENOSPC, "no space left on device"}, {EFBIG, "file too large"},
              {4000, "errno 4000"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_scan *scan = NULL;
    char *text = NULL;
    size_t length;
    ck_assert_int_eq(ctsec_scan_new(NULL, "json", &scan, NULL), 0);
    ck_assert_int_lt(ctsec_scan_set_unread(scan, "a", rows[i].number, NULL), 0);
    ck_assert_int_eq(ctsec_scan_finish(scan, &text, &length, NULL), 0);
    ck_assert_msg(strstr(text, rows[i].reason) != NULL, "%s is not in %s", rows[i].reason, text);
    ctsec_free(text);
    ctsec_scan_free(scan);
  }
  ctsec_scan *scan = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_scan_new(NULL, "yaml", &scan, &error), CTSEC_E_ARG);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "sarif"));
  ctsec_error_free(error);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("handles");
  TCase *all = tcase_create("all");
  tcase_add_test(all, file_capabilities);
  tcase_add_test(all, credentials);
  tcase_add_test(all, resolutions_and_lint);
  tcase_add_test(all, names_of_actions);
  tcase_add_test(all, reasons_of_the_system);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
