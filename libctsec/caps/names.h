/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CAPS_NAMES_H
#define CT_CAPS_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "ctsec/caps.h"

#define CT_CAP_COUNT (CTSEC_CAP_LAST + 1)
/* Every capability that has a name. */
#define CT_CAPS_ALL ((UINT64_C(1) << CT_CAP_COUNT) - 1)
#define CT_CAP_BIT(number) (UINT64_C(1) << (number))

typedef enum ct_risk { CT_RISK_LOW, CT_RISK_MEDIUM, CT_RISK_HIGH, CT_RISK_CRITICAL } ct_risk;

typedef struct ct_cap {
  /* "CAP_CHOWN" */
  char name[24];
  char since[8];
  ct_risk risk;
} ct_cap;

/* NULL for a number without a name. */
const ct_cap *ct_cap_at(int number);
/* Separated by spaces. */
const char *ct_cap_calls(const ct_cap *cap);
/* With or without CAP_, any case; -1 where it is none. */
int ct_cap_named(const char *text, size_t length);
/* The name that is spelt most alike; NULL where none is near. */
const char *ct_cap_nearest(const char *text, size_t length);
/* "CAP_CHOWN,CAP_KILL,41" */
void ct_caps_add_names(ct_buffer *buffer, uint64_t mask);

#endif
