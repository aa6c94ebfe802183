/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine, the kernel's checker, and assembler text back and forth. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "seccomp/compile.h"
#include "seccomp/filter.h"
#include "seccomp/make.h"
#include "support/support.h"

static const ct_abi *const abis[] = {&ct_test_x86_64, &ct_test_x86, &ct_test_x32};

static ctsec_filter *assemble(const char *text) {
  ctsec_filter *filter = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_filter_parse(text, strlen(text), NULL, &filter, &error);
  ck_assert_msg(!status, "%s at %d:%d", ctsec_error_message(error), (int)ctsec_error_line(error),
                (int)ctsec_error_column(error));
  return filter;
}

static void refused(const char *text, int code, int line, int column) {
  ctsec_filter *filter = NULL;
  ctsec_error *error = NULL;
  ck_assert_msg(ctsec_filter_parse(text, strlen(text), NULL, &filter, &error) == code, "%s: %s", text,
                ctsec_error_message(error));
  ck_assert_msg(ctsec_error_line(error) == line && ctsec_error_column(error) == column, "%s: %s at %d:%d", text,
                ctsec_error_message(error), (int)ctsec_error_line(error), (int)ctsec_error_column(error));
  ck_assert_ptr_null(filter);
  ctsec_error_free(error);
}

static uint32_t run(const ctsec_filter *filter, uint64_t a0) {
  const uint32_t arch = CT_AUDIT_X86_64;
  const int32_t number = 1;
  const uint64_t args[6] = {a0};
  uint32_t action;
  ck_assert_int_eq(ctsec_filter_simulate_batch(&filter, 1, 1, &arch, &number, args, &action, NULL), 0);
  return action;
}

START_TEST(every_instruction) {
  static const struct {
    const char *text;
    uint32_t expected;
  } cases[] = {
      {"ld #7\nret a\n", CT_RET_KILL_THREAD},
      {"ld args[0].low\nadd #0x50000\nret a\n", CT_RET_ERRNO | 5},
      {"ld args[0].low\nldx #3\nmul x\nadd #0x50000\nret a", CT_RET_ERRNO | 15},
      {"ld args[0].low\ntax\nld #0x50014\nsub x\nret a", CT_RET_ERRNO | 15},
      {"ld #0x50009\nst M[3]\nldx M[3]\ntxa\nret a", CT_RET_ERRNO | 9},
      {"ldx #0x50008\nstx M[0]\nld M[0]\nret a", CT_RET_ERRNO | 8},
      {"ld len\nadd #0x50000\nret a", CT_RET_ERRNO | 64},
      {"ldx len\ntxa\nor #0x50000\nret a", CT_RET_ERRNO | 64},
      {"ld #0xa0000\nrsh #1\nret a", CT_RET_ERRNO},
      {"ld #0x50000\nldx #0\ndiv x\nret a", CT_RET_KILL_THREAD},
      {"ld #0x50000\ndiv #1\nret a", CT_RET_ERRNO},
      {"ld #5\nlsh #16\nxor #1\nret a", CT_RET_ERRNO | 1},
      {"ld #0xfffaffff\nneg\nret a", CT_RET_ERRNO | 1},
      {"ld #0x5ffff\nand #0x50003\nret a", CT_RET_ERRNO | 3},
      {"ld args[0].low\njeq #5, yes\nret KILL_PROCESS\nyes: ret LOG", CT_RET_LOG},
      {"ld args[0].low\njgt #4, +0, +1\nret TRAP(9)\nret ALLOW", CT_RET_TRAP | 9},
      {"ld args[0].low\njset #8, a, b\na: ret ALLOW\nb: ret TRACE(3)", CT_RET_TRACE | 3},
      {"ldx #5\nld args[0].low\njge x, a, b\na: ret NOTIFY\nb: ret ALLOW", CT_RET_NOTIFY},
      {"ja end\nret ALLOW\nend: ret ERRNO(12)", CT_RET_ERRNO | 12},
      {"ld arch\njeq x86_64, a, b\na: ret ALLOW\nb: ret ERRNO(1)", CT_RET_ALLOW},
      {"ld nr\njeq x86_64:write, a, b\na: ret ALLOW\nb: ret ERRNO(1)", CT_RET_ALLOW},
      {"ld [0]\njeq 0x1, a, b\na: ret 0x7fff0000\nb: ret #1", CT_RET_ALLOW},
      {"ret ERRNO(5000)", CT_RET_ERRNO | 4095},
      {"ret #0x12340000", CT_RET_KILL_PROCESS},
      {"; nothing\n\n  ret ALLOW ; end\n; more", CT_RET_ALLOW},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_filter *filter = assemble(cases[i].text);
    uint32_t action = run(filter, 5);
    ck_assert_msg(action == cases[i].expected, "%s: %08x", cases[i].text, action);
    ctsec_filter_free(filter);
  }
}
END_TEST

START_TEST(bad_text) {
  refused("", CTSEC_E_SCHEMA, 1, 1);
  refused("\n\n", CTSEC_E_SCHEMA, 3, 1);
  refused("ld nr\nfoo #1\nret ALLOW", CTSEC_E_SYNTAX, 2, 1);
  refused("ld\nret ALLOW", CTSEC_E_SYNTAX, 1, 3);
  refused("  ld args[6].low\nret ALLOW", CTSEC_E_SYNTAX, 1, 6);
  refused("ld #0x100000000\nret ALLOW", CTSEC_E_SYNTAX, 1, 4);
  refused("ld #12z\nret ALLOW", CTSEC_E_SYNTAX, 1, 4);
  refused("ret", CTSEC_E_SYNTAX, 1, 4);
  refused("ret DENY", CTSEC_E_SYNTAX, 1, 5);
  refused("ret ERRNO(65536)", CTSEC_E_SYNTAX, 1, 5);
  refused("ret ALLOW(1)", CTSEC_E_SYNTAX, 1, 5);
  refused("ret ALLOW extra", CTSEC_E_SYNTAX, 1, 11);
  refused("jeq #1\nret ALLOW", CTSEC_E_SYNTAX, 1, 7);
  refused("jeq #1, nowhere\nret ALLOW", CTSEC_E_SYNTAX, 1, 9);
  refused("a: jeq #1, a\nret ALLOW", CTSEC_E_SYNTAX, 1, 12);
  refused("jeq #1, +5\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("jeq #1, +256\nret ALLOW", CTSEC_E_SYNTAX, 1, 9);
  refused("a: ret ALLOW\na: ret ALLOW", CTSEC_E_SYNTAX, 2, 1);
  refused("ld nr", CTSEC_E_SCHEMA, 1, 1);
  refused("ld [64]\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("ld [2]\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("ld nr\n  div #0\nret ALLOW", CTSEC_E_SCHEMA, 2, 3);
  refused("lsh #32\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("ld M[16]\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("ld M[1]\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("st M\nret ALLOW", CTSEC_E_SYNTAX, 1, 4);
  refused("jeq nowhere:read, +0\nret ALLOW", CTSEC_E_SYNTAX, 1, 5);
  refused("jeq x86_64:reed, +0\nret ALLOW", CTSEC_E_SYNTAX, 1, 5);
  refused(".insn 0x10000, 0, 0, 0\nret ALLOW", CTSEC_E_SYNTAX, 1, 7);
  refused(".insn 6, 0, 256, 0", CTSEC_E_SYNTAX, 1, 13);
  refused(".insn 6, 0, 0", CTSEC_E_SYNTAX, 1, 14);
  refused(".insn 0x30, 0, 0, 0\nret ALLOW", CTSEC_E_SCHEMA, 1, 1);
  refused("; \xc3\xa9\n\xc3\xa9 ret ALLOW", CTSEC_E_SYNTAX, 2, 1);
}
END_TEST

static void round_trip(const ct_insn *insns, uint32_t count, int big_endian) {
  size_t index;
  ck_assert_ptr_null(ct_bpf_check(insns, count, &index));
  uint8_t *bytes = malloc(count * 8u), *again;
  ct_bpf_encode(insns, count, big_endian, bytes);
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  const char *arch = big_endian ? "s390x" : "x86_64";
  ck_assert_int_eq(ctsec_options_set(options, "arch", arch, strlen(arch), NULL), 0);
  ctsec_filter *filter, *back;
  char *text, *second;
  size_t length, size;
  ck_assert_int_eq(ctsec_filter_decode(bytes, count * 8u, options, &filter, NULL), 0);
  ck_assert_uint_eq(ctsec_filter_count(filter), count);
  ck_assert_int_eq(ctsec_filter_to_text(filter, &text, &length, NULL), 0);
  ctsec_error *error = NULL;
  int status = ctsec_filter_parse(text, length, options, &back, &error);
  ck_assert_msg(!status, "%s at line %d of\n%s", ctsec_error_message(error), (int)ctsec_error_line(error), text);
  ck_assert_int_eq(ctsec_filter_encode(back, &again, &size, NULL), 0);
  ck_assert_uint_eq(size, count * 8u);
  ck_assert_mem_eq(bytes, again, size);
  ck_assert_int_eq(ctsec_filter_to_text(back, &second, &size, NULL), 0);
  ck_assert_str_eq(text, second);
  ctsec_free(text);
  ctsec_free(second);
  ctsec_free(again);
  free(bytes);
  ctsec_filter_free(filter);
  ctsec_filter_free(back);
  ctsec_options_free(options);
}

START_TEST(text_gives_the_same_bytes) {
  ct_random random = {UINT64_C(11)};
  for (int round = 0; round < 200; round++) {
    const ct_shape shape = {0, 20, 30, 0};
    ctsec_policy *policy = ct_test_random_policy(&random, &shape, abis, 3);
    ct_program program;
    ck_assert_int_eq(ct_policy_compile(policy, &program, NULL), 0);
    round_trip(program.insns, program.count, 0);
    ct_program_free(&program);
    ctsec_policy_free(policy);
  }
  /* Whatever the kernel would take, with fields set that nothing reads. */
  int valid = 0;
  while (valid < 20000) {
    ct_insn insns[12];
    uint32_t count = 1 + ct_random_below(&random, 11);
    size_t index;
    for (uint32_t i = 0; i < count; i++) {
      insns[i].code = (uint16_t)(ct_random_below(&random, 0x100));
      insns[i].jt = (uint8_t)(ct_random_below(&random, 3) ? 0 : ct_random_below(&random, 4));
      insns[i].jf = (uint8_t)(ct_random_below(&random, 3) ? 0 : ct_random_below(&random, 4));
      insns[i].k = ct_random_below(&random, 2) ? ct_random_below(&random, 8) : (uint32_t)ct_random_next(&random);
      if (ct_random_below(&random, 3) == 0) insns[i].k = 0x7fff0000u >> ct_random_below(&random, 12);
      if (i + 1 == count) insns[i].code = ct_random_below(&random, 2) ? 0x06 : 0x16;
    }
    if (ct_bpf_check(insns, count, &index)) continue;
    valid++;
    round_trip(insns, count, valid % 2);
  }
}
END_TEST

START_TEST(bad_bytes) {
  static const uint8_t bytes[16] = {0x20, 0, 0, 0, 64, 0, 0, 0, 6};
  ctsec_filter *filter;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_filter_decode(bytes, 9, NULL, &filter, &error), CTSEC_E_SYNTAX);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_filter_decode(bytes, 0, NULL, &filter, &error), CTSEC_E_SYNTAX);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_filter_decode(bytes, 16, NULL, &filter, &error), CTSEC_E_SCHEMA);
  ck_assert_int_eq((int)ctsec_error_offset(error), 0);
  ctsec_error_free(error);
  uint8_t *large = calloc(4097, 8);
  for (int i = 0; i < 4097; i++) large[i * 8] = 6;
  ck_assert_int_eq(ctsec_filter_decode(large, (size_t)4097 * 8, NULL, &filter, &error), CTSEC_E_LIMIT);
  ctsec_error_free(error);
  ck_assert_int_eq(ctsec_filter_decode(large, (size_t)4096 * 8, NULL, &filter, NULL), 0);
  ctsec_filter_free(filter);
  free(large);
}
END_TEST

START_TEST(documents) {
  ctsec_filter *filter = assemble("ld arch\njeq x86_64, a, b\na: ld nr\njeq x86_64:read, c, b\nb: ret ERRNO(1)\nc: ret ALLOW");
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_filter_to_text(filter, &text, &length, NULL), 0);
  ck_assert_str_eq(text,
                   "0000: ld arch\n"
                   "0001: jeq #0xc000003e, 0002, 0004       ; x86_64\n"
                   "0002: ld nr\n"
                   "0003: jeq #0x0, 0005, 0004              ; read\n"
                   "0004: ret ERRNO(1)                      ; EPERM\n"
                   "0005: ret ALLOW\n");
  ctsec_free(text);
  ck_assert_int_eq(ctsec_filter_to_json(filter, &text, &length, NULL), 0);
  ck_assert_ptr_nonnull(strstr(text, "\"schema\": \"ctsec/filter/1\""));
  ck_assert_ptr_nonnull(strstr(text, "\"eligible\": 1"));
  ctsec_free(text);
  uint32_t code, k;
  ck_assert_int_eq(ctsec_filter_at(filter, 3, &code, NULL, NULL, &k, NULL), 0);
  ck_assert_uint_eq(code, 0x15);
  ck_assert_int_eq(ctsec_filter_at(filter, 6, &code, NULL, NULL, &k, NULL), CTSEC_E_ARG);
  ctsec_filter_free(ctsec_filter_ref(filter));
  ctsec_filter_free(filter);
}
END_TEST

/* What runc 1.1.5 with libseccomp 2.5.4 loaded for Docker 20.10.24's default profile on x86-64. */
START_TEST(a_loaded_filter) {
  size_t length, size;
  char *bytes = ct_test_read(ct_test_source("tests/data/seccomp/docker-20.10-default.bpf"), &length), *text;
  uint8_t *again;
  ctsec_filter *filter, *back;
  ck_assert_ptr_nonnull(bytes);
  ck_assert_int_eq(ctsec_filter_decode((const uint8_t *)bytes, length, NULL, &filter, NULL), 0);
  ck_assert_int_eq(ctsec_filter_to_text(filter, &text, &size, NULL), 0);
  ck_assert_int_eq(ctsec_filter_parse(text, size, NULL, &back, NULL), 0);
  ck_assert_int_eq(ctsec_filter_encode(back, &again, &size, NULL), 0);
  ck_assert_uint_eq(size, length);
  ck_assert_mem_eq(again, bytes, size);
  static const struct {
    uint32_t arch;
    int32_t nr;
    uint64_t a0;
    uint32_t unknown;
    size_t count;
    uint32_t action;
  } cases[] = {
      {CT_AUDIT_X86_64, 0, 0, 0x3f, 1, CT_RET_ALLOW},
      {CT_AUDIT_X86_64, 165, 0, 0x3f, 1, CT_RET_ERRNO | 1},
      {CT_AUDIT_X86_64, 435, 0, 0x3f, 1, CT_RET_ERRNO | 38},
      {CT_AUDIT_X86_64, 135, 8, 0, 1, CT_RET_ALLOW},
      {CT_AUDIT_X86_64, 135, 9, 0, 1, CT_RET_ERRNO | 1},
      {CT_AUDIT_X86_64, 135, 0, 1, 2, CT_RET_ERRNO | 1},
      {CT_AUDIT_X86_64, 56, 0x10000000, 0, 1, CT_RET_ERRNO | 1},
      {CT_AUDIT_X86_64, 56, 17, 0, 1, CT_RET_ALLOW},
      {CT_AUDIT_X86_64, 56, 0, 0x3f, 2, CT_RET_ERRNO | 1},
      {CT_AUDIT_X86_64, 2000, 0, 0x3f, 1, CT_RET_ERRNO | 38},
      {0x40000003, 3, 0, 0x3f, 1, CT_RET_ALLOW},
      {0xc00000b7, 3, 0, 0x3f, 1, CT_RET_KILL_THREAD},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_verdict *verdict;
    uint32_t action;
    const uint64_t args[6] = {cases[i].a0};
    ck_assert_int_eq(ctsec_filter_simulate((const ctsec_filter *const *)&filter, 1, cases[i].arch, cases[i].nr, args,
                                           cases[i].unknown, NULL, &verdict, NULL),
                     0);
    ck_assert_int_eq(ctsec_verdict_at(verdict, 0, &action, NULL), 0);
    ck_assert_msg(ctsec_verdict_count(verdict) == cases[i].count && action == cases[i].action, "case %zu: %zu, %08x", i,
                  ctsec_verdict_count(verdict), action);
    ctsec_verdict_free(verdict);
  }
  ctsec_free(text);
  ctsec_free(again);
  free(bytes);
  ctsec_filter_free(filter);
  ctsec_filter_free(back);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("filter");
  TCase *all = tcase_create("all");
  tcase_add_test(all, every_instruction);
  tcase_add_test(all, bad_text);
  tcase_add_test(all, text_gives_the_same_bytes);
  tcase_add_test(all, bad_bytes);
  tcase_add_test(all, documents);
  tcase_add_test(all, a_loaded_filter);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
