/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which attack paths a finding enables, and what that makes of its severity. */
#include <string.h>

#include "check/check.h"
#include "ctsec/ctsec.h"
#include "data/shows.h"
#include "data/steps.h"
#include "support/support.h"

#define RUN "docker run "
#define HOST "docker=29.0 lsm=none userns=host cgroup=v2"
#define ADMIN(rules) \
  "{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"capabilities\":{" \
  "\"bounding\":[\"CAP_SYS_ADMIN\"],\"effective\":[\"CAP_SYS_ADMIN\"],\"permitted\":[\"CAP_SYS_ADMIN\"]}},\"root\":{\"path\":\"r\"}," \
  "\"linux\":{\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"cgroup\"},{\"type\":\"pid\"}],\"readonlyPaths\":[\"/proc/sys\",\"/proc/sysrq-trigger\"]," \
  "\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[" rules "]}}}"
#define DENY(names) "{\"names\":[" names "],\"action\":\"SCMP_ACT_ERRNO\"}"
#define MOUNTS "\"mount\",\"fsopen\",\"fsmount\",\"move_mount\""
#define HOST_PATH(spec) \
  "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{" spec "\"volumes\":[{\"name\":\"e\",\"hostPath\":{" \
  "\"path\":\"/etc\"}}],\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"securityContext\":{\"runAsUser\":0},\"volumeMounts\":[{\"name\":" \
  "\"e\",\"mountPath\":\"/e\"}]}]}}"

enum { INFO, LOW, MEDIUM, HIGH, CRITICAL };

/* The severity, and paths of which the first letter says the status: + reachable, ? possible, - blocked, ! not named. */
static const struct {
  const char *input;
  const char *facts;
  const char *rule;
  int severity;
  const char *paths;
} rows[] = {
    {RUN "--cap-add SYS_ADMIN a", HOST, "cap-sys-admin", CRITICAL, "+AP13 ?AP17 -AP01 !AP15 !AP09"},
    {RUN "--cap-add SYS_ADMIN a", HOST " lsm=apparmor lockdown=none", "cap-sys-admin", CRITICAL, "-AP13 +AP17"},
    {RUN "--cap-add SYS_ADMIN a", HOST " lsm=apparmor lockdown=confidentiality", "cap-sys-admin", HIGH, "-AP13 -AP17"},
    {RUN "--cap-add SYS_ADMIN a", "docker=29.0 lsm=apparmor", "cap-sys-admin", CRITICAL, "-AP13 ?AP17"},
    {ADMIN(""), "lsm=none userns=host", "cap-sys-admin", CRITICAL, "+AP13 ?AP17"},
    {ADMIN(DENY(MOUNTS)), "lsm=none userns=host", "cap-sys-admin", CRITICAL, "-AP13 ?AP17"},
    {ADMIN(DENY(MOUNTS)), "lsm=none userns=host lockdown=confidentiality", "cap-sys-admin", HIGH, "-AP13 -AP17"},
    {ADMIN(DENY(MOUNTS ",\"bpf\"")), "", "cap-sys-admin", HIGH, "-AP13 -AP17"},
    {ADMIN(DENY("\"mount\"")), "lsm=none userns=host", "cap-sys-admin", CRITICAL, "+AP13"},
    {RUN "--cap-add SYS_MODULE a", HOST, "cap-sys-module", CRITICAL, "?AP06"},
    {RUN "--cap-add SYS_MODULE a", HOST " lockdown=integrity", "cap-sys-module", HIGH, "-AP06"},
    {RUN "--cap-add DAC_READ_SEARCH a", HOST, "cap-dac-read-search", CRITICAL, "+AP05 +AP05w"},
    {RUN "--privileged a", HOST, "privileged", CRITICAL, "+AP37 +AP10"},
    {RUN "--privileged a", "docker=29.0", "privileged", CRITICAL, "?AP37"},
    {RUN "--privileged --runtime kata-runtime a", HOST, "privileged", HIGH, "-AP37"},
    {RUN "-v /run/docker.sock:/s a", HOST, "runtime-socket", CRITICAL, "+AP03"},
    {RUN "-v /run/docker.sock:/s a", HOST " lsm=selinux", "runtime-socket", HIGH, "-AP03"},
    {RUN "-v /run/docker.sock:/s a", "docker=29.0 lsm=none userns=remap", "runtime-socket", HIGH, "-AP03"},
    /* Whoever is no root yet may become it: what stops that user alone closes nothing. */
    {RUN "-u 1000 -v /run/docker.sock:/s a", HOST, "runtime-socket", CRITICAL, "-AP03"},
    {RUN "-u 1000 -v /run/docker.sock:/s a", HOST " lsm=selinux", "runtime-socket", HIGH, "-AP03"},
    {RUN "-v /etc:/e a", HOST, "mount-etc", HIGH, "+AP14 +AP14r"},
    {RUN "-v /etc:/e a", HOST " lsm=selinux", "mount-etc", MEDIUM, "-AP14 -AP14r"},
    {RUN "-v /etc:/e a", "", "mount-etc", HIGH, "?AP14"},
    {HOST_PATH(""), "lsm=none", "mount-etc", HIGH, "+AP14"},
    {HOST_PATH("\"hostUsers\":false,"), "lsm=none", "mount-etc", HIGH, "?AP14"},
    {HOST_PATH("\"hostUsers\":false,"), "lsm=none idmapped-mounts=no", "mount-etc", MEDIUM, "-AP14"},
    /* Lighter by its own rule: once is enough. */
    {RUN "-v /etc:/e:ro a", HOST " lsm=selinux", "mount-etc", MEDIUM, "-AP14r !AP14"},
    /* Of two mounts each speaks for itself. */
    {RUN "-v /etc:/e:ro -v /root:/r a", HOST, "mount-etc", MEDIUM, "+AP14r !AP14"},
    {RUN "-v /etc:/e:ro -v /root:/r a", HOST, "mount-home-root", HIGH, "+AP14r +AP14"},
    {RUN "--device /dev/sda a", HOST, "device-host", HIGH, "+AP10"},
    {RUN "--device /dev/sda a", "docker=29.0 userns=remap", "device-host", MEDIUM, "-AP10"},
    {RUN "-w /proc/self/fd/7 a", HOST " runc=1.1.11", "workdir-fd", HIGH, "+AP27"},
    {RUN "-w /proc/self/fd/7 a", HOST " runc=1.1.12", "workdir-fd", MEDIUM, "-AP27"},
    {RUN "-w /proc/self/fd/7 a", HOST, "workdir-fd", HIGH, "?AP27"},
    {RUN "--device //dev/zvol/a a", HOST, "device-host", HIGH, "+AP10"},
    {RUN "--device /dev/sda:m a", HOST, "device-host", LOW, "!AP10"},
    {RUN "--device /dev/fuse --device /dev/sda a", HOST, "device-host", HIGH, "+AP10"},
    {RUN "--security-opt systempaths=unconfined a", HOST, "proc-unmasked", HIGH, "+AP13"},
    {RUN "--security-opt systempaths=unconfined a", HOST " lsm=apparmor", "proc-unmasked", MEDIUM, "-AP13"},
    {RUN "--security-opt seccomp=unconfined a", HOST, "seccomp-unconfined", HIGH, "+AP22 ?AP25"},
    {RUN "--security-opt seccomp=unconfined a", "docker=29.0 userns=remap", "seccomp-unconfined", HIGH, "-AP22"},
    {RUN "--cap-add SYS_PTRACE a", HOST, "cap-sys-ptrace", HIGH, "!AP07 !AP23"},
    {RUN "--pid host --cap-add SYS_PTRACE a", HOST " lsm=apparmor", "cap-sys-ptrace", HIGH, "-AP07"},
    {RUN "--pid host --cap-add SYS_PTRACE a", HOST " lsm=apparmor", "host-pid", HIGH, "-AP07"},
    {RUN "--net host a", HOST, "host-net", HIGH, "+AP19 ?AP04"},
    {RUN "-u 1000 a", HOST, "no-new-privileges", MEDIUM, "?AP33"},
    {RUN "-u 1000 a", HOST " setuid-programs=no", "no-new-privileges", LOW, "-AP33"},
    {RUN "a", HOST, "no-new-privileges", MEDIUM, "!AP33"},
    {RUN "a", HOST, "cap-net-raw", LOW, "+AP20"},
    {"services: {a: {image: i, privileged: true}, b: {image: i, pid: 'service:a'}}", HOST, "join-other-ns", LOW, "+AP34"},
};

static ctsec_options *options_of(const char *facts) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  while (*facts) {
    size_t length = strcspn(facts, " ");
    ck_assert_int_eq(ctsec_options_set(options, "fact", facts, length, NULL), 0);
    facts += length + (facts[length] == ' ');
  }
  return options;
}

static ctsec_findings *findings_of(const char *input, const ctsec_options *options) {
  ctsec_containers *containers;
  ctsec_findings *findings;
  ctsec_error *error = NULL;
  if (ctsec_containers_parse(input, strlen(input), options, &containers, &error))
    ck_abort_msg("%s: %s", input, ctsec_error_message(error));
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
  ctsec_containers_free(containers);
  return findings;
}

static char status_of(const ctsec_finding *finding, const char *id, size_t length) {
  for (unsigned i = 0; i < CT_PATH_COUNT; i++) {
    const char *name = ct_path_id((ct_term)(CT_FIRST_PATH + i));
    if (strlen(name) != length || memcmp(name, id, length)) continue;
    return finding->reachable >> i & 1 ? '+' : finding->possible >> i & 1 ? '?' : finding->blocked >> i & 1 ? '-' : '!';
  }
  ck_abort_msg("no path %s", id);
}

START_TEST(severity_follows_reachability) {
  ctsec_options *options = options_of(rows[_i].facts);
  ctsec_findings *findings = findings_of(rows[_i].input, options);
  const ctsec_finding *finding = NULL;
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *other = ctsec_findings_at(findings, i);
    if (!strcmp(ctsec_finding_rule(other), rows[_i].rule) && (!finding || other->severity > finding->severity)) finding = other;
  }
  ck_assert_msg(finding != NULL, "%s: no %s", rows[_i].input, rows[_i].rule);
  ck_assert_msg(finding->severity == rows[_i].severity, "%s with %s: %s is %d", rows[_i].input, rows[_i].facts, rows[_i].rule,
                finding->severity);
  /* A weight that is not the rule's own has its reason. */
  if (finding->severity != ct_rule(finding->rule)->severity) ck_assert(finding->reason != CT_NO_MESSAGE);
  for (const char *word = rows[_i].paths; *word;) {
    size_t length = strcspn(word, " ");
    ck_assert_msg(status_of(finding, word + 1, length - 1) == *word, "%s with %s: %s has %c for %.*s", rows[_i].input, rows[_i].facts,
                  rows[_i].rule, status_of(finding, word + 1, length - 1), (int)length, word);
    word += length + (word[length] == ' ');
  }
  ctsec_findings_free(findings);
  ctsec_options_free(options);
}
END_TEST

static const ctsec_finding *one_of(const ctsec_findings *findings, const char *rule) {
  for (size_t i = 0; i < ctsec_findings_count(findings); i++)
    if (!strcmp(ctsec_finding_rule(ctsec_findings_at(findings, i)), rule)) return ctsec_findings_at(findings, i);
  return NULL;
}

/* Some paths are closed, and the fact that would close the last is missing: that is why nothing was lowered. */
START_TEST(what_is_not_lowered_says_why) {
  static const struct {
    const char *facts;
    ct_message_id reason;
  } cases[] = {{"lsm=none userns=host", CT_MESSAGE_REASON_NOT_CLOSED},
               {"lsm=none userns=host lockdown=none", CT_NO_MESSAGE},
               {"lsm=none userns=host lockdown=confidentiality", CT_MESSAGE_REASON_CLOSED}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_options *options = options_of(cases[i].facts);
    ctsec_findings *findings = findings_of(ADMIN(DENY(MOUNTS)), options);
    ck_assert_int_eq(one_of(findings, "cap-sys-admin")->reason, cases[i].reason);
    ctsec_findings_free(findings);
    ctsec_options_free(options);
  }
}
END_TEST

/* The remedy takes back what the input said, in its words. */
START_TEST(masks_are_put_back_in_the_words_of_the_input) {
  static const char *const cases[][3] = {
      {"podman run --security-opt unmask=ALL a", "unmask=ALL", "/proc/kcore, /proc/keys, /proc/timer_list, /proc/sched_debug, "
       "/sys/firmware, /proc/bus, /proc/fs, /proc/irq, /proc/sys, /proc/sysrq-trigger"},
      {"podman run --security-opt=unmask=/proc/acpi:/proc/sys a", "unmask=/proc/acpi:/proc/sys", "/proc/sys"},
      {"podman run --security-opt 'unmask=/sys/*' a", "unmask=/sys/*", "/sys/firmware"},
      {"{\"ImageName\":\"a\",\"HostConfig\":{},\"Config\":{\"CreateCommand\":[\"podman\",\"run\",\"--security-opt\",\"unmask=/proc/keys\",\"a\"]}}",
       "unmask=/proc/keys", "/proc/keys"},
      {RUN "--security-opt systempaths=unconfined a", "systempaths=unconfined", NULL},
      {"podman run --security-opt unmask=/proc/acpi a", NULL, NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_options *options = options_of("lsm=none");
    ctsec_findings *findings = findings_of(cases[i][0], options);
    const ctsec_finding *finding = one_of(findings, "proc-unmasked");
    ck_assert_msg(!finding == !cases[i][1], "%s", cases[i][0]);
    if (finding) ck_assert_str_eq(finding->values.name, cases[i][1]);
    if (finding && cases[i][2]) ck_assert_str_eq(finding->observed, cases[i][2]);
    ctsec_findings_free(findings);
    ctsec_options_free(options);
  }
}
END_TEST

/* A standard's verdict is what it is. */
START_TEST(standards_keep_their_weight) {
  ctsec_options *options = options_of("lsm=selinux");
  ck_assert_int_eq(ctsec_options_set(options, "policy", "cis-docker", 10, NULL), 0);
  ctsec_findings *findings = findings_of(RUN "-v /etc:/e --cap-add SYS_MODULE a", options);
  ck_assert_uint_gt(ctsec_findings_count(findings), 0);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    ck_assert(!(finding->reachable | finding->possible | finding->blocked));
    ck_assert(finding->reason != CT_MESSAGE_REASON_CLOSED);
  }
  ctsec_findings_free(findings);
  ctsec_options_free(options);
}
END_TEST

/* What a container is given and paths hang on is what some rule speaks of. */
START_TEST(every_given_condition_has_a_rule) {
  /* Not things to change, or about which no rule is. */
  static const uint8_t others[] = {CT_TERM_NOT_UID0,    CT_TERM_BOUNDING_MORE,    CT_TERM_PRIVATE_NET, CT_TERM_HOST_FS,
                                   CT_TERM_HOST_FS_WRITABLE, CT_TERM_CWD_FD, CT_TERM_ALL_CAPS};
  uint8_t shown[CT_CONDITION_COUNT] = {0};
  for (int rule = 0; rule < CT_RULE_COUNT; rule++) {
    const uint8_t *terms = ct_rule_shows[rule];
    if (!*terms) continue;
    ck_assert_uint_ne(terms[1], 0);
    while (*++terms) {
      ck_assert_uint_le(*terms, CT_CONDITION_COUNT);
      shown[*terms - 1] = 1;
    }
  }
  for (unsigned i = 0; i < CT_CONDITION_COUNT; i++) {
    int given = !(ct_gates.words[i >> 6] >> (i & 63) & 1);
    ck_assert_msg(!given || shown[i] || memchr(others, (int)i, sizeof others), "no rule speaks of %s", ct_condition_name((ct_term)i));
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("reach");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, severity_follows_reachability, 0, (int)(sizeof rows / sizeof *rows));
  tcase_add_test(all, what_is_not_lowered_says_why);
  tcase_add_test(all, masks_are_put_back_in_the_words_of_the_input);
  tcase_add_test(all, standards_keep_their_weight);
  tcase_add_test(all, every_given_condition_has_a_rule);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
