/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Services that extend others, of their own file or of another. */
#include <string.h>

#include "container/compose.h"

/* What is being resolved: a service met again would have no end. */
typedef struct link {
  const struct link *outer;
  /* In a file of its own, each list of which was put in order when it was read. */
  int in_base;
  const ct_value *services;
  const char *name;
  uint32_t length;
} link;

typedef struct extending {
  ct_compose *compose;
  const ct_scope *scope;
} extending;

static ct_value *find_service(ct_value *services, const char *name, size_t length) {
  for (uint32_t i = 0; services && services->kind == CT_OBJECT && i < services->count; i++)
    if (services->as.items[i].key_length == length && !memcmp(services->as.items[i].key, name, length))
      return &services->as.items[i];
  return NULL;
}

static ct_value *services_of(ct_value *root) { return (ct_value *)ct_value_member(root, "services"); }

/* A file whose services others extend: its own includes and extends count only where a service is taken. */
static ct_compose_file *load_base(ct_compose *c, const char *name, const ct_scope *scope) {
  for (ct_compose_file *file = c->bases; file; file = file->next)
    if (!strcmp(file->name, name)) return file;
  const ct_named_file *given = ct_compose_wanted(c, name);
  if (!given) return NULL;
  const char *slash = strrchr(name, '/');
  const char *folder = ct_arena_copy(c->arena, name, slash ? (size_t)(slash - name) : 0);
  if (!folder) {
    ct_compose_nomem(c);
    return NULL;
  }
  const ct_compose_file *loaded = ct_compose_load(c, name, folder, given->bytes, given->length);
  ct_compose_file *base = loaded ? ct_compose_array(c, 1, sizeof *base) : NULL;
  if (!base) return NULL;
  *base = *loaded;
  base->merged = (ct_value){.kind = CT_OBJECT};
  for (uint32_t i = 0; i < base->document->root_count && !c->status; i++) {
    ct_value *root = (ct_value *)&base->document->roots[i];
    if (root->kind != CT_OBJECT) {
      if (root->kind != CT_NULL) ct_compose_fail(c, CTSEC_E_SCHEMA, root, "must be an object, not %s", ct_kind_name(root->kind));
      continue;
    }
    ct_compose_variables(c, (ct_compose_file *)loaded, scope, root);
    ct_value merged;
    ct_compose_merge(c, &merged, &base->merged, root, CT_AT_ROOT, 0);
    if (!c->status) base->merged = merged;
  }
  base->opens = loaded->opens;
  base->next = c->bases;
  c->bases = base;
  return base;
}

static void remove_member(ct_value *object, const char *key) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < object->count; i++) {
    const ct_value *member = &object->as.items[i];
    if (strlen(key) == member->key_length && !memcmp(member->key, key, member->key_length)) continue;
    if (kept != i) object->as.items[kept] = *member;
    kept++;
  }
  object->count = kept;
}

/* The text of a member, which must be one. */
static const ct_value *text_of(ct_compose *c, const ct_value *object, const char *key) {
  const ct_value *value = ct_value_member(object, key);
  if (!value || value->kind == CT_NULL || value->kind == CT_STRING) return ct_value_is(value, CT_STRING) ? value : NULL;
  ct_compose_fail(c, CTSEC_E_SCHEMA, value, "`%s` must be a string, not %s", key, ct_kind_name(value->kind));
  return NULL;
}

static void resolve(const extending *e, ct_value *services, ct_value *service, const char *folder, const link *outer,
                    uint32_t depth) {
  ct_compose *c = e->compose;
  const ct_value *extends = service->kind == CT_OBJECT ? ct_value_member(service, "extends") : NULL;
  /* What has been resolved and stays is a file that was not given. */
  if (!extends || extends->kind == CT_NULL || extends->tag == CT_TAG_RESET || service->open || c->status) return;
  for (const link *l = outer; l; l = l->outer) {
    if (l->services != services || l->length != service->key_length || memcmp(l->name, service->key, l->length)) continue;
    ct_compose_fail(c, CTSEC_E_SCHEMA, extends, "`extends` comes back to the service `%.*s`", (int)service->key_length, service->key);
    return;
  }
  if (depth > ct_options_limit(c->options, CTSEC_LIMIT_DEPTH)) {
    ct_compose_fail(c, CTSEC_E_LIMIT, extends, "`extends` goes through more services than the limit");
    return;
  }
  if (extends->kind != CT_STRING && extends->kind != CT_OBJECT) {
    ct_compose_fail(c, CTSEC_E_SCHEMA, extends, "`extends` must be a string or an object, not %s", ct_kind_name(extends->kind));
    return;
  }
  const ct_value *name = extends->kind == CT_STRING ? extends : text_of(c, extends, "service");
  const ct_value *path = extends->kind == CT_OBJECT ? text_of(c, extends, "file") : NULL;
  if (c->status) return;
  if (!name) {
    ct_compose_fail(c, CTSEC_E_SCHEMA, extends, "`extends` names no service");
    return;
  }
  ct_value *found = services;
  const char *base_folder = folder;
  if (path) {
    const char *file_name = ct_compose_path(c, folder, path->as.string, path->length);
    ct_compose_file *base = file_name ? load_base(c, file_name, e->scope) : NULL;
    if (c->status) return;
    if (!base) {
      service->open = 1;
      return;
    }
    found = services_of(&base->merged);
    base_folder = base->folder;
  }
  ct_value *target = find_service(found, name->as.string, name->length);
  if (!target) {
    ct_compose_fail(c, CTSEC_E_SCHEMA, name, "no service `%.*s` %s%s", (int)name->length, name->as.string,
                    path ? "in " : "to extend in this file", path ? path->as.string : "");
    return;
  }
  const link here = {outer, path || (outer && outer->in_base), services, service->key, service->key_length};
  resolve(e, found, target, base_folder, &here, depth + 1);
  if (c->status || target->kind != CT_OBJECT) return;
  ct_value own = *service, merged;
  own.as.items = ct_compose_array(c, service->count, sizeof *own.as.items);
  if (!own.as.items) return;
  memcpy(own.as.items, service->as.items, service->count * sizeof *own.as.items);
  remove_member(&own, "extends");
  c->extending = !here.in_base;
  ct_compose_merge(c, &merged, target, &own, CT_AT_SERVICE, 0);
  c->extending = 0;
  if (!c->status) *service = merged;
}

static int same_error(const ctsec_error *a, const ctsec_error *b) {
  return ctsec_error_offset(a) == ctsec_error_offset(b) && !strcmp(ctsec_error_message(a), ctsec_error_message(b));
}

/* A service that cannot be what it says is an error beside those that can; said once, though others may extend it. */
static void drop_service(ct_compose *c, ct_value *services, uint32_t i, ctsec_error *error) {
  ctsec_containers *containers = c->containers;
  ctsec_error **errors = ct_arena_grow(c->arena, containers->errors, containers->error_count, sizeof *errors);
  memmove(&services->as.items[i], &services->as.items[i + 1], (services->count - i - 1) * sizeof *services);
  services->count--;
  uint32_t known = 0;
  while (known < containers->error_count && !same_error(containers->errors[known], error)) known++;
  if (errors && known == containers->error_count) {
    containers->errors = errors;
    errors[containers->error_count++] = error;
    c->status = 0;
    return;
  }
  ctsec_error_free(error);
  c->status = 0;
  if (!errors) ct_compose_nomem(c);
}

void ct_compose_extends(ct_compose *c, ct_value *root, const char *folder, const ct_scope *scope) {
  static const char lists[][9] = {"services", "jobs"};
  const extending e = {c, scope};
  ctsec_error **err = c->err;
  for (size_t k = 0; k < 2; k++) {
    ct_value *services = (ct_value *)ct_value_member(root, lists[k]);
    for (uint32_t i = 0; services && services->kind == CT_OBJECT && i < services->count && !c->status;) {
      ctsec_error *error = NULL;
      c->err = &error;
      resolve(&e, services, &services->as.items[i], folder, NULL, 0);
      c->err = err;
      if (c->status == CTSEC_E_SCHEMA)
        drop_service(c, services, i, error);
      else if (c->status && err)
        *err = error;
      else if (c->status)
        ctsec_error_free(error);
      else
        i++;
    }
  }
}
