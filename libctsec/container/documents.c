/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was read for one input: the input itself, files beside it, where their lines start, and remarks on them. */
#include <string.h>

#include "base/utf8.h"
#include "container/model.h"
#include "ctsec/container.h"

int ct_containers_add_document(ctsec_containers *containers, const ct_document *document, ctsec_error **err) {
  uint32_t count = 1;
  for (const char *at = document->text, *end = at + document->length;
       at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
    count++;
  uint32_t *starts = ct_arena_array(&containers->arena, count, sizeof *starts);
  ct_line_index *grown =
      ct_arena_grow(&containers->arena, containers->documents, containers->document_count, sizeof *grown);
  if (!starts || !grown) return ct_error_nomem(err);
  uint32_t next = 1;
  for (const char *at = document->text, *end = at + document->length;
       at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
    starts[next++] = (uint32_t)(at + 1 - document->text);
  containers->documents = grown;
  grown[containers->document_count++] = (ct_line_index){document, starts, count, ct_utf8_is_ascii(document->text, document->length)};
  return 0;
}

/* By the root of the value: parts of a merged whole keep the parents that they were written under. */
static const ct_line_index *index_of(const ctsec_containers *containers, const ct_value *value) {
  if (containers->document_count < 2) return containers->documents;
  while (value->parent) value = value->parent;
  for (uint32_t i = 1; i < containers->document_count; i++) {
    const ct_document *document = containers->documents[i].document;
    if (value >= document->roots && value < document->roots + document->root_count) return &containers->documents[i];
  }
  return containers->documents;
}

const ct_document *ct_containers_document(const ctsec_containers *containers, const ct_value *value) {
  return index_of(containers, value)->document;
}

const char *ct_containers_source(const ctsec_containers *containers, const ct_value *value) {
  const ct_document *document = index_of(containers, value)->document;
  const ct_part *part = ct_document_part(document, value->offset);
  return part ? part->source : document->source;
}

void ct_containers_locate(const ctsec_containers *containers, const ct_value *value, int64_t *line, int64_t *column) {
  const ct_line_index *lines = index_of(containers, value);
  if (lines->document->part_count) {
    ct_document_locate(lines->document, value->offset, line, column);
    return;
  }
  uint32_t low = 0, high = lines->count;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (lines->starts[middle] <= value->offset)
      low = middle;
    else
      high = middle;
  }
  *line = (int64_t)low + 1;
  if (lines->plain) {
    *column = (int64_t)value->offset - lines->starts[low] + 1;
    return;
  }
  /* The column counts code points: within the line only. */
  ct_document part = *lines->document;
  part.text += lines->starts[low];
  part.length -= lines->starts[low];
  int64_t one;
  ct_document_locate(&part, value->offset - lines->starts[low], &one, column);
}

int ct_containers_note(ctsec_containers *containers, uint32_t container, ct_message_id message, const ct_value *at,
                       const char *name, const char *needs, ctsec_error **err) {
  ct_remark *grown = ct_arena_grow(&containers->arena, containers->notes, containers->note_count, sizeof *grown);
  if (!grown) return ct_error_nomem(err);
  containers->notes = grown;
  grown[containers->note_count++] = (ct_remark){container, message, at, name, needs};
  return 0;
}

static int is_within(const ct_value *value, const ct_value *whole) {
  while (value && value != whole && !(value->offset == whole->offset && value->parent == whole->parent)) value = value->parent;
  return value != NULL;
}

const char *ct_container_needs(const ct_container *container, const ct_value *at) {
  const ctsec_containers *containers = container->root;
  const char *first = NULL;
  for (uint32_t i = 0; i < containers->note_count; i++) {
    const ct_remark *note = &containers->notes[i];
    if (!note->needs || note->container >= containers->count || &containers->items[note->container] != container) continue;
    if (at && is_within(note->at, at)) return note->needs;
    if (!first) first = note->needs;
  }
  return first;
}

int ct_containers_want(ctsec_containers *containers, const char *name, ctsec_error **err) {
  for (uint32_t i = 0; i < containers->wanted_count; i++)
    if (!strcmp(containers->wanted[i], name)) return 0;
  const char **grown =
      ct_arena_grow(&containers->arena, containers->wanted, containers->wanted_count, sizeof *grown);
  const char *copy = ct_arena_string(&containers->arena, name);
  if (!grown || !copy) return ct_error_nomem(err);
  containers->wanted = grown;
  grown[containers->wanted_count++] = copy;
  return 0;
}
