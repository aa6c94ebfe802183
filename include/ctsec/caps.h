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

/* User ids of a process, for ctsec_credentials_id(). */
#define CTSEC_ID_REAL 0
#define CTSEC_ID_EFFECTIVE 1
#define CTSEC_ID_SAVED 2
#define CTSEC_ID_FILE_SYSTEM 3

/* Securebits, capabilities(7): the bits; each one's lock is the next bit. */
#define CTSEC_SECURE_NOROOT 0x1
#define CTSEC_SECURE_NO_SETUID_FIXUP 0x4
#define CTSEC_SECURE_KEEP_CAPS 0x10
#define CTSEC_SECURE_NO_CAP_AMBIENT_RAISE 0x40

/* State of a value that may be absent. */
#define CTSEC_STATE_UNSET 0
#define CTSEC_STATE_SET 1
#define CTSEC_STATE_DEFAULTED 2
#define CTSEC_STATE_UNKNOWN 3

/* What a container's process gets, at three moments. Immutable; a root. */
typedef struct ctsec_resolution ctsec_resolution;
/* Ids, sets, securebits and no_new_privs of a process. Immutable; a root. */
typedef struct ctsec_credentials ctsec_credentials;
/* Capabilities of a program file: the attribute security.capability. Immutable; a root. */
typedef struct ctsec_filecaps ctsec_filecaps;

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
 * changed, the newest rules otherwise; a version without its patch level is
 * the newest of its series, and a remark says where that matters),
 * privileged, user (root where it is not said), no-new-privileges, cap-add,
 * cap-drop (for podman and nerdctl also several with commas, as their
 * command lines take them); fact host-caps (a mask: what the engine itself
 * has; where it is not said, what the option kernel has, else every named
 * capability).
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
 * The document "ctsec/caps/1": target, engine, created, after_exec,
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

/*
 * Credentials from their parts: five sets in the order of CTSEC_SET_*, four
 * user ids in the order of CTSEC_ID_* (those inside the user namespace: 0 is
 * its root), securebits (CTSEC_SECURE_*) and no_new_privs (0 or 1).
 * *credentials is the caller's (ctsec_credentials_free).
 *
 * Errors: CTSEC_E_ARG (also for sets that no process can have: effective
 * beyond permitted, ambient beyond permitted and inheritable), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_new(const uint64_t *sets, const uint32_t *ids, uint32_t securebits,
                                    int no_new_privileges, ctsec_credentials **credentials, ctsec_error **err);

/*
 * Reads the text of /proc/PID/status: all sets, ids and flags at once. What
 * an old kernel does not write (CapAmb before 4.3, NoNewPrivs before 4.10)
 * is unknown, not 0. *credentials is the caller's.
 *
 * Errors: CTSEC_E_SYNTAX (with line and column), CTSEC_E_SCHEMA (no line of
 * capabilities), CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_parse(const char *text, size_t length, const ctsec_options *options,
                                      ctsec_credentials **credentials, ctsec_error **err);

/*
 * Reads the credentials of a live thread: ROOT/PID/task/TID/status. root is
 * "/proc", or a folder of that shape. *credentials is the caller's.
 *
 * Errors: those of ctsec_credentials_parse(), and CTSEC_E_NOTFOUND,
 * CTSEC_E_PERM, CTSEC_E_IO.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_read(const char *root, int32_t pid, int32_t tid, ctsec_credentials **credentials,
                                     ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_credentials *ctsec_credentials_ref(ctsec_credentials *credentials);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_credentials_free(ctsec_credentials *credentials);

/*
 * One set (CTSEC_SET_*): CTSEC_STATE_SET, or CTSEC_STATE_UNKNOWN with *mask
 * untouched. CTSEC_E_ARG for a wrong number.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_set(const ctsec_credentials *credentials, int32_t set, uint64_t *mask);

/*
 * One user id (CTSEC_ID_*): as ctsec_credentials_set().
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_id(const ctsec_credentials *credentials, int32_t which, uint32_t *id);

/*
 * no_new_privs, 0 or 1: as ctsec_credentials_set().
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_no_new_privileges(const ctsec_credentials *credentials, int *value);

/*
 * The mode of seccomp: 0 none, 1 strict, 2 filter; as
 * ctsec_credentials_set().
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_seccomp(const ctsec_credentials *credentials, int *mode);

/*
 * The name of the thread, with control characters made visible. Borrowed;
 * NULL where it is not known.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_credentials_name(const ctsec_credentials *credentials);

/*
 * The document "ctsec/credentials/1": name, pid (the thread's), process (its
 * process's), inheritable, permitted, effective, bounding, ambient (16
 * hexadecimal digits), uid[] and gid[] (real, effective, saved, file system),
 * no_new_privs, seccomp, text and iab (the sets in libcap's forms); null for
 * what is unknown. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_to_json(const ctsec_credentials *credentials, char **text, size_t *length,
                                        ctsec_error **err);

/*
 * What the kernel makes of execve (security/commoncap.c): owner is that of a
 * setuid program, -1 for one that is not; filecaps are the program's, NULL
 * for none (and for a file system that is mounted nosuid, where neither
 * counts). Sets that are unknown before count as empty. A setgid program is
 * not told apart; it clears the ambient set too. *after is the caller's.
 *
 * Options: kernel (before 6.17 a process whose effective id is not its real
 * one counts as if it ran a setuid program); fact userns-root: the user ids,
 * as the file system counts them and separated by commas, that are root in
 * the process's user namespace and in those above it: file capabilities of
 * version 3 count where theirs is among them.
 * Errors: CTSEC_E_ARG for such capabilities without that fact, CTSEC_E_PERM where execve fails with EPERM (a file capability in
 * effect that the bounding set lacks), CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_exec(const ctsec_credentials *credentials, int64_t owner,
                                              const ctsec_filecaps *filecaps, const ctsec_options *options,
                                              ctsec_credentials **after, ctsec_error **err);

/*
 * What setresuid() leaves; 0xffffffff keeps an id. The call itself is taken
 * as permitted. *after is the caller's.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_setresuid(const ctsec_credentials *credentials, uint32_t real,
                                                   uint32_t effective, uint32_t saved, ctsec_credentials **after,
                                                   ctsec_error **err);

/*
 * What capset() leaves. *after is the caller's.
 *
 * Errors: CTSEC_E_PERM where the kernel refuses, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_capset(const ctsec_credentials *credentials, uint64_t inheritable,
                                                uint64_t permitted, uint64_t effective, ctsec_credentials **after,
                                                ctsec_error **err);

/*
 * What prctl(PR_CAPBSET_DROP) leaves. *after is the caller's.
 *
 * Errors: CTSEC_E_PERM without CAP_SETPCAP in effect, CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_drop(const ctsec_credentials *credentials, int32_t number,
                                              ctsec_credentials **after, ctsec_error **err);

/*
 * What prctl(PR_CAP_AMBIENT_RAISE) leaves. *after is the caller's.
 *
 * Errors: CTSEC_E_PERM where the capability is not both permitted and
 * inheritable, or securebits forbid it, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_raise(const ctsec_credentials *credentials, int32_t number,
                                               ctsec_credentials **after, ctsec_error **err);

/*
 * What prctl(PR_CAP_AMBIENT_LOWER) leaves. *after is the caller's.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_lower(const ctsec_credentials *credentials, int32_t number,
                                               ctsec_credentials **after, ctsec_error **err);

/*
 * What setfsuid() leaves: the capabilities over files follow the id. The call
 * itself is taken as permitted. *after is the caller's.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_credentials_simulate_setfsuid(const ctsec_credentials *credentials, uint32_t id,
                                                  ctsec_credentials **after, ctsec_error **err);

/*
 * Reads the bytes of the attribute security.capability: version 1 (12 bytes),
 * 2 (20) and 3 (24, with the user id of a namespace's root), little endian.
 * *filecaps is the caller's (ctsec_filecaps_free).
 *
 * Source: include/uapi/linux/capability.h, struct vfs_ns_cap_data.
 * Errors: CTSEC_E_SYNTAX (shorter than its head, a length that is not its
 * version's; with offset), CTSEC_E_UNSUPPORTED (another version or flag),
 * CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_decode(const uint8_t *bytes, size_t length, ctsec_filecaps **filecaps, ctsec_error **err);

/*
 * Reads the attribute of a file; a symbolic link is not followed. *filecaps
 * is the caller's.
 *
 * Errors: CTSEC_E_NOTFOUND (no such file, with its errno; or one without
 * capabilities, without errno), those of ctsec_filecaps_decode(),
 * CTSEC_E_PERM, CTSEC_E_IO.
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_read(const char *path, ctsec_filecaps **filecaps, ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_filecaps *ctsec_filecaps_ref(ctsec_filecaps *filecaps);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_filecaps_free(ctsec_filecaps *filecaps);

/*
 * The permitted (CTSEC_SET_PERMITTED) or inheritable (CTSEC_SET_INHERITABLE)
 * mask; 0 for NULL and other numbers.
 *
 * Since: 0.1
 */
CTSEC_API uint64_t ctsec_filecaps_set(const ctsec_filecaps *filecaps, int32_t set);

/*
 * The effective flag, 1 or 0: one for all of its capabilities.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_effective(const ctsec_filecaps *filecaps);

/*
 * The version of the attribute, 1 to 3; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_version(const ctsec_filecaps *filecaps);

/*
 * The user id that is root in the user namespace for which the capabilities
 * count: CTSEC_STATE_SET for version 3, CTSEC_STATE_UNSET for others.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_rootid(const ctsec_filecaps *filecaps, uint32_t *rootid);

/*
 * The text of libcap's getcap, "cap_net_bind_service=ep", with
 * " [rootid=100000]" for version 3. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_to_text(const ctsec_filecaps *filecaps, char **text, size_t *length, ctsec_error **err);

/*
 * The document "ctsec/filecaps/1": path (null for bytes), version,
 * permitted, inheritable, effective, rootid, text. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filecaps_to_json(const ctsec_filecaps *filecaps, char **text, size_t *length, ctsec_error **err);

/*
 * Reads libcap's text form, "cap_chown,cap_kill=ep cap_net_raw+i". "all" is
 * every capability that this version names, whatever kernel runs.
 *
 * Options: kernel (libcap asks the running one: "all" is then what that one
 * has).
 * Source: cap_from_text(3), libcap 2.66.
 * Errors: CTSEC_E_SYNTAX (with offset), CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_captext_parse(const char *text, size_t length, const ctsec_options *options, uint64_t *inheritable,
                                  uint64_t *permitted, uint64_t *effective, ctsec_error **err);

/*
 * Writes libcap's text form as cap_to_text(3) does; options as for
 * ctsec_captext_parse(). *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_captext_encode(uint64_t inheritable, uint64_t permitted, uint64_t effective,
                                   const ctsec_options *options, char **text, size_t *length, ctsec_error **err);

/*
 * Reads libcap's IAB form, "!cap_sys_admin,^cap_net_raw,%cap_kill,cap_chown":
 * `dropped` are the bits taken out of the bounding set.
 *
 * Source: cap_iab(3), libcap 2.66.
 * Errors: CTSEC_E_SYNTAX (with offset), CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_iab_parse(const char *text, size_t length, uint64_t *inheritable, uint64_t *ambient,
                              uint64_t *dropped, ctsec_error **err);

/*
 * Writes the IAB form as cap_iab_to_text(3) does; bits without a name, which
 * libcap leaves out, are written as numbers. *text is the caller's.
 *
 * Errors: CTSEC_E_ARG (an ambient bit that is not inheritable),
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_iab_encode(uint64_t inheritable, uint64_t ambient, uint64_t dropped, char **text, size_t *length,
                               ctsec_error **err);

/*
 * Libcap's text form as the document "ctsec/capsets/1": form ("libcap"), text
 * (as libcap would write it), inheritable, permitted, effective; ambient and
 * dropped are null. *json is the caller's (ctsec_free).
 *
 * Errors: those of ctsec_captext_parse(), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_captext_to_json(const char *text, size_t length, const ctsec_options *options, char **json,
                                    size_t *json_length, ctsec_error **err);

/*
 * The IAB form as the same document: form ("iab"), text, inheritable,
 * ambient, dropped; permitted and effective are null. *json is the caller's.
 *
 * Errors: those of ctsec_iab_parse(), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_iab_to_json(const char *text, size_t length, char **json, size_t *json_length, ctsec_error **err);

#endif
