/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compose files, as compose-go loads them: variables, include, extends,
 * override files, then services. Every file is read once; values that are
 * merged from several keep the parents, so the places, they were written at.
 */
#ifndef CT_CONTAINER_COMPOSE_H
#define CT_CONTAINER_COMPOSE_H

#include "container/read.h"
#include "ctsec/container.h"
#include "syntax/names.h"

/* Variables of one Compose model: an env file, seen after those of the model that includes it. */
typedef struct ct_scope {
  const struct ct_scope *outer;
  /* Objects of strings. */
  const ct_document *const *files;
  uint32_t count;
} ct_scope;

/* A value whose variables are not all known. */
typedef struct ct_open_value {
  struct ct_open_value *next;
  uint32_t offset;
  /* As written. */
  const char *text;
  uint32_t length;
  /* Names of the variables, each ended by NUL, the last by two. */
  const char *names;
} ct_open_value;

typedef struct ct_compose_file {
  struct ct_compose_file *next;
  /* Relative to the input's folder; "" for the input itself. */
  const char *name;
  /* What its paths are relative to. */
  const char *folder;
  const ct_document *document;
  ct_open_value *opens;
  /* Of a file that services extend: its merged documents. */
  ct_value merged;
} ct_compose_file;

typedef struct ct_compose {
  ctsec_containers *containers;
  ct_arena *arena;
  const ctsec_options *options;
  ctsec_error **err;
  int status;
  ct_compose_file *files;
  /* Files whose services others extend. */
  ct_compose_file *bases;
  /* Values copied by merging, and bytes made by variables. */
  uint64_t copies;
  uint64_t bytes;
  uint64_t work;
  /* A service is laid over the one that it extends. */
  int extending;
  /* The merged model. */
  ct_value model;
} ct_compose;

/* Fails at a value of one of the files. */
int ct_compose_fail(ct_compose *c, int code, const ct_value *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ct_compose_nomem(ct_compose *c);
/* The file that a value stands in. */
ct_compose_file *ct_compose_file_of(const ct_compose *c, const ct_value *value);
/* An array of zeroed elements; NULL fails. */
void *ct_compose_array(ct_compose *c, size_t count, size_t size);
/* A path of a file as a name relative to the input's folder. */
const char *ct_compose_path(ct_compose *c, const char *folder, const char *path, size_t length);
/* Its bytes; NULL where the caller did not give it, and the name is then remembered. */
const ct_named_file *ct_compose_wanted(ct_compose *c, const char *name);
/* The name of a file for messages. */
const char *ct_compose_source(ct_compose *c, const char *name);

/* Replaces variables in every text of a tree, in place. */
void ct_compose_variables(ct_compose *c, ct_compose_file *file, const ct_scope *scope, ct_value *value);
/* The value of a variable; NULL where it is not known. */
const char *ct_scope_find(const ct_compose *c, const ct_scope *scope, const char *name, size_t length);
/* How an open value was written; NULL for another. */
const ct_open_value *ct_compose_open(const ct_compose *c, const ct_value *value);

typedef enum ct_level { CT_AT_ROOT, CT_AT_SERVICES, CT_AT_SERVICE, CT_AT_ULIMITS, CT_AT_HEALTHCHECK, CT_AT_OTHER } ct_level;

/* `over` merged over `base`, which may be NULL. Where `keep_base`, the result stands where the base does. */
void ct_compose_merge(ct_compose *c, ct_value *result, const ct_value *base, const ct_value *over, ct_level level,
                      int keep_base);
/* Takes away what is tagged !reset, and the tags. */
void ct_compose_clean(ct_value *value, uint32_t depth);
int ct_value_same(ct_compose *c, const ct_value *a, const ct_value *b);

/* Reads a file that the caller gave. NULL fails. */
ct_compose_file *ct_compose_load(ct_compose *c, const char *name, const char *folder, const char *text, size_t length);
/* Replaces every `extends` below services; folder is what their paths are relative to. */
void ct_compose_extends(ct_compose *c, ct_value *root, const char *folder, const ct_scope *scope);

/* An env file as a document: an object of strings. */
int ct_env_file_parse(ct_arena *arena, const char *source, const char *text, size_t length, int raw,
                      const char *(*find)(const void *context, const char *name, size_t length), const void *context,
                      const ct_document **document, ctsec_error **err);

/* A service, or a job, that is being read. */
typedef struct ct_service {
  ct_reader *reader;
  ct_compose *compose;
  const ct_scope *scope;
  uint32_t index;
} ct_service;

typedef enum ct_member_kind {
  /* Its type is checked, nothing more is asked of it. */
  CT_MEMBER_CHECK,
  /* Fields of ct_container, at an offset. */
  CT_MEMBER_FLAG,
  CT_MEMBER_NUMBER,
  CT_MEMBER_SIZE,
  CT_MEMBER_TEXT,
  CT_MEMBER_LIST,
  CT_MEMBER_PAIRS,
  CT_MEMBER_FUNCTION
} ct_member_kind;

typedef struct ct_member {
  const char *key;
  uint8_t kinds;
  uint8_t kind;
  uint16_t offset;
  void (*read)(ct_service *service, const ct_value *value);
} ct_member;

/* Fills reader->container. */
void ct_read_service(ct_service *service, const ct_value *object);
/* Members by a table sorted by key; what the table lacks is remarked unless it begins with x-. */
void ct_read_members(ct_service *service, const ct_value *object, const ct_member *members, size_t count);
#define CT_READ_MEMBERS(service, object, members) \
  ct_read_members(service, object, members, sizeof(members) / sizeof *(members))
/* A member that is not null, of one of the kinds, else it fails; NULL where there is none. */
const ct_value *ct_service_member(ct_service *service, const ct_value *object, const char *key, unsigned kinds);
/* Checks the kind, in the file that the value stands in. */
int ct_service_kind(ct_service *service, const ct_value *value, unsigned kinds);
/* A remark on this service. */
void ct_service_note(ct_service *service, ct_message_id message, const ct_value *at, const char *name, const char *needs);
/* Remarks on every value of a tree that is decided by a variable which nobody gave. */
void ct_service_note_open(ct_service *service, const ct_value *value);
/* "`TEXT` is no PORT" */
void ct_service_refuse(ct_service *service, const ct_value *at, const char *what);
/* The text of a scalar as Compose prints it; of an open value, what is written. */
const char *ct_service_text(ct_service *service, const ct_value *value, size_t *length);
/* 1 and *truth; 0 where it is not known, or is none, which fails. */
int ct_service_truth(ct_service *service, const ct_value *value, int *truth);
void ct_read_service_configs(ct_service *service, const ct_value *value);
void ct_read_service_devices(ct_service *service, const ct_value *value);
void ct_read_service_gpus(ct_service *service, const ct_value *value);
void ct_read_service_ports(ct_service *service, const ct_value *value);
void ct_read_service_secrets(ct_service *service, const ct_value *value);
void ct_read_service_socket(ct_service *service, const ct_value *value);
void ct_read_service_tmpfs(ct_service *service, const ct_value *value);
void ct_read_service_volumes(ct_service *service, const ct_value *value);
/* Variables: those of env files, then those of the service. */
void ct_read_service_environment(ct_service *service, const ct_value *object);

/* Reads a Compose file of one or more documents into the containers. */
int ct_read_compose(ctsec_containers *containers, const ctsec_options *options, ctsec_error **err);
/* Namespaces and volumes that services take from each other, once all are read. */
void ct_join_peers(ct_compose *c);

#endif
