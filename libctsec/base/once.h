/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is filled when first asked for and the same ever after. Nobody waits: a fork in the middle leaves no lock behind. */
#ifndef CT_BASE_ONCE_H
#define CT_BASE_ONCE_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct ct_once {
  void *_Atomic made;
  atomic_int taken;
} ct_once;

/*
 * place is zeroed memory of size bytes that belongs to this one. make must write the same bytes each time, from nothing but which.
 * Whoever comes while another is at it fills memory of their own; the first to finish is believed.
 */
void *ct_once_make(ct_once *once, void *place, size_t size, void (*make)(void *place, int which), int which);

static inline void *ct_once_get(ct_once *once, void *place, size_t size, void (*make)(void *place, int which), int which) {
  void *made = atomic_load_explicit(&once->made, memory_order_acquire);
  return made ? made : ct_once_make(once, place, size, make, which);
}

#endif
