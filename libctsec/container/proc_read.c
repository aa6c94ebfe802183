/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the files of processes to containers: each file becomes a value with its lines, so that every fact has its place. */
#include <errno.h>
#include <string.h>

#include "container/proc.h"
#include "ctsec/container.h"

static void set_string(ct_arena *arena, ct_value *value, const char *text, size_t length, int *failed) {
  value->kind = CT_STRING;
  value->as.string = ct_arena_copy(arena, text, length);
  value->length = (uint32_t)length;
  if (!value->as.string) *failed = 1;
}

/* "Key:\tvalue" becomes a member. */
static void split_status(ct_arena *arena, ct_value *line, const char *text, size_t length, int *failed) {
  const char *colon = memchr(text, ':', length);
  size_t key = colon ? (size_t)(colon - text) : length, start = colon ? key + 1 : length;
  while (start < length && (text[start] == '\t' || text[start] == ' ')) start++;
  line->key = ct_arena_copy(arena, text, key);
  line->key_length = (uint32_t)key;
  line->key_offset = line->offset;
  if (!line->key) *failed = 1;
  line->offset += (uint32_t)start;
  set_string(arena, line, text + start, length - start, failed);
}

static int has_lines(int kind) {
  return kind != CT_PROC_NS && kind != CT_PROC_LABEL && kind != CT_PROC_MEMORY && kind != CT_PROC_CPU && kind != CT_PROC_PIDS;
}

/* One file as a value: a string, or its lines. */
static void make_file(ct_arena *arena, ct_value *value, const ct_proc_file *file, const char *text, int *failed) {
  const char *start = text + file->start;
  size_t length = file->length;
  int members = file->kind == CT_PROC_STATUS || file->kind == CT_PROC_MEMBER;
  value->offset = file->start;
  value->end = file->start + file->length;
  if (!has_lines(file->kind)) {
    if (length && start[length - 1] == '\n') length--;
    set_string(arena, value, start, length, failed);
    return;
  }
  value->kind = members ? CT_OBJECT : CT_ARRAY;
  uint32_t count = 0;
  for (size_t at = 0; at < length; count++) {
    const char *stop = memchr(start + at, '\n', length - at);
    at = stop ? (size_t)(stop - start) + 1 : length;
  }
  value->as.items = ct_arena_array(arena, count, sizeof *value->as.items);
  if (!value->as.items) {
    *failed = 1;
    return;
  }
  value->count = count;
  uint32_t index = 0;
  for (size_t at = 0; at < length; index++) {
    const char *stop = memchr(start + at, '\n', length - at);
    size_t size = stop ? (size_t)(stop - start) - at : length - at;
    ct_value *line = &value->as.items[index];
    line->parent = value;
    line->index = index;
    line->offset = file->start + (uint32_t)at;
    line->end = line->offset + (uint32_t)size;
    if (members)
      split_status(arena, line, start + at, size, failed);
    else
      set_string(arena, line, start + at, size, failed);
    at += size + (stop != NULL);
  }
}

static int make_document(ctsec_containers *containers, const ct_proc_snapshot *snapshot, ctsec_error **err) {
  ct_arena *arena = &containers->arena;
  ct_document *document = ct_arena_alloc(arena, sizeof *document);
  const char *text = snapshot->text.data ? ct_arena_copy(arena, snapshot->text.data, snapshot->text.length) : "";
  ct_value *roots = ct_arena_array(arena, snapshot->entry_count, sizeof *roots);
  ct_part *parts = ct_arena_array(arena, snapshot->file_count, sizeof *parts);
  if (!document || !text || !roots || !parts) return ct_error_nomem(err);
  int failed = 0;
  for (uint32_t i = 0; i < snapshot->file_count; i++) parts[i] = (ct_part){snapshot->files[i].source, snapshot->files[i].start};
  for (uint32_t i = 0; i < snapshot->entry_count && !failed; i++) {
    const ct_proc_entry *entry = &snapshot->entries[i];
    ct_value *root = &roots[i];
    root->kind = CT_OBJECT;
    root->index = i;
    root->offset = snapshot->files[entry->first].start;
    root->count = entry->count;
    root->as.items = ct_arena_array(arena, entry->count, sizeof *root->as.items);
    if (!root->as.items) return ct_error_nomem(err);
    for (uint32_t k = 0; k < entry->count && !failed; k++) {
      const ct_proc_file *file = &snapshot->files[entry->first + k];
      ct_value *value = &root->as.items[k];
      value->parent = root;
      value->index = k;
      value->key = file->name;
      value->key_length = (uint32_t)strlen(file->name);
      make_file(arena, value, file, text, &failed);
    }
  }
  if (failed) return ct_error_nomem(err);
  *document = (ct_document){snapshot->root, text, snapshot->text.length, roots, snapshot->entry_count,
                            snapshot->file_count, parts};
  containers->document = document;
  return ct_containers_add_document(containers, document, err);
}

/* A status text is a kernel's own writing: where its numbers cannot be read, it is something else. */
static int check_status(const ct_document *document, const ct_value *status, ctsec_error **err) {
  static const char masks[][7] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
  int any = 0;
  for (uint32_t i = 0; i < status->count; i++) {
    const ct_value *line = &status->as.items[i];
    for (size_t k = 0; k < sizeof masks / sizeof *masks; k++) {
      if (strlen(masks[k]) != line->key_length || memcmp(masks[k], line->key, line->key_length)) continue;
      uint64_t mask;
      ctsec_error *error = NULL;
      int code = ctsec_caps_parse(line->as.string, line->length, &mask, &error);
      if (code == CTSEC_E_NOMEM) {
        ctsec_error_free(error);
        return ct_error_nomem(err);
      }
      if (code) ct_error_value(err, CTSEC_E_SYNTAX, document, line, "%s: %s", masks[k], ctsec_error_message(error));
      ctsec_error_free(error);
      if (code) return CTSEC_E_SYNTAX;
      any = 1;
    }
  }
  if (any) return 0;
  return ct_error_value(err, CTSEC_E_SCHEMA, document, status, "no line of capabilities (CapEff: and the like): not the status of a process");
}

/* What could be read, and is not what it should be, stands beside the rest as an error. */
static int keep_broken(ctsec_containers *containers, const ct_container *container, ctsec_error **err) {
  for (uint32_t i = 0; i < container->live->unread_count; i++) {
    const ct_unread *unread = &container->live->unread[i];
    if (unread->number != EBADMSG) continue;
    ctsec_error *error = NULL;
    int code = ct_error_value(&error, CTSEC_E_SYNTAX, containers->document, unread->at, "this is not what the kernel writes here");
    if (code == CTSEC_E_NOMEM) return ct_error_nomem(err);
    if (ct_containers_keep_error(containers, error, err)) return CTSEC_E_NOMEM;
  }
  return 0;
}

int ct_proc_understand(ctsec_containers *containers, const ct_proc_snapshot *snapshot, const ctsec_options *options,
                       ctsec_error **err) {
  int status = make_document(containers, snapshot, err);
  if (status) return status;
  containers->items = ct_arena_array(&containers->arena, snapshot->entry_count, sizeof *containers->items);
  if (!containers->items) return ct_error_nomem(err);
  for (uint32_t i = 0; i < snapshot->entry_count; i++) {
    const ct_proc_entry *entry = &snapshot->entries[i];
    ct_container *container = &containers->items[containers->count];
    memset(container, 0, sizeof *container);
    container->root = containers;
    container->document = containers->document;
    const ct_value *root = &containers->document->roots[i];
    ctsec_error *error = NULL;
    status = check_status(containers->document, &root->as.items[0], &error);
    if (!status) {
      ct_reader reader = {&containers->arena, containers->document, options, container, &error, 0};
      ct_read_proc(&reader, snapshot, entry, root);
      status = reader.status;
      /* The folder of the process: its files are named beside each place. */
      const char *first = snapshot->files[entry->first].source;
      size_t length = strlen(first);
      if (entry->pid && length > 7) length -= 7;
      container->source = status ? NULL : ct_arena_copy(&containers->arena, first, length);
      if (!status && !container->source) status = ct_error_nomem(&error);
    }
    if (!status) status = ct_containers_finish_one(containers, container, options, containers->count, &error);
    if (!status) status = keep_broken(containers, container, &error);
    if (!status) continue;
    if (status == CTSEC_E_NOMEM || snapshot->entry_count == 1) {
      if (err)
        *err = error;
      else
        ctsec_error_free(error);
      return status;
    }
    if (ct_containers_keep_error(containers, error, err)) return CTSEC_E_NOMEM;
  }
  return 0;
}

/* Two containers in one namespace: the one whose process is the older has it, the other joined. Within a pod that is its way. */
static int find_peers(ctsec_containers *containers, ctsec_error **err) {
  for (uint32_t i = 1; i < containers->count; i++) {
    ct_container *joined = &containers->items[i];
    for (int kind = 0; kind < CT_NS_MOUNT; kind++) {
      ct_namespace *space = &joined->namespaces[kind];
      uint64_t inode = joined->live->inodes[kind];
      if (!inode || space->from.state != CT_SET || space->mode != CT_NS_PRIVATE) continue;
      for (uint32_t k = 0; k < i; k++) {
        const ct_container *owner = &containers->items[k];
        const char *a = joined->live->pod, *b = owner->live->pod;
        if (owner->live->inodes[kind] != inode || (a && b && !strcmp(a, b))) continue;
        ct_buffer text;
        ct_buffer_init(&text);
        ct_buffer_format(&text, "container:%s", owner->id);
        space->text = text.failed ? NULL : ct_arena_copy(&containers->arena, text.data, text.length);
        ct_buffer_free(&text);
        if (!space->text) return ct_error_nomem(err);
        space->mode = CT_NS_CONTAINER;
        space->peer = owner->id;
        break;
      }
    }
  }
  return 0;
}

static int finish(ctsec_containers *made, ct_proc_snapshot *snapshot, int status, const ctsec_options *options,
                  ctsec_containers **containers, ctsec_error **err) {
  if (!status && snapshot->text.failed) status = ct_error_nomem(err);
  if (!status) status = ct_proc_understand(made, snapshot, options, err);
  if (!status) status = find_peers(made, err);
  if (!status) status = ct_containers_select(made, options, err);
  ct_buffer_free(&snapshot->text);
  ct_buffer_free(&snapshot->mounts);
  if (status) {
    ctsec_containers_free(made);
    return status;
  }
  *containers = made;
  return 0;
}

int ct_is_status(const char *text, size_t length) {
  return length > 6 && !memcmp(text, "Name:\t", 6) && memmem(text, length, "\nCapEff:\t", 9) != NULL;
}

int ctsec_containers_read(const char *root, int32_t pid, const ctsec_options *options, ctsec_containers **containers,
                          ctsec_error **err) {
  if (!root) return ct_error_null(err, "root");
  if (!containers) return ct_error_null(err, "containers");
  if (pid < -1) return ct_error_set(err, CTSEC_E_ARG, "pid: %d is no process", pid);
  if (options && options->from && ct_format_find(options->from) != CT_FORMAT_PROC)
    return ct_error_set(err, CTSEC_E_ARG, "from: a live process is read as `proc`, not as `%s`", options->from);
  ctsec_containers *made;
  int status = ct_containers_new(&made, err);
  if (status) return status;
  ct_proc_snapshot snapshot = {.arena = &made->arena, .most = ct_options_limit(options, CTSEC_LIMIT_BYTES),
                               .options = options, .filters = options && options->filters > 0};
  ct_buffer_init(&snapshot.text);
  ct_buffer_init(&snapshot.mounts);
  size_t length = strlen(root);
  while (length > 1 && root[length - 1] == '/') length--;
  snapshot.root = ct_arena_copy(&made->arena, root, length);
  status = snapshot.root ? ct_proc_collect(&snapshot, pid, err) : ct_error_nomem(err);
  if (!status && snapshot.hidden && pid < 0) {
    ctsec_error *error = NULL;
    ct_error_at(&error, CTSEC_E_PERM, &(ct_place){snapshot.root, NULL, -1, 0, 0},
                "process 1 cannot be seen (hidepid), so containers of other users may be missing");
    status = ct_containers_keep_error(made, error, err);
  } else if (!status && snapshot.unclear) {
    ctsec_error *error = NULL;
    ct_error_at(&error, CTSEC_E_PERM, &(ct_place){snapshot.root, NULL, -1, 0, 0},
                "whether %u processes of other users are in containers cannot be told; run this as root", snapshot.unclear);
    status = ct_containers_keep_error(made, error, err);
  }
  return finish(made, &snapshot, status, options, containers, err);
}
