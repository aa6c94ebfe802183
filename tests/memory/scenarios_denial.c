/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char docker[] = "[{\"Name\":\"/a\",\"HostConfig\":{\"CapDrop\":[\"ALL\"],\"Memory\":1000},\"Config\":{\"User\":\"\"}}]";
static const char profile_text[] =
    "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\","
    "\"args\":[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]},{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\","
    "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}}]}";

#define FIELDS(call, code) \
  "auid=1 uid=0 gid=0 ses=1 pid=7 comm=6120 exe=\"/bin/a\" sig=0 arch=c000003e syscall=" call " compat=0 ip=0x1 code=" code "\n"

static const char log_text[] =
    "type=SECCOMP msg=audit(1.000:1): " FIELDS("165", "0x50000") "type=SECCOMP msg=audit(1.001:2): " FIELDS("56", "0x50000")
    "type=SECCOMP msg=audit(1.002:3): " FIELDS("56", "0x50000") "type=SECCOMP msg=audit(1.004:5): " FIELDS("435", "0x80000000")
    "host audit[7]: SECCOMP " FIELDS("56", "0x50000") "type=SECCOMP msg=audit(1\n"
    "[1.0] audit: type=1400 audit(1.005:6): apparmor=\"DENIED\" operation=\"open\" profile=\"p\" name=\"/proc/1/mem\" pid=1 "
    "comm=\"a\" requested_mask=\"r\" denied_mask=\"r\"\n"
    "[1.0] audit: type=1400 audit(1.005:7): apparmor=\"DENIED\" operation=\"capable\" profile=\"p\" pid=1 comm=\"a\" capability=12\n"
    "type=AVC msg=audit(1/1/70 00:00:01.006:8) : avc:  denied  { read } for  pid=1 comm=a scontext=u:r:container_t:s0:c1 c2 "
    "tcontext=u:r:etc_t:s0 tclass=file\n"
    "type=SYSCALL msg=audit(1/1/70 00:00:01.006:8) : arch=x86_64 syscall=open success=no comm=a exe=/a\n"
    "oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg=/docker/a,task=a,pid=1,uid=0\n"
    "Memory cgroup out of memory: Killed process 1 (a) total-vm:1kB\n"
    "{\"MESSAGE\":[97,117,100,105,116],\"_TRANSPORT\":\"kernel\"}\n{\"log\":\"a\\n\"\n"
    "2023-07-08T10:31:23.1Z stdout P type=CWD \n2023-07-08T10:31:23.1Z stdout F a\n"
    "__CURSOR=a\nMESSAGE=audit: type=1701 audit(1.1:9): pid=1 sig=31\n\n";

static int fill(ctsec_denials *denials) {
  ctsec_containers *containers = NULL;
  ctsec_profile *profile = NULL;
  int status = ctsec_containers_parse(docker, strlen(docker), NULL, &containers, NULL);
  if (!status) status = ctsec_denials_set_container(denials, ctsec_containers_at(containers, 0), NULL);
  ctsec_containers_free(containers);
  if (!status) status = ctsec_profile_parse(profile_text, strlen(profile_text), NULL, &profile, NULL);
  if (!status) status = ctsec_denials_set_profile(denials, profile, NULL);
  ctsec_profile_free(profile);
  /* In pieces that cut lines. */
  for (size_t at = 0; !status && at < sizeof log_text - 1; at += 100) {
    size_t left = sizeof log_text - 1 - at;
    status = ctsec_denials_feed(denials, "log", log_text + at, left < 100 ? left : 100, NULL);
  }
  static const char calls[] = "mount(\"a\", \"/b\", \"c\", 0, NULL) = -1 EPERM (Operation not permitted)\nclone3({flags=0}, 88) = -1 ENOSYS (x)\nx\n"
                              "bind(3, {sa_family=AF_INET, sin_port=htons(80)}, 16) = -1 EACCES (x)\nchown(\"/x\", 1, 1) = -1 EPERM (x)\n";
  if (!status) status = ctsec_denials_feed(denials, "calls", calls, sizeof calls - 1, NULL);
  ctsec_error *error = NULL;
  if (status) return status;
  status = ctsec_denials_set_unread(denials, "missing", 2, &error);
  MEMORY_REQUIRE(status == CTSEC_E_NOTFOUND || status == CTSEC_E_NOMEM);
  if (ctsec_error_code(error) == CTSEC_E_NOMEM) status = CTSEC_E_NOMEM;
  ctsec_error_free(error);
  return status == CTSEC_E_NOTFOUND ? 0 : status;
}

static int stream(const char *format) {
  ctsec_options *options = NULL;
  ctsec_denials *denials = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_options_set(options, "fact", "sysctl.kernel.seccomp.actions_logged=kill_process errno", 55, NULL);
  if (!status) status = ctsec_denials_new(options, format, &denials, NULL);
  ctsec_options_free(options);
  if (status) return status;
  status = fill(denials);
  char *text = NULL;
  size_t length = 0;
  if (!status) status = ctsec_denials_take(denials, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_denials_finish(denials, &text, &length, NULL);
  if (!status) MEMORY_REQUIRE(length > 0);
  ctsec_free(text);
  ctsec_denials_free(denials);
  return status;
}

static int as_json(void) { return stream("json"); }
static int as_lines(void) { return stream("ndjson"); }
static int as_text(void) { return stream("text"); }

static int with_filter(void) {
  ctsec_filter *filter = NULL;
  ctsec_denials *denials = NULL;
  static const char assembler[] = "ret ERRNO(1)\n";
  int status = ctsec_filter_parse(assembler, strlen(assembler), NULL, &filter, NULL);
  if (!status) status = ctsec_denials_new(NULL, "json", &denials, NULL);
  if (!status) status = ctsec_denials_set_filter(denials, filter, NULL);
  if (!status) status = ctsec_denials_feed(denials, "log", log_text, sizeof log_text - 1, NULL);
  char *text = NULL;
  size_t length;
  if (!status) status = ctsec_denials_finish(denials, &text, &length, NULL);
  ctsec_free(text);
  ctsec_denials_free(denials);
  ctsec_filter_free(filter);
  return status;
}

const memory_scenario memory_denial[] = {
    {"denials json", as_json},   {"denials ndjson", as_lines}, {"denials text", as_text},
    {"denials filter", with_filter}, {NULL, NULL},
};
