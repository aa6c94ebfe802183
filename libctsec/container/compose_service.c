/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of a service. */
#include <stddef.h>
#include <string.h>

#include "container/compose.h"
#include "container/text.h"

void ct_service_note(ct_service *service, ct_message_id message, const ct_value *at, const char *name, const char *needs) {
  if (service->reader->status) return;
  service->reader->status = ct_containers_note(service->compose->containers, service->index, message, at, name, needs,
                                               service->reader->err);
}

int ct_service_kind(ct_service *service, const ct_value *value, unsigned kinds) {
  service->reader->document = ct_containers_document(service->compose->containers, value);
  return ct_read_kind(service->reader, value, kinds);
}

const ct_value *ct_service_member(ct_service *service, const ct_value *object, const char *key, unsigned kinds) {
  const ct_value *value = ct_value_member(object, key);
  if (!value || value->kind == CT_NULL || !ct_service_kind(service, value, kinds)) return NULL;
  return value;
}

/* A scalar as it is written, without the tag and the anchor before it. */
static void add_written(ct_buffer *text, const char *written, size_t length) {
  while (length && (*written == '!' || *written == '&')) {
    size_t word = 0;
    while (word < length && written[word] != ' ' && written[word] != '\t' && written[word] != '\n') word++;
    while (word < length && (written[word] == ' ' || written[word] == '\t' || written[word] == '\n')) word++;
    written += word;
    length -= word;
  }
  ct_buffer_add(text, written, length);
}

const char *ct_service_text(ct_service *service, const ct_value *value, size_t *length) {
  const ct_open_value *open = ct_compose_open(service->compose, value);
  if (open) {
    *length = open->length;
    return open->text;
  }
  if (value->kind == CT_STRING) {
    *length = value->length;
    return value->as.string;
  }
  ct_buffer text;
  ct_buffer_init(&text);
  const ct_document *document = ct_containers_document(service->compose->containers, value);
  if (value->kind == CT_BOOL)
    ct_buffer_text(&text, value->boolean ? "true" : "false");
  else if (value->kind == CT_INTEGER)
    ct_buffer_format(&text, "%s%llu", value->negative ? "-" : "", (unsigned long long)value->as.magnitude);
  else
    add_written(&text, document->text + value->offset, value->end - value->offset);
  const char *copy = text.failed ? NULL : ct_arena_copy(service->reader->arena, text.data ? text.data : "", text.length);
  if (!copy) ct_read_nomem(service->reader);
  *length = copy ? text.length : 0;
  ct_buffer_free(&text);
  return copy ? copy : "";
}

void ct_service_refuse(ct_service *service, const ct_value *at, const char *what) {
  if (service->reader->status) return;
  size_t length;
  const char *text = ct_service_text(service, at, &length);
  service->reader->status = ct_error_value(service->reader->err, CTSEC_E_SCHEMA,
                                           ct_containers_document(service->compose->containers, at), at, "`%.*s` is no %s",
                                           (int)length, text, what);
}

/* As Compose casts a text: any case, and the words of YAML 1.1. */
int ct_service_truth(ct_service *service, const ct_value *value, int *truth) {
  static const char words[][6] = {"n", "no", "off", "false", "y", "yes", "on", "true"};
  if (value->open) return 0;
  if (value->kind == CT_BOOL) {
    *truth = value->boolean;
    return 1;
  }
  for (size_t i = 0; value->kind == CT_STRING && i < sizeof words / sizeof *words; i++) {
    size_t k = 0;
    while (k < value->length && words[i][k] && (value->as.string[k] | 32) == words[i][k]) k++;
    if (k != value->length || words[i][k]) continue;
    *truth = i >= 4;
    return 1;
  }
  ct_service_refuse(service, value, "boolean");
  return 0;
}

static void unknown(ct_origin *from, const ct_value *at) { *from = (ct_origin){CT_UNKNOWN, 0, at}; }

static void set_flag(ct_service *service, const ct_value *value, ct_flag *flag) {
  int truth;
  if (ct_service_truth(service, value, &truth))
    ct_set_flag(flag, value, truth);
  else
    unknown(&flag->from, value);
}

static void set_number(ct_service *service, const ct_value *value, ct_number *number, int is_size) {
  int64_t result;
  if (value->open) {
    unknown(&number->from, value);
  } else if (value->kind == CT_INTEGER) {
    ct_read_number(service->reader, value, number);
  } else if (value->kind == CT_STRING && (is_size ? ct_parse_size(value->as.string, value->length, &result)
                                                  : ct_parse_integer(value->as.string, value->length, &result))) {
    ct_set_number(number, value, result);
  } else {
    ct_service_refuse(service, value, is_size ? "size" : "integer");
  }
}

static void set_text(ct_service *service, const ct_value *value, ct_text *text) {
  size_t length;
  const char *as_written = ct_service_text(service, value, &length);
  ct_set_text(text, value, as_written, length);
  if (value->open) text->from.state = CT_UNKNOWN;
}

/* Texts of a list; a list with one that is not known is not known. */
static void set_list(ct_service *service, const ct_value *list, ct_texts *texts, unsigned kinds) {
  int open = 0;
  texts->from = (ct_origin){CT_SET, 0, list};
  for (uint32_t i = 0; i < list->count; i++) {
    const ct_value *item = &list->as.items[i];
    if (!ct_service_kind(service, item, kinds)) return;
    size_t length;
    const char *text = ct_service_text(service, item, &length);
    if (item->open)
      open = 1;
    else
      ct_append_text(service->reader, texts, item, text, length);
  }
  if (open) texts->from.state = CT_UNKNOWN;
}

/* Enters a pair, or replaces the one of its name. */
static void put(ct_service *service, ct_pairs *pairs, ct_names *names, const ct_value *list, const ct_pair *pair) {
  ct_pair *there = ct_names_find(names, pair->key, pair->key_length);
  void **place = there ? NULL : ct_names_place(names, service->reader->arena, pair->key, pair->key_length);
  if (there) {
    pairs->items[(uintptr_t)there - 1] = *pair;
    return;
  }
  ct_pair *made = place ? CT_APPEND(service->reader, pairs, list) : NULL;
  if (!made) {
    ct_read_nomem(service->reader);
    return;
  }
  *made = *pair;
  /* The array moves as it grows: an index, from 1. */
  *place = (void *)(uintptr_t)pairs->count;
}

/* NAME=VALUE items, and members, which a merged list may hold beside each other. */
static void put_all(ct_service *service, ct_pairs *pairs, ct_names *names, const ct_value *list) {
  const unsigned scalar = CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER) | CT_BIT(CT_REAL) | CT_BIT(CT_BOOL);
  for (uint32_t i = 0; i < list->count && !service->reader->status; i++) {
    const ct_value *item = &list->as.items[i];
    ct_pair pair = {.at = item};
    if (item->key && item->kind == CT_NULL) {
      pair.key = item->key;
      pair.key_length = item->key_length;
    } else {
      if (!ct_service_kind(service, item, item->key ? scalar : CT_BIT(CT_STRING))) return;
      size_t length;
      const char *text = item->open && !item->key ? item->as.string : ct_service_text(service, item, &length);
      if (item->open && !item->key) length = item->length;
      const char *equal = item->key ? NULL : memchr(text, '=', length);
      pair.key = item->key ? item->key : text;
      pair.key_length = item->key ? item->key_length : equal ? (size_t)(equal - text) : length;
      if (item->key || equal) {
        pair.value = item->key ? text : equal + 1;
        pair.value_length = item->key ? length : length - pair.key_length - 1;
      }
      /* A value that comes from elsewhere is not in the file. */
      if (item->open) pair.value = NULL, pair.value_length = 0;
    }
    put(service, pairs, names, list, &pair);
  }
}

static void set_pairs(ct_service *service, const ct_value *list, ct_pairs *pairs) {
  ct_names names = {0};
  pairs->from = (ct_origin){CT_SET, 0, list};
  put_all(service, pairs, &names, list);
}

static const ct_member *find_member(const ct_member *members, size_t count, const ct_value *value) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcmp(value->key, members[middle].key);
    if (!order) return &members[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

void ct_read_members(ct_service *service, const ct_value *object, const ct_member *members, size_t count) {
  ct_reader *reader = service->reader;
  for (uint32_t i = 0; i < object->count && !reader->status; i++) {
    const ct_value *value = &object->as.items[i];
    const ct_member *member = find_member(members, count, value);
    if (!member && !(value->key_length >= 2 && value->key[0] == 'x' && value->key[1] == '-'))
      ct_service_note(service, CT_MESSAGE_COMPOSE_UNKNOWN_KEY, value, value->key, NULL);
    if (!member || (value->kind == CT_NULL && member->kinds & CT_BIT(CT_NULL))) continue;
    if (!ct_service_kind(service, value, member->kinds & ~CT_BIT(CT_NULL))) continue;
    void *place = (char *)reader->container + member->offset;
    switch (member->kind) {
      case CT_MEMBER_FLAG:
        set_flag(service, value, place);
        break;
      case CT_MEMBER_NUMBER:
      case CT_MEMBER_SIZE:
        set_number(service, value, place, member->kind == CT_MEMBER_SIZE);
        break;
      case CT_MEMBER_TEXT:
        set_text(service, value, place);
        break;
      case CT_MEMBER_LIST:
        set_list(service, value, place, CT_BIT(CT_STRING));
        break;
      case CT_MEMBER_PAIRS:
        set_pairs(service, value, place);
        break;
      case CT_MEMBER_FUNCTION:
        member->read(service, value);
        break;
      default:
        break;
    }
  }
}

static void read_oom_score(ct_service *service, const ct_value *value) {
  ct_number *number = &service->reader->container->oom_score_adj;
  set_number(service, value, number, 0);
  if (ct_is_set(number->from) && (number->value < -1000 || number->value > 1000))
    ct_service_refuse(service, value, "score from -1000 to 1000");
}

static void read_namespace(ct_service *service, const ct_value *value, ct_namespace_kind kind) {
  if (value->open)
    unknown(&service->reader->container->namespaces[kind].from, value);
  else
    ct_read_namespace(service->reader, value, kind);
}

static void read_pid(ct_service *service, const ct_value *value) { read_namespace(service, value, CT_NS_PID); }
static void read_ipc(ct_service *service, const ct_value *value) { read_namespace(service, value, CT_NS_IPC); }
static void read_network(ct_service *service, const ct_value *value) { read_namespace(service, value, CT_NS_NET); }
static void read_uts(ct_service *service, const ct_value *value) { read_namespace(service, value, CT_NS_UTS); }
static void read_userns(ct_service *service, const ct_value *value) { read_namespace(service, value, CT_NS_USER); }
static void read_cgroup(ct_service *service, const ct_value *value) {
  if (!value->open && !ct_value_equals(value, "host") && !ct_value_equals(value, "private"))
    ct_service_refuse(service, value, "cgroup namespace: `host` or `private`");
  else
    read_namespace(service, value, CT_NS_CGROUP);
}

/* Words as Compose splits them: quotes and backslashes as in a shell, up to ; & | < or >. */
static void split_words(ct_service *service, const ct_value *value, ct_texts *words) {
  const char *text = value->as.string;
  size_t length = value->length;
  ct_buffer word;
  ct_buffer_init(&word);
  int any = 0;
  char quote = '\0';
  for (size_t i = 0; i <= length; i++) {
    char c = i < length ? text[i] : '\0';
    int blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (i == length || (!quote && (blank || (c && strchr(";&|<>", c))))) {
      if (any) ct_append_text(service->reader, words, value, word.data ? word.data : "", word.length);
      word.length = 0;
      any = 0;
      if (i == length || blank) continue;
      break;
    }
    any = 1;
    if (quote && c == quote)
      quote = '\0';
    else if (!quote && (c == '"' || c == '\''))
      quote = c;
    else if (c == '\\' && quote != '\'' && i + 1 < length)
      ct_buffer_char(&word, text[++i]);
    else
      ct_buffer_char(&word, c);
  }
  if (word.failed) ct_read_nomem(service->reader);
  if (quote) ct_service_refuse(service, value, "command: a quote has no end");
  ct_buffer_free(&word);
}

static void read_words(ct_service *service, const ct_value *value, ct_texts *words) {
  words->from = (ct_origin){CT_SET, 0, value};
  if (value->kind == CT_STRING) {
    split_words(service, value, words);
    return;
  }
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING))) return;
    ct_append_text(service->reader, words, item, item->as.string, item->length);
  }
}

static void read_command(ct_service *service, const ct_value *value) {
  read_words(service, value, &service->reader->container->command);
}
static void read_entrypoint(ct_service *service, const ct_value *value) {
  read_words(service, value, &service->reader->container->entrypoint);
}

static void read_container_name(ct_service *service, const ct_value *value) {
  if (!value->open) service->reader->container->name = value->as.string;
}

static void set_processors(ct_service *service, const ct_value *value) {
  ct_number *number = &service->reader->container->nano_cpus;
  size_t length;
  int64_t nano;
  const char *text = ct_service_text(service, value, &length);
  if (value->open)
    unknown(&number->from, value);
  else if (ct_parse_processors(text, length, &nano))
    ct_set_number(number, value, nano);
  else
    ct_service_refuse(service, value, "number of processors");
}

static void read_device_rules(ct_service *service, const ct_value *value) {
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING))) return;
    ct_device_rule *rule = CT_APPEND(service->reader, &service->reader->container->device_rules, value);
    if (!rule) return;
    rule->at = item;
    ct_read_device_rule(rule, item->as.string, item->length);
  }
}

static void read_expose(ct_service *service, const ct_value *value) {
  set_list(service, value, &service->reader->container->exposed, CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER));
}

static void read_group_add(ct_service *service, const ct_value *value) {
  set_list(service, value, &service->reader->container->groups, CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER));
}

static void read_extends(ct_service *service, const ct_value *value) {
  const ct_value *file = ct_service_member(service, value, "file", CT_BIT(CT_STRING));
  if (!file) return;
  const ct_compose_file *here = ct_compose_file_of(service->compose, value);
  const char *name = ct_compose_path(service->compose, here ? here->folder : "", file->as.string, file->length);
  ct_buffer needs;
  ct_buffer_init(&needs);
  ct_buffer_format(&needs, "file:%s", name ? name : "");
  const char *copy = needs.failed ? NULL : ct_arena_copy(service->reader->arena, needs.data, needs.length);
  ct_buffer_free(&needs);
  if (!name || !copy) {
    ct_read_nomem(service->reader);
    return;
  }
  ct_service_note(service, CT_MESSAGE_COMPOSE_EXTENDS, file, name, copy);
  service->reader->container->partial = 1;
}

static void read_extra_hosts(ct_service *service, const ct_value *value) {
  ct_texts *hosts = &service->reader->container->extra_hosts;
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    int many = item->key && item->kind == CT_ARRAY;
    for (uint32_t k = 0; k < (many ? item->count : 1); k++) {
      const ct_value *address = many ? &item->as.items[k] : item;
      if (!ct_service_kind(service, address, CT_BIT(CT_STRING))) return;
      ct_buffer text;
      ct_buffer_init(&text);
      if (item->key) ct_buffer_format(&text, "%s:", item->key);
      ct_buffer_add(&text, address->as.string, address->length);
      int there = 0;
      for (uint32_t n = 0; n < hosts->count && n < 256; n++)
        there |= hosts->items[n].length == text.length && text.length && !memcmp(hosts->items[n].value, text.data, text.length);
      if (text.failed)
        ct_read_nomem(service->reader);
      else if (!there)
        ct_append_text(service->reader, hosts, address, text.data ? text.data : "", text.length);
      ct_buffer_free(&text);
    }
  }
}

static void read_healthcheck(ct_service *service, const ct_value *value) {
  enum { S = CT_BIT(CT_STRING), B = CT_BIT(CT_BOOL), I = CT_BIT(CT_INTEGER), R = CT_BIT(CT_REAL), A = CT_BIT(CT_ARRAY) };
  static const ct_member members[] = {
      {"disable", B | S, CT_MEMBER_CHECK, 0, NULL},        {"interval", S, CT_MEMBER_CHECK, 0, NULL},
      {"retries", I | S | R, CT_MEMBER_CHECK, 0, NULL},    {"start_interval", S, CT_MEMBER_CHECK, 0, NULL},
      {"start_period", S, CT_MEMBER_CHECK, 0, NULL},       {"test", S | A, CT_MEMBER_CHECK, 0, NULL},
      {"timeout", S, CT_MEMBER_CHECK, 0, NULL},
  };
  ct_texts *check = &service->reader->container->healthcheck;
  CT_READ_MEMBERS(service, value, members);
  const ct_value *disable = ct_service_member(service, value, "disable", B | S);
  const ct_value *test = ct_service_member(service, value, "test", S | A);
  int off = 0;
  if (disable && ct_service_truth(service, disable, &off) && off) {
    ct_append_text(service->reader, check, disable, "NONE", 4);
  } else if (ct_value_is(test, CT_STRING)) {
    ct_append_text(service->reader, check, test, "CMD-SHELL", 9);
    ct_append_text(service->reader, check, test, test->as.string, test->length);
  } else if (test) {
    read_words(service, test, check);
    const ct_value *first = ct_value_item(test, 0);
    if (first && !first->open && !ct_value_equals(first, "CMD") && !ct_value_equals(first, "CMD-SHELL") && !ct_value_equals(first, "NONE"))
      ct_service_refuse(service, first, "kind of check: CMD, CMD-SHELL or NONE");
  }
}

static void set_restart(ct_service *service, const ct_value *at, const char *text, size_t length) {
  ct_container *container = service->reader->container;
  const char *colon = memchr(text, ':', length);
  size_t name = colon ? (size_t)(colon - text) : length;
  const char *copy = ct_arena_copy(service->reader->arena, text, name);
  int64_t retries;
  if (!copy) {
    ct_read_nomem(service->reader);
    return;
  }
  ct_set_text(&container->restart, at, copy, name);
  if (at->open) container->restart.from.state = CT_UNKNOWN;
  if (colon && ct_parse_integer(colon + 1, length - name - 1, &retries))
    ct_set_number(&container->restart_retries, at, retries);
}

static void read_restart(ct_service *service, const ct_value *value) {
  set_restart(service, value, value->as.string, value->length);
}

static void mark(ct_origin *from, const ct_value *at) {
  if (from->state == CT_UNSET) unknown(from, at);
}

static void read_security_opt(ct_service *service, const ct_value *value) {
  ct_container *container = service->reader->container;
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING))) return;
    size_t length;
    const char *text = ct_service_text(service, item, &length);
    /* What stands before the variable says which field is not known; nothing stands there: any. */
    const char *dollar = item->open ? memchr(text, '$', length) : NULL;
    size_t said = dollar ? (size_t)(dollar - text) : length;
    ct_read_security_option(service->reader, item, text, length);
    if (!item->open) continue;
    if (!said || !memcmp(text, "seccomp", said < 7 ? said : 7)) unknown(&container->seccomp.from, item);
    if (!said || !memcmp(text, "apparmor", said < 8 ? said : 8)) unknown(&container->apparmor.from, item);
    if (!said || !memcmp(text, "label", said < 5 ? said : 5)) unknown(&container->selinux.from, item);
    if (!said || !memcmp(text, "no-new-privileges", said < 17 ? said : 17)) unknown(&container->no_new_privileges.from, item);
    if (!said) {
      mark(&container->masked_paths.from, item);
      mark(&container->readonly_paths.from, item);
    }
  }
}

static void read_ulimits(ct_service *service, const ct_value *value) {
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER) | CT_BIT(CT_OBJECT))) return;
    ct_ulimit *limit = CT_APPEND(service->reader, &service->reader->container->ulimits, value);
    if (!limit) return;
    limit->at = item;
    ct_set_text(&limit->name, item, item->key, item->key_length);
    const unsigned kinds = CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER);
    const ct_value *soft = item->kind == CT_OBJECT ? ct_service_member(service, item, "soft", kinds) : item;
    const ct_value *hard = item->kind == CT_OBJECT ? ct_service_member(service, item, "hard", kinds) : item;
    if (soft) set_number(service, soft, &limit->soft, 0);
    if (hard) set_number(service, hard, &limit->hard, 0);
  }
}

static void read_user(ct_service *service, const ct_value *value) {
  size_t length;
  const char *text = ct_service_text(service, value, &length);
  ct_read_user_text(&service->reader->container->user, value, text, length);
}

/* What is given for swarm serves docker compose too. */
static void read_deploy(ct_service *service, const ct_value *deploy) {
  const unsigned numbers = CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER) | CT_BIT(CT_REAL);
  ct_container *container = service->reader->container;
  const ct_value *resources = ct_service_member(service, deploy, "resources", CT_BIT(CT_OBJECT));
  const ct_value *limits = ct_service_member(service, resources, "limits", CT_BIT(CT_OBJECT));
  const ct_value *value;
  if ((value = ct_service_member(service, limits, "cpus", numbers))) set_processors(service, value);
  if ((value = ct_service_member(service, limits, "memory", CT_BIT(CT_STRING)))) set_number(service, value, &container->memory, 1);
  if ((value = ct_service_member(service, limits, "pids", CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER))))
    set_number(service, value, &container->pids, 0);
  const ct_value *reservations = ct_service_member(service, resources, "reservations", CT_BIT(CT_OBJECT));
  if ((value = ct_service_member(service, reservations, "devices", CT_BIT(CT_ARRAY)))) ct_read_service_gpus(service, value);
  const ct_value *policy = ct_service_member(service, deploy, "restart_policy", CT_BIT(CT_OBJECT));
  const ct_value *condition = ct_service_member(service, policy, "condition", CT_BIT(CT_STRING));
  if (!condition) return;
  if (ct_value_equals(condition, "any"))
    set_restart(service, condition, "always", 6);
  else if (ct_value_equals(condition, "none"))
    set_restart(service, condition, "no", 2);
  else
    set_restart(service, condition, condition->as.string, condition->length);
  if ((value = ct_service_member(service, policy, "max_attempts", CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER))))
    set_number(service, value, &container->restart_retries, 0);
}

static const char *find_variable(const void *context, const char *name, size_t length) {
  const ct_service *service = context;
  return ct_scope_find(service->compose, service->scope, name, length);
}

/* NULL where it was not given. */
static const ct_document *load_variables(ct_service *service, const ct_value *path, int raw, int required) {
  ct_compose *c = service->compose;
  const ct_compose_file *here = ct_compose_file_of(c, path);
  const char *name = ct_compose_path(c, here ? here->folder : "", path->as.string, path->length);
  const ct_named_file *given = name && !path->open ? ct_compose_wanted(c, name) : NULL;
  const ct_document *document = NULL;
  if (c->status || !name) return NULL;
  if (given) {
    service->reader->status = ct_env_file_parse(c->arena, ct_compose_source(c, name), given->bytes, given->length, raw,
                                                find_variable, service, &document, service->reader->err);
    if (!service->reader->status)
      service->reader->status = ct_containers_add_document(c->containers, document, service->reader->err);
  } else if (required && !path->open) {
    ct_buffer needs;
    ct_buffer_init(&needs);
    ct_buffer_format(&needs, "file:%s", name);
    const char *copy = needs.failed ? NULL : ct_arena_copy(c->arena, needs.data, needs.length);
    if (copy)
      ct_service_note(service, CT_MESSAGE_COMPOSE_ENV_FILE, path, name, copy);
    else
      ct_read_nomem(service->reader);
    ct_buffer_free(&needs);
  }
  return service->reader->status ? NULL : document;
}

/* A path, a list of paths, or of objects with a path. */
static void read_files(ct_service *service, const ct_value *value, ct_pairs *pairs, ct_names *names) {
  for (uint32_t i = 0; i < (value->kind == CT_ARRAY ? value->count : 1) && !service->reader->status; i++) {
    const ct_value *item = value->kind == CT_ARRAY ? &value->as.items[i] : value;
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING) | CT_BIT(CT_OBJECT))) return;
    const ct_value *path = item->kind == CT_OBJECT ? ct_service_member(service, item, "path", CT_BIT(CT_STRING)) : item;
    const ct_value *required = ct_service_member(service, item, "required", CT_BIT(CT_BOOL) | CT_BIT(CT_STRING));
    const ct_value *format = ct_service_member(service, item, "format", CT_BIT(CT_STRING));
    int needed = 1;
    if (!path) {
      if (!service->reader->status) ct_service_refuse(service, item, "env file: `path` is missing");
      return;
    }
    if (required) ct_service_truth(service, required, &needed);
    const ct_document *document = load_variables(service, path, ct_value_equals(format, "raw"), needed);
    if (document) put_all(service, pairs, names, document->roots);
  }
}

void ct_read_service_environment(ct_service *service, const ct_value *object) {
  ct_container *container = service->reader->container;
  const struct {
    const char *file;
    const char *own;
    ct_pairs *pairs;
  } both[] = {{"env_file", "environment", &container->env}, {"label_file", "labels", &container->labels}};
  for (size_t k = 0; k < 2; k++) {
    ct_names names = {0};
    const ct_value *file = ct_service_member(service, object, both[k].file, CT_BIT(CT_STRING) | CT_BIT(CT_ARRAY));
    const ct_value *own = ct_service_member(service, object, both[k].own, CT_BIT(CT_ARRAY) | CT_BIT(CT_OBJECT));
    if (own) both[k].pairs->from = (ct_origin){CT_SET, 0, own};
    if (file) read_files(service, file, both[k].pairs, &names);
    if (own) put_all(service, both[k].pairs, &names, own);
  }
  /* A name alone takes its value from where the variables of the file come from. */
  for (uint32_t i = 0; i < container->env.count; i++) {
    ct_pair *pair = &container->env.items[i];
    if (pair->value || pair->at->open) continue;
    pair->value = ct_scope_find(service->compose, service->scope, pair->key, pair->key_length);
    pair->value_length = pair->value ? strlen(pair->value) : 0;
  }
}

enum {
  S = CT_BIT(CT_STRING),
  B = CT_BIT(CT_BOOL),
  I = CT_BIT(CT_INTEGER),
  N = CT_BIT(CT_INTEGER) | CT_BIT(CT_REAL),
  A = CT_BIT(CT_ARRAY),
  O = CT_BIT(CT_OBJECT),
  /* Nothing after the colon is allowed. */
  NONE = CT_BIT(CT_NULL)
};

#define AT(field) offsetof(ct_container, field)
#define CHECK(key, kinds) {key, kinds, CT_MEMBER_CHECK, 0, NULL}
#define FLAG(key, field) {key, B | S, CT_MEMBER_FLAG, AT(field), NULL}
#define NUMBER(key, field) {key, N | S, CT_MEMBER_NUMBER, AT(field), NULL}
#define SIZE(key, field) {key, N | S, CT_MEMBER_SIZE, AT(field), NULL}
#define TEXT(key, field) {key, S, CT_MEMBER_TEXT, AT(field), NULL}
#define LIST(key, field) {key, A, CT_MEMBER_LIST, AT(field), NULL}
#define PAIRS(key, field) {key, A | O, CT_MEMBER_PAIRS, AT(field), NULL}
#define CALL(key, kinds, function) {key, kinds, CT_MEMBER_FUNCTION, 0, function}

static const ct_member members[] = {
    PAIRS("annotations", annotations),
    CHECK("attach", B | S),
    CHECK("blkio_config", O),
    CHECK("build", S | O),
    LIST("cap_add", cap_add),
    LIST("cap_drop", cap_drop),
    CALL("cgroup", S, read_cgroup),
    TEXT("cgroup_parent", cgroup_parent),
    CALL("command", S | A | NONE, read_command),
    CALL("configs", A, ct_read_service_configs),
    CALL("container_name", S, read_container_name),
    CHECK("cpu_count", S | I),
    CHECK("cpu_percent", S | N),
    NUMBER("cpu_period", cpu_period),
    NUMBER("cpu_quota", cpu_quota),
    CHECK("cpu_rt_period", S | N),
    CHECK("cpu_rt_runtime", S | N),
    NUMBER("cpu_shares", cpu_shares),
    CALL("cpus", S | N, set_processors),
    TEXT("cpuset", cpuset),
    CHECK("credential_spec", O),
    CHECK("depends_on", A | O),
    CHECK("deploy", O | NONE),
    CHECK("develop", O | NONE),
    CALL("device_cgroup_rules", A, read_device_rules),
    CALL("devices", A, ct_read_service_devices),
    CHECK("dns", S | A),
    CHECK("dns_opt", A),
    CHECK("dns_search", S | A),
    CHECK("domainname", S),
    CALL("entrypoint", S | A | NONE, read_entrypoint),
    CHECK("env_file", S | A),
    CHECK("environment", A | O),
    CALL("expose", A, read_expose),
    CALL("extends", S | O, read_extends),
    CHECK("external_links", A),
    CALL("extra_hosts", A | O, read_extra_hosts),
    CALL("gpus", S | A, ct_read_service_gpus),
    CALL("group_add", A, read_group_add),
    CALL("healthcheck", O, read_healthcheck),
    CHECK("hostname", S),
    TEXT("image", image),
    CHECK("init", B | S),
    CALL("ipc", S, read_ipc),
    CHECK("isolation", S),
    CHECK("label_file", S | A),
    CHECK("labels", A | O),
    CHECK("links", A),
    CHECK("logging", O),
    CHECK("mac_address", S),
    SIZE("mem_limit", memory),
    CHECK("mem_reservation", S | I),
    CHECK("mem_swappiness", S | I),
    SIZE("memswap_limit", memory_swap),
    CHECK("models", A | O),
    CALL("network_mode", S, read_network),
    CHECK("networks", A | O),
    FLAG("oom_kill_disable", oom_kill_disable),
    CALL("oom_score_adj", S | I, read_oom_score),
    CHECK("per_replica", B | S),
    CALL("pid", S | NONE, read_pid),
    NUMBER("pids_limit", pids),
    TEXT("platform", platform),
    CALL("ports", A, ct_read_service_ports),
    CHECK("post_start", A),
    CHECK("pre_start", A),
    CHECK("pre_stop", A),
    FLAG("privileged", privileged),
    CHECK("profiles", A),
    CHECK("provider", O),
    CHECK("pull_policy", S),
    CHECK("pull_refresh_after", S),
    FLAG("read_only", readonly_rootfs),
    CALL("restart", S, read_restart),
    TEXT("runtime", runtime),
    CHECK("scale", S | I),
    CALL("secrets", A, ct_read_service_secrets),
    CALL("security_opt", A, read_security_opt),
    CHECK("shm_size", S | N),
    FLAG("stdin_open", stdin_open),
    CHECK("stop_grace_period", S),
    CHECK("stop_signal", S),
    CHECK("storage_opt", O),
    PAIRS("sysctls", sysctls),
    CALL("tmpfs", S | A, ct_read_service_tmpfs),
    CHECK("triggers", O),
    FLAG("tty", tty),
    CALL("ulimits", O, read_ulimits),
    CHECK("umask", S | I | NONE),
    CALL("use_api_socket", B, ct_read_service_socket),
    CALL("user", S, read_user),
    CALL("userns_mode", S, read_userns),
    CALL("uts", S, read_uts),
    CALL("volumes", A, ct_read_service_volumes),
    LIST("volumes_from", volumes_from),
    TEXT("working_dir", working_dir),
};

void ct_service_note_open(ct_service *service, const ct_value *value) {
  if (value->kind == CT_ARRAY || value->kind == CT_OBJECT) {
    for (uint32_t i = 0; i < value->count && !service->reader->status; i++) ct_service_note_open(service, &value->as.items[i]);
    return;
  }
  const ct_open_value *open = ct_compose_open(service->compose, value);
  for (const char *name = open ? open->names : NULL; name && *name; name += strlen(name) + 1) {
    size_t length = strlen(name);
    char *needs = ct_compose_array(service->compose, length + 5, 1);
    if (!needs) return;
    memcpy(needs, "env:", 4);
    memcpy(needs + 4, name, length);
    ct_service_note(service, CT_MESSAGE_COMPOSE_VARIABLE, value, name, needs);
  }
}

void ct_read_service(ct_service *service, const ct_value *object) {
  if (!ct_service_kind(service, object, CT_BIT(CT_OBJECT))) return;
  CT_READ_MEMBERS(service, object, members);
  ct_read_service_environment(service, object);
  const ct_value *deploy = ct_service_member(service, object, "deploy", CT_BIT(CT_OBJECT));
  if (deploy) read_deploy(service, deploy);
  ct_service_note_open(service, object);
  if (!ct_value_member(object, "image") && !ct_value_member(object, "build") && !service->reader->container->partial)
    ct_service_note(service, CT_MESSAGE_COMPOSE_NO_IMAGE, object, NULL, NULL);
  if (service->compose->status && !service->reader->status) service->reader->status = CTSEC_E_NOMEM;
}
