/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad input, each with its code and place; and a wrong type in every field that the readers use, by mutation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container/model.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

/* Members of the files in data/ that nothing reads: every other value has a type that it must have. */
static const char *const passed_over[] = {
    "/process/rlimits/0/nothing", "/0/HostConfig/Nothing",   "/root/path",           "/linux/cgroupsPath",
    "/State/OciVersion",          "/linux/uidMappings/0/size", "/0/Config/ExposedPorts/80~1tcp",
    "/linux/seccomp/defaultAction", "/ociVersion",           "/spec/volumes/0/hostPath/type",
    "/spec/volumes/1/emptyDir",   "/spec/containers/0/ports/0/protocol", "/spec/containers/0/volumeMounts/0/subPath",
    "/spec/containers/0/volumeDevices/0", "/spec/containers/0/volumeDevices/0/name",
};

/* What tells the format: refused for the whole input, not in its own place. */
static const char *const tells_format[] = {"/0", "/HostConfig", "/0/HostConfig", "/linux", "/process", "/apiVersion", "/kind"};

static int is_one_of(const char *const *pointers, size_t count, const char *pointer) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(pointer, pointers[i])) return 1;
  return 0;
}
#define IS_ONE_OF(pointers, pointer) is_one_of(pointers, sizeof(pointers) / sizeof *(pointers), pointer)

static const char *const replacements[] = {"null", "true", "7", "1.5", "\"text\"", "[]", "{}"};

static int count_mutants;

static int try_text(const char *text, size_t length, ctsec_error **error) {
  ctsec_containers *containers = NULL;
  int status = ctsec_containers_parse(text, length, NULL, &containers, error);
  ctsec_containers_free(containers);
  return status;
}

typedef struct fault {
  int status;
  char pointer[256];
  int64_t line, column;
} fault;

/* Also one that stands beside what could be read. */
static fault find_fault(const char *text, size_t length) {
  ctsec_containers *containers = NULL;
  ctsec_error *error = NULL;
  fault found = {ctsec_containers_parse(text, length, NULL, &containers, &error), "", 0, 0};
  const ctsec_error *said = error;
  if (!found.status && ctsec_containers_error_count(containers)) said = ctsec_containers_error_at(containers, 0);
  if (said) {
    found.status = ctsec_error_code(said);
    found.line = ctsec_error_line(said);
    found.column = ctsec_error_column(said);
    if (ctsec_error_pointer(said)) snprintf(found.pointer, sizeof found.pointer, "%s", ctsec_error_pointer(said));
  }
  ctsec_error_free(error);
  ctsec_containers_free(containers);
  return found;
}

/* Another type in this place: refused there, or read (a type that the field also takes), but never anywhere else. */
static void mutate(const ct_document *document, const ct_value *value) {
  ct_arena arena;
  ct_arena_init(&arena);
  const char *pointer = ct_value_pointer(&arena, value);
  int refused = 0;
  for (int kind = CT_BOOL; kind <= CT_OBJECT; kind++) {
    if (kind == (int)value->kind || !value->parent) continue;
    const char *other = replacements[kind];
    size_t length = document->length - (value->end - value->offset) + strlen(other);
    char *text = malloc(length + 1);
    memcpy(text, document->text, value->offset);
    memcpy(text + value->offset, other, strlen(other));
    memcpy(text + value->offset + strlen(other), document->text + value->end, document->length - value->end);
    text[length] = '\0';
    fault found = find_fault(text, length);
    count_mutants++;
    if (found.status) {
      refused++;
      ck_assert_msg(found.status == CTSEC_E_SCHEMA || found.status == CTSEC_E_UNSUPPORTED, "%s = %s: %d", pointer, other, found.status);
      int64_t line, column;
      ct_document_locate(document, value->offset, &line, &column);
      if (!IS_ONE_OF(tells_format, pointer)) {
        ck_assert_msg(!strcmp(found.pointer, pointer), "%s = %s: said at %s", pointer, other, found.pointer);
        ck_assert_int_eq(found.line, line);
        ck_assert_int_eq(found.column, column);
      }
    }
    free(text);
  }
  int must = value->parent != NULL && !IS_ONE_OF(passed_over, pointer);
  /* A quantity is a string or a number. */
  ck_assert_msg(!must || refused >= (strstr(pointer, "/limits/") ? 3 : 4), "%s: only %d wrong types refused", pointer, refused);
  ck_assert_msg(must || !refused, "%s: refused", pointer);
  ct_arena_free(&arena);
  for (uint32_t i = 0; (value->kind == CT_ARRAY || value->kind == CT_OBJECT) && i < value->count; i++)
    mutate(document, &value->as.items[i]);
}

static void mutate_file(const char *path) {
  size_t length;
  char *text = ct_test_read(ct_test_source(path), &length);
  ck_assert_ptr_nonnull(text);
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document;
  ck_assert_int_eq(ct_json_parse(&arena, text, length, NULL, &document, NULL), 0);
  ck_assert_int_eq(find_fault(text, length).status, 0);
  mutate(document, document->roots);
  ct_arena_free(&arena);
  free(text);
}

START_TEST(every_field_has_its_type) {
  mutate_file("tests/container/data/docker.json");
  mutate_file("tests/container/data/podman.json");
  mutate_file("tests/container/data/oci.json");
  mutate_file("tests/container/data/crictl.json");
  mutate_file("tests/container/data/pod.json");
  ck_assert_int_gt(count_mutants, 1200);
}
END_TEST

/* Cut anywhere, a document is refused, at a place within it. */
START_TEST(truncation_is_refused) {
  size_t length;
  char *text = ct_test_read(ct_test_source("tests/container/data/docker.json"), &length);
  while (length && text[length - 1] == '\n') length--;
  for (size_t cut = 0; cut < length; cut += cut < 200 ? 1 : 37) {
    ctsec_error *error = NULL;
    int status = try_text(text, cut, &error);
    ck_assert_msg(status == CTSEC_E_SYNTAX, "cut at %zu: %d", cut, status);
    ck_assert_int_ge(ctsec_error_line(error), 1);
    ck_assert_int_ge(ctsec_error_column(error), 1);
    ck_assert_int_le(ctsec_error_offset(error), (int64_t)cut);
    ctsec_error_free(error);
  }
  free(text);
}
END_TEST

#define POD "apiVersion: v1\nkind: Pod\n"

START_TEST(what_is_no_container_is_named) {
  static const struct {
    const char *text;
    int code;
    int line, column;
    const char *part;
  } rows[] = {
      {"", CTSEC_E_SYNTAX, 1, 1, "empty"},
      {" \n", CTSEC_E_SYNTAX, 1, 1, "blank"},
      {"\n services:\n  a: {}\n", CTSEC_E_SYNTAX, 2, 2, "neither JSON"},
      {"[]", CTSEC_E_SCHEMA, 1, 1, "the array is empty"},
      {"[][]", CTSEC_E_SCHEMA, 1, 1, "the array is empty"},
      {"{}", CTSEC_E_SCHEMA, 1, 1, "no container is described"},
      {"[\n 1]", CTSEC_E_SCHEMA, 2, 2, "found a number"},
      {"\"x\"", CTSEC_E_SCHEMA, 1, 1, "found a string"},
      {"[{\"RepoTags\":[\"a:1\"],\"RootFS\":{},\"Config\":{}}]", CTSEC_E_SCHEMA, 1, 2, "of an image"},
      {"[{\"Name\":\"v\",\"Mountpoint\":\"/m\",\"Driver\":\"local\"}]", CTSEC_E_SCHEMA, 1, 2, "of a volume"},
      {"[{\"Name\":\"n\",\"IPAM\":{}}]", CTSEC_E_SCHEMA, 1, 2, "of a network"},
      {"{\"Id\":\"p\",\"InfraContainerID\":\"c\"}", CTSEC_E_SCHEMA, 1, 1, "of a pod"},
      {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[]}", CTSEC_E_SCHEMA, 1, 1, "a seccomp profile"},
      {"{\"State\":{},\"Config\":{}}", CTSEC_E_SCHEMA, 1, 1, "`HostConfig` is missing"},
      {"[{\"HostConfig\":null,\"Config\":{}}]", CTSEC_E_SCHEMA, 1, 2, "or null"},
      {"{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}", CTSEC_E_SCHEMA, 0, 0, "holds a pod template"},
      {POD "spec: [1]\n", CTSEC_E_SCHEMA, 3, 7, "must be an object"},
      {POD "spec:\n  hostPID: \"yes\"\n  containers: [{name: a}]\n", CTSEC_E_SCHEMA, 4, 12, "must be a boolean"},
      {POD "spec:\n  containers: {}\n", CTSEC_E_SCHEMA, 4, 15, "must be an array"},
      {POD "spec:\n  containers: []\n", CTSEC_E_SCHEMA, 4, 3, "no container"},
      {POD "spec:\n  containers:\n  - 3\n", CTSEC_E_SCHEMA, 5, 5, "must be an object"},
      {POD "spec:\n  containers:\n  - securityContext: {privileged: 1}\n", CTSEC_E_SCHEMA, 5, 35, "must be a boolean"},
      {POD "spec:\n  containers:\n  - securityContext: {capabilities: {drop: ALL}}\n", CTSEC_E_SCHEMA, 5, 44, "an array"},
      {POD "spec:\n  containers:\n  - securityContext: {runAsNonRoot: \"true\"}\n", CTSEC_E_SCHEMA, 5, 37, "a boolean"},
      {POD "spec:\n  containers: [{name: a}]\n  volumes: 3\n", CTSEC_E_SCHEMA, 5, 12, "must be an array"},
      {POD "spec:\n  os: linux\n  containers: [{name: a}]\n", CTSEC_E_SCHEMA, 4, 7, "must be an object"},
      {POD "spec:\n\tx: 1\n", CTSEC_E_SYNTAX, 4, 1, "a tab"},
      {POD "spec: {a: &a [*a]}\n", CTSEC_E_SYNTAX, 3, 15, "alias"},
      {"apiVersion: v1\nkind: List\nitems:\n- 3\n", CTSEC_E_SCHEMA, 4, 3, "must be an object"},
      {"services:\n- docker:dind\n", CTSEC_E_SCHEMA, 1, 1, "no Compose file"},
      {"site_name: docker run\n", CTSEC_E_SCHEMA, 1, 1, "no container"},
      {"apiVersion: v1\nkind: Service\n", CTSEC_E_SCHEMA, 0, 0, "no object here is a pod"},
      {"{\"HostConfig\":{},\n\"Platform\":\"windows\"}", CTSEC_E_UNSUPPORTED, 2, 12, "Windows"},
      {"{\"ociVersion\":\"1.0.0\",\"zos\":{}}", CTSEC_E_UNSUPPORTED, 1, 1, "not for Linux"},
      {"{\"HostConfig\":{\"Memory\":99999999999999999999}}", CTSEC_E_SYNTAX, 0, 0, ""},
      {"{\"HostConfig\":{\"Memory\":18446744073709551615}}", CTSEC_E_SCHEMA, 1, 25, "64 bits"},
      {"{\"HostConfig\":{},\"HostConfig\":{}}", CTSEC_E_SYNTAX, 0, 0, ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_error *error = NULL;
    int status = try_text(rows[i].text, strlen(rows[i].text), &error);
    ck_assert_msg(status == rows[i].code, "%s: %d", rows[i].text, status);
    ck_assert_msg(strstr(ctsec_error_message(error), rows[i].part) != NULL, "%s: %s", rows[i].text, ctsec_error_message(error));
    if (rows[i].line) {
      ck_assert_msg(ctsec_error_line(error) == rows[i].line, "%s: line %d", rows[i].text, (int)ctsec_error_line(error));
      ck_assert_msg(ctsec_error_column(error) == rows[i].column, "%s: column %d", rows[i].text, (int)ctsec_error_column(error));
    }
    ctsec_error_free(error);
  }
}
END_TEST

START_TEST(binary_and_large_input_is_refused) {
  char binary[] = "\x7f" "ELF\0\0\0{}";
  ctsec_error *error = NULL;
  ck_assert_int_eq(try_text(binary, sizeof binary, &error), CTSEC_E_SYNTAX);
  ck_assert_ptr_nonnull(strstr(ctsec_error_message(error), "binary"));
  ctsec_error_free(error);
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_BYTES, 100, NULL), 0);
  char text[200];
  memset(text, ' ', sizeof text);
  memcpy(text, "{\"HostConfig\":{}}", 17);
  ctsec_containers *containers = NULL;
  error = NULL;
  ck_assert_int_eq(ctsec_containers_parse(text, sizeof text, options, &containers, &error), CTSEC_E_LIMIT);
  ck_assert_ptr_null(containers);
  ctsec_error_free(error);
  ctsec_options_free(options);
}
END_TEST

START_TEST(arguments_are_checked) {
  ctsec_containers *containers = NULL;
  ck_assert_int_eq(ctsec_containers_parse(NULL, 1, NULL, &containers, NULL), CTSEC_E_ARG);
  ck_assert_int_eq(ctsec_containers_parse("{}", 2, NULL, NULL, NULL), CTSEC_E_ARG);
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  const struct {
    const char *from, *text;
    int code;
  } rows[] = {{"podman-inspect", "{\"HostConfig\":{}}", 0},
              {"oci", "{\"HostConfig\":{}}", CTSEC_E_SCHEMA},
              {"docker-inspect", "{\"ociVersion\":\"1\",\"process\":{},\"linux\":{}}", CTSEC_E_SCHEMA},
              {"compose", "{\"HostConfig\":{}}", CTSEC_E_SCHEMA},
              {"crictl", "{\"HostConfig\":{}}", CTSEC_E_SCHEMA},
              {"dockerfile", "{\"HostConfig\":{}}", CTSEC_E_SYNTAX},
              {"nothing", "{\"HostConfig\":{}}", CTSEC_E_ARG}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ck_assert_int_eq(ctsec_options_set(options, "from", rows[i].from, strlen(rows[i].from), NULL), 0);
    int status = ctsec_containers_parse(rows[i].text, strlen(rows[i].text), options, &containers, NULL);
    ck_assert_msg(status == rows[i].code, "%s: %d", rows[i].from, status);
    if (!status) ctsec_containers_free(containers);
  }
  ctsec_options_free(options);
  ck_assert_uint_eq(ctsec_containers_count(NULL), 0);
  ctsec_containers_free(NULL);
}
END_TEST

/* A container is described in a few bytes, and an error in fewer: both are counted. */
START_TEST(more_containers_than_the_limit_are_refused) {
  static const struct {
    const char *head, *part, *tail;
    int at, past;
  } rows[] = {
      {"[", "{\"Id\":\"x\",\"HostConfig\":{}},", "{\"Id\":\"x\",\"HostConfig\":{}}]", 0, CTSEC_E_LIMIT},
      {"", "{\"Id\":\"x\",\"HostConfig\":{}}\n", "{\"Id\":\"x\",\"HostConfig\":{}}", 0, CTSEC_E_LIMIT},
      {"[", "1,", "1]", CTSEC_E_SCHEMA, CTSEC_E_LIMIT},
      {"", "docker run x\n", "docker run x\n", 0, CTSEC_E_LIMIT},
      {"services: {", "s#: {image: x}, ", "s: {image: x}}", 0, CTSEC_E_LIMIT},
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [", "{name: c#, image: x}, ", "{name: c, image: x}]}", 0, CTSEC_E_LIMIT},
      /* One is read; the rest are errors, and these are counted too. */
      {"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n", "---\n- 1\n", "---\n- 1\n", CTSEC_E_SCHEMA,
       CTSEC_E_LIMIT},
  };
  enum { LIMIT = 50 };
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set_limit(options, CTSEC_LIMIT_CONTAINERS, LIMIT, NULL), 0);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (int more = 0; more < 2; more++) {
      char *text = malloc(LIMIT * 100 + 400), *end = text + sprintf(text, "%s", rows[i].head);
      for (int k = 1; k < LIMIT + more; k++)
        for (const char *at = rows[i].part; *at; at++) end += *at == '#' ? sprintf(end, "%d", k) : sprintf(end, "%c", *at);
      end += sprintf(end, "%s", rows[i].tail);
      ctsec_containers *containers = NULL;
      ctsec_error *error = NULL;
      int status = ctsec_containers_parse(text, (size_t)(end - text), options, &containers, &error);
      if (!status && ctsec_containers_error_count(containers)) status = ctsec_error_code(ctsec_containers_error_at(containers, 0));
      ck_assert_msg(status == (more ? rows[i].past : rows[i].at), "row %d, %d more: %d %s", (int)i, more, status,
                    error ? ctsec_error_message(error) : "");
      if (error) ck_assert_int_eq(ctsec_error_code(error), status);
      ctsec_containers_free(containers);
      ctsec_error_free(error);
      free(text);
    }
  ctsec_options_free(options);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("container-bad");
  TCase *all = tcase_create("all");
  tcase_add_test(all, every_field_has_its_type);
  tcase_add_test(all, truncation_is_refused);
  tcase_add_test(all, what_is_no_container_is_named);
  tcase_add_test(all, binary_and_large_input_is_refused);
  tcase_add_test(all, arguments_are_checked);
  tcase_add_test(all, more_containers_than_the_limit_are_refused);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
