/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/read.h"

#include <stddef.h>
#include <string.h>

void ct_read_nomem(ct_reader *reader) {
  if (!reader->status) reader->status = ct_error_nomem(reader->err);
}

void *ct_read_array(ct_reader *reader, size_t count, size_t size) {
  if (reader->status) return NULL;
  void *array = ct_arena_array(reader->arena, count, size);
  if (!array) ct_read_nomem(reader);
  return array;
}

int ct_read_kind(ct_reader *reader, const ct_value *value, unsigned kinds) {
  if (reader->status) return 0;
  if (kinds & CT_BIT(value->kind)) return 1;
  ct_buffer wanted;
  ct_buffer_init(&wanted);
  int last = -1;
  for (int kind = CT_NULL; kind <= CT_OBJECT; kind++) {
    if (!(kinds & CT_BIT(kind)) || (kind == CT_REAL && kinds & CT_BIT(CT_INTEGER))) continue;
    if (last >= 0) ct_buffer_text(&wanted, " or ");
    ct_buffer_text(&wanted, kind == CT_INTEGER && !(kinds & CT_BIT(CT_REAL)) ? "an integer" : ct_kind_name(kind));
    last = kind;
  }
  ct_buffer_char(&wanted, '\0');
  if (wanted.failed)
    ct_read_nomem(reader);
  else if (value->key)
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "`%.*s` must be %s, not %s",
                                    (int)value->key_length, value->key, wanted.data, ct_kind_name(value->kind));
  else if (value->parent && value->parent->key)
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                                    "an item of `%.*s` must be %s, not %s", (int)value->parent->key_length,
                                    value->parent->key, wanted.data, ct_kind_name(value->kind));
  else
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value, "must be %s, not %s",
                                    wanted.data, ct_kind_name(value->kind));
  ct_buffer_free(&wanted);
  return 0;
}

static void set_origin(ct_origin *from, const ct_value *value) {
  from->state = CT_SET;
  from->defaulted = 0;
  from->at = value;
}

void ct_read_flag(ct_reader *reader, const ct_value *value, ct_flag *flag) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_BOOL))) return;
  set_origin(&flag->from, value);
  flag->value = value->boolean;
}

void ct_read_number(ct_reader *reader, const ct_value *value, ct_number *number) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_INTEGER))) return;
  uint64_t most = value->negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  if (value->as.magnitude > most) {
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, value,
                                    "the number does not fit into 64 bits");
    return;
  }
  set_origin(&number->from, value);
  number->value = value->negative ? (int64_t)(0 - value->as.magnitude) : (int64_t)value->as.magnitude;
}

void ct_read_text(ct_reader *reader, const ct_value *value, ct_text *text) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_STRING))) return;
  set_origin(&text->from, value);
  text->value = value->as.string;
  text->length = value->length;
}

void ct_read_texts(ct_reader *reader, const ct_value *value, ct_texts *texts) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_ARRAY))) return;
  ct_text *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) ct_read_text(reader, &value->as.items[i], &items[i]);
  set_origin(&texts->from, value);
  texts->count = value->count;
  texts->items = items;
}

static void read_text_or_texts(ct_reader *reader, const ct_value *value, ct_texts *texts) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_STRING) | CT_BIT(CT_ARRAY))) return;
  if (value->kind == CT_ARRAY) {
    ct_read_texts(reader, value, texts);
    return;
  }
  ct_text *item = ct_read_array(reader, 1, sizeof *item);
  if (!item) return;
  ct_read_text(reader, value, item);
  set_origin(&texts->from, value);
  texts->count = value->length ? 1 : 0;
  texts->items = item;
}

void ct_read_env(ct_reader *reader, const ct_value *value, ct_pairs *pairs) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_ARRAY))) return;
  ct_pair *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    const char *equal = memchr(item->as.string, '=', item->length);
    items[i].at = item;
    items[i].key = item->as.string;
    items[i].key_length = equal ? (size_t)(equal - item->as.string) : item->length;
    if (equal) {
      items[i].value = equal + 1;
      items[i].value_length = item->length - items[i].key_length - 1;
    }
  }
  set_origin(&pairs->from, value);
  pairs->count = value->count;
  pairs->items = items;
}

void ct_read_pairs(ct_reader *reader, const ct_value *value, ct_pairs *pairs) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_OBJECT))) return;
  ct_pair *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    items[i] = (ct_pair){item, item->key, item->key_length, item->as.string, item->length};
  }
  set_origin(&pairs->from, value);
  pairs->count = value->count;
  pairs->items = items;
}

static const ct_field *find_field(const ct_field *fields, size_t count, const ct_value *member) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = strcmp(member->key, fields[middle].key);
    if (!order) return strlen(fields[middle].key) == member->key_length ? &fields[middle] : NULL;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

void ct_read_fields(ct_reader *reader, const ct_value *object, const ct_field *fields, size_t count, void *base) {
  for (uint32_t i = 0; i < object->count && !reader->status; i++) {
    const ct_value *value = &object->as.items[i];
    if (value->kind == CT_NULL) continue;
    const ct_field *field = find_field(fields, count, value);
    if (!field) continue;
    void *place = (char *)base + field->offset;
    switch (field->kind) {
      case CT_FIELD_FLAG:
        ct_read_flag(reader, value, place);
        break;
      case CT_FIELD_NUMBER:
        ct_read_number(reader, value, place);
        break;
      case CT_FIELD_TEXT:
        ct_read_text(reader, value, place);
        break;
      case CT_FIELD_TEXTS:
        ct_read_texts(reader, value, place);
        break;
      case CT_FIELD_TEXT_OR_TEXTS:
        read_text_or_texts(reader, value, place);
        break;
      case CT_FIELD_ENV:
        ct_read_env(reader, value, place);
        break;
      case CT_FIELD_PAIRS:
        ct_read_pairs(reader, value, place);
        break;
      default:
        if (ct_read_kind(reader, value, field->kinds)) field->function(reader, value);
    }
  }
}

static int all_digits(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] < '0' || text[i] > '9') return 0;
  return length > 0;
}

/* State of a user or group as text; numbers beyond 32 bits are no ids. */
static uint8_t read_id(const char *text, size_t length, uint32_t *id) {
  if (length == 4 && !memcmp(text, "root", 4)) {
    *id = 0;
    return CT_SET;
  }
  if (!all_digits(text, length)) return CT_UNKNOWN;
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    value = value * 10 + (uint64_t)(text[i] - '0');
    if (value > UINT32_MAX) return CT_UNKNOWN;
  }
  *id = (uint32_t)value;
  return CT_SET;
}

void ct_read_user_text(ct_user *user, const ct_value *at, const char *text, size_t length) {
  set_origin(&user->from, at);
  user->text = text;
  user->length = length;
  const char *colon = memchr(text, ':', length);
  size_t name = colon ? (size_t)(colon - text) : length;
  if (name)
    user->uid_state = read_id(text, name, &user->uid);
  else
    user->uid_state = CT_SET;
  if (colon && length > name + 1)
    user->gid_state = read_id(colon + 1, length - name - 1, &user->gid);
  else
    /* The group of the user's entry; root's is 0. */
    user->gid_state = user->uid_state == CT_SET && user->uid == 0 ? CT_SET : CT_UNKNOWN;
}

static int starts(const char *text, size_t length, const char *word, const char **rest, size_t *rest_length) {
  size_t n = strlen(word);
  if (length < n || memcmp(text, word, n)) return 0;
  if (length == n) {
    *rest = text + n;
    *rest_length = 0;
    return 1;
  }
  if (text[n] != '=' && text[n] != ':') return 0;
  *rest = text + n + 1;
  *rest_length = length - n - 1;
  return 1;
}

static int is(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

static void set_text(ct_text *text, const ct_value *at, const char *value, size_t length) {
  set_origin(&text->from, at);
  text->value = value;
  text->length = length;
}

static void read_label(ct_reader *reader, const ct_value *at, const char *text, size_t length) {
  ct_selinux *selinux = &reader->container->selinux;
  const char *rest;
  size_t n;
  if (is(text, length, "disable")) {
    set_origin(&selinux->from, at);
    selinux->mode = CT_LSM_UNCONFINED;
    return;
  }
  struct {
    const char *word;
    ct_text *text;
  } parts[] = {{"type", &selinux->type}, {"user", &selinux->user}, {"role", &selinux->role}, {"level", &selinux->level}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (!starts(text, length, parts[i].word, &rest, &n)) continue;
    set_text(parts[i].text, at, rest, n);
    if (selinux->mode != CT_LSM_UNCONFINED) {
      set_origin(&selinux->from, at);
      selinux->mode = CT_LSM_NAMED;
    }
  }
}

void ct_read_security_option(ct_reader *reader, const ct_value *at, const char *text, size_t length) {
  ct_container *container = reader->container;
  const char *rest;
  size_t n;
  if (starts(text, length, "no-new-privileges", &rest, &n)) {
    set_origin(&container->no_new_privileges.from, at);
    container->no_new_privileges.value = !n || is(rest, n, "true") || is(rest, n, "1");
  } else if (starts(text, length, "seccomp", &rest, &n)) {
    set_origin(&container->seccomp.from, at);
    if (is(rest, n, "unconfined")) {
      container->seccomp.mode = CT_SECCOMP_UNCONFINED;
    } else if (is(rest, n, "builtin")) {
      container->seccomp.mode = CT_SECCOMP_DEFAULT;
    } else {
      size_t blank = 0;
      while (blank < n && (rest[blank] == ' ' || rest[blank] == '\n' || rest[blank] == '\t' || rest[blank] == '\r')) blank++;
      container->seccomp.mode = blank < n && rest[blank] == '{' ? CT_SECCOMP_TEXT : CT_SECCOMP_FILE;
      set_text(&container->seccomp.profile, at, rest, n);
    }
  } else if (starts(text, length, "apparmor", &rest, &n)) {
    set_origin(&container->apparmor.from, at);
    container->apparmor.mode = is(rest, n, "unconfined") ? CT_LSM_UNCONFINED : CT_LSM_NAMED;
    set_text(&container->apparmor.name, at, rest, n);
  } else if (starts(text, length, "label", &rest, &n)) {
    read_label(reader, at, rest, n);
  } else if ((starts(text, length, "systempaths", &rest, &n) && is(rest, n, "unconfined")) ||
             (starts(text, length, "unmask", &rest, &n) && (is(rest, n, "ALL") || is(rest, n, "all")))) {
    /* Where the input also lists the paths (docker), the lists are the same answer; they are read later and win. */
    if (!ct_is_set(container->masked_paths.from)) set_origin(&container->masked_paths.from, at);
    if (!ct_is_set(container->readonly_paths.from)) set_origin(&container->readonly_paths.from, at);
  } else if (starts(text, length, "unmask", &rest, &n) && n) {
    ct_unmask(reader, at, rest, n);
  }
}

void ct_read_namespace(ct_reader *reader, const ct_value *value, ct_namespace_kind kind) {
  ct_namespace *space = &reader->container->namespaces[kind];
  const char *text = value->as.string;
  size_t length = value->length;
  /* Empty or "default": the engine decides. */
  if (!length || (kind != CT_NS_NET && is(text, length, "default"))) return;
  set_origin(&space->from, value);
  space->text = text;
  const char *rest;
  size_t n;
  if (is(text, length, "host")) {
    space->mode = CT_NS_HOST;
  } else if (starts(text, length, "container", &rest, &n)) {
    space->mode = CT_NS_CONTAINER;
    space->peer = rest;
  } else if (starts(text, length, "ns", &rest, &n)) {
    space->mode = CT_NS_PATH;
    space->peer = rest;
  } else if (starts(text, length, "service", &rest, &n)) {
    space->mode = CT_NS_SERVICE;
    space->peer = rest;
  } else if (is(text, length, "pod")) {
    space->mode = CT_NS_POD;
  } else {
    space->mode = CT_NS_PRIVATE;
  }
}

static size_t device_number(const char *text, size_t length, size_t at, int64_t *number) {
  if (at < length && text[at] == '*') {
    *number = -1;
    return at + 1;
  }
  size_t start = at;
  int64_t value = 0;
  while (at < length && text[at] >= '0' && text[at] <= '9' && value < INT32_MAX) value = value * 10 + (text[at++] - '0');
  *number = value;
  return at == start ? 0 : at;
}

void ct_read_device_rule(ct_device_rule *rule, const char *text, size_t length) {
  rule->allow = 1;
  rule->text = text;
  if (is(text, length, "a")) text = "a *:* rwm", length = 9;
  if (length < 3 || (text[0] != 'a' && text[0] != 'b' && text[0] != 'c') || text[1] != ' ') return;
  size_t at = device_number(text, length, 2, &rule->major);
  if (!at || at >= length || text[at] != ':') return;
  at = device_number(text, length, at + 1, &rule->minor);
  if (!at || at >= length || text[at] != ' ') return;
  uint8_t access = 0;
  for (at++; at < length; at++) {
    if (text[at] == 'r')
      access |= CT_ACCESS_READ;
    else if (text[at] == 'w')
      access |= CT_ACCESS_WRITE;
    else if (text[at] == 'm')
      access |= CT_ACCESS_MKNOD;
    else
      return;
  }
  rule->type = text[0];
  rule->access = access;
}

_Static_assert(!offsetof(ct_device, at) && !offsetof(ct_device_request, at) && !offsetof(ct_mount, at) && !offsetof(ct_ulimit, at),
               "what ct_read_objects() fills begins with its place");

void *ct_read_objects(ct_reader *reader, const ct_value *array, size_t size, const ct_field *fields, size_t count) {
  char *items = ct_read_array(reader, array->count, size);
  for (uint32_t i = 0; items && i < array->count && !reader->status; i++) {
    const ct_value *item = &array->as.items[i];
    void *element = items + i * size;
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return NULL;
    *(const ct_value **)element = item;
    ct_read_fields(reader, item, fields, count, element);
  }
  return reader->status ? NULL : items;
}

#define MOUNTS_MOST 4096u

int ct_check_mounts(ct_reader *reader, size_t count) {
  if (count > MOUNTS_MOST && !reader->status)
    reader->status = ct_error_value(reader->err, CTSEC_E_LIMIT, reader->document,
                                    reader->container->mounts.from.at ? reader->container->mounts.from.at : reader->container->at,
                                    "more mounts than the limit of %u", MOUNTS_MOST);
  return !reader->status;
}
