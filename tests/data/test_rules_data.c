/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "data/rules.h"
#include "support/support.h"

static void check_items(const char *id, const char *list, char separator, const char *begins, const char *letters) {
  while (*list) {
    size_t n = strcspn(list, separator == ' ' ? " " : ",");
    size_t skip = strlen(begins);
    ck_assert_msg(n > skip && !memcmp(list, begins, skip) && strspn(list + skip, letters) >= n - skip, "%s: at '%s'", id, list);
    if (!list[n]) return;
    ck_assert_msg(list[n + 1] != '\0', "%s: ends in a separator", id);
    list += n + 1;
  }
}

static int names_item(const char *list, const char *item) {
  size_t n = strlen(item);
  for (;; list++) {
    size_t length = strcspn(list, ",");
    if (length == n && !memcmp(list, item, n)) return 1;
    list += length;
    if (!*list) return 0;
  }
}

START_TEST(rows_are_complete) {
  ck_assert_int_eq(CT_RULE_COUNT, 128);
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    const ct_rule_row *rule = ct_rule((ct_rule_id)i);
    ck_assert_msg(strspn(rule->id, "abcdefghijklmnopqrstuvwxyz-") == strlen(rule->id), "%s", rule->id);
    ck_assert_int_eq(ct_rule_find(rule->id, strlen(rule->id)), i);
    ck_assert_int_le(rule->severity, 4);
    ck_assert_msg(rule->formats != 0, "%s: can be decided from nothing", rule->id);
    ck_assert_msg(!rule->hygiene || rule->severity <= 2, "%s: hygiene is never high", rule->id);
    check_items(rule->id, ct_rule_references(rule, CT_REFERENCE_CIS).text, ',', "", "0123456789.");
    check_items(rule->id, ct_rule_references(rule, CT_REFERENCE_MITRE).text, ',', "T", "0123456789.");
    check_items(rule->id, ct_rule_references(rule, CT_REFERENCE_CVE).text, ' ', "CVE-", "0123456789-");
    check_items(rule->id, ct_rule_references(rule, CT_REFERENCE_CWE).text, ',', "CWE-", "0123456789");
  }
  ck_assert_int_eq(ct_rule_find("privileged", 9), CT_RULE_COUNT);
  ck_assert_int_eq(ct_rule_find("", 0), CT_RULE_COUNT);
}
END_TEST

START_TEST(checks_of_the_pod_security_standards_exist) {
  static const char *const known[] = {
      "windowsHostProcess", "hostNamespaces", "privileged", "capabilities_baseline", "hostPathVolumes", "hostPorts",
      "hostProbesAndHostLifecycle", "appArmorProfile", "seLinuxOptions", "procMount", "procMount_restricted",
      "seccompProfile_baseline", "sysctls", "restrictedVolumes", "allowPrivilegeEscalation", "runAsNonRoot",
      "runAsUser", "seccompProfile_restricted", "capabilities_restricted"};
  size_t used[sizeof known / sizeof *known] = {0};
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    const ct_rule_row *rule = ct_rule((ct_rule_id)i);
    const char *pss = ct_rule_references(rule, CT_REFERENCE_PSS).text;
    size_t items = *pss != '\0', found = 0;
    for (const char *p = pss; *p; p++) items += *p == ',';
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
      if (*pss && names_item(pss, known[k])) {
        used[k]++;
        found++;
      }
    ck_assert_msg(found == items, "%s: unknown check in '%s'", rule->id, pss);
  }
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) ck_assert_msg(used[k], "no rule stands for %s", known[k]);
}
END_TEST

static size_t count(const char *text, const char *mark) {
  size_t n = 0;
  for (const char *p = strstr(text, mark); p; p = strstr(p + strlen(mark), mark)) n++;
  return n;
}

static int ends(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && !strcmp(text + n - m, end);
}

START_TEST(reasons_are_two_sentences) {
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    const ct_rule_row *rule = ct_rule((ct_rule_id)i);
    const char *en = ct_message(rule->why, 0);
    ck_assert_msg(count(en, ". ") == 1 && ends(en, "."), "%s: %s", rule->id, en);
    for (int lang = 1; lang < 3; lang++) {
      const char *text = ct_message(rule->why, lang);
      ck_assert_msg(count(text, "。") == 2 && ends(text, "。"), "%s: %s", rule->id, text);
    }
  }
}
END_TEST

START_TEST(texts_are_translated) {
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    const ct_rule_row *rule = ct_rule((ct_rule_id)i);
    const ct_message_id texts[] = {rule->title, rule->message, rule->why, rule->change};
    for (int t = 0; t < 4; t++) {
      const char *en = ct_message(texts[t], 0), *ja = ct_message(texts[t], 1), *zh = ct_message(texts[t], 2);
      ck_assert_msg(strcmp(en, ja) && strcmp(en, zh) && strcmp(ja, zh), "%s, text %d: the same in two languages", rule->id, t);
    }
    for (int j = 0; j < i; j++)
      for (int lang = 0; lang < 3; lang++) {
        const ct_rule_row *other = ct_rule((ct_rule_id)j);
        ck_assert_msg(strcmp(ct_message(rule->title, lang), ct_message(other->title, lang)), "%s and %s share a title", rule->id, other->id);
        ck_assert_msg(strcmp(ct_message(rule->why, lang), ct_message(other->why, lang)), "%s and %s share a reason", rule->id, other->id);
      }
  }
}
END_TEST

static int is_known(const char *name, size_t length) {
  static const char *const known[] = {"capability", "capability_short", "source", "destination", "device", "name", "value", "sysctl", "entry"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strlen(known[i]) == length && !memcmp(known[i], name, length)) return 1;
  return 0;
}

/* A brace before a lower-case word and its closing brace is a placeholder; JSON has a quote there. */
static void check_placeholders(const char *id, const char *text, int allowed) {
  for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
    size_t n = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_");
    if (!n) continue;
    ck_assert_msg(allowed && open[n + 1] == '}' && is_known(open + 1, n), "%s: %s", id, open);
  }
}

START_TEST(placeholders_are_known) {
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    const ct_rule_row *rule = ct_rule((ct_rule_id)i);
    for (int lang = 0; lang < 3; lang++) {
      check_placeholders(rule->id, ct_message(rule->title, lang), 0);
      check_placeholders(rule->id, ct_message(rule->why, lang), 0);
      check_placeholders(rule->id, ct_message(rule->change, lang), 0);
      check_placeholders(rule->id, ct_message(rule->message, lang), 1);
    }
    for (int k = 0; k < CT_FIX_COUNT; k++) check_placeholders(rule->id, ct_rule_fix(rule, k).text, 1);
  }
}
END_TEST

/* What a rule is decided from, it should say how to mend there; live rules are mended by the engine's command line. */
START_TEST(remedies_fit_the_formats) {
  static const uint8_t bits[] = {CT_RULE_FROM_DOCKER, CT_RULE_FROM_COMPOSE, CT_RULE_FROM_KUBERNETES, CT_RULE_FROM_OCI};
  for (int i = 0; i < CT_RULE_COUNT; i++) {
    const ct_rule_row *rule = ct_rule((ct_rule_id)i);
    if (!strncmp(rule->id, "live-", 5)) {
      ck_assert_msg(*ct_rule_fix(rule, CT_FIX_DOCKER).text != '\0', "%s", rule->id);
      continue;
    }
    for (int k = 0; k < CT_FIX_COUNT; k++) {
      if (rule->formats & bits[k]) ck_assert_msg(*ct_rule_fix(rule, k).text != '\0', "%s: no remedy for format %d", rule->id, k);
      const char *text = ct_rule_fix(rule, k).text;
      size_t length = strlen(text);
      ck_assert_msg(!length || (text[0] != '\n' && text[length - 1] != '\n' && !strchr(text, '\t')), "%s: format %d", rule->id, k);
      ck_assert_msg(count(text, "{") == count(text, "}") && count(text, "[") == count(text, "]"), "%s: format %d", rule->id, k);
    }
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("rules_data");
  TCase *all = tcase_create("all");
  tcase_add_test(all, rows_are_complete);
  tcase_add_test(all, checks_of_the_pod_security_standards_exist);
  tcase_add_test(all, reasons_are_two_sentences);
  tcase_add_test(all, texts_are_translated);
  tcase_add_test(all, placeholders_are_known);
  tcase_add_test(all, remedies_fit_the_formats);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
