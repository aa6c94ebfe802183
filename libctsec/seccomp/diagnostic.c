/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/diagnostic.h"

#include <string.h>

#include "base/utf8.h"

const char *ct_level_name(int level) {
  static const char names[][9] = {"info", "low", "medium", "high", "critical"};
  return level >= 0 && level <= CT_LEVEL_CRITICAL ? names[level] : NULL;
}

void ct_diagnostics_init(ct_diagnostics *list, ct_arena *arena, int lang) {
  memset(list, 0, sizeof *list);
  list->arena = arena;
  list->lang = lang;
  list->last = &list->first;
}

ct_diagnostic *ct_diagnostics_add(ct_diagnostics *list, const char *code, ct_level level, const char *engine,
                                  ct_message_id message, const ct_message_value *values, size_t count) {
  if (list->count == CT_DIAGNOSTICS_MOST) {
    list->dropped++;
    return NULL;
  }
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_message_add(&buffer, message, list->lang, values, count);
  ct_diagnostic *made = ct_arena_alloc(list->arena, sizeof *made);
  const char *text = buffer.failed ? NULL : ct_arena_copy(list->arena, buffer.data, buffer.length);
  ct_buffer_free(&buffer);
  if (!made || !text) {
    list->failed = 1;
    return NULL;
  }
  made->code = code;
  made->level = level;
  made->engine = engine;
  made->message = text;
  *list->last = made;
  list->last = &made->next;
  list->count++;
  return made;
}

void ct_diagnostic_write(ct_json *json, const ct_diagnostic *diagnostic) {
  ct_json_object(json);
  ct_json_key_text(json, "code", diagnostic->code);
  ct_json_key_text(json, "severity", ct_level_name(diagnostic->level));
  ct_json_key_text(json, "engine", diagnostic->engine);
  ct_json_key_text(json, "needs", diagnostic->needs);
  ct_json_key_text(json, "message", diagnostic->message);
  ct_json_key_text(json, "pointer", diagnostic->pointer);
  ct_json_key(json, "line");
  if (diagnostic->line)
    ct_json_signed(json, diagnostic->line);
  else
    ct_json_null(json);
  ct_json_key(json, "column");
  if (diagnostic->column)
    ct_json_signed(json, diagnostic->column);
  else
    ct_json_null(json);
  if (diagnostic->fix) {
    ct_json_key(json, "fix");
    ct_json_raw(json, diagnostic->fix, strlen(diagnostic->fix));
  }
  ct_json_end(json);
}

void ct_diagnostic_text(ct_buffer *buffer, const char *source, const ct_diagnostic *diagnostic) {
  if (source) {
    ct_utf8_add_visible(buffer, source, strlen(source));
    ct_buffer_char(buffer, ':');
  }
  if (diagnostic->line) ct_buffer_format(buffer, "%lld:%lld:", (long long)diagnostic->line, (long long)diagnostic->column);
  ct_buffer_format(buffer, "%s%s: ", source || diagnostic->line ? " " : "", ct_level_name(diagnostic->level));
  if (diagnostic->engine) ct_buffer_format(buffer, "[%s] ", diagnostic->engine);
  ct_buffer_text(buffer, diagnostic->message);
  ct_buffer_format(buffer, " (%s)\n", diagnostic->code);
  if (diagnostic->pointer && *diagnostic->pointer) {
    ct_buffer_text(buffer, "    ");
    ct_utf8_add_visible(buffer, diagnostic->pointer, strlen(diagnostic->pointer));
    ct_buffer_char(buffer, '\n');
  }
  if (diagnostic->fix) {
    ct_buffer_text(buffer, "    => ");
    ct_utf8_add_visible(buffer, diagnostic->fix, strlen(diagnostic->fix));
    ct_buffer_char(buffer, '\n');
  }
}
