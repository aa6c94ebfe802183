/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits as Kubernetes (k8s.io/apimachinery resource.Quantity) and Docker (go-units, big.Rat) write them. */
#include <stdio.h>
#include <string.h>

#include "container/model.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

static int parse(const char *before, const char *value, const char *after, ctsec_containers **containers) {
  char text[512];
  int length = snprintf(text, sizeof text, "%s%s%s", before, value, after);
  return ctsec_containers_parse(text, (size_t)length, NULL, containers, NULL);
}

static const char pod[] =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: c\n    resources: {limits: {";

static void check_limit(const char *value, int64_t memory, int64_t nano_cpus) {
  for (int cpu = 0; cpu < 2; cpu++) {
    char entry[64];
    snprintf(entry, sizeof entry, "%s: %s", cpu ? "cpu" : "memory", value);
    ctsec_containers *containers;
    const int64_t expected = cpu ? nano_cpus : memory;
    const int status = parse(pod, entry, "}}\n", &containers);
    ck_assert_msg((status == 0) == (expected >= 0), "%s: %d", entry, status);
    if (status) continue;
    const ct_container *c = ctsec_containers_at(containers, 0);
    const ct_number *limit = cpu ? &c->nano_cpus : &c->memory;
    ck_assert_int_eq(limit->from.state, CT_SET);
    ck_assert_msg(limit->value == expected, "%s: %lld", entry, (long long)limit->value);
    ctsec_containers_free(containers);
  }
}

START_TEST(quantities_are_read_as_kubernetes_does) {
  const int64_t billion = 1000000000, most = INT64_MAX;
  check_limit("128Mi", 128 << 20, (128 << 20) * billion);
  check_limit("1.5G", 1500000000, (int64_t)1.5e18);
  check_limit("0.5G", 500000000, 500000000 * billion);
  check_limit("1e3", 1000, 1000 * billion);
  check_limit("'12e-1'", 2, 1200000000);
  check_limit("128974848000m", 128974848, 128974848 * (billion / 1000) * 1000);
  check_limit("100u", 1, 100000);
  check_limit("7n", 1, 7);
  check_limit("500m", 1, 500000000);
  check_limit(".5", 1, 500000000);
  check_limit("'1.'", 1, billion);
  check_limit("2Ei", 2305843009213693952, most);
  check_limit("1E", 1000000000000000000, most);
  check_limit("'+2k'", 2000, 2000 * billion);
  check_limit("18446744073709551615", most, most);
  check_limit("300000000000000000000", most, most);
  static const char *const none[] = {"-1", "abc", "''", "' 5'", "'5 '", "1 Gi", "1Kib", "1K", "1e", "1e1.5", "1e1000", "1i", "1ni",
                                     "'.'", "1.2.3", "'NaN'", ".nan", "0x10k"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) check_limit(none[i], -1, -1);
}
END_TEST

START_TEST(limits_of_a_pod_bound_its_containers) {
  ctsec_containers *containers;
  ck_assert_int_eq(parse(pod, "cpu: 2", "}}\n  resources: {limits: {cpu: 4, memory: 1Gi}}\n", &containers), 0);
  const ct_container *c = ctsec_containers_at(containers, 0);
  ck_assert_int_eq(c->nano_cpus.value, 2000000000);
  ck_assert_int_eq(c->memory.value, 1 << 30);
  ctsec_containers_free(containers);
}
END_TEST

START_TEST(processors_and_sizes_are_read_as_docker_does) {
  static const struct {
    const char *flag;
    int64_t memory, nano_cpus;
  } rows[] = {{"--cpus=.5", 0, 500000000}, {"--cpus 1.", 0, 1000000000}, {"-m .5g", 1 << 29, 0}, {"-m 1.5GiB", 3 << 29, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ctsec_containers *containers;
    ck_assert_msg(!parse("docker run ", rows[i].flag, " image", &containers), "%s", rows[i].flag);
    const ct_container *c = ctsec_containers_at(containers, 0);
    ck_assert_int_eq(c->memory.value, rows[i].memory);
    ck_assert_int_eq(c->nano_cpus.value, rows[i].nano_cpus);
    ctsec_containers_free(containers);
  }
  static const char *const none[] = {"--cpus=.", "--cpus=", "--cpus=1.x", "-m .", "-m .g"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    ctsec_containers *containers;
    ck_assert_msg(parse("docker run ", none[i], " image", &containers), "%s", none[i]);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("quantity");
  TCase *all = tcase_create("all");
  tcase_add_test(all, quantities_are_read_as_kubernetes_does);
  tcase_add_test(all, limits_of_a_pod_bound_its_containers);
  tcase_add_test(all, processors_and_sizes_are_read_as_docker_does);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
