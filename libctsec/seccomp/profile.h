/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A seccomp profile as it is written: nothing is resolved, every part knows its place. */
#ifndef CT_SECCOMP_PROFILE_H
#define CT_SECCOMP_PROFILE_H

#include "seccomp/diagnostic.h"
#include "seccomp/policy.h"

/* Where the profile was found, which decides which of its members anybody reads. */
typedef enum ct_profile_form {
  /* A file: the engine decides. */
  CT_FORM_FILE,
  /* linux.seccomp of an OCI configuration: runtimes know no archMap, includes and excludes. */
  CT_FORM_OCI,
  CT_FORM_BUILTIN
} ct_profile_form;

typedef struct ct_word {
  const char *text;
  uint32_t length;
  /* Offset in the document; unused where there is none. */
  uint32_t offset;
} ct_word;

typedef struct ct_words {
  const ct_word *items;
  uint32_t count;
} ct_words;

typedef struct ct_filter {
  int present;
  ct_words caps;
  ct_words arches;
  /* minKernel; "" is 0.0, which every kernel satisfies. */
  int has_kernel;
  uint32_t kernel;
  uint32_t major;
  uint32_t kernel_offset;
} ct_filter;

typedef struct ct_profile_entry {
  /* Its place among its siblings, also in its pointer. */
  uint32_t index;
  uint32_t offset;
  int64_t line;
  int64_t column;
  ct_words names;
  /* "name", not "names": nobody but Docker and Podman reads it. */
  int single;
  /* CT_RET_* without data. */
  uint32_t action;
  const char *action_name;
  int has_errno;
  uint64_t errno_ret;
  uint32_t errno_offset;
  /* containers/common: "EPERM", or a number as text; NULL where absent or empty. */
  const char *errno_name;
  uint64_t errno_named;
  const ct_condition *conditions;
  /* Where each condition stands. */
  const uint32_t *condition_offsets;
  uint32_t condition_count;
  ct_filter includes;
  ct_filter excludes;
  const char *comment;
} ct_profile_entry;

typedef struct ct_arch_row {
  ct_word arch;
  ct_words subs;
} ct_arch_row;

typedef struct ct_profile {
  ct_profile_form form;
  /* "docker", "docker@20.10"...; NULL where it is none. */
  const char *builtin;
  const char *source;
  /* NULL for a built-in one. */
  const ct_document *document;
  /* The pointer of the profile in its document. */
  const char *pointer;
  uint32_t offset;
  /* There is a container, and it has no filter at all. */
  int unconfined;
  uint32_t default_action;
  const char *default_action_name;
  int has_default_errno;
  uint64_t default_errno_ret;
  const char *default_errno_name;
  uint64_t default_errno_named;
  uint32_t default_errno_offset;
  ct_words architectures;
  const ct_arch_row *arch_map;
  uint32_t arch_map_count;
  /* 0: the member is absent, which means SPEC_ALLOW to runc and crun. */
  int has_flags;
  ct_words flags;
  const char *listener_path;
  const char *listener_metadata;
  /* The name of "syscalls" as it is written, escaped for a pointer. */
  const char *entries_key;
  const ct_profile_entry *entries;
  uint32_t entry_count;
  /* Entries times names. */
  uint64_t rule_count;
  /* Of the container the profile was found in: its engine (0 for a bare profile) and what it asks of capabilities. */
  int engine;
  int has_caps;
  /* The bounding set itself stands in the input. */
  int has_bounding;
  uint64_t bounding;
  int privileged;
  ct_words cap_add;
  ct_words cap_drop;
  const ct_diagnostic *diagnostics;
} ct_profile;

struct ctsec_profile {
  ct_count references;
  ct_arena arena;
  const ct_profile *profile;
};

/* With one reference; NULL and CTSEC_E_NOMEM where memory is out. */
ctsec_profile *ct_profile_alloc(ctsec_error **err);

/*
 * Reads the profile at value, a part of document. Everything lives in arena
 * and points into document. Errors: CTSEC_E_SCHEMA with the place,
 * CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 */
int ct_profile_read(ct_arena *arena, const ct_document *document, const ct_value *value, ct_profile_form form,
                    const ctsec_options *options, ct_profile **profile, ctsec_error **err);
/* The text of a profile; finds it inside of an OCI configuration or an inspect. */
int ct_profile_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                     const ct_profile **profile, ctsec_error **err);
/* A built-in profile: "docker", "docker@20.10", "podman", "podman@4.3", "containerd". CTSEC_E_NOTFOUND. */
int ct_profile_builtin(ct_arena *arena, const char *name, size_t length, const ct_profile **profile, ctsec_error **err);

/* CT_RET_* of "SCMP_ACT_..."; 0 where the name is none. */
int ct_profile_action(const char *name, size_t length, uint32_t *action);
/* CT_OP_* of "SCMP_CMP_..."; 0 where the name is none. */
uint8_t ct_profile_op(const char *name, size_t length);

/* "/syscalls/3" below the profile's own pointer, in the arena; NULL where memory is out. */
const char *ct_profile_entry_pointer(ct_arena *arena, const ct_profile *profile, const ct_profile_entry *entry,
                                     const char *tail);
/* Gives a diagnostic its place; found is NULL-safe. */
void ct_profile_place(ct_diagnostic *diagnostic, const ct_profile *profile, uint32_t offset, const char *pointer);

int ct_word_is(const ct_word *word, const char *text);
int ct_words_have(const ct_words *words, const char *text);

#endif
