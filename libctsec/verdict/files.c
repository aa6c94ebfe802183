/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files: where a path leads, as far as the container's mounts tell, whether
 * that may be written, and who may use it. What only the image knows is known
 * from the facts file-owner and file-mode, or not at all.
 */
#include <string.h>

#include "verdict/confinement.h"

#define MAY_READ 4u
#define MAY_WRITE 2u
#define MAY_EXEC 1u

typedef enum spot_kind {
  /* Of the image, or made in the container's own layer. */
  SPOT_ROOT,
  SPOT_PROC,
  SPOT_SYS,
  SPOT_DEV,
  /* A tmpfs that everybody may write to. */
  SPOT_SHARED,
  SPOT_TMPFS,
  /* What the host, or somebody else, brings. */
  SPOT_MOUNT,
  SPOT_MASKED
} spot_kind;

typedef struct spot {
  const char *path;
  uint8_t kind;
  uint8_t read_only;
  uint8_t noexec;
  /* Capabilities of programs do not count there. */
  uint8_t nosuid;
  /* A folder of device nodes of the host. */
  uint8_t devices;
  size_t length;
  const ct_value *at;
} spot;

/* Whether path is prefix or below it. */
static int covers(const char *prefix, size_t length, const char *path) {
  while (length > 1 && prefix[length - 1] == '/') length--;
  if (length == 1 && *prefix == '/') return *path == '/';
  return !strncmp(prefix, path, length) && (path[length] == '/' || !path[length]);
}

/* A tmpfs whose mode lets everybody write; Docker's --tmpfs has 1777. */
static int is_shared(const ct_mount *mount) {
  for (uint32_t i = 0; i < mount->options.count; i++) {
    const ct_text *option = &mount->options.items[i];
    if (option->length < 6 || memcmp(option->value, "mode=", 5)) continue;
    return (option->value[option->length - 1] & 2) != 0;
  }
  return 1;
}

static void from_mount(spot *out, const ct_mount *mount, int spec) {
  out->length = mount->destination.length;
  out->at = mount->at;
  out->read_only = mount->writable.from.state != CT_SET ? CT_MAYBE : mount->writable.value ? CT_NO : CT_YES;
  out->noexec = ct_mount_has(mount, "noexec") ? CT_YES : CT_NO;
  /* Engines add noexec to a tmpfs unless its options say exec. */
  if (!spec && ct_text_is(&mount->type, "tmpfs") && !out->noexec && !ct_mount_has(mount, "exec")) out->noexec = CT_MAYBE;
  /* Engines add nosuid to every tmpfs unless its options say suid. */
  int added = !spec && ct_text_is(&mount->type, "tmpfs") && !ct_mount_has(mount, "suid");
  out->nosuid = (uint8_t)(added || ct_mount_has(mount, "nosuid"));
  out->devices = mount->source.length && covers("/dev", 4, mount->source.value);
  if (ct_text_is(&mount->type, "proc"))
    out->kind = SPOT_PROC;
  else if (ct_text_is(&mount->type, "sysfs") || ct_text_is(&mount->type, "cgroup") || ct_text_is(&mount->type, "cgroup2"))
    out->kind = SPOT_SYS;
  else if (ct_text_is(&mount->type, "tmpfs") || ct_text_is(&mount->type, "mqueue"))
    out->kind = ct_text_is(&mount->destination, "/dev") ? SPOT_DEV : is_shared(mount) ? SPOT_SHARED : SPOT_TMPFS;
  else
    out->kind = SPOT_MOUNT;
}

/* What engines mount without saying so. */
static const struct {
  const char *path;
  uint8_t kind;
  /* Read-only: never, in containers that are not privileged, where the root file system is. */
  uint8_t read_only;
  uint8_t noexec;
} own_mounts[] = {
    {"/proc", SPOT_PROC, 0, 1},          {"/dev", SPOT_DEV, 0, 0},         {"/dev/pts", SPOT_DEV, 0, 1},
    {"/dev/shm", SPOT_SHARED, 0, 1},     {"/dev/mqueue", SPOT_SHARED, 0, 1}, {"/sys", SPOT_SYS, 1, 1},
    {"/sys/fs/cgroup", SPOT_SYS, 1, 1},  {"/etc/hosts", SPOT_TMPFS, 2, 0}, {"/etc/hostname", SPOT_TMPFS, 2, 0},
    {"/etc/resolv.conf", SPOT_TMPFS, 2, 0},
};

static void from_engine(spot *out, const ct_container *container, const char *path) {
  for (size_t i = 0; i < sizeof own_mounts / sizeof *own_mounts; i++) {
    size_t length = strlen(own_mounts[i].path);
    if (length < out->length || !covers(own_mounts[i].path, length, path)) continue;
    out->kind = own_mounts[i].kind;
    out->length = length;
    out->at = NULL;
    out->noexec = own_mounts[i].noexec;
    out->nosuid = own_mounts[i].kind != SPOT_TMPFS;
    int read_only = own_mounts[i].read_only == 1   ? !ct_is_true(&container->privileged)
                    : own_mounts[i].read_only == 2 ? ct_is_true(&container->readonly_rootfs)
                                                   : 0;
    out->read_only = read_only ? CT_YES : CT_NO;
  }
}

/* Podman lays a tmpfs over these where the root file system is read-only, unless it is told not to. */
static void from_podman(spot *out, const ct_container *container, const char *path) {
  static const char folders[][9] = {"/tmp", "/run", "/var/tmp"};
  if (container->engine != CTSEC_ENGINE_PODMAN || ct_is_spec(container) || !ct_is_true(&container->readonly_rootfs)) return;
  for (uint32_t i = 0; i < container->create_command.count; i++)
    if (ct_text_is(&container->create_command.items[i], "--read-only-tmpfs=false")) return;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    size_t length = strlen(folders[i]);
    if (!covers(folders[i], length, path)) continue;
    out->kind = SPOT_SHARED;
    out->read_only = CT_NO;
    out->length = length;
    out->at = NULL;
  }
}

static void find(const ctsec_confinement *c, const char *path, spot *out) {
  const ct_container *container = c->container;
  *out = (spot){path, SPOT_ROOT, ct_is_true(&container->readonly_rootfs) ? CT_YES : CT_NO, 0, 0, 0, 0, NULL};
  if (out->read_only) out->at = container->readonly_rootfs.from.at;
  if (!path || path[0] != '/' || strstr(path, "/../")) {
    out->path = NULL;
    return;
  }
  if (!ct_is_spec(container) && container->format != CT_FORMAT_PROC) from_engine(out, container, path);
  from_podman(out, container, path);
  for (uint32_t i = 0; i < container->mounts.count; i++) {
    const ct_mount *mount = &container->mounts.items[i];
    if (mount->destination.length && mount->destination.length >= out->length &&
        covers(mount->destination.value, mount->destination.length, path))
      from_mount(out, mount, ct_is_spec(container));
  }
  for (uint32_t i = 0; i < container->readonly_paths.count; i++) {
    const ct_text *one = &container->readonly_paths.items[i];
    if (one->length < out->length || !covers(one->value, one->length, path)) continue;
    out->read_only = CT_YES;
    out->length = one->length;
    out->at = one->from.at ? one->from.at : container->readonly_paths.from.at;
  }
  for (uint32_t i = 0; i < container->masked_paths.count; i++) {
    const ct_text *one = &container->masked_paths.items[i];
    if (one->length < out->length || !covers(one->value, one->length, path)) continue;
    out->kind = SPOT_MASKED;
    out->length = one->length;
    out->at = one->from.at ? one->from.at : container->masked_paths.from.at;
  }
}

static ct_layer_answer *at_spot(ct_layer_answer *made, const spot *where) {
  /* The field that says so speaks of mounts and devices only. */
  if (made->layer == CTSEC_LAYER_MOUNT || made->layer == CTSEC_LAYER_DEVICE) made->at = where->at;
  made->word = where->path;
  return made;
}

/* The mount's own say about writing. */
static void inquire_writable(ct_inquiry *inquiry, const spot *where) {
  if (where->read_only == CT_NO)
    at_spot(ct_inquiry_add(inquiry, CTSEC_LAYER_MOUNT, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_MOUNT_WRITABLE), where);
  else if (where->read_only == CT_YES)
    at_spot(ct_inquiry_deny(inquiry, CTSEC_LAYER_MOUNT, "EROFS", CT_MESSAGE_WHY_MOUNT_READ_ONLY), where);
  else
    at_spot(ct_inquiry_said(inquiry, CTSEC_LAYER_MOUNT, inquiry->confinement->mount_says, "mount", "EROFS",
                            CT_MESSAGE_WHY_MOUNT_UNKNOWN), where);
}

/* Whether the container's user is who a file belongs to. */
static unsigned is_owner(const ctsec_confinement *c) {
  if (!c->file_owner_known || !c->uid_known) return CT_MAYBE;
  return c->file_owner == c->uid ? CT_YES : CT_NO;
}

/* Whether a capability counts for a file: its owner must be mapped. */
static unsigned cap_counts(const ctsec_confinement *c, int cap, const spot *where) {
  unsigned has = ct_confinement_has(c, cap, CT_SPACE_OWN);
  if (has != CT_YES || c->mapped == CT_NO) return has;
  /* Files of /sys and /proc/sys belong to the host's root. */
  if (where->kind == SPOT_SYS || (where->path && covers("/proc/sys", 9, where->path)))
    return c->mapped == CT_YES ? CT_NO : CT_MAYBE;
  return where->kind == SPOT_MOUNT ? CT_MAYBE : CT_YES;
}

static unsigned by_mode(const ctsec_confinement *c, unsigned want) {
  unsigned bits = c->file_mode & 7;
  if (c->file_owner == c->uid)
    bits = c->file_mode >> 6 & 7;
  else if (c->file_group_known && !c->gid_known)
    return CT_MAYBE;
  else if (c->file_group_known && c->file_group == c->gid)
    bits = c->file_mode >> 3 & 7;
  return (bits & want) == want ? CT_YES : CT_NO;
}

/* Root of the host owns it and nobody else may write; *needs where that is not all. */
static unsigned by_root(const ctsec_confinement *c, const char **needs) {
  *needs = c->root == CT_MAYBE ? "uid" : "userns";
  if (c->root == CT_NO || c->mapped == CT_YES) return CT_NO;
  return c->root == CT_YES && c->mapped == CT_NO ? CT_YES : CT_MAYBE;
}

/* inode_permission() without capabilities. */
static unsigned permits(const ctsec_confinement *c, const spot *where, unsigned want, int create, const char **needs) {
  *needs = "file-owner";
  if (c->file_owner_known && c->file_mode_known && c->uid_known) {
    unsigned may = by_mode(c, want);
    if (may == CT_MAYBE) *needs = "gid";
    return may;
  }
  if (c->file_owner_known) *needs = "file-mode";
  switch (where->kind) {
    case SPOT_SHARED: return CT_YES;
    case SPOT_MASKED: return CT_YES;
    case SPOT_DEV:
    case SPOT_TMPFS:
      *needs = "uid";
      if (!(want & MAY_WRITE)) return CT_YES;
      return c->root == CT_YES ? CT_YES : c->root == CT_NO ? CT_NO : CT_MAYBE;
    case SPOT_PROC:
      if (!(want & MAY_WRITE)) return CT_YES;
      return where->path && covers("/proc/self", 10, where->path) ? CT_YES : by_root(c, needs);
    case SPOT_SYS: return want & MAY_WRITE ? by_root(c, needs) : CT_YES;
    default: break;
  }
  /* The root folder itself is made by the engine: root's, and nobody else writes to it. */
  int in_root_folder = create && (!where->path || !strchr(where->path + 1, '/')) && where->kind == SPOT_ROOT;
  if (in_root_folder && c->root != CT_MAYBE) return c->root == CT_YES ? CT_YES : where->path ? CT_NO : CT_MAYBE;
  if (in_root_folder) *needs = "uid";
  /* An ordinary file may be read. */
  if (!where->path && !(want & MAY_WRITE)) return CT_YES;
  return CT_MAYBE;
}

static void inquire_permission(ct_inquiry *inquiry, const spot *where, unsigned want, int create) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *needs = NULL;
  /* Sysctls know no CAP_DAC_OVERRIDE. */
  int sysctl = where->path && covers("/proc/sys", 9, where->path);
  unsigned cap = sysctl ? CT_NO : cap_counts(c, CT_CAP_DAC_OVERRIDE, where);
  if (cap != CT_YES && !(want & MAY_WRITE) && !sysctl) {
    unsigned other = cap_counts(c, CT_CAP_DAC_READ_SEARCH, where);
    if (other == CT_YES) cap = other;
  }
  unsigned may = permits(c, where, want, create, &needs);
  ct_layer_answer *made;
  if (may == CT_YES) {
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_FILE, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILE_PERMITS);
  } else if (cap == CT_YES) {
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_FILE, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILE_OVERRIDE);
    made->cap = CT_CAP_DAC_OVERRIDE;
  } else if (may == CT_NO && cap == CT_NO) {
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_FILE, "EACCES",
                           sysctl ? CT_MESSAGE_WHY_FILE_SYSCTL : CT_MESSAGE_WHY_FILE_DENIES);
    made->cap = sysctl ? -1 : CT_CAP_DAC_OVERRIDE;
  } else {
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_FILE, may == CT_MAYBE ? needs : c->mapped == CT_MAYBE ? "userns" : "file-owner",
                           CT_MESSAGE_WHY_FILE_UNKNOWN);
  }
  at_spot(made, where);
}

/* What the rules of a configuration make of an access to a device. */
static unsigned by_rules(const ct_container *container, char type, int64_t major, int64_t minor, unsigned access) {
  /* The engines' own rules: nodes of these numbers may be made, the listed ones used. */
  static const struct {
    char type;
    int16_t major, minor;
  } usual[] = {{'c', 1, 3}, {'c', 1, 5}, {'c', 1, 7},  {'c', 1, 8}, {'c', 1, 9},
               {'c', 5, 0}, {'c', 5, 1}, {'c', 5, 2}, {'c', 136, -1}};
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (usual[i].type == type && usual[i].major == major && (usual[i].minor < 0 || usual[i].minor == minor)) return CT_YES;
  /* Runtimes differ in what they do where nothing is said. */
  unsigned allowed = container->device_rules.count ? CT_NO : CT_MAYBE;
  for (uint32_t i = 0; i < container->device_rules.count; i++) {
    const ct_device_rule *rule = &container->device_rules.items[i];
    if (rule->type != 'a' && rule->type != type) continue;
    if (rule->major >= 0 && major >= 0 && rule->major != major) continue;
    if (rule->minor >= 0 && minor >= 0 && rule->minor != minor) continue;
    int certain = (rule->major < 0 || major >= 0) && (rule->minor < 0 || minor >= 0);
    if (rule->allow && (rule->access & access) == access) allowed = certain ? CT_YES : CT_MAYBE;
    if (!rule->allow && rule->access & access) allowed = certain ? CT_NO : CT_MAYBE;
  }
  return allowed;
}

static unsigned access_bits(const ct_text *access) {
  unsigned bits = 0;
  for (size_t i = 0; i < access->length; i++)
    bits |= access->value[i] == 'r' ? CT_ACCESS_READ : access->value[i] == 'w' ? CT_ACCESS_WRITE : CT_ACCESS_MKNOD;
  return access->length ? bits : CT_ACCESS_READ | CT_ACCESS_WRITE | CT_ACCESS_MKNOD;
}

/* Nodes that every engine makes. */
static int is_usual_node(const char *path) {
  static const char names[][8] = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "console",
                                      "stdin", "stdout", "stderr", "fd", "core", "shm", "mqueue", "pts"};
  const char *name = path + 5;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t length = strlen(names[i]);
    if (!strncmp(name, names[i], length) && (!name[length] || name[length] == '/')) return 1;
  }
  return 0;
}

/* A device node: it must be there, and its cgroup rule must allow the access. */
static void inquire_device(ct_inquiry *inquiry, const spot *where, unsigned want) {
  const ct_container *container = inquiry->confinement->container;
  if (is_usual_node(where->path)) {
    at_spot(ct_inquiry_add(inquiry, CTSEC_LAYER_DEVICE, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_DEVICE_ALLOWED), where);
    return;
  }
  unsigned access = (want & MAY_READ ? CT_ACCESS_READ : 0u) | (want & MAY_WRITE ? CT_ACCESS_WRITE : 0u);
  for (uint32_t i = 0; i < container->devices.count; i++) {
    const ct_device *device = &container->devices.items[i];
    const ct_text *path = device->path.length ? &device->path : &device->host;
    if (!ct_text_is(path, where->path)) continue;
    unsigned allowed = (access_bits(&device->access) & access) == access ? CT_YES : CT_NO;
    /* A configuration says apart which nodes there are and which may be used. */
    if (ct_is_spec(container) && device->type != 'p')
      allowed = by_rules(container, device->type == 'b' ? 'b' : 'c', device->major, device->minor, access);
    ct_layer_answer *made =
        allowed == CT_YES  ? ct_inquiry_add(inquiry, CTSEC_LAYER_DEVICE, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_DEVICE_ALLOWED)
        : allowed == CT_NO ? ct_inquiry_deny(inquiry, CTSEC_LAYER_DEVICE, "EPERM", CT_MESSAGE_WHY_DEVICE_DENIED)
                           : ct_inquiry_said(inquiry, CTSEC_LAYER_DEVICE, inquiry->confinement->device_says, "device", "EPERM",
                                             CT_MESSAGE_WHY_DEVICE_HOST);
    at_spot(made, where)->at = device->at;
    return;
  }
  if (ct_is_true(&container->privileged))
    at_spot(ct_inquiry_said(inquiry, CTSEC_LAYER_DEVICE, inquiry->confinement->device_says, "device", "ENOENT",
                            CT_MESSAGE_WHY_DEVICE_HOST), where);
  else if (container->device_requests.count)
    at_spot(ct_inquiry_said(inquiry, CTSEC_LAYER_DEVICE, inquiry->confinement->device_says, "device", "ENOENT",
                            CT_MESSAGE_WHY_DEVICE_REQUEST), where);
  else
    at_spot(ct_inquiry_deny(inquiry, CTSEC_LAYER_DEVICE, "ENOENT", CT_MESSAGE_WHY_DEVICE_ABSENT), where);
}

#define O_ACCESS 3u

static void inquire_open(ct_inquiry *inquiry, const spot *where, unsigned argument, int has_flags) {
  const ct_request *request = inquiry->request;
  unsigned flags = (unsigned)request->args[argument + 1];
  int known = has_flags && ct_request_has(request, argument + 1);
  if (!known) {
    const char *needs = ct_argument_need(argument + 1);
    ct_inquiry_need(inquiry, CTSEC_LAYER_FILE, needs, CT_MESSAGE_WHY_ARGUMENT)->word = needs;
    return;
  }
  unsigned access = flags & O_ACCESS, creating = ct_request_bits(request, "O_CREAT"), cutting = ct_request_bits(request, "O_TRUNC");
  unsigned want = access == 0 ? MAY_READ : access == 1 ? MAY_WRITE : MAY_READ | MAY_WRITE;
  int writes = (want & MAY_WRITE) || flags & cutting;
  if (where->kind == SPOT_MASKED) {
    at_spot(ct_inquiry_add(inquiry, CTSEC_LAYER_MOUNT, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_MOUNT_MASKED), where);
    return;
  }
  if (where->kind == SPOT_DEV && where->path && strlen(where->path) > 5 && !(flags & creating)) {
    inquire_device(inquiry, where, want);
    return;
  }
  /* Nodes of the host are there, and the device cgroup asks by their numbers. */
  if (where->kind == SPOT_MOUNT && where->devices && !ct_is_true(&inquiry->confinement->container->privileged)) {
    at_spot(ct_inquiry_said(inquiry, CTSEC_LAYER_DEVICE, inquiry->confinement->device_says, "device", "EPERM",
                            CT_MESSAGE_WHY_DEVICE_HOST), where);
    return;
  }
  /* A file that is to be made, or cut, asks the mount first; one that is there asks its mode first. */
  int fixed = where->kind == SPOT_PROC || where->kind == SPOT_SYS;
  int creates = (flags & creating) && !fixed;
  int mount_first = creates || flags & cutting;
  if (writes && mount_first) inquire_writable(inquiry, where);
  if (creates)
    inquire_permission(inquiry, where, MAY_WRITE | MAY_EXEC, 1);
  else
    inquire_permission(inquiry, where, want, 0);
  if (writes && !mount_first) inquire_writable(inquiry, where);
  ct_inquire_lsm(inquiry, writes ? CT_LSM_FILE : CT_LSM_READ, "EACCES");
}

static void inquire_owner(ct_inquiry *inquiry, const spot *where) {
  const ctsec_confinement *c = inquiry->confinement;
  unsigned owner = is_owner(c), cap = cap_counts(c, CT_CAP_FOWNER, where);
  ct_layer_answer *made;
  if (owner == CT_YES || cap == CT_YES)
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_CAPABILITY, CTSEC_ANSWER_ALLOW,
                          owner == CT_YES ? CT_MESSAGE_WHY_FILE_OWNER : CT_MESSAGE_WHY_CAP_HAS);
  else if (owner == CT_NO && cap == CT_NO)
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_CAPABILITY, "EPERM", CT_MESSAGE_WHY_FILE_NOT_OWNER);
  else
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, owner == CT_MAYBE ? c->uid_known ? "file-owner" : "uid" : "userns",
                           CT_MESSAGE_WHY_FILE_OWNER_UNKNOWN);
  at_spot(made, where);
  made->cap = CT_CAP_FOWNER;
}

static void inquire_chown(ct_inquiry *inquiry, const spot *where, unsigned argument) {
  const ctsec_confinement *c = inquiry->confinement;
  const ct_request *request = inquiry->request;
  unsigned cap = cap_counts(c, CT_CAP_CHOWN, where);
  ct_layer_answer *made;
  if (cap == CT_YES) {
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_CAPABILITY, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_CAP_HAS);
  } else {
    uint32_t uid = (uint32_t)request->args[argument + 1], gid = (uint32_t)request->args[argument + 2];
    int uid_known = ct_request_has(request, argument + 1), gid_known = ct_request_has(request, argument + 2);
    /* An owner may give a file to a group of its own, and to nobody else. */
    int to_other = uid_known && uid != UINT32_MAX && c->uid_known && uid != c->uid;
    int to_group = gid_known && gid != UINT32_MAX && c->gid_known && gid != c->gid && !c->container->groups.count;
    if (cap == CT_NO && (to_other || to_group || is_owner(c) == CT_NO))
      made = ct_inquiry_deny(inquiry, CTSEC_LAYER_CAPABILITY, "EPERM", CT_MESSAGE_WHY_CHOWN);
    else if (cap == CT_NO && is_owner(c) == CT_YES && uid_known && gid_known && !to_other && !to_group)
      made = ct_inquiry_add(inquiry, CTSEC_LAYER_CAPABILITY, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILE_OWNER);
    else
      made = ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY,
                             !c->uid_known                 ? "uid"
                             : cap == CT_MAYBE             ? "userns"
                             : !uid_known                  ? ct_argument_need(argument + 1)
                             : is_owner(c) == CT_MAYBE     ? "file-owner"
                                                           : ct_argument_need(argument + 2),
                             CT_MESSAGE_WHY_FILE_OWNER_UNKNOWN);
  }
  at_spot(made, where);
  made->cap = CT_CAP_CHOWN;
}

/* get_file_caps(): what the bounding set lacks is not granted, and a program marked effective is not run without it. */
static void inquire_program(ct_inquiry *inquiry, const spot *where) {
  const ctsec_confinement *c = inquiry->confinement;
  if (!c->file_caps || where->nosuid) return;
  uint64_t lacking = c->file_caps & ~c->bounding;
  const char *open = c->container->facts.exec_known ? NULL : ct_container_needs(c->container, c->container->privileged.from.at);
  for (int cap = 0; cap < CT_CAP_COUNT; cap++) {
    if (!(c->file_caps >> cap & 1) || (lacking && !(lacking >> cap & 1))) continue;
    ct_layer_answer *made =
        !lacking ? ct_inquiry_add(inquiry, CTSEC_LAYER_CAPABILITY, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILE_CAPS_BOUND)
        : open   ? ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, open, CT_MESSAGE_WHY_CAP_OPEN)
                 : ct_inquiry_deny(inquiry, CTSEC_LAYER_CAPABILITY, "EPERM", CT_MESSAGE_WHY_FILE_CAPS);
    made->cap = (int8_t)cap;
    if (!lacking) return;
  }
}

static void inquire_exec(ct_inquiry *inquiry, const spot *where) {
  if (where->noexec == CT_MAYBE)
    at_spot(ct_inquiry_need(inquiry, CTSEC_LAYER_MOUNT, "mount", CT_MESSAGE_WHY_MOUNT_UNKNOWN), where);
  else if (where->noexec == CT_YES)
    at_spot(ct_inquiry_deny(inquiry, CTSEC_LAYER_MOUNT, "EACCES", CT_MESSAGE_WHY_MOUNT_NOEXEC), where);
  const ctsec_confinement *c = inquiry->confinement;
  if (c->file_owner_known && c->file_mode_known && c->uid_known && by_mode(c, MAY_EXEC) == CT_NO &&
      (!(c->file_mode & 0111) || cap_counts(c, CT_CAP_DAC_OVERRIDE, where) == CT_NO))
    at_spot(ct_inquiry_deny(inquiry, CTSEC_LAYER_FILE, "EACCES", CT_MESSAGE_WHY_FILE_DENIES), where);
  inquire_program(inquiry, where);
}

void ct_inquire_file(ct_inquiry *inquiry, unsigned argument, ct_file_use use) {
  spot where;
  find(inquiry->confinement, inquiry->request->texts[argument], &where);
  switch (use) {
    case CT_FILE_OPEN: inquire_open(inquiry, &where, argument, 1); return;
    case CT_FILE_OPEN_HOW: inquire_open(inquiry, &where, argument, 0); return;
    case CT_FILE_EXEC: inquire_exec(inquiry, &where); return;
    case CT_FILE_SEARCH:
      if (inquiry->confinement->file_mode_known) inquire_permission(inquiry, &where, MAY_EXEC, 0);
      return;
    default: break;
  }
  if (use == CT_FILE_WRITE) {
    inquire_permission(inquiry, &where, MAY_WRITE, 0);
    inquire_writable(inquiry, &where);
    ct_inquire_lsm(inquiry, CT_LSM_FILE, "EACCES");
    return;
  }
  inquire_writable(inquiry, &where);
  if (use == CT_FILE_CHOWN)
    inquire_chown(inquiry, &where, argument);
  else if (use == CT_FILE_CHMOD || use == CT_FILE_SET)
    inquire_owner(inquiry, &where);
  else {
    if (use == CT_FILE_LINK) ct_inquire_link(inquiry);
    inquire_permission(inquiry, &where, MAY_WRITE | MAY_EXEC, 1);
  }
  if (where.path) ct_inquire_lsm(inquiry, CT_LSM_FILE, "EACCES");
}

/* The name of an attribute: quoted text behind argument i, NULL where nobody says. */
static const char *attribute(const ct_request *request) {
  for (int i = 1; i < 6; i++)
    if (request->texts[i] && request->texts[i][0] != '/') return request->texts[i];
  return NULL;
}

static unsigned argument_of_path(const ct_request *request) {
  for (unsigned i = 0; i < 2; i++)
    if (request->texts[i] && request->texts[i][0] == '/') return i;
  return 0;
}

static int starts(const char *text, const char *prefix) { return !strncmp(text, prefix, strlen(prefix)); }

/* mnt_want_write(), then what the attribute's own space asks for. */
void ct_inquire_xattr(ct_inquiry *inquiry) {
  const ctsec_confinement *c = inquiry->confinement;
  const char *name = attribute(inquiry->request);
  spot where;
  find(c, inquiry->request->texts[argument_of_path(inquiry->request)], &where);
  inquire_writable(inquiry, &where);
  if (!name) {
    uint64_t all = CT_CAP_BIT(CT_CAP_SETFCAP) | CT_CAP_BIT(CT_CAP_SYS_ADMIN) | CT_CAP_BIT(CT_CAP_DAC_OVERRIDE) |
                   CT_CAP_BIT(CT_CAP_FOWNER);
    if ((c->caps & all) == all && c->mapped == CT_NO) {
      ct_inquire_cap(inquiry, CT_CAP_SYS_ADMIN, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM");
      return;
    }
    ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, "arg1", CT_MESSAGE_WHY_DATA)->word = "arg1";
  } else if (starts(name, "security.capability")) {
    ct_inquire_cap(inquiry, CT_CAP_SETFCAP, CT_CAP_SETFCAP, CT_SPACE_OWN, "EPERM");
  } else if (starts(name, "security.") || starts(name, "trusted.")) {
    ct_inquire_cap(inquiry, CT_CAP_SYS_ADMIN, CT_CAP_SYS_ADMIN, CT_SPACE_INIT, "EPERM");
  } else if (starts(name, "system.")) {
    inquire_owner(inquiry, &where);
  } else {
    inquire_permission(inquiry, &where, MAY_WRITE, 0);
  }
}

/* A socket in the file system: its folder must be there, and the socket itself must be writable. Whether the mount is
 * read-only does not matter. */
void ct_inquire_socket(ct_inquiry *inquiry, const char *path) {
  spot where;
  find(inquiry->confinement, path, &where);
  if (where.kind != SPOT_MOUNT) {
    const char *needs = inquiry->confinement->container->mounts.from.state == CT_UNKNOWN ? "mount" : NULL;
    if (needs)
      at_spot(ct_inquiry_need(inquiry, CTSEC_LAYER_MOUNT, needs, CT_MESSAGE_WHY_MOUNT_UNKNOWN), &where);
    else
      at_spot(ct_inquiry_deny(inquiry, CTSEC_LAYER_MOUNT, "ENOENT", CT_MESSAGE_WHY_SOCKET_ABSENT), &where);
    return;
  }
  at_spot(ct_inquiry_add(inquiry, CTSEC_LAYER_MOUNT, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_SOCKET_MOUNTED), &where);
  const ctsec_confinement *c = inquiry->confinement;
  unsigned cap = ct_confinement_has(c, CT_CAP_DAC_OVERRIDE, CT_SPACE_OWN);
  ct_layer_answer *made;
  const char *needs = NULL;
  unsigned may = c->file_owner_known && c->file_mode_known ? permits(c, &where, MAY_WRITE, 0, &needs) : by_root(c, &needs);
  /* Runtimes make it root's, 0660, with a group that containers may be given. */
  if (may == CT_YES || (cap == CT_YES && c->mapped == CT_NO))
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_FILE, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FILE_PERMITS);
  else if (may == CT_NO && c->file_owner_known && c->file_mode_known)
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_FILE, "EACCES", CT_MESSAGE_WHY_FILE_DENIES);
  else
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_FILE, may == CT_MAYBE ? needs : "file-owner", CT_MESSAGE_WHY_FILE_UNKNOWN);
  at_spot(made, &where);
}
