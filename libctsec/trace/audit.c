/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Audit records of calls: SYSCALL, with its first four arguments, and SECCOMP
 * of profiles that log, without any. As auditd writes them, as the kernel log
 * and the journal hold them, and as `ausearch -i` prints them.
 */
#include <string.h>

#include "trace/stream.h"

/* The value of " key=": up to a blank, or the byte 0x1d before what enriches the record. */
static int field(const char *line, const char *end, const char *key, const char **value, const char **stop) {
  size_t length = strlen(key);
  for (const char *found = line; (found = memmem(found, (size_t)(end - found), key, length)); found += length) {
    if (found != line && found[-1] != ' ' && found[-1] != '\x1d') continue;
    *value = found + length;
    for (*stop = *value; *stop < end && **stop != ' ' && **stop != '\x1d'; ++*stop) {}
    return 1;
  }
  return 0;
}

static int hex(const char *at, const char *stop, unsigned most, uint64_t *value) {
  if (stop - at > 2 && at[0] == '0' && at[1] == 'x') at += 2;
  uint64_t n = 0;
  unsigned digits = 0;
  for (; at < stop && digits < most; at++, digits++) {
    int c = *at, d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (d < 0) break;
    n = n << 4 | (unsigned)d;
  }
  if (!digits) return 0;
  *value = n;
  return at == stop || *at == 'A' || *at == '\x1d';
}

/* "audit: 2002 callbacks suppressed", "audit_lost=12" */
static int lost(ctsec_trace_stream *stream, const char *line, const char *end) {
  uint64_t count = 0;
  const char *at = memmem(line, (size_t)(end - line), " callbacks suppressed", 21);
  if (at) {
    const char *start = at;
    while (start > line && start[-1] >= '0' && start[-1] <= '9') start--;
    if (!ct_trace_digits(start, at, &count)) return 0;
  } else {
    at = memmem(line, (size_t)(end - line), "audit_lost=", 11);
    /* A running total. */
    if (!at || !ct_trace_digits(at + 11, end, &count)) return 0;
    if (count > stream->trace->lost) stream->trace->lost = count;
    return 1;
  }
  stream->trace->lost += count;
  return 1;
}

static int is_type(const char *line, const char *end, const char *name, const char *number) {
  const char *value = NULL, *stop = NULL;
  if (field(line, end, "type=", &value, &stop)) {
    size_t length = (size_t)(stop - value);
    if (length == strlen(name) && !memcmp(value, name, length)) return 1;
    if (length == strlen(number) && !memcmp(value, number, length)) return 1;
    return memmem(value, length, number, strlen(number)) != NULL && memmem(value, length, "UNKNOWN[", 8) != NULL;
  }
  char journal[16] = ": ";
  strcat(journal, name);
  strcat(journal, " ");
  return memmem(line, (size_t)(end - line), journal, strlen(journal)) != NULL;
}

int ct_audit_line(ctsec_trace_stream *stream, const char *line, size_t length) {
  const char *end = line + length, *value = NULL, *stop = NULL;
  int is_seccomp = is_type(line, end, "SECCOMP", "1326"), is_syscall = !is_seccomp && is_type(line, end, "SYSCALL", "1300");
  if (!is_seccomp && !is_syscall) {
    if (lost(stream, line, end)) return CT_LINE_OTHER;
    if (memmem(line, length, "type=", 5) || memmem(line, length, "audit", 5) || *line == '-' || *line == '<') return CT_LINE_OTHER;
    return ct_line_bad(stream, line, "no audit record");
  }
  uint64_t audit = 0, number = 0;
  const ct_arch *arch = NULL;
  if (!field(line, end, "arch=", &value, &stop)) return ct_line_bad(stream, end, "the record has no arch=");
  const char *arch_text = value, *arch_stop = stop;
  if (!field(line, end, "syscall=", &value, &stop)) return ct_line_bad(stream, end, "the record has no syscall=");
  ct_named *named = NULL;
  if (hex(arch_text, arch_stop, 8, &audit) && !(arch = NULL)) {
    size_t digits = ct_trace_digits(value, stop, &number);
    if (digits && value + digits == stop && number <= UINT32_MAX) {
      arch = ct_arch_audit((uint32_t)audit, (uint32_t)number);
      if (!arch) return ct_line_bad(stream, arch_text, "no architecture has this arch=");
    } else {
      arch = ct_arch_audit((uint32_t)audit, 0);
    }
  } else {
    arch = ct_arch_spelt(arch_text, (size_t)(arch_stop - arch_text));
  }
  if (!arch) return ct_line_bad(stream, arch_text, "no architecture has this arch=");
  size_t digits = ct_trace_digits(value, stop, &number);
  if (!digits || value + digits != stop) {
    named = ct_stream_name(stream, arch, value, (size_t)(stop - value));
    if (!named) return ct_line_bad(stream, value, "neither a number nor the name of a system call");
    arch = named->arch;
    number = named->number;
  }
  if (number > UINT32_MAX) return ct_line_bad(stream, value, "no number of a system call");
  ct_seen seen = {.arch = arch, .number = (uint32_t)number, .times = 1, .result = CT_RESULT_UNKNOWN};
  if (is_seccomp) {
    uint64_t code = 0;
    if (!field(line, end, "code=", &value, &stop)) return ct_line_bad(stream, end, "the record has no code=");
    if (hex(value, stop, 8, &code))
      seen.result = code == CT_RET_LOG || code == CT_RET_ALLOW ? CT_RESULT_UNKNOWN : CT_RESULT_DENIED;
    else if (stop - value >= 3 && (!memcmp(value, "log", 3) || !memcmp(value, "all", 3)))
      seen.result = CT_RESULT_UNKNOWN;
    else if (stop > value && *value >= 'a' && *value <= 'z')
      seen.result = CT_RESULT_DENIED;
    else
      return ct_line_bad(stream, value, "code= is no action");
  } else {
    static const char keys[][4] = {"a0=", "a1=", "a2=", "a3="};
    for (unsigned i = 0; i < 4; i++) {
      if (!field(line, end, keys[i], &value, &stop)) continue;
      if (hex(value, stop, 16, &seen.args[i])) seen.known |= 1u << i;
    }
    if (field(line, end, "success=", &value, &stop)) {
      seen.result = CT_RESULT_OK;
      if (value < stop && *value == 'n') {
        seen.result = CT_RESULT_OTHER;
        uint64_t error = 0;
        if (field(line, end, "exit=", &value, &stop)) {
          if (value < stop && *value == '-' && ct_trace_digits(value + 1, stop, &error)) {
            const char *name = ctsec_errno_name(arch->abi.id, (uint32_t)error);
            if (name) seen.result = ct_result_named(name, strlen(name));
          } else {
            const char *name = value;
            while (value < stop && *value != '(') value++;
            seen.result = ct_result_named(name, (size_t)(value - name));
          }
        }
      }
    }
  }
  if (ct_trace_add(stream->trace, &seen)) return CT_LINE_CALL;
  stream->out_of_memory = 1;
  return CT_LINE_BAD;
}
