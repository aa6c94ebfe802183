/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

static int one_operand(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "%s is missing", cli->command->operands);
  if (cli->count > 1) return cli_usage(cli, "`%s' is one operand too many", cli->operands[1]);
  return 0;
}

/* Prints what a library call gave, or its error. */
static int print(struct cli *cli, int failed, char *text, size_t length, ctsec_error *error) {
  if (failed) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return 0;
}

static int show(struct cli *cli) {
  tool_profile input;
  int status = one_operand(cli);
  if (!status) status = tool_profile_open(cli, cli->operands[0], &input);
  if (status) return status;
  char *text = NULL;
  size_t length = 0;
  ctsec_error *error = NULL;
  const ctsec_filter *filter = NULL;
  int json = cli_is_format(cli, "json"), failed;
  status = tool_profile_single(cli, cli->operands[0], &input, &filter);
  if (!status && filter && cli_is_format(cli, "oci")) status = cli_complain(cli, "a filter cannot be written as a profile");
  if (status) {
    tool_profile_close(&input);
    return status;
  }
  if (filter)
    failed = json ? ctsec_filter_to_json(filter, &text, &length, &error)
                  : ctsec_filter_to_text(filter, &text, &length, &error);
  else if (cli_is_format(cli, "oci"))
    failed = ctsec_profile_encode(input.profile, cli->options, &text, &length, &error);
  else
    failed = json ? ctsec_profile_to_json(input.profile, cli->options, &text, &length, &error)
                  : ctsec_profile_to_text(input.profile, cli->options, &text, &length, &error);
  tool_profile_close(&input);
  return print(cli, failed, text, length, error);
}

static const char *const severities[] = {"info", "low", "medium", "high", "critical"};
static int32_t fail_on = CTSEC_SEVERITY_HIGH;

static int take_lint(struct cli *cli, const char *name, const char *value) {
  (void)name;
  for (int32_t i = 0; i < 5; i++) {
    if (strcmp(value, severities[i])) continue;
    fail_on = i;
    return 0;
  }
  return cli_usage(cli, "`%s' is none of info, low, medium, high, critical", value);
}

static int lint_one(struct cli *cli, const char *name) {
  tool_profile input;
  int status = tool_profile_open(cli, name, &input);
  if (status) return status;
  if (!input.profile) {
    tool_profile_close(&input);
    return cli_complain(cli, "%s: raw BPF has nothing to lint; `show' and `simulate' read it", name);
  }
  ctsec_error *error = NULL;
  ctsec_lint *lint = NULL;
  char *text = NULL;
  size_t length = 0;
  int failed = ctsec_profile_lint(input.profile, cli->options, &lint, &error);
  if (!failed)
    failed = cli_is_format(cli, "json") ? ctsec_lint_to_json(lint, &text, &length, &error)
                                        : ctsec_lint_to_text(lint, &text, &length, &error);
  status = print(cli, failed, text, length, error);
  if (!status && ctsec_lint_count(lint, fail_on)) status = CLI_FOUND;
  ctsec_lint_free(lint);
  tool_profile_close(&input);
  return status;
}

static int lint(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "PROFILE is missing");
  int worst = 0;
  for (int i = 0; i < cli->count; i++) {
    int status = lint_one(cli, cli->operands[i]);
    if (status > worst) worst = status;
  }
  return worst;
}

static int compile(struct cli *cli) {
  tool_profile input;
  int status = one_operand(cli);
  if (!status) status = tool_profile_open(cli, cli->operands[0], &input);
  if (status) return status;
  ctsec_error *error = NULL;
  ctsec_policy *policy = NULL;
  const ctsec_filter *given = NULL;
  status = tool_profile_single(cli, cli->operands[0], &input, &given);
  if (status) {
    tool_profile_close(&input);
    return status;
  }
  ctsec_filter *filter = ctsec_filter_ref((ctsec_filter *)given);
  int failed = 0;
  if (input.profile) failed = ctsec_profile_resolve(input.profile, cli->options, &policy, &error);
  if (policy) failed = ctsec_policy_compile(policy, &filter, &error);
  uint8_t *bytes = NULL;
  char *text = NULL;
  size_t length = 0;
  if (!failed && cli_is_format(cli, "json"))
    failed = ctsec_filter_to_json(filter, &text, &length, &error);
  else if (!failed && !cli->output_path)
    failed = ctsec_filter_to_text(filter, &text, &length, &error);
  else if (!failed)
    failed = ctsec_filter_encode(filter, &bytes, &length, &error);
  status = print(cli, failed, bytes ? (char *)bytes : text, length, error);
  ctsec_filter_free(filter);
  ctsec_policy_free(policy);
  tool_profile_close(&input);
  return status;
}

static int disasm(struct cli *cli) {
  int status = one_operand(cli);
  char *data = NULL;
  size_t length = 0;
  if (!status) status = cli_read(cli, cli->operands[0], &data, &length);
  if (!status) status = cli_set(cli, "source", cli->operands[0]);
  if (status) return status;
  ctsec_error *error = NULL;
  ctsec_filter *filter = NULL;
  char *text = NULL;
  int failed = ctsec_filter_decode((const uint8_t *)data, length, cli->options, &filter, &error);
  if (!failed)
    failed = cli_is_format(cli, "json") ? ctsec_filter_to_json(filter, &text, &length, &error)
                                        : ctsec_filter_to_text(filter, &text, &length, &error);
  ctsec_filter_free(filter);
  free(data);
  return print(cli, failed, text, length, error);
}

static int assemble(struct cli *cli) {
  int status = one_operand(cli);
  char *data = NULL;
  size_t length = 0;
  if (!status) status = cli_read(cli, cli->operands[0], &data, &length);
  if (!status) status = cli_set(cli, "source", cli->operands[0]);
  if (status) return status;
  ctsec_error *error = NULL;
  ctsec_filter *filter = NULL;
  char *text = NULL;
  uint8_t *bytes = NULL;
  int failed = ctsec_filter_parse(data, length, cli->options, &filter, &error);
  if (!failed)
    failed = cli_is_format(cli, "json") ? ctsec_filter_to_json(filter, &text, &length, &error)
                                        : ctsec_filter_encode(filter, &bytes, &length, &error);
  ctsec_filter_free(filter);
  free(data);
  return print(cli, failed, bytes ? (char *)bytes : text, length, error);
}

/* One side of a comparison: a policy, or the filters that a policy is compared with. */
typedef struct side {
  ctsec_policy *policy;
  tool_profile input;
  ctsec_filter *compiled;
} side;

static int side_of(struct cli *cli, const char *name, side *found) {
  int status = tool_profile_open(cli, name, &found->input);
  if (status || !found->input.profile) return status;
  ctsec_error *error = NULL;
  if (cli_set(cli, "source", name)) return CLI_BAD;
  return ctsec_profile_resolve(found->input.profile, cli->options, &found->policy, &error) ? cli_error(cli, error) : 0;
}

static int compare(struct cli *cli, side sides[2], ctsec_diff **found, ctsec_error **error) {
  if (sides[0].policy && sides[1].policy)
    return ctsec_policy_diff(sides[0].policy, sides[1].policy, cli->options, found, error);
  const ctsec_filter *const *filters[2];
  size_t counts[2];
  for (int i = 0; i < 2; i++) {
    int failed = sides[i].policy ? ctsec_policy_compile(sides[i].policy, &sides[i].compiled, error) : 0;
    if (failed) return failed;
    filters[i] = (const ctsec_filter *const *)(sides[i].policy ? &sides[i].compiled : sides[i].input.filters);
    counts[i] = sides[i].policy ? 1 : sides[i].input.count;
  }
  return ctsec_filter_diff(filters[0], counts[0], filters[1], counts[1], cli->options, found, error);
}

static int diff(struct cli *cli) {
  char live[16];
  const char *names[2] = {cli->count ? cli->operands[0] : NULL, cli->count > 1 ? cli->operands[1] : NULL};
  /* The filters of the process that is the target are the other side where one is given only. */
  if (cli->count == 1 && cli->live == 1) {
    snprintf(live, sizeof live, cli->pid ? "pid:%d" : "pid:self", (int)cli->pid);
    names[1] = live;
  }
  if (!names[1] || cli->count > 2) return cli_usage(cli, "two profiles are needed, or one and --pid, --self or --host");
  side sides[2] = {{NULL, {NULL, NULL, 0}, NULL}, {NULL, {NULL, NULL, 0}, NULL}};
  int status = side_of(cli, names[0], &sides[0]);
  int other = side_of(cli, names[1], &sides[1]);
  if (other > status) status = other;
  ctsec_diff *found = NULL;
  ctsec_error *error = NULL;
  char *text = NULL;
  size_t length = 0;
  if (!status) {
    int failed = compare(cli, sides, &found, &error);
    if (!failed)
      failed = cli_is_format(cli, "json") ? ctsec_diff_to_json(found, &text, &length, &error)
                                          : ctsec_diff_to_text(found, &text, &length, &error);
    status = print(cli, failed, text, length, error);
    if (!status && ctsec_diff_relation(found) != CTSEC_DIFF_EQUAL) status = CLI_FOUND;
  }
  ctsec_diff_free(found);
  for (int i = 0; i < 2; i++) {
    ctsec_policy_free(sides[i].policy);
    ctsec_filter_free(sides[i].compiled);
    tool_profile_close(&sides[i].input);
  }
  return status;
}

static const cli_option lint_options[] = {
    {0, "fail-on", "SEVERITY", "exit 1 for this or a greater severity [high]"},
    {0, NULL, NULL, NULL},
};

static const cli_command show_command = {
    .name = "show",
    .operands = "PROFILE",
    .summary = "A profile resolved for a target: what is kept, what is dropped, and why",
    .flags = CLI_TARGET | CLI_CONTAINER | CLI_LIVE,
    .formats = "oci",
    .run = show,
};

static const cli_command lint_command = {
    .name = "lint",
    .operands = "PROFILE...",
    .summary = "What is wrong with profiles, with the corrected JSON",
    .flags = CLI_TARGET | CLI_CONTAINER | CLI_LIVE,
    .formats = "",
    .options = lint_options,
    .option = take_lint,
    .run = lint,
};

static const cli_command compile_command = {
    .name = "compile",
    .operands = "PROFILE",
    .summary = "A profile as a filter: raw BPF with -o FILE, else its text",
    .flags = CLI_TARGET | CLI_CONTAINER | CLI_LIVE,
    .formats = "",
    .run = compile,
};

static const cli_command disasm_command = {
    .name = "disasm",
    .operands = "FILE",
    .summary = "Raw BPF as text",
    .flags = CLI_TARGET,
    .formats = "",
    .run = disasm,
};

static const cli_command asm_command = {
    .name = "asm",
    .operands = "FILE",
    .summary = "Text back to raw BPF",
    .flags = CLI_TARGET,
    .formats = "",
    .run = assemble,
};

static const cli_command diff_command = {
    .name = "diff",
    .operands = "PROFILE [PROFILE]",
    .summary = "Where two profiles decide differently, each with a call that shows it",
    .flags = CLI_TARGET | CLI_CONTAINER | CLI_LIVE,
    .formats = "",
    .run = diff,
};

static const cli_command *const commands[] = {
    &show_command, &cmd_seccomp_simulate, &lint_command, &diff_command,     &compile_command,
    &disasm_command, &asm_command,        &cmd_seccomp_dump, &cmd_seccomp_explain, &cmd_seccomp_trace, NULL,
};

const cli_command cmd_seccomp = {
    .name = "seccomp",
    .summary = "Seccomp profiles and filters",
    .formats = "",
    .commands = commands,
};
