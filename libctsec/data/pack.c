/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs while the library is built: writes the blocks of texts.def, one text after the other with their NULs, as compressed
 * tables in C. The format is that of an LZ4 block, which takes a few lines to read back.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK(name) static const char *const texts_##name[] = {
#define TEXT(text) text,
#define END };
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

enum { LEAST = 4, WINDOW = 65535, BUCKETS = 1 << 16, TRIES = 512 };

static uint32_t bucket_of(const uint8_t *at) {
  uint32_t word;
  memcpy(&word, at, 4);
  return word * 2654435761u >> 16;
}

static FILE *out;

static void byte(unsigned value) {
  static unsigned column;
  fprintf(out, "%u,%s", value & 255, ++column % 32 ? "" : "\n");
}

static void length(size_t value) {
  for (; value >= 255; value -= 255) byte(255);
  byte((unsigned)value);
}

static void sequence(const uint8_t *literals, size_t count, size_t match, size_t distance) {
  size_t more = match ? match - LEAST : 0;
  byte((unsigned)((count < 15 ? count : 15) << 4 | (more < 15 ? more : 15)));
  if (count >= 15) length(count - 15);
  for (size_t i = 0; i < count; i++) byte(literals[i]);
  if (!match) return;
  byte((unsigned)(distance & 255));
  byte((unsigned)(distance >> 8));
  if (more >= 15) length(more - 15);
}

typedef struct finder {
  const uint8_t *data;
  size_t size;
  int32_t *heads;
  int32_t *chain;
} finder;

static void insert(finder *f, size_t at) {
  if (at + LEAST > f->size) return;
  uint32_t bucket = bucket_of(f->data + at);
  f->chain[at] = f->heads[bucket];
  f->heads[bucket] = (int32_t)at;
}

static size_t longest(const finder *f, size_t at, size_t *distance) {
  size_t best = 0;
  if (at + LEAST > f->size) return 0;
  int32_t from = f->heads[bucket_of(f->data + at)];
  for (int tries = 0; from >= 0 && at - (size_t)from <= WINDOW && tries < TRIES; tries++, from = f->chain[from]) {
    size_t n = 0;
    while (at + n < f->size && f->data[(size_t)from + n] == f->data[at + n]) n++;
    if (n <= best) continue;
    best = n;
    *distance = at - (size_t)from;
  }
  return best >= LEAST ? best : 0;
}

/* What a match saves, to the byte. */
static long worth(size_t match) { return match ? (long)match - 3 - (match >= LEAST + 15) : 0; }

static void compress(const uint8_t *data, size_t size) {
  finder f = {data, size, malloc(BUCKETS * sizeof *f.heads), malloc((size + 1) * sizeof *f.chain)};
  if (!f.heads || !f.chain) exit(1);
  memset(f.heads, -1, BUCKETS * sizeof *f.heads);
  size_t start = 0, at = 0;
  while (at < size) {
    size_t distance = 0, later = 0;
    size_t match = longest(&f, at, &distance);
    insert(&f, at);
    /* A longer one that begins a byte later is worth more. */
    size_t next = match ? longest(&f, at + 1, &later) : 0;
    if (!match || worth(next) > worth(match) + 1) {
      at++;
      continue;
    }
    sequence(data + start, at - start, match, distance);
    for (size_t i = 1; i < match; i++) insert(&f, at + i);
    at += match;
    start = at;
  }
  sequence(data + start, size - start, 0, 0);
  free(f.heads);
  free(f.chain);
}

static void pack(const char *name, const char *const *texts, size_t count) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) size += strlen(texts[i]) + 1;
  uint8_t *data = malloc(size), *end = data;
  if (!data) exit(1);
  for (size_t i = 0; i < count; i++, end += strlen((char *)end) + 1) strcpy((char *)end, texts[i]);
  fprintf(out, "static const uint8_t packed_%s[] = {\n", name);
  compress(data, size);
  fprintf(out, "};\nenum { SIZE_%s = %zu };\n", name, size);
  free(data);
}

/* pack FILE */
int main(int count, char **words) {
  out = count == 2 ? fopen(words[1], "w") : NULL;
  if (!out) return 1;
#define BLOCK(name) pack(#name, texts_##name, sizeof texts_##name / sizeof *texts_##name);
#define TEXT(text)
#define END
#include "data/texts.def"
  return fclose(out) != 0;
}
