/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Markdown and HTML, and the audit pack also as text: one container after the other, the overview at the end. */
#include <string.h>

#include "base/utf8.h"
#include "report/scan.h"
#include "report/view.h"

static const char *severity_word(int severity, int lang) {
  return ct_message((ct_message_id)(CT_MESSAGE_SEVERITY_INFO + severity), lang);
}

static ct_page page_of(ctsec_scan *scan, ct_buffer *out, ct_page_form form) {
  return (ct_page){out, form, ct_options_lang(scan->options), 0};
}

static void show_layers(ct_view *view, ct_page *page) {
  const char *const headers[] = {ct_view_word(view, CT_MESSAGE_PAGE_LAYER), ct_view_word(view, CT_MESSAGE_PAGE_STATE),
                                 ct_view_word(view, CT_MESSAGE_PAGE_SETTING)};
  const char *title = ct_view_word(view, CT_MESSAGE_PAGE_BOUNDARY);
  if (page->form == CT_PAGE_TEXT) return;
  ct_page_heading(page, 3, title);
  if (page->form == CT_PAGE_HTML) {
    ct_buffer_text(page->out, "<div class=g>");
    ct_view_picture(view, page->out);
  }
  ct_page_table(page, title, headers, 3);
  for (int i = 0; i < CT_LAYERS; i++) {
    const ct_layer *layer = &view->layers[i];
    ct_page_cell(page, 0);
    ct_page_text(page, layer->name);
    ct_page_cell_hold(page, 1, layer->hold);
    ct_page_cell(page, 2);
    ct_page_code(page, layer->text);
    ct_page_row_end(page);
  }
  ct_page_table_end(page);
  if (page->form == CT_PAGE_HTML) ct_buffer_text(page->out, "</div>\n");
}

static void show_caps(ct_view *view, ct_page *page) {
  const ct_facts *facts = &view->container->facts;
  const ct_cap_sets *sets = &facts->after_exec;
  const struct {
    uint64_t mask;
    int known;
  } columns[] = {{sets->effective, facts->exec_known & CT_FACT_EFFECTIVE},
                 {sets->permitted, facts->exec_known & CT_FACT_PERMITTED},
                 {sets->bounding, facts->exec_known & CT_FACT_BOUNDING},
                 {sets->inheritable, facts->exec_known & CT_FACT_INHERITABLE},
                 {sets->ambient, facts->exec_known & CT_FACT_AMBIENT},
                 {facts->after_setuid.effective, facts->setuid_known & CT_FACT_EFFECTIVE}};
  enum { COLUMNS = sizeof columns / sizeof *columns };
  const char *const headers[] = {ct_view_word(view, CT_MESSAGE_LAYER_CAPABILITIES), "effective", "permitted", "bounding",
                                 "inheritable", "ambient", ct_view_word(view, CT_MESSAGE_PAGE_SETUID),
                                 ct_view_word(view, CT_MESSAGE_PAGE_PURPOSE)};
  uint64_t rows = facts->engine_default;
  for (int i = 0; i < COLUMNS; i++)
    if (columns[i].known) rows |= columns[i].mask;
  const char *title = ct_view_word(view, CT_MESSAGE_LAYER_CAPABILITIES);
  ct_page_heading(page, 3, title);
  ct_page_table(page, title, headers, COLUMNS + 2);
  for (int number = 0; number < 64; number++) {
    if (!(rows >> number & 1)) continue;
    const char *name = ctsec_cap_name(number);
    ct_page_cell(page, 0);
    if (name)
      ct_buffer_text(page->out, name + 4);
    else
      ct_buffer_unsigned(page->out, (uint64_t)number);
    for (int i = 0; i < COLUMNS; i++) {
      ct_page_cell(page, (unsigned)i + 1);
      ct_buffer_text(page->out, !columns[i].known ? "?" : columns[i].mask >> number & 1 ? "✓" : "–");
    }
    ct_page_cell(page, COLUMNS + 1);
    if (number < CT_CAP_COUNT) ct_page_text(page, ct_view_word(view, (ct_message_id)(CT_MESSAGE_PURPOSE_0 + number)));
    ct_page_row_end(page);
  }
  ct_page_table_end(page);
}

static void show_calls(ct_view *view, ct_page *page) {
  const ct_call_table *calls = &view->calls;
  const char *title = ct_view_word(view, CT_MESSAGE_PAGE_CALLS);
  const char *const headers[] = {ct_view_word(view, CT_MESSAGE_PAGE_GROUP), ct_view_word(view, CT_MESSAGE_PAGE_ALLOWED),
                                 ct_view_word(view, CT_MESSAGE_PAGE_CONDITIONAL),
                                 ct_view_word(view, CT_MESSAGE_PAGE_REFUSED)};
  ct_page_heading(page, 3, title);
  ct_view_say_calls(view, page);
  if (calls->state != CT_CALLS_FILTERED) return;
  ct_call_group groups[CT_CALL_GROUPS];
  uint32_t count = ct_calls_by_group(calls, groups);
  ct_page_table(page, title, headers, 4);
  for (uint32_t i = 0; i < count; i++) {
    /* What is allowed as a whole says little. */
    if (!groups[i].counts[CT_CALL_REFUSED] && !groups[i].counts[CT_CALL_CONDITIONAL]) continue;
    ct_page_cell(page, 0);
    ct_buffer_text(page->out, groups[i].name);
    for (unsigned k = 0; k < 3; k++) {
      ct_page_cell(page, k + 1);
      ct_buffer_unsigned(page->out, groups[i].counts[CT_CALL_ALLOWED - k]);
    }
    ct_page_row_end(page);
  }
  ct_page_table_end(page);
}

static void add_place(const ct_view *view, ct_buffer *buffer, const ct_value *at) {
  int64_t line, column;
  const char *source = ct_containers_source(view->findings->containers, at);
  ct_containers_locate(view->findings->containers, at, &line, &column);
  ct_buffer_format(buffer, "%s:%lld:%lld", source ? source : "-", (long long)line, (long long)column);
}

/* "file:3:5 /pointer" */
static const char *place_of(ct_view *view, const ctsec_finding *finding) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  add_place(view, &buffer, finding->at);
  if (*finding->pointer) ct_buffer_format(&buffer, " %s", finding->pointer);
  return ct_view_keep(view, &buffer);
}

static const char *fix_of(ct_view *view, const ctsec_finding *finding) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_report_fill(&buffer, ct_report_fix(finding), &finding->values);
  return ct_view_keep(view, &buffer);
}

static void show_danger(ct_view *view, ct_page *page, const ctsec_finding *finding) {
  const ctsec_findings *findings = view->findings;
  const ct_rule_row *rule = ct_rule(finding->rule);
  const char *fix = fix_of(view, finding);
  ct_page_heading_severity(page, 4, finding->severity, ct_message(rule->title, view->lang));
  ct_page_paragraph(page, finding->message);
  ct_page_terms(page);
  ct_page_term(page, CT_MESSAGE_REPORT_OBSERVED);
  ct_page_code(page, finding->observed);
  ct_buffer_char(page->out, '\n');
  ct_page_term(page, CT_MESSAGE_REPORT_WHERE);
  ct_page_code(page, place_of(view, finding));
  ct_buffer_char(page->out, '\n');
  ct_page_term(page, CT_MESSAGE_REPORT_WHY);
  ct_page_text(page, ct_message(rule->why, view->lang));
  ct_buffer_char(page->out, '\n');
  if (ct_report_has_paths(finding)) {
    ct_buffer buffer;
    ct_buffer_init(&buffer);
    ct_report_say_paths(&buffer, finding, view->lang);
    ct_page_term(page, CT_MESSAGE_SCAN_PATHS);
    ct_page_text(page, ct_view_keep(view, &buffer));
    ct_buffer_char(page->out, '\n');
  }
  if (finding->reason != CT_NO_MESSAGE) {
    ct_page_term(page, CT_MESSAGE_SCAN_NOTE);
    ct_page_text(page, ct_message(finding->reason, view->lang));
    ct_buffer_char(page->out, '\n');
  }
  ct_page_term(page, CT_MESSAGE_REPORT_FIX);
  ct_page_text(page, ct_message(ct_rule(finding->fix)->change, view->lang));
  if (*fix) {
    ct_buffer_char(page->out, ' ');
    ct_page_block(page, fix);
  }
  ct_buffer_char(page->out, '\n');
  ct_page_term(page, CT_MESSAGE_PAGE_RULE);
  ct_page_code(page, rule->id);
  if (finding->check) {
    ct_buffer_format(page->out, " · %s ", findings->controls ? "CIS-Docker-1.6" : "PSS");
    ct_page_code(page, finding->check);
  }
  ct_buffer_char(page->out, '\n');
  ct_page_terms_end(page);
}

static void show_other(ct_view *view, ct_page *page, const ctsec_finding *finding) {
  const ct_rule_row *rule = ct_rule(finding->rule);
  ct_page_cell(page, 0);
  ct_page_text(page, rule->id);
  ct_page_cell_severity(page, 1, finding->severity);
  ct_page_cell(page, 2);
  ct_page_text(page, finding->message);
  ct_page_cell(page, 3);
  ct_page_code(page, finding->observed);
  ct_buffer_char(page->out, ' ');
  ct_page_code(page, place_of(view, finding));
  ct_page_cell(page, 4);
  ct_page_text(page, ct_message(ct_rule(finding->fix)->change, view->lang));
  ct_page_row_end(page);
}

/* What somebody accepted, with the reason. */
static void show_waived(ct_view *view, ct_page *page) {
  const ctsec_findings *findings = view->findings;
  int first = 1;
  for (uint32_t k = 0; k < findings->waived_count; k++) {
    const ct_waived *waived = &findings->waived[k];
    if (waived->finding.container != view->container) continue;
    if (first) {
      ct_page_heading(page, 4, ct_view_word(view, CT_MESSAGE_WAIVED_TITLE));
      ct_page_list(page);
    }
    first = 0;
    ct_buffer text;
    ct_buffer_init(&text);
    ct_buffer_format(&text, "[%s] %s (%s", severity_word(waived->finding.severity, view->lang), waived->finding.message,
                     waived->reason ? waived->reason : "");
    if (waived->expires) ct_buffer_format(&text, "; %s", waived->expires);
    ct_buffer_char(&text, ')');
    ct_page_item(page, ct_rule(waived->finding.rule)->id, ct_view_keep(view, &text));
  }
  if (!first) ct_page_list_end(page);
}

/* What leads; of a standard every violation does. */
static int is_danger(const ctsec_finding *finding) {
  return finding->check || (!ct_rule(finding->rule)->hygiene && finding->because == CT_RULE_COUNT);
}

static void show_findings(ct_view *view, ct_page *page) {
  const ctsec_findings *findings = view->findings;
  const char *const headers[] = {ct_view_word(view, CT_MESSAGE_PAGE_RULE), ct_view_word(view, CT_MESSAGE_PAGE_SEVERITY),
                                 ct_view_word(view, CT_MESSAGE_REPORT_FINDINGS), ct_view_word(view, CT_MESSAGE_PAGE_EVIDENCE),
                                 ct_view_word(view, CT_MESSAGE_PAGE_CHANGE)};
  unsigned dangers = 0, others = 0;
  ct_page_heading(page, 3, ct_view_word(view, CT_MESSAGE_REPORT_FINDINGS));
  for (uint32_t k = findings->starts[view->index]; k < findings->starts[view->index + 1]; k++) {
    const ctsec_finding *finding = &findings->items[k];
    if (!is_danger(finding)) continue;
    show_danger(view, page, finding);
    dangers++;
  }
  if (!dangers)
    ct_page_paragraph(page, ct_view_word(view, findings->hidden ? CT_MESSAGE_NOTHING_NEW : CT_MESSAGE_REPORT_CLEAN));
  const char *title = ct_view_word(view, CT_MESSAGE_PAGE_OTHERS);
  for (uint32_t k = findings->starts[view->index]; k < findings->starts[view->index + 1]; k++) {
    const ctsec_finding *finding = &findings->items[k];
    if (is_danger(finding)) continue;
    if (!others++) {
      ct_page_heading(page, 4, title);
      ct_page_table(page, title, headers, 5);
    }
    show_other(view, page, finding);
  }
  if (others) ct_page_table_end(page);
  show_waived(view, page);
}

/* What a rule could not decide, or what the reader remarked about no rule, which stands with its place. */
static void show_questions(ct_view *view, ct_page *page, int notes) {
  const ctsec_findings *findings = view->findings;
  int first = 1;
  for (uint32_t k = ct_diagnostic_next(findings, view->index, 0); k < findings->diagnostic_count; k = ct_diagnostic_next(findings, view->index, k + 1)) {
    const ct_diagnostic *diagnostic = &findings->diagnostics[k];
    if (notes != (diagnostic->rule == CT_RULE_COUNT)) continue;
    if (first) {
      ct_page_heading(page, 3, ct_view_word(view, notes ? CT_MESSAGE_SCAN_INPUT_NOTES : CT_MESSAGE_SCAN_UNKNOWN));
      ct_page_list(page);
    }
    first = 0;
    ct_buffer text, place;
    ct_buffer_init(&text);
    ct_buffer_init(&place);
    ct_report_fill(&text, ct_message(diagnostic->message, view->lang), &diagnostic->values);
    if (notes) add_place(view, &place, diagnostic->at);
    const char *code = notes ? ct_view_keep(view, &place) : ct_rule(diagnostic->rule)->id;
    ct_page_item(page, code, ct_view_keep(view, &text));
  }
  if (!first) ct_page_list_end(page);
}

/* Of a benchmark: each control, also those that nothing violates. */
static void show_controls(ct_view *view, ct_page *page) {
  if (!view->findings->controls) return;
  const ct_control *controls = view->findings->controls[view->index];
  static const ct_hold holds[] = {CT_HOLD_YES, CT_HOLD_NO, CT_HOLD_UNKNOWN};
  const char *title = "CIS Docker Benchmark 1.6";
  const char *const headers[] = {ct_view_word(view, CT_MESSAGE_PAGE_CHECK), ct_view_word(view, CT_MESSAGE_PAGE_STATE),
                                 ct_view_word(view, CT_MESSAGE_REPORT_WHY)};
  ct_page_heading(page, 3, title);
  ct_page_table(page, title, headers, 3);
  for (size_t i = 0; i < CT_CIS_CONTROLS; i++) {
    ct_page_cell(page, 0);
    ct_buffer_format(page->out, "%s ", ct_cis_number(i));
    ct_page_text(page, ct_view_word(view, ct_cis_title(i)));
    ct_page_cell_word(page, 1, holds[controls[i].status],
                      controls[i].status == CT_CONTROL_PASSED     ? CT_MESSAGE_CIS_STATUS_PASSED
                      : controls[i].status == CT_CONTROL_VIOLATED ? CT_MESSAGE_CIS_STATUS_VIOLATED
                                                                  : CT_MESSAGE_CIS_STATUS_UNDECIDED);
    ct_page_cell(page, 2);
    if (controls[i].reason != CT_NO_MESSAGE) ct_page_text(page, ct_view_word(view, controls[i].reason));
    ct_page_row_end(page);
  }
  ct_page_table_end(page);
}

static void show_header(ct_view *view, ct_page *page, size_t number) {
  const ct_container *container = view->container;
  if (page->form == CT_PAGE_HTML)
    ct_buffer_format(page->out, "<section id=c%zu aria-labelledby=h%zu><h2 id=h%zu>", number, number, number);
  else if (page->form == CT_PAGE_MARKDOWN)
    ct_buffer_text(page->out, "## ");
  ct_page_text(page, container->id);
  ct_buffer_text(page->out, page->form == CT_PAGE_HTML ? "</h2>\n<p>" : page->form == CT_PAGE_MARKDOWN ? "\n\n" : "\n  ");
  ct_buffer_format(page->out, "%s", ct_format_name(container->format));
  if (container->source) {
    ct_buffer_text(page->out, " · ");
    ct_page_code(page, container->source);
  }
  if (container->image.length) {
    ct_buffer_format(page->out, " · %s ", ct_view_word(view, CT_MESSAGE_PAGE_IMAGE));
    ct_page_code(page, container->image.value);
  }
  ct_buffer_text(page->out, page->form == CT_PAGE_MARKDOWN ? "\n\n" : "\n");
}

/* Its line of the overview. */
static void add_index(ctsec_scan *scan, const ct_view *view, ct_page_form form, size_t number) {
  ct_page page = page_of(scan, &scan->index, form);
  const ctsec_findings *findings = view->findings;
  size_t counts[5] = {0};
  for (uint32_t k = findings->starts[view->index]; k < findings->starts[view->index + 1]; k++)
    counts[findings->items[k].severity]++;
  ct_page_cell(&page, 0);
  if (form == CT_PAGE_HTML) ct_buffer_format(page.out, "<a href=#c%zu>", number);
  ct_page_text(&page, view->container->id);
  if (form == CT_PAGE_HTML) ct_buffer_text(page.out, "</a>");
  for (int i = 4; i >= 0; i--) {
    ct_page_cell(&page, (unsigned)(5 - i));
    ct_buffer_unsigned(page.out, counts[i]);
  }
  ct_page_cell(&page, 6);
  ct_page_code(&page, view->container->source ? view->container->source : "-");
  ct_page_row_end(&page);
}

static void show(ctsec_scan *scan, ct_view *view, ct_page_form form, size_t number) {
  ct_page page = page_of(scan, &scan->ready, form);
  int audit = scan->options->audit;
  show_header(view, &page, number);
  if (audit) {
    ct_page_heading(&page, 3, ct_view_word(view, CT_MESSAGE_PAGE_STATEMENT));
    ct_view_statement(view, &page);
  }
  show_layers(view, &page);
  if (!audit) {
    show_findings(view, &page);
    show_controls(view, &page);
    show_caps(view, &page);
    show_calls(view, &page);
  }
  ct_page_heading(&page, 3, ct_view_word(view, CT_MESSAGE_PAGE_CHECKLIST));
  ct_view_checklist(view, &page);
  show_questions(view, &page, 0);
  show_questions(view, &page, 1);
  ct_buffer_text(page.out, form == CT_PAGE_HTML ? "</section>\n" : "\n");
  if (form != CT_PAGE_TEXT) add_index(scan, view, form, number);
}

int ct_markup_add(ctsec_scan *scan, const ctsec_findings *findings, ct_page_form form, ctsec_error **err) {
  static const ct_selection everything;
  const ctsec_findings *all = findings;
  ctsec_findings *made = NULL;
  int status = 0;
  if (findings->hidden || memcmp(&scan->selection, &everything, sizeof everything)) {
    status = ct_findings_make(findings->containers, scan->options, &everything, &made, err);
    all = made;
  }
  for (uint32_t i = 0; i < findings->containers->count && !status; i++) {
    ct_view view = {.options = scan->options, .findings = findings, .index = i, .all = all, .lang = findings->lang};
    view.container = &findings->containers->items[i];
    ct_arena_init(&view.arena);
    status = ct_calls_find(&scan->calls, view.container, scan->options, &view.calls, err);
    if (!status) {
      ct_view_layers(&view);
      show(scan, &view, form, scan->containers + i + 1);
      if (view.failed) status = ct_error_nomem(err);
    }
    ct_arena_free(&view.arena);
  }
  ctsec_findings_free(made);
  return status;
}

static const char *title_of(const ctsec_scan *scan) {
  return ct_message(scan->options->audit ? CT_MESSAGE_PAGE_AUDIT : CT_MESSAGE_PAGE_TITLE, ct_options_lang(scan->options));
}

static void add_error(ctsec_scan *scan, const char *source, const ctsec_error *error, ct_page_form form) {
  ct_page page = page_of(scan, &scan->errors, form);
  ct_buffer place;
  ct_buffer_init(&place);
  ct_utf8_add_visible(&place, source, strlen(source));
  if (ctsec_error_line(error) > 0)
    ct_buffer_format(&place, ":%lld:%lld", (long long)ctsec_error_line(error), (long long)ctsec_error_column(error));
  ct_buffer_char(&place, '\0');
  if (place.failed)
    scan->errors.failed = 1;
  else
    ct_page_item(&page, place.data, ctsec_error_message(error));
  ct_buffer_free(&place);
}

static void finish(ctsec_scan *scan, ct_page_form form) {
  ct_page page = page_of(scan, &scan->ready, form);
  const char *overview = ct_message(CT_MESSAGE_PAGE_OVERVIEW, page.lang);
  const char *headers[7] = {ct_message(CT_MESSAGE_PAGE_CONTAINER, page.lang)};
  for (int i = 4; i >= 0; i--) headers[5 - i] = severity_word(i, page.lang);
  headers[6] = ct_message(CT_MESSAGE_PAGE_SOURCE, page.lang);
  if (form == CT_PAGE_HTML) ct_buffer_text(page.out, "</main>\n<nav id=overview aria-labelledby=o><h2 id=o>");
  if (form == CT_PAGE_HTML)
    ct_buffer_format(page.out, "%s</h2>\n<p>", overview);
  else
    ct_page_heading(&page, 2, overview);
  ct_report_summary_text(page.out, scan->counts, scan->containers, scan->error_count, page.lang);
  ct_buffer_char(page.out, '\n');
  if (scan->index.length) {
    ct_page_table(&page, overview, headers, 7);
    ct_buffer_add(page.out, scan->index.data, scan->index.length);
    ct_page_table_end(&page);
  }
  if (scan->errors.length) {
    ct_page_heading(&page, 3, ct_message(CT_MESSAGE_PAGE_ERRORS, page.lang));
    ct_page_list(&page);
    ct_buffer_add(page.out, scan->errors.data, scan->errors.length);
    ct_page_list_end(&page);
  }
  ct_buffer accepted;
  ct_buffer_init(&accepted);
  ct_suppressions_text(&accepted, &scan->suppressions, page.lang);
  ct_buffer_char(&accepted, '\0');
  if (accepted.failed) page.out->failed = 1;
  if (accepted.length > 1) ct_page_block(&page, accepted.data);
  ct_buffer_free(&accepted);
  if (form == CT_PAGE_HTML) ct_buffer_text(page.out, "</nav>\n");
  if (form == CT_PAGE_HTML) ct_buffer_text(page.out, "<footer>");
  ct_page_paragraph(&page, "ctsec " CT_VERSION);
  if (form == CT_PAGE_HTML) ct_buffer_text(page.out, "</footer>\n");
}

static void markdown_begin(ctsec_scan *scan) {
  ct_page page = page_of(scan, &scan->ready, CT_PAGE_MARKDOWN);
  ct_page_heading(&page, 1, title_of(scan));
}
static int markdown_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  return ct_markup_add(scan, findings, CT_PAGE_MARKDOWN, err);
}
static void markdown_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  add_error(scan, source, error, CT_PAGE_MARKDOWN);
}
static void markdown_end(ctsec_scan *scan) { finish(scan, CT_PAGE_MARKDOWN); }

static void html_begin(ctsec_scan *scan) { ct_html_begin(&scan->ready, title_of(scan), ct_options_lang(scan->options)); }
static int html_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  return ct_markup_add(scan, findings, CT_PAGE_HTML, err);
}
static void html_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  add_error(scan, source, error, CT_PAGE_HTML);
}
static void html_end(ctsec_scan *scan) { finish(scan, CT_PAGE_HTML); }

const ct_writer ct_writer_markdown = {"markdown", markdown_begin, markdown_add, markdown_error, markdown_end, NULL, 1};
const ct_writer ct_writer_html = {"html", html_begin, html_add, html_error, html_end, NULL, 1};
