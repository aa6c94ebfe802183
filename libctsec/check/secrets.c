/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What looks like a secret, by the name of a variable or by its value. The value itself goes nowhere. */
#include <string.h>

#include "check/check.h"

static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c == '-' || c == '.' ? '_' : c; }

static int equals_upper(const char *text, const char *word, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (upper(text[i]) != word[i]) return 0;
  return 1;
}

/* word anywhere in name, both ends at a word's border where the word is short. */
static int name_has(const char *name, size_t length, const char *word, int whole) {
  size_t n = strlen(word);
  for (size_t at = 0; at + n <= length; at++) {
    if (!equals_upper(name + at, word, n)) continue;
    if (!whole) return 1;
    int before = at == 0 || upper(name[at - 1]) == '_', after = at + n == length || upper(name[at + n]) == '_';
    if (before && after) return 1;
  }
  return 0;
}

static int name_ends(const char *name, size_t length, const char *word) {
  size_t n = strlen(word);
  return length >= n && equals_upper(name + length - n, word, n);
}

static int name_is_secret(const char *name, size_t length) {
  static const char anywhere[][18] = {"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "CREDENTIAL", "PRIVATE_KEY",
                                         "PRIVATEKEY", "API_KEY", "APIKEY", "ACCESS_KEY", "ACCESSKEY", "AUTH_TOKEN",
                                         "AUTHTOKEN", "CONNECTION_STRING", "CONNECTIONSTRING", "REQUIREPASS",
                                         "MASTERAUTH"};
  static const char words[][14] = {"TOKEN", "PASS", "PWD", "PW", "PGPASS", "REDISCLI_AUTH"};
  static const char keys[][15] = {"_KEY", "ENCRYPTION_KEY", "SIGNING_KEY", "MASTERKEY", "_TOKEN"};
  /* Names that speak about a secret without being one. */
  static const char about[][12] = {"_FILE", "_PATH",   "_DIR",    "_NAME", "_URL",     "_URI",    "_TTL",    "_EXPIRY",
                                      "_EXPIRATION", "_TIMEOUT", "_LENGTH", "_POLICY", "_ENABLED", "_HEADER", "_ALGORITHM",
                                      "_TYPE",  "_ROTATION", "_MIN",    "_MAX",  "_VERSION", "_REQUIRED", "_ISSUER",
                                      "_ENDPOINT", "_HOST", "_STDIN", "_PORT", "_LIFETIME", "_REGION", "_MOUNT", "_STORE", "_PROVIDER"};
  static const char harmless[][14] = {"PUBLIC", "GPG", "PUBKEY", "KEYBOARD", "ALLOW_EMPTY", "SSH_AUTH_SOCK", "RANDOM",
                                         "KEYSERVER"};
  if (length == 3 && equals_upper(name, "PWD", 3)) return 0;
  if (name_ends(name, length, "OLDPWD")) return 0;
  for (size_t i = 0; i < sizeof about / sizeof *about; i++)
    if (name_ends(name, length, about[i])) return 0;
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
    if (name_has(name, length, harmless[i], 0)) return 0;
  for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++)
    if (name_has(name, length, anywhere[i], 0)) return 1;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (name_has(name, length, words[i], 1)) return 1;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (name_ends(name, length, keys[i])) return 1;
  /* PGPASSWORD and the like are caught above; MYSQL_PWD by its word. */
  return 0;
}

static int is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

typedef struct pattern {
  char prefix[16];
  /* Word characters that must follow. */
  uint8_t least;
  char kind[24];
} pattern;

static const pattern patterns[] = {
    {"AKIA", 16, "an AWS access key id"},
    {"ASIA", 16, "an AWS access key id"},
    {"ghp_", 30, "a GitHub token"},
    {"gho_", 30, "a GitHub token"},
    {"ghu_", 30, "a GitHub token"},
    {"ghs_", 30, "a GitHub token"},
    {"ghr_", 30, "a GitHub token"},
    {"github_pat_", 30, "a GitHub token"},
    {"glpat-", 18, "a GitLab token"},
    {"gldt-", 18, "a GitLab token"},
    {"xoxb-", 20, "a Slack token"},
    {"xoxp-", 20, "a Slack token"},
    {"xoxa-", 20, "a Slack token"},
    {"xoxr-", 20, "a Slack token"},
    {"xapp-", 20, "a Slack token"},
    {"sk_live_", 16, "a Stripe key"},
    {"rk_live_", 16, "a Stripe key"},
    {"sk-ant-", 20, "an Anthropic key"},
    {"sk-proj-", 20, "an OpenAI key"},
    {"AIza", 35, "a Google API key"},
    {"ya29.", 20, "a Google OAuth token"},
    {"npm_", 36, "an npm token"},
    {"pypi-AgE", 40, "a PyPI token"},
    {"hvs.", 24, "a Vault token"},
    {"dop_v1_", 40, "a DigitalOcean token"},
    {"SG.", 20, "a SendGrid key"},
    {"dckr_pat_", 20, "a Docker token"},
    {"eyJ", 10, "a JSON web token"},
};

static size_t word_length(const char *text, size_t length, int dots) {
  size_t n = 0;
  while (n < length && (is_word(text[n]) || (dots && text[n] == '.'))) n++;
  return n;
}

static int contains(const char *text, size_t length, const char *word) {
  return memmem(text, length, word, strlen(word)) != NULL;
}

static int is_reference(const char *value, size_t length) {
  static const char places[][18] = {"/run/secrets/", "/var/run/secrets/", "/etc/", "/opt/", "/srv/", "/vault/", "file://", "vault:"};
  if (length >= 2 && value[0] == '$' && (value[1] == '{' || value[1] == '(')) return 1;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (length >= strlen(places[i]) && !memcmp(value, places[i], strlen(places[i]))) return 1;
  return 0;
}

/* scheme://user:password@host */
static int url_has_password(const char *value, size_t length) {
  const char *end = value + length, *at = value;
  while ((at = memmem(at, (size_t)(end - at), "://", 3))) {
    at += 3;
    size_t part = 0, colon = 0;
    while (at + part < end && at[part] != '/' && at[part] != '@' && at[part] != ' ' && at[part] != '"') {
      if (at[part] == ':' && !colon) colon = part + 1;
      part++;
    }
    if (at + part < end && at[part] == '@' && colon && part > colon && !is_reference(at + colon, part - colon) &&
        at[colon] != '<' && at[colon] != '*')
      return 1;
  }
  return 0;
}

static int jwt(const char *value, size_t length) {
  size_t first = word_length(value, length, 0);
  if (first + 1 >= length || value[first] != '.') return 0;
  size_t second = word_length(value + first + 1, length - first - 1, 0);
  return second >= 8 && first + second + 2 < length && value[first + 1 + second] == '.';
}

static const char *value_kind(const char *value, size_t length) {
  if (length < 8) return NULL;
  if (contains(value, length, "-----BEGIN") && contains(value, length, "PRIVATE KEY")) return "a private key";
  for (size_t at = 0; at < length; at++) {
    if (at && is_word(value[at - 1])) continue;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
      const pattern *p = &patterns[i];
      if (p->prefix[0] != value[at]) continue;
      size_t n = strlen(p->prefix);
      if (length - at < n + p->least || memcmp(value + at, p->prefix, n)) continue;
      int dots = !strcmp(p->prefix, "SG.") || !strcmp(p->prefix, "ya29.") || !strcmp(p->prefix, "hvs.");
      if (word_length(value + at + n, length - at - n, dots) < p->least) continue;
      if (!strcmp(p->prefix, "eyJ") && !jwt(value + at, length - at)) continue;
      return p->kind;
    }
  }
  if (url_has_password(value, length)) return "an address with a password";
  if (contains(value, length, "AccountKey=") || contains(value, length, "SharedAccessKey=")) return "an Azure key";
  static const char members[][11] = {";Password=", ";password=", ";Pwd=", ";pwd="};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++)
    if (contains(value, length, members[i])) return "a connection string with a password";
  return NULL;
}

static int is_switch(const char *value, size_t length) {
  static const char words[][9] = {"YES", "NO", "TRUE", "FALSE", "ON", "OFF", "NONE", "NULL", "DISABLED", "ENABLED", "0", "1"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i]) == length && equals_upper(value, words[i], length)) return 1;
  return 0;
}

/* How long a secret lives, how often it may be tried: "30", "1.5", "900s". */
static int is_quantity(const char *name, size_t name_length, const char *value, size_t length) {
  static const char about[][9] = {"EXPIR", "MINUTE", "SECOND", "HOUR", "TIMEOUT", "TTL",   "LENGTH", "LIMIT", "RETR",   "ATTEMPT",
                                  "ROUND", "ITERAT", "INTERVAL", "DURATION", "MAX_", "_MAX", "MIN_", "_MIN", "_AGE", "_DAYS",
                                  "_SIZE", "_COUNT", "_COST"};
  size_t digits = 0;
  while (digits < length && ((value[digits] >= '0' && value[digits] <= '9') || value[digits] == '.')) digits++;
  if (!digits || length - digits > 2) return 0;
  for (size_t i = 0; i < sizeof about / sizeof *about; i++)
    if (name_has(name, name_length, about[i], 0)) return 1;
  return 0;
}

int ct_secret_find(const char *name, size_t name_length, const char *value, size_t length, const char **kind) {
  if (!value || !length) return 0;
  *kind = value_kind(value, length);
  if (*kind) return 1;
  if (is_switch(value, length) || is_reference(value, length)) return 0;
  return name_is_secret(name, name_length) && !is_quantity(name, name_length, value, length);
}
