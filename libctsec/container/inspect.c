/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/inspect.h"
#include "container/text.h"

#include <string.h>

void ct_inspect_name(ct_reader *reader, const ct_value *value) {
  const char *name = value->as.string;
  if (*name == '/') name++;
  if (*name) reader->container->name = name;
}

static void read_health(ct_reader *reader, const ct_value *value) {
  const ct_value *status = ct_value_member(value, "Status");
  if (!status || status->kind == CT_NULL || !ct_read_kind(reader, status, CT_BIT(CT_STRING))) return;
  /* podman has the member for every container and leaves it empty. */
  if (!status->length || ct_value_equals(status, "none")) return;
  reader->container->health_state = (ct_flag){{CT_SET, 0, status}, 1};
}

void ct_inspect_state(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_CALL("Health", CT_OBJECT, read_health),
      CT_CALL("Healthcheck", CT_OBJECT, read_health),
      CT_NUMBER_FIELD("Pid", pid),
      CT_FLAG_FIELD("Running", running),
  };
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_user(ct_reader *reader, const ct_value *value) {
  ct_read_user_text(&reader->container->user, value, value->as.string, value->length);
}

static void read_healthcheck(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {CT_TEXTS_FIELD("Test", healthcheck)};
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_exposed(ct_reader *reader, const ct_value *value) {
  ct_text *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    items[i] = (ct_text){{CT_SET, 0, item}, item->key, item->key_length};
  }
  reader->container->exposed = (ct_texts){{CT_SET, 0, value}, value->count, items};
}

void ct_inspect_config(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_PAIRS_FIELD("Annotations", annotations),
      {"Cmd", CT_FIELD_TEXT_OR_TEXTS, 0, CT_AT(command), NULL},
      CT_TEXTS_FIELD("CreateCommand", create_command),
      {"Entrypoint", CT_FIELD_TEXT_OR_TEXTS, 0, CT_AT(entrypoint), NULL},
      {"Env", CT_FIELD_ENV, 0, CT_AT(env), NULL},
      CT_CALL("ExposedPorts", CT_OBJECT, read_exposed),
      CT_CALL("Healthcheck", CT_OBJECT, read_healthcheck),
      CT_TEXT_FIELD("Image", image),
      CT_PAIRS_FIELD("Labels", labels),
      CT_FLAG_FIELD("OpenStdin", stdin_open),
      CT_FLAG_FIELD("Tty", tty),
      CT_CALL("User", CT_STRING, read_user),
      CT_TEXT_FIELD("WorkingDir", working_dir),
  };
  reader->container->config_object = value;
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_security(ct_reader *reader, const ct_value *value) {
  for (uint32_t i = 0; i < value->count && !reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (ct_read_kind(reader, item, CT_BIT(CT_STRING))) ct_read_security_option(reader, item, item->as.string, item->length);
  }
}

static void read_pid_mode(ct_reader *reader, const ct_value *value) { ct_read_namespace(reader, value, CT_NS_PID); }
static void read_ipc_mode(ct_reader *reader, const ct_value *value) { ct_read_namespace(reader, value, CT_NS_IPC); }
static void read_net_mode(ct_reader *reader, const ct_value *value) { ct_read_namespace(reader, value, CT_NS_NET); }
static void read_uts_mode(ct_reader *reader, const ct_value *value) { ct_read_namespace(reader, value, CT_NS_UTS); }
static void read_user_mode(ct_reader *reader, const ct_value *value) { ct_read_namespace(reader, value, CT_NS_USER); }
static void read_cgroup_mode(ct_reader *reader, const ct_value *value) { ct_read_namespace(reader, value, CT_NS_CGROUP); }

static void read_mappings(ct_reader *reader, const ct_value *value) {
  const ct_value *map = ct_value_member(value, "UidMap");
  if (!map || map->kind == CT_NULL || !ct_read_kind(reader, map, CT_BIT(CT_ARRAY)) || !map->count) return;
  for (uint32_t i = 0; i < map->count; i++)
    if (!ct_read_kind(reader, &map->as.items[i], CT_BIT(CT_STRING))) return;
  reader->container->user_mapped = (ct_flag){{CT_SET, 0, map}, 1};
}

static void read_devices(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"CgroupPermissions", CT_FIELD_TEXT, 0, offsetof(ct_device, access), NULL},
      {"PathInContainer", CT_FIELD_TEXT, 0, offsetof(ct_device, path), NULL},
      {"PathOnHost", CT_FIELD_TEXT, 0, offsetof(ct_device, host), NULL},
  };
  ct_device *items = CT_READ_OBJECTS(reader, value, sizeof *items, fields);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) items[i].major = items[i].minor = -1;
  reader->container->devices = (ct_devices){{CT_SET, 0, value}, value->count, items};
}

static void read_device_rules(ct_reader *reader, const ct_value *value) {
  ct_device_rule *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    items[i].at = item;
    ct_read_device_rule(&items[i], item->as.string, item->length);
  }
  reader->container->device_rules = (ct_device_rules){{CT_SET, 0, value}, value->count, items};
}

static void read_device_requests(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"Count", CT_FIELD_NUMBER, 0, offsetof(ct_device_request, count), NULL},
      {"DeviceIDs", CT_FIELD_TEXTS, 0, offsetof(ct_device_request, ids), NULL},
      {"Driver", CT_FIELD_TEXT, 0, offsetof(ct_device_request, driver), NULL},
  };
  ct_device_request *items = CT_READ_OBJECTS(reader, value, sizeof *items, fields);
  if (!items) return;
  reader->container->device_requests = (ct_device_requests){{CT_SET, 0, value}, value->count, items};
}

static void read_ports(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"HostIp", CT_FIELD_TEXT, 0, offsetof(ct_port, host_ip), NULL},
      {"HostPort", CT_FIELD_TEXT, 0, offsetof(ct_port, host_port), NULL},
  };
  uint32_t count = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *bindings = &value->as.items[i];
    if (!ct_read_kind(reader, bindings, CT_BIT(CT_NULL) | CT_BIT(CT_ARRAY))) return;
    if (bindings->kind == CT_ARRAY) count += bindings->count;
  }
  ct_port *items = ct_read_array(reader, count, sizeof *items);
  if (!items) return;
  uint32_t next = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *bindings = &value->as.items[i];
    for (uint32_t k = 0; bindings->kind == CT_ARRAY && k < bindings->count && !reader->status; k++) {
      const ct_value *binding = &bindings->as.items[k];
      if (!ct_read_kind(reader, binding, CT_BIT(CT_OBJECT))) return;
      items[next].at = binding;
      items[next].container = bindings->key;
      CT_READ_FIELDS(reader, binding, fields, &items[next]);
      next++;
    }
  }
  reader->container->ports = (ct_ports){{CT_SET, 0, value}, next, items};
}

static void read_ulimits(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"Hard", CT_FIELD_NUMBER, 0, offsetof(ct_ulimit, hard), NULL},
      {"Name", CT_FIELD_TEXT, 0, offsetof(ct_ulimit, name), NULL},
      {"Soft", CT_FIELD_NUMBER, 0, offsetof(ct_ulimit, soft), NULL},
  };
  ct_ulimit *items = CT_READ_OBJECTS(reader, value, sizeof *items, fields);
  if (!items) return;
  reader->container->ulimits = (ct_ulimits){{CT_SET, 0, value}, value->count, items};
}

static void read_restart(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_NUMBER_FIELD("MaximumRetryCount", restart_retries),
      CT_TEXT_FIELD("Name", restart),
  };
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

void ct_inspect_host(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_PAIRS_FIELD("Annotations", annotations),
      CT_TEXTS_FIELD("CapAdd", cap_add),
      CT_TEXTS_FIELD("CapDrop", cap_drop),
      CT_CALL("CgroupMode", CT_STRING, read_cgroup_mode),
      CT_TEXT_FIELD("CgroupParent", cgroup_parent),
      CT_CALL("CgroupnsMode", CT_STRING, read_cgroup_mode),
      CT_NUMBER_FIELD("CpuPeriod", cpu_period),
      CT_NUMBER_FIELD("CpuQuota", cpu_quota),
      CT_NUMBER_FIELD("CpuShares", cpu_shares),
      CT_TEXT_FIELD("CpusetCpus", cpuset),
      CT_CALL("DeviceCgroupRules", CT_ARRAY, read_device_rules),
      CT_CALL("DeviceRequests", CT_ARRAY, read_device_requests),
      CT_CALL("Devices", CT_ARRAY, read_devices),
      CT_TEXTS_FIELD("ExtraHosts", extra_hosts),
      CT_TEXTS_FIELD("GroupAdd", groups),
      CT_CALL("IDMappings", CT_OBJECT, read_mappings),
      CT_CALL("IpcMode", CT_STRING, read_ipc_mode),
      CT_TEXTS_FIELD("MaskedPaths", masked_paths),
      CT_NUMBER_FIELD("Memory", memory),
      CT_NUMBER_FIELD("MemorySwap", memory_swap),
      CT_NUMBER_FIELD("NanoCpus", nano_cpus),
      CT_CALL("NetworkMode", CT_STRING, read_net_mode),
      CT_FLAG_FIELD("OomKillDisable", oom_kill_disable),
      CT_NUMBER_FIELD("OomScoreAdj", oom_score_adj),
      CT_CALL("PidMode", CT_STRING, read_pid_mode),
      CT_NUMBER_FIELD("PidsLimit", pids),
      CT_CALL("PortBindings", CT_OBJECT, read_ports),
      CT_FLAG_FIELD("Privileged", privileged),
      CT_FLAG_FIELD("PublishAllPorts", publish_all),
      CT_TEXTS_FIELD("ReadonlyPaths", readonly_paths),
      CT_FLAG_FIELD("ReadonlyRootfs", readonly_rootfs),
      CT_CALL("RestartPolicy", CT_OBJECT, read_restart),
      CT_TEXT_FIELD("Runtime", runtime),
      CT_CALL("SecurityOpt", CT_ARRAY, read_security),
      CT_PAIRS_FIELD("Sysctls", sysctls),
      CT_CALL("UTSMode", CT_STRING, read_uts_mode),
      CT_CALL("Ulimits", CT_ARRAY, read_ulimits),
      CT_CALL("UsernsMode", CT_STRING, read_user_mode),
      CT_TEXTS_FIELD("VolumesFrom", volumes_from),
  };
  reader->container->host_object = value;
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static int has_word(const char *text, size_t length, const char *word) {
  size_t n = strlen(word);
  for (size_t at = 0; at < length;) {
    const char *comma = memchr(text + at, ',', length - at);
    size_t part = comma ? (size_t)(comma - text) - at : length - at;
    if (part == n && !memcmp(text + at, word, n)) return 1;
    at += part + 1;
  }
  return 0;
}

static void mode_words(ct_mount *mount, const ct_value *at, const char *mode, size_t length) {
  static const char propagations[][9] = {"shared", "rshared", "slave", "rslave", "private", "rprivate"};
  if (has_word(mode, length, "ro") || has_word(mode, length, "readonly"))
    mount->writable = (ct_flag){{CT_SET, 0, at}, 0};
  for (size_t i = 0; i < sizeof propagations / sizeof *propagations; i++)
    if (has_word(mode, length, propagations[i]))
      mount->propagation = (ct_text){{CT_SET, 0, at}, propagations[i], strlen(propagations[i])};
}

static void read_mode(ct_mount *mount, const ct_value *at, const char *mode, size_t length) {
  mount->labelled = has_word(mode, length, "z") || has_word(mode, length, "Z");
  if (!ct_is_set(mount->writable.from)) mode_words(mount, at, mode, length);
}

void ct_inspect_mounts(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"Destination", CT_FIELD_TEXT, 0, offsetof(ct_mount, destination), NULL},
      {"Name", CT_FIELD_TEXT, 0, offsetof(ct_mount, name), NULL},
      {"Options", CT_FIELD_TEXTS, 0, offsetof(ct_mount, options), NULL},
      {"Propagation", CT_FIELD_TEXT, 0, offsetof(ct_mount, propagation), NULL},
      {"RW", CT_FIELD_FLAG, 0, offsetof(ct_mount, writable), NULL},
      {"Source", CT_FIELD_TEXT, 0, offsetof(ct_mount, source), NULL},
      {"Type", CT_FIELD_TEXT, 0, offsetof(ct_mount, type), NULL},
  };
  ct_mount *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count && !reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
    items[i].at = item;
    CT_READ_FIELDS(reader, item, fields, &items[i]);
    const ct_value *mode = ct_value_member(item, "Mode");
    if (mode && mode->kind != CT_NULL && ct_read_kind(reader, mode, CT_BIT(CT_STRING))) read_mode(&items[i], mode, mode->as.string, mode->length);
    if (!ct_is_set(items[i].type.from)) {
      int volume = ct_is_set(items[i].name.from) && items[i].name.length;
      items[i].type.value = volume ? "volume" : "bind";
      items[i].type.length = strlen(items[i].type.value);
    }
  }
  reader->container->mounts = (ct_mounts){{CT_SET, 0, value}, value->count, items};
}

static int same_destination(const ct_mounts *mounts, const char *text, size_t length) {
  while (length > 1 && text[length - 1] == '/') length--;
  for (uint32_t i = 0; i < mounts->count; i++) {
    size_t n = mounts->items[i].destination.length;
    const char *other = mounts->items[i].destination.value;
    while (n > 1 && other[n - 1] == '/') n--;
    if (n && n == length && !memcmp(other, text, n)) return 1;
  }
  return 0;
}

/* There is room: ct_inspect_missing_mounts() made it. */
static ct_mount *add_mount(ct_reader *reader, const ct_value *at, const char *type) {
  ct_mounts *mounts = &reader->container->mounts;
  if (!ct_is_set(mounts->from)) mounts->from = (ct_origin){CT_SET, 0, at};
  ct_mount *mount = &mounts->items[mounts->count++];
  mount->at = at;
  mount->type = (ct_text){{CT_SET, 0, at}, type, strlen(type)};
  return mount;
}

/* SOURCE:DESTINATION[:MODE]; a source that does not begin with / is a volume. */
static void read_bind(ct_reader *reader, const ct_value *item) {
  if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
  const char *text = item->as.string, *end = text + item->length;
  const char *first = memchr(text, ':', item->length);
  if (!first || *text != '/') return;
  const char *second = memchr(first + 1, ':', (size_t)(end - first - 1));
  const char *stop = second ? second : end;
  size_t length = (size_t)(stop - first - 1);
  if (same_destination(&reader->container->mounts, first + 1, length)) return;
  ct_mount *mount = add_mount(reader, item, "bind");
  mount->source = (ct_text){{CT_SET, 0, item}, ct_arena_copy(reader->arena, text, (size_t)(first - text)), (size_t)(first - text)};
  mount->destination = (ct_text){{CT_SET, 0, item}, ct_arena_copy(reader->arena, first + 1, length), length};
  if (!mount->source.value || !mount->destination.value) ct_read_nomem(reader);
  if (second) read_mode(mount, item, second + 1, (size_t)(end - second - 1));
}

static void read_host_mount(ct_reader *reader, const ct_value *item) {
  if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
  ct_mount found = {0};
  static const ct_field fields[] = {
      {"Source", CT_FIELD_TEXT, 0, offsetof(ct_mount, source), NULL},
      {"Target", CT_FIELD_TEXT, 0, offsetof(ct_mount, destination), NULL},
      {"Type", CT_FIELD_TEXT, 0, offsetof(ct_mount, type), NULL},
  };
  CT_READ_FIELDS(reader, item, fields, &found);
  const ct_value *readonly = ct_value_member(item, "ReadOnly");
  if (readonly && readonly->kind != CT_NULL && !ct_read_kind(reader, readonly, CT_BIT(CT_BOOL))) return;
  const ct_value *propagation = ct_value_member(ct_value_member(item, "BindOptions"), "Propagation");
  if (reader->status || !ct_text_is(&found.type, "bind") || !found.destination.length) return;
  if (same_destination(&reader->container->mounts, found.destination.value, found.destination.length)) return;
  ct_mount *mount = add_mount(reader, item, "bind");
  mount->source = found.source;
  mount->destination = found.destination;
  if (readonly && readonly->kind == CT_BOOL) mount->writable = (ct_flag){{CT_SET, 0, readonly}, !readonly->boolean};
  if (ct_value_is(propagation, CT_STRING)) ct_read_text(reader, propagation, &mount->propagation);
}

static const ct_value *typed_member(ct_reader *reader, const ct_value *object, const char *key, ct_kind kind) {
  const ct_value *value = ct_value_member(object, key);
  if (!value || value->kind == CT_NULL || !ct_read_kind(reader, value, CT_BIT(kind))) return NULL;
  return value;
}

/* Engines before Docker 1.8: {"/data": "/host/path"}, with VolumesRW beside it. */
static void read_old_volumes(ct_reader *reader, const ct_value *object) {
  const ct_value *volumes = typed_member(reader, object, "Volumes", CT_OBJECT);
  const ct_value *writable = typed_member(reader, object, "VolumesRW", CT_OBJECT);
  for (uint32_t i = 0; volumes && i < volumes->count && !reader->status; i++) {
    const ct_value *item = &volumes->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    if (same_destination(&reader->container->mounts, item->key, item->key_length)) continue;
    static const char own[] = "/var/lib/docker/";
    int volume = item->length >= sizeof own - 1 && !memcmp(item->as.string, own, sizeof own - 1);
    ct_mount *mount = add_mount(reader, item, volume ? "volume" : "bind");
    ct_read_text(reader, item, &mount->source);
    mount->destination = (ct_text){{CT_SET, 0, item}, item->key, item->key_length};
    const ct_value *flag = typed_member(reader, writable, item->key, CT_BOOL);
    if (flag) ct_read_flag(reader, flag, &mount->writable);
  }
}

static uint32_t count_of(const ct_value *object, const char *key) {
  const ct_value *value = ct_value_member(object, key);
  return ct_value_is(value, CT_ARRAY) || ct_value_is(value, CT_OBJECT) ? value->count : 0;
}

/* Each is looked for among all others. */
static int make_room(ct_reader *reader, const ct_value *object, const ct_value *host) {
  ct_mounts *mounts = &reader->container->mounts;
  uint32_t more = count_of(object, "Volumes") + count_of(host, "Binds") + count_of(host, "Mounts") + count_of(host, "Tmpfs");
  ct_mount *items = more && ct_check_mounts(reader, mounts->count + (size_t)more) ? ct_read_array(reader, mounts->count + (size_t)more, sizeof *items) : NULL;
  if (!items) return !more;
  if (mounts->count) memcpy(items, mounts->items, mounts->count * sizeof *items);
  mounts->items = items;
  return 1;
}

void ct_inspect_missing_mounts(ct_reader *reader, const ct_value *object, const ct_value *host) {
  if (!make_room(reader, object, host)) return;
  if (!ct_value_is(ct_value_member(object, "Mounts"), CT_ARRAY)) read_old_volumes(reader, object);
  const ct_value *binds = typed_member(reader, host, "Binds", CT_ARRAY);
  for (uint32_t i = 0; binds && i < binds->count && !reader->status; i++) read_bind(reader, &binds->as.items[i]);
  const ct_value *mounts = typed_member(reader, host, "Mounts", CT_ARRAY);
  for (uint32_t i = 0; mounts && i < mounts->count && !reader->status; i++) read_host_mount(reader, &mounts->as.items[i]);
  const ct_value *tmpfs = typed_member(reader, host, "Tmpfs", CT_OBJECT);
  for (uint32_t i = 0; tmpfs && i < tmpfs->count && !reader->status; i++) {
    const ct_value *item = &tmpfs->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    if (same_destination(&reader->container->mounts, item->key, item->key_length)) continue;
    ct_mount *mount = add_mount(reader, item, "tmpfs");
    mount->destination = (ct_text){{CT_SET, 0, item}, item->key, item->key_length};
    ct_read_mount_options(reader, mount, item, item->as.string, item->length, 0);
  }
}

void ct_inspect_apparmor(ct_reader *reader, const ct_value *value) {
  ct_apparmor *apparmor = &reader->container->apparmor;
  if (!value->length || (ct_is_set(apparmor->from) && apparmor->mode == CT_LSM_UNCONFINED)) return;
  apparmor->from = (ct_origin){CT_SET, 0, value};
  apparmor->name = (ct_text){apparmor->from, value->as.string, value->length};
  apparmor->mode = ct_value_equals(value, "unconfined") ? CT_LSM_UNCONFINED : CT_LSM_NAMED;
}
