/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attack paths as a page: what each needs, one below the other, to what it reaches; where it is stopped, and where a change would cut it. */
#include <string.h>

#include "base/utf8.h"
#include "path/path.h"
#include "report/page.h"

#define WIDTH 360
#define ROW 15
/* What fits into a line of a box, as wide as letters are on average. */
#define FITS 332

/* Of a word, and of a line: by status. */
static const char *const styles[] = {"y", "p", "n"};
static const char *const lines[] = {"y", "p", "r"};

static const char *word(ct_message_id id, int lang) { return ct_message(id, lang); }

/* The length of what fits into a line, at a space where there is one. */
static size_t fitting(const char *text) {
  size_t at = 0, space = 0;
  unsigned width = 0;
  while (text[at]) {
    uint32_t point;
    int n = ct_utf8_decode(text + at, strlen(text + at), &point);
    width += n > 2 ? 12 : text[at] >= 'A' && text[at] <= 'Z' ? 8 : 6;
    if (width > FITS) return space ? space : at;
    at += n ? (size_t)n : 1;
    if (text[at] == ' ') space = at;
  }
  return at;
}

/* A text in lines; the height that they take. */
static int add_lines(ct_buffer *out, int x, int y, const char *text) {
  int count = 0;
  while (*text && count < 4) {
    size_t length = fitting(text);
    char line[FITS];
    if (length >= sizeof line) length = sizeof line - 1;
    memcpy(line, text, length);
    line[length] = '\0';
    ct_svg_label(out, x, y + ROW * count++, 's', line);
    text += length;
    while (*text == ' ') text++;
  }
  return ROW * count;
}

static int count_lines(const char *text) {
  int count = 0;
  for (; *text && count < 4; count++) {
    text += fitting(text);
    while (*text == ' ') text++;
  }
  return count;
}

static int add_box(ct_buffer *out, int y, const char *style, const char *text) {
  int height = ROW * count_lines(text) + 9;
  ct_svg_box(out, 2, y, WIDTH - 4, height, style);
  add_lines(out, 10, y + 16, text);
  return height;
}

/* What a condition says, with its sign before and, where it is not met, its layer or the fact behind it. */
static void say_condition(ct_buffer *text, const ct_path_result *result, unsigned term, int lang) {
  static const char *const signs[] = {"✗ ", "✓ ", "? "};
  const ct_condition_value *value = &result->about.values[term];
  unsigned level = result->levels.of[term];
  ct_message_value name = {"name", value->word ? value->word : ""};
  ct_buffer_text(text, signs[level]);
  const char *needs;
  ct_message_add(text, ct_path_says(&result->about, (ct_term)term, &needs), lang, &name, 1);
  if (level == CT_NO) ct_buffer_format(text, " [%s]", ct_path_layer_name(ct_condition_layer((ct_term)term)));
  if (needs) ct_buffer_format(text, " [--fact %s]", needs);
  ct_buffer_char(text, '\0');
}

/* The cuts that end a path, by their numbers in the list. */
static int say_cuts(ct_buffer *text, const ct_path_result *result, unsigned path) {
  int found = 0;
  for (uint32_t i = 0; i < result->cut_count; i++) {
    if (!((result->cuts[i].ends | result->cuts[i].ends_possible) >> path & 1)) continue;
    ct_buffer_format(text, "%s%u", found++ ? ", " : "✂ ", i + 1);
  }
  ct_buffer_char(text, '\0');
  return found;
}

static void draw_open(ct_buffer *page, const ct_path_result *result, ct_term path, int status, int lang) {
  uint8_t found[CT_PATH_TERMS_MOST];
  uint32_t count = ct_path_unfold(&result->levels, path, found, 0);
  ct_buffer picture, text;
  ct_buffer_init(&picture);
  ct_buffer_init(&text);
  int y = 2;
  for (uint32_t i = 0; i < count; i++) {
    if (found[i] == CT_TERM_HOST_KERNEL && result->levels.of[found[i]] == CT_YES) continue;
    text.length = 0;
    say_condition(&text, result, found[i], lang);
    if (y > 2) {
      ct_svg_arrow(&picture, WIDTH / 2, y, y + 12, lines[status]);
      y += 13;
    }
    y += add_box(&picture, y, result->levels.of[found[i]] == CT_YES ? "f" : "p", text.data ? text.data : "");
  }
  text.length = 0;
  int gap = 12;
  if (say_cuts(&text, result, (unsigned)(path - CT_FIRST_PATH))) {
    ct_svg_line(&picture, 2, y + 12, WIDTH - 7 * (int)text.length, "k");
    ct_svg_label(&picture, WIDTH - 4, y + 16, 'e', text.data ? text.data : "");
    gap = 24;
  }
  ct_svg_arrow(&picture, WIDTH / 2, y, y + gap, lines[status]);
  y += gap + 1;
  text.length = 0;
  ct_buffer_format(&text, "→ %s", word((ct_message_id)(CT_MESSAGE_PATHS_HOST + (int)ct_path_impact(path)), lang));
  ct_buffer_char(&text, '\0');
  y += add_box(&picture, y, lines[status], text.data ? text.data : "");
  ct_svg_begin(page, WIDTH, (unsigned)y + 2, ct_path_id(path));
  ct_buffer_add(page, picture.data ? picture.data : "", picture.length);
  ct_svg_end(page);
  if (picture.failed || text.failed) page->failed = 1;
  ct_buffer_free(&picture);
  ct_buffer_free(&text);
}

/* A line that the layers stop. */
static void draw_blocked(ct_buffer *page, const ct_path_result *result, ct_term path) {
  uint32_t layers = ct_path_blocking(&result->levels, path);
  ct_buffer picture;
  ct_buffer_init(&picture);
  int x = 2, y = 2;
  for (unsigned i = 1; i <= CT_LAYER_KERNEL; i++) {
    if (!(layers >> i & 1)) continue;
    const char *name = ct_path_layer_name(i);
    int width = 8 * (int)strlen(name) + 26;
    if (x + width > WIDTH - 24) x = 2, y += 30;
    ct_svg_line(&picture, x, y + 12, x + 8, "r");
    ct_svg_box(&picture, x + 8, y, width - 8, 24, "y");
    ct_svg_label(&picture, x + 16, y + 16, 's', name);
    x += width + 2;
  }
  ct_svg_label(&picture, x + 4, y + 17, 's', "✗");
  ct_svg_begin(page, WIDTH, (unsigned)y + 28, ct_path_id(path));
  ct_buffer_add(page, picture.data ? picture.data : "", picture.length);
  ct_svg_end(page);
  if (picture.failed) page->failed = 1;
  ct_buffer_free(&picture);
}

static void add_status(ct_buffer *out, const ct_path_result *result, int status, ct_message_id title, int lang) {
  int count = 0;
  for (int i = CT_FIRST_PATH; i < CT_TERM_COUNT; i++) {
    ct_term path = (ct_term)i;
    if (ct_path_status(result->levels.of[i]) != status) continue;
    if (!count++) ct_buffer_format(out, "<h3>%s</h3>\n<div class=g>\n", word(title, lang));
    ct_buffer_format(out, "<figure><figcaption><span class=%s>%s</span> ", styles[status], ct_path_id(path));
    ct_html_text(out, word(ct_path_title(path), lang));
    ct_buffer_text(out, "</figcaption>\n");
    if (status == CTSEC_PATH_BLOCKED)
      draw_blocked(out, result, path);
    else
      draw_open(out, result, path, status, lang);
    ct_buffer_text(out, "</figure>\n");
  }
  if (count) ct_buffer_text(out, "</div>\n");
}

static void add_cuts(ct_buffer *out, const ct_path_result *result, int lang) {
  if (!result->cut_count) return;
  ct_buffer_format(out, "<h3>%s</h3>\n<ul>", word(CT_MESSAGE_PATH_CUTS, lang));
  for (uint32_t i = 0; i < result->cut_count; i++) {
    const ct_cut *cut = &result->cuts[i];
    ct_message_value name = {"name", cut->word ? cut->word : ""};
    ct_buffer text;
    ct_buffer_init(&text);
    ct_message_add(&text, cut->text, lang, &name, 1);
    ct_buffer_char(&text, '\0');
    ct_buffer_format(out, "<li><strong>✂ %u</strong> ", i + 1);
    ct_html_text(out, text.failed ? "" : text.data);
    ct_buffer_text(out, ":");
    for (unsigned k = 0; k < CT_PATH_COUNT; k++)
      if (cut->ends >> k & 1) ct_buffer_format(out, " %s", ct_path_id((ct_term)(CT_FIRST_PATH + k)));
    ct_buffer_char(out, '\n');
    if (text.failed) out->failed = 1;
    ct_buffer_free(&text);
  }
  ct_buffer_text(out, "</ul>\n");
}

static void say_count(ct_buffer *out, const ct_path_result *result, int lang) {
  char numbers[3][4];
  for (int status = 0; status < 3; status++) {
    unsigned count = 0;
    for (int i = CT_FIRST_PATH; i < CT_TERM_COUNT; i++) count += ct_path_status(result->levels.of[i]) == status;
    char *at = numbers[status];
    if (count > 9) *at++ = (char)('0' + count / 10);
    *at++ = (char)('0' + count % 10);
    *at = '\0';
  }
  const ct_message_value values[] = {{"reachable", numbers[2]}, {"possible", numbers[1]}, {"blocked", numbers[0]}};
  ct_message_add(out, CT_MESSAGE_PATHS_COUNT, lang, values, 3);
}

static void add_page(const ctsec_paths *paths, ct_buffer *out) {
  int lang = ct_options_lang(paths->options);
  ct_html_begin(out, word(CT_MESSAGE_PATHS_PAGE, lang), lang);
  for (uint32_t i = 0; i < paths->count; i++) {
    const ct_path_result *result = paths->results[i];
    const ct_container *container = result->about.container;
    ct_buffer_format(out, "<section id=c%u><h2>", i);
    ct_html_text(out, container->id);
    ct_buffer_format(out, "</h2>\n<p><code>%s</code> <code>", ct_format_name(container->format));
    ct_html_text(out, container->source ? container->source : "");
    ct_buffer_text(out, "</code>\n");
    add_status(out, result, CTSEC_PATH_REACHABLE, CT_MESSAGE_PATH_REACHABLE, lang);
    add_cuts(out, result, lang);
    add_status(out, result, CTSEC_PATH_POSSIBLE, CT_MESSAGE_PATH_POSSIBLE, lang);
    add_status(out, result, CTSEC_PATH_BLOCKED, CT_MESSAGE_PATH_BLOCKED, lang);
    ct_buffer_text(out, "</section>\n");
  }
  ct_buffer_format(out, "</main>\n<nav id=overview aria-labelledby=o><h2 id=o>%s</h2>\n<ul>", word(CT_MESSAGE_PAGE_OVERVIEW, lang));
  for (uint32_t i = 0; i < paths->count; i++) {
    ct_buffer_format(out, "<li><a href=#c%u>", i);
    ct_html_text(out, paths->results[i]->about.container->id);
    ct_buffer_text(out, "</a>: ");
    say_count(out, paths->results[i], lang);
    ct_buffer_char(out, '\n');
  }
  ct_buffer_text(out, "</ul></nav>\n<footer><p>ctsec " CT_VERSION "</footer>\n");
}

int ctsec_paths_to_text(const ctsec_paths *paths, char **text, size_t *length, ctsec_error **err) {
  if (!paths) return ct_error_null(err, "paths");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  if (paths->options->html == 1)
    add_page(paths, &buffer);
  else
    ct_paths_text(paths, &buffer);
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
