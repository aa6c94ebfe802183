/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CAPS_EXPLAIN_H
#define CT_CAPS_EXPLAIN_H

#include "data/messages.h"

/* Why a capability, one that has a name, is rated as it is. */
ct_message_id ct_cap_risk_text(int number);

#endif
