/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A SECCOMP line of audit.log: read once, from left to right, no further than
 * needed. What decides the group is compared as bytes with what was seen
 * before; only new bytes are decoded.
 */
#include <string.h>

#include "denial/denial.h"

#define HEAD "type=SECCOMP msg=audit("

typedef struct span {
  const char *at;
  size_t length;
} span;

typedef struct shape {
  /* subj=, comm= to compat=, the action. */
  span parts[3];
  int64_t time;
  uint64_t serial;
  int64_t pid;
  int64_t uid;
} shape;

static const char *literal(const char *at, const char *end, const char *word, size_t size) {
  return (size_t)(end - at) >= size && !memcmp(at, word, size) ? at + size : NULL;
}
#define LITERAL(at, end, word) literal(at, end, word, sizeof(word) - 1)

static inline const char *number(const char *at, const char *end, uint64_t *value) {
  uint64_t result = 0;
  const char *start = at;
  while (at < end && (unsigned char)(*at - '0') < 10) result = result * 10 + (uint64_t)(*at++ - '0');
  *value = result;
  return at - start > 0 && at - start < 19 ? at : NULL;
}

static inline const char *skip_word(const char *at, const char *end) {
  while (at < end && *at != ' ') at++;
  return at;
}

/* A name in quotes, or hex. */
static inline const char *name(const char *at, const char *end) {
  if (at == end || *at != '"') return skip_word(at, end);
  const char *close = memchr(at + 1, '"', (size_t)(end - at - 1));
  return close ? close + 1 : NULL;
}

static int parse(const char *line, size_t length, shape *s) {
  const char *at = line + sizeof HEAD - 1, *end = line + length;
  uint64_t seconds, milli, value;
  if (!(at = number(at, end, &seconds)) || at + 5 > end || *at != '.' || seconds > UINT64_C(99999999999)) return 0;
  const char *dot = at + 1;
  if (!(at = number(dot, end, &milli)) || at - dot != 3 || at == end || *at != ':') return 0;
  if (!(at = number(at + 1, end, &s->serial)) || s->serial > UINT32_MAX || !s->serial) return 0;
  if (!(at = LITERAL(at, end, "): auid="))) return 0;
  s->time = (int64_t)(seconds * 1000 + milli);
  if (!(at = number(at, end, &value)) || !(at = LITERAL(at, end, " uid=")) || !(at = number(at, end, &value))) return 0;
  s->uid = (int64_t)value;
  if (!(at = LITERAL(at, end, " gid=")) || !(at = number(at, end, &value))) return 0;
  if (!(at = LITERAL(at, end, " ses=")) || !(at = number(at, end, &value))) return 0;
  s->parts[0] = (span){at, 0};
  const char *subject = LITERAL(at, end, " subj=");
  if (subject) {
    at = skip_word(subject, end);
    s->parts[0].length = (size_t)(at - s->parts[0].at);
  }
  if (!(at = LITERAL(at, end, " pid=")) || !(at = number(at, end, &value))) return 0;
  s->pid = (int64_t)value;
  const char *start = at;
  if (!(at = LITERAL(at, end, " comm=")) || !(at = name(at, end))) return 0;
  if (!(at = LITERAL(at, end, " exe=")) || !(at = name(at, end))) return 0;
  if (!(at = LITERAL(at, end, " sig=")) || !(at = number(at, end, &value))) return 0;
  if (!(at = LITERAL(at, end, " arch="))) return 0;
  at = skip_word(at, end);
  if (!(at = LITERAL(at, end, " syscall=")) || !(at = number(at, end, &value))) return 0;
  if (!(at = LITERAL(at, end, " compat=")) || !(at = number(at, end, &value))) return 0;
  s->parts[1] = (span){start, (size_t)(at - start)};
  if (!(at = LITERAL(at, end, " ip=0x"))) return 0;
  at = skip_word(at, end);
  start = at;
  if (!(at = LITERAL(at, end, " code=0x"))) return 0;
  while (at < end && ((unsigned char)(*at - '0') < 10 || (unsigned char)(*at - 'a') < 6)) at++;
  s->parts[2] = (span){start, (size_t)(at - start)};
  /* Nothing else, or what auditd has added. */
  return at == end || *at == 0x1d || LITERAL(at, end, "AUID=") != NULL;
}

static uint64_t mix(uint64_t a, uint64_t b) {
  a = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
  return a ^ a >> 32;
}

static uint64_t hash_bytes(uint64_t hash, const char *at, size_t length) {
  uint64_t word;
  for (; length >= 8; at += 8, length -= 8) {
    memcpy(&word, at, 8);
    hash = mix(hash, word);
  }
  if (!length) return mix(hash, length);
  word = 0;
  memcpy(&word, at, length);
  return mix(hash, word + length);
}

static uint64_t hash_of(const ctsec_denials *denials, const shape *s) {
  /* Seeded by an address, so that nobody can prepare lines that collide. */
  uint64_t hash = (uint64_t)(uintptr_t)denials;
  for (int i = 0; i < 3; i++) hash = hash_bytes(hash, s->parts[i].at, s->parts[i].length);
  return hash;
}

static int same(const ct_shape *known, const shape *s) {
  const char *at = known->bytes;
  if (known->length != s->parts[0].length + s->parts[1].length + s->parts[2].length) return 0;
  for (int i = 0; i < 3; i++) {
    if (memcmp(at, s->parts[i].at, s->parts[i].length)) return 0;
    at += s->parts[i].length;
  }
  return 1;
}

static ct_shape *slot_of(ct_shape *shapes, uint32_t capacity, uint64_t hash, const shape *s) {
  for (uint32_t i = (uint32_t)hash & (capacity - 1);; i = (i + 1) & (capacity - 1)) {
    ct_shape *slot = &shapes[i];
    if (!slot->bytes || (slot->hash == hash && (!s || same(slot, s)))) return slot;
  }
}

int ct_denials_fast(ctsec_denials *denials, const char *line, size_t length) {
  shape s;
  if (length < sizeof HEAD + 100 || memcmp(line, HEAD, sizeof HEAD - 1)) return 0;
  if (!denials->shape_count || denials->exporting || !parse(line, length, &s)) return 0;
  uint64_t hash = hash_of(denials, &s);
  ct_group *group = slot_of(denials->shapes, denials->shape_capacity, hash, &s)->group;
  if (!group || !ct_serials_next(&denials->serials, s.time, s.serial)) return 0;
  group->count++;
  group->pid = s.pid;
  group->uid = s.uid;
  if (s.time > group->last) group->last = s.time;
  denials->records++;
  denials->denied += ct_group_denied(&group->denial) == CT_IS_YES;
  denials->recent[denials->recent_at++ % CT_RECENT] = (ct_recent){group, s.serial, s.pid, 0, 0};
  return 1;
}

static int grow(ctsec_denials *denials) {
  uint32_t capacity = denials->shape_capacity ? denials->shape_capacity * 2 : 64;
  ct_shape *larger = ct_arena_array(&denials->arena, capacity, sizeof *larger);
  if (!larger) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < denials->shape_capacity; i++) {
    const ct_shape *known = &denials->shapes[i];
    if (!known->bytes) continue;
    uint32_t at = (uint32_t)known->hash & (capacity - 1);
    while (larger[at].bytes) at = (at + 1) & (capacity - 1);
    larger[at] = *known;
  }
  denials->shapes = larger;
  denials->shape_capacity = capacity;
  return 0;
}

int ct_denials_learn(ctsec_denials *denials, const char *line, size_t length, ct_group *group) {
  shape s;
  if (length < sizeof HEAD + 100 || memcmp(line, HEAD, sizeof HEAD - 1) || !parse(line, length, &s)) return 0;
  /* Bytes differ where groups do not: hex and quoted names. No more shapes than that doubles the groups twice. */
  if (denials->shape_count > 4 * (uint64_t)denials->group_count + 64) return 0;
  if (denials->shape_count * 2 >= denials->shape_capacity && grow(denials)) return CTSEC_E_NOMEM;
  uint64_t hash = hash_of(denials, &s);
  ct_shape *slot = slot_of(denials->shapes, denials->shape_capacity, hash, &s);
  if (slot->bytes) return 0;
  size_t size = s.parts[0].length + s.parts[1].length + s.parts[2].length;
  char *bytes = ct_arena_alloc(&denials->arena, size);
  if (!bytes) return CTSEC_E_NOMEM;
  *slot = (ct_shape){hash, (uint32_t)size, bytes, group};
  for (int i = 0; i < 3; i++) {
    memcpy(bytes, s.parts[i].at, s.parts[i].length);
    bytes += s.parts[i].length;
  }
  denials->shape_count++;
  return 0;
}
