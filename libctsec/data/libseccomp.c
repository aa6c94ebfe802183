/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/libseccomp.h"

#include <string.h>

/* Names stand in the rows: pointers to them would each cost the loader a relocation. */
#define LONGEST 32

typedef struct name_row {
  char name[LONGEST];
  uint8_t major, minor, patch;
} name_row;

typedef struct number_row {
  char name[LONGEST];
  char arch[12];
  uint8_t major, minor, patch;
} number_row;

#define S(name, major, minor, patch) {#name, major, minor, patch},
#define B(name)
#define N(name, arch, major, minor, patch)
static const name_row names[] = {
#include "data/libseccomp.def"
};
#undef S
#undef B
#undef N

#define S(name, major, minor, patch)
#define B(name) #name,
#define N(name, arch, major, minor, patch)
static const char backports[][LONGEST] = {
#include "data/libseccomp.def"
};
#undef S
#undef B
#undef N

#define S(name, major, minor, patch)
#define B(name)
#define N(name, arch, major, minor, patch) {#name, #arch, major, minor, patch},
static const number_row numbers[] = {
#include "data/libseccomp.def"
};

/* All three are sorted by name, with which their rows begin. */
static size_t lower_bound(const void *rows, size_t count, size_t size, const char *name) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp((const char *)rows + middle * size, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int is_backport(const ct_version *version, const char *name) {
  if (version->major != 2 || version->minor != 5 || version->patch < 6) return 0;
  size_t at = lower_bound(backports, sizeof backports / sizeof *backports, sizeof *backports, name);
  return at < sizeof backports / sizeof *backports && !strcmp(backports[at], name);
}

ct_version ct_libseccomp_names_of(const char *text, const ct_version *version) {
  ct_version has = *version;
  if (has.major == 2 && has.minor == 5 && has.patch == 4 && strstr(text, "+deb12u")) has.patch = 5;
  return has;
}

int ct_libseccomp_knows(const ct_version *version, const char *name) {
  size_t count = sizeof names / sizeof *names;
  size_t at = lower_bound(names, count, sizeof *names, name);
  if (at == count || strcmp(names[at].name, name)) return 1;
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
  size_t count = sizeof numbers / sizeof *numbers;
  arch = column(arch);
  for (size_t at = lower_bound(numbers, count, sizeof *numbers, name);
       at < count && !strcmp(numbers[at].name, name); at++)
    if (!strcmp(numbers[at].arch, arch))
      return ct_version_at_least(version, numbers[at].major, numbers[at].minor, numbers[at].patch);
  return 1;
}
