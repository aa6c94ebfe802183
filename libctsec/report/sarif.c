/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SARIF 2.1.0 (OASIS): a run with every rule, a result for each finding, a notification for each error and open question. */
#include <string.h>

#include "ctsec/ctsec.h"
#include "report/scan.h"

static const char *level_of(int severity) {
  return severity >= CTSEC_SEVERITY_HIGH ? "error" : severity == CTSEC_SEVERITY_MEDIUM ? "warning" : "note";
}

/* Section 3.11.5: braces are doubled. Section 3.11.6: what looks like a link is escaped. */
static void add_message(ct_buffer *buffer, const char *text, int link) {
  for (; *text; text++) {
    if (*text == '{' || *text == '}') ct_buffer_char(buffer, *text);
    if (link && (*text == '[' || *text == ']' || *text == '\\')) ct_buffer_char(buffer, '\\');
    ct_buffer_char(buffer, *text);
  }
}

static void text_member(ct_json *json, const char *key, const char *text) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  add_message(&buffer, text, strstr(text, "](") != NULL);
  ct_json_key(json, key);
  ct_json_string(json, buffer.data ? buffer.data : "", buffer.length);
  if (buffer.failed) json->buffer.failed = 1;
  ct_buffer_free(&buffer);
}

static void message(ct_json *json, const char *key, const char *text) {
  ct_json_key(json, key);
  ct_json_object(json);
  text_member(json, "text", text);
  ct_json_end(json);
}

/* "cap-sys-admin" to "CapSysAdmin". */
static void rule_name(ct_json *json, const char *id) {
  char name[64];
  size_t length = 0;
  for (int upper = 1; *id && length < sizeof name; id++) {
    if (*id == '-') {
      upper = 1;
      continue;
    }
    name[length++] = (char)(upper && *id >= 'a' && *id <= 'z' ? *id - 32 : *id);
    upper = 0;
  }
  ct_json_key(json, "name");
  ct_json_string(json, name, length);
}

/* "CWE-250" as GitHub spells its tag. */
static void cwe_tags(ct_json *json, const char *list) {
  static const char prefix[] = "external/cwe/";
  char tag[48];
  while (*list) {
    size_t length = strcspn(list, " ,");
    if (length && length < sizeof tag - sizeof prefix) {
      memcpy(tag, prefix, sizeof prefix - 1);
      for (size_t i = 0; i < length; i++)
        tag[sizeof prefix - 1 + i] = (char)(list[i] >= 'A' && list[i] <= 'Z' ? list[i] + 32 : list[i]);
      ct_json_string(json, tag, sizeof prefix - 1 + length);
    }
    list += length;
    if (*list) list++;
  }
}

static void help(ct_json *json, const ct_rule_row *rule, int lang) {
  static const char names[][11] = {"docker", "compose", "kubernetes", "oci"};
  ct_buffer plain, marked;
  ct_buffer_init(&plain);
  ct_buffer_init(&marked);
  add_message(&plain, ct_message(rule->change, lang), 0);
  add_message(&marked, ct_message(rule->change, lang), 0);
  for (int i = 0; i < CT_FIX_COUNT; i++) {
    if (!*ct_rule_fix(rule, i).text) continue;
    ct_buffer_format(&plain, "\n%s: ", names[i]);
    add_message(&plain, ct_rule_fix(rule, i).text, 0);
    ct_buffer_format(&marked, "\n\n**%s**\n\n```\n", names[i]);
    add_message(&marked, ct_rule_fix(rule, i).text, 0);
    ct_buffer_text(&marked, "\n```");
  }
  ct_json_key(json, "help");
  ct_json_object(json);
  ct_json_key(json, "text");
  ct_json_string(json, plain.data ? plain.data : "", plain.length);
  ct_json_key(json, "markdown");
  ct_json_string(json, marked.data ? marked.data : "", marked.length);
  ct_json_end(json);
  if (plain.failed || marked.failed) json->buffer.failed = 1;
  ct_buffer_free(&plain);
  ct_buffer_free(&marked);
}

static void write_rule(ct_json *json, const ct_rule_row *rule, int lang) {
  static const char scores[][4] = {"0.0", "2.0", "5.5", "8.0", "9.5"};
  ct_json_object(json);
  ct_json_key_text(json, "id", rule->id);
  rule_name(json, rule->id);
  message(json, "shortDescription", ct_message(rule->title, lang));
  message(json, "fullDescription", ct_message(rule->why, lang));
  help(json, rule, lang);
  ct_json_key(json, "defaultConfiguration");
  ct_json_object(json);
  ct_json_key_text(json, "level", level_of(rule->severity));
  ct_json_end(json);
  ct_json_key(json, "properties");
  ct_json_object(json);
  ct_json_key_text(json, "severity", ct_severity_name(rule->severity));
  ct_json_key_text(json, "security-severity", scores[rule->severity]);
  ct_json_key_text(json, "group", rule->hygiene ? "hygiene" : "danger");
  ct_json_key(json, "tags");
  ct_json_array(json);
  ct_json_text(json, "security");
  ct_json_text(json, "container");
  cwe_tags(json, ct_rule_references(rule, CT_REFERENCE_CWE).text);
  ct_json_end(json);
  ct_json_key(json, "references");
  ct_report_references(json, rule);
  ct_json_end(json);
  ct_json_end(json);
}

static void sarif_begin(ctsec_scan *scan) {
  static const char languages[][3] = {"en", "ja", "zh"};
  int lang = ct_options_lang(scan->options);
  ct_json *json = &scan->document;
  ct_json_object(json);
  ct_json_key_text(json, "$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
  ct_json_key_text(json, "version", "2.1.0");
  ct_json_key(json, "runs");
  ct_json_array(json);
  ct_json_object(json);
  ct_json_key(json, "tool");
  ct_json_object(json);
  ct_json_key(json, "driver");
  ct_json_object(json);
  ct_json_key_text(json, "name", "ctsec");
  ct_json_key_text(json, "version", ctsec_version());
  ct_json_key_text(json, "semanticVersion", ctsec_version());
  ct_json_key_text(json, "language", languages[lang]);
  ct_json_key(json, "rules");
  ct_json_array(json);
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    if (scan->selection.skip[i]) continue;
    ct_json one;
    ct_json_init(&one, 1);
    write_rule(&one, ct_rule((ct_rule_id)i), lang);
    ct_json_raw(json, one.buffer.data ? one.buffer.data : "", one.buffer.length);
    if (one.buffer.failed) json->buffer.failed = 1;
    ct_json_free(&one);
  }
  ct_json_end(json);
  ct_json_end(json);
  ct_json_end(json);
  ct_json_key_text(json, "columnKind", "unicodeCodePoints");
  ct_json_key(json, "results");
  ct_json_array(json);
}

/* RFC 3986: a relative reference as it stands, an absolute path as a file. */
static void uri_member(ct_json *json, const char *path) {
  static const char plain[] = "-._~/!$&'()*+,;=@";
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  if (*path == '/') ct_buffer_text(&buffer, "file://");
  for (; *path; path++) {
    unsigned char c = (unsigned char)*path;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(plain, c)) {
      ct_buffer_char(&buffer, (char)c);
    } else {
      ct_buffer_char(&buffer, '%');
      ct_buffer_char(&buffer, "0123456789ABCDEF"[c >> 4]);
      ct_buffer_char(&buffer, "0123456789ABCDEF"[c & 15]);
    }
  }
  ct_json_key(json, "artifactLocation");
  ct_json_object(json);
  ct_json_key(json, "uri");
  ct_json_string(json, buffer.data ? buffer.data : "", buffer.length);
  ct_json_end(json);
  if (buffer.failed) json->buffer.failed = 1;
  ct_buffer_free(&buffer);
}

static void place(ct_json *json, const char *source, const ct_region *region, const char *id, const char *pointer) {
  ct_json_key(json, "locations");
  ct_json_array(json);
  ct_json_object(json);
  if (source) {
    ct_json_key(json, "physicalLocation");
    ct_json_object(json);
    uri_member(json, source);
    if (region) {
      ct_json_key(json, "region");
      ct_json_object(json);
      ct_json_key_signed(json, "startLine", region->line);
      ct_json_key_signed(json, "startColumn", region->column);
      if (region->end_line) {
        ct_json_key_signed(json, "endLine", region->end_line);
        ct_json_key_signed(json, "endColumn", region->end_column);
        if (region->offset >= 0) {
          ct_json_key_signed(json, "charOffset", region->offset);
          ct_json_key_signed(json, "charLength", region->length);
        }
      }
      ct_json_end(json);
    }
    ct_json_end(json);
  }
  const struct {
    const char *name;
    const char *kind;
  } logical[] = {{id, "resource"}, {pointer, "value"}};
  ct_json_key(json, "logicalLocations");
  ct_json_array(json);
  for (size_t i = 0; i < 2; i++) {
    if (!logical[i].name) continue;
    ct_json_object(json);
    ct_json_key_text(json, "fullyQualifiedName", logical[i].name);
    ct_json_key_text(json, "kind", logical[i].kind);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
  ct_json_end(json);
}

/* Findings that look the same are told apart by their order; what is waived comes after the others. */
static void fingerprint(ct_json *json, const ctsec_findings *findings, uint32_t i, const ctsec_finding *finding,
                        int waived) {
  uint64_t print = ct_finding_print(finding);
  unsigned same = 1;
  for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1] && &findings->items[k] != finding; k++)
    same += ct_finding_print(&findings->items[k]) == print;
  for (uint32_t k = 0; waived && k < findings->waived_count && &findings->waived[k].finding != finding; k++)
    same += findings->waived[k].finding.container == finding->container && ct_finding_print(&findings->waived[k].finding) == print;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_hex(&buffer, print, 16);
  ct_buffer_format(&buffer, ":%u", same);
  ct_json_key(json, "partialFingerprints");
  ct_json_object(json);
  ct_json_key(json, "ctsec/v1");
  ct_json_string(json, buffer.data ? buffer.data : "", buffer.length);
  ct_json_end(json);
  if (buffer.failed) json->buffer.failed = 1;
  ct_buffer_free(&buffer);
}

/* Among the rules that were asked for. */
static unsigned rule_index(const ctsec_scan *scan, ct_rule_id rule) {
  unsigned index = 0;
  for (int i = 0; i < (int)rule; i++) index += !scan->selection.skip[i];
  return index;
}

/* waived may be NULL. */
static void write_result(ctsec_scan *scan, const ctsec_findings *findings, uint32_t i, const ctsec_finding *finding,
                         const ct_waived *waived, const ct_points *points) {
  ct_json *json = &scan->document;
  ct_region region;
  ct_region_find(points, findings->containers, finding->at, &region);
  ct_json_object(json);
  ct_json_key_text(json, "ruleId", ct_rule(finding->rule)->id);
  ct_json_key_unsigned(json, "ruleIndex", rule_index(scan, finding->rule));
  ct_json_key_text(json, "level", level_of(finding->severity));
  message(json, "message", finding->message);
  place(json, finding->source, &region, finding->container->id, finding->pointer);
  fingerprint(json, findings, i, finding, waived != NULL);
  /* Empty: looked at, and not suppressed. */
  ct_json_key(json, "suppressions");
  ct_json_array(json);
  if (waived) {
    ct_json_object(json);
    ct_json_key_text(json, "kind", "external");
    ct_json_key_text(json, "status", "accepted");
    ct_json_key_text(json, "justification", waived->reason);
    if (waived->expires) {
      ct_json_key(json, "properties");
      ct_json_object(json);
      ct_json_key_text(json, "expires", waived->expires);
      ct_json_end(json);
    }
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_key(json, "properties");
  ct_json_object(json);
  ct_json_key_text(json, "severity", ct_severity_name(finding->severity));
  ct_json_key_text(json, "observed", finding->observed);
  if (ctsec_finding_because(finding)) ct_json_key_text(json, "because", ctsec_finding_because(finding));
  if (finding->check) ct_json_key_text(json, "check", finding->check);
  ct_report_paths(json, finding);
  ct_json_end(json);
  ct_json_end(json);
}

static void add_note(ct_buffer *list, ct_json *json) {
  if (list->length) ct_buffer_char(list, ',');
  ct_buffer_add(list, json->buffer.data ? json->buffer.data : "", json->buffer.length);
  if (json->buffer.failed) list->failed = 1;
  ct_json_free(json);
}

static void write_question(ctsec_scan *scan, const ctsec_findings *findings, const ct_diagnostic *diagnostic,
                           const ct_points *points) {
  ct_json json;
  ct_json_init(&json, 1);
  ct_buffer text, pointer;
  ct_buffer_init(&text);
  ct_buffer_init(&pointer);
  ct_report_fill(&text, ct_message(diagnostic->message, findings->lang), &diagnostic->values);
  ct_buffer_char(&text, '\0');
  ct_value_add_pointer(&pointer, diagnostic->at);
  ct_buffer_char(&pointer, '\0');
  ct_region region;
  ct_region_find(points, findings->containers, diagnostic->at, &region);
  ct_json_object(&json);
  ct_json_key_text(&json, "level", "note");
  message(&json, "message", text.failed ? "" : text.data);
  if (diagnostic->rule < CT_RULE_COUNT) {
    ct_json_key(&json, "associatedRule");
    ct_json_object(&json);
    ct_json_key_text(&json, "id", ct_rule(diagnostic->rule)->id);
    ct_json_key_unsigned(&json, "index", rule_index(scan, diagnostic->rule));
    ct_json_end(&json);
  }
  place(&json, ct_containers_source(findings->containers, diagnostic->at), &region, diagnostic->container ? diagnostic->container->id : NULL,
        pointer.failed ? NULL : pointer.data);
  ct_json_end(&json);
  if (text.failed || pointer.failed) json.buffer.failed = 1;
  ct_buffer_free(&text);
  ct_buffer_free(&pointer);
  add_note(&scan->diagnostics, &json);
}

static int sarif_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  ct_points points;
  int status = ct_points_make(&points, findings->containers->document, err);
  if (status) return status;
  for (uint32_t i = 0; i < findings->containers->count; i++) {
    for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++)
      write_result(scan, findings, i, &findings->items[k], NULL, &points);
    for (uint32_t k = 0; k < findings->waived_count; k++)
      if (findings->waived[k].finding.container == &findings->containers->items[i])
        write_result(scan, findings, i, &findings->waived[k].finding, &findings->waived[k], &points);
  }
  for (uint32_t i = 0; i < findings->diagnostic_count; i++)
    write_question(scan, findings, &findings->diagnostics[i], &points);
  ct_points_free(&points);
  ct_scan_move(scan);
  return 0;
}

static void sarif_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  ct_json json;
  ct_json_init(&json, 1);
  ct_region region = {ctsec_error_line(error), ctsec_error_column(error), 0, 0, 0, 0};
  ct_json_object(&json);
  ct_json_key_text(&json, "level", "error");
  message(&json, "message", ctsec_error_message(error));
  ct_json_key(&json, "descriptor");
  ct_json_object(&json);
  ct_json_key_text(&json, "id", ctsec_error_name(ctsec_error_code(error)));
  ct_json_end(&json);
  place(&json, source, region.line > 0 && region.column > 0 ? &region : NULL, NULL, ctsec_error_pointer(error));
  ct_json_end(&json);
  add_note(&scan->errors, &json);
}

static void sarif_end(ctsec_scan *scan) {
  ct_json *json = &scan->document;
  ct_json_end(json);
  ct_json_key(json, "invocations");
  ct_json_array(json);
  ct_json_object(json);
  ct_json_key_bool(json, "executionSuccessful", !scan->error_count);
  ct_json_key(json, "toolExecutionNotifications");
  ct_json_array(json);
  const ct_buffer *lists[] = {&scan->errors, &scan->diagnostics};
  for (size_t i = 0; i < 2; i++)
    if (lists[i]->length) ct_json_raw(json, lists[i]->data, lists[i]->length);
  ct_json_end(json);
  ct_json_end(json);
  ct_json_end(json);
  ct_json_end(json);
  ct_json_end(json);
  ct_json_end(json);
  ct_buffer_char(&json->buffer, '\n');
  ct_scan_move(scan);
}

const ct_writer ct_writer_sarif = {"sarif", sarif_begin, sarif_add, sarif_error, sarif_end, "{[{[", 0};
