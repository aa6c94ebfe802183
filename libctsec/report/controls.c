/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CIS Docker Benchmark for people: what is violated with its findings, what is open and why, what is in order. */
#include <string.h>

#include "base/utf8.h"
#include "report/report.h"

static void visible(ct_buffer *buffer, const char *text) { ct_utf8_add_visible(buffer, text, strlen(text)); }

static void heading(ct_buffer *buffer, ct_message_id id, int lang) {
  ct_buffer_format(buffer, "\n  %s\n", ct_message(id, lang));
}

static void add_evidence(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, const char *number, int lang) {
  for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++) {
    const ctsec_finding *finding = &findings->items[k];
    if (strcmp(finding->check, number)) continue;
    const char *source = finding->container->document->source;
    ct_buffer_format(buffer, "         %s: ", ct_rule(finding->rule)->id);
    visible(buffer, finding->observed);
    ct_buffer_text(buffer, "  ");
    visible(buffer, source ? source : "-");
    ct_buffer_format(buffer, ":%lld:%lld\n", (long long)finding->line, (long long)finding->column);
    const char *fix = ct_report_fix(finding);
    if (!*fix) continue;
    ct_buffer filled;
    ct_buffer_init(&filled);
    ct_report_fill(&filled, fix, &finding->values);
    ct_buffer_char(&filled, '\0');
    ct_buffer_format(buffer, "         %s: ", ct_message(CT_MESSAGE_REPORT_FIX, lang));
    /* Steps of several lines are kept on theirs. */
    for (const char *at = filled.failed ? "" : filled.data; *at;) {
      size_t line = strcspn(at, "\n");
      ct_utf8_add_visible(buffer, at, line);
      at += line;
      if (*at++ != '\n') break;
      ct_buffer_text(buffer, "\n           ");
    }
    ct_buffer_char(buffer, '\n');
    if (filled.failed) buffer->failed = 1;
    ct_buffer_free(&filled);
  }
}

void ct_report_controls_text(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i) {
  const ct_control *controls = findings->controls[i];
  int lang = findings->lang, seen[3] = {0};
  for (size_t c = 0; c < CT_CIS_CONTROLS; c++) {
    if (controls[c].status != CT_CONTROL_VIOLATED) continue;
    if (!seen[CT_CONTROL_VIOLATED]++) heading(buffer, CT_MESSAGE_CIS_STATUS_VIOLATED, lang);
    ct_buffer_format(buffer, "    %s  %s\n", ct_cis_number(c), ct_message(ct_cis_title(c), lang));
    add_evidence(buffer, findings, i, ct_cis_number(c), lang);
  }
  for (size_t c = 0; c < CT_CIS_CONTROLS; c++) {
    if (controls[c].status != CT_CONTROL_UNDECIDED) continue;
    if (!seen[CT_CONTROL_UNDECIDED]++) heading(buffer, CT_MESSAGE_CIS_STATUS_UNDECIDED, lang);
    ct_buffer_format(buffer, "    %s  %s: %s", ct_cis_number(c), ct_message(ct_cis_title(c), lang),
                     ct_message(controls[c].reason, lang));
    const char *needs = controls[c].needs;
    if (needs) ct_buffer_format(buffer, strncmp(needs, "file:", 5) ? " (--fact %s)" : " (%s)", needs);
    ct_buffer_char(buffer, '\n');
  }
  for (size_t c = 0; c < CT_CIS_CONTROLS; c++) {
    if (controls[c].status != CT_CONTROL_PASSED) continue;
    if (!seen[CT_CONTROL_PASSED]++) heading(buffer, CT_MESSAGE_CIS_STATUS_PASSED, lang);
    ct_buffer_format(buffer, "    %s  %s\n", ct_cis_number(c), ct_message(ct_cis_title(c), lang));
  }
  ct_buffer_char(buffer, '\n');
}
