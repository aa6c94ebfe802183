/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verdict on one call: the policy's meaning, and whether kernel and runtime mean the same. */
#include "seccomp/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "caps/names.h"
#include "ctsec/syscalls.h"
#include "data/errno.h"
#include "data/messages.h"
#include "seccomp/arch.h"
#include "seccomp/filter.h"
#include "seccomp/loaded_cases.h"
#include "seccomp/names.h"

/* Rules of a number that are explained one by one. */
#define EXPLAINED 32

ctsec_verdict *ctsec_verdict_ref(ctsec_verdict *verdict) {
  if (verdict) ct_count_up(&verdict->references);
  return verdict;
}

void ctsec_verdict_free(ctsec_verdict *verdict) {
  if (!verdict || !ct_count_down(&verdict->references)) return;
  ct_arena_free(&verdict->arena);
  free(verdict);
}

static ctsec_verdict *make(uint32_t audit, uint32_t number, const uint64_t *args, uint32_t unknown, int lang) {
  ctsec_verdict *v = calloc(1, sizeof *v);
  if (!v) return NULL;
  v->references = 1;
  v->lang = lang;
  v->filter = -1;
  v->arch = ct_audit_name(audit, number);
  v->call = ct_call_name(audit, number);
  ct_question_make(&v->question, audit, number, args, unknown);
  v->cut = v->question;
  return v;
}

static const char *keep(ctsec_verdict *v, ct_buffer *buffer) {
  char *text;
  size_t length;
  if (ct_buffer_take(buffer, &text, &length)) return NULL;
  const char *kept = ct_arena_copy(&v->arena, text, length);
  free(text);
  return kept;
}

static void say(ct_buffer *buffer, const ctsec_verdict *v, ct_message_id id, const ct_message_value *values,
                size_t count) {
  if (buffer->length) ct_buffer_text(buffer, v->lang == CTSEC_LANG_EN ? "; " : v->lang == CTSEC_LANG_JA ? "。" : "；");
  ct_message_add(buffer, id, v->lang, values, count);
}

/* A small text of its own for a placeholder; freed by the caller. */
typedef struct small {
  ct_buffer buffer;
  const char *text;
} small;

/* Where memory ran out, the whole text fails. */
static const char *end_small(small *s, ct_buffer *whole) {
  ct_buffer_char(&s->buffer, '\0');
  whole->failed |= s->buffer.failed;
  s->text = s->buffer.failed ? "" : s->buffer.data;
  return s->text;
}

static void add_conditions(ct_buffer *buffer, const ct_rule *rule) {
  for (uint32_t i = 0; i < rule->count; i++) {
    if (i) ct_buffer_text(buffer, ", ");
    ct_condition_add(buffer, &rule->conditions[i]);
  }
}

/* 1 holds, 0 does not, -1 where the argument is not known and it could be either. */
static int condition_state(const ct_abi *abi, const ct_question *q, const ct_condition *condition) {
  int trivial = ct_condition_trivial(abi, condition);
  if (trivial >= 0) return trivial;
  if (q->unknown >> condition->index & 1) return -1;
  return ct_condition_holds(condition, ct_argument(abi, q->args[condition->index]));
}

static int rule_state(const ct_abi *abi, const ct_question *q, const ct_rule *rule) {
  int all = 1;
  for (uint32_t i = 0; i < rule->count; i++) {
    int state = condition_state(abi, q, &rule->conditions[i]);
    if (!state) return 0;
    if (state < 0) all = -1;
  }
  return all;
}

static void explain_failed(ct_buffer *buffer, const ctsec_verdict *v, const ct_table *table, const ct_entry *entry) {
  uint32_t said = 0;
  for (uint32_t r = 0; r < entry->count && said < 4; r++) {
    const ct_rule *rule = &entry->rules[r];
    if (rule->action == v->policy.cases.items[0].action) continue;
    for (uint32_t i = 0; i < rule->count; i++) {
      if (condition_state(&table->abi, &v->question, &rule->conditions[i])) continue;
      small s, action;
      ct_buffer_init(&s.buffer);
      ct_buffer_init(&action.buffer);
      ct_condition_add(&s.buffer, &rule->conditions[i]);
      ct_action_add(&action.buffer, v->question.audit, rule->action);
      const ct_message_value values[] = {
          {"rule", rule->pointer}, {"conditions", end_small(&s, buffer)}, {"action", end_small(&action, buffer)}};
      say(buffer, v, CT_MESSAGE_SECCOMP_FAILED, values, 3);
      ct_buffer_free(&s.buffer);
      ct_buffer_free(&action.buffer);
      said++;
      break;
    }
  }
}

/* Arguments that are 0 in every case need no word. */
static int tells(const ct_cases *cases, unsigned argument) {
  for (uint32_t i = 0; i < cases->count; i++)
    if (cases->items[i].args[argument]) return 1;
  return 0;
}

static void explain_depends(ct_buffer *buffer, const ctsec_verdict *v) {
  say(buffer, v, CT_MESSAGE_SECCOMP_DEPENDS, NULL, 0);
  for (uint32_t i = 0; i < v->policy.cases.count && i < 4; i++) {
    const ct_case *one = &v->policy.cases.items[i];
    small action, args;
    ct_buffer_init(&action.buffer);
    ct_buffer_init(&args.buffer);
    ct_action_add(&action.buffer, v->question.audit, one->action);
    for (unsigned a = 0; a < 6; a++)
      if (v->question.unknown >> a & 1 && tells(&v->policy.cases, a))
        ct_buffer_format(&args.buffer, "%sargs[%u] = 0x%llx", args.buffer.length ? ", " : "", a,
                         (unsigned long long)one->args[a]);
    const ct_message_value values[] = {{"action", end_small(&action, buffer)}, {"args", end_small(&args, buffer)}};
    say(buffer, v, CT_MESSAGE_SECCOMP_CASE, values, 2);
    ct_buffer_free(&action.buffer);
    ct_buffer_free(&args.buffer);
  }
}

static int explain_policy(ctsec_verdict *v, const ctsec_policy *policy) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  const ct_table *table = ct_policy_table(policy, v->question.audit, v->question.number);
  const ct_entry *entry = table ? ct_table_find(table, v->question.number) : NULL;
  const ct_case *first = &v->policy.cases.items[0];
  const ct_message_value arch[] = {{"arch", v->arch ? v->arch : "?"}};
  if (policy->unconfined) {
    say(&buffer, v, CT_MESSAGE_SECCOMP_UNCONFINED, NULL, 0);
  } else if (!table) {
    say(&buffer, v, CT_MESSAGE_SECCOMP_UNLISTED, arch, 1);
  } else if (v->policy.cases.count > 1) {
    explain_depends(&buffer, v);
  } else if (first->rule) {
    small s;
    ct_buffer_init(&s.buffer);
    add_conditions(&s.buffer, first->rule);
    const ct_message_value values[] = {{"rule", first->rule->pointer}, {"conditions", end_small(&s, &buffer)}};
    say(&buffer, v, first->rule->count ? CT_MESSAGE_SECCOMP_RULE_CONDITIONS : CT_MESSAGE_SECCOMP_RULE, values, 2);
    ct_buffer_free(&s.buffer);
    uint32_t said = 0;
    for (const ct_rule *rule = first->rule + 1; rule < entry->rules + entry->count && said < 2; rule++) {
      if (rule->action == first->action || rule_state(&table->abi, &v->question, rule) != 1) continue;
      const ct_message_value beaten[] = {{"rule", rule->pointer}};
      say(&buffer, v, CT_MESSAGE_SECCOMP_BEATEN, beaten, 1);
      said++;
    }
  } else if (entry) {
    say(&buffer, v, CT_MESSAGE_SECCOMP_DEFAULT_FAILED, NULL, 0);
    explain_failed(&buffer, v, table, entry);
  } else {
    say(&buffer, v, CT_MESSAGE_SECCOMP_DEFAULT, NULL, 0);
    if (!v->call && v->arch) say(&buffer, v, CT_MESSAGE_SECCOMP_NOT_A_CALL, arch, 1);
  }
  v->policy.why = keep(v, &buffer);
  return v->policy.why ? 0 : CTSEC_E_NOMEM;
}

static void write_rule(ct_json *json, const ctsec_verdict *v, const ct_table *table, const ct_rule *rule) {
  ct_json_object(json);
  ct_json_key_text(json, "rule", rule->pointer);
  ct_action_write(json, v->question.audit, &rule->action);
  int state = rule_state(&table->abi, &v->question, rule);
  ct_json_key(json, "matches");
  if (state < 0)
    ct_json_null(json);
  else
    ct_json_bool(json, state);
  ct_json_key(json, "conditions");
  ct_json_array(json);
  for (uint32_t i = 0; i < rule->count; i++) {
    const ct_condition *condition = &rule->conditions[i];
    state = condition_state(&table->abi, &v->question, condition);
    ct_json_object(json);
    ct_json_key_unsigned(json, "index", condition->index);
    ct_json_key_text(json, "op", ct_op_name(condition->op));
    ct_json_key(json, "value");
    ct_json_hex(json, condition->value);
    ct_json_key(json, "valueTwo");
    ct_json_hex(json, condition->value_two);
    ct_json_key(json, "holds");
    if (state < 0)
      ct_json_null(json);
    else
      ct_json_bool(json, state);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
}

/* The rules of the number and the dropped entries, as JSON while the policy is at hand. */
static int write_details(ctsec_verdict *v, const ctsec_policy *policy) {
  ct_json json;
  const ct_table *table = ct_policy_table(policy, v->question.audit, v->question.number);
  const ct_entry *entry = table ? ct_table_find(table, v->question.number) : NULL;
  ct_json_init(&json, 1);
  ct_json_array(&json);
  for (uint32_t r = 0; entry && r < entry->count && r < EXPLAINED; r++) write_rule(&json, v, table, &entry->rules[r]);
  ct_json_end(&json);
  v->rules = keep(v, &json.buffer);
  ct_json_init(&json, 1);
  ct_json_array(&json);
  for (uint32_t i = 0; table && i < policy->dropped_count; i++) {
    const ct_dropped *dropped = &policy->dropped[i];
    if (&policy->tables[dropped->abi] != table || dropped->number != v->question.number) continue;
    ct_json_object(&json);
    ct_json_key_text(&json, "rule", dropped->pointer);
    ct_json_key_text(&json, "reason", dropped->reason);
    ct_json_key_text(&json, "word", dropped->word);
    ct_action_write(&json, v->question.audit, &dropped->action);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  v->dropped = keep(v, &json.buffer);
  return v->rules && v->dropped ? 0 : CTSEC_E_NOMEM;
}

/* What decided each case, in words that last as long as the verdict. */
static int name_rules(ctsec_verdict *v, ct_meaning *meaning, int filters) {
  meaning->rules = ct_arena_array(&v->arena, meaning->cases.count, sizeof *meaning->rules);
  if (!meaning->rules) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < meaning->cases.count; i++) {
    const ct_case *one = &meaning->cases.items[i];
    if (!filters && !one->rule) continue;
    ct_buffer buffer;
    ct_buffer_init(&buffer);
    if (filters)
      ct_buffer_format(&buffer, "insn:%u", one->insn);
    else
      ct_buffer_text(&buffer, one->rule->pointer);
    meaning->rules[i] = keep(v, &buffer);
    if (!meaning->rules[i]) return CTSEC_E_NOMEM;
  }
  meaning->known = 1;
  return 0;
}

static int same_cases(const ct_cases *a, const ct_cases *b) {
  if (a->count != b->count) return 0;
  for (uint32_t i = 0; i < a->count; i++) {
    uint32_t found = 0;
    while (found < b->count && ct_bpf_effective(b->items[found].action) != ct_bpf_effective(a->items[i].action)) found++;
    if (found == b->count) return 0;
  }
  return 1;
}

/* What answers a question: a policy, or a stack of filters. */
typedef struct subject {
  const ctsec_policy *policy;
  const ct_filter_view *views;
  uint32_t count;
  int big_endian;
} subject;

static int ask(const subject *s, const ct_question *question, uint64_t work, ct_arena *arena, ct_cases *cases) {
  if (s->policy) return ct_policy_cases(s->policy, question, work, arena, cases);
  return ct_filter_cases(s->views, s->count, s->big_endian, question, work, arena, cases);
}

/* Calls that Linux makes for its own probes run without a filter. */
static int unfiltered_since(const ct_question *q, ct_version *since) {
  if (q->audit != CT_AUDIT_X86_64 || (q->number != 335 && q->number != 336)) return 0;
  *since = (ct_version){1, 6, q->number == 335 ? 14 : 18, 0};
  return 1;
}

static int always_allowed(const ct_cases *cases) {
  return cases->count == 1 && (cases->items[0].action & CT_RET_ACTION) == CT_RET_ALLOW;
}

static int kernel_meaning(ctsec_verdict *v, const subject *s, const ct_version *kernel, uint64_t work) {
  ct_buffer why;
  ct_buffer_init(&why);
  ct_version since;
  ct_cases *cases = &v->kernel.cases;
  int status = 0;
  if (!always_allowed(&v->policy.cases) && unfiltered_since(&v->question, &since) &&
      (!kernel->known || ct_version_at_least(kernel, since.major, since.minor, 0))) {
    small version;
    ct_buffer_init(&version.buffer);
    ct_buffer_format(&version.buffer, "%u.%u", since.major, since.minor);
    const ct_message_value values[] = {{"version", end_small(&version, &why)}};
    say(&why, v, kernel->known ? CT_MESSAGE_SECCOMP_KERNEL_UNFILTERED : CT_MESSAGE_SECCOMP_KERNEL_UNKNOWN, values, 1);
    ct_buffer_free(&version.buffer);
    if (kernel->known) {
      ct_case *allowed = ct_arena_alloc(&v->arena, sizeof *allowed);
      if (!allowed) status = CTSEC_E_NOMEM;
      if (allowed) {
        allowed->action = CT_RET_ALLOW;
        *cases = (ct_cases){allowed, 1, 1};
        status = name_rules(v, &v->kernel, 0);
      }
    } else {
      v->kernel.needs = "kernel";
    }
  } else {
    int cut = -1, unsure = -1;
    for (int i = 0; i < 6; i++) {
      int bits = ct_argument_bits(v->question.audit, v->question.number, (unsigned)i);
      int known = !(v->question.unknown >> i & 1);
      if (bits && bits < 64) {
        v->cut.most[i] = (UINT64_C(1) << bits) - 1;
        v->cut.args[i] &= v->cut.most[i];
        /* An argument that is given and is changed explains more than one that is not known. */
        int changed = known && v->cut.args[i] != v->question.args[i];
        if (changed || (!known && cut < 0)) cut = i;
      } else if (!bits && (!known || v->question.args[i] > UINT32_MAX)) {
        unsure = i;
      }
    }
    status = ask(s, &v->cut, work, &v->arena, cases);
    if (!status) status = name_rules(v, &v->kernel, !s->policy);
    int differs = !status && !same_cases(cases, &v->policy.cases);
    if (differs && cut >= 0) {
      small action, index, value;
      ct_buffer_init(&action.buffer);
      ct_buffer_init(&index.buffer);
      ct_buffer_init(&value.buffer);
      ct_action_add(&action.buffer, v->question.audit, cases->items[0].action);
      ct_buffer_unsigned(&index.buffer, (uint64_t)cut);
      ct_buffer_format(&value.buffer, "0x%llx", (unsigned long long)v->cut.args[cut]);
      const ct_message_value values[] = {
          {"action", end_small(&action, &why)},
          {"index", end_small(&index, &why)},
          {"value", end_small(&value, &why)},
          {"bits", v->cut.most[cut] == UINT16_MAX ? "16" : "32"}};
      if (cases->count > 1 || v->policy.cases.count > 1)
        say(&why, v, CT_MESSAGE_SECCOMP_KERNEL_DEPENDS, NULL, 0);
      else
        say(&why, v, CT_MESSAGE_SECCOMP_KERNEL_CUT, values, 4);
      ct_buffer_free(&action.buffer);
      ct_buffer_free(&index.buffer);
      ct_buffer_free(&value.buffer);
    } else if (unsure >= 0 && v->call && !status) {
      /* The width matters only where the upper half does. */
      ct_question low = v->cut;
      ct_cases halves;
      for (int i = 0; i < 6; i++) {
        low.most[i] = UINT32_MAX;
        low.args[i] &= UINT32_MAX;
      }
      status = ask(s, &low, work, &v->arena, &halves);
      if (!status && !same_cases(&halves, cases)) {
        small index;
        ct_buffer_init(&index.buffer);
        ct_buffer_unsigned(&index.buffer, (uint64_t)unsure);
        const ct_message_value values[] = {{"index", end_small(&index, &why)}};
        say(&why, v, CT_MESSAGE_SECCOMP_KERNEL_WIDTH, values, 1);
        ct_buffer_free(&index.buffer);
        v->kernel.known = 0;
      }
    }
  }
  if (why.length || why.failed) {
    v->kernel.why = keep(v, &why);
    if (!v->kernel.why) status = CTSEC_E_NOMEM;
  }
  ct_buffer_free(&why);
  return status;
}

static int explain_loaded(ctsec_verdict *v, const ct_loaded *loaded, const ct_loaded_cases *answer) {
  ct_buffer why;
  ct_buffer_init(&why);
  const char *pointer = answer->cases.count ? answer->pointers[0] : NULL;
  const ct_message_value values[] = {{"runtime", v->runtime_name},
                                     {"rule", pointer ? pointer : ""},
                                     {"reason", loaded->refused ? loaded->refused : ""},
                                     {"arch", v->arch ? v->arch : "?"}};
  ct_message_id id = CT_MESSAGE_SECCOMP_RUNTIME_DEFAULT;
  if (answer->why == CT_LOADED_UNDETERMINED)
    id = CT_MESSAGE_SECCOMP_RUNTIME_UNDETERMINED;
  else if (answer->why == CT_LOADED_REFUSED)
    id = CT_MESSAGE_SECCOMP_RUNTIME_REFUSED;
  else if (answer->cases.count > 1)
    id = CT_MESSAGE_SECCOMP_DEPENDS;
  else if (answer->why == CT_LOADED_STUB)
    id = CT_MESSAGE_SECCOMP_RUNTIME_STUB;
  else if (answer->why == CT_LOADED_BAD_ARCH)
    id = CT_MESSAGE_SECCOMP_RUNTIME_BAD_ARCH;
  else if (answer->why == CT_LOADED_UNCONFINED)
    id = CT_MESSAGE_SECCOMP_UNCONFINED;
  else if (answer->why == CT_LOADED_COMPANION)
    id = CT_MESSAGE_SECCOMP_RUNTIME_COMPANION;
  else if (pointer)
    id = CT_MESSAGE_SECCOMP_RUNTIME_RULE;
  say(&why, v, id, values, sizeof values / sizeof *values);
  v->runtime.why = keep(v, &why);
  return v->runtime.why ? 0 : CTSEC_E_NOMEM;
}

static int runtime_meaning(ctsec_verdict *v, const ct_loaded *loaded, uint64_t work) {
  if (!loaded) return 0;
  ct_loaded_cases answer;
  int status = ct_loaded_ask(loaded, &v->question, work, &v->arena, &answer);
  if (status) return status;
  v->runtime_name = ct_loaded_name(loaded->kind);
  v->runtime_reason = ct_loaded_why_name(answer.why);
  if (loaded->libseccomp.known) {
    ct_buffer version;
    ct_buffer_init(&version);
    ct_buffer_format(&version, "%u.%u.%u", loaded->libseccomp.major, loaded->libseccomp.minor,
                     loaded->libseccomp.patch);
    if (!(v->runtime_libseccomp = keep(v, &version))) return CTSEC_E_NOMEM;
  }
  v->runtime.cases = answer.cases;
  v->runtime.rules = ct_arena_array(&v->arena, answer.cases.count, sizeof *v->runtime.rules);
  if (!v->runtime.rules) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < answer.cases.count; i++)
    if (answer.pointers[i] && !(v->runtime.rules[i] = ct_arena_string(&v->arena, answer.pointers[i])))
      return CTSEC_E_NOMEM;
  v->runtime.known = answer.why != CT_LOADED_REFUSED && answer.why != CT_LOADED_UNDETERMINED;
  return explain_loaded(v, loaded, &answer);
}

/* ALLOW never, LOG and KILL always, the others only where the filter was loaded with the flag for it. */
static int logged_action(uint32_t action, int flag) {
  switch (action & CT_RET_ACTION) {
    case CT_RET_ALLOW: return CTSEC_LOGGED_NO;
    case CT_RET_ERRNO:
    case CT_RET_TRAP: return flag < 0 ? CTSEC_LOGGED_UNKNOWN : flag ? CTSEC_LOGGED_YES : CTSEC_LOGGED_NO;
    case CT_RET_TRACE:
    case CT_RET_NOTIFY:
      /* With the flag, where nobody listens: the call is then refused. */
      return flag ? CTSEC_LOGGED_UNKNOWN : CTSEC_LOGGED_NO;
    default: return CTSEC_LOGGED_YES;
  }
}

static void conclude(ctsec_verdict *v, int flag) {
  const ct_cases *cases = &v->policy.cases;
  v->agree = 1;
  ct_meaning *others[] = {&v->kernel, &v->runtime};
  for (int i = 0; i < 2; i++) {
    others[i]->agrees = others[i]->known ? same_cases(&others[i]->cases, cases) : -1;
    if (others[i] == &v->runtime && !v->runtime_name) continue;
    if (!others[i]->agrees || (others[i]->agrees < 0 && v->agree == 1)) v->agree = others[i]->agrees;
  }
  if (v->asks_runtime) {
    v->written = v->policy;
    v->policy = v->runtime;
    cases = &v->policy.cases;
  }
  v->logged = logged_action(cases->items[0].action, flag);
  for (uint32_t i = 1; i < cases->count; i++)
    if (logged_action(cases->items[i].action, flag) != v->logged) v->logged = CTSEC_LOGGED_UNKNOWN;
}

static void say_change(ct_buffer *buffer, const ctsec_verdict *v, const ct_change *change) {
  small what, action;
  ct_buffer_init(&what.buffer);
  ct_buffer_init(&action.buffer);
  uint64_t caps = change->add | change->drop;
  for (int i = 0, said = 0; i < CT_CAP_COUNT; i++)
    if (caps >> i & 1) ct_buffer_format(&what.buffer, "%s%s", said++ ? ", " : "", ct_cap_at(i)->name);
  if (change->since) ct_buffer_format(&what.buffer, "%u.%u", change->kernel, change->major);
  ct_action_add(&action.buffer, v->question.audit, change->action);
  if (change->pointer) ct_buffer_format(&action.buffer, " (%s)", change->pointer);
  const ct_message_value values[] = {{"what", end_small(&what, buffer)}, {"action", end_small(&action, buffer)}};
  say(buffer, v,
      change->add          ? CT_MESSAGE_SECCOMP_CHANGE_ADD
      : change->drop       ? CT_MESSAGE_SECCOMP_CHANGE_DROP
      : change->since > 0  ? CT_MESSAGE_SECCOMP_CHANGE_SINCE
                           : CT_MESSAGE_SECCOMP_CHANGE_BEFORE,
      values, 2);
  ct_buffer_free(&what.buffer);
  ct_buffer_free(&action.buffer);
}

/* What would change the answer, and what the call is that was denied. */
static int explain_further(ctsec_verdict *v, const ctsec_policy *policy) {
  if (v->policy.cases.count != 1) return 0;
  uint32_t action = v->policy.cases.items[0].action, kind = action & CT_RET_ACTION;
  int denied = ct_action_rank(action) > ct_action_rank(CT_RET_NOTIFY);
  /* Of what a runtime loads instead nothing more is said. */
  int same = policy && (!v->asks_runtime || (v->written.cases.count == 1 && v->written.cases.items[0].action == action));
  if (same) v->change_count = ct_changes_find(policy, &v->question, action, &v->arena, v->changes);
  if (v->change_count < 0) return CTSEC_E_NOMEM;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, v->policy.why);
  for (int i = 0; i < v->change_count; i++) {
    say_change(&buffer, v, &v->changes[i]);
    if (v->changes[i].since && !policy->origin->target.kernel.known) v->needs_kernel = 1;
  }
  if (v->needs_kernel) say(&buffer, v, CT_MESSAGE_SECCOMP_KERNEL_ASSUMED, NULL, 0);
  const ct_arch *arch = ct_arch_audit(v->question.audit, v->question.number);
  const char *older = denied && arch && v->call ? ctsec_syscall_fallback(arch->abi.id, v->call, strlen(v->call)) : NULL;
  uint32_t none = arch ? ct_errno_number(arch->abi.audit, "ENOSYS") : 0;
  if (older && kind == CT_RET_ERRNO && (action & CT_RET_DATA) != none) {
    const ct_message_value values[] = {{"older", older}};
    say(&buffer, v, CT_MESSAGE_SECCOMP_FALLBACK, values, 1);
  }
  if (denied && v->call && (!policy || ct_policy_table(policy, v->question.audit, v->question.number))) {
    v->about = buffer.length;
    ct_buffer_format(&buffer, v->lang == CTSEC_LANG_EN ? ". %s: " : v->lang == CTSEC_LANG_JA ? "。%s: " : "。%s：", v->call);
    ct_call_about(&buffer, v->call, v->lang);
  }
  v->policy.why = keep(v, &buffer);
  return v->policy.why ? 0 : CTSEC_E_NOMEM;
}

static int search_failed(int status, ctsec_error **err) {
  if (status == CTSEC_E_LIMIT)
    return ct_error_set(err, status, "what is possible takes more steps to find than the limit of work allows");
  return ct_error_nomem(err);
}

static int copy_text(ctsec_verdict *v, const char **to, const char *from) {
  if (from && !(*to = ct_arena_string(&v->arena, from))) return CTSEC_E_NOMEM;
  return 0;
}

static int check_unknown(const uint64_t *args, uint32_t unknown, ctsec_error **err) {
  if (unknown > 0x3f) return ct_error_set(err, CTSEC_E_ARG, "unknown: a call has six arguments");
  if (!args && unknown != 0x3f) return ct_error_null(err, "args");
  return 0;
}

int ctsec_policy_simulate(const ctsec_policy *policy, uint32_t arch, int32_t nr, const uint64_t *args,
                          uint32_t unknown, const ctsec_options *options, ctsec_verdict **verdict, ctsec_error **err) {
  if (!policy) return ct_error_null(err, "policy");
  if (!verdict) return ct_error_null(err, "verdict");
  int status = check_unknown(args, unknown, err);
  if (status) return status;
  uint64_t work = options ? ct_options_limit(options, CTSEC_LIMIT_WORK) : policy->work_limit;
  ctsec_verdict *v = make(arch, (uint32_t)nr, args, unknown, options ? ct_options_lang(options) : policy->lang);
  if (!v) return ct_error_nomem(err);
  const ct_version *kernel = options && options->kernel.known ? &options->kernel : &policy->kernel;
  const subject s = {policy, NULL, 0, 0};
  status = copy_text(v, &v->target, policy->target);
  if (!status) status = copy_text(v, &v->source, policy->source);
  if (!status) status = ask(&s, &v->question, work, &v->arena, &v->policy.cases);
  if (!status) status = name_rules(v, &v->policy, 0);
  if (!status) status = explain_policy(v, policy);
  if (!status) status = write_details(v, policy);
  if (!status) status = kernel_meaning(v, &s, kernel, work);
  if (!status) status = runtime_meaning(v, policy->loaded, work);
  if (status) {
    ctsec_verdict_free(v);
    return search_failed(status, err);
  }
  v->asks_runtime = policy->asks_runtime && policy->loaded;
  if (v->asks_runtime && !v->runtime.cases.count) {
    ctsec_verdict_free(v);
    return ct_error_set(err, CTSEC_E_UNSUPPORTED, "%s refuses the profile: %s", ct_loaded_name(policy->loaded->kind),
                        policy->loaded->refused);
  }
  conclude(v, (policy->flags & CT_FILTER_FLAG_LOG) != 0);
  if (explain_further(v, policy)) {
    ctsec_verdict_free(v);
    return ct_error_nomem(err);
  }
  *verdict = v;
  return 0;
}

static int explain_filters(ctsec_verdict *v, uint32_t count) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  const ct_case *first = &v->policy.cases.items[0];
  if (v->policy.cases.count > 1) {
    explain_depends(&buffer, v);
  } else {
    small insn, filter;
    ct_buffer_init(&insn.buffer);
    ct_buffer_init(&filter.buffer);
    ct_buffer_unsigned(&insn.buffer, first->insn);
    ct_buffer_unsigned(&filter.buffer, first->filter);
    const ct_message_value values[] = {{"insn", end_small(&insn, &buffer)}, {"filter", end_small(&filter, &buffer)}};
    say(&buffer, v, count > 1 ? CT_MESSAGE_SECCOMP_INSN_OF : CT_MESSAGE_SECCOMP_INSN, values, 2);
    ct_buffer_free(&insn.buffer);
    ct_buffer_free(&filter.buffer);
  }
  if (!v->policy.cases.exact && v->policy.cases.count > 1) say(&buffer, v, CT_MESSAGE_SECCOMP_INEXACT, NULL, 0);
  v->policy.why = keep(v, &buffer);
  return v->policy.why ? 0 : CTSEC_E_NOMEM;
}

static int check_stack(const ctsec_filter *const *filters, size_t count, ctsec_error **err) {
  if (!filters) return ct_error_null(err, "filters");
  if (!count || count > UINT32_MAX) return ct_error_set(err, CTSEC_E_ARG, "a stack has at least one filter");
  for (size_t i = 0; i < count; i++) {
    if (!filters[i]) return ct_error_null(err, "filters");
    if (filters[i]->big_endian != filters[0]->big_endian)
      return ct_error_set(err, CTSEC_E_ARG, "filters of one stack have one byte order");
  }
  return 0;
}

/* What of the target a bare filter has use for. */
static int write_target(ctsec_verdict *v, const ctsec_options *options) {
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_object(&json);
  ct_json_key_text(&json, "arch", options && options->arch ? options->arch : "x86_64");
  ct_json_key(&json, "kernel");
  if (options && options->kernel.known) {
    ct_buffer version;
    ct_buffer_init(&version);
    ct_buffer_format(&version, "%u.%u", options->kernel.major, options->kernel.minor);
    ct_json_string(&json, version.data ? version.data : "", version.length);
    json.buffer.failed |= version.failed;
    ct_buffer_free(&version);
  } else {
    ct_json_null(&json);
  }
  ct_json_end(&json);
  v->target = keep(v, &json.buffer);
  return v->target ? 0 : CTSEC_E_NOMEM;
}

int ctsec_filter_simulate(const ctsec_filter *const *filters, size_t count, uint32_t arch, int32_t nr,
                          const uint64_t *args, uint32_t unknown, const ctsec_options *options,
                          ctsec_verdict **verdict, ctsec_error **err) {
  int status = check_stack(filters, count, err);
  if (!status && !verdict) status = ct_error_null(err, "verdict");
  if (!status) status = check_unknown(args, unknown, err);
  if (status) return status;
  uint64_t work = ct_options_limit(options, CTSEC_LIMIT_WORK);
  ctsec_verdict *v = make(arch, (uint32_t)nr, args, unknown, ct_options_lang(options));
  if (!v) return ct_error_nomem(err);
  static const ct_version no_version;
  ct_filter_view *views = ct_arena_array(&v->arena, count, sizeof *views);
  if (!views) status = CTSEC_E_NOMEM;
  for (size_t i = 0; i < count && views; i++) views[i] = (ct_filter_view){filters[i]->insns, filters[i]->count};
  const subject s = {NULL, views, (uint32_t)count, filters[0]->big_endian};
  if (!status) status = copy_text(v, &v->source, ct_options_source(options));
  if (!status) status = write_target(v, options);
  if (!status) status = ask(&s, &v->question, work, &v->arena, &v->policy.cases);
  if (!status) status = name_rules(v, &v->policy, 1);
  if (!status) status = explain_filters(v, (uint32_t)count);
  if (!status) status = kernel_meaning(v, &s, options ? &options->kernel : &no_version, work);
  if (status) {
    ctsec_verdict_free(v);
    return search_failed(status, err);
  }
  if (v->policy.cases.count == 1) v->filter = (int32_t)v->policy.cases.items[0].filter;
  /* With which flags a filter was loaded cannot be read from it. */
  conclude(v, -1);
  if (explain_further(v, NULL)) {
    ctsec_verdict_free(v);
    return ct_error_nomem(err);
  }
  *verdict = v;
  return 0;
}

int ctsec_filter_simulate_batch(const ctsec_filter *const *filters, size_t count, size_t n, const uint32_t *arch,
                                const int32_t *nr, const uint64_t *args, uint32_t *actions, ctsec_error **err) {
  int status = check_stack(filters, count, err);
  if (status || !n) return status;
  if (!arch || !nr || !args || !actions)
    return ct_error_null(err, !arch ? "arch" : !nr ? "nr" : !args ? "args" : "actions");
  for (size_t i = 0; i < n; i++) {
    ct_data data;
    uint32_t best = 0;
    ct_data_make(&data, filters[0]->big_endian, arch[i], (uint32_t)nr[i], 0, args + 6 * i);
    for (size_t f = count; f-- > 0;) {
      uint32_t value = ct_bpf_run(filters[f]->insns, &data, NULL, NULL);
      if (f + 1 == count || ct_bpf_beats(value, best)) best = value;
    }
    actions[i] = ct_bpf_effective(best);
  }
  return 0;
}
