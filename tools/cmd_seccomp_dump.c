/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec seccomp dump: the filters that live processes run under, of every thread. */
#include <stdlib.h>
#include <unistd.h>

#include "live.h"
#include "profile.h"

#define MOST_OPTIONS 64

static const char *named[MOST_OPTIONS];
static int named_count;
/* JSON: the document was begun; a thread stands in its list. */
static int begun, listed;

static int take(struct cli *cli, const char *name, const char *value) {
  if (named_count == MOST_OPTIONS) return cli_usage(cli, "--%s may stand %d times", name, MOST_OPTIONS);
  named[named_count++] = value ? value : "self";
  return 0;
}

static int print_filter(struct cli *cli, const ctsec_filter *filter, size_t index, int last) {
  ctsec_error *error = NULL;
  char *text = NULL;
  size_t length = 0;
  uint8_t *bytes = NULL;
  int failed;
  if (cli_is_format(cli, "raw")) {
    failed = ctsec_filter_encode(filter, &bytes, &length, &error);
    if (failed) return cli_error(cli, error);
    cli_write_free(cli, (char *)bytes, length);
    return 0;
  }
  failed = cli_is_format(cli, "json") ? ctsec_filter_to_json(filter, &text, &length, &error)
                                      : ctsec_filter_to_text(filter, &text, &length, &error);
  if (failed) return cli_error(cli, error);
  if (!cli_is_format(cli, "json")) cli_print(cli, "; filter %zu, %zu instructions\n", index, ctsec_filter_count(filter));
  cli_write_free(cli, text, length);
  if (cli_is_format(cli, "json") && !last) cli_text(cli, ",");
  return 0;
}

static int print_stack(struct cli *cli, int32_t pid, int32_t tid, const tool_stack *s) {
  static const char *const modes[] = {"none", "strict", "filter"};
  int json = cli_is_format(cli, "json"), status = 0;
  if (json) {
    if (!begun++) cli_text(cli, "{\"schema\": \"ctsec/dump/1\", \"threads\": [");
    cli_print(cli, "%s{\"pid\": %d, \"tid\": %d, \"mode\": \"%s\", \"filters\": [", listed++ ? "," : "", (int)pid, (int)tid,
              modes[s->mode]);
  } else if (cli_is_format(cli, "text")) {
    cli_print(cli, s->mode == 1 ? "; process %d, thread %d: strict mode (read, write, exit and sigreturn only)\n"
                                : "; process %d, thread %d: %zu filters\n",
              (int)pid, (int)tid, s->count);
  }
  for (size_t i = 0; i < s->count && !status; i++) status = print_filter(cli, s->filters[i], i, i + 1 == s->count);
  if (json) cli_text(cli, "]}");
  return status;
}

/* All threads are read before the first is printed. */
static int dump_process(struct cli *cli, int32_t pid) {
  int32_t *tids;
  size_t count;
  int status = tool_threads(cli, pid, &tids, &count);
  if (status) return status;
  tool_stack *stacks = calloc(count ? count : 1, sizeof *stacks);
  int *ended = calloc(count ? count : 1, sizeof *ended);
  if (!stacks || !ended) status = cli_complain(cli, "out of memory");
  for (size_t i = 0; i < count && !status; i++) {
    status = tool_stack_read(cli, tids[i], tids[i] == pid, &stacks[i]);
    if (status < 0) ended[i] = 1, status = 0;
  }
  for (size_t i = 0; i < count && stacks && ended; i++) {
    if (!status && !ended[i]) status = print_stack(cli, pid, tids[i], &stacks[i]);
    tool_stack_free(&stacks[i]);
  }
  free(stacks);
  free(ended);
  free(tids);
  return status;
}

static int dump_named(struct cli *cli, const char *name) {
  int32_t pid = 0;
  int status = cli_pid(cli, name, &pid);
  return status ? status : dump_process(cli, pid ? pid : (int32_t)getpid());
}

static int run(struct cli *cli) {
  if (!cli->count && !named_count)
    return cli_usage(cli, "PID is missing: the number of a process, or `self'; every thread and every filter of it is shown");
  int status = 0;
  for (int i = 0; i < named_count; i++)
    if (dump_named(cli, named[i])) status = CLI_BAD;
  for (int i = 0; i < cli->count; i++)
    if (dump_named(cli, cli->operands[i])) status = CLI_BAD;
  if (begun) cli_text(cli, "]}\n");
  return status;
}

static const cli_option options[] = {
    {0, "self", NULL, "our own filters"},
    {0, "pid", "PID", "the same as an operand; may be repeated"},
    {0, NULL, NULL, NULL},
};

const cli_command cmd_seccomp_dump = {
    .name = "dump",
    .operands = "PID...",
    .summary = "The filters of live processes, of every thread, oldest first",
    .flags = CLI_TRACES,
    .formats = "raw",
    .options = options,
    .option = take,
    .run = run,
};
