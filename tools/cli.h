/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands share: options, reading, writing, messages. A command parses argv, reads bytes, makes one library call, prints. */
#ifndef CTSEC_CLI_H
#define CTSEC_CLI_H

#include <ctsec/ctsec.h>
#include <stdio.h>

/* Exit statuses. */
#define CLI_CLEAN 0
#define CLI_FOUND 1
#define CLI_BAD 2
#define CLI_UNDECIDED 3

typedef struct cli_option {
  /* 0 where there is no short form. */
  char letter;
  const char *name;
  /* NULL for an option without argument. */
  const char *argument;
  const char *help;
} cli_option;

/* The command takes the options of the target: --arch, --engine, --runtime, --libseccomp, --kernel, --caps, --fact. */
#define CLI_TARGET 1u
/* The command takes --from, --select, and what Compose files need: --env, --override, --compose-profile, --root. */
#define CLI_CONTAINER 2u
/* The command takes --host, --self and --pid; `pid:N' as an operand stands for its --pid too. */
#define CLI_LIVE 4u
/* The command says little, and only through cli_write() and cli_text(): it waits for the end and takes no stdio. No options of the library unless set. */
#define CLI_BRIEF 8u

/* The operands are processes: CAP_SYS_PTRACE and CAP_SYS_ADMIN are of use. */
#define CLI_TRACES 16u
/* The command reads the kernel's log: CAP_SYSLOG is of use. */
#define CLI_LOGS 32u
/* The command starts another program, which gets what we have. */
#define CLI_STARTS 64u
/* The command lists every process, and us among them. */
#define CLI_LISTS 128u

struct cli;

typedef struct cli_command {
  const char *name;
  /* "[FILE...]"; NULL for a command that has commands of its own. */
  const char *operands;
  const char *summary;
  unsigned flags;
  /* Formats besides text and json, space-separated; "" for none. */
  const char *formats;
  /* Operands after which everything is an operand (SYSCALL, CMD); 0: options may stand anywhere. */
  int stop_after;
  /* Ended by a row without name; NULL for none. */
  const cli_option *options;
  /* Takes one option of the table above; a status (CLI_BAD after cli_complain) or 0. */
  int (*option)(struct cli *cli, const char *name, const char *value);
  int (*run)(struct cli *cli);
  /* Ended by NULL. */
  const struct cli_command *const *commands;
} cli_command;

struct cli {
  const cli_command *command;
  /* "ctsec caps decode" */
  char title[64];
  ctsec_options *options;
  /* The operands, in the place of argv. */
  int count;
  char **operands;
  /* "text" unless said. */
  const char *format;
  const char *lang;
  const char *select;
  /* --root; NULL where it was not given. */
  const char *root;
  /* --confine, and whether the answer is about this process itself. */
  int confine;
  int itself;
  /* --arch as given; NULL where it was not. */
  const char *arch;
  /* The process whose machine and capabilities are the target, 0 for ourselves; `live` says where it was named: 0 nowhere, 1 in an option, 2 in an operand. */
  int32_t pid;
  int live;
  /* NULL: standard output. */
  const char *output_path;
  FILE *output;
  /* Its buffer; standard output keeps it. */
  char *room;
  /* What a brief command said; goes to `output' where that is opened. */
  char brief[1024];
  size_t brief_length;
  /* The state of one command, made and freed by its run function. */
  void *state;
};

/* The commands, in the order of --help; ended by NULL. commands.c lists them, cmd_NAME.c has each. */
extern const cli_command *const cli_commands[];

int cli_is_format(const struct cli *cli, const char *format);
/* Complains about usage: "ctsec caps decode: ..." and a hint at --help. Returns CLI_BAD. */
int cli_usage(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints one line to standard error. Returns CLI_BAD. */
int cli_complain(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints an error and those that come with it, each with its place, and frees them. Returns CLI_BAD. */
int cli_error(struct cli *cli, ctsec_error *error);
/* The same for one that stays its owner's. */
int cli_mention(struct cli *cli, const ctsec_error *error);
/* Sets an option of the library; complains where it does not fit. */
int cli_set(struct cli *cli, const char *name, const char *value);
/* A process id, or "self", which is 0; complains about what is neither. */
int cli_pid(struct cli *cli, const char *text, int32_t *pid);

/* Gives the library the time, of the clock or of SOURCE_DATE_EPOCH. */
int cli_set_now(struct cli *cli);

/* Writes to -o FILE or standard output; opened at the first write, so that a failure before leaves a file as it was. */
void cli_write(struct cli *cli, const char *text, size_t length);
void cli_text(struct cli *cli, const char *text);
/* The same with control characters as \xNN: for names that come from elsewhere. */
void cli_visible(struct cli *cli, const char *text);
void cli_print(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with text that the library gave, which is freed. */
void cli_write_free(struct cli *cli, char *text, size_t length);
/* Colour: only on a terminal, never with NO_COLOR. */
int cli_colour(const struct cli *cli);

/* Takes one --override. */
int cli_override(struct cli *cli, const char *path);
/*
 * Gives the options the files that an input names and that lie beneath the
 * root, in place of those of the input before. path is that of the input:
 * NULL or "-" where it has none.
 */
int cli_files(struct cli *cli, const char *path, const char *text, size_t length);
/* The same for a job, in any thread: says nothing, and gives an error of the library. */
int cli_job_files(const struct cli *cli, ctsec_job *job, const char *path);
/* Complains where --root is no folder. */
int cli_check_root(struct cli *cli);

/* The input's most bytes that are read at all: one more than the library's limit, so that the library refuses it. */
#define CLI_READ_MOST ((size_t)16 * 1024 * 1024 + 1)

/*
 * Reads a file, or standard input for "-". 0, or an errno (EISDIR for a
 * directory). *data is NUL-terminated beyond its length and the caller's
 * (free). Stops at CLI_READ_MOST.
 */
int cli_read_file(const char *path, char **data, size_t *length);
/* The same with a message: CLI_BAD where it failed. */
int cli_read(struct cli *cli, const char *path, char **data, size_t *length);

#endif
