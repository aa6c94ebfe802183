/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Section 5 of the CIS Docker Benchmark 1.6, decided from the findings of all rules. */
#ifndef CT_CHECK_CIS_H
#define CT_CHECK_CIS_H

#include "data/messages.h"

#define CT_CIS_CONTROLS 32u

enum { CT_CONTROL_PASSED, CT_CONTROL_VIOLATED, CT_CONTROL_UNDECIDED };

typedef struct ct_control {
  uint8_t status;
  /* Why it is undecided; CT_MESSAGE_COUNT where it is not. */
  ct_message_id reason;
  /* A key for --fact; NULL for none. */
  const char *needs;
} ct_control;

/* "5.4"; NULL out of range. */
const char *ct_cis_number(size_t index);
ct_message_id ct_cis_title(size_t index);
/* "violated" */
const char *ct_control_status(int status);

#endif
