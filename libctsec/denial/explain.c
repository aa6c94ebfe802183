/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a group means. */
#include "denial/explain.h"

#include <stdlib.h>
#include <string.h>

#include "caps/names.h"
#include "verdict/verdict.h"

void ct_explanation_free(ct_explanation *explanation) {
  ct_buffer_free(&explanation->why);
  ct_buffer_free(&explanation->advice);
  ct_arena_free(&explanation->arena);
}

void ct_say(ct_explanation *out, ct_message_id id, const ct_message_value *values, size_t count) {
  if (out->why.length && out->lang == CTSEC_LANG_EN) ct_buffer_char(&out->why, ' ');
  ct_message_add(&out->why, id, out->lang, values, count);
}

void ct_advise(ct_explanation *out, ct_message_id id) {
  if (out->advice.length && out->lang == CTSEC_LANG_EN) ct_buffer_char(&out->advice, ' ');
  ct_message_add(&out->advice, id, out->lang, NULL, 0);
}

ct_remedy *ct_remedy_add(ct_explanation *out, const char *kind, ct_message_id text) {
  static ct_remedy nowhere;
  if (out->change_count == CT_REMEDIES_MOST) return &nowhere;
  ct_remedy *change = &out->changes[out->change_count++];
  change->kind = kind;
  change->text = text;
  return change;
}

const char *ct_keep_buffer(ct_explanation *out, ct_buffer *buffer) {
  const char *kept = buffer->failed ? NULL : ct_arena_copy(&out->arena, buffer->length ? buffer->data : "", buffer->length);
  ct_buffer_free(buffer);
  if (!kept) out->failed = 1;
  return kept ? kept : "";
}

const char *ct_keep_piece(ct_explanation *out, ct_piece piece) {
  if (!piece.text) return "";
  const char *kept = ct_arena_copy(&out->arena, piece.text, piece.length);
  if (!kept) out->failed = 1;
  return kept ? kept : "";
}

int ct_container_has(const ctsec_denials *denials, int capability) {
  if (!denials->container) return CT_IS_MAYBE;
  const ct_facts *facts = &denials->container->facts;
  if (!(facts->exec_known & CT_FACT_EFFECTIVE)) return CT_IS_MAYBE;
  return facts->after_exec.effective >> capability & 1 ? CT_IS_YES : CT_IS_NO;
}

int ct_container_bounding(const ctsec_denials *denials, uint64_t *mask) {
  if (!denials->container || !(denials->container->facts.created_known & CT_FACT_BOUNDING)) return 0;
  *mask = denials->container->facts.created.bounding;
  return 1;
}

/* Made when it is first asked for; NULL where the container's profile, say, cannot be had. */
const ctsec_confinement *ct_explanation_confinement(ct_explanation *out) {
  ctsec_denials *denials = out->denials;
  if (!denials->container || denials->confinement || denials->unconfinable) return denials->confinement;
  int status = ct_confinement_make(denials->container, denials->profile, denials->options, &denials->confinement, NULL);
  if (status == CTSEC_E_NOMEM) out->failed = 1;
  denials->unconfinable = status && status != CTSEC_E_NOMEM;
  return denials->confinement;
}

uint64_t ct_container_lacks(ct_explanation *out, uint32_t audit, uint32_t number) {
  const ctsec_confinement *confinement = ct_explanation_confinement(out);
  const ct_request request = {.audit = audit, .number = number, .unknown = 0x3f};
  ct_ruling ruling;
  uint64_t lacking = 0;
  if (!confinement) return 0;
  ct_confinement_decide(confinement, &request, &ruling);
  for (uint32_t i = 0; i < ruling.layer_count; i++) {
    const ct_layer_answer *layer = &ruling.layers[i];
    if (layer->layer == CTSEC_LAYER_CAPABILITY && layer->outcome == CTSEC_ANSWER_DENY && layer->cap >= 0)
      lacking |= CT_CAP_BIT(layer->cap);
  }
  return lacking;
}

static void caps(ct_explanation *out, const ct_denial *denial, ct_message_id id) {
  ct_buffer names;
  ct_buffer_init(&names);
  ct_caps_add_names(&names, denial->caps[1]);
  const char *text = ct_keep_buffer(out, &names);
  const ct_message_value values[] = {{"caps", *text ? text : ct_message(CT_MESSAGE_NONE, out->lang)}};
  ct_say(out, id, values, 1);
}

static void oom(ct_explanation *out, const ct_denial *denial) {
  if (!ct_piece_is(denial->texts[CT_TEXT_OPERATION], "cgroup")) {
    ct_say(out, CT_MESSAGE_DENIAL_OOM_HOST, NULL, 0);
    return;
  }
  const char *cgroup = ct_keep_piece(out, denial->texts[CT_TEXT_OBJECT]);
  const ct_message_value values[] = {{"cgroup", cgroup}};
  ct_say(out, CT_MESSAGE_DENIAL_OOM_CGROUP, values, 1);
  const ct_container *container = out->denials->container;
  ct_remedy *change = ct_remedy_add(out, "memory", CT_MESSAGE_DENIAL_CHANGE_MEMORY);
  change->value = "--memory=...";
  if (container && container->memory.from.state == CT_SET && container->memory.value > 0) {
    ct_buffer limit;
    ct_buffer_init(&limit);
    ct_buffer_signed(&limit, container->memory.value);
    const ct_message_value said[] = {{"limit", ct_keep_buffer(out, &limit)}};
    ct_say(out, CT_MESSAGE_DENIAL_OOM_LIMIT, said, 1);
  }
}

static void abend(ct_explanation *out, const ct_denial *denial) {
  ct_buffer number;
  ct_buffer_init(&number);
  ct_buffer_signed(&number, denial->signal);
  const ct_message_value values[] = {{"signal", ct_keep_buffer(out, &number)}};
  ct_say(out, denial->signal == 31 ? CT_MESSAGE_DENIAL_ABEND_SECCOMP : CT_MESSAGE_DENIAL_ABEND, values, 1);
}

void ct_explain(ct_explanation *out, ctsec_denials *denials, const ct_denial *denial) {
  memset(out, 0, sizeof *out);
  ct_buffer_init(&out->why);
  ct_buffer_init(&out->advice);
  out->denials = denials;
  out->lang = ct_options_lang(denials->options);
  switch (denial->kind) {
    case CT_DENIAL_SECCOMP:
      out->layer = "seccomp";
      ct_explain_seccomp(out, denial);
      break;
    case CT_DENIAL_CALL: ct_explain_call(out, denial, ct_explain_name(out, denial)); break;
    case CT_DENIAL_ABEND: abend(out, denial); break;
    case CT_DENIAL_SELINUX:
    case CT_DENIAL_APPARMOR:
      out->layer = "lsm";
      ct_explain_lsm(out, denial);
      break;
    case CT_DENIAL_BPRM_FCAPS: caps(out, denial, CT_MESSAGE_DENIAL_FCAPS); break;
    case CT_DENIAL_CAPSET: caps(out, denial, CT_MESSAGE_DENIAL_CAPSET); break;
    default: oom(out, denial);
  }
  /* Callers hand them on as text. */
  ct_buffer_char(&out->why, '\0');
  ct_buffer_char(&out->advice, '\0');
  if (out->why.failed || out->advice.failed) out->failed = 1;
}
