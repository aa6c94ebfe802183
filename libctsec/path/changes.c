/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each single change is tried: the conditions that it ends are taken away, and what is no longer reachable is counted. */
#include <string.h>

#include "path/path.h"

#define TERMS_MOST 12

typedef struct change {
  uint16_t text;
  /* The condition that must hold for the change to mean anything, and whose evidence it names. */
  uint8_t term;
  uint8_t ends[TERMS_MOST];
  /* Of a capability to drop. */
  uint8_t cap;
} change;

/* A list of conditions ends with a 0, which no change ends: CT_TERM_UID0 stands first where it is meant. */
#define ONE(message, term) {CT_MESSAGE_PATH_CHANGE_##message, CT_TERM_##term, {CT_TERM_##term}, 0}
#define CAP(term) {CT_MESSAGE_PATH_CHANGE_DROP, CT_TERM_CAP_##term, {CT_TERM_CAP_##term}, CT_CAP_##term}
#define C(term) CT_TERM_##term

static const change changes[] = {
    {CT_MESSAGE_PATH_CHANGE_USER,
     C(UID0),
     {C(UID0), C(CAP_SYS_ADMIN), C(CAP_DAC_READ_SEARCH), C(CAP_DAC_OVERRIDE), C(CAP_SYS_MODULE), C(CAP_SYS_PTRACE),
      C(CAP_MKNOD), C(CAP_SYS_RAWIO), C(CAP_PERFMON), C(CAP_NET_ADMIN), C(CAP_NET_RAW), C(CAP_CHECKPOINT_RESTORE)},
     0},
    ONE(USERNS, INIT_USERNS),
    CAP(SYS_ADMIN),
    CAP(DAC_READ_SEARCH),
    CAP(DAC_OVERRIDE),
    CAP(SYS_MODULE),
    CAP(SYS_PTRACE),
    CAP(SYS_CHROOT),
    CAP(MKNOD),
    CAP(SYS_RAWIO),
    CAP(BPF),
    CAP(PERFMON),
    CAP(NET_ADMIN),
    CAP(NET_RAW),
    CAP(CHECKPOINT_RESTORE),
    ONE(PROPAGATION, PROPAGATION),
    {CT_MESSAGE_PATH_CHANGE_DEVICE, C(BLOCK_ALLOWED), {C(BLOCK_ALLOWED), C(BLOCK_NODE)}, 0},
    ONE(DEVICE, MEMORY_DEVICE),
    ONE(HOST_PID, HOST_PID),
    {CT_MESSAGE_PATH_CHANGE_HOST_NET, C(HOST_NET), {C(HOST_NET)}, 0},
    ONE(PEER, PEER),
    ONE(DOCKER_HOST, DOCKER_HOST),
    ONE(READ_ONLY_PATHS, PROC_SYS_WRITABLE),
    ONE(NNP, NO_NNP),
    ONE(WORKING_DIRECTORY, CWD_FD),
    ONE(SYSCTL, SYSCTL_VALUE),
    ONE(HOOKS, HOOKS),
    ONE(ANNOTATION, HOOK_ANNOTATIONS),
};

#undef ONE
#undef CAP

/* Calls that no default profile lets through; the others it opens with a capability that counts on its own. */
static const uint8_t closed_by_default[] = {C(CALL_KEYRING), C(CALL_USERFAULTFD), C(CALL_IO_URING)};

static void end(ct_levels *levels, const uint8_t *terms, size_t count) {
  for (size_t i = 0; i < count && (i == 0 || terms[i]); i++) levels->of[terms[i]] = CT_NO;
}

static void end_conditions(const ct_path_case *about, ct_levels *after, const change *tried) {
  end(after, tried->ends, TERMS_MOST);
  /* Without the host's network there is one of its own. */
  if (tried->term == CT_TERM_HOST_NET) after->of[CT_TERM_PRIVATE_NET] = CT_YES;
  /* The kubelet maps the users of mounts too. */
  if (tried->term == CT_TERM_INIT_USERNS && !about->container->pod_spec) after->of[CT_TERM_IDMAPPED] = CT_NO;
  if (tried->term != CT_TERM_UID0) return;
  after->of[CT_TERM_CAP_SYS_CHROOT] = after->of[CT_TERM_CAP_BPF] = after->of[CT_TERM_ALL_CAPS] = CT_NO;
  after->of[CT_TERM_NOT_UID0] = CT_YES;
  after->of[CT_TERM_BOUNDING_MORE] = about->container->facts.created.bounding ? CT_YES : CT_NO;
}

/* Solves with the conditions of levels, and counts what before reached and after does not. */
static void compare(const ct_levels *before, const ct_levels *changed, ct_cut *cut) {
  ct_levels after = *changed;
  ct_path_conclude(&after);
  cut->ends = before->reachable & ~after.reachable;
  cut->ends_possible = before->open & ~before->reachable & ~after.open;
  cut->count = (uint32_t)__builtin_popcountll(cut->ends);
  cut->possible_count = (uint32_t)__builtin_popcountll(cut->ends_possible);
}

static int is_same(const ct_cut *a, const ct_cut *b) {
  return a->text == b->text && (a->word == b->word || (a->word && b->word && !strcmp(a->word, b->word)));
}

static uint32_t insert(ct_cut *cuts, uint32_t count, const ct_cut *made) {
  if (!made->count) return count;
  for (uint32_t i = 0; i < count; i++) {
    if (!is_same(&cuts[i], made)) continue;
    cuts[i].ends |= made->ends;
    cuts[i].ends_possible |= made->ends_possible;
    cuts[i].count = (uint32_t)__builtin_popcountll(cuts[i].ends);
    cuts[i].possible_count = (uint32_t)__builtin_popcountll(cuts[i].ends_possible);
    return count;
  }
  uint32_t at = count < CT_CUTS_MOST ? count : CT_CUTS_MOST - 1;
  for (; at && (cuts[at - 1].count < made->count ||
                (cuts[at - 1].count == made->count && cuts[at - 1].possible_count < made->possible_count));
       at--)
    cuts[at] = cuts[at - 1];
  cuts[at] = *made;
  return count < CT_CUTS_MOST ? count + 1 : count;
}

/* What --privileged brings: every capability that nobody added by name, the devices, no filter, no masks, no LSM. */
static uint32_t without_privileged(const ct_path_case *about, const ct_levels *levels, ct_cut *cuts, uint32_t count) {
  if (levels->of[CT_TERM_PRIVILEGED] != CT_YES) return count;
  static const uint8_t brought[] = {
      C(PRIVILEGED),    C(ALL_CAPS),       C(CAP_SYS_ADMIN),      C(CAP_DAC_READ_SEARCH), C(CAP_SYS_MODULE),
      C(CAP_SYS_PTRACE), C(CAP_SYS_RAWIO), C(CAP_BPF),            C(CAP_PERFMON),         C(CAP_NET_ADMIN),
      C(CAP_CHECKPOINT_RESTORE), C(BLOCK_NODE), C(BLOCK_ALLOWED), C(MEMORY_DEVICE),       C(PROC_SYS_WRITABLE),
      C(SYSRQ_WRITABLE), C(CALL_USERNS),
  };
  ct_levels after = *levels;
  end(&after, brought, sizeof brought);
  end(&after, closed_by_default, sizeof closed_by_default);
  ct_cut cut = {.text = CT_MESSAGE_PATH_CHANGE_PRIVILEGED, .at = about->values[CT_TERM_PRIVILEGED].at};
  compare(levels, &after, &cut);
  return insert(cuts, count, &cut);
}

static uint32_t with_default_filter(const ct_path_case *about, const ct_levels *levels, ct_cut *cuts, uint32_t count) {
  const ct_container *container = about->container;
  if (container->seccomp.mode == CT_SECCOMP_DEFAULT || ct_is_true(&container->privileged)) return count;
  ct_levels after = *levels;
  end(&after, closed_by_default, sizeof closed_by_default);
  /* Without CAP_SYS_ADMIN the default profile keeps new user namespaces closed. */
  if (levels->of[CT_TERM_CAP_SYS_ADMIN] != CT_YES)
    after.of[CT_TERM_CALL_USERNS] = after.of[CT_TERM_CALL_UNSHARE_CGROUP] = after.of[CT_TERM_CALL_MOUNT] = CT_NO;
  ct_cut cut = {.text = CT_MESSAGE_PATH_CHANGE_SECCOMP, .at = container->seccomp.from.at};
  compare(levels, &after, &cut);
  return insert(cuts, count, &cut);
}

static uint32_t with_default_lsm(const ct_path_case *about, const ct_levels *levels, ct_cut *cuts, uint32_t count) {
  const ct_container *container = about->container;
  if (container->apparmor.mode != CT_LSM_UNCONFINED && container->selinux.mode != CT_LSM_UNCONFINED) return count;
  if (ct_is_true(&container->privileged)) return count;
  static const uint8_t denied[] = {C(LSM_MOUNT), C(LSM_TRACE), C(LSM_APPARMOR_OFF), C(LSM_OFF), C(LSM_PROC)};
  ct_levels after = *levels;
  end(&after, denied, sizeof denied);
  ct_cut cut = {.text = CT_MESSAGE_PATH_CHANGE_LSM,
                .at = container->apparmor.from.at ? container->apparmor.from.at : container->selinux.from.at};
  compare(levels, &after, &cut);
  return insert(cuts, count, &cut);
}

/* What a mount shows; those marked do not survive that it is read-only. */
static const struct {
  uint8_t term;
  uint8_t writes;
} shown_by_mounts[] = {{C(SOCKET), 0},    {C(HOST_READ), 0}, {C(BLOCK_NODE), 0},   {C(PROPAGATION), 0}, {C(HOST_WRITE), 1},
                       {C(PROC_MOUNT), 1}, {C(SYS_MOUNT), 1}, {C(LXCFS), 1},        {C(VAR_LOG), 1},     {C(CGROUP_MOUNT), 1}};
#define SHOWN (sizeof shown_by_mounts / sizeof *shown_by_mounts)

static uint32_t without_mount(const ct_path_case *about, const ct_levels *levels, size_t first, int read_only, ct_cut *cuts,
                              uint32_t count) {
  const ct_condition_value *shown = &about->values[shown_by_mounts[first].term];
  ct_levels after = *levels;
  for (size_t i = 0; i < SHOWN; i++) {
    const ct_condition_value *value = &about->values[shown_by_mounts[i].term];
    if (value->at == shown->at && !value->others && (!read_only || shown_by_mounts[i].writes))
      after.of[shown_by_mounts[i].term] = CT_NO;
  }
  ct_cut cut = {.text = read_only ? CT_MESSAGE_PATH_CHANGE_READ_ONLY : CT_MESSAGE_PATH_CHANGE_MOUNT, .word = shown->word, .at = shown->at};
  compare(levels, &after, &cut);
  return insert(cuts, count, &cut);
}

static uint32_t without_mounts(const ct_path_case *about, const ct_levels *levels, ct_cut *cuts, uint32_t count) {
  for (size_t i = 0; i < SHOWN; i++) {
    const ct_condition_value *value = &about->values[shown_by_mounts[i].term];
    if (value->level != CT_YES || !value->at || !value->word || *value->word != '/') continue;
    count = without_mount(about, levels, i, 0, cuts, count);
    if (shown_by_mounts[i].writes) count = without_mount(about, levels, i, 1, cuts, count);
  }
  return count;
}

uint32_t ct_path_cuts(const ct_path_case *about, const ct_levels *levels, ct_cut *cuts) {
  uint32_t count = 0;
  int privileged = levels->of[CT_TERM_PRIVILEGED] == CT_YES;
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    const change *tried = &changes[i];
    if (levels->of[tried->term] != CT_YES) continue;
    /* --cap-drop and devices mean nothing to an engine that was told --privileged. */
    if (privileged && (tried->text == CT_MESSAGE_PATH_CHANGE_DROP || tried->text == CT_MESSAGE_PATH_CHANGE_DEVICE ||
                       tried->text == CT_MESSAGE_PATH_CHANGE_READ_ONLY_PATHS))
      continue;
    ct_levels after = *levels;
    end_conditions(about, &after, tried);
    const ct_condition_value *value = &about->values[tried->term];
    ct_cut cut = {.text = (ct_message_id)tried->text, .word = value->word, .at = value->at};
    if (tried->text == CT_MESSAGE_PATH_CHANGE_DROP) cut.word = ctsec_cap_name(tried->cap);
    compare(levels, &after, &cut);
    count = insert(cuts, count, &cut);
  }
  count = without_mounts(about, levels, cuts, count);
  count = without_privileged(about, levels, cuts, count);
  count = with_default_filter(about, levels, cuts, count);
  return with_default_lsm(about, levels, cuts, count);
}
