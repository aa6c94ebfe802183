/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SECCOMP_LOADED_CASES_H
#define CT_SECCOMP_LOADED_CASES_H

#include "seccomp/cases.h"
#include "seccomp/loaded.h"

typedef struct ct_loaded_cases {
  /* With known arguments, why it is so. REFUSED has no cases; those of UNDETERMINED are what may be. */
  ct_loaded_why why;
  ct_cases cases;
  /* The entry of each case; NULL for none. */
  const char **pointers;
} ct_loaded_cases;

/* CTSEC_E_LIMIT, CTSEC_E_NOMEM. */
int ct_loaded_ask(const ct_loaded *loaded, const ct_question *question, uint64_t work, ct_arena *arena,
                  ct_loaded_cases *out);

#endif
