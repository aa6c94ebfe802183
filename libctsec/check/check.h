/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The check engine: rules are rows of data/rules.def and predicates over the model; findings are what they report. */
#ifndef CT_CHECK_CHECK_H
#define CT_CHECK_CHECK_H

#include "check/cis.h"
#include "check/filter.h"
#include "container/model.h"
#include "container/paths.h"
#include "ctsec/check.h"
#include "data/messages.h"
#include "data/rules.h"
#include "path/enabled.h"

#define CT_NO_MESSAGE CT_MESSAGE_COUNT

/* What {placeholders} of messages and remediations stand for; NULL: nothing. */
typedef struct ct_values {
  const char *capability;
  const char *source;
  const char *destination;
  const char *device;
  const char *name;
  const char *value;
  const char *sysctl;
  const char *entry;
} ct_values;

/* reason: why a severity is not its rule's default; CT_NO_MESSAGE for none. */
struct ctsec_finding {
  const ct_container *container;
  ct_rule_id rule;
  /* The finding that this one follows from; CT_RULE_COUNT for none. */
  ct_rule_id because;
  /* The rule whose remedy ends it; a format for which that has none takes the finding's own. */
  ct_rule_id fix;
  uint8_t severity;
  ct_message_id reason;
  /* Instead of the rule's own message; CT_NO_MESSAGE for that. */
  ct_message_id message_id;
  const ct_value *at;
  /* What was seen, in no language: paths, names, numbers. Never a secret. */
  const char *observed;
  /* Of a standard that was violated: its id for the check ("privileged", "5.4"); NULL for a finding of a rule. */
  const char *check;
  ct_values values;
  /* Attack paths that it enables, bit i is CT_FIRST_PATH + i; of each that is blocked, in their order, the layers. */
  uint64_t reachable;
  uint64_t possible;
  uint64_t blocked;
  const uint16_t *layers;
  /* Order of being found, to keep sorting stable. */
  uint32_t order;
  /* Made once all are known, in the language asked for. */
  uint8_t lang;
  const char *message;
  /* The file of the place: the input, or one of those that it is made of. */
  const char *source;
  const char *pointer;
  int64_t line;
  int64_t column;
};

typedef struct ct_diagnostic {
  /* NULL: of the input as a whole. */
  const ct_container *container;
  /* CT_RULE_COUNT: a remark of the reader, about no rule. */
  ct_rule_id rule;
  ct_message_id message;
  const ct_value *at;
  /* Keys for --fact, space-separated; NULL for none. */
  const char *needs;
  ct_values values;
} ct_diagnostic;

/* A finding that somebody accepted; the texts are the waiver's. */
typedef struct ct_waived {
  struct ctsec_finding finding;
  const char *reason;
  const char *expires;
  /* By its number. */
  uint32_t waiver;
} ct_waived;

struct ctsec_findings {
  ct_count owners;
  ct_arena arena;
  ctsec_containers *containers;
  int lang;
  int colour;
  uint32_t count;
  /* How many fit into items. */
  size_t room;
  ctsec_finding *items;
  /* Of container i: from starts[i] to starts[i + 1]. */
  uint32_t *starts;
  uint32_t diagnostic_count;
  ct_diagnostic *diagnostics;
  /* Questions of container i: from questions[i] to questions[i + 1]; the reader's notes stand behind all of them. */
  uint32_t *questions;
  /* CT_CIS_CONTROLS for each container, where the policy is that benchmark; NULL otherwise. */
  const ct_control **controls;
  /* In the order of the containers; not among the items. */
  uint32_t waived_count;
  /* How many were taken out, these among them. */
  uint32_t hidden;
  ct_waived *waived;
};

/* Which rules run; made from options once per scan. */
typedef struct ct_selection {
  uint8_t skip[CT_RULE_COUNT];
  int least;
  /* A level of the Pod Security Standards instead of the rules; 0 for none. */
  int pss_level;
  uint32_t pss_version;
  /* The CIS benchmark instead of the rules. */
  int cis;
} ct_selection;

/* One container under examination. */
typedef struct ct_check {
  ct_arena *arena;
  const ct_container *container;
  const ctsec_options *options;
  const ct_selection *selection;
  /* Room that is used for one container after the other. */
  struct ctsec_finding *findings;
  uint32_t count;
  uint32_t room;
  ct_diagnostic *diagnostics;
  uint32_t diagnostic_count;
  int failed;
  struct ctsec_finding nowhere;
  ct_control *controls;
  /* What its own profile lets through. */
  ct_filter_facts filter;
  /* For one container after the other, as findings are. */
  ct_reach *reach;
  /* For texts on their way into the arena. */
  ct_buffer scratch;
} ct_check;

/* Examines one container; 0 or CTSEC_E_NOMEM. Findings come sorted: dangerous first, by severity, then by place. */
int ct_check_container(ct_check *check, ctsec_error **err);
int ct_selection_make(ct_selection *selection, const ctsec_options *options, ctsec_error **err);

/* For rules. Never NULL. */
struct ctsec_finding *ct_report(ct_check *check, ct_rule_id rule, const ct_value *at);
void ct_needs(ct_check *check, ct_rule_id rule, const ct_value *at, ct_message_id message, const char *needs,
              const char *value);
/* Text in the arena, by ct_buffer_format(); "" where memory is out (the check fails then). */
const char *ct_check_text(ct_check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Changes a severity and records why. */
void ct_raise(struct ctsec_finding *finding, int severity, ct_message_id reason);
int ct_rule_wanted(const ct_check *check, ct_rule_id rule);

/*
 * The first diagnostic from k on that is about container i, or about the input as a whole where i is the first;
 * diagnostic_count where none is left.
 */
uint32_t ct_diagnostic_next(const ctsec_findings *findings, uint32_t i, uint32_t k);

/* Checks every container of one input by a selection that was made before. */
int ct_findings_make(ctsec_containers *containers, const ctsec_options *options, const ct_selection *selection,
                     ctsec_findings **findings, ctsec_error **err);

/* "critical"...; -1 or NULL for what is none. */
const char *ct_severity_name(int severity);
int ct_severity_find(const char *name);
/* The rule's message with its values. */
void ct_finding_add_message(ct_buffer *buffer, const ctsec_finding *finding, int lang);

/* "CAP_CHOWN, CAP_KILL", with numbers for bits that have no name. */
const char *ct_caps_shown(ct_check *check, uint64_t mask);

/* Attack paths of every finding, and what follows for its severity; -1 where memory is out. */
int ct_check_paths(ct_check *check);

/* What a rule would need to judge a field that a missing variable or file decides; NULL where it can judge. */
const char *ct_rule_open(const ct_container *container, ct_rule_id rule);
/* --privileged, or what it makes of an OCI configuration. */
int ct_is_privileged(const ct_container *container);

/* What to ask for where the user is not known: it is a name, or only the image says it. */
ct_message_id ct_need_of_user(const ct_container *container);

/* What the container's own description calls a setting. */
typedef enum ct_field_id {
#define FIELD(token, inspect, run, compose, kubernetes, oci) CT_FIELD_##token##_NAME,
#include "data/fields.def"
#undef FIELD
  CT_FIELD_NAMES
} ct_field_id;
const char *ct_field_of_compose(ct_field_id field);
const char *ct_field_name(const ct_container *container, ct_field_id field);
/* "Privileged: true", "--privileged", "privileged: true"; "Memory not set", "no --memory". */
const char *ct_said(ct_check *check, ct_field_id field, const char *value);
const char *ct_unsaid(ct_check *check, ct_field_id field);

/* An annotation of the container's pod, "PREFIX" "name"; NULL where there is none. */
const ct_value *ct_pod_annotation(const ct_container *container, const char *prefix, const char *name);

/* Rooms of rules, each a file. */
void ct_rules_privileged(ct_check *check);
void ct_rules_caps(ct_check *check);
void ct_rules_confinement(ct_check *check);
void ct_rules_namespaces(ct_check *check);
void ct_rules_mounts(ct_check *check);
void ct_rules_devices(ct_check *check);
void ct_rules_secrets(ct_check *check);
void ct_rules_network(ct_check *check);
void ct_rules_resources(ct_check *check);
void ct_rules_hygiene(ct_check *check);
void ct_rules_exec(ct_check *check);
void ct_rules_pod(ct_check *check);
/* After all others, where the policy is the CIS Docker Benchmark: leaves what violates it, and decides its controls. */
void ct_rules_cis(ct_check *check);
void ct_rules_live(ct_check *check);
/* Instead of all others, where the policy is a level of the Pod Security Standards. */
void ct_rules_pss(ct_check *check);

/* True where a name, or a value, is that of a secret; *kind says what it looks like ("an AWS access key"). */
int ct_secret_find(const char *name, size_t name_length, const char *value, size_t length, const char **kind);

#endif
