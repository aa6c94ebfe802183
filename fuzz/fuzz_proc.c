/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as the files of a process. A line that starts with a form feed
 * and a letter begins the next file: s(tatus), n(amespace links, in their
 * order), m(ountinfo), c(group), u(id_map), g(id_map), l(abel), e(nviron),
 * a(rguments), d(evices), M(emory), C(pu), P(ids), t(hread); h is the host's
 * mountinfo.
 */
#include <stdlib.h>
#include <string.h>

#include "container/proc.h"
#include "ctsec/ctsec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
  if (!condition) abort();
}

static void report(ctsec_containers *containers) {
  ctsec_findings *findings = NULL;
  char *text;
  size_t length;
  must(!ctsec_containers_to_json(containers, &text, &length, NULL));
  ctsec_free(text);
  must(!ctsec_findings_check(containers, NULL, &findings, NULL));
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    must(ctsec_finding_line(finding) >= 1 && ctsec_finding_column(finding) >= 1 && *ctsec_finding_message(finding));
  }
  must(!ctsec_findings_to_json(findings, &text, &length, NULL));
  ctsec_free(text);
  ctsec_findings_free(findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char letters[] = "snmcugleadMCPt";
  static const char *const links[CT_NS_COUNT] = {"ns/pid", "ns/ipc", "ns/net", "ns/uts", "ns/user", "ns/cgroup", "ns/mnt"};
  ctsec_containers *containers;
  must(!ct_containers_new(&containers, NULL));
  ct_proc_file files[32];
  ct_proc_entry entry = {.pid = 7, .contained = CT_YES};
  ct_proc_snapshot snapshot = {.arena = &containers->arena, .root = "/proc", .files = files, .entry_count = 1, .entries = &entry, .maskable = 31};
  uint8_t next_link = 0;
  memset(files, 0, sizeof files);
  ct_buffer_init(&snapshot.text);
  ct_buffer_init(&snapshot.mounts);
  files[0].source = "/proc/7/status";
  files[0].name = "status";
  uint32_t count = 1;
  for (size_t at = 0; at < size;) {
    const uint8_t *stop = memchr(data + at, '\f', size - at);
    size_t end = stop ? (size_t)(stop - data) : size;
    ct_buffer *into = &snapshot.text;
    if (at && at < end) {
      const char *letter = data[at] ? strchr(letters, data[at]) : NULL;
      if (data[at] == 'h') into = &snapshot.mounts;
      if (letter && letter > letters && count < 32) {
        ct_proc_file *file = &files[count++];
        ct_buffer_char(&snapshot.text, '\n');
        file->kind = (uint8_t)(letter - letters);
        file->source = file->name = file->kind == CT_PROC_LABEL ? "attr/current" : "file";
        if (file->kind == CT_PROC_NS) {
          file->which = next_link++ % CT_NS_COUNT;
          file->name = links[file->which];
        }
        file->start = (uint32_t)snapshot.text.length;
      }
      at++;
    }
    ct_buffer_add(into, (const char *)data + at, end - at);
    files[count - 1].length = (uint32_t)(snapshot.text.length - files[count - 1].start);
    at = end + 1;
  }
  ct_buffer_char(&snapshot.text, '\n');
  entry.count = snapshot.file_count = count;
  ctsec_error *error = NULL;
  if (ct_proc_understand(containers, &snapshot, NULL, &error))
    must(error && ctsec_error_line(error) >= 1 && *ctsec_error_message(error));
  else if (ctsec_containers_count(containers))
    report(containers);
  ctsec_error_free(error);
  ct_buffer_free(&snapshot.text);
  ct_buffer_free(&snapshot.mounts);
  ctsec_containers_free(containers);
  return 0;
}
