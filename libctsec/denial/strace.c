/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What strace and perf trace saw fail. A filter's error looks like the kernel's own: which layer it was is found by
 * asking the given container for the same call.
 */
#include <string.h>

#include "caps/names.h"
#include "denial/explain.h"
#include "trace/stream.h"
#include "verdict/answer.h"

static int is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/* "[pid 12] 10:31:23 mount(...) = -1 EPERM": a known call with brackets, and a result or what stands for one. */
static int looks_like_call(const char *line, size_t length) {
  const char *most = line + (length < 200 ? length : 200), *open = line, *name;
  /* perf has a duration in brackets before the call. */
  do {
    open = memchr(open, '(', (size_t)(most - open));
    if (!open) return 0;
    for (name = open++; name > line && is_name(name[-1]);) name--;
  } while (name == open - 1);
  size_t size = (size_t)(--open - name), rest = length - (size_t)(open - line);
  char copy[40];
  if (size >= sizeof copy) return 0;
  memcpy(copy, name, size);
  copy[size] = '\0';
  if (!ct_arch_knows(copy)) return 0;
  return ct_find(open, rest, ") = ") || ct_find(open, rest, ")  ") || ct_find(open, rest, "<unfinished ...>") ||
         ct_find(open, rest, "<detached ...>");
}

int ct_denials_traced(ctsec_denials *denials, const char *line, size_t length) {
  if (denials->trace) return 1;
  if (denials->understood || denials->exporting || !length || line[0] == '{' || !looks_like_call(line, length)) return 0;
  ctsec_options *options = NULL;
  int status = ct_options_copy(denials->options, &options, NULL);
  const char *from = ct_trace_detect(line, length) == CTSEC_TRACE_PERF ? "perf" : "strace";
  if (!status) status = ctsec_options_set(options, "from", from, strlen(from), NULL);
  if (!status) status = ctsec_options_set(options, "source", denials->source, strlen(denials->source), NULL);
  if (!status) status = ctsec_trace_stream_new(options, &denials->trace, NULL);
  ctsec_options_free(options);
  if (status) return status;
  /* Errors tell places in the source, which may have begun with something else. */
  denials->trace->line = denials->lines.number - 1;
  denials->trace->offset = denials->lines.offset;
  denials->understood = 1;
  return 1;
}

int ct_denials_trace_line(ctsec_denials *denials, const char *line, size_t length) {
  int status = ctsec_trace_stream_feed(denials->trace, line, length, NULL);
  if (!status) status = ctsec_trace_stream_feed(denials->trace, "\n", 1, NULL);
  return status;
}

static int count_call(ctsec_denials *denials, const ct_trace_call *call, const char *error, uint64_t times) {
  ct_record record = {.time = CT_NO_TIME, .pid = -1, .uid = -1};
  ct_denial *denial = &record.denial;
  ct_buffer arguments;
  denial->kind = CT_DENIAL_CALL;
  denial->has = CT_HAS_ARCH | CT_HAS_NUMBER;
  denial->audit = call->arch->abi.audit;
  denial->number = call->number;
  denial->capability = -1;
  denial->texts[CT_TEXT_TYPE] = ct_piece_of("trace", 5);
  denial->texts[CT_TEXT_VERDICT] = ct_piece_of(error, strlen(error));
  denial->known = call->known;
  for (unsigned i = 0; i < CT_TRACE_ARGUMENTS; i++)
    if (call->known >> i & 1) denial->args[i] = call->args[i];
  ct_buffer_init(&arguments);
  ct_trace_call_add(&arguments, call);
  if (arguments.failed) return CTSEC_E_NOMEM;
  denial->texts[CT_TEXT_OBJECT] = ct_piece_of(arguments.data, arguments.length);
  int status = ct_denials_calls(denials, &record, times);
  ct_buffer_free(&arguments);
  return status;
}

/* What failed since the last time. */
static int count_failures(ctsec_denials *denials, ct_trace_call *call) {
  static const struct {
    ct_result result;
    const char *error;
  } failures[] = {{CT_RESULT_EPERM, "EPERM"}, {CT_RESULT_EACCES, "EACCES"}, {CT_RESULT_ENOSYS, "ENOSYS"},
                  {CT_RESULT_DENIED, "SIGSYS"}};
  int status = 0;
  for (size_t f = 0; !status && f < sizeof failures / sizeof *failures; f++) {
    uint64_t times = call->results[failures[f].result];
    if (times > call->told[f]) status = count_call(denials, call, failures[f].error, times - call->told[f]);
    call->told[f] = times;
  }
  return status;
}

int ct_denials_trace_now(ctsec_denials *denials) {
  int status = 0;
  for (ct_trace_call *call = denials->trace->trace->first; call && !status; call = call->next)
    status = count_failures(denials, call);
  return status;
}

int ct_denials_trace_end(ctsec_denials *denials) {
  ctsec_trace *trace = NULL;
  int status = ctsec_trace_stream_finish(denials->trace, &trace, NULL);
  if (status == CTSEC_E_SYNTAX) status = 0;
  for (uint32_t i = 0; trace && !status && i < trace->count; i++) 
    status = count_failures(denials, (ct_trace_call *)(uintptr_t)trace->calls[i]);
  if (trace) {
    denials->other += trace->others + trace->seen;
    denials->unparsed += trace->unparsed;
  }
  ctsec_error *problem = NULL;
  while (!status && !ctsec_trace_stream_take(denials->trace, &problem, NULL) && problem) {
    ct_denials_keep_error(denials, problem);
    problem = NULL;
  }
  ctsec_trace_free(trace);
  ctsec_trace_stream_free(denials->trace);
  denials->trace = NULL;
  return status;
}

static void say_layer(ct_explanation *out, ct_message_id id, const ct_layer_answer *layer) {
  ct_buffer why;
  ct_buffer_init(&why);
  ct_layer_add_why(&why, layer, out->lang);
  const ct_message_value values[] = {{"layer", ct_layer_name(layer->layer)}, {"why", ct_keep_buffer(out, &why)}};
  ct_say(out, id, values, 2);
}

/* The smallest changes, for the layers of the ruling that deny. */
static void add_changes(ct_explanation *out, const ct_request *request, const ctsec_confinement *confinement,
                        const ct_ruling *ruling, const char *name) {
  /* What the verdicts answer with, without what only their documents need. */
  struct ctsec_answer answer = {.confinement = (ctsec_confinement *)(uintptr_t)confinement, .call = request, .ruling = *ruling};
  answer.ruling.outcome = CTSEC_ANSWER_DENY;
  ct_arena_init(&answer.arena);
  if (ct_answer_changes(&answer, NULL)) out->failed = 1;
  for (uint32_t i = 0; i < answer.change_count; i++) {
    const ct_change *change = &answer.changes[i];
    int filter = change->layer == CTSEC_LAYER_SECCOMP;
    ct_remedy *remedy = ct_remedy_add(out, filter ? "seccomp-rule" : ct_layer_name(change->layer), CT_MESSAGE_DENIAL_CHANGE_GRANT);
    remedy->said = change->why ? ct_keep_piece(out, ct_piece_of(change->why, strlen(change->why))) : NULL;
    remedy->value = change->docker ? ct_keep_piece(out, ct_piece_of(change->docker, strlen(change->docker))) : NULL;
    if (!filter || !name) continue;
    ct_buffer rule;
    ct_buffer_init(&rule);
    ct_buffer_format(&rule, "{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ALLOW\"}", name);
    remedy->rule = ct_keep_buffer(out, &rule);
  }
  ct_arena_free(&answer.arena);
}

/* What C libraries turn to where this call answers ENOSYS; NULL. */
static const char *older_of(const ct_denial *denial, const char *name) {
  int32_t arch;
  if (ctsec_arch_find_audit(denial->audit, (uint32_t)denial->number, &arch, NULL)) return NULL;
  return ctsec_syscall_fallback(arch, name, strlen(name));
}

/* With ordinary arguments nothing refuses; it failed all the same, and the operation may ask for what is lacking. */
static uint32_t suspect_capability(ct_explanation *out, const ct_operation *operation, ct_ruling *ruling) {
  /* Who may open which file is a matter of its mode. */
  uint64_t caps = ct_operation_caps(operation) & ~CT_CAP_BIT(CT_CAP_DAC_OVERRIDE);
  uint32_t named = 0;
  for (int i = 0; i < CT_CAP_COUNT && named < 2 && ruling->layer_count < CT_LAYERS_MOST; i++) {
    if (!(caps >> i & 1) || ct_container_has(out->denials, i) != CT_IS_NO) continue;
    ct_layer_answer *layer = &ruling->layers[ruling->layer_count++];
    *layer = (ct_layer_answer){.layer = CTSEC_LAYER_CAPABILITY, .outcome = CTSEC_ANSWER_DENY,
                               .why = CT_MESSAGE_WHY_CAP_LACKS, .cap = (int8_t)i, .other_cap = -1};
    say_layer(out, CT_MESSAGE_DENIAL_CALL_MAYBE, layer);
    named++;
  }
  return named;
}

void ct_explain_call(ct_explanation *out, const ct_denial *denial, const char *name) {
  const ctsec_confinement *confinement = ct_explanation_confinement(out);
  ct_request request = {.audit = denial->audit, .number = (uint32_t)denial->number, .unknown = 0x3f & ~denial->known};
  ct_piece said = denial->texts[CT_TEXT_VERDICT];
  const ct_message_value values[] = {{"error", ct_keep_piece(out, said)}};
  char address[24];
  memcpy(request.args, denial->args, sizeof request.args);
  if (name && !strcmp(name, "bind") && denial->known >> CT_TRACE_DATA & 1) {
    /* The port is what counts of the address. */
    ct_buffer text;
    ct_buffer_init(&text);
    ct_buffer_format(&text, "0.0.0.0:%u", (unsigned)(denial->args[CT_TRACE_DATA] >> 16 & 0xffff));
    if (text.length < sizeof address) memcpy(address, text.data, text.length), address[text.length] = '\0';
    out->failed |= text.failed;
    request.texts[1] = text.failed ? NULL : address;
    ct_buffer_free(&text);
  }
  if (ct_piece_is(said, "SIGSYS")) ct_say(out, CT_MESSAGE_DENIAL_CALL_KILLED, NULL, 0);
  if (!confinement && out->denials->profile) {
    ct_explain_by_profile(out, denial, name);
    return;
  }
  if (!confinement) {
    if (!ct_piece_is(said, "SIGSYS")) ct_say(out, CT_MESSAGE_DENIAL_CALL_ALIKE, values, 1);
    return;
  }
  ct_ruling ruling;
  ct_confinement_decide(confinement, &request, &ruling);
  uint32_t named = 0;
  /* What decides first; then every other layer that would refuse as well. */
  for (int pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < ruling.layer_count; i++) {
      const ct_layer_answer *layer = &ruling.layers[i];
      if (layer->outcome != CTSEC_ANSWER_DENY) continue;
      int decides = ruling.outcome == CTSEC_ANSWER_DENY && layer->layer == ruling.layer;
      if (decides != !pass || (!pass && named)) continue;
      int fits = layer->error && ct_piece_is(said, layer->error);
      if (layer->layer == CTSEC_LAYER_SECCOMP && ct_piece_is(said, "SIGSYS")) fits = 1;
      if (!fits && !pass) continue;
      say_layer(out, pass ? CT_MESSAGE_DENIAL_CALL_TOO : CT_MESSAGE_DENIAL_CALL_LAYER, layer);
      named++;
      if (!pass) out->layer = ct_layer_name(layer->layer);
      const char *older = name && ct_piece_is(said, "ENOSYS") ? older_of(denial, name) : NULL;
      if (!older) continue;
      const ct_message_value twin[] = {{"call", older}};
      ct_say(out, CT_MESSAGE_DENIAL_FALLS_BACK, twin, 1);
      return;
    }
    if (!pass && !named) break;
  }
  if (named) {
    add_changes(out, &request, confinement, &ruling, name);
    return;
  }
  const ct_operation *operation = ct_operation_find(&request);
  if (operation && ct_operation_next(&request, operation)) {
    ct_say(out, CT_MESSAGE_DENIAL_CALL_UNKNOWN, NULL, 0);
    return;
  }
  for (uint32_t i = 0; i < ruling.layer_count; i++) {
    ct_layer_answer *layer = &ruling.layers[i];
    /* What hangs on an argument that the trace does not keep tells nobody anything. */
    int would = layer->outcome == CTSEC_ANSWER_DENY && layer->error && ct_piece_is(said, layer->error);
    if (layer->outcome != CTSEC_ANSWER_UNKNOWN && !would) continue;
    if (!would && layer->cap < 0 && layer->needs && !strncmp(layer->needs, "arg", 3)) continue;
    say_layer(out, CT_MESSAGE_DENIAL_CALL_MAYBE, layer);
    named++;
    /* It failed, so it is taken for the one that denied. */
    layer->outcome = CTSEC_ANSWER_DENY;
    if (layer->layer == CTSEC_LAYER_SYSCTL && layer->needs && !layer->word && !strncmp(layer->needs, "sysctl.", 7))
      layer->word = layer->needs + 7;
  }
  if (!named && name && !confinement->file_caps_known && !strncmp(name, "execve", 6) && ct_piece_is(said, "EPERM")) {
    ct_layer_answer program = {.layer = CTSEC_LAYER_CAPABILITY, .why = CT_MESSAGE_WHY_FILE_CAPS_UNKNOWN, .cap = -1, .other_cap = -1};
    say_layer(out, CT_MESSAGE_DENIAL_CALL_MAYBE, &program);
    return;
  }
  if (!named && operation && !ct_piece_is(said, "ENOSYS")) named = suspect_capability(out, operation, &ruling);
  if (named)
    add_changes(out, &request, confinement, &ruling, name);
  else
    ct_say(out, ct_piece_is(said, "ENOSYS") ? CT_MESSAGE_DENIAL_CALL_ABSENT : CT_MESSAGE_DENIAL_CALL_OTHER, values, 1);
}
