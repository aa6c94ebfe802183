/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a profile: an error with its place, or one that resolves, lints, and compiles to a filter that decides as the policy does. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void compare(const ctsec_policy *policy) {
  ctsec_filter *filter;
  if (ctsec_policy_compile(policy, &filter, NULL)) return;
  const ctsec_filter *const filters[] = {filter};
  const uint32_t archs[] = {0xc000003eu, 0x40000003u, 0xc00000b7u};
  for (size_t a = 0; a < 3; a++) {
    for (int32_t nr = 0; nr < 460; nr += 7) {
      const uint64_t args[6] = {1, 2, 0x7e020000, 4, UINT64_MAX, 0};
      uint32_t first, second;
      if (ctsec_policy_simulate_batch(policy, 1, &archs[a], &nr, args, &first, NULL)) continue;
      must(!ctsec_filter_simulate_batch(filters, 1, 1, &archs[a], &nr, args, &second, NULL) && first == second);
    }
  }
  ctsec_filter_free(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ctsec_profile *profile = NULL;
  ctsec_policy *policy;
  ctsec_lint *lint;
  ctsec_error *error = NULL;
  char *text;
  size_t length;
  int status = ctsec_profile_parse((const char *)data, size, NULL, &profile, &error);
  if (status) {
    must(error && status != CTSEC_E_INTERNAL && ctsec_error_offset(error) <= (int64_t)size);
    ctsec_error_free(error);
    return 0;
  }
  if (!ctsec_profile_to_json(profile, NULL, &text, &length, NULL)) ctsec_free(text);
  status = ctsec_profile_lint(profile, NULL, &lint, NULL);
  must(status != CTSEC_E_INTERNAL);
  if (!status) ctsec_lint_free(lint);
  status = ctsec_profile_resolve(profile, NULL, &policy, NULL);
  must(status != CTSEC_E_INTERNAL);
  if (!status) {
    compare(policy);
    ctsec_policy_free(policy);
  }
  ctsec_profile_free(profile);
  return 0;
}
