/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One arena per object: everything an object owns is freed with it, at once. */
#ifndef CT_BASE_ARENA_H
#define CT_BASE_ARENA_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ct_block {
  struct ct_block *next;
  size_t size;
  size_t used;
  size_t padding;
} ct_block;

typedef struct ct_arena {
  ct_block *head;
  size_t used;
} ct_arena;

/* A zeroed arena is a valid empty one. */
void ct_arena_init(ct_arena *arena);
void ct_arena_free(ct_arena *arena);

/* Zeroed, aligned for any type; NULL where memory is out or the size overflows. size 0 gives a valid pointer. */
void *ct_arena_alloc(ct_arena *arena, size_t size);
/* The same, in line, for what allocates for each value of an input. */
static inline void *ct_arena_take(ct_arena *arena, size_t size) {
  ct_block *head = arena->head;
  size_t room = (size + 15) & ~(size_t)15;
  if (!size || !head || room < size || head->size - head->used < room) return ct_arena_alloc(arena, size);
  void *piece = (char *)(head + 1) + head->used;
  head->used += room;
  return piece;
}
void *ct_arena_array(ct_arena *arena, size_t count, size_t size);
/* Copies length bytes and adds a NUL. */
char *ct_arena_copy(ct_arena *arena, const char *text, size_t length);
char *ct_arena_string(ct_arena *arena, const char *text);
/* An array with room for one more element than count: moved when count is a power of two (or 0). */
void *ct_arena_grow(ct_arena *arena, void *array, size_t count, size_t size);

/* Counts of owners: 32 bits, so that no libatomic is needed anywhere. */
typedef _Atomic uint32_t ct_count;
static inline void ct_count_up(ct_count *count) { atomic_fetch_add_explicit(count, 1, memory_order_relaxed); }
/* True for the last owner. */
static inline int ct_count_down(ct_count *count) {
  return atomic_fetch_sub_explicit(count, 1, memory_order_acq_rel) == 1;
}

#endif
