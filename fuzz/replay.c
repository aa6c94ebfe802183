/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a fuzz target over the files of a folder and over changes of them: always the same ones, unless CTSEC_SEED says.
 * With SECONDS it explores for that long, led by what is reached where the library was built with CTSEC_FUZZ.
 * CTSEC_FRACTION is how many times fewer changes an emulated machine makes.
 * CTSEC_LAST names a file that gets each input before it runs, CTSEC_FOUND a folder for inputs that reach more.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHANGES 2000
#define MOST_KEPT 65536
#define LARGEST ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state = 1;
static int changes = CHANGES;

static uint32_t below(uint32_t bound) {
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)((state >> 33) % bound);
}

static void remember(const char *path, const uint8_t *data, size_t size);

/* The target gets memory of exactly its size, so that a read beyond it is seen. */
static void run(const uint8_t *data, size_t size) {
  const char *last = getenv("CTSEC_LAST");
  if (last) remember(last, data, size);
  uint8_t *copy = malloc(size ? size : 1);
  if (!copy) exit(1);
  if (size) memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

static size_t change(uint8_t *data, size_t size, size_t room) {
  static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, ' ', '\n', '"', '[', '{', '-', '0', '9', '#', ':', ','};
  for (uint32_t n = 1 + below(4); n; n--) {
    uint32_t at = size ? below((uint32_t)size) : 0, length = 1 + below(8);
    switch (below(5)) {
      case 0:
        if (size) data[at] ^= (uint8_t)(1u << below(8));
        break;
      case 1:
        if (size) data[at] = odd[below(sizeof odd)];
        break;
      case 2:
        if (size > at + length) {
          memmove(data + at, data + at + length, size - at - length);
          size -= length;
        }
        break;
      case 3:
        if (size + length < room && size > at + length) {
          memmove(data + at + length, data + at, size - at);
          size += length;
        }
        break;
      default:
        if (!below(16)) size = at;
        break;
    }
  }
  return size;
}

static unsigned char reached[1 << 16];
static size_t reached_count;

/* Called at every edge where the library was built with CTSEC_FUZZ and gcc. */
void __sanitizer_cov_trace_pc(void);
__attribute__((no_sanitize("address", "undefined"))) void __sanitizer_cov_trace_pc(void) {
  uintptr_t at = (uintptr_t)__builtin_return_address(0);
  unsigned char *cell = &reached[(at ^ at >> 16) & 0xffff];
  reached_count += !*cell;
  *cell = 1;
}

typedef struct input {
  uint8_t *data;
  size_t size;
} input;

static input kept[MOST_KEPT];
static size_t kept_count;

static void keep(const uint8_t *data, size_t size) {
  if (kept_count == MOST_KEPT) return;
  uint8_t *copy = malloc(size ? size : 1);
  if (!copy) exit(1);
  memcpy(copy, data, size);
  kept[kept_count++] = (input){copy, size};
}

/* What is run is written first, so that it is there after a crash. */
static void remember(const char *path, const uint8_t *data, size_t size) {
  FILE *file = fopen(path, "wb");
  if (!file) return;
  fwrite(data, 1, size, file);
  fclose(file);
}

/* Changes of what was found so far; an input that reaches something new is kept, and said. */
static void explore(time_t until) {
  static uint8_t changed[LARGEST];
  unsigned long runs = 0;
  time_t last = time(NULL);
  while (time(NULL) < until) {
    const input *from = &kept[below((uint32_t)kept_count)];
    memcpy(changed, from->data, from->size);
    size_t size = change(changed, from->size, LARGEST), before = reached_count;
    if (!below(4) && kept_count > 1) {
      const input *other = &kept[below((uint32_t)kept_count)];
      size_t cut = other->size ? below((uint32_t)other->size) : 0;
      if (size + cut < LARGEST) {
        memcpy(changed + size, other->data, cut);
        size += cut;
      }
    }
    run(changed, size);
    runs++;
    if (reached_count > before) {
      const char *found = getenv("CTSEC_FOUND");
      if (found) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%lu-%zu", found, (unsigned long)until, kept_count);
        remember(path, changed, size);
      }
      keep(changed, size);
      last = time(NULL);
    }
  }
  printf("%lu runs, %zu inputs kept, %zu places reached, the last new one %ld seconds before the end\n", runs,
         kept_count, reached_count, (long)(until - last));
}

static void run_file(const char *path, int explore_later) {
  FILE *file = fopen(path, "rb");
  if (!file) return;
  uint8_t *data = malloc(LARGEST), *changed = malloc(LARGEST);
  if (!data || !changed) exit(1);
  size_t size = fread(data, 1, LARGEST / 2, file);
  fclose(file);
  run(data, size);
  if (explore_later) keep(data, size);
  for (int i = 0; i < changes && !explore_later; i++) {
    memcpy(changed, data, size);
    run(changed, change(changed, size, LARGEST));
  }
  free(data);
  free(changed);
}

int main(int argc, char **argv) {
  const char *seed = getenv("CTSEC_SEED");
  if (seed) state = strtoull(seed, NULL, 0);
  const char *fraction = getenv("CTSEC_FRACTION");
  if (fraction && atoi(fraction) > 0) changes = CHANGES / atoi(fraction);
  DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
  if (!folder) {
    fprintf(stderr, "usage: replay-NAME FOLDER [SECONDS]\n");
    return 2;
  }
  int files = 0;
  struct dirent *entry;
  while ((entry = readdir(folder))) {
    char path[4096];
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
    run_file(path, argc > 2);
    files++;
  }
  closedir(folder);
  if (argc > 2 && files)
    explore(time(NULL) + strtol(argv[2], NULL, 10));
  else
    printf("%d seeds, %d changes of each\n", files, changes);
  return files ? 0 : 1;
}
