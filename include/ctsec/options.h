/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options: the target that a question is asked for, the language of results,
 * facts about the host, and limits. An options object is mutable and belongs
 * to one thread; calls that take one copy what they need before they return.
 *
 * Wherever `const ctsec_options *` is asked for, NULL means all defaults.
 */
#ifndef CTSEC_OPTIONS_H
#define CTSEC_OPTIONS_H

#include <ctsec/error.h>

/* Languages of results. */
#define CTSEC_LANG_EN 0
#define CTSEC_LANG_JA 1
#define CTSEC_LANG_ZH 2

/* Severities of findings and of remarks about profiles, in their order. */
#define CTSEC_SEVERITY_INFO 0
#define CTSEC_SEVERITY_LOW 1
#define CTSEC_SEVERITY_MEDIUM 2
#define CTSEC_SEVERITY_HIGH 3
#define CTSEC_SEVERITY_CRITICAL 4

/* Engines. 0: not said. */
#define CTSEC_ENGINE_DOCKER 1
#define CTSEC_ENGINE_PODMAN 2
#define CTSEC_ENGINE_CONTAINERD 3
#define CTSEC_ENGINE_CRIO 4
#define CTSEC_ENGINE_NERDCTL 5

/*
 * Limits, for ctsec_options_set_limit(). The defaults are in brackets.
 */
/* Bytes of one input [16777216]. */
#define CTSEC_LIMIT_BYTES 1
/* Nesting of arrays, objects, mappings and sequences [128]. */
#define CTSEC_LIMIT_DEPTH 2
/* Values in one input [1000000]. */
#define CTSEC_LIMIT_NODES 3
/* Nodes that YAML aliases may add to one input [100000]. */
#define CTSEC_LIMIT_ALIASES 4
/* Rules of one seccomp profile, after names are multiplied out [100000]. */
#define CTSEC_LIMIT_RULES 5
/* Steps of work of one long call [100000000]. */
#define CTSEC_LIMIT_WORK 6
/* Containers in one input; also parts of it that cannot be read, each of which is an error of its own [10000]. */
#define CTSEC_LIMIT_CONTAINERS 7

/* The target, facts and limits that a call works with. Mutable. */
typedef struct ctsec_options ctsec_options;

/*
 * A new options object with every default: *options is the caller's
 * (ctsec_options_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_options_new(ctsec_options **options, ctsec_error **err);

/*
 * Frees options. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_options_free(ctsec_options *options);

/*
 * Sets one option by its name, the long option of the command line without
 * dashes. The value is `length` bytes. Names and values:
 *
 *   lang               en | ja | zh [en]
 *   arch               name of an architecture [x86_64]
 *   engine             docker | podman | containerd | cri-o | nerdctl, each with @VERSION where rules changed
 *   runtime            policy | runc | crun, each of these with @VERSION where rules changed [policy]
 *   libseccomp         version of libseccomp, also a package's (2.5.4-1+deb12u1), or "host": that of this machine is asked
 *                      for its version and its names
 *   kernel             MAJOR.MINOR[.PATCH] of Linux [unknown]
 *   caps               capabilities of the target: names, or a mask
 *   privileged         true | false
 *   user               the container's user: UID, or a name (root is 0, other names unknown)
 *   no-new-privileges  true | false
 *   cap-add, cap-drop  a capability for the engine; each call adds one
 *   source             the name of the input in messages and results
 *   from               format of the input [detected]
 *   select             the id of one container among several
 *   target             the name or number (from 0) of a stage of a Dockerfile [the last]
 *   fact               KEY=VALUE, a fact about the host; a later one replaces an earlier one of the same key.
 *                      env:NAME=VALUE, as reports ask for variables, is the option env.
 *                      Keys: lsm (apparmor, selinux, none), cgroup (v1, v2), userns (host, remap, rootless),
 *                      userns-root and uid (numbers), kernel (the same as the option), host-caps (a mask),
 *                      kubelet-seccomp-default (yes, no), the versions of docker, podman, containerd, cri-o, nerdctl
 *   policy             default | cis-docker (no pods) | pss:baseline[@1.N] | pss:restricted[@1.N] (pods only) [default]
 *   colour             true | false: reports of findings as text carry the colours of a terminal [false]
 *   html               true | false: attack paths as text are a page of HTML [false]
 *   now                seconds since 1970, for whatever ends on a day [unknown]
 *   filters            true | false: read the seccomp filters of live processes, which stops each for an instant [false]
 *   rule, skip         the id of a rule to check alone, or to leave out, or several with commas; each call adds
 *   env                NAME=VALUE: a variable for Compose files; each call adds one, of the same name the last counts
 *   compose-profile    a profile of Compose: services of other profiles are left out [all are read]; each call adds one
 *   override           the name of a file (ctsec_options_set_file) that is merged over a Compose file, in order
 *   min                info | low | medium | high | critical: the least severity to report [info]
 *   fail-on            the same: from which severity on a report calls a finding a failure [high]
 *   audit              true | false: of reports, the audit pack: what a container may do, said in a page [false]
 *
 * Errors: CTSEC_E_ARG for an unknown name or a value that does not fit (the
 * message lists what does), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_options_set(ctsec_options *options, const char *name, const char *value, size_t length,
                                ctsec_error **err);

/*
 * Gives the bytes of a file that an input may name: a Compose file that is
 * extended, included or merged over, an env file, a seccomp profile. The
 * library opens none itself. The name is as the input has it, relative to the
 * input's own folder; "./" and "a/../" make no difference. ".env" serves the
 * variables of a Compose file. The bytes are copied. A later call replaces a
 * file of the same name; name NULL forgets all.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_options_set_file(ctsec_options *options, const char *name, const char *bytes, size_t length,
                                     ctsec_error **err);

/*
 * Sets a limit (CTSEC_LIMIT_*). 0 restores the default.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_options_set_limit(ctsec_options *options, int32_t limit, uint64_t value, ctsec_error **err);

/*
 * Fills from this machine what the options leave open: arch and kernel, and
 * as caps the bounding set of a process. root is "/proc", or a folder of that
 * shape; pid 0 is the calling process, 1 stands for the machine. What was set
 * before stays.
 *
 * Source: ROOT/PID/status, ROOT/sys/kernel/osrelease, and ROOT/sys/kernel/arch
 * (where the kernel lacks that, uname(2)).
 * Errors, with nothing set: CTSEC_E_NOTFOUND (no such process), CTSEC_E_PERM,
 * CTSEC_E_IO, CTSEC_E_SYNTAX and CTSEC_E_SCHEMA (no status of a process),
 * CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_options_read(ctsec_options *options, const char *root, int32_t pid, ctsec_error **err);

/*
 * The value of an option as it was set, for those that are one text: arch,
 * runtime, libseccomp, caps, user, source, from, select, policy. Borrowed
 * until it is set again or the options are freed; NULL where it was not set,
 * and for other names.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_options_find(const ctsec_options *options, const char *name);

#endif
