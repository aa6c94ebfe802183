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

static int set(struct cli *cli, const char *name, const char *data, size_t length) {
  ctsec_error *error = NULL;
  return ctsec_options_set_file(cli->options, name, data, length, &error) ? cli_error(cli, error) : 0;
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
static int give(struct cli *cli, const ctsec_files *files, const char *root, const char *folder, int *status) {
  int found = 0;
  for (size_t i = 0; i < ctsec_files_count(files) && !*status; i++) {
    char path[PATH_MAX];
    char *data;
    size_t length;
    const char *name = ctsec_files_at(files, i);
    if (!resolve(root, folder, name, path) || cli_read_file(path, &data, &length)) continue;
    *status = set(cli, name, data, length);
    free(data);
    found = 1;
  }
  return found;
}

int cli_files(struct cli *cli, const char *path, const char *text, size_t length) {
  ctsec_error *error = NULL;
  int status = 0;
  ctsec_options_set_file(cli->options, NULL, NULL, 0, NULL);
  for (int i = 0; i < override_count && !status; i++)
    status = set(cli, overrides[i].path, overrides[i].data, overrides[i].length);
  char folder[PATH_MAX] = ".", root[PATH_MAX];
  int beside = path && strcmp(path, "-");
  const char *slash = beside ? strrchr(path, '/') : NULL;
  if (slash && (size_t)(slash - path) < sizeof folder) {
    memcpy(folder, path, (size_t)(slash - path) + 1);
    folder[slash - path + 1] = '\0';
  }
  if (status || (!beside && !cli->root)) return status;
  if (!realpath(cli->root ? cli->root : folder, root)) return cli_complain(cli, "%s: %s", cli->root, strerror(errno));
  if (!beside) strcpy(folder, root);
  for (int again = 1; again && !status;) {
    ctsec_files *files;
    if (ctsec_files_find(text, length, cli->options, &files, &error)) return cli_error(cli, error);
    again = give(cli, files, root, folder, &status);
    ctsec_files_free(files);
  }
  return status;
}
