/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SECCOMP_SCMP_H
#define CT_SECCOMP_SCMP_H

#include "base/error.h"
#include "base/options.h"

/*
 * The version of this machine's libseccomp. What it would load is answered by
 * our model of that version: no profile is ever handed to it, since it can
 * loop for ever. CTSEC_E_UNSUPPORTED in a build without it.
 */
int ct_scmp_version(ct_version *version, ctsec_error **err);

#endif
