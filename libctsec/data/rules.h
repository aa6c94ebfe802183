/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rule catalogue: rules.def, its texts and its remedies, as rows. */
#ifndef CT_DATA_RULES_H
#define CT_DATA_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "data/messages.h"

typedef enum ct_rule_id {
#define RULE(token, id, severity, kind, cis, pss, mitre, cve, cwe, formats) CT_RULE_##token,
#include "data/rules.def"
#undef RULE
  CT_RULE_COUNT
} ct_rule_id;

/* Descriptions from which a rule can be decided. */
enum {
  CT_RULE_FROM_DOCKER = 1,
  CT_RULE_FROM_OCI = 2,
  CT_RULE_FROM_COMPOSE = 4,
  CT_RULE_FROM_KUBERNETES = 8,
  CT_RULE_FROM_PROC = 16,
  CT_RULE_FROM_DOCKERFILE = 32,
};

enum { CT_FIX_DOCKER, CT_FIX_COMPOSE, CT_FIX_KUBERNETES, CT_FIX_OCI, CT_FIX_COUNT };

/* What standards call it. */
enum { CT_REFERENCE_CIS, CT_REFERENCE_PSS, CT_REFERENCE_MITRE, CT_REFERENCE_CVE, CT_REFERENCE_CWE, CT_REFERENCE_COUNT };

typedef struct ctsec_rule {
  char id[28];
  /* 0 info to 4 critical. */
  uint8_t severity;
  uint8_t hygiene;
  uint8_t formats;
  /* change: the smallest change, in words. */
  uint16_t title, message, why, change;
} ct_rule_row;

const ct_rule_row *ct_rule(ct_rule_id id);
/* By CT_REFERENCE_*: lists, of cve by spaces, of the others by commas; "" for none. */
ct_text_view ct_rule_references(const ct_rule_row *rule, int standard);
/* By CT_FIX_*: the smallest change in that format; "" where it has none. Holds {placeholders} beside literal braces. */
ct_text_view ct_rule_fix(const ct_rule_row *rule, int format);

/* CT_RULE_COUNT where no rule has this id. */
ct_rule_id ct_rule_find(const char *id, size_t length);

#endif
