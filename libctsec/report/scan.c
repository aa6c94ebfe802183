/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many inputs, one report. What is finished leaves at once, so that lines need no more memory than one input. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

enum scan_format { SCAN_JSON, SCAN_NDJSON, SCAN_TEXT };

struct ctsec_scan {
  ctsec_options *options;
  ct_selection selection;
  int format;
  int finished;
  /* Inputs without a container are passed over. */
  int lenient;
  /* JSON: the document so far, inside containers[]. */
  ct_json document;
  /* Elements of the other arrays, each a compact object. */
  ct_buffer diagnostics;
  ct_buffer errors;
  /* Lines that are ready. */
  ct_buffer ready;
  size_t counts[5];
  size_t containers;
  size_t error_count;
};

static int format_find(const char *name, int *format) {
  static const char *const names[] = {"json", "ndjson", "text"};
  for (int i = 0; i < 3; i++) {
    if (strcmp(names[i], name)) continue;
    *format = i;
    return 1;
  }
  return 0;
}

static void begin(ctsec_scan *scan) {
  if (scan->format != SCAN_JSON) return;
  ct_json *json = &scan->document;
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/findings/1");
  ct_json_key(json, "target");
  ct_report_target(json, scan->options);
  ct_json_key(json, "containers");
  ct_json_array(json);
}

int ctsec_scan_new(const ctsec_options *options, const char *format, ctsec_scan **scan, ctsec_error **err) {
  if (!format) return ct_error_null(err, "format");
  if (!scan) return ct_error_null(err, "scan");
  int which;
  if (!format_find(format, &which))
    return ct_error_set(err, CTSEC_E_ARG, "format: `%s` is none of json, ndjson, text", format);
  ctsec_scan *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->format = which;
  ct_json_init(&made->document, 0);
  ct_buffer_init(&made->diagnostics);
  ct_buffer_init(&made->errors);
  ct_buffer_init(&made->ready);
  int status = ct_options_copy(options, &made->options, err);
  if (!status) status = ct_selection_make(&made->selection, made->options, err);
  if (!status) begin(made);
  if (!status && made->document.buffer.failed) status = ct_error_nomem(err);
  if (status) {
    ctsec_scan_free(made);
    return status;
  }
  *scan = made;
  return 0;
}

void ctsec_scan_free(ctsec_scan *scan) {
  if (!scan) return;
  ct_json_free(&scan->document);
  ct_buffer_free(&scan->diagnostics);
  ct_buffer_free(&scan->errors);
  ct_buffer_free(&scan->ready);
  ctsec_options_free(scan->options);
  free(scan);
}

static void add_element(ct_buffer *list, const char *text, size_t length) {
  if (list->length) ct_buffer_char(list, ',');
  ct_buffer_add(list, text, length);
}

static void add_line(ctsec_scan *scan, ct_json *json) {
  if (json->buffer.failed || json->depth) scan->ready.failed = 1;
  ct_buffer_add(&scan->ready, json->buffer.data ? json->buffer.data : "", json->buffer.length);
  ct_buffer_char(&scan->ready, '\n');
}

static void record_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  scan->error_count++;
  if (scan->format == SCAN_TEXT) return;
  ct_json json;
  ct_json_init(&json, 1);
  if (scan->format == SCAN_NDJSON) {
    ct_json_object(&json);
    ct_json_key_text(&json, "schema", "ctsec/container/1");
    ct_json_key_null(&json, "id");
    ct_json_key_text(&json, "source", source);
    ct_json_key(&json, "findings");
    ct_json_array(&json);
    ct_json_end(&json);
    ct_json_key(&json, "errors");
    ct_json_array(&json);
    ct_error_write(&json, error);
    ct_json_end(&json);
    ct_json_end(&json);
    add_line(scan, &json);
  } else {
    ct_error_write(&json, error);
    if (json.buffer.failed) scan->errors.failed = 1;
    add_element(&scan->errors, json.buffer.data ? json.buffer.data : "", json.buffer.length);
  }
  ct_json_free(&json);
}

static void write_lines(ctsec_scan *scan, const ctsec_findings *findings) {
  for (uint32_t i = 0; i < findings->containers->count; i++) {
    ct_json json;
    ct_json_init(&json, 1);
    ct_json_object(&json);
    ct_json_key_text(&json, "schema", "ctsec/container/1");
    ct_report_container(&json, findings, i, 1);
    ct_json_key(&json, "diagnostics");
    ct_json_array(&json);
    ct_report_diagnostics(&json, findings, i);
    ct_json_end(&json);
    ct_json_key(&json, "errors");
    ct_json_array(&json);
    ct_json_end(&json);
    ct_json_end(&json);
    add_line(scan, &json);
    ct_json_free(&json);
  }
}

static void write_document(ctsec_scan *scan, const ctsec_findings *findings) {
  for (uint32_t i = 0; i < findings->containers->count; i++) ct_report_container(&scan->document, findings, i, 0);
  if (!findings->diagnostic_count) return;
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_array(&json);
  ct_report_diagnostics(&json, findings, -1);
  ct_json_end(&json);
  if (json.buffer.failed) scan->diagnostics.failed = 1;
  /* Without its brackets. */
  if (json.buffer.length > 2) add_element(&scan->diagnostics, json.buffer.data + 1, json.buffer.length - 2);
  ct_json_free(&json);
}

static int has_failed(const ctsec_scan *scan) {
  return scan->document.buffer.failed || scan->diagnostics.failed || scan->errors.failed || scan->ready.failed;
}

static int write_findings(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  switch (scan->format) {
    case SCAN_JSON:
      write_document(scan, findings);
      break;
    case SCAN_NDJSON:
      write_lines(scan, findings);
      break;
    default:
      for (uint32_t i = 0; i < findings->containers->count; i++) ct_report_container_text(&scan->ready, findings, i);
  }
  if (has_failed(scan)) return ct_error_nomem(err);
  for (uint32_t i = 0; i < findings->count; i++) scan->counts[findings->items[i].severity]++;
  scan->containers += findings->containers->count;
  return 0;
}

/* Errors of items that stood beside readable ones; the first is the caller's too. */
static int report_partial(ctsec_scan *scan, ctsec_containers *containers, const char *source, ctsec_error **err) {
  if (!containers->error_count) return 0;
  for (uint32_t i = 0; i < containers->error_count; i++) record_error(scan, source, containers->errors[i]);
  ctsec_error *first = containers->errors[0];
  int code = ctsec_error_code(first);
  if (err) {
    *err = first;
    containers->errors[0] = NULL;
  }
  return code;
}

int ctsec_scan_set_lenient(ctsec_scan *scan, int lenient, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  scan->lenient = lenient != 0;
  return 0;
}

/* What stands at the root, or as an item of it, is no container; a wrong type stands deeper. */
static int is_something_else(const ctsec_error *error) {
  const char *pointer = ctsec_error_pointer(error);
  int code = ctsec_error_code(error);
  if ((code != CTSEC_E_SCHEMA && code != CTSEC_E_UNSUPPORTED) || !pointer) return 0;
  if (*pointer) pointer++;
  while (*pointer >= '0' && *pointer <= '9') pointer++;
  return !*pointer;
}

int ctsec_scan_feed(ctsec_scan *scan, const char *source, const char *text, size_t length, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  if (!source) return ct_error_null(err, "source");
  if (scan->finished) return ct_error_set(err, CTSEC_E_ARG, "the scan is finished");
  int status = ctsec_options_set(scan->options, "source", source, strlen(source), err);
  if (status) return status;
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  status = ctsec_containers_parse(text, length, scan->options, &containers, &error);
  if (status) {
    if (scan->lenient && is_something_else(error)) {
      ctsec_error_free(error);
      return 0;
    }
    if (status != CTSEC_E_NOMEM && status != CTSEC_E_NOTFOUND) record_error(scan, source, error);
    if (err)
      *err = error;
    else
      ctsec_error_free(error);
    return status;
  }
  ctsec_findings *findings = NULL;
  status = ct_findings_make(containers, scan->options, &scan->selection, &findings, err);
  if (!status) status = write_findings(scan, findings, err);
  ctsec_findings_free(findings);
  if (!status) status = report_partial(scan, containers, source, err);
  ctsec_containers_free(containers);
  return status;
}

int ctsec_scan_set_unread(ctsec_scan *scan, const char *source, int number, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  if (!source) return ct_error_null(err, "source");
  if (scan->finished) return ct_error_set(err, CTSEC_E_ARG, "the scan is finished");
  ctsec_error *error = NULL;
  int status = ct_error_system(&error, number, source, "cannot read");
  if (status != CTSEC_E_NOMEM) record_error(scan, source, error);
  if (err)
    *err = error;
  else
    ctsec_error_free(error);
  return status;
}

size_t ctsec_scan_count(const ctsec_scan *scan, int severity) {
  size_t count = 0;
  for (int i = severity < 0 ? 0 : severity; scan && i < 5; i++) count += scan->counts[i];
  return count;
}

size_t ctsec_scan_containers(const ctsec_scan *scan) { return scan ? scan->containers : 0; }

static int check_outputs(const ctsec_scan *scan, char **text, const size_t *length, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  if (scan->finished) return ct_error_set(err, CTSEC_E_ARG, "the scan is finished");
  return has_failed(scan) ? ct_error_nomem(err) : 0;
}

int ctsec_scan_take(ctsec_scan *scan, char **text, size_t *length, ctsec_error **err) {
  int status = check_outputs(scan, text, length, err);
  if (status) return status;
  return ct_buffer_take(&scan->ready, text, length) ? ct_error_nomem(err) : 0;
}

static void raw_array(ct_json *json, const char *key, const ct_buffer *elements) {
  ct_json_key(json, key);
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_char(&text, '[');
  ct_buffer_add(&text, elements->data ? elements->data : "", elements->length);
  ct_buffer_char(&text, ']');
  if (text.failed) json->buffer.failed = 1;
  ct_json_raw(json, text.data ? text.data : "", text.length);
  ct_buffer_free(&text);
}

int ctsec_scan_finish(ctsec_scan *scan, char **text, size_t *length, ctsec_error **err) {
  int status = check_outputs(scan, text, length, err);
  if (status) return status;
  scan->finished = 1;
  if (scan->format == SCAN_JSON) {
    ct_json *json = &scan->document;
    ct_json_end(json);
    ct_json_key(json, "summary");
    ct_report_summary(json, scan->counts, scan->containers, scan->error_count);
    raw_array(json, "diagnostics", &scan->diagnostics);
    raw_array(json, "errors", &scan->errors);
    ct_json_end(json);
    return ct_json_take(json, text, length) ? ct_error_nomem(err) : 0;
  }
  if (scan->format == SCAN_TEXT)
    ct_report_summary_text(&scan->ready, scan->counts, scan->containers, scan->error_count, ct_options_lang(scan->options));
  return ct_buffer_take(&scan->ready, text, length) ? ct_error_nomem(err) : 0;
}
