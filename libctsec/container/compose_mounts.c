/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Volumes, secrets, devices and ports, in the short and in the long form. */
#include <string.h>

#include "container/compose.h"
#include "container/text.h"

static int is(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

static int is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

static const char *copy_part(ct_service *service, const char *text, size_t length) {
  const char *copy = service->reader->status ? NULL : ct_arena_copy(service->reader->arena, text, length);
  if (!copy) ct_read_nomem(service->reader);
  return copy;
}

static void set_part(ct_service *service, ct_text *part, const ct_value *at, const char *text, size_t length) {
  const char *copy = copy_part(service, text, length);
  if (!copy) return;
  ct_set_text(part, at, copy, length);
  if (memchr(text, '$', length) && at->open) part->from.state = CT_UNKNOWN;
}

static int is_host_path(const char *text, size_t length) {
  if (!length) return 0;
  if (text[0] == '.' || text[0] == '/' || text[0] == '~' || text[0] == '$') return 1;
  if (length > 1 && text[0] == '\\' && text[1] == '\\') return 1;
  return length > 1 && is_letter(text[0]) && text[1] == ':';
}

/* A relative path of a file in another folder, from the input's own. */
static void set_source(ct_service *service, ct_mount *mount, const ct_value *at, const char *text, size_t length) {
  const ct_compose_file *file = ct_compose_file_of(service->compose, at);
  if (!file || !*file->folder || !length || strchr("/~$\\", text[0]) || (length > 1 && text[1] == ':')) {
    set_part(service, &mount->source, at, text, length);
    return;
  }
  const char *path = ct_compose_path(service->compose, file->folder, text, length);
  ct_buffer whole;
  ct_buffer_init(&whole);
  if (path) ct_buffer_format(&whole, "%s%s", path[0] == '/' || path[0] == '.' ? "" : "./", path);
  if (!path || whole.failed)
    ct_read_nomem(service->reader);
  else
    set_part(service, &mount->source, at, whole.data ? whole.data : "", whole.length);
  ct_buffer_free(&whole);
}

static const ct_value *top_level(ct_service *service, const char *section, const char *name, size_t length) {
  const ct_value *all = ct_value_member(&service->compose->model, section);
  for (uint32_t i = 0; ct_value_is(all, CT_OBJECT) && i < all->count; i++)
    if (all->as.items[i].key_length == length && !memcmp(all->as.items[i].key, name, length)) return &all->as.items[i];
  return NULL;
}

/* Defined in another file, or not at all. */
static void note_undefined(ct_service *service, const ct_value *at, const ct_value *found, const char *name, size_t length) {
  const char *copy = found ? NULL : copy_part(service, name, length);
  if (copy) ct_service_note(service, CT_MESSAGE_COMPOSE_UNDEFINED, at, copy, NULL);
}

static int has_word(const ct_value *list, const char *word) {
  size_t length = strlen(word);
  for (size_t at = 0; ct_value_is(list, CT_STRING) && at <= list->length;) {
    size_t size = 0;
    while (at + size < list->length && list->as.string[at + size] != ',') size++;
    if (size == length && !memcmp(list->as.string + at, word, length)) return 1;
    at += size + 1;
  }
  return 0;
}

/* A volume of the driver `local` may be a path, or a disk, of the host. */
static void read_driver(ct_service *service, ct_mount *mount) {
  const ct_value *volume = top_level(service, "volumes", mount->name.value, mount->name.length);
  if (mount->name.from.state == CT_SET) note_undefined(service, mount->name.from.at, volume, mount->name.value, mount->name.length);
  if (!volume || volume->kind == CT_NULL || !ct_service_kind(service, volume, CT_BIT(CT_OBJECT))) return;
  const ct_value *driver = ct_service_member(service, volume, "driver", CT_BIT(CT_STRING));
  const ct_value *options = ct_service_member(service, volume, "driver_opts", CT_BIT(CT_OBJECT));
  const ct_value *device = ct_value_member(options, "device");
  const ct_value *type = ct_value_member(options, "type");
  if (!ct_value_is(device, CT_STRING) || (driver && !driver->open && !ct_value_equals(driver, "local"))) return;
  const ct_value *words = ct_value_member(options, "o");
  int bind = has_word(words, "bind") || has_word(words, "rbind") || ct_value_equals(type, "none") || ct_value_equals(type, "bind");
  int disk = device->length > 5 && !memcmp(device->as.string, "/dev/", 5);
  if (!bind && !disk) return;
  size_t length;
  const char *path = ct_service_text(service, device, &length);
  ct_set_text(&mount->type, device, "bind", 4);
  set_source(service, mount, device, path, length);
  if (has_word(words, "ro")) ct_set_flag(&mount->writable, words, 0);
  ct_service_note_open(service, volume);
}

static ct_mount *new_mount(ct_service *service, const ct_value *at) {
  ct_mount *mount = CT_APPEND(service->reader, &service->reader->container->mounts, at->parent ? at->parent : at);
  if (!mount) return NULL;
  memset(mount, 0, sizeof *mount);
  mount->at = at;
  ct_set_flag(&mount->writable, at, 1);
  return mount;
}

/* Up to the next colon; one in ${...} or after the letter of a drive is none. */
static size_t next_part(const char *text, size_t length) {
  size_t at = length > 1 && is_letter(text[0]) && text[1] == ':' ? 2 : 0;
  int depth = 0;
  for (; at < length; at++) {
    if (text[at] == '$' && at + 1 < length && text[at + 1] == '{') depth++;
    if (text[at] == '}' && depth) depth--;
    if (text[at] == ':' && !depth) return at;
  }
  return length;
}

static void read_short(ct_service *service, const ct_value *item) {
  size_t length;
  const char *text = ct_service_text(service, item, &length);
  const char *parts[3] = {0};
  size_t sizes[3] = {0};
  int count = 0;
  size_t at = 0;
  while (count < 3) {
    size_t size = length < 3 ? length : next_part(text + at, length - at);
    parts[count] = text + at;
    sizes[count++] = size;
    at += size;
    if (!size || at >= length) break;
    at++;
  }
  if (at < length || !length || !sizes[count - 1] || (length > 2 && text[length - 1] == ':')) {
    ct_service_refuse(service, item, "volume");
    return;
  }
  ct_mount *mount = new_mount(service, item);
  if (!mount) return;
  int bind = count > 1 && is_host_path(parts[0], sizes[0]);
  ct_set_text(&mount->type, item, bind ? "bind" : "volume", bind ? 4 : 6);
  set_part(service, &mount->destination, item, parts[count > 1], sizes[count > 1]);
  if (bind)
    set_source(service, mount, item, parts[0], sizes[0]);
  else if (count > 1)
    set_part(service, &mount->name, item, parts[0], sizes[0]);
  if (count == 3) ct_read_mount_options(service->reader, mount, item, parts[2], sizes[2], item->open);
  if (!bind && count > 1) read_driver(service, mount);
}

static void check_keys(ct_service *service, const ct_value *object, const char *const *keys, size_t count) {
  for (uint32_t i = 0; i < object->count; i++) {
    const ct_value *member = &object->as.items[i];
    int known = member->key_length >= 2 && member->key[0] == 'x' && member->key[1] == '-';
    for (size_t k = 0; k < count && !known; k++) known = !strcmp(member->key, keys[k]);
    if (!known) ct_service_note(service, CT_MESSAGE_COMPOSE_UNKNOWN_KEY, member, member->key, NULL);
  }
}
#define CHECK_KEYS(service, object, keys) check_keys(service, object, keys, sizeof(keys) / sizeof *(keys))

static void read_long(ct_service *service, const ct_value *item) {
  static const char *const keys[] = {"bind", "cluster", "consistency", "image", "read_only", "source", "target", "tmpfs", "type", "volume"};
  static const char types[][8] = {"bind", "volume", "tmpfs", "cluster", "npipe", "image"};
  const unsigned text_kind = CT_BIT(CT_STRING);
  CHECK_KEYS(service, item, keys);
  const ct_value *type = ct_service_member(service, item, "type", text_kind);
  const ct_value *source = ct_service_member(service, item, "source", text_kind);
  const ct_value *target = ct_service_member(service, item, "target", text_kind);
  const ct_value *read_only = ct_service_member(service, item, "read_only", text_kind | CT_BIT(CT_BOOL));
  const ct_value *bind = ct_service_member(service, item, "bind", CT_BIT(CT_OBJECT));
  const ct_value *propagation = ct_service_member(service, bind, "propagation", text_kind);
  if (service->reader->status) return;
  int known = type && type->open;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) known |= ct_value_equals(type, types[i]);
  if (!type || !target || (ct_value_equals(type, "bind") && !source)) {
    const char *lacks = !type ? "type" : !target ? "target" : "source";
    service->reader->status = ct_error_value(service->reader->err, CTSEC_E_SCHEMA, service->reader->document, item,
                                             "a volume without `%s`", lacks);
    return;
  }
  if (!known) {
    ct_service_refuse(service, type, "type of volume: bind, volume, tmpfs, cluster, npipe or image");
    return;
  }
  ct_mount *mount = new_mount(service, item);
  if (!mount) return;
  size_t length;
  const char *text = ct_service_text(service, type, &length);
  set_part(service, &mount->type, type, text, length);
  text = ct_service_text(service, target, &length);
  set_part(service, &mount->destination, target, text, length);
  int is_volume = ct_value_equals(type, "volume");
  if (source) {
    text = ct_service_text(service, source, &length);
    if (is_volume)
      set_part(service, &mount->name, source, text, length);
    else
      set_source(service, mount, source, text, length);
  }
  int truth;
  if (read_only && ct_service_truth(service, read_only, &truth)) ct_set_flag(&mount->writable, read_only, !truth);
  if (propagation) ct_set_text(&mount->propagation, propagation, propagation->as.string, propagation->length);
  mount->labelled = ct_value_is(ct_value_member(bind, "selinux"), CT_STRING);
  if (is_volume && source) read_driver(service, mount);
}

/* Of several entries for one target the last counts, in the place of the first. */
static void keep_last(ct_service *service, ct_mounts *mounts, uint32_t first) {
  ct_names targets = {0};
  uint32_t kept = first;
  for (uint32_t i = first; i < mounts->count && !service->reader->status; i++) {
    ct_mount mount = mounts->items[i];
    const char *target = ct_compose_path(service->compose, "", mount.destination.value, mount.destination.length);
    void **place = target ? ct_names_place(&targets, service->reader->arena, target, strlen(target)) : NULL;
    if (!place) {
      ct_read_nomem(service->reader);
      return;
    }
    if (*place) {
      mounts->items[(uintptr_t)*place - 1] = mount;
      continue;
    }
    mounts->items[kept++] = mount;
    *place = (void *)(uintptr_t)kept;
  }
  mounts->count = kept;
}

void ct_read_service_volumes(ct_service *service, const ct_value *value) {
  ct_mounts *mounts = &service->reader->container->mounts;
  uint32_t first = mounts->count;
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING) | CT_BIT(CT_OBJECT))) return;
    if (item->kind == CT_STRING)
      read_short(service, item);
    else
      read_long(service, item);
  }
  keep_last(service, mounts, first);
}

void ct_read_service_tmpfs(ct_service *service, const ct_value *value) {
  uint32_t first = service->reader->container->mounts.count;
  for (uint32_t i = 0; i < (value->kind == CT_ARRAY ? value->count : 1) && !service->reader->status; i++) {
    const ct_value *item = value->kind == CT_ARRAY ? &value->as.items[i] : value;
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING))) return;
    size_t length;
    const char *text = ct_service_text(service, item, &length);
    ct_mount *mount = new_mount(service, item);
    if (!mount) return;
    size_t path = next_part(text, length);
    ct_set_text(&mount->type, item, "tmpfs", 5);
    set_part(service, &mount->destination, item, text, path);
    if (path < length)
      ct_read_mount_options(service->reader, mount, item, text + path + 1, length - path - 1, item->open);
  }
  keep_last(service, &service->reader->container->mounts, first);
}

void ct_read_service_socket(ct_service *service, const ct_value *value) {
  static const char path[] = "/var/run/docker.sock";
  ct_mount *mount = value->boolean ? new_mount(service, value) : NULL;
  if (!mount) return;
  ct_set_text(&mount->type, value, "bind", 4);
  ct_set_text(&mount->source, value, path, sizeof path - 1);
  ct_set_text(&mount->destination, value, path, sizeof path - 1);
}

/* A file of the host that is handed over: as a bind, read-only. */
static void read_handed(ct_service *service, const ct_value *value, const char *section, const char *folder) {
  const unsigned text_kind = CT_BIT(CT_STRING);
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, text_kind | CT_BIT(CT_OBJECT))) return;
    const ct_value *source = item->kind == CT_STRING ? item : ct_service_member(service, item, "source", text_kind);
    const ct_value *target = ct_service_member(service, item, "target", text_kind);
    const ct_value *entry = source ? top_level(service, section, source->as.string, source->length) : NULL;
    const ct_value *file = ct_service_member(service, entry, "file", text_kind);
    if (source && !source->open) note_undefined(service, source, entry, source->as.string, source->length);
    if (!file) continue;
    size_t length;
    const char *text = ct_service_text(service, file, &length);
    ct_mount *mount = new_mount(service, item);
    if (!mount) return;
    mount->handed = 1;
    ct_set_text(&mount->type, item, "bind", 4);
    ct_set_flag(&mount->writable, item, 0);
    set_source(service, mount, file, text, length);
    ct_service_note_open(service, file);
    text = ct_service_text(service, target ? target : source, &length);
    ct_buffer path;
    ct_buffer_init(&path);
    ct_buffer_format(&path, "%s%.*s", target && length && text[0] == '/' ? "" : folder, (int)length, text);
    if (path.failed)
      ct_read_nomem(service->reader);
    else
      set_part(service, &mount->destination, target ? target : item, path.data ? path.data : "", path.length);
    ct_buffer_free(&path);
  }
}

void ct_read_service_secrets(ct_service *service, const ct_value *value) { read_handed(service, value, "secrets", "/run/secrets/"); }
void ct_read_service_configs(ct_service *service, const ct_value *value) { read_handed(service, value, "configs", "/"); }

/* As volumes: by the path inside. */
static void keep_last_devices(ct_service *service) {
  ct_devices *devices = &service->reader->container->devices;
  ct_names paths = {0};
  uint32_t kept = 0;
  for (uint32_t i = 0; i < devices->count && !service->reader->status; i++) {
    ct_device device = devices->items[i];
    void **place = ct_names_place(&paths, service->reader->arena, device.path.value, device.path.length);
    if (!place) {
      ct_read_nomem(service->reader);
      return;
    }
    devices->items[*place ? (uintptr_t)*place - 1 : kept] = device;
    if (!*place) *place = (void *)(uintptr_t)++kept;
  }
  devices->count = kept;
}

void ct_read_service_devices(ct_service *service, const ct_value *value) {
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING) | CT_BIT(CT_OBJECT))) return;
    size_t length;
    if (item->kind == CT_STRING) {
      const char *text = ct_service_text(service, item, &length);
      ct_read_device(service->reader, item, text, length);
      continue;
    }
    static const char *const keys[] = {"permissions", "source", "target"};
    CHECK_KEYS(service, item, keys);
    const ct_value *source = ct_service_member(service, item, "source", CT_BIT(CT_STRING));
    const ct_value *target = ct_service_member(service, item, "target", CT_BIT(CT_STRING));
    const ct_value *access = ct_service_member(service, item, "permissions", CT_BIT(CT_STRING));
    if (service->reader->status) return;
    if (!source) {
      service->reader->status = ct_error_value(service->reader->err, CTSEC_E_SCHEMA, service->reader->document, item,
                                               "a device without `source`");
      return;
    }
    const char *text = ct_service_text(service, source, &length);
    /* The long form may name a CDI device too. */
    uint32_t before = service->reader->container->devices.count;
    const char *colon = *text == '/' ? memchr(text, ':', length) : NULL;
    ct_read_device(service->reader, item, text, colon ? (size_t)(colon - text) : length);
    if (service->reader->container->devices.count == before || service->reader->status) continue;
    ct_device *device = &service->reader->container->devices.items[before];
    ct_set_text(&device->host, source, text, length);
    ct_set_text(&device->path, source, text, length);
    if (target) {
      text = ct_service_text(service, target, &length);
      ct_set_text(&device->path, target, text, length);
    }
    if (access) {
      text = ct_service_text(service, access, &length);
      ct_set_text(&device->access, access, text, length);
    }
  }
  keep_last_devices(service);
}

void ct_read_service_gpus(ct_service *service, const ct_value *value) {
  for (uint32_t i = 0; i < (value->kind == CT_ARRAY ? value->count : 1) && !service->reader->status; i++) {
    const ct_value *item = value->kind == CT_ARRAY ? &value->as.items[i] : value;
    if (!ct_service_kind(service, item, value->kind == CT_ARRAY ? CT_BIT(CT_OBJECT) : CT_BIT(CT_STRING))) return;
    if (item->kind == CT_STRING && !item->open && !ct_value_equals(item, "all")) {
      ct_service_refuse(service, item, "choice of GPUs: `all`, or a list");
      return;
    }
    const ct_value *driver = ct_service_member(service, item, "driver", CT_BIT(CT_STRING));
    const ct_value *count = ct_service_member(service, item, "count", CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER));
    const ct_value *ids = ct_service_member(service, item, "device_ids", CT_BIT(CT_ARRAY));
    if (service->reader->status) return;
    ct_device_request *request = CT_APPEND(service->reader, &service->reader->container->device_requests, value);
    if (!request) return;
    request->at = item;
    if (driver)
      ct_set_text(&request->driver, driver, driver->as.string, driver->length);
    else
      ct_set_text(&request->driver, item, "nvidia", 6);
    int64_t number = -1;
    if (ct_value_is(count, CT_INTEGER) && count->as.magnitude < INT32_MAX) number = (int64_t)count->as.magnitude;
    if (ct_value_is(count, CT_STRING) && !count->open && !is(count->as.string, count->length, "all") &&
        !ct_parse_integer(count->as.string, count->length, &number))
      ct_service_refuse(service, count, "number of devices");
    if (!ids) ct_set_number(&request->count, count ? count : item, number);
    if (ids) ct_read_texts(service->reader, ids, &request->ids);
  }
}

/* How many ports "80" or "80-90" names; 0 where it is neither. */
static int64_t port_count(const char *text, size_t length) {
  int64_t first = 0, last = 0;
  const char *dash = memchr(text, '-', length);
  size_t size = dash ? (size_t)(dash - text) : length;
  if (!ct_parse_integer(text, size, &first) || first < 1 || first > 65535) return 0;
  if (!dash) return 1;
  if (!ct_parse_integer(dash + 1, length - size - 1, &last) || last < first || last > 65535) return 0;
  return last - first + 1;
}

/* Four numbers with dots, or what only an IPv6 address is made of. */
static int is_address(const char *text, size_t length) {
  if (memchr(text, ':', length)) {
    for (size_t i = 0; i < length; i++)
      if (!strchr("0123456789abcdefABCDEF:.%", text[i])) return 0;
    return length > 1;
  }
  int parts = 0;
  for (size_t at = 0; at <= length; parts++) {
    size_t size = 0;
    while (at + size < length && text[at + size] != '.') size++;
    int64_t part;
    if (!size || size > 3 || !ct_parse_integer(text + at, size, &part) || part > 255) return 0;
    at += size + 1;
  }
  return parts == 4;
}

static int is_protocol(const char *text) { return !strcmp(text, "tcp") || !strcmp(text, "udp") || !strcmp(text, "sctp"); }

static void read_short_port(ct_service *service, const ct_value *item) {
  size_t length;
  const char *text = ct_service_text(service, item, &length);
  ct_ports *ports = &service->reader->container->ports;
  uint32_t before = ports->count;
  ct_read_port(service->reader, item, text, length);
  if (service->reader->status || ports->count == before || item->open) return;
  const ct_port *port = &ports->items[before];
  size_t inside = strcspn(port->container, "/");
  int64_t count = port_count(port->container, inside);
  int64_t outside = port->host_port.length ? port_count(port->host_port.value, port->host_port.length) : count;
  /* One port inside may have any of a range outside. */
  if (!count || !outside || (count != outside && count != 1) ||
      (port->container[inside] && !is_protocol(port->container + inside + 1)) ||
      (port->host_ip.length && !is_address(port->host_ip.value, port->host_ip.length)))
    ct_service_refuse(service, item, "port");
}

static void read_long_port(ct_service *service, const ct_value *item) {
  static const char *const keys[] = {"app_protocol", "host_ip", "mode", "name", "protocol", "published", "target"};
  const unsigned numbers = CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER);
  CHECK_KEYS(service, item, keys);
  const ct_value *target = ct_service_member(service, item, "target", numbers);
  const ct_value *published = ct_service_member(service, item, "published", numbers);
  const ct_value *ip = ct_service_member(service, item, "host_ip", CT_BIT(CT_STRING));
  const ct_value *protocol = ct_service_member(service, item, "protocol", CT_BIT(CT_STRING));
  if (service->reader->status) return;
  if (!target) {
    service->reader->status = ct_error_value(service->reader->err, CTSEC_E_SCHEMA, service->reader->document, item,
                                             "a port without `target`");
    return;
  }
  size_t length;
  const char *text = ct_service_text(service, target, &length);
  if (!target->open && !port_count(text, length)) {
    ct_service_refuse(service, target, "port");
    return;
  }
  ct_buffer inside;
  ct_buffer_init(&inside);
  ct_buffer_add(&inside, text, length);
  if (protocol) ct_buffer_format(&inside, "/%s", protocol->as.string);
  ct_port *port = CT_APPEND(service->reader, &service->reader->container->ports, item->parent);
  if (port) {
    port->at = item;
    port->container = inside.failed ? NULL : copy_part(service, inside.data ? inside.data : "", inside.length);
    text = published ? ct_service_text(service, published, &length) : "";
    ct_set_text(&port->host_port, published ? published : item, text, published ? length : 0);
    text = ip ? ct_service_text(service, ip, &length) : "";
    ct_set_text(&port->host_ip, ip ? ip : item, text, ip ? length : 0);
    if (!port->container) ct_read_nomem(service->reader);
    if (published && !published->open && !port_count(port->host_port.value, port->host_port.length))
      ct_service_refuse(service, published, "port");
    if (ip && !ip->open && !is_address(ip->as.string, ip->length)) ct_service_refuse(service, ip, "address");
  }
  ct_buffer_free(&inside);
}

static int same_address(const ct_text *a, const ct_text *b) {
  static const ct_text any = {{0}, "0.0.0.0", 7};
  if (!a->length) a = &any;
  if (!b->length) b = &any;
  return a->length == b->length && !memcmp(a->value, b->value, a->length);
}

static int same_port(const ct_port *a, const ct_port *b) {
  size_t inside = strcspn(a->container, "/");
  const char *x = a->container[inside] ? a->container + inside : "/tcp", *y = strchr(b->container, '/');
  return inside == strcspn(b->container, "/") && !memcmp(a->container, b->container, inside) && !strcmp(x, y ? y : "/tcp") &&
         a->host_port.length == b->host_port.length && same_address(&a->host_ip, &b->host_ip) &&
         !memcmp(a->host_port.value, b->host_port.value, a->host_port.length);
}

void ct_read_service_ports(ct_service *service, const ct_value *value) {
  ct_ports *ports = &service->reader->container->ports;
  for (uint32_t i = 0; i < value->count && !service->reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    uint32_t before = ports->count;
    if (!ct_service_kind(service, item, CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER) | CT_BIT(CT_OBJECT))) return;
    if (item->kind == CT_OBJECT)
      read_long_port(service, item);
    else
      read_short_port(service, item);
    for (uint32_t k = 0; k < before && before < ports->count && before < 1024 && !service->reader->status; k++) {
      if (!same_port(&ports->items[k], &ports->items[before])) continue;
      ports->items[k] = ports->items[before];
      ports->count = before;
    }
  }
}
