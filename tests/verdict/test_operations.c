/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of operations: every name is one, every row can be meant, every shorthand is a call. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "data/errno.h"
#include "support/support.h"
#include "verdict/confinement.h"
#include "verdict/request.h"

static const char *const arches[] = {"x86_64", "x86", "arm", "s390x"};

/* The request that a row is about, on the first arch that has its call; 0 where none does. */
static int request_of(const ct_operation *operation, const char *name, ct_request *request) {
  for (size_t a = 0; a < sizeof arches / sizeof *arches; a++) {
    const ct_arch *arch = ct_arch_named(arches[a], strlen(arches[a]));
    uint32_t number;
    if (!ct_arch_number(arch, name, &number)) continue;
    *request = (ct_request){.audit = arch->abi.audit, .number = number};
    uint32_t tested = 0;
    for (int i = 0; i < CT_TESTS_MOST && operation->tests[i].kind; i++) tested |= 1u << operation->tests[i].argument;
    /* A value that no row for anything special has. */
    for (int i = 0; i < 6; i++) request->args[i] = tested >> i & 1 ? 0 : 4;
    for (int i = 0; i < CT_TESTS_MOST && operation->tests[i].kind; i++) {
      const ct_test *test = &operation->tests[i];
      request->args[test->argument] |= test->kind == CT_TEST_ANY ? test->mask & -test->mask : test->value;
    }
    return 1;
  }
  return 0;
}

START_TEST(test_rows) {
  for (uint32_t i = 0; i < ct_operations_count; i++) {
    const ct_operation *operation = &ct_operations[i];
    for (uint32_t k = 0; k < i; k++) ck_assert_str_ne(ct_operation_id(operation), ct_operation_id(&ct_operations[k]));
    char *calls = strdup(ct_operation_calls(operation));
    for (char *rest = calls, *name; (name = strsep(&rest, " "));) {
      ct_request request;
      ck_assert_msg(ct_arch_knows(name), "%s: no call %s", ct_operation_id(operation), name);
      if (!request_of(operation, name, &request)) continue;
      const ct_operation *found = ct_operation_find(&request);
      ck_assert_msg(found == operation, "%s: %s means %s", ct_operation_id(operation), name, found ? ct_operation_id(found) : "nothing");
    }
    free(calls);
  }
}
END_TEST

START_TEST(test_steps) {
  for (uint32_t i = 0; i < ct_operations_count; i++) {
    const ct_operation *operation = &ct_operations[i];
    for (int k = 0; k < CT_STEPS_MOST && operation->steps[k].gate; k++) {
      const ct_step *step = &operation->steps[k];
      ck_assert_int_ne((int)ct_errno_number(0, ct_step_error_name(step->error)), 0);
      ck_assert(step->gate == CT_GATE_FD || ct_layer_name(step->layer));
    }
    if (operation->steps[0].gate == CT_GATE_CAP)
      ck_assert(ct_operation_caps(operation) >> operation->steps[0].a & 1);
  }
}
END_TEST

/* Every row that an unknown argument leaves possible is walked once. */
START_TEST(test_unknown) {
  const ct_arch *arch = ct_arch_named("x86_64", 6);
  ct_request request = {.audit = arch->abi.audit, .unknown = 0x3f};
  ck_assert(ct_arch_number(arch, "setns", &request.number));
  uint64_t caps = 0;
  int rows = 0;
  for (const ct_operation *row = ct_operation_find(&request); row; row = ct_operation_next(&request, row), rows++)
    caps |= ct_operation_caps(row);
  ck_assert_int_eq(rows, 6);
  ck_assert_uint_eq(caps, CT_CAP_BIT(CT_CAP_SYS_ADMIN) | CT_CAP_BIT(CT_CAP_SYS_CHROOT));
}
END_TEST

START_TEST(test_shorthands) {
  for (size_t i = 0; i < ctsec_shorthand_count(); i++) {
    char words[64], *out = words;
    for (const char *at = ctsec_shorthand_at(i); *at;) {
      const char *put = at[0] == 'N' && (!at[1] || at[1] == ' ') ? "80" : !strncmp(at, "PATH", 4) ? "/x" : !strncmp(at, "NAME", 4) ? "user.x" : NULL;
      if (put) {
        out = stpcpy(out, put);
        at += *put == '8' ? 1 : 4;
      } else {
        *out++ = *at++;
      }
    }
    *out = '\0';
    ctsec_request *request = NULL;
    ctsec_error *error = NULL;
    int status = ctsec_request_find(NULL, words, strlen(words), &request, &error);
    ck_assert_msg(!status, "%s: %s", words, ctsec_error_message(error));
    ctsec_request_free(request);
  }
  ck_assert_ptr_null(ctsec_shorthand_at(ctsec_shorthand_count()));
}
END_TEST

static void expect(const char *run, const char *facts, const char *line, const char *wanted) {
  ctsec_options *options;
  ctsec_containers *containers;
  ctsec_confinement *confinement;
  ctsec_error *error = NULL;
  char *answers, *list = strdup(facts);
  size_t length;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  for (char *rest = list, *fact; (fact = strsep(&rest, " "));)
    if (*fact) ck_assert_msg(!ctsec_options_set(options, "fact", fact, strlen(fact), &error), "%s", ctsec_error_message(error));
  ck_assert_msg(!ctsec_containers_parse(run, strlen(run), options, &containers, &error), "%s: %s", run, ctsec_error_message(error));
  ck_assert_int_eq(ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, options, &confinement, NULL), 0);
  ck_assert_int_eq(ctsec_confinement_check_lines(confinement, line, strlen(line), &answers, &length, NULL, NULL), 0);
  answers[length - 1] = '\0';
  ck_assert_msg(!strcmp(answers, wanted), "%s [%s] %s: %s, not %s", run, facts, line, answers, wanted);
  ctsec_free(answers);
  ctsec_confinement_free(confinement);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  free(list);
}

/* What no machine at hand has: engines, security modules, mapped users. Calls and answers by the sources of each. */
START_TEST(test_models) {
  static const char *const rows[][4] = {
      {"docker run --user 1000 i", "docker=19.03 userns=host", "x86_64 bind 0 \"0.0.0.0:80\"", "deny EACCES capability"},
      {"docker run --user 1000 i", "docker=20.10 userns=host", "x86_64 bind 0 \"0.0.0.0:80\"", "allow"},
      {"docker run --user 1000 i", "userns=host", "x86_64 bind 0 \"0.0.0.0:80\"", "unknown docker"},
      {"docker run --user 1000 i", "userns=host", "x86_64 bind 0 \"[::]:8080\"", "allow"},
      {"docker run --network host --user 1000 i", "docker=20.10", "x86_64 bind 0 \":80\"",
       "unknown sysctl.net.ipv4.ip_unprivileged_port_start"},
      {"docker run --user 1000:1000 i", "docker=20.10 userns=remap", "x86_64 socket 2 2 1", "deny EACCES sysctl"},
      {"podman run --user 1000:1000 i", "podman=4.3", "x86_64 socket 2 2 1", "deny EACCES sysctl"},
      {"podman run i", "podman=4.3", "x86_64 socket 2 2 1", "allow"},
      {"podman run --read-only i", "podman=4.3", "x86_64 openat -100 \"/tmp/x\" O_WRONLY|O_CREAT", "allow"},
      {"podman run --read-only i", "podman=4.3", "x86_64 openat -100 \"/x\" O_WRONLY|O_CREAT", "deny EROFS mount"},
      {"docker run --read-only i", "docker=20.10 userns=host", "x86_64 openat -100 \"/tmp/x\" O_WRONLY|O_CREAT",
       "deny EROFS mount"},
      {"nerdctl run --user 1000 i", "userns=host", "x86_64 bind 0 \"0.0.0.0:80\"", "deny EACCES capability"},
      {"docker run --cap-add SYS_ADMIN i", "docker=20.10 userns=host lsm=apparmor", "x86_64 mount", "deny EACCES lsm"},
      {"docker run --cap-add SYS_ADMIN i", "docker=20.10 userns=host lsm=apparmor", "x86_64 umount2", "allow"},
      {"docker run --cap-add SYS_ADMIN i", "docker=20.10 userns=host lsm=none", "x86_64 mount", "allow"},
      {"docker run --cap-add SYS_ADMIN i", "docker=20.10 userns=host", "x86_64 mount", "unknown lsm"},
      {"docker run --cap-add SYS_ADMIN --security-opt apparmor=unconfined i", "docker=20.10 userns=host lsm=apparmor",
       "x86_64 mount", "allow"},
      {"docker run --cap-add SYS_ADMIN --security-opt apparmor=own i", "docker=20.10 userns=host lsm=apparmor", "x86_64 mount",
       "unknown apparmor-profile"},
      {"docker run --cap-add SYS_ADMIN --security-opt apparmor=own i",
       "docker=20.10 userns=host lsm=apparmor apparmor-profile=denies", "x86_64 mount", "deny EACCES lsm"},
      {"docker run --pid host --cap-add SYS_PTRACE i", "docker=20.10 userns=host lsm=apparmor kernel=6.1",
       "x86_64 ptrace 16 77", "deny EACCES lsm"},
      {"docker run --cap-add SYS_PTRACE i", "docker=20.10 userns=host lsm=apparmor kernel=6.1", "x86_64 ptrace 16 77", "allow"},
      /* The host's /proc bound elsewhere has a path that the profile does not name. */
      {"docker run -v /proc:/host i", "docker=20.10 userns=host lsm=apparmor",
       "x86_64 openat -100 \"/host/sys/kernel/core_pattern\" O_WRONLY", "allow"},
      {"docker run --security-opt systempaths=unconfined i", "docker=20.10 userns=host lsm=apparmor",
       "x86_64 openat -100 \"/proc/sys/kernel/core_pattern\" O_WRONLY", "deny EACCES lsm"},
      {"docker run --security-opt systempaths=unconfined i", "docker=20.10 userns=host lsm=none",
       "x86_64 openat -100 \"/proc/sys/kernel/core_pattern\" O_WRONLY", "allow"},
      {"docker run --cap-add SYS_TIME i", "docker=20.10 userns=remap", "x86_64 settimeofday", "deny EPERM capability"},
      {"docker run --cap-add SYS_TIME i", "docker=20.10 userns=host", "x86_64 settimeofday", "allow"},
      {"docker run --cap-add SYS_TIME i", "docker=20.10", "x86_64 settimeofday", "unknown userns"},
      {"docker run --cap-add NET_ADMIN i", "docker=20.10 userns=remap", "x86_64 ioctl 3 0x8914", "allow"},
      {"docker run --network host --cap-add NET_ADMIN i", "docker=20.10 userns=remap", "x86_64 ioctl 3 0x8914",
       "deny EPERM capability"},
      {"docker run -v /dev:/dev i", "docker=20.10 userns=host", "x86_64 openat -100 \"/dev/sda\" O_RDONLY", "unknown device"},
      {"docker run --device /dev/sda:/dev/sda:r i", "docker=20.10 userns=host", "x86_64 openat -100 \"/dev/sda\" O_RDWR",
       "deny EPERM device"},
      {"docker run -v /srv:/data:ro i", "docker=20.10 userns=host", "x86_64 chown \"/data/x\" 1 1", "deny EROFS mount"},
      {"docker run --tmpfs /t:noexec i", "docker=20.10", "x86_64 execve \"/t/x\"", "deny EACCES mount"},
      {"docker run --tmpfs /t:mode=755 i", "docker=20.10", "x86_64 execve \"/t/x\"", "unknown mount"},
      {"docker run --tmpfs /t:exec i", "docker=20.10", "x86_64 execve \"/t/x\"", "allow"},
      {"docker run i", "docker=20.10", "x86_64 execve \"/dev/shm/x\"", "deny EACCES mount"},
      {"docker run i", "docker=20.10", "x86_64 io_uring_setup", "allow"},
      {"docker run i", "docker=29.0", "x86_64 io_uring_setup", "deny EPERM seccomp"},
      {"docker run i", "docker=24.0", "x86_64 io_uring_setup", "unknown seccomp-profile"},
      {"docker run i", "docker=24.0", "x86_64 mount", "deny EPERM seccomp"},
      {"docker run --privileged i", "docker=20.10 userns=host", "x86_64 mount", "allow"},
      {"docker run --security-opt seccomp=unconfined --cap-add SYSLOG i", "docker=20.10 userns=host", "x86_64 syslog 5", "allow"},
      {"docker run --security-opt seccomp=unconfined --cap-add SYS_ADMIN i", "docker=20.10 userns=host kernel=6.1",
       "x86_64 syslog 5", "allow"},
      {"docker run --security-opt seccomp=unconfined --cap-add SYS_ADMIN i", "docker=20.10 userns=host kernel=6.18",
       "x86_64 syslog 5", "deny EPERM capability"},
      {"docker run --user app i", "docker=20.10", "x86_64 chown 0 1 1", "unknown uid"},
      {"docker run --user app i", "docker=20.10 uid=5", "x86_64 chown 0 1 1", "deny EPERM capability"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect(rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
}
END_TEST

/* A profile that stands inside an option has a place of its own. */
START_TEST(test_inner_profile) {
  static const char inspect[] =
      "[{\"Name\": \"/a\",\n \"HostConfig\": {\"SecurityOpt\": [\"seccomp={\\\"defaultAction\\\": 1}\"]}}]";
  ctsec_containers *containers;
  ctsec_confinement *confinement = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_containers_parse(inspect, sizeof inspect - 1, NULL, &containers, NULL), 0);
  ck_assert_int_eq(ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, NULL, &confinement, &error), CTSEC_E_SCHEMA);
  ck_assert_ptr_null(confinement);
  ck_assert_str_eq(ctsec_error_message(error),
                   "the seccomp profile in this option, line 1, column 19: defaultAction: a number where a string belongs");
  ck_assert_int_eq(ctsec_error_line(error), 2);
  ck_assert_str_eq(ctsec_error_pointer(error), "/0/HostConfig/SecurityOpt/0");
  ctsec_error_free(error);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(test_answers) {
  static const char *const rows[][4] = {
#define A(container, facts, line, answer) {container, facts, line, answer},
#include "answers.def"
#undef A
  };
  expect(rows[_i][0], rows[_i][1], rows[_i][2], rows[_i][3]);
}
END_TEST

enum {
  ANSWERS = 0
#define A(container, facts, line, answer) +1
#include "answers.def"
#undef A
};

int main(void) {
  Suite *suite = suite_create("operations");
  TCase *all = tcase_create("all");
  tcase_add_test(all, test_rows);
  tcase_add_test(all, test_steps);
  tcase_add_test(all, test_unknown);
  tcase_add_test(all, test_shorthands);
  tcase_add_test(all, test_models);
  tcase_add_test(all, test_inner_profile);
  tcase_add_loop_test(all, test_answers, 0, ANSWERS);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
