/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands between a process and a system call, in the order in which Linux asks. ops.def has the rows. */
#ifndef CT_DATA_OPS_H
#define CT_DATA_OPS_H

#include <stdint.h>

/* Capabilities by number. */
enum {
#define CAP(number, name, since, risk, calls) CT_CAP_##name = (number),
#include "data/caps.def"
#undef CAP
};

/* What a step asks. */
typedef enum ct_gate {
  CT_GATE_END,
  /* a: a capability, b: one that also does (or the same), space: the namespace whose user namespace counts. */
  CT_GATE_CAP,
  /* a: number of the argument that is a file descriptor: -1 ends with EBADF before anything is asked. */
  CT_GATE_FD,
  /* Without the capability b the data behind argument a decides, and is not known where it is no quoted text. */
  CT_GATE_DATA_CAP,
  /* a: a number of CT_RULE_*, which gates.c knows. */
  CT_GATE_RULE,
  /* a: a number of CT_LSM_* */
  CT_GATE_LSM,
  /* a: a sysctl of CT_SYSCTL_*, b: the greatest value that lets the call through. */
  CT_GATE_SYSCTL,
  /* The same, and space is a capability that does instead. */
  CT_GATE_SYSCTL_CAP,
  /* Steps about the file that argument a names; b: CT_FILE_* */
  CT_GATE_FILE
} ct_gate;

/* Whose user namespace a capability must count in. */
typedef enum ct_space {
  CT_SPACE_INIT,
  /* The caller's own. */
  CT_SPACE_OWN,
  CT_SPACE_MOUNT,
  CT_SPACE_NET,
  CT_SPACE_PID,
  CT_SPACE_UTS,
  CT_SPACE_IPC
} ct_space;

typedef enum ct_op_rule {
  CT_RULE_USER_NAMESPACE,
  CT_RULE_FSTYPE,
  CT_RULE_TRACE,
  CT_RULE_SETUID,
  CT_RULE_SETGID,
  CT_RULE_SIGNAL,
  CT_RULE_BIND,
  CT_RULE_CONNECT,
  CT_RULE_PING,
  CT_RULE_NICE,
  CT_RULE_REALTIME,
  CT_RULE_RAISE_LIMIT,
  CT_RULE_MLOCK,
  CT_RULE_SYSLOG,
  CT_RULE_BPF,
  CT_RULE_PERF,
  CT_RULE_USERFAULTFD,
  CT_RULE_DEVICE,
  CT_RULE_XATTR,
  CT_RULE_AMBIENT,
  CT_RULE_NO_NEW_PRIVILEGES,
  CT_RULE_AUDIT,
  CT_RULE_TIOCSTI,
  CT_RULE_LEASE,
  CT_RULE_HANDLE
} ct_op_rule;

typedef enum ct_op_lsm {
  CT_LSM_MOUNT,
  CT_LSM_PIVOT,
  CT_LSM_TRACE,
  CT_LSM_SIGNAL,
  CT_LSM_ALG,
  CT_LSM_MODULE,
  /* Writing to the file, reading it. */
  CT_LSM_FILE,
  CT_LSM_READ
} ct_op_lsm;

/* Sysctls whose value an answer may hang on. */
typedef enum ct_sysctl_id {
  CT_SYSCTL_PORT_START,
  CT_SYSCTL_PING_RANGE,
  CT_SYSCTL_BPF,
  CT_SYSCTL_PERF,
  CT_SYSCTL_USERFAULTFD,
  CT_SYSCTL_IO_URING,
  CT_SYSCTL_USER_NAMESPACES,
  CT_SYSCTL_DMESG,
  CT_SYSCTL_YAMA,
  CT_SYSCTL_MODULES,
  CT_SYSCTL_KEXEC,
  CT_SYSCTL_TIOCSTI,
  CT_SYSCTL_HARDLINKS,
  CT_SYSCTL_COUNT
} ct_sysctl_id;

/* What is done to a file; each is a list of checks in the kernel's order. */
typedef enum ct_file_use {
  /* open(): argument a is the path, the flags are the next one. */
  CT_FILE_OPEN,
  CT_FILE_OPEN_HOW,
  CT_FILE_CREATE,
  CT_FILE_LINK,
  CT_FILE_CHOWN,
  CT_FILE_CHMOD,
  CT_FILE_SET,
  CT_FILE_WRITE,
  CT_FILE_SEARCH,
  CT_FILE_EXEC
} ct_file_use;

#define CT_STEPS_MOST 3
#define CT_TESTS_MOST 2

typedef struct ct_step {
  uint8_t gate;
  /* CTSEC_LAYER_* where it denies, and an index of ct_step_errors. */
  uint8_t layer;
  uint8_t error;
  uint8_t a;
  uint8_t b;
  uint8_t space;
} ct_step;

typedef enum ct_step_error {
  CT_ERROR_EPERM,
  CT_ERROR_EACCES,
  CT_ERROR_EROFS,
  CT_ERROR_ENOENT,
  CT_ERROR_ENOSYS,
  CT_ERROR_ENOMEM,
  CT_ERROR_EIO
} ct_step_error;

/* The row is meant where every test holds. */
typedef enum ct_test_kind { CT_TEST_NONE, CT_TEST_EQ, CT_TEST_ANY } ct_test_kind;
typedef struct ct_test {
  uint8_t kind;
  uint8_t argument;
  uint32_t mask;
  uint32_t value;
} ct_test;

typedef struct ct_operation {
  ct_test tests[CT_TESTS_MOST];
  ct_step steps[CT_STEPS_MOST];
} ct_operation;

/* Of several rows for one call the first that is meant decides. */
extern const ct_operation ct_operations[];
extern const uint32_t ct_operations_count;
/* "mount" */
const char *ct_operation_id(const ct_operation *operation);
/* Names of system calls, separated by spaces. */
const char *ct_operation_calls(const ct_operation *operation);
const char *ct_step_error_name(unsigned error);

#endif
