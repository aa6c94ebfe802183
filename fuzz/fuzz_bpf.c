/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes as a filter: what is taken runs, and means the same in the machine and in the search over all its paths. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ctsec_filter *filter = NULL;
  ctsec_options *options = NULL;
  if (!size || ctsec_options_new(&options, NULL)) return 0;
  if (data[0] & 1) ctsec_options_set(options, "arch", "s390x", 5, NULL);
  ctsec_options_set_limit(options, CTSEC_LIMIT_WORK, 20000, NULL);
  if (!ctsec_filter_decode(data + 1, size - 1, options, &filter, NULL)) {
    static const uint64_t args[6] = {1, 2, UINT64_C(0x100000003), 4, 5, UINT64_MAX};
    const uint32_t arch = data[0] & 2 ? 0xc000003eu : 0x80000016u;
    const int32_t nr = data[0] >> 2;
    uint32_t action, listed;
    char *text;
    uint8_t *bytes;
    size_t length;
    ctsec_verdict *verdict = NULL;
    const ctsec_filter *const stack[2] = {filter, filter};
    must(!ctsec_filter_simulate_batch(stack, 2, 1, &arch, &nr, args, &action, NULL));
    for (uint32_t unknown = 0; unknown < 64; unknown += 21) {
      int status = ctsec_filter_simulate(stack, 1 + unknown % 2, arch, nr, args, unknown, options, &verdict, NULL);
      must(!status || status == CTSEC_E_LIMIT || status == CTSEC_E_NOMEM);
      if (status) continue;
      int found = 0;
      for (size_t i = 0; i < ctsec_verdict_count(verdict); i++) {
        must(!ctsec_verdict_at(verdict, i, &listed, NULL));
        found |= (listed & 0xffff0000u) == (action & 0xffff0000u);
      }
      /* The batch sees 0 as instruction pointer, which is among all values. */
      must(found);
      if (!ctsec_verdict_to_json(verdict, &text, &length, NULL)) ctsec_free(text);
      ctsec_verdict_free(verdict);
    }
    ctsec_filter *plain = NULL;
    ctsec_diff *diff = NULL;
    must(!ctsec_filter_parse("ret ALLOW", 9, options, &plain, NULL));
    if (!ctsec_filter_diff(stack, 1, (const ctsec_filter *const *)&plain, 1, options, &diff, NULL)) {
      /* Nothing but ALLOW: then this call is allowed as well. */
      if (!ctsec_diff_count(diff)) must((action & 0xffff0000u) == 0x7fff0000u);
      for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
        uint32_t audit, said, other;
        int32_t number;
        uint64_t values[6];
        must(!ctsec_diff_at(diff, i, &audit, &number, values, &said, &other, NULL));
        must(!ctsec_filter_simulate_batch(stack, 1, 1, &audit, &number, values, &action, NULL));
        must(action == said && other == 0x7fff0000u && said != other);
      }
      ctsec_diff_free(diff);
    }
    ctsec_filter_free(plain);
    must(!ctsec_filter_encode(filter, &bytes, &length, NULL));
    must(length == size - 1 && !memcmp(bytes, data + 1, length));
    ctsec_free(bytes);
    if (!ctsec_filter_to_text(filter, &text, &length, NULL)) {
      ctsec_filter *again = NULL;
      must(!ctsec_filter_parse(text, length, options, &again, NULL));
      ctsec_free(text);
      must(!ctsec_filter_encode(again, &bytes, &length, NULL));
      must(length == size - 1 && !memcmp(bytes, data + 1, length));
      ctsec_free(bytes);
      ctsec_filter_free(again);
    }
    ctsec_filter_free(filter);
  }
  ctsec_options_free(options);
  return 0;
}
