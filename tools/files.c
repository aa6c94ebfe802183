/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that an input names: read only beneath a folder, which is the input's own unless --root says another. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

/* Files that --override names: the user's own choice, so from anywhere. */
static struct override {
  const char *path;
  char *data;
  size_t length;
} overrides[64];
static int override_count;

int cli_override(struct cli *cli, const char *path) {
  if (override_count == sizeof overrides / sizeof *overrides) return cli_usage(cli, "too many --override");
  struct override *made = &overrides[override_count];
  int status = cli_read(cli, path, &made->data, &made->length);
  if (status) return status;
  made->path = path;
  override_count++;
  return cli_set(cli, "override", path);
}

/* Who asks for files: options, for an input that is at hand, or the job of an input. */
typedef struct asker {
  ctsec_options *options;
  const char *text;
  size_t length;
  ctsec_job *job;
} asker;

static int set(const asker *who, const char *name, const char *data, size_t length, ctsec_error **error) {
  return who->job ? ctsec_job_set_file(who->job, name, data, length, error)
                    : ctsec_options_set_file(who->options, name, data, length, error);
}

static int find(const asker *who, ctsec_files **files, ctsec_error **error) {
  return who->job ? ctsec_job_find_files(who->job, files, error)
                    : ctsec_files_find(who->text, who->length, who->options, files, error);
}

/* The real path of a named file, if it is one and lies beneath the root. */
static int resolve(const char *root, const char *folder, const char *name, char *path) {
  char joined[PATH_MAX];
  struct stat st;
  if (snprintf(joined, sizeof joined, "%s%s%s", *name == '/' ? "" : folder, *name == '/' ? "" : "/", name) >= (int)sizeof joined) return 0;
  if (!realpath(joined, path) || stat(path, &st) || !S_ISREG(st.st_mode)) return 0;
  size_t length = strlen(root);
  return !strncmp(path, root, length) && (path[length] == '/' || root[length - 1] == '/');
}

/* Gives every file that can be read; 1 where there was a new one. */
static int give(const asker *who, const ctsec_files *files, const char *root, const char *folder, int *status, ctsec_error **error) {
  int found = 0;
  for (size_t i = 0; i < ctsec_files_count(files) && !*status; i++) {
    char path[PATH_MAX];
    char *data;
    size_t length;
    const char *name = ctsec_files_at(files, i);
    if (!resolve(root, folder, name, path) || cli_read_file(path, &data, &length)) continue;
    *status = set(who, name, data, length, error);
    free(data);
    found = 1;
  }
  return found;
}

/* Where the files of an input are sought, and beneath what; 0 where neither is there. */
static int find_folder(const struct cli *cli, const char *path, char *folder, char *root) {
  int beside = path && strcmp(path, "-");
  const char *slash = beside ? strrchr(path, '/') : NULL;
  strcpy(folder, ".");
  if (slash && slash - path + 1 < PATH_MAX) {
    memcpy(folder, path, (size_t)(slash - path) + 1);
    folder[slash - path + 1] = '\0';
  }
  if (!realpath(cli->root ? cli->root : folder, root)) return 0;
  if (!beside) strcpy(folder, root);
  return 1;
}

static int find_all(const struct cli *cli, const asker *who, const char *path, ctsec_error **error) {
  int status = 0;
  char folder[PATH_MAX], root[PATH_MAX];
  for (int i = 0; i < override_count && !status; i++)
    status = set(who, overrides[i].path, overrides[i].data, overrides[i].length, error);
  if ((!path || !strcmp(path, "-")) && !cli->root) return status;
  for (int again = 1, placed = 0; again && !status;) {
    ctsec_files *files;
    status = find(who, &files, error);
    if (status) break;
    again = 0;
    /* Most inputs name none. */
    if (ctsec_files_count(files) && (placed || find_folder(cli, path, folder, root))) {
      placed = 1;
      again = give(who, files, root, folder, &status, error);
    }
    ctsec_files_free(files);
  }
  return status;
}

int cli_check_root(struct cli *cli) {
  char root[PATH_MAX];
  if (!cli->root || realpath(cli->root, root)) return 0;
  return cli_complain(cli, "%s: %s", cli->root, strerror(errno));
}

int cli_files(struct cli *cli, const char *path, const char *text, size_t length) {
  ctsec_error *error = NULL;
  const asker who = {cli->options, text, length, NULL};
  if (cli_check_root(cli)) return CLI_BAD;
  ctsec_options_set_file(cli->options, NULL, NULL, 0, NULL);
  return find_all(cli, &who, path, &error) ? cli_error(cli, error) : 0;
}

int cli_job_files(const struct cli *cli, ctsec_job *job, const char *path) {
  const asker who = {.job = job};
  return find_all(cli, &who, path, NULL);
}
