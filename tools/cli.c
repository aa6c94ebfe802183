/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"

static const cli_option common_options[] = {
    {0, "format", "FORMAT", "form of the output"},
    {0, "lang", "LANG", "language of texts: en, ja or zh [en]"},
    {'o', "output", "FILE", "write to FILE"},
    {0, "confine", NULL, "run under our own seccomp profile"},
    {'h', "help", NULL, "print this help"},
    {0, "version", NULL, "print the version"},
    {0, NULL, NULL, NULL},
};

static const cli_option target_options[] = {
    {0, "arch", "ARCH", "architecture [x86_64]"},
    {0, "engine", "ENGINE[@VERSION]", "docker, podman, containerd, cri-o or nerdctl"},
    {0, "runtime", "RUNTIME", "what a profile means: policy, runc[@VERSION] or crun [policy]"},
    {0, "libseccomp", "VERSION", "libseccomp of the runtime, or `host'"},
    {0, "kernel", "K.M", "version of Linux [unknown]"},
    {0, "caps", "CAPS", "capabilities of the container: names or a mask"},
    {0, "fact", "KEY=VALUE", "a fact about the host"},
    {0, NULL, NULL, NULL},
};

static const cli_option live_options[] = {
    {0, "host", NULL, "the target is this machine, with the capabilities of process 1"},
    {0, "self", NULL, "the target is this machine, with our own capabilities"},
    {0, "pid", "PID", "the target is this machine, with the capabilities of a process"},
    {0, NULL, NULL, NULL},
};

static const cli_option container_options[] = {
    {0, "from", "FORMAT", "format of the input [detected]"},
    {0, "select", "ID", "the container with this id"},
    {0, "env", "NAME=VALUE", "a variable for Compose files; may be repeated"},
    {0, "override", "FILE", "merge this file over the Compose file; may be repeated"},
    {0, "compose-profile", "NAME", "only services of this profile, or of none [all]"},
    {0, "root", "FOLDER", "read files that an input names beneath this [its folder]"},
    {0, NULL, NULL, NULL},
};

static void print_row(char letter, const char *left, const char *help) {
  if (letter)
    printf("  -%c, %-28s %s\n", letter, left, help);
  else
    printf("      %-28s %s\n", left, help);
}

static void print_rows(const cli_option *options) {
  for (; options && options->name; options++) {
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", options->name, options->argument ? " " : "",
             options->argument ? options->argument : "");
    print_row(options->letter, left, options->help);
  }
}

static void print_commands(const cli_command *const *commands) {
  for (; *commands; commands++) printf("  %-12s %s\n", (*commands)->name, (*commands)->summary);
}

static void print_help(const struct cli *cli) {
  const cli_command *command = cli->command;
  if (!command) {
    printf("Usage: ctsec COMMAND [OPTION...] [OPERAND...]\n\n"
           "What a container can really do, which layer stops it, and what should change.\n\n");
    print_commands(cli_commands);
    printf("\n`ctsec COMMAND --help' describes one. Exit status: 0 clean or allowed, 1 findings or\n"
           "denied, 2 bad usage or unreadable input, 3 undecided.\n");
    return;
  }
  if (command->commands) {
    printf("Usage: %s COMMAND [OPTION...] [OPERAND...]\n\n%s.\n\n", cli->title, command->summary);
    print_commands(command->commands);
    return;
  }
  printf("Usage: %s [OPTION...] %s\n\n%s.\n\n", cli->title, command->operands, command->summary);
  print_rows(command->options);
  if (command->flags & CLI_CONTAINER) print_rows(container_options);
  if (command->flags & CLI_TARGET) print_rows(target_options);
  if (command->flags & CLI_LIVE) print_rows(live_options);
  print_rows(common_options);
  printf("\nFormats: text json%s%s\n", *command->formats ? " " : "", command->formats);
}

/* How many bytes of UTF-8 make the code point at text; 0 where they make none. */
static int decode(const char *text, unsigned *point) {
  const unsigned char *at = (const unsigned char *)text;
  int length = *at < 0x80 ? 1 : *at >= 0xc2 && *at < 0xe0 ? 2 : *at >= 0xe0 && *at < 0xf0 ? 3 : *at >= 0xf0 && *at < 0xf5 ? 4 : 0;
  *point = length < 2 ? *at : *at & (0x7fu >> length);
  for (int i = 1; i < length; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    *point = *point << 6 | (at[i] & 0x3fu);
  }
  return length;
}

/* A name that comes from elsewhere must not command a terminal, nor turn the order of what stands there. */
static void put_visible(FILE *out, const char *text) {
  while (*text) {
    unsigned point;
    int length = decode(text, &point);
    if (!length || point < 0x20 || point == 0x7f)
      fprintf(out, "\\x%02x", (unsigned char)*text);
    else if ((point >= 0x80 && point < 0xa0) || point == 0x61c || point == 0x200e || point == 0x200f ||
             (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
      fprintf(out, "\\u{%04x}", point);
    else
      fwrite(text, 1, (size_t)length, out);
    text += length ? length : 1;
  }
}

static void complain(const char *format, va_list arguments) {
  char *text;
  if (vasprintf(&text, format, arguments) < 0) {
    fputs("out of memory", stderr);
    return;
  }
  put_visible(stderr, text);
  free(text);
}

int cli_complain(struct cli *cli, const char *format, ...) {
  (void)cli;
  va_list arguments;
  va_start(arguments, format);
  fputs("ctsec: ", stderr);
  complain(format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return CLI_BAD;
}

int cli_usage(struct cli *cli, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", cli->title);
  complain(format, arguments);
  fprintf(stderr, "\nTry `%s --help'.\n", cli->title);
  va_end(arguments);
  return CLI_BAD;
}

static void print_error(const ctsec_error *error) {
  const char *source = ctsec_error_source(error);
  fputs("ctsec: ", stderr);
  if (source) fprintf(stderr, "%s:", source);
  if (ctsec_error_line(error))
    fprintf(stderr, "%lld:%lld: ", (long long)ctsec_error_line(error), (long long)ctsec_error_column(error));
  else if (source)
    fputc(' ', stderr);
  fputs(ctsec_error_message(error), stderr);
  const char *pointer = ctsec_error_pointer(error);
  if (pointer && *pointer) fprintf(stderr, " (at %s)", pointer);
  fputc('\n', stderr);
}

int cli_mention(struct cli *cli, const ctsec_error *error) {
  (void)cli;
  print_error(error);
  return CLI_BAD;
}

int cli_error(struct cli *cli, ctsec_error *error) {
  (void)cli;
  for (size_t i = 0; i < ctsec_error_count(error); i++) print_error(ctsec_error_at(error, i));
  ctsec_error_free(error);
  return CLI_BAD;
}

int cli_set(struct cli *cli, const char *name, const char *value) {
  ctsec_error *error = NULL;
  if (!cli->options && ctsec_options_new(&cli->options, &error)) return cli_error(cli, error);
  if (!ctsec_options_set(cli->options, name, value, strlen(value), &error)) return 0;
  return cli_error(cli, error);
}

int cli_pid(struct cli *cli, const char *text, int32_t *pid) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (!strcmp(text, "self"))
    value = 0;
  else if (errno || *end || end == text || *text < '0' || *text > '9' || value <= 0 || value > INT32_MAX)
    return cli_complain(cli, "`%s' is no process id", text);
  *pid = (int32_t)value;
  return 0;
}

static int take_live(struct cli *cli, const cli_option *found, const char *value) {
  if (cli->live) return cli_usage(cli, "--%s: the target is one process", found->name);
  cli->live = 1;
  if (value) return cli_pid(cli, value, &cli->pid);
  cli->pid = !strcmp(found->name, "host");
  return 0;
}

/* What options leave open about the target, this machine answers. */
static int read_target(struct cli *cli) {
  for (int i = 0; i < cli->count && !cli->live; i++) {
    if (strncmp(cli->operands[i], "pid:", 4)) continue;
    if (cli_pid(cli, cli->operands[i] + 4, &cli->pid)) return CLI_BAD;
    cli->live = 2;
  }
  ctsec_error *error = NULL;
  if (cli->live && ctsec_options_read(cli->options, "/proc", cli->pid, &error)) {
    if (ctsec_error_code(error) != CTSEC_E_NOTFOUND || !cli->pid) return cli_error(cli, error);
    ctsec_error_free(error);
    return cli_complain(cli, "process %d: there is none", (int)cli->pid);
  }
  cli->arch = ctsec_options_find(cli->options, "arch");
  return 0;
}

int cli_set_now(struct cli *cli) {
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)time(NULL));
  return cli_set(cli, "now", epoch && *epoch ? epoch : number);
}

int cli_is_format(const struct cli *cli, const char *format) { return !strcmp(cli->format, format); }

static FILE *output(struct cli *cli) {
  if (cli->output) return cli->output;
  int standard = !cli->output_path || !strcmp(cli->output_path, "-");
  cli->output = standard ? stdout : fopen(cli->output_path, "wbe");
  if (!cli->output) {
    cli_complain(cli, "%s: %s", cli->output_path, strerror(errno));
    exit(CLI_BAD);
  }
  size_t room = 1 << 16;
  if (!standard || !isatty(STDOUT_FILENO)) cli->room = malloc(room);
  if (cli->room) setvbuf(cli->output, cli->room, _IOFBF, room);
  fwrite(cli->brief, 1, cli->brief_length, cli->output);
  return cli->output;
}

void cli_write(struct cli *cli, const char *text, size_t length) {
  if (cli->command->flags & CLI_BRIEF && !cli->output && !cli->output_path && length <= sizeof cli->brief - cli->brief_length) {
    memcpy(cli->brief + cli->brief_length, text, length);
    cli->brief_length += length;
    return;
  }
  fwrite(text, 1, length, output(cli));
}

void cli_text(struct cli *cli, const char *text) { cli_write(cli, text, strlen(text)); }

void cli_visible(struct cli *cli, const char *text) { put_visible(output(cli), text); }

void cli_print(struct cli *cli, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(output(cli), format, arguments);
  va_end(arguments);
}

void cli_write_free(struct cli *cli, char *text, size_t length) {
  cli_write(cli, text, length);
  ctsec_free(text);
}

int cli_colour(const struct cli *cli) {
  const char *no = getenv("NO_COLOR");
  return !(no && *no) && !cli->output_path && isatty(STDOUT_FILENO);
}

int cli_read_file(const char *path, char **data, size_t *length) {
  int standard = !strcmp(path, "-");
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  struct stat st;
  int number = 0;
  char *buffer = NULL;
  size_t size = 0, used = 0;
  if (fstat(fd, &st))
    number = errno;
  else if (S_ISDIR(st.st_mode))
    number = EISDIR;
  else if (S_ISREG(st.st_mode) && st.st_size > 0)
    size = (size_t)st.st_size < CLI_READ_MOST ? (size_t)st.st_size + 2 : CLI_READ_MOST + 1;
  while (!number) {
    if (used + 1 >= size || !buffer) {
      if (buffer) size *= 2;
      if (size < 65536) size = 65536;
      char *more = realloc(buffer, size);
      if (!more) {
        number = ENOMEM;
        break;
      }
      buffer = more;
    }
    ssize_t n = read(fd, buffer + used, size - used - 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) number = errno;
    if (n <= 0) break;
    used += (size_t)n;
    /* A regular file is read whole: to ask whether there is more would cost as much again. */
    if (used >= CLI_READ_MOST || (st.st_size > 0 && used == (size_t)st.st_size && S_ISREG(st.st_mode))) break;
  }
  if (!standard) close(fd);
  if (number) {
    free(buffer);
    return number;
  }
  buffer[used] = '\0';
  *data = buffer;
  *length = used;
  return 0;
}

int cli_read(struct cli *cli, const char *path, char **data, size_t *length) {
  int number = cli_read_file(path, data, length);
  if (number) return cli_complain(cli, "%s: %s", path, strerror(number));
  return 0;
}

static const cli_option *find_option(const cli_option *options, const char *name, size_t length, char letter) {
  for (; options && options->name; options++) {
    if (letter ? options->letter == letter : strlen(options->name) == length && !memcmp(options->name, name, length))
      return options;
  }
  return NULL;
}

static int is_known_format(const cli_command *command, const char *format) {
  if (!strcmp(format, "text") || !strcmp(format, "json")) return 1;
  size_t length = strlen(format);
  for (const char *at = command->formats; (at = strstr(at, format)); at += length)
    if ((at == command->formats || at[-1] == ' ') && (at[length] == ' ' || !at[length]) && length) return 1;
  return 0;
}

static int take_option(struct cli *cli, const cli_option *found, const cli_option *table, const char *value, int *done) {
  if (table == common_options) {
    if (!strcmp(found->name, "help")) {
      print_help(cli);
      *done = 1;
    } else if (!strcmp(found->name, "version")) {
      printf("ctsec %s (data %s)\n", ctsec_version(), ctsec_data_version());
      *done = 1;
    } else if (!strcmp(found->name, "confine")) {
      cli->confine = 1;
    } else if (!strcmp(found->name, "output")) {
      cli->output_path = value;
    } else if (!strcmp(found->name, "format")) {
      if (!is_known_format(cli->command, value))
        return cli_usage(cli, "--format: `%s' is none of text json%s%s", value, *cli->command->formats ? " " : "",
                         cli->command->formats);
      cli->format = value;
    } else {
      cli->lang = value;
      return cli_set(cli, "lang", value);
    }
    return 0;
  }
  if (table == container_options && !strcmp(found->name, "select")) {
    cli->select = value;
    return 0;
  }
  if (table == live_options) return take_live(cli, found, value);
  if (table == container_options && !strcmp(found->name, "root")) {
    cli->root = value;
    return 0;
  }
  if (table == container_options && !strcmp(found->name, "override")) return cli_override(cli, value);
  if (table == target_options && !strcmp(found->name, "arch")) cli->arch = value;
  if (table == container_options || table == target_options) return cli_set(cli, found->name, value);
  return cli->command->option(cli, found->name, value);
}

static int parse(struct cli *cli, int argc, char **argv, int *done) {
  const cli_command *command = cli->command;
  const cli_option *tables[5] = {command->options, command->flags & CLI_LIVE ? live_options : NULL,
                                  command->flags & CLI_CONTAINER ? container_options : NULL,
                                 command->flags & CLI_TARGET ? target_options : NULL, common_options};
  for (int i = 0; i < argc; i++) {
    const char *word = argv[i];
    int stopped = command->stop_after && cli->count >= command->stop_after;
    /* -1 is a number. */
    if (stopped || word[0] != '-' || !word[1] || (word[1] >= '0' && word[1] <= '9')) {
      cli->operands[cli->count++] = argv[i];
      continue;
    }
    if (!strcmp(word, "--")) {
      while (++i < argc) cli->operands[cli->count++] = argv[i];
      break;
    }
    int is_long = word[1] == '-';
    const char *equal = is_long ? strchr(word, '=') : NULL;
    const char *name = is_long ? word + 2 : word + 1;
    size_t length = equal ? (size_t)(equal - name) : strlen(name);
    const cli_option *found = NULL, *table = NULL;
    for (int t = 0; t < 5 && !found; t++) {
      found = find_option(tables[t], name, length, is_long ? 0 : word[1]);
      table = tables[t];
    }
    if (!found) return cli_usage(cli, "`%s' is no option", word);
    const char *value = equal ? equal + 1 : NULL;
    if (!is_long && word[2]) {
      if (!found->argument) return cli_usage(cli, "`%s' is no option", word);
      value = word + 2;
    }
    if (found->argument && !value) {
      if (i + 1 == argc) return cli_usage(cli, "--%s needs %s", found->name, found->argument);
      value = argv[++i];
    }
    if (!found->argument && value) return cli_usage(cli, "--%s takes no value", found->name);
    int status = take_option(cli, found, table, value, done);
    if (status || *done) return status;
  }
  return 0;
}

static const cli_command *find_command(const cli_command *const *commands, const char *name) {
  for (; *commands; commands++)
    if (!strcmp((*commands)->name, name)) return *commands;
  return NULL;
}

/* A full disk must not look like success. */
static int finish(struct cli *cli, int status) {
  FILE *file = cli->output ? cli->output : stdout;
  int failed = 0;
  if (cli->brief_length && !cli->output) {
    for (size_t at = 0; at < cli->brief_length && !failed;) {
      ssize_t n = write(STDOUT_FILENO, cli->brief + at, cli->brief_length - at);
      if (n > 0) at += (size_t)n;
      failed = n <= 0 && errno != EINTR;
    }
  } else {
    failed = fflush(file) || ferror(file);
  }
  if (file != stdout) {
    if (fclose(file)) failed = 1;
    free(cli->room);
  }
  if (failed) return cli_complain(cli, "%s: %s", cli->output_path ? cli->output_path : "standard output", strerror(errno));
  return status;
}

static int run(struct cli *cli, int argc, char **argv) {
  const cli_command *const *commands = cli_commands;
  strcpy(cli->title, "ctsec");
  for (;;) {
    if (argc && (!strcmp(*argv, "--help") || !strcmp(*argv, "-h"))) {
      print_help(cli);
      return finish(cli, CLI_CLEAN);
    }
    if (argc && !cli->command && !strcmp(*argv, "--version")) {
      printf("ctsec %s (data %s)\n", ctsec_version(), ctsec_data_version());
      return finish(cli, CLI_CLEAN);
    }
    if (!argc) return cli_usage(cli, "a command is missing");
    const cli_command *found = find_command(commands, *argv);
    if (!found) return cli_usage(cli, "`%s' is no command", *argv);
    cli->command = found;
    strcat(cli->title, " ");
    strcat(cli->title, found->name);
    argc--;
    argv++;
    if (!found->commands) break;
    commands = found->commands;
  }
  ctsec_error *error = NULL;
  if (!(cli->command->flags & CLI_BRIEF) && ctsec_options_new(&cli->options, &error)) return cli_error(cli, error);
  cli->operands = argv;
  cli->format = "text";
  int done = 0;
  confine_drop(cli, argv);
  int status = parse(cli, argc, argv, &done);
  /* As behind argv: the end. */
  cli->operands[cli->count] = NULL;
  if (!status && !done && cli->confine) status = confine_load(cli);
  if (!status && !done && cli->command->flags & CLI_LIVE) status = read_target(cli);
  if (!status && !done) status = cli->command->run(cli);
  status = finish(cli, status);
  ctsec_options_free(cli->options);
  return status;
}

int main(int argc, char **argv) {
  static struct cli cli;
  return run(&cli, argc ? argc - 1 : 0, argc ? argv + 1 : argv);
}
