/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Traces: which system calls a program made, read from strace, perf trace,
 * audit records and our own recordings; and the least that it needs: a
 * seccomp profile, capabilities, the options to run it with.
 *
 * A trace counts distinct calls: the arguments that a rule or a capability
 * can hang on are kept, the others are not. These are the flags of clone,
 * clone3, unshare, setns, mount, umount2, open_tree; family, type and protocol
 * of sockets and what is set on them; the request of ioctl, prctl, ptrace,
 * keyctl, bpf, seccomp, fcntl, arch_prctl and more; the domain of personality;
 * types and set-id bits of files; the port that bind asks for.
 *
 * Recordings are text, one item a line, version 1:
 *
 *   ctsec-trace 1
 *   arch x86_64              the machine's architecture
 *   kernel 6.18.44           uid 1000     caps 0000000000000000 (effective, of the command)
 *   command "sh" "-c" "true"
 *   unseen x86_64 read write    calls that were let through without being looked at
 *   call x86_64 socket 0=0x2 1=0x1 2=0x0    at the first time: argument=value, data=value
 *   times 12 x86_64 socket 0=0x2 1=0x1 2=0x0
 *   end 0                    the status of the command; a recording without it was cut off
 *
 * A call without a name stands as its number. Lines that begin with # and
 * empty ones are skipped; what is not listed here is an error.
 */
#ifndef CTSEC_TRACE_H
#define CTSEC_TRACE_H

#include <ctsec/error.h>
#include <ctsec/options.h>
#include <ctsec/seccomp.h>

/* Which calls were made. Immutable. */
typedef struct ctsec_trace ctsec_trace;

/* Reads a trace piece by piece. Mutable, for one thread. */
typedef struct ctsec_trace_stream ctsec_trace_stream;

/* Makes a recording. Mutable, for one thread. */
typedef struct ctsec_recorder ctsec_recorder;

/* The least that traces need. Immutable. */
typedef struct ctsec_least ctsec_least;

/* Formats, option from: strace, perf, audit, recording. */
#define CTSEC_TRACE_STRACE 1
#define CTSEC_TRACE_PERF 2
#define CTSEC_TRACE_AUDIT 3
#define CTSEC_TRACE_RECORDING 4

/*
 * Starts to read one trace. *stream is the caller's (ctsec_trace_stream_free).
 *
 * Options: arch (of the machine that was traced) [x86_64], from [detected by
 * the first line], source, lang.
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_stream_new(const ctsec_options *options, ctsec_trace_stream **stream, ctsec_error **err);

/*
 * Frees a stream. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_trace_stream_free(ctsec_trace_stream *stream);

/*
 * Reads `length` bytes more, cut anywhere. Lines that cannot be read are
 * counted and wait for ctsec_trace_stream_take(); none is skipped silently.
 * Memory is constant but for distinct calls and processes.
 *
 * Errors: CTSEC_E_ARG (NULL, a finished stream), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_stream_feed(ctsec_trace_stream *stream, const char *text, size_t length, ctsec_error **err);

/*
 * The next line that could not be read, as an error with its place: *problem
 * is the caller's (ctsec_error_free), NULL where there is none. 64 wait at
 * most; more are counted in the trace all the same.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_stream_take(ctsec_trace_stream *stream, ctsec_error **problem, ctsec_error **err);

/*
 * Ends the input. *trace is the caller's (ctsec_trace_free). Problems can
 * still be taken afterwards.
 *
 * Errors: CTSEC_E_SYNTAX where no line held a system call, CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_stream_finish(ctsec_trace_stream *stream, ctsec_trace **trace, ctsec_error **err);

/*
 * One more owner of a trace; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_trace *ctsec_trace_ref(ctsec_trace *trace);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_trace_free(ctsec_trace *trace);

/*
 * How many distinct calls there are; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_trace_count(const ctsec_trace *trace);

/*
 * One distinct call, in the order of architectures and numbers: AUDIT_ARCH_*,
 * number (with bit 30 on x32), args[6] of which bit i of *known says that
 * argument i was kept, and how often it was made. Each output may be NULL.
 *
 * Errors: CTSEC_E_ARG (NULL, an index beyond the end).
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_at(const ctsec_trace *trace, size_t index, uint32_t *audit, int32_t *nr, uint64_t *args,
                             uint32_t *known, uint64_t *times, ctsec_error **err);

/*
 * The document "ctsec/trace/1": format, lines, calls (how many were read),
 * other lines, unparsed, lost, and distinct[] of arch, syscall, number, args
 * (null where not kept), data, times, failed{}. *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_to_json(const ctsec_trace *trace, char **text, size_t *length, ctsec_error **err);

/*
 * One distinct call a line. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_to_text(const ctsec_trace *trace, char **text, size_t *length, ctsec_error **err);

/*
 * The trace as a recording. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_encode(const ctsec_trace *trace, char **text, size_t *length, ctsec_error **err);

/*
 * The least that `count` traces together need: a seccomp profile whose default
 * action is ERRNO with ENOSYS, as the traces' calls and those of the runtime
 * need it, with conditions on arguments that open much; capabilities, each
 * with the calls that ask for it; and the options to run with. Calls that
 * answered ENOSYS whenever they were made are left out, since the default
 * action answers the same. *least is the caller's (ctsec_least_free), and
 * holds the traces.
 *
 * Simulating every call of the traces against the profile allows it;
 * without any one of its rules, one of them or of the runtime's is denied.
 *
 * Options: arch (the native one of the profile) [that of a recording, else
 * x86_64, unless all calls were made on another], no-new-privileges [false]
 * (the runtime then loads the filter later and needs less), lang.
 * Errors: CTSEC_E_ARG (NULL, no trace), CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_trace_resolve(const ctsec_trace *const *traces, size_t count, const ctsec_options *options,
                                  ctsec_least **least, ctsec_error **err);

/*
 * One more owner; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_least *ctsec_least_ref(ctsec_least *least);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_least_free(ctsec_least *least);

/*
 * The profile, JSON that Docker, Podman and OCI configurations (linux.seccomp)
 * take. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_least_encode(const ctsec_least *least, char **text, size_t *length, ctsec_error **err);

/*
 * The document "ctsec/least/1": profile, calls[] (syscall, from: trace or
 * runtime, times, conditions), capabilities[] (name, needed: always or
 * depends, calls[], why), options (docker, compose, kubernetes), remarks[].
 * *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_least_to_json(const ctsec_least *least, char **text, size_t *length, ctsec_error **err);

/*
 * The same for people. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_least_to_text(const ctsec_least *least, char **text, size_t *length, ctsec_error **err);

/*
 * What a policy lacks and what it allows beyond need: `against` is the first
 * side of the comparison, the least profile the second, and only calls that
 * one of them allows are listed. *diff is the caller's (ctsec_diff_free).
 * ctsec_diff_count() is 0 where they allow the same.
 *
 * Options: lang; limits rules and work.
 * Errors: as of ctsec_policy_diff().
 * Since: 0.1
 */
CTSEC_API int ctsec_least_diff(const ctsec_least *least, const ctsec_policy *against, const ctsec_options *options,
                               ctsec_diff **diff, ctsec_error **err);

/*
 * Starts a recording. *recorder is the caller's (ctsec_recorder_free).
 *
 * Options: arch [x86_64].
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_new(const ctsec_options *options, ctsec_recorder **recorder, ctsec_error **err);

/*
 * Frees a recorder. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_recorder_free(ctsec_recorder *recorder);

/*
 * Sets what stands in the recording's head, before the first text is taken:
 * "kernel", "uid" (decimal), "caps" (16 hex digits), "command" (one argument
 * each call), "status" (the command's, before finish), and "all" ("true":
 * every call is looked at; else those that every profile allows for its
 * runtime, and of which no argument is kept, pass unseen, which costs nothing).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_set(ctsec_recorder *recorder, const char *name, const char *value, size_t length,
                                 ctsec_error **err);

/*
 * The filter to load before the command is executed: `action`, SECCOMP_RET_*
 * (USER_NOTIF or TRACE), for each call that is looked at, ALLOW for the
 * others. *filter is the caller's (ctsec_filter_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_compile(const ctsec_recorder *recorder, uint32_t action, ctsec_filter **filter,
                                     ctsec_error **err);

/*
 * The same as linux.seccomp of an OCI configuration, whose runtime hands the
 * listener to the agent at the socket `path` (listenerPath). runc refuses to
 * have write looked at; it passes unseen. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_encode(const ctsec_recorder *recorder, const char *path, char **text, size_t *length,
                                    ctsec_error **err);

/*
 * Reads a struct seccomp_notif in the machine's own byte order, as
 * SECCOMP_IOCTL_NOTIF_RECV fills it. args has six elements. Each output may
 * be NULL.
 *
 * Errors: CTSEC_E_ARG (NULL, fewer than 80 bytes).
 * Since: 0.1
 */
CTSEC_API int ctsec_notification_decode(const uint8_t *bytes, size_t length, uint64_t *id, uint32_t *pid,
                                        uint32_t *audit, int32_t *nr, uint64_t *args, ctsec_error **err);

/*
 * Where the caller's memory says more about a call: *length bytes (64 at
 * most) at *address; *length is 0 where nothing is needed.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_find(const ctsec_recorder *recorder, uint32_t audit, int32_t nr, const uint64_t *args,
                                  uint64_t *address, size_t *length, ctsec_error **err);

/*
 * Counts one call; args has six elements. memory is what
 * ctsec_recorder_find() asked for, NULL where there is none.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOTFOUND for an architecture that is not known,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_feed(ctsec_recorder *recorder, uint32_t audit, int32_t nr, const uint64_t *args,
                                  const uint8_t *memory, size_t memory_length, ctsec_error **err);

/*
 * What the recording has got since it was last taken; "" where nothing is new.
 * *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_take(ctsec_recorder *recorder, char **text, size_t *length, ctsec_error **err);

/*
 * The rest of the recording, with how often each call was made. *text is the
 * caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_recorder_finish(ctsec_recorder *recorder, char **text, size_t *length, ctsec_error **err);

#endif
