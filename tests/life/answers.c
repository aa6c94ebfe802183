/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/answers.h"

#include <ctsec/ctsec.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct answers {
  const char *source;
  char *text;
  size_t length;
  int failed;
} answers;

static void keep(answers *a, const char *text, size_t length) {
  char *grown = realloc(a->text, a->length + length + 1);
  if (!grown) {
    a->failed = 1;
    return;
  }
  a->text = grown;
  memcpy(a->text + a->length, text, length);
  a->length += length;
  a->text[a->length] = '\0';
}

/* Takes the text over. */
static void take(answers *a, int status, char **text, const size_t *length) {
  if (status) {
    a->failed = 1;
    return;
  }
  keep(a, *text, *length);
  ctsec_free(*text);
}

static char *contents(answers *a, const char *path, size_t *length) {
  char name[4096];
  snprintf(name, sizeof name, "%s/%s", a->source, path);
  FILE *file = fopen(name, "rb");
  if (!file) {
    a->failed = 1;
    return NULL;
  }
  char *text = malloc(1 << 20);
  *length = text ? fread(text, 1, 1 << 20, file) : 0;
  fclose(file);
  if (!text || !*length) a->failed = 1;
  return text;
}

static void scan_text(answers *a, const char *path, const char *text, size_t length, const char *format) {
  size_t written;
  char *result = NULL;
  ctsec_scan *run = NULL;
  if (ctsec_scan_new(NULL, format, &run, NULL) || ctsec_scan_feed(run, path, text, length, NULL))
    a->failed = 1;
  else
    take(a, ctsec_scan_finish(run, &result, &written, NULL), &result, &written);
  ctsec_scan_free(run);
}

static void scan(answers *a, const char *path, const char *format) {
  size_t length;
  char *text = contents(a, path, &length);
  if (text) scan_text(a, path, text, length, format);
  free(text);
}

static void paths(answers *a, const char *path) {
  size_t length, written;
  char *text = contents(a, path, &length), *result = NULL;
  ctsec_paths *found = NULL;
  if (!text || ctsec_paths_new(NULL, &found, NULL) || ctsec_paths_feed(found, path, text, length, NULL))
    a->failed = 1;
  else
    take(a, ctsec_paths_to_json(found, &result, &written, NULL), &result, &written);
  ctsec_paths_free(found);
  free(text);
}

static void denials(answers *a, const char *path) {
  size_t length, written;
  char *text = contents(a, path, &length), *result = NULL;
  ctsec_denials *log = NULL;
  if (!text || ctsec_denials_new(NULL, "json", &log, NULL) || ctsec_denials_feed(log, path, text, length, NULL))
    a->failed = 1;
  else
    take(a, ctsec_denials_finish(log, &result, &written, NULL), &result, &written);
  ctsec_denials_free(log);
  free(text);
}

static void trace(answers *a, const char *path) {
  size_t length, written;
  char *text = contents(a, path, &length), *result = NULL;
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *seen = NULL;
  if (!text || ctsec_trace_stream_new(NULL, &stream, NULL) || ctsec_trace_stream_feed(stream, text, length, NULL) ||
      ctsec_trace_stream_finish(stream, &seen, NULL))
    a->failed = 1;
  else
    take(a, ctsec_trace_to_json(seen, &result, &written, NULL), &result, &written);
  ctsec_trace_free(seen);
  ctsec_trace_stream_free(stream);
  free(text);
}

static void profile(answers *a, const char *path) {
  size_t length, written;
  char *text = contents(a, path, &length), *result = NULL;
  ctsec_profile *parsed = NULL;
  ctsec_policy *policy = NULL;
  ctsec_filter *filter = NULL;
  ctsec_verdict *verdict = NULL;
  uint32_t audit, unknown;
  int32_t nr;
  uint64_t args[6];
  const char *const flags[] = {"CLONE_NEWUSER|SIGCHLD"};
  if (!text || ctsec_profile_parse(text, length, NULL, &parsed, NULL) ||
      ctsec_profile_resolve(parsed, NULL, &policy, NULL) || ctsec_policy_compile(policy, &filter, NULL) ||
      ctsec_call_parse("x86_64", "clone", flags, 1, &audit, &nr, args, &unknown, NULL) ||
      ctsec_policy_simulate(policy, audit, nr, args, unknown, NULL, &verdict, NULL)) {
    a->failed = 1;
  } else {
    take(a, ctsec_policy_to_json(policy, &result, &written, NULL), &result, &written);
    take(a, ctsec_verdict_to_json(verdict, &result, &written, NULL), &result, &written);
    take(a, ctsec_filter_to_text(filter, &result, &written, NULL), &result, &written);
  }
  ctsec_verdict_free(verdict);
  ctsec_filter_free(filter);
  ctsec_policy_free(policy);
  ctsec_profile_free(parsed);
  free(text);
}

static void refused(answers *a, const char *text) {
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  char *result = NULL;
  size_t written;
  if (ctsec_containers_parse(text, strlen(text), NULL, &containers, &error))
    take(a, ctsec_error_to_json(error, &result, &written, NULL), &result, &written);
  else
    a->failed = 1;
  ctsec_error_free(error);
  ctsec_containers_free(containers);
}

static void names(answers *a) {
  static const char some[] = "CAP_SYS_ADMIN,setfcap,Ipc_Lock,linux_immutable,MKNOD";
  uint64_t mask = 0;
  char *result = NULL;
  size_t written;
  if (ctsec_caps_encode(some, sizeof some - 1, &mask, NULL)) a->failed = 1;
  take(a, ctsec_caps_to_json(mask, &result, &written, NULL), &result, &written);
  take(a, ctsec_caps_explain(mask, NULL, &result, &written, NULL), &result, &written);
  ctsec_resolution *resolution = NULL;
  if (ctsec_caps_resolve(NULL, &resolution, NULL))
    a->failed = 1;
  else
    take(a, ctsec_resolution_to_json(resolution, &result, &written, NULL), &result, &written);
  ctsec_resolution_free(resolution);
}

char *life_answers(const char *source, size_t *length) {
  answers a = {source, NULL, 0, 0};
  names(&a);
  static const char *const formats[] = {"json", "text", "sarif", "junit", "markdown", "html"};
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) scan(&a, "examples/docker-dangerous.json", formats[i]);
  scan(&a, "examples/compose-ten-services.yaml", "json");
  scan(&a, "examples/kubernetes-agent.yaml", "json");
  /* A limit of half a processor: read as none where the comma is the point. */
  static const char pod[] =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x,"
      " resources: {limits: {cpu: 0.5, memory: 1.5e8}}}]}\n";
  scan_text(&a, "pod.yaml", pod, sizeof pod - 1, "json");
  paths(&a, "examples/docker-dangerous.json");
  denials(&a, "examples/kernel-log.txt");
  trace(&a, "tests/data/trace/strace-ttt.txt");
  trace(&a, "tests/data/trace/perf.txt");
  profile(&a, "tests/data/profiles/docker.json");
  refused(&a, "[{\"Id\": 1.5e, \"HostConfig\": {}}]");
  refused(&a, "services:\n  web: {cpus: 0.5, image: i\n");
  if (a.failed) {
    free(a.text);
    return NULL;
  }
  *length = a.length;
  return a.text;
}
