/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/arch.h"

#include <string.h>

#include "data/calls.h"
#include "data/numbers.h"

/* The machine, with the marks for 64 bits (0x80000000), little endian (0x40000000) and n32 (0x20000000). */
#define ROW(id, column, base, scmp, docker, podman, audit, bits, big, x32, name) \
  {column, base, "SCMP_ARCH_" scmp, docker, podman, {id, audit, bits, big, x32, name}}

static const ct_arch arches[] = {
    ROW(0, CT_COLUMN_X86_64, 0, "X86_64", "amd64", "amd64", 0xc000003e, 64, 0, 0, "x86_64"),
    ROW(1, CT_COLUMN_X86, 0, "X86", "x86", "x86", 0x40000003, 32, 0, 0, "x86"),
    ROW(2, CT_COLUMN_X32, 0, "X32", "x32", "x32", 0xc000003e, 32, 0, 1, "x32"),
    ROW(3, CT_COLUMN_ARM, 0, "ARM", "arm", "arm", 0x40000028, 32, 0, 0, "arm"),
    ROW(4, CT_COLUMN_AARCH64, 0, "AARCH64", "arm64", "arm64", 0xc00000b7, 64, 0, 0, "aarch64"),
    ROW(5, CT_COLUMN_LOONGARCH64, 0, "LOONGARCH64", "loongarch64", "loong64", 0xc0000102, 64, 0, 0, "loongarch64"),
    ROW(6, CT_COLUMN_M68K, 0, "M68K", "", "m68k", 0x00000004, 32, 1, 0, "m68k"),
    ROW(7, CT_COLUMN_MIPS, 4000, "MIPS", "", "mips", 0x00000008, 32, 1, 0, "mips"),
    ROW(8, CT_COLUMN_MIPS, 4000, "MIPSEL", "mipsel", "mipsel", 0x40000008, 32, 0, 0, "mipsel"),
    ROW(9, CT_COLUMN_MIPS64, 5000, "MIPS64", "mips64", "mips64", 0x80000008, 64, 1, 0, "mips64"),
    ROW(10, CT_COLUMN_MIPS64, 5000, "MIPSEL64", "mipsel64", "mipsel64", 0xc0000008, 64, 0, 0, "mipsel64"),
    ROW(11, CT_COLUMN_MIPS64N32, 6000, "MIPS64N32", "mips64n32", "mips64n32", 0xa0000008, 32, 1, 0, "mips64n32"),
    ROW(12, CT_COLUMN_MIPS64N32, 6000, "MIPSEL64N32", "mips3l64n32", "mipsel64n32", 0xe0000008, 32, 0, 0, "mipsel64n32"),
    ROW(13, CT_COLUMN_PARISC, 0, "PARISC", "", "parisc", 0x0000000f, 32, 1, 0, "parisc"),
    ROW(14, CT_COLUMN_PARISC64, 0, "PARISC64", "", "parisc64", 0x8000000f, 64, 1, 0, "parisc64"),
    ROW(15, CT_COLUMN_PPC, 0, "PPC", "ppc", "ppc", 0x00000014, 32, 1, 0, "ppc"),
    ROW(16, CT_COLUMN_PPC64, 0, "PPC64", "ppc64", "ppc64", 0x80000015, 64, 1, 0, "ppc64"),
    ROW(17, CT_COLUMN_PPC64, 0, "PPC64LE", "ppc64le", "ppc64le", 0xc0000015, 64, 0, 0, "ppc64le"),
    ROW(18, CT_COLUMN_RISCV64, 0, "RISCV64", "riscv64", "riscv64", 0xc00000f3, 64, 0, 0, "riscv64"),
    ROW(19, CT_COLUMN_S390, 0, "S390", "s390", "s390", 0x00000016, 32, 1, 0, "s390"),
    ROW(20, CT_COLUMN_S390X, 0, "S390X", "s390x", "s390x", 0x80000016, 64, 1, 0, "s390x"),
    ROW(21, CT_COLUMN_SH, 0, "SHEB", "", "sheb", 0x0000002a, 32, 1, 0, "sheb"),
    ROW(22, CT_COLUMN_SH, 0, "SH", "", "sh", 0x4000002a, 32, 0, 0, "sh"),
};

#define ARCHES (sizeof arches / sizeof *arches)

static int equals(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

const ct_arch *ct_arch_at(uint32_t index) { return index < ARCHES ? &arches[index] : NULL; }

const ct_arch *ct_arch_scmp(const char *name, size_t length) {
  for (size_t i = 0; i < ARCHES; i++)
    if (equals(name, length, arches[i].scmp)) return &arches[i];
  return NULL;
}

const ct_arch *ct_arch_named(const char *name, size_t length) {
  for (size_t i = 0; i < ARCHES; i++)
    if (equals(name, length, arches[i].abi.name)) return &arches[i];
  return NULL;
}

const ct_arch *ct_arch_loose(const char *name, size_t length) {
  char lower[24];
  if (length > 10 && !memcmp(name, "SCMP_ARCH_", 10)) name += 10, length -= 10;
  if (!length || length >= sizeof lower) return NULL;
  for (size_t i = 0; i < length; i++) lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
  const ct_arch *exact = ct_arch_named(lower, length);
  for (size_t i = 0; i < ARCHES && !exact; i++)
    if (equals(lower, length, arches[i].docker) || equals(lower, length, arches[i].podman)) exact = &arches[i];
  if (!exact && (equals(lower, length, "i386") || equals(lower, length, "i686") || equals(lower, length, "386")))
    exact = ct_arch_named("x86", 3);
  return exact;
}

static const ct_number_row *row_of(const char *name) {
  const ct_number_table *table = ct_numbers();
  for (uint32_t at = ct_numbers_hash(name); table->hash[at]; at = (at + 1) % CT_NUMBERS_HASHES) {
    const ct_number_row *row = &table->rows[table->hash[at] - 1];
    if (!strcmp(row->name, name)) return row;
  }
  return NULL;
}

static int number_in(const ct_number_row *row, const ct_arch *arch, uint32_t *number) {
  int value = row->numbers[arch->column];
  if (value < 0) return 0;
  *number = value >= CT_NUMBERS_PRIVATE ? (uint32_t)value - CT_NUMBERS_PRIVATE + 0xf0000 : (uint32_t)value + arch->base;
  return 1;
}

int ct_arch_number(const ct_arch *arch, const char *name, uint32_t *number) {
  const ct_number_row *row = row_of(name);
  return row && number_in(row, arch, number);
}

int ct_arch_knows(const char *name) { return row_of(name) != NULL; }

int ct_number_row_of(const char *name) {
  const ct_number_row *row = row_of(name);
  return row ? (int)(row - ct_numbers()->rows) : -1;
}

uint32_t ct_arch_number_at(const ct_arch *arch, int row) {
  uint32_t number = 0;
  number_in(&ct_numbers()->rows[row], arch, &number);
  return number;
}

int ct_arch_place(const ct_arch *arch, uint32_t number) {
  if (arch->abi.x32) number &= ~CT_X32_BIT;
  if (number >= 0xf0000) {
    number = number - 0xf0000 + CT_NUMBERS_PRIVATE;
  } else {
    if (number < arch->base || number - arch->base >= CT_NUMBERS_PRIVATE) return -1;
    number -= arch->base;
  }
  const ct_number_table *table = ct_numbers();
  uint32_t low = table->start[arch->column], high = table->start[arch->column + 1];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    uint16_t row = table->order[middle];
    uint32_t found = (uint32_t)table->rows[row].numbers[arch->column];
    if (found == number) return row;
    if (found < number)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

const char *ct_arch_name(const ct_arch *arch, uint32_t number) {
  int row = ct_arch_place(arch, number);
  return row < 0 ? NULL : ct_numbers()->rows[row].name;
}

unsigned ct_spelling_distance(const char *a, size_t a_length, const char *b) {
  size_t b_length = strlen(b);
  unsigned row[64];
  if (a_length >= 64 || b_length >= 64) return 64;
  /* Two neighbours that changed places are one slip. */
  size_t same = 0;
  while (same < a_length && same < b_length && a[same] == b[same]) same++;
  if (a_length == b_length && same + 1 < a_length && a[same] == b[same + 1] && a[same + 1] == b[same] &&
      !memcmp(a + same + 2, b + same + 2, a_length - same - 2))
    return 1;
  for (size_t j = 0; j <= b_length; j++) row[j] = (unsigned)j;
  for (size_t i = 0; i < a_length; i++) {
    unsigned corner = row[0];
    row[0] = (unsigned)i + 1;
    for (size_t j = 0; j < b_length; j++) {
      unsigned best = corner + (a[i] != b[j]);
      corner = row[j + 1];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (corner + 1 < best) best = corner + 1;
      row[j + 1] = best;
    }
  }
  return row[b_length];
}

const char *ct_arch_nearest(const char *name) {
  const char *nearest = NULL;
  size_t length = strlen(name);
  unsigned best = length < 5 ? 2 : 3;
  const ct_number_row *rows = ct_numbers()->rows;
  for (uint32_t i = 0; i < CT_NUMBERS; i++) {
    unsigned d = ct_spelling_distance(name, length, rows[i].name);
    if (d < best) best = d, nearest = rows[i].name;
  }
  return nearest;
}

const ct_arch *ct_arch_audit(uint32_t audit, uint32_t number) {
  int x32 = audit == CT_AUDIT_X86_64 && (number & CT_X32_BIT) && number != UINT32_MAX;
  for (size_t i = 0; i < ARCHES; i++)
    if (arches[i].abi.audit == audit && arches[i].abi.x32 == x32) return &arches[i];
  return NULL;
}

/* x32 and n32 have registers of 64 bits. */
static int has_narrow_registers(const ct_arch *arch) {
  return arch->abi.bits == 32 && !arch->abi.x32 && arch->column != CT_COLUMN_MIPS64N32;
}

static unsigned list_of(const ct_arch *arch, int row, unsigned *first) {
  uint32_t low = 0, high = ct_calls_differ_count, key = (uint32_t)row << 8 | arch->column;
  *first = ct_calls[row].first;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const ct_call_differs *found = &ct_calls_differ[middle];
    uint32_t order = (uint32_t)found->call << 8 | found->column;
    if (order == key) {
      *first = found->first;
      return found->count;
    }
    if (order < key)
      low = middle + 1;
    else
      high = middle;
  }
  return ct_calls[row].count;
}

/* How many are where the list says: a pair moves what follows it, and the ABIs differ on where pairs may begin. */
static unsigned certain(const ct_arch *arch, unsigned first, unsigned count) {
  if (count == CT_CALL_UNKNOWN) return 0;
  for (unsigned i = 0; i < count && has_narrow_registers(arch); i++)
    if (ct_call_arguments[first + i].bits & CT_CALL_PAIR) return i;
  return count;
}

int ct_arch_count_arguments(const ct_arch *arch, int row) {
  unsigned first, count = list_of(arch, row, &first);
  return count == CT_CALL_UNKNOWN || certain(arch, first, count) < count ? -1 : (int)count;
}

const ct_call_argument *ct_arch_argument(const ct_arch *arch, int row, unsigned argument) {
  unsigned first, count = list_of(arch, row, &first);
  return argument < certain(arch, first, count) ? &ct_call_arguments[first + argument] : NULL;
}

int ct_arch_argument_bits(const ct_arch *arch, int row, unsigned argument) {
  const ct_call_argument *found = ct_arch_argument(arch, row, argument);
  int bits = found ? found->bits & ~CT_CALL_PAIR : 0;
  if (has_narrow_registers(arch)) return bits == 16 ? 16 : 32;
  if (bits != 64) return bits;
  /* Entries of their own, whose long and pointer have 32 bits or not, call by call. */
  if (arch->column == CT_COLUMN_MIPS64N32) return 0;
  if (arch->abi.x32 && ct_numbers()->rows[row].numbers[arch->column] >= 512) return 0;
  return 64;
}

int ct_argument_bits(uint32_t audit, uint32_t number, unsigned argument) {
  const ct_arch *arch = ct_arch_audit(audit, number);
  int row = arch ? ct_arch_place(arch, number) : -1;
  if (row >= 0) return ct_arch_argument_bits(arch, row, argument);
  return arch && has_narrow_registers(arch) ? 32 : 0;
}

/* Go's names, what uname and distributions say, and names of old. */
static const struct {
  char name[12];
  char arch[12];
} aliases[] = {
    {"386", "x86"},          {"amd64", "x86_64"},     {"arm64", "aarch64"},
    {"armel", "arm"},        {"armhf", "arm"},        {"armv5tel", "arm"},     {"armv6l", "arm"},
    {"armv7l", "arm"},       {"armv8l", "arm"},       {"hppa", "parisc"},      {"hppa64", "parisc64"},
    {"i386", "x86"},         {"i486", "x86"},         {"i586", "x86"},         {"i686", "x86"},
    {"loong64", "loongarch64"}, {"mips64el", "mipsel64"}, {"mips64le", "mipsel64"}, {"mipsle", "mipsel"},
    {"powerpc", "ppc"},      {"powerpc64", "ppc64"},  {"powerpc64le", "ppc64le"}, {"ppc64el", "ppc64le"},
    {"sh4", "sh"},           {"sh4eb", "sheb"},       {"x64", "x86_64"},       {"x86-64", "x86_64"},
};

const ct_arch *ct_arch_spelt(const char *name, size_t length) {
  char lower[24];
  const ct_arch *arch = ct_arch_loose(name, length);
  if (arch || length >= sizeof lower) return arch;
  for (size_t i = 0; i < length; i++) lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
  size_t prefix = length > 10 && !memcmp(lower, "scmp_arch_", 10) ? 10 : 0;
  if (prefix) return ct_arch_named(lower + prefix, length - prefix);
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (equals(lower, length, aliases[i].name)) return ct_arch_named(aliases[i].arch, strlen(aliases[i].arch));
  return NULL;
}
