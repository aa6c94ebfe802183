/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts with runc's meaning of a container's profile, against the filter that runc loaded for it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "seccomp/bpf.h"
#include "seccomp/policy.h"
#include "support/support.h"

#define X86_64 0xc000003eu
#define I386 0x40000003u

static void set(ctsec_options *options, const char *name, const char *value) {
  ck_assert_int_eq(ctsec_options_set(options, name, value, strlen(value), NULL), 0);
}

static int lists(const ctsec_verdict *verdict, uint32_t action) {
  for (size_t i = 0; i < ctsec_verdict_count(verdict); i++) {
    uint32_t listed;
    ck_assert_int_eq(ctsec_verdict_at(verdict, i, &listed, NULL), 0);
    if (listed == action) return 1;
  }
  return 0;
}

static void compare(const char *folder, const ctsec_policy *policy, const ctsec_filter *filter, uint32_t arch,
                    uint32_t number, uint32_t unknown) {
  static const uint64_t args[6] = {0};
  ctsec_verdict *model, *loaded;
  ctsec_error *error = NULL;
  int status = ctsec_policy_simulate(policy, arch, (int32_t)number, args, unknown, NULL, &model, &error);
  ck_assert_msg(!status, "%s: %s", folder, ctsec_error_message(error));
  ck_assert_int_eq(ctsec_filter_simulate(&filter, 1, arch, (int32_t)number, args, unknown, NULL, &loaded, NULL), 0);
  ck_assert_msg(ctsec_verdict_count(model) == ctsec_verdict_count(loaded), "%s: %08x %u unknown %02x: %zu and %zu",
                folder, arch, number, unknown, ctsec_verdict_count(model), ctsec_verdict_count(loaded));
  for (size_t i = 0; i < ctsec_verdict_count(loaded); i++) {
    uint32_t action;
    ck_assert_int_eq(ctsec_verdict_at(loaded, i, &action, NULL), 0);
    ck_assert_msg(lists(model, action), "%s: %08x %u unknown %02x: not %08x", folder, arch, number, unknown, action);
  }
  if (!unknown) {
    const int32_t nr = (int32_t)number;
    uint32_t one, two;
    ck_assert_int_eq(ctsec_policy_simulate_batch(policy, 1, &arch, &nr, args, &one, NULL), 0);
    ck_assert_int_eq(ctsec_filter_simulate_batch(&filter, 1, 1, &arch, &nr, args, &two, NULL), 0);
    ck_assert_uint_eq(one, two);
  }
  ctsec_verdict_free(model);
  ctsec_verdict_free(loaded);
}

static int compare_folder(const char *folder) {
  char path[1024];
  size_t length, size;
  snprintf(path, sizeof path, "%s/config.json", folder);
  char *text = ct_test_read(path, &length);
  snprintf(path, sizeof path, "%s/filter.0", folder);
  char *bytes = ct_test_read(path, &size);
  int found = text && bytes;
  if (found) {
    ctsec_options *options;
    ctsec_profile *profile;
    ctsec_policy *policy;
    ctsec_filter *filter;
    ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
    set(options, "runtime", "runc");
    set(options, "libseccomp", "2.5.4");
    ck_assert_int_eq(ctsec_profile_parse(text, length, options, &profile, NULL), 0);
    ck_assert_int_eq(ctsec_profile_resolve(profile, options, &policy, NULL), 0);
    ck_assert_int_eq(ctsec_filter_decode((const uint8_t *)bytes, size, options, &filter, NULL), 0);
    for (uint32_t number = 0; number <= 500; number++)
      for (size_t i = 0; i < 3; i++) {
        static const uint32_t unknown[] = {0, 1, 0x3f};
        compare(folder, policy, filter, X86_64, number, unknown[i]);
        compare(folder, policy, filter, X86_64, number | CT_X32_BIT, unknown[i]);
        compare(folder, policy, filter, I386, number, unknown[i]);
      }
    compare(folder, policy, filter, 0xc00000b7u, 1, 63);
    ctsec_filter_free(filter);
    ctsec_policy_free(policy);
    ctsec_profile_free(profile);
    ctsec_options_free(options);
  }
  free(text);
  free(bytes);
  return found;
}

static int compare_below(const char *path) {
  DIR *folder = path ? opendir(path) : NULL;
  int seen = 0;
  for (struct dirent *item; folder && (item = readdir(folder));) {
    char child[800];
    if (item->d_name[0] == '.') continue;
    snprintf(child, sizeof child, "%s/%s", path, item->d_name);
    seen += compare_folder(child);
  }
  if (folder) closedir(folder);
  return seen;
}

START_TEST(recorded) { ck_assert_int_ge(compare_below(ct_test_source("tests/data/docker")), 5); }
END_TEST
START_TEST(more_recorded) { compare_below(ct_test_shared("data/docker")); }
END_TEST

static ctsec_verdict *simulate(const char *text, const char *runtime, uint32_t arch, int32_t nr, uint64_t a0,
                               uint32_t unknown, int code) {
  ctsec_options *options;
  ctsec_profile *profile;
  ctsec_policy *policy;
  ctsec_verdict *verdict = NULL;
  const uint64_t args[6] = {a0};
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  if (runtime) set(options, "runtime", runtime);
  ck_assert_int_eq(ctsec_profile_parse(text, strlen(text), options, &profile, NULL), 0);
  ck_assert_int_eq(ctsec_profile_resolve(profile, options, &policy, NULL), 0);
  ck_assert_int_eq(ctsec_policy_simulate(policy, arch, nr, args, unknown, options, &verdict, NULL), code);
  ctsec_policy_free(policy);
  ctsec_profile_free(profile);
  ctsec_options_free(options);
  return verdict;
}

/* Two NE on one argument are two rules to runc, of which one always matches. */
START_TEST(meanings_differ) {
  static const char text[] =
      "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
      "{\"index\":0,\"value\":38,\"op\":\"SCMP_CMP_NE\"},{\"index\":0,\"value\":40,\"op\":\"SCMP_CMP_NE\"}]}]}";
  uint32_t action;
  ctsec_verdict *v = simulate(text, NULL, X86_64, 41, 38, 0, 0);
  ck_assert_int_eq(ctsec_verdict_at(v, 0, &action, NULL), 0);
  ck_assert_uint_eq(action, CT_RET_ERRNO | 1);
  ck_assert_int_eq(ctsec_verdict_agree(v), 0);
  ctsec_verdict_free(v);
  v = simulate(text, "runc", X86_64, 41, 38, 0, 0);
  ck_assert_int_eq(ctsec_verdict_at(v, 0, &action, NULL), 0);
  ck_assert_uint_eq(action, CT_RET_ALLOW);
  ck_assert_int_eq(ctsec_verdict_agree(v), 0);
  char *json;
  size_t length;
  ck_assert_int_eq(ctsec_verdict_to_json(v, &json, &length, NULL), 0);
  ck_assert_ptr_nonnull(strstr(json, "\"policy\": {"));
  ctsec_free(json);
  ctsec_verdict_free(v);
  v = simulate(text, "runc", X86_64, 41, 0, 1, 0);
  ck_assert_uint_eq(ctsec_verdict_count(v), 1);
  ctsec_verdict_free(v);
  v = simulate(text, NULL, X86_64, 41, 0, 1, 0);
  ck_assert_uint_eq(ctsec_verdict_count(v), 2);
  ctsec_verdict_free(v);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("loaded");
  TCase *all = tcase_create("all");
  tcase_add_test(all, recorded);
  tcase_add_test(all, more_recorded);
  tcase_add_test(all, meanings_differ);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
