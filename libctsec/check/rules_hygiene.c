/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is present on nearly every container, and what is merely unusual. */
#include <string.h>

#include "check/check.h"

/* What docker compose runs in the container by exec, when it starts and before it stops. */
static void check_hooks_of_service(ct_check *check) {
  static const char lists[][11] = {"post_start", "pre_stop"};
  for (size_t k = 0; k < 2; k++) {
    const ct_value *list = ct_value_member(check->container->at, lists[k]);
    for (uint32_t i = 0; ct_value_is(list, CT_ARRAY) && i < list->count; i++) {
      const ct_value *flag = ct_value_member(&list->as.items[i], "privileged");
      if (!(ct_value_is(flag, CT_BOOL) && flag->boolean) && !ct_value_equals(flag, "true")) continue;
      struct ctsec_finding *finding = ct_report(check, CT_RULE_EXEC_PRIVILEGED, flag);
      finding->observed = ct_check_text(check, "%s: privileged: true", lists[k]);
      finding->values.value = "privileged: true";
      ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_EXEC);
    }
  }
}

/* What commands of the same script run in the container by exec. */
void ct_rules_exec(ct_check *check) {
  const ct_texts *execs = &check->container->execs;
  for (uint32_t i = 0; i < execs->count; i++) {
    const ct_text *option = &execs->items[i];
    int privileged = ct_text_is(option, "--privileged");
    const char *said = privileged ? option->value : ct_check_text(check, "--user=%s", option->value);
    for (int k = !privileged; k < 2; k++) {
      struct ctsec_finding *finding = ct_report(check, k ? CT_RULE_EXEC_PRIVILEGED : CT_RULE_PRIVILEGED, option->from.at);
      finding->observed = ct_check_text(check, "exec %s", said);
      finding->values.value = said;
      finding->fix = CT_RULE_EXEC_PRIVILEGED;
      finding->message_id = CT_MESSAGE_RULE_EXEC_PRIVILEGED_MESSAGE;
      if (!privileged) continue;
      ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_EXEC);
      if (k) finding->because = CT_RULE_PRIVILEGED;
    }
  }
}

static void check_image(ct_check *check) {
  const ct_text *image = &check->container->image;
  if (!image->length || image->from.state == CT_UNKNOWN || memchr(image->value, '@', image->length)) return;
  /* A bare id pins the image as a digest does. */
  if (image->length > 7 && !memcmp(image->value, "sha256:", 7)) return;
  const char *slash = memrchr(image->value, '/', image->length);
  const char *name = slash ? slash + 1 : image->value;
  const char *colon = memchr(name, ':', image->length - (size_t)(name - image->value));
  const char *tag = colon ? colon + 1 : "latest";
  size_t tag_length = colon ? image->length - (size_t)(tag - image->value) : 6;
  if (tag_length != 6 || memcmp(tag, "latest", 6)) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_IMAGE_LATEST, image->from.at);
  finding->observed = ct_check_text(check, "%.*s", (int)image->length, image->value);
  finding->values.name = ct_check_text(check, "%.*s", (int)(colon ? colon - image->value : (ptrdiff_t)image->length), image->value);
}

static void check_restart(ct_check *check) {
  const ct_container *container = check->container;
  const ct_text *restart = &container->restart;
  int always = ct_text_is(restart, "always") || ct_text_is(restart, "unless-stopped");
  int endless = ct_text_is(restart, "on-failure") && (container->restart_retries.value <= 0 || container->restart_retries.value > 5);
  if (!always && !endless) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_RESTART_POLICY, restart->from.at);
  finding->observed = ct_check_text(check, "%.*s, at most %lld times", (int)restart->length, restart->value,
                                    (long long)container->restart_retries.value);
  if (always) finding->observed = ct_check_text(check, "%.*s", (int)restart->length, restart->value);
}

static void check_health(ct_check *check) {
  const ct_container *container = check->container;
  if (ct_is_spec(container)) return;
  int disabled = container->healthcheck.count && ct_text_is(&container->healthcheck.items[0], "NONE");
  if (!disabled && (container->healthcheck.count || ct_is_true(&container->health_state))) return;
  ct_report(check, CT_RULE_HEALTHCHECK, container->healthcheck.from.at ? container->healthcheck.from.at
                                        : container->config_object   ? container->config_object
                                                                       : container->at)
      ->observed = disabled ? ct_said(check, CT_FIELD_HEALTH_NAME, "NONE") : ct_unsaid(check, CT_FIELD_HEALTH_NAME);
}

static int begins(const char *text, size_t length, const char *word) {
  size_t n = strlen(word);
  return length >= n && !memcmp(text, word, n);
}

static void check_runtime(ct_check *check) {
  static const char known[][15] = {"runc", "crun", "runsc", "youki", "oci", "kata", "krun", "nvidia", "sysbox-runc",
                                      "io.containerd.", "gvisor", "/usr/bin/runc", "/usr/bin/crun", "/usr/sbin/runc"};
  const ct_text *runtime = &check->container->runtime;
  if (!runtime->length) return;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (begins(runtime->value, runtime->length, known[i])) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_RUNTIME_UNSAFE, runtime->from.at);
  finding->observed = finding->values.value = ct_check_text(check, "%.*s", (int)runtime->length, runtime->value);
}

static void check_annotations(ct_check *check) {
  static const char steering[][22] = {"org.systemd.property.", "io.containerd.", "module.wasm.image/", "com.nvidia.", "cdi.k8s.io", "org.criu."};
  /* Engines write these themselves. */
  static const char own[][36] = {"org.systemd.property.CollectMode", "org.systemd.property.TimeoutStopUSec", "org.systemd.property.KillSignal"};
  const ct_pairs *annotations = &check->container->annotations;
  for (uint32_t i = 0; i < annotations->count; i++) {
    const ct_pair *pair = &annotations->items[i];
    int hit = ct_annotation_steers(annotations, pair);
    for (size_t k = 0; k < sizeof steering / sizeof *steering; k++) hit |= begins(pair->key, pair->key_length, steering[k]);
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
      if (strlen(own[k]) == pair->key_length && !memcmp(pair->key, own[k], pair->key_length)) hit = 0;
    if (!hit) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_ANNOTATIONS_RUNTIME, pair->at);
    finding->observed = finding->values.name = ct_check_text(check, "%.*s", (int)pair->key_length, pair->key);
  }
}

static void check_hooks(ct_check *check) {
  const ct_hooks *hooks = &check->container->hooks;
  for (uint32_t i = 0; i < hooks->count; i++) {
    const ct_hook *hook = &hooks->items[i];
    if (ct_hook_is_own(hook)) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_OCI_HOOKS, hook->at);
    finding->values.name = hook->kind;
    finding->observed = ct_check_text(check, "%s: %.*s", hook->kind, (int)hook->path.length, hook->path.value ? hook->path.value : "");
  }
}

void ct_rules_hygiene(ct_check *check) {
  const ct_container *container = check->container;
  int host_process = container->live && container->live->contained == CT_NO;
  if (!ct_is_true(&container->readonly_rootfs) && container->readonly_rootfs.from.state != CT_UNKNOWN && !host_process &&
      !(container->live && !ct_is_set(container->readonly_rootfs.from))) {
    const ct_value *at = container->readonly_rootfs.from.at;
    if (!at && ct_is_spec(container)) at = ct_value_member(container->at, "root");
    if (!at) at = container->host_object ? container->host_object : container->at;
    ct_report(check, CT_RULE_RW_ROOTFS, at)->observed =
        container->live                           ? "/ is mounted rw"
        : container->readonly_rootfs.from.defaulted ? ct_unsaid(check, CT_FIELD_READONLY_NAME)
                                                  : ct_said(check, CT_FIELD_READONLY_NAME, "false");
  }
  for (uint32_t i = 0; i < container->volumes_from.count; i++) {
    const ct_text *item = &container->volumes_from.items[i];
    struct ctsec_finding *finding = ct_report(check, CT_RULE_VOLUMES_FROM, item->from.at);
    finding->observed = finding->values.value = ct_check_text(check, "%.*s", (int)item->length, item->value);
  }
  if (ct_is_true(&container->tty) || ct_is_true(&container->stdin_open)) {
    int tty = ct_is_true(&container->tty);
    struct ctsec_finding *finding =
        ct_report(check, CT_RULE_STDIN_TTY, tty ? container->tty.from.at : container->stdin_open.from.at);
    finding->observed = ct_said(check, tty ? CT_FIELD_TTY_NAME : CT_FIELD_STDIN_NAME, "true");
    finding->values.name = tty ? "tty" : "interactive";
  }
  /* Of what exec started, an inspect shows the ids only. */
  const ct_value *started = ct_value_member(container->at, "ExecIDs");
  if (ct_value_is(started, CT_ARRAY) && started->count)
    ct_needs(check, CT_RULE_EXEC_PRIVILEGED, started, CT_MESSAGE_NEED_EXEC, NULL, NULL);
  if (container->format == CT_FORMAT_COMPOSE) check_hooks_of_service(check);
  const ct_text *folder = &container->working_dir;
  if (ct_leads_through_a_descriptor(folder)) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_WORKDIR_FD, folder->from.at);
    finding->observed = finding->values.value = ct_check_text(check, "%.*s", (int)folder->length, folder->value);
  }
  check_image(check);
  check_restart(check);
  check_health(check);
  check_runtime(check);
  check_annotations(check);
  check_hooks(check);
}
