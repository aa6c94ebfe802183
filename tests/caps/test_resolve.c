/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engines' rules: against recorded containers, and row by row. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caps/resolve.h"
#include "ctsec/ctsec.h"
#include "support/support.h"
#include "syntax/value.h"

static const ct_document *load(ct_arena *arena, const char *path) {
  size_t length;
  char *text = ct_test_read(path, &length);
  if (!text) return NULL;
  const ct_document *document = NULL;
  ck_assert_int_eq(ct_json_parse(arena, text, length, NULL, &document, NULL), 0);
  free(text);
  return document;
}

static void set(ctsec_options *options, const char *name, const char *value) {
  ck_assert_int_eq(ctsec_options_set(options, name, value, strlen(value), NULL), 0);
}

/* The options of a recorded `docker run` that concern capabilities, in both spellings. */
static void take_options(ctsec_options *options, const ct_value *words) {
  for (uint32_t i = 0; i < words->count; i++) {
    const char *word = words->as.items[i].as.string;
    const char *next = i + 1 < words->count ? words->as.items[i + 1].as.string : "";
    const char *equal = strchr(word, '=');
    const char *value = equal ? equal + 1 : next;
    if (!strncmp(word, "--cap-add", 9)) set(options, "cap-add", value);
    if (!strncmp(word, "--cap-drop", 10)) set(options, "cap-drop", value);
    if (!strcmp(word, "-u") || !strncmp(word, "--user", 6)) set(options, "user", value);
    if (!strcmp(word, "--privileged")) set(options, "privileged", "true");
    if (!strcmp(word, "--security-opt") && !strncmp(next, "no-new-priv", 11)) set(options, "no-new-privileges", "true");
  }
}

static uint64_t field(const char *status, const char *name) {
  const char *line = strstr(status, name);
  ck_assert_ptr_nonnull(line);
  return strtoull(line + strlen(name), NULL, 16);
}

static void check_recording(const char *name, unsigned *checked) {
  char path[512];
  snprintf(path, sizeof path, "tests/recordings/docker/%s/status.txt", name);
  char *status = ct_test_read(ct_test_source(path), NULL);
  if (!status) return;
  snprintf(path, sizeof path, "tests/recordings/docker/%s/cmd.json", name);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *command = load(&arena, ct_test_source(path));
  ck_assert_ptr_nonnull(command);
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  /* By default, and as the version that was recorded. */
  for (int version = 0; version < 2; version++) {
    if (version) set(options, "engine", "docker@20.10.24"); else take_options(options, command->roots);
    ctsec_resolution *resolution;
    ck_assert_int_eq(ctsec_caps_resolve(options, &resolution, NULL), 0);
    static const char *const fields[] = {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"};
    for (int32_t i = 0; i < 5; i++) {
      uint64_t mask;
      ck_assert_int_eq(ctsec_resolution_set(resolution, CTSEC_MOMENT_AFTER_EXEC, i, &mask), CTSEC_STATE_SET);
      ck_assert_msg(mask == field(status, fields[i]), "%s: %s %llx", name, fields[i], (unsigned long long)mask);
    }
    ctsec_resolution_free(resolution);
  }
  ctsec_options_free(options);
  ct_arena_free(&arena);
  free(status);
  ++*checked;
}

START_TEST(recorded_containers_have_the_sets_that_we_say) {
  DIR *folder = opendir(ct_test_source("tests/recordings/docker"));
  ck_assert_ptr_nonnull(folder);
  unsigned checked = 0;
  for (struct dirent *entry; (entry = readdir(folder));)
    if (entry->d_name[0] != '.') check_recording(entry->d_name, &checked);
  closedir(folder);
  ck_assert_uint_ge(checked, 26);
}
END_TEST

#define D CTSEC_ENGINE_DOCKER
#define P CTSEC_ENGINE_PODMAN
#define C CTSEC_ENGINE_CONTAINERD
#define O CTSEC_ENGINE_CRIO
#define N CTSEC_ENGINE_NERDCTL
#define BIT(n) (UINT64_C(1) << (n))
#define NET_ADMIN BIT(12)
#define NET_RAW BIT(13)

/* Words separated by spaces; expected is the bounding set. */
static const struct {
  int engine;
  const char *add, *drop;
  int privileged;
  int refused;
  uint64_t expected;
} rules[] = {
    {D, "", "", 0, 0, 0xa80425fb},
    {P, "", "", 0, 0, 0x800405fb},
    {C, "", "", 0, 0, 0xa80425fb},
    {O, "", "", 0, 0, 0x5fb},
    {N, "", "", 0, 0, 0xa80425fb},
    {D, "net_admin", "", 0, 0, 0xa80425fb | NET_ADMIN},
    {D, "CAP_NET_ADMIN", "NET_ADMIN", 0, 0, 0xa80425fb | NET_ADMIN},
    {P, "NET_ADMIN", "net_admin", 0, CT_CAPS_REFUSED_BOTH, 0},
    {C, "NET_ADMIN", "NET_ADMIN", 0, 0, 0xa80425fb},
    {O, "NET_ADMIN", "NET_ADMIN", 0, 0, 0x5fb},
    {N, "NET_ADMIN", "NET_ADMIN", 0, 0, 0xa80425fb},
    {D, "all", "ALL", 0, 0, CT_CAPS_ALL},
    {P, "all", "ALL", 0, CT_CAPS_REFUSED_ALL_BOTH, 0},
    {C, "all KILL", "ALL", 0, 0, BIT(5)},
    {O, "all KILL", "ALL", 0, 0, BIT(5)},
    {N, "all", "ALL", 0, 0, CT_CAPS_ALL},
    {D, "ALL", "NET_RAW", 0, 0, CT_CAPS_ALL & ~NET_RAW},
    {P, "ALL", "NET_RAW", 0, 0, CT_CAPS_ALL & ~NET_RAW},
    {C, "ALL", "NET_RAW", 0, 0, CT_CAPS_ALL & ~NET_RAW},
    {D, "KILL", "ALL", 0, 0, BIT(5)},
    {P, "KILL", "ALL", 0, 0, BIT(5)},
    {C, "CAP_NET_ADMIN", "", 0, 0, 0xa80425fb},
    {C, "net_admin", "", 0, 0, 0xa80425fb | NET_ADMIN},
    {O, "cap_net_admin", "", 0, 0, 0x5fb | NET_ADMIN},
    {O, "", "Cap_Kill", 0, 0, 0x5fb & ~BIT(5)},
    {O, "CAP_NET_ADMIN", "", 0, 0, 0x5fb | NET_ADMIN},
    {O, "net_admin", "", 0, 0, 0x5fb | NET_ADMIN},
    {D, "NET_ADMN", "", 0, CT_CAPS_REFUSED_UNKNOWN, 0},
    {P, "NET_ADMN", "", 0, CT_CAPS_REFUSED_UNKNOWN, 0},
    {O, "NET_ADMN", "", 0, CT_CAPS_REFUSED_UNKNOWN, 0},
    {C, "NET_ADMN", "", 0, 0, 0xa80425fb},
    {N, "NET_ADMN", "", 0, 0, 0xa80425fb},
    {D, "CAP_ALL", "", 0, CT_CAPS_REFUSED_UNKNOWN, 0},
    {D, "", "CAP_ALL", 0, CT_CAPS_REFUSED_UNKNOWN, 0},
    {P, "KILL", "ALL KILL", 0, 0, BIT(5)},
    {P, "ALL KILL", "KILL", 0, 0, CT_CAPS_ALL & ~BIT(5)},
    {N, "KILL", "ALL KILL", 0, 0, BIT(5)},
    {D, "nonsense", "ALL", 1, CT_CAPS_REFUSED_UNKNOWN, 0},
    {D, "", "nonsense", 1, CT_CAPS_REFUSED_UNKNOWN, 0},
    {D, "KILL", "ALL", 1, 0, CT_CAPS_ALL},
    {P, "nonsense", "ALL", 1, 0, CT_CAPS_ALL},
    {O, "nonsense", "ALL", 1, 0, CT_CAPS_ALL},
    {P, "", "ALL", 1, 0, CT_CAPS_ALL},
    {C, "", "ALL", 1, 0, CT_CAPS_ALL},
    {N, "", "ALL", 1, 0, CT_CAPS_ALL},
};

static uint32_t split(const char *text, ct_caps_word *words) {
  uint32_t count = 0;
  while (*text) {
    size_t length = strcspn(text, " ");
    words[count++] = (ct_caps_word){text, length};
    text += length + (text[length] == ' ');
  }
  return count;
}

START_TEST(each_engine_has_its_rules) {
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    ct_caps_word add[8], drop[8];
    ct_caps_request request = {.engine = rules[i].engine, .root = 1, .privileged = rules[i].privileged};
    request.add = add;
    request.drop = drop;
    request.add_count = split(rules[i].add, add);
    request.drop_count = split(rules[i].drop, drop);
    ct_caps_result result;
    ct_caps_resolve(&request, &result);
    ck_assert_msg(result.refused == rules[i].refused, "row %zu: refused %d", i, result.refused);
    if (!result.refused)
      ck_assert_msg(result.created.bounding == rules[i].expected, "row %zu: %llx", i,
                    (unsigned long long)result.created.bounding);
  }
}
END_TEST

START_TEST(users_and_versions_fill_the_sets) {
  static const ct_caps_word bind = {"NET_BIND_SERVICE", 16};
  static const struct {
    int engine;
    ct_version version;
    int root, nnp;
    ct_cap_sets created;
    uint64_t effective, setuid;
  } rows[] = {
      {D, {0}, 1, 0, {0, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0xa80425fb, 0xa80425fb},
      {D, {0}, 0, 0, {0, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0, 0xa80425fb},
      {D, {1, 20, 10, 24}, 0, 0, {0, 0, 0, 0xa80425fb, 0}, 0, 0xa80425fb},
      {D, {1, 20, 10, 24}, 0, 1, {0, 0, 0, 0xa80425fb, 0}, 0, 0},
      {D, {1, 20, 10, 13}, 1, 0, {0xa80425fb, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0xa80425fb, 0xa80425fb},
      {P, {0}, 0, 0, {0x400, 0x400, 0x400, 0x800405fb, 0x400}, 0x400, 0x800405fb},
      {P, {0}, 0, 1, {0x400, 0x400, 0x400, 0x800405fb, 0x400}, 0x400, 0x400},
      {P, {0}, 1, 0, {0, 0x800405fb, 0x800405fb, 0x800405fb, 0}, 0x800405fb, 0x800405fb},
      {C, {1, 1, 6, 1}, 1, 0, {0xa80425fb, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0xa80425fb, 0xa80425fb},
      {D, {2, 20, 10, 0}, 1, 0, {0, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0xa80425fb, 0xa80425fb},
      {D, {2, 19, 3, 0}, 1, 0, {0xa80425fb, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0xa80425fb, 0xa80425fb},
      {D, {2, 24, 0, 0}, 0, 0, {0, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0, 0xa80425fb},
      {D, {3, 23, 0, 0}, 0, 0, {0, 0, 0, 0xa80425fb, 0}, 0, 0xa80425fb},
      {P, {2, 4, 0, 0}, 1, 0, {0, 0x800405fb, 0x800405fb, 0x800405fb, 0}, 0x800405fb, 0x800405fb},
      {C, {1, 1, 5, 11}, 1, 0, {0, 0xa80425fb, 0xa80425fb, 0xa80425fb, 0}, 0xa80425fb, 0xa80425fb},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ct_caps_request request = {.engine = rows[i].engine, .version = rows[i].version, .root = rows[i].root,
                               .no_new_privileges = rows[i].nnp, .add = &bind, .add_count = 1};
    ct_caps_result result;
    ct_caps_resolve(&request, &result);
    ck_assert_msg(!memcmp(&result.created, &rows[i].created, sizeof result.created), "row %zu: created", i);
    ck_assert_msg(result.after_exec.effective == rows[i].effective, "row %zu: after exec", i);
    ck_assert_msg(result.after_setuid_root.effective == rows[i].setuid, "row %zu: after setuid", i);
    ck_assert_uint_eq(result.exec_known, CT_SETS_ALL);
  }
}
END_TEST

START_TEST(an_unknown_user_leaves_open_what_hangs_on_it) {
  ct_caps_request request = {.engine = D, .root = -1};
  ct_caps_result result;
  ct_caps_resolve(&request, &result);
  ck_assert_uint_eq(result.exec_known, CT_SET_BIT(CTSEC_SET_INHERITABLE) | CT_SET_BIT(CTSEC_SET_BOUNDING) |
                                           CT_SET_BIT(CTSEC_SET_AMBIENT));
  ck_assert_uint_eq(result.setuid_known, CT_SETS_ALL);
  request.drop = (const ct_caps_word[]){{"ALL", 3}};
  request.drop_count = 1;
  ct_caps_resolve(&request, &result);
  ck_assert_uint_eq(result.exec_known, CT_SETS_ALL);
}
END_TEST

START_TEST(privileged_users_of_crio_keep_everything) {
  for (int root = -1; root <= 1; root++) {
    ct_caps_request request = {.engine = O, .root = root, .privileged = 1, .no_new_privileges = 1, .version = {1, 1, 20, 0}};
    ct_caps_result result;
    ct_caps_resolve(&request, &result);
    ct_cap_sets all = {CT_CAPS_ALL, CT_CAPS_ALL, CT_CAPS_ALL, CT_CAPS_ALL, CT_CAPS_ALL};
    ck_assert(!memcmp(&result.created, &all, sizeof all));
    ck_assert(!memcmp(&result.after_exec, &all, sizeof all));
    ck_assert_uint_eq(result.created_known, CT_SETS_ALL);
    ck_assert_uint_eq(result.exec_known, CT_SETS_ALL);
    ck_assert_uint_eq(result.remark_count, root != 1);
  }
  /* Without the option the inheritable set of old versions hangs on a patch level. */
  ct_caps_request request = {.engine = O, .root = 1, .version = {1, 1, 24, 3}};
  ct_caps_result result;
  ct_caps_resolve(&request, &result);
  ck_assert(!(result.created_known & CT_SET_BIT(CTSEC_SET_INHERITABLE)));
}
END_TEST

START_TEST(privileged_users_of_podman_have_what_was_added) {
  const ct_caps_word good = {"KILL", 4}, bad = {"nonsense", 8};
  ct_caps_request request = {.engine = P, .privileged = 1, .add = &good, .add_count = 1, .drop = &bad, .drop_count = 1};
  ct_caps_result result;
  ct_caps_resolve(&request, &result);
  ck_assert_int_eq(result.refused, 0);
  ck_assert(result.created.bounding == CT_CAPS_ALL && result.after_exec.effective == BIT(5));
  for (uint32_t i = 0; i < result.remark_count; i++) ck_assert_int_ne(result.remarks[i].kind, CT_CAPS_PRIVILEGED_WINS);
  request.add = &bad;
  ct_caps_resolve(&request, &result);
  ck_assert_int_eq(result.refused, CT_CAPS_REFUSED_UNKNOWN);
}
END_TEST

START_TEST(refusals_are_errors_in_english) {
  ctsec_options *options;
  ctsec_resolution *resolution = NULL;
  ctsec_error *error = NULL;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  set(options, "engine", "podman");
  set(options, "cap-add", "SYS_TIME");
  set(options, "cap-drop", "SYS_TIME");
  set(options, "lang", "ja");
  ck_assert_int_eq(ctsec_caps_resolve(options, &resolution, &error), CTSEC_E_SCHEMA);
  ck_assert_ptr_null(resolution);
  ck_assert(strstr(ctsec_error_message(error), "CAP_SYS_TIME is both added and dropped"));
  ctsec_error_free(error);
  ctsec_options_free(options);
}
END_TEST

/* Options as the command line gives them; the bounding set, or the error's message. */
START_TEST(options_say_what_the_engine_has) {
  static const struct {
    const char *engine, *name, *value;
    uint64_t expected;
    const char *refusal;
  } rows[] = {
      {"docker", "kernel", "5.4", UINT64_C(0x3fffffffff), NULL},
      {"docker", "kernel", "5.8", UINT64_C(0xffffffffff), NULL},
      {"docker", "kernel", "5.8.0-13-amd64", UINT64_C(0xffffffffff), NULL},
      {"docker", "kernel", "6.1", CT_CAPS_ALL, NULL},
      {"podman", "kernel", "3.10", UINT64_C(0x1fffffffff), NULL},
      {"docker", "fact", "host-caps=1fffeffffff", CT_CAPS_ALL & ~BIT(24), NULL},
      {"podman", "fact", "host-caps=0", 0, NULL},
      {"docker", "fact", "host-caps=zz", 0, "is no mask"},
      {"docker", "user", "4294967295", 0, "is no user id"},
      {"docker", "user", "99999999999999999999999:5", 0, "is no user id"},
      {"docker", "user", "4294967294", CT_CAPS_ALL, NULL},
      {"docker", "user", "99999999999999999999999x", CT_CAPS_ALL, NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_options *options;
    ctsec_resolution *resolution = NULL;
    ctsec_error *error = NULL;
    ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
    set(options, "engine", rows[i].engine);
    set(options, "privileged", "true");
    set(options, rows[i].name, rows[i].value);
    int status = ctsec_caps_resolve(options, &resolution, &error);
    uint64_t mask = 1;
    if (rows[i].refusal)
      ck_assert(status && strstr(ctsec_error_message(error), rows[i].refusal));
    else
      ck_assert_int_eq(ctsec_resolution_set(resolution, CTSEC_MOMENT_CREATED, CTSEC_SET_BOUNDING, &mask), CTSEC_STATE_SET);
    if (!rows[i].refusal) ck_assert_msg(mask == rows[i].expected, "row %zu: %llx", i, (unsigned long long)mask);
    ctsec_error_free(error);
    ctsec_resolution_free(resolution);
    ctsec_options_free(options);
  }
}
END_TEST

static void check_message(const char *engine, const char *added, uint64_t expected, const char *refusal) {
  ctsec_options *options;
  ctsec_resolution *resolution = NULL;
  ctsec_error *error = NULL;
  uint64_t mask = 0;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  set(options, "engine", engine);
  set(options, "kernel", "5.4");
  set(options, "cap-add", added);
  if (!ctsec_caps_resolve(options, &resolution, &error))
    ctsec_resolution_set(resolution, CTSEC_MOMENT_CREATED, CTSEC_SET_BOUNDING, &mask);
  ck_assert_msg(refusal ? error && strstr(ctsec_error_message(error), refusal) != NULL : !error, "%s %s: %s", engine, added,
                ctsec_error_message(error));
  ck_assert_msg(mask == expected, "%s %s: %llx", engine, added, (unsigned long long)mask);
  ctsec_error_free(error);
  ctsec_resolution_free(resolution);
  ctsec_options_free(options);
}

START_TEST(names_are_taken_as_the_command_line_takes_them) {
  check_message("docker", "NETADMIN", 0, "Did you mean CAP_NET_ADMIN?");
  check_message("docker", "NET_ADMIN,KILL", 0, "is no capability");
  check_message("podman", "NET_ADMIN,SYS_TIME", 0x800405fb | NET_ADMIN | BIT(25), NULL);
  check_message("podman", "NET_ADMIN,", 0, "is no capability");
  check_message("nerdctl", "NET_ADMIN,SYS_TIME", 0xa80425fb | NET_ADMIN | BIT(25), NULL);
  check_message("docker", "BPF", 0, "does not have CAP_BPF");
  check_message("podman", "BPF", 0x800405fb, NULL);
}
END_TEST

START_TEST(what_the_engine_lacks_is_said) {
  ct_caps_request request = {.root = 1, .host = 0xa80425fb & ~NET_RAW, .host_known = 1};
  ct_caps_result result;
  ct_caps_resolve(&request, &result);
  ck_assert_int_eq(result.remarks[0].kind, CT_CAPS_CANNOT_START);
  ck_assert(result.remarks[0].mask == NET_RAW);
  /* Podman asks for what it has only. */
  request.engine = P;
  request.host &= ~BIT(5);
  ct_caps_resolve(&request, &result);
  ck_assert(result.created.bounding == (0x800405fb & ~BIT(5)));
  for (uint32_t i = 0; i < result.remark_count; i++) ck_assert_int_ne(result.remarks[i].kind, CT_CAPS_CANNOT_START);
}
END_TEST

START_TEST(a_refusal_is_never_lost_among_remarks) {
  ct_caps_word words[CT_CAPS_REMARKS + 9];
  for (size_t i = 0; i < CT_CAPS_REMARKS + 8; i++) words[i] = (ct_caps_word){"kill", 4};
  words[CT_CAPS_REMARKS + 8] = (ct_caps_word){"nonsense", 8};
  ct_caps_request request = {.engine = P, .root = 1, .add = words, .add_count = CT_CAPS_REMARKS + 9, .host_known = 1};
  ct_caps_result result;
  ct_caps_resolve(&request, &result);
  ck_assert_int_eq(result.refused, CT_CAPS_REFUSED_UNKNOWN);
  ck_assert_uint_eq(result.remark_count, CT_CAPS_REMARKS);
  ck_assert_int_eq(result.remarks[CT_CAPS_REMARKS - 1].kind, CT_CAPS_REFUSED_UNKNOWN);
}
END_TEST

START_TEST(recorded_podman_containers_have_the_sets_that_we_say) {
  DIR *folder = opendir(ct_test_source("tests/recordings/podman"));
  ck_assert_ptr_nonnull(folder);
  unsigned checked = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[512];
    snprintf(path, sizeof path, "tests/recordings/podman/%s/inspect.json", entry->d_name);
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *inspect = entry->d_name[0] == '.' ? NULL : load(&arena, ct_test_source(path));
    if (inspect) {
      snprintf(path, sizeof path, "tests/recordings/podman/%s/cmd.json", entry->d_name);
      const ct_document *command = load(&arena, ct_test_source(path));
      ck_assert_ptr_nonnull(command);
      ctsec_options *options;
      ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
      set(options, "engine", "podman@4.3.1");
      set(options, "fact", "host-caps=000001fffeffffff");
      take_options(options, command->roots);
      ctsec_resolution *resolution;
      ck_assert_int_eq(ctsec_caps_resolve(options, &resolution, NULL), 0);
      static const struct {
        const char *member;
        int32_t set;
      } sets[] = {{"EffectiveCaps", CTSEC_SET_EFFECTIVE}, {"BoundingCaps", CTSEC_SET_BOUNDING}};
      for (int i = 0; i < 2; i++) {
        const ct_value *list = ct_value_member(&inspect->roots->as.items[0], sets[i].member);
        uint64_t recorded = 0, ours = 0;
        for (uint32_t k = 0; list && list->kind == CT_ARRAY && k < list->count; k++) {
          int32_t number;
          const ct_value *name = &list->as.items[k];
          ck_assert_int_eq(ctsec_cap_find(name->as.string, strlen(name->as.string), &number, NULL), 0);
          recorded |= BIT(number);
        }
        ck_assert_int_eq(ctsec_resolution_set(resolution, CTSEC_MOMENT_AFTER_EXEC, sets[i].set, &ours), CTSEC_STATE_SET);
        ck_assert_msg(ours == recorded, "%s: %s %llx, not %llx", entry->d_name, sets[i].member, (unsigned long long)ours,
                      (unsigned long long)recorded);
      }
      ctsec_resolution_free(resolution);
      ctsec_options_free(options);
      checked++;
    }
    ct_arena_free(&arena);
  }
  closedir(folder);
  ck_assert_uint_ge(checked, 26);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("caps-resolve");
  TCase *all = tcase_create("all");
  tcase_add_test(all, recorded_containers_have_the_sets_that_we_say);
  tcase_add_test(all, each_engine_has_its_rules);
  tcase_add_test(all, users_and_versions_fill_the_sets);
  tcase_add_test(all, an_unknown_user_leaves_open_what_hangs_on_it);
  tcase_add_test(all, privileged_users_of_crio_keep_everything);
  tcase_add_test(all, privileged_users_of_podman_have_what_was_added);
  tcase_add_test(all, refusals_are_errors_in_english);
  tcase_add_test(all, options_say_what_the_engine_has);
  tcase_add_test(all, names_are_taken_as_the_command_line_takes_them);
  tcase_add_test(all, what_the_engine_lacks_is_said);
  tcase_add_test(all, a_refusal_is_never_lost_among_remarks);
  tcase_add_test(all, recorded_podman_containers_have_the_sets_that_we_say);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
