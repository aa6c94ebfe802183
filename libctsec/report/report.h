/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings as documents and as text. */
#ifndef CT_REPORT_REPORT_H
#define CT_REPORT_REPORT_H

#include "base/json.h"
#include "check/check.h"

/* One element of containers[]: container i with its findings. Members only where `members_only`. */
void ct_report_container(ct_json *json, const ctsec_findings *findings, uint32_t i, int members_only);
/* Elements of diagnostics[] of one container, or of all for -1. */
void ct_report_diagnostics(ct_json *json, const ctsec_findings *findings, int64_t i);
/* The object "remediation": a text per format, null where there is none; `own` serves where `rule` has none. */
void ct_report_remediation(ct_json *json, const ct_rule_row *rule, const ct_rule_row *own, const ct_values *values);
/* The remedy of a finding in the words of its own format. */
const char *ct_report_fix(const ctsec_finding *finding);
void ct_report_references(ct_json *json, const ct_rule_row *rule);
/* The object "summary" from counts by severity. */
void ct_report_summary(ct_json *json, const size_t *counts, size_t containers, size_t errors);
/* What was asked: policy and facts. */
void ct_report_target(ct_json *json, const ctsec_options *options);

/* A {placeholder} template with its values; what has none keeps its name. */
void ct_report_fill(ct_buffer *buffer, const char *text, const ct_values *values);

void ct_report_container_text(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i);
/* The controls of the CIS benchmark, where the policy is that. */
void ct_report_controls_text(ct_buffer *buffer, const ctsec_findings *findings, uint32_t i);
void ct_report_summary_text(ct_buffer *buffer, const size_t *counts, size_t containers, size_t errors, int lang);

/* Its attack paths: the member "paths", where there are any; and in words, where people should know of them. */
void ct_report_paths(ct_json *json, const ctsec_finding *finding);
int ct_report_has_paths(const ctsec_finding *finding);
void ct_report_say_paths(ct_buffer *out, const ctsec_finding *finding, int lang);

#endif
