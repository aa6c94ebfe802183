/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One input of a scan on its way: made and fed by the thread of the scan, read, checked and written by any. What it writes
 * is a part of the report, in a stream of its own, which is joined to the others in their order.
 */
#include <stdlib.h>
#include <string.h>

#include "container/read.h"
#include "report/scan.h"

struct ctsec_job {
  ctsec_scan part;
  /* Its report depends on those before: written when it is fed. */
  int waits;
  int checked;
  int fed;
  const char *text;
  size_t length;
  ctsec_containers *containers;
  ctsec_findings *findings;
  int status;
  ctsec_error *error;
};

static int make_part(const ctsec_scan *scan, ctsec_scan *part, const char *source, ctsec_error **err) {
  const char *inside = scan->writer->inside;
  part->writer = scan->writer;
  part->selection = scan->selection;
  part->lenient = scan->lenient;
  /* Borrowed: they do not change once there are inputs. */
  part->suppressions = scan->suppressions;
  part->begun = 1;
  if (inside) {
    part->document.depth = (int)strlen(inside);
    memcpy(part->document.inside, inside, strlen(inside));
    memset(part->document.started, 1, strlen(inside));
  }
  int status = ct_options_copy(scan->options, &part->options, err);
  return status ? status : ct_options_set_source(part->options, source, strlen(source), err);
}

int ctsec_job_new(const ctsec_scan *scan, const char *source, const char *text, size_t length, ctsec_job **job,
                  ctsec_error **err) {
  int status = ct_scan_check_open(scan, err);
  if (status) return status;
  if (!source) return ct_error_null(err, "source");
  if (!text && length) return ct_error_null(err, "text");
  if (!job) return ct_error_null(err, "job");
  ctsec_job *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->text = text;
  made->length = length;
  made->waits = !scan->writer->inside || scan->options->audit || scan->suppressions.known_count;
  status = make_part(scan, &made->part, source, err);
  if (status) {
    ctsec_job_free(made);
    return status;
  }
  *job = made;
  return 0;
}

void ctsec_job_free(ctsec_job *job) {
  if (!job) return;
  ctsec_findings_free(job->findings);
  ctsec_containers_free(job->containers);
  ctsec_error_free(job->error);
  ct_scan_clear(&job->part);
  free(job);
}

static int check_unchecked(const ctsec_job *job, ctsec_error **err) {
  if (!job) return ct_error_null(err, "job");
  return job->checked ? ct_error_set(err, CTSEC_E_ARG, "the job was checked before") : 0;
}

/* What was read of it without what it is given now. */
static void forget(ctsec_job *job) {
  ctsec_containers_free(job->containers);
  job->containers = NULL;
}

int ctsec_job_set_text(ctsec_job *job, const char *text, size_t length, ctsec_error **err) {
  int status = check_unchecked(job, err);
  if (status) return status;
  if (!text && length) return ct_error_null(err, "text");
  forget(job);
  job->text = text;
  job->length = length;
  return 0;
}

int ctsec_job_set_file(ctsec_job *job, const char *name, const char *bytes, size_t length, ctsec_error **err) {
  int status = check_unchecked(job, err);
  if (status) return status;
  forget(job);
  return ctsec_options_set_file(job->part.options, name, bytes, length, err);
}

int ctsec_job_find_files(ctsec_job *job, ctsec_files **files, ctsec_error **err) {
  int status = check_unchecked(job, err);
  if (status) return status;
  forget(job);
  return ct_files_find(job->text, job->length, job->part.options, files, &job->containers, err);
}

/* Reads and checks, but writes nothing. */
static void look(ctsec_job *job) {
  const ctsec_options *options = job->part.options;
  job->checked = 1;
  job->status = job->containers ? ct_containers_select(job->containers, options, &job->error)
                                : ctsec_containers_parse(job->text, job->length, options, &job->containers, &job->error);
  if (!job->status)
    job->status = ct_findings_make(job->containers, options, &job->part.selection, &job->findings, &job->error);
  else
    forget(job);
  job->text = NULL;
}

static int write_job(ctsec_job *job, ctsec_scan *scan, ctsec_error **err) {
  const char *source = ct_options_source(job->part.options);
  ctsec_error *error = job->error;
  job->error = NULL;
  if (job->status) return ct_scan_add_fault(scan, source, job->part.lenient && !job->containers, job->status, error, err);
  return ct_scan_add_findings(scan, source, job->containers, job->findings, err);
}

void ctsec_job_check(ctsec_job *job) {
  if (!job || job->checked) return;
  look(job);
  if (job->waits) return;
  ctsec_error *error = NULL;
  job->status = write_job(job, &job->part, &error);
  job->error = error;
  /* What was waived is counted when it is fed. */
  if (job->findings && job->findings->waived_count) return;
  ctsec_findings_free(job->findings);
  job->findings = NULL;
  forget(job);
}

static void join_list(ct_buffer *list, const ct_buffer *part, int commas) {
  if (part->failed) list->failed = 1;
  if (commas)
    ct_scan_add_element(list, part->data, part->length);
  else
    ct_buffer_add(list, part->data, part->length);
}

/* Elements of a document of JSON; each begins with its comma. */
static void join_elements(ctsec_scan *scan, const ct_buffer *elements) {
  if (elements->failed) scan->ready.failed = 1;
  if (!elements->length) return;
  char *started = &scan->document.started[scan->document.depth - 1];
  ct_buffer_add(&scan->document.buffer, elements->data + !*started, elements->length - !*started);
  *started = 1;
}

static int join_described(ctsec_scan *scan, const ctsec_scan *part, ctsec_error **err) {
  for (uint32_t i = 0; i < part->described_count; i++)
    if (ct_scan_describe(scan, &part->described[i])) return ct_error_nomem(err);
  return 0;
}

static int join(ctsec_scan *scan, ctsec_scan *part, ctsec_error **err) {
  int json = *part->writer->inside != '\0';
  if (part->containers) ct_scan_begin(scan);
  if (json) {
    join_elements(scan, &part->document.buffer);
    join_elements(scan, &part->ready);
    if (part->ready.length) ct_scan_move(scan);
  } else if (scan->ready.length || scan->ready.failed) {
    join_list(&scan->ready, &part->ready, 0);
  } else {
    ct_buffer empty = scan->ready;
    scan->ready = part->ready;
    part->ready = empty;
  }
  join_list(&scan->diagnostics, &part->diagnostics, json);
  join_list(&scan->errors, &part->errors, json);
  for (int i = 0; i < 5; i++) scan->counts[i] += part->counts[i];
  scan->containers += part->containers;
  scan->error_count += part->error_count;
  int status = join_described(scan, part, err);
  if (!status && ct_scan_has_failed(scan)) status = ct_error_nomem(err);
  return status;
}

int ctsec_scan_feed_job(ctsec_scan *scan, ctsec_job *job, ctsec_error **err) {
  int status = ct_scan_check_open(scan, err);
  if (status) return status;
  if (!job) return ct_error_null(err, "job");
  if (job->fed) return ct_error_set(err, CTSEC_E_ARG, "the job was fed before");
  int written = job->checked && !job->waits;
  if (!job->checked) look(job);
  job->fed = 1;
  ctsec_error *error = job->error;
  if (!written) {
    status = write_job(job, scan, err);
  } else {
    job->error = NULL;
    ctsec_error **fault = err && error ? err : NULL;
    status = job->status == CTSEC_E_NOMEM ? 0 : join(scan, &job->part, err);
    if (status) fault = NULL;
    if (fault)
      *fault = error;
    else
      ctsec_error_free(error);
    if (!status) status = job->status;
  }
  ct_suppressions_count(&scan->suppressions, job->findings);
  return status;
}

int ctsec_scan_feed(ctsec_scan *scan, const char *source, const char *text, size_t length, ctsec_error **err) {
  ctsec_job *job = NULL;
  int status = ctsec_job_new(scan, source, text, length, &job, err);
  if (!status) status = ctsec_scan_feed_job(scan, job, err);
  ctsec_job_free(job);
  return status;
}
