/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each control of section 5 of the CIS Docker Benchmark, violated and not, and what cannot be known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static ctsec_findings *check_with(const char *text, const char *fact, int code) {
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_error *error = NULL;
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "policy", "cis-docker", 10, NULL), 0);
  if (fact) ck_assert_int_eq(ctsec_options_set(options, "fact", fact, strlen(fact), NULL), 0);
  if (ctsec_containers_parse(text, strlen(text), options, &containers, &error))
    ck_abort_msg("%s: %s", ctsec_error_message(error), text);
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), code);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return findings;
}

static const ct_control *control_of(const ctsec_findings *findings, const char *number) {
  for (size_t i = 0; i < CT_CIS_CONTROLS; i++)
    if (!strcmp(ct_cis_number(i), number)) return &findings->controls[0][i];
  ck_abort_msg("no control %s", number);
}

#define PASSED CT_CONTROL_PASSED
#define VIOLATED CT_CONTROL_VIOLATED
#define UNDECIDED CT_CONTROL_UNDECIDED

static const struct {
  const char *number;
  const char *options;
  const char *fact;
  int status;
  const char *needs;
} rows[] = {
    {"5.1", "", NULL, UNDECIDED, NULL},
    {"5.2", "", NULL, UNDECIDED, "lsm"},
    {"5.2", "", "lsm=apparmor", PASSED, NULL},
    {"5.2", "--security-opt apparmor=unconfined", "lsm=apparmor", VIOLATED, NULL},
    {"5.2", "--privileged", NULL, UNDECIDED, "lsm"},
    {"5.2", "--privileged", "lsm=apparmor", VIOLATED, NULL},
    {"5.3", "", NULL, UNDECIDED, "lsm"},
    {"5.3", "--security-opt label=disable", "lsm=selinux", VIOLATED, NULL},
    {"5.3", "", "lsm=selinux", PASSED, NULL},
    {"5.4", "", NULL, PASSED, NULL},
    {"5.4", "--cap-drop ALL --cap-add CHOWN", NULL, PASSED, NULL},
    {"5.4", "--cap-add NET_ADMIN", NULL, VIOLATED, NULL},
    {"5.4", "--cap-add NET_ADMIN -u 1000", NULL, VIOLATED, NULL},
    {"5.4", "--cap-add NET_BROADCAST", NULL, VIOLATED, NULL},
    {"5.4", "--cap-add ALL", NULL, VIOLATED, NULL},
    {"5.5", "", NULL, PASSED, NULL},
    {"5.5", "--privileged", NULL, VIOLATED, NULL},
    {"5.6", "-v /etc:/x:ro", NULL, VIOLATED, NULL},
    {"5.6", "-v /tmp:/etc", NULL, PASSED, NULL},
    {"5.6", "-v /etc/localtime:/etc/localtime:ro", NULL, PASSED, NULL},
    {"5.6", "-v /:/host", NULL, VIOLATED, NULL},
    {"5.7", "", NULL, UNDECIDED, NULL},
    {"5.7", "-p 2222:22", NULL, VIOLATED, NULL},
    {"5.8", "-p 80:80", NULL, VIOLATED, NULL},
    {"5.8", "-p 8080:80", NULL, PASSED, NULL},
    {"5.9", "", NULL, PASSED, NULL},
    {"5.9", "-p 8080:80", NULL, UNDECIDED, NULL},
    {"5.9", "-P", NULL, UNDECIDED, NULL},
    {"5.10", "--network host", NULL, VIOLATED, NULL},
    {"5.10", "", NULL, PASSED, NULL},
    {"5.11", "", NULL, VIOLATED, NULL},
    {"5.11", "-m 1g", NULL, PASSED, NULL},
    {"5.12", "", NULL, VIOLATED, NULL},
    {"5.12", "--cpus 1", NULL, PASSED, NULL},
    {"5.12", "--cpu-shares 512", NULL, PASSED, NULL},
    {"5.13", "", NULL, VIOLATED, NULL},
    {"5.13", "--read-only", NULL, PASSED, NULL},
    {"5.14", "-p 8080:80", NULL, VIOLATED, NULL},
    {"5.14", "-p 127.0.0.1:8080:80", NULL, PASSED, NULL},
    {"5.15", "", NULL, PASSED, NULL},
    {"5.15", "--restart always", NULL, VIOLATED, NULL},
    {"5.15", "--restart on-failure:5", NULL, PASSED, NULL},
    {"5.16", "--pid host", NULL, VIOLATED, NULL},
    {"5.17", "--ipc host", NULL, VIOLATED, NULL},
    {"5.17", "--ipc shareable", NULL, PASSED, NULL},
    {"5.18", "--device /dev/fuse", NULL, VIOLATED, NULL},
    {"5.18", "--privileged", NULL, VIOLATED, NULL},
    {"5.18", "", NULL, PASSED, NULL},
    {"5.19", "", NULL, PASSED, NULL},
    {"5.19", "--ulimit nofile=9", NULL, UNDECIDED, NULL},
    {"5.20", "-v /srv:/srv:rshared", NULL, VIOLATED, NULL},
    {"5.20", "-v /srv:/srv", NULL, PASSED, NULL},
    {"5.21", "--uts host", NULL, VIOLATED, NULL},
    {"5.22", "", NULL, PASSED, NULL},
    {"5.22", "--security-opt seccomp=unconfined", NULL, VIOLATED, NULL},
    {"5.22", "--security-opt seccomp:unconfined", NULL, VIOLATED, NULL},
    {"5.22", "--privileged", NULL, VIOLATED, NULL},
    {"5.23", "", NULL, UNDECIDED, NULL},
    {"5.24", "", NULL, UNDECIDED, NULL},
    {"5.25", "--cgroup-parent /x", NULL, VIOLATED, NULL},
    {"5.25", "", NULL, PASSED, NULL},
    {"5.26", "", NULL, VIOLATED, NULL},
    {"5.26", "--security-opt no-new-privileges", NULL, PASSED, NULL},
    {"5.26", "--security-opt no-new-privileges:false", NULL, VIOLATED, NULL},
    {"5.27", "", NULL, UNDECIDED, NULL},
    {"5.27", "--no-healthcheck", NULL, VIOLATED, NULL},
    {"5.27", "--health-cmd true", NULL, PASSED, NULL},
    {"5.28", "", NULL, UNDECIDED, NULL},
    {"5.29", "", NULL, VIOLATED, NULL},
    {"5.29", "--pids-limit 100", NULL, PASSED, NULL},
    {"5.29", "--pids-limit -1", NULL, VIOLATED, NULL},
    {"5.30", "", NULL, VIOLATED, NULL},
    {"5.30", "--network own", NULL, PASSED, NULL},
    {"5.31", "", NULL, UNDECIDED, "userns"},
    {"5.31", "--userns host", NULL, VIOLATED, NULL},
    {"5.31", "", "userns=remap", PASSED, NULL},
    {"5.32", "-v /var/run/docker.sock:/s:ro", NULL, VIOLATED, NULL},
    {"5.32", "-v /run:/r", NULL, VIOLATED, NULL},
    {"5.32", "", NULL, PASSED, NULL},
};

START_TEST(each_control_is_decided) {
  char text[512];
  snprintf(text, sizeof text, "docker run %s image:1", rows[_i].options);
  ctsec_findings *findings = check_with(text, rows[_i].fact, 0);
  const ct_control *control = control_of(findings, rows[_i].number);
  ck_assert_msg(control->status == rows[_i].status, "%s is %s: %s", rows[_i].number, ct_control_status(control->status), text);
  ck_assert_msg(!control->needs == !rows[_i].needs && (!control->needs || !strcmp(control->needs, rows[_i].needs)),
                "%s needs %s: %s", rows[_i].number, control->needs, text);
  ck_assert((control->status == UNDECIDED) == (control->reason != CT_NO_MESSAGE));
  /* A violated control has its finding, which weighs high; no other control has one. */
  int said = 0;
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    ck_assert_int_eq(control_of(findings, finding->check)->status, VIOLATED);
    ck_assert_int_ge(ctsec_finding_severity(finding), CTSEC_SEVERITY_HIGH);
    said |= !strcmp(finding->check, rows[_i].number);
  }
  ck_assert_int_eq(said, rows[_i].status == VIOLATED);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(every_control_has_a_row) {
  for (size_t i = 0; i < CT_CIS_CONTROLS; i++) {
    int found = 0;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) found |= !strcmp(rows[k].number, ct_cis_number(i));
    ck_assert_msg(found, "%s", ct_cis_number(i));
  }
  ck_assert_ptr_null(ct_cis_number(CT_CIS_CONTROLS));
}
END_TEST

START_TEST(an_oci_configuration_says_less) {
  ctsec_findings *findings = check_with("{\"ociVersion\":\"1.0.2\",\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]},\"root\":{\"path\":\"r\"},\"linux\":{}}", NULL, 0);
  static const char *const silent[] = {"5.8", "5.9", "5.14", "5.15", "5.27", "5.30"};
  for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
    ck_assert_int_eq(control_of(findings, silent[i])->status, UNDECIDED);
  ck_assert_int_eq(control_of(findings, "5.22")->status, VIOLATED);
  ck_assert_int_eq(control_of(findings, "5.13")->status, VIOLATED);
  ctsec_findings_free(findings);
}
END_TEST

START_TEST(pods_are_none_of_its_business) {
  check_with("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"a\"}]}}", NULL, CTSEC_E_UNSUPPORTED);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("check-cis");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, each_control_is_decided, 0, sizeof rows / sizeof *rows);
  tcase_add_test(all, every_control_has_a_row);
  tcase_add_test(all, an_oci_configuration_says_less);
  tcase_add_test(all, pods_are_none_of_its_business);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
