/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seccomp/cases.h"
#include "seccomp/filter.h"

#define MOST_FILTERS 1024u

/* Without a signal to the process; 0 or an errno. */
static int stop(int32_t pid) {
  int status;
  if (ptrace(PTRACE_SEIZE, pid, 0, 0)) return errno;
  if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) || waitpid(pid, &status, __WALL) != pid) {
    int number = errno;
    ptrace(PTRACE_DETACH, pid, 0, 0);
    return number;
  }
  return WIFSTOPPED(status) ? 0 : ESRCH;
}

/* One filter, counted from the newest; 0, an errno (ENOENT past the oldest), or -1 with *err. */
static int read_filter(int32_t pid, uint32_t index, struct ctsec_filter **filter, ctsec_error **err) {
  long length = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)(uintptr_t)index, NULL);
  if (length < 0) return errno;
  ct_insn *insns = calloc((size_t)length + 1, sizeof *insns);
  if (!insns) {
    ct_error_nomem(err);
    return -1;
  }
  if (ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)(uintptr_t)index, insns) < 0) {
    int number = errno;
    free(insns);
    return number;
  }
  const uint16_t one = 1;
  return ct_filter_make(insns, (uint32_t)length, !*(const uint8_t *)&one, filter, err) ? -1 : 0;
}

int ct_filter_copy(ct_arena *arena, const struct ctsec_filter *filter, struct ctsec_filter **copy) {
  struct ctsec_filter *made = ct_arena_alloc(arena, sizeof *made);
  ct_insn *insns = ct_arena_array(arena, filter->count, sizeof *insns);
  if (!made || !insns) return CTSEC_E_NOMEM;
  atomic_init(&made->references, 1);
  made->big_endian = filter->big_endian;
  made->count = filter->count;
  made->insns = insns;
  memcpy(insns, filter->insns, filter->count * sizeof *insns);
  *copy = made;
  return 0;
}

static int read_stack(ct_arena *arena, int32_t pid, struct ctsec_filter ***filters, uint32_t *count, ctsec_error **err) {
  struct ctsec_filter **found = NULL;
  uint32_t n = 0;
  for (;; n++) {
    struct ctsec_filter *filter = NULL;
    int number = n < MOST_FILTERS ? read_filter(pid, n, &filter, err) : ENOENT;
    if (number == ENOENT) break;
    if (number) return number;
    struct ctsec_filter **grown = ct_arena_grow(arena, found, n, sizeof *grown);
    int status = grown ? ct_filter_copy(arena, filter, &grown[n]) : CTSEC_E_NOMEM;
    ctsec_filter_free(filter);
    if (status) {
      ct_error_nomem(err);
      return -1;
    }
    found = grown;
  }
  /* The kernel counts from the newest. */
  for (uint32_t i = 0; i < n / 2; i++) {
    struct ctsec_filter *swap = found[i];
    found[i] = found[n - 1 - i];
    found[n - 1 - i] = swap;
  }
  *filters = found;
  *count = n;
  return 0;
}

int ct_live_filters(ct_arena *arena, int32_t pid, struct ctsec_filter ***filters, uint32_t *count, ctsec_error **err) {
  /* Nobody traces himself. */
  if (pid == getpid()) return EPERM;
  int number = stop(pid);
  if (number) return number;
  number = read_stack(arena, pid, filters, count, err);
  ptrace(PTRACE_DETACH, pid, 0, 0);
  return number;
}

int ct_stack_decide(struct ctsec_filter *const *filters, uint32_t count, uint32_t audit, uint32_t number,
                    const uint64_t args[6], uint32_t unknown, uint32_t *action) {
  enum { WORK = 200000 };
  ct_arena arena;
  ct_arena_init(&arena);
  ct_question question;
  ct_cases cases = {0};
  ct_filter_view *views = ct_arena_array(&arena, count, sizeof *views);
  int status = views ? 0 : CTSEC_E_NOMEM;
  for (uint32_t i = 0; views && i < count; i++) views[i] = (ct_filter_view){filters[i]->insns, filters[i]->count};
  ct_question_make(&question, audit, number, args, unknown);
  if (!status) status = ct_filter_cases(views, count, filters[0]->big_endian, &question, WORK, &arena, &cases);
  int decided = !status && cases.count > 0;
  for (uint32_t i = 1; decided && i < cases.count; i++) decided = cases.items[i].action == cases.items[0].action;
  if (decided) *action = cases.items[0].action;
  ct_arena_free(&arena);
  return status == CTSEC_E_NOMEM ? status : decided;
}
