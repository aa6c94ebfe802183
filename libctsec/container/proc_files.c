/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a tree of the shape of /proc, and which of its processes are containers. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "container/proc.h"
#include "ctsec/caps.h"
#include "ctsec/seccomp.h"
#include "seccomp/live.h"

const char *const ct_proc_namespaces[CT_NS_COUNT] = {"pid", "ipc", "net", "uts", "user", "cgroup", "mnt"};

/* The first is always there. */
const char *const ct_proc_masked[CT_PROC_MASKED] = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/kcore"};

uint64_t ct_proc_first_namespace(ct_namespace_kind kind) {
  static const uint32_t inodes[CT_NS_COUNT] = {
      [CT_NS_PID] = 0xeffffffcu,  [CT_NS_IPC] = 0xefffffffu,    [CT_NS_NET] = 0xeffffff9u,  [CT_NS_UTS] = 0xeffffffeu,
      [CT_NS_USER] = 0xeffffffdu, [CT_NS_CGROUP] = 0xeffffffbu, [CT_NS_MOUNT] = 0xeffffff8u};
  return inodes[kind];
}

/* Appends what a descriptor gives; an errno where it fails. */
static int read_all(int fd, ct_buffer *buffer, size_t most) {
  size_t before = buffer->length;
  for (;;) {
    if (!ct_buffer_reserve(buffer, 8192)) return ENOMEM;
    ssize_t n = read(fd, buffer->data + buffer->length, 8192);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (!n) return 0;
    buffer->length += (size_t)n;
    if (buffer->length - before > most) return EFBIG;
  }
}

static int read_at(int folder, const char *name, ct_buffer *buffer, size_t most) {
  size_t before = buffer->length;
  int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return errno;
  int number = read_all(fd, buffer, most);
  close(fd);
  if (number) buffer->length = before;
  return number;
}

/* "pid:[4026531836]"; in a recording that was copied, a file with that text. */
static int read_link(int folder, const char *name, ct_buffer *buffer) {
  char text[64];
  ssize_t n = readlinkat(folder, name, text, sizeof text);
  if (n < 0 && errno == EINVAL) return read_at(folder, name, buffer, 64);
  if (n < 0) return errno;
  ct_buffer_add(buffer, text, (size_t)n);
  return 0;
}

static uint64_t inode_of(const char *text, size_t length) {
  const char *open = memchr(text, '[', length);
  uint64_t value = 0;
  for (const char *at = open ? open + 1 : text + length; at < text + length && *at >= '0' && *at <= '9'; at++)
    value = value * 10 + (uint64_t)(*at - '0');
  return value;
}

static uint64_t namespace_of(ct_proc_snapshot *snapshot, int folder, ct_namespace_kind kind) {
  char name[16] = "ns/";
  memcpy(name + 3, ct_proc_namespaces[kind], strlen(ct_proc_namespaces[kind]) + 1);
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  uint64_t inode = read_link(folder, name, &buffer) ? 0 : inode_of(buffer.data ? buffer.data : "", buffer.length);
  snapshot->text.failed |= buffer.failed;
  ct_buffer_free(&buffer);
  return inode;
}

static const char *make_path(ct_proc_snapshot *snapshot, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *make_path(ct_proc_snapshot *snapshot, const char *format, ...) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&buffer, format, arguments);
  va_end(arguments);
  const char *path = buffer.failed ? NULL : ct_arena_copy(snapshot->arena, buffer.data ? buffer.data : "", buffer.length);
  ct_buffer_free(&buffer);
  if (!path) snapshot->text.failed = 1;
  return path;
}

static int refuse(ctsec_error **err, int number, const char *path) {
  return number == ENOMEM ? ct_error_nomem(err) : ct_error_system(err, number, path, "cannot be read");
}

static int open_folder(const char *path) { return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

static int open_process(ct_proc_snapshot *snapshot, int32_t pid) {
  const char *path = make_path(snapshot, "%s/%d", snapshot->root, pid);
  if (!path) {
    errno = ENOMEM;
    return -1;
  }
  return open_folder(path);
}

static ct_proc_file *add_file(ct_proc_snapshot *snapshot, int kind, const char *source, const char *name) {
  if (!source || !name) return NULL;
  ct_proc_file *grown = ct_arena_grow(snapshot->arena, snapshot->files, snapshot->file_count, sizeof *grown);
  if (!grown) return NULL;
  snapshot->files = grown;
  ct_proc_file *file = &grown[snapshot->file_count++];
  memset(file, 0, sizeof *file);
  file->kind = (uint8_t)kind;
  file->source = source;
  file->name = name;
  file->start = (uint32_t)snapshot->text.length;
  return file;
}

/* Ends a file: each has at least a line of its own. Bytes that end entries elsewhere end lines here. */
static void end_file(ct_proc_snapshot *snapshot, ct_proc_file *file, int number) {
  ct_buffer *text = &snapshot->text;
  file->error = number;
  file->length = (uint32_t)(text->length - file->start);
  if (file->kind == CT_PROC_ENVIRON || file->kind == CT_PROC_CMDLINE) {
    for (uint32_t i = 0; i < file->length; i++) {
      char *c = text->data + file->start + i;
      *c = *c == '\n' ? ' ' : *c ? *c : '\n';
    }
  }
  ct_buffer_char(text, '\n');
}

static int take(ct_proc_snapshot *snapshot, int folder, int32_t pid, int kind, const char *name, size_t most) {
  ct_proc_file *file = add_file(snapshot, kind, make_path(snapshot, "%s/%d/%s", snapshot->root, pid, name), name);
  if (!file) return 0;
  file->pid = pid;
  int number = kind == CT_PROC_NS ? read_link(folder, name, &snapshot->text) : read_at(folder, name, &snapshot->text, most);
  end_file(snapshot, file, number);
  return 1;
}

/* The device nodes of the container, one a line: "c 1:3 /dev/null". */
static int take_devices(ct_proc_snapshot *snapshot, int process, int32_t pid) {
  static const char name[] = "root/dev";
  ct_proc_file *file = add_file(snapshot, CT_PROC_DEV, make_path(snapshot, "%s/%d/%s", snapshot->root, pid, name), name);
  if (!file) return 0;
  int fd = openat(process, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  DIR *folder = fd < 0 ? NULL : fdopendir(fd);
  if (!folder) {
    int number = errno;
    if (fd >= 0) close(fd);
    snapshot->text.failed |= number == ENOMEM;
    end_file(snapshot, file, number);
    return 1;
  }
  for (struct dirent *item; (item = readdir(folder));) {
    struct stat st;
    if (item->d_name[0] == '.' || fstatat(fd, item->d_name, &st, AT_SYMLINK_NOFOLLOW)) continue;
    if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode)) continue;
    if (snapshot->text.length - file->start > snapshot->most) break;
    ct_buffer_format(&snapshot->text, "%c %u:%u /dev/%s\n", S_ISBLK(st.st_mode) ? 'b' : 'c', (unsigned)major(st.st_rdev),
                     (unsigned)minor(st.st_rdev), item->d_name);
  }
  closedir(folder);
  end_file(snapshot, file, 0);
  return 1;
}

/* The tree of control groups stands beside /proc: /sys/fs/cgroup. */
static int take_limit(ct_proc_snapshot *snapshot, int kind, const char *controllers, const char *path, size_t length,
                      const char *name) {
  const char *slash = strrchr(snapshot->root, '/');
  const char *base = make_path(snapshot, "%.*s/sys/fs/cgroup", slash ? (int)(slash - snapshot->root) : 1,
                               slash ? snapshot->root : ".");
  if (!base) return 0;
  /* The root group of a tree has no limits; within a namespace of groups, the container's own one is called so. */
  if (length <= 1) {
    const char *top = make_path(snapshot, "%s%s/%s", base, controllers, name);
    ct_proc_file *file = add_file(snapshot, kind, top, top);
    if (!file) return 0;
    int number = read_at(AT_FDCWD, top, &snapshot->text, 4096);
    if (number == ENOENT && !snapshot->inside)
      snapshot->file_count--;
    else
      end_file(snapshot, file, number);
    return 1;
  }
  /* Outside the reader's own group nothing can be named. */
  if ((length >= 3 && !memcmp(path, "/..", 3)) || memchr(path, '\0', length)) {
    ct_proc_file *file = add_file(snapshot, kind, base, base);
    if (file) end_file(snapshot, file, EXDEV);
    return file != NULL;
  }
  /* The tightest limit counts: the group's own first, then those that it lies in. */
  for (int first = 1;; first = 0) {
    const char *whole = make_path(snapshot, "%s%s%.*s/%s", base, controllers, (int)length, path, name);
    ct_proc_file *file = add_file(snapshot, kind, whole, whole);
    if (!file) return 0;
    int number = read_at(AT_FDCWD, whole, &snapshot->text, 4096);
    /* A container sees its own group as the top of the tree. */
    if (number == ENOENT && first && snapshot->inside) {
      snapshot->file_count--;
      return take_limit(snapshot, kind, controllers, "/", 1, name);
    }
    end_file(snapshot, file, number);
    while (length && path[length - 1] != '/') length--;
    while (length && path[length - 1] == '/') length--;
    if (!length) return 1;
  }
}

static int has_word(const char *list, size_t length, const char *word) {
  size_t n = strlen(word);
  for (size_t at = 0; at + n <= length;) {
    const char *comma = memchr(list + at, ',', length - at);
    size_t size = comma ? (size_t)(comma - list) - at : length - at;
    if (size == n && !memcmp(list + at, word, n)) return 1;
    at += size + 1;
  }
  return 0;
}

/* One line of /proc/PID/cgroup: "4:memory:/docker/ID", "0::/docker/ID". */
typedef struct group_line {
  const char *controllers;
  size_t controllers_length;
  const char *path;
  size_t path_length;
} group_line;

static int next_group(const char **at, const char *end, group_line *line) {
  while (*at < end) {
    const char *start = *at, *stop = memchr(start, '\n', (size_t)(end - start));
    if (!stop) stop = end;
    *at = stop < end ? stop + 1 : end;
    const char *first = memchr(start, ':', (size_t)(stop - start));
    const char *second = first ? memchr(first + 1, ':', (size_t)(stop - first - 1)) : NULL;
    if (!second) continue;
    *line = (group_line){first + 1, (size_t)(second - first - 1), second + 1, (size_t)(stop - second - 1)};
    return 1;
  }
  return 0;
}

static int take_limits(ct_proc_snapshot *snapshot, const char *groups, size_t length) {
  static const struct {
    int kind;
    const char *controller;
    const char *old;
    const char *name;
  } limits[] = {{CT_PROC_MEMORY, "memory", "memory.limit_in_bytes", "memory.max"},
                {CT_PROC_CPU, "cpu", "cpu.cfs_quota_us", "cpu.max"},
                {CT_PROC_PIDS, "pids", "pids.max", "pids.max"}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    group_line line, unified = {0}, found = {0};
    const char *at = groups;
    while (next_group(&at, groups + length, &line)) {
      if (!line.controllers_length)
        unified = line;
      else if (has_word(line.controllers, line.controllers_length, limits[i].controller))
        found = line;
    }
    const char *folder = found.path ? make_path(snapshot, "/%.*s", (int)found.controllers_length, found.controllers) : "";
    if (!found.path) found = unified;
    if (!folder) return 0;
    if (found.path && !take_limit(snapshot, limits[i].kind, folder, found.path, found.path_length,
                                  *folder ? limits[i].old : limits[i].name))
      return 0;
  }
  return 1;
}

/* One word of a status text as a number; -1 where it is not there. */
static int64_t status_number(const char *text, size_t length, const char *key, int last) {
  size_t n = strlen(key);
  for (const char *at = text, *end = text + length; at < end;) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    if ((size_t)(stop - at) > n && !memcmp(at, key, n)) {
      int64_t value = -1;
      for (const char *c = at + n; c < stop; c++) {
        if (*c < '0' || *c > '9') continue;
        if (value >= 0 && !last) break;
        for (value = 0; c < stop && *c >= '0' && *c <= '9' && value < INT32_MAX; c++) value = value * 10 + (*c - '0');
      }
      return value;
    }
    at = stop + 1;
  }
  return -1;
}

static unsigned status_depth(const char *text, size_t length) {
  const char *line = length > 6 ? memmem(text, length, "\nNSpid:", 7) : NULL;
  unsigned depth = 0;
  for (const char *at = line ? line + 7 : text + length; at < text + length && *at != '\n'; at++)
    depth += *at >= '0' && *at <= '9' && (at[-1] < '0' || at[-1] > '9');
  return depth;
}

typedef struct masks {
  uint64_t permitted;
  uint64_t bounding;
  int seccomp;
} masks;

static int read_masks(const char *text, size_t length, masks *found) {
  ctsec_credentials *credentials = NULL;
  *found = (masks){0, 0, -1};
  int status = ctsec_credentials_parse(text, length, NULL, &credentials, NULL);
  if (status) return status == CTSEC_E_NOMEM ? status : 0;
  uint64_t effective = 0;
  ctsec_credentials_set(credentials, CTSEC_SET_PERMITTED, &found->permitted);
  ctsec_credentials_set(credentials, CTSEC_SET_EFFECTIVE, &effective);
  ctsec_credentials_set(credentials, CTSEC_SET_BOUNDING, &found->bounding);
  ctsec_credentials_seccomp(credentials, &found->seccomp);
  found->permitted |= effective;
  ctsec_credentials_free(credentials);
  return 0;
}

/* Keeps a status text only where its process may do more than the first one. */
static int take_member(ct_proc_snapshot *snapshot, const ct_proc_file *first, int folder, int32_t pid, int32_t tid,
                       const char *name) {
  masks ours, theirs;
  ct_buffer *text = &snapshot->text;
  ct_proc_file *file = add_file(snapshot, CT_PROC_MEMBER, make_path(snapshot, "%s/%d/%s", snapshot->root, pid, name), name);
  if (!file) return 0;
  int number = read_at(folder, name, text, 65536);
  if (!number && (read_masks(text->data + first->start, first->length, &ours) ||
                  read_masks(text->data + file->start, text->length - file->start, &theirs)))
    return 0;
  int more = !number && (theirs.permitted & ~(ours.permitted | ours.bounding) || (ours.seccomp > 0 && theirs.seccomp == 0));
  if (!more) {
    text->length = file->start;
    snapshot->file_count--;
    return 1;
  }
  file->pid = pid;
  file->tid = tid;
  end_file(snapshot, file, 0);
  return 1;
}

static int32_t number_of(const char *name) {
  int64_t value = 0;
  for (const char *at = name; *at; at++) {
    if (*at < '0' || *at > '9' || value > INT32_MAX / 10) return 0;
    value = value * 10 + (*at - '0');
  }
  return value > 0 && value <= INT32_MAX && *name != '0' ? (int32_t)value : 0;
}

static int take_threads(ct_proc_snapshot *snapshot, uint32_t first, int process, int32_t pid) {
  int fd = openat(process, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = fd < 0 ? NULL : fdopendir(fd);
  if (!folder) {
    int number = errno;
    if (fd >= 0) close(fd);
    return number != ENOMEM;
  }
  int fine = 1;
  for (struct dirent *item; fine && (item = readdir(folder));) {
    int32_t tid = number_of(item->d_name);
    if (!tid || tid == pid) continue;
    const char *name = make_path(snapshot, "task/%d/status", tid);
    /* The array of files moves as it grows. */
    ct_proc_file main_file = snapshot->files[first];
    fine = name && take_member(snapshot, &main_file, process, pid, tid, name);
  }
  closedir(folder);
  return fine;
}

/* The filters: of a recording from files beside the others, of this machine from the kernel where that is wanted. */
static int take_filters(ct_proc_snapshot *snapshot, int process, int32_t pid, ct_proc_entry *entry, ctsec_error **err) {
  ct_buffer bytes;
  int status = 0;
  for (uint32_t i = 0; !status && i < 1024; i++) {
    const char *name = make_path(snapshot, "filter.%u", i);
    ct_buffer_init(&bytes);
    int number = name ? read_at(process, name, &bytes, 1 << 20) : ENOMEM;
    ctsec_filter *filter = NULL;
    struct ctsec_filter **grown = NULL;
    if (!number) {
      status = ctsec_filter_decode((const uint8_t *)(bytes.data ? bytes.data : ""), bytes.length, snapshot->options, &filter, err);
      if (status) ct_error_name_source(err, make_path(snapshot, "%s/%d/%s", snapshot->root, pid, name));
    }
    ct_buffer_free(&bytes);
    if (filter) {
      grown = ct_arena_grow(snapshot->arena, entry->filters, i, sizeof *grown);
      status = grown ? ct_filter_copy(snapshot->arena, filter, &grown[i]) : CTSEC_E_NOMEM;
      if (status) ct_error_nomem(err);
    }
    ctsec_filter_free(filter);
    if (number || status) break;
    entry->filters = grown;
    entry->filter_count = i + 1;
  }
  if (status || entry->filter_count || !snapshot->filters || strcmp(snapshot->root, "/proc")) return status;
  /* Whose byte order and numbers they have; what cannot be read stays unknown. */
  ctsec_options *machine = NULL;
  status = ctsec_options_new(&machine, err);
  if (!status && !ctsec_options_read(machine, snapshot->root, pid, NULL)) {
    entry->arch = machine->arch ? ct_arena_string(snapshot->arena, machine->arch) : NULL;
    if (ct_live_filters(snapshot->arena, pid, &entry->filters, &entry->filter_count, err) < 0) status = CTSEC_E_NOMEM;
  }
  ctsec_options_free(machine);
  return status;
}

/* Everything of one process. The descriptor holds on to it: another process that gets its number is not mistaken for it. */
static int take_process(ct_proc_snapshot *snapshot, int32_t pid, uint8_t contained, ctsec_error **err) {
  const char *path = make_path(snapshot, "%s/%d", snapshot->root, pid);
  if (!path) return ct_error_nomem(err);
  int process = open_folder(path);
  if (process < 0) return refuse(err, errno, path);
  ct_proc_entry *grown = ct_arena_grow(snapshot->arena, snapshot->entries, snapshot->entry_count, sizeof *grown);
  uint32_t first = snapshot->file_count;
  size_t before = snapshot->text.length;
  int fine = grown != NULL;
  if (fine) snapshot->entries = grown;
  fine = fine && take(snapshot, process, pid, CT_PROC_STATUS, "status", 65536);
  int number = fine ? snapshot->files[first].error : 0;
  if (number) {
    close(process);
    snapshot->file_count = first;
    snapshot->text.length = before;
    return refuse(err, number, path);
  }
  static const char links[CT_NS_COUNT][10] = {"ns/pid", "ns/ipc", "ns/net", "ns/uts", "ns/user", "ns/cgroup", "ns/mnt"};
  for (int i = 0; fine && i < CT_NS_COUNT; i++) {
    fine = take(snapshot, process, pid, CT_PROC_NS, links[i], 64);
    if (fine) snapshot->files[snapshot->file_count - 1].which = (uint8_t)i;
  }
  fine = fine && take(snapshot, process, pid, CT_PROC_MOUNTINFO, "mountinfo", snapshot->most) &&
         take(snapshot, process, pid, CT_PROC_CGROUP, "cgroup", 1 << 20);
  if (fine) {
    ct_proc_file groups = snapshot->files[snapshot->file_count - 1];
    const char *copy = ct_arena_copy(snapshot->arena, snapshot->text.failed ? "" : snapshot->text.data + groups.start,
                                     snapshot->text.failed ? 0 : groups.length);
    fine = copy && take_limits(snapshot, copy, groups.length);
  }
  fine = fine && take(snapshot, process, pid, CT_PROC_UID_MAP, "uid_map", 65536) &&
         take(snapshot, process, pid, CT_PROC_GID_MAP, "gid_map", 65536) &&
         take(snapshot, process, pid, CT_PROC_LABEL, "attr/apparmor/current", 4096);
  if (fine && snapshot->files[snapshot->file_count - 1].error == ENOENT) {
    snapshot->text.length = snapshot->files[--snapshot->file_count].start;
    fine = take(snapshot, process, pid, CT_PROC_LABEL, "attr/current", 4096);
  }
  fine = fine && take(snapshot, process, pid, CT_PROC_ENVIRON, "environ", 1 << 22) &&
         take(snapshot, process, pid, CT_PROC_CMDLINE, "cmdline", 1 << 22) && take_devices(snapshot, process, pid) &&
         take_threads(snapshot, first, process, pid);
  ct_proc_entry entry = {.pid = pid, .contained = contained, .first = first, .count = snapshot->file_count - first};
  int status = fine ? take_filters(snapshot, process, pid, &entry, err) : 0;
  close(process);
  if (status) return status;
  if (!fine || snapshot->text.failed) return ct_error_nomem(err);
  if (snapshot->text.length > UINT32_MAX - ((size_t)1 << 25))
    return ct_error_set(err, CTSEC_E_LIMIT, "%s: more than 4 GB of descriptions", snapshot->root);
  snapshot->entries[snapshot->entry_count++] = entry;
  return 0;
}

/* A process as far as it tells whether it is in a container. */
typedef struct candidate {
  int32_t pid;
  /* The first of its namespace of processes. */
  uint8_t first;
  uint8_t contained;
  uint64_t start;
  uint64_t pid_ns;
  /* An inode, or where that is not readable the number of its root mount. */
  uint64_t mounts;
  uint32_t next;
} candidate;

/* Of /proc/PID/stat, behind the name: field 9 are flags, field 22 is the start. */
static void read_stat(ct_proc_snapshot *snapshot, int process, uint64_t *flags, uint64_t *start) {
  ct_buffer text;
  ct_buffer_init(&text);
  *flags = *start = 0;
  if (!read_at(process, "stat", &text, 8192) && text.length) {
    const char *at = memrchr(text.data, ')', text.length), *end = text.data + text.length;
    for (int field = 2; at && at < end; at++) {
      if (*at != ' ') continue;
      uint64_t *into = ++field == 9 ? flags : field == 22 ? start : NULL;
      for (const char *c = at + 1; into && c < end && *c >= '0' && *c <= '9'; c++) *into = *into * 10 + (uint64_t)(*c - '0');
    }
  }
  snapshot->text.failed |= text.failed;
  ct_buffer_free(&text);
}

#define PF_KTHREAD 0x00200000u

static uint64_t first_mount(const char *text, size_t length) {
  uint64_t id = 0;
  for (size_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) id = id * 10 + (uint64_t)(text[i] - '0');
  return id;
}

/* Whether a mount is one of the host's: numbers of mounts are unique on a machine. */
static int is_host_mount(const ct_proc_snapshot *snapshot, uint64_t id) {
  for (const char *at = snapshot->mounts.data, *end = at ? at + snapshot->mounts.length : at; at && at < end;) {
    if (first_mount(at, (size_t)(end - at)) == id) return 1;
    at = memchr(at, '\n', (size_t)(end - at));
    if (at) at++;
  }
  return 0;
}

static uint64_t host_namespace(const ct_proc_snapshot *snapshot, ct_namespace_kind kind) {
  if (snapshot->first[kind]) return snapshot->first[kind];
  return snapshot->inside ? 0 : snapshot->self[kind];
}

static int named_by_group(const ct_buffer *groups) {
  const char *at = groups->data, *end = at ? at + groups->length : at;
  group_line line;
  ct_cgroup cgroup;
  while (at && next_group(&at, end, &line))
    if (ct_proc_cgroup(line.path, line.path_length, &cgroup)) return 1;
  return 0;
}

/* CT_YES, CT_NO; CT_MAYBE where too little of it can be read. */
static uint8_t judge(ct_proc_snapshot *snapshot, int process, candidate *found) {
  ct_buffer text;
  ct_buffer_init(&text);
  found->pid_ns = namespace_of(snapshot, process, CT_NS_PID);
  found->mounts = namespace_of(snapshot, process, CT_NS_MOUNT);
  unsigned depth = 0;
  int number = read_at(process, "status", &text, 65536);
  /* It has ended, or is about to: nothing runs there any more. */
  int ended = number == ESRCH || (!number && text.length && (memmem(text.data, text.length, "\nState:\tZ", 9) ||
                                                             memmem(text.data, text.length, "\nState:\tX", 9)));
  if (ended) {
    ct_buffer_free(&text);
    return CT_NO;
  }
  if (!number) {
    depth = status_depth(text.data ? text.data : "", text.length);
    found->first = depth > 1 && status_number(text.data, text.length, "NSpid:", 1) == 1;
  }
  int own_pids = depth > 1, own_mounts = -1, known = depth > 0;
  uint64_t host_pids = host_namespace(snapshot, CT_NS_PID), host_mounts = host_namespace(snapshot, CT_NS_MOUNT);
  if (found->pid_ns && host_pids) own_pids = found->pid_ns != host_pids;
  if (found->mounts && host_mounts) {
    own_mounts = found->mounts != host_mounts;
  } else {
    text.length = 0;
    if (!read_at(process, "mountinfo", &text, snapshot->most) && text.length && snapshot->mounts.length) {
      uint64_t id = first_mount(text.data, text.length);
      own_mounts = !is_host_mount(snapshot, id);
      if (!found->mounts) found->mounts = id;
    }
  }
  text.length = 0;
  int named = !read_at(process, "cgroup", &text, 1 << 20) && named_by_group(&text);
  snapshot->text.failed |= text.failed;
  ct_buffer_free(&text);
  if (own_mounts == 0) return CT_NO;
  if (named && own_pids) return CT_YES;
  if (own_mounts >= 0) return named || own_pids ? CT_YES : CT_NO;
  if (known && !named && !own_pids) return CT_NO;
  /* Between its first file and its last one it may have ended. */
  ct_buffer_init(&text);
  number = read_at(process, "status", &text, 65536);
  ct_buffer_free(&text);
  return number == ESRCH ? CT_NO : CT_MAYBE;
}

static void read_host(ct_proc_snapshot *snapshot) {
  int first = open_process(snapshot, 1);
  const char *path = make_path(snapshot, "%s/self", snapshot->root);
  int self = path ? open_folder(path) : -1;
  for (int kind = 0; kind < CT_NS_COUNT; kind++) {
    if (first >= 0) snapshot->first[kind] = namespace_of(snapshot, first, (ct_namespace_kind)kind);
    if (self >= 0) snapshot->self[kind] = namespace_of(snapshot, self, (ct_namespace_kind)kind);
  }
  ct_buffer groups;
  ct_buffer_init(&groups);
  snapshot->inside = self >= 0 && !read_at(self, "cgroup", &groups, 1 << 20) && named_by_group(&groups);
  uint64_t pids = snapshot->self[CT_NS_PID];
  if (pids && pids != ct_proc_first_namespace(CT_NS_PID)) snapshot->inside = 1;
  snapshot->text.failed |= groups.failed;
  ct_buffer_free(&groups);
  /* Without process 1 the reader's own mounts are the host's, unless it is in a container. */
  if (first < 0 || read_at(first, "mountinfo", &snapshot->mounts, snapshot->most)) {
    snapshot->mounts.length = 0;
    if (self >= 0 && !snapshot->inside) read_at(self, "mountinfo", &snapshot->mounts, snapshot->most);
  }
  snapshot->maskable = 1;
  for (uint32_t i = 1; i < CT_PROC_MASKED; i++) {
    const char *there = make_path(snapshot, "%s%s", snapshot->root, ct_proc_masked[i] + strlen("/proc"));
    if (there && !access(there, F_OK)) snapshot->maskable |= 1u << i;
  }
  if (first >= 0) close(first);
  if (self >= 0) close(self);
}

static int by_age(const void *a, const void *b) {
  const candidate *x = a, *y = b;
  if (x->first != y->first) return x->first ? -1 : 1;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int by_pid(const void *a, const void *b) {
  const candidate *x = a, *y = b;
  return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* One entry for each pair of namespaces of processes and mounts, by its first process. */
static int take_groups(ct_proc_snapshot *snapshot, candidate *all, uint32_t count, ctsec_error **err) {
  candidate *firsts = ct_arena_array(snapshot->arena, count, sizeof *firsts);
  if (!firsts) return ct_error_nomem(err);
  uint32_t groups = 0;
  qsort(all, count, sizeof *all, by_age);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t k = 0;
    while (k < groups && (firsts[k].pid_ns != all[i].pid_ns || firsts[k].mounts != all[i].mounts)) k++;
    if (k == groups) firsts[groups++] = all[i];
  }
  qsort(firsts, groups, sizeof *firsts, by_pid);
  for (uint32_t k = 0; k < groups; k++) {
    uint32_t file = snapshot->file_count;
    ctsec_error *error = NULL;
    int status = take_process(snapshot, firsts[k].pid, CT_YES, &error);
    int number = ctsec_error_errno(error);
    /* It ended while it was looked at: there is no container any more. */
    if (status && (number == ESRCH || number == ENOENT)) {
      ctsec_error_free(error);
      continue;
    }
    if (status) {
      if (err)
        *err = error;
      else
        ctsec_error_free(error);
      return status;
    }
    for (uint32_t i = 0; i < count; i++) {
      if (all[i].pid == firsts[k].pid || all[i].pid_ns != firsts[k].pid_ns || all[i].mounts != firsts[k].mounts) continue;
      int process = open_process(snapshot, all[i].pid);
      if (process < 0) continue;
      ct_proc_file main_file = snapshot->files[file];
      int fine = take_member(snapshot, &main_file, process, all[i].pid, all[i].pid, "status");
      close(process);
      if (!fine) return ct_error_nomem(err);
    }
    snapshot->entries[snapshot->entry_count - 1].count = snapshot->file_count - file;
  }
  return 0;
}

static int take_host(ct_proc_snapshot *snapshot, ctsec_error **err) {
  DIR *folder = opendir(snapshot->root);
  if (!folder) return refuse(err, errno, snapshot->root);
  candidate *all = NULL;
  uint32_t count = 0, seen = 0, unclear = 0;
  int status = 0, has_first = 0;
  for (struct dirent *item; !status && (item = readdir(folder));) {
    int32_t pid = number_of(item->d_name);
    if (!pid) continue;
    seen++;
    if (pid == 1) has_first = 1;
    int process = openat(dirfd(folder), item->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (process < 0) continue;
    candidate found = {.pid = pid};
    uint64_t flags;
    read_stat(snapshot, process, &flags, &found.start);
    /* Process 1 is the host's own, whatever that is. */
    uint8_t contained = flags & PF_KTHREAD || pid == 1 ? CT_NO : judge(snapshot, process, &found);
    close(process);
    unclear += contained == CT_MAYBE;
    if (contained != CT_YES) continue;
    candidate *grown = ct_arena_grow(snapshot->arena, all, count, sizeof *grown);
    if (!grown) {
      status = ct_error_nomem(err);
      break;
    }
    all = grown;
    all[count++] = found;
  }
  closedir(folder);
  if (!status && snapshot->text.failed) status = ct_error_nomem(err);
  if (status) return status;
  if (!seen) return ct_error_at(err, CTSEC_E_SCHEMA, &(ct_place){snapshot->root, "", -1, 0, 0}, "no process here: not a tree of the shape of /proc");
  snapshot->unclear = unclear;
  snapshot->hidden = !has_first;
  return count ? take_groups(snapshot, all, count, err) : 0;
}

/* A process that is in no group of the host's: looked at alone. */
static int take_one(ct_proc_snapshot *snapshot, int32_t pid, ctsec_error **err) {
  int process = open_process(snapshot, pid);
  candidate found = {.pid = pid};
  uint64_t flags = 0;
  uint8_t contained = CT_MAYBE;
  if (process >= 0) {
    read_stat(snapshot, process, &flags, &found.start);
    contained = flags & PF_KTHREAD || pid == 1 ? CT_NO : judge(snapshot, process, &found);
    close(process);
  }
  /* Seen from inside, process 1 is the container's own. */
  if (pid == 1 && snapshot->inside) contained = CT_YES;
  int shares = contained == CT_NO || pid == 1;
  if (snapshot->inside && contained == CT_NO) contained = CT_YES;
  int status = take_process(snapshot, pid, contained, err);
  if (!status) snapshot->entries[snapshot->entry_count - 1].shares_mounts = (uint8_t)shares;
  return status;
}

/* The reader's own number, as this tree counts. */
static int find_self(ct_proc_snapshot *snapshot, int32_t *pid, ctsec_error **err) {
  char text[16];
  const char *path = make_path(snapshot, "%s/self", snapshot->root);
  if (!path) return ct_error_nomem(err);
  ssize_t length = readlink(path, text, sizeof text - 1);
  if (length < 0) return refuse(err, errno, path);
  text[length] = '\0';
  *pid = number_of(text);
  if (*pid) return 0;
  return ct_error_at(err, CTSEC_E_SCHEMA, &(ct_place){path, NULL, -1, 0, 0}, "this names no process");
}

int ct_proc_collect(ct_proc_snapshot *snapshot, int32_t pid, ctsec_error **err) {
  int status = pid ? 0 : find_self(snapshot, &pid, err);
  if (status) return status;
  read_host(snapshot);
  snapshot->text.failed |= snapshot->mounts.failed;
  if (snapshot->text.failed) return ct_error_nomem(err);
  return pid > 0 ? take_one(snapshot, pid, err) : take_host(snapshot, err);
}
