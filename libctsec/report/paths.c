/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attack paths of a finding, for programs and for people. */
#include "data/shows.h"
#include "report/report.h"

static const char *title_of(unsigned path, int lang) { return ct_message(ct_path_title((ct_term)(CT_FIRST_PATH + path)), lang); }
static const char *id_of(unsigned path) { return ct_path_id((ct_term)(CT_FIRST_PATH + path)); }

static void write_layers(ct_json *json, unsigned layers) {
  ct_json_key(json, "blocked_by");
  ct_json_array(json);
  for (unsigned i = 1; i <= CT_LAYER_KERNEL; i++)
    if (layers >> i & 1) ct_json_text(json, ct_path_layer_name(i));
  ct_json_end(json);
}

void ct_report_paths(ct_json *json, const ctsec_finding *finding) {
  const uint64_t sets[] = {finding->blocked, finding->possible, finding->reachable};
  if (!(sets[0] | sets[1] | sets[2])) return;
  const uint16_t *layers = finding->layers;
  ct_json_key(json, "paths");
  ct_json_array(json);
  for (int status = CTSEC_PATH_REACHABLE; status >= CTSEC_PATH_BLOCKED; status--) {
    for (uint64_t left = sets[status]; left; left &= left - 1) {
      ct_json_object(json);
      ct_json_key_text(json, "id", id_of((unsigned)__builtin_ctzll(left)));
      ct_json_key_text(json, "status", ct_path_status_name(status));
      if (status == CTSEC_PATH_BLOCKED) write_layers(json, *layers++);
      ct_json_end(json);
    }
  }
  ct_json_end(json);
}

static void add_ids(ct_buffer *out, uint64_t paths, int titles, int lang) {
  const char *between = "";
  for (unsigned i = 0; i < CT_PATH_COUNT; i++) {
    if (!(paths >> i & 1)) continue;
    ct_buffer_format(out, "%s%s%s%s", between, id_of(i), titles ? " " : "", titles ? title_of(i, lang) : "");
    between = titles ? "; " : ", ";
  }
}

static void add_layers(ct_buffer *out, const ctsec_finding *finding) {
  unsigned all = 0;
  for (int i = 0; i < __builtin_popcountll(finding->blocked); i++) all |= finding->layers[i];
  const char *between = " (";
  for (unsigned i = 1; i <= CT_LAYER_KERNEL; i++) {
    if (!(all >> i & 1)) continue;
    ct_buffer_format(out, "%s%s", between, ct_path_layer_name(i));
    between = ", ";
  }
  ct_buffer_char(out, ')');
}

int ct_report_has_paths(const ctsec_finding *finding) {
  return (finding->reachable | finding->possible) || (finding->blocked && ct_rule_shows[finding->rule][0] == CT_SHOWS_WEIGHS);
}

/* Of a finding whose weight does not hang on them only what is sure is said, where anything is. */
void ct_report_say_paths(ct_buffer *out, const ctsec_finding *finding, int lang) {
  uint64_t possible = finding->possible;
  if (finding->reachable && ct_rule_shows[finding->rule][0] == CT_SHOWS_LISTS) possible = 0;
  uint64_t open = finding->reachable | possible;
  int titles = __builtin_popcountll(open ? open : finding->blocked) <= 2;
  add_ids(out, finding->reachable, titles, lang);
  if (possible) {
    ct_buffer_format(out, "%s%s: ", finding->reachable ? "; " : "", ct_message(CT_MESSAGE_SCAN_PATHS_POSSIBLE, lang));
    add_ids(out, possible, titles, lang);
  }
  if (open || !finding->blocked) return;
  ct_buffer_format(out, "%s: ", ct_message(CT_MESSAGE_SCAN_PATHS_CLOSED, lang));
  add_ids(out, finding->blocked, titles, lang);
  add_layers(out, finding);
}
