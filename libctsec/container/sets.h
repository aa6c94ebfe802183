/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Capability sets of a container: names, and what the kernel makes of the sets at execve. */
#ifndef CT_CONTAINER_SETS_H
#define CT_CONTAINER_SETS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ct_sets {
  uint64_t inheritable;
  uint64_t permitted;
  uint64_t effective;
  uint64_t bounding;
  uint64_t ambient;
} ct_sets;

/* Any case, with or without CAP_; -1 for what is no capability. */
int ct_sets_find(const char *text, size_t length);
/* "CAP_CHOWN"; NULL beyond the table. */
const char *ct_sets_name(int number);
/* Every capability of a current kernel. */
uint64_t ct_sets_full(void);
/* After execve of a program without file capabilities, and of one that is setuid to root. */
ct_sets ct_sets_exec(const ct_sets *sets, int root, int setuid_root, int no_new_privileges);

#endif
