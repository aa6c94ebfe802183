/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SECCOMP_SCMP_H
#define CT_SECCOMP_SCMP_H

#include "base/arena.h"
#include "base/error.h"
#include "base/options.h"

/*
 * The version of this machine's libseccomp. What it would load is answered by
 * our model of that version: no profile is ever handed to it, since it can
 * loop for ever. CTSEC_E_UNSUPPORTED in a build without it.
 */
int ct_scmp_version(ct_version *version, ctsec_error **err);

/* Of a row of names: this libseccomp resolves the name at all; bit i: it has the number on the arch of index i. */
#define CT_SCMP_KNOWN UINT32_C(0x80000000)

/*
 * Which names it knows, a word for each row of ct_numbers(): distributions add
 * names without another version. *names is in the arena.
 */
int ct_scmp_names(ct_arena *arena, const uint32_t **names, ctsec_error **err);

#endif
