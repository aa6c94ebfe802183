/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data/shows.h"

#include "data/steps.h"

#define COUNT(...) COUNT_(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define COUNT_(a, b, c, d, e, f, g, h, n, ...) n
/* One more than the term: 0 ends a row. */
#define S(token) CT_TERM_##token + 1
#define SHOWN_1(a) S(a)
#define SHOWN_2(a, ...) S(a), SHOWN_1(__VA_ARGS__)
#define SHOWN_3(a, ...) S(a), SHOWN_2(__VA_ARGS__)
#define SHOWN_4(a, ...) S(a), SHOWN_3(__VA_ARGS__)
#define SHOWN_5(a, ...) S(a), SHOWN_4(__VA_ARGS__)
#define SHOWN_6(a, ...) S(a), SHOWN_5(__VA_ARGS__)
#define SHOWN_7(a, ...) S(a), SHOWN_6(__VA_ARGS__)
#define SHOWN_8(a, ...) S(a), SHOWN_7(__VA_ARGS__)
#define SHOWN(...) SHOWN_(COUNT(__VA_ARGS__), __VA_ARGS__)
#define SHOWN_(n, ...) SHOWN__(n, __VA_ARGS__)
#define SHOWN__(n, ...) SHOWN_##n(__VA_ARGS__)

enum { LISTS = CT_SHOWS_LISTS, WEIGHS = CT_SHOWS_WEIGHS };

const uint8_t ct_rule_shows[CT_RULE_COUNT][CT_SHOWS_MOST + 2] = {
#define SHOWS(rule, effect, ...) [CT_RULE_##rule] = {effect, SHOWN(__VA_ARGS__)},
#include "data/steps.def"
};
