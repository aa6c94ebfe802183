/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CONTAINER_DOCKERFILE_H
#define CT_CONTAINER_DOCKERFILE_H

#include "container/read.h"

/* The last stage, or the one that the option `target` names, of the array that ct_dockerfile_parse() makes; *index is its number. */
void ct_read_dockerfile(ct_reader *reader, struct ctsec_containers *containers, const ct_value *root, uint32_t *index);

#endif
