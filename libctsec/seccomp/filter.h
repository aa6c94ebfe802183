/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_SECCOMP_FILTER_H
#define CT_SECCOMP_FILTER_H

#include "base/arena.h"
#include "base/options.h"
#include "seccomp/bpf.h"
#include "ctsec/seccomp.h"

/* A filter that the kernel would take. */
struct ctsec_filter {
  ct_count references;
  int big_endian;
  uint32_t count;
  ct_insn *insns;
  /* The name of its input, and the policy that it was compiled of; NULL where there is none. */
  char *source;
  ctsec_policy *policy;
};

/* Takes insns (of malloc), also where it fails. */
int ct_filter_make(ct_insn *insns, uint32_t count, int big_endian, ctsec_filter **filter, ctsec_error **err);
/* Whether the target of the options is big-endian. */
int ct_filter_endian(const ctsec_options *options, int *big_endian, ctsec_error **err);

/* What the accumulator holds before an instruction, as far as every way to it agrees. */
typedef struct ct_trace {
  /* Offset in the call's data, or -1. */
  int32_t offset;
  /* The audit arch that was tested for, 0 where it is not known. */
  uint32_t audit;
  uint8_t reached;
} ct_trace;
/* traces[count] */
void ct_filter_trace(const ctsec_filter *filter, ct_trace *traces);

/* One instruction as text, without label and comment: "jeq #0x3, 0007, 0004". */
void ct_insn_add(ct_buffer *buffer, const ctsec_filter *filter, uint32_t index);
/* What it means: "clone", "x86_64", "EPERM"; nothing where there is nothing to say. */
void ct_insn_comment(ct_buffer *buffer, const ctsec_filter *filter, uint32_t index, const ct_trace *trace);
/* "nr", "args[0].high"; NULL for no offset of the call's data. */
const char *ct_data_name(int big_endian, uint32_t offset);

/* Assembler text to instructions (of malloc). CTSEC_E_SYNTAX with its place. */
int ct_assemble(const char *text, size_t length, int big_endian, const char *source, ct_insn **insns, uint32_t *count,
                ctsec_error **err);

#endif
