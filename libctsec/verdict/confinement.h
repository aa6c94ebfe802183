/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this room share. */
#ifndef CT_VERDICT_CONFINEMENT_H
#define CT_VERDICT_CONFINEMENT_H

#include "seccomp/loaded.h"
#include "verdict/verdict.h"

/* The seccomp filter of the container. */
typedef enum ct_filter_state {
  CT_FILTER_NONE,
  CT_FILTER_KNOWN,
  /* One of two built-in profiles: the engine's version decides. */
  CT_FILTER_EITHER,
  /* A file that is not at hand. */
  CT_FILTER_MISSING,
  /* What a live process runs under. */
  CT_FILTER_LOADED
} ct_filter_state;

typedef enum ct_lsm_state {
  CT_CONFINED_NO,
  /* AppArmor: the engines' own profile. SELinux: container_t and its kin. */
  CT_CONFINED_DEFAULT,
  CT_CONFINED_OTHER,
  CT_CONFINED_UNKNOWN
} ct_lsm_state;

typedef struct ct_sysctl_value {
  /* CT_SET, CT_UNKNOWN, or CT_UNSET: what Linux does by itself is taken. */
  uint8_t state;
  int64_t value;
  /* The upper end of a range. */
  int64_t last;
  /* The fact that would tell. */
  const char *needs;
  const ct_value *at;
} ct_sysctl_value;

struct ctsec_confinement {
  ct_count references;
  ct_arena arena;
  const ct_container *container;
  struct ctsec_containers *owner;
  const ctsec_options *options;
  const ct_arch *arch;
  int lang;
  uint8_t filter;
  const char *filter_needs;
  /* Of a pod that names no profile, while it is not known whether the kubelet gives its own: the filter above, or none. */
  uint8_t perhaps_none;
  /* Names of the engine's profiles; NULL where the container has one of its own. */
  const char *builtins[2];
  ctsec_policy *policies[2];
  const struct ct_profile *profiles[2];
  ctsec_profile *given;
  /* Capabilities that are in effect, and those that may be. */
  uint64_t caps;
  uint64_t maybe_caps;
  uint64_t bounding;
  /* CT_YES, CT_NO, CT_MAYBE */
  uint8_t mapped;
  uint8_t root;
  uint8_t no_new_privileges;
  uint8_t uid_known;
  uint8_t gid_known;
  uint32_t uid;
  uint32_t gid;
  /* What facts say where nothing else does: CT_YES, CT_NO, CT_MAYBE. */
  uint8_t apparmor_says;
  uint8_t selinux_says;
  uint8_t notify_says;
  uint8_t mount_says;
  uint8_t device_says;
  uint8_t realtime_says;
  uint8_t apparmor;
  uint8_t selinux;
  ct_version kernel;
  ct_sysctl_value sysctls[CT_SYSCTL_COUNT];
  /* Facts about the file and the process that are asked about. */
  uint8_t file_owner_known;
  uint8_t file_group_known;
  uint8_t file_mode_known;
  uint32_t file_owner;
  uint32_t file_group;
  uint32_t file_mode;
  /* What execve asks of the bounding set; 0 where the program is not marked effective. */
  uint8_t file_caps_known;
  uint64_t file_caps;
  /* Arguments that facts say, for calls that leave them open. */
  uint32_t args_said;
  uint64_t args[6];
  const char *texts[6];
  /* Rows of a call, by its place in the table of numbers: rows[starts[place]] up to the start of the next. */
  const uint16_t *starts;
  const uint8_t *rows;
  uint8_t target_uid_known;
  uint32_t target_uid;
};

/*
 * confinement.c, for rooms that ask about much without explaining it: first
 * what there is to know without a profile being read, into a zeroed c that
 * borrows the options; then the profiles; then what the latter made is freed.
 */
int ct_confinement_look(ctsec_confinement *c, const ct_container *container, const ctsec_options *options,
                        const ctsec_profile *profile, ctsec_error **err);
int ct_confinement_load(ctsec_confinement *c, const ctsec_profile *given, ctsec_error **err);
void ct_confinement_unload(ctsec_confinement *c);
/* sysctl.c */
void ct_confinement_sysctls(ctsec_confinement *confinement);
/* "net.ipv4.ip_unprivileged_port_start" */
const char *ct_sysctl_name(ct_sysctl_id id);
/* A number of the options' facts: 1 and its value. */
int ct_confinement_number(const ctsec_confinement *confinement, const char *fact, unsigned base, uint64_t *value);

/* operations.c: fills starts and rows; 0 where memory is out. */
int ct_operations_index(ctsec_confinement *confinement);
/* Whether a row is meant: CT_YES, CT_NO, CT_MAYBE where an argument is not known. */
unsigned ct_operation_holds(const ct_operation *operation, const ct_request *request);
/* The call with its arguments where most arches have them. */
const ct_request *ct_request_ordered(const ct_request *request, const char *name, ct_request *swapped);

/* The answers of one call as they are collected. */
typedef struct ct_inquiry {
  const ctsec_confinement *confinement;
  const ct_request *request;
  ct_ruling *ruling;
  /* The kernel ended the call before it asked anything more. */
  int ended;
} ct_inquiry;

/* Adds what a layer says; what follows sets its other members. */
ct_layer_answer *ct_inquiry_add(ct_inquiry *inquiry, unsigned layer, unsigned outcome, ct_message_id why);
ct_layer_answer *ct_inquiry_deny(ct_inquiry *inquiry, unsigned layer, const char *error, ct_message_id why);
ct_layer_answer *ct_inquiry_need(ct_inquiry *inquiry, unsigned layer, const char *needs, ct_message_id why);
/* What a fact says, or that it is missing. */
ct_layer_answer *ct_inquiry_said(ct_inquiry *inquiry, unsigned layer, unsigned said, const char *needs,
                                 const char *error, ct_message_id why);
/* "arg0"... */
const char *ct_argument_need(unsigned argument);
/* Whether an argument is a plain number that is known. */
static inline int ct_request_has(const ct_request *request, unsigned argument) {
  return !(request->unknown >> argument & 1);
}

/* A constant such as O_CREAT on the arch of the call; 0 where it has none. */
uint32_t ct_request_bits(const ct_request *request, const char *name);

/* filter.c: the first layer. */
void ct_inquire_filter(ct_inquiry *inquiry);
/* confinement.c: the policy that one of the profiles gives with other capabilities. */
int ct_confinement_policy(ctsec_confinement *confinement, int profile, uint64_t caps, ctsec_policy **policy,
                          ctsec_error **err);
/* gates.c: one step of a row. */
void ct_inquire_step(ct_inquiry *inquiry, const ct_step *step);
/* A capability, or another that also does, counting in a space. */
void ct_inquire_cap(ct_inquiry *inquiry, int cap, int other, ct_space space, const char *error);
/* rules.c */
void ct_inquire_rule(ct_inquiry *inquiry, const ct_step *step);
/* files.c */
void ct_inquire_file(ct_inquiry *inquiry, unsigned argument, ct_file_use use);
/* A hard link to a file that may be somebody else's. */
void ct_inquire_link(ct_inquiry *inquiry);
void ct_inquire_xattr(ct_inquiry *inquiry);
/* connect() to a socket in the file system. */
void ct_inquire_socket(ct_inquiry *inquiry, const char *path);
/* lsm.c */
void ct_inquire_lsm(ct_inquiry *inquiry, ct_op_lsm kind, const char *error);

#endif
