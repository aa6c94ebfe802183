/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attack paths: how this container would be left, or the host harmed, what
 * each way needs, what blocks it, and which one change ends most of them.
 * For defence: it says what is possible and what closes it.
 */
#ifndef CTSEC_PATH_H
#define CTSEC_PATH_H

#include <ctsec/container.h>
#include <ctsec/error.h>
#include <ctsec/options.h>

/* Statuses of a path, in their order. */
#define CTSEC_PATH_BLOCKED 0
#define CTSEC_PATH_POSSIBLE 1
#define CTSEC_PATH_REACHABLE 2

/* The paths of the containers of any number of inputs. Belongs to one thread while inputs are added. */
typedef struct ctsec_paths ctsec_paths;
/* One path of one container. Borrowed from its ctsec_paths. */
typedef struct ctsec_path ctsec_path;

/*
 * An empty collection. *paths is the caller's (ctsec_paths_free); options are
 * copied.
 *
 * Options: those of ctsec_containers_parse(), and lang, html, arch, runtime,
 * libseccomp, kernel, fact. Facts that paths ask for beside those of a
 * verdict: lockdown, cgroup-root, docker-tcp, strict-devmem, alg-patched,
 * idmapped-mounts, setuid-programs, log-reader, ld-preload, shared-volume,
 * socket-group, peer, runc, kubelet, nvidia-toolkit.
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_paths_new(const ctsec_options *options, ctsec_paths **paths, ctsec_error **err);

/*
 * Frees a collection and what was borrowed from it. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_paths_free(ctsec_paths *paths);

/*
 * Adds the containers of one input: its name for messages and its bytes. An
 * input that cannot be read is recorded in errors[] and returned as an error
 * too; the others stay. Containers of one input count as neighbours: what
 * one reaches through a namespace or volume that they share, the other does.
 *
 * Errors: those of ctsec_containers_parse() and of the container's seccomp
 * profile (CTSEC_E_SYNTAX, CTSEC_E_SCHEMA, CTSEC_E_LIMIT). After
 * CTSEC_E_NOMEM the collection can only be freed.
 * Since: 0.1
 */
CTSEC_API int ctsec_paths_feed(ctsec_paths *paths, const char *source, const char *text, size_t length,
                               ctsec_error **err);

/*
 * The same for containers that were parsed before; the collection becomes one
 * more owner. Parts of the input that could not be read stand in errors[], and
 * are no error here: ctsec_containers_error_at() has them.
 *
 * Errors: as ctsec_paths_feed().
 * Since: 0.1
 */
CTSEC_API int ctsec_paths_take(ctsec_paths *paths, ctsec_containers *containers, ctsec_error **err);

/*
 * Records an input whose bytes the caller could not get; number is an errno.
 * The error that is recorded is returned too.
 *
 * Errors: CTSEC_E_IO, CTSEC_E_PERM, CTSEC_E_NOTFOUND always, by number;
 * CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_paths_set_unread(ctsec_paths *paths, const char *source, int number, ctsec_error **err);

/*
 * How many paths there are with a status, over all containers;
 * -1: with any.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_paths_count(const ctsec_paths *paths, int status);

/*
 * One by its index, container by container, in the order of the table: index
 * is below ctsec_paths_count(paths, -1). NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_path *ctsec_paths_at(const ctsec_paths *paths, size_t index);

/*
 * The document "ctsec/paths/1": containers[] of id, name, format, source,
 * paths[] (id, title, impact, status, steps[] of condition, text, status, layer,
 * pointer, line, column; needs[]: keys for the option fact; blocked_by[]:
 * layers), cuts[] (change, ends[], ends_possible[], pointer), and errors[].
 * *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_paths_to_json(const ctsec_paths *paths, char **text, size_t *length, ctsec_error **err);

/*
 * The same for people, in the language of the options: reachable paths with
 * what makes them so, possible ones with what is missing, blocked ones by the
 * layers that block them. With the option html it is one page with a picture
 * of every path, no script and nothing from elsewhere. *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_paths_to_text(const ctsec_paths *paths, char **text, size_t *length, ctsec_error **err);

/*
 * The path's id: "AP03". A static string; NULL for NULL.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_path_id(const ctsec_path *path);

/*
 * What it is, in the language asked for. A static string.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_path_title(const ctsec_path *path);

/*
 * CTSEC_PATH_*; -1 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_path_status(const ctsec_path *path);

/*
 * The container that it is about. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_container *ctsec_path_container(const ctsec_path *path);

#endif
