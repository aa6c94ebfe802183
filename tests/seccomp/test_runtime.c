/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model of runc against filters that runc 1.1.5 with libseccomp 2.5.4 loaded. */
#include <ctsec/ctsec.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/libseccomp.h"
#include "seccomp/bpf.h"
#include "seccomp/loaded.h"
#include "support/support.h"

#define X64 0xc000003eu
#define I386 0x40000003u

typedef struct recording {
  ct_arena arena;
  ct_insn program[CT_BPF_MOST];
  size_t count;
  ct_loaded *runtime;
  ct_resolved *resolved;
} recording;

static ct_loaded *model(recording *r, const char *text, size_t length, ct_loaded_kind kind, const char *version) {
  const ct_profile *profile = NULL;
  ctsec_error *err = NULL;
  ct_version libseccomp = {0};
  ck_assert(ct_version_parse(version, strlen(version), &libseccomp));
  ck_assert_msg(!ct_profile_parse(&r->arena, text, length, NULL, &profile, &err), "%s", ctsec_error_message(err));
  ck_assert_int_eq(ct_resolve(&r->arena, profile, NULL, &r->resolved, &err), 0);
  ck_assert_int_eq(ct_loaded_build(&r->arena, r->resolved, &(ct_loader){.kind = kind, .libseccomp = libseccomp}, &r->runtime, &err), 0);
  return r->runtime;
}

static int open_recording(recording *r, const char *folder) {
  char path[800];
  memset(r, 0, sizeof *r);
  snprintf(path, sizeof path, "%s/config.json", folder);
  size_t length = 0, size = 0;
  char *text = ct_test_read(path, &length);
  snprintf(path, sizeof path, "%s/filter.0", folder);
  char *filter = ct_test_read(path, &size);
  if (text && filter) {
    ck_assert_int_eq(ct_bpf_decode(filter, size, 0, r->program, NULL), 0);
    r->count = size / 8;
    model(r, text, length, CT_LOADED_RUNC, "2.5.4");
  }
  int found = text && filter;
  free(text);
  free(filter);
  return found;
}

static void compare(const recording *r, const char *folder, uint32_t audit, uint32_t number, const uint64_t args[6]) {
  ct_data data;
  ct_data_make(&data, 0, audit, number, 0, args);
  uint32_t loaded = ct_bpf_run(r->program, &data, NULL, NULL);
  ct_loaded_decision ours;
  ct_loaded_decide(r->runtime, audit, number, args, &ours);
  ck_assert_msg(ours.why != CT_LOADED_UNDETERMINED && ours.why != CT_LOADED_REFUSED && ours.action == loaded,
                "%s: %08x %u (%llx, %llx): loaded %08x, model %08x (%s)", folder, audit, number,
                (unsigned long long)args[0], (unsigned long long)args[1], loaded, ours.action,
                ct_loaded_why_name(ours.why));
}

static void compare_number(const recording *r, const char *folder, uint32_t audit, uint32_t number) {
  uint64_t args[6] = {0};
  compare(r, folder, audit, number, args);
  /* socketcall and ipc of i386 have conditions that stand in no profile. */
  for (args[0] = 0; audit == I386 && args[0] < 32; args[0]++) compare(r, folder, audit, number, args);
  const ct_profile *profile = r->resolved->profile;
  for (uint32_t e = 0; e < profile->entry_count; e++) {
    const ct_profile_entry *entry = &profile->entries[e];
    for (uint32_t c = 0; c < entry->condition_count; c++) {
      const ct_condition *condition = &entry->conditions[c];
      static const uint64_t around[] = {0, 1, UINT64_MAX, UINT64_C(1) << 32, UINT64_C(3) << 40};
      for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        memset(args, 0, sizeof args);
        args[condition->index] = condition->value + around[i];
        compare(r, folder, audit, number, args);
        args[condition->index] = ~condition->value + around[i];
        compare(r, folder, audit, number, args);
        args[condition->index] = condition->value_two + around[i];
        compare(r, folder, audit, number, args);
      }
    }
  }
}

static void compare_all(const char *folder) {
  recording *r = calloc(1, sizeof *r);
  if (open_recording(r, folder)) {
    for (uint32_t number = 0; number <= 500; number++) {
      compare_number(r, folder, X64, number);
      compare_number(r, folder, X64, number | CT_X32_BIT);
      compare_number(r, folder, I386, number);
    }
    static const uint32_t far[] = {501, 1000, 0x3fffffff, 0x400003e8, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
      compare_number(r, folder, X64, far[i]);
      compare_number(r, folder, I386, far[i]);
    }
    compare_number(r, folder, 0xc00000b7, 0);
  }
  ct_arena_free(&r->arena);
  free(r);
}

static void compare_below(const char *path, int least) {
  DIR *folder = path ? opendir(path) : NULL;
  int seen = 0;
  for (struct dirent *item; folder && (item = readdir(folder));) {
    if (item->d_name[0] == '.') continue;
    char child[512];
    snprintf(child, sizeof child, "%s/%s", path, item->d_name);
    compare_all(child);
    seen++;
  }
  if (folder) closedir(folder);
  ck_assert_int_ge(seen, least);
}

START_TEST(recorded_filters) { compare_below(ct_test_source("tests/data/docker"), 5); }
END_TEST

START_TEST(more_recorded_filters) { compare_below(ct_test_shared("data/docker"), 0); }
END_TEST

static uint32_t decide(const ct_loaded *runtime, uint32_t audit, uint32_t number, uint64_t a0, ct_loaded_why *why) {
  uint64_t args[6] = {a0};
  ct_loaded_decision decision;
  ct_loaded_decide(runtime, audit, number, args, &decision);
  *why = decision.why;
  return decision.action;
}

#define HEAD "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["

START_TEST(combinations) {
  recording *r = calloc(1, sizeof *r);
  ct_loaded_why why;
  /* A repeated index becomes a choice. */
  const char *twice = HEAD "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
                           "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_NE\"},{\"index\":0,\"value\":40,\"op\":\"SCMP_CMP_NE\"}]}]}";
  ct_loaded *m = model(r, twice, strlen(twice), CT_LOADED_RUNC, "2.5.4");
  ck_assert_uint_eq(decide(m, X64, 41, 38, &why), CT_RET_ALLOW);
  ck_assert_uint_eq(decide(m, X64, 41, 40, &why), CT_RET_ALLOW);
  /* A rule without conditions takes the place of those with, whatever their order. */
  const char *both = HEAD "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_KILL\",\"args\":["
                          "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_EQ\"}]},"
                          "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
  m = model(r, both, strlen(both), CT_LOADED_RUNC, "2.5.4");
  ck_assert_uint_eq(decide(m, X64, 41, 38, &why), CT_RET_ALLOW);
  /* What equals the default is left out. */
  const char *same = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],\"action\":"
                     "\"SCMP_ACT_ERRNO\"},{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
  m = model(r, same, strlen(same), CT_LOADED_RUNC, "2.5.4");
  ck_assert_uint_eq(decide(m, X64, 0, 0, &why), CT_RET_ERRNO | 1);
  /* Two actions for one condition: the container does not start. */
  const char *clash = HEAD "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_KILL\",\"args\":["
                           "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_EQ\"}]},"
                           "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
                           "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_EQ\"}]}]}";
  m = model(r, clash, strlen(clash), CT_LOADED_RUNC, "2.5.4");
  decide(m, X64, 41, 38, &why);
  ck_assert_int_eq(why, CT_LOADED_REFUSED);
  /* Where libseccomp miscompiles or never ends, nothing is claimed. */
  const char *loop = HEAD "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
                          "{\"index\":0,\"value\":4,\"op\":\"SCMP_CMP_NE\"},{\"index\":1,\"value\":1,\"op\":\"SCMP_CMP_NE\"}]},"
                          "{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
                          "{\"index\":2,\"value\":0,\"op\":\"SCMP_CMP_NE\"},{\"index\":0,\"value\":4,\"op\":\"SCMP_CMP_NE\"}]}]}";
  m = model(r, loop, strlen(loop), CT_LOADED_RUNC, "2.5.4");
  decide(m, X64, 41, 38, &why);
  ck_assert_int_eq(why, CT_LOADED_UNDETERMINED);
  ct_arena_free(&r->arena);
  free(r);
}
END_TEST

START_TEST(versions) {
  recording *r = calloc(1, sizeof *r);
  ct_loaded_why why;
  const char *text = HEAD "{\"names\":[\"read\",\"fchmodat2\",\"close_range\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
  ct_loaded *m = model(r, text, strlen(text), CT_LOADED_RUNC, "2.5.4");
  ck_assert_uint_eq(m->dropped.count, 1);
  ck_assert_uint_eq(decide(m, X64, 452, 0, &why), CT_RET_ERRNO | 38);
  ck_assert_int_eq(why, CT_LOADED_STUB);
  ck_assert_uint_eq(decide(m, X64, 435, 0, &why), CT_RET_ERRNO | 1);
  m = model(r, text, strlen(text), CT_LOADED_CRUN, "2.5.4");
  ck_assert_uint_eq(decide(m, X64, 452, 0, &why), CT_RET_ERRNO | 1);
  m = model(r, text, strlen(text), CT_LOADED_RUNC, "2.5.1");
  ck_assert_uint_eq(m->dropped.count, 2);
  m = model(r, text, strlen(text), CT_LOADED_RUNC, "2.6.0");
  ck_assert_uint_eq(decide(m, X64, 452, 0, &why), CT_RET_ALLOW);
  ck_assert_uint_eq(decide(m, X64, 453, 0, &why), CT_RET_ERRNO | 38);
  ct_arena_free(&r->arena);
  free(r);
}
END_TEST

static uint32_t of_runtime(recording *r, const char *text, const char *runtime, const char *libseccomp, uint32_t number) {
  const ct_profile *profile = NULL;
  ct_loader loader = {0};
  ct_loaded_why why;
  ck_assert(ct_loaded_find(runtime, &loader));
  ck_assert(ct_version_parse(libseccomp, strlen(libseccomp), &loader.libseccomp));
  loader.names = ct_libseccomp_names_of(libseccomp, &loader.libseccomp);
  ck_assert_int_eq(ct_profile_parse(&r->arena, text, strlen(text), NULL, &profile, NULL), 0);
  ck_assert_int_eq(ct_resolve(&r->arena, profile, NULL, &r->resolved, NULL), 0);
  ck_assert_int_eq(ct_loaded_build(&r->arena, r->resolved, &loader, &r->runtime, NULL), 0);
  return decide(r->runtime, X64, number, 0, &why);
}

/* Of runc since 1.1.15 the stub serves the native ABI too where the profile does not list it; packages know more names. */
START_TEST(packages) {
  static const char unlisted[] = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"write\",\"fchmodat2\"],"
                                 "\"action\":\"SCMP_ACT_ALLOW\"}]}";
  static const struct {
    const char *runtime;
    const char *libseccomp;
    uint32_t number;
    uint32_t action;
  } rows[] = {{"runc", "2.5.4", 452, CT_RET_ERRNO | 38},        {"runc@1.1.15", "2.5.4", 452, CT_RET_ERRNO | 38},
              {"runc@1.1", "2.5.4", 452, CT_RET_ERRNO | 38},    {"runc@1.1.5", "2.5.4", 452, CT_RET_ERRNO | 1},
              {"runc@0.1.1", "2.5.4", 452, CT_RET_ERRNO | 1},   {"crun", "2.5.4", 452, CT_RET_ERRNO | 1},
              {"runc", "2.5.4-1+deb12u1", 452, CT_RET_ALLOW},   {"runc", "2.5.4-1", 452, CT_RET_ERRNO | 38},
              {"runc@1.1.5", "2.5.4-1+deb12u1", 452, CT_RET_ALLOW}, {"runc", "2.5.4-1+deb12u1", 453, CT_RET_ERRNO | 38}};
  recording *r = calloc(1, sizeof *r);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t action = of_runtime(r, unlisted, rows[i].runtime, rows[i].libseccomp, rows[i].number);
    ck_assert_msg(action == rows[i].action, "%s %s %u: %x", rows[i].runtime, rows[i].libseccomp, rows[i].number, action);
  }
  ct_arena_free(&r->arena);
  free(r);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("seccomp/runtime");
  TCase *tests = tcase_create("runtime");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, recorded_filters);
  tcase_add_test(tests, more_recorded_filters);
  tcase_add_test(tests, combinations);
  tcase_add_test(tests, versions);
  tcase_add_test(tests, packages);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite) ? EXIT_FAILURE : EXIT_SUCCESS;
}
