/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict/answer.h"

#include <stdlib.h>
#include <string.h>

#include "caps/names.h"

/* Of what programs try one after the other, what goes through counts, then what may. */
static void decide(ctsec_answer *answer) {
  const ctsec_request *request = answer->request;
  answer->call = &request->calls[0];
  ct_confinement_decide(answer->confinement, answer->call, &answer->ruling);
  for (uint32_t i = 1; i < request->count && answer->ruling.outcome != CTSEC_ANSWER_ALLOW; i++) {
    ct_ruling other;
    ct_confinement_decide(answer->confinement, &request->calls[i], &other);
    if (other.outcome != CTSEC_ANSWER_ALLOW &&
        !(other.outcome == CTSEC_ANSWER_UNKNOWN && answer->ruling.outcome == CTSEC_ANSWER_DENY))
      continue;
    answer->call = &request->calls[i];
    answer->ruling = other;
  }
}

int ctsec_confinement_check(ctsec_confinement *confinement, ctsec_request *request, ctsec_answer **answer,
                            ctsec_error **err) {
  if (!confinement || !request || !answer)
    return ct_error_null(err, !confinement ? "confinement" : !request ? "request" : "answer");
  ctsec_answer *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  ct_count_up(&made->references);
  ct_arena_init(&made->arena);
  made->confinement = ctsec_confinement_ref(confinement);
  made->request = ctsec_request_ref(request);
  decide(made);
  int status = ct_answer_changes(made, err);
  if (status) {
    ctsec_answer_free(made);
    return status;
  }
  *answer = made;
  return 0;
}

ctsec_answer *ctsec_answer_ref(ctsec_answer *answer) {
  if (answer) ct_count_up(&answer->references);
  return answer;
}

void ctsec_answer_free(ctsec_answer *answer) {
  if (!answer || !ct_count_down(&answer->references)) return;
  ctsec_confinement_free(answer->confinement);
  ctsec_request_free(answer->request);
  ct_arena_free(&answer->arena);
  free(answer);
}

int32_t ctsec_answer_outcome(const ctsec_answer *answer) { return answer ? answer->ruling.outcome : CTSEC_ANSWER_UNKNOWN; }
int32_t ctsec_answer_layer(const ctsec_answer *answer) { return answer ? answer->ruling.layer : 0; }
int32_t ctsec_answer_errno(const ctsec_answer *answer) { return answer ? (int32_t)answer->ruling.error_number : 0; }
size_t ctsec_answer_need_count(const ctsec_answer *answer) { return answer ? answer->ruling.need_count : 0; }

const char *ctsec_answer_need_at(const ctsec_answer *answer, size_t index) {
  return answer && index < answer->ruling.need_count ? answer->ruling.needs[index] : NULL;
}

int ctsec_confinement_check_batch(const ctsec_confinement *confinement, size_t n, const uint32_t *arch,
                                  const int32_t *nr, const uint64_t *args, const uint32_t *unknown, uint8_t *outcomes,
                                  uint8_t *layers, int32_t *numbers, ctsec_error **err) {
  if (!confinement) return ct_error_null(err, "confinement");
  if (!n) return 0;
  if (!arch || !nr || !args) return ct_error_null(err, !arch ? "arch" : !nr ? "nr" : "args");
  if (!outcomes || !layers || !numbers)
    return ct_error_null(err, !outcomes ? "outcomes" : !layers ? "layers" : "numbers");
  for (size_t i = 0; i < n; i++) {
    ct_request request = {.audit = arch[i], .number = (uint32_t)nr[i], .unknown = unknown ? unknown[i] : 0};
    ct_ruling ruling;
    memcpy(request.args, args + 6 * i, sizeof request.args);
    ct_confinement_decide(confinement, &request, &ruling);
    outcomes[i] = ruling.outcome;
    layers[i] = ruling.layer;
    numbers[i] = (int32_t)ruling.error_number;
  }
  return 0;
}

static void add_line(ct_buffer *out, const ct_ruling *ruling) {
  if (ruling->outcome == CTSEC_ANSWER_ALLOW)
    ct_buffer_text(out, "allow\n");
  else if (ruling->outcome == CTSEC_ANSWER_DENY)
    ct_buffer_format(out, "deny %s %s\n", ruling->error, ct_layer_name(ruling->layer));
  else
    ct_buffer_format(out, "unknown %s\n", ruling->need_count ? ruling->needs[0] : "fact");
}

int ctsec_confinement_check_lines(const ctsec_confinement *confinement, const char *lines, size_t length,
                                  char **answers, size_t *answers_length, size_t *errors, ctsec_error **err) {
  if (!confinement || !answers || !answers_length || (!lines && length))
    return ct_error_null(err, !confinement ? "confinement" : lines ? "answers" : "lines");
  ct_buffer out;
  ct_buffer_init(&out);
  size_t bad = 0;
  int status = 0;
  for (size_t at = 0; at < length && !status;) {
    const char *end = memchr(lines + at, '\n', length - at);
    size_t size = end ? (size_t)(end - lines) - at : length - at;
    ct_arena arena;
    ct_arena_init(&arena);
    ct_request call;
    ctsec_error *error = NULL;
    int failed = ct_request_line(&arena, lines + at, size, &call, &error);
    if (failed == CTSEC_E_NOMEM) {
      status = failed;
    } else if (failed) {
      ct_buffer_format(&out, "error %s\n", ctsec_error_message(error));
      bad++;
    } else {
      ct_ruling ruling;
      ct_confinement_decide(confinement, &call, &ruling);
      add_line(&out, &ruling);
    }
    ctsec_error_free(error);
    ct_arena_free(&arena);
    at += size + 1;
  }
  if (status || out.failed) {
    ct_buffer_free(&out);
    return ct_error_nomem(err);
  }
  status = ct_buffer_take(&out, answers, answers_length);
  if (status) return ct_error_nomem(err);
  if (errors) *errors = bad;
  return 0;
}

void ct_layer_add_why(ct_buffer *buffer, const ct_layer_answer *layer, int lang) {
  ct_buffer caps;
  ct_buffer_init(&caps);
  const ct_cap *first = ct_cap_at(layer->cap), *other = ct_cap_at(layer->other_cap);
  if (first) ct_buffer_text(&caps, first->name);
  if (first && other) ct_buffer_format(&caps, " / %s", other->name);
  ct_buffer_char(&caps, '\0');
  if (caps.failed) buffer->failed = 1;
  const ct_message_value values[] = {{"word", layer->word ? layer->word : ""}, {"cap", caps.failed ? "" : caps.data}};
  ct_message_add(buffer, (ct_message_id)layer->why, lang, values, 2);
  ct_buffer_free(&caps);
}
