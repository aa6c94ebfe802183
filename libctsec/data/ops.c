/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/ops.h"

#include "ctsec/verdict.h"
#include "data/texts.h"

#define LIST(...) {__VA_ARGS__}
#define ALWAYS {CT_TEST_NONE, 0, 0, 0}
#define NOTHING {CT_GATE_END, 0, 0, 0, 0, 0}
#define FIELD(argument, value) {CT_TEST_EQ, argument, 0xffffffffu, value}
#define BITS(argument, mask, value) {CT_TEST_EQ, argument, mask, value}
#define ANY(argument, mask) {CT_TEST_ANY, argument, mask, 0}

#define CAP(cap, space) \
  {CT_GATE_CAP, CTSEC_LAYER_CAPABILITY, CT_ERROR_EPERM, CT_CAP_##cap, CT_CAP_##cap, CT_SPACE_##space}
#define CAP2(cap, other, space) \
  {CT_GATE_CAP, CTSEC_LAYER_CAPABILITY, CT_ERROR_EPERM, CT_CAP_##cap, CT_CAP_##other, CT_SPACE_##space}
#define FD(argument) {CT_GATE_FD, 0, 0, argument, 0, 0}
#define DATA_CAP(argument, cap) \
  {CT_GATE_DATA_CAP, CTSEC_LAYER_CAPABILITY, CT_ERROR_EPERM, argument, CT_CAP_##cap, CT_SPACE_INIT}
#define RULE(rule, layer, error) {CT_GATE_RULE, CTSEC_LAYER_##layer, CT_ERROR_##error, CT_RULE_##rule, 0, 0}
#define LSM(kind, error) {CT_GATE_LSM, CTSEC_LAYER_LSM, CT_ERROR_##error, CT_LSM_##kind, 0, 0}
#define SYSCTL(name, most, error) {CT_GATE_SYSCTL, CTSEC_LAYER_SYSCTL, CT_ERROR_##error, CT_SYSCTL_##name, most, 0}
#define SYSCTL_CAP(name, most, cap, error) \
  {CT_GATE_SYSCTL_CAP, CTSEC_LAYER_SYSCTL, CT_ERROR_##error, CT_SYSCTL_##name, most, CT_CAP_##cap}
#define FILE(use, argument) {CT_GATE_FILE, CTSEC_LAYER_FILE, CT_ERROR_EACCES, argument, CT_FILE_##use, 0}

const ct_operation ct_operations[] = {
/* The source is for who reads the table. */
#define OP(id, calls, tests, steps, source) {LIST tests, LIST steps},
#include "data/ops.def"
#undef OP
};
const uint32_t ct_operations_count = sizeof ct_operations / sizeof *ct_operations;

const char *ct_operation_id(const ct_operation *operation) {
  return ct_text_of(CT_BLOCK_OPERATIONS, 2 * (uint32_t)(operation - ct_operations));
}

const char *ct_operation_calls(const ct_operation *operation) {
  return ct_text_of(CT_BLOCK_OPERATIONS, 2 * (uint32_t)(operation - ct_operations) + 1);
}

const char *ct_step_error_name(unsigned error) {
  static const char names[][7] = {"EPERM", "EACCES", "EROFS", "ENOENT", "ENOSYS", "ENOMEM", "EIO"};
  return names[error];
}
