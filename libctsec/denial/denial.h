/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stream of log lines that becomes groups of denials. */
#ifndef CT_DENIAL_DENIAL_H
#define CT_DENIAL_DENIAL_H

#include "base/error.h"
#include "base/options.h"
#include "ctsec/denial.h"
#include "ctsec/seccomp.h"
#include "denial/record.h"
#include "denial/serials.h"
#include "syntax/lines.h"

/* Events that say the same: everything but time, process and place in the program. */
typedef struct ct_group {
  ct_denial denial;
  uint64_t hash;
  const char *key;
  uint32_t key_length;
  uint32_t order;
  uint64_t count;
  /* What `take` has already said. */
  uint64_t told;
  int64_t first;
  int64_t last;
  /* Of the last event. */
  int64_t pid;
  int64_t uid;
  /* From the SYSCALL record beside a record of an LSM: one call, or CT_MIXED. */
  uint8_t call_state;
  struct ct_group *next;
  struct ct_group *chain;
} ct_group;

enum { CT_CALL_NONE, CT_CALL_ONE, CT_CALL_MIXED };

/* The bytes that a record of the commonest form had, and its group. */
typedef struct ct_shape {
  uint64_t hash;
  uint32_t length;
  const char *bytes;
  ct_group *group;
} ct_shape;

#define CT_RECENT 1024u

/* Events just seen, so that their copies from another path are told. */
typedef struct ct_recent {
  ct_group *group;
  uint64_t serial;
  int64_t pid;
  uint64_t ip;
  int copied;
} ct_recent;

#define CT_ERRORS_MOST 100u

struct ctsec_denials {
  ct_arena arena;
  /* Of one line. */
  ct_arena scratch;
  ctsec_options *options;
  int format;
  int finished;
  int failed;
  ct_lines lines;
  char *source;
  /* A line of this source was understood; a line was not empty. */
  int understood;
  int seen;

  ct_group *first;
  ct_group *last;
  ct_group **buckets;
  uint32_t bucket_count;
  uint32_t group_count;
  uint64_t group_limit;
  /* Events beyond the limit of groups. */
  uint64_t ungrouped;
  ct_buffer key;
  ct_shape *shapes;
  uint32_t shape_count;
  uint32_t shape_capacity;

  ct_serials serials;
  ct_recent recent[CT_RECENT];
  uint32_t recent_at;
  /* Some event came without its serial number. */
  int unnumbered;
  uint64_t denied;
  uint64_t records;
  uint64_t duplicates;
  uint64_t other;
  uint64_t unparsed;
  uint64_t suppressed;
  uint64_t overflows;
  uint64_t lost_first;
  uint64_t lost_last;
  int lost_seen;
  ctsec_error *errors[CT_ERRORS_MOST];
  uint32_t error_count;
  /* Before the source in hand. */
  uint32_t source_errors;
  uint64_t inputs_failed;

  /* A journal entry in export format, field by field. */
  struct ctsec_trace_stream *trace;
  int exporting;
  int binary;
  int binary_member;
  ct_buffer entry;
  /* A line of CRI that goes on in the next. */
  ct_buffer partial;
  /* Of the line oom-kill: that comes before the kill. */
  ct_buffer oom_cgroup;
  char oom_constraint[32];

  ctsec_containers *containers;
  const ctsec_container *container;
  struct ctsec_confinement *confinement;
  int unconfinable;
  ctsec_profile *profile;
  ctsec_filter *filter;
  /* One for each audit arch that was asked about. */
  struct {
    uint32_t audit;
    ctsec_policy *policy;
  } policies[8];
  uint32_t policy_count;

  ct_buffer ready;
};

/* One line, whatever envelope it has. 0 or CTSEC_E_NOMEM. */
int ct_denials_line(ctsec_denials *denials, const char *line, size_t length);
/* The end of a source: what was waiting for more. */
int ct_denials_flush(ctsec_denials *denials);
/* The commonest line without any allocation: 1 where it was one, 0 where it needs ct_denials_line(). */
int ct_denials_fast(ctsec_denials *denials, const char *line, size_t length);
/* Counts one event. 0 or CTSEC_E_NOMEM; *group, which may be NULL, is where it went. */
int ct_denials_event(ctsec_denials *denials, const ct_record *record, uint64_t host, ct_group **group);
/* Counts a line that could not be read. at may be NULL. */
int ct_denials_damaged(ctsec_denials *denials, const char *line, size_t length, const ct_fault *fault, const char *text);
/* The SYSCALL record beside a record of an LSM or of capabilities: adds what that lacks. */
int ct_denials_companion(ctsec_denials *denials, const ct_body *body);
/* A call that was seen `times` times. 0 or CTSEC_E_NOMEM. */
int ct_denials_calls(ctsec_denials *denials, const ct_record *record, uint64_t times);
/* Takes an error for the report. */
void ct_denials_keep_error(ctsec_denials *denials, ctsec_error *error);
/* strace.c: 1 where the source is a trace of calls, from this line on; CTSEC_E_NOMEM. */
int ct_denials_traced(ctsec_denials *denials, const char *line, size_t length);
int ct_denials_trace_line(ctsec_denials *denials, const char *line, size_t length);
/* The failures so far of a trace that goes on. */
int ct_denials_trace_now(ctsec_denials *denials);
int ct_denials_trace_end(ctsec_denials *denials);
/* Remembers the group of the line that ct_denials_fast() refused. */
int ct_denials_learn(ctsec_denials *denials, const char *line, size_t length, ct_group *group);

/* CT_IS_YES, CT_IS_NO, CT_IS_MAYBE: whether the events of this group were refused something. */
int ct_group_denied(const ct_denial *denial);

/* write.c */
void ct_denials_write_json(ctsec_denials *denials, ct_json *json);
void ct_denials_write_group(ctsec_denials *denials, ct_json *json, const ct_group *group);
void ct_denials_group_text(ctsec_denials *denials, ct_buffer *out, const ct_group *group);
void ct_denials_summary_text(ctsec_denials *denials, ct_buffer *out);
/* What has a JSON line of its own in ndjson. */
void ct_denials_write_summary(ctsec_denials *denials, ct_json *json);

#endif
