/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SYNTAX_SCALAR_H
#define CT_SYNTAX_SCALAR_H

#include "syntax/value.h"

/*
 * What a plain YAML scalar means: sets kind and value where it is no text,
 * else leaves both. CTSEC_E_NOMEM; the arena holds what is dropped afterwards.
 */
int ct_scalar_resolve(ct_arena *scratch, const char *text, size_t length, ct_value *value);

#endif
