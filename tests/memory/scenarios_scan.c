/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char docker[] =
    "[{\"Name\":\"/a\",\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"],\"PidMode\":\"host\",\"Devices\":[{\"PathOnHost\":\"/dev/sda\","
    "\"PathInContainer\":\"/dev/sda\",\"CgroupPermissions\":\"rwm\"}],\"Binds\":[\"/etc:/e:ro\"],\"Tmpfs\":{\"/t\":\"\"},"
    "\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ALLOW\\\"}\"],\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"80\"}]},"
    "\"Sysctls\":{\"net.ipv4.ip_forward\":\"1\"},\"Ulimits\":[{\"Name\":\"n\",\"Soft\":1,\"Hard\":1}]},"
    "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/var/run\",\"Destination\":\"/r\"}],"
    "\"Config\":{\"Env\":[\"PASSWORD=hunter2\"],\"User\":\"app\"}},"
    "{\"RepoTags\":[]},{\"HostConfig\":{\"Privileged\":true}}]";
static const char podman[] = "{\"Name\":\"p\",\"EffectiveCaps\":[\"CAP_CHOWN\",\"CAP_NEW\"],\"BoundingCaps\":null,\"HostConfig\":{}}";
static const char oci[] =
    "{\"ociVersion\":\"1.0.2\",\"process\":{\"user\":{\"uid\":1,\"additionalGids\":[0]},\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}},"
    "\"mounts\":[{\"destination\":\"/s\",\"source\":\"/sys\",\"options\":[\"rbind\",\"ro\"]}],\"hooks\":{\"prestart\":[{\"path\":\"/x\"}]},"
    "\"linux\":{\"namespaces\":[{\"type\":\"pid\"}],\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}}}";
static const char wrong[] = "{\"HostConfig\":{\"Privileged\":1}}";

static int with_containers(void) {
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(docker, strlen(docker), NULL, &containers, &error);
  if (status) {
    MEMORY_REQUIRE(!containers && error);
    ctsec_error_free(error);
    return status;
  }
  MEMORY_REQUIRE(ctsec_containers_count(containers) == 2 && ctsec_containers_error_count(containers) == 1);
  const ctsec_container *found = NULL;
  status = ctsec_containers_find(containers, "#3", 2, &found, NULL);
  if (!status) {
    error = NULL;
    status = ctsec_containers_find(containers, "b", 1, &found, &error);
    MEMORY_REQUIRE(status == CTSEC_E_NOTFOUND || status == CTSEC_E_NOMEM);
    if (status == CTSEC_E_NOTFOUND) status = ctsec_error_code(error) == CTSEC_E_NOMEM ? CTSEC_E_NOMEM : 0;
    ctsec_error_free(error);
  }
  char *text = NULL;
  size_t length;
  if (!status) status = ctsec_containers_to_json(containers, &text, &length, NULL);
  ctsec_free(text);
  ctsec_containers_free(containers);
  return status;
}

static int with_command(void) {
  static const char command[] = "podman run --name \"a b\" --cap-add=SYS_ADMIN -v /etc:/e:ro -p 80:80 \\\n"
                                " --security-opt label=disable -u 1000:0 -e PASSWORD=x --tmpfs /t --device /dev/sda image sh -c 'a b'\n"
                                "docker run --privileged \"$IMAGE\"\n";
  ctsec_containers *containers = NULL;
  int status = ctsec_containers_parse(command, strlen(command), NULL, &containers, NULL);
  if (status) return status;
  MEMORY_REQUIRE(ctsec_containers_count(containers) == 2);
  ctsec_containers_free(containers);
  return 0;
}

static int with_script(void) {
  static const char script[] = "sudo sh -c \"docker run --name a --network $N -v \\\"$D:/d\\\" x\"\nE=podman\n$E run $OPTS y\n$DOCKER run z\n"
                               "ssh h <<E\ndocker exec --privileged -u 0 a sh\npodman exec --privileged b sh\nE\ncat <<E\ndocker run q\nE\n"
                               "C='docker run x'\ndocker service create z\npodman run --security-opt unmask=/proc/sys x\n";
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  int status = ctsec_containers_parse(script, strlen(script), NULL, &containers, NULL);
  if (!status) status = ctsec_findings_check(containers, NULL, &findings, NULL);
  if (!status) MEMORY_REQUIRE(ctsec_containers_count(containers) == 5);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  return status;
}

static int with_pods(void) {
  static const char pods[] =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostPID: yes\n  volumes:\n  - name: v\n"
      "    hostPath: {path: /etc}\n  containers:\n  - name: a\n    image: i\n    ports: [{containerPort: 80, hostPort: 8080}]\n"
      "    env: [{name: PASSWORD, value: x}]\n    volumeMounts: [{name: v, mountPath: /e}]\n"
      "    securityContext: {runAsUser: 0, capabilities: {add: [SYS_ADMIN]}}\n  - 3\n"
      "---\napiVersion: v1\nkind: Service\n";
  ctsec_options *options = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_options_set(options, "policy", "pss:restricted@1.30", 19, NULL);
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  if (!status) status = ctsec_containers_parse(pods, strlen(pods), options, &containers, NULL);
  if (!status) MEMORY_REQUIRE(ctsec_containers_count(containers) == 1 && ctsec_containers_error_count(containers) == 1);
  if (!status) status = ctsec_findings_check(containers, options, &findings, NULL);
  if (!status) MEMORY_REQUIRE(ctsec_findings_count(findings) == 9);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return status;
}

static int with_controls(void) {
  ctsec_options *options = NULL;
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_options_set(options, "policy", "cis-docker", 10, NULL);
  if (!status) status = ctsec_containers_parse(docker, strlen(docker), options, &containers, NULL);
  if (!status) status = ctsec_findings_check(containers, options, &findings, NULL);
  char *text = NULL;
  size_t length;
  if (!status) status = ctsec_findings_to_json(findings, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_findings_to_text(findings, &text, &length, NULL);
  ctsec_free(text);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return status;
}

static int with_findings(void) {
  ctsec_containers *containers = NULL;
  int status = ctsec_containers_parse(docker, strlen(docker), NULL, &containers, NULL);
  if (status) return status;
  ctsec_findings *findings = NULL;
  status = ctsec_findings_check(containers, NULL, &findings, NULL);
  MEMORY_REQUIRE(!status == (findings != NULL));
  ctsec_containers_free(containers);
  char *text = NULL;
  size_t length;
  if (!status) status = ctsec_findings_to_json(findings, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_findings_to_text(findings, &text, &length, NULL);
  ctsec_free(text);
  ctsec_findings_free(findings);
  return status;
}

static int scan_with(const char *format, int audit) {
  ctsec_options *options = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_options_set(options, "fact", "lsm=apparmor", 12, NULL);
  if (!status) status = ctsec_options_set(options, "skip", "healthcheck", 11, NULL);
  if (!status) status = ctsec_options_set(options, "rule", "privileged", 10, NULL);
  if (!status) status = ctsec_options_set(options, "rule", "secret-env", 10, NULL);
  if (!status) status = ctsec_options_set(options, "cap-add", "KILL", 4, NULL);
  if (!status) status = ctsec_options_set(options, "now", "1700000000", 10, NULL);
  if (!status && audit) status = ctsec_options_set(options, "audit", "true", 4, NULL);
  ctsec_scan *made = NULL;
  if (!status) status = ctsec_scan_new(options, format, &made, NULL);
  ctsec_options_free(options);
  if (status) return status;
  ctsec_error *error = NULL;
  static const char waivers[] = "- {rule: priv*, container: a, path: input, reason: known, expires: 2099-01-01}\n- {rule: x}\n- {reason: y, rule: secret-env}\n";
  static const char baseline[] = "{\"schema\":\"ctsec/findings/1\",\"containers\":[{\"id\":\"a\",\"findings\":"
                                 "[{\"rule\":\"host-pid\",\"fingerprint\":\"0123456789abcdef\"}]}]}";
  status = ctsec_scan_set_waivers(made, "w", waivers, sizeof waivers - 1, &error);
  MEMORY_REQUIRE(status == CTSEC_E_SCHEMA || status == CTSEC_E_NOMEM);
  ctsec_error_free(error);
  error = NULL;
  if (status != CTSEC_E_NOMEM) status = ctsec_scan_set_baseline(made, "b", baseline, sizeof baseline - 1, NULL);
  const char *const inputs[] = {docker, podman, oci, wrong};
  for (size_t i = 0; i < 4 && status != CTSEC_E_NOMEM; i++) {
    status = ctsec_scan_feed(made, "input", inputs[i], strlen(inputs[i]), &error);
    MEMORY_REQUIRE(!status == !error);
    MEMORY_REQUIRE(status || (i && i < 3));
    if (ctsec_error_code(error) == CTSEC_E_NOMEM) status = CTSEC_E_NOMEM;
    ctsec_error_free(error);
    error = NULL;
  }
  ctsec_job *job = NULL;
  if (status != CTSEC_E_NOMEM) status = ctsec_job_new(made, "job", docker, strlen(docker), &job, NULL);
  ctsec_job_check(job);
  if (!status) status = ctsec_scan_feed_job(made, job, &error);
  MEMORY_REQUIRE(status);
  if (ctsec_error_code(error) == CTSEC_E_NOMEM) status = CTSEC_E_NOMEM;
  ctsec_error_free(error);
  error = NULL;
  ctsec_job_free(job);
  if (status != CTSEC_E_NOMEM) status = ctsec_scan_set_unread(made, "input", 2, NULL);
  if (status != CTSEC_E_NOMEM) status = ctsec_scan_set_lenient(made, 1, NULL);
  if (!status) status = ctsec_scan_feed(made, "other", "[\"docker\"]", 10, NULL);
  char *text = NULL;
  size_t length;
  if (!status) status = ctsec_scan_take(made, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_scan_finish(made, &text, &length, NULL);
  ctsec_free(text);
  ctsec_scan_free(made);
  return status;
}

static int scan(const char *format) { return scan_with(format, 0); }

static int with_json(void) { return scan("json"); }
static int with_lines(void) { return scan("ndjson"); }
static int with_text(void) { return scan("text"); }

static int with_sarif(void) { return scan("sarif"); }
static int with_junit(void) { return scan("junit"); }
static int with_markdown(void) { return scan("markdown"); }
static int with_html(void) { return scan("html"); }
static int with_audit(void) { return scan_with("text", 1); }

static int with_rules(void) {
  static const char *const ids[] = {"privileged", "secret-env"};
  const ctsec_rule *rule;
  char *text = NULL;
  size_t length;
  int status = ctsec_rules_find("privileged", 10, &rule, NULL);
  if (!status) status = ctsec_rules_to_json(ids, 2, NULL, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_rules_to_text(ids, 2, NULL, &text, &length, NULL);
  ctsec_free(text);
  return status;
}

const memory_scenario memory_scan[] = {
    {"containers", with_containers}, {"command", with_command}, {"script", with_script}, {"pods", with_pods},
    {"findings", with_findings}, {"controls", with_controls}, {"scan json", with_json}, {"scan ndjson", with_lines},
    {"scan text", with_text},        {"rules", with_rules},
    {"scan sarif", with_sarif},      {"scan junit", with_junit},
    {"scan markdown", with_markdown}, {"scan html", with_html},    {"scan audit", with_audit},   {NULL, NULL},
};
