/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stream: lines in, groups out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "container/model.h"
#include "ctsec/trace.h"
#include "ctsec/verdict.h"
#include "denial/denial.h"

#define LINE_MOST ((uint64_t)1 << 20)

enum { FORMAT_JSON, FORMAT_NDJSON, FORMAT_TEXT };

int ctsec_denials_new(const ctsec_options *options, const char *format, ctsec_denials **denials, ctsec_error **err) {
  static const char names[][7] = {"json", "ndjson", "text"};
  if (!format) return ct_error_null(err, "format");
  if (!denials) return ct_error_null(err, "denials");
  int which = 0;
  while (which < 3 && strcmp(names[which], format)) which++;
  if (which == 3) return ct_error_set(err, CTSEC_E_ARG, "format: `%s` is none of json, ndjson, text", format);
  ctsec_denials *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  int status = ct_options_copy(options, &made->options, err);
  if (status) {
    free(made);
    return status;
  }
  made->format = which;
  uint64_t most = ct_options_limit(made->options, CTSEC_LIMIT_BYTES);
  ct_lines_init(&made->lines, (size_t)(most < LINE_MOST ? most : LINE_MOST));
  made->group_limit = ct_options_limit(made->options, CTSEC_LIMIT_NODES) / 10;
  if (!made->group_limit) made->group_limit = 1;
  *denials = made;
  return 0;
}

void ctsec_denials_free(ctsec_denials *denials) {
  if (!denials) return;
  for (uint32_t i = 0; i < denials->error_count; i++) ctsec_error_free(denials->errors[i]);
  for (uint32_t i = 0; i < denials->policy_count; i++) ctsec_policy_free(denials->policies[i].policy);
  ctsec_confinement_free(denials->confinement);
  ctsec_containers_free(denials->containers);
  ctsec_profile_free(denials->profile);
  ctsec_filter_free(denials->filter);
  ctsec_trace_stream_free(denials->trace);
  ct_serials_free(&denials->serials);
  ct_lines_free(&denials->lines);
  ct_buffer_free(&denials->key);
  ct_buffer_free(&denials->entry);
  ct_buffer_free(&denials->partial);
  ct_buffer_free(&denials->oom_cgroup);
  ct_buffer_free(&denials->ready);
  ct_arena_free(&denials->scratch);
  ct_arena_free(&denials->arena);
  ctsec_options_free(denials->options);
  free(denials->source);
  free(denials);
}

/* What was made of the container and its profile before. */
static void forget_policies(ctsec_denials *denials) {
  ctsec_confinement_free(denials->confinement);
  denials->confinement = NULL;
  denials->unconfinable = 0;
  for (uint32_t i = 0; i < denials->policy_count; i++) ctsec_policy_free(denials->policies[i].policy);
  denials->policy_count = 0;
}

int ctsec_denials_set_container(ctsec_denials *denials, const ctsec_container *container, ctsec_error **err) {
  if (!denials) return ct_error_null(err, "denials");
  if (!container) return ct_error_null(err, "container");
  /* The count of owners is the one member of a root that changes. */
  ctsec_containers *root = (ctsec_containers *)(uintptr_t)container->root;
  ctsec_containers *before = denials->containers;
  denials->containers = ctsec_containers_ref(root);
  denials->container = container;
  ctsec_containers_free(before);
  forget_policies(denials);
  return 0;
}

int ctsec_denials_set_profile(ctsec_denials *denials, ctsec_profile *profile, ctsec_error **err) {
  if (!denials) return ct_error_null(err, "denials");
  if (!profile) return ct_error_null(err, "profile");
  ctsec_profile *before = denials->profile;
  denials->profile = ctsec_profile_ref(profile);
  ctsec_profile_free(before);
  forget_policies(denials);
  return 0;
}

int ctsec_denials_set_filter(ctsec_denials *denials, const ctsec_filter *filter, ctsec_error **err) {
  if (!denials) return ct_error_null(err, "denials");
  if (!filter) return ct_error_null(err, "filter");
  ctsec_filter *before = denials->filter;
  denials->filter = ctsec_filter_ref((ctsec_filter *)(uintptr_t)filter);
  ctsec_filter_free(before);
  forget_policies(denials);
  return 0;
}

/* Keeps an error for the report; takes it. */
void ct_denials_keep_error(ctsec_denials *denials, ctsec_error *error) {
  if (error && denials->error_count < CT_ERRORS_MOST)
    denials->errors[denials->error_count++] = error;
  else
    ctsec_error_free(error);
}

static const char *field_name(const ct_fault *fault) { return fault->field ? fault->field : "name"; }

static int describe(ctsec_error **error, const ct_place *place, const ct_fault *fault, const char *text) {
  const char *field = field_name(fault);
  switch (fault->damage) {
    case CT_DAMAGE_CUT: return ct_error_at(error, CTSEC_E_SYNTAX, place, "the record ends inside of `%s`", field);
    case CT_DAMAGE_MISSING: return ct_error_at(error, CTSEC_E_SYNTAX, place, "the record has no `%s`", field);
    case CT_DAMAGE_NUMBER: return ct_error_at(error, CTSEC_E_SYNTAX, place, "the value of `%s` cannot be read", field);
    case CT_DAMAGE_HEX: return ct_error_at(error, CTSEC_E_SYNTAX, place, "a name in hex has an odd number of digits");
    case CT_DAMAGE_QUOTE: return ct_error_at(error, CTSEC_E_SYNTAX, place, "a quotation mark is not closed");
    case CT_DAMAGE_HEADER:
      return ct_error_at(error, CTSEC_E_SYNTAX, place, "time and number of the record cannot be read");
    case CT_DAMAGE_JSON: return ct_error_at(error, CTSEC_E_SYNTAX, place, "%s", text ? text : "this is no JSON");
    case CT_DAMAGE_LONG: return ct_error_at(error, CTSEC_E_LIMIT, place, "the line is too long");
    case CT_DAMAGE_LSM:
      return ct_error_at(error, CTSEC_E_UNSUPPORTED, place, "a record of a security module that is not known");
    default: return ct_error_at(error, CTSEC_E_SYNTAX, place, "this is no line of a log that is known");
  }
}

int ct_denials_damaged(ctsec_denials *denials, const char *line, size_t length, const ct_fault *fault,
                       const char *text) {
  denials->unparsed++;
  if (denials->error_count >= CT_ERRORS_MOST) return 0;
  size_t before = fault->at && fault->at >= line && fault->at <= line + length ? (size_t)(fault->at - line) : 0;
  ct_place place = {denials->source, NULL, (int64_t)(denials->lines.offset + before), (int64_t)denials->lines.number, 1};
  for (size_t at = 0; at < before;) {
    int size = ct_utf8_length(line + at, length - at);
    at += size ? (size_t)size : 1;
    place.column++;
  }
  ctsec_error *error = NULL;
  if (describe(&error, &place, fault, text) == CTSEC_E_NOMEM) {
    ctsec_error_free(error);
    return CTSEC_E_NOMEM;
  }
  if (ctsec_error_code(error) == CTSEC_E_NOMEM) return CTSEC_E_NOMEM;
  ct_denials_keep_error(denials, error);
  return 0;
}

static uint64_t hash_key(const ctsec_denials *denials, const char *key, size_t length) {
  uint64_t hash = (uint64_t)(uintptr_t)denials;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)key[i]) * UINT64_C(0x100000001b3);
  return hash ^ hash >> 29;
}

/* Of SELinux the object does not count: a type stands for it. */
static int counts(const ct_denial *denial, int text) { return text != CT_TEXT_OBJECT || denial->kind != CT_DENIAL_SELINUX; }

static int make_key(ctsec_denials *denials, const ct_denial *denial) {
  ct_buffer *key = &denials->key;
  key->length = 0;
  uint64_t numbers[] = {denial->kind, denial->has,    denial->audit,   denial->code,    (uint64_t)denial->number,
                        (uint64_t)denial->signal, (uint64_t)denial->capability, denial->caps[0], denial->caps[1],
                        denial->caps[2],          denial->caps[3]};
  ct_buffer_add(key, (const char *)numbers, sizeof numbers);
  for (int i = 0; i < CT_TEXT_COUNT; i++) {
    ct_piece piece = denial->texts[i];
    uint32_t length = piece.text && counts(denial, i) ? (uint32_t)piece.length : UINT32_MAX;
    ct_buffer_add(key, (const char *)&length, sizeof length);
    if (length != UINT32_MAX) ct_buffer_add(key, piece.text, piece.length);
  }
  return key->failed ? CTSEC_E_NOMEM : 0;
}

static int grow(ctsec_denials *denials) {
  uint32_t count = denials->bucket_count ? denials->bucket_count * 2 : 64;
  ct_group **larger = ct_arena_array(&denials->arena, count, sizeof *larger);
  if (!larger) return CTSEC_E_NOMEM;
  for (ct_group *group = denials->first; group; group = group->next) {
    ct_group **bucket = &larger[group->hash & (count - 1)];
    group->chain = *bucket;
    *bucket = group;
  }
  denials->buckets = larger;
  denials->bucket_count = count;
  return 0;
}

static ct_group *add_group(ctsec_denials *denials, const ct_denial *denial, uint64_t hash) {
  if (denials->group_count >= denials->bucket_count && grow(denials)) return NULL;
  ct_group *group = ct_arena_alloc(&denials->arena, sizeof *group);
  char *key = ct_arena_copy(&denials->arena, denials->key.data, denials->key.length);
  if (!group || !key) return NULL;
  group->denial = *denial;
  for (int i = 0; i < CT_TEXT_COUNT; i++) {
    ct_piece *piece = &group->denial.texts[i];
    if (piece->text && !(piece->text = ct_arena_copy(&denials->arena, piece->text, piece->length))) return NULL;
  }
  group->hash = hash;
  group->key = key;
  group->key_length = (uint32_t)denials->key.length;
  group->order = denials->group_count++;
  group->first = group->last = CT_NO_TIME;
  group->pid = group->uid = -1;
  ct_group **bucket = &denials->buckets[hash & (denials->bucket_count - 1)];
  group->chain = *bucket;
  *bucket = group;
  if (denials->last)
    denials->last->next = group;
  else
    denials->first = group;
  return denials->last = group;
}

/* NULL with *status 0 where there are as many groups as allowed. */
static ct_group *find_group(ctsec_denials *denials, const ct_denial *denial, int *status) {
  if ((*status = make_key(denials, denial))) return NULL;
  uint64_t hash = hash_key(denials, denials->key.data, denials->key.length);
  ct_group *group = denials->bucket_count ? denials->buckets[hash & (denials->bucket_count - 1)] : NULL;
  for (; group; group = group->chain)
    if (group->hash == hash && group->key_length == denials->key.length &&
        !memcmp(group->key, denials->key.data, denials->key.length))
      return group;
  if (denials->group_count >= denials->group_limit) return NULL;
  group = add_group(denials, denial, hash);
  if (!group) *status = CTSEC_E_NOMEM;
  return group;
}

/* The same event on its other path: one of them may lack the serial number. */
static ct_recent *find_copy(ctsec_denials *denials, const ct_group *group, const ct_record *record) {
  for (uint32_t i = 0; i < CT_RECENT; i++) {
    ct_recent *recent = &denials->recent[i];
    if (!recent->group || recent->group != group || recent->pid != record->pid) continue;
    if (recent->serial && record->serial) {
      if (recent->serial == record->serial) return recent;
      continue;
    }
    /* Two kills of one process are one. */
    if (!recent->serial && !record->serial) {
      if (group->denial.kind == CT_DENIAL_OOM) return recent;
      continue;
    }
    if (recent->copied || (recent->ip && record->ip && recent->ip != record->ip)) continue;
    return recent;
  }
  return NULL;
}

int ct_group_denied(const ct_denial *denial) {
  if (denial->has & CT_HAS_PERMISSIVE) return CT_IS_NO;
  switch (denial->kind) {
    case CT_DENIAL_SECCOMP:
      if (!(denial->has & CT_HAS_CODE)) return CT_IS_MAYBE;
      return denial->code == 0x7ffc0000u || denial->code == 0x7fff0000u ? CT_IS_NO : CT_IS_YES;
    case CT_DENIAL_ABEND: return denial->signal == 31 ? CT_IS_YES : CT_IS_NO;
    case CT_DENIAL_SELINUX: return ct_piece_is(denial->texts[CT_TEXT_VERDICT], "denied") ? CT_IS_YES : CT_IS_NO;
    case CT_DENIAL_APPARMOR:
    case CT_DENIAL_OOM: return CT_IS_YES;
    /* A kernel that lacks the call answers the same. */
    case CT_DENIAL_CALL: return ct_piece_is(denial->texts[CT_TEXT_VERDICT], "ENOSYS") ? CT_IS_MAYBE : CT_IS_YES;
    default: return CT_IS_NO;
  }
}

int ct_denials_event(ctsec_denials *denials, const ct_record *record, uint64_t host, ct_group **out) {
  int status = 0, fresh = 1;
  ct_group *group = find_group(denials, &record->denial, &status);
  if (status) return status;
  if (record->serial && (fresh = ct_serials_add(&denials->serials, host, record->time, record->serial)) < 0) return fresh;
  ct_recent *copy = group && (!fresh || !record->serial || denials->unnumbered) ? find_copy(denials, group, record) : NULL;
  denials->unnumbered |= !record->serial;
  int old = !fresh && record->serial + CT_RECENT < ct_serials_top(&denials->serials);
  if (out) *out = group;
  if (copy || old) {
    if (copy) {
      copy->copied = 1;
      if (!copy->serial) copy->serial = record->serial;
      if (record->time != CT_NO_TIME && group->last == CT_NO_TIME) group->first = group->last = record->time;
    }
    denials->duplicates++;
    return 0;
  }
  denials->records++;
  int denied = ct_group_denied(&record->denial);
  /* A call whose action is not known would not be recorded if it were simply allowed. */
  denials->denied += denied == CT_IS_YES || denied == CT_IS_MAYBE;
  if (!group) {
    denials->ungrouped++;
    return 0;
  }
  group->count++;
  group->pid = record->pid;
  group->uid = record->uid;
  if (record->time != CT_NO_TIME) {
    if (group->first == CT_NO_TIME || record->time < group->first) group->first = record->time;
    if (record->time > group->last) group->last = record->time;
  }
  denials->recent[denials->recent_at++ % CT_RECENT] = (ct_recent){group, record->serial, record->pid, record->ip, 0};
  return 0;
}

int ct_denials_calls(ctsec_denials *denials, const ct_record *record, uint64_t times) {
  int status = 0;
  ct_group *group = find_group(denials, &record->denial, &status);
  if (status) return status;
  denials->records += times;
  if (ct_group_denied(&record->denial) == CT_IS_YES) denials->denied += times;
  if (group)
    group->count += times;
  else
    denials->ungrouped += times;
  return 0;
}

int ct_denials_companion(ctsec_denials *denials, const ct_body *body) {
  ct_record call;
  ct_fault fault;
  ct_body as_seccomp = *body;
  if (!denials->recent_at || !body->serial) return 0;
  const ct_recent *recent = &denials->recent[(denials->recent_at - 1) % CT_RECENT];
  ct_group *group = recent->group;
  if (recent->serial != body->serial || group->denial.kind == CT_DENIAL_SECCOMP || group->call_state == CT_CALL_MIXED)
    return 0;
  /* Arch, call, comm and exe stand in both. */
  as_seccomp.type = 1326;
  int got = ct_record_read(&denials->scratch, &as_seccomp, &call, &fault);
  if (got < 0) return got == -2 ? CTSEC_E_NOMEM : 0;
  ct_denial *denial = &group->denial;
  static const ct_denial_text texts[] = {CT_TEXT_EXE, CT_TEXT_COMM};
  if (group->call_state == CT_CALL_ONE) {
    ct_piece known = denial->texts[CT_TEXT_EXE], now = call.denial.texts[CT_TEXT_EXE];
    if (denial->audit == call.denial.audit && denial->number == call.denial.number && known.length == now.length &&
        (!known.length || !memcmp(known.text, now.text, known.length)))
      return 0;
    denial->has &= ~(CT_HAS_NUMBER | CT_HAS_ARCH);
    group->call_state = CT_CALL_MIXED;
    return 0;
  }
  group->call_state = CT_CALL_ONE;
  for (size_t i = 0; i < 2; i++) {
    ct_piece *known = &denial->texts[texts[i]], now = call.denial.texts[texts[i]];
    if (known->text || !now.text) continue;
    if (!(known->text = ct_arena_copy(&denials->arena, now.text, now.length))) return CTSEC_E_NOMEM;
    known->length = now.length;
  }
  denial->audit = call.denial.audit;
  denial->number = call.denial.number;
  denial->has |= call.denial.has & (CT_HAS_ARCH | CT_HAS_NUMBER);
  return 0;
}

static int failed(ctsec_denials *denials, ctsec_error **err) {
  denials->failed = 1;
  return ct_error_nomem(err);
}

/* What cannot hold lines, by its first bytes; NULL where it may. */
static const char *no_text(const char *text, size_t length) {
  static const struct {
    uint8_t size;
    char bytes[9];
    const char *what;
  } known[] = {{2, "\x1f\x8b", "compressed by gzip: use zcat FILE | ctsec denials -"},
               {4, "\x28\xb5\x2f\xfd", "compressed by zstd: use zstdcat FILE | ctsec denials -"},
               {6, "\xfd" "7zXZ", "compressed by xz: use xzcat FILE | ctsec denials -"},
               {3, "BZh", "compressed by bzip2: use bzcat FILE | ctsec denials -"},
               {8, "LPKSHHRH", "a binary journal: use journalctl --file FILE -o export | ctsec denials -"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (length >= known[i].size && !memcmp(text, known[i].bytes, known[i].size)) return known[i].what;
  return NULL;
}

static int take_line(ctsec_denials *denials, const char *line, size_t length) {
  int traced = ct_denials_traced(denials, line, length);
  if (traced < 0) return traced;
  return traced ? ct_denials_trace_line(denials, line, length) : ct_denials_line(denials, line, length);
}

static int end_source(ctsec_denials *denials) {
  const char *line;
  size_t length;
  if (!denials->source) return 0;
  int got = ct_lines_last(&denials->lines, &line, &length);
  int status = got < 0 ? got : 0;
  if (got > 0) status = take_line(denials, line, length);
  if (!status && denials->trace) status = ct_denials_trace_end(denials);
  if (!status) status = ct_denials_flush(denials);
  if (!status && denials->seen && !denials->understood) {
    denials->inputs_failed++;
    /* One error says it better than one a line. */
    while (denials->error_count > denials->source_errors) ctsec_error_free(denials->errors[--denials->error_count]);
    const ct_place place = {denials->source, NULL, -1, 0, 0};
    ctsec_error *error = NULL;
    status = ct_error_at(&error, CTSEC_E_SCHEMA, &place, "no line of it is one of a log that is known");
    if (ctsec_error_code(error) == CTSEC_E_NOMEM) return CTSEC_E_NOMEM;
    ct_denials_keep_error(denials, error);
    status = 0;
  }
  free(denials->source);
  denials->source = NULL;
  return status;
}

static int begin_source(ctsec_denials *denials, const char *source) {
  denials->source = strdup(source);
  if (!denials->source) return CTSEC_E_NOMEM;
  ct_lines_restart(&denials->lines);
  denials->understood = denials->seen = 0;
  denials->source_errors = denials->error_count;
  return 0;
}

static int check(const ctsec_denials *denials, ctsec_error **err) {
  if (!denials) return ct_error_null(err, "denials");
  if (denials->finished) return ct_error_set(err, CTSEC_E_ARG, "the stream is finished");
  return denials->failed ? ct_error_nomem(err) : 0;
}

static int record_error(ctsec_denials *denials, ctsec_error *error, ctsec_error **err) {
  int code = ctsec_error_code(error);
  if (code == CTSEC_E_NOMEM) return failed(denials, err);
  denials->inputs_failed++;
  /* The caller's, and one for the report. */
  const ct_place place = {ctsec_error_source(error), NULL, -1, 0, 0};
  if (err) {
    ctsec_error *copy = NULL;
    ct_error_at(&copy, code, &place, "%s", ctsec_error_message(error));
    *err = copy;
  }
  ct_denials_keep_error(denials, error);
  return code;
}

static int take_lines(ctsec_denials *denials) {
  const char *line;
  size_t length;
  int got;
  while ((got = ct_lines_next(&denials->lines, &line, &length)) > 0) {
    int status;
    denials->seen |= length > 0;
    if (got == CT_LINES_CUT && !denials->binary) {
      const ct_fault fault = {CT_DAMAGE_LONG, NULL, NULL};
      status = ct_denials_damaged(denials, line, length, &fault, NULL);
    } else if (ct_denials_fast(denials, line, length)) {
      denials->understood = 1;
      continue;
    } else {
      status = take_line(denials, line, length);
    }
    if (status) return status;
  }
  return got;
}

int ctsec_denials_feed(ctsec_denials *denials, const char *source, const char *text, size_t length, ctsec_error **err) {
  int status = check(denials, err);
  if (status) return status;
  if (!source) return ct_error_null(err, "source");
  if (!text && length) return ct_error_null(err, "text");
  if (!denials->source || strcmp(denials->source, source)) {
    if (end_source(denials) || begin_source(denials, source)) return failed(denials, err);
    const char *what = no_text(text, length);
    if (what) {
      const ct_place place = {source, NULL, -1, 0, 0};
      ctsec_error *error = NULL;
      ct_error_at(&error, CTSEC_E_UNSUPPORTED, &place, "this is %s", what);
      return record_error(denials, error, err);
    }
  }
  if (!length) return 0;
  ct_lines_feed(&denials->lines, text, length);
  return take_lines(denials) ? failed(denials, err) : 0;
}

int ctsec_denials_set_unread(ctsec_denials *denials, const char *source, int number, ctsec_error **err) {
  int status = check(denials, err);
  if (status) return status;
  if (!source) return ct_error_null(err, "source");
  ctsec_error *error = NULL;
  ct_error_system(&error, number, source, "cannot read");
  return record_error(denials, error, err);
}

uint64_t ctsec_denials_count(const ctsec_denials *denials, int32_t what) {
  if (!denials) return 0;
  switch (what) {
    case CTSEC_DENIALS_GROUPS: return denials->group_count;
    case CTSEC_DENIALS_DENIED: return denials->denied;
    case CTSEC_DENIALS_RECORDS: return denials->records;
    case CTSEC_DENIALS_DUPLICATES: return denials->duplicates;
    case CTSEC_DENIALS_UNPARSED: return denials->unparsed;
    case CTSEC_DENIALS_LOST: return ct_serials_missing(&denials->serials);
    case CTSEC_DENIALS_FAILED: return denials->inputs_failed;
    default: return 0;
  }
}

size_t ctsec_denials_error_count(const ctsec_denials *denials) { return denials ? denials->error_count : 0; }

const ctsec_error *ctsec_denials_error_at(const ctsec_denials *denials, size_t index) {
  return denials && index < denials->error_count ? denials->errors[index] : NULL;
}

/* Groups that were not told before, or at the end have grown. */
static void tell(ctsec_denials *denials, int end) {
  for (ct_group *group = denials->first; group; group = group->next) {
    int again = end && denials->format == FORMAT_NDJSON && group->told != group->count;
    if (denials->format == FORMAT_JSON || (group->told && !again)) continue;
    if (denials->format == FORMAT_NDJSON) {
      ct_json json;
      ct_json_init(&json, 1);
      ct_denials_write_group(denials, &json, group);
      if (json.buffer.failed) denials->ready.failed = 1;
      ct_buffer_add(&denials->ready, json.buffer.data ? json.buffer.data : "", json.buffer.length);
      ct_buffer_char(&denials->ready, '\n');
      ct_json_free(&json);
    } else {
      ct_denials_group_text(denials, &denials->ready, group);
    }
    group->told = group->count;
  }
}

static int check_outputs(const ctsec_denials *denials, char **text, const size_t *length, ctsec_error **err) {
  int status = check(denials, err);
  if (!status && !text) status = ct_error_null(err, "text");
  if (!status && !length) status = ct_error_null(err, "length");
  return status;
}

int ctsec_denials_take(ctsec_denials *denials, char **text, size_t *length, ctsec_error **err) {
  int status = check_outputs(denials, text, length, err);
  if (status) return status;
  if (denials->trace && ct_denials_trace_now(denials)) return failed(denials, err);
  tell(denials, 0);
  return ct_buffer_take(&denials->ready, text, length) ? failed(denials, err) : 0;
}

int ctsec_denials_finish(ctsec_denials *denials, char **text, size_t *length, ctsec_error **err) {
  int status = check_outputs(denials, text, length, err);
  if (status) return status;
  if (end_source(denials)) return failed(denials, err);
  denials->finished = 1;
  if (denials->format == FORMAT_JSON) {
    ct_json json;
    ct_json_init(&json, 0);
    ct_denials_write_json(denials, &json);
    return ct_json_take(&json, text, length) ? failed(denials, err) : 0;
  }
  tell(denials, 1);
  if (denials->format == FORMAT_TEXT) {
    ct_denials_summary_text(denials, &denials->ready);
  } else {
    ct_json json;
    ct_json_init(&json, 1);
    ct_denials_write_summary(denials, &json);
    if (json.buffer.failed) denials->ready.failed = 1;
    ct_buffer_add(&denials->ready, json.buffer.data ? json.buffer.data : "", json.buffer.length);
    ct_buffer_char(&denials->ready, '\n');
    ct_json_free(&json);
  }
  return ct_buffer_take(&denials->ready, text, length) ? failed(denials, err) : 0;
}
