/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Assembler: one instruction a line, `[label:] [instruction] [; comment]`.
 * What the disassembler writes comes back as the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "seccomp/filter.h"
#include "seccomp/names.h"
#include "seccomp/policy.h"

typedef struct word {
  const char *text;
  size_t length;
} word;

/* A jump whose label is not known yet. */
typedef struct jump {
  uint32_t insn;
  int field;
  word label;
  int64_t line;
} jump;

enum { FIELD_JT, FIELD_JF, FIELD_K };

typedef struct label {
  word name;
  uint32_t insn;
} label;

typedef struct assembler {
  const char *start;
  const char *at;
  const char *end;
  const char *line_start;
  int64_t line;
  const char *source;
  int big_endian;
  ct_insn *insns;
  int64_t *lines;
  uint32_t count;
  jump *jumps;
  uint32_t jump_count;
  label *labels;
  uint32_t label_count;
  ctsec_error **err;
} assembler;

static int fail_at(assembler *a, int code, int64_t line, const char *at, const char *what, word w) {
  const char *line_start = at;
  while (line_start > a->start && line_start[-1] != '\n') line_start--;
  ct_place place = {a->source, NULL, at - a->start, line, 1};
  for (const char *p = line_start; p < at; p++)
    if ((*p & 0xc0) != 0x80) place.column++;
  return ct_error_at(a->err, code, &place, w.length ? "%s: `%.*s`" : "%s", what, (int)w.length, w.text);
}

static int fail(assembler *a, const char *what, word w) {
  return fail_at(a, CTSEC_E_SYNTAX, a->line, w.text ? w.text : a->at, what, w);
}

static void skip_space(assembler *a) {
  while (a->at < a->end && (*a->at == ' ' || *a->at == '\t' || *a->at == '\r')) a->at++;
}

static int line_ended(assembler *a) {
  skip_space(a);
  return a->at == a->end || *a->at == '\n' || *a->at == ';';
}

static int is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '[' || c == ']' || c == '(' || c == ')' || c == '#' || c == '+' || c == '-';
}

static word next_word(assembler *a) {
  skip_space(a);
  word w = {a->at, 0};
  while (a->at < a->end && is_word(*a->at)) a->at++;
  w.length = (size_t)(a->at - w.text);
  /* x86_64:clone */
  if (w.length && a->at + 1 < a->end && *a->at == ':' && is_word(a->at[1])) {
    a->at++;
    while (a->at < a->end && is_word(*a->at)) a->at++;
    w.length = (size_t)(a->at - w.text);
  }
  return w;
}

static int equals(word w, const char *text) { return strlen(text) == w.length && !memcmp(w.text, text, w.length); }

static int number_of(const char *text, size_t length, uint32_t *value) {
  uint64_t result = 0;
  unsigned base = 10;
  if (length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text += 2;
    length -= 2;
  }
  if (!length) return 0;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
                     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                            : 16;
    if (digit >= base) return 0;
    result = result * base + digit;
    if (result > UINT32_MAX) return 0;
  }
  *value = (uint32_t)result;
  return 1;
}

/* #5, #0x10, x86_64 (an arch), x86_64:clone (a number). */
static int constant(assembler *a, word w, uint32_t *value) {
  const char *text = w.text;
  size_t length = w.length;
  if (length && *text == '#') {
    text++;
    length--;
  }
  if (number_of(text, length, value)) return 0;
  const char *colon = memchr(text, ':', length);
  if (colon) {
    size_t arch = (size_t)(colon - text);
    if (ct_call_find(text, arch, colon + 1, length - arch - 1, value)) return 0;
    return fail(a, "no such system call", w);
  }
  if (length && ct_audit_find(text, length, value)) return 0;
  return fail(a, length ? "a number up to 0xffffffff is wanted here" : "a number is missing", w);
}

static int comma(assembler *a) {
  skip_space(a);
  if (a->at == a->end || *a->at != ',') return fail(a, "a comma is missing", (word){a->at, 0});
  a->at++;
  return 0;
}

static int add_jump(assembler *a, int field) {
  word w = next_word(a);
  if (!w.length) return fail(a, "a label is missing", w);
  a->jumps[a->jump_count++] = (jump){a->count, field, w, a->line};
  return 0;
}

static int memory_cell(assembler *a, word w, uint32_t *k) {
  if (w.length > 3 && w.text[0] == 'M' && w.text[1] == '[' && w.text[w.length - 1] == ']' &&
      number_of(w.text + 2, w.length - 3, k))
    return 0;
  return fail(a, "a memory cell, M[0] to M[15], is wanted here", w);
}

static int load(assembler *a, ct_insn *insn, int x) {
  word w = next_word(a);
  insn->code = x ? CT_BPF_LDX : CT_BPF_LD;
  if (equals(w, "len")) {
    insn->code |= CT_BPF_LEN;
    return 0;
  }
  if (w.length && *w.text == '#') return constant(a, w, &insn->k);
  if (w.length && *w.text == 'M') {
    insn->code |= CT_BPF_MEM;
    return memory_cell(a, w, &insn->k);
  }
  if (x) return fail(a, "ldx takes #NUMBER, M[N] or len", w);
  insn->code |= CT_BPF_ABS;
  for (uint32_t offset = 0; offset < CT_DATA_SIZE; offset += 4)
    if (equals(w, ct_data_name(a->big_endian, offset))) {
      insn->k = offset;
      return 0;
    }
  if (w.length > 2 && *w.text == '[' && w.text[w.length - 1] == ']' && number_of(w.text + 1, w.length - 2, &insn->k))
    return 0;
  return fail(a, "ld takes nr, arch, ip.low, args[N].low, [OFFSET], #NUMBER, M[N] or len", w);
}

static int store(assembler *a, ct_insn *insn, int x) {
  insn->code = x ? CT_BPF_STX : CT_BPF_ST;
  return memory_cell(a, next_word(a), &insn->k);
}

static int arithmetic(assembler *a, ct_insn *insn, uint16_t operation) {
  insn->code = CT_BPF_ALU | operation;
  if (operation == CT_BPF_NEG) return 0;
  word w = next_word(a);
  if (equals(w, "x")) {
    insn->code |= CT_BPF_X;
    return 0;
  }
  return constant(a, w, &insn->k);
}

static int branch(assembler *a, ct_insn *insn, uint16_t operation) {
  insn->code = CT_BPF_JMP | operation;
  if (operation == CT_BPF_JA) return add_jump(a, FIELD_K);
  word w = next_word(a);
  int status = 0;
  if (equals(w, "x"))
    insn->code |= CT_BPF_X;
  else
    status = constant(a, w, &insn->k);
  if (!status) status = comma(a);
  if (!status) status = add_jump(a, FIELD_JT);
  /* Without a second label the next instruction follows. */
  if (status || line_ended(a)) return status;
  if (!status) status = comma(a);
  return status ? status : add_jump(a, FIELD_JF);
}

static int give_back(assembler *a, ct_insn *insn) {
  word w = next_word(a);
  insn->code = CT_BPF_RET | CT_BPF_K;
  if (equals(w, "a")) {
    insn->code = CT_BPF_RET | CT_BPF_A;
    return 0;
  }
  if (ct_return_find(w.text, w.length, &insn->k)) return 0;
  return constant(a, w, &insn->k);
}

static int raw(assembler *a, ct_insn *insn) {
  uint32_t parts[4];
  static const uint32_t most[4] = {0xffff, 0xff, 0xff, UINT32_MAX};
  for (int i = 0; i < 4; i++) {
    int status = i ? comma(a) : 0;
    if (status) return status;
    word w = next_word(a);
    status = constant(a, w, &parts[i]);
    if (status) return status;
    if (parts[i] > most[i]) return fail(a, "the number is too large for its field", w);
  }
  *insn = (ct_insn){(uint16_t)parts[0], (uint8_t)parts[1], (uint8_t)parts[2], parts[3]};
  return 0;
}

static int instruction(assembler *a, word w, ct_insn *insn) {
  static const struct {
    const char *name;
    uint16_t operation;
  } alu[] = {{"add", CT_BPF_ADD}, {"sub", CT_BPF_SUB}, {"mul", CT_BPF_MUL}, {"div", CT_BPF_DIV},
             {"or", CT_BPF_OR},   {"and", CT_BPF_AND}, {"lsh", CT_BPF_LSH}, {"rsh", CT_BPF_RSH},
             {"neg", CT_BPF_NEG}, {"xor", CT_BPF_XOR}},
    jumps[] = {{"ja", CT_BPF_JA}, {"jeq", CT_BPF_JEQ}, {"jgt", CT_BPF_JGT}, {"jge", CT_BPF_JGE}, {"jset", CT_BPF_JSET}};
  *insn = (ct_insn){0};
  if (equals(w, "ld")) return load(a, insn, 0);
  if (equals(w, "ldx")) return load(a, insn, 1);
  if (equals(w, "st")) return store(a, insn, 0);
  if (equals(w, "stx")) return store(a, insn, 1);
  if (equals(w, "ret")) return give_back(a, insn);
  if (equals(w, ".insn")) return raw(a, insn);
  if (equals(w, "tax") || equals(w, "txa")) {
    insn->code = CT_BPF_MISC | (w.text[1] == 'a' ? CT_BPF_TAX : CT_BPF_TXA);
    return 0;
  }
  for (size_t i = 0; i < sizeof alu / sizeof *alu; i++)
    if (equals(w, alu[i].name)) return arithmetic(a, insn, alu[i].operation);
  for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++)
    if (equals(w, jumps[i].name)) return branch(a, insn, jumps[i].operation);
  return fail(a, w.length ? "no such instruction" : "an instruction is wanted here", w);
}

static int one_line(assembler *a) {
  while (!line_ended(a)) {
    word w = {a->at, 0};
    while (a->at < a->end && is_word(*a->at)) a->at++;
    w.length = (size_t)(a->at - w.text);
    skip_space(a);
    if (w.length && a->at < a->end && *a->at == ':') {
      a->at++;
      if (a->label_count == CT_BPF_MOST * 2) return fail(a, "there are too many labels", (word){w.text, 0});
      a->labels[a->label_count++] = (label){w, a->count};
      continue;
    }
    if (a->count == CT_BPF_MOST)
      return fail_at(a, CTSEC_E_LIMIT, a->line, w.text, "the kernel takes no more than 4096 instructions", (word){0});
    int status = instruction(a, w, &a->insns[a->count]);
    if (status) return status;
    a->lines[a->count++] = w.text - a->start;
    if (!line_ended(a)) return fail(a, "nothing more is wanted on this line", (word){a->at, 0});
    break;
  }
  while (a->at < a->end && *a->at != '\n') a->at++;
  return 0;
}

static int by_name(const void *left, const void *right) {
  const label *a = left, *b = right;
  size_t shorter = a->name.length < b->name.length ? a->name.length : b->name.length;
  int order = memcmp(a->name.text, b->name.text, shorter);
  if (order) return order;
  return (a->name.length > b->name.length) - (a->name.length < b->name.length);
}

static int resolve_jump(assembler *a, const jump *j) {
  uint32_t target = 0, relative;
  if (j->label.length > 1 && j->label.text[0] == '+' && number_of(j->label.text + 1, j->label.length - 1, &relative)) {
    if (relative > CT_BPF_MOST)
      return fail_at(a, CTSEC_E_SYNTAX, j->line, j->label.text, "no jump is that long", j->label);
    target = j->insn + 1 + relative;
  } else {
    const label wanted = {j->label, 0};
    const label *found = bsearch(&wanted, a->labels, a->label_count, sizeof *a->labels, by_name);
    if (!found) return fail_at(a, CTSEC_E_SYNTAX, j->line, j->label.text, "no such label", j->label);
    target = found->insn;
  }
  if (target <= j->insn)
    return fail_at(a, CTSEC_E_SYNTAX, j->line, j->label.text, "a filter jumps forward only", j->label);
  uint32_t distance = target - j->insn - 1;
  ct_insn *insn = &a->insns[j->insn];
  if (j->field == FIELD_K) {
    insn->k = distance;
    return 0;
  }
  if (distance > 255)
    return fail_at(a, CTSEC_E_SYNTAX, j->line, j->label.text, "a test jumps over 255 instructions at most", j->label);
  if (j->field == FIELD_JT)
    insn->jt = (uint8_t)distance;
  else
    insn->jf = (uint8_t)distance;
  return 0;
}

static int resolve_jumps(assembler *a) {
  if (a->label_count) qsort(a->labels, a->label_count, sizeof *a->labels, by_name);
  for (uint32_t i = 1; i < a->label_count; i++) {
    const label *first = &a->labels[i - 1], *second = &a->labels[i];
    if (by_name(first, second)) continue;
    const char *later = first->name.text > second->name.text ? first->name.text : second->name.text;
    int64_t line = 1;
    for (const char *p = a->start; p < later; p++) line += *p == '\n';
    return fail_at(a, CTSEC_E_SYNTAX, line, later, "the label is there twice", second->name);
  }
  for (uint32_t i = 0; i < a->jump_count; i++) {
    int status = resolve_jump(a, &a->jumps[i]);
    if (status) return status;
  }
  return 0;
}

static int whole_text(assembler *a) {
  while (a->at < a->end) {
    int status = one_line(a);
    if (status) return status;
    if (a->at < a->end) {
      a->at++;
      a->line++;
    }
  }
  int status = resolve_jumps(a);
  if (status) return status;
  size_t index;
  const char *fault = ct_bpf_check(a->insns, a->count, &index);
  if (!fault) return 0;
  if (index >= a->count) {
    ct_place place = {a->source, NULL, a->end - a->start, a->line, 1};
    return ct_error_at(a->err, CTSEC_E_SCHEMA, &place, "the filter %s", fault);
  }
  const char *at = a->start + a->lines[index];
  int64_t line = 1;
  for (const char *p = a->start; p < at; p++) line += *p == '\n';
  ct_place place = {a->source, NULL, at - a->start, line, 1};
  for (const char *p = at; p > a->start && p[-1] != '\n'; p--)
    if ((p[-1] & 0xc0) != 0x80) place.column++;
  return ct_error_at(a->err, CTSEC_E_SCHEMA, &place, "instruction %zu %s", index, fault);
}

int ct_assemble(const char *text, size_t length, int big_endian, const char *source, ct_insn **insns, uint32_t *count,
                ctsec_error **err) {
  ct_arena arena;
  ct_arena_init(&arena);
  assembler a = {.start = text, .at = text, .end = text + length, .line = 1, .source = source,
                 .big_endian = big_endian, .err = err};
  a.insns = malloc(CT_BPF_MOST * sizeof *a.insns);
  a.lines = ct_arena_array(&arena, CT_BPF_MOST, sizeof *a.lines);
  a.jumps = ct_arena_array(&arena, CT_BPF_MOST * 2, sizeof *a.jumps);
  a.labels = ct_arena_array(&arena, CT_BPF_MOST * 2, sizeof *a.labels);
  int status = 0;
  if (!a.insns || !a.lines || !a.jumps || !a.labels) status = ct_error_nomem(err);
  if (!status) status = whole_text(&a);
  ct_arena_free(&arena);
  if (status) {
    free(a.insns);
    return status;
  }
  *insns = a.insns;
  *count = a.count;
  return 0;
}
