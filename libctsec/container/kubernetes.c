/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/kubernetes.h"

#include <string.h>

#include "container/text.h"

const char *ct_pod_list_at(size_t index) {
  static const char lists[][20] = {"initContainers", "containers", "ephemeralContainers"};
  return index < sizeof lists / sizeof *lists ? lists[index] : NULL;
}

/* A member that counts: null is absent. A wrong type fails at its place. */
static const ct_value *get(ct_reader *reader, const ct_value *object, const char *key, unsigned kinds) {
  const ct_value *member = ct_value_member(object, key);
  if (!member || member->kind == CT_NULL || reader->status) return NULL;
  return ct_read_kind(reader, member, kinds) ? member : NULL;
}

static const ct_value *get_object(ct_reader *reader, const ct_value *object, const char *key) {
  return get(reader, object, key, CT_BIT(CT_OBJECT));
}

static const char *text_of(const ct_value *value) { return value ? value->as.string : NULL; }

static const char *get_string(ct_reader *reader, const ct_value *object, const char *key) {
  return text_of(get(reader, object, key, CT_BIT(CT_STRING)));
}

static int is_own_kind(const char *kind) {
  static const char kinds[][22] = {"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet",  "Job",
                                   "ReplicationController", "Pod",    "CronJob",     "PodTemplate"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (!strcmp(kind, kinds[i])) return 1;
  return 0;
}

static const ct_value *template_of(ct_reader *reader, const ct_value *object, const char *kind) {
  if (!strcmp(kind, "Pod")) return object;
  if (!strcmp(kind, "PodTemplate")) return get_object(reader, object, "template");
  const ct_value *spec = get_object(reader, object, "spec");
  if (!strcmp(kind, "CronJob")) spec = get_object(reader, get_object(reader, spec, "jobTemplate"), "spec");
  return get_object(reader, spec, "template");
}

/* Of a kind that Kubernetes itself does not have (Rollout, CloneSet, a service of Knative): by its shape, which nobody need keep. */
static const ct_value *template_by_shape(const ct_value *object) {
  const ct_value *spec = ct_value_member(object, "spec"), *job = ct_value_member(ct_value_member(spec, "jobTemplate"), "spec");
  const ct_value *template = ct_value_member(job ? job : spec, "template");
  return ct_value_is(ct_value_member(ct_value_member(template, "spec"), "containers"), CT_ARRAY) ? template : NULL;
}

static ct_pod *append_pod(ct_reader *reader, ct_pod ***last) {
  ct_pod *pod = ct_read_array(reader, 1, sizeof *pod);
  if (!pod) return NULL;
  **last = pod;
  *last = &pod->next;
  return pod;
}

static void add_pod(ct_reader *reader, const ct_value *object, const char *kind, ct_pod ***last) {
  const ct_value *template = is_own_kind(kind) ? template_of(reader, object, kind) : template_by_shape(object);
  const ct_value *spec = get_object(reader, template, "spec");
  if (!spec) return;
  const ct_value *own = get_object(reader, object, "metadata");
  ct_pod made = {.object = object, .kind = kind, .spec = spec, .metadata = get_object(reader, template, "metadata"),
                 .space = get_string(reader, own, "namespace"), .name = get_string(reader, own, "name")};
  if (!made.name) made.name = get_string(reader, own, "generateName");
  ct_pod *pod = reader->status ? NULL : append_pod(reader, last);
  if (pod) *pod = made;
}

static int find_pods(ct_reader *reader, const ct_value *object, int depth, ct_pod ***last);

/* Items of a typed list (PodList) carry no kind of their own. */
static void find_in_item(ct_reader *reader, const ct_value *item, const ct_value *kind, int depth, ct_pod ***last) {
  size_t length = kind->length - 4;
  if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
  if (ct_value_member(item, "kind") || !length) {
    if (!find_pods(reader, item, depth, last) && !reader->status)
      reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, item, "this item has no `apiVersion` and `kind`");
    return;
  }
  const char *own = ct_arena_copy(reader->arena, kind->as.string, length);
  if (own)
    add_pod(reader, item, own, last);
  else
    ct_read_nomem(reader);
}

static int find_pods(ct_reader *reader, const ct_value *object, int depth, ct_pod ***last) {
  if (!ct_value_is(object, CT_OBJECT)) return 0;
  const ct_value *kind = ct_value_member(object, "kind");
  if (!ct_value_is(kind, CT_STRING) || !ct_value_is(ct_value_member(object, "apiVersion"), CT_STRING)) return 0;
  size_t length = kind->length;
  int is_list = length >= 4 && !memcmp(kind->as.string + length - 4, "List", 4);
  const ct_value *items = is_list ? get(reader, object, "items", CT_BIT(CT_ARRAY)) : NULL;
  if (!is_list) add_pod(reader, object, kind->as.string, last);
  for (uint32_t i = 0; items && depth < 2 && i < items->count && !reader->status; i++) {
    /* One that is wrong leaves the others. */
    ctsec_error *error = NULL;
    ct_reader own = *reader;
    own.err = &error;
    find_in_item(&own, &items->as.items[i], kind, depth + 1, last);
    if (!own.status) continue;
    ct_pod *failed = own.status == CTSEC_E_NOMEM ? NULL : append_pod(reader, last);
    if (failed) {
      failed->error = error;
      continue;
    }
    ctsec_error_free(error);
    ct_read_nomem(reader);
  }
  return 1;
}

int ct_pods_find(ct_reader *reader, const ct_value *root, ct_pod **pods, int *is_kubernetes) {
  ct_pod *first = NULL, **last = &first;
  *is_kubernetes = find_pods(reader, root, 0, &last);
  *pods = first;
  return reader->status;
}

/* The value that holds for a container: its own, else the pod's. */
static const ct_value *inherited(ct_reader *reader, const ct_value *own, const ct_value *pod, const char *key,
                                 unsigned kinds) {
  const ct_value *value = get(reader, own, key, kinds);
  return value ? value : get(reader, pod, key, kinds);
}

static void read_user(ct_reader *reader, const ct_value *own, const ct_value *pod) {
  ct_user *user = &reader->container->user;
  const ct_value *uid = inherited(reader, own, pod, "runAsUser", CT_BIT(CT_INTEGER));
  const ct_value *gid = inherited(reader, own, pod, "runAsGroup", CT_BIT(CT_INTEGER));
  if (uid && !uid->negative && uid->as.magnitude <= UINT32_MAX) {
    ct_buffer text;
    ct_buffer_init(&text);
    ct_buffer_unsigned(&text, uid->as.magnitude);
    const char *copy = text.failed ? NULL : ct_arena_copy(reader->arena, text.data, text.length);
    if (copy)
      ct_read_user_text(user, uid, copy, text.length);
    else
      ct_read_nomem(reader);
    ct_buffer_free(&text);
  } else {
    /* The image decides. runAsNonRoot makes the kubelet refuse uid 0, so then it is another one, whichever. */
    const ct_value *flag = inherited(reader, own, pod, "runAsNonRoot", CT_BIT(CT_BOOL));
    if (flag && flag->boolean) {
      ct_read_user_text(user, flag, "non-root", 8);
      user->gid_state = CT_UNKNOWN;
    }
  }
  if (gid && !gid->negative && gid->as.magnitude <= UINT32_MAX) {
    if (user->from.state != CT_SET) user->from.at = gid;
    user->gid_state = CT_SET;
    user->gid = (uint32_t)gid->as.magnitude;
  }
}

static void read_capabilities(ct_reader *reader, const ct_value *own) {
  const ct_value *capabilities = get_object(reader, own, "capabilities");
  const ct_value *add = get(reader, capabilities, "add", CT_BIT(CT_ARRAY));
  const ct_value *drop = get(reader, capabilities, "drop", CT_BIT(CT_ARRAY));
  if (add) ct_read_texts(reader, add, &reader->container->cap_add);
  if (drop) ct_read_texts(reader, drop, &reader->container->cap_drop);
}

static void read_seccomp(ct_reader *reader, const ct_value *own, const ct_value *pod) {
  ct_seccomp *seccomp = &reader->container->seccomp;
  const ct_value *profile = inherited(reader, own, pod, "seccompProfile", CT_BIT(CT_OBJECT));
  const ct_value *type = get(reader, profile, "type", CT_BIT(CT_STRING));
  if (!type) return;
  seccomp->from = (ct_origin){CT_SET, 0, type};
  if (ct_value_equals(type, "Unconfined")) {
    seccomp->mode = CT_SECCOMP_UNCONFINED;
  } else if (ct_value_equals(type, "Localhost")) {
    seccomp->mode = CT_SECCOMP_FILE;
    const ct_value *file = get(reader, profile, "localhostProfile", CT_BIT(CT_STRING));
    if (file) ct_set_text(&seccomp->profile, file, file->as.string, file->length);
  } else {
    seccomp->mode = CT_SECCOMP_DEFAULT;
  }
}

static const ct_value *annotation(ct_reader *reader, const ct_pod *pod, const char *prefix, const char *name) {
  const ct_value *annotations = get_object(reader, pod->metadata, "annotations");
  size_t length = strlen(prefix);
  for (uint32_t i = 0; annotations && i < annotations->count; i++) {
    const ct_value *value = &annotations->as.items[i];
    if (value->kind == CT_STRING && value->key_length == length + strlen(name) &&
        !memcmp(value->key, prefix, length) && !strcmp(value->key + length, name))
      return value;
  }
  return NULL;
}

static void read_apparmor(ct_reader *reader, const ct_pod *pod, const ct_value *own, const ct_value *context) {
  ct_apparmor *apparmor = &reader->container->apparmor;
  const ct_value *profile = inherited(reader, own, context, "appArmorProfile", CT_BIT(CT_OBJECT));
  const ct_value *type = get(reader, profile, "type", CT_BIT(CT_STRING));
  if (type) {
    apparmor->from = (ct_origin){CT_SET, 0, type};
    if (ct_value_equals(type, "Unconfined")) {
      apparmor->mode = CT_LSM_UNCONFINED;
    } else if (ct_value_equals(type, "Localhost")) {
      apparmor->mode = CT_LSM_NAMED;
      const ct_value *name = get(reader, profile, "localhostProfile", CT_BIT(CT_STRING));
      if (name) ct_set_text(&apparmor->name, name, name->as.string, name->length);
    }
    return;
  }
  if (!reader->container->name) return;
  const ct_value *old =
      annotation(reader, pod, "container.apparmor.security.beta.kubernetes.io/", reader->container->name);
  if (!old) return;
  apparmor->from = (ct_origin){CT_SET, 0, old};
  if (ct_value_equals(old, "unconfined")) {
    apparmor->mode = CT_LSM_UNCONFINED;
  } else if (old->length > 10 && !memcmp(old->as.string, "localhost/", 10)) {
    apparmor->mode = CT_LSM_NAMED;
    ct_set_text(&apparmor->name, old, old->as.string + 10, old->length - 10);
  }
}

static void read_selinux(ct_reader *reader, const ct_value *own, const ct_value *pod) {
  ct_selinux *selinux = &reader->container->selinux;
  const ct_value *options = inherited(reader, own, pod, "seLinuxOptions", CT_BIT(CT_OBJECT));
  if (!options) return;
  struct {
    const char *key;
    ct_text *text;
  } parts[] = {{"type", &selinux->type}, {"user", &selinux->user}, {"role", &selinux->role}, {"level", &selinux->level}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    const ct_value *value = get(reader, options, parts[i].key, CT_BIT(CT_STRING));
    if (!value) continue;
    ct_set_text(parts[i].text, value, value->as.string, value->length);
    selinux->from = (ct_origin){CT_SET, 0, options};
    selinux->mode = CT_LSM_NAMED;
  }
}

static void read_flag(ct_reader *reader, const ct_value *object, const char *key, ct_flag *flag) {
  const ct_value *value = get(reader, object, key, CT_BIT(CT_BOOL));
  if (value) ct_set_flag(flag, value, value->boolean);
}

static void read_context(ct_reader *reader, const ct_pod *pod, const ct_value *object) {
  ct_container *container = reader->container;
  const ct_value *own = get_object(reader, object, "securityContext");
  const ct_value *shared = get_object(reader, pod->spec, "securityContext");
  read_flag(reader, own, "privileged", &container->privileged);
  read_flag(reader, own, "readOnlyRootFilesystem", &container->readonly_rootfs);
  const ct_value *escalation = get(reader, own, "allowPrivilegeEscalation", CT_BIT(CT_BOOL));
  if (escalation) ct_set_flag(&container->no_new_privileges, escalation, !escalation->boolean);
  read_user(reader, own, shared);
  read_capabilities(reader, own);
  read_seccomp(reader, own, shared);
  read_apparmor(reader, pod, own, shared);
  read_selinux(reader, own, shared);
  const ct_value *proc = get(reader, own, "procMount", CT_BIT(CT_STRING));
  if (ct_value_equals(proc, "Unmasked")) {
    container->masked_paths.from = (ct_origin){CT_SET, 0, proc};
    container->readonly_paths.from = (ct_origin){CT_SET, 0, proc};
  }
  const ct_value *groups = get(reader, shared, "supplementalGroups", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; groups && i < groups->count; i++) {
    const ct_value *group = &groups->as.items[i];
    if (!ct_read_kind(reader, group, CT_BIT(CT_INTEGER))) return;
    ct_buffer text;
    ct_buffer_init(&text);
    ct_buffer_unsigned(&text, group->as.magnitude);
    if (!text.failed) ct_append_text(reader, &container->groups, group, text.data, text.length);
    ct_buffer_free(&text);
  }
  const ct_value *sysctls = get(reader, shared, "sysctls", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; sysctls && i < sysctls->count && !reader->status; i++) {
    const ct_value *sysctl = &sysctls->as.items[i];
    if (!ct_read_kind(reader, sysctl, CT_BIT(CT_OBJECT))) return;
    const ct_value *name = get(reader, sysctl, "name", CT_BIT(CT_STRING));
    const ct_value *value = get(reader, sysctl, "value", CT_BIT(CT_STRING));
    if (!name) continue;
    ct_pair *pair = CT_APPEND(reader, &container->sysctls, sysctls);
    if (!pair) return;
    *pair = (ct_pair){name, name->as.string, name->length, text_of(value), value ? value->length : 0};
  }
}

static void read_namespaces(ct_reader *reader, const ct_pod *pod) {
  static const struct {
    const char *key;
    ct_namespace_kind kind;
  } hosts[] = {{"hostNetwork", CT_NS_NET}, {"hostPID", CT_NS_PID}, {"hostIPC", CT_NS_IPC}};
  ct_namespace *spaces = reader->container->namespaces;
  for (size_t i = 0; i < 3; i++) {
    const ct_value *value = get(reader, pod->spec, hosts[i].key, CT_BIT(CT_BOOL));
    if (!value) continue;
    spaces[hosts[i].kind].from = (ct_origin){CT_SET, 0, value};
    spaces[hosts[i].kind].mode = value->boolean ? CT_NS_HOST : hosts[i].kind == CT_NS_PID ? CT_NS_PRIVATE : CT_NS_POD;
    spaces[hosts[i].kind].text = value->boolean ? "host" : "pod";
  }
  /* The network, IPC and UTS namespaces belong to the pod; with the host's network comes the host's UTS namespace. */
  if (spaces[CT_NS_NET].from.state == CT_SET && spaces[CT_NS_NET].mode == CT_NS_HOST) {
    spaces[CT_NS_UTS] = spaces[CT_NS_NET];
  }
  const ct_value *share = get(reader, pod->spec, "shareProcessNamespace", CT_BIT(CT_BOOL));
  if (share && share->boolean && spaces[CT_NS_PID].mode != CT_NS_HOST) {
    spaces[CT_NS_PID].from = (ct_origin){CT_SET, 0, share};
    spaces[CT_NS_PID].mode = CT_NS_POD;
    spaces[CT_NS_PID].text = "pod";
  }
  const ct_value *users = get(reader, pod->spec, "hostUsers", CT_BIT(CT_BOOL));
  if (!users) return;
  spaces[CT_NS_USER].from = (ct_origin){CT_SET, 0, users};
  spaces[CT_NS_USER].mode = users->boolean ? CT_NS_HOST : CT_NS_PRIVATE;
  spaces[CT_NS_USER].text = users->boolean ? "host" : "private";
  if (!users->boolean) ct_set_flag(&reader->container->user_mapped, users, 1);
}

static const ct_value *find_volume(ct_reader *reader, const ct_value *volumes, const char *name) {
  for (uint32_t i = 0; volumes && i < volumes->count; i++) {
    const char *own = get_string(reader, &volumes->as.items[i], "name");
    if (own && !strcmp(own, name)) return &volumes->as.items[i];
  }
  return NULL;
}

/* The member of a volume that says its kind; NULL for none, which the API server makes an emptyDir. */
static const ct_value *source_of(const ct_value *volume) {
  for (uint32_t i = 0; ct_value_is(volume, CT_OBJECT) && i < volume->count; i++) {
    const ct_value *member = &volume->as.items[i];
    if (member->kind != CT_NULL && strcmp(member->key, "name")) return member;
  }
  return NULL;
}

static void read_mount(ct_reader *reader, const ct_value *volumes, const ct_value *from) {
  if (!ct_read_kind(reader, from, CT_BIT(CT_OBJECT))) return;
  const ct_value *name = get(reader, from, "name", CT_BIT(CT_STRING));
  const ct_value *path = get(reader, from, "mountPath", CT_BIT(CT_STRING));
  if (!name || !path) return;
  const ct_value *volume = find_volume(reader, volumes, name->as.string);
  const ct_value *source = source_of(volume);
  ct_mount *mount = CT_APPEND(reader, &reader->container->mounts, from->parent);
  if (!mount) return;
  mount->at = from;
  ct_set_text(&mount->name, name, name->as.string, name->length);
  ct_set_text(&mount->destination, path, path->as.string, path->length);
  const ct_value *host = source && !strcmp(source->key, "hostPath") ? get(reader, source, "path", CT_BIT(CT_STRING)) : NULL;
  if (host) {
    ct_set_text(&mount->type, source, "bind", 4);
    ct_set_text(&mount->source, host, host->as.string, host->length);
  } else {
    const char *kind = source ? source->key : "emptyDir";
    ct_set_text(&mount->type, source ? source : name, kind, strlen(kind));
  }
  const ct_value *read_only = get(reader, from, "readOnly", CT_BIT(CT_BOOL));
  ct_set_flag(&mount->writable, read_only ? read_only : from, !(read_only && read_only->boolean));
  const ct_value *propagation = get(reader, from, "mountPropagation", CT_BIT(CT_STRING));
  if (!propagation) return;
  const char *word = ct_value_equals(propagation, "Bidirectional")     ? "rshared"
                     : ct_value_equals(propagation, "HostToContainer") ? "rslave"
                                                                       : "rprivate";
  ct_set_text(&mount->propagation, propagation, word, strlen(word));
}

static void read_volumes(ct_reader *reader, const ct_pod *pod, const ct_value *object) {
  const ct_value *volumes = get(reader, pod->spec, "volumes", CT_BIT(CT_ARRAY));
  const ct_value *mounts = get(reader, object, "volumeMounts", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; mounts && i < mounts->count && !reader->status; i++)
    read_mount(reader, volumes, &mounts->as.items[i]);
  const ct_value *devices = get(reader, object, "volumeDevices", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; devices && i < devices->count && !reader->status; i++) {
    const ct_value *path = get(reader, &devices->as.items[i], "devicePath", CT_BIT(CT_STRING));
    ct_device *device = path ? CT_APPEND(reader, &reader->container->devices, devices) : NULL;
    if (!device) continue;
    device->at = path;
    device->type = 'b';
    device->major = device->minor = -1;
    ct_set_text(&device->path, path, path->as.string, path->length);
    ct_set_text(&device->access, path, "rwm", 3);
  }
}

static void read_env(ct_reader *reader, const ct_value *object) {
  const ct_value *list = get(reader, object, "env", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; list && i < list->count && !reader->status; i++) {
    const ct_value *item = &list->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
    const ct_value *name = get(reader, item, "name", CT_BIT(CT_STRING));
    const ct_value *value = get(reader, item, "value", CT_BIT(CT_STRING));
    ct_pair *pair = name ? CT_APPEND(reader, &reader->container->env, list) : NULL;
    if (!pair) continue;
    /* valueFrom keeps the value out of the file: a name without value. */
    *pair = (ct_pair){value ? value : name, name->as.string, name->length, text_of(value), value ? value->length : 0};
  }
}

static void read_ports(ct_reader *reader, const ct_value *object) {
  const ct_value *list = get(reader, object, "ports", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; list && i < list->count && !reader->status; i++) {
    const ct_value *item = &list->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_OBJECT))) return;
    const ct_value *inside = get(reader, item, "containerPort", CT_BIT(CT_INTEGER));
    const ct_value *host = get(reader, item, "hostPort", CT_BIT(CT_INTEGER));
    const ct_value *ip = get(reader, item, "hostIP", CT_BIT(CT_STRING));
    ct_buffer text;
    ct_buffer_init(&text);
    if (inside) ct_buffer_unsigned(&text, inside->as.magnitude);
    size_t split = text.length;
    if (host) ct_buffer_unsigned(&text, host->as.magnitude);
    if (inside && host && host->as.magnitude && !text.failed) {
      ct_port *port = CT_APPEND(reader, &reader->container->ports, list);
      const char *first = ct_arena_copy(reader->arena, text.data, split);
      const char *second = ct_arena_copy(reader->arena, text.data + split, text.length - split);
      if (port && first && second) {
        port->at = host;
        port->container = first;
        ct_set_text(&port->host_port, host, second, text.length - split);
        if (ip) ct_set_text(&port->host_ip, ip, ip->as.string, ip->length);
      } else {
        ct_read_nomem(reader);
      }
    } else if (inside && !text.failed) {
      ct_append_text(reader, &reader->container->exposed, inside, text.data, split);
    }
    ct_buffer_free(&text);
  }
}

/* What is no quantity, the API server refuses; to read it as none would be a claim. */
static void read_limit(ct_reader *reader, const ct_value *limits, const char *key, int places, ct_number *into) {
  const ct_value *limit = get(reader, limits, key, CT_BIT(CT_STRING) | CT_BIT(CT_INTEGER) | CT_BIT(CT_REAL));
  if (!limit) return;
  int64_t number;
  const double integer = limit->kind == CT_INTEGER ? (double)limit->as.magnitude : 0;
  if (limit->kind == CT_STRING ? ct_parse_quantity(limit->as.string, limit->length, places, &number)
                               : ct_scale_quantity(limit->kind == CT_REAL ? limit->as.real : limit->negative ? -integer : integer,
                                                   places, &number))
    ct_set_number(into, limit, number);
  else if (!reader->status)
    reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, limit, "%s is no quantity", key);
}

/* Limits of the pod as a whole bound a container that has none of its own (KEP-2837). */
static void read_limits(ct_reader *reader, const ct_pod *pod, const ct_value *object) {
  const ct_value *holders[] = {pod->spec, object};
  for (size_t i = 0; i < 2; i++) {
    const ct_value *limits = get_object(reader, get_object(reader, holders[i], "resources"), "limits");
    read_limit(reader, limits, "memory", 0, &reader->container->memory);
    read_limit(reader, limits, "cpu", 9, &reader->container->nano_cpus);
  }
}

static void read_probes(ct_reader *reader, const ct_value *object) {
  static const char probes[][15] = {"livenessProbe", "readinessProbe", "startupProbe"};
  for (size_t i = 0; i < 3; i++) {
    const ct_value *probe = get_object(reader, object, probes[i]);
    if (probe) ct_append_text(reader, &reader->container->healthcheck, probe, probe->key, probe->key_length);
  }
}

static void read_pairs(ct_reader *reader, const ct_value *object, const char *key, ct_pairs *pairs) {
  const ct_value *value = get_object(reader, object, key);
  if (value) ct_read_pairs(reader, value, pairs);
}

static void check_handlers(ct_reader *reader, const ct_value *handler) {
  static const char actions[][10] = {"httpGet", "tcpSocket"};
  for (size_t i = 0; i < 2; i++) get_string(reader, get_object(reader, handler, actions[i]), "host");
}

static void check_context(ct_reader *reader, const ct_value *context) {
  static const char profiles[][16] = {"seccompProfile", "appArmorProfile"};
  static const char labels[][6] = {"type", "user", "role", "level"};
  for (size_t i = 0; i < 2; i++) get_string(reader, get_object(reader, context, profiles[i]), "type");
  const ct_value *options = get_object(reader, context, "seLinuxOptions");
  for (size_t i = 0; i < 4; i++) get_string(reader, options, labels[i]);
  get(reader, get_object(reader, context, "windowsOptions"), "hostProcess", CT_BIT(CT_BOOL));
  get(reader, context, "runAsNonRoot", CT_BIT(CT_BOOL));
  get(reader, context, "runAsUser", CT_BIT(CT_INTEGER));
  get(reader, context, "runAsGroup", CT_BIT(CT_INTEGER));
}

/* A wrong type where only the Pod Security Standards look would pass for an absent field: the API server refuses it too. */
static void check_types(ct_reader *reader, const ct_pod *pod, const ct_value *object) {
  static const char probes[][15] = {"livenessProbe", "readinessProbe", "startupProbe"};
  check_context(reader, get_object(reader, pod->spec, "securityContext"));
  check_context(reader, get_object(reader, object, "securityContext"));
  get_string(reader, get_object(reader, pod->spec, "os"), "name");
  get(reader, pod->spec, "automountServiceAccountToken", CT_BIT(CT_BOOL));
  for (size_t i = 0; i < 3; i++) check_handlers(reader, get_object(reader, object, probes[i]));
  const ct_value *lifecycle = get_object(reader, object, "lifecycle");
  check_handlers(reader, get_object(reader, lifecycle, "postStart"));
  check_handlers(reader, get_object(reader, lifecycle, "preStop"));
  const ct_value *volumes = get(reader, pod->spec, "volumes", CT_BIT(CT_ARRAY));
  for (uint32_t i = 0; volumes && i < volumes->count && !reader->status; i++) {
    const ct_value *volume = &volumes->as.items[i];
    if (!ct_read_kind(reader, volume, CT_BIT(CT_OBJECT))) return;
    get_string(reader, volume, "name");
    get_string(reader, get_object(reader, volume, "hostPath"), "path");
  }
}

static void set_id(ct_reader *reader, const ct_pod *pod) {
  ct_buffer id;
  ct_buffer_init(&id);
  ct_buffer_format(&id, "%s/%s/%s/%s", pod->kind, pod->space ? pod->space : "default", pod->name ? pod->name : "",
                   reader->container->name ? reader->container->name : "");
  reader->container->id = id.failed ? NULL : ct_arena_copy(reader->arena, id.data, id.length);
  if (!reader->container->id) ct_read_nomem(reader);
  ct_buffer_free(&id);
}

void ct_read_kubernetes(ct_reader *reader, const ct_pod *pod, const ct_value *object) {
  ct_container *container = reader->container;
  if (!ct_read_kind(reader, object, CT_BIT(CT_OBJECT))) return;
  container->at = container->host_object = container->config_object = object;
  container->name = get_string(reader, object, "name");
  /* The kubelet's runtime: containerd unless the target says another. */
  container->engine = reader->options && reader->options->engine ? reader->options->engine : CTSEC_ENGINE_CONTAINERD;
  set_id(reader, pod);
  const ct_value *image = get(reader, object, "image", CT_BIT(CT_STRING));
  if (image) ct_set_text(&container->image, image, image->as.string, image->length);
  const ct_value *command = get(reader, object, "command", CT_BIT(CT_ARRAY));
  const ct_value *arguments = get(reader, object, "args", CT_BIT(CT_ARRAY));
  if (command) ct_read_texts(reader, command, &container->entrypoint);
  if (arguments) ct_read_texts(reader, arguments, &container->command);
  const ct_value *folder = get(reader, object, "workingDir", CT_BIT(CT_STRING));
  if (folder) ct_set_text(&container->working_dir, folder, folder->as.string, folder->length);
  const ct_value *runtime = get(reader, pod->spec, "runtimeClassName", CT_BIT(CT_STRING));
  if (runtime) ct_set_text(&container->runtime, runtime, runtime->as.string, runtime->length);
  read_flag(reader, object, "tty", &container->tty);
  read_flag(reader, object, "stdin", &container->stdin_open);
  read_context(reader, pod, object);
  read_namespaces(reader, pod);
  read_volumes(reader, pod, object);
  read_env(reader, object);
  read_ports(reader, object);
  read_limits(reader, pod, object);
  read_probes(reader, object);
  read_pairs(reader, pod->metadata, "labels", &container->labels);
  check_types(reader, pod, object);
  read_pairs(reader, pod->metadata, "annotations", &container->annotations);
}
