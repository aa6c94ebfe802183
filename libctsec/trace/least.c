/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the calls of traces to rules by name. */
#include "trace/least.h"

#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "seccomp/diff.h"
#include "trace/base.h"

ctsec_least *ctsec_least_ref(ctsec_least *least) {
  if (least) ct_count_up(&least->references);
  return least;
}

void ctsec_least_free(ctsec_least *least) {
  if (!least || !ct_count_down(&least->references)) return;
  for (uint32_t i = 0; i < least->trace_count; i++) ctsec_trace_free((ctsec_trace *)(uintptr_t)least->traces[i]);
  ct_arena_free(&least->arena);
  free(least);
}

int ct_least_absent(const ct_trace_call *call) { return call->times && call->results[CT_RESULT_ENOSYS] == call->times; }

int ct_least_remark(ctsec_least *least, ct_message_id message, const char *call) {
  for (uint32_t i = 0; i < least->remark_count; i++)
    if (least->remarks[i].message == message && !strcmp(least->remarks[i].call, call)) return 0;
  ct_least_note *remarks = ct_arena_grow(&least->arena, least->remarks, least->remark_count, sizeof *remarks);
  if (!remarks) return CTSEC_E_NOMEM;
  least->remarks = remarks;
  remarks[least->remark_count].message = message;
  remarks[least->remark_count].call = call;
  least->remark_count++;
  return 0;
}

static int add_arch(ctsec_least *least, const ct_arch *arch) {
  for (uint32_t i = 0; i < least->arch_count; i++)
    if (least->arches[i] == arch) return 0;
  if (least->arch_count == CT_ARCH_MOST) return CTSEC_E_LIMIT;
  least->arches[least->arch_count++] = arch;
  return 0;
}

static ct_need *need_of(ctsec_least *least, const char *name) {
  for (uint32_t i = 0; i < least->need_count; i++)
    if (least->needs[i].name == name || !strcmp(least->needs[i].name, name)) return &least->needs[i];
  ct_need *needs = ct_arena_grow(&least->arena, least->needs, least->need_count, sizeof *needs);
  if (!needs) return NULL;
  least->needs = needs;
  ct_need *need = &needs[least->need_count++];
  memset(need, 0, sizeof *need);
  need->name = name;
  return need;
}

static int add_rule(ctsec_least *least, ct_need *need, const ct_least_rule *rule) {
  ct_least_rule **last = &need->rules;
  for (; *last; last = &(*last)->next) {
    const ct_least_rule *old = *last;
    unsigned i = 0;
    while (i < rule->count && old->count == rule->count && old->index[i] == rule->index[i] &&
           old->mask[i] == rule->mask[i] && old->value[i] == rule->value[i])
      i++;
    if (i == rule->count) return 0;
  }
  if (need->rule_count == CT_LEAST_RULES) {
    need->plain = 1;
    return ct_least_remark(least, CT_MESSAGE_LEAST_MANY, need->name);
  }
  *last = ct_arena_alloc(&least->arena, sizeof **last);
  if (!*last) return CTSEC_E_NOMEM;
  **last = *rule;
  (*last)->next = NULL;
  need->rule_count++;
  return 0;
}

static int rules_of(const char *name, const ct_kept **kept, unsigned *count) {
  *kept = ct_kept_find(name, count);
  int found = 0;
  for (unsigned i = 0; i < *count; i++) found |= (*kept)[i].rule;
  return found;
}

static int add_call(ctsec_least *least, const ct_trace_call *call) {
  if (!call->name) {
    ct_buffer text;
    ct_buffer_init(&text);
    ct_buffer_format(&text, "%s %u", call->arch->abi.name, call->number);
    const char *copy = text.failed ? NULL : ct_arena_copy(&least->arena, text.data, text.length);
    ct_buffer_free(&text);
    return copy ? ct_least_remark(least, CT_MESSAGE_LEAST_NUMBER, copy) : CTSEC_E_NOMEM;
  }
  if (ct_least_absent(call)) return ct_least_remark(least, CT_MESSAGE_LEAST_ABSENT, call->name);
  ct_need *need = need_of(least, call->name);
  if (!need) return CTSEC_E_NOMEM;
  need->from |= CT_LEAST_TRACE;
  need->times += call->times;
  int status = add_arch(least, call->arch);
  if (status) return status;
  const ct_kept *kept = NULL;
  unsigned count = 0;
  if (!rules_of(call->name, &kept, &count)) {
    need->plain = 1;
    return 0;
  }
  ct_least_rule rule = {0};
  for (unsigned i = 0; i < count; i++) {
    if (!kept[i].rule) continue;
    unsigned argument = ct_kept_argument(&kept[i], call->arch);
    if (!(call->known >> argument & 1)) {
      need->plain = need->blind = 1;
      return ct_least_remark(least, CT_MESSAGE_LEAST_BLIND, call->name);
    }
    rule.index[rule.count] = (uint8_t)argument;
    rule.mask[rule.count] = kept[i].bits;
    rule.value[rule.count++] = call->args[argument];
  }
  return add_rule(least, need, &rule);
}

static int add_runtime(ctsec_least *least, const char *name) {
  ct_need *need = need_of(least, name);
  if (!need) return CTSEC_E_NOMEM;
  need->from |= CT_LEAST_RUNTIME;
  const ct_kept *kept = NULL;
  unsigned count = 0;
  if (!rules_of(name, &kept, &count)) {
    need->plain = 1;
    return 0;
  }
  uint64_t value = 0;
  for (unsigned i = 0; ct_base_option(name, i, &value); i++) {
    ct_least_rule rule = {.count = 1, .mask = {kept->bits, 0}, .value = {value, 0}};
    rule.index[0] = (uint8_t)ct_kept_argument(kept, least->arch);
    int status = add_rule(least, need, &rule);
    if (status) return status;
  }
  return 0;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const ct_need *)a)->name, ((const ct_need *)b)->name);
}

static int collect(ctsec_least *least) {
  int status = add_arch(least, least->arch);
  const char *name;
  for (unsigned i = 0; !status && (name = ct_base_at(i, least->late)); i++) {
    uint32_t number = 0;
    if (ct_arch_number(least->arch, name, &number)) status = add_runtime(least, name);
  }
  for (uint32_t t = 0; !status && t < least->trace_count; t++) {
    const ctsec_trace *trace = least->traces[t];
    for (uint32_t i = 0; !status && i < trace->count; i++) status = add_call(least, trace->calls[i]);
    for (uint32_t i = 0; !status && i < trace->unseen_count; i++) {
      uint32_t number = 0;
      if (trace->unseen[i].name && ct_arch_number(least->arch, trace->unseen[i].name, &number))
        status = add_runtime(least, trace->unseen[i].name);
    }
    if (!status && trace->format == CTSEC_TRACE_RECORDING && !trace->finished)
      status = ct_least_remark(least, CT_MESSAGE_LEAST_CUT, trace->source ? trace->source : "-");
    if (!status && trace->unparsed)
      status = ct_least_remark(least, CT_MESSAGE_LEAST_UNPARSED, trace->source ? trace->source : "-");
    if (!status && trace->lost) status = ct_least_remark(least, CT_MESSAGE_LEAST_LOST, trace->source ? trace->source : "-");
  }
  if (status) return status;
  qsort(least->needs, least->need_count, sizeof *least->needs, by_name);
  return ct_least_find_caps(least);
}

static int policy_of(const ctsec_least *least, ctsec_policy **policy, ctsec_error **err) {
  char *text = NULL;
  size_t length = 0;
  ctsec_profile *profile = NULL;
  ctsec_options *options = NULL;
  const char *arch = least->arch->abi.name;
  int status = ctsec_least_encode(least, &text, &length, err);
  if (!status) status = ctsec_options_new(&options, err);
  if (!status) status = ctsec_options_set(options, "arch", arch, strlen(arch), err);
  if (!status) status = ctsec_profile_parse(text, length, options, &profile, err);
  if (!status) status = ctsec_profile_resolve(profile, options, policy, err);
  ctsec_profile_free(profile);
  ctsec_options_free(options);
  ctsec_free(text);
  return status;
}

/* Nothing that the traces show may be denied: every call is decided by the profile as it is given out. */
static int prove(const ctsec_least *least, ctsec_error **err) {
  ctsec_policy *policy = NULL;
  int status = policy_of(least, &policy, err);
  for (uint32_t t = 0; !status && t < least->trace_count; t++) {
    for (uint32_t i = 0; !status && i < least->traces[t]->count; i++) {
      const ct_trace_call *call = least->traces[t]->calls[i];
      if (!call->name || ct_least_absent(call)) continue;
      ct_decision decision;
      ct_policy_decide(policy, call->arch->abi.audit, call->number, call->args, &decision);
      if (decision.action != CT_RET_ALLOW)
        status = ct_error_set(err, CTSEC_E_INTERNAL, "the profile denies %s, which the trace shows", call->name);
    }
  }
  ctsec_policy_free(policy);
  return status;
}

static int is_family(const ct_arch *native, const ct_arch *arch) {
  if (native == arch) return 1;
  for (const int8_t *family = ct_family(native); *family >= 0; family++)
    if (arch->abi.id == *family) return 1;
  return 0;
}

/* Where nobody says: the machine of a recording, else the ABI that calls were made on, unless x86_64 runs it. */
static const ct_arch *native_of(const ctsec_trace *const *traces, size_t count) {
  const ct_arch *usual = ct_arch_spelt("x86_64", 6), *first = NULL;
  for (size_t t = 0; t < count; t++) {
    if (traces[t]->native) return traces[t]->native;
    for (uint32_t i = 0; i < traces[t]->count; i++) {
      if (is_family(usual, traces[t]->calls[i]->arch)) return usual;
      if (!first) first = traces[t]->calls[i]->arch;
    }
  }
  return first ? first : usual;
}

int ctsec_trace_resolve(const ctsec_trace *const *traces, size_t count, const ctsec_options *options,
                        ctsec_least **least, ctsec_error **err) {
  if (!traces || !least) return ct_error_null(err, traces ? "least" : "traces");
  if (!count || count > UINT32_MAX) return ct_error_set(err, CTSEC_E_ARG, "a trace is needed");
  for (size_t i = 0; i < count; i++)
    if (!traces[i]) return ct_error_null(err, "a trace");
  const char *name = options ? options->arch : NULL;
  const ct_arch *arch = name ? ct_arch_spelt(name, strlen(name)) : native_of(traces, count);
  if (!arch) return ct_error_set(err, CTSEC_E_ARG, "no architecture: `%s'", name);
  ctsec_least *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->references = 1;
  made->arch = arch;
  made->lang = ct_options_lang(options);
  made->late = options && options->no_new_privileges == 1;
  made->traces = ct_arena_array(&made->arena, count, sizeof *made->traces);
  int status = made->traces ? 0 : CTSEC_E_NOMEM;
  for (size_t i = 0; !status && i < count; i++)
    made->traces[made->trace_count++] = ctsec_trace_ref((ctsec_trace *)(uintptr_t)traces[i]);
  if (!status) status = collect(made);
  if (status == CTSEC_E_NOMEM)
    ct_error_nomem(err);
  else if (status)
    ct_error_set(err, status, "too many architectures");
  else
    status = prove(made, err);
  if (status) {
    ctsec_least_free(made);
    return status;
  }
  *least = made;
  return 0;
}

static int denies(const ctsec_policy *policy, uint32_t audit, uint32_t number, const uint64_t args[6]) {
  ct_decision decision;
  ct_policy_decide(policy, audit, number, args, &decision);
  return decision.action != CT_RET_ALLOW;
}

/* A call that was made, or that the runtime makes, and that the policy denies: its arguments replace those of the item. */
static int lacks(const ctsec_least *least, const ctsec_policy *against, ct_difference *item) {
  for (uint32_t t = 0; t < least->trace_count; t++) {
    for (uint32_t i = 0; i < least->traces[t]->count; i++) {
      const ct_trace_call *call = least->traces[t]->calls[i];
      if (call->number != item->number || call->arch->abi.audit != item->audit || ct_least_absent(call)) continue;
      if (!denies(against, item->audit, item->number, call->args)) continue;
      memcpy(item->args, call->args, sizeof item->args);
      return 1;
    }
  }
  const char *name = item->audit == least->arch->abi.audit ? ct_arch_name(least->arch, item->number) : NULL;
  if (!name || !ct_base_has(name, least->late)) return 0;
  uint64_t value = 0;
  unsigned i = 0;
  for (; ct_base_option(name, i, &value); i++) {
    uint64_t args[6] = {value};
    if (!denies(against, item->audit, item->number, args)) continue;
    memcpy(item->args, args, sizeof args);
    return 1;
  }
  uint64_t none[6] = {0};
  return !i && denies(against, item->audit, item->number, none);
}

int ctsec_least_diff(const ctsec_least *least, const ctsec_policy *against, const ctsec_options *options,
                     ctsec_diff **diff, ctsec_error **err) {
  if (!least || !against || !diff) return ct_error_null(err, !least ? "least" : !against ? "against" : "diff");
  ctsec_policy *policy = NULL;
  int status = policy_of(least, &policy, err);
  ctsec_diff *found = NULL;
  if (!status) status = ctsec_policy_diff(against, policy, options, &found, err);
  ctsec_policy_free(policy);
  if (status) return status;
  /* How each refuses does not matter here. */
  uint32_t kept = 0;
  for (uint32_t i = 0; i < found->count; i++)
    if (found->items[i].action[0] == CT_RET_ALLOW ||
        (found->items[i].action[1] == CT_RET_ALLOW && lacks(least, against, &found->items[i])))
      found->items[kept++] = found->items[i];
  found->count = kept;
  *diff = found;
  return 0;
}
