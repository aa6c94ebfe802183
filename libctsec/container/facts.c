/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What follows from the fields, once: the capability sets, whether the process is root, whose root that is. */
#include <string.h>

#include "container/read.h"

#define DOCKER_DEFAULT UINT64_C(0x00000000a80425fb)
#define PODMAN_DEFAULT UINT64_C(0x00000000800405fb)

static int is_all(const ct_text *text) {
  static const char all[] = "CAP_ALL";
  size_t skip = text->length == 3 ? 4 : 0;
  if (text->length != 3 && text->length != 7) return 0;
  for (size_t i = 0; i < text->length; i++)
    if (text->value[i] != all[skip + i] && text->value[i] != (all[skip + i] | 32)) return 0;
  return 1;
}

static uint64_t mask_of(const ct_texts *list, int *all) {
  uint64_t mask = 0;
  *all = 0;
  for (uint32_t i = 0; i < list->count; i++) {
    if (is_all(&list->items[i])) {
      *all = 1;
      continue;
    }
    int number = ct_sets_find(list->items[i].value, list->items[i].length);
    if (number >= 0) mask |= UINT64_C(1) << number;
  }
  return mask;
}

/* Docker: drops first, so that a capability in both lists stays; ALL in add wins over everything. */
static uint64_t docker_set(const ct_container *container) {
  int add_all, drop_all;
  uint64_t add = mask_of(&container->cap_add, &add_all), drop = mask_of(&container->cap_drop, &drop_all);
  if (ct_is_true(&container->privileged)) return ct_sets_full();
  if (add_all) return ct_sets_full() & ~drop;
  if (drop_all) return add;
  return (DOCKER_DEFAULT & ~drop) | add;
}

/* podman shows both lists as differences to a table of its own, which is Docker's. */
static uint64_t podman_set(const ct_container *container) {
  int add_all, drop_all;
  uint64_t add = mask_of(&container->cap_add, &add_all), drop = mask_of(&container->cap_drop, &drop_all);
  if (ct_is_true(&container->privileged) || add_all) return ct_sets_full();
  if (drop_all) return add;
  return (DOCKER_DEFAULT & ~drop) | add;
}

static void decide_user(ct_container *container, const ctsec_options *options) {
  ct_facts *facts = &container->facts;
  ct_user *user = &container->user;
  const char *said = ct_options_fact(options, "uid");
  /* The image's passwd file, which the caller knows and we do not. */
  if (user->uid_state == CT_UNKNOWN && said && *said) {
    uint64_t uid = 0;
    const char *at = said;
    while (*at >= '0' && *at <= '9' && uid <= UINT32_MAX) uid = uid * 10 + (uint64_t)(*at++ - '0');
    if (!*at && uid <= UINT32_MAX) {
      user->uid_state = CT_SET;
      user->uid = (uint32_t)uid;
    }
  }
  facts->root = user->uid_state != CT_SET ? CT_MAYBE : user->uid ? CT_NO : CT_YES;
}

/* A podman container of another user than root gets what was added, as ambient capabilities. */
static void podman_created(const ct_container *container, ct_sets *created) {
  const ct_facts *facts = &container->facts;
  created->bounding = ct_is_set(container->bounding.from) ? container->bounding.mask : podman_set(container);
  if (ct_is_set(container->effective.from)) {
    created->permitted = created->effective = container->effective.mask;
    if (facts->root != CT_YES) created->inheritable = created->ambient = container->effective.mask;
    return;
  }
  if (facts->root == CT_YES) {
    created->permitted = created->effective = created->bounding;
    return;
  }
  int all;
  uint64_t added = mask_of(&container->cap_add, &all) & created->bounding;
  created->permitted = created->effective = created->inheritable = created->ambient = added;
}

/* Docker before 20.10.14 made the whole set inheritable (CVE-2022-24769), podman for root before 4.0.3 too. */
static void old_inheritable(const ct_container *container, ct_sets *created) {
  const ct_version *version = &container->engine_version;
  if (!version->known) return;
  int docker = container->engine == CTSEC_ENGINE_DOCKER && !ct_version_at_least(version, 20, 10, 14);
  int podman = container->engine == CTSEC_ENGINE_PODMAN && !ct_version_at_least(version, 4, 0, 3);
  if (docker || (podman && container->facts.root == CT_YES)) created->inheritable = created->bounding;
}

static void docker_created(const ct_container *container, ct_sets *created) {
  created->bounding = docker_set(container);
  const ct_version *version = &container->engine_version;
  /* From 24.0.6 on every user gets the set; before, others than root got the bounding set only. */
  int everyone = !version->known || ct_version_at_least(version, 24, 0, 6);
  if (container->facts.root == CT_YES || (everyone && container->facts.root == CT_NO))
    created->permitted = created->effective = created->bounding;
}

static void oci_created(const ct_container *container, ct_sets *created) {
  created->bounding = container->bounding.mask;
  created->permitted = container->permitted.mask;
  created->effective = container->effective.mask;
  created->inheritable = container->inheritable.mask;
  /* The kernel keeps in the ambient set only what the other two have. */
  created->ambient = container->ambient.mask & created->permitted & created->inheritable;
}

static void derive_sets(ct_container *container) {
  ct_facts *facts = &container->facts;
  ct_sets created = {0};
  switch (container->format) {
    case CT_FORMAT_PODMAN_INSPECT:
      podman_created(container, &created);
      old_inheritable(container, &created);
      break;
    case CT_FORMAT_OCI:
      oci_created(container, &created);
      break;
    default:
      docker_created(container, &created);
      old_inheritable(container, &created);
  }
  int nnp = facts->no_new_privileges == CT_YES, root = facts->root == CT_YES;
  facts->created = created;
  facts->after_exec = ct_sets_exec(&created, root, 0, nnp);
  facts->after_setuid = ct_sets_exec(&facts->after_exec, root, 1, nnp);
  facts->created_known = facts->exec_known = facts->setuid_known = CT_FACT_ALL;
  if (facts->root != CT_MAYBE) return;
  /* Root or not: only the bounding set is the same for both, and for Docker the two sets that stay empty. */
  uint8_t known = CT_FACT_BOUNDING;
  if (container->engine != CTSEC_ENGINE_PODMAN) known |= CT_FACT_INHERITABLE | CT_FACT_AMBIENT;
  facts->created_known = facts->exec_known = known;
  facts->setuid_known = nnp ? known : known | CT_FACT_PERMITTED | CT_FACT_EFFECTIVE;
  if (!created.bounding && !created.ambient && !created.inheritable) facts->exec_known = facts->setuid_known = CT_FACT_ALL;
  if (!nnp) facts->after_setuid.permitted = facts->after_setuid.effective = created.bounding | created.inheritable;
}

int ct_derive_facts(ct_arena *arena, ct_container *container, const ctsec_options *options, ctsec_error **err) {
  (void)arena;
  (void)err;
  ct_facts *facts = &container->facts;
  if (options && options->engine && options->engine == container->engine) container->engine_version = options->engine_version;
  const char *version = ct_options_fact(options, ct_engine_name(container->engine) ? ct_engine_name(container->engine) : "engine");
  if (version && !container->engine_version.known) ct_version_parse(version, strlen(version), &container->engine_version);
  decide_user(container, options);
  facts->engine_default = container->engine == CTSEC_ENGINE_PODMAN ? PODMAN_DEFAULT : DOCKER_DEFAULT;
  facts->no_new_privileges = ct_is_true(&container->no_new_privileges) ? CT_YES : CT_NO;
  facts->user_namespace = ct_is_true(&container->user_mapped)                                  ? CT_YES
                          : container->namespaces[CT_NS_USER].from.state == CT_UNKNOWN ? CT_MAYBE
                                                                                        : CT_NO;
  derive_sets(container);
  /* A nested machine may itself lack SYS_RESOURCE: the rest is all that its engine had. */
  uint64_t missing = ct_sets_full() & ~facts->created.bounding;
  facts->all_caps = !(missing & ~(UINT64_C(1) << 24));
  return 0;
}
