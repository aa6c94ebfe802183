/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SECCOMP_KNOWLEDGE_H
#define CT_SECCOMP_KNOWLEDGE_H

#include "data/messages.h"

/*
 * What calls of this kind are for, what is particular to this one (CT_MESSAGE_COUNT: nothing), and why engines block
 * them or not; 0 where no arch has the name.
 */
int ct_call_texts(const char *name, ct_message_id *purpose, ct_message_id *note, ct_message_id *why);

#endif
