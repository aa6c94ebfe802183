/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

extern const cli_command cmd_caps_show;

/* Prints an error about a word of the command line. */
static int refuse(struct cli *cli, const char *word, ctsec_error *error) {
  int64_t offset = ctsec_error_offset(error);
  if (offset >= 0)
    cli_complain(cli, "`%s': %s (offset %" PRId64 ")", word, ctsec_error_message(error), offset);
  else
    cli_complain(cli, "`%s': %s", word, ctsec_error_message(error));
  ctsec_error_free(error);
  return CLI_BAD;
}

/* Text or document of one mask. */
static int print_mask(struct cli *cli, uint64_t mask, const char *label) {
  if (cli_is_format(cli, "json")) {
    char *text;
    size_t length;
    ctsec_error *error = NULL;
    if (ctsec_caps_to_json(mask, &text, &length, &error)) return cli_error(cli, error);
    cli_write_free(cli, text, length);
    return 0;
  }
  char names[CTSEC_CAPS_TEXT];
  size_t length;
  ctsec_caps_decode(mask, names, sizeof names, &length, NULL);
  if (label) cli_print(cli, "%s ", label);
  /* One mask is most runs of this tool: printf would be a good part of what they take. */
  char digits[17];
  for (int i = 0; i < 16; i++) digits[i] = "0123456789abcdef"[mask >> (60 - 4 * i) & 15];
  digits[16] = ' ';
  cli_write(cli, digits, length ? 17 : 16);
  cli_write(cli, names, length);
  cli_write(cli, "\n", 1);
  return 0;
}

/* A mask of decimal digits may have been meant as decimal: reading it as hexadecimal gives a wrong but plausible list. */
static int looks_decimal(const char *word) {
  if (strlen(word) < 8 || word[0] == '0') return 0;
  for (const char *digit = word; *digit; digit++)
    if (*digit < '0' || *digit > '9') return 0;
  return strtoull(word, NULL, 10) < UINT64_C(1) << (CTSEC_CAP_LAST + 1);
}

static const char *status_path;

static int take_status(struct cli *cli, const char *name, const char *value) {
  (void)cli;
  (void)name;
  status_path = value;
  return 0;
}

static const char *const set_names[] = {"inheritable", "permitted", "effective", "bounding", "ambient"};

/* The five sets, a line each; label is put in front. */
static void print_sets(struct cli *cli, const ctsec_credentials *credentials) {
  for (int32_t set = CTSEC_SET_INHERITABLE; set <= CTSEC_SET_AMBIENT; set++) {
    uint64_t mask;
    cli_print(cli, "%-11s ", set_names[set]);
    if (ctsec_credentials_set(credentials, set, &mask) == CTSEC_STATE_SET)
      print_mask(cli, mask, NULL);
    else
      cli_text(cli, "unknown\n");
  }
}

static void print_ids(struct cli *cli, const ctsec_credentials *credentials) {
  uint32_t ids[4];
  int known = 1, value;
  for (int32_t i = CTSEC_ID_REAL; i <= CTSEC_ID_FILE_SYSTEM; i++)
    known &= ctsec_credentials_id(credentials, i, &ids[i]) == CTSEC_STATE_SET;
  if (known)
    cli_print(cli, "uid         real %" PRIu32 ", effective %" PRIu32 ", saved %" PRIu32 ", file system %" PRIu32 "\n", ids[0],
              ids[1], ids[2], ids[3]);
  if (ctsec_credentials_no_new_privileges(credentials, &value) == CTSEC_STATE_SET)
    cli_print(cli, "no_new_privs %d\n", value);
  if (ctsec_credentials_seccomp(credentials, &value) == CTSEC_STATE_SET)
    cli_print(cli, "seccomp     %s\n", value == 0 ? "none" : value == 1 ? "strict" : value == 2 ? "filter" : "unknown");
}

static int print_credentials(struct cli *cli, const ctsec_credentials *credentials) {
  if (!cli_is_format(cli, "json")) {
    print_sets(cli, credentials);
    print_ids(cli, credentials);
    return 0;
  }
  char *text;
  size_t length;
  ctsec_error *error = NULL;
  if (ctsec_credentials_to_json(credentials, &text, &length, &error)) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return 0;
}

static ctsec_credentials *read_status(struct cli *cli, int *status) {
  char *text;
  size_t length;
  ctsec_credentials *credentials = NULL;
  ctsec_error *error = NULL;
  if (cli_read(cli, status_path, &text, &length)) {
    *status = CLI_BAD;
    return NULL;
  }
  if (cli_set(cli, "source", status_path))
    *status = CLI_BAD;
  else if (ctsec_credentials_parse(text, length, cli->options, &credentials, &error))
    *status = cli_error(cli, error);
  free(text);
  return credentials;
}

/* The masks of a call: operands, and for "-" the words of standard input. */
typedef struct masks {
  uint64_t *items;
  uint64_t first[8];
  size_t count;
  /* How many words there were, good or bad. */
  size_t words;
  int status;
} masks;

static void take_mask(struct cli *cli, masks *all, const char *word) {
  uint64_t mask;
  ctsec_error *error = NULL;
  all->words++;
  if (ctsec_caps_parse(word, strlen(word), &mask, &error)) {
    all->status = refuse(cli, word, error);
    return;
  }
  if (looks_decimal(word))
    cli_complain(cli, "`%s' is read as hexadecimal; in decimal it would be 0x%llx", word, strtoull(word, NULL, 10));
  if (all->count >= sizeof all->first / sizeof *all->first && !(all->count & (all->count - 1))) {
    uint64_t *more = realloc(all->items == all->first ? NULL : all->items, all->count * 2 * sizeof *more);
    if (!more) {
      all->status = cli_complain(cli, "out of memory");
      return;
    }
    if (all->items == all->first) memcpy(more, all->first, sizeof all->first);
    all->items = more;
  }
  all->items[all->count++] = mask;
}

static void take_input(struct cli *cli, masks *all) {
  char *text, *rest;
  size_t length, before = all->words;
  if (cli_read(cli, "-", &text, &length)) {
    all->status = CLI_BAD;
    return;
  }
  if (memchr(text, '\0', length)) {
    all->status = cli_complain(cli, "standard input is not text");
  } else {
    for (char *word = strtok_r(text, " \t\r\n,", &rest); word; word = strtok_r(NULL, " \t\r\n,", &rest)) take_mask(cli, all, word);
    if (all->words == before) all->status = cli_complain(cli, "no mask stands in standard input");
  }
  free(text);
}

/* One mask is one document, one status block another; more are a list, in one document all the same. */
static int decode(struct cli *cli) {
  if (!cli->count && !status_path) return cli_usage(cli, "a mask is missing");
  masks all = {.count = 0};
  all.items = all.first;
  for (int i = 0; i < cli->count; i++) {
    if (!strcmp(cli->operands[i], "-"))
      take_input(cli, &all);
    else
      take_mask(cli, &all, cli->operands[i]);
  }
  ctsec_credentials *credentials = status_path ? read_status(cli, &all.status) : NULL;
  int list = cli_is_format(cli, "json") && all.words + (status_path != NULL) > 1 && (all.count || credentials);
  if (list) cli_text(cli, "{\"schema\": \"ctsec/masks/1\", \"masks\": [\n");
  for (size_t i = 0; i < all.count; i++) {
    if (list && i) cli_text(cli, ",\n");
    if (print_mask(cli, all.items[i], NULL)) all.status = CLI_BAD;
  }
  if (list) cli_text(cli, credentials ? "], \"status\": " : "]}\n");
  if (credentials && print_credentials(cli, credentials)) all.status = CLI_BAD;
  if (list && credentials) cli_text(cli, "}\n");
  ctsec_credentials_free(credentials);
  if (all.items != all.first) free(all.items);
  return all.status;
}

/* Libcap's text form has one of = + -, the IAB form one of ! ^ %: names have none of them. */
static int is_form(const char *word) { return strpbrk(word, "=+-!^%") != NULL; }

static int print_form(struct cli *cli, const char *word) {
  int is_iab = !strpbrk(word, "=+-");
  size_t length = strlen(word);
  ctsec_error *error = NULL;
  if (cli_is_format(cli, "json")) {
    char *text;
    size_t size;
    if (is_iab ? ctsec_iab_to_json(word, length, &text, &size, &error) : ctsec_captext_to_json(word, length, cli->options, &text, &size, &error))
      return refuse(cli, word, error);
    cli_write_free(cli, text, size);
    return 0;
  }
  uint64_t sets[3];
  if (is_iab ? ctsec_iab_parse(word, length, &sets[0], &sets[1], &sets[2], &error)
             : ctsec_captext_parse(word, length, cli->options, &sets[0], &sets[1], &sets[2], &error))
    return refuse(cli, word, error);
  static const char *const names[][3] = {{"inheritable", "permitted  ", "effective  "}, {"inheritable", "ambient    ", "dropped    "}};
  for (int i = 0; i < 3; i++) print_mask(cli, sets[i], names[is_iab][i]);
  return 0;
}

static int encode(struct cli *cli) {
  if (!cli->count) return cli_usage(cli, "a list of names is missing");
  uint64_t all = 0;
  for (int i = 0; i < cli->count; i++) {
    if (!is_form(cli->operands[i])) continue;
    if (cli->count > 1) return cli_usage(cli, "`%s' stands for several sets: give it alone", cli->operands[i]);
    return print_form(cli, cli->operands[i]);
  }
  for (int i = 0; i < cli->count; i++) {
    uint64_t mask;
    ctsec_error *error = NULL;
    if (ctsec_caps_encode(cli->operands[i], strlen(cli->operands[i]), &mask, &error))
      return refuse(cli, cli->operands[i], error);
    all |= mask;
  }
  if (cli_is_format(cli, "json")) return print_mask(cli, all, NULL);
  cli_print(cli, "%016" PRIx64 "\n", all);
  return 0;
}

static int print_explanation(struct cli *cli, uint64_t mask) {
  char *text;
  size_t length;
  ctsec_error *error = NULL;
  int failed = cli_is_format(cli, "json") ? ctsec_caps_explain(mask, cli->options, &text, &length, &error)
                                          : ctsec_caps_to_text(mask, cli->options, &text, &length, &error);
  if (failed) return cli_error(cli, error);
  cli_write_free(cli, text, length);
  return 0;
}

#define EVERY ((UINT64_C(1) << (CTSEC_CAP_LAST + 1)) - 1)

static int list(struct cli *cli) {
  if (cli->count) return cli_usage(cli, "`%s' is one operand too many", cli->operands[0]);
  if (cli_is_format(cli, "json")) return print_explanation(cli, EVERY);
  for (int32_t i = 0; i <= CTSEC_CAP_LAST; i++) cli_print(cli, "%2d %s\n", (int)i, ctsec_cap_name(i));
  return 0;
}

static int explain(struct cli *cli) {
  uint64_t all = 0;
  for (int i = 0; i < cli->count; i++) {
    const char *word = cli->operands[i];
    uint64_t mask;
    ctsec_error *error = NULL;
    if (ctsec_caps_encode(word, strlen(word), &mask, &error)) return refuse(cli, word, error);
    if (mask & ~EVERY) return cli_complain(cli, "`%s': this version has no capability of that number", word);
    all |= mask;
  }
  return print_explanation(cli, cli->count ? all : EVERY);
}

static int take_resolve(struct cli *cli, const char *name, const char *value) {
  return cli_set(cli, name, value ? value : "true");
}

static int resolve(struct cli *cli) {
  if (cli->count) return cli_usage(cli, "`%s' is one operand too many", cli->operands[0]);
  ctsec_resolution *resolution;
  ctsec_error *error = NULL;
  if (ctsec_caps_resolve(cli->options, &resolution, &error)) return cli_error(cli, error);
  char *text;
  size_t length;
  int failed = cli_is_format(cli, "json") ? ctsec_resolution_to_json(resolution, &text, &length, &error)
                                          : ctsec_resolution_to_text(resolution, &text, &length, &error);
  if (!failed) cli_write_free(cli, text, length);
  ctsec_resolution_free(resolution);
  return failed ? cli_error(cli, error) : 0;
}

static int take_kernel(struct cli *cli, const char *name, const char *value) { return cli_set(cli, name, value); }

static const cli_option decode_options[] = {
    {0, "status", "FILE", "decode the capability lines of a /proc/PID/status block"},
    {0, NULL, NULL, NULL},
};

static const cli_option resolve_options[] = {
    {0, "privileged", NULL, "the container is privileged"},
    {'u', "user", "UID", "the container's user [0]"},
    {0, "no-new-privileges", NULL, "no_new_privs is set"},
    {0, "cap-add", "NAME", "a capability that is added; may be repeated"},
    {0, "cap-drop", "NAME", "a capability that is dropped; may be repeated"},
    {0, NULL, NULL, NULL},
};

static const cli_option encode_options[] = {
    {0, "kernel", "VERSION", "the Linux whose capabilities \"all\" means in libcap's text form"},
    {0, NULL, NULL, NULL},
};

static const cli_command decode_command = {
    .name = "decode", .operands = "MASK...", .summary = "Names of capability masks", .formats = "",
    .flags = CLI_BRIEF, .options = decode_options, .option = take_status, .run = decode};
static const cli_command encode_command = {
    .name = "encode", .operands = "NAME,...", .summary = "Mask of a list of names; sets of libcap's text forms", .formats = "",
    .options = encode_options, .option = take_kernel, .run = encode};
static const cli_command list_command = {
    .name = "list", .operands = "", .summary = "Every capability with its number", .formats = "", .run = list};
static const cli_command explain_command = {
    .name = "explain", .operands = "[NAME...]", .summary = "What capabilities allow, gate, are used for and open",
    .formats = "", .run = explain};
static const cli_command resolve_command = {
    .name = "resolve", .operands = "", .summary = "The five sets as an engine creates them, after execve and through setuid root",
    .flags = CLI_TARGET, .formats = "", .options = resolve_options, .option = take_resolve, .run = resolve};

static const cli_command *const caps_commands[] = {&decode_command,  &encode_command,  &list_command,
                                                   &explain_command, &resolve_command, &cmd_caps_show,  NULL};

extern const cli_command cmd_caps;
const cli_command cmd_caps = {.name = "caps", .summary = "Capabilities: masks, names, engines' rules, meaning",
                              .formats = "", .commands = caps_commands};
