/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The smallest change that lets a call through, and what that opens besides. */
#include <string.h>

#include "caps/names.h"
#include "data/numbers.h"
#include "verdict/answer.h"

typedef struct maker {
  ctsec_answer *answer;
  int failed;
  /* Capabilities that changes so far add. */
  uint64_t added;
} maker;

static const char *keep(maker *m, ct_buffer *buffer) {
  const char *text = buffer->failed ? NULL : ct_arena_copy(&m->answer->arena, buffer->data ? buffer->data : "", buffer->length);
  ct_buffer_free(buffer);
  if (!text) m->failed = 1;
  return text;
}

static const char *join(maker *m, const char *a, const char *b, const char *c) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, a);
  ct_buffer_text(&buffer, b);
  ct_buffer_text(&buffer, c);
  return keep(m, &buffer);
}

static const char *say(maker *m, ct_message_id id, const char *word, const char *cap) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  const ct_message_value values[] = {{"word", word ? word : ""}, {"cap", cap ? cap : ""}};
  ct_message_add(&buffer, id, m->answer->confinement->lang, values, 2);
  return keep(m, &buffer);
}

static ct_change *add(maker *m, unsigned layer, const char *why) {
  ctsec_answer *answer = m->answer;
  if (answer->change_count == CT_CHANGES_MOST) return NULL;
  ct_change *made = &answer->changes[answer->change_count++];
  *made = (ct_change){.layer = (uint8_t)layer, .why = why};
  return made;
}

/* Names that a capability brings into the profile, from what was left out for lack of it. */
static const char *opened(maker *m, const char *cap) {
  const ctsec_policy *policy = m->answer->confinement->policies[0];
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  const char *last = "";
  uint32_t count = 0;
  for (uint32_t i = 0; policy && i < policy->dropped_count; i++) {
    const ct_dropped *one = &policy->dropped[i];
    if (one->abi != policy->native || strcmp(one->reason, "includes.caps") || !one->word || strcmp(one->word, cap)) continue;
    if ((one->action & CT_RET_ACTION) != CT_RET_ALLOW) continue;
    const ct_abi *abi = &policy->tables[one->abi].abi;
    const ct_arch *arch = ct_arch_audit(abi->audit, one->number | (abi->x32 ? CT_X32_BIT : 0));
    const char *name = arch ? ct_arch_name(arch, one->number) : NULL;
    if (!name || !strcmp(name, last)) continue;
    last = name;
    ct_buffer_format(&buffer, "%s%s", count++ ? ", " : "", name);
  }
  const char *names = keep(m, &buffer);
  return count && names ? say(m, CT_MESSAGE_CHANGE_OPENS_CALLS, names, cap) : NULL;
}

static const char *opens_cap(maker *m, int cap) {
  static const ct_message_id risks[] = {
#define CAP(number, name, since, risk, calls) CT_MESSAGE_CAP_##name##_RISK,
#include "data/caps.def"
#undef CAP
  };
  const char *calls = opened(m, ct_cap_at(cap)->name);
  const char *risk = ct_message(risks[cap], m->answer->confinement->lang);
  return calls ? join(m, risk, " ", calls) : risk;
}

static void lacks_cap(maker *m, const ct_layer_answer *layer) {
  const ctsec_confinement *c = m->answer->confinement;
  int cap = layer->cap;
  if (cap < 0) return;
  const char *name = ct_cap_at(cap)->name, *bare = name + 4;
  if (layer->why == CT_MESSAGE_WHY_CAP_MAPPED) {
    ct_change *change = add(m, layer->layer, say(m, CT_MESSAGE_CHANGE_USERNS, NULL, name));
    if (!change) return;
    change->docker = change->compose = "--userns=host";
    change->compose = "userns_mode: host";
    change->kubernetes = "hostUsers: true";
    change->oci = "remove {\"type\": \"user\"} from linux.namespaces";
    change->opens = say(m, CT_MESSAGE_CHANGE_OPENS_USERNS, NULL, name);
    return;
  }
  if (m->added & CT_CAP_BIT(cap)) return;
  m->added |= CT_CAP_BIT(cap);
  int program = layer->why == CT_MESSAGE_WHY_FILE_CAPS;
  int user = c->root == CT_NO && !program;
  ct_change *change = add(m, layer->layer, say(m, user ? CT_MESSAGE_CHANGE_CAP_USER : CT_MESSAGE_CHANGE_CAP, NULL, name));
  if (!change) return;
  int podman = c->container->engine == CTSEC_ENGINE_PODMAN;
  int there = (c->bounding & CT_CAP_BIT(cap)) != 0;
  if (user && there && !podman)
    change->docker = "--user 0";
  else
    change->docker = user && !podman ? join(m, "--user 0 --cap-add ", bare, "") : join(m, "--cap-add ", bare, "");
  change->compose = user && there ? "user: \"0\"" : join(m, user ? "user: \"0\"\ncap_add:\n  - " : "cap_add:\n  - ", bare, "");
  change->kubernetes = user && there
                           ? "securityContext:\n  runAsUser: 0"
                           : join(m, user ? "securityContext:\n  runAsUser: 0\n  capabilities:\n    add: [\""
                                          : "securityContext:\n  capabilities:\n    add: [\"",
                                  bare, "\"]");
  change->oci = program ? join(m, "process.capabilities bounding: \"", name, "\"")
                : user  ? join(m, "process.user.uid: 0, and process.capabilities bounding, permitted, effective: \"", name, "\"")
                     : join(m, "process.capabilities bounding, permitted, effective: \"", name, "\"");
  change->opens = opens_cap(m, cap);
}

/* Whether the profile lets the call through once the capabilities are there that other changes add. */
static int filter_follows(maker *m, int *follows, ctsec_error **err) {
  ctsec_answer *answer = m->answer;
  ctsec_confinement *c = answer->confinement;
  *follows = 0;
  if (!m->added || c->filter == CT_FILTER_NONE || c->filter == CT_FILTER_MISSING ||
      c->filter == CT_FILTER_LOADED) return 0;
  int all = 1;
  for (int i = 0; i < 2 && c->profiles[i] && all; i++) {
    if (c->profiles[i]->form == CT_FORM_OCI) return 0;
    ctsec_policy *policy = NULL;
    int status = ct_confinement_policy(c, i, c->bounding | m->added, &policy, err);
    if (status) return status;
    ct_decision decision;
    ct_policy_decide(policy, answer->call->audit, answer->call->number, answer->call->args, &decision);
    uint32_t action = decision.action & CT_RET_ACTION;
    all = action == CT_RET_ALLOW || action == CT_RET_LOG;
    ctsec_policy_free(policy);
  }
  *follows = all;
  return 0;
}

static void denied_by_filter(maker *m) {
  const ct_request *call = m->answer->call;
  const ct_arch *arch = ct_arch_audit(call->audit, call->number);
  const char *name = arch ? ct_arch_name(arch, call->number) : NULL;
  if (!name) return;
  ct_change *change = add(m, CTSEC_LAYER_SECCOMP, say(m, CT_MESSAGE_CHANGE_FILTER, name, NULL));
  if (!change) return;
  change->docker = "--security-opt seccomp=PROFILE.json";
  change->compose = "security_opt:\n  - seccomp:PROFILE.json";
  change->kubernetes = "securityContext:\n  seccompProfile:\n    type: Localhost\n    localhostProfile: PROFILE.json";
  change->oci = join(m, "linux.seccomp.syscalls: {\"names\": [\"", name, "\"], \"action\": \"SCMP_ACT_ALLOW\"}");
  change->opens = say(m, CT_MESSAGE_CHANGE_OPENS_FILTER, name, NULL);
}

static void denied_by_lsm(maker *m, const ct_layer_answer *layer) {
  int apparmor = layer->word && !strcmp(layer->word, "AppArmor");
  ct_change *change = add(m, CTSEC_LAYER_LSM, say(m, CT_MESSAGE_CHANGE_LSM, layer->word, NULL));
  if (!change) return;
  change->docker = apparmor ? "--security-opt apparmor=PROFILE" : "--security-opt label=type:TYPE";
  change->compose = apparmor ? "security_opt:\n  - apparmor:PROFILE" : "security_opt:\n  - label:type:TYPE";
  change->kubernetes = apparmor ? "securityContext:\n  appArmorProfile:\n    type: Localhost\n    localhostProfile: PROFILE"
                                : "securityContext:\n  seLinuxOptions:\n    type: TYPE";
  change->oci = apparmor ? "process.apparmorProfile: PROFILE" : "process.selinuxLabel: LABEL";
  change->opens = say(m, CT_MESSAGE_CHANGE_OPENS_LSM, layer->word, NULL);
}

static void denied_by_mount(maker *m, const ct_layer_answer *layer) {
  const ctsec_confinement *c = m->answer->confinement;
  const char *path = layer->word ? layer->word : "PATH";
  if (layer->why == CT_MESSAGE_WHY_SOCKET_ABSENT) {
    ct_change *change = add(m, layer->layer, say(m, CT_MESSAGE_CHANGE_SOCKET, path, NULL));
    if (!change) return;
    const char *pair = join(m, path, ":", path);
    if (!pair) return;
    change->docker = join(m, "-v ", pair, "");
    change->compose = join(m, "volumes:\n  - ", pair, "");
    change->kubernetes = join(m, "volumes:\n  - name: socket\n    hostPath: {path: ", path, "}");
    change->oci = join(m, "mounts: {\"type\": \"bind\", \"source\": \"", path, "\"}");
    change->opens = say(m, CT_MESSAGE_CHANGE_OPENS_SOCKET, path, NULL);
    return;
  }
  if (layer->why != CT_MESSAGE_WHY_MOUNT_READ_ONLY) return;
  if (layer->at && layer->at == c->container->readonly_rootfs.from.at) {
    ct_change *change = add(m, layer->layer, say(m, CT_MESSAGE_CHANGE_WRITABLE, path, NULL));
    if (!change) return;
    const char *slash = layer->word ? strrchr(layer->word, '/') : NULL;
    if (!slash || slash == layer->word) {
      change->docker = "--read-only=false";
      change->compose = "read_only: false";
      change->kubernetes = "securityContext:\n  readOnlyRootFilesystem: false";
      change->oci = "root.readonly: false";
      return;
    }
    const char *folder = ct_arena_copy(&m->answer->arena, layer->word, (size_t)(slash - layer->word));
    if (!folder) {
      m->failed = 1;
      return;
    }
    change->docker = join(m, "-v VOLUME:", folder, "");
    change->compose = join(m, "volumes:\n  - VOLUME:", folder, "");
    change->kubernetes = join(m, "volumeMounts:\n  - name: VOLUME\n    mountPath: ", folder, "");
    change->oci = join(m, "mounts: {\"type\": \"bind\", \"source\": VOLUME, \"destination\": \"", folder, "\"}");
    return;
  }
  int own = !strncmp(path, "/proc", 5) || !strncmp(path, "/sys", 4);
  ct_change *change = add(m, layer->layer, say(m, own ? CT_MESSAGE_CHANGE_UNMASK : CT_MESSAGE_CHANGE_MOUNT_RW, path, NULL));
  if (!change) return;
  if (!own) return;
  change->docker = c->container->engine == CTSEC_ENGINE_PODMAN ? join(m, "--security-opt unmask=", path, "")
                                                               : "--security-opt systempaths=unconfined";
  change->compose = "security_opt:\n  - systempaths=unconfined";
  change->kubernetes = "securityContext:\n  procMount: Unmasked";
  change->oci = "remove the path from linux.readonlyPaths";
  change->opens = say(m, CT_MESSAGE_CHANGE_OPENS_UNMASK, path, NULL);
}

static void denied_by_device(maker *m, const ct_layer_answer *layer) {
  const char *path = layer->word ? layer->word : "DEVICE";
  ct_change *change = add(m, layer->layer, say(m, CT_MESSAGE_CHANGE_DEVICE, path, NULL));
  if (!change) return;
  change->docker = join(m, "--device ", path, "");
  change->compose = join(m, "devices:\n  - ", path, "");
  change->oci = join(m, "linux.devices and linux.resources.devices: ", path, "");
  change->opens = say(m, CT_MESSAGE_CHANGE_OPENS_DEVICE, path, NULL);
}

static void denied_by_sysctl(maker *m, const ct_layer_answer *layer) {
  const char *name = layer->word ? layer->word : "";
  int net = !strncmp(name, "net.", 4);
  const ct_namespace *space = &m->answer->confinement->container->namespaces[CT_NS_NET];
  int shared = space->from.state == CT_SET && space->mode == CT_NS_HOST;
  ct_change *change = add(m, layer->layer, say(m, net && !shared ? CT_MESSAGE_CHANGE_SYSCTL : CT_MESSAGE_CHANGE_HOST_SYSCTL, name, NULL));
  if (!change || !net || shared) return;
  const char *value = strstr(name, "ping") ? "0 2147483647" : "0";
  const char *pair = join(m, name, "=", value);
  if (!pair) return;
  change->docker = join(m, "--sysctl \"", pair, "\"");
  change->compose = join(m, "sysctls:\n  - ", pair, "");
  change->oci = join(m, "linux.sysctl: \"", pair, "\"");
  ct_buffer yaml;
  ct_buffer_init(&yaml);
  ct_buffer_format(&yaml, "securityContext:  # of the pod\n  sysctls:\n    - {name: %s, value: \"%s\"}", name, value);
  change->kubernetes = keep(m, &yaml);
}

/* A low port can also be had by the sysctl. */
static void low_port(maker *m, const ct_layer_answer *layer) {
  if (layer->cap != CT_CAP_NET_BIND_SERVICE) return;
  ct_layer_answer other = *layer;
  other.layer = CTSEC_LAYER_SYSCTL;
  other.word = "net.ipv4.ip_unprivileged_port_start";
  denied_by_sysctl(m, &other);
}

static void for_layer(maker *m, const ct_layer_answer *layer) {
  switch (layer->layer) {
    case CTSEC_LAYER_CAPABILITY:
      if (layer->why == CT_MESSAGE_WHY_AMBIENT) break;
      if (layer->cap == CT_CAP_NET_BIND_SERVICE)
        low_port(m, layer);
      else
        lacks_cap(m, layer);
      break;
    case CTSEC_LAYER_FILE: lacks_cap(m, layer); break;
    case CTSEC_LAYER_LSM: denied_by_lsm(m, layer); break;
    case CTSEC_LAYER_MOUNT: denied_by_mount(m, layer); break;
    case CTSEC_LAYER_DEVICE: denied_by_device(m, layer); break;
    case CTSEC_LAYER_SYSCTL: denied_by_sysctl(m, layer); break;
    default: break;
  }
}

int ct_answer_changes(ctsec_answer *answer, ctsec_error **err) {
  if (answer->ruling.outcome != CTSEC_ANSWER_DENY) return 0;
  maker m = {answer, 0, 0};
  int filter = 0;
  for (uint32_t i = 0; i < answer->ruling.layer_count; i++) {
    const ct_layer_answer *layer = &answer->ruling.layers[i];
    if (layer->outcome != CTSEC_ANSWER_DENY) continue;
    if (layer->layer == CTSEC_LAYER_SECCOMP)
      filter = 1;
    else
      for_layer(&m, layer);
  }
  int follows = 0;
  int status = filter ? filter_follows(&m, &follows, err) : 0;
  if (!status && filter && !follows) denied_by_filter(&m);
  return status ? status : m.failed ? ct_error_nomem(err) : 0;
}
