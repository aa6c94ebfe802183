/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syntax/names.h"

#include <string.h>

/* Seeded by an address, so that nobody can prepare texts that collide. */
static uint32_t hash_of(const ct_names *table, const char *text, size_t length) {
  uint64_t hash = (uint64_t)(uintptr_t)table->slots * UINT64_C(0x9e3779b97f4a7c15);
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
  return (uint32_t)(hash ^ hash >> 32);
}

/* Few texts are compared faster than hashed: the first slots are a list. */
static ct_name *in_list(const ct_names *table, const char *text, size_t length) {
  for (uint32_t i = 0; i < table->count; i++) {
    ct_name *slot = &table->slots[i];
    if (slot->length == length && !memcmp(slot->text, text, length)) return slot;
  }
  return NULL;
}

static ct_name *slot_of(const ct_names *table, const char *text, size_t length, uint32_t hash) {
  uint32_t mask = table->size - 1;
  for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
    ct_name *slot = &table->slots[i];
    if (!slot->text) return slot;
    if (slot->hash == hash && slot->length == length && !memcmp(slot->text, text, length)) return slot;
  }
}

static int is_list(const ct_names *table) { return table->size <= CT_NAMES_LIST; }

void *ct_names_find(const ct_names *table, const char *text, size_t length) {
  if (!is_list(table)) return slot_of(table, text, length, hash_of(table, text, length))->value;
  const ct_name *slot = in_list(table, text, length);
  return slot ? slot->value : NULL;
}

static int grow(ct_names *table, ct_arena *arena) {
  ct_names larger = {.size = table->size ? table->size * 2 : CT_NAMES_LIST, .count = table->count};
  uint32_t filled = is_list(table) ? table->count : table->size;
  larger.slots = ct_arena_array(arena, larger.size, sizeof *larger.slots);
  if (!larger.slots) return 0;
  for (uint32_t i = 0; i < filled; i++) {
    ct_name slot = table->slots[i];
    if (!slot.text) continue;
    slot.hash = hash_of(&larger, slot.text, slot.length);
    *slot_of(&larger, slot.text, slot.length, slot.hash) = slot;
  }
  *table = larger;
  return 1;
}

void **ct_names_place(ct_names *table, ct_arena *arena, const char *text, size_t length) {
  ct_name *slot = is_list(table) ? in_list(table, text, length) : NULL;
  if (slot) return &slot->value;
  int full = is_list(table) ? table->count == table->size : table->count * 4 >= table->size * 3;
  if (full && !grow(table, arena)) return NULL;
  uint32_t hash = 0;
  if (is_list(table)) {
    slot = &table->slots[table->count];
  } else {
    hash = hash_of(table, text, length);
    slot = slot_of(table, text, length, hash);
    if (slot->text) return &slot->value;
  }
  *slot = (ct_name){text, (uint32_t)length, hash, NULL};
  table->count++;
  return &slot->value;
}
