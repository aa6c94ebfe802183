/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every profile must allow, whatever the program does. */
#ifndef CT_TRACE_BASE_H
#define CT_TRACE_BASE_H

#include "ctsec/syscalls.h"
#include "data/numbers.h"
#include "seccomp/arch.h"

/* late: the runtime loads the filter as its last step (no-new-privileges). */
int ct_base_has(const char *name, int late);
/* NULL beyond the last. */
const char *ct_base_at(unsigned index, int late);

/* The values of its first kept argument that it needs, by index; 0 beyond the last, and for calls of which none is kept. */
int ct_base_option(const char *name, unsigned index, uint64_t *value);

/* The ABIs of programs that kernels of this one run, itself first, ended by -1; only -1 where it stands alone. */
const int8_t *ct_family(const ct_arch *arch);

#endif
