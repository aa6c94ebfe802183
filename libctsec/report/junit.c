/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JUnit XML: a test suite for each container, a test case for each finding, a failure where it counts. */
#include <string.h>

#include "report/escape.h"
#include "report/scan.h"

static void text(ct_buffer *buffer, const char *value) { ct_escape_html(buffer, value, strlen(value)); }

static void attribute(ct_buffer *buffer, const char *name, const char *value) {
  ct_buffer_format(buffer, " %s=\"", name);
  text(buffer, value);
  ct_buffer_char(buffer, '"');
}

static void suite(ct_buffer *buffer, const char *name, unsigned tests, unsigned failures, unsigned errors, unsigned skipped) {
  ct_buffer_text(buffer, "  <testsuite");
  attribute(buffer, "name", name);
  ct_buffer_format(buffer, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", tests, failures, errors, skipped);
}

static void test_case(ct_buffer *buffer, const char *class_name, const char *name, const char *more) {
  ct_buffer_text(buffer, "    <testcase");
  attribute(buffer, "classname", class_name);
  ct_buffer_text(buffer, " name=\"");
  text(buffer, name);
  if (more) {
    ct_buffer_text(buffer, ": ");
    text(buffer, more);
  }
  ct_buffer_char(buffer, '"');
}

static void junit_begin(ctsec_scan *scan) {
  ct_buffer_text(&scan->ready, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ctsec\">\n");
}

static void details(ct_buffer *buffer, const ctsec_finding *finding) {
  const char *source = finding->source;
  int lang = finding->lang;
  text(buffer, source ? source : "-");
  ct_buffer_format(buffer, ":%lld:%lld ", (long long)finding->line, (long long)finding->column);
  text(buffer, finding->pointer);
  ct_buffer_format(buffer, "\n%s: ", ct_message(CT_MESSAGE_REPORT_OBSERVED, lang));
  text(buffer, finding->observed);
  ct_buffer_format(buffer, "\n%s: ", ct_message(CT_MESSAGE_REPORT_WHY, lang));
  text(buffer, ct_message(ct_rule(finding->rule)->why, lang));
  ct_buffer_format(buffer, "\n%s: ", ct_message(CT_MESSAGE_REPORT_FIX, lang));
  text(buffer, ct_message(ct_rule(finding->fix)->change, lang));
  ct_buffer_char(buffer, '\n');
}

static void finding_case(ctsec_scan *scan, const ctsec_finding *finding) {
  ct_buffer *buffer = &scan->ready;
  int fails = finding->severity >= ct_options_fail_on(scan->options);
  const char *element = fails ? "failure" : "system-out";
  test_case(buffer, finding->container->id, ct_rule(finding->rule)->id, finding->message);
  ct_buffer_format(buffer, ">\n      <%s", element);
  if (fails) {
    attribute(buffer, "type", ct_severity_name(finding->severity));
    attribute(buffer, "message", ct_message(ct_rule(finding->rule)->title, finding->lang));
  }
  ct_buffer_char(buffer, '>');
  details(buffer, finding);
  ct_buffer_format(buffer, "</%s>\n    </testcase>\n", element);
}

static void question_case(ct_buffer *buffer, const ctsec_findings *findings, const ct_diagnostic *diagnostic) {
  ct_buffer filled;
  ct_buffer_init(&filled);
  ct_report_fill(&filled, ct_message(diagnostic->message, findings->lang), &diagnostic->values);
  ct_buffer_char(&filled, '\0');
  const ct_container *container = diagnostic->container ? diagnostic->container : findings->containers->items;
  test_case(buffer, container->id, diagnostic->rule < CT_RULE_COUNT ? ct_rule(diagnostic->rule)->id : diagnostic->needs ? diagnostic->needs : "input", NULL);
  ct_buffer_text(buffer, ">\n      <skipped");
  attribute(buffer, "message", filled.failed ? "" : filled.data);
  ct_buffer_text(buffer, "/>\n    </testcase>\n");
  if (filled.failed) buffer->failed = 1;
  ct_buffer_free(&filled);
}

/* What is about the input as a whole stands with its first container. */
static void waived_case(ct_buffer *buffer, const ct_waived *waived) {
  test_case(buffer, waived->finding.container->id, ct_rule(waived->finding.rule)->id, waived->finding.message);
  ct_buffer_text(buffer, ">\n      <skipped");
  attribute(buffer, "message", waived->reason ? waived->reason : "");
  ct_buffer_text(buffer, "/>\n    </testcase>\n");
}

static int junit_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  (void)err;
  for (uint32_t i = 0; i < findings->containers->count; i++) {
    const ct_container *container = &findings->containers->items[i];
    unsigned tests = findings->starts[i + 1] - findings->starts[i], failures = 0, skipped = 0;
    for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++)
      failures += findings->items[k].severity >= ct_options_fail_on(scan->options);
    for (uint32_t k = ct_diagnostic_next(findings, i, 0); k < findings->diagnostic_count; k = ct_diagnostic_next(findings, i, k + 1)) skipped++;
    for (uint32_t k = 0; k < findings->waived_count; k++) skipped += findings->waived[k].finding.container == container;
    int silent = !tests && !skipped;
    suite(&scan->ready, container->id, tests + skipped + (unsigned)silent, failures, 0, skipped);
    for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++) finding_case(scan, &findings->items[k]);
    for (uint32_t k = ct_diagnostic_next(findings, i, 0); k < findings->diagnostic_count; k = ct_diagnostic_next(findings, i, k + 1))
      question_case(&scan->ready, findings, &findings->diagnostics[k]);
    for (uint32_t k = 0; k < findings->waived_count; k++)
      if (findings->waived[k].finding.container == container) waived_case(&scan->ready, &findings->waived[k]);
    if (silent) {
      test_case(&scan->ready, container->id, ct_message(CT_MESSAGE_REPORT_CLEAN, findings->lang), NULL);
      ct_buffer_text(&scan->ready, "/>\n");
    }
    ct_buffer_text(&scan->ready, "  </testsuite>\n");
  }
  return 0;
}

static void junit_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  ct_buffer *buffer = &scan->errors;
  suite(buffer, source, 1, 0, 1, 0);
  test_case(buffer, source, source, NULL);
  ct_buffer_text(buffer, ">\n      <error");
  attribute(buffer, "type", ctsec_error_name(ctsec_error_code(error)));
  attribute(buffer, "message", ctsec_error_message(error));
  ct_buffer_char(buffer, '>');
  text(buffer, source);
  if (ctsec_error_line(error) > 0)
    ct_buffer_format(buffer, ":%lld:%lld", (long long)ctsec_error_line(error), (long long)ctsec_error_column(error));
  if (ctsec_error_pointer(error)) {
    ct_buffer_char(buffer, ' ');
    text(buffer, ctsec_error_pointer(error));
  }
  ct_buffer_text(buffer, "</error>\n    </testcase>\n  </testsuite>\n");
}

static void junit_end(ctsec_scan *scan) {
  ct_buffer_add(&scan->ready, scan->errors.data ? scan->errors.data : "", scan->errors.length);
  ct_buffer_text(&scan->ready, "</testsuites>\n");
}

const ct_writer ct_writer_junit = {"junit", junit_begin, junit_add, junit_error, junit_end, "", 0};
