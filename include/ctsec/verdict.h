/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * May this container make this call? Every layer is asked, in the order in
 * which Linux asks: the seccomp filter, then capabilities in the right user
 * namespace, credentials, files and mounts, devices, sysctls and the security
 * module. The answer is allow, deny (with the errno and the layer that
 * decides) or unknown (with the facts that are missing).
 *
 * allow means that no layer stands in the way: Linux may still find that
 * arguments make no sense, or lack the feature. What stands behind a pointer
 * is known where it is given as quoted text; otherwise the call is taken for
 * one with ordinary arguments: a file of the container's own, a process of
 * its own user.
 */
#ifndef CTSEC_VERDICT_H
#define CTSEC_VERDICT_H

#include <ctsec/container.h>
#include <ctsec/error.h>
#include <ctsec/options.h>
#include <ctsec/seccomp.h>

/* Outcomes. */
#define CTSEC_ANSWER_ALLOW 0
#define CTSEC_ANSWER_DENY 1
#define CTSEC_ANSWER_UNKNOWN 2

/* Layers. 0: none. */
#define CTSEC_LAYER_SECCOMP 1
#define CTSEC_LAYER_CAPABILITY 2
#define CTSEC_LAYER_CREDENTIALS 3
#define CTSEC_LAYER_FILE 4
#define CTSEC_LAYER_MOUNT 5
#define CTSEC_LAYER_DEVICE 6
#define CTSEC_LAYER_NAMESPACE 7
#define CTSEC_LAYER_SYSCTL 8
#define CTSEC_LAYER_LSM 9

/* One container with everything that confines it, resolved for a target. A root. */
typedef struct ctsec_confinement ctsec_confinement;
/* A call that is asked about. A root. */
typedef struct ctsec_request ctsec_request;
/* What became of one request. A root. */
typedef struct ctsec_answer ctsec_answer;

/*
 * Resolves what confines a container: its seccomp profile, capabilities,
 * user, namespaces, mounts, devices, sysctls and security module, with what
 * its engine adds by itself. profile may be NULL; it stands for a file that
 * the input only names. *confinement is the caller's (ctsec_confinement_free)
 * and keeps the containers alive.
 *
 * Options: lang, arch, engine, runtime, libseccomp, kernel, fact. Facts that
 * answers ask for: docker, podman, containerd, cri-o (versions), kernel, lsm
 * (apparmor, selinux, none), userns (host, remap, rootless), cgroup (v1,
 * v2), uid, gid, file-owner, file-group, file-mode (octal), file-caps (as getcap
 * prints them) and target-uid (the file and the process that a call is about), argN, sysctl.NAME, ulimit.NAME,
 * seccomp-profile, seccomp-notify, apparmor-profile, selinux-policy, mount,
 * device, rt-group (no, yes).
 * Errors: CTSEC_E_SYNTAX, CTSEC_E_SCHEMA (the profile of the container; with
 * place), CTSEC_E_ARG, CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_confinement_resolve(const ctsec_container *container, const ctsec_profile *profile,
                                        const ctsec_options *options, ctsec_confinement **confinement,
                                        ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_confinement *ctsec_confinement_ref(ctsec_confinement *confinement);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_confinement_free(ctsec_confinement *confinement);

/*
 * Answers one request in full. *answer is the caller's (ctsec_answer_free);
 * it holds on to both.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_confinement_check(ctsec_confinement *confinement, ctsec_request *request, ctsec_answer **answer,
                                      ctsec_error **err);

/*
 * Answers n calls and allocates nothing: arch[n] is AUDIT_ARCH_*, nr[n] with
 * bit 30 for x32, args[6n]; unknown[n] has bit i set where argument i is not
 * known, NULL: all are. outcomes[n] is CTSEC_ANSWER_*, layers[n] is
 * CTSEC_LAYER_* (0 unless denied), numbers[n] the errno on that arch (0 unless
 * denied, and where a call is killed).
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_confinement_check_batch(const ctsec_confinement *confinement, size_t n, const uint32_t *arch,
                                            const int32_t *nr, const uint64_t *args, const uint32_t *unknown,
                                            uint8_t *outcomes, uint8_t *layers, int32_t *numbers, ctsec_error **err);

/*
 * Answers lines "ARCH SYSCALL A0 A1 A2 A3 A4 A5" (see ctsec_request_read()),
 * one line each, in order: "allow", "deny ERRNO LAYER", "unknown FACT", or
 * "error TEXT" for a line that cannot be read. ERRNO is a name, SIGSYS where
 * the call is killed. Empty lines are lines. *answers is the caller's
 * (ctsec_free); *errors, which may be NULL, counts lines that could not be
 * read.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_confinement_check_lines(const ctsec_confinement *confinement, const char *lines, size_t length,
                                            char **answers, size_t *answers_length, size_t *errors,
                                            ctsec_error **err);

/*
 * A call as people write it: a name or number, and up to six arguments, each
 * a number, names joined by | (CLONE_NEWUSER|SIGCHLD), "text" or 'text' in
 * quotes for what a pointer leads to, or ?; a missing one is ?. arch is NULL
 * for x86_64. *request is the caller's (ctsec_request_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOTFOUND (no such call), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_request_parse(const char *arch, const char *syscall, const char *const *args, size_t count,
                                  ctsec_request **request, ctsec_error **err);

/*
 * One line of a batch: "ARCH SYSCALL A0 A1 A2 A3 A4 A5". Missing arguments
 * are 0; words in quotes may hold blanks.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOTFOUND, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_request_read(const char *line, size_t length, ctsec_request **request, ctsec_error **err);

/*
 * The typical call behind everyday words: "bind port 80", "ping", "mount",
 * "load module" (ctsec_shorthand_at() lists them). arch is NULL for x86_64.
 *
 * Errors: CTSEC_E_NOTFOUND (the message names what is near), CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_request_find(const char *arch, const char *words, size_t length, ctsec_request **request,
                                 ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_request *ctsec_request_ref(ctsec_request *request);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_request_free(ctsec_request *request);

/*
 * How many shorthands there are.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_shorthand_count(void);

/*
 * One of them, "bind port N"; NULL out of range. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_shorthand_at(size_t index);

/*
 * The call that it stands for, "bind ? N"; NULL out of range. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_shorthand_name(size_t index);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_answer *ctsec_answer_ref(ctsec_answer *answer);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_answer_free(ctsec_answer *answer);

/*
 * CTSEC_ANSWER_*; CTSEC_ANSWER_UNKNOWN for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_answer_outcome(const ctsec_answer *answer);

/*
 * The layer that decides, CTSEC_LAYER_*; 0 unless denied.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_answer_layer(const ctsec_answer *answer);

/*
 * The errno that the call gets, a number of its arch; 0 unless denied, and
 * where the call is killed.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_answer_errno(const ctsec_answer *answer);

/*
 * How many facts are missing.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_answer_need_count(const ctsec_answer *answer);

/*
 * One of them, a key for the option `fact`; argN for an argument of the call.
 * NULL out of range. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_answer_need_at(const ctsec_answer *answer, size_t index);

/*
 * The document "ctsec/why/1". *text is the caller's (ctsec_free), *length its
 * bytes.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_answer_to_json(const ctsec_answer *answer, char **text, size_t *length, ctsec_error **err);

/*
 * The same for people, in the language of the options. *text is the caller's
 * (ctsec_free), *length its bytes.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_answer_to_text(const ctsec_answer *answer, char **text, size_t *length, ctsec_error **err);

#endif
