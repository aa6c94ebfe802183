/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec denials: what logs say about refused calls, decoded and explained. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "profile.h"

#define PIECE ((size_t)1 << 20)

static const char *for_path, *profile_name;
static int follow;

static int option(struct cli *cli, const char *name, const char *value) {
  (void)cli;
  if (!strcmp(name, "for"))
    for_path = value;
  else if (!strcmp(name, "profile"))
    profile_name = value;
  else
    follow = 1;
  return 0;
}

struct state {
  ctsec_denials *denials;
  char *buffer;
  /* Errors that have been printed. */
  size_t told;
  int failed;
};

static volatile sig_atomic_t stopped;
static void stop(int number) {
  (void)number;
  stopped = 1;
}

/* As every error of a line or a source, without giving it up. */
static void print_error(const ctsec_error *error) {
  fprintf(stderr, "ctsec: %s:", ctsec_error_source(error));
  if (ctsec_error_line(error))
    fprintf(stderr, "%lld:%lld:", (long long)ctsec_error_line(error), (long long)ctsec_error_column(error));
  fprintf(stderr, " %s\n", ctsec_error_message(error));
}

static void tell_errors(struct state *state) {
  size_t count = ctsec_denials_error_count(state->denials);
  for (; state->told < count; state->told++) print_error(ctsec_denials_error_at(state->denials, state->told));
}

static void take(struct cli *cli) {
  struct state *state = cli->state;
  char *text;
  size_t length;
  ctsec_error *error = NULL;
  if (ctsec_denials_take(state->denials, &text, &length, &error)) {
    state->failed = cli_error(cli, error);
    return;
  }
  cli_write_free(cli, text, length);
  if (length && cli->output) fflush(cli->output);
}

static int fed(struct cli *cli, int status, ctsec_error *error) {
  struct state *state = cli->state;
  if (status == CTSEC_E_NOMEM || status == CTSEC_E_ARG) {
    state->failed = cli_error(cli, error);
    return CLI_BAD;
  }
  /* Recorded: printed with the others. */
  ctsec_error_free(error);
  if (follow) tell_errors(state);
  return status ? CLI_BAD : 0;
}

static int unread(struct cli *cli, const char *source, int number) {
  struct state *state = cli->state;
  ctsec_error *error = NULL;
  int status = ctsec_denials_set_unread(state->denials, source, number, &error);
  return fed(cli, status, error);
}

static int feed(struct cli *cli, const char *source, size_t length) {
  struct state *state = cli->state;
  ctsec_error *error = NULL;
  int status = ctsec_denials_feed(state->denials, source, state->buffer, length, &error);
  return fed(cli, status, error);
}

/* More of a file that grows: nothing is lost where it is replaced or cut. */
static int reopened(struct cli *cli, const char *path, int *fd) {
  struct state *state = cli->state;
  struct stat now, here;
  if (stat(path, &now) || fstat(*fd, &here)) return 0;
  off_t at = lseek(*fd, 0, SEEK_CUR);
  if (now.st_ino == here.st_ino && now.st_dev == here.st_dev) {
    if (at > now.st_size) return lseek(*fd, 0, SEEK_SET) == 0;
    return 0;
  }
  int fresh = open(path, O_RDONLY | O_CLOEXEC);
  if (fresh < 0) return 0;
  /* What was written to the old one before it was moved away. */
  ssize_t n;
  while ((n = read(*fd, state->buffer, PIECE)) > 0 && !feed(cli, path, (size_t)n)) take(cli);
  close(*fd);
  *fd = fresh;
  return 1;
}

static void read_input(struct cli *cli, const char *path, int last) {
  struct state *state = cli->state;
  int standard = !strcmp(path, "-");
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat(fd, &st)) {
    unread(cli, path, errno);
    return;
  }
  if (S_ISDIR(st.st_mode)) {
    close(fd);
    unread(cli, path, EISDIR);
    return;
  }
  while (!stopped && !state->failed) {
    ssize_t n = read(fd, state->buffer, PIECE);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      unread(cli, path, errno);
      break;
    }
    if (n > 0) {
      if (feed(cli, path, (size_t)n)) break;
      if (follow) take(cli);
      continue;
    }
    if (!follow || !last || !S_ISREG(st.st_mode)) break;
    poll(NULL, 0, 200);
    if (!standard && reopened(cli, path, &fd)) {
      /* A line that had no end has it now. */
      state->buffer[0] = '\n';
      feed(cli, path, 1);
    }
  }
  if (!standard) close(fd);
}

/* The kernel's own log. One record a read; EPIPE where older ones have been overwritten, which serials show. */
static void read_kernel(struct cli *cli) {
  static const char name[] = "/dev/kmsg";
  struct state *state = cli->state;
  int fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    int number = errno;
    if (number == EPERM || number == EACCES)
      state->failed = cli_complain(cli, "%s: %s; as root, or by `sudo dmesg | ctsec denials -'", name, strerror(number));
    else
      unread(cli, name, number);
    return;
  }
  size_t used = 0;
  while (!stopped && !state->failed) {
    ssize_t n = read(fd, state->buffer + used, PIECE - used);
    if (n < 0 && (errno == EINTR || errno == EPIPE)) continue;
    if (n > 0) used += (size_t)n;
    if (used && (n <= 0 || PIECE - used < 16384)) {
      if (feed(cli, name, used)) break;
      used = 0;
      if (follow) take(cli);
    }
    if (n > 0) continue;
    if (n < 0 && errno != EAGAIN) {
      unread(cli, name, errno);
      break;
    }
    if (!follow) break;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    poll(&wait, 1, 1000);
  }
  close(fd);
}

/* What only this machine knows: its kernel, and which actions it records. */
static int set_host(struct cli *cli) {
  struct utsname name;
  char *words;
  size_t length;
  if (!uname(&name) && name.release[0] >= '0' && name.release[0] <= '9') {
    unsigned major, minor;
    char text[32];
    if (sscanf(name.release, "%u.%u", &major, &minor) == 2) {
      snprintf(text, sizeof text, "%u.%u", major, minor);
      if (cli_set(cli, "kernel", text)) return CLI_BAD;
    }
  }
  if (cli_read_file("/proc/sys/kernel/seccomp/actions_logged", &words, &length)) return 0;
  char fact[256];
  while (length && words[length - 1] == '\n') words[--length] = '\0';
  snprintf(fact, sizeof fact, "sysctl.kernel.seccomp.actions_logged=%s", words);
  free(words);
  return cli_set(cli, "fact", fact);
}

/* Only JSON can hold a profile; a command line or a manifest has no place for one. */
static int may_hold_profile(const char *data, size_t length) {
  size_t at = 0;
  while (at < length && (data[at] == ' ' || (data[at] >= '\t' && data[at] <= '\r'))) at++;
  return at < length && (data[at] == '{' || data[at] == '[');
}

/* The container, and its profile where no other is given. */
static int set_container(struct cli *cli) {
  struct state *state = cli->state;
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  char *data;
  size_t length;
  int status = cli_read(cli, for_path, &data, &length);
  if (status) return status;
  status = cli_set(cli, "source", for_path);
  if (!status && cli->select) status = cli_set(cli, "select", cli->select);
  if (!status) status = cli_files(cli, for_path, data, length);
  if (!status && ctsec_containers_parse(data, length, cli->options, &containers, &error)) status = cli_error(cli, error);
  if (!status && ctsec_containers_count(containers) != 1) {
    cli_complain(cli, "%s: %zu containers; --select one of:", for_path, ctsec_containers_count(containers));
    for (size_t i = 0; i < ctsec_containers_count(containers); i++)
      cli_complain(cli, "  %s", ctsec_container_id(ctsec_containers_at(containers, i)));
    status = CLI_BAD;
  }
  /* A fact that nobody can use is told now, not when the first record asks for it. */
  ctsec_confinement *confinement = NULL;
  if (!status && ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, cli->options, &confinement, &error)) {
    if (ctsec_error_code(error) == CTSEC_E_ARG)
      status = cli_error(cli, error);
    else
      ctsec_error_free(error);
    error = NULL;
  }
  ctsec_confinement_free(confinement);
  if (!status && ctsec_denials_set_container(state->denials, ctsec_containers_at(containers, 0), &error))
    status = cli_error(cli, error);
  if (!status && !profile_name && may_hold_profile(data, length)) {
    ctsec_profile *profile;
    if (ctsec_profile_parse(data, length, cli->options, &profile, &error)) {
      /* It stands in a file of its own, or the format does not tell: said, and no reason to stop. */
      cli_complain(cli, "%s: %s; --profile gives it", for_path, ctsec_error_message(error));
      ctsec_error_free(error);
    } else {
      if (ctsec_denials_set_profile(state->denials, profile, &error)) status = cli_error(cli, error);
      ctsec_profile_free(profile);
    }
  }
  ctsec_containers_free(containers);
  free(data);
  return status;
}

static int set_profile(struct cli *cli) {
  struct state *state = cli->state;
  tool_profile input;
  ctsec_error *error = NULL;
  int status = tool_profile_open(cli, profile_name, &input);
  if (status) return status;
  if (input.profile) {
    if (ctsec_denials_set_profile(state->denials, input.profile, &error)) status = cli_error(cli, error);
  } else {
    const ctsec_filter *filter;
    status = tool_profile_single(cli, profile_name, &input, &filter);
    if (!status && ctsec_denials_set_filter(state->denials, filter, &error)) status = cli_error(cli, error);
  }
  tool_profile_close(&input);
  return status;
}

static void finish(struct cli *cli) {
  struct state *state = cli->state;
  char *text;
  size_t length;
  ctsec_error *error = NULL;
  if (ctsec_denials_finish(state->denials, &text, &length, &error)) {
    state->failed = cli_error(cli, error);
    return;
  }
  tell_errors(state);
  /* A single input that could not be read leaves standard output alone. */
  int alone = cli->count <= 1 && ctsec_denials_count(state->denials, CTSEC_DENIALS_FAILED) &&
              !ctsec_denials_count(state->denials, CTSEC_DENIALS_RECORDS);
  if (alone)
    ctsec_free(text);
  else
    cli_write_free(cli, text, length);
}

static int status_of(const struct state *state) {
  if (state->failed || ctsec_denials_count(state->denials, CTSEC_DENIALS_FAILED)) return CLI_BAD;
  if (ctsec_denials_count(state->denials, CTSEC_DENIALS_DENIED)) return CLI_FOUND;
  /* What could not be read may have been a denial. */
  return ctsec_denials_count(state->denials, CTSEC_DENIALS_UNPARSED) ? CLI_BAD : CLI_CLEAN;
}

static int run(struct cli *cli) {
  struct state state = {0};
  ctsec_error *error = NULL;
  int kernel = !cli->count;
  if (kernel && !for_path && !profile_name)
    return cli_usage(cli, "name a log, or - for standard input; with --for or --profile and no log, the kernel's is read");
  if (kernel && set_host(cli)) return CLI_BAD;
  if (ctsec_denials_new(cli->options, cli->format, &state.denials, &error)) return cli_error(cli, error);
  cli->state = &state;
  state.buffer = malloc(PIECE);
  int status = state.buffer ? 0 : cli_complain(cli, "out of memory");
  if (!status && for_path) status = set_container(cli);
  if (!status && profile_name) status = set_profile(cli);
  if (!status) {
    if (follow) {
      /* No SA_RESTART: a read that waits ends, and what was found is told. */
      struct sigaction action = {.sa_handler = stop};
      sigaction(SIGINT, &action, NULL);
      sigaction(SIGTERM, &action, NULL);
    }
    if (kernel) read_kernel(cli);
    for (int i = 0; i < cli->count; i++) read_input(cli, cli->operands[i], i + 1 == cli->count);
    if (!(kernel && state.failed)) finish(cli);
    status = status_of(&state);
  }
  ctsec_denials_free(state.denials);
  free(state.buffer);
  return status;
}

static const cli_option options[] = {
    {0, "for", "FILE", "the container that the log is about, in any form that scan reads"},
    {0, "profile", "PROFILE", "the seccomp profile that was in force"},
    {'f', "follow", NULL, "go on as the last log grows, and tell each group when it is first seen"},
    {0, NULL, NULL, NULL},
};

const cli_command cmd_denials = {
    .name = "denials",
    .operands = "[FILE...]",
    .summary = "What logs say about refused calls: decoded, explained, with the smallest change",
    .flags = CLI_TARGET | CLI_CONTAINER | CLI_LOGS,
    .formats = "ndjson",
    .options = options,
    .option = option,
    .run = run,
};
