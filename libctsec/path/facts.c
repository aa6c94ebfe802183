/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who the process is, what it shares with the host, and what the security module makes of that. */
#include <string.h>

#include "caps/names.h"
#include "path/path.h"
#include "verdict/confinement.h"

void ct_path_set(ct_path_case *about, ct_term condition, unsigned level, const ct_value *at, const char *word) {
  ct_condition_value *value = &about->values[condition];
  if (value->level == CT_YES && level == CT_YES) value->others |= value->at != at;
  if (value->level == CT_YES || (value->level == CT_MAYBE && level == CT_NO)) return;
  *value = (ct_condition_value){.level = (uint8_t)level, .at = at, .word = word};
}

void ct_path_need(ct_path_case *about, ct_term condition, const char *needs, const ct_value *at) {
  ct_condition_value *value = &about->values[condition];
  const char *said = ct_options_fact(about->options, needs);
  if (said && (!strcmp(said, "yes") || !strcmp(said, "allows"))) ct_path_set(about, condition, CT_YES, at, NULL);
  if (said && (!strcmp(said, "no") || !strcmp(said, "denies"))) return;
  if (value->level == CT_NO) *value = (ct_condition_value){.level = CT_MAYBE, .needs = needs, .at = at};
}

static void set_tristate(ct_path_case *about, ct_term condition, unsigned level, const char *needs, const ct_value *at) {
  if (level == CT_MAYBE)
    ct_path_need(about, condition, needs, at);
  else
    ct_path_set(about, condition, level, at, NULL);
}

ct_message_id ct_path_says(const ct_path_case *about, ct_term condition, const char **needs) {
  const ct_container *container = about->container;
  const ct_condition_value *value = &about->values[condition];
  *needs = value->level == CT_MAYBE ? value->needs : NULL;
  if (condition != CT_TERM_UID0 || value->level != CT_YES || container->user.length || ct_options_fact(about->options, "uid"))
    return ct_condition_text(condition);
  /* No user is named, and the image is not at hand. */
  if (container->format != CT_FORMAT_RUN && container->format != CT_FORMAT_COMPOSE && container->format != CT_FORMAT_KUBERNETES)
    return ct_condition_text(condition);
  *needs = "uid";
  return CT_MESSAGE_PATH_UID0_UNSAID;
}

static unsigned negated(unsigned level) { return level == CT_MAYBE ? CT_MAYBE : level == CT_YES ? CT_NO : CT_YES; }

/* Where each capability comes from, as far as the input names it. */
static void find_named(const ct_container *container, const ct_value *at[CT_CAP_COUNT]) {
  const ct_value *other = ct_is_true(&container->privileged) ? container->privileged.from.at : container->effective.from.at;
  uint64_t found = 0;
  for (uint32_t i = 0; i < container->cap_add.count; i++) {
    const ct_text *word = &container->cap_add.items[i];
    size_t skip = strncasecmp(word->value, "CAP_", 4) ? 0 : 4;
    int number = ct_cap_named(word->value, word->length);
    uint64_t named = number >= 0 ? UINT64_C(1) << number : strcasecmp(word->value + skip, "ALL") ? 0 : CT_CAPS_ALL;
    for (named &= ~found; named; named &= named - 1) at[__builtin_ctzll(named)] = word->from.at, found |= named & -named;
  }
  for (uint64_t rest = CT_CAPS_ALL & ~found; rest; rest &= rest - 1) at[__builtin_ctzll(rest)] = other;
}

static void set_caps(ct_path_case *about) {
  static const struct {
    uint8_t term;
    uint8_t cap;
  } caps[] = {
#define C(name) {CT_TERM_CAP_##name, CT_CAP_##name}
      C(SYS_ADMIN), C(DAC_READ_SEARCH), C(DAC_OVERRIDE), C(SYS_MODULE), C(SYS_PTRACE), C(SYS_CHROOT), C(MKNOD),
      C(SYS_RAWIO), C(BPF), C(PERFMON), C(NET_ADMIN), C(NET_RAW), C(CHECKPOINT_RESTORE)
#undef C
  };
  const ctsec_confinement *confinement = about->confinement;
  const char *open = about->container->facts.exec_known
                         ? NULL
                         : ct_container_needs(about->container, about->container->privileged.from.at);
  const ct_value *named[CT_CAP_COUNT];
  find_named(about->container, named);
  for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
    uint64_t bit = UINT64_C(1) << caps[i].cap;
    unsigned level = confinement->caps & bit ? CT_YES : confinement->maybe_caps & bit ? CT_MAYBE : CT_NO;
    set_tristate(about, (ct_term)caps[i].term, level, open ? open : "uid",
                 named[caps[i].cap]);
  }
  const ct_facts *facts = &about->container->facts;
  set_tristate(about, CT_TERM_ALL_CAPS, facts->all_caps ? facts->root : CT_NO, "uid", NULL);
  uint64_t more = facts->created.bounding & ~confinement->caps;
  set_tristate(about, CT_TERM_BOUNDING_MORE, !(facts->created_known & CT_FACT_BOUNDING) ? CT_MAYBE : more ? CT_YES : CT_NO,
               "uid", NULL);
}

/* Runtimes that bring a kernel of their own. */
static int has_own_kernel(const ct_container *container) {
  static const char names[][12] = {"kata", "runsc", "gvisor", "firecracker"};
  for (size_t i = 0; container->runtime.value && i < sizeof names / sizeof *names; i++)
    if (strstr(container->runtime.value, names[i])) return 1;
  return 0;
}

static void set_identity(ct_path_case *about) {
  const ct_container *container = about->container;
  const ct_facts *facts = &container->facts;
  const ct_value *user = container->user.from.at;
  set_tristate(about, CT_TERM_UID0, facts->root, "uid", user);
  set_tristate(about, CT_TERM_NOT_UID0, negated(facts->root), "uid", user);
  set_tristate(about, CT_TERM_INIT_USERNS, negated(about->confinement->mapped), "userns",
               container->namespaces[CT_NS_USER].from.at);
  ct_path_set(about, CT_TERM_HOST_KERNEL, has_own_kernel(container) ? CT_NO : CT_YES, container->runtime.from.at, NULL);
  set_tristate(about, CT_TERM_NO_NNP, negated(facts->no_new_privileges), "no-new-privileges",
               container->no_new_privileges.from.at);
  if (ct_is_true(&container->privileged))
    ct_path_set(about, CT_TERM_PRIVILEGED, CT_YES, container->privileged.from.at, NULL);
  else if (facts->all_caps && container->seccomp.mode == CT_SECCOMP_UNCONFINED && !container->masked_paths.count)
    ct_path_set(about, CT_TERM_PRIVILEGED, CT_YES, container->bounding.from.at, NULL);
}

/* docker.sock belongs to a group that its host numbers as it likes; that of a daemon without root to its user. */
static void set_groups(ct_path_case *about) {
  const ct_container *container = about->container;
  const ct_user *user = &container->user;
  for (uint32_t i = 0; i < container->groups.count; i++) {
    const ct_text *group = &container->groups.items[i];
    if (group->length && strcmp(group->value, "0")) ct_path_need(about, CT_TERM_SOCKET_GROUP, "socket-group", group->from.at);
  }
  if (user->gid_state == CT_SET && user->gid) ct_path_need(about, CT_TERM_SOCKET_GROUP, "socket-group", user->from.at);
  for (uint32_t i = 0; user->uid_state == CT_SET && user->uid && i < container->mounts.count; i++) {
    static const char folder[] = "/run/user/";
    const ct_text *source = &container->mounts.items[i].source;
    if (source->length <= sizeof folder || strncmp(source->value, folder, sizeof folder - 1)) continue;
    uint64_t owner = 0;
    const char *at = source->value + sizeof folder - 1;
    for (; *at >= '0' && *at <= '9' && owner < UINT32_MAX; at++) owner = owner * 10 + (uint64_t)(*at - '0');
    if (owner == user->uid && (*at == '/' || !*at)) ct_path_set(about, CT_TERM_SOCKET_GROUP, CT_YES, source->from.at, NULL);
  }
}

static void set_namespaces(ct_path_case *about) {
  static const struct {
    uint8_t kind;
    uint8_t term;
  } rows[] = {{CT_NS_PID, CT_TERM_HOST_PID}, {CT_NS_NET, CT_TERM_HOST_NET}, {CT_NS_CGROUP, CT_TERM_CGROUP_ROOT}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const ct_namespace *space = &about->container->namespaces[rows[i].kind];
    unsigned level = space->from.state == CT_UNKNOWN ? CT_MAYBE : ct_namespace_is_host(space) ? CT_YES : CT_NO;
    const char *needs = rows[i].kind == CT_NS_CGROUP ? "cgroup" : rows[i].kind == CT_NS_PID ? "host-pid" : "host-network";
    /* A variable that was not given, where no fact says what it would. */
    if (level == CT_MAYBE && space->from.at && !ct_options_fact(about->options, needs)) {
      const char *open = ct_container_needs(about->container, space->from.at);
      if (open) needs = open;
    }
    set_tristate(about, (ct_term)rows[i].term, level, needs, space->from.at);
  }
  /* In a cgroup namespace of its own it may still sit at the root of a hierarchy that the engine does not use. */
  ct_path_need(about, CT_TERM_CGROUP_ROOT, "cgroup-root", NULL);
  const ct_namespace *net = &about->container->namespaces[CT_NS_NET];
  int none = net->text && !strcmp(net->text, "none");
  if (net->from.state == CT_UNKNOWN)
    ct_path_need(about, CT_TERM_PRIVATE_NET, "host-network", net->from.at);
  else
    ct_path_set(about, CT_TERM_PRIVATE_NET, ct_namespace_is_host(net) || none ? CT_NO : CT_YES, net->from.at, NULL);
}

/* Both modules have to let it pass: bit 0 AppArmor, bit 1 SELinux. */
static void set_lsm(ct_path_case *about, ct_term condition, unsigned modules) {
  const ctsec_confinement *c = about->confinement;
  const struct {
    unsigned state;
    const char *needs;
    const ct_value *at;
  } module[] = {{c->apparmor, "apparmor-profile", about->container->apparmor.from.at},
                {c->selinux, "selinux-policy", about->container->selinux.from.at}};
  const char *needs = NULL;
  const ct_value *at = NULL;
  for (int i = 0; i < 2; i++) {
    if (!(modules >> i & 1)) continue;
    if (module[i].at) at = module[i].at;
    if (module[i].state == CT_CONFINED_DEFAULT) {
      ct_path_set(about, condition, CT_NO, module[i].at, NULL);
      return;
    }
    if (module[i].state == CT_CONFINED_UNKNOWN) needs = "lsm";
    if (module[i].state == CT_CONFINED_OTHER && !needs) needs = module[i].needs;
  }
  if (needs)
    ct_path_need(about, condition, needs, at);
  else
    ct_path_set(about, condition, CT_YES, at, NULL);
}

static int is_labelled(const ct_mount *mount) {
  return mount->labelled || ct_mount_has(mount, "z") || ct_mount_has(mount, "Z");
}

/* What is mounted with :z or :Z gets the container's label: whether that is enough depends on what it is. */
static void set_host_files(ct_path_case *about) {
  const ct_mounts *mounts = &about->container->mounts;
  set_lsm(about, CT_TERM_LSM_HOST_FILES, 2);
  if (about->confinement->selinux != CT_CONFINED_DEFAULT) return;
  for (uint32_t i = 0; i < mounts->count; i++)
    if (is_labelled(&mounts->items[i])) ct_path_need(about, CT_TERM_LSM_HOST_FILES, "selinux-policy", mounts->items[i].at);
}

void ct_path_facts(ct_path_case *about) {
  set_caps(about);
  set_identity(about);
  set_groups(about);
  set_namespaces(about);
  set_lsm(about, CT_TERM_LSM_MOUNT, 3);
  set_lsm(about, CT_TERM_LSM_TRACE, 3);
  set_lsm(about, CT_TERM_LSM_APPARMOR_OFF, 1);
  set_lsm(about, CT_TERM_LSM_OFF, 3);
  set_host_files(about);
  set_lsm(about, CT_TERM_LSM_PROC, 3);
  set_lsm(about, CT_TERM_LSM_MODULE, 2);
}
