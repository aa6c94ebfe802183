/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text from elsewhere into markup. Control characters, marks that reorder and bytes that are not UTF-8 become visible. */
#ifndef CT_REPORT_ESCAPE_H
#define CT_REPORT_ESCAPE_H

#include "base/buffer.h"

/* For XML and HTML, as an element's text and in an attribute with either quote. */
void ct_escape_html(ct_buffer *buffer, const char *text, size_t length);
/* For GitHub flavoured Markdown, in a paragraph, a list or a cell of a table: nothing in it is markup or a mention. */
void ct_escape_markdown(ct_buffer *buffer, const char *text, size_t length);

#endif
