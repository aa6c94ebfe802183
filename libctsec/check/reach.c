/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Severity follows reachability: which attack paths a finding enables, and whether anything else closes them all. */
#include <string.h>

#include "check/check.h"
#include "data/shows.h"

static int keep_layers(ct_check *check, struct ctsec_finding *finding, const ct_enabled *enabled) {
  uint16_t *kept = ct_arena_array(check->arena, (size_t)__builtin_popcountll(enabled->blocked), sizeof *kept);
  if (!kept) return -1;
  finding->layers = kept;
  for (unsigned i = 0; i < CT_PATH_COUNT; i++)
    if (enabled->blocked >> i & 1) *kept++ = enabled->layers[i];
  return 0;
}

/* What the rule itself made lighter stays as it is: one reason a finding. */
static void weigh(struct ctsec_finding *finding) {
  if (!finding->severity || finding->severity < ct_rule(finding->rule)->severity) return;
  ct_raise(finding, finding->severity - 1, CT_MESSAGE_REASON_CLOSED);
}

static int look(ct_check *check) {
  ctsec_error *error = NULL;
  int status = ct_reach_make(&check->reach, &error);
  if (!status) status = ct_reach_look(check->reach, check->arena, check->container, check->options, check->filter.policy, &error);
  ctsec_error_free(error);
  /* Of a profile that cannot be read the rules have spoken. */
  return status == CTSEC_E_NOMEM ? -1 : !status;
}

int ct_check_paths(ct_check *check) {
  int known = 0;
  if (check->container->format == CT_FORMAT_DOCKERFILE) return 0;
  for (uint32_t i = 0; i < check->count; i++) {
    struct ctsec_finding *finding = &check->findings[i];
    const uint8_t *shows = ct_rule_shows[finding->rule];
    if (!*shows) continue;
    if (!known && (known = look(check)) <= 0) return known;
    ct_enabled enabled;
    ct_reach_find(check->reach, shows + 1, finding->at, &enabled);
    finding->reachable = enabled.reachable;
    finding->possible = enabled.possible;
    finding->blocked = enabled.blocked;
    if (enabled.blocked && keep_layers(check, finding, &enabled)) return -1;
    if (enabled.closed && *shows == CT_SHOWS_WEIGHS) weigh(finding);
    /* Some are closed, and whether the rest is hangs on what is not known. */
    if (enabled.blocked && enabled.possible && !enabled.reachable && *shows == CT_SHOWS_WEIGHS && finding->reason == CT_NO_MESSAGE)
      finding->reason = CT_MESSAGE_REASON_NOT_CLOSED;
  }
  return 0;
}
