/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/rules.h"

#include <string.h>

#include "data/texts.h"

enum { INFO, LOW, MEDIUM, HIGH, CRITICAL };
enum { DANGEROUS, HYGIENE };

#define F_DOCKER CT_RULE_FROM_DOCKER
#define F_OCI CT_RULE_FROM_OCI
#define F_COMPOSE CT_RULE_FROM_COMPOSE
#define F_KUBERNETES CT_RULE_FROM_KUBERNETES
#define F_PROC CT_RULE_FROM_PROC
#define F_DOCKERFILE CT_RULE_FROM_DOCKERFILE

/* The remedies lie in a file of their own and find their rows by name. */
enum {
#define FIX(token, docker, compose, kubernetes, oci) FIX_##token,
#include "data/rules_fix.def"
#undef FIX
  FIX_COUNT
};
_Static_assert(FIX_COUNT == (int)CT_RULE_COUNT, "one remedy for each rule");

#define RULE(token, id, severity, kind, cis, pss, mitre, cve, cwe, formats) \
  _Static_assert((int)FIX_##token == (int)CT_RULE_##token, "remedies in the order of the rules");
#include "data/rules.def"
#undef RULE

static const ct_rule_row rows[] = {
#define RULE(token, id, severity, kind, cis, pss, mitre, cve, cwe, formats)                                             \
  {id, severity, kind == HYGIENE, (uint8_t)(formats), CT_MESSAGE_RULE_##token##_TITLE, CT_MESSAGE_RULE_##token##_MESSAGE, \
   CT_MESSAGE_RULE_##token##_WHY, CT_MESSAGE_RULE_##token##_FIX},
#include "data/rules.def"
#undef RULE
};

const ct_rule_row *ct_rule(ct_rule_id id) { return &rows[id]; }

ct_text_view ct_rule_references(const ct_rule_row *rule, int standard) {
  return ct_text_at(CT_BLOCK_REFERENCES, (uint32_t)(rule - rows) * CT_REFERENCE_COUNT + (uint32_t)standard);
}

ct_text_view ct_rule_fix(const ct_rule_row *rule, int format) {
  return ct_text_at(CT_BLOCK_FIXES, (uint32_t)(rule - rows) * CT_FIX_COUNT + (uint32_t)format);
}

ct_rule_id ct_rule_find(const char *id, size_t length) {
  for (int i = 0; i < CT_RULE_COUNT; i++)
    if (strlen(rows[i].id) == length && !memcmp(rows[i].id, id, length)) return (ct_rule_id)i;
  return CT_RULE_COUNT;
}
