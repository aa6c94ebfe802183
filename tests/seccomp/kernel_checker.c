/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our checker takes exactly what the running kernel's takes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "seccomp/bpf.h"
#include "seccomp/make.h"

#define SKIP 77
/* Filters stay with the process that loaded them: it ends before they are many. */
#define ACCEPTED 60

struct program_header {
  unsigned short length;
  const ct_insn *filter;
};

typedef struct board {
  ct_random random;
  unsigned long codes;
  long tried;
  long accepted;
  int wrong;
} board;

static board *shared;

/* The kernel's answer. What is tried stands behind a test that never holds, so that it is checked and never runs. */
static int tried(const ct_insn *insns, uint32_t count, int *loaded) {
  ct_insn program[32] = {{CT_BPF_LD | CT_BPF_ABS, 0, 0, CT_DATA_ARCH}, {CT_BPF_JMP | CT_BPF_JEQ, 0, 0, 0}};
  memcpy(program + 2, insns, count * sizeof *insns);
  program[1].jf = (uint8_t)count;
  program[count + 2] = (ct_insn){CT_BPF_RET | CT_BPF_K, 0, 0, CT_RET_ALLOW};
  const struct program_header header = {(unsigned short)(count + 3), program};
  size_t index;
  int ours = !ct_bpf_check(program, count + 3, &index);
  int theirs = !prctl(PR_SET_SECCOMP, 2, &header);
  if (!theirs && errno != EINVAL) _exit(SKIP);
  shared->tried++;
  shared->accepted += theirs;
  *loaded += theirs;
  if (ours == theirs) return 0;
  shared->wrong++;
  fprintf(stderr, "WRONG: the kernel %s, we do not:", theirs ? "takes it" : "refuses it");
  for (uint32_t i = 0; i < count; i++)
    fprintf(stderr, " {0x%x, %u, %u, 0x%x}", insns[i].code, insns[i].jt, insns[i].jf, insns[i].k);
  fprintf(stderr, "\n");
  return 1;
}

static void random_program(ct_insn *insns, uint32_t count) {
  static const uint16_t codes[] = {0x20, 0x00, 0x01, 0x60, 0x61, 0x80, 0x02, 0x03, 0x04, 0x34, 0x64,
                                   0x74, 0x05, 0x15, 0x2d, 0x45, 0x06, 0x16, 0x07, 0x87, 0x28, 0x30};
  ct_random *random = &shared->random;
  for (uint32_t i = 0; i < count; i++) {
    insns[i].code = codes[ct_random_below(random, sizeof codes / sizeof *codes)];
    if (!ct_random_below(random, 30)) insns[i].code = (uint16_t)ct_random_below(random, 0x100);
    insns[i].jt = (uint8_t)ct_random_below(random, 5);
    insns[i].jf = (uint8_t)ct_random_below(random, 5);
    insns[i].k = ct_random_below(random, 3) ? ct_random_below(random, 4) * 4 : ct_random_below(random, 70);
  }
}

/* Every opcode is tried, however slow the machine; random programs only as long as time is left. */
static int goes_on(time_t until) { return (shared->codes < 0x10000u * 11 || time(NULL) < until) && !shared->wrong; }

__attribute__((noreturn)) static void child(time_t until) {
  static const uint32_t constants[] = {0, 1, 4, 15, 16, 31, 32, 60, 64, UINT32_MAX, 0xfffff000u};
  int loaded = 0;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(SKIP);
  while (loaded < ACCEPTED && goes_on(until)) {
    if (shared->codes < 0x10000u * 11) {
      const ct_insn insn = {(uint16_t)(shared->codes / 11), 0, 0, constants[shared->codes % 11]};
      shared->codes++;
      tried(&insn, 1, &loaded);
      continue;
    }
    ct_insn insns[12];
    uint32_t count = 1 + ct_random_below(&shared->random, 11);
    random_program(insns, count);
    tried(insns, count, &loaded);
  }
  _exit(0);
}

int main(void) {
  const char *given = getenv("CTSEC_SEED");
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  shared->random.state = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
  printf("CTSEC_SEED=%llu\n", (unsigned long long)shared->random.state);
  fflush(stdout);
  time_t until = time(NULL) + 5;
  while (goes_on(until)) {
    int status;
    pid_t pid = fork();
    if (pid < 0) return 1;
    if (!pid) child(until);
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return 1;
    if (WEXITSTATUS(status) == SKIP) {
      puts("skipped: seccomp filters cannot be loaded here");
      return SKIP;
    }
  }
  printf("%ld filters, of which the kernel took %ld, %d wrong\n", shared->tried, shared->accepted, shared->wrong);
  return shared->wrong != 0;
}
