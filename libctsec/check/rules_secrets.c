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

/* Options that take a password without being named so, beside or behind it. */
static const struct client {
  char program[10];
  char option[3];
  char colon;
} clients[] = {{"mysql", "-p", 0}, {"mariadb", "-p", 0}, {"sshpass", "-p", 0}, {"redis-cli", "-a", 0}, {"curl", "-u", ':'}};

typedef struct line {
  const char *where;
  const ct_value *at;
  const struct client *client;
  /* An option that stands before its value. */
  const char *option;
  size_t option_length;
} line;

static int is_expanded(const char *value, size_t length) { return !length || value[0] == '$' || value[0] == '`' || value[0] == '<'; }

static const struct client *client_of(const char *word, size_t length) {
  for (size_t i = length; i-- > 0;)
    if (word[i] == '/') {
      word += i + 1;
      length -= i + 1;
      break;
    }
  for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
    size_t n = strlen(clients[i].program);
    if (length >= n && !memcmp(word, clients[i].program, n)) return &clients[i];
  }
  return NULL;
}

/* "-pX" of mysql; "-a X" of redis-cli. */
static int check_client(ct_check *check, line *in, const char *text, size_t length) {
  const struct client *client = in->client;
  if (in->option == client->option) {
    in->option = NULL;
    if (is_expanded(text, length) || (client->colon && !memchr(text, ':', length))) return 0;
    report_word(check, in->at, in->where, client->option, 2, NULL);
    return 1;
  }
  if (length < 2 || memcmp(text, client->option, 2)) return 0;
  /* Alone, mysql asks for it. */
  if (length == 2) {
    if (*client->program != 'm') in->option = client->option;
    return 1;
  }
  if (is_expanded(text + 2, length - 2) || (client->colon && !memchr(text, ':', length))) return 0;
  report_word(check, in->at, in->where, client->option, 2, NULL);
  return 1;
}

/* --password=X, --password X, PASSWORD=X, or a word that looks like a secret by itself. */
static void check_word(ct_check *check, line *in, const char *text, size_t length) {
  const char *kind = NULL;
  if (in->client && check_client(check, in, text, length)) return;
  if (!in->client) in->client = client_of(text, length);
  if (in->option && length && text[0] != '-') {
    const char *option = in->option;
    in->option = NULL;
    size_t dashes = option[1] == '-' ? 2 : 1;
    if (!is_expanded(text, length) && ct_secret_find(option + dashes, in->option_length - dashes, text, length, &kind)) {
      report_word(check, in->at, in->where, option, in->option_length, kind);
      return;
    }
  }
  in->option = NULL;
  size_t dashes = 0;
  while (dashes < length && text[dashes] == '-') dashes++;
  const char *equal = memchr(text + dashes, '=', length - dashes);
  if (equal) {
    size_t name = (size_t)(equal - text) - dashes, value = length - name - dashes - 1;
    /* Neither what sed replaces nor an address, whose password the name would show. */
    if (!memchr(text, '/', name + dashes) && !is_expanded(equal + 1, value) && ct_secret_find(text + dashes, name, equal + 1, value, &kind)) {
      report_word(check, in->at, in->where, text, name + dashes, kind);
      return;
    }
  } else if ((dashes == 1 || dashes == 2) && length > 4 && memcmp(text + dashes, "no-", 3) && memcmp(text + dashes, "dis", 3)) {
    in->option = text;
    in->option_length = length;
    return;
  }
  if (ct_secret_find("", 0, text, length, &kind)) report_word(check, in->at, in->where, "", 0, kind);
}

/* The words of a shell's line, without its quotes. */
static void check_line(ct_check *check, line *in, const char *text, size_t length) {
  static const char blanks[] = " \t\n\r;&|()";
  char *word = ct_arena_alloc(check->arena, length + 1);
  if (!word) {
    check->failed = 1;
    return;
  }
  for (size_t at = 0; at < length;) {
    size_t used = 0;
    char quote = 0;
    for (; at < length && text[at] && (quote || !memchr(blanks, text[at], sizeof blanks - 1)); at++) {
      if (quote ? text[at] == quote : text[at] == '"' || text[at] == '\'')
        quote = quote ? 0 : text[at];
      else
        word[used++] = text[at];
    }
    if (used) check_word(check, in, word, used);
    if (at < length && memchr(";&|(", text[at], 4)) {
      in->option = NULL;
      in->client = NULL;
    }
    /* What an option is remembered by stays where it is. */
    word += used;
    at++;
  }
  in->option = NULL;
}

static void check_words(ct_check *check, const ct_texts *words, const char *where) {
  line in = {.where = where};
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_text *word = &words->items[i];
    const char *kind;
    in.at = word->from.at;
    if (!memchr(word->value, ' ', word->length))
      check_word(check, &in, word->value, word->length);
    else if (ct_secret_find("", 0, word->value, word->length, &kind))
      report_word(check, in.at, where, "", 0, kind);
    else
      check_line(check, &in, word->value, word->length);
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
