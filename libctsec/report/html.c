/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a page of HTML needs around it: one file, no script, nothing from elsewhere; and pictures in it. */
#include <string.h>

#include "report/escape.h"
#include "report/page.h"

/*
 * The overview is written last, when all is known, and shown first. Contrast of every colour on its ground is 4.5 to 1 or
 * more in both schemes.
 */
static const char style[] =
    ":root{color-scheme:light dark;--b:#fff;--f:#1a1c20;--m:#565b66;--l:#d4d7dd;--g:#f4f5f7;--y:#0a6b2d;--p:#8a5300;--n:#b3151c;--k:#0b57b5}"
    "@media(prefers-color-scheme:dark){:root{--b:#15171b;--f:#e7e9ee;--m:#a6acb8;--l:#3a3f49;--g:#1e2127;--y:#5fd08a;--p:#f0b455;--n:#ff8f88;--k:#86b9ff}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:1rem;max-width:70rem;display:flex;flex-direction:column;background:var(--b);color:var(--f);"
    "font:15px/1.5 system-ui,sans-serif;overflow-wrap:break-word}"
    "header,nav{order:-1}main,section{min-width:0}"
    "a{color:var(--k)}.k:not(:focus){position:absolute;left:-99em}"
    "h1{font-size:1.5rem;margin:.2em 0}h2{font-size:1.25rem;margin:.2em 0}h3{font-size:1.05rem;margin:1.4em 0 .3em}h4{font-size:1rem;margin:1em 0 .2em}"
    "section{border-top:3px solid var(--l);margin-top:1.5rem;padding-top:1rem;content-visibility:auto;contain-intrinsic-size:auto 1200px}"
    "code,pre{font:.87em/1.45 ui-monospace,monospace;background:var(--g);border-radius:3px;padding:.05em .25em;overflow-wrap:anywhere}"
    "pre{white-space:pre-wrap;padding:.5em;margin:0}"
    "p{margin:.3em 0}ul{margin:.2em 0;padding-left:1.3em}dl{display:grid;grid-template-columns:max-content 1fr;gap:.15em .8em;margin:.2em 0}"
    "dt{color:var(--m)}dd{margin:0;min-width:0}"
    ".t{overflow-x:auto}.t:focus{outline:2px solid var(--k)}table{border-collapse:collapse;min-width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.2em .6em .2em 0;border-bottom:1px solid var(--l);font-weight:400;min-width:3em}td:has(code){min-width:9em}"
    "thead th{color:var(--m);white-space:nowrap}"
    ".y{color:var(--y)}.p{color:var(--p)}.n{color:var(--n)}.u{color:var(--m)}.y,.p,.n,td.u{font-weight:600;white-space:nowrap}"
    ".g{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));align-items:start}"
    "svg{width:100%;max-width:26rem;height:auto;font:12px system-ui,sans-serif;fill:none;stroke-width:2}"
    "svg text{fill:var(--f);stroke:none}svg .y{stroke:var(--y)}svg .p{stroke:var(--p);stroke-dasharray:9 4}"
    "svg .n{stroke:var(--n);stroke-dasharray:2 7}svg .u{stroke:var(--m);stroke-dasharray:2 3}svg .f{fill:var(--g);stroke:var(--l)}"
    "figure{margin:.2em 0 1em}figcaption{margin-bottom:.3em}svg .r{stroke:var(--n)}svg .k{stroke:var(--k);stroke-dasharray:6 4}"
    "@media print{:root{color-scheme:light;--b:#fff;--f:#000;--m:#444;--l:#bbb;--g:#f4f5f7;--y:#0a6b2d;--p:#8a5300;--n:#b3151c;--k:#000}"
    "body{max-width:none;padding:0;font-size:10pt}section{content-visibility:visible}.t{overflow:visible}h2,h3,h4{break-after:avoid}tr,svg,dl,figure{break-inside:avoid}.k{display:none}}"
    "@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin:0 0 .3em}}";

void ct_html_text(ct_buffer *out, const char *text) { ct_escape_html(out, text, strlen(text)); }

void ct_html_begin(ct_buffer *out, const char *title, int lang) {
  static const char languages[][8] = {"en", "ja", "zh-Hans"};
  ct_buffer_format(out, "<!doctype html>\n<html lang=%s>\n<meta charset=utf-8>\n<title>", languages[lang]);
  ct_html_text(out, title);
  ct_buffer_text(out, "</title>\n<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
                      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none';style-src 'unsafe-inline'\">\n"
                      "<style>");
  ct_buffer_text(out, style);
  ct_buffer_text(out, "</style>\n<body>\n<header><a class=k href=#overview>");
  ct_html_text(out, ct_message(CT_MESSAGE_PAGE_OVERVIEW, lang));
  ct_buffer_text(out, "</a><h1>");
  ct_html_text(out, title);
  ct_buffer_text(out, "</h1></header>\n<main>\n");
}

void ct_svg_begin(ct_buffer *out, unsigned width, unsigned height, const char *title) {
  ct_buffer_format(out, "<svg viewBox=\"0 0 %u %u\" role=img aria-label=\"", width, height);
  ct_html_text(out, title);
  ct_buffer_text(out, "\">");
}

void ct_svg_box(ct_buffer *out, int x, int y, int width, int height, const char *style_name) {
  ct_buffer_format(out, "<rect x=%d y=%d width=%d height=%d rx=5 class=%s />", x, y, width, height, style_name);
}

void ct_svg_line(ct_buffer *out, int x, int y, int to_x, const char *style_name) {
  ct_buffer_format(out, "<path d=\"M%d %dH%d\" class=%s />", x, y, to_x, style_name);
}

void ct_svg_arrow(ct_buffer *out, int x, int y, int to_y, const char *style_name) {
  ct_buffer_format(out, "<path d=\"M%d %dV%dm-4-5l4 5 4-5\" class=%s />", x, y, to_y, style_name);
}

void ct_svg_label(ct_buffer *out, int x, int y, char anchor, const char *text) {
  ct_buffer_format(out, "<text x=%d y=%d%s>", x, y,
                   anchor == 'e' ? " text-anchor=end" : anchor == 'm' ? " text-anchor=middle" : "");
  ct_html_text(out, text);
  ct_buffer_text(out, "</text>");
}

void ct_svg_end(ct_buffer *out) { ct_buffer_text(out, "</svg>\n"); }
