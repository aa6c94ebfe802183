/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The least profile: what the traces show is allowed, and every rule is needed for something they show. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "seccomp/profile.h"
#include "support/support.h"
#include "trace/base.h"
#include "trace/least.h"

static ctsec_trace *read_text(const char *text, size_t length) {
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *trace = NULL;
  ck_assert_int_eq(ctsec_trace_stream_new(NULL, &stream, NULL), 0);
  ck_assert_int_eq(ctsec_trace_stream_feed(stream, text, length, NULL), 0);
  ck_assert_int_eq(ctsec_trace_stream_finish(stream, &trace, NULL), 0);
  ctsec_trace_stream_free(stream);
  return trace;
}

static ctsec_trace *read_file(const char *name) {
  char path[256] = "tests/data/trace/";
  strcat(path, name);
  size_t length = 0;
  char *text = ct_test_read(ct_test_source(path), &length);
  ck_assert(text != NULL);
  ctsec_trace *trace = read_text(text, length);
  free(text);
  return trace;
}

static ctsec_policy *resolve(const char *text, size_t length) {
  ctsec_profile *profile = NULL;
  ctsec_policy *policy = NULL;
  ck_assert_int_eq(ctsec_profile_parse(text, length, NULL, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, NULL, &policy, NULL), 0);
  ctsec_profile_free(profile);
  return policy;
}

static int allows(const ctsec_policy *policy, const ct_arch *arch, uint32_t number, const uint64_t *args) {
  uint32_t action = 0, audit = arch->abi.audit;
  int32_t nr = (int32_t)number;
  ck_assert_int_eq(ctsec_policy_simulate_batch(policy, 1, &audit, &nr, args, &action, NULL), 0);
  return action == CT_RET_ALLOW;
}

/* Everything that is needed: the calls of the traces, and those of the runtime, as the kernel would see them. */
static int all_allowed(const ctsec_policy *policy, const ctsec_trace *trace, int late) {
  for (uint32_t i = 0; i < trace->count; i++) {
    const ct_trace_call *call = trace->calls[i];
    if (!call->name || ct_least_absent(call)) continue;
    uint64_t args[6];
    memcpy(args, call->args, sizeof args);
    /* An argument that was not seen may be anything. */
    for (unsigned k = 0; k < 6; k++)
      if (!(call->known >> k & 1)) args[k] = 0x1234567890abcdefu;
    if (!allows(policy, call->arch, call->number, args)) return 0;
  }
  const ct_arch *native = ct_arch_named("x86_64", 6);
  const char *name;
  for (unsigned i = 0; (name = ct_base_at(i, late)); i++) {
    uint32_t number = 0;
    uint64_t value = 0, args[6] = {7, 7, 7, 7, 7, 7};
    if (!ct_arch_number(native, name, &number)) continue;
    unsigned k = 0;
    for (; ct_base_option(name, k, &value); k++) {
      args[0] = value;
      if (!allows(policy, native, number, args)) return 0;
    }
    if (!k && !allows(policy, native, number, args)) return 0;
  }
  return 1;
}

/* The profile without one name of its first entry, or without one of the others. */
static char *without(const char *text, const char *from, const char *to) {
  size_t head = (size_t)(from - text), tail = strlen(to);
  char *made = malloc(head + tail + 1);
  memcpy(made, text, head);
  memcpy(made + head, to, tail + 1);
  return made;
}

static unsigned remove_each(const char *text, const ctsec_trace *trace, int late) {
  unsigned removed = 0;
  /* Names of the first entry: "name",\n or the last one behind a comma. */
  const char *names = strstr(strstr(text, "\"names\": ["), "[") + 1;
  const char *end = strchr(names, ']');
  for (const char *at = strchr(names, '"'); at && at < end; at = strchr(strchr(at + 1, '"') + 1, '"')) {
    const char *close = strchr(at + 1, '"') + 1;
    char *shorter;
    if (*close == ',') {
      shorter = without(text, at, close + 1);
    } else {
      const char *comma = at;
      while (*comma != ',') comma--;
      shorter = without(text, comma, close);
    }
    ctsec_policy *policy = resolve(shorter, strlen(shorter));
    ck_assert_msg(!all_allowed(policy, trace, late), "not needed: %.40s", at);
    ctsec_policy_free(policy);
    free(shorter);
    removed++;
  }
  /* Entries with conditions: from one comma between entries to the next. */
  const char *entry = strchr(end, '}') + 1;
  while (*entry == ',') {
    int depth = 0;
    const char *stop = entry + 1;
    do {
      depth += (*stop == '{') - (*stop == '}');
      stop++;
    } while (depth || stop[-1] != '}');
    char *shorter = without(text, entry, stop);
    ctsec_policy *policy = resolve(shorter, strlen(shorter));
    ck_assert_msg(!all_allowed(policy, trace, late), "not needed: %.200s", entry);
    ctsec_policy_free(policy);
    free(shorter);
    entry = stop;
    removed++;
  }
  return removed;
}

static void check(ctsec_trace *trace, int late) {
  ctsec_options *options = NULL;
  ctsec_least *least = NULL;
  char *text = NULL;
  size_t length = 0;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (late) ck_assert_int_eq(ctsec_options_set(options, "no-new-privileges", "true", 4, NULL), 0);
  const ctsec_trace *const traces[] = {trace};
  ck_assert_int_eq(ctsec_trace_resolve(traces, 1, options, &least, NULL), 0);
  ck_assert_int_eq(ctsec_least_encode(least, &text, &length, NULL), 0);
  ctsec_policy *policy = resolve(text, length);
  ck_assert(all_allowed(policy, trace, late));
  /* Against itself nothing is missing or superfluous. */
  ctsec_diff *diff = NULL;
  ck_assert_int_eq(ctsec_least_diff(least, policy, NULL, &diff, NULL), 0);
  ck_assert_uint_eq(ctsec_diff_count(diff), 0);
  ctsec_diff_free(diff);
  ck_assert_uint_gt(remove_each(text, trace, late), 30);
  ctsec_policy_free(policy);
  ctsec_free(text);
  ctsec_least_free(least);
  ctsec_options_free(options);
}

START_TEST(files) {
  static const char *const names[] = {"strace-f.txt", "other-mix.txt", "other-n32.txt", "audit.txt", "perf.txt",
                                      "recording.txt", "strace-c.txt", "other-bb.txt"};
  ctsec_trace *trace = read_file(names[_i]);
  check(trace, 0);
  check(trace, 1);
  ctsec_trace_free(trace);
}
END_TEST

/* Traces that nobody wrote. */
START_TEST(random_traces) {
  unsigned seed = (unsigned)_i * 2654435761u + 1;
  char *text = malloc(1 << 16);
  size_t length = (size_t)sprintf(text, "ctsec-trace 1\n");
  static const char *const archs[] = {"x86_64", "x86_64", "x86", "x32"};
  for (int i = 0; i < 60; i++) {
    seed = seed * 1103515245 + 12345;
    const char *arch = archs[seed >> 16 & 3];
    int32_t id = 0;
    ck_assert_int_eq(ctsec_arch_find(arch, strlen(arch), &id, NULL), 0);
    seed = seed * 1103515245 + 12345;
    const char *name = ctsec_syscall_at(id, (int32_t)(seed >> 8) % ctsec_syscall_count(id), NULL);
    unsigned count = 0;
    if (seed >> 5 & 1) name = "socket";
    (void)ct_kept_find(name, &count);
    length += (size_t)sprintf(text + length, "call %s %s", arch, name);
    for (unsigned k = 0; k < 6; k++) {
      seed = seed * 1103515245 + 12345;
      if (count && (seed >> 9 & 7)) length += (size_t)sprintf(text + length, " %u=0x%x", k, seed >> 20 & 31);
    }
    text[length++] = '\n';
  }
  ctsec_trace *trace = read_text(text, length);
  check(trace, _i & 1);
  ctsec_trace_free(trace);
  free(text);
}
END_TEST

static ctsec_least *least_of(const char *text) {
  ctsec_trace *trace = read_text(text, strlen(text));
  const ctsec_trace *const traces[] = {trace};
  ctsec_least *least = NULL;
  ck_assert_int_eq(ctsec_trace_resolve(traces, 1, NULL, &least, NULL), 0);
  ctsec_trace_free(trace);
  return least;
}

#define BIT(name) (UINT64_C(1) << (name))

START_TEST(capabilities) {
  static const struct {
    const char *trace;
    uint64_t yes;
    uint64_t no;
  } cases[] = {
      {"mount(\"a\", \"/b\", NULL, MS_BIND, NULL) = 0\n", BIT(21), 0},
      /* Refused each time, and the program went on. */
      {"mount(\"a\", \"/b\", NULL, MS_BIND, NULL) = -1 EPERM (Operation not permitted)\n", 0, BIT(21)},
      {"socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) = 3\n", BIT(13), 0},
      {"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n", 0, BIT(13)},
      {"bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0\n", BIT(10), 0},
      {"bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0\n", 0, BIT(10)},
      {"bind(3, {sa_family=AF_UNIX, sun_path=\"/x\"}, 110) = 0\n", 0, BIT(10)},
      {"chown(\"/x\", 1, 1) = 0\n", BIT(0), 0},
      {"setuid(33) = 0\nsetgroups(0, NULL) = 0\n", BIT(6) | BIT(7), 0},
      {"mknod(\"/x\", S_IFCHR|0666, makedev(0x1, 0x3)) = 0\n", BIT(27), 0},
      {"mknod(\"/x\", S_IFIFO|0666) = 0\n", 0, BIT(27)},
      {"clone3({flags=CLONE_NEWNET|CLONE_NEWNS, exit_signal=SIGCHLD}, 88) = 9\n", BIT(21), 0},
      {"clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 9\n", 0, BIT(21)},
      {"unshare(CLONE_NEWUSER) = 0\n", 0, BIT(21)},
      {"clone(child_stack=NULL, flags=CLONE_NEWPID|SIGCHLD) = 9\n", BIT(21), 0},
      {"sched_setscheduler(0, SCHED_FIFO, [1]) = 0\n", BIT(23), 0},
      {"sched_setscheduler(0, SCHED_OTHER, [0]) = 0\n", 0, BIT(23)},
      {"prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=1, rlim_max=2}) = 0\n", 0, BIT(24)},
      /* Recorded of a user without any capability: it needed none. */
      {"ctsec-trace 1\nuid 1000\ncaps 0000000000000000\ncall x86_64 chown\nend 0\n", 0, BIT(0)},
      {"ctsec-trace 1\nuid 0\ncaps 000001ffffffffff\ncall x86_64 chown\nend 0\n", BIT(0), 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_least *least = least_of(cases[i].trace);
    uint64_t yes = ct_least_cap_mask(least, 1);
    ck_assert_msg((yes & cases[i].yes) == cases[i].yes && !(yes & cases[i].no), "%s: %llx", cases[i].trace,
                  (unsigned long long)yes);
    ctsec_least_free(least);
  }
}
END_TEST

/* A limit that is read is no reason to raise one; a limit that is set may be. */
START_TEST(limits) {
  ctsec_least *least = least_of("prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=1, rlim_max=2}) = 0\n");
  ck_assert_uint_eq(ct_least_cap_mask(least, 0) & BIT(24), 0);
  ctsec_least_free(least);
  least = least_of("prlimit64(0, RLIMIT_STACK, {rlim_cur=1, rlim_max=2}, NULL) = 0\n");
  ck_assert_uint_eq(ct_least_cap_mask(least, 0) & BIT(24), BIT(24));
  ctsec_least_free(least);
}
END_TEST

static int names(const char *trace, const char *call) {
  ctsec_least *least = least_of(trace);
  int found = 0;
  for (uint32_t i = 0; i < least->need_count; i++)
    found |= !strcmp(least->needs[i].name, call) && least->needs[i].from & CT_LEAST_TRACE;
  ctsec_least_free(least);
  return found;
}

START_TEST(absent_calls) {
  ck_assert(!names("clone3({flags=CLONE_VM}, 88) = -1 ENOSYS (Function not implemented)\n", "clone3"));
  ck_assert(names("clone3({flags=CLONE_VM}, 88) = -1 ENOSYS (Function not implemented)\nclone3({flags=CLONE_VM}, 88) = 3\n",
                  "clone3"));
  ck_assert(names("old_mmap(0) = 0\n", "mmap"));
}
END_TEST

/* Several traces: each is allowed by what they need together, and neither needs all of it. */
START_TEST(merged) {
  ctsec_trace *traces[2] = {read_file("strace-f.txt"), read_file("recording.txt")};
  ctsec_least *least = NULL;
  char *text = NULL;
  size_t length = 0;
  ck_assert_int_eq(ctsec_trace_resolve((const ctsec_trace *const *)traces, 2, NULL, &least, NULL), 0);
  ck_assert_int_eq(ctsec_least_encode(least, &text, &length, NULL), 0);
  ctsec_policy *policy = resolve(text, length);
  for (int i = 0; i < 2; i++) {
    ck_assert(all_allowed(policy, traces[i], 0));
    ctsec_least *one = NULL;
    ctsec_diff *diff = NULL;
    const ctsec_trace *const only[] = {traces[i]};
    ck_assert_int_eq(ctsec_trace_resolve(only, 1, NULL, &one, NULL), 0);
    ck_assert_int_eq(ctsec_least_diff(one, policy, NULL, &diff, NULL), 0);
    ck_assert_uint_gt(ctsec_diff_count(diff), 0);
    for (size_t k = 0; k < ctsec_diff_count(diff); k++) {
      uint32_t first = 0;
      ck_assert_int_eq(ctsec_diff_at(diff, k, NULL, NULL, NULL, &first, NULL, NULL), 0);
      ck_assert_uint_eq(first, CT_RET_ALLOW);
    }
    ctsec_diff_free(diff);
    ctsec_least_free(one);
    ctsec_trace_free(traces[i]);
  }
  ctsec_policy_free(policy);
  ctsec_free(text);
  ctsec_least_free(least);
}
END_TEST

/* The upper half of an int argument, which the kernel does not read, does not matter. */
START_TEST(upper_half) {
  ctsec_least *least = least_of("ioctl(1, TIOCGPTN, [3]) = 0\n");
  char *text = NULL;
  size_t length = 0;
  ck_assert_int_eq(ctsec_least_encode(least, &text, &length, NULL), 0);
  ctsec_policy *policy = resolve(text, length);
  const ct_arch *arch = ct_arch_named("x86_64", 6);
  uint64_t args[6] = {1, 0xffffffff80045430u, 0, 0, 0, 0};
  ck_assert(allows(policy, arch, 16, args));
  args[1] = 0x5412;
  ck_assert(!allows(policy, arch, 16, args));
  ctsec_policy_free(policy);
  ctsec_free(text);
  ctsec_least_free(least);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("least");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, files, 0, 8);
  tcase_add_loop_test(all, random_traces, 0, 40);
  tcase_add_test(all, capabilities);
  tcase_add_test(all, limits);
  tcase_add_test(all, absent_calls);
  tcase_add_test(all, merged);
  tcase_add_test(all, upper_half);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
