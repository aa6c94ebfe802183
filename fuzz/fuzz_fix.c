/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a file to be changed: what is changed can be read, has exactly what is said to be left, and stays as it is the next time. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static ctsec_findings *find(const char *text, size_t size, const ctsec_options *options) {
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  if (ctsec_containers_parse(text, size, options, &containers, NULL)) return NULL;
  must(!ctsec_findings_check(containers, options, &findings, NULL));
  ctsec_containers_free(containers);
  return findings;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ctsec_options *options = NULL;
  must(!ctsec_options_new(&options, NULL) && !ctsec_options_set(options, "source", "f", 1, NULL));
  ctsec_findings *findings = find((const char *)data, size, options);
  ctsec_fixes *fixes = NULL, *again = NULL;
  ctsec_error *error = NULL;
  if (findings && !ctsec_fixes_resolve(findings, options, &fixes, &error)) {
    size_t length = 0, left = 0, same = 0;
    const char *text = ctsec_fixes_text(fixes, &length);
    for (size_t i = 0; i < ctsec_fixes_count(fixes); i++) {
      const ctsec_fix *fix = ctsec_fixes_at(fixes, i);
      left += ctsec_fix_status(fix) == CTSEC_FIX_LEFT;
      must((ctsec_fix_status(fix) == CTSEC_FIX_LEFT) == (ctsec_fix_reason(fix) != NULL));
    }
    ctsec_findings *after = find(text, length, options);
    must(after && ctsec_findings_count(after) == left);
    must(!ctsec_fixes_resolve(after, options, &again, NULL));
    const char *second = ctsec_fixes_text(again, &same);
    must(same == length && !memcmp(second, text, length));
    char *patch;
    must(!ctsec_fixes_diff(fixes, &patch, &same, NULL));
    must((same != 0) == (length != size || memcmp(text, data, size) != 0));
    ctsec_free(patch);
    must(!ctsec_fixes_to_json(fixes, &patch, &same, NULL));
    ctsec_free(patch);
    ctsec_findings_free(after);
  }
  must(!error || ctsec_error_code(error) != CTSEC_E_INTERNAL);
  ctsec_error_free(error);
  ctsec_fixes_free(again);
  ctsec_fixes_free(fixes);
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  return 0;
}
