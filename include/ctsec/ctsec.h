/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libctsec: what a container can really do, which layer stops it, and what
 * should change. This header includes all others.
 *
 * No call prints, exits, forks, reads the environment or keeps a file open.
 * Results are immutable and may be read by any number of threads. Options
 * and streams belong to one thread.
 */
#ifndef CTSEC_CTSEC_H
#define CTSEC_CTSEC_H

#include <ctsec/caps.h>
#include <ctsec/error.h>
#include <ctsec/options.h>
#include <ctsec/container.h>
#include <ctsec/check.h>
#include <ctsec/fix.h>
#include <ctsec/denial.h>
#include <ctsec/seccomp.h>
#include <ctsec/syscalls.h>
#include <ctsec/verdict.h>
#include <ctsec/path.h>
#include <ctsec/trace.h>

/* Version of this header; ctsec_version() is that of the library in use. */
#define CTSEC_VERSION_MAJOR 0
#define CTSEC_VERSION_MINOR 1
#define CTSEC_VERSION_PATCH 0

/*
 * The library's version, "0.1.0". A static string.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_version(void);

/*
 * The version of the built-in tables (system calls, capabilities, rules,
 * profiles): a date, "2026-11-24". A static string.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_data_version(void);

/*
 * Frees text that the library gave to its caller. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_free(void *memory);

#endif
