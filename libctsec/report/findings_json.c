/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <string.h>

#include "report/scan.h"

static void number_member(ct_json *json, const char *name, size_t length, int64_t value) {
  ct_json_name(json, name, length);
  ct_json_signed(json, value);
}

static const char *value_of(const ct_values *values, const char *name, size_t length) {
#define ROW(name) {#name, sizeof #name - 1, offsetof(ct_values, name)}
  static const struct {
    char name[12];
    uint8_t length, offset;
  } rows[] = {ROW(capability), ROW(source), ROW(destination), ROW(device), ROW(name), ROW(value), ROW(sysctl), ROW(entry)};
#undef ROW
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *value;
    if (rows[i].length != length || memcmp(rows[i].name, name, length)) continue;
    memcpy(&value, (const char *)values + rows[i].offset, sizeof value);
    return value;
  }
  if (length != 16 || memcmp(name, "capability_short", length) || !values->capability) return NULL;
  return values->capability + (strncmp(values->capability, "CAP_", 4) ? 0 : 4);
}

/* One piece of a template: text up to a placeholder and its value, which is NULL at the end. Returns what follows. */
static const char *next_piece(const char *text, const ct_values *values, size_t *length, const char **value) {
  for (const char *open = text; (open = strchr(open, '{')); open++) {
    if (open[1] < 'a' || open[1] > 'z') continue;
    const char *close = strchr(open, '}');
    *value = close ? value_of(values, open + 1, (size_t)(close - open - 1)) : NULL;
    if (!*value) continue;
    *length = (size_t)(open - text);
    return close + 1;
  }
  *length = strlen(text);
  *value = NULL;
  return text + *length;
}

void ct_report_fill(ct_buffer *buffer, const char *text, const ct_values *values) {
  const char *value;
  do {
    size_t length;
    const char *next = next_piece(text, values, &length, &value);
    ct_buffer_add(buffer, text, length);
    if (value) ct_buffer_text(buffer, value);
    text = next;
  } while (value);
}

static void add_filled(ct_json *json, const char *text, const ct_values *values) {
  const char *value;
  ct_json_open(json);
  do {
    size_t length;
    const char *next = next_piece(text, values, &length, &value);
    ct_json_add(json, text, length);
    if (value) ct_json_add(json, value, strlen(value));
    text = next;
  } while (value);
  ct_json_close(json);
}

static void filled(ct_json *json, const char *name, size_t length, ct_text_view text, const ct_values *values) {
  if (!values || !memchr(text.text, '{', text.length)) {
    ct_json_name_string(json, name, length, text.length ? text.text : NULL, text.length);
    return;
  }
  ct_json_name(json, name, length);
  add_filled(json, text.text, values);
}

static ct_text_view fix_of(const ct_rule_row *rule, const ct_rule_row *own, int format) {
  ct_text_view fix = ct_rule_fix(rule, format);
  return fix.length ? fix : ct_rule_fix(own, format);
}

/* What a Dockerfile can say instead. */
static const char *in_dockerfile(ct_rule_id rule) {
  switch (rule) {
    case CT_RULE_ROOT_USER:
    case CT_RULE_LOW_UID:
    case CT_RULE_ROOT_GROUP:
      return "USER 10001:10001";
    case CT_RULE_SECRET_ENV:
      return "remove {name}; RUN --mount=type=secret,id={name} where the build needs it, a mounted file where the program does";
    case CT_RULE_SECRET_CMDLINE:
      return "RUN --mount=type=secret where the build needs it; a mounted file where the program does";
    case CT_RULE_HEALTHCHECK:
      return "HEALTHCHECK CMD ...";
    case CT_RULE_IMAGE_LATEST:
      return "FROM {name}:TAG@sha256:DIGEST";
    case CT_RULE_SSH_PORT:
      return "remove the SSH server and EXPOSE 22";
    case CT_RULE_PORT_PRIVILEGED:
      return "listen on a port above 1023, and EXPOSE that";
    case CT_RULE_LD_PRELOAD_ENV:
      return "remove ENV LD_PRELOAD";
    case CT_RULE_TCP_DAEMON:
      return "remove ENV DOCKER_HOST";
    default:
      return NULL;
  }
}

const char *ct_report_fix(const ctsec_finding *finding) {
  const char *own = finding->container->format == CT_FORMAT_DOCKERFILE ? in_dockerfile(finding->rule) : NULL;
  if (own) return own;
  int format = finding->container->format == CT_FORMAT_OCI          ? CT_FIX_OCI
               : finding->container->format == CT_FORMAT_KUBERNETES || finding->container->format == CT_FORMAT_CRICTL ? CT_FIX_KUBERNETES
               : finding->container->format == CT_FORMAT_COMPOSE    ? CT_FIX_COMPOSE
                                                                     : CT_FIX_DOCKER;
  return fix_of(ct_rule(finding->fix), ct_rule(finding->rule), format).text;
}

void ct_report_remediation(ct_json *json, const ct_rule_row *rule, const ct_rule_row *own, const ct_values *values) {
  ct_json_object(json);
  filled(json, CT_JSON_KEY("docker"), fix_of(rule, own, CT_FIX_DOCKER), values);
  filled(json, CT_JSON_KEY("compose"), fix_of(rule, own, CT_FIX_COMPOSE), values);
  filled(json, CT_JSON_KEY("kubernetes"), fix_of(rule, own, CT_FIX_KUBERNETES), values);
  filled(json, CT_JSON_KEY("oci"), fix_of(rule, own, CT_FIX_OCI), values);
  ct_json_end(json);
}

static void references(ct_json *json, const char *prefix, size_t size, ct_text_view list) {
  for (const char *at = list.text, *end = at + list.length; at < end;) {
    const char *stop = at;
    while (stop < end && *stop != ' ' && *stop != ',') stop++;
    if (stop > at) {
      ct_json_open(json);
      ct_json_add(json, prefix, size);
      ct_json_add(json, at, (size_t)(stop - at));
      ct_json_close(json);
    }
    at = stop + 1;
  }
}

#define PREFIX(text) text, sizeof text - 1

void ct_report_references(ct_json *json, const ct_rule_row *rule) {
  ct_json_array(json);
  references(json, PREFIX("CIS-Docker-1.6 "), ct_rule_references(rule, CT_REFERENCE_CIS));
  references(json, PREFIX("PSS "), ct_rule_references(rule, CT_REFERENCE_PSS));
  references(json, PREFIX("MITRE "), ct_rule_references(rule, CT_REFERENCE_MITRE));
  references(json, PREFIX(""), ct_rule_references(rule, CT_REFERENCE_CVE));
  references(json, PREFIX(""), ct_rule_references(rule, CT_REFERENCE_CWE));
  ct_json_end(json);
}

static void set(ct_json *json, const char *key, int known, uint64_t mask) {
  ct_json_key(json, key);
  if (known)
    ct_json_mask(json, mask);
  else
    ct_json_null(json);
}

static void caps(ct_json *json, const ct_facts *facts) {
  const ct_cap_sets *sets = &facts->after_exec;
  ct_json_key(json, "caps");
  ct_json_object(json);
  set(json, "inheritable", facts->exec_known & CT_FACT_INHERITABLE, sets->inheritable);
  set(json, "permitted", facts->exec_known & CT_FACT_PERMITTED, sets->permitted);
  set(json, "effective", facts->exec_known & CT_FACT_EFFECTIVE, sets->effective);
  set(json, "bounding", facts->exec_known & CT_FACT_BOUNDING, sets->bounding);
  set(json, "ambient", facts->exec_known & CT_FACT_AMBIENT, sets->ambient);
  ct_json_end(json);
}

static void write_controls(ct_json *json, const ct_control *controls, int lang) {
  ct_json_key(json, "controls");
  ct_json_array(json);
  for (size_t i = 0; i < CT_CIS_CONTROLS; i++) {
    const ct_control *control = &controls[i];
    ct_json_object(json);
    ct_json_key_text(json, "id", ct_cis_number(i));
    ct_json_key_text(json, "title", ct_message(ct_cis_title(i), lang));
    ct_json_key_text(json, "status", ct_control_status(control->status));
    ct_json_key_text(json, "reason", control->reason == CT_NO_MESSAGE ? NULL : ct_message(control->reason, lang));
    ct_json_key(json, "needs");
    ct_json_array(json);
    if (control->needs) ct_json_text(json, control->needs);
    ct_json_end(json);
    ct_json_end(json);
  }
  ct_json_end(json);
}

static void write_waived(ct_json *json, const ctsec_findings *findings, const ct_container *container) {
  int begun = 0;
  for (uint32_t i = 0; i < findings->waived_count; i++) {
    const ct_waived *waived = &findings->waived[i];
    const ctsec_finding *finding = &waived->finding;
    if (finding->container != container) continue;
    if (!begun++) {
      ct_json_key(json, "waived");
      ct_json_array(json);
    }
    ct_json_object(json);
    ct_json_key_text(json, "rule", ct_rule(finding->rule)->id);
    ct_json_key_text(json, "severity", ct_severity_name(finding->severity));
    ct_json_key_text(json, "title", ct_message(ct_rule(finding->rule)->title, finding->lang));
    ct_json_key_text(json, "pointer", finding->pointer);
    ct_json_key_signed(json, "line", finding->line);
    ct_json_key_signed(json, "column", finding->column);
    ct_json_key_text(json, "observed", finding->observed);
    ct_json_key_mask(json, "fingerprint", ct_finding_print(finding));
    ct_json_key_text(json, "reason", waived->reason);
    ct_json_key_text(json, "expires", waived->expires);
    ct_json_end(json);
  }
  if (begun) ct_json_end(json);
}

static void message(ct_json *json, const char *name, size_t length, ct_message_id id, int lang) {
  ct_text_view text = ct_message_view(id, lang);
  ct_json_name_string(json, name, length, text.text, text.length);
}

static void write_finding(ct_json *json, const ctsec_finding *finding, int cis) {
  const ct_rule_row *rule = ct_rule(finding->rule);
  int lang = finding->lang;
  ct_json_object(json);
  ct_json_name_text(json, CT_JSON_KEY("rule"), rule->id);
  ct_json_name_text(json, CT_JSON_KEY("severity"), ct_severity_name(finding->severity));
  ct_json_name_text(json, CT_JSON_KEY("group"), rule->hygiene ? "hygiene" : "danger");
  message(json, CT_JSON_KEY("title"), rule->title, lang);
  ct_json_name_text(json, CT_JSON_KEY("message"), finding->message);
  message(json, CT_JSON_KEY("why"), rule->why, lang);
  if (finding->source != finding->container->source) ct_json_name_text(json, CT_JSON_KEY("source"), finding->source);
  ct_json_name_text(json, CT_JSON_KEY("pointer"), finding->pointer);
  number_member(json, CT_JSON_KEY("line"), finding->line);
  number_member(json, CT_JSON_KEY("column"), finding->column);
  ct_json_name_text(json, CT_JSON_KEY("observed"), finding->observed);
  ct_json_name(json, CT_JSON_KEY("fingerprint"));
  ct_json_mask(json, ct_finding_print(finding));
  ct_json_name_text(json, CT_JSON_KEY("because"), ctsec_finding_because(finding));
  ct_json_name_text(json, CT_JSON_KEY("reason"), finding->reason == CT_NO_MESSAGE ? NULL : ct_message(finding->reason, lang));
  ct_report_paths(json, finding);
  message(json, CT_JSON_KEY("change"), ct_rule(finding->fix)->change, lang);
  ct_json_name(json, CT_JSON_KEY("remediation"));
  ct_report_remediation(json, ct_rule(finding->fix), rule, &finding->values);
  if (finding->container->format == CT_FORMAT_DOCKERFILE) {
    const char *fix = ct_report_fix(finding);
    filled(json, CT_JSON_KEY("dockerfile"), (ct_text_view){fix, strlen(fix)}, &finding->values);
  }
  ct_json_name(json, CT_JSON_KEY("references"));
  if (finding->check) {
    ct_json_array(json);
    ct_text_view check = {finding->check, strlen(finding->check)};
    if (cis)
      references(json, PREFIX("CIS-Docker-1.6 "), check);
    else
      references(json, PREFIX("PSS "), check);
    ct_json_end(json);
    ct_json_name_text(json, CT_JSON_KEY("check"), finding->check);
  } else {
    ct_report_references(json, rule);
  }
  ct_json_end(json);
}

void ct_report_container(ct_json *json, const ctsec_findings *findings, uint32_t i, int members_only) {
  const ct_container *container = &findings->containers->items[i];
  if (!members_only) ct_json_object(json);
  ct_json_key_text(json, "id", container->id);
  ct_json_key_text(json, "name", container->name);
  ct_json_key_text(json, "format", ct_format_name(container->format));
  ct_json_key_text(json, "source", container->source);
  if (container->live) {
    ct_json_key(json, "process");
    ct_json_object(json);
    if (container->live->pid)
      ct_json_key_signed(json, "pid", container->live->pid);
    else
      ct_json_key_null(json, "pid");
    ct_json_key_text(json, "program", *container->live->program ? container->live->program : NULL);
    ct_json_end(json);
  }
  ct_json_key_text(json, "container_id", container->container_id.length ? container->container_id.value : NULL);
  ct_json_key_text(json, "image", container->image.length ? container->image.value : NULL);
  caps(json, &container->facts);
  ct_json_key(json, "findings");
  ct_json_array(json);
  for (uint32_t k = findings->starts[i]; k < findings->starts[i + 1]; k++) write_finding(json, &findings->items[k], findings->controls != NULL);
  ct_json_end(json);
  write_waived(json, findings, container);
  if (findings->controls) write_controls(json, findings->controls[i], findings->lang);
  if (!members_only) ct_json_end(json);
}

void ct_report_diagnostics(ct_json *json, const ctsec_findings *findings, int64_t i) {
  /* Of one container, or (-1) of all. */
  for (uint32_t k = i < 0 ? 0 : ct_diagnostic_next(findings, (uint32_t)i, 0); k < findings->diagnostic_count;
       k = i < 0 ? k + 1 : ct_diagnostic_next(findings, (uint32_t)i, k + 1)) {
    const ct_diagnostic *diagnostic = &findings->diagnostics[k];
    const ct_container *container = diagnostic->container;
    ct_buffer pointer;
    ct_buffer_init(&pointer);
    ct_value_add_pointer(&pointer, diagnostic->at);
    int64_t line, column;
    ct_containers_locate(findings->containers, diagnostic->at, &line, &column);
    ct_json_object(json);
    ct_json_key_text(json, "source", ct_containers_source(findings->containers, diagnostic->at));
    ct_json_key_text(json, "container", container ? container->id : NULL);
    ct_json_key_text(json, "rule", diagnostic->rule < CT_RULE_COUNT ? ct_rule(diagnostic->rule)->id : NULL);
    ct_json_key(json, "message");
    add_filled(json, ct_message(diagnostic->message, findings->lang), &diagnostic->values);
    ct_json_key(json, "needs");
    ct_json_array(json);
    if (diagnostic->needs) ct_json_text(json, diagnostic->needs);
    ct_json_end(json);
    ct_json_key(json, "pointer");
    ct_json_string(json, pointer.data ? pointer.data : "", pointer.length);
    ct_json_key_signed(json, "line", line);
    ct_json_key_signed(json, "column", column);
    ct_json_end(json);
    if (pointer.failed) json->buffer.failed = 1;
    ct_buffer_free(&pointer);
  }
}

void ct_report_summary(ct_json *json, const size_t *counts, size_t containers, size_t errors) {
  size_t all = 0;
  for (int i = 0; i < 5; i++) all += counts[i];
  ct_json_object(json);
  ct_json_key_unsigned(json, "containers", containers);
  ct_json_key_unsigned(json, "errors", errors);
  ct_json_key_unsigned(json, "findings", all);
  for (int i = 4; i >= 0; i--) ct_json_key_unsigned(json, ct_severity_name(i), counts[i]);
  ct_json_end(json);
}

void ct_report_target(ct_json *json, const ctsec_options *options) {
  ct_json_object(json);
  ct_json_key_text(json, "policy", options && options->policy ? options->policy : "default");
  ct_json_key(json, "engine");
  if (options && options->engine) {
    ct_buffer buffer;
    ct_buffer_init(&buffer);
    const ct_version *version = &options->engine_version;
    ct_buffer_text(&buffer, ct_engine_name(options->engine));
    if (version->known) ct_buffer_format(&buffer, "@%u.%u.%u", version->major, version->minor, version->patch);
    ct_json_string(json, buffer.data ? buffer.data : "", buffer.length);
    ct_buffer_free(&buffer);
  } else {
    ct_json_null(json);
  }
  ct_json_key(json, "facts");
  ct_json_object(json);
  for (const ct_fact *fact = options ? options->facts : NULL; fact; fact = fact->next)
    ct_json_key_text(json, fact->key, fact->value);
  ct_json_end(json);
  ct_json_end(json);
}

int ctsec_findings_to_json(const ctsec_findings *findings, char **text, size_t *length, ctsec_error **err) {
  if (!findings) return ct_error_null(err, "findings");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/findings/1");
  ct_json_key(&json, "containers");
  ct_json_array(&json);
  for (uint32_t i = 0; i < findings->containers->count; i++) ct_report_container(&json, findings, i, 0);
  ct_json_end(&json);
  size_t counts[5] = {0};
  for (uint32_t i = 0; i < findings->count; i++) counts[findings->items[i].severity]++;
  ct_json_key(&json, "summary");
  ct_report_summary(&json, counts, findings->containers->count, findings->containers->error_count);
  ct_json_key(&json, "diagnostics");
  ct_json_array(&json);
  ct_report_diagnostics(&json, findings, -1);
  ct_json_end(&json);
  ct_json_key(&json, "errors");
  ct_json_array(&json);
  for (uint32_t i = 0; i < findings->containers->error_count; i++)
    ct_error_write(&json, findings->containers->errors[i]);
  ct_json_end(&json);
  ct_json_end(&json);
  int status = ct_json_take(&json, text, length);
  return status ? ct_error_nomem(err) : 0;
}
