/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char *recording(char *path, size_t size, const char *name) {
  snprintf(path, size, "%s/tests/data/proc/%s/proc", getenv("CTSEC_SOURCE"), name);
  return path;
}

static int with_processes(void) {
  char path[4096];
  ctsec_containers *containers = NULL;
  int status = ctsec_containers_read(recording(path, sizeof path, "docker"), -1, NULL, &containers, NULL);
  if (status) return status;
  MEMORY_REQUIRE(ctsec_containers_count(containers) == 3);
  char *text = NULL;
  size_t length;
  status = ctsec_containers_to_json(containers, &text, &length, NULL);
  ctsec_free(text);
  ctsec_containers_free(containers);
  return status;
}

static int with_a_process(void) {
  char path[4096];
  ctsec_scan *scan = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_scan_new(NULL, "json", &scan, NULL);
  if (status) return status;
  status = ctsec_scan_read(scan, recording(path, sizeof path, "namespaces"), 19173, &error);
  MEMORY_REQUIRE(!status == !error);
  ctsec_error_free(error);
  ctsec_scan_free(scan);
  return status;
}

static int with_a_status(void) {
  static const char status_text[] = "Name:\tx\nUid:\t1\t1\t1\t1\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t1\nSeccomp:\t2\n";
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  int status = ctsec_containers_parse(status_text, strlen(status_text), NULL, &containers, NULL);
  if (status) return status;
  status = ctsec_findings_check(containers, NULL, &findings, NULL);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  return status;
}

static int with_crictl(void) {
  static const char text[] =
      "{\"status\":{\"id\":\"1\",\"metadata\":{\"name\":\"c\"},\"labels\":{\"io.kubernetes.pod.name\":\"p\"},\"annotations\":{\"k\":\"v\"}},"
      "\"info\":{\"sandboxID\":\"2\",\"config\":{\"linux\":{\"security_context\":{\"namespace_options\":{\"network\":2}}}},"
      "\"runtimeSpec\":{\"mounts\":[{\"destination\":\"/h\",\"source\":\"/\",\"options\":[\"rbind\"]}],"
      "\"linux\":{\"namespaces\":[{\"type\":\"network\",\"path\":\"/proc/9/ns/net\"}]}}}}";
  ctsec_containers *containers = NULL;
  int status = ctsec_containers_parse(text, strlen(text), NULL, &containers, NULL);
  ctsec_containers_free(containers);
  return status;
}

static int with_dockerfile(void) {
  static const char text[] =
      "# escape=`\nARG T=1\nFROM a:$T AS b\nENV PASSWORD=\"x y\" B=${C:-d}\nUSER 5\nFROM b\nRUN <<E\nsetcap x /y\nE\n"
      "EXPOSE 80\nVOLUME [\"/v\"]\nCMD [\"a\", \"b\"]\nENTRYPOINT x y\nHEALTHCHECK CMD z\nLABEL k=v\nSHELL [\"s\"]\n";
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  int status = ctsec_containers_parse(text, strlen(text), NULL, &containers, NULL);
  if (status) return status;
  status = ctsec_findings_check(containers, NULL, &findings, NULL);
  char *json = NULL;
  size_t length;
  if (!status) status = ctsec_findings_to_json(findings, &json, &length, NULL);
  ctsec_free(json);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  return status;
}

const memory_scenario memory_proc[] = {
    {"processes", with_processes}, {"a process", with_a_process}, {"a status", with_a_status},
    {"crictl", with_crictl}, {"dockerfile", with_dockerfile}, {NULL, NULL},
};
