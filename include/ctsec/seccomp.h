/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Seccomp: policies (a profile resolved for a target) and what they decide.
 *
 * Actions are the kernel's SECCOMP_RET_* values with their data (an errno)
 * in the low 16 bits. Audit archs are AUDIT_ARCH_* values; x32 is the arch
 * of x86-64 with bit 30 of the number set (0xffffffff excepted).
 */
#ifndef CTSEC_SECCOMP_H
#define CTSEC_SECCOMP_H

#include <ctsec/error.h>
#include <ctsec/options.h>

/* What a profile means on the ABIs of one target. Immutable. */
typedef struct ctsec_policy ctsec_policy;

/* A BPF filter that the kernel would take: 1 to 4096 instructions. Immutable. */
typedef struct ctsec_filter ctsec_filter;

/* What becomes of one call, and why. Immutable. */
typedef struct ctsec_verdict ctsec_verdict;

/*
 * A seccomp profile as it is written: an OCI linux.seccomp object, a profile
 * of Docker (moby) or Podman (containers/common), one found inside of an OCI
 * configuration or of what `docker inspect` and `podman inspect` print, or a
 * built-in one. Immutable.
 */
typedef struct ctsec_profile ctsec_profile;

/*
 * Parses a profile: `length` bytes of JSON. Keys are matched as Go matches
 * them (without regard to case, the last of several counts). What an engine
 * ignores or refuses, though it can be understood, is a diagnostic of
 * ctsec_profile_to_json(). *profile is the caller's (ctsec_profile_free).
 * A container that runs unconfined gives a profile that allows everything.
 *
 * Options: source; limits bytes, depth, nodes, rules; lang for diagnostics.
 *
 * Errors: CTSEC_E_SYNTAX (no JSON), CTSEC_E_SCHEMA (a wrong type, an unknown
 * action or operator, an argument index above 5, an errno above 4095, null
 * where an entry belongs, ...) each with offset, line, column and pointer;
 * CTSEC_E_ARG where the text holds several containers, CTSEC_E_NOTFOUND where
 * it names a file that has the profile; CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_parse(const char *text, size_t length, const ctsec_options *options,
                                  ctsec_profile **profile, ctsec_error **err);

/*
 * A built-in profile by its name: "docker", "docker@20.10", "podman",
 * "podman@4.3", "containerd". They are tables derived from the engines' own default
 * profiles (Apache-2.0) as of ctsec_data_version(). *profile is the caller's
 * (ctsec_profile_free).
 *
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG (NULL), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_find(const char *name, ctsec_profile **profile, ctsec_error **err);

/*
 * One more owner of a profile; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_profile *ctsec_profile_ref(ctsec_profile *profile);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_profile_free(ctsec_profile *profile);

/*
 * Resolves a profile for a target: which entries it keeps (includes,
 * excludes), on which ABIs (architectures or the matching row of archMap,
 * and the native one), with which actions. *policy is the caller's
 * (ctsec_policy_free) and needs the profile no longer.
 *
 * Options: arch [x86_64], kernel [unknown: decided as the newest kernel would,
 * with a diagnostic that needs "kernel"], caps [those of the container the
 * profile was found in, else Docker's default set], engine [not said: all that
 * any engine reads is read], runtime, libseccomp, lang; limit rules.
 *
 * Errors: CTSEC_E_ARG (NULL, an unknown arch or capability), CTSEC_E_SCHEMA
 * (an unknown architecture), CTSEC_E_LIMIT, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_resolve(const ctsec_profile *profile, const ctsec_options *options, ctsec_policy **policy,
                                    ctsec_error **err);

/*
 * The resolved profile as a document "ctsec/profile/1": target, ABIs, default
 * action, every entry with what kept or dropped it, diagnostics. Options and
 * errors as of ctsec_profile_resolve(). *text is the caller's (ctsec_free).
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_to_json(const ctsec_profile *profile, const ctsec_options *options, char **text,
                                    size_t *length, ctsec_error **err);

/*
 * The resolved profile as the engine hands it to its runtime: the object
 * linux.seccomp of an OCI configuration, or null for an unconfined container.
 * Options and errors as of ctsec_profile_resolve(). *text is the caller's
 * (ctsec_free).
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_encode(const ctsec_profile *profile, const ctsec_options *options, char **text,
                                   size_t *length, ctsec_error **err);

/*
 * The same for people: the target, the ABIs, each entry with what kept or
 * dropped it, then the diagnostics, in the language of the options.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_to_text(const ctsec_profile *profile, const ctsec_options *options, char **text,
                                    size_t *length, ctsec_error **err);

/* What lint found. Immutable. */
typedef struct ctsec_lint ctsec_lint;

/*
 * Looks for what is wrong with a profile, or reads better than it is: every
 * diagnostic of ctsec_profile_to_json(), and also arguments compared wider
 * than the kernel takes them, repeated arguments, rules that runtimes or
 * libseccomp leave out, join or may loop on, companions of socketcall and
 * ipc, errors that keep programs from falling back, calls that open much,
 * and rules that no call reaches; each with its place, why, and the corrected
 * JSON where there is one. Options and errors as of ctsec_profile_resolve().
 * *lint is the caller's (ctsec_lint_free).
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_profile_lint(const ctsec_profile *profile, const ctsec_options *options, ctsec_lint **lint,
                                 ctsec_error **err);

/*
 * One more owner; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_lint *ctsec_lint_ref(ctsec_lint *lint);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_lint_free(ctsec_lint *lint);

/*
 * How many diagnostics have this severity (CTSEC_SEVERITY_*) or a greater
 * one; 0 for NULL and for what is no severity.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_lint_count(const ctsec_lint *lint, int32_t severity);

/*
 * The document "ctsec/lint/1". *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_lint_to_json(const ctsec_lint *lint, char **text, size_t *length, ctsec_error **err);

/*
 * One diagnostic a line, gravest first, with its pointer and the corrected
 * JSON below. Empty where there is none. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_lint_to_text(const ctsec_lint *lint, char **text, size_t *length, ctsec_error **err);

/*
 * Reads a call as people write it. arch is a name such as "x86_64", "x32",
 * "aarch64" (NULL: x86_64); syscall a name or a number; each of the `count`
 * args (six at most) a number, names and numbers joined by | as in
 * "CLONE_NEWUSER|SIGCHLD", a text in quotes (whose address is not known), or
 * "?". *audit is the AUDIT_ARCH_*, *nr the number (with bit 30 on x32),
 * values[6] the arguments, and bit i of *unknown is set where argument i is
 * not known; arguments that are not given are not known.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOTFOUND for a call that the arch lacks,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_call_parse(const char *arch, const char *syscall, const char *const *args, size_t count,
                               uint32_t *audit, int32_t *nr, uint64_t *values, uint32_t *unknown, ctsec_error **err);

/*
 * Reads one line of a batch, `length` bytes without its end: `ARCH SYSCALL A0
 * A1 A2 A3 A4 A5`. As ctsec_call_parse(), but arguments that are not given
 * are 0.
 *
 * Errors: as there.
 * Since: 0.1
 */
CTSEC_API int ctsec_call_read(const char *line, size_t length, uint32_t *audit, int32_t *nr, uint64_t *values,
                              uint32_t *unknown, ctsec_error **err);

/*
 * Writes an action as batches answer it: "allow", "log", "errno N", "trap N",
 * "kill_process", "kill_thread", "trace N", "notify". text has `size` bytes;
 * 24 are always enough.
 *
 * Errors: CTSEC_E_ARG (NULL, too small), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_action_name(uint32_t action, char *text, size_t size, ctsec_error **err);

/*
 * One more owner of a policy; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_policy *ctsec_policy_ref(ctsec_policy *policy);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_policy_free(ctsec_policy *policy);

/*
 * Decides n calls and allocates nothing: call i has the audit arch arch[i],
 * the number nr[i] and the six arguments args[6 * i] to args[6 * i + 5], as
 * they stand in the caller's registers. actions[i] becomes a SECCOMP_RET_*
 * value with its data. This is the policy's own meaning, or that of the runtime
 * that the target names; what a kernel or a runtime makes of it is in the
 * verdict of ctsec_policy_simulate().
 *
 * Errors: CTSEC_E_ARG (NULL); CTSEC_E_UNSUPPORTED where the target names a
 * runtime that refuses the profile, or whose answer is not known.
 * Since: 0.1
 */
CTSEC_API int ctsec_policy_simulate_batch(const ctsec_policy *policy, size_t n, const uint32_t *arch, const int32_t *nr,
                                          const uint64_t *args, uint32_t *actions, ctsec_error **err);

/*
 * What becomes of one call. args holds six values as they stand in the
 * caller's registers; bit i of `unknown` marks argument i as unknown (its
 * value is then not read). Every action that is possible is found exactly.
 * Where the target names a runtime the verdict is about what that loads, and
 * the policy's own meaning stands beside it.
 * *verdict is the caller's (ctsec_verdict_free).
 *
 * Options: lang, kernel (else the policy's own target), limit work.
 *
 * Errors: CTSEC_E_ARG (NULL, bits above 5 in unknown), CTSEC_E_LIMIT where the
 * search takes more work than allowed, CTSEC_E_UNSUPPORTED where the runtime
 * that the target names refuses the profile, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_policy_simulate(const ctsec_policy *policy, uint32_t arch, int32_t nr, const uint64_t *args,
                                    uint32_t unknown, const ctsec_options *options, ctsec_verdict **verdict,
                                    ctsec_error **err);

/*
 * Compiles a policy to a filter: every output is compared with the policy on
 * the whole partition of calls before it is given out, and calls that are
 * allowed whatever their arguments stay in the kernel's allow cache. Where the
 * target names a runtime it is a filter that decides as what that loads.
 * *filter is the caller's (ctsec_filter_free).
 *
 * Errors: CTSEC_E_UNSUPPORTED where the runtime refuses the profile, or its
 * answer to some call is not known, CTSEC_E_LIMIT where the kernel's 4096 instructions do not suffice,
 * CTSEC_E_INTERNAL where the comparison fails, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_policy_compile(const ctsec_policy *policy, ctsec_filter **filter, ctsec_error **err);

/*
 * The intermediate form as a document "ctsec/policy/1": target, default
 * action, and for each ABI the ranges of numbers with one action or the rules
 * that decide. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_policy_to_json(const ctsec_policy *policy, char **text, size_t *length, ctsec_error **err);

/*
 * Reads struct sock_filter, 8 bytes an instruction, in the byte order of the
 * target (option arch). What the kernel refuses is refused. *filter is the
 * caller's (ctsec_filter_free).
 *
 * Errors: CTSEC_E_SYNTAX for bytes that are no whole number of instructions,
 * CTSEC_E_SCHEMA where the kernel's checker fails (the message names the
 * instruction, the offset is its first byte), CTSEC_E_LIMIT beyond 4096
 * instructions, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_decode(const uint8_t *bytes, size_t length, const ctsec_options *options,
                                  ctsec_filter **filter, ctsec_error **err);

/*
 * Reads assembler text, one instruction a line: `[label:] [instruction]
 * [; comment]`. The instructions are ld, ldx, st, stx, add, sub, mul, div, or,
 * and, lsh, rsh, neg, xor, tax, txa, ja, jeq, jgt, jge, jset, ret, and .insn
 * CODE, JT, JF, K. Operands are nr, arch, ip.low, args[0].high, [OFFSET],
 * M[0], len, x, a, #NUMBER, an arch (x86_64), a call of an arch
 * (x86_64:clone), and for ret ALLOW, LOG, TRACE(N), NOTIFY, ERRNO(N), TRAP(N),
 * KILL_THREAD, KILL_PROCESS. Jumps name one label, or two for true and false;
 * +N skips N instructions. What ctsec_filter_to_text() writes gives the same
 * bytes. *filter is the caller's (ctsec_filter_free).
 *
 * Options: arch, source.
 *
 * Errors: CTSEC_E_SYNTAX with offset, line and column; CTSEC_E_SCHEMA where
 * the kernel's checker fails, at the instruction; CTSEC_E_LIMIT, CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_parse(const char *text, size_t length, const ctsec_options *options, ctsec_filter **filter,
                                 ctsec_error **err);

/*
 * One more owner of a filter; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_filter *ctsec_filter_ref(ctsec_filter *filter);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_filter_free(ctsec_filter *filter);

/*
 * The number of instructions; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_filter_count(const ctsec_filter *filter);

/*
 * The parts of one instruction; each output may be NULL.
 *
 * Errors: CTSEC_E_ARG (NULL, an index beyond the end).
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_at(const ctsec_filter *filter, size_t index, uint32_t *code, uint32_t *jt, uint32_t *jf,
                              uint32_t *k, ctsec_error **err);

/*
 * The filter as struct sock_filter in its target's byte order, 8 bytes an
 * instruction. *bytes is the caller's (ctsec_free), *length its size.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_encode(const ctsec_filter *filter, uint8_t **bytes, size_t *length, ctsec_error **err);

/*
 * The filter as assembler text, with what each instruction means as a
 * comment. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_to_text(const ctsec_filter *filter, char **text, size_t *length, ctsec_error **err);

/*
 * The filter as a document "ctsec/filter/1": its instructions with their
 * meaning, and for each arch it names the known calls that are allowed
 * whatever their arguments and those of them that the kernel's allow cache
 * can keep. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_to_json(const ctsec_filter *filter, char **text, size_t *length, ctsec_error **err);

/*
 * As ctsec_policy_simulate(), for `count` filters that are loaded one after
 * the other, the oldest first: all run, the strictest action wins, of equal
 * ones that of the newest. Where a filter computes with its data in a way
 * that is not followed, an action may be listed that cannot happen; a verdict
 * that says "decided" is right all the same.
 *
 * Errors: as there.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_simulate(const ctsec_filter *const *filters, size_t count, uint32_t arch, int32_t nr,
                                    const uint64_t *args, uint32_t unknown, const ctsec_options *options,
                                    ctsec_verdict **verdict, ctsec_error **err);

/*
 * As ctsec_policy_simulate_batch(), for a stack of filters. The instruction
 * pointer that a filter sees is 0.
 *
 * Errors: CTSEC_E_ARG (NULL, no filter).
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_simulate_batch(const ctsec_filter *const *filters, size_t count, size_t n,
                                          const uint32_t *arch, const int32_t *nr, const uint64_t *args,
                                          uint32_t *actions, ctsec_error **err);

/* Outcomes of a verdict. */
#define CTSEC_VERDICT_DECIDED 1
#define CTSEC_VERDICT_DEPENDS 2

/* What ctsec_verdict_logged() answers. */
#define CTSEC_LOGGED_NO 0
#define CTSEC_LOGGED_YES 1
#define CTSEC_LOGGED_UNKNOWN 2

/*
 * One more owner of a verdict; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_verdict *ctsec_verdict_ref(ctsec_verdict *verdict);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_verdict_free(ctsec_verdict *verdict);

/*
 * CTSEC_VERDICT_DECIDED where all that is possible is one action with one
 * errno, else CTSEC_VERDICT_DEPENDS; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_verdict_outcome(const ctsec_verdict *verdict);

/*
 * The number of actions that are possible; 1 where it is decided.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_verdict_count(const ctsec_verdict *verdict);

/*
 * One possible action, strictest first: a SECCOMP_RET_* value with its data.
 *
 * Errors: CTSEC_E_ARG (NULL, an index beyond the end).
 * Since: 0.1
 */
CTSEC_API int ctsec_verdict_at(const ctsec_verdict *verdict, size_t index, uint32_t *action, ctsec_error **err);

/*
 * Whether the kernel writes an audit record (CTSEC_LOGGED_*).
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_verdict_logged(const ctsec_verdict *verdict);

/*
 * What decided: the JSON pointer of an entry, or "insn:N" for raw BPF; NULL
 * for the default action, an ABI that is not listed, and where it depends.
 * Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_verdict_rule(const ctsec_verdict *verdict);

/*
 * Why, one sentence or more in the language of the options. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_verdict_why(const ctsec_verdict *verdict);

/*
 * 1 where the runtime's and the kernel's meaning are known and equal the
 * policy's, 0 where one differs, -1 where one is not known.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_verdict_agree(const ctsec_verdict *verdict);

/*
 * The verdict as a document "ctsec/verdict/1". *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_verdict_to_json(const ctsec_verdict *verdict, char **text, size_t *length, ctsec_error **err);

/*
 * The verdict as a few lines for people. *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_verdict_to_text(const ctsec_verdict *verdict, char **text, size_t *length, ctsec_error **err);

/* How two policies differ. Immutable. */
typedef struct ctsec_diff ctsec_diff;

/* Relations of two policies: they decide alike; they let through the same and refuse it differently; ... */
#define CTSEC_DIFF_EQUAL 1
#define CTSEC_DIFF_SAME_ALLOWED 2
#define CTSEC_DIFF_FIRST_ALLOWS_MORE 3
#define CTSEC_DIFF_SECOND_ALLOWS_MORE 4
#define CTSEC_DIFF_BOTH 5

/*
 * Compares two policies over all ABIs, numbers and arguments: for each call
 * and each pair of different actions one difference, with arguments that show
 * it. Where the target of a policy names a runtime, what that loads is
 * compared, so that a policy and its runtime can be compared as well. *diff is
 * the caller's (ctsec_diff_free).
 *
 * Options: lang; limits rules (of differences) and work.
 *
 * Errors: CTSEC_E_LIMIT; CTSEC_E_UNSUPPORTED where a runtime refuses its
 * profile, or its answer to some call is not known; CTSEC_E_ARG (NULL),
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_policy_diff(const ctsec_policy *first, const ctsec_policy *second, const ctsec_options *options,
                                ctsec_diff **diff, ctsec_error **err);

/*
 * Compares two stacks of filters, each the oldest first, over all archs,
 * numbers and arguments, as the kernel would run them: for each call that has
 * a name and each pair of different actions one difference, and one for each
 * pair of the calls without a name. Nothing is left out: where a filter
 * computes in a way that is not followed, this fails. *diff is the caller's
 * (ctsec_diff_free). To compare a policy with filters, compile it: the rule
 * of a difference is then the policy's on that side, else "insn:N".
 *
 * Options: lang; limits rules (of differences) and work.
 *
 * Errors: CTSEC_E_LIMIT (more work than allowed), CTSEC_E_UNSUPPORTED (it
 * could not be decided), CTSEC_E_ARG (NULL, no filter, different byte
 * orders), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_filter_diff(const ctsec_filter *const *first, size_t first_count,
                                const ctsec_filter *const *second, size_t second_count, const ctsec_options *options,
                                ctsec_diff **diff, ctsec_error **err);

/*
 * One more owner; returns it. NULL gives NULL.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_diff *ctsec_diff_ref(ctsec_diff *diff);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_diff_free(ctsec_diff *diff);

/*
 * How many differences there are; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_diff_count(const ctsec_diff *diff);

/*
 * CTSEC_DIFF_*; 0 for NULL. "More" is by the kernel's order of actions, of
 * which ALLOW lets through most; the number of an error does not count.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_diff_relation(const ctsec_diff *diff);

/*
 * One difference: the call (AUDIT_ARCH_*, number, args[6]) and what each
 * policy does with it, SECCOMP_RET_* with data. Each output may be NULL.
 *
 * Errors: CTSEC_E_ARG (NULL, an index beyond the end).
 * Since: 0.1
 */
CTSEC_API int ctsec_diff_at(const ctsec_diff *diff, size_t index, uint32_t *audit, int32_t *nr, uint64_t *args,
                            uint32_t *first, uint32_t *second, ctsec_error **err);

/*
 * The document "ctsec/diff/1". *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_diff_to_json(const ctsec_diff *diff, char **text, size_t *length, ctsec_error **err);

/*
 * One difference a line, and the relation. *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_diff_to_text(const ctsec_diff *diff, char **text, size_t *length, ctsec_error **err);

#endif
