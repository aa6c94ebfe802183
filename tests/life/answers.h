/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One program's worth of questions, through the public interface only. */
#ifndef CT_TEST_LIFE_ANSWERS_H
#define CT_TEST_LIFE_ANSWERS_H

#include <stddef.h>

/* Every answer on the inputs of the source tree, one after the other; free() it. NULL where one failed. */
char *life_answers(const char *source, size_t *length);

#endif
