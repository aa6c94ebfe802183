/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/page.h"

#include <string.h>

#include "base/utf8.h"
#include "report/escape.h"

ct_message_id ct_hold_word(ct_hold hold) {
  return hold == CT_HOLD_UNKNOWN ? CT_MESSAGE_UNKNOWN : (ct_message_id)(CT_MESSAGE_HOLD_YES + (int)hold);
}

const char *ct_hold_sign(ct_hold hold) {
  static const char signs[][4] = {"✓", "!", "✗", "?"};
  return signs[hold];
}

static int is_html(const ct_page *page) { return page->form == CT_PAGE_HTML; }
static int is_markdown(const ct_page *page) { return page->form == CT_PAGE_MARKDOWN; }

/* Markup of our own. */
static void raw(ct_page *page, const char *html, const char *markdown, const char *text) {
  ct_buffer_text(page->out, is_html(page) ? html : is_markdown(page) ? markdown : text);
}

void ct_page_text(ct_page *page, const char *text) {
  size_t length = strlen(text);
  if (is_html(page))
    ct_escape_html(page->out, text, length);
  else if (is_markdown(page))
    ct_escape_markdown(page->out, text, length);
  else
    ct_utf8_add_visible(page->out, text, length);
}

void ct_page_code(ct_page *page, const char *text) {
  raw(page, "<code>", "<code>", "");
  ct_page_text(page, text);
  raw(page, "</code>", "</code>", "");
}

/* By severity. */
static const char severity_styles[][2] = {"u", "u", "p", "n", "n"};

void ct_page_heading_severity(ct_page *page, unsigned level, int severity, const char *text) {
  const char *word = severity < 0 ? "" : ct_message((ct_message_id)(CT_MESSAGE_SEVERITY_INFO + severity), page->lang);
  if (is_html(page))
    ct_buffer_format(page->out, "<h%u>", level);
  else if (is_markdown(page))
    ct_buffer_format(page->out, "%.*s ", (int)level, "######");
  else if (level > 2)
    ct_buffer_text(page->out, level == 3 ? "\n  " : "  ");
  if (severity >= 0 && is_html(page))
    ct_buffer_format(page->out, "<span class=%s>%s</span> ", severity_styles[severity], word);
  else if (severity >= 0)
    ct_buffer_format(page->out, "%s: ", word);
  ct_page_text(page, text);
  if (is_html(page)) ct_buffer_format(page->out, "</h%u>", level);
  raw(page, "\n", "\n\n", "\n");
}

void ct_page_heading(ct_page *page, unsigned level, const char *text) { ct_page_heading_severity(page, level, -1, text); }

void ct_page_paragraph(ct_page *page, const char *text) {
  raw(page, "<p>", "", "  ");
  ct_page_text(page, text);
  raw(page, "\n", "\n\n", "\n");
}

void ct_page_list(ct_page *page) { raw(page, "<ul>", "", ""); }

void ct_page_item(ct_page *page, const char *code, const char *text) {
  raw(page, "<li>", "- ", "    - ");
  if (code) ct_page_code(page, code);
  if (code && text) ct_buffer_text(page->out, ": ");
  if (text) ct_page_text(page, text);
  ct_buffer_char(page->out, '\n');
}

void ct_page_list_end(ct_page *page) { raw(page, "</ul>\n", "\n", ""); }

void ct_page_terms(ct_page *page) { raw(page, "<dl>", "", ""); }

void ct_page_term(ct_page *page, ct_message_id name) {
  raw(page, "<dt>", "- **", "    ");
  ct_buffer_text(page->out, ct_message(name, page->lang));
  raw(page, "<dd>", ":** ", ": ");
}

void ct_page_terms_end(ct_page *page) { raw(page, "</dl>\n", "\n", "\n"); }

void ct_page_block(ct_page *page, const char *text) {
  int many = strchr(text, '\n') != NULL;
  if (!many) {
    ct_page_code(page, text);
    return;
  }
  raw(page, "<pre>", "\n\n  <pre>", "");
  for (int first = 1; text; first = 0) {
    const char *next = strchr(text, '\n');
    size_t length = next ? (size_t)(next - text) : strlen(text);
    if (!first) raw(page, "\n", "\n  ", "\n      ");
    /* Within <pre> of Markdown too: a block of HTML that lasts to its end. */
    if (page->form == CT_PAGE_TEXT)
      ct_utf8_add_visible(page->out, text, length);
    else
      ct_escape_html(page->out, text, length);
    text = next ? next + 1 : NULL;
  }
  raw(page, "</pre>", "</pre>\n", "");
}

void ct_page_table(ct_page *page, const char *caption, const char *const *headers, unsigned columns) {
  page->columns = columns;
  if (is_html(page)) {
    ct_buffer_text(page->out, "<div class=t tabindex=0 role=group aria-label=\"");
    ct_page_text(page, caption);
    ct_buffer_text(page->out, "\"><table><thead><tr>");
    for (unsigned i = 0; i < columns; i++) {
      ct_buffer_text(page->out, "<th scope=col>");
      ct_page_text(page, headers[i]);
    }
    ct_buffer_text(page->out, "<tbody>\n");
    return;
  }
  for (unsigned i = 0; i < columns; i++) {
    ct_buffer_text(page->out, "| ");
    ct_page_text(page, headers[i]);
    ct_buffer_char(page->out, ' ');
  }
  ct_buffer_text(page->out, "|\n");
  for (unsigned i = 0; i < columns; i++) ct_buffer_text(page->out, "|---");
  ct_buffer_text(page->out, "|\n");
}

static void open_cell(ct_page *page, unsigned column, const char *style) {
  if (is_html(page)) {
    ct_buffer_text(page->out, column ? "<td" : "<tr><th scope=row");
    if (style) ct_buffer_format(page->out, " class=%s", style);
    ct_buffer_char(page->out, '>');
    return;
  }
  ct_buffer_text(page->out, column ? " | " : "| ");
}

void ct_page_cell(ct_page *page, unsigned column) { open_cell(page, column, NULL); }

static const char hold_styles[][2] = {"y", "p", "n", "u"};

void ct_page_cell_word(ct_page *page, unsigned column, ct_hold hold, ct_message_id word) {
  open_cell(page, column, hold_styles[hold]);
  ct_buffer_format(page->out, "%s %s", ct_hold_sign(hold), ct_message(word, page->lang));
}

void ct_page_cell_hold(ct_page *page, unsigned column, ct_hold hold) {
  ct_page_cell_word(page, column, hold, ct_hold_word(hold));
}

void ct_page_cell_severity(ct_page *page, unsigned column, int severity) {
  open_cell(page, column, severity_styles[severity]);
  ct_buffer_text(page->out, ct_message((ct_message_id)(CT_MESSAGE_SEVERITY_INFO + severity), page->lang));
}

void ct_page_row_end(ct_page *page) { raw(page, "\n", " |\n", "\n"); }

void ct_page_table_end(ct_page *page) { raw(page, "</table></div>\n", "\n", ""); }

void ct_page_check(ct_page *page, ct_hold hold, ct_message_id what, const char *evidence) {
  const char *label = ct_message(what, page->lang);
  const char *word = ct_message(hold == CT_HOLD_YES       ? CT_MESSAGE_CHECK_YES
                                : hold == CT_HOLD_UNKNOWN ? CT_MESSAGE_UNKNOWN
                                                          : CT_MESSAGE_CHECK_NO,
                                page->lang);
  if (is_html(page)) {
    ct_buffer_format(page->out, "<tr><th scope=row>%s<td class=%s>%s %s<td>", label, hold_styles[hold],
                     hold == CT_HOLD_YES ? "☑" : "☐", word);
    ct_page_code(page, evidence);
    ct_buffer_char(page->out, '\n');
    return;
  }
  ct_buffer_format(page->out, "%s[%c] %s", is_markdown(page) ? "- " : "    ", hold == CT_HOLD_YES ? 'x' : ' ', label);
  if (hold == CT_HOLD_UNKNOWN) ct_buffer_format(page->out, " (%s)", word);
  ct_buffer_text(page->out, ": ");
  ct_page_code(page, evidence);
  ct_buffer_char(page->out, '\n');
}
