/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crictl inspect: `status` is the CRI's answer, `info` what the runtime adds
 * to it. containerd: config (the request) and runtimeSpec; CRI-O: privileged
 * and runtimeSpec. The specification is what the container was given; the
 * request tells what a path of a namespace does not.
 */
#include <string.h>

#include "container/inspect.h"
#include "container/text.h"

static const ct_value *text_member(ct_reader *reader, const ct_value *object, const char *key) {
  const ct_value *value = ct_value_member(object, key);
  if (!value || value->kind == CT_NULL || !ct_read_kind(reader, value, CT_BIT(CT_STRING))) return NULL;
  return value;
}

static const ct_value *object_member(ct_reader *reader, const ct_value *object, const char *key) {
  const ct_value *value = ct_value_member(object, key);
  if (!value || value->kind == CT_NULL || !ct_read_kind(reader, value, CT_BIT(CT_OBJECT))) return NULL;
  return value;
}

static void read_label_name(ct_reader *reader, const ct_value *labels, const ct_value *name) {
  const ct_value *pod = text_member(reader, labels, "io.kubernetes.pod.name");
  const ct_value *space = text_member(reader, labels, "io.kubernetes.pod.namespace");
  ct_container *container = reader->container;
  if (name) container->name = name->as.string;
  if (!pod || !name || reader->status) return;
  ct_buffer id;
  ct_buffer_init(&id);
  ct_buffer_format(&id, "Pod/%s/%s/%s", space ? space->as.string : "default", pod->as.string, name->as.string);
  container->id = id.failed ? NULL : ct_arena_copy(reader->arena, id.data, id.length);
  ct_buffer_free(&id);
  if (!container->id) ct_read_nomem(reader);
}

static void read_status(ct_reader *reader, const ct_value *status) {
  ct_container *container = reader->container;
  const ct_value *value = text_member(reader, status, "id");
  if (value) ct_read_text(reader, value, &container->container_id);
  const ct_value *metadata = object_member(reader, status, "metadata");
  const ct_value *name = metadata ? text_member(reader, metadata, "name") : NULL;
  const ct_value *labels = object_member(reader, status, "labels");
  read_label_name(reader, labels, name);
  if (labels) ct_read_pairs(reader, labels, &container->labels);
  const ct_value *image = object_member(reader, status, "image");
  /* The name that was asked for, where the runtime keeps it. */
  const ct_value *asked = image ? text_member(reader, image, "userSpecifiedImage") : NULL;
  value = image ? text_member(reader, image, "image") : NULL;
  if (asked && asked->length) value = asked;
  /* An id of the store says less than what the request had. */
  int id = value && value->kind == CT_STRING && !strncmp(value->as.string, "sha256:", 7) && container->image.length;
  if (value && !id) ct_read_text(reader, value, &container->image);
  value = text_member(reader, status, "imageRef");
  if (value) ct_read_text(reader, value, &container->image_id);
  value = text_member(reader, status, "state");
  if (value) ct_set_flag(&container->running, value, ct_value_equals(value, "CONTAINER_RUNNING"));
}

/* NamespaceMode: 0 POD, 1 CONTAINER, 2 NODE, 3 TARGET; absent is 0. Newer ones are written as names. */
static int mode_of(ct_reader *reader, const ct_value *value) {
  static const char names[][10] = {"POD", "CONTAINER", "NODE", "TARGET"};
  if (!value || value->kind == CT_NULL || !ct_read_kind(reader, value, CT_BIT(CT_INTEGER) | CT_BIT(CT_STRING))) return 0;
  for (int i = 0; i < 4; i++)
    if (ct_value_equals(value, names[i])) return i;
  return value->kind == CT_INTEGER && !value->negative && value->as.magnitude <= 3 ? (int)value->as.magnitude : 0;
}

/* A namespace of the sandbox is a path in the specification, whether the sandbox has the host's or not. */
static void read_namespaces(ct_reader *reader, const ct_value *options) {
  static const struct {
    const char *key;
    ct_namespace_kind kind;
  } rows[] = {{"network", CT_NS_NET}, {"pid", CT_NS_PID}, {"ipc", CT_NS_IPC}, {"network", CT_NS_UTS}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ct_namespace *space = &reader->container->namespaces[rows[i].kind];
    if (space->mode != CT_NS_PATH) continue;
    const ct_value *value = options ? ct_value_member(options, rows[i].key) : NULL;
    int mode = options ? mode_of(reader, value) : -1;
    /* The path of a network that a plugin made is the pod's own; that of a process may lead anywhere. */
    int made = strstr(space->text, "/netns/") || strstr(space->text, "/ipcns/") || strstr(space->text, "/utsns/") ||
               strstr(space->text, "/pidns/");
    if (mode == 2) {
      space->mode = CT_NS_HOST;
      if (value) space->from.at = value;
    } else if (mode >= 0 || made) {
      space->mode = mode == 3 ? CT_NS_CONTAINER : CT_NS_POD;
    } else {
      space->from.state = CT_UNKNOWN;
    }
  }
}

static void read_request(ct_reader *reader, const ct_value *config) {
  ct_container *container = reader->container;
  const ct_value *system = object_member(reader, config, "linux");
  const ct_value *context = system ? object_member(reader, system, "security_context") : NULL;
  const ct_value *options = context ? object_member(reader, context, "namespace_options") : NULL;
  const ct_value *privileged = context ? ct_value_member(context, "privileged") : NULL;
  if (privileged && privileged->kind != CT_NULL) ct_read_flag(reader, privileged, &container->privileged);
  const ct_value *image = object_member(reader, config, "image");
  const ct_value *asked = image ? text_member(reader, image, "user_specified_image") : NULL;
  if (asked && asked->length) ct_read_text(reader, asked, &container->image);
  const ct_value *annotations = object_member(reader, config, "annotations");
  if (annotations) ct_read_pairs(reader, annotations, &container->annotations);
  read_namespaces(reader, options ? options : context);
}

static int has_annotation(const ct_pairs *pairs, const char *prefix) {
  size_t n = strlen(prefix);
  for (uint32_t i = 0; i < pairs->count; i++)
    if (pairs->items[i].key_length >= n && !memcmp(pairs->items[i].key, prefix, n)) return 1;
  return 0;
}

static void read_info(ct_reader *reader, const ct_value *info) {
  ct_container *container = reader->container;
  const ct_value *spec = object_member(reader, info, "runtimeSpec");
  const ct_value *config = object_member(reader, info, "config");
  if (reader->status) return;
  if (!spec) {
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, info,
                                    "`runtimeSpec` is missing: without it nothing can be said about this container");
    return;
  }
  ct_read_oci(reader, spec);
  int crio = has_annotation(&container->annotations, "io.kubernetes.cri-o.") || (!config && ct_value_member(info, "privileged"));
  container->engine = crio ? CTSEC_ENGINE_CRIO : CTSEC_ENGINE_CONTAINERD;
  /* What the runtime notes for itself was chosen by nobody. */
  memset(&container->annotations, 0, sizeof container->annotations);
  const ct_value *value = ct_value_member(info, "privileged");
  if (value && value->kind != CT_NULL) ct_read_flag(reader, value, &container->privileged);
  value = text_member(reader, info, "sandboxID");
  if (value) ct_read_text(reader, value, &container->sandbox);
  value = text_member(reader, info, "runtimeType");
  if (value) ct_read_text(reader, value, &container->runtime);
  value = ct_value_member(info, "pid");
  if (value && value->kind != CT_NULL) ct_read_number(reader, value, &container->pid);
  if (config)
    read_request(reader, config);
  else
    read_namespaces(reader, NULL);
}

void ct_read_crictl(ct_reader *reader, const ct_value *object) {
  ct_container *container = reader->container;
  const ct_value *status = object_member(reader, object, "status"), *info = object_member(reader, object, "info");
  if (reader->status) return;
  const ct_value *state = text_member(reader, status, "state");
  if (state && state->length > 8 && !memcmp(state->as.string, "SANDBOX_", 8)) {
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, object,
                                    "this is a pod's sandbox (crictl inspectp); `crictl inspect` shows its containers");
    return;
  }
  if (info) read_info(reader, info);
  if (!info && !reader->status)
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, object,
                                    "`info` is missing: crictl inspect without --quiet shows it");
  if (!reader->status) read_status(reader, status);
  const ct_value *annotations = status ? object_member(reader, status, "annotations") : NULL;
  if (annotations) ct_read_pairs(reader, annotations, &container->annotations);
  container->at = object;
}
