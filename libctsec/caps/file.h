/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CAPS_FILE_H
#define CT_CAPS_FILE_H

#include "caps/credentials.h"

/* The program has these capabilities, in a user namespace where they count. */
void ct_filecaps_apply(const ctsec_filecaps *filecaps, ct_program *program);
/*
 * Whether the capabilities count in the user namespace of the options (fact
 * userns-root: the user ids outside that are root in it and in those above
 * it, with commas; "0" is the initial one): 1, 0, or -1 where that was not
 * said and matters. The initial namespace's count everywhere.
 */
int ct_filecaps_count_here(const ctsec_filecaps *filecaps, const ctsec_options *options);
/* Who has to be root; 0 for versions 1 and 2. */
uint32_t ct_filecaps_root(const ctsec_filecaps *filecaps);

#endif
