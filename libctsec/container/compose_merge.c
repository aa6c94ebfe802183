/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How one Compose tree is laid over another: mappings member by member, lists one behind the other, the rest replaced. */
#include <string.h>

#include "container/compose.h"

static int is(const ct_value *member, const char *key) {
  return strlen(key) == member->key_length && !memcmp(member->key, key, member->key_length);
}

static int is_one_of(const ct_value *member, const char *const *keys, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (is(member, keys[i])) return 1;
  return 0;
}
#define IS_ONE_OF(member, keys) is_one_of(member, keys, sizeof(keys) / sizeof *(keys))

int ct_value_same(ct_compose *c, const ct_value *a, const ct_value *b) {
  if (c->status) return 0;
  if (++c->work > ct_options_limit(c->options, CTSEC_LIMIT_WORK)) {
    ct_compose_fail(c, CTSEC_E_LIMIT, b, "merging takes more steps than the limit");
    return 0;
  }
  if (a->kind != b->kind || a->open || b->open) return 0;
  switch (a->kind) {
    case CT_NULL: return 1;
    case CT_BOOL: return a->boolean == b->boolean;
    case CT_INTEGER: return a->negative == b->negative && a->as.magnitude == b->as.magnitude;
    case CT_REAL: return a->as.real >= b->as.real && a->as.real <= b->as.real;
    case CT_STRING: return a->length == b->length && !memcmp(a->as.string, b->as.string, a->length);
    default: break;
  }
  if (a->count != b->count) return 0;
  for (uint32_t i = 0; i < a->count; i++) {
    const ct_value *other = a->kind == CT_OBJECT ? ct_value_member(b, a->as.items[i].key) : &b->as.items[i];
    if (!other || !ct_value_same(c, &a->as.items[i], other)) return 0;
  }
  return 1;
}

static ct_value *make_items(ct_compose *c, const ct_value *at, size_t count) {
  c->copies += count;
  if (!c->status && c->copies > ct_options_limit(c->options, CTSEC_LIMIT_NODES))
    ct_compose_fail(c, CTSEC_E_LIMIT, at, "merging makes more values than the limit of %llu",
                    (unsigned long long)ct_options_limit(c->options, CTSEC_LIMIT_NODES));
  return ct_compose_array(c, count, sizeof(ct_value));
}

/* Items, or members as KEY=VALUE, or the one text. */
static uint32_t sequence(const ct_value *value, const ct_value **items) {
  *items = value->kind == CT_ARRAY || value->kind == CT_OBJECT ? value->as.items : value;
  return value->kind == CT_ARRAY || value->kind == CT_OBJECT ? value->count : value->kind == CT_STRING;
}

static void join(ct_compose *c, ct_value *result, const ct_value *base, const ct_value *over) {
  const ct_value *first, *second;
  uint32_t count = sequence(base, &first), more = sequence(over, &second);
  ct_value *items = make_items(c, over, (size_t)count + more);
  if (!items) return;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++) {
    /* Of two mappings, a member may be taken away. */
    const ct_value *again = base->kind == CT_OBJECT ? ct_value_member(over, first[i].key) : NULL;
    if (!(again && again->tag == CT_TAG_RESET)) items[kept++] = first[i];
  }
  for (uint32_t i = 0; i < more; i++)
    if (second[i].tag != CT_TAG_RESET) items[kept++] = second[i];
  result->kind = CT_ARRAY;
  result->as.items = items;
  result->count = kept;
}

/* One list behind the other, without what is there already. */
static void append(ct_compose *c, ct_value *result, const ct_value *base, const ct_value *over) {
  static const char *const keyed[] = {"devices", "ports", "volumes"};
  /* Of entries for one target the last counts, and what a file repeats is the last then. */
  if (!c->extending && over->key && IS_ONE_OF(over, keyed)) {
    join(c, result, base, over);
    return;
  }
  ct_value *items = make_items(c, over, (size_t)base->count + over->count);
  if (!items) return;
  uint32_t count = base->count;
  if (count) memcpy(items, base->as.items, count * sizeof *items);
  ct_names seen = {0};
  for (uint32_t i = 0; i < count; i++) {
    if (items[i].kind != CT_STRING) continue;
    void **place = ct_names_place(&seen, c->arena, items[i].as.string, items[i].length);
    if (!place) {
      ct_compose_nomem(c);
      return;
    }
    *place = &items[i];
  }
  for (uint32_t i = 0; i < over->count && !c->status; i++) {
    const ct_value *item = &over->as.items[i];
    int there = 0;
    if (item->kind == CT_STRING)
      there = !item->open && ct_names_find(&seen, item->as.string, item->length) != NULL;
    else
      for (uint32_t k = 0; k < base->count && !there; k++) there = ct_value_same(c, item, &base->as.items[k]);
    if (!there) items[count++] = *item;
  }
  result->as.items = items;
  result->count = count;
}

static ct_level level_below(ct_level level, const ct_value *member) {
  if (level == CT_AT_ROOT) return is(member, "services") || is(member, "jobs") ? CT_AT_SERVICES : CT_AT_OTHER;
  if (level == CT_AT_SERVICES) return CT_AT_SERVICE;
  if (level != CT_AT_SERVICE) return CT_AT_OTHER;
  return is(member, "ulimits") ? CT_AT_ULIMITS : is(member, "healthcheck") ? CT_AT_HEALTHCHECK : CT_AT_OTHER;
}

typedef enum rule { MERGE, REPLACE, JOIN, LOOSE } rule;

static rule rule_of(ct_level level, const ct_value *member) {
  static const char *const replaced[] = {"command", "entrypoint"};
  static const char *const joined[] = {"annotations", "dns",        "dns_opt", "dns_search", "env_file", "environment",
                                       "extra_hosts", "label_file", "labels",  "sysctls",    "tmpfs"};
  /* Whatever their form, nothing that is asked here depends on them. */
  static const char *const loose[] = {"build", "depends_on", "logging", "models", "networks"};
  if (level == CT_AT_HEALTHCHECK) return is(member, "test") ? REPLACE : MERGE;
  if (level == CT_AT_ULIMITS) return LOOSE;
  if (level != CT_AT_SERVICE) return MERGE;
  if (IS_ONE_OF(member, replaced)) return REPLACE;
  if (IS_ONE_OF(member, joined)) return JOIN;
  return IS_ONE_OF(member, loose) ? LOOSE : MERGE;
}

static void merge_member(ct_compose *c, ct_value *result, const ct_value *base, const ct_value *over, ct_level level,
                         int keep_base) {
  rule how = rule_of(level, over);
  *result = *over;
  if (over->tag || how == REPLACE || base->kind == CT_NULL) return;
  if (over->kind == CT_NULL) {
    *result = *base;
    return;
  }
  if (how == JOIN) {
    join(c, result, base, over);
    return;
  }
  int nested = over->kind == CT_OBJECT || over->kind == CT_ARRAY;
  if (base->kind == CT_OBJECT || base->kind == CT_ARRAY ? base->kind != over->kind : how == LOOSE && nested) {
    if (how == LOOSE) return;
    const ct_document *other = ct_containers_document(c->containers, base);
    ct_compose_fail(c, CTSEC_E_SCHEMA, over, "`%.*s` is %s here and %s in %s, so it cannot be merged", (int)over->key_length,
                    over->key, ct_kind_name(over->kind), ct_kind_name(base->kind),
                    other->source ? other->source : "what it is merged over");
  } else if (base->kind == CT_OBJECT) {
    ct_compose_merge(c, result, base, over, level_below(level, over), keep_base);
  } else if (base->kind == CT_ARRAY) {
    append(c, result, base, over);
  }
}

void ct_compose_merge(ct_compose *c, ct_value *result, const ct_value *base, const ct_value *over, ct_level level,
                      int keep_base) {
  uint32_t base_count = base ? base->count : 0;
  ct_value *items = make_items(c, over, (size_t)base_count + over->count);
  if (!items) return;
  *result = base && keep_base ? *base : *over;
  result->open = over->open || (base && base->open);
  result->tag = CT_TAG_NONE;
  uint32_t count = 0;
  ct_names places = {0};
  for (uint32_t i = 0; i < base_count; i++) {
    /* What a base took away from its own base is simply not there. */
    if (base->as.items[i].tag == CT_TAG_RESET) continue;
    void **place = ct_names_place(&places, c->arena, base->as.items[i].key, base->as.items[i].key_length);
    if (!place) {
      ct_compose_nomem(c);
      return;
    }
    items[count] = base->as.items[i];
    *place = &items[count++];
  }
  for (uint32_t i = 0; i < over->count && !c->status; i++) {
    const ct_value *member = &over->as.items[i];
    ct_value *there = ct_names_find(&places, member->key, member->key_length);
    if (!there) {
      items[count++] = *member;
      continue;
    }
    ct_value before = *there;
    merge_member(c, there, &before, member, level, keep_base);
  }
  result->as.items = items;
  result->count = count;
}

void ct_compose_clean(ct_value *value, uint32_t depth) {
  value->tag = CT_TAG_NONE;
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) return;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    if (value->as.items[i].tag == CT_TAG_RESET) continue;
    if (kept != i) value->as.items[kept] = value->as.items[i];
    ct_compose_clean(&value->as.items[kept++], depth + 1);
  }
  value->count = kept;
}
