/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Denials: what kernel logs, audit logs and journals say about calls that
 * were refused or programs that were killed, decoded and explained.
 *
 * A stream is fed bytes of logs in pieces of any size and gives groups:
 * events that differ only in time, process and address are one. Lines may
 * have any envelope, also mixed: audit.log (raw or enriched), dmesg in all
 * its time formats, /dev/kmsg, syslog files, journalctl (short forms, export,
 * JSON), ausearch -i, and lines that a container runtime or a collector has
 * wrapped in CRI or JSON. Memory grows with groups, not with records.
 *
 * Read are records of seccomp, of abnormal ends, of SELinux and AppArmor, of
 * capabilities (BPRM_FCAPS, CAPSET), and out-of-memory kills; of strace and
 * perf trace the calls that failed as if they had been denied. Numbers are
 * decoded for the arch that the record names. Copies of one event, by the
 * kernel and by the audit daemon, count once.
 */
#ifndef CTSEC_DENIAL_H
#define CTSEC_DENIAL_H

#include <ctsec/container.h>
#include <ctsec/error.h>
#include <ctsec/options.h>
#include <ctsec/seccomp.h>

/* A stream of log lines. Mutable; belongs to one thread. */
typedef struct ctsec_denials ctsec_denials;

/* What ctsec_denials_count() counts: groups; events that were refused something or killed; records that were read. */
#define CTSEC_DENIALS_GROUPS 1
#define CTSEC_DENIALS_DENIED 2
#define CTSEC_DENIALS_RECORDS 3
/* Copies of a record that was counted before. */
#define CTSEC_DENIALS_DUPLICATES 4
/* Lines that could not be read: damaged, or of no form that is known. */
#define CTSEC_DENIALS_UNPARSED 5
/* Serial numbers that are missing between records: lost, or left out before the log came here. */
#define CTSEC_DENIALS_LOST 6
/* Inputs that could not be read at all. */
#define CTSEC_DENIALS_FAILED 7

/*
 * A new stream. format is "json" (one document "ctsec/denials/1", given by
 * finish), "ndjson" (a line "ctsec/denial/1" a group: when it is first seen,
 * and at the end where it has grown) or "text" (a group when it is first
 * seen, and a summary). *denials is the caller's (ctsec_denials_free);
 * options are copied.
 *
 * Options: lang; kernel, fact (sysctl.kernel.seccomp.actions_logged), and those of ctsec_profile_resolve()
 * for what the explanation compares; limits bytes (of one line, 1 MiB at
 * most), nodes (a tenth of them are groups), work.
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_new(const ctsec_options *options, const char *format, ctsec_denials **denials,
                                ctsec_error **err);

/*
 * Frees a stream. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_denials_free(ctsec_denials *denials);

/*
 * The container that the log is about: what it lacks and what would give it
 * that is then part of the explanation. The stream keeps its root alive.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_set_container(ctsec_denials *denials, const ctsec_container *container, ctsec_error **err);

/*
 * The seccomp profile that was in force. The stream becomes one more owner.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_set_profile(ctsec_denials *denials, ctsec_profile *profile, ctsec_error **err);

/*
 * The same as a BPF filter, instead of a profile.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_set_filter(ctsec_denials *denials, const ctsec_filter *filter, ctsec_error **err);

/*
 * Adds bytes of a log: the name of its source for messages, and the bytes,
 * which may end inside of a line. Another name than before ends the source
 * before. Lines that cannot be read are counted and are no failure of the
 * call; ctsec_denials_error_at() has the first hundred.
 *
 * Errors: CTSEC_E_UNSUPPORTED (the source is compressed, or a binary journal;
 * recorded, and the stream goes on), CTSEC_E_ARG, CTSEC_E_NOMEM (the stream
 * can then only be freed).
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_feed(ctsec_denials *denials, const char *source, const char *text, size_t length,
                                 ctsec_error **err);

/*
 * Records a source whose bytes the caller could not get; number is an errno.
 * The error that is recorded is returned too.
 *
 * Errors: CTSEC_E_IO, CTSEC_E_PERM, CTSEC_E_NOTFOUND always, by number;
 * CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_set_unread(ctsec_denials *denials, const char *source, int number, ctsec_error **err);

/*
 * How many there are so far of what is asked for, CTSEC_DENIALS_*; 0 for
 * NULL and for what is none of these.
 *
 * Since: 0.1
 */
CTSEC_API uint64_t ctsec_denials_count(const ctsec_denials *denials, int32_t what);

/*
 * How many lines and sources that could not be read are described: at most
 * the first hundred.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_denials_error_count(const ctsec_denials *denials);

/*
 * One of them, with its source, offset, line and column; borrowed; NULL out
 * of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_error *ctsec_denials_error_at(const ctsec_denials *denials, size_t index);

/*
 * Takes what is ready: lines of ndjson or text for groups not told before;
 * "" where nothing is. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_take(ctsec_denials *denials, char **text, size_t *length, ctsec_error **err);

/*
 * Ends the stream: what take would give, and the rest (the document, or the
 * summary). A source with bytes in which no line was understood is an error
 * of the document. Only ctsec_denials_free(), the counts and the errors may
 * follow. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG (finished already), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_denials_finish(ctsec_denials *denials, char **text, size_t *length, ctsec_error **err);

#endif
