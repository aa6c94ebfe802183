/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_VERDICT_REQUEST_H
#define CT_VERDICT_REQUEST_H

#include "verdict/verdict.h"

struct ctsec_request {
  ct_count references;
  ct_arena arena;
  /* What is asked about, and what programs try where that fails. */
  uint32_t count;
  ct_request calls[2];
};

/* One line of a batch; texts live in the arena. CTSEC_E_ARG, CTSEC_E_NOTFOUND, CTSEC_E_NOMEM. */
int ct_request_line(ct_arena *arena, const char *line, size_t length, ct_request *call, ctsec_error **err);

#endif
