/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT ((size_t)16)
#define FIRST_BLOCK ((size_t)2048)
#define LARGEST_BLOCK ((size_t)1 << 20)

void ct_arena_init(ct_arena *arena) {
  arena->head = NULL;
  arena->used = 0;
}

void ct_arena_free(ct_arena *arena) {
  ct_block *block = arena->head;
  while (block) {
    ct_block *next = block->next;
    free(block);
    block = next;
  }
  ct_arena_init(arena);
}

static void *add_block(ct_arena *arena, size_t size) {
  size_t room = arena->head ? arena->head->size * 2 : FIRST_BLOCK;
  if (room > LARGEST_BLOCK) room = LARGEST_BLOCK;
  if (room < size) room = size;
  if (room > SIZE_MAX - sizeof(ct_block)) return NULL;
  ct_block *block = calloc(1, sizeof *block + room);
  if (!block) return NULL;
  block->size = room;
  block->used = size;
  /* A block made for one large piece is full: keep the half-used one in front. */
  if (arena->head && room == size && arena->head->size - arena->head->used > ALIGNMENT) {
    block->next = arena->head->next;
    arena->head->next = block;
  } else {
    block->next = arena->head;
    arena->head = block;
  }
  arena->used += room;
  return block + 1;
}

void *ct_arena_alloc(ct_arena *arena, size_t size) {
  if (size > SIZE_MAX - ALIGNMENT) return NULL;
  size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
  if (!size) size = ALIGNMENT;
  ct_block *head = arena->head;
  if (head && head->size - head->used >= size) {
    void *piece = (char *)(head + 1) + head->used;
    head->used += size;
    return piece;
  }
  return add_block(arena, size);
}

void *ct_arena_array(ct_arena *arena, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return NULL;
  return ct_arena_alloc(arena, count * size);
}

char *ct_arena_copy(ct_arena *arena, const char *text, size_t length) {
  if (length == SIZE_MAX) return NULL;
  char *copy = ct_arena_alloc(arena, length + 1);
  if (copy && length) memcpy(copy, text, length);
  return copy;
}

char *ct_arena_string(ct_arena *arena, const char *text) { return ct_arena_copy(arena, text, strlen(text)); }

void *ct_arena_grow(ct_arena *arena, void *array, size_t count, size_t size) {
  if (count & (count - 1)) return array;
  if (count > SIZE_MAX / 2) return NULL;
  void *larger = ct_arena_array(arena, count ? count * 2 : 1, size);
  if (larger && count) memcpy(larger, array, count * size);
  return larger;
}
