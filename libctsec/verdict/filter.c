/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The seccomp filter of a container, as the runtime loads it. */
#include <stdlib.h>
#include <string.h>

#include "data/errno.h"
#include "seccomp/filter.h"
#include "seccomp/live.h"
#include "verdict/confinement.h"

/* Whether a rule matches: CT_YES, CT_NO, or CT_MAYBE and the argument that decides. */
static unsigned matches(const ct_rule *rule, const ct_abi *abi, const ct_request *request, unsigned *argument) {
  unsigned all = CT_YES;
  for (uint32_t i = 0; i < rule->count; i++) {
    const ct_condition *condition = &rule->conditions[i];
    if (!ct_request_has(request, condition->index)) {
      if (all == CT_YES) *argument = condition->index;
      all = CT_MAYBE;
    } else if (!ct_condition_holds(condition, ct_argument(abi, request->args[condition->index]))) {
      return CT_NO;
    }
  }
  return all;
}

typedef struct filter_answer {
  uint32_t action;
  const ct_rule *rule;
  /* Of a rule that the runtime puts in its place. */
  const char *pointer;
  /* The argument that is missing, -1 for none. */
  int argument;
  /* runc's own answer for calls that its libseccomp does not know. */
  int stub;
  int listed;
} filter_answer;

static int same(uint32_t a, uint32_t b) {
  if ((a & CT_RET_ACTION) != (b & CT_RET_ACTION)) return 0;
  return (a & CT_RET_ACTION) != CT_RET_ERRNO || (a & CT_RET_DATA) == (b & CT_RET_DATA);
}

static int passes(uint32_t action) {
  return (action & CT_RET_ACTION) == CT_RET_ALLOW || (action & CT_RET_ACTION) == CT_RET_LOG;
}

static void ask_policy(const ctsec_policy *policy, const ct_request *request, filter_answer *out) {
  *out = (filter_answer){CT_RET_ALLOW, NULL, NULL, -1, 0, 1};
  if (policy->unconfined) return;
  const ct_table *table = ct_policy_table(policy, request->audit, request->number);
  out->action = CT_RET_KILL_THREAD;
  out->listed = table != NULL;
  if (!table) return;
  out->action = policy->default_action;
  const ct_entry *entry = ct_table_find(table, request->number);
  int possible = 0;
  uint32_t i = 0;
  for (; entry && i < entry->count; i++) {
    unsigned argument = 0, match = matches(&entry->rules[i], &table->abi, request, &argument);
    if (match == CT_NO) continue;
    if (possible && !same(out->action, entry->rules[i].action)) return;
    out->action = entry->rules[i].action;
    out->rule = &entry->rules[i];
    if (match == CT_YES) break;
    possible = 1;
    out->argument = (int)argument;
  }
  /* Every case that is possible gives the same. */
  if (possible && (entry && i < entry->count ? 1 : same(out->action, policy->default_action))) out->argument = -1;
  if (possible && out->argument >= 0) return;
  if (!policy->loaded || out->argument >= 0) return;
  ct_loaded_decision decision;
  /* What the runtime really loads, where that is known, is what the kernel has. */
  ct_loaded_decide(policy->loaded, request->audit, request->number, request->args, &decision);
  if (decision.why == CT_LOADED_STUB) {
    out->action = decision.action;
    out->rule = NULL;
    out->stub = 1;
  } else if (!possible && decision.why != CT_LOADED_UNDETERMINED && decision.why != CT_LOADED_REFUSED &&
             !same(decision.action, out->action)) {
    out->action = decision.action;
    out->rule = NULL;
    out->pointer = decision.pointer;
  }
}

static const char *rule_of(const filter_answer *answer) { return answer->rule ? answer->rule->pointer : answer->pointer; }

static void deny(ct_inquiry *inquiry, const filter_answer *answer) {
  uint32_t kind = answer->action & CT_RET_ACTION;
  const char *error = "SIGSYS";
  ct_message_id why = inquiry->confinement->filter == CT_FILTER_LOADED ? CT_MESSAGE_WHY_FILTER_LOADED
                      : !answer->listed   ? CT_MESSAGE_WHY_FILTER_ARCH
                      : answer->stub      ? CT_MESSAGE_WHY_FILTER_STUB
                      : rule_of(answer)   ? CT_MESSAGE_WHY_FILTER_RULE
                                          : CT_MESSAGE_WHY_FILTER_DEFAULT;
  if (kind == CT_RET_ERRNO) {
    error = ct_errno_name(inquiry->request->audit, answer->action & CT_RET_DATA);
    if (!error) error = "EPERM";
  } else if (kind == CT_RET_TRACE) {
    error = "ENOSYS";
  }
  ct_layer_answer *made = ct_inquiry_deny(inquiry, CTSEC_LAYER_SECCOMP, error, why);
  const ctsec_policy *policy = inquiry->confinement->policies[0];
  made->pointer = rule_of(answer) ? rule_of(answer) : answer->stub || !policy ? NULL : policy->default_pointer;
  made->word = error;
}

/* The filters themselves, as the kernel asks them. */
static void ask_loaded(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_request *request = inquiry->request;
  uint64_t args[6] = {0};
  uint32_t unknown = 0;
  unsigned first = 0;
  for (unsigned i = 6; i--;) {
    args[i] = request->args[i];
    if (ct_request_has(request, i)) continue;
    unknown |= 1u << i;
    first = i;
  }
  filter_answer answer = {CT_RET_ALLOW, NULL, NULL, -1, 0, 1};
  int decided = ct_stack_decide(c->container->seccomp.filters, c->container->seccomp.filter_count, request->audit, request->number,
                                args, unknown, &answer.action);
  if (decided <= 0) {
    ct_inquiry_need(inquiry, CTSEC_LAYER_SECCOMP, unknown ? ct_argument_need(first) : "seccomp-profile", CT_MESSAGE_WHY_FILTER_ARGUMENT);
    return;
  }
  if (passes(answer.action)) {
    ct_inquiry_add(inquiry, CTSEC_LAYER_SECCOMP, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILTER_LOADED_ALLOWS);
    return;
  }
  if ((answer.action & CT_RET_ACTION) == CT_RET_NOTIFY)
    ct_inquiry_said(inquiry, CTSEC_LAYER_SECCOMP, c->notify_says, "seccomp-notify", "EPERM", CT_MESSAGE_WHY_FILTER_NOTIFY);
  else
    deny(inquiry, &answer);
}

void ct_inquire_filter(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  if (c->filter == CT_FILTER_NONE) {
    ct_inquiry_add(inquiry, CTSEC_LAYER_SECCOMP, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILTER_NONE);
    return;
  }
  if (c->filter == CT_FILTER_MISSING) {
    ct_inquiry_need(inquiry, CTSEC_LAYER_SECCOMP, c->filter_needs, CT_MESSAGE_WHY_FILTER_MISSING);
    return;
  }
  filter_answer answer, other;
  if (c->filter == CT_FILTER_LOADED) {
    ask_loaded(inquiry);
    return;
  }
  ask_policy(c->policies[0], inquiry->request, &answer);
  if (c->filter == CT_FILTER_EITHER) ask_policy(c->policies[1], inquiry->request, &other);
  if (c->perhaps_none) {
    int all = answer.argument < 0 && passes(answer.action) &&
              (c->filter != CT_FILTER_EITHER || (other.argument < 0 && passes(other.action)));
    if (all)
      ct_inquiry_add(inquiry, CTSEC_LAYER_SECCOMP, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILTER_KUBELET_ALLOWS);
    else
      ct_inquiry_need(inquiry, CTSEC_LAYER_SECCOMP, "kubelet-seccomp-default", CT_MESSAGE_WHY_FILTER_KUBELET);
    return;
  }
  if (c->filter == CT_FILTER_EITHER) {
    if (answer.argument != other.argument || !same(answer.action, other.action)) {
      ct_inquiry_need(inquiry, CTSEC_LAYER_SECCOMP, c->filter_needs, CT_MESSAGE_WHY_FILTER_VERSION);
      return;
    }
  }
  if (answer.argument >= 0) {
    ct_layer_answer *made = ct_inquiry_need(inquiry, CTSEC_LAYER_SECCOMP, ct_argument_need((unsigned)answer.argument),
                                            CT_MESSAGE_WHY_FILTER_ARGUMENT);
    made->pointer = answer.rule ? answer.rule->pointer : NULL;
    return;
  }
  if (passes(answer.action)) {
    ct_layer_answer *made = ct_inquiry_add(inquiry, CTSEC_LAYER_SECCOMP, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILTER_ALLOWS);
    made->pointer = rule_of(&answer) ? rule_of(&answer) : c->policies[0]->default_pointer;
    return;
  }
  if ((answer.action & CT_RET_ACTION) == CT_RET_NOTIFY) {
    ct_inquiry_said(inquiry, CTSEC_LAYER_SECCOMP, c->notify_says, "seccomp-notify", "EPERM", CT_MESSAGE_WHY_FILTER_NOTIFY);
    return;
  }
  deny(inquiry, &answer);
}
