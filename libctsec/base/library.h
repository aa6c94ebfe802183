/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries that are loaded when an input first needs them: most programs
 * that ask about a capability never read JSON or YAML, and loading three
 * libraries takes as long as the rest of their start.
 */
#ifndef CT_BASE_LIBRARY_H
#define CT_BASE_LIBRARY_H

#include <stdatomic.h>

#include "base/error.h"

/*
 * Loads a library by its name for the dynamic loader, and finds its
 * functions. names are their names, each ended by NUL, the last by two;
 * functions is a struct of as many function pointers. The loader keeps the
 * library until the process ends, and counts: later calls cost microseconds.
 *
 * Errors: CTSEC_E_UNSUPPORTED (not there, or without a function),
 * CTSEC_E_NOMEM. *handle is given back by ct_library_close().
 */
int ct_library_open(const char *library, const char *names, void *functions, void **handle, ctsec_error **err);
void ct_library_close(void *handle);

/* The functions of a library once they were found: they stay where they are until the process ends. Zeroed: not yet. */
#define CT_LIBRARY_MOST 16
typedef struct ct_library {
  atomic_int known;
  void *_Atomic functions[CT_LIBRARY_MOST];
} ct_library;
/* As ct_library_open(), without anything to close; remembers what it found. */
int ct_library_find(ct_library *known, const char *library, const char *names, void *functions, ctsec_error **err);

/* Tells packagers what is loaded that way: https://systemd.io/ELF_DLOPEN_METADATA/ */
#define CT_LIBRARY_NOTE(text) \
  static const struct { \
    uint32_t name_size, text_size, type; \
    char name[4]; \
    char content[(sizeof(text) + 3) / 4 * 4]; \
  } library_note __attribute__((used, section(".note.dlopen"), aligned(4))) = {4, sizeof(text), 0x407c0c0a, "FDO", text}

#endif
