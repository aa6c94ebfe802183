/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/filter.h"
#include "seccomp/loaded.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "seccomp/arch.h"
#include "seccomp/cases.h"
#include "seccomp/compile.h"
#include "seccomp/names.h"

/* No known call has a number this far from the first of its ABI. */
#define NUMBERS 1024

ctsec_filter *ctsec_filter_ref(ctsec_filter *filter) {
  if (filter) ct_count_up(&filter->references);
  return filter;
}

void ctsec_filter_free(ctsec_filter *filter) {
  if (!filter || !ct_count_down(&filter->references)) return;
  free(filter->insns);
  free(filter->source);
  ctsec_policy_free(filter->policy);
  free(filter);
}

int ct_filter_make(ct_insn *insns, uint32_t count, int big_endian, ctsec_filter **filter, ctsec_error **err) {
  ctsec_filter *made = calloc(1, sizeof *made);
  if (!made) {
    free(insns);
    return ct_error_nomem(err);
  }
  *made = (ctsec_filter){.references = 1, .big_endian = big_endian, .count = count, .insns = insns};
  *filter = made;
  return 0;
}

/* The same, of an input that has a name. */
static int make_of(ct_insn *insns, uint32_t count, int big_endian, const ctsec_options *options, ctsec_filter **filter,
                   ctsec_error **err) {
  const char *source = ct_options_source(options);
  size_t size = source ? strlen(source) + 1 : 0;
  char *copy = size ? malloc(size) : NULL;
  if (size && !copy) {
    free(insns);
    return ct_error_nomem(err);
  }
  if (size) memcpy(copy, source, size);
  ctsec_filter *made = NULL;
  int status = ct_filter_make(insns, count, big_endian, &made, err);
  if (status) {
    free(copy);
    return status;
  }
  made->source = copy;
  *filter = made;
  return 0;
}

int ct_filter_endian(const ctsec_options *options, int *big_endian, ctsec_error **err) {
  *big_endian = 0;
  if (!options || !options->arch) return 0;
  const ct_arch *arch = ct_arch_spelt(options->arch, strlen(options->arch));
  if (!arch) return ct_error_set(err, CTSEC_E_ARG, "`%s` is no architecture", options->arch);
  *big_endian = arch->abi.big_endian;
  return 0;
}

int ctsec_filter_decode(const uint8_t *bytes, size_t length, const ctsec_options *options, ctsec_filter **filter,
                        ctsec_error **err) {
  if (!bytes) return ct_error_null(err, "bytes");
  if (!filter) return ct_error_null(err, "filter");
  int big_endian;
  int status = ct_filter_endian(options, &big_endian, err);
  if (status) return status;
  ct_place place = CT_NO_PLACE;
  place.source = ct_options_source(options);
  size_t count = length / sizeof(ct_insn);
  if (count > CT_BPF_MOST)
    return ct_error_at(err, CTSEC_E_LIMIT, &place, "%zu instructions, the kernel takes no more than 4096", count);
  place.offset = (int64_t)(count * sizeof(ct_insn));
  if (length % sizeof(ct_insn) || !length)
    return ct_error_at(err, CTSEC_E_SYNTAX, &place, "%zu bytes are no whole number of instructions of 8 bytes", length);
  ct_insn *insns = malloc(length);
  if (!insns) return ct_error_nomem(err);
  size_t index;
  const char *fault = NULL;
  status = ct_bpf_decode(bytes, length, big_endian, insns, err);
  if (!status) fault = ct_bpf_check(insns, count, &index);
  if (fault) {
    place.offset = (int64_t)(index * sizeof(ct_insn));
    status = ct_error_at(err, CTSEC_E_SCHEMA, &place, "instruction %zu %s", index, fault);
  }
  if (status) {
    free(insns);
    return status;
  }
  return make_of(insns, (uint32_t)count, big_endian, options, filter, err);
}

int ctsec_filter_parse(const char *text, size_t length, const ctsec_options *options, ctsec_filter **filter,
                       ctsec_error **err) {
  if (!text) return ct_error_null(err, "text");
  if (!filter) return ct_error_null(err, "filter");
  int big_endian;
  int status = ct_filter_endian(options, &big_endian, err);
  if (status) return status;
  status = ct_options_check_bytes(options, length, 0, err);
  if (status) return status;
  ct_insn *insns;
  uint32_t count;
  status = ct_assemble(text, length, big_endian, ct_options_source(options), &insns, &count, err);
  return status ? status : make_of(insns, count, big_endian, options, filter, err);
}

int ctsec_policy_compile(const ctsec_policy *policy, ctsec_filter **filter, ctsec_error **err) {
  if (!policy) return ct_error_null(err, "policy");
  if (!filter) return ct_error_null(err, "filter");
  ct_program program;
  ctsec_policy *loaded = NULL;
  int status = policy->asks_runtime && policy->loaded ? ct_loaded_policy(policy, &loaded, err) : 0;
  if (!status) status = ct_policy_compile(loaded ? loaded : policy, &program, err);
  ctsec_policy_free(loaded);
  if (status) return status;
  ct_insn *insns = program.insns;
  uint32_t count = program.count;
  program.insns = NULL;
  ct_program_free(&program);
  ctsec_filter *made = NULL;
  status = ct_filter_make(insns, count, policy->tables[policy->native].abi.big_endian, &made, err);
  if (status) return status;
  made->policy = ctsec_policy_ref((ctsec_policy *)policy);
  *filter = made;
  return 0;
}

size_t ctsec_filter_count(const ctsec_filter *filter) { return filter ? filter->count : 0; }

int ctsec_filter_at(const ctsec_filter *filter, size_t index, uint32_t *code, uint32_t *jt, uint32_t *jf, uint32_t *k,
                    ctsec_error **err) {
  if (!filter) return ct_error_null(err, "filter");
  if (index >= filter->count) return ct_error_set(err, CTSEC_E_ARG, "there are %u instructions", filter->count);
  const ct_insn *insn = &filter->insns[index];
  if (code) *code = insn->code;
  if (jt) *jt = insn->jt;
  if (jf) *jf = insn->jf;
  if (k) *k = insn->k;
  return 0;
}

int ctsec_filter_encode(const ctsec_filter *filter, uint8_t **bytes, size_t *length, ctsec_error **err) {
  if (!filter) return ct_error_null(err, "filter");
  if (!bytes || !length) return ct_error_null(err, bytes ? "length" : "bytes");
  size_t size = filter->count * sizeof(ct_insn);
  uint8_t *made = malloc(size);
  if (!made) return ct_error_nomem(err);
  ct_bpf_encode(filter->insns, filter->count, filter->big_endian, made);
  *bytes = made;
  *length = size;
  return 0;
}

static int write_insns(ct_json *json, const ctsec_filter *filter, const ct_trace *traces) {
  ct_json_key(json, "instructions");
  ct_json_array(json);
  for (uint32_t i = 0; i < filter->count; i++) {
    const ct_insn *insn = &filter->insns[i];
    ct_buffer text, comment;
    ct_buffer_init(&text);
    ct_buffer_init(&comment);
    ct_insn_add(&text, filter, i);
    ct_insn_comment(&comment, filter, i, &traces[i]);
    ct_json_object(json);
    ct_json_key_unsigned(json, "index", i);
    ct_json_key_unsigned(json, "code", insn->code);
    ct_json_key_unsigned(json, "jt", insn->jt);
    ct_json_key_unsigned(json, "jf", insn->jf);
    ct_json_key_unsigned(json, "k", insn->k);
    ct_json_key(json, "text");
    ct_json_string(json, text.data ? text.data : "", text.length);
    ct_json_key(json, "meaning");
    if (comment.length)
      ct_json_string(json, comment.data, comment.length);
    else
      ct_json_null(json);
    ct_json_end(json);
    int failed = text.failed || comment.failed;
    ct_buffer_free(&text);
    ct_buffer_free(&comment);
    if (failed) return CTSEC_E_NOMEM;
  }
  ct_json_end(json);
  return 0;
}

/* One ABI: calls that are allowed whatever their arguments, and whether the kernel's cache can know. */
static int write_cache(ct_json *json, const ctsec_filter *filter, const ct_abi *abi) {
  const ct_filter_view view = {filter->insns, filter->count};
  static const uint64_t none[6];
  uint32_t allowed = 0, eligible = 0, base = 0;
  if (abi->x32) base = CT_X32_BIT;
  ct_json_object(json);
  ct_json_key_text(json, "arch", abi->name);
  ct_json_key(json, "not_eligible");
  ct_json_array(json);
  while (!ct_call_name(abi->audit, base) && base % CT_X32_BIT < 8192) base++;
  for (uint32_t number = base; number - base < NUMBERS; number++) {
    const char *name = ct_call_name(abi->audit, number);
    if (!name) continue;
    int eligible_here = ct_bpf_cacheable(filter->insns, filter->count, abi->audit, number);
    if (!eligible_here) {
      ct_arena arena;
      ct_question question;
      ct_cases cases;
      ct_arena_init(&arena);
      ct_question_make(&question, abi->audit, number, none, 0x3f);
      int status = ct_filter_cases(&view, 1, filter->big_endian, &question, 100000, &arena, &cases);
      int always = !status && cases.count == 1 && cases.items[0].action == CT_RET_ALLOW;
      ct_arena_free(&arena);
      if (status == CTSEC_E_NOMEM) return status;
      if (!always) continue;
      ct_json_text(json, name);
    }
    allowed++;
    eligible += (uint32_t)eligible_here;
  }
  ct_json_end(json);
  ct_json_key_unsigned(json, "allowed", allowed);
  ct_json_key_unsigned(json, "eligible", eligible);
  ct_json_end(json);
  return 0;
}

static int names_arch(const ctsec_filter *filter, const ct_trace *traces, uint32_t audit) {
  for (uint32_t i = 0; i < filter->count; i++)
    if (filter->insns[i].code == (CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K) && filter->insns[i].k == audit &&
        traces[i].offset == CT_DATA_ARCH)
      return 1;
  return 0;
}

int ctsec_filter_to_json(const ctsec_filter *filter, char **text, size_t *length, ctsec_error **err) {
  if (!filter) return ct_error_null(err, "filter");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_arena arena;
  ct_arena_init(&arena);
  ct_trace *traces = ct_arena_array(&arena, filter->count, sizeof *traces);
  if (!traces) return ct_error_nomem(err);
  ct_filter_trace(filter, traces);
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/filter/1");
  ct_json_key_text(&json, "byte_order", filter->big_endian ? "big" : "little");
  ct_json_key_unsigned(&json, "count", filter->count);
  int status = write_insns(&json, filter, traces);
  ct_json_key(&json, "cache");
  ct_json_array(&json);
  const ct_arch *arch;
  for (uint32_t i = 0; (arch = ct_arch_at(i)) && !status; i++)
    if (names_arch(filter, traces, arch->abi.audit)) status = write_cache(&json, filter, &arch->abi);
  ct_arena_free(&arena);
  if (status) {
    ct_json_free(&json);
    return ct_error_nomem(err);
  }
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}
