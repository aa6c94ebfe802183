/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

static const char *seen(ct_check *check, const char *name, size_t length, const char *kind) {
  if (kind) return ct_check_text(check, "%.*s: looks like %s (value withheld)", (int)length, name, kind);
  return ct_check_text(check, "%.*s: named like a secret (value withheld)", (int)length, name);
}

/* What a build takes by default stands in the file and in the image's history. */
static void check_arguments(ct_check *check) {
  const ct_pairs *arguments = &check->container->build_arguments;
  for (uint32_t i = 0; i < arguments->count; i++) {
    const ct_pair *pair = &arguments->items[i];
    const char *kind;
    if (!ct_secret_find(pair->key, pair->key_length, pair->value, pair->value_length, &kind)) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SECRET_ENV, pair->at);
    finding->message_id = CT_MESSAGE_SECRET_ARG;
    finding->observed = ct_check_text(check, "ARG %s", seen(check, pair->key, pair->key_length, kind));
    finding->values.name = ct_check_text(check, "%.*s", (int)pair->key_length, pair->key);
    finding->values.source = "./secret-file";
  }
}

static void check_env(ct_check *check) {
  const ct_pairs *env = &check->container->env;
  for (uint32_t i = 0; i < env->count; i++) {
    const ct_pair *pair = &env->items[i];
    const char *kind;
    const char *name;
    if (pair->key_length == 11 && !memcmp(pair->key, "DOCKER_HOST", 11) && pair->value && pair->value_length > 6 &&
        !memcmp(pair->value, "tcp://", 6)) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_TCP_DAEMON, pair->at);
      finding->observed = "DOCKER_HOST=tcp://...";
      finding->values.name = "DOCKER_HOST";
      finding->values.value = "tcp://...";
    }
    if (pair->key_length == 10 && !memcmp(pair->key, "LD_PRELOAD", 10) && pair->value_length) {
      struct ctsec_finding *finding = ct_report(check, CT_RULE_LD_PRELOAD_ENV, pair->at);
      finding->observed = "LD_PRELOAD";
      finding->values.name = "LD_PRELOAD";
    }
    if (!ct_secret_find(pair->key, pair->key_length, pair->value, pair->value_length, &kind)) continue;
    name = ct_check_text(check, "%.*s", (int)pair->key_length, pair->key);
    struct ctsec_finding *finding = ct_report(check, CT_RULE_SECRET_ENV, pair->at);
    finding->observed = seen(check, pair->key, pair->key_length, kind);
    finding->values.name = name;
    finding->values.source = "./secret-file";
  }
}

static void report_word(ct_check *check, const ct_value *at, const char *where, const char *name, size_t length, const char *kind) {
  struct ctsec_finding *finding = ct_report(check, CT_RULE_SECRET_CMDLINE, at);
  const char *label = length ? ct_check_text(check, "%.*s", (int)length, name) : where;
  finding->observed = kind ? ct_check_text(check, "%s: %s looks like %s (value withheld)", where, label, kind)
                           : ct_check_text(check, "%s: %s is named like a secret (value withheld)", where, label);
  finding->values.name = label;
}

/* --password=X, --password X, PASSWORD=X, or a word that looks like a secret by itself. */
static void check_words(ct_check *check, const ct_texts *words, const char *where) {
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_text *word = &words->items[i];
    const char *kind = NULL, *text = word->value;
    size_t dashes = 0;
    while (dashes < word->length && text[dashes] == '-') dashes++;
    const char *equal = memchr(text + dashes, '=', word->length - dashes);
    if (equal) {
      size_t name = (size_t)(equal - text) - dashes;
      int plain = !memchr(text + dashes, ' ', name);
      if (plain && ct_secret_find(text + dashes, name, equal + 1, word->length - name - dashes - 1, &kind)) {
        report_word(check, word->from.at, where, text, name + dashes, kind);
        continue;
      }
    } else if (dashes == 2 && i + 1 < words->count && words->items[i + 1].length && words->items[i + 1].value[0] != '-' &&
               !memchr(text, ' ', word->length)) {
      const ct_text *next = &words->items[i + 1];
      if (ct_secret_find(text + dashes, word->length - dashes, next->value, next->length, &kind)) {
        report_word(check, next->from.at, where, text, word->length, kind);
        i++;
        continue;
      }
    }
    if (ct_secret_find("", 0, text, word->length, &kind)) report_word(check, word->from.at, where, "", 0, kind);
  }
}

static void check_pairs(ct_check *check, const ct_pairs *pairs, const char *where) {
  for (uint32_t i = 0; i < pairs->count; i++) {
    const ct_pair *pair = &pairs->items[i];
    const char *kind;
    if (ct_secret_find(pair->key, pair->key_length, pair->value, pair->value_length, &kind) && kind)
      report_word(check, pair->at, where, pair->key, pair->key_length, kind);
  }
}

void ct_rules_secrets(ct_check *check) {
  const ct_container *container = check->container;
  check_env(check);
  check_arguments(check);
  check_words(check, &container->build_commands, "RUN");
  check_words(check, &container->entrypoint, ct_field_name(container, CT_FIELD_ENTRYPOINT_NAME));
  check_words(check, &container->command, ct_field_name(container, CT_FIELD_COMMAND_NAME));
  check_words(check, &container->healthcheck, ct_field_name(container, CT_FIELD_HEALTH_NAME));
  check_pairs(check, &container->labels, ct_field_name(container, CT_FIELD_LABELS_NAME));
  check_pairs(check, &container->annotations, ct_field_name(container, CT_FIELD_ANNOTATIONS_NAME));
}
