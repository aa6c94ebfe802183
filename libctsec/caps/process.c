/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials as an object: from parts, from a status text, from a live thread, and what calls make of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/utf8.h"
#include "caps/file.h"

/* Bits of what is known. */
#define KNOWS_SET(set) (1u << (set))
#define KNOWS_IDS (1u << 8)
#define KNOWS_NO_NEW_PRIVS (1u << 9)
#define KNOWS_SECCOMP (1u << 10)
#define KNOWS_PID (1u << 11)
#define KNOWS_GIDS (1u << 12)
#define KNOWS_PROCESS (1u << 13)
#define KNOWS_SETS 31u

struct ctsec_credentials {
  ct_count owners;
  uint32_t known;
  ct_credentials state;
  uint64_t seccomp;
  uint64_t pid;
  uint64_t process;
  uint32_t gids[4];
  /* As the status text escapes it, and with control characters made visible. */
  char name[80];
  char shown[400];
};

static uint64_t *set_of(ct_cap_sets *sets, int32_t set) {
  uint64_t *const all[] = {&sets->inheritable, &sets->permitted, &sets->effective, &sets->bounding, &sets->ambient};
  return all[set];
}

static ctsec_credentials *make(void) {
  ctsec_credentials *made = calloc(1, sizeof *made);
  if (made) ct_count_up(&made->owners);
  return made;
}

ctsec_credentials *ctsec_credentials_ref(ctsec_credentials *credentials) {
  if (credentials) ct_count_up(&credentials->owners);
  return credentials;
}

void ctsec_credentials_free(ctsec_credentials *credentials) {
  if (credentials && ct_count_down(&credentials->owners)) free(credentials);
}

int ctsec_credentials_new(const uint64_t *sets, const uint32_t *ids, uint32_t securebits, int no_new_privileges,
                          ctsec_credentials **credentials, ctsec_error **err) {
  if (!sets) return ct_error_null(err, "sets");
  if (!ids) return ct_error_null(err, "ids");
  if (!credentials) return ct_error_null(err, "credentials");
  if (sets[CTSEC_SET_EFFECTIVE] & ~sets[CTSEC_SET_PERMITTED])
    return ct_error_set(err, CTSEC_E_ARG, "the effective set goes beyond the permitted one");
  if (sets[CTSEC_SET_AMBIENT] & ~(sets[CTSEC_SET_PERMITTED] & sets[CTSEC_SET_INHERITABLE]))
    return ct_error_set(err, CTSEC_E_ARG, "the ambient set goes beyond the permitted and the inheritable one");
  ctsec_credentials *made = make();
  if (!made) return ct_error_nomem(err);
  for (int32_t i = 0; i < 5; i++) *set_of(&made->state.sets, i) = sets[i];
  made->state.uid = ids[CTSEC_ID_REAL];
  made->state.euid = ids[CTSEC_ID_EFFECTIVE];
  made->state.suid = ids[CTSEC_ID_SAVED];
  made->state.fsuid = ids[CTSEC_ID_FILE_SYSTEM];
  made->state.securebits = securebits;
  made->state.no_new_privileges = no_new_privileges != 0;
  made->known = KNOWS_SETS | KNOWS_IDS | KNOWS_NO_NEW_PRIVS;
  *credentials = made;
  return 0;
}

/* One line of the text. */
typedef struct line {
  const char *source;
  const char *text;
  size_t length;
  size_t offset;
  int64_t number;
} line;

static int refuse(const line *at, size_t column, const char *what, ctsec_error **err) {
  ct_place place = {at->source, NULL, (int64_t)(at->offset + column), at->number, (int64_t)column + 1};
  return ct_error_at(err, CTSEC_E_SYNTAX, &place, "%s", what);
}

static int read_mask(const line *at, size_t start, uint64_t *mask, ctsec_error **err) {
  ctsec_error *inner = NULL;
  int status = ctsec_caps_parse(at->text + start, at->length - start, mask, &inner);
  if (!status) return 0;
  if (status == CTSEC_E_NOMEM) {
    ctsec_error_free(inner);
    return ct_error_nomem(err);
  }
  refuse(at, start + (ctsec_error_offset(inner) > 0 ? (size_t)ctsec_error_offset(inner) : 0), ctsec_error_message(inner), err);
  ctsec_error_free(inner);
  return CTSEC_E_SYNTAX;
}

static int read_decimals(const line *at, size_t start, uint64_t *numbers, int count, ctsec_error **err) {
  size_t i = start;
  for (int n = 0; n < count; n++) {
    while (i < at->length && (at->text[i] == '\t' || at->text[i] == ' ')) i++;
    size_t first = i;
    uint64_t value = 0;
    for (; i < at->length && at->text[i] >= '0' && at->text[i] <= '9'; i++) {
      value = value * 10 + (uint64_t)(at->text[i] - '0');
      if (value > UINT32_MAX) return refuse(at, first, "the number does not fit into 32 bits", err);
    }
    if (i == first) return refuse(at, i, "a decimal number is missing", err);
    numbers[n] = value;
  }
  while (i < at->length && (at->text[i] == '\t' || at->text[i] == ' ' || at->text[i] == '\r')) i++;
  return i == at->length ? 0 : refuse(at, i, "something stands behind the number", err);
}

static int read_ids(const line *at, size_t start, uint32_t *ids, ctsec_error **err) {
  uint64_t numbers[4];
  int status = read_decimals(at, start, numbers, 4, err);
  for (int i = 0; i < 4 && !status; i++) ids[i] = (uint32_t)numbers[i];
  return status;
}

static int read_name(ctsec_credentials *made, const char *text, size_t length, ctsec_error **err) {
  if (length >= sizeof made->name) length = sizeof made->name - 1;
  memcpy(made->name, text, length);
  ct_buffer shown;
  ct_buffer_init(&shown);
  ct_utf8_add_visible(&shown, text, length);
  /* At most five characters for each byte: it fits. */
  int fits = !shown.failed && shown.length < sizeof made->shown;
  if (fits && shown.length) memcpy(made->shown, shown.data, shown.length);
  int failed = shown.failed;
  ct_buffer_free(&shown);
  return failed ? ct_error_nomem(err) : 0;
}

static int read_line(ctsec_credentials *made, const line *at, ctsec_error **err) {
  static const char sets[][8] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
  const char *colon = memchr(at->text, ':', at->length);
  if (!colon) return 0;
  size_t start = (size_t)(colon - at->text) + 1;
  size_t name = start;
  while (start < at->length && (at->text[start] == '\t' || at->text[start] == ' ')) start++;
  for (int32_t i = 0; i < 5; i++) {
    if (strlen(sets[i]) != name || memcmp(at->text, sets[i], name)) continue;
    if (made->known & KNOWS_SET(i)) return refuse(at, 0, "the line stands twice", err);
    made->known |= KNOWS_SET(i);
    return read_mask(at, start, set_of(&made->state.sets, i), err);
  }
  uint64_t numbers[1] = {0};
  int status = 0;
  if (name == 4 && !memcmp(at->text, "Uid:", 4)) {
    uint32_t ids[4];
    status = read_ids(at, start, ids, err);
    if (status) return status;
    made->known |= KNOWS_IDS;
    made->state.uid = ids[0];
    made->state.euid = ids[1];
    made->state.suid = ids[2];
    made->state.fsuid = ids[3];
  } else if (name == 4 && !memcmp(at->text, "Gid:", 4)) {
    made->known |= KNOWS_GIDS;
    status = read_ids(at, start, made->gids, err);
  } else if (name == 11 && !memcmp(at->text, "NoNewPrivs:", 11)) {
    status = read_decimals(at, start, numbers, 1, err);
    made->known |= KNOWS_NO_NEW_PRIVS;
    if (!status) made->state.no_new_privileges = numbers[0] != 0;
  } else if (name == 8 && !memcmp(at->text, "Seccomp:", 8)) {
    status = read_decimals(at, start, &made->seccomp, 1, err);
    made->known |= KNOWS_SECCOMP;
  } else if (name == 4 && !memcmp(at->text, "Pid:", 4)) {
    status = read_decimals(at, start, &made->pid, 1, err);
    made->known |= KNOWS_PID;
  } else if (name == 5 && !memcmp(at->text, "Tgid:", 5)) {
    status = read_decimals(at, start, &made->process, 1, err);
    made->known |= KNOWS_PROCESS;
  } else if (name == 5 && !memcmp(at->text, "Name:", 5)) {
    status = read_name(made, at->text + start, at->length - start, err);
  }
  return status;
}

static int parse(ctsec_credentials *made, const char *source, const char *text, size_t length, ctsec_error **err) {
  line at = {source, text, 0, 0, 1};
  while (at.offset < length) {
    const char *end = memchr(text + at.offset, '\n', length - at.offset);
    at.text = text + at.offset;
    at.length = end ? (size_t)(end - at.text) : length - at.offset;
    size_t whole = at.length + 1;
    if (at.length && at.text[at.length - 1] == '\r') at.length--;
    int status = read_line(made, &at, err);
    if (status) return status;
    at.offset += whole;
    at.number++;
  }
  if (made->known & KNOWS_SETS) return 0;
  ct_place place = CT_NO_PLACE;
  place.source = source;
  return ct_error_at(err, CTSEC_E_SCHEMA, &place, "no line of capabilities (CapEff: and the like): not the status of a process");
}

static int parse_new(const char *source, const char *text, size_t length, ctsec_credentials **credentials,
                     ctsec_error **err) {
  ctsec_credentials *made = make();
  if (!made) return ct_error_nomem(err);
  int status = parse(made, source, text, length, err);
  if (status)
    ctsec_credentials_free(made);
  else
    *credentials = made;
  return status;
}

int ctsec_credentials_parse(const char *text, size_t length, const ctsec_options *options,
                            ctsec_credentials **credentials, ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!credentials) return ct_error_null(err, "credentials");
  return parse_new(ct_options_source(options), text, length, credentials, err);
}

/* The kernel writes some 1.5 kB; a file that is larger is none of its. */
#define LARGEST_STATUS 65536

static int read_file(const char *path, char *buffer, size_t *length, ctsec_error **err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ct_error_system(err, errno, path, "cannot be read");
  *length = 0;
  ssize_t n = 0;
  do {
    n = read(fd, buffer + *length, LARGEST_STATUS - *length);
    if (n > 0) *length += (size_t)n;
  } while ((n > 0 && *length < LARGEST_STATUS) || (n < 0 && errno == EINTR));
  int number = errno;
  close(fd);
  return n < 0 ? ct_error_system(err, number, path, "cannot be read") : 0;
}

int ctsec_credentials_read(const char *root, int32_t pid, int32_t tid, ctsec_credentials **credentials,
                           ctsec_error **err) {
  if (!root) return ct_error_null(err, "root");
  if (!credentials) return ct_error_null(err, "credentials");
  if (pid <= 0 || tid <= 0) return ct_error_set(err, CTSEC_E_ARG, "%d is no process", pid <= 0 ? pid : tid);
  ct_buffer path;
  ct_buffer_init(&path);
  ct_buffer_format(&path, "%s/%d/task/%d/status", root, pid, tid);
  ct_buffer_char(&path, '\0');
  char *buffer = malloc(LARGEST_STATUS);
  int status;
  size_t length = 0;
  if (path.failed || !buffer)
    status = ct_error_nomem(err);
  else
    status = read_file(path.data, buffer, &length, err);
  if (!status) status = parse_new(path.data, buffer, length, credentials, err);
  free(buffer);
  ct_buffer_free(&path);
  return status;
}

int ctsec_credentials_set(const ctsec_credentials *credentials, int32_t set, uint64_t *mask) {
  if (!credentials || !mask || set < CTSEC_SET_INHERITABLE || set > CTSEC_SET_AMBIENT) return CTSEC_E_ARG;
  if (!(credentials->known & KNOWS_SET(set))) return CTSEC_STATE_UNKNOWN;
  ct_cap_sets sets = credentials->state.sets;
  *mask = *set_of(&sets, set);
  return CTSEC_STATE_SET;
}

int ctsec_credentials_id(const ctsec_credentials *credentials, int32_t which, uint32_t *id) {
  if (!credentials || !id || which < CTSEC_ID_REAL || which > CTSEC_ID_FILE_SYSTEM) return CTSEC_E_ARG;
  if (!(credentials->known & KNOWS_IDS)) return CTSEC_STATE_UNKNOWN;
  const ct_credentials *state = &credentials->state;
  const uint32_t ids[] = {state->uid, state->euid, state->suid, state->fsuid};
  *id = ids[which];
  return CTSEC_STATE_SET;
}

int ctsec_credentials_no_new_privileges(const ctsec_credentials *credentials, int *value) {
  if (!credentials || !value) return CTSEC_E_ARG;
  if (!(credentials->known & KNOWS_NO_NEW_PRIVS)) return CTSEC_STATE_UNKNOWN;
  *value = credentials->state.no_new_privileges;
  return CTSEC_STATE_SET;
}

int ctsec_credentials_seccomp(const ctsec_credentials *credentials, int *mode) {
  if (!credentials || !mode) return CTSEC_E_ARG;
  if (!(credentials->known & KNOWS_SECCOMP)) return CTSEC_STATE_UNKNOWN;
  *mode = (int)credentials->seccomp;
  return CTSEC_STATE_SET;
}

const char *ctsec_credentials_name(const ctsec_credentials *credentials) {
  return credentials && credentials->shown[0] ? credentials->shown : NULL;
}

static void write_ids(ct_json *json, const char *key, const uint32_t *ids, int known) {
  ct_json_key(json, key);
  if (!known) {
    ct_json_null(json);
    return;
  }
  ct_json_array(json);
  for (int i = 0; i < 4; i++) ct_json_unsigned(json, ids[i]);
  ct_json_end(json);
}

static void write_number(ct_json *json, const char *key, uint64_t number, int known) {
  if (known)
    ct_json_key_unsigned(json, key, number);
  else
    ct_json_key_null(json, key);
}

/* libcap's forms, where the sets that they speak of are known. */
static int write_forms(ct_json *json, const ctsec_credentials *credentials, ctsec_error **err) {
  const ct_cap_sets *sets = &credentials->state.sets;
  char *text;
  size_t length;
  ct_json_key(json, "text");
  if (credentials->known & KNOWS_SET(CTSEC_SET_INHERITABLE) && credentials->known & KNOWS_SET(CTSEC_SET_PERMITTED) &&
      credentials->known & KNOWS_SET(CTSEC_SET_EFFECTIVE)) {
    int status = ctsec_captext_encode(sets->inheritable, sets->permitted, sets->effective, NULL, &text, &length, err);
    if (status) return status;
    ct_json_string(json, text, length);
    free(text);
  } else {
    ct_json_null(json);
  }
  ct_json_key(json, "iab");
  uint64_t ambient = sets->ambient & sets->inheritable;
  if (credentials->known & KNOWS_SET(CTSEC_SET_INHERITABLE) && credentials->known & KNOWS_SET(CTSEC_SET_BOUNDING) &&
      credentials->known & KNOWS_SET(CTSEC_SET_AMBIENT)) {
    int status = ctsec_iab_encode(sets->inheritable, ambient, CT_CAPS_ALL & ~sets->bounding, &text, &length, err);
    if (status) return status;
    ct_json_string(json, text, length);
    free(text);
  } else {
    ct_json_null(json);
  }
  return 0;
}

int ctsec_credentials_to_json(const ctsec_credentials *credentials, char **text, size_t *length, ctsec_error **err) {
  static const char names[][12] = {"inheritable", "permitted", "effective", "bounding", "ambient"};
  if (!credentials) return ct_error_null(err, "credentials");
  if (!text || !length) return ct_error_null(err, "text or length");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/credentials/1");
  ct_json_key_text(&json, "name", credentials->name[0] ? credentials->name : NULL);
  write_number(&json, "pid", credentials->pid, credentials->known & KNOWS_PID);
  write_number(&json, "process", credentials->process, credentials->known & KNOWS_PROCESS);
  for (int32_t i = 0; i < 5; i++) {
    uint64_t mask;
    if (ctsec_credentials_set(credentials, i, &mask) == CTSEC_STATE_SET)
      ct_json_key_mask(&json, names[i], mask);
    else
      ct_json_key_null(&json, names[i]);
  }
  const ct_credentials *state = &credentials->state;
  const uint32_t uids[] = {state->uid, state->euid, state->suid, state->fsuid};
  write_ids(&json, "uid", uids, credentials->known & KNOWS_IDS);
  write_ids(&json, "gid", credentials->gids, credentials->known & KNOWS_GIDS);
  if (credentials->known & KNOWS_NO_NEW_PRIVS)
    ct_json_key_bool(&json, "no_new_privs", credentials->state.no_new_privileges);
  else
    ct_json_key_null(&json, "no_new_privs");
  write_number(&json, "seccomp", credentials->seccomp, credentials->known & KNOWS_SECCOMP);
  int status = write_forms(&json, credentials, err);
  if (status) {
    ct_json_free(&json);
    return status;
  }
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

/* A copy whose state a call then changes. */
static int copy(const ctsec_credentials *from, ctsec_credentials **after, ctsec_credentials **made, ctsec_error **err) {
  if (!from) return ct_error_null(err, "credentials");
  if (!after) return ct_error_null(err, "after");
  *made = make();
  if (!*made) return ct_error_nomem(err);
  (*made)->known = from->known | KNOWS_SETS;
  (*made)->state = from->state;
  return 0;
}

static int give(ctsec_credentials *made, int status, const char *complaint, ctsec_credentials **after,
                ctsec_error **err) {
  if (!status) {
    *after = made;
    return 0;
  }
  ctsec_credentials_free(made);
  return ct_error_set(err, status, "%s", complaint);
}

int ctsec_credentials_simulate_exec(const ctsec_credentials *credentials, int64_t owner, const ctsec_filecaps *filecaps,
                                    const ctsec_options *options, ctsec_credentials **after, ctsec_error **err) {
  if (owner < -1 || owner >= UINT32_MAX) return ct_error_set(err, CTSEC_E_ARG, "the owner is no user id");
  ctsec_credentials *made;
  int status = copy(credentials, after, &made, err);
  if (status) return status;
  ct_program program = {.setuid = owner >= 0, .owner = owner >= 0 ? (uint32_t)owner : 0};
  if (filecaps) {
    int counts = ct_filecaps_count_here(filecaps, options);
    if (counts < 0) {
      ctsec_credentials_free(made);
      return ct_error_set(err, CTSEC_E_ARG,
                          "the file capabilities count where user %u is root: the fact userns-root says who is root here",
                          ct_filecaps_root(filecaps));
    }
    if (counts) ct_filecaps_apply(filecaps, &program);
  }
  status = ct_credentials_exec(&credentials->state, &program, options ? &options->kernel : NULL, &made->state);
  return give(made, status, "execve fails with EPERM: the bounding set lacks a file capability that is in effect", after, err);
}

int ctsec_credentials_simulate_setresuid(const ctsec_credentials *credentials, uint32_t real, uint32_t effective,
                                         uint32_t saved, ctsec_credentials **after, ctsec_error **err) {
  ctsec_credentials *made;
  int status = copy(credentials, after, &made, err);
  if (status) return status;
  ct_credentials_setresuid(&made->state, real, effective, saved);
  return give(made, 0, "", after, err);
}

int ctsec_credentials_simulate_capset(const ctsec_credentials *credentials, uint64_t inheritable, uint64_t permitted,
                                      uint64_t effective, ctsec_credentials **after, ctsec_error **err) {
  ctsec_credentials *made;
  int status = copy(credentials, after, &made, err);
  if (status) return status;
  status = ct_credentials_capset(&made->state, inheritable, permitted, effective);
  return give(made, status, "capset fails with EPERM", after, err);
}

static int check_number(int32_t number, ctsec_error **err) {
  return number >= 0 && number < 64 ? 0 : ct_error_set(err, CTSEC_E_ARG, "%d is no capability", number);
}

int ctsec_credentials_simulate_drop(const ctsec_credentials *credentials, int32_t number, ctsec_credentials **after,
                                    ctsec_error **err) {
  ctsec_credentials *made;
  int status = check_number(number, err);
  if (!status) status = copy(credentials, after, &made, err);
  if (status) return status;
  return give(made, ct_credentials_drop(&made->state, number), "PR_CAPBSET_DROP fails with EPERM: it needs CAP_SETPCAP", after, err);
}

int ctsec_credentials_simulate_raise(const ctsec_credentials *credentials, int32_t number, ctsec_credentials **after,
                                     ctsec_error **err) {
  ctsec_credentials *made;
  int status = check_number(number, err);
  if (!status) status = copy(credentials, after, &made, err);
  if (status) return status;
  return give(made, ct_credentials_raise(&made->state, number),
              "PR_CAP_AMBIENT_RAISE fails with EPERM: the capability must be permitted and inheritable", after, err);
}

int ctsec_credentials_simulate_lower(const ctsec_credentials *credentials, int32_t number, ctsec_credentials **after,
                                     ctsec_error **err) {
  ctsec_credentials *made;
  int status = check_number(number, err);
  if (!status) status = copy(credentials, after, &made, err);
  if (status) return status;
  ct_credentials_lower(&made->state, number);
  return give(made, 0, "", after, err);
}

int ctsec_credentials_simulate_setfsuid(const ctsec_credentials *credentials, uint32_t id, ctsec_credentials **after,
                                        ctsec_error **err) {
  ctsec_credentials *made;
  int status = copy(credentials, after, &made, err);
  if (status) return status;
  ct_credentials_setfsuid(&made->state, id);
  return give(made, 0, "", after, err);
}
