/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
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

static uint32_t container_of(const ctsec_fix *fix) {
  const ct_container *container = fix->finding->container;
  return (uint32_t)(container - container->root->items);
}

/* By container, those that were uncovered behind the others; NULL where memory is out. */
static uint32_t *by_container(const ctsec_fixes *fixes) {
  uint32_t count = fixes->findings->containers->count;
  uint32_t *order = calloc((size_t)fixes->count + count + 2, sizeof *order);
  if (!order) return NULL;
  uint32_t *starts = order + fixes->count;
  for (uint32_t i = 0; i < fixes->count; i++) starts[container_of(&fixes->items[i]) + 1]++;
  for (uint32_t i = 0; i < count; i++) starts[i + 1] += starts[i];
  for (uint32_t i = 0; i < fixes->count; i++) order[starts[container_of(&fixes->items[i])]++] = i;
  return order;
}

static int are_alike(const ctsec_fix *a, const ctsec_fix *b) {
  return a->fixed == b->fixed && (a->fixed || !strcmp(a->text, b->text));
}

/* "f:3:5: web: left: mem-limit, cpu-limit: why", at the place of the first. */
static void add_group(ct_buffer *out, const ctsec_fixes *fixes, const uint32_t *order, uint32_t count) {
  const ctsec_fix *fix = &fixes->items[order[0]];
  const char *source = fix->finding->source;
  add_visible(out, source && *source ? source : "-");
  ct_buffer_format(out, ":%lld:%lld: ", (long long)fix->finding->line, (long long)fix->finding->column);
  add_visible(out, fix->finding->container->id);
  ct_buffer_format(out, ": %s: ", ct_message(fix->fixed ? CT_MESSAGE_FIX_FIXED : CT_MESSAGE_FIX_LEFT, fixes->lang));
  ct_rule_id last = CT_RULE_COUNT;
  for (uint32_t i = 0; i < count; i++) {
    const ctsec_fix *other = &fixes->items[order[i]];
    if (!are_alike(fix, other) || other->finding->rule == last) continue;
    ct_buffer_format(out, "%s%s", last == CT_RULE_COUNT ? "" : ", ", ct_rule(other->finding->rule)->id);
    last = other->finding->rule;
  }
  if (!fix->fixed) ct_buffer_format(out, ": %s", fix->text);
  ct_buffer_char(out, '\n');
}

/* A line for each fate of the findings of a container. */
static void add_container(ct_buffer *out, const ctsec_fixes *fixes, const uint32_t *order, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    int first = 1;
    for (uint32_t k = 0; k < i && first; k++) first = !are_alike(&fixes->items[order[k]], &fixes->items[order[i]]);
    if (first) add_group(out, fixes, order + i, count - i);
  }
}

int ctsec_fixes_to_text(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err) {
  if (!fixes) return ct_error_null(err, "fixes");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_buffer out;
  ct_buffer_init(&out);
  uint32_t *order = by_container(fixes);
  if (!order) return ct_error_nomem(err);
  for (uint32_t i = 0, next; i < fixes->count; i = next) {
    for (next = i + 1; next < fixes->count && container_of(&fixes->items[order[next]]) == container_of(&fixes->items[order[i]]);) next++;
    add_container(&out, fixes, order + i, next - i);
  }
  free(order);
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
