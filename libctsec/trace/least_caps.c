/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which capabilities the calls of traces ask for, by the gates of the verdicts. */
#include <string.h>

#include "trace/least.h"
#include "verdict/verdict.h"

/* What a capability hangs on. */
typedef struct need {
  int needed;
  ct_message_id why;
} need;

static need of_rule(unsigned rule, const ct_request *request, uint64_t data, int has_data) {
  switch (rule) {
    case CT_RULE_SETUID:
    case CT_RULE_SETGID: return (need){1, CT_MESSAGE_LEAST_WHY_IDS};
    case CT_RULE_DEVICE:
    case CT_RULE_FSTYPE:
    case CT_RULE_HANDLE: return (need){1, CT_MESSAGE_LEAST_WHY_GATE};
    case CT_RULE_BIND: {
      unsigned port = (unsigned)(data >> 16 & 0xffff);
      if (has_data && (!(data >> 32 & 1) || !port || port >= 1024)) return (need){-1, CT_MESSAGE_LEAST_WHY_PORT};
      return (need){has_data, CT_MESSAGE_LEAST_WHY_PORT};
    }
    /* SCHED_FIFO, SCHED_RR, SCHED_DEADLINE. */
    case CT_RULE_REALTIME:
      if (!(request->unknown & 2)) {
        uint64_t policy = request->args[1] & 7;
        return (need){policy == 1 || policy == 2 || policy == 6 ? 1 : -1, CT_MESSAGE_LEAST_WHY_GATE};
      }
      return (need){0, CT_MESSAGE_LEAST_WHY_OTHER};
    /* A limit that is only read. */
    case CT_RULE_RAISE_LIMIT:
      return (need){!(request->unknown & 4) && !request->args[2] ? -1 : 0, CT_MESSAGE_LEAST_WHY_OTHER};
    case CT_RULE_SIGNAL:
    case CT_RULE_TRACE: return (need){0, CT_MESSAGE_LEAST_WHY_OTHERS};
    default: return (need){0, CT_MESSAGE_LEAST_WHY_OTHER};
  }
}

static need of_step(const ct_step *step, const ct_request *request, uint64_t data, int has_data) {
  switch (step->gate) {
    case CT_GATE_CAP: return (need){1, CT_MESSAGE_LEAST_WHY_GATE};
    case CT_GATE_RULE: return of_rule(step->a, request, data, has_data);
    case CT_GATE_FILE:
      if (step->b == CT_FILE_CHOWN) return (need){1, CT_MESSAGE_LEAST_WHY_CHOWN};
      return (need){0, CT_MESSAGE_LEAST_WHY_FILES};
    default: return (need){0, CT_MESSAGE_LEAST_WHY_OTHER};
  }
}

static int add_word(ctsec_least *least, const char **words, const char *word) {
  size_t length = strlen(word);
  if (*words) {
    for (const char *at = *words; (at = strstr(at, word)); at += length)
      if ((at == *words || at[-1] == ' ') && (at[length] == ',' || !at[length])) return 0;
  }
  size_t before = *words ? strlen(*words) : 0;
  char *text = ct_arena_alloc(&least->arena, before + length + 3);
  if (!text) return CTSEC_E_NOMEM;
  if (before) {
    memcpy(text, *words, before);
    memcpy(text + before, ", ", 2);
    before += 2;
  }
  memcpy(text + before, word, length + 1);
  *words = text;
  return 0;
}

static int enter(ctsec_least *least, int cap, need what, const ct_trace_call *call) {
  ct_need_cap *entry = &least->caps[cap];
  if (entry->calls && entry->needed > what.needed) return 0;
  if (!entry->calls || entry->needed < what.needed) {
    entry->needed = what.needed;
    entry->why = what.why;
    entry->calls = NULL;
  }
  return add_word(least, &entry->calls, call->name);
}

/* The call as the table of gates has it: clone3 asks what clone would. */
static void request_of(const ct_trace_call *call, ct_request *request) {
  memset(request, 0, sizeof *request);
  request->audit = call->arch->abi.audit;
  request->number = call->number;
  memcpy(request->args, call->args, sizeof request->args);
  request->unknown = ~call->known & 0x3f;
  uint32_t number = 0;
  if (strcmp(call->name, "clone3") || !ct_arch_number(call->arch, "clone", &number)) return;
  unsigned argument = call->arch->column == CT_COLUMN_S390 || call->arch->column == CT_COLUMN_S390X;
  request->number = call->arch->abi.x32 ? number | CT_X32_BIT : number;
  request->args[argument] = call->args[CT_TRACE_DATA];
  request->unknown = call->known >> CT_TRACE_DATA & 1 ? 0x3f & ~(1u << argument) : 0x3f;
}

static int of_operation(ctsec_least *least, const ct_operation *operation, const ct_request *request, int sure,
                        const ct_trace_call *call) {
  for (int i = 0; i < CT_STEPS_MOST && operation->steps[i].gate; i++) {
    ct_operation one = *operation;
    one.steps[0] = operation->steps[i];
    if (CT_STEPS_MOST > 1) one.steps[1].gate = CT_GATE_END;
    uint64_t caps = ct_operation_caps(&one);
    if (!caps) continue;
    need what = of_step(&operation->steps[i], request, call->args[CT_TRACE_DATA], call->known >> CT_TRACE_DATA & 1);
    if (what.needed < 0) continue;
    if (!sure) what = (need){0, CT_MESSAGE_LEAST_WHY_ARGUMENT};
    /* Either of two does: the lower one, which opens less in every such row but that of raw sockets. */
    if (operation->steps[i].gate == CT_GATE_CAP && operation->steps[i].a != operation->steps[i].b)
      caps = CT_CAP_BIT(operation->steps[i].b);
    for (int cap = 0; cap < 64; cap++) {
      int status = caps >> cap & 1 ? enter(least, cap, what, call) : 0;
      if (status) return status;
    }
  }
  return 0;
}

/* The program went on without: each time the answer was a refusal. */
static int refused(const ct_trace_call *call) {
  uint64_t failed = call->results[CT_RESULT_EPERM] + call->results[CT_RESULT_EACCES] + call->results[CT_RESULT_DENIED];
  return call->times && failed >= call->times;
}

static int of_call(ctsec_least *least, const ctsec_trace *trace, const ct_trace_call *call) {
  if (!call->name || ct_least_absent(call)) return 0;
  ct_request request;
  request_of(call, &request);
  const ct_operation *operation = ct_operation_find(&request);
  if (!operation) return 0;
  /* What ran without any capability needs none. */
  if (trace->has_caps && !trace->caps && trace->uid > 0) return 0;
  if (refused(call) && ct_operation_caps(operation)) return ct_least_remark(least, CT_MESSAGE_LEAST_REFUSED, call->name);
  int sure = !ct_operation_next(&request, operation);
  int status = 0;
  for (; operation && !status; operation = ct_operation_next(&request, operation))
    status = of_operation(least, operation, &request, sure, call);
  return status;
}

int ct_least_find_caps(ctsec_least *least) {
  int status = 0;
  for (uint32_t t = 0; t < least->trace_count; t++)
    for (uint32_t i = 0; !status && i < least->traces[t]->count; i++)
      status = of_call(least, least->traces[t], least->traces[t]->calls[i]);
  return status;
}

uint64_t ct_least_cap_mask(const ctsec_least *least, int needed) {
  uint64_t mask = 0;
  for (int cap = 0; cap < 64; cap++)
    if (least->caps[cap].calls && least->caps[cap].needed == needed) mask |= CT_CAP_BIT(cap);
  return mask;
}
