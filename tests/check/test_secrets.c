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
    {"JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "30", 0},
    {"SECRET_MAX_AGE", "900s", 0},
    {"PASSWORD_HISTORY_LIMIT", "unlimited", 1},
    {"DB_PASSWORD", "12345678", 1},
    {"REDIS_MASTERAUTH", "abc", 1},
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

/* A line for the shell, the name that is reported of it; none where nothing is. */
static const struct {
  const char *line;
  const char *name;
} lines[] = {
    {"redis-server --requirepass hunter2", "--requirepass"},
    {"mysqladmin ping -u root -phunter2", "-p"},
    {"exec /usr/bin/mysql -uroot '-phunter2'", "-p"},
    {"mysql -p -u root", NULL},
    {"mysql -uroot -p$$MYSQL_ROOT_PASSWORD", NULL},
    {"mysqladmin ping --password=$$PASSWORD", NULL},
    {"mysqladmin ping --password=`cat /run/pw`", NULL},
    {"true && PGPASSWORD=hunter2 psql", "PGPASSWORD"},
    {"export TOKEN=hunter2; run", "TOKEN"},
    {"redis-cli -a hunter2 ping", "-a"},
    {"redis-cli ping; app -a hunter2", NULL},
    {"curl -u user:hunter2 http://h", "-u"},
    {"curl -u user http://h", NULL},
    {"bitcoind -rpcpassword \"hunter2\"", "-rpcpassword"},
    {"adduser --disabled-password app", NULL},
    {"app --no-password app", NULL},
    {"docker login --password-stdin registry", NULL},
    {"sed -i s/password=x/password=y/ /etc/a", NULL},
    {"app --password-file /run/secrets/pw", NULL},
    {"app --password \"$PASSWORD\"", NULL},
};

START_TEST(shell_lines_are_read_by_the_word) {
  char text[300], quoted[200];
  size_t used = 0;
  for (const char *at = lines[_i].line; *at; at++) {
    if (*at == '"') quoted[used++] = '\\';
    quoted[used++] = *at;
  }
  quoted[used] = '\0';
  static const char *const shapes[] = {"{\"HostConfig\":{},\"Config\":{\"Cmd\":[\"sh\",\"-c\",\"%s\"]}}",
                                       "{\"HostConfig\":{},\"Config\":{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"%s\"]}}}"};
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    snprintf(text, sizeof text, i ? shapes[1] : shapes[0], quoted);
    ctsec_containers *containers;
    ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), NULL, &containers, NULL), 0);
    ctsec_findings *findings;
    ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
    const ctsec_finding *found = NULL;
    for (size_t k = 0; k < ctsec_findings_count(findings); k++)
      if (!strcmp(ctsec_finding_rule(ctsec_findings_at(findings, k)), "secret-cmdline")) found = ctsec_findings_at(findings, k);
    ck_assert_msg(!found == !lines[_i].name, "%s", text);
    if (found) {
      const char *observed = ctsec_finding_observed(found);
      ck_assert_msg(strstr(observed, lines[_i].name) && !strstr(observed, "hunter2"), "%s: %s", text, observed);
    }
    ctsec_findings_free(findings);
    ctsec_containers_free(containers);
  }
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
      "\"Entrypoint\":[\"--api-key=hunter2hunter2\",\"http://u:hunter2hunter2@h/?token=1\"],\"Labels\":{\"l\":\"http://a:hunter2hunter2@b\"},"
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
  ck_assert_int_eq(command, 7);
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
  tcase_add_loop_test(all, shell_lines_are_read_by_the_word, 0, (int)(sizeof lines / sizeof *lines));
  tcase_add_test(all, values_are_printed_nowhere);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
