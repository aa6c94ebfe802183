/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The four areas that an audit asks about. An item is ticked by the model, and unticked by what the rules found. */
#include <string.h>

#include "base/utf8.h"
#include "report/view.h"

typedef struct item {
  ct_message_id label;
  /* Rules of which a finding unticks it, and from which severity on. */
  uint8_t first, last;
  uint8_t least;
} item;

static const item items[] = {
    {CT_MESSAGE_CHECK_PRIVILEGED, CT_RULE_PRIVILEGED, CT_RULE_PRIVILEGED, 0},
    {CT_MESSAGE_CHECK_SECCOMP, CT_RULE_SECCOMP_UNCONFINED, CT_RULE_SECCOMP_WEAK_PROFILE, 0},
    {CT_MESSAGE_CHECK_LSM, CT_RULE_APPARMOR_UNCONFINED, CT_RULE_SELINUX_DISABLED, 0},
    {CT_MESSAGE_CHECK_NAMESPACES, CT_RULE_HOST_PID, CT_RULE_HOST_UTS, 0},
    {CT_MESSAGE_CHECK_LIMITS, CT_RULE_MEM_LIMIT, CT_RULE_PIDS_LIMIT, 0},
    {CT_MESSAGE_CHECK_SECRETS, CT_RULE_SECRET_ENV, CT_RULE_SECRET_CMDLINE, 0},
    {CT_MESSAGE_CHECK_DROP_ALL, CT_RULE_CAP_DROP_ALL_MISSING, CT_RULE_CAP_DROP_ALL_MISSING, 0},
    {CT_MESSAGE_CHECK_EXTRA, CT_RULE_COUNT, 0, 0},
    {CT_MESSAGE_CHECK_DANGEROUS, CT_RULE_CAP_SYS_ADMIN, CT_RULE_CAP_LEASE, CTSEC_SEVERITY_HIGH},
    {CT_MESSAGE_CHECK_ROOT, CT_RULE_ROOT_USER, CT_RULE_ROOT_USER, 0},
    {CT_MESSAGE_CHECK_NNP, CT_RULE_NO_NEW_PRIVILEGES, CT_RULE_NO_NEW_PRIVILEGES, 0},
    {CT_MESSAGE_CHECK_MAPPED, CT_RULE_COUNT, 0, 0},
    {CT_MESSAGE_CHECK_READ_ONLY, CT_RULE_RW_ROOTFS, CT_RULE_RW_ROOTFS, 0},
    {CT_MESSAGE_CHECK_SOCKET, CT_RULE_RUNTIME_SOCKET, CT_RULE_TCP_DAEMON, 0},
    {CT_MESSAGE_CHECK_MOUNTS, CT_RULE_MOUNT_ROOT, CT_RULE_MOUNT_RUN_SECRETS, CTSEC_SEVERITY_MEDIUM},
    {CT_MESSAGE_CHECK_MASKED, CT_RULE_PROC_UNMASKED, CT_RULE_PROC_UNMASKED, 0},
    {CT_MESSAGE_CHECK_DEVICES, CT_RULE_DEVICE_HOST, CT_RULE_DEVICE_CGROUP_ALL, CTSEC_SEVERITY_LOW},
};

/* Where each area begins. */
static const struct {
  uint8_t first;
  ct_message_id title;
} areas[] = {{0, CT_MESSAGE_AREA_BASICS},
             {6, CT_MESSAGE_LAYER_CAPABILITIES},
             {9, CT_MESSAGE_AREA_USER},
             {12, CT_MESSAGE_AREA_FILES},
             {sizeof items / sizeof *items, CT_MESSAGE_NONE}};

void ct_view_add_place(const ct_view *view, ct_buffer *buffer, const ct_value *at) {
  if (!at) return;
  int64_t line, column;
  const char *source = ct_containers_source(view->findings->containers, at), *own = view->container->source;
  ct_containers_locate(view->findings->containers, at, &line, &column);
  /* The file is named at the head, unless it is another one. */
  int other = source && own && strcmp(source, own);
  ct_buffer_format(buffer, " (%s%s%lld:%lld)", other ? source : "", other ? ":" : "", (long long)line, (long long)column);
}

/* The evidence against; 0 where there is none. */
static int contradicted(const ct_view *view, const item *row, ct_buffer *evidence) {
  unsigned count = 0;
  for (uint32_t k = view->all->starts[view->index]; k < view->all->starts[view->index + 1]; k++) {
    const ctsec_finding *finding = &view->all->items[k];
    if (finding->rule < row->first || finding->rule > row->last || finding->severity < row->least) continue;
    if (count++ > 2) continue;
    if (evidence->length) ct_buffer_text(evidence, "; ");
    ct_utf8_add_visible(evidence, finding->observed, strlen(finding->observed));
    ct_view_add_place(view, evidence, finding->at);
  }
  if (count > 3) ct_buffer_format(evidence, " +%u", count - 3);
  return count > 0;
}

/* What a rule would need to know. */
static const char *missing(const ct_view *view, const item *row) {
  for (uint32_t k = view->all->questions[view->index]; k < view->all->questions[view->index + 1]; k++) {
    const ct_diagnostic *diagnostic = &view->all->diagnostics[k];
    if (diagnostic->rule >= row->first && diagnostic->rule <= row->last)
      return diagnostic->needs ? diagnostic->needs : "";
  }
  for (int rule = row->first; rule <= row->last && rule < CT_RULE_COUNT; rule++) {
    const char *needs = ct_rule_open(view->container, (ct_rule_id)rule);
    if (needs) return needs;
  }
  return NULL;
}

static ct_hold of_flag(const ct_view *view, const char *name, const ct_flag *flag, int wanted, ct_buffer *evidence) {
  if (!ct_is_set(flag->from)) return CT_HOLD_UNKNOWN;
  ct_buffer_format(evidence, "%s: %s", name, flag->value ? "true" : "false");
  if (flag->from.defaulted)
    ct_buffer_format(evidence, " (%s)", ct_view_word(view, CT_MESSAGE_ENGINE_DEFAULT));
  else
    ct_view_add_place(view, evidence, flag->from.at);
  return !flag->value == !wanted ? CT_HOLD_YES : CT_HOLD_NO;
}

static ct_hold of_user(const ct_view *view, ct_buffer *evidence) {
  const ct_user *user = &view->container->user;
  if (user->uid_state == CT_SET)
    ct_buffer_format(evidence, "uid %u", user->uid);
  else if (user->length)
    ct_utf8_add_visible(evidence, user->text, user->length);
  if (evidence->length) ct_view_add_place(view, evidence, user->from.at);
  uint8_t root = view->container->facts.root;
  return root == CT_NO ? CT_HOLD_YES : root == CT_YES ? CT_HOLD_NO : CT_HOLD_UNKNOWN;
}

static ct_hold of_caps(const ct_view *view, ct_message_id label, ct_buffer *evidence) {
  const ct_facts *facts = &view->container->facts;
  uint64_t granted = facts->after_exec.bounding;
  if (!(facts->exec_known & CT_FACT_BOUNDING)) return CT_HOLD_UNKNOWN;
  if (label == CT_MESSAGE_CHECK_DANGEROUS) {
    if (!(facts->exec_known & CT_FACT_EFFECTIVE) && granted & ~facts->engine_default) return CT_HOLD_UNKNOWN;
    ct_view_add_caps(view, evidence, facts->exec_known & CT_FACT_EFFECTIVE ? facts->after_exec.effective : granted);
    return CT_HOLD_YES;
  }
  uint64_t extra = granted & ~facts->engine_default;
  ct_view_add_caps(view, evidence, label == CT_MESSAGE_CHECK_EXTRA ? extra : granted);
  if (label == CT_MESSAGE_CHECK_EXTRA) return extra ? CT_HOLD_NO : CT_HOLD_YES;
  ct_view_add_place(view, evidence, view->container->cap_drop.from.at);
  return facts->all_caps ? CT_HOLD_NO : CT_HOLD_YES;
}

static ct_hold of_layer(const ct_view *view, int layer, ct_buffer *evidence) {
  ct_hold hold = view->layers[layer].hold;
  ct_utf8_add_visible(evidence, view->layers[layer].text, strlen(view->layers[layer].text));
  /* What is opened within a filter is for the rules to judge. */
  return hold == CT_HOLD_PART && layer == CT_LAYER_SECCOMP ? CT_HOLD_YES : hold;
}

/* What the model says for it. */
static ct_hold confirmed(ct_view *view, ct_message_id label, ct_buffer *evidence) {
  const ct_container *container = view->container;
  const ct_facts *facts = &container->facts;
  switch (label) {
    case CT_MESSAGE_CHECK_PRIVILEGED: return of_flag(view, "privileged", &container->privileged, 0, evidence);
    case CT_MESSAGE_CHECK_SECCOMP: return of_layer(view, CT_LAYER_SECCOMP, evidence);
    case CT_MESSAGE_CHECK_LSM: return of_layer(view, CT_LAYER_LSM, evidence);
    case CT_MESSAGE_CHECK_NAMESPACES: return of_layer(view, CT_LAYER_NAMESPACES, evidence);
    case CT_MESSAGE_CHECK_LIMITS: return of_layer(view, CT_LAYER_CGROUPS, evidence);
    case CT_MESSAGE_CHECK_SECRETS:
      ct_buffer_format(evidence, "env: %u", container->env.count);
      return container->env.from.state == CT_UNKNOWN ? CT_HOLD_UNKNOWN : CT_HOLD_YES;
    case CT_MESSAGE_CHECK_ROOT: return of_user(view, evidence);
    case CT_MESSAGE_CHECK_NNP: return of_flag(view, "no_new_privs", &container->no_new_privileges, 1, evidence);
    case CT_MESSAGE_CHECK_MAPPED:
      if (facts->root == CT_NO) return of_user(view, evidence);
      if (facts->user_namespace == CT_MAYBE) {
        ct_buffer_text(evidence, "--fact userns=...");
        return CT_HOLD_UNKNOWN;
      }
      ct_buffer_format(evidence, "user: %s", ct_view_word(view, facts->user_namespace == CT_YES ? CT_MESSAGE_NS_OWN : CT_MESSAGE_NS_HOST));
      return facts->user_namespace == CT_YES ? CT_HOLD_YES : CT_HOLD_NO;
    case CT_MESSAGE_CHECK_READ_ONLY: return of_flag(view, "read-only", &container->readonly_rootfs, 1, evidence);
    case CT_MESSAGE_CHECK_SOCKET:
    case CT_MESSAGE_CHECK_MOUNTS: {
      if (ct_view_sees_host(view)) {
        ct_buffer_format(evidence, "mnt: %s", ct_view_word(view, CT_MESSAGE_NS_HOST));
        return CT_HOLD_NO;
      }
      if (container->mounts.from.state == CT_UNKNOWN) return CT_HOLD_UNKNOWN;
      const char *binds = ct_view_binds(view);
      ct_buffer_text(evidence, *binds ? binds : ct_view_word(view, CT_MESSAGE_NONE));
      return CT_HOLD_YES;
    }
    case CT_MESSAGE_CHECK_MASKED:
      if (!ct_is_set(container->masked_paths.from)) return CT_HOLD_UNKNOWN;
      ct_buffer_format(evidence, "maskedPaths: %u, readonlyPaths: %u", container->masked_paths.count,
                       container->readonly_paths.count);
      ct_view_add_place(view, evidence, container->masked_paths.from.at);
      return CT_HOLD_YES;
    case CT_MESSAGE_CHECK_DEVICES:
      if (ct_is_privileged(container)) {
        of_flag(view, "privileged", &container->privileged, 0, evidence);
        return CT_HOLD_NO;
      }
      ct_buffer_format(evidence, "devices: %u", container->devices.count);
      /* What a device cgroup allows is not read from a live process. */
      return container->devices.from.state == CT_UNKNOWN || container->format == CT_FORMAT_PROC ? CT_HOLD_UNKNOWN : CT_HOLD_YES;
    default: return of_caps(view, label, evidence);
  }
}

static void check(ct_view *view, ct_page *page, const item *row) {
  ct_hold hold = CT_HOLD_NO;
  ct_buffer evidence;
  ct_buffer_init(&evidence);
  if (!contradicted(view, row, &evidence)) {
    hold = confirmed(view, row->label, &evidence);
    if (hold == CT_HOLD_PART) hold = CT_HOLD_NO;
    const char *needs = hold == CT_HOLD_NO && !view->container->partial ? NULL : missing(view, row);
    if (needs) {
      hold = CT_HOLD_UNKNOWN;
      int is_file = !strncmp(needs, "file:", 5);
      if (*needs) ct_buffer_format(&evidence, is_file ? "%s%s" : "%s--fact %s=...", evidence.length ? "; " : "", needs);
    }
    if (!evidence.length) ct_buffer_text(&evidence, ct_view_word(view, CT_MESSAGE_UNKNOWN));
  }
  ct_page_check(page, hold, row->label, ct_view_keep(view, &evidence));
}

void ct_view_checklist(ct_view *view, ct_page *page) {
  const char *const headers[] = {ct_view_word(view, CT_MESSAGE_PAGE_CHECK), ct_view_word(view, CT_MESSAGE_PAGE_STATE),
                                 ct_view_word(view, CT_MESSAGE_PAGE_EVIDENCE)};
  for (size_t a = 0; a + 1 < sizeof areas / sizeof *areas; a++) {
    const char *title = ct_view_word(view, areas[a].title);
    ct_page_heading(page, 4, title);
    if (page->form == CT_PAGE_HTML) ct_page_table(page, title, headers, 3);
    for (uint8_t i = areas[a].first; i < areas[a + 1].first; i++) check(view, page, &items[i]);
    if (page->form == CT_PAGE_HTML)
      ct_page_table_end(page);
    else
      ct_buffer_char(page->out, '\n');
  }
}
