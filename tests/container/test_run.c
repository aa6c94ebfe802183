/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines: the same container as its inspect output, and what a shell can do to words. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container/read.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static ctsec_containers *parse(const char *text, size_t length, const ctsec_options *options) {
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(text, length, options, &containers, &error);
  ck_assert_msg(!status, "%.*s: %s", (int)length, text, ctsec_error_message(error));
  return containers;
}

static ctsec_options *facts(void) {
  static const char *const known[] = {"cgroup=v1", "lsm=none", "userns=host", "host-caps=000001fffeffffff"};
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    ck_assert_int_eq(ctsec_options_set(options, "fact", known[i], strlen(known[i]), NULL), 0);
  return options;
}

/* The words of cmd.json as one line, each in single quotes (none of them holds one). */
static char *command_line(const char *path) {
  size_t length;
  char *text = ct_test_read(path, &length);
  if (!text) return NULL;
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_json_parse(&arena, text, length, NULL, &document, NULL), 0);
  free(text);
  ct_buffer line;
  ct_buffer_init(&line);
  for (uint32_t i = 0; i < document->roots->count; i++)
    ct_buffer_format(&line, "%s'%s'", i ? " " : "", document->roots->as.items[i].as.string);
  ct_arena_free(&arena);
  char *made;
  ck_assert_int_eq(ct_buffer_take(&line, &made, &length), 0);
  return made;
}

/* Rules with their severities, in the order of the report. */
static void list_rules(ctsec_containers *containers, const ctsec_options *options, int rules[256]) {
  memset(rules, 0, 256 * sizeof *rules);
  ctsec_findings *findings;
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    for (size_t k = 0; k < ctsec_rules_count(); k++)
      if (!strcmp(ctsec_rule_id(ctsec_rules_at(k)), ctsec_finding_rule(finding))) rules[k] = ctsec_finding_severity(finding) + 1;
  }
  ctsec_findings_free(findings);
}

static void compare(const char *folder, const char *name, const ctsec_options *options, unsigned *compared) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s/inspect.json", folder, name);
  size_t length;
  char *inspect = ct_test_read(ct_test_source(path), &length);
  snprintf(path, sizeof path, "%s/%s/cmd.json", folder, name);
  char *line = command_line(ct_test_source(path));
  if (inspect && line) {
    ctsec_containers *first = parse(inspect, length, options), *second = parse(line, strlen(line), options);
    ck_assert_uint_eq(second->count, 1);
    const ct_facts *a = &first->items[0].facts, *b = &second->items[0].facts;
    ck_assert_msg(!memcmp(&a->after_exec, &b->after_exec, sizeof a->after_exec), "%s/%s: sets after execve", folder, name);
    ck_assert_msg(!memcmp(&a->after_setuid, &b->after_setuid, sizeof a->after_setuid), "%s/%s: setuid", folder, name);
    int x[256], y[256];
    list_rules(first, options, x);
    list_rules(second, options, y);
    for (size_t k = 0; k < ctsec_rules_count(); k++) {
      const char *rule = ctsec_rule_id(ctsec_rules_at(k));
      /* A command line names the profile's file, an inspect output holds its text. */
      if (!strcmp(rule, "seccomp-weak-profile") || !strcmp(rule, "seccomp-arch-gap")) continue;
      ck_assert_msg(x[k] == y[k], "%s/%s: %s is %d in inspect and %d on the command line", folder, name, rule, x[k], y[k]);
    }
    ctsec_containers_free(first);
    ctsec_containers_free(second);
    ++*compared;
  }
  free(inspect);
  free(line);
}

START_TEST(a_command_line_says_the_same_as_its_inspect_output) {
  static const char *const folders[] = {"tests/recordings/docker", "tests/recordings/podman"};
  ctsec_options *options = facts();
  unsigned compared = 0;
  for (size_t i = 0; i < 2; i++) {
    DIR *folder = opendir(ct_test_source(folders[i]));
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
      if (entry->d_name[0] != '.') compare(folders[i], entry->d_name, options, &compared);
    closedir(folder);
  }
  ctsec_options_free(options);
  ck_assert_uint_ge(compared, 50);
}
END_TEST

static ct_container *only(ctsec_containers *containers) {
  ck_assert_uint_eq(containers->count, 1);
  return &containers->items[0];
}

START_TEST(both_spellings_and_letters_are_read) {
  static const char text[] =
      "docker -H tcp://h:1 container run -dit --name=web -u1000:5 -p 127.0.0.1:8080:80/tcp -v/data:/d:ro,z "
      "--mount type=bind,src=/etc,dst=/e,readonly --mount 'type=volume,\"volume-opt=o=bind,ro\",volume-opt=device=/srv,dst=/s' "
      "--memory 1.5g --cpus=0.5 --device /dev/sda:/dev/x:r -e A=b -e HOST --ulimit nofile=1:2 --privileged=false "
      "--restart on-failure:5 img:1 cmd -v /not:/mine";
  ctsec_containers *containers = parse(text, sizeof text - 1, NULL);
  const ct_container *c = only(containers);
  ck_assert_str_eq(c->id, "web");
  ck_assert(c->user.uid == 1000 && c->user.gid == 5 && !c->privileged.value && c->privileged.from.state == CT_SET);
  ck_assert(ct_text_is(&c->image, "img:1") && c->command.count == 3 && ct_is_true(&c->tty) && ct_is_true(&c->stdin_open));
  ck_assert_uint_eq(c->mounts.count, 3);
  ck_assert(ct_text_is(&c->mounts.items[0].source, "/data") && !c->mounts.items[0].writable.value);
  ck_assert(ct_text_is(&c->mounts.items[1].source, "/etc") && !c->mounts.items[1].writable.value);
  ck_assert(ct_text_is(&c->mounts.items[2].source, "/srv") && ct_text_is(&c->mounts.items[2].type, "bind"));
  ck_assert(c->memory.value == 1610612736 && c->nano_cpus.value == 500000000);
  ck_assert(c->devices.count == 1 && ct_text_is(&c->devices.items[0].access, "r"));
  ck_assert(c->env.count == 2 && c->env.items[0].value && !c->env.items[1].value);
  ck_assert(c->ports.count == 1 && ct_text_is(&c->ports.items[0].host_ip, "127.0.0.1"));
  ck_assert(ct_text_is(&c->restart, "on-failure") && c->restart_retries.value == 5 && c->ulimits.count == 1);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(what_the_shell_would_fill_in_is_unknown) {
  static const char text[] = "sudo docker run --privileged=$P -e TOKEN=$T --pid \"$N\" -v $PWD:/src \"$IMAGE\"";
  ctsec_containers *containers = parse(text, sizeof text - 1, NULL);
  const ct_container *c = only(containers);
  ck_assert_int_ne(c->privileged.from.state, CT_UNSET);
  ck_assert_ptr_null(c->env.items[0].value);
  ck_assert_int_eq(c->image.from.state, CT_UNKNOWN);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(a_script_may_hold_many) {
  static const char text[] = "#!/bin/sh\nset -e\n# docker run commented out\nfor i in 1 2; do\n  podman run -d --name a x\ndone\n"
                             "ID=$(nerdctl run -d y) && docker create z\ndocker ps\necho docker run no\n";
  ctsec_containers *containers = parse(text, sizeof text - 1, NULL);
  ck_assert_uint_eq(containers->count, 3);
  ck_assert(containers->items[0].engine == CTSEC_ENGINE_PODMAN && containers->items[1].engine == CTSEC_ENGINE_NERDCTL &&
            containers->items[2].engine == CTSEC_ENGINE_DOCKER);
  ck_assert_str_eq(containers->items[0].id, "a");
  ck_assert_str_eq(containers->items[2].id, "#3");
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(programs_may_run_the_engine) {
  static const char *const texts[] = {
      "timeout 10 docker run --privileged x",      "sudo -u root -g docker docker run --privileged x",
      "nice -n 5 /usr/bin/docker run --privileged x", "ssh host docker run --privileged x",
      "xargs -I{} docker -H y run --privileged {}",   "A=1 B=2 env -i C=3 docker run --privileged x",
      "if ! timeout -k 1 5 docker container run --privileged x; then exit; fi"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ctsec_containers *containers = parse(texts[i], strlen(texts[i]), NULL);
    ck_assert(ct_is_true(&only(containers)->privileged));
    ctsec_containers_free(containers);
  }
}
END_TEST

START_TEST(one_bad_command_leaves_the_others) {
  static const char text[] = "docker run --name a x\ndocker run --nope y z\npodman run x\n";
  ctsec_containers *containers = parse(text, sizeof text - 1, NULL);
  ck_assert_uint_eq(ctsec_containers_count(containers), 2);
  ck_assert_uint_eq(ctsec_containers_error_count(containers), 1);
  const ctsec_error *error = ctsec_containers_error_at(containers, 0);
  ck_assert(ctsec_error_line(error) == 2 && ctsec_error_column(error) == 12);
  ck_assert_str_eq(ctsec_container_id(ctsec_containers_at(containers, 1)), "#3");
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(podman_separates_by_commas_and_docker_does_not) {
  static const char podman[] = "podman run --cap-add SYS_TIME,NET_ADMIN x";
  ctsec_containers *containers = parse(podman, sizeof podman - 1, NULL);
  ck_assert_uint_eq(only(containers)->cap_add.count, 2);
  ctsec_containers_free(containers);
  static const char docker[] = "docker run --cap-add SYS_TIME,NET_ADMIN x";
  containers = parse(docker, sizeof docker - 1, NULL);
  ck_assert_uint_eq(only(containers)->cap_add.count, 1);
  ctsec_containers_free(containers);
}
END_TEST

static const struct {
  const char *text;
  int code;
  int64_t line, column;
} bad[] = {
    {"docker run", CTSEC_E_SCHEMA, 1, 1},
    {"docker run -d", CTSEC_E_SCHEMA, 1, 1},
    {"docker run --name", CTSEC_E_SCHEMA, 1, 12},
    {"docker run --nope x y", CTSEC_E_SCHEMA, 1, 12},
    {"docker run -Z x", CTSEC_E_SCHEMA, 1, 12},
    {"docker run --memory many x", CTSEC_E_SCHEMA, 1, 21},
    {"docker run --memory=many x", CTSEC_E_SCHEMA, 1, 21},
    {"docker run --privileged=maybe x", CTSEC_E_SCHEMA, 1, 25},
    {"docker run --pids-limit 1x x", CTSEC_E_SCHEMA, 1, 25},
    {"docker run --cpus x x", CTSEC_E_SCHEMA, 1, 19},
    {"docker run -v a:b:c:d:e x", CTSEC_E_SCHEMA, 1, 15},
    {"docker run -v C:\\a:/b:ro x", 0, 0, 0},
    {"nerdctl compose up", CTSEC_E_SCHEMA, 1, 1},
    {"docker ps; docker service create --cap-add ALL x", CTSEC_E_SCHEMA, 1, 12},
    {"podman kube play x.yaml", CTSEC_E_SCHEMA, 1, 1},
    {"podman pod create --name x", CTSEC_E_SCHEMA, 1, 1},
    {"docker update --memory 5 x", CTSEC_E_SCHEMA, 1, 1},
    {"retry 3 docker run x", CTSEC_E_SCHEMA, 1, 9},
    {"docker exec --nope x sh", CTSEC_E_SCHEMA, 1, 13},
    {"docker exec -it", CTSEC_E_SCHEMA, 1, 1},
    {"sh -c 'docker run --nope x'", CTSEC_E_SCHEMA, 1, 19},
    {"ssh h <<E\ndocker run --pids-limit 1x y\nE", CTSEC_E_SCHEMA, 2, 25},
    {"sudo echo docker run x", CTSEC_E_SCHEMA, 1, 1},
    {"docker run -v : x", CTSEC_E_SCHEMA, 1, 15},
    {"docker run --mount type=bind x", CTSEC_E_SCHEMA, 1, 20},
    {"docker run --device '' x", CTSEC_E_SCHEMA, 1, 21},
    {"docker run -p : x", CTSEC_E_SCHEMA, 1, 15},
    {"docker run -p [::1 x", CTSEC_E_SCHEMA, 1, 15},
    {"docker run --ulimit nofile x", CTSEC_E_SCHEMA, 1, 21},
    {"docker run --ulimit nofile=x x", CTSEC_E_SCHEMA, 1, 21},
    {"docker run \"x", CTSEC_E_SYNTAX, 1, 12},
    {"\n docker run 'x", CTSEC_E_SYNTAX, 2, 13},
    {"docker ps # docker run x", CTSEC_E_SCHEMA, 1, 1},
    {"echo docker run x", CTSEC_E_SCHEMA, 1, 1},
};

START_TEST(what_cannot_be_read_is_named_with_its_place) {
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ctsec_containers *containers = NULL;
    ctsec_error *error = NULL;
    int status = ctsec_containers_parse(bad[i].text, strlen(bad[i].text), NULL, &containers, &error);
    ck_assert_msg(status == bad[i].code, "%s: %d %s", bad[i].text, status, ctsec_error_message(error));
    if (status)
      ck_assert_msg(ctsec_error_line(error) == bad[i].line && ctsec_error_column(error) == bad[i].column, "%s: %lld:%lld",
                    bad[i].text, (long long)ctsec_error_line(error), (long long)ctsec_error_column(error));
    ctsec_containers_free(containers);
    ctsec_error_free(error);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("run");
  TCase *all = tcase_create("all");
  tcase_add_test(all, a_command_line_says_the_same_as_its_inspect_output);
  tcase_add_test(all, both_spellings_and_letters_are_read);
  tcase_add_test(all, what_the_shell_would_fill_in_is_unknown);
  tcase_add_test(all, a_script_may_hold_many);
  tcase_add_test(all, programs_may_run_the_engine);
  tcase_add_test(all, one_bad_command_leaves_the_others);
  tcase_add_test(all, podman_separates_by_commas_and_docker_does_not);
  tcase_add_test(all, what_cannot_be_read_is_named_with_its_place);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
