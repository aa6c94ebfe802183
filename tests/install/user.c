/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctsec/ctsec.h>
#include <stdio.h>

int main(void) {
  puts(ctsec_version());
  return 0;
}
