/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One container, resolved once: its filter, capabilities, users, security module and sysctls. */
#include "verdict/confinement.h"

#include <stdlib.h>
#include <string.h>

#include "ctsec/container.h"
#include "seccomp/resolve.h"

/* Where the daemon keeps its files tells whether it maps users: /var/lib/docker/100000.100000/..., ~/.local/share/docker. */
static unsigned mapped_by_path(const ct_value *value) {
  static const char root[] = "/var/lib/docker/";
  if (!ct_value_is(value, CT_STRING)) return CT_MAYBE;
  const char *path = value->as.string;
  if (strstr(path, "/.local/share/docker/")) return CT_YES;
  if (strncmp(path, root, sizeof root - 1)) return CT_MAYBE;
  const char *at = path + sizeof root - 1;
  size_t digits = strspn(at, "0123456789");
  if (digits && at[digits] == '.' && strspn(at + digits + 1, "0123456789")) return CT_YES;
  return CT_NO;
}

/* /srv/docker/100000.100000/containers/ID/resolv.conf: a daemon that maps users, wherever it keeps its files. */
static unsigned mapped_by_folder(const ct_value *value) {
  if (!ct_value_is(value, CT_STRING)) return CT_MAYBE;
  const char *at = strstr(value->as.string, "/containers/");
  if (!at) return CT_MAYBE;
  const char *folder = at;
  while (folder > value->as.string && folder[-1] != '/') folder--;
  size_t first = strspn(folder, "0123456789");
  size_t second = folder[first] == '.' ? strspn(folder + first + 1, "0123456789") : 0;
  return first && second && folder + first + 1 + second == at ? CT_YES : CT_NO;
}

static unsigned mapped_of(const ct_container *container) {
  static const char members[][15] = {"ResolvConfPath", "HostnamePath", "LogPath"};
  if (container->facts.user_namespace != CT_MAYBE || container->format != CT_FORMAT_DOCKER_INSPECT)
    return container->facts.user_namespace;
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    unsigned mapped = mapped_by_path(ct_value_member(container->at, members[i]));
    if (mapped != CT_MAYBE) return mapped;
  }
  const ct_value *data = ct_value_member(ct_value_member(container->at, "GraphDriver"), "Data");
  for (uint32_t i = 0; ct_value_is(data, CT_OBJECT) && i < data->count; i++) {
    unsigned mapped = mapped_by_path(&data->as.items[i]);
    if (mapped != CT_MAYBE) return mapped;
  }
  /* A daemon without root keeps its sockets below the user's folder; another data folder says nothing by itself. */
  const ct_value *key = ct_value_member(ct_value_member(container->at, "NetworkSettings"), "SandboxKey");
  unsigned mapped = mapped_by_folder(ct_value_member(container->at, "ResolvConfPath"));
  int rooted = ct_value_is(key, CT_STRING) && !strncmp(key->as.string, "/var/run/docker/", 16);
  return mapped == CT_YES || rooted ? mapped : CT_MAYBE;
}

/* Docker reports the profile of a started container, and none where the host has no AppArmor. */
static int was_started(const ct_container *container) {
  const ct_value *at = ct_value_member(ct_value_member(container->at, "State"), "StartedAt");
  return ct_is_true(&container->running) || (ct_value_is(at, CT_STRING) && strncmp(at->as.string, "0001-", 5) && at->length);
}

static unsigned silent_lsm(const ct_container *container, const char *lsm, const char *module) {
  if (lsm) return strcmp(lsm, module) ? CT_CONFINED_NO : CT_CONFINED_DEFAULT;
  if (ct_is_spec(container) || container->format == CT_FORMAT_PROC) return CT_CONFINED_NO;
  if (ct_is_true(&container->privileged)) return CT_CONFINED_NO;
  int inspect = container->format == CT_FORMAT_DOCKER_INSPECT || container->format == CT_FORMAT_PODMAN_INSPECT;
  return inspect && was_started(container) ? CT_CONFINED_NO : CT_CONFINED_UNKNOWN;
}

static unsigned apparmor_of(const ct_container *container, const char *lsm) {
  static const char own[][26] = {"docker-default", "cri-containerd.apparmor.d", "nerdctl-default", "crio-default",
                                    "runtime/default"};
  const ct_apparmor *said = &container->apparmor;
  if (lsm && strcmp(lsm, "apparmor")) return CT_CONFINED_NO;
  /* A variable that may be any profile. */
  if (said->from.state == CT_UNKNOWN && said->from.at) return lsm ? CT_CONFINED_OTHER : CT_CONFINED_UNKNOWN;
  if (said->mode == CT_LSM_UNCONFINED && ct_is_set(said->from)) return CT_CONFINED_NO;
  if (said->mode == CT_LSM_NAMED && ct_is_set(said->from)) {
    if (ct_text_is(&said->name, "unconfined")) return CT_CONFINED_NO;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
      if (ct_text_is(&said->name, own[i])) return CT_CONFINED_DEFAULT;
    if (said->name.length > 17 && !memcmp(said->name.value, "containers-default", 17)) return CT_CONFINED_DEFAULT;
    return CT_CONFINED_OTHER;
  }
  return silent_lsm(container, lsm, "apparmor");
}

/* system_u:system_r:container_t:s0:c1,c2 */
static unsigned selinux_of(const ct_container *container, const char *lsm) {
  const ct_selinux *said = &container->selinux;
  if (lsm && strcmp(lsm, "selinux")) return CT_CONFINED_NO;
  if (said->from.state == CT_UNKNOWN && said->from.at) return lsm ? CT_CONFINED_OTHER : CT_CONFINED_UNKNOWN;
  if (ct_is_set(said->from) && said->mode == CT_LSM_UNCONFINED) return CT_CONFINED_NO;
  if (said->process_label.length || said->type.length) {
    const char *text = said->process_label.length ? said->process_label.value : said->type.value;
    if (strstr(text, "spc_t") || strstr(text, "unconfined_t")) return CT_CONFINED_NO;
    return strstr(text, "container_t") ? CT_CONFINED_DEFAULT : CT_CONFINED_OTHER;
  }
  return silent_lsm(container, lsm, "selinux");
}

static void read_facts(ctsec_confinement *c) {
  uint64_t value = 0;
  c->file_owner_known = (uint8_t)ct_confinement_number(c, "file-owner", 10, &value);
  c->file_owner = (uint32_t)value;
  c->file_group_known = (uint8_t)ct_confinement_number(c, "file-group", 10, &value);
  c->file_group = (uint32_t)value;
  c->file_mode_known = (uint8_t)ct_confinement_number(c, "file-mode", 8, &value);
  c->file_mode = (uint32_t)value;
  c->target_uid_known = (uint8_t)ct_confinement_number(c, "target-uid", 10, &value);
  c->target_uid = (uint32_t)value;
}

/* As getcap prints them. Engines leave nothing inheritable that could stand in for the bounding set. */
static int read_file_caps(ctsec_confinement *c, ctsec_error **err) {
  const char *text = ct_options_fact(c->options, "file-caps");
  uint64_t inheritable = 0, effective = 0;
  if (!text) return 0;
  int status = ctsec_captext_parse(text, strlen(text), NULL, &inheritable, &c->file_caps, &effective, NULL);
  if (status == CTSEC_E_NOMEM) return ct_error_nomem(err);
  if (status) return ct_error_set(err, CTSEC_E_ARG, "fact file-caps: `%s' is no text of capabilities", text);
  c->file_caps_known = 1;
  if (!effective) c->file_caps = 0;
  return 0;
}

/* A number or names where it is that, else what the argument points to. */
static void read_arguments(ctsec_confinement *c) {
  for (unsigned i = 0; i < 6; i++) {
    const char *text = ct_options_fact(c->options, ct_argument_need(i));
    int unknown = 0;
    if (!text) continue;
    if (ct_argument_value(c->arch, text, strlen(text), &c->args[i], &unknown, NULL)) c->texts[i] = text;
    if (!unknown) c->args_said |= 1u << i;
  }
}

static void read_sets(ctsec_confinement *c) {
  const ct_facts *facts = &c->container->facts;
  c->bounding = facts->created.bounding;
  if (facts->exec_known & CT_FACT_EFFECTIVE)
    c->caps = facts->after_exec.effective;
  else
    c->maybe_caps = facts->created.bounding;
  c->root = facts->root;
  c->no_new_privileges = facts->no_new_privileges;
  const ct_user *user = &c->container->user;
  c->uid_known = user->uid_state == CT_SET;
  c->uid = user->uid;
  c->gid_known = user->gid_state == CT_SET;
  c->gid = user->gid;
  uint64_t gid = 0;
  if (!c->gid_known && ct_confinement_number(c, "gid", 10, &gid)) {
    c->gid_known = 1;
    c->gid = (uint32_t)gid;
  }
}

/* The profile of a policy for this container, with other capabilities than its own where caps says so. */
static int make_policy(ctsec_confinement *c, const ct_profile *profile, uint64_t caps, ctsec_policy **policy,
                       ctsec_error **err) {
  ctsec_options *options = NULL;
  int status = ct_options_copy(c->options, &options, err);
  if (status) return status;
  ct_arena arena;
  ct_arena_init(&arena);
  ct_buffer mask;
  ct_buffer_init(&mask);
  ct_buffer_hex(&mask, caps, 16);
  ct_buffer_char(&mask, '\0');
  options->caps = mask.failed ? NULL : mask.data;
  if (!options->engine) {
    options->engine = c->container->engine;
    options->engine_version = c->container->engine_version;
  }
  ct_resolved *resolved = NULL;
  status = mask.failed ? ct_error_nomem(err) : ct_resolve(&arena, profile, options, &resolved, err);
  if (!status) status = ct_resolved_policy(resolved, options, policy, err);
  options->caps = NULL;
  ct_buffer_free(&mask);
  ct_arena_free(&arena);
  ctsec_options_free(options);
  return status;
}

static int load_builtin(ctsec_confinement *c, int index, ctsec_error **err) {
  const ct_profile *profile = NULL;
  const char *name = c->builtins[index];
  int status = ct_profile_builtin(&c->arena, name, strlen(name), &profile, err);
  if (!status) status = make_policy(c, profile, c->bounding, &c->policies[index], err);
  if (!status) c->profiles[index] = profile;
  return status;
}

static void choose_one(ctsec_confinement *c, const char *name) {
  c->filter = CT_FILTER_KNOWN;
  c->builtins[0] = name;
}

/* One of two, where the version lies between those that we have or is not known. */
static void choose_either(ctsec_confinement *c, const char *newer, const char *older, const char *needs) {
  c->filter = CT_FILTER_EITHER;
  c->filter_needs = needs;
  c->builtins[0] = newer;
  c->builtins[1] = older;
}

/* The engine's own profile. */
static void choose_default(ctsec_confinement *c) {
  int engine = c->container->engine;
  const ct_version *version = &c->container->engine_version;
  if (engine == CTSEC_ENGINE_PODMAN && version->known && version->major == 4 && version->minor == 3)
    choose_one(c, "podman@4.3");
  else if (engine == CTSEC_ENGINE_PODMAN && version->known && version->major >= 6)
    choose_one(c, "podman");
  else if (engine == CTSEC_ENGINE_PODMAN || engine == CTSEC_ENGINE_CRIO)
    choose_either(c, "podman", "podman@4.3", version->known || engine == CTSEC_ENGINE_CRIO ? "seccomp-profile" : "podman");
  /* containerd's profile follows Docker's with little delay. */
  else if (engine == CTSEC_ENGINE_CONTAINERD || engine == CTSEC_ENGINE_NERDCTL)
    choose_either(c, "containerd", "docker@20.10", version->known ? "seccomp-profile" : "containerd");
  else if (version->known && version->major <= 20)
    choose_one(c, "docker@20.10");
  else if (version->known && version->major >= 29)
    choose_one(c, "docker");
  else
    choose_either(c, "docker", "docker@20.10", version->known ? "seccomp-profile" : "docker");
}

static int inner_profile(ctsec_confinement *c, ctsec_error **err) {
  const ct_seccomp *seccomp = &c->container->seccomp;
  const ct_document *document = NULL;
  ct_profile *profile = NULL;
  ctsec_error *inner = NULL;
  int status = ct_json_parse(&c->arena, seccomp->profile.value, seccomp->profile.length, c->options, &document, &inner);
  if (!status)
    status = ct_profile_read(&c->arena, document, &document->roots[0], CT_FORM_FILE, c->options, &profile, &inner);
  if (status == CTSEC_E_NOMEM) {
    ctsec_error_free(inner);
    return ct_error_nomem(err);
  }
  if (status) {
    status = ct_error_value(err, status, c->container->document, seccomp->from.at ? seccomp->from.at : c->container->at,
                            "the seccomp profile in this option, line %lld, column %lld: %s",
                            (long long)ctsec_error_line(inner), (long long)ctsec_error_column(inner),
                            ctsec_error_message(inner));
    ctsec_error_free(inner);
    return status;
  }
  c->profiles[0] = profile;
  return make_policy(c, profile, c->bounding, &c->policies[0], err);
}

/* A profile beside --privileged: ignored by Docker up to 26, loaded from 28 on. */
static int is_ignored(const ctsec_confinement *c, int *unknown) {
  const ct_container *container = c->container;
  const ct_version *version = &container->engine_version;
  *unknown = 0;
  if (!ct_is_true(&container->privileged) || container->seccomp.from.defaulted) return 0;
  if (container->format == CT_FORMAT_KUBERNETES) return 1;
  if (container->engine && container->engine != CTSEC_ENGINE_DOCKER) return 0;
  *unknown = !version->known || version->major == 27;
  return version->known && version->major <= 26;
}

/* The profile that the fact names in place of one that is not at hand. */
static void choose_missing(ctsec_confinement *c, const char *name, const char *needs) {
  c->filter = !name ? CT_FILTER_MISSING : strcmp(name, "unconfined") ? CT_FILTER_KNOWN : CT_FILTER_NONE;
  c->filter_needs = needs;
  if (c->filter == CT_FILTER_KNOWN) c->builtins[0] = name;
}

/* Which filter it is; what a profile of its own means is for ct_confinement_load(). */
static void choose_filter(ctsec_confinement *c, const ctsec_profile *given) {
  const ct_seccomp *seccomp = &c->container->seccomp;
  int unknown = 0;
  c->filter = CT_FILTER_NONE;
  const char *profile = ct_options_fact(c->options, "seccomp-profile");
  if (seccomp->mode == CT_SECCOMP_LOADED && seccomp->filter_count)
    c->filter = CT_FILTER_LOADED;
  else if (seccomp->from.state == CT_UNKNOWN)
    choose_missing(c, profile, "seccomp-profile");
  else if ((c->perhaps_none = (uint8_t)ct_kubelet_decides_seccomp(c->container, c->options)))
    choose_default(c);
  else if (seccomp->mode == CT_SECCOMP_UNCONFINED || is_ignored(c, &unknown))
    return;
  else if (unknown)
    choose_missing(c, NULL, "docker");
  else if (seccomp->mode == CT_SECCOMP_TEXT || seccomp->mode == CT_SECCOMP_OBJECT)
    c->filter = CT_FILTER_KNOWN;
  else if (seccomp->mode == CT_SECCOMP_DEFAULT && !profile)
    choose_default(c);
  else if (seccomp->mode != CT_SECCOMP_DEFAULT && given)
    c->filter = CT_FILTER_KNOWN;
  else
    choose_missing(c, profile, "seccomp-profile");
}

int ct_confinement_load(ctsec_confinement *c, const ctsec_profile *given, ctsec_error **err) {
  const ct_seccomp *seccomp = &c->container->seccomp;
  int status = 0;
  if (c->filter != CT_FILTER_KNOWN && c->filter != CT_FILTER_EITHER) return 0;
  for (int i = 0; i < 2 && c->builtins[i] && !status; i++) status = load_builtin(c, i, err);
  if (c->builtins[0]) return status;
  if (seccomp->mode == CT_SECCOMP_TEXT) return inner_profile(c, err);
  ct_profile *own = NULL;
  if (seccomp->mode == CT_SECCOMP_OBJECT) {
    status = ct_profile_read(&c->arena, c->container->document, seccomp->object, CT_FORM_OCI, c->options, &own, err);
    if (status) return status;
    c->profiles[0] = own;
  } else {
    c->given = ctsec_profile_ref((ctsec_profile *)given);
    c->profiles[0] = given->profile;
  }
  return make_policy(c, c->profiles[0], c->bounding, &c->policies[0], err);
}

int ct_confinement_policy(ctsec_confinement *c, int profile, uint64_t caps, ctsec_policy **policy, ctsec_error **err) {
  return make_policy(c, c->profiles[profile], caps, policy, err);
}

/* A fact of two values: CT_YES for the first. */
static uint8_t said(const ctsec_confinement *c, const char *fact, const char *yes) {
  const char *value = ct_options_fact(c->options, fact);
  return value ? strcmp(value, yes) ? CT_NO : CT_YES : CT_MAYBE;
}

int ct_confinement_look(ctsec_confinement *c, const ct_container *container, const ctsec_options *options,
                        const ctsec_profile *profile, ctsec_error **err) {
  c->container = container;
  c->options = options;
  const char *lsm = ct_options_fact(options, "lsm");
  const char *arch = options && options->arch ? options->arch : container->seccomp.arch ? container->seccomp.arch : "x86_64";
  c->arch = ct_arch_spelt(arch, strlen(arch));
  if (!c->arch) return ct_error_set(err, CTSEC_E_ARG, "arch: `%s` is no architecture", arch);
  c->lang = ct_options_lang(options);
  if (options) c->kernel = options->kernel;
  c->mapped = (uint8_t)mapped_of(container);
  c->apparmor = (uint8_t)apparmor_of(container, lsm);
  c->selinux = (uint8_t)selinux_of(container, lsm);
  c->notify_says = said(c, "seccomp-notify", "allows");
  read_sets(c);
  choose_filter(c, profile);
  return 0;
}

static int fill(ctsec_confinement *c, const ctsec_profile *profile, ctsec_error **err) {
  int status = ct_confinement_look(c, c->container, c->options, profile, err);
  if (status) return status;
  c->apparmor_says = said(c, "apparmor-profile", "allows");
  c->selinux_says = said(c, "selinux-policy", "allows");
  c->mount_says = said(c, "mount", "writable");
  c->device_says = said(c, "device", "allows");
  c->realtime_says = said(c, "rt-group", "no");
  read_facts(c);
  read_arguments(c);
  status = read_file_caps(c, err);
  if (status) return status;
  if (!ct_operations_index(c)) return ct_error_nomem(err);
  ct_confinement_sysctls(c);
  return ct_confinement_load(c, profile, err);
}

int ct_confinement_make(const ct_container *container, const ctsec_profile *profile, const ctsec_options *options,
                        ctsec_confinement **confinement, ctsec_error **err) {
  ctsec_confinement *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  ct_count_up(&made->references);
  ct_arena_init(&made->arena);
  made->container = container;
  made->owner = ctsec_containers_ref((struct ctsec_containers *)container->root);
  ctsec_options *own = NULL;
  int status = ct_options_copy(options, &own, err);
  made->options = own;
  if (!status) status = fill(made, profile, err);
  if (status) {
    ctsec_confinement_free(made);
    return status;
  }
  *confinement = made;
  return 0;
}

ctsec_confinement *ctsec_confinement_ref(ctsec_confinement *confinement) {
  if (confinement) ct_count_up(&confinement->references);
  return confinement;
}

void ct_confinement_unload(ctsec_confinement *c) {
  for (int i = 0; i < 2; i++) ctsec_policy_free(c->policies[i]);
  ctsec_profile_free(c->given);
  ct_arena_free(&c->arena);
}

void ctsec_confinement_free(ctsec_confinement *confinement) {
  if (!confinement || !ct_count_down(&confinement->references)) return;
  ct_confinement_unload(confinement);
  ctsec_options_free((ctsec_options *)confinement->options);
  ctsec_containers_free(confinement->owner);
  free(confinement);
}

int ctsec_confinement_resolve(const ctsec_container *container, const ctsec_profile *profile,
                              const ctsec_options *options, ctsec_confinement **confinement, ctsec_error **err) {
  if (!container) return ct_error_null(err, "container");
  if (!confinement) return ct_error_null(err, "confinement");
  return ct_confinement_make(container, profile, options, confinement, err);
}
