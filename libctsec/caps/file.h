/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CAPS_FILE_H
#define CT_CAPS_FILE_H

#include "caps/credentials.h"

/* The program has these capabilities, in a user namespace where they count. */
void ct_filecaps_apply(const ctsec_filecaps *filecaps, ct_program *program);

#endif
