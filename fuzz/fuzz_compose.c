/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a Compose file, and as the files beside it: an error with its
 * place, or services that the rules can judge, every place of which is known.
 */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

/* Up to a line that is all percent signs. */
static size_t part(const char *text, size_t size) {
  for (const char *at = text; size - (size_t)(at - text) >= 4; at++) {
    at = memchr(at, '%', size - (size_t)(at - text));
    if (!at || size - (size_t)(at - text) < 4) break;
    if (!memcmp(at, "%%%\n", 4)) return (size_t)(at - text);
  }
  return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[] = {"base.yml", "part.yml", "over.yml", ".env", "web.env", "profile.json"};
  const char *text = (const char *)data;
  ctsec_options *options = NULL;
  must(!ctsec_options_new(&options, NULL) && !ctsec_options_set(options, "from", "compose", 7, NULL) &&
       !ctsec_options_set(options, "source", "dir/compose.yml", 15, NULL) && !ctsec_options_set(options, "env", "A=b", 3, NULL) &&
       !ctsec_options_set_limit(options, CTSEC_LIMIT_WORK, 1000000, NULL));
  size_t length = part(text, size), at = length;
  for (size_t i = 0; i < sizeof names / sizeof *names && at + 4 <= size; i++) {
    size_t own = part(text + at + 4, size - at - 4);
    must(!ctsec_options_set_file(options, names[i], text + at + 4, own, NULL));
    if (i == 2) must(!ctsec_options_set(options, "override", names[i], strlen(names[i]), NULL));
    at += 4 + own;
  }
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(text, length, options, &containers, &error);
  if (status) {
    must(error && status != CTSEC_E_INTERNAL && ctsec_error_code(error) == status);
    ctsec_error_free(error);
  } else {
    ctsec_findings *findings = NULL;
    char *document;
    size_t bytes;
    must(ctsec_containers_count(containers) > 0);
    must(!ctsec_containers_to_json(containers, &document, &bytes, NULL));
    ctsec_free(document);
    must(!ctsec_findings_check(containers, options, &findings, NULL));
    must(!ctsec_findings_to_json(findings, &document, &bytes, NULL));
    ctsec_free(document);
    for (size_t i = 0; i < ctsec_findings_count(findings); i++) must(ctsec_finding_line(ctsec_findings_at(findings, i)) > 0);
    ctsec_findings_free(findings);
  }
  ctsec_containers_free(containers);
  ctsec_files *files = NULL;
  must(!ctsec_files_find(text, length, options, &files, NULL));
  ctsec_files_free(files);
  ctsec_options_free(options);
  return 0;
}
