/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rounds of planning, changing and checking. A change stands only if the new
 * text, read and checked as the old one was, no longer has the finding, has
 * none instead that weighs as much, and has every other value as it was. What
 * a change uncovers is the matter of the next round, so that a second run
 * finds nothing more to do.
 */
#include <stdlib.h>
#include <string.h>

#include "ctsec/container.h"
#include "fix/fix.h"

#define MOST_ROUNDS 8u
#define MOST_TRIES 8u
#define NOBODY UINT32_MAX

/* What is known of a finding of the text as it is now. */
typedef struct state {
  /* Which of the items it is; NOBODY: uncovered. */
  uint32_t item;
  /* A change is made for it. */
  uint8_t planned;
  /* None shall be. */
  uint8_t rejected;
  ct_message_id reason;
  const char *value;
} state;

typedef struct rounds {
  ctsec_fixes *fixes;
  const ctsec_options *options;
  ct_selection selection;
  ctsec_findings *now;
  state *states;
  ct_editor editor;
  /* What a change brought. */
  ct_rule_id brought;
  ctsec_error **err;
} rounds;

static int nomem(const rounds *r) { return ct_error_nomem(r->err); }

static void forget(ct_editor *editor) {
  editor->changes = (ct_names){0};
  editor->first = NULL;
  editor->last = &editor->first;
  editor->items = NULL;
  editor->replacements = 0;
  editor->hard = 0;
}

/* Collects the changes of all findings, or of one alone; how many. */
static uint32_t plan(rounds *r, uint32_t one) {
  uint32_t planned = 0;
  forget(&r->editor);
  for (uint32_t i = 0; i < r->now->count; i++) {
    state *s = &r->states[i];
    if (s->rejected || (one != NOBODY && i != one)) continue;
    s->value = NULL;
    s->reason = ct_fix_plan(&r->editor, &r->now->items[i], &s->value);
    s->planned = s->reason == CT_NO_MESSAGE;
    planned += s->planned;
  }
  return planned;
}

static void reject(state *s, ct_message_id reason) {
  s->rejected = 1;
  s->planned = 0;
  s->reason = reason;
}

/* The text with these changes, read and checked: 0, CTSEC_E_NOMEM, or what makes it unreadable. */
static int try(rounds *r, const ct_replacement *items, size_t count, ct_pieces *pieces, const char **text, size_t *length,
               ctsec_findings **after) {
  ctsec_fixes *fixes = r->fixes;
  ctsec_containers *containers = NULL;
  if (!ct_pieces_apply(&fixes->arena, &fixes->pieces, items, count, pieces)) return CTSEC_E_NOMEM;
  *text = ct_pieces_text(&fixes->arena, pieces, length);
  if (!*text) return CTSEC_E_NOMEM;
  int status = ct_editor_kept(&r->editor, *text, *length, r->options);
  if (!status) status = ctsec_containers_parse(*text, *length, r->options, &containers, NULL);
  if (!status) status = ct_findings_make(containers, r->options, &r->selection, after, NULL);
  ctsec_containers_free(containers);
  return status;
}

static int same_containers(const ctsec_containers *a, const ctsec_containers *b) {
  if (a->count != b->count || a->error_count != b->error_count) return 0;
  for (uint32_t i = 0; i < a->count; i++)
    if (strcmp(a->items[i].id, b->items[i].id)) return 0;
  return 1;
}

static int same_rule(const ctsec_finding *a, const ctsec_finding *b) {
  return a->rule == b->rule && !(a->check ? !b->check || strcmp(a->check, b->check) : b->check != NULL);
}

/*
 * Pairs what was found with what is found now, in one container: first what
 * looks the same, then what is of one rule, for which no change was made
 * first. pairs[k] is the old one of the new one k. 0 where a change did
 * nothing, and is given up; -1 where it brought what weighs as much.
 */
static int compare(rounds *r, uint32_t container, const ctsec_findings *after, uint32_t *pairs, uint32_t *partner) {
  const ctsec_findings *now = r->now;
  uint32_t a0 = now->starts[container], a1 = now->starts[container + 1];
  uint32_t b0 = after->starts[container], b1 = after->starts[container + 1];
  for (uint32_t i = a0; i < a1; i++) partner[i] = NOBODY;
  for (uint32_t k = b0; k < b1; k++) pairs[k] = NOBODY;
  for (int pass = 0; pass < 3; pass++) {
    for (uint32_t k = b0; k < b1; k++) {
      for (uint32_t i = a0; i < a1 && pairs[k] == NOBODY; i++) {
        if (partner[i] != NOBODY || !same_rule(&now->items[i], &after->items[k])) continue;
        if (pass == 0 && strcmp(now->items[i].observed, after->items[k].observed)) continue;
        if (pass == 1 && r->states[i].planned) continue;
        pairs[k] = i;
        partner[i] = k;
      }
    }
  }
  int ok = 1, heaviest = -1;
  for (uint32_t i = a0; i < a1; i++) {
    if (partner[i] == NOBODY) {
      /* Privileged hides what was asked for one by one, which may weigh as much. */
      int weight = now->items[i].severity + (now->items[i].rule == CT_RULE_PRIVILEGED);
      if (weight > heaviest) heaviest = weight;
    } else if (r->states[i].planned) {
      reject(&r->states[i], CT_MESSAGE_FIX_UNPROVED);
      ok = 0;
    }
  }
  for (uint32_t k = b0; k < b1 && ok > 0; k++) {
    if (pairs[k] != NOBODY || after->items[k].severity < heaviest) continue;
    r->brought = after->items[k].rule;
    ok = -1;
  }
  return ok;
}

static uint32_t container_of(const rounds *r, uint32_t finding) {
  return (uint32_t)(r->now->items[finding].container - r->now->containers->items);
}

/* Which of the changes cannot be made, of all containers or of one? Each is tried alone; where none stands out, all are given up. */
static int find_culprits(rounds *r, uint32_t container, uint32_t *partner) {
  ct_arena *arena = &r->fixes->arena;
  uint32_t found = 0, suspects = 0;
  uint8_t *suspect = ct_arena_array(arena, r->now->count, 1);
  if (!suspect) return CTSEC_E_NOMEM;
  for (uint32_t i = 0; i < r->now->count; i++) {
    suspect[i] = r->states[i].planned && (container == NOBODY || container_of(r, i) == container);
    r->states[i].planned = 0;
  }
  for (uint32_t i = 0; i < r->now->count; i++) {
    if (!suspect[i] || !plan(r, i)) continue;
    const ct_replacement *items;
    size_t count, length;
    ct_pieces pieces;
    const char *text;
    ctsec_findings *after = NULL;
    ct_edit edit = ct_editor_finish(&r->editor, &items, &count);
    if (edit == CT_EDIT_NOMEM) return CTSEC_E_NOMEM;
    int status = edit ? CTSEC_E_SYNTAX : 0;
    /* Reading it again takes long: where there are many, only the first are tried. */
    if (!status && suspects++ < 256) status = try(r, items, count, &pieces, &text, &length, &after);
    if (!status && after && !same_containers(r->now->containers, after->containers)) status = CTSEC_E_SCHEMA;
    if (status == CTSEC_E_NOMEM) return status;
    uint32_t *pairs = status || !after ? NULL : ct_arena_array(arena, after->count, sizeof *pairs);
    if (status) {
      reject(&r->states[i], CT_MESSAGE_FIX_HARD);
    } else if (pairs && compare(r, container_of(r, i), after, pairs, partner) < 0) {
      reject(&r->states[i], CT_MESSAGE_FIX_TRADED);
      r->states[i].value = ct_rule(r->brought)->id;
    }
    found += r->states[i].rejected;
    r->states[i].planned = 0;
    ctsec_findings_free(after);
    if (!status && after && !pairs) return CTSEC_E_NOMEM;
  }
  for (uint32_t i = 0; i < r->now->count && !found; i++)
    if (suspect[i]) reject(&r->states[i], CT_MESSAGE_FIX_UNPROVED);
  return 0;
}

/* Takes the new text over, with what is known of its findings. */
static int accept_text(rounds *r, const ct_pieces *pieces, const char *text, size_t length, ctsec_findings *after,
                       const uint32_t *pairs) {
  state *states = ct_arena_array(&r->fixes->arena, after->count, sizeof *states);
  if (!states) return CTSEC_E_NOMEM;
  for (uint32_t k = 0; k < after->count; k++) {
    states[k].item = NOBODY;
    if (pairs[k] == NOBODY) continue;
    states[k] = r->states[pairs[k]];
    states[k].planned = 0;
    /* What it would bring may be gone: another look. */
    if (states[k].reason == CT_MESSAGE_FIX_TRADED) states[k].rejected = 0;
  }
  r->states = states;
  r->fixes->pieces = *pieces;
  r->fixes->text = text;
  r->fixes->length = length;
  ctsec_findings_free(r->now);
  r->now = ctsec_findings_ref(after);
  return 0;
}

/* *more: another round may find something. */
static int one_round(rounds *r, int *more) {
  ctsec_fixes *fixes = r->fixes;
  ct_arena *arena = &fixes->arena;
  *more = 0;
  if (!r->now->count) return 0;
  int status = ct_editor_open(&r->editor, arena, fixes->text, fixes->length, r->options, r->err);
  if (status) return status;
  uint32_t *partner = ct_arena_array(arena, r->now->count, sizeof *partner);
  if (!partner) return nomem(r);
  for (unsigned tries = 0; tries < MOST_TRIES; tries++) {
    if (!plan(r, NOBODY)) return r->editor.failed ? nomem(r) : 0;
    const ct_replacement *items;
    size_t count, length;
    ct_pieces pieces;
    const char *text;
    ctsec_findings *after = NULL;
    ct_edit edit = ct_editor_finish(&r->editor, &items, &count);
    if (edit == CT_EDIT_NOMEM) return nomem(r);
    status = edit ? CTSEC_E_SYNTAX : try(r, items, count, &pieces, &text, &length, &after);
    if (status == CTSEC_E_NOMEM) return nomem(r);
    if (status || !same_containers(r->now->containers, after->containers)) {
      ctsec_findings_free(after);
      if (find_culprits(r, NOBODY, partner)) return nomem(r);
      continue;
    }
    uint32_t *pairs = ct_arena_array(arena, after->count, sizeof *pairs);
    int ok = pairs != NULL;
    uint32_t worse = NOBODY;
    for (uint32_t i = 0; pairs && i < after->containers->count; i++) {
      int one = compare(r, i, after, pairs, partner);
      if (one < 0 && worse == NOBODY) worse = i;
      ok &= one > 0;
    }
    if (ok) status = accept_text(r, &pieces, text, length, after, pairs);
    ctsec_findings_free(after);
    if (pairs && worse != NOBODY && find_culprits(r, worse, partner)) pairs = NULL;
    if (!pairs || status) return nomem(r);
    if (!ok) continue;
    *more = count > 0;
    return 0;
  }
  /* What is wrong with them was not found. */
  for (uint32_t i = 0; i < r->now->count; i++)
    if (r->states[i].planned) reject(&r->states[i], CT_MESSAGE_FIX_UNPROVED);
  return 0;
}

static int add_item(rounds *r, const ctsec_finding *finding, const state *s) {
  ctsec_fixes *fixes = r->fixes;
  ctsec_fix *item = &fixes->items[s && s->item != NOBODY ? s->item : fixes->count];
  if (s && s->item == NOBODY) {
    *item = (ctsec_fix){.root = fixes, .finding = finding, .uncovered = 1};
    fixes->count++;
  }
  item->fixed = 0;
  item->reason = s->reason;
  item->value = s->value;
  ct_buffer text;
  ct_buffer_init(&text);
  const ct_message_value values[] = {{"name", s->value}, {"value", s->value}};
  ct_message_add(&text, s->reason, fixes->lang, values, 2);
  item->text = text.failed ? NULL : ct_arena_copy(&fixes->arena, text.data ? text.data : "", text.length);
  ct_buffer_free(&text);
  return item->text ? 0 : nomem(r);
}

static int list_items(rounds *r) {
  ctsec_fixes *fixes = r->fixes;
  const ctsec_findings *first = fixes->findings;
  fixes->items = ct_arena_array(&fixes->arena, (size_t)first->count + r->now->count, sizeof *fixes->items);
  if (!fixes->items) return nomem(r);
  for (uint32_t i = 0; i < first->count; i++)
    fixes->items[i] = (ctsec_fix){.root = fixes, .finding = &first->items[i], .fixed = 1, .reason = CT_NO_MESSAGE};
  fixes->count = first->count;
  for (uint32_t i = 0; i < r->now->count; i++) {
    int status = add_item(r, &r->now->items[i], &r->states[i]);
    if (status) return status;
  }
  for (uint32_t i = 0; i < fixes->count; i++) fixes->fixed += (uint32_t)fixes->items[i].fixed;
  fixes->after = ctsec_findings_ref(r->now);
  return 0;
}

static int make(rounds *r) {
  ctsec_fixes *fixes = r->fixes;
  const ct_document *document = fixes->findings->containers->document;
  fixes->original = fixes->text = document->text;
  fixes->original_length = fixes->length = document->length;
  ct_piece *whole = ct_arena_alloc(&fixes->arena, sizeof *whole);
  r->states = ct_arena_array(&fixes->arena, r->now->count, sizeof *r->states);
  if (!whole || !r->states) return nomem(r);
  *whole = (ct_piece){fixes->text, (uint32_t)fixes->length, 0};
  fixes->pieces = (ct_pieces){whole, 1};
  for (uint32_t i = 0; i < r->now->count; i++) r->states[i].item = i;
  int more = 1, status = 0;
  for (unsigned i = 0; i < MOST_ROUNDS && more && !status; i++) status = one_round(r, &more);
  return status ? status : list_items(r);
}

static void free_fixes(ctsec_fixes *fixes) {
  ctsec_findings_free(fixes->findings);
  ctsec_findings_free(fixes->after);
  ct_arena_free(&fixes->arena);
  free(fixes);
}

int ctsec_fixes_resolve(ctsec_findings *findings, const ctsec_options *options, ctsec_fixes **fixes, ctsec_error **err) {
  if (!findings) return ct_error_null(err, "findings");
  if (!fixes) return ct_error_null(err, "fixes");
  const ctsec_containers *containers = findings->containers;
  for (uint32_t i = 0; i < containers->count; i++)
    if (ct_fix_format(containers->items[i].format) < 0)
      return ct_error_set(err, CTSEC_E_UNSUPPORTED,
                          "only Compose files, Kubernetes manifests and OCI configurations are changed; this is %s",
                          ct_format_name(containers->items[i].format));
  rounds r = {.options = options, .err = err};
  int status = ct_selection_make(&r.selection, options, err);
  if (status) return status;
  ctsec_fixes *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  atomic_init(&made->owners, 1);
  ct_arena_init(&made->arena);
  made->findings = ctsec_findings_ref(findings);
  made->lang = ct_options_lang(options);
  r.fixes = made;
  r.now = ctsec_findings_ref(findings);
  status = make(&r);
  ctsec_findings_free(r.now);
  if (status)
    free_fixes(made);
  else
    *fixes = made;
  return status;
}

ctsec_fixes *ctsec_fixes_ref(ctsec_fixes *fixes) {
  if (fixes) ct_count_up(&fixes->owners);
  return fixes;
}

void ctsec_fixes_free(ctsec_fixes *fixes) {
  if (fixes && ct_count_down(&fixes->owners)) free_fixes(fixes);
}

size_t ctsec_fixes_count(const ctsec_fixes *fixes) { return fixes ? fixes->count : 0; }

const ctsec_fix *ctsec_fixes_at(const ctsec_fixes *fixes, size_t index) {
  return fixes && index < fixes->count ? &fixes->items[index] : NULL;
}

const char *ctsec_fixes_text(const ctsec_fixes *fixes, size_t *length) {
  if (fixes && length) *length = fixes->length;
  return fixes ? fixes->text : NULL;
}

int ctsec_fix_status(const ctsec_fix *fix) { return fix ? fix->fixed : -1; }
const char *ctsec_fix_reason(const ctsec_fix *fix) { return fix ? fix->text : NULL; }
const ctsec_finding *ctsec_fix_finding(const ctsec_fix *fix) { return fix ? fix->finding : NULL; }
