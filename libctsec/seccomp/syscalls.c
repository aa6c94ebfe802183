/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of the tables of system calls. */
#include "ctsec/syscalls.h"

#include <string.h>

#include "base/error.h"
#include "data/errno.h"
#include "data/numbers.h"
#include "seccomp/arch.h"

static const ct_arch *arch_at(int32_t arch) { return arch < 0 ? NULL : ct_arch_at((uint32_t)arch); }

int32_t ctsec_arch_count(void) { return CTSEC_ARCH_SH + 1; }

const char *ctsec_arch_name(int32_t arch) {
  const ct_arch *found = arch_at(arch);
  return found ? found->abi.name : NULL;
}

const char *ctsec_arch_seccomp_name(int32_t arch) {
  const ct_arch *found = arch_at(arch);
  return found ? found->scmp : NULL;
}

int ctsec_arch_find(const char *name, size_t length, int32_t *arch, ctsec_error **err) {
  if (!name) return ct_error_null(err, "name");
  if (!arch) return ct_error_null(err, "arch");
  const ct_arch *found = ct_arch_spelt(name, length);
  if (!found) return ct_error_set(err, CTSEC_E_NOTFOUND, "`%.*s` is no architecture", length < 64 ? (int)length : 64, name);
  *arch = (int32_t)found->abi.id;
  return 0;
}

int ctsec_arch_find_audit(uint32_t audit, uint32_t number, int32_t *arch, ctsec_error **err) {
  if (!arch) return ct_error_null(err, "arch");
  const ct_arch *found = ct_arch_audit(audit, number);
  if (!found) return ct_error_set(err, CTSEC_E_NOTFOUND, "0x%x is no known audit architecture", audit);
  *arch = (int32_t)found->abi.id;
  return 0;
}

uint32_t ctsec_arch_audit(int32_t arch) {
  const ct_arch *found = arch_at(arch);
  return found ? found->abi.audit : 0;
}

int32_t ctsec_arch_bits(int32_t arch) {
  const ct_arch *found = arch_at(arch);
  return found ? found->abi.bits : -1;
}

int32_t ctsec_arch_big_endian(int32_t arch) {
  const ct_arch *found = arch_at(arch);
  return found ? found->abi.big_endian : -1;
}

static uint32_t number_of(const ct_arch *arch, int row) {
  return ct_arch_number_at(arch, row) | (arch->abi.x32 ? CT_X32_BIT : 0);
}

int ctsec_syscall_find(const char *name, size_t length, int32_t arch, uint32_t *number, ctsec_error **err) {
  if (!name) return ct_error_null(err, "name");
  if (!number) return ct_error_null(err, "number");
  const ct_arch *found = arch_at(arch);
  if (!found) return ct_error_set(err, CTSEC_E_ARG, "arch: there is no architecture %d", arch);
  char copy[sizeof(((ct_number_row *)0)->name)];
  if (!length || length >= sizeof copy || memchr(name, 0, length))
    return ct_error_set(err, CTSEC_E_NOTFOUND, "`%.*s` is no system call", length < 64 ? (int)length : 64, name);
  memcpy(copy, name, length);
  copy[length] = '\0';
  uint32_t value;
  if (ct_arch_number(found, copy, &value)) {
    *number = value | (found->abi.x32 ? CT_X32_BIT : 0);
    return 0;
  }
  if (ct_arch_knows(copy)) return ct_error_set(err, CTSEC_E_NOTFOUND, "%s has no call `%s`", found->abi.name, copy);
  const char *near = ct_arch_nearest(copy);
  return ct_error_set(err, CTSEC_E_NOTFOUND,
                      near ? "`%s` is no system call; did you mean %s?" : "`%s` is no system call", copy, near);
}

static int row_at(int32_t arch, uint32_t number, const ct_arch **found) {
  *found = arch_at(arch);
  return *found ? ct_arch_place(*found, number) : -1;
}

const char *ctsec_syscall_name(int32_t arch, uint32_t number) {
  const ct_arch *found;
  int row = row_at(arch, number, &found);
  return row < 0 ? NULL : ct_numbers()->rows[row].name;
}

int32_t ctsec_syscall_count(int32_t arch) {
  if (arch == -1) return CT_NUMBERS;
  const ct_arch *found = arch_at(arch);
  if (!found) return -1;
  const uint16_t *start = ct_numbers()->start + found->column;
  return start[1] - start[0];
}

const char *ctsec_syscall_at(int32_t arch, int32_t index, uint32_t *number) {
  if (index < 0 || index >= ctsec_syscall_count(arch)) return NULL;
  if (arch == -1) return ct_numbers()->rows[index].name;
  const ct_arch *found = arch_at(arch);
  const ct_number_table *table = ct_numbers();
  int row = table->order[table->start[found->column] + index];
  if (number) *number = number_of(found, row);
  return table->rows[row].name;
}

#define LINUX(major, minor) ((major) << 16 | (minor) << 8)

/* Numbers that came later than the calls they stand for; a column alone: the release that brought the ABI. */
static const struct {
  uint8_t column;
  int16_t first;
  int16_t last;
  int32_t since;
} late[] = {
    {CT_COLUMN_AARCH64, 0, 999, LINUX(3, 7)},       {CT_COLUMN_LOONGARCH64, 0, 999, LINUX(5, 19)},
    {CT_COLUMN_RISCV64, 0, 999, LINUX(4, 15)},      {CT_COLUMN_X32, 0, 999, LINUX(3, 4)},
    {CT_COLUMN_X86, 359, 373, LINUX(4, 3)},         {CT_COLUMN_M68K, 356, 372, LINUX(4, 3)},
    {CT_COLUMN_S390, 357, 373, LINUX(4, 3)},        {CT_COLUMN_S390X, 357, 373, LINUX(4, 3)},
    {CT_COLUMN_X86, 393, 402, LINUX(5, 1)},         {CT_COLUMN_M68K, 393, 402, LINUX(5, 1)},
    {CT_COLUMN_S390, 393, 402, LINUX(5, 1)},        {CT_COLUMN_S390X, 392, 402, LINUX(5, 1)},
    {CT_COLUMN_PPC, 393, 402, LINUX(5, 1)},         {CT_COLUMN_PPC64, 392, 402, LINUX(5, 1)},
    {CT_COLUMN_MIPS, 393, 402, LINUX(5, 1)},        {CT_COLUMN_SH, 393, 402, LINUX(5, 1)},
    {CT_COLUMN_PPC, 326, 343, LINUX(2, 6) | 37},    {CT_COLUMN_PPC64, 326, 343, LINUX(2, 6) | 37},
};

int32_t ctsec_syscall_since(int32_t arch, uint32_t number) {
  const ct_arch *found;
  int row = row_at(arch, number, &found);
  if (row < 0) return -1;
  int32_t since = (int32_t)ct_calls[row].since;
  int32_t plain = ct_numbers()->rows[row].numbers[found->column];
  for (size_t i = 0; i < sizeof late / sizeof *late; i++)
    if (late[i].column == found->column && plain >= late[i].first && plain <= late[i].last && since &&
        late[i].since > since)
      since = late[i].since;
  return since;
}

int32_t ctsec_syscall_argument_count(int32_t arch, uint32_t number) {
  const ct_arch *found;
  int row = row_at(arch, number, &found);
  return row < 0 ? -1 : ct_arch_count_arguments(found, row);
}

static const ct_call_argument *argument_at(int32_t arch, uint32_t number, int32_t index) {
  const ct_arch *found;
  int row = row_at(arch, number, &found);
  return row < 0 || index < 0 ? NULL : ct_arch_argument(found, row, (unsigned)index);
}

/* The call is there, and what is known of it does not rule this argument out. */
static int may_have(int32_t arch, uint32_t number, int32_t index) {
  const ct_arch *found;
  int row = row_at(arch, number, &found);
  if (row < 0 || index < 0 || index > 5) return 0;
  int count = ct_arch_count_arguments(found, row);
  return count < 0 || index < count;
}

int32_t ctsec_syscall_argument_bits(int32_t arch, uint32_t number, int32_t index) {
  if (!may_have(arch, number, index)) return -1;
  const ct_arch *found;
  int row = row_at(arch, number, &found);
  return ct_arch_argument_bits(found, row, (unsigned)index);
}

int32_t ctsec_syscall_argument_kind(int32_t arch, uint32_t number, int32_t index) {
  if (!may_have(arch, number, index)) return -1;
  const ct_call_argument *argument = argument_at(arch, number, index);
  return argument ? argument->kind : CTSEC_KIND_UNKNOWN;
}

const char *ctsec_syscall_argument_name(int32_t arch, uint32_t number, int32_t index) {
  const ct_call_argument *argument = argument_at(arch, number, index);
  return argument && argument->name ? ct_call_names + argument->name : NULL;
}

int ctsec_constant_find(const char *text, size_t length, int32_t arch, uint64_t *value, ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!value) return ct_error_null(err, "value");
  const ct_arch *found = arch_at(arch);
  if (!found) return ct_error_set(err, CTSEC_E_ARG, "arch: there is no architecture %d", arch);
  uint64_t read = 0;
  int unknown = 0, status = ct_argument_value(found, text, length, &read, &unknown, err);
  if (status) return status;
  if (unknown) return ct_error_set(err, CTSEC_E_ARG, "`%.*s` has no value", length < 64 ? (int)length : 64, text);
  *value = read;
  return 0;
}

const char *ctsec_errno_name(int32_t arch, uint32_t number) {
  const ct_arch *found = arch_at(arch);
  return found ? ct_errno_name(found->abi.audit, number) : NULL;
}

int ctsec_errno_find(const char *name, size_t length, int32_t arch, uint32_t *number, ctsec_error **err) {
  if (!name) return ct_error_null(err, "name");
  if (!number) return ct_error_null(err, "number");
  const ct_arch *found = arch_at(arch);
  if (!found) return ct_error_set(err, CTSEC_E_ARG, "arch: there is no architecture %d", arch);
  char copy[24] = "";
  if (length < sizeof copy && !memchr(name, 0, length)) memcpy(copy, name, length);
  uint32_t value = ct_errno_number(found->abi.audit, copy);
  if (!value)
    return ct_error_set(err, CTSEC_E_NOTFOUND, "%s has no error `%.*s`", found->abi.name,
                        length < 64 ? (int)length : 64, name);
  *number = value;
  return 0;
}
