/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that an input names: given by the caller, never opened here. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/options.h"

/* Adds the steps of a path to what is there; ".." takes one away, or stays where none is left. */
static size_t add_steps(char *clean, size_t length, const char *path, size_t path_length) {
  size_t start = clean[0] == '/' && length ? 1 : 0;
  for (size_t at = 0; at < path_length;) {
    size_t size = 0;
    while (at + size < path_length && path[at + size] != '/') size++;
    const char *step = path + at;
    at += size + 1;
    if (!size || (size == 1 && step[0] == '.')) continue;
    if (size == 2 && step[0] == '.' && step[1] == '.') {
      size_t last = length;
      while (last > start && clean[last - 1] != '/') last--;
      int is_up = length - last == 2 && clean[last] == '.' && clean[last + 1] == '.';
      if (length > start && !is_up) {
        length = last > start ? last - 1 : start;
        continue;
      }
      if (start) continue;
    }
    if (length > start) clean[length++] = '/';
    memcpy(clean + length, step, size);
    length += size;
  }
  return length;
}

void ct_path_join(char *clean, const char *folder, size_t folder_length, const char *path, size_t path_length) {
  size_t length = 0;
  if (path_length && path[0] == '/') folder_length = 0;
  if ((path_length && path[0] == '/') || (folder_length && folder[0] == '/')) clean[length++] = '/';
  length = add_steps(clean, length, folder, folder_length);
  length = add_steps(clean, length, path, path_length);
  clean[length] = '\0';
}

static void free_file(ct_named_file *file) {
  if (!file) return;
  free(file->name);
  free(file->bytes);
  free(file);
}

static ct_named_file *make_file(const char *name, size_t name_length, const char *bytes, size_t length) {
  ct_named_file *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  made->name = malloc(name_length + 3);
  made->bytes = malloc(length + 1);
  if (!made->name || !made->bytes) {
    free_file(made);
    return NULL;
  }
  ct_path_join(made->name, "", 0, name, name_length);
  if (length) memcpy(made->bytes, bytes, length);
  made->bytes[length] = '\0';
  made->length = length;
  return made;
}

int ctsec_options_set_file(ctsec_options *options, const char *name, const char *bytes, size_t length, ctsec_error **err) {
  if (!options) return ct_error_null(err, "options");
  if (!name) return ct_options_copy_files(options, NULL, err);
  if (!bytes && length) return ct_error_null(err, "bytes");
  ct_named_file *made = make_file(name, strlen(name), bytes, length);
  if (!made) return ct_error_nomem(err);
  ct_named_file **place = &options->files;
  while (*place && strcmp((*place)->name, made->name)) place = &(*place)->next;
  if (*place) {
    made->next = (*place)->next;
    free_file(*place);
  }
  *place = made;
  return 0;
}

int ct_options_copy_files(ctsec_options *options, const ctsec_options *from, ctsec_error **err) {
  ct_named_file *first = NULL, **last = &first;
  int status = 0;
  for (const ct_named_file *file = from ? from->files : NULL; file && !status; file = file->next) {
    *last = make_file(file->name, strlen(file->name), file->bytes, file->length);
    if (*last)
      last = &(*last)->next;
    else
      status = ct_error_nomem(err);
  }
  ct_named_file *dead = status ? first : options->files;
  if (!status) options->files = first;
  while (dead) {
    ct_named_file *next = dead->next;
    free_file(dead);
    dead = next;
  }
  return status;
}

const ct_named_file *ct_options_file(const ctsec_options *options, const char *name) {
  for (const ct_named_file *file = options ? options->files : NULL; file; file = file->next)
    if (!strcmp(file->name, name)) return file;
  return NULL;
}

const char *ct_options_env(const ctsec_options *options, const char *name, size_t length) {
  const char *value = NULL;
  for (const ct_text_item *item = options ? options->env : NULL; item; item = item->next)
    if (item->length > length && item->text[length] == '=' && !memcmp(item->text, name, length)) value = item->text + length + 1;
  return value;
}
