/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/steps.h"

#include "ctsec/verdict.h"

enum {
  SECCOMP = CTSEC_LAYER_SECCOMP,
  CAPABILITY = CTSEC_LAYER_CAPABILITY,
  CREDENTIALS = CTSEC_LAYER_CREDENTIALS,
  FILE = CTSEC_LAYER_FILE,
  MOUNT = CTSEC_LAYER_MOUNT,
  DEVICE = CTSEC_LAYER_DEVICE,
  NAMESPACE = CTSEC_LAYER_NAMESPACE,
  SYSCTL = CTSEC_LAYER_SYSCTL,
  LSM = CTSEC_LAYER_LSM,
  RUNTIME = CT_LAYER_RUNTIME,
  KERNEL = CT_LAYER_KERNEL,
};

static const struct {
  char name[30];
  uint8_t layer;
  uint16_t text;
} conditions[] = {
#define CONDITION(token, name, layer, part) {name, layer, CT_MESSAGE_PATH_CONDITION_##token},
#include "data/steps.def"
};

static const struct {
  char id[6];
  uint8_t impact;
  uint16_t title;
} paths[] = {
#define PATH(token, id, impact) {id, CT_IMPACT_##impact, CT_MESSAGE_PATH_TITLE_##token},
#include "data/steps.def"
};

#define COUNT(...) COUNT_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define COUNT_(a, b, c, d, e, f, g, h, n, ...) n
#define TERMS(...) TERMS_(COUNT(__VA_ARGS__), __VA_ARGS__)
#define TERMS_(n, ...) TERMS__(n, __VA_ARGS__)
#define TERMS__(n, ...) TERMS_##n(__VA_ARGS__)
#define T(token) CT_TERM_##token
#define TERMS_1(a) {T(a)}
#define TERMS_2(a, b) {T(a), T(b)}
#define TERMS_3(a, b, c) {T(a), T(b), T(c)}
#define TERMS_4(a, b, c, d) {T(a), T(b), T(c), T(d)}
#define TERMS_5(a, b, c, d, e) {T(a), T(b), T(c), T(d), T(e)}
#define TERMS_6(a, b, c, d, e, f) {T(a), T(b), T(c), T(d), T(e), T(f)}
#define TERMS_7(a, b, c, d, e, f, g) {T(a), T(b), T(c), T(d), T(e), T(f), T(g)}
#define TERMS_8(a, b, c, d, e, f, g, h) {T(a), T(b), T(c), T(d), T(e), T(f), T(g), T(h)}

#define BIT(word, token) (CT_TERM_##token >> 6 == word ? UINT64_C(1) << (CT_TERM_##token & 63) : 0)
#define BITS_1(w, a) BIT(w, a)
#define BITS_2(w, a, ...) BIT(w, a) | BITS_1(w, __VA_ARGS__)
#define BITS_3(w, a, ...) BIT(w, a) | BITS_2(w, __VA_ARGS__)
#define BITS_4(w, a, ...) BIT(w, a) | BITS_3(w, __VA_ARGS__)
#define BITS_5(w, a, ...) BIT(w, a) | BITS_4(w, __VA_ARGS__)
#define BITS_6(w, a, ...) BIT(w, a) | BITS_5(w, __VA_ARGS__)
#define BITS_7(w, a, ...) BIT(w, a) | BITS_6(w, __VA_ARGS__)
#define BITS_8(w, a, ...) BIT(w, a) | BITS_7(w, __VA_ARGS__)
#define SET(...) SET_(COUNT(__VA_ARGS__), __VA_ARGS__)
#define SET_(n, ...) SET__(n, __VA_ARGS__)
#define SET__(n, ...) {{BITS_##n(0, __VA_ARGS__), BITS_##n(1, __VA_ARGS__)}}

const ct_path_step ct_path_steps[] = {
#define STEP(token, ...) {CT_TERM_##token, COUNT(__VA_ARGS__), TERMS(__VA_ARGS__), SET(__VA_ARGS__)},
#include "data/steps.def"
};

#define GIVEN 0
#define GATE UINT64_MAX
const ct_term_set ct_gates = {{
    0
#define CONDITION(token, name, layer, part) | (BIT(0, token) & part)
#include "data/steps.def"
    ,
    0
#define CONDITION(token, name, layer, part) | (BIT(1, token) & part)
#include "data/steps.def"
}};

const size_t ct_goal_step_count = 0
#define STEP(token, ...) +(CT_TERM_##token < CT_FIRST_PATH)
#include "data/steps.def"
;
const size_t ct_path_step_count = sizeof ct_path_steps / sizeof *ct_path_steps;

const char *ct_condition_name(ct_term condition) {
  return condition < CT_CONDITION_COUNT ? conditions[condition].name : NULL;
}

unsigned ct_condition_layer(ct_term condition) { return conditions[condition].layer; }
ct_message_id ct_condition_text(ct_term condition) { return (ct_message_id)conditions[condition].text; }
const char *ct_path_id(ct_term path) { return paths[path - CT_FIRST_PATH].id; }
ct_impact ct_path_impact(ct_term path) { return (ct_impact)paths[path - CT_FIRST_PATH].impact; }
ct_message_id ct_path_title(ct_term path) { return (ct_message_id)paths[path - CT_FIRST_PATH].title; }
