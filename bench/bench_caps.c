/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctsec/ctsec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>

#include "bench.h"

#define DOCKER UINT64_C(0x00000000a80425fb)

static cap_t docker_caps;

static cap_t caps_of(uint64_t mask) {
  cap_t caps = cap_init();
  for (cap_value_t i = 0; i <= CTSEC_CAP_LAST; i++)
    if (mask >> i & 1) cap_set_flag(caps, CAP_EFFECTIVE, 1, &i, CAP_SET);
  return caps;
}

static int prepare(void) {
  docker_caps = caps_of(DOCKER);
  return !docker_caps;
}

static void decode_ours(void) {
  char text[CTSEC_CAPS_TEXT];
  size_t length;
  ctsec_caps_decode(DOCKER, text, sizeof text, &length, NULL);
  bench_sink += length;
}

static void decode_theirs(void) {
  ssize_t length;
  char *text = cap_to_text(docker_caps, &length);
  bench_sink += (size_t)length;
  cap_free(text);
}

static const char form[] = "cap_chown,cap_dac_override,cap_fowner,cap_fsetid,cap_kill,cap_setgid,cap_setuid,cap_setpcap,"
                           "cap_net_bind_service,cap_net_raw,cap_sys_chroot,cap_mknod,cap_audit_write,cap_setfcap=ep";

static void parse_ours(void) {
  uint64_t a, b, c;
  ctsec_captext_parse(form, sizeof form - 1, NULL, &a, &b, &c, NULL);
  bench_sink += (size_t)b;
}

static void parse_theirs(void) {
  cap_t caps = cap_from_text(form);
  bench_sink += caps != NULL;
  cap_free(caps);
}

static ctsec_options *resolve_options;

static int prepare_resolve(void) {
  if (ctsec_options_new(&resolve_options, NULL)) return 1;
  return ctsec_options_set(resolve_options, "cap-add", "NET_ADMIN", 9, NULL) ||
         ctsec_options_set(resolve_options, "user", "1000", 4, NULL) || prepare();
}

static void resolve_ours(void) {
  ctsec_resolution *resolution;
  if (ctsec_caps_resolve(resolve_options, &resolution, NULL)) return;
  ctsec_resolution_free(resolution);
}

const bench_row bench_caps[] = {
    {"caps: decode Docker's default mask", "libcap cap_to_text", 15, prepare, decode_ours, decode_theirs},
    {"caps: read the text form of 14", "libcap cap_from_text", 0, NULL, parse_ours, parse_theirs},
    {"caps: resolve three moments", "libcap cap_to_text", 0, prepare_resolve, resolve_ours, decode_theirs},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
