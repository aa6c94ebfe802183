/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char text[] =
    "include: [part.yml, missing.yml]\n"
    "x-common: &common {restart: always, environment: {A: 1}}\n"
    "volumes: {data: {driver_opts: {type: none, o: bind, device: /etc}}}\n"
    "secrets: {s: {file: ./s}}\n"
    "services:\n"
    "  web:\n"
    "    <<: *common\n"
    "    image: \"nginx:${TAG:-1.${MINOR}}\"\n"
    "    extends: {file: base.yml, service: base}\n"
    "    env_file: [web.env, {path: none.env, required: false}, lost.env]\n"
    "    environment: [B=2, PASSWORD=hunter2]\n"
    "    command: nginx -g 'daemon off;'\n"
    "    ports: [\"8080:80\", {target: 443, published: 8443, protocol: tcp}]\n"
    "    volumes: [data:/d, ./x:/x:ro, \"${DIR}:/y\", {type: bind, source: /var/run, target: /r}]\n"
    "    secrets: [s]\n"
    "    devices: [/dev/sda, {source: /dev/kmsg}]\n"
    "    gpus: all\n"
    "    ulimits: {nofile: {soft: 1, hard: 2}}\n"
    "    extra_hosts: {h: [1.2.3.4]}\n"
    "    healthcheck: {test: curl x}\n"
    "    security_opt: [\"seccomp:profile.json\", \"label:disable\"]\n"
    "    deploy: {resources: {limits: {cpus: \"0.5\", memory: 1g}}, restart_policy: {condition: any}}\n"
    "    strange: 1\n"
    "  side: {image: s, network_mode: \"service:web\", pid: \"service:gone\", volumes_from: [web:ro], privileged: \"${P}\"}\n"
    "  lost: {extends: {file: gone.yml, service: a}}\n"
    "  bad: {image: [1]}\n";

static const struct {
  const char *name;
  const char *bytes;
} files[] = {
    {"part.yml", "services: {part: {image: p, cap_add: [SYS_ADMIN]}}\n"},
    {"./base.yml", "services:\n  base: {image: b, tmpfs: /t, ports: [\"1:1\"], labels: {a: b}, extends: root}\n  root: {privileged: yes}\n"},
    {"web.env", "C=3\nD=\"$C \\n\"\nexport E='x'\n"},
    {".env", "TAG=\nMINOR=2\n"},
    {"over.yml", "services:\n  web: {ports: !override [\"9:9\"], tmpfs: !reset null, hostname: x}\n"},
    {"profile.json", "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"},
};

static int make_options(ctsec_options **made) {
  ctsec_options *options;
  int status = ctsec_options_new(&options, NULL);
  if (status) return status;
  for (size_t i = 0; i < sizeof files / sizeof *files && !status; i++)
    status = ctsec_options_set_file(options, files[i].name, files[i].bytes, strlen(files[i].bytes), NULL);
  if (!status) status = ctsec_options_set_file(options, "web.env", "C=4\n", 4, NULL);
  if (!status) status = ctsec_options_set(options, "override", "over.yml", 8, NULL);
  if (!status) status = ctsec_options_set(options, "env", "HOME=/root", 10, NULL);
  if (!status) status = ctsec_options_set(options, "source", "dir/compose.yml", 15, NULL);
  if (status)
    ctsec_options_free(options);
  else
    *made = options;
  return status;
}

static int with_files(void) {
  ctsec_options *options;
  int status = make_options(&options);
  if (status) return status;
  ctsec_files *wanted = NULL;
  status = ctsec_files_find(text, sizeof text - 1, options, &wanted, NULL);
  MEMORY_REQUIRE(!status == (wanted != NULL));
  if (!status) MEMORY_REQUIRE(ctsec_files_count(wanted) == 4);
  ctsec_files_free(wanted);
  ctsec_options_free(options);
  return status;
}

static int with_services(void) {
  ctsec_options *options;
  int status = make_options(&options);
  if (status) return status;
  ctsec_containers *containers = NULL;
  status = ctsec_containers_parse(text, sizeof text - 1, options, &containers, NULL);
  if (!status) {
    MEMORY_REQUIRE(ctsec_containers_count(containers) == 4 && ctsec_containers_error_count(containers) == 1);
    char *json = NULL;
    size_t length;
    status = ctsec_containers_to_json(containers, &json, &length, NULL);
    ctsec_free(json);
  }
  ctsec_containers_free(containers);
  ctsec_options_free(options);
  return status;
}

static int with_scan(void) {
  ctsec_options *options;
  int status = make_options(&options);
  if (status) return status;
  ctsec_scan *scan = NULL;
  char *made = NULL;
  size_t length;
  status = ctsec_scan_new(options, "text", &scan, NULL);
  if (!status) status = ctsec_scan_set_files(scan, options, NULL);
  if (!status) status = ctsec_scan_feed(scan, "dir/compose.yml", text, sizeof text - 1, NULL);
  if (status == CTSEC_E_SCHEMA) status = ctsec_scan_finish(scan, &made, &length, NULL);
  ctsec_free(made);
  ctsec_scan_free(scan);
  ctsec_options_free(options);
  return status;
}

static int with_job(void) {
  ctsec_scan *scan = NULL;
  ctsec_job *job = NULL;
  ctsec_files *wanted = NULL;
  ctsec_error *error = NULL;
  char *made = NULL;
  size_t length;
  int status = ctsec_scan_new(NULL, "sarif", &scan, NULL);
  if (!status) status = ctsec_job_new(scan, "dir/compose.yml", NULL, 0, &job, NULL);
  if (!status) status = ctsec_job_set_text(job, text, sizeof text - 1, NULL);
  if (!status) status = ctsec_job_find_files(job, &wanted, NULL);
  if (!status) MEMORY_REQUIRE(ctsec_files_count(wanted));
  if (!status) status = ctsec_job_set_file(job, "x", "services: {}", 12, NULL);
  ctsec_files_free(wanted);
  wanted = NULL;
  if (!status) status = ctsec_job_find_files(job, &wanted, NULL);
  ctsec_files_free(wanted);
  if (!status) {
    ctsec_job_check(job);
    status = ctsec_scan_feed_job(scan, job, &error);
    MEMORY_REQUIRE(status == ctsec_error_code(error));
  }
  ctsec_error_free(error);
  ctsec_job_free(job);
  if (status == CTSEC_E_SCHEMA) status = ctsec_scan_finish(scan, &made, &length, NULL);
  ctsec_free(made);
  ctsec_scan_free(scan);
  return status;
}

const memory_scenario memory_compose[] = {
    {"compose-files", with_files}, {"compose-services", with_services}, {"compose-scan", with_scan}, {"compose-job", with_job}, {NULL, NULL}};
