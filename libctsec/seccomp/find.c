/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where profiles hide: in a file of their own, in an OCI configuration, in what docker and podman inspect print. */
#include <string.h>

#include "caps/names.h"
#include "seccomp/read.h"

static const ct_value *at(const ct_value *value, const char *key) { return ct_value_member_folded(value, key); }

static int has(const ct_value *value, const char *key) {
  const ct_value *member = at(value, key);
  return member && member->kind != CT_NULL;
}

static int is_inspect(const ct_value *value) { return ct_value_is(at(value, "HostConfig"), CT_OBJECT); }

static int is_oci(const ct_value *value) {
  return ct_value_is(value, CT_OBJECT) && (has(value, "ociVersion") || has(value, "linux")) &&
         !has(value, "defaultAction");
}

static int unconfined(ct_arena *arena, const ct_document *document, const ct_value *value, ct_profile **profile,
                      ctsec_error **err) {
  ct_profile *made = ct_arena_alloc(arena, sizeof *made);
  const char *pointer = ct_value_pointer(arena, value);
  if (!made || !pointer) return ct_error_nomem(err);
  made->form = CT_FORM_OCI;
  made->source = document->source;
  made->document = document;
  made->pointer = pointer;
  made->entries_key = "syscalls";
  made->offset = value->offset;
  made->unconfined = 1;
  made->default_action = CT_RET_ALLOW;
  made->default_action_name = "SCMP_ACT_ALLOW";
  *profile = made;
  return 0;
}

/* The names of a set as engines write them; what is none is passed over. NULL is the empty set. */
static uint64_t set_of(const ct_value *value) {
  uint64_t mask = 0;
  for (uint32_t i = 0; ct_value_is(value, CT_ARRAY) && i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    int number = ct_value_is(item, CT_STRING) ? ct_cap_named(item->as.string, item->length) : -1;
    if (number >= 0) mask |= CT_CAP_BIT(number);
  }
  return mask;
}

static int profile_of_oci(ct_arena *arena, const ct_document *document, const ct_value *root, const ctsec_options *options,
                    ct_profile **profile, ctsec_error **err) {
  const ct_value *linux_part = at(root, "linux");
  if (!linux_part || linux_part->kind == CT_NULL) return unconfined(arena, document, root, profile, err);
  if (linux_part->kind != CT_OBJECT)
    return ct_error_value(err, CTSEC_E_SCHEMA, document, linux_part, "linux: %s where an object belongs",
                          ct_kind_name(linux_part->kind));
  const ct_value *seccomp = at(linux_part, "seccomp");
  if (!seccomp || seccomp->kind == CT_NULL) return unconfined(arena, document, linux_part, profile, err);
  return ct_profile_read(arena, document, seccomp, CT_FORM_OCI, options, profile, err);
}

static int from_oci(ct_arena *arena, const ct_document *document, const ct_value *root, const ctsec_options *options,
                    ct_profile **profile, ctsec_error **err) {
  int status = profile_of_oci(arena, document, root, options, profile, err);
  const ct_value *caps = at(at(root, "process"), "capabilities");
  if (status || !ct_value_is(caps, CT_OBJECT)) return status;
  (*profile)->has_caps = (*profile)->has_bounding = 1;
  (*profile)->bounding = set_of(at(caps, "bounding"));
  return 0;
}

static int words(ct_arena *arena, const ct_document *document, const ct_value *value, ct_words *out,
                 ctsec_error **err) {
  if (!value || value->kind == CT_NULL) return 0;
  ct_reader reader = {0};
  reader.arena = arena;
  reader.document = document;
  reader.err = err;
  return ct_decode_words(&reader, value, 0, out);
}

/* A text inside of a string has places of its own; the outer place is where people look first. */
static int inner_error(const ct_document *document, const ct_value *value, int status, ctsec_error *inner,
                       ctsec_error **err) {
  if (status == CTSEC_E_NOMEM) {
    ctsec_error_free(inner);
    return ct_error_nomem(err);
  }
  const char *pointer = ctsec_error_pointer(inner);
  status = ct_error_value(err, status, document, value, "the profile in this option, line %lld, column %lld%s%s: %s",
                          (long long)ctsec_error_line(inner), (long long)ctsec_error_column(inner),
                          pointer && *pointer ? ", " : "", pointer ? pointer : "", ctsec_error_message(inner));
  ctsec_error_free(inner);
  return status;
}

static int embedded(ct_arena *arena, const ct_document *document, const ct_value *option, size_t skip,
                    const ctsec_options *options, ct_profile **profile, ctsec_error **err) {
  const ct_document *inner = NULL;
  ctsec_error *failure = NULL;
  int status = ct_json_parse(arena, option->as.string + skip, option->length - skip, options, &inner, &failure);
  if (!status) status = ct_profile_read(arena, inner, &inner->roots[0], CT_FORM_FILE, options, profile, &failure);
  return status ? inner_error(document, option, status, failure, err) : 0;
}

/* The default profile of the engine, in the version that was asked for where there is one. */
static int builtin(ct_arena *arena, int podman, const ctsec_options *options, ct_profile **profile, ctsec_error **err) {
  const char *name = podman ? "podman" : "docker";
  if (!podman && options && options->engine == CTSEC_ENGINE_DOCKER && options->engine_version.known &&
      !ct_version_at_least(&options->engine_version, 23, 0, 0))
    name = "docker@20.10";
  const ct_profile *found = NULL;
  int status = ct_profile_builtin(arena, name, strlen(name), &found, err);
  if (status) return status;
  ct_profile *copy = ct_arena_alloc(arena, sizeof *copy);
  if (!copy) return ct_error_nomem(err);
  *copy = *found;
  *profile = copy;
  return 0;
}

static int from_option(ct_arena *arena, const ct_document *document, const ct_value *option, size_t skip, int podman,
                       const ctsec_options *options, ct_profile **profile, ctsec_error **err) {
  const char *text = option->as.string + skip;
  size_t length = option->length - skip;
  if (length == 10 && !memcmp(text, "unconfined", 10)) return unconfined(arena, document, option, profile, err);
  if (length == 7 && !memcmp(text, "builtin", 7)) return builtin(arena, podman, options, profile, err);
  while (length && (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')) text++, length--, skip++;
  if (length && *text == '{') return embedded(arena, document, option, skip, options, profile, err);
  return ct_error_value(err, CTSEC_E_NOTFOUND, document, option,
                        "the profile is in another file, `%.*s`: give that file instead", (int)length, text);
}

static int from_inspect(ct_arena *arena, const ct_document *document, const ct_value *container,
                        const ctsec_options *options, ct_profile **profile, ctsec_error **err) {
  const ct_value *host = at(container, "HostConfig");
  int podman = has(container, "OCIRuntime") || has(container, "BoundingCaps") || has(container, "OCIConfigPath");
  const ct_value *security = at(host, "SecurityOpt");
  const ct_value *privileged = at(host, "Privileged");
  int is_privileged = ct_value_is(privileged, CT_BOOL) && privileged->boolean;
  const ct_value *option = NULL;
  if (ct_value_is(security, CT_ARRAY)) {
    for (uint32_t i = 0; i < security->count; i++) {
      const ct_value *item = &security->as.items[i];
      if (ct_value_is(item, CT_STRING) && item->length >= 8 && !memcmp(item->as.string, "seccomp", 7) &&
          (item->as.string[7] == '=' || item->as.string[7] == ':'))
        option = item;
    }
  }
  int status;
  if (option)
    status = from_option(arena, document, option, 8, podman, options, profile, err);
  else if (is_privileged)
    status = unconfined(arena, document, host, profile, err);
  else
    status = builtin(arena, podman, options, profile, err);
  if (status) return status;
  ct_profile *found = *profile;
  found->engine = podman ? CTSEC_ENGINE_PODMAN : CTSEC_ENGINE_DOCKER;
  found->has_caps = 1;
  found->privileged = is_privileged;
  /* podman writes null for an empty set. */
  found->has_bounding = podman && at(container, "BoundingCaps") != NULL;
  found->bounding = set_of(at(container, "BoundingCaps"));
  status = words(arena, document, at(host, "CapAdd"), &found->cap_add, err);
  return status ? status : words(arena, document, at(host, "CapDrop"), &found->cap_drop, err);
}

static const ct_value *name_of(const ct_value *container) {
  const ct_value *name = at(container, "Name");
  return ct_value_is(name, CT_STRING) ? name : at(container, "Id");
}

static int several(const ct_document *document, const ct_value *root, ctsec_error **err) {
  ct_buffer list;
  ct_buffer_init(&list);
  for (uint32_t i = 0; i < root->count; i++) {
    const ct_value *name = name_of(&root->as.items[i]);
    if (i) ct_buffer_text(&list, ", ");
    if (ct_value_is(name, CT_STRING) && name->length)
      ct_buffer_add(&list, name->as.string + (name->as.string[0] == '/'), name->length - (name->as.string[0] == '/'));
    else
      ct_buffer_format(&list, "#%u", i + 1);
  }
  int status = list.failed ? ct_error_nomem(err)
                           : ct_error_value(err, CTSEC_E_ARG, document, root, "several containers, choose one: %.*s",
                                            (int)list.length, list.data);
  ct_buffer_free(&list);
  return status;
}

/* The container's name, with or without the slash that Docker puts before it, its id, or #N. */
static const ct_value *selected(const ct_value *root, const char *select) {
  size_t length = strlen(select);
  for (uint32_t i = 0; i < root->count; i++) {
    const ct_value *item = &root->as.items[i];
    const ct_value *name = at(item, "Name"), *id = at(item, "Id");
    if (ct_value_is(id, CT_STRING) && ct_value_equals(id, select)) return item;
    if (!ct_value_is(name, CT_STRING)) continue;
    size_t skip = name->length && name->as.string[0] == '/';
    if (name->length - skip == length && !memcmp(name->as.string + skip, select, length)) return item;
  }
  uint32_t index = 0;
  if (select[0] != '#' || length < 2 || length > 8) return NULL;
  for (size_t i = 1; i < length; i++) {
    if (select[i] < '0' || select[i] > '9') return NULL;
    index = index * 10 + (uint32_t)(select[i] - '0');
  }
  return index ? ct_value_item(root, index - 1) : NULL;
}

/* What option from asks for must be there; nothing else is tried. */
static int check_form(const char *from, const ct_value *root, ctsec_error **err) {
  static const char others[][11] = {"compose", "kubernetes", "crictl", "run", "proc", "dockerfile"};
  if (!from) return 0;
  int oci = !strcmp(from, "oci");
  if (oci || !strcmp(from, "docker-inspect") || !strcmp(from, "podman-inspect"))
    return (oci ? is_oci(root) : is_inspect(root)) ? 0 : ct_error_set(err, CTSEC_E_SCHEMA, "from: this is no %s", from);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (!strcmp(from, others[i]))
      return ct_error_set(err, CTSEC_E_UNSUPPORTED, "from: no seccomp profile is read from %s", from);
  return ct_error_set(err, CTSEC_E_ARG, "from: `%s` is none of oci, docker-inspect, podman-inspect", from);
}

int ct_profile_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                     const ct_profile **profile, ctsec_error **err) {
  const ct_document *document = NULL;
  int status = ct_json_parse(arena, text, length, options, &document, err);
  if (status) return status;
  const ct_value *root = &document->roots[0];
  ct_profile *found = NULL;
  const char *from = options ? options->from : NULL;
  if (ct_value_is(root, CT_ARRAY) && root->count && is_inspect(&root->as.items[0])) {
    const char *select = options ? options->select : NULL;
    const ct_value *one = select ? selected(root, select) : root->count == 1 ? &root->as.items[0] : NULL;
    if (!one && select && root->count == 1)
      return ct_error_value(err, CTSEC_E_NOTFOUND, document, root, "no container `%s`", select);
    if (!one) return several(document, root, err);
    root = one;
  }
  status = check_form(from, root, err);
  if (status) return status;
  if (from ? strcmp(from, "oci") != 0 : is_inspect(root))
    status = from_inspect(arena, document, root, options, &found, err);
  else if (is_oci(root))
    status = from_oci(arena, document, root, options, &found, err);
  else
    status = ct_profile_read(arena, document, root, CT_FORM_FILE, options, &found, err);
  if (!status) *profile = found;
  return status;
}
