/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The credentials of a process, and what the kernel makes of them (security/commoncap.c). */
#ifndef CT_CAPS_CREDENTIALS_H
#define CT_CAPS_CREDENTIALS_H

#include "base/options.h"
#include "caps/names.h"


typedef struct ct_cap_sets {
  uint64_t inheritable;
  uint64_t permitted;
  uint64_t effective;
  uint64_t bounding;
  uint64_t ambient;
} ct_cap_sets;

/* Ids are those inside the user namespace: 0 is its root. */
typedef struct ct_credentials {
  uint32_t uid, euid, suid, fsuid;
  ct_cap_sets sets;
  uint32_t securebits;
  int no_new_privileges;
} ct_credentials;

/* A program file as execve sees it. */
typedef struct ct_program {
  int setuid;
  uint32_t owner;
  /* Mounted nosuid, or from another user namespace: neither setuid nor file capabilities count. */
  int nosuid;
  /* It has the attribute security.capability, valid here; the masks may be empty. */
  int has_filecaps;
  uint64_t permitted;
  uint64_t inheritable;
  int effective;
} ct_program;

/* 0, or CTSEC_E_PERM where execve fails with EPERM: a file capability in effect that the bounding set lacks. */
int ct_credentials_exec(const ct_credentials *before, const ct_program *program, const ct_version *kernel,
                        ct_credentials *after);
/* After setresuid(); each id of -1 (0xffffffff) stays as it is. */
void ct_credentials_setresuid(ct_credentials *credentials, uint32_t uid, uint32_t euid, uint32_t suid);
/* After setfsuid(). */
void ct_credentials_setfsuid(ct_credentials *credentials, uint32_t id);
/* capset(); CTSEC_E_PERM where the kernel refuses. */
int ct_credentials_capset(ct_credentials *credentials, uint64_t inheritable, uint64_t permitted, uint64_t effective);
/* prctl(PR_CAPBSET_DROP); CTSEC_E_PERM without CAP_SETPCAP in effect. */
int ct_credentials_drop(ct_credentials *credentials, int number);
/* prctl(PR_CAP_AMBIENT_RAISE) and _LOWER; CTSEC_E_PERM where the kernel refuses to raise. */
int ct_credentials_raise(ct_credentials *credentials, int number);
void ct_credentials_lower(ct_credentials *credentials, int number);

/* The sets after execve of a plain program, and of one that is setuid to root, both by a user who is root or is not. */
ct_cap_sets ct_sets_exec(const ct_cap_sets *sets, int root, int setuid_root, int no_new_privileges);

#endif
