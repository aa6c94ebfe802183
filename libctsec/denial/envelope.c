/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a line to the records in it. Envelopes nest: a syslog prefix around
 * one of dmesg, JSON around CRI. Each is taken off as far as it is known;
 * then the record is found by its own beginning, wherever it stands.
 */
#include <string.h>

#include "denial/envelope.h"
#include "denial/time.h"

int ct_line_damaged(ct_line *line, ct_damage damage, const char *at, const char *text) {
  const ct_fault fault = {damage, at, NULL};
  line->found++;
  return ct_denials_damaged(line->denials, line->text, line->length, &fault, text);
}

uint64_t ct_host_hash(const char *name, size_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  /* "host" and "host.example.org" are one. */
  for (size_t i = 0; i < length && name[i] != '.'; i++) hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
  return hash | 1;
}

int ct_line_body(ct_line *line, ct_body *body) {
  ct_record record;
  ct_fault fault = {CT_DAMAGE_NONE, NULL, NULL};
  ctsec_denials *denials = line->denials;
  line->known = 1;
  int got = body->type ? ct_record_read(&denials->scratch, body, &record, &fault) : 0;
  if (got == -2) return CTSEC_E_NOMEM;
  if (got < 0) {
    /* Its number was seen all the same. */
    if (body->serial && ct_serials_add(&denials->serials, line->host, body->time, body->serial) < 0)
      return CTSEC_E_NOMEM;
    line->found++;
    return ct_denials_damaged(denials, line->text, line->length, &fault, NULL);
  }
  if (!got) {
    /* The audit daemon numbers its own messages by itself. */
    int own = body->type_name.length > 7 && !memcmp(body->type_name.text, "DAEMON_", 7);
    own = own || (body->type >= 1200 && body->type < 1300);
    if (body->serial && !own &&
        ct_serials_add(&denials->serials, line->host, body->time, body->serial) < 0)
      return CTSEC_E_NOMEM;
    return body->type == 1300 ? ct_denials_companion(denials, body) : 0;
  }
  line->found++;
  ct_group *group = NULL;
  int status = ct_denials_event(denials, &record, line->host, &group);
  if (!status && group && line->depth == 0) status = ct_denials_learn(denials, line->text, line->length, group);
  return status;
}

/* "1700000000.004:1001): " or, as ausearch -i has it, "11/14/23 22:49:48.268:1001) : ". Where the body begins; NULL. */
static const char *read_stamp(const char *at, const char *end, ct_body *body) {
  uint64_t seconds, milli;
  const char *p = at;
  body->time = CT_NO_TIME;
  const char *close = memchr(at, ')', (size_t)(end - at));
  if (!close || close - at > 64) return NULL;
  const char *dot = at;
  int plain = ct_digits(&dot, close, &seconds) && dot + 4 < close && *dot == '.' && seconds <= UINT64_C(99999999999);
  p = dot + 1;
  if (plain && ct_digits(&p, close, &milli) && p - dot == 4) {
    body->time = (int64_t)(seconds * 1000 + milli);
  } else {
    /* A date of some locale. */
    for (p = close; p > at && p[-1] >= '0' && p[-1] <= '9';) p--;
    if (p == at || !memchr(at, ' ', (size_t)(p - at))) return NULL;
    p--;
    body->interpreted = 1;
  }
  if (p >= close || *p != ':') return NULL;
  p++;
  if (!ct_digits(&p, close, &body->serial) || p != close || body->serial > UINT32_MAX) return NULL;
  p++;
  if (p < end && *p == ' ') {
    p++;
    body->interpreted = 1;
  } else {
    body->interpreted = body->interpreted && body->time == CT_NO_TIME;
  }
  if (p == end || *p != ':') return NULL;
  p++;
  while (p < end && *p == ' ') p++;
  return p;
}

/* The beginning of "type=NAME msg=audit(" or "type=NUMBER audit(", whose bracket stands before `open`; NULL. */
static const char *type_before(const char *text, const char *open, ct_piece *type) {
  const char *p = open - strlen("audit(");
  if (p - text >= 4 && !memcmp(p - 4, "msg=", 4)) p -= 4;
  if (p == text || p[-1] != ' ') return NULL;
  const char *end = --p;
  while (p > text && p[-1] != ' ' && p[-1] != '=' && end - p < 40) p--;
  if (p - text < 5 || memcmp(p - 5, "type=", 5) || p == end) return NULL;
  *type = ct_piece_of(p, (size_t)(end - p));
  return p - 5;
}

static const char *next_mark(const char *text, const char *at, const char *end, ct_piece *type, const char **open) {
  while ((at = ct_find(at, (size_t)(end - at), "audit("))) {
    at += strlen("audit(");
    const char *start = type_before(text, at, type);
    *open = at;
    if (start) return start;
  }
  return NULL;
}

/* Every record of the form above; *first is where the first begins, NULL where there is none. */
static int take_marks(ct_line *line, const char *text, size_t length, const char **first) {
  const char *end = text + length, *open;
  ct_body body = {0};
  const char *mark = next_mark(text, text, end, &body.type_name, &open);
  *first = mark;
  while (mark) {
    ct_piece type;
    const char *behind, *after = next_mark(text, open, end, &type, &behind);
    const char *stop = after ? after : end;
    if (after && stop - text > 7 && !memcmp(stop - 7, "audit: ", 7)) stop -= 7;
    body.type = ct_record_type(body.type_name.text, body.type_name.length);
    body.serial = 0;
    body.interpreted = 0;
    const char *node = mark - text > 5 ? ct_find(text, (size_t)(mark - text), "node=") : NULL;
    if (node) {
      node += 5;
      const char *blank = memchr(node, ' ', (size_t)(mark - node));
      if (blank) line->host = ct_host_hash(node, (size_t)(blank - node));
    }
    body.text = read_stamp(open, stop, &body);
    line->known = 1;
    int status;
    if (!body.text) {
      status = ct_line_damaged(line, CT_DAMAGE_HEADER, open, NULL);
    } else {
      body.length = (size_t)(stop - body.text);
      status = ct_line_body(line, &body);
    }
    if (status) return status;
    mark = after;
    body.type_name = type;
    open = behind;
  }
  return 0;
}

/* "SECCOMP auid=...": how the journal writes what the audit socket gave it. */
int ct_line_named(ct_line *line, const char *text, size_t length, uint32_t type) {
  const char *blank = memchr(text, ' ', length);
  if (!blank) return 0;
  ct_body body = {.type_name = {text, (size_t)(blank - text)}, .time = line->time, .serial = line->serial};
  body.type = ct_record_type(text, body.type_name.length);
  if (!body.type) body.type = type;
  const char *end = text + length;
  while (blank < end && *blank == ' ') blank++;
  body.text = blank;
  body.length = (size_t)(end - blank);
  return ct_line_body(line, &body);
}

/* What the kernel says about records it could not deliver. */
static int take_loss(ct_line *line, const char *text, size_t length) {
  ctsec_denials *denials = line->denials;
  const char *end = text + length;
  const char *at = ct_find(text, length, " callbacks suppressed");
  uint64_t number;
  if (at) {
    const char *p = at;
    while (p > text && p[-1] >= '0' && p[-1] <= '9') p--;
    if (p - text > 12 && ct_digits(&p, at, &number) && ct_find(text, (size_t)(at - text), "audit"))
      denials->suppressed += number;
    return 1;
  }
  if ((at = ct_find(text, length, "audit_lost="))) {
    at += strlen("audit_lost=");
    if (!ct_digits(&at, end, &number)) return 1;
    if (!denials->lost_seen || number < denials->lost_first) denials->lost_first = number;
    if (!denials->lost_seen || number > denials->lost_last) denials->lost_last = number;
    denials->lost_seen = 1;
    return 1;
  }
  at = ct_find(text, length, "backlog limit exceeded");
  if (!at) at = ct_find(text, length, "audit_backlog=");
  if (!at) at = ct_find(text, length, "queue overflow");
  if (!at || !ct_find(text, length, "audit")) return 0;
  denials->overflows++;
  return 1;
}

/* "oom-kill:constraint=CONSTRAINT_MEMCG,...,task_memcg=/docker/ID,...", "Task in /docker/ID killed as a result ..." */
static int take_oom(ct_line *line, const char *text, size_t length) {
  ctsec_denials *denials = line->denials;
  const char *end = text + length;
  const char *at = ct_find(text, length, "oom-kill:constraint=");
  if (at) {
    at += strlen("oom-kill:constraint=");
    size_t size = 0;
    while (at + size < end && at[size] != ',') size++;
    if (size >= sizeof denials->oom_constraint) size = sizeof denials->oom_constraint - 1;
    memcpy(denials->oom_constraint, at, size);
    denials->oom_constraint[size] = '\0';
    at = ct_find(at, (size_t)(end - at), "task_memcg=");
    at = at ? at + strlen("task_memcg=") : end;
  } else if ((at = ct_find(text, length, "Task in ")) && ct_find(at, (size_t)(end - at), " killed as a result of limit of ")) {
    at += strlen("Task in ");
    strcpy(denials->oom_constraint, "CONSTRAINT_MEMCG");
  } else {
    ct_record record = {.time = line->time, .pid = -1, .uid = -1};
    record.denial.capability = -1;
    if (!ct_record_oom(text, length, &record)) return 0;
    ct_denial *denial = &record.denial;
    if (denials->oom_cgroup.length)
      denial->texts[CT_TEXT_OBJECT] = ct_piece_of(denials->oom_cgroup.data, denials->oom_cgroup.length);
    if (!strcmp(denials->oom_constraint, "CONSTRAINT_MEMCG")) denial->texts[CT_TEXT_OPERATION] = ct_piece_of("cgroup", 6);
    int status = ct_denials_event(denials, &record, line->host, NULL);
    denials->oom_cgroup.length = 0;
    denials->oom_constraint[0] = '\0';
    line->found++;
    return status ? status : 1;
  }
  size_t size = 0;
  while (at + size < end && at[size] != ',' && at[size] != ' ') size++;
  denials->oom_cgroup.length = 0;
  ct_buffer_add(&denials->oom_cgroup, at, size);
  return denials->oom_cgroup.failed ? CTSEC_E_NOMEM : 1;
}

/* What is left when every prefix is gone. */
static int take_message(ct_line *line, const char *text, size_t length) {
  const char *mark;
  int status = take_marks(line, text, length, &mark);
  if (status || mark) return status;
  status = take_loss(line, text, length);
  if (!status) status = take_oom(line, text, length);
  if (status > 0) line->known = 1;
  return status < 0 ? status : 0;
}

static int is_word(char ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* "kern  :notice: " of dmesg -x. */
static const char *facility(const char *at, const char *end) {
  static const char levels[] = " emerg alert crit err warn notice info debug ";
  const char *p = at, *word = at;
  for (int part = 0; part < 2; part++) {
    if (p == end || *p < 'a' || *p > 'z') return at;
    word = p;
    while (p < end && is_word(*p)) p++;
    size_t size = (size_t)(p - word);
    while (p < end && *p == ' ') p++;
    if (p == end || *p != ':') return at;
    p++;
    if (!part) continue;
    const char *level = levels;
    while ((level = strchr(level, ' ')) && level[1] && (strncmp(level + 1, word, size) || level[1 + size] != ' ')) level++;
    if (!level || !level[1]) return at;
  }
  return p;
}

/* "[  270.853767] ", "[Mon Nov 23 10:31:23 2026] ", "[    T1] ", "[  +0.000010] ", "<5>", "<    0.000010>": there is a digit. */
static const char *bracket(const char *at, const char *end) {
  if (at == end || (*at != '[' && *at != '<')) return at;
  size_t room = end - at < 48 ? (size_t)(end - at) : 48;
  const char *close = memchr(at, *at == '[' ? ']' : '>', room);
  int digit = 0;
  if (!close) return at;
  for (const char *p = at + 1; p < close; p++) {
    if (!is_word(*p) && *p != ' ' && *p != '.' && *p != ':' && *p != '+' && *p != '-' && *p != '<' && *p != '>') return at;
    digit |= *p >= '0' && *p <= '9';
  }
  return digit ? close + 1 : at;
}

/* "5,1234,567890,-;" of /dev/kmsg. */
static const char *kmsg(const char *at, const char *end) {
  const char *p = at;
  uint64_t number;
  for (int i = 0; i < 3; i++) {
    if (!ct_digits(&p, end, &number) || p == end || *p != ',') return at;
    p++;
  }
  size_t room = end - p < 64 ? (size_t)(end - p) : 64;
  const char *close = memchr(p, ';', room);
  return close ? close + 1 : at;
}

static const char *blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

/* "2026-11-24T12:00:00.123456789Z stdout F MESSAGE"; a line that goes on has P. */
static int is_cri(const char *at, const char *end, int *goes_on, const char **message) {
  if (end - at < 9 || (memcmp(at, "stdout ", 7) && memcmp(at, "stderr ", 7))) return 0;
  if ((at[7] != 'F' && at[7] != 'P') || (at + 8 < end && at[8] != ' ' && at[8] != ':')) return 0;
  *goes_on = at[7] == 'P';
  const char *p = memchr(at + 8, ' ', (size_t)(end - at - 8));
  *message = p ? p + 1 : end;
  return 1;
}

static int take_cri(ct_line *line, const char *text, size_t length, int goes_on) {
  ct_buffer *partial = &line->denials->partial;
  line->known = 1;
  if (!goes_on && !partial->length) return ct_line_text(line, text, length);
  if (partial->length + length <= line->denials->lines.most) ct_buffer_add(partial, text, length);
  if (partial->failed) return CTSEC_E_NOMEM;
  if (goes_on) return 0;
  int status = ct_line_text(line, partial->data, partial->length);
  partial->length = 0;
  return status;
}

/* A host and the name of a program between time and message: "host kernel: ", "host audit[7645]: ". */
static int take_tagged(ct_line *line, const char *at, const char *end) {
  const char *blank = memchr(at, ' ', (size_t)(end - at));
  const char *tag = blank ? blank + 1 : at;
  /* RFC 5424 has more words there: process id, message id, structured data. */
  const char *colon = blank ? memchr(tag, ':', (size_t)(end - tag)) : NULL;
  if (!colon || colon - tag > 64 || memchr(tag, ' ', (size_t)(colon - tag))) {
    if (blank && end - tag > 7 && !memcmp(tag, "kernel ", 7)) line->host = ct_host_hash(at, (size_t)(blank - at));
    return take_message(line, at, (size_t)(end - at));
  }
  const char *message = blanks(colon + 1, end);
  int audit = colon - tag >= 5 && !memcmp(tag, "audit", 5) && (tag[5] == '[' || tag[5] == ':');
  if (audit || (colon - tag == 6 && !memcmp(tag, "kernel", 6))) line->host = ct_host_hash(at, (size_t)(blank - at));
  if (audit && !ct_find(message, (size_t)(end - message), "audit("))
    return ct_line_named(line, message, (size_t)(end - message), 0);
  message = blanks(bracket(message, end), end);
  if (colon - tag == 6) return take_message(line, message, (size_t)(end - message));
  return take_message(line, tag, (size_t)(end - tag));
}

/* What stands between entries: brackets of indented JSON, separators of ausearch and journalctl. */
static int is_frame(const char *at, const char *end) {
  if ((end - at == 4 && !memcmp(at, "----", 4)) || (end - at > 6 && !memcmp(at, "time->", 6))) return 1;
  if (end - at > 4 && !memcmp(at, "-- ", 3)) return 1;
  while (at < end && (*at == '{' || *at == '}' || *at == '[' || *at == ']' || *at == ',' || *at == ' ')) at++;
  return at == end;
}

int ct_line_text(ct_line *line, const char *text, size_t length) {
  const char *at = text, *end = text + length;
  while (end > at && (end[-1] == '\n' || end[-1] == '\r')) end--;
  if (at < end && *at == 0x1e) at++;
  if (end - at > 6 && !memcmp(at, "data: ", 6)) at += 6;
  const char *first = blanks(at, end);
  if (is_frame(first, end)) return line->frame = 1, 0;
  if (first < end && *first == '{') return ct_line_json(line, first, (size_t)(end - first));
  if (first < end && *first == '"' && first > at) return ct_line_pretty(line, first, (size_t)(end - first));
  /* Fields of `journalctl -o verbose`. */
  if (first - at >= 4 && end - first > 8 && !memcmp(first, "MESSAGE=", 8)) first += 8, line->known = 1;
  at = first;
  const char *start = at;
  at = kmsg(at, end);
  at = facility(blanks(bracket(at, end), end), end);
  for (int i = 0; i < 3; i++) at = blanks(bracket(blanks(at, end), end), end);
  if (end - at > 2 && at > start && at[0] == '1' && at[1] == ' ') at += 2;
  int64_t time = CT_NO_TIME;
  const char *behind = ct_time_read(at, end, &time);
  if (behind > at) {
    line->known = 1;
    if (time != CT_NO_TIME && line->time == CT_NO_TIME) line->time = time;
    behind = blanks(behind, end);
    int goes_on;
    const char *message;
    if (is_cri(behind, end, &goes_on, &message)) return take_cri(line, message, (size_t)(end - message), goes_on);
    return take_tagged(line, behind, end);
  }
  /* "host kernel: " may also stand behind a time in brackets. */
  if (at > start) line->known = 1;
  if (at > start && ct_find(at, end - at < 80 ? (size_t)(end - at) : 80, " kernel: ")) return take_tagged(line, at, end);
  if (end - at > 6 && !memcmp(at, "audit[", 6)) {
    const char *close = ct_find(at, (size_t)(end - at), "]: ");
    if (close) return ct_line_named(line, close + 3, (size_t)(end - close - 3), 0);
  }
  int status = take_message(line, at, (size_t)(end - at));
  /* What an indented line goes on with was no record: "  SUBSYSTEM=net" of /dev/kmsg, a message of several lines. */
  if (first > text && line->denials->understood) line->known = 1;
  return status;
}

int ct_denials_line(ctsec_denials *denials, const char *text, size_t length) {
  ct_line line = {.denials = denials, .time = CT_NO_TIME, .text = text, .length = length};
  int status;
  if (denials->exporting || (length > 9 && !memcmp(text, "__CURSOR=", 9))) {
    status = ct_line_export(&line, text, length);
  } else {
    size_t at = 0;
    while (at < length && (text[at] == ' ' || text[at] == '\t')) at++;
    if (at == length) return 0;
    status = ct_line_text(&line, text, length);
    if (!status && !line.known && !line.found && !line.frame) status = ct_line_damaged(&line, CT_DAMAGE_ENVELOPE, NULL, NULL);
    if ((line.known || line.frame) && !line.found) denials->other++;
  }
  if (line.known) denials->understood = 1;
  if (denials->scratch.head) ct_arena_free(&denials->scratch);
  return status;
}

int ct_denials_flush(ctsec_denials *denials) {
  ct_line line = {.denials = denials, .time = CT_NO_TIME, .text = ""};
  int status = 0;
  if (denials->partial.length) {
    status = ct_line_text(&line, denials->partial.data, denials->partial.length);
    denials->partial.length = 0;
  }
  if (!status && denials->exporting) status = ct_line_export_end(&line);
  if (line.known) denials->understood = 1;
  denials->exporting = denials->binary = 0;
  denials->oom_cgroup.length = 0;
  ct_arena_free(&denials->scratch);
  return status;
}
