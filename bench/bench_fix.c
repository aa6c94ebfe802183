/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes to a file, proved, against finding what is wrong with it. */
#include <ctsec/ctsec.h>
#include <stdlib.h>

#include "bench.h"

static char *text;
static size_t length;

static int read_file(const char *path) {
  free(text);
  text = bench_read(path, &length);
  return !text;
}

static int compose(void) { return read_file("examples/compose-ten-services.yaml"); }
static int manifest(void) { return read_file("examples/kubernetes-agent.yaml"); }

static ctsec_findings *find(void) {
  ctsec_containers *containers;
  ctsec_findings *findings = NULL;
  if (ctsec_containers_parse(text, length, NULL, &containers, NULL)) return NULL;
  ctsec_findings_check(containers, NULL, &findings, NULL);
  ctsec_containers_free(containers);
  return findings;
}

static void scan_only(void) {
  ctsec_findings *findings = find();
  bench_sink += ctsec_findings_count(findings);
  ctsec_findings_free(findings);
}

static void fix(void) {
  ctsec_findings *findings = find();
  ctsec_fixes *fixes = NULL;
  if (findings && !ctsec_fixes_resolve(findings, NULL, &fixes, NULL)) bench_sink += ctsec_fixes_count(fixes);
  ctsec_fixes_free(fixes);
  ctsec_findings_free(findings);
}

const bench_row bench_fix[] = {
    {"fix: Compose file, ten services", "one scan of it", 1.0 / 5, compose, fix, scan_only},
    {"fix: a pod", "one scan of it", 1.0 / 5, manifest, fix, scan_only},
    {NULL, NULL, 0, NULL, NULL, NULL},
};
