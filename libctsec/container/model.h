/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The container, whatever described it. Readers record what was said,
 * defaults.c adds what the engine does where nothing was said, facts.c
 * derives once what follows. Nothing else writes here.
 */
#ifndef CT_CONTAINER_MODEL_H
#define CT_CONTAINER_MODEL_H

#include "caps/resolve.h"
#include "data/messages.h"
#include "syntax/value.h"

typedef enum ct_format {
  CT_FORMAT_NONE,
  CT_FORMAT_DOCKER_INSPECT,
  CT_FORMAT_PODMAN_INSPECT,
  CT_FORMAT_OCI,
  CT_FORMAT_COMPOSE,
  CT_FORMAT_KUBERNETES,
  CT_FORMAT_CRICTL,
  CT_FORMAT_RUN,
  CT_FORMAT_PROC,
  CT_FORMAT_DOCKERFILE,
  CT_FORMAT_COUNT
} ct_format;

/* CT_UNKNOWN: the field matters and its value depends on a fact that is not known. */
typedef enum ct_state { CT_UNSET, CT_SET, CT_UNKNOWN } ct_state;

/* Where a field comes from. */
typedef struct ct_origin {
  uint8_t state;
  /* Not said: what the engine does by itself. */
  uint8_t defaulted;
  /* The value that said it; NULL for a default whose field is absent. */
  const ct_value *at;
} ct_origin;

typedef struct ct_flag {
  ct_origin from;
  int value;
} ct_flag;

typedef struct ct_number {
  ct_origin from;
  int64_t value;
} ct_number;

typedef struct ct_text {
  ct_origin from;
  const char *value;
  size_t length;
} ct_text;

typedef struct ct_texts {
  ct_origin from;
  uint32_t count;
  const ct_text *items;
} ct_texts;

typedef struct ct_pair {
  const ct_value *at;
  const char *key;
  size_t key_length;
  /* NULL: a name without value (an environment variable taken from the host). */
  const char *value;
  size_t value_length;
} ct_pair;

typedef struct ct_pairs {
  ct_origin from;
  uint32_t count;
  ct_pair *items;
} ct_pairs;

/* One capability set as the input says it. */
typedef struct ct_set {
  ct_origin from;
  uint64_t mask;
} ct_set;

typedef struct ct_user {
  ct_origin from;
  /* As written: "1000:1000", "www-data", "". */
  const char *text;
  size_t length;
  /* CT_UNKNOWN where only the image's /etc/passwd or /etc/group can tell. */
  uint8_t uid_state;
  uint8_t gid_state;
  uint32_t uid;
  uint32_t gid;
} ct_user;

typedef enum ct_namespace_kind {
  CT_NS_PID,
  CT_NS_IPC,
  CT_NS_NET,
  CT_NS_UTS,
  CT_NS_USER,
  CT_NS_CGROUP,
  CT_NS_MOUNT,
  CT_NS_COUNT
} ct_namespace_kind;

typedef enum ct_namespace_mode {
  CT_NS_PRIVATE,
  CT_NS_HOST,
  /* peer: the container's id or name */
  CT_NS_CONTAINER,
  /* peer: the path of a namespace file */
  CT_NS_PATH,
  /* peer: a service of the same file */
  CT_NS_SERVICE,
  /* Of the pod. */
  CT_NS_POD
} ct_namespace_mode;

typedef struct ct_namespace {
  ct_origin from;
  uint8_t mode;
  /* mode is what a peer of the same input has, at the end of the chain; text and peer are as said. */
  uint8_t through_peer;
  /* "host", "container:ID", "bridge"... as written */
  const char *text;
  const char *peer;
} ct_namespace;

typedef struct ct_mount {
  const ct_value *at;
  /* "bind", "volume", "tmpfs", "image", "npipe", or the type of a file system. */
  ct_text type;
  /* Of a bind: a path on the host. */
  ct_text source;
  ct_text destination;
  /* Name of a volume. */
  ct_text name;
  ct_flag writable;
  ct_text propagation;
  ct_texts options;
  /* Made by the engine itself (resolv.conf, hosts, /proc...): no host path that somebody chose. */
  uint8_t own;
  /* A secret or a configuration that is handed over as a file: as intended, whatever its name. */
  uint8_t handed;
  /* Said beside the options (Mode in inspect output, bind.selinux in Compose): z or Z, the engine gives it a SELinux label. */
  uint8_t labelled;
} ct_mount;

typedef struct ct_mounts {
  ct_origin from;
  uint32_t count;
  ct_mount *items;
} ct_mounts;

typedef struct ct_device {
  const ct_value *at;
  /* 'b', 'c', 'u', 'p'; 0 where only the host can tell. */
  char type;
  /* -1: not known */
  int64_t major;
  int64_t minor;
  ct_text host;
  ct_text path;
  /* "rwm" */
  ct_text access;
} ct_device;

typedef struct ct_devices {
  ct_origin from;
  uint32_t count;
  ct_device *items;
} ct_devices;

#define CT_ACCESS_READ 4u
#define CT_ACCESS_WRITE 2u
#define CT_ACCESS_MKNOD 1u

/* A rule of the device cgroup. */
typedef struct ct_device_rule {
  const ct_value *at;
  uint8_t allow;
  /* 'a', 'b' or 'c' */
  char type;
  /* CT_ACCESS_*; 0 for a rule that cannot be read. */
  uint8_t access;
  /* -1: any */
  int64_t major;
  int64_t minor;
  /* As written, NULL where it was no text. */
  const char *text;
} ct_device_rule;

typedef struct ct_device_rules {
  ct_origin from;
  uint32_t count;
  ct_device_rule *items;
} ct_device_rules;

/* GPUs and CDI devices. */
typedef struct ct_device_request {
  const ct_value *at;
  ct_text driver;
  ct_number count;
  ct_texts ids;
} ct_device_request;

typedef struct ct_device_requests {
  ct_origin from;
  uint32_t count;
  ct_device_request *items;
} ct_device_requests;

typedef enum ct_seccomp_mode {
  /* What the engine applies when nothing is said. */
  CT_SECCOMP_DEFAULT,
  CT_SECCOMP_UNCONFINED,
  /* profile.value is the JSON text. */
  CT_SECCOMP_TEXT,
  /* profile.value is a path that the input names. */
  CT_SECCOMP_FILE,
  /* object is linux.seccomp of an OCI configuration. */
  CT_SECCOMP_OBJECT,
  /* What a live process runs under: `filters`; CT_UNKNOWN where they were not read. */
  CT_SECCOMP_LOADED,
  /* Mode 1: read, write, exit and sigreturn alone. */
  CT_SECCOMP_STRICT
} ct_seccomp_mode;

typedef struct ct_seccomp {
  ct_origin from;
  uint8_t mode;
  ct_text profile;
  const ct_value *object;
  /* The name of the file that the input names; its bytes, if given, are the profile. */
  const char *file;
  /* Oldest first; the kernel asks all of them. The arch is NULL where the options say it. */
  const char *arch;
  uint32_t filter_count;
  struct ctsec_filter **filters;
} ct_seccomp;

typedef enum ct_lsm_mode {
  CT_LSM_DEFAULT,
  CT_LSM_UNCONFINED,
  /* name is the profile. */
  CT_LSM_NAMED
} ct_lsm_mode;

typedef struct ct_apparmor {
  ct_origin from;
  uint8_t mode;
  ct_text name;
} ct_apparmor;

typedef struct ct_selinux {
  ct_origin from;
  uint8_t mode;
  /* What was asked for. */
  ct_text type;
  ct_text user;
  ct_text role;
  ct_text level;
  /* What the process and its mounts have. */
  ct_text process_label;
  ct_text mount_label;
} ct_selinux;

typedef struct ct_ulimit {
  const ct_value *at;
  ct_text name;
  ct_number soft;
  ct_number hard;
} ct_ulimit;

typedef struct ct_ulimits {
  ct_origin from;
  uint32_t count;
  ct_ulimit *items;
} ct_ulimits;

typedef struct ct_port {
  const ct_value *at;
  /* "80/tcp" */
  const char *container;
  ct_text host_ip;
  /* "8080", "8000-8010", "" for one the engine picks. */
  ct_text host_port;
} ct_port;

typedef struct ct_ports {
  ct_origin from;
  uint32_t count;
  ct_port *items;
} ct_ports;

typedef struct ct_hook {
  const ct_value *at;
  const char *kind;
  ct_text path;
} ct_hook;

typedef struct ct_hooks {
  ct_origin from;
  uint32_t count;
  ct_hook *items;
} ct_hooks;

/* What follows from the fields, computed once by facts.c. */
typedef struct ct_facts {
  /* As the engine creates the process, after execve of the entry program, and after execve of a setuid-root program. */
  ct_cap_sets created;
  ct_cap_sets after_exec;
  ct_cap_sets after_setuid;
  /* Sets that are decided in each, CT_FACT_* bits. */
  uint8_t created_known;
  uint8_t exec_known;
  uint8_t setuid_known;
  /* What the engine gives when nothing is asked for. */
  uint64_t engine_default;
  /* CT_YES, CT_NO, CT_MAYBE: uid 0, no_new_privs, another user outside. */
  uint8_t root;
  uint8_t no_new_privileges;
  uint8_t user_namespace;
  /* Every capability of the kernel is in the bounding set, or all but SYS_RESOURCE, which a machine may itself lack. */
  uint8_t all_caps;
} ct_facts;

/* A process or thread beside the first one of a container that may do more than that one. */
typedef struct ct_live_member {
  const ct_value *at;
  int32_t pid;
  int32_t tid;
  const char *name;
  /* Permitted here, and neither permitted nor in the bounding set there. */
  uint64_t excess;
  /* Without seccomp, where the first has it. */
  uint8_t unfiltered;
} ct_live_member;

typedef enum ct_live_mount_kind {
  CT_LIVE_DISK,
  CT_LIVE_CGROUP,
  CT_LIVE_SYSFS,
  /* detail: the paths below /proc that are neither masked nor read-only. */
  CT_LIVE_PROC
} ct_live_mount_kind;

typedef struct ct_live_mount {
  const ct_value *at;
  uint8_t kind;
  const char *source;
  const char *destination;
  const char *detail;
  uint8_t read_only;
  /* Others of its kind. */
  uint32_t more;
} ct_live_mount;

/* A file of /proc that was not read; which question it leaves open. */
typedef struct ct_unread {
  const ct_value *at;
  uint8_t kind;
  int number;
} ct_unread;

/* What only a live process shows. */
typedef struct ct_live {
  int32_t pid;
  /* The name of the process, "" where it has none. */
  const char *program;
  /* What another input of the same scan gives this container; only that input knows. */
  uint8_t described;
  uint64_t described_mask;
  /* CT_YES, CT_NO (a process of the host), CT_MAYBE. */
  uint8_t contained;
  /* Of the status file; CT_UNKNOWN where it could not be read. */
  ct_number seccomp_mode;
  ct_number seccomp_filters;
  /* The label of AppArmor or SELinux; "" where no module gives one. */
  ct_text label;
  uint8_t confined;
  /* Of the pod, where the control group names it. */
  const char *pod;
  uint64_t inodes[CT_NS_COUNT];
  uint32_t member_count;
  ct_live_member *members;
  uint32_t mount_count;
  ct_live_mount *mounts;
  uint32_t unread_count;
  ct_unread *unread;
} ct_live;

#define CT_NO 0u
#define CT_YES 1u
#define CT_MAYBE 2u

#define CT_FACT_INHERITABLE 1u
#define CT_FACT_PERMITTED 2u
#define CT_FACT_EFFECTIVE 4u
#define CT_FACT_BOUNDING 8u
#define CT_FACT_AMBIENT 16u
#define CT_FACT_ALL 31u

typedef struct ctsec_container ct_container;
struct ctsec_container {
  const struct ctsec_containers *root;
  const ct_document *document;
  /* The name of the input in results. */
  const char *source;
  /* The container's own object in the document. */
  const ct_value *at;
  /* What --select takes: its name, or #N. */
  const char *id;
  /* NULL where it has none. */
  const char *name;
  ct_format format;
  /* Something it takes over was not given: what it does not say itself is not known. */
  uint8_t partial;
  /* Only entered here (docker exec): nothing else is said about it. */
  uint8_t entered;
  /* CTSEC_ENGINE_*, 0 where the format does not tell. */
  int engine;
  ct_version engine_version;

  ct_text container_id;
  ct_text image;
  ct_text image_id;
  ct_text runtime;
  /* Of a container in a pod, as its runtime calls that. */
  ct_text sandbox;
  ct_text platform;
  ct_number pid;
  ct_flag running;

  ct_flag privileged;
  ct_user user;
  ct_texts groups;
  ct_texts cap_add;
  ct_texts cap_drop;
  ct_set bounding;
  ct_set effective;
  ct_set permitted;
  ct_set inheritable;
  ct_set ambient;
  /* Names in these sets that no table has. */
  ct_texts unknown_caps;
  ct_seccomp seccomp;
  ct_apparmor apparmor;
  ct_selinux selinux;
  ct_flag no_new_privileges;
  ct_namespace namespaces[CT_NS_COUNT];
  /* Root in the container is another user on the host. */
  ct_flag user_mapped;

  ct_mounts mounts;
  ct_texts volumes_from;
  ct_devices devices;
  ct_device_rules device_rules;
  ct_device_requests device_requests;
  ct_flag readonly_rootfs;
  ct_texts masked_paths;
  ct_texts readonly_paths;
  ct_pairs sysctls;

  ct_pairs env;
  /* Of a Dockerfile: ARG with a default, and what RUN runs. */
  ct_pairs build_arguments;
  ct_texts build_commands;
  ct_texts entrypoint;
  ct_texts command;
  ct_text working_dir;
  /* The command line that made it, where the engine keeps one (podman). */
  ct_texts create_command;
  ct_pairs labels;
  ct_pairs annotations;
  ct_texts extra_hosts;
  ct_ports ports;
  ct_texts exposed;
  ct_flag publish_all;
  ct_flag tty;
  ct_flag stdin_open;
  ct_hooks hooks;

  ct_number memory;
  ct_number memory_swap;
  ct_number nano_cpus;
  ct_number cpu_quota;
  ct_number cpu_period;
  ct_number cpu_shares;
  ct_text cpuset;
  ct_number pids;
  ct_ulimits ulimits;
  ct_flag oom_kill_disable;
  ct_number oom_score_adj;
  ct_text cgroup_parent;
  ct_text restart;
  ct_number restart_retries;
  ct_texts healthcheck;
  /* The engine keeps a health state, so a check is configured even where its test is not shown. */
  ct_flag health_state;

  /* Options that commands of the same script gave to exec in it ("--privileged"). */
  ct_texts execs;
  /* Of a command line: a word that the shell fills in, where options stand. */
  const ct_value *open_options;
  /* Values that it fills in. */
  ct_texts open_values;

  /* Objects of the input that findings about what is absent point at. */
  const ct_value *host_object;
  const ct_value *config_object;

  /* Of a container in a pod: the pod's own metadata and spec, NULL elsewhere. */
  const ct_value *pod_metadata;
  const ct_value *pod_spec;

  /* Of a live process; NULL elsewhere. */
  ct_live *live;

  ct_facts facts;
};

/* Starts of lines, for many places in one document. */
typedef struct ct_line_index {
  const ct_document *document;
  const uint32_t *starts;
  uint32_t count;
  /* Every byte is a character, so that columns need no counting. */
  int plain;
} ct_line_index;

/* What a reader remarks: no finding, and no reason to refuse the input. */
typedef struct ct_remark {
  /* Index of the container; UINT32_MAX: of none. */
  uint32_t container;
  ct_message_id message;
  const ct_value *at;
  const char *name;
  /* "env:NAME", "file:NAME", NULL. */
  const char *needs;
} ct_remark;

struct ctsec_containers {
  ct_count owners;
  ct_arena arena;
  const ct_document *document;
  /* Of the input and then of every other file that was read with it. */
  uint32_t document_count;
  ct_line_index *documents;
  uint32_t note_count;
  ct_remark *notes;
  /* Names of files that the input names and the caller did not give. */
  uint32_t wanted_count;
  const char **wanted;
  uint32_t count;
  /* For how many items there is room, where they are not counted before. */
  uint32_t room;
  ct_container *items;
  /* Of containers that could not be read beside others that could. */
  uint32_t error_count;
  ctsec_error **errors;
};

/* Described by what the runtime was given: what is not there is not set. */
static inline int ct_is_spec(const ct_container *container) {
  return container->format == CT_FORMAT_OCI || container->format == CT_FORMAT_CRICTL;
}
static inline int ct_is_set(ct_origin from) { return from.state == CT_SET; }
static inline int ct_is_true(const ct_flag *flag) { return flag->from.state == CT_SET && flag->value; }
int ct_text_is(const ct_text *text, const char *word);
int ct_mount_has(const ct_mount *mount, const char *option);
/* The value of a variable, label or annotation; NULL where there is none. */
const ct_pair *ct_pairs_find(const ct_pairs *pairs, const char *key);

/* "docker-inspect"...; NULL for CT_FORMAT_NONE. */
const char *ct_format_name(ct_format format);
ct_format ct_format_find(const char *name);
/* What a parsed JSON value describes. Errors: CTSEC_E_SCHEMA (an image, a volume, nothing known), CTSEC_E_UNSUPPORTED. */
int ct_format_detect(const ct_document *document, const ct_value *value, ct_format *format, ctsec_error **err);

/* The file that a value stands in: the input, or one of those that it is made of. */
const char *ct_containers_source(const struct ctsec_containers *containers, const ct_value *value);
/* The host's own namespace, said or reached through a peer. */
static inline int ct_namespace_is_host(const ct_namespace *space) {
  return space->from.state != CT_UNKNOWN && space->mode == CT_NS_HOST;
}

/* Adds a document whose values may be named; 0 or CTSEC_E_NOMEM. */
int ct_containers_add_document(struct ctsec_containers *containers, const ct_document *document, ctsec_error **err);
/* The document that a value stands in. */
const ct_document *ct_containers_document(const struct ctsec_containers *containers, const ct_value *value);
int ct_containers_note(struct ctsec_containers *containers, uint32_t container, ct_message_id message, const ct_value *at,
                       const char *name, const char *needs, ctsec_error **err);
/* What would tell a value that a reader could not know ("env:NAME", "file:NAME"); of at NULL, the first that the container lacks. */
const char *ct_container_needs(const ct_container *container, const ct_value *at);
/* Remembers the name of a file that was not given. */
int ct_containers_want(struct ctsec_containers *containers, const char *name, ctsec_error **err);
/* Line and column of an offset, by the index of the containers. */
void ct_containers_locate(const struct ctsec_containers *containers, const ct_value *value, int64_t *line, int64_t *column);

/* Whether a seccomp profile is there hangs on the kubelet's seccompDefault, which no fact tells. */
int ct_kubelet_decides_seccomp(const ct_container *container, const ctsec_options *options);

#endif
