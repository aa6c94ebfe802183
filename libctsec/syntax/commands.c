/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of programs: which run others, and which make containers. */
#include <string.h>

#include "syntax/argv.h"

int ct_commands_listed(const char *list, const char *word, size_t length) {
  for (const char *at = list; *at; at += strcspn(at, " ") + 1)
    if (strcspn(at, " ") == length && !memcmp(at, word, length)) return 1;
  return 0;
}

int ct_commands_mention(const char *text, const char *what) {
  for (; *text; text++) {
    size_t i = 0;
    while (what[i] && (text[i] == what[i] || (text[i] >= 'A' && text[i] <= 'Z' && (text[i] | 32) == what[i]))) i++;
    if (!what[i]) return 1;
  }
  return 0;
}

/* The name of a program: behind its folder, and behind the marks of a make recipe. */
static const char *base_name(const char *word) {
  const char *slash = strrchr(word, '/');
  return slash ? slash + 1 : word + strspn(word, "@+-");
}

ct_runs ct_commands_runs(const char *word, size_t length) {
  static const char *const lists[] = {
      "then else do if elif while until ! { ( function coproc ",
      "sudo doas env exec time nohup command timeout nice ionice chrt taskset setsid stdbuf xargs flock unbuffer systemd-run "
      "systemd-cat strace chronic gosu su-exec builtin find entr tini dumb-init setpriv unshare nsenter chroot setarch cgexec "
      "numactl prlimit pkexec run0 chpst start-stop-daemon lima limactl colima wsl torsocks proot ",
      "eval ssh watch trap parallel alias tmux screen gcloud vagrant multipass lxc incus su runuser script ",
      "sh bash dash ash zsh ksh mksh busybox fish ",
      "echo printf grep egrep fgrep log info warn warning error err die fail usage print say debug logger test [ [[ ",
  };
  const char *name = base_name(word);
  length -= (size_t)(name - word);
  for (int i = 0; i < 5; i++)
    if (ct_commands_listed(lists[i], name, length)) return (ct_runs)(i + 1);
  return CT_RUNS_NOTHING;
}

int ct_commands_assigns(const char *word) {
  size_t name = strcspn(word, "=");
  return word[name] && name && word[0] != '-';
}

static const char engines[3][8] = {"docker", "podman", "nerdctl"};
static const uint8_t ids[] = {CTSEC_ENGINE_DOCKER, CTSEC_ENGINE_PODMAN, CTSEC_ENGINE_NERDCTL};

int ct_commands_engine(const char *word) {
  const char *name = base_name(word);
  for (size_t i = 0; i < 3; i++) {
    size_t length = strlen(engines[i]);
    if (!strncmp(name, engines[i], length) && (!name[length] || !strcmp(name + length, ".exe") || !strcmp(name + length, ".lima")))
      return ids[i];
  }
  return 0;
}

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/* One of the first words behind the engine, on its line. */
static int makes_container(const char *text, size_t length) {
  for (int words = 0; words < 4 && length && (*text == ' ' || *text == '\t'); words++) {
    while (length && (*text == ' ' || *text == '\t')) text++, length--;
    size_t size = 0;
    while (size < length && !strchr(" \t\n\r\"'", text[size])) size++;
    if (ct_commands_listed("run create exec ", text, size)) return 1;
    text += size;
    length -= size;
  }
  return 0;
}

size_t ct_commands_find(const char *text, size_t length) {
  for (size_t at = 0; at + 10 <= length; at++) {
    if (at && (is_letter(text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '.')) continue;
    for (size_t i = 0; i < 3; i++) {
      size_t size = strlen(engines[i]);
      if (text[at] == engines[i][0] && at + size < length && !memcmp(text + at, engines[i], size) &&
          makes_container(text + at + size, length - at - size))
        return at;
    }
  }
  return length;
}
