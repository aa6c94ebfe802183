/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

/* The values are made up; halves are joined so that no scanner of sources takes them for real ones. */
static const struct {
  const char *name;
  const char *value;
  int secret;
} rows[] = {
    {"MYSQL_ROOT_PASSWORD", "hunter2", 1},
    {"POSTGRES_PASSWORD", "changeme", 1},
    {"PGPASSWORD", "x1", 1},
    {"MYSQL_PWD", "abc", 1},
    {"db-password", "abc", 1},
    {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", 1},
    {"API_TOKEN", "abcdef", 1},
    {"STRIPE_KEY", "whatever", 1},
    {"DJANGO_SECRET_KEY", "abc", 1},
    {"REDISCLI_AUTH", "abc", 1},
    {"ID", "AKIA" "ABCDEFGHIJKLMNOP", 1},
    {"X", "ghp_" "abcdefghijklmnopqrstuvwxyz0123456789", 1},
    {"X", "glpat-" "abcdefghijklmnopqrst", 1},
    {"X", "xoxb-" "123456789012-abcdefghijkl", 1},
    {"X", "sk_live_" "abcdefghijklmnopqrst", 1},
    {"X", "AIza" "abcdefghijklmnopqrstuvwxyz012345678", 1},
    {"X", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." "abcdefghijklmnop", 1},
    {"X", "-----BEGIN RSA " "PRIVATE KEY-----\\nMIIE", 1},
    {"DATABASE_URL", "postgres://app:hunter2@db/app", 1},
    {"DATABASE_URL", "postgres://app@db/app", 0},
    {"DATABASE_URL", "postgres://app:${DB_PASS}@db/app", 0},
    {"HTTP_PROXY", "http://proxy:3128", 0},
    {"CONN", "Server=db;User=sa;Password=hunter2", 1},
    {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", 0},
    {"PWD", "/app", 0},
    {"OLDPWD", "/", 0},
    {"GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D", 0},
    {"NGINX_VERSION", "1.25.3", 0},
    {"SSH_AUTH_SOCK", "/agent", 0},
    {"MYSQL_ROOT_PASSWORD_FILE", "/run/secrets/db", 0},
    {"DB_PASSWORD", "/run/secrets/db", 0},
    {"ALLOW_EMPTY_PASSWORD", "yes", 0},
    {"MYSQL_RANDOM_ROOT_PASSWORD", "abc", 0},
    {"USE_TOKEN", "true", 0},
    {"TOKEN_TTL", "3600", 0},
    {"PASSWORD_MIN_LENGTH", "8", 0},
    {"SECRET_NAME", "db", 0},
    {"PUBLIC_KEY", "abc", 0},
    {"COMPASS", "north", 0},
    {"BYPASS", "a", 0},
    {"PASSWORD", "", 0},
    {"KEYBOARD_LAYOUT", "de", 0},
    {"LANG", "C.UTF-8", 0},
};

START_TEST(names_and_values_tell) {
  const char *kind;
  int found = ct_secret_find(rows[_i].name, strlen(rows[_i].name), rows[_i].value, strlen(rows[_i].value), &kind);
  ck_assert_msg(!!found == rows[_i].secret, "%s=%s: %d", rows[_i].name, rows[_i].value, found);
}
END_TEST

static char *scan(const char *text, const char *format, const char *lang) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "lang", lang, 2, NULL), 0);
  ctsec_scan *made;
  ck_assert_int_eq(ctsec_scan_new(options, format, &made, NULL), 0);
  ck_assert_int_eq(ctsec_scan_feed(made, "x", text, strlen(text), NULL), 0);
  char *result;
  size_t length;
  ck_assert_int_eq(ctsec_scan_finish(made, &result, &length, NULL), 0);
  ctsec_scan_free(made);
  ctsec_options_free(options);
  return result;
}

/* In no output of any kind, wherever in the input the secret stands. */
START_TEST(values_are_printed_nowhere) {
  static const char text[] =
      "{\"HostConfig\":{},\"Config\":{\"Env\":[\"DB_PASSWORD=hunter2hunter2\",\"U=redis://:hunter2hunter2@r/0\",\"DOCKER_HOST=tcp://u:hunter2hunter2@h\"],"
      "\"Cmd\":[\"app\",\"--password=hunter2hunter2\",\"--token\",\"hunter2hunter2\",\"MYSQL_PWD=hunter2hunter2\"],"
      "\"Entrypoint\":[\"--api-key=hunter2hunter2\"],\"Labels\":{\"l\":\"http://a:hunter2hunter2@b\"},"
      "\"Healthcheck\":{\"Test\":[\"CMD\",\"x\",\"--password=hunter2hunter2\"]}}}";
  static const char *const formats[] = {"json", "ndjson", "text"}, *const langs[] = {"en", "ja", "zh"};
  for (int f = 0; f < 3; f++) {
    for (int l = 0; l < 3; l++) {
      char *result = scan(text, formats[f], langs[l]);
      ck_assert_ptr_null(strstr(result, "hunter2"));
      ck_assert_ptr_nonnull(strstr(result, "secret-env"));
      ck_assert_ptr_nonnull(strstr(result, "secret-cmdline"));
      ctsec_free(result);
    }
  }
  ctsec_containers *containers;
  ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), NULL, &containers, NULL), 0);
  ctsec_findings *findings;
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  int env = 0, command = 0;
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const char *rule = ctsec_finding_rule(ctsec_findings_at(findings, i));
    env += !strcmp(rule, "secret-env");
    command += !strcmp(rule, "secret-cmdline");
  }
  ck_assert_int_eq(env, 3);
  ck_assert_int_eq(command, 6);
  ctsec_findings_free(findings);
  char *result;
  size_t length;
  ck_assert_int_eq(ctsec_containers_to_json(containers, &result, &length, NULL), 0);
  ck_assert_ptr_null(strstr(result, "hunter2"));
  ctsec_free(result);
  ctsec_containers_free(containers);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check-secrets");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, names_and_values_tell, 0, (int)(sizeof rows / sizeof *rows));
  tcase_add_test(all, values_are_printed_nowhere);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
