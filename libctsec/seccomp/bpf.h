/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classic BPF as seccomp uses it: instructions, the kernel's checker, a machine, and the kernel's allow cache. */
#ifndef CT_SECCOMP_BPF_H
#define CT_SECCOMP_BPF_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* As struct sock_filter, in this machine's byte order. */
typedef struct ct_insn {
  uint16_t code;
  uint8_t jt;
  uint8_t jf;
  uint32_t k;
} ct_insn;

#define CT_BPF_MOST 4096

/* Classes, sizes, modes, operations and sources, as the kernel numbers them. */
enum {
  CT_BPF_LD = 0x00, CT_BPF_LDX = 0x01, CT_BPF_ST = 0x02, CT_BPF_STX = 0x03,
  CT_BPF_ALU = 0x04, CT_BPF_JMP = 0x05, CT_BPF_RET = 0x06, CT_BPF_MISC = 0x07,
  CT_BPF_IMM = 0x00, CT_BPF_ABS = 0x20, CT_BPF_MEM = 0x60, CT_BPF_LEN = 0x80,
  CT_BPF_ADD = 0x00, CT_BPF_SUB = 0x10, CT_BPF_MUL = 0x20, CT_BPF_DIV = 0x30, CT_BPF_OR = 0x40, CT_BPF_AND = 0x50,
  CT_BPF_LSH = 0x60, CT_BPF_RSH = 0x70, CT_BPF_NEG = 0x80, CT_BPF_XOR = 0xa0,
  CT_BPF_JA = 0x00, CT_BPF_JEQ = 0x10, CT_BPF_JGT = 0x20, CT_BPF_JGE = 0x30, CT_BPF_JSET = 0x40,
  CT_BPF_K = 0x00, CT_BPF_X = 0x08, CT_BPF_A = 0x10,
  CT_BPF_TAX = 0x00, CT_BPF_TXA = 0x80
};

/* Offsets in struct seccomp_data. */
enum { CT_DATA_NR = 0, CT_DATA_ARCH = 4, CT_DATA_IP = 8, CT_DATA_ARGS = 16, CT_DATA_SIZE = 64 };

/* struct seccomp_data as 16 words in the order of their offsets, so that byte order matters only here. */
typedef struct ct_data {
  uint32_t words[CT_DATA_SIZE / 4];
} ct_data;

void ct_data_make(ct_data *data, int big_endian, uint32_t audit, uint32_t number, uint64_t ip, const uint64_t args[6]);
/* Offset of the low or high word of an argument. */
static inline uint32_t ct_data_offset(int big_endian, unsigned argument, int high) {
  return (uint32_t)(CT_DATA_ARGS + 8 * argument + ((high != 0) != (big_endian != 0) ? 4 : 0));
}

/*
 * What the kernel checks before it takes a filter. NULL where it would, else
 * what is wrong, in English, and *index the instruction (count for a filter
 * that is empty, too long or without end).
 */
const char *ct_bpf_check(const ct_insn *program, size_t count, size_t *index);

/* Runs a checked filter; the raw return value. *last, unless NULL, is the instruction that returned, *steps how many ran. */
uint32_t ct_bpf_run(const ct_insn *program, const ct_data *data, size_t *last, size_t *steps);

/* As the kernel understands a return value: unknown actions kill the process, an errno is at most 4095. */
uint32_t ct_bpf_effective(uint32_t value);
/* Whether `value` of an older filter beats `best` of the newer ones. */
static inline int ct_bpf_beats(uint32_t value, uint32_t best) {
  return (int32_t)(value & 0xffff0000u) < (int32_t)(best & 0xffff0000u);
}

/* Whether the kernel's cache takes this call as always allowed. */
int ct_bpf_cacheable(const ct_insn *program, size_t count, uint32_t audit, uint32_t number);

/* Reads struct sock_filter in the given byte order: CTSEC_E_SYNTAX where length is no multiple of 8. */
int ct_bpf_decode(const void *bytes, size_t length, int big_endian, ct_insn *program, ctsec_error **err);
void ct_bpf_encode(const ct_insn *program, size_t count, int big_endian, uint8_t *bytes);

#endif
