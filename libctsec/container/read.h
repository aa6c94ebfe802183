/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the readers of JSON formats share: tables of members, each with the type it must have. */
#ifndef CT_CONTAINER_READ_H
#define CT_CONTAINER_READ_H

#include "container/model.h"

typedef struct ct_reader {
  ct_arena *arena;
  const ct_document *document;
  const ctsec_options *options;
  ct_container *container;
  ctsec_error **err;
  /* The first failure; every step after it does nothing. */
  int status;
} ct_reader;

typedef enum ct_field_kind {
  /* Fields of ct_container, at an offset. */
  CT_FIELD_FLAG,
  CT_FIELD_NUMBER,
  CT_FIELD_TEXT,
  /* An array of strings. */
  CT_FIELD_TEXTS,
  /* An array of strings, or one string. */
  CT_FIELD_TEXT_OR_TEXTS,
  /* An array of NAME=VALUE. */
  CT_FIELD_ENV,
  /* An object of strings. */
  CT_FIELD_PAIRS,
  /* function() gets the value, whose kind is one of `kinds`. */
  CT_FIELD_FUNCTION
} ct_field_kind;

#define CT_BIT(kind) (1u << (kind))

typedef struct ct_field {
  const char *key;
  uint8_t kind;
  uint8_t kinds;
  uint16_t offset;
  void (*function)(ct_reader *reader, const ct_value *value);
} ct_field;

/*
 * Reads the members of an object by a table that is sorted by key (bytes). A
 * member that is null or that the table lacks is passed over; one of a wrong
 * type is CTSEC_E_SCHEMA at its place. `base` is what offsets count from.
 */
void ct_read_fields(ct_reader *reader, const ct_value *object, const ct_field *fields, size_t count, void *base);
#define CT_READ_FIELDS(reader, object, fields, base) \
  ct_read_fields(reader, object, fields, sizeof(fields) / sizeof *(fields), base)

/*
 * An array of objects, each into an element of `size` bytes by a table as
 * above. An element begins with its `at`. NULL where something failed.
 */
void *ct_read_objects(ct_reader *reader, const ct_value *array, size_t size, const ct_field *fields, size_t count);
#define CT_READ_OBJECTS(reader, array, size, fields) \
  ct_read_objects(reader, array, size, fields, sizeof(fields) / sizeof *(fields))

/* Fails where value is not of one of the kinds: "must be a string, not an array". */
int ct_read_kind(ct_reader *reader, const ct_value *value, unsigned kinds);
void ct_read_nomem(ct_reader *reader);
void *ct_read_array(ct_reader *reader, size_t count, size_t size);
void ct_read_flag(ct_reader *reader, const ct_value *value, ct_flag *flag);
void ct_read_number(ct_reader *reader, const ct_value *value, ct_number *number);
void ct_read_text(ct_reader *reader, const ct_value *value, ct_text *text);
void ct_read_texts(ct_reader *reader, const ct_value *value, ct_texts *texts);
void ct_read_env(ct_reader *reader, const ct_value *value, ct_pairs *pairs);
void ct_read_pairs(ct_reader *reader, const ct_value *value, ct_pairs *pairs);
/* "1000:1000", "app", "": shared by every format that writes a user as text. */
void ct_read_user_text(ct_user *user, const ct_value *at, const char *text, size_t length);
/* "seccomp=x", "apparmor:x", "label=disable", "no-new-privileges", "systempaths=unconfined", "unmask=ALL". */
void ct_read_security_option(ct_reader *reader, const ct_value *at, const char *text, size_t length);
/* "host", "container:ID", "ns:PATH", "private"... into a namespace. */
void ct_read_namespace(ct_reader *reader, const ct_value *value, ct_namespace_kind kind);
/* "b 8:* rwm" */
void ct_read_device_rule(ct_device_rule *rule, const char *text, size_t length);

/* Whether that many mounts are no more than anybody has; each is compared with others. */
int ct_check_mounts(ct_reader *reader, size_t count);
/* A bind that engines make for themselves (resolv.conf and the like), or a folder of an engine's store of volumes. */
int ct_mount_is_own(const ct_mount *mount);
int ct_mount_is_volume(const ct_mount *mount);

/* The readers. Each fills reader->container from its object. */
void ct_read_docker(ct_reader *reader, const ct_value *object);
void ct_read_podman(ct_reader *reader, const ct_value *object);
void ct_read_oci(ct_reader *reader, const ct_value *object);
void ct_read_crictl(ct_reader *reader, const ct_value *object);

/* For readers of their own inputs: an empty set of one owner, ... */
int ct_containers_new(struct ctsec_containers **containers, ctsec_error **err);
/* ... a container whose fields are read: its defaults and its facts; counted where that succeeds, ... */
int ct_containers_finish_one(struct ctsec_containers *containers, ct_container *container, const ctsec_options *options,
                             uint32_t index, ctsec_error **err);
/* ... an error beside what could be read (taken over), ... */
int ct_containers_keep_error(struct ctsec_containers *containers, ctsec_error *error, ctsec_error **err);
/* ... a limit for what would become containers; where nothing could be read, the first of those errors as that of the whole; ... */
int ct_containers_check_count(const struct ctsec_containers *containers, const ctsec_options *options, size_t count,
                              const ct_value *at, ctsec_error **err);
int ct_containers_refuse(struct ctsec_containers *containers, ctsec_error **err);
/* ... and the choice of the option `select`. */
int ct_containers_select(struct ctsec_containers *containers, const ctsec_options *options, ctsec_error **err);

/* ctsec_files_find(); where that had to read the input, *containers is what it read, and otherwise untouched. */
struct ctsec_files;
int ct_files_find(const char *text, size_t length, const ctsec_options *options, struct ctsec_files **files,
                  struct ctsec_containers **containers, ctsec_error **err);

/* podman: unmask=PATH:PATH, which may end in *: what is left of what is masked and read-only by itself. */
void ct_unmask(ct_reader *reader, const ct_value *at, const char *text, size_t length);

/* What the engine does where nothing was said. */
void ct_apply_defaults(ct_container *container, const ctsec_options *options);
/* Derives container->facts; 0 or CTSEC_E_NOMEM. */
int ct_derive_facts(ct_arena *arena, ct_container *container, const ctsec_options *options, ctsec_error **err);

#endif
