/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "data/messages.h"
#include "support/support.h"

static const char *const names[] = {
#define M(key, en, ja, zh) #key,
#include "data/messages/all.def"
#undef M
};

static const char *const written[][3] = {
#define M(key, en, ja, zh) {en, ja, zh},
#include "data/messages/all.def"
#undef M
};

START_TEST(texts_are_as_written) {
  for (int id = CT_MESSAGE_COUNT - 1; id >= 0; id--)
    for (int lang = 0; lang < 3; lang++) ck_assert_str_eq(ct_message((ct_message_id)id, lang), written[id][lang]);
}
END_TEST

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

/* The placeholders of a text, in order of their names, so that languages may order their sentences freely. */
static void placeholders(const char *text, char *out, size_t size) {
  char found[16][32];
  size_t n = 0;
  for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
    const char *close = strchr(open, '}');
    ck_assert(close && close - open < 31 && n < 16);
    memcpy(found[n], open, (size_t)(close - open) + 1);
    found[n++][close - open + 1] = '\0';
  }
  qsort(found, n, sizeof *found, by_text);
  out[0] = '\0';
  for (size_t i = 0; i < n; i++) strncat(out, found[i], size - strlen(out) - 1);
}

START_TEST(catalogue_is_complete) {
  for (int id = 0; id < CT_MESSAGE_COUNT; id++) {
    char expected[512];
    placeholders(ct_message((ct_message_id)id, 0), expected, sizeof expected);
    for (int lang = 0; lang < 3; lang++) {
      const char *text = ct_message((ct_message_id)id, lang);
      char actual[512];
      ck_assert_msg(text && *text, "%s has no text in language %d", names[id], lang);
      ck_assert_msg(ct_utf8_check(text, strlen(text)) == strlen(text), "%s is not UTF-8", names[id]);
      placeholders(text, actual, sizeof actual);
      ck_assert_msg(!strcmp(expected, actual), "%s: placeholders %s and %s", names[id], expected, actual);
    }
  }
}
END_TEST

START_TEST(values_are_filled_in_and_made_visible) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  const ct_message_value values[] = {{"none", "x"}};
  ct_message_add(&buffer, CT_MESSAGE_YES, 1, values, 1);
  char *text;
  size_t length;
  ck_assert_int_eq(ct_buffer_take(&buffer, &text, &length), 0);
  ck_assert_str_eq(text, "はい");
  free(text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("messages");
  TCase *all = tcase_create("all");
  tcase_add_test(all, texts_are_as_written);
  tcase_add_test(all, catalogue_is_complete);
  tcase_add_test(all, values_are_filled_in_and_made_visible);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
