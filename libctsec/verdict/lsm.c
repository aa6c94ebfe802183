/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Security modules. AppArmor: the profile that Docker, containerd and Podman
 * generate. SELinux: what container_t is known for; what is not known stays
 * unknown.
 */
#include <string.h>

#include "verdict/confinement.h"

/* deny rules of the profile: writing below /proc but the process' own files, sysrq-trigger, kcore, and in /sys all but
 * /sys/fs/cgroup. A host's /proc that is bound elsewhere has another path, and is not covered. */
static unsigned denies_path(const char *path) {
  if (!path) return CT_NO;
  if (!strncmp(path, "/proc/", 6)) {
    const char *rest = path + 6;
    if (*rest >= '1' && *rest <= '9') return CT_NO;
    if (!strncmp(rest, "self/", 5) || !strncmp(rest, "thread-self/", 12)) return CT_NO;
    if (!strncmp(rest, "sys/kernel/shm", 14)) return CT_NO;
    return CT_YES;
  }
  if (!strncmp(path, "/sys/", 5)) return strncmp(path, "/sys/fs/cgroup/", 15) ? CT_YES : CT_NO;
  return CT_NO;
}

static unsigned denies_reading(const char *path) {
  static const char hidden[][31] = {"/proc/sysrq-trigger", "/proc/kcore", "/sys/firmware/",
                                       "/sys/devices/virtual/powercap/", "/sys/kernel/security/"};
  for (size_t i = 0; path && i < sizeof hidden / sizeof *hidden; i++)
    if (!strncmp(path, hidden[i], strlen(hidden[i]))) return CT_YES;
  return CT_NO;
}

static unsigned apparmor_denies(const ctsec_confinement *c, ct_op_lsm kind, const char *path) {
  const ct_namespace *pid = &c->container->namespaces[CT_NS_PID];
  int host_pid = pid->from.state == CT_SET && pid->mode == CT_NS_HOST;
  switch (kind) {
    case CT_LSM_MOUNT:
    case CT_LSM_PIVOT: return CT_YES;
    /* Peers must have the same profile: processes of the host have not. */
    case CT_LSM_TRACE:
    case CT_LSM_SIGNAL: return host_pid ? CT_YES : CT_NO;
    /* New templates deny it. */
    case CT_LSM_ALG: return CT_MAYBE;
    case CT_LSM_FILE: return denies_path(path);
    case CT_LSM_READ: return denies_reading(path);
    default: return CT_NO;
  }
}

static unsigned selinux_denies(const ctsec_confinement *c, ct_op_lsm kind, const char *path) {
  const ct_namespace *pid = &c->container->namespaces[CT_NS_PID];
  int host_pid = pid->from.state == CT_SET && pid->mode == CT_NS_HOST;
  switch (kind) {
    case CT_LSM_MODULE: return CT_YES;
    case CT_LSM_TRACE:
    case CT_LSM_SIGNAL: return host_pid ? CT_YES : CT_NO;
    case CT_LSM_ALG: return CT_NO;
    case CT_LSM_FILE:
    case CT_LSM_READ: return path && (!strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/", 5)) ? CT_MAYBE : CT_NO;
    default: return CT_MAYBE;
  }
}

static void inquire_one(ct_inquiry *inquiry, unsigned state, unsigned denies, const char *module, const char *needs,
                        unsigned says, const char *error, const ct_value *at) {
  ct_layer_answer *made = NULL;
  if (state == CT_CONFINED_NO) return;
  if (state == CT_CONFINED_UNKNOWN) {
    if (denies == CT_NO) return;
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_LSM, "lsm", CT_MESSAGE_WHY_LSM_UNKNOWN);
  } else if (state == CT_CONFINED_OTHER || denies == CT_MAYBE) {
    made = ct_inquiry_said(inquiry, CTSEC_LAYER_LSM, says, needs, error, CT_MESSAGE_WHY_LSM_PROFILE);
  } else if (denies == CT_YES) {
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_LSM, error, CT_MESSAGE_WHY_LSM_DENIES);
  } else {
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_LSM, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_LSM_ALLOWS);
  }
  made->word = module;
  made->at = at;
}

static const char *path_of(const ct_request *request) {
  for (int i = 0; i < 6; i++)
    if (request->texts[i] && request->texts[i][0] == '/') return request->texts[i];
  return NULL;
}

void ct_inquire_lsm(ct_inquiry *inquiry, ct_op_lsm kind, const char *error) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *path = path_of(inquiry->request);
  unsigned apparmor = apparmor_denies(c, kind, path), selinux = selinux_denies(c, kind, path);
  /* Which module it is nobody said: one answer for both. */
  if (c->apparmor == CT_CONFINED_UNKNOWN && c->selinux == CT_CONFINED_UNKNOWN) {
    inquire_one(inquiry, CT_CONFINED_UNKNOWN, apparmor | selinux, "AppArmor / SELinux", "lsm", CT_MAYBE, error, NULL);
    return;
  }
  inquire_one(inquiry, c->apparmor, apparmor, "AppArmor", "apparmor-profile", c->apparmor_says, error,
              c->container->apparmor.from.at);
  inquire_one(inquiry, c->selinux, selinux, "SELinux", "selinux-policy", c->selinux_says, error,
              c->container->selinux.from.at);
}
