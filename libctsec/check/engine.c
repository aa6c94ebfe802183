/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/pss.h"

static const char severities[][9] = {"info", "low", "medium", "high", "critical"};

const char *ct_severity_name(int severity) { return severity >= 0 && severity <= 4 ? severities[severity] : NULL; }

int ct_severity_find(const char *name) {
  for (int i = 0; i < 5; i++)
    if (!strcmp(severities[i], name)) return i;
  return -1;
}

/* What stands in the scratch buffer, in the arena. */
static const char *keep(ct_check *check) {
  const ct_buffer *buffer = &check->scratch;
  const char *text = buffer->failed ? NULL : ct_arena_copy(check->arena, buffer->data ? buffer->data : "", buffer->length);
  if (text) return text;
  check->failed = 1;
  return "";
}

const char *ct_check_text(ct_check *check, const char *format, ...) {
  check->scratch.length = 0;
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&check->scratch, format, arguments);
  va_end(arguments);
  return keep(check);
}

int ct_rule_wanted(const ct_check *check, ct_rule_id rule) { return !check->selection->skip[rule]; }

struct ctsec_finding *ct_report(ct_check *check, ct_rule_id rule, const ct_value *at) {
  if (check->count == check->room) {
    uint32_t room = check->room ? 2 * check->room : 16;
    struct ctsec_finding *grown = ct_arena_array(check->arena, room, sizeof *grown);
    if (!grown) {
      check->failed = 1;
      /* Somewhere to write: the check as a whole fails. */
      memset(&check->nowhere, 0, sizeof check->nowhere);
      return &check->nowhere;
    }
    if (check->count) memcpy(grown, check->findings, check->count * sizeof *grown);
    check->findings = grown;
    check->room = room;
  }
  struct ctsec_finding *finding = &check->findings[check->count++];
  memset(finding, 0, sizeof *finding);
  finding->container = check->container;
  finding->rule = rule;
  finding->because = CT_RULE_COUNT;
  finding->fix = rule;
  finding->severity = (uint8_t)ct_rule(rule)->severity;
  finding->reason = finding->message_id = CT_NO_MESSAGE;
  finding->at = at ? at : check->container->at;
  finding->observed = "";
  finding->order = check->count;
  return finding;
}

/* What its description can say: what it cannot is not missing in it. */
static int can_say(const ct_container *container, ct_rule_id rule) {
  unsigned formats = ct_rule(rule)->formats;
  if (container->pod_spec) return (formats & CT_RULE_FROM_KUBERNETES) != 0;
  if (container->format == CT_FORMAT_DOCKERFILE) return (formats & CT_RULE_FROM_DOCKERFILE) != 0;
  return container->format != CT_FORMAT_PROC || formats & CT_RULE_FROM_PROC;
}

/* A pod for Windows has no capabilities, filters, modules or masks of Linux that it could lack. */
static int is_moot(const ct_container *container, ct_rule_id rule) {
  const ct_value *name = ct_value_member(ct_value_member(container->pod_spec, "os"), "name");
  if (!ct_value_is(name, CT_STRING) || !ct_value_equals(name, "windows")) return 0;
  return (rule >= CT_RULE_CAP_SYS_ADMIN && rule <= CT_RULE_RW_ROOTFS) || rule == CT_RULE_PROC_UNMASKED ||
         rule == CT_RULE_SYSCTL_UNSAFE || rule == CT_RULE_HOST_CGROUPNS;
}

void ct_needs(ct_check *check, ct_rule_id rule, const ct_value *at, ct_message_id message, const char *needs,
              const char *value) {
  if ((!ct_rule_wanted(check, rule) && !check->selection->cis) || !can_say(check->container, rule) || is_moot(check->container, rule))
    return;
  ct_diagnostic *grown = ct_arena_grow(check->arena, check->diagnostics, check->diagnostic_count, sizeof *grown);
  if (!grown) {
    check->failed = 1;
    return;
  }
  check->diagnostics = grown;
  ct_diagnostic *diagnostic = &grown[check->diagnostic_count++];
  memset(diagnostic, 0, sizeof *diagnostic);
  diagnostic->container = check->container;
  diagnostic->rule = rule;
  diagnostic->message = message;
  diagnostic->at = at ? at : check->container->at;
  diagnostic->needs = needs;
  diagnostic->values.value = value;
}

void ct_raise(struct ctsec_finding *finding, int severity, ct_message_id reason) {
  if (finding->severity == severity) return;
  finding->severity = (uint8_t)severity;
  finding->reason = reason;
}

static int is_danger(const struct ctsec_finding *finding) { return !ct_rule(finding->rule)->hygiene; }

static int by_weight(const void *a, const void *b) {
  const struct ctsec_finding *x = a, *y = b;
  if (is_danger(x) != is_danger(y)) return is_danger(x) ? -1 : 1;
  if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
  /* A cause before what follows from it. */
  if ((x->because == CT_RULE_COUNT) != (y->because == CT_RULE_COUNT)) return x->because == CT_RULE_COUNT ? -1 : 1;
  if (x->at->offset != y->at->offset) return x->at->offset < y->at->offset ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

/* What follows from --privileged ends with it. */
static void choose_fixes(ct_check *check) {
  for (uint32_t i = 0; i < check->count; i++)
    if (check->findings[i].because == CT_RULE_PRIVILEGED && check->findings[i].rule != CT_RULE_SECCOMP_IMPLIED_OFF &&
        check->findings[i].rule != CT_RULE_EXEC_PRIVILEGED)
      check->findings[i].fix = CT_RULE_PRIVILEGED_DROP_IGNORED;
}

static int is_there(const ct_check *check, ct_rule_id rule) {
  for (uint32_t i = 0; i < check->count; i++)
    if (check->findings[i].rule == rule) return 1;
  return 0;
}

/* Drops what was not asked for; a cause that is not reported explains nothing. */
static void select_findings(ct_check *check) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < check->count; i++) {
    const struct ctsec_finding *finding = &check->findings[i];
    if (!can_say(check->container, finding->rule)) continue;
    /* A standard says itself whom it exempts. */
    if (!finding->check && is_moot(check->container, finding->rule)) continue;
    if (!ct_rule_wanted(check, finding->rule) || finding->severity < check->selection->least) continue;
    /* What points at the service as a whole is about something that it does not say, but may take over. */
    if (check->container->partial && finding->at == check->container->at) continue;
    check->findings[kept++] = *finding;
  }
  check->count = kept;
  for (uint32_t i = 0; i < check->count; i++) {
    ct_rule_id because = check->findings[i].because;
    if (because < CT_RULE_COUNT && !is_there(check, because)) check->findings[i].because = CT_RULE_COUNT;
  }
}

static ct_message_id message_of(const ctsec_finding *finding) {
  return finding->message_id == CT_NO_MESSAGE ? ct_rule(finding->rule)->message : finding->message_id;
}

void ct_finding_add_message(ct_buffer *buffer, const ctsec_finding *finding, int lang) {
  const ct_values *values = &finding->values;
  const ct_message_value all[] = {{"capability", values->capability}, {"source", values->source},
                                  {"destination", values->destination}, {"device", values->device},
                                  {"name", values->name},             {"value", values->value},
                                  {"sysctl", values->sysctl}};
  ct_message_add(buffer, message_of(finding), lang, all, sizeof all / sizeof *all);
}

static const char *make_message(ct_check *check, const ctsec_finding *finding, int lang) {
  check->scratch.length = 0;
  if (finding->check) {
    const ct_message_value all[] = {{"name", finding->check}, {"value", finding->observed}};
    ct_message_add(&check->scratch, check->selection->cis ? CT_MESSAGE_CIS_VIOLATED : CT_MESSAGE_PSS_VIOLATED, lang, all, 2);
    return keep(check);
  }
  ct_text_view text = ct_message_view(message_of(finding), lang);
  if (!memchr(text.text, '{', text.length)) return text.text;
  ct_finding_add_message(&check->scratch, finding, lang);
  return keep(check);
}

#define LOOK_BACK 8

static void make_place(ct_check *check, uint32_t index) {
  struct ctsec_finding *finding = &check->findings[index];
  /* Much of what is missing is missing at one place. */
  for (uint32_t i = index; i && index - i < LOOK_BACK; i--) {
    const struct ctsec_finding *before = &check->findings[i - 1];
    if (before->at != finding->at) continue;
    finding->pointer = before->pointer;
    finding->source = before->source;
    finding->line = before->line;
    finding->column = before->column;
    return;
  }
  check->scratch.length = 0;
  ct_value_add_pointer(&check->scratch, finding->at);
  finding->pointer = keep(check);
  finding->source = ct_containers_source(check->container->root, finding->at);
  ct_containers_locate(check->container->root, finding->at, &finding->line, &finding->column);
}

static void make_texts(ct_check *check) {
  int lang = ct_options_lang(check->options);
  for (uint32_t i = 0; i < check->count; i++) {
    check->findings[i].lang = (uint8_t)lang;
    check->findings[i].message = make_message(check, &check->findings[i], lang);
    make_place(check, i);
  }
}

/* A profile that cannot be read is said to be so, and nothing is said about what it allows. */
static void look_at_filter(ct_check *check) {
  ctsec_error *error = NULL;
  int status = ct_filter_look(check->arena, check->container, check->options, &check->filter, &error);
  if (status == CTSEC_E_NOMEM)
    check->failed = 1;
  else if (status)
    ct_needs(check, CT_RULE_SECCOMP_WEAK_PROFILE, check->container->seccomp.from.at, CT_MESSAGE_NEED_PROFILE_BROKEN, NULL,
             ct_check_text(check, "%s", ctsec_error_message(error)));
  ctsec_error_free(error);
}

static void run_rules(ct_check *check) {
  ct_rules_exec(check);
  if (check->container->entered) return;
  look_at_filter(check);
  ct_rules_privileged(check);
  ct_rules_caps(check);
  ct_rules_confinement(check);
  ct_rules_namespaces(check);
  ct_rules_mounts(check);
  ct_rules_devices(check);
  ct_rules_secrets(check);
  ct_rules_network(check);
  ct_rules_resources(check);
  ct_rules_hygiene(check);
  ct_rules_pod(check);
  ct_rules_live(check);
}

int ct_check_container(ct_check *check, ctsec_error **err) {
  if (check->selection->cis && check->container->format == CT_FORMAT_KUBERNETES)
    return ct_error_value(err, CTSEC_E_UNSUPPORTED, check->container->document, check->container->at,
                          "the CIS Docker Benchmark speaks about containers of Docker and its kin; this is %s",
                          ct_format_name(check->container->format));
  if (!check->selection->pss_level) {
    run_rules(check);
    if (check->selection->cis && !check->failed)
      ct_rules_cis(check);
    else if (!check->failed && ct_check_paths(check))
      check->failed = 1;
    ctsec_policy_free(check->filter.policy);
  } else if (check->container->pod_spec) {
    ct_rules_pss(check);
  } else {
    return ct_error_value(err, CTSEC_E_UNSUPPORTED, check->container->document, check->container->at,
                          "the Pod Security Standards speak about pods; this is %s", ct_format_name(check->container->format));
  }
  if (!check->failed) {
    choose_fixes(check);
    select_findings(check);
    if (check->count) qsort(check->findings, check->count, sizeof *check->findings, by_weight);
    make_texts(check);
  }
  ct_buffer_free(&check->scratch);
  return check->failed ? ct_error_nomem(err) : 0;
}

static int mark(uint8_t *marks, const ct_text_item *items, uint8_t value, ctsec_error **err) {
  for (; items; items = items->next) {
    /* One id, or several with commas. */
    const char *at = items->text, *end = items->text + items->length;
    for (;;) {
      const char *comma = memchr(at, ',', (size_t)(end - at));
      size_t length = (size_t)((comma ? comma : end) - at);
      ct_rule_id rule = ct_rule_find(at, length);
      if (rule == CT_RULE_COUNT)
        return ct_error_set(err, CTSEC_E_NOTFOUND, "no rule `%.*s`; `ctsec rules` lists them", (int)length, at);
      marks[rule] = value;
      if (!comma) break;
      at = comma + 1;
    }
  }
  return 0;
}

int ct_selection_make(ct_selection *selection, const ctsec_options *options, ctsec_error **err) {
  memset(selection, 0, sizeof *selection);
  if (!options) return 0;
  if (options->policy && !strncmp(options->policy, "pss:", 4) &&
      (!ct_pss_parse(options->policy + 4, strlen(options->policy + 4), &selection->pss_level, &selection->pss_version) ||
       selection->pss_level == CT_PSS_PRIVILEGED))
    return ct_error_set(err, CTSEC_E_ARG, "policy: `%s` is neither pss:baseline nor pss:restricted, with @1.N or without",
                        options->policy);
  selection->cis = options->policy && !strcmp(options->policy, "cis-docker");
  if (options->rules) memset(selection->skip, 1, sizeof selection->skip);
  int status = mark(selection->skip, options->rules, 0, err);
  if (!status) status = mark(selection->skip, options->skip, 1, err);
  selection->least = options->least;
  return status;
}
