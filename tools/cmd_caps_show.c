/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec caps show: live processes with their threads, and files. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

#define MOST_PATHS 64

static const char *paths[MOST_PATHS];
static int path_count;
static const char *root = "/proc";
/* JSON: whether something stands in the list that is being written. */
static int listed;
/* 1 within the processes, 2 within the files; what cannot be read leaves no half document. */
static int begun;
/* What nftw() calls may use. */
static struct cli *walking;
static int failed;

/* A file of a tree and what is printed of it: folders have no order of their own. */
typedef struct found {
  char *path;
  char *text;
  size_t length;
} found;
static found *founds;
static size_t found_count;

static int take_option(struct cli *cli, const char *name, const char *value) {
  if (!strcmp(name, "root")) {
    root = value;
    return 0;
  }
  if (path_count == MOST_PATHS) return cli_usage(cli, "--file may stand %d times", MOST_PATHS);
  paths[path_count++] = value;
  return 0;
}

static int number_of(const char *text, int32_t *number) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno || *end || end == text || value <= 0 || value > INT32_MAX) return 0;
  *number = (int32_t)value;
  return 1;
}

/* What two threads of a process may differ in. */
typedef struct sets {
  uint64_t masks[5];
  int known[5];
  uint32_t uid;
  int no_new_privileges;
  int seccomp;
} sets;

static void read_sets(const ctsec_credentials *credentials, sets *out) {
  memset(out, 0, sizeof *out);
  for (int32_t set = CTSEC_SET_INHERITABLE; set <= CTSEC_SET_AMBIENT; set++)
    out->known[set] = ctsec_credentials_set(credentials, set, &out->masks[set]) == CTSEC_STATE_SET;
  ctsec_credentials_id(credentials, CTSEC_ID_EFFECTIVE, &out->uid);
  ctsec_credentials_no_new_privileges(credentials, &out->no_new_privileges);
  ctsec_credentials_seccomp(credentials, &out->seccomp);
}

/* A line: who it is, the three sets in libcap's form, and what else there is to say. */
static int print_text(struct cli *cli, int32_t pid, int32_t tid, const ctsec_credentials *credentials, const sets *shown) {
  const char *name = ctsec_credentials_name(credentials);
  cli_print(cli, "%d", (int)pid);
  if (tid != pid) cli_print(cli, "/%d", (int)tid);
  cli_print(cli, " %s uid %" PRIu32, name ? name : "-", shown->uid);
  if (shown->known[CTSEC_SET_INHERITABLE] && shown->known[CTSEC_SET_PERMITTED] && shown->known[CTSEC_SET_EFFECTIVE]) {
    char *text;
    size_t length;
    ctsec_error *error = NULL;
    if (ctsec_captext_encode(shown->masks[CTSEC_SET_INHERITABLE], shown->masks[CTSEC_SET_PERMITTED],
                             shown->masks[CTSEC_SET_EFFECTIVE], NULL, &text, &length, &error))
      return cli_error(cli, error);
    cli_text(cli, ": ");
    cli_write_free(cli, text, length);
  } else {
    cli_text(cli, ": unknown");
  }
  if (shown->known[CTSEC_SET_BOUNDING])
    cli_print(cli, "; bounding %016" PRIx64, shown->masks[CTSEC_SET_BOUNDING]);
  if (!shown->known[CTSEC_SET_AMBIENT])
    cli_text(cli, "; ambient unknown");
  else if (shown->masks[CTSEC_SET_AMBIENT])
    cli_print(cli, "; ambient %016" PRIx64, shown->masks[CTSEC_SET_AMBIENT]);
  if (shown->no_new_privileges == 1) cli_text(cli, "; no_new_privs");
  if (shown->seccomp == 1 || shown->seccomp == 2) cli_print(cli, "; seccomp %s", shown->seccomp == 1 ? "strict" : "filter");
  cli_text(cli, "\n");
  return 0;
}

static void begin(struct cli *cli) {
  if (begun) return;
  cli_text(cli, "{\"schema\": \"ctsec/processes/1\", \"processes\": [\n");
  begun = 1;
}

static void begin_files(struct cli *cli) {
  begin(cli);
  if (begun == 2) return;
  cli_text(cli, "], \"files\": [\n");
  listed = 0;
  begun = 2;
}

static void write_item(struct cli *cli, char *text, size_t length) {
  begin(cli);
  if (listed++) cli_text(cli, ",\n");
  cli_write_free(cli, text, length);
}

/* One thread; 0 where it ended meanwhile, unless it was asked for by name. In text, threads that are like their process's first are not repeated. */
static int show_thread(struct cli *cli, int32_t pid, int32_t tid, int named, sets *first) {
  ctsec_credentials *credentials;
  ctsec_error *error = NULL;
  int status = ctsec_credentials_read(root, pid, tid, &credentials, &error);
  if (status == CTSEC_E_NOTFOUND && !named) {
    ctsec_error_free(error);
    return 0;
  }
  if (status) return cli_error(cli, error);
  sets shown;
  read_sets(credentials, &shown);
  if (cli_is_format(cli, "json")) {
    char *text;
    size_t length;
    status = ctsec_credentials_to_json(credentials, &text, &length, &error);
    if (status)
      cli_error(cli, error);
    else
      write_item(cli, text, length);
  } else if (tid == pid || memcmp(&shown, first, sizeof shown)) {
    status = print_text(cli, pid, tid, credentials, &shown);
  }
  if (tid == pid) *first = shown;
  ctsec_credentials_free(credentials);
  return status ? CLI_BAD : 0;
}

static int by_number(const struct dirent **a, const struct dirent **b) {
  long x = atol((*a)->d_name), y = atol((*b)->d_name);
  return (x > y) - (x < y);
}

static int is_number(const struct dirent *entry) { return entry->d_name[strspn(entry->d_name, "0123456789")] == '\0'; }

/* Every thread of a process. */
static int show_process(struct cli *cli, int32_t pid, int named) {
  char folder[4096];
  snprintf(folder, sizeof folder, "%s/%d/task", root, (int)pid);
  struct dirent **entries;
  int count = scandir(folder, &entries, is_number, by_number);
  if (count < 0) return named ? cli_complain(cli, "process %d: %s", (int)pid, strerror(errno)) : 0;
  int status = 0;
  sets first = {.uid = 0};
  for (int i = 0; i < count; i++) {
    int32_t tid;
    if (number_of(entries[i]->d_name, &tid) && show_thread(cli, pid, tid, named && tid == pid, &first)) status = CLI_BAD;
    free(entries[i]);
  }
  free(entries);
  return status;
}

static int show_all(struct cli *cli) {
  struct dirent **entries;
  int count = scandir(root, &entries, is_number, by_number);
  if (count < 0) return cli_complain(cli, "%s: %s", root, strerror(errno));
  int status = 0;
  for (int i = 0; i < count; i++) {
    int32_t pid;
    if (number_of(entries[i]->d_name, &pid) && show_process(cli, pid, 0)) status = CLI_BAD;
    free(entries[i]);
  }
  free(entries);
  return status;
}

static int keep(struct cli *cli, const char *path, char *text, size_t length) {
  if (!(found_count & (found_count - 1))) {
    found *more = realloc(founds, (found_count ? found_count * 2 : 1) * sizeof *more);
    if (more) founds = more;
    if (!more) goto fail;
  }
  char *copy = strdup(path);
  if (!copy) goto fail;
  founds[found_count++] = (found){copy, text, length};
  return 0;
fail:
  ctsec_free(text);
  return cli_complain(cli, "out of memory");
}

/* One file of a tree, or one that was named; a named one without capabilities is said, in a tree it is passed over. */
static int show_file(struct cli *cli, const char *path, int named) {
  ctsec_filecaps *caps;
  ctsec_error *error = NULL;
  int status = ctsec_filecaps_read(path, &caps, &error);
  if (status == CTSEC_E_NOTFOUND && !ctsec_error_errno(error)) {
    ctsec_error_free(error);
    if (named && !cli_is_format(cli, "json")) {
      cli_visible(cli, path);
      cli_text(cli, ": no capabilities\n");
    }
    return 0;
  }
  if (status) return cli_error(cli, error);
  char *text;
  size_t length;
  status = cli_is_format(cli, "json") ? ctsec_filecaps_to_json(caps, &text, &length, &error)
                                      : ctsec_filecaps_to_text(caps, &text, &length, &error);
  ctsec_filecaps_free(caps);
  return status ? cli_error(cli, error) : keep(cli, path, text, length);
}

static int by_path(const void *a, const void *b) { return strcmp(((const found *)a)->path, ((const found *)b)->path); }

/* What a tree gave, in the order of the paths. */
static void print_founds(struct cli *cli) {
  if (found_count) qsort(founds, found_count, sizeof *founds, by_path);
  for (size_t i = 0; i < found_count; i++) {
    if (cli_is_format(cli, "json")) {
      begin_files(cli);
      write_item(cli, founds[i].text, founds[i].length);
    } else {
      cli_visible(cli, founds[i].path);
      cli_text(cli, " ");
      cli_write_free(cli, founds[i].text, founds[i].length);
      cli_text(cli, "\n");
    }
    free(founds[i].path);
  }
  free(founds);
  founds = NULL;
  found_count = 0;
}

static int visit(const char *path, const struct stat *st, int kind, struct FTW *place) {
  (void)place;
  if (kind == FTW_DNR || kind == FTW_NS) {
    cli_complain(walking, "%s: cannot be read", path);
    failed = 1;
  } else if (kind == FTW_F && S_ISREG(st->st_mode) && show_file(walking, path, place->level == 0)) {
    failed = 1;
  } else if (!place->level && kind == FTW_F && !S_ISREG(st->st_mode)) {
    cli_complain(walking, "%s: neither a file nor a folder", path);
    failed = 1;
  }
  return 0;
}

static int show_processes(struct cli *cli) {
  int status = 0;
  for (int i = 0; i < cli->count; i++) {
    int32_t pid;
    if (!strcmp(cli->operands[i], "self")) {
      char *end = realpath("/proc/self", NULL);
      int known = end && number_of(strrchr(end, '/') + 1, &pid);
      free(end);
      if (!known) return cli_complain(cli, "self: cannot be found");
    } else if (!number_of(cli->operands[i], &pid)) {
      status = cli_complain(cli, "`%s' is no process id", cli->operands[i]);
      continue;
    }
    if (show_process(cli, pid, 1)) status = CLI_BAD;
  }
  if (!cli->count && !path_count && show_all(cli)) status = CLI_BAD;
  return status;
}

/* A link that was named is followed, one within a tree is not. */
static int show_tree(struct cli *cli, const char *path) {
  struct stat st;
  char *real = !lstat(path, &st) && S_ISLNK(st.st_mode) ? realpath(path, NULL) : NULL;
  int status = nftw(real ? real : path, visit, 64, FTW_PHYS | FTW_MOUNT);
  if (status) cli_complain(cli, "%s: %s", path, strerror(errno));
  print_founds(cli);
  free(real);
  return status;
}

static int show_files(struct cli *cli) {
  int status = 0;
  walking = cli;
  for (int i = 0; i < path_count; i++)
    if (show_tree(cli, paths[i])) status = CLI_BAD;
  return failed ? CLI_BAD : status;
}

static int run(struct cli *cli) {
  int status = show_processes(cli);
  if (show_files(cli)) status = CLI_BAD;
  /* What a single input could not give leaves nothing; beside others an empty list is an answer. */
  if (!cli_is_format(cli, "json") || (status && !begun && cli->count + path_count < 2)) return status;
  begin_files(cli);
  cli_text(cli, "]}\n");
  return status;
}

static const cli_option options[] = {
    {0, "file", "PATH", "file capabilities of a file, or of a tree; may be repeated"},
    {0, "root", "DIR", "read processes from DIR instead of /proc"},
    {0, NULL, NULL, NULL},
};

extern const cli_command cmd_caps_show;
const cli_command cmd_caps_show = {
    .name = "show", .operands = "[PID...]", .summary = "Sets of live processes with all threads; capabilities of files",
    .flags = CLI_LISTS, .formats = "", .options = options, .option = take_option, .run = run};
