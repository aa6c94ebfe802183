/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a description of containers: an error with a place within them, or documents that are JSON, and reports in which nothing of the input acts. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ctsec/ctsec.h"
#include "syntax/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void must_be_json(const char *text, size_t length) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ctsec_error *error = NULL;
  int status = ct_json_parse(&arena, text, length, NULL, &document, &error);
  /* A report may be larger than what an input may be. */
  must(!status || status == CTSEC_E_LIMIT);
  ctsec_error_free(error);
  ct_arena_free(&arena);
}

static void report(ctsec_containers *containers) {
  ctsec_findings *findings = NULL;
  char *text;
  size_t length;
  must(!ctsec_containers_to_json(containers, &text, &length, NULL));
  must_be_json(text, length);
  ctsec_free(text);
  must(!ctsec_findings_check(containers, NULL, &findings, NULL));
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    must(ctsec_finding_line(finding) >= 1 && ctsec_finding_column(finding) >= 1 && *ctsec_finding_message(finding));
  }
  must(!ctsec_findings_to_json(findings, &text, &length, NULL));
  must_be_json(text, length);
  ctsec_free(text);
  must(!ctsec_findings_to_text(findings, &text, &length, NULL));
  must(strlen(text) == length);
  ctsec_free(text);
  ctsec_findings_free(findings);
}

/* Nothing of the input may act in what reads the report: a terminal, a browser, Markdown. */
static void must_be_harmless(const char *text, size_t length, int markup) {
  must(ct_utf8_check(text, length) == length);
  for (size_t i = 0; i < length; i++) must((unsigned char)text[i] >= 0x20 || text[i] == '\n');
  must(!strstr(text, "\xe2\x80\xae") && !(markup && strstr(text, "<script")));
}

/* One input of sixteen in one of the formats, chosen by its bytes. */
static void write_report(const uint8_t *data, size_t size) {
  static const char *const formats[] = {"sarif", "junit", "markdown", "html", "text"};
  enum { FIRST_WITH_AUDIT = 2 };
  unsigned sum = (unsigned)size;
  for (size_t i = 0; i < size; i++) sum = sum * 31 + data[i];
  if (sum % 16) return;
  unsigned which = sum / 16 % 5;
  const char *format = formats[which];
  ctsec_options *options;
  ctsec_scan *stream;
  char *text;
  size_t length;
  must(!ctsec_options_new(&options, NULL));
  if (sum & 256 && which >= FIRST_WITH_AUDIT) must(!ctsec_options_set(options, "audit", "true", 4, NULL));
  must(!ctsec_scan_new(options, format, &stream, NULL));
  ctsec_options_free(options);
  ctsec_scan_feed(stream, "<script>\x1b\xff", (const char *)data, size, NULL);
  must(!ctsec_scan_finish(stream, &text, &length, NULL));
  if (strcmp(format, "sarif"))
    must_be_harmless(text, length, strcmp(format, "text") != 0);
  else
    must_be_json(text, length);
  ctsec_free(text);
  ctsec_scan_free(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  write_report(data, size);
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  if (ctsec_containers_parse((const char *)data, size, NULL, &containers, &error)) {
    must(!containers && error && ctsec_error_offset(error) <= (int64_t)size && *ctsec_error_message(error));
    ctsec_error_free(error);
    return 0;
  }
  must(!error && ctsec_containers_count(containers) > 0);
  report(containers);
  ctsec_containers_free(containers);
  return 0;
}
