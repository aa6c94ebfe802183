/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Audit records that the kernel writes itself: seccomp, abnormal ends, capabilities. Facts: kernel/auditsc.c. */
#include "denial/record.h"

#include <string.h>

#include "ctsec/caps.h"
#include "ctsec/syscalls.h"
#include "seccomp/names.h"
#include "seccomp/policy.h"

int ct_piece_is(ct_piece piece, const char *text) {
  return piece.text && piece.length == strlen(text) && !memcmp(piece.text, text, piece.length);
}

/* memmem is no part of any standard. */
const char *ct_find(const char *text, size_t length, const char *word) {
  size_t size = strlen(word);
  while (length >= size) {
    const char *at = memchr(text, word[0], length - size + 1);
    if (!at) return NULL;
    if (!memcmp(at, word, size)) return at;
    length -= (size_t)(at + 1 - text);
    text = at + 1;
  }
  return NULL;
}

int ct_digits(const char **at, const char *end, uint64_t *value) {
  const char *p = *at;
  uint64_t number = 0;
  while (p < end && *p >= '0' && *p <= '9') {
    if (number > (UINT64_MAX - 9) / 10) return 0;
    number = number * 10 + (uint64_t)(*p++ - '0');
  }
  if (p == *at) return 0;
  *at = p;
  *value = number;
  return 1;
}

static const struct {
  uint16_t type;
  char name[20];
} types[] = {
    {1107, "USER_AVC"},       {1300, "SYSCALL"},       {1321, "BPRM_FCAPS"},      {1322, "CAPSET"},
    {1326, "SECCOMP"},        {1400, "AVC"},           {1401, "SELINUX_ERR"},     {1501, "APPARMOR_AUDIT"},
    {1502, "APPARMOR_ALLOWED"}, {1503, "APPARMOR_DENIED"}, {1504, "APPARMOR_HINT"}, {1505, "APPARMOR_STATUS"},
    {1506, "APPARMOR_ERROR"}, {1507, "APPARMOR_KILL"}, {1701, "ANOM_ABEND"},
};

uint32_t ct_record_type(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strlen(types[i].name) == length && !memcmp(types[i].name, name, length)) return types[i].type;
  static const char forms[][9] = {"UNKNOWN[", "<audit-", "AUDIT", ""};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t skip = strlen(forms[i]);
    if (length <= skip || memcmp(name, forms[i], skip)) continue;
    const char *at = name + skip;
    uint64_t value;
    if (ct_digits(&at, name + length, &value) && value < 65536 && name + length - at <= 1) return (uint32_t)value;
  }
  return 0;
}

static int is_upper(char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }
static int is_key(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* Keys that auditd adds behind a record with log_format=ENRICHED; the byte before them is often lost in copies. */
static int ends_in_added_key(const char *text, size_t length) {
  static const char added[][10] = {"INODE_UID", "INODE_GID", "SYSCALL", "FSUID", "FSGID", "OAUID", "SAUID",
                                      "SADDR",     "AUID",      "EUID",    "SUID",  "EGID",  "SGID",  "OUID",
                                      "OGID",      "ARCH",      "UID",     "GID",   "ID"};
  for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
    size_t size = strlen(added[i]);
    if (length >= size && !memcmp(text + length - size, added[i], size)) return (int)size;
  }
  return 0;
}

static int fail(ct_fault *fault, ct_damage damage, const char *at, const char *field) {
  *fault = (ct_fault){damage, at, field};
  return -1;
}

/* Where ` key=` begins behind a value that may hold blanks: one of those that records have. */
static const char *next_key(const char *at, const char *end) {
  static const char keys[] =
      " pid auid uid gid ses subj comm exe sig res arch syscall compat ip code reason scontext tcontext tclass permissive "
      "capability name path dev ino key ";
  for (; at < end; at++) {
    if (*at != ' ') continue;
    const char *key = at + 1, *p = key;
    while (p < end && is_key(*p)) p++;
    size_t size = (size_t)(p - key);
    if (p >= end || *p != '=' || !size) continue;
    for (const char *hit = keys; (hit = ct_find(hit, (size_t)(keys + sizeof keys - 1 - hit), " ")) && hit[1]; hit++)
      if (!strncmp(hit + 1, key, size) && hit[1 + size] == ' ') return at;
  }
  return end;
}

int ct_log_fields_read(const char *text, size_t length, int interpreted, ct_log_fields *fields, ct_fault *fault) {
  const char *at = text, *end = text + length;
  fields->count = 0;
  while (at < end) {
    if (*at == ' ' || *at == ',') {
      at++;
      continue;
    }
    if (*at == 0x1d) break;
    const char *key = at;
    while (at < end && is_key(*at)) at++;
    if (at == key || at == end || *at != '=') {
      while (at < end && *at != ' ') at++;
      continue;
    }
    size_t size = (size_t)(at - key), upper = 0;
    while (upper < size && is_upper(key[upper])) upper++;
    if (upper == size) break;
    ct_log_field field = {{key, size}, {at + 1, 0}, 0};
    at++;
    if (at < end && (*at == '"' || *at == '\'')) {
      const char *open = at + 1, *close;
      if (*at == '"') {
        close = memchr(open, '"', (size_t)(end - open));
      } else {
        for (close = end; close > open && close[-1] != '\''; close--) {
        }
        close = close > open ? close - 1 : NULL;
      }
      if (!close) return fail(fault, CT_DAMAGE_QUOTE, at, NULL);
      field.value = ct_piece_of(open, (size_t)(close - open));
      field.quoted = 1;
      at = close + 1;
    } else if (interpreted) {
      const char *value = at;
      at = next_key(at, end);
      const char *stop = memchr(value, 0x1d, (size_t)(at - value));
      if (stop) at = stop;
      field.value.length = (size_t)(at - value);
      while (field.value.length && value[field.value.length - 1] == ' ') field.value.length--;
    } else {
      const char *value = at;
      while (at < end && *at != ' ' && *at != 0x1d) at++;
      const char *equal = memchr(value, '=', (size_t)(at - value));
      int added = equal ? ends_in_added_key(value, (size_t)(equal - value)) : 0;
      field.value.length = (size_t)(at - value);
      if (added) {
        field.value.length = (size_t)(equal - value) - (size_t)added;
        at = end;
      }
    }
    if (fields->count < CT_LOG_FIELDS) fields->items[fields->count++] = field;
  }
  return 0;
}

const ct_log_field *ct_log_field_find(const ct_log_fields *fields, const char *key) {
  for (uint32_t i = 0; i < fields->count; i++)
    if (ct_piece_is(fields->items[i].key, key)) return &fields->items[i];
  return NULL;
}

static int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int ct_log_field_text(ct_arena *scratch, const ct_log_field *field, int interpreted, ct_piece *text, ct_fault *fault) {
  if (!field) return 0;
  ct_piece value = field->value;
  if (!field->quoted && (ct_piece_is(value, "(null)") || ct_piece_is(value, "(none)") || ct_piece_is(value, "?"))) return 0;
  *text = value;
  if (field->quoted || interpreted) return 1;
  size_t digits = 0;
  while (digits < value.length && hex_digit(value.text[digits]) >= 0) digits++;
  if (digits < value.length || !digits) return 1;
  if (digits & 1) return fail(fault, CT_DAMAGE_HEX, value.text, NULL);
  char *bytes = ct_arena_alloc(scratch, digits / 2);
  if (!bytes) return -2;
  for (size_t i = 0; i < digits / 2; i++)
    bytes[i] = (char)(hex_digit(value.text[2 * i]) << 4 | hex_digit(value.text[2 * i + 1]));
  *text = ct_piece_of(bytes, digits / 2);
  return 1;
}

static int is_signed(ct_piece value, int64_t *number) {
  const char *at = value.text, *end = at + value.length;
  int minus = at < end && *at == '-';
  uint64_t magnitude;
  at += minus;
  if (!ct_digits(&at, end, &magnitude) || at != end || magnitude > INT64_MAX) return 0;
  *number = minus ? -(int64_t)magnitude : (int64_t)magnitude;
  return 1;
}

static int is_hex(ct_piece value, uint64_t *number) {
  const char *at = value.text, *end = at + value.length;
  if (value.length > 2 && at[0] == '0' && at[1] == 'x') at += 2;
  uint64_t result = 0;
  if (at == end || end - at > 16) return 0;
  for (; at < end; at++) {
    int digit = hex_digit(*at);
    if (digit < 0) return 0;
    result = result << 4 | (uint64_t)digit;
  }
  *number = result;
  return 1;
}

/* "unknown-syscall(1073741864)": what is between the brackets. */
static int is_unknown_form(ct_piece value, ct_piece *inner) {
  const char *open = value.length ? memchr(value.text, '(', value.length) : NULL;
  if (!open || value.text[value.length - 1] != ')' || open - value.text < 7 || memcmp(value.text, "unknown", 7)) return 0;
  *inner = ct_piece_of(open + 1, value.length - (size_t)(open - value.text) - 2);
  return 1;
}

static void common(const ct_log_fields *fields, ct_record *record) {
  const ct_log_field *field = ct_log_field_find(fields, "pid");
  if (!field || !is_signed(field->value, &record->pid)) record->pid = -1;
  field = ct_log_field_find(fields, "uid");
  record->uid = -1;
  if (field && !is_signed(field->value, &record->uid) && ct_piece_is(field->value, "root")) record->uid = 0;
}

/* comm, exe, subj. */
static int names(ct_arena *scratch, const ct_body *body, const ct_log_fields *fields, ct_record *record, ct_fault *fault) {
  static const struct {
    const char *key;
    ct_denial_text text;
  } wanted[] = {{"comm", CT_TEXT_COMM}, {"exe", CT_TEXT_EXE}};
  for (size_t i = 0; i < 2; i++) {
    const ct_log_field *field = ct_log_field_find(fields, wanted[i].key);
    int got = ct_log_field_text(scratch, field, body->interpreted, &record->denial.texts[wanted[i].text], fault);
    if (got < 0) return got;
  }
  const ct_log_field *subject = ct_log_field_find(fields, "subj");
  if (subject && !ct_piece_is(subject->value, "(null)")) {
    ct_piece label = subject->value;
    /* "docker-default (enforce)": the mode is no part of the label. */
    const char *end = label.text + label.length;
    if (!body->interpreted && !subject->quoted && end + 2 < body->text + body->length && end[0] == ' ' && end[1] == '(') {
      const char *close = memchr(end, ')', (size_t)(body->text + body->length - end));
      if (close && close - end < 20) label.length = (size_t)(close + 1 - label.text);
    }
    record->denial.texts[CT_TEXT_LABEL] = label;
  }
  return 0;
}

static int read_signal(ct_piece value, ct_denial *denial) {
  int64_t number;
  uint64_t named;
  if (ct_piece_is(value, "SIG0"))
    number = 0;
  else if (!is_signed(value, &number)) {
    if (ctsec_constant_find(value.text, value.length, CTSEC_ARCH_X86_64, &named, NULL) || named > 64) return 0;
    number = (int64_t)named;
  }
  if (number < 0 || number > 128) return 0;
  denial->signal = (int32_t)number;
  denial->has |= CT_HAS_SIGNAL;
  return 1;
}

static int read_arch(ct_piece value, int interpreted, ct_denial *denial) {
  uint64_t audit;
  ct_piece inner;
  int32_t arch;
  if (interpreted && is_unknown_form(value, &inner)) {
    if (!is_hex(inner, &audit) || audit > UINT32_MAX) return 0;
    denial->has |= CT_HAS_FOREIGN_NAME;
  } else if (interpreted && ct_piece_is(value, "armeb")) {
    audit = ctsec_arch_audit(CTSEC_ARCH_ARM);
  } else if (interpreted && !ctsec_arch_find(value.text, value.length, &arch, NULL)) {
    audit = ctsec_arch_audit(arch);
  } else if (!is_hex(value, &audit) || audit > UINT32_MAX) {
    return interpreted;
  }
  denial->audit = (uint32_t)audit;
  denial->has |= CT_HAS_ARCH;
  return 1;
}

static int read_call(ct_piece value, int interpreted, ct_denial *denial) {
  ct_piece inner;
  int64_t number;
  if (!interpreted || is_signed(value, &number)) {
    if (!is_signed(value, &number) || number > UINT32_MAX || number < INT32_MIN) return 0;
    /* A number that is still one was not looked up. */
    denial->has &= ~CT_HAS_FOREIGN_NAME;
  } else if (is_unknown_form(value, &inner)) {
    if (!is_signed(inner, &number) || number > UINT32_MAX) return 0;
    denial->has &= ~CT_HAS_FOREIGN_NAME;
  } else {
    uint32_t found;
    if (!value.length) return 0;
    denial->texts[CT_TEXT_CALL] = value;
    const char *arch = denial->has & CT_HAS_ARCH ? ct_audit_name(denial->audit, 0) : NULL;
    if (denial->has & CT_HAS_FOREIGN_NAME || !arch || !ct_call_find(arch, strlen(arch), value.text, value.length, &found))
      return 1;
    denial->texts[CT_TEXT_CALL] = (ct_piece){NULL, 0};
    number = found;
  }
  denial->number = number;
  denial->has |= CT_HAS_NUMBER;
  return 1;
}

static int read_code(ct_piece value, int interpreted, ct_denial *denial) {
  static const struct {
    char name[16];
    uint32_t code;
  } codes[] = {{"kill-process", CT_RET_KILL_PROCESS}, {"kill-thread", CT_RET_KILL_THREAD}, {"trap", CT_RET_TRAP},
               {"errno", CT_RET_ERRNO},               {"user-notif", CT_RET_NOTIFY},       {"trace", CT_RET_TRACE},
               {"log", CT_RET_LOG},                   {"allow", CT_RET_ALLOW}};
  uint64_t code;
  ct_piece inner;
  denial->has |= CT_HAS_CODE;
  if (interpreted) {
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
      if (!ct_piece_is(value, codes[i].name)) continue;
      denial->code = codes[i].code;
      return 1;
    }
    if (ct_piece_is(value, "kill")) {
      denial->has |= CT_HAS_SOME_KILL;
      return 1;
    }
    if (is_unknown_form(value, &inner)) value = inner;
  }
  /* The kernel records the action without its data. */
  if (value.length < 3 || memcmp(value.text, "0x", 2) || !is_hex(value, &code) || code > UINT32_MAX || code & CT_RET_DATA)
    return 0;
  /* What is left of kill_process where the line was cut. */
  if (code == 0x80000 || code == 0x800000 || code == 0x8000000) return 0;
  denial->code = (uint32_t)code;
  return 1;
}

/* A field behind which there is always another: one that ends the record has lost its end. */
static const ct_log_field *inner_field(const ct_body *body, const ct_log_fields *fields, const char *key) {
  const ct_log_field *field = ct_log_field_find(fields, key);
  return field && field->value.text + field->value.length < body->text + body->length ? field : NULL;
}

static int read_seccomp(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault) {
  ct_log_fields fields;
  ct_denial *denial = &record->denial;
  int status = ct_log_fields_read(body->text, body->length, body->interpreted, &fields, fault);
  if (status) return status;
  denial->kind = CT_DENIAL_SECCOMP;
  common(&fields, record);
  status = names(scratch, body, &fields, record, fault);
  if (status) return status;
  const ct_log_field *field = ct_log_field_find(&fields, "sig");
  if (field && !read_signal(field->value, denial)) return fail(fault, CT_DAMAGE_NUMBER, field->value.text, "sig");
  field = ct_log_field_find(&fields, "arch");
  if (field && !read_arch(field->value, body->interpreted, denial))
    return fail(fault, CT_DAMAGE_NUMBER, field->value.text, "arch");
  field = inner_field(body, &fields, "syscall");
  if (!field)
    return fail(fault, ct_log_field_find(&fields, "syscall") ? CT_DAMAGE_CUT : CT_DAMAGE_MISSING,
                body->text + body->length, "syscall");
  if (!read_call(field->value, body->interpreted, denial))
    return fail(fault, CT_DAMAGE_NUMBER, field->value.text, "syscall");
  field = ct_log_field_find(&fields, "ip");
  if (field) is_hex(field->value, &record->ip);
  field = ct_log_field_find(&fields, "code");
  if (field && !read_code(field->value, body->interpreted, denial))
    return fail(fault, CT_DAMAGE_NUMBER, field->value.text, "code");
  return 1;
}

static int read_abend(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault) {
  ct_log_fields fields;
  int status = ct_log_fields_read(body->text, body->length, body->interpreted, &fields, fault);
  if (status) return status;
  record->denial.kind = CT_DENIAL_ABEND;
  common(&fields, record);
  status = names(scratch, body, &fields, record, fault);
  if (status) return status;
  const ct_log_field *field = ct_log_field_find(&fields, "sig");
  if (!field) return fail(fault, CT_DAMAGE_MISSING, body->text + body->length, "sig");
  if (!read_signal(field->value, &record->denial)) return fail(fault, CT_DAMAGE_NUMBER, field->value.text, "sig");
  return 1;
}

static int read_caps(const ct_body *body, ct_record *record, ct_fault *fault) {
  static const char *const keys[2][4] = {{"pi", "pp", "pe", "pa"}, {"cap_pi", "cap_pp", "cap_pe", "cap_pa"}};
  ct_log_fields fields;
  int status = ct_log_fields_read(body->text, body->length, body->interpreted, &fields, fault);
  if (status) return status;
  int set = body->type == 1322;
  record->denial.kind = set ? CT_DENIAL_CAPSET : CT_DENIAL_BPRM_FCAPS;
  common(&fields, record);
  for (size_t i = 0; i < 4; i++) {
    const ct_log_field *field = ct_log_field_find(&fields, keys[set][i]);
    /* Kernels before 4.3 know no ambient set. */
    if (!field && i == 3) break;
    if (!field) return fail(fault, CT_DAMAGE_MISSING, body->text + body->length, keys[set][i]);
    uint64_t *mask = &record->denial.caps[i];
    if (body->interpreted ? !ct_piece_is(field->value, "none") &&
                                ctsec_caps_encode(field->value.text, field->value.length, mask, NULL) &&
                                !is_hex(field->value, mask)
                          : !is_hex(field->value, mask))
      return fail(fault, CT_DAMAGE_NUMBER, field->value.text, keys[set][i]);
  }
  record->denial.has |= CT_HAS_CAPS;
  return 1;
}

int ct_record_read(ct_arena *scratch, const ct_body *body, ct_record *record, ct_fault *fault) {
  memset(record, 0, sizeof *record);
  record->time = body->time;
  record->serial = body->serial;
  record->pid = record->uid = -1;
  record->denial.capability = -1;
  record->denial.texts[CT_TEXT_TYPE] = body->type_name;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (types[i].type == body->type) record->denial.texts[CT_TEXT_TYPE] = ct_piece_of(types[i].name, strlen(types[i].name));
  switch (body->type) {
    case 1326: return read_seccomp(scratch, body, record, fault);
    case 1701: return read_abend(scratch, body, record, fault);
    case 1321:
    case 1322: return read_caps(body, record, fault);
    case 1107:
    case 1400:
    case 1401:
    case 1501:
    case 1502:
    case 1503:
    case 1504:
    case 1505:
    case 1506:
    case 1507: return ct_record_selinux(scratch, body, record, fault);
    default: return 0;
  }
}
