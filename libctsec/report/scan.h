/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stream of inputs that becomes a report, as its writers see it: one writer for each format. */
#ifndef CT_REPORT_SCAN_H
#define CT_REPORT_SCAN_H

#include "report/calls.h"
#include "report/page.h"
#include "report/report.h"
#include "report/suppress.h"

/* A format. Failures of memory are left in the buffers of the scan. */
typedef struct ct_writer {
  const char *name;
  /* What comes first, before anything else is written; NULL where nothing does. */
  void (*begin)(ctsec_scan *scan);
  /* The containers of one input. An error but NOMEM is none of memory: it ends the input. */
  int (*add)(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err);
  void (*error)(ctsec_scan *scan, const char *source, const ctsec_error *error);
  /* The rest, into `ready`. */
  void (*end)(ctsec_scan *scan);
  /* The brackets around what `add` writes; NULL where that depends on the inputs before. */
  const char *inside;
  /* Knows the option audit. */
  int audits;
} ct_writer;

/* What an input gives a container, for its process that may follow. */
typedef struct ct_described {
  char id[64];
  uint64_t mask;
} ct_described;

/* Of so many at most: memory stays what it is. */
#define CT_DESCRIBED_MOST 4096u

struct ctsec_scan {
  uint32_t described_count;
  ct_described *described;
  ctsec_options *options;
  ct_selection selection;
  const ct_writer *writer;
  int begun;
  int finished;
  /* Inputs without a container are passed over. */
  int lenient;
  /* A document of JSON that is under way. */
  ct_json document;
  /* What waits for the end, in the form of the format. */
  ct_buffer diagnostics;
  ct_buffer errors;
  ct_buffer index;
  /* What take gives. */
  ct_buffer ready;
  ct_suppressions suppressions;
  ct_calls_memory calls;
  size_t counts[5];
  size_t containers;
  size_t error_count;
};

/* Frees what it holds, but for what was accepted in advance. */
void ct_scan_clear(ctsec_scan *scan);
/* CTSEC_E_ARG for NULL, and where it is finished. */
int ct_scan_check_open(const ctsec_scan *scan, ctsec_error **err);
/* Writes what comes first, once. Not before there is something to say: a single input that cannot be read gives nothing. */
void ct_scan_begin(ctsec_scan *scan);
int ct_scan_has_failed(const ctsec_scan *scan);
/* Why an input could not be read, unless that is none of the scan's business; the error is taken over. */
int ct_scan_add_fault(ctsec_scan *scan, const char *source, int lenient, int status, ctsec_error *error, ctsec_error **err);
/* Reports what was found in the containers of one input, but for counting what was waived. */
int ct_scan_add_findings(ctsec_scan *scan, const char *source, ctsec_containers *containers, ctsec_findings *findings,
                         ctsec_error **err);
/* Remembers one more, up to CT_DESCRIBED_MOST; 0 or CTSEC_E_NOMEM. */
int ct_scan_describe(ctsec_scan *scan, const ct_described *described);
/* One more element of a list without brackets. */
void ct_scan_add_element(ct_buffer *list, const char *text, size_t length);
/* Hands what stands in the document so far to `ready`. */
void ct_scan_move(ctsec_scan *scan);

extern const ct_writer ct_writer_sarif;
extern const ct_writer ct_writer_junit;
extern const ct_writer ct_writer_markdown;
extern const ct_writer ct_writer_html;

/* The containers of one input as pages; as text, the audit pack. */
int ct_markup_add(ctsec_scan *scan, const ctsec_findings *findings, ct_page_form form, ctsec_error **err);

/* Where a value stands, to its end. Columns and characters are code points. */
typedef struct ct_region {
  int64_t line, column;
  int64_t end_line, end_column;
  int64_t offset, length;
} ct_region;

/* Counts characters of one document; made once for many regions. */
typedef struct ct_points {
  const ct_document *document;
  /* Characters before each block of bytes; NULL where each byte is one. */
  uint32_t *before;
} ct_points;

int ct_points_make(ct_points *points, const ct_document *document, ctsec_error **err);
void ct_points_free(ct_points *points);
/* Of an object over several lines its first line alone, so that an editor marks where it begins. */
void ct_region_find(const ct_points *points, const ctsec_containers *containers, const ct_value *value,
                    ct_region *region);

/* 64 bits that stay the same while a file is edited elsewhere: of rule, container and what was observed. */
uint64_t ct_finding_print(const ctsec_finding *finding);

#endif
