/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char strace[] =
    "12  execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 3 vars */) = 0\n"
    "12  clone(child_stack=NULL, flags=CLONE_NEWNS|SIGCHLD <unfinished ...>\n"
    "13  socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3\n"
    "12  <... clone resumed>) = 14\n"
    "13  bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0\n"
    "13  chown(\"/x\", 1, 1) = -1 EPERM (Operation not permitted)\n"
    "13  syscall_0x3e7(0x1) = -1 ENOSYS (Function not implemented)\n"
    "13  clone3({flags=CLONE_VM}, 88) = -1 ENOSYS (Function not implemented)\n"
    "13  getuid32() = 0\n"
    "13  mount(\"a\", \"/b\", NULL, MS_BIND, NULL) = 0\n"
    "no line\n";
static const char other_forms[3][200] = {
    "     0.271 ( 0.019 ms): sh/12 socket(family: INET, type: STREAM|CLOEXEC) = 4\n",
    "type=SYSCALL msg=audit(1.0:1): arch=c000003e syscall=41 success=yes exit=3 a0=2 a1=1 a2=0 a3=0 items=0\n",
    "ctsec-trace 1\nuid 0\ncommand \"a\"\nunseen x86_64 read\ncall x86_64 socket 0=0x2\ntimes 3 x86_64 socket 0=0x2\n",
};

static int read_trace(const char *text, ctsec_trace **trace) {
  ctsec_trace_stream *stream = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_trace_stream_new(NULL, &stream, &error);
  size_t half = strlen(text) / 2;
  if (!status) status = ctsec_trace_stream_feed(stream, text, half, &error);
  if (!status) status = ctsec_trace_stream_feed(stream, text + half, strlen(text) - half, &error);
  ctsec_error *problem = NULL;
  if (!status) status = ctsec_trace_stream_take(stream, &problem, &error);
  ctsec_error_free(problem);
  if (!status) status = ctsec_trace_stream_finish(stream, trace, &error);
  MEMORY_REQUIRE(!status == !error);
  ctsec_error_free(error);
  ctsec_trace_stream_free(stream);
  return status;
}

static int with_traces(void) {
  ctsec_trace *trace = NULL;
  int status = read_trace(strace, &trace);
  if (status) return status;
  char *text = NULL;
  size_t length = 0;
  uint64_t times = 0;
  status = ctsec_trace_at(trace, 0, NULL, NULL, NULL, NULL, &times, NULL);
  if (!status) status = ctsec_trace_to_json(trace, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_trace_to_text(trace, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_trace_encode(trace, &text, &length, NULL);
  ctsec_free(text);
  ctsec_trace_free(ctsec_trace_ref(trace));
  ctsec_trace_free(trace);
  for (int i = 0; !status && i < 3; i++) {
    trace = NULL;
    status = read_trace(other_forms[i], &trace);
    ctsec_trace_free(trace);
  }
  return status;
}

static int with_least(void) {
  ctsec_trace *trace = NULL;
  ctsec_least *least = NULL;
  ctsec_error *error = NULL;
  int status = read_trace(strace, &trace);
  if (status) return status;
  const ctsec_trace *const traces[] = {trace};
  status = ctsec_trace_resolve(traces, 1, NULL, &least, &error);
  MEMORY_REQUIRE(!status == !error && !status == (least != NULL));
  ctsec_error_free(error);
  ctsec_trace_free(trace);
  char *text = NULL;
  size_t length = 0;
  if (!status) status = ctsec_least_encode(least, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_least_to_json(least, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_least_to_text(least, &text, &length, NULL);
  ctsec_free(text);
  ctsec_least_free(ctsec_least_ref(least));
  ctsec_least_free(least);
  return status;
}

static int with_comparison(void) {
  static const char written[] = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
  ctsec_trace *trace = NULL;
  ctsec_least *least = NULL;
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ctsec_diff *diff = NULL;
  int status = read_trace("read(0, \"\", 1) = 0\n", &trace);
  const ctsec_trace *const traces[] = {trace};
  if (!status) status = ctsec_trace_resolve(traces, 1, NULL, &least, NULL);
  if (!status) status = ctsec_profile_parse(written, strlen(written), NULL, &profile, NULL);
  if (!status) status = ctsec_profile_resolve(profile, NULL, &policy, NULL);
  if (!status) status = ctsec_least_diff(least, policy, NULL, &diff, NULL);
  MEMORY_REQUIRE(!status == (diff != NULL));
  ctsec_diff_free(diff);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ctsec_least_free(least);
  ctsec_trace_free(trace);
  return status;
}

static int with_recorder(void) {
  ctsec_recorder *recorder = NULL;
  ctsec_filter *filter = NULL;
  ctsec_error *error = NULL;
  uint8_t notification[80] = {0}, memory[8] = {0};
  uint64_t args[6] = {2, 1, 0, 0, 0, 0}, address = 0, id = 0;
  char *text = NULL;
  size_t length = 0;
  int status = ctsec_recorder_new(NULL, &recorder, &error);
  MEMORY_REQUIRE(!status == !error);
  ctsec_error_free(error);
  if (!status) status = ctsec_recorder_set(recorder, "command", "sh", 2, NULL);
  if (!status) status = ctsec_recorder_compile(recorder, 0x7fc00000u, &filter, NULL);
  ctsec_filter_free(filter);
  if (!status) status = ctsec_recorder_encode(recorder, "/run/agent", &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_notification_decode(notification, sizeof notification, &id, NULL, NULL, NULL, NULL, NULL);
  if (!status) status = ctsec_recorder_find(recorder, 0xc000003e, 435, args, &address, &length, NULL);
  if (!status) status = ctsec_recorder_feed(recorder, 0xc000003e, 435, args, memory, sizeof memory, NULL);
  if (!status) status = ctsec_recorder_take(recorder, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_recorder_feed(recorder, 0xc000003e, 41, args, NULL, 0, NULL);
  if (!status) status = ctsec_recorder_finish(recorder, &text, &length, NULL);
  ctsec_free(text);
  ctsec_recorder_free(recorder);
  return status;
}

const memory_scenario memory_trace[] = {
    {"traces", with_traces},
    {"the least of a trace", with_least},
    {"the least against a profile", with_comparison},
    {"a recording", with_recorder},
    {NULL, NULL},
};
