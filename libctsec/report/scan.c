/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many inputs, one report. What is finished leaves at once, so that lines need no more memory than one input. */
#include <stdlib.h>
#include <string.h>

#include "report/scan.h"

static const ct_writer writer_json, writer_ndjson, writer_text;

static const ct_writer *const writers[] = {&writer_json,     &writer_ndjson,   &writer_text,
                                           &ct_writer_sarif, &ct_writer_junit, &ct_writer_markdown,
                                           &ct_writer_html};
#define WRITERS (sizeof writers / sizeof *writers)

static int unknown_format(const char *format, ctsec_error **err) {
  ct_buffer names;
  ct_buffer_init(&names);
  for (size_t i = 0; i < WRITERS; i++) ct_buffer_format(&names, "%s%s", i ? ", " : "", writers[i]->name);
  int status = names.failed ? ct_error_nomem(err)
                            : ct_error_set(err, CTSEC_E_ARG, "format: `%s` is none of %.*s", format, (int)names.length,
                                           names.data);
  ct_buffer_free(&names);
  return status;
}

int ctsec_scan_new(const ctsec_options *options, const char *format, ctsec_scan **scan, ctsec_error **err) {
  if (!format) return ct_error_null(err, "format");
  if (!scan) return ct_error_null(err, "scan");
  size_t which = 0;
  while (which < WRITERS && strcmp(writers[which]->name, format)) which++;
  if (which == WRITERS) return unknown_format(format, err);
  if (options && options->audit && !writers[which]->audits)
    return ct_error_set(err, CTSEC_E_ARG, "audit: the formats text, markdown and html have it, not %s", format);
  ctsec_scan *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  made->writer = writers[which];
  ct_arena_init(&made->suppressions.arena);
  int status = ct_options_copy(options, &made->options, err);
  if (!status) status = ct_selection_make(&made->selection, made->options, err);
  if (!status) {
    made->suppressions.has_now = made->options->has_now;
    made->suppressions.now = made->options->now;
  }
  if (status) {
    ctsec_scan_free(made);
    return status;
  }
  *scan = made;
  return 0;
}

void ct_scan_clear(ctsec_scan *scan) {
  ct_json_free(&scan->document);
  ct_buffer_free(&scan->diagnostics);
  ct_buffer_free(&scan->errors);
  ct_buffer_free(&scan->index);
  ct_buffer_free(&scan->ready);
  ct_calls_forget(&scan->calls);
  ctsec_options_free(scan->options);
  free(scan->described);
}

void ctsec_scan_free(ctsec_scan *scan) {
  if (!scan) return;
  ct_arena_free(&scan->suppressions.arena);
  ct_scan_clear(scan);
  free(scan);
}

void ct_scan_move(ctsec_scan *scan) {
  ct_buffer *from = &scan->document.buffer;
  if (!scan->ready.length && !scan->ready.failed) {
    ct_buffer empty = scan->ready;
    scan->ready = *from;
    *from = empty;
    return;
  }
  ct_buffer_add(&scan->ready, from->data ? from->data : "", from->length);
  from->length = 0;
}

void ct_scan_begin(ctsec_scan *scan) {
  if (!scan->begun && scan->writer->begin) scan->writer->begin(scan);
  scan->begun = 1;
}

void ct_scan_add_element(ct_buffer *list, const char *text, size_t length) {
  if (list->length && length) ct_buffer_char(list, ',');
  ct_buffer_add(list, text, length);
}

static void add_line(ctsec_scan *scan, ct_json *json) {
  if (json->buffer.failed || json->depth) scan->ready.failed = 1;
  ct_buffer_add(&scan->ready, json->buffer.data ? json->buffer.data : "", json->buffer.length);
  ct_buffer_char(&scan->ready, '\n');
}

static void no_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  (void)scan, (void)source, (void)error;
}

static void json_begin(ctsec_scan *scan) {
  ct_json *json = &scan->document;
  /* What one container comes to. */
  ct_buffer_reserve(&json->buffer, 16384);
  ct_json_object(json);
  ct_json_key_text(json, "schema", "ctsec/findings/1");
  ct_json_key(json, "target");
  ct_report_target(json, scan->options);
  ct_json_key(json, "containers");
  ct_json_array(json);
}

static int json_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  (void)err;
  for (uint32_t i = 0; i < findings->containers->count; i++) ct_report_container(&scan->document, findings, i, 0);
  if (!findings->diagnostic_count) return 0;
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_array(&json);
  ct_report_diagnostics(&json, findings, -1);
  ct_json_end(&json);
  if (json.buffer.failed) scan->diagnostics.failed = 1;
  /* Without its brackets. */
  if (json.buffer.length > 2) ct_scan_add_element(&scan->diagnostics, json.buffer.data + 1, json.buffer.length - 2);
  ct_json_free(&json);
  return 0;
}

static void json_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  (void)source;
  ct_json json;
  ct_json_init(&json, 1);
  ct_error_write(&json, error);
  if (json.buffer.failed) scan->errors.failed = 1;
  ct_scan_add_element(&scan->errors, json.buffer.data ? json.buffer.data : "", json.buffer.length);
  ct_json_free(&json);
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

static void json_end(ctsec_scan *scan) {
  ct_json *json = &scan->document;
  ct_json_end(json);
  ct_json_key(json, "summary");
  ct_report_summary(json, scan->counts, scan->containers, scan->error_count);
  raw_array(json, "diagnostics", &scan->diagnostics);
  raw_array(json, "errors", &scan->errors);
  ct_suppressions_write(json, &scan->suppressions);
  ct_json_end(json);
  ct_buffer_char(&json->buffer, '\n');
  ct_scan_move(scan);
}

static const ct_writer writer_json = {"json", json_begin, json_add, json_error, json_end, "{[", 0};

static int lines_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  (void)err;
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
  return 0;
}

static void lines_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  ct_json json;
  ct_json_init(&json, 1);
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
  ct_json_free(&json);
}

/* Only where something was accepted in advance: what became of it. */
static void lines_end(ctsec_scan *scan) {
  const ct_suppressions *suppressions = &scan->suppressions;
  if (!suppressions->waivers_source && !suppressions->baseline_source) return;
  ct_json json;
  ct_json_init(&json, 1);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/suppressions/1");
  ct_suppressions_write(&json, suppressions);
  ct_json_end(&json);
  add_line(scan, &json);
  ct_json_free(&json);
}

static const ct_writer writer_ndjson = {"ndjson", NULL, lines_add, lines_error, lines_end, "", 0};

static int text_add(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  if (scan->options->audit) return ct_markup_add(scan, findings, CT_PAGE_TEXT, err);
  for (uint32_t i = 0; i < findings->containers->count; i++) ct_report_container_text(&scan->ready, findings, i);
  return 0;
}

static void text_end(ctsec_scan *scan) {
  ct_suppressions_text(&scan->ready, &scan->suppressions, ct_options_lang(scan->options));
  ct_report_summary_text(&scan->ready, scan->counts, scan->containers, scan->error_count, ct_options_lang(scan->options));
}

static const ct_writer writer_text = {"text", NULL, text_add, no_error, text_end, "", 1};

static void record_error(ctsec_scan *scan, const char *source, const ctsec_error *error) {
  scan->error_count++;
  scan->writer->error(scan, source, error);
}

int ct_scan_has_failed(const ctsec_scan *scan) {
  return scan->document.buffer.failed || scan->diagnostics.failed || scan->errors.failed || scan->index.failed ||
         scan->ready.failed;
}

static int write_findings(ctsec_scan *scan, const ctsec_findings *findings, ctsec_error **err) {
  if (findings->containers->count) ct_scan_begin(scan);
  int status = scan->writer->add(scan, findings, err);
  if (status) return status;
  if (ct_scan_has_failed(scan)) return ct_error_nomem(err);
  for (uint32_t i = 0; i < findings->count; i++) scan->counts[findings->items[i].severity]++;
  scan->containers += findings->containers->count;
  return 0;
}

/* Errors of items that stood beside readable ones are the caller's too. */
static int report_partial(ctsec_scan *scan, ctsec_containers *containers, const char *source, ctsec_error **err) {
  if (!containers->error_count) return 0;
  int code = ctsec_error_code(containers->errors[0]);
  for (uint32_t i = 0; i < containers->error_count; i++) {
    record_error(scan, source, containers->errors[i]);
    if (err) {
      err = ct_error_add(err, containers->errors[i]);
      containers->errors[i] = NULL;
    }
  }
  return code;
}

int ctsec_scan_set_files(ctsec_scan *scan, const ctsec_options *options, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  return ct_options_copy_files(scan->options, options, err);
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

int ct_scan_add_fault(ctsec_scan *scan, const char *source, int lenient, int status, ctsec_error *error, ctsec_error **err) {
  if (lenient && is_something_else(error)) {
    ctsec_error_free(error);
    return 0;
  }
  /* That it lacks the selected container is no fault of an input; that there is no such process is. */
  int missing = status == CTSEC_E_NOTFOUND && !ctsec_error_errno(error);
  if (status != CTSEC_E_NOMEM && !missing) record_error(scan, source, error);
  if (err)
    *err = error;
  else
    ctsec_error_free(error);
  return status;
}

static int is_whole_id(const ct_container *container) { return container->container_id.length == 64; }

int ct_scan_describe(ctsec_scan *scan, const ct_described *described) {
  uint32_t count = scan->described_count;
  if (count == CT_DESCRIBED_MOST) return 0;
  if (!(count & (count - 1))) {
    ct_described *more = realloc(scan->described, (count ? 2 * count : 1) * sizeof *more);
    if (!more) return CTSEC_E_NOMEM;
    scan->described = more;
  }
  scan->described[scan->described_count++] = *described;
  return 0;
}

static int remember(ctsec_scan *scan, const ctsec_containers *containers, ctsec_error **err) {
  for (uint32_t i = 0; i < containers->count; i++) {
    const ct_container *container = &containers->items[i];
    if (!is_whole_id(container) || container->live || !(container->facts.created_known & CT_FACT_BOUNDING)) continue;
    ct_described described = {.mask = container->facts.created.bounding};
    memcpy(described.id, container->container_id.value, sizeof described.id);
    if (ct_scan_describe(scan, &described)) return ct_error_nomem(err);
  }
  return 0;
}

static void recall(const ctsec_scan *scan, ctsec_containers *containers) {
  for (uint32_t i = 0; i < containers->count; i++) {
    ct_container *container = &containers->items[i];
    for (uint32_t k = 0; container->live && is_whole_id(container) && k < scan->described_count; k++) {
      if (memcmp(scan->described[k].id, container->container_id.value, sizeof scan->described[k].id)) continue;
      container->live->described = 1;
      container->live->described_mask = scan->described[k].mask;
    }
  }
}

int ct_scan_add_findings(ctsec_scan *scan, const char *source, ctsec_containers *containers, ctsec_findings *findings,
                         ctsec_error **err) {
  int status = remember(scan, containers, err);
  if (!status) status = ct_suppress(&scan->suppressions, findings, err);
  if (!status) status = write_findings(scan, findings, err);
  return status ? status : report_partial(scan, containers, source, err);
}

int ct_scan_check_open(const ctsec_scan *scan, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  return scan->finished ? ct_error_set(err, CTSEC_E_ARG, "the scan is finished") : 0;
}

/* An entry or a file that cannot be taken is an input in error like any other. */
static int note_fault(ctsec_scan *scan, const char *source, int status, ctsec_error *error, ctsec_error **err) {
  if (status && status != CTSEC_E_NOMEM) record_error(scan, source, error);
  if (err && status)
    *err = error;
  else
    ctsec_error_free(error);
  return status;
}

static int check_file(const ctsec_scan *scan, const char *source, const char *text, ctsec_error **err) {
  if (!scan) return ct_error_null(err, "scan");
  if (!source) return ct_error_null(err, "source");
  if (!text) return ct_error_null(err, "text");
  if (scan->finished) return ct_error_set(err, CTSEC_E_ARG, "the scan is finished");
  return 0;
}

int ctsec_scan_set_waivers(ctsec_scan *scan, const char *source, const char *text, size_t length, ctsec_error **err) {
  int status = check_file(scan, source, text, err);
  if (status) return status;
  ctsec_error *error = NULL;
  status = ct_waivers_read(&scan->suppressions, source, text, length, scan->options, &error);
  return note_fault(scan, source, status, error, err);
}

int ctsec_scan_set_baseline(ctsec_scan *scan, const char *source, const char *text, size_t length, ctsec_error **err) {
  int status = check_file(scan, source, text, err);
  if (status) return status;
  ctsec_error *error = NULL;
  status = ct_baseline_read(&scan->suppressions, source, text, length, scan->options, &scan->selection, &error);
  return note_fault(scan, source, status, error, err);
}

int ctsec_scan_read(ctsec_scan *scan, const char *root, int32_t pid, ctsec_error **err) {
  int status = ct_scan_check_open(scan, err);
  if (!status && !root) status = ct_error_null(err, "root");
  if (status) return status;
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  status = ctsec_containers_read(root, pid, scan->options, &containers, &error);
  if (status) return ct_scan_add_fault(scan, root, scan->lenient, status, error, err);
  ctsec_findings *findings = NULL;
  recall(scan, containers);
  status = ct_findings_make(containers, scan->options, &scan->selection, &findings, err);
  if (!status) status = ct_scan_add_findings(scan, root, containers, findings, err);
  ct_suppressions_count(&scan->suppressions, findings);
  ctsec_findings_free(findings);
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
  return ct_scan_has_failed(scan) ? ct_error_nomem(err) : 0;
}

int ctsec_scan_take(ctsec_scan *scan, char **text, size_t *length, ctsec_error **err) {
  int status = check_outputs(scan, text, length, err);
  if (status) return status;
  return ct_buffer_take(&scan->ready, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_scan_finish(ctsec_scan *scan, char **text, size_t *length, ctsec_error **err) {
  int status = check_outputs(scan, text, length, err);
  if (status) return status;
  scan->finished = 1;
  ct_scan_begin(scan);
  scan->writer->end(scan);
  if (ct_scan_has_failed(scan)) return ct_error_nomem(err);
  return ct_buffer_take(&scan->ready, text, length) ? ct_error_nomem(err) : 0;
}
