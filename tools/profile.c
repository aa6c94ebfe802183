/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "live.h"

/* JSON begins with a bracket; a filter is whole instructions, which hold bytes that no text has. */
static int is_filter(const char *data, size_t length) {
  size_t at = 0;
  while (at < length && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r' || data[at] == '\n')) at++;
  if (at < length && (data[at] == '{' || data[at] == '[')) return memchr(data, '\0', length) && length % 8 == 0;
  return length && memchr(data, '\0', length) != NULL;
}

/* A thread without a filter is as one under a filter that lets everything through. */
static int open_none(struct cli *cli, int32_t pid, tool_profile *input) {
  static const char allow[] = "ret ALLOW\n";
  ctsec_error *error = NULL;
  input->filters = calloc(1, sizeof *input->filters);
  if (!input->filters) return cli_complain(cli, "out of memory");
  if (ctsec_filter_parse(allow, sizeof allow - 1, cli->options, &input->filters[0], &error)) return cli_error(cli, error);
  input->count = 1;
  fprintf(stderr, "ctsec: process %d runs under no filter: every call is allowed\n", (int)pid);
  return 0;
}

/* The stack of the thread that was named; where others of its process have another one, that is said. */
static int open_live(struct cli *cli, const char *name, tool_profile *input) {
  int32_t pid = 0;
  if (cli_pid(cli, name + 4, &pid)) return CLI_BAD;
  if (!pid) pid = (int32_t)getpid();
  int32_t *tids;
  size_t count;
  tool_stack stack;
  int status = tool_stack_read(cli, pid, 1, &stack);
  if (status) return status;
  status = tool_threads(cli, pid, &tids, &count);
  for (size_t i = 0; !status && i < count; i++) {
    tool_stack other;
    if (tids[i] == pid || tool_stack_read(cli, tids[i], 0, &other)) continue;
    int equal = tool_stack_equal(&stack, &other);
    tool_stack_free(&other);
    if (equal) continue;
    fprintf(stderr, "ctsec: thread %d of process %d runs under other filters; pid:%d is about those of thread %d\n",
            (int)tids[i], (int)pid, (int)pid, (int)pid);
    break;
  }
  if (!status) free(tids);
  if (!status && stack.mode == 1)
    status = cli_complain(cli, "process %d: runs in strict mode (read, write, exit and sigreturn only), under no filter", (int)pid);
  if (!status && !stack.count) status = open_none(cli, pid, input);
  if (!status && stack.count) {
    input->filters = stack.filters;
    input->count = stack.count;
    return 0;
  }
  tool_stack_free(&stack);
  return status;
}

static int decode(struct cli *cli, const char *data, size_t length, tool_profile *input, ctsec_error **error) {
  input->filters = calloc(1, sizeof *input->filters);
  if (!input->filters) return cli_complain(cli, "out of memory");
  int failed = ctsec_filter_decode((const uint8_t *)data, length, cli->options, &input->filters[0], error);
  if (!failed) input->count = 1;
  return failed;
}

int tool_profile_open(struct cli *cli, const char *name, tool_profile *input) {
  ctsec_error *error = NULL;
  memset(input, 0, sizeof *input);
  if (!strncmp(name, "builtin:", 8))
    return ctsec_profile_find(name + 8, &input->profile, &error) ? cli_error(cli, error) : 0;
  if (!strncmp(name, "pid:", 4)) return open_live(cli, name, input);
  char *data;
  size_t length;
  int status = cli_read(cli, name, &data, &length);
  if (status) return status;
  status = cli_set(cli, "source", name);
  if (!status && cli->select) status = cli_set(cli, "select", cli->select);
  if (!status) {
    int failed = is_filter(data, length) ? decode(cli, data, length, input, &error)
                                         : ctsec_profile_parse(data, length, cli->options, &input->profile, &error);
    if (failed) status = error ? cli_error(cli, error) : CLI_BAD;
    if (failed) tool_profile_close(input);
  }
  free(data);
  return status;
}

void tool_profile_close(tool_profile *input) {
  ctsec_profile_free(input->profile);
  for (size_t i = 0; i < input->count; i++) ctsec_filter_free(input->filters[i]);
  free(input->filters);
  memset(input, 0, sizeof *input);
}

int tool_profile_single(struct cli *cli, const char *name, const tool_profile *input, const ctsec_filter **filter) {
  *filter = input->count ? input->filters[0] : NULL;
  if (input->count < 2) return 0;
  return cli_complain(cli, "%s: %zu filters, one above the other; `simulate' and `diff' take them together, `dump' prints them",
                      name, input->count);
}
