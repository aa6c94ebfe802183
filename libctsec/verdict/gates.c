/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps of one kind: capabilities in the right user namespace, sysctls, data behind pointers. */
#include "verdict/confinement.h"

/* Whether the namespace that a space means belongs to the container's own user namespace. */
static unsigned owned(const ctsec_confinement *c, ct_space space) {
  static const uint8_t kinds[] = {0, 0, CT_NS_MOUNT, CT_NS_NET, CT_NS_PID, CT_NS_UTS, CT_NS_IPC};
  if (space == CT_SPACE_INIT) return CT_NO;
  if (space == CT_SPACE_OWN) return CT_YES;
  const ct_namespace *of = &c->container->namespaces[kinds[space]];
  if (of->from.state != CT_SET) return CT_MAYBE;
  switch (of->mode) {
    case CT_NS_HOST: return CT_NO;
    case CT_NS_PRIVATE:
    case CT_NS_POD: return CT_YES;
    /* Another container may have another map. */
    default: return CT_MAYBE;
  }
}

/* Whether a capability that is in effect counts in a space. */
static unsigned counts(const ctsec_confinement *c, ct_space space) {
  if (c->mapped == CT_NO) return CT_YES;
  unsigned own = owned(c, space);
  if (own == CT_YES) return CT_YES;
  return c->mapped == CT_YES ? own : CT_MAYBE;
}

unsigned ct_confinement_has(const ctsec_confinement *c, int cap, ct_space space) {
  uint64_t bit = CT_CAP_BIT(cap);
  if (!((c->caps | c->maybe_caps) & bit)) return CT_NO;
  unsigned counted = counts(c, space);
  if (counted == CT_NO) return CT_NO;
  return c->caps & bit ? counted : CT_MAYBE;
}

static void name_caps(ct_layer_answer *answer, int cap, int other, ct_space space) {
  answer->cap = (int8_t)cap;
  answer->other_cap = other == cap ? -1 : (int8_t)other;
  answer->space = (uint8_t)space;
}

static ct_message_id why_lacking(const ctsec_confinement *c, int cap, int other) {
  uint64_t bits = CT_CAP_BIT(cap) | CT_CAP_BIT(other);
  if (c->caps & bits) return CT_MESSAGE_WHY_CAP_MAPPED;
  if (c->bounding & bits && c->root == CT_NO) return CT_MESSAGE_WHY_CAP_USER;
  return CT_MESSAGE_WHY_CAP_LACKS;
}

void ct_inquire_cap(ct_inquiry *inquiry, int cap, int other, ct_space space, const char *error) {
  const ctsec_confinement *c = inquiry->confinement;
  unsigned first = ct_confinement_has(c, cap, space), second = ct_confinement_has(c, other, space);
  ct_layer_answer *made;
  if (first == CT_YES || second == CT_YES) {
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_CAPABILITY, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_CAP_HAS);
    if (first != CT_YES) cap = other;
    other = cap;
  } else if (first == CT_NO && second == CT_NO) {
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_CAPABILITY, error, why_lacking(c, cap, other));
  } else {
    /* Not in effect for certain, or in effect and perhaps in the wrong user namespace. */
    int effective = (c->caps & (CT_CAP_BIT(cap) | CT_CAP_BIT(other))) != 0;
    const char *open = c->container->facts.exec_known ? NULL : ct_container_needs(c->container, c->container->privileged.from.at);
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, effective ? "userns" : open ? open : "uid",
                           effective ? CT_MESSAGE_WHY_CAP_USERNS : open ? CT_MESSAGE_WHY_CAP_OPEN : CT_MESSAGE_WHY_CAP_UID);
  }
  name_caps(made, cap, other, space);
}

static void inquire_sysctl(ct_inquiry *inquiry, const ct_step *step) {
  const ct_sysctl_value *value = &inquiry->confinement->sysctls[step->a];
  ct_layer_answer *made;
  if (value->state == CT_UNKNOWN)
    made = ct_inquiry_need(inquiry, CTSEC_LAYER_SYSCTL, value->needs, CT_MESSAGE_WHY_SYSCTL_UNKNOWN);
  else if (value->value <= step->b)
    made = ct_inquiry_add(inquiry, CTSEC_LAYER_SYSCTL, CTSEC_ANSWER_ALLOW,
                          value->state == CT_SET ? CT_MESSAGE_WHY_SYSCTL_ALLOWS : CT_MESSAGE_WHY_SYSCTL_ASSUMED);
  else
    made = ct_inquiry_deny(inquiry, CTSEC_LAYER_SYSCTL, ct_step_error_name(step->error), CT_MESSAGE_WHY_SYSCTL_DENIES);
  made->word = ct_sysctl_name(step->a);
  made->number = value->value;
  made->at = value->at;
}

/* kernel.io_uring_disabled: 1 leaves it to a capability, 2 to nobody. */
static void inquire_sysctl_cap(ct_inquiry *inquiry, const ct_step *step) {
  const ct_sysctl_value *value = &inquiry->confinement->sysctls[step->a];
  if (value->state == CT_SET && value->value == step->b + 1)
    ct_inquire_cap(inquiry, step->space, step->space, CT_SPACE_INIT, ct_step_error_name(step->error));
  else
    inquire_sysctl(inquiry, step);
}

static void inquire_data(ct_inquiry *inquiry, const ct_step *step) {
  const ctsec_confinement *c = inquiry->confinement;
  if (inquiry->request->texts[step->a] || ct_confinement_has(c, step->b, step->space) == CT_YES) return;
  ct_layer_answer *made =
      ct_inquiry_need(inquiry, CTSEC_LAYER_CAPABILITY, ct_argument_need(step->a), CT_MESSAGE_WHY_DATA);
  name_caps(made, step->b, step->b, step->space);
  made->word = made->needs;
  inquiry->ended = 1;
}

void ct_inquire_step(ct_inquiry *inquiry, const ct_step *step) {
  switch (step->gate) {
    case CT_GATE_CAP:
      ct_inquire_cap(inquiry, step->a, step->b, step->space, ct_step_error_name(step->error));
      break;
    case CT_GATE_FD:
      inquiry->ended = ct_request_has(inquiry->request, step->a) && (uint32_t)inquiry->request->args[step->a] == UINT32_MAX;
      break;
    case CT_GATE_DATA_CAP: inquire_data(inquiry, step); break;
    case CT_GATE_RULE: ct_inquire_rule(inquiry, step); break;
    case CT_GATE_LSM: ct_inquire_lsm(inquiry, step->a, ct_step_error_name(step->error)); break;
    case CT_GATE_SYSCTL: inquire_sysctl(inquiry, step); break;
    case CT_GATE_SYSCTL_CAP: inquire_sysctl_cap(inquiry, step); break;
    default: ct_inquire_file(inquiry, step->a, step->b);
  }
}
