/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"

static const uint64_t default_limits[CTSEC_LIMIT_CONTAINERS + 1] = {
    [CTSEC_LIMIT_BYTES] = UINT64_C(16) << 20, [CTSEC_LIMIT_DEPTH] = 128,    [CTSEC_LIMIT_NODES] = 1000000,
    [CTSEC_LIMIT_ALIASES] = 100000,           [CTSEC_LIMIT_RULES] = 100000, [CTSEC_LIMIT_WORK] = 100000000,
    [CTSEC_LIMIT_CONTAINERS] = 10000,
};

/* Deeper input would only move the failure to the stack of whoever walks it. */
#define LARGEST_DEPTH 4096

static const char *const engine_names[] = {NULL, "docker", "podman", "containerd", "cri-o", "nerdctl"};

const char *ct_engine_name(int engine) {
  if (engine < 0 || (size_t)engine >= sizeof engine_names / sizeof *engine_names) return NULL;
  return engine_names[engine];
}

static int equals(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

int ct_engine_find(const char *name, size_t length) {
  for (size_t i = 1; i < sizeof engine_names / sizeof *engine_names; i++)
    if (equals(name, length, engine_names[i])) return (int)i;
  return 0;
}

int ctsec_options_new(ctsec_options **options, ctsec_error **err) {
  if (!options) return ct_error_null(err, "options");
  ctsec_options *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->privileged = -1;
  made->no_new_privileges = -1;
  *options = made;
  return 0;
}

void ctsec_options_free(ctsec_options *options) {
  if (!options) return;
  ct_options_copy_files(options, NULL, NULL);
  ct_arena_free(&options->arena);
  free(options);
}

int ct_version_parse(const char *text, size_t length, ct_version *version) {
  ct_version parsed = {0};
  uint32_t *part[] = {&parsed.major, &parsed.minor, &parsed.patch};
  size_t at = 0;
  for (int i = 0; i < 3; i++) {
    uint64_t value = 0;
    size_t start = at;
    while (at < length && text[at] >= '0' && text[at] <= '9') {
      value = value * 10 + (uint64_t)(text[at++] - '0');
      if (value > UINT32_MAX) return 0;
    }
    if (at == start) break;
    *part[i] = (uint32_t)value;
    parsed.known = 3 - i;
    if (at == length || text[at] != '.') break;
    at++;
  }
  if (!parsed.known) return 0;
  *version = parsed;
  return 1;
}

int ct_version_compare(const ct_version *a, const ct_version *b) {
  if (a->major != b->major) return a->major < b->major ? -1 : 1;
  if (a->minor != b->minor) return a->minor < b->minor ? -1 : 1;
  if (a->patch != b->patch) return a->patch < b->patch ? -1 : 1;
  return 0;
}

int ct_version_at_least(const ct_version *version, uint32_t major, uint32_t minor, uint32_t patch) {
  ct_version other = {1, major, minor, patch};
  return ct_version_compare(version, &other) >= 0;
}

static int set_text(ctsec_options *options, const char **field, const char *value, size_t length, ctsec_error **err) {
  if (memchr(value, '\0', length)) return ct_error_set(err, CTSEC_E_ARG, "the value contains a NUL byte");
  /* Many inputs, one after the other, shall not fill the arena with their names. */
  if (field == &options->source && options->source_room > length) {
    memmove(options->source_text, value, length);
    options->source_text[length] = '\0';
    options->source = options->source_text;
    return 0;
  }
  char *copy = ct_arena_copy(&options->arena, value, length);
  if (!copy) return ct_error_nomem(err);
  *field = copy;
  if (field == &options->source) {
    options->source_text = copy;
    options->source_room = length + 1;
  }
  return 0;
}

int ct_options_set_source(ctsec_options *options, const char *source, size_t length, ctsec_error **err) {
  return set_text(options, &options->source, source, length, err);
}

static int set_bool(int *field, const char *name, const char *value, size_t length, ctsec_error **err) {
  if (equals(value, length, "true"))
    *field = 1;
  else if (equals(value, length, "false"))
    *field = 0;
  else
    return ct_error_set(err, CTSEC_E_ARG, "%s: `%.*s` is neither true nor false", name, (int)length, value);
  return 0;
}

static int add_text(ctsec_options *options, ct_text_item **list, const char *value, size_t length, ctsec_error **err) {
  ct_text_item *item = ct_arena_alloc(&options->arena, sizeof *item);
  char *copy = ct_arena_copy(&options->arena, value, length);
  if (!item || !copy) return ct_error_nomem(err);
  item->text = copy;
  item->length = length;
  while (*list) list = &(*list)->next;
  *list = item;
  return 0;
}

static int set_engine(ctsec_options *options, const char *value, size_t length, ctsec_error **err) {
  const char *at = memchr(value, '@', length);
  size_t name = at ? (size_t)(at - value) : length;
  int engine = ct_engine_find(value, name);
  if (!engine)
    return ct_error_set(err, CTSEC_E_ARG, "engine: `%.*s` is none of docker, podman, containerd, cri-o, nerdctl",
                        (int)name, value);
  ct_version version = {0};
  if (at && !ct_version_parse(at + 1, length - name - 1, &version))
    return ct_error_set(err, CTSEC_E_ARG, "engine: `%.*s` is no version", (int)(length - name - 1), at + 1);
  options->engine = engine;
  options->engine_version = version;
  return 0;
}

/* Each key, then the words that fit, separated by spaces, or one of <number>, <numbers>, <mask>, <version>, <text>. */
static const char known_facts[] =
#define FACT(key, values) key "\0" values "\0"
#include "base/facts.def"
#undef FACT
    ;

static const char *values_of(const char *fact) { return fact + strlen(fact) + 1; }
static const char *fact_after(const char *fact) { return values_of(values_of(fact)); }

static int is_number(const char *text, size_t length) {
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    value = value * 10 + (uint64_t)(text[i] - '0');
    if (value > UINT32_MAX) return 0;
  }
  return length > 0;
}

static int are_numbers(const char *text, size_t length) {
  for (const char *comma; (comma = memchr(text, ',', length)); text = comma + 1) {
    size_t n = (size_t)(comma - text);
    if (!is_number(text, n)) return 0;
    length -= n + 1;
  }
  return is_number(text, length);
}

static int fits(const char *values, const char *text, size_t length) {
  ct_version version;
  if (!strcmp(values, "<numbers>")) return are_numbers(text, length);
  if (!strcmp(values, "<number>")) return is_number(text, length);
  if (!strcmp(values, "<version>")) return ct_version_parse(text, length, &version);
  /* Whoever reads a mask says what is wrong with it. */
  if (!strcmp(values, "<mask>") || !strcmp(values, "<text>")) return length > 0;
  while (*values) {
    size_t word = strcspn(values, " ");
    if (word == length && !memcmp(values, text, length)) return 1;
    values += word + (values[word] == ' ');
  }
  return 0;
}

static int refuse_fact(const char *value, size_t key, ctsec_error **err) {
  ct_buffer known;
  ct_buffer_init(&known);
  for (const char *fact = known_facts; *fact; fact = fact_after(fact))
    ct_buffer_format(&known, "%s%s", fact == known_facts ? "" : ", ", fact);
  ct_buffer_char(&known, '\0');
  int status = known.failed ? ct_error_nomem(err)
                            : ct_error_set(err, CTSEC_E_ARG, "fact: no key `%.*s`; there are: %s", (int)key, value, known.data);
  ct_buffer_free(&known);
  return status;
}

/* "apparmor selinux none" as "apparmor, selinux, none". */
static int refuse_value(const char *fact, const char *value, size_t length, ctsec_error **err) {
  const char *values = values_of(fact);
  if (*values == '<')
    return ct_error_set(err, CTSEC_E_ARG, "fact: %s=`%.*s` does not fit; it takes %.*s", fact,
                        (int)length, value, (int)strlen(values) - 2, values + 1);
  ct_buffer words;
  ct_buffer_init(&words);
  for (; *values; values++) {
    ct_buffer_char(&words, *values == ' ' ? ',' : *values);
    if (*values == ' ') ct_buffer_char(&words, ' ');
  }
  ct_buffer_char(&words, '\0');
  int status = words.failed ? ct_error_nomem(err)
                            : ct_error_set(err, CTSEC_E_ARG, "fact: %s=`%.*s` is none of %s", fact,
                                           (int)length, value, words.data);
  ct_buffer_free(&words);
  return status;
}

static int set_env(ctsec_options *options, const char *value, size_t length, ctsec_error **err) {
  const char *equal = memchr(value, '=', length);
  if (!equal || equal == value || memchr(value, '\0', length))
    return ct_error_set(err, CTSEC_E_ARG, "env: `%.*s` is not NAME=VALUE", (int)length, value);
  return add_text(options, &options->env, value, length, err);
}

static int set_fact(ctsec_options *options, const char *value, size_t length, ctsec_error **err) {
  const char *equal = memchr(value, '=', length);
  size_t key = equal ? (size_t)(equal - value) : 0;
  if (!key) return ct_error_set(err, CTSEC_E_ARG, "fact: `%.*s` is not KEY=VALUE", (int)length, value);
  /* Reports ask for variables by this key. */
  if (key > 4 && !memcmp(value, "env:", 4)) return set_env(options, value + 4, length - 4, err);
  const char *known = known_facts;
  while (*known && !equals(value, key, known)) known = fact_after(known);
  if (!*known) return refuse_fact(value, key, err);
  if (!fits(values_of(known), equal + 1, length - key - 1))
    return refuse_value(known, equal + 1, length - key - 1, err);
  const char *text = NULL;
  int status = set_text(options, &text, equal + 1, length - key - 1, err);
  if (status) return status;
  /* The option and the fact are one. */
  if (!strcmp(known, "kernel")) ct_version_parse(text, strlen(text), &options->kernel);
  for (ct_fact *fact = options->facts; fact; fact = fact->next) {
    if (equals(value, key, fact->key)) {
      fact->value = text;
      return 0;
    }
  }
  ct_fact *fact = ct_arena_alloc(&options->arena, sizeof *fact);
  if (!fact) return ct_error_nomem(err);
  fact->key = known;
  fact->value = text;
  fact->next = options->facts;
  options->facts = fact;
  return 0;
}

static int set_severity(int *field, int plus, const char *name, const char *value, size_t length, ctsec_error **err) {
  static const char names[][9] = {"info", "low", "medium", "high", "critical"};
  for (int i = 0; i < 5; i++) {
    if (!equals(value, length, names[i])) continue;
    *field = i + plus;
    return 0;
  }
  return ct_error_set(err, CTSEC_E_ARG, "%s: `%.*s` is none of info, low, medium, high, critical", name, (int)length,
                      value);
}

static int set_now(ctsec_options *options, const char *value, size_t length, ctsec_error **err) {
  int64_t now = 0;
  for (size_t i = 0; i < length; i++) {
    if (value[i] < '0' || value[i] > '9' || i > 11)
      return ct_error_set(err, CTSEC_E_ARG, "now: `%.*s` is no number of seconds since 1970", (int)length, value);
    now = now * 10 + (value[i] - '0');
  }
  if (!length) return ct_error_set(err, CTSEC_E_ARG, "now: a number of seconds is missing");
  options->now = now;
  options->has_now = 1;
  return 0;
}

static int set_policy(ctsec_options *options, const char *value, size_t length, ctsec_error **err) {
  /* What follows pss: is read where the standard is known. */
  if (!equals(value, length, "default") && !equals(value, length, "cis-docker") && !(length > 4 && !memcmp(value, "pss:", 4)))
    return ct_error_set(err, CTSEC_E_ARG, "policy: `%.*s` is not known; there are: default, cis-docker, pss:baseline, pss:restricted",
                        (int)length, value);
  return set_text(options, &options->policy, value, length, err);
}

/* The options that are one text, whatever it is; those that are checked when they are set come last. */
static const char **text_option(ctsec_options *options, const char *name) {
  const struct {
    const char *name;
    const char **field;
  } texts[] = {{"arch", &options->arch},     {"libseccomp", &options->libseccomp}, {"caps", &options->caps},
               {"user", &options->user},     {"source", &options->source},         {"from", &options->from},
               {"select", &options->select}, {"target", &options->target}, {"runtime", &options->runtime},       {"policy", &options->policy}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (!strcmp(name, texts[i].name)) return texts[i].field;
  return NULL;
}

int ctsec_options_set(ctsec_options *options, const char *name, const char *value, size_t length, ctsec_error **err) {
  if (!options) return ct_error_null(err, "options");
  if (!name) return ct_error_null(err, "name");
  if (!value) return ct_error_null(err, "value");
  if (!strcmp(name, "lang")) {
    if (equals(value, length, "en"))
      options->lang = CTSEC_LANG_EN;
    else if (equals(value, length, "ja"))
      options->lang = CTSEC_LANG_JA;
    else if (equals(value, length, "zh"))
      options->lang = CTSEC_LANG_ZH;
    else
      return ct_error_set(err, CTSEC_E_ARG, "lang: `%.*s` is none of en, ja, zh", (int)length, value);
    return 0;
  }
  if (!strcmp(name, "engine")) return set_engine(options, value, length, err);
  if (!strcmp(name, "runtime")) {
    ct_version version;
    int named = length >= 4 && (!memcmp(value, "runc", 4) || !memcmp(value, "crun", 4));
    if (!equals(value, length, "policy") && !(named && length == 4) &&
        !(named && length > 5 && value[4] == '@' && ct_version_parse(value + 5, length - 5, &version)))
      return ct_error_set(err, CTSEC_E_ARG, "runtime: `%.*s` is none of policy, runc, crun (or runc@VERSION)", (int)length,
                          value);
    return set_text(options, &options->runtime, value, length, err);
  }
  if (!strcmp(name, "kernel")) {
    ct_version version;
    if (!ct_version_parse(value, length, &version))
      return ct_error_set(err, CTSEC_E_ARG, "kernel: `%.*s` is no version", (int)length, value);
    options->kernel = version;
    return 0;
  }
  if (!strcmp(name, "privileged")) return set_bool(&options->privileged, name, value, length, err);
  if (!strcmp(name, "filters")) return set_bool(&options->filters, name, value, length, err);
  if (!strcmp(name, "no-new-privileges")) return set_bool(&options->no_new_privileges, name, value, length, err);
  if (!strcmp(name, "cap-add")) return add_text(options, &options->cap_add, value, length, err);
  if (!strcmp(name, "cap-drop")) return add_text(options, &options->cap_drop, value, length, err);
  if (!strcmp(name, "fact")) return set_fact(options, value, length, err);
  if (!strcmp(name, "rule")) return add_text(options, &options->rules, value, length, err);
  if (!strcmp(name, "skip")) return add_text(options, &options->skip, value, length, err);
  if (!strcmp(name, "min")) return set_severity(&options->least, 0, name, value, length, err);
  if (!strcmp(name, "fail-on")) return set_severity(&options->fail_on, 1, name, value, length, err);
  if (!strcmp(name, "audit")) return set_bool(&options->audit, name, value, length, err);
  if (!strcmp(name, "colour")) return set_bool(&options->colour, name, value, length, err);
  if (!strcmp(name, "html")) return set_bool(&options->html, name, value, length, err);
  if (!strcmp(name, "now")) return set_now(options, value, length, err);
  if (!strcmp(name, "policy")) return set_policy(options, value, length, err);
  if (!strcmp(name, "env")) return set_env(options, value, length, err);
  if (!strcmp(name, "compose-profile")) return add_text(options, &options->profiles, value, length, err);
  if (!strcmp(name, "override")) return add_text(options, &options->overrides, value, length, err);
  const char **field = text_option(options, name);
  if (field) return set_text(options, field, value, length, err);
  return ct_error_set(err, CTSEC_E_ARG, "`%s` is no option", name);
}

int ctsec_options_set_limit(ctsec_options *options, int32_t limit, uint64_t value, ctsec_error **err) {
  if (!options) return ct_error_null(err, "options");
  if (limit < CTSEC_LIMIT_BYTES || limit > CTSEC_LIMIT_CONTAINERS)
    return ct_error_set(err, CTSEC_E_ARG, "%d is no limit", limit);
  if (limit == CTSEC_LIMIT_DEPTH && value > LARGEST_DEPTH)
    return ct_error_set(err, CTSEC_E_ARG, "a depth above %d is not served", LARGEST_DEPTH);
  if (limit == CTSEC_LIMIT_BYTES && value > UINT32_MAX)
    return ct_error_set(err, CTSEC_E_ARG, "inputs of 4 GiB and more are not served");
  options->limits[limit] = value;
  return 0;
}

const char *ctsec_options_find(const ctsec_options *options, const char *name) {
  if (!options || !name) return NULL;
  ctsec_options view = *options;
  const char **field = text_option(&view, name);
  return field ? *field : NULL;
}

uint64_t ct_options_limit(const ctsec_options *options, int32_t limit) {
  if (options && options->limits[limit]) return options->limits[limit];
  return default_limits[limit];
}

int ct_options_fail_on(const ctsec_options *options) {
  return options && options->fail_on ? options->fail_on - 1 : CTSEC_SEVERITY_HIGH;
}

int ct_options_lang(const ctsec_options *options) { return options ? options->lang : CTSEC_LANG_EN; }

int ct_options_check_bytes(const ctsec_options *options, size_t length, uint64_t most, ctsec_error **err) {
  uint64_t limit = ct_options_limit(options, CTSEC_LIMIT_BYTES);
  if (most && limit > most) limit = most;
  if (length <= limit) return 0;
  ct_place place = CT_NO_PLACE;
  place.source = ct_options_source(options);
  return ct_error_at(err, CTSEC_E_LIMIT, &place, "the input is larger than the limit of %llu bytes", (unsigned long long)limit);
}

const char *ct_options_source(const ctsec_options *options) { return options ? options->source : NULL; }

const char *ct_options_fact(const ctsec_options *options, const char *key) {
  if (!options) return NULL;
  for (const ct_fact *fact = options->facts; fact; fact = fact->next)
    if (!strcmp(fact->key, key)) return fact->value;
  return NULL;
}

static int copy_text(ctsec_options *to, const char **field, const char *text, ctsec_error **err) {
  return text ? set_text(to, field, text, strlen(text), err) : 0;
}

static int copy_list(ctsec_options *to, ct_text_item **list, const ct_text_item *items, ctsec_error **err) {
  int status = 0;
  for (; items && !status; items = items->next) status = add_text(to, list, items->text, items->length, err);
  return status;
}

static int copy_facts(ctsec_options *to, const ct_fact *facts, ctsec_error **err) {
  ct_fact **next = &to->facts;
  for (; facts; facts = facts->next) {
    ct_fact *fact = ct_arena_alloc(&to->arena, sizeof *fact);
    if (!fact) return ct_error_nomem(err);
    fact->key = ct_arena_string(&to->arena, facts->key);
    fact->value = ct_arena_string(&to->arena, facts->value);
    if (!fact->key || !fact->value) return ct_error_nomem(err);
    *next = fact;
    next = &fact->next;
  }
  return 0;
}

int ct_options_copy(const ctsec_options *options, ctsec_options **copy, ctsec_error **err) {
  ctsec_options *to;
  int status = ctsec_options_new(&to, err);
  if (status) return status;
  if (options) {
    ct_arena arena = to->arena;
    *to = *options;
    to->arena = arena;
    to->cap_add = to->cap_drop = to->rules = to->skip = to->env = to->profiles = to->overrides = NULL;
    to->facts = NULL;
    to->files = NULL;
    to->source_text = NULL;
    to->source_room = 0;
    const struct {
      const char **field;
      const char *text;
    } texts[] = {{&to->arch, options->arch},     {&to->runtime, options->runtime}, {&to->libseccomp, options->libseccomp},
                 {&to->caps, options->caps},     {&to->user, options->user},       {&to->source, options->source},
                 {&to->from, options->from},     {&to->select, options->select},   {&to->target, options->target},   {&to->policy, options->policy}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i].field = NULL;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !status; i++) status = copy_text(to, texts[i].field, texts[i].text, err);
    if (!status) status = copy_list(to, &to->cap_add, options->cap_add, err);
    if (!status) status = copy_list(to, &to->cap_drop, options->cap_drop, err);
    if (!status) status = copy_list(to, &to->rules, options->rules, err);
    if (!status) status = copy_list(to, &to->skip, options->skip, err);
    if (!status) status = copy_list(to, &to->env, options->env, err);
    if (!status) status = copy_list(to, &to->profiles, options->profiles, err);
    if (!status) status = copy_list(to, &to->overrides, options->overrides, err);
    if (!status) status = copy_facts(to, options->facts, err);
    if (!status) status = ct_options_copy_files(to, options, err);
  }
  if (status) {
    ctsec_options_free(to);
    return status;
  }
  *copy = to;
  return 0;
}
