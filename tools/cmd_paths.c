/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *commands[64];
static int command_count;

static const cli_option options[] = {
    {0, "run", "COMMAND", "a command line of docker, podman or nerdctl, as one word"},
    {0, "pid", "PID", "a live process; may be repeated"},
    {0, "self", NULL, "this process: the container that it runs in"},
    {0, "host", NULL, "every container that runs on this machine"},
    {0, "filters", NULL, "ask the seccomp filters of processes too, which stops each for an instant"},
    {0, NULL, NULL, NULL},
};

/* Processes: 0 is our own, -1 every container. */
static int32_t processes[64];
static int process_count;

static int option(struct cli *cli, const char *name, const char *value) {
  if (!strcmp(name, "filters")) return cli_set(cli, name, "true");
  if (strcmp(name, "run")) {
    int32_t pid = strcmp(name, "host") ? 0 : -1;
    if (process_count == (int)(sizeof processes / sizeof *processes)) return cli_usage(cli, "--pid: too many");
    if (value && cli_pid(cli, value, &pid)) return CLI_BAD;
    processes[process_count++] = pid;
    return 0;
  }
  if (command_count == (int)(sizeof commands / sizeof *commands)) return cli_usage(cli, "--run: too many");
  commands[command_count++] = value;
  return 0;
}

/* Of several inputs, one alone may have the container that was selected. */
static void fed(struct cli *cli, int status, ctsec_error *error, int *failed, ctsec_error **missing) {
  if (status == CTSEC_E_NOTFOUND && cli->select) {
    ctsec_error_free(*missing);
    *missing = error;
  } else if (status) {
    *failed = cli_error(cli, error);
  }
}

static int print(struct cli *cli, const ctsec_paths *paths) {
  char *text;
  size_t length;
  ctsec_error *error = NULL;
  int status = cli_is_format(cli, "json") ? ctsec_paths_to_json(paths, &text, &length, &error)
                                          : ctsec_paths_to_text(paths, &text, &length, &error);
  if (status) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return 0;
}

static int mention(struct cli *cli, const ctsec_containers *containers) {
  int failed = 0;
  for (size_t i = 0; i < ctsec_containers_error_count(containers); i++)
    failed = cli_mention(cli, ctsec_containers_error_at(containers, i));
  return failed;
}

/* One input with the files that it names. What cannot be read is recorded by feeding it as it is. */
static int give(struct cli *cli, ctsec_paths *paths, const char *path, const char *text, size_t length, int *failed,
                ctsec_error **error) {
  const char *source = path ? path : "--run";
  ctsec_containers *containers;
  if (cli_set(cli, "source", source) || cli_files(cli, path, text, length) ||
      ctsec_containers_parse(text, length, cli->options, &containers, NULL))
    return ctsec_paths_feed(paths, source, text, length, error);
  if (mention(cli, containers)) *failed = CLI_BAD;
  int status = ctsec_paths_take(paths, containers, error);
  ctsec_containers_free(containers);
  return status;
}

static int give_process(struct cli *cli, ctsec_paths *paths, int32_t pid) {
  ctsec_containers *containers;
  ctsec_error *error = NULL;
  int failed = 0;
  if (ctsec_containers_read("/proc", pid, cli->options, &containers, &error)) return cli_error(cli, error);
  failed = mention(cli, containers);
  if (ctsec_paths_take(paths, containers, &error)) failed = cli_error(cli, error);
  ctsec_containers_free(containers);
  return failed;
}

static int run(struct cli *cli) {
  ctsec_paths *paths;
  ctsec_error *error = NULL, *missing = NULL;
  int failed = 0;
  if (!cli->count && !command_count && !process_count)
    return cli_usage(cli, "name a file, or - for standard input, or give --run, --pid, --self or --host");
  if (cli->select && cli_set(cli, "select", cli->select)) return CLI_BAD;
  if (cli_is_format(cli, "html") && cli_set(cli, "html", "true")) return CLI_BAD;
  if (ctsec_paths_new(cli->options, &paths, &error)) return cli_error(cli, error);
  for (int i = 0; i < cli->count; i++) {
    char *data;
    size_t length;
    error = NULL;
    int number = cli_read_file(cli->operands[i], &data, &length);
    int status = number ? ctsec_paths_set_unread(paths, cli->operands[i], number, &error)
                        : give(cli, paths, cli->operands[i], data, length, &failed, &error);
    if (!number) free(data);
    fed(cli, status, error, &failed, &missing);
  }
  for (int i = 0; i < command_count; i++) {
    error = NULL;
    int status = give(cli, paths, NULL, commands[i], strlen(commands[i]), &failed, &error);
    fed(cli, status, error, &failed, &missing);
  }
  for (int i = 0; i < process_count; i++)
    if (give_process(cli, paths, processes[i])) failed = CLI_BAD;
  size_t found = ctsec_paths_count(paths, -1);
  if (missing && !found)
    failed = cli_error(cli, missing);
  else
    ctsec_error_free(missing);
  /* A single input that could not be read leaves standard output alone. */
  if ((found || cli->count + command_count + process_count > 1 || (process_count && !failed)) && print(cli, paths)) failed = CLI_BAD;
  int status = ctsec_paths_count(paths, CTSEC_PATH_REACHABLE) ? CLI_FOUND : CLI_CLEAN;
  ctsec_paths_free(paths);
  return failed ? CLI_BAD : status;
}

const cli_command cmd_paths = {
    .name = "paths",
    .operands = "[FILE...]",
    .summary = "Attack paths: reachable, possible or blocked, and the one change that ends most",
    .flags = CLI_TARGET | CLI_CONTAINER,
    .formats = "html",
    .options = options,
    .option = option,
    .run = run,
};
