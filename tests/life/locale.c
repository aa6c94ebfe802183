/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* locale NAME: all answers in a program that has chosen a locale; fails where the locale is not really in force. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "life/answers.h"

int main(int argc, char **argv) {
  if (argc != 2 || !setlocale(LC_ALL, argv[1])) return fputs("no such locale\n", stderr), 77;
  char half[8];
  snprintf(half, sizeof half, "%.1f", 0.5);
  if (strcmp(half, strcmp(argv[1], "C") ? "0,5" : "0.5")) return fprintf(stderr, "the locale prints %s\n", half), 1;
  const char *source = getenv("CTSEC_SOURCE");
  size_t length;
  char *text = source ? life_answers(source, &length) : NULL;
  if (!text) return fputs("an answer failed\n", stderr), 1;
  int status = fwrite(text, 1, length, stdout) != length;
  free(text);
  return status;
}
