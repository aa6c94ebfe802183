/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attribute security.capability of a file. */
#include "caps/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/arena.h"
#include "base/error.h"

struct ctsec_filecaps {
  ct_count owners;
  int version;
  int effective;
  uint64_t permitted;
  uint64_t inheritable;
  uint32_t rootid;
  /* NULL where the bytes were given. */
  char *path;
};

#define ATTRIBUTE "security.capability"
#define LARGEST 24
#define FLAG_EFFECTIVE 1u

void ct_filecaps_apply(const ctsec_filecaps *filecaps, ct_program *program) {
  program->has_filecaps = 1;
  program->permitted = filecaps->permitted;
  program->inheritable = filecaps->inheritable;
  program->effective = filecaps->effective;
}

uint32_t ct_filecaps_root(const ctsec_filecaps *filecaps) { return filecaps->rootid; }

int ct_filecaps_count_here(const ctsec_filecaps *filecaps, const ctsec_options *options) {
  if (!filecaps->rootid) return 1;
  const char *said = ct_options_fact(options, "userns-root");
  if (!said) return -1;
  while (*said) {
    uint64_t id = 0;
    const char *start = said;
    while (*said >= '0' && *said <= '9' && id <= UINT32_MAX) id = id * 10 + (uint64_t)(*said++ - '0');
    if (said == start || (*said && *said != ',')) return -1;
    if (id == filecaps->rootid) return 1;
    said += *said == ',';
  }
  return 0;
}

static uint32_t word(const uint8_t *bytes, size_t index) {
  const uint8_t *at = bytes + 4 * index;
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int refuse(ctsec_error **err, int code, size_t offset, const char *source, const char *what, uint64_t number) {
  ct_place place = CT_NO_PLACE;
  place.source = source;
  place.offset = (int64_t)offset;
  return ct_error_at(err, code, &place, "%s (%llu)", what, (unsigned long long)number);
}

static int decode(const uint8_t *bytes, size_t length, const char *source, ctsec_filecaps **filecaps, ctsec_error **err) {
  static const size_t lengths[] = {0, 12, 20, 24};
  if (length < 4) return refuse(err, CTSEC_E_SYNTAX, length, source, "shorter than its head of 4 bytes", length);
  uint32_t head = word(bytes, 0), version = head >> 24, flags = head & 0xffffffu;
  if (version < 1 || version > 3) return refuse(err, CTSEC_E_UNSUPPORTED, 3, source, "a version that is none of 1, 2, 3", version);
  if (flags & ~FLAG_EFFECTIVE) return refuse(err, CTSEC_E_UNSUPPORTED, 0, source, "a flag that is not known", flags);
  if (length != lengths[version])
    return refuse(err, CTSEC_E_SYNTAX, length < lengths[version] ? length : lengths[version], source,
                  "its length is not that of its version", length);
  ctsec_filecaps *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  ct_count_up(&made->owners);
  made->version = (int)version;
  made->effective = (flags & FLAG_EFFECTIVE) != 0;
  made->permitted = word(bytes, 1);
  made->inheritable = word(bytes, 2);
  if (version > 1) {
    made->permitted |= (uint64_t)word(bytes, 3) << 32;
    made->inheritable |= (uint64_t)word(bytes, 4) << 32;
  }
  if (version == 3) made->rootid = word(bytes, 5);
  if (source && !(made->path = strdup(source))) {
    ctsec_filecaps_free(made);
    return ct_error_nomem(err);
  }
  *filecaps = made;
  return 0;
}

int ctsec_filecaps_decode(const uint8_t *bytes, size_t length, ctsec_filecaps **filecaps, ctsec_error **err) {
  if (!bytes) return ct_error_null(err, "bytes");
  if (!filecaps) return ct_error_null(err, "filecaps");
  return decode(bytes, length, NULL, filecaps, err);
}

int ctsec_filecaps_read(const char *path, ctsec_filecaps **filecaps, ctsec_error **err) {
  if (!path) return ct_error_null(err, "path");
  if (!filecaps) return ct_error_null(err, "filecaps");
  uint8_t bytes[LARGEST + 8];
  ssize_t length = lgetxattr(path, ATTRIBUTE, bytes, sizeof bytes);
  if (length < 0) {
    int number = errno;
    int status = ct_error_system(err, number, path, "no capabilities can be read");
    /* Nothing there is an answer, not a fault of the disk. */
    if (number != ENODATA && number != EOPNOTSUPP) return status;
    if (err) ctsec_error_free(*err);
    ct_place place = CT_NO_PLACE;
    place.source = path;
    ct_error_at(err, CTSEC_E_NOTFOUND, &place, "the file has no capabilities");
    return CTSEC_E_NOTFOUND;
  }
  return decode(bytes, (size_t)length, path, filecaps, err);
}

ctsec_filecaps *ctsec_filecaps_ref(ctsec_filecaps *filecaps) {
  if (filecaps) ct_count_up(&filecaps->owners);
  return filecaps;
}

void ctsec_filecaps_free(ctsec_filecaps *filecaps) {
  if (!filecaps || !ct_count_down(&filecaps->owners)) return;
  free(filecaps->path);
  free(filecaps);
}

uint64_t ctsec_filecaps_set(const ctsec_filecaps *filecaps, int32_t set) {
  if (!filecaps) return 0;
  return set == CTSEC_SET_PERMITTED ? filecaps->permitted : set == CTSEC_SET_INHERITABLE ? filecaps->inheritable : 0;
}

int ctsec_filecaps_effective(const ctsec_filecaps *filecaps) { return filecaps ? filecaps->effective : 0; }
int ctsec_filecaps_version(const ctsec_filecaps *filecaps) { return filecaps ? filecaps->version : 0; }

int ctsec_filecaps_rootid(const ctsec_filecaps *filecaps, uint32_t *rootid) {
  if (!filecaps || !rootid) return CTSEC_E_ARG;
  if (filecaps->version != 3) return CTSEC_STATE_UNSET;
  *rootid = filecaps->rootid;
  return CTSEC_STATE_SET;
}

/* The flag covers every bit of the two masks. */
static uint64_t effective_mask(const ctsec_filecaps *filecaps) {
  return filecaps->effective ? filecaps->permitted | filecaps->inheritable : 0;
}

int ctsec_filecaps_to_text(const ctsec_filecaps *filecaps, char **text, size_t *length, ctsec_error **err) {
  if (!filecaps) return ct_error_null(err, "filecaps");
  if (!text || !length) return ct_error_null(err, "text or length");
  char *caps;
  size_t size;
  int status = ctsec_captext_encode(filecaps->inheritable, filecaps->permitted, effective_mask(filecaps), NULL,
                                    &caps, &size, err);
  if (status) return status;
  ct_buffer out;
  ct_buffer_init(&out);
  ct_buffer_add(&out, caps, size);
  free(caps);
  if (filecaps->version == 3) ct_buffer_format(&out, " [rootid=%u]", filecaps->rootid);
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_filecaps_to_json(const ctsec_filecaps *filecaps, char **text, size_t *length, ctsec_error **err) {
  if (!filecaps) return ct_error_null(err, "filecaps");
  if (!text || !length) return ct_error_null(err, "text or length");
  char *written;
  size_t size;
  int status = ctsec_filecaps_to_text(filecaps, &written, &size, err);
  if (status) return status;
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/filecaps/1");
  ct_json_key_text(&json, "path", filecaps->path);
  ct_json_key_unsigned(&json, "version", (uint64_t)filecaps->version);
  ct_json_key_mask(&json, "permitted", filecaps->permitted);
  ct_json_key_mask(&json, "inheritable", filecaps->inheritable);
  ct_json_key_bool(&json, "effective", filecaps->effective);
  if (filecaps->version == 3)
    ct_json_key_unsigned(&json, "rootid", filecaps->rootid);
  else
    ct_json_key_null(&json, "rootid");
  ct_json_key_text(&json, "text", written);
  ct_json_end(&json);
  free(written);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}
