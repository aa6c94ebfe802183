/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answer for programs and for people. */
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "seccomp/profile.h"
#include "verdict/answer.h"

static const char *outcome_name(unsigned outcome) {
  static const char names[][8] = {"allow", "deny", "unknown"};
  return names[outcome];
}

static const char *call_name(const ct_request *call) {
  const ct_arch *arch = ct_arch_audit(call->audit, call->number);
  return arch ? ct_arch_name(arch, call->number) : NULL;
}

static void write_version(ct_json *json, const char *key, const ct_version *version) {
  ct_json_key(json, key);
  if (!version->known) {
    ct_json_null(json);
    return;
  }
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_unsigned(&text, version->major);
  if (version->known < 3) ct_buffer_format(&text, ".%u", version->minor);
  if (version->known < 2) ct_buffer_format(&text, ".%u", version->patch);
  if (text.failed) json->buffer.failed = 1;
  ct_json_string(json, text.data ? text.data : "", text.length);
  ct_buffer_free(&text);
}

static void write_target(ct_json *json, const ctsec_confinement *c) {
  static const char *const known[] = {"no", "yes", NULL};
  static const char *const lsm[] = {"none", "default", "other", NULL};
  ct_json_key(json, "target");
  ct_json_object(json);
  ct_json_key_text(json, "arch", c->arch->abi.name);
  ct_json_key_text(json, "engine", ct_engine_name(c->container->engine));
  write_version(json, "engine_version", &c->container->engine_version);
  write_version(json, "kernel", &c->kernel);
  ct_json_key_text(json, "runtime", c->options->runtime);
  ct_json_key_text(json, "libseccomp", c->options->libseccomp);
  ct_json_key_text(json, "user_mapped", known[c->mapped]);
  ct_json_key_text(json, "apparmor", lsm[c->apparmor]);
  ct_json_key_text(json, "selinux", lsm[c->selinux]);
  ct_json_key(json, "facts");
  ct_json_object(json);
  for (const ct_fact *fact = c->options->facts; fact; fact = fact->next) ct_json_key_text(json, fact->key, fact->value);
  ct_json_end(json);
  ct_json_end(json);
}

static void write_place(ct_json *json, const ctsec_answer *answer, const ct_layer_answer *layer) {
  ct_buffer pointer;
  ct_buffer_init(&pointer);
  int64_t line = 0, column = 0;
  if (layer->at) {
    ct_value_add_pointer(&pointer, layer->at);
    ct_containers_locate(answer->confinement->owner, layer->at, &line, &column);
  } else if (layer->pointer) {
    ct_buffer_text(&pointer, layer->pointer);
  }
  if (pointer.failed) json->buffer.failed = 1;
  ct_json_key(json, "pointer");
  if (layer->at || layer->pointer)
    ct_json_string(json, pointer.data ? pointer.data : "", pointer.length);
  else
    ct_json_null(json);
  if (line > 0) {
    ct_json_key_signed(json, "line", line);
    ct_json_key_signed(json, "column", column);
  }
  ct_buffer_free(&pointer);
}

static void write_layer(ct_json *json, const ctsec_answer *answer, const ct_layer_answer *layer) {
  ct_buffer why;
  ct_buffer_init(&why);
  ct_layer_add_why(&why, layer, answer->confinement->lang);
  if (why.failed) json->buffer.failed = 1;
  ct_json_object(json);
  ct_json_key_text(json, "layer", ct_layer_name(layer->layer));
  ct_json_key_text(json, "outcome", outcome_name(layer->outcome));
  ct_json_key_text(json, "errno_name", layer->error);
  ct_json_key(json, "why");
  ct_json_string(json, why.data ? why.data : "", why.length);
  write_place(json, answer, layer);
  if (layer->layer == CTSEC_LAYER_SECCOMP)
    ct_json_key_text(json, "profile",
                     answer->confinement->profiles[0] ? answer->confinement->profiles[0]->source : NULL);
  ct_json_key_text(json, "needs", layer->needs);
  ct_json_end(json);
  ct_buffer_free(&why);
}

static void write_change(ct_json *json, const ct_change *change) {
  ct_json_object(json);
  ct_json_key_text(json, "layer", ct_layer_name(change->layer));
  ct_json_key_text(json, "why", change->why);
  ct_json_key_text(json, "docker", change->docker);
  ct_json_key_text(json, "compose", change->compose);
  ct_json_key_text(json, "kubernetes", change->kubernetes);
  ct_json_key_text(json, "oci", change->oci);
  ct_json_key_text(json, "opens", change->opens);
  ct_json_end(json);
}

static void write_call(ct_json *json, const ct_request *call) {
  const ct_arch *arch = ct_arch_audit(call->audit, call->number);
  ct_json_key_text(json, "arch", arch ? arch->abi.name : NULL);
  ct_json_key_text(json, "syscall", call_name(call));
  ct_json_key_unsigned(json, "number", call->number);
  ct_json_key(json, "args");
  ct_json_array(json);
  for (int i = 0; i < 6; i++) {
    if (call->texts[i]) {
      ct_buffer quoted;
      ct_buffer_init(&quoted);
      ct_buffer_format(&quoted, "\"%s\"", call->texts[i]);
      if (quoted.failed) json->buffer.failed = 1;
      ct_json_string(json, quoted.data ? quoted.data : "", quoted.length);
      ct_buffer_free(&quoted);
    } else if (call->unknown >> i & 1) {
      ct_json_null(json);
    } else {
      ct_json_hex(json, call->args[i]);
    }
  }
  ct_json_end(json);
}

int ctsec_answer_to_json(const ctsec_answer *answer, char **text, size_t *length, ctsec_error **err) {
  if (!answer || !text || !length) return ct_error_null(err, !answer ? "answer" : !text ? "text" : "length");
  const ct_ruling *ruling = &answer->ruling;
  const ctsec_confinement *c = answer->confinement;
  int denied = ruling->outcome == CTSEC_ANSWER_DENY;
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/why/1");
  ct_json_key_text(&json, "container", c->container->id);
  ct_json_key_text(&json, "format", ct_format_name(c->container->format));
  ct_json_key_text(&json, "source", c->container->source);
  write_target(&json, c);
  write_call(&json, answer->call);
  ct_json_key_text(&json, "operation", ruling->operation ? ct_operation_id(ruling->operation) : NULL);
  ct_json_key_text(&json, "outcome", outcome_name(ruling->outcome));
  ct_json_key(&json, "errno");
  if (denied && ruling->error_number)
    ct_json_unsigned(&json, ruling->error_number);
  else
    ct_json_null(&json);
  ct_json_key_text(&json, "errno_name", denied && ruling->error_number ? ruling->error : NULL);
  ct_json_key_bool(&json, "errno_certain", !ruling->errno_open);
  ct_json_key_text(&json, "signal", denied && !ruling->error_number ? ruling->error : NULL);
  ct_json_key_text(&json, "layer", ct_layer_name(ruling->layer));
  ct_json_key(&json, "layers");
  ct_json_array(&json);
  for (uint32_t i = 0; i < ruling->layer_count; i++)
    if (ruling->layers[i].layer) write_layer(&json, answer, &ruling->layers[i]);
  ct_json_end(&json);
  ct_json_key(&json, "needs");
  ct_json_array(&json);
  for (uint32_t i = 0; i < ruling->need_count; i++) ct_json_text(&json, ruling->needs[i]);
  ct_json_end(&json);
  ct_json_key(&json, "changes");
  ct_json_array(&json);
  for (uint32_t i = 0; i < answer->change_count; i++) write_change(&json, &answer->changes[i]);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static const char *in_format(const ctsec_answer *answer, const ct_change *change) {
  switch (answer->confinement->container->format) {
    case CT_FORMAT_OCI: return change->oci;
    case CT_FORMAT_COMPOSE: return change->compose;
    case CT_FORMAT_KUBERNETES:
    case CT_FORMAT_CRICTL: return change->kubernetes;
    default: return change->docker;
  }
}

/* Text of several lines, each below the first. */
static void add_indented(ct_buffer *out, const char *text, unsigned indent) {
  for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
    ct_utf8_add_visible(out, text, (size_t)(end - text));
    ct_buffer_char(out, '\n');
    for (unsigned i = 0; i < indent; i++) ct_buffer_char(out, ' ');
  }
  ct_utf8_add_visible(out, text, strlen(text));
}

/* Text that came from elsewhere. */
static void add_visible(ct_buffer *out, const char *text) { ct_utf8_add_visible(out, text, strlen(text)); }

static void add_padded(ct_buffer *out, const char *text, size_t width) {
  ct_buffer_text(out, text);
  for (size_t i = strlen(text); i < width; i++) ct_buffer_char(out, ' ');
}

static void add_call(ct_buffer *out, const ct_request *call) {
  const char *name = call_name(call);
  if (name)
    ct_buffer_text(out, name);
  else
    ct_buffer_unsigned(out, call->number);
  int last = 5;
  while (last >= 0 && !call->texts[last] && call->unknown >> last & 1) last--;
  ct_buffer_char(out, '(');
  for (int i = 0; i <= last; i++) {
    if (i) ct_buffer_text(out, ", ");
    if (call->texts[i]) {
      ct_buffer_char(out, '"');
      add_visible(out, call->texts[i]);
      ct_buffer_char(out, '"');
    } else if (call->unknown >> i & 1)
      ct_buffer_char(out, '?');
    else
      ct_buffer_format(out, "0x%llx", (unsigned long long)call->args[i]);
  }
  ct_buffer_char(out, ')');
}

static void add_layers(ct_buffer *out, const ctsec_answer *answer) {
  const ct_ruling *ruling = &answer->ruling;
  int lang = answer->confinement->lang, decided = 0;
  for (uint32_t i = 0; i < ruling->layer_count; i++) {
    const ct_layer_answer *layer = &ruling->layers[i];
    const char *name = ct_layer_name(layer->layer);
    ct_buffer_text(out, "  ");
    add_padded(out, name ? name : "", 12);
    add_padded(out, layer->error ? layer->error : outcome_name(layer->outcome), 9);
    ct_layer_add_why(out, layer, lang);
    if (layer->pointer) {
      ct_buffer_text(out, " (");
      add_visible(out, layer->pointer);
      ct_buffer_char(out, ')');
    }
    if (layer->at) {
      int64_t line = 0, column = 0;
      ct_containers_locate(answer->confinement->owner, layer->at, &line, &column);
      if (line > 0) ct_buffer_format(out, " (%lld:%lld)", (long long)line, (long long)column);
    }
    if (layer->outcome == CTSEC_ANSWER_DENY && !decided++ && ruling->layer_count > 1)
      ct_buffer_format(out, "  <- %s", ct_message(CT_MESSAGE_WHY_TEXT_DECIDES, lang));
    ct_buffer_char(out, '\n');
  }
}

int ctsec_answer_to_text(const ctsec_answer *answer, char **text, size_t *length, ctsec_error **err) {
  static const ct_message_id words[] = {CT_MESSAGE_WHY_TEXT_ALLOW, CT_MESSAGE_WHY_TEXT_DENY, CT_MESSAGE_WHY_TEXT_UNKNOWN};
  if (!answer || !text || !length) return ct_error_null(err, !answer ? "answer" : !text ? "text" : "length");
  const ct_ruling *ruling = &answer->ruling;
  int lang = answer->confinement->lang;
  ct_buffer out;
  ct_buffer_init(&out);
  ct_buffer_text(&out, ct_message(words[ruling->outcome], lang));
  if (ruling->outcome == CTSEC_ANSWER_DENY) ct_buffer_format(&out, " %s %s", ruling->error, ct_layer_name(ruling->layer));
  ct_buffer_text(&out, ": ");
  add_call(&out, answer->call);
  if (answer->confinement->container->id) {
    ct_buffer_text(&out, " [");
    add_visible(&out, answer->confinement->container->id);
    ct_buffer_char(&out, ']');
  }
  ct_buffer_char(&out, '\n');
  add_layers(&out, answer);
  for (uint32_t i = 0; i < answer->change_count; i++) {
    const ct_change *change = &answer->changes[i];
    const char *how = in_format(answer, change);
    ct_buffer_format(&out, "%s: %s", ct_message(CT_MESSAGE_WHY_TEXT_CHANGE, lang), change->why);
    if (how) {
      ct_buffer_text(&out, "\n    ");
      add_indented(&out, how, 4);
    }
    ct_buffer_char(&out, '\n');
    if (change->opens)
      ct_buffer_format(&out, "  %s: %s\n", ct_message(CT_MESSAGE_WHY_TEXT_OPENS, lang), change->opens);
  }
  for (uint32_t i = 0; i < ruling->need_count && ruling->outcome == CTSEC_ANSWER_UNKNOWN; i++)
    ct_buffer_format(&out, "%s: --fact %s=...\n", ct_message(CT_MESSAGE_WHY_TEXT_NEEDS, lang), ruling->needs[i]);
  if (ruling->outcome == CTSEC_ANSWER_DENY && ruling->errno_open && ruling->need_count) {
    const ct_message_value values[] = {{"word", ruling->needs[0]}};
    ct_message_add(&out, CT_MESSAGE_WHY_TEXT_ERRNO_OPEN, lang, values, 1);
    ct_buffer_char(&out, '\n');
  }
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}
