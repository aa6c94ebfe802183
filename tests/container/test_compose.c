/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compose files: forms of fields, files merged into one, peers, what is not known, and what is refused. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container/model.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

typedef struct given {
  const char *name;
  const char *text;
} given;

static ctsec_options *make_options(const given *files, size_t count) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "source", "dir/compose.yml", 15, NULL), 0);
  for (size_t i = 0; i < count; i++)
    ck_assert_int_eq(ctsec_options_set_file(options, files[i].name, files[i].text, strlen(files[i].text), NULL), 0);
  return options;
}

static ctsec_containers *parse(const char *text, const ctsec_options *options) {
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(text, strlen(text), options, &containers, &error);
  ck_assert_msg(!status, "%s: %s", text, ctsec_error_message(error));
  ck_assert_msg(!containers->error_count, "%s: %s", text, ctsec_error_message(containers->error_count ? containers->errors[0] : NULL));
  return containers;
}

static const ct_container *service(const ctsec_containers *containers, const char *id) {
  const ctsec_container *found = NULL;
  ck_assert_int_eq(ctsec_containers_find(containers, id, strlen(id), &found, NULL), 0);
  return found;
}

static const char *value_of(const ct_container *c, const char *name) {
  const ct_pair *pair = ct_pairs_find(&c->env, name);
  ck_assert_msg(pair != NULL, "%s", name);
  return pair->value;
}

static const ct_mount *mount_at(const ct_container *c, const char *destination) {
  for (uint32_t i = 0; i < c->mounts.count; i++)
    if (ct_text_is(&c->mounts.items[i].destination, destination)) return &c->mounts.items[i];
  ck_abort_msg("nothing is mounted at %s", destination);
  return NULL;
}

static void place_is(const ctsec_containers *containers, const ct_value *at, const char *source, int64_t line, int64_t column,
                     const char *pointer) {
  int64_t l, k;
  ct_containers_locate(containers, at, &l, &k);
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_value_add_pointer(&buffer, at);
  ct_buffer_char(&buffer, '\0');
  ck_assert_str_eq(buffer.data, pointer);
  ck_assert_str_eq(ct_containers_source(containers, at), source);
  ck_assert_msg(l == line && k == column, "%s: %d:%d", pointer, (int)l, (int)k);
  ct_buffer_free(&buffer);
}

START_TEST(short_and_long_forms_are_the_same) {
  static const char text[] =
      "services:\n"
      "  a:\n"
      "    image: x\n"
      "    privileged: \"Yes\"\n"
      "    read_only: on\n"
      "    user: \"1000:5\"\n"
      "    group_add: [docker, 7]\n"
      "    ports: [80, \"127.0.0.1:8080:81/udp\", {target: 82, published: \"90-91\", host_ip: 10.0.0.1, protocol: tcp}]\n"
      "    volumes: [/anon, \"/h:/b:ro,rshared\", \"vol:/n\", {type: bind, source: ./s, target: /s, read_only: true, bind: {propagation: rslave}}]\n"
      "    devices: [\"/dev/a\", \"/dev/b:/dev/c:r\", {source: /dev/d, permissions: rw}, \"/dev/e:r\", {source: /dev/block/8:0, target: /dev/f}]\n"
      "    environment: {A: 1, B: true, C: 1.50, D: , E: \"\"}\n"
      "    command: sh -c 'a b' \"c\\\" d\" ; rm\n"
      "    entrypoint: []\n"
      "    ulimits: {nofile: 5, nproc: {soft: 1, hard: \"2\"}}\n"
      "    sysctls: [a.b=1]\n"
      "    tmpfs: /t:size=1k\n"
      "    mem_limit: 1.5g\n"
      "    pids_limit: \"7\"\n"
      "    cpus: 0.5\n"
      "    oom_score_adj: -5\n"
      "    security_opt: [\"no-new-privileges:true\", \"seccomp:unconfined\", \"apparmor=foo\", \"label:type:t\"]\n"
      "    cap_add: [SYS_TIME]\n"
      "    cap_drop: [all]\n"
      "    pid: host\n"
      "    ipc: \"container:other\"\n"
      "    network_mode: none\n"
      "    uts: host\n"
      "    cgroup: private\n"
      "    userns_mode: host\n"
      "    cgroup_parent: /p\n"
      "    device_cgroup_rules: [\"b *:* rwm\"]\n"
      "    gpus: [{driver: nvidia, count: 2}]\n"
      "    extra_hosts: {h: [1.1.1.1, 2.2.2.2]}\n"
      "    restart: on-failure:3\n"
      "    healthcheck: {test: curl x}\n"
      "    runtime: runsc\n"
      "    tty: y\n"
      "    stdin_open: \"N\"\n"
      "    working_dir: /w\n"
      "    use_api_socket: true\n"
      "    labels: [x=1]\n"
      "    annotations: {y: 2}\n"
      "    expose: [1, \"2/udp\"]\n"
      "volumes: {vol: {driver: local, driver_opts: {type: none, o: \"rw,bind\", device: /etc}}}\n";
  ctsec_containers *containers = parse(text, NULL);
  const ct_container *c = service(containers, "a");
  ck_assert(ct_is_true(&c->privileged) && ct_is_true(&c->readonly_rootfs) && ct_is_true(&c->tty) && !c->stdin_open.value);
  ck_assert(c->user.uid == 1000 && c->user.gid == 5 && c->groups.count == 2 && ct_text_is(&c->groups.items[1], "7"));
  ck_assert_uint_eq(c->ports.count, 3);
  ck_assert(!strcmp(c->ports.items[0].container, "80") && !c->ports.items[0].host_port.length);
  ck_assert(!strcmp(c->ports.items[1].container, "81/udp") && ct_text_is(&c->ports.items[1].host_ip, "127.0.0.1"));
  ck_assert(!strcmp(c->ports.items[2].container, "82/tcp") && ct_text_is(&c->ports.items[2].host_port, "90-91"));
  ck_assert(ct_text_is(&mount_at(c, "/anon")->type, "volume") && ct_text_is(&mount_at(c, "/t")->type, "tmpfs"));
  ck_assert(!mount_at(c, "/b")->writable.value && ct_text_is(&mount_at(c, "/b")->propagation, "rshared"));
  ck_assert(ct_text_is(&mount_at(c, "/n")->type, "bind") && ct_text_is(&mount_at(c, "/n")->source, "/etc"));
  ck_assert(ct_text_is(&mount_at(c, "/s")->source, "./s") && ct_text_is(&mount_at(c, "/s")->propagation, "rslave"));
  ck_assert(ct_text_is(&mount_at(c, "/var/run/docker.sock")->source, "/var/run/docker.sock"));
  ck_assert(c->devices.count == 5 && ct_text_is(&c->devices.items[1].access, "r") && ct_text_is(&c->devices.items[2].path, "/dev/d"));
  ck_assert(!strcmp(value_of(c, "A"), "1") && !strcmp(value_of(c, "B"), "true") && !strcmp(value_of(c, "C"), "1.50"));
  ck_assert(!value_of(c, "D") && !strcmp(value_of(c, "E"), ""));
  ck_assert(c->command.count == 4 && ct_text_is(&c->command.items[2], "a b") && ct_text_is(&c->command.items[3], "c\" d"));
  ck_assert(c->entrypoint.from.state == CT_SET && !c->entrypoint.count);
  ck_assert(c->ulimits.count == 2 && c->ulimits.items[0].hard.value == 5 && c->ulimits.items[1].hard.value == 2);
  ck_assert(c->memory.value == 1610612736 && c->pids.value == 7 && c->nano_cpus.value == 500000000 && c->oom_score_adj.value == -5);
  ck_assert(ct_is_true(&c->no_new_privileges) && c->seccomp.mode == CT_SECCOMP_UNCONFINED && ct_text_is(&c->apparmor.name, "foo"));
  ck_assert(ct_text_is(&c->selinux.type, "t") && c->cap_add.count == 1 && c->cap_drop.count == 1);
  ck_assert(c->namespaces[CT_NS_PID].mode == CT_NS_HOST && c->namespaces[CT_NS_UTS].mode == CT_NS_HOST);
  ck_assert(c->namespaces[CT_NS_IPC].mode == CT_NS_CONTAINER && c->namespaces[CT_NS_NET].mode == CT_NS_PRIVATE);
  ck_assert(c->device_rules.count == 1 && c->device_rules.items[0].type == 'b' && c->device_requests.count == 1);
  ck_assert(c->extra_hosts.count == 2 && ct_text_is(&c->extra_hosts.items[1], "h:2.2.2.2"));
  ck_assert(ct_text_is(&c->restart, "on-failure") && c->restart_retries.value == 3 && c->healthcheck.count == 2);
  ck_assert(c->labels.count == 1 && c->annotations.count == 1 && c->exposed.count == 2 && c->sysctls.count == 1);
  ck_assert_uint_eq(containers->note_count, 0);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(variables_come_from_what_is_given) {
  static const given files[] = {{".env", "# file\nTAG=file\nexport B='two $TAG'\nC=\"$TAG\\n\"\nD: four\nE=x # y\nF=${TAG:-z}\nG=\"a\\\"b\\$TAG$$c\"\nH=$$x\n"},
                                {"raw.env", "R=\"a\" # b $TAG\n"}};
  static const char text[] =
      "services:\n  a:\n    image: \"$TAG-${B}-${N:-d${TAG}}-${N-e}-${EMPTY:-f}-${EMPTY-g}${EMPTY:+h}${TAG:+i}$$x-$5\"\n"
      "    environment: [C, D, E, F, G, H, GONE, \"X=$$y\"]\n    privileged: ${P:-true}\n    env_file: [{path: raw.env, format: raw}]\n";
  ctsec_options *options = make_options(files, 2);
  ck_assert_int_eq(ctsec_options_set(options, "env", "TAG=first", 9, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "env", "TAG=env", 7, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "env", "EMPTY=", 6, NULL), 0);
  ctsec_containers *containers = parse(text, options);
  const ct_container *c = service(containers, "a");
  ck_assert_str_eq(c->image.value, "env-two $TAG-denv-e-f-i$x-$5");
  ck_assert(!strcmp(value_of(c, "C"), "env\n") && !strcmp(value_of(c, "D"), "four") && !strcmp(value_of(c, "E"), "x"));
  ck_assert(!strcmp(value_of(c, "F"), "env") && !value_of(c, "GONE") && !strcmp(value_of(c, "X"), "$y"));
  ck_assert_str_eq(value_of(c, "G"), "a\"b$TAG$c");
  ck_assert_str_eq(value_of(c, "H"), "$x");
  ck_assert_str_eq(value_of(c, "R"), "\"a\" # b $TAG");
  ck_assert(ct_is_true(&c->privileged) && !containers->note_count);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}
END_TEST

START_TEST(what_a_variable_decides_is_not_taken_for_clean) {
  static const char text[] =
      "services:\n  a:\n    image: x\n    privileged: ${P}\n    pid: \"$N\"\n    cap_add: [\"${CAP:?}\"]\n    read_only: $R\n"
      "    user: \"${U}:5\"\n    security_opt: [\"seccomp=$S\", \"no-new-privileges:${NNP}\"]\n    volumes: [\"${D}:/d\"]\n"
      "    mem_limit: $M\n    environment: {PASSWORD: $W}\n    ports: [\"${O}:80\"]\n";
  ctsec_containers *containers = parse(text, NULL);
  const ct_container *c = service(containers, "a");
  ck_assert(c->privileged.from.state == CT_UNKNOWN && c->cap_add.from.state == CT_UNKNOWN && c->readonly_rootfs.from.state == CT_UNKNOWN);
  ck_assert(c->namespaces[CT_NS_PID].from.state == CT_UNKNOWN && c->memory.from.state == CT_UNKNOWN);
  ck_assert(c->user.uid_state == CT_UNKNOWN && c->user.gid_state == CT_SET && c->user.gid == 5);
  ck_assert(c->seccomp.from.state == CT_UNKNOWN && c->no_new_privileges.from.state == CT_UNKNOWN);
  ck_assert(!c->facts.exec_known && c->facts.no_new_privileges == CT_MAYBE);
  ck_assert(mount_at(c, "/d")->source.from.state == CT_UNKNOWN && ct_text_is(&mount_at(c, "/d")->source, "${D}"));
  static const char *const names[] = {"P", "N", "CAP", "R", "U", "S", "NNP", "D", "M", "W", "O"};
  ck_assert_uint_eq(containers->note_count, sizeof names / sizeof *names);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    ck_assert(containers->notes[i].message == CT_MESSAGE_COMPOSE_VARIABLE && !strncmp(containers->notes[i].needs, "env:", 4));
    ck_assert_str_eq(containers->notes[i].name, names[i]);
  }
  ctsec_findings *findings;
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const char *rule = ctsec_finding_rule(ctsec_findings_at(findings, i));
    ck_assert_msg(strcmp(rule, "mem-limit") && strcmp(rule, "rw-rootfs") && strcmp(rule, "no-new-privileges") && strcmp(rule, "root-user") &&
                      strcmp(rule, "cap-drop-all-missing") && strcmp(rule, "secret-env"),
                  "%s is claimed", rule);
  }
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(a_report_names_the_key_that_would_tell) {
  static const char text[] = "services: {a: {image: x, privileged: \"${P}\", cap_add: [\"$C\"]}}\n";
  ctsec_options *options = make_options(NULL, 0);
  ctsec_containers *containers = parse(text, options);
  ck_assert_str_eq(ct_container_needs(&containers->items[0], containers->items[0].privileged.from.at), "env:P");
  ck_assert_str_eq(ct_container_needs(&containers->items[0], containers->items[0].cap_add.from.at), "env:C");
  ctsec_containers_free(containers);
  ck_assert_int_eq(ctsec_options_set(options, "fact", "env:P=true", 10, NULL), 0);
  containers = parse(text, options);
  /* Then the lists do not matter. */
  ck_assert(ct_is_true(&containers->items[0].privileged) && containers->items[0].facts.exec_known == CT_FACT_ALL &&
            containers->items[0].facts.all_caps);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}
END_TEST

START_TEST(files_are_merged_as_compose_does) {
  static const given files[] = {
      {"over.yml",
       "services:\n  a:\n    ports: [\"81:81\", {target: 80, published: 8080}]\n    volumes: [\"/z:/b\"]\n    environment: [B=3, C=4]\n"
       "    cap_add: [X, SYS_TIME]\n    command: null\n    healthcheck: {test: [NONE]}\n    user: null\n    cap_drop: !reset null\n"
       "    devices: !override [/dev/z]\n    labels: {k: !reset null}\n    ulimits: {nofile: {soft: 1, hard: 2}}\n  b: !reset null\n"}};
  static const char text[] =
      "services:\n  a:\n    image: x\n    ports: [\"80:80\", \"8080:80\"]\n    volumes: [/a:/a, /b:/b]\n    environment: {A: 1, B: 2}\n"
      "    cap_add: [SYS_TIME]\n    command: run\n    healthcheck: {test: [CMD, x], retries: 3}\n    user: \"5\"\n    cap_drop: [ALL]\n"
      "    devices: [/dev/y]\n    labels: {k: v, l: w}\n    ulimits: {nofile: 7}\n    tmpfs: /t\n  b: {image: y}\n";
  ctsec_options *options = make_options(files, 1);
  ck_assert_int_eq(ctsec_options_set(options, "override", "over.yml", 8, NULL), 0);
  ctsec_containers *containers = parse(text, options);
  ck_assert_uint_eq(containers->count, 1);
  const ct_container *c = service(containers, "a");
  ck_assert(c->ports.count == 3 && c->mounts.count == 3 && ct_text_is(&mount_at(c, "/b")->source, "/z"));
  ck_assert(!strcmp(value_of(c, "A"), "1") && !strcmp(value_of(c, "B"), "3") && !strcmp(value_of(c, "C"), "4"));
  ck_assert(c->cap_add.count == 2 && !c->cap_drop.count && c->command.from.state == CT_UNSET && c->user.uid == 5);
  ck_assert(ct_text_is(&c->healthcheck.items[0], "NONE") && c->devices.count == 1 && ct_text_is(&c->devices.items[0].host, "/dev/z"));
  ck_assert(c->labels.count == 1 && c->ulimits.items[0].hard.value == 2);
  place_is(containers, mount_at(c, "/b")->at, "over.yml", 4, 15, "/services/a/volumes/0");
  place_is(containers, ct_pairs_find(&c->env, "A")->at, "dir/compose.yml", 6, 22, "/services/a/environment/A");
  place_is(containers, c->at, "dir/compose.yml", 3, 5, "/services/a");
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}
END_TEST

START_TEST(services_extend_others_of_this_and_other_files) {
  static const given files[] = {
      {"sub/base.yml", "services:\n  b: {extends: root, volumes: [./v:/v], env_file: b.env, cap_add: [SYS_PTRACE]}\n"
                       "  root: {extends: {file: deep/d.yml, service: d}, privileged: true, user: \"7\"}\n"},
      {"sub/deep/d.yml", "services: {d: {volumes: [\"../w:/w\"], pid: host}}\n"},
      {"sub/b.env", "OUT=1\n"}};
  static const char text[] =
      "x-common: &common\n  restart: always\n  cap_drop: [ALL]\n"
      "services:\n  a:\n    extends: {file: sub/base.yml, service: b}\n    image: x\n    user: \"8\"\n"
      "  c: {<<: *common, extends: a, image: y}\n"
      "  d: {<<: [{restart: \"no\"}, *common], image: z, cap_drop: []}\n"
      "  e: {image: e, extends: {file: gone.yml, service: x}}\n";
  ctsec_options *options = make_options(files, 3);
  ctsec_containers *containers = parse(text, options);
  const ct_container *a = service(containers, "a"), *c = service(containers, "c");
  ck_assert(ct_is_true(&a->privileged) && a->user.uid == 8 && ct_text_is(&a->image, "x"));
  ck_assert(ct_text_is(&mount_at(a, "/v")->source, "./sub/v") && ct_text_is(&mount_at(a, "/w")->source, "./sub/w"));
  ck_assert(a->namespaces[CT_NS_PID].mode == CT_NS_HOST && !strcmp(value_of(a, "OUT"), "1"));
  place_is(containers, a->privileged.from.at, "dir/sub/base.yml", 3, 63, "/services/root/privileged");
  place_is(containers, a->namespaces[CT_NS_PID].from.at, "dir/sub/deep/d.yml", 1, 43, "/services/d/pid");
  place_is(containers, ct_pairs_find(&a->env, "OUT")->at, "dir/sub/b.env", 1, 5, "/OUT");
  ck_assert(ct_is_true(&c->privileged) && ct_text_is(&c->image, "y") && c->cap_drop.count == 1 && ct_text_is(&c->restart, "always"));
  place_is(containers, c->cap_drop.items[0].from.at, "dir/compose.yml", 3, 14, "/services/c/cap_drop/0");
  const ct_container *d = service(containers, "d");
  ck_assert(ct_text_is(&d->restart, "no") && !d->cap_drop.count);
  /* Whose base is missing may be anything that it does not say. */
  const ct_container *e = service(containers, "e");
  ck_assert(e->partial && e->privileged.from.state == CT_UNKNOWN && !e->facts.exec_known);
  ck_assert(containers->note_count == 1 && !strcmp(containers->notes[0].needs, "file:gone.yml"));
  ctsec_findings *findings;
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    if (ctsec_finding_container(finding) == e) ck_assert_str_eq(ctsec_finding_rule(finding), "image-latest");
  }
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}
END_TEST

START_TEST(files_include_others) {
  static const given files[] = {
      {"inc/a.yml", "services: {a: {image: \"a:$V\", volumes: [./x:/x]}, s: {image: s}}\n"},
      {"inc/.env", "V=inner\n"},
      {"two.yml", "services: {t: {image: \"t:$V\"}}\n"},
      {"two-over.yml", "services: {t: {privileged: true, volumes: [./y:/y]}}\n"},
      {"v.env", "V=named\n"}};
  static const char text[] =
      "include:\n  - inc/a.yml\n  - path: [two.yml, two-over.yml]\n    project_directory: proj\n    env_file: v.env\n  - gone.yml\n"
      "services: {m: {image: m}, a: {user: \"5\"}}\n";
  ctsec_options *options = make_options(files, 5);
  ctsec_containers *containers = parse(text, options);
  ck_assert_uint_eq(containers->count, 4);
  const ct_container *a = service(containers, "a"), *t = service(containers, "t");
  ck_assert(ct_text_is(&a->image, "a:inner") && ct_text_is(&mount_at(a, "/x")->source, "./inc/x") && a->user.uid == 5);
  ck_assert(ct_text_is(&t->image, "t:named") && ct_is_true(&t->privileged) && ct_text_is(&mount_at(t, "/y")->source, "./proj/y"));
  place_is(containers, t->privileged.from.at, "dir/two-over.yml", 1, 28, "/services/t/privileged");
  ck_assert(containers->note_count == 1 && !strcmp(containers->notes[0].needs, "file:gone.yml"));
  ctsec_containers_free(containers);
  ctsec_files *wanted;
  ck_assert_int_eq(ctsec_files_find(text, sizeof text - 1, NULL, &wanted, NULL), 0);
  static const char *const names[] = {".env", "inc/.env", "inc/a.yml", "v.env", "two.yml", "two-over.yml", "gone.yml"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t k = 0;
    while (k < ctsec_files_count(wanted) && strcmp(ctsec_files_at(wanted, k), names[i])) k++;
    ck_assert_msg(k < ctsec_files_count(wanted), "%s", names[i]);
  }
  ctsec_files_free(wanted);
  ctsec_options_free(options);
}
END_TEST

START_TEST(peers_are_followed_to_the_end) {
  static const char text[] =
      "services:\n  a: {image: x, network_mode: \"service:b\", volumes_from: [\"b:ro\"]}\n"
      "  b: {image: x, network_mode: \"container:see\", volumes_from: [c]}\n"
      "  c: {image: x, container_name: see, network_mode: host, volumes: [\"/etc:/e\"]}\n"
      "  d: {image: x, pid: \"service:e\"}\n  e: {image: x, pid: \"service:d\"}\n  f: {image: x, ipc: \"service:gone\"}\n";
  ctsec_containers *containers = parse(text, NULL);
  ck_assert(service(containers, "a")->namespaces[CT_NS_NET].mode == CT_NS_HOST);
  ck_assert(service(containers, "b")->namespaces[CT_NS_NET].mode == CT_NS_HOST);
  ck_assert(service(containers, "d")->namespaces[CT_NS_PID].mode != CT_NS_HOST);
  ck_assert(ct_text_is(&mount_at(service(containers, "a"), "/e")->source, "/etc") && !mount_at(service(containers, "a"), "/e")->writable.value);
  ck_assert(mount_at(service(containers, "b"), "/e")->writable.value);
  ck_assert(containers->note_count == 1 && !strcmp(containers->notes[0].name, "gone"));
  ctsec_findings *findings;
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  int found = 0;
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    if (strcmp(ctsec_finding_rule(finding), "host-net")) continue;
    found++;
    if (ctsec_finding_container(finding) != service(containers, "a")) continue;
    ck_assert_str_eq(ctsec_finding_observed(finding), "network_mode: service:b, which has the host's");
    ck_assert_int_eq(ctsec_finding_line(finding), 2);
  }
  ck_assert_int_eq(found, 3);
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(services_are_chosen_by_profile_and_errors_stay_theirs) {
  static const char text[] =
      "services:\n  a: {image: x}\n  b: {image: x, profiles: [debug]}\n  c: {image: [x]}\n  p: {provider: {type: z}}\n"
      "jobs: {j: {image: y, privileged: true, triggers: {manual: true}}}\n";
  ctsec_options *options = make_options(NULL, 0);
  ctsec_containers *containers = NULL;
  ck_assert_int_eq(ctsec_containers_parse(text, sizeof text - 1, options, &containers, NULL), 0);
  ck_assert(containers->count == 3 && containers->error_count == 1 && containers->note_count == 1);
  ck_assert_str_eq(ctsec_error_pointer(containers->errors[0]), "/services/c/image");
  ck_assert(ct_is_true(&service(containers, "j")->privileged));
  ctsec_containers_free(containers);
  ck_assert_int_eq(ctsec_options_set(options, "compose-profile", "other", 5, NULL), 0);
  ck_assert_int_eq(ctsec_containers_parse(text, sizeof text - 1, options, &containers, NULL), 0);
  ck_assert_uint_eq(containers->count, 2);
  ctsec_containers_free(containers);
  ck_assert_int_eq(ctsec_options_set(options, "compose-profile", "debug", 5, NULL), 0);
  ck_assert_int_eq(ctsec_containers_parse(text, sizeof text - 1, options, &containers, NULL), 0);
  ck_assert_uint_eq(containers->count, 3);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}
END_TEST

START_TEST(a_profile_beside_the_input_is_asked) {
  static const given files[] = {{"p/strict.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"}};
  static const char *const texts[] = {"services: {a: {image: x, security_opt: [\"seccomp:./p/strict.json\"]}}\n",
                                      "docker run --security-opt seccomp=p/strict.json image\n"};
  for (size_t i = 0; i < 2; i++) {
    ctsec_options *options = make_options(files, 1);
    ctsec_findings *findings;
    ctsec_containers *containers = parse(texts[i], options);
    ck_assert_int_eq(containers->items[0].seccomp.mode, CT_SECCOMP_TEXT);
    ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
    int found = 0;
    for (size_t k = 0; k < ctsec_findings_count(findings); k++)
      found |= !strcmp(ctsec_finding_rule(ctsec_findings_at(findings, k)), "seccomp-weak-profile");
    ck_assert(found);
    ctsec_findings_free(findings);
    ctsec_containers_free(containers);
    ctsec_files *wanted;
    ck_assert_int_eq(ctsec_options_set_file(options, NULL, NULL, 0, NULL), 0);
    ck_assert_int_eq(ctsec_files_find(texts[i], strlen(texts[i]), options, &wanted, NULL), 0);
    ck_assert_str_eq(ctsec_files_at(wanted, ctsec_files_count(wanted) - 1), "p/strict.json");
    ctsec_files_free(wanted);
    ctsec_options_free(options);
  }
}
END_TEST

#define A "services:\n  a:\n    image: x\n"

START_TEST(bad_input_is_refused_at_its_place) {
  static const struct {
    const char *text;
    size_t length;
    int code, line, column;
    const char *part;
  } rows[] = {
#define ROW(text, code, line, column, part) {text, sizeof(text) - 1, code, line, column, part},
#include "compose_malformed.def"
#undef ROW
  };
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "from", "compose", 7, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "env", "A=x", 3, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "env", "E=", 2, NULL), 0);
  ck_assert_uint_ge(sizeof rows / sizeof *rows, 60);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_containers *containers = NULL;
    ctsec_error *error = NULL;
    int status = ctsec_containers_parse(rows[i].text, rows[i].length, options, &containers, &error);
    ck_assert_msg(status == rows[i].code && !containers, "%s: %d", rows[i].text, status);
    ck_assert_msg(strstr(ctsec_error_message(error), rows[i].part) != NULL, "%s: %s", rows[i].text, ctsec_error_message(error));
    ck_assert_msg(ctsec_error_line(error) == rows[i].line && ctsec_error_column(error) == rows[i].column, "%s: %d:%d", rows[i].text,
                  (int)ctsec_error_line(error), (int)ctsec_error_column(error));
    ctsec_error_free(error);
  }
  ctsec_options_free(options);
}
END_TEST

START_TEST(errors_name_the_file_they_stand_in) {
  static const struct {
    given file;
    const char *text, *source;
    int code, line, column;
  } rows[] = {
      {{"b.yml", "services: {b: {image: 5}}\n"}, "services: {a: {extends: {file: b.yml, service: b}}}\n", "d/b.yml", CTSEC_E_SCHEMA, 1, 23},
      {{"b.yml", "services: {b: [}\n"}, "services: {a: {extends: {file: b.yml, service: b}}}\n", "d/b.yml", CTSEC_E_SYNTAX, 1, 16},
      {{"b.yml", "services: {c: {}}\n"}, "services: {a: {extends: {file: b.yml, service: b}}}\n", "d/c.yml", CTSEC_E_SCHEMA, 1, 48},
      {{"b.yml", "services: {b: {extends: {file: b.yml, service: b}}}\n"}, "services: {a: {extends: {file: b.yml, service: b}}}\n",
       "d/b.yml", CTSEC_E_SCHEMA, 1, 25},
      {{"b.yml", "include: [c.yml]\nservices: {b: {image: x}}\n"}, "include: [b.yml]\n", "d/b.yml", CTSEC_E_SCHEMA, 1, 11},
      {{"b.yml", "include: [b.yml]\n"}, "include: [b.yml]\nservices: {a: {image: x}}\n", "d/b.yml", CTSEC_E_SCHEMA, 1, 11},
      {{"e.env", "A=1\nB C=2\n"}, "services: {a: {image: x, env_file: e.env}}\n", "d/e.env", CTSEC_E_SYNTAX, 2, 2},
      {{"e.env", "A=\"1\n"}, "services: {a: {image: x, env_file: e.env}}\n", "d/e.env", CTSEC_E_SYNTAX, 1, 3},
      {{".env", "A!=1\n"}, "services: {a: {image: x}}\n", "d/.env", CTSEC_E_SYNTAX, 1, 2},
      {{"b.yml", "services: {b: {image: x, cap_add: {X: 1}}}\n"}, "services: {a: {extends: {file: b.yml, service: b}, cap_add: [Y]}}\n",
       "d/c.yml", CTSEC_E_SCHEMA, 1, 61},
      {{"b.yml", "5\n"}, "include: [b.yml]\nservices: {a: {image: x}}\n", "d/b.yml", CTSEC_E_SCHEMA, 1, 1},
      {{"b.yml", "5\n"}, "services: {a: {extends: {file: b.yml, service: b}}}\n", "d/b.yml", CTSEC_E_SCHEMA, 1, 1},
      {{"b.yml", "services: {b: {image: y}}\n"}, "include: [{path: b.yml, project_directory: 5}]\nservices: {a: {image: x}}\n", "d/c.yml",
       CTSEC_E_SCHEMA, 1, 44},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_options *options = make_options(&rows[i].file, 1);
    ck_assert_int_eq(ctsec_options_set(options, "source", "d/c.yml", 7, NULL), 0);
    ck_assert_int_eq(ctsec_options_set(options, "from", "compose", 7, NULL), 0);
    ctsec_containers *containers = NULL;
    ctsec_error *error = NULL;
    ck_assert_msg(ctsec_containers_parse(rows[i].text, strlen(rows[i].text), options, &containers, &error) == rows[i].code, "row %d", (int)i);
    ck_assert_str_eq(ctsec_error_source(error), rows[i].source);
    ck_assert_msg(ctsec_error_line(error) == rows[i].line && ctsec_error_column(error) == rows[i].column, "row %d: %d:%d %s", (int)i,
                  (int)ctsec_error_line(error), (int)ctsec_error_column(error), ctsec_error_message(error));
    ctsec_error_free(error);
    ctsec_options_free(options);
  }
}
END_TEST

/* The options of a docker command as the members of a service. */
static const struct {
  const char *option, *key;
  int is_list;
} members[] = {{"--cap-add", "cap_add", 1},     {"--cap-drop", "cap_drop", 1},   {"--security-opt", "security_opt", 1}, {"-v", "volumes", 1},
               {"--device", "devices", 1},      {"-e", "environment", 1},        {"--env", "environment", 1},           {"--tmpfs", "tmpfs", 1},
               {"--network", "network_mode", 0}, {"--cgroupns", "cgroup", 0},    {"--pid", "pid", 0},                   {"--user", "user", 0},
               {"-u", "user", 0},               {"-m", "mem_limit", 0},          {"--pids-limit", "pids_limit", 0},     {"--cpus", "cpus", 0},
               {"--privileged", "privileged", 0}, {"--read-only", "read_only", 0}};

static char *as_service(const ct_value *words) {
  ct_buffer text, values[sizeof members / sizeof *members];
  ct_buffer_init(&text);
  ct_buffer_text(&text, "services:\n  a:\n    image: bb:local\n");
  for (size_t k = 0; k < sizeof members / sizeof *members; k++) ct_buffer_init(&values[k]);
  for (uint32_t i = 2; i < words->count; i++) {
    const char *word = words->as.items[i].as.string;
    if (!strcmp(word, "-d")) continue;
    if (*word != '-') break;
    size_t size = strcspn(word, "="), k = 0;
    while (k < sizeof members / sizeof *members && (strlen(members[k].option) != size || memcmp(members[k].option, word, size))) k++;
    ck_assert_msg(k < sizeof members / sizeof *members, "%s", word);
    int alone = !strcmp(members[k].key, "privileged") || !strcmp(members[k].key, "read_only");
    const char *value = word[size] ? word + size + 1 : alone ? "true" : words->as.items[++i].as.string;
    /* -e and --env fill one list. */
    for (size_t same = 0; same < k; same++)
      if (!strcmp(members[same].key, members[k].key)) k = same;
    ct_buffer_format(&values[k], members[k].is_list ? "      - \"%s\"\n" : " \"%s\"\n", value);
  }
  for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
    if (values[k].length) ct_buffer_format(&text, "    %s:%s%.*s", members[k].key, members[k].is_list ? "\n" : "", (int)values[k].length, values[k].data);
    ct_buffer_free(&values[k]);
  }
  char *made;
  size_t length;
  ck_assert_int_eq(ct_buffer_take(&text, &made, &length), 0);
  return made;
}

static void list_findings(const ctsec_containers *containers, const ctsec_options *options, int rules[256]) {
  ctsec_findings *findings;
  memset(rules, 0, 256 * sizeof *rules);
  ck_assert_int_eq(ctsec_findings_check((ctsec_containers *)containers, options, &findings, NULL), 0);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++)
    for (size_t k = 0; k < ctsec_rules_count(); k++)
      if (!strcmp(ctsec_rule_id(ctsec_rules_at(k)), ctsec_finding_rule(ctsec_findings_at(findings, i))))
        rules[k] = 1 + ctsec_finding_severity(ctsec_findings_at(findings, i));
  ctsec_findings_free(findings);
}

START_TEST(a_service_says_the_same_as_command_line_and_inspect) {
  static const char *const known[] = {"cgroup=v1", "lsm=none", "userns=host", "host-caps=000001fffeffffff"};
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    ck_assert_int_eq(ctsec_options_set(options, "fact", known[i], strlen(known[i]), NULL), 0);
  DIR *folder = opendir(ct_test_source("tests/recordings/docker"));
  ck_assert_ptr_nonnull(folder);
  unsigned count = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[512];
    snprintf(path, sizeof path, "tests/recordings/docker/%s/cmd.json", entry->d_name);
    size_t length;
    char *words = entry->d_name[0] == '.' ? NULL : ct_test_read(ct_test_source(path), &length);
    if (!words) continue;
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *document;
    ck_assert_int_eq(ct_json_parse(&arena, words, length, NULL, &document, NULL), 0);
    char *text = as_service(document->roots);
    snprintf(path, sizeof path, "tests/recordings/docker/%s/inspect.json", entry->d_name);
    char *inspect = ct_test_read(ct_test_source(path), &length);
    ck_assert_ptr_nonnull(inspect);
    ctsec_containers *first = parse(inspect, options), *second = parse(text, options);
    const ct_facts *a = &first->items[0].facts, *b = &second->items[0].facts;
    ck_assert_msg(!memcmp(&a->after_exec, &b->after_exec, sizeof a->after_exec), "%s: sets after execve", entry->d_name);
    ck_assert_msg(!memcmp(&a->after_setuid, &b->after_setuid, sizeof a->after_setuid), "%s: after a setuid program", entry->d_name);
    int x[256], y[256];
    list_findings(first, options, x);
    list_findings(second, options, y);
    for (size_t k = 0; k < ctsec_rules_count(); k++) {
      const char *rule = ctsec_rule_id(ctsec_rules_at(k));
      /* An inspect output holds the text of a profile, a service its name. */
      if (!strcmp(rule, "seccomp-weak-profile") || !strcmp(rule, "seccomp-arch-gap")) continue;
      ck_assert_msg(x[k] == y[k], "%s: %s is %d in inspect and %d in Compose", entry->d_name, rule, x[k], y[k]);
    }
    ctsec_containers_free(first);
    ctsec_containers_free(second);
    ct_arena_free(&arena);
    free(inspect);
    free(text);
    free(words);
    count++;
  }
  closedir(folder);
  ctsec_options_free(options);
  ck_assert_uint_ge(count, 28);
}
END_TEST

/* Makes a text of a head, a part again and again (%d: its number), and a tail. */
static char *repeat(const char *head, const char *part, int count, const char *tail) {
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_text(&text, head);
  for (int i = 0; i < count; i++)
    for (const char *at = part; *at; at++) {
      if (*at == '#')
        ct_buffer_unsigned(&text, (uint64_t)i);
      else if (*at == '+')
        ct_buffer_unsigned(&text, (uint64_t)i + 1);
      else
        ct_buffer_char(&text, *at);
    }
  ct_buffer_text(&text, tail);
  char *made;
  size_t length;
  ck_assert_int_eq(ct_buffer_take(&text, &made, &length), 0);
  return made;
}

START_TEST(what_would_have_no_end_is_refused_within_limits) {
  char *braces = repeat("", "}", 500, "\"}}\n");
  const struct {
    char *text;
    int code;
  } rows[] = {
      {repeat("services: {a: {image: x, labels: ", "[", 100000, ""), CTSEC_E_LIMIT},
      {repeat("x-a0: &a0 [x]\n", "x-a+: &a+ [*a#, *a#, *a#, *a#, *a#, *a#, *a#, *a#]\n", 20, "services: {a: {image: x}}\n"), CTSEC_E_LIMIT},
      {repeat("services: {", "s#: {image: x, extends: s+}, ", 5000, "s5000: {image: x}}\n"), CTSEC_E_LIMIT},
      {repeat("services: {", "s#: {image: x, volumes: [\"/a#:/b#\"], volumes_from: [s+, \"s+:ro\", s+]}, ", 3000, "s3000: {image: x}}\n"), CTSEC_E_LIMIT},
      {repeat("services: {a: {image: \"", "${A:-", 500, braces), CTSEC_E_LIMIT},
      {repeat("services: {a: {image: x, environment: {", "V#: \"$BIG\", ", 20000, "V: 1}}}\n"), CTSEC_E_LIMIT},
      {repeat("services: {", "s#: {image: x, pid: \"service:s+\"}, ", 9999, "s9999: {image: x, pid: host}}\n"), 0},
      {repeat("services: {", "s#: {image: x}, ", 10000, "s10000: {image: x}}\n"), CTSEC_E_LIMIT},
  };
  ctsec_options *options = make_options(NULL, 0);
  char *big = repeat("BIG=", "xxxxxxxxxx", 1000, "");
  ck_assert_int_eq(ctsec_options_set(options, "env", big, strlen(big), NULL), 0);
  free(big);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_containers *containers = NULL;
    ctsec_error *error = NULL;
    int status = ctsec_containers_parse(rows[i].text, strlen(rows[i].text), options, &containers, &error);
    ck_assert_msg(status == rows[i].code, "row %d: %d %s", (int)i, status, error ? ctsec_error_message(error) : "");
    if (!status) ck_assert(containers->items[0].namespaces[CT_NS_PID].mode == CT_NS_HOST);
    ctsec_containers_free(containers);
    ctsec_error_free(error);
    free(rows[i].text);
  }
  free(braces);
  ctsec_options_free(options);
}
END_TEST

START_TEST(remarks_say_what_was_passed_over) {
  static const char text[] = "strange: 1\nx-mine: 2\nservices:\n  a: {image: x, foo: 1, x-foo: 2, ports: [{target: 1, bar: 2}], volumes: [undefined:/v]}\n"
                             "  b: {user: \"5\"}\n";
  ctsec_containers *containers = parse(text, NULL);
  static const ct_message_id messages[] = {CT_MESSAGE_COMPOSE_UNKNOWN_KEY, CT_MESSAGE_COMPOSE_UNKNOWN_KEY, CT_MESSAGE_COMPOSE_UNKNOWN_KEY,
                                           CT_MESSAGE_COMPOSE_UNDEFINED, CT_MESSAGE_COMPOSE_NO_IMAGE};
  ck_assert_uint_eq(containers->note_count, 5);
  for (size_t i = 0; i < 5; i++) ck_assert_msg(containers->notes[i].message == messages[i], "%d", (int)i);
  ck_assert_uint_eq(containers->notes[0].container, UINT32_MAX);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(real_files_are_read) {
  const char *path = ct_test_shared("data/compose/awesome-compose");
  if (!path) return;
  DIR *folder = opendir(path);
  ck_assert_ptr_nonnull(folder);
  unsigned count = 0, services = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!strstr(entry->d_name, ".y")) continue;
    char name[512];
    snprintf(name, sizeof name, "data/compose/awesome-compose/%s", entry->d_name);
    size_t length;
    char *text = ct_test_read(ct_test_shared(name), &length);
    ck_assert_ptr_nonnull(text);
    ctsec_containers *containers = parse(text, NULL);
    services += containers->count;
    count++;
    ctsec_containers_free(containers);
    free(text);
  }
  closedir(folder);
  ck_assert_uint_ge(count, 38);
  ck_assert_uint_ge(services, 80);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("container-compose");
  TCase *all = tcase_create("all");
  tcase_set_timeout(all, 60);
  tcase_add_test(all, short_and_long_forms_are_the_same);
  tcase_add_test(all, variables_come_from_what_is_given);
  tcase_add_test(all, what_a_variable_decides_is_not_taken_for_clean);
  tcase_add_test(all, a_report_names_the_key_that_would_tell);
  tcase_add_test(all, files_are_merged_as_compose_does);
  tcase_add_test(all, services_extend_others_of_this_and_other_files);
  tcase_add_test(all, files_include_others);
  tcase_add_test(all, peers_are_followed_to_the_end);
  tcase_add_test(all, services_are_chosen_by_profile_and_errors_stay_theirs);
  tcase_add_test(all, a_profile_beside_the_input_is_asked);
  tcase_add_test(all, a_service_says_the_same_as_command_line_and_inspect);
  tcase_add_test(all, bad_input_is_refused_at_its_place);
  tcase_add_test(all, errors_name_the_file_they_stand_in);
  tcase_add_test(all, what_would_have_no_end_is_refused_within_limits);
  tcase_add_test(all, remarks_say_what_was_passed_over);
  tcase_add_test(all, real_files_are_read);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
