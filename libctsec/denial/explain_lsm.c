/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What SELinux or AppArmor refused, and the narrowest permission that would allow it. */
#include <string.h>

#include "caps/explain.h"
#include "caps/names.h"
#include "denial/explain.h"

static int is(const ct_denial *denial, ct_denial_text text, const char *word) { return ct_piece_is(denial->texts[text], word); }

static int has(ct_piece piece, const char *word) { return piece.text && ct_find(piece.text, piece.length, word) != NULL; }

static void say_capability(ct_explanation *out, const ct_denial *denial) {
  const ct_cap *cap = denial->has & CT_HAS_CAPABILITY ? ct_cap_at(denial->capability) : NULL;
  if (!cap) return;
  ct_advise(out, ct_cap_risk_text(denial->capability));
  const ct_message_value values[] = {{"cap", cap->name}};
  int held = ct_container_has(out->denials, denial->capability);
  if (held == CT_IS_YES) ct_say(out, CT_MESSAGE_DENIAL_CAP_HELD, values, 1);
  if (held != CT_IS_NO) return;
  ct_say(out, CT_MESSAGE_DENIAL_CAP_LACKED, values, 1);
  ct_buffer value;
  ct_buffer_init(&value);
  ct_buffer_format(&value, "--cap-add=%s", cap->name + strlen("CAP_"));
  ct_remedy_add(out, "capability", CT_MESSAGE_DENIAL_CHANGE_GRANT)->value = ct_keep_buffer(out, &value);
}

/* The n-th part of user:role:type:level; the level has the rest. */
static ct_piece part(ct_piece label, int n) {
  const char *at = label.text, *end = at ? at + label.length : NULL;
  for (int i = 0; at && i < n; i++) {
    at = memchr(at, ':', (size_t)(end - at));
    if (at) at++;
  }
  if (!at) return (ct_piece){NULL, 0};
  const char *stop = n < 3 ? memchr(at, ':', (size_t)(end - at)) : NULL;
  return ct_piece_of(at, (size_t)((stop ? stop : end) - at));
}

static int same(ct_piece a, ct_piece b) { return a.length == b.length && a.text && b.text && !memcmp(a.text, b.text, a.length); }

static int ends(ct_piece piece, const char *word) {
  size_t size = strlen(word);
  return piece.length >= size && !memcmp(piece.text + piece.length - size, word, size);
}

static void change_allow(ct_explanation *out, const ct_denial *denial, ct_piece source, ct_piece target) {
  ct_buffer rule;
  ct_piece class = denial->texts[CT_TEXT_CLASS], permissions = denial->texts[CT_TEXT_PERMISSIONS];
  if (!source.length || !target.length) return;
  ct_buffer_init(&rule);
  ct_buffer_format(&rule, "allow %.*s ", (int)source.length, source.text);
  if (same(denial->texts[CT_TEXT_LABEL], denial->texts[CT_TEXT_TARGET]))
    ct_buffer_text(&rule, "self");
  else
    ct_buffer_add(&rule, target.text, target.length);
  ct_buffer_format(&rule, ":%.*s { %.*s };", (int)class.length, class.text, (int)permissions.length, permissions.text);
  ct_remedy_add(out, "selinux-rule", CT_MESSAGE_DENIAL_SELINUX_ALLOW)->value = ct_keep_buffer(out, &rule);
}

static void selinux(ct_explanation *out, const ct_denial *denial) {
  const ct_message_value values[] = {{"permissions", ct_keep_piece(out, denial->texts[CT_TEXT_PERMISSIONS])},
                                     {"class", ct_keep_piece(out, denial->texts[CT_TEXT_CLASS])},
                                     {"target", ct_keep_piece(out, denial->texts[CT_TEXT_TARGET])},
                                     {"label", ct_keep_piece(out, denial->texts[CT_TEXT_LABEL])}};
  int granted = is(denial, CT_TEXT_VERDICT, "granted");
  ct_say(out, granted ? CT_MESSAGE_DENIAL_SELINUX_GRANTED : CT_MESSAGE_DENIAL_SELINUX, values, 4);
  if (denial->has & CT_HAS_PERMISSIVE) ct_say(out, CT_MESSAGE_DENIAL_PERMISSIVE, NULL, 0);
  if (granted) return;
  ct_piece label = denial->texts[CT_TEXT_LABEL], object = denial->texts[CT_TEXT_TARGET], class = denial->texts[CT_TEXT_CLASS];
  ct_piece source = part(label, 2), target = part(object, 2);
  if (denial->texts[CT_TEXT_OPERATION].text) {
    ct_say(out, CT_MESSAGE_DENIAL_SELINUX_TRANSITION, NULL, 0);
    change_allow(out, denial, source, target);
    return;
  }
  say_capability(out, denial);
  int file = ct_piece_is(class, "file") || ct_piece_is(class, "dir") || ct_piece_is(class, "lnk_file") ||
             ct_piece_is(class, "sock_file") || ct_piece_is(class, "fifo_file");
  int container = has(source, "container_");
  if (!out->advice.length) ct_advise(out, CT_MESSAGE_DENIAL_ADVICE_LSM);
  if (container && has(target, "container_runtime_t")) ct_advise(out, CT_MESSAGE_DENIAL_ADVICE_SOCKET);
  if (container && ends(target, "container_file_t") && !same(part(label, 3), part(object, 3))) {
    ct_say(out, CT_MESSAGE_DENIAL_SELINUX_MCS, NULL, 0);
    ct_remedy_add(out, "selinux-label", CT_MESSAGE_DENIAL_SELINUX_RELABEL)->value = "-v SOURCE:DESTINATION:z";
    return;
  }
  ct_remedy *change = NULL;
  if (container && ct_piece_is(target, "cgroup_t")) {
    change = ct_remedy_add(out, "selinux-boolean", CT_MESSAGE_DENIAL_SELINUX_BOOLEAN);
    change->value = "setsebool -P container_manage_cgroup on";
  } else if (container && (ct_piece_is(class, "chr_file") || ct_piece_is(class, "blk_file")) && ends(target, "device_t")) {
    change = ct_remedy_add(out, "selinux-boolean", CT_MESSAGE_DENIAL_SELINUX_BOOLEAN);
    change->value = "setsebool -P container_use_devices on";
  } else if (container && file && !has(target, "container_") && !ends(target, "proc_t") && !has(target, "sysctl_") &&
             !ends(target, "sysfs_t") && !has(target, "var_run_t")) {
    change = ct_remedy_add(out, "selinux-label", CT_MESSAGE_DENIAL_SELINUX_RELABEL);
    change->value = "-v SOURCE:DESTINATION:Z";
  }
  change_allow(out, denial, source, target);
}

static void apparmor(ct_explanation *out, const ct_denial *denial) {
  ct_buffer what;
  ct_buffer_init(&what);
  ct_piece operation = denial->texts[CT_TEXT_OPERATION], permissions = denial->texts[CT_TEXT_PERMISSIONS];
  ct_piece object = denial->texts[CT_TEXT_OBJECT], peer = denial->texts[CT_TEXT_TARGET], info = denial->texts[CT_TEXT_INFO];
  const ct_cap *cap = denial->has & CT_HAS_CAPABILITY ? ct_cap_at(denial->capability) : NULL;
  ct_buffer_add(&what, operation.text, operation.length);
  if (permissions.length) ct_buffer_format(&what, " (%.*s)", (int)permissions.length, permissions.text);
  if (cap) ct_buffer_format(&what, " %s", cap->name);
  if (object.length) ct_buffer_format(&what, " %.*s", (int)object.length, object.text);
  if (peer.length) ct_buffer_format(&what, " -> %.*s", (int)peer.length, peer.text);
  const ct_message_value values[] = {{"what", ct_keep_buffer(out, &what)},
                                     {"label", ct_keep_piece(out, denial->texts[CT_TEXT_LABEL])},
                                     {"info", ct_keep_piece(out, info)}};
  ct_say(out, CT_MESSAGE_DENIAL_APPARMOR, values, 3);
  if (denial->has & CT_HAS_PERMISSIVE) ct_say(out, CT_MESSAGE_DENIAL_PERMISSIVE, NULL, 0);
  if (info.length) ct_say(out, CT_MESSAGE_DENIAL_APPARMOR_INFO, values, 3);
  say_capability(out, denial);
  if (has(operation, "change_") && has(info, "not found")) {
    ct_say(out, CT_MESSAGE_DENIAL_APPARMOR_UNLOADED, NULL, 0);
    return;
  }
  if (has(info, "disconnected path")) ct_say(out, CT_MESSAGE_DENIAL_APPARMOR_DISCONNECTED, NULL, 0);
  if (!out->advice.length) ct_advise(out, CT_MESSAGE_DENIAL_ADVICE_LSM);
  if (has(object, "docker.sock") || has(object, "containerd.sock") || has(object, "crio.sock") || has(object, "podman.sock"))
    ct_advise(out, CT_MESSAGE_DENIAL_ADVICE_SOCKET);
  if (denial->texts[CT_TEXT_RULE].length)
    ct_remedy_add(out, "apparmor-rule", CT_MESSAGE_DENIAL_APPARMOR_RULE)->value = ct_keep_piece(out, denial->texts[CT_TEXT_RULE]);
}

void ct_explain_lsm(ct_explanation *out, const ct_denial *denial) {
  if (denial->kind == CT_DENIAL_SELINUX)
    selinux(out, denial);
  else
    apparmor(out, denial);
}
