/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A page for people, written by one walk in three forms: plain text, GitHub flavoured Markdown, HTML. Whatever is passed
 * as text may come from an input: each form escapes it.
 */
#ifndef CT_REPORT_PAGE_H
#define CT_REPORT_PAGE_H

#include "data/messages.h"

typedef enum ct_page_form { CT_PAGE_TEXT, CT_PAGE_MARKDOWN, CT_PAGE_HTML } ct_page_form;

typedef struct ct_page {
  ct_buffer *out;
  ct_page_form form;
  int lang;
  /* Columns of the table that is open. */
  unsigned columns;
} ct_page;

/* How well something holds, in this order: a class, a sign and a word each. */
typedef enum ct_hold { CT_HOLD_YES, CT_HOLD_PART, CT_HOLD_NO, CT_HOLD_UNKNOWN } ct_hold;
ct_message_id ct_hold_word(ct_hold hold);
const char *ct_hold_sign(ct_hold hold);

void ct_page_text(ct_page *page, const char *text);
/* As it was written in the input: names, paths, values. */
void ct_page_code(ct_page *page, const char *text);
void ct_page_heading(ct_page *page, unsigned level, const char *text);
/* Of a finding: its severity goes before. */
void ct_page_heading_severity(ct_page *page, unsigned level, int severity, const char *text);
void ct_page_paragraph(ct_page *page, const char *text);

void ct_page_list(ct_page *page);
/* code may be NULL; text too. */
void ct_page_item(ct_page *page, const char *code, const char *text);
void ct_page_list_end(ct_page *page);

/* A term and what is said of it: ct_page_terms(), any number of ct_page_term(), what it is, ct_page_terms_end(). */
void ct_page_terms(ct_page *page);
void ct_page_term(ct_page *page, ct_message_id name);
void ct_page_terms_end(ct_page *page);
/* Of a term: what is to be typed, which may have many lines. */
void ct_page_block(ct_page *page, const char *text);

/* Not for text. caption may be NULL. */
void ct_page_table(ct_page *page, const char *caption, const char *const *headers, unsigned columns);
/* Starts a cell; the first of a row is its header. */
void ct_page_cell(ct_page *page, unsigned column);
/* With the word of the hold, or another. */
void ct_page_cell_word(ct_page *page, unsigned column, ct_hold hold, ct_message_id word);
void ct_page_cell_hold(ct_page *page, unsigned column, ct_hold hold);
void ct_page_cell_severity(ct_page *page, unsigned column, int severity);
void ct_page_row_end(ct_page *page);
void ct_page_table_end(ct_page *page);

/* One item of a checklist. */
void ct_page_check(ct_page *page, ct_hold hold, ct_message_id what, const char *evidence);

/* HTML only. The head with its style, to the begin of <main>. */
void ct_html_begin(ct_buffer *out, const char *title, int lang);
void ct_html_text(ct_buffer *out, const char *text);

/* A picture in a page: everything in user units of `width` by `height`. */
void ct_svg_begin(ct_buffer *out, unsigned width, unsigned height, const char *title);
/* class names one of the styles of the page. */
void ct_svg_box(ct_buffer *out, int x, int y, int width, int height, const char *style);
void ct_svg_line(ct_buffer *out, int x, int y, int to_x, const char *style);
/* Downwards. */
void ct_svg_arrow(ct_buffer *out, int x, int y, int to_y, const char *style);
/* anchor: 's'tart, 'm'iddle, 'e'nd. */
void ct_svg_label(ct_buffer *out, int x, int y, char anchor, const char *text);
void ct_svg_end(ct_buffer *out);

#endif
