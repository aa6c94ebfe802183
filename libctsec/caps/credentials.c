/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caps/credentials.h"

#define CAP_SETPCAP CT_CAP_BIT(8)

int ct_credentials_exec(const ct_credentials *before, const ct_program *program, const ct_version *kernel,
                        ct_credentials *after) {
  ct_credentials new = *before;
  const ct_cap_sets *old = &before->sets;
  int effective = 0;
  int trusted = !program->nosuid;
  int has_filecaps = trusted && program->has_filecaps;
  /* Under no_new_privs the setuid bit does not count at all; file capabilities are only cut down below. */
  if (trusted && program->setuid && !before->no_new_privileges) new.euid = program->owner;
  new.sets.permitted = 0;
  if (has_filecaps) {
    new.sets.permitted = (old->bounding & program->permitted) | (old->inheritable & program->inheritable);
    if (program->effective && program->permitted & CT_CAPS_ALL & ~new.sets.permitted) return CTSEC_E_PERM;
    effective = program->effective;
  }
  if (!(before->securebits & CTSEC_SECURE_NOROOT) && !(has_filecaps && new.euid == 0 && new.uid != 0)) {
    if (new.euid == 0 || new.uid == 0) new.sets.permitted = old->bounding | old->inheritable;
    if (new.euid == 0) effective = 1;
  }
  /* Until 6.16 a process whose euid differs from its uid counted as if it ran a setuid program. */
  int compares_effective = !kernel || !kernel->known || ct_version_at_least(kernel, 6, 17, 0);
  int changes_id = new.euid != (compares_effective ? before->euid : before->uid);
  if ((changes_id || new.sets.permitted & ~old->permitted) && before->no_new_privileges) {
    new.euid = new.uid;
    new.sets.permitted &= old->permitted;
  }
  new.suid = new.fsuid = new.euid;
  if (has_filecaps || changes_id) new.sets.ambient = 0;
  new.sets.permitted |= new.sets.ambient;
  new.sets.effective = effective ? new.sets.permitted : new.sets.ambient;
  new.securebits &= ~(uint32_t)CTSEC_SECURE_KEEP_CAPS;
  *after = new;
  return 0;
}

void ct_credentials_setresuid(ct_credentials *c, uint32_t uid, uint32_t euid, uint32_t suid) {
  ct_credentials old = *c;
  if (uid != UINT32_MAX) c->uid = uid;
  if (euid != UINT32_MAX) c->euid = euid;
  if (suid != UINT32_MAX) c->suid = suid;
  c->fsuid = c->euid;
  if (c->securebits & CTSEC_SECURE_NO_SETUID_FIXUP) return;
  if ((!old.uid || !old.euid || !old.suid) && c->uid && c->euid && c->suid) {
    if (!(c->securebits & CTSEC_SECURE_KEEP_CAPS)) c->sets.permitted = c->sets.effective = 0;
    c->sets.ambient = 0;
  }
  if (!old.euid && c->euid) c->sets.effective = 0;
  if (old.euid && !c->euid) c->sets.effective = c->sets.permitted;
}

/* CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER, FSETID, LINUX_IMMUTABLE, MKNOD, MAC_OVERRIDE. */
#define FILE_SYSTEM (UINT64_C(0x1f) | CT_CAP_BIT(9) | CT_CAP_BIT(27) | CT_CAP_BIT(32))

void ct_credentials_setfsuid(ct_credentials *c, uint32_t id) {
  uint32_t old = c->fsuid;
  c->fsuid = id;
  if (c->securebits & CTSEC_SECURE_NO_SETUID_FIXUP) return;
  if (!old && id) c->sets.effective &= ~FILE_SYSTEM;
  if (old && !id) c->sets.effective |= c->sets.permitted & FILE_SYSTEM;
}

/* The kernel keeps the ambient set within the permitted and the inheritable one. */
static void cut_ambient(ct_cap_sets *sets) { sets->ambient &= sets->permitted & sets->inheritable; }

int ct_credentials_capset(ct_credentials *c, uint64_t inheritable, uint64_t permitted, uint64_t effective) {
  ct_cap_sets *sets = &c->sets;
  if (!(sets->effective & CAP_SETPCAP) && inheritable & ~(sets->inheritable | sets->permitted)) return CTSEC_E_PERM;
  if (inheritable & ~(sets->inheritable | sets->bounding)) return CTSEC_E_PERM;
  if (permitted & ~sets->permitted || effective & ~permitted) return CTSEC_E_PERM;
  sets->inheritable = inheritable;
  sets->permitted = permitted;
  sets->effective = effective;
  cut_ambient(sets);
  return 0;
}

int ct_credentials_drop(ct_credentials *c, int number) {
  if (!(c->sets.effective & CAP_SETPCAP)) return CTSEC_E_PERM;
  c->sets.bounding &= ~CT_CAP_BIT(number);
  return 0;
}

int ct_credentials_raise(ct_credentials *c, int number) {
  uint64_t bit = CT_CAP_BIT(number);
  if (!(c->sets.permitted & c->sets.inheritable & bit)) return CTSEC_E_PERM;
  if (c->securebits & CTSEC_SECURE_NO_CAP_AMBIENT_RAISE) return CTSEC_E_PERM;
  c->sets.ambient |= bit;
  return 0;
}

void ct_credentials_lower(ct_credentials *c, int number) { c->sets.ambient &= ~CT_CAP_BIT(number); }

ct_cap_sets ct_sets_exec(const ct_cap_sets *sets, int root, int setuid_root, int no_new_privileges) {
  /* Which user it is does not matter, only whether it is root. */
  uint32_t id = root ? 0 : 1;
  ct_credentials before = {.uid = id, .euid = id, .suid = id, .fsuid = id, .sets = *sets,
                           .no_new_privileges = no_new_privileges};
  ct_program program = {.setuid = setuid_root, .owner = 0};
  ct_credentials after = before;
  ct_credentials_exec(&before, &program, NULL, &after);
  return after.sets;
}
