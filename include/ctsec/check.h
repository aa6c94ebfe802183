/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is wrong with a container, and the smallest change that ends it.
 * ctsec_findings is for one input at a time; ctsec_scan makes one document of
 * many inputs with constant memory where its format allows.
 */
#ifndef CTSEC_CHECK_H
#define CTSEC_CHECK_H

#include <ctsec/container.h>
#include <ctsec/error.h>
#include <ctsec/options.h>

/* What was found in the containers of one input. A root. */
typedef struct ctsec_findings ctsec_findings;
/* One of them. Borrowed from its root. */
typedef struct ctsec_finding ctsec_finding;
/* A stream of inputs that becomes one report. */
typedef struct ctsec_scan ctsec_scan;
/* One input of a stream, which any thread may check. */
typedef struct ctsec_job ctsec_job;
/* One row of the rule catalogue. A constant. */
typedef struct ctsec_rule ctsec_rule;

/*
 * Checks every container of one input. *findings is the caller's
 * (ctsec_findings_free) and keeps the containers alive.
 *
 * Options: lang, rule, skip, min, fact, engine, kernel.
 * Errors: CTSEC_E_ARG, CTSEC_E_NOTFOUND (no such rule), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_findings_check(ctsec_containers *containers, const ctsec_options *options,
                                   ctsec_findings **findings, ctsec_error **err);

/*
 * One more owner; returns its argument.
 *
 * Since: 0.1
 */
CTSEC_API ctsec_findings *ctsec_findings_ref(ctsec_findings *findings);

/*
 * Gives up one ownership. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_findings_free(ctsec_findings *findings);

/*
 * How many there are, over all containers; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_findings_count(const ctsec_findings *findings);

/*
 * One by its index: by container, dangerous ones first, then by severity and
 * place. NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_finding *ctsec_findings_at(const ctsec_findings *findings, size_t index);

/*
 * The document "ctsec/findings/1". *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_findings_to_json(const ctsec_findings *findings, char **text, size_t *length, ctsec_error **err);

/*
 * The same for people, in the language of the options. *text is the caller's
 * (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_findings_to_text(const ctsec_findings *findings, char **text, size_t *length, ctsec_error **err);

/*
 * The rule's id: "privileged". Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_finding_rule(const ctsec_finding *finding);

/*
 * CTSEC_SEVERITY_*; -1 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_finding_severity(const ctsec_finding *finding);

/*
 * The rule of the finding that this one follows from ("privileged" for the
 * capabilities of a privileged container); NULL where it stands alone.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_finding_because(const ctsec_finding *finding);

/*
 * What the rule is about, in the language asked for. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_finding_title(const ctsec_finding *finding);

/*
 * What was observed in this container, in the language asked for. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_finding_message(const ctsec_finding *finding);

/*
 * The value that was seen, in no language; never a secret. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_finding_observed(const ctsec_finding *finding);

/*
 * The JSON pointer of the value; "" is the whole document. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_finding_pointer(const ctsec_finding *finding);

/*
 * Line of the value, from 1; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int64_t ctsec_finding_line(const ctsec_finding *finding);

/*
 * Column of the value, from 1; 0 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int64_t ctsec_finding_column(const ctsec_finding *finding);

/*
 * The container that it is about. Borrowed.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_container *ctsec_finding_container(const ctsec_finding *finding);

/*
 * A new stream. format is "json" (one document, given by finish), or one of
 * those that take gives piece by piece: "ndjson" (a line for each container
 * and each failed input), "text", "sarif" (SARIF 2.1.0, with the rules that
 * were asked for), "junit" (XML: a test suite for each container), "markdown"
 * (GitHub flavoured) and "html" (one page, no script). *scan is the caller's
 * (ctsec_scan_free); options are copied.
 *
 * Options: those of ctsec_containers_parse() and ctsec_findings_check();
 * fail-on, for junit; audit, for text, markdown and html; arch, for the system
 * calls in markdown and html.
 * Errors: CTSEC_E_ARG, CTSEC_E_NOTFOUND (no such rule), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_new(const ctsec_options *options, const char *format, ctsec_scan **scan, ctsec_error **err);

/*
 * Frees a stream. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_scan_free(ctsec_scan *scan);

/*
 * Adds one input: its name for messages and its bytes. An input that cannot
 * be read is recorded in errors[] and returned as an error too; the stream
 * goes on. Where only parts could not be read, the rest is reported, and
 * the errors of the bad parts are returned (ctsec_error_at()). An input without the
 * container that the option select names is passed over: CTSEC_E_NOTFOUND,
 * and nothing in errors[].
 *
 * Errors: those of ctsec_containers_parse(). After CTSEC_E_NOMEM the stream
 * can only be freed.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_feed(ctsec_scan *scan, const char *source, const char *text, size_t length,
                              ctsec_error **err);

/*
 * Adds what runs on this machine: see ctsec_containers_read() for root and
 * pid. Failures are recorded and returned as by ctsec_scan_feed(). Where an
 * input that was fed before describes the same container (by the engine's
 * id), its process is checked against that.
 *
 * Errors: those of ctsec_containers_read(). After CTSEC_E_NOMEM the stream
 * can only be freed.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_read(ctsec_scan *scan, const char *root, int32_t pid, ctsec_error **err);

/*
 * Feeding in three steps, of which the middle one, nearly all of the work, is
 * for any thread: a job is made of an input, with what the stream is set to
 * now (files, lenient), checked, and fed in the order in which the report
 * shall have it. Making and feeding are for the thread of the stream; between
 * them a job is for one thread at a time, while the stream stays. The text is
 * the caller's and stays until the check is done; it may be given later.
 * *job is the caller's (ctsec_job_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_job_new(const ctsec_scan *scan, const char *source, const char *text, size_t length,
                            ctsec_job **job, ctsec_error **err);

/*
 * Another text for a job that is not checked yet, so that any thread may
 * read it. It is the caller's and stays until the check is done.
 *
 * Errors: CTSEC_E_ARG (checked before).
 * Since: 0.1
 */
CTSEC_API int ctsec_job_set_text(ctsec_job *job, const char *text, size_t length, ctsec_error **err);

/*
 * The files that the input of a job names and that it does not have yet: see
 * ctsec_files_find(). *files is the caller's (ctsec_files_free).
 *
 * Errors: CTSEC_E_ARG (checked before), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_job_find_files(ctsec_job *job, ctsec_files **files, ctsec_error **err);

/*
 * Gives a job one more file, as ctsec_options_set_file() does; the bytes are
 * copied.
 *
 * Errors: CTSEC_E_ARG (checked before), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_job_set_file(ctsec_job *job, const char *name, const char *bytes, size_t length,
                                 ctsec_error **err);

/*
 * Reads and checks the input of a job and writes its part of the report; no
 * two threads at once. What is wrong with it is said when it is fed. Formats
 * with numbers and sums in their pages (markdown, html), and the text of an
 * audit, are written when the job is fed, as is what a baseline may take out.
 * NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_job_check(ctsec_job *job);

/*
 * Adds what a job found, once; checks it where nobody did. Errors and their
 * meaning are those of ctsec_scan_feed().
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_feed_job(ctsec_scan *scan, ctsec_job *job, ctsec_error **err);

/*
 * Frees a job. NULL is accepted.
 *
 * Since: 0.1
 */
CTSEC_API void ctsec_job_free(ctsec_job *job);

/*
 * With 1, inputs that describe no container at all (another document in the
 * same folder) are passed over from now on; with 0, the start, they are
 * errors.
 *
 * Errors: CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_set_lenient(ctsec_scan *scan, int lenient, ctsec_error **err);

/*
 * Takes over the files (ctsec_options_set_file) of options for the inputs to
 * come, instead of those before; NULL: none.
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_set_files(ctsec_scan *scan, const ctsec_options *options, ctsec_error **err);

/*
 * Findings that were accepted: a list (YAML or JSON), or an object whose
 * member `waivers` is one, of objects
 *
 *   rule       the id of a rule, of a check of the Pod Security Standards or
 *              of a CIS control; * and ? stand for any text and any byte
 *   container  a pattern for the container's id or name [any]
 *   path       a pattern for the whole source, or its last parts [any]
 *   reason     why
 *   expires    the last day on which it holds, as 2027-01-31 (UTC) [no end]
 *
 * What matches is no finding any more, and is listed as waived with its
 * reason. To be said before the first input. Waivers that are expired or
 * match nothing are listed in the report; one that is malformed is not taken,
 * is recorded in errors[], and the first such is returned as an error, while
 * the others hold.
 *
 * Options of the scan: now, without which nothing that expires is taken.
 * Errors: CTSEC_E_SYNTAX, CTSEC_E_SCHEMA with their places, CTSEC_E_LIMIT,
 * CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_set_waivers(ctsec_scan *scan, const char *source, const char *text, size_t length,
                                     ctsec_error **err);

/*
 * An earlier document "ctsec/findings/1": what it has is not reported again,
 * each finding as often as it stands there. Findings are the same where
 * their rule, container and observed value are: lines and files may move.
 * The report says how many were known and which are gone. To be said before
 * the first input.
 *
 * Errors: CTSEC_E_SYNTAX, CTSEC_E_SCHEMA with their places (recorded in
 * errors[]; then nothing is known), CTSEC_E_LIMIT, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_set_baseline(ctsec_scan *scan, const char *source, const char *text, size_t length,
                                      ctsec_error **err);

/*
 * Records an input whose bytes the caller could not get; number is an errno.
 * The error that is recorded is returned too.
 *
 * Errors: CTSEC_E_IO, CTSEC_E_PERM, CTSEC_E_NOTFOUND always, by number;
 * CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_set_unread(ctsec_scan *scan, const char *source, int number, ctsec_error **err);

/*
 * How many findings have been made at or above a severity, over all inputs.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_scan_count(const ctsec_scan *scan, int severity);

/*
 * How many containers have been read, over all inputs.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_scan_containers(const ctsec_scan *scan);

/*
 * Takes what is ready, of formats that are given piece by piece; "" where
 * nothing is.
 * *text is the caller's (ctsec_free).
 *
 * Errors: CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_take(ctsec_scan *scan, char **text, size_t *length, ctsec_error **err);

/*
 * Ends the stream: what take would give, and the rest (the document, or the
 * summary). Only ctsec_scan_free() and the counts may follow.
 *
 * Errors: CTSEC_E_ARG (finished already), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_scan_finish(ctsec_scan *scan, char **text, size_t *length, ctsec_error **err);

/*
 * How many rules the catalogue has.
 *
 * Since: 0.1
 */
CTSEC_API size_t ctsec_rules_count(void);

/*
 * One by its index; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const ctsec_rule *ctsec_rules_at(size_t index);

/*
 * One by its id.
 *
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_rules_find(const char *id, size_t length, const ctsec_rule **rule, ctsec_error **err);

/*
 * The catalogue, or only the rules whose ids are the `count` strings of ids
 * (count 0: all), as "ctsec/rules/1": rules[] of id, severity, title, why,
 * remediation, references, formats. *text is the caller's (ctsec_free).
 *
 * Options: lang.
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_rules_to_json(const char *const *ids, size_t count, const ctsec_options *options, char **text,
                                  size_t *length, ctsec_error **err);

/*
 * The same for people.
 *
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG, CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_rules_to_text(const char *const *ids, size_t count, const ctsec_options *options, char **text,
                                  size_t *length, ctsec_error **err);

/*
 * The rule's id. A static string; NULL for NULL.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_rule_id(const ctsec_rule *rule);

/*
 * Its severity where nothing raises or lowers it; -1 for NULL.
 *
 * Since: 0.1
 */
CTSEC_API int ctsec_rule_severity(const ctsec_rule *rule);

#endif
