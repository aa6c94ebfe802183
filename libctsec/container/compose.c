/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/compose.h"

#include <string.h>

/* A Compose model: files laid over each other, what they include laid below. */
typedef struct model {
  const struct model *outer;
  /* What its paths are relative to. */
  const char *folder;
  const ct_scope *scope;
  /* The file that names the model. */
  const char *name;
} model;

int ct_compose_fail(ct_compose *c, int code, const ct_value *at, const char *format, ...) {
  if (c->status) return c->status;
  ct_buffer message;
  ct_buffer_init(&message);
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  c->status = message.failed ? ct_error_nomem(c->err)
                             : ct_error_value(c->err, code, ct_containers_document(c->containers, at), at, "%.*s",
                                              (int)message.length, message.data);
  ct_buffer_free(&message);
  return c->status;
}

void ct_compose_nomem(ct_compose *c) {
  if (!c->status) c->status = ct_error_nomem(c->err);
}

void *ct_compose_array(ct_compose *c, size_t count, size_t size) {
  void *array = c->status ? NULL : ct_arena_array(c->arena, count, size);
  if (!array) ct_compose_nomem(c);
  return array;
}

ct_compose_file *ct_compose_file_of(const ct_compose *c, const ct_value *value) {
  const ct_document *document = ct_containers_document(c->containers, value);
  for (ct_compose_file *file = c->files; file; file = file->next)
    if (file->document == document) return file;
  return NULL;
}

const char *ct_compose_path(ct_compose *c, const char *folder, const char *path, size_t length) {
  size_t folder_length = strlen(folder);
  char *clean = ct_compose_array(c, folder_length + length + 3, 1);
  if (clean) ct_path_join(clean, folder, folder_length, path, length);
  return clean;
}

const ct_named_file *ct_compose_wanted(ct_compose *c, const char *name) {
  const ct_named_file *file = ct_options_file(c->options, name);
  if (!file && !c->status) c->status = ct_containers_want(c->containers, name, c->err);
  return file;
}

const char *ct_compose_source(ct_compose *c, const char *name) {
  const char *source = c->containers->document->source;
  const char *slash = source ? strrchr(source, '/') : NULL;
  return slash ? ct_compose_path(c, ct_arena_copy(c->arena, source, (size_t)(slash - source + 1)), name, strlen(name)) : name;
}

static ct_compose_file *add_file(ct_compose *c, const char *name, const char *folder, const ct_document *document) {
  ct_compose_file *file = ct_compose_array(c, 1, sizeof *file);
  if (!file) return NULL;
  *file = (ct_compose_file){.next = c->files, .name = name, .folder = folder, .document = document};
  c->files = file;
  return file;
}

ct_compose_file *ct_compose_load(ct_compose *c, const char *name, const char *folder, const char *text, size_t length) {
  ctsec_options options = {0};
  if (c->options) options = *c->options;
  options.source = ct_compose_source(c, name);
  if (c->status) return NULL;
  const ct_document *document;
  size_t at = 0;
  while (at < length && strchr(" \t\r\n", text[at])) at++;
  c->status = at < length && text[at] == '{' ? ct_json_parse(c->arena, text, length, &options, &document, c->err)
                                             : ct_yaml_parse(c->arena, text, length, &options, &document, c->err);
  if (!c->status) c->status = ct_containers_add_document(c->containers, document, c->err);
  return c->status ? NULL : add_file(c, name, folder, document);
}

static const ct_value *list_item(const ct_value *value, uint32_t index) {
  if (value->kind == CT_ARRAY) return ct_value_item(value, index);
  return index ? NULL : value;
}

static const ct_value *string_item(ct_compose *c, const ct_value *value, uint32_t index) {
  const ct_value *item = value ? list_item(value, index) : NULL;
  if (!item || item->kind == CT_STRING) return item;
  if (item->kind != CT_NULL || item != value)
    ct_compose_fail(c, CTSEC_E_SCHEMA, item, "must be a string, not %s", ct_kind_name(item->kind));
  return NULL;
}

static const char *find_in_scope(const void *context, const char *name, size_t length) {
  const void *const *both = context;
  return ct_scope_find(both[0], both[1], name, length);
}

/* Adds an env file to a scope. */
static void add_env_file(ct_compose *c, ct_scope *scope, const char *name, const ct_named_file *given) {
  const void *context[] = {c, scope};
  const ct_document *document = NULL;
  const char *source = ct_compose_source(c, name);
  if (!c->status)
    c->status = ct_env_file_parse(c->arena, source, given->bytes, given->length, 0, find_in_scope, context, &document, c->err);
  if (!c->status) c->status = ct_containers_add_document(c->containers, document, c->err);
  const ct_document **grown = c->status ? NULL : ct_arena_grow(c->arena, (void *)scope->files, scope->count, sizeof *grown);
  if (!grown) {
    ct_compose_nomem(c);
    return;
  }
  grown[scope->count++] = document;
  scope->files = grown;
}

static void note_missing(ct_compose *c, ct_message_id message, const ct_value *at, const char *name) {
  ct_buffer needs;
  ct_buffer_init(&needs);
  ct_buffer_format(&needs, "file:%s", name);
  const char *copy = needs.failed ? NULL : ct_arena_copy(c->arena, needs.data, needs.length);
  ct_buffer_free(&needs);
  if (!copy)
    ct_compose_nomem(c);
  else if (!c->status)
    c->status = ct_containers_note(c->containers, UINT32_MAX, message, at, name, copy, c->err);
}

/* The variables of a model: those of the files that are named, else of `.env` in its folder. */
static const ct_scope *make_scope(ct_compose *c, const model *m, const char *folder, const ct_value *named) {
  ct_scope *scope = ct_compose_array(c, 1, sizeof *scope);
  if (!scope) return NULL;
  scope->outer = m ? m->scope : NULL;
  if (!named || named->kind == CT_NULL) {
    const char *name = ct_compose_path(c, folder, ".env", 4);
    const ct_named_file *given = name ? ct_options_file(c->options, name) : NULL;
    /* One that need not be there is no missing one, but the caller may look. */
    if (given)
      add_env_file(c, scope, name, given);
    else if (name)
      c->status = ct_containers_want(c->containers, name, c->err);
    return scope;
  }
  const ct_value *item;
  for (uint32_t i = 0; (item = string_item(c, named, i)) && !c->status; i++) {
    const char *name = ct_compose_path(c, m->folder, item->as.string, item->length);
    const ct_named_file *given = name ? ct_compose_wanted(c, name) : NULL;
    if (given)
      add_env_file(c, scope, name, given);
    else if (!c->status)
      note_missing(c, CT_MESSAGE_COMPOSE_ENV_FILE, item, name);
  }
  return scope;
}

static void read_documents(ct_compose *c, const model *m, ct_compose_file *file, ct_value *merged);

/* What is included comes below what includes it. */
static void take_in(ct_compose *c, ct_value *root, const ct_value *included) {
  static const char kept[][9] = {"services", "jobs", "volumes", "networks", "secrets", "configs", "models"};
  ct_value below = {.kind = CT_OBJECT}, merged;
  below.as.items = ct_compose_array(c, included->count, sizeof *below.as.items);
  if (!below.as.items) return;
  for (uint32_t i = 0; i < included->count; i++)
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
      if (!strcmp(included->as.items[i].key, kept[k])) below.as.items[below.count++] = included->as.items[i];
  ct_compose_merge(c, &merged, &below, root, CT_AT_ROOT, 0);
  if (c->status) return;
  merged.parent = root->parent;
  *root = merged;
}

static void include(ct_compose *c, const model *m, ct_value *root, const ct_value *item) {
  const ct_value *paths = item->kind == CT_OBJECT ? ct_value_member(item, "path") : item;
  const ct_value *directory = item->kind == CT_OBJECT ? ct_value_member(item, "project_directory") : NULL;
  const ct_value *first = string_item(c, paths, 0);
  if (item->kind != CT_OBJECT && item->kind != CT_STRING)
    ct_compose_fail(c, CTSEC_E_SCHEMA, item, "an item of `include` must be a string or an object, not %s", ct_kind_name(item->kind));
  else if (!first)
    ct_compose_fail(c, CTSEC_E_SCHEMA, item, "`include` names no file");
  if (directory && directory->kind != CT_STRING && directory->kind != CT_NULL)
    ct_compose_fail(c, CTSEC_E_SCHEMA, directory, "`project_directory` must be a string, not %s", ct_kind_name(directory->kind));
  if (c->status) return;
  const char *name = ct_compose_path(c, m->folder, first->as.string, first->length);
  if (!name) return;
  uint64_t depth = 0;
  for (const model *outer = m; outer; outer = outer->outer) {
    if (outer->name && !strcmp(outer->name, name))
      ct_compose_fail(c, CTSEC_E_SCHEMA, first, "`include` comes back to %s", name);
    if (++depth > ct_options_limit(c->options, CTSEC_LIMIT_DEPTH))
      ct_compose_fail(c, CTSEC_E_LIMIT, first, "files include files deeper than the limit");
  }
  const char *slash = strrchr(name, '/');
  const char *folder = ct_value_is(directory, CT_STRING)
                           ? ct_compose_path(c, m->folder, directory->as.string, directory->length)
                           : ct_arena_copy(c->arena, name, slash ? (size_t)(slash - name) : 0);
  if (c->status || !folder) {
    ct_compose_nomem(c);
    return;
  }
  ct_value merged = {.kind = CT_OBJECT};
  const ct_value *env = item->kind == CT_OBJECT ? ct_value_member(item, "env_file") : NULL;
  model inner = {m, folder, make_scope(c, m, folder, env), name};
  const ct_value *path;
  for (uint32_t i = 0; !c->status && (path = string_item(c, paths, i)); i++) {
    const char *own = ct_compose_path(c, m->folder, path->as.string, path->length);
    const ct_named_file *given = own ? ct_compose_wanted(c, own) : NULL;
    if (c->status) return;
    if (!given) {
      note_missing(c, CT_MESSAGE_COMPOSE_INCLUDE, path, own);
      continue;
    }
    ct_compose_file *file = ct_compose_load(c, own, folder, given->bytes, given->length);
    if (file) read_documents(c, &inner, file, &merged);
  }
  if (!c->status) take_in(c, root, &merged);
}

static void include_all(ct_compose *c, const model *m, ct_value *root) {
  const ct_value *list = ct_value_member(root, "include");
  if (!list || list->kind == CT_NULL || c->status) return;
  if (list->kind != CT_ARRAY) {
    ct_compose_fail(c, CTSEC_E_SCHEMA, list, "`include` must be an array, not %s", ct_kind_name(list->kind));
    return;
  }
  for (uint32_t i = 0; i < list->count && !c->status; i++) include(c, m, root, &list->as.items[i]);
}

/* The sections that hold what services are made of. */
static void check_sections(ct_compose *c, const ct_value *root) {
  static const char sections[][9] = {"services", "jobs", "volumes", "secrets", "configs", "networks", "models"};
  for (size_t i = 0; i < sizeof sections / sizeof *sections && !c->status; i++) {
    const ct_value *section = ct_value_member(root, sections[i]);
    if (section && section->kind != CT_NULL && section->kind != CT_OBJECT)
      ct_compose_fail(c, CTSEC_E_SCHEMA, section, "`%s` must be an object, not %s", sections[i], ct_kind_name(section->kind));
  }
}

static void note_unknown(ct_compose *c, const ct_value *root) {
  static const char known[][9] = {"configs", "include", "jobs",    "models",   "name",
                                      "networks", "secrets", "services", "version", "volumes"};
  for (uint32_t i = 0; i < root->count && !c->status; i++) {
    const ct_value *member = &root->as.items[i];
    int found = member->key_length >= 2 && member->key[0] == 'x' && member->key[1] == '-';
    for (size_t k = 0; k < sizeof known / sizeof *known && !found; k++) found = !strcmp(member->key, known[k]);
    if (found) continue;
    c->status = ct_containers_note(c->containers, UINT32_MAX, CT_MESSAGE_COMPOSE_UNKNOWN_KEY, member, member->key, NULL, c->err);
  }
}

/* Every document of a file over what is there. */
static void read_documents(ct_compose *c, const model *m, ct_compose_file *file, ct_value *merged) {
  for (uint32_t i = 0; i < file->document->root_count && !c->status; i++) {
    ct_value *root = (ct_value *)&file->document->roots[i];
    if (root->kind == CT_NULL && file->document->root_count > 1) continue;
    if (root->kind != CT_OBJECT) {
      ct_compose_fail(c, CTSEC_E_SCHEMA, root, "a Compose file must be an object, not %s", ct_kind_name(root->kind));
      return;
    }
    ct_compose_variables(c, file, m->scope, root);
    check_sections(c, root);
    note_unknown(c, root);
    include_all(c, m, root);
    ct_compose_extends(c, root, m->folder, m->scope);
    if (c->status) return;
    ct_value result;
    ct_compose_merge(c, &result, merged, root, CT_AT_ROOT, 1);
    if (c->status) return;
    if (!merged->count) result.parent = NULL;
    *merged = result;
  }
}

static void read_overrides(ct_compose *c, const model *m) {
  for (const ct_text_item *item = c->options ? c->options->overrides : NULL; item && !c->status; item = item->next) {
    const char *name = ct_compose_path(c, "", item->text, item->length);
    const ct_named_file *given = name ? ct_options_file(c->options, name) : NULL;
    if (!given && !c->status) {
      c->status = ct_error_set(c->err, CTSEC_E_ARG, "override: no file `%s` was given", item->text);
      return;
    }
    /* Named by the caller, who knows it under this name. */
    ctsec_options options = *c->options;
    options.source = item->text;
    const ct_document *document;
    c->status = ct_yaml_parse(c->arena, given->bytes, given->length, &options, &document, c->err);
    if (!c->status) c->status = ct_containers_add_document(c->containers, document, c->err);
    ct_compose_file *file = c->status ? NULL : add_file(c, name, "", document);
    if (file) read_documents(c, m, file, &c->model);
  }
}

/* Without the option, every service counts: what another profile starts is no less dangerous. */
static int is_selected(const ct_compose *c, const ct_value *service) {
  const ct_text_item *wanted = c->options ? c->options->profiles : NULL;
  const ct_value *profiles = ct_value_member(service, "profiles");
  if (!wanted || !ct_value_is(profiles, CT_ARRAY) || !profiles->count) return 1;
  for (; wanted; wanted = wanted->next) {
    if (!strcmp(wanted->text, "*")) return 1;
    for (uint32_t i = 0; i < profiles->count; i++)
      if (ct_value_equals(&profiles->as.items[i], wanted->text)) return 1;
  }
  return 0;
}

/* What a container that runs before a service takes over from it. */
static ct_value inherited(ct_compose *c, const ct_value *object) {
  static const char own[][15] = {"attach", "build", "container_name", "depends_on", "deploy",    "develop",  "expose",
                                    "extends",    "external_links", "healthcheck", "links",  "ports",     "post_start",
                                    "pre_start",  "pre_stop", "profiles",      "provider",   "restart",   "scale",    "stdin_open",
                                    "triggers",   "tty",     "volumes"};
  ct_value base = *object;
  base.count = 0;
  base.as.items = ct_compose_array(c, object->count, sizeof *base.as.items);
  for (uint32_t i = 0; base.as.items && i < object->count; i++) {
    int left_out = 0;
    for (size_t k = 0; k < sizeof own / sizeof *own && !left_out; k++) left_out = !strcmp(object->as.items[i].key, own[k]);
    if (!left_out) base.as.items[base.count++] = object->as.items[i];
  }
  return base;
}

static void read_service(ct_compose *c, const ct_value *object, const char *id, const ct_scope *scope) {
  ctsec_containers *containers = c->containers;
  /* There is room for each: the list is too large to be moved while it grows. */
  ct_container *container = &containers->items[containers->count];
  memset(container, 0, sizeof *container);
  container->root = containers;
  container->document = ct_containers_document(containers, object);
  container->format = CT_FORMAT_COMPOSE;
  container->engine = CTSEC_ENGINE_DOCKER;
  container->id = id;
  container->at = container->host_object = container->config_object = object;
  uint32_t notes = containers->note_count;
  ctsec_error *error = NULL;
  ct_reader reader = {c->arena, container->document, c->options, container, &error, 0};
  ct_service service = {&reader, c, scope, containers->count};
  ct_read_service(&service, object);
  if (!reader.status) {
    containers->count++;
    return;
  }
  containers->note_count = notes;
  ctsec_error **errors = ct_arena_grow(c->arena, containers->errors, containers->error_count, sizeof *errors);
  if (!errors || reader.status == CTSEC_E_NOMEM) {
    ctsec_error_free(error);
    ct_compose_nomem(c);
    return;
  }
  containers->errors = errors;
  errors[containers->error_count++] = error;
}

static void read_before(ct_compose *c, const ct_value *object, const ct_scope *scope) {
  const ct_value *hooks = object->kind == CT_OBJECT ? ct_value_member(object, "pre_start") : NULL;
  for (uint32_t i = 0; ct_value_is(hooks, CT_ARRAY) && i < hooks->count && !c->status; i++) {
    if (hooks->as.items[i].kind != CT_OBJECT) continue;
    ct_value base = inherited(c, object), *merged = ct_compose_array(c, 1, sizeof *merged);
    if (merged) ct_compose_merge(c, merged, &base, &hooks->as.items[i], CT_AT_SERVICE, 0);
    ct_buffer id;
    ct_buffer_init(&id);
    ct_buffer_format(&id, "%s/pre_start/%u", object->key, i);
    const char *copy = id.failed ? NULL : ct_arena_copy(c->arena, id.data, id.length);
    ct_buffer_free(&id);
    if (!copy) ct_compose_nomem(c);
    if (!c->status) read_service(c, merged, copy, scope);
  }
}

static size_t count_containers(const ct_value *services) {
  size_t count = 0;
  for (uint32_t i = 0; ct_value_is(services, CT_OBJECT) && i < services->count; i++) {
    const ct_value *before = ct_value_member(&services->as.items[i], "pre_start");
    count += 1 + (ct_value_is(before, CT_ARRAY) ? before->count : 0);
  }
  return count;
}

static void read_services(ct_compose *c, const ct_scope *scope) {
  static const char lists[][9] = {"services", "jobs"};
  size_t count = count_containers(ct_value_member(&c->model, lists[0])) + count_containers(ct_value_member(&c->model, lists[1]));
  uint64_t most = ct_options_limit(c->options, CTSEC_LIMIT_CONTAINERS);
  if (count > most) {
    ct_compose_fail(c, CTSEC_E_LIMIT, &c->model, "more services than the limit of %llu", (unsigned long long)most);
    return;
  }
  c->containers->items = ct_compose_array(c, count, sizeof *c->containers->items);
  if (!c->containers->items) return;
  for (size_t k = 0; k < 2; k++) {
    const ct_value *services = ct_value_member(&c->model, lists[k]);
    for (uint32_t i = 0; services && services->kind == CT_OBJECT && i < services->count && !c->status; i++) {
      const ct_value *service = &services->as.items[i];
      if (service->key_length >= 2 && !memcmp(service->key, "x-", 2) && service->kind != CT_OBJECT) continue;
      if (!is_selected(c, service)) continue;
      const ct_value *provider = ct_value_member(service, "provider");
      if (provider && provider->kind != CT_NULL)
        c->status = ct_containers_note(c->containers, UINT32_MAX, CT_MESSAGE_COMPOSE_PROVIDER, provider, service->key, NULL, c->err);
      else
        read_service(c, service, service->key, scope);
      if (!c->status) read_before(c, service, scope);
    }
  }
}

static int refuse(ct_compose *c) {
  ctsec_containers *containers = c->containers;
  if (containers->error_count) {
    int code = ctsec_error_code(containers->errors[0]);
    if (c->err)
      *c->err = containers->errors[0];
    else
      ctsec_error_free(containers->errors[0]);
    containers->errors[0] = NULL;
    return code;
  }
  const ct_value *include = ct_value_member(&containers->document->roots[0], "include");
  if (include && containers->wanted_count)
    return ct_error_value(c->err, CTSEC_E_SCHEMA, containers->document, include,
                          "no service here, and the files that are included were not given");
  return ct_error_value(c->err, CTSEC_E_SCHEMA, containers->document, containers->document->roots,
                        c->options && c->options->profiles ? "no service here is of a profile that was asked for"
                                                           : "this Compose file has no service");
}

int ct_read_compose(ctsec_containers *containers, const ctsec_options *options, ctsec_error **err) {
  ct_compose c = {.containers = containers, .arena = &containers->arena, .options = options, .err = err};
  c.model = (ct_value){.kind = CT_OBJECT};
  ct_compose_file *file = add_file(&c, "", "", containers->document);
  const char *source = containers->document->source;
  const char *slash = source ? strrchr(source, '/') : NULL;
  model m = {NULL, "", NULL, slash ? slash + 1 : source};
  if (file) m.scope = make_scope(&c, NULL, "", NULL);
  if (!c.status) read_documents(&c, &m, file, &c.model);
  if (!c.status) read_overrides(&c, &m);
  if (!c.status) ct_compose_clean(&c.model, 0);
  if (!c.status) read_services(&c, m.scope);
  if (!c.status && !containers->count) return refuse(&c);
  if (!c.status) ct_join_peers(&c);
  return c.status;
}
