/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* scan --fix: a patch on standard output, and what became of each finding on standard error. */
#ifndef CTSEC_TOOLS_FIX_H
#define CTSEC_TOOLS_FIX_H

#include "cli.h"

typedef struct fix_state {
  /* Findings of this severity and above make the status CLI_FOUND. */
  int fail_on;
  /* What is no container at all is passed over, as in a folder. */
  int lenient;
  int found;
  int failed;
  size_t containers;
} fix_state;

/* One input; files that it names are read as for a scan. */
void fix_input(struct cli *cli, fix_state *state, const char *source, const char *text, size_t length);

#endif
