/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of the table: which a call may mean, and what they may ask for. */
#include <string.h>

#include "data/constants.h"
#include "data/numbers.h"
#include "verdict/confinement.h"

static int has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  for (const char *at = words; (at = strstr(at, word)); at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return 1;
  return 0;
}

/* Whether the tests of a row hold: CT_YES, CT_NO, CT_MAYBE. */
unsigned ct_operation_holds(const ct_operation *operation, const ct_request *request) {
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
uint32_t ct_request_bits(const ct_request *request, const char *name) {
  uint64_t value = 0;
  const ct_arch *arch = ct_arch_audit(request->audit, request->number);
  return arch && ct_constant_find(arch->column, name, strlen(name), &value) > 0 ? (uint32_t)value : 0;
}

const ct_request *ct_request_ordered(const ct_request *request, const char *name, ct_request *swapped) {
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
  request = ct_request_ordered(request, name, &swapped);
  for (; index < ct_operations_count; index++)
    if (has_word(ct_operation_calls(&ct_operations[index]), name) && ct_operation_holds(&ct_operations[index], request) != CT_NO)
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
  if (!name || ct_operation_holds(operation, ct_request_ordered(request, name, &swapped)) == CT_YES) return NULL;
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
    case CT_FILE_LINK:
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

int ct_operations_index(ctsec_confinement *c) {
  uint16_t *starts = ct_arena_array(&c->arena, CT_NUMBERS + 1u, sizeof *starts);
  const ct_number_row *names = ct_numbers()->rows;
  uint32_t total = 0;
  if (!starts) return 0;
  for (int write = 0; write < 2; write++) {
    uint8_t *rows = write ? ct_arena_array(&c->arena, total, 1) : NULL;
    if (write && !rows) return 0;
    total = 0;
    for (uint32_t place = 0; place < CT_NUMBERS; place++) {
      starts[place] = (uint16_t)total;
      for (uint32_t row = 0; row < ct_operations_count; row++) {
        if (!has_word(ct_operation_calls(&ct_operations[row]), names[place].name)) continue;
        if (rows) rows[total] = (uint8_t)row;
        total++;
      }
    }
    starts[CT_NUMBERS] = (uint16_t)total;
    c->rows = rows;
  }
  c->starts = starts;
  return 1;
}
