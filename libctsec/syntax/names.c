/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/names.h"

#include <string.h>

#define FIRST_SIZE 8u

/* Seeded by an address, so that nobody can prepare texts that collide. */
static uint32_t hash_of(const ct_names *table, const char *text, size_t length) {
  uint64_t hash = (uint64_t)(uintptr_t)table->slots * UINT64_C(0x9e3779b97f4a7c15);
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
  return (uint32_t)(hash ^ hash >> 32);
}

static ct_name *slot_of(const ct_names *table, const char *text, size_t length, uint32_t hash) {
  uint32_t mask = table->size - 1;
  for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
    ct_name *slot = &table->slots[i];
    if (!slot->text) return slot;
    if (slot->hash == hash && slot->length == length && !memcmp(slot->text, text, length)) return slot;
  }
}

void *ct_names_find(const ct_names *table, const char *text, size_t length) {
  if (!table->size) return NULL;
  return slot_of(table, text, length, hash_of(table, text, length))->value;
}

static int grow(ct_names *table, ct_arena *arena) {
  ct_names larger = {.size = table->size ? table->size * 2 : FIRST_SIZE, .count = table->count};
  larger.slots = ct_arena_array(arena, larger.size, sizeof *larger.slots);
  if (!larger.slots) return 0;
  for (uint32_t i = 0; i < table->size; i++) {
    ct_name slot = table->slots[i];
    if (!slot.text) continue;
    slot.hash = hash_of(&larger, slot.text, slot.length);
    *slot_of(&larger, slot.text, slot.length, slot.hash) = slot;
  }
  *table = larger;
  return 1;
}

void **ct_names_place(ct_names *table, ct_arena *arena, const char *text, size_t length) {
  if (table->count * 4 >= table->size * 3 && !grow(table, arena)) return NULL;
  uint32_t hash = hash_of(table, text, length);
  ct_name *slot = slot_of(table, text, length, hash);
  if (!slot->text) {
    *slot = (ct_name){text, (uint32_t)length, hash, NULL};
    table->count++;
  }
  return &slot->value;
}
