/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/messages.h"
#include "support/support.h"

enum { LOW, MEDIUM, HIGH, CRITICAL };

static const struct {
  int number, risk;
  const char *name, *since, *syscalls;
  ct_message_id texts[4];
} rows[] = {
#define CAP(number, name, since, risk, syscalls) \
  {number, risk, #name, since, syscalls, {CT_MESSAGE_CAP_##name##_ALLOWS, CT_MESSAGE_CAP_##name##_USE, CT_MESSAGE_CAP_##name##_RISK, CT_MESSAGE_CAP_##name##_ESCAPE}},
#include "data/caps.def"
#undef CAP
};
enum { ROWS = sizeof rows / sizeof *rows };

START_TEST(rows_are_complete_and_in_order) {
  ck_assert_int_eq(ROWS, 41);
  for (int i = 0; i < ROWS; i++) {
    ck_assert_int_eq(rows[i].number, i);
    ck_assert_msg(strspn(rows[i].since, "0123456789.") == strlen(rows[i].since) && strchr(rows[i].since, '.'), "%s: since %s", rows[i].name, rows[i].since);
    for (int j = 0; j < i; j++) ck_assert_str_ne(rows[i].name, rows[j].name);
  }
}
END_TEST

START_TEST(system_calls_are_single_names) {
  for (int i = 0; i < ROWS; i++) {
    const char *p = rows[i].syscalls;
    ck_assert_msg(*p != '\0', "%s gates nothing", rows[i].name);
    for (;;) {
      size_t n = strcspn(p, " ");
      ck_assert_msg(n && strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_") == n, "%s: at '%s'", rows[i].name, p);
      for (const char *q = rows[i].syscalls; q < p; q += strcspn(q, " ") + 1)
        ck_assert_msg(strcspn(q, " ") != n || memcmp(q, p, n), "%s names %.*s twice", rows[i].name, (int)n, p);
      if (!p[n]) break;
      p += n + 1;
    }
  }
}
END_TEST

/* A text left untranslated, or pasted from its neighbour, is the mistake a catalogue of this size invites. */
START_TEST(texts_are_translated) {
  for (int i = 0; i < ROWS; i++)
    for (int t = 0; t < 4; t++) {
      const char *en = ct_message(rows[i].texts[t], 0), *ja = ct_message(rows[i].texts[t], 1), *zh = ct_message(rows[i].texts[t], 2);
      ck_assert_msg(strcmp(en, ja) && strcmp(en, zh) && strcmp(ja, zh), "%s, text %d: the same in two languages", rows[i].name, t);
      ck_assert_msg(strstr(ja, "。") && strstr(zh, "。"), "%s, text %d: no sentence", rows[i].name, t);
      for (int lang = 0; lang < 3; lang++)
        for (int j = 0; t % 2 == 0 && j < i; j++)
          ck_assert_msg(strcmp(ct_message(rows[i].texts[t], lang), ct_message(rows[j].texts[t], lang)), "%s and %s share text %d", rows[i].name, rows[j].name, t);
    }
}
END_TEST

/* The text of a rating begins with the word for it, so that table and reason cannot drift apart. */
START_TEST(reason_names_the_rating) {
  static const ct_message_id words[] = {CT_MESSAGE_RISK_LOW, CT_MESSAGE_RISK_MEDIUM, CT_MESSAGE_RISK_HIGH, CT_MESSAGE_RISK_CRITICAL};
  for (int i = 0; i < ROWS; i++)
    for (int lang = 0; lang < 3; lang++) {
      const char *text = ct_message(rows[i].texts[2], lang), *word = ct_message(words[rows[i].risk], lang);
      const char *first = strstr(text, lang ? "。" : ".");
      const char *at = strstr(text, lang ? word : word + 1);
      ck_assert_msg(at && first && at < first, "%s, language %d: not rated %s", rows[i].name, lang, word);
    }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("caps-data");
  TCase *all = tcase_create("all");
  tcase_add_test(all, rows_are_complete_and_in_order);
  tcase_add_test(all, system_calls_are_single_names);
  tcase_add_test(all, texts_are_translated);
  tcase_add_test(all, reason_names_the_rating);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
