/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

static const struct {
  ct_namespace_kind kind;
  ct_rule_id rule;
  /* As the command line and the OCI configuration name it. */
  const char *option;
  ct_field_id field;
} rows[] = {
    {CT_NS_PID, CT_RULE_HOST_PID, "pid", CT_FIELD_PID_NAME},
    {CT_NS_IPC, CT_RULE_HOST_IPC, "ipc", CT_FIELD_IPC_NAME},
    {CT_NS_NET, CT_RULE_HOST_NET, "network", CT_FIELD_NET_NAME},
    {CT_NS_UTS, CT_RULE_HOST_UTS, "uts", CT_FIELD_UTS_NAME},
    {CT_NS_CGROUP, CT_RULE_HOST_CGROUPNS, "cgroupns", CT_FIELD_CGROUPNS_NAME},
    {CT_NS_USER, CT_RULE_USERNS_HOST, "userns", CT_FIELD_USERNS_NAME},
};

static void host(ct_check *check, size_t row, const ct_namespace *space) {
  const ct_container *container = check->container;
  ct_rule_id rule = rows[row].rule;
  /* What the engine does by itself; a pod and an OCI configuration could have said otherwise, and the fact says it for all. */
  const char *fact = ct_options_fact(check->options, "userns");
  int own = ct_is_spec(container) || container->format == CT_FORMAT_KUBERNETES || (fact && !strcmp(fact, "host"));
  if (rule == CT_RULE_USERNS_HOST && !own && space->from.defaulted) return;
  struct ctsec_finding *finding = ct_report(check, rule, space->from.at ? space->from.at : container->at);
  if (ct_is_spec(container))
    finding->observed = ct_check_text(check, "no %s namespace of its own", rows[row].option);
  else if (space->from.defaulted)
    finding->observed = ct_unsaid(check, rows[row].field);
  else if (space->through_peer)
    finding->observed = ct_said(check, rows[row].field, ct_check_text(check, "%s, which has the host's", space->text));
  else
    finding->observed = ct_said(check, rows[row].field, container->pod_spec ? "true" : "host");
  finding->values.name = rows[row].option;
  if (space->through_peer) finding->fix = CT_RULE_JOIN_OTHER_NS;
  finding->values.source = ct_field_of_compose(rows[row].field);
  if (space->through_peer) finding->values.value = space->text;
  if (container->format == CT_FORMAT_COMPOSE) finding->values.name = ct_field_name(container, rows[row].field);
}

static void joined(ct_check *check, size_t row, const ct_namespace *space) {
  struct ctsec_finding *finding = ct_report(check, CT_RULE_JOIN_OTHER_NS, space->from.at);
  int compose = check->container->format == CT_FORMAT_COMPOSE;
  const char *key = ct_field_of_compose(rows[row].field);
  finding->observed = ct_check_text(check, "%s: %s", compose ? key : rows[row].option, space->text ? space->text : space->peer);
  finding->values.name = rows[row].option;
  finding->values.source = key;
  finding->values.value = space->text;
}

void ct_rules_namespaces(ct_check *check) {
  const ct_container *container = check->container;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const ct_namespace *space = &container->namespaces[rows[i].kind];
    if (space->from.state == CT_UNKNOWN) {
      /* Not known because of a variable or a file: that is remarked already. */
      if ((container->format == CT_FORMAT_COMPOSE || container->format == CT_FORMAT_RUN) && (!space->from.defaulted || container->partial)) continue;
      if (rows[i].kind == CT_NS_CGROUP)
        ct_needs(check, rows[i].rule, container->at, CT_MESSAGE_NEED_CGROUP, "cgroup", NULL);
      else if (rows[i].kind == CT_NS_USER)
        ct_needs(check, rows[i].rule, container->at, CT_MESSAGE_NEED_USERNS, "userns", NULL);
      continue;
    }
    if (space->mode == CT_NS_HOST) host(check, i, space);
    if (space->through_peer || space->mode == CT_NS_CONTAINER || space->mode == CT_NS_PATH || space->mode == CT_NS_SERVICE)
      joined(check, i, space);
  }
}
