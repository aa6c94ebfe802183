/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Changes to a Compose file, a Kubernetes manifest (YAML or JSON) or an OCI
 * configuration that end what was found in it: edits of its own text, so
 * that comments and layout stay. Each change is proved by reading and
 * checking the new text; what cannot be changed safely is left with the
 * reason.
 */
#ifndef CTSEC_FIX_H
#define CTSEC_FIX_H

#include <ctsec/check.h>
#include <ctsec/error.h>
#include <ctsec/options.h>

/* What became of a finding. */
#define CTSEC_FIX_LEFT 0
#define CTSEC_FIX_FIXED 1

/* The changes to one input. A root. */
typedef struct ctsec_fixes ctsec_fixes;
/* What became of one finding. Borrowed from its root. */
typedef struct ctsec_fix ctsec_fix;

/*
 * Changes the text that findings were made of. Options are those that the
 * containers were parsed with and checked by, files included; with others
 * the new text is judged otherwise than the old one was. *fixes is the
 * caller's (ctsec_fixes_free) and keeps the findings alive.
 *
 * Taken away: privileged, added capabilities, unconfined profiles and labels,
 * host namespaces, shared mount propagation, wide device rules, capabilities
 * that only special programs use (NET_RAW, MKNOD, SETFCAP). Added:
 * no_new_privs, the runtime's seccomp profile, masked paths, and the drop of
 * ALL where no capability is in use. Mounts, users, limits, ports, secrets
 * and images are left: they need what the file does not say.
 *
 * Options: those of ctsec_containers_parse() and ctsec_findings_check().
 * Errors: CTSEC_E_UNSUPPORTED (a format that is not changed), CTSEC_E_ARG,
 * CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_fixes_resolve(ctsec_findings *findings, const ctsec_options *options, ctsec_fixes **fixes,
                                  ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_fixes *ctsec_fixes_ref(ctsec_fixes *fixes);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_fixes_free(ctsec_fixes *fixes);

/*
 * How many findings there are: those that were given, in their order, and
 * behind them lesser ones that a fixed one had hidden. 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_fixes_count(const ctsec_fixes *fixes);

/*
 * One by its index; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_fix *ctsec_fixes_at(const ctsec_fixes *fixes, size_t index);

/*
 * The whole text with its changes: the same bytes where there are none.
 * Borrowed; *length, which may be NULL, is its length. NULL for NULL.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_fixes_text(const ctsec_fixes *fixes, size_t *length);

/*
 * The changes as a unified diff with the name of the source, as `patch -p0`
 * and `git apply -p0` take it; "" where there are none. *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_fixes_diff(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err);

/*
 * The document "ctsec/fixes/1": the patch, fixed[] and left[]. *text is the
 * caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_fixes_to_json(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err);

/*
 * For people, in the language of the options: what was fixed, and what is
 * left and why, a line for each container and reason. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_fixes_to_text(const ctsec_fixes *fixes, char **text, size_t *length, ctsec_error **err);

/*
 * CTSEC_FIX_*; -1 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_fix_status(const ctsec_fix *fix);

/*
 * Why it is left, in the language of the options; NULL where it is fixed.
 * Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_fix_reason(const ctsec_fix *fix);

/*
 * The finding. Borrowed; one that was hidden has its place in the new text.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_finding *ctsec_fix_finding(const ctsec_fix *fix);

#endif
