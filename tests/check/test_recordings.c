/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must be found in each recorded container, and nothing else among the dangerous; from all its descriptions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

#define OF_PRIVILEGED                                                                                             \
  "privileged cap-all cap-dac-read-search cap-sys-module cap-sys-rawio cap-sys-admin seccomp-implied-off "        \
  "cap-sys-ptrace cap-sys-boot cap-mac-override cap-mac-admin cap-perfmon cap-bpf proc-unmasked"

static const struct {
  const char *name;
  const char *danger;
} rows[] = {
    {"add_and_drop_same", "cap-sys-time"},
    {"add_net_admin", "cap-net-admin"},
    {"add_sys_admin", "cap-sys-admin"},
    {"apparmor_unconfined", "apparmor-unconfined"},
    {"cgroupns_host", ""},
    {"combo_bad", OF_PRIVILEGED " mount-root runtime-socket-parent runtime-socket host-net host-pid"},
    {"combo_good", ""},
    {"custom_profile_strict", "seccomp-weak-profile seccomp-arch-gap"},
    {"default", ""},
    {"device_disk", "device-host"},
    {"drop_all", ""},
    {"env_secret", "secret-env"},
    {"limits", ""},
    {"mount_root", "mount-root runtime-socket-parent"},
    {"net_host", "host-net"},
    {"nginx_minimal", ""},
    {"nnp", ""},
    {"only_net_bind_service", ""},
    {"pid_host", "host-pid"},
    {"privileged", OF_PRIVILEGED},
    {"read_only", ""},
    {"seccomp_unconfined", "seccomp-unconfined"},
    {"sock", "runtime-socket"},
    {"sock_ro", "runtime-socket"},
    {"tmpfs", ""},
    {"user_1000", "cap-noop-nonroot"},
    {"user_1000_add_net_bind", "cap-noop-nonroot"},
    {"volume_named", ""},
};

/* NULL where the file is not there. */
static ctsec_findings *check_file(const char *engine, const char *name, const char *file) {
  char path[512];
  size_t length;
  snprintf(path, sizeof path, "tests/recordings/%s/%s/%s", engine, name, file);
  char *text = ct_test_read(ct_test_source(path), &length);
  if (!text) return NULL;
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(text, length, NULL, &containers, &error);
  if (status) ck_abort_msg("%s: %s", path, ctsec_error_message(error));
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  ctsec_containers_free(containers);
  free(text);
  return findings;
}

static int holds(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *at = list; (at = strstr(at, word)); at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return 1;
  return 0;
}

static int has(const ctsec_findings *findings, const char *rule, size_t length) {
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const char *id = ctsec_finding_rule(ctsec_findings_at(findings, i));
    if (strlen(id) == length && !memcmp(id, rule, length)) return 1;
  }
  return 0;
}

static void compare(const ctsec_findings *findings, const char *where, const char *name, const char *expected) {
  int hygiene_seen = 0;
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    if (ct_rule(finding->rule)->hygiene) {
      hygiene_seen = 1;
      continue;
    }
    ck_assert_msg(!hygiene_seen, "%s %s: a dangerous finding after hygiene", where, name);
    ck_assert_msg(holds(expected, ctsec_finding_rule(finding)), "%s %s: %s", where, name, ctsec_finding_rule(finding));
    ck_assert_int_ge(ctsec_finding_line(finding), 1);
    ck_assert_int_ge(ctsec_finding_column(finding), 1);
    ck_assert_str_ne(ctsec_finding_observed(finding), "");
  }
  for (const char *at = expected; *at;) {
    size_t length = strcspn(at, " ");
    ck_assert_msg(has(findings, at, length), "%s %s: no %.*s", where, name, (int)length, at);
    at += length + (at[length] == ' ');
  }
}

/* The bundle does not repeat AppArmor's absence, and has the group that the inspect leaves to the image. */
static const char *in_bundle(const char *name, const char *danger) {
  if (!strcmp(name, "apparmor_unconfined")) return "";
  if (!strcmp(name, "user_1000_add_net_bind")) return "cap-noop-nonroot root-group";
  return danger;
}

START_TEST(each_recording_gives_its_findings) {
  ctsec_findings *findings = check_file("docker", rows[_i].name, "inspect.json");
  ck_assert_ptr_nonnull(findings);
  compare(findings, "docker", rows[_i].name, rows[_i].danger);
  ctsec_findings_free(findings);
  findings = check_file("docker", rows[_i].name, "config.json");
  if (findings) compare(findings, "oci", rows[_i].name, in_bundle(rows[_i].name, rows[_i].danger));
  ctsec_findings_free(findings);
  findings = check_file("podman", rows[_i].name, "inspect.json");
  /* There the profile is a path: its contents are not in the input. */
  const char *expected = strcmp(rows[_i].name, "custom_profile_strict") ? rows[_i].danger : "";
  if (findings) compare(findings, "podman", rows[_i].name, expected);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(podman_drops_are_not_nothing_dropped) {
  static const char *const dropped[] = {"drop_all", "only_net_bind_service", "nginx_minimal", "combo_good"};
  for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
    ctsec_findings *findings = check_file("podman", dropped[i], "inspect.json");
    ck_assert_msg(!has(findings, "cap-drop-all-missing", 20), "%s", dropped[i]);
    ctsec_findings_free(findings);
  }
  ctsec_findings *findings = check_file("podman", "default", "inspect.json");
  ck_assert(has(findings, "cap-drop-all-missing", 20));
  ctsec_findings_free(findings);
  /* Nor is the list that podman shows a drop that --privileged ignores. */
  findings = check_file("podman", "privileged", "inspect.json");
  ck_assert(!has(findings, "privileged-drop-ignored", 23));
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(what_follows_names_its_cause) {
  ctsec_findings *findings = check_file("docker", "combo_bad", "inspect.json");
  ck_assert_str_eq(ctsec_finding_rule(ctsec_findings_at(findings, 0)), "privileged");
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    const char *rule = ctsec_finding_rule(finding);
    if (!strncmp(rule, "cap-", 4) || !strcmp(rule, "seccomp-implied-off") || !strcmp(rule, "proc-unmasked"))
      ck_assert_str_eq(ctsec_finding_because(finding), "privileged");
    if (!strcmp(rule, "mount-root") || !strcmp(rule, "host-net")) ck_assert_ptr_null(ctsec_finding_because(finding));
  }
  ctsec_findings_free(findings);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check-recordings");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, each_recording_gives_its_findings, 0, (int)(sizeof rows / sizeof *rows));
  tcase_add_test(all, podman_drops_are_not_nothing_dropped);
  tcase_add_test(all, what_follows_names_its_cause);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
