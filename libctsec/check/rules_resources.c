/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits, sysctls, users. */
#include <string.h>

#include "check/check.h"
#include "check/pss.h"

static const ct_value *place(const ct_container *container, const ct_number *number, const char *key) {
  if (number->from.at) return number->from.at;
  const ct_value *member = ct_value_member(container->host_object, key);
  if (member) return member;
  return container->host_object ? container->host_object : container->at;
}

/* A limit that is not known is not missing. */
static int given(const ct_number *number) {
  return number->from.state == CT_UNKNOWN || (ct_is_set(number->from) && number->value > 0);
}

/* Of a live process: the file of its control group, and what that says. */
static const char *as_read(ct_check *check, const ct_number *number) {
  const ct_value *at = number->from.at;
  if (!at || at->kind != CT_STRING) return "in no control group of its own";
  const char *name = strrchr(at->key, '/');
  return ct_check_text(check, "%s: %s", name ? name + 1 : at->key, at->as.string);
}

static const char *as_said(ct_check *check, ct_field_id field, const ct_number *number) {
  if (check->container->live) return as_read(check, number);
  if (!ct_is_set(number->from)) return ct_unsaid(check, field);
  return ct_said(check, field, ct_check_text(check, "%lld", (long long)number->value));
}

static void check_limits(ct_check *check) {
  const ct_container *container = check->container;
  if (container->live && container->live->contained == CT_NO) return;
  if (!given(&container->memory))
    ct_report(check, CT_RULE_MEM_LIMIT, place(container, &container->memory, "Memory"))->observed =
        as_said(check, CT_FIELD_MEMORY_NAME, &container->memory);
  if (!given(&container->nano_cpus) && !given(&container->cpu_quota) && !given(&container->cpu_shares) && !container->cpuset.length)
    ct_report(check, CT_RULE_CPU_LIMIT, place(container, container->live ? &container->cpu_quota : &container->nano_cpus, "CpuQuota"))
        ->observed = container->live ? as_read(check, &container->cpu_quota) : ct_unsaid(check, CT_FIELD_CPU_NAME);
  if (!given(&container->pids))
    ct_report(check, CT_RULE_PIDS_LIMIT, place(container, &container->pids, "PidsLimit"))->observed =
        as_said(check, CT_FIELD_PIDS_NAME, &container->pids);
  if (ct_is_true(&container->oom_kill_disable)) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_OOM_DISABLE, container->oom_kill_disable.from.at);
    finding->observed = ct_said(check, CT_FIELD_OOM_KILL_NAME, "true");
    finding->values.name = "oom-kill-disable";
  } else if (ct_is_set(container->oom_score_adj.from) && container->oom_score_adj.value < 0) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_OOM_DISABLE, container->oom_score_adj.from.at);
    finding->observed = as_said(check, CT_FIELD_OOM_SCORE_NAME, &container->oom_score_adj);
    finding->values.name = ct_check_text(check, "oom-score-adj=%lld", (long long)container->oom_score_adj.value);
  }
  if (container->cgroup_parent.length) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_CGROUP_PARENT, container->cgroup_parent.from.at);
    finding->observed = finding->values.value =
        ct_check_text(check, "%.*s", (int)container->cgroup_parent.length, container->cgroup_parent.value);
  }
  /* podman lists its own defaults here, Docker only what was asked for. */
  int of_podman = container->format == CT_FORMAT_PODMAN_INSPECT || container->format == CT_FORMAT_OCI;
  if (!of_podman && container->ulimits.count) {
    const ct_ulimit *first = &container->ulimits.items[0];
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ULIMITS, container->ulimits.from.at);
    finding->values.value = ct_check_text(check, "%.*s=%lld:%lld", (int)first->name.length, first->name.value ? first->name.value : "",
                                          (long long)first->soft.value, (long long)first->hard.value);
    finding->values.name = ct_check_text(check, "%.*s", (int)first->name.length, first->name.value ? first->name.value : "");
    finding->observed = finding->values.value;
  }
}

/* Safe by the Pod Security Standards at their newest version. */
static int is_safe_sysctl(const char *name, size_t length) {
  for (size_t i = 0; i < CT_PSS_SYSCTLS; i++) {
    const char *safe = ct_pss_sysctls[i].name;
    if (strlen(safe) != length) continue;
    size_t k = 0;
    /* net/ipv4/... is the same name. */
    while (k < length && (name[k] == safe[k] || (name[k] == '/' && safe[k] == '.'))) k++;
    if (k == length) return 1;
  }
  return 0;
}

static void check_sysctls(ct_check *check) {
  const ct_pairs *sysctls = &check->container->sysctls;
  for (uint32_t i = 0; i < sysctls->count; i++) {
    const ct_pair *pair = &sysctls->items[i];
    /* A value with + or = was a way into cri-o's command line. */
    const char *value = pair->value ? pair->value : "";
    int injected = memchr(value, '+', pair->value_length) || memchr(value, '=', pair->value_length);
    if (is_safe_sysctl(pair->key, pair->key_length) && !injected) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SYSCTL_UNSAFE, pair->at);
    finding->values.sysctl = ct_check_text(check, "%.*s", (int)pair->key_length, pair->key);
    finding->observed = ct_check_text(check, "%s=%.*s", finding->values.sysctl, (int)pair->value_length, value);
    finding->values.value = finding->observed;
    if (injected) ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_SYSCTL_INJECTION);
  }
}

ct_message_id ct_need_of_user(const ct_container *container) {
  return container->user.text && container->user.length ? CT_MESSAGE_NEED_UID : CT_MESSAGE_NEED_IMAGE_USER;
}

static void check_user(ct_check *check) {
  const ct_container *container = check->container;
  const ct_user *user = &container->user;
  const ct_value *at = user->from.at ? user->from.at : container->config_object;
  if (!at) at = container->at;
  if (container->facts.root == CT_MAYBE && user->from.state == CT_UNKNOWN) return;
  if (container->facts.root == CT_MAYBE) {
    if (!container->live) ct_needs(check, CT_RULE_ROOT_USER, at, ct_need_of_user(container), "uid", NULL);
    /* A manifest can rule root out, and this one does not. */
    if (!container->pod_spec) return;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ROOT_USER, container->at);
    finding->message_id = CT_MESSAGE_ROOT_USER_POSSIBLE;
    finding->observed = "runAsNonRoot, runAsUser not set";
    return;
  }
  if ((container->format == CT_FORMAT_RUN || container->format == CT_FORMAT_COMPOSE ||
       container->format == CT_FORMAT_DOCKERFILE) && user->from.defaulted && !ct_options_fact(check->options, "uid"))
    ct_needs(check, CT_RULE_ROOT_USER, at, CT_MESSAGE_NEED_IMAGE_USER, "uid", NULL);
  if (container->facts.root == CT_YES) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ROOT_USER, at);
    finding->observed = !user->text || !user->length
                            ? "uid 0"
                            : ct_check_text(check, "user %.*s, uid 0", (int)user->length, user->text);
    /* A user namespace whose root is root outside too separates capabilities, not files. */
    if (container->facts.user_namespace == CT_YES && (!container->live || ct_is_true(&container->user_mapped)))
      ct_raise(finding, CTSEC_SEVERITY_LOW, CT_MESSAGE_REASON_USER_NAMESPACE);
    else if (ct_is_privileged(container) && container->facts.user_namespace == CT_NO)
      finding->reason = CT_NO_MESSAGE;
  } else if (user->uid_state == CT_SET && user->uid <= 10000) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LOW_UID, at);
    finding->observed = ct_check_text(check, "uid %u", user->uid);
  } else if (container->pod_spec && user->gid_state == CT_SET && user->gid && user->gid <= 10000) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_LOW_UID, at);
    finding->observed = ct_check_text(check, "gid %u", user->gid);
  }
}

static void check_groups(ct_check *check) {
  const ct_container *container = check->container;
  /* Root has group 0 by itself. */
  if ((ct_is_spec(container) || container->live) && container->facts.root != CT_NO) return;
  for (uint32_t i = 0; i < container->groups.count; i++) {
    const ct_text *group = &container->groups.items[i];
    if (!ct_text_is(group, "0") && !ct_text_is(group, "root") && !ct_text_is(group, "docker") && !ct_text_is(group, "disk"))
      continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ROOT_GROUP, group->from.at);
    finding->observed = finding->values.value = ct_check_text(check, "%.*s", (int)group->length, group->value);
  }
  if (container->facts.root == CT_NO && container->user.gid_state == CT_SET && container->user.gid == 0 &&
      (ct_is_spec(container) || container->live || memchr(container->user.text, ':', container->user.length))) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ROOT_GROUP, container->user.from.at);
    finding->observed = "gid 0";
    finding->values.value = "0";
  }
}

void ct_rules_resources(ct_check *check) {
  check_user(check);
  check_groups(check);
  check_limits(check);
  check_sysctls(check);
}
