/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as each text and byte form of capabilities; what is accepted is written and read back the same. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void masks(const char *text, size_t length) {
  uint64_t mask, back;
  char buffer[CTSEC_CAPS_TEXT];
  size_t size;
  if (ctsec_caps_parse(text, length, &mask, NULL) && ctsec_caps_encode(text, length, &mask, NULL)) return;
  must(!ctsec_caps_decode(mask, buffer, sizeof buffer, &size, NULL));
  must(!ctsec_caps_encode(buffer, size, &back, NULL) && back == mask);
}

static void texts(const char *text, size_t length) {
  uint64_t i, p, e, i2, p2, e2;
  char *written;
  size_t size;
  if (!ctsec_captext_parse(text, length, NULL, &i, &p, &e, NULL)) {
    must(!ctsec_captext_encode(i, p, e, NULL, &written, &size, NULL));
    must(!ctsec_captext_parse(written, size, NULL, &i2, &p2, &e2, NULL) && i == i2 && p == p2 && e == e2);
    ctsec_free(written);
  }
  if (!ctsec_iab_parse(text, length, &i, &p, &e, NULL)) {
    must(!ctsec_iab_encode(i, p, e, &written, &size, NULL));
    must(!ctsec_iab_parse(written, size, &i2, &p2, &e2, NULL) && i == i2 && p == p2 && e == e2);
    ctsec_free(written);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  masks(text, size);
  texts(text, size);
  ctsec_credentials *credentials;
  ctsec_error *error = NULL;
  char *json;
  size_t length;
  int status = ctsec_credentials_parse(text, size, NULL, &credentials, &error);
  if (status) {
    must(status == CTSEC_E_SCHEMA || (ctsec_error_line(error) >= 1 && ctsec_error_offset(error) <= (int64_t)size));
    ctsec_error_free(error);
  } else {
    must(!ctsec_credentials_to_json(credentials, &json, &length, NULL));
    ctsec_free(json);
    ctsec_credentials_free(credentials);
  }
  ctsec_filecaps *caps;
  if (!ctsec_filecaps_decode(data, size, &caps, NULL)) {
    must(!ctsec_filecaps_to_json(caps, &json, &length, NULL));
    ctsec_free(json);
    ctsec_filecaps_free(caps);
  }
  return 0;
}
