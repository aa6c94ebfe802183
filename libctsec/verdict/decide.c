/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of the layers, and what follows from what each says. */
#include <string.h>

#include "data/errno.h"
#include "data/numbers.h"
#include "verdict/confinement.h"

const char *ct_layer_name(unsigned layer) {
  static const char *const names[] = {NULL,    "seccomp", "capability", "credentials", "file",
                                      "mount", "device",  "namespace",  "sysctl",      "lsm"};
  return layer < sizeof names / sizeof *names ? names[layer] : NULL;
}

const char *ct_argument_need(unsigned argument) {
  static const char names[][5] = {"arg0", "arg1", "arg2", "arg3", "arg4", "arg5"};
  return names[argument];
}

static int has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return 1;
  return 0;
}

/* Whether the tests of a row hold: CT_YES, CT_NO, CT_MAYBE. */
static unsigned holds(const ct_operation *operation, const ct_request *request) {
  unsigned all = CT_YES;
  for (int i = 0; i < CT_TESTS_MOST && operation->tests[i].kind; i++) {
    const ct_test *test = &operation->tests[i];
    if (!ct_request_has(request, test->argument)) {
      all = CT_MAYBE;
      continue;
    }
    uint32_t value = (uint32_t)request->args[test->argument] & test->mask;
    if (test->kind == CT_TEST_ANY ? !value : value != test->value) return CT_NO;
  }
  return all;
}

/* The call of s390 that has its flags in the second place. */
static const ct_request *in_order(const ct_request *request, const char *name, ct_request *swapped) {
  if (strcmp(name, "clone") || (request->audit != 0x16 && request->audit != 0x80000016u)) return request;
  *swapped = *request;
  swapped->args[0] = request->args[1];
  swapped->args[1] = request->args[0];
  swapped->unknown = (request->unknown & ~3u) | (request->unknown >> 1 & 1) | (request->unknown & 1) << 1;
  return swapped;
}

static const char *name_of(const ct_request *request) {
  const ct_arch *arch = ct_arch_audit(request->audit, request->number);
  return arch ? ct_arch_name(arch, request->number) : NULL;
}

static const ct_operation *next_of(const ct_request *request, const char *name, uint32_t index) {
  ct_request swapped;
  request = in_order(request, name, &swapped);
  for (; index < ct_operations_count; index++)
    if (has_word(ct_operations[index].calls, name) && holds(&ct_operations[index], request) != CT_NO)
      return &ct_operations[index];
  return NULL;
}

const ct_operation *ct_operation_find(const ct_request *request) {
  const char *name = name_of(request);
  return name ? next_of(request, name, 0) : NULL;
}

const ct_operation *ct_operation_next(const ct_request *request, const ct_operation *operation) {
  const char *name = name_of(request);
  ct_request swapped;
  /* A row that is meant for certain is the last. */
  if (!name || holds(operation, in_order(request, name, &swapped)) == CT_YES) return NULL;
  return next_of(request, name, (uint32_t)(operation - ct_operations) + 1);
}

/* What steps that gates.c and files.c spell out may ask for. */
static uint64_t caps_of_rule(unsigned rule) {
  switch (rule) {
    case CT_RULE_FSTYPE: return CT_CAP_BIT(CT_CAP_SYS_ADMIN);
    case CT_RULE_TRACE:
    case CT_RULE_USERFAULTFD: return CT_CAP_BIT(CT_CAP_SYS_PTRACE);
    case CT_RULE_SETUID: return CT_CAP_BIT(CT_CAP_SETUID);
    case CT_RULE_SETGID: return CT_CAP_BIT(CT_CAP_SETGID);
    case CT_RULE_SIGNAL: return CT_CAP_BIT(CT_CAP_KILL);
    case CT_RULE_BIND: return CT_CAP_BIT(CT_CAP_NET_BIND_SERVICE);
    case CT_RULE_CONNECT: return CT_CAP_BIT(CT_CAP_DAC_OVERRIDE);
    case CT_RULE_NICE:
    case CT_RULE_REALTIME: return CT_CAP_BIT(CT_CAP_SYS_NICE);
    case CT_RULE_RAISE_LIMIT: return CT_CAP_BIT(CT_CAP_SYS_RESOURCE);
    case CT_RULE_MLOCK: return CT_CAP_BIT(CT_CAP_IPC_LOCK);
    case CT_RULE_SYSLOG: return CT_CAP_BIT(CT_CAP_SYSLOG);
    case CT_RULE_BPF:
      return CT_CAP_BIT(CT_CAP_BPF) | CT_CAP_BIT(CT_CAP_PERFMON) | CT_CAP_BIT(CT_CAP_NET_ADMIN) |
             CT_CAP_BIT(CT_CAP_SYS_ADMIN);
    case CT_RULE_PERF: return CT_CAP_BIT(CT_CAP_PERFMON) | CT_CAP_BIT(CT_CAP_SYS_ADMIN);
    case CT_RULE_DEVICE: return CT_CAP_BIT(CT_CAP_MKNOD);
    case CT_RULE_XATTR: return CT_CAP_BIT(CT_CAP_SETFCAP) | CT_CAP_BIT(CT_CAP_SYS_ADMIN) | CT_CAP_BIT(CT_CAP_FOWNER);
    case CT_RULE_NO_NEW_PRIVILEGES:
    case CT_RULE_TIOCSTI: return CT_CAP_BIT(CT_CAP_SYS_ADMIN);
    case CT_RULE_AUDIT: return CT_CAP_BIT(CT_CAP_AUDIT_WRITE) | CT_CAP_BIT(CT_CAP_AUDIT_CONTROL);
    case CT_RULE_LEASE: return CT_CAP_BIT(CT_CAP_LEASE);
    case CT_RULE_HANDLE: return CT_CAP_BIT(CT_CAP_DAC_READ_SEARCH);
    default: return 0;
  }
}

static uint64_t caps_of_file(unsigned use) {
  switch (use) {
    case CT_FILE_CHOWN: return CT_CAP_BIT(CT_CAP_CHOWN);
    case CT_FILE_CHMOD:
    case CT_FILE_SET: return CT_CAP_BIT(CT_CAP_FOWNER);
    default: return CT_CAP_BIT(CT_CAP_DAC_OVERRIDE);
  }
}

uint64_t ct_operation_caps(const ct_operation *operation) {
  uint64_t caps = 0;
  for (int i = 0; i < CT_STEPS_MOST && operation->steps[i].gate; i++) {
    const ct_step *step = &operation->steps[i];
    switch (step->gate) {
      case CT_GATE_CAP: caps |= CT_CAP_BIT(step->a) | CT_CAP_BIT(step->b); break;
      case CT_GATE_DATA_CAP: caps |= CT_CAP_BIT(step->b); break;
      case CT_GATE_SYSCTL_CAP: caps |= CT_CAP_BIT(step->space); break;
      case CT_GATE_RULE: caps |= caps_of_rule(step->a); break;
      case CT_GATE_FILE: caps |= caps_of_file(step->b); break;
      default: break;
    }
  }
  return caps;
}

ct_layer_answer *ct_inquiry_add(ct_inquiry *inquiry, unsigned layer, unsigned outcome, ct_message_id why) {
  ct_ruling *ruling = inquiry->ruling;
  /* Rows are short: what does not fit would be a row that is too long. */
  uint32_t index = ruling->layer_count < CT_LAYERS_MOST ? ruling->layer_count++ : CT_LAYERS_MOST - 1;
  ct_layer_answer *made = &ruling->layers[index];
  *made = (ct_layer_answer){0};
  made->layer = (uint8_t)layer;
  made->outcome = (uint8_t)outcome;
  made->why = (uint16_t)why;
  made->cap = made->other_cap = -1;
  return made;
}

ct_layer_answer *ct_inquiry_deny(ct_inquiry *inquiry, unsigned layer, const char *error, ct_message_id why) {
  ct_layer_answer *made = ct_inquiry_add(inquiry, layer, CTSEC_ANSWER_DENY, why);
  made->error = error;
  return made;
}

ct_layer_answer *ct_inquiry_need(ct_inquiry *inquiry, unsigned layer, const char *needs, ct_message_id why) {
  ct_layer_answer *made = ct_inquiry_add(inquiry, layer, CTSEC_ANSWER_UNKNOWN, why);
  made->needs = needs;
  return made;
}

static void add_need(ct_ruling *ruling, const char *needs) {
  if (!needs) return;
  for (uint32_t i = 0; i < ruling->need_count; i++)
    if (!strcmp(ruling->needs[i], needs)) return;
  if (ruling->need_count < CT_NEEDS_MOST) ruling->needs[ruling->need_count++] = needs;
}

/* The first layer that denies decides; one before it that nobody knows may give another errno, and one that nobody knows
 * where none denies leaves all open. */
static void conclude(ct_ruling *ruling, uint32_t audit) {
  uint32_t i = 0;
  while (i < ruling->layer_count && ruling->layers[i].outcome != CTSEC_ANSWER_DENY) i++;
  int denied = i < ruling->layer_count;
  for (uint32_t k = 0; k < i; k++)
    if (ruling->layers[k].outcome == CTSEC_ANSWER_UNKNOWN) add_need(ruling, ruling->layers[k].needs);
  if (!denied) {
    ruling->outcome = ruling->need_count ? CTSEC_ANSWER_UNKNOWN : CTSEC_ANSWER_ALLOW;
    return;
  }
  ruling->outcome = CTSEC_ANSWER_DENY;
  ruling->layer = ruling->layers[i].layer;
  ruling->error = ruling->layers[i].error;
  ruling->error_number = ct_errno_number(audit, ruling->error);
  ruling->errno_open = ruling->need_count > 0;
}

static void inquire(const ctsec_confinement *confinement, const ct_request *request, const ct_operation *operation,
                    const char *name, ct_ruling *ruling) {
  ct_request swapped;
  ct_inquiry inquiry = {confinement, in_order(request, name ? name : "", &swapped), ruling, 0};
  *ruling = (ct_ruling){0};
  ruling->operation = operation;
  ct_inquiry first = {confinement, request, ruling, 0};
  ct_inquire_filter(&first);
  if (!name) ct_inquiry_need(&inquiry, 0, "kernel", CT_MESSAGE_WHY_NO_SUCH_CALL);
  for (int i = 0; operation && i < CT_STEPS_MOST && operation->steps[i].gate && !inquiry.ended; i++)
    ct_inquire_step(&inquiry, &operation->steps[i]);
  conclude(ruling, request->audit);
}

static int same_ruling(const ct_ruling *a, const ct_ruling *b) {
  return a->outcome == b->outcome && a->layer == b->layer && a->error_number == b->error_number &&
         (!a->need_count || !strcmp(a->needs[0], b->need_count ? b->needs[0] : ""));
}

/* The argument of a row that is not known, -1 for none. */
static int open_argument(const ct_operation *operation, const ct_request *request) {
  for (int i = 0; i < CT_TESTS_MOST && operation->tests[i].kind; i++)
    if (!ct_request_has(request, operation->tests[i].argument)) return operation->tests[i].argument;
  return -1;
}

static void open_ruling(const ctsec_confinement *confinement, const ct_request *request, ct_ruling *ruling,
                        const char *needs) {
  if (ruling->outcome != CTSEC_ANSWER_UNKNOWN) ruling->need_count = 0;
  ruling->outcome = CTSEC_ANSWER_UNKNOWN;
  ruling->layer = 0;
  ruling->error = NULL;
  ruling->error_number = 0;
  add_need(ruling, needs);
  ct_inquiry inquiry = {confinement, request, ruling, 0};
  ct_inquiry_need(&inquiry, 0, needs, CT_MESSAGE_WHY_ARGUMENT)->word = needs;
}

void ct_confinement_decide(const ctsec_confinement *confinement, const ct_request *request, ct_ruling *ruling) {
  const char *name = name_of(request);
  const ct_operation *operation = name ? next_of(request, name, 0) : NULL;
  inquire(confinement, request, operation, name, ruling);
  /* What an unknown argument may mean as well; at last, nothing that any row is about. */
  ct_request swapped;
  const ct_request *ordered = name ? in_order(request, name, &swapped) : request;
  for (const ct_operation *last = operation; last && holds(last, ordered) != CT_YES;) {
    ct_ruling second;
    const ct_operation *other = next_of(request, name, (uint32_t)(last - ct_operations) + 1);
    inquire(confinement, request, other, name, &second);
    if (!same_ruling(ruling, &second)) {
      const char *needs = ct_argument_need((unsigned)open_argument(last, ordered));
      /* Where both are refused the answer stands, and only the errno is open. */
      if (ruling->outcome == CTSEC_ANSWER_DENY && second.outcome == CTSEC_ANSWER_DENY) {
        ruling->errno_open = 1;
        add_need(ruling, needs);
      } else {
        open_ruling(confinement, request, ruling, needs);
        return;
      }
    }
    last = other;
  }
}
