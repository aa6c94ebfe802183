/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes recordings: the filter, the decoder of notifications, the text. Loading, waiting and answering are the caller's. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "trace/base.h"
#include "trace/recording.h"

/* Numbers up to this one are found without a search. */
#define DIRECT 1024

struct ctsec_recorder {
  const ct_arch *arch;
  ctsec_trace *trace;
  int all;
  int started;
  int finished;
  char kernel[64];
  char status[4];
  ct_buffer command;
  ct_buffer fresh;
  /* Calls of the machine's own ABI of which nothing is kept. */
  ct_trace_call *direct[DIRECT];
};

int ctsec_recorder_new(const ctsec_options *options, ctsec_recorder **recorder, ctsec_error **err) {
  if (!recorder) return ct_error_null(err, "recorder");
  const char *name = options && options->arch ? options->arch : "x86_64";
  const ct_arch *arch = ct_arch_spelt(name, strlen(name));
  if (!arch) return ct_error_set(err, CTSEC_E_ARG, "no architecture: `%s'", name);
  ctsec_recorder *made = calloc(1, sizeof *made);
  if (!made || !(made->trace = ct_trace_new(err))) {
    free(made);
    return ct_error_nomem(err);
  }
  made->arch = arch;
  strcpy(made->status, "0");
  ct_buffer_init(&made->command);
  ct_buffer_init(&made->fresh);
  *recorder = made;
  return 0;
}

void ctsec_recorder_free(ctsec_recorder *recorder) {
  if (!recorder) return;
  ctsec_trace_free(recorder->trace);
  ct_buffer_free(&recorder->command);
  ct_buffer_free(&recorder->fresh);
  free(recorder);
}

static int decimal(const char *value, size_t length, uint64_t most, uint64_t *found) {
  uint64_t n = 0;
  if (!length || length > 10) return 0;
  for (size_t i = 0; i < length; i++) {
    if (value[i] < '0' || value[i] > '9') return 0;
    n = n * 10 + (uint64_t)(value[i] - '0');
  }
  *found = n;
  return n <= most;
}

static int hex16(const char *value, size_t length, uint64_t *found) {
  uint64_t n = 0;
  if (length != 16) return 0;
  for (size_t i = 0; i < 16; i++) {
    int c = value[i], d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (d < 0) return 0;
    n = n << 4 | (unsigned)d;
  }
  *found = n;
  return 1;
}

int ctsec_recorder_set(ctsec_recorder *recorder, const char *name, const char *value, size_t length,
                       ctsec_error **err) {
  if (!recorder || !name || (length && !value)) return ct_error_null(err, !recorder ? "recorder" : !name ? "name" : "value");
  uint64_t number = 0;
  if (!strcmp(name, "all")) {
    recorder->all = length == 4 && !memcmp(value, "true", 4);
    return 0;
  }
  if (!strcmp(name, "kernel")) {
    if (!length || length >= sizeof recorder->kernel || memchr(value, ' ', length) || memchr(value, '\n', length))
      return ct_error_set(err, CTSEC_E_ARG, "kernel: one word of at most 63 bytes");
    memcpy(recorder->kernel, value, length);
    recorder->kernel[length] = '\0';
    return 0;
  }
  if (!strcmp(name, "uid")) {
    if (!decimal(value, length, UINT32_MAX, &number)) return ct_error_set(err, CTSEC_E_ARG, "uid: a decimal number");
    recorder->trace->uid = (int64_t)number;
    return 0;
  }
  if (!strcmp(name, "caps")) {
    if (!hex16(value, length, &recorder->trace->caps)) return ct_error_set(err, CTSEC_E_ARG, "caps: 16 lower-case hex digits");
    recorder->trace->has_caps = 1;
    return 0;
  }
  if (!strcmp(name, "status")) {
    if (!decimal(value, length, 255, &number)) return ct_error_set(err, CTSEC_E_ARG, "status: 0 to 255");
    memcpy(recorder->status, value, length < 4 ? length : 3);
    recorder->status[length < 4 ? length : 3] = '\0';
    return 0;
  }
  if (!strcmp(name, "command")) {
    if (recorder->command.length) ct_buffer_char(&recorder->command, ' ');
    ct_buffer_char(&recorder->command, '"');
    ct_utf8_add_visible(&recorder->command, value, length);
    ct_buffer_char(&recorder->command, '"');
    return recorder->command.failed ? ct_error_nomem(err) : 0;
  }
  return ct_error_set(err, CTSEC_E_ARG, "`%s' is none of all, caps, command, kernel, status, uid", name);
}

/* A call passes unseen where every profile must allow it whatever its arguments. */
static int passes(const ctsec_recorder *recorder, const char *name) {
  unsigned count = 0;
  /* That a program starts is what an agent waits for. */
  return !recorder->all && strncmp(name, "execve", 6) && ct_base_has(name, 1) && !ct_kept_find(name, &count);
}

typedef int (*each_unseen)(void *state, const ct_arch *arch, const char *name, uint32_t number);

static int for_unseen(const ctsec_recorder *recorder, each_unseen call, void *state) {
  const int8_t own[] = {(int8_t)recorder->arch->abi.id, -1};
  const int8_t *family = ct_family(recorder->arch);
  if (*family < 0) family = own;
  for (; *family >= 0; family++) {
    const ct_arch *arch = ct_arch_at((uint32_t)*family);
    const char *name;
    for (unsigned i = 0; (name = ct_base_at(i, 1)); i++) {
      uint32_t number = 0;
      if (!passes(recorder, name) || !ct_arch_number(arch, name, &number)) continue;
      if (arch->abi.x32) number |= CT_X32_BIT;
      int status = call(state, arch, name, number);
      if (status) return status;
    }
  }
  return 0;
}

typedef struct rules {
  ctsec_policy *policy;
  const ct_arch *arch;
  uint32_t abi;
  uint32_t order;
  ctsec_error **err;
} rules;

static int allow(void *state, const ct_arch *arch, const char *name, uint32_t number) {
  rules *r = state;
  (void)name;
  int status = 0;
  if (r->arch != arch) {
    status = ct_policy_add_abi(r->policy, &arch->abi, &r->abi, r->err);
    r->arch = arch;
  }
  ct_rule rule = {.abi = r->abi, .number = number, .action = CT_RET_ALLOW, .order = r->order++};
  return status ? status : ct_policy_add_rule(r->policy, &rule, r->err);
}

int ctsec_recorder_compile(const ctsec_recorder *recorder, uint32_t action, ctsec_filter **filter, ctsec_error **err) {
  if (!recorder || !filter) return ct_error_null(err, recorder ? "filter" : "recorder");
  rules r = {.err = err};
  int status = ct_policy_new(NULL, &r.policy, err);
  if (status) return status;
  status = ct_policy_set_default(r.policy, action, NULL, err);
  const int8_t own[] = {(int8_t)recorder->arch->abi.id, -1};
  const int8_t *family = ct_family(recorder->arch);
  if (*family < 0) family = own;
  for (; !status && *family >= 0; family++) {
    uint32_t index = 0;
    status = ct_policy_add_abi(r.policy, &ct_arch_at((uint32_t)*family)->abi, &index, err);
  }
  if (!status) status = for_unseen(recorder, allow, &r);
  if (!status) status = ct_policy_finish(r.policy, err);
  if (!status) status = ctsec_policy_compile(r.policy, filter, err);
  ctsec_policy_free(r.policy);
  return status;
}

int ctsec_recorder_encode(const ctsec_recorder *recorder, const char *path, char **text, size_t *length,
                          ctsec_error **err) {
  if (!recorder || !path) return ct_error_null(err, recorder ? "path" : "recorder");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  /* runc refuses NOTIFY as the default action: every known name is listed. */
  ct_json_key_text(&json, "defaultAction", "SCMP_ACT_ALLOW");
  ct_json_key(&json, "architectures");
  ct_json_array(&json);
  const int8_t own[] = {(int8_t)recorder->arch->abi.id, -1};
  const int8_t *family = ct_family(recorder->arch);
  if (*family < 0) family = own;
  for (; *family >= 0; family++) ct_json_text(&json, ct_arch_at((uint32_t)*family)->scmp);
  ct_json_end(&json);
  ct_json_key_text(&json, "listenerPath", path);
  ct_json_key(&json, "syscalls");
  ct_json_array(&json);
  ct_json_object(&json);
  ct_json_key(&json, "names");
  ct_json_array(&json);
  const char *name;
  for (int32_t i = 0; (name = ctsec_syscall_at(-1, i, NULL)); i++)
    if (strcmp(name, "write") && !passes(recorder, name)) ct_json_text(&json, name);
  ct_json_end(&json);
  ct_json_key_text(&json, "action", "SCMP_ACT_NOTIFY");
  ct_json_end(&json);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_notification_decode(const uint8_t *bytes, size_t length, uint64_t *id, uint32_t *pid, uint32_t *audit,
                              int32_t *nr, uint64_t *args, ctsec_error **err) {
  if (!bytes) return ct_error_null(err, "bytes");
  if (length < 80) return ct_error_set(err, CTSEC_E_ARG, "a notification has 80 bytes, not %u", (unsigned)length);
  /* id, pid, flags, and struct seccomp_data: nr, arch, instruction pointer, args. */
  if (id) memcpy(id, bytes, 8);
  if (pid) memcpy(pid, bytes + 8, 4);
  if (nr) memcpy(nr, bytes + 16, 4);
  if (audit) memcpy(audit, bytes + 20, 4);
  if (args) memcpy(args, bytes + 32, 48);
  return 0;
}

typedef enum want { WANT_NOTHING, WANT_CLONE3, WANT_BIND } want;

static want wants(const ct_arch *arch, uint32_t number) {
  const char *name = ct_arch_name(arch, number);
  if (!name) return WANT_NOTHING;
  return !strcmp(name, "clone3") ? WANT_CLONE3 : !strcmp(name, "bind") ? WANT_BIND : WANT_NOTHING;
}

int ctsec_recorder_find(const ctsec_recorder *recorder, uint32_t audit, int32_t nr, const uint64_t *args,
                        uint64_t *address, size_t *length, ctsec_error **err) {
  if (!recorder || !args || !address || !length) return ct_error_null(err, "recorder, args, address or length");
  *length = 0;
  *address = 0;
  uint32_t number = (uint32_t)nr;
  if (audit == recorder->arch->abi.audit && number < DIRECT && recorder->direct[number]) return 0;
  const ct_arch *arch = ct_arch_audit(audit, number);
  want w = arch ? wants(arch, number) : WANT_NOTHING;
  if (w == WANT_CLONE3 && args[1] >= 8) {
    *address = args[0];
    *length = 8;
  } else if (w == WANT_BIND && args[2] >= 2) {
    *address = args[1];
    *length = args[2] < 4 ? 2 : 4;
  }
  if (*length && arch->abi.bits == 32) *address &= UINT32_MAX;
  return 0;
}

/* In the byte order of the caller, which need not be ours. */
static uint64_t number_at(const ct_arch *arch, const uint8_t *memory, unsigned size) {
  uint64_t value = 0;
  for (unsigned i = 0; i < size; i++) value = value << 8 | memory[arch->abi.big_endian ? i : size - 1 - i];
  return value;
}

int ctsec_recorder_feed(ctsec_recorder *recorder, uint32_t audit, int32_t nr, const uint64_t *args,
                        const uint8_t *memory, size_t memory_length, ctsec_error **err) {
  if (!recorder || !args) return ct_error_null(err, recorder ? "args" : "recorder");
  uint32_t number = (uint32_t)nr;
  if (audit == recorder->arch->abi.audit && number < DIRECT && recorder->direct[number]) {
    recorder->direct[number]->times++;
    return 0;
  }
  const ct_arch *arch = ct_arch_audit(audit, number);
  if (!arch) return ct_error_set(err, CTSEC_E_NOTFOUND, "no architecture has the value 0x%x", audit);
  ct_seen seen = {.arch = arch, .number = number, .known = 0x3f, .times = 1, .result = CT_RESULT_UNKNOWN};
  memcpy(seen.args, args, 48);
  want w = memory ? wants(arch, number) : WANT_NOTHING;
  if (w == WANT_CLONE3 && memory_length >= 8) {
    seen.args[CT_TRACE_DATA] = number_at(arch, memory, 8);
    seen.known |= 1u << CT_TRACE_DATA;
  } else if (w == WANT_BIND && memory_length >= 2) {
    uint64_t family = number_at(arch, memory, 2);
    seen.args[CT_TRACE_DATA] = family;
    /* AF_INET and AF_INET6 have the port next, most significant byte first. */
    if (memory_length >= 4 && (family == 2 || family == 10))
      seen.args[CT_TRACE_DATA] |= UINT64_C(1) << 32 | (uint64_t)memory[2] << 24 | (uint64_t)memory[3] << 16;
    seen.known |= 1u << CT_TRACE_DATA;
  }
  ct_trace_call *call = ct_trace_add(recorder->trace, &seen);
  if (!call) return ct_error_nomem(err);
  if (!call->written) {
    call->written = 1;
    ct_recording_call(&recorder->fresh, "call", 0, call);
    if (recorder->fresh.failed) return ct_error_nomem(err);
  }
  if (!call->kept && arch == recorder->arch && number < DIRECT) recorder->direct[number] = call;
  return 0;
}

static int unseen(void *state, const ct_arch *arch, const char *name, uint32_t number) {
  (void)name;
  return ct_trace_add_unseen(state, arch, number);
}

static int start(ctsec_recorder *recorder, ct_buffer *buffer) {
  ctsec_trace *trace = recorder->trace;
  ct_buffer_format(buffer, "ctsec-trace 1\narch %s\n", recorder->arch->abi.name);
  if (*recorder->kernel) ct_buffer_format(buffer, "kernel %s\n", recorder->kernel);
  if (trace->uid >= 0) ct_buffer_format(buffer, "uid %lld\n", (long long)trace->uid);
  if (trace->has_caps) {
    ct_buffer_text(buffer, "caps ");
    ct_buffer_hex(buffer, trace->caps, 16);
    ct_buffer_char(buffer, '\n');
  }
  if (recorder->command.length) {
    ct_buffer_text(buffer, "command ");
    ct_buffer_add(buffer, recorder->command.data, recorder->command.length);
    ct_buffer_char(buffer, '\n');
  }
  if (for_unseen(recorder, unseen, trace)) return CTSEC_E_NOMEM;
  ct_recording_unseen(buffer, trace);
  recorder->started = 1;
  return 0;
}

static int add(ctsec_recorder *recorder, ct_buffer *buffer) {
  if (!recorder->started && start(recorder, buffer)) return CTSEC_E_NOMEM;
  if (recorder->fresh.length) ct_buffer_add(buffer, recorder->fresh.data, recorder->fresh.length);
  recorder->fresh.length = 0;
  return buffer->failed ? CTSEC_E_NOMEM : 0;
}

static int check(ctsec_recorder *recorder, char **text, size_t *length, ctsec_error **err) {
  if (!recorder) return ct_error_null(err, "recorder");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  if (recorder->finished) return ct_error_set(err, CTSEC_E_ARG, "the recording is finished");
  return 0;
}

int ctsec_recorder_take(ctsec_recorder *recorder, char **text, size_t *length, ctsec_error **err) {
  int status = check(recorder, text, length, err);
  if (status) return status;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  if (add(recorder, &buffer)) {
    ct_buffer_free(&buffer);
    return ct_error_nomem(err);
  }
  return ct_buffer_take(&buffer, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_recorder_finish(ctsec_recorder *recorder, char **text, size_t *length, ctsec_error **err) {
  int status = check(recorder, text, length, err);
  if (status) return status;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  status = add(recorder, &buffer);
  if (!status) {
    for (const ct_trace_call *call = recorder->trace->first; call; call = call->next)
      if (call->times > 1) ct_recording_call(&buffer, "times", call->times, call);
    ct_buffer_format(&buffer, "end %s\n", recorder->status);
    status = ct_buffer_take(&buffer, text, length);
  } else {
    ct_buffer_free(&buffer);
  }
  if (status) return ct_error_nomem(err);
  recorder->finished = 1;
  return 0;
}
