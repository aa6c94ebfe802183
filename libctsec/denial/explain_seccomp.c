/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a filter did, which rule of the given profile does that, and what would change it. */
#include <string.h>

#include "caps/names.h"
#include "ctsec/syscalls.h"
#include "data/errno.h"
#include "denial/explain.h"
#include "seccomp/knowledge.h"
#include "seccomp/names.h"
#include "seccomp/profile.h"
#include "seccomp/verdict.h"

#define UNKNOWN_ALL 0x3fu

/* The arch that a kernel is built for which also runs this one. */
static int32_t native_of(int32_t arch) {
  switch (arch) {
    case CTSEC_ARCH_X86:
    case CTSEC_ARCH_X32: return CTSEC_ARCH_X86_64;
    case CTSEC_ARCH_ARM: return CTSEC_ARCH_AARCH64;
    case CTSEC_ARCH_MIPS:
    case CTSEC_ARCH_MIPS64N32: return CTSEC_ARCH_MIPS64;
    case CTSEC_ARCH_MIPSEL:
    case CTSEC_ARCH_MIPSEL64N32: return CTSEC_ARCH_MIPSEL64;
    case CTSEC_ARCH_PPC: return CTSEC_ARCH_PPC64;
    case CTSEC_ARCH_S390: return CTSEC_ARCH_S390X;
    case CTSEC_ARCH_PARISC: return CTSEC_ARCH_PARISC64;
    default: return arch;
  }
}

/* As the target says, where that runs the arch of the record; else for a kernel that does. */
static const char *target_of(const ctsec_denials *denials, int32_t arch) {
  const char *said = denials->options->arch;
  int32_t target;
  if (said && !ctsec_arch_find(said, strlen(said), &target, NULL) && (target == arch || native_of(target) == native_of(arch)))
    return said;
  return ctsec_arch_name(native_of(arch));
}

static int resolve(ctsec_denials *denials, const char *arch, ctsec_policy **policy, ctsec_error **error) {
  ctsec_options *options;
  uint64_t bounding;
  int status = ct_options_copy(denials->options, &options, error);
  if (status) return status;
  status = ctsec_options_set(options, "arch", arch, strlen(arch), error);
  /* A profile that stands alone does not know what the container has. */
  if (!status && !options->caps && !denials->profile->profile->has_caps && ct_container_bounding(denials, &bounding)) {
    ct_buffer mask;
    ct_buffer_init(&mask);
    ct_buffer_hex(&mask, bounding, 16);
    status = mask.failed ? ct_error_nomem(error) : ctsec_options_set(options, "caps", mask.data, mask.length, error);
    ct_buffer_free(&mask);
  }
  if (!status) status = ctsec_profile_resolve(denials->profile, options, policy, error);
  ctsec_options_free(options);
  return status;
}

const ctsec_policy *ct_denials_policy(ctsec_denials *denials, uint32_t audit, int *status, ct_buffer *why) {
  int32_t arch;
  *status = 0;
  if (!denials->profile || ctsec_arch_find_audit(audit, 0, &arch, NULL)) return NULL;
  uint32_t native = ctsec_arch_audit(native_of(arch));
  for (uint32_t i = 0; i < denials->policy_count; i++)
    if (denials->policies[i].audit == native) return denials->policies[i].policy;
  if (denials->policy_count == sizeof denials->policies / sizeof *denials->policies)
    ctsec_policy_free(denials->policies[--denials->policy_count].policy);
  ctsec_policy *policy = NULL;
  ctsec_error *error = NULL;
  *status = resolve(denials, target_of(denials, arch), &policy, &error);
  if (*status) {
    ct_buffer_text(why, ctsec_error_message(error));
    ctsec_error_free(error);
    return NULL;
  }
  denials->policies[denials->policy_count].audit = native;
  denials->policies[denials->policy_count++].policy = policy;
  return policy;
}

static ct_message_id action_text(const ct_denial *denial) {
  if (denial->has & CT_HAS_SOME_KILL) return CT_MESSAGE_DENIAL_KILL_SOME;
  if (!(denial->has & CT_HAS_CODE)) return CT_MESSAGE_DENIAL_ACTION_UNKNOWN;
  switch (denial->code) {
    case CT_RET_KILL_PROCESS: return CT_MESSAGE_DENIAL_KILL_PROCESS;
    case CT_RET_KILL_THREAD:
      return denial->has & CT_HAS_SIGNAL && denial->signal == 9 ? CT_MESSAGE_DENIAL_STRICT
                                                                : CT_MESSAGE_DENIAL_KILL_THREAD;
    case CT_RET_TRAP: return CT_MESSAGE_DENIAL_TRAP;
    case CT_RET_ERRNO: return CT_MESSAGE_DENIAL_ERRNO;
    case CT_RET_NOTIFY: return CT_MESSAGE_DENIAL_NOTIFY;
    case CT_RET_TRACE: return CT_MESSAGE_DENIAL_TRACE;
    case CT_RET_LOG:
    case CT_RET_ALLOW: return CT_MESSAGE_DENIAL_LOGGED;
    default: return CT_MESSAGE_DENIAL_NO_ACTION;
  }
}

static void say_action(ct_explanation *out, const ct_denial *denial) {
  ct_buffer code;
  ct_buffer_init(&code);
  ct_buffer_format(&code, "0x%x", denial->code);
  const ct_message_value values[] = {{"code", ct_keep_buffer(out, &code)}};
  ct_say(out, action_text(denial), values, 1);
}

/* Whether the profile can have done what the record says. */
static int can_be(const ctsec_verdict *verdict, const ct_denial *denial) {
  if (!(denial->has & CT_HAS_CODE)) return 1;
  int strict = denial->has & CT_HAS_SIGNAL && denial->signal == 9 && !denial->code;
  for (uint32_t i = 0; i < verdict->policy.cases.count && !strict; i++) {
    uint32_t action = verdict->policy.cases.items[i].action & CT_RET_ACTION;
    if (denial->has & CT_HAS_SOME_KILL ? action == CT_RET_KILL_PROCESS || action == CT_RET_KILL_THREAD
                                       : action == denial->code)
      return 1;
  }
  return 0;
}

static int lets_through(const ctsec_verdict *verdict) {
  for (uint32_t i = 0; i < verdict->policy.cases.count; i++) {
    uint32_t action = verdict->policy.cases.items[i].action & CT_RET_ACTION;
    if (action != CT_RET_ALLOW && action != CT_RET_LOG) return 0;
  }
  return 1;
}

static const char *possible(ct_explanation *out, const ctsec_verdict *verdict) {
  ct_buffer text;
  ct_buffer_init(&text);
  for (uint32_t i = 0; i < verdict->policy.cases.count && i < 6; i++) {
    if (i) ct_buffer_text(&text, ", ");
    ct_action_add(&text, verdict->question.audit, verdict->policy.cases.items[i].action);
  }
  return ct_keep_buffer(out, &text);
}

static void add_conditions(ct_explanation *out, const ctsec_policy *policy, const ct_denial *denial) {
  const ct_table *table = ct_policy_table(policy, denial->audit, (uint32_t)denial->number);
  const ct_entry *entry = table ? ct_table_find(table, (uint32_t)denial->number) : NULL;
  for (uint32_t r = 0; entry && r < entry->count && out->condition_count < CT_CONDITIONS_MOST; r++) {
    const ct_rule *rule = &entry->rules[r];
    if (!rule->count) break;
    ct_buffer text;
    ct_buffer_init(&text);
    for (uint32_t i = 0; i < rule->count; i++) {
      if (i) ct_buffer_text(&text, ", ");
      ct_condition_add(&text, &rule->conditions[i]);
    }
    ct_possible *row = &out->conditions[out->condition_count++];
    row->rule = ct_keep_piece(out, ct_piece_of(rule->pointer, strlen(rule->pointer)));
    row->action = ct_action_name(rule->action);
    row->conditions = ct_keep_buffer(out, &text);
  }
}

static void change_rule(ct_explanation *out, const char *name, ct_message_id text) {
  ct_buffer rule;
  ct_buffer_init(&rule);
  ct_buffer_format(&rule, "{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ALLOW\"}", name);
  ct_remedy_add(out, "seccomp-rule", text)->rule = ct_keep_buffer(out, &rule);
}

static void change_arch(ct_explanation *out, int32_t arch) {
  ct_buffer rule;
  ct_buffer_init(&rule);
  ct_buffer_format(&rule, "\"%s\"", ctsec_arch_seccomp_name(arch));
  ct_remedy_add(out, "seccomp-arch", CT_MESSAGE_DENIAL_CHANGE_ARCH)->rule = ct_keep_buffer(out, &rule);
}

/* The newer call that the C library tries first: an answer of ENOSYS is all that it needs. */
static void change_fallback(ct_explanation *out, const ct_denial *denial, const char *name, int32_t arch) {
  const char *older = ctsec_syscall_fallback(arch, name, strlen(name));
  uint32_t number = 38;
  if (!older || denial->code == CT_RET_LOG || ctsec_errno_find("ENOSYS", 6, arch, &number, NULL)) return;
  ct_buffer rule;
  ct_buffer_init(&rule);
  ct_buffer_format(&rule, "{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":%u}", name, number);
  ct_remedy *change = ct_remedy_add(out, "seccomp-rule", CT_MESSAGE_DENIAL_CHANGE_ENOSYS);
  change->rule = ct_keep_buffer(out, &rule);
  change->call = older;
}

static void add_capability(ct_explanation *out, uint64_t mask) {
  ct_buffer value;
  ct_buffer_init(&value);
  for (int i = 0; i < CT_CAP_COUNT; i++)
    if (mask >> i & 1)
      ct_buffer_format(&value, "%s--cap-add=%s", value.length ? " " : "", ct_cap_at(i)->name + strlen("CAP_"));
  ct_remedy_add(out, "capability", CT_MESSAGE_DENIAL_CHANGE_CAP)->value = ct_keep_buffer(out, &value);
}

/* Capabilities with which the profile would keep an entry that allows the call. */
static void change_capability(ct_explanation *out, const ctsec_verdict *verdict, const ctsec_policy *policy,
                              const ct_denial *denial) {
  const ct_table *table = ct_policy_table(policy, denial->audit, (uint32_t)denial->number);
  uint64_t said = 0;
  for (int i = 0; i < verdict->change_count; i++)
    if (verdict->changes[i].add && !verdict->changes[i].drop && !verdict->changes[i].since)
      add_capability(out, said |= verdict->changes[i].add);
  if (verdict->policy.cases.count == 1) return;
  /* Where the arguments decide, only what was left out tells. */
  for (uint32_t i = 0; table && i < policy->dropped_count; i++) {
    const ct_dropped *dropped = &policy->dropped[i];
    if (&policy->tables[dropped->abi] != table || dropped->number != (uint32_t)denial->number ||
        strcmp(dropped->reason, "includes.caps") || (dropped->action & CT_RET_ACTION) != CT_RET_ALLOW)
      continue;
    int cap = ct_cap_exact(dropped->word, strlen(dropped->word));
    if (cap < 0 || said >> cap & 1) continue;
    said |= CT_CAP_BIT(cap);
    add_capability(out, CT_CAP_BIT(cap));
  }
}

/* Past the filter, the kernel asks for capabilities. */
static void say_capabilities(ct_explanation *out, const ct_denial *denial) {
  uint64_t lacking = ct_container_lacks(out, denial->audit, (uint32_t)denial->number);
  if (!lacking) return;
  ct_buffer names;
  ct_buffer_init(&names);
  ct_caps_add_names(&names, lacking);
  const ct_message_value values[] = {{"caps", ct_keep_buffer(out, &names)}};
  ct_say(out, CT_MESSAGE_DENIAL_CAP_TOO, values, 1);
}

static void say_failure(ct_explanation *out, const char *why) {
  const ct_message_value values[] = {{"why", why}};
  ct_say(out, CT_MESSAGE_DENIAL_PROFILE_FAILED, values, 1);
}

/* ENOSYS for a call that has an older twin: meant so. The twin, or NULL. */
static const char *intended(const ctsec_verdict *verdict, const char *name) {
  int32_t arch;
  uint32_t number, action = verdict->policy.cases.items[0].action;
  if (verdict->policy.cases.count != 1 || (action & CT_RET_ACTION) != CT_RET_ERRNO ||
      ctsec_arch_find_audit(verdict->question.audit, verdict->question.number, &arch, NULL) ||
      ctsec_errno_find("ENOSYS", 6, arch, &number, NULL) || (action & CT_RET_DATA) != number)
    return NULL;
  return ctsec_syscall_fallback(arch, name, strlen(name));
}

/* What the given profile makes of the call, with arguments that nobody knows. 0 where nothing of it
 * is to be changed. */
static int compare(ct_explanation *out, const ct_denial *denial, const char *name) {
  ctsec_denials *denials = out->denials;
  ctsec_verdict *verdict = NULL;
  ctsec_error *error = NULL;
  int status = 0;
  ct_buffer why;
  ct_buffer_init(&why);
  const ctsec_policy *policy = NULL;
  if (denials->filter) {
    const ctsec_filter *filters[] = {denials->filter};
    status = ctsec_filter_simulate(filters, 1, denial->audit, (int32_t)denial->number, NULL, UNKNOWN_ALL,
                                   denials->options, &verdict, &error);
  } else {
    policy = ct_denials_policy(denials, denial->audit, &status, &why);
    if (policy)
      status = ctsec_policy_simulate(policy, denial->audit, (int32_t)denial->number, NULL, UNKNOWN_ALL,
                                     denials->options, &verdict, &error);
  }
  if (error) ct_buffer_text(&why, ctsec_error_message(error));
  ctsec_error_free(error);
  const char *text = ct_keep_buffer(out, &why);
  if (status == CTSEC_E_NOMEM) out->failed = 1;
  if (status) say_failure(out, text);
  if (!verdict) return 1;
  int logged = denial->has & CT_HAS_CODE && denial->code == CT_RET_LOG && !can_be(verdict, denial);
  /* A trial run under another profile: what this one would refuse is what it needs. */
  int responsible = logged ? !lets_through(verdict) : can_be(verdict, denial);
  const char *older = responsible && name ? intended(verdict, name) : NULL;
  /* Where the default action lets calls through, no rule is missing for an arch that is not listed. */
  uint32_t usual = policy ? policy->default_action & CT_RET_ACTION : CT_RET_ERRNO;
  int listed = !policy || (usual != CT_RET_ALLOW && usual != CT_RET_LOG) || ct_policy_table(policy, denial->audit, (uint32_t)denial->number);
  if (responsible && name && !older && listed)
    change_rule(out, name,
                verdict->policy.cases.count > 1 ? CT_MESSAGE_DENIAL_CHANGE_WIDE : CT_MESSAGE_DENIAL_CHANGE_RULE);
  if (logged) {
    const ct_message_value values[] = {{"possible", possible(out, verdict)}};
    ct_say(out, CT_MESSAGE_DENIAL_WOULD, values, 1);
  } else if (!responsible) {
    const ct_message_value values[] = {{"possible", possible(out, verdict)}};
    ct_say(out, CT_MESSAGE_DENIAL_OTHER_FILTER, values, 1);
  } else {
    size_t length = verdict->about ? verdict->about : strlen(verdict->policy.why);
    const ct_message_value values[] = {{"why", ct_keep_piece(out, ct_piece_of(verdict->policy.why, length))}};
    ct_say(out, CT_MESSAGE_DENIAL_IN_PROFILE, values, 1);
    if (verdict->logged == CTSEC_LOGGED_NO) ct_say(out, CT_MESSAGE_DENIAL_UNLOGGED, NULL, 0);
    if (policy && verdict->policy.cases.count > 1) {
      add_conditions(out, policy, denial);
      if (out->condition_count) ct_say(out, CT_MESSAGE_DENIAL_NO_ARGUMENTS, NULL, 0);
    }
  }
  if (older) {
    const ct_message_value values[] = {{"call", older}};
    ct_say(out, CT_MESSAGE_DENIAL_FALLS_BACK, values, 1);
    ctsec_verdict_free(verdict);
    return 0;
  }
  if (responsible && policy && !ct_policy_table(policy, denial->audit, (uint32_t)denial->number)) {
    int32_t unlisted;
    if (!ctsec_arch_find_audit(denial->audit, (uint32_t)denial->number, &unlisted, NULL)) change_arch(out, unlisted);
  }
  if (responsible && policy) change_capability(out, verdict, policy, denial);
  ctsec_verdict_free(verdict);
  return responsible;
}

/* What the call is for; its name, or NULL where no such call is known. */
static const char *say_purpose(ct_explanation *out, const char *name) {
  ct_message_id purpose, note, why;
  if (!name || !ct_call_texts(name, &purpose, &note, &why)) return NULL;
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_text(&text, ct_message(purpose, out->lang));
  if (note != CT_MESSAGE_COUNT)
    ct_buffer_format(&text, "%s%s", out->lang == CTSEC_LANG_EN ? " " : "", ct_message(note, out->lang));
  out->purpose = ct_keep_buffer(out, &text);
  ct_advise(out, why);
  return name;
}

const char *ct_explain_name(ct_explanation *out, const ct_denial *denial) {
  return say_purpose(out, ct_call_name(denial->audit, (uint32_t)denial->number));
}

void ct_explain_by_profile(ct_explanation *out, const ct_denial *denial, const char *name) {
  ct_buffer why;
  int status;
  ctsec_verdict *verdict = NULL;
  ct_buffer_init(&why);
  const ctsec_policy *policy = ct_denials_policy(out->denials, denial->audit, &status, &why);
  if (policy)
    status = ctsec_policy_simulate(policy, denial->audit, (int32_t)denial->number, denial->args,
                                   UNKNOWN_ALL & ~denial->known, out->denials->options, &verdict, NULL);
  ct_keep_buffer(out, &why);
  if (status == CTSEC_E_NOMEM) out->failed = 1;
  if (!verdict) return;
  int passes = 0, fits = 0;
  for (uint32_t i = 0; i < verdict->policy.cases.count; i++) {
    uint32_t action = verdict->policy.cases.items[i].action, kind = action & CT_RET_ACTION;
    const char *error = kind == CT_RET_ERRNO ? ct_errno_name(denial->audit, action & CT_RET_DATA)
                        : kind == CT_RET_NOTIFY || kind == CT_RET_TRACE ? "ENOSYS"
                                                                       : "SIGSYS";
    if (kind == CT_RET_ALLOW || kind == CT_RET_LOG)
      passes++;
    else
      fits += error && ct_piece_is(denial->texts[CT_TEXT_VERDICT], error);
  }
  size_t length = verdict->about ? verdict->about : strlen(verdict->policy.why);
  const ct_message_value values[] = {{"why", ct_keep_piece(out, ct_piece_of(verdict->policy.why, length))},
                                     {"error", ct_keep_piece(out, denial->texts[CT_TEXT_VERDICT])}};
  if (fits) {
    ct_say(out, CT_MESSAGE_DENIAL_IN_PROFILE, values, 2);
    if (!passes && verdict->policy.cases.count == 1) {
      out->layer = "seccomp";
      if (name) change_rule(out, name, denial->known ? CT_MESSAGE_DENIAL_CHANGE_WIDE : CT_MESSAGE_DENIAL_CHANGE_RULE);
    }
  } else {
    ct_say(out, CT_MESSAGE_DENIAL_CALL_NOT_PROFILE, values, 2);
  }
  ctsec_verdict_free(verdict);
}

void ct_explain_seccomp(ct_explanation *out, const ct_denial *denial) {
  say_action(out, denial);
  int located = (denial->has & CT_HAS_ARCH) && (denial->has & CT_HAS_NUMBER);
  const char *name = located ? ct_call_name(denial->audit, (uint32_t)denial->number) : NULL;
  int32_t arch = CTSEC_ARCH_X86_64;
  int known = (denial->has & CT_HAS_ARCH) && !ctsec_arch_find_audit(denial->audit, (uint32_t)denial->number, &arch, NULL);
  const char *told = ct_keep_piece(out, denial->texts[CT_TEXT_CALL]);
  if (denial->has & CT_HAS_FOREIGN_NAME) {
    const ct_message_value values[] = {{"name", told}};
    ct_say(out, CT_MESSAGE_DENIAL_FOREIGN, values, 1);
    return;
  }
  if (!(denial->has & CT_HAS_ARCH) && !*told) ct_say(out, CT_MESSAGE_DENIAL_ARCH_UNKNOWN, NULL, 0);
  if (arch == CTSEC_ARCH_X32) ct_say(out, CT_MESSAGE_DENIAL_X32, NULL, 0);
  if (known && located && !name) ct_say(out, CT_MESSAGE_DENIAL_NO_CALL, NULL, 0);
  if (!name && *told) name = told;
  name = say_purpose(out, name);
  int responsible = action_text(denial) != CT_MESSAGE_DENIAL_STRICT;
  if (!responsible) return;
  if (located && known && (out->denials->profile || out->denials->filter))
    responsible = compare(out, denial, name);
  else if (name)
    change_rule(out, name, CT_MESSAGE_DENIAL_CHANGE_RULE);
  if (responsible && name && known) change_fallback(out, denial, name, arch);
  if (responsible && name && known) say_capabilities(out, denial);
}

/* Whether a record is made of an action: Linux before 4.14 recorded kills only. */
static int is_recorded(const ct_version *kernel, uint32_t action, int flag, ct_message_id *text) {
  int old = kernel->known && !ct_version_at_least(kernel, 4, 14, 0);
  switch (action & CT_RET_ACTION) {
    case CT_RET_ALLOW: *text = CT_MESSAGE_DENIAL_SILENT_ALLOW; return 0;
    case CT_RET_KILL_PROCESS:
    case CT_RET_KILL_THREAD:
    case CT_RET_LOG: *text = CT_MESSAGE_DENIAL_SILENT_RECORDED; return 1;
    default:
      *text = old    ? CT_MESSAGE_DENIAL_SILENT_OLD
              : flag ? CT_MESSAGE_DENIAL_SILENT_FLAG
                     : CT_MESSAGE_DENIAL_SILENT_DEFAULT;
      return flag && !old;
  }
}

/* As the sysctl names actions. */
static const char *sysctl_name(uint32_t action) {
  switch (action & CT_RET_ACTION) {
    case CT_RET_KILL_PROCESS: return "kill_process";
    case CT_RET_KILL_THREAD: return "kill_thread";
    case CT_RET_TRAP: return "trap";
    case CT_RET_ERRNO: return "errno";
    case CT_RET_NOTIFY: return "user_notif";
    case CT_RET_TRACE: return "trace";
    case CT_RET_LOG: return "log";
    default: return "allow";
  }
}

static int has_word(const char *words, const char *word) {
  size_t size = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += size)
    if ((at == words || at[-1] == ' ') && (!at[size] || at[size] == ' ')) return 1;
  return 0;
}

void ct_explain_silence(ct_explanation *out, uint32_t *action, int *logged) {
  ctsec_denials *denials = out->denials;
  int status;
  ct_buffer why;
  ct_buffer_init(&why);
  uint32_t audit = CT_AUDIT_X86_64;
  int32_t arch;
  if (denials->options->arch && !ctsec_arch_find(denials->options->arch, strlen(denials->options->arch), &arch, NULL))
    audit = ctsec_arch_audit(arch);
  const ctsec_policy *policy = ct_denials_policy(denials, audit, &status, &why);
  const char *text = ct_keep_buffer(out, &why);
  *logged = -1;
  if (!policy) {
    if (status == CTSEC_E_NOMEM) out->failed = 1;
    say_failure(out, text);
    return;
  }
  *action = policy->default_action;
  if (policy->unconfined) {
    *action = CT_RET_ALLOW;
    *logged = 0;
    ct_say(out, CT_MESSAGE_DENIAL_SILENT_UNCONFINED, NULL, 0);
  } else {
    ct_message_id id;
    ct_buffer name;
    ct_buffer_init(&name);
    ct_action_add(&name, audit, *action);
    const char *listed = ct_options_fact(denials->options, "sysctl.kernel.seccomp.actions_logged");
    const ct_message_value values[] = {{"action", ct_keep_buffer(out, &name)}, {"value", listed}};
    *logged = is_recorded(&policy->kernel, *action, (policy->flags & CT_FILTER_FLAG_LOG) != 0, &id);
    ct_say(out, id, values, 1);
    int refuses = (*action & CT_RET_ACTION) != CT_RET_ALLOW && (*action & CT_RET_ACTION) != CT_RET_LOG;
    if (*logged && listed && !has_word(listed, sysctl_name(*action))) {
      *logged = 0;
      ct_say(out, CT_MESSAGE_DENIAL_SILENT_SYSCTL, values, 2);
      ct_buffer value;
      ct_buffer_init(&value);
      ct_buffer_format(&value, "sysctl -w kernel.seccomp.actions_logged='%s%s%s'", listed, *listed ? " " : "",
                       sysctl_name(*action));
      ct_remedy_add(out, "sysctl", CT_MESSAGE_DENIAL_SEE_SYSCTL)->value = ct_keep_buffer(out, &value);
    } else if (!*logged && refuses) {
      ct_remedy_add(out, "seccomp-flag", CT_MESSAGE_DENIAL_SEE_FLAG)->rule =
          "{\"flags\":[\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\",\"SECCOMP_FILTER_FLAG_LOG\"]}";
      ct_remedy_add(out, "seccomp-default", CT_MESSAGE_DENIAL_SEE_LOG)->rule = "{\"defaultAction\":\"SCMP_ACT_LOG\"}";
    }
  }
  ct_say(out, CT_MESSAGE_DENIAL_SILENT_CAPS, NULL, 0);
  ct_remedy_add(out, "strace", CT_MESSAGE_DENIAL_SEE_STRACE)->value = "strace -f -e status=failed -p PID";
}
