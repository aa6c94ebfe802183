/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a line of a log says: envelopes are stripped, fields found, values decoded with the record's own arch. */
#ifndef CT_DENIAL_RECORD_H
#define CT_DENIAL_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"

typedef enum ct_denial_kind {
  CT_DENIAL_SECCOMP,
  CT_DENIAL_ABEND,
  CT_DENIAL_SELINUX,
  CT_DENIAL_APPARMOR,
  CT_DENIAL_BPRM_FCAPS,
  CT_DENIAL_CAPSET,
  CT_DENIAL_OOM,
  /* A call that failed, as strace saw it. */
  CT_DENIAL_CALL,
  CT_DENIAL_KINDS
} ct_denial_kind;

typedef struct ct_piece {
  const char *text;
  size_t length;
} ct_piece;

/* Texts of a record; NULL where it has none. */
typedef enum ct_denial_text {
  CT_TEXT_TYPE,
  CT_TEXT_EXE,
  CT_TEXT_COMM,
  /* The LSM label of the process: subj=, scontext=, AppArmor's profile. */
  CT_TEXT_LABEL,
  /* Of the object: tcontext=, AppArmor's peer. */
  CT_TEXT_TARGET,
  /* "denied", "granted", "allowed"...: what the LSM says it did. */
  CT_TEXT_VERDICT,
  CT_TEXT_OPERATION,
  CT_TEXT_OBJECT,
  CT_TEXT_CLASS,
  CT_TEXT_PERMISSIONS,
  CT_TEXT_INFO,
  /* The rule that would let an AppArmor profile permit it. */
  CT_TEXT_RULE,
  /* A name that came without its number. */
  CT_TEXT_CALL,
  CT_TEXT_COUNT
} ct_denial_text;

#define CT_HAS_ARCH 1u
#define CT_HAS_NUMBER 2u
#define CT_HAS_CODE 4u
#define CT_HAS_SIGNAL 8u
#define CT_HAS_CAPABILITY 16u
#define CT_HAS_CAPS 32u
/* A permissive domain, or a profile in complain mode: recorded, and let through. */
#define CT_HAS_PERMISSIVE 64u
/* "kill" of an older ausearch: of the thread or of the process. */
#define CT_HAS_SOME_KILL 128u
/* A name that was looked up in the table of another arch. */
#define CT_HAS_FOREIGN_NAME 256u

/* What is the same for all events of a group. */
typedef struct ct_denial {
  uint32_t kind;
  uint32_t has;
  uint32_t audit;
  uint32_t code;
  int64_t number;
  int32_t signal;
  int32_t capability;
  /* inheritable, permitted, effective, ambient: of CAPSET and, new ones, of BPRM_FCAPS. */
  uint64_t caps[4];
  /* Of a traced call: bit i of known where argument i is. */
  uint32_t known;
  uint64_t args[7];
  ct_piece texts[CT_TEXT_COUNT];
} ct_denial;

enum { CT_IS_NO, CT_IS_YES, CT_IS_MAYBE };

#define CT_NO_TIME INT64_MIN

/* One event. Pieces point into the line, or into the reader's scratch arena. */
typedef struct ct_record {
  ct_denial denial;
  /* Milliseconds since 1970. */
  int64_t time;
  /* 0: the line has none. */
  uint64_t serial;
  int64_t pid;
  int64_t uid;
  uint64_t ip;
} ct_record;

/* A record without its envelope. */
typedef struct ct_body {
  const char *text;
  size_t length;
  /* AUDIT_* of linux/audit.h; 0 where the type is not known. */
  uint32_t type;
  ct_piece type_name;
  /* `ausearch -i` has replaced numbers by names and taken quotes away. */
  int interpreted;
  int64_t time;
  uint64_t serial;
} ct_body;

typedef enum ct_damage {
  CT_DAMAGE_NONE,
  CT_DAMAGE_CUT,
  CT_DAMAGE_MISSING,
  CT_DAMAGE_NUMBER,
  CT_DAMAGE_HEX,
  CT_DAMAGE_QUOTE,
  CT_DAMAGE_HEADER,
  CT_DAMAGE_JSON,
  CT_DAMAGE_LONG,
  CT_DAMAGE_ENVELOPE,
  CT_DAMAGE_LSM
} ct_damage;

typedef struct ct_fault {
  ct_damage damage;
  /* Where, in the line. */
  const char *at;
  /* The field. */
  const char *field;
} ct_fault;

/* 1 a record; 0 nothing that is of interest here; -1 damaged (fault says how); CTSEC_E_NOMEM as -2. */
int ct_record_read(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault);
/* AUDIT_* of "SECCOMP", "1326", "UNKNOWN[1326]", "AUDIT1326", "<audit-1326>"; 0 where it is not known. */
uint32_t ct_record_type(const char *name, size_t length);

/* Fields of a body. */
typedef struct ct_log_field {
  ct_piece key;
  ct_piece value;
  /* Quotes are not in value. */
  int quoted;
} ct_log_field;

#define CT_LOG_FIELDS 64

typedef struct ct_log_fields {
  uint32_t count;
  ct_log_field items[CT_LOG_FIELDS];
} ct_log_fields;

/* key=value until the end, or the first upper-case key that auditd has added. 0, or -1 with a fault. */
int ct_log_fields_read(const char *text, size_t length, int interpreted, ct_log_fields *fields, ct_fault *fault);
const ct_log_field *ct_log_field_find(const ct_log_fields *fields, const char *key);
/* The text of a value that audit may have written as hex. 1, 0 where there is none, -1 damaged, -2 out of memory. */
int ct_log_field_text(ct_arena *scratch, const ct_log_field *field, int interpreted, ct_piece *text, ct_fault *fault);

/* LSM records, record_lsm.c */
int ct_record_selinux(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault);
int ct_record_apparmor(ct_arena *scratch, const ct_log_fields *fields, uint32_t type, ct_record *record,
                       ct_fault *fault);

/* Out-of-memory kills. 1 where the message is one. */
int ct_record_oom(const char *text, size_t length, ct_record *record);

int ct_digits(const char **at, const char *end, uint64_t *value);
static inline ct_piece ct_piece_of(const char *text, size_t length) { return (ct_piece){text, length}; }
int ct_piece_is(ct_piece piece, const char *text);
const char *ct_find(const char *text, size_t length, const char *word);

#endif
