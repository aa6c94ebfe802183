/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Docker's default profile on x86-64, x86 and x32: decisions, and the way to a filter. */
#include "bench.h"

#include <ctsec/ctsec.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define AUDIT_X86_64 0xc000003eu
#define CALLS 4096
#define RET_ALLOW 0x7fff0000u

struct insn {
  uint16_t code;
  uint8_t jt, jf;
  uint32_t k;
};

struct data {
  int32_t nr;
  uint32_t arch;
  uint64_t ip;
  uint64_t args[6];
};

struct rule {
  uint32_t action;
  int number;
  unsigned count;
  struct scmp_arg_cmp compares[6];
};

static ctsec_policy *policy;
static char *profile_text;
static size_t profile_length;
static uint32_t arch[CALLS], actions[CALLS];
static int32_t numbers[CALLS];
static uint64_t args[CALLS * 6];
static struct insn tree[4096], linear[4096], own[4096];
static size_t tree_count, linear_count, own_count;
static struct rule *rules;
static size_t rule_count;

/* What an embedder without a library of ours would write. */
static uint32_t interpret(const struct insn *program, const struct data *data, size_t *steps) {
  uint32_t a = 0, x = 0, memory[16] = {0};
  for (const struct insn *i = program;; i++) {
    if (steps) ++*steps;
    switch (i->code) {
      case 0x20: memcpy(&a, (const char *)data + i->k, 4); break;
      case 0x00: a = i->k; break;
      case 0x01: x = i->k; break;
      case 0x60: a = memory[i->k]; break;
      case 0x61: x = memory[i->k]; break;
      case 0x02: memory[i->k] = a; break;
      case 0x03: memory[i->k] = x; break;
      case 0x07: x = a; break;
      case 0x87: a = x; break;
      case 0x54: a &= i->k; break;
      case 0x44: a |= i->k; break;
      case 0x05: i += i->k; break;
      case 0x15: i += a == i->k ? i->jt : i->jf; break;
      case 0x25: i += a > i->k ? i->jt : i->jf; break;
      case 0x35: i += a >= i->k ? i->jt : i->jf; break;
      case 0x45: i += a & i->k ? i->jt : i->jf; break;
      case 0x06: return i->k;
      default: return 0;
    }
  }
}

static uint32_t action_of(const char *name, uint32_t number) {
  if (!strcmp(name, "SCMP_ACT_ALLOW")) return SCMP_ACT_ALLOW;
  if (!strcmp(name, "SCMP_ACT_LOG")) return SCMP_ACT_LOG;
  if (!strcmp(name, "SCMP_ACT_TRAP")) return SCMP_ACT_TRAP;
  if (!strcmp(name, "SCMP_ACT_ERRNO")) return SCMP_ACT_ERRNO(number);
  if (!strcmp(name, "SCMP_ACT_TRACE")) return SCMP_ACT_TRACE(number);
  return SCMP_ACT_KILL;
}

static json_object *member(json_object *object, const char *key) {
  json_object *value = NULL;
  return json_object_object_get_ex(object, key, &value) ? value : NULL;
}

static void read_compares(struct rule *rule, json_object *list) {
  static const char *const ops[] = {NULL,          "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",
                                    "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"};
  for (size_t i = 0; list && i < json_object_array_length(list) && i < 6; i++) {
    json_object *one = json_object_array_get_idx(list, i), *two = member(one, "valueTwo");
    const char *op = json_object_get_string(member(one, "op"));
    struct scmp_arg_cmp *made = &rule->compares[rule->count++];
    *made = (struct scmp_arg_cmp){(unsigned)json_object_get_int(member(one, "index")), SCMP_CMP_EQ,
                                  json_object_get_uint64(member(one, "value")), two ? json_object_get_uint64(two) : 0};
    for (int n = 1; n < 8; n++)
      if (!strcmp(ops[n], op)) made->op = (enum scmp_compare)n;
  }
}

/* The rules as a runtime hands them to libseccomp, once for all rounds. */
static int read_rules(const char *text) {
  json_object *root = json_tokener_parse(text), *entries = root ? member(root, "syscalls") : NULL;
  if (!entries) return 1;
  for (size_t e = 0; e < json_object_array_length(entries); e++) {
    json_object *entry = json_object_array_get_idx(entries, e), *names = member(entry, "names");
    json_object *number = member(entry, "errnoRet");
    struct rule made = {0};
    made.action = action_of(json_object_get_string(member(entry, "action")), number ? (uint32_t)json_object_get_int(number) : 1);
    read_compares(&made, member(entry, "args"));
    for (size_t n = 0; n < json_object_array_length(names); n++) {
      made.number = seccomp_syscall_resolve_name(json_object_get_string(json_object_array_get_idx(names, n)));
      if (made.number == __NR_SCMP_ERROR || made.action == SCMP_ACT_ERRNO(1)) continue;
      struct rule *more = realloc(rules, (rule_count + 1) * sizeof *rules);
      if (!more) return 1;
      rules = more;
      rules[rule_count++] = made;
    }
  }
  json_object_put(root);
  return 0;
}

static size_t build_with_libseccomp(int optimize, int fd) {
  scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(1));
  if (!ctx) return 0;
  seccomp_arch_add(ctx, SCMP_ARCH_X86);
  seccomp_arch_add(ctx, SCMP_ARCH_X32);
  if (optimize) seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (size_t i = 0; i < rule_count; i++)
    seccomp_rule_add_array(ctx, rules[i].action, rules[i].number, rules[i].count, rules[i].compares);
  lseek(fd, 0, SEEK_SET);
  int status = seccomp_export_bpf(ctx, fd);
  size_t size = status ? 0 : (size_t)lseek(fd, 0, SEEK_CUR);
  seccomp_release(ctx);
  return size / sizeof(struct insn);
}

static int export_fd = -1;

static size_t keep_export(int optimize, struct insn *program) {
  size_t count = build_with_libseccomp(optimize, export_fd);
  return pread(export_fd, program, count * sizeof *program, 0) == (ssize_t)(count * sizeof *program) ? count : 0;
}

static ctsec_filter *parse_resolve_compile(void) {
  ctsec_profile *profile;
  ctsec_policy *resolved;
  ctsec_filter *filter = NULL;
  if (ctsec_profile_parse(profile_text, profile_length, NULL, &profile, NULL)) return NULL;
  if (!ctsec_profile_resolve(profile, NULL, &resolved, NULL)) {
    if (ctsec_policy_compile(resolved, &filter, NULL)) filter = NULL;
    ctsec_policy_free(resolved);
  }
  ctsec_profile_free(profile);
  return filter;
}

/* Size, and instructions for each allowed x86-64 call. */
static void describe(const char *name, const struct insn *program, size_t count) {
  size_t steps = 0, allowed = 0;
  for (int32_t nr = 0; nr < 512; nr++) {
    const struct data data = {.nr = nr, .arch = AUDIT_X86_64};
    size_t taken = 0;
    char *known = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, nr);
    if (known && interpret(program, &data, &taken) == RET_ALLOW) {
      steps += taken;
      allowed++;
    }
    free(known);
  }
  printf("  %-32s %5zu instructions, %6.2f executed for each of %zu allowed x86-64 calls\n", name, count,
         (double)steps / (double)allowed, allowed);
}

static int prepare(void) {
  if (policy) return 0;
  ctsec_profile *profile;
  char *encoded;
  size_t length;
  ctsec_filter *filter;
  uint8_t *bytes;
  profile_text = bench_read("tests/data/profiles/docker.json", &profile_length);
  if (!profile_text) return 1;
  export_fd = memfd_create("filter", MFD_CLOEXEC);
  if (ctsec_profile_parse(profile_text, profile_length, NULL, &profile, NULL)) return 1;
  if (ctsec_profile_resolve(profile, NULL, &policy, NULL)) return 1;
  if (ctsec_profile_encode(profile, NULL, &encoded, &length, NULL) || read_rules(encoded)) return 1;
  ctsec_free(encoded);
  ctsec_profile_free(profile);
  if (ctsec_policy_compile(policy, &filter, NULL) || ctsec_filter_encode(filter, &bytes, &length, NULL)) return 1;
  memcpy(own, bytes, length);
  own_count = length / sizeof *own;
  ctsec_free(bytes);
  ctsec_filter_free(filter);
  tree_count = keep_export(1, tree);
  linear_count = keep_export(0, linear);
  if (!tree_count || !linear_count) return 1;
  uint64_t state = 1;
  for (int i = 0; i < CALLS; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    arch[i] = AUDIT_X86_64;
    numbers[i] = (int32_t)((state >> 33) % 450);
  }
  describe("ours", own, own_count);
  describe("libseccomp, tree", tree, tree_count);
  describe("libseccomp, linear", linear, linear_count);
  return 0;
}

static void batch(void) {
  ctsec_policy_simulate_batch(policy, CALLS, arch, numbers, args, actions, NULL);
  bench_sink += actions[CALLS - 1];
}

static void interpret_all(const struct insn *program) {
  struct data data = {0};
  for (int i = 0; i < CALLS; i++) {
    data.nr = numbers[i];
    data.arch = arch[i];
    memcpy(data.args, args + 6 * i, sizeof data.args);
    actions[i] = interpret(program, &data, NULL);
  }
  bench_sink += actions[CALLS - 1];
}

static void interpret_tree(void) { interpret_all(tree); }
static void interpret_linear(void) { interpret_all(linear); }

static void ours_to_filter(void) {
  ctsec_filter *filter = parse_resolve_compile();
  bench_sink += ctsec_filter_count(filter);
  ctsec_filter_free(filter);
}

static void compile_only(void) {
  ctsec_filter *filter = NULL;
  if (ctsec_policy_compile(policy, &filter, NULL)) return;
  bench_sink += ctsec_filter_count(filter);
  ctsec_filter_free(filter);
}

static ctsec_profile *now, *before;
static ctsec_policy *now_resolved, *before_resolved;

static int prepare_pair(void) {
  if (prepare()) return 1;
  if (now) return 0;
  return ctsec_profile_find("docker", &now, NULL) || ctsec_profile_find("docker@20.10", &before, NULL) ||
         ctsec_profile_resolve(now, NULL, &now_resolved, NULL) ||
         ctsec_profile_resolve(before, NULL, &before_resolved, NULL);
}

static void diff_only(void) {
  ctsec_diff *diff = NULL;
  if (ctsec_policy_diff(before_resolved, now_resolved, NULL, &diff, NULL)) return;
  bench_sink += ctsec_diff_count(diff);
  ctsec_diff_free(diff);
}

static void lint_only(void) {
  ctsec_lint *lint = NULL;
  if (ctsec_profile_lint(now, NULL, &lint, NULL)) return;
  bench_sink += ctsec_lint_count(lint, 0);
  ctsec_lint_free(lint);
}

static void theirs_tree(void) { bench_sink += build_with_libseccomp(1, export_fd); }
static void theirs_linear(void) { bench_sink += build_with_libseccomp(0, export_fd); }

const bench_row bench_seccomp[] = {
    {"seccomp: 4096 decisions, batch", "plain machine, libseccomp's tree", 5, prepare, batch, interpret_tree},
    {"seccomp: 4096 decisions, batch", "plain machine, libseccomp linear", 75, prepare, batch, interpret_linear},
    {"seccomp: parse, resolve, compile", "libseccomp rules, tree, export", 10, prepare, ours_to_filter, theirs_tree},
    {"seccomp: parse, resolve, compile", "libseccomp rules, linear, export", 0, prepare, ours_to_filter, theirs_linear},
    {"seccomp: compile and prove", "libseccomp rules, tree, export", 10, prepare, compile_only, theirs_tree},
    {"seccomp: diff of Docker's defaults", "one libseccomp build, tree", 5, prepare_pair, diff_only, theirs_tree},
    {"seccomp: lint of Docker's default", "one libseccomp build, tree", 5, prepare_pair, lint_only, theirs_tree},
    {NULL, NULL, 0, NULL, NULL, NULL}};
