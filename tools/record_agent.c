/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The agent of an OCI runtime: it sends the listener of a container to a socket (listenerPath). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "record.h"

#define LISTENERS 64
/* The state of a container, as runtimes send it. */
#define STATE_MOST 65536

static volatile sig_atomic_t stop;

static void end(int number) {
  (void)number;
  stop = 1;
}

static int open_socket(record *r, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct stat st;
  if (strlen(path) >= sizeof address.sun_path) return cli_complain(r->cli, "%s: too long for a socket", path), -1;
  strcpy(address.sun_path, path);
  if (!lstat(path, &st) && S_ISSOCK(st.st_mode)) unlink(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mode_t mask = umask(0177);
  int failed = fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 16);
  int number = errno;
  umask(mask);
  if (!failed) return fd;
  if (fd >= 0) close(fd);
  cli_complain(r->cli, "%s: %s", path, strerror(number));
  return -1;
}

/* The first descriptor of the message; -1 where there is none. */
static int take_listener(int connection) {
  char *state = malloc(STATE_MOST);
  int found = -1;
  for (int first = 1; state;) {
    union {
      struct cmsghdr align;
      char bytes[CMSG_SPACE(16 * sizeof(int))];
    } control;
    struct iovec part = {state, STATE_MOST};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EINTR && !stop) continue;
    if (n <= 0) break;
    for (struct cmsghdr *part_of = CMSG_FIRSTHDR(&message); part_of; part_of = CMSG_NXTHDR(&message, part_of)) {
      if (part_of->cmsg_level != SOL_SOCKET || part_of->cmsg_type != SCM_RIGHTS) continue;
      size_t count = (part_of->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < count; i++) {
        int fd = -1;
        memcpy(&fd, CMSG_DATA(part_of) + i * sizeof fd, sizeof fd);
        if (found < 0)
          found = fd;
        else
          close(fd);
      }
    }
    /* The state itself is not needed; the first piece carries the descriptor. */
    if (found >= 0 || !first) break;
    first = 0;
  }
  free(state);
  return found;
}

int record_agent(record *r, const char *path) {
  int door = open_socket(r, path);
  if (door < 0) return CLI_BAD;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = end;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  struct pollfd waits[LISTENERS + 1] = {{door, POLLIN, 0}};
  /* Until the program is executed the calls are the runtime's own. */
  int waiting[LISTENERS + 1] = {0};
  nfds_t count = 1;
  int seen = 0, status = 0;
  while (!stop && !r->failed && (count > 1 || !seen)) {
    if (poll(waits, count, -1) < 0) {
      if (errno == EINTR) continue;
      status = cli_complain(r->cli, "%s: %s", path, strerror(errno));
      break;
    }
    for (nfds_t i = count; i-- > 1;) {
      int gone = waits[i].revents && !(waits[i].revents & POLLIN);
      if (waits[i].revents & POLLIN) {
        r->waiting = waiting[i];
        int number = record_answer(r, waits[i].fd);
        waiting[i] = r->waiting;
        gone = number && number != EINTR && number != ENOENT;
        if (gone) cli_complain(r->cli, "%s: no listener: %s", path, strerror(number));
      }
      if (gone) {
        close(waits[i].fd);
        waits[i] = waits[--count];
        waiting[i] = waiting[count];
      }
    }
    if (!(waits[0].revents & POLLIN)) continue;
    int connection = accept4(door, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0) continue;
    int listener = take_listener(connection);
    close(connection);
    if (listener < 0) {
      cli_complain(r->cli, "%s: a message without a listener", path);
    } else if (count == LISTENERS + 1) {
      cli_complain(r->cli, "%s: more than %d processes at a time", path, LISTENERS);
      close(listener);
    } else {
      seen = 1;
      waiting[count] = 1;
      waits[count++] = (struct pollfd){listener, POLLIN, 0};
    }
  }
  for (nfds_t i = 1; i < count; i++) close(waits[i].fd);
  close(door);
  unlink(path);
  return r->failed ? CLI_BAD : status;
}
