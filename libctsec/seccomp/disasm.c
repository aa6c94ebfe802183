/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "data/errno.h"
#include "seccomp/filter.h"
#include "seccomp/names.h"
#include "seccomp/policy.h"

const char *ct_data_name(int big_endian, uint32_t offset) {
  static const char little[][13] = {
      "nr",           "arch",          "ip.low",       "ip.high",       "args[0].low",  "args[0].high",
      "args[1].low",  "args[1].high",  "args[2].low",  "args[2].high",  "args[3].low",  "args[3].high",
      "args[4].low",  "args[4].high",  "args[5].low",  "args[5].high"};
  if (offset & 3 || offset >= CT_DATA_SIZE) return NULL;
  uint32_t word = offset / 4;
  return little[word >= 2 && big_endian ? word ^ 1 : word];
}

static const char *operation_name(uint16_t code) {
  static const char *const alu[] = {"add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", NULL, "xor"};
  static const char jump[][5] = {"ja", "jeq", "jgt", "jge", "jset"};
  unsigned operation = (code & 0xf0u) >> 4;
  if ((code & 7) == CT_BPF_ALU) return operation < sizeof alu / sizeof *alu ? alu[operation] : NULL;
  return operation < sizeof jump / sizeof *jump ? jump[operation] : NULL;
}

/* What the assembler cannot say in words: fields that an instruction does not use, set all the same. */
static void add_raw(ct_buffer *buffer, const ct_insn *insn) {
  ct_buffer_format(buffer, ".insn 0x%04x, %u, %u, 0x%x", insn->code, insn->jt, insn->jf, insn->k);
}

void ct_insn_add(ct_buffer *buffer, const ctsec_filter *filter, uint32_t index) {
  const ct_insn *insn = &filter->insns[index];
  int plain = !insn->jt && !insn->jf;
  uint32_t k = insn->k;
  const char *word;
  switch (insn->code & 7) {
    case CT_BPF_LD:
    case CT_BPF_LDX: {
      if (!plain) break;
      const char *name = (insn->code & 7) == CT_BPF_LD ? "ld" : "ldx";
      switch (insn->code & 0xf8) {
        case CT_BPF_ABS:
          if ((insn->code & 7) != CT_BPF_LD) break;
          word = ct_data_name(filter->big_endian, k);
          if (word)
            ct_buffer_format(buffer, "ld %s", word);
          else
            ct_buffer_format(buffer, "ld [%u]", k);
          return;
        case CT_BPF_IMM: ct_buffer_format(buffer, "%s #0x%x", name, k); return;
        case CT_BPF_MEM: ct_buffer_format(buffer, "%s M[%u]", name, k); return;
        case CT_BPF_LEN:
          if (k) break;
          ct_buffer_format(buffer, "%s len", name);
          return;
        default: break;
      }
      break;
    }
    case CT_BPF_ST:
    case CT_BPF_STX:
      if (!plain || insn->code & 0xf8) break;
      ct_buffer_format(buffer, "%s M[%u]", (insn->code & 7) == CT_BPF_ST ? "st" : "stx", k);
      return;
    case CT_BPF_ALU:
      word = operation_name(insn->code);
      if (!plain || !word || insn->code > 0xff) break;
      if (insn->code == (CT_BPF_ALU | CT_BPF_NEG)) {
        if (k) break;
        ct_buffer_text(buffer, word);
      } else if (insn->code & CT_BPF_X) {
        if (k || (insn->code & 0xf0) == CT_BPF_NEG) break;
        ct_buffer_format(buffer, "%s x", word);
      } else {
        ct_buffer_format(buffer, "%s #0x%x", word, k);
      }
      return;
    case CT_BPF_JMP:
      word = operation_name(insn->code);
      if (!word || insn->code > 0xff) break;
      if (insn->code == (CT_BPF_JMP | CT_BPF_JA)) {
        if (!plain || k >= filter->count) break;
        ct_buffer_format(buffer, "ja %04u", index + 1 + k);
        return;
      }
      if ((insn->code & 0xf0) == CT_BPF_JA) break;
      if (insn->code & CT_BPF_X) {
        if (k) break;
        ct_buffer_format(buffer, "%s x, ", word);
      } else {
        ct_buffer_format(buffer, "%s #0x%x, ", word, k);
      }
      ct_buffer_format(buffer, "%04u, %04u", index + 1 + insn->jt, index + 1 + insn->jf);
      return;
    case CT_BPF_RET:
      if (!plain) break;
      if (insn->code == (CT_BPF_RET | CT_BPF_A) && !k) {
        ct_buffer_text(buffer, "ret a");
        return;
      }
      if (insn->code != (CT_BPF_RET | CT_BPF_K)) break;
      ct_buffer_text(buffer, "ret ");
      if (!ct_return_add(buffer, k)) ct_buffer_format(buffer, "#0x%x", k);
      return;
    default:
      if (!plain || k) break;
      if (insn->code == (CT_BPF_MISC | CT_BPF_TAX)) {
        ct_buffer_text(buffer, "tax");
        return;
      }
      if (insn->code == (CT_BPF_MISC | CT_BPF_TXA)) {
        ct_buffer_text(buffer, "txa");
        return;
      }
      break;
  }
  add_raw(buffer, insn);
}

static void arrive(ct_trace *at, const ct_trace *from) {
  if (!at->reached) {
    *at = *from;
    return;
  }
  if (at->offset != from->offset) at->offset = -1;
  if (at->audit != from->audit) at->audit = 0;
}

void ct_filter_trace(const ctsec_filter *filter, ct_trace *traces) {
  memset(traces, 0, filter->count * sizeof *traces);
  traces[0] = (ct_trace){-1, 0, 1};
  /* Jumps go forward only: one pass meets every way to an instruction before it. */
  for (uint32_t pc = 0; pc < filter->count; pc++) {
    const ct_insn *insn = &filter->insns[pc];
    ct_trace next = traces[pc];
    if (!next.reached) continue;
    switch (insn->code & 7) {
      case CT_BPF_RET: continue;
      case CT_BPF_JMP:
        if (insn->code == (CT_BPF_JMP | CT_BPF_JA)) {
          arrive(&traces[pc + 1 + insn->k], &next);
        } else {
          arrive(&traces[pc + 1 + insn->jf], &next);
          if (next.offset == CT_DATA_ARCH && insn->code == (CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K)) next.audit = insn->k;
          arrive(&traces[pc + 1 + insn->jt], &next);
        }
        continue;
      case CT_BPF_LD: next.offset = insn->code == (CT_BPF_LD | CT_BPF_ABS) ? (int32_t)insn->k : -1; break;
      case CT_BPF_ALU:
        /* A masked word is still that word to a reader. */
        if (insn->code != (CT_BPF_ALU | CT_BPF_AND | CT_BPF_K)) next.offset = -1;
        break;
      case CT_BPF_MISC:
        if (insn->code == (CT_BPF_MISC | CT_BPF_TXA)) next.offset = -1;
        break;
      default: break;
    }
    arrive(&traces[pc + 1], &next);
  }
}

void ct_insn_comment(ct_buffer *buffer, const ctsec_filter *filter, uint32_t index, const ct_trace *trace) {
  const ct_insn *insn = &filter->insns[index];
  if (!trace->reached) {
    ct_buffer_text(buffer, "never reached");
    return;
  }
  if (insn->code == (CT_BPF_RET | CT_BPF_K)) {
    uint32_t value = ct_bpf_effective(insn->k);
    if ((value & CT_RET_ACTION) == CT_RET_ERRNO) {
      const char *name = ct_errno_name(trace->audit, value & CT_RET_DATA);
      if (name) ct_buffer_text(buffer, name);
    } else if ((insn->k & CT_RET_ACTION) != (value & CT_RET_ACTION)) {
      ct_buffer_text(buffer, "no action: kills the process");
    }
    return;
  }
  if ((insn->code & 0x0f) != (CT_BPF_JMP | CT_BPF_K) || insn->code == (CT_BPF_JMP | CT_BPF_JA)) return;
  const char *name = NULL;
  if (trace->offset == CT_DATA_ARCH && (insn->code & 0xf0) == CT_BPF_JEQ) {
    name = ct_audit_name(insn->k, 0);
  } else if (trace->offset == CT_DATA_NR) {
    if ((insn->code & 0xf0) == CT_BPF_JSET)
      name = insn->k == CT_X32_BIT && trace->audit == CT_AUDIT_X86_64 ? "x32" : NULL;
    else if (trace->audit)
      name = ct_call_name(trace->audit, insn->k);
  } else if (trace->offset >= 0) {
    name = ct_data_name(filter->big_endian, (uint32_t)trace->offset);
  }
  if (!name) return;
  if ((insn->code & 0xf0) == CT_BPF_JGE && trace->offset == CT_DATA_NR) ct_buffer_text(buffer, "from ");
  ct_buffer_text(buffer, name);
  if (trace->offset == CT_DATA_NR && (insn->code & 0xf0) == CT_BPF_JGE) ct_buffer_text(buffer, " on");
}

int ctsec_filter_to_text(const ctsec_filter *filter, char **text, size_t *length, ctsec_error **err) {
  if (!filter) return ct_error_null(err, "filter");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_arena arena;
  ct_arena_init(&arena);
  ct_trace *traces = ct_arena_array(&arena, filter->count, sizeof *traces);
  if (!traces) return ct_error_nomem(err);
  ct_filter_trace(filter, traces);
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (uint32_t i = 0; i < filter->count; i++) {
    ct_buffer_format(&buffer, "%04u: ", i);
    size_t start = buffer.length;
    ct_insn_add(&buffer, filter, i);
    ct_buffer comment;
    ct_buffer_init(&comment);
    ct_insn_comment(&comment, filter, i, &traces[i]);
    if (comment.length) {
      while (buffer.length - start < 34 && !buffer.failed) ct_buffer_char(&buffer, ' ');
      ct_buffer_text(&buffer, "; ");
      ct_buffer_add(&buffer, comment.data, comment.length);
    }
    buffer.failed |= comment.failed;
    ct_buffer_free(&comment);
    ct_buffer_char(&buffer, '\n');
  }
  ct_arena_free(&arena);
  if (ct_buffer_take(&buffer, text, length)) return ct_error_nomem(err);
  return 0;
}
