/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What follows from the fields, once: the capability sets, whether the process is root, whose root that is. */
#include <string.h>

#include "container/read.h"

static void decide_user(ct_container *container, const ctsec_options *options) {
  ct_facts *facts = &container->facts;
  ct_user *user = &container->user;
  const char *said = ct_options_fact(options, "uid");
  /* The image's passwd file, which the caller knows and we do not. */
  int from_image = (container->format == CT_FORMAT_RUN || container->format == CT_FORMAT_COMPOSE || container->format == CT_FORMAT_DOCKERFILE) &&
                   user->from.defaulted;
  if ((user->uid_state == CT_UNKNOWN || from_image) && said && *said) {
    uint64_t uid = 0;
    const char *at = said;
    while (*at >= '0' && *at <= '9' && uid <= UINT32_MAX) uid = uid * 10 + (uint64_t)(*at++ - '0');
    if (!*at && uid <= UINT32_MAX) {
      user->uid_state = CT_SET;
      user->uid = (uint32_t)uid;
    }
  }
  /* runAsNonRoot: whoever it is, the kubelet starts no uid 0. */
  if (container->format == CT_FORMAT_KUBERNETES && user->uid_state == CT_UNKNOWN && user->length) {
    facts->root = CT_NO;
    return;
  }
  facts->root = user->uid_state != CT_SET ? CT_MAYBE : user->uid ? CT_NO : CT_YES;
}

static ct_caps_word *words_of(ct_arena *arena, const ct_texts *list) {
  ct_caps_word *words = ct_arena_array(arena, list->count, sizeof *words);
  for (uint32_t i = 0; words && i < list->count; i++)
    words[i] = (ct_caps_word){list->items[i].value, list->items[i].length};
  return words;
}

static void run(ct_facts *facts) {
  int nnp = facts->no_new_privileges == CT_YES, root = facts->root == CT_YES;
  facts->after_exec = ct_sets_exec(&facts->created, root, 0, nnp);
  facts->after_setuid = ct_sets_exec(&facts->after_exec, root, 1, nnp);
  facts->created_known = facts->exec_known = facts->setuid_known = CT_FACT_ALL;
}

/* The sets stand in the input; what the kernel makes of them is left. */
static void derive_from_sets(const ct_container *container, ct_facts *facts) {
  ct_cap_sets *created = &facts->created;
  created->bounding = container->bounding.mask;
  created->permitted = container->permitted.mask;
  created->effective = container->effective.mask;
  created->inheritable = container->inheritable.mask;
  if (container->format == CT_FORMAT_PODMAN_INSPECT) {
    /* podman shows two of the five; the others follow from the user. */
    created->permitted = created->effective;
    if (facts->root == CT_NO)
      created->inheritable = created->ambient = created->effective;
    else if (container->engine_version.known && !ct_version_at_least(&container->engine_version, 4, 0, 3))
      created->inheritable = created->bounding;
  } else {
    /* The kernel keeps in the ambient set only what the other two have. */
    created->ambient = container->ambient.mask & created->permitted & created->inheritable;
  }
  run(facts);
  if (facts->root != CT_MAYBE) return;
  ct_facts other = *facts;
  other.root = CT_YES;
  run(&other);
  uint8_t known = CT_FACT_BOUNDING;
  /* Another user than root would have them in the other two as well. */
  if (container->format != CT_FORMAT_PODMAN_INSPECT || !created->effective) known |= CT_FACT_INHERITABLE | CT_FACT_AMBIENT;
  facts->created_known = known;
  facts->exec_known = facts->setuid_known = known;
  if (other.after_exec.permitted == facts->after_exec.permitted) facts->exec_known = CT_FACT_ALL;
  if (other.after_setuid.permitted == facts->after_setuid.permitted) facts->setuid_known = CT_FACT_ALL;
}

/* A live process has its sets: nothing is left to the kernel but what a setuid program would gain. */
static void derive_live(const ct_container *container, ct_facts *facts) {
  const struct {
    const ct_set *set;
    uint8_t bit;
  } sets[] = {{&container->inheritable, CT_FACT_INHERITABLE}, {&container->permitted, CT_FACT_PERMITTED},
              {&container->effective, CT_FACT_EFFECTIVE},     {&container->bounding, CT_FACT_BOUNDING},
              {&container->ambient, CT_FACT_AMBIENT}};
  facts->created = (ct_cap_sets){.inheritable = container->inheritable.mask, .permitted = container->permitted.mask,
                                 .effective = container->effective.mask, .bounding = container->bounding.mask,
                                 .ambient = container->ambient.mask};
  facts->after_exec = facts->created;
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
    if (ct_is_set(sets[i].set->from)) facts->created_known |= sets[i].bit;
  facts->exec_known = facts->created_known;
  if (facts->created_known != CT_FACT_ALL || facts->root == CT_MAYBE || facts->no_new_privileges == CT_MAYBE) {
    facts->after_setuid.bounding = facts->created.bounding;
    facts->setuid_known = facts->created_known & CT_FACT_BOUNDING;
    return;
  }
  facts->after_setuid = ct_sets_exec(&facts->created, facts->root == CT_YES, 1, facts->no_new_privileges == CT_YES);
  facts->setuid_known = CT_FACT_ALL;
}

/* The sets follow from what was asked for, by the rules of the engine. */
static int derive_from_request(ct_arena *arena, const ct_container *container, const ctsec_options *options,
                               ct_facts *facts) {
  ct_caps_request request = {.engine = container->engine, .version = container->engine_version};
  request.add = words_of(arena, &container->cap_add);
  request.drop = words_of(arena, &container->cap_drop);
  if (!request.add || !request.drop) return 0;
  request.add_count = container->cap_add.count;
  request.drop_count = container->cap_drop.count;
  request.privileged = ct_is_true(&container->privileged);
  request.no_new_privileges = facts->no_new_privileges == CT_YES;
  request.root = facts->root == CT_MAYBE ? -1 : facts->root == CT_YES;
  ct_caps_host(options, &request);
  ct_caps_result result;
  ct_caps_resolve(&request, &result);
  facts->created = result.created;
  facts->after_exec = result.after_exec;
  facts->after_setuid = result.after_setuid_root;
  facts->created_known = result.created_known;
  facts->exec_known = result.exec_known;
  facts->setuid_known = result.setuid_known;
  return 1;
}

/* Old versions of podman show the lists only, both as differences to a table of its own, which is Docker's. */
static int guess_podman_sets(ct_arena *arena, ct_container *container) {
  ct_caps_request request = {.engine = CTSEC_ENGINE_DOCKER, .privileged = ct_is_true(&container->privileged)};
  request.add = words_of(arena, &container->cap_add);
  request.drop = words_of(arena, &container->cap_drop);
  if (!request.add || !request.drop) return 0;
  request.add_count = container->cap_add.count;
  request.drop_count = container->cap_drop.count;
  ct_caps_result unused = {0};
  container->bounding.mask = ct_caps_granted(&request, &unused);
  container->effective.mask = container->facts.root == CT_YES ? container->bounding.mask : 0;
  derive_from_sets(container, &container->facts);
  if (container->facts.root != CT_YES)
    container->facts.created_known = container->facts.exec_known = container->facts.setuid_known = CT_FACT_BOUNDING;
  return 1;
}

static int has_sets(const ct_container *container) {
  if (container->format == CT_FORMAT_PODMAN_INSPECT)
    return ct_is_set(container->bounding.from) && ct_is_set(container->effective.from);
  return ct_is_spec(container) || container->format == CT_FORMAT_PROC;
}

int ct_derive_facts(ct_arena *arena, ct_container *container, const ctsec_options *options, ctsec_error **err) {
  ct_facts *facts = &container->facts;
  if (options && options->engine && options->engine == container->engine) container->engine_version = options->engine_version;
  const char *version = ct_options_fact(options, ct_engine_name(container->engine) ? ct_engine_name(container->engine) : "engine");
  if (version && !container->engine_version.known) ct_version_parse(version, strlen(version), &container->engine_version);
  decide_user(container, options);
  facts->engine_default = ct_engine_default_caps(container->engine);
  facts->no_new_privileges = container->no_new_privileges.from.state == CT_UNKNOWN ? CT_MAYBE
                             : ct_is_true(&container->no_new_privileges)           ? CT_YES
                                                                                   : CT_NO;
  facts->user_namespace = ct_is_true(&container->user_mapped)                                  ? CT_YES
                          : container->namespaces[CT_NS_USER].from.state == CT_UNKNOWN ||
                                  container->user_mapped.from.state == CT_UNKNOWN
                              ? CT_MAYBE
                                                                                        : CT_NO;
  const ct_namespace *user = &container->namespaces[CT_NS_USER];
  if (container->live && user->from.state == CT_SET && user->mode == CT_NS_PRIVATE) facts->user_namespace = CT_YES;
  if (container->live)
    derive_live(container, facts);
  else if (has_sets(container))
    derive_from_sets(container, facts);
  else if (container->format == CT_FORMAT_PODMAN_INSPECT ? !guess_podman_sets(arena, container)
                                                         : !derive_from_request(arena, container, options, facts))
    return ct_error_nomem(err);
  int lists = container->cap_add.from.state == CT_UNKNOWN || container->cap_drop.from.state == CT_UNKNOWN;
  /* A privileged container holds them all, whatever the lists say. */
  if (container->privileged.from.state == CT_UNKNOWN || (lists && !ct_is_true(&container->privileged))) {
    facts->created_known = facts->exec_known = facts->setuid_known = 0;
    /* At most. */
    facts->created.bounding = facts->after_exec.bounding = facts->after_setuid.bounding = CT_CAPS_ALL;
  }
  if (facts->no_new_privileges == CT_MAYBE) facts->setuid_known &= CT_FACT_BOUNDING;
  /* A nested machine may itself lack SYS_RESOURCE: the rest is all that its engine had. */
  uint64_t missing = CT_CAPS_ALL & ~facts->created.bounding;
  facts->all_caps = facts->created_known & CT_FACT_BOUNDING && !(missing & ~(UINT64_C(1) << 24));
  return 0;
}
