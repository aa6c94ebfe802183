/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "container/compose.h"
#include "container/dockerfile.h"
#include "container/kubernetes.h"
#include "container/proc.h"
#include "container/read.h"
#include "container/run.h"
#include "ctsec/container.h"
#include "syntax/argv.h"
#include "syntax/dockerfile.h"

int ct_text_is(const ct_text *text, const char *word) {
  return text->value && strlen(word) == text->length && !memcmp(text->value, word, text->length);
}

int ct_mount_has(const ct_mount *mount, const char *option) {
  for (uint32_t i = 0; i < mount->options.count; i++)
    if (ct_text_is(&mount->options.items[i], option)) return 1;
  return 0;
}

const ct_pair *ct_pairs_find(const ct_pairs *pairs, const char *key) {
  size_t length = strlen(key);
  for (uint32_t i = 0; i < pairs->count; i++)
    if (pairs->items[i].key_length == length && !memcmp(pairs->items[i].key, key, length)) return &pairs->items[i];
  return NULL;
}

static const char *make_id(ct_arena *arena, const ct_container *container, uint32_t index) {
  if (container->name) return container->name;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_format(&buffer, "#%u", index + 1);
  const char *id = buffer.failed ? NULL : ct_arena_copy(arena, buffer.data, buffer.length);
  ct_buffer_free(&buffer);
  return id;
}

/* A profile that the input names, where the caller gave the file. */
static int load_profile(ctsec_containers *containers, ct_container *container, const ctsec_options *options, ctsec_error **err) {
  ct_text *profile = &container->seccomp.profile;
  if (container->seccomp.mode != CT_SECCOMP_FILE || container->seccomp.from.state != CT_SET || !profile->length) return 0;
  char *name = ct_arena_alloc(&containers->arena, profile->length + 3);
  if (!name) return ct_error_nomem(err);
  ct_path_join(name, "", 0, profile->value, profile->length);
  container->seccomp.file = name;
  const ct_named_file *file = ct_options_file(options, name);
  if (!file) return ct_containers_want(containers, name, err);
  profile->value = ct_arena_copy(&containers->arena, file->bytes, file->length);
  if (!profile->value) return ct_error_nomem(err);
  profile->length = file->length;
  container->seccomp.mode = CT_SECCOMP_TEXT;
  return 0;
}

/* What is the same for every format, once the fields are read. */
static int finish_fields(ctsec_containers *containers, ct_container *container, const ctsec_options *options,
                         uint32_t index, ctsec_error **err) {
  if (!container->id) container->id = make_id(&containers->arena, container, index);
  if (!container->id) return ct_error_nomem(err);
  if (!container->source) container->source = container->document->source;
  ct_reader reader = {&containers->arena, container->document, options, container, err, 0};
  if (!ct_check_mounts(&reader, container->mounts.count)) return reader.status;
  int status = load_profile(containers, container, options, err);
  if (status) return status;
  ct_apply_defaults(container, options);
  return ct_derive_facts(&containers->arena, container, options, err);
}

static int finish_one(ctsec_containers *containers, ct_container *container, const ctsec_options *options,
                      uint32_t index, ctsec_error **err) {
  int status = finish_fields(containers, container, options, index, err);
  if (!status) containers->count++;
  return status;
}

/* Services take from each other, so all are read before any is finished. */
static int read_compose(ctsec_containers *containers, const ctsec_options *options, ctsec_error **err) {
  int status = ct_read_compose(containers, options, err);
  for (uint32_t i = 0; i < containers->count && !status; i++)
    status = finish_fields(containers, &containers->items[i], options, i, err);
  return status;
}

static int read_one(ctsec_containers *containers, const ct_value *value, const ctsec_options *options, ct_format forced,
                    ctsec_error **err) {
  ct_format format;
  int status = ct_format_detect(containers->document, value, &format, err);
  if (status) return status;
  int inspect = format == CT_FORMAT_DOCKER_INSPECT || format == CT_FORMAT_PODMAN_INSPECT;
  int alone = forced == CT_FORMAT_OCI || forced == CT_FORMAT_CRICTL;
  if (alone ? format != forced : forced && !inspect)
    return ct_error_value(err, CTSEC_E_SCHEMA, containers->document, value, "this is no %s document",
                          ct_format_name(forced));
  if (forced) format = forced;
  ct_container *container = &containers->items[containers->count];
  memset(container, 0, sizeof *container);
  container->root = containers;
  container->document = containers->document;
  container->at = value;
  container->format = format;
  ct_reader reader = {&containers->arena, containers->document, options, container, err, 0};
  switch (format) {
    case CT_FORMAT_PODMAN_INSPECT:
      container->engine = CTSEC_ENGINE_PODMAN;
      ct_read_podman(&reader, value);
      break;
    case CT_FORMAT_CRICTL:
      ct_read_crictl(&reader, value);
      break;
    case CT_FORMAT_OCI:
      /* No bundle says who made it. */
      container->engine = options ? options->engine : 0;
      ct_read_oci(&reader, value);
      break;
    default:
      container->engine = CTSEC_ENGINE_DOCKER;
      ct_read_docker(&reader, value);
  }
  if (reader.status) return reader.status;
  return finish_one(containers, container, options, value->index, err);
}

/* A few bytes describe a container, of which a report says pages. */
int ct_containers_check_count(const ctsec_containers *containers, const ctsec_options *options, size_t count, const ct_value *at,
                       ctsec_error **err) {
  uint64_t most = ct_options_limit(options, CTSEC_LIMIT_CONTAINERS);
  if (count <= most) return 0;
  return ct_error_value(err, CTSEC_E_LIMIT, containers->document, at, "more containers than the limit of %llu",
                        (unsigned long long)most);
}

/* Takes over an error of one item, beside which others can be read. */
static int keep_error(ctsec_containers *containers, const ctsec_options *options, ctsec_error *error, ctsec_error **err) {
  uint64_t most = ct_options_limit(options, CTSEC_LIMIT_CONTAINERS);
  if (ctsec_error_code(error) == CTSEC_E_LIMIT && containers->count >= most) {
    if (err)
      *err = error;
    else
      ctsec_error_free(error);
    return CTSEC_E_LIMIT;
  }
  if (containers->error_count >= most) {
    ctsec_error_free(error);
    return ct_error_set(err, CTSEC_E_LIMIT, "more parts that cannot be read than the limit of %llu", (unsigned long long)most);
  }
  ctsec_error **errors = ct_arena_grow(&containers->arena, containers->errors, containers->error_count, sizeof *errors);
  if (!errors || ctsec_error_code(error) == CTSEC_E_NOMEM) {
    ctsec_error_free(error);
    return ct_error_nomem(err);
  }
  containers->errors = errors;
  errors[containers->error_count++] = error;
  return 0;
}

/* Where nothing could be read: the others say the same of other places; one is enough to refuse the whole. */
int ct_containers_refuse(ctsec_containers *containers, ctsec_error **err) {
  int code = ctsec_error_code(containers->errors[0]);
  if (err)
    *err = containers->errors[0];
  else
    ctsec_error_free(containers->errors[0]);
  containers->errors[0] = NULL;
  return code;
}

static int refuse_empty(const ctsec_containers *containers, const ct_value *array, ctsec_error **err) {
  return ct_error_value(err, CTSEC_E_SCHEMA, containers->document, array, "no container: the array is empty");
}

/* An array may hold what is no container beside what is: the first is kept as an error, the second is read. */
static int read_array(ctsec_containers *containers, const ct_value *array, const ctsec_options *options,
                      ct_format forced, ctsec_error **err) {
  if (!array->count) return refuse_empty(containers, array, err);
  int many = ct_containers_check_count(containers, options, array->count, array, err);
  if (many) return many;
  containers->items = ct_arena_array(&containers->arena, array->count, sizeof *containers->items);
  if (!containers->items) return ct_error_nomem(err);
  for (uint32_t i = 0; i < array->count; i++) {
    ctsec_error *error = NULL;
    int status = read_one(containers, &array->as.items[i], options, forced, &error);
    if (!status) continue;
    status = keep_error(containers, options, error, err);
    if (status) return status;
  }
  return containers->count ? 0 : ct_containers_refuse(containers, err);
}

#define ROOM_MOST 4096u

/* How many objects stand in the lists of pods, or in others of their names. */
static uint32_t count_listed(const ct_value *value, uint32_t depth) {
  uint32_t count = 0;
  if (value->kind != CT_ARRAY && value->kind != CT_OBJECT) return 0;
  int listed = value->key && value->kind == CT_ARRAY && value->key_length >= 9 && !memcmp(value->key + value->key_length - 9, "ontainers", 9);
  for (uint32_t i = 0; i < value->count && count < ROOM_MOST; i++) {
    const ct_value *item = &value->as.items[i];
    if (item->kind != CT_ARRAY && item->kind != CT_OBJECT) continue;
    count += (listed && item->kind == CT_OBJECT) + (depth < 12 ? count_listed(item, depth + 1) : 0);
  }
  return count;
}

/* Room for most of them at once: containers are large, and to move them again and again is half of reading many. */
static int make_room(ctsec_containers *containers, ctsec_error **err) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < containers->document->root_count && count < ROOM_MOST; i++)
    count += count_listed(&containers->document->roots[i], 0);
  containers->room = count < ROOM_MOST ? count : ROOM_MOST;
  containers->items = ct_arena_array(&containers->arena, containers->room, sizeof *containers->items);
  return containers->items ? 0 : ct_error_nomem(err);
}

/* The next place; NULL where memory is out. */
static ct_container *next_place(ctsec_containers *containers) {
  if (containers->count == containers->room) {
    uint32_t room = containers->room ? 2 * containers->room : 1;
    ct_container *larger = ct_arena_array(&containers->arena, room, sizeof *larger);
    if (!larger) return NULL;
    if (containers->count) memcpy(larger, containers->items, containers->count * sizeof *larger);
    containers->items = larger;
    containers->room = room;
  }
  ct_container *container = &containers->items[containers->count];
  memset(container, 0, sizeof *container);
  return container;
}

static int read_pod(ctsec_containers *containers, const ct_pod *pod, const ctsec_options *options, ctsec_error **err) {
  uint32_t before = containers->count, errors = containers->error_count;
  for (size_t list = 0; ct_pod_list_at(list); list++) {
    const ct_value *items = ct_value_member(pod->spec, ct_pod_list_at(list));
    if (!items || items->kind == CT_NULL) continue;
    if (items->kind != CT_ARRAY)
      return ct_error_value(err, CTSEC_E_SCHEMA, containers->document, items, "must be an array, not %s",
                            ct_kind_name(items->kind));
    for (uint32_t i = 0; i < items->count; i++) {
      int many = ct_containers_check_count(containers, options, (size_t)containers->count + 1, &items->as.items[i], err);
      if (many) return many;
      ct_container *container = next_place(containers);
      if (!container) return ct_error_nomem(err);
      container->root = containers;
      container->document = containers->document;
      container->format = CT_FORMAT_KUBERNETES;
      container->pod_metadata = pod->metadata;
      container->pod_spec = pod->spec;
      ctsec_error *error = NULL;
      ct_reader reader = {&containers->arena, containers->document, options, container, &error, 0};
      ct_read_kubernetes(&reader, pod, &items->as.items[i]);
      int status = reader.status ? reader.status : finish_one(containers, container, options, containers->count, &error);
      if (status) status = keep_error(containers, options, error, err);
      if (status) return status;
    }
  }
  if (containers->count == before && containers->error_count == errors)
    return ct_error_value(err, CTSEC_E_SCHEMA, containers->document, pod->spec, "this pod has no container");
  return 0;
}

/* Every pod of every document; documents of other kinds are passed over. */
static int read_pods(ctsec_containers *containers, const ctsec_options *options, ctsec_error **err) {
  const ct_document *document = containers->document;
  if (make_room(containers, err)) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < document->root_count; i++) {
    ctsec_error *error = NULL;
    ct_pod *pods = NULL;
    int known = 0;
    ct_reader reader = {&containers->arena, document, options, NULL, &error, 0};
    int status = ct_pods_find(&reader, &document->roots[i], &pods, &known);
    if (!status && !known && document->roots[i].kind != CT_NULL)
      status = ct_error_value(&error, CTSEC_E_SCHEMA, document, &document->roots[i],
                              "this document has no `apiVersion` and `kind`");
    int failed = 0;
    for (ct_pod *pod = pods; pod; pod = pod->next) {
      ctsec_error *wrong = pod->error;
      int fault = failed || status ? 0 : wrong ? ctsec_error_code(wrong) : read_pod(containers, pod, options, &wrong);
      if (failed || status)
        ctsec_error_free(wrong);
      else if (fault)
        failed = keep_error(containers, options, wrong, err);
    }
    if (status) failed = keep_error(containers, options, error, err);
    if (failed) return failed;
  }
  if (containers->count) return 0;
  if (containers->error_count) return ct_containers_refuse(containers, err);
  return ct_error_value(err, CTSEC_E_SCHEMA, document, document->roots, "no object here is a pod or holds a pod template");
}

static int forced_format(const ctsec_options *options, ct_format *format, ctsec_error **err) {
  *format = CT_FORMAT_NONE;
  if (!options || !options->from) return 0;
  *format = ct_format_find(options->from);
  if (!*format) return ct_error_set(err, CTSEC_E_ARG, "from: `%s` is no format", options->from);
  return 0;
}

static void free_containers(ctsec_containers *containers) {
  for (uint32_t i = 0; i < containers->error_count; i++) ctsec_error_free(containers->errors[i]);
  ct_arena_free(&containers->arena);
  free(containers);
}

static size_t skip_blanks(const char *text, size_t length) {
  size_t at = 0;
  while (at < length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) at++;
  return at;
}

static int starts_word(const char *text, size_t length, const char *word) {
  size_t size = strlen(word);
  return length >= size && !memcmp(text, word, size) && (length == size || text[size] < 'a' || text[size] > 'z');
}

/* Text that is not JSON at all gets a better answer than a JSON parser's. */
static int looks_otherwise(const char *text, size_t length, const ctsec_options *options, ctsec_error **err) {
  ct_place place = CT_NO_PLACE;
  place.source = ct_options_source(options);
  place.offset = 0;
  place.line = place.column = 1;
  size_t at = skip_blanks(text, length);
  if (at == length)
    return ct_error_at(err, CTSEC_E_SYNTAX, &place, length ? "the input is blank" : "the input is empty");
  if (length <= ct_options_limit(options, CTSEC_LIMIT_BYTES) && memchr(text, '\0', length))
    return ct_error_at(err, CTSEC_E_SYNTAX, &place, "this is a binary file, not a description of a container");
  int word = text[at] >= 'a' && text[at] <= 'z' && !starts_word(text + at, length - at, "true") &&
             !starts_word(text + at, length - at, "false") && !starts_word(text + at, length - at, "null");
  if (word || !strchr("{[\"-0123456789tfn\xef", text[at])) {
    ct_document document = {NULL, text, length, NULL, 0, 0, NULL};
    place.offset = (int64_t)at;
    ct_document_locate(&document, at, &place.line, &place.column);
    return ct_error_at(err, CTSEC_E_SYNTAX, &place,
                       "neither JSON, as docker inspect, podman inspect and OCI configurations are, nor a command that runs a "
                       "container");
  }
  return 0;
}

static int contains(const char *text, size_t length, const char *word) {
  size_t size = strlen(word);
  for (const char *at = text, *end = text + length; (size_t)(end - at) >= size; at++) {
    at = memchr(at, *word, (size_t)(end - at));
    if (!at || (size_t)(end - at) < size) return 0;
    if (!memcmp(at, word, size)) return 1;
  }
  return 0;
}

/* A command line or a script: it is no JSON, and it names an engine. */
static int is_script(const char *text, size_t length) {
  size_t at = skip_blanks(text, length);
  if (at == length || text[at] == '{' || text[at] == '[' || memchr(text, '\0', length)) return 0;
  static const char words[][8] = {"run", "create", "exec", "compose", "stack", "play", "update", "",
                                  "docker", "podman", "nerdctl", "DOCKER", "PODMAN", ""};
  int found = 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (words[i][0]) {
      found |= contains(text, length, words[i]);
    } else {
      if (!found) return 0;
      found = 0;
    }
  }
  return 1;
}

typedef enum yaml_kind { YAML_NOT, YAML_MANIFEST, YAML_COMPOSE, YAML_OTHER } yaml_kind;

/* A member at the root of a YAML text: what is written at the start of a line, in quotes or not. */
static int has_root_key(const char *text, size_t length, const char *key) {
  size_t size = strlen(key);
  for (const char *at = text, *end = text + length; at && at < end; at++) {
    const char *name = at + (*at == '"' || *at == '\'' || (at == text && (unsigned char)*at == 0xef) ? *at == '"' || *at == '\'' ? 1 : 3 : 0);
    if ((size_t)(end - name) > size && !memcmp(name, key, size)) {
      const char *after = name + size;
      if (name > at && *after == *at) after++;
      while (after < end && *after == ' ') after++;
      if (after < end && *after == ':') return 1;
    }
    at = memchr(at, '\n', (size_t)(end - at));
    if (!at) return 0;
  }
  return 0;
}

/* Where the first line begins that is no comment, directive or mark of a document. */
static size_t first_line(const char *text, size_t length) {
  size_t at = length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
  while (at < length) {
    size_t stop = at;
    while (stop < length && text[stop] != '\n') stop++;
    if (text[at] != '#' && text[at] != '%' && text[at] != '\r' && stop > at && (stop - at < 3 || memcmp(text + at, "---", 3)))
      return at;
    at = stop + 1;
  }
  return length;
}

static int starts_member(const char *text, size_t length) {
  size_t at = 0;
  char quote = length && (text[0] == '"' || text[0] == '\'') ? text[0] : '\0';
  if (quote) {
    for (at = 1; at < length && text[at] != quote && text[at] != '\n'; at++) continue;
    if (at >= length || text[at++] != quote) return 0;
  } else {
    while (at < length && (((text[at] | 32) >= 'a' && (text[at] | 32) <= 'z') || text[at] == '_' || text[at] == '-' || text[at] == '.' ||
                           (at && text[at] >= '0' && text[at] <= '9')))
      at++;
    if (!at) return 0;
  }
  while (at < length && text[at] == ' ') at++;
  return at < length && text[at] == ':' && (at + 1 == length || strchr(" \t\r\n", text[at + 1]));
}

/* YAML: its first line that is no comment starts a member. */
static yaml_kind find_yaml(const char *text, size_t length, const ctsec_options *options, ct_format forced) {
  size_t at = first_line(text, length);
  if (at >= length && forced == CT_FORMAT_COMPOSE && skip_blanks(text, length) < length) return YAML_COMPOSE;
  if (at >= length || text[at] == '{' || text[at] == '[') return YAML_NOT;
  if (forced) return forced == CT_FORMAT_KUBERNETES ? YAML_MANIFEST : forced == CT_FORMAT_COMPOSE ? YAML_COMPOSE : YAML_NOT;
  if (!starts_member(text + at, length - at)) return YAML_NOT;
  if (contains(text, length, "apiVersion:") && contains(text, length, "kind:")) return YAML_MANIFEST;
  if (has_root_key(text, length, "services")) return YAML_COMPOSE;
  /* A makefile: no tab begins a line of YAML. */
  if (contains(text, length, "\n\t") && is_script(text, length)) return YAML_NOT;
  /* Other programs have includes too. */
  const char *source = ct_options_source(options);
  return source && strstr(source, "compose") && has_root_key(text, length, "include") ? YAML_COMPOSE : YAML_OTHER;
}

static int is_compose(const ct_value *root) {
  return ct_value_is(ct_value_member(root, "services"), CT_OBJECT) && !ct_value_member(root, "HostConfig") &&
         !ct_value_member(root, "ociVersion");
}

static int is_manifest(const ct_value *root) {
  return ct_value_is(ct_value_member(root, "apiVersion"), CT_STRING) &&
         ct_value_is(ct_value_member(root, "kind"), CT_STRING) && !ct_value_member(root, "HostConfig");
}

/* Kubernetes takes a plain yes or off for a boolean. The tree is still ours alone. */
static void resolve_words(ct_value *value) {
  int truth;
  if (value->kind == CT_STRING) {
    if (!ct_value_yaml11_bool(value, &truth)) return;
    value->kind = CT_BOOL;
    value->boolean = (uint8_t)truth;
  } else if (value->kind == CT_ARRAY || value->kind == CT_OBJECT) {
    for (uint32_t i = 0; i < value->count; i++) resolve_words(&value->as.items[i]);
  }
}

static int read_yaml(ctsec_containers *made, const char *text, size_t length, const ctsec_options *options, yaml_kind kind,
                     ctsec_error **err) {
  int status = ct_yaml_parse(&made->arena, text, length, options, &made->document, err);
  if (!status) status = ct_containers_add_document(made, made->document, err);
  if (status) return status;
  const ct_value *root = made->document->roots;
  const ct_value *services = ct_value_member(root, "services");
  if (kind == YAML_COMPOSE && !(options && options->from) && services && services->kind == CT_ARRAY)
    return ct_error_value(err, CTSEC_E_SCHEMA, made->document, root,
                          "no container is described here: `services` is a list, so this is no Compose file");
  if (kind == YAML_COMPOSE) return read_compose(made, options, err);
  for (uint32_t i = 0; i < made->document->root_count; i++) resolve_words((ct_value *)&made->document->roots[i]);
  return read_pods(made, options, err);
}

/* Outputs of several inspections, one behind the other, or a line for each container. */
static int read_sequence(ctsec_containers *made, const ctsec_options *options, ct_format forced, ctsec_error **err) {
  const ct_document *document = made->document;
  size_t most = 0;
  for (uint32_t i = 0; i < document->root_count; i++)
    most += document->roots[i].kind == CT_ARRAY ? document->roots[i].count : 1;
  int many = ct_containers_check_count(made, options, most, document->roots, err);
  if (many) return many;
  made->items = ct_arena_array(&made->arena, most, sizeof *made->items);
  if (!made->items) return ct_error_nomem(err);
  for (uint32_t i = 0; i < document->root_count; i++) {
    const ct_value *root = &document->roots[i];
    uint32_t count = root->kind == CT_ARRAY ? root->count : 1;
    if (!count) {
      ctsec_error *empty = NULL;
      refuse_empty(made, root, &empty);
      int status = keep_error(made, options, empty, err);
      if (status) return status;
    }
    for (uint32_t k = 0; k < count; k++) {
      ctsec_error *error = NULL;
      int status = read_one(made, root->kind == CT_ARRAY ? &root->as.items[k] : root, options, forced, &error);
      if (status) status = keep_error(made, options, error, err);
      if (status) return status;
    }
  }
  return made->count ? 0 : ct_containers_refuse(made, err);
}

static int read_json(ctsec_containers *made, const char *text, size_t length, const ctsec_options *options,
                     ct_format forced, ctsec_error **err) {
  int status = ct_json_parse_all(&made->arena, text, length, options, &made->document, err);
  if (!status) status = ct_containers_add_document(made, made->document, err);
  if (status) return status;
  const ct_value *root = made->document->roots;
  if (made->document->root_count > 1 && !is_manifest(root)) return read_sequence(made, options, forced, err);
  if (forced == CT_FORMAT_COMPOSE || (!forced && is_compose(root) && !is_manifest(root))) return read_compose(made, options, err);
  if (forced == CT_FORMAT_KUBERNETES || (!forced && is_manifest(root))) return read_pods(made, options, err);
  if (root->kind == CT_ARRAY) return read_array(made, root, options, forced, err);
  made->items = ct_arena_array(&made->arena, 1, sizeof *made->items);
  return made->items ? read_one(made, root, options, forced, err) : ct_error_nomem(err);
}

static int read_script(ctsec_containers *made, const char *text, size_t length, const ctsec_options *options,
                       ctsec_error **err) {
  int status = ct_argv_parse(&made->arena, text, length, options, &made->document, err);
  if (!status) status = ct_containers_add_document(made, made->document, err);
  return status ? status : ct_read_commands(made, options, err);
}

/* Keeps the container that the option `select` names, and what was wrong with others is then nobody's business. */
static int keep_selected(ctsec_containers *made, const ctsec_options *options, ctsec_error **err) {
  if (!options || !options->select) return 0;
  const ct_container *found = NULL;
  int status = ctsec_containers_find(made, options->select, strlen(options->select), &found, err);
  if (status) return status;
  uint32_t index = (uint32_t)(found - made->items);
  made->items += index;
  made->count = 1;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < made->note_count; i++) {
    if (made->notes[i].container != UINT32_MAX && made->notes[i].container != index) continue;
    made->notes[kept] = made->notes[i];
    if (made->notes[kept].container == index) made->notes[kept].container = 0;
    kept++;
  }
  made->note_count = kept;
  for (uint32_t i = 0; i < made->error_count; i++) ctsec_error_free(made->errors[i]);
  made->error_count = 0;
  return 0;
}

static int refuse_yaml(const ctsec_options *options, ctsec_error **err) {
  ct_place place = CT_NO_PLACE;
  place.source = ct_options_source(options);
  place.offset = 0;
  place.line = place.column = 1;
  place.pointer = "";
  return ct_error_at(err, CTSEC_E_SCHEMA, &place,
                     "no container is described here: neither `apiVersion` and `kind` (Kubernetes) nor `services` (Compose) is a member");
}

/* A flow mapping begins as JSON does; only YAML reads it. */
static int is_flow(const char *text, size_t length, const ctsec_options *options, ct_format forced) {
  if (forced != CT_FORMAT_COMPOSE) return 0;
  ct_arena scratch;
  ct_arena_init(&scratch);
  const ct_document *document;
  int status = ct_json_parse(&scratch, text, length, options, &document, NULL);
  ct_arena_free(&scratch);
  return status == CTSEC_E_SYNTAX;
}

int ct_containers_new(ctsec_containers **containers, ctsec_error **err) {
  ctsec_containers *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  atomic_init(&made->owners, 1);
  ct_arena_init(&made->arena);
  *containers = made;
  return 0;
}

static int read_dockerfile(ctsec_containers *made, const char *text, size_t length, const ctsec_options *options,
                           ctsec_error **err) {
  int status = ct_dockerfile_parse(&made->arena, text, length, options, &made->document, err);
  if (!status) status = ct_containers_add_document(made, made->document, err);
  if (status) return status;
  made->items = ct_arena_array(&made->arena, 1, sizeof *made->items);
  if (!made->items) return ct_error_nomem(err);
  ct_container *container = made->items;
  container->root = made;
  container->document = made->document;
  container->format = CT_FORMAT_DOCKERFILE;
  ct_reader reader = {&made->arena, made->document, options, container, err, 0};
  uint32_t index = 0;
  ct_read_dockerfile(&reader, made, made->document->roots, &index);
  return reader.status ? reader.status : finish_one(made, container, options, index, err);
}

/* /proc/PID/status alone: what its other files would say is not known. */
static int read_status(ctsec_containers *made, const char *text, size_t length, const ctsec_options *options,
                       ctsec_error **err) {
  int large = ct_options_check_bytes(options, length, 0, err);
  if (large) return large;
  const char *source = ct_options_source(options);
  ct_proc_file file = {CT_PROC_STATUS, 0, source ? ct_arena_string(&made->arena, source) : "", "status", 0, (uint32_t)length, 0, 0, 0};
  if (!file.source) return ct_error_nomem(err);
  ct_proc_entry entry = {.contained = CT_MAYBE, .count = 1};
  ct_proc_snapshot snapshot = {.arena = &made->arena, .root = file.source, .file_count = 1, .files = &file, .entry_count = 1,
                               .entries = &entry, .options = options};
  snapshot.text = (ct_buffer){(char *)(uintptr_t)text, length, length, 0};
  return ct_proc_understand(made, &snapshot, options, err);
}

/* *made is the caller's, also where it fails. */
static int parse(const char *text, size_t length, const ctsec_options *options, ctsec_containers **made, ctsec_error **err) {
  ct_format forced;
  *made = NULL;
  int status = forced_format(options, &forced, err);
  if (status) return status;
  if (forced == CT_FORMAT_PROC || (!forced && ct_is_status(text, length))) {
    status = ct_containers_new(made, err);
    return status ? status : read_status(*made, text, length, options, err);
  }
  if (forced == CT_FORMAT_DOCKERFILE || (!forced && ct_is_dockerfile(text, length, ct_options_source(options)))) {
    status = ct_containers_new(made, err);
    return status ? status : read_dockerfile(*made, text, length, options, err);
  }
  yaml_kind kind = find_yaml(text, length, options, forced);
  if (kind == YAML_OTHER) return refuse_yaml(options, err);
  int script = kind == YAML_NOT && (forced == CT_FORMAT_RUN || (!forced && is_script(text, length)));
  if (!script && kind == YAML_NOT) {
    status = looks_otherwise(text, length, options, err);
    if (status) return status;
    if (is_flow(text, length, options, forced)) kind = YAML_COMPOSE;
  }
  status = ct_containers_new(made, err);
  if (status) return status;
  ctsec_containers *all = *made;
  if (kind != YAML_NOT) return read_yaml(all, text, length, options, kind, err);
  return script ? read_script(all, text, length, options, err) : read_json(all, text, length, options, forced, err);
}

int ctsec_containers_parse(const char *text, size_t length, const ctsec_options *options, ctsec_containers **containers,
                           ctsec_error **err) {
  if (!text && length) return ct_error_null(err, "text");
  if (!containers) return ct_error_null(err, "containers");
  ctsec_containers *made;
  int status = parse(text, length, options, &made, err);
  if (!status) status = keep_selected(made, options, err);
  if (status) {
    if (made) free_containers(made);
    return status;
  }
  *containers = made;
  return 0;
}

struct ctsec_files {
  ctsec_containers *containers;
};

int ctsec_files_find(const char *text, size_t length, const ctsec_options *options, ctsec_files **files, ctsec_error **err) {
  return ct_files_find(text, length, options, files, NULL, err);
}

int ct_files_find(const char *text, size_t length, const ctsec_options *options, ctsec_files **files,
                  ctsec_containers **containers, ctsec_error **err) {
  if (!text && length) return ct_error_null(err, "text");
  if (!files) return ct_error_null(err, "files");
  ctsec_files *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  /* Only Compose files and seccomp options name files: nothing else needs be read for this. */
  if (contains(text, length, "services") || contains(text, length, "include") || contains(text, length, "seccomp=") ||
      contains(text, length, "seccomp:")) {
    int status = parse(text, length, options, &made->containers, NULL);
    if (status == CTSEC_E_NOMEM) {
      ctsec_files_free(made);
      return ct_error_nomem(err);
    }
    if (!status && containers) *containers = ctsec_containers_ref(made->containers);
  }
  *files = made;
  return 0;
}

size_t ctsec_files_count(const ctsec_files *files) { return files && files->containers ? files->containers->wanted_count : 0; }

const char *ctsec_files_at(const ctsec_files *files, size_t index) {
  return index < ctsec_files_count(files) ? files->containers->wanted[index] : NULL;
}

void ctsec_files_free(ctsec_files *files) {
  if (!files) return;
  ctsec_containers_free(files->containers);
  free(files);
}

ctsec_containers *ctsec_containers_ref(ctsec_containers *containers) {
  if (containers) ct_count_up(&containers->owners);
  return containers;
}

void ctsec_containers_free(ctsec_containers *containers) {
  if (containers && ct_count_down(&containers->owners)) free_containers(containers);
}

size_t ctsec_containers_count(const ctsec_containers *containers) { return containers ? containers->count : 0; }

const ctsec_container *ctsec_containers_at(const ctsec_containers *containers, size_t index) {
  return containers && index < containers->count ? &containers->items[index] : NULL;
}

size_t ctsec_containers_error_count(const ctsec_containers *containers) {
  return containers ? containers->error_count : 0;
}

const ctsec_error *ctsec_containers_error_at(const ctsec_containers *containers, size_t index) {
  return containers && index < containers->error_count ? containers->errors[index] : NULL;
}

static int names_it(const ct_container *container, const char *id, size_t length) {
  if (strlen(container->id) == length && !memcmp(container->id, id, length)) return 1;
  /* The engine's own id, or at least twelve digits of it as its tables print. */
  return length >= 12 && container->container_id.length >= length && !memcmp(container->container_id.value, id, length);
}

int ctsec_containers_find(const ctsec_containers *containers, const char *id, size_t length,
                          const ctsec_container **container, ctsec_error **err) {
  if (!containers) return ct_error_null(err, "containers");
  if (!id) return ct_error_null(err, "id");
  if (!container) return ct_error_null(err, "container");
  for (uint32_t i = 0; i < containers->count; i++) {
    if (!names_it(&containers->items[i], id, length)) continue;
    *container = &containers->items[i];
    return 0;
  }
  ct_buffer known;
  ct_buffer_init(&known);
  for (uint32_t i = 0; i < containers->count; i++) ct_buffer_format(&known, "%s%s", i ? ", " : "", containers->items[i].id);
  ct_buffer_char(&known, '\0');
  int status = known.failed ? ct_error_nomem(err)
                            : ct_error_set(err, CTSEC_E_NOTFOUND, "no container `%.*s`; there is %s", (int)length, id,
                                           known.data);
  ct_buffer_free(&known);
  return status;
}

const char *ctsec_container_id(const ctsec_container *container) { return container ? container->id : NULL; }
const char *ctsec_container_name(const ctsec_container *container) { return container ? container->name : NULL; }
const char *ctsec_container_format(const ctsec_container *container) {
  return container ? ct_format_name(container->format) : NULL;
}

int ct_containers_finish_one(ctsec_containers *containers, ct_container *container, const ctsec_options *options,
                             uint32_t index, ctsec_error **err) {
  return finish_one(containers, container, options, index, err);
}

int ct_containers_keep_error(ctsec_containers *containers, ctsec_error *error, ctsec_error **err) {
  return keep_error(containers, NULL, error, err);
}

int ct_containers_select(ctsec_containers *containers, const ctsec_options *options, ctsec_error **err) {
  return keep_selected(containers, options, err);
}
