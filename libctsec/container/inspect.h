/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members that docker inspect and podman inspect share. */
#ifndef CT_CONTAINER_INSPECT_H
#define CT_CONTAINER_INSPECT_H

#include "container/read.h"

#define CT_AT(field) offsetof(ct_container, field)
#define CT_TEXT_FIELD(key, field) {key, CT_FIELD_TEXT, 0, CT_AT(field), NULL}
#define CT_FLAG_FIELD(key, field) {key, CT_FIELD_FLAG, 0, CT_AT(field), NULL}
#define CT_NUMBER_FIELD(key, field) {key, CT_FIELD_NUMBER, 0, CT_AT(field), NULL}
#define CT_TEXTS_FIELD(key, field) {key, CT_FIELD_TEXTS, 0, CT_AT(field), NULL}
#define CT_PAIRS_FIELD(key, field) {key, CT_FIELD_PAIRS, 0, CT_AT(field), NULL}
#define CT_CALL(key, kind, function) {key, CT_FIELD_FUNCTION, CT_BIT(kind), 0, function}

void ct_inspect_name(ct_reader *reader, const ct_value *value);
void ct_inspect_state(ct_reader *reader, const ct_value *value);
void ct_inspect_config(ct_reader *reader, const ct_value *value);
void ct_inspect_host(ct_reader *reader, const ct_value *value);
void ct_inspect_mounts(ct_reader *reader, const ct_value *value);
/* Binds, --mount and tmpfs entries of HostConfig whose destination no entry of Mounts has. */
void ct_inspect_missing_mounts(ct_reader *reader, const ct_value *object, const ct_value *host);
/* AppArmorProfile as the engine reports it; "" says nothing. */
void ct_inspect_apparmor(ct_reader *reader, const ct_value *value);

#endif
