/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the text that a finding is about begins and ends. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "report/scan.h"

#define BLOCK 4096u

static uint32_t count_points(const char *text, size_t from, size_t to, size_t length) {
  uint32_t count = 0;
  for (size_t i = from; i < to; count++) {
    int n = ct_utf8_length(text + i, length - i);
    i += n ? (size_t)n : 1;
  }
  return count;
}

int ct_points_make(ct_points *points, const ct_document *document, ctsec_error **err) {
  points->document = document;
  points->before = NULL;
  const char *text = document->text;
  size_t length = document->length, first = 0;
  while (first < length && !((unsigned char)text[first] & 0x80)) first++;
  if (first == length) return 0;
  size_t blocks = length / BLOCK + 1;
  uint32_t *before = calloc(blocks, sizeof *before);
  if (!before) return ct_error_nomem(err);
  uint32_t count = 0;
  size_t block = 0;
  for (size_t i = 0; i < length; count++) {
    /* A character over the edge belongs to the block that it begins in. */
    while (block < blocks && i >= block * BLOCK) before[block++] = count;
    int n = ct_utf8_length(text + i, length - i);
    i += n ? (size_t)n : 1;
  }
  while (block < blocks) before[block++] = count;
  points->before = before;
  return 0;
}

void ct_points_free(ct_points *points) { free(points->before); }

static int64_t points_at(const ct_points *points, uint32_t offset) {
  if (!points->before) return offset;
  const ct_document *document = points->document;
  uint32_t start = offset / BLOCK * BLOCK;
  uint32_t at = start;
  /* Not into the middle of a character. */
  while (at < offset && ((unsigned char)document->text[at] & 0xc0) == 0x80) at++;
  return points->before[offset / BLOCK] + count_points(document->text, at, offset, document->length);
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static uint32_t end_of(const ct_document *document, const ct_value *value) {
  const char *text = document->text;
  uint32_t end = value->end;
  if (end > document->length) end = (uint32_t)document->length;
  if (value->kind == CT_OBJECT && end > value->offset) {
    const char *line = memchr(text + value->offset, '\n', end - value->offset);
    if (line) end = (uint32_t)(line - text);
  }
  /* A block of YAML ends where the next one begins. */
  while (end > value->offset && is_blank(text[end - 1])) end--;
  return end > value->offset ? end : value->offset;
}

void ct_region_find(const ct_points *points, const ctsec_containers *containers, const ct_value *value,
                    ct_region *region) {
  const ct_document *document = ct_containers_document(containers, value);
  ct_value last = *value;
  last.offset = end_of(document, value);
  ct_containers_locate(containers, value, &region->line, &region->column);
  ct_containers_locate(containers, &last, &region->end_line, &region->end_column);
  /* Characters are counted in the input itself only. */
  region->offset = region->length = -1;
  if (document != points->document) return;
  const ct_part *part = ct_document_part(document, value->offset);
  int64_t from = points_at(points, value->offset);
  region->offset = from - (part ? points_at(points, part->start) : 0);
  region->length = points_at(points, last.offset) - from;
}

/* Eight bytes at a step, first byte lowest on every machine; the length too, so that neighbours do not run together. */
static uint64_t mix(uint64_t hash, const char *text) {
  size_t length = text ? strlen(text) : 0;
  uint64_t word = length;
  for (size_t i = 0;; i += sizeof word) {
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
    if (i >= length) return hash;
    word = 0;
    memcpy(&word, text + i, length - i < sizeof word ? length - i : sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
  }
}

uint64_t ct_finding_print(const ctsec_finding *finding) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  hash = mix(hash, ct_rule(finding->rule)->id);
  hash = mix(hash, finding->check);
  hash = mix(hash, finding->container->id);
  /* What else a container may do, or a program would gain, makes no other finding of it. */
  if (finding->rule >= CT_RULE_CAP_SYS_ADMIN && finding->rule <= CT_RULE_CAP_DROP_ALL_MISSING && finding->values.capability)
    return mix(hash, finding->values.capability);
  return mix(hash, finding->rule == CT_RULE_NO_NEW_PRIVILEGES ? "" : finding->observed);
}
