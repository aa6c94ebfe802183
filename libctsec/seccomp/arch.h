/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What engines call architectures. */
#ifndef CT_SECCOMP_ARCH_H
#define CT_SECCOMP_ARCH_H

#include "data/calls.h"
#include "seccomp/policy.h"

#define CT_ARCH_MOST 24

typedef struct ct_arch {
  /* In the table of numbers, and what is added to them. */
  uint8_t column;
  uint16_t base;
  /* "SCMP_ARCH_X86_64" */
  char scmp[24];
  /* In includes.arches, to Docker and to Podman; empty where they have none. */
  char docker[12];
  char podman[12];
  ct_abi abi;
} ct_arch;

/* "x86_64"; NULL where the name is none. */
const ct_arch *ct_arch_named(const char *name, size_t length);
/* "SCMP_ARCH_X86_64" */
const ct_arch *ct_arch_scmp(const char *name, size_t length);
/* "x86_64", "amd64" and more, as crun takes them. */
const ct_arch *ct_arch_loose(const char *name, size_t length);
const ct_arch *ct_arch_at(uint32_t index);
/* The number of a name, without bit 30 for x32; 0 where this ABI lacks it. */
int ct_arch_number(const ct_arch *arch, const char *name, uint32_t *number);
/* Some ABI has the name. */
int ct_arch_knows(const char *name);
/* The row of ct_numbers() that a name has; -1. */
int ct_number_row_of(const char *name);
/* The row of a number in the tables, bit 30 or not for x32; -1 where this ABI has no such call. */
int ct_arch_place(const ct_arch *arch, uint32_t number);
/* The number of a row that this ABI has. */
uint32_t ct_arch_number_at(const ct_arch *arch, int row);
/* Its name; NULL where this ABI has none. */
const char *ct_arch_name(const ct_arch *arch, uint32_t number);
/* The name that is spelt most alike; NULL where none is near. */
const char *ct_arch_nearest(const char *name);
/* The arch of an audit value; x32 where the number has its bit. */
const ct_arch *ct_arch_audit(uint32_t audit, uint32_t number);
/* What a person may call an arch: ct_arch_loose() and more. */
const ct_arch *ct_arch_spelt(const char *name, size_t length);
/* -1 where it is not known. */
int ct_arch_count_arguments(const ct_arch *arch, int row);
const ct_call_argument *ct_arch_argument(const ct_arch *arch, int row, unsigned argument);
int ct_arch_argument_bits(const ct_arch *arch, int row, unsigned argument);
/* Bits of an argument that the kernel keeps: 16, 32 or 64; 0 where it is not known. */
int ct_argument_bits(uint32_t audit, uint32_t number, unsigned argument);
/* What people write for an argument: numbers and names of constants joined by |; *unknown for `?' and for quoted text. */
int ct_argument_value(const ct_arch *arch, const char *text, size_t length, uint64_t *value, int *unknown,
                      ctsec_error **err);
/* What the call is for, and why engines block its group or not: a sentence of each. */
void ct_call_about(ct_buffer *buffer, const char *name, int lang);
/* The calls that ctsec_syscall_fallback() knows an older one for; NULL past the last. */
const char *ct_fallback_newer(uint32_t index);
/* Changes, insertions and removals that turn one into the other; 64 for words longer than that. */
unsigned ct_spelling_distance(const char *a, size_t a_length, const char *b);

#endif
