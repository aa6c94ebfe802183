/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inputs that few bytes make expensive, and what only a running engine shows. */
#include <stdlib.h>
#include <string.h>

#include "container/model.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

/* `before`, `count` times `each` with its number and the next for %, `after`. */
static ct_buffer many(const char *before, const char *each, unsigned count, const char *after) {
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_text(&text, before);
  for (unsigned i = 0; i < count; i++) {
    unsigned number = i;
    for (const char *at = each; *at; at++) {
      if (*at == '%')
        ct_buffer_unsigned(&text, number++);
      else
        ct_buffer_char(&text, *at);
    }
  }
  ct_buffer_text(&text, after);
  return text;
}

static int parse(const ct_buffer *text, const char *from, ctsec_containers **containers, int64_t *line, int64_t *column) {
  ctsec_options *options;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "from", from, strlen(from), NULL), 0);
  *containers = NULL;
  int status = ctsec_containers_parse(text->data, text->length, options, containers, &error);
  *line = error ? ctsec_error_line(error) : 0;
  *column = error ? ctsec_error_column(error) : 0;
  ctsec_error_free(error);
  ctsec_options_free(options);
  return status;
}

static const struct {
  const char *from;
  const char *before;
  const char *each;
  unsigned count;
  const char *after;
  int status;
  int64_t line, column;
} rows[] = {
    {"dockerfile", "FROM x\n", "ENV A%=b\n", 1000, "", 0, 0, 0},
    {"dockerfile", "FROM x\n", "ENV A%=b\n", 2000, "", CTSEC_E_LIMIT, 1026, 5},
    {"dockerfile", "FROM x AS s0\n", "FROM s% AS s%\n", 1000, "", 0, 0, 0},
    {"dockerfile", "FROM x AS s0\n", "FROM s% AS s%\n", 2000, "", CTSEC_E_LIMIT, 1025, 1},
    {"docker-inspect", "[{\"HostConfig\":{\"Binds\":[\"/x:/y\"", ",\"/a%:/b%\"", 4000, "]}}]", 0, 0, 0},
    {"docker-inspect", "[{\"HostConfig\":{\"Binds\":[\"/x:/y\"", ",\"/a%:/b%\"", 5000, "]}}]", CTSEC_E_LIMIT, 1, 2},
    {"docker-inspect", "[{\"HostConfig\":{},\"Mounts\":[{}", ",{\"Source\":\"/a%\"}", 5000, "]}]", CTSEC_E_LIMIT, 1, 28},
    {"run", "docker run", " -v /a%:/b", 5000, " x", CTSEC_E_LIMIT, 1, 15},
    {"kubernetes", "apiVersion: v1\n", "#%\n", 1, "kind: Service\n", CTSEC_E_SCHEMA, 1, 1},
};

START_TEST(what_grows_with_its_square_has_a_limit) {
  ct_buffer text = many(rows[_i].before, rows[_i].each, rows[_i].count, rows[_i].after);
  ctsec_containers *containers;
  int64_t line, column;
  int status = parse(&text, rows[_i].from, &containers, &line, &column);
  ck_assert_msg(status == rows[_i].status && line == rows[_i].line && column == rows[_i].column, "%s: %d at %lld:%lld", rows[_i].from, status,
                (long long)line, (long long)column);
  ctsec_containers_free(containers);
  ct_buffer_free(&text);
}
END_TEST

/* Each variable eight times the one before. */
START_TEST(variables_of_an_image_do_not_grow_without_end) {
  ct_buffer text = many("FROM x\nENV A0=xxxxxxxx\n", "", 0, "");
  for (unsigned i = 0; i < 40; i++)
    ct_buffer_format(&text, "ENV A%u=$A%u$A%u$A%u$A%u$A%u$A%u$A%u$A%u\n", i + 1, i, i, i, i, i, i, i, i);
  ctsec_containers *containers;
  int64_t line, column;
  ck_assert_int_eq(parse(&text, "dockerfile", &containers, &line, &column), 0);
  const ct_pairs *env = &containers->items[0].env;
  ck_assert_uint_eq(env->count, 41);
  ck_assert(env->items[3].value && env->items[3].value_length == 8u * 512);
  ck_assert_ptr_null(env->items[40].value);
  ctsec_containers_free(containers);
  ct_buffer_free(&text);
}
END_TEST

#define OCI(rest) "{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"x\"],\"cwd\":\"/\"},\"root\":{\"path\":\"r\"}," rest "}"
#define NET(path) OCI("\"linux\":{\"namespaces\":[{\"type\":\"network\",\"path\":\"" path "\"}]}")

/* As Docker with a folder of its own wrote them. */
START_TEST(what_the_engine_adds_is_its_own) {
  static const struct {
    const char *text;
    const char *rule;
    int there;
  } cases[] = {
      {NET("/var/run/docker/netns/default"), "host-net", 1},
      {NET("/srv/docker/exec/netns/default"), "host-net", 1},
      {NET("/run/netns/default"), "host-net", 0},
      {NET("/var/run/netns/default"), "host-net", 0},
      {NET("/srv/docker/exec/netns/0123456789ab"), "host-net", 0},
      {OCI("\"mounts\":[{\"destination\":\"/sbin/docker-init\",\"type\":\"bind\",\"source\":\"/usr/bin/docker-init\",\"options\":[\"bind\",\"ro\"]}]"),
       "mount-usr", 0},
      {OCI("\"mounts\":[{\"destination\":\"/x\",\"type\":\"bind\",\"source\":\"/usr/bin\",\"options\":[\"bind\",\"ro\"]}]"), "mount-usr", 1},
      {"docker run -v /srv/x:/y:z a", "mount-nosuid", 0},
      {"podman run -v /srv/x:/y:exec a", "mount-nosuid", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ctsec_containers *containers;
    ctsec_findings *findings;
    ck_assert_int_eq(ctsec_containers_parse(cases[i].text, strlen(cases[i].text), NULL, &containers, NULL), 0);
    ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
    int there = 0;
    for (size_t k = 0; k < ctsec_findings_count(findings); k++)
      there |= !strcmp(ctsec_finding_rule(ctsec_findings_at(findings, k)), cases[i].rule);
    ck_assert_msg(there == cases[i].there, "%s: %s", cases[i].text, cases[i].rule);
    ctsec_findings_free(findings);
    ctsec_containers_free(containers);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("limits");
  TCase *all = tcase_create("all");
  tcase_add_loop_test(all, what_grows_with_its_square_has_a_limit, 0, (int)(sizeof rows / sizeof *rows));
  tcase_add_test(all, variables_of_an_image_do_not_grow_without_end);
  tcase_add_test(all, what_the_engine_adds_is_its_own);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
