/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths of the host, as mounts and rules speak of them. */
#ifndef CT_CONTAINER_PATHS_H
#define CT_CONTAINER_PATHS_H

#include "base/arena.h"

/* A path without //, /./, /../ and trailing slashes, /var/run as /run; NULL where it is not absolute or memory is out. */
const char *ct_clean_path(ct_arena *arena, const char *path, size_t length);
/* Whether a clean path is the folder or lies below it. */
int ct_path_below(const char *path, const char *folder);
/* The socket of a container engine, or of what speaks for one. */
int ct_path_is_socket(const char *path);
/* A folder in which such sockets lie. */
int ct_path_holds_socket(const char *path);
/* Below a folder of weight, yet read-only it tells nothing that matters. */
int ct_path_is_harmless(const char *path);
/* A clean path below /dev that names a disk, or all of them. */
int ct_path_is_disk(const char *path);

#endif
