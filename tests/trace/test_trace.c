/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers of traces: every form gives the same calls, damaged lines are reported to the column, nothing is lost. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"
#include "trace/trace.h"

static ctsec_trace *read_pieces(const char *text, size_t length, const char *from, size_t piece, ctsec_error **problem) {
  ctsec_options *options = NULL;
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *trace = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (from) ck_assert_int_eq(ctsec_options_set(options, "from", from, strlen(from), NULL), 0);
  ck_assert_int_eq(ctsec_trace_stream_new(options, &stream, NULL), 0);
  ctsec_options_free(options);
  for (size_t at = 0; at < length; at += piece)
    ck_assert_int_eq(ctsec_trace_stream_feed(stream, text + at, length - at < piece ? length - at : piece, NULL), 0);
  int status = ctsec_trace_stream_finish(stream, &trace, NULL);
  ck_assert(!status == (trace != NULL));
  if (problem) ck_assert_int_eq(ctsec_trace_stream_take(stream, problem, NULL), 0);
  ctsec_trace_stream_free(stream);
  return trace;
}

static ctsec_trace *read_file(const char *name, size_t piece) {
  char path[256] = "tests/data/trace/";
  strcat(path, name);
  size_t length = 0;
  char *text = ct_test_read(ct_test_source(path), &length);
  ck_assert_msg(text != NULL, "%s", name);
  ctsec_error *problem = NULL;
  ctsec_trace *trace = read_pieces(text, length, NULL, piece, &problem);
  ck_assert_msg(trace && !problem, "%s: %s", name, problem ? ctsec_error_message(problem) : "no call");
  ck_assert_msg(trace->lines && !trace->unparsed, "%s", name);
  free(text);
  return trace;
}

static uint64_t times_of(const ctsec_trace *trace, const char *name) {
  uint64_t times = 0;
  for (uint32_t i = 0; i < trace->count; i++)
    if (trace->calls[i]->name && !strcmp(trace->calls[i]->name, name)) times += trace->calls[i]->times;
  return times;
}

static const ct_trace_call *call_of(const ctsec_trace *trace, const char *name) {
  for (uint32_t i = 0; i < trace->count; i++)
    if (trace->calls[i]->name && !strcmp(trace->calls[i]->name, name)) return trace->calls[i];
  return NULL;
}

static const char *const forms[] = {
    "strace-f.txt",       "strace-n.txt",   "strace-yy.txt",  "strace-Xraw.txt",     "strace-Xverbose.txt",
    "strace-t.txt",       "strace-tt.txt",  "strace-ttt.txt", "strace-r.txt",        "strace-i.txt",
    "strace-Y.txt",       "strace-decode.txt", "strace-v.txt", "strace-x.txt",       "strace-nif.txt",
    "strace-a.txt",       "strace-raw.txt", "strace-q.txt",   "strace-terminal.txt", "strace-terminal-rt.txt",
    "strace-inj.txt",     "perf.txt",       "perf-T.txt",
};

/* One program, traced with every option: the same calls with the same arguments. */
START_TEST(every_form) {
  ctsec_trace *trace = read_file(forms[_i], 1 << 20);
  static const struct {
    const char *name;
    uint64_t times;
  } expected[] = {{"execve", 2}, {"socket", 2}, {"unshare", 1}, {"mount", 1}, {"clone3", 3}, {"prctl", 1}, {"openat", 4}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    ck_assert_msg(times_of(trace, expected[i].name) == expected[i].times, "%s: %s %llu", forms[_i], expected[i].name,
                  (unsigned long long)times_of(trace, expected[i].name));
  const ct_trace_call *unshare = call_of(trace, "unshare"), *mount = call_of(trace, "mount");
  ck_assert_msg(unshare->known == 1 && unshare->args[0] == 0x0c000000, "%s", forms[_i]);
  ck_assert_msg(mount->known == 8 && mount->args[3] == 6, "%s", forms[_i]);
  const ct_trace_call *personality = call_of(trace, "personality");
  ck_assert_msg(personality && personality->args[0] == 0xffffffff, "%s", forms[_i]);
  /* perf and raw numbers show no flags of clone3, which stand in memory. */
  if (!strncmp(forms[_i], "strace", 6) && !strstr(forms[_i], "raw.txt"))
    ck_assert_msg(call_of(trace, "clone3")->known == 1u << CT_TRACE_DATA, "%s", forms[_i]);
  ck_assert_uint_eq(trace->format, strncmp(forms[_i], "perf", 4) ? CTSEC_TRACE_STRACE : CTSEC_TRACE_PERF);
  ctsec_trace_free(trace);
}
END_TEST

/* Cut at any byte, the same. */
START_TEST(pieces) {
  ctsec_trace *whole = read_file("strace-nif.txt", 1 << 20);
  static const size_t sizes[] = {1, 2, 3, 7, 64, 4096};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    ctsec_trace *cut = read_file("strace-nif.txt", sizes[i]);
    ck_assert_uint_eq(cut->count, whole->count);
    ck_assert_uint_eq(cut->seen, whole->seen);
    ctsec_trace_free(cut);
  }
  ctsec_trace_free(whole);
}
END_TEST

START_TEST(others) {
  static const char *const files[] = {"strace-k.txt", "strace-C.txt", "strace-c.txt",  "strace-cU.txt", "strace-ff.txt",
                                      "strace-z.txt", "other-bb.txt", "other-f32.txt", "other-n32.txt", "other-e32.txt",
                                      "other-mix.txt", "perf-s.txt",  "audit.txt",     "recording.txt"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) ctsec_trace_free(read_file(files[i], 1000));
}
END_TEST

/* Numbers, and a line of strace that says so, tell the programs of another ABI. */
START_TEST(other_abi) {
  ctsec_trace *trace = read_file("other-n32.txt", 4096);
  ck_assert_uint_eq(times_of(trace, "socketcall"), 2);
  const ct_trace_call *call = call_of(trace, "waitpid");
  ck_assert(call && call->arch->abi.id == CTSEC_ARCH_X86);
  ctsec_trace_free(trace);
  trace = read_file("other-e32.txt", 4096);
  call = call_of(trace, "getpid");
  ck_assert(call && call->arch->abi.id == CTSEC_ARCH_X86);
  ctsec_trace_free(trace);
}
END_TEST

START_TEST(summaries) {
  ctsec_trace *trace = read_file("strace-cU.txt", 4096);
  ck_assert_uint_eq(trace->seen, 145);
  ck_assert_uint_eq(times_of(trace, "access"), 2);
  ctsec_trace_free(trace);
}
END_TEST

static ctsec_trace *read_text(const char *text) {
  ctsec_error *problem = NULL;
  ctsec_trace *trace = read_pieces(text, strlen(text), NULL, 4096, &problem);
  ck_assert_msg(trace && !problem, "%s", problem ? ctsec_error_message(problem) : "no call");
  return trace;
}

/* A summary behind the calls themselves counts none of them twice, and adds what no line had. */
START_TEST(both) {
  ctsec_trace *trace = read_text("getpid() = 1\n"
                                 "getpid() = 1\n"
                                 "% time     seconds  usecs/call     calls    errors syscall\n"
                                 "------ ----------- ----------- --------- --------- ----------------\n"
                                 " 90.00    0.000002           1         2           getpid\n"
                                 " 10.00    0.000001           1         3         1 access\n"
                                 "------ ----------- ----------- --------- --------- ----------------\n"
                                 "100.00    0.000003           1         5         1 total\n");
  ck_assert_uint_eq(times_of(trace, "getpid"), 2);
  ck_assert_uint_eq(times_of(trace, "access"), 3);
  ctsec_trace_free(trace);
  trace = read_file("strace-C.txt", 4096);
  ck_assert_uint_eq(trace->seen, 140);
  ctsec_trace_free(trace);
}
END_TEST

/* What strace -X raw and -e raw=all make of pointers and ports. */
START_TEST(raw) {
  ctsec_trace *trace = read_text("bind(4, {sa_family=0x2, sin_port=\"\\x00\\x50\", sin_addr=\"\\x7f\\x00\\x00\\x01\"}, 16) = 0\n"
                                 "prlimit64(0, 0x3, 0, 0x7ffee34bf7b0) = 0\n");
  ck_assert_uint_eq(call_of(trace, "bind")->args[CT_TRACE_DATA], UINT64_C(1) << 32 | 80u << 16 | 2);
  ck_assert_uint_eq(call_of(trace, "prlimit64")->args[2], 0);
  ctsec_trace_free(trace);
}
END_TEST

/* Options of perf trace: no names of programs, frames, page faults, results that are flags, errors below a summary. */
START_TEST(perf_options) {
  ctsec_trace *trace = read_text(
      "         ? (         ): 4323  ... [continued]: execve())                 = 0\n"
      "     3.463 ( 0.016 ms): 4323 brk()                                       = 0x555fc6acf000\n"
      "   366.095 ( 0.011 ms): 4323 fcntl(fd: 255, cmd: GETFL)                  = RDONLY|LARGEFILE\n"
      "                                       __brk (inlined)\n"
      "                                       _start (/usr/lib/ld-linux-x86-64.so.2)\n"
      "     0.050 ( 0.000 ms): sh/5224 minfault [elf_load+0x28a] => 0x7fadeaf25110 (?k)\n"
      " Summary of events:\n\n bash (5632), 731 events, 3.5%\n\n"
      "   syscall            calls  errors  total       min       avg       max       stddev\n"
      "                                     (msec)    (msec)    (msec)    (msec)        (%)\n"
      "   --------------- --------  ------ -------- --------- --------- ---------     ------\n"
      "   brk                    1      0    11.555     0.012     0.889    11.081     95.58%\n"
      "   mount                  9      3     0.910     0.012     0.014     0.024      1.82%\n"
      "\t\t\t\tEPERM: 2\n\t\t\t\tENODEV: 18446744073709551615\n\t\t\t\t(unknown): 1\n");
  ck_assert_uint_eq(times_of(trace, "brk"), 1);
  ck_assert_uint_eq(times_of(trace, "fcntl"), 1);
  const ct_trace_call *mount = call_of(trace, "mount");
  ck_assert_uint_eq(mount->times, 9);
  ck_assert_uint_eq(mount->results[CT_RESULT_EPERM], 2);
  ck_assert_uint_eq(trace->unparsed, 0);
  ctsec_trace_free(trace);
}
END_TEST

START_TEST(audit) {
  ctsec_trace *trace = read_file("audit.txt", 100);
  ck_assert_uint_eq(trace->lost, 2002);
  ck_assert_uint_eq(trace->seen, 9);
  ck_assert_uint_eq(trace->seen + trace->others, trace->lines);
  ctsec_trace_free(trace);
}
END_TEST

/* What strace found is written as a recording, and read again. */
START_TEST(recorded) {
  ctsec_trace *trace = read_file("other-mix.txt", 4096);
  char *text = NULL, *again = NULL;
  size_t length = 0, other = 0;
  ck_assert_int_eq(ctsec_trace_encode(trace, &text, &length, NULL), 0);
  ctsec_trace *second = read_pieces(text, length, NULL, 5, NULL);
  ck_assert(second && second->finished && second->seen == trace->seen && second->count == trace->count);
  ck_assert_int_eq(ctsec_trace_encode(second, &again, &other, NULL), 0);
  ck_assert(length == other && !memcmp(text, again, length));
  ctsec_free(text);
  ctsec_free(again);
  ctsec_trace_free(trace);
  ctsec_trace_free(second);
}
END_TEST

static const struct {
  const char *from;
  const char *line;
  size_t length;
  int64_t column;
  const char *message;
} damaged[] = {
#define D(from, line, length, column, message) {from, line, length, column, message},
#include "damaged.def"
#undef D
};
#define DAMAGED (sizeof damaged / sizeof *damaged)

START_TEST(reports) {
  char text[512];
  int recording = !strcmp(damaged[_i].from, "recording");
  size_t before = recording ? strlen("ctsec-trace 1\n") : 0;
  memcpy(text, "ctsec-trace 1\n", before);
  memcpy(text + before, damaged[_i].line, damaged[_i].length);
  text[before + damaged[_i].length] = '\n';
  ctsec_error *problem = NULL;
  ctsec_trace *trace = read_pieces(text, before + damaged[_i].length + 1, damaged[_i].from, 1 << 20, &problem);
  ck_assert_msg(problem != NULL, "%s", damaged[_i].line);
  ck_assert_str_eq(ctsec_error_message(problem), damaged[_i].message);
  ck_assert_int_eq(ctsec_error_line(problem), recording ? 2 : 1);
  ck_assert_int_eq(ctsec_error_column(problem), damaged[_i].column);
  ctsec_error_free(problem);
  ctsec_trace_free(trace);
}
END_TEST

/* Between two good lines a bad one is counted, and costs neither of them. */
START_TEST(counted) {
  for (size_t i = 0; i < DAMAGED; i++) {
    if (strcmp(damaged[i].from, "strace")) continue;
    char text[512] = "12  read(3, \"\", 1) = 0\n";
    size_t at = strlen(text);
    memcpy(text + at, damaged[i].line, damaged[i].length);
    at += damaged[i].length;
    strcpy(text + at, "\n13  socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) = 3\n");
    at += strlen(text + at);
    ctsec_trace *trace = read_pieces(text, at, NULL, 9, NULL);
    ck_assert(trace && trace->unparsed == 1 && trace->lines == 3 && trace->seen == 2);
    ctsec_trace_free(trace);
  }
}
END_TEST

START_TEST(no_trace) {
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *trace = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_trace_stream_new(NULL, &stream, NULL), 0);
  ck_assert_int_eq(ctsec_trace_stream_finish(stream, &trace, &error), CTSEC_E_SYNTAX);
  ck_assert_str_eq(ctsec_error_message(error), "empty: no system call");
  ctsec_error_free(error);
  ctsec_trace_stream_free(stream);
  /* A line that never ends. */
  char *text = malloc(3 << 20);
  memset(text, 'a', 3 << 20);
  memcpy(text + (3 << 20) - 30, "\nread(0, \"\", 1) = 0\n", 20);
  memset(text + (3 << 20) - 10, '\n', 10);
  ctsec_error *problem = NULL;
  trace = read_pieces(text, 3 << 20, NULL, 70000, &problem);
  ck_assert(trace && problem && trace->unparsed == 1 && trace->seen == 1);
  ck_assert_str_eq(ctsec_error_message(problem), "a line of more than 1 MiB");
  ctsec_error_free(problem);
  ctsec_trace_free(trace);
  free(text);
}
END_TEST

START_TEST(kept_order) {
  static const struct {
    const char *name;
  } rows[] = {
#define KEPT(call, argument, bits, prefix, use) {call},
#include "data/kept.def"
#undef KEPT
  };
  for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) ck_assert_int_le(strcmp(rows[i - 1].name, rows[i].name), 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    unsigned count = 0;
    ck_assert(ct_kept_find(rows[i].name, &count) && count);
    ck_assert(ctsec_syscall_group(rows[i].name, strlen(rows[i].name)));
  }
}
END_TEST

/* What an argument comes to; others are not told. */
START_TEST(values) {
  static const struct {
    const char *line;
    const char *text;
  } cases[] = {
      {"ioctl(3, _IOC(_IOC_READ|_IOC_WRITE, 0x12, 0x34, 0x4), 0x7ffd) = 0", "1 x86_64 ioctl 1=0xc0041234\n"},
      {"ioctl(1, SNDCTL_TMR_TIMEBASE or TCGETS, {B38400}) = 0", "1 x86_64 ioctl 1=0x5401\n"},
      {"ioctl(3, DRM_IOCTL_VERSION, 0x7ffc) = 0", "1 x86_64 ioctl\n"},
      {"ioctl(3<UDP:[1.1.1.1:53->2.2.2.2:1]>, SIOCGIFCONF, 0x7ffc) = 0", "1 x86_64 ioctl 1=0x8912\n"},
      {"setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0", "1 x86_64 setsockopt 1=0x6 2=0x1\n"},
      {"setsockopt(3, SOL_IPV6, IPV6_V6ONLY, [1], 4) = 0", "1 x86_64 setsockopt 1=0x29 2=0x1a\n"},
      {"socket(0x1e /* AF_??? */, SOCK_STREAM, 0) = 3", "1 x86_64 socket 0=0x1e 1=0x1 2=0x0\n"},
      {"prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) = 0", "1 x86_64 prctl 0=0x2f 1=0x2\n"},
      {"chmod(\"/tmp/a, b(c\", 04755) = 0", "1 x86_64 chmod 1=0x800\n"},
      {"connect(3, {sa_family=AF_UNIX, sun_path=\"/run/\\\") = 0 x\"}, 110) = -1 ENOENT (No such)", "1 x86_64 connect\n"},
      {"old_getrlimit(RLIMIT_STACK, {}) = 0", "1 x86_64 getrlimit\n"},
      {"fcntl(3, F_SETLEASE, F_RDLCK) = 0", "1 x86_64 fcntl 1=0x400\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_trace *trace = read_pieces(cases[i].line, strlen(cases[i].line), NULL, 11, NULL);
    char *text = NULL;
    size_t length = 0;
    ck_assert_msg(trace != NULL, "%s", cases[i].line);
    ck_assert_int_eq(ctsec_trace_to_text(trace, &text, &length, NULL), 0);
    ck_assert_str_eq(text, cases[i].text);
    ctsec_free(text);
    ctsec_trace_free(trace);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("trace");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, every_form, 0, sizeof forms / sizeof *forms);
  tcase_add_test(all, pieces);
  tcase_add_test(all, values);
  tcase_add_test(all, others);
  tcase_add_test(all, other_abi);
  tcase_add_test(all, summaries);
  tcase_add_test(all, both);
  tcase_add_test(all, raw);
  tcase_add_test(all, perf_options);
  tcase_add_test(all, audit);
  tcase_add_test(all, recorded);
  tcase_add_loop_test(all, reports, 0, DAMAGED);
  tcase_add_test(all, counted);
  tcase_add_test(all, no_trace);
  tcase_add_test(all, kept_order);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
