/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text forms against libcap itself, on random sets and random texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <time.h>

#include "caps/names.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static uint64_t state;
static uint64_t draw(void) {
  state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
  return state >> 16;
}
static uint64_t draw_mask(void) {
  switch (draw() % 5) {
    case 0: return 0;
    case 1: return CT_CAPS_ALL;
    case 2: return draw() & draw() & draw() & CT_CAPS_ALL;
    case 3: return (draw() | draw()) & CT_CAPS_ALL;
    default: return CT_CAP_BIT(draw() % CT_CAP_COUNT);
  }
}

static cap_t to_libcap(uint64_t inheritable, uint64_t permitted, uint64_t effective) {
  cap_t caps = cap_init();
  for (cap_value_t i = 0; i < CT_CAP_COUNT; i++) {
    if (inheritable >> i & 1) cap_set_flag(caps, CAP_INHERITABLE, 1, &i, CAP_SET);
    if (permitted >> i & 1) cap_set_flag(caps, CAP_PERMITTED, 1, &i, CAP_SET);
    if (effective >> i & 1) cap_set_flag(caps, CAP_EFFECTIVE, 1, &i, CAP_SET);
  }
  return caps;
}

static uint64_t from_libcap(cap_t caps, cap_flag_t flag) {
  uint64_t mask = 0;
  for (cap_value_t i = 0; i < 64; i++) {
    cap_flag_value_t value;
    if (!cap_get_flag(caps, i, flag, &value) && value == CAP_SET) mask |= UINT64_C(1) << i;
  }
  return mask;
}

/* libcap asks the running kernel how many capabilities there are; the comparison needs one that has ours. */
static int kernel_has_ours(void) { return cap_max_bits() == CT_CAP_COUNT; }

START_TEST(sets_are_written_as_libcap_writes_them) {
  if (!kernel_has_ours()) return;
  for (int i = 0; i < 4000; i++) {
    uint64_t inheritable = draw_mask(), permitted = draw_mask(), effective = draw() % 2 ? permitted : draw_mask();
    cap_t caps = to_libcap(inheritable, permitted, effective);
    char *theirs = cap_to_text(caps, NULL), *ours;
    size_t length;
    ck_assert_int_eq(ctsec_captext_encode(inheritable, permitted, effective, NULL, &ours, &length, NULL), 0);
    ck_assert_str_eq(ours, theirs);
    uint64_t a, b, c;
    ck_assert_int_eq(ctsec_captext_parse(ours, length, NULL, &a, &b, &c, NULL), 0);
    ck_assert(a == inheritable && b == permitted && c == effective);
    ctsec_free(ours);
    cap_free(theirs);
    cap_free(caps);
  }
}
END_TEST

static const char *const pieces[] = {"cap_chown", "CAP_KILL", "cap_net_raw", "all", "=", "+", "-", "e", "i", "p", ",", " ", "ep",
                                     "=ep", "+i", "-e", "cap_sys_admin=eip", "5", "0x3", "63", "chown", "cap_foo", "64", "\t", "010"};

START_TEST(texts_are_read_as_libcap_reads_them) {
  if (!kernel_has_ours()) return;
  unsigned accepted = 0;
  for (int i = 0; i < 60000; i++) {
    char text[128] = "";
    for (uint64_t n = draw() % 7; n; n--) strcat(text, pieces[draw() % (sizeof pieces / sizeof *pieces)]);
    cap_t caps = cap_from_text(text);
    uint64_t a, b, c;
    int status = ctsec_captext_parse(text, strlen(text), NULL, &a, &b, &c, NULL);
    ck_assert_msg(!status == (caps != NULL), "`%s': we say %d, libcap %s", text, status, caps ? "yes" : "no");
    if (!caps) continue;
    accepted++;
    ck_assert_msg(a == from_libcap(caps, CAP_INHERITABLE) && b == from_libcap(caps, CAP_PERMITTED) &&
                      c == from_libcap(caps, CAP_EFFECTIVE),
                  "`%s' is read otherwise", text);
    cap_free(caps);
  }
  ck_assert_uint_gt(accepted, 500);
}
END_TEST

START_TEST(iab_is_read_and_written_as_libcap_does) {
  if (!kernel_has_ours()) return;
  static const char *const parts[] = {"cap_chown", "^cap_kill", "!cap_sys_admin", "%cap_net_raw", "!^cap_setuid", "!%cap_setgid",
                                      "12", "^", "cap_foo", "chown", ",", "", "!%^cap_fowner"};
  for (int i = 0; i < 20000; i++) {
    char text[160] = "";
    for (uint64_t n = draw() % 6; n; n--) {
      strcat(text, parts[draw() % (sizeof parts / sizeof *parts)]);
      if (n > 1 && draw() % 8) strcat(text, ",");
    }
    cap_iab_t iab = cap_iab_from_text(text);
    uint64_t in, amb, drop;
    int status = ctsec_iab_parse(text, strlen(text), &in, &amb, &drop, NULL);
    ck_assert_msg(!status == (iab != NULL), "`%s': we say %d, libcap %s", text, status, iab ? "yes" : "no");
    if (!iab) continue;
    char *theirs = cap_iab_to_text(iab), *ours;
    size_t length;
    ck_assert_int_eq(ctsec_iab_encode(in, amb, drop, &ours, &length, NULL), 0);
    ck_assert_msg(!strcmp(ours, theirs), "`%s': %s and %s", text, ours, theirs);
    ctsec_free(ours);
    cap_free(theirs);
    cap_free(iab);
  }
}
END_TEST

START_TEST(file_capabilities_are_read_from_their_bytes) {
  static const struct {
    const char *hex;
    int code;
    const char *text;
  } rows[] = {
      {"0100000200040000000000000000000000000000", 0, "cap_net_bind_service=ep"},
      {"0000000200040000000000000000000000000000", 0, "cap_net_bind_service=p"},
      {"0100000300200000002000000000000000000000a0860100", 0, "cap_net_raw=eip [rootid=100000]"},
      {"010000010004000000000000", 0, "cap_net_bind_service=ep"},
      {"0100000200000000000000000000000000000000", 0, "="},
      {"", CTSEC_E_SYNTAX, NULL},
      {"010000", CTSEC_E_SYNTAX, NULL},
      {"01000002", CTSEC_E_SYNTAX, NULL},
      {"010000020004000000000000000000000000000000", CTSEC_E_SYNTAX, NULL},
      {"0100000300200000002000000000000000000000", CTSEC_E_SYNTAX, NULL},
      {"0100000400040000000000000000000000000000", CTSEC_E_UNSUPPORTED, NULL},
      {"0300000200040000000000000000000000000000", CTSEC_E_UNSUPPORTED, NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint8_t bytes[32];
    size_t length = strlen(rows[i].hex) / 2;
    for (size_t k = 0; k < length; k++) {
      unsigned byte;
      sscanf(rows[i].hex + 2 * k, "%2x", &byte);
      bytes[k] = (uint8_t)byte;
    }
    ctsec_filecaps *caps = NULL;
    ck_assert_msg(ctsec_filecaps_decode(bytes, length, &caps, NULL) == rows[i].code, "row %zu", i);
    if (!caps) continue;
    char *text;
    ck_assert_int_eq(ctsec_filecaps_to_text(caps, &text, &length, NULL), 0);
    ck_assert_str_eq(text, rows[i].text);
    ctsec_free(text);
    ctsec_filecaps_free(caps);
  }
  ctsec_error *error = NULL;
  ctsec_filecaps *caps;
  ck_assert_int_eq(ctsec_filecaps_read("/proc/self/exe/none", &caps, &error), CTSEC_E_IO);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_filecaps_read("/nowhere", &caps, &error), CTSEC_E_NOTFOUND);
  ck_assert_int_ne(ctsec_error_errno(error), 0);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_filecaps_read(ct_test_source("COPYING"), &caps, &error), CTSEC_E_NOTFOUND);
  ck_assert_int_eq(ctsec_error_errno(error), 0);
  ctsec_error_free(error);
}
END_TEST

int main(void) {
  state = (uint64_t)time(NULL);
  printf("seed %llu\n", (unsigned long long)state);
  Suite *suite = suite_create("caps-text");
  TCase *all = tcase_create("all");
  tcase_add_test(all, sets_are_written_as_libcap_writes_them);
  tcase_add_test(all, texts_are_read_as_libcap_reads_them);
  tcase_add_test(all, iab_is_read_and_written_as_libcap_does);
  tcase_add_test(all, file_capabilities_are_read_from_their_bytes);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
