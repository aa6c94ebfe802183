/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check/cis.h"

#include <string.h>

#include "check/check.h"

static const char numbers[][8] = {
#define CONTROL(token, number) number,
#include "data/cis.def"
#undef CONTROL
};
_Static_assert(sizeof numbers / sizeof *numbers == CT_CIS_CONTROLS, "the whole section");

const char *ct_cis_number(size_t index) { return index < CT_CIS_CONTROLS ? numbers[index] : NULL; }
ct_message_id ct_cis_title(size_t index) { return (ct_message_id)(CT_MESSAGE_CIS_5_1 + (int)index); }

const char *ct_control_status(int status) {
  static const char names[][10] = {"passed", "violated", "undecided"};
  return names[status];
}

/* The control is one of those that the rule's row names. */
static int names_control(ct_rule_id rule, const char *number) {
  const char *list = ct_rule_references(ct_rule(rule), CT_REFERENCE_CIS).text;
  size_t length = strlen(number);
  while (*list) {
    size_t n = strcspn(list, ",");
    if (n == length && !memcmp(list, number, n)) return 1;
    list += n + (list[n] == ',');
  }
  return 0;
}

static unsigned format_bit(const ct_container *container) {
  switch (container->format) {
    case CT_FORMAT_DOCKER_INSPECT:
    case CT_FORMAT_PODMAN_INSPECT:
    case CT_FORMAT_RUN:
      return CT_RULE_FROM_DOCKER;
    case CT_FORMAT_OCI:
    case CT_FORMAT_CRICTL:
      return CT_RULE_FROM_OCI;
    case CT_FORMAT_COMPOSE:
      return CT_RULE_FROM_COMPOSE;
    case CT_FORMAT_PROC:
      return CT_RULE_FROM_PROC;
    default:
      return 0;
  }
}

static int is_decidable(const ct_container *container, const char *number) {
  for (int rule = 0; rule < CT_RULE_COUNT; rule++)
    if (names_control((ct_rule_id)rule, number) && ct_rule((ct_rule_id)rule)->formats & format_bit(container)) return 1;
  return 0;
}

static uint64_t beyond_default(const ct_container *container) {
  if (!(container->facts.created_known & CT_FACT_BOUNDING)) return 0;
  return container->facts.created.bounding & ~container->facts.engine_default;
}

/* A finding is evidence where it weighs against the control itself and not only against what is better still. */
static int is_evidence(const ct_container *container, const struct ctsec_finding *finding, const char *number) {
  if (!names_control(finding->rule, number)) return 0;
  /* What exec is given is not what the container is given. */
  if (finding->message_id == CT_MESSAGE_RULE_EXEC_PRIVILEGED_MESSAGE && strcmp(number, finding->observed[7] == 'p' ? "5.23" : "5.24")) return 0;
  if (!strcmp(number, "5.4")) {
    if (finding->rule == CT_RULE_CAP_ALL) return 1;
    const char *name = finding->values.capability;
    int cap = name && finding->rule != CT_RULE_CAP_DROP_ALL_MISSING ? ct_cap_named(name, strlen(name)) : -1;
    return cap >= 0 && beyond_default(container) >> cap & 1;
  }
  if (!strcmp(number, "5.6")) return finding->severity > CTSEC_SEVERITY_LOW;
  return 1;
}

static void mark(struct ctsec_finding *finding, const char *number) {
  finding->check = number;
  if (finding->severity < CTSEC_SEVERITY_HIGH) ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_STANDARD);
}

/* Of what no rule speaks by itself. */
static void add_evidence(ct_check *check, const char *number) {
  const ct_container *container = check->container;
  const ct_value *at = container->cap_add.from.at    ? container->cap_add.from.at
                       : container->bounding.from.at ? container->bounding.from.at
                                                     : container->host_object;
  struct ctsec_finding *finding;
  if (!strcmp(number, "5.4") && beyond_default(container)) {
    finding = ct_report(check, CT_RULE_CAP_DROP_ALL_MISSING, at);
    finding->observed = ct_check_text(check, "bounding set %016llx", (unsigned long long)container->facts.created.bounding);
    finding->values.capability = "CAP_NET_BIND_SERVICE";
    finding->values.value = finding->observed;
  } else if (!strcmp(number, "5.18") && ct_is_privileged(container)) {
    finding = ct_report(check, CT_RULE_DEVICE_HOST, container->privileged.from.at);
    finding->observed = "every device of the host, by privileged mode";
    finding->values.device = "/dev/...";
    finding->because = CT_RULE_PRIVILEGED;
  } else {
    return;
  }
  mark(finding, number);
}

static int is_violated(ct_check *check, const char *number) {
  int violated = 0;
  for (uint32_t i = 0; i < check->count; i++) {
    struct ctsec_finding *finding = &check->findings[i];
    /* Of something that is not said, but may be taken over. */
    if (check->container->partial && finding->at == check->container->at) continue;
    if (finding->check ? finding->check != number : !is_evidence(check->container, finding, number)) continue;
    mark(finding, number);
    violated = 1;
  }
  if (violated) return 1;
  uint32_t before = check->count;
  add_evidence(check, number);
  return check->count > before;
}

/* What only somebody or something else can tell. */
static ct_message_id outside(const ct_container *container, const char *number) {
  static const struct {
    const char *number;
    ct_message_id reason;
  } rows[] = {{"5.1", CT_MESSAGE_CIS_DAEMON},    {"5.7", CT_MESSAGE_CIS_PROCESSES}, {"5.23", CT_MESSAGE_CIS_AUDIT},
              {"5.24", CT_MESSAGE_CIS_AUDIT},    {"5.28", CT_MESSAGE_CIS_REGISTRY}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!strcmp(rows[i].number, number)) return rows[i].reason;
  if (!strcmp(number, "5.9") && !ct_is_spec(container))
    return container->ports.count || ct_is_true(&container->publish_all) || container->namespaces[CT_NS_NET].mode == CT_NS_HOST
               ? CT_MESSAGE_CIS_OPERATOR
               : CT_NO_MESSAGE;
  if (!strcmp(number, "5.19") && ct_is_set(container->ulimits.from) && container->ulimits.count) return CT_MESSAGE_CIS_OPERATOR;
  /* A command line and a Compose file leave the health check to the image. */
  int written = container->format == CT_FORMAT_RUN || container->format == CT_FORMAT_COMPOSE;
  if (!strcmp(number, "5.27") && written && !container->healthcheck.count) return CT_MESSAGE_CIS_IMAGE;
  return CT_NO_MESSAGE;
}

static void decide(ct_check *check, size_t index, ct_control *control) {
  const char *number = numbers[index];
  *control = (ct_control){CT_CONTROL_UNDECIDED, outside(check->container, number), NULL};
  /* An SSH server that is named is one, whatever else runs, and so is an exec. */
  int open = control->reason != CT_NO_MESSAGE;
  if ((!open || control->reason == CT_MESSAGE_CIS_PROCESSES || control->reason == CT_MESSAGE_CIS_AUDIT) && is_violated(check, number)) {
    *control = (ct_control){CT_CONTROL_VIOLATED, CT_NO_MESSAGE, NULL};
    return;
  }
  if (open) return;
  if (!is_decidable(check->container, number) && (strcmp(number, "5.9") || !format_bit(check->container) ||
                                                  ct_is_spec(check->container))) {
    control->reason = CT_MESSAGE_CIS_NOT_SAID;
    return;
  }
  for (uint32_t i = 0; i < check->diagnostic_count; i++) {
    const ct_diagnostic *diagnostic = &check->diagnostics[i];
    if (!names_control(diagnostic->rule, number)) continue;
    control->reason = diagnostic->needs ? CT_MESSAGE_CIS_NEEDS : diagnostic->message;
    control->needs = diagnostic->needs;
    return;
  }
  for (int rule = 0; rule < CT_RULE_COUNT; rule++) {
    const char *needs = names_control((ct_rule_id)rule, number) ? ct_rule_open(check->container, (ct_rule_id)rule) : NULL;
    if (!needs) continue;
    control->reason = CT_MESSAGE_CIS_OPEN;
    control->needs = needs;
    return;
  }
  control->status = CT_CONTROL_PASSED;
}

static int concerns_section(ct_rule_id rule) {
  for (size_t i = 0; i < CT_CIS_CONTROLS; i++)
    if (names_control(rule, numbers[i])) return 1;
  return 0;
}

void ct_rules_cis(ct_check *check) {
  check->controls = ct_arena_array(check->arena, CT_CIS_CONTROLS, sizeof *check->controls);
  if (!check->controls) {
    check->failed = 1;
    return;
  }
  for (size_t i = 0; i < CT_CIS_CONTROLS; i++) decide(check, i, &check->controls[i]);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < check->count; i++)
    if (check->findings[i].check) check->findings[kept++] = check->findings[i];
  check->count = kept;
  kept = 0;
  for (uint32_t i = 0; i < check->diagnostic_count; i++)
    if (concerns_section(check->diagnostics[i].rule)) check->diagnostics[kept++] = check->diagnostics[i];
  check->diagnostic_count = kept;
}
