/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static int with_masks(void) {
  uint64_t mask = 7;
  int32_t number = 7;
  char buffer[CTSEC_CAPS_TEXT], *text = NULL;
  size_t length = 7;
  int status = ctsec_caps_parse("a80425fb", 8, &mask, NULL);
  if (!status) status = ctsec_caps_decode(mask, buffer, sizeof buffer, &length, NULL);
  if (!status) status = ctsec_caps_encode("chown,CAP_KILL 41", 17, &mask, NULL);
  if (!status) status = ctsec_cap_find("sys_admin", 9, &number, NULL);
  if (!status) status = ctsec_caps_to_json(mask, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_caps_explain(mask, NULL, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_caps_to_text(mask, NULL, &text, &length, NULL);
  ctsec_free(text);
  return status;
}

static int with_refusals(void) {
  uint64_t mask = 7;
  static const char *const wrong[] = {"", "zz", "1ffffffffffffffff", "00000000000000000"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ctsec_error *error = NULL;
    int status = ctsec_caps_parse(wrong[i], strlen(wrong[i]), &mask, &error);
    MEMORY_REQUIRE(status && error && mask == 7);
    ctsec_error_free(error);
  }
  return 0;
}

static int resolve(const ctsec_options *options) {
  ctsec_resolution *resolution = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_caps_resolve(options, &resolution, &error);
  if (status) {
    MEMORY_REQUIRE(!resolution && error);
    ctsec_error_free(error);
    return status;
  }
  char *text = NULL;
  size_t length;
  status = ctsec_resolution_to_json(resolution, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_resolution_to_text(resolution, &text, &length, NULL);
  ctsec_free(text);
  ctsec_resolution_free(resolution);
  return status;
}

static int with_resolution(void) {
  ctsec_options *options = NULL;
  int status = ctsec_options_new(&options, NULL);
  if (status) return status;
  static const char *const settings[][2] = {
      {"engine", "containerd@1.6.1"}, {"user", "1000"},       {"cap-add", "CAP_SYS_TIME"},
      {"cap-add", "no_such_cap"},     {"cap-drop", "CHOWN"}, {"fact", "host-caps=000001fffeffffff"},
  };
  for (size_t i = 0; !status && i < sizeof settings / sizeof *settings; i++)
    status = ctsec_options_set(options, settings[i][0], settings[i][1], strlen(settings[i][1]), NULL);
  if (!status) status = resolve(options);
  ctsec_options_free(options);
  return status;
}

const memory_scenario memory_caps[] = {
    {"masks", with_masks},
    {"masks refused", with_refusals},
    {"resolution", with_resolution},
    {NULL, NULL},
};
