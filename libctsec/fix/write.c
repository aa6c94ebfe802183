/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/utf8.h"
#include "fix/fix.h"

static const char *source_of(const ctsec_fixes *fixes) {
  const char *source = fixes->findings->containers->document->source;
  return source && *source ? source : "-";
}

int ctsec_fixes_diff(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err) {
  if (!fixes) return ct_error_null(err, "fixes");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_buffer out;
  ct_buffer_init(&out);
  ct_pieces_diff(&out, &fixes->pieces, source_of(fixes), fixes->original, fixes->original_length);
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}

static void write_fix(ct_json *json, const ctsec_fix *fix) {
  const ctsec_finding *finding = fix->finding;
  ct_json_object(json);
  ct_json_key_text(json, "container", finding->container->id);
  ct_json_key_text(json, "rule", ct_rule(finding->rule)->id);
  if (finding->check) ct_json_key_text(json, "check", finding->check);
  ct_json_key_text(json, "severity", ct_severity_name(finding->severity));
  ct_json_key_text(json, "title", ct_message(ct_rule(finding->rule)->title, fix->root->lang));
  ct_json_key_text(json, "observed", finding->observed);
  ct_json_key_text(json, "pointer", finding->pointer);
  ct_json_key_signed(json, "line", finding->line);
  ct_json_key_signed(json, "column", finding->column);
  if (!fix->fixed) {
    ct_json_key_text(json, "reason", fix->text);
    ct_json_key_bool(json, "uncovered", fix->uncovered);
  }
  ct_json_end(json);
}

static void write_list(ct_json *json, const ctsec_fixes *fixes, const char *key, int fixed) {
  ct_json_key(json, key);
  ct_json_array(json);
  for (uint32_t i = 0; i < fixes->count; i++)
    if (fixes->items[i].fixed == fixed) write_fix(json, &fixes->items[i]);
  ct_json_end(json);
}

int ctsec_fixes_to_json(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err) {
  if (!fixes) return ct_error_null(err, "fixes");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_json json;
  ct_buffer patch;
  ct_buffer_init(&patch);
  ct_pieces_diff(&patch, &fixes->pieces, source_of(fixes), fixes->original, fixes->original_length);
  const ctsec_containers *containers = fixes->findings->containers;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/fixes/1");
  ct_json_key_text(&json, "source", source_of(fixes));
  ct_json_key_text(&json, "format", containers->count ? ct_format_name(containers->items[0].format) : NULL);
  ct_json_key(&json, "patch");
  ct_json_string(&json, patch.data ? patch.data : "", patch.length);
  write_list(&json, fixes, "fixed", 1);
  write_list(&json, fixes, "left", 0);
  ct_json_end(&json);
  if (patch.failed) json.buffer.failed = 1;
  ct_buffer_free(&patch);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static void add_visible(ct_buffer *out, const char *text) { ct_utf8_add_visible(out, text, strlen(text)); }

int ctsec_fixes_to_text(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err) {
  if (!fixes) return ct_error_null(err, "fixes");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_buffer out;
  ct_buffer_init(&out);
  for (uint32_t i = 0; i < fixes->count; i++) {
    const ctsec_fix *fix = &fixes->items[i];
    add_visible(&out, fix->finding->source && *fix->finding->source ? fix->finding->source : "-");
    ct_buffer_format(&out, ":%lld:%lld: ", (long long)fix->finding->line, (long long)fix->finding->column);
    add_visible(&out, fix->finding->container->id);
    ct_buffer_format(&out, ": %s: %s", ct_message(fix->fixed ? CT_MESSAGE_FIX_FIXED : CT_MESSAGE_FIX_LEFT, fixes->lang),
                     ct_rule(fix->finding->rule)->id);
    if (!fix->fixed) {
      ct_buffer_text(&out, ": ");
      ct_buffer_text(&out, fix->text);
    }
    ct_buffer_char(&out, '\n');
  }
  ct_buffer number;
  ct_buffer_init(&number);
  ct_buffer_unsigned(&number, fixes->fixed);
  ct_buffer_char(&number, '\0');
  size_t second = number.length;
  ct_buffer_unsigned(&number, fixes->count - fixes->fixed);
  ct_buffer_char(&number, '\0');
  if (number.failed) {
    out.failed = 1;
  } else {
    const ct_message_value values[] = {{"count", number.data}, {"left", number.data + second}};
    add_visible(&out, source_of(fixes));
    ct_buffer_text(&out, ": ");
    ct_message_add(&out, CT_MESSAGE_FIX_COUNTS, fixes->lang, values, 2);
    ct_buffer_char(&out, '\n');
  }
  ct_buffer_free(&number);
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}
