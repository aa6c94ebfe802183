/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inputs that are seldom met, each with the words that the answer must have: said.def. */
#include <stdlib.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "support/support.h"

typedef struct row {
  int (*answer)(const ctsec_options *options, const char *ask, const char *input, char **text, size_t *length, ctsec_error **err);
  const char *options, *ask, *input, *wanted;
} row;

#define ANSWER(name)                                                                                                     \
  static int name(const ctsec_options *options, const char *ask, const char *input, char **text, size_t *length, \
                  ctsec_error **err)

ANSWER(containers) {
  (void)ask;
  ctsec_containers *made = NULL;
  int status = ctsec_containers_parse(input, strlen(input), options, &made, err);
  if (!status) status = ctsec_containers_to_json(made, text, length, err);
  ctsec_containers_free(made);
  return status;
}

/* ask: the format of the report. */
ANSWER(scan) {
  ctsec_scan *made = NULL;
  int status = ctsec_scan_new(options, ask, &made, err);
  if (!status) status = ctsec_scan_feed(made, "input", input, strlen(input), err);
  if (!status) status = ctsec_scan_finish(made, text, length, err);
  ctsec_scan_free(made);
  return status;
}

/* ask: waivers. */
ANSWER(waived) {
  ctsec_scan *made = NULL;
  int status = ctsec_scan_new(options, "sarif", &made, err);
  if (!status) status = ctsec_scan_set_waivers(made, "waivers.yml", ask, strlen(ask), err);
  if (!status) status = ctsec_scan_feed(made, "input", input, strlen(input), err);
  if (!status) status = ctsec_scan_finish(made, text, length, err);
  ctsec_scan_free(made);
  return status;
}

static int attack(const ctsec_options *options, const char *input, int words, char **text, size_t *length, ctsec_error **err) {
  ctsec_paths *made = NULL;
  int status = ctsec_paths_new(options, &made, err);
  if (!status) status = ctsec_paths_feed(made, "input", input, strlen(input), err);
  if (!status) status = words ? ctsec_paths_to_text(made, text, length, err) : ctsec_paths_to_json(made, text, length, err);
  ctsec_paths_free(made);
  return status;
}

ANSWER(paths) { return attack(options, input, ask != NULL, text, length, err); }

/* ask: NULL for the difference, else the document. */
ANSWER(fix) {
  ctsec_containers *made = NULL;
  ctsec_findings *found = NULL;
  ctsec_fixes *fixes = NULL;
  int status = ctsec_containers_parse(input, strlen(input), options, &made, err);
  if (!status) status = ctsec_findings_check(made, options, &found, err);
  if (!status) status = ctsec_fixes_resolve(found, options, &fixes, err);
  if (!status) status = ask ? ctsec_fixes_to_json(fixes, text, length, err) : ctsec_fixes_diff(fixes, text, length, err);
  ctsec_fixes_free(fixes);
  ctsec_findings_free(found);
  ctsec_containers_free(made);
  return status;
}

/* ask: a line of a batch. */
ANSWER(why) {
  ctsec_containers *made = NULL;
  ctsec_confinement *confinement = NULL;
  ctsec_request *request = NULL;
  ctsec_answer *answer = NULL;
  int status = ctsec_containers_parse(input, strlen(input), options, &made, err);
  if (!status) status = ctsec_confinement_resolve(ctsec_containers_at(made, 0), NULL, options, &confinement, err);
  if (!status) status = ctsec_request_read(ask, strlen(ask), &request, err);
  if (!status) status = ctsec_confinement_check(confinement, request, &answer, err);
  if (!status) status = ctsec_answer_to_json(answer, text, length, err);
  ctsec_answer_free(answer);
  ctsec_request_free(request);
  ctsec_confinement_free(confinement);
  ctsec_containers_free(made);
  return status;
}

/* ask: json, text, lint, encode; the name of a profile for its difference to that; or a line of a batch. */
ANSWER(profile) {
  ctsec_profile *made = NULL, *other = NULL;
  ctsec_policy *policy = NULL, *second = NULL;
  ctsec_lint *lint = NULL;
  ctsec_verdict *verdict = NULL;
  ctsec_diff *diff = NULL;
  uint32_t audit, unknown;
  int32_t number;
  uint64_t values[6];
  int status = ctsec_profile_parse(input, strlen(input), options, &made, err);
  if (status) return status;
  if (!strcmp(ask, "json")) {
    status = ctsec_profile_to_json(made, options, text, length, err);
  } else if (!strcmp(ask, "text")) {
    status = ctsec_profile_to_text(made, options, text, length, err);
  } else if (!strcmp(ask, "encode")) {
    status = ctsec_profile_encode(made, options, text, length, err);
  } else if (!strcmp(ask, "lint")) {
    status = ctsec_profile_lint(made, options, &lint, err);
    if (!status) status = ctsec_lint_to_json(lint, text, length, err);
  } else if (!strchr(ask, ' ')) {
    status = ctsec_profile_find(ask, &other, err);
    if (!status) status = ctsec_profile_resolve(made, options, &policy, err);
    if (!status) status = ctsec_profile_resolve(other, options, &second, err);
    if (!status) status = ctsec_policy_diff(policy, second, options, &diff, err);
    if (!status) status = ctsec_diff_to_json(diff, text, length, err);
  } else {
    status = ctsec_profile_resolve(made, options, &policy, err);
    if (!status) status = ctsec_call_read(ask, strlen(ask), &audit, &number, values, &unknown, err);
    if (!status) status = ctsec_policy_simulate(policy, audit, number, values, unknown, options, &verdict, err);
    if (!status) status = ctsec_verdict_to_text(verdict, text, length, err);
  }
  ctsec_diff_free(diff);
  ctsec_verdict_free(verdict);
  ctsec_lint_free(lint);
  ctsec_policy_free(policy);
  ctsec_policy_free(second);
  ctsec_profile_free(made);
  ctsec_profile_free(other);
  return status;
}

/* ask: the format. */
ANSWER(denials) {
  ctsec_denials *made = NULL;
  int status = ctsec_denials_new(options, ask, &made, err);
  if (!status) status = ctsec_denials_feed(made, "input", input, strlen(input), err);
  if (!status) status = ctsec_denials_finish(made, text, length, err);
  ctsec_denials_free(made);
  return status;
}

/* ask: the profile. */
ANSWER(silent) {
  ctsec_denials *made = NULL;
  ctsec_profile *given = NULL;
  int status = ctsec_profile_parse(ask, strlen(ask), options, &given, err);
  if (!status) status = ctsec_denials_new(options, "json", &made, err);
  if (!status) status = ctsec_denials_set_profile(made, given, err);
  if (!status) status = ctsec_denials_feed(made, "input", input, strlen(input), err);
  if (!status) status = ctsec_denials_finish(made, text, length, err);
  ctsec_denials_free(made);
  ctsec_profile_free(given);
  return status;
}

/* ask: the container that the lines are about. */
ANSWER(contained) {
  ctsec_denials *made = NULL;
  ctsec_containers *given = NULL;
  int status = ctsec_containers_parse(ask, strlen(ask), options, &given, err);
  if (!status) status = ctsec_denials_new(options, "json", &made, err);
  if (!status) status = ctsec_denials_set_container(made, ctsec_containers_at(given, 0), err);
  if (!status) status = ctsec_denials_feed(made, "input", input, strlen(input), err);
  if (!status) status = ctsec_denials_finish(made, text, length, err);
  ctsec_denials_free(made);
  ctsec_containers_free(given);
  return status;
}

/* ask: json, text, encode, least, profile. */
ANSWER(trace) {
  ctsec_trace_stream *stream = NULL;
  ctsec_trace *made = NULL;
  ctsec_least *least = NULL;
  int status = ctsec_trace_stream_new(options, &stream, err);
  if (!status) status = ctsec_trace_stream_feed(stream, input, strlen(input), err);
  if (!status) status = ctsec_trace_stream_finish(stream, &made, err);
  const ctsec_trace *const all[] = {made};
  if (!status && !strcmp(ask, "json")) {
    status = ctsec_trace_to_json(made, text, length, err);
  } else if (!status && !strcmp(ask, "text")) {
    status = ctsec_trace_to_text(made, text, length, err);
  } else if (!status && !strcmp(ask, "encode")) {
    status = ctsec_trace_encode(made, text, length, err);
  } else if (!status) {
    status = ctsec_trace_resolve(all, 1, options, &least, err);
    if (!status) status = !strcmp(ask, "least") ? ctsec_least_to_json(least, text, length, err) : ctsec_least_encode(least, text, length, err);
  }
  ctsec_least_free(least);
  ctsec_trace_free(made);
  ctsec_trace_stream_free(stream);
  return status;
}

static const row rows[] = {
#define S(answer, options, ask, input, wanted) {answer, options, ask, input, wanted},
#include "said.def"
};

/* "name=value name=value": several values of an option stay apart. */
static ctsec_options *options_of(const char *words) {
  ctsec_options *made;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_options_new(&made, NULL), 0);
  char *list = strdup(words);
  for (char *rest = list, *word; (word = strsep(&rest, " "));) {
    if (!*word) continue;
    char *equal = strchr(word, '=');
    ck_assert_ptr_nonnull(equal);
    *equal = '\0';
    ck_assert_msg(!ctsec_options_set(made, word, equal + 1, strlen(equal + 1), &error), "%s: %s", word, ctsec_error_message(error));
  }
  free(list);
  return made;
}

/* JSON without what is there for the eye. */
static void squeeze(char *text) {
  char *out = text;
  for (const char *at = text; *at;) {
    if (*at == '\n') {
      at++;
      while (*at == ' ') at++;
      continue;
    }
    *out++ = *at++;
    if (out - text > 1 && out[-1] == ':' && out[-2] == '"' && *at == ' ') at++;
  }
  *out = '\0';
}

START_TEST(every_row) {
  const row *now = &rows[_i];
  ctsec_options *options = options_of(now->options);
  ctsec_error *error = NULL;
  char *text = NULL;
  size_t length = 0;
  int status = now->answer(options, now->ask, now->input, &text, &length, &error);
  /* A leading ! : the words must not be there. */
  if (!status && length && *text == '{') squeeze(text);
  int absent = now->wanted[0] == '!';
  const char *said = status ? ctsec_error_message(error) : text;
  ck_assert_msg((strstr(said, now->wanted + absent) == NULL) == absent, "row %d, %s\n%s\n[%s %s]\nmust%s say: %s\nbut says: %.3000s", _i,
                status ? "refused" : "answered", now->input, now->options, now->ask ? now->ask : "", absent ? " not" : "",
                now->wanted + absent, said);
  ctsec_free(text);
  ctsec_error_free(error);
  ctsec_options_free(options);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("said");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, every_row, 0, (int)(sizeof rows / sizeof *rows));
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
