/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/escape.h"

#include "base/utf8.h"

/* A noncharacter is no character of XML. */
static int is_noncharacter(uint32_t point) {
  return (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
}

/* Adds what is special by `entity`, the rest visible. */
static void escape(ct_buffer *buffer, const char *text, size_t length,
                   const char *(*entity)(char before, char c, char after)) {
  size_t start = 0;
  for (size_t i = 0; i < length;) {
    uint32_t point;
    int n = ct_utf8_decode(text + i, length - i, &point);
    const char *with = n == 1 ? entity(i ? text[i - 1] : '\0', text[i], i + 1 < length ? text[i + 1] : '\0') : NULL;
    int unfit = n > 1 && is_noncharacter(point);
    if (!n) n = 1;
    if (with || unfit) {
      ct_utf8_add_visible(buffer, text + start, i - start);
      if (with)
        ct_buffer_text(buffer, with);
      else
        ct_buffer_format(buffer, "\\u{%x}", point);
      start = i + (size_t)n;
    }
    i += (size_t)n;
  }
  ct_utf8_add_visible(buffer, text + start, length - start);
}

static const char *html_entity(char before, char c, char after) {
  (void)before, (void)after;
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&#34;";
    case '\'': return "&#39;";
    default: return NULL;
  }
}

void ct_escape_html(ct_buffer *buffer, const char *text, size_t length) { escape(buffer, text, length, html_entity); }

/*
 * A comment rather than a backslash where GitHub looks into what is already rendered (mentions, numbers of issues,
 * addresses of mail), an entity where it looks for links while it parses.
 */
static const char *markdown_entity(char before, char c, char after) {
  switch (c) {
    case '\\': return "\\\\";
    case '`': return "\\`";
    case '*': return "\\*";
    case '_': return "\\_";
    case '[': return "\\[";
    case ']': return "\\]";
    case '~': return "\\~";
    case '|': return "\\|";
    case '!': return "\\!";
    case '$': return "&#36;";
    case '#': return "#<!-- -->";
    case '@': return "@<!-- -->";
    case ':': return after == '/' ? "&#58;" : NULL;
    case '.': return before == 'w' || before == 'W' ? "&#46;" : NULL;
    case '+':
    case '-':
    case '=': return before ? NULL : c == '+' ? "\\+" : c == '-' ? "\\-" : "\\=";
    case '"':
    case '\'': return NULL;
    default: return html_entity(before, c, after);
  }
}

void ct_escape_markdown(ct_buffer *buffer, const char *text, size_t length) {
  escape(buffer, text, length, markdown_entity);
}
