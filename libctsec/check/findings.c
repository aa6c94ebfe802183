/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

static void free_findings(ctsec_findings *findings) {
  ctsec_containers_free(findings->containers);
  ct_arena_free(&findings->arena);
  free(findings);
}

static int append(ctsec_findings *findings, const ct_check *check, ctsec_error **err) {
  if (check->count) {
    size_t count = (size_t)findings->count + check->count;
    if (count > findings->room) {
      ctsec_finding *items = ct_arena_array(&findings->arena, findings->count ? 2 * count : count, sizeof *items);
      if (!items) return ct_error_nomem(err);
      if (findings->count) memcpy(items, findings->items, findings->count * sizeof *items);
      findings->items = items;
      findings->room = findings->count ? 2 * count : count;
    }
    memcpy(findings->items + findings->count, check->findings, check->count * sizeof *check->findings);
    findings->count = (uint32_t)count;
  }
  for (uint32_t i = 0; i < check->diagnostic_count; i++) {
    ct_diagnostic *grown =
        ct_arena_grow(&findings->arena, findings->diagnostics, findings->diagnostic_count, sizeof *grown);
    if (!grown) return ct_error_nomem(err);
    findings->diagnostics = grown;
    grown[findings->diagnostic_count++] = check->diagnostics[i];
  }
  return 0;
}

/* What the reader remarked. */
static int add_notes(ctsec_findings *findings, ctsec_error **err) {
  const ctsec_containers *containers = findings->containers;
  for (uint32_t i = 0; i < containers->note_count; i++) {
    const ct_remark *note = &containers->notes[i];
    /* Of a container that was not selected. */
    if (note->container != UINT32_MAX && note->container >= containers->count) continue;
    ct_diagnostic *grown =
        ct_arena_grow(&findings->arena, findings->diagnostics, findings->diagnostic_count, sizeof *grown);
    if (!grown) return ct_error_nomem(err);
    findings->diagnostics = grown;
    grown[findings->diagnostic_count++] =
        (ct_diagnostic){note->container == UINT32_MAX ? NULL : &containers->items[note->container], CT_RULE_COUNT, note->message,
                        note->at, note->needs, {.name = note->name}};
  }
  return 0;
}

uint32_t ct_diagnostic_next(const ctsec_findings *findings, uint32_t i, uint32_t k) {
  const ct_container *container = &findings->containers->items[i];
  uint32_t notes = findings->questions[findings->containers->count];
  if (k < findings->questions[i]) k = findings->questions[i];
  if (k >= findings->questions[i + 1] && k < notes) k = notes;
  for (; k >= notes && k < findings->diagnostic_count; k++) {
    const ct_container *about = findings->diagnostics[k].container;
    if (about ? about == container : !i) break;
  }
  return k;
}

int ct_findings_make(ctsec_containers *containers, const ctsec_options *options, const ct_selection *selection,
                     ctsec_findings **findings, ctsec_error **err) {
  ctsec_findings *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  atomic_init(&made->owners, 1);
  ct_arena_init(&made->arena);
  made->containers = ctsec_containers_ref(containers);
  made->lang = ct_options_lang(options);
  made->colour = options && options->colour == 1;
  made->starts = ct_arena_array(&made->arena, (size_t)containers->count + 1, sizeof *made->starts);
  made->questions = ct_arena_array(&made->arena, (size_t)containers->count + 1, sizeof *made->questions);
  if (selection->cis) made->controls = ct_arena_array(&made->arena, containers->count, sizeof *made->controls);
  int status = made->starts && made->questions && (made->controls || !selection->cis) ? 0 : ct_error_nomem(err);
  ct_check check = {0};
  for (uint32_t i = 0; i < containers->count && !status; i++) {
    check = (ct_check){.arena = &made->arena, .container = &containers->items[i], .options = options, .selection = selection,
                       .findings = check.findings, .room = check.room, .reach = check.reach};
    status = ct_check_container(&check, err);
    if (!status) status = append(made, &check, err);
    if (!status) made->starts[i + 1] = made->count;
    if (!status) made->questions[i + 1] = made->diagnostic_count;
    if (!status && made->controls) made->controls[i] = check.controls;
  }
  ct_reach_free(check.reach);
  if (!status) status = add_notes(made, err);
  if (status) {
    free_findings(made);
    return status;
  }
  *findings = made;
  return 0;
}

int ctsec_findings_check(ctsec_containers *containers, const ctsec_options *options, ctsec_findings **findings,
                         ctsec_error **err) {
  if (!containers) return ct_error_null(err, "containers");
  if (!findings) return ct_error_null(err, "findings");
  ct_selection selection;
  int status = ct_selection_make(&selection, options, err);
  return status ? status : ct_findings_make(containers, options, &selection, findings, err);
}

ctsec_findings *ctsec_findings_ref(ctsec_findings *findings) {
  if (findings) ct_count_up(&findings->owners);
  return findings;
}

void ctsec_findings_free(ctsec_findings *findings) {
  if (findings && ct_count_down(&findings->owners)) free_findings(findings);
}

size_t ctsec_findings_count(const ctsec_findings *findings) { return findings ? findings->count : 0; }

const ctsec_finding *ctsec_findings_at(const ctsec_findings *findings, size_t index) {
  return findings && index < findings->count ? &findings->items[index] : NULL;
}

const char *ctsec_finding_rule(const ctsec_finding *finding) { return finding ? ct_rule(finding->rule)->id : NULL; }
int ctsec_finding_severity(const ctsec_finding *finding) { return finding ? finding->severity : -1; }
const char *ctsec_finding_because(const ctsec_finding *finding) {
  return finding && finding->because < CT_RULE_COUNT ? ct_rule(finding->because)->id : NULL;
}
const char *ctsec_finding_title(const ctsec_finding *finding) {
  return finding ? ct_message(ct_rule(finding->rule)->title, finding->lang) : NULL;
}
const char *ctsec_finding_message(const ctsec_finding *finding) { return finding ? finding->message : NULL; }
const char *ctsec_finding_observed(const ctsec_finding *finding) { return finding ? finding->observed : NULL; }
const char *ctsec_finding_pointer(const ctsec_finding *finding) { return finding ? finding->pointer : NULL; }
int64_t ctsec_finding_line(const ctsec_finding *finding) { return finding ? finding->line : 0; }
int64_t ctsec_finding_column(const ctsec_finding *finding) { return finding ? finding->column : 0; }
const ctsec_container *ctsec_finding_container(const ctsec_finding *finding) { return finding ? finding->container : NULL; }
