/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/names.h"

#include <string.h>

#include "seccomp/arch.h"

const char *ct_audit_name(uint32_t audit, uint32_t number) {
  const ct_arch *arch = ct_arch_audit(audit, number);
  return arch ? arch->abi.name : NULL;
}

const char *ct_call_name(uint32_t audit, uint32_t number) {
  const ct_arch *arch = ct_arch_audit(audit, number);
  return arch ? ct_arch_name(arch, number) : NULL;
}

int ct_audit_find(const char *name, size_t length, uint32_t *audit) {
  const ct_arch *arch = ct_arch_named(name, length);
  if (!arch) return 0;
  *audit = arch->abi.audit;
  return 1;
}

int ct_call_find(const char *name, size_t arch_length, const char *call, size_t length, uint32_t *number) {
  char copy[64];
  const ct_arch *arch = ct_arch_named(name, arch_length);
  if (!arch || length >= sizeof copy) return 0;
  memcpy(copy, call, length);
  copy[length] = '\0';
  if (!ct_arch_number(arch, copy, number)) return 0;
  if (arch->abi.x32) *number |= CT_X32_BIT;
  return 1;
}

static const struct {
  const char *name;
  uint32_t action;
  int has_data;
} returns[] = {{"KILL_PROCESS", CT_RET_KILL_PROCESS, 0}, {"KILL_THREAD", CT_RET_KILL_THREAD, 0},
               {"TRAP", CT_RET_TRAP, 1},                 {"ERRNO", CT_RET_ERRNO, 1},
               {"NOTIFY", CT_RET_NOTIFY, 0},             {"TRACE", CT_RET_TRACE, 1},
               {"LOG", CT_RET_LOG, 0},                   {"ALLOW", CT_RET_ALLOW, 0}};
#define RETURNS (sizeof returns / sizeof *returns)

int ct_return_add(ct_buffer *buffer, uint32_t value) {
  for (size_t i = 0; i < RETURNS; i++) {
    if (returns[i].action != (value & CT_RET_ACTION)) continue;
    if (returns[i].has_data) {
      ct_buffer_format(buffer, "%s(%u)", returns[i].name, value & CT_RET_DATA);
      return 1;
    }
    if (value & CT_RET_DATA) return 0;
    ct_buffer_text(buffer, returns[i].name);
    return 1;
  }
  return 0;
}

int ct_return_find(const char *text, size_t length, uint32_t *value) {
  for (size_t i = 0; i < RETURNS; i++) {
    size_t name = strlen(returns[i].name);
    if (length < name || memcmp(text, returns[i].name, name)) continue;
    uint32_t data = 0;
    if (length > name) {
      if (!returns[i].has_data || length < name + 3 || text[name] != '(' || text[length - 1] != ')') continue;
      for (size_t at = name + 1; at < length - 1; at++) {
        if (text[at] < '0' || text[at] > '9') return 0;
        data = data * 10 + (uint32_t)(text[at] - '0');
        if (data > CT_RET_DATA) return 0;
      }
    } else if (returns[i].has_data) {
      continue;
    }
    *value = returns[i].action | data;
    return 1;
  }
  return 0;
}
