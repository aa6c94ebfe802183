/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_TEST_SUPPORT_H
#define CT_TEST_SUPPORT_H

#include <check.h>
#include <stddef.h>

/* Path below the source tree; static storage, valid until the fourth next call. */
const char *ct_test_source(const char *path);
/* Path below the optional folder of shared data (CTSEC_SHARED, or ../shared); NULL where it is not there. */
const char *ct_test_shared(const char *path);
/* A whole file, NUL-terminated; NULL where it cannot be read. free() it. */
char *ct_test_read(const char *path, size_t *length);
/* Runs a suite without forking under sanitizers and valgrind; the number of failures. */
int ct_test_run(Suite *suite);

#endif
