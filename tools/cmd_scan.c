/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fix.h"
#include "jobs.h"

struct state {
  ctsec_scan *scan;
  int fail_on;
  int failed;
  struct jobs *jobs;
  /* Inputs so far, and whether somebody watches them: only where nobody reads along, as the report may go to the same terminal. */
  size_t inputs;
  int watched;
  /* When that was shown and lines were written last, in tenths of a second. */
  int64_t shown, written;
  /* That an input lacks the selected container. */
  ctsec_error *missing;
  /* Instead of a scan. */
  fix_state *fix;
};

static const cli_option options[] = {
    {0, "policy", "POLICY", "default, cis-docker, pss:baseline[@1.N] or pss:restricted[@1.N]"},
    {0, "rule", "ID", "check this rule only; may be repeated, or a list with commas"},
    {0, "skip", "ID", "leave this rule out; may be repeated, or a list with commas"},
    {0, "min", "SEVERITY", "report nothing below: info low medium high critical [info]"},
    {0, "fail-on", "SEVERITY", "exit with 1 for a finding at or above [high]"},
    {0, "waivers", "FILE", "findings that were accepted, with reason and last day"},
    {0, "baseline", "FILE", "an earlier JSON report: say only what is new"},
    {0, "audit", NULL, "what the containers may do, said in a page, and a checklist (text, markdown, html)"},
    {0, "fix", NULL, "a patch of the files that ends what can safely be ended, and why the rest is left (text, json)"},
    {0, "jobs", "N", "check with N threads [1]"},
    {0, "run", "COMMAND", "a command line of docker, podman or nerdctl; may be repeated"},
    {0, "target", "STAGE", "the stage of a Dockerfile, by its name or number [the last]"},
    {0, "pid", "PID", "a live process; may be repeated"},
    {0, "self", NULL, "this process: what the container that it runs in may do"},
    {0, "host", NULL, "every container that runs on this machine, without any engine"},
    {0, "filters", NULL, "read the filters of live processes too, which stops each for an instant"},
    {0, "proc-root", "FOLDER", "read processes from another tree of this shape [/proc]"},
    {0, NULL, NULL, NULL},
};

static int severity(const char *name) {
  static const char *const names[] = {"info", "low", "medium", "high", "critical"};
  for (int i = 0; i < 5; i++)
    if (!strcmp(names[i], name)) return i;
  return -1;
}

/* Kept until the scan is made; -1: not said. */
static int fail_on = -1;

/* What was accepted before; NULL: nothing. */
static const char *waivers, *baseline;

static int fixing;

static int threads = 1;

/* Command lines given by --run. */
static const char *commands[64];
static int command_count;

/* Processes to read: 0 is our own, -1 every container. */
static int32_t processes[64];
static int process_count;
static const char *proc_root = "/proc";

static int add_process(struct cli *cli, const char *name, const char *value) {
  char *end = NULL;
  errno = 0;
  long pid = !strcmp(name, "host") ? -1 : !strcmp(name, "self") ? 0 : strtol(value, &end, 10);
  if (end && (*end || end == value || pid <= 0 || errno || pid > INT32_MAX))
    return cli_usage(cli, "--pid: `%s' is no process id", value);
  if (process_count == sizeof processes / sizeof *processes) return cli_usage(cli, "too many --pid");
  processes[process_count++] = (int32_t)pid;
  return 0;
}

static int option(struct cli *cli, const char *name, const char *value) {
  if (!strcmp(name, "proc-root")) {
    proc_root = value;
    return 0;
  }
  if (!strcmp(name, "filters")) return cli_set(cli, name, "true");
  if (!strcmp(name, "pid") || !strcmp(name, "self") || !strcmp(name, "host")) return add_process(cli, name, value);
  if (!strcmp(name, "run")) {
    if (command_count == sizeof commands / sizeof *commands) return cli_usage(cli, "too many --run");
    commands[command_count++] = value;
    return 0;
  }
  if (!strcmp(name, "waivers") || !strcmp(name, "baseline")) {
    *(strcmp(name, "waivers") ? &baseline : &waivers) = value;
    return 0;
  }
  if (!strcmp(name, "fix")) {
    fixing = 1;
    return 0;
  }
  if (!strcmp(name, "audit")) return cli_set(cli, name, "true");
  if (!strcmp(name, "jobs")) {
    char *end;
    long number = strtol(value, &end, 10);
    if (end == value || *end || number < 1 || number > 256) return cli_usage(cli, "--jobs: `%s' is no number from 1 to 256", value);
    threads = (int)number;
    return 0;
  }
  if (strcmp(name, "fail-on")) return cli_set(cli, name, value);
  fail_on = severity(value);
  if (fail_on < 0) return cli_usage(cli, "--fail-on: `%s' is none of info low medium high critical", value);
  return cli_set(cli, name, value);
}

/* True ten times a second, for what somebody may look at. */
static int is_due(int64_t *last) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  int64_t tenths = (int64_t)now.tv_sec * 10 + now.tv_nsec / 100000000;
  if (tenths == *last) return 0;
  *last = tenths;
  return 1;
}

/* Prints what is ready, so that lines need no memory. */
static void flush(struct cli *cli) {
  struct state *state = cli->state;
  char *text;
  size_t length;
  ctsec_error *error = NULL;
  if (ctsec_scan_take(state->scan, &text, &length, &error)) {
    state->failed = cli_error(cli, error);
    return;
  }
  if (length)
    cli_write_free(cli, text, length);
  else
    ctsec_free(text);
  if (cli->output && is_due(&state->written)) fflush(cli->output);
}

/* Of several inputs, one alone may have the container that was selected. */
static void fed(struct cli *cli, int status, ctsec_error *error) {
  struct state *state = cli->state;
  if (status == CTSEC_E_NOTFOUND) {
    ctsec_error_free(state->missing);
    state->missing = error;
  } else if (status) {
    state->failed = cli_error(cli, error);
  }
  flush(cli);
}

/* source NULL: the end. */
static void show_progress(struct cli *cli, const char *source) {
  struct state *state = cli->state;
  state->inputs++;
  if (!state->watched || (source && !is_due(&state->shown))) return;
  fputs("\r\033[K", stderr);
  if (source) {
    fprintf(stderr, "%zu: ", state->inputs);
    for (int i = 0; i < 60 && source[i]; i++) fputc((unsigned char)source[i] < 0x20 || source[i] == 0x7f ? '?' : source[i], stderr);
  }
  fflush(stderr);
}

/* The next input, checked. */
static void feed_input(struct cli *cli, jobs_input *input) {
  struct state *state = cli->state;
  ctsec_error *error = NULL;
  int read = input->job && !input->number;
  int status = read ? ctsec_scan_feed_job(state->scan, input->job, &error)
                    : ctsec_scan_set_unread(state->scan, input->source, input->number, &error);
  show_progress(cli, status ? NULL : input->source);
  /* A file that is not there is no container that was not found. */
  if (read)
    fed(cli, status, error);
  else
    state->failed = cli_error(cli, error);
}

/* Takes source and data over; an errno stands for an input that cannot be read. */
static void add(struct cli *cli, const jobs_input *wanted) {
  struct state *state = cli->state;
  jobs_input input = *wanted;
  if (state->fix) {
    if (input.source && !input.number && !input.text) input.number = cli_read_file(input.source, &input.data, &input.length);
    if (!input.source || input.number)
      state->fix->failed = input.source ? cli_complain(cli, "%s: %s", input.source, strerror(input.number)) : cli_complain(cli, "out of memory");
    else
      fix_input(cli, state->fix, input.source, input.data, input.length);
    free(input.data);
    free(input.source);
    return;
  }
  ctsec_error *error = NULL;
  if (input.source && !input.number && ctsec_job_new(state->scan, input.source, NULL, 0, &input.job, &error)) {
    state->failed = cli_error(cli, error);
    free(input.source);
    input.source = NULL;
  } else if (!input.source) {
    state->failed = cli_complain(cli, "out of memory");
  }
  if (input.source)
    jobs_add(state->jobs, &input);
  else
    free(input.data);
}

static void unread(struct cli *cli, const char *path, int number) {
  add(cli, &(jobs_input){.source = strdup(path), .number = number});
}

static void feed_command(struct cli *cli, const char *command) {
  add(cli, &(jobs_input){.source = strdup("--run"), .text = command, .length = strlen(command)});
}

static void feed_regular(struct cli *cli, const char *path) { add(cli, &(jobs_input){.source = strdup(path)}); }

/* Reading what is no regular file may take as long as somebody likes: what is ready leaves before. */
static void feed(struct cli *cli, const char *path) {
  struct state *state = cli->state;
  struct stat st;
  if (strcmp(path, "-") && (stat(path, &st) || S_ISREG(st.st_mode))) {
    feed_regular(cli, path);
    return;
  }
  if (state->jobs) jobs_drain(state->jobs);
  if (cli->output) fflush(cli->output);
  jobs_input input = {.source = strdup(path)};
  input.number = cli_read_file(path, &input.data, &input.length);
  input.text = input.data;
  add(cli, &input);
}

static void accept(struct cli *cli, const char *path, int (*set)(ctsec_scan *, const char *, const char *, size_t, ctsec_error **)) {
  struct state *state = cli->state;
  char *data;
  size_t length;
  ctsec_error *error = NULL;
  int number = cli_read_file(path, &data, &length);
  int status = number ? ctsec_scan_set_unread(state->scan, path, number, &error) : set(state->scan, path, data, length, &error);
  if (!number) free(data);
  if (status) state->failed = cli_error(cli, error);
}

static void read_process(struct cli *cli, const char *root, int32_t pid) {
  struct state *state = cli->state;
  ctsec_error *error = NULL;
  int status = ctsec_scan_read(state->scan, root, pid, &error);
  if (status && ctsec_error_errno(error)) {
    state->failed = cli_error(cli, error);
    flush(cli);
  } else {
    fed(cli, status, error);
  }
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static int is_read(const char *name) {
  static const char *const ends[] = {".json", ".yaml", ".yml", ".dockerfile", ".Dockerfile", ".containerfile"};
  if (!strncmp(name, "Dockerfile", 10) && (!name[10] || name[10] == '.')) return 1;
  if (!strncmp(name, "Containerfile", 13) && (!name[13] || name[13] == '.')) return 1;
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (length > strlen(ends[i]) && !strcmp(name + length - strlen(ends[i]), ends[i])) return 1;
  return 0;
}

static void walk(struct cli *cli, const char *folder);

/* Links to folders are not followed, so that there is no way round; what is no file would wait for somebody to write. */
static void visit(struct cli *cli, const char *path, int wanted) {
  struct stat st;
  if (lstat(path, &st)) {
    unread(cli, path, errno);
  } else if (S_ISDIR(st.st_mode)) {
    walk(cli, path);
  } else if (wanted) {
    if (S_ISLNK(st.st_mode) && stat(path, &st))
      unread(cli, path, errno);
    else if (S_ISREG(st.st_mode))
      feed_regular(cli, path);
  }
}

static void walk(struct cli *cli, const char *folder) {
  struct dirent **entries;
  const char *end = folder + strlen(folder);
  int count = scandir(folder, &entries, NULL, by_name);
  if (count < 0) {
    unread(cli, folder, errno);
    return;
  }
  for (int i = 0; i < count; i++) {
    char *path;
    if (entries[i]->d_name[0] != '.' && asprintf(&path, "%s%s%s", folder, end[-1] == '/' ? "" : "/", entries[i]->d_name) >= 0) {
      visit(cli, path, is_read(entries[i]->d_name));
      free(path);
    }
    free(entries[i]);
  }
  free(entries);
}

/* Of a folder, files that describe something else are passed over; a folder without any container is an error. */
static void scan_folder(struct cli *cli, const char *folder) {
  struct state *state = cli->state;
  size_t before = ctsec_scan_containers(state->scan);
  size_t length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/') length--;
  char *name = strndup(folder, length);
  if (!name) return;
  ctsec_scan_set_lenient(state->scan, 1, NULL);
  walk(cli, name);
  ctsec_scan_set_lenient(state->scan, 0, NULL);
  /* Whether it held anything is known once all is fed. */
  jobs_drain(state->jobs);
  if (ctsec_scan_containers(state->scan) == before && !state->failed) {
    ctsec_error *error = NULL;
    ctsec_scan_set_unread(state->scan, name, ENODATA, &error);
    ctsec_error_free(error);
    state->failed = cli_complain(cli, "%s: no file in this folder describes a container", folder);
  }
  free(name);
}

static int is_folder(const char *path) {
  struct stat st;
  return strcmp(path, "-") && !stat(path, &st) && S_ISDIR(st.st_mode);
}

static int has_file(const char *folder, const char *name) {
  char *path;
  struct stat st;
  if (asprintf(&path, "%s/%s", folder, name) < 0) return 0;
  int found = !stat(path, &st);
  free(path);
  return found;
}

/* A tree of processes, or a process of one, scanned as --host and --pid do. */
static int scan_processes(struct cli *cli, const char *folder) {
  if (has_file(folder, "1/status") || has_file(folder, "self/status")) {
    read_process(cli, folder, -1);
    return 1;
  }
  char *whole = has_file(folder, "status") && has_file(folder, "ns") ? realpath(folder, NULL) : NULL;
  char *slash = whole ? strrchr(whole, '/') : NULL, *end = NULL;
  long pid = slash ? strtol(slash + 1, &end, 10) : 0;
  int found = slash && slash != whole && pid > 0 && pid <= INT32_MAX && !*end;
  if (found) {
    *slash = '\0';
    read_process(cli, whole, (int32_t)pid);
  }
  free(whole);
  return found;
}

/* What says something about a whole that only a report has, or is no file. */
static int check_fix(struct cli *cli) {
  if (!cli_is_format(cli, "text") && !cli_is_format(cli, "json")) return cli_usage(cli, "--fix gives text or json");
  if (command_count || process_count) return cli_usage(cli, "--fix changes files: it goes with no --run, --pid, --self, --host");
  if (waivers || baseline) return cli_usage(cli, "--fix goes with no --waivers and no --baseline; --skip and --rule choose what it changes");
  if (!cli->count) return cli_usage(cli, "--fix: name a file, a folder, or - for standard input");
  return 0;
}

static int run_fix(struct cli *cli) {
  fix_state fix = {.fail_on = fail_on < 0 ? CTSEC_SEVERITY_HIGH : fail_on};
  struct state state = {.fix = &fix};
  int status = check_fix(cli);
  if (!status) status = cli_check_root(cli);
  if (!status && cli->select) status = cli_set(cli, "select", cli->select);
  if (status) return status;
  cli->state = &state;
  for (int i = 0; i < cli->count; i++) {
    if (!is_folder(cli->operands[i])) {
      feed(cli, cli->operands[i]);
      continue;
    }
    size_t before = fix.containers;
    fix.lenient = 1;
    walk(cli, cli->operands[i]);
    fix.lenient = 0;
    if (fix.containers == before && !fix.failed)
      fix.failed = cli_complain(cli, "%s: no file in this folder describes a container", cli->operands[i]);
  }
  cli->state = NULL;
  return fix.failed ? CLI_BAD : fix.found ? CLI_FOUND : CLI_CLEAN;
}

static int run(struct cli *cli) {
  if (fixing) return run_fix(cli);
  struct state state = {0};
  ctsec_error *error = NULL;
  if (!cli->count && !command_count && !process_count)
    return cli_usage(cli, "name a file, a folder, or - for standard input, or give --run, --pid, --self or --host");
  if (cli->select && cli_set(cli, "select", cli->select)) return CLI_BAD;
  if (cli_set_now(cli) || cli_check_root(cli)) return CLI_BAD;
  if (cli_colour(cli) && cli_set(cli, "colour", "true")) return CLI_BAD;
  if (ctsec_scan_new(cli->options, cli->format, &state.scan, &error)) return cli_error(cli, error);
  state.fail_on = fail_on < 0 ? CTSEC_SEVERITY_HIGH : fail_on;
  state.watched = isatty(STDERR_FILENO) && (cli->output_path || !isatty(STDOUT_FILENO));
  cli->state = &state;
  state.jobs = jobs_new(threads, feed_input, cli);
  if (!state.jobs) {
    ctsec_scan_free(state.scan);
    return cli_complain(cli, "out of memory");
  }
  if (waivers) accept(cli, waivers, ctsec_scan_set_waivers);
  if (baseline) accept(cli, baseline, ctsec_scan_set_baseline);
  for (int i = 0; i < cli->count; i++) {
    if (is_folder(cli->operands[i])) jobs_drain(state.jobs);
    if (is_folder(cli->operands[i]) && scan_processes(cli, cli->operands[i]))
      continue;
    if (is_folder(cli->operands[i]))
      scan_folder(cli, cli->operands[i]);
    else
      feed(cli, cli->operands[i]);
  }
  for (int i = 0; i < command_count; i++) feed_command(cli, commands[i]);
  jobs_finish(state.jobs);
  for (int i = 0; i < process_count; i++) read_process(cli, proc_root, processes[i]);
  show_progress(cli, NULL);
  if (state.missing && !ctsec_scan_containers(state.scan)) {
    state.failed = cli_error(cli, state.missing);
    state.missing = NULL;
  }
  ctsec_error_free(state.missing);
  int status = ctsec_scan_count(state.scan, state.fail_on) ? CLI_FOUND : CLI_CLEAN;
  /* A single input that could not be read leaves standard output alone. */
  if (cli->count + command_count + process_count > 1 || ctsec_scan_containers(state.scan) || (process_count && !state.failed)) {
    char *text;
    size_t length;
    if (ctsec_scan_finish(state.scan, &text, &length, &error))
      state.failed = cli_error(cli, error);
    else
      cli_write_free(cli, text, length);
  }
  ctsec_scan_free(state.scan);
  return state.failed ? CLI_BAD : status;
}

const cli_command cmd_scan = {
    .name = "scan",
    .operands = "[FILE|FOLDER...]",
    .summary = "Find what is dangerous in containers, and the smallest change that ends it",
    .flags = CLI_TARGET | CLI_CONTAINER,
    .formats = "ndjson sarif junit markdown html",
    .options = options,
    .option = option,
    .run = run,
};
