/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The boundary of a container: namespaces, cgroups, capabilities, seccomp, LSM; how well each holds. */
#include <string.h>

#include "base/utf8.h"
#include "report/view.h"

int ct_count_bits(uint64_t mask) {
  int count = 0;
  for (; mask; mask &= mask - 1) count++;
  return count;
}

const char *ct_view_word(const ct_view *view, ct_message_id id) { return ct_message(id, view->lang); }

const char *ct_view_keep(ct_view *view, ct_buffer *buffer) {
  const char *text = buffer->failed ? NULL : ct_arena_copy(&view->arena, buffer->data ? buffer->data : "", buffer->length);
  ct_buffer_free(buffer);
  if (text) return text;
  view->failed = 1;
  return "";
}

void ct_view_add_caps(const ct_view *view, ct_buffer *buffer, uint64_t mask) {
  if (!mask) ct_buffer_text(buffer, ct_view_word(view, CT_MESSAGE_NONE));
  if ((mask & CT_CAPS_ALL) == CT_CAPS_ALL) {
    ct_buffer_text(buffer, "ALL");
    return;
  }
  int first = 1;
  for (int i = 0; i < 64; i++) {
    if (!(mask >> i & 1)) continue;
    const char *name = ctsec_cap_name(i);
    if (!first) ct_buffer_char(buffer, ' ');
    if (name)
      ct_buffer_text(buffer, name + 4);
    else
      ct_buffer_unsigned(buffer, (uint64_t)i);
    first = 0;
  }
}

const char *ct_view_profile(ct_view *view) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  static const char engines[][11] = {"", "Docker", "Podman", "containerd", "CRI-O", "nerdctl"};
  if (view->calls.engine) {
    const ct_message_value values[] = {{"engine", engines[view->calls.engine]}, {"name", view->calls.profile}};
    ct_message_add(&buffer, view->calls.assumed ? CT_MESSAGE_SAY_PROFILE_ASSUMED : CT_MESSAGE_SAY_PROFILE_DEFAULT, view->lang,
                   values, 2);
  } else if (view->container->seccomp.mode == CT_SECCOMP_LOADED || view->container->seccomp.mode == CT_SECCOMP_STRICT) {
    ct_buffer_text(&buffer, ct_view_word(view, CT_MESSAGE_SAY_PROFILE_LOADED));
  } else {
    ct_buffer_text(&buffer, ct_view_word(view, CT_MESSAGE_SAY_PROFILE_OWN));
  }
  return ct_view_keep(view, &buffer);
}

static void set(ct_view *view, int layer, const char *name, ct_hold hold, ct_buffer *text) {
  view->layers[layer] = (ct_layer){name, hold, ct_view_keep(view, text)};
}

static void namespaces(ct_view *view) {
  static const struct {
    uint8_t kind;
    const char *name;
  } rows[] = {{CT_NS_PID, "pid"}, {CT_NS_NET, "net"},   {CT_NS_IPC, "ipc"},      {CT_NS_UTS, "uts"},
              {CT_NS_MOUNT, "mnt"}, {CT_NS_USER, "user"}, {CT_NS_CGROUP, "cgroup"}};
  static const ct_message_id words[] = {CT_MESSAGE_NS_OWN, CT_MESSAGE_NS_HOST, CT_MESSAGE_NS_JOINED, CT_MESSAGE_NS_POD,
                                        CT_MESSAGE_UNKNOWN};
  enum { OWN, HOST, JOINED, POD, UNKNOWN };
  int shared = 0, joined = 0, unknown = 0;
  ct_buffer text;
  ct_buffer_init(&text);
  for (int group = OWN; group <= UNKNOWN; group++) {
    int first = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      const ct_namespace *space = &view->container->namespaces[rows[i].kind];
      int is = !ct_is_set(space->from)        ? UNKNOWN
               : space->mode == CT_NS_PRIVATE ? OWN
               : space->mode == CT_NS_HOST    ? HOST
               : space->mode == CT_NS_POD     ? POD
                                              : JOINED;
      if (is != group) continue;
      if (first) ct_buffer_format(&text, "%s%s:", text.length ? "; " : "", ct_view_word(view, words[group]));
      ct_buffer_format(&text, " %s", rows[i].name);
      first = 0;
      /* Sharing these two is the usual state of engines; the user and the cgroups are judged elsewhere. */
      if (rows[i].kind == CT_NS_USER || rows[i].kind == CT_NS_CGROUP) continue;
      shared += is == HOST;
      joined += is == JOINED;
      unknown += is == UNKNOWN;
    }
  }
  ct_hold hold = shared > 2 ? CT_HOLD_NO : shared || joined ? CT_HOLD_PART : unknown ? CT_HOLD_UNKNOWN : CT_HOLD_YES;
  set(view, CT_LAYER_NAMESPACES, ct_view_word(view, CT_MESSAGE_LAYER_NAMESPACES), hold, &text);
}

static void add_bytes(ct_buffer *buffer, int64_t bytes) {
  static const char units[][4] = {"B", "KiB", "MiB", "GiB"};
  int unit = 0;
  while (unit < 3 && bytes >= 1024 && bytes % 1024 == 0) bytes /= 1024, unit++;
  ct_buffer_format(buffer, "%lld %s", (long long)bytes, units[unit]);
}

static void add_milli(ct_buffer *buffer, int64_t milli) {
  ct_buffer_signed(buffer, milli / 1000);
  if (milli % 1000) ct_buffer_format(buffer, ".%03d", (int)(milli % 1000));
  while (milli % 1000 && buffer->data && buffer->data[buffer->length - 1] == '0') buffer->length--;
}

static void cgroups(ct_view *view) {
  const ct_container *container = view->container;
  int64_t milli = ct_is_set(container->nano_cpus.from) ? container->nano_cpus.value / 1000000 : 0;
  if (milli <= 0 && ct_is_set(container->cpu_quota.from) && container->cpu_quota.value > 0) {
    int64_t period = ct_is_set(container->cpu_period.from) && container->cpu_period.value > 0 ? container->cpu_period.value : 100000;
    milli = container->cpu_quota.value > INT64_MAX / 1000 ? INT64_MAX : container->cpu_quota.value * 1000 / period;
  }
  const ct_number *numbers[] = {&container->memory, NULL, &container->pids};
  int given = 0, unknown = 0;
  ct_buffer text;
  ct_buffer_init(&text);
  for (int i = 0; i < 3; i++) {
    const ct_number *number = numbers[i];
    const char *name = i == 0   ? ct_view_word(view, CT_MESSAGE_LIMIT_MEMORY)
                       : i == 1 ? "CPU"
                                : ct_view_word(view, CT_MESSAGE_LIMIT_PIDS);
    int has = number ? ct_is_set(number->from) && number->value > 0 : milli > 0;
    /* A pod says nothing of processes: the kubelet does. */
    int said = number ? ct_is_set(number->from) : ct_is_set(container->cpu_quota.from) || ct_is_set(container->nano_cpus.from);
    int open = !has && ((number ? number->from.state == CT_UNKNOWN : container->nano_cpus.from.state == CT_UNKNOWN) || (i == 2 && container->pod_spec) ||
                        (container->format == CT_FORMAT_PROC && !said));
    ct_buffer_format(&text, "%s%s ", i ? ", " : "", name);
    if (open)
      ct_buffer_text(&text, ct_view_word(view, CT_MESSAGE_UNKNOWN));
    else if (!has)
      ct_buffer_text(&text, ct_view_word(view, CT_MESSAGE_LIMIT_NONE));
    else if (i == 0)
      add_bytes(&text, number->value);
    else if (i == 1)
      add_milli(&text, milli);
    else
      ct_buffer_signed(&text, number->value);
    given += has;
    unknown += open;
  }
  ct_hold hold = given + unknown < 3 ? given ? CT_HOLD_PART : unknown == 3 ? CT_HOLD_UNKNOWN : CT_HOLD_NO
                 : given             ? CT_HOLD_YES
                                     : CT_HOLD_UNKNOWN;
  set(view, CT_LAYER_CGROUPS, ct_view_word(view, CT_MESSAGE_LAYER_CGROUPS), hold, &text);
}

static ct_hold judge_caps(const ct_facts *facts, uint64_t mask) {
  uint64_t beyond = mask & ~facts->engine_default;
  if (!beyond) return CT_HOLD_YES;
  if (facts->user_namespace == CT_YES) return CT_HOLD_PART;
  for (int i = 0; i < CT_CAP_COUNT; i++)
    if (beyond >> i & 1 && ct_cap_at(i)->risk == CT_RISK_CRITICAL) return CT_HOLD_NO;
  return CT_HOLD_PART;
}

static void capabilities(ct_view *view) {
  const ct_facts *facts = &view->container->facts;
  ct_hold hold;
  ct_buffer text;
  ct_buffer_init(&text);
  if (facts->exec_known & CT_FACT_EFFECTIVE) {
    hold = judge_caps(facts, facts->after_exec.effective);
    ct_view_add_caps(view, &text, facts->after_exec.effective);
  } else {
    hold = facts->exec_known & CT_FACT_BOUNDING ? judge_caps(facts, facts->after_exec.bounding) : CT_HOLD_UNKNOWN;
    /* What may be in effect is no more than that; whether it is remains open. */
    if (hold != CT_HOLD_YES) hold = CT_HOLD_UNKNOWN;
    ct_buffer_text(&text, ct_view_word(view, CT_MESSAGE_SCAN_UNDECIDED));
    if (facts->exec_known & CT_FACT_BOUNDING) {
      ct_buffer_format(&text, "; %s: ", ct_view_word(view, CT_MESSAGE_SCAN_BOUNDING));
      ct_view_add_caps(view, &text, facts->after_exec.bounding);
    }
  }
  set(view, CT_LAYER_CAPABILITIES, ct_view_word(view, CT_MESSAGE_LAYER_CAPABILITIES), hold, &text);
}

static int opens_more(const ct_call_table *calls) {
  for (uint32_t i = 0; i < calls->total; i++)
    if (calls->verdicts[i] > calls->usual[i]) return 1;
  return 0;
}

static void seccomp(ct_view *view) {
  const ct_call_table *calls = &view->calls;
  ct_hold hold = CT_HOLD_UNKNOWN;
  ct_buffer text;
  ct_buffer_init(&text);
  if (calls->state == CT_CALLS_UNCONFINED) {
    hold = CT_HOLD_NO;
    ct_buffer_text(&text, ct_view_word(view, CT_MESSAGE_UNCONFINED));
  } else if (calls->state == CT_CALLS_FILTERED) {
    hold = !calls->counts[CT_CALL_REFUSED] ? CT_HOLD_NO : opens_more(calls) ? CT_HOLD_PART : CT_HOLD_YES;
    ct_buffer_format(&text, "%s: %s %u, %s %u, %s %u", ct_view_profile(view), ct_view_word(view, CT_MESSAGE_PAGE_ALLOWED),
                     calls->counts[CT_CALL_ALLOWED], ct_view_word(view, CT_MESSAGE_PAGE_CONDITIONAL),
                     calls->counts[CT_CALL_CONDITIONAL], ct_view_word(view, CT_MESSAGE_PAGE_REFUSED),
                     calls->counts[CT_CALL_REFUSED]);
  } else if (view->container->seccomp.mode == CT_SECCOMP_LOADED) {
    ct_buffer_text(&text, ct_view_word(view, CT_MESSAGE_FILTER_UNREAD));
  } else {
    ct_buffer_text(&text, ct_view_word(view, CT_MESSAGE_UNKNOWN));
    if (view->container->seccomp.mode == CT_SECCOMP_FILE && view->container->seccomp.profile.length)
      ct_buffer_format(&text, ": %s", view->container->seccomp.profile.value);
  }
  set(view, CT_LAYER_SECCOMP, "seccomp", hold, &text);
}

static ct_hold judge_lsm(const ct_view *view, ct_origin from, uint8_t mode) {
  if (!ct_is_set(from)) return CT_HOLD_UNKNOWN;
  if (mode != CT_LSM_UNCONFINED) return CT_HOLD_YES;
  /* Switched off, or only what is assumed where nothing is said? */
  return !from.defaulted || ct_is_privileged(view->container) || ct_options_fact(view->options, "lsm") ? CT_HOLD_NO
                                                                                                      : CT_HOLD_UNKNOWN;
}

static void add_lsm(const ct_view *view, ct_buffer *text, const char *name, ct_hold hold, const ct_text *profile) {
  ct_buffer_format(text, "%s%s: ", text->length ? ", " : "", name);
  if (hold == CT_HOLD_NO)
    ct_buffer_text(text, ct_view_word(view, CT_MESSAGE_UNCONFINED));
  else if (hold == CT_HOLD_UNKNOWN)
    ct_buffer_text(text, ct_view_word(view, CT_MESSAGE_UNKNOWN));
  else if (profile->length)
    ct_buffer_add(text, profile->value, profile->length);
  else
    ct_buffer_text(text, ct_view_word(view, CT_MESSAGE_ENGINE_DEFAULT));
}

static void lsm(ct_view *view) {
  const ct_container *container = view->container;
  const char *fact = ct_options_fact(view->options, "lsm");
  const ct_text *label = container->selinux.process_label.length ? &container->selinux.process_label : &container->selinux.type;
  ct_hold apparmor = judge_lsm(view, container->apparmor.from, container->apparmor.mode);
  ct_hold selinux = judge_lsm(view, container->selinux.from, container->selinux.mode);
  ct_buffer text;
  ct_buffer_init(&text);
  if (fact && strcmp(fact, "apparmor")) apparmor = CT_HOLD_NO;
  if (fact && strcmp(fact, "selinux")) selinux = CT_HOLD_NO;
  ct_hold hold = apparmor == CT_HOLD_YES || selinux == CT_HOLD_YES ? CT_HOLD_YES
                 : apparmor == CT_HOLD_NO && selinux == CT_HOLD_NO ? CT_HOLD_NO
                                                                   : CT_HOLD_UNKNOWN;
  /* Where one confines, the other is not there, as a rule. */
  int one = apparmor == CT_HOLD_YES ? 1 : selinux == CT_HOLD_YES ? 2 : 0;
  if (one != 2 && (!fact || strcmp(fact, "selinux"))) add_lsm(view, &text, "AppArmor", apparmor, &container->apparmor.name);
  if (one != 1 && (!fact || strcmp(fact, "apparmor"))) add_lsm(view, &text, "SELinux", selinux, label);
  set(view, CT_LAYER_LSM, "LSM", hold, &text);
}

void ct_view_layers(ct_view *view) {
  namespaces(view);
  cgroups(view);
  capabilities(view);
  seccomp(view);
  lsm(view);
}

void ct_view_picture(const ct_view *view, ct_buffer *out) {
  static const char styles[][2] = {"y", "p", "n", "u"};
  enum { WIDTH = 340, STEP = 22, CORE = 30, HEIGHT = 22 + CT_LAYERS * (STEP + 7) + CORE };
  ct_svg_begin(out, WIDTH, HEIGHT, ct_view_word(view, CT_MESSAGE_PAGE_BOUNDARY));
  ct_svg_label(out, WIDTH / 2, 13, 'm', ct_view_word(view, CT_MESSAGE_PAGE_HOST));
  for (int i = 0; i < CT_LAYERS; i++) {
    const ct_layer *layer = &view->layers[i];
    int x = 2 + i * 9, y = 20 + i * STEP;
    ct_svg_box(out, x, y, WIDTH - 2 * x, HEIGHT - 22 - i * (STEP + 7), styles[layer->hold]);
    ct_svg_label(out, x + 8, y + 16, 's', layer->name);
    ct_buffer word;
    ct_buffer_init(&word);
    ct_buffer_format(&word, "%s %s", ct_hold_sign(layer->hold), ct_view_word(view, ct_hold_word(layer->hold)));
    ct_buffer_char(&word, '\0');
    ct_svg_label(out, WIDTH - x - 8, y + 16, 'e', word.failed ? "" : word.data);
    if (word.failed) out->failed = 1;
    ct_buffer_free(&word);
  }
  int x = 2 + CT_LAYERS * 9, y = 20 + CT_LAYERS * STEP;
  ct_svg_box(out, x, y, WIDTH - 2 * x, CORE, "f");
  ct_svg_label(out, WIDTH / 2, y + 20, 'm', ct_view_word(view, CT_MESSAGE_PAGE_PROCESS));
  ct_svg_end(out);
}
