/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"
#include "data/texts.h"

static const char *name_in(int column, ct_field_id field) {
  const char *name = ct_text_of(CT_BLOCK_FIELDS, (uint32_t)field * 5 + (uint32_t)column);
  return *name ? name : ct_text_of(CT_BLOCK_FIELDS, (uint32_t)field * 5);
}

const char *ct_field_of_compose(ct_field_id field) { return name_in(2, field); }

const char *ct_field_name(const ct_container *container, ct_field_id field) {
  return name_in(container->format == CT_FORMAT_RUN          ? 1
                 : container->format == CT_FORMAT_COMPOSE    ? 2
                 : container->format == CT_FORMAT_KUBERNETES ? 3
                 : ct_is_spec(container)                     ? 4
                                                             : 0,
                 field);
}

const char *ct_said(ct_check *check, ct_field_id field, const char *value) {
  const char *name = ct_field_name(check->container, field);
  if (*name != '-') return ct_check_text(check, "%s: %s", name, value);
  return strcmp(value, "true") ? ct_check_text(check, "%s=%s", name, value) : name;
}

const char *ct_unsaid(ct_check *check, ct_field_id field) {
  const char *name = ct_field_name(check->container, field);
  return *name == '-' ? ct_check_text(check, "no %s", name) : ct_check_text(check, "%s not set", name);
}
