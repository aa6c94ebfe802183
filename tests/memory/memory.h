/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_TEST_MEMORY_H
#define CT_TEST_MEMORY_H

#include "memory_tables.h"

/*
 * A scenario makes its calls and frees what they gave. It returns the status
 * of the first call that failed, 0 where all went well. It is run again and
 * again, with the first, second, third... allocation failing, until a run
 * meets no failure: each must give CTSEC_E_NOMEM, leave outputs as they were,
 * and leak nothing.
 */
typedef struct memory_scenario {
  const char *name;
  int (*run)(void);
} memory_scenario;

/*
 * Whoever adds a function that takes `ctsec_error **` adds it to a scenario
 * (complete.py looks): scenarios_NOUN.c defines `const memory_scenario
 * memory_NOUN[]`, ended by a row without name.
 */
#define MEMORY_TABLE(noun) extern const memory_scenario memory_##noun[];
MEMORY_TABLES(MEMORY_TABLE)

/* Ends the test: something is wrong that a status cannot say. */
void memory_fail(const char *what);
#define MEMORY_REQUIRE(condition) \
  do {                            \
    if (!(condition)) memory_fail(#condition); \
  } while (0)

#endif
