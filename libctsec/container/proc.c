/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of a process say. */
#include "container/proc.h"

#include <errno.h>
#include <string.h>

#include "container/text.h"
#include "ctsec/caps.h"

void ct_proc_unread(ct_reader *reader, const ct_value *at, int kind, int number) {
  ct_live *live = reader->container->live;
  ct_unread *grown = ct_arena_grow(reader->arena, live->unread, live->unread_count, sizeof *grown);
  if (!grown) {
    ct_read_nomem(reader);
    return;
  }
  live->unread = grown;
  grown[live->unread_count++] = (ct_unread){at, (uint8_t)kind, number};
}

static const ct_proc_file *file_of(const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *value) {
  return &snapshot->files[entry->first + value->index];
}

static const ct_value *member_of(const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root, int kind) {
  for (uint32_t i = 0; i < root->count; i++)
    if (file_of(snapshot, entry, &root->as.items[i])->kind == kind) return &root->as.items[i];
  return NULL;
}

/* A file that was read; where it was not, that is recorded. */
static const ct_value *readable(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry,
                                const ct_value *root, int kind) {
  const ct_value *value = member_of(snapshot, entry, root, kind);
  if (!value) return NULL;
  const ct_proc_file *file = file_of(snapshot, entry, value);
  if (!file->error) return value;
  ct_proc_unread(reader, value, kind, file->error);
  return NULL;
}

static ct_origin unknown(const ct_value *at) { return (ct_origin){CT_UNKNOWN, 0, at}; }

static void read_sets(ct_reader *reader, const ct_value *status) {
  ct_container *container = reader->container;
  const struct {
    const char *key;
    ct_set *set;
  } sets[] = {{"CapInh", &container->inheritable}, {"CapPrm", &container->permitted}, {"CapEff", &container->effective},
              {"CapBnd", &container->bounding},    {"CapAmb", &container->ambient}};
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    const ct_value *value = ct_value_member(status, sets[i].key);
    uint64_t mask = 0;
    if (value && !ctsec_caps_parse(value->as.string, value->length, &mask, NULL))
      *sets[i].set = (ct_set){{CT_SET, 0, value}, mask};
    else
      sets[i].set->from = unknown(value ? value : status);
  }
}

/* A word of a line as a number; 0 where it has none. */
static int word_number(const ct_value *value, unsigned index, uint64_t *number) {
  const char *at = value->as.string, *end = at + value->length;
  for (unsigned word = 0;; word++) {
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    if (at == end) return 0;
    const char *start = at;
    uint64_t found = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
      found = found * 10 + (uint64_t)(*at - '0');
      if (found > UINT32_MAX) return 0;
    }
    if (at == start || (at < end && *at != ' ' && *at != '\t')) return 0;
    if (word < index) continue;
    *number = found;
    return 1;
  }
}

/* An id as the container counts it. maps: lines of "INSIDE OUTSIDE COUNT"; NULL where ids are already its own. */
static int translate(const ct_value *maps, uint64_t *id) {
  if (!maps) return 1;
  for (uint32_t i = 0; i < maps->count; i++) {
    uint64_t inside, outside, count;
    const ct_value *line = &maps->as.items[i];
    if (!word_number(line, 0, &inside) || !word_number(line, 1, &outside) || !word_number(line, 2, &count)) continue;
    if (*id < outside || *id - outside >= count) continue;
    *id = inside + (*id - outside);
    return 1;
  }
  return 0;
}

/* Reads a map: whether ids inside are others outside. -1 where it is no map. */
static int is_mapped(const ct_value *maps) {
  int mapped = 0;
  for (uint32_t i = 0; i < maps->count; i++) {
    uint64_t inside, outside, count;
    const ct_value *line = &maps->as.items[i];
    if (!word_number(line, 0, &inside) || !word_number(line, 1, &outside) || !word_number(line, 2, &count)) return -1;
    mapped |= inside != outside;
  }
  return mapped;
}

static void read_ids(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root,
                     const ct_value *status) {
  ct_container *container = reader->container;
  const ct_value *uids = readable(reader, snapshot, entry, root, CT_PROC_UID_MAP);
  const ct_value *gids = readable(reader, snapshot, entry, root, CT_PROC_GID_MAP);
  int mapped = uids ? is_mapped(uids) : -1;
  if (uids && mapped < 0) ct_proc_unread(reader, uids, CT_PROC_UID_MAP, EBADMSG);
  if (mapped < 0)
    container->user_mapped.from = unknown(member_of(snapshot, entry, root, CT_PROC_UID_MAP));
  else
    ct_set_flag(&container->user_mapped, uids->count ? &uids->as.items[0] : uids, mapped);
  /* Ids in status are those of the reader's namespace: the container's own where it is the same. */
  uint64_t user = container->live->inodes[CT_NS_USER];
  int same = user && user == snapshot->self[CT_NS_USER];
  const ct_value *uid = ct_value_member(status, "Uid"), *gid = ct_value_member(status, "Gid");
  const ct_value *groups = ct_value_member(status, "Groups");
  uint64_t id = 0, group = 0;
  container->user.from = (ct_origin){CT_SET, 0, uid ? uid : status};
  container->user.text = "";
  /* Of a status text alone: as its reader saw it. */
  int alone = !member_of(snapshot, entry, root, CT_PROC_UID_MAP);
  /* Fields: real, effective, saved, file system. */
  int known = uid && word_number(uid, 1, &id) && (same || alone || mapped >= 0) && translate(same || mapped <= 0 ? NULL : uids, &id);
  container->user.uid_state = known ? CT_SET : CT_UNKNOWN;
  container->user.uid = known ? (uint32_t)id : 0;
  known = gid && word_number(gid, 1, &group) && (same || alone || gids) && translate(same || mapped <= 0 ? NULL : gids, &group);
  container->user.gid_state = known ? CT_SET : CT_UNKNOWN;
  container->user.gid = known ? (uint32_t)group : 0;
  for (unsigned i = 0; groups && word_number(groups, i, &group); i++) {
    if (!translate(same || mapped <= 0 ? NULL : gids, &group)) continue;
    ct_buffer text;
    ct_buffer_init(&text);
    ct_buffer_unsigned(&text, group);
    const char *copy = text.failed ? NULL : ct_arena_copy(reader->arena, text.data, text.length);
    if (copy)
      ct_append_text(reader, &container->groups, groups, copy, text.length);
    else
      ct_read_nomem(reader);
    ct_buffer_free(&text);
  }
}

static void read_number(ct_number *number, const ct_value *value, const ct_value *status) {
  uint64_t found = 0;
  if (value && word_number(value, 0, &found))
    ct_set_number(number, value, (int64_t)found);
  else
    number->from = unknown(value ? value : status);
}

static void read_status(ct_reader *reader, const ct_value *status) {
  ct_container *container = reader->container;
  ct_live *live = container->live;
  ctsec_error *error = NULL;
  read_sets(reader, status);
  const ct_value *flag = ct_value_member(status, "NoNewPrivs");
  uint64_t number = 0;
  if (flag && word_number(flag, 0, &number))
    ct_set_flag(&container->no_new_privileges, flag, number != 0);
  else
    container->no_new_privileges.from = unknown(flag ? flag : status);
  const ct_value *mode = ct_value_member(status, "Seccomp");
  read_number(&live->seccomp_mode, mode, status);
  read_number(&live->seccomp_filters, ct_value_member(status, "Seccomp_filters"), status);
  container->seccomp.from = live->seccomp_mode.from;
  container->seccomp.mode = CT_SECCOMP_LOADED;
  if (live->seccomp_mode.from.state != CT_SET) return;
  if (!live->seccomp_mode.value) container->seccomp.mode = CT_SECCOMP_UNCONFINED;
  if (live->seccomp_mode.value == 1) container->seccomp.mode = CT_SECCOMP_STRICT;
  /* Until somebody reads the filters themselves. */
  if (live->seccomp_mode.value == 2) container->seccomp.from.state = CT_UNKNOWN;
  ctsec_error_free(error);
}

static uint64_t inode_of(const ct_value *value) {
  const char *open = memchr(value->as.string, '[', value->length);
  uint64_t inode = 0;
  for (const char *at = open ? open + 1 : ""; *at >= '0' && *at <= '9' && inode < UINT64_MAX / 10; at++)
    inode = inode * 10 + (uint64_t)(*at - '0');
  return inode;
}

/* The host's, its own, or not to be told. */
static int compare(const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, ct_namespace_kind kind, uint64_t inode) {
  uint64_t first = ct_proc_first_namespace(kind), host = snapshot->first[kind], reader = snapshot->self[kind];
  if (inode == first) return CT_NS_HOST;
  /* Kinds whose first one always has its fixed number. */
  int fixed = kind != CT_NS_NET && kind != CT_NS_MOUNT;
  fixed |= host == first || reader == first;
  if (snapshot->inside) {
    /* Process 1 is not the host's: only another number than the first one's tells. */
    if (entry->contained == CT_YES && host && inode != host && inode != reader) return CT_NS_PRIVATE;
    return fixed ? CT_NS_PRIVATE : -1;
  }
  if (host) return inode == host ? CT_NS_HOST : CT_NS_PRIVATE;
  if (reader && entry->contained == CT_YES && inode == reader && snapshot->self[CT_NS_MOUNT] != 0) return CT_NS_HOST;
  if (fixed) return CT_NS_PRIVATE;
  return reader && inode != reader ? CT_NS_PRIVATE : -1;
}

static void read_namespaces(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry,
                            const ct_value *root) {
  ct_container *container = reader->container;
  for (uint32_t i = 0; i < root->count; i++) {
    const ct_value *value = &root->as.items[i];
    const ct_proc_file *file = file_of(snapshot, entry, value);
    if (file->kind != CT_PROC_NS) continue;
    ct_namespace *space = &container->namespaces[file->which];
    uint64_t inode = file->error ? 0 : inode_of(value);
    int mode = inode ? compare(snapshot, entry, (ct_namespace_kind)file->which, inode) : -1;
    container->live->inodes[file->which] = inode;
    /* The kernel knows no namespace of this kind. */
    if (file->error == ENOENT && container->live->inodes[CT_NS_PID]) {
      *space = (ct_namespace){{CT_SET, 0, value}, CT_NS_HOST, 0, NULL, NULL};
      continue;
    }
    if (file->error) ct_proc_unread(reader, value, CT_PROC_NS, file->error);
    if (!file->error && !inode) ct_proc_unread(reader, value, CT_PROC_NS, EBADMSG);
    space->from = (ct_origin){mode < 0 ? CT_UNKNOWN : CT_SET, 0, value};
    space->mode = (uint8_t)(mode < 0 ? CT_NS_PRIVATE : mode);
    space->text = inode ? value->as.string : NULL;
  }
}

/* What the status file tells of nesting where the namespace itself cannot be read. */
static void guess_pid_namespace(ct_container *container, const ct_value *status) {
  ct_namespace *space = &container->namespaces[CT_NS_PID];
  const ct_value *pids = ct_value_member(status, "NSpid");
  uint64_t number;
  if (space->from.state != CT_UNKNOWN || !pids || !word_number(pids, 1, &number)) return;
  space->from = (ct_origin){CT_SET, 0, pids};
  space->mode = CT_NS_PRIVATE;
}

static const char *copy_of(ct_reader *reader, const char *text, size_t length) {
  const char *copy = ct_arena_copy(reader->arena, text, length);
  if (!copy) ct_read_nomem(reader);
  return copy;
}

static void read_cgroup(ct_reader *reader, const ct_value *lines) {
  ct_container *container = reader->container;
  ct_cgroup cgroup;
  for (uint32_t i = 0; i < lines->count; i++) {
    const ct_value *line = &lines->as.items[i];
    const char *first = memchr(line->as.string, ':', line->length);
    const char *end = line->as.string + line->length;
    const char *path = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;
    if (!path) {
      ct_proc_unread(reader, line, CT_PROC_CGROUP, EBADMSG);
      return;
    }
    if (!ct_proc_cgroup(path + 1, (size_t)(end - path - 1), &cgroup)) continue;
    container->engine = cgroup.engine;
    const char *id = copy_of(reader, cgroup.id, cgroup.id_length);
    if (cgroup.pod) container->live->pod = copy_of(reader, cgroup.pod, cgroup.pod_length);
    if (!id) return;
    if (cgroup.id_length == 64) {
      ct_set_text(&container->container_id, line, id, 64);
      container->name = copy_of(reader, id, 12);
    } else {
      container->name = id;
    }
    return;
  }
}

/* The tightest of a group and of those that it lies in; 0 for none at all. */
static void read_limit(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root,
                       const ct_value *groups, int kind, ct_number *number) {
  const ct_value *own = NULL, *unread = NULL;
  int unread_number = 0;
  for (uint32_t i = 0; i < root->count; i++) {
    const ct_value *value = &root->as.items[i];
    const ct_proc_file *file = file_of(snapshot, entry, value);
    if (file->kind != kind) continue;
    if (file->error) {
      /* The root of the tree has no such file. */
      if (!own && !unread) unread = value, unread_number = file->error;
      continue;
    }
    if (!own) own = value;
    uint64_t limit = 0;
    const char *c = value->as.string;
    if (*c == '-' || !strncmp(c, "max", 3)) continue;
    if (*c < '0' || *c > '9') {
      if (!unread) unread = value, unread_number = EBADMSG;
      continue;
    }
    for (; *c >= '0' && *c <= '9' && limit < INT64_MAX / 10; c++) limit = limit * 10 + (uint64_t)(*c - '0');
    /* The kernel's own greatest number of bytes, rounded to pages. */
    if (kind == CT_PROC_MEMORY && limit > INT64_MAX / 10) continue;
    if (!number->value || (int64_t)limit < number->value) ct_set_number(number, value, (int64_t)limit);
  }
  if (!own && !unread) {
    if (groups)
      ct_set_number(number, groups, 0);
    else
      number->from = unknown(NULL);
    return;
  }
  if (!ct_is_set(number->from) && own) ct_set_number(number, own, 0);
  if ((!own || unread_number == EBADMSG) && unread && !number->value) {
    number->from = unknown(unread);
    ct_proc_unread(reader, unread, kind, unread_number);
  }
}

static int ends(const char *text, size_t length, const char *end) {
  size_t n = strlen(end);
  return length >= n && !memcmp(text + length - n, end, n);
}

static void read_selinux(ct_reader *reader, const ct_value *value, const char *text, size_t length) {
  static const char open[][21] = {"unconfined_t", "spc_t", "initrc_t", "unconfined_service_t", "kernel_t", "container_runtime_t"};
  ct_container *container = reader->container;
  ct_selinux *selinux = &container->selinux;
  selinux->from = (ct_origin){CT_SET, 0, value};
  selinux->mode = CT_LSM_NAMED;
  ct_set_text(&selinux->process_label, value, text, length);
  const char *user = memchr(text, ':', length);
  const char *role = user ? memchr(user + 1, ':', (size_t)(text + length - user - 1)) : NULL;
  if (!role) return;
  const char *type = role + 1, *stop = memchr(type, ':', (size_t)(text + length - type));
  size_t n = (size_t)((stop ? stop : text + length) - type);
  container->live->confined = CT_YES;
  for (size_t i = 0; i < sizeof open / sizeof *open; i++)
    if (strlen(open[i]) == n && !memcmp(open[i], type, n)) {
      container->live->confined = CT_NO;
      selinux->mode = CT_LSM_UNCONFINED;
    }
}

static void read_label(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root) {
  ct_container *container = reader->container;
  ct_live *live = container->live;
  const ct_value *value = member_of(snapshot, entry, root, CT_PROC_LABEL);
  const ct_proc_file *file = value ? file_of(snapshot, entry, value) : NULL;
  live->confined = CT_MAYBE;
  container->apparmor.from = container->selinux.from = unknown(value);
  if (!file) return;
  /* Without a module that gives labels the kernel says EINVAL, or nothing. */
  if (file->error && file->error != EINVAL) {
    ct_proc_unread(reader, value, CT_PROC_LABEL, file->error);
    return;
  }
  const char *text = value->as.string;
  size_t length = value->length;
  while (length && (text[length - 1] == '\0' || text[length - 1] == '\n')) length--;
  const char *label = copy_of(reader, text, length);
  if (!label) return;
  ct_set_text(&live->label, value, label, length);
  container->apparmor.from = container->selinux.from = (ct_origin){CT_SET, 1, value};
  container->apparmor.mode = container->selinux.mode = CT_LSM_UNCONFINED;
  if (!length) {
    live->confined = CT_NO;
    return;
  }
  unsigned colons = 0;
  for (size_t i = 0; i < length; i++) colons += label[i] == ':';
  int apparmor = strstr(file->name, "apparmor") || ends(label, length, ")") || !strcmp(label, "unconfined") || colons < 2;
  if (!apparmor) {
    read_selinux(reader, value, label, length);
    return;
  }
  /* A profile that only complains refuses nothing. */
  int open = !strcmp(label, "unconfined") || ends(label, length, "(unconfined)") || ends(label, length, "(complain)");
  container->apparmor.from = (ct_origin){CT_SET, 0, value};
  container->apparmor.mode = open ? CT_LSM_UNCONFINED : CT_LSM_NAMED;
  size_t name = length;
  const char *mode = memrchr(label, '(', length);
  if (mode && mode > label) name = (size_t)(mode - label - 1);
  ct_set_text(&container->apparmor.name, value, copy_of(reader, label, name), name);
  live->confined = open ? CT_NO : CT_YES;
}

static void read_words(ct_reader *reader, const ct_value *lines, ct_texts *texts) {
  texts->from = (ct_origin){CT_SET, 0, lines};
  for (uint32_t i = 0; i < lines->count; i++)
    ct_append_text(reader, texts, &lines->as.items[i], lines->as.items[i].as.string, lines->as.items[i].length);
  texts->from = (ct_origin){CT_SET, 0, lines};
}

static int64_t decimal(const char *text) {
  int64_t number = 0;
  for (; *text >= '0' && *text <= '9' && number < INT32_MAX; text++) number = number * 10 + (*text - '0');
  return number;
}

/* "c 1:3 /dev/null" */
static void read_devices(ct_reader *reader, const ct_value *lines) {
  /* What runtimes make for every container (runtime-spec, default devices), and its terminals. */
  static const char own[][13] = {"/dev/null", "/dev/zero",    "/dev/full", "/dev/random", "/dev/urandom",
                                    "/dev/tty",  "/dev/console", "/dev/ptmx"};
  ct_devices *devices = &reader->container->devices;
  devices->from = (ct_origin){CT_SET, 0, lines};
  for (uint32_t i = 0; i < lines->count && !reader->status; i++) {
    const ct_value *line = &lines->as.items[i];
    const char *path = memchr(line->as.string, '/', line->length);
    const char *colon = memchr(line->as.string, ':', line->length);
    if (!path || !colon || colon > path || line->length < 8) continue;
    int skip = 0;
    for (size_t k = 0; k < sizeof own / sizeof *own; k++) skip |= !strcmp(path, own[k]);
    if (skip) continue;
    ct_device device = {.at = line, .type = line->as.string[0]};
    device.major = decimal(line->as.string + 2);
    device.minor = decimal(colon + 1);
    size_t length = line->length - (size_t)(path - line->as.string);
    ct_set_text(&device.host, line, path, length);
    ct_set_text(&device.path, line, path, length);
    ct_device *place = CT_APPEND(reader, devices, line);
    if (place) *place = device;
  }
  devices->from = (ct_origin){CT_SET, 0, lines};
}

/* Programs that are a sandbox themselves: what they show is their own, not the container's. */
static void read_runtime(ct_reader *reader, const ct_value *status) {
  static const struct {
    const char *name;
    const char *runtime;
  } known[] = {{"runsc", "runsc"}, {"exe", NULL}, {"qemu-system-x86", "kata"}, {"qemu-system-aar", "kata"},
               {"cloud-hyperviso", "kata"}, {"firecracker", "kata"}};
  ct_container *container = reader->container;
  const ct_value *name = ct_value_member(status, "Name");
  int gvisor = container->command.count && container->command.items[0].length >= 6 &&
               (strstr(container->command.items[0].value, "runsc-sandbox") || strstr(container->command.items[0].value, "runsc-gofer"));
  if (gvisor && name) ct_set_text(&container->runtime, name, "runsc", 5);
  for (size_t i = 0; name && i < sizeof known / sizeof *known; i++)
    if (known[i].runtime && ct_value_equals(name, known[i].name) && container->engine)
      ct_set_text(&container->runtime, name, known[i].runtime, strlen(known[i].runtime));
}

static void read_members(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root) {
  ct_container *container = reader->container;
  ct_live *live = container->live;
  for (uint32_t i = 0; i < root->count && !reader->status; i++) {
    const ct_value *value = &root->as.items[i];
    const ct_proc_file *file = file_of(snapshot, entry, value);
    if (file->kind != CT_PROC_MEMBER) continue;
    ct_live_member *grown = ct_arena_grow(reader->arena, live->members, live->member_count, sizeof *grown);
    if (!grown) {
      ct_read_nomem(reader);
      return;
    }
    live->members = grown;
    ct_live_member *member = &grown[live->member_count++];
    *member = (ct_live_member){value, file->pid, file->tid, "", 0, 0};
    const ct_value *name = ct_value_member(value, "Name"), *permitted = ct_value_member(value, "CapPrm");
    const ct_value *mode = ct_value_member(value, "Seccomp");
    uint64_t mask = 0, number = 1;
    if (name) member->name = name->as.string;
    if (permitted && !ctsec_caps_parse(permitted->as.string, permitted->length, &mask, NULL)) member->at = permitted;
    member->excess = mask & ~(container->permitted.mask | container->bounding.mask);
    member->unfiltered = mode && word_number(mode, 0, &number) && !number && live->seccomp_mode.value > 0;
    if (member->unfiltered && !member->excess) member->at = mode;
  }
}

void ct_read_proc(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root) {
  ct_container *container = reader->container;
  ct_live *live = ct_arena_alloc(reader->arena, sizeof *live);
  if (!live) {
    ct_read_nomem(reader);
    return;
  }
  container->live = live;
  container->format = CT_FORMAT_PROC;
  container->at = root;
  live->pid = entry->pid;
  live->contained = entry->contained;
  const ct_value *status = &root->as.items[0];
  const ct_value *program = ct_value_member(status, "Name");
  live->program = program ? program->as.string : "";
  ct_set_flag(&container->running, status, 1);
  if (entry->pid) ct_set_number(&container->pid, status, entry->pid);
  read_status(reader, status);
  if (live->seccomp_mode.from.state == CT_SET && live->seccomp_mode.value == 2 && entry->filter_count) {
    container->seccomp.from.state = CT_SET;
    container->seccomp.filter_count = entry->filter_count;
    container->seccomp.filters = entry->filters;
    container->seccomp.arch = entry->arch;
  }
  read_namespaces(reader, snapshot, entry, root);
  guess_pid_namespace(container, status);
  read_ids(reader, snapshot, entry, root, status);
  const ct_value *value = readable(reader, snapshot, entry, root, CT_PROC_CGROUP), *groups = value;
  if (value && live->contained != CT_NO) read_cgroup(reader, value);
  if (live->contained != CT_NO) {
    value = readable(reader, snapshot, entry, root, CT_PROC_MOUNTINFO);
    /* Within the container itself, what looks like the host's table is its own. */
    ct_proc_snapshot blind = *snapshot;
    uint64_t mounts = live->inodes[CT_NS_MOUNT];
    if (snapshot->inside && (entry->shares_mounts || (mounts && mounts == snapshot->first[CT_NS_MOUNT])))
      blind.mounts.length = 0;
    if (value)
      ct_read_proc_mounts(reader, value, &blind);
    else
      container->mounts.from = container->readonly_rootfs.from = unknown(member_of(snapshot, entry, root, CT_PROC_MOUNTINFO));
    read_limit(reader, snapshot, entry, root, groups, CT_PROC_MEMORY, &container->memory);
    read_limit(reader, snapshot, entry, root, groups, CT_PROC_CPU, &container->cpu_quota);
    read_limit(reader, snapshot, entry, root, groups, CT_PROC_PIDS, &container->pids);
    value = readable(reader, snapshot, entry, root, CT_PROC_DEV);
    if (value) read_devices(reader, value);
  }
  read_label(reader, snapshot, entry, root);
  value = readable(reader, snapshot, entry, root, CT_PROC_ENVIRON);
  container->env.from = value ? (ct_origin){CT_SET, 0, value} : unknown(member_of(snapshot, entry, root, CT_PROC_ENVIRON));
  if (value) ct_read_env(reader, value, &container->env);
  value = readable(reader, snapshot, entry, root, CT_PROC_CMDLINE);
  if (value) read_words(reader, value, &container->command);
  read_runtime(reader, status);
  read_members(reader, snapshot, entry, root);
}
