/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Live processes, from a tree of the shape of /proc. What is read is kept as
 * it was found, one part of the document a file; only then is it understood.
 */
#ifndef CT_CONTAINER_PROC_H
#define CT_CONTAINER_PROC_H

#include "container/read.h"

typedef enum ct_proc_kind {
  CT_PROC_STATUS,
  CT_PROC_NS,
  CT_PROC_MOUNTINFO,
  CT_PROC_CGROUP,
  CT_PROC_UID_MAP,
  CT_PROC_GID_MAP,
  CT_PROC_LABEL,
  CT_PROC_ENVIRON,
  CT_PROC_CMDLINE,
  CT_PROC_DEV,
  /* Files of control groups. */
  CT_PROC_MEMORY,
  CT_PROC_CPU,
  CT_PROC_PIDS,
  /* The status of another process or thread. */
  CT_PROC_MEMBER
} ct_proc_kind;

typedef struct ct_proc_file {
  uint8_t kind;
  /* CT_NS_* */
  uint8_t which;
  /* The whole path, and the part below the process's own folder. */
  const char *source;
  const char *name;
  uint32_t start;
  uint32_t length;
  /* An errno where it could not be read. */
  int error;
  int32_t pid;
  int32_t tid;
} ct_proc_file;

/* What the path of a control group tells. */
typedef struct ct_cgroup {
  int engine;
  /* Within the text. */
  const char *id;
  size_t id_length;
  const char *pod;
  size_t pod_length;
  /* "lxc", "systemd-nspawn", "kubernetes"; NULL where the engine says it. */
  const char *manager;
} ct_cgroup;

/* One container, or one process. */
typedef struct ct_proc_entry {
  int32_t pid;
  /* CT_YES, CT_NO, CT_MAYBE */
  uint8_t contained;
  /* Its mounts are those of process 1. */
  uint8_t shares_mounts;
  /* Its files. */
  uint32_t first;
  uint32_t count;
  /* Oldest first; none where they were not read. */
  uint32_t filter_count;
  struct ctsec_filter **filters;
  /* Of this machine; NULL where the options say it. */
  const char *arch;
} ct_proc_entry;

typedef struct ct_proc_snapshot {
  ct_arena *arena;
  /* A folder, without a slash at its end. */
  const char *root;
  size_t most;
  const ctsec_options *options;
  ct_buffer text;
  uint32_t file_count;
  ct_proc_file *files;
  uint32_t entry_count;
  ct_proc_entry *entries;
  /* Inodes of the namespaces of process 1 and of the reader; 0 where they are not known. */
  uint64_t first[CT_NS_COUNT];
  uint64_t self[CT_NS_COUNT];
  /* The reader is itself in a container. */
  int inside;
  /* Loaded filters are wanted. */
  int filters;
  /* What runtimes mask below /proc, and this kernel has: bits of ct_proc_masked. */
  unsigned maskable;
  /* Processes of which too little can be read to tell; process 1 is not visible. */
  uint32_t unclear;
  int hidden;
  /* mountinfo of the host; empty where it could not be read. */
  ct_buffer mounts;
} ct_proc_snapshot;

/* Inode numbers that the kernel gives to the first namespace of each kind (include/uapi/linux/nsfs.h); 0 where it has none. */
uint64_t ct_proc_first_namespace(ct_namespace_kind kind);
#define CT_PROC_MASKED 5u
extern const char *const ct_proc_masked[CT_PROC_MASKED];
extern const char *const ct_proc_namespaces[CT_NS_COUNT];

/* Reads one process (0: the calling one), or finds every container (-1). CTSEC_E_NOTFOUND, CTSEC_E_PERM, CTSEC_E_IO, CTSEC_E_LIMIT, CTSEC_E_NOMEM. */
int ct_proc_collect(ct_proc_snapshot *snapshot, int32_t pid, ctsec_error **err);
/* What a line of a cgroup file says; 0 where it names no container. */
int ct_proc_cgroup(const char *path, size_t length, ct_cgroup *cgroup);

/* The document's value of one entry, and what it says. */
void ct_read_proc(ct_reader *reader, const ct_proc_snapshot *snapshot, const ct_proc_entry *entry, const ct_value *root);
/* Records what could not be read; EBADMSG: it was, and is not what it should be. */
void ct_proc_unread(ct_reader *reader, const ct_value *at, int kind, int number);
/* The mounts, by the table of the host's. */
void ct_read_proc_mounts(ct_reader *reader, const ct_value *lines, const ct_proc_snapshot *snapshot);

/* Makes containers of what was collected. */
int ct_proc_understand(struct ctsec_containers *containers, const ct_proc_snapshot *snapshot, const ctsec_options *options,
                       ctsec_error **err);

/* A text of the shape of /proc/PID/status. */
int ct_is_status(const char *text, size_t length);

#endif
