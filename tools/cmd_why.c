/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec why: may this container make this call, and which layer says so. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *batch_path, *words, *profile_path, *command;
/* -1: none; 0: this process. */
static int32_t process = -1;

static int take(struct cli *cli, const char *name, const char *value) {
  static const struct {
    const char *name;
    const char **value;
  } texts[] = {{"batch", &batch_path}, {"do", &words}, {"profile", &profile_path}, {"run", &command}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (strcmp(name, texts[i].name)) continue;
    *texts[i].value = value;
    return 0;
  }
  if (!strcmp(name, "filters")) return cli_set(cli, name, "true");
  char *end = NULL;
  long pid = strcmp(name, "self") ? strtol(value, &end, 10) : 0;
  if (end && (*end || end == value || pid <= 0 || pid > INT32_MAX))
    return cli_usage(cli, "--pid: `%s' is no process id", value);
  process = (int32_t)pid;
  return 0;
}

static int list(struct cli *cli) {
  for (size_t i = 0; i < ctsec_shorthand_count(); i++)
    cli_print(cli, "%-20s %s\n", ctsec_shorthand_at(i), ctsec_shorthand_name(i));
  return CLI_CLEAN;
}

/* The one container that is asked about. */
static int choose(struct cli *cli, const ctsec_containers *containers, const ctsec_container **container) {
  size_t count = ctsec_containers_count(containers);
  *container = ctsec_containers_at(containers, 0);
  if (count == 1 && !ctsec_containers_error_count(containers)) return 0;
  for (size_t i = 0; i < ctsec_containers_error_count(containers); i++)
    cli_mention(cli, ctsec_containers_error_at(containers, i));
  if (count == 1) return CLI_BAD;
  cli_complain(cli, "%s: several containers, choose one with --select:", command ? "--run" : cli->operands[0]);
  for (size_t i = 0; i < count; i++) fprintf(stderr, "  %s\n", ctsec_container_id(ctsec_containers_at(containers, i)));
  return CLI_BAD;
}

static int read_profile(struct cli *cli, ctsec_profile **profile) {
  char *data;
  size_t length;
  ctsec_error *error = NULL;
  *profile = NULL;
  if (!profile_path) return 0;
  if (!strncmp(profile_path, "builtin:", 8))
    return ctsec_profile_find(profile_path + 8, profile, &error) ? cli_error(cli, error) : 0;
  int status = cli_read(cli, profile_path, &data, &length);
  if (status) return status;
  status = cli_set(cli, "source", profile_path);
  if (!status && ctsec_profile_parse(data, length, cli->options, profile, &error)) status = cli_error(cli, error);
  free(data);
  return status;
}

static int one(struct cli *cli, int first, ctsec_confinement *confinement) {
  static const int statuses[] = {CLI_CLEAN, CLI_FOUND, CLI_UNDECIDED};
  ctsec_error *error = NULL;
  ctsec_request *request = NULL;
  ctsec_answer *answer = NULL;
  char *text = NULL;
  size_t length = 0;
  int failed = words ? ctsec_request_find(cli->arch, words, strlen(words), &request, &error)
                     : ctsec_request_parse(cli->arch, cli->operands[first], (const char *const *)cli->operands + first + 1,
                                           (size_t)(cli->count - first - 1), &request, &error);
  if (!failed) failed = ctsec_confinement_check(confinement, request, &answer, &error);
  if (!failed)
    failed = cli_is_format(cli, "json") ? ctsec_answer_to_json(answer, &text, &length, &error)
                                        : ctsec_answer_to_text(answer, &text, &length, &error);
  int status = failed ? cli_error(cli, error) : statuses[ctsec_answer_outcome(answer)];
  if (!failed) cli_write_free(cli, text, length);
  ctsec_answer_free(answer);
  ctsec_request_free(request);
  return status;
}

static int batch(struct cli *cli, const ctsec_confinement *confinement) {
  char *lines, *text;
  size_t length, size, errors = 0;
  ctsec_error *error = NULL;
  int status = cli_read(cli, batch_path, &lines, &length);
  if (status) return status;
  if (ctsec_confinement_check_lines(confinement, lines, length, &text, &size, &errors, &error))
    status = cli_error(cli, error);
  else
    cli_write_free(cli, text, size);
  free(lines);
  return status ? status : errors ? CLI_BAD : CLI_CLEAN;
}

/* The container that a file, a command line or a process is. */
static int open_containers(struct cli *cli, ctsec_containers **containers) {
  ctsec_error *error = NULL;
  const char *source = command ? "--run" : cli->count ? cli->operands[0] : "-";
  char *data = NULL;
  size_t length = command ? strlen(command) : 0;
  int status = cli->select ? cli_set(cli, "select", cli->select) : 0;
  if (status) return status;
  if (process >= 0)
    return ctsec_containers_read("/proc", process, cli->options, containers, &error) ? cli_error(cli, error) : 0;
  if (!command) status = cli_read(cli, source, &data, &length);
  if (status) return status;
  status = cli_set(cli, "source", source);
  if (!status) status = cli_files(cli, command ? NULL : source, command ? command : data, length);
  if (!status && ctsec_containers_parse(command ? command : data, length, cli->options, containers, &error))
    status = cli_error(cli, error);
  free(data);
  return status;
}

static int run(struct cli *cli) {
  if (words && !strcmp(words, "list")) return list(cli);
  /* Where the container is said by an option, every operand is about the call. */
  int first = command || process >= 0 ? 0 : 1;
  if (cli->count < first) return cli_usage(cli, "FILE is missing");
  if (!batch_path && !words && cli->count <= first) return cli_usage(cli, "SYSCALL is missing, or --do");
  if ((batch_path || words) && cli->count > first)
    return cli_usage(cli, "`%s' is one operand too many beside %s", cli->operands[first], words ? "--do" : "--batch");
  if (batch_path && words) return cli_usage(cli, "--do and --batch exclude each other");
  if (command && process >= 0) return cli_usage(cli, "--run and --pid exclude each other");
  if (cli->count - first > 7) return cli_usage(cli, "a system call has six arguments at most");
  ctsec_error *error = NULL;
  ctsec_containers *containers = NULL;
  const ctsec_container *container = NULL;
  ctsec_confinement *confinement = NULL;
  ctsec_profile *profile = NULL;
  int status = open_containers(cli, &containers);
  if (!status) status = choose(cli, containers, &container);
  if (!status) status = read_profile(cli, &profile);
  if (!status && ctsec_confinement_resolve(container, profile, cli->options, &confinement, &error))
    status = cli_error(cli, error);
  if (!status) status = batch_path ? batch(cli, confinement) : one(cli, first, confinement);
  ctsec_confinement_free(confinement);
  ctsec_profile_free(profile);
  ctsec_containers_free(containers);
  return status;
}

static const cli_option options[] = {
    {0, "do", "WORDS", "ask in everyday words: 'bind port 80'; `list' shows them"},
    {0, "batch", "FILE", "answer each line `ARCH SYSCALL A0 A1 A2 A3 A4 A5' of FILE"},
    {0, "run", "COMMAND", "a command line of docker, podman or nerdctl in place of FILE"},
    {0, "pid", "PID", "a live process in place of FILE"},
    {0, "filters", NULL, "ask the seccomp filters that it has loaded, for which it is stopped for an instant"},
    {0, "self", NULL, "this process in place of FILE"},
    {0, "profile", "FILE", "the seccomp profile where the input only names it"},
    {0, NULL, NULL, NULL},
};

const cli_command cmd_why = {
    .name = "why",
    .operands = "FILE SYSCALL [ARG...]",
    .summary = "May this container make this call? Every layer's answer, and the smallest change",
    .flags = CLI_TARGET | CLI_CONTAINER,
    .formats = "",
    .stop_after = 2,
    .options = options,
    .option = take,
    .run = run,
};
