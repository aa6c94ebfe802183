/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile.h"

#include <stdlib.h>
#include <string.h>

/* JSON begins with a bracket; a filter is whole instructions, which hold bytes that no text has. */
static int is_filter(const char *data, size_t length) {
  size_t at = 0;
  while (at < length && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r' || data[at] == '\n')) at++;
  if (at < length && (data[at] == '{' || data[at] == '[')) return memchr(data, '\0', length) && length % 8 == 0;
  return length && memchr(data, '\0', length) != NULL;
}

int tool_profile_open(struct cli *cli, const char *name, tool_profile *input) {
  ctsec_error *error = NULL;
  memset(input, 0, sizeof *input);
  if (!strncmp(name, "builtin:", 8))
    return ctsec_profile_find(name + 8, &input->profile, &error) ? cli_error(cli, error) : 0;
  char *data;
  size_t length;
  int status = cli_read(cli, name, &data, &length);
  if (status) return status;
  status = cli_set(cli, "source", name);
  if (!status && cli->select) status = cli_set(cli, "select", cli->select);
  if (!status) {
    int failed = is_filter(data, length)
                     ? ctsec_filter_decode((const uint8_t *)data, length, cli->options, &input->filter, &error)
                     : ctsec_profile_parse(data, length, cli->options, &input->profile, &error);
    if (failed) status = cli_error(cli, error);
  }
  free(data);
  return status;
}

void tool_profile_close(tool_profile *input) {
  ctsec_profile_free(input->profile);
  ctsec_filter_free(input->filter);
}
