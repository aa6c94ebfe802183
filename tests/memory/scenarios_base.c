/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static int with_options(void) {
  ctsec_options *options = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_options_new(&options, &error);
  if (status) {
    MEMORY_REQUIRE(!options);
    ctsec_error_free(error);
    return status;
  }
  static const char *const settings[][2] = {
      {"lang", "ja"},         {"engine", "docker@24.0.7"}, {"kernel", "6.1"},     {"caps", "CAP_CHOWN"},
      {"cap-add", "SYS_TIME"}, {"cap-add", "SYS_ADMIN"},    {"cap-drop", "ALL"},   {"fact", "lsm=apparmor"},
      {"fact", "lsm=none"},   {"user", "1000"},            {"privileged", "true"}, {"source", "x.json"},
      {"from", "oci"},        {"runtime", "runc"},         {"libseccomp", "2.5.4"}, {"arch", "aarch64"},
  };
  for (size_t i = 0; !status && i < sizeof settings / sizeof *settings; i++)
    status = ctsec_options_set(options, settings[i][0], settings[i][1], strlen(settings[i][1]), NULL);
  if (!status) status = ctsec_options_set_limit(options, CTSEC_LIMIT_DEPTH, 10, NULL);
  ctsec_options_free(options);
  return status;
}

static int with_errors(void) {
  ctsec_options *options = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (status) return status;
  status = ctsec_options_set(options, "lang", "fr", 2, &error);
  MEMORY_REQUIRE(error && (status == CTSEC_E_ARG));
  char *text = NULL;
  size_t length = 77;
  ctsec_error *second = NULL;
  /* An error that had no memory for its details says so; either is fit to be written. */
  status = ctsec_error_to_json(error, &text, &length, &second);
  if (status) MEMORY_REQUIRE(!text && length == 77 && second);
  ctsec_free(text);
  ctsec_error_free(second);
  ctsec_error_free(error);
  ctsec_options_free(options);
  return status;
}

static int with_machine(void) {
  ctsec_options *options = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (status) return status;
  status = ctsec_options_read(options, "/proc", 0, NULL);
  MEMORY_REQUIRE(!status == !!ctsec_options_find(options, "caps"));
  ctsec_options_free(options);
  return status;
}

const memory_scenario memory_base[] = {
    {"options", with_options},
    {"errors", with_errors},
    {"this machine", with_machine},
    {NULL, NULL},
};
