/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

static int begins(const char *text, const char *word) { return !strncmp(text, word, strlen(word)); }

static int is_powerful(const ct_device *device, const char *path) {
  static const char names[][18] = {"/dev/mem",  "/dev/kmem", "/dev/port",  "/dev/kmsg",        "/dev/kvm",
                                      "/dev/vfio", "/dev/uio",  "/dev/cpu",   "/dev/loop-control", "/dev/uinput",
                                      "/dev/sg",   "/dev/bsg",  "/dev/mcelog", "/dev/uhid",      "/dev/mtd",
                                      "/dev/ipmi"};
  if (begins(path, "/dev/sgx")) return 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (begins(path, names[i])) return 1;
  return device->type == 'c' && device->major == 1 && (device->minor == 1 || device->minor == 2 || device->minor == 4 || device->minor == 11);
}

/* The right to make a node is none to read or write it. */
static int opens_nothing(const ct_device *device) {
  for (uint32_t i = 0; i < device->access.length; i++)
    if (device->access.value[i] != 'm') return 0;
  return device->access.length != 0;
}

static void check_devices(ct_check *check) {
  const ct_devices *devices = &check->container->devices;
  /* Every device is part of it. */
  if (check->container->live && ct_is_privileged(check->container)) return;
  /* What every runtime makes itself is no host device that somebody chose. */
  static const char own[][13] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"};
  for (uint32_t i = 0; i < devices->count; i++) {
    const ct_device *device = &devices->items[i];
    int skip = 0;
    for (size_t k = 0; k < sizeof own / sizeof *own; k++) skip |= ct_text_is(&device->host, own[k]);
    if (skip || !device->host.length) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_DEVICE_HOST, device->at);
    finding->values.device = ct_check_text(check, "%.*s", (int)device->host.length, device->host.value);
    finding->observed = ct_check_text(check, "%s -> %.*s (%.*s)", finding->values.device, (int)device->path.length,
                                      device->path.value ? device->path.value : "",
                                      device->access.length ? (int)device->access.length : 3,
                                      device->access.length ? device->access.value : "rwm");
    /* A node does not say what the device rules allow. */
    if (check->container->live)
      finding->observed = ct_check_text(check, "%s (%c %lld:%lld)", finding->values.device, device->type,
                                        (long long)device->major, (long long)device->minor);
    const char *path = ct_clean_path(check->arena, device->host.value, device->host.length);
    if (!path || opens_nothing(device)) continue;
    if (device->type ? device->type == 'b' : ct_path_is_disk(path))
      ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_BLOCK_DEVICE);
    else if (is_powerful(device, path))
      ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_POWERFUL_DEVICE);
  }
}

/* The rule that lets a listed device through is that device's own finding. */
static int belongs_to_device(const ct_container *container, const ct_device_rule *rule) {
  for (uint32_t i = 0; i < container->devices.count; i++) {
    const ct_device *device = &container->devices.items[i];
    if (device->major >= 0 && device->major == rule->major && device->minor == rule->minor) return 1;
  }
  return 0;
}

static int is_wide(const ct_device_rule *rule) {
  if (!rule->allow || !(rule->access & (CT_ACCESS_READ | CT_ACCESS_WRITE))) return 0;
  if (rule->type == 'a' || rule->type == 'b') return 1;
  if (rule->type != 'c') return 0;
  /* /dev/mem, /dev/kmem, /dev/port, or all of their family. */
  return rule->major < 0 || (rule->major == 1 && (rule->minor < 0 || rule->minor == 1 || rule->minor == 2 || rule->minor == 4));
}

static void check_rules(ct_check *check) {
  const ct_container *container = check->container;
  for (uint32_t i = 0; i < container->device_rules.count; i++) {
    const ct_device_rule *rule = &container->device_rules.items[i];
    if (!is_wide(rule) || belongs_to_device(container, rule)) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_DEVICE_CGROUP_ALL, rule->at);
    if (rule->text) {
      finding->values.value = rule->text;
    } else {
      ct_buffer text;
      ct_buffer_init(&text);
      ct_buffer_format(&text, "%c ", rule->type);
      if (rule->major < 0) ct_buffer_char(&text, '*'); else ct_buffer_signed(&text, rule->major);
      ct_buffer_char(&text, ':');
      if (rule->minor < 0) ct_buffer_char(&text, '*'); else ct_buffer_signed(&text, rule->minor);
      ct_buffer_format(&text, " %s%s%s", rule->access & CT_ACCESS_READ ? "r" : "", rule->access & CT_ACCESS_WRITE ? "w" : "",
                       rule->access & CT_ACCESS_MKNOD ? "m" : "");
      finding->values.value = ct_check_text(check, "%.*s", (int)text.length, text.data ? text.data : "");
      if (text.failed) check->failed = 1;
      ct_buffer_free(&text);
    }
    finding->observed = finding->values.value;
    if (ct_is_privileged(container)) finding->because = CT_RULE_PRIVILEGED;
    if (container->facts.exec_known & CT_FACT_EFFECTIVE && container->facts.after_exec.effective >> 27 & 1 &&
        rule->type != 'c')
      ct_raise(finding, CTSEC_SEVERITY_CRITICAL, CT_MESSAGE_REASON_MKNOD);
  }
}

static void check_requests(ct_check *check) {
  const ct_device_requests *requests = &check->container->device_requests;
  for (uint32_t i = 0; i < requests->count; i++) {
    const ct_device_request *request = &requests->items[i];
    struct ctsec_finding *finding = ct_report(check, CT_RULE_GPU_DEVICES, request->at);
    const char *driver = request->driver.length ? request->driver.value : "gpu";
    finding->values.name = driver;
    finding->values.device = driver;
    finding->observed = ct_is_set(request->count.from) && request->count.value < 0
                            ? ct_check_text(check, "%s, all devices", driver)
                            : ct_check_text(check, "%s", driver);
  }
}

void ct_rules_devices(ct_check *check) {
  check_devices(check);
  check_rules(check);
  check_requests(check);
}
