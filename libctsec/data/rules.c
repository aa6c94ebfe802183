/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/rules.h"

#include <stddef.h>
#include <string.h>

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
};

/* Blocks of text and offsets into them, as in messages.c. */
struct fixes {
#define FIX(token, docker, compose, kubernetes, oci) \
  char docker_##token[sizeof(docker)]; \
  char compose_##token[sizeof(compose)]; \
  char kubernetes_##token[sizeof(kubernetes)]; \
  char oci_##token[sizeof(oci)];
#include "data/rules_fix.def"
#undef FIX
};

static const struct fixes fixes = {
#define FIX(token, docker, compose, kubernetes, oci) docker, compose, kubernetes, oci,
#include "data/rules_fix.def"
#undef FIX
};

static const uint16_t fix_offsets[][CT_FIX_COUNT] = {
#define FIX(token, docker, compose, kubernetes, oci) \
  {offsetof(struct fixes, docker_##token), offsetof(struct fixes, compose_##token), \
   offsetof(struct fixes, kubernetes_##token), offsetof(struct fixes, oci_##token)},
#include "data/rules_fix.def"
#undef FIX
};
_Static_assert(sizeof fixes <= UINT16_MAX, "offsets of remedies have 16 bits");

struct references {
#define RULE(token, id, severity, kind, cis, pss, mitre, cve, cwe, formats) \
  char cis_##token[sizeof(cis)]; \
  char pss_##token[sizeof(pss)]; \
  char mitre_##token[sizeof(mitre)]; \
  char cve_##token[sizeof(cve)]; \
  char cwe_##token[sizeof(cwe)];
#include "data/rules.def"
#undef RULE
};

static const struct references references = {
#define RULE(token, id, severity, kind, cis, pss, mitre, cve, cwe, formats) cis, pss, mitre, cve, cwe,
#include "data/rules.def"
#undef RULE
};

static const uint16_t reference_offsets[][CT_REFERENCE_COUNT] = {
#define RULE(token, id, severity, kind, cis, pss, mitre, cve, cwe, formats) \
  {offsetof(struct references, cis_##token), offsetof(struct references, pss_##token), \
   offsetof(struct references, mitre_##token), offsetof(struct references, cve_##token), \
   offsetof(struct references, cwe_##token)},
#include "data/rules.def"
#undef RULE
};
_Static_assert(sizeof references <= UINT16_MAX, "offsets of references have 16 bits");

_Static_assert(sizeof fix_offsets / sizeof *fix_offsets == CT_RULE_COUNT, "one remedy for each rule");

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

const char *ct_rule_references(const ct_rule_row *rule, int standard) {
  return (const char *)&references + reference_offsets[rule - rows][standard];
}

const char *ct_rule_fix(const ct_rule_row *rule, int format) {
  return (const char *)&fixes + fix_offsets[rule - rows][format];
}

ct_rule_id ct_rule_find(const char *id, size_t length) {
  for (int i = 0; i < CT_RULE_COUNT; i++)
    if (strlen(rows[i].id) == length && !memcmp(rows[i].id, id, length)) return (ct_rule_id)i;
  return CT_RULE_COUNT;
}
