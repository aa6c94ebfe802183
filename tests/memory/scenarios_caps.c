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

static int with_credentials(void) {
  static const char text[] = "Name:\tx\nPid:\t7\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000400\n";
  ctsec_credentials *credentials = NULL, *after = NULL;
  int status = ctsec_credentials_parse(text, sizeof text - 1, NULL, &credentials, NULL);
  if (status) return status;
  char *json = NULL;
  size_t length;
  status = ctsec_credentials_to_json(credentials, &json, &length, NULL);
  ctsec_free(json);
  ctsec_credentials_free(credentials);
  if (status) return status;
  uint64_t sets[5] = {0x400, 0x500, 0x500, 0x500, 0x400};
  uint32_t ids[4] = {0, 0, 0, 0};
  status = ctsec_credentials_new(sets, ids, 0, 0, &credentials, NULL);
  if (status) return status;
  status = ctsec_credentials_simulate_exec(credentials, 0, NULL, NULL, &after, NULL);
  ctsec_credentials_free(after);
  after = NULL;
  if (!status) status = ctsec_credentials_simulate_setresuid(credentials, 5, 5, 5, &after, NULL);
  ctsec_credentials_free(after);
  after = NULL;
  if (!status) status = ctsec_credentials_simulate_capset(credentials, 0x400, 0x400, 0, &after, NULL);
  ctsec_credentials_free(after);
  after = NULL;
  if (!status) status = ctsec_credentials_simulate_drop(credentials, 10, &after, NULL);
  ctsec_credentials_free(after);
  after = NULL;
  if (!status) status = ctsec_credentials_simulate_lower(credentials, 10, &after, NULL);
  ctsec_credentials_free(after);
  after = NULL;
  if (!status) status = ctsec_credentials_simulate_setfsuid(credentials, 10, &after, NULL);
  ctsec_credentials_free(after);
  after = NULL;
  if (!status) status = ctsec_credentials_simulate_raise(credentials, 10, &after, NULL);
  ctsec_credentials_free(after);
  ctsec_credentials_free(credentials);
  return status;
}

static int with_a_process(void) {
  ctsec_credentials *credentials = NULL;
  int status = ctsec_credentials_read("/proc", 1, 1, &credentials, NULL);
  ctsec_credentials_free(credentials);
  return status;
}

static int with_file_capabilities(void) {
  static const uint8_t bytes[24] = {1, 0, 0, 3, 0, 0x20, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa0, 0x86, 1, 0};
  ctsec_filecaps *caps = NULL;
  ctsec_error *error = NULL;
  /* No such file: the error alone is what allocates. */
  int status = ctsec_filecaps_read("/nowhere/at/all", &caps, &error);
  MEMORY_REQUIRE(status && !caps && error);
  ctsec_error_free(error);
  status = ctsec_filecaps_decode(bytes, sizeof bytes, &caps, NULL);
  if (status) return status;
  char *text = NULL;
  size_t length;
  status = ctsec_filecaps_to_json(caps, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_filecaps_to_text(caps, &text, &length, NULL);
  ctsec_free(text);
  ctsec_filecaps_free(caps);
  return status;
}

static int with_text_forms(void) {
  uint64_t a, b, c;
  char *text = NULL;
  size_t length;
  int status = ctsec_captext_parse("cap_chown=ep cap_kill+i", 23, NULL, &a, &b, &c, NULL);
  if (!status) status = ctsec_captext_encode(a, b, c, NULL, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_iab_parse("!cap_chown,^cap_kill", 20, &a, &b, &c, NULL);
  if (!status) status = ctsec_iab_encode(a, b, c, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_captext_to_json("cap_chown=ep", 12, NULL, &text, &length, NULL);
  ctsec_free(text);
  text = NULL;
  if (!status) status = ctsec_iab_to_json("^cap_chown", 10, &text, &length, NULL);
  ctsec_free(text);
  return status;
}

const memory_scenario memory_caps[] = {
    {"credentials", with_credentials},
    {"a process", with_a_process},
    {"file capabilities", with_file_capabilities},
    {"text forms", with_text_forms},
    {"masks", with_masks},
    {"masks refused", with_refusals},
    {"resolution", with_resolution},
    {NULL, NULL},
};
