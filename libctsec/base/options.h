/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_BASE_OPTIONS_H
#define CT_BASE_OPTIONS_H

#include "base/arena.h"
#include "ctsec/options.h"

typedef struct ct_version {
  /* 0 no; 1 yes; 2 yes, but the patch level was not said; 3 nor was the minor version. */
  int known;
  uint32_t major;
  uint32_t minor;
  uint32_t patch;
} ct_version;

typedef struct ct_text_item {
  const char *text;
  size_t length;
  struct ct_text_item *next;
} ct_text_item;

typedef struct ct_fact {
  const char *key;
  const char *value;
  struct ct_fact *next;
} ct_fact;

/* A file that an input may name; freed one by one, since a stream gives each input its own. */
typedef struct ct_named_file {
  struct ct_named_file *next;
  /* Cleaned: no "./", no "a/../". */
  char *name;
  char *bytes;
  size_t length;
} ct_named_file;

/* Values that were not set are NULL, 0 or -1 (tri-state booleans: -1 not said, 0, 1). */
struct ctsec_options {
  ct_arena arena;
  int lang;
  const char *arch;
  int engine;
  ct_version engine_version;
  const char *runtime;
  const char *libseccomp;
  ct_version kernel;
  const char *caps;
  int privileged;
  /* Read the filters of live processes: they are stopped for that. */
  int filters;
  const char *user;
  int no_new_privileges;
  ct_text_item *cap_add;
  ct_text_item *cap_drop;
  const char *source;
  /* Where its text is kept, and how much fits. */
  char *source_text;
  size_t source_room;
  const char *from;
  const char *select;
  /* The stage of a Dockerfile. */
  const char *target;
  ct_fact *facts;
  const char *policy;
  /* Rules to run alone, rules to leave out, the least severity to report. */
  ct_text_item *rules;
  ct_text_item *skip;
  int least;
  /* Seconds since 1970. */
  int has_now;
  int colour;
  int html;
  int64_t now;
  /* From which severity on a finding counts as a failure, plus 1; 0: high. */
  int fail_on;
  /* The audit pack instead of the full report. */
  int audit;
  /* Compose: NAME=VALUE, profiles, names of files that are merged over the input. */
  ct_text_item *env;
  ct_text_item *profiles;
  ct_text_item *overrides;
  ct_named_file *files;
  uint64_t limits[CTSEC_LIMIT_CONTAINERS + 1];
};

/* A copy that shares nothing; of NULL: all defaults. */
int ct_options_copy(const ctsec_options *options, ctsec_options **copy, ctsec_error **err);
/* The key "source", by itself. */
int ct_options_set_source(ctsec_options *options, const char *source, size_t length, ctsec_error **err);

/* Replaces the named files by copies of those of another; `from` may be NULL. */
int ct_options_copy_files(ctsec_options *options, const ctsec_options *from, ctsec_error **err);

/* All take NULL for "all defaults". */
uint64_t ct_options_limit(const ctsec_options *options, int32_t limit);

/* CTSEC_E_LIMIT for an input of more bytes than CTSEC_LIMIT_BYTES and than `most` (0: nothing smaller), else 0. */
int ct_options_check_bytes(const ctsec_options *options, size_t length, uint64_t most, ctsec_error **err);
int ct_options_lang(const ctsec_options *options);
/* A severity. */
int ct_options_fail_on(const ctsec_options *options);
/* The value of a fact, NULL where it is not known. "kernel" is also answered from the option of that name by its caller. */
const char *ct_options_fact(const ctsec_options *options, const char *key);
/* The value of a variable of the option env; NULL where there is none. */
const char *ct_options_env(const ctsec_options *options, const char *name, size_t length);
/* A named file by its cleaned name; NULL where the caller gave none. */
const ct_named_file *ct_options_file(const ctsec_options *options, const char *name);
/* Folder and path as one cleaned path of at most length + 2 bytes each, written to `clean`; an absolute path stands alone. */
void ct_path_join(char *clean, const char *folder, size_t folder_length, const char *path, size_t path_length);
/* NULL where the caller gave none. */
const char *ct_options_source(const ctsec_options *options);

/* "5.10", "20.10.24+dfsg1", "6.1.0-13-amd64": leading numbers with dots; 0 where there are none. */
int ct_version_parse(const char *text, size_t length, ct_version *version);
/* <0, 0, >0; parts that are absent count as 0. */
int ct_version_compare(const ct_version *a, const ct_version *b);
int ct_version_at_least(const ct_version *version, uint32_t major, uint32_t minor, uint32_t patch);

/* "docker", "cri-o"...; NULL for 0 and unknown numbers. */
const char *ct_engine_name(int engine);
/* 0 where the name is none. */
int ct_engine_find(const char *name, size_t length);

#endif
