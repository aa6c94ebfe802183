/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For people: what is dangerous first, each with what was seen and what to change; what follows from it below it. */
#include <string.h>

#include "base/utf8.h"
#include "report/report.h"

static void visible(ct_buffer *buffer, const char *text) { ct_utf8_add_visible(buffer, text, strlen(text)); }

static const char *severity(int level, int lang) { return ct_message((ct_message_id)(CT_MESSAGE_SEVERITY_INFO + level), lang); }

static void add_severity(ct_buffer *buffer, const ctsec_findings *findings, int level) {
  /* Of a terminal: cyan, green, yellow, red, bold red. */
  static const char colours[][5] = {"36", "32", "33", "31", "1;31"};
  if (findings->colour) ct_buffer_format(buffer, "\033[%sm", colours[level]);
  ct_buffer_format(buffer, "[%s]", severity(level, findings->lang));
  if (findings->colour) ct_buffer_text(buffer, "\033[0m");
}

static void label(ct_buffer *buffer, ct_message_id id, int lang) { ct_buffer_format(buffer, "      %s: ", ct_message(id, lang)); }

static void add_sets(ct_buffer *buffer, const ct_facts *facts, int lang) {
  ct_buffer_format(buffer, "  %s: ", ct_message(CT_MESSAGE_REPORT_CAPS, lang));
  uint64_t mask = facts->after_exec.effective;
  if (!(facts->exec_known & CT_FACT_EFFECTIVE)) {
    ct_buffer_text(buffer, ct_message(CT_MESSAGE_SCAN_UNDECIDED, lang));
    if (!(facts->exec_known & CT_FACT_BOUNDING)) {
      ct_buffer_char(buffer, '\n');
      return;
    }
    ct_buffer_format(buffer, "; %s: ", ct_message(CT_MESSAGE_SCAN_BOUNDING, lang));
    mask = facts->after_exec.bounding;
  }
  if (!mask) ct_buffer_text(buffer, ct_message(CT_MESSAGE_NONE, lang));
  int first = 1;
  for (int i = 0; i < 64 && !facts->all_caps; i++) {
    if (!(mask >> i & 1)) continue;
    const char *name = ctsec_cap_name(i);
    ct_buffer_text(buffer, first ? "" : " ");
    if (name)
      ct_buffer_text(buffer, !strncmp(name, "CAP_", 4) ? name + 4 : name);
    else
      ct_buffer_unsigned(buffer, (uint64_t)i);
    first = 0;
  }
  if (mask && facts->all_caps) ct_buffer_text(buffer, "ALL");
  ct_buffer_char(buffer, '\n');
}

/* A fragment of several lines starts on a line of its own. */
static void add_fragment(ct_buffer *buffer, char *text) {
  int many = strchr(text, '\n') != NULL;
  while (text) {
    char *next = strchr(text, '\n');
    if (next) *next++ = '\0';
    if (many) ct_buffer_text(buffer, "\n          ");
    visible(buffer, text);
    text = next;
  }
}

static void add_fix(ct_buffer *buffer, const ctsec_finding *finding, int lang) {
  const char *fix = ct_report_fix(finding);
  if (!*fix) return;
  ct_buffer filled;
  ct_buffer_init(&filled);
  ct_report_fill(&filled, fix, &finding->values);
  ct_buffer_char(&filled, '\0');
  label(buffer, CT_MESSAGE_REPORT_FIX, lang);
  if (filled.failed)
    buffer->failed = 1;
  else
    add_fragment(buffer, filled.data);
  ct_buffer_char(buffer, '\n');
  ct_buffer_free(&filled);
}

static void add_place(ct_buffer *buffer, const ctsec_finding *finding) {
  const char *source = finding->source;
  visible(buffer, source ? source : "-");
  ct_buffer_format(buffer, ":%lld:%lld", (long long)finding->line, (long long)finding->column);
}

static void add_followers(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, ct_rule_id cause, int lang) {
  int first = 1;
  for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++) {
    const ctsec_finding *finding = &findings->items[k];
    if (finding->because != cause) continue;
    if (first)
      label(buffer, CT_MESSAGE_SCAN_FOLLOWS, lang);
    else
      ct_buffer_text(buffer, ", ");
    ct_buffer_format(buffer, "%s (%s)", ct_rule(finding->rule)->id, severity(finding->severity, lang));
    first = 0;
  }
  if (!first) ct_buffer_char(buffer, '\n');
}

/* A cause may be found more than once (two mounts): what follows stands below the first. */
static int is_first_of_rule(const ctsec_findings *findings, uint32_t i, uint32_t k) {
  for (uint32_t j = findings->starts[i]; j < k; j++)
    if (findings->items[j].rule == findings->items[k].rule) return 0;
  return 1;
}

static void add_danger(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, uint32_t k, int lang) {
  const ctsec_finding *finding = &findings->items[k];
  const ct_rule_row *rule = ct_rule(finding->rule);
  ct_buffer_text(buffer, "\n  ");
  add_severity(buffer, findings, finding->severity);
  ct_buffer_format(buffer, " %s  (%s)\n", ct_message(rule->title, lang), rule->id);
  label(buffer, CT_MESSAGE_REPORT_OBSERVED, lang);
  visible(buffer, finding->observed);
  ct_buffer_text(buffer, "  ");
  add_place(buffer, finding);
  ct_buffer_char(buffer, '\n');
  label(buffer, CT_MESSAGE_REPORT_WHY, lang);
  ct_buffer_format(buffer, "%s\n", ct_message(rule->why, lang));
  if (ct_report_has_paths(finding)) {
    label(buffer, CT_MESSAGE_SCAN_PATHS, lang);
    ct_report_say_paths(buffer, finding, lang);
    ct_buffer_char(buffer, '\n');
  }
  if (finding->reason != CT_NO_MESSAGE) {
    label(buffer, CT_MESSAGE_SCAN_NOTE, lang);
    ct_buffer_format(buffer, "%s\n", ct_message(finding->reason, lang));
  }
  add_fix(buffer, finding, lang);
  if (is_first_of_rule(findings, i, k)) add_followers(buffer, findings, i, finding->rule, lang);
}

static void add_hygiene(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, uint32_t k, int lang) {
  const ctsec_finding *finding = &findings->items[k];
  const ct_rule_row *rule = ct_rule(finding->rule);
  const char *fix = ct_report_fix(finding);
  ct_buffer_text(buffer, "    ");
  add_severity(buffer, findings, finding->severity);
  ct_buffer_format(buffer, " %s: %s", rule->id, ct_message(rule->title, lang));
  if (*fix) {
    ct_buffer filled;
    ct_buffer_init(&filled);
    ct_report_fill(&filled, fix, &finding->values);
    ct_buffer_char(&filled, '\0');
    ct_buffer_text(buffer, strchr(filled.data ? filled.data : "", '\n') ? " ->" : " -> ");
    if (filled.failed)
      buffer->failed = 1;
    else
      add_fragment(buffer, filled.data);
    ct_buffer_free(&filled);
  }
  ct_buffer_char(buffer, '\n');
  if (is_first_of_rule(findings, i, k)) add_followers(buffer, findings, i, finding->rule, lang);
}

static void add_filled(ct_buffer *buffer, const ct_diagnostic *diagnostic, int lang) {
  ct_buffer filled;
  ct_buffer_init(&filled);
  ct_report_fill(&filled, ct_message(diagnostic->message, lang), &diagnostic->values);
  ct_buffer_char(&filled, '\0');
  if (filled.failed)
    buffer->failed = 1;
  else
    visible(buffer, filled.data);
  ct_buffer_char(buffer, '\n');
  ct_buffer_free(&filled);
}

/* What the reader remarked, on this container or on the input as a whole. */
static void add_notes(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, int lang) {
  int first = 1;
  for (uint32_t k = ct_diagnostic_next(findings, i, 0); k < findings->diagnostic_count; k = ct_diagnostic_next(findings, i, k + 1)) {
    const ct_diagnostic *diagnostic = &findings->diagnostics[k];
    if (diagnostic->rule < CT_RULE_COUNT) continue;
    if (first) ct_buffer_format(buffer, "\n  %s\n", ct_message(CT_MESSAGE_SCAN_INPUT_NOTES, lang));
    first = 0;
    int64_t line, column;
    ct_containers_locate(findings->containers, diagnostic->at, &line, &column);
    const char *source = ct_containers_source(findings->containers, diagnostic->at);
    ct_buffer_text(buffer, "    ");
    visible(buffer, source ? source : "-");
    ct_buffer_format(buffer, ":%lld:%lld: ", (long long)line, (long long)column);
    add_filled(buffer, diagnostic, lang);
  }
}

static void add_undecided(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, int lang) {
  int first = 1;
  for (uint32_t k = findings->questions[i]; k < findings->questions[i + 1]; k++) {
    const ct_diagnostic *diagnostic = &findings->diagnostics[k];
    if (diagnostic->rule == CT_RULE_COUNT) continue;
    if (first) ct_buffer_format(buffer, "\n  %s\n", ct_message(CT_MESSAGE_SCAN_UNKNOWN, lang));
    first = 0;
    ct_buffer_format(buffer, "    %s: ", ct_rule(diagnostic->rule)->id);
    add_filled(buffer, diagnostic, lang);
  }
}

static void add_waived(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i, int lang) {
  int first = 1;
  for (uint32_t k = 0; k < findings->waived_count; k++) {
    const ct_waived *waived = &findings->waived[k];
    const ctsec_finding *finding = &waived->finding;
    if (finding->container != &findings->containers->items[i]) continue;
    if (first) ct_buffer_format(buffer, "\n  %s\n", ct_message(CT_MESSAGE_WAIVED_TITLE, lang));
    first = 0;
    ct_buffer_text(buffer, "    ");
    add_severity(buffer, findings, finding->severity);
    ct_buffer_format(buffer, " %s: ", ct_rule(finding->rule)->id);
    visible(buffer, finding->observed);
    ct_buffer_text(buffer, "  (");
    visible(buffer, waived->reason);
    if (waived->expires) ct_buffer_format(buffer, "; %s", waived->expires);
    ct_buffer_text(buffer, ")\n");
  }
}

void ct_report_container_text(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i) {
  const ct_container *container = &findings->containers->items[i];
  int lang = findings->lang;
  uint32_t dangers = 0, hygiene = 0;
  visible(buffer, container->id);
  ct_buffer_format(buffer, "  (%s", ct_format_name(container->format));
  if (container->source) {
    ct_buffer_text(buffer, ", ");
    visible(buffer, container->source);
  }
  if (container->live && *container->live->program) {
    ct_buffer_text(buffer, ", ");
    visible(buffer, container->live->program);
  }
  ct_buffer_text(buffer, ")\n");
  add_sets(buffer, &container->facts, lang);
  if (findings->controls) {
    ct_report_controls_text(buffer, findings, i);
    return;
  }
  for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++) {
    const ctsec_finding *finding = &findings->items[k];
    if (ct_rule(finding->rule)->hygiene || finding->because != CT_RULE_COUNT) continue;
    add_danger(buffer, findings, i, k, lang);
    dangers++;
  }
  if (!dangers)
    ct_buffer_format(buffer, "\n  %s\n", ct_message(findings->hidden ? CT_MESSAGE_NOTHING_NEW : CT_MESSAGE_REPORT_CLEAN, lang));
  for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++) {
    const ctsec_finding *finding = &findings->items[k];
    if (!ct_rule(finding->rule)->hygiene || finding->because != CT_RULE_COUNT) continue;
    if (!hygiene++) ct_buffer_format(buffer, "\n  %s\n", ct_message(CT_MESSAGE_REPORT_HYGIENE, lang));
    add_hygiene(buffer, findings, i, k, lang);
  }
  add_waived(buffer, findings, i, lang);
  add_undecided(buffer, findings, i, lang);
  add_notes(buffer, findings, i, lang);
  ct_buffer_char(buffer, '\n');
}

static const char *number(char *storage, size_t value) {
  char *at = storage + 23;
  *at = '\0';
  do {
    *--at = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  return at;
}

void ct_report_summary_text(ct_buffer *buffer, const size_t *counts, size_t containers, size_t errors, int lang) {
  size_t all = 0;
  ct_buffer list;
  ct_buffer_init(&list);
  for (int i = 4; i >= 0; i--) {
    all += counts[i];
    if (counts[i]) ct_buffer_format(&list, "%s%s %zu", list.length ? ", " : "", severity(i, lang), counts[i]);
  }
  if (!list.length) ct_buffer_text(&list, ct_message(CT_MESSAGE_NONE, lang));
  ct_buffer_char(&list, '\0');
  char a[24], b[24], c[24];
  const ct_message_value values[] = {{"containers", number(a, containers)},
                                     {"errors", number(b, errors)},
                                     {"findings", number(c, all)},
                                     {"counts", list.failed ? "" : list.data}};
  ct_message_add(buffer, CT_MESSAGE_SCAN_TOTAL, lang, values, sizeof values / sizeof *values);
  ct_buffer_char(buffer, '\n');
  if (list.failed) buffer->failed = 1;
  ct_buffer_free(&list);
}

int ctsec_findings_to_text(const ctsec_findings *findings, char **text, size_t *length, ctsec_error **err) {
  if (!findings) return ct_error_null(err, "findings");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  size_t counts[5] = {0};
  for (uint32_t i = 0; i < findings->containers->count; i++) ct_report_container_text(&buffer, findings, i);
  for (uint32_t i = 0; i < findings->count; i++) counts[findings->items[i].severity]++;
  ct_report_summary_text(&buffer, counts, findings->containers->count, findings->containers->error_count, findings->lang);
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
