/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as lines of a batch and as everyday words: an answer for each line, of one of four forms. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static const char container[] =
    "{\"ociVersion\": \"1.0.2\", \"process\": {\"user\": {\"uid\": 0, \"gid\": 0}, \"capabilities\": {\"bounding\":"
    "[\"CAP_CHOWN\", \"CAP_NET_RAW\", \"CAP_BPF\"], \"effective\": [\"CAP_CHOWN\", \"CAP_NET_RAW\", \"CAP_BPF\"],"
    "\"permitted\": [\"CAP_CHOWN\", \"CAP_NET_RAW\", \"CAP_BPF\"]}}, \"root\": {\"readonly\": true}, \"mounts\":"
    "[{\"destination\": \"/proc\", \"type\": \"proc\"}, {\"destination\": \"/t\", \"type\": \"tmpfs\"}],"
    "\"linux\": {\"maskedPaths\": [\"/proc/kcore\"], \"readonlyPaths\": [\"/proc/sys\"]}}";

static ctsec_confinement *confinement;

static void prepare(void) {
  ctsec_containers *containers = NULL;
  must(!ctsec_containers_parse(container, strlen(container), NULL, &containers, NULL));
  must(!ctsec_confinement_resolve(ctsec_containers_at(containers, 0), NULL, NULL, &confinement, NULL));
  ctsec_containers_free(containers);
}

static void must_be_answer(const char *line, size_t length) {
  static const char *const starts[] = {"allow", "deny ", "unknown ", "error "};
  size_t i = 0;
  while (i < 4 && strncmp(line, starts[i], strlen(starts[i]))) i++;
  must(i < 4);
  for (size_t k = 0; k < length; k++) must((unsigned char)line[k] >= 0x20);
}

static void ask(ctsec_request *request) {
  ctsec_answer *answer = NULL;
  char *text;
  size_t length;
  must(!ctsec_confinement_check(confinement, request, &answer, NULL));
  int32_t outcome = ctsec_answer_outcome(answer);
  must((outcome == CTSEC_ANSWER_DENY) == (ctsec_answer_layer(answer) != 0));
  must((outcome == CTSEC_ANSWER_UNKNOWN) <= (ctsec_answer_need_count(answer) > 0));
  must(!ctsec_answer_to_json(answer, &text, &length, NULL));
  ctsec_free(text);
  must(!ctsec_answer_to_text(answer, &text, &length, NULL));
  for (size_t i = 0; i < length; i++) must((unsigned char)text[i] >= 0x20 || text[i] == '\n');
  ctsec_free(text);
  ctsec_answer_free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!confinement) prepare();
  char *answers;
  size_t length, errors, lines = 0, found = 0;
  must(!ctsec_confinement_check_lines(confinement, (const char *)data, size, &answers, &length, &errors, NULL));
  for (size_t i = 0; i < size; i++) lines += data[i] == '\n' || i + 1 == size;
  for (size_t at = 0; at < length; found++) {
    const char *end = memchr(answers + at, '\n', length - at);
    must(end != NULL);
    must_be_answer(answers + at, (size_t)(end - answers) - at);
    at = (size_t)(end - answers) + 1;
  }
  must(found == lines && errors <= lines);
  ctsec_free(answers);
  ctsec_request *request = NULL;
  ctsec_error *error = NULL;
  if (!ctsec_request_read((const char *)data, size, &request, &error)) ask(request);
  ctsec_request_free(request);
  ctsec_error_free(error);
  request = NULL;
  error = NULL;
  if (!ctsec_request_find(NULL, (const char *)data, size, &request, &error)) ask(request);
  ctsec_request_free(request);
  ctsec_error_free(error);
  return 0;
}
