/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static int changed(const char *input, const char *expected) {
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_fixes *fixes = NULL;
  int status = ctsec_containers_parse(input, strlen(input), NULL, &containers, NULL);
  if (!status) status = ctsec_findings_check(containers, NULL, &findings, NULL);
  ctsec_containers_free(containers);
  if (!status) status = ctsec_fixes_resolve(findings, NULL, &fixes, NULL);
  ctsec_findings_free(findings);
  if (!status) MEMORY_REQUIRE(strstr(ctsec_fixes_text(fixes, NULL), expected));
  static int (*const writers[])(const ctsec_fixes *, char **, size_t *, ctsec_error **) = {
      ctsec_fixes_diff, ctsec_fixes_to_json, ctsec_fixes_to_text};
  for (size_t i = 0; i < sizeof writers / sizeof *writers && !status; i++) {
    char *text = NULL;
    size_t length;
    status = writers[i](fixes, &text, &length, NULL);
    MEMORY_REQUIRE(!status == (text != NULL));
    ctsec_free(text);
  }
  ctsec_fixes_free(fixes);
  return status;
}

static int service(void) {
  return changed("services:\n  a:\n    image: b:1\n    cap_add: [SYS_ADMIN, CHOWN]\n    pid: host\n    volumes: ['/s:/s:rshared']\n",
                 "cap_add: [CHOWN]\n    volumes: ['/s:/s:rslave']\n    security_opt:\n      - no-new-privileges:true");
}

static int pod(void) {
  return changed("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"a\",\"securityContext\":"
                 "{\"privileged\":true,\"capabilities\":{\"add\":[\"SYS_ADMIN\"]}}}]}}",
                 "\"allowPrivilegeEscalation\":false");
}

static int configuration(void) {
  return changed("{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"user\":{\"uid\":0,\"gid\":0},"
                 "\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\",\"CAP_KILL\"],\"effective\":[\"CAP_SYS_ADMIN\"],"
                 "\"permitted\":[\"CAP_SYS_ADMIN\"]}},\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}",
                 "{\"bounding\":[\"CAP_KILL\"],\"effective\":[],\"permitted\":[]}");
}

const memory_scenario memory_fix[] = {
    {"changes to a service", service},
    {"changes to a pod", pod},
    {"changes to a configuration", configuration},
    {NULL, NULL},
};
