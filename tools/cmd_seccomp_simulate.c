/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec seccomp simulate: one call, or a batch of them. */
#include <stdlib.h>
#include <string.h>

#include "profile.h"

static const char *batch_path;

static int take(struct cli *cli, const char *name, const char *value) {
  (void)cli;
  (void)name;
  batch_path = value;
  return 0;
}

/* A policy, or a stack of filters. */
typedef struct subject {
  ctsec_policy *policy;
  const ctsec_filter *const *filters;
  size_t count;
} subject;

static int ask(struct cli *cli, const subject *s, uint32_t audit, int32_t nr, const uint64_t *args, uint32_t unknown,
               ctsec_verdict **verdict, ctsec_error **error) {
  return s->policy ? ctsec_policy_simulate(s->policy, audit, nr, args, unknown, cli->options, verdict, error)
                   : ctsec_filter_simulate(s->filters, s->count, audit, nr, args, unknown, cli->options, verdict, error);
}

static int status_of(const ctsec_verdict *verdict) {
  uint32_t action;
  if (ctsec_verdict_outcome(verdict) != CTSEC_VERDICT_DECIDED || ctsec_verdict_at(verdict, 0, &action, NULL))
    return CLI_UNDECIDED;
  action &= 0xffff0000u;
  return action == 0x7fff0000u || action == 0x7ffc0000u ? CLI_CLEAN : CLI_FOUND;
}

static int one(struct cli *cli, const subject *s) {
  uint64_t args[6];
  uint32_t audit, unknown;
  int32_t nr;
  ctsec_error *error = NULL;
  ctsec_verdict *verdict = NULL;
  char *text = NULL;
  size_t length = 0;
  if (ctsec_call_parse(cli->arch, cli->operands[1], (const char *const *)cli->operands + 2, (size_t)cli->count - 2, &audit,
                       &nr, args, &unknown, &error))
    return cli_error(cli, error);
  int failed = ask(cli, s, audit, nr, args, unknown, &verdict, &error);
  if (!failed)
    failed = cli_is_format(cli, "json") ? ctsec_verdict_to_json(verdict, &text, &length, &error)
                                        : ctsec_verdict_to_text(verdict, &text, &length, &error);
  if (failed) {
    ctsec_verdict_free(verdict);
    return cli_error(cli, error);
  }
  cli_write_free(cli, text, length);
  int status = status_of(verdict);
  ctsec_verdict_free(verdict);
  return status;
}

static void complain(struct cli *cli, ctsec_error *error) {
  cli_print(cli, "error %s\n", ctsec_error_message(error));
  ctsec_error_free(error);
}

static int answer(struct cli *cli, const subject *s, const char *line, size_t length) {
  uint64_t args[6];
  uint32_t audit, unknown, action = 0;
  int32_t nr;
  char text[32];
  ctsec_error *error = NULL;
  int failed = ctsec_call_read(line, length, &audit, &nr, args, &unknown, &error);
  if (!failed && !unknown) {
    failed = s->policy ? ctsec_policy_simulate_batch(s->policy, 1, &audit, &nr, args, &action, &error)
                       : ctsec_filter_simulate_batch(s->filters, s->count, 1, &audit, &nr, args, &action, &error);
  } else if (!failed) {
    ctsec_verdict *verdict = NULL;
    failed = ask(cli, s, audit, nr, args, unknown, &verdict, &error);
    if (!failed && ctsec_verdict_outcome(verdict) != CTSEC_VERDICT_DECIDED) {
      cli_print(cli, "error undecided\n");
      ctsec_verdict_free(verdict);
      return CLI_BAD;
    }
    if (!failed) failed = ctsec_verdict_at(verdict, 0, &action, &error);
    ctsec_verdict_free(verdict);
  }
  if (!failed) failed = ctsec_action_name(action, text, sizeof text, &error);
  if (failed) {
    complain(cli, error);
    return CLI_BAD;
  }
  cli_text(cli, text);
  cli_text(cli, "\n");
  return 0;
}

static int batch(struct cli *cli, const subject *s) {
  char *data;
  size_t length;
  int status = cli_read(cli, batch_path, &data, &length);
  if (status) return status;
  for (size_t at = 0; at < length;) {
    const char *end = memchr(data + at, '\n', length - at);
    size_t size = end ? (size_t)(end - data) - at : length - at;
    if (answer(cli, s, data + at, size)) status = CLI_BAD;
    at += size + 1;
  }
  free(data);
  return status;
}

static int run(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "PROFILE is missing");
  if (!batch_path && cli->count < 2) return cli_usage(cli, "SYSCALL is missing");
  if (batch_path && cli->count > 1) return cli_usage(cli, "`%s' is one operand too many for a batch", cli->operands[1]);
  if (batch_path && !strcmp(batch_path, "-") && !strcmp(cli->operands[0], "-"))
    return cli_usage(cli, "the profile and the batch cannot both be standard input");
  if (cli->count > 8) return cli_usage(cli, "a system call has six arguments at most");
  tool_profile input;
  int status = tool_profile_open(cli, cli->operands[0], &input);
  if (status) return status;
  ctsec_error *error = NULL;
  subject s = {NULL, (const ctsec_filter *const *)input.filters, input.count};
  if (input.profile && ctsec_profile_resolve(input.profile, cli->options, &s.policy, &error))
    status = cli_error(cli, error);
  else
    status = batch_path ? batch(cli, &s) : one(cli, &s);
  ctsec_policy_free(s.policy);
  tool_profile_close(&input);
  return status;
}

static const cli_option options[] = {
    {0, "batch", "FILE", "answer each line `ARCH SYSCALL A0 A1 A2 A3 A4 A5' of FILE"},
    {0, NULL, NULL, NULL},
};

const cli_command cmd_seccomp_simulate = {
    .name = "simulate",
    .operands = "PROFILE SYSCALL [ARG...]",
    .summary = "What a profile or a filter does with a call, and why",
    .flags = CLI_TARGET | CLI_CONTAINER | CLI_LIVE,
    .formats = "",
    .stop_after = 2,
    .options = options,
    .option = take,
    .run = run,
};
