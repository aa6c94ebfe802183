/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What system calls are for, for programs and for people. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/options.h"
#include "caps/names.h"
#include "ctsec/syscalls.h"
#include "data/messages.h"
#include "data/numbers.h"
#include "data/texts.h"
#include "seccomp/arch.h"
#include "seccomp/knowledge.h"
#include "seccomp/loaded.h"

typedef struct group {
  uint16_t purpose, why;
} group;

static const group groups[] = {
#define G(key, name, calls) {CT_MESSAGE_SYSGROUP_##key##_FOR, CT_MESSAGE_SYSGROUP_##key##_WHY},
#include "data/groups.def"
#undef G
};
#define GROUPS (sizeof groups / sizeof *groups)

static const struct {
  char name[20];
  ct_message_id text;
} notes[] = {
#define N(name) {#name, CT_MESSAGE_SYSNOTE_##name},
#include "data/notes.def"
#undef N
};

/* What C libraries, and the programs that are known to, use where the newer call answers ENOSYS and nothing else. */
static const struct {
  char newer[29];
  /* The first that the architecture has. */
  char older[22];
} fallbacks[] = {
    {"accept4", "accept"},
    {"clock_adjtime64", "clock_adjtime"},
    {"clock_getres_time64", "clock_getres"},
    {"clock_gettime64", "clock_gettime"},
    {"clock_nanosleep_time64", "clock_nanosleep"},
    {"clock_settime64", "clock_settime"},
    {"clone3", "clone"},
    {"close_range", "close"},
    {"dup3", "dup2"},
    {"epoll_create1", "epoll_create"},
    {"epoll_pwait2", "epoll_pwait"},
    {"eventfd2", "eventfd"},
    {"execveat", "execve"},
    {"faccessat2", "faccessat"},
    {"fchmodat2", "fchmodat"},
    {"futex_time64", "futex"},
    {"getdents64", "getdents"},
    {"getrandom", "openat"},
    {"inotify_init1", "inotify_init"},
    {"io_pgetevents_time64", "io_pgetevents"},
    {"mlock2", "mlock"},
    {"mq_timedreceive_time64", "mq_timedreceive"},
    {"mq_timedsend_time64", "mq_timedsend"},
    {"openat2", "openat"},
    {"pipe2", "pipe"},
    {"ppoll_time64", "ppoll"},
    {"preadv2", "preadv"},
    {"prlimit64", "setrlimit"},
    {"pselect6_time64", "pselect6"},
    {"pwritev2", "pwritev"},
    {"recvmmsg_time64", "recvmmsg"},
    {"renameat2", "renameat"},
    {"rt_sigtimedwait_time64", "rt_sigtimedwait"},
    {"sched_rr_get_interval_time64", "sched_rr_get_interval"},
    {"semtimedop_time64", "semtimedop ipc"},
    {"signalfd4", "signalfd"},
    {"statx", "newfstatat fstatat64"},
    {"timer_gettime64", "timer_gettime"},
    {"timer_settime64", "timer_settime"},
    {"timerfd_gettime64", "timerfd_gettime"},
    {"timerfd_settime64", "timerfd_settime"},
    {"utimensat_time64", "utimensat"},
};

static const char kinds[][14] = {"unknown", "int",   "unsigned", "long", "unsigned-long", "pointer",
                                    "path",    "fd",    "flags",    "size", "offset",        "mode",
                                    "pid",     "uid",   "gid",      "signal", "command"};

static int is_word(const char *words, const char *name, size_t length) {
  while (*words) {
    size_t size = strcspn(words, " ");
    if (size == length && !memcmp(words, name, length)) return 1;
    words += size + (words[size] == ' ');
  }
  return 0;
}

static const char *name_of(const group *g) { return ct_text_of(CT_BLOCK_GROUPS, 2 * (uint32_t)(g - groups)); }

static const group *group_of(const char *name, size_t length) {
  for (size_t i = 0; length && i < GROUPS; i++)
    if (is_word(ct_text_of(CT_BLOCK_GROUPS, 2 * (uint32_t)i + 1), name, length)) return &groups[i];
  return NULL;
}

/* The table's own copy of a name. */
static const char *known_name(const char *name, size_t length) {
  const ct_number_row *rows = ct_numbers()->rows;
  for (uint32_t i = 0; i < CT_NUMBERS; i++)
    if (strlen(rows[i].name) == length && !memcmp(rows[i].name, name, length)) return rows[i].name;
  return NULL;
}

const char *ctsec_syscall_group(const char *name, size_t length) {
  const group *found = name ? group_of(name, length) : NULL;
  return found ? name_of(found) : NULL;
}

const char *ctsec_syscall_fallback(int32_t arch, const char *name, size_t length) {
  const ct_arch *where = arch < 0 ? NULL : ct_arch_at((uint32_t)arch);
  for (size_t i = 0; where && name && i < sizeof fallbacks / sizeof *fallbacks; i++) {
    if (strlen(fallbacks[i].newer) != length || memcmp(fallbacks[i].newer, name, length)) continue;
    for (const char *word = fallbacks[i].older; *word;) {
      size_t size = strcspn(word, " ");
      const char *older = known_name(word, size);
      uint32_t number;
      if (older && ct_arch_number(where, older, &number)) return older;
      word += size + (word[size] == ' ');
    }
  }
  return NULL;
}

const char *ctsec_syscall_carrier(int32_t arch, const char *name, size_t length, uint32_t *subcall) {
  const ct_arch *where = arch < 0 ? NULL : ct_arch_at((uint32_t)arch);
  const char *known = where && name ? known_name(name, length) : NULL;
  uint32_t call;
  if (!known || !ct_loaded_subcall(where, known, &call)) return NULL;
  if (subcall) *subcall = call;
  return ct_loaded_carrier(where, known);
}

const char *ct_fallback_newer(uint32_t index) {
  return index < sizeof fallbacks / sizeof *fallbacks ? fallbacks[index].newer : NULL;
}

static ct_message_id note_of(const char *name) {
  for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
    if (!strcmp(notes[i].name, name)) return notes[i].text;
  return CT_MESSAGE_COUNT;
}

static void add_sentence(ct_buffer *buffer, ct_message_id id, int lang) {
  const char *text = ct_message(id, lang), *end = strstr(text, lang == CTSEC_LANG_EN ? ". " : "。");
  ct_buffer_add(buffer, text, end ? (size_t)(end - text) + (lang == CTSEC_LANG_EN ? 1 : strlen("。")) : strlen(text));
}

void ct_call_about(ct_buffer *buffer, const char *name, int lang) {
  const group *found = group_of(name, strlen(name));
  ct_message_id note = note_of(name);
  if (!found) return;
  add_sentence(buffer, note == CT_MESSAGE_COUNT ? found->purpose : note, lang);
  if (lang == CTSEC_LANG_EN) ct_buffer_char(buffer, ' ');
  add_sentence(buffer, found->why, lang);
}

int ct_call_texts(const char *name, ct_message_id *purpose, ct_message_id *note, ct_message_id *why) {
  const group *found = group_of(name, strlen(name));
  if (!found) return 0;
  *purpose = found->purpose;
  *note = note_of(name);
  *why = found->why;
  return 1;
}

/* The call, and the architecture that arguments and the release are told for. */
typedef struct subject {
  const char *name;
  const group *group;
  ct_message_id note;
  const ct_arch *arch;
  /* -1 where the architecture lacks it. */
  int row;
  int lang;
} subject;

static int subject_of(const char *name, size_t length, const ctsec_options *options, subject *out, ctsec_error **err) {
  if (!name) return ct_error_null(err, "name");
  const char *arch = options && options->arch ? options->arch : "x86_64";
  out->lang = ct_options_lang(options);
  out->arch = ct_arch_spelt(arch, strlen(arch));
  if (!out->arch) return ct_error_set(err, CTSEC_E_ARG, "arch: `%s` is no architecture", arch);
  out->name = known_name(name, length);
  out->group = out->name ? group_of(name, length) : NULL;
  if (!out->group) {
    char copy[64];
    size_t size = length < sizeof copy ? length : sizeof copy - 1;
    memcpy(copy, name, size);
    copy[size] = '\0';
    const char *near = size == length ? ct_arch_nearest(copy) : NULL;
    return ct_error_set(err, CTSEC_E_NOTFOUND,
                        near ? "`%s` is no system call; did you mean %s?" : "`%s` is no system call", copy, near);
  }
  out->note = note_of(out->name);
  uint32_t number;
  out->row = ct_arch_number(out->arch, out->name, &number) ? ct_arch_place(out->arch, number) : -1;
  return 0;
}

static void add_release(ct_buffer *buffer, int32_t since) {
  ct_buffer_format(buffer, "%d.%d", (since >> 16) & 255, (since >> 8) & 255);
  if (since & 255) ct_buffer_format(buffer, ".%d", since & 255);
}

static int32_t since_of(const subject *s) {
  return s->row < 0 ? 0 : ctsec_syscall_since((int32_t)s->arch->abi.id, ct_arch_number_at(s->arch, s->row));
}

static void write_arguments(ct_json *json, const subject *s) {
  int count = s->row < 0 ? -1 : ct_arch_count_arguments(s->arch, s->row);
  ct_json_key(json, "arguments");
  if (count < 0) {
    ct_json_null(json);
    return;
  }
  ct_json_array(json);
  for (unsigned i = 0; i < (unsigned)count; i++) {
    const ct_call_argument *argument = ct_arch_argument(s->arch, s->row, i);
    ct_json_object(json);
    ct_json_key_text(json, "name", argument->name ? ct_call_names + argument->name : NULL);
    ct_json_key_text(json, "kind", kinds[argument->kind]);
    ct_json_key_unsigned(json, "bits", (uint64_t)ct_arch_argument_bits(s->arch, s->row, i));
    ct_json_end(json);
  }
  ct_json_end(json);
}

static void write_numbers(ct_json *json, const subject *s) {
  const ct_arch *arch;
  ct_json_key(json, "numbers");
  ct_json_object(json);
  for (uint32_t i = 0; (arch = ct_arch_at(i)); i++) {
    uint32_t number;
    if (!ct_arch_number(arch, s->name, &number)) continue;
    ct_json_key_unsigned(json, arch->abi.name, number | (arch->abi.x32 ? CT_X32_BIT : 0));
  }
  ct_json_end(json);
}

int ctsec_syscall_explain(const char *name, size_t length, const ctsec_options *options, char **text,
                          size_t *text_length, ctsec_error **err) {
  subject s;
  if (!text || !text_length) return ct_error_null(err, "text or text_length");
  int status = subject_of(name, length, options, &s, err);
  if (status) return status;
  ct_json json;
  ct_buffer release;
  ct_buffer_init(&release);
  int32_t since = since_of(&s);
  if (since > 0) add_release(&release, since);
  ct_buffer_char(&release, '\0');
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/syscall/1");
  ct_json_key_text(&json, "name", s.name);
  ct_json_key_text(&json, "arch", s.arch->abi.name);
  ct_json_key_text(&json, "since", since > 0 && !release.failed ? release.data : NULL);
  ct_json_key_text(&json, "group", name_of(s.group));
  ct_json_key_text(&json, "for", ct_message(s.group->purpose, s.lang));
  ct_json_key_text(&json, "why", ct_message(s.group->why, s.lang));
  ct_json_key_text(&json, "note", s.note == CT_MESSAGE_COUNT ? NULL : ct_message(s.note, s.lang));
  ct_json_key(&json, "capabilities");
  ct_json_array(&json);
  for (int i = 0; i < CT_CAP_COUNT; i++)
    if (is_word(ct_cap_calls(ct_cap_at(i)), name, length)) ct_json_text(&json, ct_cap_at(i)->name);
  ct_json_end(&json);
  ct_json_key_text(&json, "fallback", ctsec_syscall_fallback((int32_t)s.arch->abi.id, name, length));
  uint32_t subcall = 0;
  const char *carrier = ctsec_syscall_carrier((int32_t)s.arch->abi.id, name, length, &subcall);
  ct_json_key(&json, "carrier");
  if (carrier) {
    ct_json_object(&json);
    ct_json_key_text(&json, "name", carrier);
    ct_json_key_unsigned(&json, "subcall", subcall);
    ct_json_end(&json);
  } else {
    ct_json_null(&json);
  }
  write_arguments(&json, &s);
  write_numbers(&json, &s);
  ct_json_end(&json);
  if (release.failed) json.buffer.failed = 1;
  ct_buffer_free(&release);
  return ct_buffer_take(&json.buffer, text, text_length) ? ct_error_nomem(err) : 0;
}

static void add_row(ct_buffer *out, ct_message_id label, int lang, const char *text) {
  ct_buffer_format(out, "  %s: %s\n", ct_message(label, lang), text);
}

static void start_row(ct_buffer *out, ct_message_id label, int lang) {
  ct_buffer_format(out, "  %s:", ct_message(label, lang));
}

int ctsec_syscall_to_text(const char *name, size_t length, const ctsec_options *options, char **text,
                          size_t *text_length, ctsec_error **err) {
  subject s;
  if (!text || !text_length) return ct_error_null(err, "text or text_length");
  int status = subject_of(name, length, options, &s, err);
  if (status) return status;
  ct_buffer out;
  ct_buffer_init(&out);
  int32_t id = (int32_t)s.arch->abi.id, since = since_of(&s);
  ct_buffer_format(&out, "%s", s.name);
  if (s.row >= 0) ct_buffer_format(&out, " (%s %u)", s.arch->abi.name, ct_arch_number_at(s.arch, s.row));
  ct_buffer_char(&out, '\n');
  add_row(&out, CT_MESSAGE_SYSCALL_LABEL_GROUP, s.lang, name_of(s.group));
  add_row(&out, CT_MESSAGE_SYSCALL_LABEL_FOR, s.lang, ct_message(s.group->purpose, s.lang));
  add_row(&out, CT_MESSAGE_SYSCALL_LABEL_WHY, s.lang, ct_message(s.group->why, s.lang));
  if (s.note != CT_MESSAGE_COUNT) add_row(&out, CT_MESSAGE_SYSCALL_LABEL_NOTE, s.lang, ct_message(s.note, s.lang));
  int caps = 0;
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (!is_word(ct_cap_calls(ct_cap_at(i)), name, length)) continue;
    if (!caps++) start_row(&out, CT_MESSAGE_SYSCALL_LABEL_CAPS, s.lang);
    ct_buffer_format(&out, " %s", ct_cap_at(i)->name);
  }
  if (caps) ct_buffer_char(&out, '\n');
  const char *fallback = ctsec_syscall_fallback(id, name, length);
  if (fallback) add_row(&out, CT_MESSAGE_SYSCALL_LABEL_FALLBACK, s.lang, fallback);
  uint32_t subcall = 0;
  const char *carrier = ctsec_syscall_carrier(id, name, length, &subcall);
  if (carrier) {
    start_row(&out, CT_MESSAGE_SYSCALL_LABEL_CARRIER, s.lang);
    ct_buffer_format(&out, " %s(%u)\n", carrier, subcall);
  }
  int count = s.row < 0 ? -1 : ct_arch_count_arguments(s.arch, s.row);
  if (count > 0) {
    start_row(&out, CT_MESSAGE_SYSCALL_LABEL_ARGUMENTS, s.lang);
    for (int i = 0; i < count; i++) {
      const ct_call_argument *argument = ct_arch_argument(s.arch, s.row, (unsigned)i);
      ct_buffer_format(&out, "%s %s%s%s", i ? "," : "", argument->name ? ct_call_names + argument->name : "",
                       argument->name ? " " : "", kinds[argument->kind]);
    }
    ct_buffer_char(&out, '\n');
  }
  if (since > 0) {
    start_row(&out, CT_MESSAGE_SYSCALL_LABEL_SINCE, s.lang);
    ct_buffer_char(&out, ' ');
    add_release(&out, since);
    ct_buffer_char(&out, '\n');
  }
  return ct_buffer_take(&out, text, text_length) ? ct_error_nomem(err) : 0;
}
