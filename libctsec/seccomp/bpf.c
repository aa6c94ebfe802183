/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/bpf.h"

#include <string.h>

#include "seccomp/policy.h"

#define MEMORY 16

void ct_data_make(ct_data *data, int big_endian, uint32_t audit, uint32_t number, uint64_t ip, const uint64_t args[6]) {
  uint32_t *word = data->words;
  *word++ = number;
  *word++ = audit;
  for (int i = -1; i < 6; i++) {
    uint64_t value = i < 0 ? ip : args[i];
    *word++ = (uint32_t)(big_endian ? value >> 32 : value);
    *word++ = (uint32_t)(big_endian ? value : value >> 32);
  }
}

enum { REFUSED, PLAIN, LOAD, READ_MEMORY, WRITE_MEMORY, DIVIDE, SHIFT, JUMP, BRANCH, RETURN };

static int kind_of(uint16_t code) {
  if (code > 0xff) return REFUSED;
  int operation = code & 0xf0, source = code & 0x08;
  switch (code & 0x07) {
    case CT_BPF_LD:
    case CT_BPF_LDX:
      if ((code & 0x07) == CT_BPF_LD && code == (CT_BPF_LD | CT_BPF_ABS)) return LOAD;
      switch (code & 0xf8) {
        case CT_BPF_IMM:
        case CT_BPF_LEN: return PLAIN;
        case CT_BPF_MEM: return READ_MEMORY;
        default: return REFUSED;
      }
    case CT_BPF_ST: return code == CT_BPF_ST ? WRITE_MEMORY : REFUSED;
    case CT_BPF_STX: return code == CT_BPF_STX ? WRITE_MEMORY : REFUSED;
    case CT_BPF_ALU:
      switch (operation) {
        case CT_BPF_ADD:
        case CT_BPF_SUB:
        case CT_BPF_MUL:
        case CT_BPF_OR:
        case CT_BPF_AND:
        case CT_BPF_XOR: return PLAIN;
        case CT_BPF_DIV: return source ? PLAIN : DIVIDE;
        case CT_BPF_LSH:
        case CT_BPF_RSH: return source ? PLAIN : SHIFT;
        case CT_BPF_NEG: return source ? REFUSED : PLAIN;
        default: return REFUSED;
      }
    case CT_BPF_JMP:
      switch (operation) {
        case CT_BPF_JA: return source ? REFUSED : JUMP;
        case CT_BPF_JEQ:
        case CT_BPF_JGT:
        case CT_BPF_JGE:
        case CT_BPF_JSET: return BRANCH;
        default: return REFUSED;
      }
    case CT_BPF_RET: return code == (CT_BPF_RET | CT_BPF_K) || code == (CT_BPF_RET | CT_BPF_A) ? RETURN : REFUSED;
    default:
      return code == (CT_BPF_MISC | CT_BPF_TAX) || code == (CT_BPF_MISC | CT_BPF_TXA) ? PLAIN : REFUSED;
  }
}

/* The kernel follows jumps forward only, and keeps for each instruction the cells that every way to it has written. */
static const char *check_memory(const ct_insn *program, size_t count, size_t *index) {
  uint16_t reached[CT_BPF_MOST];
  memset(reached, 0xff, sizeof reached);
  uint16_t written = 0;
  for (size_t pc = 0; pc < count; pc++) {
    const ct_insn *insn = &program[pc];
    written &= reached[pc];
    switch (kind_of(insn->code)) {
      case WRITE_MEMORY: written = (uint16_t)(written | 1u << insn->k); break;
      case READ_MEMORY:
        if (!(written & 1u << insn->k)) {
          *index = pc;
          return "reads a memory cell that was never written";
        }
        break;
      case JUMP:
        reached[pc + 1 + insn->k] &= written;
        written = 0xffff;
        break;
      case BRANCH:
        reached[pc + 1 + insn->jt] &= written;
        reached[pc + 1 + insn->jf] &= written;
        written = 0xffff;
        break;
      default: break;
    }
  }
  return NULL;
}

const char *ct_bpf_check(const ct_insn *program, size_t count, size_t *index) {
  *index = count;
  if (!count) return "is empty";
  if (count > CT_BPF_MOST) return "has more than 4096 instructions";
  for (size_t pc = 0; pc < count; pc++) {
    const ct_insn *insn = &program[pc];
    size_t left = count - pc - 1;
    *index = pc;
    switch (kind_of(insn->code)) {
      case REFUSED: return "is no instruction of a seccomp filter";
      case LOAD:
        if (insn->k >= CT_DATA_SIZE) return "loads from beyond the call's data";
        if (insn->k & 3) return "loads from an offset that is no multiple of 4";
        break;
      case READ_MEMORY:
      case WRITE_MEMORY:
        if (insn->k >= MEMORY) return "uses a memory cell above 15";
        break;
      case DIVIDE:
        if (!insn->k) return "divides by zero";
        break;
      case SHIFT:
        if (insn->k >= 32) return "shifts by 32 bits or more";
        break;
      case JUMP:
        if (insn->k >= left) return "jumps beyond the end";
        break;
      case BRANCH:
        if (insn->jt >= left || insn->jf >= left) return "jumps beyond the end";
        break;
      default: break;
    }
  }
  if (kind_of(program[count - 1].code) != RETURN) return "is the last one and does not return";
  return check_memory(program, count, index);
}

uint32_t ct_bpf_run(const ct_insn *program, const ct_data *data, size_t *last, size_t *steps) {
  uint32_t a = 0, x = 0, memory[MEMORY] = {0};
  size_t ran = 0;
  const ct_insn *insn = program;
  for (;; insn++) {
    uint32_t operand = insn->code & CT_BPF_X ? x : insn->k;
    ran++;
    switch (insn->code) {
      case CT_BPF_LD | CT_BPF_ABS: a = data->words[insn->k / 4]; break;
      case CT_BPF_LD | CT_BPF_IMM: a = insn->k; break;
      case CT_BPF_LDX | CT_BPF_IMM: x = insn->k; break;
      case CT_BPF_LD | CT_BPF_LEN: a = CT_DATA_SIZE; break;
      case CT_BPF_LDX | CT_BPF_LEN: x = CT_DATA_SIZE; break;
      case CT_BPF_LD | CT_BPF_MEM: a = memory[insn->k]; break;
      case CT_BPF_LDX | CT_BPF_MEM: x = memory[insn->k]; break;
      case CT_BPF_ST: memory[insn->k] = a; break;
      case CT_BPF_STX: memory[insn->k] = x; break;
      case CT_BPF_MISC | CT_BPF_TAX: x = a; break;
      case CT_BPF_MISC | CT_BPF_TXA: a = x; break;
      case CT_BPF_ALU | CT_BPF_ADD | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_ADD | CT_BPF_X: a += operand; break;
      case CT_BPF_ALU | CT_BPF_SUB | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_SUB | CT_BPF_X: a -= operand; break;
      case CT_BPF_ALU | CT_BPF_MUL | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_MUL | CT_BPF_X: a *= operand; break;
      case CT_BPF_ALU | CT_BPF_DIV | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_DIV | CT_BPF_X:
        /* The kernel ends such a program with 0, which kills the thread. */
        if (!operand) {
          a = 0;
          goto ended;
        }
        a /= operand;
        break;
      case CT_BPF_ALU | CT_BPF_OR | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_OR | CT_BPF_X: a |= operand; break;
      case CT_BPF_ALU | CT_BPF_AND | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_AND | CT_BPF_X: a &= operand; break;
      case CT_BPF_ALU | CT_BPF_XOR | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_XOR | CT_BPF_X: a ^= operand; break;
      case CT_BPF_ALU | CT_BPF_LSH | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_LSH | CT_BPF_X: a <<= operand & 31; break;
      case CT_BPF_ALU | CT_BPF_RSH | CT_BPF_K:
      case CT_BPF_ALU | CT_BPF_RSH | CT_BPF_X: a >>= operand & 31; break;
      case CT_BPF_ALU | CT_BPF_NEG: a = 0u - a; break;
      case CT_BPF_JMP | CT_BPF_JA: insn += insn->k; break;
      case CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K:
      case CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_X: insn += a == operand ? insn->jt : insn->jf; break;
      case CT_BPF_JMP | CT_BPF_JGT | CT_BPF_K:
      case CT_BPF_JMP | CT_BPF_JGT | CT_BPF_X: insn += a > operand ? insn->jt : insn->jf; break;
      case CT_BPF_JMP | CT_BPF_JGE | CT_BPF_K:
      case CT_BPF_JMP | CT_BPF_JGE | CT_BPF_X: insn += a >= operand ? insn->jt : insn->jf; break;
      case CT_BPF_JMP | CT_BPF_JSET | CT_BPF_K:
      case CT_BPF_JMP | CT_BPF_JSET | CT_BPF_X: insn += a & operand ? insn->jt : insn->jf; break;
      case CT_BPF_RET | CT_BPF_K:
        a = insn->k;
        goto ended;
      default: goto ended;
    }
  }
ended:
  if (last) *last = (size_t)(insn - program);
  if (steps) *steps = ran;
  return a;
}

uint32_t ct_bpf_effective(uint32_t value) {
  uint32_t action = value & CT_RET_ACTION, data = value & CT_RET_DATA;
  switch (action) {
    case CT_RET_ERRNO: return action | (data > 4095 ? 4095 : data);
    case CT_RET_TRAP:
    case CT_RET_TRACE: return value;
    case CT_RET_KILL_THREAD:
    case CT_RET_NOTIFY:
    case CT_RET_LOG:
    case CT_RET_ALLOW: return action;
    default: return CT_RET_KILL_PROCESS;
  }
}

int ct_bpf_cacheable(const ct_insn *program, size_t count, uint32_t audit, uint32_t number) {
  uint32_t a = 0;
  for (size_t pc = 0; pc < count; pc++) {
    const ct_insn *insn = &program[pc];
    int taken;
    switch (insn->code) {
      case CT_BPF_LD | CT_BPF_ABS:
        if (insn->k != CT_DATA_NR && insn->k != CT_DATA_ARCH) return 0;
        a = insn->k == CT_DATA_NR ? number : audit;
        continue;
      case CT_BPF_RET | CT_BPF_K: return insn->k == CT_RET_ALLOW;
      case CT_BPF_JMP | CT_BPF_JA: pc += insn->k; continue;
      case CT_BPF_JMP | CT_BPF_JEQ | CT_BPF_K: taken = a == insn->k; break;
      case CT_BPF_JMP | CT_BPF_JGE | CT_BPF_K: taken = a >= insn->k; break;
      case CT_BPF_JMP | CT_BPF_JGT | CT_BPF_K: taken = a > insn->k; break;
      case CT_BPF_JMP | CT_BPF_JSET | CT_BPF_K: taken = (a & insn->k) != 0; break;
      case CT_BPF_ALU | CT_BPF_AND | CT_BPF_K: a &= insn->k; continue;
      default: return 0;
    }
    pc += taken ? insn->jt : insn->jf;
  }
  return 0;
}

int ct_bpf_decode(const void *bytes, size_t length, int big_endian, ct_insn *program, ctsec_error **err) {
  if (length % 8) return ct_error_set(err, CTSEC_E_SYNTAX, "%zu bytes are no whole number of instructions", length);
  const uint8_t *b = bytes;
  for (size_t i = 0; i < length / 8; i++, b += 8) {
    ct_insn *insn = &program[i];
    insn->code = (uint16_t)(big_endian ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
    insn->jt = b[2];
    insn->jf = b[3];
    insn->k = big_endian ? (uint32_t)b[4] << 24 | (uint32_t)b[5] << 16 | (uint32_t)b[6] << 8 | b[7]
                         : (uint32_t)b[7] << 24 | (uint32_t)b[6] << 16 | (uint32_t)b[5] << 8 | b[4];
  }
  return 0;
}

void ct_bpf_encode(const ct_insn *program, size_t count, int big_endian, uint8_t *bytes) {
  for (size_t i = 0; i < count; i++, bytes += 8) {
    const ct_insn *insn = &program[i];
    for (int n = 0; n < 2; n++) bytes[big_endian ? 1 - n : n] = (uint8_t)(insn->code >> (8 * n));
    bytes[2] = insn->jt;
    bytes[3] = insn->jf;
    for (int n = 0; n < 4; n++) bytes[4 + (big_endian ? 3 - n : n)] = (uint8_t)(insn->k >> (8 * n));
  }
}
