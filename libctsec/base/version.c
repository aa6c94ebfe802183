/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "ctsec/ctsec.h"

const char *ctsec_version(void) { return CT_VERSION; }
const char *ctsec_data_version(void) { return CT_DATA_VERSION; }
void ctsec_free(void *memory) { free(memory); }
