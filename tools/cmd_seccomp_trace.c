/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec seccomp from-trace: the least that traces need. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile.h"

#define PIECE ((size_t)1 << 20)
/* So many unreadable lines are shown of each file. */
#define SHOWN 20

static const char *against_path;
static int whole;

static int take(struct cli *cli, const char *name, const char *value) {
  if (!strcmp(name, "against")) {
    against_path = value;
    return 0;
  }
  if (!strcmp(name, "no-new-privileges")) return cli_set(cli, name, "true");
  if (!strcmp(name, "trace")) {
    whole = 1;
    return 0;
  }
  return cli_set(cli, name, value);
}

static int pump(struct cli *cli, ctsec_trace_stream *stream, const char *path, char *piece) {
  int standard = !strcmp(path, "-");
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return cli_complain(cli, "%s: %s", path, strerror(errno));
  int status = 0;
  for (;;) {
    ssize_t n = read(fd, piece, PIECE);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) status = cli_complain(cli, "%s: %s", path, strerror(errno));
    if (n <= 0) break;
    ctsec_error *error = NULL;
    if (ctsec_trace_stream_feed(stream, piece, (size_t)n, &error)) {
      status = cli_error(cli, error);
      break;
    }
  }
  if (!standard) close(fd);
  return status;
}

/* Lines that could not be read: what was read still counts, and the status is that of a bad input. */
static int problems(struct cli *cli, ctsec_trace_stream *stream, const char *path) {
  ctsec_error *problem = NULL;
  int status = 0, more = 0;
  for (int i = 0; !ctsec_trace_stream_take(stream, &problem, NULL) && problem; i++) {
    status = CLI_BAD;
    if (i < SHOWN)
      cli_error(cli, problem);
    else
      more++, ctsec_error_free(problem);
  }
  if (more) cli_complain(cli, "%s: more lines could not be read", path);
  return status;
}

static int read_trace(struct cli *cli, const char *path, ctsec_trace **trace) {
  ctsec_error *error = NULL;
  ctsec_trace_stream *stream = NULL;
  char *piece = malloc(PIECE);
  int status = piece ? cli_set(cli, "source", path) : cli_complain(cli, "out of memory");
  if (!status && ctsec_trace_stream_new(cli->options, &stream, &error)) status = cli_error(cli, error);
  if (!status) status = pump(cli, stream, path, piece);
  if (!status) {
    int failed = ctsec_trace_stream_finish(stream, trace, &error);
    status = problems(cli, stream, path);
    if (failed) status = cli_error(cli, error);
  }
  ctsec_trace_stream_free(stream);
  free(piece);
  return status;
}

static int show_traces(struct cli *cli, ctsec_trace **traces, size_t count) {
  int status = 0;
  if (count != 1) return cli_usage(cli, "--trace shows one file at a time");
  char *text = NULL;
  size_t length = 0;
  ctsec_error *error = NULL;
  int failed = cli_is_format(cli, "json")        ? ctsec_trace_to_json(traces[0], &text, &length, &error)
               : cli_is_format(cli, "recording") ? ctsec_trace_encode(traces[0], &text, &length, &error)
                                                 : ctsec_trace_to_text(traces[0], &text, &length, &error);
  if (failed) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return status;
}

#define ALLOW 0x7fff0000u

/* Calls in lines of a hundred columns, those of one ABI together; with arguments where it matters which. */
static void print_side(struct cli *cli, const ctsec_diff *diff, int superfluous) {
  size_t column = 0;
  int32_t last = -1;
  for (size_t i = 0; i < ctsec_diff_count(diff); i++) {
    uint32_t audit = 0, actions[2] = {0, 0};
    int32_t nr = 0, arch = 0;
    uint64_t args[6];
    if (ctsec_diff_at(diff, i, &audit, &nr, args, &actions[0], &actions[1], NULL)) continue;
    if ((actions[0] == ALLOW) != superfluous || ctsec_arch_find_audit(audit, (uint32_t)nr, &arch, NULL)) continue;
    char word[160];
    const char *name = ctsec_syscall_name(arch, (uint32_t)nr);
    int length = snprintf(word, sizeof word, "%s", name ? name : "?");
    for (int k = 0; !superfluous && k < 6; k++)
      if (args[k]) length += snprintf(word + length, sizeof word - (size_t)length, " %d=0x%llx", k, (unsigned long long)args[k]);
    if (arch != last) {
      cli_print(cli, "%s%s (%s)", column ? "\n" : "", superfluous ? "Superfluous" : "Missing", ctsec_arch_name(arch));
      column = 0;
      last = arch;
    }
    if (!superfluous || !column || column + (size_t)length > 98) column = 0;
    cli_print(cli, "%s%s", column ? " " : "\n  ", word);
    column += (size_t)length + (column ? 1 : 2);
  }
  if (column) cli_text(cli, "\n");
}

static void print_diff(struct cli *cli, const ctsec_diff *diff) {
  print_side(cli, diff, 0);
  print_side(cli, diff, 1);
  if (!ctsec_diff_count(diff)) cli_text(cli, "Nothing is missing or superfluous.\n");
}

static int compare(struct cli *cli, const ctsec_least *least) {
  tool_profile input;
  int status = tool_profile_open(cli, against_path, &input);
  if (status) return status;
  ctsec_error *error = NULL;
  ctsec_policy *policy = NULL;
  ctsec_diff *diff = NULL;
  char *text = NULL;
  size_t length = 0;
  if (!input.profile)
    status = cli_complain(cli, "%s: raw BPF: a profile is needed", against_path);
  else if (cli_set(cli, "source", against_path))
    status = CLI_BAD;
  else if (ctsec_profile_resolve(input.profile, cli->options, &policy, &error) ||
           ctsec_least_diff(least, policy, cli->options, &diff, &error) ||
           (cli_is_format(cli, "json") && ctsec_diff_to_json(diff, &text, &length, &error)))
    status = cli_error(cli, error);
  if (!status) {
    if (text)
      cli_write_free(cli, text, length);
    else
      print_diff(cli, diff);
    if (ctsec_diff_count(diff)) status = CLI_FOUND;
  }
  ctsec_diff_free(diff);
  ctsec_policy_free(policy);
  tool_profile_close(&input);
  return status;
}

static int print(struct cli *cli, const ctsec_least *least) {
  ctsec_error *error = NULL;
  char *text = NULL, *profile = NULL;
  size_t length = 0, profile_length = 0;
  int plain = cli_is_format(cli, "docker") || cli_is_format(cli, "oci");
  int failed = plain                       ? ctsec_least_encode(least, &text, &length, &error)
               : cli_is_format(cli, "json") ? ctsec_least_to_json(least, &text, &length, &error)
                                            : ctsec_least_to_text(least, &text, &length, &error);
  /* With -o the profile goes to the file, and what it is for to the terminal. */
  int both = cli_is_format(cli, "text") && cli->output_path && strcmp(cli->output_path, "-");
  if (!failed && both) failed = ctsec_least_encode(least, &profile, &profile_length, &error);
  if (failed) {
    ctsec_free(text);
    return cli_error(cli, error);
  }
  if (both) {
    fwrite(text, 1, length, stdout);
    ctsec_free(text);
    cli_write_free(cli, profile, profile_length);
    return fflush(stdout) || ferror(stdout) ? cli_complain(cli, "standard output: %s", strerror(errno)) : 0;
  }
  cli_write_free(cli, text, length);
  return 0;
}

static int run(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "FILE is missing");
  ctsec_trace **traces = calloc((size_t)cli->count, sizeof *traces);
  if (!traces) return cli_complain(cli, "out of memory");
  size_t count = 0;
  int worst = 0;
  for (int i = 0; i < cli->count; i++) {
    int status = read_trace(cli, cli->operands[i], &traces[count]);
    if (traces[count]) count++;
    if (status > worst) worst = status;
  }
  ctsec_least *least = NULL;
  ctsec_error *error = NULL;
  int status = 0;
  if (!count)
    status = CLI_BAD;
  else if (whole)
    status = show_traces(cli, traces, count);
  else if (ctsec_trace_resolve((const ctsec_trace *const *)traces, count, cli->options, &least, &error))
    status = cli_error(cli, error);
  else
    status = against_path ? compare(cli, least) : print(cli, least);
  ctsec_least_free(least);
  for (size_t i = 0; i < count; i++) ctsec_trace_free(traces[i]);
  free(traces);
  return status > worst ? status : worst;
}

static const cli_option options[] = {
    {0, "from", "FORMAT", "strace, perf, audit or recording [detected]"},
    {0, "against", "PROFILE", "only what this profile lacks, or allows beyond need"},
    {0, "no-new-privileges", NULL, "for a container that is started with it: the runtime needs less"},
    {0, "trace", NULL, "show the calls that were read; --format recording converts them"},
    {0, NULL, NULL, NULL},
};

const cli_command cmd_seccomp_trace = {
    .name = "from-trace",
    .operands = "FILE...",
    .summary = "The least profile and capabilities that traces need",
    .flags = CLI_TARGET,
    .formats = "docker oci recording",
    .options = options,
    .option = take,
    .run = run,
};
