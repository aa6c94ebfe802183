/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs while the library is built: writes the blocks of texts.def and numbers.def as packed tables in C (packed.h has the form). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/numbers.h"
#include "data/packed.h"
#include "data/unpack.c"

#define BLOCK(name) static const char *const texts_##name[] = {
#define TEXT(text) text,
#define END };
#include "data/texts.def"
#undef BLOCK
#undef TEXT
#undef END

typedef struct bytes {
  uint8_t *at;
  size_t size;
  size_t room;
} bytes;

static void *get(size_t size) {
  void *memory = calloc(size ? size : 1, 1);
  if (!memory) exit(1);
  return memory;
}

static void add(bytes *b, unsigned byte) {
  if (b->size == b->room) {
    b->room = b->room * 2 + 256;
    b->at = realloc(b->at, b->room);
    if (!b->at) exit(1);
  }
  b->at[b->size++] = (uint8_t)byte;
}

static void add_all(bytes *b, const void *from, size_t size) {
  for (size_t i = 0; i < size; i++) add(b, ((const uint8_t *)from)[i]);
}

static void add_number(bytes *b, size_t number, int size) {
  for (; size; size--, number >>= 8) add(b, number & 255);
}

/* Words. */

enum { MOST_WORDS = 20000, LONGEST_WORD = 60 };

typedef struct word {
  const uint8_t *at;
  size_t length;
  long count;
  unsigned byte;
} word;

static int is_letter(unsigned c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-'; }

/* U+30A1 to U+30FC. */
static int is_katakana(const uint8_t *at) { return at[0] == 0xe3 && ((at[1] == 0x82 && at[2] >= 0xa1) || at[1] == 0x83); }

/* A run of letters or of katakana, or one character. */
static size_t word_length(const uint8_t *at, const uint8_t *end) {
  size_t n = 0;
  while (at + n < end && n < LONGEST_WORD && is_letter(at[n])) n++;
  while (at + n + 2 < end && n < LONGEST_WORD && is_katakana(at + n)) n += 3;
  if (n) return n;
  for (n = 1; at + n < end && (at[n] & 0xc0) == 0x80; n++) continue;
  return n;
}

static long saving(const word *w) { return w->count * ((long)w->length - 1) - (long)w->length - 1; }

static int by_saving(const void *a, const void *b) {
  const word *first = a, *second = b;
  long more = saving(second) - saving(first);
  if (more) return more > 0 ? 1 : -1;
  size_t length = first->length < second->length ? first->length : second->length;
  int order = memcmp(first->at, second->at, length);
  return order ? order : (first->length > second->length) - (first->length < second->length);
}

static int by_bytes(const void *a, const void *b) {
  const word *first = a, *second = b;
  size_t length = first->length < second->length ? first->length : second->length;
  int order = memcmp(first->at, second->at, length);
  return order ? order : (first->length > second->length) - (first->length < second->length);
}

static size_t gather(word *words, const uint8_t *data, size_t size) {
  size_t count = 0;
  for (const uint8_t *at = data, *end = data + size; at < end;) {
    size_t length = word_length(at, end), i = 0;
    while (i < count && !(words[i].length == length && !memcmp(words[i].at, at, length))) i++;
    if (i == count && i < MOST_WORDS) words[count++] = (word){at, length, 0, 0};
    if (i < count) words[i].count++;
    at += length;
  }
  return count;
}

/* Replaces the words that save most. Returns how many bytes they take at the end. */
static size_t replace(bytes *out, uint8_t *stands, const uint8_t *data, size_t size) {
  word *words = get(MOST_WORDS * sizeof *words);
  size_t count = gather(words, data, size), used = 0;
  uint8_t free_bytes[256];
  unsigned free_count = 0;
  for (unsigned i = 1; i < 256; i++)
    if (!memchr(data, (int)i, size)) free_bytes[free_count++] = (uint8_t)i;
  qsort(words, count, sizeof *words, by_saving);
  while (used < count && used < free_count && saving(&words[used]) > 0) used++;
  qsort(words, used, sizeof *words, by_bytes);
  for (size_t i = 0; i < used; i++) {
    words[i].byte = free_bytes[i];
    stands[free_bytes[i] / 8] |= (uint8_t)(1 << free_bytes[i] % 8);
  }
  for (const uint8_t *at = data, *end = data + size; at < end;) {
    size_t length = word_length(at, end), i = 0;
    while (i < used && !(words[i].length == length && !memcmp(words[i].at, at, length))) i++;
    if (i < used)
      add(out, words[i].byte);
    else
      add_all(out, at, length);
    at += length;
  }
  size_t start = out->size;
  for (size_t i = 0; i < used; i++) {
    add_all(out, words[i].at, words[i].length);
    add(out, 0);
  }
  free(words);
  return out->size - start;
}

/* Sorting by what follows. */

static const uint8_t *sorted_data;
static size_t sorted_size;

/* By pieces: sanitizers check all that memcmp() may read. */
static int by_rotation(const void *a, const void *b) {
  const uint8_t *first = sorted_data + *(const uint32_t *)a, *second = sorted_data + *(const uint32_t *)b;
  int order = 0;
  for (size_t at = 0, piece = 16; at < sorted_size && !order; at += piece) {
    if (piece > sorted_size - at) piece = sorted_size - at;
    order = memcmp(first + at, second + at, piece);
  }
  return order;
}

/* The bytes before each sorted rotation; the place of the one that is last in data. */
static size_t sort(uint8_t *last, const uint8_t *data, size_t size) {
  uint8_t *twice = get(size * 2);
  uint32_t *rotations = get(size * sizeof *rotations);
  memcpy(twice, data, size);
  memcpy(twice + size, data, size);
  for (uint32_t i = 0; i < size; i++) rotations[i] = i;
  sorted_data = twice;
  sorted_size = size;
  qsort(rotations, size, sizeof *rotations, by_rotation);
  size_t place = 0;
  for (size_t i = 0; i < size; i++) {
    last[i] = twice[rotations[i] + size - 1];
    if (!rotations[i]) place = i;
  }
  free(rotations);
  free(twice);
  return place;
}

/* Symbols: a byte each, and the plain bits behind it. */

typedef struct symbol {
  uint8_t symbol;
  uint8_t plain_count;
  uint8_t plain;
} symbol;

static size_t to_symbols(symbol *symbols, const uint8_t *last, size_t size) {
  uint8_t order[256];
  size_t count = 0, run = 0;
  for (unsigned i = 0; i < 256; i++) order[i] = (uint8_t)i;
  for (size_t i = 0; i <= size; i++) {
    unsigned rank = 0;
    if (i < size) {
      while (order[rank] != last[i]) rank++;
      memmove(order + 1, order, rank);
      order[0] = last[i];
      if (!rank) {
        run++;
        continue;
      }
    }
    for (; run; run = (run - 1) / 2) symbols[count++] = (symbol){(uint8_t)(run % 2 ? 0 : 1), 0, 0};
    if (i == size) break;
    if (rank <= CT_PACKED_RANKS) {
      symbols[count++] = (symbol){(uint8_t)(rank + 1), 0, 0};
      continue;
    }
    unsigned past = rank - CT_PACKED_RANKS + 3, plain = 1;
    while (past >> plain >= 4) plain++;
    symbols[count++] = (symbol){(uint8_t)(2 + CT_PACKED_RANKS + (plain - 1) * 2 + (past >> plain & 1)), (uint8_t)plain,
                                (uint8_t)(past & ((1u << plain) - 1))};
  }
  return count;
}

/* Prefix codes. */

typedef struct code {
  uint32_t counts[CT_PACKED_SYMBOLS];
  uint8_t lengths[CT_PACKED_SYMBOLS];
  uint16_t bits[CT_PACKED_SYMBOLS];
} code;

/* The longest length that counts ask for. */
static unsigned measure(const uint32_t *counts, uint8_t *lengths) {
  uint32_t weights[CT_PACKED_SYMBOLS * 2];
  int parents[CT_PACKED_SYMBOLS * 2];
  int nodes = CT_PACKED_SYMBOLS, left = 0;
  unsigned longest = 0;
  memset(parents, -1, sizeof parents);
  for (int i = 0; i < CT_PACKED_SYMBOLS; i++) left += (weights[i] = counts[i]) != 0;
  if (left == 1)
    for (int i = 0; i < CT_PACKED_SYMBOLS; i++) lengths[i] = counts[i] != 0;
  if (left < 2) return left ? 1 : 0;
  for (; left > 1; left--, nodes++) {
    int least[2] = {-1, -1};
    for (int side = 0; side < 2; side++) {
      for (int i = 0; i < nodes; i++)
        if (weights[i] && parents[i] < 0 && (least[side] < 0 || weights[i] < weights[least[side]])) least[side] = i;
      parents[least[side]] = nodes;
    }
    parents[nodes] = -1;
    weights[nodes] = weights[least[0]] + weights[least[1]];
  }
  for (int i = 0; i < CT_PACKED_SYMBOLS; i++) {
    lengths[i] = 0;
    for (int at = i; counts[i] && parents[at] >= 0; at = parents[at]) lengths[i]++;
    if (lengths[i] > longest) longest = lengths[i];
  }
  return longest;
}

static void make_code(code *c) {
  uint32_t counts[CT_PACKED_SYMBOLS];
  memcpy(counts, c->counts, sizeof counts);
  while (measure(counts, c->lengths) > CT_PACKED_LONGEST)
    for (int i = 0; i < CT_PACKED_SYMBOLS; i++)
      if (counts[i]) counts[i] = counts[i] / 2 + 1;
  unsigned next = 0;
  for (unsigned length = 1; length <= CT_PACKED_LONGEST; length++, next <<= 1)
    for (int i = 0; i < CT_PACKED_SYMBOLS; i++)
      if (c->lengths[i] == length) c->bits[i] = (uint16_t)next++;
}

typedef struct writer {
  bytes *out;
  uint32_t bits;
  int count;
} writer;

static void put(writer *w, uint32_t bits, int count) {
  for (; count; count--) {
    w->bits = w->bits << 1 | (bits >> (count - 1) & 1);
    if (++w->count % 8 == 0) add(w->out, w->bits & 255);
  }
}

static unsigned context_of(const symbol *symbols, size_t at, unsigned sides) {
  if (sides < 2) return 0;
  unsigned side = at ? ct_packed_side(symbols[at - 1].symbol) : 0;
  unsigned older = at > 1 ? ct_packed_side(symbols[at - 2].symbol) : 0;
  return older * CT_PACKED_SIDES + side;
}

static void write_symbols(bytes *out, const symbol *symbols, size_t count, unsigned sides) {
  code codes[CT_PACKED_SIDES * CT_PACKED_SIDES] = {0};
  for (size_t i = 0; i < count; i++) codes[context_of(symbols, i, sides)].counts[symbols[i].symbol]++;
  for (unsigned c = 0; c < sides * sides; c++) {
    make_code(&codes[c]);
    for (int i = 0; i < CT_PACKED_SYMBOLS; i += 2) add(out, codes[c].lengths[i] | codes[c].lengths[i + 1] << 4);
  }
  writer w = {out, 0, 0};
  for (size_t i = 0; i < count; i++) {
    const code *c = &codes[context_of(symbols, i, sides)];
    put(&w, c->bits[symbols[i].symbol], c->lengths[symbols[i].symbol]);
    put(&w, symbols[i].plain, symbols[i].plain_count);
  }
  put(&w, 0, 7);
  /* The reader takes whole words. */
  for (int i = 0; i < 4; i++) add(out, 0);
}

/* Returns the length of what room is needed for. */
static size_t pack_with(bytes *out, const uint8_t *data, size_t size, int with_words, unsigned sides, size_t *words) {
  bytes text = {0};
  uint8_t stands[32] = {0};
  if (with_words)
    *words = replace(&text, stands, data, size);
  else
    *words = 0, add_all(&text, data, size);
  uint8_t *last = get(text.size);
  symbol *symbols = get((text.size + 1) * sizeof *symbols);
  size_t place = sort(last, text.at, text.size);
  size_t count = to_symbols(symbols, last, text.size);
  if (*words > UINT16_MAX) exit(1);
  add_number(out, text.size, 3);
  add_number(out, place, 3);
  add_number(out, *words, 2);
  add(out, sides);
  if (*words) add_all(out, stands, sizeof stands);
  write_symbols(out, symbols, count, sides);
  free(symbols);
  free(last);
  free(text.at);
  return text.size;
}

static void check(const bytes *packed, const uint8_t *data, size_t size, size_t length, size_t words) {
  uint8_t *out = get(size + words);
  void *room = get(length * 3);
  ct_unpack(packed->at, room, out, size);
  if (memcmp(out, data, size) != 0) exit(1);
  free(room);
  free(out);
}

static void pack(FILE *out, const char *name, const uint8_t *data, size_t size) {
  bytes best = {0};
  size_t best_length = 0, best_words = 0;
  for (int way = 0; way < 4; way++) {
    bytes packed = {0};
    size_t words;
    size_t length = pack_with(&packed, data, size, way / 2, way % 2 ? CT_PACKED_SIDES : 1, &words);
    check(&packed, data, size, length, words);
    if (!best.at || packed.size < best.size) {
      free(best.at);
      best = packed;
      best_length = length;
      best_words = words;
    } else {
      free(packed.at);
    }
  }
  fprintf(out, "enum { SIZE_%s = %zu, LENGTH_%s = %zu, WORDS_%s = %zu };\nstatic const uint8_t packed_%s[] = {\n", name, size,
          name, best_length, name, best_words, name);
  for (size_t i = 0; i < best.size; i++) fprintf(out, "%u,%s", best.at[i], i % 32 == 31 ? "\n" : "");
  fprintf(out, "};\n");
  free(best.at);
}

static void pack_texts(FILE *out, const char *name, const char *const *texts, size_t count) {
  bytes data = {0};
  for (size_t i = 0; i < count; i++) add_all(&data, texts[i], strlen(texts[i]) + 1);
  pack(out, name, data.at, data.size);
  free(data.at);
}

static const ct_number_row rows[CT_NUMBERS] = {
#define N(name, ...) {name, {__VA_ARGS__}},
#include "data/numbers.def"
#undef N
};

/* Where x86 has no number, the greatest that another has. */
static int x86_of(const ct_number_row *row) {
  int most = 0;
  if (row->numbers[CT_COLUMN_X86] >= 0) return row->numbers[CT_COLUMN_X86];
  for (int column = 0; column < CT_COLUMNS; column++)
    if (row->numbers[column] > most) most = row->numbers[column];
  return most + 1000;
}

static int by_x86(const void *a, const void *b) {
  const uint16_t *first = a, *second = b;
  int order = x86_of(&rows[*first]) - x86_of(&rows[*second]);
  return order ? order : *first - *second;
}

/* Most numbers are one more than the one before, in this order. */
static void pack_numbers(FILE *out) {
  bytes data = {0};
  uint16_t order[CT_NUMBERS];
  for (unsigned i = 0; i < CT_NUMBERS; i++) {
    add_all(&data, rows[i].name, strlen(rows[i].name) + 1);
    order[i] = (uint16_t)i;
  }
  qsort(order, CT_NUMBERS, sizeof *order, by_x86);
  for (unsigned i = 0; i < CT_NUMBERS; i++) add_number(&data, order[i], 2);
  for (unsigned column = 0; column < CT_COLUMNS; column++) {
    int next = 0;
    for (unsigned i = 0; i < CT_NUMBERS; i++) {
      int number = rows[order[i]].numbers[column], step = number - next;
      if (number < 0) {
        add(&data, 0);
        continue;
      }
      step = step < 0 ? -2 * step - 1 : 2 * step;
      if (step < 254) {
        add(&data, (unsigned)step + 1);
      } else {
        add(&data, 255);
        add_number(&data, (size_t)step, 2);
      }
      next = number + 1;
    }
  }
  pack(out, "NUMBERS", data.at, data.size);
  free(data.at);
}

static void pack_all_texts(FILE *out) {
#define BLOCK(name) pack_texts(out, #name, texts_##name, sizeof texts_##name / sizeof *texts_##name);
#define TEXT(text)
#define END
#include "data/texts.def"
}

/* pack TEXTS NUMBERS */
int main(int count, char **words) {
  static void (*const parts[])(FILE *) = {pack_all_texts, pack_numbers};
  for (int i = 0; i < 2; i++) {
    FILE *out = i + 1 < count ? fopen(words[i + 1], "w") : NULL;
    if (!out) return 1;
    parts[i](out);
    if (fclose(out)) return 1;
  }
  return 0;
}
