/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * System calls: architectures, numbers, arguments.
 *
 * An architecture here is one table of numbers (an ABI): x86_64, x86 and x32
 * are three. Numbers are as the kernel sees them in a seccomp filter: with
 * the base of the mips ABIs (4000, 5000, 6000), and with bit 30 for x32.
 *
 * Facts: the kernel's system call tables up to Linux 7.1, its declarations
 * of arguments (Linux 6.18), and syscalls(2) for the release that brought a
 * call. libctsec/data/syscalls.csv says the source of each column.
 */
#ifndef CTSEC_SYSCALLS_H
#define CTSEC_SYSCALLS_H

#include <ctsec/error.h>
#include <ctsec/options.h>

/* Architectures. */
#define CTSEC_ARCH_X86_64 0
#define CTSEC_ARCH_X86 1
#define CTSEC_ARCH_X32 2
#define CTSEC_ARCH_ARM 3
#define CTSEC_ARCH_AARCH64 4
#define CTSEC_ARCH_LOONGARCH64 5
#define CTSEC_ARCH_M68K 6
#define CTSEC_ARCH_MIPS 7
#define CTSEC_ARCH_MIPSEL 8
#define CTSEC_ARCH_MIPS64 9
#define CTSEC_ARCH_MIPSEL64 10
#define CTSEC_ARCH_MIPS64N32 11
#define CTSEC_ARCH_MIPSEL64N32 12
#define CTSEC_ARCH_PARISC 13
#define CTSEC_ARCH_PARISC64 14
#define CTSEC_ARCH_PPC 15
#define CTSEC_ARCH_PPC64 16
#define CTSEC_ARCH_PPC64LE 17
#define CTSEC_ARCH_RISCV64 18
#define CTSEC_ARCH_S390 19
#define CTSEC_ARCH_S390X 20
#define CTSEC_ARCH_SHEB 21
#define CTSEC_ARCH_SH 22

/* Kinds of arguments. INT, UNSIGNED, LONG and UNSIGNED_LONG have no meaning that the others name. */
#define CTSEC_KIND_UNKNOWN 0
#define CTSEC_KIND_INT 1
#define CTSEC_KIND_UNSIGNED 2
#define CTSEC_KIND_LONG 3
#define CTSEC_KIND_UNSIGNED_LONG 4
/* An address that the kernel reads or writes: a filter sees the address, not what is there. */
#define CTSEC_KIND_POINTER 5
/* The address of the name of a file. */
#define CTSEC_KIND_PATH 6
#define CTSEC_KIND_FD 7
#define CTSEC_KIND_FLAGS 8
#define CTSEC_KIND_SIZE 9
#define CTSEC_KIND_OFFSET 10
/* Permission bits and type of a file. */
#define CTSEC_KIND_MODE 11
#define CTSEC_KIND_PID 12
#define CTSEC_KIND_UID 13
#define CTSEC_KIND_GID 14
#define CTSEC_KIND_SIGNAL 15
/* What a call that does many things shall do: the request of ptrace, the option of prctl. */
#define CTSEC_KIND_COMMAND 16

/*
 * How many architectures there are: CTSEC_ARCH_* are 0 to this number less 1.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_arch_count(void);

/*
 * The name of an architecture, "x86_64". A static string; NULL where there
 * is no such one.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_arch_name(int32_t arch);

/*
 * Its name in seccomp profiles, "SCMP_ARCH_X86_64". A static string; NULL
 * where there is no such one.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_arch_seccomp_name(int32_t arch);

/*
 * The architecture of a name, of any case: a name of ctsec_arch_name(), with
 * or without SCMP_ARCH_; Go's names (amd64, 386, arm64, mips64le, loong64);
 * what `uname -m` answers (i686, armv7l); i386, x86-64, hppa, powerpc64le.
 *
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_arch_find(const char *name, size_t length, int32_t *arch, ctsec_error **err);

/*
 * The architecture of an AUDIT_ARCH_* value and a number: 0xc000003e is
 * x86_64, or x32 where the number has bit 30 and is not 0xffffffff.
 *
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_arch_find_audit(uint32_t audit, uint32_t number, int32_t *arch, ctsec_error **err);

/*
 * The AUDIT_ARCH_* value that the kernel puts into seccomp data and audit
 * records, linux/audit.h; 0 where there is no such architecture.
 *
 * Since: 0.1
 */
CTSEC_API uint32_t ctsec_arch_audit(int32_t arch);

/*
 * Bits of a long and a pointer of its programs, 32 or 64 (x32 and mips n32:
 * 32, though their registers have 64); -1 where there is no such one.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_arch_bits(int32_t arch);

/*
 * 1 where the most significant byte comes first, 0 where it comes last; -1
 * where there is no such architecture.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_arch_big_endian(int32_t arch);

/*
 * The number of a call on an architecture. Names are those of the kernel's
 * tables, in lower case, and must match exactly.
 *
 * Errors: CTSEC_E_NOTFOUND (this architecture lacks the call, or no
 * architecture has it: the message says which, and the nearest name),
 * CTSEC_E_ARG.
 * Since: 0.1
 */
CTSEC_API int ctsec_syscall_find(const char *name, size_t length, int32_t arch, uint32_t *number, ctsec_error **err);

/*
 * The name of a number. x32 is taken with and without bit 30. A static
 * string; NULL where the architecture has no such call.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_syscall_name(int32_t arch, uint32_t number);

/*
 * How many calls an architecture has, and with arch -1 how many names there
 * are over all; -1 where there is no such architecture.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_syscall_count(int32_t arch);

/*
 * The calls of an architecture in the order of their numbers; with arch -1
 * all names in the order of their bytes. *number, which may be NULL, gets the
 * number where arch is not -1. A static string; NULL out of range.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_syscall_at(int32_t arch, int32_t index, uint32_t *number);

/*
 * The release of Linux that brought the call: 0x060a00 is 6.10, a byte each
 * for major, minor and patch. Later ones of: the first release with the call
 * on any architecture, the release that brought this architecture, and the
 * ones that gave it direct numbers for what socketcall and ipc multiplex and
 * for 64-bit time. An architecture may have got a call a few releases later
 * than this says. 0 where it is not known (cachectl of mips) and for numbers
 * that are reserved and that no release ever served (afs_syscall, break,
 * epoll_ctl_old, epoll_wait_old, ftime, getpmsg, gtty, lock, mpx,
 * multiplexer, prof, profil, putpmsg, security, stty, tuxcall, ulimit,
 * vserver), -1 where there is no such call.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_syscall_since(int32_t arch, uint32_t number);

/*
 * How many arguments the call takes, 0 to 6; 0 also for what the kernel does
 * not serve. -1 where it is not known (syscall of mips o32 hands its arguments
 * to another call; 64-bit offsets on 32-bit ABIs take two) or there is no such
 * call.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_syscall_argument_count(int32_t arch, uint32_t number);

/*
 * How many of an argument's 64 bits, as a filter sees them, the kernel looks
 * at: 16, 32 or 64. A filter that compares more than these can be passed by.
 * 0 where it is not known, -1 where there is no such call or argument.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_syscall_argument_bits(int32_t arch, uint32_t number, int32_t index);

/*
 * What an argument is, CTSEC_KIND_*; -1 where there is no such call or
 * argument.
 *
 * Since: 0.1
 */
CTSEC_API int32_t ctsec_syscall_argument_kind(int32_t arch, uint32_t number, int32_t index);

/*
 * What the kernel calls an argument, "clone_flags". A static string; NULL
 * where it is not known or there is no such call or argument.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_syscall_argument_name(int32_t arch, uint32_t number, int32_t index);

/*
 * The value of an argument as people write it, `length` bytes: numbers
 * (decimal, 0x, or with a minus) and names of the kernel's constants joined
 * by |, such as "CLONE_NEWUSER|SIGCHLD" or "O_RDONLY|0x80000". Names have the
 * value they have on this ABI; those of a negative value, such as AT_FDCWD,
 * are given in 32 bits. Values are those of the headers that Linux 6.12
 * exports for each architecture.
 *
 * Errors: CTSEC_E_ARG (NULL, no such arch, neither a number nor a known name,
 * a name that the architecture lacks), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_constant_find(const char *text, size_t length, int32_t arch, uint64_t *value, ctsec_error **err);

/*
 * The name of an error number, "EPERM"; NULL where the architecture has none
 * or there is no such architecture. A static string. Numbers differ on MIPS,
 * PA-RISC and, one of them, on PowerPC; they are those of the headers that
 * Linux 6.12 exports.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_errno_name(int32_t arch, uint32_t number);

/*
 * The number of an error by its name, `length` bytes: 38 for "ENOSYS" on
 * most, 89 on MIPS.
 *
 * Errors: CTSEC_E_NOTFOUND, CTSEC_E_ARG (NULL, no such arch), CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_errno_find(const char *name, size_t length, int32_t arch, uint32_t *number, ctsec_error **err);

/*
 * The group of a call, "mounts", whose purpose and danger are told by
 * ctsec_syscall_explain(). The set of groups is open. A static string; NULL
 * for a name that no architecture has.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_syscall_group(const char *name, size_t length);

/*
 * The older call that C libraries, and programs that are known to, use where
 * this one answers ENOSYS, and only then: a filter that denies it with any
 * other error breaks them. getrandom: openat, of a device. A
 * static string; NULL where there is none, or the architecture lacks it.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_syscall_fallback(int32_t arch, const char *name, size_t length);

/*
 * The call that carries this one too on an architecture: "socketcall" or
 * "ipc". *subcall, which may be NULL, gets its number there (linux/net.h,
 * linux/ipc.h), the carrier's first argument. A static string; NULL where
 * this architecture carries it by none.
 *
 * Since: 0.1
 */
CTSEC_API const char *ctsec_syscall_carrier(int32_t arch, const char *name, size_t length, uint32_t *subcall);

/*
 * What is known of a call: the document "ctsec/syscall/1": name, arch, since,
 * group, for, why (engines block the group or not), note, capabilities[]
 * (that decide its outcome), fallback, carrier {name, subcall}, arguments[]
 * of name, kind, bits (0: not known), numbers {arch: number}; null for what
 * is not known or does not apply. since, fallback, carrier and arguments are
 * those of one architecture. *text is the caller's (ctsec_free).
 *
 * Options: arch [x86_64], lang.
 * Errors: CTSEC_E_NOTFOUND (no architecture has the name), CTSEC_E_ARG,
 * CTSEC_E_NOMEM.
 * Since: 0.1
 */
CTSEC_API int ctsec_syscall_explain(const char *name, size_t length, const ctsec_options *options, char **text,
                                    size_t *text_length, ctsec_error **err);

/*
 * The same for people. *text is the caller's (ctsec_free).
 *
 * Options: arch [x86_64], lang.
 * Errors: as ctsec_syscall_explain().
 * Since: 0.1
 */
CTSEC_API int ctsec_syscall_to_text(const char *name, size_t length, const ctsec_options *options, char **text,
                                    size_t *text_length, ctsec_error **err);

#endif
