/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "report/report.h"

size_t ctsec_rules_count(void) { return CT_RULE_COUNT; }

const ctsec_rule *ctsec_rules_at(size_t index) { return index < CT_RULE_COUNT ? ct_rule((ct_rule_id)index) : NULL; }

int ctsec_rules_find(const char *id, size_t length, const ctsec_rule **rule, ctsec_error **err) {
  if (!id) return ct_error_null(err, "id");
  if (!rule) return ct_error_null(err, "rule");
  ct_rule_id found = ct_rule_find(id, length);
  if (found == CT_RULE_COUNT)
    return ct_error_set(err, CTSEC_E_NOTFOUND, "no rule `%.*s`; `ctsec rules` lists them", (int)length, id);
  *rule = ct_rule(found);
  return 0;
}

const char *ctsec_rule_id(const ctsec_rule *rule) { return rule ? rule->id : NULL; }
int ctsec_rule_severity(const ctsec_rule *rule) { return rule ? rule->severity : -1; }

/* The descriptions from which a rule can be decided. */
static void write_formats(ct_json *json, unsigned bits) {
  static const struct {
    unsigned bit;
    const char *name;
  } formats[] = {{CT_RULE_FROM_DOCKER, "docker"},
                 {CT_RULE_FROM_OCI, "oci"},
                 {CT_RULE_FROM_COMPOSE, "compose"},
                 {CT_RULE_FROM_KUBERNETES, "kubernetes"},
                 {CT_RULE_FROM_PROC, "proc"}, {CT_RULE_FROM_DOCKERFILE, "dockerfile"}};
  ct_json_array(json);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (bits & formats[i].bit) ct_json_text(json, formats[i].name);
  ct_json_end(json);
}

static void write_rule(ct_json *json, const ct_rule_row *rule, int lang) {
  ct_json_object(json);
  ct_json_key_text(json, "id", rule->id);
  ct_json_key_text(json, "severity", ct_severity_name(rule->severity));
  ct_json_key_text(json, "group", rule->hygiene ? "hygiene" : "danger");
  ct_json_key_text(json, "title", ct_message(rule->title, lang));
  ct_json_key_text(json, "why", ct_message(rule->why, lang));
  ct_json_key_text(json, "change", ct_message(rule->change, lang));
  ct_json_key(json, "remediation");
  ct_report_remediation(json, rule, rule, NULL);
  ct_json_key(json, "references");
  ct_report_references(json, rule);
  ct_json_key(json, "formats");
  write_formats(json, rule->formats);
  ct_json_end(json);
}

/* Finds every id first, so that nothing is written of a list with a wrong one. */
static int find_all(const char *const *ids, size_t count, ctsec_error **err) {
  if (count && !ids) return ct_error_null(err, "ids");
  for (size_t i = 0; i < count; i++) {
    const ctsec_rule *rule;
    if (!ids[i]) return ct_error_null(err, "ids");
    int status = ctsec_rules_find(ids[i], strlen(ids[i]), &rule, err);
    if (status) return status;
  }
  return 0;
}

static const ct_rule_row *row(const char *const *ids, size_t count, size_t i) {
  return ct_rule(count ? ct_rule_find(ids[i], strlen(ids[i])) : (ct_rule_id)i);
}

int ctsec_rules_to_json(const char *const *ids, size_t count, const ctsec_options *options, char **text, size_t *length,
                        ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  int status = find_all(ids, count, err);
  if (status) return status;
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/rules/1");
  ct_json_key(&json, "rules");
  ct_json_array(&json);
  for (size_t i = 0; i < (count ? count : CT_RULE_COUNT); i++)
    write_rule(&json, row(ids, count, i), ct_options_lang(options));
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static void add_list(ct_buffer *buffer, const char *prefix, const char *list) {
  while (list && *list) {
    size_t length = strcspn(list, " ,");
    if (length) ct_buffer_format(buffer, "%s%.*s\n", prefix, (int)length, list);
    list += length;
    if (*list) list++;
  }
}

static void add_whole(ct_buffer *buffer, const ct_rule_row *rule, int lang) {
  static const char names[][11] = {"docker", "compose", "kubernetes", "oci"};
  ct_buffer_format(buffer, "%s  [%s]\n  %s\n\n  %s\n  %s: %s\n\n", rule->id,
                   ct_message((ct_message_id)(CT_MESSAGE_SEVERITY_INFO + rule->severity), lang),
                   ct_message(rule->title, lang), ct_message(rule->why, lang), ct_message(CT_MESSAGE_REPORT_FIX, lang),
                   ct_message(rule->change, lang));
  for (int i = 0; i < 4; i++) {
    const char *fix = ct_rule_fix(rule, i).text;
    if (!*fix) continue;
    ct_buffer_format(buffer, "  %s:\n", names[i]);
    while (*fix) {
      size_t line = strcspn(fix, "\n");
      ct_buffer_format(buffer, "    %.*s\n", (int)line, fix);
      fix += line + (fix[line] == '\n');
    }
  }
  add_list(buffer, "  CIS-Docker-1.6 ", ct_rule_references(rule, CT_REFERENCE_CIS).text);
  add_list(buffer, "  PSS ", ct_rule_references(rule, CT_REFERENCE_PSS).text);
  add_list(buffer, "  MITRE ", ct_rule_references(rule, CT_REFERENCE_MITRE).text);
  add_list(buffer, "  ", ct_rule_references(rule, CT_REFERENCE_CVE).text);
  add_list(buffer, "  ", ct_rule_references(rule, CT_REFERENCE_CWE).text);
  ct_buffer_char(buffer, '\n');
}

int ctsec_rules_to_text(const char *const *ids, size_t count, const ctsec_options *options, char **text, size_t *length,
                        ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  int status = find_all(ids, count, err);
  if (status) return status;
  int lang = ct_options_lang(options);
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (size_t i = 0; i < (count ? count : CT_RULE_COUNT); i++) {
    const ct_rule_row *rule = row(ids, count, i);
    if (count) {
      add_whole(&buffer, rule, lang);
      continue;
    }
    static const char spaces[] = "                          ";
    size_t id = strlen(rule->id), severity = strlen(ct_severity_name(rule->severity));
    ct_buffer_format(&buffer, "%s%s%s%s%s\n", rule->id, spaces + (id < 25 ? id : 25), ct_severity_name(rule->severity),
                     spaces + 16 + severity, ct_message(rule->title, lang));
  }
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}
