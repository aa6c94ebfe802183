/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "container/inspect.h"

static void read_user(ct_reader *reader, const ct_value *value) {
  ct_number uid = {0}, gid = {0};
  const ct_value *member = ct_value_member(value, "uid");
  if (member && member->kind != CT_NULL) ct_read_number(reader, member, &uid);
  const ct_value *group = ct_value_member(value, "gid");
  if (group && group->kind != CT_NULL) ct_read_number(reader, group, &gid);
  if (reader->status) return;
  if (uid.value < 0 || uid.value > UINT32_MAX || gid.value < 0 || gid.value > UINT32_MAX) {
    const ct_value *bad = uid.value < 0 || uid.value > UINT32_MAX ? member : group;
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, bad, "an id is a number of 32 bits");
    return;
  }
  ct_user *user = &reader->container->user;
  user->from = (ct_origin){CT_SET, 0, member ? member : value};
  user->uid_state = user->gid_state = CT_SET;
  user->uid = (uint32_t)uid.value;
  user->gid = (uint32_t)gid.value;
  const ct_value *more = ct_value_member(value, "additionalGids");
  if (!more || more->kind == CT_NULL || !ct_read_kind(reader, more, CT_BIT(CT_ARRAY))) return;
  ct_text *items = ct_read_array(reader, more->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < more->count; i++) {
    const ct_value *item = &more->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_INTEGER))) return;
    /* As written: the group's number. */
    items[i] = (ct_text){{CT_SET, 0, item}, reader->document->text + item->offset, item->end - item->offset};
  }
  reader->container->groups = (ct_texts){{CT_SET, 0, more}, more->count, items};
}

/* Exact upper-case names only: runc ignores everything else with a warning. */
static void read_set(ct_reader *reader, const ct_value *value, ct_set *set) {
  if (!ct_read_kind(reader, value, CT_BIT(CT_ARRAY))) return;
  uint64_t mask = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    int number = ct_cap_named(item->as.string, item->length);
    const char *name = number >= 0 ? ctsec_cap_name(number) : NULL;
    if (name && ct_value_equals(item, name)) {
      mask |= UINT64_C(1) << number;
      continue;
    }
    ct_texts *unknown = &reader->container->unknown_caps;
    ct_text *grown = ct_arena_grow(reader->arena, (void *)(uintptr_t)unknown->items, unknown->count, sizeof *grown);
    if (!grown) {
      ct_read_nomem(reader);
      return;
    }
    unknown->items = grown;
    grown[unknown->count++] = (ct_text){{CT_SET, 0, item}, item->as.string, item->length};
    unknown->from = (ct_origin){CT_SET, 0, value};
  }
  set->from = (ct_origin){CT_SET, 0, value};
  set->mask = mask;
}

static void read_capabilities(ct_reader *reader, const ct_value *value) {
  ct_container *container = reader->container;
  struct {
    const char *key;
    ct_set *set;
  } sets[] = {{"bounding", &container->bounding},       {"effective", &container->effective},
              {"permitted", &container->permitted},     {"inheritable", &container->inheritable},
              {"ambient", &container->ambient}};
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    const ct_value *member = ct_value_member(value, sets[i].key);
    if (member && member->kind != CT_NULL) read_set(reader, member, sets[i].set);
    /* A set that an existing object lacks is empty. */
    if (!ct_is_set(sets[i].set->from)) sets[i].set->from = (ct_origin){CT_SET, 1, value};
  }
}

static void read_profile(ct_reader *reader, const ct_value *value) {
  ct_apparmor *apparmor = &reader->container->apparmor;
  if (!value->length) return;
  apparmor->from = (ct_origin){CT_SET, 0, value};
  apparmor->name = (ct_text){apparmor->from, value->as.string, value->length};
  apparmor->mode = ct_value_equals(value, "unconfined") ? CT_LSM_UNCONFINED : CT_LSM_NAMED;
}

static void read_rlimits(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"hard", CT_FIELD_NUMBER, 0, offsetof(ct_ulimit, hard), NULL},
      {"soft", CT_FIELD_NUMBER, 0, offsetof(ct_ulimit, soft), NULL},
      {"type", CT_FIELD_TEXT, 0, offsetof(ct_ulimit, name), NULL},
  };
  ct_ulimit *items = CT_READ_OBJECTS(reader, value, sizeof *items, fields);
  if (!items) return;
  reader->container->ulimits = (ct_ulimits){{CT_SET, 0, value}, value->count, items};
}

static void read_process(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_CALL("apparmorProfile", CT_STRING, read_profile),
      CT_TEXTS_FIELD("args", command),
      CT_CALL("capabilities", CT_OBJECT, read_capabilities),
      CT_TEXT_FIELD("cwd", working_dir),
      {"env", CT_FIELD_ENV, 0, CT_AT(env), NULL},
      CT_FLAG_FIELD("noNewPrivileges", no_new_privileges),
      CT_NUMBER_FIELD("oomScoreAdj", oom_score_adj),
      CT_CALL("rlimits", CT_ARRAY, read_rlimits),
      CT_TEXT_FIELD("selinuxLabel", selinux.process_label),
      CT_FLAG_FIELD("terminal", tty),
      CT_CALL("user", CT_OBJECT, read_user),
  };
  reader->container->config_object = value;
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_root(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {CT_FLAG_FIELD("readonly", readonly_rootfs)};
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

/* Paths that engines themselves bind into every container, and where their sources lie. */
int ct_mount_is_own(const ct_mount *mount) {
  static const char places[][23] = {"/etc/resolv.conf", "/etc/hostname",           "/etc/hosts",
                                       "/dev/shm",         "/run/.containerenv",      "/dev/termination-log",
                                       "/run/secrets",     "/var/run/.containerenv"};
  static const char stores[][15] = {"/containers/", "/userdata/", "/sandboxes/", "/kubelet/pods/", "/nerdctl/"};
  int place = 0;
  /* --init */
  if (mount->destination.value && mount->source.value && strstr(mount->destination.value, "-init") &&
      (strstr(mount->source.value, "/docker-init") || strstr(mount->source.value, "/catatonit")))
    return 1;
  /* What the kubelet prepares of the manifest's own volumes. */
  if (mount->source.length > 22 && !memcmp(mount->source.value, "/var/lib/kubelet/pods/", 22)) return 1;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) place |= ct_text_is(&mount->destination, places[i]);
  if (!place || !mount->source.value) return 0;
  for (size_t i = 0; i < sizeof stores / sizeof *stores; i++)
    if (strstr(mount->source.value, stores[i])) return 1;
  return 0;
}

/* A named volume of an engine is a folder of its store. */
int ct_mount_is_volume(const ct_mount *mount) {
  static const char stores[][29] = {"/var/lib/docker/volumes/", "/containers/storage/volumes/", "/var/lib/nerdctl/"};
  for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
    const char *found = mount->source.value ? strstr(mount->source.value, stores[i]) : NULL;
    if (found && strstr(found, "/_data")) return 1;
  }
  return 0;
}

static void read_options(ct_mount *mount) {
  static const char propagations[][12] = {"shared",  "rshared",  "slave",      "rslave",
                                             "private", "rprivate", "unbindable", "runbindable"};
  int bind = ct_text_is(&mount->type, "bind");
  for (uint32_t i = 0; i < mount->options.count; i++) {
    const ct_text *option = &mount->options.items[i];
    if (ct_text_is(option, "bind") || ct_text_is(option, "rbind")) bind = 1;
    if (ct_text_is(option, "ro") || ct_text_is(option, "rro")) mount->writable = (ct_flag){option->from, 0};
    if (ct_text_is(option, "rw")) mount->writable = (ct_flag){option->from, 1};
    for (size_t k = 0; k < sizeof propagations / sizeof *propagations; k++)
      if (ct_text_is(option, propagations[k])) mount->propagation = *option;
  }
  if (!bind) return;
  mount->own = (uint8_t)ct_mount_is_own(mount);
  mount->type.value = ct_mount_is_volume(mount) ? "volume" : "bind";
  mount->type.length = strlen(mount->type.value);
}

static void read_mounts(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      {"destination", CT_FIELD_TEXT, 0, offsetof(ct_mount, destination), NULL},
      {"options", CT_FIELD_TEXTS, 0, offsetof(ct_mount, options), NULL},
      {"source", CT_FIELD_TEXT, 0, offsetof(ct_mount, source), NULL},
      {"type", CT_FIELD_TEXT, 0, offsetof(ct_mount, type), NULL},
  };
  ct_mount *items = CT_READ_OBJECTS(reader, value, sizeof *items, fields);
  if (!items) return;
  for (uint32_t i = 0; i < value->count; i++) read_options(&items[i]);
  reader->container->mounts = (ct_mounts){{CT_SET, 0, value}, value->count, items};
}

static void read_hooks(ct_reader *reader, const ct_value *value) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *list = &value->as.items[i];
    if (!ct_read_kind(reader, list, CT_BIT(CT_NULL) | CT_BIT(CT_ARRAY))) return;
    if (list->kind == CT_ARRAY) count += list->count;
  }
  ct_hook *items = ct_read_array(reader, count, sizeof *items);
  if (!items) return;
  uint32_t next = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *list = &value->as.items[i];
    for (uint32_t k = 0; list->kind == CT_ARRAY && k < list->count; k++) {
      const ct_value *item = &list->as.items[k];
      if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
      items[next].at = item;
      items[next].kind = list->key;
      const ct_value *path = ct_value_member(item, "path");
      if (path && path->kind != CT_NULL) ct_read_text(reader, path, &items[next].path);
      next++;
    }
  }
  reader->container->hooks = (ct_hooks){{CT_SET, 0, value}, next, items};
}

/* The files of PID 1, and the name under which Docker keeps the host's network. */
static int is_host_namespace(const char *path) {
  /* The daemon's own folder may be anywhere; ip netns has names, also that one, in another. */
  static const char own[] = "/netns/default";
  size_t length = strlen(path);
  return !strncmp(path, "/proc/1/ns/", 11) || (length > sizeof own + 8 && !strcmp(path + length - sizeof own + 1, own));
}

static void read_namespaces(ct_reader *reader, const ct_value *value) {
  static const struct {
    const char *type;
    ct_namespace_kind kind;
  } kinds[] = {{"pid", CT_NS_PID},   {"ipc", CT_NS_IPC},       {"network", CT_NS_NET}, {"uts", CT_NS_UTS},
               {"user", CT_NS_USER}, {"cgroup", CT_NS_CGROUP}, {"mount", CT_NS_MOUNT}};
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
    const ct_value *type = ct_value_member(item, "type"), *path = ct_value_member(item, "path");
    if (!type) {
      reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, item, "`type` is missing");
      return;
    }
    if (!ct_read_kind(reader, type, CT_BIT(CT_STRING))) return;
    if (path && !ct_read_kind(reader, path, CT_BIT(CT_NULL) | CT_BIT(CT_STRING))) return;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
      if (!ct_value_equals(type, kinds[k].type)) continue;
      ct_namespace *space = &reader->container->namespaces[kinds[k].kind];
      space->from = (ct_origin){CT_SET, 0, item};
      space->mode = CT_NS_PRIVATE;
      if (!ct_value_is(path, CT_STRING) || !path->length) continue;
      space->mode = CT_NS_PATH;
      space->text = space->peer = path->as.string;
      if (is_host_namespace(path->as.string)) space->mode = CT_NS_HOST;
    }
  }
  /* What the list lacks is shared with the runtime, which is the host's. */
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    ct_namespace *space = &reader->container->namespaces[kinds[k].kind];
    if (!ct_is_set(space->from)) *space = (ct_namespace){{CT_SET, 0, value}, CT_NS_HOST, 0, NULL, NULL};
  }
}

static void read_uid_mappings(ct_reader *reader, const ct_value *value) {
  int mapped = 0;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
    const ct_value *inside = ct_value_member(item, "containerID"), *outside = ct_value_member(item, "hostID");
    if (inside && !ct_read_kind(reader, inside, CT_BIT(CT_INTEGER))) return;
    if (outside && !ct_read_kind(reader, outside, CT_BIT(CT_INTEGER))) return;
    uint64_t from = inside ? inside->as.magnitude : 0, to = outside ? outside->as.magnitude : 0;
    if (from != to) mapped = 1;
  }
  if (value->count) reader->container->user_mapped = (ct_flag){{CT_SET, 0, value}, mapped};
}

static void read_device_rule(ct_reader *reader, const ct_value *item, ct_device_rule *rule) {
  static const struct {
    const char *key;
    unsigned kinds;
  } members[] = {{"allow", CT_BIT(CT_BOOL)},     {"type", CT_BIT(CT_STRING)},  {"access", CT_BIT(CT_STRING)},
                 {"major", CT_BIT(CT_INTEGER)}, {"minor", CT_BIT(CT_INTEGER)}};
  const ct_value *found[5];
  for (size_t i = 0; i < 5; i++) {
    found[i] = ct_value_member(item, members[i].key);
    if (found[i] && !ct_read_kind(reader, found[i], members[i].kinds | CT_BIT(CT_NULL))) return;
    if (found[i] && found[i]->kind == CT_NULL) found[i] = NULL;
  }
  rule->at = item;
  rule->allow = found[0] ? found[0]->boolean : 0;
  rule->type = found[1] && found[1]->length == 1 ? found[1]->as.string[0] : 'a';
  rule->major = found[3] && !found[3]->negative ? (int64_t)found[3]->as.magnitude : -1;
  rule->minor = found[4] && !found[4]->negative ? (int64_t)found[4]->as.magnitude : -1;
  for (uint32_t i = 0; found[2] && i < found[2]->length; i++) {
    char c = found[2]->as.string[i];
    rule->access |= (uint8_t)(c == 'r' ? CT_ACCESS_READ : c == 'w' ? CT_ACCESS_WRITE : c == 'm' ? CT_ACCESS_MKNOD : 0);
  }
  if (!found[2]) rule->access = CT_ACCESS_READ | CT_ACCESS_WRITE | CT_ACCESS_MKNOD;
}

static void read_device_rules(ct_reader *reader, const ct_value *value) {
  ct_device_rule *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count && !reader->status; i++) {
    if (!ct_read_kind(reader, &value->as.items[i], CT_BIT(CT_OBJECT))) return;
    read_device_rule(reader, &value->as.items[i], &items[i]);
  }
  reader->container->device_rules = (ct_device_rules){{CT_SET, 0, value}, value->count, items};
}

static void read_devices(ct_reader *reader, const ct_value *value) {
  ct_device *items = ct_read_array(reader, value->count, sizeof *items);
  if (!items) return;
  for (uint32_t i = 0; i < value->count && !reader->status; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
    ct_number major = {{0}, -1}, minor = {{0}, -1};
    const ct_value *path = ct_value_member(item, "path"), *type = ct_value_member(item, "type");
    const ct_value *first = ct_value_member(item, "major"), *second = ct_value_member(item, "minor");
    items[i].at = item;
    if (path && path->kind != CT_NULL) ct_read_text(reader, path, &items[i].path);
    if (first && first->kind != CT_NULL) ct_read_number(reader, first, &major);
    if (second && second->kind != CT_NULL) ct_read_number(reader, second, &minor);
    if (type && !ct_read_kind(reader, type, CT_BIT(CT_STRING))) return;
    items[i].type = type && type->length == 1 ? type->as.string[0] : 0;
    items[i].host = items[i].path;
    items[i].major = major.value;
    items[i].minor = minor.value;
  }
  reader->container->devices = (ct_devices){{CT_SET, 0, value}, value->count, items};
}

static void read_memory(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_FLAG_FIELD("disableOOMKiller", oom_kill_disable),
      CT_NUMBER_FIELD("limit", memory),
      CT_NUMBER_FIELD("swap", memory_swap),
  };
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_cpu(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_TEXT_FIELD("cpus", cpuset),
      CT_NUMBER_FIELD("period", cpu_period),
      CT_NUMBER_FIELD("quota", cpu_quota),
      CT_NUMBER_FIELD("shares", cpu_shares),
  };
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_pids(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {CT_NUMBER_FIELD("limit", pids)};
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_resources(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_CALL("cpu", CT_OBJECT, read_cpu),
      CT_CALL("devices", CT_ARRAY, read_device_rules),
      CT_CALL("memory", CT_OBJECT, read_memory),
      CT_CALL("pids", CT_OBJECT, read_pids),
  };
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

static void read_seccomp(ct_reader *reader, const ct_value *value) {
  reader->container->seccomp = (ct_seccomp){{CT_SET, 0, value}, CT_SECCOMP_OBJECT, {{0}, NULL, 0}, value, NULL, NULL, 0, NULL};
}

static void read_linux(ct_reader *reader, const ct_value *value) {
  static const ct_field fields[] = {
      CT_CALL("devices", CT_ARRAY, read_devices),
      CT_TEXTS_FIELD("maskedPaths", masked_paths),
      CT_TEXT_FIELD("mountLabel", selinux.mount_label),
      CT_CALL("namespaces", CT_ARRAY, read_namespaces),
      CT_TEXTS_FIELD("readonlyPaths", readonly_paths),
      CT_CALL("resources", CT_OBJECT, read_resources),
      CT_CALL("seccomp", CT_OBJECT, read_seccomp),
      CT_PAIRS_FIELD("sysctl", sysctls),
      CT_CALL("uidMappings", CT_ARRAY, read_uid_mappings),
  };
  reader->container->host_object = value;
  CT_READ_FIELDS(reader, value, fields, reader->container);
}

void ct_read_oci(ct_reader *reader, const ct_value *object) {
  static const ct_field fields[] = {
      CT_PAIRS_FIELD("annotations", annotations),
      CT_CALL("hooks", CT_OBJECT, read_hooks),
      CT_CALL("linux", CT_OBJECT, read_linux),
      CT_CALL("mounts", CT_ARRAY, read_mounts),
      CT_CALL("process", CT_OBJECT, read_process),
      CT_CALL("root", CT_OBJECT, read_root),
  };
  CT_READ_FIELDS(reader, object, fields, reader->container);
  if (reader->status || ct_value_member(object, "linux")) return;
  static const char others[][8] = {"zos", "freebsd", "windows", "solaris", "vm"};
  int other = 0;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) other |= ct_value_member(object, others[i]) != NULL;
  if (!other) return;
  reader->status = ct_error_value(reader->err, CTSEC_E_UNSUPPORTED, reader->document, object,
                                  "this configuration is not for Linux: there is nothing to say about it");
}
