/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The model as a document: every field with its value, its state and its place. */
#include <string.h>

#include "container/read.h"
#include "ctsec/container.h"

static const char states[][8] = {"unset", "set", "unknown"};

static void write_pointer(ct_json *json, const ct_value *value) {
  ct_buffer pointer;
  ct_buffer_init(&pointer);
  ct_value_add_pointer(&pointer, value);
  ct_json_key(json, "pointer");
  ct_json_string(json, pointer.data ? pointer.data : "", pointer.length);
  if (pointer.failed) json->buffer.failed = 1;
  ct_buffer_free(&pointer);
}

static void write_origin(ct_json *json, const ct_container *container, const ct_origin *from) {
  if (from->at) {
    const char *source = ct_containers_source(container->root, from->at);
    if (source != container->source) ct_json_key_text(json, "document", source);
  }
  ct_json_key_text(json, "state", from->state == CT_SET && from->defaulted ? "defaulted" : states[from->state]);
  if (!from->at) return;
  int64_t line, column;
  ct_containers_locate(container->root, from->at, &line, &column);
  write_pointer(json, from->at);
  ct_json_key_signed(json, "line", line);
  ct_json_key_signed(json, "column", column);
}

static void begin(ct_json *json, const char *key) {
  ct_json_key(json, key);
  ct_json_object(json);
  ct_json_key(json, "value");
}

static void finish(ct_json *json, const ct_container *container, const ct_origin *from) {
  write_origin(json, container, from);
  ct_json_end(json);
}

static void write_text(ct_json *json, const ct_container *container, const char *key, const ct_text *text) {
  if (!text->from.state) return;
  begin(json, key);
  if (text->value)
    ct_json_string(json, text->value, text->length);
  else
    ct_json_null(json);
  finish(json, container, &text->from);
}

static void write_flag(ct_json *json, const ct_container *container, const char *key, const ct_flag *flag) {
  if (!flag->from.state) return;
  begin(json, key);
  if (flag->from.state == CT_UNKNOWN)
    ct_json_null(json);
  else
    ct_json_bool(json, flag->value);
  finish(json, container, &flag->from);
}

static void write_number(ct_json *json, const ct_container *container, const char *key, const ct_number *number) {
  if (!number->from.state) return;
  begin(json, key);
  if (number->from.state == CT_UNKNOWN)
    ct_json_null(json);
  else
    ct_json_signed(json, number->value);
  finish(json, container, &number->from);
}

static void write_texts(ct_json *json, const ct_container *container, const char *key, const ct_texts *texts) {
  if (!texts->from.state) return;
  begin(json, key);
  ct_json_array(json);
  for (uint32_t i = 0; i < texts->count; i++) ct_json_string(json, texts->items[i].value, texts->items[i].length);
  ct_json_end(json);
  finish(json, container, &texts->from);
}

static void write_names(ct_json *json, const ct_container *container, const char *key, const ct_pairs *pairs) {
  if (!pairs->from.state) return;
  begin(json, key);
  ct_json_array(json);
  for (uint32_t i = 0; i < pairs->count; i++) ct_json_string(json, pairs->items[i].key, pairs->items[i].key_length);
  ct_json_end(json);
  finish(json, container, &pairs->from);
}

static void write_user(ct_json *json, const ct_container *container) {
  const ct_user *user = &container->user;
  if (!user->from.state) return;
  begin(json, "user");
  ct_json_object(json);
  ct_json_key(json, "uid");
  if (user->uid_state == CT_SET)
    ct_json_unsigned(json, user->uid);
  else
    ct_json_null(json);
  ct_json_key(json, "gid");
  if (user->gid_state == CT_SET)
    ct_json_unsigned(json, user->gid);
  else
    ct_json_null(json);
  ct_json_key(json, "text");
  if (user->text)
    ct_json_string(json, user->text, user->length);
  else
    ct_json_null(json);
  ct_json_end(json);
  finish(json, container, &user->from);
}

static void write_namespaces(ct_json *json, const ct_container *container) {
  static const char kinds[][8] = {"pid", "ipc", "network", "uts", "user", "cgroup", "mount"};
  static const char modes[][10] = {"private", "host", "container", "path", "service", "pod"};
  ct_json_key(json, "namespaces");
  ct_json_object(json);
  for (int i = 0; i < CT_NS_COUNT; i++) {
    const ct_namespace *space = &container->namespaces[i];
    if (!space->from.state) continue;
    begin(json, kinds[i]);
    if (space->from.state == CT_UNKNOWN)
      ct_json_null(json);
    else
      ct_json_text(json, modes[space->mode]);
    if (space->peer) ct_json_key_text(json, "peer", space->peer);
    finish(json, container, &space->from);
  }
  ct_json_end(json);
}

static void write_mounts(ct_json *json, const ct_container *container) {
  ct_json_key(json, "mounts");
  ct_json_array(json);
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    const ct_mount *mount = &container->mounts.items[i];
    ct_origin from = {CT_SET, 0, mount->at};
    ct_json_object(json);
    ct_json_key_text(json, "type", mount->type.value);
    ct_json_key_text(json, "source", mount->source.length ? mount->source.value : NULL);
    ct_json_key_text(json, "destination", mount->destination.value);
    ct_json_key_bool(json, "writable", ct_is_true(&mount->writable));
    ct_json_key_text(json, "propagation", mount->propagation.value);
    finish(json, container, &from);
  }
  ct_json_end(json);
}

static void write_ports(ct_json *json, const ct_container *container) {
  if (!container->ports.from.state) return;
  ct_json_key(json, "ports");
  ct_json_array(json);
  for (uint32_t i = 0; i < container->ports.count; i++) {
    const ct_port *port = &container->ports.items[i];
    ct_origin from = {CT_SET, 0, port->at};
    ct_json_object(json);
    ct_json_key_text(json, "container", port->container);
    ct_json_key_text(json, "host_ip", port->host_ip.length ? port->host_ip.value : NULL);
    ct_json_key_text(json, "host_port", port->host_port.length ? port->host_port.value : NULL);
    finish(json, container, &from);
  }
  ct_json_end(json);
}

static void write_devices(ct_json *json, const ct_container *container) {
  if (!container->devices.from.state) return;
  ct_json_key(json, "devices");
  ct_json_array(json);
  for (uint32_t i = 0; i < container->devices.count; i++) {
    const ct_device *device = &container->devices.items[i];
    ct_origin from = {CT_SET, 0, device->at};
    ct_json_object(json);
    ct_json_key_text(json, "host", device->host.length ? device->host.value : NULL);
    ct_json_key_text(json, "path", device->path.length ? device->path.value : NULL);
    ct_json_key_text(json, "access", device->access.length ? device->access.value : NULL);
    finish(json, container, &from);
  }
  ct_json_end(json);
}

static void write_seccomp(ct_json *json, const ct_container *container) {
  static const char modes[][11] = {"default", "unconfined", "profile", "file", "profile", "filter", "strict"};
  const ct_seccomp *seccomp = &container->seccomp;
  begin(json, "seccomp");
  if (seccomp->from.state == CT_UNKNOWN && seccomp->mode != CT_SECCOMP_LOADED)
    ct_json_null(json);
  else
    ct_json_text(json, modes[seccomp->mode]);
  if (seccomp->mode == CT_SECCOMP_FILE || seccomp->file)
    ct_json_key_text(json, "file", seccomp->file ? seccomp->file : seccomp->profile.value);
  finish(json, container, &seccomp->from);
}

static void write_set(ct_json *json, const char *key, int known, uint64_t mask) {
  ct_json_key(json, key);
  if (known)
    ct_json_mask(json, mask);
  else
    ct_json_null(json);
}

static void write_sets(ct_json *json, const char *key, const ct_cap_sets *sets, unsigned known) {
  ct_json_key(json, key);
  ct_json_object(json);
  write_set(json, "inheritable", known & CT_FACT_INHERITABLE, sets->inheritable);
  write_set(json, "permitted", known & CT_FACT_PERMITTED, sets->permitted);
  write_set(json, "effective", known & CT_FACT_EFFECTIVE, sets->effective);
  write_set(json, "bounding", known & CT_FACT_BOUNDING, sets->bounding);
  write_set(json, "ambient", known & CT_FACT_AMBIENT, sets->ambient);
  ct_json_end(json);
}

static void write_live(ct_json *json, const ct_container *c) {
  static const char answers[][8] = {"no", "yes", "unknown"};
  const ct_live *live = c->live;
  if (!live) return;
  ct_json_key(json, "live");
  ct_json_object(json);
  if (live->pid)
    ct_json_key_signed(json, "pid", live->pid);
  else
    ct_json_key_null(json, "pid");
  ct_json_key_text(json, "in_container", answers[live->contained]);
  ct_json_key_text(json, "pod", live->pod);
  write_number(json, c, "seccomp_mode", &live->seccomp_mode);
  write_number(json, c, "seccomp_filters", &live->seccomp_filters);
  write_text(json, c, "label", &live->label);
  ct_json_key_text(json, "confined", answers[live->confined]);
  ct_json_end(json);
}

static void write_container(ct_json *json, const ct_container *c) {
  ct_json_object(json);
  ct_json_key_text(json, "id", c->id);
  ct_json_key_text(json, "name", c->name);
  ct_json_key_text(json, "format", ct_format_name(c->format));
  ct_json_key_text(json, "source", c->source);
  ct_json_key_text(json, "engine", ct_engine_name(c->engine));
  write_text(json, c, "container_id", &c->container_id);
  write_text(json, c, "image", &c->image);
  write_text(json, c, "runtime", &c->runtime);
  write_text(json, c, "sandbox", &c->sandbox);
  write_flag(json, c, "privileged", &c->privileged);
  write_user(json, c);
  write_texts(json, c, "groups", &c->groups);
  write_texts(json, c, "cap_add", &c->cap_add);
  write_texts(json, c, "cap_drop", &c->cap_drop);
  write_seccomp(json, c);
  write_flag(json, c, "no_new_privileges", &c->no_new_privileges);
  write_flag(json, c, "readonly_rootfs", &c->readonly_rootfs);
  write_texts(json, c, "masked_paths", &c->masked_paths);
  write_texts(json, c, "readonly_paths", &c->readonly_paths);
  write_namespaces(json, c);
  write_mounts(json, c);
  write_texts(json, c, "volumes_from", &c->volumes_from);
  write_devices(json, c);
  write_ports(json, c);
  /* Names only: values may be secrets. */
  write_names(json, c, "environment", &c->env);
  write_names(json, c, "labels", &c->labels);
  write_names(json, c, "annotations", &c->annotations);
  write_names(json, c, "sysctls", &c->sysctls);
  write_texts(json, c, "extra_hosts", &c->extra_hosts);
  write_number(json, c, "memory", &c->memory);
  write_number(json, c, "nano_cpus", &c->nano_cpus);
  write_number(json, c, "cpu_quota", &c->cpu_quota);
  write_number(json, c, "cpu_shares", &c->cpu_shares);
  write_number(json, c, "pids", &c->pids);
  write_text(json, c, "restart", &c->restart);
  write_live(json, c);
  ct_json_key(json, "caps");
  ct_json_object(json);
  write_sets(json, "created", &c->facts.created, c->facts.created_known);
  write_sets(json, "after_exec", &c->facts.after_exec, c->facts.exec_known);
  write_sets(json, "after_setuid_root", &c->facts.after_setuid, c->facts.setuid_known);
  ct_json_end(json);
  ct_json_end(json);
}

static void write_notes(ct_json *json, const ctsec_containers *containers) {
  ct_json_key(json, "diagnostics");
  ct_json_array(json);
  for (uint32_t i = 0; i < containers->note_count; i++) {
    const ct_remark *note = &containers->notes[i];
    ct_buffer text;
    ct_buffer_init(&text);
    const ct_message_value value = {"name", note->name};
    ct_message_add(&text, note->message, CTSEC_LANG_EN, &value, 1);
    int64_t line, column;
    ct_containers_locate(containers, note->at, &line, &column);
    ct_json_object(json);
    ct_json_key_text(json, "source", ct_containers_source(containers, note->at));
    ct_json_key_text(json, "container", note->container < containers->count ? containers->items[note->container].id : NULL);
    ct_json_key(json, "message");
    ct_json_string(json, text.data ? text.data : "", text.length);
    ct_json_key(json, "needs");
    ct_json_array(json);
    if (note->needs) ct_json_text(json, note->needs);
    ct_json_end(json);
    write_pointer(json, note->at);
    ct_json_key_signed(json, "line", line);
    ct_json_key_signed(json, "column", column);
    ct_json_end(json);
    if (text.failed) json->buffer.failed = 1;
    ct_buffer_free(&text);
  }
  ct_json_end(json);
}

int ctsec_containers_to_json(const ctsec_containers *containers, char **text, size_t *length, ctsec_error **err) {
  if (!containers) return ct_error_null(err, "containers");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/containers/1");
  ct_json_key(&json, "containers");
  ct_json_array(&json);
  for (uint32_t i = 0; i < containers->count; i++) write_container(&json, &containers->items[i]);
  ct_json_end(&json);
  write_notes(&json, containers);
  ct_json_key(&json, "errors");
  ct_json_array(&json);
  for (uint32_t i = 0; i < containers->error_count; i++)
    if (containers->errors[i]) ct_error_write(&json, containers->errors[i]);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}
