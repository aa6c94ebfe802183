/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/filters.h"

#include <stdlib.h>

#include "ctsec/syscalls.h"
#include "seccomp/cases.h"
#include "seccomp/filter.h"

uint8_t ct_call_of_action(uint32_t action) {
  switch (action & CT_RET_ACTION) {
    case CT_RET_ALLOW:
    case CT_RET_LOG: return CT_CALL_ALLOWED;
    case CT_RET_TRACE:
    case CT_RET_NOTIFY: return CT_CALL_CONDITIONAL;
    default: return CT_CALL_REFUSED;
  }
}

static uint8_t summed(const ct_cases *cases) {
  uint8_t first = cases->count ? ct_call_of_action(cases->items[0].action) : CT_CALL_CONDITIONAL;
  for (uint32_t k = 1; k < cases->count; k++)
    if (ct_call_of_action(cases->items[k].action) != first) return CT_CALL_CONDITIONAL;
  return first;
}

int ct_calls_of_filters(uint8_t *verdicts, ctsec_filter *const *filters, uint32_t count, int32_t arch,
                        ctsec_error **err) {
  enum { WORK = 200000 };
  const uint64_t zero[6] = {0};
  ct_filter_view *views = calloc(count, sizeof *views);
  if (!views) return ct_error_nomem(err);
  for (uint32_t i = 0; i < count; i++) views[i] = (ct_filter_view){filters[i]->insns, filters[i]->count};
  int status = 0;
  for (int32_t i = 0, calls = ctsec_syscall_count(arch); i < calls && status != CTSEC_E_NOMEM; i++) {
    uint32_t number = 0;
    ctsec_syscall_at(arch, i, &number);
    ct_arena arena;
    ct_arena_init(&arena);
    ct_question question;
    ct_cases cases = {0};
    ct_question_make(&question, ctsec_arch_audit(arch), number, zero, 0x3f);
    status = ct_filter_cases(views, count, filters[0]->big_endian, &question, WORK, &arena, &cases);
    verdicts[i] = status ? CT_CALL_CONDITIONAL : summed(&cases);
    ct_arena_free(&arena);
  }
  free(views);
  return status == CTSEC_E_NOMEM ? ct_error_nomem(err) : 0;
}
