/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of SELinux and AppArmor, of the kernel and of programs that ask them. Facts: security/lsm_audit.c. */
#include <string.h>

#include "caps/names.h"
#include "denial/record.h"

static int fail(ct_fault *fault, ct_damage damage, const char *at, const char *field) {
  *fault = (ct_fault){damage, at, field};
  return -1;
}

/* The number of "12" or "net_admin"; -1 where it is neither. */
static int32_t capability_of(ct_piece value) {
  const char *at = value.text, *end = at + value.length;
  uint64_t number;
  if (ct_digits(&at, end, &number) && at == end && number < 64) return (int32_t)number;
  return ct_cap_named(value.text, value.length);
}

static void set_capability(const ct_log_fields *fields, ct_denial *denial) {
  const ct_log_field *field = ct_log_field_find(fields, "capability");
  if (!field) field = ct_log_field_find(fields, "capname");
  denial->capability = field ? capability_of(field->value) : -1;
  if (denial->capability >= 0) denial->has |= CT_HAS_CAPABILITY;
}

static void set_pid(const ct_log_fields *fields, const char *key, ct_record *record) {
  const ct_log_field *field = ct_log_field_find(fields, key);
  const char *at = field ? field->value.text : NULL;
  uint64_t pid;
  if (field && ct_digits(&at, at + field->value.length, &pid) && pid <= INT32_MAX) record->pid = (int64_t)pid;
}

static int set_texts(ct_arena *scratch, const ct_log_fields *fields, int interpreted, ct_record *record, ct_fault *fault) {
  static const struct {
    const char *key;
    ct_denial_text text;
  } wanted[] = {{"comm", CT_TEXT_COMM}, {"exe", CT_TEXT_EXE}, {"path", CT_TEXT_OBJECT}, {"name", CT_TEXT_OBJECT}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    ct_piece *text = &record->denial.texts[wanted[i].text];
    if (text->text) continue;
    int got = ct_log_field_text(scratch, ct_log_field_find(fields, wanted[i].key), interpreted, text, fault);
    if (got < 0) return got;
  }
  return 0;
}

/* ausearch -i writes the comma between categories as a blank. */
static int set_label(ct_arena *scratch, const ct_log_fields *fields, const char *key, ct_piece *label) {
  const ct_log_field *field = ct_log_field_find(fields, key);
  if (!field || !field->value.length) return 0;
  *label = field->value;
  while (label->length && label->text[label->length - 1] == ' ') label->length--;
  if (!memchr(label->text, ' ', label->length)) return 1;
  char *copy = ct_arena_copy(scratch, label->text, label->length);
  if (!copy) return -2;
  for (size_t i = 0; i < label->length; i++)
    if (copy[i] == ' ') copy[i] = ',';
  label->text = copy;
  return 1;
}

static ct_piece word_at(const char **at, const char *end) {
  while (*at < end && **at == ' ') (*at)++;
  const char *start = *at;
  while (*at < end && **at != ' ') (*at)++;
  return ct_piece_of(start, (size_t)(*at - start));
}

/* "avc:  denied  { read write } for  pid=1 ...", from behind the colon. */
static int read_avc(ct_arena *scratch, const char *at, const char *end, int interpreted, ct_record *record,
                    ct_fault *fault) {
  ct_denial *denial = &record->denial;
  denial->kind = CT_DENIAL_SELINUX;
  ct_piece verdict = word_at(&at, end);
  if (!ct_piece_is(verdict, "denied") && !ct_piece_is(verdict, "granted"))
    return verdict.length ? 0 : fail(fault, CT_DAMAGE_CUT, end, "avc");
  denial->texts[CT_TEXT_VERDICT] = verdict;
  const char *open = ct_find(at, (size_t)(end - at), "{");
  const char *close = open ? ct_find(open, (size_t)(end - open), "}") : NULL;
  if (!close) return fail(fault, CT_DAMAGE_CUT, end, "avc");
  const char *first = open + 1, *last = close;
  while (first < last && *first == ' ') first++;
  while (last > first && last[-1] == ' ') last--;
  denial->texts[CT_TEXT_PERMISSIONS] = ct_piece_of(first, (size_t)(last - first));
  ct_log_fields fields;
  int status = ct_log_fields_read(close + 1, (size_t)(end - close - 1), interpreted, &fields, fault);
  if (status) return status;
  set_pid(&fields, ct_log_field_find(&fields, "spid") ? "spid" : "pid", record);
  if ((status = set_texts(scratch, &fields, interpreted, record, fault)) < 0) return status;
  set_capability(&fields, denial);
  static const struct {
    const char *key;
    ct_denial_text text;
  } labels[] = {{"scontext", CT_TEXT_LABEL}, {"tcontext", CT_TEXT_TARGET}, {"tclass", CT_TEXT_CLASS}};
  for (size_t i = 0; i < 3; i++) {
    ct_piece *label = &denial->texts[labels[i].text];
    if ((status = set_label(scratch, &fields, labels[i].key, label)) < 0) return status;
    if (!status) return fail(fault, CT_DAMAGE_MISSING, end, labels[i].key);
  }
  const ct_log_field *field = ct_log_field_find(&fields, "permissive");
  if (field && ct_piece_is(field->value, "1")) denial->has |= CT_HAS_PERMISSIVE;
  return 1;
}

/* A transition that no_new_privs or nosuid does not allow. */
static int read_selinux_error(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault) {
  ct_log_fields fields;
  ct_denial *denial = &record->denial;
  int status = ct_log_fields_read(body->text, body->length, body->interpreted, &fields, fault);
  if (status) return status;
  const ct_log_field *result = ct_log_field_find(&fields, "seresult");
  if (!result || !ct_piece_is(result->value, "denied")) return 0;
  denial->kind = CT_DENIAL_SELINUX;
  denial->texts[CT_TEXT_VERDICT] = result->value;
  denial->texts[CT_TEXT_CLASS] = ct_piece_of("process", 7);
  denial->texts[CT_TEXT_PERMISSIONS] = ct_piece_of("transition", 10);
  const ct_log_field *op = ct_log_field_find(&fields, "op");
  if (op) denial->texts[CT_TEXT_OPERATION] = op->value;
  if ((status = set_label(scratch, &fields, "oldcontext", &denial->texts[CT_TEXT_LABEL])) < 0) return status;
  if ((status = set_label(scratch, &fields, "newcontext", &denial->texts[CT_TEXT_TARGET])) < 0) return status;
  return 1;
}

static ct_piece value_of(const ct_log_fields *fields, const char *key) {
  const ct_log_field *field = ct_log_field_find(fields, key);
  return field ? field->value : (ct_piece){NULL, 0};
}

static void add(ct_buffer *rule, const char *before, ct_piece value, const char *after) {
  if (!value.length) return;
  ct_buffer_text(rule, before);
  ct_buffer_add(rule, value.text, value.length);
  ct_buffer_text(rule, after);
}

static void add_path(ct_buffer *rule, ct_piece path) {
  int quote = path.length && memchr(path.text, ' ', path.length) != NULL;
  if (quote) ct_buffer_char(rule, '"');
  ct_buffer_add(rule, path.text, path.length);
  if (quote) ct_buffer_char(rule, '"');
}

/* The log's c (create) and d (delete) are part of a profile's w; x needs to say how. */
static void add_mask(ct_buffer *rule, ct_piece mask) {
  static const char order[] = "rwamkl";
  for (size_t i = 0; order[i]; i++) {
    int has = memchr(mask.text, order[i], mask.length) != NULL;
    if (order[i] == 'w') has = has || memchr(mask.text, 'c', mask.length) || memchr(mask.text, 'd', mask.length);
    /* w covers a. */
    if (order[i] == 'a' && memchr(mask.text, 'w', mask.length)) has = 0;
    if (has) ct_buffer_char(rule, order[i]);
  }
  if (memchr(mask.text, 'x', mask.length)) ct_buffer_text(rule, "ix");
}

static int starts(ct_piece piece, const char *text) {
  size_t size = strlen(text);
  return piece.length >= size && !memcmp(piece.text, text, size);
}

/* Facts: the grammar of apparmor.d(5). */
static void add_rule(ct_buffer *rule, const ct_log_fields *fields, const ct_denial *denial) {
  ct_piece op = denial->texts[CT_TEXT_OPERATION], mask = denial->texts[CT_TEXT_PERMISSIONS];
  ct_piece object = denial->texts[CT_TEXT_OBJECT], peer = denial->texts[CT_TEXT_TARGET];
  ct_piece class = denial->texts[CT_TEXT_CLASS], family = value_of(fields, "family");
  if (ct_piece_is(op, "capable")) {
    const ct_cap *cap = denial->has & CT_HAS_CAPABILITY ? ct_cap_at(denial->capability) : NULL;
    if (!cap) return;
    ct_buffer_text(rule, "capability ");
    for (const char *c = cap->name + strlen("CAP_"); *c; c++) ct_buffer_char(rule, *c == '_' ? '_' : (char)(*c | 32));
  } else if (ct_piece_is(op, "ptrace")) {
    add(rule, "ptrace (", mask, ")");
    add(rule, " peer=", peer, "");
  } else if (ct_piece_is(op, "signal")) {
    add(rule, "signal (", mask, ")");
    add(rule, " set=(", value_of(fields, "signal"), ")");
    add(rule, " peer=", peer, "");
  } else if (ct_piece_is(op, "mount")) {
    ct_buffer_text(rule, "mount");
    add(rule, " fstype=", value_of(fields, "fstype"), "");
    add(rule, " options=(", value_of(fields, "flags"), ")");
    add(rule, " ", value_of(fields, "srcname"), "");
    add(rule, " -> ", object, "");
  } else if (ct_piece_is(op, "umount")) {
    add(rule, "umount ", object, "");
  } else if (ct_piece_is(op, "pivotroot")) {
    ct_buffer_text(rule, "pivot_root");
    add(rule, " oldroot=", value_of(fields, "srcname"), "");
    add(rule, " ", object, "");
  } else if (starts(op, "userns")) {
    ct_buffer_text(rule, "userns create");
  } else if (starts(op, "uring")) {
    add(rule, "io_uring ", mask, "");
  } else if (ct_piece_is(class, "posix_mqueue")) {
    add(rule, "mqueue (", mask, ") type=posix");
    add(rule, " ", object, "");
  } else if (starts(op, "change_")) {
    ct_piece target = value_of(fields, "target");
    add(rule, "change_profile -> ", target.length ? target : object, "");
  } else if (starts(op, "dbus")) {
    add(rule, "dbus (", mask, ")");
    add(rule, " bus=", value_of(fields, "bus"), "");
    add(rule, " path=", value_of(fields, "path"), "");
    add(rule, " interface=", value_of(fields, "interface"), "");
    add(rule, " member=", value_of(fields, "member"), "");
  } else if (ct_piece_is(family, "unix")) {
    add(rule, "unix (", mask, ")");
    add(rule, " type=", value_of(fields, "sock_type"), "");
    add(rule, " peer=(label=", peer, ")");
  } else if (family.length) {
    add(rule, "network ", family, "");
    add(rule, " ", value_of(fields, "sock_type"), "");
  } else if (object.length && object.text[0] == '/' && mask.length) {
    add_path(rule, object);
    ct_buffer_char(rule, ' ');
    add_mask(rule, mask);
  }
  if (rule->length) ct_buffer_char(rule, ',');
}

/* "/proc/4711/attr/current" is one object for all processes. */
static int without_pid(ct_arena *scratch, ct_piece *path) {
  if (!starts(*path, "/proc/")) return 0;
  const char *at = path->text + 6, *end = path->text + path->length;
  uint64_t pid;
  if (!ct_digits(&at, end, &pid) || at == end || *at != '/') return 0;
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, "/proc/@{pid}");
  ct_buffer_add(&buffer, at, (size_t)(end - at));
  const char *copy = buffer.failed ? NULL : ct_arena_copy(scratch, buffer.data, buffer.length);
  if (copy) *path = ct_piece_of(copy, buffer.length);
  ct_buffer_free(&buffer);
  return copy ? 0 : -2;
}

/* Before Linux 2.6.37 the type of the record said what AppArmor did. */
static ct_piece verdict_of(const ct_log_fields *fields, uint32_t type) {
  ct_piece said = value_of(fields, "apparmor");
  if (said.text) return said;
  return type == 1502 ? ct_piece_of("ALLOWED", 7) : type == 1503 ? ct_piece_of("DENIED", 6)
       : type == 1507 ? ct_piece_of("KILLED", 6) : said;
}

int ct_record_apparmor(ct_arena *scratch, const ct_log_fields *fields, uint32_t type, ct_record *record,
                       ct_fault *fault) {
  static const char *const verdicts[][2] = {{"DENIED", "denied"}, {"ALLOWED", "allowed"}, {"KILLED", "killed"}};
  ct_denial *denial = &record->denial;
  ct_piece verdict = verdict_of(fields, type);
  denial->kind = CT_DENIAL_APPARMOR;
  for (size_t i = 0; i < 3; i++)
    if (ct_piece_is(verdict, verdicts[i][0])) denial->texts[CT_TEXT_VERDICT] = ct_piece_of(verdicts[i][1], strlen(verdicts[i][1]));
  /* AUDIT, STATUS, HINT, ERROR refuse nothing. */
  if (!denial->texts[CT_TEXT_VERDICT].text) return 0;
  if (ct_piece_is(verdict, "ALLOWED")) denial->has |= CT_HAS_PERMISSIVE;
  denial->texts[CT_TEXT_OPERATION] = value_of(fields, "operation");
  if (!denial->texts[CT_TEXT_OPERATION].length) return fail(fault, CT_DAMAGE_MISSING, NULL, "operation");
  denial->texts[CT_TEXT_CLASS] = value_of(fields, "class");
  denial->texts[CT_TEXT_INFO] = value_of(fields, "info");
  static const struct {
    const char *key;
    ct_denial_text text;
  } wanted[] = {{"profile", CT_TEXT_LABEL}, {"label", CT_TEXT_LABEL},           {"name", CT_TEXT_OBJECT},
                {"comm", CT_TEXT_COMM},     {"exe", CT_TEXT_EXE},               {"peer", CT_TEXT_TARGET},
                {"peer_label", CT_TEXT_TARGET}, {"denied_mask", CT_TEXT_PERMISSIONS}, {"denied", CT_TEXT_PERMISSIONS},
                {"requested_mask", CT_TEXT_PERMISSIONS}, {"requested", CT_TEXT_PERMISSIONS}, {"mask", CT_TEXT_PERMISSIONS}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    ct_piece *text = &denial->texts[wanted[i].text];
    const ct_log_field *field = ct_log_field_find(fields, wanted[i].key);
    if (text->text || !field) continue;
    /* Masks and the fields of a program are never hex. */
    int got = 1;
    if (wanted[i].text == CT_TEXT_PERMISSIONS)
      *text = field->value;
    else
      got = ct_log_field_text(scratch, field, 0, text, fault);
    if (got < 0) return got;
  }
  if (without_pid(scratch, &denial->texts[CT_TEXT_OBJECT])) return -2;
  set_pid(fields, "pid", record);
  set_capability(fields, denial);
  if (ct_piece_is(denial->texts[CT_TEXT_OPERATION], "capable") && denial->capability < 0 && denial->texts[CT_TEXT_OBJECT].text) {
    denial->capability = capability_of(denial->texts[CT_TEXT_OBJECT]);
    if (denial->capability >= 0) denial->has |= CT_HAS_CAPABILITY;
  }
  ct_buffer rule;
  ct_buffer_init(&rule);
  add_rule(&rule, fields, denial);
  int failed = rule.failed;
  if (!failed && rule.length) {
    const char *copy = ct_arena_copy(scratch, rule.data, rule.length);
    failed = !copy;
    denial->texts[CT_TEXT_RULE] = ct_piece_of(copy, rule.length);
  }
  ct_buffer_free(&rule);
  return failed ? -2 : 1;
}

int ct_record_selinux(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault) {
  const char *end = body->text + body->length, *last = end;
  const char *avc = ct_find(body->text, body->length, "avc:");
  const char *apparmor = ct_find(body->text, body->length, "apparmor=");
  if (body->type == 1107) {
    /* The message stands in quotes, behind fields of the program that sent it. */
    const char *message = ct_find(body->text, body->length, "msg='");
    if (!message) return fail(fault, CT_DAMAGE_MISSING, end, "msg");
    while (last > message + 5 && last[-1] != '\'') last--;
    if (last == message + 5) return fail(fault, CT_DAMAGE_QUOTE, message + 4, "msg");
    last--;
  }
  if (body->type > 1500 && !apparmor) apparmor = body->text;
  if (apparmor && (!avc || apparmor < avc)) {
    ct_log_fields fields;
    int status = ct_log_fields_read(apparmor, (size_t)(last - apparmor), 0, &fields, fault);
    if (status) return status;
    status = ct_record_apparmor(scratch, &fields, body->type, record, fault);
    if (status == -1 && !fault->at) fault->at = end;
    return status;
  }
  if (avc) return read_avc(scratch, avc + 4, last, body->interpreted, record, fault);
  if (body->type == 1401) return read_selinux_error(scratch, body, record, fault);
  /* A notice of a program: a policy was loaded, say. */
  if (body->type == 1107) return 0;
  return fail(fault, CT_DAMAGE_LSM, body->text, NULL);
}

/* Facts: mm/oom_kill.c. */
int ct_record_oom(const char *text, size_t length, ct_record *record) {
  const char *end = text + length;
  const char *killed = ct_find(text, length, "Killed process ");
  if (!killed || (size_t)(killed - text) > 64) return 0;
  const char *at = killed + strlen("Killed process ");
  uint64_t pid;
  if (!ct_digits(&at, end, &pid)) return 0;
  ct_denial *denial = &record->denial;
  denial->kind = CT_DENIAL_OOM;
  denial->texts[CT_TEXT_TYPE] = ct_piece_of("OOM", 3);
  record->pid = (int64_t)pid;
  const char *open = ct_find(at, (size_t)(end - at), "(");
  const char *close = open ? ct_find(open, (size_t)(end - open), ")") : NULL;
  /* A name may hold brackets itself: what follows it tells where it ends. */
  const char *total = ct_find(at, (size_t)(end - at), ") total-vm:");
  if (!total) total = ct_find(at, (size_t)(end - at), "), ");
  if (total) close = total;
  if (!open || !close || close < open) return 0;
  denial->texts[CT_TEXT_COMM] = ct_piece_of(open + 1, (size_t)(close - open - 1));
  denial->texts[CT_TEXT_OPERATION] =
      ct_find(text, (size_t)(killed - text), "emory cgroup") ? ct_piece_of("cgroup", 6) : ct_piece_of("host", 4);
  const char *uid = ct_find(close, (size_t)(end - close), "UID:");
  uint64_t number;
  if (uid) {
    uid += 4;
    if (ct_digits(&uid, end, &number)) record->uid = (int64_t)number;
  }
  return 1;
}
