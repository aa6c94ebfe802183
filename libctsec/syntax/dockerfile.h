/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dockerfiles: lines, continuations, here-documents, parser directives, and the forms of instructions. */
#ifndef CT_SYNTAX_DOCKERFILE_H
#define CT_SYNTAX_DOCKERFILE_H

#include "syntax/value.h"

/*
 * The root is an array of instructions, each an object:
 *   instruction  its name in upper case
 *   flags        --name=value in front of the arguments, without dashes
 *   exec         the arguments, where they are a JSON array of strings
 *   pairs        of ENV, ARG and LABEL: NAME=VALUE or NAME, unquoted
 *   words        the arguments otherwise, as written
 *   text         all of them as one, continuations joined
 *   heredocs     the bodies of its here-documents
 * Variables are not expanded. Each value has its place in the text.
 * Errors: CTSEC_E_SYNTAX (an unknown instruction, one without arguments, a
 * here-document or quote without end, a wrong directive, a NUL byte, no FROM
 * at the beginning), CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 */
int ct_dockerfile_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                        const ct_document **document, ctsec_error **err);

/* By the name of the file (NULL where it has none), or because it begins with FROM or ARG. */
int ct_is_dockerfile(const char *text, size_t length, const char *name);

#endif
