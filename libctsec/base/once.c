/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/once.h"

#include <stdlib.h>

void *ct_once_make(ct_once *once, void *place, size_t size, void (*make)(void *place, int which), int which) {
  void *mine = atomic_exchange(&once->taken, 1) ? calloc(1, size) : place;
  /* Without memory: into the place, where the same bytes are being written. */
  if (!mine) mine = place;
  make(mine, which);
  void *made = NULL;
  if (atomic_compare_exchange_strong(&once->made, &made, mine)) return mine;
  if (mine != place) free(mine);
  return made;
}
