/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "trace/trace.h"

#define RULE 1
#define GATE 0
static const ct_kept kept_rows[] = {
#define KEPT(call, argument, bits, prefix, use) {call, argument, use, bits, prefix},
#include "data/kept.def"
#undef KEPT
};
#define KEPT_ROWS (sizeof kept_rows / sizeof *kept_rows)

const ct_kept *ct_kept_find(const char *name, unsigned *count) {
  size_t low = 0, high = KEPT_ROWS;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (strcmp(kept_rows[middle].name, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  *count = 0;
  while (low + *count < KEPT_ROWS && !strcmp(kept_rows[low + *count].name, name)) ++*count;
  return *count ? &kept_rows[low] : NULL;
}

unsigned ct_kept_argument(const ct_kept *kept, const ct_arch *arch) {
  int swapped = arch->column == CT_COLUMN_S390 || arch->column == CT_COLUMN_S390X;
  return swapped && kept->argument == 0 && !strcmp(kept->name, "clone") ? 1 : kept->argument;
}

ctsec_trace *ct_trace_new(ctsec_error **err) {
  ctsec_trace *trace = calloc(1, sizeof *trace);
  if (!trace) {
    ct_error_nomem(err);
    return NULL;
  }
  trace->references = 1;
  trace->last = &trace->first;
  trace->uid = -1;
  return trace;
}

ctsec_trace *ctsec_trace_ref(ctsec_trace *trace) {
  if (trace) ct_count_up(&trace->references);
  return trace;
}

void ctsec_trace_free(ctsec_trace *trace) {
  if (!trace || !ct_count_down(&trace->references)) return;
  ct_arena_free(&trace->arena);
  free(trace);
}

static uint32_t hash_of(const ct_arch *arch, uint32_t number, uint32_t known, const uint64_t *args) {
  uint64_t h = (uint64_t)(uint32_t)arch->abi.id * 0x9e3779b97f4a7c15u ^ number * UINT64_C(0xff51afd7ed558ccd) ^ known;
  for (unsigned i = 0; i < CT_TRACE_ARGUMENTS; i++)
    if (known >> i & 1) h = (h ^ args[i]) * UINT64_C(0xc4ceb9fe1a85ec53), h ^= h >> 29;
  return (uint32_t)(h ^ h >> 32);
}

static int same(const ct_trace_call *call, const ct_arch *arch, uint32_t number, uint32_t known, const uint64_t *args) {
  if (call->number != number || call->arch != arch || call->known != known) return 0;
  for (unsigned i = 0; i < CT_TRACE_ARGUMENTS; i++)
    if (known >> i & 1 && call->args[i] != args[i]) return 0;
  return 1;
}

static ct_trace_call *find(const ctsec_trace *trace, uint32_t hash, const ct_arch *arch, uint32_t number,
                           uint32_t known, const uint64_t *args) {
  if (!trace->slot_count) return NULL;
  for (uint32_t at = hash & (trace->slot_count - 1); trace->slots[at]; at = (at + 1) & (trace->slot_count - 1))
    if (trace->slots[at]->hash == hash && same(trace->slots[at], arch, number, known, args)) return trace->slots[at];
  return NULL;
}

static int enter(ctsec_trace *trace, ct_trace_call *call) {
  if (2 * (trace->count + 1) > trace->slot_count) {
    uint32_t size = trace->slot_count ? 2 * trace->slot_count : 256;
    ct_trace_call **slots = ct_arena_array(&trace->arena, size, sizeof(ct_trace_call *));
    if (!slots) return CTSEC_E_NOMEM;
    for (ct_trace_call *old = trace->first; old; old = old->next) {
      uint32_t at = old->hash & (size - 1);
      while (slots[at]) at = (at + 1) & (size - 1);
      slots[at] = old;
    }
    trace->slots = slots;
    trace->slot_count = size;
  }
  uint32_t at = call->hash & (trace->slot_count - 1);
  while (trace->slots[at]) at = (at + 1) & (trace->slot_count - 1);
  trace->slots[at] = call;
  *trace->last = call;
  trace->last = &call->next;
  call->order = trace->count++;
  return 0;
}

static ct_trace_call *make(ctsec_trace *trace, uint32_t hash, const ct_arch *arch, uint32_t number, uint32_t known,
                           const uint64_t *args) {
  ct_trace_call *call = ct_arena_alloc(&trace->arena, sizeof *call);
  if (!call) return NULL;
  call->arch = arch;
  call->number = number;
  call->known = known;
  for (unsigned i = 0; i < CT_TRACE_ARGUMENTS; i++) call->args[i] = known >> i & 1 ? args[i] : 0;
  call->hash = hash;
  call->name = ct_arch_name(arch, number);
  if (call->name) call->kept = ct_kept_find(call->name, &call->kept_count);
  return enter(trace, call) ? NULL : call;
}

ct_trace_call *ct_trace_add(ctsec_trace *trace, const ct_seen *seen) {
  uint64_t args[CT_TRACE_ARGUMENTS] = {0};
  uint32_t known = 0;
  unsigned count = seen->kept_count;
  const char *name = seen->name ? seen->name : ct_arch_name(seen->arch, seen->number);
  const ct_kept *kept = seen->name ? seen->kept : name ? ct_kept_find(name, &count) : NULL;
  for (unsigned i = 0; i < count; i++) {
    unsigned argument = ct_kept_argument(&kept[i], seen->arch);
    if (!(seen->known >> argument & 1)) continue;
    known |= 1u << argument;
    args[argument] = kept[i].bits ? seen->args[argument] & kept[i].bits : seen->args[argument] != 0;
  }
  /* The second argument of prctl has a meaning for few options: a name, an address otherwise. */
  if (known & 2 && known & 1 && !strcmp(name, "prctl") && args[0] != 22 && args[0] != 24 && args[0] != 47) known &= ~2u;
  uint32_t hash = hash_of(seen->arch, seen->number, known, args);
  ct_trace_call *call = find(trace, hash, seen->arch, seen->number, known, args);
  if (!call && known) {
    uint32_t plain = hash_of(seen->arch, seen->number, 0, args);
    ct_trace_call *head = find(trace, plain, seen->arch, seen->number, 0, args);
    if (!head) head = make(trace, plain, seen->arch, seen->number, 0, args);
    if (!head) return NULL;
    if (head->variants < CT_TRACE_VARIANTS) {
      call = make(trace, hash, seen->arch, seen->number, known, args);
      if (call) head->variants++;
    } else {
      call = head;
    }
  } else if (!call) {
    call = make(trace, hash, seen->arch, seen->number, 0, args);
  }
  if (!call) return NULL;
  call->times += seen->times;
  call->results[seen->result] += seen->times;
  trace->seen += seen->times;
  return call;
}

int ct_trace_add_unseen(ctsec_trace *trace, const ct_arch *arch, uint32_t number) {
  for (uint32_t i = 0; i < trace->unseen_count; i++)
    if (trace->unseen[i].arch == arch && trace->unseen[i].number == number) return 0;
  ct_trace_unseen *list =
      ct_arena_grow(&trace->arena, trace->unseen, trace->unseen_count, sizeof *trace->unseen);
  if (!list) return CTSEC_E_NOMEM;
  trace->unseen = list;
  list[trace->unseen_count].arch = arch;
  list[trace->unseen_count].number = number;
  list[trace->unseen_count++].name = ct_arch_name(arch, number);
  return 0;
}

static int by_call(const void *a, const void *b) {
  const ct_trace_call *x = *(const ct_trace_call *const *)a, *y = *(const ct_trace_call *const *)b;
  if (x->arch != y->arch) return x->arch->abi.id < y->arch->abi.id ? -1 : 1;
  if (x->number != y->number) return x->number < y->number ? -1 : 1;
  if (x->known != y->known) return x->known < y->known ? -1 : 1;
  for (unsigned i = 0; i < CT_TRACE_ARGUMENTS; i++)
    if (x->args[i] != y->args[i]) return x->args[i] < y->args[i] ? -1 : 1;
  return 0;
}

int ct_trace_end(ctsec_trace *trace, ctsec_error **err) {
  trace->calls = ct_arena_array(&trace->arena, trace->count + 1, sizeof(const ct_trace_call *));
  if (!trace->calls) return ct_error_nomem(err);
  uint32_t count = 0;
  /* A head that only counts its variants is no call of its own. */
  for (ct_trace_call *call = trace->first; call; call = call->next)
    if (call->times) trace->calls[count++] = call;
  trace->count = count;
  qsort(trace->calls, count, sizeof *trace->calls, by_call);
  return 0;
}

ct_result ct_result_named(const char *name, size_t length) {
  static const struct {
    char name[8];
    ct_result result;
  } names[] = {{"ENOSYS", CT_RESULT_ENOSYS}, {"EPERM", CT_RESULT_EPERM}, {"EACCES", CT_RESULT_EACCES}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i].name) == length && !memcmp(names[i].name, name, length)) return names[i].result;
  return CT_RESULT_OTHER;
}

void ct_trace_call_add(ct_buffer *buffer, const ct_trace_call *call) {
  if (call->name)
    ct_buffer_text(buffer, call->name);
  else
    ct_buffer_format(buffer, "%u", call->number);
  for (unsigned i = 0; i < CT_TRACE_ARGUMENTS; i++) {
    if (!(call->known >> i & 1)) continue;
    if (i == CT_TRACE_DATA)
      ct_buffer_text(buffer, " data=0x");
    else
      ct_buffer_format(buffer, " %u=0x", i);
    ct_buffer_hex(buffer, call->args[i], 1);
  }
}
