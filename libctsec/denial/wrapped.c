/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines that something else has wrapped: journals as JSON or in export format, logs of containers and collectors. */
#include <string.h>

#include "denial/envelope.h"
#include "denial/time.h"
#include "syntax/value.h"

#define DEPTH_MOST 4

/* What is of use in an entry of the journal. */
typedef enum member {
  MEMBER_MESSAGE,
  MEMBER_TRANSPORT,
  MEMBER_TYPE,
  MEMBER_TYPE_NAME,
  MEMBER_ID,
  MEMBER_HOST,
  MEMBER_SOURCE_TIME,
  MEMBER_TIME,
  MEMBER_COUNT
} member;

static const char members[][27] = {"MESSAGE",   "_TRANSPORT", "_AUDIT_TYPE", "_AUDIT_TYPE_NAME",
                                      "_AUDIT_ID", "_HOSTNAME",  "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"};

static int member_named(const char *name, size_t length) {
  for (int i = 0; i < MEMBER_COUNT; i++)
    if (strlen(members[i]) == length && !memcmp(members[i], name, length)) return i;
  return -1;
}

static uint64_t number_of(ct_piece piece) {
  const char *at = piece.text;
  uint64_t number;
  return at && ct_digits(&at, at + piece.length, &number) ? number : 0;
}

static int take_entry(ct_line *line, const ct_piece entry[MEMBER_COUNT]) {
  ct_piece message = entry[MEMBER_MESSAGE];
  line->known = 1;
  if (entry[MEMBER_HOST].text) line->host = ct_host_hash(entry[MEMBER_HOST].text, entry[MEMBER_HOST].length);
  uint64_t micro = number_of(entry[entry[MEMBER_SOURCE_TIME].text ? MEMBER_SOURCE_TIME : MEMBER_TIME]);
  if (micro && micro < UINT64_C(100000000000000000)) line->time = (int64_t)(micro / 1000);
  if (!message.length) return 0;
  if (ct_piece_is(entry[MEMBER_TRANSPORT], "audit") || entry[MEMBER_TYPE].text || entry[MEMBER_TYPE_NAME].text) {
    uint64_t serial = number_of(entry[MEMBER_ID]);
    if (serial <= UINT32_MAX) line->serial = serial;
    return ct_line_named(line, message.text, message.length, (uint32_t)number_of(entry[MEMBER_TYPE]));
  }
  return ct_line_text(line, message.text, message.length);
}

static ct_piece string_of(const ct_value *value) {
  return ct_value_is(value, CT_STRING) ? ct_piece_of(value->as.string, value->length) : (ct_piece){NULL, 0};
}

/* A text that the journal gives as its bytes. */
static int bytes_of(ct_line *line, const ct_value *value, ct_piece *piece) {
  char *bytes = ct_arena_alloc(&line->denials->scratch, value->count);
  if (!bytes) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < value->count; i++) {
    const ct_value *item = ct_value_item(value, i);
    if (!ct_value_is(item, CT_INTEGER) || item->negative || item->as.magnitude > 255) return 0;
    bytes[i] = (char)item->as.magnitude;
  }
  *piece = ct_piece_of(bytes, value->count);
  return 0;
}

static const ct_value *first_of(const ct_value *object, const char *const *names) {
  for (; *names; names++) {
    const ct_value *value = ct_value_member(object, *names);
    if (value) return value;
  }
  return NULL;
}

/* A seccomp record that the enricher of security-profiles-operator has decoded by itself. */
static int take_enriched(ct_line *line, const ct_value *object) {
  const ct_value *id = ct_value_member(object, "syscallID"), *stamp = ct_value_member(object, "timestampID");
  ct_record record = {.time = line->time, .pid = -1, .uid = -1};
  ct_denial *denial = &record.denial;
  if (!ct_value_is(id, CT_INTEGER) || id->negative || id->as.magnitude > UINT32_MAX) return 0;
  denial->kind = CT_DENIAL_SECCOMP;
  denial->capability = -1;
  denial->number = (int64_t)id->as.magnitude;
  denial->has = CT_HAS_NUMBER;
  denial->texts[CT_TEXT_TYPE] = ct_piece_of("SECCOMP", 7);
  denial->texts[CT_TEXT_EXE] = string_of(ct_value_member(object, "executable"));
  denial->texts[CT_TEXT_CALL] = string_of(ct_value_member(object, "syscallName"));
  const ct_value *pid = ct_value_member(object, "pid");
  if (ct_value_is(pid, CT_INTEGER) && !pid->negative && pid->as.magnitude <= INT32_MAX) record.pid = (int64_t)pid->as.magnitude;
  ct_piece text = string_of(stamp);
  const char *at = text.text, *end = at ? at + text.length : NULL;
  uint64_t seconds, milli;
  if (at && ct_digits(&at, end, &seconds) && seconds < UINT64_C(99999999999) && at < end && *at == '.') {
    at++;
    if (ct_digits(&at, end, &milli) && milli < 1000) record.time = (int64_t)(seconds * 1000 + milli);
    if (at < end && *at == ':') {
      at++;
      if (!ct_digits(&at, end, &record.serial) || record.serial > UINT32_MAX) record.serial = 0;
    }
  }
  line->found++;
  return ct_denials_event(line->denials, &record, line->host, NULL);
}

/* Every line of a text inside. */
static int take_inner(ct_line *line, ct_piece text) {
  const char *at = text.text, *end = at + text.length;
  int status = 0;
  while (!status && at < end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    if (!stop) stop = end;
    if (stop > at) status = ct_line_text(line, at, (size_t)(stop - at));
    at = stop + 1;
  }
  return status;
}

static int take_object(ct_line *line, const ct_value *object) {
  ct_piece entry[MEMBER_COUNT] = {{0}};
  int journal = 0;
  for (int i = 0; i < MEMBER_COUNT; i++) {
    const ct_value *value = ct_value_member(object, members[i]);
    if (!value) continue;
    journal = 1;
    entry[i] = string_of(value);
    if (i == MEMBER_MESSAGE && value->kind == CT_ARRAY && bytes_of(line, value, &entry[i])) return CTSEC_E_NOMEM;
  }
  if (journal) return take_entry(line, entry);
  static const char *const hosts[] = {"node", "host", "hostname", NULL};
  static const char *const times[] = {"time", "timestamp", "@timestamp", "ts", NULL};
  static const char *const texts[] = {"log", "message", "msg", "line", "body", "text", "@message", NULL};
  ct_piece host = string_of(first_of(object, hosts)), time = string_of(first_of(object, times));
  if (host.length) line->host = ct_host_hash(host.text, host.length);
  if (time.length) ct_time_read(time.text, time.text + time.length, &line->time);
  if (ct_value_member(object, "syscallID")) return line->known = 1, take_enriched(line, object);
  const ct_value *text = first_of(object, texts);
  if (!text) return 0;
  line->known = 1;
  if (text->kind == CT_OBJECT) return take_object(line, text);
  return take_inner(line, string_of(text));
}

int ct_line_json(ct_line *line, const char *text, size_t length) {
  const ct_document *document;
  ctsec_error *error = NULL;
  if (line->depth == DEPTH_MOST) return 0;
  int status = ct_json_parse(&line->denials->scratch, text, length, line->denials->options, &document, &error);
  if (status) {
    int64_t offset = ctsec_error_offset(error);
    if (status != CTSEC_E_NOMEM)
      status = ct_line_damaged(line, CT_DAMAGE_JSON, text + (offset > 0 ? offset : 0), ctsec_error_message(error));
    ctsec_error_free(error);
    return status;
  }
  line->depth++;
  status = document->root_count ? take_object(line, document->roots) : 0;
  line->depth--;
  return status;
}

/* `"MESSAGE" : "...",`, alone on a line of indented JSON. */
int ct_line_pretty(ct_line *line, const char *text, size_t length) {
  static const char keys[][8] = {"MESSAGE", "msg", "log", "message"};
  static const char others[][7] = {"pri", "time", "fac", "caller", "dmesg"};
  const char *end = text + length;
  const char *close = memchr(text + 1, '"', length - 1);
  if (!close) return 0;
  ct_piece key = ct_piece_of(text + 1, (size_t)(close - text - 1));
  const char *at = close + 1;
  while (at < end && (*at == ' ' || *at == ':')) at++;
  if (end > at && end[-1] == ',') end--;
  int wanted = 0;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) wanted |= ct_piece_is(key, keys[i]);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) line->known |= ct_piece_is(key, others[i]);
  line->known |= key.length > 1 && key.text[0] == '_';
  if (!wanted || line->depth == DEPTH_MOST || at == end || *at != '"') return 0;
  const ct_document *document;
  int status = ct_json_parse(&line->denials->scratch, at, (size_t)(end - at), line->denials->options, &document, NULL);
  if (status == CTSEC_E_NOMEM) return status;
  if (status) return ct_line_damaged(line, CT_DAMAGE_JSON, at, NULL);
  line->known = 1;
  line->depth++;
  status = take_inner(line, string_of(document->roots));
  line->depth--;
  return status;
}

/* Fields that are of use are kept as: which, length, bytes. */
static int keep(ctsec_denials *denials, int which, const char *text, size_t length) {
  uint32_t size = (uint32_t)length;
  ct_buffer_char(&denials->entry, (char)which);
  ct_buffer_add(&denials->entry, (const char *)&size, sizeof size);
  ct_buffer_add(&denials->entry, text, length);
  return denials->entry.failed ? CTSEC_E_NOMEM : 0;
}

int ct_line_export_end(ct_line *line) {
  ct_buffer *kept = &line->denials->entry;
  ct_piece entry[MEMBER_COUNT] = {{0}};
  for (size_t at = 0; at + 5 <= kept->length;) {
    uint32_t size;
    int which = kept->data[at];
    memcpy(&size, kept->data + at + 1, sizeof size);
    entry[which] = ct_piece_of(kept->data + at + 5, size);
    at += 5 + size;
  }
  line->depth++;
  int status = kept->length ? take_entry(line, entry) : 0;
  line->depth--;
  kept->length = 0;
  if (line->known && !line->found) line->denials->other++;
  return status;
}

enum { BINARY_NONE, BINARY_SIZE, BINARY_DATA };

int ct_line_export(ct_line *line, const char *text, size_t length) {
  ctsec_denials *denials = line->denials;
  denials->exporting = 1;
  line->known = 1;
  if (denials->binary == BINARY_SIZE) {
    uint64_t size = 0;
    for (size_t i = 8; length == 8 && i-- > 0;) size = size << 8 | (unsigned char)text[i];
    denials->binary = BINARY_NONE;
    if (size > UINT32_MAX) return ct_line_damaged(line, CT_DAMAGE_NUMBER, NULL, NULL);
    /* Behind the data stands a line end. */
    denials->lines.exact = (size_t)size + 1;
    denials->binary = BINARY_DATA;
    return 0;
  }
  if (denials->binary == BINARY_DATA) {
    denials->binary = BINARY_NONE;
    return denials->binary_member < 0 || !length ? 0 : keep(denials, denials->binary_member, text, length - 1);
  }
  if (!length) return ct_line_export_end(line);
  const char *equal = memchr(text, '=', length);
  size_t size = equal ? (size_t)(equal - text) : length;
  for (size_t i = 0; i < size; i++)
    if (!((text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= '0' && text[i] <= '9') || text[i] == '_'))
      return ct_line_damaged(line, CT_DAMAGE_ENVELOPE, text, NULL);
  int which = member_named(text, size);
  if (equal) return which < 0 ? 0 : keep(denials, which, equal + 1, length - size - 1);
  denials->binary_member = which;
  denials->binary = BINARY_SIZE;
  denials->lines.exact = 8;
  return 0;
}
