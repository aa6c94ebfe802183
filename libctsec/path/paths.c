/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face: inputs in, paths out. */
#include <stdlib.h>
#include <string.h>

#include "path/path.h"

int ctsec_paths_new(const ctsec_options *options, ctsec_paths **paths, ctsec_error **err) {
  if (!paths) return ct_error_null(err, "paths");
  ctsec_paths *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  int status = ct_options_copy(options, &made->options, err);
  if (status) {
    free(made);
    return status;
  }
  *paths = made;
  return 0;
}

void ctsec_paths_free(ctsec_paths *paths) {
  if (!paths) return;
  for (uint32_t i = 0; i < paths->count; i++) ct_confinement_unload(&paths->results[i]->confinement);
  for (uint32_t i = 0; i < paths->input_count; i++) ctsec_containers_free(paths->inputs[i]);
  ct_buffer_free(&paths->errors);
  ctsec_options_free(paths->options);
  ct_arena_free(&paths->arena);
  free(paths);
}

/* Writes an error down; the first of a call is the caller's. */
static void note(ctsec_paths *paths, const ctsec_error *error) {
  ct_json json;
  ct_json_init(&json, 1);
  ct_error_write(&json, error);
  if (json.buffer.failed) paths->errors.failed = 1;
  if (paths->errors.length) ct_buffer_char(&paths->errors, ',');
  ct_buffer_add(&paths->errors, json.buffer.data ? json.buffer.data : "", json.buffer.length);
  ct_json_free(&json);
}

static int give(int status, ctsec_error *error, ctsec_error **err) {
  if (err)
    *err = error;
  else
    ctsec_error_free(error);
  return status;
}

static int record(ctsec_paths *paths, int status, ctsec_error *error, ctsec_error **err) {
  if (status != CTSEC_E_NOMEM && status != CTSEC_E_NOTFOUND) note(paths, error);
  return give(status, error, err);
}

static int solve_one(ctsec_paths *paths, const ct_container *container, ct_path_result **result, ctsec_error **err) {
  ct_path_result *made = ct_arena_alloc(&paths->arena, sizeof *made);
  ct_path_result **grown = ct_arena_grow(&paths->arena, paths->results, paths->count, sizeof *grown);
  if (made) made->paths = ct_arena_array(&paths->arena, CT_PATH_COUNT, sizeof *made->paths);
  if (!made || !grown || !made->paths) return ct_error_nomem(err);
  paths->results = grown;
  ctsec_confinement *confinement = &made->confinement;
  int status = ct_confinement_look(confinement, container, paths->options, NULL, err);
  if (!status && ct_path_reads_profile(confinement)) status = ct_confinement_load(confinement, NULL, err);
  if (status) {
    ct_confinement_unload(confinement);
    return status;
  }
  paths->results[paths->count++] = made;
  made->about.arena = &paths->arena;
  made->about.container = container;
  made->about.confinement = confinement;
  made->about.options = paths->options;
  for (uint32_t i = 0; i < CT_PATH_COUNT; i++)
    made->paths[i] = (struct ctsec_path){made, (ct_term)(CT_FIRST_PATH + i)};
  ct_path_facts(&made->about);
  ct_path_calls(&made->about);
  ct_path_mounts(&made->about);
  ct_path_host(&made->about);
  *result = made;
  return 0;
}

static int find_cuts(ctsec_paths *paths, ct_path_result *result, ctsec_error **err) {
  ct_cut cuts[CT_CUTS_MOST];
  result->cut_count = ct_path_cuts(&result->about, &result->levels, cuts);
  result->cuts = ct_arena_array(&paths->arena, result->cut_count, sizeof *cuts);
  if (!result->cuts) return ct_error_nomem(err);
  if (result->cut_count) memcpy(result->cuts, cuts, result->cut_count * sizeof *cuts);
  return 0;
}

static int add(ctsec_paths *paths, ctsec_containers *containers, ctsec_error **err) {
  ctsec_containers **grown = ct_arena_grow(&paths->arena, paths->inputs, paths->input_count, sizeof *grown);
  if (!grown) return ct_error_nomem(err);
  paths->inputs = grown;
  paths->inputs[paths->input_count++] = ctsec_containers_ref(containers);
  uint32_t first = paths->count;
  int first_status = 0;
  for (uint32_t i = 0; i < containers->count; i++) {
    ct_path_result *result;
    ctsec_error *error = NULL;
    int status = solve_one(paths, &containers->items[i], &result, &error);
    if (!status) continue;
    if (status == CTSEC_E_NOMEM) return give(status, error, err);
    record(paths, status, error, first_status ? NULL : err);
    if (!first_status) first_status = status;
  }
  ct_path_peers(paths->results + first, paths->count - first);
  for (uint32_t i = first; i < paths->count; i++) {
    int status = find_cuts(paths, paths->results[i], err);
    if (status) return status;
  }
  /* What could not be read beside what could. */
  for (uint32_t i = 0; i < containers->error_count; i++) note(paths, containers->errors[i]);
  return first_status;
}

int ctsec_paths_take(ctsec_paths *paths, ctsec_containers *containers, ctsec_error **err) {
  if (!paths) return ct_error_null(err, "paths");
  if (!containers) return ct_error_null(err, "containers");
  return add(paths, containers, err);
}

int ctsec_paths_feed(ctsec_paths *paths, const char *source, const char *text, size_t length, ctsec_error **err) {
  if (!paths) return ct_error_null(err, "paths");
  if (!text && length) return ct_error_null(err, "text");
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_options_set(paths->options, "source", source ? source : "", source ? strlen(source) : 0, err);
  if (status) return status;
  status = ctsec_containers_parse(text, length, paths->options, &containers, &error);
  if (status) return record(paths, status, error, err);
  status = add(paths, containers, err);
  if (!status && containers->error_count) {
    status = ctsec_error_code(containers->errors[0]);
    if (err) *err = containers->errors[0], containers->errors[0] = NULL;
  }
  ctsec_containers_free(containers);
  return status;
}

int ctsec_paths_set_unread(ctsec_paths *paths, const char *source, int number, ctsec_error **err) {
  if (!paths) return ct_error_null(err, "paths");
  if (!source) return ct_error_null(err, "source");
  ctsec_error *error = NULL;
  int status = ct_error_system(&error, number, source, "cannot read");
  return record(paths, status, error, err);
}

size_t ctsec_paths_count(const ctsec_paths *paths, int status) {
  if (!paths) return 0;
  if (status < 0) return (size_t)paths->count * CT_PATH_COUNT;
  size_t count = 0;
  for (uint32_t i = 0; i < paths->count; i++)
    for (int k = CT_FIRST_PATH; k < CT_TERM_COUNT; k++)
      count += ct_path_status(paths->results[i]->levels.of[k]) == status;
  return count;
}

const ctsec_path *ctsec_paths_at(const ctsec_paths *paths, size_t index) {
  if (!paths || index >= (size_t)paths->count * CT_PATH_COUNT) return NULL;
  return &paths->results[index / CT_PATH_COUNT]->paths[index % CT_PATH_COUNT];
}

const char *ctsec_path_id(const ctsec_path *path) { return path ? ct_path_id(path->term) : NULL; }

const char *ctsec_path_title(const ctsec_path *path) {
  return path ? ct_message(ct_path_title(path->term), ct_options_lang(path->result->about.options)) : NULL;
}

int ctsec_path_status(const ctsec_path *path) {
  return path ? ct_path_status(path->result->levels.of[path->term]) : -1;
}

const ctsec_container *ctsec_path_container(const ctsec_path *path) {
  return path ? path->result->about.container : NULL;
}
