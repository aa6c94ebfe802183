/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as shell text: an error with its place, or words within the text. */
#include <stdlib.h>

#include "syntax/argv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  ctsec_error *error = NULL;
  int status = ct_argv_parse(&arena, (const char *)data, size, NULL, &document, &error);
  must(status == 0 || status == CTSEC_E_SYNTAX || status == CTSEC_E_LIMIT);
  if (status) {
    must(error != NULL);
    ctsec_error_free(error);
  }
  uint32_t last = 0;
  for (uint32_t i = 0; !status && i < document->roots->count; i++) {
    const ct_value *command = ct_value_item(document->roots, i);
    must(command->offset >= last && command->count > 0);
    last = command->offset;
    for (uint32_t k = 0; k < command->count; k++) {
      const ct_value *word = ct_value_item(command, k);
      must(word->offset < word->end && word->end <= size && (ct_command_is_text(command) || word->length <= word->end - word->offset));
    }
  }
  ct_arena_free(&arena);
  return 0;
}
