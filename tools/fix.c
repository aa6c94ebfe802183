/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fix.h"

#include <string.h>

/* As a scan passes over what describes something else: the fault lies at the root, or at an item of it. */
static int is_something_else(const ctsec_error *error) {
  const char *pointer = ctsec_error_pointer(error);
  int code = ctsec_error_code(error);
  if ((code != CTSEC_E_SCHEMA && code != CTSEC_E_UNSUPPORTED) || !pointer) return 0;
  return !*pointer || !pointer[1 + strspn(pointer + 1, "0123456789")];
}

static void fail(struct cli *cli, fix_state *state, ctsec_error *error) {
  if (state->lenient && is_something_else(error))
    ctsec_error_free(error);
  else
    state->failed = cli_error(cli, error);
}

static int print(struct cli *cli, const ctsec_fixes *fixes, ctsec_error **error) {
  char *text;
  size_t length;
  if (cli_is_format(cli, "json")) {
    int status = ctsec_fixes_to_json(fixes, &text, &length, error);
    if (!status) cli_write_free(cli, text, length);
    return status;
  }
  int status = ctsec_fixes_diff(fixes, &text, &length, error);
  if (status) return status;
  cli_write_free(cli, text, length);
  status = ctsec_fixes_to_text(fixes, &text, &length, error);
  if (status) return status;
  fwrite(text, 1, length, stderr);
  ctsec_free(text);
  return 0;
}

void fix_input(struct cli *cli, fix_state *state, const char *source, const char *text, size_t length) {
  ctsec_containers *containers = NULL;
  ctsec_findings *findings = NULL;
  ctsec_fixes *fixes = NULL;
  ctsec_error *error = NULL;
  /* Messages and names of files start from the name of the input. */
  if (cli_set(cli, "source", source) || cli_files(cli, source, text, length)) {
    state->failed = CLI_BAD;
    return;
  }
  int status = ctsec_containers_parse(text, length, cli->options, &containers, &error);
  if (status) {
    fail(cli, state, error);
    return;
  }
  status = ctsec_findings_check(containers, cli->options, &findings, &error);
  if (!status) status = ctsec_fixes_resolve(findings, cli->options, &fixes, &error);
  if (!status) status = print(cli, fixes, &error);
  if (status && error && !ctsec_error_source(error))
    state->failed = cli_complain(cli, "%s: %s", source, ctsec_error_message(error));
  else if (status)
    state->failed = cli_error(cli, error), error = NULL;
  ctsec_error_free(error);
  for (size_t i = 0; i < ctsec_containers_error_count(containers); i++) {
    const ctsec_error *one = ctsec_containers_error_at(containers, i);
    state->failed = cli_complain(cli, "%s:%lld:%lld: %s", source, (long long)ctsec_error_line(one),
                                 (long long)ctsec_error_column(one), ctsec_error_message(one));
  }
  for (size_t i = 0; i < ctsec_findings_count(findings); i++)
    state->found |= ctsec_finding_severity(ctsec_findings_at(findings, i)) >= state->fail_on;
  state->containers += ctsec_containers_count(containers);
  ctsec_fixes_free(fixes);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
}
