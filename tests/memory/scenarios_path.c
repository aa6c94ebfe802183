/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "ctsec/ctsec.h"
#include "memory.h"

static const char input[] =
    "[{\"Name\":\"/a\",\"HostConfig\":{\"CapAdd\":[\"SYS_ADMIN\"],\"PidMode\":\"host\",\"Devices\":[{\"PathOnHost\":\"/dev/sda\","
    "\"PathInContainer\":\"/dev/sda\",\"CgroupPermissions\":\"rwm\"}],\"Binds\":[\"/etc:/e:ro\"]},"
    "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/var/run\",\"Destination\":\"/r\",\"RW\":true}]},{\"RepoTags\":[]}]";

static int answer(const ctsec_paths *paths) {
  char *text = NULL;
  size_t length;
  int status = ctsec_paths_to_json(paths, &text, &length, NULL);
  ctsec_free(text);
  if (status) return status;
  text = NULL;
  status = ctsec_paths_to_text(paths, &text, &length, NULL);
  ctsec_free(text);
  return status;
}

static int fed(void) {
  ctsec_paths *paths = NULL;
  ctsec_error *error = NULL;
  int status = ctsec_paths_new(NULL, &paths, NULL);
  if (status) return status;
  status = ctsec_paths_feed(paths, "a", input, strlen(input), &error);
  MEMORY_REQUIRE(status == CTSEC_E_NOMEM || (status && error));
  ctsec_error_free(error);
  if (status != CTSEC_E_NOMEM) {
    status = ctsec_paths_set_unread(paths, "b", ENOENT, NULL);
    if (status == CTSEC_E_NOTFOUND) status = answer(paths);
  }
  ctsec_paths_free(paths);
  return status;
}

static int taken(void) {
  ctsec_containers *containers = NULL;
  ctsec_paths *paths = NULL;
  ctsec_options *options = NULL;
  int status = ctsec_containers_parse(input, strlen(input), NULL, &containers, NULL);
  if (!status) status = ctsec_options_new(&options, NULL);
  if (!status) status = ctsec_options_set(options, "html", "true", 4, NULL);
  if (!status) status = ctsec_paths_new(options, &paths, NULL);
  ctsec_options_free(options);
  if (!status) status = ctsec_paths_take(paths, containers, NULL);
  ctsec_containers_free(containers);
  if (!status) status = answer(paths);
  ctsec_paths_free(paths);
  return status;
}

const memory_scenario memory_path[] = {
    {"attack paths of an input", fed},
    {"attack paths of containers", taken},
    {NULL, NULL},
};
