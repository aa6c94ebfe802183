/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which names each release of libseccomp knows, 2.3.0 to 2.6.1. */
#ifndef CT_DATA_LIBSECCOMP_H
#define CT_DATA_LIBSECCOMP_H

#include "base/options.h"

/* The newest release of which the tables are known. */
#define CT_LIBSECCOMP_NEWEST ((ct_version){1, 2, 6, 1})

/* What a packaged version knows: Debian 12 has put the calls of Linux 6.7, those of 2.5.5, into its 2.5.4-1+deb12u1. */
ct_version ct_libseccomp_names_of(const char *text, const ct_version *version);
/* Whether that release resolves a name of a system call that exists, on any arch. */
int ct_libseccomp_knows(const ct_version *version, const char *name);
/* Whether it, which knows the name, also has its number on this arch (which has the call). */
int ct_libseccomp_numbers(const ct_version *version, const char *name, const char *arch);

#endif
