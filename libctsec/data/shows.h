/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What findings have to do with attack paths, from steps.def. */
#ifndef CT_DATA_SHOWS_H
#define CT_DATA_SHOWS_H

#include "data/rules.h"

/* What a rule's findings speak of: whether that changes their severity, then terms, each plus 1, ended by 0. */
#define CT_SHOWS_LISTS 1
#define CT_SHOWS_WEIGHS 2
#define CT_SHOWS_MOST 8
extern const uint8_t ct_rule_shows[CT_RULE_COUNT][CT_SHOWS_MOST + 2];

#endif
