/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a manifest: an error with its place, or pods that the rules and the Pod Security Standards can judge. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void judge(const uint8_t *data, size_t size, const char *policy) {
  ctsec_options *options = NULL;
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_error *error = NULL;
  char *text;
  size_t length;
  must(!ctsec_options_new(&options, NULL) && !ctsec_options_set(options, "from", "kubernetes", 10, NULL) &&
       !ctsec_options_set(options, "policy", policy, strlen(policy), NULL));
  int status = ctsec_containers_parse((const char *)data, size, options, &containers, &error);
  if (status) {
    must(error && status != CTSEC_E_INTERNAL && ctsec_error_offset(error) <= (int64_t)size);
    ctsec_error_free(error);
  } else {
    must(ctsec_containers_count(containers) > 0);
    must(!ctsec_findings_check(containers, options, &findings, NULL));
    must(!ctsec_findings_to_json(findings, &text, &length, NULL));
    ctsec_free(text);
    for (size_t i = 0; i < ctsec_findings_count(findings); i++)
      must(ctsec_finding_line(ctsec_findings_at(findings, i)) > 0);
  }
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  judge(data, size, "default");
  judge(data, size, "pss:baseline");
  judge(data, size, "pss:restricted@1.18");
  return 0;
}
