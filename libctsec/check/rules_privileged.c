/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

/* Nor does a process: all of what makes up the option is seen together. */
static int lives_privileged(const ct_container *container) {
  const ct_live *live = container->live;
  int proc = 0, sys = 0;
  if (!container->facts.all_caps || live->contained == CT_NO || container->seccomp.mode != CT_SECCOMP_UNCONFINED) return 0;
  for (uint32_t i = 0; i < live->mount_count; i++) {
    proc |= live->mounts[i].kind == CT_LIVE_PROC;
    sys |= live->mounts[i].kind == CT_LIVE_SYSFS;
  }
  return proc && sys;
}

/* An OCI configuration does not say "privileged"; what the engines make of it does. */
static int looks_privileged(const ct_container *container) {
  if (container->live) return lives_privileged(container);
  if (!ct_is_spec(container) || !container->facts.all_caps) return 0;
  if (container->seccomp.mode != CT_SECCOMP_UNCONFINED || container->masked_paths.count) return 0;
  for (uint32_t i = 0; i < container->device_rules.count; i++) {
    const ct_device_rule *rule = &container->device_rules.items[i];
    if (rule->allow && rule->type == 'a' && rule->major < 0 && rule->access & CT_ACCESS_MKNOD) return 1;
  }
  return 0;
}

static int has_option(const ct_texts *words, const char *option) {
  size_t length = strlen(option);
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_text *word = &words->items[i];
    if (word->length >= length && !memcmp(word->value, option, length) &&
        (word->length == length || word->value[length] == '='))
      return 1;
  }
  return 0;
}

int ct_is_privileged(const ct_container *container) {
  return ct_is_true(&container->privileged) || looks_privileged(container);
}

/* What a variable of the shell decides. A reader of Compose files remarks that itself. */
static void check_open(ct_check *check) {
  const ct_container *container = check->container;
  const ct_origin *from[] = {&container->privileged.from, &container->cap_add.from, &container->cap_drop.from};
  for (size_t i = 0; i < sizeof from / sizeof *from; i++)
    if (from[i]->state == CT_UNKNOWN && from[i]->at && container->format == CT_FORMAT_RUN)
      ct_needs(check, CT_RULE_PRIVILEGED, from[i]->at, CT_MESSAGE_NEED_SHELL, NULL, NULL);
}

void ct_rules_privileged(ct_check *check) {
  const ct_container *container = check->container;
  check_open(check);
  if (!ct_is_privileged(container)) return;
  int said = ct_is_true(&container->privileged);
  const ct_value *at = said              ? container->privileged.from.at
                       : container->live ? container->bounding.from.at
                                         : container->config_object;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_PRIVILEGED, at);
  finding->observed = said ? ct_said(check, CT_FIELD_PRIVILEGED_NAME, "true") : container->live ? "all capabilities, no seccomp filter, no masked paths, /sys writable"
                               : "all capabilities, no seccomp filter, no masked paths, every device";
  finding->values.capability = "CAP_NET_BIND_SERVICE";
  finding->values.device = "/dev/...";
  if (container->facts.user_namespace == CT_YES) ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_MAPPED_CAPS);

  const ct_seccomp *seccomp = &container->seccomp;
  if (seccomp->from.defaulted && seccomp->mode == CT_SECCOMP_UNCONFINED) {
    finding = ct_report(check, CT_RULE_SECCOMP_IMPLIED_OFF, at);
    finding->observed = said ? ct_check_text(check, "%s, %s", ct_said(check, CT_FIELD_PRIVILEGED_NAME, "true"),
                                              ct_unsaid(check, CT_FIELD_SECCOMP_NAME))
                             : "linux.seccomp absent";
    finding->because = CT_RULE_PRIVILEGED;
  } else if (said && container->pod_spec && seccomp->mode != CT_SECCOMP_UNCONFINED) {
    /* The kubelet asks for no filter, whatever the profile says. */
    finding = ct_report(check, CT_RULE_SECCOMP_IMPLIED_OFF, seccomp->from.at);
    finding->observed = "privileged: true, seccompProfile ignored";
    finding->because = CT_RULE_PRIVILEGED;
  } else if (said && container->format != CT_FORMAT_PODMAN_INSPECT && container->engine == CTSEC_ENGINE_DOCKER &&
             (seccomp->mode == CT_SECCOMP_TEXT || seccomp->mode == CT_SECCOMP_FILE)) {
    /* Up to 26 the daemon ignores a profile given beside --privileged, from 28 on it loads it. */
    const ct_version *version = &container->engine_version;
    if (version->known && !ct_version_at_least(version, 27, 0, 0)) {
      finding = ct_report(check, CT_RULE_SECCOMP_IMPLIED_OFF, seccomp->from.at);
      finding->observed = ct_check_text(check, "%s, %s ignored", ct_said(check, CT_FIELD_PRIVILEGED_NAME, "true"),
                                        ct_field_name(container, CT_FIELD_SECCOMP_NAME));
      finding->because = CT_RULE_PRIVILEGED;
    } else if (!version->known || !ct_version_at_least(version, 28, 0, 0)) {
      ct_needs(check, CT_RULE_SECCOMP_IMPLIED_OFF, seccomp->from.at, CT_MESSAGE_NEED_ENGINE_VERSION, "docker", NULL);
    }
  }

  int ignored = said && (container->cap_add.count || container->cap_drop.count);
  if (container->format == CT_FORMAT_PODMAN_INSPECT)
    /* podman shows the difference to its own table; only its command line tells what was asked for. */
    ignored = has_option(&container->create_command, "--cap-add") || has_option(&container->create_command, "--cap-drop");
  if (!ignored) return;
  const ct_texts *list = container->format == CT_FORMAT_PODMAN_INSPECT ? &container->create_command
                         : container->cap_drop.count                   ? &container->cap_drop
                                                                       : &container->cap_add;
  finding = ct_report(check, CT_RULE_PRIVILEGED_DROP_IGNORED, list->from.at);
  ct_field_id name = list == &container->cap_add ? CT_FIELD_CAP_ADD_NAME : CT_FIELD_CAP_DROP_NAME;
  finding->observed = ct_check_text(check, "%s beside %s", ct_field_name(container, name),
                                    ct_field_name(container, CT_FIELD_PRIVILEGED_NAME));
}
