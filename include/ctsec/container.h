/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Containers, whatever describes them: the output of docker inspect, podman
 * inspect and crictl inspect, OCI configurations (config.json), command lines of docker,
 * podman and nerdctl (run and create), alone or in a script, Compose files
 * (with what they extend, include and are overridden by), and Kubernetes
 * manifests (YAML or JSON: pods, and workloads that hold a pod template). The
 * format is detected, or given by the option `from`.
 */
#ifndef CTSEC_CONTAINER_H
#define CTSEC_CONTAINER_H

#include <ctsec/error.h>
#include <ctsec/options.h>

/* The containers of one input. A root: children live until its last free. */
typedef struct ctsec_containers ctsec_containers;
/* One of them. Borrowed from its root. */
typedef struct ctsec_container ctsec_container;
/* Names of files that an input asks for. */
typedef struct ctsec_files ctsec_files;

/*
 * Reads every container of one input, with what its engine does where the
 * input is silent. *containers is the caller's (ctsec_containers_free). An
 * array may hold something else beside containers (an image): what could not
 * be read is then in ctsec_containers_error_at(); where nothing could, the
 * call fails.
 *
 * Of a Compose file every service is a container, by its name. Variables come
 * from the option env and the file `.env`; what a variable decides that is in
 * neither is not known, and the findings say so. So is what a service takes
 * from a file that was not given (ctsec_options_set_file).
 *
 * Options: source, from, select (that container alone), engine (its
 * version), kernel, fact, env, compose-profile, override, limits, and files.
 * Errors: CTSEC_E_SYNTAX (with place), CTSEC_E_SCHEMA (a wrong type, no
 * container; with place), CTSEC_E_NOTFOUND (for select; the message lists
 * what is there), CTSEC_E_UNSUPPORTED, CTSEC_E_LIMIT, CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_containers_parse(const char *text, size_t length, const ctsec_options *options,
                                     ctsec_containers **containers, ctsec_error **err);

/*
 * The files that an input names and that the options do not give yet: Compose
 * files that are extended or included, env files, seccomp profiles. A caller
 * that gives those it can (ctsec_options_set_file) and asks again until no new
 * name comes has all. `.env` is asked for though it may be missing. Names are
 * relative to the input's folder. An input that cannot be read names none,
 * which is no error here. *files is the caller's (ctsec_files_free).
 *
 * Options: those of ctsec_containers_parse().
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_files_find(const char *text, size_t length, const ctsec_options *options, ctsec_files **files,
                               ctsec_error **err);

/*
 * How many there are; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_files_count(const ctsec_files *files);

/*
 * The name of one; borrowed; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_files_at(const ctsec_files *files, size_t index);

/*
 * Frees the names. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_files_free(ctsec_files *files);

/*
 * Reads what runs on this machine, without any engine: one process (pid), the
 * calling process (0), or every container (-1). root is "/proc", or a folder
 * of that shape; control groups are looked up beside it, in
 * ROOT/../sys/fs/cgroup. A container is a pair of namespaces (of processes
 * and of mounts) that are not the host's, or whose control group an engine
 * named; it is described by its first process. Its id is the first twelve
 * digits of the engine's, its name (LXC, systemd-nspawn), or "#N".
 *
 * Each fact has its file of /proc and its line as place. What the caller may
 * not read (another user's process), and what a process that ends meanwhile
 * no longer tells, is unknown; -1 gives no container where none runs, and
 * says in ctsec_containers_error_at() where it could not tell. Values of the
 * environment are never given out.
 *
 * Options: those of ctsec_containers_parse(); from may only be "proc".
 * Errors: CTSEC_E_NOTFOUND (no such process), CTSEC_E_PERM, CTSEC_E_IO,
 * CTSEC_E_SYNTAX and CTSEC_E_SCHEMA (not what a kernel writes, with place),
 * CTSEC_E_LIMIT, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_containers_read(const char *root, int32_t pid, const ctsec_options *options,
                                    ctsec_containers **containers, ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_containers *ctsec_containers_ref(ctsec_containers *containers);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_containers_free(ctsec_containers *containers);

/*
 * How many there are, in the order of the input; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_containers_count(const ctsec_containers *containers);

/*
 * One by its index; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_container *ctsec_containers_at(const ctsec_containers *containers, size_t index);

/*
 * How many items of the input could not be read beside those that could.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_containers_error_count(const ctsec_containers *containers);

/*
 * Why one could not; borrowed; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_error *ctsec_containers_error_at(const ctsec_containers *containers, size_t index);

/*
 * One by its id: its name, "#1" (its place, from 1) where it has none, or
 * twelve or more digits of the engine's id. *container is borrowed.
 *
 * Errors: CTSEC_E_NOTFOUND (the message lists what there is), CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_containers_find(const ctsec_containers *containers, const char *id, size_t length,
                                    const ctsec_container **container, ctsec_error **err);

/*
 * What the input says and what the engine adds, as a document
 * "ctsec/containers/1": containers[], each with its fields as {"value",
 * "state": "set" | "defaulted" | "unknown", "pointer", "line", "column"},
 * and the five capability sets. Values of environment variables are left
 * out. *text is the caller's (ctsec_free), *length its bytes.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_containers_to_json(const ctsec_containers *containers, char **text, size_t *length,
                                       ctsec_error **err);

/*
 * What selects it: see ctsec_containers_find(). Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_container_id(const ctsec_container *container);

/*
 * Its name; NULL where it has none. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_container_name(const ctsec_container *container);

/*
 * "docker-inspect", "podman-inspect", "oci", "run", "compose", "kubernetes",
 * "crictl", "proc" or "dockerfile". Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_container_format(const ctsec_container *container);

#endif
