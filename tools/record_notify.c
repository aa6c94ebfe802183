/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Watching through seccomp notifications: each call waits for one answer, "go on", and nothing else of it changes. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

/* Newer than the headers of Debian 12 (Linux 5.19 and 6.6). */
#define WAIT_KILLABLE_RECV (1u << 5)
#define NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
#define NOTIF_SYNC_WAKE_UP 1u

int record_load(const ctsec_filter *filter, unsigned flags) {
  uint8_t *bytes = NULL;
  size_t length = 0;
  if (ctsec_filter_encode(filter, &bytes, &length, NULL)) return -ENOMEM;
  struct sock_fprog program = {(unsigned short)(length / sizeof(struct sock_filter)), (struct sock_filter *)(void *)bytes};
  /* The command's speculation stays as it was. */
  flags |= SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  for (int privileged = 1;; privileged = 0) {
    long got = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    /* Nothing may be called any more that waits for an answer: not even free(). */
    if (got >= 0) return (int)got;
    if (errno == EINVAL && flags & WAIT_KILLABLE_RECV) {
      flags &= ~WAIT_KILLABLE_RECV;
      privileged = 1;
      continue;
    }
    /* Without CAP_SYS_ADMIN only a process that can gain no privilege may filter itself. */
    if (errno != EACCES || !privileged || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -errno;
  }
}

/* The command's process shares the table of files until it executes, so that the listener is here too. */
static pid_t start(record *r, const ctsec_filter *filter) {
#ifdef __s390__
  long pid = syscall(SYS_clone, 0, CLONE_FILES | SIGCHLD, 0, 0, 0);
#else
  long pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
#endif
  if (pid) return (pid_t)pid;
  int listener = record_load(filter, SECCOMP_FILTER_FLAG_NEW_LISTENER | WAIT_KILLABLE_RECV);
  r->shared->listener = listener < 0 ? listener : listener + 1;
  if (listener < 0) _exit(0);
  _exit(record_execute(r));
}

static int is_execve(uint32_t audit, int32_t nr) {
  int32_t arch = 0;
  if (ctsec_arch_find_audit(audit, (uint32_t)nr, &arch, NULL)) return 0;
  const char *name = ctsec_syscall_name(arch, (uint32_t)nr);
  return name && !strncmp(name, "execve", 6);
}

/* The ioctl of musl takes an int, which these numbers are beyond. */
static long notified(int listener, unsigned long request, void *about) { return syscall(SYS_ioctl, listener, request, about); }

int record_answer(record *r, int listener) {
  struct seccomp_notif request;
  memset(&request, 0, sizeof request);
  if (notified(listener, SECCOMP_IOCTL_NOTIF_RECV, &request)) return errno;
  uint64_t id = 0, args[6] = {0}, address = 0;
  uint32_t pid = 0, audit = 0;
  int32_t nr = 0;
  size_t wanted = 0;
  ctsec_notification_decode((const uint8_t *)&request, sizeof request, &id, &pid, &audit, &nr, args, NULL);
  struct seccomp_notif_resp answer = {.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  ctsec_recorder_find(r->recorder, audit, nr, args, &address, &wanted, NULL);
  /* Its memory is only read while it waits. */
  if (!wanted) notified(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  if (r->waiting && is_execve(audit, nr)) r->waiting = 0;
  if (!r->failed && !r->waiting) r->failed = record_call(r, (pid_t)pid, audit, nr, args);
  if (wanted) notified(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  if (!r->failed) r->failed = record_write(r);
  return 0;
}

static void look(record *r) {
  int status = 0;
  if (!r->ended && waitpid(r->main, &status, WNOHANG) == r->main) {
    r->ended = 1;
    r->status = status;
    /* The number of a process that is gone may be another's. */
    record_forward(0);
  }
}

static void serve(record *r, int listener) {
  /* Wakes this process now and then, for what no call tells: that the last process ended. */
  struct itimerval timer = {{0, 200000}, {0, 200000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  for (;;) {
    int number = record_answer(r, listener);
    if (record_child_changed()) look(r);
    if (!number) continue;
    struct pollfd gone = {listener, POLLIN, 0};
    if (poll(&gone, 1, 0) == 1 && gone.revents & (POLLHUP | POLLERR | POLLNVAL)) break;
    if (number != EINTR && number != ENOENT) {
      r->failed = cli_complain(r->cli, "notifications: %s", strerror(number));
      break;
    }
  }
  timer = (struct itimerval){{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

int record_notify(record *r) {
  ctsec_filter *filter = record_filter(r, SECCOMP_RET_USER_NOTIF);
  if (!filter) return CLI_BAD;
  memset(r->shared, 0, sizeof *r->shared);
  pid_t pid = start(r, filter);
  ctsec_filter_free(filter);
  if (pid < 0) return cli_complain(r->cli, "cannot start a process: %s", strerror(errno));
  r->main = pid;
  int status = 0;
  while (!r->shared->listener) {
    if (waitpid(pid, &status, WNOHANG) == pid) return RECORD_UNAVAILABLE;
    struct timespec moment = {0, 50000};
    nanosleep(&moment, NULL);
  }
  if (r->shared->listener < 0) {
    waitpid(pid, &status, 0);
    return RECORD_UNAVAILABLE;
  }
  int listener = r->shared->listener - 1;
  record_forward(pid);
  ioctl(listener, NOTIF_SET_FLAGS, (uint64_t)NOTIF_SYNC_WAKE_UP);
  serve(r, listener);
  close(listener);
  while (!r->ended) {
    if (waitpid(pid, &status, 0) == pid)
      r->status = status, r->ended = 1;
    else if (errno != EINTR)
      break;
  }
  return r->failed ? CLI_BAD : 0;
}
