/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tries system calls inside a container and prints what the kernel answers:
 * "call|ok" or "call|EPERM". The call is one that `ctsec why` reads. Each is
 * tried in a process of its own and is harmless where it goes through:
 * arguments are wrong on purpose, or the change ends with the process. Results
 * that arguments alone cause are listed behind the call and count as ok.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ctsec/ctsec.h"

#define CALL(...) syscall(__VA_ARGS__)

static char buffer[8192];

/* A descriptor of a file that root owns. */
static int file(void) { return open("/file", O_RDONLY); }

/* The file stays root's for what follows. */
static long give(long status) {
  int number = errno;
  if (!status) status = chown("/file", 0, 0) ? 0 : 0;
  errno = number;
  return status;
}

static long bind_port(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  return CALL(SYS_bind, fd, &address, sizeof address);
}

static long send_audit(int type) {
  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
  struct {
    struct nlmsghdr header;
    char text[8];
  } message = {{.nlmsg_len = sizeof message, .nlmsg_type = (uint16_t)type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK}, "probe"};
  if (type == AUDIT_GET) message.header.nlmsg_len = NLMSG_LENGTH(0);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  /* The socket itself is another call: this one says nothing then. */
  if (fd < 0) {
    errno = ENOSYS;
    return -1;
  }
  long status = sendto(fd, &message, message.header.nlmsg_len, 0, (struct sockaddr *)&address, sizeof address);
  if (status < 0) return status;
  ssize_t size = recv(fd, buffer, sizeof buffer, 0);
  struct nlmsghdr *answer = (struct nlmsghdr *)buffer;
  if (size <= 0) return -1;
  if (answer->nlmsg_type != NLMSG_ERROR) return 0;
  errno = -((struct nlmsgerr *)NLMSG_DATA(answer))->error;
  return errno ? -1 : 0;
}

static long raise_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_max += limit.rlim_max < 1000000 ? 1 : 0;
  return CALL(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL);
}

static long lock(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_MEMLOCK, &none);
  return CALL(SYS_mlock, buffer, 4096);
}

static long same_time(void) {
  struct timeval now;
  gettimeofday(&now, NULL);
  return CALL(SYS_settimeofday, &now, NULL);
}

static long same_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return CALL(SYS_clock_settime, CLOCK_REALTIME, &now);
}

static long adjust(void) {
  int timex[64] = {0x4000};
  return CALL(SYS_adjtimex, timex);
}

static long priority(int value) { return CALL(SYS_setpriority, PRIO_PROCESS, 0, value); }

static long realtime(int policy, int level) {
  int parameter = level;
  return CALL(SYS_sched_setscheduler, 0, policy, &parameter);
}

static long set_flags(void) {
  int flags = 0x10, fd = file();
  long status = CALL(SYS_ioctl, fd, 0x40086602, &flags);
  int number = errno;
  flags = 0;
  if (!status) ioctl(fd, 0x40086602, &flags);
  errno = number;
  return status;
}

static long attach_child(int request) {
  pid_t child = fork();
  if (!child) {
    pause();
    _exit(0);
  }
  long status = CALL(SYS_ptrace, request, child, 0, 0);
  int number = errno;
  kill(child, SIGKILL);
  errno = number;
  return status;
}

static long memory_of_self(void) {
  struct {
    void *base;
    size_t size;
  } local = {buffer, 8}, remote = {buffer, 8};
  return CALL(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 0);
}

static long descriptor_of_self(void) {
  int fd = (int)CALL(SYS_pidfd_open, getpid(), 0);
  return CALL(SYS_pidfd_getfd, fd, 0, 0);
}

static long signal_other(void) {
  /* The child becomes another user where it may. */
  int ready[2];
  if (pipe(ready)) return -1;
  pid_t child = fork();
  if (!child) {
    (void)!write(ready[1], "x", 1);
    pause();
    _exit(0);
  }
  (void)!read(ready[0], buffer, 1);
  long status = CALL(SYS_kill, child, 0);
  int number = errno;
  kill(child, SIGKILL);
  errno = number;
  return status;
}

static long own_filter(void) {
  struct {
    unsigned short code;
    unsigned char jt, jf;
    unsigned k;
  } allow = {6, 0, 0, 0x7fff0000};
  struct {
    unsigned short length;
    void *filter;
  } program = {1, &allow};
  return CALL(SYS_seccomp, 1, 0, &program);
}

static long landlock(void) {
  uint64_t rights = 1;
  int fd = (int)CALL(444, &rights, sizeof rights, 0);
  if (fd < 0) return 0;
  return CALL(446, fd, 0);
}

static long capability_of_file(void) {
  struct vfs_cap_data data = {.magic_etc = 0x02000000};
  return CALL(SYS_setxattr, "/file", "security.capability", &data, sizeof data, 0);
}

static long perf(int exclude_kernel) {
  unsigned attributes[32] = {1, 128};
  attributes[10] = exclude_kernel ? 0x60 : 0;
  return CALL(SYS_perf_event_open, attributes, 0, -1, -1, 0);
}

static long map(void) {
  unsigned attributes[32] = {2, 4, 4, 1};
  return CALL(SYS_bpf, 0, attributes, 128);
}

static long program_by_id(void) {
  unsigned attributes[32] = {0xfffffff0u};
  return CALL(SYS_bpf, 13, attributes, 128);
}

static long next_id(int command) {
  unsigned attributes[32] = {0};
  return CALL(SYS_bpf, command, attributes, 128);
}

static long mark(int level, int option, int value) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return CALL(SYS_setsockopt, fd, level, option, &value, sizeof value);
}

static long interface(unsigned request) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct {
    char name[16];
    char data[24];
  } ask = {"lo", {0}};
  if (request == 0x8914) ask.data[0] = 0x49;
  return CALL(SYS_ioctl, fd, request, &ask);
}

static long handle(int flags) {
  struct {
    unsigned bytes;
    int type;
    unsigned char data[128];
  } h = {128, 0, {0}};
  int mount = 0, fd = open("/", O_RDONLY | O_DIRECTORY);
  if (CALL(SYS_name_to_handle_at, AT_FDCWD, "/", &h, &mount, 0)) h.bytes = 8, h.type = 1;
  return CALL(SYS_open_by_handle_at, fd, &h, flags);
}

static long lease(void) { return CALL(SYS_fcntl, file(), 1024, F_RDLCK); }

static long setns_to(const char *path, int kind) { return CALL(SYS_setns, open(path, O_RDONLY), kind); }

/* Machines that came later have only the forms with a descriptor. */
#ifdef SYS_mknod
#define OLD(...) __VA_ARGS__
static long new_node(mode_t mode, dev_t device) {
  long status = CALL(SYS_mknod, "/node", mode, device);
  int number = errno;
  unlink("/node");
  errno = number;
  return status;
}
#else
#define OLD(...)
#endif

static long create(const char *path) {
  long status = CALL(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0600);
  int number = errno;
  if (status >= 0) unlink(path);
  errno = number;
  return status;
}

static long clone_with(unsigned long flags) {
  long pid = CALL(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (!pid) _exit(0);
  return pid;
}

static long wake(int clock) { return CALL(SYS_timerfd_create, clock, 0); }

static long ambient(int cap) { return CALL(SYS_prctl, 47, 2, cap, 0, 0); }

/* X(call, results that arguments alone cause, what is done) */
#define PROBES                                                                                                        \
  OLD(X("chown \"/file\" 1000 1000", "", give(CALL(SYS_chown, "/file", 1000, 1000))))                                 \
  OLD(X("chown \"/file\" 2000 -1", "", give(CALL(SYS_chown, "/file", 2000, -1))))                                     \
  X("fchownat AT_FDCWD \"/file\" 1000 -1 0", "", give(CALL(SYS_fchownat, AT_FDCWD, "/file", 1000, -1, 0)))            \
  OLD(X("chmod \"/file\" 0644", "", CALL(SYS_chmod, "/file", 0644)))                                                  \
  X("openat AT_FDCWD \"/secret\" O_RDONLY", "", CALL(SYS_openat, AT_FDCWD, "/secret", O_RDONLY))                      \
  X("openat AT_FDCWD \"/secret\" O_WRONLY", "", CALL(SYS_openat, AT_FDCWD, "/secret", O_WRONLY))                      \
  X("openat AT_FDCWD \"/secret\" O_WRONLY|O_TRUNC", "", CALL(SYS_openat, AT_FDCWD, "/secret", O_WRONLY | O_TRUNC))    \
  X("truncate \"/secret\" 0", "", CALL(SYS_truncate, "/secret", 0))                                                   \
  X("openat AT_FDCWD \"/created\" O_WRONLY|O_CREAT", "", create("/created"))                                          \
  X("openat AT_FDCWD \"/dev/shm/created\" O_WRONLY|O_CREAT", "", create("/dev/shm/created"))                          \
  X("openat AT_FDCWD \"/ro/created\" O_WRONLY|O_CREAT", "", create("/ro/created"))                                    \
  OLD(X("mkdir \"/folder\" 0700", "EEXIST", CALL(SYS_mkdir, "/folder", 0700)))                                        \
  X("openat AT_FDCWD \"/proc/sys/kernel/core_pattern\" O_WRONLY", "",                                                 \
    CALL(SYS_openat, AT_FDCWD, "/proc/sys/kernel/core_pattern", O_WRONLY))                                            \
  X("openat AT_FDCWD \"/proc/sys/kernel/core_pattern\" O_RDONLY", "",                                                 \
    CALL(SYS_openat, AT_FDCWD, "/proc/sys/kernel/core_pattern", O_RDONLY))                                            \
  X("openat AT_FDCWD \"/dev/null\" O_RDWR", "", CALL(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR))                      \
  X("openat AT_FDCWD \"/dev/mem\" O_RDONLY", "", CALL(SYS_openat, AT_FDCWD, "/dev/mem", O_RDONLY))                    \
  X("open_by_handle_at ? ? 0", "ESTALE EOPNOTSUPP", handle(0))                                                        \
  X("open_by_handle_at ? ? 0x10000", "ESTALE EOPNOTSUPP", handle(0x10000))                                            \
  X("setuid 1000", "", CALL(SYS_setuid, 1000))                                                                        \
  X("setuid 0", "", CALL(SYS_setuid, 0))                                                                              \
  X("setresuid -1 1000 -1", "", CALL(SYS_setresuid, -1, 1000, -1))                                                    \
  X("setreuid 0 0", "", CALL(SYS_setreuid, 0, 0))                                                                     \
  X("setgid 1000", "", CALL(SYS_setgid, 1000))                                                                        \
  X("setgid 0", "", CALL(SYS_setgid, 0))                                                                              \
  X("setresgid 1000 -1 -1", "", CALL(SYS_setresgid, 1000, -1, -1))                                                    \
  X("setgroups 0 ?", "", CALL(SYS_setgroups, 0, NULL))                                                                \
  X("bind ? \"0.0.0.0:80\"", "", bind_port(80))                                                                       \
  X("bind ? \"0.0.0.0:8080\"", "", bind_port(8080))                                                                   \
  X("socket AF_INET SOCK_RAW 1", "", CALL(SYS_socket, AF_INET, SOCK_RAW, 1))                                          \
  X("socket AF_INET6 SOCK_RAW 58", "", CALL(SYS_socket, AF_INET6, SOCK_RAW, 58))                                      \
  X("socket AF_INET SOCK_DGRAM 1", "", CALL(SYS_socket, AF_INET, SOCK_DGRAM, 1))                                      \
  X("socket AF_PACKET SOCK_RAW 768", "", CALL(SYS_socket, AF_PACKET, SOCK_RAW, 768))                                  \
  X("socket AF_PACKET SOCK_DGRAM 768", "", CALL(SYS_socket, AF_PACKET, SOCK_DGRAM, 768))                              \
  X("socket AF_INET SOCK_STREAM 0", "", CALL(SYS_socket, AF_INET, SOCK_STREAM, 0))                                    \
  X("socket AF_VSOCK SOCK_STREAM 0", "EAFNOSUPPORT", CALL(SYS_socket, AF_VSOCK, SOCK_STREAM, 0))                      \
  X("socket AF_ALG SOCK_SEQPACKET 0", "EAFNOSUPPORT", CALL(SYS_socket, AF_ALG, SOCK_SEQPACKET, 0))                    \
  X("socket AF_NETLINK SOCK_RAW 9", "EPROTONOSUPPORT", CALL(SYS_socket, AF_NETLINK, SOCK_RAW, 9))                     \
  X("setsockopt ? 1 36 ? 4", "", mark(1, 36, 1))                                                                      \
  X("setsockopt ? 1 33 ? 4", "", mark(1, 33, 4096))                                                                   \
  X("setsockopt ? 0 19 ? 4", "", mark(0, 19, 1))                                                                      \
  X("setsockopt ? 1 2 ? 4", "", mark(1, 2, 1))                                                                        \
  X("ioctl ? 0x8914 ?", "", interface(0x8914))                                                                        \
  X("ioctl ? 0x8913 ?", "", interface(0x8913))                                                                        \
  OLD(X("mknod \"/node\" 0x21b6 0x103", "", new_node(S_IFCHR | 0666, 0x103)))                                         \
  OLD(X("mknod \"/node\" 0x61b6 0x700", "", new_node(S_IFBLK | 0666, 0x700)))                                         \
  OLD(X("mknod \"/node\" 0x11b6 0", "", new_node(S_IFIFO | 0666, 0)))                                                 \
  OLD(X("mknod \"/node\" 0x81b6 0", "", new_node(S_IFREG | 0666, 0)))                                                 \
  X("chroot \"/\"", "", CALL(SYS_chroot, "/"))                                                                        \
  X("mount \"none\" \"/mnt\" \"tmpfs\" 0 ?", "", CALL(SYS_mount, "none", "/mnt", "tmpfs", 0, NULL))                   \
  X("mount \"none\" \"/mnt\" \"proc\" 0 ?", "", CALL(SYS_mount, "none", "/mnt", "proc", 0, NULL))                     \
  X("mount \"none\" \"/mnt\" \"sysfs\" 0 ?", "", CALL(SYS_mount, "none", "/mnt", "sysfs", 0, NULL))                   \
  X("mount \"none\" \"/mnt\" \"mqueue\" 0 ?", "", CALL(SYS_mount, "none", "/mnt", "mqueue", 0, NULL))                 \
  X("mount \"none\" \"/mnt\" \"devpts\" 0 ?", "", CALL(SYS_mount, "none", "/mnt", "devpts", 0, NULL))                 \
  X("mount \"none\" \"/mnt\" \"debugfs\" 0 ?", "ENODEV", CALL(SYS_mount, "none", "/mnt", "debugfs", 0, NULL))         \
  X("mount \"/dev/nothing\" \"/mnt\" \"ext4\" 0 ?", "ENOENT ENODEV ENOTBLK",                                          \
    CALL(SYS_mount, "/dev/nothing", "/mnt", "ext4", 0, NULL))                                                         \
  X("mount \"/file\" \"/file\" ? MS_BIND ?", "", CALL(SYS_mount, "/file", "/file", NULL, 4096, NULL))                 \
  X("mount ? \"/mnt\" ? MS_PRIVATE ?", "EINVAL", CALL(SYS_mount, NULL, "/mnt", NULL, 1 << 18, NULL))                  \
  X("umount2 ? 0", "EINVAL", CALL(SYS_umount2, "/file", 0))                                                           \
  X("pivot_root ? ?", "ENOENT", CALL(SYS_pivot_root, "/none", "/none"))                                               \
  X("fsopen ? 0", "", CALL(430, "tmpfs", 0))                                                                          \
  X("fspick ? ? 0", "EINVAL", CALL(433, AT_FDCWD, "/mnt", 0))                                                         \
  X("fsmount ? 0 0", "EBADF", CALL(432, -1, 0, 0))                                                                    \
  X("move_mount ? ? ? ? 0", "ENOENT", CALL(429, AT_FDCWD, "/none", AT_FDCWD, "/none", 0))                             \
  X("open_tree ? ? 1", "", CALL(428, AT_FDCWD, "/mnt", 1))                                                            \
  X("open_tree ? ? 0", "", CALL(428, AT_FDCWD, "/mnt", 0))                                                            \
  X("unshare CLONE_NEWNS", "", CALL(SYS_unshare, CLONE_NEWNS))                                                        \
  X("unshare CLONE_NEWUSER", "", CALL(SYS_unshare, CLONE_NEWUSER))                                                    \
  X("unshare CLONE_NEWUSER|CLONE_NEWNS", "", CALL(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNS))                          \
  X("unshare CLONE_NEWPID", "", CALL(SYS_unshare, CLONE_NEWPID))                                                      \
  X("unshare CLONE_NEWNET", "", CALL(SYS_unshare, CLONE_NEWNET))                                                      \
  X("unshare CLONE_NEWIPC", "", CALL(SYS_unshare, CLONE_NEWIPC))                                                      \
  X("unshare CLONE_NEWCGROUP", "", CALL(SYS_unshare, CLONE_NEWCGROUP))                                                \
  X("unshare 0x80", "", CALL(SYS_unshare, 0x80))                                                                      \
  X("unshare CLONE_FILES|CLONE_FS", "", CALL(SYS_unshare, CLONE_FILES | CLONE_FS))                                    \
  X("clone CLONE_NEWNET|SIGCHLD", "", clone_with(CLONE_NEWNET))                                                       \
  X("clone CLONE_NEWUSER|CLONE_NEWPID|SIGCHLD", "", clone_with(CLONE_NEWUSER | CLONE_NEWPID))                         \
  X("clone SIGCHLD", "", clone_with(0))                                                                               \
  X("clone3 ? ?", "EINVAL", CALL(435, NULL, 0))                                                                       \
  X("setns ? CLONE_NEWUTS", "", setns_to("/proc/self/ns/uts", CLONE_NEWUTS))                                          \
  X("setns ? CLONE_NEWNS", "", setns_to("/proc/self/ns/mnt", CLONE_NEWNS))                                            \
  X("setns ? CLONE_NEWNET", "", setns_to("/proc/self/ns/net", CLONE_NEWNET))                                          \
  X("setns -1 0", "EBADF", CALL(SYS_setns, -1, 0))                                                                    \
  X("ptrace 0", "", CALL(SYS_ptrace, 0, 0, 0, 0))                                                                     \
  X("ptrace 16 ? 0 0", "", attach_child(16))                                                                          \
  X("ptrace 0x4206 ? 0 0", "", attach_child(0x4206))                                                                  \
  X("process_vm_readv ? ? 1 ? 1 0", "", memory_of_self())                                                             \
  X("kcmp ? ? 0 0 0", "", CALL(SYS_kcmp, getpid(), getpid(), 0, 0, 0))                                                \
  X("pidfd_getfd ? 0 0", "", descriptor_of_self())                                                                    \
  X("kill ? 0", "", signal_other())                                                                                   \
  X("bpf 0 ? ?", "", map())                                                                                           \
  X("bpf 13 ? ?", "ENOENT", program_by_id())                                                                          \
  X("bpf 11 ? ?", "ENOENT", next_id(11))                                                                              \
  X("bpf 12 ? ?", "ENOENT", next_id(12))                                                                              \
  X("bpf 18 ? ?", "EINVAL EFAULT", CALL(SYS_bpf, 18, (unsigned[32]){0}, 128))                                         \
  X("bpf 32 ? ?", "", CALL(SYS_bpf, 32, (unsigned[32]){0}, 128))                                                      \
  X("perf_event_open ? 0 -1 -1 0", "", perf(0))                                                                       \
  X("userfaultfd 0", "", CALL(SYS_userfaultfd, 0))                                                                    \
  X("userfaultfd 1", "", CALL(SYS_userfaultfd, 1))                                                                    \
  X("io_uring_setup 1 ?", "EFAULT", CALL(425, 1, NULL))                                                               \
  X("keyctl 0 -3 0 0 0", "", CALL(SYS_keyctl, 0, -3, 0, 0, 0))                                                        \
  X("add_key ? ? ? ? -2", "", CALL(SYS_add_key, "user", "probe", "x", 1, -2))                                         \
  X("reboot 1 2 3 0", "EINVAL", CALL(SYS_reboot, 1, 2, 3, 0))                                                         \
  X("swapon ? 0", "ENOENT", CALL(SYS_swapon, "/none", 0))                                                             \
  X("swapoff ?", "ENOENT", CALL(SYS_swapoff, "/none"))                                                                \
  X("acct ?", "ENOENT ENOSYS", CALL(SYS_acct, "/none"))                                                               \
  X("settimeofday ? ?", "", same_time())                                                                              \
  X("clock_settime CLOCK_REALTIME ?", "", same_clock())                                                                \
  X("clock_settime CLOCK_MONOTONIC ?", "EINVAL", CALL(SYS_clock_settime, 1, &(struct timespec){0, 0}))                \
  X("adjtimex \"set\"", "EINVAL", adjust())                                                                           \
  X("sethostname ? ?", "", CALL(SYS_sethostname, "probe", 5))                                                         \
  X("setdomainname ? ?", "", CALL(SYS_setdomainname, "probe", 5))                                                     \
  X("syslog 3 ? ?", "", CALL(SYS_syslog, 3, buffer, 16))                                                              \
  X("syslog 10 ? ?", "", CALL(SYS_syslog, 10, NULL, 0))                                                               \
  X("syslog 9 ? ?", "", CALL(SYS_syslog, 9, NULL, 0))                                                                 \
  X("setpriority 0 0 -5", "", priority(-5))                                                                           \
  X("setpriority 0 0 5", "", priority(5))                                                                             \
  X("sched_setscheduler 0 1 ?", "", realtime(1, 1))                                                                   \
  X("sched_setscheduler 0 0x40000002 ?", "", realtime(0x40000002, 1))                                                 \
  X("sched_setaffinity 0 ? ?", "", CALL(SYS_sched_setaffinity, 0, 8, &(uint64_t){1}))                                 \
  X("sched_setscheduler 0 3 ?", "", realtime(3, 0))                                                                   \
  X("ioprio_set 1 0 0x2000", "", CALL(SYS_ioprio_set, 1, 0, 0x2000))                                                  \
  X("ioprio_set 1 0 0x4004", "", CALL(SYS_ioprio_set, 1, 0, 0x4004))                                                  \
  X("prlimit64 0 7 \"raise\" ?", "", raise_limit())                                                                   \
  X("mlock ? 4096", "", lock())                                                                                       \
  X("fcntl ? 1024 0", "", lease())                                                                                    \
  X("setxattr \"/file\" \"security.capability\" ? 20 0", "", capability_of_file())                                    \
  X("setxattr \"/file\" \"trusted.probe\" ? 1 0", "EOPNOTSUPP", CALL(SYS_setxattr, "/file", "trusted.probe", "x", 1, 0)) \
  X("setxattr \"/file\" \"user.probe\" ? 1 0", "EOPNOTSUPP", CALL(SYS_setxattr, "/file", "user.probe", "x", 1, 0))  \
  X("setxattr \"/file\" \"security.probe\" ? 1 0", "EOPNOTSUPP", CALL(SYS_setxattr, "/file", "security.probe", "x", 1, 0)) \
  X("removexattr \"/file\" \"trusted.nothing\"", "ENODATA EOPNOTSUPP", CALL(SYS_removexattr, "/file", "trusted.nothing")) \
  OLD(X("unlink \"/victim\"", "", CALL(SYS_unlink, "/victim")))                                                       \
  OLD(X("symlink \"/file\" \"/link\"", "EEXIST", CALL(SYS_symlink, "/file", "/link")))                                \
  OLD(X("link \"/file\" \"/hard\"", "EEXIST", CALL(SYS_link, "/file", "/hard")))                                      \
  OLD(X("rename \"/old\" \"/new\"", "", CALL(SYS_rename, "/old", "/new")))                                            \
  X("ioctl ? 0x40086602 ?", "ENOTTY EOPNOTSUPP", set_flags())                                                         \
  X("prctl 24 5 0 0 0", "", CALL(SYS_prctl, 24, 5, 0, 0, 0))                                                          \
  X("prctl 28 0 0 0 0", "", CALL(SYS_prctl, 28, 0, 0, 0, 0))                                                          \
  X("prctl 47 2 5 0 0", "", ambient(5))                                                                               \
  X("prctl 35 1 0 0 0", "EINVAL", CALL(SYS_prctl, 35, 1, 0, 0, 0))                                                    \
  X("seccomp 1 0 ?", "", own_filter())                                                                                \
  X("seccomp 2 0 ?", "EFAULT", CALL(SYS_seccomp, 2, 0, NULL))                                                         \
  X("landlock_restrict_self ? 0", "", landlock())                                                                     \
  X("vhangup", "", CALL(SYS_vhangup))                                                                                 \
  X("personality 0xffffffff", "", CALL(SYS_personality, 0xffffffff))                                                  \
  X("personality 0x40000", "", CALL(SYS_personality, 0x40000))                                                        \
  X("fanotify_init 0 0", "", CALL(SYS_fanotify_init, 0, 0))                                                           \
  X("fanotify_init 0x200 0", "", CALL(SYS_fanotify_init, 0x200, 0))                                                   \
  X("fanotify_init 0x10 0", "", CALL(SYS_fanotify_init, 0x10, 0))                                                     \
  X("timerfd_create 8 0", "EOPNOTSUPP EINVAL", wake(8))                                                               \
  X("timerfd_create 0 0", "", wake(0))                                                                                \
  X("move_pages 0 0 ? 0 ? 4", "", CALL(SYS_move_pages, 0, 0, NULL, NULL, NULL, 4))                                    \
  X("move_pages 0 0 ? 0 ? 0", "", CALL(SYS_move_pages, 0, 0, NULL, NULL, NULL, 0))                                    \
  X("sendto ? \"audit-user\"", "", send_audit(1100))                                                                  \
  X("sendto ? \"audit-control\"", "", send_audit(AUDIT_GET))                                                          \
  X("capset ? ?", "", CALL(SYS_capset, (uint32_t[2]){0x20080522, 0}, (uint32_t[6]){0}))                               \
  X("setfsuid 1000", "", CALL(SYS_setfsuid, 1000))                                                                    \
  X("kill 1 0", "", CALL(SYS_kill, 1, 0))                                                                             \
  X("getcpu ? ? ?", "", CALL(SYS_getcpu, NULL, NULL, NULL))                                                           \
  X("ioctl -1 0x5412 ?", "EBADF", CALL(SYS_ioctl, -1, 0x5412, ""))

static const char *name_of(int number) {
#ifdef __GLIBC__
  return strerrorname_np(number);
#else
  return ctsec_errno_name(CTSEC_ARCH_X86_64, (uint32_t)number);
#endif
}

int main(void) {
  static const char *const calls[] = {
#define X(call, beyond, code) call "|" beyond,
      PROBES
#undef X
  };
  signal(SIGPIPE, SIG_IGN);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    int result[2], number = -1;
    if (pipe(result)) return 1;
    pid_t child = fork();
    if (!child) {
      long status = 0;
      alarm(5);
      errno = 0;
      switch (i) {
#define X(call, beyond, code) case __COUNTER__: status = code; break;
        PROBES
#undef X
      }
      number = status < 0 ? errno : 0;
      (void)!write(result[1], &number, sizeof number);
      _exit(0);
    }
    close(result[1]);
    int how = 0;
    if (read(result[0], &number, sizeof number) != sizeof number) number = -1;
    close(result[0]);
    waitpid(child, &how, 0);
    printf("%s|%s\n", calls[i], number == -1 ? "SIGNAL" : number ? name_of(number) : "ok");
  }
  return 0;
}
