/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "profile.h"

static int explain(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "SYSCALL is missing");
  int json = cli_is_format(cli, "json");
  if (json && cli->count > 1) return cli_usage(cli, "--format json explains one call at a time");
  char **texts = calloc((size_t)cli->count, sizeof *texts);
  size_t *lengths = calloc((size_t)cli->count, sizeof *lengths);
  int status = texts && lengths ? 0 : cli_complain(cli, "out of memory");
  /* Nothing is written where one of them is wrong. */
  for (int i = 0; i < cli->count && !status; i++) {
    const char *name = cli->operands[i];
    ctsec_error *error = NULL;
    int failed = json ? ctsec_syscall_explain(name, strlen(name), cli->options, &texts[i], &lengths[i], &error)
                      : ctsec_syscall_to_text(name, strlen(name), cli->options, &texts[i], &lengths[i], &error);
    if (failed) status = cli_error(cli, error);
  }
  for (int i = 0; i < cli->count && texts && lengths; i++) {
    if (status) {
      ctsec_free(texts[i]);
      continue;
    }
    if (i) cli_text(cli, "\n");
    cli_write_free(cli, texts[i], lengths[i]);
  }
  free(texts);
  free(lengths);
  return status;
}

const cli_command cmd_seccomp_explain = {
    .name = "explain",
    .operands = "SYSCALL...",
    .summary = "What system calls are for, why engines block them, their arguments and numbers",
    .flags = CLI_TARGET,
    .formats = "",
    .run = explain,
};
