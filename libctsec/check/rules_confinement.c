/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* seccomp, AppArmor, SELinux, no_new_privs, masked paths. */
#include <string.h>

#include "check/check.h"

static int default_action_is_open(const char *action, size_t length) {
  static const char *const open[] = {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG"};
  for (size_t i = 0; i < sizeof open / sizeof *open; i++)
    if (strlen(open[i]) == length && !memcmp(open[i], action, length)) return 1;
  return 0;
}

static void weak_profile(ct_check *check, const ct_value *profile, const ct_value *at) {
  const ct_value *action = ct_value_member(profile, "defaultAction");
  if (!ct_value_is(action, CT_STRING) || !default_action_is_open(action->as.string, action->length)) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SECCOMP_WEAK_PROFILE, at ? at : action);
  finding->observed = ct_check_text(check, "defaultAction: %s", action->as.string);
  finding->values.value = "PROFILE";
}

static void profile_text(ct_check *check) {
  const ct_seccomp *seccomp = &check->container->seccomp;
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ctsec_error *error = NULL;
  int status = ct_json_parse(&arena, seccomp->profile.value, seccomp->profile.length, check->options, &document, &error);
  if (!status)
    weak_profile(check, document->roots, seccomp->from.at);
  else if (status == CTSEC_E_NOMEM)
    check->failed = 1;
  else
    ct_needs(check, CT_RULE_SECCOMP_WEAK_PROFILE, seccomp->from.at, CT_MESSAGE_NEED_PROFILE_BROKEN, NULL, NULL);
  ctsec_error_free(error);
  ct_arena_free(&arena);
}

static void check_seccomp(ct_check *check) {
  const ct_container *container = check->container;
  const ct_seccomp *seccomp = &container->seccomp;
  struct ctsec_finding *finding;
  switch (seccomp->mode) {
    case CT_SECCOMP_UNCONFINED:
      if (ct_is_privileged(container) && seccomp->from.defaulted) return;
      finding = ct_report(check, CT_RULE_SECCOMP_UNCONFINED,
                          seccomp->from.at ? seccomp->from.at : container->host_object);
      finding->observed = seccomp->from.defaulted ? container->format == CT_FORMAT_KUBERNETES ? "seccompProfile absent" : "linux.seccomp absent" : "seccomp=unconfined";
      return;
    case CT_SECCOMP_TEXT:
      profile_text(check);
      return;
    case CT_SECCOMP_OBJECT:
      weak_profile(check, seccomp->object, NULL);
      return;
    case CT_SECCOMP_FILE:
      ct_needs(check, CT_RULE_SECCOMP_WEAK_PROFILE, seccomp->from.at, CT_MESSAGE_NEED_PROFILE_FILE, NULL,
               ct_check_text(check, "%.*s", (int)seccomp->profile.length, seccomp->profile.value));
      return;
    default:
      return;
  }
}

static void check_apparmor(ct_check *check) {
  const ct_container *container = check->container;
  const ct_apparmor *apparmor = &container->apparmor;
  const char *lsm = ct_options_fact(check->options, "lsm");
  if (apparmor->from.state == CT_UNKNOWN) {
    if (container->format != CT_FORMAT_OCI || !container->selinux.process_label.length)
      ct_needs(check, CT_RULE_APPARMOR_UNCONFINED, container->at, CT_MESSAGE_NEED_LSM, "lsm", NULL);
    return;
  }
  if (apparmor->mode != CT_LSM_UNCONFINED || (lsm && strcmp(lsm, "apparmor"))) return;
  int privileged = ct_is_privileged(container);
  /* What privileged implies is only sure where the host has AppArmor, or the engine says so. */
  if (apparmor->from.defaulted && !lsm) return;
  struct ctsec_finding *finding =
      ct_report(check, CT_RULE_APPARMOR_UNCONFINED, apparmor->from.at ? apparmor->from.at : container->at);
  finding->observed = apparmor->from.defaulted ? "no AppArmor profile" : "apparmor=unconfined";
  if (privileged) finding->because = CT_RULE_PRIVILEGED;
}

static void check_selinux(ct_check *check) {
  const ct_container *container = check->container;
  const ct_selinux *selinux = &container->selinux;
  const char *lsm = ct_options_fact(check->options, "lsm");
  static const char *const types[] = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t",
                                      "svirt_lxc_net_t"};
  if (lsm && strcmp(lsm, "selinux")) return;
  if (selinux->from.state == CT_UNKNOWN || selinux->from.defaulted) return;
  if (selinux->mode == CT_LSM_UNCONFINED) {
    /* The engine itself adds label=disable to these. */
    int privileged = ct_is_privileged(container);
    int pid = container->namespaces[CT_NS_PID].mode == CT_NS_HOST, ipc = container->namespaces[CT_NS_IPC].mode == CT_NS_HOST;
    if ((privileged || pid || ipc) && !lsm) {
      ct_needs(check, CT_RULE_SELINUX_DISABLED, selinux->from.at, CT_MESSAGE_NEED_LSM, "lsm", NULL);
      return;
    }
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SELINUX_DISABLED, selinux->from.at);
    finding->observed = "label=disable";
    finding->values.value = "disable";
    if (privileged || pid || ipc)
      finding->fix = finding->because = privileged ? CT_RULE_PRIVILEGED : pid ? CT_RULE_HOST_PID : CT_RULE_HOST_IPC;
    return;
  }
  if (!ct_is_set(selinux->type.from)) return;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (ct_text_is(&selinux->type, types[i])) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SELINUX_DISABLED, selinux->type.from.at);
  finding->observed = ct_check_text(check, "label=type:%.*s", (int)selinux->type.length, selinux->type.value);
  finding->values.value = ct_check_text(check, "type:%.*s", (int)selinux->type.length, selinux->type.value);
}

static int has_path(const ct_texts *paths, const char *path) {
  size_t length = strlen(path);
  for (uint32_t i = 0; i < paths->count; i++) {
    const ct_text *item = &paths->items[i];
    /* A folder hides what is below it. */
    if (item->length <= length && !memcmp(item->value, path, item->length) &&
        (path[item->length] == '\0' || path[item->length] == '/'))
      return 1;
  }
  return 0;
}

static void add_missing(ct_buffer *buffer, const ct_texts *paths, const char *const *wanted, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!has_path(paths, wanted[i])) ct_buffer_format(buffer, "%s%s", buffer->length ? ", " : "", wanted[i]);
}

static void check_masks(ct_check *check) {
  /* What has been masked since these lists exist; later engines add to them. */
  static const char *const masked[] = {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware"};
  static const char *const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  const ct_container *container = check->container;
  int privileged = ct_is_privileged(container);
  ct_buffer missing;
  ct_buffer_init(&missing);
  /* A masked path needs not be read-only too. */
  add_missing(&missing, &container->masked_paths, masked, sizeof masked / sizeof *masked);
  for (size_t i = 0; i < sizeof readonly / sizeof *readonly; i++)
    if (!has_path(&container->readonly_paths, readonly[i]) && !has_path(&container->masked_paths, readonly[i]))
      ct_buffer_format(&missing, "%s%s", missing.length ? ", " : "", readonly[i]);
  if (missing.failed) check->failed = 1;
  if (missing.length && !missing.failed) {
    const ct_value *at = container->masked_paths.from.at ? container->masked_paths.from.at
                         : container->privileged.from.at ? container->privileged.from.at
                                                         : container->host_object;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_PROC_UNMASKED, at ? at : container->at);
    finding->observed = ct_check_text(check, "%.*s", (int)missing.length, missing.data);
    finding->values.value = finding->observed;
    if (privileged) finding->because = CT_RULE_PRIVILEGED;
  }
  ct_buffer_free(&missing);
}

void ct_rules_confinement(ct_check *check) {
  check_seccomp(check);
  check_apparmor(check);
  check_selinux(check);
  check_masks(check);
}
