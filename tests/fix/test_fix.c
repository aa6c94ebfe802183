/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "fix/fix.h"
#include "support/support.h"

static ctsec_fixes *fixes_of(const char *text, const char *source) {
  ctsec_options *options = NULL;
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_fixes *fixes = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "source", source, strlen(source), NULL), 0);
  ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), options, &containers, NULL), 0);
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
  ck_assert_int_eq(ctsec_fixes_resolve(findings, options, &fixes, NULL), 0);
  /* In the order that hurts most. */
  ctsec_containers_free(containers);
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  return fixes;
}

static void becomes(const char *before, const char *after) {
  ctsec_fixes *fixes = fixes_of(before, "f");
  size_t length = 0;
  const char *text = ctsec_fixes_text(fixes, &length);
  ck_assert_str_eq(text, after);
  ck_assert_uint_eq(length, strlen(after));
  ctsec_fixes_free(fixes);
}

static void patches(const char *before, const char *source, const char *expected) {
  ctsec_fixes *fixes = fixes_of(before, source);
  char *text = NULL;
  size_t length;
  ck_assert_int_eq(ctsec_fixes_diff(fixes, &text, &length, NULL), 0);
  ck_assert_str_eq(text, expected);
  ctsec_free(text);
  ctsec_fixes_free(fixes);
}

#define SERVICE "services:\n  a:\n    image: b:1\n    user: '10001'\n"
#define ROOT "services:\n  a:\n    image: b:1\n"
#define HARDENED "    cap_drop: [ALL]\n    security_opt: [no-new-privileges:true]\n"

START_TEST(test_every_rule_has_a_change_or_a_reason) {
  static const unsigned from[] = {CT_RULE_FROM_COMPOSE, CT_RULE_FROM_KUBERNETES, CT_RULE_FROM_OCI};
  for (int rule = 0; rule < CT_RULE_COUNT; rule++) {
    for (int format = 0; format < CT_IN_COUNT; format++) {
      ct_message_id why = ct_fix_reason((ct_rule_id)rule, format);
      const ct_rule_row *row = ct_rule((ct_rule_id)rule);
      if (why == CT_NO_MESSAGE) {
        ck_assert_msg(*ct_rule_fix(row, CT_FIX_COMPOSE + format).text || rule == CT_RULE_EXEC_PRIVILEGED, "%s: a change that no remedy speaks of", row->id);
        continue;
      }
      ck_assert(why >= CT_MESSAGE_FIX_PURPOSE && why < CT_MESSAGE_FIX_FIXED);
      if (why == CT_MESSAGE_FIX_NOT_HERE && row->formats & from[format] && *ct_rule_fix(row, CT_FIX_COMPOSE + format).text)
        ck_abort_msg("%s is found in this format, and has a remedy, but neither a change nor a reason", row->id);
    }
  }
}
END_TEST

START_TEST(test_a_clean_file_stays_as_it_is) {
  becomes(SERVICE HARDENED, SERVICE HARDENED);
  patches(SERVICE HARDENED, "f", "");
}
END_TEST

START_TEST(test_lists_and_comments) {
  becomes(ROOT HARDENED "    cap_add:  # some\n      # one\n      - SYS_ADMIN  # two\n      - CHOWN # three\n    # four\n",
          ROOT HARDENED "    cap_add:  # some\n      # one\n      - CHOWN # three\n    # four\n");
  becomes(SERVICE HARDENED "    cap_add:\n    - SYS_ADMIN\n    pid: host # five\n", SERVICE HARDENED);
  becomes("services: {a: {image: 'b:1', user: '10001', cap_drop: [ALL], cap_add: [SYS_ADMIN,], security_opt: [no-new-privileges:true]}}",
          "services: {a: {image: 'b:1', user: '10001', cap_drop: [ALL], security_opt: [no-new-privileges:true]}}");
}
END_TEST

START_TEST(test_line_breaks_stay) {
  becomes("services:\r\n  a:\r\n    image: b:1\r\n    user: '10001'\r\n    cap_drop: [ALL]",
          "services:\r\n  a:\r\n    image: b:1\r\n    user: '10001'\r\n    cap_drop: [ALL]\r\n    security_opt:\r\n      - no-new-privileges:true");
  becomes(SERVICE "    cap_drop: [ALL]\n    security_opt: [no-new-privileges:true]\n    pid: host",
          SERVICE "    cap_drop: [ALL]\n    security_opt: [no-new-privileges:true]");
}
END_TEST

START_TEST(test_names_of_patches) {
  patches(SERVICE HARDENED "    pid: host\n", "a b.yaml",
          "--- a b.yaml\t\n+++ a b.yaml\t\n@@ -4,4 +4,3 @@\n     user: '10001'\n     cap_drop: [ALL]\n"
          "     security_opt: [no-new-privileges:true]\n-    pid: host\n");
  patches(SERVICE HARDENED "    pid: host\n", "a\n\"b",
          "--- \"a\\012\\\"b\"\n+++ \"a\\012\\\"b\"\n@@ -4,4 +4,3 @@\n     user: '10001'\n     cap_drop: [ALL]\n"
          "     security_opt: [no-new-privileges:true]\n-    pid: host\n");
}
END_TEST

START_TEST(test_what_is_left_has_a_reason) {
  ctsec_fixes *fixes = fixes_of(SERVICE HARDENED "    privileged: true\n    volumes: ['/dev:/dev']\n", "f");
  int devices = 0;
  for (size_t i = 0; i < ctsec_fixes_count(fixes); i++) {
    const ctsec_fix *fix = ctsec_fixes_at(fixes, i);
    ck_assert_int_eq(ctsec_fix_status(fix), CTSEC_FIX_LEFT);
    ck_assert_ptr_nonnull(ctsec_fix_reason(fix));
    if (!strcmp(ctsec_finding_rule(ctsec_fix_finding(fix)), "privileged")) devices = !strncmp(ctsec_fix_reason(fix), "/dev shows", 10);
  }
  ck_assert(devices);
  ck_assert_ptr_null(ctsec_fixes_at(fixes, ctsec_fixes_count(fixes)));
  ck_assert_ptr_eq(ctsec_fixes_ref(fixes), fixes);
  ctsec_fixes_free(fixes);
  ctsec_fixes_free(fixes);
}
END_TEST

START_TEST(test_other_formats_are_refused) {
  static const char text[] = "[{\"Id\":\"a\",\"HostConfig\":{\"Privileged\":true},\"Config\":{}}]";
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_fixes *fixes = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), NULL, &containers, NULL), 0);
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  ck_assert_int_eq(ctsec_fixes_resolve(findings, NULL, &fixes, &error), CTSEC_E_UNSUPPORTED);
  ck_assert_ptr_null(fixes);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_fixes_resolve(NULL, NULL, &fixes, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_fixes_resolve(findings, NULL, NULL, NULL), CTSEC_E_ARG);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  ck_assert_uint_eq(ctsec_fixes_count(NULL), 0);
  ck_assert_ptr_null(ctsec_fixes_at(NULL, 0));
  ck_assert_ptr_null(ctsec_fixes_text(NULL, NULL));
  ck_assert_int_eq(ctsec_fix_status(NULL), -1);
  ck_assert_ptr_null(ctsec_fix_finding(NULL));
  ck_assert_ptr_null(ctsec_fix_reason(NULL));
  ctsec_fixes_free(NULL);
}
END_TEST

START_TEST(test_other_values_are_watched) {
  static const char before[] = "a: [1, x] # c\nb: {c: true}\n";
  static const char *const changed[] = {"a: [1]\nb: {c: true}\n", "a: [1, x]\nb: {c: false}\n", "a: [1, x]\nb: {c: true, d: 1}\n",
                                        "a: [x, 1]\nb: {c: true}\n", "a: [1, x]\n", "a: [1, 'x']\nb: {c: true}\n", "a: {", "a: [1, x]\nb: {c: true}\n---\n"};
  ct_arena arena;
  ct_editor editor;
  const ct_replacement *items;
  size_t count;
  ct_arena_init(&arena);
  ck_assert_int_eq(ct_editor_open(&editor, &arena, before, sizeof before - 1, NULL, NULL), 0);
  ck_assert_int_eq(ct_editor_kept(&editor, "a:\n- 1\n- x\nb:\n  c: true", 23, NULL), 0);
  for (size_t i = 0; i < sizeof changed / sizeof *changed; i++)
    ck_assert_msg(ct_editor_kept(&editor, changed[i], strlen(changed[i]), NULL) < 0, "%s", changed[i]);
  const ct_value *root = editor.document->roots;
  ck_assert_int_eq(ct_editor_replace(&editor, ct_value_member(ct_value_member(root, "b"), "c"), "false"), CT_EDIT_DONE);
  ck_assert_int_eq(ct_editor_add(&editor, root, "a", "y"), CT_EDIT_DONE);
  ck_assert_int_eq(ct_editor_finish(&editor, &items, &count), CT_EDIT_DONE);
  ck_assert_uint_eq(count, 2);
  ck_assert_int_eq(ct_editor_kept(&editor, "a: [1, x, y]\nb: {c: false}\n", 27, NULL), 0);
  ck_assert_int_lt(ct_editor_kept(&editor, before, sizeof before - 1, NULL), 0);
  ct_arena_free(&arena);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("fix");
  TCase *tests = tcase_create("all");
  tcase_add_test(tests, test_every_rule_has_a_change_or_a_reason);
  tcase_add_test(tests, test_a_clean_file_stays_as_it_is);
  tcase_add_test(tests, test_lists_and_comments);
  tcase_add_test(tests, test_line_breaks_stay);
  tcase_add_test(tests, test_names_of_patches);
  tcase_add_test(tests, test_what_is_left_has_a_reason);
  tcase_add_test(tests, test_other_values_are_watched);
  tcase_add_test(tests, test_other_formats_are_refused);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite);
}
