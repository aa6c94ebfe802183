/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel as judge: kernel-judge [PAIRS [SEED]]
 *
 * A child loads two filters. The first answers TRACE for every call, so that
 * nothing it tries ever happens: the tracer sees the call and cancels it. The
 * second is the filter under test with every return rewritten to TRACE and
 * the index of its action, so that the kernel tells by its event message what
 * it decided. A smaller run loads filters as they are. Needs no privilege.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "seccomp/compile.h"
#include "seccomp/make.h"

#define SKIP 77

#if !defined(__x86_64__) || !defined(__linux__)
int main(void) {
  puts("skipped: only x86-64 is tried against the kernel");
  return SKIP;
}
#else

#define CALLS 64
#define WATCH 0xfffeu
#define LOADING (-1)

typedef struct call {
  uint32_t audit;
  uint32_t number;
  uint64_t args[6];
  uint32_t expected;
  /* What the child saw, where the call came back. */
  int64_t returned;
} call;

typedef struct board {
  volatile int at;
  volatile int failed;
  int count;
  call calls[CALLS];
} board;

struct program_header {
  unsigned short length;
  const ct_insn *filter;
};

static board *shared;

static int64_t call_64(const call *c) {
  int64_t result;
  register uint64_t r10 __asm__("r10") = c->args[3];
  register uint64_t r8 __asm__("r8") = c->args[4];
  register uint64_t r9 __asm__("r9") = c->args[5];
  __asm__ volatile("syscall"
                   : "=a"(result), "+r"(r10), "+r"(r8), "+r"(r9)
                   : "a"((uint64_t)c->number), "D"(c->args[0]), "S"(c->args[1]), "d"(c->args[2])
                   : "rcx", "r11", "memory");
  return result;
}

/* All 64 bits of each register are set: what the filter sees of them is the question. */
static int64_t call_32(const call *c) {
  int64_t result;
  __asm__ volatile(
      "push %%rbx\n\tpush %%rbp\n\t"
      "mov %[c], %%r12\n\t"
      "mov 0(%%r12), %%rbx\n\tmov 8(%%r12), %%rcx\n\tmov 16(%%r12), %%rdx\n\t"
      "mov 24(%%r12), %%rsi\n\tmov 32(%%r12), %%rdi\n\tmov 40(%%r12), %%rbp\n\t"
      "int $0x80\n\t"
      "pop %%rbp\n\tpop %%rbx\n\t"
      : "=a"(result)
      : "a"((uint64_t)c->number), [c] "r"(c->args)
      : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "memory", "cc");
  return result;
}

static int load(const ct_insn *program, uint32_t count) {
  const struct program_header header = {(unsigned short)count, program};
  return prctl(PR_SET_SECCOMP, 2, &header);
}

__attribute__((noreturn)) static void child(const ct_program *program) {
  static const ct_insn watch[] = {{CT_BPF_RET | CT_BPF_K, 0, 0, CT_RET_TRACE | WATCH}};
  if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(SKIP);
  raise(SIGSTOP);
  shared->failed = 1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || load(watch, 1)) _exit(SKIP);
  shared->failed = load(program->insns, program->count) ? 2 : 0;
  for (int i = 0; i < shared->count; i++) {
    shared->at = i;
    call *c = &shared->calls[i];
    c->returned = c->audit == CT_AUDIT_X86_64 ? call_64(c) : call_32(c);
  }
  shared->at = shared->count;
  /* No system call: the filter might let it return, or not. */
  __builtin_trap();
}

/* Starts a child that waits in its first stop; 0, or the reason to skip. */
static const char *start(const ct_program *program, pid_t *pid) {
  int status;
  shared->at = LOADING;
  shared->failed = 0;
  *pid = fork();
  if (*pid < 0) return "cannot fork";
  if (!*pid) child(program);
  if (waitpid(*pid, &status, 0) != *pid || !WIFSTOPPED(status)) return "ptrace is forbidden here";
  if (ptrace(PTRACE_SETOPTIONS, *pid, 0, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL)) return "ptrace has no such option";
  return NULL;
}

static void end(pid_t pid) {
  kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) == pid) {
  }
}

static int is_event(int status) { return WIFSTOPPED(status) && status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8); }

static void cancel(pid_t pid) {
  ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L);
}

static uint32_t actions[4096];
static uint32_t action_count;

static void rewrite(ct_program *program) {
  action_count = 0;
  for (uint32_t i = 0; i < program->count; i++) {
    ct_insn *insn = &program->insns[i];
    if (insn->code != (CT_BPF_RET | CT_BPF_K)) continue;
    uint32_t known = 0;
    while (known < action_count && actions[known] != insn->k) known++;
    if (known == action_count) actions[action_count++] = insn->k;
    insn->k = CT_RET_TRACE | known;
  }
}

static int wrong(const call *c, const char *what, unsigned long got) {
  fprintf(stderr, "WRONG: arch %08x number %08x args %llx %llx %llx %llx %llx %llx: policy %08x, %s %08lx\n", c->audit,
          c->number, (unsigned long long)c->args[0], (unsigned long long)c->args[1], (unsigned long long)c->args[2],
          (unsigned long long)c->args[3], (unsigned long long)c->args[4], (unsigned long long)c->args[5], c->expected,
          what, got);
  return 1;
}

/* Every decision of the rewritten filter; calls that gave no event are wrong. */
static int judge_all(pid_t pid, int *judged) {
  int status, seen[CALLS] = {0}, faults = 0;
  ptrace(PTRACE_CONT, pid, 0, 0);
  while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
    long deliver = 0;
    int at = shared->at;
    if (at >= shared->count) {
      for (int i = 0; i < shared->count; i++)
        if (!seen[i]) faults += wrong(&shared->calls[i], "kernel let it by without asking", 0);
      *judged += shared->count;
      end(pid);
      return faults;
    }
    if (is_event(status)) {
      unsigned long message = 0;
      ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
      if (at >= 0) {
        call *c = &shared->calls[at];
        seen[at] = 1;
        if (message >= action_count || actions[message] != c->expected)
          faults += wrong(c, "kernel", message < action_count ? actions[message] : message);
        cancel(pid);
      }
    } else {
      deliver = WSTOPSIG(status);
    }
    ptrace(PTRACE_CONT, pid, 0, deliver);
  }
  fprintf(stderr, "the child died at call %d (status %x, loading %d)\n", shared->at, status, shared->failed);
  return shared->failed == 1 ? -1 : 1;
}

static uint32_t returned(int64_t value) {
  return value < 0 && value >= -4095 ? CT_RET_ERRNO | (uint32_t)-value : CT_RET_ALLOW;
}

/* The filter as it is: what can be told apart of its actions. */
static int judge_plain(pid_t pid, int *judged) {
  int status, faults = 0, event_at = LOADING, checked = 0;
  ptrace(PTRACE_CONT, pid, 0, 0);
  while (waitpid(pid, &status, 0) == pid) {
    int at = shared->at;
    /* Calls that came back without a stop were answered with an errno. */
    for (; checked < at && checked < shared->count; checked++) {
      const call *c = &shared->calls[checked];
      uint32_t kind = c->expected & CT_RET_ACTION;
      if (event_at == checked) continue;
      uint32_t errno_answer = kind == CT_RET_NOTIFY ? CT_RET_ERRNO | ENOSYS : c->expected;
      if (returned(c->returned) != errno_answer || (kind != CT_RET_ERRNO && kind != CT_RET_NOTIFY))
        faults += wrong(c, "kernel returned", (unsigned long)c->returned);
      ++*judged;
    }
    if (WIFSIGNALED(status)) {
      const call *c = &shared->calls[at];
      uint32_t kind = c->expected & CT_RET_ACTION;
      if (at < 0 || at >= shared->count || WTERMSIG(status) != SIGSYS ||
          (kind != CT_RET_KILL_PROCESS && kind != CT_RET_KILL_THREAD))
        faults += wrong(c, "kernel killed with signal", (unsigned long)WTERMSIG(status));
      ++*judged;
      return faults;
    }
    if (!WIFSTOPPED(status)) return shared->failed == 1 ? -1 : 1;
    if (at >= shared->count) {
      end(pid);
      return faults;
    }
    if (at >= 0) {
      const call *c = &shared->calls[at];
      uint32_t kind = c->expected & CT_RET_ACTION;
      event_at = at;
      checked = at;
      ++*judged;
      if (is_event(status)) {
        unsigned long message = 0;
        ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
        int good = kind == CT_RET_TRACE ? message == (c->expected & CT_RET_DATA)
                                        : message == WATCH && (kind == CT_RET_ALLOW || kind == CT_RET_LOG);
        if (!good) faults += wrong(c, "kernel asks with", message);
        cancel(pid);
      } else if (WSTOPSIG(status) == SIGSYS) {
        siginfo_t info = {0};
        ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
        if (kind != CT_RET_TRAP || (uint32_t)info.si_errno != (c->expected & CT_RET_DATA))
          faults += wrong(c, "kernel traps with", (unsigned long)info.si_errno);
      }
    }
    ptrace(PTRACE_CONT, pid, 0, 0);
  }
  return faults;
}

static void make_calls(ct_random *random, const ctsec_policy *policy, const ct_shape *shape, const ct_program *program,
                       int count, int *faults) {
  shared->count = count;
  for (int i = 0; i < count; i++) {
    call *c = &shared->calls[i];
    ct_decision decision;
    ct_data data;
    do {
      ct_test_random_call(random, policy, shape, &c->audit, &c->number, c->args);
      /* Only the ABIs that this machine has; what it runs unfiltered is no question of the filter. */
    } while ((c->audit != CT_AUDIT_X86_64 && c->audit != ct_test_x86.audit) || c->number == 335 || c->number == 336);
    ct_policy_decide(policy, c->audit, c->number, c->args, &decision);
    c->expected = decision.action;
    ct_data_make(&data, 0, c->audit, c->number, 0, c->args);
    uint32_t own = ct_bpf_run(program->insns, &data, NULL, NULL);
    if (own != c->expected) *faults += wrong(c, "own machine", own);
  }
}

static int has_int80(void) {
  int status;
  pid_t pid = fork();
  if (!pid) {
    const call getpid_32 = {0, 20, {0}, 0, 0};
    _exit(call_32(&getpid_32) > 0 ? 0 : 1);
  }
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  long wanted = argc > 1 ? strtol(argv[1], NULL, 0) : 0;
  const char *given = argc > 2 ? argv[2] : getenv("CTSEC_SEED");
  ct_random random = {given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL) * 2654435761u};
  printf("CTSEC_SEED=%llu\n", (unsigned long long)random.state);
  fflush(stdout);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  int narrow = has_int80();
  if (!narrow) puts("int 0x80 is not served here: x86 is left out");
  long pairs[3] = {0}, policies = 0, plain = 0;
  int faults = 0;
  time_t started = time(NULL);
  while (!faults && (wanted ? pairs[0] + pairs[1] + pairs[2] < wanted : time(NULL) - started < 4)) {
    const ct_abi *abis[3];
    uint32_t count = 0;
    uint32_t which = 1 + ct_random_below(&random, 7);
    if (which & 1) abis[count++] = &ct_test_x86_64;
    if (which & 2 && narrow) abis[count++] = &ct_test_x86;
    if (which & 4) abis[count++] = &ct_test_x32;
    if (!count) continue;
    const ct_shape shape = {0, 1 + ct_random_below(&random, 30), ct_random_below(&random, 40), 0};
    ctsec_policy *policy = ct_test_random_policy(&random, &shape, abis, count);
    ct_program program;
    ctsec_error *error = NULL;
    if (ct_policy_compile(policy, &program, &error)) {
      fprintf(stderr, "WRONG: %s\n", ctsec_error_message(error));
      return 1;
    }
    int unmodified = !ct_random_below(&random, 8), judged = 0;
    make_calls(&random, policy, &shape, &program, unmodified ? 16 : CALLS, &faults);
    if (!narrow)
      for (int i = 0; i < shared->count; i++)
        if (shared->calls[i].audit != CT_AUDIT_X86_64) shared->calls[i] = shared->calls[0];
    if (!unmodified) rewrite(&program);
    pid_t pid;
    const char *reason = start(&program, &pid);
    int status = reason ? -1 : unmodified ? judge_plain(pid, &judged) : judge_all(pid, &judged);
    if (status < 0) {
      end(pid);
      printf("skipped: %s\n", reason ? reason : "seccomp filters cannot be loaded here");
      return SKIP;
    }
    faults += status;
    if (status) fprintf(stderr, "policy of %u rules on %u ABIs\n", policy->rule_count, count);
    if (unmodified) {
      plain += judged;
    } else {
      for (int i = 0; i < shared->count; i++) {
        const call *c = &shared->calls[i];
        int x32 = (c->number & CT_X32_BIT) && c->number != UINT32_MAX;
        pairs[c->audit != CT_AUDIT_X86_64 ? 1 : x32 ? 2 : 0]++;
      }
    }
    policies++;
    ct_program_free(&program);
    ctsec_policy_free(policy);
  }
  printf("%ld pairs (%ld x86-64, %ld i386, %ld x32 numbers) and %ld with unmodified filters, %ld policies, %d wrong\n",
         pairs[0] + pairs[1] + pairs[2], pairs[0], pairs[1], pairs[2], plain, policies, faults);
  return faults ? 1 : 0;
}
#endif
