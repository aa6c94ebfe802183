/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/libseccomp.h"

#include <string.h>

#include "data/texts.h"

/* Rows of three lists; their names, and of numbers the arch behind it, are blocks of texts. */
typedef struct release {
  uint8_t major, minor, patch;
} release;

#define S(name, major, minor, patch) {major, minor, patch},
#define B(name)
#define N(name, arch, major, minor, patch)
static const release names[] = {
#include "data/libseccomp.def"
};
#undef S
#undef B
#undef N

#define S(name, major, minor, patch)
#define B(name) +1
#define N(name, arch, major, minor, patch)
enum { BACKPORTS = 0
#include "data/libseccomp.def"
};
#undef S
#undef B
#undef N

#define S(name, major, minor, patch)
#define B(name)
#define N(name, arch, major, minor, patch) {major, minor, patch},
static const release numbers[] = {
#include "data/libseccomp.def"
};

/* All three are sorted by name; a row has `step` texts. */
static uint32_t lower_bound(ct_block_id block, uint32_t count, uint32_t step, const char *name) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (strcmp(ct_text_of(block, middle * step), name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int is_backport(const ct_version *version, const char *name) {
  if (version->major != 2 || version->minor != 5 || version->patch < 6) return 0;
  uint32_t at = lower_bound(CT_BLOCK_BACKPORTS, BACKPORTS, 1, name);
  return at < BACKPORTS && !strcmp(ct_text_of(CT_BLOCK_BACKPORTS, at), name);
}

ct_version ct_libseccomp_names_of(const char *text, const ct_version *version) {
  ct_version has = *version;
  if (has.major == 2 && has.minor == 5 && has.patch == 4 && strstr(text, "+deb12u")) has.patch = 5;
  return has;
}

int ct_libseccomp_knows(const ct_version *version, const char *name) {
  uint32_t count = sizeof names / sizeof *names;
  uint32_t at = lower_bound(CT_BLOCK_LATE_NAMES, count, 1, name);
  if (at == count || strcmp(ct_text_of(CT_BLOCK_LATE_NAMES, at), name)) return 1;
  return ct_version_at_least(version, names[at].major, names[at].minor, names[at].patch) || is_backport(version, name);
}

/* One column of its tables serves both byte orders. */
static const char *column(const char *arch) {
  if (!strcmp(arch, "mipsel")) return "mips";
  if (!strcmp(arch, "mipsel64")) return "mips64";
  if (!strcmp(arch, "mipsel64n32")) return "mips64n32";
  if (!strcmp(arch, "ppc64le")) return "ppc64";
  return arch;
}

int ct_libseccomp_numbers(const ct_version *version, const char *name, const char *arch) {
  uint32_t count = sizeof numbers / sizeof *numbers;
  arch = column(arch);
  for (uint32_t at = lower_bound(CT_BLOCK_LATE_NUMBERS, count, 2, name);
       at < count && !strcmp(ct_text_of(CT_BLOCK_LATE_NUMBERS, 2 * at), name); at++)
    if (!strcmp(ct_text_of(CT_BLOCK_LATE_NUMBERS, 2 * at + 1), arch))
      return ct_version_at_least(version, numbers[at].major, numbers[at].minor, numbers[at].patch);
  return 1;
}
