/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli.h"

static int run(struct cli *cli) {
  ctsec_error *error = NULL;
  char *text;
  size_t length;
  const char *const *ids = (const char *const *)cli->operands;
  int status = cli_is_format(cli, "json")
                   ? ctsec_rules_to_json(ids, (size_t)cli->count, cli->options, &text, &length, &error)
                   : ctsec_rules_to_text(ids, (size_t)cli->count, cli->options, &text, &length, &error);
  if (status) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return CLI_CLEAN;
}

const cli_command cmd_rules = {
    .name = "rules",
    .operands = "[ID...]",
    .summary = "List the rules, or describe some",
    .formats = "",
    .run = run,
};
