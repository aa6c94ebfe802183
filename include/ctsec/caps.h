/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Capabilities: names and masks, what an engine gives to a container, what
 * the kernel leaves after execve, and what each capability means.
 *
 * Facts: capabilities(7), the kernel's security/commoncap.c and
 * include/uapi/linux/capability.h (Linux 6.18), and the sources of the
 * engines named at ctsec_caps_resolve().
 */
#ifndef CTSEC_CAPS_H
#define CTSEC_CAPS_H

#include <ctsec/error.h>
#include <ctsec/options.h>

/* The greatest capability that this version knows: CAP_CHECKPOINT_RESTORE, since Linux 5.9. */
#define CTSEC_CAP_LAST 40

/* The five sets of a process. */
#define CTSEC_SET_INHERITABLE 0
#define CTSEC_SET_PERMITTED 1
#define CTSEC_SET_EFFECTIVE 2
#define CTSEC_SET_BOUNDING 3
#define CTSEC_SET_AMBIENT 4

/* Moments, for ctsec_resolution_set(). */
#define CTSEC_MOMENT_CREATED 0
#define CTSEC_MOMENT_AFTER_EXEC 1
#define CTSEC_MOMENT_AFTER_SETUID_ROOT 2

/* State of a value that may be absent. */
#define CTSEC_STATE_UNSET 0
#define CTSEC_STATE_SET 1
#define CTSEC_STATE_DEFAULTED 2
#define CTSEC_STATE_UNKNOWN 3

/* What a container's process gets, at three moments. Immutable; a root. */
typedef struct ctsec_resolution ctsec_resolution;

/*
 * The name of a capability: "CAP_CHOWN" for 0. A static string; NULL for a
 * number that has none.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_cap_name(int32_t number);

/*
 * The number of a name: with or without CAP_, any case, or a decimal number
 * from 0 to 63.
 *
 * Errors: CTSEC_E_NOTFOUND (the message names the nearest), CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_cap_find(const char *name, size_t length, int32_t *number, ctsec_error **err);

/*
 * Reads a mask as /proc/PID/status and logs write it: 1 to 16 hexadecimal
 * digits of any case, with or without 0x. Nothing else is accepted, no
 * space, no sign.
 *
 * Errors, each with its offset: CTSEC_E_SYNTAX (empty, or a character that is
 * no digit; a text of decimal digits that would be a plausible decimal mask
 * is read as hexadecimal all the same), CTSEC_E_LIMIT (more than 16 digits:
 * too long where the digits in front are zeros, beyond 64 bits otherwise),
 * CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_parse(const char *text, size_t length, uint64_t *mask, ctsec_error **err);

/*
 * Writes the names of a mask into the caller's buffer, in the order of their
 * numbers, separated by commas, and a final NUL; bits without a name are
 * written as numbers. Allocates nothing. *length gets the bytes without the
 * NUL; CTSEC_CAPS_TEXT bytes are enough for any mask.
 *
 * Errors: CTSEC_E_LIMIT (the buffer is too small; nothing is written),
 * CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_decode(uint64_t mask, char *buffer, size_t size, size_t *length, ctsec_error **err);

/* Bytes that hold the text of any mask, with its NUL. */
#define CTSEC_CAPS_TEXT 1024

/*
 * The mask of a list: names (with or without CAP_, any case) or numbers,
 * separated by commas or white space; "all" is every named capability. The
 * empty list is 0.
 *
 * Errors: CTSEC_E_SCHEMA (an unknown name, with its offset and the nearest
 * name), CTSEC_E_SYNTAX (an empty item), CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_encode(const char *text, size_t length, uint64_t *mask, ctsec_error **err);

/*
 * A mask as the document "ctsec/mask/1": mask, names[], unknown_bits[]. *text
 * is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_to_json(uint64_t mask, char **text, size_t *length, ctsec_error **err);

/*
 * What the capabilities of a mask allow, which system calls they gate, what
 * containers use them for, how risky they are and why, and what they are
 * known to open: the document "ctsec/capabilities/1", capabilities[] of
 * number, name, since, risk, allows, syscalls[], use, why, escape,
 * defaults[]. *text is the caller's (ctsec_free).
 *
 * Options: lang.
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_explain(uint64_t mask, const ctsec_options *options, char **text, size_t *length,
                                 ctsec_error **err);

/*
 * The same for people.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_to_text(uint64_t mask, const ctsec_options *options, char **text, size_t *length,
                                 ctsec_error **err);

/*
 * What an engine gives a container: the five sets as it creates them, after
 * execve of the entry program, and after execve of a setuid-root program.
 *
 * Options: engine (docker where it is not said; with a version where rules
 * changed, the newest rules otherwise), privileged, user (root where it is
 * not said), no-new-privileges, cap-add, cap-drop; fact host-caps (a mask:
 * what the engine itself has; every named capability where it is not said).
 *
 * Sources: moby daemon/pkg/oci/caps, containers/common pkg/capabilities,
 * containerd internal/cri/opts, cri-o internal/factory/container, nerdctl
 * pkg/cmd/container; CVE-2022-24769 and CVE-2022-27649 for the inheritable
 * set of older versions.
 *
 * *resolution is the caller's (ctsec_resolution_free).
 *
 * Errors: CTSEC_E_SCHEMA where the engine refuses (an unknown name, a
 * capability both added and dropped for podman), CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_caps_resolve(const ctsec_options *options, ctsec_resolution **resolution, ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_resolution *ctsec_resolution_ref(ctsec_resolution *resolution);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_resolution_free(ctsec_resolution *resolution);

/*
 * One set (CTSEC_SET_*) at one moment (CTSEC_MOMENT_*). Returns
 * CTSEC_STATE_SET, or CTSEC_STATE_UNKNOWN where it hangs on the image (a user
 * that is a name): *mask is then untouched. CTSEC_E_ARG for wrong numbers.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_resolution_set(const ctsec_resolution *resolution, int32_t moment, int32_t set, uint64_t *mask);

/*
 * How many remarks there are: names that were ignored, capabilities that have
 * no effect, versions that differ.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_resolution_count(const ctsec_resolution *resolution);

/*
 * One remark, in the language of the options. Borrowed; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_resolution_at(const ctsec_resolution *resolution, size_t index);

/*
 * The document "ctsec/caps/1": engine, created, after_exec,
 * after_setuid_root, each {inheritable, permitted, effective, bounding,
 * ambient} of 16 hexadecimal digits (null where it hangs on the image);
 * diagnostics[]. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_resolution_to_json(const ctsec_resolution *resolution, char **text, size_t *length,
                                       ctsec_error **err);

/*
 * The same for people, in the language of the options.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_resolution_to_text(const ctsec_resolution *resolution, char **text, size_t *length,
                                       ctsec_error **err);

#endif
