/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a container may do, said in a page: each privilege with what it is for, and what keeps from more. */
#include <string.h>

#include "base/utf8.h"
#include "report/view.h"

static void say(ct_view *view, ct_page *page, ct_message_id id, const ct_message_value *values, size_t count) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_message_add(&buffer, id, view->lang, values, count);
  ct_page_paragraph(page, ct_view_keep(view, &buffer));
}

static void say_name(ct_view *view, ct_page *page, ct_message_id id, const char *name) {
  const ct_message_value value = {name ? "names" : "", name ? name : ""};
  say(view, page, id, &value, 1);
}

static const char *number(ct_view *view, uint64_t value) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_unsigned(&buffer, value);
  return ct_view_keep(view, &buffer);
}

static const char *cap_names(ct_view *view, uint64_t mask) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_view_add_caps(view, &buffer, mask);
  return ct_view_keep(view, &buffer);
}

static int drops_all(const ct_container *container) {
  for (uint32_t i = 0; i < container->cap_drop.count; i++) {
    const ct_text *text = &container->cap_drop.items[i];
    if (text->length >= 3 && (text->value[text->length - 1] | 32) == 'l' && ct_cap_named(text->value, text->length) < 0)
      return 1;
  }
  return 0;
}

static void list_caps(ct_view *view, ct_page *page, uint64_t mask) {
  ct_page_list(page);
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    if (!(mask >> i & 1)) continue;
    ct_buffer buffer;
    ct_buffer_init(&buffer);
    ct_buffer_text(&buffer, ct_view_word(view, (ct_message_id)(CT_MESSAGE_PURPOSE_0 + i)));
    if (!(CT_DEFAULT_DOCKER >> i & 1)) ct_buffer_format(&buffer, " (%s)", ct_view_word(view, CT_MESSAGE_SAY_ATYPICAL));
    ct_page_item(page, ctsec_cap_name(i) + 4, ct_view_keep(view, &buffer));
  }
  ct_page_list_end(page);
}

static void say_caps(ct_view *view, ct_page *page) {
  const ct_facts *facts = &view->container->facts;
  uint64_t granted = facts->after_exec.bounding, removed = facts->engine_default & ~granted;
  if (!(facts->exec_known & CT_FACT_BOUNDING)) return;
  const ct_message_value values[] = {{"count", number(view, (uint64_t)ct_count_bits(granted))},
                                     {"removed", number(view, (uint64_t)ct_count_bits(removed))},
                                     {"added", number(view, (uint64_t)ct_count_bits(granted & ~facts->engine_default))}};
  int dropped = drops_all(view->container) && !ct_is_privileged(view->container);
  if ((granted & CT_CAPS_ALL) == CT_CAPS_ALL) {
    say(view, page, CT_MESSAGE_SAY_CAPS_ALL, NULL, 0);
  } else if (!granted) {
    say(view, page, dropped ? CT_MESSAGE_SAY_DROP_ALL_NONE : CT_MESSAGE_SAY_CAPS_NONE, NULL, 0);
    return;
  } else {
    say(view, page, dropped ? CT_MESSAGE_SAY_DROP_ALL : CT_MESSAGE_SAY_CAPS, values, 3);
    list_caps(view, page, granted);
    if (removed && !dropped) say_name(view, page, CT_MESSAGE_SAY_REMOVED, cap_names(view, removed));
  }
  if (!(facts->exec_known & CT_FACT_EFFECTIVE)) {
    say(view, page, CT_MESSAGE_SAY_EFFECTIVE_UNKNOWN, NULL, 0);
  } else if (facts->after_exec.effective != granted || facts->root != CT_YES) {
    const ct_message_value value = {"count", number(view, (uint64_t)ct_count_bits(facts->after_exec.effective))};
    say(view, page, facts->after_exec.effective ? CT_MESSAGE_SAY_EFFECTIVE : CT_MESSAGE_SAY_EFFECTIVE_NONE, &value, 1);
  }
}

void ct_view_say_calls(ct_view *view, ct_page *page) {
  const ct_call_table *calls = &view->calls;
  if (calls->state == CT_CALLS_UNCONFINED) {
    say(view, page, CT_MESSAGE_SAY_SECCOMP_NONE, NULL, 0);
    return;
  }
  if (calls->state == CT_CALLS_UNKNOWN && view->container->seccomp.mode == CT_SECCOMP_LOADED) {
    const ct_message_value value = {"name", ct_view_word(view, CT_MESSAGE_FILTER_UNREAD)};
    say(view, page, CT_MESSAGE_SAY_SECCOMP_IS, &value, 1);
    return;
  }
  if (calls->state == CT_CALLS_UNKNOWN && view->container->seccomp.mode == CT_SECCOMP_UNCONFINED) {
    say(view, page, CT_MESSAGE_SAY_SECCOMP_KUBELET, NULL, 0);
    return;
  }
  if (calls->state == CT_CALLS_UNKNOWN) {
    const ct_text *profile = &view->container->seccomp.profile;
    const ct_message_value value = {"name", view->container->seccomp.mode == CT_SECCOMP_FILE && profile->length
                                                ? profile->value
                                                : ct_view_word(view, CT_MESSAGE_UNKNOWN)};
    say(view, page, CT_MESSAGE_SAY_SECCOMP_UNKNOWN, &value, 1);
    return;
  }
  const ct_message_value values[] = {{"profile", ct_view_profile(view)},
                                     {"allowed", number(view, calls->counts[CT_CALL_ALLOWED])},
                                     {"conditional", number(view, calls->counts[CT_CALL_CONDITIONAL])},
                                     {"refused", number(view, calls->counts[CT_CALL_REFUSED])},
                                     {"total", number(view, calls->total)}};
  say(view, page, CT_MESSAGE_SAY_SECCOMP, values, 5);
  for (int opened = 0; opened < 2; opened++) {
    ct_buffer names;
    ct_buffer_init(&names);
    if (opened)
      ct_calls_add_opened(&names, calls);
    else
      ct_calls_add_refused(&names, calls);
    const char *text = ct_view_keep(view, &names);
    if (*text) say_name(view, page, opened ? CT_MESSAGE_SAY_OPENED : CT_MESSAGE_SAY_REFUSED, text);
  }
}

static void say_lsm(ct_view *view, ct_page *page) {
  const ct_layer *layer = &view->layers[CT_LAYER_LSM];
  const ct_message_value value = {"name", layer->text};
  say(view, page, layer->hold == CT_HOLD_YES ? CT_MESSAGE_SAY_LSM : layer->hold == CT_HOLD_NO ? CT_MESSAGE_SAY_LSM_NONE
                                                                                            : CT_MESSAGE_SAY_LSM_UNKNOWN,
      &value, 1);
}

static void say_user(ct_view *view, ct_page *page) {
  const ct_container *container = view->container;
  const ct_facts *facts = &container->facts;
  ct_buffer name;
  ct_buffer_init(&name);
  if (container->user.uid_state == CT_SET)
    ct_buffer_format(&name, "uid %u", container->user.uid);
  else if (container->user.length)
    ct_buffer_add(&name, container->user.text, container->user.length);
  else
    ct_buffer_text(&name, ct_view_word(view, CT_MESSAGE_SAY_USER_IMAGE));
  const ct_message_value value = {"name", ct_view_keep(view, &name)};
  int image = container->user.from.defaulted && (container->format == CT_FORMAT_COMPOSE || container->format == CT_FORMAT_RUN);
  say(view, page, facts->root == CT_YES ? image ? CT_MESSAGE_SAY_ROOT_UNLESS : CT_MESSAGE_SAY_ROOT
                  : facts->root == CT_NO ? CT_MESSAGE_SAY_UID : CT_MESSAGE_SAY_USER_UNKNOWN,
      &value, 1);
  if (facts->root != CT_NO || facts->user_namespace == CT_YES)
    say(view, page, facts->user_namespace == CT_YES  ? CT_MESSAGE_SAY_MAPPED
                    : facts->user_namespace == CT_NO ? CT_MESSAGE_SAY_NOT_MAPPED
                                                     : CT_MESSAGE_SAY_MAPPED_UNKNOWN,
        NULL, 0);
  if (ct_is_set(container->no_new_privileges.from))
    say(view, page, facts->no_new_privileges == CT_YES ? CT_MESSAGE_SAY_NNP : CT_MESSAGE_SAY_NNP_OFF, NULL, 0);
}

int ct_view_sees_host(const ct_view *view) {
  const ct_namespace *space = &view->container->namespaces[CT_NS_MOUNT];
  return ct_is_set(space->from) && space->mode == CT_NS_HOST;
}

const char *ct_view_binds(ct_view *view) {
  enum { MOST = 20 };
  const ct_mounts *mounts = &view->container->mounts;
  ct_buffer names;
  ct_buffer_init(&names);
  unsigned count = 0;
  for (uint32_t i = 0; i < mounts->count; i++) {
    const ct_mount *mount = &mounts->items[i];
    if (mount->own || !mount->source.length || !ct_text_is(&mount->type, "bind")) continue;
    if (count++ >= MOST) continue;
    if (names.length) ct_buffer_text(&names, ", ");
    ct_utf8_add_visible(&names, mount->source.value, mount->source.length);
    ct_buffer_text(&names, " → ");
    ct_utf8_add_visible(&names, mount->destination.value ? mount->destination.value : "", mount->destination.length);
    ct_buffer_format(&names, " (%s)", mount->writable.value ? "rw" : "ro");
  }
  if (count > MOST) ct_buffer_format(&names, " +%u", count - MOST);
  return ct_view_keep(view, &names);
}

static void say_files(ct_view *view, ct_page *page) {
  const ct_flag *readonly = &view->container->readonly_rootfs;
  if (ct_is_set(readonly->from))
    say(view, page, readonly->value ? CT_MESSAGE_SAY_READ_ONLY : CT_MESSAGE_SAY_WRITABLE, NULL, 0);
  if (ct_view_sees_host(view)) {
    say(view, page, CT_MESSAGE_SAY_MOUNTS_HOST, NULL, 0);
    return;
  }
  if (view->container->mounts.from.state == CT_UNKNOWN) return;
  const char *binds = ct_view_binds(view);
  if (*binds)
    say_name(view, page, CT_MESSAGE_SAY_BINDS, binds);
  else
    say(view, page, CT_MESSAGE_SAY_BINDS_NONE, NULL, 0);
}

static void say_namespaces(ct_view *view, ct_page *page) {
  static const struct {
    uint8_t kind;
    const char *name;
  } rows[] = {{CT_NS_PID, "PID"}, {CT_NS_NET, "network"}, {CT_NS_IPC, "IPC"}, {CT_NS_UTS, "UTS"}};
  int known = 1;
  ct_buffer names;
  ct_buffer_init(&names);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const ct_namespace *space = &view->container->namespaces[rows[i].kind];
    if (!ct_is_set(space->from)) known = 0;
    if (ct_is_set(space->from) && space->mode == CT_NS_HOST)
      ct_buffer_format(&names, "%s%s", names.length ? ", " : "", rows[i].name);
  }
  const char *text = ct_view_keep(view, &names);
  if (*text)
    say_name(view, page, CT_MESSAGE_SAY_NS_SHARED, text);
  else if (known)
    say(view, page, CT_MESSAGE_SAY_NS_OWN, NULL, 0);
  say_name(view, page, CT_MESSAGE_SAY_LIMITS, view->layers[CT_LAYER_CGROUPS].text);
}

void ct_view_statement(ct_view *view, ct_page *page) {
  const ct_container *container = view->container;
  if (ct_is_privileged(container) || ct_is_set(container->privileged.from))
    say(view, page, ct_is_privileged(container) ? CT_MESSAGE_SAY_PRIVILEGED : CT_MESSAGE_SAY_NOT_PRIVILEGED, NULL, 0);
  say_caps(view, page);
  ct_view_say_calls(view, page);
  say_lsm(view, page);
  say_user(view, page);
  say_files(view, page);
  say_namespaces(view, page);
}
