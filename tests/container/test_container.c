/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container/model.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static ctsec_containers *parse(const char *text, const ctsec_options *options) {
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(text, strlen(text), options, &containers, &error);
  if (status) ck_abort_msg("%s: %s", ctsec_error_message(error), text);
  return containers;
}

static ctsec_containers *parse_file(const char *path, const ctsec_options *options) {
  size_t length;
  char *text = ct_test_read(path, &length);
  if (!text) ck_abort_msg("cannot read %s", path);
  ctsec_containers *containers = parse(text, options);
  free(text);
  return containers;
}

static const ct_container *first(const ctsec_containers *containers) { return ctsec_containers_at(containers, 0); }

static ctsec_options *with_fact(const char *fact) {
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "fact", fact, strlen(fact), NULL), 0);
  return options;
}

static uint64_t status_set(const char *text, const char *name) {
  const char *line = strstr(text, name);
  ck_assert_ptr_nonnull(line);
  return strtoull(line + strlen(name), NULL, 16);
}

/* The kernel's own account of the process, against what follows from its inspect and its bundle. */
static void check_recording(const char *name) {
  static const char *const files[] = {"inspect.json", "config.json"};
  char path[512];
  snprintf(path, sizeof path, "tests/recordings/docker/%s/status.txt", name);
  char *status = ct_test_read(ct_test_source(path), NULL);
  if (!status) return;
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "tests/recordings/docker/%s/%s", name, files[i]);
    ctsec_containers *containers = parse_file(ct_test_source(path), NULL);
    const ct_facts *facts = &first(containers)->facts;
    ck_assert_uint_eq(facts->exec_known, CT_FACT_ALL);
    ck_assert_msg(facts->after_exec.inheritable == status_set(status, "CapInh:\t"), "%s: inheritable", path);
    ck_assert_msg(facts->after_exec.permitted == status_set(status, "CapPrm:\t"), "%s: permitted", path);
    ck_assert_msg(facts->after_exec.effective == status_set(status, "CapEff:\t"), "%s: effective", path);
    ck_assert_msg(facts->after_exec.bounding == status_set(status, "CapBnd:\t"), "%s: bounding", path);
    ck_assert_msg(facts->after_exec.ambient == status_set(status, "CapAmb:\t"), "%s: ambient", path);
    ctsec_containers_free(containers);
  }
  free(status);
}

static uint64_t array_mask(const ct_value *array) {
  uint64_t mask = 0;
  for (uint32_t i = 0; ct_value_is(array, CT_ARRAY) && i < array->count; i++) {
    int number = ct_cap_named(array->as.items[i].as.string, array->as.items[i].length);
    ck_assert_int_ge(number, 0);
    mask |= UINT64_C(1) << number;
  }
  return mask;
}

static int each_folder(const char *engine, void (*call)(const char *name)) {
  char path[256];
  snprintf(path, sizeof path, "tests/recordings/%s", engine);
  DIR *folder = opendir(ct_test_source(path));
  ck_assert_ptr_nonnull(folder);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    call(entry->d_name);
    count++;
  }
  closedir(folder);
  return count;
}

static void check_podman(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "tests/recordings/podman/%s/inspect.json", name);
  ctsec_containers *containers = parse_file(ct_test_source(path), NULL);
  const ct_container *container = first(containers);
  ck_assert_str_eq(ctsec_container_format(container), "podman-inspect");
  ck_assert_msg(container->facts.after_exec.effective == array_mask(ct_value_member(container->at, "EffectiveCaps")), "%s", path);
  ck_assert_msg(container->facts.after_exec.bounding == array_mask(ct_value_member(container->at, "BoundingCaps")), "%s", path);
  ctsec_containers_free(containers);
}

START_TEST(recorded_sets_are_the_kernels) {
  ck_assert_int_ge(each_folder("docker", check_recording), 27);
  ck_assert_int_ge(each_folder("podman", check_podman), 27);
}
END_TEST

START_TEST(fields_know_their_origin) {
  ctsec_containers *containers = parse_file(ct_test_source("tests/recordings/docker/combo_good/inspect.json"), NULL);
  const ct_container *container = first(containers);
  ck_assert_str_eq(container->id, container->name);
  ck_assert_int_eq(container->user.uid, 65534);
  ck_assert_int_eq(container->user.gid, 65534);
  ck_assert_int_eq(container->user.from.defaulted, 0);
  ck_assert(ct_is_true(&container->no_new_privileges));
  ck_assert(ct_is_true(&container->readonly_rootfs));
  ck_assert_int_eq(container->memory.value, 64 << 20);
  ck_assert_int_eq(container->pids.value, 32);
  /* Nothing was said about the profile: the engine's own. */
  ck_assert_int_eq(container->seccomp.mode, CT_SECCOMP_DEFAULT);
  ck_assert_int_eq(container->seccomp.from.defaulted, 1);
  ck_assert_int_eq(container->apparmor.from.state, CT_UNKNOWN);
  int64_t line, column;
  ct_containers_locate(containers, container->memory.from.at, &line, &column);
  ck_assert_int_gt(line, 50);
  ck_assert_int_eq(column, 23);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(host_facts_decide_what_they_can) {
  const char *text = "{\"HostConfig\":{},\"Config\":{},\"State\":{\"Running\":false}}";
  ctsec_containers *containers = parse(text, NULL);
  ck_assert_int_eq(first(containers)->namespaces[CT_NS_CGROUP].from.state, CT_UNKNOWN);
  ck_assert_int_eq(first(containers)->facts.user_namespace, CT_MAYBE);
  ctsec_containers_free(containers);
  ctsec_options *options = with_fact("cgroup=v1");
  containers = parse(text, options);
  ck_assert_int_eq(first(containers)->namespaces[CT_NS_CGROUP].mode, CT_NS_HOST);
  ck_assert_int_eq(first(containers)->namespaces[CT_NS_CGROUP].from.defaulted, 1);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  options = with_fact("userns=remap");
  containers = parse(text, options);
  ck_assert_int_eq(first(containers)->facts.user_namespace, CT_YES);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  options = with_fact("lsm=apparmor");
  containers = parse(text, options);
  ck_assert_int_eq(first(containers)->apparmor.mode, CT_LSM_DEFAULT);
  ck_assert_int_eq(first(containers)->apparmor.from.defaulted, 1);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
}
END_TEST

START_TEST(a_user_name_leaves_the_sets_open) {
  ctsec_containers *containers = parse("{\"HostConfig\":{},\"Config\":{\"User\":\"app\"}}", NULL);
  const ct_facts *facts = &first(containers)->facts;
  ck_assert_int_eq(facts->root, CT_MAYBE);
  ck_assert_uint_eq(facts->exec_known & CT_FACT_EFFECTIVE, 0);
  ck_assert_uint_eq(facts->exec_known & CT_FACT_BOUNDING, CT_FACT_BOUNDING);
  ctsec_containers_free(containers);
  ctsec_options *options = with_fact("uid=33");
  containers = parse("{\"HostConfig\":{},\"Config\":{\"User\":\"app\"}}", options);
  ck_assert_int_eq(first(containers)->facts.root, CT_NO);
  ck_assert_uint_eq(first(containers)->facts.exec_known, CT_FACT_ALL);
  ck_assert_uint_eq(first(containers)->facts.after_exec.effective, 0);
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  const struct {
    const char *user;
    int root;
  } rows[] = {{"", CT_YES}, {"0", CT_YES}, {"root", CT_YES}, {"0:0", CT_YES}, {"root:1000", CT_YES}, {"1000", CT_NO},
              {"1000:0", CT_NO}, {"nobody", CT_MAYBE}, {"99999999999", CT_MAYBE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[200];
    snprintf(text, sizeof text, "{\"HostConfig\":{},\"Config\":{\"User\":\"%s\"}}", rows[i].user);
    containers = parse(text, NULL);
    ck_assert_msg(first(containers)->facts.root == rows[i].root, "`%s`", rows[i].user);
    ctsec_containers_free(containers);
  }
}
END_TEST

START_TEST(old_engines_are_read) {
  /* Docker 1.7: volumes as two maps, options with colons, no Mounts. */
  ctsec_containers *containers = parse(
      "[{\"Name\":\"/old\",\"HostConfig\":{\"SecurityOpt\":[\"apparmor:unconfined\",\"no-new-privileges\"],"
      "\"CapAdd\":[\"SYS_TIME\"],\"CapDrop\":null},\"Config\":{\"User\":\"\"},"
      "\"Volumes\":{\"/data\":\"/srv/data\",\"/v\":\"/var/lib/docker/vfs/dir/0123\"},\"VolumesRW\":{\"/data\":false,\"/v\":true}}]",
      NULL);
  const ct_container *container = first(containers);
  ck_assert_str_eq(container->id, "old");
  ck_assert_uint_eq(container->mounts.count, 2);
  ck_assert(ct_text_is(&container->mounts.items[0].type, "bind"));
  ck_assert(!ct_is_true(&container->mounts.items[0].writable));
  ck_assert(ct_text_is(&container->mounts.items[1].type, "volume"));
  ck_assert_int_eq(container->apparmor.mode, CT_LSM_UNCONFINED);
  ck_assert(ct_is_true(&container->no_new_privileges));
  ck_assert_uint_eq(container->facts.after_exec.effective, 0xaa0425fb);
  ctsec_containers_free(containers);
  /* A container that was created by hand: binds that Mounts does not repeat. */
  containers = parse("{\"HostConfig\":{\"Binds\":[\"/etc:/x:ro\",\"data:/data\",\"/a/:/b/:rw,rshared\"],"
                     "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/s\",\"Target\":\"/t\",\"ReadOnly\":true}]},"
                     "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/a\",\"Destination\":\"/b\",\"RW\":true}]}",
                     NULL);
  container = first(containers);
  ck_assert_str_eq(container->id, "#1");
  ck_assert_uint_eq(container->mounts.count, 3);
  ck_assert(ct_text_is(&container->mounts.items[1].source, "/etc"));
  ck_assert(!ct_is_true(&container->mounts.items[1].writable));
  ck_assert(ct_text_is(&container->mounts.items[2].destination, "/t"));
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(security_options_have_many_spellings) {
  const struct {
    const char *option;
    int no_new_privileges, seccomp, apparmor, selinux;
  } rows[] = {
      {"no-new-privileges", 1, CT_SECCOMP_DEFAULT, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"no-new-privileges:true", 1, CT_SECCOMP_DEFAULT, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"no-new-privileges=false", 0, CT_SECCOMP_DEFAULT, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"seccomp:unconfined", 0, CT_SECCOMP_UNCONFINED, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ERRNO\\\"}", 0, CT_SECCOMP_TEXT, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"seccomp=/srv/strict.json", 0, CT_SECCOMP_FILE, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"seccomp=builtin", 0, CT_SECCOMP_DEFAULT, CT_LSM_DEFAULT, CT_LSM_DEFAULT},
      {"apparmor=unconfined", 0, CT_SECCOMP_DEFAULT, CT_LSM_UNCONFINED, CT_LSM_DEFAULT},
      {"apparmor=mine", 0, CT_SECCOMP_DEFAULT, CT_LSM_NAMED, CT_LSM_DEFAULT},
      {"label=disable", 0, CT_SECCOMP_DEFAULT, CT_LSM_DEFAULT, CT_LSM_UNCONFINED},
      {"label=type:spc_t", 0, CT_SECCOMP_DEFAULT, CT_LSM_DEFAULT, CT_LSM_NAMED},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[300];
    snprintf(text, sizeof text, "{\"HostConfig\":{\"SecurityOpt\":[\"%s\"]}}", rows[i].option);
    ctsec_containers *containers = parse(text, NULL);
    const ct_container *container = first(containers);
    ck_assert_msg(ct_is_true(&container->no_new_privileges) == rows[i].no_new_privileges, "%s", rows[i].option);
    ck_assert_msg(container->seccomp.mode == rows[i].seccomp, "%s", rows[i].option);
    ck_assert_msg(container->apparmor.mode == rows[i].apparmor, "%s", rows[i].option);
    ck_assert_msg(container->selinux.mode == rows[i].selinux, "%s", rows[i].option);
    ctsec_containers_free(containers);
  }
}
END_TEST

START_TEST(namespaces_are_private_host_or_a_peers) {
  ctsec_containers *containers = parse(
      "{\"HostConfig\":{\"PidMode\":\"container:abc\",\"IpcMode\":\"shareable\",\"NetworkMode\":\"ns:/run/netns/x\",\"UTSMode\":\"host\"}}", NULL);
  const ct_namespace *spaces = first(containers)->namespaces;
  ck_assert_int_eq(spaces[CT_NS_PID].mode, CT_NS_CONTAINER);
  ck_assert_str_eq(spaces[CT_NS_PID].peer, "abc");
  ck_assert_int_eq(spaces[CT_NS_IPC].mode, CT_NS_PRIVATE);
  ck_assert_int_eq(spaces[CT_NS_NET].mode, CT_NS_PATH);
  ck_assert_str_eq(spaces[CT_NS_NET].peer, "/run/netns/x");
  ck_assert_int_eq(spaces[CT_NS_UTS].mode, CT_NS_HOST);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(masked_paths_null_is_not_the_empty_list) {
  const struct {
    const char *host;
    unsigned count;
  } rows[] = {{"{}", 10},
              {"{\"MaskedPaths\":null}", 10},
              {"{\"MaskedPaths\":[]}", 0},
              {"{\"MaskedPaths\":null,\"Privileged\":true}", 0},
              {"{\"MaskedPaths\":[\"/proc/kcore\"]}", 1},
              {"{\"SecurityOpt\":[\"systempaths=unconfined\"]}", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[200];
    snprintf(text, sizeof text, "{\"HostConfig\":%s}", rows[i].host);
    ctsec_containers *containers = parse(text, NULL);
    ck_assert_msg(first(containers)->masked_paths.count == rows[i].count, "%s", rows[i].host);
    ctsec_containers_free(containers);
  }
}
END_TEST

START_TEST(one_container_is_selected) {
  static const char text[] = "[{\"Name\":\"/a\",\"HostConfig\":{}},{\"HostConfig\":null},{\"HostConfig\":{}}]";
  ctsec_options *options = NULL;
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "select", "#3", 2, NULL), 0);
  ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), options, &containers, NULL), 0);
  ck_assert_uint_eq(ctsec_containers_count(containers), 1);
  ck_assert_uint_eq(ctsec_containers_error_count(containers), 0);
  ck_assert_str_eq(ctsec_container_id(ctsec_containers_at(containers, 0)), "#3");
  ctsec_containers_free(containers);
  containers = NULL;
  ck_assert_int_eq(ctsec_options_set(options, "select", "b", 1, NULL), 0);
  ck_assert_int_eq(ctsec_containers_parse(text, strlen(text), options, &containers, &error), CTSEC_E_NOTFOUND);
  ck_assert_str_eq(ctsec_error_message(error), "no container `b`; there is a, #3");
  ck_assert_ptr_null(containers);
  ctsec_error_free(error);
  ctsec_options_free(options);
}
END_TEST

START_TEST(several_containers_are_found_by_id) {
  ctsec_containers *containers = parse("[{\"Id\":\"0123456789abcdef\",\"Name\":\"/a\",\"HostConfig\":{}},{\"HostConfig\":{}}]", NULL);
  ck_assert_uint_eq(ctsec_containers_count(containers), 2);
  const ctsec_container *found = NULL;
  ck_assert_int_eq(ctsec_containers_find(containers, "#2", 2, &found, NULL), 0);
  ck_assert_ptr_eq(found, ctsec_containers_at(containers, 1));
  ck_assert_int_eq(ctsec_containers_find(containers, "0123456789ab", 12, &found, NULL), 0);
  ck_assert_str_eq(ctsec_container_name(found), "a");
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_containers_find(containers, "b", 1, &found, &error), CTSEC_E_NOTFOUND);
  ck_assert_str_eq(ctsec_error_message(error), "no container `b`; there is a, #2");
  ctsec_error_free(error);
  ck_assert_ptr_null(ctsec_containers_at(containers, 2));
  ck_assert_ptr_null(ctsec_container_name(ctsec_containers_at(containers, 1)));
  ctsec_containers_ref(containers);
  ctsec_containers_free(containers);
  char *text;
  size_t length;
  ck_assert_int_eq(ctsec_containers_to_json(containers, &text, &length, NULL), 0);
  ck_assert_uint_eq(strlen(text), length);
  ck_assert_ptr_nonnull(strstr(text, "\"ctsec/containers/1\""));
  ctsec_free(text);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(what_is_unreadable_beside_a_container_is_kept) {
  ctsec_containers *containers = parse("[{\"RepoTags\":[],\"RootFS\":{}},{\"Name\":\"/a\",\"HostConfig\":{}}]", NULL);
  ck_assert_uint_eq(ctsec_containers_count(containers), 1);
  ck_assert_uint_eq(ctsec_containers_error_count(containers), 1);
  ck_assert_str_eq(ctsec_error_pointer(ctsec_containers_error_at(containers, 0)), "/0");
  ck_assert_ptr_null(ctsec_containers_error_at(containers, 1));
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(a_wrong_item_of_a_list_leaves_the_others) {
  static const char text[] =
      "apiVersion: v1\nkind: List\nitems:\n"
      "- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: b, image: c}]}}\n"
      "- {apiVersion: v1, kind: Pod, metadata: {name: 3}, spec: {containers: [{name: b, image: c}]}}\n"
      "- 7\n"
      "- {kind: Pod, spec: {containers: [{name: b, image: c}]}}\n"
      "- {apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r}, spec: {template: {spec: {containers: [{name: s}]}}}}\n"
      "- {apiVersion: x/v1, kind: Widget, spec: {template: {spec: {containers: 3}}}}\n";
  static const int64_t places[][2] = {{5, 48}, {6, 3}, {7, 3}};
  ctsec_containers *containers = NULL;
  ck_assert_int_eq(ctsec_containers_parse(text, sizeof text - 1, NULL, &containers, NULL), 0);
  ck_assert_uint_eq(ctsec_containers_count(containers), 2);
  ck_assert_str_eq(ctsec_container_id(ctsec_containers_at(containers, 1)), "Rollout/default/r/s");
  ck_assert_uint_eq(ctsec_containers_error_count(containers), 3);
  for (size_t i = 0; i < 3; i++) {
    const ctsec_error *error = ctsec_containers_error_at(containers, i);
    ck_assert_int_eq(ctsec_error_line(error), places[i][0]);
    ck_assert_int_eq(ctsec_error_column(error), places[i][1]);
  }
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(podman_of_a_user_is_mapped) {
  ctsec_containers *containers =
      parse("{\"EffectiveCaps\":null,\"BoundingCaps\":[\"CAP_CHOWN\"],\"ConmonPidFile\":\"/run/user/1000/c.pid\",\"HostConfig\":{}}", NULL);
  ck_assert_int_eq(first(containers)->facts.user_namespace, CT_YES);
  ck_assert_uint_eq(first(containers)->facts.after_exec.bounding, 1);
  ctsec_containers_free(containers);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("container");
  TCase *all = tcase_create("all");
  tcase_add_test(all, recorded_sets_are_the_kernels);
  tcase_add_test(all, fields_know_their_origin);
  tcase_add_test(all, host_facts_decide_what_they_can);
  tcase_add_test(all, a_user_name_leaves_the_sets_open);
  tcase_add_test(all, old_engines_are_read);
  tcase_add_test(all, security_options_have_many_spellings);
  tcase_add_test(all, namespaces_are_private_host_or_a_peers);
  tcase_add_test(all, masked_paths_null_is_not_the_empty_list);
  tcase_add_test(all, several_containers_are_found_by_id);
  tcase_add_test(all, one_container_is_selected);
  tcase_add_test(all, what_is_unreadable_beside_a_container_is_kept);
  tcase_add_test(all, a_wrong_item_of_a_list_leaves_the_others);
  tcase_add_test(all, podman_of_a_user_is_mapped);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
