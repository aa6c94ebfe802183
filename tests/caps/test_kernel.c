/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running kernel judges the transitions: children take random sets, ids
 * and securebits, step by step, then execute a program with random owner,
 * setuid bit and file capabilities. After each step the status that the
 * kernel writes must be the one that we say. Everything happens in children
 * and in a folder of the test; nothing is left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "caps/credentials.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static uint64_t state;
static uint64_t draw(void) {
  state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
  return state >> 16;
}
static uint64_t draw_mask(uint64_t within) {
  switch (draw() % 4) {
    case 0: return 0;
    case 1: return within;
    case 2: return draw() & draw() & within;
    default: return draw() & within;
  }
}

static int write_caps(uint64_t inheritable, uint64_t permitted, uint64_t effective) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  for (int i = 0; i < 2; i++) {
    data[i].inheritable = (uint32_t)(inheritable >> 32 * i);
    data[i].permitted = (uint32_t)(permitted >> 32 * i);
    data[i].effective = (uint32_t)(effective >> 32 * i);
  }
  return (int)syscall(SYS_capset, &head, data);
}

static int read_status(const char *text, size_t length, ct_credentials *out) {
  ctsec_credentials *read;
  if (ctsec_credentials_parse(text, length, NULL, &read, NULL)) return 0;
  uint64_t *const sets[] = {&out->sets.inheritable, &out->sets.permitted, &out->sets.effective, &out->sets.bounding,
                            &out->sets.ambient};
  uint32_t *const ids[] = {&out->uid, &out->euid, &out->suid, &out->fsuid};
  int good = 1;
  for (int32_t i = 0; i < 5; i++) good &= ctsec_credentials_set(read, i, sets[i]) == CTSEC_STATE_SET;
  for (int32_t i = 0; i < 4; i++) good &= ctsec_credentials_id(read, i, ids[i]) == CTSEC_STATE_SET;
  good &= ctsec_credentials_no_new_privileges(read, &out->no_new_privileges) == CTSEC_STATE_SET;
  ctsec_credentials_free(read);
  return good;
}

static int read_own(ct_credentials *out) {
  size_t length;
  char *text = ct_test_read("/proc/self/status", &length);
  int good = text && read_status(text, length, out);
  free(text);
  return good;
}

/* securebits do not stand in the status. */
static int same(const ct_credentials *a, const ct_credentials *b) {
  return !memcmp(&a->sets, &b->sets, sizeof a->sets) && a->uid == b->uid && a->euid == b->euid && a->suid == b->suid &&
         a->fsuid == b->fsuid && a->no_new_privileges == b->no_new_privileges;
}

static void print(const char *label, const ct_credentials *c) {
  fprintf(stderr, "%s: I %llx P %llx E %llx B %llx A %llx uid %u %u %u %u nnp %d securebits %x\n", label,
          (unsigned long long)c->sets.inheritable, (unsigned long long)c->sets.permitted,
          (unsigned long long)c->sets.effective, (unsigned long long)c->sets.bounding,
          (unsigned long long)c->sets.ambient, c->uid, c->euid, c->suid, c->fsuid, c->no_new_privileges, c->securebits);
}

static int disagree(const char *step, const ct_credentials *before, const ct_credentials *ours,
                    const ct_credentials *theirs) {
  fprintf(stderr, "%s:\n", step);
  print("  before", before);
  print("  we say", ours);
  print("  kernel", theirs);
  return 1;
}

#define CHECK(step)                                                    \
  do {                                                                 \
    if (!read_own(&real)) return 1;                                    \
    if (!same(&real, &c)) return disagree(step, &before, &c, &real);   \
    before = c;                                                        \
  } while (0)

static const uint32_t ids[] = {0, 1000, 1001, UINT32_MAX};

/* In a child: takes random credentials and compares after each step; 0 where all agree. */
static int randomise(ct_credentials *result) {
  ct_credentials c, real, before;
  if (!read_own(&c)) return 1;
  c.securebits = 0;
  before = c;
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (draw() % 3) continue;
    int status = prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
    if (status != (ct_credentials_drop(&c, i) ? -1 : 0)) return 1;
  }
  CHECK("bounding drop");
  uint64_t inheritable = draw_mask(c.sets.permitted), permitted = c.sets.permitted;
  int refused = ct_credentials_capset(&c, inheritable, permitted, c.sets.effective) != 0;
  if ((write_caps(inheritable, permitted, permitted) != 0) != refused) return disagree("capset", &before, &c, &before);
  CHECK("capset");
  unsigned bits = (unsigned)(draw() % 4 ? 0 : draw() % 2 ? CTSEC_SECURE_NOROOT : CTSEC_SECURE_NO_SETUID_FIXUP) |
                  (unsigned)(draw() % 3 ? 0 : CTSEC_SECURE_KEEP_CAPS) |
                  (unsigned)(draw() % 8 ? 0 : CTSEC_SECURE_NO_CAP_AMBIENT_RAISE);
  if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0)) return 1;
  c.securebits = bits;
  uint64_t raised = draw_mask(CT_CAPS_ALL);
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (!(raised >> i & 1)) continue;
    int status = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0);
    if (status != (ct_credentials_raise(&c, i) ? -1 : 0)) return disagree("raise", &before, &c, &before);
  }
  CHECK("ambient raise");
  uint32_t uid = ids[draw() % 4], euid = ids[draw() % 4], suid = ids[draw() % 4];
  if (syscall(SYS_setresuid, uid, euid, suid)) return 1;
  ct_credentials_setresuid(&c, uid, euid, suid);
  CHECK("setresuid");
  uint64_t lowered = draw() % 2 ? draw_mask(CT_CAPS_ALL) : 0;
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (!(lowered >> i & 1)) continue;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, i, 0, 0)) return 1;
    ct_credentials_lower(&c, i);
  }
  CHECK("ambient lower");
  if (draw() % 2) {
    /* It answers with the old id and refuses silently: the second call says what is. */
    uint32_t id = ids[draw() % 3];
    syscall(SYS_setfsuid, id);
    if ((uint32_t)syscall(SYS_setfsuid, -1) == id) ct_credentials_setfsuid(&c, id);
    CHECK("setfsuid");
  }
  if (draw() % 2) {
    permitted = draw_mask(c.sets.permitted);
    uint64_t effective = draw_mask(permitted);
    inheritable = draw() % 2 ? c.sets.inheritable : draw_mask(CT_CAPS_ALL);
    refused = ct_credentials_capset(&c, inheritable, permitted, effective) != 0;
    if ((write_caps(inheritable, permitted, effective) != 0) != refused) return disagree("second capset", &before, &c, &before);
    CHECK("second capset");
  }
  if (!(draw() % 3)) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return 1;
    c.no_new_privileges = 1;
    CHECK("no_new_privs");
  }
  *result = c;
  return 0;
}

/* The program of this round; 0 where it could not be made. */
static int make_program(const char *path, ct_program *program) {
  memset(program, 0, sizeof *program);
  if (lremovexattr(path, "security.capability") && errno != ENODATA) return 0;
  program->owner = draw() % 2 ? 0 : 1000;
  program->setuid = !(draw() % 3);
  if (lchown(path, program->owner, 0) || chmod(path, program->setuid ? 04755 : 0755)) return 0;
  if (draw() % 2) return 1;
  program->has_filecaps = 1;
  program->permitted = draw_mask(CT_CAPS_ALL);
  program->inheritable = draw_mask(CT_CAPS_ALL);
  program->effective = (int)(draw() % 2);
  uint8_t bytes[20] = {(uint8_t)program->effective, 0, 0, 2};
  for (int i = 0; i < 4; i++) {
    bytes[4 + i] = (uint8_t)(program->permitted >> 8 * i);
    bytes[8 + i] = (uint8_t)(program->inheritable >> 8 * i);
    bytes[12 + i] = (uint8_t)(program->permitted >> (32 + 8 * i));
    bytes[16 + i] = (uint8_t)(program->inheritable >> (32 + 8 * i));
  }
  return !lsetxattr(path, "security.capability", bytes, sizeof bytes, 0);
}

typedef struct report {
  int failed;
  ct_credentials before;
} report;

static void child(const char *path, int status_pipe, int report_pipe) {
  report made = {0};
  made.failed = randomise(&made.before);
  if (write(report_pipe, &made, sizeof made) != sizeof made || made.failed) _exit(1);
  dup2(status_pipe, STDOUT_FILENO);
  char *const arguments[] = {(char *)(uintptr_t)"status", NULL};
  execv(path, arguments);
  _exit(errno == EPERM ? 77 : 2);
}

/* 0 where the kernel and we agree. */
static int run_round(const char *path, const ct_program *program, const ct_version *kernel) {
  int out[2], said[2];
  if (pipe(out) || pipe(said)) return 1;
  pid_t pid = fork();
  if (!pid) child(path, out[1], said[1]);
  close(out[1]);
  close(said[1]);
  report made = {.failed = 1};
  ssize_t have = read(said[0], &made, sizeof made);
  char text[8192];
  size_t length = 0;
  for (ssize_t n; (n = read(out[0], text + length, sizeof text - length)) > 0;) length += (size_t)n;
  close(out[0]);
  close(said[0]);
  int status;
  waitpid(pid, &status, 0);
  /* The child draws too; the parent must not draw the same again. */
  draw();
  if (have != sizeof made || made.failed) return 1;
  ct_credentials ours, theirs = {0};
  int refused = ct_credentials_exec(&made.before, program, kernel, &ours) != 0;
  int was_refused = WIFEXITED(status) && WEXITSTATUS(status) == 77;
  if (refused != was_refused) {
    fprintf(stderr, "execve: we say %d, the kernel %d (program: setuid %d owner %u caps %d %llx %llx %d)\n", refused,
            was_refused, program->setuid, program->owner, program->has_filecaps, (unsigned long long)program->permitted,
            (unsigned long long)program->inheritable, program->effective);
    print("  before", &made.before);
    return 1;
  }
  if (refused) return 0;
  if (!read_status(text, length, &theirs)) return 1;
  if (same(&ours, &theirs)) return 0;
  fprintf(stderr, "program: setuid %d owner %u file caps %d %llx %llx %d\n", program->setuid, program->owner,
          program->has_filecaps, (unsigned long long)program->permitted, (unsigned long long)program->inheritable,
          program->effective);
  return disagree("execve", &made.before, &ours, &theirs);
}

static int copy_file(const char *from, const char *to) {
  size_t length;
  char *bytes = ct_test_read(from, &length);
  FILE *file = bytes ? fopen(to, "wb") : NULL;
  int good = file && fwrite(bytes, 1, length, file) == length;
  if (file && fclose(file)) good = 0;
  free(bytes);
  return good && !chmod(to, 0755);
}

int main(int argc, char **argv) {
  ct_credentials own;
  uint64_t needed = CT_CAP_BIT(CAP_SETPCAP) | CT_CAP_BIT(CAP_SETUID) | CT_CAP_BIT(CAP_SETFCAP) | CT_CAP_BIT(CAP_CHOWN) |
                    CT_CAP_BIT(CAP_FOWNER);
  if (argc < 2 || !read_own(&own) || own.euid || needed & ~own.sets.effective || own.no_new_privileges ||
      prctl(PR_GET_SECUREBITS, 0, 0, 0, 0)) {
    puts("needs root with SETPCAP, SETUID, SETFCAP, CHOWN and FOWNER: skipped");
    return 77;
  }
  char folder[] = "/tmp/ctsec-caps-XXXXXX", path[64];
  if (!mkdtemp(folder) || chmod(folder, 0755)) return 77;
  snprintf(path, sizeof path, "%s/status", folder);
  struct statvfs fs;
  struct utsname name;
  ct_version kernel = {0};
  if (!uname(&name)) ct_version_parse(name.release, strlen(name.release), &kernel);
  int failed = 0, rounds = argc > 2 ? atoi(argv[2]) : 1500, done = 0;
  state = argc > 3 ? strtoull(argv[3], NULL, 10) : (uint64_t)time(NULL);
  printf("seed %llu, Linux %s\n", (unsigned long long)state, name.release);
  fflush(stdout);
  int usable = copy_file(argv[1], path) && !statvfs(path, &fs) && !(fs.f_flag & (ST_NOSUID | ST_NOEXEC));
  for (; usable && done < rounds && failed < 5; done++) {
    ct_program program;
    if (!make_program(path, &program)) {
      usable = 0;
      break;
    }
    failed += run_round(path, &program, &kernel);
  }
  unlink(path);
  rmdir(folder);
  if (!usable) {
    puts("no file system here takes setuid programs and file capabilities: skipped");
    return 77;
  }
  printf("%d passed, %d failed\n", done - failed, failed);
  return failed != 0;
}
