/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a Dockerfile says of the containers of its image: the user, the
 * environment, ports, volumes, the health check, the command, and what its
 * files ask for. How a container is started it cannot say: that is unknown.
 */
#include "container/dockerfile.h"

#include <string.h>

#include "container/text.h"
#include "ctsec/container.h"

typedef struct variable {
  const char *name;
  size_t length;
  /* NULL: not known. */
  const char *value;
  size_t value_length;
} variable;

typedef struct scope {
  uint32_t count;
  variable *items;
} scope;

typedef struct stage {
  const ct_value *from;
  /* Of the instructions after FROM. */
  uint32_t first, end;
  const char *name;
  size_t name_length;
  /* Expanded; NULL where it is not known. */
  const char *image;
  size_t image_length;
  const ct_value *image_at;
  /* The stage that it builds on; -1 for an image. */
  int parent;
} stage;

typedef struct build {
  ct_reader *reader;
  const ct_value *root;
  scope global;
  uint32_t stage_count;
  stage *stages;
} build;

static const ct_value *part(const ct_value *instruction, const char *key) { return ct_value_member(instruction, key); }
static int is_named(const ct_value *instruction, const char *name) { return ct_value_equals(part(instruction, "instruction"), name); }

static const ct_value *first_word(const ct_value *instruction) { return ct_value_item(part(instruction, "words"), 0); }

static variable *find(const scope *s, const char *name, size_t length) {
  for (uint32_t i = 0; i < s->count; i++)
    if (s->items[i].length == length && !memcmp(s->items[i].name, name, length)) return &s->items[i];
  return NULL;
}

/* Each is looked for among all others; no build has that many of either. */
#define VARIABLES_MOST 1024u
#define STAGES_MOST 1024u
/* A value that variables make longer than this is not known. */
#define VALUE_MOST 65536u

static void refuse_more(ct_reader *reader, const ct_value *at, const char *what) {
  if (!reader->status)
    reader->status = ct_error_value(reader->err, CTSEC_E_LIMIT, reader->document, at, "more %s than the limit of 1024", what);
}

static void set(ct_reader *reader, scope *s, const ct_value *at, const char *name, size_t length, const char *value,
                size_t value_length) {
  variable *place = find(s, name, length);
  if (!place) {
    if (s->count >= VARIABLES_MOST) {
      refuse_more(reader, at, "variables");
      return;
    }
    variable *grown = ct_arena_grow(reader->arena, s->items, s->count, sizeof *grown);
    if (!grown) {
      ct_read_nomem(reader);
      return;
    }
    s->items = grown;
    place = &grown[s->count++];
  }
  *place = (variable){name, length, value, value_length};
}

static int is_name(char c, int first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

static size_t name_end(const char *text, size_t at, size_t length) {
  size_t start = at;
  while (at < length && is_name(text[at], at == start)) at++;
  return at;
}

/* $NAME, ${NAME}, ${NAME:-WORD}, ${NAME:+WORD} and these without colon; NULL where the value is not known. */
static const char *expand(ct_reader *reader, const scope *s, const char *text, size_t length, size_t *out) {
  if (!memchr(text, '$', length)) {
    *out = length;
    return text;
  }
  ct_buffer made;
  ct_buffer_init(&made);
  int known = 1;
  for (size_t at = 0; at < length && known;) {
    if (text[at] == '\\' && at + 1 < length) {
      ct_buffer_char(&made, text[at + 1]);
      at += 2;
      continue;
    }
    int braces = text[at] == '$' && at + 1 < length && text[at + 1] == '{';
    size_t start = at + 1 + (size_t)braces, end = text[at] == '$' ? name_end(text, start, length) : start;
    if (text[at] != '$' || end == start) {
      known = !braces;
      ct_buffer_char(&made, text[at++]);
      continue;
    }
    const variable *found = find(s, text + start, end - start);
    const char *value = found ? found->value : NULL;
    size_t value_length = found ? found->value_length : 0;
    /* What nobody declared is empty; what is declared without value may be given at build time. */
    int given = value != NULL, declared = found != NULL;
    at = end;
    if (braces) {
      const char *close = memchr(text + at, '}', length - at);
      if (!close) {
        known = 0;
        break;
      }
      size_t stop = (size_t)(close - text);
      int colon = at < stop && text[at] == ':';
      char sign = at + (size_t)colon < stop ? text[at + (size_t)colon] : 0;
      const char *word = text + at + (size_t)colon + 1;
      size_t word_length = sign ? (size_t)(close - word) : 0;
      if (sign == '-' && (!given || (colon && !value_length))) {
        value = word;
        value_length = word_length;
        given = 1;
      } else if (sign == '+') {
        value = given && (!colon || value_length) ? word : "";
        value_length = *value ? word_length : 0;
        given = 1;
      } else if (sign && sign != '-') {
        known = 0;
      }
      at = stop + 1;
    }
    if (made.length > VALUE_MOST || (given && memchr(value, '$', value_length))) known = 0;
    if (given)
      ct_buffer_add(&made, value, value_length);
    else
      known &= !declared;
  }
  const char *copy = known && !made.failed ? ct_arena_copy(reader->arena, made.data ? made.data : "", made.length) : NULL;
  if (made.failed || (known && !copy)) ct_read_nomem(reader);
  *out = made.length;
  ct_buffer_free(&made);
  return copy;
}

static void split(const ct_value *pair, size_t *name, const char **value, size_t *value_length) {
  const char *equal = memchr(pair->as.string, '=', pair->length);
  *name = equal ? (size_t)(equal - pair->as.string) : pair->length;
  *value = equal ? equal + 1 : NULL;
  *value_length = equal ? pair->length - *name - 1 : 0;
}

static void append_pair(ct_reader *reader, ct_pairs *list, const ct_value *at, const char *name, size_t length, const char *value,
                        size_t value_length) {
  ct_pair *place = CT_APPEND(reader, list, at);
  if (place) *place = (ct_pair){at, name, length, value, value_length};
}

static void read_arg(build *b, scope *s, const ct_value *instruction) {
  const ct_value *pairs = part(instruction, "pairs");
  for (uint32_t i = 0; i < pairs->count; i++) {
    const ct_value *pair = &pairs->as.items[i];
    size_t name, value_length, length = 0;
    const char *value;
    split(pair, &name, &value, &value_length);
    if (value) {
      append_pair(b->reader, &b->reader->container->build_arguments, pair, pair->as.string, name, value, value_length);
      value = expand(b->reader, s, value, value_length, &length);
      set(b->reader, s, pair, pair->as.string, name, value, length);
    } else {
      const variable *outer = s == &b->global ? NULL : find(&b->global, pair->as.string, name);
      set(b->reader, s, pair, pair->as.string, name, outer ? outer->value : NULL, outer ? outer->value_length : 0);
    }
  }
}

static void read_env(build *b, scope *s, const ct_value *instruction) {
  ct_pairs *env = &b->reader->container->env;
  const ct_value *pairs = part(instruction, "pairs");
  for (uint32_t i = 0; i < pairs->count && !b->reader->status; i++) {
    const ct_value *pair = &pairs->as.items[i];
    size_t name, value_length, length = 0;
    const char *value;
    split(pair, &name, &value, &value_length);
    const char *known = value ? expand(b->reader, s, value, value_length, &length) : NULL;
    set(b->reader, s, pair, pair->as.string, name, known, length);
    ct_pair *place = NULL;
    for (uint32_t k = 0; k < env->count; k++)
      if (env->items[k].key_length == name && !memcmp(env->items[k].key, pair->as.string, name)) place = &env->items[k];
    if (!place) place = CT_APPEND(b->reader, env, pair);
    /* One that is not known is no value, and no secret either. */
    if (place) *place = (ct_pair){pair, pair->as.string, name, known, known ? length : 0};
  }
  env->from = (ct_origin){CT_SET, 0, instruction};
}

static void read_user(build *b, const scope *s, const ct_value *instruction) {
  const ct_value *word = first_word(instruction);
  size_t length;
  const char *text = expand(b->reader, s, word->as.string, word->length, &length);
  ct_user *user = &b->reader->container->user;
  memset(user, 0, sizeof *user);
  if (text)
    ct_read_user_text(user, word, text, length);
  else
    *user = (ct_user){{CT_SET, 0, word}, word->as.string, word->length, CT_UNKNOWN, CT_UNKNOWN, 0, 0};
}

static void read_expose(build *b, const scope *s, const ct_value *instruction) {
  const ct_value *words = part(instruction, "words");
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_value *word = &words->as.items[i];
    size_t length;
    const char *text = expand(b->reader, s, word->as.string, word->length, &length);
    if (!text || !length) continue;
    if (!memchr(text, '/', length)) {
      ct_buffer whole;
      ct_buffer_init(&whole);
      ct_buffer_format(&whole, "%.*s/tcp", (int)length, text);
      length = whole.length;
      text = whole.failed ? NULL : ct_arena_copy(b->reader->arena, whole.data, whole.length);
      ct_buffer_free(&whole);
    }
    if (text)
      ct_append_text(b->reader, &b->reader->container->exposed, word, text, length);
    else
      ct_read_nomem(b->reader);
  }
}

/* The exec form as it is, the other one as the shell gets it. */
static void read_command(build *b, const ct_value *instruction, const ct_texts *shell, ct_texts *into) {
  const ct_value *exec = part(instruction, "exec"), *text = part(instruction, "text");
  memset(into, 0, sizeof *into);
  if (exec->boolean) {
    ct_read_texts(b->reader, exec, into);
    return;
  }
  for (uint32_t i = 0; i < shell->count; i++)
    ct_append_text(b->reader, into, text, shell->items[i].value, shell->items[i].length);
  ct_append_text(b->reader, into, text, text->as.string, text->length);
}

static void read_health(build *b, const ct_value *instruction) {
  const ct_value *words = part(instruction, "words");
  ct_texts *health = &b->reader->container->healthcheck;
  const ct_value *first = ct_value_item(words, 0);
  memset(health, 0, sizeof *health);
  int none = first && first->length == 4 && (ct_value_equals(first, "NONE") || ct_value_equals(first, "none"));
  if (!none && !ct_value_equals(first, "CMD") && !ct_value_equals(first, "cmd")) {
    b->reader->status = ct_error_value(b->reader->err, CTSEC_E_SCHEMA, b->reader->document, first ? first : instruction,
                                       "HEALTHCHECK takes CMD or NONE");
    return;
  }
  for (uint32_t i = 0; i < words->count; i++)
    ct_append_text(b->reader, health, &words->as.items[i], i ? words->as.items[i].as.string : none ? "NONE" : "CMD",
                   i ? words->as.items[i].length : none ? 4 : 3);
}

static void read_volumes(build *b, const ct_value *instruction) {
  const ct_value *exec = part(instruction, "exec"), *paths = exec->boolean ? exec : part(instruction, "words");
  ct_mounts *mounts = &b->reader->container->mounts;
  for (uint32_t i = 0; i < paths->count; i++) {
    const ct_value *path = &paths->as.items[i];
    ct_mount *mount = CT_APPEND(b->reader, mounts, path);
    if (!mount) return;
    memset(mount, 0, sizeof *mount);
    mount->at = path;
    ct_set_text(&mount->type, path, "volume", 6);
    ct_set_text(&mount->destination, path, path->as.string, path->length);
    ct_set_flag(&mount->writable, path, 1);
  }
}

static int is_separator(char c) { return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')'; }

static size_t next_token(const char *text, size_t length, size_t *at) {
  while (*at < length && is_separator(text[*at])) ++*at;
  size_t start = *at;
  while (*at < length && !is_separator(text[*at])) ++*at;
  return start;
}

static int is_program(const char *text, size_t length, const char *name) {
  size_t n = strlen(name);
  return length >= n && !memcmp(text + length - n, name, n) && (length == n || text[length - n - 1] == '/');
}

/* u+s, +s, 4755, 6755 */
static int sets_id(const char *text, size_t length) {
  if (length == 4 || length == 5) {
    const char *digits = text + (length - 4);
    int octal = length == 4 || text[0] == '0';
    for (int i = 0; i < 4; i++) octal &= digits[i] >= '0' && digits[i] <= '7';
    if (octal) return digits[0] >= '2';
  }
  const char *plus = memchr(text, '+', length);
  if (!plus || !memchr(plus, 's', length - (size_t)(plus - text))) return 0;
  for (const char *c = text; c < plus; c++)
    if (*c != 'u' && *c != 'g' && *c != 'a') return 0;
  return 1;
}

/* What commands of the build give to files, which a container then asks for. */
static void read_run(build *b, ctsec_containers *containers, const ct_value *at, const char *text, size_t length) {
  ct_append_text(b->reader, &b->reader->container->build_commands, at, text, length);
  for (size_t i = 0; i < length && !b->reader->status;) {
    size_t start = next_token(text, length, &i);
    int caps = is_program(text + start, i - start, "setcap"), mode = is_program(text + start, i - start, "chmod");
    if (!caps && !mode) continue;
    size_t word = next_token(text, length, &i);
    while (word < i && text[word] == '-') word = next_token(text, length, &i);
    size_t end = i;
    while (word < end && (text[word] == '"' || text[word] == '\'')) word++;
    while (end > word && (text[end - 1] == '"' || text[end - 1] == '\'')) end--;
    if (end == word || (mode && !sets_id(text + word, end - word))) continue;
    size_t path = next_token(text, length, &i);
    ct_buffer name;
    ct_buffer_init(&name);
    ct_buffer_format(&name, "%.*s (%.*s)", (int)(i - path), text + path, (int)(end - word), text + word);
    const char *copy = name.failed ? NULL : ct_arena_copy(b->reader->arena, name.data, name.length);
    ct_buffer_free(&name);
    if (!copy) {
      ct_read_nomem(b->reader);
      return;
    }
    int status = ct_containers_note(containers, containers->count, caps ? CT_MESSAGE_DOCKERFILE_SETCAP : CT_MESSAGE_DOCKERFILE_SETUID,
                                    at, copy, NULL, b->reader->err);
    if (status) b->reader->status = status;
  }
}

static void read_stage(build *b, ctsec_containers *containers, const stage *s, scope *variables, ct_texts *shell) {
  ct_container *container = b->reader->container;
  for (uint32_t i = s->first; i < s->end && !b->reader->status; i++) {
    const ct_value *instruction = &b->root->as.items[i];
    const ct_value *word = first_word(instruction);
    if (is_named(instruction, "ARG")) {
      read_arg(b, variables, instruction);
    } else if (is_named(instruction, "ENV")) {
      read_env(b, variables, instruction);
    } else if (is_named(instruction, "USER") && word) {
      read_user(b, variables, instruction);
    } else if (is_named(instruction, "EXPOSE")) {
      read_expose(b, variables, instruction);
    } else if (is_named(instruction, "VOLUME")) {
      read_volumes(b, instruction);
    } else if (is_named(instruction, "HEALTHCHECK")) {
      read_health(b, instruction);
    } else if (is_named(instruction, "SHELL")) {
      if (part(instruction, "exec")->boolean)
        ct_read_texts(b->reader, part(instruction, "exec"), shell);
      else
        b->reader->status = ct_error_value(b->reader->err, CTSEC_E_SCHEMA, b->reader->document, part(instruction, "text"),
                                           "SHELL takes a JSON array");
    } else if (is_named(instruction, "ENTRYPOINT")) {
      read_command(b, instruction, shell, &container->entrypoint);
      /* A new entry point drops the command of the base. */
      memset(&container->command, 0, sizeof container->command);
    } else if (is_named(instruction, "CMD")) {
      read_command(b, instruction, shell, &container->command);
    } else if (is_named(instruction, "WORKDIR") && word) {
      ct_set_text(&container->working_dir, word, word->as.string, word->length);
    } else if (is_named(instruction, "LABEL")) {
      const ct_value *pairs = part(instruction, "pairs");
      for (uint32_t k = 0; k < pairs->count; k++)
        ct_append_pair(b->reader, &container->labels, &pairs->as.items[k], pairs->as.items[k].as.string, pairs->as.items[k].length);
    } else if (is_named(instruction, "RUN")) {
      const ct_value *text = part(instruction, "text"), *documents = part(instruction, "heredocs");
      read_run(b, containers, text, text->as.string, text->length);
      for (uint32_t k = 0; k < documents->count; k++)
        read_run(b, containers, &documents->as.items[k], documents->as.items[k].as.string, documents->as.items[k].length);
    }
  }
}

static int names(const stage *s, const char *text, size_t length) {
  if (s->name_length != length || !length) return 0;
  for (size_t i = 0; i < length; i++)
    if ((s->name[i] | 32) != (text[i] | 32)) return 0;
  return 1;
}

static void read_from(build *b, uint32_t index, const ct_value *instruction) {
  if (b->stage_count >= STAGES_MOST) {
    refuse_more(b->reader, instruction, "stages");
    return;
  }
  stage *grown = ct_arena_grow(b->reader->arena, b->stages, b->stage_count, sizeof *grown);
  if (!grown) {
    ct_read_nomem(b->reader);
    return;
  }
  b->stages = grown;
  stage *made = &grown[b->stage_count];
  const ct_value *words = part(instruction, "words");
  const ct_value *image = ct_value_item(words, 0), *as = ct_value_item(words, 1), *name = ct_value_item(words, 2);
  memset(made, 0, sizeof *made);
  int named = as && as->length == 2 && (as->as.string[0] | 32) == 'a' && (as->as.string[1] | 32) == 's';
  if (!image || (words->count != 1 && (words->count != 3 || !named))) {
    b->reader->status = ct_error_value(b->reader->err, CTSEC_E_SCHEMA, b->reader->document, as ? as : instruction,
                                       "FROM takes an image, or an image AS a name");
    return;
  }
  made->from = instruction;
  made->first = index + 1;
  made->end = b->root->count;
  made->image_at = image;
  made->image = expand(b->reader, &b->global, image->as.string, image->length, &made->image_length);
  if (name) {
    made->name = name->as.string;
    made->name_length = name->length;
  }
  made->parent = -1;
  for (uint32_t i = 0; made->image && i < b->stage_count; i++)
    if (names(&b->stages[i], made->image, made->image_length)) made->parent = (int)i;
  if (b->stage_count) b->stages[b->stage_count - 1].end = index;
  b->stage_count++;
}

static int says_nonroot(const stage *base) {
  static const char words[][13] = {"nonroot", "non-root", "unprivileged", "rootless"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (base->image && memmem(base->image, base->image_length, words[i], strlen(words[i]))) return 1;
  return 0;
}

static void read_base(build *b, const stage *base) {
  ct_container *container = b->reader->container;
  int scratch = base->image && base->image_length == 7 && !memcmp(base->image, "scratch", 7);
  uint8_t state = says_nonroot(base) || !base->image ? CT_UNKNOWN : CT_SET;
  if (!scratch && base->image) ct_set_text(&container->image, base->image_at, base->image, base->image_length);
  /* Without USER: root, unless the base image has another one. */
  container->user = (ct_user){{CT_SET, !scratch, base->image_at}, "", 0, state, state, 0, 0};
}

static int find_stage(build *b, const ctsec_options *options, uint32_t *found) {
  const char *wanted = options ? options->target : NULL;
  *found = b->stage_count - 1;
  if (!wanted) return 0;
  size_t length = strlen(wanted);
  for (uint32_t i = 0; i < b->stage_count; i++) {
    if (!names(&b->stages[i], wanted, length)) continue;
    *found = i;
    return 0;
  }
  uint32_t number = 0;
  size_t at = 0;
  while (at < length && wanted[at] >= '0' && wanted[at] <= '9' && number < 100000) number = number * 10 + (uint32_t)(wanted[at++] - '0');
  if (length && at == length && number < b->stage_count) {
    *found = number;
    return 0;
  }
  return b->reader->status = ct_error_set(b->reader->err, CTSEC_E_NOTFOUND, "target: no stage `%s` in this Dockerfile", wanted);
}

void ct_read_dockerfile(ct_reader *reader, ctsec_containers *containers, const ct_value *root, uint32_t *index) {
  static const char sh[] = "/bin/sh", option[] = "-c";
  ct_container *container = reader->container;
  build b = {.reader = reader, .root = root};
  for (uint32_t i = 0; i < root->count && !reader->status; i++) {
    const ct_value *instruction = &root->as.items[i];
    if (is_named(instruction, "FROM")) {
      read_from(&b, i, instruction);
    } else if (!b.stage_count) {
      /* Those in front of the first FROM are for FROM lines. */
      read_arg(&b, &b.global, instruction);
    }
  }
  uint32_t wanted = 0;
  if (reader->status || find_stage(&b, reader->options, &wanted)) return;
  container->at = b.stages[wanted].from;
  container->config_object = b.stages[wanted].from;
  if (b.stages[wanted].name) container->name = b.stages[wanted].name;
  *index = wanted;
  /* From the first stage on that this one builds on. */
  uint32_t *chain = ct_read_array(reader, b.stage_count, sizeof *chain), depth = 0;
  if (!chain) return;
  for (int at = (int)wanted; at >= 0; at = b.stages[at].parent) chain[depth++] = (uint32_t)at;
  ct_text *words = ct_read_array(reader, 2, sizeof *words);
  if (!words) return;
  ct_set_text(&words[0], root, sh, sizeof sh - 1);
  ct_set_text(&words[1], root, option, sizeof option - 1);
  ct_texts shell = {{CT_SET, 1, root}, 2, words};
  read_base(&b, &b.stages[chain[depth - 1]]);
  while (depth-- && !reader->status) {
    /* Arguments end with their stage, the environment is inherited. */
    scope variables = {0, NULL};
    for (uint32_t i = 0; i < container->env.count; i++) {
      const ct_pair *pair = &container->env.items[i];
      set(reader, &variables, pair->at, pair->key, pair->key_length, pair->value, pair->value_length);
    }
    read_stage(&b, containers, &b.stages[chain[depth]], &variables, &shell);
  }
}
