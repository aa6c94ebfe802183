/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc/PID/mountinfo: which of the mounts are paths of the host, told by the table of the host's own mounts. */
#include <errno.h>
#include <string.h>

#include "container/proc.h"
#include "container/text.h"

/* One line, its words still as they are written. */
typedef struct mount_line {
  const char *device;
  size_t device_length;
  const char *root;
  size_t root_length;
  const char *point;
  size_t point_length;
  const char *options;
  size_t options_length;
  const char *tags;
  size_t tags_length;
  const char *type;
  size_t type_length;
  const char *source;
  size_t source_length;
  const char *super;
  size_t super_length;
} mount_line;

static int next_word(const char **at, const char *end, const char **word, size_t *length) {
  while (*at < end && **at == ' ') ++*at;
  const char *start = *at;
  while (*at < end && **at != ' ') ++*at;
  *word = start;
  *length = (size_t)(*at - start);
  return *length > 0;
}

static int read_line(const char *text, size_t length, mount_line *line) {
  const char *at = text, *end = text + length, *word;
  size_t n;
  memset(line, 0, sizeof *line);
  if (!next_word(&at, end, &word, &n) || !next_word(&at, end, &word, &n) ||
      !next_word(&at, end, &line->device, &line->device_length) || !next_word(&at, end, &line->root, &line->root_length) ||
      !next_word(&at, end, &line->point, &line->point_length) || !next_word(&at, end, &line->options, &line->options_length))
    return 0;
  line->tags = at;
  while (next_word(&at, end, &word, &n)) {
    if (n != 1 || *word != '-') continue;
    line->tags_length = (size_t)(word - line->tags);
    if (!next_word(&at, end, &line->type, &line->type_length)) return 0;
    next_word(&at, end, &line->source, &line->source_length);
    next_word(&at, end, &line->super, &line->super_length);
    return memchr(line->device, ':', line->device_length) != NULL && *line->point == '/';
  }
  return 0;
}

static int is(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

static int has_option(const char *list, size_t length, const char *word) {
  size_t n = strlen(word);
  for (size_t at = 0; at + n <= length;) {
    const char *comma = memchr(list + at, ',', length - at);
    size_t size = comma ? (size_t)(comma - list) - at : length - at;
    if (size == n && !memcmp(list + at, word, n)) return 1;
    at += size + 1;
  }
  return 0;
}

/* "\040" and the like; NULL where memory is out. */
static const char *unescape(ct_arena *arena, const char *text, size_t length, size_t *out) {
  char *copy = ct_arena_copy(arena, text, length);
  if (!copy) return NULL;
  size_t used = 0;
  for (size_t i = 0; i < length; i++) {
    int octal = text[i] == '\\' && length - i > 3;
    for (size_t k = 1; octal && k < 4; k++) octal = text[i + k] >= '0' && text[i + k] <= '7';
    if (!octal) {
      copy[used++] = text[i];
      continue;
    }
    copy[used++] = (char)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  copy[used] = '\0';
  *out = used;
  return copy;
}

static int is_below(const char *path, size_t length, const char *folder, size_t folder_length) {
  if (folder_length == 1) return 1;
  return length >= folder_length && !memcmp(path, folder, folder_length) &&
         (length == folder_length || path[folder_length] == '/');
}

/* The host's mount through which a root of the same device is seen; the closest one. */
static int find_host(const ct_proc_snapshot *snapshot, const mount_line *line, mount_line *found) {
  const char *at = snapshot->mounts.data, *end = at ? at + snapshot->mounts.length : at;
  int any = 0;
  /* Files of namespaces are no paths of the host. */
  if (is(line->type, line->type_length, "nsfs")) return 0;
  while (at && at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    mount_line host;
    if (read_line(at, (size_t)(stop - at), &host) && host.device_length == line->device_length &&
        !memcmp(host.device, line->device, line->device_length) &&
        is_below(line->root, line->root_length, host.root, host.root_length) &&
        (!any || host.root_length > found->root_length)) {
      *found = host;
      any = 1;
    }
    at = stop + 1;
  }
  return any;
}

/* The number of a tag: "shared:12". */
static const char *tag(const mount_line *line, const char *name, size_t *length) {
  size_t n = strlen(name);
  const char *at = line->tags, *end = at + line->tags_length, *word;
  while (next_word(&at, end, &word, length))
    if (*length > n && !memcmp(word, name, n)) return word;
  return NULL;
}

/* A mount of the container reaches the host only where the host has the same group of peers. */
static const char *propagation(const ct_proc_snapshot *snapshot, const mount_line *line) {
  size_t length, n;
  const char *shared = tag(line, "shared:", &length);
  if (shared) {
    const char *at = snapshot->mounts.data, *end = at ? at + snapshot->mounts.length : at;
    if (!snapshot->mounts.length) return "shared";
    while (at && at < end) {
      const char *stop = memchr(at, '\n', (size_t)(end - at));
      if (!stop) stop = end;
      mount_line host;
      const char *peer = read_line(at, (size_t)(stop - at), &host) ? tag(&host, "shared:", &n) : NULL;
      if (peer && n == length && !memcmp(peer, shared, n)) return "shared";
      at = stop + 1;
    }
  }
  return tag(line, "master:", &n) ? "slave" : "private";
}

/* File systems that the runtime mounts for the container itself, where it mounts them. */
static int is_runtime_mount(const mount_line *line) {
  static const struct {
    const char *type;
    const char *place;
  } own[] = {{"proc", "/proc"},         {"sysfs", "/sys"},          {"cgroup", "/sys/fs/cgroup"}, {"cgroup2", "/sys/fs/cgroup"},
             {"mqueue", "/dev/mqueue"}, {"devpts", "/dev/pts"},     {"devpts", "/dev/console"},   {"tmpfs", "/sys/fs/cgroup"},
             {"devpts", "/dev/tty"}};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (is(line->type, line->type_length, own[i].type) &&
        is_below(line->point, line->point_length, own[i].place, strlen(own[i].place)))
      return 1;
  return 0;
}

/* What runtimes lay over paths to hide them: /dev/null, or an empty tmpfs that is read-only. */
static int is_mask(const mount_line *line) {
  if (!is_below(line->point, line->point_length, "/proc", 5) && !is_below(line->point, line->point_length, "/sys", 4)) return 0;
  if (is(line->root, line->root_length, "/null")) return 1;
  return is(line->type, line->type_length, "tmpfs") && !is(line->point, line->point_length, "/sys/fs/cgroup") &&
         (has_option(line->options, line->options_length, "ro") || has_option(line->super, line->super_length, "ro"));
}

static int is_read_only(const mount_line *line) {
  return has_option(line->options, line->options_length, "ro") || has_option(line->super, line->super_length, "ro");
}

static ct_live_mount *add_danger(ct_reader *reader, const ct_value *at, int kind) {
  ct_live *live = reader->container->live;
  ct_live_mount *grown = ct_arena_grow(reader->arena, live->mounts, live->mount_count, sizeof *grown);
  if (!grown) {
    ct_read_nomem(reader);
    return NULL;
  }
  live->mounts = grown;
  ct_live_mount *found = &grown[live->mount_count++];
  memset(found, 0, sizeof *found);
  found->at = at;
  found->kind = (uint8_t)kind;
  found->source = found->destination = found->detail = "";
  return found;
}

static void split_options(ct_reader *reader, const ct_value *at, const mount_line *line, ct_texts *options) {
  for (size_t i = 0; i < line->options_length;) {
    const char *comma = memchr(line->options + i, ',', line->options_length - i);
    size_t size = comma ? (size_t)(comma - line->options) - i : line->options_length - i;
    const char *copy = ct_arena_copy(reader->arena, line->options + i, size);
    if (!copy) {
      ct_read_nomem(reader);
      return;
    }
    ct_append_text(reader, options, at, copy, size);
    i += size + 1;
  }
}

/* The same path below both: it came with a folder that is bound with all below it. */
static int is_same_below(const ct_mount *parent, const ct_mount *mount) {
  if (!is_below(mount->source.value, mount->source.length, parent->source.value, parent->source.length)) return 0;
  size_t inside = parent->destination.length == 1 ? 0 : parent->destination.length;
  size_t outside = parent->source.length == 1 ? 0 : parent->source.length;
  return mount->destination.length - inside == mount->source.length - outside &&
         !memcmp(mount->destination.value + inside, mount->source.value + outside, mount->source.length - outside);
}

static int is_part(const ct_mounts *mounts, const ct_mount *mount) {
  for (uint32_t i = mounts->count; i--;) {
    const ct_mount *parent = &mounts->items[i];
    if (!ct_text_is(&parent->type, "bind") || !is_below(mount->destination.value, mount->destination.length, parent->destination.value, parent->destination.length))
      continue;
    /* Read-only stops at the folder itself: what may be written below it is worth a word. */
    if (is_same_below(parent, mount) && (mount->writable.value == parent->writable.value || !mount->writable.value)) return 1;
    /* Of the whole host, what other containers have mounted is part too. */
    if (parent->source.length == 1 && !is_same_below(parent, mount)) return 1;
  }
  return 0;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* Seen from inside, only what a socket is called tells what it is. */
static int is_socket_name(const char *path) {
  static const char names[][17] = {"docker.sock", "containerd.sock", "crio.sock", "podman.sock", "buildkitd.sock", "cri-dockerd.sock"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strcmp(last_part(path), names[i])) return 1;
  return 0;
}

static void add_mount(ct_reader *reader, const ct_value *at, const mount_line *line, const ct_proc_snapshot *snapshot) {
  ct_mounts *mounts = &reader->container->mounts;
  ct_mount mount = {.at = at};
  size_t length;
  const char *point = unescape(reader->arena, line->point, line->point_length, &length);
  const char *type = ct_arena_copy(reader->arena, line->type, line->type_length);
  if (!point || !type) {
    ct_read_nomem(reader);
    return;
  }
  ct_set_text(&mount.destination, at, point, length);
  ct_set_text(&mount.type, at, type, line->type_length);
  ct_set_flag(&mount.writable, at, !is_read_only(line));
  const char *reach = propagation(snapshot, line);
  ct_set_text(&mount.propagation, at, reach, strlen(reach));
  split_options(reader, at, line, &mount.options);
  mount_line host;
  if (!is_runtime_mount(line) && find_host(snapshot, line, &host)) {
    size_t base_length, root_length;
    const char *base = unescape(reader->arena, host.point, host.point_length, &base_length);
    const char *root = unescape(reader->arena, line->root, line->root_length, &root_length);
    size_t skip = host.root_length == 1 ? 0 : host.root_length;
    if (!base || !root) {
      ct_read_nomem(reader);
      return;
    }
    if (root_length > 9 && !memcmp(root + root_length - 9, "//deleted", 9)) root_length -= 9;
    if (skip > root_length) skip = root_length;
    ct_buffer path;
    ct_buffer_init(&path);
    ct_buffer_add(&path, base, base_length == 1 ? 0 : base_length);
    if (root_length - skip > 1 || (root_length > skip && root[skip] != '/')) ct_buffer_add(&path, root + skip, root_length - skip);
    if (!path.length) ct_buffer_char(&path, '/');
    const char *source = path.failed ? NULL : ct_arena_copy(reader->arena, path.data, path.length);
    if (source) ct_set_text(&mount.source, at, source, path.length);
    ct_buffer_free(&path);
    if (!source) {
      ct_read_nomem(reader);
      return;
    }
    const char *kind = ct_mount_is_volume(&mount) ? "volume" : "bind";
    ct_set_text(&mount.type, at, kind, strlen(kind));
    /* Engines give who shares the host's IPC its shared memory too. */
    const ct_namespace *ipc = &reader->container->namespaces[CT_NS_IPC];
    int shared = ipc->mode == CT_NS_HOST && ct_text_is(&mount.source, "/dev/shm") && ct_text_is(&mount.destination, "/dev/shm");
    mount.own = (uint8_t)(ct_mount_is_own(&mount) || shared);
    if (is_part(mounts, &mount)) return;
  }
  if (!snapshot->mounts.length && !is_runtime_mount(line)) {
    const char *root = unescape(reader->arena, line->root, line->root_length, &length);
    if (!root) {
      ct_read_nomem(reader);
      return;
    }
    if (is_socket_name(root)) {
      ct_set_text(&mount.source, at, root, length);
      ct_set_text(&mount.type, at, "bind", 4);
    }
  }
  ct_mount *place = CT_APPEND(reader, mounts, at);
  if (place) *place = mount;
}

/* A whole disk that the host itself has not mounted; one that it has is a path of the host. */
static void check_disk(ct_reader *reader, const ct_value *at, const mount_line *line, const ct_proc_snapshot *snapshot) {
  mount_line host;
  if (line->source_length < 6 || memcmp(line->source, "/dev/", 5) || !is(line->root, line->root_length, "/")) return;
  if (!snapshot->mounts.length || find_host(snapshot, line, &host)) return;
  ct_live_mount *found = add_danger(reader, at, CT_LIVE_DISK);
  if (!found) return;
  found->source = ct_arena_copy(reader->arena, line->source, line->source_length);
  found->destination = ct_arena_copy(reader->arena, line->point, line->point_length);
  found->read_only = (uint8_t)is_read_only(line);
  if (!found->source || !found->destination) ct_read_nomem(reader);
}

/* What can be written to change the host: control groups, sysfs. */
static void check_system(ct_reader *reader, const ct_value *at, const mount_line *line, const ct_proc_snapshot *snapshot) {
  mount_line host;
  /* The host's own, bound elsewhere, is a path of the host. */
  if (!is_runtime_mount(line) && find_host(snapshot, line, &host)) return;
  int group = is(line->type, line->type_length, "cgroup") || is(line->type, line->type_length, "cgroup2");
  if ((!group && !is(line->type, line->type_length, "sysfs")) || is_read_only(line)) return;
  ct_live *live = reader->container->live;
  for (uint32_t i = 0; group && i < live->mount_count; i++) {
    if (live->mounts[i].kind != CT_LIVE_CGROUP) continue;
    /* One for all hierarchies. */
    live->mounts[i].more++;
    return;
  }
  ct_live_mount *found = add_danger(reader, at, group ? CT_LIVE_CGROUP : CT_LIVE_SYSFS);
  if (!found) return;
  found->source = ct_arena_copy(reader->arena, line->type, line->type_length);
  found->destination = ct_arena_copy(reader->arena, line->point, line->point_length);
  if (!found->source || !found->destination) ct_read_nomem(reader);
}

static int covers(const ct_texts *paths, const char *path) {
  size_t length = strlen(path);
  for (uint32_t i = 0; i < paths->count; i++)
    if (is_below(path, length, paths->items[i].value, paths->items[i].length)) return 1;
  return 0;
}

/* A procfs through which kernel settings can be written: nothing masks it, nothing makes it read-only. */
static void check_proc(ct_reader *reader, const ct_value *at, unsigned there) {
  const ct_container *container = reader->container;
  ct_buffer open;
  ct_buffer_init(&open);
  for (uint32_t i = 0; i < CT_PROC_MASKED; i++)
    if (there >> i & 1 && !covers(&container->readonly_paths, ct_proc_masked[i]) && !covers(&container->masked_paths, ct_proc_masked[i]))
      ct_buffer_format(&open, "%s%s", open.length ? ", " : "", ct_proc_masked[i]);
  if (open.length && !open.failed) {
    ct_live_mount *found = add_danger(reader, at, CT_LIVE_PROC);
    const char *detail = ct_arena_copy(reader->arena, open.data, open.length);
    if (found && detail) {
      found->source = "proc";
      found->destination = "/proc";
      found->detail = detail;
    } else {
      ct_read_nomem(reader);
    }
  }
  if (open.failed) ct_read_nomem(reader);
  ct_buffer_free(&open);
}

void ct_read_proc_mounts(ct_reader *reader, const ct_value *lines, const ct_proc_snapshot *snapshot) {
  ct_container *container = reader->container;
  const ct_value *proc = NULL, *bad = NULL;
  int writable_proc = 0;
  container->mounts.from = container->masked_paths.from = container->readonly_paths.from = (ct_origin){CT_SET, 0, lines};
  for (uint32_t i = 0; i < lines->count && !reader->status; i++) {
    const ct_value *at = &lines->as.items[i];
    mount_line line, host;
    if (!read_line(at->as.string, at->length, &line)) {
      if (!bad) bad = at;
      continue;
    }
    if (is(line.point, line.point_length, "/")) {
      ct_set_flag(&container->readonly_rootfs, at, is_read_only(&line));
      /* Its own mounts, but the host's files. */
      if (find_host(snapshot, &line, &host) && is(host.point, host.point_length, "/") && host.root_length == line.root_length) {
        add_mount(reader, at, &line, snapshot);
      }
      continue;
    }
    size_t length;
    if (is_mask(&line)) {
      const char *path = unescape(reader->arena, line.point, line.point_length, &length);
      if (path)
        ct_append_text(reader, &container->masked_paths, at, path, length);
      else
        ct_read_nomem(reader);
      continue;
    }
    if (is(line.type, line.type_length, "proc")) {
      if (is(line.point, line.point_length, "/proc")) {
        proc = at;
        writable_proc = !is_read_only(&line);
        continue;
      }
      if (is_below(line.point, line.point_length, "/proc", 5)) {
        const char *path = unescape(reader->arena, line.point, line.point_length, &length);
        if (path && is_read_only(&line)) ct_append_text(reader, &container->readonly_paths, at, path, length);
        if (!path) ct_read_nomem(reader);
        continue;
      }
    }
    check_system(reader, at, &line, snapshot);
    check_disk(reader, at, &line, snapshot);
    add_mount(reader, at, &line, snapshot);
  }
  if (bad) ct_proc_unread(reader, bad, CT_PROC_MOUNTINFO, EBADMSG);
  /* What this kernel does not have cannot be written either. */
  for (uint32_t i = 0; i < CT_PROC_MASKED; i++)
    if (!(snapshot->maskable >> i & 1))
      ct_append_text(reader, &container->readonly_paths, lines, ct_proc_masked[i], strlen(ct_proc_masked[i]));
  container->mounts.from = container->masked_paths.from = container->readonly_paths.from = (ct_origin){CT_SET, 0, lines};
  if (bad || !snapshot->mounts.length) container->mounts.from.state = CT_UNKNOWN;
  if (proc && writable_proc && !reader->status) check_proc(reader, proc, snapshot->maskable);
}
