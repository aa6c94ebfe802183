/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a finding to a change. What is taken away is what the finding speaks
 * of; what is added is a confinement that a program meets only where it does
 * what the confinement is against. Everything that needs a number, a name or
 * a purpose that the file does not have is left.
 */
#include <string.h>

#include "caps/names.h"
#include "caps/resolve.h"
#include "ctsec/caps.h"
#include "fix/fix.h"

#define DONE CT_NO_MESSAGE

typedef struct plan {
  ct_editor *editor;
  const ctsec_finding *finding;
  const ct_container *container;
  /* The container in the editor's tree; where the finding points, and the part of the container that this belongs to. */
  const ct_value *own;
  const ct_value *at;
  const ct_value *top;
  /* Why `at` cannot be changed. */
  ct_message_id shared;
  const char *value;
} plan;

int ct_fix_format(ct_format format) {
  return format == CT_FORMAT_COMPOSE      ? CT_IN_COMPOSE
         : format == CT_FORMAT_KUBERNETES ? CT_IN_KUBERNETES
         : format == CT_FORMAT_OCI        ? CT_IN_OCI
                                          : -1;
}

static const ct_value *find(const plan *p, const ct_value *value) {
  const ct_value *found = ct_editor_find(p->editor, value->offset, value->kind);
  /* A word that one format takes for a boolean, or what a variable stood in. */
  if (!found && value->kind != CT_OBJECT && value->kind != CT_ARRAY) found = ct_editor_find(p->editor, value->offset, CT_STRING);
  return found;
}

static const char *as_written(const plan *p, const ct_value *value) {
  const char *text = ct_arena_copy(p->editor->arena, p->editor->text + value->offset, value->end - value->offset);
  return text ? text : "";
}

static ct_message_id result(plan *p, ct_edit edit, const ct_value *at) {
  switch (edit) {
    case CT_EDIT_DONE: return DONE;
    case CT_EDIT_SHARED: return CT_MESSAGE_FIX_SHARED;
    case CT_EDIT_VARIABLE:
      p->value = as_written(p, at ? at : p->own);
      return CT_MESSAGE_FIX_VARIABLE;
    case CT_EDIT_NOMEM: p->editor->failed = 1; return CT_MESSAGE_FIX_HARD;
    default: return CT_MESSAGE_FIX_HARD;
  }
}

static ct_message_id set(plan *p, const char *path, const char *text) { return result(p, ct_editor_set(p->editor, p->own, path, text, 1), p->at); }
static ct_message_id add(plan *p, const char *path, const char *text) { return result(p, ct_editor_add(p->editor, p->own, path, text), p->at); }

static int is_pod(const plan *p) { return p->container->pod_spec != NULL; }

static ct_message_id replace(plan *p, const char *text) {
  if (p->shared != DONE) return p->shared;
  return result(p, ct_editor_replace(p->editor, p->at, text), p->at);
}

static ct_message_id do_remove(plan *p) {
  if (p->shared != DONE) return p->shared;
  /* What is not said cannot be unsaid. */
  if (p->at == p->top) return CT_MESSAGE_FIX_HARD;
  return result(p, ct_editor_remove(p->editor, p->at, p->top), p->at);
}

/* A word that a service, or a container's securityContext, can say itself where it only takes it over. */
static ct_message_id scalar(plan *p, const char *text) {
  static const char *const words[] = {"privileged", "oom_kill_disable", "oom_score_adj", "cgroup", "procMount"};
  const char *key = p->finding->at->key;
  if (p->shared != CT_MESSAGE_FIX_SHARED && p->shared != CT_MESSAGE_FIX_OTHER_FILE) return replace(p, text);
  for (size_t i = 0; key && i < sizeof words / sizeof *words; i++) {
    if (strcmp(key, words[i])) continue;
    ct_edit edit = is_pod(p) ? ct_editor_set(p->editor, p->own, i ? "securityContext/procMount" : "securityContext/privileged", text, 0)
                             : ct_editor_set(p->editor, p->own, key, text, 0);
    return result(p, edit, p->at);
  }
  return p->shared;
}

static ct_message_id follows(plan *p, const char *cause) {
  p->value = cause;
  return CT_MESSAGE_FIX_FOLLOWS;
}

/* What a configuration needs beside it is no small change. */
static ct_message_id absent(plan *p, const char *what) {
  p->value = what;
  return CT_MESSAGE_FIX_ABSENT;
}

static ct_message_id do_false(plan *p) { return scalar(p, "false"); }

/* Nodes below a folder that is shown count only with the right to open them. */
static ct_message_id do_privileged(plan *p) {
  for (uint32_t i = 0; i < p->container->mounts.count; i++) {
    const ct_mount *mount = &p->container->mounts.items[i];
    static const char *const harmless[] = {"/dev/shm", "/dev/log"};
    if (!ct_text_is(&mount->type, "bind") || !mount->source.length || strncmp(mount->source.value, "/dev", 4)) continue;
    if (mount->source.value[4] && mount->source.value[4] != '/') continue;
    if (ct_text_is(&mount->source, harmless[0]) || ct_text_is(&mount->source, harmless[1])) continue;
    p->value = mount->source.value;
    return CT_MESSAGE_FIX_DEVICES;
  }
  return do_false(p);
}

/* An item of a list of this name. */
static int is_item(const ct_value *at, const char *list) {
  return at && at->kind == CT_STRING && at->parent && at->parent->kind == CT_ARRAY && at->parent->key && !strcmp(at->parent->key, list);
}

static const char *dropped(const plan *p) { return is_pod(p) ? "securityContext/capabilities/drop" : "cap_drop"; }

/* Of those that every container has: what an ordinary program has no use for. */
static int is_idle(ct_rule_id rule) { return rule == CT_RULE_CAP_NET_RAW || rule == CT_RULE_CAP_MKNOD || rule == CT_RULE_CAP_SETFCAP; }

static ct_message_id do_cap(plan *p) {
  if (is_item(p->finding->at, is_pod(p) ? "add" : "cap_add")) return do_remove(p);
  const char *name = p->finding->values.capability;
  if (!is_idle(p->finding->rule) || !name) return CT_MESSAGE_FIX_USED;
  return add(p, dropped(p), !strncmp(name, "CAP_", 4) ? name + 4 : name);
}

/* Who has none can lose none. */
static ct_message_id do_drop_all(plan *p) {
  const ct_facts *facts = &p->container->facts;
  if (!(facts->exec_known & CT_FACT_EFFECTIVE) || facts->after_exec.effective || facts->after_exec.permitted) return CT_MESSAGE_FIX_USED;
  if (is_item(p->finding->at, "add")) return CT_MESSAGE_FIX_USED;
  /* What is added stays: where that is most of what there is, nothing is won. */
  uint64_t added = 0;
  for (uint32_t i = 0; i < p->container->cap_add.count; i++) {
    int number = ct_cap_named(p->container->cap_add.items[i].value, p->container->cap_add.items[i].length);
    if (number >= 0) added |= UINT64_C(1) << number;
  }
  if (added & facts->engine_default && p->container->cap_add.count > 4) return CT_MESSAGE_FIX_FILE_CAPS;
  return add(p, dropped(p), "ALL");
}

static ct_message_id do_case(plan *p) {
  if (p->shared != DONE) return p->shared;
  /* In a pod the runtime may not have granted it until now. */
  if (is_pod(p) && !is_item(p->at, "drop")) return CT_MESSAGE_FIX_PURPOSE;
  char *text = ct_arena_copy(p->editor->arena, p->at->as.string, p->at->length);
  if (!text) return result(p, CT_EDIT_NOMEM, NULL);
  for (char *c = text; *c; c++)
    if (*c >= 'a' && *c <= 'z') *c -= 32;
  return replace(p, is_pod(p) && !strncmp(text, "CAP_", 4) ? text + 4 : text);
}

static ct_message_id do_no_new_privileges(plan *p) {
  const ct_container *container = p->container;
  if (container->format == CT_FORMAT_OCI) {
    if (!ct_value_is(ct_value_member(p->own, "process"), CT_OBJECT)) return absent(p, "process");
    return result(p, ct_editor_set(p->editor, p->own, "process/noNewPrivileges", "true", 0), NULL);
  }
  if (container->cap_add.count && container->facts.root != CT_YES) return CT_MESSAGE_FIX_FILE_CAPS;
  if (!is_pod(p)) {
    if (is_item(p->finding->at, "security_opt")) return replace(p, "no-new-privileges:true");
    return add(p, "security_opt", "no-new-privileges:true");
  }
  /* The API server takes no such pod. */
  if (ct_is_true(&container->privileged)) return follows(p, "privileged");
  for (uint32_t i = 0; i < container->cap_add.count; i++)
    if (ct_text_is(&container->cap_add.items[i], "SYS_ADMIN") || ct_text_is(&container->cap_add.items[i], "CAP_SYS_ADMIN"))
      return follows(p, "cap-sys-admin");
  return result(p, ct_editor_set(p->editor, p->own, "securityContext/allowPrivilegeEscalation", "false", 0), NULL);
}

/* Added for a user who never gets them: with no_new_privs nothing brings them, without it a program's file may. */
static ct_message_id do_idle(plan *p) {
  const ct_texts *list = &p->container->cap_add;
  ct_message_id why = CT_MESSAGE_FIX_SHARED;
  if (p->finding->fix == CT_RULE_NO_NEW_PRIVILEGES) return do_no_new_privileges(p);
  if (p->container->facts.no_new_privileges != CT_YES) return CT_MESSAGE_FIX_FILE_CAPS;
  for (uint32_t i = 0; i < list->count; i++) {
    const ct_value *item = find(p, list->items[i].from.at);
    if (!item || !ct_editor_within(item, p->own)) continue;
    why = result(p, ct_editor_remove(p->editor, item, p->own), item);
    if (why != DONE) return why;
  }
  return why;
}

static int is_type(const plan *p) { return p->finding->at->key && !strcmp(p->finding->at->key, "type"); }

static ct_message_id do_seccomp(plan *p) { return replace(p, is_type(p) ? "RuntimeDefault" : "runtime/default"); }
static ct_message_id do_seccomp_missing(plan *p) { return set(p, "securityContext/seccompProfile/type", "RuntimeDefault"); }
static ct_message_id do_apparmor(plan *p) { return do_seccomp(p); }
static ct_message_id do_proc_mount(plan *p) { return scalar(p, "Default"); }

static ct_message_id do_space(plan *p) {
  if (p->finding->fix == CT_RULE_JOIN_OTHER_NS) return follows(p, p->finding->values.value);
  return do_remove(p);
}

static ct_message_id do_network(plan *p) {
  const ct_value *ports = ct_value_member(p->own, "ports");
  if (p->finding->fix == CT_RULE_JOIN_OTHER_NS) return do_space(p);
  return ct_value_is(ports, CT_ARRAY) && ports->count ? do_remove(p) : CT_MESSAGE_FIX_PORTS;
}

static ct_message_id do_cgroup(plan *p) {
  if (p->finding->fix == CT_RULE_JOIN_OTHER_NS) return do_space(p);
  if (p->at && p->at->kind == CT_OBJECT) return result(p, ct_editor_set(p->editor, p->own, "cgroup", "private", 1), NULL);
  return scalar(p, "private");
}

/* From shared to slave: what the host mounts still appears, what the container mounts does not leave it. */
static ct_message_id do_propagation(plan *p) {
  if (is_pod(p)) return replace(p, "HostToContainer");
  if (p->shared != DONE) return p->shared;
  if (!ct_value_is(p->at, CT_STRING)) return CT_MESSAGE_FIX_HARD;
  const char *text = p->at->as.string, *from = text, *found = NULL;
  /* The last word of that name, among options behind the last colon. */
  const char *colon = strrchr(text, ':');
  if (colon) from = colon + 1;
  for (const char *at = from; (at = strstr(at, "shared")); at++) {
    const char *begin = at > from && at[-1] == 'r' ? at - 1 : at;
    if ((begin == from || begin[-1] == ',') && (!at[6] || at[6] == ',')) found = begin;
  }
  const char *raw = p->editor->text + p->at->offset;
  if (*raw == '"' || *raw == '\'') raw++;
  if (!found || strncmp(raw, text, p->at->length)) return CT_MESSAGE_FIX_HARD;
  ct_buffer out;
  ct_buffer_init(&out);
  ct_buffer_add(&out, text, (size_t)(found - text));
  ct_buffer_text(&out, *found == 'r' ? "rslave" : "slave");
  ct_buffer_text(&out, found + (*found == 'r' ? 7 : 6));
  const char *copy = out.failed ? NULL : ct_arena_copy(p->editor->arena, out.data, out.length);
  ct_buffer_free(&out);
  return copy ? replace(p, copy) : result(p, CT_EDIT_NOMEM, NULL);
}

static ct_message_id do_sysctl(plan *p) {
  if (p->finding->reason != CT_MESSAGE_REASON_SYSCTL_INJECTION) return CT_MESSAGE_FIX_TUNED;
  if (is_pod(p) && p->shared == DONE) p->at = p->at->parent;
  return do_remove(p);
}

static ct_message_id do_oom(plan *p) {
  const char *key = p->finding->at->key;
  const ct_number *score = &p->container->oom_score_adj;
  /* Both are of one rule. */
  const ct_value *other = ct_is_set(score->from) && score->value < 0 && score->from.at != p->finding->at ? find(p, score->from.at) : NULL;
  if (other && ct_editor_within(other, p->own)) ct_editor_replace(p->editor, other, "0");
  return scalar(p, key && (!strcmp(key, "oom_score_adj") || !strcmp(key, "oomScoreAdj")) ? "0" : "false");
}

/* OCI configurations. */

static ct_message_id do_space_oci(plan *p) {
  /* A process table, or names of the machine, of its own are of no use without mounts of its own. */
  const ct_value *spaces = ct_value_member(ct_value_member(p->own, "linux"), "namespaces");
  int mounts = 0;
  for (uint32_t i = 0; ct_value_is(spaces, CT_ARRAY) && i < spaces->count; i++)
    mounts |= ct_value_equals(ct_value_member(&spaces->as.items[i], "type"), "mount");
  if (!mounts) return absent(p, "linux.namespaces");
  ct_rule_id rule = p->finding->rule;
  const char *type = rule == CT_RULE_HOST_PID   ? "pid"
                     : rule == CT_RULE_HOST_IPC ? "ipc"
                     : rule == CT_RULE_HOST_UTS ? "uts"
                                                : "cgroup";
  return result(p, ct_editor_add_object(p->editor, p->own, "linux/namespaces", "type", type), NULL);
}

/* From every set: all that are not kept. */
static ct_message_id cut_caps(plan *p, uint64_t kept) {
  const ct_value *sets = ct_value_member(ct_value_member(p->own, "process"), "capabilities");
  for (uint32_t i = 0; ct_value_is(sets, CT_OBJECT) && i < sets->count; i++) {
    const ct_value *list = &sets->as.items[i];
    for (uint32_t k = 0; list->kind == CT_ARRAY && k < list->count; k++) {
      const ct_value *item = &list->as.items[k];
      int number = item->kind == CT_STRING ? ct_cap_named(item->as.string, item->length) : -1;
      if (number < 0 || kept >> number & 1) continue;
      /* An empty set says more than one that is not there. */
      ct_message_id why = result(p, ct_editor_remove(p->editor, item, list), item);
      if (why != DONE) return why;
    }
  }
  return DONE;
}

static ct_message_id do_cap_all_oci(plan *p) { return cut_caps(p, ct_engine_default_caps(CTSEC_ENGINE_DOCKER)); }

static ct_message_id do_cap_oci(plan *p) {
  const char *name = p->finding->values.capability;
  int number = name ? ct_cap_named(name, strlen(name)) : -1;
  if (number < 0) return CT_MESSAGE_FIX_NAME;
  if (!is_idle(p->finding->rule) && ct_engine_default_caps(CTSEC_ENGINE_DOCKER) >> number & 1) return CT_MESSAGE_FIX_USED;
  return cut_caps(p, ~(UINT64_C(1) << number));
}

static ct_message_id do_device_rule(plan *p) {
  if (p->shared != DONE) return p->shared;
  return result(p, ct_editor_set(p->editor, p->at, "allow", "false", 0), p->at);
}

/* "/proc/kcore, /proc/sys": some are hidden, the others made read-only, as engines do. */
static ct_message_id do_masks(plan *p) {
  static const char *const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  if (!ct_value_is(ct_value_member(p->own, "linux"), CT_OBJECT)) return absent(p, "linux");
  for (const char *at = p->finding->observed; *at;) {
    size_t length = strcspn(at, ",");
    const char *path = ct_arena_copy(p->editor->arena, at, length);
    if (!path) return result(p, CT_EDIT_NOMEM, NULL);
    const char *list = "linux/maskedPaths";
    for (size_t i = 0; i < sizeof readonly / sizeof *readonly; i++)
      if (!strcmp(path, readonly[i])) list = "linux/readonlyPaths";
    ct_message_id why = add(p, list, path);
    if (why != DONE) return why;
    at += length;
    while (*at == ',' || *at == ' ') at++;
  }
  return DONE;
}

/* One byte each: a reason, counted from the first, or behind those a change. */
#define CHANGES(X) \
  X(apparmor) X(cap) X(cap_all_oci) X(cap_oci) X(case) X(cgroup) X(device_rule) X(drop_all) X(false) X(idle) X(masks) \
  X(network) X(no_new_privileges) X(oom) X(privileged) X(proc_mount) X(propagation) X(remove) X(seccomp) \
  X(seccomp_missing) X(space) X(space_oci) X(sysctl)

enum {
  LAST_REASON = CT_MESSAGE_FIX_FIXED - CT_MESSAGE_FIX_PURPOSE - 1,
#define X(name) CHANGE_##name,
  CHANGES(X)
#undef X
};

static ct_message_id change(plan *p, unsigned cell) {
  switch (cell) {
#define X(name) case CHANGE_##name: return do_##name(p);
    CHANGES(X)
#undef X
    default: return (ct_message_id)(CT_MESSAGE_FIX_PURPOSE + cell);
  }
}

#define E(name) CHANGE_##name
#define R(key) CT_MESSAGE_FIX_##key - CT_MESSAGE_FIX_PURPOSE
static const uint8_t cells[][CT_IN_COUNT] = {
#define EDIT(token, compose, kubernetes, oci) {compose, kubernetes, oci},
#include "fix/edits.def"
#undef EDIT
};
#undef E
#undef R

#define EDIT(token, compose, kubernetes, oci) EDIT_##token,
enum {
#include "fix/edits.def"
  EDIT_COUNT
};
#undef EDIT
_Static_assert(EDIT_COUNT == (int)CT_RULE_COUNT, "one row for each rule");
#define EDIT(token, compose, kubernetes, oci) _Static_assert((int)EDIT_##token == (int)CT_RULE_##token, "in the order of the rules");
#include "fix/edits.def"
#undef EDIT

ct_message_id ct_fix_reason(ct_rule_id rule, int format) {
  unsigned cell = cells[rule][format];
  return cell > LAST_REASON ? CT_NO_MESSAGE : (ct_message_id)(CT_MESSAGE_FIX_PURPOSE + cell);
}

static void look(plan *p) {
  const ct_container *container = p->container;
  const ct_value *at = p->finding->at;
  const ct_value *const parts[] = {container->at, container->pod_spec, container->pod_metadata};
  p->shared = CT_MESSAGE_FIX_OTHER_FILE;
  p->value = ct_containers_source(container->root, at);
  if (ct_containers_document(container->root, at) != container->root->document) return;
  p->value = NULL;
  p->shared = CT_MESSAGE_FIX_SHARED;
  p->at = find(p, at);
  for (size_t i = 0; p->at && i < sizeof parts / sizeof *parts; i++) {
    const ct_value *whole = parts[i] ? find(p, parts[i]) : NULL;
    if (!whole || !ct_editor_within(p->at, whole)) continue;
    p->top = whole;
    p->shared = DONE;
    return;
  }
}

ct_message_id ct_fix_plan(ct_editor *editor, const ctsec_finding *finding, const char **value) {
  const ct_container *container = finding->container;
  int format = ct_fix_format(container->format);
  plan p = {.editor = editor, .finding = finding, .container = container};
  if (format < 0) return CT_MESSAGE_FIX_NOT_HERE;
  ct_message_id why = ct_fix_reason(finding->rule, format);
  if (finding->because < CT_RULE_COUNT && finding->because != CT_RULE_CAP_DROP_ALL_MISSING && format != CT_IN_OCI) {
    why = CT_MESSAGE_FIX_FOLLOWS;
    *value = ct_rule(finding->because)->id;
    return why;
  }
  if (why == CT_MESSAGE_FIX_FOLLOWS) *value = format == CT_IN_OCI ? "proc-unmasked" : "privileged";
  if (why != CT_NO_MESSAGE) return why;
  if (ct_containers_document(container->root, container->at) != container->root->document) {
    *value = ct_containers_source(container->root, container->at);
    return CT_MESSAGE_FIX_OTHER_FILE;
  }
  p.own = find(&p, container->at);
  if (!p.own) return CT_MESSAGE_FIX_SHARED;
  look(&p);
  why = change(&p, cells[finding->rule][format]);
  *value = p.value;
  return why;
}
