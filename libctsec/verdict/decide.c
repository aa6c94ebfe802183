/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of the layers, and what follows from what each says. */
#include <string.h>

#include "data/errno.h"
#include "data/numbers.h"
#include "verdict/confinement.h"

const char *ct_layer_name(unsigned layer) {
  static const char *const names[] = {NULL,    "seccomp", "capability", "credentials", "file",
                                      "mount", "device",  "namespace",  "sysctl",      "lsm"};
  return layer < sizeof names / sizeof *names ? names[layer] : NULL;
}

const char *ct_argument_need(unsigned argument) {
  static const char names[][5] = {"arg0", "arg1", "arg2", "arg3", "arg4", "arg5"};
  return names[argument];
}

ct_layer_answer *ct_inquiry_add(ct_inquiry *inquiry, unsigned layer, unsigned outcome, ct_message_id why) {
  ct_ruling *ruling = inquiry->ruling;
  /* Rows are short: what does not fit would be a row that is too long. */
  uint32_t index = ruling->layer_count < CT_LAYERS_MOST ? ruling->layer_count++ : CT_LAYERS_MOST - 1;
  ct_layer_answer *made = &ruling->layers[index];
  *made = (ct_layer_answer){0};
  made->layer = (uint8_t)layer;
  made->outcome = (uint8_t)outcome;
  made->why = (uint16_t)why;
  made->cap = made->other_cap = -1;
  return made;
}

ct_layer_answer *ct_inquiry_deny(ct_inquiry *inquiry, unsigned layer, const char *error, ct_message_id why) {
  ct_layer_answer *made = ct_inquiry_add(inquiry, layer, CTSEC_ANSWER_DENY, why);
  made->error = error;
  return made;
}

ct_layer_answer *ct_inquiry_need(ct_inquiry *inquiry, unsigned layer, const char *needs, ct_message_id why) {
  ct_layer_answer *made = ct_inquiry_add(inquiry, layer, CTSEC_ANSWER_UNKNOWN, why);
  made->needs = needs;
  return made;
}

ct_layer_answer *ct_inquiry_said(ct_inquiry *inquiry, unsigned layer, unsigned said, const char *needs,
                                 const char *error, ct_message_id why) {
  if (said == CT_MAYBE) return ct_inquiry_need(inquiry, layer, needs, why);
  if (said == CT_YES) return ct_inquiry_add(inquiry, layer, CTSEC_ANSWER_ALLOW, CT_MESSAGE_WHY_FACT);
  return ct_inquiry_deny(inquiry, layer, error, CT_MESSAGE_WHY_FACT);
}

static void add_need(ct_ruling *ruling, const char *needs) {
  if (!needs) return;
  for (uint32_t i = 0; i < ruling->need_count; i++)
    if (!strcmp(ruling->needs[i], needs)) return;
  if (ruling->need_count < CT_NEEDS_MOST) ruling->needs[ruling->need_count++] = needs;
}

/* The first layer that denies decides; one before it that nobody knows may give another errno, and one that nobody knows
 * where none denies leaves all open. */
static void conclude(ct_ruling *ruling, uint32_t audit) {
  uint32_t i = 0;
  while (i < ruling->layer_count && ruling->layers[i].outcome != CTSEC_ANSWER_DENY) i++;
  int denied = i < ruling->layer_count;
  for (uint32_t k = 0; k < i; k++)
    if (ruling->layers[k].outcome == CTSEC_ANSWER_UNKNOWN) add_need(ruling, ruling->layers[k].needs);
  if (!denied) {
    ruling->outcome = ruling->need_count ? CTSEC_ANSWER_UNKNOWN : CTSEC_ANSWER_ALLOW;
    return;
  }
  ruling->outcome = CTSEC_ANSWER_DENY;
  ruling->layer = ruling->layers[i].layer;
  ruling->error = ruling->layers[i].error;
  ruling->error_number = ct_errno_number(audit, ruling->error);
  ruling->errno_open = ruling->need_count > 0;
}

/* A call, and the rows that it may mean. */
typedef struct subject {
  const ctsec_confinement *confinement;
  const ct_request *request;
  const ct_request *ordered;
  const char *name;
  const uint8_t *rows;
  uint32_t count;
} subject;

static void inquire(const subject *s, const ct_operation *operation, ct_ruling *ruling) {
  ct_inquiry inquiry = {s->confinement, s->ordered, ruling, 0};
  *ruling = (ct_ruling){0};
  ruling->operation = operation;
  ct_inquiry first = {s->confinement, s->request, ruling, 0};
  ct_inquire_filter(&first);
  if (!s->name) ct_inquiry_need(&inquiry, 0, "kernel", CT_MESSAGE_WHY_NO_SUCH_CALL);
  for (int i = 0; operation && i < CT_STEPS_MOST && operation->steps[i].gate && !inquiry.ended; i++)
    ct_inquire_step(&inquiry, &operation->steps[i]);
  conclude(ruling, s->request->audit);
}

static int same_ruling(const ct_ruling *a, const ct_ruling *b) {
  return a->outcome == b->outcome && a->layer == b->layer && a->error_number == b->error_number &&
         (!a->need_count || !strcmp(a->needs[0], b->need_count ? b->needs[0] : ""));
}

/* The argument of a row that is not known, -1 for none. */
static int open_argument(const ct_operation *operation, const ct_request *request) {
  for (int i = 0; i < CT_TESTS_MOST && operation->tests[i].kind; i++)
    if (!ct_request_has(request, operation->tests[i].argument)) return operation->tests[i].argument;
  return -1;
}

static void open_ruling(const subject *s, ct_ruling *ruling, const char *needs) {
  if (ruling->outcome != CTSEC_ANSWER_UNKNOWN) ruling->need_count = 0;
  ruling->outcome = CTSEC_ANSWER_UNKNOWN;
  ruling->layer = 0;
  ruling->error = NULL;
  ruling->error_number = 0;
  add_need(ruling, needs);
  ct_inquiry inquiry = {s->confinement, s->request, ruling, 0};
  ct_inquiry_need(&inquiry, 0, needs, CT_MESSAGE_WHY_ARGUMENT)->word = needs;
}

/* The next row that is meant or may be, from *index on; NULL for none. */
static const ct_operation *next_row(const subject *s, uint32_t *index, int *certain) {
  while (*index < s->count) {
    const ct_operation *operation = &ct_operations[s->rows[(*index)++]];
    unsigned holds = ct_operation_holds(operation, s->ordered);
    *certain = holds == CT_YES;
    if (holds != CT_NO) return operation;
  }
  return NULL;
}

/* What facts say about arguments that the call leaves open. */
static const ct_request *with_facts(const ctsec_confinement *c, const ct_request *request, ct_request *filled) {
  uint32_t open = c->args_said & request->unknown;
  if (!open) return request;
  *filled = *request;
  for (unsigned i = 0; i < 6; i++) {
    if (!(open >> i & 1) || filled->texts[i]) continue;
    filled->texts[i] = c->texts[i];
    filled->args[i] = c->args[i];
    if (!c->texts[i]) filled->unknown &= ~(1u << i);
  }
  return filled;
}

void ct_confinement_filter(const ctsec_confinement *confinement, const ct_request *request, ct_ruling *ruling) {
  ct_request filled;
  *ruling = (ct_ruling){0};
  ct_inquiry inquiry = {confinement, with_facts(confinement, request, &filled), ruling, 0};
  ct_inquire_filter(&inquiry);
}

void ct_confinement_decide(const ctsec_confinement *confinement, const ct_request *request, ct_ruling *ruling) {
  ct_request swapped, filled;
  subject s = {.confinement = confinement, .request = with_facts(confinement, request, &filled)};
  const ct_arch *arch = ct_arch_audit(request->audit, request->number);
  int place = arch ? ct_arch_place(arch, request->number) : -1;
  s.ordered = s.request;
  if (place >= 0) {
    s.name = ct_numbers()->rows[place].name;
    s.rows = confinement->rows + confinement->starts[place];
    s.count = confinement->starts[place + 1] - confinement->starts[place];
    s.ordered = ct_request_ordered(s.request, s.name, &swapped);
  }
  uint32_t index = 0;
  int certain = 0;
  const ct_operation *operation = next_row(&s, &index, &certain);
  inquire(&s, operation, ruling);
  /* What an unknown argument may mean as well; at last, nothing that any row is about. */
  while (operation && !certain) {
    ct_ruling second;
    const ct_operation *other = next_row(&s, &index, &certain);
    inquire(&s, other, &second);
    if (!same_ruling(ruling, &second)) {
      const char *needs = ct_argument_need((unsigned)open_argument(operation, s.ordered));
      /* Where both are refused the answer stands, and only the errno is open. */
      if (ruling->outcome == CTSEC_ANSWER_DENY && second.outcome == CTSEC_ANSWER_DENY) {
        ruling->errno_open = 1;
        add_need(ruling, needs);
      } else {
        open_ruling(&s, ruling, needs);
        return;
      }
    }
    operation = other;
  }
}
