/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The model of what a runtime loads against libseccomp itself, which is told
 * the same rules in the same order as crun tells it. Profiles of which the
 * model claims nothing are not handed over: they may loop.
 */
#include <ctsec/ctsec.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "seccomp/bpf.h"
#include "seccomp/libseccomp.h"
#include "seccomp/loaded.h"
#include "support/support.h"

static uint64_t state;
static char *current;

/* libseccomp can loop for ever; then what made it do so is worth more than the end of the test. */
static void too_long(int signal) {
  (void)signal;
  ssize_t ignored = write(1, current, strlen(current));
  (void)ignored;
  _exit(1);
}

static uint32_t roll(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)((state >> 11) % below);
}

static const char *const names[] = {"socket", "bind", "accept", "sendto", "read", "personality", "semop", "shmget",
                                    "clone", "socketcall", "ipc", "chown32"};
#define NAMES (sizeof names / sizeof *names)
static const char *const ops[] = {"EQ", "MASKED_EQ", "EQ", "MASKED_EQ", "NE", "LT", "LE", "GE", "GT"};
static const char *const actions[] = {"SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRAP"};

static const char *const many[] = {
    "open",  "close",  "stat",  "fstat",  "lstat",  "poll",   "lseek",  "mmap",   "mprotect", "munmap", "brk",   "ioctl",
    "pipe",  "select", "dup",   "dup2",   "pause",  "getpid", "fork",   "vfork",  "execve",   "exit",   "wait4", "kill",
    "uname", "fcntl",  "flock", "fsync",  "chdir",  "rename", "mkdir",  "rmdir",  "link",     "unlink", "chmod", "umask"};

static uint64_t value(void) {
  static const uint64_t some[] = {0, 1, 2, 3, 5, 38, 0xffffffff, UINT64_C(1) << 32, (UINT64_C(1) << 32) + 2};
  return some[roll(roll(4) ? 6 : 9)];
}

/* The shape of Podman's rules for socket, in its order and the other. */
static char *make_triple(void) {
  char *text = malloc(4096), *at = text;
  unsigned i = roll(6), j = (i + 1 + roll(5)) % 6, first = 0, step = 1 + roll(2);
  unsigned long long x = value() & 0xffffffff, y = value() & 0xffffffff;
  const char *name = roll(2) ? "socket" : "personality", *both = roll(2) ? "SCMP_ACT_TRAP" : "SCMP_ACT_LOG";
  at += sprintf(at, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\","
                    "\"SCMP_ARCH_X32\"],\"syscalls\":[{\"names\":[\"clone\",\"socketcall\"],\"action\":\"SCMP_ACT_ALLOW\"}");
  /* Podman repeats one of them. */
  for (unsigned n = 0, most = 3 + roll(2); n < most; n++) {
    unsigned which = n == 3 ? 1 + roll(2) : (first + n * step) % 3;
    at += sprintf(at, ",{\"names\":[\"%s\"],\"action\":\"%s\",\"args\":[", name, which ? "SCMP_ACT_ALLOW" : both);
    if (which != 2)
      at += sprintf(at, "{\"index\":%u,\"op\":\"SCMP_CMP_%s\",\"value\":%llu}", i, which ? "NE" : "EQ", x);
    if (which != 1)
      at += sprintf(at, "%s{\"index\":%u,\"op\":\"SCMP_CMP_%s\",\"value\":%llu}", which ? "" : ",", j, which ? "NE" : "EQ", y);
    at += sprintf(at, "]}");
  }
  strcpy(at, "]}");
  return text;
}

static char *make_profile(void) {
  if (!roll(5)) return make_triple();
  char *text = malloc(65536), *at = text;
  unsigned kinds = roll(3) ? 4 : 9, several = roll(2) ? 1 : 3;
  at += sprintf(at, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\""
                    "%s],\"syscalls\":[", roll(2) ? ",\"SCMP_ARCH_X32\"" : "");
  unsigned entries = 1 + roll(10);
  for (unsigned e = 0; e < entries; e++) {
    at += sprintf(at, "%s{\"names\":[\"%s\"],\"action\":\"%s\",\"args\":[", e ? "," : "", names[roll(NAMES)],
                  actions[roll(several)]);
    unsigned conditions = roll(3);
    for (unsigned c = 0; c < conditions; c++)
      at += sprintf(at, "%s{\"index\":%u,\"op\":\"SCMP_CMP_%s\",\"value\":%llu,\"valueTwo\":%llu}", c ? "," : "",
                    roll(3), ops[roll(kinds)], (unsigned long long)value(), (unsigned long long)value());
    at += sprintf(at, "]}");
  }
  /* From 33 names on, runc asks for a tree. */
  if (!roll(3)) {
    at += sprintf(at, ",{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[");
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) at += sprintf(at, "%s\"%s\"", i ? "," : "", many[i]);
    at += sprintf(at, "]}");
  }
  strcpy(at, "]}");
  return text;
}

static uint32_t action_of(uint32_t action) {
  uint32_t kind = action & CT_RET_ACTION, data = action & CT_RET_DATA;
  switch (kind) {
    case CT_RET_ALLOW: return SCMP_ACT_ALLOW;
    case CT_RET_LOG: return SCMP_ACT_LOG;
    case CT_RET_TRAP: return SCMP_ACT_TRAP;
    case CT_RET_ERRNO: return SCMP_ACT_ERRNO(data);
    default: return SCMP_ACT_KILL;
  }
}

static int add_rule(scmp_filter_ctx context, uint32_t action, int number, const ct_condition *conditions,
                    uint32_t count) {
  struct scmp_arg_cmp args[8];
  for (uint32_t i = 0; i < count; i++)
    args[i] = (struct scmp_arg_cmp){conditions[i].index, (enum scmp_compare)conditions[i].op, conditions[i].value,
                                    conditions[i].value_two};
  return seccomp_rule_add_array(context, action_of(action), number, count, args);
}

static int repeats(const ct_profile_entry *entry) {
  for (uint32_t i = 0; i < entry->condition_count; i++)
    for (uint32_t j = 0; j < i; j++)
      if (entry->conditions[i].index == entry->conditions[j].index) return 1;
  return 0;
}

/* 0, or what libseccomp answered. */
static int hand_over(scmp_filter_ctx context, const ct_resolved *resolved) {
  /* The model's host is x86-64, wherever this runs. */
  int status = seccomp_arch_remove(context, SCMP_ARCH_NATIVE);
  if (!status) status = seccomp_arch_add(context, SCMP_ARCH_X86_64);
  for (uint32_t a = 0; a < resolved->abi_count && !status; a++) {
    const ct_abi *abi = &resolved->abis[a]->abi;
    if (abi->audit == CT_AUDIT_X86_64 && !abi->x32) continue;
    status = seccomp_arch_add(context, abi->x32 ? SCMP_ARCH_X32 : SCMP_ARCH_X86);
  }
  for (uint32_t i = 0; i < resolved->profile->entry_count && !status; i++) {
    const ct_resolved_entry *entry = &resolved->entries[i];
    if (entry->action == resolved->default_action) continue;
    for (uint32_t n = 0; n < entry->entry->names.count && !status; n++) {
      int number = seccomp_syscall_resolve_name(entry->entry->names.items[n].text);
      if (number == __NR_SCMP_ERROR) continue;
      if (!repeats(entry->entry))
        status = add_rule(context, entry->action, number, entry->entry->conditions, entry->entry->condition_count);
      else
        for (uint32_t c = 0; c < entry->entry->condition_count && !status; c++)
          status = add_rule(context, entry->action, number, &entry->entry->conditions[c], 1);
    }
  }
  return status;
}

static int claims(const ct_loaded *loaded) {
  for (uint32_t t = 0; t < loaded->table_count; t++)
    if (loaded->tables[t].unloaded) return 0;
  for (uint32_t t = 0; t < loaded->table_count; t++)
    for (uint32_t g = 0; g < loaded->tables[t].count; g++)
      if (loaded->tables[t].groups[g].shape == CT_SHAPE_UNDETERMINED) return 0;
  return 1;
}

static void compare(const char *text, const ct_loaded *loaded, const ct_insn *program) {
  static const char *const arches[] = {"x86_64", "x86", "x32"};
  for (unsigned i = 0; i < 400; i++) {
    uint32_t audit, unknown;
    int32_t nr;
    uint64_t args[6];
    const char *arch = arches[roll(3)];
    if (ctsec_call_parse(arch, names[roll(NAMES)], NULL, 0, &audit, &nr, args, &unknown, NULL)) continue;
    for (int a = 0; a < 6; a++) args[a] = roll(3) ? value() : roll(8);
    ct_data data;
    ct_data_make(&data, 0, audit, (uint32_t)nr, 0, args);
    uint32_t real = ct_bpf_run(program, &data, NULL, NULL);
    ct_loaded_decision ours;
    ct_loaded_decide(loaded, audit, (uint32_t)nr, args, &ours);
    ck_assert_msg(ours.action == real, "%s\n%s %d (%llx, %llx, %llx): libseccomp %08x, model %08x (%s)", text, arch, nr,
                  (unsigned long long)args[0], (unsigned long long)args[1], (unsigned long long)args[2], real,
                  ours.action, ct_loaded_why_name(ours.why));
  }
}

START_TEST(random_profiles) {
  ct_test_libseccomp_start();
  signal(SIGALRM, too_long);
  const char *seed = getenv("CTSEC_SEED");
  state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
  printf("CTSEC_SEED=%llu\n", (unsigned long long)state);
  state = state * 2654435761u + 88172645463325252u;
  const struct scmp_version *version = seccomp_version();
  ct_version libseccomp = {1, version->major, version->minor, version->micro};
  const char *count = getenv("CTSEC_PROFILES");
  static ct_insn program[CT_BPF_MOST];
  unsigned compared = 0, refused = 0, left = 0;
  for (unsigned n = count ? (unsigned)strtoul(count, NULL, 10) : 1500; n; n--) {
    char *text = current = make_profile();
    alarm(10);
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_profile *profile = NULL;
    ct_resolved *resolved = NULL;
    ct_loaded *loaded = NULL;
    ck_assert_int_eq(ct_profile_parse(&arena, text, strlen(text), NULL, &profile, NULL), 0);
    ck_assert_int_eq(ct_resolve(&arena, profile, NULL, &resolved, NULL), 0);
    ct_loaded_kind kind = roll(2) ? CT_LOADED_RUNC : CT_LOADED_CRUN;
    ck_assert_int_eq(ct_loaded_build(&arena, resolved, &(ct_loader){.kind = kind, .libseccomp = libseccomp}, &loaded, NULL), 0);
    /* What runc puts before the filter is no part of libseccomp's. */
    loaded->stub = 0;
    if (claims(loaded)) {
      scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(1));
      ck_assert_ptr_nonnull(context);
      if (kind == CT_LOADED_RUNC && profile->rule_count > 32)
        ck_assert_int_eq(seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2), 0);
      int status = hand_over(context, resolved);
      if (loaded->refused) {
        ck_assert_msg(status < 0, "%s\nthe model says: %s", text, loaded->refused);
        refused++;
      } else {
        ck_assert_msg(status == 0, "%s\nlibseccomp answered %d", text, status);
        ct_test_libseccomp_export(context, program);
        compare(text, loaded, program);
        compared++;
      }
      seccomp_release(context);
    } else {
      left++;
    }
    ct_arena_free(&arena);
    free(text);
  }
  printf("%u compared, %u refused by both, %u without a claim\n", compared, refused, left);
  ck_assert_uint_gt(compared, 100);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("seccomp/loaded-libseccomp");
  TCase *tests = tcase_create("libseccomp");
  tcase_set_timeout(tests, 300);
  tcase_add_test(tests, random_profiles);
  suite_add_tcase(suite, tests);
  return ct_test_run(suite) ? EXIT_FAILURE : EXIT_SUCCESS;
}
