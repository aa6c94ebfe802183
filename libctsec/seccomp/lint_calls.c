/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that are let through and what they open; calls whose refusal breaks programs. */
#include <string.h>

#include "ctsec/syscalls.h"
#include "data/errno.h"
#include "seccomp/lint.h"

static const struct {
  char name[20];
  uint8_t level;
  uint16_t opens;
} dangerous[] = {
    {"init_module", CT_LEVEL_HIGH, CT_MESSAGE_LINT_OPENS_MODULE},
    {"finit_module", CT_LEVEL_HIGH, CT_MESSAGE_LINT_OPENS_MODULE},
    {"delete_module", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MODULE},
    {"kexec_load", CT_LEVEL_HIGH, CT_MESSAGE_LINT_OPENS_KEXEC},
    {"kexec_file_load", CT_LEVEL_HIGH, CT_MESSAGE_LINT_OPENS_KEXEC},
    {"reboot", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_KEXEC},
    {"mount", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MOUNT},
    {"move_mount", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MOUNT},
    {"fsmount", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MOUNT},
    {"open_tree", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MOUNT},
    {"mount_setattr", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MOUNT},
    {"pivot_root", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_MOUNT},
    {"unshare", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_NAMESPACE},
    {"setns", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_NAMESPACE},
    {"clone3", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_NAMESPACE},
    {"bpf", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_BPF},
    {"perf_event_open", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_PERF},
    {"keyctl", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_KEYRING},
    {"add_key", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_KEYRING},
    {"request_key", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_KEYRING},
    {"open_by_handle_at", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_HANDLE},
    {"ptrace", CT_LEVEL_INFO, CT_MESSAGE_LINT_OPENS_PTRACE},
    {"process_vm_writev", CT_LEVEL_INFO, CT_MESSAGE_LINT_OPENS_PTRACE},
    {"io_uring_setup", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_IO_URING},
    {"userfaultfd", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_USERFAULTFD},
    {"iopl", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_PORTS},
    {"ioperm", CT_LEVEL_MEDIUM, CT_MESSAGE_LINT_OPENS_PORTS},
    {"settimeofday", CT_LEVEL_LOW, CT_MESSAGE_LINT_OPENS_HOST},
    {"clock_settime", CT_LEVEL_LOW, CT_MESSAGE_LINT_OPENS_HOST},
    {"swapon", CT_LEVEL_LOW, CT_MESSAGE_LINT_OPENS_HOST},
    {"acct", CT_LEVEL_LOW, CT_MESSAGE_LINT_OPENS_HOST},
    {"syslog", CT_LEVEL_LOW, CT_MESSAGE_LINT_OPENS_HOST},
};

/* As many as are told in one go. */
#define MOST_TRAPS 64

static int is_allowing(uint32_t action) {
  action &= CT_RET_ACTION;
  return action == CT_RET_ALLOW || action == CT_RET_LOG;
}

static void note_dangerous(ct_lint *lint, size_t row, const ct_resolved_entry *entry) {
  ct_buffer opens;
  ct_buffer_init(&opens);
  ct_message_add(&opens, dangerous[row].opens, lint->resolved->diagnostics.lang, NULL, 0);
  const char *text = ct_lint_text(lint, &opens);
  if (!text) return;
  ct_message_value values[] = {{"name", dangerous[row].name}, {"opens", text}};
  ct_lint_note(lint, "dangerous-call", dangerous[row].level, NULL, CT_MESSAGE_LINT_DANGEROUS, values, 2, entry, "");
}

static void find_dangerous(ct_lint *lint) {
  const ct_resolved *resolved = lint->resolved;
  for (size_t i = 0; i < sizeof dangerous / sizeof *dangerous; i++) {
    uint32_t number;
    ct_decision decision;
    uint64_t args[6] = {0};
    if (!ct_arch_number(resolved->target.arch, dangerous[i].name, &number)) continue;
    if (resolved->target.arch->abi.x32) number |= CT_X32_BIT;
    ct_policy_decide(lint->policy, resolved->target.arch->abi.audit, number, args, &decision);
    /* What is let through for some arguments only was thought about. */
    if (is_allowing(decision.action) && (!decision.rule || !decision.rule->count))
      note_dangerous(lint, i, decision.rule ? ct_lint_entry(lint, decision.rule->pointer) : NULL);
  }
}

/* The errno that the call fails with where that is no ENOSYS and no doing of a runtime, else 0. */
static uint32_t trapped(const ct_lint *lint, const char *name, const char **pointer) {
  const ct_arch *arch = lint->resolved->target.arch;
  uint32_t number;
  ct_loaded_decision decision;
  uint64_t args[6] = {0};
  if (!ct_arch_number(arch, name, &number)) return 0;
  if (arch->abi.x32) number |= CT_X32_BIT;
  ct_loaded_decide(lint->runtime, arch->abi.audit, number, args, &decision);
  if (decision.why != CT_LOADED_DEFAULT && decision.why != CT_LOADED_RULE) return 0;
  if ((decision.action & CT_RET_ACTION) != CT_RET_ERRNO) return 0;
  *pointer = decision.pointer;
  uint32_t error = decision.action & CT_RET_DATA;
  return error == ct_errno_number(arch->abi.audit, "ENOSYS") ? 0 : error;
}

static void note_trap(ct_lint *lint, const ct_words *names, uint32_t error, const char *pointer) {
  uint32_t audit = lint->resolved->target.arch->abi.audit;
  const char *errno_name = ct_errno_name(audit, error);
  ct_buffer list;
  ct_buffer_init(&list);
  for (uint32_t i = 0; i < names->count; i++)
    ct_buffer_format(&list, "%s%s", i ? ", " : "", names->items[i].text);
  ct_message_value values[] = {{"name", ct_lint_text(lint, &list)}, {"errno", errno_name ? errno_name : "?"}};
  ct_diagnostic *made = ct_lint_note(lint, "errno-trap", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_LINT_ERRNO_TRAP, values, 2,
                                     ct_lint_entry(lint, pointer), "");
  ct_profile_entry entry = {0};
  entry.names = *names;
  ct_json json;
  ct_json_init(&json, 1);
  ct_lint_write_entry(&json, &entry, NULL, 0, "SCMP_ACT_ERRNO", ct_errno_number(audit, "ENOSYS"));
  const char *fix = ct_lint_text(lint, &json.buffer);
  if (made) made->fix = fix;
}

/* Those that the default action refuses are said in one go. */
static void find_traps(ct_lint *lint) {
  ct_word words[MOST_TRAPS];
  const ct_arch *arch = lint->resolved->target.arch;
  const char *newer;
  ct_words together = {words, 0};
  uint32_t common = 0;
  for (uint32_t i = 0; (newer = ct_fallback_newer(i)) && together.count < MOST_TRAPS; i++) {
    const char *pointer = NULL;
    ct_word word = {newer, (uint32_t)strlen(newer), 0};
    ct_words one = {&word, 1};
    uint32_t error = ctsec_syscall_fallback(arch->abi.id, newer, word.length) ? trapped(lint, newer, &pointer) : 0;
    if (!error) continue;
    if (pointer) {
      note_trap(lint, &one, error, pointer);
      continue;
    }
    words[together.count++] = word;
    common = error;
  }
  if (together.count) note_trap(lint, &together, common, NULL);
}

void ct_lint_calls(ct_lint *lint) {
  if (lint->resolved->profile->unconfined) {
    ct_lint_note(lint, "unconfined", CT_LEVEL_HIGH, NULL, CT_MESSAGE_SECCOMP_UNCONFINED, NULL, 0, NULL, "");
    return;
  }
  find_dangerous(lint);
  find_traps(lint);
}
